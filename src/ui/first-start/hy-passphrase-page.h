/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* First start, step 1: a strong passphrase, then the vault is made.
 * Signal "created" (HySession). */
#define HY_TYPE_PASSPHRASE_PAGE (hy_passphrase_page_get_type ())
G_DECLARE_FINAL_TYPE (HyPassphrasePage, hy_passphrase_page, HY, PASSPHRASE_PAGE, AdwNavigationPage)

HyPassphrasePage *hy_passphrase_page_new (const char *dir);

G_END_DECLS
