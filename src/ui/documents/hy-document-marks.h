/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "records/hy-document-list.h"
#include "space/hy-space.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What a person does to a document beside reading it: pin, mark as read, put in a folder, edit.  The actions, for the page over
 * which they ask and tell: "document.pin", "unpin", "mark-read", "mark-unread", "put-in-folder", "edit" (int64 each),
 * "mark-all-read", "manage-folders". */
GActionGroup *hy_document_marks_new    (GtkWidget *page, HySpace *space, HyDocumentList *list, AdwToastOverlay *toasts);
void          hy_document_marks_append (GMenu *menu, const HyVaultRow *row); /* what of it fits that document, for its menu */

G_END_DECLS
