/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "space/hy-space.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What a person does to one document, with the questions it takes.  Both resolve to a string: words that say what was
 * done, "" when the person thought better of it. */
DexFuture *hy_document_save_copy (GtkWidget *over, HySpace *space, gint64 rowid);
DexFuture *hy_document_remove    (GtkWidget *over, HySpace *space, gint64 rowid);

G_END_DECLS
