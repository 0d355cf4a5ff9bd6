/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "space/hy-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The three calm steps: a passphrase, the recovery sheet, whose space it is.
 * Signals: "created" (HySession) once the vault is made, "opened" (HySpace) at the end. */
#define HY_TYPE_FIRST_START (hy_first_start_get_type ())
G_DECLARE_FINAL_TYPE (HyFirstStart, hy_first_start, HY, FIRST_START, AdwBin)

GtkWidget *hy_first_start_new         (const char *dir);
GtkWidget *hy_first_start_new_resumed (HySession *session);

G_END_DECLS
