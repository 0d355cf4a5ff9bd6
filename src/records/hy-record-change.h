/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vault/hy-access.h"

G_BEGIN_DECLS

/* What a page does to an entry as a whole; edits are a HyDraft. */
DexFuture *hy_record_mark_read (HyAccess *access, gint64 rowid); /* boolean */
DexFuture *hy_record_mark      (HyAccess *access, GArray *rowids, guint set, guint clear); /* boolean: HyRowFlags of this computer alone */
DexFuture *hy_record_remove    (HyAccess *access, gint64 rowid); /* boolean */

/* Removing with a way back, until the space closes (hy_vault_mark_going). */
DexFuture *hy_record_let_go        (HyAccess *access, GArray *rowids); /* guint: how many */
DexFuture *hy_record_bring_back    (HyAccess *access, GArray *rowids); /* guint: how many are back */
DexFuture *hy_record_remove_let_go (HyAccess *access, GArray *rowids); /* guint: how many are gone for good */

G_END_DECLS
