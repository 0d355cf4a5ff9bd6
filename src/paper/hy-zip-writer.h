/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A ZIP file in the making; it appears under its name only when it is whole. */
typedef struct _HyZipWriter HyZipWriter;

HyZipWriter *hy_zip_writer_new    (const char *path, GError **error);
gboolean     hy_zip_writer_add    (HyZipWriter *self, const char *name, GBytes *bytes, gint64 time_s, GError **error);
gboolean     hy_zip_writer_finish (HyZipWriter *self, GError **error);
void         hy_zip_writer_free   (HyZipWriter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyZipWriter, hy_zip_writer_free)

G_END_DECLS
