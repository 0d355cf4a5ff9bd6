/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-secret.h"

G_BEGIN_DECLS

HySecret *hy_cli_secret_read (int fd, gboolean is_new, GError **error);

G_END_DECLS
