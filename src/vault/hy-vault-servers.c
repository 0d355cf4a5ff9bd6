/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which servers a space follows, and their tokens.  Jobs of the vault thread. */

#include "config.h"

#include "vault/hy-vault-mirror.h"

#include "base/hy-error.h"
#include "vault/hy-access-private.h"
#include "vault/hy-vault-item-writes.h"

#include <glib/gi18n.h>

HyMirrorServer *
hy_mirror_server_copy (const HyMirrorServer *server)
{
  HyMirrorServer *copy = g_memdup2 (server, sizeof *server);

  copy->base = g_strdup (server->base);
  copy->name = g_strdup (server->name);
  copy->patient = g_strdup (server->patient);
  return copy;
}

void
hy_mirror_server_free (HyMirrorServer *server)
{
  if (server == NULL)
    return;
  g_free (server->base);
  g_free (server->name);
  g_free (server->patient);
  g_free (server);
}

G_DEFINE_BOXED_TYPE (HyMirrorServer, hy_mirror_server, hy_mirror_server_copy, hy_mirror_server_free)

typedef struct
{
  HyMirrorServer *server;
  gint64 origin;
  HySecret *token; /* nullable */
} Act;

static void
act_free (gpointer data)
{
  Act *act = data;

  hy_mirror_server_free (act->server);
  g_clear_pointer (&act->token, hy_secret_unref);
  g_free (act);
}

static Act *
act_new (const HyMirrorServer *server,
         gint64 origin,
         HySecret *token)
{
  Act *act = g_new0 (Act, 1);

  act->server = server != NULL ? hy_mirror_server_copy (server) : NULL;
  act->origin = origin;
  act->token = token != NULL ? hy_secret_ref (token) : NULL;
  return act;
}

static gboolean
write_token (HyDatabase *database,
             gint64 origin,
             HySecret *token,
             GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (database, "UPDATE server SET token = ?2 WHERE origin = ?1", error);
  gboolean done;

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, origin);
  if (token != NULL)
    sqlite3_bind_blob (statement, 2, hy_secret_open (token), (int) hy_secret_get_size (token), SQLITE_STATIC);
  done = hy_run_once_in_thread (database, statement, error);
  /* The binding points into the secret. */
  sqlite3_clear_bindings (statement);
  if (token != NULL)
    hy_secret_close (token);
  return done;
}

static gboolean
add_server_job (HyVault *vault,
                HyAccess *access,
                gpointer data,
                GValue *result,
                GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  Act *act = data;
  HyMirrorServer *server = act->server;
  sqlite3_stmt *there = hy_database_prepare (database, "SELECT 1 FROM server", error);
  sqlite3_stmt *origin = hy_database_prepare (database, "INSERT INTO origin (label, at_ms) VALUES (?1, ?2)", error);
  sqlite3_stmt *statement = hy_database_prepare (
      database,
      "INSERT INTO server (origin, base, name, patient, other_person, is_local, checked_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0)",
      error);
  gboolean row;
  gint64 id;

  if (there == NULL || origin == NULL || statement == NULL || !hy_access_check_all (access, HY_RIGHT_EDIT, error) ||
      !hy_database_step (database, there, &row, error))
    return FALSE;
  hy_database_done (there);
  if (row)
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_EXISTS, _ ("This space follows a server already. Disconnect that one first; what came from it stays."));
      return FALSE;
    }
  hy_bind_text (origin, 1, server->base);
  sqlite3_bind_int64 (origin, 2, g_get_real_time () / 1000);
  if (!hy_run_once_in_thread (database, origin, error))
    return FALSE;
  id = sqlite3_last_insert_rowid (hy_database_get_handle (database));
  sqlite3_bind_int64 (statement, 1, id);
  hy_bind_text (statement, 2, server->base);
  hy_bind_text (statement, 3, server->name != NULL ? server->name : "");
  hy_bind_text (statement, 4, server->patient);
  sqlite3_bind_int (statement, 5, server->other_person);
  sqlite3_bind_int (statement, 6, server->is_local);
  if (!hy_run_once_in_thread (database, statement, error) || !write_token (database, id, act->token, error))
    return FALSE;
  g_value_set_int64 (result, id);
  return TRUE;
}

/**
 * hy_vault_add_server:
 * @token: (nullable): kept beside it, when the person wants that
 *
 * Errors: HY_ERROR_EXISTS when the space has a server
 */
DexFuture *
hy_vault_add_server (HyAccess *access,
                     const HyMirrorServer *server,
                     HySecret *token)
{
  return hy_access_submit (access, HY_JOB_WRITE, add_server_job, act_new (server, 0, token), act_free, G_TYPE_INT64);
}

static gboolean
dup_servers_job (HyVault *vault,
                 HyAccess *access,
                 gpointer data,
                 GValue *result,
                 GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  g_autoptr (GPtrArray) servers = g_ptr_array_new_with_free_func ((GDestroyNotify) hy_mirror_server_free);
  sqlite3_stmt *statement = hy_database_prepare (
      database,
      "SELECT origin, base, name, patient, other_person, is_local, token IS NOT NULL, checked_ms FROM server ORDER BY origin", error);
  gboolean row;

  if (statement == NULL || !hy_access_check_all (access, HY_RIGHT_READ, error))
    return FALSE;
  for (;;)
    {
      HyMirrorServer *server;

      if (!hy_database_step (database, statement, &row, error))
        return FALSE;
      if (!row)
        break;
      server = g_new0 (HyMirrorServer, 1);
      server->origin = sqlite3_column_int64 (statement, 0);
      server->base = hy_column_dup (statement, 1);
      server->name = hy_column_dup (statement, 2);
      server->patient = hy_column_dup (statement, 3);
      server->other_person = sqlite3_column_int (statement, 4);
      server->is_local = sqlite3_column_int (statement, 5);
      server->has_token = sqlite3_column_int (statement, 6);
      server->checked_ms = sqlite3_column_int64 (statement, 7);
      g_ptr_array_add (servers, server);
    }
  hy_database_done (statement);
  g_value_take_boxed (result, g_steal_pointer (&servers));
  return TRUE;
}

DexFuture *
hy_vault_dup_servers (HyAccess *access)
{
  return hy_access_submit (access, HY_JOB_READ, dup_servers_job, NULL, NULL, G_TYPE_PTR_ARRAY);
}

static gboolean
set_server_job (HyVault *vault,
                HyAccess *access,
                gpointer data,
                GValue *result,
                GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  HyMirrorServer *server = ((Act *) data)->server;
  sqlite3_stmt *statement = hy_database_prepare (
      database, "UPDATE server SET name = ?2, patient = ?3, other_person = ?4, checked_ms = ?5 WHERE origin = ?1", error);

  if (statement == NULL || !hy_access_check_all (access, HY_RIGHT_EDIT, error))
    return FALSE;
  sqlite3_bind_int64 (statement, 1, server->origin);
  hy_bind_text (statement, 2, server->name != NULL ? server->name : "");
  hy_bind_text (statement, 3, server->patient);
  sqlite3_bind_int (statement, 4, server->other_person);
  sqlite3_bind_int64 (statement, 5, server->checked_ms);
  if (!hy_run_once_in_thread (database, statement, error))
    return FALSE;
  g_value_set_boolean (result, TRUE);
  return TRUE;
}

DexFuture *
hy_vault_set_server (HyAccess *access,
                     const HyMirrorServer *server)
{
  return hy_access_submit (access, HY_JOB_WRITE, set_server_job, act_new (server, 0, NULL), act_free, G_TYPE_BOOLEAN);
}

static gboolean
set_token_job (HyVault *vault,
               HyAccess *access,
               gpointer data,
               GValue *result,
               GError **error)
{
  Act *act = data;

  if (!hy_access_check_all (access, HY_RIGHT_EDIT, error) ||
      !write_token (hy_vault_get_database_in_thread (vault), act->origin, act->token, error))
    return FALSE;
  g_value_set_boolean (result, TRUE);
  return TRUE;
}

DexFuture *
hy_vault_set_server_token (HyAccess *access,
                           gint64 origin,
                           HySecret *token)
{
  return hy_access_submit (access, HY_JOB_WRITE, set_token_job, act_new (NULL, origin, token), act_free, G_TYPE_BOOLEAN);
}

static gboolean
dup_token_job (HyVault *vault,
               HyAccess *access,
               gpointer data,
               GValue *result,
               GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  sqlite3_stmt *statement = hy_database_prepare (database, "SELECT token FROM server WHERE origin = ?1 AND token IS NOT NULL", error);
  gboolean row;

  /* Whoever may use the sign-in acts as the owner on the server. */
  if (statement == NULL || !hy_access_check_all (access, HY_RIGHT_EDIT, error))
    return FALSE;
  sqlite3_bind_int64 (statement, 1, ((Act *) data)->origin);
  if (!hy_database_step (database, statement, &row, error))
    return FALSE;
  if (row)
    g_value_take_boxed (result, hy_secret_new_copy (sqlite3_column_blob (statement, 0), (gsize) sqlite3_column_bytes (statement, 0)));
  else
    g_set_error_literal (error, HY_ERROR, HY_ERROR_MISSING, _ ("No token is kept in this space."));
  hy_database_done (statement);
  return row;
}

/**
 * hy_vault_dup_server_token:
 *
 * Errors: HY_ERROR_MISSING when none is kept
 */
DexFuture *
hy_vault_dup_server_token (HyAccess *access,
                           gint64 origin)
{
  return hy_access_submit (access, HY_JOB_READ, dup_token_job, act_new (NULL, origin, NULL), act_free, HY_TYPE_SECRET);
}

static gboolean
remove_server_job (HyVault *vault,
                   HyAccess *access,
                   gpointer data,
                   GValue *result,
                   GError **error)
{
  static const char *const sql[] = {
    "DELETE FROM blob WHERE id IN (SELECT blob FROM part WHERE id IN (SELECT id FROM file WHERE origin = ?1))",
    "DELETE FROM part WHERE id IN (SELECT id FROM file WHERE origin = ?1)",
    "DELETE FROM file WHERE origin = ?1",
    "DELETE FROM cursor WHERE origin = ?1",
    "DELETE FROM mirror WHERE origin = ?1",
    "DELETE FROM server WHERE origin = ?1",
  };
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  Act *act = data;

  if (!hy_access_check_all (access, HY_RIGHT_EDIT, error) ||
      !hy_blob_let_go_in_thread (vault, "SELECT blob FROM part WHERE id IN (SELECT id FROM file WHERE origin = ?1)", act->origin, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (sql); i++)
    if (!hy_run_for_id_in_thread (database, sql[i], act->origin, error))
      return FALSE;
  g_value_set_boolean (result, TRUE);
  return TRUE;
}

/**
 * hy_vault_remove_server:
 *
 * The space follows it no more.  All that came from it stays, and so does the journal; files that had not come will not.
 */
DexFuture *
hy_vault_remove_server (HyAccess *access,
                        gint64 origin)
{
  return hy_access_submit (access, HY_JOB_WRITE, remove_server_job, act_new (NULL, origin, NULL), act_free, G_TYPE_BOOLEAN);
}
