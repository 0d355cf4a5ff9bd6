/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/viewer/hy-reading-blocks.h"
#include "ui/viewer/hy-table-cells.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Body rows of a table shown at a time, and cells of them: what is laid out at once, and again with each new width. */
#define HY_NARRATIVE_TABLE_ROWS 100
#define HY_NARRATIVE_TABLE_CELLS 600
/* A wider one is shown as rows of "header: value" in a wide window too: cells would be narrower than their words. */
#define HY_NARRATIVE_TABLE_COLUMNS 8

/* A table as the document has it, a page at a time; in narrow windows each row is a list of what its cells hold. */
#define HY_TYPE_NARRATIVE_TABLE (hy_narrative_table_get_type ())
G_DECLARE_FINAL_TYPE (HyNarrativeTable, hy_narrative_table, HY, NARRATIVE_TABLE, GtkWidget)

GtkWidget *hy_narrative_table_new         (HyReadingMaker *maker, HyJsonNode block, guint depth);
void       hy_narrative_table_show_row    (HyNarrativeTable *self, guint row);
guint      hy_narrative_table_get_n_pages (HyNarrativeTable *self);

G_END_DECLS
