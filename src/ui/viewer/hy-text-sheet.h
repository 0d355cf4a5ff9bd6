/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A document that is nothing but text.  Signal "copied". */
#define HY_TYPE_TEXT_SHEET (hy_text_sheet_get_type ())
G_DECLARE_FINAL_TYPE (HyTextSheet, hy_text_sheet, HY, TEXT_SHEET, AdwBin)

GtkWidget *hy_text_sheet_new       (void);
gboolean   hy_text_sheet_show      (HyTextSheet *self, const char *text);  /* whether all of it is shown */
guint      hy_text_sheet_find      (HyTextSheet *self, const char *words); /* matches */
guint      hy_text_sheet_find_step (HyTextSheet *self, int direction);     /* place of the current one, from 1; 0 = none */

G_END_DECLS
