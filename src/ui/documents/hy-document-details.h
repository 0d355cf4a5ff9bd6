/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "space/hy-space.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What is known of one document.  Its buttons are the actions "page.open", "page.save-copy" and "page.remove" of the page
 * around.
 * Signal "close": put away by the person, or the document is gone. */
#define HY_TYPE_DOCUMENT_DETAILS (hy_document_details_get_type ())
G_DECLARE_FINAL_TYPE (HyDocumentDetails, hy_document_details, HY, DOCUMENT_DETAILS, AdwBin)

GtkWidget *hy_document_details_new       (HySpace *space);
void       hy_document_details_show      (HyDocumentDetails *self, gint64 rowid); /* 0 = nothing */
gint64     hy_document_details_get_rowid (HyDocumentDetails *self);
void       hy_document_details_set_in_viewer (HyDocumentDetails *self, gboolean can_close);
void       hy_document_details_set_n_pages   (HyDocumentDetails *self, guint n_pages);

G_END_DECLS
