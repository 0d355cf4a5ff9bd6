/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/viewer/hy-page-view.h"

G_BEGIN_DECLS

/* The links on pages: where they are, which one the keyboard is at, and where they lead. */
HyRenderLink *hy_page_links_find           (HyPageView *self, double x, double y); /* of the widget; nullable */
HyRenderLink *hy_page_links_get            (HyPageView *self, guint page, guint index); /* nullable */
gboolean      hy_page_links_step           (HyPageView *self, int direction);
void          hy_page_links_follow         (HyPageView *self, HyRenderLink *link);
void          hy_page_links_follow_current (HyPageView *self); /* nothing when the keyboard is at none */

G_END_DECLS
