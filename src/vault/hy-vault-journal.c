/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The account of each sync.  Jobs of the vault thread. */

#include "config.h"

#include "vault/hy-vault-journal.h"

#include "base/hy-error.h"
#include "vault/hy-access-private.h"
#include "vault/hy-vault-item-writes.h"
#include "vault/hy-vault-journal-writes.h"

#include <glib/gi18n.h>

/* Enough of a server's answer to find the fault by, not its whole page. */
#define MAX_DETAIL 2000

static void
refusal_free (gpointer data)
{
  HyRunRefusal *refusal = data;

  g_free (refusal->id);
  g_free (refusal->code);
  g_free (refusal->detail);
  g_free (refusal);
}

static void
line_free (gpointer data)
{
  HyRunLine *line = data;

  g_free (line->type);
  g_ptr_array_unref (line->refusals);
  g_free (line);
}

static gpointer
copy_refusal (gconstpointer from,
              gpointer unused G_GNUC_UNUSED)
{
  HyRunRefusal *copy = g_memdup2 (from, sizeof *copy);

  copy->id = g_strdup (copy->id);
  copy->code = g_strdup (copy->code);
  copy->detail = g_strdup (copy->detail);
  return copy;
}

static gpointer
copy_line (gconstpointer from,
           gpointer unused G_GNUC_UNUSED)
{
  HyRunLine *copy = g_memdup2 (from, sizeof *copy);

  copy->type = g_strdup (copy->type);
  copy->refusals = g_ptr_array_copy (copy->refusals, copy_refusal, NULL);
  g_ptr_array_set_free_func (copy->refusals, refusal_free);
  return copy;
}

HyRun *
hy_run_copy (const HyRun *run)
{
  HyRun *copy = g_memdup2 (run, sizeof *run);

  copy->server = g_strdup (run->server);
  copy->reason = g_strdup (run->reason);
  copy->detail = g_strdup (run->detail);
  copy->lines = g_ptr_array_copy (run->lines, copy_line, NULL);
  g_ptr_array_set_free_func (copy->lines, line_free);
  return copy;
}

void
hy_run_free (HyRun *run)
{
  if (run == NULL)
    return;
  g_free (run->server);
  g_free (run->reason);
  g_free (run->detail);
  g_ptr_array_unref (run->lines);
  g_free (run);
}

G_DEFINE_BOXED_TYPE (HyRun, hy_run, hy_run_copy, hy_run_free)

/* -- counting -- */

gboolean
hy_run_count_in_thread (HyDatabase *database,
                        gint64 run,
                        const char *type,
                        guint klass,
                        const HyRunCounts *counts,
                        GError **error)
{
  const gint values[] = { counts->added, counts->changed, counts->deleted, counts->known, counts->kept,
                          counts->files, counts->files_wrong, counts->files_nowhere, counts->refused };
  sqlite3_stmt *statement;

  if (run == 0)
    return TRUE;
  statement = hy_database_prepare (
      database,
      "INSERT INTO run_line (run, type, class, added, changed, deleted, known, kept, files, files_wrong, files_nowhere, refused, sent, seq)"
      " VALUES (?1, ?2, ?3, max (?4, 0), max (?5, 0), max (?6, 0), max (?7, 0), max (?8, 0), max (?9, 0), max (?10, 0), max (?11, 0),"
      " max (?12, 0), 0, (SELECT count (*) FROM run_line WHERE run = ?1))"
      " ON CONFLICT (run, type) DO UPDATE SET class = ?3, added = max (added + ?4, 0), changed = max (changed + ?5, 0),"
      " deleted = max (deleted + ?6, 0), known = max (known + ?7, 0), kept = max (kept + ?8, 0), files = max (files + ?9, 0),"
      " files_wrong = max (files_wrong + ?10, 0), files_nowhere = max (files_nowhere + ?11, 0), refused = max (refused + ?12, 0)",
      error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, run);
  hy_bind_text (statement, 2, type);
  sqlite3_bind_int (statement, 3, (int) klass);
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    sqlite3_bind_int (statement, 4 + (int) i, values[i]);
  return hy_run_once_in_thread (database, statement, error);
}

/* -- beginning and ending -- */

typedef struct
{
  gint64 run;
  gint64 origin;
  HyRunState state;
  gint64 until_ms;
  guint max;
  char *type;
  char *id;
  char *code;
  char *detail;
} Note;

static void
note_free (gpointer data)
{
  Note *note = data;

  g_free (note->type);
  g_free (note->id);
  g_free (note->code);
  g_free (note->detail);
  g_free (note);
}

static char *
dup_detail (const char *detail)
{
  g_autofree char *valid = detail != NULL ? g_utf8_make_valid (detail, -1) : NULL;

  return valid != NULL && strlen (valid) > MAX_DETAIL ? g_utf8_substring (valid, 0, g_utf8_pointer_to_offset (valid, g_utf8_find_prev_char (valid, valid + MAX_DETAIL)))
                                                      : g_steal_pointer (&valid);
}

/* The oldest go when there are more than are kept. */
static gboolean
prune (HyDatabase *database,
       GError **error)
{
  static const char *const sql[] = {
    "DELETE FROM run WHERE id <= ?1",
    "DELETE FROM run_line WHERE run <= ?1",
    "DELETE FROM refusal WHERE run <= ?1",
  };
  sqlite3_stmt *statement = hy_database_prepare (
      database, "SELECT id FROM run ORDER BY id DESC LIMIT 1 OFFSET " G_STRINGIFY (HY_JOURNAL_MAX_RUNS), error);
  gint64 last;
  gboolean row;

  if (statement == NULL || !hy_database_step (database, statement, &row, error))
    return FALSE;
  last = row ? sqlite3_column_int64 (statement, 0) : 0;
  hy_database_done (statement);
  for (guint i = 0; row && i < G_N_ELEMENTS (sql); i++)
    if (!hy_run_for_id_in_thread (database, sql[i], last, error))
      return FALSE;
  return TRUE;
}

static gboolean
begin_run_job (HyVault *vault,
               HyAccess *access,
               gpointer data,
               GValue *result,
               GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  Note *note = data;
  sqlite3_stmt *statement = hy_database_prepare (
      database,
      "INSERT INTO run (origin, server, began_ms, ended_ms, until_ms, state, first_id, last_id)"
      " SELECT origin, base, ?2, 0, 0, 0, coalesce ((SELECT max (id) FROM resource), 0), 0 FROM server WHERE origin = ?1",
      error);

  if (statement == NULL || !hy_access_check_all (access, HY_RIGHT_EDIT, error))
    return FALSE;
  sqlite3_bind_int64 (statement, 1, note->origin);
  sqlite3_bind_int64 (statement, 2, g_get_real_time () / 1000);
  if (!hy_run_once_in_thread (database, statement, error))
    return FALSE;
  if (sqlite3_changes (hy_database_get_handle (database)) == 0)
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_MISSING, _ ("This space has no server any more."));
      return FALSE;
    }
  g_value_set_int64 (result, sqlite3_last_insert_rowid (hy_database_get_handle (database)));
  return prune (database, error);
}

/**
 * hy_vault_begin_run:
 *
 * The account of a sync with the server @origin.  One that is never ended (the program was killed) stays HY_RUN_CUT.
 *
 * Errors: HY_ERROR_MISSING without such a server
 */
DexFuture *
hy_vault_begin_run (HyAccess *access,
                    gint64 origin)
{
  Note *note = g_new0 (Note, 1);

  note->origin = origin;
  return hy_access_submit (access, HY_JOB_WRITE, begin_run_job, note, note_free, G_TYPE_INT64);
}

static gboolean
end_run_job (HyVault *vault,
             HyAccess *access,
             gpointer data,
             GValue *result,
             GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  Note *note = data;
  sqlite3_stmt *statement = hy_database_prepare (
      database,
      "UPDATE run SET ended_ms = ?2, state = ?3, until_ms = ?4, reason = ?5, detail = ?6,"
      " last_id = coalesce ((SELECT max (id) FROM resource), 0) WHERE id = ?1",
      error);
  sqlite3_stmt *checked =
      hy_database_prepare (database, "UPDATE server SET checked_ms = ?2 WHERE origin = (SELECT origin FROM run WHERE id = ?1)", error);
  gint64 now = g_get_real_time () / 1000;

  if (statement == NULL || checked == NULL || !hy_access_check_all (access, HY_RIGHT_EDIT, error))
    return FALSE;
  sqlite3_bind_int64 (statement, 1, note->run);
  sqlite3_bind_int64 (statement, 2, now);
  sqlite3_bind_int (statement, 3, note->state);
  sqlite3_bind_int64 (statement, 4, note->until_ms);
  hy_bind_text (statement, 5, note->code);
  hy_bind_text (statement, 6, note->detail);
  sqlite3_bind_int64 (checked, 1, note->run);
  sqlite3_bind_int64 (checked, 2, now);
  if (!hy_run_once_in_thread (database, statement, error) || (note->state == HY_RUN_DONE && !hy_run_once_in_thread (database, checked, error)))
    return FALSE;
  g_value_set_boolean (result, TRUE);
  return TRUE;
}

/**
 * hy_vault_end_run:
 * @until_ms: with HY_RUN_BUSY, when the server wants to be asked again; else 0
 * @reason: (nullable): code of what ended it
 * @detail: (nullable): technical words
 */
DexFuture *
hy_vault_end_run (HyAccess *access,
                  gint64 run,
                  HyRunState state,
                  gint64 until_ms,
                  const char *reason,
                  const char *detail)
{
  Note *note = g_new0 (Note, 1);

  note->run = run;
  note->state = state;
  note->until_ms = until_ms;
  note->code = g_strdup (reason);
  note->detail = dup_detail (detail);
  return hy_access_submit (access, HY_JOB_WRITE, end_run_job, note, note_free, G_TYPE_BOOLEAN);
}

static gboolean
note_refusal_job (HyVault *vault,
                  HyAccess *access,
                  gpointer data,
                  GValue *result,
                  GError **error)
{
  static const HyRunCounts one = { .refused = 1 };
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  Note *note = data;
  sqlite3_stmt *statement = hy_database_prepare (
      database,
      "INSERT INTO refusal (run, type, fhir_id, code, detail) SELECT ?1, ?2, ?3, ?4, ?5"
      " WHERE (SELECT count (*) FROM refusal WHERE run = ?1 AND type = ?2) < " G_STRINGIFY (HY_RUN_MAX_REFUSALS),
      error);

  if (statement == NULL || !hy_access_check_all (access, HY_RIGHT_EDIT, error))
    return FALSE;
  sqlite3_bind_int64 (statement, 1, note->run);
  hy_bind_text (statement, 2, note->type);
  hy_bind_text (statement, 3, note->id);
  hy_bind_text (statement, 4, note->code);
  hy_bind_text (statement, 5, note->detail);
  if (!hy_run_once_in_thread (database, statement, error) ||
      !hy_run_count_in_thread (database, note->run, note->type, note->max, &one, error))
    return FALSE;
  g_value_set_boolean (result, TRUE);
  return TRUE;
}

/**
 * hy_vault_note_refusal:
 * @klass: the class of the type
 * @id: (nullable): FHIR id; %NULL = the whole type
 * @code: see space/hy-sync-words.h
 * @detail: (nullable): the server's technical answer
 */
DexFuture *
hy_vault_note_refusal (HyAccess *access,
                       gint64 run,
                       const char *type,
                       guint klass,
                       const char *id,
                       const char *code,
                       const char *detail)
{
  Note *note;

  if (run == 0)
    return dex_future_new_true ();
  note = g_new0 (Note, 1);
  note->run = run;
  note->type = g_strdup (type);
  note->max = klass;
  note->id = g_strdup (id);
  note->code = g_strdup (code);
  note->detail = dup_detail (detail);
  return hy_access_submit (access, HY_JOB_WRITE, note_refusal_job, note, note_free, G_TYPE_BOOLEAN);
}

/* -- reading -- */

static gboolean
read_refusals (HyDatabase *database,
               gint64 run,
               HyRunLine *line,
               GError **error)
{
  sqlite3_stmt *statement =
      hy_database_prepare (database, "SELECT fhir_id, code, detail FROM refusal WHERE run = ?1 AND type = ?2 ORDER BY id", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, run);
  hy_bind_text (statement, 2, line->type);
  for (;;)
    {
      HyRunRefusal *refusal;

      if (!hy_database_step (database, statement, &row, error))
        return FALSE;
      if (!row)
        break;
      refusal = g_new0 (HyRunRefusal, 1);
      refusal->id = hy_column_dup (statement, 0);
      refusal->code = hy_column_dup (statement, 1);
      refusal->detail = hy_column_dup (statement, 2);
      g_ptr_array_add (line->refusals, refusal);
    }
  hy_database_done (statement);
  return TRUE;
}

static gboolean
read_lines (HyDatabase *database,
            HyRun *run,
            GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (
      database,
      "SELECT type, class, added, changed, deleted, known, kept, sent, files, files_wrong, files_nowhere, refused FROM run_line"
      " WHERE run = ?1 ORDER BY seq",
      error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, run->run);
  for (;;)
    {
      HyRunLine *line;

      if (!hy_database_step (database, statement, &row, error))
        return FALSE;
      if (!row)
        break;
      line = g_new0 (HyRunLine, 1);
      line->refusals = g_ptr_array_new_with_free_func (refusal_free);
      line->type = hy_column_dup (statement, 0);
      line->klass = (guint) sqlite3_column_int (statement, 1);
      line->added = (guint) sqlite3_column_int (statement, 2);
      line->changed = (guint) sqlite3_column_int (statement, 3);
      line->deleted = (guint) sqlite3_column_int (statement, 4);
      line->known = (guint) sqlite3_column_int (statement, 5);
      line->kept = (guint) sqlite3_column_int (statement, 6);
      line->sent = (guint) sqlite3_column_int (statement, 7);
      line->files = (guint) sqlite3_column_int (statement, 8);
      line->files_wrong = (guint) sqlite3_column_int (statement, 9);
      line->files_nowhere = (guint) sqlite3_column_int (statement, 10);
      line->n_refused = (guint) sqlite3_column_int (statement, 11);
      g_ptr_array_add (run->lines, line);
    }
  hy_database_done (statement);
  for (guint i = 0; i < run->lines->len; i++)
    if (!read_refusals (database, run->run, g_ptr_array_index (run->lines, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
dup_runs_job (HyVault *vault,
              HyAccess *access,
              gpointer data,
              GValue *result,
              GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  Note *note = data;
  g_autoptr (GPtrArray) runs = g_ptr_array_new_with_free_func ((GDestroyNotify) hy_run_free);
  sqlite3_stmt *statement = hy_database_prepare (
      database,
      "SELECT id, origin, server, began_ms, ended_ms, until_ms, state, reason, detail FROM run WHERE ?1 = 0 OR id = ?1"
      " ORDER BY id DESC LIMIT ?2",
      error);
  gboolean row;

  if (statement == NULL || !hy_access_check_all (access, HY_RIGHT_READ, error))
    return FALSE;
  sqlite3_bind_int64 (statement, 1, note->run);
  sqlite3_bind_int64 (statement, 2, note->max);
  for (;;)
    {
      HyRun *run;

      if (!hy_database_step (database, statement, &row, error))
        return FALSE;
      if (!row)
        break;
      run = g_new0 (HyRun, 1);
      run->lines = g_ptr_array_new_with_free_func (line_free);
      run->run = sqlite3_column_int64 (statement, 0);
      run->origin = sqlite3_column_int64 (statement, 1);
      run->server = hy_column_dup (statement, 2);
      run->began_ms = sqlite3_column_int64 (statement, 3);
      run->ended_ms = sqlite3_column_int64 (statement, 4);
      run->until_ms = sqlite3_column_int64 (statement, 5);
      run->state = (HyRunState) sqlite3_column_int (statement, 6);
      run->reason = hy_column_dup (statement, 7);
      run->detail = hy_column_dup (statement, 8);
      g_ptr_array_add (runs, run);
    }
  hy_database_done (statement);
  for (guint i = 0; i < runs->len; i++)
    if (!read_lines (database, g_ptr_array_index (runs, i), error))
      return FALSE;
  if (note->run == 0)
    {
      g_value_take_boxed (result, g_steal_pointer (&runs));
      return TRUE;
    }
  if (runs->len == 0)
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_MISSING, _ ("This is no longer in the journal."));
      return FALSE;
    }
  g_value_take_boxed (result, g_ptr_array_steal_index (runs, 0));
  return TRUE;
}

DexFuture *
hy_vault_dup_runs (HyAccess *access,
                   guint max_runs)
{
  Note *note = g_new0 (Note, 1);

  note->max = max_runs;
  return hy_access_submit (access, HY_JOB_READ, dup_runs_job, note, note_free, G_TYPE_PTR_ARRAY);
}

DexFuture *
hy_vault_dup_run (HyAccess *access,
                  gint64 run)
{
  Note *note = g_new0 (Note, 1);

  note->run = run;
  note->max = 1;
  return hy_access_submit (access, HY_JOB_READ, dup_runs_job, note, note_free, HY_TYPE_RUN);
}

static gboolean
dup_titles_job (HyVault *vault,
                HyAccess *access,
                gpointer data,
                GValue *result,
                GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  Note *note = data;
  g_autoptr (GPtrArray) titles = g_ptr_array_new_with_free_func (g_free);
  /* A run that was cut has no last row: then up to where the next one began. */
  sqlite3_stmt *statement = hy_database_prepare (
      database,
      "SELECT r.title, r.class FROM run u JOIN resource r ON r.id > u.first_id AND r.id <= coalesce (nullif (u.last_id, 0),"
      " (SELECT min (n.first_id) FROM run n WHERE n.id > u.id), 9223372036854775807) WHERE u.id = ?1 AND r.type = ?2 AND r.origin = u.origin"
      " AND (r.flags & " G_STRINGIFY (HY_VAULT_GOING_FLAG) ") = 0"
                                                           " ORDER BY r.id LIMIT ?3",
      error);
  gboolean row;

  if (statement == NULL || !hy_access_check_all (access, HY_RIGHT_READ, error))
    return FALSE;
  sqlite3_bind_int64 (statement, 1, note->run);
  hy_bind_text (statement, 2, note->type);
  sqlite3_bind_int64 (statement, 3, note->max);
  for (;;)
    {
      if (!hy_database_step (database, statement, &row, error))
        return FALSE;
      if (!row)
        break;
      g_ptr_array_add (titles, hy_column_dup (statement, 0));
    }
  hy_database_done (statement);
  g_value_take_boxed (result, g_steal_pointer (&titles));
  return TRUE;
}

/**
 * hy_vault_dup_run_titles:
 *
 * The titles of what came as new in the run, in the order that it came, as far as it is still here.
 */
DexFuture *
hy_vault_dup_run_titles (HyAccess *access,
                         gint64 run,
                         const char *type,
                         guint max_titles)
{
  Note *note = g_new0 (Note, 1);

  note->run = run;
  note->type = g_strdup (type);
  note->max = max_titles;
  return hy_access_submit (access, HY_JOB_READ, dup_titles_job, note, note_free, G_TYPE_PTR_ARRAY);
}
