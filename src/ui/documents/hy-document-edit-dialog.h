/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "records/hy-document-edit.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Title and date of a document that the person added herself.  Signal "edited": both are written. */
#define HY_TYPE_DOCUMENT_EDIT_DIALOG (hy_document_edit_dialog_get_type ())
G_DECLARE_FINAL_TYPE (HyDocumentEditDialog, hy_document_edit_dialog, HY, DOCUMENT_EDIT_DIALOG, AdwDialog)

AdwDialog *hy_document_edit_dialog_new (HyAccess *access, const HyVaultRow *row);

G_END_DECLS
