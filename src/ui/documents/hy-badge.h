/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A state as a pill: an icon and a word, never one of them alone. */
#define HY_TYPE_BADGE (hy_badge_get_type ())
G_DECLARE_FINAL_TYPE (HyBadge, hy_badge, HY, BADGE, GtkBox)

GtkWidget *hy_badge_new (void);
void       hy_badge_set (HyBadge *self, const char *icon_name, const char *text, const char *style);
void       hy_badge_set_can_shrink (HyBadge *self, gboolean can_shrink);

G_END_DECLS
