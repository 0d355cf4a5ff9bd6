/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* How much of the beginning of a file tells what it is. */
#define HY_IMPORT_SNIFF_BYTES 4096

typedef enum {
  HY_IMPORT_EMPTY,
  HY_IMPORT_JSON,
  HY_IMPORT_PDF,
  HY_IMPORT_ZIP,
  HY_IMPORT_CDA,
  HY_IMPORT_XML,
  HY_IMPORT_JPEG,
  HY_IMPORT_PNG,
  HY_IMPORT_TIFF,
  HY_IMPORT_DICOM,
  HY_IMPORT_TEXT,
  HY_IMPORT_UNKNOWN,
} HyImportKind;

HyImportKind  hy_import_sniff           (const guint8 *bytes, gsize size);
const char   *hy_import_kind_refusal    (HyImportKind kind);
const char   *hy_import_kind_media_type (HyImportKind kind);

G_END_DECLS
