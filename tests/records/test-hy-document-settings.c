/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "records/hy-document-settings.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "fhir/hy-document-types.h"
#include "records/hy-document-list.h"
#include "records/hy-draft.h"
#include "records/hy-record-change.h"
#include "records/hy-record-item.h"
#include "support/hy-test-space.h"

#include <string.h>

#define REAL "fhir/hl7-examples/documentreference-example.json"

/* Labels written in every way that is read, with odd spacing and a decimal that a tree would change. */
static const char labelled[] =
    "{\"resourceType\":\"DocumentReference\", \"x\":1.50,\n \"meta\" : {\"security\":[{\"code\":\"MASQUE_PS\"}]},\n"
    " \"securityLabel\": [ {\"coding\":[{\"code\":\"N\"} , {\"system\":\"s\",\"code\":\"MASQUE_PS\"}]},\n"
    "  {\"text\":\"t\",\"coding\":[{\"code\":\"MASQUE_PS\"}]}, {\"coding\":[{\"code\":\"INVISIBLE_REPRESENTANTS_LEGAUX\"}]} ],\n \"description\":\"Letter\"}";
static const char local[] =
    "{\"resourceType\":\"DocumentReference\",\"meta\":{\"tag\":[{\"system\":\"" HY_TAG_SYSTEM "\",\"code\":\"local\"}]},\n"
    "  \"type\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"11502-2\"}]},\n  \"description\":\"Mine\"\n}";
static const char filed[] =
    "{\"resourceType\":\"DocumentReference\",\"meta\":{\"tag\":[{\"system\":\"" HY_TAG_SYSTEM "\",\"code\":\"local\"}]},"
    "\"category\":[{\"coding\":[{\"system\":\"https://mos.esante.gouv.fr/x\",\"code\":\"11\"}]}],\"description\":\"Filed\"}";

static gint64
put (HyTestSpace *space,
     GBytes *bytes,
     guint own_flags)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HyJson) json = hy_json_parse (bytes, &error);
  g_auto (HyResourceRow) row = { 0 };
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify) hy_vault_item_free);
  g_autoptr (GArray) results = NULL;
  HyVaultItem *item;

  g_assert_no_error (error);
  g_assert_true (hy_resource_row_read (json, hy_json_root (json), &row, NULL));
  item = hy_record_item_new (bytes, &row, NULL);
  item->row.flags |= own_flags;
  g_ptr_array_add (items, item);
  results = hy_test_await_boxed (hy_vault_put (space->access, 1, items));
  return g_array_index (results, HyPutResult, 0).rowid;
}

static gint64
put_text (HyTestSpace *space,
          const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));

  return put (space, bytes, 0);
}

static GBytes *
read_fixture (const char *name)
{
  g_autofree char *path = g_build_filename (g_getenv ("HY_FIXTURES"), name, NULL);
  g_autoptr (GError) error = NULL;
  char *text;
  gsize size;

  g_file_get_contents (path, &text, &size, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (text, size);
}

static char *
dup_text (HyTestSpace *space,
          gint64 rowid)
{
  g_autoptr (GBytes) bytes = hy_test_await_boxed (hy_vault_dup_resource (space->access, rowid));

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static HyVaultRow *
dup_row (HyTestSpace *space,
         gint64 rowid)
{
  return hy_test_await_boxed (hy_vault_dup_row (space->access, rowid));
}

static GArray *
settings_of (gint64 rowid,
             gint value)
{
  HyDocumentSetting setting = { rowid, value };
  GArray *settings = g_array_new (FALSE, FALSE, sizeof setting);

  return g_array_append_val (settings, setting);
}

static void
hides_and_undoes_to_the_byte (void)
{
  g_autoptr (HyTestSpace) space = hy_test_space_new ();
  g_autoptr (GBytes) real = read_fixture (REAL);
  gint64 rowids[] = { put (space, real, HY_ROW_UNREAD), put_text (space, local), put_text (space, filed) };
  char *before[G_N_ELEMENTS (rowids)];
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) settings = NULL, former = NULL, undone = NULL, again = NULL;
  g_autofree char *hidden = NULL;
  gsize prefix;

  g_array_append_vals (all, rowids, G_N_ELEMENTS (rowids));
  for (guint i = 0; i < G_N_ELEMENTS (rowids); i++)
    before[i] = dup_text (space, rowids[i]);
  settings = hy_document_settings_new (all, TRUE);
  former = hy_test_await_boxed (hy_document_set_hidden (space->access, settings));
  g_assert_cmpuint (former->len, ==, 3);
  for (guint i = 0; i < G_N_ELEMENTS (rowids); i++)
    {
      g_autoptr (HyVaultRow) row = dup_row (space, rowids[i]);
      g_autofree char *text = dup_text (space, rowids[i]);

      g_assert_cmpint (g_array_index (former, HyDocumentSetting, i).value, ==, 0);
      g_assert_true (row->flags & HY_ROW_HIDDEN_PRO);
      g_assert_cmpint (row->version, ==, 2);
      g_assert_nonnull (strstr (text, "MASQUE_PS"));
    }
  /* One stretch was put in, and nothing else touched. */
  hidden = dup_text (space, rowids[0]);
  for (prefix = 0; hidden[prefix] == before[0][prefix];)
    prefix++;
  g_assert_cmpstr (hidden + prefix + (strlen (hidden) - strlen (before[0])), ==, before[0] + prefix);
  g_autoptr (HyVaultRow) unread = dup_row (space, rowids[0]);
  g_assert_true (unread->flags & HY_ROW_UNREAD);
  /* Hidden already: no version for nothing. */
  again = hy_test_await_boxed (hy_document_set_hidden (space->access, settings));
  g_assert_cmpuint (again->len, ==, 0);

  undone = hy_test_await_boxed (hy_document_set_hidden (space->access, former));
  g_assert_cmpuint (undone->len, ==, 3);
  for (guint i = 0; i < G_N_ELEMENTS (rowids); i++)
    {
      g_autofree char *text = dup_text (space, rowids[i]);

      g_assert_cmpstr (text, ==, before[i]);
      g_free (before[i]);
    }
}

static void
other_labels_survive (void)
{
  g_autoptr (HyTestSpace) space = hy_test_space_new ();
  gint64 rowid = put_text (space, labelled);
  g_autoptr (GArray) shown = settings_of (rowid, FALSE);
  g_autoptr (GArray) former = hy_test_await_boxed (hy_document_set_hidden (space->access, shown));
  g_autoptr (HyVaultRow) row = dup_row (space, rowid);
  g_autofree char *text = dup_text (space, rowid);

  g_assert_cmpint (g_array_index (former, HyDocumentSetting, 0).value, ==, 1);
  g_assert_cmpstr (text, ==,
                   "{\"resourceType\":\"DocumentReference\", \"x\":1.50,\n \"securityLabel\": [ {\"coding\":[{\"code\":\"N\"}]}, "
                   "{\"coding\":[{\"code\":\"INVISIBLE_REPRESENTANTS_LEGAUX\"}]} ],\n \"description\":\"Letter\"}");
  g_assert_cmpuint (row->flags & (HY_ROW_HIDDEN_PRO | HY_ROW_HIDDEN_LEGAL), ==, HY_ROW_HIDDEN_LEGAL);
}

static void
moves_its_own_to_a_shelf_and_back (void)
{
  g_autoptr (HyTestSpace) space = hy_test_space_new ();
  gint64 first = put_text (space, local), second = put_text (space, filed);
  gint lab = hy_document_shelf_from_code ("BIOLOGIE"), papers = hy_document_shelf_from_code ("DOC_ADM"), letters = hy_document_shelf_from_code ("CERT_MED");
  g_autoptr (GArray) rowids = g_array_new (FALSE, FALSE, sizeof first);
  g_autoptr (GArray) settings = NULL, former = NULL, once_more = NULL, former_of_second = NULL, undone = NULL, original = NULL;
  g_autoptr (HyVaultRow) row = dup_row (space, first);
  g_autoptr (HyVaultRow) moved = NULL, back = NULL;
  g_autofree char *text = NULL, *other = NULL;

  g_array_append_val (rowids, first);
  g_array_append_val (rowids, second);
  g_assert_cmpint (row->shelf, ==, lab);
  settings = hy_document_settings_new (rowids, papers);
  former = hy_test_await_boxed (hy_document_set_shelves (space->access, settings));
  g_assert_cmpuint (former->len, ==, 2);
  moved = dup_row (space, first);
  g_assert_cmpint (moved->shelf, ==, papers);
  g_assert_cmpstr (moved->type_code, ==, "11502-2");

  once_more = hy_document_settings_new (rowids, letters);
  former_of_second = hy_test_await_boxed (hy_document_set_shelves (space->access, once_more));
  g_assert_cmpint (g_array_index (former_of_second, HyDocumentSetting, 1).value, ==, papers);
  undone = hy_test_await_boxed (hy_document_set_shelves (space->access, former_of_second));
  back = dup_row (space, second);
  g_assert_cmpint (back->shelf, ==, papers);
  original = hy_test_await_boxed (hy_document_set_shelves (space->access, former));
  text = dup_text (space, first);
  g_assert_cmpstr (text, ==, local);
  other = dup_text (space, second);
  g_assert_cmpstr (other, ==, filed);
}

static void
what_others_made_stays_on_its_shelf (void)
{
  g_autoptr (HyTestSpace) space = hy_test_space_new ();
  g_autoptr (GBytes) real = read_fixture (REAL);
  gint64 theirs = put (space, real, 0), mine = put_text (space, local);
  g_autoptr (GArray) rowids = g_array_new (FALSE, FALSE, sizeof mine);
  g_autoptr (GArray) settings = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_array_append_val (rowids, mine);
  g_array_append_val (rowids, theirs);
  settings = hy_document_settings_new (rowids, 0);
  g_assert_false (hy_run_to_end (hy_document_set_shelves (space->access, settings), &error));
  g_assert_error (error, HY_ERROR, HY_ERROR_DENIED);
  text = dup_text (space, mine);
  g_assert_cmpstr (text, ==, local);
}

static void
an_edit_meanwhile_is_kept (void)
{
  g_autoptr (HyTestSpace) space = hy_test_space_new ();
  gint64 rowid = put_text (space, local);
  g_autoptr (HyDraft) draft = hy_draft_new (space->access, rowid);
  g_autoptr (GArray) settings = settings_of (rowid, TRUE);
  g_autoptr (GArray) former = NULL;
  g_autoptr (HyVaultRow) row = NULL;
  DexFuture *hiding, *committing;
  g_autoptr (GError) error = NULL;

  hy_test_await (hy_draft_load (draft));
  g_assert_true (hy_draft_set_string (draft, "description", "Renamed", NULL));
  /* Whichever comes first, the hiding does not undo the edit; the edit may be told to look again. */
  hiding = hy_document_set_hidden (space->access, settings);
  committing = hy_draft_commit (draft);
  hy_run_to_end (committing, &error);
  former = hy_test_await_boxed (hiding);
  g_assert_cmpuint (former->len, ==, 1);
  row = dup_row (space, rowid);
  g_assert_true (row->flags & HY_ROW_HIDDEN_PRO);
  if (error == NULL)
    g_assert_cmpstr (row->title, ==, "Renamed");
  else
    g_assert_error (error, HY_ERROR, HY_ERROR_CONFLICT);
}

static void
without_the_right_nothing_changes (void)
{
  g_autoptr (HyTestSpace) space = hy_test_space_new ();
  g_autoptr (HyAccess) reader = hy_test_space_new_reader (space);
  gint64 rowid = put_text (space, local);
  g_autoptr (GArray) settings = settings_of (rowid, TRUE);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_assert_true (hy_document_may_hide (space->access));
  g_assert_false (hy_document_may_hide (reader));
  g_assert_false (hy_document_may_move (reader, HY_ROW_LOCAL));
  g_assert_false (hy_run_to_end (hy_document_set_hidden (reader, settings), &error));
  g_assert_error (error, HY_ERROR, HY_ERROR_DENIED);
  text = dup_text (space, rowid);
  g_assert_cmpstr (text, ==, local);
}

static gboolean
is_short (gpointer list)
{
  return g_list_model_get_n_items (list) == 1;
}

static gboolean
is_whole (gpointer list)
{
  return g_list_model_get_n_items (list) == 2;
}

static void
the_list_follows_what_is_let_go (void)
{
  g_autoptr (HyTestSpace) space = hy_test_space_new ();
  gint64 first = put_text (space, local);
  g_autoptr (HyDocumentList) list = hy_document_list_new (space->access);
  g_autoptr (GArray) rowids = g_array_new (FALSE, FALSE, sizeof first);
  g_autofree char *text = NULL;

  put_text (space, filed);
  g_array_append_val (rowids, first);
  hy_test_await (hy_document_list_load (list));
  g_assert_cmpuint (hy_document_list_get_total (list), ==, 2);
  hy_test_await (hy_record_let_go (space->access, rowids));
  hy_test_iterate_until (is_short, list);
  g_assert_cmpuint (hy_document_list_get_total (list), ==, 1);
  hy_test_await (hy_record_bring_back (space->access, rowids));
  hy_test_iterate_until (is_whole, list);
  text = dup_text (space, first);
  g_assert_cmpstr (text, ==, local);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/records/document-settings/hides-and-undoes-to-the-byte", hides_and_undoes_to_the_byte);
  g_test_add_func ("/records/document-settings/other-labels-survive", other_labels_survive);
  g_test_add_func ("/records/document-settings/moves-its-own-to-a-shelf-and-back", moves_its_own_to_a_shelf_and_back);
  g_test_add_func ("/records/document-settings/what-others-made-stays-on-its-shelf", what_others_made_stays_on_its_shelf);
  g_test_add_func ("/records/document-settings/an-edit-meanwhile-is-kept", an_edit_meanwhile_is_kept);
  g_test_add_func ("/records/document-settings/without-the-right-nothing-changes", without_the_right_nothing_changes);
  g_test_add_func ("/records/document-settings/the-list-follows-what-is-let-go", the_list_follows_what_is_let_go);
  return g_test_run ();
}
