/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

GStrv hy_word_draw (GBytes *list, guint count);

G_END_DECLS
