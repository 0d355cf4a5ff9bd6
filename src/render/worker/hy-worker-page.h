/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "render/hy-render-wire.h"

#include <cairo.h>

G_BEGIN_DECLS

/* A page, or a part of one, that is being drawn. */
typedef struct {
  cairo_t *cr;
  guint8 *pixels; /* what was asked for */
  guint width, height, stride;
  guint8 *wider; /* the same with a margin; nullable */
} HyWorkerPage;

HyWireStatus hy_worker_page_check (const HyWireRequest *request, const HyWireSize *size);
/* Checks so and lays white paper; then @page->cr draws in points from the page's top left corner. */
HyWireStatus hy_worker_page_begin (HyWorkerPage *page, const HyWireRequest *request, const HyWireSize *size, guint8 *pixels);
HyWireStatus hy_worker_page_end   (HyWorkerPage *page);

G_END_DECLS
