/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "space/hy-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The recovery sheet: nine short fields that go on by themselves; opens the vault, or proves that the sheet would.
 * Signal "unlocked" (HySession), or "proved". */
#define HY_TYPE_RECOVERY_ENTRY_PAGE (hy_recovery_entry_page_get_type ())
G_DECLARE_FINAL_TYPE (HyRecoveryEntryPage, hy_recovery_entry_page, HY, RECOVERY_ENTRY_PAGE, AdwNavigationPage)

HyRecoveryEntryPage *hy_recovery_entry_page_new       (const char *dir);
HyRecoveryEntryPage *hy_recovery_entry_page_new_proof (HySession *session);

G_END_DECLS
