/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/documents/hy-documents-selection.h"

#include "fhir/hy-resource-row.h"
#include "records/hy-record-change.h"
#include "records/hy-record-item.h"
#include "support/hy-test-space.h"

#include <string.h>

#define N_DOCUMENTS 5

static void
put (HyTestSpace *space,
     guint number)
{
  g_autofree char *text =
      g_strdup_printf ("{\"resourceType\":\"DocumentReference\",\"description\":\"Paper %u\",\"date\":\"2026-11-%02u\"}", number, number);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (HyJson) json = hy_json_parse (bytes, NULL);
  g_auto (HyResourceRow) row = { 0 };
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify) hy_vault_item_free);
  g_autoptr (GArray) results = NULL;

  g_assert_true (hy_resource_row_read (json, hy_json_root (json), &row, NULL));
  g_ptr_array_add (items, hy_record_item_new (bytes, &row, NULL));
  results = hy_test_await_boxed (hy_vault_put (space->access, 1, items));
  g_assert_cmpuint (results->len, ==, 1);
}

static gboolean
is_shorter (gpointer list)
{
  return g_list_model_get_n_items (list) == N_DOCUMENTS - 1;
}

static gboolean
is_shorter_by_two (gpointer list)
{
  return g_list_model_get_n_items (list) == N_DOCUMENTS - 2;
}

static void
let_go (HyTestSpace *space,
        gint64 rowid)
{
  g_autoptr (GArray) rowids = g_array_new (FALSE, FALSE, sizeof rowid);

  g_array_append_val (rowids, rowid);
  hy_test_await (hy_record_let_go (space->access, rowids));
}

static void
test_follows_the_document (void)
{
  g_autoptr (HyTestSpace) space = hy_test_space_new ();
  g_autoptr (HyDocumentList) list = hy_document_list_new (space->access);
  g_autoptr (HyDocumentsSelection) selection = NULL;
  g_autoptr (GArray) chosen = NULL;
  GtkSelectionModel *model;
  gint64 first, third;

  for (guint i = 1; i <= N_DOCUMENTS; i++)
    put (space, i);
  hy_test_await (hy_document_list_load (list));
  selection = hy_documents_selection_new (list, space->access);
  model = GTK_SELECTION_MODEL (selection);
  first = hy_document_list_get_key (list, 0)->rowid;
  third = hy_document_list_get_key (list, 2)->rowid;

  /* A plain click or an arrow chooses nothing, and begins nothing. */
  gtk_selection_model_select_item (model, 1, /* unselect_rest= */ TRUE);
  g_assert_false (hy_documents_selection_get_active (selection));
  gtk_selection_model_select_item (model, 2, /* unselect_rest= */ FALSE);
  g_assert_true (hy_documents_selection_get_active (selection));
  g_assert_cmpuint (hy_documents_selection_get_count (selection), ==, 1);

  /* The document is another place in the list now, and the same one. */
  let_go (space, first);
  hy_test_iterate_until (is_shorter, list);
  g_assert_true (gtk_selection_model_is_selected (model, 1));
  g_assert_false (gtk_selection_model_is_selected (model, 2));
  chosen = hy_documents_selection_dup_rowids (selection);
  g_assert_cmpuint (chosen->len, ==, 1);
  g_assert_cmpint (g_array_index (chosen, gint64, 0), ==, third);

  /* What is gone is no longer chosen. */
  let_go (space, third);
  hy_test_iterate_until (is_shorter_by_two, list);
  g_assert_cmpuint (hy_documents_selection_get_count (selection), ==, 0);

  gtk_selection_model_select_all (model);
  g_assert_cmpuint (hy_documents_selection_get_count (selection), ==, N_DOCUMENTS - 2);
  g_assert_cmpuint (hy_documents_selection_get_facts (selection).n_not_movable, ==, N_DOCUMENTS - 2);
  hy_documents_selection_set_active (selection, FALSE);
  g_assert_cmpuint (hy_documents_selection_get_count (selection), ==, 0);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/ui/documents-selection/follows-the-document-not-its-place", test_follows_the_document);
  return g_test_run ();
}
