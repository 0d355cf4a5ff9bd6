/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/viewer/hy-page-cache.h"
#include "ui/viewer/hy-page-layout.h"
#include "ui/viewer/hy-page-view.h"
#include "ui/viewer/hy-page-words.h"

G_BEGIN_DECLS

/* What the files of a page view share: hy-page-view.c has the widget, hy-page-jobs.c what the decoder is asked for,
 * hy-page-paint.c, hy-page-select.c, hy-page-links.c, hy-page-find.c and hy-page-speech.c what their names say. */

typedef struct
{
  guint page;
  guint at;
} HyPageCaret;

typedef struct
{
  HyPageSpan span;
  GArray *boxes; /* HyWireBox */
} HyPageMatch;

struct _HyPageView
{
  GtkWidget parent_instance;

  HyRenderDocument *document;
  guint serial; /* grows with each document: answers about an older one are dropped */
  HyPageLayout *layout;
  HyPageCache *cache;
  GPtrArray *jobs;    /* what the decoder was asked for, see hy-page-jobs.c; not owned */
  GHashTable *texts;  /* page -> HyRenderLayout */
  GHashTable *links;  /* page -> GPtrArray of HyRenderLink */
  GHashTable *broken; /* pages that cannot be shown */
  gboolean failed;

  GtkAdjustment *adjustments[2]; /* by GtkOrientation */
  GtkScrollablePolicy policies[2];
  gboolean configuring;

  double px_per_pt; /* at 100 % */
  double auto_max;
  double zoom;
  double density;
  HyPageFit fit;
  guint rotation;
  guint page;

  GdkPaintable *spinner;
  guint spinner_timeout;

  HyPageCaret anchor, caret; /* equal: nothing is selected */
  HyPageUnit select_unit;
  gboolean selecting;
  graphene_point_t pointer;
  double pinch_zoom;

  guint link_page, link_index; /* the link that the keyboard is at */
  gboolean at_link;

  char *words;
  guint find_serial;
  GPtrArray *found;   /* by page: GArray of HyPageMatch; NULL until something is looked for */
  guint n_found;
  guint found_page, found_index; /* the current one */
  gboolean has_current, finding, has_words, found_most;

  HyRenderLayout *spoken; /* what assistive technology reads: the current page's */
};

typedef enum {
  HY_PAGE_VIEW_PAGE_CHANGED,
  HY_PAGE_VIEW_ZOOM_CHANGED,
  HY_PAGE_VIEW_FOUND_CHANGED,
  HY_PAGE_VIEW_LINK,
  HY_PAGE_VIEW_COPIED,
  HY_PAGE_VIEW_FAILED,
  HY_PAGE_VIEW_N_SIGNALS
} HyPageViewSignal;

extern guint hy_page_view_signals[HY_PAGE_VIEW_N_SIGNALS];

/* Where we are: px of the desk, which the widget shows a part of. */
double          hy_page_view_get_scroll     (HyPageView *self, GtkOrientation orientation);
void            hy_page_view_scroll_to      (HyPageView *self, GtkOrientation orientation, double value);
double          hy_page_view_get_desk_width (HyPageView *self);
gboolean        hy_page_view_get_visible    (HyPageView *self, guint *first, guint *last);
void            hy_page_view_get_seen       (HyPageView *self, graphene_rect_t *seen);

/* The page under a place of the widget, where on it, and its words once they are here. */
HyRenderLayout *hy_page_view_find_words     (HyPageView *self, double x, double y, guint *page, graphene_point_t *pt);

void            hy_page_view_fail           (HyPageView *self, const GError *error);
gboolean        hy_page_view_is_for_page    (const GError *error); /* or for the whole document */

G_END_DECLS
