/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What servers hold, followed page by page.  A page's rows, its cursors and its counts are one transaction, so that
 * wherever a sync is cut, the next one goes on from there.  Jobs of the vault thread. */

#include "config.h"

#include "vault/hy-vault-mirror.h"

#include "base/hy-error.h"
#include "vault/hy-access-private.h"
#include "vault/hy-text-key.h"
#include "vault/hy-vault-item-writes.h"
#include "vault/hy-vault-journal-writes.h"

#include <glib/gi18n.h>
#include <string.h>

/* Beyond this many, references wait for the next sync. */
#define MAX_REFERRED 10000
/* FHIR R4: an id has at most 64 characters; the longest type name has 32. */
#define MAX_FHIR_ID 64
#define MAX_FHIR_TYPE 64

/* -- what goes in -- */

HyMirrorFile *
hy_mirror_file_copy (const HyMirrorFile *file)
{
  HyMirrorFile *copy = g_memdup2 (file, sizeof *file);

  copy->url = g_strdup (file->url);
  copy->media_type = g_strdup (file->media_type);
  copy->sha1 = g_strdup (file->sha1);
  copy->reason = g_strdup (file->reason);
  copy->etag = g_strdup (file->etag);
  return copy;
}

void
hy_mirror_file_free (HyMirrorFile *file)
{
  if (file == NULL)
    return;
  g_free (file->url);
  g_free (file->media_type);
  g_free (file->sha1);
  g_free (file->reason);
  g_free (file->etag);
  g_free (file);
}

G_DEFINE_BOXED_TYPE (HyMirrorFile, hy_mirror_file, hy_mirror_file_copy, hy_mirror_file_free)

HyMirrorChange *
hy_mirror_change_new (const char *type,
                      const char *fhir_id)
{
  HyMirrorChange *change = g_new0 (HyMirrorChange, 1);

  change->type = g_strdup (type);
  change->fhir_id = g_strdup (fhir_id);
  return change;
}

void
hy_mirror_change_free (HyMirrorChange *change)
{
  if (change == NULL)
    return;
  hy_vault_item_free (change->item);
  g_free (change->type);
  g_free (change->fhir_id);
  g_free (change->version);
  hy_mirror_file_free (change->file);
  g_free (change);
}

static void
cursor_clear (gpointer data)
{
  HyMirrorCursor *cursor = data;

  g_free (cursor->name);
  g_free (cursor->value);
}

HyMirrorPage *
hy_mirror_page_new (gint64 origin,
                    gint64 run,
                    gint64 walk)
{
  HyMirrorPage *page = g_new0 (HyMirrorPage, 1);

  page->origin = origin;
  page->run = run;
  page->walk = walk;
  page->changes = g_ptr_array_new_with_free_func ((GDestroyNotify) hy_mirror_change_free);
  page->cursors = g_array_new (FALSE, FALSE, sizeof (HyMirrorCursor));
  g_array_set_clear_func (page->cursors, cursor_clear);
  return page;
}

void
hy_mirror_page_set_cursor (HyMirrorPage *page,
                           const char *name,
                           const char *value)
{
  HyMirrorCursor cursor = { g_strdup (name), g_strdup (value) };

  g_array_append_val (page->cursors, cursor);
}

void
hy_mirror_page_free (HyMirrorPage *page)
{
  if (page == NULL)
    return;
  g_ptr_array_unref (page->changes);
  g_array_unref (page->cursors);
  g_free (page);
}

/* -- one change -- */

/* Where a resource of a server is here. */
typedef struct
{
  gboolean known; /* there is a row of "mirror" */
  gint64 id;      /* 0 = none */
  gint64 walk;
  gint64 origin;  /* of the resource */
  gint version;
  guint klass;
  gboolean has_blob;
  gboolean waits; /* an edit of it is in the outbox */
  gint64 aside;   /* bytes of the server's version that is set aside; -1 = none */
} Place;

typedef struct
{
  HyMirrorPage *page;
  guint8 (*digests)[32];

  /* Of the vault thread. */
  HyVault *vault;
  HyAccess *access;
  HyDatabase *database;
  GHashTable *counts; /* char * of the page to Count */
} Mirror;

typedef struct
{
  guint klass;
  HyRunCounts counts;
} Count;

static Mirror *
mirror_new (HyMirrorPage *page)
{
  Mirror *mirror = g_new0 (Mirror, 1);

  mirror->page = page;
  mirror->digests = g_malloc_n (MAX (page->changes->len, 1), 32);
  return mirror;
}

static void
mirror_free (gpointer data)
{
  Mirror *mirror = data;

  hy_mirror_page_free (mirror->page);
  g_free (mirror->digests);
  g_free (mirror);
}

static HyRunCounts *
count (Mirror *mirror,
       HyMirrorChange *change,
       guint klass)
{
  Count *found = g_hash_table_lookup (mirror->counts, change->type);

  if (found == NULL)
    g_hash_table_insert (mirror->counts, change->type, found = g_new0 (Count, 1));
  found->klass = klass;
  return &found->counts;
}

static gboolean
find_place (Mirror *mirror,
            HyMirrorChange *change,
            Place *place,
            GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (
      mirror->database,
      "SELECT m.id, m.walk, r.origin, r.version, r.class, r.blob IS NOT NULL, EXISTS (SELECT 1 FROM outbox o WHERE o.id = m.id),"
      " coalesce (length (m.theirs), -1)"
      " FROM mirror m LEFT JOIN resource r ON r.id = m.id WHERE m.origin = ?1 AND m.type = ?2 AND m.fhir_id = ?3",
      error);

  *place = (Place) { 0 };
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, mirror->page->origin);
  hy_bind_text (statement, 2, change->type);
  hy_bind_text (statement, 3, change->fhir_id);
  if (!hy_database_step (mirror->database, statement, &place->known, error))
    return FALSE;
  if (place->known)
    {
      place->id = sqlite3_column_int64 (statement, 0);
      place->walk = sqlite3_column_int64 (statement, 1);
      place->origin = sqlite3_column_int64 (statement, 2);
      place->version = sqlite3_column_int (statement, 3);
      place->klass = (guint) sqlite3_column_int (statement, 4);
      place->has_blob = sqlite3_column_int (statement, 5);
      place->waits = sqlite3_column_int (statement, 6);
      place->aside = sqlite3_column_int64 (statement, 7);
    }
  hy_database_done (statement);
  return TRUE;
}

/* The level may only come nearer: what the patient's own entries refer to may be the patient's own too.  What is written
 * outside a walk leaves the mark of one: the walk may be gone on with, and has older versions still to come. */
static gboolean
write_mirror (Mirror *mirror,
              HyMirrorChange *change,
              gint64 rowid,
              GBytes *theirs,
              GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (
      mirror->database,
      "INSERT INTO mirror (origin, type, fhir_id, id, version, level, walk, theirs) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
      " ON CONFLICT (origin, type, fhir_id) DO UPDATE SET level = iif (id = 0, ?6, min (level, ?6)), id = ?4, version = ?5, walk = iif (?7 = 0, walk, ?7), theirs = ?8",
      error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, mirror->page->origin);
  hy_bind_text (statement, 2, change->type);
  hy_bind_text (statement, 3, change->fhir_id);
  sqlite3_bind_int64 (statement, 4, rowid);
  hy_bind_text (statement, 5, change->version);
  sqlite3_bind_int (statement, 6, change->level);
  sqlite3_bind_int64 (statement, 7, mirror->page->walk);
  if (theirs != NULL)
    {
      gsize size;
      const guint8 *bytes = g_bytes_get_data (theirs, &size);

      /* An empty one is not NULL. */
      sqlite3_bind_blob64 (statement, 8, size > 0 ? (const void *) bytes : "", size, SQLITE_STATIC);
    }
  return hy_run_once_in_thread (mirror->database, statement, error);
}

/* Whether the file that the row named so far is this one. */
static gboolean
is_same_file (Mirror *mirror,
              const HyMirrorFile *file,
              gint64 rowid,
              gboolean *same,
              GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (
      mirror->database, "SELECT 1 FROM file WHERE id = ?1 AND origin = ?2 AND url = ?3 AND size = ?4 AND sha1 IS ?5", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, rowid);
  sqlite3_bind_int64 (statement, 2, mirror->page->origin);
  hy_bind_text (statement, 3, file->url);
  sqlite3_bind_int64 (statement, 4, file->size);
  hy_bind_text (statement, 5, file->sha1);
  if (!hy_database_step (mirror->database, statement, same, error))
    return FALSE;
  hy_database_done (statement);
  return TRUE;
}

/* The file that the document names now.  One that is as before keeps its state; a new address, size or hash waits. */
static gboolean
write_file (Mirror *mirror,
            HyMirrorChange *change,
            gint64 rowid,
            GError **error)
{
  HyMirrorFile *file = change->file;
  sqlite3_stmt *statement;
  gboolean same;

  if (file == NULL)
    return hy_parts_drop_in_thread (mirror->vault, rowid, error) &&
           hy_run_for_id_in_thread (mirror->database, "DELETE FROM file WHERE id = ?1", rowid, error);
  /* Parts of another file must never be gone on with. */
  if (!is_same_file (mirror, file, rowid, &same, error) || (!same && !hy_parts_drop_in_thread (mirror->vault, rowid, error)))
    return FALSE;
  statement = hy_database_prepare (
      mirror->database,
      "INSERT INTO file (id, origin, url, media_type, size, sha1, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0) ON CONFLICT (id) DO UPDATE SET"
      " state = iif (?7, state, 0), reason = iif (?7, reason, NULL), etag = iif (?7, etag, NULL),"
      " origin = ?2, url = ?3, media_type = ?4, size = ?5, sha1 = ?6",
      error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, rowid);
  sqlite3_bind_int64 (statement, 2, mirror->page->origin);
  hy_bind_text (statement, 3, file->url);
  hy_bind_text (statement, 4, file->media_type);
  sqlite3_bind_int64 (statement, 5, file->size);
  hy_bind_text (statement, 6, file->sha1);
  sqlite3_bind_int (statement, 7, same);
  return hy_run_once_in_thread (mirror->database, statement, error) &&
         hy_run_for_id_in_thread (mirror->database,
                                  "UPDATE resource SET flags = flags | " G_STRINGIFY (HY_VAULT_NO_BYTES_FLAG) " WHERE id = ?1 AND blob IS NULL",
                                  rowid, error);
}

/* Another resource of the same server may have the same bytes: then it is another one. */
static gboolean
is_mirrored (Mirror *mirror,
             gint64 rowid,
             gboolean *is,
             GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (mirror->database, "SELECT 1 FROM mirror WHERE id = ?1 AND origin = ?2", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, rowid);
  sqlite3_bind_int64 (statement, 2, mirror->page->origin);
  if (!hy_database_step (mirror->database, statement, is, error))
    return FALSE;
  hy_database_done (statement);
  return TRUE;
}

/* What is going here and comes for the first time from there is an entry of its own: it must not go with the other. */
static gboolean
add (Mirror *mirror,
     HyMirrorChange *change,
     const guint8 *digest,
     HyMirrorResult *result,
     GError **error)
{
  HyVaultItem *item = change->item;
  guint klass = item->row.klass;
  gboolean taken = FALSE;

  if (!hy_access_check (mirror->access, klass, HY_RIGHT_ADD, error) ||
      !hy_item_find_twin_in_thread (mirror->database, item, digest, &result->rowid, error) ||
      (result->rowid != 0 && !is_mirrored (mirror, result->rowid, &taken, error)) ||
      (result->rowid != 0 && !taken && !hy_item_is_going_in_thread (mirror->database, result->rowid, &taken, error)))
    return FALSE;
  if (result->rowid != 0 && !taken)
    {
      result->outcome = HY_MIRROR_KNOWN;
      count (mirror, change, klass)->known++;
      return hy_item_write_names_in_thread (mirror->database, result->rowid, mirror->page->origin, item, error) &&
             write_mirror (mirror, change, result->rowid, NULL, error) &&
             (change->file == NULL || write_file (mirror, change, result->rowid, error));
    }
  result->outcome = HY_MIRROR_ADDED;
  count (mirror, change, klass)->added++;
  if (change->file != NULL)
    item->row.flags |= HY_VAULT_NO_BYTES_FLAG;
  return hy_item_insert_in_thread (mirror->vault, mirror->page->origin, item, digest, &result->rowid, error) &&
         write_mirror (mirror, change, result->rowid, NULL, error) &&
         (change->file == NULL || write_file (mirror, change, result->rowid, error));
}

static gboolean
has_content (Mirror *mirror,
             gint64 rowid,
             GBytes *json,
             gboolean *same,
             GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (mirror->database, "SELECT json FROM content WHERE id = ?1", error);
  gsize size;
  const guint8 *bytes = g_bytes_get_data (json, &size);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, rowid);
  if (!hy_database_step (mirror->database, statement, same, error))
    return FALSE;
  *same = *same && (gsize) sqlite3_column_bytes (statement, 0) == size &&
          (size == 0 || memcmp (sqlite3_column_blob (statement, 0), bytes, size) == 0);
  hy_database_done (statement);
  return TRUE;
}

static gboolean
change_row (Mirror *mirror,
            HyMirrorChange *change,
            const Place *place,
            const guint8 *digest,
            HyMirrorResult *result,
            GError **error)
{
  HyVaultItem *item = change->item;
  gboolean same;

  result->rowid = place->id;
  if (!has_content (mirror, place->id, item->json, &same, error))
    return FALSE;
  if (same)
    {
      result->outcome = HY_MIRROR_SAME;
      return write_mirror (mirror, change, place->id, NULL, error);
    }
  if (!hy_access_check (mirror->access, place->klass, HY_RIGHT_EDIT, error) ||
      !hy_access_check (mirror->access, item->row.klass, HY_RIGHT_EDIT, error))
    return FALSE;
  if (place->waits)
    {
      result->outcome = HY_MIRROR_KEPT;
      /* Told once, not at each sync until it is sent. */
      if (place->aside != (gint64) g_bytes_get_size (item->json))
        count (mirror, change, place->klass)->kept++;
      return write_mirror (mirror, change, place->id, item->json, error);
    }
  result->outcome = HY_MIRROR_CHANGED;
  count (mirror, change, item->row.klass)->changed++;
  return write_mirror (mirror, change, place->id, NULL, error) &&
         hy_item_keep_history_in_thread (mirror->database, mirror->access, place->id, place->version, error) &&
         hy_item_update_in_thread (mirror->database, place->id, place->version, item, digest, error) &&
         hy_item_write_names_in_thread (mirror->database, place->id, mirror->page->origin, item, error) &&
         write_file (mirror, change, place->id, error);
}

/* It is no longer there: the row goes, unless it came first by another way or an edit of it waits. */
static gboolean
take_out (Mirror *mirror,
          HyMirrorChange *change,
          const Place *place,
          HyMirrorResult *result,
          GError **error)
{
  gboolean remembers = mirror->page->walk != 0 || change->level == HY_MIRROR_REFERRED || place->known;

  result->outcome = HY_MIRROR_PASSED;
  if (place->id != 0)
    {
      if (!hy_access_check (mirror->access, place->klass, HY_RIGHT_EDIT, error))
        return FALSE;
      result->rowid = place->id;
      if (place->waits)
        {
          g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);

          result->outcome = HY_MIRROR_KEPT;
          if (place->aside != 0)
            count (mirror, change, place->klass)->kept++;
          return write_mirror (mirror, change, place->id, nothing, error);
        }
      if (place->origin != mirror->page->origin)
        {
          /* What is to be fetched no longer is; what is here stays. */
          result->outcome = HY_MIRROR_UNLINKED;
          return write_file (mirror, &(HyMirrorChange) { 0 }, place->id, error) && write_mirror (mirror, change, 0, NULL, error);
        }
      result->outcome = HY_MIRROR_DELETED;
      count (mirror, change, place->klass)->deleted++;
      if (!hy_item_remove_in_thread (mirror->vault, place->id, error))
        return FALSE;
    }
  return !remembers || write_mirror (mirror, change, 0, NULL, error);
}

static gboolean
apply (Mirror *mirror,
       guint index,
       HyMirrorResult *result,
       GError **error)
{
  HyMirrorChange *change = g_ptr_array_index (mirror->page->changes, index);
  Place place;

  if (!find_place (mirror, change, &place, error))
    return FALSE;
  if (place.known && mirror->page->walk != 0 && place.walk == mirror->page->walk)
    {
      *result = (HyMirrorResult) { place.id, HY_MIRROR_PASSED };
      return TRUE;
    }
  if (change->item == NULL)
    return take_out (mirror, change, &place, result, error);
  if (place.id == 0)
    return add (mirror, change, mirror->digests[index], result, error);
  return change_row (mirror, change, &place, mirror->digests[index], result, error);
}

static gboolean
write_cursors (Mirror *mirror,
               GError **error)
{
  for (guint i = 0; i < mirror->page->cursors->len; i++)
    {
      HyMirrorCursor *cursor = &g_array_index (mirror->page->cursors, HyMirrorCursor, i);
      sqlite3_stmt *statement = hy_database_prepare (
          mirror->database,
          cursor->value != NULL ? "INSERT INTO cursor (origin, name, value) VALUES (?1, ?2, ?3)"
                                  " ON CONFLICT (origin, name) DO UPDATE SET value = ?3"
                                : "DELETE FROM cursor WHERE origin = ?1 AND name = ?2",
          error);

      if (statement == NULL)
        return FALSE;
      sqlite3_bind_int64 (statement, 1, mirror->page->origin);
      hy_bind_text (statement, 2, cursor->name);
      if (cursor->value != NULL)
        hy_bind_text (statement, 3, cursor->value);
      if (!hy_run_once_in_thread (mirror->database, statement, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_counts (Mirror *mirror,
              GError **error)
{
  GHashTableIter iter;
  gpointer type, value;

  g_hash_table_iter_init (&iter, mirror->counts);
  while (g_hash_table_iter_next (&iter, &type, &value))
    {
      Count *counted = value;

      if (!hy_run_count_in_thread (mirror->database, mirror->page->run, type, counted->klass, &counted->counts, error))
        return FALSE;
    }
  return TRUE;
}

/* A server that was taken away while its page was on the way must not leave rows behind. */
static gboolean
check_server (Mirror *mirror,
              GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (mirror->database, "SELECT 1 FROM server WHERE origin = ?1", error);
  gboolean is_there;

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, mirror->page->origin);
  if (!hy_database_step (mirror->database, statement, &is_there, error))
    return FALSE;
  hy_database_done (statement);
  if (!is_there)
    g_set_error_literal (error, HY_ERROR, HY_ERROR_MISSING, _ ("This space has no server any more."));
  return is_there;
}

static gboolean
mirror_job (HyVault *vault,
            HyAccess *access,
            gpointer data,
            GValue *result,
            GError **error)
{
  Mirror *mirror = data;
  g_autoptr (GArray) results = g_array_sized_new (FALSE, TRUE, sizeof (HyMirrorResult), mirror->page->changes->len);
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);

  mirror->vault = vault;
  mirror->access = access;
  mirror->database = hy_vault_get_database_in_thread (vault);
  mirror->counts = counts;
  if (!check_server (mirror, error))
    return FALSE;
  for (guint i = 0; i < mirror->page->changes->len; i++)
    {
      HyMirrorResult one = { 0, HY_MIRROR_PASSED };

      if (!apply (mirror, i, &one, error))
        return FALSE;
      g_array_append_val (results, one);
    }
  if (!write_cursors (mirror, error) || !write_counts (mirror, error))
    return FALSE;
  g_value_take_boxed (result, g_steal_pointer (&results));
  return TRUE;
}

/**
 * hy_vault_mirror:
 * @page: (transfer full): what a server has now, how far it was read with this, and the run it counts in
 *
 * All or nothing: one transaction.  Hashes the bytes before it returns; call it on a pool thread when they are many.
 *
 * Errors: HY_ERROR_MISSING when the server was taken out of the space meanwhile
 */
DexFuture *
hy_vault_mirror (HyAccess *access,
                 HyMirrorPage *page)
{
  Mirror *mirror = mirror_new (page);

  for (guint i = 0; i < page->changes->len; i++)
    {
      HyMirrorChange *change = g_ptr_array_index (page->changes, i);

      if (change->item != NULL)
        hy_item_digest (change->item, mirror->digests[i]);
    }
  return hy_access_submit (access, HY_JOB_WRITE, mirror_job, mirror, mirror_free, G_TYPE_ARRAY);
}

/* -- reading -- */

typedef struct
{
  gint64 origin;
  char *type;
  HyMirrorLevel level;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->type);
  g_free (question);
}

static Question *
question_new (gint64 origin)
{
  Question *question = g_new0 (Question, 1);

  question->origin = origin;
  return question;
}

static gboolean
dup_cursors_job (HyVault *vault,
                 HyAccess *access,
                 gpointer data,
                 GValue *result,
                 GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  g_autoptr (GHashTable) cursors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  sqlite3_stmt *statement = hy_database_prepare (database, "SELECT name, value FROM cursor WHERE origin = ?1", error);
  gboolean row;

  if (statement == NULL || !hy_access_check_all (access, HY_RIGHT_READ, error))
    return FALSE;
  sqlite3_bind_int64 (statement, 1, ((Question *) data)->origin);
  for (;;)
    {
      if (!hy_database_step (database, statement, &row, error))
        return FALSE;
      if (!row)
        break;
      g_hash_table_replace (cursors, hy_column_dup (statement, 0), hy_column_dup (statement, 1));
    }
  hy_database_done (statement);
  g_value_take_boxed (result, g_steal_pointer (&cursors));
  return TRUE;
}

DexFuture *
hy_vault_dup_cursors (HyAccess *access,
                      gint64 origin)
{
  return hy_access_submit (access, HY_JOB_READ, dup_cursors_job, question_new (origin), question_free, G_TYPE_HASH_TABLE);
}

static gboolean
dup_mirrored_job (HyVault *vault,
                  HyAccess *access,
                  gpointer data,
                  GValue *result,
                  GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  Question *question = data;
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  sqlite3_stmt *statement = hy_database_prepare (
      database,
      question->type != NULL ? "SELECT fhir_id FROM mirror WHERE origin = ?1 AND level = ?2 AND id != 0 AND type = ?3 ORDER BY fhir_id"
                             : "SELECT type || '/' || fhir_id FROM mirror WHERE origin = ?1 AND level = ?2 AND id != 0 ORDER BY type, fhir_id",
      error);
  gboolean row;

  if (statement == NULL || !hy_access_check_all (access, HY_RIGHT_READ, error))
    return FALSE;
  sqlite3_bind_int64 (statement, 1, question->origin);
  sqlite3_bind_int (statement, 2, question->level);
  if (question->type != NULL)
    hy_bind_text (statement, 3, question->type);
  for (;;)
    {
      if (!hy_database_step (database, statement, &row, error))
        return FALSE;
      if (!row)
        break;
      g_ptr_array_add (ids, hy_column_dup (statement, 0));
    }
  hy_database_done (statement);
  g_value_take_boxed (result, g_steal_pointer (&ids));
  return TRUE;
}

/**
 * hy_vault_dup_mirrored:
 * @type: (nullable): a FHIR type, or %NULL for all, as "Type/id"
 */
DexFuture *
hy_vault_dup_mirrored (HyAccess *access,
                       gint64 origin,
                       const char *type,
                       HyMirrorLevel level)
{
  Question *question = question_new (origin);

  question->type = g_strdup (type);
  question->level = level;
  return hy_access_submit (access, HY_JOB_READ, dup_mirrored_job, question, question_free, G_TYPE_PTR_ARRAY);
}

/* -- what they refer to -- */

/* "Type/id" of a reference to this server, or NULL. */
static char *
dup_place (const char *reference,
           const char *base)
{
  const char *slash, *end;
  gsize length = strlen (base);

  if (strncmp (reference, base, length) == 0 && reference[length] == '/')
    reference += length + 1;
  if (!g_ascii_isupper (*reference) || (slash = strchr (reference, '/')) == NULL || slash - reference > MAX_FHIR_TYPE)
    return NULL;
  for (const char *at = reference; at < slash; at++)
    if (!g_ascii_isalpha (*at))
      return NULL;
  for (end = slash + 1; g_ascii_isalnum (*end) || *end == '-' || *end == '.';)
    end++;
  if (end == slash + 1 || end - slash - 1 > MAX_FHIR_ID || (*end != 0 && !g_str_has_prefix (end, "/_history/")))
    return NULL;
  return g_strndup (reference, (gsize) (end - reference));
}

static gboolean
is_known (HyDatabase *database,
          gint64 origin,
          const char *place,
          gboolean *known,
          GError **error)
{
  sqlite3_stmt *statement =
      hy_database_prepare (database, "SELECT 1 FROM mirror WHERE origin = ?1 AND type = ?2 AND fhir_id = ?3", error);
  const char *slash = strchr (place, '/');
  g_autofree char *type = g_strndup (place, (gsize) (slash - place));

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, origin);
  hy_bind_text (statement, 2, type);
  hy_bind_text (statement, 3, slash + 1);
  if (!hy_database_step (database, statement, known, error))
    return FALSE;
  hy_database_done (statement);
  return TRUE;
}

static gboolean
dup_referred_job (HyVault *vault,
                  HyAccess *access,
                  gpointer data,
                  GValue *result,
                  GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  Question *question = data;
  g_autoptr (GPtrArray) places = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *base = NULL;
  /* CROSS JOIN keeps the order: the links that wait are few next to what is mirrored. */
  sqlite3_stmt *statement = hy_database_prepare (
      database,
      "SELECT DISTINCT l.reference FROM link l CROSS JOIN mirror m ON m.id = l.source WHERE l.target = 0 AND m.origin = ?1 AND m.level = 0",
      error);
  sqlite3_stmt *server = hy_database_prepare (database, "SELECT base FROM server WHERE origin = ?1", error);
  gboolean row;

  if (statement == NULL || server == NULL || !hy_access_check_all (access, HY_RIGHT_READ, error))
    return FALSE;
  sqlite3_bind_int64 (server, 1, question->origin);
  if (!hy_database_step (database, server, &row, error))
    return FALSE;
  base = row ? hy_column_dup (server, 0) : g_strdup ("");
  hy_database_done (server);
  sqlite3_bind_int64 (statement, 1, question->origin);
  while (places->len < MAX_REFERRED)
    {
      g_autofree char *place = NULL;
      gboolean known;

      if (!hy_database_step (database, statement, &row, error))
        return FALSE;
      if (!row)
        break;
      place = dup_place ((const char *) sqlite3_column_text (statement, 0), base);
      if (place == NULL || g_hash_table_contains (seen, place))
        continue;
      if (!is_known (database, question->origin, place, &known, error))
        return FALSE;
      if (known)
        continue;
      g_hash_table_add (seen, place);
      g_ptr_array_add (places, g_steal_pointer (&place));
    }
  hy_database_done (statement);
  g_value_take_boxed (result, g_steal_pointer (&places));
  return TRUE;
}

/**
 * hy_vault_dup_referred:
 *
 * One level: what the patient's own resources of @origin refer to on that server.  What those refer to in turn is not asked.
 */
DexFuture *
hy_vault_dup_referred (HyAccess *access,
                       gint64 origin)
{
  return hy_access_submit (access, HY_JOB_READ, dup_referred_job, question_new (origin), question_free, G_TYPE_PTR_ARRAY);
}

static gboolean
resolve_links_job (HyVault *vault,
                   HyAccess *access,
                   gpointer data,
                   GValue *result,
                   GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  sqlite3_stmt *statement = hy_database_prepare (
      database,
      "UPDATE link SET target = (SELECT min (n.id) FROM name n WHERE n.key = text_key (link.reference) AND n.origin = ?1)"
      " WHERE target = 0 AND source IN (SELECT id FROM mirror WHERE origin = ?1 AND id != 0)"
      " AND EXISTS (SELECT 1 FROM name n WHERE n.key = text_key (link.reference) AND n.origin = ?1)",
      error);

  if (statement == NULL || !hy_access_check_any (access, HY_RIGHT_ADD, error))
    return FALSE;
  sqlite3_bind_int64 (statement, 1, ((Question *) data)->origin);
  if (!hy_run_once_in_thread (database, statement, error))
    return FALSE;
  g_value_set_boolean (result, TRUE);
  return TRUE;
}

/**
 * hy_vault_resolve_links:
 *
 * References among what came from @origin, as far as both ends are here now.  Looks at each link of the origin that waits, about
 * a quarter of a second for 200 000 of them: after a pull that changed something, not after each page.
 */
DexFuture *
hy_vault_resolve_links (HyAccess *access,
                        gint64 origin)
{
  return hy_access_submit (access, HY_JOB_WRITE, resolve_links_job, question_new (origin), question_free, G_TYPE_BOOLEAN);
}
