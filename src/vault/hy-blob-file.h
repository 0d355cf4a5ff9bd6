/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-secret.h"

G_BEGIN_DECLS

#define HY_BLOB_ID_SIZE 16
#define HY_BLOB_WRAPPED_SIZE (24 + 32 + 16) /* nonce, key, tag */
#define HY_BLOB_HASH_SIZE 32

/* What the database keeps of a blob (SECURITY-DESIGN 2.4). */
typedef struct {
  guint8 id[HY_BLOB_ID_SIZE];
  guint8 wrapped[HY_BLOB_WRAPPED_SIZE];
  guint8 hash[HY_BLOB_HASH_SIZE]; /* BLAKE2b-256 of the plaintext */
  gint64 size;
} HyBlob;

char     *hy_blob_file_dup_path (const char *blobs_dir, const guint8 id[HY_BLOB_ID_SIZE]);
gboolean  hy_blob_file_write    (const char *blobs_dir, const char *tmp_dir, const guint8 space_uuid[16], HySecret *wrap_key, GBytes *bytes, HyBlob *blob, GError **error);
GBytes   *hy_blob_file_read     (const char *blobs_dir, const guint8 space_uuid[16], HySecret *wrap_key, const HyBlob *blob, GError **error);
gint64    hy_blob_file_pad      (gint64 size);

G_END_DECLS
