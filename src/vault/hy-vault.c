/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one owner of a space's SQLCipher handle.  Every statement runs on the vault thread, in the order the calls were
 * made; functions that run there end in _in_thread or are a HyVaultJob, and touch nothing but their job. */

#include "config.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "vault/hy-access-private.h"
#include "vault/hy-durable-file.h"
#include "vault/hy-schema.h"
#include "vault/hy-vault-internal.h"
#include "vault/hy-vault-item-writes.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>

/* A vault at rest has an empty WAL: after so long without a job it is emptied. */
#define IDLE_US (30 * G_USEC_PER_SEC)
/* After unlock the first page is shown before anything is tidied. */
#define SWEEP_US G_USEC_PER_SEC
/* Blob files that no row names, left by a crash between file and row. */
#define ORPHAN_AGE_S 3600
/* Lists reload on "changed"; a long import must not make them do so for every batch. */
#define CHANGED_INTERVAL_MS 250

struct _HyVault
{
  gatomicrefcount refs;
  HyHolder *holder;
  char *uuid;
  guint8 uuid_bytes[16];
  char *dir;
  char *blobs_dir;
  char *tmp_dir;
  char *header_path;
  gboolean read_only;

  HyHeader header;
  HySecret *master;
  HySecret *blob_key;
  HySecret *chain_key;

  /* Of the vault thread, between open and close. */
  HyDatabase *database;
  guint64 commit;
  guint8 chain[32];
  gboolean dirty; /* something is in the WAL */
  GPtrArray *gone; /* char *: files of blobs that no row names once the present transaction is committed */
  guint swept;    /* how many of the 256 folders of blobs were looked through for orphans */

  GThread *thread;
  DexFuture *closing; /* nullable: what the last job answers */
  GAsyncQueue *jobs;
  gint closed; /* atomic */

  GMutex lock;
  GHashTable *notes;   /* char * to char *: the rows "note.*" of state */
  GPtrArray *accesses; /* GWeakRef *, for "changed" */
  gboolean telling;    /* a "changed" is on its way */
};

G_DEFINE_BOXED_TYPE (HyVault, hy_vault, hy_vault_ref, hy_vault_unref)

typedef struct
{
  HyAccess *access; /* NULL for the room's own jobs */
  HyJobKind kind;
  HyVaultJob func;
  gpointer data;
  GDestroyNotify destroy;
  GType type;
  DexPromise *promise;
  gboolean last; /* the thread ends after it */
} Job;

static void
job_free (Job *job)
{
  if (job->destroy != NULL)
    job->destroy (job->data);
  g_clear_object (&job->access);
  dex_unref (job->promise);
  g_free (job);
}

void
hy_bind_text (sqlite3_stmt *statement,
              int index,
              const char *text)
{
  /* The statement is stepped before the text goes. */
  if (text != NULL)
    sqlite3_bind_text (statement, index, text, -1, SQLITE_STATIC);
  else
    sqlite3_bind_null (statement, index);
}

char *
hy_column_dup (sqlite3_stmt *statement,
               int index)
{
  return g_strdup ((const char *) sqlite3_column_text (statement, index));
}

HyDatabase *
hy_vault_get_database_in_thread (HyVault *self)
{
  return self->database;
}

const char *
hy_vault_get_blobs_dir (HyVault *self)
{
  return self->blobs_dir;
}

const char *
hy_vault_get_tmp_dir (HyVault *self)
{
  return self->tmp_dir;
}

HySecret *
hy_vault_get_blob_key (HyVault *self)
{
  return self->blob_key;
}

const guint8 *
hy_vault_get_uuid_bytes (HyVault *self)
{
  return self->uuid_bytes;
}

const char *
hy_vault_get_uuid (HyVault *self)
{
  return self->uuid;
}

gboolean
hy_vault_checkpoint_in_thread (HyVault *self,
                               GError **error)
{
  if (!hy_database_checkpoint (self->database, error))
    return FALSE;
  self->dirty = FALSE;
  return TRUE;
}

/* -- state rows -- */

static gboolean
put_state (HyVault *self,
           const char *name,
           const char *text,
           const void *bytes,
           gsize size,
           GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (
      self->database, "INSERT INTO state (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", error);

  if (statement == NULL)
    return FALSE;
  hy_bind_text (statement, 1, name);
  if (text != NULL)
    hy_bind_text (statement, 2, text);
  else
    sqlite3_bind_blob (statement, 2, bytes, (int) size, SQLITE_STATIC);
  if (!hy_database_step (self->database, statement, NULL, error))
    return FALSE;
  hy_database_done (statement);
  return TRUE;
}

static GBytes *
get_state (HyVault *self,
           const char *name,
           GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (self->database, "SELECT value FROM state WHERE name = ?1", error);
  GBytes *value = NULL;
  gboolean row;

  if (statement == NULL)
    return NULL;
  hy_bind_text (statement, 1, name);
  if (!hy_database_step (self->database, statement, &row, error))
    return NULL;
  if (row)
    value = g_bytes_new (sqlite3_column_blob (statement, 0), (gsize) sqlite3_column_bytes (statement, 0));
  hy_database_done (statement);
  return value;
}

/* The commit number and a keyed chain over all numbers so far: one row, in every transaction. */
static gboolean
count_commit (HyVault *self,
              guint64 *number,
              guint8 chain[32],
              GError **error)
{
  guint8 input[40];
  guint8 value[40];

  *number = self->commit + 1;
  memcpy (input, self->chain, 32);
  for (guint i = 0; i < 8; i++)
    input[32 + i] = (guint8) (*number >> (8 * i));
  crypto_generichash (chain, 32, input, sizeof input, hy_secret_open (self->chain_key), HY_KEY_SIZE);
  hy_secret_close (self->chain_key);
  memcpy (value, input + 32, 8);
  memcpy (value + 8, chain, 32);
  return put_state (self, "commit", NULL, value, sizeof value, error);
}

static gboolean
begin (HyVault *self,
       GError **error)
{
  return hy_database_run (self->database, "BEGIN IMMEDIATE", error);
}

static gboolean
commit (HyVault *self,
        GError **error)
{
  guint64 number;
  guint8 chain[32];

  if (!count_commit (self, &number, chain, error) || !hy_database_run (self->database, "COMMIT", error))
    return FALSE;
  self->commit = number;
  memcpy (self->chain, chain, sizeof chain);
  self->dirty = TRUE;
  return TRUE;
}

static void
rollback (HyVault *self)
{
  /* Some errors have rolled back already. */
  if (!sqlite3_get_autocommit (hy_database_get_handle (self->database)))
    hy_database_run (self->database, "ROLLBACK", NULL);
}

/* -- "changed" -- */

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

static gboolean
tell_changed (gpointer data)
{
  HyVault *self = data;
  g_autoptr (GPtrArray) accesses = g_ptr_array_new_with_free_func (g_object_unref);

  g_mutex_lock (&self->lock);
  self->telling = FALSE;
  for (guint i = self->accesses->len; i > 0; i--)
    {
      HyAccess *access = g_weak_ref_get (g_ptr_array_index (self->accesses, i - 1));

      if (access != NULL)
        g_ptr_array_add (accesses, access);
      else
        g_ptr_array_remove_index_fast (self->accesses, i - 1);
    }
  g_mutex_unlock (&self->lock);
  if (!g_atomic_int_get (&self->closed))
    for (guint i = 0; i < accesses->len; i++)
      hy_access_emit_changed (g_ptr_array_index (accesses, i));
  return G_SOURCE_REMOVE;
}

static void
release_vault (gpointer vault)
{
  hy_vault_unref (vault);
}

/**
 * hy_vault_touch_in_thread:
 *
 * Lets every access of the space say "changed" soon.
 */
void
hy_vault_touch_in_thread (HyVault *self)
{
  gboolean telling;

  g_mutex_lock (&self->lock);
  telling = self->telling;
  self->telling = TRUE;
  g_mutex_unlock (&self->lock);
  if (!telling)
    g_timeout_add_full (G_PRIORITY_DEFAULT, CHANGED_INTERVAL_MS, tell_changed, hy_vault_ref (self), release_vault);
}

/* -- files of blobs that go -- */

/**
 * hy_vault_let_go_in_thread:
 * @path: (transfer full): of a blob that no row names any more
 *
 * In a job that writes: the file goes once that is committed, and not at all when it is rolled back.
 */
void
hy_vault_let_go_in_thread (HyVault *self,
                           char *path)
{
  g_ptr_array_add (self->gone, path);
}

/* Until the WAL is empty a crash could bring a row back: the files go after that, or with the next sweep.  What was
 * written is done either way. */
static void
unlink_gone (HyVault *self,
             gboolean committed)
{
  g_autoptr (GError) error = NULL;

  if (self->gone->len == 0)
    return;
  if (committed && hy_vault_checkpoint_in_thread (self, &error))
    for (guint i = 0; i < self->gone->len; i++)
      g_unlink (g_ptr_array_index (self->gone, i));
  else if (committed)
    g_warning ("files of removed documents stay for now: %s", error->message);
  g_ptr_array_set_size (self->gone, 0);
}

/* -- the thread -- */

static void
run_job (HyVault *self,
         Job *job)
{
  g_auto (GValue) result = G_VALUE_INIT;
  GError *error = NULL;
  gboolean done;

  g_value_init (&result, job->type);
  if (job->kind == HY_JOB_WRITE && self->read_only)
    {
      hy_answer (job->promise, NULL, g_error_new_literal (HY_ERROR, HY_ERROR_NEWER, _ ("This vault was made by a newer Hygie, so it is only read here. "
                                                                                       "Install the newer version to change it.")));
      return;
    }
  if (job->kind == HY_JOB_WRITE)
    {
      GError *told = NULL;

      /* A job may do its work and have something to tell all the same. */
      done = begin (self, &error) && job->func (self, job->access, job->data, &result, &told) && commit (self, &error);
      if (!done)
        rollback (self);
      unlink_gone (self, done);
      if (error == NULL)
        error = told;
      else
        g_clear_error (&told);
      if (done && job->access != NULL)
        hy_vault_touch_in_thread (self);
    }
  else
    done = job->func (self, job->access, job->data, &result, &error);
  hy_answer (job->promise, &result, error);
}

/* One folder of blobs: files that no row names and that are old enough not to be in the making. */
static void
sweep_folder_in_thread (HyVault *self,
                        const char *path)
{
  sqlite3_stmt *statement = hy_database_prepare (self->database, "SELECT 1 FROM blob WHERE id = ?1", NULL);
  g_autoptr (GDir) files = g_dir_open (path, 0, NULL);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  const char *name;

  while (statement != NULL && files != NULL && (name = g_dir_read_name (files)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      guint8 id[HY_BLOB_ID_SIZE];
      gsize size = 0;
      gboolean known = TRUE;
      GStatBuf st;

      if (strlen (name) != 2 * HY_BLOB_ID_SIZE || sodium_hex2bin (id, sizeof id, name, strlen (name), NULL, &size, NULL) != 0 ||
          g_stat (file, &st) != 0 || now - st.st_mtime < ORPHAN_AGE_S)
        continue;
      sqlite3_bind_blob (statement, 1, id, sizeof id, SQLITE_STATIC);
      /* When in doubt (a read error) the file stays. */
      if (!hy_database_step (self->database, statement, &known, NULL))
        return;
      hy_database_done (statement);
      if (!known)
        g_unlink (file);
    }
}

/* Looks for orphans once after opening; stops when work comes. */
static void
sweep_in_thread (HyVault *self)
{
  for (; self->swept < 256 && g_async_queue_length (self->jobs) <= 0; self->swept++)
    {
      g_autofree char *folder = g_strdup_printf ("%s/%02x", self->blobs_dir, self->swept);

      sweep_folder_in_thread (self, folder);
    }
}

static void
be_idle_in_thread (HyVault *self)
{
  g_autoptr (GError) error = NULL;

  if (self->dirty && !self->read_only && !hy_vault_checkpoint_in_thread (self, &error))
    g_warning ("the write-ahead log could not be emptied: %s", error->message);
}

static gpointer
vault_thread (gpointer data)
{
  HyVault *self = data;
  gboolean last = FALSE;

  while (!last)
    {
      gboolean sweeping = self->swept < 256 && !self->read_only;
      Job *job = g_async_queue_timeout_pop (self->jobs, sweeping ? SWEEP_US : IDLE_US);

      if (job == NULL)
        {
          if (sweeping)
            sweep_in_thread (self);
          else
            be_idle_in_thread (self);
          continue;
        }
      last = job->last;
      run_job (self, job);
      job_free (job);
    }
  hy_vault_unref (self);
  return NULL;
}

static DexFuture *
submit (HyVault *self,
        HyAccess *access,
        HyJobKind kind,
        HyVaultJob func,
        gpointer data,
        GDestroyNotify destroy,
        GType type,
        gboolean last)
{
  Job *job = g_new0 (Job, 1);
  DexFuture *future;

  job->access = access != NULL ? g_object_ref (access) : NULL;
  job->kind = kind;
  job->func = func;
  job->data = data;
  job->destroy = destroy;
  job->type = type;
  job->promise = dex_promise_new ();
  job->last = last;
  future = dex_ref (DEX_FUTURE (job->promise));

  /* Under the lock, so that nothing is queued behind the closing job. */
  g_mutex_lock (&self->lock);
  if (g_atomic_int_get (&self->closed))
    {
      g_mutex_unlock (&self->lock);
      dex_promise_reject (job->promise, g_error_new_literal (HY_ERROR, HY_ERROR_LOCKED, _ ("This space is locked. Unlock it and try again.")));
      job_free (job);
      return future;
    }
  if (last)
    g_atomic_int_set (&self->closed, TRUE);
  g_async_queue_push (self->jobs, job);
  g_mutex_unlock (&self->lock);
  return future;
}

DexFuture *
hy_vault_submit (HyVault *self,
                 HyAccess *access,
                 HyJobKind kind,
                 HyVaultJob func,
                 gpointer data,
                 GDestroyNotify destroy,
                 GType type)
{
  return submit (self, access, kind, func, data, destroy, type, FALSE);
}

/* -- notes -- */

static char *
note_key (const char *name)
{
  return g_strconcat ("note.", name, NULL);
}

typedef struct
{
  char *name;
  char *value;
} Note;

static void
note_free (gpointer data)
{
  Note *note = data;

  g_free (note->name);
  g_free (note->value);
  g_free (note);
}

static gboolean
set_note_job (HyVault *self,
              HyAccess *access,
              gpointer data,
              GValue *result,
              GError **error)
{
  Note *note = data;

  if (!put_state (self, note->name, note->value, NULL, 0, error))
    return FALSE;
  g_mutex_lock (&self->lock);
  g_hash_table_replace (self->notes, g_strdup (note->name), g_strdup (note->value));
  g_mutex_unlock (&self->lock);
  g_value_set_boolean (result, TRUE);
  return TRUE;
}

DexFuture *
hy_vault_set_note (HyVault *self,
                   const char *name,
                   const char *value)
{
  Note *note = g_new0 (Note, 1);

  note->name = note_key (name);
  note->value = g_strdup (value);
  return submit (self, NULL, HY_JOB_WRITE, set_note_job, note, note_free, G_TYPE_BOOLEAN, FALSE);
}

static gboolean
load_notes (HyVault *self,
            GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (self->database, "SELECT name, value FROM state WHERE name GLOB 'note.*'", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  for (;;)
    {
      if (!hy_database_step (self->database, statement, &row, error))
        return FALSE;
      if (!row)
        break;
      g_hash_table_replace (self->notes, hy_column_dup (statement, 0), hy_column_dup (statement, 1));
    }
  hy_database_done (statement);
  return TRUE;
}

/**
 * hy_vault_dup_note:
 *
 * Returns: (transfer full) (nullable): what the space says about itself under @name
 */
char *
hy_vault_dup_note (HyVault *self,
                   const char *name)
{
  g_autofree char *key = note_key (name);
  char *value;

  g_mutex_lock (&self->lock);
  value = g_strdup (g_hash_table_lookup (self->notes, key));
  g_mutex_unlock (&self->lock);
  return value;
}

/* -- open and close -- */

static HySecret *
derive (HySecret *master,
        guint64 number,
        const char context[8])
{
  HySecret *key = hy_secret_new (HY_KEY_SIZE);

  crypto_kdf_derive_from_key (hy_secret_open_rw (key), HY_KEY_SIZE, number, context, hy_secret_open (master));
  hy_secret_close (master);
  hy_secret_close (key);
  return key;
}

static HyVault *
new_vault (HyHolder *holder,
           const char *dir,
           const HyHeader *header,
           HySecret *master)
{
  HyVault *self = g_new0 (HyVault, 1);

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->lock);
  self->accesses = g_ptr_array_new_with_free_func (weak_ref_free);
  self->gone = g_ptr_array_new_with_free_func (g_free);
  self->notes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->holder = hy_holder_ref (holder);
  self->header = *header;
  self->uuid = hy_header_dup_uuid_text (header);
  hy_header_dup_uuid (header, self->uuid_bytes);
  self->dir = g_strdup (dir);
  self->blobs_dir = g_build_filename (dir, "blobs", NULL);
  self->header_path = g_build_filename (dir, "space.hyg", NULL);
  self->tmp_dir = hy_holder_dup_path (holder, "tmp", NULL);
  self->read_only = hy_holder_is_read_only (holder) || hy_header_is_newer (header);
  self->master = hy_secret_ref (master);
  self->blob_key = derive (master, 2, "HygBlobK");
  self->chain_key = derive (master, 3, "HygAudit"); /* its input here is 40 bytes; an audit entry is longer */
  self->jobs = g_async_queue_new ();
  return self;
}

static char *
dup_database_path (const char *dir,
                   const HyHeader *header)
{
  return g_strdup_printf ("%s/db-%" G_GUINT64_FORMAT, dir, hy_header_get_generation (header));
}

HyVault *
hy_vault_ref (HyVault *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

static void
drop_keys (HyVault *self)
{
  g_clear_pointer (&self->master, hy_secret_unref);
  g_clear_pointer (&self->blob_key, hy_secret_unref);
  g_clear_pointer (&self->chain_key, hy_secret_unref);
}

void
hy_vault_unref (HyVault *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  /* A close whose end nobody waited for: the thread is on its way out, perhaps this is it. */
  g_clear_pointer (&self->thread, g_thread_unref);
  dex_clear (&self->closing);
  g_clear_pointer (&self->database, hy_database_abandon);
  drop_keys (self);
  g_ptr_array_unref (self->accesses);
  g_ptr_array_unref (self->gone);
  g_hash_table_unref (self->notes);
  g_async_queue_unref (self->jobs);
  hy_holder_unref (self->holder);
  g_mutex_clear (&self->lock);
  g_free (self->uuid);
  g_free (self->dir);
  g_free (self->blobs_dir);
  g_free (self->tmp_dir);
  g_free (self->header_path);
  g_free (self);
}

static gboolean
load_commit (HyVault *self,
             GError **error)
{
  g_autoptr (GError) read_error = NULL;
  g_autoptr (GBytes) value = get_state (self, "commit", &read_error);
  guint64 known = hy_header_get_commit (&self->header);
  guint64 missing;
  gsize size = 0;
  const guint8 *bytes = value != NULL ? g_bytes_get_data (value, &size) : NULL;

  if (read_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&read_error));
      return FALSE;
    }
  if (size == 40)
    {
      self->commit = 0;
      for (guint i = 0; i < 8; i++)
        self->commit |= (guint64) bytes[i] << (8 * i);
      memcpy (self->chain, bytes + 8, 32);
    }
  if (self->commit >= known)
    return TRUE;
  missing = known - self->commit;
  g_set_error (error, HY_ERROR, HY_ERROR_CORRUPT,
               g_dngettext (GETTEXT_PACKAGE,
                            "The last %" PRIu64 " change is missing from this space's file. Nothing was changed; "
                            "restore a backup of the vault folder.",
                            "The last %" PRIu64 " changes are missing from this space's file. Nothing was changed; "
                            "restore a backup of the vault folder.",
                            missing),
               missing);
  return FALSE;
}

static void
start_thread (HyVault *self)
{
  /* The thread's own reference: it uses the vault until its last job, whoever else lets go. */
  self->thread = g_thread_new ("vault", vault_thread, hy_vault_ref (self));
}

/**
 * hy_vault_create:
 * @notes: (element-type utf8 utf8): what the space says about itself
 *
 * Makes a space for @holder and opens it.  It is built in tmp/ and appears whole by one rename, or not at all.
 */
HyVault *
hy_vault_create (HyHolder *holder,
                 GHashTable *notes,
                 GError **error)
{
  g_autoptr (HySecret) master = hy_secret_new_random (HY_KEY_SIZE);
  g_autoptr (HySecret) database_key = derive (master, 1, "HygDbKey");
  g_autofree char *uuid = NULL;
  g_autofree char *building = NULL;
  g_autofree char *blobs = NULL;
  g_autofree char *header_path = NULL;
  g_autofree char *database_path = NULL;
  g_autofree char *tmp = hy_holder_dup_path (holder, "tmp", NULL);
  g_autofree char *final_dir = NULL;
  g_autoptr (HyVault) self = NULL;
  guint8 holder_uuid[16];
  HyHeader header;
  GHashTableIter iter;
  gpointer name, value;

  if (hy_holder_is_read_only (holder))
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_NEWER,
                           _ ("This vault was made by a newer Hygie, so it is only read here. Install the newer version to change it."));
      return NULL;
    }
  hy_holder_get_uuid (holder, holder_uuid);
  /* The first 30 bits of the uuid mark the ids of a space (hy_access_dup_id): no two in a vault share 28. */
  do
    {
      g_autoptr (GPtrArray) others = hy_holder_list_spaces (holder, error);
      gboolean taken = FALSE;

      if (others == NULL)
        return NULL;
      g_free (uuid);
      hy_header_init (&header, HY_HEADER_SPACE);
      uuid = hy_header_dup_uuid_text (&header);
      for (guint i = 0; i < others->len; i++)
        taken = taken || strncmp (g_ptr_array_index (others, i), uuid, 7) == 0;
      if (!taken)
        break;
    }
  while (TRUE);

  hy_header_set_generation (&header, 1);
  if (!hy_key_slots_add_holder (&header, master, hy_holder_get_key (holder), holder_uuid, error))
    return NULL;
  building = g_build_filename (tmp, uuid, NULL);
  blobs = g_build_filename (building, "blobs", NULL);
  header_path = g_build_filename (building, "space.hyg", NULL);
  database_path = dup_database_path (building, &header);
  final_dir = hy_holder_dup_path (holder, "spaces", uuid);
  if (!hy_durable_file_make_dir (building, error) || !hy_durable_file_make_dir (blobs, error))
    return NULL;

  self = new_vault (holder, building, &header, master);
  if (!(self->database = hy_database_open (database_path, database_key, /* create= */ TRUE, /* read_only= */ FALSE, error)) ||
      !hy_schema_migrate (self->database, error) || !begin (self, error))
    return NULL;
  g_hash_table_iter_init (&iter, notes);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      g_autofree char *key = note_key (name);

      if (!put_state (self, key, value, NULL, 0, error))
        return NULL;
    }
  if (!commit (self, error) || !hy_database_close (g_steal_pointer (&self->database), error))
    return NULL;
  hy_header_set_commit (&header, self->commit);
  if (!hy_header_pair_write (&header, master, header_path, tmp, error) || !hy_durable_file_sync_dir (building, error) ||
      !hy_durable_file_rename (building, final_dir, error))
    return NULL;
  return hy_vault_open (holder, uuid, error);
}

static HySecret *
open_header (HyHolder *holder,
             HyHeaderPair *pair,
             HyHeader *header,
             gboolean *repair,
             GError **error)
{
  for (guint i = 0; i < pair->n_copies; i++)
    {
      HySecret *master = hy_key_slots_open (&pair->copies[i], HY_SLOT_HOLDER, hy_holder_get_key (holder), NULL);

      if (master != NULL)
        {
          *header = pair->copies[i];
          *repair = pair->damaged || i > 0;
          return master;
        }
    }
  /* The holder's key is right, or the vault would not be open: the header is what is wrong. */
  g_set_error_literal (error, HY_ERROR, HY_ERROR_CORRUPT,
                       _ ("The file that says how to open this space is damaged. Nothing was changed; restore a backup of the vault folder."));
  return NULL;
}

/* What was removed and not brought back, when the time to do so is over or was cut short. */
static gboolean
remove_left_job (HyVault *self,
                 HyAccess *access,
                 gpointer data,
                 GValue *result,
                 GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (GBytes) going = get_state (self, "going", &failure);
  guint n_removed;
  gboolean done;

  g_value_set_boolean (result, TRUE);
  if (going == NULL || self->read_only)
    return TRUE;
  done = begin (self, &failure) && hy_going_remove_in_thread (self, NULL, NULL, &n_removed, &failure) && commit (self, &failure);
  if (!done)
    {
      rollback (self);
      g_warning ("removed entries stay until the space is next opened: %s", failure->message);
    }
  unlink_gone (self, done);
  return TRUE;
}

static void
remove_left (HyVault *self)
{
  dex_unref (submit (self, NULL, HY_JOB_READ, remove_left_job, NULL, NULL, G_TYPE_BOOLEAN, FALSE));
}

/**
 * hy_vault_open:
 * @uuid: 32 hexadecimal digits
 *
 * Errors: HY_ERROR_CORRUPT with what is wrong, HY_ERROR_NEWER, HY_ERROR_MISSING; nothing on disk is changed then
 */
HyVault *
hy_vault_open (HyHolder *holder,
               const char *uuid,
               GError **error)
{
  g_autofree char *dir = hy_holder_dup_path (holder, "spaces", uuid);
  g_autofree char *header_path = g_build_filename (dir, "space.hyg", NULL);
  g_autofree char *database_path = NULL;
  g_autoptr (HySecret) master = NULL;
  g_autoptr (HySecret) database_key = NULL;
  g_autoptr (HyVault) self = NULL;
  g_autoptr (GError) repair_error = NULL;
  g_autoptr (GError) header_error = NULL;
  HyHeaderPair pair;
  HyHeader header;
  gboolean repair = FALSE;

  if (!g_file_test (dir, G_FILE_TEST_IS_DIR))
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_MISSING, _ ("There is no such space in this vault."));
      return NULL;
    }
  if (!hy_header_pair_read (&pair, header_path, HY_HEADER_SPACE, &header_error))
    {
      if (g_error_matches (header_error, HY_ERROR, HY_ERROR_MISSING))
        g_set_error_literal (error, HY_ERROR, HY_ERROR_CORRUPT,
                             _ ("The file that says how to open this space is missing. Nothing was changed; "
                                "restore a backup of the vault folder."));
      else
        g_propagate_error (error, g_steal_pointer (&header_error));
      return NULL;
    }
  if (!(master = open_header (holder, &pair, &header, &repair, error)))
    return NULL;
  database_key = derive (master, 1, "HygDbKey");
  database_path = dup_database_path (dir, &header);
  self = new_vault (holder, dir, &header, master);
  self->read_only = self->read_only || pair.newer;
  if (!(self->database = hy_database_open (database_path, database_key, /* create= */ FALSE, self->read_only, error)) ||
      !hy_schema_check (self->database, error) || !load_commit (self, error) ||
      (!self->read_only && !hy_schema_migrate (self->database, error)) || !load_notes (self, error))
    return NULL;
  self->dirty = TRUE; /* perhaps a WAL that a crash left */
  if (!self->read_only)
    {
      if (repair && !hy_header_pair_write (&self->header, master, header_path, self->tmp_dir, &repair_error))
        g_warning ("a header copy could not be repaired: %s", repair_error->message);
    }
  start_thread (self);
  remove_left (self);
  return g_steal_pointer (&self);
}

static gboolean
close_job (HyVault *self,
           HyAccess *access,
           gpointer data,
           GValue *result,
           GError **error)
{
  gboolean closed = hy_database_close (g_steal_pointer (&self->database), error);

  /* Only after the database is durable and its WAL empty, so that the header never knows of more than there is. */
  if (closed && !self->read_only && self->commit != hy_header_get_commit (&self->header))
    {
      hy_header_set_commit (&self->header, self->commit);
      closed = hy_header_pair_write (&self->header, self->master, self->header_path, self->tmp_dir, error);
    }
  drop_keys (self);
  g_value_set_boolean (result, TRUE);
  return closed;
}

static DexFuture *
join_thread (DexFuture *future,
             gpointer data)
{
  HyVault *self = data;
  GThread *thread;

  g_mutex_lock (&self->lock);
  thread = g_steal_pointer (&self->thread);
  g_mutex_unlock (&self->lock);
  /* Its last job is done: the join takes no time. */
  if (thread != NULL)
    g_thread_join (thread);
  return dex_ref (future);
}

/**
 * hy_vault_close:
 *
 * Lets the jobs that were submitted before finish, empties the WAL, notes the commit number in the header, wipes the
 * keys.  Whatever comes after is answered HY_ERROR_LOCKED; closing again gives the same future.
 */
DexFuture *
hy_vault_close (HyVault *self)
{
  DexFuture *ended;

  if (self->closing == NULL)
    remove_left (self);
  if (self->closing == NULL)
    self->closing = submit (self, NULL, HY_JOB_READ, close_job, NULL, NULL, G_TYPE_BOOLEAN, /* last= */ TRUE);
  ended = dex_future_finally (dex_ref (self->closing), join_thread, hy_vault_ref (self), release_vault);
  /* Whoever stops waiting does not stop it. */
  dex_future_disown (dex_ref (ended));
  return ended;
}

gboolean
hy_vault_is_closed (HyVault *self)
{
  return g_atomic_int_get (&self->closed) != 0;
}

/**
 * hy_vault_new_access:
 * @actor: who acts, for the history and the log
 * @not_after: unix seconds, 0 = no end
 */
HyAccess *
hy_vault_new_access (HyVault *self,
                     const guint8 actor[16],
                     HyAccessMask mask,
                     gint64 not_after)
{
  HyAccess *access = hy_access_new (self, actor, mask, not_after);
  GWeakRef *ref = g_new0 (GWeakRef, 1);

  g_weak_ref_init (ref, access);
  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->accesses, ref);
  g_mutex_unlock (&self->lock);
  return access;
}
