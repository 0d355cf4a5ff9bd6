/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads any bytes as text, plain or RTF; what comes out is UTF-8 with one kind of line end. */

#include "render/worker/hy-worker-document.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GString) text = g_string_new (NULL);
  HyWorkerDocument *document = NULL;

  if (hy_worker_text_open (bytes, &document) != HY_WIRE_OK)
    return 0;
  g_assert_cmpint (document->kind, ==, HY_WIRE_KIND_TEXT);
  document->klass->text (document, HY_WIRE_ALL, text);
  g_assert_true (g_utf8_validate_len (text->str, text->len, NULL));
  g_assert_null (strpbrk (text->str, "\r\f\v"));
  g_assert_cmpuint (strlen (text->str), ==, text->len);
  hy_worker_document_free (document);
  return 0;
}
