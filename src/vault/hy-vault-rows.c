/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading rows, lists and bytes.  Jobs of the vault thread. */

#include "config.h"

#include "vault/hy-vault-rows.h"

#include "base/hy-error.h"
#include "vault/hy-access-private.h"

#include <glib/gi18n.h>
#include <string.h>

G_DEFINE_BOXED_TYPE (HyVaultRow, hy_vault_row, hy_vault_row_copy, hy_vault_row_free)
G_DEFINE_BOXED_TYPE (HyVaultListing, hy_vault_listing, hy_vault_listing_ref, hy_vault_listing_unref)

HyVaultRow *
hy_vault_row_copy (const HyVaultRow *row)
{
  HyVaultRow *copy = g_memdup2 (row, sizeof *row);

  copy->type = g_strdup (row->type);
  copy->fhir_id = g_strdup (row->fhir_id);
  copy->title = g_strdup (row->title);
  copy->type_code = g_strdup (row->type_code);
  copy->author = g_strdup (row->author);
  copy->date = g_strdup (row->date);
  copy->media_type = g_strdup (row->media_type);
  return copy;
}

static void
clear_row (HyVaultRow *row)
{
  g_free (row->type);
  g_free (row->fhir_id);
  g_free (row->title);
  g_free (row->type_code);
  g_free (row->author);
  g_free (row->date);
  g_free (row->media_type);
}

void
hy_vault_row_free (HyVaultRow *row)
{
  if (row == NULL)
    return;
  clear_row (row);
  g_free (row);
}

void
hy_vault_item_free (HyVaultItem *item)
{
  if (item == NULL)
    return;
  clear_row (&item->row);
  g_clear_pointer (&item->json, g_bytes_unref);
  g_clear_pointer (&item->attachment, g_bytes_unref);
  g_free (item->identity);
  g_free (item->words);
  g_clear_pointer (&item->names, g_ptr_array_unref);
  g_clear_pointer (&item->links, g_ptr_array_unref);
  g_clear_pointer (&item->replaces, g_ptr_array_unref);
  g_free (item);
}

HyVaultListing *
hy_vault_listing_ref (HyVaultListing *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
hy_vault_listing_unref (HyVaultListing *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  g_array_unref (self->keys);
  g_ptr_array_unref (self->rows);
  g_free (self);
}

static void
set_damaged (GError **error)
{
  g_set_error_literal (error, HY_ERROR, HY_ERROR_CORRUPT,
                       _ ("A part of this entry is damaged on this computer, so it is not shown. Nothing was changed; restore a backup, "
                          "or bring it in again."));
}

/**
 * hy_vault_row_new_in_thread:
 * @statement: at a row whose first columns are HY_ROW_COLUMNS
 */
HyVaultRow *
hy_vault_row_new_in_thread (sqlite3_stmt *statement)
{
  HyVaultRow *row = g_new0 (HyVaultRow, 1);

  row->rowid = sqlite3_column_int64 (statement, 0);
  row->klass = (guint) sqlite3_column_int (statement, 1);
  row->flags = (guint) sqlite3_column_int (statement, 2);
  row->day = sqlite3_column_int (statement, 3);
  row->shelf = sqlite3_column_int (statement, 4);
  row->version = sqlite3_column_int (statement, 5);
  row->size = sqlite3_column_int64 (statement, 6);
  row->has_blob = sqlite3_column_int (statement, 7);
  row->type = hy_column_dup (statement, 8);
  row->fhir_id = hy_column_dup (statement, 9);
  row->title = hy_column_dup (statement, 10);
  row->type_code = hy_column_dup (statement, 11);
  row->author = hy_column_dup (statement, 12);
  row->date = hy_column_dup (statement, 13);
  row->media_type = hy_column_dup (statement, 14);
  return row;
}

static void
set_missing (GError **error)
{
  g_set_error_literal (error, HY_ERROR, HY_ERROR_MISSING, _ ("This is no longer in the space. It may have been removed."));
}

/**
 * hy_vault_read_row_in_thread:
 *
 * Errors: HY_ERROR_MISSING, also while it is going; HY_ERROR_DENIED without @right on its class
 */
HyVaultRow *
hy_vault_read_row_in_thread (HyVault *vault,
                             HyAccess *access,
                             gint64 rowid,
                             HyRights right,
                             GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  sqlite3_stmt *statement = hy_database_prepare (database, "SELECT " HY_ROW_COLUMNS " FROM resource r WHERE r.id = ?1", error);
  g_autoptr (HyVaultRow) read = NULL;
  gboolean row;

  if (statement == NULL)
    return NULL;
  sqlite3_bind_int64 (statement, 1, rowid);
  if (!hy_database_step (database, statement, &row, error))
    return NULL;
  if (row)
    read = hy_vault_row_new_in_thread (statement);
  hy_database_done (statement);
  if (read == NULL || read->flags & HY_VAULT_GOING_FLAG)
    set_missing (error);
  else if (hy_access_check (access, read->klass, right, error))
    return g_steal_pointer (&read);
  return NULL;
}

typedef struct
{
  gint64 rowid;
  gint version;
} Place;

static Place *
new_place (gint64 rowid,
           gint version)
{
  Place *place = g_new0 (Place, 1);

  place->rowid = rowid;
  place->version = version;
  return place;
}

static gboolean
dup_row_job (HyVault *vault,
             HyAccess *access,
             gpointer data,
             GValue *result,
             GError **error)
{
  HyVaultRow *row = hy_vault_read_row_in_thread (vault, access, ((Place *) data)->rowid, HY_RIGHT_READ, error);

  g_value_take_boxed (result, row);
  return row != NULL;
}

DexFuture *
hy_vault_dup_row (HyAccess *access,
                  gint64 rowid)
{
  return hy_access_submit (access, HY_JOB_READ, dup_row_job, new_place (rowid, 0), g_free, HY_TYPE_VAULT_ROW);
}

static gboolean
dup_rows_job (HyVault *vault,
              HyAccess *access,
              gpointer data,
              GValue *result,
              GError **error)
{
  GArray *rowids = data;
  g_autoptr (GPtrArray) rows = g_ptr_array_new_full (rowids->len, (GDestroyNotify) hy_vault_row_free);

  for (guint i = 0; i < rowids->len; i++)
    {
      g_autoptr (GError) row_error = NULL;
      HyVaultRow *row = hy_vault_read_row_in_thread (vault, access, g_array_index (rowids, gint64, i), HY_RIGHT_READ, &row_error);

      if (row != NULL)
        g_ptr_array_add (rows, row);
      else if (!g_error_matches (row_error, HY_ERROR, HY_ERROR_MISSING))
        {
          g_propagate_error (error, g_steal_pointer (&row_error));
          return FALSE;
        }
    }
  g_value_take_boxed (result, g_steal_pointer (&rows));
  return TRUE;
}

/**
 * hy_vault_dup_rows:
 * @rowids: (element-type gint64):
 */
DexFuture *
hy_vault_dup_rows (HyAccess *access,
                   GArray *rowids)
{
  return hy_access_submit (access, HY_JOB_READ, dup_rows_job, g_array_copy (rowids), (GDestroyNotify) g_array_unref, G_TYPE_PTR_ARRAY);
}

/* Reads one blob column of one row; NULL without an error when there is no such row. */
static GBytes *
read_bytes (HyDatabase *database,
            const char *sql,
            gint64 rowid,
            gint version,
            GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (database, sql, error);
  GBytes *bytes = NULL;
  gboolean row;

  if (statement == NULL)
    return NULL;
  sqlite3_bind_int64 (statement, 1, rowid);
  if (version != 0)
    sqlite3_bind_int (statement, 2, version);
  if (!hy_database_step (database, statement, &row, error))
    return NULL;
  if (row)
    bytes = g_bytes_new (sqlite3_column_blob (statement, 0), (gsize) sqlite3_column_bytes (statement, 0));
  else
    set_missing (error);
  hy_database_done (statement);
  return bytes;
}

static gboolean
dup_resource_job (HyVault *vault,
                  HyAccess *access,
                  gpointer data,
                  GValue *result,
                  GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  Place *place = data;
  g_autoptr (HyVaultRow) row = hy_vault_read_row_in_thread (vault, access, place->rowid, HY_RIGHT_READ, error);
  GBytes *bytes;

  if (row == NULL)
    return FALSE;
  if (place->version == 0 || place->version == row->version)
    {
      g_autoptr (GError) content_error = NULL;

      bytes = read_bytes (database, "SELECT json FROM content WHERE id = ?1", place->rowid, 0, &content_error);
      /* A row without its bytes is damage, not something that was removed. */
      if (g_error_matches (content_error, HY_ERROR, HY_ERROR_MISSING))
        set_damaged (error);
      else if (content_error != NULL)
        g_propagate_error (error, g_steal_pointer (&content_error));
    }
  else
    bytes = read_bytes (database, "SELECT json FROM history WHERE id = ?1 AND version = ?2", place->rowid, place->version, error);
  g_value_take_boxed (result, bytes);
  return bytes != NULL;
}

DexFuture *
hy_vault_dup_resource (HyAccess *access,
                       gint64 rowid)
{
  return hy_access_submit (access, HY_JOB_READ, dup_resource_job, new_place (rowid, 0), g_free, G_TYPE_BYTES);
}

/**
 * hy_vault_dup_history:
 * @version: 1 to the present one
 *
 * The bytes as they were in that version.
 */
DexFuture *
hy_vault_dup_history (HyAccess *access,
                      gint64 rowid,
                      gint version)
{
  return hy_access_submit (access, HY_JOB_READ, dup_resource_job, new_place (rowid, version), g_free, G_TYPE_BYTES);
}

static gboolean
dup_blob_job (HyVault *vault,
              HyAccess *access,
              gpointer data,
              GValue *result,
              GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  Place *place = data;
  g_autoptr (HyVaultRow) row = hy_vault_read_row_in_thread (vault, access, place->rowid, HY_RIGHT_READ, error);
  sqlite3_stmt *statement;
  GBytes *bytes = NULL;
  HyBlob blob;
  gboolean found;

  if (row == NULL ||
      !(statement = hy_database_prepare (
            database, "SELECT b.id, b.wrapped, b.hash, b.size FROM resource r JOIN blob b ON b.id = r.blob WHERE r.id = ?1", error)))
    return FALSE;
  sqlite3_bind_int64 (statement, 1, place->rowid);
  if (!hy_database_step (database, statement, &found, error))
    return FALSE;
  if (found)
    found = hy_blob_read_columns (statement, 0, &blob);
  hy_database_done (statement);
  if (!found && row->has_blob)
    set_damaged (error);
  else if (found)
    bytes = hy_blob_file_read (hy_vault_get_blobs_dir (vault), hy_vault_get_uuid_bytes (vault), hy_vault_get_blob_key (vault), &blob, error);
  else
    g_set_error_literal (error, HY_ERROR, HY_ERROR_MISSING, _ ("The file of this document is not on this computer."));
  g_value_take_boxed (result, bytes);
  return bytes != NULL;
}

DexFuture *
hy_vault_dup_blob (HyAccess *access,
                   gint64 rowid)
{
  return hy_access_submit (access, HY_JOB_READ, dup_blob_job, new_place (rowid, 0), g_free, G_TYPE_BYTES);
}

/**
 * hy_blob_read_columns:
 * @first: index of the column id; wrapped, hash and size follow
 *
 * Returns: %FALSE when they are not what a blob row holds
 */
gboolean
hy_blob_read_columns (sqlite3_stmt *statement,
                      int first,
                      HyBlob *blob)
{
  if (sqlite3_column_bytes (statement, first) != HY_BLOB_ID_SIZE || sqlite3_column_bytes (statement, first + 1) != HY_BLOB_WRAPPED_SIZE ||
      sqlite3_column_bytes (statement, first + 2) != HY_BLOB_HASH_SIZE)
    return FALSE;
  memcpy (blob->id, sqlite3_column_blob (statement, first), HY_BLOB_ID_SIZE);
  memcpy (blob->wrapped, sqlite3_column_blob (statement, first + 1), HY_BLOB_WRAPPED_SIZE);
  memcpy (blob->hash, sqlite3_column_blob (statement, first + 2), HY_BLOB_HASH_SIZE);
  blob->size = sqlite3_column_int64 (statement, first + 3);
  return TRUE;
}

/* -- lists -- */

/**
 * hy_vault_key_read_in_thread:
 * @statement: at a row whose first columns are id, day, flags, shelf
 */
HyVaultKey
hy_vault_key_read_in_thread (sqlite3_stmt *statement)
{
  HyVaultKey key = { sqlite3_column_int64 (statement, 0), sqlite3_column_int (statement, 1), (guint16) sqlite3_column_int (statement, 2),
                     (gint8) sqlite3_column_int (statement, 3) };

  return key;
}

typedef struct
{
  guint klass;
  HyVaultSort sort;
  guint first_rows;
} ListQuery;

/* Constant strings: their addresses key the statement cache.  Undated documents come last in both directions. */
static const char *
list_sql (HyVaultSort sort,
          gboolean all)
{
  if (all)
    return "SELECT id, day, flags, shelf, class FROM resource ORDER BY day DESC, id DESC";
  switch (sort)
    {
    case HY_SORT_OLDEST:
      return "SELECT id, day, flags, shelf, class FROM resource WHERE class = ?1 ORDER BY day = 0, day, id";
    case HY_SORT_TITLE:
      return "SELECT id, day, flags, shelf, class FROM resource WHERE class = ?1 ORDER BY fold (title), day DESC, id DESC";
    case HY_SORT_AUTHOR:
      return "SELECT id, day, flags, shelf, class FROM resource WHERE class = ?1 ORDER BY author IS NULL, fold (author), day DESC, id DESC";
    case HY_SORT_NEWEST:
    default:
      return "SELECT id, day, flags, shelf, class FROM resource WHERE class = ?1 ORDER BY day DESC, id DESC";
    }
}

static HyVaultListing *
new_listing (void)
{
  HyVaultListing *listing = g_new0 (HyVaultListing, 1);

  g_atomic_ref_count_init (&listing->refs);
  listing->keys = g_array_new (FALSE, FALSE, sizeof (HyVaultKey));
  listing->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) hy_vault_row_free);
  return listing;
}

static gboolean
read_first_rows (HyVault *vault,
                 HyAccess *access,
                 HyVaultListing *listing,
                 guint count,
                 GError **error)
{
  for (guint i = 0; i < MIN (count, listing->keys->len); i++)
    {
      HyVaultRow *read =
          hy_vault_read_row_in_thread (vault, access, g_array_index (listing->keys, HyVaultKey, i).rowid, HY_RIGHT_READ, error);

      if (read == NULL)
        return FALSE;
      g_ptr_array_add (listing->rows, read);
    }
  return TRUE;
}

static gboolean
list_job (HyVault *vault,
          HyAccess *access,
          gpointer data,
          GValue *result,
          GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  ListQuery *query = data;
  gboolean all = query->klass == G_MAXUINT;
  g_autoptr (HyVaultListing) listing = new_listing ();
  sqlite3_stmt *statement;
  gboolean row;

  if ((!all && !hy_access_check (access, query->klass, HY_RIGHT_READ, error)) ||
      !(statement = hy_database_prepare (database, list_sql (query->sort, all), error)))
    return FALSE;
  if (!all)
    sqlite3_bind_int (statement, 1, (int) query->klass);
  for (;;)
    {
      HyVaultKey key;

      if (!hy_database_step (database, statement, &row, error))
        return FALSE;
      if (!row)
        break;
      if ((all && !hy_access_allows (access, (guint) sqlite3_column_int (statement, 4), HY_RIGHT_READ)) ||
          sqlite3_column_int (statement, 2) & HY_VAULT_GOING_FLAG)
        continue;
      key = hy_vault_key_read_in_thread (statement);
      g_array_append_val (listing->keys, key);
    }
  hy_database_done (statement);
  if (!read_first_rows (vault, access, listing, query->first_rows, error))
    return FALSE;
  g_value_take_boxed (result, g_steal_pointer (&listing));
  return TRUE;
}

/**
 * hy_vault_list:
 * @klass: a class, or %G_MAXUINT for all that @access may read (newest first only)
 * @first_rows: how many rows to read along with the keys
 */
DexFuture *
hy_vault_list (HyAccess *access,
               guint klass,
               HyVaultSort sort,
               guint first_rows)
{
  ListQuery *query = g_new0 (ListQuery, 1);

  query->klass = klass;
  query->sort = sort;
  query->first_rows = first_rows;
  return hy_access_submit (access, HY_JOB_READ, list_job, query, g_free, HY_TYPE_VAULT_LISTING);
}

/* -- a few of a class -- */

typedef struct
{
  guint klass;
  guint flag;
  guint max;
} FewQuery;

static gboolean
list_flagged_job (HyVault *vault,
                  HyAccess *access,
                  gpointer data,
                  GValue *result,
                  GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  FewQuery *query = data;
  g_autoptr (HyVaultListing) listing = new_listing ();
  sqlite3_stmt *statement;
  gboolean row;

  if (!hy_access_check (access, query->klass, HY_RIGHT_READ, error) ||
      !(statement = hy_database_prepare (database,
                                         "SELECT id, day, flags, shelf FROM resource WHERE class = ?1 AND (flags & ?2) != 0"
                                         " AND (flags & " G_STRINGIFY (HY_VAULT_GOING_FLAG) ") = 0 ORDER BY day DESC, id DESC LIMIT ?3",
                                         error)))
    return FALSE;
  sqlite3_bind_int (statement, 1, (int) query->klass);
  sqlite3_bind_int (statement, 2, (int) query->flag);
  sqlite3_bind_int (statement, 3, (int) query->max);
  for (;;)
    {
      HyVaultKey key;

      if (!hy_database_step (database, statement, &row, error))
        return FALSE;
      if (!row)
        break;
      key = hy_vault_key_read_in_thread (statement);
      g_array_append_val (listing->keys, key);
    }
  hy_database_done (statement);
  if (!read_first_rows (vault, access, listing, listing->keys->len, error))
    return FALSE;
  g_value_take_boxed (result, g_steal_pointer (&listing));
  return TRUE;
}

/**
 * hy_vault_list_flagged:
 * @flag: a bit of the rows' flags
 *
 * Reads one index from its newest end, until there are enough.
 */
DexFuture *
hy_vault_list_flagged (HyAccess *access,
                       guint klass,
                       guint flag,
                       guint max)
{
  FewQuery *query = g_new0 (FewQuery, 1);

  *query = (FewQuery) { klass, flag, max };
  return hy_access_submit (access, HY_JOB_READ, list_flagged_job, query, g_free, HY_TYPE_VAULT_LISTING);
}

static gboolean
has_any_job (HyVault *vault,
             HyAccess *access,
             gpointer data,
             GValue *result,
             GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  FewQuery *query = data;
  sqlite3_stmt *statement;
  gboolean row;

  if (!hy_access_check (access, query->klass, HY_RIGHT_READ, error) ||
      !(statement = hy_database_prepare (database, "SELECT 1 FROM resource WHERE class = ?1 AND (flags & " G_STRINGIFY (HY_VAULT_GOING_FLAG) ") = 0 LIMIT 1", error)))
    return FALSE;
  sqlite3_bind_int (statement, 1, (int) query->klass);
  if (!hy_database_step (database, statement, &row, error))
    return FALSE;
  hy_database_done (statement);
  g_value_set_boolean (result, row);
  return TRUE;
}

DexFuture *
hy_vault_has_any (HyAccess *access,
                  guint klass)
{
  FewQuery *query = g_new0 (FewQuery, 1);

  query->klass = klass;
  return hy_access_submit (access, HY_JOB_READ, has_any_job, query, g_free, G_TYPE_BOOLEAN);
}

/* -- links -- */

typedef struct
{
  gint64 from;
  char *reference;
} Reference;

static void
reference_free (gpointer data)
{
  Reference *reference = data;

  g_free (reference->reference);
  g_free (reference);
}

static gboolean
resolve_job (HyVault *vault,
             HyAccess *access,
             gpointer data,
             GValue *result,
             GError **error)
{
  /* The second serves addresses that are no references (an attachment's url), and links of an import that was cut. */
  static const char *const sql[] = {
    "SELECT target FROM link WHERE source = ?1 AND reference = ?2 AND target != 0",
    "SELECT min (id) FROM name WHERE key = text_key (?2) AND origin IN"
    " (SELECT origin FROM resource WHERE id = ?1 UNION SELECT origin FROM mirror WHERE id = ?1)",
  };
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  Reference *reference = data;
  g_autoptr (HyVaultRow) source = hy_vault_read_row_in_thread (vault, access, reference->from, HY_RIGHT_READ, error);
  g_autoptr (HyVaultRow) found = NULL;
  g_autoptr (GError) target_error = NULL;
  gint64 target = 0;

  if (source == NULL)
    return FALSE;
  for (guint i = 0; target == 0 && i < G_N_ELEMENTS (sql); i++)
    {
      sqlite3_stmt *statement = hy_database_prepare (database, sql[i], error);
      gboolean row;

      if (statement == NULL)
        return FALSE;
      sqlite3_bind_int64 (statement, 1, reference->from);
      hy_bind_text (statement, 2, reference->reference);
      if (!hy_database_step (database, statement, &row, error))
        return FALSE;
      if (row)
        target = sqlite3_column_int64 (statement, 0);
      hy_database_done (statement);
    }
  /* What this actor may not read does not exist for them. */
  if (target != 0 && !(found = hy_vault_read_row_in_thread (vault, access, target, HY_RIGHT_READ, &target_error)))
    {
      if (!g_error_matches (target_error, HY_ERROR, HY_ERROR_DENIED) && !g_error_matches (target_error, HY_ERROR, HY_ERROR_MISSING))
        {
          g_propagate_error (error, g_steal_pointer (&target_error));
          return FALSE;
        }
      target = 0;
    }
  g_value_set_int64 (result, target);
  return TRUE;
}

DexFuture *
hy_vault_resolve (HyAccess *access,
                  gint64 from,
                  const char *reference)
{
  Reference *asked = g_new0 (Reference, 1);

  asked->from = from;
  asked->reference = g_strdup (reference);
  return hy_access_submit (access, HY_JOB_READ, resolve_job, asked, reference_free, G_TYPE_INT64);
}

static gboolean
links_to_job (HyVault *vault,
              HyAccess *access,
              gpointer data,
              GValue *result,
              GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  sqlite3_stmt *statement = hy_database_prepare (
      database, "SELECT l.source, r.class FROM link l JOIN resource r ON r.id = l.source WHERE l.target = ?1 AND l.target != 0"
                " AND (r.flags & " G_STRINGIFY (HY_VAULT_GOING_FLAG) ") = 0 ORDER BY l.source",
      error);
  g_autoptr (GArray) sources = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (HyVaultRow) target = hy_vault_read_row_in_thread (vault, access, ((Place *) data)->rowid, HY_RIGHT_READ, error);
  gboolean row;

  if (statement == NULL || target == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, ((Place *) data)->rowid);
  for (;;)
    {
      gint64 source;

      if (!hy_database_step (database, statement, &row, error))
        return FALSE;
      if (!row)
        break;
      source = sqlite3_column_int64 (statement, 0);
      if (hy_access_allows (access, (guint) sqlite3_column_int (statement, 1), HY_RIGHT_READ))
        g_array_append_val (sources, source);
    }
  hy_database_done (statement);
  g_value_take_boxed (result, g_steal_pointer (&sources));
  return TRUE;
}

DexFuture *
hy_vault_dup_links_to (HyAccess *access,
                       gint64 rowid)
{
  return hy_access_submit (access, HY_JOB_READ, links_to_job, new_place (rowid, 0), g_free, G_TYPE_ARRAY);
}

static gboolean
outbox_count_job (HyVault *vault,
                  HyAccess *access,
                  gpointer data,
                  GValue *result,
                  GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  sqlite3_stmt *statement = hy_database_prepare (database, "SELECT count (*) FROM outbox o WHERE NOT EXISTS (SELECT 1 FROM resource r WHERE r.id = o.id"
                                                           " AND (r.flags & " G_STRINGIFY (HY_VAULT_GOING_FLAG) ") != 0)",
                                                 error);
  gboolean row;

  if (statement == NULL || !hy_access_check_all (access, HY_RIGHT_READ, error) || !hy_database_step (database, statement, &row, error))
    return FALSE;
  g_value_set_uint (result, (guint) sqlite3_column_int (statement, 0));
  hy_database_done (statement);
  return TRUE;
}

DexFuture *
hy_vault_outbox_count (HyAccess *access)
{
  return hy_access_submit (access, HY_JOB_READ, outbox_count_job, NULL, NULL, G_TYPE_UINT);
}
