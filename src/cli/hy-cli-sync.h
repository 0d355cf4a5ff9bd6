/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/hy-cli.h"

G_BEGIN_DECLS

gboolean hy_cli_sync_run (HyCli *cli, GError **error);

G_END_DECLS
