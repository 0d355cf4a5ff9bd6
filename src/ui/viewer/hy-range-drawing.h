/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/viewer/hy-range.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A reference as a band, and a result as a mark: round inside, a diamond outside.  Nothing for screen readers: the row
 * says it in words. */
#define HY_TYPE_RANGE_DRAWING (hy_range_drawing_get_type ())
G_DECLARE_FINAL_TYPE (HyRangeDrawing, hy_range_drawing, HY, RANGE_DRAWING, GtkWidget)

GtkWidget *hy_range_drawing_new (const HyRangePlace *place);

G_END_DECLS
