/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "space/hy-space.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Whose space this is, at the head of the sidebar: a button that lists the spaces of the vault and adds one.
 * Signal "space-chosen" (id): another space is wanted; the button waits until hy_space_switcher_stay or its end. */
#define HY_TYPE_SPACE_SWITCHER (hy_space_switcher_get_type ())
G_DECLARE_FINAL_TYPE (HySpaceSwitcher, hy_space_switcher, HY, SPACE_SWITCHER, AdwBin)

GtkWidget *hy_space_switcher_new  (HySpaceInfo *present, GListModel *spaces);
void       hy_space_switcher_stay (HySpaceSwitcher *self);

G_END_DECLS
