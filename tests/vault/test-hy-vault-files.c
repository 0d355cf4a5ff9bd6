/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of documents that servers hold: parts over a cut, what is stored, renewed files, one entry of two. */

#include "hy-test-mirror.h"

#include "base/hy-error.h"

#include <string.h>

#define DOCUMENT(id, json, url) hy_test_document_new ("DocumentReference/" id, json, url, 5, "c2hhMQ==")

/* A macro, so that a failure says which of them it is. */
#define assert_sql(sandbox, sql, expected)               \
  G_STMT_START                                           \
  {                                                      \
    g_autofree char *text_ = hy_test_sql (sandbox, sql); \
    g_assert_cmpstr (text_, ==, expected);               \
  }                                                      \
  G_STMT_END

static GBytes *
bytes (const char *text)
{
  return g_bytes_new_static (text, strlen (text));
}

static gint64
put_part (HyTestVault *sandbox,
          gint64 rowid,
          const char *etag,
          gint64 offset,
          const char *text)
{
  g_autoptr (GBytes) part = bytes (text);

  return hy_test_int64 (hy_vault_put_part (sandbox->access, rowid, etag, offset, part));
}

static void
refuse_part (HyTestVault *sandbox,
             gint64 rowid,
             const char *etag,
             gint64 offset)
{
  g_autoptr (GBytes) part = bytes ("part");

  hy_test_refused (hy_vault_put_part (sandbox->access, rowid, etag, offset, part), HY_ERROR_CONFLICT);
}

static gint64
put_file (HyTestVault *sandbox,
          gint64 run,
          gint64 rowid,
          const char *text,
          const char *words,
          HyFileState state)
{
  g_autoptr (GBytes) whole = bytes (text);

  return hy_test_int64 (hy_vault_put_file (sandbox->access, run, rowid, whole, "text/plain", words, "\"7\"", state));
}

static HyMirrorFile *
dup_file (HyTestVault *sandbox,
          gint64 rowid)
{
  GError *error = NULL;
  HyMirrorFile *file = hy_test_await_boxed (hy_vault_dup_file (sandbox->access, rowid), &error);

  g_assert_no_error (error);
  return file;
}

static void
assert_file (HyTestVault *sandbox,
             gint64 rowid,
             HyFileState state,
             gint64 n_here)
{
  g_autoptr (HyMirrorFile) file = dup_file (sandbox, rowid);

  g_assert_cmpint (file->state, ==, state);
  g_assert_cmpint (file->n_here, ==, n_here);
}

static HyVaultRow *
dup_row (HyTestVault *sandbox,
         gint64 rowid)
{
  GError *error = NULL;
  HyVaultRow *row = hy_test_await_boxed (hy_vault_dup_row (sandbox->access, rowid), &error);

  g_assert_no_error (error);
  return row;
}

/* What search would find: the words of a row, as they are kept. */
static void
assert_words (HyTestVault *sandbox,
              gint64 rowid,
              const char *expected)
{
  g_autofree char *sql = g_strdup_printf ("SELECT body FROM words WHERE rowid = %" G_GINT64_FORMAT, rowid);

  assert_sql (sandbox, sql, expected);
}

static void
waits_newest_first (void)
{
  static const gint days[] = { 100, 300, 0, 200 };
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 origin = hy_test_add_server (sandbox);
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GPtrArray) two = NULL;
  GError *error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (days); i++)
    {
      g_autofree char *place = g_strdup_printf ("DocumentReference/%d", days[i]);
      g_autofree char *json = g_strdup_printf ("{\"n\":%u}", i);
      HyMirrorChange *change = hy_test_document_new (place, json, place, -1, NULL);

      change->item->row.day = days[i];
      hy_test_mirror (sandbox, origin, 0, change);
    }
  files = hy_test_await_boxed (hy_vault_dup_files_waiting (sandbox->access, origin, 10), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (files->len, ==, 4);
  g_assert_cmpstr (((HyMirrorFile *) files->pdata[0])->url, ==, "DocumentReference/300");
  g_assert_cmpstr (((HyMirrorFile *) files->pdata[1])->url, ==, "DocumentReference/200");
  g_assert_cmpstr (((HyMirrorFile *) files->pdata[2])->url, ==, "DocumentReference/100");
  two = hy_test_await_boxed (hy_vault_dup_files_waiting (sandbox->access, origin, 2), &error);
  g_assert_cmpuint (two->len, ==, 2);
  hy_test_done (hy_vault_set_file_state (sandbox->access, 0, ((HyMirrorFile *) files->pdata[0])->rowid, HY_FILE_NOWHERE, NULL));
  g_assert_cmpuint (hy_test_uint (hy_vault_count_files_waiting (sandbox->access, origin)), ==, 3);
}

static void
goes_on_with_parts_over_a_cut (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 origin = hy_test_add_server (sandbox);
  gint64 rowid = hy_test_mirror (sandbox, origin, 0, DOCUMENT ("1", "{\"d\":1}", "Binary/1")).rowid;
  g_autoptr (HyMirrorFile) file = NULL;
  g_autoptr (GBytes) parts = NULL;
  g_autofree char *big = g_malloc0 (HY_FILE_PART + 1);
  g_autoptr (GBytes) big_part = NULL;
  GError *error = NULL;

  memset (big, 'x', HY_FILE_PART);
  big_part = g_bytes_new_static (big, HY_FILE_PART);
  g_assert_cmpint (put_part (sandbox, rowid, "\"e1\"", 0, "old"), ==, 3);
  /* From the beginning again: what was before goes. */
  g_assert_cmpint (hy_test_int64 (hy_vault_put_part (sandbox->access, rowid, "\"e2\"", 0, big_part)), ==, HY_FILE_PART);
  g_assert_cmpuint (hy_test_count_blobs (sandbox), ==, 1);
  refuse_part (sandbox, rowid, "\"e2\"", 3);
  refuse_part (sandbox, rowid, "\"other\"", HY_FILE_PART);
  g_assert_true (hy_test_vault_reopen (sandbox, NULL));

  file = dup_file (sandbox, rowid);
  g_assert_cmpint (file->n_here, ==, HY_FILE_PART);
  g_assert_cmpstr (file->etag, ==, "\"e2\"");
  g_assert_cmpstr (file->url, ==, "Binary/1");
  g_assert_cmpstr (file->media_type, ==, "text/plain");
  g_assert_cmpint (file->size, ==, 5);
  g_assert_cmpint (put_part (sandbox, rowid, "\"e2\"", HY_FILE_PART, "end"), ==, HY_FILE_PART + 3);
  parts = hy_test_await_boxed (hy_vault_dup_parts (sandbox->access, rowid), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (parts), ==, HY_FILE_PART + 3);
  g_assert_cmpmem ((const char *) g_bytes_get_data (parts, NULL) + HY_FILE_PART - 1, 4, "xend", 4);
  hy_test_verified (sandbox);

  /* Stored, the parts are no more. */
  g_assert_cmpint (put_file (sandbox, 0, rowid, "hello", NULL, HY_FILE_HERE), ==, rowid);
  assert_file (sandbox, rowid, HY_FILE_HERE, 0);
  g_assert_cmpuint (hy_test_count_blobs (sandbox), ==, 1);
  assert_sql (sandbox, "SELECT count (*) FROM part UNION ALL SELECT count (*) FROM blob", "0\n1");
  hy_test_verified (sandbox);
}

/* Parts of what the document named before never become the beginning of what it names now. */
static void
begins_again_with_another_file (void)
{
  static const struct
  {
    const char *url;
    gint64 size;
    const char *sha1;
    gboolean same;
  } next[] = {
    { "Binary/1", 5, "c2hhMQ==", TRUE },
    { "Binary/1", 5, "b3RoZXI=", FALSE },
    { "Binary/1", 6, "b3RoZXI=", FALSE },
    { "Binary/2", 6, "b3RoZXI=", FALSE },
    { "Binary/2", 6, NULL, FALSE },
  };
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 origin = hy_test_add_server (sandbox);
  gint64 rowid = hy_test_mirror (sandbox, origin, 0, DOCUMENT ("1", "{\"d\":1}", "Binary/1")).rowid;

  for (guint i = 0; i < G_N_ELEMENTS (next); i++)
    {
      g_autofree char *json = g_strdup_printf ("{\"next\":%u}", i);
      HyMirrorResult result;

      put_part (sandbox, rowid, NULL, 0, "half");
      result = hy_test_mirror (sandbox, origin, 0, hy_test_document_new ("DocumentReference/1", json, next[i].url, next[i].size, next[i].sha1));
      g_assert_cmpint (result.outcome, ==, HY_MIRROR_CHANGED);
      assert_file (sandbox, rowid, HY_FILE_WAITING, next[i].same ? 4 : 0);
    }
  g_assert_cmpuint (hy_test_count_blobs (sandbox), ==, 0);

  put_part (sandbox, rowid, NULL, 0, "half");
  g_assert_cmpuint (hy_test_uint (hy_vault_renew_files (sandbox->access, origin, "Binary/2", NULL)), ==, 1);
  assert_file (sandbox, rowid, HY_FILE_WAITING, 0);
}

/* A part that is damaged here is fetched again; it does not stop every sync from then on. */
static void
begins_again_after_a_damaged_part (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 origin = hy_test_add_server (sandbox);
  gint64 rowid = hy_test_mirror (sandbox, origin, 0, DOCUMENT ("1", "{\"d\":1}", "Binary/1")).rowid;
  g_autofree char *blobs = hy_test_vault_dup_path (sandbox, "blobs");
  g_autoptr (GSubprocess) rm = NULL;
  g_autoptr (GBytes) parts = NULL;
  GError *error = NULL;

  put_part (sandbox, rowid, "e", 0, "one");
  put_part (sandbox, rowid, "e", 3, "two");
  rm = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, "find", blobs, "-type", "f", "-delete", NULL);
  g_assert_no_error (error);
  g_subprocess_wait (rm, NULL, NULL);
  hy_test_refused (hy_vault_dup_parts (sandbox->access, rowid), HY_ERROR_CONFLICT);
  assert_file (sandbox, rowid, HY_FILE_WAITING, 0);
  put_part (sandbox, rowid, "f", 0, "whole");
  parts = hy_test_await_boxed (hy_vault_dup_parts (sandbox->access, rowid), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (parts), ==, 5);
}

static void
stores_a_file_with_its_words (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 origin = hy_test_add_server (sandbox);
  gint64 rowid = hy_test_mirror (sandbox, origin, 0, DOCUMENT ("1", "{\"d\":1}", "Binary/1")).rowid;
  g_autoptr (HyVaultRow) before = dup_row (sandbox, rowid);
  g_autoptr (HyVaultRow) after = NULL;
  HyMirrorResult result;

  g_assert_true (before->flags & HY_VAULT_NO_BYTES_FLAG);
  g_assert_false (before->has_blob);
  g_assert_cmpint (put_file (sandbox, 0, rowid, "hello", "page\vone\fpage two\f", HY_FILE_HERE), ==, rowid);
  after = dup_row (sandbox, rowid);
  g_assert_false (after->flags & HY_VAULT_NO_BYTES_FLAG);
  g_assert_true (after->has_blob);
  g_assert_cmpint (after->size, ==, 5);
  g_assert_cmpstr (after->media_type, ==, "text/plain");
  hy_test_blob (sandbox, rowid, "hello");
  hy_test_content (sandbox, rowid, "{\"d\":1}");
  assert_words (sandbox, rowid, "words\vpage one\fpage two\f");

  /* What the document says changes, its file does not: that stays, and so do its words. */
  result = hy_test_mirror (sandbox, origin, 0, DOCUMENT ("1", "{\"d\":2}", "Binary/1"));
  g_assert_cmpint (result.outcome, ==, HY_MIRROR_CHANGED);
  assert_file (sandbox, rowid, HY_FILE_HERE, 0);
  hy_test_blob (sandbox, rowid, "hello");
  assert_words (sandbox, rowid, "words\vpage one\fpage two\f");
  hy_test_verified (sandbox);
}

/* A file that was here can be opened until the new one is, which then takes its place whole. */
static void
keeps_the_former_file_until_the_new_one_is_here (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 origin = hy_test_add_server (sandbox);
  gint64 rowid = hy_test_mirror (sandbox, origin, 0, DOCUMENT ("1", "{\"d\":1}", "https://fhir.example.org/r4/Binary/1")).rowid;

  put_file (sandbox, 0, rowid, "hello", "former", HY_FILE_HERE);
  g_assert_cmpuint (hy_test_uint (hy_vault_renew_files (sandbox->access, origin, "Binary/1", NULL)), ==, 1);
  g_assert_cmpuint (hy_test_uint (hy_vault_renew_files (sandbox->access, origin, "inary/1", NULL)), ==, 0);
  g_assert_cmpuint (hy_test_uint (hy_vault_renew_files (sandbox->access, origin + 1, "Binary/1", NULL)), ==, 0);
  assert_file (sandbox, rowid, HY_FILE_WAITING, 0);
  hy_test_blob (sandbox, rowid, "hello");
  hy_test_mirror (sandbox, origin, 0, hy_test_document_new ("DocumentReference/1", "{\"d\":2}", "Binary/2", 3, NULL));
  hy_test_done (hy_vault_set_file_state (sandbox->access, 0, rowid, HY_FILE_NOWHERE, NULL));
  hy_test_blob (sandbox, rowid, "hello");
  hy_test_verified (sandbox);

  g_assert_cmpint (put_file (sandbox, 0, rowid, "new", "newer", HY_FILE_DIFFERS), ==, rowid);
  hy_test_blob (sandbox, rowid, "new");
  assert_file (sandbox, rowid, HY_FILE_DIFFERS, 0);
  assert_words (sandbox, rowid, "words\vnewer");
  g_assert_cmpuint (hy_test_count_blobs (sandbox), ==, 1);
  hy_test_verified (sandbox);
}

/* The document no longer says where its file is: the one that is here stays, and is not said to be missing. */
static void
keeps_a_file_that_is_no_longer_named (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 origin = hy_test_add_server (sandbox);
  gint64 rowid = hy_test_mirror (sandbox, origin, 0, DOCUMENT ("1", "{\"d\":1}", "Binary/1")).rowid;
  HyMirrorChange *change = hy_test_change_new ("DocumentReference/1", "{\"d\":2}");
  g_autoptr (HyVaultRow) row = NULL;

  put_file (sandbox, 0, rowid, "hello", NULL, HY_FILE_HERE);
  change->item->row.flags = HY_VAULT_NO_BYTES_FLAG;
  g_assert_cmpint (hy_test_mirror (sandbox, origin, 0, change).outcome, ==, HY_MIRROR_CHANGED);
  row = dup_row (sandbox, rowid);
  g_assert_true (row->has_blob);
  g_assert_false (row->flags & HY_VAULT_NO_BYTES_FLAG);
  hy_test_blob (sandbox, rowid, "hello");
  hy_test_refused (hy_vault_dup_file (sandbox->access, rowid), HY_ERROR_MISSING);
  hy_test_verified (sandbox);
}

/* A history that begins anew tells of every Binary again: what came with that version is not fetched a second time. */
static void
renews_only_what_is_of_another_version (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 origin = hy_test_add_server (sandbox);
  gint64 run = hy_test_int64 (hy_vault_begin_run (sandbox->access, origin));
  gint64 rowid = hy_test_mirror (sandbox, origin, 0, DOCUMENT ("1", "{\"d\":1}", "Binary/1")).rowid;

  put_file (sandbox, run, rowid, "hello", "inside", HY_FILE_HERE);
  g_assert_cmpuint (hy_test_uint (hy_vault_renew_files (sandbox->access, origin, "Binary/1", "7")), ==, 0);
  assert_file (sandbox, rowid, HY_FILE_HERE, 0);
  g_assert_cmpuint (hy_test_uint (hy_vault_renew_files (sandbox->access, origin, "Binary/1", "8")), ==, 1);
  assert_file (sandbox, rowid, HY_FILE_WAITING, 0);

  /* The same bytes after all: nothing came, and the words stay. */
  put_part (sandbox, rowid, "e", 0, "hel");
  g_assert_cmpint (put_file (sandbox, run, rowid, "hello", NULL, HY_FILE_HERE), ==, rowid);
  assert_file (sandbox, rowid, HY_FILE_HERE, 0);
  assert_words (sandbox, rowid, "words\vinside");
  assert_sql (sandbox, "SELECT files FROM run_line", "1");
  g_assert_cmpuint (hy_test_count_blobs (sandbox), ==, 1);
  hy_test_verified (sandbox);
}

static void
says_why_a_file_does_not_come (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 origin = hy_test_add_server (sandbox);
  gint64 rowid = hy_test_mirror (sandbox, origin, 0, DOCUMENT ("1", "{\"d\":1}", "Binary/1")).rowid;
  g_autoptr (HyMirrorFile) file = NULL;
  g_autoptr (HyVaultRow) row = NULL;

  put_part (sandbox, rowid, "e", 0, "half");
  hy_test_done (hy_vault_set_file_state (sandbox->access, 0, rowid, HY_FILE_REFUSED, "too-large"));
  file = dup_file (sandbox, rowid);
  g_assert_cmpint (file->state, ==, HY_FILE_REFUSED);
  g_assert_cmpstr (file->reason, ==, "too-large");
  g_assert_cmpint (file->n_here, ==, 0);
  g_assert_cmpuint (hy_test_count_blobs (sandbox), ==, 0);
  row = dup_row (sandbox, rowid);
  g_assert_true (row->flags & HY_VAULT_NO_BYTES_FLAG);

  /* Named anew with another size, it is asked for again. */
  hy_test_mirror (sandbox, origin, 0, hy_test_document_new ("DocumentReference/1", "{\"d\":2}", "Binary/1", 4, NULL));
  assert_file (sandbox, rowid, HY_FILE_WAITING, 0);
}

/* The document came in an archive before: one entry, the older one, with the server's reading and her marks. */
static void
makes_one_of_a_file_and_its_import (void)
{
  static const char *const links[] = { "DocumentReference/1", NULL };
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 twin = hy_test_put_document (sandbox, "{\"from\":\"file\"}", "hello", NULL);
  gint64 origin = hy_test_add_server (sandbox);
  gint64 run = hy_test_int64 (hy_vault_begin_run (sandbox->access, origin));
  HyMirrorChange *change = DOCUMENT ("1", "{\"d\":1}", "Binary/1");
  HyMirrorChange *referring = hy_test_change_new ("Observation/1", "{\"o\":1}");
  g_autoptr (HyVaultRow) row = NULL;
  g_autoptr (GBytes) before = NULL;
  gint64 rowid, observation;
  GError *error = NULL;

  change->item->identity = g_strdup ("urn:x|1");
  referring->item->links = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (referring->item->links, g_strdup (links[0]));
  rowid = hy_test_mirror_in_run (sandbox, origin, run, 0, change).rowid;
  observation = hy_test_mirror_in_run (sandbox, origin, run, 0, referring).rowid;
  hy_test_done (hy_vault_resolve_links (sandbox->access, origin));
  put_part (sandbox, rowid, "e", 0, "hel");
  g_assert_cmpint (put_file (sandbox, run, rowid, "hello", "other", HY_FILE_HERE), ==, twin);

  hy_test_content (sandbox, rowid, NULL);
  hy_test_content (sandbox, twin, "{\"d\":1}");
  hy_test_blob (sandbox, twin, "hello");
  row = dup_row (sandbox, twin);
  g_assert_cmpuint (row->flags, ==, HY_VAULT_READER_FLAGS);
  g_assert_cmpstr (row->title, ==, "Entry");
  g_assert_cmpstr (row->fhir_id, ==, "1");
  g_assert_cmpint (row->version, ==, 2);
  assert_words (sandbox, twin, "words\vinside");
  before = hy_test_await_boxed (hy_vault_dup_history (sandbox->access, twin, 1), &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (before, NULL), g_bytes_get_size (before), "{\"from\":\"file\"}", 15);
  g_assert_cmpint (hy_test_int64 (hy_vault_resolve (sandbox->access, observation, "DocumentReference/1")), ==, twin);
  assert_file (sandbox, twin, HY_FILE_HERE, 0);
  g_assert_cmpuint (hy_test_count_blobs (sandbox), ==, 1);
  assert_sql (sandbox, "SELECT count (*) FROM part UNION ALL SELECT count (*) FROM blob UNION ALL SELECT count (*) FROM outbox", "0\n1\n0");
  assert_sql (sandbox, "SELECT added || ' ' || known FROM run_line WHERE type = 'DocumentReference'", "0 1");
  hy_test_verified (sandbox);

  /* It is the server's now, and hers all the same. */
  g_assert_cmpint (hy_test_mirror (sandbox, origin, 0, DOCUMENT ("1", "{\"d\":2}", "Binary/1")).rowid, ==, twin);
  g_assert_cmpint (hy_test_mirror (sandbox, origin, 0, hy_test_change_new ("DocumentReference/1", NULL)).outcome, ==, HY_MIRROR_UNLINKED);
  hy_test_blob (sandbox, twin, "hello");
  hy_test_verified (sandbox);
}

static void
leaves_apart_what_is_not_the_same (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 edited = hy_test_put_document (sandbox, "{\"f\":1}", "edited", NULL);
  gint64 other = hy_test_put_document (sandbox, "{\"f\":2}", "other", "urn:x|of another");
  gint64 same = hy_test_put_document (sandbox, "{\"f\":3}", "wrong", NULL);
  gint64 origin = hy_test_add_server (sandbox);
  HyMirrorChange *change = DOCUMENT ("2", "{\"d\":2}", "Binary/2");
  gint64 rowid;

  hy_test_edit (sandbox, edited, "{\"mine\":1}");
  rowid = hy_test_mirror (sandbox, origin, 0, DOCUMENT ("1", "{\"d\":1}", "Binary/1")).rowid;
  g_assert_cmpint (put_file (sandbox, 0, rowid, "edited", NULL, HY_FILE_HERE), ==, rowid);
  hy_test_content (sandbox, edited, "{\"mine\":1}");
  change->item->identity = g_strdup ("urn:x|2");
  rowid = hy_test_mirror (sandbox, origin, 0, change).rowid;
  g_assert_cmpint (put_file (sandbox, 0, rowid, "other", NULL, HY_FILE_HERE), ==, rowid);
  hy_test_content (sandbox, other, "{\"f\":2}");
  /* Not what the server says that it is: never the reason to make one of two. */
  rowid = hy_test_mirror (sandbox, origin, 0, DOCUMENT ("3", "{\"d\":3}", "Binary/3")).rowid;
  g_assert_cmpint (put_file (sandbox, 0, rowid, "wrong", NULL, HY_FILE_DIFFERS), ==, rowid);
  hy_test_content (sandbox, same, "{\"f\":3}");
  /* Two documents of one server with the same bytes. */
  rowid = hy_test_mirror (sandbox, origin, 0, DOCUMENT ("4", "{\"d\":4}", "Binary/4")).rowid;
  g_assert_cmpint (put_file (sandbox, 0, rowid, "twice", NULL, HY_FILE_HERE), ==, rowid);
  rowid = hy_test_mirror (sandbox, origin, 0, DOCUMENT ("5", "{\"d\":5}", "Binary/5")).rowid;
  g_assert_cmpint (put_file (sandbox, 0, rowid, "twice", NULL, HY_FILE_HERE), ==, rowid);
  assert_sql (sandbox, "SELECT count (*) FROM resource", "8");
  hy_test_verified (sandbox);
}

static HyMirrorChange *
identified (HyMirrorChange *change)
{
  change->item->identity = g_strdup ("urn:x|1");
  return change;
}

static guint
count_same (HyTestVault *sandbox,
            gint64 rowid)
{
  GError *error = NULL;
  g_autoptr (GArray) rowids = hy_test_await_boxed (hy_vault_dup_same_identity (sandbox->access, rowid), &error);

  g_assert_no_error (error);
  return rowids->len;
}

/* Two documents of one server that bear the same identifier stay two: the end of one there must not be the end of both. */
static void
never_adopts_another_of_the_same_server (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 origin = hy_test_add_server (sandbox);
  gint64 first = hy_test_mirror (sandbox, origin, 0, identified (DOCUMENT ("1", "{\"d\":1}", "Binary/1"))).rowid;
  gint64 second;

  put_file (sandbox, 0, first, "hello", NULL, HY_FILE_HERE);
  second = hy_test_mirror (sandbox, origin, 0, identified (DOCUMENT ("2", "{\"d\":2}", "Binary/1"))).rowid;
  g_assert_cmpuint (count_same (sandbox, second), ==, 0);
  hy_test_refused (hy_vault_adopt (sandbox->access, 0, second, first), HY_ERROR_CONFLICT);
  g_assert_cmpint (hy_test_mirror (sandbox, origin, 0, hy_test_change_new ("DocumentReference/2", NULL)).outcome, ==, HY_MIRROR_DELETED);
  hy_test_blob (sandbox, first, "hello");
}

static void
adopts_without_fetching (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 twin = hy_test_put_document (sandbox, "{\"f\":1}", "hello", "urn:x|1");
  gint64 edited = hy_test_put_document (sandbox, "{\"f\":2}", "other", "urn:x|1");
  gint64 origin = hy_test_add_server (sandbox);
  gint64 earlier = hy_test_int64 (hy_vault_begin_run (sandbox->access, origin));
  gint64 rowid = hy_test_mirror_in_run (sandbox, origin, earlier, 0, identified (DOCUMENT ("1", "{\"d\":1}", "Binary/1"))).rowid;
  gint64 run = hy_test_int64 (hy_vault_begin_run (sandbox->access, origin));

  hy_test_mirror_in_run (sandbox, origin, run, 0, DOCUMENT ("2", "{\"d\":2}", "Binary/2"));
  g_assert_cmpuint (count_same (sandbox, rowid), ==, 2);
  hy_test_edit (sandbox, edited, "{\"mine\":1}");
  hy_test_refused (hy_vault_adopt (sandbox->access, run, rowid, edited), HY_ERROR_CONFLICT);
  hy_test_refused (hy_vault_adopt (sandbox->access, run, rowid, rowid), HY_ERROR_CONFLICT);
  hy_test_done (hy_vault_adopt (sandbox->access, run, rowid, twin));
  hy_test_content (sandbox, rowid, NULL);
  hy_test_content (sandbox, twin, "{\"d\":1}");
  hy_test_blob (sandbox, twin, "hello");
  hy_test_content (sandbox, edited, "{\"mine\":1}");
  /* What came in an earlier run is not taken from what this one counts as new. */
  assert_sql (sandbox, "SELECT added || ' ' || known FROM run_line ORDER BY run", "1 0\n1 1");
  hy_test_verified (sandbox);
}

/* What the server replaces later is its own file, never the one that she brought in. */
static void
keeps_her_own_file_when_the_servers_changes (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 hers = hy_test_put_document (sandbox, "{\"from\":\"file\"}", "hello", NULL);
  gint64 origin = hy_test_add_server (sandbox);
  gint64 rowid = hy_test_mirror (sandbox, origin, 0, DOCUMENT ("1", "{\"d\":1}", "Binary/1")).rowid;

  g_assert_cmpint (put_file (sandbox, 0, rowid, "hello", "words", HY_FILE_HERE), ==, hers);
  g_assert_cmpuint (hy_test_uint (hy_vault_renew_files (sandbox->access, origin, "Binary/1", NULL)), ==, 1);
  g_assert_cmpint (put_file (sandbox, 0, hers, "changed", "others", HY_FILE_DIFFERS), ==, hers);
  hy_test_blob (sandbox, hers, "changed");
  hy_test_blob (sandbox, rowid + 1, "hello");
  hy_test_content (sandbox, rowid + 1, "{\"d\":1}");
  g_assert_cmpuint (hy_test_count_blobs (sandbox), ==, 2);
  hy_test_verified (sandbox);

  /* Once more: now it is the server's own that is replaced. */
  g_assert_cmpuint (hy_test_uint (hy_vault_renew_files (sandbox->access, origin, "Binary/1", NULL)), ==, 1);
  g_assert_cmpint (put_file (sandbox, 0, hers, "again", "others", HY_FILE_DIFFERS), ==, hers);
  hy_test_blob (sandbox, rowid + 1, "hello");
  hy_test_verified (sandbox);
}

static void
removes_the_file_with_its_entry (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 origin = hy_test_add_server (sandbox);
  gint64 here = hy_test_mirror (sandbox, origin, 0, DOCUMENT ("1", "{\"d\":1}", "Binary/1")).rowid;
  gint64 coming = hy_test_mirror (sandbox, origin, 0, DOCUMENT ("2", "{\"d\":2}", "Binary/2")).rowid;
  gint64 mine = hy_test_mirror (sandbox, origin, 0, DOCUMENT ("3", "{\"d\":3}", "Binary/3")).rowid;
  HyMirrorResult result;

  put_file (sandbox, 0, here, "hello", NULL, HY_FILE_HERE);
  put_part (sandbox, coming, "e", 0, "hal");
  put_part (sandbox, mine, "e", 0, "hal");
  g_assert_cmpuint (hy_test_count_blobs (sandbox), ==, 3);
  result = hy_test_mirror (sandbox, origin, 0, hy_test_change_new ("DocumentReference/1", NULL));
  g_assert_cmpint (result.outcome, ==, HY_MIRROR_DELETED);
  hy_test_mirror (sandbox, origin, 0, hy_test_change_new ("DocumentReference/2", NULL));
  hy_test_remove (sandbox, mine);
  g_assert_cmpuint (hy_test_count_blobs (sandbox), ==, 0);
  assert_sql (sandbox, "SELECT count (*) FROM file UNION ALL SELECT count (*) FROM part UNION ALL SELECT count (*) FROM blob", "0\n0\n0");
}

static void
asks_for_the_right_to_edit (void)
{
  static const guint8 actor[16] = { 7 };
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 origin = hy_test_add_server (sandbox);
  gint64 rowid = hy_test_mirror (sandbox, origin, 0, DOCUMENT ("1", "{\"d\":1}", "Binary/1")).rowid;
  g_autoptr (HyAccess) reader = hy_vault_new_access (sandbox->vault, actor, (HyAccessMask) { .read = G_MAXUINT64 }, 0);
  g_autoptr (HyAccess) partly = hy_vault_new_access (sandbox->vault, actor, (HyAccessMask) { 8, 8, 8, 8 }, 0);
  g_autoptr (GBytes) part = bytes ("part");

  hy_test_refused (hy_vault_put_part (reader, rowid, NULL, 0, part), HY_ERROR_DENIED);
  hy_test_refused (hy_vault_put_file (reader, 0, rowid, part, NULL, NULL, NULL, HY_FILE_HERE), HY_ERROR_DENIED);
  hy_test_refused (hy_vault_set_file_state (reader, 0, rowid, HY_FILE_NOWHERE, NULL), HY_ERROR_DENIED);
  hy_test_refused (hy_vault_renew_files (reader, origin, "Binary/1", NULL), HY_ERROR_DENIED);
  hy_test_refused (hy_vault_dup_file (partly, rowid), HY_ERROR_DENIED);
  hy_test_refused (hy_vault_dup_parts (partly, rowid), HY_ERROR_DENIED);
  assert_file (sandbox, rowid, HY_FILE_WAITING, 0);
}

int
main (int argc,
      char *argv[])
{
  dex_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vault/files/waits-newest-first", waits_newest_first);
  g_test_add_func ("/vault/files/goes-on-with-parts-over-a-cut", goes_on_with_parts_over_a_cut);
  g_test_add_func ("/vault/files/begins-again-with-another-file", begins_again_with_another_file);
  g_test_add_func ("/vault/files/begins-again-after-a-damaged-part", begins_again_after_a_damaged_part);
  g_test_add_func ("/vault/files/stores-a-file-with-its-words", stores_a_file_with_its_words);
  g_test_add_func ("/vault/files/keeps-the-former-file-until-the-new-one-is-here", keeps_the_former_file_until_the_new_one_is_here);
  g_test_add_func ("/vault/files/keeps-a-file-that-is-no-longer-named", keeps_a_file_that_is_no_longer_named);
  g_test_add_func ("/vault/files/renews-only-what-is-of-another-version", renews_only_what_is_of_another_version);
  g_test_add_func ("/vault/files/says-why-a-file-does-not-come", says_why_a_file_does_not_come);
  g_test_add_func ("/vault/files/makes-one-of-a-file-and-its-import", makes_one_of_a_file_and_its_import);
  g_test_add_func ("/vault/files/leaves-apart-what-is-not-the-same", leaves_apart_what_is_not_the_same);
  g_test_add_func ("/vault/files/never-adopts-another-of-the-same-server", never_adopts_another_of_the_same_server);
  g_test_add_func ("/vault/files/adopts-without-fetching", adopts_without_fetching);
  g_test_add_func ("/vault/files/keeps-her-own-file-when-the-servers-changes", keeps_her_own_file_when_the_servers_changes);
  g_test_add_func ("/vault/files/removes-the-file-with-its-entry", removes_the_file_with_its_entry);
  g_test_add_func ("/vault/files/asks-for-the-right-to-edit", asks_for_the_right_to_edit);
  return g_test_run ();
}
