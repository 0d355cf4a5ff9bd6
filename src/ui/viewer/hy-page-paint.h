/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/viewer/hy-page-view.h"

G_BEGIN_DECLS

/* Paints the pages and all that lies over them. */
void hy_page_paint_snapshot    (GtkWidget *widget, GtkSnapshot *snapshot);
void hy_page_paint_set_waiting (HyPageView *self, gboolean waiting); /* a spinner, after a while */

G_END_DECLS
