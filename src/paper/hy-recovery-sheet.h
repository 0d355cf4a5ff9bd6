/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-date.h"

G_BEGIN_DECLS

GBytes *hy_recovery_sheet_new_pdf (const char *const groups[9],
                                   const char       *qr_text,
                                   HyDate            made_on,
                                   GError          **error);
guint8 *hy_recovery_sheet_dup_qr  (const char *text, guint *width);

G_END_DECLS
