/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole check of a space: every page, every resource's digest, every blob (P2). */

#include "config.h"

#include "base/hy-error.h"
#include "vault/hy-access-private.h"
#include "vault/hy-vault-rows.h"

#include <glib/gi18n.h>
#include <sodium.h>
#include <string.h>

/* Beyond this the file as a whole is to be restored; nobody reads a longer list. */
#define MAX_FINDINGS 100

static gboolean
check_pages (HyDatabase *database,
             const char *sql,
             GPtrArray *findings)
{
  sqlite3_stmt *statement = NULL;
  int code;

  if (sqlite3_prepare_v2 (hy_database_get_handle (database), sql, -1, &statement, NULL) != SQLITE_OK)
    {
      g_ptr_array_add (findings, g_strdup (_ ("The file of this space cannot be read.")));
      return FALSE;
    }
  while ((code = sqlite3_step (statement)) == SQLITE_ROW && findings->len < MAX_FINDINGS)
    {
      const char *line = (const char *) sqlite3_column_text (statement, 0);

      if (line != NULL && strcmp (line, "ok") != 0)
        g_ptr_array_add (findings, g_strdup_printf (_ ("A page of this space's file is damaged (%s)."), line));
    }
  if (code != SQLITE_DONE && findings->len == 0)
    g_ptr_array_add (findings, g_strdup (_ ("The file of this space cannot be read to its end.")));
  sqlite3_finalize (statement);
  return findings->len == 0;
}

static void
check_resources (HyVault *vault,
                 HyAccess *access,
                 GPtrArray *findings)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  sqlite3_stmt *statement = hy_database_prepare (
      database,
      "SELECT r.id, r.digest, c.json, b.id, b.wrapped, b.hash, b.size, r.blob IS NOT NULL, c.id IS NULL FROM resource r LEFT JOIN content c ON c.id = r.id"
      " LEFT JOIN blob b ON b.id = r.blob ORDER BY r.id",
      NULL);
  gboolean row = TRUE;

  while (statement != NULL && findings->len < MAX_FINDINGS && !hy_vault_is_closed (vault) && hy_database_step (database, statement, &row, NULL) && row)
    {
      g_autofree char *id = hy_access_dup_id (access, sqlite3_column_int64 (statement, 0));
      const guint8 *bytes = sqlite3_column_blob (statement, 2);
      gsize size = (gsize) sqlite3_column_bytes (statement, 2);
      g_autoptr (GBytes) document = NULL;
      guint8 digest[32];
      HyBlob blob;

      if (sqlite3_column_int (statement, 8))
        {
          g_ptr_array_add (findings, g_strdup_printf (_ ("The entry %s is no longer what was saved."), id));
          continue;
        }
      if (sqlite3_column_int (statement, 7))
        {
          if (hy_blob_read_columns (statement, 3, &blob))
            document = hy_blob_file_read (hy_vault_get_blobs_dir (vault), hy_vault_get_uuid_bytes (vault), hy_vault_get_blob_key (vault),
                                          &blob, NULL);
          if (document == NULL)
            {
              g_ptr_array_add (findings, g_strdup_printf (_ ("The file of document %s is damaged or missing."), id));
              continue;
            }
          bytes = g_bytes_get_data (document, &size);
        }
      crypto_hash_sha256 (digest, bytes, size);
      if (sqlite3_column_bytes (statement, 1) != 32 || memcmp (sqlite3_column_blob (statement, 1), digest, 32) != 0)
        g_ptr_array_add (findings, g_strdup_printf (_ ("The entry %s is no longer what was saved."), id));
    }
  if (statement != NULL)
    hy_database_done (statement);
  if (statement == NULL || (row && findings->len == 0 && !hy_vault_is_closed (vault)))
    g_ptr_array_add (findings, g_strdup (_ ("The file of this space cannot be read to its end.")));
}

/* Locking does not wait for a check that may take minutes. */
static int
stop_when_closed (void *vault)
{
  return hy_vault_is_closed (vault);
}

static gboolean
verify_job (HyVault *vault,
            HyAccess *access,
            gpointer data,
            GValue *result,
            GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (g_free);

  if (!hy_access_check_all (access, HY_RIGHT_READ, error))
    return FALSE;
  sqlite3_progress_handler (hy_database_get_handle (database), 10000, stop_when_closed, vault);
  /* cipher_integrity_check reads the main file, not the WAL. */
  if (!sqlite3_db_readonly (hy_database_get_handle (database), "main") && !hy_vault_checkpoint_in_thread (vault, NULL))
    g_ptr_array_add (findings, g_strdup (_ ("The latest changes of this space cannot be read.")));
  if (findings->len == 0 && check_pages (database, "PRAGMA cipher_integrity_check", findings) &&
      check_pages (database, "PRAGMA integrity_check(100)", findings))
    check_resources (vault, access, findings);
  sqlite3_progress_handler (hy_database_get_handle (database), 0, NULL, NULL);
  if (hy_vault_is_closed (vault))
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_LOCKED, _ ("The check was stopped because the space was locked. Nothing was changed."));
      return FALSE;
    }
  g_value_take_boxed (result, g_steal_pointer (&findings));
  return TRUE;
}

/**
 * hy_vault_verify:
 *
 * Reads everything; other jobs wait behind it (about 150 MB a second).
 */
DexFuture *
hy_vault_verify (HyAccess *access)
{
  return hy_access_submit (access, HY_JOB_READ, verify_job, NULL, NULL, G_TYPE_PTR_ARRAY);
}
