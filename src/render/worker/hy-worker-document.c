/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells what a document is by its content, and hands it to its decoder. */

#include "render/worker/hy-worker-document.h"

#include <string.h>

/* The PDF header may stand this far behind the beginning: ISO 32000-1, annex H, note 13. */
#define PDF_HEADER_BYTES 1024

static gboolean
is_pdf (const guint8 *bytes,
        gsize size)
{
  return memmem (bytes, MIN (size, PDF_HEADER_BYTES), "%PDF-", 5) != NULL;
}

static gboolean
is_image (const guint8 *bytes,
          gsize size)
{
  return size >= 4 && (memcmp (bytes, "\xff\xd8\xff", 3) == 0 || memcmp (bytes, "\x89PNG", 4) == 0 || memcmp (bytes, "II*\0", 4) == 0 || memcmp (bytes, "MM\0*", 4) == 0 || memcmp (bytes, "II+\0", 4) == 0 || memcmp (bytes, "MM\0+", 4) == 0);
}

/* Blanks before it and a byte order mark are met; UTF-16 has one, or begins with '<' in two bytes. */
static gboolean
is_xml (const guint8 *bytes,
        gsize size)
{
  gsize at = 0, unit = 1, low = 0;

  if (size >= 2 && (memcmp (bytes, "\xff\xfe", 2) == 0 || memcmp (bytes, "<\0", 2) == 0))
    unit = 2;
  else if (size >= 2 && (memcmp (bytes, "\xfe\xff", 2) == 0 || memcmp (bytes, "\0<", 2) == 0))
    {
      unit = 2;
      low = 1;
    }
  if (unit == 2 && bytes[low] != '<')
    at = 2;
  else if (size >= 3 && memcmp (bytes, "\xef\xbb\xbf", 3) == 0)
    at = 3;
  for (; at + unit <= size; at += unit)
    if (unit == 2 && bytes[at + 1 - low] != 0)
      return FALSE;
    else if (!g_ascii_isspace (bytes[at + low]))
      return bytes[at + low] == '<';
  return FALSE;
}

/**
 * hy_worker_document_open:
 * @document: the whole document; stays in use until hy_worker_document_free()
 * @password: (nullable): UTF-8
 * @opened: (out) (transfer full): set with %HY_WIRE_OK only
 */
HyWireStatus
hy_worker_document_open (GBytes *document,
                         const char *password,
                         HyWorkerDocument **opened)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (document, &size);

  if (size == 0)
    return HY_WIRE_UNSUPPORTED;
  if (size > HY_WIRE_MAX_DOCUMENT)
    return HY_WIRE_TOO_LARGE;
  /* First those that begin with their own bytes: what they hold may look like the others. */
  if (is_image (bytes, size))
    return hy_worker_image_open (document, opened);
  if (is_pdf (bytes, size))
    return hy_worker_pdf_open (document, password, opened);
  if (is_xml (bytes, size))
    return hy_worker_xml_open (document, opened);
  return hy_worker_text_open (document, opened);
}

/**
 * hy_worker_document_free:
 * @self: (nullable) (transfer full):
 */
void
hy_worker_document_free (HyWorkerDocument *self)
{
  if (self != NULL)
    self->klass->free (self);
}
