/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "records/hy-document-edit.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "fhir/hy-resource-row.h"
#include "records/hy-record-item.h"
#include "support/hy-test-space.h"

#include <string.h>

#define LOCAL "\"meta\":{\"tag\":[{\"system\":\"" HY_TAG_SYSTEM "\",\"code\":\"local\"}]}"

/* As a file that was added: no author, a number that a JSON tree would change, odd spacing. */
static const char own[] = "{\"resourceType\":\"DocumentReference\", \"id\":\"d1\"," LOCAL ",\"status\":\"current\",\n"
                          "  \"date\":\"2026-11-20T00:00:00Z\",  \"description\":\"Bilan\",\"x-unknown\":[1.50,12345678901234567890]}";
static const char others[] = "{\"resourceType\":\"DocumentReference\",\"id\":\"d2\"," LOCAL ",\"status\":\"current\","
                             "\"author\":[{\"display\":\"Dr Benali\"}],\"description\":\"Lettre\"}";

static gint64
put (HyTestSpace *space,
     const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GError) error = NULL;
  g_autoptr (HyJson) json = hy_json_parse (bytes, &error);
  g_auto (HyResourceRow) row = { 0 };
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify) hy_vault_item_free);
  g_autoptr (GArray) results = NULL;
  HyVaultItem *item;

  g_assert_no_error (error);
  g_assert_true (hy_resource_row_read (json, hy_json_root (json), &row, NULL));
  item = hy_record_item_new (bytes, &row, NULL);
  item->row.flags |= HY_ROW_PINNED;
  g_ptr_array_add (items, item);
  results = hy_test_await_boxed (hy_vault_put (space->access, 1, items));
  return g_array_index (results, HyPutResult, 0).rowid;
}

static char *
dup_text (DexFuture *future)
{
  g_autoptr (GBytes) bytes = hy_test_await_boxed (future);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static char *
dup_replaced (const char *text,
              const char *what,
              const char *by)
{
  g_auto (GStrv) parts = g_strsplit (text, what, 2);

  g_assert_cmpuint (g_strv_length (parts), ==, 2);
  return g_strjoinv (by, parts);
}

static void
test_splices (void)
{
  g_autoptr (HyTestSpace) space = hy_test_space_new ();
  gint64 rowid = put (space, own);
  g_autofree char *titled = dup_replaced (own, "\"Bilan\"", "\"Bilan du c\xc5\x93ur\"");
  g_autofree char *first = NULL, *second = NULL, *third = NULL, *before = NULL, *dated = NULL;
  g_autoptr (HyVaultRow) row = NULL;

  hy_test_await (hy_document_edit (space->access, rowid, "  Bilan du c\xc5\x93ur ", (HyDate) { 0 }));
  first = dup_text (hy_vault_dup_resource (space->access, rowid));
  g_assert_cmpstr (first, ==, titled);

  /* A month alone, where there was no date of the act. */
  hy_test_await (hy_document_edit (space->access, rowid, "Bilan du c\xc5\x93ur", (HyDate) { 2025, 3, 0 }));
  second = dup_text (hy_vault_dup_resource (space->access, rowid));
  g_assert_nonnull (strstr (second, "\"context\":{\"period\":{\"start\":\"2025-03\"}}"));
  dated = dup_replaced (second, "\"2025-03\"", "\"2024-02-29\"");
  hy_test_await (hy_document_edit (space->access, rowid, "Bilan du c\xc5\x93ur", (HyDate) { 2024, 2, 29 }));
  third = dup_text (hy_vault_dup_resource (space->access, rowid));
  g_assert_cmpstr (third, ==, dated);

  row = hy_test_await_boxed (hy_vault_dup_row (space->access, rowid));
  g_assert_cmpstr (row->title, ==, "Bilan du c\xc5\x93ur");
  g_assert_cmpstr (row->date, ==, "2024-02-29");
  g_assert_cmpint (row->version, ==, 4);
  /* The pin is of this computer, and stays. */
  g_assert_true (row->flags & HY_ROW_PINNED);
  before = dup_text (hy_vault_dup_history (space->access, rowid, 1));
  g_assert_cmpstr (before, ==, own);
}

static void
test_waits_to_be_sent (void)
{
  g_autoptr (HyTestSpace) space = hy_test_space_new ();
  gint64 rowid = put (space, own);
  g_autoptr (DexFuture) count = NULL;

  hy_test_await (hy_document_edit (space->access, rowid, "Autre", (HyDate) { 0 }));
  count = hy_vault_outbox_count (space->access);
  hy_test_await (dex_ref (count));
  g_assert_cmpuint (g_value_get_uint (dex_future_get_value (count, NULL)), ==, 1);
}

static void
refused (DexFuture *future,
         gint code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (hy_run_to_end (future, &error));
  g_assert_error (error, HY_ERROR, code);
}

static void
test_leaves_professionals (void)
{
  g_autoptr (HyTestSpace) space = hy_test_space_new ();
  gint64 rowid = put (space, others);
  g_autofree char *after = NULL;

  refused (hy_document_edit (space->access, rowid, "Autre", (HyDate) { 0 }), HY_ERROR_DENIED);
  after = dup_text (hy_vault_dup_resource (space->access, rowid));
  g_assert_cmpstr (after, ==, others);
}

static void
test_titles (void)
{
  g_autoptr (HyTestSpace) space = hy_test_space_new ();
  gint64 rowid = put (space, own);
  g_autofree char *fits = g_strnfill (HY_TITLE_CHARS, 'x');
  g_autofree char *too_long = g_strconcat (fits, "x", NULL);

  refused (hy_document_edit (space->access, rowid, "  ", (HyDate) { 0 }), HY_ERROR_REFUSED);
  refused (hy_document_edit (space->access, rowid, too_long, (HyDate) { 0 }), HY_ERROR_REFUSED);
  hy_test_await (hy_document_edit (space->access, rowid, fits, (HyDate) { 0 }));
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/records/document-edit/changes-title-and-date-alone", test_splices);
  g_test_add_func ("/records/document-edit/waits-to-be-sent", test_waits_to_be_sent);
  g_test_add_func ("/records/document-edit/leaves-professional-documents", test_leaves_professionals);
  g_test_add_func ("/records/document-edit/refuses-titles-that-are-none", test_titles);
  return g_test_run ();
}
