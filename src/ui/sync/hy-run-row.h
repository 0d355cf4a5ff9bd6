/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "space/hy-space-sync.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* One sync of the journal, folded; its rows are made once it is opened.  Property "narrow". */
#define HY_TYPE_RUN_ROW (hy_run_row_get_type ())
G_DECLARE_FINAL_TYPE (HyRunRow, hy_run_row, HY, RUN_ROW, AdwExpanderRow)

GtkWidget *hy_run_row_new     (HySpaceSync *sync, const HyRun *run, gboolean newest, gboolean running);
gint64     hy_run_row_get_run (HyRunRow *self);
void       hy_run_row_set_run (HyRunRow *self, const HyRun *run, gboolean running); /* the same one, further on */

G_END_DECLS
