/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "space/hy-space.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* An opened space: the sidebar, and the page chosen there.
 * Property "narrow".  Signal "space-chosen" (id): another space of the vault is wanted. */
#define HY_TYPE_SHELL (hy_shell_get_type ())
G_DECLARE_FINAL_TYPE (HyShell, hy_shell, HY, SHELL, AdwBin)

GtkWidget *hy_shell_new          (HySpace *space, GListModel *spaces);
HySpace   *hy_shell_get_space    (HyShell *self);
void       hy_shell_stay         (HyShell *self, const char *what_happened); /* another space did not open */
void       hy_shell_import       (HyShell *self);
void       hy_shell_import_files (HyShell *self, GPtrArray *files); /* GFile */
void       hy_shell_search       (HyShell *self);
void       hy_shell_search_all   (HyShell *self);
void       hy_shell_show_section (HyShell *self, const char *section);
void       hy_shell_show_sidebar (HyShell *self);
void       hy_shell_open_menu    (HyShell *self);
void       hy_shell_follow       (HyShell *self); /* its server, if it has one; once it is on screen */
void       hy_shell_sync_now     (HyShell *self);
void       hy_shell_connect      (HyShell *self); /* asks for a server */

G_END_DECLS
