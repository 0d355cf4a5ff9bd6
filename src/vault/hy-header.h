/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-secret.h"

G_BEGIN_DECLS

/* The 8192-byte header file of a keyholder or a space, kept in two copies (SECURITY-DESIGN 2.2). */

#define HY_HEADER_SIZE 8192
#define HY_HEADER_SLOTS 16
#define HY_SLOT_SIZE 448
#define HY_KEY_SIZE 32

typedef enum {
  HY_HEADER_HOLDER,
  HY_HEADER_SPACE,
} HyHeaderKind;

typedef struct {
  guint8 bytes[HY_HEADER_SIZE];
} HyHeader;

void      hy_header_init            (HyHeader *self, HyHeaderKind kind);
guint8   *hy_header_get_slot        (HyHeader *self, guint index);
void      hy_header_dup_uuid        (const HyHeader *self, guint8 uuid[16]);
char     *hy_header_dup_uuid_text   (const HyHeader *self);
guint64   hy_header_get_seq         (const HyHeader *self);
void      hy_header_set_seq         (HyHeader *self, guint64 seq);
guint64   hy_header_get_generation  (const HyHeader *self);
void      hy_header_set_generation  (HyHeader *self, guint64 generation);
guint64   hy_header_get_commit      (const HyHeader *self);
void      hy_header_set_commit      (HyHeader *self, guint64 commit);
gboolean  hy_header_is_newer        (const HyHeader *self);
void      hy_header_seal            (HyHeader *self, HySecret *master);
gboolean  hy_header_check           (const HyHeader *self, HySecret *master);

/* The pair of files "path" and "path.2". */
typedef struct {
  HyHeader copies[2];
  guint n_copies;   /* readable ones that differ, best first */
  gboolean newer;   /* one of them has a minor version that this program does not know */
  gboolean damaged; /* one of the two is missing, unreadable or older */
} HyHeaderPair;

gboolean  hy_header_pair_read  (HyHeaderPair *self, const char *path, HyHeaderKind kind, GError **error);
gboolean  hy_header_pair_write (HyHeader *header, HySecret *master, const char *path, const char *tmp_dir, GError **error);

G_END_DECLS
