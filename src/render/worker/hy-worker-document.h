/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "render/hy-render-wire.h"

G_BEGIN_DECLS

/* What a decoder gives of one document.  A function that a kind has not is NULL: UNSUPPORTED.
 * Pages have been checked against n_pages, numbers for overflow, before any of these is called. */
typedef struct _HyWorkerDocument HyWorkerDocument;

typedef struct {
  void         (*free)   (HyWorkerDocument *self);
  HyWireStatus (*sizes)  (HyWorkerDocument *self, guint first, guint count, HyWireSize *sizes);
  /* @pixels: request->height rows of request->stride bytes, zeroed. */
  HyWireStatus (*draw)   (HyWorkerDocument *self, const HyWireRequest *request, guint8 *pixels);
  HyWireStatus (*text)   (HyWorkerDocument *self, guint page, GString *text); /* page may be HY_WIRE_ALL */
  HyWireStatus (*layout) (HyWorkerDocument *self, guint page, GString *text, GArray *boxes); /* HyWireBox */
  HyWireStatus (*links)  (HyWorkerDocument *self, guint page, GByteArray *links); /* as on the wire */
  HyWireStatus (*read)   (HyWorkerDocument *self, GString *json);
  HyWireStatus (*body)   (HyWorkerDocument *self, guint index, GBytes **body);
} HyWorkerDocumentClass;

struct _HyWorkerDocument {
  const HyWorkerDocumentClass *klass;
  HyWireKind kind;
  guint n_pages;
  guint more_pages;
};

/* Tells the kind by content and opens it.  @document stays valid as long as it is open. */
HyWireStatus hy_worker_document_open (GBytes *document, const char *password, HyWorkerDocument **opened);
void         hy_worker_document_free (HyWorkerDocument *self);

/* The decoders, each in a file of its own. */
HyWireStatus hy_worker_pdf_open   (GBytes *document, const char *password, HyWorkerDocument **opened);
HyWireStatus hy_worker_image_open (GBytes *document, HyWorkerDocument **opened); /* JPEG, PNG, TIFF */
HyWireStatus hy_worker_text_open  (GBytes *document, HyWorkerDocument **opened); /* plain text, RTF */
HyWireStatus hy_worker_xml_open   (GBytes *document, HyWorkerDocument **opened); /* CDA, XDM metadata */

G_END_DECLS
