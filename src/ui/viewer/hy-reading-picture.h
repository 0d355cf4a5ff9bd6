/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "render/hy-render.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Pixels of a picture's side as shown: 8 MB of them at most. */
#define HY_READING_PICTURE_WIDTH 1200
#define HY_READING_PICTURE_HEIGHT 1600
/* Counted like this many widgets, so that no more than 30 are open at a time. */
#define HY_READING_PICTURE_COST 100

/* A picture inside a document, decoded by a worker of its own. */
#define HY_TYPE_READING_PICTURE (hy_reading_picture_get_type ())
G_DECLARE_FINAL_TYPE (HyReadingPicture, hy_reading_picture, HY, READING_PICTURE, GtkWidget)

GtkWidget *hy_reading_picture_new (HyRenderDocument *document, HyRenderer *renderer, guint body, const char *alt);

G_END_DECLS
