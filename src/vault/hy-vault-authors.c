/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The authors of a class.  Jobs of the vault thread.  They read every row of it, which a list does not: only when asked for.
 * "+class": in the order of the table, since the index of lists would lead to the rows by date, forty times slower. */

#include "config.h"

#include "vault/hy-vault-authors.h"

#include "vault/hy-vault-internal.h"
#include "vault/hy-vault-resources.h"

void
hy_author_free (HyAuthor *author)
{
  if (author == NULL)
    return;
  g_free (author->name);
  g_free (author);
}

typedef struct
{
  guint klass;
  char *name;
} Question;

static Question *
question_new (guint klass,
              const char *name)
{
  Question *question = g_new0 (Question, 1);

  question->klass = klass;
  question->name = g_strdup (name);
  return question;
}

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->name);
  g_free (question);
}

static gboolean
authors_job (HyVault *vault,
             HyAccess *access,
             gpointer data,
             GValue *result,
             GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  Question *question = data;
  sqlite3_stmt *statement = hy_database_prepare (
      database,
      "SELECT author, count (*) AS n FROM resource WHERE +class = ?1 AND author != ''"
      " AND (flags & " G_STRINGIFY (HY_VAULT_GOING_FLAG) ") = 0 GROUP BY author ORDER BY n DESC, fold (author)",
      error);
  g_autoptr (GPtrArray) authors = g_ptr_array_new_with_free_func ((GDestroyNotify) hy_author_free);
  gboolean row;

  if (statement == NULL || !hy_access_check (access, question->klass, HY_RIGHT_READ, error))
    return FALSE;
  sqlite3_bind_int (statement, 1, (int) question->klass);
  for (;;)
    {
      HyAuthor *author;

      if (!hy_database_step (database, statement, &row, error))
        return FALSE;
      if (!row)
        break;
      author = g_new0 (HyAuthor, 1);
      author->name = hy_column_dup (statement, 0);
      author->count = (guint) sqlite3_column_int (statement, 1);
      g_ptr_array_add (authors, author);
    }
  hy_database_done (statement);
  g_value_take_boxed (result, g_steal_pointer (&authors));
  return TRUE;
}

DexFuture *
hy_vault_dup_authors (HyAccess *access,
                      guint klass)
{
  return hy_access_submit (access, HY_JOB_READ, authors_job, question_new (klass, NULL), question_free, G_TYPE_PTR_ARRAY);
}

static gboolean
author_ids_job (HyVault *vault,
                HyAccess *access,
                gpointer data,
                GValue *result,
                GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  Question *question = data;
  sqlite3_stmt *statement = hy_database_prepare (database, "SELECT id FROM resource WHERE +class = ?1 AND author = ?2 ORDER BY id", error);
  g_autoptr (GArray) rowids = g_array_new (FALSE, FALSE, sizeof (gint64));
  gboolean row;

  if (statement == NULL || !hy_access_check (access, question->klass, HY_RIGHT_READ, error))
    return FALSE;
  sqlite3_bind_int (statement, 1, (int) question->klass);
  hy_bind_text (statement, 2, question->name);
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
hy_vault_dup_author_ids (HyAccess *access,
                         guint klass,
                         const char *name)
{
  return hy_access_submit (access, HY_JOB_READ, author_ids_job, question_new (klass, name), question_free, G_TYPE_ARRAY);
}
