/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "space/hy-space.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What matters now in one space.  A group with nothing to say is not there.
 * Signal "open-document" (int64 rowid, nullable string: none here): it is to be read.
 * Property "narrow" (boolean: the sidebar is hidden; set by the window). */
#define HY_TYPE_HOME_PAGE (hy_home_page_get_type ())
G_DECLARE_FINAL_TYPE (HyHomePage, hy_home_page, HY, HOME_PAGE, AdwNavigationPage)

GtkWidget *hy_home_page_new         (HySpace *space);
void       hy_home_page_focus_first (HyHomePage *self);

G_END_DECLS
