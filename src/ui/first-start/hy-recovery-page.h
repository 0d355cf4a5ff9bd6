/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "space/hy-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* First start, step 2: nobody leaves without a way back on paper.
 * Signal "proved": the person has the sheet. */
#define HY_TYPE_RECOVERY_PAGE (hy_recovery_page_get_type ())
G_DECLARE_FINAL_TYPE (HyRecoveryPage, hy_recovery_page, HY, RECOVERY_PAGE, AdwNavigationPage)

HyRecoveryPage *hy_recovery_page_new (HySession *session);

G_END_DECLS
