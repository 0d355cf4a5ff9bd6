/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "render/worker/hy-worker-document.h"

G_BEGIN_DECLS

typedef struct {
  guint8 *bytes;
  guint width, height; /* pixels, 4 bytes each */
} HyTestPixels;

GBytes           *hy_test_worker_fixture (const char *name);
HyWorkerDocument *hy_test_worker_open    (GBytes *bytes, const char *password);
/* The part of a page; width 0 = all of it. */
HyTestPixels      hy_test_worker_draw    (HyWorkerDocument *document, guint page, float scale, guint rotation,
                                          guint x, guint y, guint width, guint height);
guint32           hy_test_pixels_at      (const HyTestPixels *pixels, guint x, guint y); /* 0xrrggbb */
guint             hy_test_pixels_dark    (const HyTestPixels *pixels);                   /* how many are not white */
void              hy_test_pixels_clear   (HyTestPixels *pixels);
/* Opens and asks for everything there is; each answer must keep to the wire's rules.  Returns the status of opening. */
HyWireStatus      hy_test_worker_try     (GBytes *bytes, const char *password);
/* Does so for the first n fiftieths of the bytes, n from 0 to 49. */
void              hy_test_worker_cut     (GBytes *bytes, const char *password);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HyTestPixels, hy_test_pixels_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyWorkerDocument, hy_worker_document_free)

G_END_DECLS
