/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pieces of a write: finding the twin of what comes, putting a row in, changing it, taking it out.  On the vault
 * thread, within a job's transaction (hy-vault-writes.c for what people and files bring, hy-vault-mirror.c for servers). */

#include "config.h"

#include "vault/hy-vault-item-writes.h"

#include "vault/hy-access-private.h"
#include "vault/hy-text-key.h"

#include <sodium.h>
#include <string.h>

static gint64
now_ms (void)
{
  return g_get_real_time () / 1000;
}

gboolean
hy_run_once_in_thread (HyDatabase *database,
                       sqlite3_stmt *statement,
                       GError **error)
{
  if (!hy_database_step (database, statement, NULL, error))
    return FALSE;
  hy_database_done (statement);
  return TRUE;
}

gboolean
hy_run_for_id_in_thread (HyDatabase *database,
                         const char *sql,
                         gint64 rowid,
                         GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (database, sql, error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, rowid);
  return hy_run_once_in_thread (database, statement, error);
}

gint64
hy_digest_key (const guint8 *digest)
{
  gint64 key;

  memcpy (&key, digest, sizeof key);
  return GINT64_FROM_LE (key);
}

void
hy_item_digest (HyVaultItem *item,
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
gboolean
hy_item_is_same_identity (HyVaultItem *item,
                          const char *identity)
{
  if (item->attachment != NULL && (item->identity == NULL || identity == NULL))
    return TRUE;
  return g_strcmp0 (item->identity, identity) == 0;
}

/* One that is going is found when there is no other. */
gboolean
hy_item_find_twin_in_thread (HyDatabase *database,
                             HyVaultItem *item,
                             const guint8 *digest,
                             gint64 *twin,
                             GError **error)
{
  sqlite3_stmt *statement =
      hy_database_prepare (database,
                           "SELECT id, digest, identity FROM resource WHERE digest_key = ?1 AND class = ?2"
                           " ORDER BY (flags & " G_STRINGIFY (HY_VAULT_GOING_FLAG) ") != 0, identity IS NOT ?3, id",
                           error);
  g_autoptr (GArray) candidates = NULL;
  gboolean row;

  *twin = 0;
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, hy_digest_key (digest));
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
          hy_item_is_same_identity (item, (const char *) sqlite3_column_text (statement, 2)))
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

gboolean
hy_item_has_identity_in_thread (HyDatabase *database,
                                const char *identity,
                                gboolean *has,
                                GError **error)
{
  sqlite3_stmt *statement;

  *has = FALSE;
  if (identity == NULL)
    return TRUE;
  if (!(statement = hy_database_prepare (database, "SELECT 1 FROM resource WHERE identity_key = text_key (?1) AND identity = ?1 AND (flags & " G_STRINGIFY (HY_VAULT_GOING_FLAG) ") = 0 LIMIT 1", error)))
    return FALSE;
  hy_bind_text (statement, 1, identity);
  if (!hy_database_step (database, statement, has, error))
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
  return hy_run_once_in_thread (database, statement, error);
}

gboolean
hy_item_write_names_in_thread (HyDatabase *database,
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
      if (!hy_run_once_in_thread (database, statement, error))
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
      if (!hy_run_once_in_thread (database, statement, error))
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
      if (!hy_run_once_in_thread (database, remember, error) || !hy_run_once_in_thread (database, mark, error))
        return FALSE;
    }
  return TRUE;
}

/* Forgets what @rowid replaces; what nothing else replaces is no longer marked. */
gboolean
hy_item_forget_replaced_in_thread (HyDatabase *database,
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
  return hy_run_once_in_thread (database, unmark, error) && hy_run_once_in_thread (database, forget, error);
}

/* Whether something that is here replaces what bears @identity. */
gboolean
hy_item_is_replaced_in_thread (HyDatabase *database,
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

gboolean
hy_item_write_blob_in_thread (HyVault *vault,
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
  return hy_run_once_in_thread (database, statement, error);
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
  sqlite3_bind_int64 (statement, 14, hy_digest_key (digest));
}

gboolean
hy_item_insert_in_thread (HyVault *vault,
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

  if (!hy_item_is_replaced_in_thread (database, item->identity, 0, &replaced, error))
    return FALSE;
  if (replaced)
    item->row.flags |= HY_VAULT_REPLACED_FLAG;
  if (statement == NULL || content == NULL || (item->attachment != NULL && !hy_item_write_blob_in_thread (vault, item->attachment, &blob, error)))
    return FALSE;
  bind_row (statement, item, digest);
  sqlite3_bind_int64 (statement, 15, origin);
  hy_bind_text (statement, 16, item->row.media_type);
  sqlite3_bind_int64 (statement, 17, item->added_ms != 0 ? item->added_ms : now_ms ());
  if (item->attachment != NULL)
    sqlite3_bind_blob (statement, 18, blob.id, sizeof blob.id, SQLITE_STATIC);
  if (!hy_run_once_in_thread (database, statement, error))
    return FALSE;
  *rowid = sqlite3_last_insert_rowid (hy_database_get_handle (database));
  sqlite3_bind_int64 (content, 1, *rowid);
  sqlite3_bind_blob64 (content, 2, bytes, size, SQLITE_STATIC);
  return hy_run_once_in_thread (database, content, error) && write_words (database, *rowid, item, error) &&
         hy_item_write_names_in_thread (database, *rowid, origin, item, error) && write_links (database, *rowid, item, error) &&
         write_replaced (database, *rowid, item, error);
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

gboolean
hy_item_keep_history_in_thread (HyDatabase *database,
                                HyAccess *access,
                                gint64 rowid,
                                gint version,
                                GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (
      database, "INSERT INTO history (id, version, json, until_ms, actor) SELECT ?1, ?2, json, ?3, ?4 FROM content WHERE id = ?1", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, rowid);
  sqlite3_bind_int (statement, 2, version);
  sqlite3_bind_int64 (statement, 3, now_ms ());
  sqlite3_bind_blob (statement, 4, hy_access_get_actor (access), 16, SQLITE_STATIC);
  return hy_run_once_in_thread (database, statement, error);
}

/**
 * hy_item_update_in_thread:
 * @version: the present one; it becomes one more
 *
 * The new reading and bytes of a row.  What it was goes to the history first (hy_item_keep_history_in_thread); what must be
 * sent is the caller's to note.
 */
gboolean
hy_item_update_in_thread (HyDatabase *database,
                          gint64 rowid,
                          gint version,
                          HyVaultItem *item,
                          const guint8 *digest,
                          GError **error)
{
  /* That a file is still to come is known here, not from the bytes. */
  static const char keep_no_bytes[] = "UPDATE resource SET flags = flags | " G_STRINGIFY (HY_VAULT_NO_BYTES_FLAG) " WHERE id = ?1 AND blob IS NULL"
                                                                                                                  " AND EXISTS (SELECT 1 FROM file WHERE file.id = ?1)";
  /* A document's own bytes stay, and with them their digest and size, whether it still says where they were or not. */
  sqlite3_stmt *statement = hy_database_prepare (
      database,
      "UPDATE resource SET class = ?1, type = ?2, flags = (flags & ?17) | iif (blob IS NULL, ?3, ?3 & ~" G_STRINGIFY (HY_VAULT_NO_BYTES_FLAG) "), day = ?4, shelf = ?5, fhir_id = ?6, title = ?7, code = ?8,"
                                                                                                                                              " author = ?9, date = ?10, identity = ?11, identity_key = text_key (?11), size = iif (blob IS NULL, ?12, size),"
                                                                                                                                              " digest = iif (blob IS NULL, ?13, digest), digest_key = iif (blob IS NULL, ?14, digest_key), version = ?15 WHERE id = ?16",
      error);
  sqlite3_stmt *content = hy_database_prepare (database, "UPDATE content SET json = ?2 WHERE id = ?1", error);
  sqlite3_stmt *links = hy_database_prepare (
      database,
      "UPDATE link SET target = coalesce ((SELECT min (n.id) FROM name n WHERE n.key = text_key (link.reference)"
      " AND n.origin IN (SELECT origin FROM resource WHERE id = ?1 UNION SELECT origin FROM mirror WHERE id = ?1)), 0) WHERE source = ?1",
      error);
  gsize size;
  const guint8 *bytes = g_bytes_get_data (item->json, &size);
  gboolean replaced;

  if (statement == NULL || content == NULL || links == NULL ||
      !hy_item_is_replaced_in_thread (database, item->identity, rowid, &replaced, error) || !keep_text (database, rowid, item, error))
    return FALSE;
  if (replaced)
    item->row.flags |= HY_VAULT_REPLACED_FLAG;
  bind_row (statement, item, digest);
  sqlite3_bind_int (statement, 15, version + 1);
  sqlite3_bind_int64 (statement, 16, rowid);
  sqlite3_bind_int (statement, 17, HY_VAULT_KEPT_FLAGS);
  sqlite3_bind_int64 (content, 1, rowid);
  sqlite3_bind_blob64 (content, 2, bytes, size, SQLITE_STATIC);
  sqlite3_bind_int64 (links, 1, rowid);
  return hy_run_once_in_thread (database, statement, error) && hy_run_once_in_thread (database, content, error) &&
         hy_run_for_id_in_thread (database, "DELETE FROM words WHERE rowid = ?1", rowid, error) &&
         write_words (database, rowid, item, error) &&
         hy_run_for_id_in_thread (database, "DELETE FROM link WHERE source = ?1", rowid, error) &&
         write_links (database, rowid, item, error) && hy_run_once_in_thread (database, links, error) &&
         hy_item_forget_replaced_in_thread (database, rowid, error) && write_replaced (database, rowid, item, error) &&
         hy_run_for_id_in_thread (database, keep_no_bytes, rowid, error);
}

/**
 * hy_blob_let_go_in_thread:
 * @sql: gives ids of blobs, for the row ?1
 *
 * Their files go with the commit of the job; that no row names them any more is the caller's to see to.
 */
gboolean
hy_blob_let_go_in_thread (HyVault *vault,
                          const char *sql,
                          gint64 rowid,
                          GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  sqlite3_stmt *statement = hy_database_prepare (database, sql, error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, rowid);
  for (;;)
    {
      if (!hy_database_step (database, statement, &row, error))
        return FALSE;
      if (!row)
        break;
      if (sqlite3_column_bytes (statement, 0) == HY_BLOB_ID_SIZE)
        hy_vault_let_go_in_thread (vault, hy_blob_file_dup_path (hy_vault_get_blobs_dir (vault), sqlite3_column_blob (statement, 0)));
    }
  hy_database_done (statement);
  return TRUE;
}

/**
 * hy_parts_drop_in_thread:
 *
 * Forgets what has come of the file of @rowid, which then comes from its beginning.
 */
gboolean
hy_parts_drop_in_thread (HyVault *vault,
                         gint64 rowid,
                         GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);

  return hy_blob_let_go_in_thread (vault, "SELECT blob FROM part WHERE id = ?1", rowid, error) &&
         hy_run_for_id_in_thread (database, "DELETE FROM blob WHERE id IN (SELECT blob FROM part WHERE id = ?1)", rowid, error) &&
         hy_run_for_id_in_thread (database, "DELETE FROM part WHERE id = ?1", rowid, error);
}

/**
 * hy_item_remove_in_thread:
 *
 * Takes a row out with all that is known of it.
 */
gboolean
hy_item_remove_in_thread (HyVault *vault,
                          gint64 rowid,
                          GError **error)
{
  static const char *const sql[] = {
    "DELETE FROM blob WHERE id = (SELECT blob FROM resource WHERE id = ?1)",
    "DELETE FROM blob WHERE id IN (SELECT blob FROM part WHERE id = ?1)",
    "DELETE FROM part WHERE id = ?1",
    "DELETE FROM file WHERE id = ?1",
    "DELETE FROM mirror WHERE id = ?1",
    "DELETE FROM resource WHERE id = ?1",
    "DELETE FROM content WHERE id = ?1",
    "DELETE FROM history WHERE id = ?1",
    "DELETE FROM name WHERE id = ?1",
    "DELETE FROM link WHERE source = ?1",
    "UPDATE link SET target = 0 WHERE target = ?1 AND target != 0",
    "DELETE FROM outbox WHERE id = ?1",
    "DELETE FROM words WHERE rowid = ?1",
    "DELETE FROM in_folder WHERE id = ?1",
  };
  HyDatabase *database = hy_vault_get_database_in_thread (vault);

  if (!hy_blob_let_go_in_thread (vault, "SELECT blob FROM resource WHERE id = ?1 UNION ALL SELECT blob FROM part WHERE id = ?1", rowid, error))
    return FALSE;
  if (!hy_item_forget_replaced_in_thread (database, rowid, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (sql); i++)
    if (!hy_run_for_id_in_thread (database, sql[i], rowid, error))
      return FALSE;
  return TRUE;
}
