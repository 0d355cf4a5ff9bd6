/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vault/hy-access.h"
#include "vault/hy-holder.h"

G_BEGIN_DECLS

/* One opened space: its keys, its database and the one thread that owns it, its blobs.
 * For the room "space" alone (STYLE 1): whoever else reads or writes does so through a HyAccess. */
#define HY_TYPE_VAULT (hy_vault_get_type ())
typedef struct _HyVault HyVault;

GType       hy_vault_get_type     (void);
HyVault    *hy_vault_ref          (HyVault *self);
void        hy_vault_unref        (HyVault *self);

/* Both block: pool threads only.  @notes: names and values kept in the space about itself (char * to char *). */
HyVault    *hy_vault_create       (HyHolder *holder, GHashTable *notes, GError **error);
HyVault    *hy_vault_open         (HyHolder *holder, const char *uuid, GError **error);
DexFuture  *hy_vault_close        (HyVault *self); /* boolean */

const char *hy_vault_get_uuid     (HyVault *self);
char       *hy_vault_dup_note     (HyVault *self, const char *name);
DexFuture  *hy_vault_set_note     (HyVault *self, const char *name, const char *value); /* boolean */

/* Masks: one bit a class, by right. */
typedef struct {
  guint64 read;
  guint64 add;
  guint64 edit;
  guint64 export_;
} HyAccessMask;

#define HY_ACCESS_OWNER ((HyAccessMask){ G_MAXUINT64, G_MAXUINT64, G_MAXUINT64, G_MAXUINT64 })

HyAccess   *hy_vault_new_access   (HyVault *self, const guint8 actor[16], HyAccessMask mask, gint64 not_after);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyVault, hy_vault_unref)

G_END_DECLS
