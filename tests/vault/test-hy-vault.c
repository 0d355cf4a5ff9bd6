/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening, closing, damage: what the vault promises about its files. */

#include "hy-test-vault.h"

#include "base/hy-error.h"
#include "vault/hy-database.h"
#include "vault/hy-schema.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static gint64
size_of (const char *path)
{
  struct stat st;

  return stat (path, &st) == 0 ? st.st_size : -1;
}

static void
put_three (HyTestVault *sandbox)
{
  hy_test_vault_put (sandbox, hy_test_item_new ("{\"a\":1}", "One", "first"));
  hy_test_vault_put (sandbox, hy_test_item_new ("{\"a\":2}", "Two", "second"));
  hy_test_vault_put (sandbox, hy_test_item_new ("{\"a\":3}", "Three", "third"));
}

static guint
count (HyTestVault *sandbox)
{
  GError *error = NULL;
  g_autoptr (HyVaultListing) listing = hy_test_await_boxed (hy_vault_list (sandbox->access, 2, HY_SORT_NEWEST, 10), &error);

  g_assert_no_error (error);
  return listing->keys->len;
}

static void
keeps_what_was_put (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  GError *error = NULL;

  put_three (sandbox);
  g_assert_true (hy_test_vault_reopen (sandbox, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count (sandbox), ==, 3);
}

static void
leaves_no_wal_and_no_plain_header (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  g_autofree char *database = hy_test_vault_dup_path (sandbox, "db-1");
  g_autofree char *wal = hy_test_vault_dup_path (sandbox, "db-1-wal");
  g_autofree char *bytes = NULL;
  struct stat st;
  gsize size;

  put_three (sandbox);
  hy_test_vault_close (sandbox);
  g_assert_cmpint (size_of (wal), <=, 0);
  g_assert_true (g_file_get_contents (database, &bytes, &size, NULL));
  g_assert_cmpint (memcmp (bytes, "SQLite format 3", 16), !=, 0);
  g_assert_null (memmem (bytes, size, "resource", 8));
  g_assert_cmpint (stat (database, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 0077, ==, 0);
  g_assert_cmpint (stat (sandbox->dir, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 0077, ==, 0);
}

static void
refuses_a_wrong_passphrase (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  g_autoptr (HySecret) wrong = hy_secret_new_copy ("not the passphrase", 18);
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  hy_test_vault_close (sandbox);
  before = hy_test_hash_tree (sandbox->dir);
  g_assert_null (hy_holder_unlock (sandbox->dir, HY_SLOT_PASSPHRASE, wrong, &error));
  g_assert_error (error, HY_ERROR, HY_ERROR_WRONG_SECRET);
  after = hy_test_hash_tree (sandbox->dir);
  g_assert_cmpstr (before, ==, after);
}

static void
opens_with_the_recovery_key (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  g_autoptr (HySecret) bytes = NULL;
  g_autoptr (HyHolder) holder = NULL;
  GError *error = NULL;

  hy_test_vault_close (sandbox);
  bytes = hy_recovery_parse (sandbox->recovery, &error);
  g_assert_no_error (error);
  holder = hy_holder_unlock (sandbox->dir, HY_SLOT_RECOVERY, bytes, &error);
  g_assert_no_error (error);
}

static void
is_open_in_one_program (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  g_autoptr (HySecret) passphrase = hy_secret_new_copy (HY_TEST_PASSPHRASE, strlen (HY_TEST_PASSPHRASE));
  g_autoptr (GError) error = NULL;

  g_assert_null (hy_holder_unlock (sandbox->dir, HY_SLOT_PASSPHRASE, passphrase, &error));
  g_assert_error (error, HY_ERROR, HY_ERROR_BUSY);
}

static void
heals_one_damaged_header (gconstpointer data)
{
  const char *file = data;
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  g_autofree char *space = hy_test_vault_dup_path (sandbox, file);
  g_autofree char *good = NULL;
  g_autofree char *now = NULL;
  GError *error = NULL;
  HyHeaderPair pair;
  g_autofree char *first = hy_test_vault_dup_path (sandbox, "space.hyg");

  hy_test_vault_close (sandbox);
  hy_test_flip (space, 4000, 0x10);
  g_assert_true (hy_header_pair_read (&pair, first, HY_HEADER_SPACE, NULL));
  g_assert_true (pair.damaged);
  g_assert_true (hy_test_vault_reopen (sandbox, &error));
  g_assert_no_error (error);
  g_assert_true (hy_header_pair_read (&pair, first, HY_HEADER_SPACE, NULL));
  g_assert_false (pair.damaged);
}

static void
refuses_two_damaged_headers (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  g_autofree char *first = hy_test_vault_dup_path (sandbox, "space.hyg");
  g_autofree char *second = hy_test_vault_dup_path (sandbox, "space.hyg.2");
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;

  hy_test_vault_close (sandbox);
  hy_test_flip (first, 100, 1);
  hy_test_flip (second, 7000, 1);
  before = hy_test_hash_tree (sandbox->dir);
  g_assert_false (hy_test_vault_reopen (sandbox, &error));
  g_assert_error (error, HY_ERROR, HY_ERROR_CORRUPT);
  g_clear_pointer (&sandbox->holder, hy_holder_unref);
  after = hy_test_hash_tree (sandbox->dir);
  g_assert_cmpstr (before, ==, after);
}

/* Bits of one header copy, all over it: the other copy always opens the space, and no flip is taken for good. */
static void
detects_every_flipped_header_bit (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  g_autofree char *first = hy_test_vault_dup_path (sandbox, "space.hyg");
  guint n_flips = 0;

  hy_test_vault_close (sandbox);
  for (gsize offset = 0; offset < HY_HEADER_SIZE; offset++)
    {
      guint8 mask = (guint8) (1 << (offset * 5 % 8));
      HyHeaderPair pair;

      hy_test_flip (first, offset, mask);
      g_assert_true (hy_header_pair_read (&pair, first, HY_HEADER_SPACE, NULL));
      g_assert_true (pair.damaged);
      g_assert_cmpuint (pair.n_copies, ==, 1);
      hy_test_flip (first, offset, mask);
      n_flips++;
    }
  g_assert_cmpuint (n_flips, ==, HY_HEADER_SIZE);
}

/* With the plain checksum made right again only the keyed one is left: it must do. */
static void
refuses_a_forged_header (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  g_autofree char *first = hy_test_vault_dup_path (sandbox, "space.hyg");
  g_autofree char *second = hy_test_vault_dup_path (sandbox, "space.hyg.2");
  g_autofree char *bytes = NULL;
  g_autoptr (GError) error = NULL;
  HyHeader header;
  g_autoptr (HySecret) other = hy_secret_new_random (HY_KEY_SIZE);

  hy_test_vault_close (sandbox);
  g_assert_true (g_file_get_contents (first, &bytes, NULL, NULL));
  memcpy (header.bytes, bytes, HY_HEADER_SIZE);
  hy_header_set_commit (&header, 0);
  hy_header_seal (&header, other);
  g_assert_true (g_file_set_contents (first, (const char *) header.bytes, HY_HEADER_SIZE, NULL));
  g_assert_true (g_file_set_contents (second, (const char *) header.bytes, HY_HEADER_SIZE, NULL));
  g_assert_false (hy_test_vault_reopen (sandbox, &error));
  g_assert_error (error, HY_ERROR, HY_ERROR_CORRUPT);
}

static void
tells_missing_changes (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  g_autofree char *database = hy_test_vault_dup_path (sandbox, "db-1");
  g_autofree char *old = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  hy_test_vault_close (sandbox);
  g_assert_true (g_file_get_contents (database, &old, &size, NULL));
  g_assert_true (hy_test_vault_reopen (sandbox, NULL));
  put_three (sandbox);
  hy_test_vault_close (sandbox);
  g_assert_true (g_file_set_contents (database, old, (gssize) size, NULL));
  g_assert_false (hy_test_vault_reopen (sandbox, &error));
  g_assert_error (error, HY_ERROR, HY_ERROR_CORRUPT);
  g_assert_nonnull (strstr (error->message, "The last 3 changes are missing"));
}

static void
refuses_a_plain_database (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  g_autofree char *database = hy_test_vault_dup_path (sandbox, "db-1");
  g_autoptr (GError) error = NULL;
  sqlite3 *plain = NULL;

  hy_test_vault_close (sandbox);
  g_unlink (database);
  g_assert_cmpint (sqlite3_open (database, &plain), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (plain, "CREATE TABLE t (x); INSERT INTO t VALUES (1)", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (plain);
  g_assert_false (hy_test_vault_reopen (sandbox, &error));
  g_assert_error (error, HY_ERROR, HY_ERROR_CORRUPT);
  g_assert_nonnull (strstr (error->message, "not encrypted"));
}

static void
refuses_a_cut_database (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  g_autofree char *database = hy_test_vault_dup_path (sandbox, "db-1");
  g_autofree char *bytes = NULL;
  gsize size;

  put_three (sandbox);
  hy_test_vault_close (sandbox);
  g_assert_true (g_file_get_contents (database, &bytes, &size, NULL));
  for (guint i = 1; i < 4; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (database, bytes, (gssize) (size - i * 4096 - (i == 2 ? 100 : 0)), NULL));
      g_assert_false (hy_test_vault_reopen (sandbox, &error));
      g_assert_error (error, HY_ERROR, HY_ERROR_CORRUPT);
    }
}

/* Any changed byte of the main file is found by the check, and none is shown as data. */
static void
finds_flipped_database_bytes (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  g_autofree char *database = hy_test_vault_dup_path (sandbox, "db-1");
  gint64 size;
  guint n_found = 0, n_flips = 0;

  put_three (sandbox);
  hy_test_vault_close (sandbox);
  size = size_of (database);
  for (gint64 offset = 20; offset < size; offset += 4096 + 37)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) findings = NULL;

      hy_test_flip (database, (gsize) offset, 0x40);
      n_flips++;
      if (!hy_test_vault_reopen (sandbox, &error))
        n_found += g_error_matches (error, HY_ERROR, HY_ERROR_CORRUPT);
      else
        {
          findings = hy_test_await_boxed (hy_vault_verify (sandbox->access), NULL);
          n_found += findings != NULL && findings->len > 0;
        }
      hy_test_vault_close (sandbox);
      hy_test_flip (database, (gsize) offset, 0x40);
    }
  g_assert_cmpuint (n_flips, >, 10);
  g_assert_cmpuint (n_found, ==, n_flips);
  g_assert_true (hy_test_vault_reopen (sandbox, NULL));
  g_assert_cmpuint (count (sandbox), ==, 3);
}

static void
denies_dangerous_statements (void)
{
  static const char *const statements[] = {
    "PRAGMA temp_store = FILE",
    "ATTACH DATABASE '/nowhere' AS other",
    "SELECT load_extension ('x')",
    "SELECT sqlcipher_export ('x')",
  };
  g_autofree char *dir = g_dir_make_tmp ("hygie-test-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "db", NULL);
  g_autoptr (HySecret) key = hy_secret_new_random (32);
  GError *error = NULL;
  HyDatabase *database = hy_database_open (path, key, /* create= */ TRUE, /* read_only= */ FALSE, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (statements); i++)
    {
      g_autoptr (GError) denied = NULL;

      g_assert_false (hy_database_run (database, statements[i], &denied));
      g_assert_nonnull (denied);
    }
  g_assert_true (hy_database_close (database, &error));
  g_unlink (path);
  g_rmdir (dir);
}

static char *
dup_identity (HyDatabase *database,
              const char *title)
{
  sqlite3_stmt *statement =
      hy_database_prepare (database, "SELECT identity FROM resource WHERE title = ?1 AND identity_key IS text_key (identity)", NULL);
  char *identity = NULL;
  gboolean row;

  sqlite3_bind_text (statement, 1, title, -1, SQLITE_STATIC);
  g_assert_true (hy_database_step (database, statement, &row, NULL));
  g_assert_true (row);
  identity = g_strdup ((const char *) sqlite3_column_text (statement, 0));
  hy_database_done (statement);
  return identity;
}

/* A space of the first format opens, and what it holds is known again when it comes again. */
static void
brings_the_first_format_up (void)
{
#define ROW(title, identity)                                                                                                                  \
  "INSERT INTO resource (class, type, origin, version, flags, day, shelf, title, identity, identity_key, size, digest, digest_key, added_ms)" \
  " VALUES (2, 'DocumentReference', 1, 1, 0, 0, 0, '" title "', " identity ", text_key (" identity "), 1, x'00', 1, 1);"
  static const struct
  {
    const char *title;
    const char *identity;
  } rows[] = {
    { "a", "urn:ietf:rfc:3986|urn:oid:1.2^3" },
    { "b", "urn:ietf:rfc:3986|urn:oid:1.2" },
    { "c", "https://a.example|urn:oid:9" },
    { "d", NULL },
    { "e", "urn:ietf:rfc:3986|urn:oid:1.4" },
    { "f", "urn:ietf:rfc:3986|urn:oid:1.5^6.x" },
    { "g", "urn:ietf:rfc:3986|urn:oid:1.6" },
    { "h", "|17" },
    { "i", "|2024.x" },
    { "j", "urn:oid:9|3.4" },
  };
  g_autofree char *dir = g_dir_make_tmp ("hygie-test-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "db", NULL);
  g_autoptr (HySecret) key = hy_secret_new_random (32);
  GError *error = NULL;
  HyDatabase *database = hy_database_open (path, key, /* create= */ TRUE, /* read_only= */ FALSE, &error);

  g_assert_no_error (error);
  g_assert_true (hy_schema_migrate (database, NULL));
  hy_database_run (database,
                   "DROP TABLE replaced; DROP TABLE server; DROP TABLE cursor; DROP TABLE mirror; DROP TABLE file; DROP TABLE part; DROP TABLE run;"
                   "DROP TABLE run_line; DROP TABLE refusal; DROP TABLE folder; DROP TABLE in_folder; PRAGMA user_version = 1;" ROW ("a", "'urn:oid:1.2|3'") ROW ("b", "'|urn:oid:1.2'")
                       ROW ("c", "'https://a.example|urn:oid:9'") ROW ("d", "NULL")
                           ROW ("e", "'urn:ietf:rfc:3986|urn:oid:1.4'") ROW ("f", "'|1.5^6.x'") ROW ("g", "'urn:ietf:rfc:3986|1.6'")
                               ROW ("h", "'|17'") ROW ("i", "'|2024.x'") ROW ("j", "'urn:oid:9|3.4'"),
                   &error);
  g_assert_no_error (error);
  g_assert_true (hy_schema_check (database, NULL));
  g_assert_true (hy_schema_migrate (database, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *identity = dup_identity (database, rows[i].title);

      g_assert_cmpstr (identity, ==, rows[i].identity);
    }
  g_assert_true (hy_database_run (database, "INSERT INTO replaced (key, id) VALUES (1, 2)", NULL));
  g_assert_true (hy_database_close (database, &error));
  g_unlink (path);
  g_rmdir (dir);
#undef ROW
}

static void
answers_locked_after_close (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  g_autoptr (HyAccess) access = g_object_ref (sandbox->access);
  g_autoptr (GError) error = NULL;

  hy_test_vault_close (sandbox);
  g_assert_false (hy_access_is_open (access));
  g_assert_null (hy_test_await (hy_vault_list (access, 2, HY_SORT_NEWEST, 1), &error));
  g_assert_error (error, HY_ERROR, HY_ERROR_LOCKED);
}

static void
removes_a_space_whole (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  g_autofree char *database = hy_test_vault_dup_path (sandbox, "db-1");
  g_autoptr (GPtrArray) spaces = NULL;
  g_autoptr (GError) missing = NULL;
  GError *error = NULL;

  hy_run_to_end (hy_vault_close (sandbox->vault), &error);
  g_assert_no_error (error);
  g_clear_object (&sandbox->access);
  g_clear_pointer (&sandbox->vault, hy_vault_unref);
  g_assert_true (hy_holder_remove_space (sandbox->holder, sandbox->uuid, &error));
  g_assert_no_error (error);
  spaces = hy_holder_list_spaces (sandbox->holder, &error);
  g_assert_cmpuint (spaces->len, ==, 0);
  g_assert_cmpint (size_of (database), ==, -1);
  g_assert_false (hy_holder_remove_space (sandbox->holder, sandbox->uuid, &missing));
  g_assert_error (missing, HY_ERROR, HY_ERROR_MISSING);
}

static void
never_begins_anew_over_spaces (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  g_autofree char *holders = g_build_filename (sandbox->dir, "holders", NULL);
  g_autofree char *away = g_build_filename (sandbox->dir, "elsewhere", NULL);
  g_autoptr (HySecret) passphrase = hy_secret_new_copy (HY_TEST_PASSPHRASE, strlen (HY_TEST_PASSPHRASE));
  HyKdfCost cost = { HY_KDF_FLOOR_PASSES, HY_KDF_FLOOR_KIB };
  HySecret *recovery = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) create_error = NULL;

  hy_test_vault_close (sandbox);
  g_assert_cmpint (g_rename (holders, away), ==, 0);
  g_assert_cmpint (hy_holder_probe (sandbox->dir, &error), ==, HY_HOLDER_STATE_UNREADABLE);
  g_assert_error (error, HY_ERROR, HY_ERROR_CORRUPT);
  g_assert_null (hy_holder_create (sandbox->dir, passphrase, cost, &recovery, &create_error));
  g_assert_error (create_error, HY_ERROR, HY_ERROR_EXISTS);
}

/* A blob file whose row was never committed goes, when it is old; a new one may be in the making. */
static void
sweeps_old_orphans (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  g_autofree char *folder = hy_test_vault_dup_path (sandbox, "blobs/ab");
  g_autofree char *old = g_build_filename (folder, "ab000000000000000000000000000001", NULL);
  g_autofree char *new = g_build_filename (folder, "ab000000000000000000000000000002", NULL);
  HyVaultItem *item = hy_test_item_new ("{}", "Document", NULL);
  struct timespec times[2] = { { 1000, 0 }, { 1000, 0 } };
  gint64 begun = g_get_monotonic_time ();
  g_autoptr (GBytes) kept = NULL;
  GError *error = NULL;
  gint64 rowid;

  item->attachment = g_bytes_new_static ("a document", 10);
  rowid = hy_test_vault_put (sandbox, item).rowid;
  hy_test_vault_close (sandbox);
  g_mkdir (folder, 0700);
  g_assert_true (g_file_set_contents (old, "x", 1, NULL));
  g_assert_true (g_file_set_contents (new, "x", 1, NULL));
  g_assert_cmpint (utimensat (AT_FDCWD, old, times, 0), ==, 0);
  g_assert_true (hy_test_vault_reopen (sandbox, &error));
  while (size_of (old) >= 0 && g_get_monotonic_time () - begun < 20 * G_USEC_PER_SEC)
    g_usleep (20000);
  g_assert_cmpint (size_of (old), ==, -1);
  g_assert_cmpint (size_of (new), ==, 1);
  kept = hy_test_await_boxed (hy_vault_dup_blob (sandbox->access, rowid), &error);
  g_assert_no_error (error);
}

/* tmp may have been moved by the person, or put there by somebody else: what a link leads to is not ours. */
static void
sweeps_nothing_behind_a_link (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  g_autofree char *tmp = g_build_filename (sandbox->dir, "tmp", NULL);
  g_autofree char *elsewhere = g_build_filename (sandbox->dir, "elsewhere", NULL);
  g_autofree char *precious = g_build_filename (elsewhere, "precious", NULL);
  GError *error = NULL;

  hy_test_vault_close (sandbox);
  g_assert_cmpint (g_mkdir (elsewhere, 0700), ==, 0);
  g_assert_true (g_file_set_contents (precious, "x", 1, NULL));
  g_assert_cmpint (g_rmdir (tmp), ==, 0);
  g_assert_cmpint (symlink (elsewhere, tmp), ==, 0);
  g_assert_true (hy_test_vault_reopen (sandbox, &error));
  g_assert_no_error (error);
  g_assert_cmpint (size_of (precious), ==, 1);
}

/* A newer program was stopped between its two copies: the older copy must not go over the newer one. */
static void
leaves_a_newer_header_alone (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  g_autofree char *first = hy_test_vault_dup_path (sandbox, "space.hyg");
  g_autofree char *bytes = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;
  HyHeader header;

  hy_test_vault_close (sandbox);
  g_assert_true (g_file_get_contents (first, &bytes, NULL, NULL));
  memcpy (header.bytes, bytes, HY_HEADER_SIZE);
  header.bytes[8] = 2;
  crypto_generichash (header.bytes + 8160, 32, header.bytes, 8160, NULL, 0);
  g_assert_true (g_file_set_contents (first, (const char *) header.bytes, HY_HEADER_SIZE, NULL));
  before = hy_test_hash_tree (sandbox->dir);
  g_assert_false (hy_test_vault_reopen (sandbox, &error));
  g_assert_error (error, HY_ERROR, HY_ERROR_NEWER);
  hy_test_vault_close (sandbox);
  after = hy_test_hash_tree (sandbox->dir);
  g_assert_cmpstr (before, ==, after);
}

int
main (int argc,
      char *argv[])
{
  dex_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vault/vault/keeps-what-was-put", keeps_what_was_put);
  g_test_add_func ("/vault/vault/leaves-no-wal-and-no-plain-header", leaves_no_wal_and_no_plain_header);
  g_test_add_func ("/vault/vault/refuses-a-wrong-passphrase", refuses_a_wrong_passphrase);
  g_test_add_func ("/vault/vault/opens-with-the-recovery-key", opens_with_the_recovery_key);
  g_test_add_func ("/vault/vault/is-open-in-one-program", is_open_in_one_program);
  g_test_add_data_func ("/vault/vault/heals-the-first-header", "space.hyg", heals_one_damaged_header);
  g_test_add_data_func ("/vault/vault/heals-the-second-header", "space.hyg.2", heals_one_damaged_header);
  g_test_add_func ("/vault/vault/refuses-two-damaged-headers", refuses_two_damaged_headers);
  g_test_add_func ("/vault/vault/detects-every-flipped-header-byte", detects_every_flipped_header_bit);
  g_test_add_func ("/vault/vault/refuses-a-forged-header", refuses_a_forged_header);
  g_test_add_func ("/vault/vault/tells-missing-changes", tells_missing_changes);
  g_test_add_func ("/vault/vault/refuses-a-plain-database", refuses_a_plain_database);
  g_test_add_func ("/vault/vault/refuses-a-cut-database", refuses_a_cut_database);
  g_test_add_func ("/vault/vault/finds-flipped-database-bytes", finds_flipped_database_bytes);
  g_test_add_func ("/vault/vault/denies-dangerous-statements", denies_dangerous_statements);
  g_test_add_func ("/vault/vault/brings-the-first-format-up", brings_the_first_format_up);
  g_test_add_func ("/vault/vault/answers-locked-after-close", answers_locked_after_close);
  g_test_add_func ("/vault/vault/removes-a-space-whole", removes_a_space_whole);
  g_test_add_func ("/vault/vault/never-begins-anew-over-spaces", never_begins_anew_over_spaces);
  g_test_add_func ("/vault/vault/sweeps-old-orphans", sweeps_old_orphans);
  g_test_add_func ("/vault/vault/sweeps-nothing-behind-a-link", sweeps_nothing_behind_a_link);
  g_test_add_func ("/vault/vault/leaves-a-newer-header-alone", leaves_a_newer_header_alone);
  return g_test_run ();
}
