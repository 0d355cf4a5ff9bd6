/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Putting in, editing, removing.  Jobs of the vault thread; each is one transaction. */

#include "config.h"

#include "base/hy-error.h"
#include "vault/hy-access-private.h"
#include "vault/hy-text-key.h"
#include "vault/hy-vault-rows.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
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

static gint64
digest_key (const guint8 *digest)
{
  gint64 key;

  memcpy (&key, digest, sizeof key);
  return GINT64_FROM_LE (key);
}

static void
compute_digest (HyVaultItem *item,
                guint8 digest[32])
{
  GBytes *bytes = item->attachment != NULL ? item->attachment : item->json;
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  crypto_hash_sha256 (digest, data, size);
}

/* Two entries of one Bundle without ids may have the same bytes and yet be two: then their names differ. */
static gboolean
has_name_of (HyDatabase *database,
             gint64 rowid,
             HyVaultItem *item,
             gboolean *has,
             GError **error)
{
  sqlite3_stmt *statement;

  *has = item->attachment != NULL || item->names == NULL || item->names->len == 0;
  if (*has)
    return TRUE;
  if (!(statement = hy_database_prepare (database, "SELECT 1 FROM name WHERE key = ?1 AND id = ?2", error)))
    return FALSE;
  for (guint i = 0; !*has && i < item->names->len; i++)
    {
      sqlite3_bind_int64 (statement, 1, hy_text_key (g_ptr_array_index (item->names, i)));
      sqlite3_bind_int64 (statement, 2, rowid);
      if (!hy_database_step (database, statement, has, error))
        return FALSE;
      hy_database_done (statement);
    }
  return TRUE;
}

/* The same document came with and without an identity: alone, and in an archive that says what it is. */
static gboolean
is_same_identity (HyVaultItem *item,
                  const char *identity)
{
  if (item->attachment != NULL && (item->identity == NULL || identity == NULL))
    return TRUE;
  return g_strcmp0 (item->identity, identity) == 0;
}

static gboolean
find_twin (HyDatabase *database,
           HyVaultItem *item,
           const guint8 *digest,
           gint64 *twin,
           GError **error)
{
  sqlite3_stmt *statement =
      hy_database_prepare (database,
                           "SELECT id, digest, identity FROM resource WHERE digest_key = ?1 AND class = ?2"
                           " ORDER BY identity IS NOT ?3, id",
                           error);
  g_autoptr (GArray) candidates = NULL;
  gboolean row;

  *twin = 0;
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, digest_key (digest));
  sqlite3_bind_int (statement, 2, (int) item->row.klass);
  hy_bind_text (statement, 3, item->identity);
  for (;;)
    {
      gint64 id;

      if (!hy_database_step (database, statement, &row, error))
        return FALSE;
      if (!row)
        break;
      id = sqlite3_column_int64 (statement, 0);
      if (sqlite3_column_bytes (statement, 1) == 32 && memcmp (sqlite3_column_blob (statement, 1), digest, 32) == 0 &&
          is_same_identity (item, (const char *) sqlite3_column_text (statement, 2)))
        {
          if (candidates == NULL)
            candidates = g_array_new (FALSE, FALSE, sizeof id);
          g_array_append_val (candidates, id);
        }
    }
  hy_database_done (statement);
  for (guint i = 0; candidates != NULL && *twin == 0 && i < candidates->len; i++)
    {
      gboolean same;

      if (!has_name_of (database, g_array_index (candidates, gint64, i), item, &same, error))
        return FALSE;
      if (same)
        *twin = g_array_index (candidates, gint64, i);
    }
  return TRUE;
}

static gboolean
has_identity (HyDatabase *database,
              const char *identity,
              gboolean *has,
              GError **error)
{
  sqlite3_stmt *statement;

  *has = FALSE;
  if (identity == NULL)
    return TRUE;
  if (!(statement = hy_database_prepare (database, "SELECT 1 FROM resource WHERE identity_key = text_key (?1) AND identity = ?1 LIMIT 1", error)))
    return FALSE;
  hy_bind_text (statement, 1, identity);
  if (!hy_database_step (database, statement, has, error))
    return FALSE;
  hy_database_done (statement);
  return TRUE;
}

static gboolean
run_once (HyDatabase *database,
          sqlite3_stmt *statement,
          GError **error)
{
  if (!hy_database_step (database, statement, NULL, error))
    return FALSE;
  hy_database_done (statement);
  return TRUE;
}

static gboolean
write_words (HyDatabase *database,
             gint64 rowid,
             HyVaultItem *item,
             GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (database, "INSERT INTO words (rowid, title, author, body) VALUES (?1, ?2, ?3, ?4)", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, rowid);
  hy_bind_text (statement, 2, item->row.title);
  hy_bind_text (statement, 3, item->row.author);
  hy_bind_text (statement, 4, item->words);
  return run_once (database, statement, error);
}

static gboolean
write_names (HyDatabase *database,
             gint64 rowid,
             gint64 origin,
             HyVaultItem *item,
             GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (database, "INSERT OR IGNORE INTO name (key, origin, id) VALUES (?1, ?2, ?3)", error);

  if (statement == NULL)
    return FALSE;
  for (guint i = 0; item->names != NULL && i < item->names->len; i++)
    {
      sqlite3_bind_int64 (statement, 1, hy_text_key (g_ptr_array_index (item->names, i)));
      sqlite3_bind_int64 (statement, 2, origin);
      sqlite3_bind_int64 (statement, 3, rowid);
      if (!run_once (database, statement, error))
        return FALSE;
    }
  return TRUE;
}

/* Links of an origin are resolved when it ends (hy_vault_end_origins), when everything it names is known. */
static gboolean
write_links (HyDatabase *database,
             gint64 rowid,
             HyVaultItem *item,
             GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (database, "INSERT OR IGNORE INTO link (source, reference, target) VALUES (?1, ?2, 0)", error);

  if (statement == NULL)
    return FALSE;
  for (guint i = 0; item->links != NULL && i < item->links->len; i++)
    {
      sqlite3_bind_int64 (statement, 1, rowid);
      hy_bind_text (statement, 2, g_ptr_array_index (item->links, i));
      if (!run_once (database, statement, error))
        return FALSE;
    }
  return TRUE;
}

/* Marks what the item replaces, and remembers it for what is still to come. */
static gboolean
write_replaced (HyDatabase *database,
                gint64 rowid,
                HyVaultItem *item,
                GError **error)
{
  sqlite3_stmt *remember;
  sqlite3_stmt *mark;

  if (item->replaces == NULL)
    return TRUE;
  remember = hy_database_prepare (database, "INSERT OR IGNORE INTO replaced (key, id) VALUES (?1, ?2)", error);
  mark = hy_database_prepare (
      database,
      "UPDATE resource SET flags = flags | ?5 WHERE identity_key = ?1 AND identity = ?2 AND class = ?3 AND id != ?4",
      error);

  if (remember == NULL || mark == NULL)
    return FALSE;
  for (guint i = 0; i < item->replaces->len; i++)
    {
      const char *identity = g_ptr_array_index (item->replaces, i);

      sqlite3_bind_int64 (remember, 1, hy_text_key (identity));
      sqlite3_bind_int64 (remember, 2, rowid);
      sqlite3_bind_int64 (mark, 1, hy_text_key (identity));
      hy_bind_text (mark, 2, identity);
      sqlite3_bind_int (mark, 3, (int) item->row.klass);
      sqlite3_bind_int64 (mark, 4, rowid);
      sqlite3_bind_int (mark, 5, HY_VAULT_REPLACED_FLAG);
      if (!run_once (database, remember, error) || !run_once (database, mark, error))
        return FALSE;
    }
  return TRUE;
}

/* Forgets what @rowid replaces; what nothing else replaces is no longer marked. */
static gboolean
forget_replaced (HyDatabase *database,
                 gint64 rowid,
                 GError **error)
{
  sqlite3_stmt *unmark = hy_database_prepare (
      database,
      "UPDATE resource SET flags = flags & ~?2 WHERE identity_key IN (SELECT key FROM replaced WHERE id = ?1)"
      " AND NOT EXISTS (SELECT 1 FROM replaced WHERE key = resource.identity_key AND id != ?1)",
      error);
  sqlite3_stmt *forget = hy_database_prepare (database, "DELETE FROM replaced WHERE id = ?1", error);

  if (unmark == NULL || forget == NULL)
    return FALSE;
  sqlite3_bind_int64 (unmark, 1, rowid);
  sqlite3_bind_int (unmark, 2, HY_VAULT_REPLACED_FLAG);
  sqlite3_bind_int64 (forget, 1, rowid);
  return run_once (database, unmark, error) && run_once (database, forget, error);
}

/* Whether something that is here replaces what bears @identity. */
static gboolean
is_replaced (HyDatabase *database,
             const char *identity,
             gint64 rowid,
             gboolean *replaced,
             GError **error)
{
  sqlite3_stmt *statement;

  *replaced = FALSE;
  if (identity == NULL)
    return TRUE;
  if (!(statement = hy_database_prepare (database, "SELECT 1 FROM replaced WHERE key = ?1 AND id != ?2 LIMIT 1", error)))
    return FALSE;
  sqlite3_bind_int64 (statement, 1, hy_text_key (identity));
  sqlite3_bind_int64 (statement, 2, rowid);
  if (!hy_database_step (database, statement, replaced, error))
    return FALSE;
  hy_database_done (statement);
  return TRUE;
}

static gboolean
write_blob (HyVault *vault,
            GBytes *bytes,
            HyBlob *blob,
            GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  sqlite3_stmt *statement = hy_database_prepare (database, "INSERT INTO blob (id, wrapped, hash, size) VALUES (?1, ?2, ?3, ?4)", error);

  if (statement == NULL || !hy_blob_file_write (hy_vault_get_blobs_dir (vault), hy_vault_get_tmp_dir (vault), hy_vault_get_uuid_bytes (vault),
                                                hy_vault_get_blob_key (vault), bytes, blob, error))
    return FALSE;
  sqlite3_bind_blob (statement, 1, blob->id, sizeof blob->id, SQLITE_STATIC);
  sqlite3_bind_blob (statement, 2, blob->wrapped, sizeof blob->wrapped, SQLITE_STATIC);
  sqlite3_bind_blob (statement, 3, blob->hash, sizeof blob->hash, SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 4, blob->size);
  return run_once (database, statement, error);
}

static void
bind_row (sqlite3_stmt *statement,
          HyVaultItem *item,
          const guint8 *digest)
{
  HyVaultRow *row = &item->row;

  sqlite3_bind_int (statement, 1, (int) row->klass);
  hy_bind_text (statement, 2, row->type);
  sqlite3_bind_int (statement, 3, (int) row->flags);
  sqlite3_bind_int (statement, 4, row->day);
  sqlite3_bind_int (statement, 5, row->shelf);
  hy_bind_text (statement, 6, row->fhir_id);
  hy_bind_text (statement, 7, row->title);
  hy_bind_text (statement, 8, row->type_code);
  hy_bind_text (statement, 9, row->author);
  hy_bind_text (statement, 10, row->date);
  hy_bind_text (statement, 11, item->identity);
  sqlite3_bind_int64 (statement, 12, (gint64) g_bytes_get_size (item->attachment != NULL ? item->attachment : item->json));
  sqlite3_bind_blob (statement, 13, digest, 32, SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 14, digest_key (digest));
}

static gboolean
insert (HyVault *vault,
        gint64 origin,
        HyVaultItem *item,
        const guint8 *digest,
        gint64 *rowid,
        GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  sqlite3_stmt *statement = hy_database_prepare (
      database,
      "INSERT INTO resource (class, type, flags, day, shelf, fhir_id, title, code, author, date, identity, size, digest, digest_key,"
      " origin, version, media_type, added_ms, blob, identity_key)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, 1, ?16, ?17, ?18, text_key (?11))",
      error);
  sqlite3_stmt *content = hy_database_prepare (database, "INSERT INTO content (id, json) VALUES (?1, ?2)", error);
  HyBlob blob;
  gsize size;
  const guint8 *bytes = g_bytes_get_data (item->json, &size);
  gboolean replaced;

  if (!is_replaced (database, item->identity, 0, &replaced, error))
    return FALSE;
  if (replaced)
    item->row.flags |= HY_VAULT_REPLACED_FLAG;
  if (statement == NULL || content == NULL || (item->attachment != NULL && !write_blob (vault, item->attachment, &blob, error)))
    return FALSE;
  bind_row (statement, item, digest);
  sqlite3_bind_int64 (statement, 15, origin);
  hy_bind_text (statement, 16, item->row.media_type);
  sqlite3_bind_int64 (statement, 17, item->added_ms != 0 ? item->added_ms : now_ms ());
  if (item->attachment != NULL)
    sqlite3_bind_blob (statement, 18, blob.id, sizeof blob.id, SQLITE_STATIC);
  if (!run_once (database, statement, error))
    return FALSE;
  *rowid = sqlite3_last_insert_rowid (hy_database_get_handle (database));
  sqlite3_bind_int64 (content, 1, *rowid);
  sqlite3_bind_blob64 (content, 2, bytes, size, SQLITE_STATIC);
  return run_once (database, content, error) && write_words (database, *rowid, item, error) &&
         write_names (database, *rowid, origin, item, error) && write_links (database, *rowid, item, error) &&
         write_replaced (database, *rowid, item, error);
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
      gboolean same_identity;

      if (!hy_access_check (access, item->row.klass, HY_RIGHT_ADD, error) ||
          !find_twin (database, item, put->digests[i], &outcome.rowid, error))
        return FALSE;
      if (outcome.rowid == 0)
        {
          if (!has_identity (database, item->identity, &same_identity, error) ||
              !insert (vault, put->origin, item, put->digests[i], &outcome.rowid, error))
            return FALSE;
          outcome.outcome = same_identity ? HY_PUT_SAME_IDENTITY : HY_PUT_ADDED;
        }
      /* What else arrives with it refers to it by the names that it has there. */
      else if (!write_names (database, outcome.rowid, put->origin, item, error))
        return FALSE;
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
    compute_digest (g_ptr_array_index (items, i), put->digests[i]);
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
      if (!run_once (database, statement, error))
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
  gint64 rowid;
  gint version;
  HyVaultItem *item;
  guint8 digest[32];
} Edit;

static void
edit_free (gpointer data)
{
  Edit *edit = data;

  hy_vault_item_free (edit->item);
  g_free (edit);
}

static gboolean
keep_history (HyDatabase *database,
              HyAccess *access,
              Edit *edit,
              GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (
      database, "INSERT INTO history (id, version, json, until_ms, actor) SELECT ?1, ?2, json, ?3, ?4 FROM content WHERE id = ?1", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, edit->rowid);
  sqlite3_bind_int (statement, 2, edit->version);
  sqlite3_bind_int64 (statement, 3, now_ms ());
  sqlite3_bind_blob (statement, 4, hy_access_get_actor (access), 16, SQLITE_STATIC);
  return run_once (database, statement, error);
}

static gboolean
delete_by_id (HyDatabase *database,
              const char *sql,
              gint64 rowid,
              GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (database, sql, error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, rowid);
  return run_once (database, statement, error);
}

/* The attachment is not edited, and what search finds in it stays. */
static gboolean
keep_text (HyDatabase *database,
           gint64 rowid,
           HyVaultItem *item,
           GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (database, "SELECT body FROM words WHERE rowid = ?1", error);
  const char *body;
  const char *text;
  char *words;
  gboolean row;

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, rowid);
  if (!hy_database_step (database, statement, &row, error))
    return FALSE;
  body = row ? (const char *) sqlite3_column_text (statement, 0) : NULL;
  text = body != NULL ? strchr (body, HY_WORDS_TEXT) : NULL;
  if (text != NULL && (item->words == NULL || strchr (item->words, HY_WORDS_TEXT) == NULL))
    {
      words = g_strconcat (item->words != NULL ? item->words : "", text, NULL);
      g_free (item->words);
      item->words = words;
    }
  hy_database_done (statement);
  return TRUE;
}

static gboolean
write_edit (HyDatabase *database,
            Edit *edit,
            GError **error)
{
  /* A document's own bytes stay, and with them their digest and size. */
  sqlite3_stmt *statement = hy_database_prepare (
      database,
      "UPDATE resource SET class = ?1, type = ?2, flags = (flags & ?17) | ?3, day = ?4, shelf = ?5, fhir_id = ?6, title = ?7, code = ?8,"
      " author = ?9, date = ?10, identity = ?11, identity_key = text_key (?11), size = iif (blob IS NULL, ?12, size),"
      " digest = iif (blob IS NULL, ?13, digest), digest_key = iif (blob IS NULL, ?14, digest_key), version = ?15 WHERE id = ?16",
      error);
  sqlite3_stmt *content = hy_database_prepare (database, "UPDATE content SET json = ?2 WHERE id = ?1", error);
  sqlite3_stmt *outbox = hy_database_prepare (database, "INSERT INTO outbox (id, act, base, at_ms) VALUES (?1, 'update', ?2, ?3)", error);
  sqlite3_stmt *links = hy_database_prepare (
      database,
      "UPDATE link SET target = coalesce ((SELECT min (n.id) FROM name n WHERE n.key = text_key (link.reference)"
      " AND n.origin = (SELECT r.origin FROM resource r WHERE r.id = ?1)), 0) WHERE source = ?1",
      error);
  gsize size;
  const guint8 *bytes = g_bytes_get_data (edit->item->json, &size);
  gboolean replaced;

  if (statement == NULL || content == NULL || outbox == NULL || links == NULL ||
      !is_replaced (database, edit->item->identity, edit->rowid, &replaced, error) || !keep_text (database, edit->rowid, edit->item, error))
    return FALSE;
  if (replaced)
    edit->item->row.flags |= HY_VAULT_REPLACED_FLAG;
  bind_row (statement, edit->item, edit->digest);
  sqlite3_bind_int (statement, 15, edit->version + 1);
  sqlite3_bind_int64 (statement, 16, edit->rowid);
  sqlite3_bind_int (statement, 17, HY_VAULT_KEPT_FLAGS);
  sqlite3_bind_int64 (content, 1, edit->rowid);
  sqlite3_bind_blob64 (content, 2, bytes, size, SQLITE_STATIC);
  sqlite3_bind_int64 (outbox, 1, edit->rowid);
  sqlite3_bind_int (outbox, 2, edit->version);
  sqlite3_bind_int64 (outbox, 3, now_ms ());
  sqlite3_bind_int64 (links, 1, edit->rowid);
  return run_once (database, statement, error) && run_once (database, content, error) && run_once (database, outbox, error) &&
         delete_by_id (database, "DELETE FROM words WHERE rowid = ?1", edit->rowid, error) &&
         write_words (database, edit->rowid, edit->item, error) &&
         delete_by_id (database, "DELETE FROM link WHERE source = ?1", edit->rowid, error) &&
         write_links (database, edit->rowid, edit->item, error) && run_once (database, links, error) &&
         forget_replaced (database, edit->rowid, error) && write_replaced (database, edit->rowid, edit->item, error);
}

static gboolean
edit_job (HyVault *vault,
          HyAccess *access,
          gpointer data,
          GValue *result,
          GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  Edit *edit = data;
  g_autoptr (HyVaultRow) row = hy_vault_read_row_in_thread (vault, access, edit->rowid, HY_RIGHT_EDIT, error);

  if (row == NULL || !hy_access_check (access, edit->item->row.klass, HY_RIGHT_EDIT, error))
    return FALSE;
  if (row->version != edit->version)
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_CONFLICT,
                           _ ("This was changed meanwhile. Your text is still here; look at the newer one and save again."));
      return FALSE;
    }
  if (!keep_history (database, access, edit, error) || !write_edit (database, edit, error))
    return FALSE;
  g_value_set_int (result, edit->version + 1);
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
  Edit *edit = g_new0 (Edit, 1);

  edit->rowid = rowid;
  edit->version = version;
  edit->item = item;
  compute_digest (item, edit->digest);
  return hy_access_submit (access, HY_JOB_WRITE, edit_job, edit, edit_free, G_TYPE_INT);
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
      if (!run_once (database, statement, error))
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

typedef struct
{
  GArray *rowids;
  GPtrArray *files; /* char *: blob files to unlink once no row names them */
} Removal;

static void
removal_free (gpointer data)
{
  Removal *removal = data;

  g_array_unref (removal->rowids);
  g_ptr_array_unref (removal->files);
  g_free (removal);
}

static gboolean
remove_one (HyVault *vault,
            gint64 rowid,
            GPtrArray *files,
            GError **error)
{
  static const char *const sql[] = {
    "DELETE FROM blob WHERE id = (SELECT blob FROM resource WHERE id = ?1)",
    "DELETE FROM resource WHERE id = ?1",
    "DELETE FROM content WHERE id = ?1",
    "DELETE FROM history WHERE id = ?1",
    "DELETE FROM name WHERE id = ?1",
    "DELETE FROM link WHERE source = ?1",
    "UPDATE link SET target = 0 WHERE target = ?1",
    "DELETE FROM outbox WHERE id = ?1",
    "DELETE FROM words WHERE rowid = ?1",
  };
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  sqlite3_stmt *statement = hy_database_prepare (database, "SELECT blob FROM resource WHERE id = ?1", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, rowid);
  if (!hy_database_step (database, statement, &row, error))
    return FALSE;
  if (row && sqlite3_column_bytes (statement, 0) == HY_BLOB_ID_SIZE)
    g_ptr_array_add (files, hy_blob_file_dup_path (hy_vault_get_blobs_dir (vault), sqlite3_column_blob (statement, 0)));
  hy_database_done (statement);
  if (!forget_replaced (database, rowid, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (sql); i++)
    if (!delete_by_id (database, sql[i], rowid, error))
      return FALSE;
  return TRUE;
}

static gboolean
remove_job (HyVault *vault,
            HyAccess *access,
            gpointer data,
            GValue *result,
            GError **error)
{
  Removal *removal = data;

  for (guint i = 0; i < removal->rowids->len; i++)
    {
      gint64 rowid = g_array_index (removal->rowids, gint64, i);
      g_autoptr (HyVaultRow) row = hy_vault_read_row_in_thread (vault, access, rowid, HY_RIGHT_EDIT, error);

      if (row == NULL || !remove_one (vault, rowid, removal->files, error))
        return FALSE;
    }
  g_value_take_boxed (result, g_ptr_array_ref (removal->files));
  return TRUE;
}

static gboolean
unlink_job (HyVault *vault,
            HyAccess *access,
            gpointer data,
            GValue *result,
            GError **error)
{
  GPtrArray *files = data;
  g_autoptr (GError) checkpoint_error = NULL;

  /* Until the WAL is empty a crash could bring the row back: the file goes after that, or with the next sweep.
   * The removal itself is done either way. */
  if (hy_vault_checkpoint_in_thread (vault, &checkpoint_error))
    for (guint i = 0; i < files->len; i++)
      g_unlink (g_ptr_array_index (files, i));
  else
    g_warning ("files of removed documents stay for now: %s", checkpoint_error->message);
  g_value_set_boolean (result, TRUE);
  return TRUE;
}

static DexFuture *
say_done (DexFuture *future G_GNUC_UNUSED,
          gpointer unused G_GNUC_UNUSED)
{
  return dex_future_new_true ();
}

static DexFuture *
unlink_files (DexFuture *future,
              gpointer access)
{
  const GValue *value = dex_future_get_value (future, NULL);

  /* A space that was locked in between has its entry removed all the same. */
  return dex_future_catch (
      hy_access_submit (access, HY_JOB_READ, unlink_job, g_value_dup_boxed (value), (GDestroyNotify) g_ptr_array_unref, G_TYPE_BOOLEAN), say_done,
      NULL, NULL);
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
  Removal *removal = g_new0 (Removal, 1);

  removal->rowids = g_array_copy (rowids);
  removal->files = g_ptr_array_new_with_free_func (g_free);
  return dex_future_then (hy_access_submit (access, HY_JOB_WRITE, remove_job, removal, removal_free, G_TYPE_PTR_ARRAY), unlink_files,
                          g_object_ref (access), g_object_unref);
}
