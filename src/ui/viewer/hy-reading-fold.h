/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A line that opens on what is under it, which is made only then: "fill" asks for it once, as it is first opened. */
#define HY_TYPE_READING_FOLD (hy_reading_fold_get_type ())
G_DECLARE_FINAL_TYPE (HyReadingFold, hy_reading_fold, HY, READING_FOLD, GtkBox)

GtkWidget *hy_reading_fold_new       (const char *words);
void       hy_reading_fold_set_open  (HyReadingFold *self, gboolean open);
void       hy_reading_fold_set_child (HyReadingFold *self, GtkWidget *child);

G_END_DECLS
