/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "import/hy-import-decoder.h"
#include "render/hy-render.h"

G_BEGIN_DECLS

/* A HyImportDecodeFunc whose user_data is a HyRenderer; on a pool fiber. */
HyImportDecodeStatus hy_document_decode (GBytes *document, HyImportDecoded *decoded, GCancellable *cancellable, gpointer renderer);

G_END_DECLS
