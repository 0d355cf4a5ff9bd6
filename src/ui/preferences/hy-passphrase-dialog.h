/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "space/hy-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Changes the passphrase; asks for the former one unless the recovery sheet let the person in.  Signal "changed". */
#define HY_TYPE_PASSPHRASE_DIALOG (hy_passphrase_dialog_get_type ())
G_DECLARE_FINAL_TYPE (HyPassphraseDialog, hy_passphrase_dialog, HY, PASSPHRASE_DIALOG, AdwDialog)

AdwDialog *hy_passphrase_dialog_new (HySession *session);

G_END_DECLS
