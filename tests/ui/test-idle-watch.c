/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time without input, and the computer's sleep, on clocks of this test's own. */

#include "ui/window/hy-idle-watch.h"

#include <time.h>

static gint64 awake_s = 1000; /* CLOCK_MONOTONIC */
static gint64 asleep_s;       /* what CLOCK_BOOTTIME has more */

extern int __wrap_clock_gettime (clockid_t id, struct timespec *now);

int
__wrap_clock_gettime (clockid_t id,
                      struct timespec *now)
{
  now->tv_sec = awake_s + (id == CLOCK_BOOTTIME ? asleep_s : 0);
  now->tv_nsec = 0;
  return 0;
}

typedef struct
{
  const char *said;
  GMainLoop *loop;
} Watching;

static void
on_idle (Watching *watching)
{
  watching->said = "idle";
  g_main_loop_quit (watching->loop);
}

static void
on_woken (Watching *watching)
{
  watching->said = "woken";
  g_main_loop_quit (watching->loop);
}

/* The watch looks every five seconds of real time. */
static gboolean
on_long_enough (gpointer user_data)
{
  g_main_loop_quit (((Watching *) user_data)->loop);
  return G_SOURCE_REMOVE;
}

static const char *
say_after (Watching *watching,
           gint64 awake,
           gint64 asleep)
{
  guint end = g_timeout_add_seconds (7, on_long_enough, watching);

  awake_s += awake;
  asleep_s += asleep;
  watching->said = NULL;
  g_main_loop_run (watching->loop);
  if (watching->said != NULL)
    g_source_remove (end);
  return watching->said;
}

static void
tells_idleness_and_sleep (void)
{
  g_autoptr (HyIdleWatch) watch = g_object_new (HY_TYPE_IDLE_WATCH, "minutes", 1, NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Watching watching = { NULL, loop };

  g_signal_connect_swapped (watch, "idle", G_CALLBACK (on_idle), &watching);
  g_signal_connect_swapped (watch, "woken", G_CALLBACK (on_woken), &watching);
  hy_idle_watch_start (watch);
  g_assert_null (say_after (&watching, 59, 0));
  g_assert_cmpstr (say_after (&watching, 1, 0), ==, "idle");

  hy_idle_watch_start (watch);
  g_assert_cmpstr (say_after (&watching, 1, 10), ==, "woken");
  /* Nothing was locked: the sleep counts as time without input. */
  hy_idle_watch_resume (watch);
  g_assert_cmpstr (say_after (&watching, 49, 0), ==, "idle");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/idle-watch/tells-idleness-and-sleep", tells_idleness_and_sleep);
  return g_test_run ();
}
