/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "render/hy-render-wire.h"

#include <graphene.h>

G_BEGIN_DECLS

/* Where the pages of a document stand, one under another on a desk.  No widget: numbers in, numbers out.
 * "px" are a widget's pixels from the desk's top left corner, "pt" a page's points (1/72 inch) from its own one
 * before it was turned.  @density is device pixels a px: pages begin and end on whole device pixels. */
typedef struct _HyPageLayout HyPageLayout;

/* Device pixels of a part of a page. */
typedef struct {
  guint page;
  guint x, y, width, height;
  gboolean whole; /* the page is this one tile */
} HyPageTile;

#define HY_PAGE_MIN_ZOOM 0.1
#define HY_PAGE_MAX_ZOOM 5.0
#define HY_PAGE_MARGIN 18 /* px around the pages, and between them */

HyPageLayout *hy_page_layout_new          (const HyWireSize *sizes, guint n_pages);
void          hy_page_layout_free         (HyPageLayout *self);
void          hy_page_layout_set          (HyPageLayout *self, double px_per_pt, guint rotation, double density);

guint         hy_page_layout_get_n_pages  (HyPageLayout *self);
double        hy_page_layout_get_width    (HyPageLayout *self);  /* px of the desk that all pages need */
double        hy_page_layout_get_height   (HyPageLayout *self);
double        hy_page_layout_get_scale    (HyPageLayout *self, guint page); /* device pixels a pt that @page is drawn at */
void          hy_page_layout_get_rect     (HyPageLayout *self, guint page, double desk_width, graphene_rect_t *rect);
void          hy_page_layout_get_pixels   (HyPageLayout *self, guint page, guint *width, guint *height);

double        hy_page_layout_fit_width    (HyPageLayout *self, double width); /* px a pt */
double        hy_page_layout_fit_page     (HyPageLayout *self, guint page, double width, double height);
double        hy_page_layout_step_zoom    (double zoom, int direction);

gboolean      hy_page_layout_visible      (HyPageLayout *self, double top, double height, guint *first, guint *last);
guint         hy_page_layout_current      (HyPageLayout *self, double top, double height);

guint         hy_page_layout_locate       (HyPageLayout *self, double desk_width, double x, double y, graphene_point_t *pt);
void          hy_page_layout_place        (HyPageLayout *self, double desk_width, guint page, const graphene_point_t *pt, double *x, double *y);
void          hy_page_layout_place_box    (HyPageLayout *self, double desk_width, guint page, const HyWireBox *box, graphene_rect_t *rect);

GArray       *hy_page_layout_tiles        (HyPageLayout *self, guint page, double desk_width, const graphene_rect_t *seen); /* HyPageTile */
void          hy_page_layout_tile_rect    (HyPageLayout *self, const HyPageTile *tile, double desk_width, graphene_rect_t *rect);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyPageLayout, hy_page_layout_free)

G_END_DECLS
