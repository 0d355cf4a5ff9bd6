/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/help/hy-help-text.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkWidget *hy_help_blocks_new (const HyHelpNode *page,
                               GCallback         on_link,
                               gpointer          user_data);

G_END_DECLS
