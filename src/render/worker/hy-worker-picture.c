/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draws a part of a picture that comes row by row: turned, made smaller by the mean of what falls into a pixel, or made
 * larger.  No more is held than two rows and the part itself, however large the picture is. */

#include "render/worker/hy-worker-picture.h"
#include "render/worker/hy-worker-page.h"

#include <math.h>
#include <string.h>

/* Which pixels of the file make one of the page, along one side, and how much of each: the first, the last, those between. */
typedef struct
{
  guint first, count;
  float first_weight, weight, last_weight; /* together 1; of one pixel the first counts */
} Span;

/* Where column u and row v of the file, at the page's scale, stand in what was asked for. */
typedef struct
{
  gint64 x, y;   /* of column 0, row 0 */
  int xu, xv, yu, yv; /* -1, 0, 1 */
} Place;

typedef struct
{
  HyWorkerRows *rows;
  const Span *columns;
  guint n_columns;
  guint8 *row;    /* of the file */
  float *held[2]; /* rows narrowed to n_columns, red, green, blue */
  gint64 held_row[2];
  guint next_row; /* that rows will give */
} Reader;

gboolean
hy_worker_picture_fits (const HyWorkerPicture *self)
{
  return self->width <= HY_WORKER_MAX_PICTURE_SIDE && self->height <= HY_WORKER_MAX_PICTURE_SIDE && (guint64) self->width * self->height <= HY_WORKER_MAX_PICTURE;
}

/**
 * hy_worker_picture_size:
 *
 * Returns: as it is seen: one point a pixel
 */
HyWireSize
hy_worker_picture_size (const HyWorkerPicture *self)
{
  HyWireSize size = { (float) self->width, (float) (self->height * self->stretch) };

  if (self->orientation >= 5)
    size = (HyWireSize) { size.height, size.width };
  return size;
}

/* Pixels of a side of @points at @scale.  A scale of 0.1 is a little more than that as a float; no pixel comes of it. */
static guint
side_at (double points,
         double scale)
{
  return (guint) MAX (ceil (points * scale - 0.01), 1);
}

static Span
span_of (guint pixel,
         double step,
         guint most)
{
  double begin = pixel * step;
  double end = MIN (begin + step, most);
  Span span = { 0 };

  if (step <= 1)
    {
      /* Larger than the file: between the middles of two of its pixels. */
      double middle = CLAMP (begin + step / 2 - 0.5, 0, most - 1);

      span.first = (guint) middle;
      span.count = span.first + 1 < most ? 2 : 1;
      span.last_weight = (float) (middle - span.first);
      span.first_weight = 1 - (span.count == 2 ? span.last_weight : 0);
      return span;
    }
  begin = MIN (begin, most - 1);
  span.first = (guint) begin;
  span.count = (guint) ceil (end) - span.first;
  span.weight = (float) (1 / (end - begin));
  span.first_weight = span.count == 1 ? 1 : (float) (span.first + 1 - begin) * span.weight;
  span.last_weight = (float) (end - (span.first + span.count - 1)) * span.weight;
  return span;
}

static Span *
new_spans (guint first,
           guint count,
           double step,
           guint most)
{
  Span *spans = g_new (Span, count);

  for (guint i = 0; i < count; i++)
    spans[i] = span_of (first + i, step, most);
  return spans;
}

static void
narrow (const Span *spans,
        guint n_spans,
        const guint8 *row,
        float *narrowed)
{
  for (guint i = 0; i < n_spans; i++, narrowed += 3)
    {
      const Span *span = &spans[i];
      const guint8 *pixel = row + 3 * (gsize) span->first;
      guint sum[3] = { 0 };

      for (guint colour = 0; colour < 3; colour++)
        narrowed[colour] = pixel[colour] * span->first_weight;
      if (span->count < 2)
        continue;
      for (guint j = 2; j < span->count; j++)
        {
          pixel += 3;
          sum[0] += pixel[0];
          sum[1] += pixel[1];
          sum[2] += pixel[2];
        }
      pixel += 3;
      for (guint colour = 0; colour < 3; colour++)
        narrowed[colour] += (float) sum[colour] * span->weight + pixel[colour] * span->last_weight;
    }
}

/* Rows are asked for in order; the one before may be asked for again. */
static const float *
get_row (Reader *self,
         guint row)
{
  guint slot = row % 2;

  if (self->held_row[slot] == row)
    return self->held[slot];
  if (row > self->next_row && !self->rows->skip (self->rows, row - self->next_row))
    return NULL;
  if (!self->rows->read (self->rows, self->row))
    return NULL;
  self->next_row = row + 1;
  self->held_row[slot] = row;
  narrow (self->columns, self->n_columns, self->row, self->held[slot]);
  return self->held[slot];
}

static gboolean
add_rows (Reader *self,
          const Span *span,
          float *sum)
{
  memset (sum, 0, 3 * self->n_columns * sizeof *sum);
  for (guint i = 0; i < span->count; i++)
    {
      float weight = i == 0 ? span->first_weight : i == span->count - 1 ? span->last_weight
                                                                        : span->weight;
      const float *row = get_row (self, span->first + i);

      if (row == NULL)
        return FALSE;
      for (guint j = 0; j < 3 * self->n_columns; j++)
        sum[j] += weight * row[j];
    }
  return TRUE;
}

/* Turns what @place puts into a picture of *@width x *@height by right angles, clockwise. */
static void
turn (Place *place,
      guint *width,
      guint *height,
      guint rotation)
{
  for (; rotation >= 90; rotation -= 90)
    {
      Place before = *place;
      guint width_before = *width;

      place->x = *height - 1 - before.y;
      place->xu = -before.yu;
      place->xv = -before.yv;
      place->y = before.x;
      place->yu = before.xu;
      place->yv = before.xv;
      *width = *height;
      *height = width_before;
    }
}

/* EXIF 2.3, 4.6.4: 2, 4, 5 and 7 are mirrored. */
static Place
place_of (guint orientation,
          guint rotation,
          guint width,
          guint height)
{
  static const guint turns[] = { 0, 0, 180, 180, 270, 90, 90, 270 };
  gboolean mirrored = orientation == 2 || orientation == 4 || orientation == 5 || orientation == 7;
  Place place = { .x = mirrored ? width - 1 : 0, .xu = mirrored ? -1 : 1, .yv = 1 };

  turn (&place, &width, &height, (turns[orientation - 1] + rotation) % 360);
  return place;
}

/* The values of u from which at + step * u lies in 0 to most - 1, @count of them from @first. */
static void
cut (gint64 at,
     int step,
     guint most,
     guint n_values,
     guint *first,
     guint *count)
{
  gint64 begin = step > 0 ? -at : at - most + 1;
  gint64 end = begin + most;

  begin = CLAMP (begin, 0, n_values);
  end = CLAMP (end, begin, n_values);
  *first = (guint) begin;
  *count = (guint) (end - begin);
}

static void
write_row (const float *sum,
           guint n_columns,
           guint8 *pixel,
           gssize step)
{
  for (guint i = 0; i < n_columns; i++, sum += 3, pixel += step)
    {
      guint32 value = (guint32) (sum[0] + 0.5f) << 16 | (guint32) (sum[1] + 0.5f) << 8 | (guint32) (sum[2] + 0.5f);

      memcpy (pixel, &value, sizeof value);
    }
}

/**
 * hy_worker_picture_draw:
 * @rows: at the beginning; as large as the picture or reduced
 * @request: a HY_WIRE_DRAW
 *
 * When the file ends too early the rest stays white.
 *
 * Returns: %HY_WIRE_DAMAGED when it has not even the first row
 */
HyWireStatus
hy_worker_picture_draw (const HyWorkerPicture *self,
                        HyWorkerRows *rows,
                        const HyWireRequest *request,
                        guint8 *pixels)
{
  double height = self->height * self->stretch;
  HyWireSize size = hy_worker_picture_size (self);
  guint n_columns, first_column, n_rows, first_row;
  Place place;
  Reader reader = { .rows = rows, .held_row = { -1, -1 } };
  g_autofree Span *columns = NULL;
  g_autofree Span *lines = NULL;
  g_autofree guint8 *row = NULL;
  g_autofree float *held = NULL;
  guint wide, high, i;
  HyWireStatus status;

  if ((status = hy_worker_page_check (request, &size)) != HY_WIRE_OK)
    return status;
  for (guint y = 0; y < request->height; y++)
    memset (pixels + (gsize) y * request->stride, 0xff, 4 * (gsize) request->width);

  wide = side_at (self->width, request->scale);
  high = side_at (height, request->scale);
  place = place_of (self->orientation, request->rotation, wide, high);
  place.x -= request->x;
  place.y -= request->y;
  if (place.xu != 0)
    {
      cut (place.x, place.xu, request->width, wide, &first_column, &n_columns);
      cut (place.y, place.yv, request->height, high, &first_row, &n_rows);
    }
  else
    {
      cut (place.y, place.yu, request->height, wide, &first_column, &n_columns);
      cut (place.x, place.xv, request->width, high, &first_row, &n_rows);
    }
  if (n_columns == 0 || n_rows == 0)
    return HY_WIRE_OK;

  columns = new_spans (first_column, n_columns, rows->width / (self->width * (double) request->scale), rows->width);
  lines = new_spans (first_row, n_rows, rows->height / (height * request->scale), rows->height);
  row = g_malloc (3 * (gsize) rows->width);
  held = g_new (float, 9 * (gsize) n_columns);
  reader.columns = columns;
  reader.n_columns = n_columns;
  reader.row = row;
  reader.held[0] = held;
  reader.held[1] = held + 3 * (gsize) n_columns;
  for (i = 0; i < n_rows; i++)
    {
      float *sum = held + 6 * (gsize) n_columns;
      gint64 x = place.x + place.xu * (gint64) first_column + place.xv * (gint64) (first_row + i);
      gint64 y = place.y + place.yu * (gint64) first_column + place.yv * (gint64) (first_row + i);

      if (!add_rows (&reader, &lines[i], sum))
        break;
      write_row (sum, n_columns, pixels + y * request->stride + 4 * x, 4 * (gssize) place.xu + place.yu * (gssize) request->stride);
    }
  return i == 0 && lines[0].first == 0 && reader.next_row == 0 ? HY_WIRE_DAMAGED : HY_WIRE_OK;
}
