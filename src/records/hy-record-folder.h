/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vault/hy-vault-folders.h"

G_BEGIN_DECLS

/* The folders in which a person puts documents.  Futures as in vault/hy-vault-folders.h. */
DexFuture *hy_record_dup_folders   (HyAccess *access);                                    /* GPtrArray of HyFolder, by title */
DexFuture *hy_record_add_folder    (HyAccess *access, const char *title);                 /* gint64 */
DexFuture *hy_record_rename_folder (HyAccess *access, gint64 folder, const char *title);  /* boolean */
DexFuture *hy_record_remove_folder (HyAccess *access, gint64 folder);                     /* boolean */
DexFuture *hy_record_put_in_folder (HyAccess *access, gint64 rowid, gint64 folder);       /* boolean; folder 0 = in none */
DexFuture *hy_record_get_folder    (HyAccess *access, gint64 rowid);                      /* gint64: 0 = in none */

G_END_DECLS
