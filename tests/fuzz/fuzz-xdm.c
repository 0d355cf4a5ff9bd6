/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads any bytes as the content of an archive's metadata, so that the fuzzer need not find its root element first. */

#include "../render/hy-test-reading.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize size)
{
  g_autoptr (GByteArray) xml = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (HyJson) json = NULL;

  g_byte_array_append (xml, (const guint8 *) "<SubmitObjectsRequest>", 22);
  g_byte_array_append (xml, data, (guint) size);
  g_byte_array_append (xml, (const guint8 *) "</SubmitObjectsRequest>", 23);
  bytes = g_bytes_new (xml->data, xml->len);
  hy_test_reading_try (bytes, &json);
  return 0;
}
