/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "import/hy-import-reader.h"
#include "import/hy-test-decoder.h"

#include "base/hy-error.h"

#include <string.h>

#define PATIENT "{\"resourceType\":\"Patient\",\"id\":\"p\",\"name\":[{\"family\":\"Fontaine\",\"given\":[\"Claire\"]}]}"
#define OTHER_PATIENT "{\"resourceType\":\"Patient\",\"id\":\"p\",\"birthDate\":\"1950-01-01\",\"name\":[{\"family\":\"Autre\"}]}"
#define OBSERVATION(subject) \
  "{\"resourceType\":\"Observation\",\"code\":{\"text\":\"Poids\"},\"subject\":{\"reference\":\"" subject "\"}}"

#define LITERAL(text) text, sizeof text - 1

/* A stream that gives a few bytes at a time, then fails, or is cancelled in the middle. */
#define TEST_TYPE_STREAM (test_stream_get_type ())
G_DECLARE_FINAL_TYPE (TestStream, test_stream, TEST, STREAM, GInputStream)

struct _TestStream
{
  GInputStream parent_instance;

  GBytes *bytes;
  gsize at;
  gsize step;
  gsize fail_at;           /* G_MAXSIZE = never */
  GCancellable *cancelled; /* cancelled at @fail_at instead of a failure */
};

G_DEFINE_FINAL_TYPE (TestStream, test_stream, G_TYPE_INPUT_STREAM)

static gssize
test_stream_read (GInputStream *stream,
                  void *buffer,
                  gsize count,
                  GCancellable *cancellable,
                  GError **error)
{
  TestStream *self = TEST_STREAM (stream);
  gsize left = g_bytes_get_size (self->bytes) - self->at;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return -1;
  if (self->at >= self->fail_at)
    {
      if (self->cancelled == NULL)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "the file is gone");
          return -1;
        }
      g_cancellable_cancel (self->cancelled);
    }
  count = MIN (MIN (count, self->step), left);
  if (count > 0)
    memcpy (buffer, (const char *) g_bytes_get_data (self->bytes, NULL) + self->at, count);
  self->at += count;
  return (gssize) count;
}

static void
test_stream_finalize (GObject *object)
{
  g_bytes_unref (TEST_STREAM (object)->bytes);
  G_OBJECT_CLASS (test_stream_parent_class)->finalize (object);
}

static void
test_stream_class_init (TestStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_stream_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = test_stream_read;
}

static void
test_stream_init (TestStream *self)
{
  self->step = G_MAXSIZE;
  self->fail_at = G_MAXSIZE;
}

static TestStream *
test_stream_new (const void *bytes,
                 gsize size)
{
  TestStream *self = g_object_new (TEST_TYPE_STREAM, NULL);

  self->bytes = g_bytes_new (bytes, size);
  return self;
}

static HyImportReader *
reader_new (const void *bytes,
            gsize size,
            const char *name)
{
  g_autoptr (TestStream) stream = test_stream_new (bytes, size);

  return hy_import_reader_new (G_INPUT_STREAM (stream), name, (gint64) size);
}

/* All items of the text, three at a time. */
static GPtrArray *
read_bytes (const void *bytes,
            gsize size,
            const char *kind)
{
  g_autoptr (HyImportReader) reader = reader_new (bytes, size, "file");
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify) hy_import_item_free);
  double fraction = 0;

  for (;;)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) items = hy_import_reader_next (reader, 3, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpfloat (hy_import_reader_get_fraction (reader), <=, 1);
      g_assert_cmpfloat (hy_import_reader_get_fraction (reader), >=, 0);
      fraction = hy_import_reader_get_fraction (reader);
      if (items->len == 0)
        break;
      g_assert_cmpuint (items->len, <=, 3);
      g_ptr_array_extend_and_steal (all, g_steal_pointer (&items));
    }
  g_assert_cmpfloat (fraction, ==, 1);
  g_assert_cmpstr (hy_import_reader_get_kind (reader), ==, kind);
  return all;
}

static GPtrArray *
read_text (const char *text)
{
  return read_bytes (text, strlen (text), "fhir");
}

static void
assert_json (HyImportItem *item,
             const char *text)
{
  g_assert_no_error (item->refused);
  g_assert_cmpmem (g_bytes_get_data (item->json, NULL), g_bytes_get_size (item->json), text, strlen (text));
}

static void
assert_refused (HyImportItem *item,
                const char *part)
{
  g_assert_error (item->refused, HY_ERROR, HY_ERROR_REFUSED);
  g_assert_null (item->json);
  g_assert_nonnull (strstr (item->refused->message, part));
}

static void
one_resource_is_kept_whole (void)
{
  static const char *const texts[] = {
    PATIENT,
    "\xef\xbb\xbf" PATIENT,
    " \r\n\t" PATIENT "\n\n",
    "\xef\xbb\xbf\n{\n  \"resourceType\" : \"Patient\",\n  \"id\": \"p\", \"name\":[{\"text\":\"Claire Fontaine\"}]}\r\n",
    PATIENT "\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GPtrArray) items = read_text (texts[i]);
      HyImportItem *item;

      g_assert_cmpuint (items->len, ==, 1);
      item = items->pdata[0];
      assert_json (item, texts[i]);
      g_assert_cmpstr (item->row.title, ==, "Claire Fontaine");
      g_assert_cmpstr (item->about->display, ==, "Claire Fontaine");
      g_assert_null (item->full_url);
      g_assert_null (item->attachment);
    }
}

static void
a_bundle_is_its_entries (void)
{
  static const char *const types[] = { "collection", "transaction", "document", "searchset", "history", "batch", "unheard-of" };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *text =
          g_strdup_printf ("{\"resourceType\":\"Bundle\",\"type\":\"%s\",\"entry\":[\n"
                           "{\"fullUrl\":\"urn:uuid:1\",\"resource\": { \"resourceType\" : \"Basic\", \"x\":1.50 } },"
                           "{\"request\":{\"method\":\"DELETE\",\"url\":\"Patient/1\"}},"
                           "{\"resource\":" PATIENT "},"
                           "{\"resource\":{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":" PATIENT "}]}},"
                           "{\"fullUrl\":7,\"resource\":{\"resourceType\":\"Parameters\"}}]}",
                           types[i]);
      g_autoptr (GPtrArray) items = read_text (text);
      HyImportItem *first = items->pdata[0];
      HyImportItem *nested;

      g_assert_cmpuint (items->len, ==, 4);
      assert_json (first, "{ \"resourceType\" : \"Basic\", \"x\":1.50 }");
      g_assert_cmpstr (first->full_url, ==, "urn:uuid:1");
      g_assert_cmpuint (first->index, ==, 0);
      assert_json (items->pdata[1], PATIENT);
      g_assert_cmpuint (((HyImportItem *) items->pdata[1])->index, ==, 2);
      nested = items->pdata[2];
      assert_json (nested, "{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":" PATIENT "}]}");
      g_assert_cmpint (nested->row.klass, ==, HY_CLASS_OTHER);
      g_assert_null (nested->full_url);
      assert_json (items->pdata[3], "{\"resourceType\":\"Parameters\"}");
    }
}

static void
a_server_s_words_are_left_out (void)
{
  g_autoptr (GPtrArray) alone = read_text ("{\"resourceType\":\"OperationOutcome\",\"issue\":[]}");
  g_autoptr (GPtrArray) searched =
      read_text ("{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"entry\":["
                 "{\"resource\":{\"resourceType\":\"OperationOutcome\"},\"search\":{\"mode\":\"outcome\"}},"
                 "{\"resource\":{\"resourceType\":\"OperationOutcome\"}},"
                 "{\"resource\":{\"resourceType\":\"Basic\"},\"search\":{\"mode\":\"outcome\"}},"
                 "{\"resource\":{\"resourceType\":\"Basic\"},\"search\":{\"mode\":\"match\"}}]}");

  g_assert_cmpuint (alone->len, ==, 1);
  assert_refused (alone->pdata[0], "server's answer");
  g_assert_cmpstr (((HyImportItem *) alone->pdata[0])->row.type, ==, "OperationOutcome");
  g_assert_cmpuint (searched->len, ==, 4);
  assert_refused (searched->pdata[0], "server's note");
  assert_refused (searched->pdata[1], "server's answer");
  assert_refused (searched->pdata[2], "server's note");
  assert_json (searched->pdata[3], "{\"resourceType\":\"Basic\"}");
}

static void
wrong_json_is_one_refusal (void)
{
  static const char *const texts[] = {
    "{",
    "{\"resourceType\":\"Patient\"",
    "{\"resourceType\":\"Patient\",}",
    "{\"resourceType\":\"Patient\"} x",
    "[]",
    "[{\"resourceType\":\"Patient\"}]",
    "{}",
    "{\"resourceType\":5}",
    "{\"resourceType\":\"Patient\",\"id\":\"\xff\"}",
    "{\"resourceType\":\"Patient\",\"resourceType\":\"Patient\"}",
    "{\"resourceType\":\"Bundle\"}",
    "{\"resourceType\":\"Bundle\",\"entry\":[]}",
    "{\"resourceType\":\"Bundle\",\"entry\":{}}",
    "{\"resourceType\":\"Bundle\",\"entry\":[{},7,null,[]]}",
    "{not json}\n{not json either}\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GPtrArray) items = read_text (texts[i]);

      g_assert_cmpuint (items->len, ==, 1);
      assert_refused (items->pdata[0], ".");
    }
}

static void
one_bad_entry_does_not_stop_the_others (void)
{
  g_autoptr (GPtrArray) items =
      read_text ("{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":3},{\"resource\":" PATIENT "},{\"resource\":{\"id\":\"1\"}}]}");

  g_assert_cmpuint (items->len, ==, 3);
  assert_refused (items->pdata[0], "not a JSON object");
  assert_json (items->pdata[1], PATIENT);
  assert_refused (items->pdata[2], "resourceType");
}

static void
deep_json_is_refused (void)
{
  g_autoptr (GString) text = g_string_new ("{\"resourceType\":\"Basic\",\"x\":");

  for (guint i = 0; i < 100000; i++)
    g_string_append_c (text, '[');
  g_autoptr (GPtrArray) items = read_text (text->str);

  g_assert_cmpuint (items->len, ==, 1);
  assert_refused (items->pdata[0], "nested");
}

static void
large_json_is_refused (void)
{
  g_autoptr (GString) text = g_string_sized_new (HY_JSON_MAX_BYTES + 100);
  g_autoptr (GPtrArray) large = NULL;
  g_autoptr (GPtrArray) fits = NULL;
  gsize before;

  g_string_append (text, "{\"resourceType\":\"Basic\",\n\"x\":\"");
  before = text->len;
  g_string_set_size (text, HY_JSON_MAX_BYTES - 2);
  memset (text->str + before, 'x', text->len - before);
  g_string_append (text, "\"}");
  fits = read_bytes (text->str, text->len, "fhir");
  g_assert_cmpuint (fits->len, ==, 1);
  g_assert_no_error (((HyImportItem *) fits->pdata[0])->refused);
  g_assert_cmpuint (g_bytes_get_size (((HyImportItem *) fits->pdata[0])->json), ==, HY_JSON_MAX_BYTES);

  g_string_append_c (text, ' ');
  large = read_bytes (text->str, text->len, "fhir");
  g_assert_cmpuint (large->len, ==, 1);
  assert_refused (large->pdata[0], "NDJSON");
}

static void
lines_are_items (void)
{
  static const char *const texts[] = {
    PATIENT "\n" OBSERVATION ("Patient/p") "\n{\"resourceType\":\"Basic\"}\n",
    PATIENT "\n" OBSERVATION ("Patient/p") "\n{\"resourceType\":\"Basic\"}",
    PATIENT "\r\n" OBSERVATION ("Patient/p") "\r\n{\"resourceType\":\"Basic\"}\r\n",
    "\xef\xbb\xbf" PATIENT "\n\n \t\n" OBSERVATION ("Patient/p") "  \n\n  {\"resourceType\":\"Basic\"}\n\n \n",
    "\n\n" PATIENT " \n" OBSERVATION ("Patient/p") "\n{\"resourceType\":\"Basic\"}\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    for (gsize step = 1; step <= 512; step *= 8)
      {
        g_autoptr (TestStream) stream = test_stream_new (texts[i], strlen (texts[i]));
        g_autoptr (HyImportReader) reader = hy_import_reader_new (G_INPUT_STREAM (stream), "x.ndjson", -1);
        g_autoptr (GError) error = NULL;
        g_autoptr (GPtrArray) items = NULL;

        stream->step = step;
        items = hy_import_reader_next (reader, 100, NULL, &error);
        g_assert_no_error (error);
        g_assert_cmpuint (items->len, ==, 3);
        assert_json (items->pdata[0], PATIENT);
        assert_json (items->pdata[1], OBSERVATION ("Patient/p"));
        assert_json (items->pdata[2], "{\"resourceType\":\"Basic\"}");
        g_assert_cmpstr (((HyImportItem *) items->pdata[1])->about->display, ==, "Claire Fontaine");
        g_assert_null (((HyImportItem *) items->pdata[2])->about);
        g_assert_cmpuint (((HyImportItem *) items->pdata[2])->index, ==, 2);
        g_assert_cmpstr (hy_import_reader_get_kind (reader), ==, "fhir");
      }
}

static void
a_bad_line_does_not_stop_the_others (void)
{
  g_autoptr (GPtrArray) items = read_text ("{\"resourceType\":\"Basic\",\"id\":\"1\"}\n"
                                           "{\"resourceType\":\"Basic\",\"id\":\"2\"\n"
                                           "\n"
                                           "not json at all\n"
                                           "{\"id\":\"no type\"}\n"
                                           "[]\n"
                                           "{\"resourceType\":\"OperationOutcome\"}\n"
                                           "{\"resourceType\":\"Basic\",\"id\":\"3\"}\n"
                                           "{\"resourceType\":\"Bas");

  g_assert_cmpuint (items->len, ==, 8);
  assert_json (items->pdata[0], "{\"resourceType\":\"Basic\",\"id\":\"1\"}");
  assert_refused (items->pdata[1], "Line 2 ");
  assert_refused (items->pdata[2], "Line 4 ");
  assert_refused (items->pdata[3], "Line 5:");
  assert_refused (items->pdata[4], "Line 6:");
  assert_refused (items->pdata[5], "Line 7:");
  assert_json (items->pdata[6], "{\"resourceType\":\"Basic\",\"id\":\"3\"}");
  assert_refused (items->pdata[7], "Line 9 ");
}

static void
a_huge_line_does_not_stop_the_others (void)
{
  g_autoptr (GString) text = g_string_sized_new (HY_JSON_MAX_BYTES + 2000);
  g_autoptr (GPtrArray) items = NULL;
  gsize before;

  g_string_append (text, "{\"resourceType\":\"Basic\"}\n{\"resourceType\":\"Basic\",\"x\":\"");
  before = text->len;
  g_string_set_size (text, HY_JSON_MAX_BYTES + 1000);
  memset (text->str + before, 'x', text->len - before);
  g_string_append (text, "\"}\n" PATIENT);
  items = read_bytes (text->str, text->len, "fhir");
  g_assert_cmpuint (items->len, ==, 3);
  assert_json (items->pdata[0], "{\"resourceType\":\"Basic\"}");
  assert_refused (items->pdata[1], "Line 2 ");
  assert_json (items->pdata[2], PATIENT);
}

static void
many_lines_come_in_order (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (HyImportReader) reader = NULL;
  g_autoptr (TestStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  guint n_items = 0;
  guint n_lines = 0;

  while (text->len < 20 * 1024 * 1024)
    {
      g_string_append_printf (text, "{\"resourceType\":\"Basic\",\"id\":\"%u\",\"x\":\"%01000u\"}\n", n_lines, n_lines);
      n_lines++;
    }
  stream = test_stream_new (text->str, text->len);
  reader = hy_import_reader_new (G_INPUT_STREAM (stream), "x", (gint64) text->len);
  for (;;)
    {
      g_autoptr (GPtrArray) items = hy_import_reader_next (reader, 500, NULL, &error);

      g_assert_no_error (error);
      if (items->len == 0)
        break;
      for (guint i = 0; i < items->len; i++)
        {
          HyImportItem *item = items->pdata[i];
          g_autofree char *id = g_strdup_printf ("%u", n_items);

          g_assert_cmpstr (item->row.fhir_id, ==, id);
          g_assert_cmpuint (item->index, ==, n_items);
          n_items++;
        }
      g_assert_cmpfloat_with_epsilon (hy_import_reader_get_fraction (reader), (double) n_items / n_lines, 0.01);
    }
  g_assert_cmpuint (n_items, ==, n_lines);
}

static void
a_bundle_of_ten_thousand (void)
{
  g_autoptr (GString) text = g_string_new ("{\"resourceType\":\"Bundle\",\"entry\":[");
  g_autoptr (GPtrArray) items = NULL;

  for (guint i = 0; i < 10000; i++)
    g_string_append_printf (text, "%s{\"fullUrl\":\"urn:uuid:%u\",\"resource\":{\"resourceType\":\"%s\",\"id\":\"%u\"%s}}",
                            i > 0 ? "," : "", i, i == 9999 ? "Patient" : "Observation", i,
                            i == 9999 ? ",\"name\":[{\"text\":\"Last\"}]" : ",\"subject\":{\"reference\":\"urn:uuid:9999\"}");
  g_string_append (text, "]}");
  items = read_text (text->str);
  g_assert_cmpuint (items->len, ==, 10000);
  for (guint i = 0; i < items->len; i++)
    {
      HyImportItem *item = items->pdata[i];
      g_autofree char *id = g_strdup_printf ("%u", i);

      g_assert_no_error (item->refused);
      g_assert_cmpstr (item->row.fhir_id, ==, id);
      g_assert_cmpstr (item->about->display, ==, "Last");
    }
}

static void
says_whom_it_is_about (void)
{
  static const struct
  {
    const char *full_url;
    const char *subject;
    const char *about;
  } table[] = {
    { "urn:uuid:a", "urn:uuid:a", "Claire Fontaine" },
    { "urn:uuid:a", "urn:uuid:b", NULL },
    { "urn:uuid:a", "Patient/p", "Claire Fontaine" },
    { "urn:uuid:a", "Patient/p/_history/3", "Claire Fontaine" },
    { "urn:uuid:a", "Patient/q", NULL },
    { "urn:uuid:a", "http://server/fhir/Patient/p", "Claire Fontaine" },
    { "http://server/fhir/Patient/p", "Patient/p", "Claire Fontaine" },
    { "http://server/fhir/Patient/p", "http://server/fhir/Patient/p", "Claire Fontaine" },
    { "http://server/fhir/Patient/p", "http://elsewhere/fhir/Patient/p", NULL },
    { "http://server/fhir/Patient/other-id", "Patient/other-id", "Claire Fontaine" },
    { "http://server/fhir/Patient/p/_history/2", "Patient/p", "Claire Fontaine" },
    { "http://server/fhir/Patient/x/y", "Patient/x", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text =
          g_strdup_printf ("{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":{\"resourceType\":\"Observation\",\"subject\":{"
                           "\"reference\":\"%s\"}}},{\"fullUrl\":\"%s\",\"resource\":" PATIENT "}]}",
                           table[i].subject, table[i].full_url);
      g_autoptr (GPtrArray) items = read_text (text);
      HyImportItem *observation = items->pdata[0];
      HyImportItem *patient = items->pdata[1];

      g_assert_cmpuint (items->len, ==, 2);
      g_assert_cmpstr (observation->about != NULL ? observation->about->display : NULL, ==, table[i].about);
      g_assert_cmpstr (patient->about->display, ==, "Claire Fontaine");
    }
}

static void
two_people_with_one_key_are_nobody (void)
{
  g_autoptr (GPtrArray) items =
      read_text ("{\"resourceType\":\"Patient\",\"id\":\"p\",\"birthDate\":\"1984-05-12\"}\n" OTHER_PATIENT "\n" OBSERVATION ("Patient/p") "\n");
  g_autoptr (GPtrArray) versions = read_text (PATIENT "\n" PATIENT "\n" OBSERVATION ("Patient/p") "\n");

  g_assert_null (((HyImportItem *) items->pdata[2])->about);
  g_assert_cmpstr (((HyImportItem *) versions->pdata[2])->about->display, ==, "Claire Fontaine");
}

static void
a_contained_patient_counts (void)
{
  g_autoptr (GPtrArray) items = read_text ("{\"resourceType\":\"Observation\",\"contained\":[{\"resourceType\":\"Device\",\"id\":\"d\"},"
                                           "{\"resourceType\":\"Patient\",\"id\":\"c\",\"name\":[{\"family\":\"Dedans\"}]}],"
                                           "\"subject\":{\"reference\":\"#c\"}}");
  HyImportItem *item = items->pdata[0];

  g_assert_cmpstr (item->about->display, ==, "Dedans");
  g_assert_null (item->row.subject);
}

static void
people_outlive_the_reader (void)
{
  g_autoptr (GPtrArray) items = read_text (PATIENT "\n" OBSERVATION ("Patient/p") "\n" OBSERVATION ("Patient/p") "\n");

  for (guint i = 3; i-- > 0;)
    {
      g_assert_cmpstr (((HyImportItem *) items->pdata[i])->about->families[0], ==, "Fontaine");
      g_ptr_array_set_size (items, (gint) i);
    }
}

static void
a_pdf_becomes_a_document (void)
{
  static const char pdf[] = "junk before\n%PDF-1.7\nbody\n%%EOF\n";
  static const struct
  {
    const char *name;
    const char *description;
    const char *title;
  } table[] = {
    { "Compte_rendu  2024.pdf", "Compte rendu 2024", "Compte_rendu  2024.pdf" },
    { "/some/folder/a b.PDF", "a b", "a b.PDF" },
    { "no-extension", "no-extension", "no-extension" },
    { ".hidden", ".hidden", ".hidden" },
    { "é\"\\\n.v2.pdf", "é\"\\ .v2", "é\"\\\n.v2.pdf" },
    { "___.pdf", "Document", "___.pdf" },
    { "bad\xff.pdf", "bad\xef\xbf\xbd", "bad\xef\xbf\xbd.pdf" },
    { "", "Document", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (HyImportReader) reader = reader_new (pdf, sizeof pdf - 1, table[i].name);
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) items = NULL;
      g_autoptr (GPtrArray) end = NULL;
      g_autoptr (HyJson) json = NULL;
      HyImportItem *item;
      g_autofree char *id = NULL;
      g_autofree char *description = NULL;
      g_autofree char *title = NULL;

      hy_import_reader_set_now (reader, G_GINT64_CONSTANT (1767225600) * G_USEC_PER_SEC);
      items = hy_import_reader_next (reader, 10, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (items->len, ==, 1);
      item = items->pdata[0];
      g_assert_no_error (item->refused);
      g_assert_cmpmem (g_bytes_get_data (item->attachment, NULL), g_bytes_get_size (item->attachment), pdf, sizeof pdf - 1);
      g_assert_cmpstr (item->media_type, ==, "application/pdf");
      g_assert_cmpstr (hy_import_reader_get_kind (reader), ==, "pdf");
      g_assert_null (item->about);
      g_assert_cmpint (item->row.klass, ==, HY_CLASS_DOCUMENT);
      g_assert_cmpuint (item->row.flags, ==, HY_ROW_LOCAL);
      g_assert_null (item->row.identity);
      g_assert_cmpstr (item->row.title, ==, table[i].description);
      g_assert_cmpstr (item->row.date, ==, "2026-01-01T00:00:00+00:00");

      json = hy_json_parse (item->json, &error);
      g_assert_no_error (error);
      id = hy_json_dup_string (json, hy_json_path (json, 1, "id"));
      g_assert_true (g_uuid_string_is_valid (id));
      description = hy_json_dup_string (json, hy_json_path (json, 1, "description"));
      g_assert_cmpstr (description, ==, table[i].description);
      title = hy_json_dup_string (json, hy_json_path (json, 1, "content.0.attachment.title"));
      g_assert_cmpstr (title, ==, table[i].title);
      g_assert_true (hy_json_string_equal (json, hy_json_path (json, 1, "status"), "current"));
      g_assert_true (hy_json_string_equal (json, hy_json_path (json, 1, "content.0.attachment.contentType"), "application/pdf"));
      /* printf 'junk before\n%%PDF-1.7\nbody\n%%%%EOF\n' | openssl sha1 -binary | base64 */
      g_assert_true (hy_json_string_equal (json, hy_json_path (json, 1, "content.0.attachment.hash"), "FRxhlpj/l+3gGasL96OjJOraqbw="));
      g_assert_cmpuint (hy_json_path (json, 1, "masterIdentifier"), ==, 0);

      end = hy_import_reader_next (reader, 10, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (end->len, ==, 0);
    }
}

static void
a_cut_pdf_is_taken (void)
{
  g_autoptr (GPtrArray) items = read_bytes ("%PDF-1.4\nhalf of it", 19, "pdf");

  g_assert_cmpuint (items->len, ==, 1);
  g_assert_cmpuint (g_bytes_get_size (((HyImportItem *) items->pdata[0])->attachment), ==, 19);
}

static void
a_large_pdf_is_refused (void)
{
  gsize size = 100 * 1024 * 1024 + 1;
  g_autofree char *pdf = g_malloc0 (size);
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GPtrArray) fits = NULL;

  memcpy (pdf, "%PDF-1.4", 8);
  items = read_bytes (pdf, size, "pdf");
  g_assert_cmpuint (items->len, ==, 1);
  assert_refused (items->pdata[0], "100 MB");
  fits = read_bytes (pdf, size - 1, "pdf");
  g_assert_no_error (((HyImportItem *) fits->pdata[0])->refused);
  g_assert_cmpuint (g_bytes_get_size (((HyImportItem *) fits->pdata[0])->attachment), ==, size - 1);
}

static void
other_kinds_are_named (void)
{
  char dicom[200] = { 0 };
  static const struct
  {
    const char *bytes;
    gsize size;
    const char *part;
    const char *kind;
  } table[] = {
    { LITERAL (""), "empty" },
    { LITERAL ("PK\3\4rest"), "cut short", "xdm" },
    { LITERAL ("<?xml version=\"1.0\"?><ClinicalDocument xmlns=\"urn:hl7-org:v3\">"), "CDA", "cda" },
    { LITERAL ("\xef\xbb\xbf<Patient xmlns=\"http://hl7.org/fhir\"/>"), "XML" },
    { LITERAL ("\xff\xfe<\0a\0"), "XML" },
    { LITERAL ("Bonjour,\r\nle r\xc3\xa9sultat est bon.\n"), "plain text" },
    { LITERAL ("Bonjour en latin1: \xe9t\xe9"), "plain text" },
    { LITERAL ("\0\1\2\3\4"), "no kind" },
    { LITERAL ("\xff\xfe{\0\"\0"), "no kind" },
    { LITERAL ("\xef\xbb\xbf"), "plain text" },
    { LITERAL ("   \n"), "plain text" },
  };

  memcpy (dicom + 128, "DICM", 4);
  for (guint i = 0; i <= G_N_ELEMENTS (table); i++)
    {
      gboolean last = i == G_N_ELEMENTS (table);
      g_autoptr (GPtrArray) items =
          read_bytes (last ? dicom : table[i].bytes, last ? sizeof dicom : table[i].size,
                      !last && table[i].kind != NULL ? table[i].kind : "unknown");

      g_assert_cmpuint (items->len, ==, 1);
      assert_refused (items->pdata[0], last ? "DICOM" : table[i].part);
      g_assert_cmpint (((HyImportItem *) items->pdata[0])->row.shelf, ==, -1);
    }
}

/* What a resource holds is read like a file of its own; its bytes stay as they are. */
static void
a_document_in_a_resource_has_words (void)
{
  static const struct
  {
    const char *contents;
    const char *text;
  } table[] = {
    { "%PDF-1.4 Bonjour\f", "Bonjour\f" },
    { "<ClinicalDocument>{}</ClinicalDocument>", "words of the narrative" },
    { "Bonjour", NULL },
    { "", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *data = g_base64_encode ((const guint8 *) table[i].contents, strlen (table[i].contents));
      g_autofree char *json = g_strdup_printf ("{\"resourceType\":\"DocumentReference\",\"content\":[{\"attachment\":{\"url\":\"x\"}},"
                                               "{\"attachment\":{\"data\":\"%s\"}}]}",
                                               data);
      g_autoptr (HyImportReader) reader = reader_new (json, strlen (json), "x.json");
      g_autoptr (GPtrArray) items = NULL;

      hy_import_reader_set_decoder (reader, &hy_test_decoder);
      items = hy_import_reader_next (reader, 1, NULL, NULL);
      assert_json (items->pdata[0], json);
      g_assert_cmpstr (((HyImportItem *) items->pdata[0])->text, ==, table[i].text);
      g_assert_null (((HyImportItem *) items->pdata[0])->attachment);
    }
}

static void
the_name_is_not_asked (void)
{
  g_autoptr (HyImportReader) reader = reader_new (PATIENT, strlen (PATIENT), "letter.pdf");
  g_autoptr (GPtrArray) items = hy_import_reader_next (reader, 1, NULL, NULL);

  g_assert_cmpstr (hy_import_reader_get_kind (reader), ==, "fhir");
  assert_json (items->pdata[0], PATIENT);
}

static void
a_file_that_vanishes_is_an_error (void)
{
  static const char *const texts[] = { PATIENT "\n" PATIENT "\n" PATIENT "\n", PATIENT, "%PDF-1.4 rest of it", "plain text" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (TestStream) stream = test_stream_new (texts[i], strlen (texts[i]));
      g_autoptr (HyImportReader) reader = hy_import_reader_new (G_INPUT_STREAM (stream), "x", -1);
      g_autoptr (GError) error = NULL;

      stream->step = 5;
      stream->fail_at = 10;
      g_assert_null (hy_import_reader_next (reader, 10, NULL, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
    }
}

static void
cancelling_stops_at_once (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (TestStream) stream = NULL;
  g_autoptr (HyImportReader) reader = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) first = NULL;

  for (guint i = 0; i < 20000; i++)
    g_string_append (text, PATIENT "\n");
  stream = test_stream_new (text->str, text->len);
  stream->step = 4096;
  stream->fail_at = 100000;
  stream->cancelled = cancellable;
  reader = hy_import_reader_new (G_INPUT_STREAM (stream), "x", (gint64) text->len);
  first = hy_import_reader_next (reader, 10, cancellable, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (first->len, ==, 10);
  g_assert_null (hy_import_reader_next (reader, 20000, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (stream->at, <, 200000);
}

static void
cancelling_stops_a_bundle (void)
{
  g_autoptr (HyImportReader) reader = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) first = NULL;
  const char *text = "{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":" PATIENT "},{\"resource\":" PATIENT "}]}";

  reader = reader_new (text, strlen (text), "x");
  first = hy_import_reader_next (reader, 1, cancellable, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (first->len, ==, 1);
  g_cancellable_cancel (cancellable);
  g_assert_null (hy_import_reader_next (reader, 1, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static HyImportDecodeStatus
decode_until_cancelled (GBytes *document G_GNUC_UNUSED,
                        HyImportDecoded *decoded G_GNUC_UNUSED,
                        GCancellable *cancellable,
                        gpointer user_data G_GNUC_UNUSED)
{
  g_cancellable_cancel (cancellable);
  return HY_IMPORT_DAMAGED;
}

/* The next time it would be a duplicate, and its words never found. */
static void
cancelling_takes_no_document_without_its_words (void)
{
  static const char text[] = "{\"resourceType\":\"DocumentReference\",\"status\":\"current\",\"content\":[{\"attachment\":{\"data\":\"JVBERi0xLjQg\"}}]}";
  const HyImportDecoder decoder = { decode_until_cancelled, NULL };
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data (text, sizeof text - 1, NULL);
  g_autoptr (HyImportReader) reader = hy_import_reader_new (stream, "a.json", -1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  hy_import_reader_set_decoder (reader, &decoder);
  g_assert_null (hy_import_reader_next (reader, 10, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc,
      char **argv)
{
  g_setenv ("LANGUAGE", "en", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/import/reader/one-resource-is-kept-whole", one_resource_is_kept_whole);
  g_test_add_func ("/import/reader/a-bundle-is-its-entries", a_bundle_is_its_entries);
  g_test_add_func ("/import/reader/a-server-s-words-are-left-out", a_server_s_words_are_left_out);
  g_test_add_func ("/import/reader/wrong-json-is-one-refusal", wrong_json_is_one_refusal);
  g_test_add_func ("/import/reader/one-bad-entry-does-not-stop-the-others", one_bad_entry_does_not_stop_the_others);
  g_test_add_func ("/import/reader/deep-json-is-refused", deep_json_is_refused);
  g_test_add_func ("/import/reader/large-json-is-refused", large_json_is_refused);
  g_test_add_func ("/import/reader/lines-are-items", lines_are_items);
  g_test_add_func ("/import/reader/a-bad-line-does-not-stop-the-others", a_bad_line_does_not_stop_the_others);
  g_test_add_func ("/import/reader/a-huge-line-does-not-stop-the-others", a_huge_line_does_not_stop_the_others);
  g_test_add_func ("/import/reader/many-lines-come-in-order", many_lines_come_in_order);
  g_test_add_func ("/import/reader/a-bundle-of-ten-thousand", a_bundle_of_ten_thousand);
  g_test_add_func ("/import/reader/says-whom-it-is-about", says_whom_it_is_about);
  g_test_add_func ("/import/reader/two-people-with-one-key-are-nobody", two_people_with_one_key_are_nobody);
  g_test_add_func ("/import/reader/a-contained-patient-counts", a_contained_patient_counts);
  g_test_add_func ("/import/reader/people-outlive-the-reader", people_outlive_the_reader);
  g_test_add_func ("/import/reader/a-pdf-becomes-a-document", a_pdf_becomes_a_document);
  g_test_add_func ("/import/reader/a-cut-pdf-is-taken", a_cut_pdf_is_taken);
  g_test_add_func ("/import/reader/a-large-pdf-is-refused", a_large_pdf_is_refused);
  g_test_add_func ("/import/reader/other-kinds-are-named", other_kinds_are_named);
  g_test_add_func ("/import/reader/a-document-in-a-resource-has-words", a_document_in_a_resource_has_words);
  g_test_add_func ("/import/reader/the-name-is-not-asked", the_name_is_not_asked);
  g_test_add_func ("/import/reader/a-file-that-vanishes-is-an-error", a_file_that_vanishes_is_an_error);
  g_test_add_func ("/import/reader/cancelling-stops-at-once", cancelling_stops_at_once);
  g_test_add_func ("/import/reader/cancelling-stops-a-bundle", cancelling_stops_a_bundle);
  g_test_add_func ("/import/reader/cancelling-takes-no-document-without-its-words", cancelling_takes_no_document_without_its_words);
  return g_test_run ();
}
