/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/hy-cli.h"

G_BEGIN_DECLS

/* On a fiber.  Both ask for the passphrase and leave the open vault in cli->session. */
gboolean hy_cli_session_create (HyCli *cli, HyKdf kdf, GError **error);
gboolean hy_cli_session_unlock (HyCli *cli, GError **error);

/* The recovery key is read in the passphrase's place. */
gboolean hy_cli_session_unlock_recovery (HyCli *cli, GError **error);
/* Asks for the passphrase, unlocks, asks for the new one and changes it. */
gboolean hy_cli_session_change_passphrase (HyCli *cli, GError **error);

G_END_DECLS
