/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-date.h"
#include "vault/hy-vault-resources.h"

G_BEGIN_DECLS

#define HY_TITLE_CHARS 255 /* a title that a row and a file name can bear */

/* What a person may change of a document. */
gboolean   hy_document_can_edit (const HyVaultRow *row); /* she added it herself: others' documents are theirs */
DexFuture *hy_document_edit     (HyAccess *access, gint64 rowid, const char *title, HyDate date); /* gint: the new version; year 0 = date stays */

G_END_DECLS
