/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the measuring programs share.  Each prints lines of NAME VALUE; a failure ends it, for a figure of something
 * that did not work is worth nothing. */

#include "bench-support.h"

#include "base/hy-async.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static void
check (const GError *error)
{
  if (error != NULL)
    g_error ("%s", error->message);
}

void
bench_await (DexFuture *future)
{
  g_autoptr (GError) error = NULL;

  hy_run_to_end (future, &error);
  check (error);
}

/**
 * bench_await_object:
 * @future: (transfer full): resolves to an object
 */
gpointer
bench_await_object (DexFuture *future)
{
  gpointer object;

  dex_ref (future);
  bench_await (future);
  object = g_value_dup_object (dex_future_get_value (future, NULL));
  dex_unref (future);
  return object;
}

/**
 * bench_await_boxed:
 * @future: (transfer full): resolves to a boxed value
 */
gpointer
bench_await_boxed (DexFuture *future)
{
  gpointer boxed;

  dex_ref (future);
  bench_await (future);
  boxed = g_value_dup_boxed (dex_future_get_value (future, NULL));
  dex_unref (future);
  return boxed;
}

HySecret *
bench_dup_passphrase (void)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (g_getenv ("HYGIE_PASSPHRASE_FILE"), &text, NULL, &error);
  check (error);
  g_strchomp (text);
  return hy_secret_new_copy (text, strlen (text));
}

BenchSpace *
bench_space_open (const char *dir)
{
  BenchSpace *self = g_new0 (BenchSpace, 1);
  g_autoptr (HySecret) passphrase = bench_dup_passphrase ();
  g_autoptr (GListModel) spaces = NULL;
  g_autoptr (HySpaceInfo) info = NULL;

  self->session = bench_await_object (hy_session_unlock (dir, passphrase));
  spaces = bench_await_object (hy_session_list_spaces (self->session));
  info = g_list_model_get_item (spaces, 0);
  self->space = bench_await_object (hy_session_open_space (self->session, hy_space_info_get_id (info)));
  self->access = hy_space_get_access (self->space);
  return self;
}

void
bench_space_close (BenchSpace *self)
{
  bench_await (hy_session_lock (self->session));
  g_clear_object (&self->space);
  g_clear_object (&self->session);
  g_free (self);
}

double
bench_now_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6;
}

double
bench_cpu_ms (void)
{
  struct rusage used;

  getrusage (RUSAGE_SELF, &used);
  return (double) (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e3 + (double) (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e3;
}

double
bench_pss_mib (void)
{
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/smaps_rollup", &text, NULL, NULL) || (line = strstr (text, "\nPss:")) == NULL)
    g_error ("this kernel does not say how much memory a process takes");
  return g_ascii_strtod (line + strlen ("\nPss:"), NULL) / 1024;
}

void
bench_say (const char *name,
           double value)
{
  printf ("%s %.3f\n", name, value);
}
