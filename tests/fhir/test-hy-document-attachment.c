/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a document's file is: a table of cases. */

#include "fhir/hy-document-attachment.h"

#include <string.h>

typedef struct
{
  const char *contents;
  const char *url; /* NULL: nothing to fetch */
  gint64 size;
  const char *sha1;
} Case;

#define ONE(members) "[{\"attachment\":{" members "}}]"

static const Case cases[] = {
  { ONE ("\"url\":\"Binary/1\",\"size\":12,\"hash\":\"c2hh\",\"contentType\":\"application/pdf\""), "Binary/1", 12, "c2hh" },
  { ONE ("\"url\":\"https://x/Binary/1\""), "https://x/Binary/1", -1, NULL },
  { ONE ("\"url\":\"Binary/1\",\"data\":\"aGVsbG8=\""), NULL, 0, NULL },
  { "[{\"attachment\":{\"url\":\"Binary/1\"}},{\"attachment\":{\"data\":\"aGVsbG8=\"}}]", NULL, 0, NULL },
  { "[{\"attachment\":{\"title\":\"nothing\"}},{\"attachment\":{\"url\":\"Binary/2\",\"size\":3}}]", "Binary/2", 3, NULL },
  { ONE ("\"url\":\"#inside\""), NULL, 0, NULL },
  { ONE ("\"url\":\"data:text/plain,hello\""), NULL, 0, NULL },
  { ONE ("\"url\":\"DATA:text/plain,hello\""), NULL, 0, NULL },
  { ONE ("\"url\":\"\""), NULL, 0, NULL },
  { ONE ("\"url\":7"), NULL, 0, NULL },
  { ONE ("\"url\":\"Binary/1\",\"size\":-1"), "Binary/1", -1, NULL },
  { ONE ("\"url\":\"Binary/1\",\"size\":1e3"), "Binary/1", -1, NULL },
  { ONE ("\"url\":\"Binary/1\",\"size\":\"12\""), "Binary/1", -1, NULL },
  { ONE ("\"url\":\"Binary/1\",\"size\":99999999999999999999"), "Binary/1", -1, NULL },
  { ONE ("\"url\":\"Binary/1\",\"size\":0"), "Binary/1", 0, NULL },
  { "[]", NULL, 0, NULL },
  { "{}", NULL, 0, NULL },
};

static gboolean
read (const char *type,
      const char *contents,
      HyDocumentAttachment *attachment)
{
  g_autofree char *text = g_strdup_printf ("{\"resourceType\":\"%s\",\"content\":%s}", type, contents);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (HyJson) json = hy_json_parse (bytes, NULL);

  g_assert_nonnull (json);
  return hy_document_attachment_read (json, hy_json_root (json), attachment);
}

static void
finds_the_file_that_is_elsewhere (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (HyDocumentAttachment) attachment = { 0 };
      gboolean found = read ("DocumentReference", cases[i].contents, &attachment);

      g_test_message ("%s", cases[i].contents);
      g_assert_cmpint (found, ==, cases[i].url != NULL);
      if (!found)
        continue;
      g_assert_cmpstr (attachment.url, ==, cases[i].url);
      g_assert_cmpint (attachment.size, ==, cases[i].size);
      g_assert_cmpstr (attachment.sha1, ==, cases[i].sha1);
    }
}

static void
looks_at_documents_only (void)
{
  g_auto (HyDocumentAttachment) attachment = { 0 };

  g_assert_false (read ("Observation", cases[0].contents, &attachment));
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fhir/document-attachment/finds-the-file-that-is-elsewhere", finds_the_file_that_is_elsewhere);
  g_test_add_func ("/fhir/document-attachment/looks-at-documents-only", looks_at_documents_only);
  return g_test_run ();
}
