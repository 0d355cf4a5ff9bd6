/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "space/hy-space.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What a person does to one or several documents, with what it asks and says: a toast that undoes it where that can be.
 * @over is the page that questions come over; @rowids are gint64.  All resolve to a boolean: whether it was done. */
DexFuture *hy_several_hide   (GtkWidget *over, AdwToastOverlay *toasts, HySpace *space, GArray *rowids, gboolean hidden);
DexFuture *hy_several_move   (GtkWidget *over, AdwToastOverlay *toasts, HySpace *space, GArray *rowids);
DexFuture *hy_several_save   (GtkWidget *over, AdwToastOverlay *toasts, HySpace *space, GArray *rowids);
DexFuture *hy_several_remove (GtkWidget *over, AdwToastOverlay *toasts, HySpace *space, GArray *rowids);

gboolean   hy_several_undo_last (AdwToastOverlay *toasts);

G_END_DECLS
