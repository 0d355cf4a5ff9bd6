/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "render/worker/hy-worker-document.h"

G_BEGIN_DECLS

/* The worker's side of the wire: one document, one request after another. */
typedef HyWireStatus (*HyWorkerOpenFunc) (GBytes *document, const char *password, HyWorkerDocument **opened);
typedef struct _HyWorkerServe HyWorkerServe;

HyWorkerServe *hy_worker_serve_new    (HyWorkerOpenFunc open);
void           hy_worker_serve_free   (HyWorkerServe *self);
void           hy_worker_serve_answer (HyWorkerServe *self, const void *message, gsize size, int memfd, HyWireReply *reply);
gboolean       hy_worker_serve_hello  (int socket, guint layers, guint landlock_abi);
void           hy_worker_serve_run    (HyWorkerServe *self, int socket);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyWorkerServe, hy_worker_serve_free)

G_END_DECLS
