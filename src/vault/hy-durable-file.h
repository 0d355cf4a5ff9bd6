/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean hy_durable_file_write     (const char *tmp_dir, const char *path, const void *bytes, gsize size, GError **error);
gboolean hy_durable_file_sync_dir  (const char *dir, GError **error);
gboolean hy_durable_file_make_dir  (const char *dir, GError **error);
gboolean hy_durable_file_rename    (const char *from, const char *to, GError **error);
char    *hy_durable_file_dup_parent (const char *path);

G_END_DECLS
