/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-secret.h"

G_BEGIN_DECLS

/* What is asked for. */
typedef enum {
  HY_CLI_SECRET_PASSPHRASE,
  HY_CLI_SECRET_NEW_PASSPHRASE, /* a terminal is asked twice */
  HY_CLI_SECRET_RECOVERY_KEY,
} HyCliSecret;

HySecret *hy_cli_secret_read (int fd, HyCliSecret what, GError **error);
HySecret *hy_cli_secret_read_new (const char *fd_text, GError **error);

G_END_DECLS
