/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-secret.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HY_RECOVERY_GROUPS 9
#define HY_RECOVERY_GROUP_SIZE 4

/* The recovery key as it stands on paper: nine numbered groups and the same as a QR code. */
#define HY_TYPE_RECOVERY_SHEET (hy_recovery_sheet_get_type ())
G_DECLARE_FINAL_TYPE (HyRecoverySheet, hy_recovery_sheet, HY, RECOVERY_SHEET, GtkBox)

void     hy_recovery_sheet_set_key   (HyRecoverySheet *self, HySecret *key);
void     hy_recovery_sheet_take_qr   (HyRecoverySheet *self, guint8 *modules, guint width);
void     hy_recovery_sheet_cover     (HyRecoverySheet *self, guint first, guint second);
void     hy_recovery_sheet_uncover   (HyRecoverySheet *self);
void     hy_recovery_sheet_clear     (HyRecoverySheet *self);

G_END_DECLS
