/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vault/hy-header.h"

G_BEGIN_DECLS

typedef enum {
  HY_SLOT_PASSPHRASE = 1,
  HY_SLOT_RECOVERY = 2,
  HY_SLOT_HOLDER = 6,
} HySlotType;

/* Argon2id v1.3, p = 1 (SECURITY-DESIGN 2.2). */
#define HY_KDF_FLOOR_KIB (64 * 1024)
#define HY_KDF_FLOOR_PASSES 3
#define HY_KDF_CAP_KIB (1024 * 1024)
#define HY_KDF_CAP_PASSES 20

typedef struct {
  guint32 passes;
  guint32 memory_kib;
} HyKdfCost;

/* 160 bits as 8 groups of 4 characters, and a ninth that checks them. */
#define HY_RECOVERY_BYTES 20
#define HY_RECOVERY_CHARS 36

HyKdfCost  hy_kdf_calibrate        (void);

gboolean   hy_key_slots_add_passphrase (HyHeader *header, HySecret *master, HySecret *passphrase, HyKdfCost cost, GError **error);
gboolean   hy_key_slots_add_recovery   (HyHeader *header, HySecret *master, HySecret *recovery, GError **error);
gboolean   hy_key_slots_add_holder     (HyHeader *header, HySecret *master, HySecret *holder_key, const guint8 holder_uuid[16], GError **error);

HySecret  *hy_key_slots_open           (HyHeader *header, HySlotType type, HySecret *secret, GError **error);
void       hy_key_slots_remove         (HyHeader *header, HySlotType type);
HyKdfCost  hy_key_slots_get_cost       (HyHeader *header);
gint64     hy_key_slots_get_created    (HyHeader *header, HySlotType type);

HySecret  *hy_recovery_new_text        (HySecret *bytes);
HySecret  *hy_recovery_parse           (HySecret *typed, GError **error);

G_END_DECLS
