/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-json.h"
#include "fhir/hy-person.h"
#include "fhir/hy-resource-row.h"
#include "import/hy-import-decoder.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct {
  guint     index;        /* position in the file, from 0 */
  guint     n_members;    /* documents of the archive that it is one of; 0 = not from an archive */
  const char *kind;       /* "fhir", "pdf", "image", "cda", "xdm", "unknown" */
  GBytes   *json;         /* the resource's exact received bytes; NULL when refused */
  HyResourceRow row;      /* its reading; row.type may be set even when refused */
  char     *full_url;     /* nullable: Bundle.entry.fullUrl */
  GBytes   *attachment;   /* nullable: bytes to keep as a blob beside it: the document as received */
  char     *text;         /* nullable: the words in it, for search; a form feed behind each page where it has pages */
  gboolean  has_metadata; /* an archive says what it is: completes one that came without */
  const char *warning;    /* nullable: "not-as-sent", "kept-only" (of a kind that is not shown) */
  char     *media_type;   /* nullable: of the attachment */
  HyPerson *about;        /* nullable: the person of the Patient it is about (or is), where the file has it */
  GError   *refused;      /* non-NULL: why it is not taken */
} HyImportItem;

void hy_import_item_free (HyImportItem *item);

/* Reads one file from outside into items, a batch at a time; writes nothing.  Used on a pool thread. */
#define HY_TYPE_IMPORT_READER (hy_import_reader_get_type ())
G_DECLARE_FINAL_TYPE (HyImportReader, hy_import_reader, HY, IMPORT_READER, GObject)

HyImportReader *hy_import_reader_new         (GInputStream *stream, const char *name, gint64 size);
void            hy_import_reader_set_decoder (HyImportReader *self, const HyImportDecoder *decoder);
void            hy_import_reader_begin       (HyImportReader *self, GCancellable *cancellable);
GPtrArray      *hy_import_reader_next        (HyImportReader *self, guint max_items, GCancellable *cancellable, GError **error);
void            hy_import_reader_set_now     (HyImportReader *self, gint64 now_us);
const char     *hy_import_reader_get_kind    (HyImportReader *self);
double          hy_import_reader_get_fraction (HyImportReader *self);

G_END_DECLS
