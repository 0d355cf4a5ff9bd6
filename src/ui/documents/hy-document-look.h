/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "records/hy-document-list.h"

G_BEGIN_DECLS

/* A state of a document as lists show it. */
typedef struct {
  guint flag;           /* one of HyRowFlags */
  const char *icon_name;
  const char *text;     /* untranslated: _() it */
  const char *style;    /* nullable: class of the badge */
} HyDocumentMark;

const char           *hy_document_look_get_icon  (gint shelf);
const HyDocumentMark *hy_document_look_get_marks (guint *n_marks);
const char           *hy_document_look_get_type  (const HyVaultRow *row);
char                 *hy_document_look_dup_date  (const HyVaultRow *row, gboolean with_year);
const char           *hy_document_look_get_kind  (const char *media_type);
char                 *hy_document_look_dup_file_name (const HyVaultRow *row, const char *media_type);

G_END_DECLS
