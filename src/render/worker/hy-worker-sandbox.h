/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "render/hy-render-wire.h"

G_BEGIN_DECLS

void     hy_worker_sandbox_prepare   (void); /* what has to happen before the layers */
guint    hy_worker_sandbox_apply     (guint layers, gboolean strict, guint *landlock_abi); /* HyRenderLayers that hold now */
gboolean hy_worker_sandbox_is_enough (guint layers);

G_END_DECLS
