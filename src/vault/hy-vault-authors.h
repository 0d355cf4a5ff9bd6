/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vault/hy-access.h"

G_BEGIN_DECLS

/* Who wrote what: the author as a row shows it. */
typedef struct {
  guint count;
  char *name;
} HyAuthor;

void hy_author_free (HyAuthor *author);

DexFuture *hy_vault_dup_authors    (HyAccess *access, guint klass);                   /* GPtrArray of HyAuthor, the most frequent first */
DexFuture *hy_vault_dup_author_ids (HyAccess *access, guint klass, const char *name); /* GArray of gint64, rising: what that one wrote */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyAuthor, hy_author_free)

G_END_DECLS
