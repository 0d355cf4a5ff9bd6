/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

GBytes *hy_page_picture_new_png (GBytes *pixels, guint width, guint height, guint stride, GError **error);

G_END_DECLS
