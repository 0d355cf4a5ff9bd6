/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads any bytes as a clinical document; its reading, its words and its embedded files must keep to what was agreed. */

#include "../render/hy-test-reading.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (HyJson) json = NULL;

  hy_test_reading_try (bytes, &json);
  return 0;
}
