/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Opening with the recovery sheet: nine short fields that go on by themselves.
 * Signal "unlocked" (HySession). */
#define HY_TYPE_RECOVERY_ENTRY_PAGE (hy_recovery_entry_page_get_type ())
G_DECLARE_FINAL_TYPE (HyRecoveryEntryPage, hy_recovery_entry_page, HY, RECOVERY_ENTRY_PAGE, AdwNavigationPage)

HyRecoveryEntryPage *hy_recovery_entry_page_new (const char *dir);

G_END_DECLS
