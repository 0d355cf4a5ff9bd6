/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-json.h"
#include "fhir/hy-resource-class.h"

G_BEGIN_DECLS

/* The code system of the meta.tag "local", which marks what no server has yet. */
#define HY_TAG_SYSTEM "https://hygie.github.io/fhir/CodeSystem/tag"

/* The flags of a slim row; stored: append, never renumber. */
typedef enum {
  HY_ROW_LOCAL = 1 << 0,            /* made here, no server has it (meta.tag local) */
  HY_ROW_UNREAD = 1 << 1,
  HY_ROW_HIDDEN_PRO = 1 << 2,       /* MASQUE_PS */
  HY_ROW_HIDDEN_LEGAL = 1 << 3,     /* INVISIBLE_REPRESENTANTS_LEGAUX */
  HY_ROW_RESTRICTED = 1 << 4,       /* confidentiality R or V */
  HY_ROW_REPLACED = 1 << 5,         /* status superseded */
  HY_ROW_NO_BYTES = 1 << 6,         /* a document whose bytes are not here yet */
  HY_ROW_ERROR = 1 << 7,            /* status entered-in-error */
  HY_ROW_OTHER_PERSON = 1 << 8,     /* about somebody else than the space's person */
  HY_ROW_HIDDEN_PATIENT = 1 << 9,   /* INVISIBLE_PATIENT */
  HY_ROW_REPLACED_HERE = 1 << 10,   /* another document of this space replaces it; set by the vault */
  HY_ROW_PINNED = 1 << 11,          /* the person wants it on top */
} HyRowFlags;

/* What a list shows and search finds of a resource: a reading, thrown away after use. */
typedef struct {
  HyResourceClass klass;
  char *type;        /* FHIR type */
  char *fhir_id;     /* nullable: Resource.id */
  char *title;       /* never empty: text, display, code or the type */
  char *type_code;   /* nullable: the code of what it is (DocumentReference.type, Observation.code...) */
  char *author;      /* nullable: a name to show */
  char *date;        /* nullable: FHIR date or dateTime as received */
  gint  day;         /* hy_date_sort_key of it; 0 without a date */
  int   shelf;       /* documents: index in hy_document_shelves; else -1 */
  guint flags;       /* HyRowFlags */
  char *identity;    /* nullable: "system|value" of masterIdentifier or of the business identifier; of OIDs always
                        "urn:ietf:rfc:3986|urn:oid:OID" or "...OID^extension", however they are written */
  char *subject;     /* nullable: reference to whom it is about ("Patient/1", "urn:uuid:...") */
  char *words;       /* what search may find beside the title: labels in both languages, narrative text, notes */
  GPtrArray *links;  /* char *: every other literal reference of the resource, each once */
  GPtrArray *replaces; /* nullable; char *: identities of the documents that this one replaces */
} HyResourceRow;

gboolean hy_resource_row_read  (HyJson *json, HyJsonNode resource, HyResourceRow *row, GError **error);
void     hy_resource_row_clear (HyResourceRow *row);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HyResourceRow, hy_resource_row_clear)

G_END_DECLS
