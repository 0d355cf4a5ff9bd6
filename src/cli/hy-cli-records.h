/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/hy-cli.h"

G_BEGIN_DECLS

/* Commands that read a space. */
gboolean hy_cli_records_run_list    (HyCli *cli, GError **error);
gboolean hy_cli_records_run_show    (HyCli *cli, GError **error);
gboolean hy_cli_records_run_get     (HyCli *cli, GError **error);
gboolean hy_cli_records_run_search  (HyCli *cli, GError **error);
gboolean hy_cli_records_run_export  (HyCli *cli, GError **error);
void     hy_cli_records_print_types (void);

G_END_DECLS
