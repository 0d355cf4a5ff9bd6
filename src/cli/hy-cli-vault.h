/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/hy-cli.h"

G_BEGIN_DECLS

/* Commands about the vault and its spaces. */
gboolean hy_cli_vault_run_create       (HyCli *cli, GError **error);
gboolean hy_cli_vault_run_space_add    (HyCli *cli, GError **error);
gboolean hy_cli_vault_run_space_list   (HyCli *cli, GError **error);
gboolean hy_cli_vault_run_space_remove (HyCli *cli, GError **error);
gboolean hy_cli_vault_run_passphrase_change (HyCli *cli, GError **error);
gboolean hy_cli_vault_run_recovery_test     (HyCli *cli, GError **error);
gboolean hy_cli_vault_run_verify       (HyCli *cli, GError **error);

G_END_DECLS
