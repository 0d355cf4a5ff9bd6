/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/hy-secret.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Whether the kernel may read the byte, asked without touching it ourselves. */
static gboolean
is_readable (const guint8 *byte)
{
  int pipe_ends[2];
  gboolean readable;

  g_assert_cmpint (pipe (pipe_ends), ==, 0);
  readable = write (pipe_ends[1], byte, 1) == 1;
  if (!readable)
    g_assert_cmpint (errno, ==, EFAULT);
  close (pipe_ends[0]);
  close (pipe_ends[1]);
  return readable;
}

static void
a_new_secret_is_zeroed (void)
{
  static const guint8 zeros[32];
  g_autoptr (HySecret) secret = hy_secret_new (32);

  g_assert_cmpuint (hy_secret_get_size (secret), ==, 32);
  g_assert_cmpmem (hy_secret_open (secret), 32, zeros, 32);
  hy_secret_close (secret);
}

static void
a_copy_stands_by_itself (void)
{
  char passphrase[] = "correct horse";
  g_autoptr (HySecret) secret = hy_secret_new_copy (passphrase, sizeof passphrase);

  memset (passphrase, 'x', sizeof passphrase);
  g_assert_cmpstr ((const char *) hy_secret_open (secret), ==, "correct horse");
  hy_secret_close (secret);
}

static void
what_is_written_is_kept (void)
{
  g_autoptr (HySecret) secret = hy_secret_new (5);

  memcpy (hy_secret_open_rw (secret), "12345", 5);
  hy_secret_close (secret);
  g_assert_cmpmem (hy_secret_open (secret), 5, "12345", 5);
  hy_secret_close (secret);
}

static void
random_secrets_differ (void)
{
  g_autoptr (HySecret) one = hy_secret_new_random (32);
  g_autoptr (HySecret) two = hy_secret_new_random (32);

  g_assert_cmpint (memcmp (hy_secret_open (one), hy_secret_open (two), 32), !=, 0);
  hy_secret_close (one);
  hy_secret_close (two);
}

static void
bytes_are_out_of_reach_when_closed (void)
{
  g_autoptr (HySecret) secret = hy_secret_new_random (32);
  const guint8 *bytes = hy_secret_open (secret);

  g_assert_true (is_readable (bytes));
  g_assert_true (hy_secret_open (secret) == bytes);
  hy_secret_close (secret);
  g_assert_true (is_readable (bytes));
  hy_secret_close (secret);
  g_assert_false (is_readable (bytes));
}

static void
the_last_reference_frees (void)
{
  HySecret *secret = hy_secret_new_random (32);
  HySecret *held = hy_secret_ref (secret);
  const guint8 *bytes = hy_secret_open (secret);

  hy_secret_unref (secret);
  g_assert_true (is_readable (bytes));
  hy_secret_close (held);
  hy_secret_unref (held);
  hy_secret_unref (NULL);
  g_assert_false (is_readable (bytes));
}

static gpointer
open_and_close_often (gpointer secret)
{
  guint sum = 0;

  for (guint i = 0; i < 2000; i++)
    {
      sum += hy_secret_open (secret)[i % 32];
      hy_secret_close (secret);
    }
  return GUINT_TO_POINTER (sum);
}

static void
two_threads_may_open_it (void)
{
  g_autoptr (HySecret) secret = hy_secret_new_random (32);
  GThread *other = g_thread_new ("opens too", open_and_close_often, secret);
  gpointer mine = open_and_close_often (secret);

  g_assert_true (g_thread_join (other) == mine);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/secret/a-new-secret-is-zeroed", a_new_secret_is_zeroed);
  g_test_add_func ("/base/secret/a-copy-stands-by-itself", a_copy_stands_by_itself);
  g_test_add_func ("/base/secret/what-is-written-is-kept", what_is_written_is_kept);
  g_test_add_func ("/base/secret/random-secrets-differ", random_secrets_differ);
  g_test_add_func ("/base/secret/bytes-are-out-of-reach-when-closed", bytes_are_out_of_reach_when_closed);
  g_test_add_func ("/base/secret/the-last-reference-frees", the_last_reference_frees);
  g_test_add_func ("/base/secret/two-threads-may-open-it", two_threads_may_open_it);
  return g_test_run ();
}
