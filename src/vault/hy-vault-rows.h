/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vault/hy-vault-internal.h"
#include "vault/hy-vault-resources.h"

G_BEGIN_DECLS

/* The columns of a slim row, in the order that hy_vault_row_new_in_thread reads them. */
#define HY_ROW_COLUMNS                                                                                                                     \
  "r.id, r.class, r.flags, r.day, r.shelf, r.version, r.size, r.blob IS NOT NULL, r.type, r.fhir_id, r.title, r.code, r.author, r.date, " \
  "r.media_type"

HyVaultKey  hy_vault_key_read_in_thread (sqlite3_stmt *statement);
HyVaultRow *hy_vault_row_new_in_thread (sqlite3_stmt *statement);
gboolean    hy_blob_read_columns (sqlite3_stmt *statement, int first, HyBlob *blob);
HyVaultRow *hy_vault_read_row_in_thread (HyVault *vault, HyAccess *access, gint64 rowid, HyRights right, GError **error);

G_END_DECLS
