/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "space/hy-space.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The server of a space: where it is, its token, and how to leave it. */
#define HY_TYPE_SERVER_DIALOG (hy_server_dialog_get_type ())
G_DECLARE_FINAL_TYPE (HyServerDialog, hy_server_dialog, HY, SERVER_DIALOG, AdwDialog)

AdwDialog *hy_server_dialog_new (HySpace *space);

G_END_DECLS
