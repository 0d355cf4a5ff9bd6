/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vault/hy-access.h"

G_BEGIN_DECLS

/* A person's folders: flat, and a resource is in one at most.  Their titles are in the encrypted database alone. */
#define HY_FOLDER_TITLE_CHARS 50 /* as in the national service: reference, [APP] */
#define HY_MAX_FOLDERS 1000      /* a list that a menu and a dialog still show */

typedef struct {
  gint64 id;
  guint count; /* resources in it */
  char *title;
} HyFolder;

void hy_folder_free (HyFolder *folder);

/* All return futures; the value they resolve to stands behind them.  Reading asks for the right to read every class, as a title may
 * tell what is inside; changing for the right to edit documents of class @klass. */
DexFuture *hy_vault_dup_folders     (HyAccess *access);                                             /* GPtrArray of HyFolder, by title */
DexFuture *hy_vault_add_folder      (HyAccess *access, guint klass, const char *title);             /* gint64: its id, also when there is one of that title */
DexFuture *hy_vault_rename_folder   (HyAccess *access, guint klass, gint64 folder, const char *title); /* boolean */
DexFuture *hy_vault_remove_folder   (HyAccess *access, guint klass, gint64 folder);                 /* boolean: what was in it stays */
DexFuture *hy_vault_put_in_folder   (HyAccess *access, GArray *rowids, gint64 folder);              /* boolean; folder 0 = in none */
DexFuture *hy_vault_get_folder      (HyAccess *access, gint64 rowid);                               /* gint64: 0 = in none */
DexFuture *hy_vault_dup_folder_ids  (HyAccess *access, gint64 folder);                              /* GArray of gint64, rising: what is in it */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyFolder, hy_folder_free)

G_END_DECLS
