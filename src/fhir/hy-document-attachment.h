/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-json.h"

G_BEGIN_DECLS

/* The file that a DocumentReference names: its first attachment whose bytes are elsewhere, when none has them inside. */
typedef struct {
  char *url;         /* as received */
  char *media_type;  /* nullable */
  gint64 size;       /* -1 = not said */
  char *sha1;        /* nullable: base64 */
} HyDocumentAttachment;

gboolean hy_document_attachment_read  (HyJson *json, HyJsonNode document, HyDocumentAttachment *attachment);
void     hy_document_attachment_clear (HyDocumentAttachment *attachment);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HyDocumentAttachment, hy_document_attachment_clear)

G_END_DECLS
