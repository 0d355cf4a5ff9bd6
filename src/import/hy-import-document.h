/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-json.h"

G_BEGIN_DECLS

/* What is known of a document that comes as a file. */
typedef struct {
  const char *name;       /* of the file, valid UTF-8 */
  GBytes     *bytes;      /* as received */
  const char *media_type;
  gint64      now_us;     /* since 1970 */
  HyJson     *cda;        /* nullable: reading of a CDA */
  HyJson     *xdm;        /* nullable: reading of the metadata of an archive ... */
  HyJsonNode  entry;      /* ... and its document there */
  gboolean    superseded; /* the archive holds what replaces it */
} HyImportDocument;

GBytes     *hy_import_document_new_json (const HyImportDocument *document);
char       *hy_import_document_dup_sha1 (GBytes *bytes);
GBytes     *hy_import_document_complete (GBytes *stored, GBytes *found, gboolean edited);

G_END_DECLS
