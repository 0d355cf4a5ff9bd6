/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "space/hy-space.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The documents of one space: list, search, details, import.
 * Signal "open-document" (int64 rowid, nullable string: words that were searched): it is to be read.
 * Properties: "unread" (uint, of the space), "narrow" (boolean: the sidebar is hidden; set by the window). */
#define HY_TYPE_DOCUMENTS_PAGE (hy_documents_page_get_type ())
G_DECLARE_FINAL_TYPE (HyDocumentsPage, hy_documents_page, HY, DOCUMENTS_PAGE, AdwNavigationPage)

GtkWidget *hy_documents_page_new          (HySpace *space);
void       hy_documents_page_import       (HyDocumentsPage *self);
void       hy_documents_page_import_files (HyDocumentsPage *self, GPtrArray *files); /* GFile */
void       hy_documents_page_focus_search (HyDocumentsPage *self);

G_END_DECLS
