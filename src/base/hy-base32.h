/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void     hy_base32_encode (const guint8 *bytes, gsize size, char *text);
gboolean hy_base32_decode (const char *text, guint8 *bytes, gsize size);
gint     hy_base32_value  (gunichar ch);

G_END_DECLS
