/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vault/hy-access.h"

G_BEGIN_DECLS

/* What a page does to an entry as a whole; edits are a HyDraft. */
DexFuture *hy_record_mark_read (HyAccess *access, gint64 rowid); /* boolean */
DexFuture *hy_record_mark      (HyAccess *access, GArray *rowids, guint set, guint clear); /* boolean: HyRowFlags of this computer alone */
DexFuture *hy_record_remove    (HyAccess *access, gint64 rowid); /* boolean */

G_END_DECLS
