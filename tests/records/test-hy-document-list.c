/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "records/hy-document-list.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "fhir/hy-document-types.h"
#include "fhir/hy-resource-row.h"
#include "records/hy-record-change.h"
#include "records/hy-record-folder.h"
#include "records/hy-record-item.h"
#include "records/hy-record-lookup.h"
#include "support/hy-test-space.h"

#include <malloc.h>
#include <string.h>

/* Many enough that a list which did something for each would show. */
#define MANY 10000

static HyVaultItem *
new_document (const char *title,
              const char *date,
              const char *shelf,
              guint flags)
{
  g_autofree char *date_member = date != NULL ? g_strdup_printf (",\"date\":\"%s\"", date) : g_strdup ("");
  g_autofree char *text = g_strdup_printf ("{\"resourceType\":\"DocumentReference\",\"id\":\"%s\",\"status\":\"current\"%s,"
                                           "\"description\":\"%s\"}",
                                           title, date_member, title);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  g_autoptr (HyJson) json = hy_json_parse (bytes, &error);
  g_auto (HyResourceRow) row = { 0 };
  HyVaultItem *item;

  g_assert_no_error (error);
  hy_resource_row_read (json, hy_json_root (json), &row, &error);
  g_assert_no_error (error);
  item = hy_record_item_new (bytes, &row, NULL);
  g_set_str (&item->row.title, title);
  item->row.flags = flags;
  item->row.shelf = shelf != NULL ? hy_document_shelf_from_code (shelf) : -1;
  return item;
}

static gint64
put (HyTestSpace *space,
     GPtrArray *items)
{
  g_autoptr (GArray) results = NULL;
  g_autoptr (GError) error = NULL;
  DexFuture *begun = hy_vault_begin_origin (space->access, "test");
  gint64 origin;

  dex_ref (begun);
  hy_run_to_end (begun, &error);
  g_assert_no_error (error);
  origin = g_value_get_int64 (dex_future_get_value (begun, NULL));
  dex_unref (begun);
  results = hy_test_await_boxed (hy_vault_put (space->access, origin, items));
  return g_array_index (results, HyPutResult, results->len - 1).rowid;
}

static gint64
put_one (HyTestSpace *space,
         const char *title,
         const char *date,
         const char *shelf,
         guint flags)
{
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify) hy_vault_item_free);

  g_ptr_array_add (items, new_document (title, date, shelf, flags));
  return put (space, items);
}

/* Document n: one a day backwards from the end of 2026, so that n is its place when the newest comes first. */
static void
put_many (HyTestSpace *space,
          guint count)
{
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify) hy_vault_item_free);
  g_autoptr (GDateTime) last = g_date_time_new_utc (2026, 12, 31, 0, 0, 0);

  for (guint n = 0; n < count; n++)
    {
      g_autoptr (GDateTime) day = g_date_time_add_days (last, -(int) n);
      g_autofree char *date = g_date_time_format (day, "%Y-%m-%d");
      g_autofree char *dated = g_strconcat (date, "T08:00:00Z", NULL);
      g_autofree char *title = g_strdup_printf ("paper-%05u", n);

      g_ptr_array_add (items, new_document (title, dated, n % 2 == 0 ? "BIOLOGIE" : "CPT_REND", 0));
    }
  put (space, items);
}

static gboolean
row_is_loaded (gpointer row)
{
  return hy_document_row_get_loaded (row);
}

static gboolean
list_is_quiet (gpointer list)
{
  return !hy_document_list_get_loading (list);
}

/* The titles of the whole list, with commas. */
static char *
dup_titles (HyDocumentList *list)
{
  GString *titles = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    {
      g_autoptr (HyDocumentRow) row = g_list_model_get_item (G_LIST_MODEL (list), i);

      hy_test_iterate_until (row_is_loaded, row);
      g_string_append_printf (titles, "%s%s", i > 0 ? "," : "", hy_document_row_get_row (row)->title);
    }
  return g_string_free (titles, FALSE);
}

static void
assert_titles (HyDocumentList *list,
               const char *expected)
{
  g_autofree char *titles = dup_titles (list);

  g_assert_cmpstr (titles, ==, expected);
}

static HyDocumentList *
new_loaded_list (HyTestSpace *space)
{
  HyDocumentList *list = hy_document_list_new (space->access);

  hy_test_await (hy_document_list_load (list));
  return list;
}

typedef struct
{
  guint position, removed, added, count;
} Change;

static void
on_items_changed (GListModel *model,
                  guint position,
                  guint removed,
                  guint added,
                  Change *change)
{
  *change = (Change) { position, removed, added, change->count + 1 };
}

static gboolean
has_changed (gpointer change)
{
  return ((Change *) change)->count > 0;
}

static void
put_five (HyTestSpace *space)
{
  put_one (space, "c-march", "2024-03-02T10:00:00Z", "BIOLOGIE", HY_ROW_UNREAD);
  put_one (space, "a-undated", NULL, "CPT_REND", 0);
  put_one (space, "e-may", "2025-05-20T10:00:00Z", "BIOLOGIE", 0);
  put_one (space, "b-march", "2024-03-28T10:00:00Z", "ORD_SOIN", HY_ROW_UNREAD);
  put_one (space, "d-old", "1999-01-01T10:00:00Z", NULL, 0);
}

static void
test_orders (void)
{
  g_autoptr (HyTestSpace) space = hy_test_space_new ();
  g_autoptr (HyDocumentList) list = NULL;

  put_five (space);
  list = new_loaded_list (space);
  g_assert_cmpuint (hy_document_list_get_total (list), ==, 5);
  g_assert_cmpuint (hy_document_list_get_unread (list), ==, 2);
  assert_titles (list, "e-may,b-march,c-march,d-old,a-undated");
  hy_document_list_set_sort (list, HY_SORT_OLDEST);
  hy_test_iterate_until (list_is_quiet, list);
  assert_titles (list, "d-old,c-march,b-march,e-may,a-undated");
  hy_document_list_set_sort (list, HY_SORT_TITLE);
  hy_test_iterate_until (list_is_quiet, list);
  assert_titles (list, "a-undated,b-march,c-march,d-old,e-may");
}

static void
assert_section (HyDocumentList *list,
                guint position,
                guint expected_start,
                guint expected_end)
{
  guint start, end;

  hy_document_list_get_section (list, position, &start, &end);
  g_assert_cmpuint (start, ==, expected_start);
  g_assert_cmpuint (end, ==, expected_end);
}

static void
test_months (void)
{
  g_autoptr (HyTestSpace) space = hy_test_space_new ();
  g_autoptr (HyDocumentList) list = NULL;
  gint year, month;

  put_five (space);
  list = new_loaded_list (space);
  assert_section (list, 0, 0, 1);
  assert_section (list, 1, 1, 3);
  assert_section (list, 2, 1, 3);
  assert_section (list, 3, 3, 4);
  assert_section (list, 4, 4, 5);
  assert_section (list, 5, 5, G_MAXUINT);
  g_assert_true (hy_document_list_get_month (list, 2, &year, &month));
  g_assert_cmpint (year, ==, 2024);
  g_assert_cmpint (month, ==, 3);
  g_assert_false (hy_document_list_get_month (list, 4, &year, &month));
  hy_document_list_set_sort (list, HY_SORT_AUTHOR);
  hy_test_iterate_until (list_is_quiet, list);
  assert_section (list, 3, 0, 5);
  g_assert_false (hy_document_list_get_month (list, 1, &year, &month));
}

static void
test_shelves (void)
{
  g_autoptr (HyTestSpace) space = hy_test_space_new ();
  g_autoptr (HyDocumentList) list = NULL;
  gint biology = hy_document_shelf_from_code ("BIOLOGIE");
  Change change = { 0 };

  put_five (space);
  list = new_loaded_list (space);
  g_assert_cmpuint (hy_document_list_count_shelf (list, biology), ==, 2);
  g_assert_cmpuint (hy_document_list_count_shelf (list, hy_document_shelf_from_code ("SYNTHESE")), ==, 0);
  g_signal_connect (list, "items-changed", G_CALLBACK (on_items_changed), &change);
  /* At once: shelves need no answer from the vault.  The first one stays where it was. */
  hy_document_list_set_shelf (list, biology);
  g_assert_cmpuint (change.count, ==, 1);
  g_assert_cmpuint (change.position, ==, 1);
  assert_titles (list, "e-may,c-march");
  g_assert_cmpuint (hy_document_list_get_total (list), ==, 5);
  hy_document_list_set_shelf (list, -1);
  assert_titles (list, "e-may,b-march,c-march,d-old,a-undated");
}

static void
test_newest_query_wins (void)
{
  g_autoptr (HyTestSpace) space = hy_test_space_new ();
  g_autoptr (HyDocumentList) list = NULL;

  put_many (space, 300);
  list = new_loaded_list (space);
  hy_document_list_set_query (list, "paper 00007");
  hy_document_list_set_query (list, "paper 00099");
  hy_document_list_set_query (list, " ");
  hy_document_list_set_query (list, "paper 00123");
  g_assert_true (hy_document_list_get_loading (list));
  hy_test_iterate_until (list_is_quiet, list);
  assert_titles (list, "paper-00123");
  hy_document_list_set_query (list, "nothing has this");
  hy_test_iterate_until (list_is_quiet, list);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 0);
  hy_document_list_set_query (list, NULL);
  hy_test_iterate_until (list_is_quiet, list);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 300);
}

static void
test_rows_on_demand (void)
{
  g_autoptr (HyTestSpace) space = hy_test_space_new ();
  g_autoptr (HyDocumentList) list = NULL;
  g_autoptr (HyDocumentRow) first = NULL, far = NULL, again = NULL, beside = NULL;
  gint64 before, after;

  put_many (space, MANY);
  before = (gint64) mallinfo2 ().uordblks;
  list = new_loaded_list (space);
  after = (gint64) mallinfo2 ().uordblks;
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, MANY);
  g_test_message ("%.1f bytes a document", (double) (after - before) / MANY);
  /* 16 bytes of key in an array that grew by doubling, the first rows, and what the vault's own cache took. */
  /* Less than before is possible: what an earlier step let go comes back meanwhile. */
  g_assert_cmpint (after - before, <, MANY * 40 + 256 * 1024);

  first = g_list_model_get_item (G_LIST_MODEL (list), 0);
  g_assert_true (hy_document_row_get_loaded (first));
  g_assert_cmpstr (hy_document_row_get_row (first)->title, ==, "paper-00000");

  far = g_list_model_get_item (G_LIST_MODEL (list), 7000);
  g_assert_false (hy_document_row_get_loaded (far));
  again = g_list_model_get_item (G_LIST_MODEL (list), 7000);
  g_assert_true (again == far);
  hy_test_iterate_until (row_is_loaded, far);
  g_assert_cmpstr (hy_document_row_get_row (far)->title, ==, "paper-07000");
  /* Its neighbours came along. */
  beside = g_list_model_get_item (G_LIST_MODEL (list), 7010);
  g_assert_true (hy_document_row_get_loaded (beside));
  g_assert_cmpstr (hy_document_row_get_row (beside)->title, ==, "paper-07010");
}

static void
test_changes_touch_little (void)
{
  g_autoptr (HyTestSpace) space = hy_test_space_new ();
  g_autoptr (HyDocumentList) list = NULL;
  g_autoptr (HyDocumentRow) kept = NULL, now = NULL, added = NULL;
  Change change = { 0 };
  gint64 rowid;

  put_many (space, 400);
  list = new_loaded_list (space);
  kept = g_list_model_get_item (G_LIST_MODEL (list), 200);
  hy_test_iterate_until (row_is_loaded, kept);
  g_signal_connect (list, "items-changed", G_CALLBACK (on_items_changed), &change);

  rowid = put_one (space, "between", "2026-12-21T12:00:00Z", "ORD_SOIN", HY_ROW_UNREAD);
  hy_test_iterate_until (has_changed, &change);
  g_assert_cmpuint (change.count, ==, 1);
  g_assert_cmpuint (change.position, ==, 10);
  g_assert_cmpuint (change.removed, ==, 0);
  g_assert_cmpuint (change.added, ==, 1);
  g_assert_cmpuint (hy_document_list_get_unread (list), ==, 1);
  now = g_list_model_get_item (G_LIST_MODEL (list), 201);
  g_assert_true (now == kept);
  g_assert_cmpstr (hy_document_row_get_row (now)->title, ==, "paper-00200");

  change = (Change) { 0 };
  hy_test_await (hy_record_remove (space->access, rowid));
  hy_test_iterate_until (has_changed, &change);
  g_assert_cmpuint (change.position, ==, 10);
  g_assert_cmpuint (change.removed, ==, 1);
  g_assert_cmpuint (change.added, ==, 0);
  g_assert_cmpuint (hy_document_list_get_unread (list), ==, 0);
}

static gboolean
is_read (gpointer row)
{
  return !(hy_document_row_get_row (row)->flags & HY_ROW_UNREAD);
}

static void
test_rows_follow (void)
{
  g_autoptr (HyTestSpace) space = hy_test_space_new ();
  g_autoptr (HyDocumentList) list = NULL;
  g_autoptr (HyDocumentRow) row = NULL;
  Change change = { 0 };

  put_five (space);
  list = new_loaded_list (space);
  row = g_list_model_get_item (G_LIST_MODEL (list), 1);
  g_assert_false (is_read (row));
  g_signal_connect (list, "items-changed", G_CALLBACK (on_items_changed), &change);
  hy_test_await (hy_record_mark_read (space->access, hy_document_row_get_rowid (row)));
  hy_test_iterate_until (is_read, row);
  g_assert_cmpuint (hy_document_list_get_unread (list), ==, 1);
  /* Nothing moved: the view keeps its widgets, the row says by itself that it reads differently. */
  g_assert_cmpuint (change.count, ==, 0);
}

static void
test_goes_in_the_middle (void)
{
  g_autoptr (HyTestSpace) space = hy_test_space_new ();
  HyDocumentList *list = NULL;
  g_autoptr (HyDocumentRow) orphan = NULL;

  put_many (space, 300);
  list = new_loaded_list (space);
  orphan = g_list_model_get_item (G_LIST_MODEL (list), 299);
  hy_document_list_set_query (list, "paper");
  g_object_add_weak_pointer (G_OBJECT (list), (gpointer *) &list);
  g_object_unref (list);
  g_assert_null (list);
  /* The answers still come, and find nobody. */
  for (guint i = 0; i < 100; i++)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  g_assert_false (hy_document_row_get_loaded (orphan));
}

/* What is new is found without any list. */
static void
test_newest_unread (void)
{
  g_autoptr (HyTestSpace) space = hy_test_space_new ();
  g_autoptr (HyVaultListing) one = NULL;
  g_autoptr (HyVaultListing) all = NULL;
  g_autoptr (HyVaultListing) rest = NULL;

  put_five (space);
  one = hy_test_await_boxed (hy_record_list_unread (space->access, HY_CLASS_DOCUMENT, 1));
  g_assert_cmpuint (one->rows->len, ==, 1);
  g_assert_cmpstr (((HyVaultRow *) g_ptr_array_index (one->rows, 0))->title, ==, "b-march");
  all = hy_test_await_boxed (hy_record_list_unread (space->access, HY_CLASS_DOCUMENT, 9));
  g_assert_cmpuint (all->keys->len, ==, 2);
  g_assert_cmpuint (all->rows->len, ==, 2);
  g_assert_cmpstr (((HyVaultRow *) g_ptr_array_index (all->rows, 1))->title, ==, "c-march");
  hy_test_await (hy_record_mark_read (space->access, g_array_index (one->keys, HyVaultKey, 0).rowid));
  rest = hy_test_await_boxed (hy_record_list_unread (space->access, HY_CLASS_DOCUMENT, 9));
  g_assert_cmpuint (rest->rows->len, ==, 1);
  g_assert_cmpstr (((HyVaultRow *) g_ptr_array_index (rest->rows, 0))->title, ==, "c-march");
}

static gboolean
has_any (HyTestSpace *space,
         guint klass)
{
  g_autoptr (GError) error = NULL;
  DexFuture *future = hy_record_has_any (space->access, klass);
  gboolean any;

  dex_ref (future);
  hy_run_to_end (future, &error);
  g_assert_no_error (error);
  any = g_value_get_boolean (dex_future_get_value (future, NULL));
  dex_unref (future);
  return any;
}

static void
test_has_any (void)
{
  g_autoptr (HyTestSpace) space = hy_test_space_new ();

  g_assert_false (has_any (space, HY_CLASS_DOCUMENT));
  put_one (space, "first", "2024-03-02T10:00:00Z", NULL, 0);
  g_assert_true (has_any (space, HY_CLASS_DOCUMENT));
  g_assert_false (has_any (space, HY_CLASS_MEASURE));
}

static void
set_filter (HyDocumentList *list,
            HyDocumentFilter filter)
{
  hy_document_list_set_filter (list, &filter);
  hy_test_iterate_until (list_is_quiet, list);
}

static gboolean
has_pin (gpointer list)
{
  return hy_document_list_get_n_pinned (list) == 1;
}

static void
mark (HyTestSpace *space,
      gint64 rowid,
      guint set,
      guint clear)
{
  g_autoptr (GArray) rowids = g_array_new (FALSE, FALSE, sizeof rowid);

  g_array_append_val (rowids, rowid);
  hy_test_await (hy_record_mark (space->access, rowids, set, clear));
}

static void
test_filters (void)
{
  g_autoptr (HyTestSpace) space = hy_test_space_new ();
  g_autoptr (HyDocumentList) list = NULL;
  g_autoptr (GArray) years = NULL;
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify) hy_vault_item_free);
  HyVaultItem *item = new_document ("f-benali", "2025-01-10T10:00:00Z", "BIOLOGIE", HY_ROW_LOCAL);

  put_five (space);
  item->row.author = g_strdup ("Dr Benali");
  g_ptr_array_add (items, item);
  put (space, items);
  list = new_loaded_list (space);

  set_filter (list, (HyDocumentFilter) { .year = 2024 });
  assert_titles (list, "b-march,c-march");
  assert_section (list, 0, 0, 2);
  set_filter (list, (HyDocumentFilter) { .flags = HY_ROW_UNREAD });
  assert_titles (list, "b-march,c-march");
  set_filter (list, (HyDocumentFilter) { .flags = HY_ROW_UNREAD | HY_ROW_LOCAL });
  assert_titles (list, "");
  set_filter (list, (HyDocumentFilter) { .author = (char *) "Dr Benali" });
  assert_titles (list, "f-benali");
  /* With shelf and words together. */
  set_filter (list, (HyDocumentFilter) { .year = 2025 });
  hy_document_list_set_shelf (list, hy_document_shelf_from_code ("BIOLOGIE"));
  assert_titles (list, "e-may,f-benali");
  hy_document_list_set_query (list, "may");
  hy_test_iterate_until (list_is_quiet, list);
  assert_titles (list, "e-may");
  set_filter (list, (HyDocumentFilter) { .year = 2025, .author = (char *) "Dr Benali" });
  assert_titles (list, "");
  /* Taken away, all of it is back at once. */
  hy_document_list_set_query (list, NULL);
  hy_document_list_set_shelf (list, -1);
  set_filter (list, (HyDocumentFilter) { 0 });
  assert_titles (list, "e-may,f-benali,b-march,c-march,d-old,a-undated");

  years = hy_document_list_dup_years (list);
  g_assert_cmpuint (years->len, ==, 3);
  g_assert_cmpint (g_array_index (years, HyDocumentYear, 0).year, ==, 2025);
  g_assert_cmpuint (g_array_index (years, HyDocumentYear, 0).count, ==, 2);
  g_assert_cmpuint (hy_document_list_count_flags (list, HY_ROW_UNREAD), ==, 2);
}

static void
test_folder (void)
{
  g_autoptr (HyTestSpace) space = hy_test_space_new ();
  g_autoptr (HyDocumentList) list = NULL;
  g_autoptr (DexFuture) added = NULL;
  gint64 rowid, folder;

  put_five (space);
  rowid = put_one (space, "g-folder", "2023-01-01T10:00:00Z", NULL, 0);
  added = hy_record_add_folder (space->access, "Teeth");
  hy_test_await (dex_ref (added));
  folder = g_value_get_int64 (dex_future_get_value (added, NULL));
  hy_test_await (hy_record_put_in_folder (space->access, rowid, folder));
  list = new_loaded_list (space);
  set_filter (list, (HyDocumentFilter) { .folder = folder });
  assert_titles (list, "g-folder");
}

static void
test_pins (void)
{
  g_autoptr (HyTestSpace) space = hy_test_space_new ();
  g_autoptr (HyDocumentList) list = NULL;
  Change change = { 0 };
  gint64 rowid;
  guint position;
  gint year, month;

  put_five (space);
  rowid = put_one (space, "p-pinned", "2000-01-01T10:00:00Z", NULL, 0);
  list = new_loaded_list (space);
  assert_titles (list, "e-may,b-march,c-march,p-pinned,d-old,a-undated");
  g_signal_connect (list, "items-changed", G_CALLBACK (on_items_changed), &change);
  mark (space, rowid, HY_ROW_PINNED, 0);
  hy_test_iterate_until (has_pin, list);
  assert_titles (list, "p-pinned,e-may,b-march,c-march,d-old,a-undated");
  /* Those in between kept their rows: one went, one came. */
  g_assert_cmpuint (change.count, ==, 2);
  g_assert_cmpuint (change.position, ==, 0);
  g_assert_cmpuint (change.removed, ==, 0);
  g_assert_cmpuint (change.added, ==, 1);
  assert_section (list, 0, 0, 1);
  assert_section (list, 1, 1, 2);
  assert_section (list, 2, 2, 4);
  g_assert_true (hy_document_list_find (list, rowid, &position));
  g_assert_cmpuint (position, ==, 0);
  g_assert_false (hy_document_list_get_month (list, 0, &year, &month));
  g_assert_true (hy_document_list_get_month (list, 1, &year, &month));
  g_assert_cmpint (year, ==, 2025);

  /* Among words found, and in other orders, it has its ordinary place. */
  hy_document_list_set_query (list, "march");
  hy_test_iterate_until (list_is_quiet, list);
  g_assert_cmpuint (hy_document_list_get_n_pinned (list), ==, 0);
  assert_titles (list, "b-march,c-march");
  hy_document_list_set_query (list, NULL);
  g_assert_cmpuint (hy_document_list_get_n_pinned (list), ==, 1);
  hy_document_list_set_sort (list, HY_SORT_TITLE);
  hy_test_iterate_until (list_is_quiet, list);
  assert_titles (list, "a-undated,b-march,c-march,d-old,e-may,p-pinned");
}

static void
test_locked (void)
{
  g_autoptr (HyTestSpace) space = hy_test_space_new ();
  g_autoptr (HyDocumentList) list = hy_document_list_new (space->access);
  g_autoptr (GError) error = NULL;

  hy_test_await (hy_session_lock (space->session));
  g_assert_false (hy_run_to_end (hy_document_list_load (list), &error));
  g_assert_error (error, HY_ERROR, HY_ERROR_LOCKED);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 0);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/records/document-list/newest-first-and-undated-last", test_orders);
  g_test_add_func ("/records/document-list/months-are-sections", test_months);
  g_test_add_func ("/records/document-list/shelves-need-no-vault", test_shelves);
  g_test_add_func ("/records/document-list/newest-query-wins", test_newest_query_wins);
  g_test_add_func ("/records/document-list/rows-come-when-looked-at", test_rows_on_demand);
  g_test_add_func ("/records/document-list/changes-touch-little", test_changes_touch_little);
  g_test_add_func ("/records/document-list/rows-follow-the-space", test_rows_follow);
  g_test_add_func ("/records/document-list/may-go-in-the-middle", test_goes_in_the_middle);
  g_test_add_func ("/records/lookup/newest-unread-without-a-list", test_newest_unread);
  g_test_add_func ("/records/lookup/says-whether-there-is-any", test_has_any);
  g_test_add_func ("/records/document-list/filters-narrow-together", test_filters);
  g_test_add_func ("/records/document-list/folder-is-a-filter", test_folder);
  g_test_add_func ("/records/document-list/pinned-come-first", test_pins);
  g_test_add_func ("/records/document-list/locked-space-is-refused", test_locked);
  return g_test_run ();
}
