/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of the decoders share: documents opened, pages drawn, answers held against the rules of the wire. */

#include "hy-test-worker.h"

#include <math.h>
#include <string.h>

/* Pages, of which all there is is asked; fewer where it is done again and again. */
#define TRIED_PAGES 8
#define CUT_PAGES 2

GBytes *
hy_test_worker_fixture (const char *name)
{
  g_autofree char *path = g_build_filename (g_getenv ("HY_FIXTURES"), name, NULL);
  g_autoptr (GError) error = NULL;
  char *bytes;
  gsize size;

  g_file_get_contents (path, &bytes, &size, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (bytes, size);
}

HyWorkerDocument *
hy_test_worker_open (GBytes *bytes,
                     const char *password)
{
  HyWorkerDocument *document = NULL;

  g_assert_cmpint (hy_worker_document_open (bytes, password, &document), ==, HY_WIRE_OK);
  g_assert_nonnull (document);
  return document;
}

HyTestPixels
hy_test_worker_draw (HyWorkerDocument *document,
                     guint page,
                     float scale,
                     guint rotation,
                     guint x,
                     guint y,
                     guint width,
                     guint height)
{
  HyWireRequest request = { .page = page, .scale = scale, .rotation = rotation, .x = x, .y = y };
  HyTestPixels pixels = { NULL };

  if (width == 0)
    {
      HyWireSize size;

      g_assert_cmpint (document->klass->sizes (document, page, 1, &size), ==, HY_WIRE_OK);
      width = (guint) ceilf ((rotation % 180 == 0 ? size.width : size.height) * scale);
      height = (guint) ceilf ((rotation % 180 == 0 ? size.height : size.width) * scale);
    }
  request.width = pixels.width = width;
  request.height = pixels.height = height;
  request.stride = 4 * width;
  pixels.bytes = g_malloc0 ((gsize) request.stride * height);
  g_assert_cmpint (document->klass->draw (document, &request, pixels.bytes), ==, HY_WIRE_OK);
  return pixels;
}

guint32
hy_test_pixels_at (const HyTestPixels *pixels,
                   guint x,
                   guint y)
{
  guint32 pixel;

  g_assert_true (x < pixels->width && y < pixels->height);
  memcpy (&pixel, pixels->bytes + 4 * ((gsize) y * pixels->width + x), sizeof pixel);
  return pixel & 0xffffff;
}

guint
hy_test_pixels_dark (const HyTestPixels *pixels)
{
  guint dark = 0;

  for (guint y = 0; y < pixels->height; y++)
    for (guint x = 0; x < pixels->width; x++)
      dark += hy_test_pixels_at (pixels, x, y) != 0xffffff;
  return dark;
}

void
hy_test_pixels_clear (HyTestPixels *pixels)
{
  g_clear_pointer (&pixels->bytes, g_free);
}

static void
check_text (const GString *text)
{
  g_assert_true (g_utf8_validate_len (text->str, text->len, NULL));
  g_assert_cmpuint (text->len, <=, HY_WIRE_MAX_TEXT);
}

static void
check_box (const HyWireBox *box,
           const HyWireSize *size)
{
  g_assert_true (box->x1 >= 0 && box->x1 <= box->x2 && box->x2 <= size->width);
  g_assert_true (box->y1 >= 0 && box->y1 <= box->y2 && box->y2 <= size->height);
}

static void
try_draw (HyWorkerDocument *document,
          guint page)
{
  /* A stride beyond the width, and guards behind. */
  HyWireRequest request = { .page = page, .scale = 0.7f, .rotation = 90 * (page % 4), .x = 3, .y = 2, .width = 200, .height = 150, .stride = 816 };
  gsize size = (gsize) request.stride * request.height;
  g_autofree guint8 *pixels = g_malloc0 (size + 64);

  memset (pixels + size, 0xa5, 64);
  document->klass->draw (document, &request, pixels);
  for (guint i = 0; i < 64; i++)
    g_assert_cmpuint (pixels[size + i], ==, 0xa5);
}

static void
try_layout (HyWorkerDocument *document,
            guint page,
            const HyWireSize *size)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GArray) boxes = g_array_new (FALSE, FALSE, sizeof (HyWireBox));

  if (document->klass->layout (document, page, text, boxes) != HY_WIRE_OK)
    return;
  check_text (text);
  g_assert_cmpint (g_utf8_strlen (text->str, (gssize) text->len), ==, boxes->len);
  for (guint i = 0; i < boxes->len; i++)
    check_box (&g_array_index (boxes, HyWireBox, i), size);
}

static void
try_links (HyWorkerDocument *document,
           guint page,
           const HyWireSize *size)
{
  g_autoptr (GByteArray) links = g_byte_array_new ();
  HyWireLink link;

  if (document->klass->links (document, page, links) != HY_WIRE_OK)
    return;
  for (guint at = 0; at < links->len; at += sizeof link + (link.n_bytes + 3) / 4 * 4)
    {
      g_assert_cmpuint (links->len - at, >=, sizeof link);
      memcpy (&link, links->data + at, sizeof link);
      check_box (&link.box, size);
      if (link.page == HY_WIRE_NO_PAGE)
        g_assert_true (link.n_bytes > 8 && g_utf8_validate_len ((char *) links->data + at + sizeof link, link.n_bytes, NULL));
      else
        g_assert_true (link.page < document->n_pages && link.n_bytes == 0);
      g_assert_cmpuint (links->len - at - sizeof link, >=, (link.n_bytes + 3) / 4 * 4);
    }
}

static void
try_pages (HyWorkerDocument *document,
           guint n_pages)
{
  for (guint page = 0; page < MIN (document->n_pages, n_pages); page++)
    {
      HyWireSize size;

      g_assert_cmpint (document->klass->sizes (document, page, 1, &size), ==, HY_WIRE_OK);
      g_assert_true (isfinite (size.width) && isfinite (size.height) && size.width > 0 && size.height > 0);
      try_draw (document, page);
      if (document->klass->layout != NULL)
        try_layout (document, page, &size);
      if (document->klass->links != NULL)
        try_links (document, page, &size);
    }
}

static HyWireStatus
try_document (GBytes *bytes,
              const char *password,
              guint n_pages)
{
  g_autoptr (HyWorkerDocument) document = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  HyWireStatus status = hy_worker_document_open (bytes, password, &document);

  g_assert_true ((status == HY_WIRE_OK) == (document != NULL));
  if (document == NULL)
    return status;
  g_assert_cmpuint (document->n_pages, <=, HY_WIRE_MAX_PAGES);
  if (document->klass->sizes != NULL)
    try_pages (document, n_pages);
  if (document->klass->text != NULL)
    {
      document->klass->text (document, HY_WIRE_ALL, text);
      check_text (text);
    }
  return status;
}

HyWireStatus
hy_test_worker_try (GBytes *bytes,
                    const char *password)
{
  return try_document (bytes, password, TRIED_PAGES);
}

void
hy_test_worker_cut (GBytes *bytes,
                    const char *password)
{
  for (gsize n = 0; n < 50; n++)
    {
      gsize size = g_bytes_get_size (bytes) * n / 50;
      /* A copy of its own, so that a read behind its end is seen. */
      g_autoptr (GBytes) cut = g_bytes_new (g_bytes_get_data (bytes, NULL), size);

      try_document (cut, password, CUT_PAGES);
    }
}
