/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/documents/hy-document-filters.h"

G_BEGIN_DECLS

/* Which shelf of a list is shown: a chip for each of the biggest and a menu for the others, or one drop-down for all
 * when room is short.  Both menus end with the filters.  Choosing is the action "page.shelf" (int32, -1 = all) of the page around. */
#define HY_TYPE_SHELF_FILTER (hy_shelf_filter_get_type ())
G_DECLARE_FINAL_TYPE (HyShelfFilter, hy_shelf_filter, HY, SHELF_FILTER, GtkBox)

void hy_shelf_filter_set_list    (HyShelfFilter *self, HyDocumentList *list, HyDocumentFilters *filters);
void hy_shelf_filter_set_compact (HyShelfFilter *self, gboolean compact);
void hy_shelf_filter_show_chosen (HyShelfFilter *self); /* the list was given another shelf */

G_END_DECLS
