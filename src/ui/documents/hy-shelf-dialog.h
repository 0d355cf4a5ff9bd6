/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include <libdex.h>

G_BEGIN_DECLS

DexFuture *hy_shelf_dialog_choose (GtkWidget *over, guint n_documents); /* gint: a shelf; -1 when the person thought better of it */

G_END_DECLS
