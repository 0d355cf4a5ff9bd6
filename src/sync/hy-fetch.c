/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of documents, after the pull, newest first.  Each is looked at when it is whole: what is not as the document
 * says is kept and marked.  A file that cannot be had never holds up the others. */

#include "config.h"

#include "sync/hy-sync-private.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "base/hy-json.h"
#include "vault/hy-vault-files.h"

#include <string.h>

#define FILES_AT_ONCE 500
/* Of the characters that make one byte; GLib takes no fewer. */
#define MIN_BASE64 2
/* Times that a file is begun again when nothing more of it came. */
#define MAX_TRIES 3
/* Two that do not come at all, one after another: the line is gone, not the file. */
#define MAX_FAILED_IN_A_ROW 2

typedef struct
{
  HySync *sync;
  HyMirrorFile *file;
  GBytes *whole;       /* nullable: all of it, when it fits in one part */
  gboolean came;       /* something of it, by the last answer */
  char *content_type;  /* nullable: what the server says that it is */
  char *etag;          /* nullable: of what came */
  gint64 rowid;        /* the row that has it in the end */
} Fetch;

static Fetch *
fetch_new (HySync *sync,
           const HyMirrorFile *file)
{
  Fetch *fetch = g_atomic_rc_box_new0 (Fetch);

  fetch->sync = hy_sync_ref (sync);
  fetch->file = hy_mirror_file_copy (file);
  fetch->rowid = file->rowid;
  return fetch;
}

static void
fetch_clear (gpointer data)
{
  Fetch *fetch = data;

  hy_sync_unref (fetch->sync);
  hy_mirror_file_free (fetch->file);
  g_clear_pointer (&fetch->whole, g_bytes_unref);
  g_free (fetch->content_type);
  g_free (fetch->etag);
}

static void
fetch_unref (gpointer fetch)
{
  g_atomic_rc_box_release_full (fetch, fetch_clear);
}

static gpointer
fetch_ref (gpointer fetch)
{
  return g_atomic_rc_box_acquire (fetch);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fetch, fetch_unref)

/* -- is it what the document says -- */

/* Base64 of the 20 bytes, as FHIR says; some write 40 hexadecimal digits. */
static gboolean
is_sha1 (GBytes *bytes,
         const char *said)
{
  g_autofree char *hex = g_compute_checksum_for_bytes (G_CHECKSUM_SHA1, bytes);
  g_autofree guchar *raw = NULL;
  g_autoptr (GString) found = NULL;
  gsize size;

  if (g_ascii_strcasecmp (hex, said) == 0)
    return TRUE;
  raw = g_base64_decode (said, &size);
  if (size != 20)
    return FALSE;
  found = g_string_new (NULL);
  for (gsize i = 0; i < size; i++)
    g_string_append_printf (found, "%02x", raw[i]);
  return strcmp (found->str, hex) == 0;
}

static HyFileState
check (GBytes *bytes,
       const HyMirrorFile *file)
{
  if (file->size >= 0 && file->size != (gint64) g_bytes_get_size (bytes))
    return HY_FILE_DIFFERS;
  return file->sha1 == NULL || is_sha1 (bytes, file->sha1) ? HY_FILE_HERE : HY_FILE_DIFFERS;
}

/* A server that gives a Binary as a resource where its bytes were asked for. */
static GBytes *
unwrap_binary (Fetch *fetch,
               GBytes *bytes)
{
  g_autoptr (HyJson) json = NULL;
  g_autofree char *data = NULL;
  g_autofree char *content_type = NULL;
  gsize size;

  if (g_strcmp0 (fetch->content_type, "application/fhir+json") != 0 || g_strcmp0 (fetch->file->media_type, "application/fhir+json") == 0 ||
      !(json = hy_json_parse (bytes, NULL)) ||
      !hy_json_string_equal (json, hy_json_member (json, hy_json_root (json), "resourceType"), "Binary") ||
      !(data = hy_json_dup_string (json, hy_json_member (json, hy_json_root (json), "data"))) ||
      strlen (data) < MIN_BASE64)
    return g_bytes_ref (bytes);
  content_type = hy_json_dup_string (json, hy_json_member (json, hy_json_root (json), "contentType"));
  g_free (fetch->content_type);
  fetch->content_type = g_steal_pointer (&content_type);
  g_base64_decode_inplace (data, &size);
  return g_bytes_new_take (g_steal_pointer (&data), size);
}

/* On the pool: checks, reads the words, stores. */
static DexFuture *
finish_fiber (gpointer data)
{
  Fetch *fetch = data;
  HySync *sync = fetch->sync;
  g_autoptr (GBytes) bytes = unwrap_binary (fetch, fetch->whole);
  g_autofree char *text = sync->read_text != NULL ? sync->read_text (bytes, sync->cancellable, sync->read_text_data) : NULL;
  const char *media_type = fetch->file->media_type != NULL ? fetch->file->media_type : fetch->content_type;

  /* Its words may be half read: it comes again with the next sync. */
  if (g_cancellable_is_cancelled (sync->cancellable))
    return dex_future_new_reject (G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
  return hy_vault_put_file (sync->access, sync->run, fetch->file->rowid, bytes, media_type, text, fetch->etag, check (bytes, fetch->file));
}

/* -- the same document here already -- */

typedef struct
{
  GBytes *bytes;
  HyMirrorFile *file;
} Comparison;

static void
comparison_free (gpointer data)
{
  Comparison *comparison = data;

  g_bytes_unref (comparison->bytes);
  hy_mirror_file_free (comparison->file);
  g_free (comparison);
}

static DexFuture *
compare_fiber (gpointer data)
{
  Comparison *comparison = data;

  return dex_future_new_for_boolean (check (comparison->bytes, comparison->file) == HY_FILE_HERE);
}

/* On a fiber.  With a hash to go by, the file that came by another way is known without fetching it again. */
static gboolean
adopt_twin (Fetch *fetch,
            gboolean *adopted,
            GError **error)
{
  HySync *sync = fetch->sync;
  g_autoptr (GArray) twins = NULL;

  *adopted = FALSE;
  if (fetch->file->sha1 == NULL)
    return TRUE;
  if (!(twins = dex_await_boxed (hy_vault_dup_same_identity (sync->access, fetch->file->rowid), error)))
    return FALSE;
  for (guint i = 0; !*adopted && i < twins->len; i++)
    {
      gint64 twin = g_array_index (twins, gint64, i);
      g_autoptr (GBytes) bytes = dex_await_boxed (hy_vault_dup_blob (sync->access, twin), NULL);
      g_autoptr (GError) adopt_error = NULL;
      Comparison *comparison;

      if (bytes == NULL)
        continue;
      comparison = g_new0 (Comparison, 1);
      comparison->bytes = g_bytes_ref (bytes);
      comparison->file = hy_mirror_file_copy (fetch->file);
      if (!dex_await_boolean (hy_in_pool (compare_fiber, comparison, comparison_free), NULL))
        continue;
      *adopted = dex_await_boolean (hy_vault_adopt (sync->access, sync->run, fetch->file->rowid, twin), &adopt_error);
      if (*adopted)
        fetch->rowid = twin;
      else if (!g_error_matches (adopt_error, HY_ERROR, HY_ERROR_CONFLICT))
        {
          g_propagate_error (error, g_steal_pointer (&adopt_error));
          return FALSE;
        }
    }
  return TRUE;
}

/* -- fetching -- */

static DexFuture *
on_part (const HyFhirReply *head,
         gint64 offset,
         GBytes *part,
         gpointer user_data)
{
  Fetch *fetch = user_data;

  fetch->came = TRUE;
  g_free (fetch->content_type);
  fetch->content_type = g_strdup (head->content_type);
  g_free (fetch->etag);
  fetch->etag = g_strdup (head->etag);
  if (offset == 0 && g_bytes_get_size (part) < HY_FILE_PART)
    {
      g_clear_pointer (&fetch->whole, g_bytes_unref);
      fetch->whole = g_bytes_ref (part);
      return dex_future_new_true ();
    }
  return hy_vault_put_part (fetch->sync->access, fetch->file->rowid, head->etag, offset, part);
}

/* Where to go on: only where the server tells whether it is the same file. */
static gint64
get_offset (const HyMirrorFile *file)
{
  return file->etag != NULL ? file->n_here : 0;
}

/* Asked for more behind its end, the server has none.  Without a size that was said it may as well not be able to begin in
 * the middle: then all of it is asked for once more. */
static gboolean
is_all_here (const HyMirrorFile *file)
{
  return file->n_here > 0 && file->size == file->n_here;
}

static gboolean
renew_state (Fetch *fetch,
             GError **error)
{
  HyMirrorFile *file = dex_await_boxed (hy_vault_dup_file (fetch->sync->access, fetch->file->rowid), error);

  if (file == NULL)
    return FALSE;
  hy_mirror_file_free (fetch->file);
  fetch->file = file;
  return TRUE;
}

/* On a fiber: all of it, over cuts.  *reply is what the server said in the end. */
static gboolean
download (Fetch *fetch,
          const char *path,
          HyFhirReply **reply,
          GError **error)
{
  HySync *sync = fetch->sync;
  gint64 offset = get_offset (fetch->file);
  gint64 most = fetch->file->n_here;

  for (guint tries = 1;;)
    {
      g_autoptr (GError) cut = NULL;

      fetch->came = FALSE;
      g_clear_pointer (reply, hy_fhir_reply_unref);
      *reply = dex_await_boxed (hy_fhir_client_download (sync->client, path, offset, fetch->file->etag, HY_FILE_PART, on_part, fetch_ref (fetch),
                                                         fetch_unref, sync->cancellable),
                                &cut);
      if (*reply != NULL && (*reply)->status != 416)
        return TRUE;
      if (cut != NULL && !g_error_matches (cut, HY_ERROR, HY_ERROR_OFFLINE) && !g_error_matches (cut, HY_ERROR, HY_ERROR_CONFLICT) &&
          !g_error_matches (cut, HY_FHIR_ERROR, HY_FHIR_ERROR_NOT_FHIR))
        {
          g_propagate_error (error, g_steal_pointer (&cut));
          return FALSE;
        }
      if (!renew_state (fetch, error))
        return FALSE;
      /* All of it was here already. */
      if (*reply != NULL && is_all_here (fetch->file))
        return TRUE;
      if (fetch->file->n_here > most && g_error_matches (cut, HY_ERROR, HY_ERROR_OFFLINE))
        {
          most = fetch->file->n_here;
          tries = 1;
        }
      else if (tries++ >= MAX_TRIES)
        {
          if (cut == NULL)
            return TRUE;
          g_propagate_error (error, g_steal_pointer (&cut));
          return FALSE;
        }
      /* Another file than the one that was begun: from its beginning. */
      offset = g_error_matches (cut, HY_ERROR, HY_ERROR_OFFLINE) ? get_offset (fetch->file) : 0;
    }
}

/* What the server says of a file that it does not give; *waits: nothing is settled, it is asked for again. */
static HyFileState
judge (guint status,
       const char **reason,
       gboolean *waits)
{
  *waits = status >= 500 && status != 501;
  *reason = NULL;
  if (status == 404 || status == 410)
    return HY_FILE_NOWHERE;
  *reason = status == 403 ? "not-allowed" : *waits ? "server-error"
                                                   : "not-supported";
  return HY_FILE_REFUSED;
}

/* On a fiber. */
static gboolean
note_file (Fetch *fetch,
           const char *code,
           GError **error)
{
  HySync *sync = fetch->sync;
  g_autoptr (GError) row_error = NULL;
  g_autoptr (HyVaultRow) row = dex_await_boxed (hy_vault_dup_row (sync->access, fetch->file->rowid), &row_error);

  /* The document went meanwhile: there is nothing to say of it. */
  if (g_error_matches (row_error, HY_ERROR, HY_ERROR_MISSING))
    return TRUE;
  if (row_error != NULL)
    g_propagate_error (error, g_steal_pointer (&row_error));
  return row != NULL && dex_await (hy_vault_note_refusal (sync->access, sync->run, row->type, row->klass, row->fhir_id, code, NULL), error);
}

/* On a fiber.  The journal says it once; it is asked for again when the document changes, or the person wants it. */
static gboolean
refuse_file (Fetch *fetch,
             const char *code,
             GError **error)
{
  return dex_await (hy_vault_set_file_state (fetch->sync->access, fetch->sync->run, fetch->file->rowid, HY_FILE_REFUSED, code), error) &&
         note_file (fetch, code, error);
}

/* On a fiber.  FALSE for what ends the run, or OFFLINE when this file does not come.  *finishing: its storing, when there is
 * something to store. */
static gboolean
fetch_one (Fetch *fetch,
           DexFuture **finishing,
           GError **error)
{
  HySync *sync = fetch->sync;
  g_autofree char *path = hy_fhir_client_dup_path (sync->client, fetch->file->url, /* any_host= */ FALSE);
  g_autoptr (HyFhirReply) reply = NULL;
  g_autoptr (GError) fetch_error = NULL;
  const char *reason = NULL;
  gboolean adopted, waits = FALSE;
  HyFileState state;

  if (!adopt_twin (fetch, &adopted, error))
    return FALSE;
  if (adopted)
    return TRUE;
  if (path == NULL)
    return refuse_file (fetch, "elsewhere", error);
  if (!download (fetch, path, &reply, &fetch_error))
    {
      reason = hy_fhir_error_get_code (fetch_error);
      if (reason == NULL || g_error_matches (fetch_error, HY_FHIR_ERROR, HY_FHIR_ERROR_TLS))
        {
          g_propagate_error (error, g_steal_pointer (&fetch_error));
          return FALSE;
        }
      return refuse_file (fetch, reason, error);
    }
  if (reply->status == 401)
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_REFUSED, HY_SYNC_SIGN_IN_ERROR);
      return FALSE;
    }
  if (reply->status != 200 && reply->status != 206 && (reply->status != 416 || !is_all_here (fetch->file)))
    {
      state = judge (reply->status, &reason, &waits);
      if (waits)
        return note_file (fetch, reason, error);
      if (state == HY_FILE_REFUSED)
        return refuse_file (fetch, reason, error);
      return dex_await (hy_vault_set_file_state (sync->access, sync->run, fetch->file->rowid, state, NULL), error);
    }
  /* An answer with nothing in it, in the place of the file. */
  if (reply->status != 416 && !fetch->came)
    return note_file (fetch, "server-error", error);
  /* The page of a hotel or a proxy, in the place of the file. */
  if (g_strcmp0 (fetch->content_type, "text/html") == 0 &&
      (fetch->file->media_type == NULL || !g_str_has_prefix (fetch->file->media_type, "text/html")))
    return note_file (fetch, "not-fhir", error);
  if (fetch->whole == NULL && !(fetch->whole = dex_await_boxed (hy_vault_dup_parts (sync->access, fetch->file->rowid), error)))
    return FALSE;
  *finishing = hy_in_pool (finish_fiber, fetch_ref (fetch), fetch_unref);
  return TRUE;
}

/* The one before is stored before the next but one begins: two are in memory at most. */
static gboolean
finish_one (Fetch *fetch,
            DexFuture *finishing,
            GError **error)
{
  g_autoptr (GError) put_error = NULL;
  gint64 rowid = dex_await_int64 (finishing, &put_error);

  /* The document went while its file came: then there is nothing to keep it for. */
  if (put_error != NULL && !g_error_matches (put_error, HY_ERROR, HY_ERROR_MISSING))
    {
      g_propagate_error (error, g_steal_pointer (&put_error));
      return FALSE;
    }
  if (put_error == NULL)
    fetch->rowid = rowid;
  return TRUE;
}

/* What a failure of one file means for the others. */
static gboolean
may_go_on (HySync *sync,
           GError *error,
           guint *failed)
{
  if (g_cancellable_is_cancelled (sync->cancellable))
    return FALSE;
  if (g_error_matches (error, HY_ERROR, HY_ERROR_MISSING))
    return TRUE;
  return (g_error_matches (error, HY_ERROR, HY_ERROR_OFFLINE) || g_error_matches (error, HY_ERROR, HY_ERROR_CONFLICT)) &&
         ++*failed < MAX_FAILED_IN_A_ROW;
}

typedef struct
{
  HySync *sync;
  GHashTable *tried; /* gint64 */
  guint done;
  guint total;
  guint failed;      /* in a row */
} Fetching;

static gboolean
fetch_some (Fetching *fetching,
            GPtrArray *files,
            gboolean *any,
            GError **error)
{
  HySync *sync = fetching->sync;
  g_autoptr (Fetch) before = NULL;
  g_autoptr (DexFuture) storing = NULL;
  GError *first_error = NULL;

  for (guint i = 0; first_error == NULL && i < files->len; i++)
    {
      HyMirrorFile *file = g_ptr_array_index (files, i);
      g_autoptr (Fetch) fetch = NULL;
      DexFuture *finishing = NULL;
      GError *file_error = NULL;

      if (g_hash_table_contains (fetching->tried, &file->rowid))
        continue;
      *any = TRUE;
      g_hash_table_add (fetching->tried, g_memdup2 (&file->rowid, sizeof file->rowid));
      fetch = fetch_new (sync, file);
      if (fetch_one (fetch, &finishing, &file_error))
        fetching->failed = 0;
      else if (may_go_on (sync, file_error, &fetching->failed))
        {
          /* It waits for the next sync, and the journal says so. */
          if (!g_error_matches (file_error, HY_ERROR, HY_ERROR_MISSING))
            note_file (fetch, "server-error", &first_error);
          g_clear_error (&file_error);
        }
      else
        first_error = file_error;
      if (storing != NULL && !finish_one (before, g_steal_pointer (&storing), first_error == NULL ? &first_error : NULL))
        g_clear_pointer (&before, fetch_unref);
      g_clear_pointer (&before, fetch_unref);
      before = g_steal_pointer (&fetch);
      storing = finishing;
      fetching->done++;
      hy_sync_tell (sync, HY_SYNC_PHASE_FILES, "DocumentReference", fetching->done, MAX (fetching->done, fetching->total));
    }
  if (storing != NULL)
    finish_one (before, g_steal_pointer (&storing), first_error == NULL ? &first_error : NULL);
  if (first_error != NULL)
    g_propagate_error (error, first_error);
  return first_error == NULL;
}

/**
 * hy_sync_fetch_files:
 *
 * On a fiber: those that wait, newest document first.  What does not come this time waits for the next.
 */
gboolean
hy_sync_fetch_files (HySync *sync,
                     GError **error)
{
  g_autoptr (GHashTable) tried = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  Fetching fetching = { .sync = sync, .tried = tried };
  GError *count_error = NULL;
  gboolean any = TRUE;

  fetching.total = dex_await_uint (hy_vault_count_files_waiting (sync->access, sync->server->origin), &count_error);
  if (count_error != NULL)
    {
      g_propagate_error (error, count_error);
      return FALSE;
    }
  if (fetching.total > 0)
    hy_sync_tell (sync, HY_SYNC_PHASE_FILES, "DocumentReference", 0, fetching.total);
  while (any && fetching.total > 0)
    {
      /* Those that do not come stay in the list: it grows by them, so that the others are reached. */
      g_autoptr (GPtrArray) files = dex_await_boxed (
          hy_vault_dup_files_waiting (sync->access, sync->server->origin, FILES_AT_ONCE + g_hash_table_size (tried)), error);

      any = FALSE;
      if (files == NULL || !fetch_some (&fetching, files, &any, error))
        return FALSE;
    }
  return TRUE;
}

/* -- one, asked for by the person -- */

typedef struct
{
  HySync *sync;
  gint64 rowid;
} Asking;

static void
asking_free (gpointer data)
{
  Asking *asking = data;

  hy_sync_unref (asking->sync);
  g_free (asking);
}

static DexFuture *
fetch_file_fiber (gpointer data)
{
  Asking *asking = data;
  HySync *sync = asking->sync;
  g_autoptr (HyMirrorFile) file = NULL;
  g_autoptr (HyMirrorFile) after = NULL;
  g_autoptr (Fetch) fetch = NULL;
  DexFuture *finishing = NULL;
  GError *error = NULL;

  if (!(file = dex_await_boxed (hy_vault_dup_file (sync->access, asking->rowid), &error)))
    return dex_future_new_for_error (error);
  fetch = fetch_new (sync, file);
  if (!fetch_one (fetch, &finishing, &error) || (finishing != NULL && !finish_one (fetch, finishing, &error)))
    return dex_future_new_for_error (error);
  if (finishing != NULL || fetch->rowid != asking->rowid)
    return dex_future_new_for_int64 (fetch->rowid);
  if (!(after = dex_await_boxed (hy_vault_dup_file (sync->access, asking->rowid), &error)))
    return dex_future_new_for_error (error);
  if (after->state == HY_FILE_NOWHERE)
    return dex_future_new_reject (HY_ERROR, HY_ERROR_MISSING, "nowhere");
  return dex_future_new_reject (HY_ERROR, HY_ERROR_REFUSED, "%s", after->reason != NULL ? after->reason : "server-error");
}

/**
 * hy_sync_fetch_file:
 *
 * Also one that was not there, or refused, before.
 *
 * Errors: HY_ERROR_MISSING, HY_ERROR_REFUSED with a code of space/hy-sync-words.h as its message, those of the client
 */
DexFuture *
hy_sync_fetch_file (const HySyncJob *job,
                    gint64 rowid)
{
  Asking *asking = g_new0 (Asking, 1);

  asking->sync = hy_sync_new (job);
  asking->rowid = rowid;
  return hy_fiber (fetch_file_fiber, asking, asking_free);
}
