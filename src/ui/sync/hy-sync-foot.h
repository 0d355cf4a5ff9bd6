/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "space/hy-space-sync.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The line at the sidebar's foot: how the sync stands, and the way to its journal. */
#define HY_TYPE_SYNC_FOOT (hy_sync_foot_get_type ())
G_DECLARE_FINAL_TYPE (HySyncFoot, hy_sync_foot, HY, SYNC_FOOT, GtkButton)

GtkWidget *hy_sync_foot_new        (HySpaceSync *sync);
void       hy_sync_foot_set_chosen (HySyncFoot *self, gboolean chosen); /* whether its page is shown */

G_END_DECLS
