/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders and authors: what is in them, what is kept when they go, and a space of before there were any. */

#include "hy-test-vault.h"

#include "base/hy-error.h"
#include "vault/hy-database.h"
#include "vault/hy-schema.h"
#include "vault/hy-vault-authors.h"
#include "vault/hy-vault-folders.h"

#include <glib/gstdio.h>
#include <string.h>

#define DOCUMENTS 2 /* the class of hy_test_item_new() */

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
refused (DexFuture *future,
         gint code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (hy_test_await (future, &error));
  g_assert_error (error, HY_ERROR, code);
}

static gint64
put (HyTestVault *sandbox,
     const char *title,
     const char *author)
{
  g_autofree char *json = g_strdup_printf ("{\"t\":\"%s\"}", title);
  HyVaultItem *item = hy_test_item_new (json, title, "x");

  item->row.author = g_strdup (author);
  return hy_test_vault_put (sandbox, item).rowid;
}

static DexFuture *
put_in (HyTestVault *sandbox,
        gint64 rowid,
        gint64 folder)
{
  g_autoptr (GArray) rowids = g_array_new (FALSE, FALSE, sizeof rowid);

  g_array_append_val (rowids, rowid);
  return hy_vault_put_in_folder (sandbox->access, rowids, folder);
}

/* "Heart 2, Teeth 0" */
static char *
dup_folders (HyTestVault *sandbox)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) folders = hy_test_await_boxed (hy_vault_dup_folders (sandbox->access), &error);
  GString *words = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < folders->len; i++)
    {
      HyFolder *folder = g_ptr_array_index (folders, i);

      g_string_append_printf (words, "%s%s %u", i > 0 ? ", " : "", folder->title, folder->count);
    }
  return g_string_free (words, FALSE);
}

static void
assert_folders (HyTestVault *sandbox,
                const char *expected)
{
  g_autofree char *words = dup_folders (sandbox);

  g_assert_cmpstr (words, ==, expected);
}

static guint
count_ids (DexFuture *future)
{
  GError *error = NULL;
  g_autoptr (GArray) rowids = hy_test_await_boxed (future, &error);

  g_assert_no_error (error);
  return rowids->len;
}

static void
holds_a_document_in_one_folder (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 first = put (sandbox, "a", NULL), second = put (sandbox, "b", NULL);
  gint64 teeth = await_int64 (hy_vault_add_folder (sandbox->access, DOCUMENTS, "  Teeth "));
  gint64 heart = await_int64 (hy_vault_add_folder (sandbox->access, DOCUMENTS, "Été au cœur"));
  g_autoptr (GArray) rowids = g_array_new (FALSE, FALSE, sizeof (gint64));

  g_array_append_val (rowids, first);
  g_array_append_val (rowids, second);
  await_done (hy_vault_put_in_folder (sandbox->access, rowids, teeth));
  assert_folders (sandbox, "Été au cœur 0, Teeth 2");
  await_done (put_in (sandbox, first, heart));
  assert_folders (sandbox, "Été au cœur 1, Teeth 1");
  g_assert_cmpint (await_int64 (hy_vault_get_folder (sandbox->access, first)), ==, heart);
  g_assert_cmpuint (count_ids (hy_vault_dup_folder_ids (sandbox->access, teeth)), ==, 1);
  await_done (put_in (sandbox, first, 0));
  g_assert_cmpint (await_int64 (hy_vault_get_folder (sandbox->access, first)), ==, 0);
  /* The same title, however it is typed, is the same folder. */
  g_assert_cmpint (await_int64 (hy_vault_add_folder (sandbox->access, DOCUMENTS, "TEETH")), ==, teeth);
}

static void
keeps_documents_of_a_removed_folder (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 rowid = put (sandbox, "a", NULL);
  gint64 folder = await_int64 (hy_vault_add_folder (sandbox->access, DOCUMENTS, "Teeth"));
  g_autoptr (HyVaultRow) row = NULL;
  GError *error = NULL;

  await_done (put_in (sandbox, rowid, folder));
  await_done (hy_vault_remove_folder (sandbox->access, DOCUMENTS, folder));
  assert_folders (sandbox, "");
  g_assert_cmpint (await_int64 (hy_vault_get_folder (sandbox->access, rowid)), ==, 0);
  row = hy_test_await_boxed (hy_vault_dup_row (sandbox->access, rowid), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (row->title, ==, "a");
  refused (put_in (sandbox, rowid, folder), HY_ERROR_MISSING);
}

static void
forgets_a_removed_document (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 rowid = put (sandbox, "a", NULL);
  gint64 folder = await_int64 (hy_vault_add_folder (sandbox->access, DOCUMENTS, "Teeth"));
  g_autoptr (GArray) rowids = g_array_new (FALSE, FALSE, sizeof rowid);

  await_done (put_in (sandbox, rowid, folder));
  g_array_append_val (rowids, rowid);
  await_done (hy_vault_remove (sandbox->access, rowids));
  assert_folders (sandbox, "Teeth 0");
}

static void
refuses_titles_that_are_none (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  g_autofree char *fits = g_strnfill (HY_FOLDER_TITLE_CHARS, 'x');
  g_autofree char *too_long = g_strconcat (fits, "x", NULL);
  gint64 teeth = await_int64 (hy_vault_add_folder (sandbox->access, DOCUMENTS, "Teeth"));
  gint64 other = await_int64 (hy_vault_add_folder (sandbox->access, DOCUMENTS, fits));

  refused (hy_vault_add_folder (sandbox->access, DOCUMENTS, "  "), HY_ERROR_REFUSED);
  refused (hy_vault_add_folder (sandbox->access, DOCUMENTS, too_long), HY_ERROR_REFUSED);
  refused (hy_vault_rename_folder (sandbox->access, DOCUMENTS, other, "teeth"), HY_ERROR_REFUSED);
  await_done (hy_vault_rename_folder (sandbox->access, DOCUMENTS, teeth, "TEETH"));
  await_done (hy_vault_rename_folder (sandbox->access, DOCUMENTS, other, "Back"));
  assert_folders (sandbox, "Back 0, TEETH 0");
}

static void
counts_authors (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  g_autoptr (GPtrArray) authors = NULL;
  GError *error = NULL;

  put (sandbox, "a", "Dr Benali");
  put (sandbox, "b", "Dr Arnaud");
  put (sandbox, "c", "Dr Benali");
  put (sandbox, "d", NULL);
  authors = hy_test_await_boxed (hy_vault_dup_authors (sandbox->access, DOCUMENTS), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (authors->len, ==, 2);
  g_assert_cmpstr (((HyAuthor *) g_ptr_array_index (authors, 0))->name, ==, "Dr Benali");
  g_assert_cmpuint (((HyAuthor *) g_ptr_array_index (authors, 0))->count, ==, 2);
  g_assert_cmpuint (count_ids (hy_vault_dup_author_ids (sandbox->access, DOCUMENTS, "Dr Benali")), ==, 2);
  g_assert_cmpuint (count_ids (hy_vault_dup_author_ids (sandbox->access, DOCUMENTS, "Dr")), ==, 0);
}

static void
outlives_locking (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 rowid = put (sandbox, "a", NULL);
  GError *error = NULL;

  await_done (put_in (sandbox, rowid, await_int64 (hy_vault_add_folder (sandbox->access, DOCUMENTS, "Teeth"))));
  hy_test_vault_close (sandbox);
  g_assert_true (hy_test_vault_reopen (sandbox, &error));
  assert_folders (sandbox, "Teeth 1");
}

/* A space of before folders opens with all that it holds. */
static void
brings_a_space_without_folders_up (void)
{
  g_autofree char *dir = g_dir_make_tmp ("hygie-test-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "db", NULL);
  g_autoptr (HySecret) key = hy_secret_new_random (32);
  GError *error = NULL;
  HyDatabase *database = hy_database_open (path, key, /* create= */ TRUE, /* read_only= */ FALSE, &error);

  g_assert_no_error (error);
  g_assert_true (hy_schema_migrate (database, NULL));
  hy_database_run (database,
                   "DROP TABLE folder; DROP TABLE in_folder; PRAGMA user_version = 3;"
                   "INSERT INTO content (id, json) VALUES (1, x'7b7d')",
                   &error);
  g_assert_no_error (error);
  g_assert_true (hy_schema_check (database, NULL));
  g_assert_true (hy_schema_migrate (database, &error));
  g_assert_no_error (error);
  g_assert_true (hy_database_run (database,
                                  "INSERT INTO folder (title) VALUES ('Teeth'); INSERT INTO in_folder (id, folder) SELECT c.id, f.id FROM content c, folder f",
                                  &error));
  g_assert_true (hy_database_close (database, &error));
  g_unlink (path);
  g_rmdir (dir);
}

int
main (int argc,
      char **argv)
{
  dex_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vault/folders/hold-a-document-in-one-folder", holds_a_document_in_one_folder);
  g_test_add_func ("/vault/folders/keep-documents-of-a-removed-folder", keeps_documents_of_a_removed_folder);
  g_test_add_func ("/vault/folders/forget-a-removed-document", forgets_a_removed_document);
  g_test_add_func ("/vault/folders/refuse-titles-that-are-none", refuses_titles_that_are_none);
  g_test_add_func ("/vault/folders/outlive-locking", outlives_locking);
  g_test_add_func ("/vault/folders/bring-a-space-without-folders-up", brings_a_space_without_folders_up);
  g_test_add_func ("/vault/authors/are-counted", counts_authors);
  return g_test_run ();
}
