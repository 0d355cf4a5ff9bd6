/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "render/hy-render-wire.h"

G_BEGIN_DECLS

gunichar     hy_worker_codepage_char (guint codepage, guint8 byte);
gboolean     hy_worker_is_rtf        (const guint8 *bytes, gsize size);
HyWireStatus hy_worker_rtf_read      (const guint8 *bytes, gsize size, GString *text);

G_END_DECLS
