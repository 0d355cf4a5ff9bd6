/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vault/hy-vault-rows.h"

G_BEGIN_DECLS

/* For jobs that write, on the vault thread. */
gboolean hy_run_once_in_thread   (HyDatabase *database, sqlite3_stmt *statement, GError **error);
gboolean hy_run_for_id_in_thread (HyDatabase *database, const char *sql, gint64 rowid, GError **error); /* ?1 is the row */

void     hy_item_digest                    (HyVaultItem *item, guint8 digest[32]); /* SHA-256 of the attachment, or of the JSON; any thread */
gint64   hy_digest_key                     (const guint8 *digest);
gboolean hy_item_is_same_identity          (HyVaultItem *item, const char *identity);
gboolean hy_item_find_twin_in_thread       (HyDatabase *database, HyVaultItem *item, const guint8 *digest, gint64 *twin, GError **error);
gboolean hy_item_has_identity_in_thread    (HyDatabase *database, const char *identity, gboolean *has, GError **error);
gboolean hy_item_write_names_in_thread     (HyDatabase *database, gint64 rowid, gint64 origin, HyVaultItem *item, GError **error);
gboolean hy_item_write_blob_in_thread      (HyVault *vault, GBytes *bytes, HyBlob *blob, GError **error);
gboolean hy_item_insert_in_thread          (HyVault *vault, gint64 origin, HyVaultItem *item, const guint8 *digest, gint64 *rowid, GError **error);
gboolean hy_item_keep_history_in_thread    (HyDatabase *database, HyAccess *access, gint64 rowid, gint version, GError **error);
gboolean hy_item_update_in_thread          (HyDatabase *database, gint64 rowid, gint version, HyVaultItem *item, const guint8 *digest, GError **error);
gboolean hy_item_forget_replaced_in_thread (HyDatabase *database, gint64 rowid, GError **error);
gboolean hy_item_is_replaced_in_thread     (HyDatabase *database, const char *identity, gint64 rowid, gboolean *replaced, GError **error);
gboolean hy_item_is_going_in_thread        (HyDatabase *database, gint64 rowid, gboolean *going, GError **error);
gboolean hy_item_unmark_going_in_thread    (HyDatabase *database, gint64 rowid, gboolean *was_going, GError **error);
gboolean hy_going_remove_in_thread         (HyVault *vault, HyAccess *access, GArray *rowids, guint *n_removed, GError **error); /* access NULL: the room itself; rowids NULL: all */
gboolean hy_item_remove_in_thread          (HyVault *vault, gint64 rowid, GError **error);
gboolean hy_blob_let_go_in_thread          (HyVault *vault, const char *sql, gint64 rowid, GError **error);
gboolean hy_parts_drop_in_thread           (HyVault *vault, gint64 rowid, GError **error); /* what has come of the row's file */

G_END_DECLS
