/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Notices that nobody uses a window any more.
 * Property "minutes".  Signals: "idle" after that many minutes without input; "woken" when the machine slept. */
#define HY_TYPE_IDLE_WATCH (hy_idle_watch_get_type ())
G_DECLARE_FINAL_TYPE (HyIdleWatch, hy_idle_watch, HY, IDLE_WATCH, GObject)

HyIdleWatch *hy_idle_watch_new   (GtkWidget *window);
void         hy_idle_watch_start (HyIdleWatch *self);
void         hy_idle_watch_stop  (HyIdleWatch *self);
void         hy_idle_watch_resume (HyIdleWatch *self);

G_END_DECLS
