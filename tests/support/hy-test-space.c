/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A real vault for the tests of rooms that see a space only through a HyAccess. */

#include "support/hy-test-space.h"

#include "base/hy-async.h"
#include "base/hy-secret.h"
#include "space/hy-space-private.h"

#include <glib/gstdio.h>
#include <string.h>

#define PASSPHRASE "invented words for a test only"
/* Far beyond what anything here takes, so that a loaded machine does not fail a test. */
#define PATIENCE_US (30 * G_USEC_PER_SEC)

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        remove_tree (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

static gpointer
await_object (DexFuture *future)
{
  g_autoptr (GError) error = NULL;
  gpointer object;

  dex_ref (future);
  hy_run_to_end (future, &error);
  g_assert_no_error (error);
  object = g_value_dup_object (dex_future_get_value (future, NULL));
  dex_unref (future);
  return object;
}

/**
 * hy_test_await_boxed:
 * @future: (transfer full): must resolve to a boxed value
 */
gpointer
hy_test_await_boxed (DexFuture *future)
{
  g_autoptr (GError) error = NULL;
  gpointer boxed;

  dex_ref (future);
  hy_run_to_end (future, &error);
  g_assert_no_error (error);
  boxed = g_value_dup_boxed (dex_future_get_value (future, NULL));
  dex_unref (future);
  return boxed;
}

void
hy_test_await (DexFuture *future)
{
  g_autoptr (GError) error = NULL;

  hy_run_to_end (future, &error);
  g_assert_no_error (error);
}

void
hy_test_iterate_until (gboolean (*done) (gpointer data),
                       gpointer data)
{
  gint64 end_us = g_get_monotonic_time () + PATIENCE_US;

  while (!done (data))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end_us);
      g_main_context_iteration (NULL, FALSE);
    }
}

HyTestSpace *
hy_test_space_new (void)
{
  HyTestSpace *self = g_new0 (HyTestSpace, 1);
  g_autoptr (HySecret) passphrase = hy_secret_new_copy (PASSPHRASE, strlen (PASSPHRASE));
  g_autoptr (GError) error = NULL;
  g_autofree char *vault = NULL;

  self->dir = g_dir_make_tmp ("hygie-test-XXXXXX", &error);
  g_assert_no_error (error);
  vault = g_build_filename (self->dir, "vault", NULL);
  self->session = await_object (hy_session_create (vault, passphrase, HY_KDF_INTERACTIVE));
  hy_session_drop_recovery (self->session);
  self->space = await_object (hy_session_add_space (self->session, "Claire", "Fontaine", (HyDate) { 1961, 5, 14 }, HY_SEX_FEMALE,
                                                    /* own= */ TRUE));
  self->access = hy_space_get_access (self->space);
  return self;
}

void
hy_test_space_free (HyTestSpace *self)
{
  hy_test_await (hy_session_lock (self->session));
  g_clear_object (&self->space);
  g_clear_object (&self->session);
  remove_tree (self->dir);
  g_free (self->dir);
  g_free (self);
}

HyAccess *
hy_test_space_new_reader (HyTestSpace *self)
{
  static const guint8 actor[16] = { 7 };

  return hy_vault_new_access (hy_space_get_vault (self->space), actor, (HyAccessMask) { .read = G_MAXUINT64 }, 0);
}
