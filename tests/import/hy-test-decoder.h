/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "import/hy-import-decoder.h"

G_BEGIN_DECLS

/* Instead of the sandboxed worker: what stands between "<ClinicalDocument>" or "<SubmitObjectsRequest>" and "</" is the
 * reading itself, what stands behind "%PDF-1.4 " or "text " the text.  "<!DOCTYPE" is forbidden, "broken" damaged. */
HyImportDecodeStatus hy_test_decode (GBytes *document, HyImportDecoded *decoded, GCancellable *cancellable, gpointer user_data);

extern const HyImportDecoder hy_test_decoder;

G_END_DECLS
