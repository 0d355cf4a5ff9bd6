/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads any bytes as a picture, and draws a part of each of its pages.  The bytes' own length says which part. */

#include "render/worker/hy-worker-document.h"

#include <string.h>

/* Points of a page: large ones are as right, and take the fuzzer's time. */
#define MOST_POINTS (512 * 512)
#define MOST_PAGES 4
#define SIDE 40

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
draw (HyWorkerDocument *document,
      guint page,
      guint choice)
{
  static const float scales[] = { 0.05f, 0.3f, 1, 3 };
  HyWireRequest request = {
    .page = page,
    .scale = scales[choice % 4],
    .rotation = choice / 4 % 4 * 90,
    .x = choice / 16 % 4 * 9,
    .y = choice / 64 % 4 * 9,
    .width = SIDE,
    .height = SIDE - 5,
    .stride = 4 * SIDE + 8,
  };
  g_autofree guint8 *pixels = g_malloc0 ((gsize) request.stride * request.height);
  HyWireSize points;

  g_assert_cmpint (document->klass->sizes (document, page, 1, &points), ==, HY_WIRE_OK);
  g_assert_true (points.width > 0 && points.height > 0);
  if ((double) points.width * (double) points.height > MOST_POINTS)
    return;
  document->klass->draw (document, &request, pixels);
  /* What stands between the rows is not its own. */
  for (guint y = 0; y < request.height; y++)
    for (guint i = 4 * SIDE; i < request.stride; i++)
      g_assert_cmpuint (pixels[y * request.stride + i], ==, 0);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  HyWorkerDocument *document = NULL;

  if (hy_worker_image_open (bytes, &document) != HY_WIRE_OK)
    return 0;
  g_assert_cmpint (document->kind, ==, HY_WIRE_KIND_IMAGE);
  for (guint page = 0; page < MIN (document->n_pages, MOST_PAGES); page++)
    draw (document, page, (guint) size + 7 * page);
  hy_worker_document_free (document);
  return 0;
}
