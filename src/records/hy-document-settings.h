/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vault/hy-access.h"

G_BEGIN_DECLS

/* What a person sets on one document. */
typedef struct {
  gint64 rowid;
  gint value;
} HyDocumentSetting;

GArray    *hy_document_settings_new (GArray *rowids, gint value); /* HyDocumentSetting */

/* What may be done with a document whose row has @flags (HyRowFlags). */
gboolean   hy_document_may_hide     (HyAccess *access);
gboolean   hy_document_may_move     (HyAccess *access, guint flags);

/* Several documents, one act.  Both give a GArray of HyDocumentSetting: those that were changed, with what they were set to
 * before, so that giving it back undoes it.  Those that have gone meanwhile are passed over. */
DexFuture *hy_document_set_hidden   (HyAccess *access, GArray *settings); /* value: whether hidden from professionals */
DexFuture *hy_document_set_shelves  (HyAccess *access, GArray *settings); /* value: the shelf chosen, or -1 for where its type puts it */

G_END_DECLS
