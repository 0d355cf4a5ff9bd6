/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define HY_TYPE_HELP_DIALOG (hy_help_dialog_get_type ())
G_DECLARE_FINAL_TYPE (HyHelpDialog, hy_help_dialog, HY, HELP_DIALOG, AdwDialog)

void hy_help_dialog_serve (AdwApplicationWindow *window);
void hy_help_dialog_show  (AdwApplicationWindow *window);

G_END_DECLS
