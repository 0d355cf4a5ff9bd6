/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vault/hy-vault-mirror.h"

G_BEGIN_DECLS

/* The bytes of documents that servers hold, on their way into blobs.  What has come of a large one is kept in parts, each
 * an encrypted blob of its own, so that a cut at any byte, or the end of the program, costs one part at most. */
#define HY_FILE_PART (4 * 1024 * 1024)

DexFuture *hy_vault_dup_files_waiting  (HyAccess *access, gint64 origin, guint max_files); /* GPtrArray of HyMirrorFile, newest document first */
DexFuture *hy_vault_count_files_waiting (HyAccess *access, gint64 origin);                 /* guint */
DexFuture *hy_vault_dup_file           (HyAccess *access, gint64 rowid);                   /* HyMirrorFile; HY_ERROR_MISSING when the entry names none */
DexFuture *hy_vault_put_part           (HyAccess *access, gint64 rowid, const char *etag, gint64 offset, GBytes *bytes); /* gint64: bytes here now; offset 0 drops the former parts, another must be where they end (HY_ERROR_CONFLICT) */
DexFuture *hy_vault_dup_parts          (HyAccess *access, gint64 rowid);                   /* GBytes: all parts one after another; HY_ERROR_CONFLICT and none left when one is damaged */
DexFuture *hy_vault_put_file           (HyAccess *access, gint64 run, gint64 rowid, GBytes *bytes, const char *media_type, const char *text, const char *etag, HyFileState state); /* gint64: the row that has it now: see the .c for twins; text nullable: its words (HY_WORDS_PAGE behind each page) */
DexFuture *hy_vault_set_file_state     (HyAccess *access, gint64 run, gint64 rowid, HyFileState state, const char *reason); /* boolean; parts are dropped */
DexFuture *hy_vault_dup_same_identity  (HyAccess *access, gint64 rowid);                   /* GArray of gint64: other rows of its class and identity that have a blob, none of the same server */
DexFuture *hy_vault_adopt              (HyAccess *access, gint64 run, gint64 rowid, gint64 twin); /* boolean: see the .c */
DexFuture *hy_vault_renew_files        (HyAccess *access, gint64 origin, const char *reference, const char *version); /* guint: files whose url is, or ends with, "/" + reference ("Binary/7") wait again */

G_END_DECLS
