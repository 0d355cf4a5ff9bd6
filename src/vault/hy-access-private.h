/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vault/hy-vault-internal.h"

G_BEGIN_DECLS

HyAccess     *hy_access_new          (HyVault *vault, const guint8 actor[16], HyAccessMask mask, gint64 not_after);
void          hy_access_emit_changed (HyAccess *self);
const guint8 *hy_access_get_actor    (HyAccess *self);

DexFuture    *hy_vault_submit        (HyVault *self, HyAccess *access, HyJobKind kind, HyVaultJob func, gpointer data, GDestroyNotify destroy, GType type);
gboolean      hy_vault_is_closed     (HyVault *self);

G_END_DECLS
