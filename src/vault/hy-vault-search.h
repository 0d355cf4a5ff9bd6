/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-fold.h"
#include "vault/hy-vault-resources.h"

G_BEGIN_DECLS

#define HY_SEARCH_MAX_HITS 2000 /* newest first; beyond that nobody reads on, and ranking would read the whole index */

typedef struct {
  HyVaultRow *row;
  char *snippet;      /* a line or two of the text around the first words found; may be empty */
  GArray *marks;      /* HyFoldSpan in snippet */
  GArray *title_marks; /* HyFoldSpan in row->title */
  guint page;         /* of the attachment, from 1, where the snippet stands; 0 = none, or not in a page */
} HyVaultHit;

void hy_vault_hit_free (HyVaultHit *hit);

/* All words must be there, the last one may be unfinished; "quoted words" stand together.
 * klass G_MAXUINT searches every class that @access may read. */
DexFuture *hy_vault_search      (HyAccess *access, const char *query, guint klass, guint max_hits); /* GPtrArray of HyVaultHit, best first */
DexFuture *hy_vault_search_keys (HyAccess *access, const char *query, guint klass, HyVaultSort sort); /* GArray of HyVaultKey */

G_END_DECLS
