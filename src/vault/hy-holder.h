/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vault/hy-key-slots.h"

G_BEGIN_DECLS

/* A keyholder who has signed in: the vault folder, its lock, the holder key.  All calls block (files, Argon2id):
 * pool threads only.  The room "space" and the vault's own files use it. */
#define HY_TYPE_HOLDER (hy_holder_get_type ())
typedef struct _HyHolder HyHolder;

typedef enum {
  HY_HOLDER_STATE_ABSENT,
  HY_HOLDER_STATE_PRESENT,
  HY_HOLDER_STATE_UNREADABLE,
} HyHolderState;

GType          hy_holder_get_type     (void);
HyHolderState  hy_holder_probe        (const char *dir, GError **error);
HyHolder      *hy_holder_create       (const char *dir, HySecret *passphrase, HyKdfCost cost, HySecret **recovery_text, GError **error);
HyHolder      *hy_holder_unlock       (const char *dir, HySlotType type, HySecret *secret, GError **error);
HyHolder      *hy_holder_ref          (HyHolder *self);
void           hy_holder_unref        (HyHolder *self);
void           hy_holder_close        (HyHolder *self);
const char    *hy_holder_get_dir      (HyHolder *self);
char          *hy_holder_dup_path     (HyHolder *self, const char *first, const char *second);
HySecret      *hy_holder_get_key      (HyHolder *self);
void           hy_holder_get_uuid     (HyHolder *self, guint8 uuid[16]);
gboolean       hy_holder_is_read_only (HyHolder *self);
GPtrArray     *hy_holder_list_spaces  (HyHolder *self, GError **error);
gint64         hy_holder_get_created  (HyHolder *self, HySlotType type);
gboolean       hy_holder_prove        (HyHolder *self, HySlotType type, HySecret *secret, GError **error);
gboolean       hy_holder_change_passphrase (HyHolder *self, HySecret *former, HySecret *fresh, GError **error);
gboolean       hy_holder_remove_space (HyHolder *self, const char *uuid, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyHolder, hy_holder_unref)

G_END_DECLS
