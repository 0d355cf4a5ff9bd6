/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Removing with a way back.  A row that is going keeps its bytes, history, words, file and place among what servers hold, and
 * nothing shows it.  It goes for good when the person no longer asks for it back, and at the latest when the space closes or,
 * after a crash, is next opened: "going" in the table state says that there are some.
 *
 * What a server says meanwhile goes on: a change is written into the row, which stays going; what the server no longer has
 * goes at once, as it would have without the mark. */

#include "config.h"

#include "base/hy-error.h"
#include "vault/hy-vault-item-writes.h"

#define IS_GOING "(flags & " G_STRINGIFY (HY_VAULT_GOING_FLAG) ") != 0"

/**
 * hy_item_is_going_in_thread:
 * @going: (out): %FALSE also when there is no such row
 */
gboolean
hy_item_is_going_in_thread (HyDatabase *database,
                            gint64 rowid,
                            gboolean *going,
                            GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (database, "SELECT 1 FROM resource WHERE id = ?1 AND " IS_GOING, error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, rowid);
  if (!hy_database_step (database, statement, going, error))
    return FALSE;
  hy_database_done (statement);
  return TRUE;
}

gboolean
hy_item_unmark_going_in_thread (HyDatabase *database,
                                gint64 rowid,
                                gboolean *was_going,
                                GError **error)
{
  if (!hy_item_is_going_in_thread (database, rowid, was_going, error))
    return FALSE;
  return !*was_going || hy_run_for_id_in_thread (database,
                                                 "UPDATE resource SET flags = flags & ~" G_STRINGIFY (HY_VAULT_GOING_FLAG) " WHERE id = ?1",
                                                 rowid, error);
}

static gboolean
forget_when_none_is_left (HyDatabase *database,
                          GError **error)
{
  return hy_database_run (database, "DELETE FROM state WHERE name = 'going' AND NOT EXISTS (SELECT 1 FROM resource WHERE " IS_GOING ")", error);
}

static gboolean
check_right (HyDatabase *database,
             HyAccess *access,
             gint64 rowid,
             GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (database, "SELECT class FROM resource WHERE id = ?1", error);
  guint klass = 0;
  gboolean row;

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, rowid);
  if (!hy_database_step (database, statement, &row, error))
    return FALSE;
  if (row)
    klass = (guint) sqlite3_column_int (statement, 0);
  hy_database_done (statement);
  return !row || hy_access_check (access, klass, HY_RIGHT_EDIT, error);
}

static GArray *
find_all_going (HyDatabase *database,
                GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (database, "SELECT id FROM resource WHERE " IS_GOING, error);
  g_autoptr (GArray) rowids = g_array_new (FALSE, FALSE, sizeof (gint64));
  gboolean row;

  if (statement == NULL)
    return NULL;
  for (;;)
    {
      gint64 rowid;

      if (!hy_database_step (database, statement, &row, error))
        return NULL;
      if (!row)
        break;
      rowid = sqlite3_column_int64 (statement, 0);
      g_array_append_val (rowids, rowid);
    }
  hy_database_done (statement);
  return g_steal_pointer (&rowids);
}

/**
 * hy_going_remove_in_thread:
 * @access: (nullable): whose act it is; %NULL for the end of a space's day
 * @rowids: (nullable) (element-type gint64): %NULL for all that are going
 *
 * Within a transaction.  Those that are not going (any more) stay.
 */
gboolean
hy_going_remove_in_thread (HyVault *vault,
                           HyAccess *access,
                           GArray *rowids,
                           guint *n_removed,
                           GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  g_autoptr (GArray) all = rowids != NULL ? g_array_ref (rowids) : find_all_going (database, error);

  *n_removed = 0;
  if (all == NULL)
    return FALSE;
  for (guint i = 0; i < all->len; i++)
    {
      gint64 rowid = g_array_index (all, gint64, i);
      gboolean going;

      if (!hy_item_is_going_in_thread (database, rowid, &going, error) ||
          (going && access != NULL && !check_right (database, access, rowid, error)) ||
          (going && !hy_item_remove_in_thread (vault, rowid, error)))
        return FALSE;
      *n_removed += going;
    }
  return forget_when_none_is_left (database, error);
}

static gboolean
mark_job (HyVault *vault,
          HyAccess *access,
          gpointer data,
          GValue *result,
          GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  GArray *rowids = data;
  guint n_marked = 0;

  for (guint i = 0; i < rowids->len; i++)
    {
      gint64 rowid = g_array_index (rowids, gint64, i);
      g_autoptr (GError) failure = NULL;
      g_autoptr (HyVaultRow) row = hy_vault_read_row_in_thread (vault, access, rowid, HY_RIGHT_EDIT, &failure);

      if (g_error_matches (failure, HY_ERROR, HY_ERROR_MISSING))
        continue;
      if (row == NULL)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
      if (!hy_run_for_id_in_thread (database, "UPDATE resource SET flags = flags | " G_STRINGIFY (HY_VAULT_GOING_FLAG) " WHERE id = ?1", rowid, error))
        return FALSE;
      n_marked++;
    }
  if (n_marked > 0 && !hy_database_run (database, "INSERT OR REPLACE INTO state (name, value) VALUES ('going', 1)", error))
    return FALSE;
  g_value_set_uint (result, n_marked);
  return TRUE;
}

/**
 * hy_vault_mark_going:
 * @rowids: (element-type gint64): those that are no longer there are passed over
 *
 * From now on nothing shows them, and hy_vault_unmark_going() brings them back whole.  They go for good with
 * hy_vault_remove_going(), or when the space is closed, or next opened.
 */
DexFuture *
hy_vault_mark_going (HyAccess *access,
                     GArray *rowids)
{
  return hy_access_submit (access, HY_JOB_WRITE, mark_job, g_array_copy (rowids), (GDestroyNotify) g_array_unref, G_TYPE_UINT);
}

static gboolean
unmark_job (HyVault *vault,
            HyAccess *access,
            gpointer data,
            GValue *result,
            GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  GArray *rowids = data;
  guint n_back = 0;

  for (guint i = 0; i < rowids->len; i++)
    {
      gint64 rowid = g_array_index (rowids, gint64, i);
      gboolean was_going;

      if (!check_right (database, access, rowid, error) || !hy_item_unmark_going_in_thread (database, rowid, &was_going, error))
        return FALSE;
      n_back += was_going;
    }
  if (!forget_when_none_is_left (database, error))
    return FALSE;
  g_value_set_uint (result, n_back);
  return TRUE;
}

DexFuture *
hy_vault_unmark_going (HyAccess *access,
                       GArray *rowids)
{
  return hy_access_submit (access, HY_JOB_WRITE, unmark_job, g_array_copy (rowids), (GDestroyNotify) g_array_unref, G_TYPE_UINT);
}

static gboolean
remove_job (HyVault *vault,
            HyAccess *access,
            gpointer data,
            GValue *result,
            GError **error)
{
  guint n_removed;

  if (!hy_going_remove_in_thread (vault, access, data, &n_removed, error))
    return FALSE;
  g_value_set_uint (result, n_removed);
  return TRUE;
}

/**
 * hy_vault_remove_going:
 *
 * As hy_vault_remove(), for those of @rowids that are still going.
 */
DexFuture *
hy_vault_remove_going (HyAccess *access,
                       GArray *rowids)
{
  return hy_access_submit (access, HY_JOB_WRITE, remove_job, g_array_copy (rowids), (GDestroyNotify) g_array_unref, G_TYPE_UINT);
}
