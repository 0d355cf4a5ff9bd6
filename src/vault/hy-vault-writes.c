/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Putting in, editing, removing.  Jobs of the vault thread; each is one transaction. */

#include "config.h"

#include "base/hy-error.h"
#include "vault/hy-access-private.h"
#include "vault/hy-vault-item-writes.h"

#include <glib/gi18n.h>
#include <sodium.h>
#include <string.h>

/* -- origins -- */

static gint64
now_ms (void)
{
  return g_get_real_time () / 1000;
}

static gboolean
begin_origin_job (HyVault *vault,
                  HyAccess *access,
                  gpointer data,
                  GValue *result,
                  GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  sqlite3_stmt *statement = hy_database_prepare (database, "INSERT INTO origin (label, at_ms) VALUES (?1, ?2)", error);

  if (statement == NULL || !hy_access_check_any (access, HY_RIGHT_ADD, error))
    return FALSE;
  hy_bind_text (statement, 1, data);
  sqlite3_bind_int64 (statement, 2, now_ms ());
  if (!hy_database_step (database, statement, NULL, error))
    return FALSE;
  hy_database_done (statement);
  g_value_set_int64 (result, sqlite3_last_insert_rowid (hy_database_get_handle (database)));
  return TRUE;
}

/**
 * hy_vault_begin_origin:
 * @label: where the items come from: "file", or a server's address
 */
DexFuture *
hy_vault_begin_origin (HyAccess *access,
                       const char *label)
{
  return hy_access_submit (access, HY_JOB_WRITE, begin_origin_job, g_strdup (label), g_free, G_TYPE_INT64);
}

/* -- put -- */

typedef struct
{
  gint64 origin;
  GPtrArray *items;   /* HyVaultItem */
  guint8 (*digests)[32]; /* SHA-256 of the attachment, or of the JSON */
} Put;

static void
put_free (gpointer data)
{
  Put *put = data;

  g_ptr_array_unref (put->items);
  g_free (put->digests);
  g_free (put);
}

static gboolean
put_job (HyVault *vault,
         HyAccess *access,
         gpointer data,
         GValue *result,
         GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  Put *put = data;
  g_autoptr (GArray) outcomes = g_array_sized_new (FALSE, TRUE, sizeof (HyPutResult), put->items->len);

  for (guint i = 0; i < put->items->len; i++)
    {
      HyVaultItem *item = g_ptr_array_index (put->items, i);
      HyPutResult outcome = { 0, HY_PUT_DUPLICATE };
      gboolean same_identity, back;

      if (!hy_access_check (access, item->row.klass, HY_RIGHT_ADD, error) ||
          !hy_item_find_twin_in_thread (database, item, put->digests[i], &outcome.rowid, error))
        return FALSE;
      if (outcome.rowid == 0)
        {
          if (!hy_item_has_identity_in_thread (database, item->identity, &same_identity, error) ||
              !hy_item_insert_in_thread (vault, put->origin, item, put->digests[i], &outcome.rowid, error))
            return FALSE;
          outcome.outcome = same_identity ? HY_PUT_SAME_IDENTITY : HY_PUT_ADDED;
        }
      /* What else arrives with it refers to it by the names that it has there. */
      else if (!hy_item_write_names_in_thread (database, outcome.rowid, put->origin, item, error) ||
               !hy_item_unmark_going_in_thread (database, outcome.rowid, &back, error))
        return FALSE;
      /* Removed a moment ago, and now brought in again: it is there, with all that it was. */
      else if (back)
        outcome.outcome = HY_PUT_ADDED;
      g_array_append_val (outcomes, outcome);
    }
  g_value_take_boxed (result, g_steal_pointer (&outcomes));
  return TRUE;
}

/**
 * hy_vault_put:
 * @origin: from hy_vault_begin_origin
 * @items: (element-type HyVaultItem) (transfer full): with hy_vault_item_free as its free function
 *
 * All or nothing: one transaction.  Hashes the bytes before it returns; call it on a pool thread when they are many.
 * A blob file whose transaction fails is an orphan, swept later.
 */
DexFuture *
hy_vault_put (HyAccess *access,
              gint64 origin,
              GPtrArray *items)
{
  Put *put = g_new0 (Put, 1);

  put->origin = origin;
  put->items = items;
  put->digests = g_malloc_n (MAX (items->len, 1), 32);
  for (guint i = 0; i < items->len; i++)
    hy_item_digest (g_ptr_array_index (items, i), put->digests[i]);
  return hy_access_submit (access, HY_JOB_WRITE, put_job, put, put_free, G_TYPE_ARRAY);
}

typedef struct
{
  gint64 first;
  gint64 last;
} Origins;

static gboolean
end_origins_job (HyVault *vault,
                 HyAccess *access,
                 gpointer data,
                 GValue *result,
                 GError **error)
{
  /* First within the same file, then across the files of the batch. */
  static const char *const sql[] = {
    "UPDATE link SET target = coalesce ((SELECT min (n.id) FROM name n WHERE n.key = text_key (link.reference)"
    "  AND n.origin = (SELECT r.origin FROM resource r WHERE r.id = link.source)), 0)"
    " WHERE target = 0 AND source IN (SELECT id FROM resource WHERE origin BETWEEN ?1 AND ?2)",
    "UPDATE link SET target = coalesce ((SELECT min (n.id) FROM name n WHERE n.key = text_key (link.reference)"
    "  AND n.origin BETWEEN ?1 AND ?2), 0)"
    " WHERE target = 0 AND source IN (SELECT id FROM resource WHERE origin BETWEEN ?1 AND ?2)",
  };
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  Origins *origins = data;

  if (!hy_access_check_any (access, HY_RIGHT_ADD, error))
    return FALSE;
  for (guint i = 0; i < (origins->first == origins->last ? 1 : G_N_ELEMENTS (sql)); i++)
    {
      sqlite3_stmt *statement = hy_database_prepare (database, sql[i], error);

      if (statement == NULL)
        return FALSE;
      sqlite3_bind_int64 (statement, 1, origins->first);
      sqlite3_bind_int64 (statement, 2, origins->last);
      if (!hy_run_once_in_thread (database, statement, error))
        return FALSE;
    }
  g_value_set_boolean (result, TRUE);
  return TRUE;
}

/**
 * hy_vault_end_origins:
 *
 * Resolves the references of a batch of origins, first to last.
 */
DexFuture *
hy_vault_end_origins (HyAccess *access,
                      gint64 first,
                      gint64 last)
{
  Origins *origins = g_new0 (Origins, 1);

  origins->first = first;
  origins->last = last;
  return hy_access_submit (access, HY_JOB_WRITE, end_origins_job, origins, g_free, G_TYPE_BOOLEAN);
}

/* -- edit -- */

typedef struct
{
  GArray *edits; /* HyVaultEdit */
  guint8 (*digests)[32];
} Edits;

static void
edits_free (gpointer data)
{
  Edits *edits = data;

  g_array_unref (edits->edits);
  g_free (edits->digests);
  g_free (edits);
}

static void
edit_clear (gpointer data)
{
  hy_vault_item_free (((HyVaultEdit *) data)->item);
}

GArray *
hy_vault_edits_new (void)
{
  GArray *edits = g_array_new (FALSE, FALSE, sizeof (HyVaultEdit));

  g_array_set_clear_func (edits, edit_clear);
  return edits;
}

static Edits *
edits_new (GArray *array)
{
  Edits *edits = g_new0 (Edits, 1);

  edits->edits = array;
  edits->digests = g_malloc_n (MAX (array->len, 1), 32);
  for (guint i = 0; i < array->len; i++)
    hy_item_digest (g_array_index (array, HyVaultEdit, i).item, edits->digests[i]);
  return edits;
}

static gboolean
edit_in_thread (HyVault *vault,
                HyAccess *access,
                const HyVaultEdit *edit,
                const guint8 *digest,
                GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  g_autoptr (HyVaultRow) row = hy_vault_read_row_in_thread (vault, access, edit->rowid, HY_RIGHT_EDIT, error);
  sqlite3_stmt *outbox;

  if (row == NULL || !hy_access_check (access, edit->item->row.klass, HY_RIGHT_EDIT, error))
    return FALSE;
  if (row->version != edit->version)
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_CONFLICT,
                           _ ("This was changed meanwhile. Your text is still here; look at the newer one and save again."));
      return FALSE;
    }
  if (!(outbox = hy_database_prepare (database, "INSERT INTO outbox (id, act, base, at_ms) VALUES (?1, 'update', ?2, ?3)", error)))
    return FALSE;
  sqlite3_bind_int64 (outbox, 1, edit->rowid);
  sqlite3_bind_int (outbox, 2, edit->version);
  sqlite3_bind_int64 (outbox, 3, now_ms ());
  return hy_run_once_in_thread (database, outbox, error) &&
         hy_item_keep_history_in_thread (database, access, edit->rowid, edit->version, error) &&
         hy_item_update_in_thread (database, edit->rowid, edit->version, edit->item, digest, error);
}

static gboolean
edit_job (HyVault *vault,
          HyAccess *access,
          gpointer data,
          GValue *result,
          GError **error)
{
  Edits *edits = data;

  for (guint i = 0; i < edits->edits->len; i++)
    if (!edit_in_thread (vault, access, &g_array_index (edits->edits, HyVaultEdit, i), edits->digests[i], error))
      return FALSE;
  if (G_VALUE_HOLDS_INT (result))
    g_value_set_int (result, g_array_index (edits->edits, HyVaultEdit, 0).version + 1);
  else
    g_value_set_boolean (result, TRUE);
  return TRUE;
}

/**
 * hy_vault_edit:
 * @version: the version that was edited
 * @item: (transfer full): the new bytes and their reading; an attachment is not changed this way
 *
 * Text of the attachment that search finds stays too.  The former bytes go to the history and an entry to the outbox, in the same transaction.
 *
 * Errors: HY_ERROR_CONFLICT when @version is no longer the present one
 */
DexFuture *
hy_vault_edit (HyAccess *access,
               gint64 rowid,
               gint version,
               HyVaultItem *item)
{
  GArray *edits = hy_vault_edits_new ();
  HyVaultEdit edit = { rowid, version, item };

  g_array_append_val (edits, edit);
  return hy_access_submit (access, HY_JOB_WRITE, edit_job, edits_new (edits), edits_free, G_TYPE_INT);
}

/**
 * hy_vault_edit_several:
 * @edits: (element-type HyVaultEdit) (transfer full): from hy_vault_edits_new()
 *
 * All or none: one act of a person.
 *
 * Errors: those of hy_vault_edit()
 */
DexFuture *
hy_vault_edit_several (HyAccess *access,
                       GArray *edits)
{
  return hy_access_submit (access, HY_JOB_WRITE, edit_job, edits_new (edits), edits_free, G_TYPE_BOOLEAN);
}

/* -- flags -- */

typedef struct
{
  GArray *rowids;
  guint set;
  guint clear;
} Flags;

static void
flags_free (gpointer data)
{
  Flags *flags = data;

  g_array_unref (flags->rowids);
  g_free (flags);
}

static gboolean
flags_job (HyVault *vault,
           HyAccess *access,
           gpointer data,
           GValue *result,
           GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  Flags *flags = data;
  sqlite3_stmt *statement = hy_database_prepare (database, "UPDATE resource SET flags = (flags & ~?2) | ?3 WHERE id = ?1", error);
  HyRights right = ((flags->set | flags->clear) & ~HY_VAULT_READER_FLAGS) == 0 ? HY_RIGHT_READ : HY_RIGHT_EDIT;

  if (statement == NULL)
    return FALSE;
  for (guint i = 0; i < flags->rowids->len; i++)
    {
      gint64 rowid = g_array_index (flags->rowids, gint64, i);
      g_autoptr (HyVaultRow) row = hy_vault_read_row_in_thread (vault, access, rowid, right, error);

      if (row == NULL)
        return FALSE;
      sqlite3_bind_int64 (statement, 1, rowid);
      sqlite3_bind_int (statement, 2, (int) flags->clear);
      sqlite3_bind_int (statement, 3, (int) flags->set);
      if (!hy_run_once_in_thread (database, statement, error))
        return FALSE;
    }
  g_value_set_boolean (result, TRUE);
  return TRUE;
}

/**
 * hy_vault_set_flags:
 *
 * For marks that only matter on this computer: whoever may read may set HY_VAULT_READER_FLAGS, the others ask for the
 * right to edit.
 */
DexFuture *
hy_vault_set_flags (HyAccess *access,
                    GArray *rowids,
                    guint set,
                    guint clear)
{
  Flags *flags = g_new0 (Flags, 1);

  flags->rowids = g_array_copy (rowids);
  flags->set = set;
  flags->clear = clear;
  return hy_access_submit (access, HY_JOB_WRITE, flags_job, flags, flags_free, G_TYPE_BOOLEAN);
}

/* -- remove -- */

static gboolean
remove_job (HyVault *vault,
            HyAccess *access,
            gpointer data,
            GValue *result,
            GError **error)
{
  GArray *rowids = data;

  for (guint i = 0; i < rowids->len; i++)
    {
      gint64 rowid = g_array_index (rowids, gint64, i);
      g_autoptr (HyVaultRow) row = hy_vault_read_row_in_thread (vault, access, rowid, HY_RIGHT_EDIT, error);

      if (row == NULL || !hy_item_remove_in_thread (vault, rowid, error))
        return FALSE;
    }
  g_value_set_boolean (result, TRUE);
  return TRUE;
}

/**
 * hy_vault_remove:
 *
 * Takes resources out with their history, words, outbox entries and document bytes.  What is overwritten on disk is the
 * file system's affair: say "removed from this computer's vault", not "erased".
 */
DexFuture *
hy_vault_remove (HyAccess *access,
                 GArray *rowids)
{
  return hy_access_submit (access, HY_JOB_WRITE, remove_job, g_array_copy (rowids), (GDestroyNotify) g_array_unref, G_TYPE_BOOLEAN);
}
