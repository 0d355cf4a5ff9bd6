/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "records/hy-document-list.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Which documents of a list are chosen, by their row in the vault: kept over reloads, other orders, shelves and words.  A
 * GtkSelectionModel over the list with its months.  While it is not active a plain click or an arrow chooses nothing; what
 * adds (Ctrl, Shift, Ctrl+A) makes it active.
 * Properties "active" and "count", both notified. */
#define HY_TYPE_DOCUMENTS_SELECTION (hy_documents_selection_get_type ())
G_DECLARE_FINAL_TYPE (HyDocumentsSelection, hy_documents_selection, HY, DOCUMENTS_SELECTION, GObject)

/* What the chosen ones have in common. */
typedef struct {
  guint count;
  guint n_hidden;       /* from professionals */
  guint n_not_movable;
  guint n_without_file;
} HySelectionFacts;

HyDocumentsSelection *hy_documents_selection_new        (HyDocumentList *list, HyAccess *access);
gboolean              hy_documents_selection_get_active (HyDocumentsSelection *self);
void                  hy_documents_selection_set_active (HyDocumentsSelection *self, gboolean active); /* FALSE forgets all */
guint                 hy_documents_selection_get_count  (HyDocumentsSelection *self);
HySelectionFacts      hy_documents_selection_get_facts  (HyDocumentsSelection *self);
GArray               *hy_documents_selection_dup_rowids (HyDocumentsSelection *self); /* gint64, in the order of the whole list */

G_END_DECLS
