/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkWidget *hy_reading_link_new (const char *address);
void       hy_reading_link_ask (GtkWidget *from, const char *address);

G_END_DECLS
