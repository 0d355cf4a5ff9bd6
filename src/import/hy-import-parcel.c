/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Owns the reading of an IHE_XDM.ZIP (IHE ITI-32 as it is really met: health-space.md 3.7).  It is read twice: first only
 * the names, the sizes and the METADATA.XML files, which other documents may stand before; then document after document.
 * Names of the archive are compared, never used on this computer; nothing is written. */

#include "config.h"

#include "import/hy-import-parcel.h"

#include "base/hy-error.h"
#include "import/hy-import-document.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>

/* SECURITY-DESIGN 5.2. */
#define MAX_ENTRIES 2000
#define MAX_TOTAL_BYTES (2 * (gint64) 1024 * 1024 * 1024)
#define MAX_RATIO 200
#define RATIO_FROM_BYTES (1024 * 1024)
/* Of one document (SECURITY-DESIGN 5.3), and of all metadata together, which has some kilobytes a document and stays in
 * memory; what is read out of it is shorter. */
#define MAX_DOCUMENT_BYTES (100 * 1024 * 1024)
#define MAX_METADATA_BYTES (16 * 1024 * 1024)
#define MAX_READING_BYTES (2 * MAX_METADATA_BYTES)
/* Folders of an archive: SUBSET01 to SUBSET99. */
#define MAX_METADATA 99
/* Bytes asked of the stream, and of the archive, at a time. */
#define READ_BYTES (64 * 1024)

typedef struct
{
  char *name;       /* as in the archive, with / between folders */
  gint64 size;      /* bytes, as the archive says; more are never read */
  GArray *members;  /* nullable; guint: those whose file it is */
} Entry;

/* A METADATA.XML. */
typedef struct
{
  char *folder; /* "", or with / behind it */
  char *root;   /* the folder IHE_XDM itself, with / behind it */
  char *above;  /* the one that holds it: "", or with / behind it */
  GBytes *bytes;
  HyJson *json; /* nullable */
} Metadata;

typedef struct
{
  Metadata *metadata;
  HyJsonNode node;
  char *name;      /* of the file */
  gboolean given;
  const char *problem; /* nullable: a msgid: why there is no file */
} Member;

struct _HyImportParcel
{
  GInputStream *stream;
  goffset begin;
  GCancellable *cancellable; /* of the call under way */
  GError *stream_error;
  guint8 *buffer;
  guint8 *chunk; /* what comes out of the archive */
  struct archive *archive;

  GPtrArray *entries;      /* Entry, in the order of the archive */
  GHashTable *by_name;     /* char * in lower case -> Entry */
  GPtrArray *metadata;     /* Metadata */
  GArray *members;         /* Member */
  GHashTable *superseded;  /* char *: entry UUIDs */
  guint n_unreadable;      /* metadata files */
  gsize n_metadata_bytes;
  gsize n_reading_bytes;

  guint at_entry;
  Entry *entry;            /* the one whose bytes are at hand */
  guint at_member;         /* of entry->members */
  GBytes *bytes;
  GError *entry_error;
  gboolean ended;
  guint at_leftover;
};

void
hy_import_decoded_clear (HyImportDecoded *decoded)
{
  g_clear_pointer (&decoded->json, g_bytes_unref);
  g_clear_pointer (&decoded->text, g_free);
}

void
hy_import_member_free (HyImportMember *member)
{
  g_free (member->name);
  g_clear_pointer (&member->xdm, hy_json_unref);
  g_clear_pointer (&member->bytes, g_bytes_unref);
  g_clear_error (&member->refused);
  g_free (member);
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->name);
  g_clear_pointer (&entry->members, g_array_unref);
  g_free (entry);
}

static void
metadata_free (gpointer data)
{
  Metadata *metadata = data;

  g_free (metadata->folder);
  g_free (metadata->root);
  g_free (metadata->above);
  g_clear_pointer (&metadata->bytes, g_bytes_unref);
  g_clear_pointer (&metadata->json, hy_json_unref);
  g_free (metadata);
}

static void
member_clear (gpointer data)
{
  Member *member = data;

  g_free (member->name);
}

void
hy_import_parcel_free (HyImportParcel *self)
{
  g_clear_pointer (&self->archive, archive_read_free);
  g_object_unref (self->stream);
  g_clear_error (&self->stream_error);
  g_clear_error (&self->entry_error);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->buffer);
  g_free (self->chunk);
  g_hash_table_unref (self->by_name);
  g_hash_table_unref (self->superseded);
  g_ptr_array_unref (self->entries);
  g_ptr_array_unref (self->metadata);
  g_array_unref (self->members);
  g_free (self);
}

/* -- the stream below libarchive -- */

static gboolean
seek (HyImportParcel *self,
      goffset offset,
      GSeekType type)
{
  return self->stream_error == NULL &&
         g_seekable_seek (G_SEEKABLE (self->stream), offset, type, self->cancellable, &self->stream_error);
}

static la_ssize_t
on_read (struct archive *archive,
         void *data,
         const void **buffer)
{
  HyImportParcel *self = data;
  gssize n = -1;

  if (self->stream_error == NULL)
    n = g_input_stream_read (self->stream, self->buffer, READ_BYTES, self->cancellable, &self->stream_error);
  *buffer = self->buffer;
  if (n < 0)
    archive_set_error (archive, EIO, "stream");
  return n;
}

static la_int64_t
on_seek (struct archive *archive,
         void *data,
         la_int64_t offset,
         int whence)
{
  HyImportParcel *self = data;
  gboolean sought;

  if (whence == SEEK_END)
    sought = seek (self, offset, G_SEEK_END);
  else if (whence == SEEK_CUR)
    sought = seek (self, offset, G_SEEK_CUR);
  else
    sought = offset >= 0 && seek (self, self->begin + offset, G_SEEK_SET);
  if (!sought)
    {
      /* A place outside the file is the archive's fault, not the stream's. */
      if (g_error_matches (self->stream_error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT))
        g_clear_error (&self->stream_error);
      archive_set_error (archive, EIO, "seek");
      return ARCHIVE_FATAL;
    }
  return g_seekable_tell (G_SEEKABLE (self->stream)) - self->begin;
}

/* -- refusing -- */

static gboolean
refuse (GError **error,
        const char *reason)
{
  g_set_error_literal (error, HY_ERROR, HY_ERROR_REFUSED, reason);
  return FALSE;
}

static gboolean
refuse_damaged (HyImportParcel *self,
                GError **error)
{
  if (self->stream_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&self->stream_error));
      return FALSE;
    }
  return refuse (error, _ ("This archive is damaged, or was cut short on its way. Nothing was changed. Ask its sender for a new copy."));
}

static gboolean
refuse_bomb (GError **error)
{
  return refuse (error, _ ("This archive would unpack to far more than a health record holds, so it was not opened. "
                           "Nothing was changed. Ask its sender for the documents themselves."));
}

static gboolean
refuse_damaged_document (GError **error)
{
  return refuse (error, _ ("This document is damaged inside its archive. The others are not touched by that. "
                           "Ask its sender for a new copy."));
}

/* -- names -- */

/* Whether a name of the archive stays in the archive. */
static gboolean
is_inside (const char *name)
{
  g_auto (GStrv) parts = NULL;

  if (name[0] == '/' || name[0] == '\\' || (g_ascii_isalpha (name[0]) && name[1] == ':'))
    return FALSE;
  parts = g_strsplit_set (name, "/\\", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    if (strcmp (parts[i], "..") == 0)
      return FALSE;
  return TRUE;
}

/* With / between folders, without "." and empty parts. */
static char *
dup_normal_name (const char *name)
{
  g_auto (GStrv) parts = g_strsplit_set (name, "/\\", -1);
  GString *normal = g_string_new (NULL);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (*parts[i] == 0 || strcmp (parts[i], ".") == 0)
        continue;
      if (normal->len > 0)
        g_string_append_c (normal, '/');
      g_string_append (normal, parts[i]);
    }
  return g_string_free (normal, FALSE);
}

/* An archive's metadata: METADATA.XML somewhere below a folder IHE_XDM, in any case. */
static Metadata *
metadata_new (const char *name)
{
  const char *slash = strrchr (name, '/');
  const char *at = name;
  Metadata *metadata;

  if (slash == NULL || g_ascii_strcasecmp (slash + 1, "METADATA.XML") != 0)
    return NULL;
  while (at < slash)
    {
      const char *end = strchr (at, '/');

      if (end - at == 7 && g_ascii_strncasecmp (at, "IHE_XDM", 7) == 0)
        {
          metadata = g_new0 (Metadata, 1);
          metadata->folder = g_strndup (name, (gsize) (slash + 1 - name));
          metadata->root = g_strndup (name, (gsize) (end + 1 - name));
          metadata->above = g_strndup (name, (gsize) (at - name));
          return metadata;
        }
      at = end + 1;
    }
  return NULL;
}

/* By its first bytes, or by a name that nothing else has. */
static gboolean
is_archive (const char *name,
            const guint8 *bytes,
            gsize size)
{
  static const struct
  {
    const char *magic;
    gsize length;
  } magics[] = { { "PK\3\4", 4 }, { "PK\5\6", 4 }, { "7z\xbc\xaf\x27\x1c", 6 }, { "Rar!\x1a\x07", 6 }, { "\x1f\x8b\x08", 3 }, { "\xfd"
                                                                                                                                "7zXZ",
                                                                                                                                5 } };
  static const char *const endings[] = { ".zip", ".7z", ".rar", ".gz", ".tgz", ".tar", ".xz", ".bz2", ".zst" };
  g_autofree char *lower = g_ascii_strdown (name, -1);

  for (guint i = 0; i < G_N_ELEMENTS (magics); i++)
    if (size >= magics[i].length && memcmp (bytes, magics[i].magic, magics[i].length) == 0)
      return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (lower, endings[i]))
      return TRUE;
  return FALSE;
}

/* -- walking through the archive -- */

static gboolean
open_archive (HyImportParcel *self,
              GError **error)
{
  struct archive *archive;

  g_clear_pointer (&self->archive, archive_read_free);
  if (!seek (self, self->begin, G_SEEK_SET))
    return refuse_damaged (self, error);
  archive = self->archive = archive_read_new ();
  if (archive_read_support_format_zip_seekable (archive) != ARCHIVE_OK || archive_read_set_callback_data (archive, self) != ARCHIVE_OK ||
      archive_read_set_read_callback (archive, on_read) != ARCHIVE_OK || archive_read_set_seek_callback (archive, on_seek) != ARCHIVE_OK ||
      archive_read_open1 (archive) != ARCHIVE_OK)
    return refuse_damaged (self, error);
  return TRUE;
}

/* %FALSE at the end, or with an error. */
static gboolean
next_header (HyImportParcel *self,
             struct archive_entry **entry,
             GError **error)
{
  int answer;

  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  answer = archive_read_next_header (self->archive, entry);
  if (answer == ARCHIVE_OK || (answer == ARCHIVE_WARN && self->stream_error == NULL))
    return TRUE;
  if (answer != ARCHIVE_EOF || self->stream_error != NULL)
    refuse_damaged (self, error);
  return FALSE;
}

/* All bytes of the entry that the archive stands at.  One that has more than it says is damaged, and was not counted. */
static GBytes *
read_bytes (HyImportParcel *self,
            gint64 size,
            gsize max_bytes,
            GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gint64 before = archive_filter_bytes (self->archive, -1);

  for (;;)
    {
      la_ssize_t n;

      if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
        return NULL;
      n = archive_read_data (self->archive, self->chunk, READ_BYTES);
      if (n == 0)
        break;
      if (n < 0)
        {
          if (self->stream_error != NULL)
            refuse_damaged (self, error);
          else
            refuse_damaged_document (error);
          return NULL;
        }
      g_byte_array_append (bytes, self->chunk, (guint) n);
      if (bytes->len > max_bytes)
        {
          g_autofree char *reason = g_strdup_printf (_ ("This document is larger than %d MB. It was left out; the others were not. "
                                                        "Ask its sender for it in parts."),
                                                     (int) (max_bytes / (1024 * 1024)));

          refuse (error, reason);
          return NULL;
        }
      if (bytes->len > size)
        {
          refuse_damaged_document (error);
          return NULL;
        }
      /* Counted a block late, so that the first ones do not tell. */
      if (bytes->len > 4 * RATIO_FROM_BYTES &&
          bytes->len / MAX_RATIO > (guint64) (archive_filter_bytes (self->archive, -1) - before) + READ_BYTES)
        {
          refuse_bomb (error);
          return NULL;
        }
    }
  if (bytes->len > RATIO_FROM_BYTES &&
      bytes->len / MAX_RATIO > (guint64) MAX (archive_filter_bytes (self->archive, -1) - before, 0) + 1024)
    {
      refuse_bomb (error);
      return NULL;
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

/* Archives of documents are packed by "deflate", or not at all (IHE ITI-32 names ZIP as mails know it); the other ways that
 * libarchive knows would only be more to attack.  The format's name tells it of each entry. */
static gboolean
is_usual_packing (struct archive *archive)
{
  const char *name = archive_format_name (archive);

  return name != NULL && (g_str_has_suffix (name, "(uncompressed)") || g_str_has_suffix (name, "(deflation)"));
}

static gboolean
check_type (struct archive *archive,
            struct archive_entry *entry,
            GError **error)
{
  mode_t type = archive_entry_filetype (entry);

  if (archive_entry_is_encrypted (entry) || archive_read_has_encrypted_entries (archive) > 0)
    return refuse (error, _ ("This archive is locked with a password. Nothing was changed. Open it with the program that it came from, "
                             "and add the documents in it."));
  if (archive_entry_symlink (entry) != NULL || archive_entry_hardlink (entry) != NULL || (type != AE_IFREG && type != AE_IFDIR))
    return refuse (error, _ ("This archive holds links to other places, which no archive of health documents does, so it was not opened. "
                             "Nothing was changed. Ask its sender where it comes from."));
  if (!is_usual_packing (archive))
    return refuse (error, _ ("This archive is packed in an unusual way, so it was not opened. Nothing was changed. "
                             "Unpack it and add the files in it, or ask its sender for an ordinary ZIP file."));
  return TRUE;
}

static gboolean
add_entry (HyImportParcel *self,
           const char *raw,
           gint64 size,
           gboolean is_folder,
           GError **error)
{
  Entry *entry;

  if (!is_inside (raw))
    return refuse (error, _ ("This archive names files outside itself, which no archive of health documents does, so it was not opened. "
                             "Nothing was changed. Ask its sender where it comes from."));
  entry = g_new0 (Entry, 1);
  entry->name = dup_normal_name (raw);
  entry->size = size;
  g_ptr_array_add (self->entries, entry);
  if (is_folder)
    return TRUE;
  /* Of two that differ in nothing but their case the first is taken; of two with one name nobody knows which is meant. */
  for (guint i = 0; i + 1 < self->entries->len; i++)
    if (strcmp (((Entry *) self->entries->pdata[i])->name, entry->name) == 0 && *entry->name != 0)
      return refuse (error, _ ("Two files of this archive have the same name, so nobody can tell which one is meant. Nothing was changed. "
                               "Ask its sender for a new copy."));
  if (!g_hash_table_contains (self->by_name, entry->name))
    {
      char *lower = g_ascii_strdown (entry->name, -1);

      if (g_hash_table_contains (self->by_name, lower))
        g_free (lower);
      else
        g_hash_table_insert (self->by_name, lower, entry);
    }
  return TRUE;
}

/* The first walk: what there is, and the metadata. */
static gboolean
survey (HyImportParcel *self,
        GError **error)
{
  gint64 total = 0, last_position = 0, last_size = 0;
  struct archive_entry *header;
  g_autoptr (GError) ended = NULL;

  if (!open_archive (self, error))
    return FALSE;
  while (next_header (self, &header, &ended))
    {
      const char *raw = archive_entry_pathname_utf8 (header);
      gboolean is_folder = archive_entry_filetype (header) == AE_IFDIR;
      gint64 size = archive_entry_size_is_set (header) ? archive_entry_size (header) : 0;
      gint64 position = archive_filter_bytes (self->archive, -1); /* of its bytes, behind its header */
      Metadata *metadata = NULL;
      la_ssize_t n;

      if (self->entries->len >= MAX_ENTRIES)
        return refuse (error, _ ("This archive holds more than 2,000 files. Nothing was changed. "
                                 "Ask its sender for it in parts."));
      if (raw == NULL)
        raw = archive_entry_pathname (header);
      if (!check_type (self->archive, header, error) || !add_entry (self, raw != NULL ? raw : "", size, is_folder, error))
        return FALSE;
      /* The entries come in the order of their places in the file, so the next one's place tells how much this one takes;
       * those that share their bytes have none of their own. */
      if (size < 0 || size > MAX_TOTAL_BYTES - total ||
          (last_size > RATIO_FROM_BYTES && last_size / MAX_RATIO > MAX (position - last_position, 0)))
        return refuse_bomb (error);
      total += size;
      last_size = size;
      last_position = position;
      if (is_folder)
        continue;
      if ((metadata = metadata_new (((Entry *) self->entries->pdata[self->entries->len - 1])->name)) != NULL)
        {
          g_ptr_array_add (self->metadata, metadata);
          if (self->metadata->len > MAX_METADATA)
            return refuse (error, _ ("This archive holds more lists of documents than it may. Nothing was changed. "
                                     "Ask its sender for it in parts."));
          if (size > (gint64) (MAX_METADATA_BYTES - self->n_metadata_bytes))
            return refuse (error, _ ("This archive holds more lists of documents than it may. Nothing was changed. "
                                     "Ask its sender for it in parts."));
          if (!(metadata->bytes = read_bytes (self, size, MAX_METADATA_BYTES, error)))
            return FALSE;
          self->n_metadata_bytes += g_bytes_get_size (metadata->bytes);
          continue;
        }
      n = archive_read_data (self->archive, self->chunk, 16);
      if (n < 0 && self->stream_error != NULL)
        return refuse_damaged (self, error);
      if (is_archive (raw != NULL ? raw : "", self->chunk, (gsize) MAX (n, 0)))
        return refuse (error, _ ("This archive holds another archive, so it was not opened. Nothing was changed. "
                                 "Unpack it and add the archive inside."));
    }
  if (ended != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&ended));
      return FALSE;
    }
  if (last_size > RATIO_FROM_BYTES && seek (self, 0, G_SEEK_END) &&
      last_size / MAX_RATIO > g_seekable_tell (G_SEEKABLE (self->stream)) - self->begin - last_position)
    return refuse_bomb (error);
  return self->stream_error == NULL || refuse_damaged (self, error);
}

/* -- the metadata -- */

static gboolean
decode_metadata (HyImportParcel *self,
                 const HyImportDecoder *decoder,
                 Metadata *metadata,
                 GError **error)
{
  g_auto (HyImportDecoded) decoded = { 0 };
  HyImportDecodeStatus status = HY_IMPORT_NOT_DECODED;

  if (decoder->decode != NULL)
    status = decoder->decode (metadata->bytes, &decoded, self->cancellable, decoder->user_data);
  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  if (status == HY_IMPORT_NOT_DECODED)
    return refuse (error, _ ("Documents cannot be read safely on this computer, so Hygie cannot tell whom this archive is about. "
                             "Nothing was changed. Unpack it and add the PDF files in it."));
  if (status == HY_IMPORT_FORBIDDEN)
    return refuse (error, _ ("The list of documents in this archive has a part (a DOCTYPE) by which files attack computers, and which "
                             "health documents never have. It was not read, and nothing was changed. Ask its sender where it comes from."));
  if (decoded.json != NULL)
    self->n_reading_bytes += g_bytes_get_size (decoded.json);
  if (status == HY_IMPORT_DECODED && decoded.json != NULL && self->n_reading_bytes <= MAX_READING_BYTES)
    metadata->json = hy_json_parse (decoded.json, NULL);
  if (metadata->json != NULL &&
      !hy_json_string_equal (metadata->json, hy_json_member (metadata->json, hy_json_root (metadata->json), "kind"), "xdm"))
    g_clear_pointer (&metadata->json, hy_json_unref);
  if (metadata->json == NULL)
    self->n_unreadable++;
  g_clear_pointer (&metadata->bytes, g_bytes_unref);
  return TRUE;
}

static Entry *
find_entry (HyImportParcel *self,
            const char *folder,
            const char *uri)
{
  g_autofree char *path = g_strconcat (folder, uri, NULL);
  g_autofree char *normal = dup_normal_name (path);
  g_autofree char *lower = g_ascii_strdown (normal, -1);

  for (guint i = 0; i < self->entries->len; i++)
    if (strcmp (((Entry *) self->entries->pdata[i])->name, normal) == 0)
      return self->entries->pdata[i];
  return g_hash_table_lookup (self->by_name, lower);
}

/* Against the folder of the metadata, then IHE_XDM, then what holds that; as written, then with its %XX. */
static Entry *
resolve (HyImportParcel *self,
         Metadata *metadata,
         const char *uri)
{
  g_autofree char *plain = g_uri_unescape_string (uri, NULL);
  const char *const writings[] = { uri, plain };
  const char *const folders[] = { metadata->folder, metadata->root, metadata->above, "" };

  for (guint i = 0; i < G_N_ELEMENTS (writings); i++)
    for (guint k = 0; writings[i] != NULL && is_inside (writings[i]) && k < G_N_ELEMENTS (folders); k++)
      {
        Entry *entry = find_entry (self, folders[k], writings[i]);

        if (entry != NULL)
          return entry;
      }
  return NULL;
}

static gboolean
has_code (HyJson *json,
          HyJsonNode entry,
          const char *member,
          const char *code)
{
  return hy_json_string_equal (json, hy_json_path (json, entry, member), code);
}

/* Signatures and style sheets travel beside the documents, and are none.  Source: health-space.md 3.7. */
static gboolean
is_accessory (HyJson *json,
              HyJsonNode entry)
{
  g_autofree char *format = hy_json_dup_string (json, hy_json_path (json, entry, "format.code"));
  g_autofree char *media_type = hy_json_dup_string (json, hy_json_member (json, entry, "mediaType"));

  return has_code (json, entry, "type.code", "E1762") || has_code (json, entry, "type.code", "FEUILLE-DE-STYLE") ||
         has_code (json, entry, "class.code", "FEUILLE-DE-STYLE") || (format != NULL && g_str_has_prefix (format, "urn:ihe:iti:dsg:")) ||
         (media_type != NULL && strstr (media_type, "xsl") != NULL);
}

static void
add_member (HyImportParcel *self,
            Metadata *metadata,
            HyJsonNode node)
{
  g_autofree char *uri = hy_json_dup_string (metadata->json, hy_json_member (metadata->json, node, "uri"));
  Member member = { metadata, node, NULL, FALSE, NULL };
  Entry *entry = NULL;
  const char *slash;

  if (uri != NULL)
    g_strstrip (uri);
  if (uri == NULL || *uri == 0)
    member.problem = N_ ("The archive does not say which of its files this document is. The others are not touched by that. "
                         "Ask its sender for a new copy.");
  else if ((entry = resolve (self, metadata, uri)) == NULL)
    member.problem = N_ ("The archive names this document, but its file is not in it. The others are not touched by that. "
                         "Ask its sender for a new copy.");
  slash = uri != NULL ? strrchr (uri, '/') : NULL;
  member.name = g_utf8_make_valid (slash != NULL ? slash + 1 : uri != NULL ? uri
                                                                           : "",
                                   -1);
  if (entry != NULL)
    {
      guint index = self->members->len;

      if (entry->members == NULL)
        entry->members = g_array_new (FALSE, FALSE, sizeof index);
      g_array_append_val (entry->members, index);
    }
  g_array_append_val (self->members, member);
}

static void
note_superseded (HyImportParcel *self,
                 HyJson *json)
{
  HyJsonNode association = hy_json_first (json, hy_json_member (json, hy_json_root (json), "associations"));

  for (; association != 0; association = hy_json_next (json, association))
    if (hy_json_string_equal (json, hy_json_member (json, association, "type"), "RPLC") ||
        hy_json_string_equal (json, hy_json_member (json, association, "type"), "XFRM_RPLC"))
      {
        char *target = hy_json_dup_string (json, hy_json_member (json, association, "target"));

        if (target != NULL)
          g_hash_table_add (self->superseded, target);
      }
}

/* Whether what is handed out stays below what an archive may hold: one file may be several documents. */
static gboolean
check_handed_out (HyImportParcel *self,
                  GError **error)
{
  gint64 total = 0;

  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = self->entries->pdata[i];

      if (entry->members != NULL && entry->size > (MAX_TOTAL_BYTES - total) / entry->members->len)
        return refuse_bomb (error);
      total += entry->members != NULL ? entry->size * entry->members->len : 0;
    }
  return TRUE;
}

static gboolean
list_members (HyImportParcel *self,
              GError **error)
{
  if (self->n_unreadable == self->metadata->len)
    return refuse (error, _ ("The list of documents in this archive is damaged. Nothing was changed. Ask its sender for a new copy."));
  for (guint i = 0; i < self->metadata->len; i++)
    {
      Metadata *metadata = self->metadata->pdata[i];
      HyJson *json = metadata->json;
      HyJsonNode document;

      if (json == NULL)
        continue;
      note_superseded (self, json);
      document = hy_json_first (json, hy_json_member (json, hy_json_root (json), "documents"));
      for (; document != 0; document = hy_json_next (json, document))
        {
          if (is_accessory (json, document))
            continue;
          if (self->members->len >= MAX_ENTRIES)
            return refuse (error, _ ("This archive holds more than 2,000 files. Nothing was changed. "
                                     "Ask its sender for it in parts."));
          add_member (self, metadata, document);
        }
    }
  if (self->members->len == 0)
    return refuse (error, _ ("The list of documents in this archive names none. Nothing was changed. Ask its sender for a new copy."));
  return check_handed_out (self, error);
}

/**
 * hy_import_parcel_new:
 * @stream: seekable; where it stands the archive begins; read from until the parcel is freed
 *
 * Reads what the archive says of itself.  Refused whole: names outside the archive, links, a password, an archive inside,
 * an unusual packing, names that stand twice, no readable METADATA.XML under IHE_XDM; more than 2000 files, 2 GiB, or 200 times its size from
 * 1 MiB on.
 *
 * Errors: HY_ERROR_REFUSED with the reason; else those of the stream, and G_IO_ERROR_CANCELLED
 */
HyImportParcel *
hy_import_parcel_new (GInputStream *stream,
                      const HyImportDecoder *decoder,
                      GCancellable *cancellable,
                      GError **error)
{
  g_autoptr (HyImportParcel) self = g_new0 (HyImportParcel, 1);

  self->stream = g_object_ref (stream);
  self->begin = g_seekable_tell (G_SEEKABLE (stream));
  self->cancellable = cancellable;
  self->buffer = g_malloc (READ_BYTES);
  self->chunk = g_malloc (READ_BYTES);
  self->entries = g_ptr_array_new_with_free_func (entry_free);
  self->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->superseded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->metadata = g_ptr_array_new_with_free_func (metadata_free);
  self->members = g_array_new (FALSE, FALSE, sizeof (Member));
  g_array_set_clear_func (self->members, member_clear);

  if (!survey (self, error))
    return NULL;
  if (self->metadata->len == 0)
    {
      refuse (error, _ ("This ZIP archive is not one of health documents (it has no IHE_XDM folder with a METADATA.XML), so Hygie cannot "
                        "tell whom its files are about. Nothing was changed. Unpack it and add the files in it."));
      return NULL;
    }
  for (guint i = 0; i < self->metadata->len; i++)
    if (!decode_metadata (self, decoder, self->metadata->pdata[i], error))
      return NULL;
  if (!list_members (self, error) || !open_archive (self, error))
    return NULL;
  self->cancellable = NULL;
  return g_steal_pointer (&self);
}

guint
hy_import_parcel_get_n_members (HyImportParcel *self)
{
  return self->members->len + self->n_unreadable;
}

/* -- its documents -- */

static gboolean
is_as_sent (HyJson *json,
            HyJsonNode node,
            GBytes *bytes)
{
  g_autofree char *size = hy_json_dup_string (json, hy_json_member (json, node, "size"));
  g_autofree char *hash = hy_json_dup_string (json, hy_json_member (json, node, "hash"));
  g_autofree char *own = NULL;
  guint64 number;

  if (size != NULL && (!g_ascii_string_to_unsigned (g_strstrip (size), 10, 0, G_MAXUINT64, &number, NULL) || number != g_bytes_get_size (bytes)))
    return FALSE;
  if (hash == NULL)
    return TRUE;
  own = hy_import_document_dup_sha1 (bytes);
  return g_ascii_strcasecmp (own, g_strstrip (hash)) == 0;
}

static HyImportMember *
new_member (HyImportParcel *self,
            guint index)
{
  Member *member = &g_array_index (self->members, Member, index);
  HyImportMember *given = g_new0 (HyImportMember, 1);
  g_autofree char *id = hy_json_dup_string (member->metadata->json, hy_json_member (member->metadata->json, member->node, "id"));

  member->given = TRUE;
  given->index = index;
  given->name = g_strdup (member->name);
  given->xdm = hy_json_ref (member->metadata->json);
  given->entry = member->node;
  given->superseded = id != NULL && g_hash_table_contains (self->superseded, id);
  if (member->problem != NULL)
    given->refused = g_error_new_literal (HY_ERROR, HY_ERROR_REFUSED, _ (member->problem));
  return given;
}

/* Leads on to the next entry that is a document; %FALSE at the end, or with an error. */
static gboolean
next_entry (HyImportParcel *self,
            GError **error)
{
  struct archive_entry *header;

  self->entry = NULL;
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_error (&self->entry_error);
  while (self->at_entry < self->entries->len)
    {
      Entry *entry = self->entries->pdata[self->at_entry];

      if (!next_header (self, &header, error) || !check_type (self->archive, header, error))
        return FALSE;
      self->at_entry++;
      if (entry->members == NULL)
        continue;
      self->bytes = read_bytes (self, entry->size, MAX_DOCUMENT_BYTES, &self->entry_error);
      if (self->bytes == NULL && self->entry_error->domain != HY_ERROR)
        {
          g_propagate_error (error, g_steal_pointer (&self->entry_error));
          return FALSE;
        }
      self->entry = entry;
      self->at_member = 0;
      return TRUE;
    }
  return FALSE;
}

static HyImportMember *
next_of_entry (HyImportParcel *self)
{
  HyImportMember *member = new_member (self, g_array_index (self->entry->members, guint, self->at_member++));

  if (self->bytes == NULL)
    member->refused = g_error_copy (self->entry_error);
  else
    {
      member->bytes = g_bytes_ref (self->bytes);
      member->as_sent = is_as_sent (member->xdm, member->entry, self->bytes);
    }
  if (self->at_member == self->entry->members->len)
    {
      self->entry = NULL;
      g_clear_pointer (&self->bytes, g_bytes_unref);
    }
  return member;
}

/* Documents that have no file, or lie behind where the archive turned out to be damaged; then lists that cannot be read. */
static HyImportMember *
next_leftover (HyImportParcel *self)
{
  HyImportMember *member;

  for (; self->at_leftover < self->members->len; self->at_leftover++)
    if (!g_array_index (self->members, Member, self->at_leftover).given)
      {
        member = new_member (self, self->at_leftover++);
        if (member->refused == NULL)
          member->refused = g_error_new_literal (HY_ERROR, HY_ERROR_REFUSED,
                                                 _ ("This document is damaged inside its archive. The others are not touched by that. "
                                                    "Ask its sender for a new copy."));
        return member;
      }
  if (self->at_leftover == self->members->len + self->n_unreadable)
    return NULL;
  member = g_new0 (HyImportMember, 1);
  member->index = self->at_leftover++;
  member->name = g_strdup ("METADATA.XML");
  member->refused = g_error_new_literal (HY_ERROR, HY_ERROR_REFUSED,
                                         _ ("One of the lists of documents in this archive is damaged, so what it names was left out; the rest "
                                            "was not. Ask its sender for a new copy."));
  return member;
}

/**
 * hy_import_parcel_next:
 * @member: (out) (nullable): the next document, in the order of the archive; %NULL behind the last
 *
 * Each document of the metadata comes once.  Memory: one document, at most 100 MiB.
 *
 * Returns: %FALSE with an error of the stream, or G_IO_ERROR_CANCELLED; the contents are never one
 */
gboolean
hy_import_parcel_next (HyImportParcel *self,
                       HyImportMember **member,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (GError) problem = NULL;

  self->cancellable = cancellable;
  if (self->entry == NULL && !self->ended && !next_entry (self, &problem))
    {
      if (problem != NULL && problem->domain != HY_ERROR)
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return FALSE;
        }
      self->ended = TRUE;
    }
  *member = self->entry != NULL ? next_of_entry (self) : next_leftover (self);
  return TRUE;
}
