/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-async.h"
#include "vault/hy-vault-private.h"
#include "vault/hy-vault-resources.h"

G_BEGIN_DECLS

/* A vault in a folder of its own, with one holder (passphrase HY_TEST_PASSPHRASE, the cheapest key derivation) and one
 * opened space.  hy_test_vault_free closes it and removes the folder. */
#define HY_TEST_PASSPHRASE "lantern orchard river copper meadow"

typedef struct {
  char *dir;
  HyHolder *holder;
  HySecret *recovery;
  char *uuid;
  HyVault *vault;
  HyAccess *access;
} HyTestVault;

HyTestVault *hy_test_vault_new    (void);
void         hy_test_vault_free   (HyTestVault *self);
void         hy_test_vault_close  (HyTestVault *self);
gboolean     hy_test_vault_reopen (HyTestVault *self, GError **error);
char        *hy_test_vault_dup_path (HyTestVault *self, const char *file);

HyVaultItem *hy_test_item_new     (const char *json, const char *title, const char *words);
HyPutResult  hy_test_vault_put    (HyTestVault *self, HyVaultItem *item);
GValue      *hy_test_await        (DexFuture *future, GError **error);
gpointer     hy_test_await_boxed  (DexFuture *future, GError **error);

GBytes      *hy_test_fixture      (const char *name);
void         hy_test_flip         (const char *path, gsize offset, guint8 mask);
char        *hy_test_hash_tree    (const char *dir);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyTestVault, hy_test_vault_free)

G_END_DECLS
