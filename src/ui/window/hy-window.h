/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/hy-application.h"

G_BEGIN_DECLS

typedef enum {
  HY_LOCK_ASKED,  /* by the person */
  HY_LOCK_IDLE,   /* nobody used the window for the minutes that were set */
  HY_LOCK_SCREEN, /* the screen was locked */
  HY_LOCK_SLEPT,  /* the computer slept */
} HyLockReason;

#define HY_TYPE_WINDOW (hy_window_get_type ())
G_DECLARE_FINAL_TYPE (HyWindow, hy_window, HY, WINDOW, AdwApplicationWindow)

GtkWidget *hy_window_new              (HyApplication *application);
void       hy_window_lock             (HyWindow *self, HyLockReason reason);
void       hy_window_show_preferences (HyWindow *self);
void       hy_window_import_files     (HyWindow *self, GPtrArray *files); /* GFile */

G_END_DECLS
