/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Archives of documents, good and hostile, made here; decoded by a decoder that says what the test wrote. */

#include "import/hy-import-document.h"
#include "import/hy-import-reader.h"
#include "import/hy-test-decoder.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#define ZIP_BYTES (24 * 1024 * 1024)
#define PDF "%PDF-1.4 Bonjour\f"
#define CDA "<ClinicalDocument>{\"kind\":\"cda\",\"header\":{\"id\":\"1.2^7\",\"title\":\"Lettre\",\"replaces\":[\"1.2^6\"]," \
            "\"patient\":{\"ids\":[\"1.2.250.1.213.1.4.10^280079999900117\"],\"given\":[\"Odette\"],\"families\":"            \
            "[{\"use\":\"BR\",\"text\":\"EXEMPLE\"}],\"sex\":\"F\",\"birthDate\":\"1980-07-12\"}}}</ClinicalDocument>"

typedef struct
{
  struct archive *archive;
  guint8 *buffer;
  size_t size;
} Zip;

static Zip *
zip_new (const char *options)
{
  Zip *zip = g_new0 (Zip, 1);

  zip->buffer = g_malloc (ZIP_BYTES);
  zip->archive = archive_write_new ();
  g_assert_cmpint (archive_write_set_format_zip (zip->archive), ==, ARCHIVE_OK);
  if (options != NULL)
    {
      g_assert_cmpint (archive_write_set_options (zip->archive, options), ==, ARCHIVE_OK);
      g_assert_cmpint (archive_write_set_passphrase (zip->archive, "secret"), ==, ARCHIVE_OK);
    }
  g_assert_cmpint (archive_write_open_memory (zip->archive, zip->buffer, ZIP_BYTES, &zip->size), ==, ARCHIVE_OK);
  return zip;
}

static void
zip_add_sized (Zip *zip,
               const char *name,
               const char *bytes,
               gsize size)
{
  struct archive_entry *entry = archive_entry_new ();

  archive_entry_set_pathname (entry, name);
  archive_entry_set_filetype (entry, AE_IFREG);
  archive_entry_set_perm (entry, 0644);
  archive_entry_set_size (entry, (gint64) size);
  g_assert_cmpint (archive_write_header (zip->archive, entry), ==, ARCHIVE_OK);
  g_assert_cmpint (archive_write_data (zip->archive, bytes, size), ==, (gssize) size);
  archive_entry_free (entry);
}

static void
zip_add (Zip *zip,
         const char *name,
         const char *text)
{
  zip_add_sized (zip, name, text, strlen (text));
}

static void
zip_add_link (Zip *zip,
              const char *name,
              const char *target)
{
  struct archive_entry *entry = archive_entry_new ();

  archive_entry_set_pathname (entry, name);
  archive_entry_set_filetype (entry, AE_IFLNK);
  archive_entry_set_symlink (entry, target);
  archive_entry_set_perm (entry, 0777);
  g_assert_cmpint (archive_write_header (zip->archive, entry), ==, ARCHIVE_OK);
  archive_entry_free (entry);
}

static GBytes *
zip_end (Zip *zip)
{
  GBytes *bytes;

  archive_write_close (zip->archive);
  archive_write_free (zip->archive);
  bytes = g_bytes_new_take (g_realloc (zip->buffer, zip->size), zip->size);
  g_free (zip);
  return bytes;
}

/* A document in the metadata: its file, what that holds, and further members. */
static char *
listed (const char *uri,
        const char *contents,
        const char *more)
{
  g_autoptr (GBytes) bytes = g_bytes_new (contents, strlen (contents));
  g_autofree char *hash = hy_import_document_dup_sha1 (bytes);

  return g_strdup_printf ("{\"id\":\"urn:uuid:%s\",\"uri\":\"%s\",\"hash\":\"%s\",\"size\":\"%" G_GSIZE_FORMAT "\"%s}", uri, uri, hash,
                          strlen (contents), more);
}

/* A METADATA.XML that lists the documents given, which are freed. */
static char *
metadata (const char *more,
          ...)
{
  GString *text = g_string_new ("<?xml version=\"1.0\"?><SubmitObjectsRequest>{\"kind\":\"xdm\",\"documents\":[");
  va_list documents;
  char *document;

  va_start (documents, more);
  while ((document = va_arg (documents, char *)) != NULL)
    {
      if (text->str[text->len - 1] != '[')
        g_string_append_c (text, ',');
      g_string_append (text, document);
      g_free (document);
    }
  va_end (documents);
  g_string_append_printf (text, "]%s}</SubmitObjectsRequest>", more);
  return g_string_free (text, FALSE);
}

static GPtrArray *
read_zip_with (GBytes *bytes,
               const HyImportDecoder *decoder)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (HyImportReader) reader = hy_import_reader_new (stream, "IHE_XDM.ZIP", (gint64) g_bytes_get_size (bytes));
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify) hy_import_item_free);

  if (decoder != NULL)
    hy_import_reader_set_decoder (reader, decoder);
  for (;;)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) items = hy_import_reader_next (reader, 2, NULL, &error);

      g_assert_no_error (error);
      if (items->len == 0)
        break;
      g_ptr_array_extend_and_steal (all, g_steal_pointer (&items));
    }
  g_assert_cmpstr (hy_import_reader_get_kind (reader), ==, "xdm");
  g_assert_cmpfloat (hy_import_reader_get_fraction (reader), ==, 1);
  for (guint i = 0; i < all->len; i++)
    g_assert_cmpstr (((HyImportItem *) all->pdata[i])->kind, ==, "xdm");
  return all;
}

/* Takes @zip. */
static GPtrArray *
read_zip (Zip *zip)
{
  g_autoptr (GBytes) bytes = zip_end (zip);

  return read_zip_with (bytes, &hy_test_decoder);
}

static HyImportItem *
get_taken (GPtrArray *items,
           guint index)
{
  HyImportItem *item = items->pdata[index];

  g_assert_no_error (item->refused);
  g_assert_nonnull (item->json);
  return item;
}

/* One item, refused for @part; takes @zip. */
static void
assert_refused_whole (Zip *zip,
                      const char *part)
{
  g_autoptr (GPtrArray) items = read_zip (zip);
  HyImportItem *item = items->pdata[0];

  g_assert_cmpuint (items->len, ==, 1);
  g_assert_nonnull (item->refused);
  if (strstr (item->refused->message, part) == NULL)
    g_error ("\"%s\" does not say \"%s\"", item->refused->message, part);
}

static void
assert_bytes (HyImportItem *item,
              const char *text)
{
  g_assert_cmpmem (g_bytes_get_data (item->attachment, NULL), g_bytes_get_size (item->attachment), text, strlen (text));
}

/* Some good archive, in which @name with @contents is one file more. */
static Zip *
good_zip_with (const char *name,
               const char *contents)
{
  g_autofree char *text = metadata ("", listed ("A.PDF", PDF, ""), NULL);
  Zip *zip = zip_new (NULL);

  zip_add (zip, "README.TXT", "Bonjour");
  zip_add (zip, "IHE_XDM/SUBSET01/METADATA.XML", text);
  zip_add (zip, "IHE_XDM/SUBSET01/A.PDF", PDF);
  if (name != NULL)
    zip_add (zip, name, contents);
  return zip;
}

static void
metadata_gives_what_it_knows (void)
{
  g_autofree char *text = metadata (
      "", listed ("A.PDF", PDF, ",\"uniqueId\":\"1.2^5\",\"title\":\"Attestation\",\"created\":\"2024-05-01T08:00:00Z\",\"from\":\"2024-04-30\","
                                "\"language\":\"fr-FR\",\"type\":{\"code\":\"DOCPAT09\",\"system\":\"1.2.250.1.213.1.1.4.12\",\"display\":\"Papier\"},"
                                "\"class\":{\"code\":\"95\",\"system\":\"1.2.250.1.213.1.1.4.1\"},"
                                "\"confidentiality\":[{\"code\":\"N\",\"system\":\"2.16.840.1.113883.5.25\"},{\"code\":\"MASQUE_PS\"}],"
                                "\"authors\":[{\"name\":\"H\xc3\xa9l\xc3\xa8ne Toubib\",\"organization\":\"Cabinet\",\"id\":\"1.2.250.1.71.4.2.1^8\"}],"
                                "\"patientId\":\"280079999900117^^^&1.2.250.1.213.1.4.10&ISO^NH\","
                                "\"patient\":{\"given\":[\"Odette\"],\"families\":[{\"use\":\"\",\"text\":\"EXEMPLE\"}],\"sex\":\"F\",\"birthDate\":\"1980-07-12\"}"),
      NULL);
  Zip *zip = zip_new (NULL);
  g_autoptr (GPtrArray) items = NULL;
  HyImportItem *item;

  zip_add (zip, "IHE_XDM/SUBSET01/A.PDF", PDF);
  zip_add (zip, "IHE_XDM/SUBSET01/METADATA.XML", text);
  items = read_zip (zip);
  g_assert_cmpuint (items->len, ==, 1);
  item = get_taken (items, 0);
  assert_bytes (item, PDF);
  g_assert_cmpstr (item->media_type, ==, "application/pdf");
  g_assert_cmpstr (item->text, ==, "Bonjour\f");
  g_assert_cmpstr (item->row.type, ==, "DocumentReference");
  g_assert_cmpstr (item->row.title, ==, "Attestation");
  g_assert_cmpstr (item->row.type_code, ==, "DOCPAT09");
  g_assert_cmpstr (item->row.identity, ==, "urn:ietf:rfc:3986|urn:oid:1.2^5");
  g_assert_cmpstr (item->row.date, ==, "2024-04-30");
  g_assert_cmpstr (item->row.author, ==, "H\xc3\xa9l\xc3\xa8ne Toubib");
  g_assert_cmpuint (item->row.flags, ==, HY_ROW_LOCAL | HY_ROW_HIDDEN_PRO);
  g_assert_cmpstr (item->about->ins, ==, "280079999900117");
  g_assert_cmpstr (item->about->display, ==, "Odette EXEMPLE");
  g_assert_cmpint (item->about->sex, ==, HY_SEX_FEMALE);
  g_assert_true (item->has_metadata);
  g_assert_null (item->warning);
  g_assert_cmpuint (item->n_members, ==, 1);
}

static void
a_cda_fills_in (void)
{
  g_autofree char *text = metadata ("", listed ("DOC.XML", CDA, ",\"title\":\"Titre de l'archive\""), NULL);
  Zip *zip = zip_new (NULL);
  g_autoptr (GPtrArray) items = NULL;
  HyImportItem *item;

  zip_add (zip, "IHE_XDM/SUBSET01/METADATA.XML", text);
  zip_add (zip, "IHE_XDM/SUBSET01/DOC.XML", CDA);
  items = read_zip (zip);
  item = get_taken (items, 0);
  g_assert_cmpstr (item->row.title, ==, "Titre de l'archive");
  g_assert_cmpstr (item->row.identity, ==, "urn:ietf:rfc:3986|urn:oid:1.2^7");
  g_assert_cmpstr (item->row.replaces->pdata[0], ==, "urn:ietf:rfc:3986|urn:oid:1.2^6");
  g_assert_cmpstr (item->about->ins, ==, "280079999900117");
  g_assert_cmpstr (item->text, ==, "words of the narrative");
  g_assert_cmpstr (item->media_type, ==, "text/xml");
}

/* As met: another folder in front, other names, any case, and the address from any of three folders. */
static void
files_are_found_where_they_are (void)
{
  static const struct
  {
    const char *metadata;
    const char *uri;
    const char *file;
  } table[] = {
    { "IHE_XDM/SUBSET01/METADATA.XML", "A.PDF", "IHE_XDM/SUBSET01/A.PDF" },
    { "ihe_xdm/subset01/metadata.xml", "A.PDF", "ihe_xdm/subset01/a.pdf" },
    { "KA202401/IHE_XDM/SS000001/METADATA.XML", "SS000001/A.PDF", "KA202401/IHE_XDM/SS000001/A.PDF" },
    { "KA202401/Ihe_Xdm/SS000001/Metadata.xml", "KA202401/IHE_XDM/A.PDF", "KA202401/Ihe_Xdm/A.PDF" },
    { "X/IHE_XDM/S/METADATA.XML", "DOCS/A.PDF", "X/DOCS/A.PDF" },
    { "IHE_XDM/METADATA.XML", "./S//A.PDF", "IHE_XDM/S/A.PDF" },
    { "IHE_XDM/S/METADATA.XML", "compte%20rendu.pdf", "IHE_XDM/S/compte rendu.pdf" },
    { "IHE_XDM/S/METADATA.XML", "S\\\\A.PDF", "IHE_XDM/S/A.PDF" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text = metadata ("", listed (table[i].uri, PDF, ""), NULL);
      Zip *zip = zip_new (NULL);
      g_autoptr (GPtrArray) items = NULL;

      zip_add (zip, table[i].file, PDF);
      zip_add (zip, table[i].metadata, text);
      items = read_zip (zip);
      g_assert_cmpuint (items->len, ==, 1);
      assert_bytes (get_taken (items, 0), PDF);
    }
}

/* However many are asked for, a person sees soon that something happens. */
static void
many_documents_come_in_parts (void)
{
  g_autoptr (GString) text = g_string_new ("<SubmitObjectsRequest>{\"kind\":\"xdm\",\"documents\":[");
  Zip *zip = zip_new (NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (HyImportReader) reader = NULL;
  guint n_items = 0;

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *name = g_strdup_printf ("IHE_XDM/S/%u.PDF", i);
      g_autofree char *contents = g_strdup_printf ("%s%u", PDF, i);

      g_string_append_printf (text, "%s{\"uri\":\"%u.PDF\"}", i > 0 ? "," : "", i);
      zip_add (zip, name, contents);
    }
  g_string_append (text, "]}</SubmitObjectsRequest>");
  zip_add (zip, "IHE_XDM/S/METADATA.XML", text->str);
  bytes = zip_end (zip);
  stream = g_memory_input_stream_new_from_bytes (bytes);
  reader = hy_import_reader_new (stream, "x.zip", -1);
  hy_import_reader_set_decoder (reader, &hy_test_decoder);
  for (;;)
    {
      g_autoptr (GPtrArray) items = hy_import_reader_next (reader, 500, NULL, NULL);

      g_assert_cmpuint (items->len, <=, 16);
      n_items += items->len;
      if (items->len == 0)
        break;
      g_assert_cmpfloat_with_epsilon (hy_import_reader_get_fraction (reader), n_items / 100.0, 0.01);
    }
  g_assert_cmpuint (n_items, ==, 100);
}

/* Not packed, the PDF stands in the first bytes of the archive. */
static void
an_unpacked_archive_is_no_pdf (void)
{
  g_autofree char *text = metadata ("", listed ("A.PDF", PDF, ""), NULL);
  Zip *zip = zip_new (NULL);
  g_autoptr (GPtrArray) items = NULL;

  g_assert_cmpint (archive_write_zip_set_compression_store (zip->archive), ==, ARCHIVE_OK);
  zip_add (zip, "IHE_XDM/S/A.PDF", PDF);
  zip_add (zip, "IHE_XDM/S/METADATA.XML", text);
  items = read_zip (zip);
  assert_bytes (get_taken (items, 0), PDF);
}

/* A pipe cannot be read twice. */
static void
an_archive_comes_through_a_pipe (void)
{
  g_autoptr (GBytes) bytes = zip_end (good_zip_with (NULL, NULL));
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (HyImportReader) reader = NULL;
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GError) error = NULL;
  int ends[2];

  g_assert_true (g_unix_open_pipe (ends, O_CLOEXEC, &error));
  g_assert_cmpint (write (ends[1], g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)), ==, (gssize) g_bytes_get_size (bytes));
  close (ends[1]);
  stream = g_unix_input_stream_new (ends[0], TRUE);
  reader = hy_import_reader_new (stream, "x.zip", -1);
  hy_import_reader_set_decoder (reader, &hy_test_decoder);
  items = hy_import_reader_next (reader, 10, NULL, &error);
  g_assert_no_error (error);
  assert_bytes (get_taken (items, 0), PDF);
}

static void
what_differs_from_the_list_is_told (void)
{
  g_autofree char *sizes = metadata ("", g_strdup ("{\"uri\":\"A.PDF\",\"size\":\"3\"}"), NULL);
  g_autofree char *hashes = metadata ("", g_strdup ("{\"uri\":\"A.PDF\",\"hash\":\"0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33\"}"), NULL);
  g_autofree char *nothing = metadata ("", g_strdup ("{\"uri\":\"A.PDF\"}"), NULL);
  const char *const texts[] = { sizes, hashes, nothing };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      Zip *zip = zip_new (NULL);
      g_autoptr (GPtrArray) items = NULL;

      zip_add (zip, "IHE_XDM/S/METADATA.XML", texts[i]);
      zip_add (zip, "IHE_XDM/S/A.PDF", PDF);
      items = read_zip (zip);
      assert_bytes (get_taken (items, 0), PDF);
      g_assert_cmpstr (get_taken (items, 0)->warning, ==, i < 2 ? "not-as-sent" : NULL);
    }
}

static void
signatures_and_style_sheets_are_no_documents (void)
{
  g_autofree char *text = metadata ("", listed ("A.PDF", PDF, ""), listed ("SIGN.XML", "<a/>", ",\"type\":{\"code\":\"E1762\"}"),
                                    listed ("CDA.XSL", "<a/>", ",\"type\":{\"code\":\"FEUILLE-DE-STYLE\"}"), NULL);
  Zip *zip = zip_new (NULL);
  g_autoptr (GPtrArray) items = NULL;

  zip_add (zip, "IHE_XDM/S/METADATA.XML", text);
  zip_add (zip, "IHE_XDM/S/A.PDF", PDF);
  zip_add (zip, "IHE_XDM/S/SIGN.XML", "<a/>");
  zip_add (zip, "IHE_XDM/S/CDA.XSL", "<a/>");
  items = read_zip (zip);
  g_assert_cmpuint (items->len, ==, 1);
  g_assert_cmpuint (get_taken (items, 0)->n_members, ==, 1);
}

static void
other_kinds_are_kept_as_they_are (void)
{
  char dicom[200] = "x";
  g_autofree char *text = metadata ("", g_strdup ("{\"uri\":\"A.DCM\",\"mediaType\":\"application/dicom\",\"title\":\"Scanner\"}"),
                                    g_strdup ("{\"uri\":\"B.XYZ\",\"mediaType\":\"not a type\"}"),
                                    g_strdup ("{\"uri\":\"C.RTF\",\"mediaType\":\"text/rtf\"}"), NULL);
  Zip *zip = zip_new (NULL);
  g_autoptr (GPtrArray) items = NULL;

  memcpy (dicom + 128, "DICM", 4);
  zip_add (zip, "IHE_XDM/S/METADATA.XML", text);
  zip_add_sized (zip, "IHE_XDM/S/A.DCM", dicom, sizeof dicom);
  zip_add_sized (zip, "IHE_XDM/S/B.XYZ", "\1\2\0", 3);
  zip_add (zip, "IHE_XDM/S/C.RTF", "text Bonjour");
  items = read_zip (zip);
  g_assert_cmpuint (items->len, ==, 3);
  g_assert_null (get_taken (items, 2)->warning);
  g_assert_cmpstr (get_taken (items, 2)->media_type, ==, "text/rtf");
  g_assert_cmpstr (get_taken (items, 2)->text, ==, "Bonjour");
  g_assert_cmpstr (get_taken (items, 0)->warning, ==, "kept-only");
  g_assert_cmpstr (get_taken (items, 0)->media_type, ==, "application/dicom");
  g_assert_cmpstr (get_taken (items, 0)->row.title, ==, "Scanner");
  g_assert_cmpstr (get_taken (items, 1)->media_type, ==, "application/octet-stream");
}

static void
what_one_lacks_the_others_do_not (void)
{
  g_autofree char *text = metadata ("", listed ("GONE.PDF", PDF, ",\"title\":\"Perdu\""), listed ("A.PDF", PDF, ""),
                                    g_strdup ("{\"title\":\"Sans fichier\"}"), listed ("../../etc/passwd", PDF, ""),
                                    listed ("BAD.XML", "<ClinicalDocument>broken", ""), listed ("XXE.XML", "<!DOCTYPE a><ClinicalDocument>", ""), NULL);
  Zip *zip = zip_new (NULL);
  g_autoptr (GPtrArray) items = NULL;
  guint n_taken = 0;

  zip_add (zip, "IHE_XDM/S/METADATA.XML", text);
  zip_add (zip, "IHE_XDM/T/METADATA.XML", "<SubmitObjectsRequest>broken</SubmitObjectsRequest>");
  zip_add (zip, "IHE_XDM/S/A.PDF", PDF);
  zip_add (zip, "IHE_XDM/S/BAD.XML", "<ClinicalDocument>broken");
  zip_add (zip, "IHE_XDM/S/XXE.XML", "<!DOCTYPE a><ClinicalDocument>");
  items = read_zip (zip);
  g_assert_cmpuint (items->len, ==, 7);
  for (guint i = 0; i < items->len; i++)
    n_taken += ((HyImportItem *) items->pdata[i])->refused == NULL;
  g_assert_cmpuint (n_taken, ==, 1);
  for (guint i = 0; i < items->len; i++)
    g_assert_cmpuint (((HyImportItem *) items->pdata[i])->n_members, ==, 7);
}

static void
a_replaced_one_is_marked (void)
{
  g_autofree char *text =
      metadata (",\"associations\":[{\"type\":\"RPLC\",\"source\":\"urn:uuid:B.PDF\",\"target\":\"urn:uuid:A.PDF\"}]",
                listed ("A.PDF", PDF "1", ",\"uniqueId\":\"1.2.1\""), listed ("B.PDF", PDF "2", ",\"uniqueId\":\"1.2.2\""), NULL);
  Zip *zip = zip_new (NULL);
  g_autoptr (GPtrArray) items = NULL;

  zip_add (zip, "IHE_XDM/S/METADATA.XML", text);
  zip_add (zip, "IHE_XDM/S/A.PDF", PDF "1");
  zip_add (zip, "IHE_XDM/S/B.PDF", PDF "2");
  items = read_zip (zip);
  g_assert_cmpuint (get_taken (items, 0)->row.flags & HY_ROW_REPLACED, !=, 0);
  g_assert_null (get_taken (items, 0)->row.replaces);
  g_assert_cmpuint (get_taken (items, 1)->row.flags & HY_ROW_REPLACED, ==, 0);
  g_assert_cmpstr (get_taken (items, 1)->row.replaces->pdata[0], ==, "urn:ietf:rfc:3986|urn:oid:1.2.1");
}

static void
hostile_archives_are_refused_whole (void)
{
  static const struct
  {
    const char *name;
    const char *contents;
    const char *part;
  } table[] = {
    { "../outside.txt", "x", "outside itself" },
    { "IHE_XDM/../../outside.txt", "x", "outside itself" },
    { "..\\outside.txt", "x", "outside itself" },
    { "/etc/passwd", "x", "outside itself" },
    { "C:\\windows", "x", "outside itself" },
    { "inner.zip", "x", "another archive" },
    { "IHE_XDM/inner", "PK\3\4....", "another archive" },
    { "IHE_XDM/SUBSET01/A.PDF", "x", "same name" },
    { "IHE_XDM/SUBSET02/METADATA.XML", "<!DOCTYPE a><SubmitObjectsRequest>{}", "DOCTYPE" },
  };
  Zip *zip;

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    assert_refused_whole (good_zip_with (table[i].name, table[i].contents), table[i].part);

  zip = good_zip_with (NULL, NULL);
  zip_add_link (zip, "IHE_XDM/SUBSET01/LINK.PDF", "/etc/passwd");
  assert_refused_whole (zip, "links");

  zip = zip_new ("zip:encryption=traditional");
  zip_add (zip, "IHE_XDM/SUBSET01/A.PDF", PDF);
  assert_refused_whole (zip, "password");
}

static void
bombs_are_refused (void)
{
  g_autofree char *zeros = g_malloc0 (8 * 1024 * 1024);
  g_autofree char *text = metadata ("", g_strdup ("{\"uri\":\"A.PDF\"}"), NULL);
  g_autoptr (GBytes) honest = NULL;
  g_autoptr (GPtrArray) items = NULL;
  Zip *zip = good_zip_with (NULL, NULL);
  g_autofree guint8 *lying = NULL;
  g_autoptr (GBytes) patched = NULL;
  guint32 size = GUINT32_TO_LE (8 * 1024 * 1024);
  guint32 small = GUINT32_TO_LE (100000);
  gsize length;

  zip_add_sized (zip, "IHE_XDM/SUBSET01/BIG.PDF", zeros, 8 * 1024 * 1024);
  assert_refused_whole (zip, "far more");
  zip = good_zip_with (NULL, NULL);
  zip_add_sized (zip, "IHE_XDM/SUBSET01/BIG.PDF", zeros, 8 * 1024 * 1024);
  zip_add (zip, "Z.TXT", "x");
  assert_refused_whole (zip, "far more");

  /* One that says it is small. */
  zip = zip_new (NULL);
  zip_add (zip, "IHE_XDM/S/METADATA.XML", text);
  zip_add_sized (zip, "IHE_XDM/S/A.PDF", zeros, 8 * 1024 * 1024);
  honest = zip_end (zip);
  lying = g_memdup2 (g_bytes_get_data (honest, &length), g_bytes_get_size (honest));
  for (gsize i = 0; i + 4 <= length; i++)
    if (memcmp (lying + i, &size, 4) == 0)
      memcpy (lying + i, &small, 4);
  patched = g_bytes_new (lying, length);
  items = read_zip_with (patched, &hy_test_decoder);
  g_assert_cmpuint (items->len, ==, 1);
  g_assert_nonnull (((HyImportItem *) items->pdata[0])->refused);
}

/* Documents of any size stand beside each other; only what the packing hides counts as a bomb. */
static void
large_documents_beside_small_ones_are_taken (void)
{
  const gsize size = 12 * 1024 * 1024;
  g_autofree char *large = g_malloc (size);
  g_autofree char *text = metadata ("", g_strdup ("{\"uri\":\"A.PDF\"}"), NULL);

  for (gsize i = 0; i < size; i += 4)
    *(guint32 *) (gpointer) (large + i) = g_random_int () | 1;
  memcpy (large, PDF, strlen (PDF));
  for (guint i = 0; i < 4; i++)
    {
      Zip *zip = zip_new (NULL);
      g_autoptr (GPtrArray) items = NULL;

      if (i % 2 == 0)
        g_assert_cmpint (archive_write_zip_set_compression_store (zip->archive), ==, ARCHIVE_OK);
      zip_add (zip, "README.TXT", "Bonjour");
      if (i < 2)
        zip_add_sized (zip, "IHE_XDM/S/A.PDF", large, size);
      zip_add (zip, "IHE_XDM/S/METADATA.XML", text);
      if (i >= 2)
        zip_add_sized (zip, "IHE_XDM/S/A.PDF", large, size);
      zip_add (zip, "Z.TXT", "x");
      items = read_zip (zip);
      g_assert_cmpuint (items->len, ==, 1);
      g_assert_cmpuint (g_bytes_get_size (get_taken (items, 0)->attachment), ==, size);
    }
}

/* One file of the archive may be several documents, but then each of them counts. */
static void
one_file_is_not_handed_out_for_ever (void)
{
  const gsize size = 8 * 1024 * 1024;
  g_autofree char *large = g_malloc0 (size);

  for (guint n = 2; n <= 300; n += 298)
    {
      g_autoptr (GString) text = g_string_new ("<SubmitObjectsRequest>{\"kind\":\"xdm\",\"documents\":[");
      Zip *zip = zip_new (NULL);

      for (guint i = 0; i < n; i++)
        g_string_append_printf (text, "%s{\"uri\":\"A.PDF\",\"uniqueId\":\"1.2.%u\"}", i > 0 ? "," : "", i + 1);
      g_string_append (text, "]}</SubmitObjectsRequest>");
      g_assert_cmpint (archive_write_zip_set_compression_store (zip->archive), ==, ARCHIVE_OK);
      zip_add (zip, "IHE_XDM/S/METADATA.XML", text->str);
      zip_add_sized (zip, "IHE_XDM/S/A.PDF", large, size);
      if (n > 2)
        assert_refused_whole (zip, "far more");
      else
        {
          g_autoptr (GPtrArray) items = read_zip (zip);

          g_assert_cmpuint (items->len, ==, 2);
          g_assert_cmpuint (g_bytes_get_size (get_taken (items, 1)->attachment), ==, size);
        }
    }
}

static void
much_metadata_is_refused (void)
{
  g_autofree char *text = metadata ("", g_strdup ("{\"uri\":\"A.PDF\"}"), NULL);
  g_autoptr (GString) long_text = g_string_new (text);
  Zip *zip = zip_new (NULL);

  for (gsize i = long_text->len; i < 9 * 1024 * 1024; i += 16)
    g_string_append (long_text, "                ");
  g_assert_cmpint (archive_write_zip_set_compression_store (zip->archive), ==, ARCHIVE_OK);
  zip_add (zip, "IHE_XDM/S/METADATA.XML", long_text->str);
  zip_add (zip, "IHE_XDM/T/METADATA.XML", long_text->str);
  zip_add (zip, "IHE_XDM/S/A.PDF", PDF);
  assert_refused_whole (zip, "more lists");
}

static void
too_many_files_are_refused (void)
{
  Zip *zip = good_zip_with (NULL, NULL);

  for (guint i = 3; i < 2000; i++)
    {
      g_autofree char *name = g_strdup_printf ("T/%u.TXT", i);

      zip_add (zip, name, "");
    }
  {
    g_autoptr (GBytes) bytes = zip_end (zip);
    g_autoptr (GPtrArray) items = read_zip_with (bytes, &hy_test_decoder);

    assert_bytes (get_taken (items, 0), PDF);
  }
  zip = good_zip_with (NULL, NULL);
  for (guint i = 3; i < 2001; i++)
    {
      g_autofree char *name = g_strdup_printf ("T/%u.TXT", i);

      zip_add (zip, name, "");
    }
  assert_refused_whole (zip, "2,000");
}

static void
archives_of_something_else_are_refused (void)
{
  g_autofree char *none = metadata ("", NULL);
  Zip *zip = zip_new (NULL);

  zip_add (zip, "letter.pdf", PDF);
  zip_add (zip, "METADATA.XML", none);
  assert_refused_whole (zip, "IHE_XDM");
  zip = zip_new (NULL);
  assert_refused_whole (zip, "cut short");
  zip = zip_new (NULL);
  zip_add (zip, "IHE_XDM/S/METADATA.XML", none);
  assert_refused_whole (zip, "names none");
  zip = zip_new (NULL);
  zip_add (zip, "IHE_XDM/S/METADATA.XML", "broken");
  assert_refused_whole (zip, "damaged");
  zip = zip_new (NULL);
  zip_add (zip, "IHE_XDM/S/METADATA.XML", CDA);
  assert_refused_whole (zip, "damaged");
}

static void
without_a_decoder_nothing_is_taken (void)
{
  g_autoptr (GBytes) bytes = zip_end (good_zip_with (NULL, NULL));
  g_autoptr (GPtrArray) items = read_zip_with (bytes, NULL);

  g_assert_cmpuint (items->len, ==, 1);
  g_assert_nonnull (strstr (((HyImportItem *) items->pdata[0])->refused->message, "safely"));
}

/* Cut at every fiftieth, and with every fiftieth byte another: refused or as it was, never anything else. */
static void
damage_is_never_taken_for_something_else (void)
{
  g_autoptr (GBytes) whole = zip_end (good_zip_with (NULL, NULL));
  gsize size;
  const guint8 *data = g_bytes_get_data (whole, &size);

  for (guint i = 0; i < 50; i++)
    {
      g_autoptr (GBytes) cut = g_bytes_new (data, MAX (size * i / 50, 4));
      g_autoptr (GPtrArray) items = read_zip_with (cut, &hy_test_decoder);

      g_assert_cmpuint (items->len, ==, 1);
      g_assert_nonnull (((HyImportItem *) items->pdata[0])->refused);
    }
  for (gsize i = 4; i < size; i++)
    {
      g_autofree guint8 *changed = g_memdup2 (data, size);
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GPtrArray) items = NULL;

      changed[i] ^= 0x10;
      bytes = g_bytes_new (changed, size);
      items = read_zip_with (bytes, &hy_test_decoder);
      for (guint k = 0; k < items->len; k++)
        {
          HyImportItem *item = items->pdata[k];

          if (item->refused == NULL && item->warning == NULL)
            assert_bytes (item, PDF);
        }
    }
}

static void
cancelling_stops_between_documents (void)
{
  g_autofree char *text = metadata ("", listed ("A.PDF", PDF "1", ""), listed ("B.PDF", PDF "2", ""), NULL);
  Zip *zip = zip_new (NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (HyImportReader) reader = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GPtrArray) first = NULL;
  g_autoptr (GError) error = NULL;

  zip_add (zip, "IHE_XDM/S/METADATA.XML", text);
  zip_add (zip, "IHE_XDM/S/A.PDF", PDF "1");
  zip_add (zip, "IHE_XDM/S/B.PDF", PDF "2");
  bytes = zip_end (zip);
  stream = g_memory_input_stream_new_from_bytes (bytes);
  reader = hy_import_reader_new (stream, "x.zip", -1);
  hy_import_reader_set_decoder (reader, &hy_test_decoder);
  first = hy_import_reader_next (reader, 1, cancellable, &error);
  g_assert_no_error (error);
  assert_bytes (get_taken (first, 0), PDF "1");
  g_assert_cmpfloat (hy_import_reader_get_fraction (reader), ==, 0.5);
  g_cancellable_cancel (cancellable);
  g_assert_null (hy_import_reader_next (reader, 1, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc,
      char **argv)
{
  g_setenv ("LANGUAGE", "en", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/import/parcel/metadata-gives-what-it-knows", metadata_gives_what_it_knows);
  g_test_add_func ("/import/parcel/a-cda-fills-in", a_cda_fills_in);
  g_test_add_func ("/import/parcel/files-are-found-where-they-are", files_are_found_where_they_are);
  g_test_add_func ("/import/parcel/many-documents-come-in-parts", many_documents_come_in_parts);
  g_test_add_func ("/import/parcel/an-unpacked-archive-is-no-pdf", an_unpacked_archive_is_no_pdf);
  g_test_add_func ("/import/parcel/an-archive-comes-through-a-pipe", an_archive_comes_through_a_pipe);
  g_test_add_func ("/import/parcel/what-differs-from-the-list-is-told", what_differs_from_the_list_is_told);
  g_test_add_func ("/import/parcel/signatures-and-style-sheets-are-no-documents", signatures_and_style_sheets_are_no_documents);
  g_test_add_func ("/import/parcel/other-kinds-are-kept-as-they-are", other_kinds_are_kept_as_they_are);
  g_test_add_func ("/import/parcel/what-one-lacks-the-others-do-not", what_one_lacks_the_others_do_not);
  g_test_add_func ("/import/parcel/a-replaced-one-is-marked", a_replaced_one_is_marked);
  g_test_add_func ("/import/parcel/hostile-archives-are-refused-whole", hostile_archives_are_refused_whole);
  g_test_add_func ("/import/parcel/bombs-are-refused", bombs_are_refused);
  g_test_add_func ("/import/parcel/large-documents-beside-small-ones-are-taken", large_documents_beside_small_ones_are_taken);
  g_test_add_func ("/import/parcel/one-file-is-not-handed-out-for-ever", one_file_is_not_handed_out_for_ever);
  g_test_add_func ("/import/parcel/much-metadata-is-refused", much_metadata_is_refused);
  g_test_add_func ("/import/parcel/too-many-files-are-refused", too_many_files_are_refused);
  g_test_add_func ("/import/parcel/archives-of-something-else-are-refused", archives_of_something_else_are_refused);
  g_test_add_func ("/import/parcel/without-a-decoder-nothing-is-taken", without_a_decoder_nothing_is_taken);
  g_test_add_func ("/import/parcel/damage-is-never-taken-for-something-else", damage_is_never_taken_for_something_else);
  g_test_add_func ("/import/parcel/cancelling-stops-between-documents", cancelling_stops_between_documents);
  return g_test_run ();
}
