/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A decoder for tests of the importer alone, whose documents say what their reading is to be. */

#include "import/hy-test-decoder.h"

#include <string.h>

const HyImportDecoder hy_test_decoder = { hy_test_decode, NULL };

static const char *
find_behind (const char *data,
             gsize size,
             const char *begin)
{
  const char *found = memmem (data, size, begin, strlen (begin));

  return found != NULL ? found + strlen (begin) : NULL;
}

HyImportDecodeStatus
hy_test_decode (GBytes *document,
                HyImportDecoded *decoded,
                GCancellable *cancellable G_GNUC_UNUSED,
                gpointer user_data G_GNUC_UNUSED)
{
  gsize size;
  const char *data = g_bytes_get_data (document, &size);
  const char *begin;
  const char *end;

  if (memmem (data, size, "<!DOCTYPE", 9) != NULL)
    return HY_IMPORT_FORBIDDEN;
  if ((begin = find_behind (data, size, "%PDF-1.4 ")) != NULL)
    {
      decoded->text = g_strndup (begin, size - (gsize) (begin - data));
      return HY_IMPORT_DECODED;
    }
  if (size >= 5 && memcmp (data, "text ", 5) == 0)
    {
      decoded->text = g_strndup (data + 5, size - 5);
      return HY_IMPORT_DECODED;
    }
  if (memmem (data, size, "broken", 6) != NULL)
    return HY_IMPORT_DAMAGED;
  if ((begin = find_behind (data, size, "<ClinicalDocument>")) != NULL)
    decoded->text = g_strdup ("words of the narrative");
  else if ((begin = find_behind (data, size, "<SubmitObjectsRequest>")) == NULL)
    return HY_IMPORT_OTHER_KIND;
  end = memmem (begin, size - (gsize) (begin - data), "</", 2);
  decoded->json = g_bytes_new (begin, (gsize) ((end != NULL ? end : data + size) - begin));
  return HY_IMPORT_DECODED;
}
