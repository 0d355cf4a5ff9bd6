/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The document types, classes and shelves of the French service, as data/codes has them.  Codes and French labels
 * are the official ones; labels come in the language of the session.  Safe to use from any thread. */

#include "fhir/hy-document-types.h"

#include <stdlib.h>
#include <string.h>

typedef struct
{
  const char *code;
  const char *en;
  const char *fr;
  gboolean filterable;
} Shelf;

typedef struct
{
  const char *code;
  const char *en;
  const char *fr;
  guint shelf;
  const char *klass; /* nullable */
} Type;

typedef struct
{
  const char *code;
  const char *en;
  const char *fr;
  guint shelf;
} Class;

#include "hy-document-tables.h"

static int
compare_type (const void *key,
              const void *entry)
{
  return strcmp (key, ((const Type *) entry)->code);
}

static const Type *
find_type (const char *code)
{
  return bsearch (code, types, G_N_ELEMENTS (types), sizeof types[0], compare_type);
}

/* Official labels are no msgids: the French one is the publisher's, the English one its translation. */
static gboolean
wants_french (void)
{
  return g_str_has_prefix (g_get_language_names ()[0], "fr");
}

guint
hy_document_shelves_count (void)
{
  return G_N_ELEMENTS (shelves);
}

const char *
hy_document_shelf_get_code (guint shelf)
{
  g_return_val_if_fail (shelf < G_N_ELEMENTS (shelves), NULL);

  return shelves[shelf].code;
}

/**
 * hy_document_shelf_get_label:
 *
 * Returns: (transfer none): the name of the shelf, in French where the session is, else in English
 */
const char *
hy_document_shelf_get_label (guint shelf)
{
  g_return_val_if_fail (shelf < G_N_ELEMENTS (shelves), NULL);

  return wants_french () ? shelves[shelf].fr : shelves[shelf].en;
}

/**
 * hy_document_shelf_takes_own:
 *
 * Returns: whether the service lets people file a document of their own there; the other shelves are filled by itself
 */
gboolean
hy_document_shelf_takes_own (guint shelf)
{
  g_return_val_if_fail (shelf < G_N_ELEMENTS (shelves), FALSE);

  return shelves[shelf].filterable;
}

/**
 * hy_document_shelf_from_code:
 *
 * Returns: the shelf whose code it is, or -1
 */
gint
hy_document_shelf_from_code (const char *code)
{
  for (guint i = 0; i < G_N_ELEMENTS (shelves); i++)
    if (strcmp (shelves[i].code, code) == 0)
      return (gint) i;
  return -1;
}

/**
 * hy_document_shelf_other:
 *
 * Returns: the shelf of what no table places ("AUTR_DOC")
 */
guint
hy_document_shelf_other (void)
{
  return OTHER_SHELF;
}

/**
 * hy_document_type_get_label:
 *
 * Returns: (transfer none) (nullable): the name of the type, in French where the session is, else in English;
 *   %NULL for a code that the table does not have
 */
const char *
hy_document_type_get_label (const char *code)
{
  const Type *type = find_type (code);

  if (type == NULL)
    return NULL;
  return wants_french () ? type->fr : type->en;
}

/**
 * hy_document_type_get_shelf:
 *
 * Returns: the shelf of the type, or -1 for a code that the table does not have
 */
gint
hy_document_type_get_shelf (const char *code)
{
  const Type *type = find_type (code);

  return type != NULL ? (gint) type->shelf : -1;
}

/**
 * hy_document_type_dup_words:
 *
 * Returns: (nullable): both labels with a line end between them, so that a document is found in either language
 *   whatever the session's; %NULL for a code that the table does not have
 */
char *
hy_document_type_dup_words (const char *code)
{
  const Type *type = find_type (code);

  return type != NULL ? g_strconcat (type->fr, "\n", type->en, NULL) : NULL;
}

/**
 * hy_document_type_get_class:
 *
 * Returns: (nullable): the class code of the type (TRE_A03), or %NULL where no table says
 */
const char *
hy_document_type_get_class (const char *code)
{
  const Type *type = find_type (code);

  return type != NULL ? type->klass : NULL;
}

/**
 * hy_document_class_get_system:
 *
 * Returns: the FHIR code system of the classes
 */
const char *
hy_document_class_get_system (void)
{
  return CLASS_SYSTEM;
}

/**
 * hy_document_class_get_official:
 *
 * Returns: (nullable): the publisher's French name of the class
 */
const char *
hy_document_class_get_official (const char *code)
{
  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    if (strcmp (classes[i].code, code) == 0)
      return classes[i].fr;
  return NULL;
}

/**
 * hy_document_class_get_shelf:
 * @system: (nullable): code system of @code; only TRE_A03 is known
 * @code: (nullable): class code, "11"
 *
 * Returns: the shelf where most types of the class are, or -1
 */
gint
hy_document_class_get_shelf (const char *system,
                             const char *code)
{
  if (code == NULL || (g_strcmp0 (system, CLASS_SYSTEM) != 0 && g_strcmp0 (system, CLASS_OID) != 0))
    return -1;
  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    if (strcmp (classes[i].code, code) == 0)
      return (gint) classes[i].shelf;
  return -1;
}
