/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-json.h"
#include "render/worker/hy-worker-document.h"

G_BEGIN_DECLS

/* Opens the document, asks for all that its kind has, and holds each answer to the bounds and forms of
 * render/hy-reading-wire.h.  @json is its reading, or NULL where it was not opened. */
HyWireStatus hy_test_reading_try (GBytes *document, HyJson **json);

G_END_DECLS
