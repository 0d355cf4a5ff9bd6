/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From points of a page to pixels of the part that was asked for: scale, rotation, paper, clip. */

#include "render/worker/hy-worker-page.h"

#include <string.h>

/* 4 608 pixels an inch: what nobody looks at.  Beyond it decoders count in numbers that they did not foresee. */
#define MAX_SCALE 64.0
/* Pixels of a page's side, of which one request sees a part: cairo's numbers end at 2^23. */
#define MAX_PAGE_SIDE (4.0 * 1024 * 1024)
/* Pixels round a part of a page: cairo leaves out a letter whose grey edge alone reaches into what is drawn, which would
 * show where two parts meet. */
#define MARGIN 8

static gboolean
is_request (const HyWireRequest *request)
{
  if (!(request->scale > 0 && request->scale <= MAX_SCALE)) /* and no NaN */
    return FALSE;
  if (request->rotation % 90 != 0 || request->rotation >= 360)
    return FALSE;
  if (request->x > MAX_PAGE_SIDE || request->y > MAX_PAGE_SIDE)
    return FALSE;
  if (request->width < 1 || request->width > HY_WIRE_MAX_SIDE || request->height < 1 || request->height > HY_WIRE_MAX_SIDE)
    return FALSE;
  return request->stride >= 4 * request->width && request->stride % 4 == 0 && request->stride <= 8 * HY_WIRE_MAX_SIDE;
}

static cairo_matrix_t
matrix_of (const HyWireRequest *request,
           const HyWireSize *size)
{
  double scale = request->scale;
  double width = size->width * scale;
  double height = size->height * scale;
  cairo_matrix_t matrix;

  /* Written out: sines of right angles are not quite 0 and 1, and parts of a page have to fit together. */
  switch (request->rotation)
    {
    case 90:
      cairo_matrix_init (&matrix, 0, scale, -scale, 0, height, 0);
      break;
    case 180:
      cairo_matrix_init (&matrix, -scale, 0, 0, -scale, width, height);
      break;
    case 270:
      cairo_matrix_init (&matrix, 0, -scale, scale, 0, 0, width);
      break;
    default:
      cairo_matrix_init (&matrix, scale, 0, 0, scale, 0, 0);
    }
  matrix.x0 -= request->x;
  matrix.y0 -= request->y;
  return matrix;
}

/**
 * hy_worker_page_check:
 * @request: a HY_WIRE_DRAW
 * @size: of the whole page
 *
 * Returns: %HY_WIRE_OK when numbers of pixels can be reckoned with
 */
HyWireStatus
hy_worker_page_check (const HyWireRequest *request,
                      const HyWireSize *size)
{
  if (!is_request (request))
    return HY_WIRE_BAD_REQUEST;
  return MAX (size->width, size->height) * (double) request->scale > MAX_PAGE_SIDE ? HY_WIRE_TOO_LARGE : HY_WIRE_OK;
}

static gboolean
is_whole (const HyWireRequest *request,
          const HyWireSize *size)
{
  gboolean turned = request->rotation % 180 != 0;

  return request->x == 0 && request->y == 0 && request->width >= (turned ? size->height : size->width) * request->scale && request->height >= (turned ? size->width : size->height) * request->scale;
}

/* A margin of MARGIN pixels round what is asked for. */
static cairo_surface_t *
new_wider (HyWorkerPage *self)
{
  guint width = self->width + 2 * MARGIN;
  guint height = self->height + 2 * MARGIN;

  if (!(self->wider = g_try_malloc_n (height, 4 * (gsize) width)))
    return NULL;
  return cairo_image_surface_create_for_data (self->wider, CAIRO_FORMAT_RGB24, (int) width, (int) height, (int) (4 * width));
}

/**
 * hy_worker_page_begin:
 * @self: (out caller-allocates): filled with %HY_WIRE_OK only; then hy_worker_page_end() has to follow
 * @request: a HY_WIRE_DRAW
 * @size: of the whole page
 * @pixels: @request's height rows of its stride bytes
 *
 * What lies beside the page is white too.
 */
HyWireStatus
hy_worker_page_begin (HyWorkerPage *self,
                      const HyWireRequest *request,
                      const HyWireSize *size,
                      guint8 *pixels)
{
  cairo_surface_t *surface;
  cairo_font_options_t *options;
  cairo_matrix_t matrix;

  HyWireStatus status;

  if ((status = hy_worker_page_check (request, size)) != HY_WIRE_OK)
    return status;

  *self = (HyWorkerPage) { .pixels = pixels, .width = request->width, .height = request->height, .stride = request->stride };
  matrix = matrix_of (request, size);
  if (is_whole (request, size))
    surface = cairo_image_surface_create_for_data (pixels, CAIRO_FORMAT_RGB24, (int) request->width, (int) request->height,
                                                   (int) request->stride);
  else if ((surface = new_wider (self)))
    {
      matrix.x0 += MARGIN;
      matrix.y0 += MARGIN;
    }
  else
    return HY_WIRE_TOO_LARGE;
  self->cr = cairo_create (surface);
  cairo_surface_destroy (surface);

  cairo_set_source_rgb (self->cr, 1, 1, 1);
  cairo_paint (self->cr);

  /* Grey edges and no hinting: letters stand the same at each scale and in each part, and the window may turn them. */
  options = cairo_font_options_create ();
  cairo_font_options_set_antialias (options, CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  cairo_set_font_options (self->cr, options);
  cairo_font_options_destroy (options);

  cairo_set_matrix (self->cr, &matrix);
  cairo_rectangle (self->cr, 0, 0, size->width, size->height);
  cairo_clip (self->cr);
  return HY_WIRE_OK;
}

/**
 * hy_worker_page_end:
 *
 * Ends what hy_worker_page_begin() began; the pixels are whole then.
 */
HyWireStatus
hy_worker_page_end (HyWorkerPage *self)
{
  cairo_surface_t *surface = cairo_get_target (self->cr);
  cairo_status_t status;

  cairo_surface_flush (surface);
  status = cairo_status (self->cr);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  g_clear_pointer (&self->cr, cairo_destroy);
  if (self->wider != NULL)
    for (guint y = 0; y < self->height; y++)
      memcpy (self->pixels + (gsize) y * self->stride, self->wider + 4 * ((y + MARGIN) * ((gsize) self->width + 2 * MARGIN) + MARGIN),
              4 * (gsize) self->width);
  g_clear_pointer (&self->wider, g_free);
  /* Whatever else stops cairo comes from numbers in the document, and the rest of the page is drawn. */
  return status == CAIRO_STATUS_NO_MEMORY ? HY_WIRE_TOO_LARGE : HY_WIRE_OK;
}
