/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "space/hy-space.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Gives a space its server: where it is, then whose record is to be followed.  Signal "connected". */
#define HY_TYPE_CONNECT_DIALOG (hy_connect_dialog_get_type ())
G_DECLARE_FINAL_TYPE (HyConnectDialog, hy_connect_dialog, HY, CONNECT_DIALOG, AdwDialog)

AdwDialog *hy_connect_dialog_new (HySpace *space);

G_END_DECLS
