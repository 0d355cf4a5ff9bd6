/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A row of the journal: icon, words, and what can be done at its end; under the words in a narrow window.
 * Property "narrow". */
#define HY_TYPE_SYNC_ROW (hy_sync_row_get_type ())
G_DECLARE_FINAL_TYPE (HySyncRow, hy_sync_row, HY, SYNC_ROW, AdwPreferencesRow)

GtkWidget  *hy_sync_row_new          (gboolean tile);
void        hy_sync_row_set_icon     (HySyncRow *self, const char *icon_name, const char *style);
void        hy_sync_row_set_working  (HySyncRow *self, gboolean working);
void        hy_sync_row_set_words    (HySyncRow *self, const char *title, const char *subtitle);
void        hy_sync_row_set_state    (HySyncRow *self, const char *state);
void        hy_sync_row_set_progress (HySyncRow *self, double fraction);
void        hy_sync_row_add_end      (HySyncRow *self, GtkWidget *end);

G_END_DECLS
