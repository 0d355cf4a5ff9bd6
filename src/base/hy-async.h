/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

G_BEGIN_DECLS

/* What a page or a space starts, it can stop: a scope is cancelled when its owner goes. */
#define HY_TYPE_SCOPE (hy_scope_get_type ())
G_DECLARE_FINAL_TYPE (HyScope, hy_scope, HY, SCOPE, GObject)

HyScope  *hy_scope_new          (void);
void      hy_scope_cancel       (HyScope *self);
gboolean  hy_scope_is_cancelled (HyScope *self);

void       hy_spawn   (const char    *name,
                       DexFiberFunc   func,
                       gpointer       data,
                       GDestroyNotify destroy,
                       HyScope       *scope);
DexFuture *hy_in_pool (DexFiberFunc   func,
                       gpointer       data,
                       GDestroyNotify destroy);

gboolean   hy_run_to_end (DexFuture *future, GError **error);

G_END_DECLS
