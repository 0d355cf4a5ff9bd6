/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "render/hy-render.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How the zoom follows the room there is. */
typedef enum {
  HY_PAGE_FIT_NONE,
  HY_PAGE_FIT_AUTO,  /* as wide as there is room, but no wider than is good to read */
  HY_PAGE_FIT_WIDTH,
  HY_PAGE_FIT_PAGE,
} HyPageFit;

/* The pages of a PDF or a picture, one under another, scrollable.  Keeps bounded memory, however many there are.
 * Signals: "page-changed" (another one is current, or there are pages now), "zoom-changed", "found-changed" (more was
 * found, or another match is current), "link" (string: an address to leave for), "copied", "failed" (GError). */
#define HY_TYPE_PAGE_VIEW (hy_page_view_get_type ())
G_DECLARE_FINAL_TYPE (HyPageView, hy_page_view, HY, PAGE_VIEW, GtkWidget)

GtkWidget *hy_page_view_new          (void);
void       hy_page_view_set_document (HyPageView *self, HyRenderDocument *document); /* nullable */

guint      hy_page_view_get_n_pages  (HyPageView *self); /* 0 until their sizes are known */
guint      hy_page_view_get_page     (HyPageView *self); /* from 0 */
void       hy_page_view_go_to        (HyPageView *self, guint page);

double     hy_page_view_get_zoom     (HyPageView *self); /* 1.0 = as large as on paper */
void       hy_page_view_set_zoom     (HyPageView *self, double zoom);
void       hy_page_view_step_zoom    (HyPageView *self, int direction);
void       hy_page_view_set_fit      (HyPageView *self, HyPageFit fit);
void       hy_page_view_rotate       (HyPageView *self, int degrees); /* 90 or -90 */

void       hy_page_view_select_all   (HyPageView *self);
void       hy_page_view_copy         (HyPageView *self);

void       hy_page_view_find         (HyPageView *self, const char *words); /* NULL or "" = nothing any more */
void       hy_page_view_find_step    (HyPageView *self, int direction);
guint      hy_page_view_get_n_found  (HyPageView *self);
guint      hy_page_view_get_at_found (HyPageView *self); /* from 1; 0 = none */
gboolean   hy_page_view_get_finding  (HyPageView *self); /* pages are still being looked through */
gboolean   hy_page_view_get_wordless (HyPageView *self); /* all were looked through, and there are no words on any */
gboolean   hy_page_view_get_found_most (HyPageView *self); /* there may be more than were counted */

/* For tests. */
gsize      hy_page_view_get_cache_bytes (HyPageView *self);
guint      hy_page_view_get_n_waiting   (HyPageView *self); /* what the decoder was asked for and has not answered */

G_END_DECLS
