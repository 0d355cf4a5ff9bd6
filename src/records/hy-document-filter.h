/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vault/hy-vault-resources.h"

G_BEGIN_DECLS

/* Which documents of a list are shown, beside words and shelf.  All zero = all of them. */
typedef struct {
  guint flags;   /* HyRowFlags; all of them */
  gint year;     /* 0 = any */
  char *author;  /* nullable: as a row shows it */
  gint64 folder; /* 0 = any */
} HyDocumentFilter;

void     hy_document_filter_set     (HyDocumentFilter *self, const HyDocumentFilter *from);
void     hy_document_filter_clear   (HyDocumentFilter *self);
gboolean hy_document_filter_equal   (const HyDocumentFilter *a, const HyDocumentFilter *b);
gboolean hy_document_filter_is_any  (const HyDocumentFilter *self);
gboolean hy_document_filter_matches (const HyDocumentFilter *self, const HyVaultKey *key); /* by flags and year alone */

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HyDocumentFilter, hy_document_filter_clear)

G_END_DECLS
