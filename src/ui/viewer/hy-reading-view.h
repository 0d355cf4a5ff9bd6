/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-json.h"
#include "render/hy-render.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* A clinical document (CDA) as native widgets: its results, and what it says in words.  It lays itself out for its
 * own width; "narrow" says how, and may be set to keep it so. */
#define HY_TYPE_READING_VIEW (hy_reading_view_get_type ())
G_DECLARE_FINAL_TYPE (HyReadingView, hy_reading_view, HY, READING_VIEW, AdwBin)

GtkWidget *hy_reading_view_new          (void);
void       hy_reading_view_set_renderer (HyReadingView *self, HyRenderer *renderer);
void       hy_reading_view_show         (HyReadingView *self, HyJson *reading, HyRenderDocument *document);
gboolean   hy_reading_view_has_results  (HyReadingView *self);
guint      hy_reading_view_find         (HyReadingView *self, const char *words);
guint      hy_reading_view_find_step    (HyReadingView *self, int direction);

G_END_DECLS
