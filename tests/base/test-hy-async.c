/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/hy-async.h"

typedef struct
{
  DexPromise *gate;
  guint n_before;
  guint n_after;
  gboolean cancelled; /* what the await said */
  guint n_freed;
} Story;

static void
story_clear (Story *story)
{
  dex_clear (&story->gate);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Story, story_clear)

static void
count_freed (gpointer story)
{
  ((Story *) story)->n_freed++;
}

static DexFuture *
wait_at_gate_fiber (gpointer user_data)
{
  Story *story = user_data;
  g_autoptr (GError) error = NULL;

  story->n_before++;
  if (!dex_await (dex_ref (DEX_FUTURE (story->gate)), &error))
    {
      story->cancelled = g_error_matches (error, DEX_ERROR, DEX_ERROR_FIBER_CANCELLED);
      return dex_future_new_for_error (g_steal_pointer (&error));
    }
  story->n_after++;
  return dex_future_new_true ();
}

static void
run_until_quiet (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
a_cancelled_scope_stops_its_fibers (void)
{
  g_auto (Story) story = { .gate = dex_promise_new () };
  g_autoptr (HyScope) scope = hy_scope_new ();

  hy_spawn ("wait at gate", wait_at_gate_fiber, &story, count_freed, scope);
  run_until_quiet ();
  g_assert_cmpuint (story.n_before, ==, 1);
  g_assert_false (hy_scope_is_cancelled (scope));

  hy_scope_cancel (scope);
  hy_scope_cancel (scope);
  run_until_quiet ();
  g_assert_true (hy_scope_is_cancelled (scope));
  g_assert_true (story.cancelled);
  g_assert_cmpuint (story.n_after, ==, 0);
  g_assert_cmpuint (story.n_freed, ==, 1);

  /* The gate that opens too late moves nothing. */
  dex_promise_resolve_boolean (story.gate, TRUE);
  run_until_quiet ();
  g_assert_cmpuint (story.n_after, ==, 0);
}

static void
dropping_a_scope_stops_its_fibers (void)
{
  g_auto (Story) story = { .gate = dex_promise_new () };
  HyScope *scope = hy_scope_new ();

  hy_spawn ("wait at gate", wait_at_gate_fiber, &story, count_freed, scope);
  run_until_quiet ();
  g_object_unref (scope);
  run_until_quiet ();
  g_assert_true (story.cancelled);
  g_assert_cmpuint (story.n_freed, ==, 1);
}

static void
other_scopes_go_on (void)
{
  g_auto (Story) mine = { .gate = dex_promise_new () };
  g_auto (Story) other = { .gate = dex_promise_new () };
  g_auto (Story) free_one = { .gate = dex_promise_new () };
  g_autoptr (HyScope) my_scope = hy_scope_new ();
  g_autoptr (HyScope) other_scope = hy_scope_new ();

  hy_spawn ("mine", wait_at_gate_fiber, &mine, count_freed, my_scope);
  hy_spawn ("other", wait_at_gate_fiber, &other, count_freed, other_scope);
  hy_spawn ("no scope", wait_at_gate_fiber, &free_one, count_freed, NULL);
  run_until_quiet ();
  hy_scope_cancel (my_scope);
  dex_promise_resolve_boolean (other.gate, TRUE);
  dex_promise_resolve_boolean (free_one.gate, TRUE);
  run_until_quiet ();
  g_assert_true (mine.cancelled);
  g_assert_cmpuint (other.n_after, ==, 1);
  g_assert_cmpuint (free_one.n_after, ==, 1);
  g_assert_cmpuint (mine.n_freed + other.n_freed + free_one.n_freed, ==, 3);
}

static DexFuture *
fail_fiber (gpointer unused)
{
  return dex_future_new_reject (G_IO_ERROR, G_IO_ERROR_FAILED, "the reason");
}

static void
a_rejection_that_nobody_handles_is_logged (void)
{
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "*read the tea leaves: the reason*");
  hy_spawn ("read the tea leaves", fail_fiber, NULL, NULL, NULL);
  run_until_quiet ();
  g_test_assert_expected_messages ();
}

static DexFuture *
which_thread_fiber (gpointer user_data)
{
  *(GThread **) user_data = g_thread_self ();
  return dex_future_new_for_int (42);
}

static void
the_pool_is_another_thread (void)
{
  GThread *thread = NULL;
  g_autoptr (GError) error = NULL;
  DexFuture *future = hy_in_pool (which_thread_fiber, &thread, NULL);

  dex_ref (future);
  g_assert_true (hy_run_to_end (future, &error));
  g_assert_no_error (error);
  g_assert_nonnull (thread);
  g_assert_true (thread != g_thread_self ());
  g_assert_cmpint (dex_await_int (future, &error), ==, 42);
  g_assert_no_error (error);
}

static void
running_to_the_end_tells_the_error (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (hy_run_to_end (hy_in_pool (fail_fiber, NULL, NULL), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_true (hy_run_to_end (dex_future_new_true (), NULL));
  g_assert_true (hy_run_to_end (dex_timeout_new_msec (1), NULL) == FALSE);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/base/async/a-cancelled-scope-stops-its-fibers", a_cancelled_scope_stops_its_fibers);
  g_test_add_func ("/base/async/dropping-a-scope-stops-its-fibers", dropping_a_scope_stops_its_fibers);
  g_test_add_func ("/base/async/other-scopes-go-on", other_scopes_go_on);
  g_test_add_func ("/base/async/a-rejection-that-nobody-handles-is-logged", a_rejection_that_nobody_handles_is_logged);
  g_test_add_func ("/base/async/the-pool-is-another-thread", the_pool_is_another_thread);
  g_test_add_func ("/base/async/running-to-the-end-tells-the-error", running_to_the_end_tells_the_error);
  return g_test_run ();
}
