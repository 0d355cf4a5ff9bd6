/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/viewer/hy-result-row.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A run of results below one heading. */
#define HY_TYPE_RESULTS_TABLE (hy_results_table_get_type ())
G_DECLARE_FINAL_TYPE (HyResultsTable, hy_results_table, HY, RESULTS_TABLE, GtkWidget)

GtkWidget *hy_results_table_new               (HyReadingMaker *maker, const HyResultColumns *columns, HyJsonNode heading,
                                               guint level);
void       hy_results_table_append            (HyResultsTable *self, const HyResult *result);
void       hy_results_table_show_only_outside (HyResultsTable *self, gboolean only);
void       hy_results_table_show_captions     (HyResultsTable *self, gboolean show);

G_END_DECLS
