/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "space/hy-space.h"
#include "ui/documents/hy-documents-selection.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What can be done to the chosen documents.  Its buttons activate "page.hide-chosen" (boolean), "page.move-chosen",
 * "page.save-chosen" and "page.remove-chosen" of the page around; what one of the chosen does not allow is insensitive, and
 * says why. */
#define HY_TYPE_SELECTION_BAR (hy_selection_bar_get_type ())
G_DECLARE_FINAL_TYPE (HySelectionBar, hy_selection_bar, HY, SELECTION_BAR, GtkWidget)

void hy_selection_bar_set_selection (HySelectionBar *self, HyDocumentsSelection *selection, HyAccess *access);
void hy_selection_bar_set_compact   (HySelectionBar *self, gboolean compact); /* pictures alone */

G_END_DECLS
