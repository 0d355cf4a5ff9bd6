/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows: what is put is there, byte for byte; duplicates, edits, history, links, removal, rights. */

#include "hy-test-vault.h"

#include "base/hy-error.h"
#include "vault/hy-database.h"

#include <glib/gstdio.h>
#include <string.h>

static GBytes *
dup_bytes (HyTestVault *sandbox,
           gint64 rowid)
{
  GError *error = NULL;
  GBytes *bytes = hy_test_await_boxed (hy_vault_dup_resource (sandbox->access, rowid), &error);

  g_assert_no_error (error);
  return bytes;
}

static void
keeps_bytes (void)
{
  static const char *const samples[] = { "fhir/hl7-examples/observation-example.json", "fhir/hl7-examples/documentreference-example.json" };
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();

  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_autoptr (GBytes) in = hy_test_fixture (samples[i]);
      HyVaultItem *item = hy_test_item_new ("", "Sample", NULL);
      g_autoptr (GBytes) out = NULL;
      HyPutResult result;

      g_bytes_unref (item->json);
      item->json = g_bytes_ref (in);
      result = hy_test_vault_put (sandbox, item);
      g_assert_cmpint (result.outcome, ==, HY_PUT_ADDED);
      out = dup_bytes (sandbox, result.rowid);
      g_assert_true (g_bytes_equal (in, out));
    }
}

static HyVaultItem *
identified (const char *json,
            const char *identity,
            const char *name)
{
  HyVaultItem *item = hy_test_item_new (json, "Letter", NULL);

  item->identity = g_strdup (identity);
  if (name != NULL)
    {
      item->names = g_ptr_array_new_with_free_func (g_free);
      g_ptr_array_add (item->names, g_strdup (name));
    }
  return item;
}

static void
tells_duplicates_from_twins (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 first = hy_test_vault_put (sandbox, identified ("{\"a\":1}", "urn:x|1", NULL)).rowid;
  HyPutResult same = hy_test_vault_put (sandbox, identified ("{\"a\":1}", "urn:x|1", NULL));
  HyPutResult changed = hy_test_vault_put (sandbox, identified ("{\"a\":2}", "urn:x|1", NULL));
  HyPutResult other = hy_test_vault_put (sandbox, identified ("{\"a\":1}", "urn:x|2", NULL));

  g_assert_cmpint (same.outcome, ==, HY_PUT_DUPLICATE);
  g_assert_cmpint (same.rowid, ==, first);
  g_assert_cmpint (changed.outcome, ==, HY_PUT_SAME_IDENTITY);
  g_assert_cmpint (changed.rowid, !=, first);
  g_assert_cmpint (other.outcome, ==, HY_PUT_ADDED);
}

/* Two entries of a Bundle without an id, alike to the byte, are two when their fullUrls differ. */
static void
keeps_like_entries_of_different_names (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();

  g_assert_cmpint (hy_test_vault_put (sandbox, identified ("{}", NULL, "urn:uuid:1")).outcome, ==, HY_PUT_ADDED);
  g_assert_cmpint (hy_test_vault_put (sandbox, identified ("{}", NULL, "urn:uuid:2")).outcome, ==, HY_PUT_ADDED);
  g_assert_cmpint (hy_test_vault_put (sandbox, identified ("{}", NULL, "urn:uuid:1")).outcome, ==, HY_PUT_DUPLICATE);
}

static void
knows_a_document_by_its_bytes (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  g_autoptr (GBytes) pdf = hy_test_fixture ("pdf/minimal-document.pdf");
  HyPutResult results[2];
  g_autoptr (GBytes) out = NULL;
  GError *error = NULL;

  for (guint i = 0; i < 2; i++)
    {
      HyVaultItem *item = identified (i == 0 ? "{\"id\":\"a\"}" : "{\"id\":\"b\"}", NULL, i == 0 ? "DocumentReference/a" : "DocumentReference/b");

      item->attachment = g_bytes_ref (pdf);
      results[i] = hy_test_vault_put (sandbox, item);
    }
  g_assert_cmpint (results[1].outcome, ==, HY_PUT_DUPLICATE);
  g_assert_cmpint (results[1].rowid, ==, results[0].rowid);
  out = hy_test_await_boxed (hy_vault_dup_blob (sandbox->access, results[0].rowid), &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (out, pdf));
}

static void
edits_with_history_and_outbox (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 rowid = hy_test_vault_put (sandbox, hy_test_item_new ("{\"v\":1}", "Before", "oldword")).rowid;
  g_autoptr (GBytes) now = NULL;
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GError) conflict = NULL;
  GError *error = NULL;
  GValue *value;

  value = hy_test_await (hy_vault_edit (sandbox->access, rowid, 1, hy_test_item_new ("{\"v\":2}", "After", "newword")), &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_value_get_int (value), ==, 2);
  g_value_unset (value);
  g_free (value);

  now = dup_bytes (sandbox, rowid);
  g_assert_cmpmem (g_bytes_get_data (now, NULL), g_bytes_get_size (now), "{\"v\":2}", 7);
  before = hy_test_await_boxed (hy_vault_dup_history (sandbox->access, rowid, 1), &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (before, NULL), g_bytes_get_size (before), "{\"v\":1}", 7);
  value = hy_test_await (hy_vault_outbox_count (sandbox->access), &error);
  g_assert_cmpuint (g_value_get_uint (value), ==, 1);
  g_value_unset (value);
  g_free (value);

  g_assert_null (hy_test_await (hy_vault_edit (sandbox->access, rowid, 1, hy_test_item_new ("{\"v\":3}", "Late", NULL)), &conflict));
  g_assert_error (conflict, HY_ERROR, HY_ERROR_CONFLICT);
  value = hy_test_await (hy_vault_outbox_count (sandbox->access), &error);
  g_assert_cmpuint (g_value_get_uint (value), ==, 1);
  g_value_unset (value);
  g_free (value);
}

static gint64
await_int64 (DexFuture *future)
{
  GError *error = NULL;
  GValue *value = hy_test_await (future, &error);
  gint64 number;

  g_assert_no_error (error);
  number = g_value_get_int64 (value);
  g_value_unset (value);
  g_free (value);
  return number;
}

static void
await_done (DexFuture *future)
{
  GError *error = NULL;
  GValue *value = hy_test_await (future, &error);

  g_assert_no_error (error);
  g_value_unset (value);
  g_free (value);
}

static void
links_within_an_origin_both_ways (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  HyVaultItem *from = identified ("{\"from\":1}", NULL, "Observation/o");
  HyVaultItem *to = identified ("{\"to\":1}", NULL, "Encounter/e");
  gint64 origin = await_int64 (hy_vault_begin_origin (sandbox->access, "file"));
  gint64 other = await_int64 (hy_vault_begin_origin (sandbox->access, "file"));
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify) hy_vault_item_free);
  GPtrArray *strangers = g_ptr_array_new_with_free_func ((GDestroyNotify) hy_vault_item_free);
  g_autoptr (GArray) results = NULL;
  g_autoptr (GArray) stranger = NULL;
  g_autoptr (GArray) sources = NULL;
  GError *error = NULL;
  gint64 from_id, to_id;

  /* The one referred to comes later, and another file has one of the same name. */
  g_ptr_array_add (strangers, identified ("{\"stranger\":1}", NULL, "Encounter/e"));
  stranger = hy_test_await_boxed (hy_vault_put (sandbox->access, other, strangers), &error);
  g_assert_no_error (error);
  from->links = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (from->links, g_strdup ("Encounter/e"));
  g_ptr_array_add (from->links, g_strdup ("Practitioner/elsewhere"));
  g_ptr_array_add (items, from);
  g_ptr_array_add (items, to);
  results = hy_test_await_boxed (hy_vault_put (sandbox->access, origin, items), &error);
  g_assert_no_error (error);
  from_id = g_array_index (results, HyPutResult, 0).rowid;
  to_id = g_array_index (results, HyPutResult, 1).rowid;
  await_done (hy_vault_end_origins (sandbox->access, origin, origin));

  g_assert_cmpint (await_int64 (hy_vault_resolve (sandbox->access, from_id, "Encounter/e")), ==, to_id);
  g_assert_cmpint (await_int64 (hy_vault_resolve (sandbox->access, from_id, "Practitioner/elsewhere")), ==, 0);
  sources = hy_test_await_boxed (hy_vault_dup_links_to (sandbox->access, to_id), &error);
  g_assert_cmpuint (sources->len, ==, 1);
  g_assert_cmpint (g_array_index (sources, gint64, 0), ==, from_id);
}

static void
removes_everything_of_a_document (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  g_autoptr (GBytes) pdf = hy_test_fixture ("pdf/minimal-document.pdf");
  HyVaultItem *item = hy_test_item_new ("{}", "Gone", "vanishing");
  g_autoptr (GArray) rowids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autofree char *blobs = hy_test_vault_dup_path (sandbox, "blobs");
  g_autoptr (GError) missing = NULL;
  g_autoptr (GDir) folders = NULL;
  const char *folder;
  gint64 rowid, next;

  item->attachment = g_bytes_ref (pdf);
  rowid = hy_test_vault_put (sandbox, item).rowid;
  g_array_append_val (rowids, rowid);
  await_done (hy_vault_remove (sandbox->access, rowids));
  g_assert_null (hy_test_await (hy_vault_dup_resource (sandbox->access, rowid), &missing));
  g_assert_error (missing, HY_ERROR, HY_ERROR_MISSING);
  folders = g_dir_open (blobs, 0, NULL);
  while ((folder = g_dir_read_name (folders)) != NULL)
    {
      g_autofree char *path = g_build_filename (blobs, folder, NULL);
      g_autoptr (GDir) files = g_dir_open (path, 0, NULL);

      g_assert_null (g_dir_read_name (files));
    }
  /* Its id is never given to another. */
  next = hy_test_vault_put (sandbox, hy_test_item_new ("{}", "Next", NULL)).rowid;
  g_assert_cmpint (next, >, rowid);
}

static void
orders_and_dates_lists (void)
{
  static const gint days[] = { 0, 300, 100, 200, 0 };
  static const gint newest[] = { 300, 200, 100, 0, 0 };
  static const gint oldest[] = { 100, 200, 300, 0, 0 };
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  GError *error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (days); i++)
    {
      g_autofree char *json = g_strdup_printf ("{\"n\":%u}", i);
      HyVaultItem *item = hy_test_item_new (json, "x", NULL);

      item->row.day = days[i];
      hy_test_vault_put (sandbox, item);
    }
  for (guint k = 0; k < 2; k++)
    {
      g_autoptr (HyVaultListing) listing =
          hy_test_await_boxed (hy_vault_list (sandbox->access, 2, k == 0 ? HY_SORT_NEWEST : HY_SORT_OLDEST, 2), &error);

      g_assert_no_error (error);
      g_assert_cmpuint (listing->keys->len, ==, G_N_ELEMENTS (days));
      g_assert_cmpuint (listing->rows->len, ==, 2);
      for (guint i = 0; i < G_N_ELEMENTS (days); i++)
        g_assert_cmpint (g_array_index (listing->keys, HyVaultKey, i).day, ==, k == 0 ? newest[i] : oldest[i]);
    }
}

static void
asks_for_every_right (void)
{
  static const guint8 actor[16] = { 9 };
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 rowid = hy_test_vault_put (sandbox, hy_test_item_new ("{}", "Private", "secretword")).rowid;
  HyAccessMask other_class = { 1 << 3, 1 << 3, 1 << 3, 1 << 3 };
  HyAccessMask read_only = { G_MAXUINT64, 0, 0, 0 };
  g_autoptr (HyAccess) stranger = hy_vault_new_access (sandbox->vault, actor, other_class, 0);
  g_autoptr (HyAccess) reader = hy_vault_new_access (sandbox->vault, actor, read_only, 0);
  g_autoptr (HyAccess) late = hy_vault_new_access (sandbox->vault, actor, HY_ACCESS_OWNER, 1000);
  g_autoptr (GArray) rowids = g_array_new (FALSE, FALSE, sizeof (gint64));
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify) hy_vault_item_free);
  g_autoptr (HyVaultListing) all = NULL;
  DexFuture *denied[13];
  GError *error = NULL;

  g_array_append_val (rowids, rowid);
  g_ptr_array_add (items, hy_test_item_new ("{\"x\":1}", "New", NULL));
  denied[0] = hy_vault_dup_resource (stranger, rowid);
  denied[1] = hy_vault_list (stranger, 2, HY_SORT_NEWEST, 1);
  denied[2] = hy_vault_put (reader, 1, items);
  denied[3] = hy_vault_edit (reader, rowid, 1, hy_test_item_new ("{\"x\":2}", "Edit", NULL));
  denied[4] = hy_vault_remove (reader, rowids);
  denied[5] = hy_vault_dup_resource (late, rowid);
  denied[6] = hy_vault_set_flags (stranger, rowids, 2, 0);
  denied[7] = hy_vault_set_flags (reader, rowids, 0, 256);
  denied[8] = hy_vault_begin_origin (reader, "file");
  denied[9] = hy_vault_end_origins (reader, 1, 1);
  denied[10] = hy_vault_resolve (stranger, rowid, "Patient/1");
  denied[11] = hy_vault_verify (stranger);
  denied[12] = hy_vault_outbox_count (late);
  for (guint i = 0; i < G_N_ELEMENTS (denied); i++)
    {
      g_autoptr (GError) refusal = NULL;

      g_assert_null (hy_test_await (denied[i], &refusal));
      g_assert_error (refusal, HY_ERROR, HY_ERROR_DENIED);
    }
  all = hy_test_await_boxed (hy_vault_list (stranger, G_MAXUINT, HY_SORT_NEWEST, 1), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (all->keys->len, ==, 0);
}

static void
gives_ids_that_come_back (void)
{
  static const gint64 rowids[] = { 1, 31, 32, 1000, 123456789, G_GINT64_CONSTANT (1) << 40 };
  static const char *const wrong[] = { "", "-", "1", "abcdef-", "abcdef-1", "ilouil-1" };
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  g_autoptr (HyTestVault) other = hy_test_vault_new ();

  for (guint i = 0; i < G_N_ELEMENTS (rowids); i++)
    {
      g_autofree char *id = hy_access_dup_id (sandbox->access, rowids[i]);
      g_autofree char *upper = g_ascii_strup (id, -1);
      gint64 back = 0;

      g_assert_true (hy_access_parse_id (sandbox->access, id, &back));
      g_assert_cmpint (back, ==, rowids[i]);
      g_assert_true (hy_access_parse_id (sandbox->access, upper, &back));
      g_assert_false (hy_access_parse_id (other->access, id, &back));
    }
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      gint64 back;

      g_assert_false (hy_access_parse_id (sandbox->access, wrong[i], &back));
    }
}

static void
on_changed (HyAccess *access G_GNUC_UNUSED,
            gboolean *changed)
{
  *changed = TRUE;
}

static void
says_changed (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gboolean changed = FALSE;
  gint64 begun = g_get_monotonic_time ();

  g_signal_connect (sandbox->access, "changed", G_CALLBACK (on_changed), &changed);
  hy_test_vault_put (sandbox, hy_test_item_new ("{}", "One", NULL));
  while (!changed && g_get_monotonic_time () - begun < 5 * G_USEC_PER_SEC)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (changed);
}

static void
verifies_clean_and_finds_a_lost_file (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  g_autoptr (GBytes) pdf = hy_test_fixture ("pdf/minimal-document.pdf");
  HyVaultItem *item = hy_test_item_new ("{}", "Document", NULL);
  g_autoptr (GPtrArray) clean = NULL;
  g_autoptr (GPtrArray) damaged = NULL;
  g_autofree char *blobs = hy_test_vault_dup_path (sandbox, "blobs");
  g_autoptr (GSubprocess) rm = NULL;
  GError *error = NULL;

  item->attachment = g_bytes_ref (pdf);
  hy_test_vault_put (sandbox, item);
  clean = hy_test_await_boxed (hy_vault_verify (sandbox->access), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (clean->len, ==, 0);
  rm = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, "find", blobs, "-type", "f", "-delete", NULL);
  g_subprocess_wait (rm, NULL, NULL);
  damaged = hy_test_await_boxed (hy_vault_verify (sandbox->access), &error);
  g_assert_cmpuint (damaged->len, ==, 1);
}

/* The check gives way: locking does not wait for it, and nothing is called damaged. */
static void
stops_verifying_when_locked (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  g_autoptr (GError) error = NULL;
  DexFuture *check;

  hy_test_vault_put (sandbox, hy_test_item_new ("{}", "One", NULL));
  check = hy_vault_verify (sandbox->access);
  hy_test_vault_close (sandbox);
  if (hy_run_to_end (check, &error))
    return; /* it was quicker than the lock */
  g_assert_error (error, HY_ERROR, HY_ERROR_LOCKED);
}

/* The second export of one source: what is new there refers to what came with the first. */
static void
links_to_what_was_there_before (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 first = await_int64 (hy_vault_begin_origin (sandbox->access, "file"));
  gint64 second = await_int64 (hy_vault_begin_origin (sandbox->access, "file"));
  GPtrArray *batches[2] = { g_ptr_array_new_with_free_func ((GDestroyNotify) hy_vault_item_free),
                            g_ptr_array_new_with_free_func ((GDestroyNotify) hy_vault_item_free) };
  HyVaultItem *from = identified ("{\"from\":1}", NULL, "Observation/new");
  g_autoptr (GArray) before = NULL;
  g_autoptr (GArray) after = NULL;
  GError *error = NULL;

  g_ptr_array_add (batches[0], identified ("{\"to\":1}", NULL, "Encounter/e"));
  before = hy_test_await_boxed (hy_vault_put (sandbox->access, first, batches[0]), &error);
  g_assert_no_error (error);
  from->links = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (from->links, g_strdup ("Encounter/e"));
  g_ptr_array_add (batches[1], from);
  g_ptr_array_add (batches[1], identified ("{\"to\":1}", NULL, "Encounter/e"));
  after = hy_test_await_boxed (hy_vault_put (sandbox->access, second, batches[1]), &error);
  g_assert_no_error (error);
  await_done (hy_vault_end_origins (sandbox->access, second, second));
  g_assert_cmpint (g_array_index (after, HyPutResult, 1).outcome, ==, HY_PUT_DUPLICATE);
  g_assert_cmpint (await_int64 (hy_vault_resolve (sandbox->access, g_array_index (after, HyPutResult, 0).rowid, "Encounter/e")), ==,
                   g_array_index (before, HyPutResult, 0).rowid);
}

static HyVaultItem *
document (const char *json,
          const char *bytes,
          const char *identity,
          const char *replaces)
{
  HyVaultItem *item = identified (json, identity, NULL);

  if (bytes != NULL)
    item->attachment = g_bytes_new (bytes, strlen (bytes));
  if (replaces != NULL)
    {
      item->replaces = g_ptr_array_new_with_free_func (g_free);
      g_ptr_array_add (item->replaces, g_strdup (replaces));
    }
  return item;
}

/* A document that came alone has no identity; the same bytes with one are no second document, those with another are. */
static void
knows_a_document_with_and_without_identity (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 bare = hy_test_vault_put (sandbox, document ("{\"a\":1}", "bytes", NULL, NULL)).rowid;
  HyPutResult named = hy_test_vault_put (sandbox, document ("{\"a\":2}", "bytes", "urn:x|1", NULL));
  gint64 other = hy_test_vault_put (sandbox, document ("{\"a\":3}", "others", "urn:x|2", NULL)).rowid;
  HyPutResult unnamed = hy_test_vault_put (sandbox, document ("{\"a\":4}", "others", NULL, NULL));
  HyPutResult again = hy_test_vault_put (sandbox, document ("{\"a\":5}", "others", "urn:x|3", NULL));
  HyPutResult third = hy_test_vault_put (sandbox, document ("{\"a\":5}", "others", "urn:x|3", NULL));

  g_assert_cmpint (named.outcome, ==, HY_PUT_DUPLICATE);
  g_assert_cmpint (named.rowid, ==, bare);
  g_assert_cmpint (unnamed.outcome, ==, HY_PUT_DUPLICATE);
  g_assert_cmpint (unnamed.rowid, ==, other);
  g_assert_cmpint (again.outcome, ==, HY_PUT_ADDED);
  g_assert_cmpint (third.rowid, ==, again.rowid);
}

static gboolean
is_marked (HyTestVault *sandbox,
           gint64 rowid)
{
  GError *error = NULL;
  g_autoptr (HyVaultRow) row = hy_test_await_boxed (hy_vault_dup_row (sandbox->access, rowid), &error);

  g_assert_no_error (error);
  return (row->flags & HY_VAULT_REPLACED_FLAG) != 0;
}

static void
remove_row (HyTestVault *sandbox,
            gint64 rowid)
{
  g_autoptr (GArray) rowids = g_array_new (FALSE, FALSE, sizeof rowid);

  g_array_append_val (rowids, rowid);
  await_done (hy_vault_remove (sandbox->access, rowids));
}

static void
marks_what_is_replaced (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 first = hy_test_vault_put (sandbox, document ("{\"a\":1}", NULL, "urn:x|1", NULL)).rowid;
  gint64 second = hy_test_vault_put (sandbox, document ("{\"a\":2}", NULL, "urn:x|2", "urn:x|1")).rowid;
  gint64 fourth = hy_test_vault_put (sandbox, document ("{\"a\":4}", NULL, "urn:x|4", "urn:x|3")).rowid;
  gint64 third = hy_test_vault_put (sandbox, document ("{\"a\":3}", NULL, "urn:x|3", "urn:x|2")).rowid;
  gint64 odd = hy_test_vault_put (sandbox, document ("{\"a\":5}", NULL, "urn:x|5", "urn:x|5")).rowid;

  g_assert_true (is_marked (sandbox, first));
  g_assert_true (is_marked (sandbox, second));
  g_assert_true (is_marked (sandbox, third)); /* came after what replaces it */
  g_assert_false (is_marked (sandbox, fourth));
  g_assert_false (is_marked (sandbox, odd));

  /* An edit keeps the mark; one that no longer replaces anything takes it away, and so does removal. */
  await_done (hy_vault_edit (sandbox->access, second, 1, document ("{\"a\":6}", NULL, "urn:x|2", NULL)));
  g_assert_true (is_marked (sandbox, second));
  g_assert_false (is_marked (sandbox, first));
  remove_row (sandbox, third);
  g_assert_false (is_marked (sandbox, second));
  await_done (hy_vault_edit (sandbox->access, first, 1, document ("{\"a\":7}", NULL, "urn:x|3", NULL)));
  g_assert_true (is_marked (sandbox, first));
}

int
main (int argc,
      char *argv[])
{
  dex_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vault/resources/keeps-bytes", keeps_bytes);
  g_test_add_func ("/vault/resources/tells-duplicates-from-twins", tells_duplicates_from_twins);
  g_test_add_func ("/vault/resources/keeps-like-entries-of-different-names", keeps_like_entries_of_different_names);
  g_test_add_func ("/vault/resources/knows-a-document-by-its-bytes", knows_a_document_by_its_bytes);
  g_test_add_func ("/vault/resources/edits-with-history-and-outbox", edits_with_history_and_outbox);
  g_test_add_func ("/vault/resources/links-within-an-origin-both-ways", links_within_an_origin_both_ways);
  g_test_add_func ("/vault/resources/removes-everything-of-a-document", removes_everything_of_a_document);
  g_test_add_func ("/vault/resources/orders-and-dates-lists", orders_and_dates_lists);
  g_test_add_func ("/vault/resources/asks-for-every-right", asks_for_every_right);
  g_test_add_func ("/vault/resources/gives-ids-that-come-back", gives_ids_that_come_back);
  g_test_add_func ("/vault/resources/says-changed", says_changed);
  g_test_add_func ("/vault/resources/verifies-clean-and-finds-a-lost-file", verifies_clean_and_finds_a_lost_file);
  g_test_add_func ("/vault/resources/stops-verifying-when-locked", stops_verifying_when_locked);
  g_test_add_func ("/vault/resources/links-to-what-was-there-before", links_to_what_was_there_before);
  g_test_add_func ("/vault/resources/knows-a-document-with-and-without-identity", knows_a_document_with_and_without_identity);
  g_test_add_func ("/vault/resources/marks-what-is-replaced", marks_what_is_replaced);
  return g_test_run ();
}
