/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of following a server share. */

#include "hy-test-mirror.h"

#include "base/hy-error.h"
#include "vault/hy-vault-internal.h"

#include <string.h>

static GValue *
await (DexFuture *future)
{
  GError *error = NULL;
  GValue *value = hy_test_await (future, &error);

  g_assert_no_error (error);
  return value;
}

gint64
hy_test_int64 (DexFuture *future)
{
  GValue *value = await (future);
  gint64 number = g_value_get_int64 (value);

  g_free (value);
  return number;
}

guint
hy_test_uint (DexFuture *future)
{
  GValue *value = await (future);
  guint number = g_value_get_uint (value);

  g_free (value);
  return number;
}

void
hy_test_done (DexFuture *future)
{
  GValue *value = await (future);

  g_value_unset (value);
  g_free (value);
}

void
hy_test_refused (DexFuture *future,
                 gint code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (hy_test_await (future, &error));
  g_assert_error (error, HY_ERROR, code);
}

gint64
hy_test_add_server (HyTestVault *self)
{
  HyMirrorServer server = { .base = (char *) HY_TEST_BASE, .name = (char *) "Clinic", .patient = (char *) "p1" };

  /* The first origin is that of hy_test_vault_put. */
  hy_test_int64 (hy_vault_begin_origin (self->access, "file"));
  return hy_test_int64 (hy_vault_add_server (self->access, &server, NULL));
}

HyMirrorChange *
hy_test_change_new (const char *place,
                    const char *json)
{
  const char *slash = strchr (place, '/');
  g_autofree char *type = g_strndup (place, (gsize) (slash - place));
  HyMirrorChange *change = hy_mirror_change_new (type, slash + 1);

  change->version = g_strdup ("W/1");
  if (json == NULL)
    return change;
  change->item = hy_test_item_new (json, "Entry", "words");
  g_free (change->item->row.type);
  change->item->row.type = g_strdup (type);
  change->item->row.fhir_id = g_strdup (slash + 1);
  change->item->names = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (change->item->names, g_strdup (place));
  g_ptr_array_add (change->item->names, g_strconcat (HY_TEST_BASE "/", place, NULL));
  return change;
}

HyMirrorChange *
hy_test_document_new (const char *place,
                      const char *json,
                      const char *url,
                      gint64 size,
                      const char *sha1)
{
  HyMirrorChange *change = hy_test_change_new (place, json);

  change->file = g_new0 (HyMirrorFile, 1);
  change->file->url = g_strdup (url);
  change->file->media_type = g_strdup ("text/plain");
  change->file->size = size;
  change->file->sha1 = g_strdup (sha1);
  return change;
}

/* @change: (nullable) */
HyMirrorPage *
hy_test_page_new (gint64 origin,
                  gint64 run,
                  gint64 walk,
                  HyMirrorChange *change)
{
  HyMirrorPage *page = hy_mirror_page_new (origin, run, walk);

  if (change != NULL)
    g_ptr_array_add (page->changes, change);
  return page;
}

HyMirrorResult
hy_test_mirror_in_run (HyTestVault *self,
                       gint64 origin,
                       gint64 run,
                       gint64 walk,
                       HyMirrorChange *change)
{
  GError *error = NULL;
  g_autoptr (GArray) results = hy_test_await_boxed (hy_vault_mirror (self->access, hy_test_page_new (origin, run, walk, change)), &error);

  g_assert_no_error (error);
  g_assert_cmpuint (results->len, ==, 1);
  return g_array_index (results, HyMirrorResult, 0);
}

HyMirrorResult
hy_test_mirror (HyTestVault *self,
                gint64 origin,
                gint64 walk,
                HyMirrorChange *change)
{
  return hy_test_mirror_in_run (self, origin, 0, walk, change);
}

gint64
hy_test_edit (HyTestVault *self,
              gint64 rowid,
              const char *json)
{
  GError *error = NULL;
  g_autoptr (HyVaultRow) row = hy_test_await_boxed (hy_vault_dup_row (self->access, rowid), &error);

  g_assert_no_error (error);
  hy_test_done (hy_vault_edit (self->access, rowid, row->version, hy_test_item_new (json, "Mine", "mine")));
  return rowid;
}

void
hy_test_remove (HyTestVault *self,
                gint64 rowid)
{
  g_autoptr (GArray) rowids = g_array_new (FALSE, FALSE, sizeof rowid);

  g_array_append_val (rowids, rowid);
  hy_test_done (hy_vault_remove (self->access, rowids));
}

static void
assert_text (GBytes *bytes,
             const char *text)
{
  gsize size;
  const guint8 *at = g_bytes_get_data (bytes, &size);

  g_assert_cmpmem (at, size, text, strlen (text));
}

void
hy_test_content (HyTestVault *self,
                 gint64 rowid,
                 const char *json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = hy_test_await_boxed (hy_vault_dup_resource (self->access, rowid), &error);

  if (json == NULL)
    {
      g_assert_error (error, HY_ERROR, HY_ERROR_MISSING);
      return;
    }
  g_assert_no_error (error);
  assert_text (bytes, json);
}

void
hy_test_blob (HyTestVault *self,
              gint64 rowid,
              const char *text)
{
  GError *error = NULL;
  g_autoptr (GBytes) bytes = hy_test_await_boxed (hy_vault_dup_blob (self->access, rowid), &error);

  g_assert_no_error (error);
  assert_text (bytes, text);
}

gint64
hy_test_put_document (HyTestVault *self,
                      const char *json,
                      const char *text,
                      const char *identity)
{
  HyVaultItem *item = hy_test_item_new (json, "From a file", "wordsoffile\vinside");

  item->attachment = g_bytes_new (text, strlen (text));
  item->identity = g_strdup (identity);
  item->row.media_type = g_strdup ("text/plain");
  item->row.flags = HY_VAULT_READER_FLAGS;
  return hy_test_vault_put (self, item).rowid;
}

void
hy_test_verified (HyTestVault *self)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) findings = hy_test_await_boxed (hy_vault_verify (self->access), &error);

  g_assert_no_error (error);
  for (guint i = 0; i < findings->len; i++)
    g_test_message ("%s", (char *) g_ptr_array_index (findings, i));
  g_assert_cmpuint (findings->len, ==, 0);
}

static gboolean
sql_job (HyVault *vault,
         HyAccess *access G_GNUC_UNUSED,
         gpointer sql,
         GValue *result,
         GError **error G_GNUC_UNUSED)
{
  sqlite3 *handle = hy_database_get_handle (hy_vault_get_database_in_thread (vault));
  g_autoptr (GString) text = g_string_new (NULL);
  sqlite3_stmt *statement = NULL;
  int code;

  /* Not by hy_database_prepare: that keeps a statement by the address of its text, and this text is freed. */
  g_assert_cmpint (sqlite3_prepare_v2 (handle, sql, -1, &statement, NULL), ==, SQLITE_OK);
  while ((code = sqlite3_step (statement)) == SQLITE_ROW)
    {
      const char *value = (const char *) sqlite3_column_text (statement, 0);

      g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", value != NULL ? value : "NULL");
    }
  g_assert_cmpint (code, ==, SQLITE_DONE);
  sqlite3_finalize (statement);
  g_value_set_string (result, text->str);
  return TRUE;
}

char *
hy_test_sql (HyTestVault *self,
             const char *sql)
{
  GValue *value = await (hy_access_submit (self->access, HY_JOB_READ, sql_job, g_strdup (sql), g_free, G_TYPE_STRING));
  char *text = g_value_dup_string (value);

  g_value_unset (value);
  g_free (value);
  return text;
}

guint
hy_test_count_blobs (HyTestVault *self)
{
  g_autofree char *blobs = hy_test_vault_dup_path (self, "blobs");
  g_autoptr (GDir) folders = g_dir_open (blobs, 0, NULL);
  const char *folder;
  guint n = 0;

  while (folders != NULL && (folder = g_dir_read_name (folders)) != NULL)
    {
      g_autofree char *path = g_build_filename (blobs, folder, NULL);
      g_autoptr (GDir) files = g_dir_open (path, 0, NULL);

      while (files != NULL && g_dir_read_name (files) != NULL)
        n++;
    }
  return n;
}
