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
DexFuture *hy_fiber   (DexFiberFunc   func,
                       gpointer       data,
                       GDestroyNotify destroy);
DexFuture *hy_in_pool (DexFiberFunc   func,
                       gpointer       data,
                       GDestroyNotify destroy);

void       hy_answer     (DexPromise *promise, const GValue *value, GError *error);
gboolean   hy_run_to_end (DexFuture *future, GError **error);
DexFuture *hy_settle     (DexFuture *future);

/* Awaits are what is cancelled, so each of them passes hy_settle.  Who awaits includes this file. */
#define dex_await(future, error)         (dex_await) (hy_settle (future), error)
#define dex_await_boolean(future, error) (dex_await_boolean) (hy_settle (future), error)
#define dex_await_boxed(future, error)   (dex_await_boxed) (hy_settle (future), error)
#define dex_await_double(future, error)  (dex_await_double) (hy_settle (future), error)
#define dex_await_enum(future, error)    (dex_await_enum) (hy_settle (future), error)
#define dex_await_fd(future, error)      (dex_await_fd) (hy_settle (future), error)
#define dex_await_flags(future, error)   (dex_await_flags) (hy_settle (future), error)
#define dex_await_float(future, error)   (dex_await_float) (hy_settle (future), error)
#define dex_await_int(future, error)     (dex_await_int) (hy_settle (future), error)
#define dex_await_int64(future, error)   (dex_await_int64) (hy_settle (future), error)
#define dex_await_object(future, error)  (dex_await_object) (hy_settle (future), error)
#define dex_await_pointer(future, error) (dex_await_pointer) (hy_settle (future), error)
#define dex_await_string(future, error)  (dex_await_string) (hy_settle (future), error)
#define dex_await_uint(future, error)    (dex_await_uint) (hy_settle (future), error)
#define dex_await_uint64(future, error)  (dex_await_uint64) (hy_settle (future), error)
#define dex_await_variant(future, error) (dex_await_variant) (hy_settle (future), error)

G_END_DECLS
