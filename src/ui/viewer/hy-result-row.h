/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/viewer/hy-reading-blocks.h"
#include "ui/viewer/hy-result.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The columns that all rows of results in a document share, and which of them are needed at all. */
typedef struct {
  GtkSizeGroup *value, *unit, *measure, *reference, *verdict, *before;
  gboolean      has_places, has_references, has_verdicts, has_before;
  HyDate        before_date; /* when it is the same for all; it heads the column then */
} HyResultColumns;

HyResultColumns *hy_result_columns_new  (GPtrArray *results);
void             hy_result_columns_free (HyResultColumns *self);

/* A result; in narrow windows on two lines, with the drawing below. */
#define HY_TYPE_RESULT_ROW (hy_result_row_get_type ())
G_DECLARE_FINAL_TYPE (HyResultRow, hy_result_row, HY, RESULT_ROW, GtkListBoxRow)

GtkWidget *hy_result_row_new         (HyReadingMaker *maker, const HyResult *result, const HyResultColumns *columns);
gboolean   hy_result_row_is_outside  (HyResultRow *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyResultColumns, hy_result_columns_free)

G_END_DECLS
