/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

G_BEGIN_DECLS

typedef enum {
  HY_RIGHT_READ = 1 << 0,
  HY_RIGHT_ADD = 1 << 1,
  HY_RIGHT_EDIT = 1 << 2,
  HY_RIGHT_EXPORT = 1 << 3,
  HY_RIGHT_ALL = 15,
} HyRights;

/* Who acts on an opened space, what they may do with each class of it, and until when.
 * Every read and write of the vault takes one; only the room "space" makes them.
 * Signal "changed" (main thread): a transaction changed what the lists show. */
#define HY_TYPE_ACCESS (hy_access_get_type ())
G_DECLARE_FINAL_TYPE (HyAccess, hy_access, HY, ACCESS, GObject)

gboolean hy_access_allows  (HyAccess *self, guint klass, HyRights right);
gboolean hy_access_is_open (HyAccess *self);

/* Hygie's ids as people and programs see them: unique in the vault, never used again. */
char    *hy_access_dup_id   (HyAccess *self, gint64 rowid);
gboolean hy_access_parse_id (HyAccess *self, const char *id, gint64 *rowid);

G_END_DECLS
