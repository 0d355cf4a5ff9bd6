/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folders of a person and what is in them.  Jobs of the vault thread. */

#include "config.h"

#include "vault/hy-vault-folders.h"

#include "base/hy-error.h"
#include "vault/hy-vault-item-writes.h"

#include <glib/gi18n.h>

void
hy_folder_free (HyFolder *folder)
{
  if (folder == NULL)
    return;
  g_free (folder->title);
  g_free (folder);
}

typedef struct
{
  guint klass;
  gint64 folder;
  char *title;
  GArray *rowids;
} Question;

static Question *
question_new (guint klass,
              gint64 folder,
              const char *title)
{
  Question *question = g_new0 (Question, 1);

  question->klass = klass;
  question->folder = folder;
  question->title = title != NULL ? g_strstrip (g_strdup (title)) : NULL;
  return question;
}

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->title);
  g_clear_pointer (&question->rowids, g_array_unref);
  g_free (question);
}

/* -- reading -- */

static gboolean
folders_job (HyVault *vault,
             HyAccess *access,
             gpointer data,
             GValue *result,
             GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  sqlite3_stmt *statement = hy_database_prepare (
      database,
      "SELECT f.id, f.title, (SELECT count (*) FROM in_folder i JOIN resource r ON r.id = i.id WHERE i.folder = f.id"
      " AND (r.flags & " G_STRINGIFY (HY_VAULT_GOING_FLAG) ") = 0) FROM folder f ORDER BY fold (f.title), f.id",
      error);
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func ((GDestroyNotify) hy_folder_free);
  gboolean row;

  if (statement == NULL || !hy_access_check_all (access, HY_RIGHT_READ, error))
    return FALSE;
  for (;;)
    {
      HyFolder *folder;

      if (!hy_database_step (database, statement, &row, error))
        return FALSE;
      if (!row)
        break;
      folder = g_new0 (HyFolder, 1);
      folder->id = sqlite3_column_int64 (statement, 0);
      folder->title = hy_column_dup (statement, 1);
      folder->count = (guint) sqlite3_column_int (statement, 2);
      g_ptr_array_add (folders, folder);
    }
  hy_database_done (statement);
  g_value_take_boxed (result, g_steal_pointer (&folders));
  return TRUE;
}

DexFuture *
hy_vault_dup_folders (HyAccess *access)
{
  return hy_access_submit (access, HY_JOB_READ, folders_job, NULL, NULL, G_TYPE_PTR_ARRAY);
}

static gboolean
get_folder_job (HyVault *vault,
                HyAccess *access,
                gpointer data,
                GValue *result,
                GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  Question *question = data;
  gint64 rowid = g_array_index (question->rowids, gint64, 0);
  sqlite3_stmt *statement = hy_database_prepare (database, "SELECT folder FROM in_folder WHERE id = ?1", error);
  g_autoptr (HyVaultRow) read = hy_vault_read_row_in_thread (vault, access, rowid, HY_RIGHT_READ, error);
  gboolean row;

  if (statement == NULL || read == NULL || !hy_access_check_all (access, HY_RIGHT_READ, error))
    return FALSE;
  sqlite3_bind_int64 (statement, 1, rowid);
  if (!hy_database_step (database, statement, &row, error))
    return FALSE;
  g_value_set_int64 (result, row ? sqlite3_column_int64 (statement, 0) : 0);
  hy_database_done (statement);
  return TRUE;
}

DexFuture *
hy_vault_get_folder (HyAccess *access,
                     gint64 rowid)
{
  Question *question = question_new (0, 0, NULL);

  question->rowids = g_array_new (FALSE, FALSE, sizeof rowid);
  g_array_append_val (question->rowids, rowid);
  return hy_access_submit (access, HY_JOB_READ, get_folder_job, question, question_free, G_TYPE_INT64);
}

static gboolean
folder_ids_job (HyVault *vault,
                HyAccess *access,
                gpointer data,
                GValue *result,
                GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  Question *question = data;
  sqlite3_stmt *statement = hy_database_prepare (database, "SELECT id FROM in_folder WHERE folder = ?1 ORDER BY id", error);
  g_autoptr (GArray) rowids = g_array_new (FALSE, FALSE, sizeof (gint64));
  gboolean row;

  if (statement == NULL || !hy_access_check_all (access, HY_RIGHT_READ, error))
    return FALSE;
  sqlite3_bind_int64 (statement, 1, question->folder);
  for (;;)
    {
      gint64 rowid;

      if (!hy_database_step (database, statement, &row, error))
        return FALSE;
      if (!row)
        break;
      rowid = sqlite3_column_int64 (statement, 0);
      g_array_append_val (rowids, rowid);
    }
  hy_database_done (statement);
  g_value_take_boxed (result, g_steal_pointer (&rowids));
  return TRUE;
}

DexFuture *
hy_vault_dup_folder_ids (HyAccess *access,
                         gint64 folder)
{
  return hy_access_submit (access, HY_JOB_READ, folder_ids_job, question_new (0, folder, NULL), question_free, G_TYPE_ARRAY);
}

/* -- changing -- */

/* Also what a page says before it asks. */
static gboolean
check_title (const char *title,
             GError **error)
{
  if (*title == '\0' || !g_utf8_validate (title, -1, NULL))
    g_set_error_literal (error, HY_ERROR, HY_ERROR_REFUSED, _ ("A folder needs a name."));
  else if (g_utf8_strlen (title, -1) > HY_FOLDER_TITLE_CHARS)
    g_set_error (error, HY_ERROR, HY_ERROR_REFUSED, _ ("The name of a folder has at most %d characters."), HY_FOLDER_TITLE_CHARS);
  else
    return TRUE;
  return FALSE;
}

/* The folder of that title, in whatever case and accents; 0 = none. */
static gboolean
find_title (HyDatabase *database,
            const char *title,
            gint64 *folder,
            GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (database, "SELECT id FROM folder WHERE fold (title) = fold (?1) ORDER BY id", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  hy_bind_text (statement, 1, title);
  if (!hy_database_step (database, statement, &row, error))
    return FALSE;
  *folder = row ? sqlite3_column_int64 (statement, 0) : 0;
  hy_database_done (statement);
  return TRUE;
}

static gboolean
count_folders (HyDatabase *database,
               gint *count,
               GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (database, "SELECT count (*) FROM folder", error);
  gboolean row;

  if (statement == NULL || !hy_database_step (database, statement, &row, error))
    return FALSE;
  *count = sqlite3_column_int (statement, 0);
  hy_database_done (statement);
  return TRUE;
}

static gboolean
add_folder_job (HyVault *vault,
                HyAccess *access,
                gpointer data,
                GValue *result,
                GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  Question *question = data;
  sqlite3_stmt *statement;
  gint64 same;
  gint count;

  if (!hy_access_check (access, question->klass, HY_RIGHT_EDIT, error) || !check_title (question->title, error) ||
      !find_title (database, question->title, &same, error) || !count_folders (database, &count, error))
    return FALSE;
  if (same != 0)
    {
      g_value_set_int64 (result, same);
      return TRUE;
    }
  if (count >= HY_MAX_FOLDERS)
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_REFUSED, _ ("There are as many folders as Hygie keeps. Remove one first."));
      return FALSE;
    }
  if (!(statement = hy_database_prepare (database, "INSERT INTO folder (title) VALUES (?1)", error)))
    return FALSE;
  hy_bind_text (statement, 1, question->title);
  if (!hy_run_once_in_thread (database, statement, error))
    return FALSE;
  g_value_set_int64 (result, sqlite3_last_insert_rowid (hy_database_get_handle (database)));
  return TRUE;
}

/**
 * hy_vault_add_folder:
 *
 * Errors: HY_ERROR_REFUSED for a title that is empty or too long, or with HY_MAX_FOLDERS there
 */
DexFuture *
hy_vault_add_folder (HyAccess *access,
                     guint klass,
                     const char *title)
{
  return hy_access_submit (access, HY_JOB_WRITE, add_folder_job, question_new (klass, 0, title), question_free, G_TYPE_INT64);
}

static gboolean
rename_folder_job (HyVault *vault,
                   HyAccess *access,
                   gpointer data,
                   GValue *result,
                   GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  Question *question = data;
  sqlite3_stmt *statement;
  gint64 same;

  if (!hy_access_check (access, question->klass, HY_RIGHT_EDIT, error) || !check_title (question->title, error) ||
      !find_title (database, question->title, &same, error))
    return FALSE;
  if (same != 0 && same != question->folder)
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_REFUSED, _ ("There is a folder of that name already."));
      return FALSE;
    }
  if (!(statement = hy_database_prepare (database, "UPDATE folder SET title = ?2 WHERE id = ?1", error)))
    return FALSE;
  sqlite3_bind_int64 (statement, 1, question->folder);
  hy_bind_text (statement, 2, question->title);
  g_value_set_boolean (result, TRUE);
  return hy_run_once_in_thread (database, statement, error);
}

/**
 * hy_vault_rename_folder:
 *
 * Errors: HY_ERROR_REFUSED for a title that is empty, too long, or another folder's
 */
DexFuture *
hy_vault_rename_folder (HyAccess *access,
                        guint klass,
                        gint64 folder,
                        const char *title)
{
  return hy_access_submit (access, HY_JOB_WRITE, rename_folder_job, question_new (klass, folder, title), question_free, G_TYPE_BOOLEAN);
}

static gboolean
remove_folder_job (HyVault *vault,
                   HyAccess *access,
                   gpointer data,
                   GValue *result,
                   GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  Question *question = data;

  g_value_set_boolean (result, TRUE);
  return hy_access_check (access, question->klass, HY_RIGHT_EDIT, error) &&
         hy_run_for_id_in_thread (database, "DELETE FROM in_folder WHERE folder = ?1", question->folder, error) &&
         hy_run_for_id_in_thread (database, "DELETE FROM folder WHERE id = ?1", question->folder, error);
}

DexFuture *
hy_vault_remove_folder (HyAccess *access,
                        guint klass,
                        gint64 folder)
{
  return hy_access_submit (access, HY_JOB_WRITE, remove_folder_job, question_new (klass, folder, NULL), question_free, G_TYPE_BOOLEAN);
}

static gboolean
put_in_folder_job (HyVault *vault,
                   HyAccess *access,
                   gpointer data,
                   GValue *result,
                   GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  Question *question = data;

  for (guint i = 0; i < question->rowids->len; i++)
    {
      gint64 rowid = g_array_index (question->rowids, gint64, i);
      g_autoptr (HyVaultRow) row = hy_vault_read_row_in_thread (vault, access, rowid, HY_RIGHT_EDIT, error);
      sqlite3_stmt *statement;

      if (row == NULL || !hy_run_for_id_in_thread (database, "DELETE FROM in_folder WHERE id = ?1", rowid, error))
        return FALSE;
      if (question->folder == 0)
        continue;
      /* Nothing goes into a folder that was removed meanwhile. */
      if (!(statement = hy_database_prepare (database, "INSERT INTO in_folder (id, folder) SELECT ?1, id FROM folder WHERE id = ?2", error)))
        return FALSE;
      sqlite3_bind_int64 (statement, 1, rowid);
      sqlite3_bind_int64 (statement, 2, question->folder);
      if (!hy_run_once_in_thread (database, statement, error))
        return FALSE;
      if (sqlite3_changes (hy_database_get_handle (database)) == 0)
        {
          g_set_error_literal (error, HY_ERROR, HY_ERROR_MISSING, _ ("This folder is no longer there. Choose another one."));
          return FALSE;
        }
    }
  g_value_set_boolean (result, TRUE);
  return TRUE;
}

/**
 * hy_vault_put_in_folder:
 *
 * Takes each of them out of the folder it was in.
 *
 * Errors: HY_ERROR_MISSING when there is no such folder; nothing is changed then
 */
DexFuture *
hy_vault_put_in_folder (HyAccess *access,
                        GArray *rowids,
                        gint64 folder)
{
  Question *question = question_new (0, folder, NULL);

  question->rowids = g_array_copy (rowids);
  return hy_access_submit (access, HY_JOB_WRITE, put_in_folder_job, question, question_free, G_TYPE_BOOLEAN);
}
