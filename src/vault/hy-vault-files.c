/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bytes of documents that servers hold, on their way into blobs.  Jobs of the vault thread. */

#include "config.h"

#include "vault/hy-vault-files.h"

#include "base/hy-error.h"
#include "vault/hy-access-private.h"
#include "vault/hy-vault-item-writes.h"
#include "vault/hy-vault-journal-writes.h"

#include <glib/gi18n.h>
#include <sodium.h>
#include <string.h>

typedef struct
{
  gint64 run;
  gint64 rowid;
  gint64 other;   /* origin, offset or twin */
  guint max;
  HyFileState state;
  char *text;     /* etag, reference, words or reason */
  char *media_type;
  char *etag;
  GBytes *bytes;
  guint8 digest[32];
} Act;

static Act *
act_new (gint64 rowid)
{
  Act *act = g_new0 (Act, 1);

  act->rowid = rowid;
  return act;
}

static void
act_free (gpointer data)
{
  Act *act = data;

  g_free (act->text);
  g_free (act->media_type);
  g_free (act->etag);
  g_clear_pointer (&act->bytes, g_bytes_unref);
  g_free (act);
}

/* -- reading -- */

#define FILE_COLUMNS                                                                \
  "f.id, f.origin, f.url, f.media_type, f.size, f.sha1, f.state, f.reason, f.etag," \
  " coalesce ((SELECT sum (b.size) FROM part p JOIN blob b ON b.id = p.blob WHERE p.id = f.id), 0)"

static HyMirrorFile *
new_file (sqlite3_stmt *statement)
{
  HyMirrorFile *file = g_new0 (HyMirrorFile, 1);

  file->rowid = sqlite3_column_int64 (statement, 0);
  file->origin = sqlite3_column_int64 (statement, 1);
  file->url = hy_column_dup (statement, 2);
  file->media_type = hy_column_dup (statement, 3);
  file->size = sqlite3_column_int64 (statement, 4);
  file->sha1 = hy_column_dup (statement, 5);
  file->state = (HyFileState) sqlite3_column_int (statement, 6);
  file->reason = hy_column_dup (statement, 7);
  file->etag = hy_column_dup (statement, 8);
  file->n_here = sqlite3_column_int64 (statement, 9);
  return file;
}

static gboolean
files_waiting_job (HyVault *vault,
                   HyAccess *access,
                   gpointer data,
                   GValue *result,
                   GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  Act *act = data;
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) hy_mirror_file_free);
  sqlite3_stmt *statement = hy_database_prepare (
      database,
      "SELECT " FILE_COLUMNS " FROM file f JOIN resource r ON r.id = f.id WHERE f.origin = ?1 AND f.state = 0"
      " AND (r.flags & " G_STRINGIFY (HY_VAULT_GOING_FLAG) ") = 0 ORDER BY r.day DESC, r.id DESC LIMIT ?2",
      error);
  gboolean row;

  if (statement == NULL || !hy_access_check_all (access, HY_RIGHT_READ, error))
    return FALSE;
  sqlite3_bind_int64 (statement, 1, act->other);
  sqlite3_bind_int64 (statement, 2, act->max);
  for (;;)
    {
      if (!hy_database_step (database, statement, &row, error))
        return FALSE;
      if (!row)
        break;
      g_ptr_array_add (files, new_file (statement));
    }
  hy_database_done (statement);
  g_value_take_boxed (result, g_steal_pointer (&files));
  return TRUE;
}

DexFuture *
hy_vault_dup_files_waiting (HyAccess *access,
                            gint64 origin,
                            guint max_files)
{
  Act *act = act_new (0);

  act->other = origin;
  act->max = max_files;
  return hy_access_submit (access, HY_JOB_READ, files_waiting_job, act, act_free, G_TYPE_PTR_ARRAY);
}

static gboolean
count_waiting_job (HyVault *vault,
                   HyAccess *access,
                   gpointer data,
                   GValue *result,
                   GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  sqlite3_stmt *statement = hy_database_prepare (database, "SELECT count (*) FROM file f JOIN resource r ON r.id = f.id WHERE f.origin = ?1 AND f.state = 0"
                                                           " AND (r.flags & " G_STRINGIFY (HY_VAULT_GOING_FLAG) ") = 0",
                                                 error);
  gboolean row;

  if (statement == NULL || !hy_access_check_all (access, HY_RIGHT_READ, error))
    return FALSE;
  sqlite3_bind_int64 (statement, 1, ((Act *) data)->other);
  if (!hy_database_step (database, statement, &row, error))
    return FALSE;
  g_value_set_uint (result, (guint) sqlite3_column_int (statement, 0));
  hy_database_done (statement);
  return TRUE;
}

DexFuture *
hy_vault_count_files_waiting (HyAccess *access,
                              gint64 origin)
{
  Act *act = act_new (0);

  act->other = origin;
  return hy_access_submit (access, HY_JOB_READ, count_waiting_job, act, act_free, G_TYPE_UINT);
}

/* NULL without an error: the row names no file. */
static HyMirrorFile *
read_file (HyDatabase *database,
           gint64 rowid,
           GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (database, "SELECT " FILE_COLUMNS " FROM file f WHERE f.id = ?1", error);
  HyMirrorFile *file;
  gboolean row;

  if (statement == NULL)
    return NULL;
  sqlite3_bind_int64 (statement, 1, rowid);
  if (!hy_database_step (database, statement, &row, error))
    return NULL;
  file = row ? new_file (statement) : NULL;
  hy_database_done (statement);
  if (file == NULL)
    g_set_error_literal (error, HY_ERROR, HY_ERROR_MISSING, _ ("No server has a file for this entry."));
  return file;
}

static gboolean
dup_file_job (HyVault *vault,
              HyAccess *access,
              gpointer data,
              GValue *result,
              GError **error)
{
  Act *act = data;
  g_autoptr (HyVaultRow) row = hy_vault_read_row_in_thread (vault, access, act->rowid, HY_RIGHT_READ, error);
  HyMirrorFile *file = row != NULL ? read_file (hy_vault_get_database_in_thread (vault), act->rowid, error) : NULL;

  g_value_take_boxed (result, file);
  return file != NULL;
}

DexFuture *
hy_vault_dup_file (HyAccess *access,
                   gint64 rowid)
{
  return hy_access_submit (access, HY_JOB_READ, dup_file_job, act_new (rowid), act_free, HY_TYPE_MIRROR_FILE);
}

static gboolean
same_identity_job (HyVault *vault,
                   HyAccess *access,
                   gpointer data,
                   GValue *result,
                   GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  Act *act = data;
  g_autoptr (GArray) rowids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (HyVaultRow) asked = hy_vault_read_row_in_thread (vault, access, act->rowid, HY_RIGHT_READ, error);
  sqlite3_stmt *statement = hy_database_prepare (
      database,
      "SELECT t.id FROM resource r JOIN resource t ON t.identity_key = r.identity_key AND t.identity = r.identity AND t.class = r.class"
      " AND t.id != r.id AND t.blob IS NOT NULL WHERE r.id = ?1 AND r.identity_key IS NOT NULL"
      " AND (t.flags & " G_STRINGIFY (HY_VAULT_GOING_FLAG) ") = 0"
                                                           " AND NOT EXISTS (SELECT 1 FROM mirror m, mirror n WHERE m.id = t.id AND n.id = r.id AND m.origin = n.origin) ORDER BY t.id",
      error);
  gboolean row;

  if (asked == NULL || statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, act->rowid);
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
hy_vault_dup_same_identity (HyAccess *access,
                            gint64 rowid)
{
  return hy_access_submit (access, HY_JOB_READ, same_identity_job, act_new (rowid), act_free, G_TYPE_ARRAY);
}

/* -- parts -- */

static gboolean
put_part_job (HyVault *vault,
              HyAccess *access,
              gpointer data,
              GValue *result,
              GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  Act *act = data;
  g_autoptr (HyVaultRow) row = hy_vault_read_row_in_thread (vault, access, act->rowid, HY_RIGHT_EDIT, error);
  g_autoptr (HyMirrorFile) file = row != NULL ? read_file (database, act->rowid, error) : NULL;
  sqlite3_stmt *part, *etag;
  HyBlob blob;

  if (file == NULL)
    return FALSE;
  if (act->other != 0 && (act->other != file->n_here || g_strcmp0 (act->text, file->etag) != 0))
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_CONFLICT, _ ("This file changed on the server while it came. The next sync begins it again."));
      return FALSE;
    }
  if ((act->other == 0 && !hy_parts_drop_in_thread (vault, act->rowid, error)) ||
      !(part = hy_database_prepare (database, "INSERT INTO part (id, at, blob) VALUES (?1, ?2, ?3)", error)) ||
      !(etag = hy_database_prepare (database, "UPDATE file SET etag = ?2 WHERE id = ?1", error)) ||
      !hy_item_write_blob_in_thread (vault, act->bytes, &blob, error))
    return FALSE;
  sqlite3_bind_int64 (part, 1, act->rowid);
  sqlite3_bind_int64 (part, 2, act->other);
  sqlite3_bind_blob (part, 3, blob.id, sizeof blob.id, SQLITE_STATIC);
  sqlite3_bind_int64 (etag, 1, act->rowid);
  hy_bind_text (etag, 2, act->text);
  if (!hy_run_once_in_thread (database, part, error) || !hy_run_once_in_thread (database, etag, error))
    return FALSE;
  g_value_set_int64 (result, act->other + (gint64) g_bytes_get_size (act->bytes));
  return TRUE;
}

/**
 * hy_vault_put_part:
 * @etag: (nullable): of the whole file, as the server says
 * @offset: where the part begins
 *
 * Errors: HY_ERROR_CONFLICT when the part does not continue what is here
 */
DexFuture *
hy_vault_put_part (HyAccess *access,
                   gint64 rowid,
                   const char *etag,
                   gint64 offset,
                   GBytes *bytes)
{
  Act *act = act_new (rowid);

  act->text = g_strdup (etag);
  act->other = offset;
  act->bytes = g_bytes_ref (bytes);
  return hy_access_submit (access, HY_JOB_WRITE, put_part_job, act, act_free, G_TYPE_INT64);
}

/* NULL with HY_ERROR_CORRUPT: one of them is damaged. */
static GBytes *
join_parts (HyVault *vault,
            Act *act,
            GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  g_autoptr (GByteArray) whole = g_byte_array_new ();
  sqlite3_stmt *statement = hy_database_prepare (
      database, "SELECT b.id, b.wrapped, b.hash, b.size FROM part p LEFT JOIN blob b ON b.id = p.blob WHERE p.id = ?1 ORDER BY p.at", error);
  gboolean row;

  if (statement == NULL)
    return NULL;
  sqlite3_bind_int64 (statement, 1, act->rowid);
  for (;;)
    {
      g_autoptr (GBytes) part = NULL;
      HyBlob blob;
      gsize size;
      const guint8 *bytes;

      if (!hy_database_step (database, statement, &row, error))
        return NULL;
      if (!row)
        break;
      if (!hy_blob_read_columns (statement, 0, &blob))
        g_set_error_literal (error, HY_ERROR, HY_ERROR_CORRUPT, "a part is not what a blob is");
      else
        part = hy_blob_file_read (hy_vault_get_blobs_dir (vault), hy_vault_get_uuid_bytes (vault), hy_vault_get_blob_key (vault), &blob, error);
      if (part == NULL)
        {
          hy_database_done (statement);
          return NULL;
        }
      bytes = g_bytes_get_data (part, &size);
      g_byte_array_append (whole, bytes, (guint) size);
    }
  hy_database_done (statement);
  return g_byte_array_free_to_bytes (g_steal_pointer (&whole));
}

static gboolean
dup_parts_job (HyVault *vault,
               HyAccess *access,
               gpointer data,
               GValue *result,
               GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  Act *act = data;
  g_autoptr (HyVaultRow) row = hy_vault_read_row_in_thread (vault, access, act->rowid, HY_RIGHT_EDIT, error);
  g_autoptr (GError) join_error = NULL;
  GBytes *whole;

  if (row == NULL)
    return FALSE;
  whole = join_parts (vault, act, &join_error);
  g_value_take_boxed (result, whole);
  if (whole != NULL)
    return TRUE;
  if (!g_error_matches (join_error, HY_ERROR, HY_ERROR_CORRUPT))
    {
      g_propagate_error (error, g_steal_pointer (&join_error));
      return FALSE;
    }
  /* The parts are worth nothing without one of them; kept, they would stop each sync at the same place. */
  if (!hy_parts_drop_in_thread (vault, act->rowid, error) ||
      !hy_run_for_id_in_thread (database, "UPDATE file SET etag = NULL WHERE id = ?1", act->rowid, error))
    return FALSE;
  g_set_error_literal (error, HY_ERROR, HY_ERROR_CONFLICT, _ ("A part of this file is damaged on this computer. The next sync begins it again."));
  return TRUE;
}

/**
 * hy_vault_dup_parts:
 *
 * Errors: HY_ERROR_CONFLICT when a part is damaged; then none of them is kept
 */
DexFuture *
hy_vault_dup_parts (HyAccess *access,
                    gint64 rowid)
{
  return hy_access_submit (access, HY_JOB_WRITE, dup_parts_job, act_new (rowid), act_free, G_TYPE_BYTES);
}

/* -- one entry of two -- */

static gboolean
run_for_two (HyDatabase *database,
             const char *sql,
             gint64 first,
             gint64 second,
             GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (database, sql, error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, first);
  sqlite3_bind_int64 (statement, 2, second);
  return hy_run_once_in_thread (database, statement, error);
}

/* Whether the row came in the run, and is counted there as new. */
static gboolean
is_of_run (HyDatabase *database,
           gint64 run,
           gint64 rowid,
           gboolean *is,
           GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (database, "SELECT 1 FROM run WHERE id = ?1 AND first_id < ?2", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, run);
  sqlite3_bind_int64 (statement, 2, rowid);
  if (!hy_database_step (database, statement, is, error))
    return FALSE;
  hy_database_done (statement);
  return TRUE;
}

/* @twin takes over all that the server says of @rowid; its own id, file, origin and marks stay. */
static gboolean
merge (HyVault *vault,
       HyAccess *access,
       Act *act,
       HyVaultRow *row,
       HyVaultRow *twin,
       GError **error)
{
  /* ?1 is the row that goes, ?2 the one that stays. */
  static const char *const sql[] = {
    "UPDATE resource SET (class, type, day, shelf, fhir_id, title, code, author, date, identity, identity_key, version, flags) ="
    " (SELECT r.class, r.type, r.day, r.shelf, r.fhir_id, r.title, r.code, r.author, r.date, r.identity, r.identity_key,"
    " resource.version + 1, (resource.flags & " G_STRINGIFY (HY_VAULT_KEPT_FLAGS) ") | (r.flags & ~" G_STRINGIFY (HY_VAULT_KEPT_FLAGS) " & ~" G_STRINGIFY (HY_VAULT_NO_BYTES_FLAG) ") FROM resource r WHERE r.id = ?1) WHERE id = ?2",
    "UPDATE content SET json = (SELECT c.json FROM content c WHERE c.id = ?1) WHERE id = ?2",
    "DELETE FROM link WHERE source = ?2",
    "UPDATE link SET source = ?2 WHERE source = ?1",
    "UPDATE link SET target = ?2 WHERE target = ?1 AND target != 0",
    "UPDATE OR IGNORE name SET id = ?2 WHERE id = ?1",
    "UPDATE OR IGNORE replaced SET id = ?2 WHERE id = ?1",
    "UPDATE mirror SET id = ?2 WHERE id = ?1",
    "DELETE FROM file WHERE id = ?2",
    "UPDATE file SET id = ?2, state = 1, reason = NULL WHERE id = ?1",
  };
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  HyRunCounts counts = { .known = 1 };
  sqlite3_stmt *words;
  g_autofree char *former = NULL;
  g_autofree char *body = NULL;
  const char *text;
  gboolean found, is_new;

  if (!(words = hy_database_prepare (database, "SELECT t.body, r.title, r.author, r.body FROM words t, words r WHERE t.rowid = ?2 AND r.rowid = ?1", error)))
    return FALSE;
  sqlite3_bind_int64 (words, 1, row->rowid);
  sqlite3_bind_int64 (words, 2, twin->rowid);
  if (!hy_database_step (database, words, &found, error))
    return FALSE;
  former = found ? hy_column_dup (words, 0) : NULL;
  body = found ? hy_column_dup (words, 3) : NULL;
  hy_database_done (words);

  if (!is_of_run (database, act->run, row->rowid, &is_new, error))
    return FALSE;
  counts.added = is_new ? -1 : 0;
  if (!hy_item_keep_history_in_thread (database, access, twin->rowid, twin->version, error) ||
      !hy_item_forget_replaced_in_thread (database, twin->rowid, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (sql); i++)
    if (!run_for_two (database, sql[i], row->rowid, twin->rowid, error))
      return FALSE;

  /* The words of the server's entry, and behind them those of the file. */
  text = former != NULL ? strchr (former, HY_WORDS_TEXT) : NULL;
  if (text != NULL && (body == NULL || strchr (body, HY_WORDS_TEXT) == NULL))
    {
      char *joined = g_strconcat (body != NULL ? body : "", text, NULL);

      g_free (body);
      body = joined;
    }
  if (!hy_run_for_id_in_thread (database, "DELETE FROM words WHERE rowid = ?1", twin->rowid, error) ||
      !(words = hy_database_prepare (database, "INSERT INTO words (rowid, title, author, body) VALUES (?1, ?2, ?3, ?4)", error)))
    return FALSE;
  sqlite3_bind_int64 (words, 1, twin->rowid);
  hy_bind_text (words, 2, row->title);
  hy_bind_text (words, 3, row->author);
  hy_bind_text (words, 4, body);
  return hy_run_once_in_thread (database, words, error) && hy_parts_drop_in_thread (vault, act->rowid, error) &&
         hy_item_remove_in_thread (vault, row->rowid, error) &&
         hy_run_count_in_thread (database, act->run, row->type, row->klass, &counts, error);
}

static gboolean
has_edit_waiting (HyDatabase *database,
                  gint64 rowid,
                  gboolean *has,
                  GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (database, "SELECT 1 FROM outbox WHERE id = ?1", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, rowid);
  if (!hy_database_step (database, statement, has, error))
    return FALSE;
  hy_database_done (statement);
  return TRUE;
}

/* Two entries of one server: were they one here, the end of one there would be the end of both. */
static gboolean
are_two_there (HyDatabase *database,
               gint64 first,
               gint64 second,
               gboolean *two,
               GError **error)
{
  sqlite3_stmt *statement =
      hy_database_prepare (database, "SELECT 1 FROM mirror m JOIN mirror n ON n.origin = m.origin WHERE m.id = ?1 AND n.id = ?2 LIMIT 1", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, first);
  sqlite3_bind_int64 (statement, 2, second);
  if (!hy_database_step (database, statement, two, error))
    return FALSE;
  hy_database_done (statement);
  return TRUE;
}

static gboolean
adopt_job (HyVault *vault,
           HyAccess *access,
           gpointer data,
           GValue *result,
           GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  Act *act = data;
  g_autoptr (HyVaultRow) row = hy_vault_read_row_in_thread (vault, access, act->rowid, HY_RIGHT_EDIT, error);
  g_autoptr (HyVaultRow) twin = row != NULL ? hy_vault_read_row_in_thread (vault, access, act->other, HY_RIGHT_EDIT, error) : NULL;
  gboolean waits, row_waits, apart;

  if (twin == NULL || !has_edit_waiting (database, twin->rowid, &waits, error) || !has_edit_waiting (database, row->rowid, &row_waits, error) ||
      !are_two_there (database, row->rowid, twin->rowid, &apart, error))
    return FALSE;
  if (waits || row_waits || apart || row->rowid == twin->rowid || row->has_blob || !twin->has_blob)
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_CONFLICT, _ ("These two entries cannot become one: one of them was changed here."));
      return FALSE;
    }
  if (!merge (vault, access, act, row, twin, error))
    return FALSE;
  g_value_set_boolean (result, TRUE);
  return TRUE;
}

/**
 * hy_vault_adopt:
 * @rowid: a document that a server holds, whose file is not here
 * @twin: the same document, which came by another way and has the file
 *
 * Makes one entry of both: @twin stays, with its id, its file and its marks, and takes what the server says of it; what it
 * said before goes to its history.  @rowid is no more.
 *
 * Errors: HY_ERROR_CONFLICT when an edit of one of them waits to be sent, or both are entries of the same server
 */
DexFuture *
hy_vault_adopt (HyAccess *access,
                gint64 run,
                gint64 rowid,
                gint64 twin)
{
  Act *act = act_new (rowid);

  act->run = run;
  act->other = twin;
  return hy_access_submit (access, HY_JOB_WRITE, adopt_job, act, act_free, G_TYPE_BOOLEAN);
}

/* -- the whole file -- */

/* The same document that came by another way: the same bytes, and no other identity. */
static gboolean
find_twin (HyDatabase *database,
           Act *act,
           HyVaultRow *row,
           gint64 *twin,
           GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (
      database,
      "SELECT t.id FROM resource t, resource r WHERE r.id = ?1 AND t.digest_key = ?2 AND t.digest = ?3 AND t.class = r.class AND t.id != r.id"
      " AND (t.flags & " G_STRINGIFY (HY_VAULT_GOING_FLAG) ") = 0 AND t.blob IS NOT NULL AND (t.identity IS NULL OR r.identity IS NULL OR t.identity = r.identity)"
                                                           " AND NOT EXISTS (SELECT 1 FROM mirror m, mirror n WHERE m.id = t.id AND n.id = r.id AND m.origin = n.origin)"
                                                           " AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.id IN (t.id, r.id)) ORDER BY t.identity IS NOT r.identity, t.id LIMIT 1",
      error);
  gboolean found;

  *twin = 0;
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, row->rowid);
  sqlite3_bind_int64 (statement, 2, hy_digest_key (act->digest));
  sqlite3_bind_blob (statement, 3, act->digest, sizeof act->digest, SQLITE_STATIC);
  if (!hy_database_step (database, statement, &found, error))
    return FALSE;
  if (found)
    *twin = sqlite3_column_int64 (statement, 0);
  hy_database_done (statement);
  return TRUE;
}

/* Behind the words of the entry, those of its file. */
static gboolean
write_text (HyDatabase *database,
            HyVaultRow *row,
            const char *text,
            GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (database, "SELECT body FROM words WHERE rowid = ?1", error);
  g_autofree char *body = NULL;
  g_autoptr (GString) words = NULL;
  gboolean found;
  gsize start;

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, row->rowid);
  if (!hy_database_step (database, statement, &found, error))
    return FALSE;
  body = found ? hy_column_dup (statement, 0) : NULL;
  hy_database_done (statement);
  words = g_string_new_len (body, body != NULL ? (gssize) strcspn (body, (char[]) { HY_WORDS_TEXT, 0 }) : 0);
  g_string_append_c (words, HY_WORDS_TEXT);
  start = words->len;
  g_string_append (words, text);
  for (char *at = words->str + start; *at != 0; at++)
    if (*at == HY_WORDS_TEXT)
      *at = ' ';
  if (!hy_run_for_id_in_thread (database, "DELETE FROM words WHERE rowid = ?1", row->rowid, error) ||
      !(statement = hy_database_prepare (database, "INSERT INTO words (rowid, title, author, body) VALUES (?1, ?2, ?3, ?4)", error)))
    return FALSE;
  sqlite3_bind_int64 (statement, 1, row->rowid);
  hy_bind_text (statement, 2, row->title);
  hy_bind_text (statement, 3, row->author);
  hy_bind_text (statement, 4, words->str);
  return hy_run_once_in_thread (database, statement, error);
}

static gboolean
set_state (HyDatabase *database,
           gint64 rowid,
           HyFileState state,
           const char *reason,
           const char *etag,
           GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (database, "UPDATE file SET state = ?2, reason = ?3, etag = ?4 WHERE id = ?1", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, rowid);
  sqlite3_bind_int (statement, 2, state);
  hy_bind_text (statement, 3, reason);
  hy_bind_text (statement, 4, etag);
  return hy_run_once_in_thread (database, statement, error);
}

/* What came is byte for byte the file that is here. */
static gboolean
has_bytes (HyDatabase *database,
           Act *act,
           gboolean *has,
           GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (database, "SELECT 1 FROM resource WHERE id = ?1 AND blob IS NOT NULL AND digest = ?2", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, act->rowid);
  sqlite3_bind_blob (statement, 2, act->digest, sizeof act->digest, SQLITE_STATIC);
  if (!hy_database_step (database, statement, has, error))
    return FALSE;
  hy_database_done (statement);
  return TRUE;
}

static gboolean
came_another_way (HyDatabase *database,
                  gint64 rowid,
                  gboolean *other,
                  GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (
      database, "SELECT 1 FROM resource r JOIN file f ON f.id = r.id WHERE r.id = ?1 AND r.blob IS NOT NULL AND r.origin != f.origin", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, rowid);
  if (!hy_database_step (database, statement, other, error))
    return FALSE;
  hy_database_done (statement);
  return TRUE;
}

/* The file that the person brought in herself is not the server's to replace: it becomes an entry of its own beside this one. */
static gboolean
set_apart (HyVault *vault,
           Act *act,
           GError **error)
{
  static const char *const sql[] = {
    "INSERT INTO content (id, json) SELECT (SELECT max (id) FROM resource), json FROM content WHERE id = ?1",
    "INSERT INTO words (rowid, title, author, body) SELECT (SELECT max (id) FROM resource), title, author, body FROM words WHERE rowid = ?1",
    "UPDATE resource SET blob = NULL WHERE id = ?1",
  };
  HyDatabase *database = hy_vault_get_database_in_thread (vault);

  if (!hy_run_for_id_in_thread (
          database,
          "INSERT INTO resource (class, type, origin, version, flags, day, shelf, fhir_id, title, code, author, date, identity, identity_key,"
          " media_type, size, digest, digest_key, added_ms, blob) SELECT class, type, origin, 1, flags, day, shelf, fhir_id, title, code, author,"
          " date, identity, identity_key, media_type, size, digest, digest_key, added_ms, blob FROM resource WHERE id = ?1",
          act->rowid, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (sql); i++)
    if (!hy_run_for_id_in_thread (database, sql[i], act->rowid, error))
      return FALSE;
  return TRUE;
}

static gboolean
write_bytes (HyVault *vault,
             Act *act,
             GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  sqlite3_stmt *statement = hy_database_prepare (
      database,
      "UPDATE resource SET blob = ?2, size = ?3, digest = ?4, digest_key = ?5, media_type = ?6,"
      " flags = flags & ~" G_STRINGIFY (HY_VAULT_NO_BYTES_FLAG) " WHERE id = ?1",
      error);
  HyBlob blob;
  gboolean hers;

  if (!came_another_way (database, act->rowid, &hers, error) || (hers && !set_apart (vault, act, error)))
    return FALSE;
  /* A file that is renewed takes the place of the former one. */
  if (statement == NULL || !hy_blob_let_go_in_thread (vault, "SELECT blob FROM resource WHERE id = ?1", act->rowid, error) ||
      !hy_run_for_id_in_thread (database, "DELETE FROM blob WHERE id = (SELECT blob FROM resource WHERE id = ?1)", act->rowid, error) ||
      !hy_item_write_blob_in_thread (vault, act->bytes, &blob, error))
    return FALSE;
  sqlite3_bind_int64 (statement, 1, act->rowid);
  sqlite3_bind_blob (statement, 2, blob.id, sizeof blob.id, SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 3, blob.size);
  sqlite3_bind_blob (statement, 4, act->digest, sizeof act->digest, SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 5, hy_digest_key (act->digest));
  hy_bind_text (statement, 6, act->media_type);
  return hy_run_once_in_thread (database, statement, error);
}

static gboolean
put_file_job (HyVault *vault,
              HyAccess *access,
              gpointer data,
              GValue *result,
              GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  Act *act = data;
  g_autoptr (HyVaultRow) row = hy_vault_read_row_in_thread (vault, access, act->rowid, HY_RIGHT_EDIT, error);
  g_autoptr (HyMirrorFile) file = row != NULL ? read_file (database, act->rowid, error) : NULL;
  HyRunCounts counts = { .files = 1, .files_wrong = act->state == HY_FILE_DIFFERS };
  gint64 twin = 0;
  gboolean same;

  if (file == NULL || !has_bytes (database, act, &same, error))
    return FALSE;
  if (same)
    {
      g_value_set_int64 (result, act->rowid);
      return hy_parts_drop_in_thread (vault, act->rowid, error) && set_state (database, act->rowid, act->state, NULL, act->etag, error);
    }
  if (act->state == HY_FILE_HERE && !row->has_blob && !find_twin (database, act, row, &twin, error))
    return FALSE;
  if (twin != 0)
    {
      g_autoptr (HyVaultRow) other = hy_vault_read_row_in_thread (vault, access, twin, HY_RIGHT_EDIT, error);

      if (other == NULL || !merge (vault, access, act, row, other, error))
        return FALSE;
    }
  else if (!write_bytes (vault, act, error) || !hy_parts_drop_in_thread (vault, act->rowid, error) ||
           !set_state (database, act->rowid, act->state, NULL, act->etag, error) ||
           ((act->text != NULL || row->has_blob) && !write_text (database, row, act->text != NULL ? act->text : "", error)) ||
           !hy_run_count_in_thread (database, act->run, row->type, row->klass, &counts, error))
    return FALSE;
  g_value_set_int64 (result, twin != 0 ? twin : act->rowid);
  return TRUE;
}

/**
 * hy_vault_put_file:
 * @bytes: the whole file
 * @media_type: (nullable): what it is
 * @text: (nullable): its words, HY_WORDS_PAGE behind each page
 * @etag: (nullable): of what came
 * @state: HY_FILE_HERE, or HY_FILE_DIFFERS when it is not what the document says
 *
 * When the very same file is here already, of the same document that came by another way, both become one entry, as
 * hy_vault_adopt says.
 */
DexFuture *
hy_vault_put_file (HyAccess *access,
                   gint64 run,
                   gint64 rowid,
                   GBytes *bytes,
                   const char *media_type,
                   const char *text,
                   const char *etag,
                   HyFileState state)
{
  Act *act = act_new (rowid);
  gsize size;
  const guint8 *at = g_bytes_get_data (bytes, &size);

  act->run = run;
  act->bytes = g_bytes_ref (bytes);
  act->media_type = g_strdup (media_type);
  act->text = g_strdup (text);
  act->etag = g_strdup (etag);
  act->state = state;
  crypto_hash_sha256 (act->digest, at, size);
  return hy_access_submit (access, HY_JOB_WRITE, put_file_job, act, act_free, G_TYPE_INT64);
}

static gboolean
set_file_state_job (HyVault *vault,
                    HyAccess *access,
                    gpointer data,
                    GValue *result,
                    GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  Act *act = data;
  g_autoptr (HyVaultRow) row = hy_vault_read_row_in_thread (vault, access, act->rowid, HY_RIGHT_EDIT, error);
  HyRunCounts counts = { .files_nowhere = act->state == HY_FILE_NOWHERE };

  if (row == NULL || !hy_parts_drop_in_thread (vault, act->rowid, error) ||
      !set_state (database, act->rowid, act->state, act->text, NULL, error) ||
      !hy_run_count_in_thread (database, act->run, row->type, row->klass, &counts, error))
    return FALSE;
  g_value_set_boolean (result, TRUE);
  return TRUE;
}

DexFuture *
hy_vault_set_file_state (HyAccess *access,
                         gint64 run,
                         gint64 rowid,
                         HyFileState state,
                         const char *reason)
{
  Act *act = act_new (rowid);

  act->run = run;
  act->state = state;
  act->text = g_strdup (reason);
  return hy_access_submit (access, HY_JOB_WRITE, set_file_state_job, act, act_free, G_TYPE_BOOLEAN);
}

static gboolean
find_named (HyDatabase *database,
            Act *act,
            GArray *rowids,
            GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (
      database,
      "SELECT id FROM file WHERE origin = ?1 AND (url = ?2 OR substr (url, -length (?2) - 1) = '/' || ?2)"
      " AND (?3 IS NULL OR etag IS NULL OR replace (replace (etag, 'W/', ''), '\"', '') != ?3)",
      error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, act->other);
  hy_bind_text (statement, 2, act->text);
  hy_bind_text (statement, 3, act->etag);
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
  return TRUE;
}

static gboolean
renew_files_job (HyVault *vault,
                 HyAccess *access,
                 gpointer data,
                 GValue *result,
                 GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  Act *act = data;
  g_autoptr (GArray) rowids = g_array_new (FALSE, FALSE, sizeof (gint64));

  if (!hy_access_check_any (access, HY_RIGHT_EDIT, error) || !find_named (database, act, rowids, error))
    return FALSE;
  for (guint i = 0; i < rowids->len; i++)
    {
      gint64 rowid = g_array_index (rowids, gint64, i);

      /* What has come of it is of the former bytes. */
      if (!hy_parts_drop_in_thread (vault, rowid, error) || !set_state (database, rowid, HY_FILE_WAITING, NULL, NULL, error))
        return FALSE;
    }
  g_value_set_uint (result, rowids->len);
  return TRUE;
}

/**
 * hy_vault_renew_files:
 * @reference: "Binary/7", whose bytes may be others now
 * @version: (nullable): its version; a file that came with that as its ETag is the same (FHIR R4, 3.1.0.5)
 */
DexFuture *
hy_vault_renew_files (HyAccess *access,
                      gint64 origin,
                      const char *reference,
                      const char *version)
{
  Act *act = act_new (0);

  act->other = origin;
  act->text = g_strdup (reference);
  act->etag = g_strdup (version);
  return hy_access_submit (access, HY_JOB_WRITE, renew_files_job, act, act_free, G_TYPE_UINT);
}
