/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "space/hy-space.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Says outside the window that new documents came: how many, and nothing else about them. */
#define HY_TYPE_NEWS (hy_news_get_type ())
G_DECLARE_FINAL_TYPE (HyNews, hy_news, HY, NEWS, GObject)

HyNews *hy_news_new      (HySpace *space);
void    hy_news_set_seen (HyNews *self, gboolean seen);
void    hy_news_end      (HyNews *self);

G_END_DECLS
