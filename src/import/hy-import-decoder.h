/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Documents are decoded in a process of its own that holds no key; this room only knows that somebody does it.
 * The answers are as hostile as the documents. */
typedef enum {
  HY_IMPORT_DECODED,
  HY_IMPORT_NOT_DECODED, /* nothing is decoded on this computer, for it could not be done safely */
  HY_IMPORT_FORBIDDEN,   /* XML with a DOCTYPE */
  HY_IMPORT_OTHER_KIND,  /* of no kind that is decoded */
  HY_IMPORT_DAMAGED,     /* or needs a password, is beyond a bound, took too long */
} HyImportDecodeStatus;

/* What comes out of a document. */
typedef struct {
  GBytes *json; /* nullable: reading of a CDA or of XDM metadata (render/hy-reading-wire.h) */
  char *text;   /* nullable: its words; a form feed behind each page where it has pages */
} HyImportDecoded;

void hy_import_decoded_clear (HyImportDecoded *decoded);

/* Blocks; on the thread that reads.  Sets @decoded with HY_IMPORT_DECODED only.  When @cancellable is cancelled the status
 * does not matter. */
typedef HyImportDecodeStatus (*HyImportDecodeFunc) (GBytes *document, HyImportDecoded *decoded, GCancellable *cancellable,
                                                    gpointer user_data);

typedef struct {
  HyImportDecodeFunc decode; /* NULL: nothing is decoded */
  gpointer user_data;
} HyImportDecoder;

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HyImportDecoded, hy_import_decoded_clear)

G_END_DECLS
