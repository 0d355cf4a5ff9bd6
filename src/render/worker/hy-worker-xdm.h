/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "render/worker/hy-worker-document.h"
#include "render/worker/hy-worker-tree.h"

G_BEGIN_DECLS

HyWireStatus hy_xdm_open (HyTree *tree, HyWorkerDocument **opened);

G_END_DECLS
