/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "render/hy-render-private.h"

G_BEGIN_DECLS

/* What the tests of the window's side share.  Each waits on the main loop. */
GBytes   *hy_test_render_fixture  (const char *path); /* below tests/fixtures */
gpointer  hy_test_render_object   (DexFuture *future);
gpointer  hy_test_render_boxed    (DexFuture *future);
char     *hy_test_render_string   (DexFuture *future);
void      hy_test_render_fails    (DexFuture *future, HyRenderError code);
void      hy_test_render_all_gone (void);             /* waits until no worker is left */
guint     hy_test_render_open_fds (void);

G_END_DECLS
