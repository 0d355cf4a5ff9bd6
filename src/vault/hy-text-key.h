/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sqlcipher/sqlite3.h>

G_BEGIN_DECLS

gint64   hy_text_key          (const char *text);
gboolean hy_text_key_register (sqlite3 *handle);

G_END_DECLS
