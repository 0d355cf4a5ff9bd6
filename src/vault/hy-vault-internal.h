/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vault/hy-blob-file.h"
#include "vault/hy-database.h"
#include "vault/hy-vault-private.h"

G_BEGIN_DECLS

/* For the files of the room "vault": jobs on the vault thread. */

/* Runs on the vault thread.  Fills @result (initialised to the type asked for) and returns TRUE, or sets @error. */
typedef gboolean (*HyVaultJob) (HyVault *vault, HyAccess *access, gpointer data, GValue *result, GError **error);

typedef enum {
  HY_JOB_READ,
  HY_JOB_WRITE, /* in one transaction, which the job's failure rolls back; TRUE with @error set: committed, and told */
} HyJobKind;

DexFuture    *hy_access_submit        (HyAccess *access, HyJobKind kind, HyVaultJob job, gpointer data, GDestroyNotify destroy, GType type);
gboolean      hy_access_check         (HyAccess *access, guint klass, HyRights right, GError **error);
gboolean      hy_access_check_any     (HyAccess *access, HyRights right, GError **error);
gboolean      hy_access_check_all     (HyAccess *access, HyRights right, GError **error);

HyDatabase   *hy_vault_get_database_in_thread (HyVault *self);
const char   *hy_vault_get_blobs_dir  (HyVault *self);
const char   *hy_vault_get_tmp_dir    (HyVault *self);
HySecret     *hy_vault_get_blob_key   (HyVault *self);
const guint8 *hy_vault_get_uuid_bytes (HyVault *self);
gboolean      hy_vault_checkpoint_in_thread (HyVault *self, GError **error);
void          hy_vault_touch_in_thread (HyVault *self);
void          hy_vault_let_go_in_thread (HyVault *self, char *path);

/* Shorter names for what every statement needs. */
void          hy_bind_text            (sqlite3_stmt *statement, int index, const char *text);
char         *hy_column_dup           (sqlite3_stmt *statement, int index);

G_END_DECLS
