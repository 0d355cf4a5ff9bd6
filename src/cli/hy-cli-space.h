/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/hy-cli.h"

G_BEGIN_DECLS

/* On a fiber. */
GListModel *hy_cli_space_list       (HyCli *cli, GError **error);
HySpace    *hy_cli_space_choose     (HyCli *cli, GError **error);
HySpace    *hy_cli_space_find_entry (HyCli *cli, const char *id, gint64 *rowid, GError **error);
char       *hy_cli_space_dup_label  (HySpaceInfo *info);

G_END_DECLS
