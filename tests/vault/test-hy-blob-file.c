/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blob files: whole and right, or refused. */

#include "hy-test-vault.h"

#include "base/hy-error.h"
#include "vault/hy-blob-file.h"

#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>

static const guint8 space[16] = { 1, 2, 3 };
static const guint8 other_space[16] = { 1, 2, 4 };

typedef struct
{
  char *dir;
  HySecret *key;
} Sandbox;

static void
set_up (Sandbox *sandbox,
        gconstpointer unused G_GNUC_UNUSED)
{
  sandbox->dir = g_dir_make_tmp ("hygie-test-XXXXXX", NULL);
  sandbox->key = hy_secret_new_random (32);
}

static void
tear_down (Sandbox *sandbox,
           gconstpointer unused G_GNUC_UNUSED)
{
  g_autoptr (GSubprocess) rm = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, NULL, "rm", "-r", sandbox->dir, NULL);

  g_subprocess_wait (rm, NULL, NULL);
  g_free (sandbox->dir);
  hy_secret_unref (sandbox->key);
}

static HyBlob
write_blob (Sandbox *sandbox,
            GBytes *bytes)
{
  HyBlob blob;
  GError *error = NULL;

  g_assert_true (hy_blob_file_write (sandbox->dir, sandbox->dir, space, sandbox->key, bytes, &blob, &error));
  g_assert_no_error (error);
  return blob;
}

static GBytes *
sample (gsize size)
{
  guint8 *bytes = g_malloc (MAX (size, 1));

  for (gsize i = 0; i < size; i++)
    bytes[i] = (guint8) (i * 31 + (i >> 8));
  return g_bytes_new_take (bytes, size);
}

static void
gives_back_every_size (Sandbox *sandbox,
                       gconstpointer unused G_GNUC_UNUSED)
{
  static const gsize sizes[] = { 0, 1, 2, 15, 4096, 65535, 65536, 65537, 131071, 131072, 131073, 1000001 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GBytes) in = sample (sizes[i]);
      HyBlob blob = write_blob (sandbox, in);
      g_autoptr (GBytes) out = NULL;
      GError *error = NULL;

      out = hy_blob_file_read (sandbox->dir, space, sandbox->key, &blob, &error);
      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (in, out));
    }
}

/* Source: the Padmé definition, worked by hand: keep the top floor(log2 E) + 1 bits below the first. */
static void
pads_as_padme_says (void)
{
  static const struct
  {
    gint64 size;
    gint64 padded;
  } rows[] = { { 0, 0 }, { 1, 1 }, { 2, 2 }, { 7, 7 }, { 9, 10 }, { 100, 104 }, { 1000, 1024 }, { 1025, 1088 }, { 65537, 67584 }, { 1000000, 1015808 } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (hy_blob_file_pad (rows[i].size), ==, rows[i].padded);
  for (gint64 size = 2; size < 1000000; size = size * 5 / 4 + 1)
    {
      g_assert_cmpint (hy_blob_file_pad (size), >=, size);
      g_assert_cmpint (hy_blob_file_pad (size) * 100, <=, size * 112);
    }
}

static void
shows_nothing_in_clear (Sandbox *sandbox,
                        gconstpointer unused G_GNUC_UNUSED)
{
  const char *marker = "Compte rendu de consultation";
  g_autoptr (GBytes) in = g_bytes_new_static (marker, strlen (marker));
  HyBlob blob = write_blob (sandbox, in);
  g_autofree char *path = hy_blob_file_dup_path (sandbox->dir, blob.id);
  g_autofree char *bytes = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  g_assert_cmpint (memcmp (bytes, "HYGBLOB1", 8), ==, 0);
  g_assert_null (memmem (bytes, size, "consultation", 12));
}

static void
assert_refused (Sandbox *sandbox,
                const guint8 *uuid,
                HyBlob *blob)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (hy_blob_file_read (sandbox->dir, uuid, sandbox->key, blob, &error));
  g_assert_error (error, HY_ERROR, HY_ERROR_CORRUPT);
}

static void
refuses_any_change (Sandbox *sandbox,
                    gconstpointer unused G_GNUC_UNUSED)
{
  g_autoptr (GBytes) in = sample (70000);
  g_autoptr (GBytes) other_in = sample (70001);
  HyBlob blob = write_blob (sandbox, in);
  HyBlob other = write_blob (sandbox, other_in);
  g_autofree char *path = hy_blob_file_dup_path (sandbox->dir, blob.id);
  g_autofree char *other_path = hy_blob_file_dup_path (sandbox->dir, other.id);
  g_autofree char *bytes = NULL;
  g_autofree char *other_bytes = NULL;
  gsize size, other_size;
  HyBlob wrong = blob;

  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  for (gsize offset = 0; offset < size; offset += offset < 48 ? 1 : 997)
    {
      hy_test_flip (path, offset, 0x01);
      assert_refused (sandbox, space, &blob);
      hy_test_flip (path, offset, 0x01);
    }
  /* Cut, longer, another document's file, another space, another length or hash in the row. */
  g_assert_true (g_file_set_contents (path, bytes, (gssize) size - 1, NULL));
  assert_refused (sandbox, space, &blob);
  g_assert_true (g_file_set_contents (path, bytes, 48 + 65536 + 17, NULL));
  assert_refused (sandbox, space, &blob);
  {
    g_autofree char *longer = g_malloc0 (size + 17);

    memcpy (longer, bytes, size);
    g_assert_true (g_file_set_contents (path, longer, (gssize) size + 17, NULL));
    assert_refused (sandbox, space, &blob);
  }
  g_assert_true (g_file_get_contents (other_path, &other_bytes, &other_size, NULL));
  g_assert_true (g_file_set_contents (path, other_bytes, (gssize) other_size, NULL));
  assert_refused (sandbox, space, &blob);
  g_assert_true (g_file_set_contents (path, bytes, (gssize) size, NULL));
  assert_refused (sandbox, other_space, &blob);
  wrong.size--;
  assert_refused (sandbox, space, &wrong);
  wrong = blob;
  wrong.hash[3] ^= 1;
  assert_refused (sandbox, space, &wrong);
  wrong = blob;
  wrong.wrapped[30] ^= 1;
  assert_refused (sandbox, space, &wrong);
  g_unlink (path);
  assert_refused (sandbox, space, &blob);
}

int
main (int argc,
      char *argv[])
{
  dex_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/vault/blob-file/gives-back-every-size", Sandbox, NULL, set_up, gives_back_every_size, tear_down);
  g_test_add_func ("/vault/blob-file/pads-as-padme-says", pads_as_padme_says);
  g_test_add ("/vault/blob-file/shows-nothing-in-clear", Sandbox, NULL, set_up, shows_nothing_in_clear, tear_down);
  g_test_add ("/vault/blob-file/refuses-any-change", Sandbox, NULL, set_up, refuses_any_change, tear_down);
  return g_test_run ();
}
