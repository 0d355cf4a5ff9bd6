/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Removing with a way back: nothing shows what is going, all of it comes back, and it is gone at the latest with the space. */

#include "hy-test-mirror.h"

#include "base/hy-error.h"
#include "vault/hy-vault-internal.h"
#include "vault/hy-vault-search.h"

#include <string.h>

static GArray *
rowids_of (gint64 rowid)
{
  GArray *rowids = g_array_new (FALSE, FALSE, sizeof rowid);

  return g_array_append_val (rowids, rowid);
}

static guint
mark (HyTestVault *sandbox,
      gint64 rowid)
{
  g_autoptr (GArray) rowids = rowids_of (rowid);

  return hy_test_uint (hy_vault_mark_going (sandbox->access, rowids));
}

static guint
unmark (HyTestVault *sandbox,
        gint64 rowid)
{
  g_autoptr (GArray) rowids = rowids_of (rowid);

  return hy_test_uint (hy_vault_unmark_going (sandbox->access, rowids));
}

static guint
finish (HyTestVault *sandbox,
        gint64 rowid)
{
  g_autoptr (GArray) rowids = rowids_of (rowid);

  return hy_test_uint (hy_vault_remove_going (sandbox->access, rowids));
}

static guint
count_listed (HyTestVault *sandbox,
              HyVaultSort sort,
              guint klass)
{
  GError *error = NULL;
  g_autoptr (HyVaultListing) listing = hy_test_await_boxed (hy_vault_list (sandbox->access, klass, sort, 10), &error);

  g_assert_no_error (error);
  g_assert_cmpuint (listing->rows->len, ==, listing->keys->len);
  return listing->keys->len;
}

static guint
count_found (HyTestVault *sandbox,
             const char *words)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) hits = hy_test_await_boxed (hy_vault_search (sandbox->access, words, G_MAXUINT, 10), &error);
  g_autoptr (GArray) keys = NULL;

  g_assert_no_error (error);
  keys = hy_test_await_boxed (hy_vault_search_keys (sandbox->access, words, 2, HY_SORT_NEWEST), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (keys->len, ==, hits->len);
  return hits->len;
}

static char *
dup_state (HyTestVault *sandbox)
{
  return hy_test_sql (sandbox, "SELECT quote (json) || quote (r.flags) || quote (r.version) || quote (r.digest) || quote (w.body) FROM resource r"
                               " JOIN content c ON c.id = r.id JOIN words w ON w.rowid = r.id"
                               " UNION ALL SELECT quote (id) || quote (version) || quote (json) FROM history"
                               " UNION ALL SELECT quote (id) || quote (act) || quote (base) FROM outbox"
                               " UNION ALL SELECT quote (source) || quote (target) FROM link"
                               " UNION ALL SELECT quote (id) || quote (wrapped) FROM blob"
                               " UNION ALL SELECT quote (type) || quote (fhir_id) || quote (id) FROM mirror");
}

static void
nothing_shows_it_and_all_comes_back (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 rowid = hy_test_put_document (sandbox, "{\"a\":1}", "the file", "urn:x|1");
  gint64 other = hy_test_put_document (sandbox, "{\"b\":1}", "another file", "urn:x|2");
  g_autofree char *before = NULL, *after = NULL;
  GError *error = NULL;

  hy_test_edit (sandbox, rowid, "{\"a\":2}");
  before = dup_state (sandbox);
  g_assert_cmpuint (count_found (sandbox, "mine"), ==, 1);

  g_assert_cmpuint (mark (sandbox, rowid), ==, 1);
  for (HyVaultSort sort = HY_SORT_NEWEST; sort <= HY_SORT_AUTHOR; sort++)
    g_assert_cmpuint (count_listed (sandbox, sort, 2), ==, 1);
  g_assert_cmpuint (count_listed (sandbox, HY_SORT_NEWEST, G_MAXUINT), ==, 1);
  g_assert_cmpuint (count_found (sandbox, "mine"), ==, 0);
  g_assert_cmpuint (hy_test_uint (hy_vault_outbox_count (sandbox->access)), ==, 0);
  hy_test_content (sandbox, rowid, NULL);
  g_assert_null (hy_test_await_boxed (hy_vault_dup_blob (sandbox->access, rowid), &error));
  g_assert_error (error, HY_ERROR, HY_ERROR_MISSING);
  g_clear_error (&error);
  g_assert_null (hy_test_await_boxed (hy_vault_dup_row (sandbox->access, rowid), &error));
  g_clear_error (&error);
  hy_test_refused (hy_vault_edit (sandbox->access, rowid, 2, hy_test_item_new ("{}", "x", NULL)), HY_ERROR_MISSING);
  /* What is going already is not marked twice. */
  g_assert_cmpuint (mark (sandbox, rowid), ==, 0);
  hy_test_content (sandbox, other, "{\"b\":1}");

  g_assert_cmpuint (unmark (sandbox, rowid), ==, 1);
  g_assert_cmpuint (unmark (sandbox, rowid), ==, 0);
  after = dup_state (sandbox);
  g_assert_cmpstr (after, ==, before);
  hy_test_content (sandbox, rowid, "{\"a\":2}");
  hy_test_blob (sandbox, rowid, "the file");
  g_assert_cmpuint (count_found (sandbox, "mine"), ==, 1);
  /* Back, it is not taken by who comes too late. */
  g_assert_cmpuint (finish (sandbox, rowid), ==, 0);
  hy_test_content (sandbox, rowid, "{\"a\":2}");
  hy_test_verified (sandbox);
}

static void
goes_for_good_when_asked (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 rowid = hy_test_put_document (sandbox, "{\"a\":1}", "the file", "urn:x|1");
  g_autofree char *left = NULL;

  g_assert_cmpuint (mark (sandbox, rowid), ==, 1);
  g_assert_cmpuint (hy_test_count_blobs (sandbox), ==, 1);
  g_assert_cmpuint (finish (sandbox, rowid), ==, 1);
  g_assert_cmpuint (unmark (sandbox, rowid), ==, 0);
  g_assert_cmpuint (hy_test_count_blobs (sandbox), ==, 0);
  left = hy_test_sql (sandbox, "SELECT (SELECT count (*) FROM resource) || (SELECT count (*) FROM content) || (SELECT count (*) FROM words)"
                               " || (SELECT count (*) FROM state WHERE name = 'going')");
  g_assert_cmpstr (left, ==, "0000");
  hy_test_verified (sandbox);
}

static void
closing_takes_what_is_going (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 rowid = hy_test_put_document (sandbox, "{\"a\":1}", "the file", NULL);
  gint64 other = hy_test_put_document (sandbox, "{\"b\":1}", "another file", NULL);
  GError *error = NULL;

  g_assert_cmpuint (mark (sandbox, rowid), ==, 1);
  hy_test_vault_close (sandbox);
  g_assert_cmpuint (hy_test_count_blobs (sandbox), ==, 1);
  g_assert_true (hy_test_vault_reopen (sandbox, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (unmark (sandbox, rowid), ==, 0);
  hy_test_content (sandbox, rowid, NULL);
  hy_test_blob (sandbox, other, "another file");
  hy_test_verified (sandbox);
}

static gboolean
pretend_job (HyVault *vault,
             HyAccess *access G_GNUC_UNUSED,
             gpointer sql,
             GValue *result,
             GError **error)
{
  g_value_set_boolean (result, TRUE);
  return hy_database_run (hy_vault_get_database_in_thread (vault), sql, error);
}

/* As a crash leaves it: marked, and never closed with the note that it is. */
static void
opening_takes_what_a_crash_left (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 rowid = hy_test_put_document (sandbox, "{\"a\":1}", "the file", NULL);
  g_autofree char *left = NULL;
  GError *error = NULL;

  g_assert_cmpuint (mark (sandbox, rowid), ==, 1);
  /* The close finds nothing to do without the note. */
  hy_test_done (hy_access_submit (sandbox->access, HY_JOB_WRITE, pretend_job, (gpointer) "DELETE FROM state WHERE name = 'going'", NULL, G_TYPE_BOOLEAN));
  g_assert_true (hy_test_vault_reopen (sandbox, &error));
  g_assert_cmpuint (hy_test_count_blobs (sandbox), ==, 1);
  hy_test_content (sandbox, rowid, NULL);
  hy_test_done (hy_access_submit (sandbox->access, HY_JOB_WRITE, pretend_job, (gpointer) "INSERT INTO state (name, value) VALUES ('going', 1)", NULL, G_TYPE_BOOLEAN));
  g_assert_true (hy_test_vault_reopen (sandbox, &error));
  left = hy_test_sql (sandbox, "SELECT count (*) FROM resource");
  g_assert_cmpstr (left, ==, "0");
  g_assert_cmpuint (hy_test_count_blobs (sandbox), ==, 0);
  hy_test_verified (sandbox);
}

static void
brought_in_again_it_is_back (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 rowid = hy_test_put_document (sandbox, "{\"a\":1}", "the file", "urn:x|1");
  HyVaultItem *item = hy_test_item_new ("{\"a\":1}", "Again", NULL);
  HyVaultItem *differs = hy_test_item_new ("{\"a\":9}", "Other bytes", NULL);
  HyPutResult result;

  item->attachment = g_bytes_new_static ("the file", 8);
  item->identity = g_strdup ("urn:x|1");
  differs->identity = g_strdup ("urn:x|1");
  g_assert_cmpuint (mark (sandbox, rowid), ==, 1);
  /* Nobody sees what it would be beside. */
  g_assert_cmpint (hy_test_vault_put (sandbox, differs).outcome, ==, HY_PUT_ADDED);
  result = hy_test_vault_put (sandbox, item);
  g_assert_cmpint (result.outcome, ==, HY_PUT_ADDED);
  g_assert_cmpint (result.rowid, ==, rowid);
  g_assert_cmpuint (finish (sandbox, rowid), ==, 0);
  hy_test_blob (sandbox, rowid, "the file");
}

static void
a_change_of_the_server_does_not_bring_it_back (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 origin = hy_test_add_server (sandbox);
  gint64 rowid = hy_test_mirror (sandbox, origin, 0, hy_test_change_new ("DocumentReference/1", "{\"v\":1}")).rowid;
  gint64 gone = hy_test_mirror (sandbox, origin, 0, hy_test_change_new ("DocumentReference/2", "{\"w\":1}")).rowid;
  HyMirrorResult result;

  g_assert_cmpuint (mark (sandbox, rowid), ==, 1);
  g_assert_cmpuint (mark (sandbox, gone), ==, 1);
  result = hy_test_mirror (sandbox, origin, 0, hy_test_change_new ("DocumentReference/1", "{\"v\":2}"));
  g_assert_cmpint (result.rowid, ==, rowid);
  g_assert_cmpuint (count_listed (sandbox, HY_SORT_NEWEST, 2), ==, 0);
  hy_test_content (sandbox, rowid, NULL);
  /* What the server itself no longer has is not promised. */
  hy_test_mirror (sandbox, origin, 0, hy_test_change_new ("DocumentReference/2", NULL));
  g_assert_cmpuint (unmark (sandbox, gone), ==, 0);

  g_assert_cmpuint (unmark (sandbox, rowid), ==, 1);
  hy_test_content (sandbox, rowid, "{\"v\":2}");
  hy_test_verified (sandbox);
}

static void
what_first_comes_from_a_server_does_not_go_along (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 origin = hy_test_add_server (sandbox);
  gint64 rowid = hy_test_vault_put (sandbox, hy_test_item_new ("{\"v\":1}", "From a file", NULL)).rowid;
  HyMirrorResult result;

  g_assert_cmpuint (mark (sandbox, rowid), ==, 1);
  result = hy_test_mirror (sandbox, origin, 0, hy_test_change_new ("DocumentReference/1", "{\"v\":1}"));
  g_assert_cmpint (result.outcome, ==, HY_MIRROR_ADDED);
  g_assert_cmpint (result.rowid, !=, rowid);
  g_assert_cmpuint (finish (sandbox, rowid), ==, 1);
  hy_test_content (sandbox, result.rowid, "{\"v\":1}");
  hy_test_verified (sandbox);
}

static void
a_file_on_its_way_waits_until_it_is_back (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 origin = hy_test_add_server (sandbox);
  gint64 rowid = hy_test_mirror (sandbox, origin, 0, hy_test_document_new ("DocumentReference/1", "{\"d\":1}", "Binary/1", -1, NULL)).rowid;
  GError *error = NULL;
  g_autoptr (GPtrArray) files = NULL, again = NULL;

  g_assert_cmpuint (mark (sandbox, rowid), ==, 1);
  files = hy_test_await_boxed (hy_vault_dup_files_waiting (sandbox->access, origin, 10), &error);
  g_assert_cmpuint (files->len, ==, 0);
  g_assert_cmpuint (unmark (sandbox, rowid), ==, 1);
  again = hy_test_await_boxed (hy_vault_dup_files_waiting (sandbox->access, origin, 10), &error);
  g_assert_cmpuint (again->len, ==, 1);
}

static void
asks_for_the_right_to_edit (void)
{
  static const guint8 actor[16] = { 9 };
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 rowid = hy_test_put_document (sandbox, "{\"a\":1}", "the file", NULL);
  g_autoptr (HyAccess) reader = hy_vault_new_access (sandbox->vault, actor, (HyAccessMask) { .read = G_MAXUINT64 }, 0);
  g_autoptr (GArray) rowids = rowids_of (rowid);

  hy_test_refused (hy_vault_mark_going (reader, rowids), HY_ERROR_DENIED);
  g_assert_cmpuint (mark (sandbox, rowid), ==, 1);
  hy_test_refused (hy_vault_unmark_going (reader, rowids), HY_ERROR_DENIED);
  hy_test_refused (hy_vault_remove_going (reader, rowids), HY_ERROR_DENIED);
  g_assert_cmpuint (unmark (sandbox, rowid), ==, 1);
}

static void
several_edits_are_one_act (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 first = hy_test_put_document (sandbox, "{\"a\":1}", "the file", NULL);
  gint64 second = hy_test_put_document (sandbox, "{\"b\":1}", "another file", NULL);
  GArray *edits = hy_vault_edits_new ();
  HyVaultEdit edit = { first, 1, hy_test_item_new ("{\"a\":2}", "A", NULL) };

  g_array_append_val (edits, edit);
  edit = (HyVaultEdit) { second, 7, hy_test_item_new ("{\"b\":2}", "B", NULL) };
  g_array_append_val (edits, edit);
  hy_test_refused (hy_vault_edit_several (sandbox->access, edits), HY_ERROR_CONFLICT);
  hy_test_content (sandbox, first, "{\"a\":1}");
  g_assert_cmpuint (hy_test_uint (hy_vault_outbox_count (sandbox->access)), ==, 0);

  edits = hy_vault_edits_new ();
  edit = (HyVaultEdit) { first, 1, hy_test_item_new ("{\"a\":2}", "A", NULL) };
  g_array_append_val (edits, edit);
  edit = (HyVaultEdit) { second, 1, hy_test_item_new ("{\"b\":2}", "B", NULL) };
  g_array_append_val (edits, edit);
  hy_test_done (hy_vault_edit_several (sandbox->access, edits));
  hy_test_content (sandbox, first, "{\"a\":2}");
  hy_test_content (sandbox, second, "{\"b\":2}");
  g_assert_cmpuint (hy_test_uint (hy_vault_outbox_count (sandbox->access)), ==, 2);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/vault/going/nothing-shows-it-and-all-comes-back", nothing_shows_it_and_all_comes_back);
  g_test_add_func ("/vault/going/goes-for-good-when-asked", goes_for_good_when_asked);
  g_test_add_func ("/vault/going/closing-takes-what-is-going", closing_takes_what_is_going);
  g_test_add_func ("/vault/going/opening-takes-what-a-crash-left", opening_takes_what_a_crash_left);
  g_test_add_func ("/vault/going/brought-in-again-it-is-back", brought_in_again_it_is_back);
  g_test_add_func ("/vault/going/a-change-of-the-server-does-not-bring-it-back", a_change_of_the_server_does_not_bring_it_back);
  g_test_add_func ("/vault/going/what-first-comes-from-a-server-does-not-go-along", what_first_comes_from_a_server_does_not_go_along);
  g_test_add_func ("/vault/going/a-file-on-its-way-waits-until-it-is-back", a_file_on_its_way_waits_until_it_is_back);
  g_test_add_func ("/vault/going/asks-for-the-right-to-edit", asks_for_the_right_to_edit);
  g_test_add_func ("/vault/going/several-edits-are-one-act", several_edits_are_one_act);
  return g_test_run ();
}
