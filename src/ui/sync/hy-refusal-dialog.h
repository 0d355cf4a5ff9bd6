/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* What to do about something that a sync could not bring. */
void hy_refusal_dialog_present (GtkWidget *parent, const char *sentence, const char *code, const char *detail);

G_END_DECLS
