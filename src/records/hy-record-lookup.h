/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vault/hy-vault-authors.h"
#include "vault/hy-vault-search.h"

G_BEGIN_DECLS

/* Reading a space once, from beginning to end, for programs that have no list to keep up to date.
 * All return futures; the value they resolve to stands behind them. */
DexFuture *hy_record_list         (HyAccess *access, guint klass);             /* HyVaultListing: keys newest first; klass G_MAXUINT = all */
DexFuture *hy_record_list_unread  (HyAccess *access, guint klass, guint max);  /* HyVaultListing: keys and rows of the newest */
DexFuture *hy_record_has_any      (HyAccess *access, guint klass);             /* boolean */
DexFuture *hy_record_dup_rows     (HyAccess       *access,
                                   HyVaultListing *listing,
                                   guint           first,
                                   guint           count);                     /* GPtrArray of HyVaultRow */
DexFuture *hy_record_dup_row      (HyAccess *access, gint64 rowid);            /* HyVaultRow */
DexFuture *hy_record_dup_resource (HyAccess *access, gint64 rowid);            /* GBytes: as received */
DexFuture *hy_record_search       (HyAccess *access, const char *words);       /* GPtrArray of HyVaultHit, best first */
DexFuture *hy_record_dup_authors  (HyAccess *access, guint klass);             /* GPtrArray of HyAuthor, the most frequent first */
DexFuture *hy_record_verify       (HyAccess *access);                          /* GPtrArray of char *: what is damaged */

G_END_DECLS
