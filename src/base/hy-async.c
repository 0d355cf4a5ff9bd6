/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fibers with a name and an end.  See STYLE.md 6: fibers wait, threads compute.
 *
 * Two faults of libdex 0.10 shape this file.
 *
 * It cancels a fiber by discarding its future (nobody waits for it any more).  A fiber that waits is then put among those
 * that may run, without a note of it; when what it waited for ends before it ran, it is put there a second time, and the
 * list is its own next: the main loop turns in it for ever, or starts a fiber again that has ended.  So the future of
 * one of libdex's fibers never leaves this file.  Others get a promise, and what is cancelled is the fiber's await: a
 * race between what it waits for and the end of the fiber (hy_settle), which ends once whoever comes first.
 *
 * Dropping a future that waits for another (a race, a then) takes its lock and then that of its place with the other;
 * the other, ending, takes them the other way round.  On one thread they cannot meet.  So a thread ends no promise
 * itself: it hands its answer to the main loop (hy_answer). */

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

typedef struct
{
  DexFiberFunc func;
  gpointer data;
  GDestroyNotify destroy;
  DexPromise *answer; /* what others await */
  DexPromise *over;   /* NULL in the pool: rejected when nobody waits for the answer any more */
} Fiber;

typedef struct
{
  DexPromise *promise;
  GValue value;
  GError *error;
} Answer;

/* The fiber that runs on this thread now and can be cancelled; it never changes its thread.  Not set while it waits. */
static _Thread_local Fiber *running;

static void
answer_free (gpointer data)
{
  Answer *self = data;

  dex_unref (self->promise);
  g_value_unset (&self->value);
  g_clear_error (&self->error);
  g_free (self);
}

static gboolean
give_answer (gpointer data)
{
  Answer *self = data;

  if (self->error == NULL)
    dex_promise_resolve (self->promise, &self->value);
  else
    dex_promise_reject (self->promise, g_steal_pointer (&self->error));
  return G_SOURCE_REMOVE;
}

/**
 * hy_answer:
 * @value: what @promise resolves to, unless there is an @error
 * @error: (nullable) (transfer full):
 *
 * How a thread ends a promise: on the main loop, in the order of the answers.
 */
void
hy_answer (DexPromise *promise,
           const GValue *value,
           GError *error)
{
  Answer *self = g_new0 (Answer, 1);
  g_autoptr (GSource) source = g_idle_source_new ();

  self->promise = dex_ref (promise);
  self->error = error;
  if (error == NULL)
    {
      g_value_init (&self->value, G_VALUE_TYPE (value));
      g_value_copy (value, &self->value);
    }
  /* Not g_main_context_invoke(), which runs here and now while nobody turns the main loop. */
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "[hy-answer]");
  g_source_set_callback (source, give_answer, self, answer_free);
  g_source_attach (source, NULL);
}

static void
fiber_free (gpointer data)
{
  Fiber *self = data;

  if (self->destroy != NULL)
    self->destroy (self->data);
  dex_unref (self->answer);
  dex_clear (&self->over);
  g_free (self);
}

static DexFuture *
run_fiber (gpointer user_data)
{
  Fiber *self = user_data;
  GError *error = NULL;
  DexFuture *result;
  const GValue *value;

  running = self->over != NULL ? self : NULL;
  result = self->func (self->data);
  if (result == NULL)
    result = dex_future_new_reject (DEX_ERROR, DEX_ERROR_FIBER_EXITED, "The fiber ended without a result");
  else if (dex_future_is_pending (result))
    {
      result = hy_settle (result);
      (dex_await) (dex_ref (result), NULL);
    }
  running = NULL;
  value = dex_future_get_value (result, &error);
  if (self->over == NULL)
    hy_answer (self->answer, value, error);
  else if (value != NULL)
    dex_promise_resolve (self->answer, value);
  else
    dex_promise_reject (self->answer, error);
  dex_unref (result);
  return dex_future_new_true ();
}

static void
end_fiber (GCancellable *cancellable,
           DexPromise *over)
{
  dex_promise_reject (over, g_error_new_literal (DEX_ERROR, DEX_ERROR_FIBER_CANCELLED, "The fiber was cancelled"));
}

static void
drop_promise (gpointer promise,
              GClosure *closure)
{
  dex_unref (promise);
}

static DexFuture *
start_fiber (DexScheduler *scheduler,
             gboolean can_be_cancelled,
             DexFiberFunc func,
             gpointer data,
             GDestroyNotify destroy)
{
  Fiber *self = g_new0 (Fiber, 1);
  DexPromise *answer = can_be_cancelled ? dex_promise_new_cancellable () : dex_promise_new ();

  self->func = func;
  self->data = data;
  self->destroy = destroy;
  self->answer = dex_ref (answer);
  if (can_be_cancelled)
    {
      self->over = dex_promise_new ();
      /* A promise that is discarded cancels its cancellable. */
      g_signal_connect_data (dex_promise_get_cancellable (answer), "cancelled", G_CALLBACK (end_fiber), dex_ref (self->over),
                             drop_promise, G_CONNECT_DEFAULT);
    }
  dex_future_disown (dex_scheduler_spawn (scheduler, 0, run_fiber, self, fiber_free));
  return DEX_FUTURE (answer);
}

/**
 * hy_settle:
 * @future: (transfer full):
 *
 * What every dex_await() goes through (see the macros in hy-async.h): waits until @future is done, or the fiber that
 * runs is over.  Outside a fiber, and in the pool, it hands @future back and dex_await() waits.
 *
 * Returns: (transfer full): @future, or one with its result or with DEX_ERROR_FIBER_CANCELLED
 */
DexFuture *
hy_settle (DexFuture *future)
{
  Fiber *self = running;

  if (self == NULL)
    return future;
  if (dex_future_is_pending (future) && dex_future_is_pending (DEX_FUTURE (self->over)))
    {
      future = dex_future_first (dex_ref (self->over), future, NULL);
      running = NULL;
      (dex_await) (dex_ref (future), NULL);
      running = self;
    }
  /* Also when both have come: a fiber that is over takes no result. */
  if (!dex_future_is_pending (DEX_FUTURE (self->over)))
    {
      dex_unref (future);
      return dex_ref (DEX_FUTURE (self->over));
    }
  return future;
}

/**
 * hy_fiber:
 *
 * Runs @func as a fiber on this thread's scheduler (the main loop).  As with every future, the fiber is cancelled when
 * all that waited for it have lost interest, such as a fiber that was cancelled itself; dropping the future alone does not.
 *
 * Returns: (transfer full): what @func's future resolves to
 */
DexFuture *
hy_fiber (DexFiberFunc func,
          gpointer data,
          GDestroyNotify destroy)
{
  return start_fiber (NULL, TRUE, func, data, destroy);
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
  DexFuture *future = start_fiber (dex_scheduler_get_default (), TRUE, func, data, destroy);

  /* When the scope ends first, the race discards the fiber's answer, and that is what cancels it. */
  if (scope != NULL)
    future = dex_future_first (future, dex_ref (scope->over), NULL);
  dex_future_disown (dex_future_catch (future, log_rejection, (gpointer) name, NULL));
}

/**
 * hy_in_pool:
 *
 * Runs @func on the thread pool, where it may compute and block for long.  It is not cancelled: give it a GCancellable.
 *
 * Returns: (transfer full): what @func's future resolves to
 */
DexFuture *
hy_in_pool (DexFiberFunc func,
            gpointer data,
            GDestroyNotify destroy)
{
  return start_fiber (dex_thread_pool_scheduler_get_default (), FALSE, func, data, destroy);
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
