/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "records/hy-document-list.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The widget of one row of the documents list; many items pass through each. */
#define HY_TYPE_DOCUMENT_CELL (hy_document_cell_get_type ())
G_DECLARE_FINAL_TYPE (HyDocumentCell, hy_document_cell, HY, DOCUMENT_CELL, GtkWidget)

/* How the rows of a list are laid out and which of them is open; the list's owner keeps it. */
typedef struct {
  gboolean compact;     /* narrow: text on three lines, badges below */
  gboolean with_year;   /* dates in full: no header says the year */
  gint64 opened;        /* rowid shown in the details; 0 = none */
  gboolean choosing;    /* with a check box */
} HyDocumentCellStyle;

GtkWidget *hy_document_cell_new       (const HyDocumentCellStyle *style);
void       hy_document_cell_bind      (HyDocumentCell *self, GtkListItem *item);
void       hy_document_cell_unbind    (HyDocumentCell *self);
void       hy_document_cell_restyle   (HyDocumentCell *self);
gint64     hy_document_cell_get_rowid (HyDocumentCell *self); /* 0 when not bound */
const HyVaultRow *hy_document_cell_get_row (HyDocumentCell *self); /* NULL until it is there */
guint      hy_document_cell_get_position (HyDocumentCell *self); /* GTK_INVALID_LIST_POSITION when not bound */
guint      hy_document_cell_get_flags (HyDocumentCell *self); /* HyRowFlags; 0 until its row is read */

G_END_DECLS
