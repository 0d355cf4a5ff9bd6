/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "space/hy-space.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Whose space this is, for the header bar of a page: an avatar that leads back to the sidebar.
 * Property "narrow": shown only when the sidebar is hidden. */
#define HY_TYPE_SPACE_BADGE (hy_space_badge_get_type ())
G_DECLARE_FINAL_TYPE (HySpaceBadge, hy_space_badge, HY, SPACE_BADGE, GtkButton)

GtkWidget *hy_space_badge_new (HySpaceInfo *info);

G_END_DECLS
