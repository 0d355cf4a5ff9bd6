/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The code system of a shelf that a person chose, in DocumentReference.category, for a document that its type or class puts
 * on another one; the codes are those of document-shelves.json. */
#define HY_SHELF_SYSTEM "https://hygie.github.io/fhir/CodeSystem/shelf"

/* The shelves of document-shelves.json in its order; the index is stored in the vault. */
guint        hy_document_shelves_count   (void);
const char  *hy_document_shelf_get_code  (guint shelf);
const char  *hy_document_shelf_get_label (guint shelf);
gboolean     hy_document_shelf_takes_own (guint shelf);
gint         hy_document_shelf_from_code (const char *code);
guint        hy_document_shelf_other     (void);

/* Document types of document-types.json. */
const char  *hy_document_type_get_label  (const char *code);
gint         hy_document_type_get_shelf  (const char *code);
char        *hy_document_type_dup_words  (const char *code);
const char  *hy_document_type_get_class  (const char *code);

/* Document classes of document-classes.json. */
gint         hy_document_class_get_shelf    (const char *system, const char *code);
const char  *hy_document_class_get_system   (void);
const char  *hy_document_class_get_official (const char *code);

G_END_DECLS
