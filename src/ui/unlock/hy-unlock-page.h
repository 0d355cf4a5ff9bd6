/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* One field, one button; says neither whose vault it is nor how many spaces it holds.
 * Signal "unlocked" (HySession); the page keeps its opening look until it is taken away or told of a refusal. */
#define HY_TYPE_UNLOCK_PAGE (hy_unlock_page_get_type ())
G_DECLARE_FINAL_TYPE (HyUnlockPage, hy_unlock_page, HY, UNLOCK_PAGE, AdwBin)

GtkWidget *hy_unlock_page_new       (const char *dir);
void       hy_unlock_page_set_note  (HyUnlockPage *self, const char *note);
void       hy_unlock_page_set_ready (HyUnlockPage *self, gboolean ready);
void       hy_unlock_page_open_menu (HyUnlockPage *self);
guint      hy_unlock_get_wait_s       (guint refusals);

G_END_DECLS
