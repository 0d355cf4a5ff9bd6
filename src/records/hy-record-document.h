/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vault/hy-access.h"

G_BEGIN_DECLS

/* What a row does not keep of a document and its resource tells. */
DexFuture *hy_record_dup_media_type (HyAccess *access, gint64 rowid); /* string: of the document's file; "" when nothing says */

G_END_DECLS
