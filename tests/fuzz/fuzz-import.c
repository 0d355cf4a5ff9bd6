/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads any bytes as a file that a person adds.  What is taken must be a resource on its own too. */

#include "import/hy-import-reader.h"

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
  g_assert_cmpstr (row.words, ==, item->row.words);
  g_assert_true (*row.title != 0 && g_utf8_validate (row.title, -1, NULL));
  g_assert_true (g_utf8_validate (row.words, -1, NULL));
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize size)
{
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (HyImportReader) reader = NULL;
  gboolean more = TRUE;

  stream = g_memory_input_stream_new_from_data (data, (gssize) size, NULL);
  reader = hy_import_reader_new (stream, "file", (gint64) size);
  while (more)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) items = hy_import_reader_next (reader, 7, NULL, &error);

      g_assert_no_error (error);
      for (guint i = 0; i < items->len; i++)
        check_item (items->pdata[i]);
      more = items->len > 0;
    }
  return 0;
}
