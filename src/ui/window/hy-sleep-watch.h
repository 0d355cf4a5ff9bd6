/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What the system says of sleep and of the locked screen, where it can be asked: logind and the desktop's screen saver.
 * Without them nothing is said.  Signal "sleeping": the computer is about to; signal "screen-locked". */
#define HY_TYPE_SLEEP_WATCH (hy_sleep_watch_get_type ())
G_DECLARE_FINAL_TYPE (HySleepWatch, hy_sleep_watch, HY, SLEEP_WATCH, GObject)

HySleepWatch *hy_sleep_watch_new   (void);
void          hy_sleep_watch_delay (HySleepWatch *self, gboolean delay);

G_END_DECLS
