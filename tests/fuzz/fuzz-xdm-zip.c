/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads any bytes as an archive of documents, whose readings are written in it (tests/import/hy-test-decoder.c): both the
 * archive and what the sandboxed worker would answer are wrong in every way.  What is taken must be a document. */

#include "import/hy-import-reader.h"
#include "import/hy-test-decoder.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_item (HyImportItem *item)
{
  g_autoptr (HyJson) json = NULL;
  g_auto (HyResourceRow) row = { 0 };

  g_assert_true ((item->json == NULL) == (item->refused != NULL));
  if (item->refused != NULL)
    {
      g_assert_true (g_utf8_validate (item->refused->message, -1, NULL));
      return;
    }
  json = hy_json_parse (item->json, NULL);
  g_assert_nonnull (json);
  g_assert_true (hy_resource_row_read (json, hy_json_root (json), &row, NULL));
  g_assert_cmpint (row.klass, ==, HY_CLASS_DOCUMENT);
  g_assert_nonnull (item->attachment);
  g_assert_true (*row.title != 0 && g_utf8_validate (row.title, -1, NULL));
  g_assert_true (item->text == NULL || g_utf8_validate (item->text, -1, NULL));
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize size)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data (data, (gssize) size, NULL);
  g_autoptr (HyImportReader) reader = hy_import_reader_new (stream, "file", (gint64) size);
  gboolean more = TRUE;

  hy_import_reader_set_decoder (reader, &hy_test_decoder);
  while (more)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) items = hy_import_reader_next (reader, 7, NULL, &error);

      g_assert_no_error (error);
      for (guint i = 0; i < items->len; i++)
        {
          HyImportItem *item = items->pdata[i];

          if (item->n_members > 0)
            check_item (item);
        }
      more = items->len > 0;
    }
  return 0;
}
