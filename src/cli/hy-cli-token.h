/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-secret.h"

G_BEGIN_DECLS

gboolean hy_cli_token_read (const char *fd_text, HySecret **token, GError **error);

G_END_DECLS
