/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fibers with a name and an end.  See STYLE.md 6: fibers wait, threads compute. */

#include "base/hy-async.h"

struct _HyScope
{
  GObject parent_instance;

  DexPromise *over; /* rejected on cancel; every fiber of the scope races against it */
  gboolean cancelled;
};

G_DEFINE_FINAL_TYPE (HyScope, hy_scope, G_TYPE_OBJECT)

static void
hy_scope_dispose (GObject *object)
{
  hy_scope_cancel (HY_SCOPE (object));
  G_OBJECT_CLASS (hy_scope_parent_class)->dispose (object);
}

static void
hy_scope_finalize (GObject *object)
{
  dex_clear (&HY_SCOPE (object)->over);
  G_OBJECT_CLASS (hy_scope_parent_class)->finalize (object);
}

static void
hy_scope_class_init (HyScopeClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hy_scope_dispose;
  G_OBJECT_CLASS (klass)->finalize = hy_scope_finalize;
}

static void
hy_scope_init (HyScope *self)
{
  self->over = dex_promise_new ();
}

HyScope *
hy_scope_new (void)
{
  return g_object_new (HY_TYPE_SCOPE, NULL);
}

/**
 * hy_scope_cancel:
 *
 * Every fiber started in the scope finds its current or next await failed with
 * DEX_ERROR_FIBER_CANCELLED.  Cancelling twice is harmless.
 */
void
hy_scope_cancel (HyScope *self)
{
  g_return_if_fail (HY_IS_SCOPE (self));

  if (self->cancelled)
    return;
  self->cancelled = TRUE;
  dex_promise_reject (self->over, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "the scope is over"));
}

gboolean
hy_scope_is_cancelled (HyScope *self)
{
  return self->cancelled;
}

static DexFuture *
log_rejection (DexFuture *future,
               gpointer name)
{
  g_autoptr (GError) error = NULL;

  if (!dex_future_get_value (future, &error) && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
      !g_error_matches (error, DEX_ERROR, DEX_ERROR_FIBER_CANCELLED))
    g_warning ("%s: %s", (const char *) name, error->message);
  return dex_future_new_true ();
}

/**
 * hy_spawn:
 * @name: a constant string for the log
 * @scope: (nullable): what may stop it
 *
 * Starts a fiber on the default scheduler (the main loop).  A rejection that nobody handled is logged.
 */
void
hy_spawn (const char *name,
          DexFiberFunc func,
          gpointer data,
          GDestroyNotify destroy,
          HyScope *scope)
{
  DexFuture *future = dex_scheduler_spawn (dex_scheduler_get_default (), 0, func, data, destroy);

  /* When the scope ends first, the race discards the fiber, and that is what cancels it. */
  if (scope != NULL)
    future = dex_future_first (future, dex_ref (scope->over), NULL);
  dex_future_disown (dex_future_catch (future, log_rejection, (gpointer) name, NULL));
}

/**
 * hy_in_pool:
 *
 * Runs @func on the thread pool, where it may compute and block for long.
 *
 * Returns: (transfer full): what @func's future resolves to
 */
DexFuture *
hy_in_pool (DexFiberFunc func,
            gpointer data,
            GDestroyNotify destroy)
{
  return dex_scheduler_spawn (dex_thread_pool_scheduler_get_default (), 0, func, data, destroy);
}

static DexFuture *
pass_on (DexFuture *future,
         gpointer unused)
{
  return dex_ref (future);
}

/**
 * hy_run_to_end:
 * @future: (transfer full):
 *
 * Runs the main loop until @future is done.  For the command line and tests; never inside a fiber.
 *
 * Returns: whether it resolved
 */
gboolean
hy_run_to_end (DexFuture *future,
               GError **error)
{
  gboolean resolved;

  /* What ends on another thread does not wake this main loop; a step that has to run here does. */
  future = dex_future_finally (future, pass_on, NULL, NULL);
  while (dex_future_is_pending (future))
    g_main_context_iteration (NULL, TRUE);
  resolved = dex_future_get_value (future, error) != NULL;
  dex_unref (future);
  return resolved;
}
