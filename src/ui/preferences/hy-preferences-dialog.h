/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "space/hy-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HY_TYPE_PREFERENCES_DIALOG (hy_preferences_dialog_get_type ())
G_DECLARE_FINAL_TYPE (HyPreferencesDialog, hy_preferences_dialog, HY, PREFERENCES_DIALOG, AdwPreferencesDialog)

AdwDialog *hy_preferences_dialog_new (HySession *session, HySpace *space);

G_END_DECLS
