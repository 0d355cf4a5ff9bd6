/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hy-test-render.h"

#include "base/hy-async.h"

#include <errno.h>
#include <sys/wait.h>

GBytes *
hy_test_render_fixture (const char *path)
{
  g_autofree char *name = g_build_filename (g_getenv ("HY_FIXTURES"), path, NULL);
  g_autoptr (GError) error = NULL;
  char *contents;
  gsize size;

  g_file_get_contents (name, &contents, &size, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (contents, size);
}

static void
wait_for (DexFuture *future,
          GValue *value)
{
  g_autoptr (GError) error = NULL;

  hy_run_to_end (dex_ref (future), &error);
  g_assert_no_error (error);
  g_value_init (value, G_VALUE_TYPE (dex_future_get_value (future, NULL)));
  g_value_copy (dex_future_get_value (future, NULL), value);
  dex_unref (future);
}

gpointer
hy_test_render_object (DexFuture *future)
{
  g_auto (GValue) value = G_VALUE_INIT;

  wait_for (future, &value);
  return g_value_dup_object (&value);
}

gpointer
hy_test_render_boxed (DexFuture *future)
{
  g_auto (GValue) value = G_VALUE_INIT;

  wait_for (future, &value);
  return g_value_dup_boxed (&value);
}

char *
hy_test_render_string (DexFuture *future)
{
  g_auto (GValue) value = G_VALUE_INIT;

  wait_for (future, &value);
  return g_value_dup_string (&value);
}

void
hy_test_render_fails (DexFuture *future,
                      HyRenderError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (hy_run_to_end (future, &error));
  g_assert_error (error, HY_RENDER_ERROR, (int) code);
  g_assert_true (g_str_has_suffix (error->message, "."));
}

void
hy_test_render_all_gone (void)
{
  gint64 deadline = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  while (hy_render_process_count () > 0 && g_get_monotonic_time () < deadline)
    {
      /* An answer that nobody waits for is let go of where answers are given: on the main loop. */
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  g_assert_cmpuint (hy_render_process_count (), ==, 0);
  /* Neither a zombie nor a child that lives. */
  g_assert_cmpint (waitpid (-1, NULL, WNOHANG), ==, -1);
  g_assert_cmpint (errno, ==, ECHILD);
}

guint
hy_test_render_open_fds (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}
