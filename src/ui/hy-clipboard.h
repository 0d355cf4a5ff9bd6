/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How long what was copied stays there, unless something else was copied since (SECURITY-DESIGN 4). */
#define HY_CLIPBOARD_SECONDS 30

void hy_clipboard_put (GtkWidget *widget, const char *text);
void hy_clipboard_clear (void);

G_END_DECLS
