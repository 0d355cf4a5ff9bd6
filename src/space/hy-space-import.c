/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From files to the vault, one path for every kind: a reader gives batches on the pool, each batch is one transaction on
 * the vault thread, the outcome is told on the main thread after the commit.  While one batch is stored the next is read. */

#include "config.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "fhir/hy-resource-row.h"
#include "import/hy-import-document.h"
#include "import/hy-import-reader.h"
#include "records/hy-record-item.h"
#include "space/hy-document-decoder.h"
#include "space/hy-space-private.h"
#include "vault/hy-vault-resources.h"

#include <glib/gi18n.h>
#include <string.h>

/* Files that are opened, and their documents decoded, before their turn: workers run beside each other and beside the
 * disk.  Larger files wait, so that memory does not hold several. */
#define FILES_AHEAD 2
#define MAX_BYTES_AHEAD (16 * 1024 * 1024)
/* Items a transaction: large enough that fsync does not count, small enough to stop at once. */
#define BATCH_ITEMS 500

typedef struct
{
  HyImportItem *item;
  HyImportStatus status;
  gboolean other; /* about somebody else */
  guint index;    /* among those put, when put */
  gboolean completed;
  char *title;    /* the vault's item takes the reading with it */
  char *type;
  char *type_code;
  gint shelf;
  gint day;
} Entry;

typedef struct
{
  gatomicrefcount refs;
  GPtrArray *items; /* HyImportItem */
  GArray *entries;  /* Entry */
  DexFuture *put;   /* nullable: GArray of HyPutResult */
  double fraction;
} Batch;

typedef struct
{
  gatomicrefcount refs;
  HySpace *space;
  GPtrArray *files; /* GFile */
  HyImportFlags flags;
  GCancellable *cancellable;
  HyImportOutcomeFunc on_outcome;
  HyImportProgressFunc on_progress;
  gpointer user_data;
  HyPerson *person;
  HyImportSummary summary;

  GQueue ahead;    /* DexFuture of HyImportReader: the next files, opened before their turn */
  guint n_opened;  /* files that were opened or begun */

  /* Of the file being read; touched by one pool fiber at a time. */
  HyImportReader *reader;
  gint64 origin;
} Import;

static gpointer
copy_summary (gpointer summary)
{
  return g_memdup2 (summary, sizeof (HyImportSummary));
}

G_DEFINE_BOXED_TYPE (HyImportSummary, hy_import_summary, copy_summary, g_free)

static void
entry_clear (gpointer data)
{
  Entry *entry = data;

  g_free (entry->title);
  g_free (entry->type);
  g_free (entry->type_code);
}

static Batch *
batch_ref (Batch *batch)
{
  g_atomic_ref_count_inc (&batch->refs);
  return batch;
}

static void
batch_unref (Batch *batch)
{
  if (!g_atomic_ref_count_dec (&batch->refs))
    return;
  g_ptr_array_unref (batch->items);
  g_array_unref (batch->entries);
  dex_clear (&batch->put);
  g_free (batch);
}

static GType batch_get_type (void);
G_DEFINE_BOXED_TYPE (Batch, batch, batch_ref, batch_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Batch, batch_unref)

static Import *
import_ref (Import *import)
{
  g_atomic_ref_count_inc (&import->refs);
  return import;
}

static void
import_unref (gpointer data)
{
  Import *import = data;

  if (!g_atomic_ref_count_dec (&import->refs))
    return;
  g_clear_object (&import->reader);
  g_queue_clear_full (&import->ahead, dex_unref);
  g_object_unref (import->space);
  g_ptr_array_unref (import->files);
  g_clear_object (&import->cancellable);
  if (import->person != NULL)
    hy_person_clear (import->person);
  g_free (import->person);
  g_free (import);
}

static gboolean
is_about_other (Import *import,
                const HyImportItem *item)
{
  HyPersonMatch match;

  if (item->about == NULL)
    return FALSE;
  match = hy_person_compare (import->person, item->about);
  /* The first linked Patient that has an INS makes the comparison sharper for what follows. */
  if (match == HY_PERSON_SAME && import->person->ins == NULL && item->about->ins != NULL)
    import->person->ins = g_strdup (item->about->ins);
  return match == HY_PERSON_OTHER;
}

/* Behind the words of the resource, those of the document. */
static void
add_text (HyVaultItem *stored,
          const char *text)
{
  GString *words = g_string_new (stored->words);

  g_string_append_c (words, HY_WORDS_TEXT);
  g_string_append (words, text);
  for (char *at = words->str + (stored->words != NULL ? strlen (stored->words) : 0) + 1; *at != 0; at++)
    if (*at == HY_WORDS_TEXT)
      *at = ' ';
  g_free (stored->words);
  stored->words = g_string_free (words, FALSE);
}

static HyVaultItem *
new_vault_item (HyImportItem *item,
                gboolean other)
{
  HyVaultItem *stored = hy_record_item_new (item->json, &item->row, item->full_url);

  if (item->text != NULL)
    add_text (stored, item->text);

  if (item->attachment != NULL)
    {
      stored->attachment = g_bytes_ref (item->attachment);
      stored->row.media_type = g_strdup (item->media_type);
    }
  if (other)
    stored->row.flags |= HY_ROW_OTHER_PERSON;
  return stored;
}

static DexFuture *
read_batch_fiber (gpointer data)
{
  Import *import = data;
  HyAccess *access = hy_space_get_access (import->space);
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GPtrArray) stored = g_ptr_array_new_with_free_func ((GDestroyNotify) hy_vault_item_free);
  Batch *batch;
  GError *error = NULL;

  if (!(items = hy_import_reader_next (import->reader, BATCH_ITEMS, import->cancellable, &error)))
    return dex_future_new_for_error (error);
  batch = g_new0 (Batch, 1);
  g_atomic_ref_count_init (&batch->refs);
  batch->entries = g_array_sized_new (FALSE, TRUE, sizeof (Entry), items->len);
  g_array_set_clear_func (batch->entries, entry_clear);
  batch->fraction = hy_import_reader_get_fraction (import->reader);
  for (guint i = 0; i < items->len; i++)
    {
      HyImportItem *item = g_ptr_array_index (items, i);
      Entry entry = { item, HY_IMPORT_ADDED, FALSE, 0, FALSE, g_strdup (item->row.title), g_strdup (item->row.type),
                      g_strdup (item->row.type_code), item->row.shelf, item->row.day };

      if (item->refused != NULL)
        entry.status = HY_IMPORT_REFUSED;
      else
        {
          entry.other = is_about_other (import, item);
          if (entry.other && import->flags & HY_IMPORT_REFUSE_OTHERS)
            entry.status = HY_IMPORT_REFUSED;
          else if (entry.other && import->flags & HY_IMPORT_HOLD_OTHERS)
            entry.status = HY_IMPORT_HELD;
        }
      if (entry.status == HY_IMPORT_ADDED)
        {
          entry.index = stored->len;
          g_ptr_array_add (stored, new_vault_item (item, entry.other));
        }
      g_array_append_val (batch->entries, entry);
    }
  if (stored->len > 0)
    batch->put = hy_vault_put (access, import->origin, g_steal_pointer (&stored));
  batch->items = g_steal_pointer (&items);
  return dex_future_new_take_boxed (batch_get_type (), batch);
}

static DexFuture *
read_batch (Import *import)
{
  return hy_in_pool (read_batch_fiber, import_ref (import), import_unref);
}

static void
tell (Import *import,
      const char *file,
      const HyImportOutcome *outcome)
{
  HyImportOutcome named = *outcome;

  named.file = file;
  switch (outcome->status)
    {
    case HY_IMPORT_DUPLICATE:
      import->summary.duplicates++;
      break;
    case HY_IMPORT_REFUSED:
      import->summary.refused++;
      break;
    case HY_IMPORT_HELD:
      import->summary.held++;
      break;
    case HY_IMPORT_ADDED:
    default:
      import->summary.added++;
      break;
    }
  if (import->on_outcome != NULL)
    import->on_outcome (&named, import->user_data);
}

static void
tell_refused (Import *import,
              const char *file,
              const char *kind,
              const char *reason)
{
  HyImportOutcome outcome = { .kind = kind, .shelf = -1, .status = HY_IMPORT_REFUSED, .reason = reason };

  tell (import, file, &outcome);
}

/* A file that is not as it was sent is graver than another version of it, which is graver than one that is not shown. */
static const char *
pick_warning (const char *own,
              gboolean same_identity)
{
  if (same_identity && g_strcmp0 (own, "not-as-sent") != 0)
    return "same-identifier";
  return own;
}

/* On a fiber.  What an archive says of a document that came alone before is added to that; the bytes it had stay in its
 * history.  That it fails is no failure of the import: the document is here, and the next time completes it. */
static gboolean
complete (Import *import,
          Entry *entry,
          gint64 rowid)
{
  HyAccess *access = hy_space_get_access (import->space);
  g_autoptr (HyVaultRow) row = dex_await_boxed (hy_vault_dup_row (access, rowid), NULL);
  g_autoptr (GBytes) stored = NULL;
  g_autoptr (GBytes) completed = NULL;
  g_autoptr (HyJson) json = NULL;
  g_auto (HyResourceRow) reading = { 0 };
  g_autoptr (GError) error = NULL;
  HyVaultItem *item;

  /* What somebody else was sent may be the same leaf or form: that makes this person's none of theirs. */
  if (row == NULL || !row->has_blob || !(row->flags & HY_ROW_LOCAL) || (entry->other && !(row->flags & HY_ROW_OTHER_PERSON)) ||
      !(stored = dex_await_boxed (hy_vault_dup_resource (access, rowid), NULL)) ||
      !(completed = hy_import_document_complete (stored, entry->item->json, /* edited= */ row->version > 1)) ||
      !(json = hy_json_parse (completed, NULL)) || !hy_resource_row_read (json, hy_json_root (json), &reading, NULL))
    return FALSE;
  item = hy_record_item_new (completed, &reading, NULL);
  item->row.flags &= ~(guint) HY_ROW_NO_BYTES;
  if (entry->other)
    item->row.flags |= HY_ROW_OTHER_PERSON;
  dex_await (hy_vault_edit (access, rowid, row->version, item), &error);
  if (error != NULL && !g_error_matches (error, HY_ERROR, HY_ERROR_LOCKED))
    g_warning ("a document was not completed: %s", error->message);
  return error == NULL;
}

static void
complete_batch (Import *import,
                Batch *batch,
                GArray *results)
{
  for (guint i = 0; i < batch->entries->len; i++)
    {
      Entry *entry = &g_array_index (batch->entries, Entry, i);
      HyPutResult *result = entry->status == HY_IMPORT_ADDED ? &g_array_index (results, HyPutResult, entry->index) : NULL;

      if (result != NULL && result->outcome == HY_PUT_DUPLICATE && entry->item->has_metadata)
        entry->completed = complete (import, entry, result->rowid);
    }
}

static void
tell_batch (Import *import,
            const char *file,
            Batch *batch,
            GArray *results)
{
  HyAccess *access = hy_space_get_access (import->space);

  for (guint i = 0; i < batch->entries->len; i++)
    {
      Entry *entry = &g_array_index (batch->entries, Entry, i);
      HyImportOutcome outcome = { .kind = entry->item->kind, .status = entry->status };
      g_autofree char *id = NULL;

      outcome.n_members = entry->item->n_members;
      outcome.member = outcome.n_members > 0 ? entry->item->index + 1 : 0;

      outcome.title = entry->title;
      outcome.type = entry->type;
      outcome.type_code = entry->type_code;
      outcome.shelf = entry->shelf;
      outcome.day = entry->day;
      if (entry->other)
        {
          outcome.warning = "other-person";
          outcome.about = entry->item->about->display;
        }
      if (entry->item->refused != NULL)
        outcome.reason = entry->item->refused->message;
      else if (entry->status == HY_IMPORT_REFUSED)
        outcome.reason = _ ("It is about somebody other than the person of this space.");
      if (entry->status == HY_IMPORT_ADDED)
        {
          HyPutResult *result = &g_array_index (results, HyPutResult, entry->index);

          id = hy_access_dup_id (access, result->rowid);
          outcome.id = id;
          if (result->outcome == HY_PUT_DUPLICATE)
            outcome.status = HY_IMPORT_DUPLICATE;
          outcome.completed = entry->completed;
          if (outcome.warning == NULL && result->outcome != HY_PUT_DUPLICATE)
            outcome.warning = pick_warning (entry->item->warning, result->outcome == HY_PUT_SAME_IDENTITY);
        }
      tell (import, file, &outcome);
    }
}

static gboolean
is_cancelled (Import *import)
{
  return import->cancellable != NULL && g_cancellable_is_cancelled (import->cancellable);
}

/* One batch ahead: while one is stored the next is read.  What was put is told even when the next read fails. */
static gboolean
store_batches (Import *import,
               guint index,
               const char *file,
               GError **error)
{
  g_autoptr (DexFuture) reading = read_batch (import);

  while (reading != NULL)
    {
      g_autoptr (Batch) batch = dex_await_boxed (g_steal_pointer (&reading), error);
      g_autoptr (GArray) results = NULL;

      if (batch == NULL)
        return FALSE;
      if (batch->entries->len > 0 && !is_cancelled (import))
        reading = read_batch (import);
      if (batch->put != NULL && !(results = dex_await_boxed (g_steal_pointer (&batch->put), error)))
        {
          /* The read that is under way uses the reader, and what it stores is told like the rest. */
          g_autoptr (Batch) ahead = reading != NULL ? dex_await_boxed (g_steal_pointer (&reading), NULL) : NULL;
          g_autoptr (GArray) more = NULL;

          if (ahead != NULL && ahead->put != NULL && (more = dex_await_boxed (g_steal_pointer (&ahead->put), NULL)))
            tell_batch (import, file, ahead, more);
          return FALSE;
        }
      complete_batch (import, batch, results);
      tell_batch (import, file, batch, results);
      if (import->on_progress != NULL)
        import->on_progress (index, import->files->len, batch->fraction, import->user_data);
    }
  return TRUE;
}

static char *
dup_file_name (GFile *file)
{
  char *path = g_file_get_path (file);

  return path != NULL ? path : g_file_get_uri (file);
}

/* What a person can do about a file that cannot be opened; what nobody can act on keeps the system's words. */
static DexFuture *
refuse_file (GError *error)
{
  const char *reason = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    reason = _ ("There is no such file any more. Look where it is now, and choose it again.");
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    reason = _ ("Hygie may not read this file. Copy it to your own folder, and choose it there.");
  if (reason != NULL)
    {
      g_error_free (error);
      error = g_error_new_literal (HY_ERROR, HY_ERROR_REFUSED, reason);
    }
  return dex_future_new_for_error (error);
}

typedef struct
{
  GFile *file;
  HySpace *space;
  GCancellable *cancellable;
  gboolean ahead;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_object_unref (opening->file);
  g_object_unref (opening->space);
  g_clear_object (&opening->cancellable);
  g_free (opening);
}

/* Opens a file on the pool (a share may be slow) and makes its reader.  A device or a folder is no file to read.
 * Before its turn only a plain file of a usual size is opened; for others a rejection that nobody is told. */
static DexFuture *
open_fiber (gpointer data)
{
  Opening *opening = data;
  HyImportDecoder decoder = { hy_document_decode, hy_space_get_renderer (opening->space) };
  g_autoptr (GFileInfo) info = NULL;
  g_autoptr (GFileInputStream) stream = NULL;
  g_autoptr (HyImportReader) reader = NULL;
  g_autofree char *name = g_file_get_basename (opening->file);
  gboolean regular;
  GError *error = NULL;

  if (!(info = g_file_query_info (opening->file, G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE, NULL,
                                  &error)))
    return refuse_file (error);
  if (g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY)
    return dex_future_new_reject (HY_ERROR, HY_ERROR_REFUSED, "%s", _ ("This is a folder. Choose the files in it."));
  regular = g_file_info_get_file_type (info) == G_FILE_TYPE_REGULAR;
  if (opening->ahead && (!regular || g_file_info_get_size (info) > MAX_BYTES_AHEAD))
    return dex_future_new_reject (HY_ERROR, HY_ERROR_BUSY, "waits for its turn");
  if (!(stream = g_file_read (opening->file, NULL, &error)))
    return refuse_file (error);
  reader = hy_import_reader_new (G_INPUT_STREAM (stream), name, regular ? g_file_info_get_size (info) : -1);
  hy_import_reader_set_decoder (reader, &decoder);
  if (opening->ahead)
    hy_import_reader_begin (reader, opening->cancellable);
  return dex_future_new_take_object (g_steal_pointer (&reader));
}

static DexFuture *
open_file (Import *import,
           guint index,
           gboolean ahead)
{
  Opening *opening = g_new0 (Opening, 1);

  opening->file = g_object_ref (g_ptr_array_index (import->files, index));
  opening->space = g_object_ref (import->space);
  opening->cancellable = import->cancellable != NULL ? g_object_ref (import->cancellable) : NULL;
  opening->ahead = ahead;
  return hy_in_pool (open_fiber, opening, opening_free);
}

/* The reader of the next file; its followers are begun meanwhile. */
static HyImportReader *
next_reader (Import *import,
             guint index,
             GError **error)
{
  g_autoptr (DexFuture) opened = g_queue_pop_head (&import->ahead);
  HyImportReader *reader = NULL;

  import->n_opened = MAX (import->n_opened, index + 1);
  while (import->ahead.length < FILES_AHEAD && import->n_opened < import->files->len)
    g_queue_push_tail (&import->ahead, open_file (import, import->n_opened++, /* ahead= */ TRUE));
  if (opened != NULL)
    reader = dex_await_object (g_steal_pointer (&opened), NULL);
  return reader != NULL ? reader : dex_await_object (open_file (import, index, /* ahead= */ FALSE), error);
}

static void
import_file (Import *import,
             guint index,
             gint64 *first_origin,
             gint64 *last_origin)
{
  GFile *file = g_ptr_array_index (import->files, index);
  HyAccess *access = hy_space_get_access (import->space);
  g_autofree char *name = dup_file_name (file);
  g_autoptr (GError) error = NULL;

  if (import->on_progress != NULL)
    import->on_progress (index, import->files->len, 0, import->user_data);
  g_clear_object (&import->reader);
  if ((import->reader = next_reader (import, index, &error)))
    import->origin = dex_await_int64 (hy_vault_begin_origin (access, "file"), &error);
  if (error == NULL)
    {
      *first_origin = *first_origin != 0 ? *first_origin : import->origin;
      *last_origin = import->origin;
      store_batches (import, index, name, &error);
    }
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    tell_refused (import, name, import->reader != NULL ? hy_import_reader_get_kind (import->reader) : "unknown", error->message);
}

static DexFuture *
import_fiber (gpointer data)
{
  Import *import = data;
  gint64 first = 0, last = 0;
  g_autoptr (GError) error = NULL;

  import->person = hy_space_dup_person (import->space);
  for (guint i = 0; i < import->files->len && !is_cancelled (import); i++)
    import_file (import, i, &first, &last);
  import->summary.cancelled = is_cancelled (import);
  /* What was begun uses the space's worker, and stops at once when cancelled. */
  while (import->ahead.length > 0)
    {
      g_autoptr (HyImportReader) unused = dex_await_object (g_queue_pop_head (&import->ahead), NULL);
    }
  /* Links that stay open because of an error here are found by name later (hy_vault_resolve). */
  if (first != 0 && !dex_await (hy_vault_end_origins (hy_space_get_access (import->space), first, last), &error) &&
      !g_error_matches (error, HY_ERROR, HY_ERROR_LOCKED))
    g_warning ("references were not linked: %s", error->message);
  return dex_future_new_take_boxed (HY_TYPE_IMPORT_SUMMARY, copy_summary (&import->summary));
}

/**
 * hy_space_import:
 * @files: (element-type GFile): read one after the other
 * @cancellable: (nullable): stops after the batch that is being stored; what was added stays
 * @on_outcome: (nullable) (scope async): called for each item once it is stored or refused
 * @on_progress: (nullable) (scope async): file, number of files, 0 to 1 of that file
 *
 * Resolves to a HyImportSummary.  A file that cannot be read is one refused item; the others go on.
 */
DexFuture *
hy_space_import (HySpace *self,
                 GPtrArray *files,
                 HyImportFlags flags,
                 GCancellable *cancellable,
                 HyImportOutcomeFunc on_outcome,
                 HyImportProgressFunc on_progress,
                 gpointer user_data)
{
  Import *import = g_new0 (Import, 1);
  DexFuture *future;

  g_atomic_ref_count_init (&import->refs);
  import->space = g_object_ref (self);
  import->files = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < files->len; i++)
    g_ptr_array_add (import->files, g_object_ref (g_ptr_array_index (files, i)));
  import->flags = flags;
  import->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  import->on_outcome = on_outcome;
  import->on_progress = on_progress;
  import->user_data = user_data;
  future = hy_fiber (import_fiber, import, import_unref);
  /* Stopped by @cancellable alone: a fiber dropped half-way would leave the reader to a pool thread. */
  dex_future_disown (dex_ref (future));
  return future;
}
