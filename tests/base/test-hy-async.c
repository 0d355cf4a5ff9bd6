/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/hy-async.h"

#include <unistd.h>

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

/* Turns at most so often: where libdex's list of fibers is broken, the main loop would turn for ever. */
static void
run_until_quiet_soon (void)
{
  guint n = 0;

  while (g_main_context_iteration (NULL, FALSE))
    g_assert_cmpuint (n++, <, 1000);
}

static void
an_answer_between_the_cancel_and_its_fiber_moves_nothing (void)
{
  g_auto (Story) story = { .gate = dex_promise_new () };
  g_autoptr (HyScope) scope = hy_scope_new ();

  hy_spawn ("wait at gate", wait_at_gate_fiber, &story, count_freed, scope);
  run_until_quiet ();
  hy_scope_cancel (scope);
  dex_promise_resolve_boolean (story.gate, TRUE);
  run_until_quiet_soon ();
  g_assert_true (story.cancelled);
  g_assert_cmpuint (story.n_after, ==, 0);
  g_assert_cmpuint (story.n_freed, ==, 1);
}

static void
a_cancel_comes_before_an_answer_that_waits_to_be_taken (void)
{
  g_auto (Story) waiting = { .gate = dex_promise_new () };
  g_auto (Story) not_begun = { .gate = dex_promise_new () };
  g_autoptr (HyScope) scope = hy_scope_new ();

  hy_spawn ("wait at gate", wait_at_gate_fiber, &waiting, count_freed, scope);
  run_until_quiet ();
  hy_spawn ("wait at open gate", wait_at_gate_fiber, &not_begun, count_freed, scope);
  dex_promise_resolve_boolean (waiting.gate, TRUE);
  dex_promise_resolve_boolean (not_begun.gate, TRUE);
  hy_scope_cancel (scope);
  run_until_quiet_soon ();
  g_assert_true (waiting.cancelled && not_begun.cancelled);
  g_assert_cmpuint (waiting.n_after + not_begun.n_after, ==, 0);
  g_assert_cmpuint (waiting.n_freed + not_begun.n_freed, ==, 2);
}

typedef struct
{
  Story story;
  DexFuture *child;
  gboolean as_result; /* gives the child's future back instead of awaiting it */
} Family;

static DexFuture *
await_child_fiber (gpointer user_data)
{
  Family *family = user_data;
  g_autoptr (GError) error = NULL;

  if (family->as_result)
    return g_steal_pointer (&family->child);
  family->story.n_before++;
  if (!dex_await (g_steal_pointer (&family->child), &error))
    {
      family->story.cancelled = g_error_matches (error, DEX_ERROR, DEX_ERROR_FIBER_CANCELLED);
      return dex_future_new_for_error (g_steal_pointer (&error));
    }
  family->story.n_after++;
  return dex_future_new_true ();
}

static void
a_fiber_is_cancelled_with_the_one_that_awaits_it (void)
{
  for (int as_result = 0; as_result < 2; as_result++)
    {
      g_auto (Story) child = { .gate = dex_promise_new () };
      Family parent = { .child = hy_fiber (wait_at_gate_fiber, &child, count_freed), .as_result = as_result };
      g_autoptr (HyScope) scope = hy_scope_new ();

      hy_spawn ("await child", await_child_fiber, &parent, count_freed, scope);
      run_until_quiet ();
      hy_scope_cancel (scope);
      dex_promise_resolve_boolean (child.gate, TRUE);
      run_until_quiet_soon ();
      g_assert_true (child.cancelled);
      g_assert_true (as_result || parent.story.cancelled);
      g_assert_cmpuint (child.n_freed, ==, 1);
      g_assert_cmpuint (parent.story.n_freed, ==, 1);
    }
}

static void
a_fiber_goes_on_while_one_awaits_it (void)
{
  g_auto (Story) child = { .gate = dex_promise_new () };
  Family first = { .child = hy_fiber (wait_at_gate_fiber, &child, count_freed) };
  Family second = { .child = dex_ref (first.child) };
  g_autoptr (HyScope) scope = hy_scope_new ();

  hy_spawn ("first", await_child_fiber, &first, count_freed, scope);
  hy_spawn ("second", await_child_fiber, &second, count_freed, NULL);
  run_until_quiet ();
  hy_scope_cancel (scope);
  run_until_quiet_soon ();
  g_assert_true (first.story.cancelled);
  g_assert_false (child.cancelled);
  dex_promise_resolve_boolean (child.gate, TRUE);
  run_until_quiet_soon ();
  g_assert_cmpuint (child.n_after, ==, 1);
  g_assert_cmpuint (second.story.n_after, ==, 1);
}

static DexFuture *
no_result_fiber (gpointer unused)
{
  return NULL;
}

static void
a_fiber_without_a_result_is_an_error (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (hy_run_to_end (hy_fiber (no_result_fiber, NULL, NULL), &error));
  g_assert_error (error, DEX_ERROR, DEX_ERROR_FIBER_EXITED);
}

static gpointer
answer_in_thread (gpointer promises)
{
  DexPromise **both = promises;
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_static_string (&value, "yes");
  hy_answer (both[0], &value, NULL);
  hy_answer (both[1], NULL, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "no"));
  return NULL;
}

static void
a_thread_answers_on_the_main_loop (void)
{
  DexPromise *promises[] = { dex_promise_new (), dex_promise_new () };
  g_autoptr (GError) error = NULL;

  g_thread_join (g_thread_new ("answers", answer_in_thread, promises));
  g_assert_true (dex_future_is_pending (DEX_FUTURE (promises[0])) && dex_future_is_pending (DEX_FUTURE (promises[1])));
  run_until_quiet ();
  g_assert_cmpstr (g_value_get_string (dex_future_get_value (DEX_FUTURE (promises[0]), &error)), ==, "yes");
  g_assert_no_error (error);
  g_assert_null (dex_future_get_value (DEX_FUTURE (promises[1]), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  dex_unref (promises[0]);
  dex_unref (promises[1]);
}

/* -- threads that answer about when the scope ends -- */

/* What the faults that hy-async.c tells of needed to show: seldom more than a few hundred rounds for the first. */
#define N_ROUNDS 3000
#define N_FIBERS 4
/* Turns of an empty loop between a question and its answer, and before the scope ends. */
#define MAX_DELAY 4000
/* Seconds; the test takes a few, with the sanitizers and on a busy machine too. */
#define PATIENCE 120

typedef struct
{
  gint n_ended;
  gint n_freed;
  gint n_after_the_end;
  HyScope *scope;
} Round;

static void
dally (guint turns)
{
  for (volatile guint i = 0; i < turns; i++)
    ;
}

static DexFuture *
dally_in_pool (gpointer turns)
{
  dally (GPOINTER_TO_UINT (turns));
  return dex_future_new_true ();
}

static gpointer
answer_all (gpointer questions)
{
  DexPromise *question;
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_BOOLEAN);
  /* A resolved one ends the thread. */
  while (dex_future_is_pending (DEX_FUTURE (question = g_async_queue_pop (questions))))
    {
      dally (g_random_int_range (0, MAX_DELAY));
      hy_answer (question, &value, NULL);
      dex_unref (question);
    }
  dex_unref (question);
  return NULL;
}

static GAsyncQueue *questions;

static DexFuture *
ask_somebody (void)
{
  DexPromise *question;

  if (g_random_boolean ())
    return hy_in_pool (dally_in_pool, GUINT_TO_POINTER (g_random_int_range (0, MAX_DELAY)), NULL);
  question = dex_promise_new ();
  g_async_queue_push (questions, dex_ref (question));
  return DEX_FUTURE (question);
}

static DexFuture *
ask_child_fiber (gpointer unused)
{
  g_autoptr (GError) error = NULL;

  return dex_await (ask_somebody (), &error) ? ask_somebody () : dex_future_new_for_error (g_steal_pointer (&error));
}

static DexFuture *
ask_fiber (gpointer user_data)
{
  Round *round = user_data;

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean was_over = hy_scope_is_cancelled (round->scope);
      gboolean answered = dex_await (i == 1 ? hy_fiber (ask_child_fiber, NULL, NULL) : ask_somebody (), &error);

      if (answered && (was_over || hy_scope_is_cancelled (round->scope)))
        round->n_after_the_end++;
      if (!answered)
        {
          g_assert_error (error, DEX_ERROR, DEX_ERROR_FIBER_CANCELLED);
          break;
        }
    }
  round->n_ended++;
  return dex_future_new_true ();
}

static void
free_round (gpointer round)
{
  ((Round *) round)->n_freed++;
}

static void
answers_of_threads_may_meet_the_end_of_a_scope (void)
{
  GThread *threads[3];

  questions = g_async_queue_new ();
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("answers", answer_all, questions);
  alarm (PATIENCE);
  for (guint i = 0; i < N_ROUNDS; i++)
    {
      Round round = { .scope = hy_scope_new () };
      guint n_turns = g_random_int_range (0, 5);

      for (guint j = 0; j < N_FIBERS; j++)
        hy_spawn ("ask", ask_fiber, &round, free_round, round.scope);
      while (n_turns-- > 0)
        g_main_context_iteration (NULL, FALSE);
      dally (g_random_int_range (0, MAX_DELAY));
      hy_scope_cancel (round.scope);
      run_until_quiet_soon ();
      /* Nothing is left to wait for: who waits for another thread was cancelled. */
      g_assert_cmpint (round.n_ended, ==, N_FIBERS);
      g_assert_cmpint (round.n_freed, ==, N_FIBERS);
      g_assert_cmpint (round.n_after_the_end, ==, 0);
      g_object_unref (round.scope);
    }
  alarm (0);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_async_queue_push (questions, dex_future_new_true ());
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  run_until_quiet ();
  g_clear_pointer (&questions, g_async_queue_unref);
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
  g_test_add_func ("/base/async/an-answer-between-the-cancel-and-its-fiber-moves-nothing",
                   an_answer_between_the_cancel_and_its_fiber_moves_nothing);
  g_test_add_func ("/base/async/a-cancel-comes-before-an-answer-that-waits-to-be-taken",
                   a_cancel_comes_before_an_answer_that_waits_to_be_taken);
  g_test_add_func ("/base/async/a-fiber-is-cancelled-with-the-one-that-awaits-it", a_fiber_is_cancelled_with_the_one_that_awaits_it);
  g_test_add_func ("/base/async/a-fiber-goes-on-while-one-awaits-it", a_fiber_goes_on_while_one_awaits_it);
  g_test_add_func ("/base/async/a-fiber-without-a-result-is-an-error", a_fiber_without_a_result_is_an_error);
  g_test_add_func ("/base/async/a-thread-answers-on-the-main-loop", a_thread_answers_on_the_main_loop);
  g_test_add_func ("/base/async/answers-of-threads-may-meet-the-end-of-a-scope", answers_of_threads_may_meet_the_end_of_a_scope);
  g_test_add_func ("/base/async/a-rejection-that-nobody-handles-is-logged", a_rejection_that_nobody_handles_is_logged);
  g_test_add_func ("/base/async/the-pool-is-another-thread", the_pool_is_another_thread);
  g_test_add_func ("/base/async/running-to-the-end-tells-the-error", running_to_the_end_tells_the_error);
  return g_test_run ();
}
