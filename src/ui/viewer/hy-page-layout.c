/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arithmetic of pages on a desk.  Sizes and boxes come from the sandboxed decoder: whatever they say, what comes out
 * is finite, and no part of a page asked for is larger than the wire takes. */

#include "ui/viewer/hy-page-layout.h"

#include <math.h>

/* pt of a page's side.  PDF allows 14 400 times a unit that writers rarely set; pictures have at most 16 384 pixels a
 * side at the decoder, but may be larger in the file. */
#define MIN_SIDE 1.0
#define MAX_SIDE 200000.0

/* Device pixels of a page drawn in one piece: a page that fills a 4K display.  Larger ones are drawn by tiles, so that
 * only what is seen of them takes memory. */
#define WHOLE_PIXELS (3840u * 2160u)
#define WHOLE_SIDE 4096u
#define TILE_SIDE 2048u

G_STATIC_ASSERT (WHOLE_SIDE <= HY_WIRE_MAX_SIDE && WHOLE_PIXELS <= HY_WIRE_MAX_PIXELS);
G_STATIC_ASSERT (TILE_SIDE *TILE_SIDE <= HY_WIRE_MAX_PIXELS);

struct _HyPageLayout
{
  HyWireSize *sizes; /* pt, before turning, made sane */
  double *tops;      /* px; n_pages + 1 */
  guint n_pages;
  double px_per_pt;
  double density;
  guint rotation;
  double width;
};

static const double steps[] = { 0.1, 0.25, 0.33, 0.5, 0.67, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 5.0 };

static float
sane_side (float side)
{
  return isfinite (side) ? (float) CLAMP ((double) side, MIN_SIDE, MAX_SIDE) : (float) MIN_SIDE;
}

static gboolean
is_turned (HyPageLayout *self)
{
  return self->rotation == 90 || self->rotation == 270;
}

static void
get_turned_size (HyPageLayout *self,
                 guint page,
                 double *width,
                 double *height)
{
  const HyWireSize *size = &self->sizes[page];

  *width = is_turned (self) ? size->height : size->width;
  *height = is_turned (self) ? size->width : size->height;
}

/**
 * hy_page_layout_new:
 * @sizes: pt, one a page
 */
HyPageLayout *
hy_page_layout_new (const HyWireSize *sizes,
                    guint n_pages)
{
  HyPageLayout *self = g_new0 (HyPageLayout, 1);

  self->n_pages = n_pages;
  self->sizes = g_new (HyWireSize, MAX (n_pages, 1));
  for (guint i = 0; i < n_pages; i++)
    self->sizes[i] = (HyWireSize) { sane_side (sizes[i].width), sane_side (sizes[i].height) };
  self->tops = g_new0 (double, (gsize) n_pages + 1);
  hy_page_layout_set (self, 1.0, 0, 1.0);
  return self;
}

void
hy_page_layout_free (HyPageLayout *self)
{
  g_free (self->sizes);
  g_free (self->tops);
  g_free (self);
}

/**
 * hy_page_layout_set:
 * @rotation: degrees clockwise: 0, 90, 180 or 270
 * @density: device pixels a px
 */
void
hy_page_layout_set (HyPageLayout *self,
                    double px_per_pt,
                    guint rotation,
                    double density)
{
  double y = HY_PAGE_MARGIN;

  self->px_per_pt = px_per_pt;
  self->rotation = rotation;
  self->density = density;
  self->width = 0;
  for (guint i = 0; i < self->n_pages; i++)
    {
      guint width, height;

      hy_page_layout_get_pixels (self, i, &width, &height);
      self->tops[i] = y;
      self->width = MAX (self->width, width / density);
      /* The next page begins on a whole pixel again. */
      y += ceil (height / density) + HY_PAGE_MARGIN;
    }
  self->tops[self->n_pages] = y;
}

guint
hy_page_layout_get_n_pages (HyPageLayout *self)
{
  return self->n_pages;
}

double
hy_page_layout_get_width (HyPageLayout *self)
{
  return ceil (self->width) + 2 * HY_PAGE_MARGIN;
}

double
hy_page_layout_get_height (HyPageLayout *self)
{
  return self->tops[self->n_pages];
}

/**
 * hy_page_layout_get_scale:
 *
 * The scale to draw at: less than what the page is shown at where it would be larger than the wire's bound.
 */
double
hy_page_layout_get_scale (HyPageLayout *self,
                          guint page)
{
  double side = MAX (self->sizes[page].width, self->sizes[page].height);

  return MIN (self->px_per_pt * self->density, HY_WIRE_MAX_SIDE / side);
}

/* Device pixels that the page takes on the desk. */
void
hy_page_layout_get_pixels (HyPageLayout *self,
                           guint page,
                           guint *width,
                           guint *height)
{
  double page_width, page_height;

  get_turned_size (self, page, &page_width, &page_height);
  *width = (guint) MAX (1.0, round (page_width * self->px_per_pt * self->density));
  *height = (guint) MAX (1.0, round (page_height * self->px_per_pt * self->density));
}

/* Device pixels of the page as it is drawn: those of the desk, or fewer. */
static void
get_drawn_pixels (HyPageLayout *self,
                  guint page,
                  guint *width,
                  guint *height)
{
  double scale = hy_page_layout_get_scale (self, page);
  double page_width, page_height;

  get_turned_size (self, page, &page_width, &page_height);
  *width = (guint) CLAMP (round (page_width * scale), 1, HY_WIRE_MAX_SIDE);
  *height = (guint) CLAMP (round (page_height * scale), 1, HY_WIRE_MAX_SIDE);
}

/**
 * hy_page_layout_get_rect:
 * @desk_width: px; pages stand in the middle of it
 */
void
hy_page_layout_get_rect (HyPageLayout *self,
                         guint page,
                         double desk_width,
                         graphene_rect_t *rect)
{
  guint width, height;

  hy_page_layout_get_pixels (self, page, &width, &height);
  graphene_rect_init (rect, (float) floor ((MAX (desk_width, hy_page_layout_get_width (self)) - width / self->density) / 2),
                      (float) self->tops[page], (float) (width / self->density), (float) (height / self->density));
}

/* -- zoom -- */

/* Of the widest page. */
double
hy_page_layout_fit_width (HyPageLayout *self,
                          double width)
{
  double widest = MIN_SIDE;

  for (guint i = 0; i < self->n_pages; i++)
    widest = MAX (widest, is_turned (self) ? self->sizes[i].height : self->sizes[i].width);
  return MAX (width - 2 * HY_PAGE_MARGIN, 1) / widest;
}

double
hy_page_layout_fit_page (HyPageLayout *self,
                         guint page,
                         double width,
                         double height)
{
  double page_width, page_height;

  if (page >= self->n_pages)
    return 1.0;
  get_turned_size (self, page, &page_width, &page_height);
  return MIN (MAX (width - 2 * HY_PAGE_MARGIN, 1) / page_width, MAX (height - 2 * HY_PAGE_MARGIN, 1) / page_height);
}

/**
 * hy_page_layout_step_zoom:
 * @zoom: 1.0 = 100 %; any
 * @direction: 1 larger, -1 smaller
 *
 * Returns: the next of the usual steps, or the bound
 */
double
hy_page_layout_step_zoom (double zoom,
                          int direction)
{
  /* Wider than what a percent shown rounds away. */
  const double near = 0.005;

  if (direction > 0)
    {
      for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
        if (steps[i] > zoom + near)
          return steps[i];
      return HY_PAGE_MAX_ZOOM;
    }
  for (guint i = G_N_ELEMENTS (steps); i > 0; i--)
    if (steps[i - 1] < zoom - near)
      return steps[i - 1];
  return MIN (zoom, HY_PAGE_MIN_ZOOM);
}

/* -- which pages -- */

/* The last page that begins at or above @y, else the first. */
static guint
find_page (HyPageLayout *self,
           double y)
{
  guint low = 0, high = self->n_pages;

  while (high - low > 1)
    {
      guint middle = low + (high - low) / 2;

      if (self->tops[middle] <= y)
        low = middle;
      else
        high = middle;
    }
  return low;
}

static double
bottom_of (HyPageLayout *self,
           guint page)
{
  return self->tops[page + 1] - HY_PAGE_MARGIN;
}

/**
 * hy_page_layout_visible:
 *
 * Returns: %FALSE when no page shows between @top and @top + @height
 */
gboolean
hy_page_layout_visible (HyPageLayout *self,
                        double top,
                        double height,
                        guint *first,
                        guint *last)
{
  if (self->n_pages == 0 || height <= 0)
    return FALSE;
  *first = find_page (self, top);
  if (bottom_of (self, *first) <= top && *first + 1 < self->n_pages)
    ++*first;
  *last = find_page (self, top + height);
  return *first <= *last && self->tops[*first] < top + height && bottom_of (self, *last) > top;
}

/**
 * hy_page_layout_current:
 *
 * Returns: the page of which most is seen; the first of several, but at the end of the desk the last
 */
guint
hy_page_layout_current (HyPageLayout *self,
                        double top,
                        double height)
{
  guint first, last, current = 0;
  double most = -1;

  if (!hy_page_layout_visible (self, top, height, &first, &last))
    return self->n_pages > 0 ? find_page (self, top) : 0;
  for (guint i = first; i <= last; i++)
    {
      double seen = MIN (bottom_of (self, i), top + height) - MAX (self->tops[i], top);

      /* Whole pages count alike, and so does all that is seen of a small one. */
      if (seen > most + 0.5)
        {
          most = seen;
          current = i;
        }
    }
  return current;
}

/* -- points -- */

static double
get_left (HyPageLayout *self,
          guint page,
          double desk_width)
{
  graphene_rect_t rect;

  hy_page_layout_get_rect (self, page, desk_width, &rect);
  return rect.origin.x;
}

/**
 * hy_page_layout_locate:
 * @pt: (out): may lie outside the page
 *
 * Returns: the page at or above that place; 0 when there are none
 */
guint
hy_page_layout_locate (HyPageLayout *self,
                       double desk_width,
                       double x,
                       double y,
                       graphene_point_t *pt)
{
  guint page;
  double u, v, width, height;

  graphene_point_init (pt, 0, 0);
  if (self->n_pages == 0)
    return 0;
  page = find_page (self, y);
  width = self->sizes[page].width;
  height = self->sizes[page].height;
  u = (x - get_left (self, page, desk_width)) / self->px_per_pt;
  v = (y - self->tops[page]) / self->px_per_pt;
  switch (self->rotation)
    {
    case 90:
      graphene_point_init (pt, (float) v, (float) (height - u));
      break;
    case 180:
      graphene_point_init (pt, (float) (width - u), (float) (height - v));
      break;
    case 270:
      graphene_point_init (pt, (float) (width - v), (float) u);
      break;
    default:
      graphene_point_init (pt, (float) u, (float) v);
      break;
    }
  return page;
}

/* The way back from hy_page_layout_locate. */
void
hy_page_layout_place (HyPageLayout *self,
                      double desk_width,
                      guint page,
                      const graphene_point_t *pt,
                      double *x,
                      double *y)
{
  double u = pt->x, v = pt->y;
  double width, height;

  *x = *y = 0;
  if (page >= self->n_pages)
    return;
  width = self->sizes[page].width;
  height = self->sizes[page].height;
  switch (self->rotation)
    {
    case 90:
      u = height - pt->y;
      v = pt->x;
      break;
    case 180:
      u = width - pt->x;
      v = height - pt->y;
      break;
    case 270:
      u = pt->y;
      v = width - pt->x;
      break;
    default:
      break;
    }
  *x = get_left (self, page, desk_width) + u * self->px_per_pt;
  *y = self->tops[page] + v * self->px_per_pt;
}

/* Cut to the page; empty where the box says nothing. */
void
hy_page_layout_place_box (HyPageLayout *self,
                          double desk_width,
                          guint page,
                          const HyWireBox *box,
                          graphene_rect_t *rect)
{
  graphene_rect_t sheet;
  double x1, y1, x2, y2;

  graphene_rect_init (rect, 0, 0, 0, 0);
  if (page >= self->n_pages || !isfinite (box->x1) || !isfinite (box->y1) || !isfinite (box->x2) || !isfinite (box->y2))
    return;
  hy_page_layout_place (self, desk_width, page, &GRAPHENE_POINT_INIT (box->x1, box->y1), &x1, &y1);
  hy_page_layout_place (self, desk_width, page, &GRAPHENE_POINT_INIT (box->x2, box->y2), &x2, &y2);
  hy_page_layout_get_rect (self, page, desk_width, &sheet);
  graphene_rect_init (rect, (float) MIN (x1, x2), (float) MIN (y1, y2), (float) fabs (x2 - x1), (float) fabs (y2 - y1));
  if (!graphene_rect_intersection (rect, &sheet, rect))
    graphene_rect_init (rect, 0, 0, 0, 0);
}

/* -- tiles -- */

/**
 * hy_page_layout_tiles:
 * @seen: (nullable): px of the desk; %NULL for all of the page that may be drawn at once
 *
 * Returns: (transfer full) (element-type HyPageTile): what has to be drawn of the page so that all of @seen shows
 */
GArray *
hy_page_layout_tiles (HyPageLayout *self,
                      guint page,
                      double desk_width,
                      const graphene_rect_t *seen)
{
  GArray *tiles = g_array_new (FALSE, TRUE, sizeof (HyPageTile));
  graphene_rect_t sheet, part;
  guint width, height;

  if (page >= self->n_pages)
    return tiles;
  get_drawn_pixels (self, page, &width, &height);
  if (width <= WHOLE_SIDE && height <= WHOLE_SIDE && (guint64) width * height <= WHOLE_PIXELS)
    {
      HyPageTile tile = { page, 0, 0, width, height, TRUE };

      g_array_append_val (tiles, tile);
      return tiles;
    }

  hy_page_layout_get_rect (self, page, desk_width, &sheet);
  if (seen == NULL || !graphene_rect_intersection (&sheet, seen, &part))
    return tiles;
  for (guint y = 0; y < height; y += TILE_SIDE)
    for (guint x = 0; x < width; x += TILE_SIDE)
      {
        HyPageTile tile = { page, x, y, MIN (TILE_SIDE, width - x), MIN (TILE_SIDE, height - y), FALSE };
        graphene_rect_t rect;

        hy_page_layout_tile_rect (self, &tile, desk_width, &rect);
        if (graphene_rect_intersection (&rect, &part, NULL))
          g_array_append_val (tiles, tile);
      }
  return tiles;
}

/* Where the tile stands on the desk, px. */
void
hy_page_layout_tile_rect (HyPageLayout *self,
                          const HyPageTile *tile,
                          double desk_width,
                          graphene_rect_t *rect)
{
  graphene_rect_t sheet;
  guint width, height;
  double x_factor, y_factor;

  hy_page_layout_get_rect (self, tile->page, desk_width, &sheet);
  get_drawn_pixels (self, tile->page, &width, &height);
  x_factor = sheet.size.width / width;
  y_factor = sheet.size.height / height;
  graphene_rect_init (rect, (float) (sheet.origin.x + tile->x * x_factor), (float) (sheet.origin.y + tile->y * y_factor),
                      (float) (tile->width * x_factor), (float) (tile->height * y_factor));
}
