/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changing the passphrase, with a disk that fails at each step of it. */

#include "base/hy-error.h"
#include "hy-test-vault.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FRESH "another lantern under the copper river"

/* The steps that write, of hy-durable-file.c; this program's own functions take the place of the C library's.
 * The one numbered fail_at fails; from then on all do when fail_on. */
static guint n_steps;
static guint fail_at;
static gboolean fail_on;

static gboolean
fails (void)
{
  n_steps++;
  if (fail_at == 0 || !(n_steps == fail_at || (fail_on && n_steps > fail_at)))
    return FALSE;
  errno = ENOSPC;
  return TRUE;
}

extern int __real_fsync (int fd);
extern int __real_rename (const char *from, const char *to);
extern ssize_t __real_write (int fd, const void *bytes, size_t size);
extern int __wrap_fsync (int fd);
extern int __wrap_rename (const char *from, const char *to);
extern ssize_t __wrap_write (int fd, const void *bytes, size_t size);

int
__wrap_fsync (int fd)
{
  return fails () ? -1 : __real_fsync (fd);
}

int
__wrap_rename (const char *from,
               const char *to)
{
  return fails () ? -1 : __real_rename (from, to);
}

ssize_t
__wrap_write (int fd,
              const void *bytes,
              size_t size)
{
  return fails () ? -1 : __real_write (fd, bytes, size);
}

static HySecret *
secret (const char *text)
{
  return hy_secret_new_copy (text, strlen (text));
}

/* With the passphrase @text, after a new start. */
static gboolean
opens (HyTestVault *sandbox,
       const char *text)
{
  g_autoptr (HySecret) typed = secret (text);
  g_autoptr (GError) error = NULL;

  hy_test_vault_close (sandbox);
  sandbox->holder = hy_holder_unlock (sandbox->dir, HY_SLOT_PASSPHRASE, typed, &error);
  if (sandbox->holder == NULL)
    g_assert_error (error, HY_ERROR, HY_ERROR_WRONG_SECRET);
  return sandbox->holder != NULL;
}

static gboolean
change (HyTestVault *sandbox,
        const char *former,
        const char *fresh,
        GError **error)
{
  g_autoptr (HySecret) old = former != NULL ? secret (former) : NULL;
  g_autoptr (HySecret) new = secret (fresh);

  return hy_holder_change_passphrase (sandbox->holder, old, new, error);
}

static void
opens_with_the_new_passphrase_alone (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  g_autoptr (HySecret) recovery = NULL;
  GError *error = NULL;

  change (sandbox, HY_TEST_PASSPHRASE, FRESH, &error);
  g_assert_no_error (error);
  g_assert_cmpint (hy_holder_get_created (sandbox->holder, HY_SLOT_PASSPHRASE), >=, g_get_real_time () / G_USEC_PER_SEC - 60);
  g_assert_false (opens (sandbox, HY_TEST_PASSPHRASE));
  g_assert_true (opens (sandbox, FRESH));

  /* The sheet is the same as before. */
  recovery = hy_recovery_parse (sandbox->recovery, &error);
  g_assert_no_error (error);
  g_assert_true (hy_holder_prove (sandbox->holder, HY_SLOT_RECOVERY, recovery, &error));
  g_assert_no_error (error);
}

static void
refuses_a_wrong_former_one (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *before = hy_test_hash_tree (sandbox->dir);
  g_autofree char *after = NULL;

  g_assert_false (change (sandbox, "not this one at all", FRESH, &error));
  g_assert_error (error, HY_ERROR, HY_ERROR_WRONG_SECRET);
  after = hy_test_hash_tree (sandbox->dir);
  g_assert_cmpstr (before, ==, after);
  g_assert_false (opens (sandbox, FRESH));
  g_assert_true (opens (sandbox, HY_TEST_PASSPHRASE));
}

static void
a_recovered_person_chooses_anew (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  GError *error = NULL;

  g_assert_true (change (sandbox, NULL, FRESH, &error));
  g_assert_no_error (error);
  g_assert_false (opens (sandbox, HY_TEST_PASSPHRASE));
  g_assert_true (opens (sandbox, FRESH));
}

static void
proves_no_other_sheet (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  g_autoptr (HySecret) other = hy_secret_new_random (HY_RECOVERY_BYTES);
  g_autoptr (GError) error = NULL;

  g_assert_false (hy_holder_prove (sandbox->holder, HY_SLOT_RECOVERY, other, &error));
  g_assert_error (error, HY_ERROR, HY_ERROR_WRONG_SECRET);
}

/* One failing step: an error, and the former passphrase opens.  Every step from then on: the one or the other. */
static void
survives_a_failure_at_every_step (gconstpointer data)
{
  gboolean from_then_on = GPOINTER_TO_INT (data);
  guint last;

  {
    g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();

    n_steps = 0;
    g_assert_true (change (sandbox, HY_TEST_PASSPHRASE, FRESH, NULL));
    last = n_steps;
  }
  g_assert_cmpuint (last, ==, 8); /* write, fsync, rename, fsync of the folder; twice */
  for (guint at = 1; at <= last; at++)
    {
      g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
      g_autoptr (GError) error = NULL;
      gboolean done;

      n_steps = 0;
      fail_at = at;
      fail_on = from_then_on;
      done = change (sandbox, HY_TEST_PASSPHRASE, FRESH, &error);
      fail_at = 0;
      g_assert_false (done);
      g_assert_nonnull (error);
      if (!from_then_on)
        g_assert_true (opens (sandbox, HY_TEST_PASSPHRASE));
      else
        g_assert_true (opens (sandbox, FRESH) || opens (sandbox, HY_TEST_PASSPHRASE));
      g_assert_nonnull (sandbox->holder);
    }
}

/* A process that is being started has what is open here until it is another program. */
static void
opens_again_whoever_was_started (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  pid_t child = fork ();

  if (child == 0)
    {
      /* Not for ever, should this test fail. */
      alarm (20);
      for (;;)
        pause ();
    }
  g_assert_cmpint (child, >, 0);
  g_assert_true (opens (sandbox, HY_TEST_PASSPHRASE));
  kill (child, SIGKILL);
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vault/holder/opens-with-the-new-passphrase-alone", opens_with_the_new_passphrase_alone);
  g_test_add_func ("/vault/holder/refuses-a-wrong-former-passphrase", refuses_a_wrong_former_one);
  g_test_add_func ("/vault/holder/a-recovered-person-chooses-anew", a_recovered_person_chooses_anew);
  g_test_add_func ("/vault/holder/opens-again-whoever-was-started", opens_again_whoever_was_started);
  g_test_add_func ("/vault/holder/proves-no-other-sheet", proves_no_other_sheet);
  g_test_add_data_func ("/vault/holder/keeps-the-former-passphrase-when-a-step-fails", GINT_TO_POINTER (FALSE),
                        survives_a_failure_at_every_step);
  g_test_add_data_func ("/vault/holder/opens-when-every-step-fails-from-one-on", GINT_TO_POINTER (TRUE), survives_a_failure_at_every_step);
  return g_test_run ();
}
