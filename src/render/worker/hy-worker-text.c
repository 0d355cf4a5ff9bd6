/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents that are words only: plain text in the encodings it comes in, and RTF. */

#include "render/worker/hy-worker-document.h"
#include "render/worker/hy-worker-rtf.h"

#include <string.h>

/* Bytes of one character in UTF-8, and then some. */
#define ROOM 8

typedef enum
{
  ENCODING_NONE, /* not text */
  ENCODING_UTF_8,
  ENCODING_UTF_16_LE,
  ENCODING_UTF_16_BE,
  ENCODING_1252,
  ENCODING_RTF,
} Encoding;

typedef struct
{
  HyWorkerDocument parent;
  GBytes *document;
  Encoding encoding;
} Text;

static void
text_free (HyWorkerDocument *document)
{
  Text *self = (Text *) document;

  g_bytes_unref (self->document);
  g_free (self);
}

/* Bytes that no text has: most of the controls, and NUL.  Escape and ^Z come from old programs. */
static gboolean
has_controls (const guint8 *bytes,
              gsize size)
{
  for (gsize i = 0; i < size; i++)
    if (bytes[i] < ' ' && strchr ("\t\n\v\f\r\x1a\x1b", bytes[i]) == NULL)
      return TRUE;
    else if (bytes[i] == 0)
      return TRUE; /* which strchr() finds at its end */
  return FALSE;
}

static gboolean
is_1252 (const guint8 *bytes,
         gsize size)
{
  for (gsize i = 0; i < size; i++)
    if (hy_worker_codepage_char (1252, bytes[i]) == 0xfffd)
      return FALSE;
  return TRUE;
}

static Encoding
encoding_of (const guint8 *bytes,
             gsize size)
{
  if (hy_worker_is_rtf (bytes, size))
    return ENCODING_RTF;
  if (size >= 2 && size % 2 == 0 && memcmp (bytes, "\xff\xfe", 2) == 0)
    return ENCODING_UTF_16_LE;
  if (size >= 2 && size % 2 == 0 && memcmp (bytes, "\xfe\xff", 2) == 0)
    return ENCODING_UTF_16_BE;
  if (has_controls (bytes, size))
    return ENCODING_NONE;
  if (g_utf8_validate_len ((const char *) bytes, size, NULL))
    return ENCODING_UTF_8;
  return is_1252 (bytes, size) ? ENCODING_1252 : ENCODING_NONE;
}

/* One unit of UTF-16, and the next one too when they belong together. */
static gunichar
next_utf_16 (const guint8 **at,
             const guint8 *end,
             gboolean big_endian)
{
  gunichar unit = big_endian ? (gunichar) (*at)[0] << 8 | (*at)[1] : (gunichar) (*at)[1] << 8 | (*at)[0];

  *at += 2;
  if (unit < 0xd800 || unit > 0xdfff)
    return unit;
  if (unit <= 0xdbff && end - *at >= 2)
    {
      gunichar low = big_endian ? (gunichar) (*at)[0] << 8 | (*at)[1] : (gunichar) (*at)[1] << 8 | (*at)[0];

      if (low >= 0xdc00 && low <= 0xdfff)
        {
          *at += 2;
          return 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
        }
    }
  return 0xfffd;
}

static gunichar
next_char (Encoding encoding,
           const guint8 **at,
           const guint8 *end)
{
  gunichar c;

  switch (encoding)
    {
    case ENCODING_UTF_8:
      c = g_utf8_get_char ((const char *) *at);
      *at = (const guint8 *) g_utf8_next_char (*at);
      return c;
    case ENCODING_UTF_16_LE:
    case ENCODING_UTF_16_BE:
      return next_utf_16 (at, end, encoding == ENCODING_UTF_16_BE);
    default:
      return hy_worker_codepage_char (1252, *(*at)++);
    }
}

/* No pages: all of it, whichever is asked for. */
static HyWireStatus
text_text (HyWorkerDocument *document,
           guint page G_GNUC_UNUSED,
           GString *text)
{
  Text *self = (Text *) document;
  gsize size;
  const guint8 *at = g_bytes_get_data (self->document, &size);
  const guint8 *end = at + size;
  gunichar before = 0;

  if (self->encoding == ENCODING_RTF)
    return hy_worker_rtf_read (at, size, text);
  while (at < end)
    {
      gunichar c = next_char (self->encoding, &at, end);

      if (text->len + ROOM > HY_WIRE_MAX_TEXT)
        return HY_WIRE_TOO_LARGE;
      if (c == '\r' || (c == '\n' && before != '\r') || c == '\f' || c == '\v')
        g_string_append_c (text, '\n');
      else if ((c >= ' ' && c != 0xfeff) || c == '\t')
        g_string_append_unichar (text, c);
      before = c;
    }
  return HY_WIRE_OK;
}

static const HyWorkerDocumentClass text_class = {
  .free = text_free,
  .text = text_text,
};

/**
 * hy_worker_text_open:
 * @document: stays in use until the opened one is freed
 * @opened: (out) (transfer full): set with %HY_WIRE_OK only
 *
 * Returns: %HY_WIRE_UNSUPPORTED when it does not look like text
 */
HyWireStatus
hy_worker_text_open (GBytes *document,
                     HyWorkerDocument **opened)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (document, &size);
  Encoding encoding = size > 0 ? encoding_of (bytes, size) : ENCODING_NONE;
  Text *self;

  if (encoding == ENCODING_NONE)
    return HY_WIRE_UNSUPPORTED;
  self = g_new0 (Text, 1);
  self->parent.klass = &text_class;
  self->parent.kind = HY_WIRE_KIND_TEXT;
  self->document = g_bytes_ref (document);
  self->encoding = encoding;
  *opened = &self->parent;
  return HY_WIRE_OK;
}
