/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Owns the reading of one file from outside: what it is, and the items in it.  Reads its stream and nothing else,
 * writes nothing, decodes no document: that is the decoder's.  Blocking: for a pool thread, one at a time; only
 * hy_import_reader_get_fraction may be called from another thread meanwhile. */

#include "config.h"

#include "import/hy-import-reader.h"

#include "import/hy-import-document.h"
#include "import/hy-import-parcel.h"
#include "import/hy-import-people.h"
#include "import/hy-import-sniff.h"

#include "base/hy-error.h"

#include <glib/gi18n.h>
#include <string.h>

/* The bound of a document (SECURITY-DESIGN 5.3): a scanned booklet has 20 MiB. */
#define MAX_DOCUMENT_BYTES (100 * 1024 * 1024)
/* An archive that comes through something that cannot be read twice is kept in memory meanwhile; mails hold 25 MB. */
#define MAX_SPOOLED_BYTES (256 * 1024 * 1024)
/* Attachments that are handed over at once: what one transaction writes. */
#define MAX_BATCH_BYTES (32 * 1024 * 1024)
/* Documents at once: each may take a while to decode, and a person watches. */
#define MAX_BATCH_DOCUMENTS 16
/* Of the words inside one document that search finds: a book of a thousand pages. */
#define MAX_WORDS_BYTES (2 * 1024 * 1024)
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
  STATE_PARCEL,
  STATE_END,
} State;

struct _HyImportReader
{
  GObject parent_instance;

  GInputStream *stream;
  goffset begin; /* where it stood, when it is seekable */
  HyImportDecoder decoder;
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

  HyImportParcel *parcel;
  guint n_members;

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
  g_free (item->text);
  hy_import_person_unref (item->about);
  g_clear_error (&item->refused);
  g_free (item);
}

static HyImportItem *
item_new (guint index)
{
  HyImportItem *item = g_new0 (HyImportItem, 1);

  item->index = index;
  item->kind = "fhir";
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
  g_clear_pointer (&self->parcel, hy_import_parcel_free);
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
  if (G_IS_SEEKABLE (stream) && g_seekable_can_seek (G_SEEKABLE (stream)))
    self->begin = g_seekable_tell (G_SEEKABLE (stream));
  self->name = g_utf8_make_valid (slash != NULL ? slash + 1 : name, -1);
  self->size = size;
  return self;
}

/**
 * hy_import_reader_set_decoder:
 *
 * Who decodes documents; without one a PDF is taken without its words, and CDA and XDM are refused.
 */
void
hy_import_reader_set_decoder (HyImportReader *self,
                              const HyImportDecoder *decoder)
{
  self->decoder = *decoder;
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
 * Returns: "fhir", "pdf", "image", "cda", "xdm" or "unknown"; the last too before the first hy_import_reader_next
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

/* -- documents -- */

static HyImportDecodeStatus
decode (HyImportReader *self,
        GBytes *document,
        HyImportDecoded *decoded,
        GCancellable *cancellable)
{
  if (self->decoder.decode == NULL)
    return HY_IMPORT_NOT_DECODED;
  return self->decoder.decode (document, decoded, cancellable, self->decoder.user_data);
}

/* The words of a document, cut at MAX_WORDS_BYTES; nothing in them may look like the end of a record. */
static char *
steal_text (HyImportDecoded *decoded)
{
  char *text = g_steal_pointer (&decoded->text);
  gsize length;

  if (text == NULL || !g_utf8_validate (text, -1, NULL))
    {
      g_free (text);
      return NULL;
    }
  if ((length = strlen (text)) > MAX_WORDS_BYTES)
    {
      length = MAX_WORDS_BYTES;
      while (((guchar) text[length] & 0xc0) == 0x80)
        length--;
      text[length] = 0;
    }
  return text;
}

/* The reading of a CDA, or %NULL. */
static HyJson *
parse_cda (HyImportDecoded *decoded)
{
  HyJson *json = decoded->json != NULL ? hy_json_parse (decoded->json, NULL) : NULL;

  if (json != NULL && !hy_json_string_equal (json, hy_json_member (json, hy_json_root (json), "kind"), "cda"))
    g_clear_pointer (&json, hy_json_unref);
  return json;
}

static const char *
get_cda_refusal (HyImportDecodeStatus status)
{
  switch (status)
    {
    case HY_IMPORT_NOT_DECODED:
      return _ ("Health documents (CDA) cannot be read safely on this computer, so Hygie cannot tell whom this one is about. "
                "Nothing was changed. Keep the file, and ask its sender for a PDF meanwhile.");
    case HY_IMPORT_FORBIDDEN:
      return _ ("This file has a part (a DOCTYPE) by which files attack computers, and which health documents never have. "
                "It was not read, and nothing was changed. Ask its sender where it comes from.");
    case HY_IMPORT_DECODED:
    case HY_IMPORT_OTHER_KIND:
    case HY_IMPORT_DAMAGED:
    default:
      return _ ("This health document (CDA) is damaged, or far larger than such documents are, so Hygie cannot tell whom it is about. "
                "Nothing was changed. Ask its sender for a new copy.");
    }
}

/* The item of a document: @document with its bytes, media type, and what is known of it. */
static HyImportItem *
item_new_document (HyImportReader *self,
                   guint index,
                   const char *kind,
                   HyImportDocument *document,
                   char *text)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (HyJson) json = NULL;
  g_autoptr (GError) error = NULL;
  HyImportItem *item;

  document->now_us = self->now != 0 ? self->now : g_get_real_time ();
  bytes = hy_import_document_new_json (document);
  json = hy_json_parse (bytes, &error);
  if (json == NULL)
    {
      g_free (text);
      item = item_new_refused (index, error->message);
    }
  else
    {
      item = item_new_resource (self, index, json, hy_json_root (json), g_steal_pointer (&bytes));
      item->attachment = g_bytes_ref (document->bytes);
      item->media_type = g_strdup (document->media_type);
      item->text = text;
      item->row.flags &= ~(guint) HY_ROW_NO_BYTES; /* they come with it */
    }
  item->kind = kind;
  return item;
}

static HyImportItem *
item_new_refused_document (guint index,
                           const char *kind,
                           const char *reason)
{
  HyImportItem *item = item_new_refused (index, reason);

  item->kind = kind;
  return item;
}

/* The whole file, or %NULL when it is too large (@refused is set) or cannot be read. */
static GBytes *
read_whole (HyImportReader *self,
            GCancellable *cancellable,
            GError **error)
{
  if (!fill_to (self, MAX_DOCUMENT_BYTES + 1, cancellable, error))
    return NULL;
  if (self->end - self->start > MAX_DOCUMENT_BYTES)
    {
      g_autofree char *reason = g_strdup_printf (_ ("This document is larger than %d MB. Nothing was changed. "
                                                    "Make it smaller, or divide it, and add the parts."),
                                                 MAX_DOCUMENT_BYTES / (1024 * 1024));

      set_single (self, item_new_refused_document (0, self->kind, reason));
      return NULL;
    }
  return steal_buffer (self);
}

/* A PDF that was cut short, or that needs a password, is taken like any other: what it still shows is the person's.
 * Pictures have no words. */
static gboolean
start_pages (HyImportReader *self,
             HyImportKind kind,
             GCancellable *cancellable,
             GError **error)
{
  g_auto (HyImportDecoded) decoded = { 0 };
  g_autoptr (GBytes) bytes = NULL;
  HyImportDocument document = { .name = self->name, .media_type = hy_import_kind_media_type (kind) };

  self->kind = kind == HY_IMPORT_PDF ? "pdf" : "image";
  if (!(bytes = read_whole (self, cancellable, error)))
    return self->single != NULL;
  if (kind == HY_IMPORT_PDF)
    decode (self, bytes, &decoded, cancellable);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  document.bytes = bytes;
  set_single (self, item_new_document (self, 0, self->kind, &document, steal_text (&decoded)));
  return TRUE;
}

static gboolean
start_xml (HyImportReader *self,
           HyImportKind kind,
           GCancellable *cancellable,
           GError **error)
{
  g_auto (HyImportDecoded) decoded = { 0 };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (HyJson) cda = NULL;
  HyImportDocument document = { .name = self->name, .media_type = "text/xml" };
  HyImportDecodeStatus status;

  self->kind = kind == HY_IMPORT_CDA ? "cda" : "unknown";
  if (!(bytes = read_whole (self, cancellable, error)))
    return self->single != NULL;
  status = decode (self, bytes, &decoded, cancellable);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (status == HY_IMPORT_DECODED && (cda = parse_cda (&decoded)) != NULL)
    {
      self->kind = "cda";
      document.bytes = bytes;
      document.cda = cda;
      set_single (self, item_new_document (self, 0, self->kind, &document, steal_text (&decoded)));
    }
  else if (status == HY_IMPORT_DECODED && decoded.json != NULL)
    set_single (self, item_new_refused_document (0, self->kind,
                                                 _ ("This is only the list of an archive of documents. Nothing was changed. "
                                                    "Add the archive itself, the ZIP file that it came in.")));
  /* What does not begin like a CDA may be one in a style sheet; if it is none, it is a web page or anything. */
  else
    set_single (self, item_new_refused_document (0, self->kind,
                                                 kind == HY_IMPORT_CDA ? get_cda_refusal (status) : hy_import_kind_refusal (kind)));
  return TRUE;
}

/* -- an archive of documents -- */

static GInputStream *
dup_seekable (HyImportReader *self,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (GBytes) spooled = NULL;

  if (G_IS_SEEKABLE (self->stream) && g_seekable_can_seek (G_SEEKABLE (self->stream)))
    return g_seekable_seek (G_SEEKABLE (self->stream), self->begin, G_SEEK_SET, cancellable, error) ? g_object_ref (self->stream) : NULL;
  if (!fill_to (self, MAX_SPOOLED_BYTES + 1, cancellable, error))
    return NULL;
  if (self->end - self->start > MAX_SPOOLED_BYTES)
    {
      set_single (self, item_new_refused_document (0, self->kind,
                                                   _ ("This archive is too large to be read from there. Nothing was changed. "
                                                      "Copy it to this computer, and add the copy.")));
      return NULL;
    }
  spooled = steal_buffer (self);
  return g_memory_input_stream_new_from_bytes (spooled);
}

static gboolean
start_parcel (HyImportReader *self,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) problem = NULL;

  self->kind = "xdm";
  if (!(stream = dup_seekable (self, cancellable, error)))
    return self->single != NULL;
  if ((self->parcel = hy_import_parcel_new (stream, &self->decoder, cancellable, &problem)) != NULL)
    {
      self->n_members = hy_import_parcel_get_n_members (self->parcel);
      self->state = STATE_PARCEL;
      return TRUE;
    }
  if (problem->domain != HY_ERROR)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  set_single (self, item_new_refused_document (0, self->kind, problem->message));
  return TRUE;
}

/* What the metadata says it is, as far as that is a media type. */
static char *
dup_declared_type (HyImportMember *member)
{
  g_autofree char *text = hy_json_dup_string (member->xdm, hy_json_member (member->xdm, member->entry, "mediaType"));
  gsize length = 0;
  guint n_slashes = 0;

  for (; text != NULL && (g_ascii_isalnum (text[length]) || (text[length] != 0 && strchr ("/.+-", text[length]) != NULL)); length++)
    n_slashes += text[length] == '/';
  if (text == NULL || text[length] != 0 || n_slashes != 1 || length > 100)
    return g_strdup ("application/octet-stream");
  return g_steal_pointer (&text);
}

static HyImportItem *
item_new_member (HyImportReader *self,
                 HyImportMember *member,
                 GCancellable *cancellable)
{
  g_auto (HyImportDecoded) decoded = { 0 };
  g_autoptr (HyJson) cda = NULL;
  g_autofree char *declared = NULL;
  HyImportDocument document = { .name = member->name, .bytes = member->bytes, .xdm = member->xdm, .entry = member->entry, .superseded = member->superseded };
  HyImportDecodeStatus status = HY_IMPORT_OTHER_KIND;
  HyImportKind kind;
  HyImportItem *item;
  gsize size;
  const guint8 *bytes;

  if (member->refused != NULL)
    {
      item = item_new_refused_document (member->index, "xdm", member->refused->message);
      item->row.type = g_strdup ("DocumentReference");
      if (member->xdm != NULL)
        item->row.title = hy_json_dup_string (member->xdm, hy_json_member (member->xdm, member->entry, "title"));
      if (item->row.title == NULL)
        item->row.title = g_strdup (member->name);
      return item;
    }
  bytes = g_bytes_get_data (member->bytes, &size);
  kind = hy_import_sniff (bytes, MIN (size, HY_IMPORT_SNIFF_BYTES));
  if (kind == HY_IMPORT_PDF || kind == HY_IMPORT_CDA || kind == HY_IMPORT_XML || kind == HY_IMPORT_TEXT)
    status = decode (self, member->bytes, &decoded, cancellable);
  if (status == HY_IMPORT_DECODED && (kind == HY_IMPORT_CDA || kind == HY_IMPORT_XML))
    cda = parse_cda (&decoded);
  if (cda == NULL && (kind == HY_IMPORT_CDA || (kind == HY_IMPORT_XML && status == HY_IMPORT_FORBIDDEN)))
    {
      item = item_new_refused_document (member->index, "xdm", get_cda_refusal (status));
      item->row.title = hy_json_dup_string (member->xdm, hy_json_member (member->xdm, member->entry, "title"));
      return item;
    }
  document.cda = cda;
  document.media_type = hy_import_kind_media_type (kind);
  /* Of text the metadata knows better what it is (RTF, HL7 v2...). */
  if (document.media_type == NULL || (kind == HY_IMPORT_XML && cda == NULL) || kind == HY_IMPORT_TEXT)
    document.media_type = declared = dup_declared_type (member);
  item = item_new_document (self, member->index, "xdm", &document, steal_text (&decoded));
  item->has_metadata = TRUE;
  if (!member->as_sent)
    item->warning = "not-as-sent";
  else if (cda == NULL && kind != HY_IMPORT_PDF && kind != HY_IMPORT_JPEG && kind != HY_IMPORT_PNG && kind != HY_IMPORT_TIFF &&
           kind != HY_IMPORT_TEXT)
    item->warning = "kept-only";
  return item;
}

/* Sets STATE_END and returns %NULL behind the last; %NULL with an error on a failed read. */
static HyImportItem *
next_member (HyImportReader *self,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (HyImportMember) member = NULL;
  HyImportItem *item;

  if (!hy_import_parcel_next (self->parcel, &member, cancellable, error))
    return NULL;
  if (member == NULL)
    {
      g_clear_pointer (&self->parcel, hy_import_parcel_free);
      self->state = STATE_END;
      return NULL;
    }
  item = item_new_member (self, member, cancellable);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      hy_import_item_free (item);
      return NULL;
    }
  item->n_members = self->n_members;
  set_fraction (self, ++self->index, self->n_members);
  return item;
}

/* -- FHIR -- */

/* The first PDF or XML document that is written in the resource itself; %NULL when there is none. */
static GBytes *
dup_inline_document (HyJson *json)
{
  HyJsonNode content = hy_json_first (json, hy_json_member (json, hy_json_root (json), "content"));

  for (; content != 0; content = hy_json_next (json, content))
    {
      g_autofree char *text = hy_json_dup_string (json, hy_json_path (json, content, "attachment.data"));
      HyImportKind kind;
      gsize size;

      if (text == NULL || *text == 0)
        continue;
      g_base64_decode_inplace (text, &size);
      kind = hy_import_sniff ((const guint8 *) text, MIN (size, HY_IMPORT_SNIFF_BYTES));
      if (kind == HY_IMPORT_PDF || kind == HY_IMPORT_CDA)
        return g_bytes_new_take (g_steal_pointer (&text), size);
    }
  return NULL;
}

/* Search finds the words of a document wherever its bytes are. */
static void
add_inline_text (HyImportReader *self,
                 HyImportItem *item,
                 GCancellable *cancellable)
{
  g_auto (HyImportDecoded) decoded = { 0 };
  g_autoptr (GBytes) document = NULL;
  g_autoptr (HyJson) json = NULL;
  gsize size;
  const char *text;

  if (item->json == NULL || item->attachment != NULL || item->row.klass != HY_CLASS_DOCUMENT || self->decoder.decode == NULL)
    return;
  text = g_bytes_get_data (item->json, &size);
  /* Most have none: they are not read a second time. */
  if (memmem (text, size, "\"data\"", 6) == NULL || (json = hy_json_parse (item->json, NULL)) == NULL ||
      (document = dup_inline_document (json)) == NULL)
    return;
  if (decode (self, document, &decoded, cancellable) == HY_IMPORT_DECODED)
    item->text = steal_text (&decoded);
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
  if (kind == HY_IMPORT_PDF || kind == HY_IMPORT_JPEG || kind == HY_IMPORT_PNG || kind == HY_IMPORT_TIFF)
    return start_pages (self, kind, cancellable, error);
  if (kind == HY_IMPORT_CDA || kind == HY_IMPORT_XML)
    return start_xml (self, kind, cancellable, error);
  if (kind == HY_IMPORT_ZIP)
    return start_parcel (self, cancellable, error);
  if (kind != HY_IMPORT_JSON)
    {
      set_single (self, item_new_refused_document (0, self->kind, hy_import_kind_refusal (kind)));
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
 * hy_import_reader_begin:
 *
 * Does what the first hy_import_reader_next would do before it has an item: reads the beginning, and decodes a document
 * whole.  For a caller that has something else to do meanwhile.  An error comes again with that.
 */
void
hy_import_reader_begin (HyImportReader *self,
                        GCancellable *cancellable)
{
  if (self->state == STATE_START)
    start (self, cancellable, NULL);
}

/**
 * hy_import_reader_next:
 * @max_items: at most so many; 1 or more
 *
 * Blocks on the stream.  A part of the file that is not taken is an item with its reason; the others go on.
 * Bytes: an item's json is the exact text of its resource: the whole file (byte order mark and white space included)
 * where that is one resource, the span of the entry's resource in a Bundle, the line without the blanks around it in
 * NDJSON.  Index: of the entry in the Bundle, of the line among those that are not blank.
 * A document is a DocumentReference made here, with the file beside it; each document of an IHE XDM archive is an item,
 * its index that in the archive's metadata.
 * Bounds: 50 MiB for a JSON file or one line of NDJSON, whose length is free; 100 MiB for a document, alone or in an
 * archive; 2 MiB for the words in it; they are taken from documents that a FHIR resource holds too.  Of documents 16 or 32 MiB come at once.
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
  gsize n_bytes = 0;
  guint n_documents = 0;

  g_return_val_if_fail (HY_IS_IMPORT_READER (self), NULL);
  g_return_val_if_fail (max_items > 0, NULL);

  if (self->state == STATE_START && !start (self, cancellable, error))
    return NULL;
  items = g_ptr_array_new_full (MIN (max_items, 1024), (GDestroyNotify) hy_import_item_free);
  while (items->len < max_items && n_bytes < MAX_BATCH_BYTES && n_documents < MAX_BATCH_DOCUMENTS && self->state != STATE_END)
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
        case STATE_PARCEL:
          item = next_member (self, cancellable, &failed);
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
      if (item == NULL)
        continue;
      g_ptr_array_add (items, item);
      add_inline_text (self, item, cancellable);
      /* What was given up half-way is not taken without its words. */
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      n_documents += item->attachment != NULL || item->text != NULL;
      n_bytes += item->attachment != NULL ? g_bytes_get_size (item->attachment) : 0;
    }
  if (self->state == STATE_END)
    g_atomic_int_set (&self->fraction, WHOLE);
  return g_steal_pointer (&items);
}
