/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a list of documents is narrowed to.  Flags and year are in the keys that a list holds; who wrote what, and what is in
 * a folder, the vault is asked. */

#include "records/hy-document-filter.h"

#include "base/hy-date.h"

void
hy_document_filter_set (HyDocumentFilter *self,
                        const HyDocumentFilter *from)
{
  char *author = g_strdup (from->author);

  g_free (self->author);
  *self = *from;
  self->author = author;
}

void
hy_document_filter_clear (HyDocumentFilter *self)
{
  g_free (self->author);
  *self = (HyDocumentFilter) { 0 };
}

gboolean
hy_document_filter_equal (const HyDocumentFilter *a,
                          const HyDocumentFilter *b)
{
  return a->flags == b->flags && a->year == b->year && a->folder == b->folder && g_strcmp0 (a->author, b->author) == 0;
}

gboolean
hy_document_filter_is_any (const HyDocumentFilter *self)
{
  return self->flags == 0 && self->year == 0 && self->folder == 0 && self->author == NULL;
}

gboolean
hy_document_filter_matches (const HyDocumentFilter *self,
                            const HyVaultKey *key)
{
  return (key->flags & self->flags) == self->flags &&
         (self->year == 0 || (key->day != 0 && hy_date_from_sort_key (key->day).year == self->year));
}
