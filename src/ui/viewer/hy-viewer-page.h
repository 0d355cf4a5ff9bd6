/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "space/hy-space.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* One document, read over the whole window.  Signal "search-all": the person wants the search of the list.
 * Pops itself when the document is removed. */
#define HY_TYPE_VIEWER_PAGE (hy_viewer_page_get_type ())
G_DECLARE_FINAL_TYPE (HyViewerPage, hy_viewer_page, HY, VIEWER_PAGE, AdwNavigationPage)

GtkWidget *hy_viewer_page_new       (HySpace *space, gint64 rowid, const char *words); /* words: nullable, looked for at once */
void       hy_viewer_page_find      (HyViewerPage *self);
void       hy_viewer_page_open_menu (HyViewerPage *self);

G_END_DECLS
