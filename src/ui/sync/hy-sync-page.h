/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "space/hy-space.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* How the sync of a space stands, and what each one brought.  Property "narrow". */
#define HY_TYPE_SYNC_PAGE (hy_sync_page_get_type ())
G_DECLARE_FINAL_TYPE (HySyncPage, hy_sync_page, HY, SYNC_PAGE, AdwNavigationPage)

GtkWidget *hy_sync_page_new         (HySpace *space);
void       hy_sync_page_connect     (HySyncPage *self); /* asks for a server */
void       hy_sync_page_focus_first (HySyncPage *self);

G_END_DECLS
