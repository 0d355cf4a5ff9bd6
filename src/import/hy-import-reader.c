/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Owns the reading of one file from outside: what it is, and the items in it.  Reads its stream and nothing else,
 * writes nothing, decodes no document.  Blocking: for a pool thread, one at a time; only
 * hy_import_reader_get_fraction may be called from another thread meanwhile. */

#include "config.h"

#include "import/hy-import-reader.h"

#include "import/hy-import-people.h"
#include "import/hy-import-sniff.h"

#include "base/hy-error.h"

#include <glib/gi18n.h>
#include <string.h>

/* The bound of a document (SECURITY-DESIGN 5.3): a scanned booklet has 20 MiB. */
#define MAX_DOCUMENT_BYTES (100 * 1024 * 1024)
/* Bytes asked of the stream at a time: enough for a disk, little enough to be cancelled at once. */
#define READ_BYTES (256 * 1024)
/* Of the fraction. */
#define WHOLE 1000

typedef enum
{
  STATE_START,
  STATE_SINGLE, /* one item, made already */
  STATE_BUNDLE,
  STATE_LINES,
  STATE_END,
} State;

struct _HyImportReader
{
  GObject parent_instance;

  GInputStream *stream;
  char *name;   /* what a person sees of the file's name; valid UTF-8 */
  gint64 size;  /* bytes; -1 = unknown */
  gint64 now;   /* µs since 1970; 0 = ask the clock */
  State state;
  const char *kind;
  int fraction; /* of WHOLE; atomic */

  /* Read and not yet used: [start, end) of @buffer. */
  guint8 *buffer;
  gsize room;
  gsize start;
  gsize end;
  gint64 n_read;
  gboolean at_end;

  HyImportPeople *people;
  HyImportItem *single;

  HyJson *bundle;
  HyJsonNode entry; /* the next one; 0 = none left */
  guint n_entries;
  guint n_given;

  guint index; /* of the next entry or line with something on it */
  guint line;  /* number of the next line, from 1 */
  gsize searched; /* bytes from @start on that hold no line end */
  gboolean skipping; /* inside a line that is too long */
};

G_DEFINE_FINAL_TYPE (HyImportReader, hy_import_reader, G_TYPE_OBJECT)

void
hy_import_item_free (HyImportItem *item)
{
  g_clear_pointer (&item->json, g_bytes_unref);
  hy_resource_row_clear (&item->row);
  g_free (item->full_url);
  g_clear_pointer (&item->attachment, g_bytes_unref);
  g_free (item->media_type);
  hy_import_person_unref (item->about);
  g_clear_error (&item->refused);
  g_free (item);
}

static HyImportItem *
item_new (guint index)
{
  HyImportItem *item = g_new0 (HyImportItem, 1);

  item->index = index;
  item->row.shelf = -1;
  return item;
}

static HyImportItem *
item_new_refused (guint index,
                  const char *reason)
{
  HyImportItem *item = item_new (index);

  item->refused = g_error_new_literal (HY_ERROR, HY_ERROR_REFUSED, reason);
  return item;
}

/* Takes @bytes, the text of @resource. */
static HyImportItem *
item_new_resource (HyImportReader *self,
                   guint index,
                   HyJson *json,
                   HyJsonNode resource,
                   GBytes *bytes)
{
  HyImportItem *item = item_new (index);

  if (!hy_resource_row_read (json, resource, &item->row, &item->refused))
    {
      g_bytes_unref (bytes);
      return item;
    }
  if (strcmp (item->row.type, "OperationOutcome") == 0)
    {
      g_bytes_unref (bytes);
      item->refused = g_error_new_literal (HY_ERROR, HY_ERROR_REFUSED,
                                           _ ("This is a server's answer, not a health record, so it was left out. "
                                              "Nothing was lost, and there is nothing to do."));
      return item;
    }
  item->json = bytes;
  item->about = hy_import_people_find (self->people, json, resource, item->row.type, item->row.subject);
  return item;
}

static void
hy_import_reader_finalize (GObject *object)
{
  HyImportReader *self = HY_IMPORT_READER (object);

  g_clear_object (&self->stream);
  g_free (self->name);
  g_free (self->buffer);
  hy_import_people_free (self->people);
  g_clear_pointer (&self->single, hy_import_item_free);
  g_clear_pointer (&self->bundle, hy_json_unref);
  G_OBJECT_CLASS (hy_import_reader_parent_class)->finalize (object);
}

static void
hy_import_reader_class_init (HyImportReaderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hy_import_reader_finalize;
}

static void
hy_import_reader_init (HyImportReader *self)
{
  self->kind = "unknown";
  self->line = 1;
  self->people = hy_import_people_new ();
}

/**
 * hy_import_reader_new:
 * @stream: read from where it stands to its end, and closed by nobody
 * @name: name of the file, in any encoding; a path is cut down to its last part
 * @size: bytes, or -1 when nobody knows; only for hy_import_reader_get_fraction
 */
HyImportReader *
hy_import_reader_new (GInputStream *stream,
                      const char *name,
                      gint64 size)
{
  HyImportReader *self = g_object_new (HY_TYPE_IMPORT_READER, NULL);
  const char *slash = strrchr (name, '/');

  self->stream = g_object_ref (stream);
  self->name = g_utf8_make_valid (slash != NULL ? slash + 1 : name, -1);
  self->size = size;
  return self;
}

/**
 * hy_import_reader_set_now:
 * @now_us: microseconds since 1970, UTC
 *
 * The time that documents made here bear, instead of the clock's.
 */
void
hy_import_reader_set_now (HyImportReader *self,
                          gint64 now_us)
{
  self->now = now_us;
}

/**
 * hy_import_reader_get_kind:
 *
 * Returns: "fhir", "pdf" or "unknown"; the last too before the first hy_import_reader_next
 */
const char *
hy_import_reader_get_kind (HyImportReader *self)
{
  return self->kind;
}

/**
 * hy_import_reader_get_fraction:
 *
 * Returns: how much is done, 0 to 1; may be called from any thread
 */
double
hy_import_reader_get_fraction (HyImportReader *self)
{
  return (double) g_atomic_int_get (&self->fraction) / WHOLE;
}

static void
set_fraction (HyImportReader *self,
              double done,
              double of)
{
  if (of > 0)
    g_atomic_int_set (&self->fraction, (int) (CLAMP (done / of, 0, 1) * WHOLE));
}

/* Reads on behind what is there.  At the end of the stream sets at_end and adds nothing. */
static gboolean
fill (HyImportReader *self,
      GCancellable *cancellable,
      GError **error)
{
  gssize n;

  if (self->room - self->end < READ_BYTES)
    {
      if (self->start > 0)
        {
          memmove (self->buffer, self->buffer + self->start, self->end - self->start);
          self->end -= self->start;
          self->start = 0;
        }
      if (self->room - self->end < READ_BYTES)
        {
          self->room = MAX (2 * self->room, 4 * READ_BYTES);
          self->buffer = g_realloc (self->buffer, self->room);
        }
    }
  n = g_input_stream_read (self->stream, self->buffer + self->end, READ_BYTES, cancellable, error);
  if (n < 0)
    return FALSE;
  if (n == 0)
    self->at_end = TRUE;
  self->end += (gsize) n;
  self->n_read += n;
  return TRUE;
}

/* Reads until at least @size bytes wait, or the stream ends. */
static gboolean
fill_to (HyImportReader *self,
         gsize size,
         GCancellable *cancellable,
         GError **error)
{
  while (!self->at_end && self->end - self->start < size)
    {
      if (!fill (self, cancellable, error))
        return FALSE;
      /* Reading is half of the work where the whole file is needed. */
      if (self->size > 0)
        set_fraction (self, (double) self->n_read / 2, (double) self->size);
    }
  return TRUE;
}

/* All that waits, the buffer itself. */
static GBytes *
steal_buffer (HyImportReader *self)
{
  gsize size = self->end - self->start;

  memmove (self->buffer, self->buffer + self->start, size);
  self->start = self->end = self->room = 0;
  return g_bytes_new_take (g_realloc (g_steal_pointer (&self->buffer), MAX (size, 1)), size);
}

static void
set_single (HyImportReader *self,
            HyImportItem *item)
{
  self->single = item;
  self->state = STATE_SINGLE;
}

/* "Compte_rendu  2024.pdf" -> "Compte rendu 2024" */
static char *
dup_description (const char *name)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *dot = strrchr (name, '.');
  const char *end = dot != NULL && dot != name ? dot : name + strlen (name);

  for (const char *at = name; at < end; at = g_utf8_next_char (at))
    {
      gunichar ch = g_utf8_get_char (at);

      if (ch != '_' && !g_unichar_isspace (ch) && g_unichar_isprint (ch))
        g_string_append_unichar (text, ch);
      else if (text->len > 0 && text->str[text->len - 1] != ' ')
        g_string_append_c (text, ' ');
    }
  g_strchomp (text->str);
  return *text->str != 0 ? g_strdup (text->str) : g_strdup (_ ("Document"));
}

static char *
dup_instant (gint64 now_us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc_usec (now_us);
  g_autoptr (GDateTime) local = g_date_time_to_local (utc);

  return g_date_time_format (local, "%Y-%m-%dT%H:%M:%S%:z");
}

/* The DocumentReference of a PDF that came alone.  It has no masterIdentifier: the hash says when it is the same. */
static GBytes *
dup_document (HyImportReader *self,
              GBytes *pdf)
{
  GString *out = g_string_new ("{\"resourceType\":\"DocumentReference\",\"id\":");
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *instant = dup_instant (self->now != 0 ? self->now : g_get_real_time ());
  g_autofree char *description = dup_description (self->name);
  g_autofree char *hash = NULL;
  guint8 digest[20];
  gsize length = sizeof digest;
  gsize size;
  const guint8 *bytes = g_bytes_get_data (pdf, &size);

  g_checksum_update (checksum, bytes, (gssize) size);
  g_checksum_get_digest (checksum, digest, &length);
  hash = g_base64_encode (digest, length);

  hy_json_append_quoted (out, id);
  g_string_append (out, ",\"meta\":{\"tag\":[{\"system\":\"" HY_TAG_SYSTEM "\",\"code\":\"local\"}]}"
                        ",\"status\":\"current\",\"date\":");
  hy_json_append_quoted (out, instant);
  g_string_append (out, ",\"description\":");
  hy_json_append_quoted (out, description);
  g_string_append (out, ",\"content\":[{\"attachment\":{\"contentType\":\"application/pdf\"");
  g_string_append_printf (out, ",\"size\":%" G_GSIZE_FORMAT ",\"hash\":\"%s\",\"title\":", size, hash);
  hy_json_append_quoted (out, self->name);
  g_string_append (out, "}}]}");
  return g_string_free_to_bytes (out);
}

/* A PDF that was cut short is taken like any other: what it still shows is the person's. */
static gboolean
start_pdf (HyImportReader *self,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr (GBytes) pdf = NULL;
  g_autoptr (HyJson) json = NULL;
  GBytes *document;

  self->kind = "pdf";
  if (!fill_to (self, MAX_DOCUMENT_BYTES + 1, cancellable, error))
    return FALSE;
  if (self->end - self->start > MAX_DOCUMENT_BYTES)
    {
      g_autofree char *reason = g_strdup_printf (_ ("This PDF is larger than %d MB. Nothing was changed. "
                                                    "Make it smaller, or divide it, and add the parts."),
                                                 MAX_DOCUMENT_BYTES / (1024 * 1024));

      set_single (self, item_new_refused (0, reason));
      return TRUE;
    }
  pdf = steal_buffer (self);
  document = dup_document (self, pdf);
  json = hy_json_parse (document, error);
  if (json == NULL)
    {
      g_bytes_unref (document);
      return FALSE;
    }
  set_single (self, item_new_resource (self, 0, json, hy_json_root (json), document));
  self->single->attachment = g_steal_pointer (&pdf);
  self->single->media_type = g_strdup ("application/pdf");
  self->single->row.flags &= ~(guint) HY_ROW_NO_BYTES; /* they come with it */
  return TRUE;
}

static void
start_bundle (HyImportReader *self,
              HyJson *json)
{
  HyJsonNode entries = hy_json_member (json, hy_json_root (json), "entry");

  self->bundle = hy_json_ref (json);
  self->entry = hy_json_kind (json, entries) == HY_JSON_ARRAY ? hy_json_first (json, entries) : 0;
  self->n_entries = hy_json_count (json, entries);
  self->state = STATE_BUNDLE;
  for (HyJsonNode entry = self->entry; entry != 0; entry = hy_json_next (json, entry))
    {
      HyJsonNode resource = hy_json_member (json, entry, "resource");
      g_autofree char *url = NULL;

      if (!hy_json_string_equal (json, hy_json_member (json, resource, "resourceType"), "Patient"))
        continue;
      url = hy_json_dup_string (json, hy_json_member (json, entry, "fullUrl"));
      hy_import_people_add (self->people, json, resource, url);
    }
}

static gboolean
start_whole_json (HyImportReader *self,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (HyJson) json = NULL;
  g_autoptr (GError) wrong = NULL;

  if (!fill_to (self, HY_JSON_MAX_BYTES + 1, cancellable, error))
    return FALSE;
  if (self->end - self->start > HY_JSON_MAX_BYTES)
    {
      g_autofree char *reason =
          g_strdup_printf (_ ("This JSON file is larger than %d MB. Nothing was changed. Ask its sender for it in smaller "
                              "files, or as NDJSON (one record a line), which may have any size."),
                           HY_JSON_MAX_BYTES / (1024 * 1024));

      set_single (self, item_new_refused (0, reason));
      return TRUE;
    }
  bytes = steal_buffer (self);
  if ((json = hy_json_parse (bytes, &wrong)) == NULL)
    set_single (self, item_new_refused (0, wrong->message));
  else if (hy_json_string_equal (json, hy_json_member (json, hy_json_root (json), "resourceType"), "Bundle"))
    start_bundle (self, json);
  else
    set_single (self, item_new_resource (self, 0, json, hy_json_root (json), g_steal_pointer (&bytes)));
  return TRUE;
}

/* Leads @offset, from @start, to the next byte that is not blank; %FALSE when the stream ends before. */
static gboolean
find_ink (HyImportReader *self,
          gsize *offset,
          GCancellable *cancellable,
          GError **error)
{
  for (;;)
    {
      while (self->start + *offset < self->end)
        {
          guint8 byte = self->buffer[self->start + *offset];

          if (byte != ' ' && byte != '\t' && byte != '\r' && byte != '\n')
            return TRUE;
          ++*offset;
        }
      if (self->at_end || *offset > HY_JSON_MAX_BYTES || !fill (self, cancellable, error))
        return FALSE;
    }
}

static gboolean
is_object (const guint8 *text,
           gsize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, length);
  g_autoptr (HyJson) json = hy_json_parse (bytes, NULL);

  return json != NULL && hy_json_kind (json, hy_json_root (json)) == HY_JSON_OBJECT;
}

/* NDJSON: the first line is a whole object and the next one begins another.  A lone object, on one line or over many,
 * never looks like that. */
static gboolean
looks_like_lines (HyImportReader *self,
                  gboolean *lines,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autoptr (GError) wrong = NULL;
  const guint8 *found = NULL;
  gsize first = 0;
  gsize searched;
  gsize length;
  gsize second;

  *lines = FALSE;
  if (!fill_to (self, 3, cancellable, error))
    return FALSE;
  if (self->end - self->start >= 3 && memcmp (self->buffer + self->start, "\xef\xbb\xbf", 3) == 0)
    first = 3;
  if (!find_ink (self, &first, cancellable, &wrong) || self->buffer[self->start + first] != '{')
    goto out;

  searched = first;
  while (found == NULL)
    {
      found = memchr (self->buffer + self->start + searched, '\n', self->end - self->start - searched);
      searched = self->end - self->start;
      if (found == NULL && (self->at_end || searched > HY_JSON_MAX_BYTES || !fill (self, cancellable, &wrong)))
        goto out;
    }
  length = (gsize) (found - (self->buffer + self->start)) - first;
  second = first + length;
  while (length > 0 && g_ascii_isspace (self->buffer[self->start + first + length - 1]))
    length--;
  if (self->buffer[self->start + first + length - 1] == '}' && find_ink (self, &second, cancellable, &wrong) &&
      self->buffer[self->start + second] == '{')
    *lines = is_object (self->buffer + self->start + first, length);

out:
  if (wrong != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&wrong));
      return FALSE;
    }
  return TRUE;
}

static gboolean
start (HyImportReader *self,
       GCancellable *cancellable,
       GError **error)
{
  HyImportKind kind;
  gboolean lines;

  if (!fill_to (self, HY_IMPORT_SNIFF_BYTES, cancellable, error))
    return FALSE;
  kind = hy_import_sniff (self->buffer + self->start, MIN (self->end - self->start, HY_IMPORT_SNIFF_BYTES));
  if (kind == HY_IMPORT_PDF)
    return start_pdf (self, cancellable, error);
  if (kind != HY_IMPORT_JSON)
    {
      set_single (self, item_new_refused (0, hy_import_kind_refusal (kind)));
      return TRUE;
    }
  self->kind = "fhir";
  if (!looks_like_lines (self, &lines, cancellable, error))
    return FALSE;
  if (!lines)
    return start_whole_json (self, cancellable, error);
  if (memcmp (self->buffer + self->start, "\xef\xbb\xbf", 3) == 0)
    self->start += 3;
  self->state = STATE_LINES;
  return TRUE;
}

static HyImportItem *
next_entry (HyImportReader *self)
{
  HyJson *json = self->bundle;

  while (self->entry != 0)
    {
      HyJsonNode entry = self->entry;
      HyJsonNode resource = hy_json_member (json, entry, "resource");
      guint index = self->index++;
      HyJsonSpan span;
      HyImportItem *item;

      self->entry = hy_json_next (json, entry);
      set_fraction (self, (double) self->n_entries + self->index, 2.0 * self->n_entries);
      if (resource == 0)
        continue;
      self->n_given++;
      if (hy_json_string_equal (json, hy_json_path (json, entry, "search.mode"), "outcome"))
        {
          item = item_new_refused (index, _ ("This is a server's note about a search, not a health record, so it was left out. "
                                             "Nothing was lost, and there is nothing to do."));
          return item;
        }
      span = hy_json_span (json, resource);
      item = item_new_resource (self, index, json, resource,
                                g_bytes_new_from_bytes (hy_json_get_bytes (json), span.start, span.end - span.start));
      item->full_url = hy_json_dup_string (json, hy_json_member (json, entry, "fullUrl"));
      return item;
    }

  self->state = STATE_END;
  if (self->n_given > 0)
    return NULL;
  return item_new_refused (0, _ ("This file is a Bundle that holds no record. Nothing was changed. "
                                 "Ask its sender for a new copy."));
}

static HyImportItem *
item_new_line (HyImportReader *self,
               const guint8 *text,
               gsize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, length);
  g_autoptr (HyJson) json = hy_json_parse (bytes, NULL);
  g_autofree char *reason = NULL;
  HyImportItem *item;

  if (json == NULL)
    {
      reason = g_strdup_printf (_ ("Line %u of this file is not valid JSON, so it was left out; the other lines were not. "
                                   "Ask its sender for a new copy."),
                                self->line);
      return item_new_refused (self->index++, reason);
    }
  if (hy_json_string_equal (json, hy_json_member (json, hy_json_root (json), "resourceType"), "Patient"))
    hy_import_people_add (self->people, json, hy_json_root (json), NULL);
  item = item_new_resource (self, self->index++, json, hy_json_root (json), g_steal_pointer (&bytes));
  if (item->refused != NULL)
    {
      reason = g_strdup_printf (_ ("Line %u: %s"), self->line, item->refused->message);
      g_clear_error (&item->refused);
      item->refused = g_error_new_literal (HY_ERROR, HY_ERROR_REFUSED, reason);
    }
  return item;
}

static HyImportItem *
item_new_long_line (HyImportReader *self)
{
  g_autofree char *reason = g_strdup_printf (_ ("Line %u of this file is larger than %d MB, so it was left out; "
                                                "the other lines were not. Ask its sender for that record alone."),
                                             self->line, HY_JSON_MAX_BYTES / (1024 * 1024));

  return item_new_refused (self->index++, reason);
}

/* The next line that has something on it.  Sets STATE_END and returns %NULL behind the last; %NULL with an error on
 * a failed read.  Memory: no more than one line. */
static HyImportItem *
next_line (HyImportReader *self,
           GCancellable *cancellable,
           GError **error)
{
  for (;;)
    {
      const guint8 *text = self->buffer + self->start;
      gsize waiting = self->end - self->start;
      const guint8 *found = memchr (text + self->searched, '\n', waiting - self->searched);
      HyImportItem *item = NULL;
      gsize length;
      gboolean ended = found == NULL && self->at_end;

      if (found == NULL && !ended)
        {
          self->searched = waiting;
          if (self->skipping || waiting > HY_JSON_MAX_BYTES)
            {
              self->skipping = TRUE;
              self->start = self->end;
              self->searched = 0;
            }
          if (!fill (self, cancellable, error))
            return NULL;
          continue;
        }

      length = found != NULL ? (gsize) (found - text) : waiting;
      self->start += length + (found != NULL);
      self->searched = 0;
      if (self->size > 0)
        set_fraction (self, (double) (self->n_read - (gint64) (self->end - self->start)), (double) self->size);
      while (length > 0 && g_ascii_isspace (text[0]))
        text++, length--;
      while (length > 0 && g_ascii_isspace (text[length - 1]))
        length--;
      if (self->skipping || length > HY_JSON_MAX_BYTES)
        item = item_new_long_line (self);
      else if (length > 0)
        item = item_new_line (self, text, length);
      self->skipping = FALSE;
      self->line++;
      if (ended)
        self->state = STATE_END;
      if (item != NULL || ended)
        return item;
    }
}

/**
 * hy_import_reader_next:
 * @max_items: at most so many; 1 or more
 *
 * Blocks on the stream.  A part of the file that is not taken is an item with its reason; the others go on.
 * Bytes: an item's json is the exact text of its resource: the whole file (byte order mark and white space included)
 * where that is one resource, the span of the entry's resource in a Bundle, the line without the blanks around it in
 * NDJSON.  Index: of the entry in the Bundle, of the line among those that are not blank.
 * Bounds: 50 MiB for a JSON file or one line of NDJSON, whose length is free; 100 MiB for a document.
 *
 * Returns: (transfer full) (element-type HyImportItem) (nullable): the next items; an empty array behind the last
 * Errors: those of the stream, and G_IO_ERROR_CANCELLED; the file's contents are never one
 */
GPtrArray *
hy_import_reader_next (HyImportReader *self,
                       guint max_items,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (GPtrArray) items = NULL;

  g_return_val_if_fail (HY_IS_IMPORT_READER (self), NULL);
  g_return_val_if_fail (max_items > 0, NULL);

  if (self->state == STATE_START && !start (self, cancellable, error))
    return NULL;
  items = g_ptr_array_new_full (MIN (max_items, 1024), (GDestroyNotify) hy_import_item_free);
  while (items->len < max_items && self->state != STATE_END)
    {
      g_autoptr (GError) failed = NULL;
      HyImportItem *item = NULL;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      switch (self->state)
        {
        case STATE_SINGLE:
          item = g_steal_pointer (&self->single);
          self->state = STATE_END;
          break;
        case STATE_BUNDLE:
          item = next_entry (self);
          break;
        case STATE_LINES:
          item = next_line (self, cancellable, &failed);
          break;
        case STATE_START:
        case STATE_END:
        default:
          g_assert_not_reached ();
        }
      if (failed != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&failed));
          return NULL;
        }
      if (item != NULL)
        g_ptr_array_add (items, item);
    }
  if (self->state == STATE_END)
    g_atomic_int_set (&self->fraction, WHOLE);
  return g_steal_pointer (&items);
}
