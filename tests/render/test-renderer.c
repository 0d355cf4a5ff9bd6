/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The real worker with real documents, in its sandbox. */

#include "hy-test-render.h"

#include "base/hy-async.h"
#include "base/hy-json.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static char *program;

static HyRenderDocument *
open_fixture (HyRenderer *renderer,
              const char *path,
              const char *password)
{
  g_autoptr (GBytes) bytes = hy_test_render_fixture (path);

  return hy_test_render_object (hy_renderer_open (renderer, bytes, password));
}

static guint
count_dark (HyRenderPixels *pixels)
{
  const guint8 *bytes = g_bytes_get_data (pixels->bytes, NULL);
  guint n = 0;

  g_assert_cmpuint (g_bytes_get_size (pixels->bytes), ==, pixels->stride * pixels->height);
  for (guint y = 0; y < pixels->height; y++)
    for (guint x = 0; x < pixels->width; x++)
      n += bytes[y * pixels->stride + x * 4] < 128;
  return n;
}

/* Whatever there is to ask of every page. */
static void
ask_everything (HyRenderDocument *document)
{
  guint n_pages = hy_render_document_get_n_pages (document);
  g_autoptr (GArray) sizes = hy_test_render_boxed (hy_render_document_dup_sizes (document));
  g_autofree char *all = hy_test_render_string (hy_render_document_dup_text (document, HY_WIRE_ALL));

  g_assert_cmpuint (sizes->len, ==, n_pages);
  g_assert_nonnull (all);
  for (guint page = 0; page < n_pages; page++)
    {
      HyWireSize *size = &g_array_index (sizes, HyWireSize, page);
      g_autoptr (HyRenderPixels) pixels = hy_test_render_boxed (hy_render_document_draw (document, page, 0.5, 0, NULL, NULL));
      g_autoptr (HyRenderPixels) turned = hy_test_render_boxed (hy_render_document_draw (document, page, 0.5, 90, NULL, NULL));
      g_autoptr (HyRenderLayout) layout = hy_test_render_boxed (hy_render_document_dup_layout (document, page));
      g_autoptr (GPtrArray) links = hy_test_render_boxed (hy_render_document_dup_links (document, page));

      g_assert_cmpuint (pixels->width, ==, turned->height);
      g_assert_cmpuint (pixels->height, ==, turned->width);
      g_assert_cmpfloat_with_epsilon (pixels->width, size->width / 2, 1.01);
      g_assert_cmpint (g_utf8_strlen (layout->text, -1), ==, layout->n_chars);
      g_assert_nonnull (links);
    }
}

static void
test_samples (void)
{
  g_autoptr (HyRenderer) renderer = hy_renderer_new ();
  g_autofree char *folder = g_build_filename (g_getenv ("HY_FIXTURES"), "pdf", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;
  guint n_dark = 0;

  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename ("pdf", name, NULL);
      g_autoptr (HyRenderDocument) document = NULL;
      g_autoptr (HyRenderPixels) pixels = NULL;

      if (!g_str_has_suffix (name, ".pdf"))
        continue;
      g_test_message ("%s", name);
      document = open_fixture (renderer, path, g_str_has_suffix (name, "password.pdf") ? "openpassword" : NULL);
      g_assert_cmpint (hy_render_document_get_kind (document), ==, HY_WIRE_KIND_PDF);
      g_assert_cmpuint (hy_render_document_get_n_pages (document), >=, 1);
      g_assert_true (hy_render_is_held (hy_render_document_get_layers (document)));
      ask_everything (document);
      pixels = hy_test_render_boxed (hy_render_document_draw (document, 0, 1.0, 0, NULL, NULL));
      n_dark += count_dark (pixels) > 0;
      n++;
    }
  g_assert_cmpuint (n, >=, 28);
  /* Nearly all have black words on their first page. */
  g_assert_cmpuint (n_dark, >=, n - 3);
}

static void
test_text (void)
{
  g_autoptr (HyRenderer) renderer = hy_renderer_new ();
  g_autoptr (HyRenderDocument) document = open_fixture (renderer, "pdf/002-trivial-libre-office-writer.pdf", NULL);
  g_autofree char *text = hy_test_render_string (hy_render_document_dup_text (document, 0));
  g_autofree char *all = hy_test_render_string (hy_render_document_dup_text (document, HY_WIRE_ALL));
  g_autoptr (HyRenderLayout) layout = hy_test_render_boxed (hy_render_document_dup_layout (document, 0));

  g_assert_nonnull (strstr (text, "Lorem ipsum"));
  g_assert_nonnull (strstr (all, "Lorem ipsum"));
  g_assert_nonnull (strchr (all, '\f'));
  g_assert_nonnull (strstr (layout->text, "Lorem ipsum"));
}

/* -- the other kinds -- */

static void
check_picture (HyRenderDocument *document)
{
  g_autoptr (HyRenderPixels) pixels = NULL;

  g_assert_cmpint (hy_render_document_get_kind (document), ==, HY_WIRE_KIND_IMAGE);
  g_assert_cmpuint (hy_render_document_get_n_pages (document), ==, 1);
  pixels = hy_test_render_boxed (hy_render_document_draw (document, 0, 1, 0, NULL, NULL));
  g_assert_cmpuint (pixels->width, >=, 16);
}

/* Nearly black, 16 by 8 pixels. */
static void
test_pictures (void)
{
  const char *const pictures[] = {
    /* PNG */
    "iVBORw0KGgoAAAANSUhEUgAAABAAAAAICAAAAADVHSBLAAAAD0lEQVR42mMQQAMMAyMAACCmCAFX3cdjAAAAAElFTkSuQmCC",
    /* TIFF, deflated */
    "SUkqAAgAAAAJAAABBAABAAAAEAAAAAEBBAABAAAACAAAAAIBAwABAAAACAAAAAMBAwABAAAACAAAAAYBAwABAAAAAQAAABEBBAABAAAAegAAABUB"
    "AwABAAAAAQAAABYBBAABAAAACAAAABcBBAABAAAADAAAAAAAAAB42hMQGFgAAASeCAE=",
  };

  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++)
    {
      g_autoptr (HyRenderer) renderer = hy_renderer_new ();
      gsize size;
      guchar *bytes = g_base64_decode (pictures[i], &size);
      g_autoptr (GBytes) picture = g_bytes_new_take (bytes, size);
      g_autoptr (HyRenderDocument) document = hy_test_render_object (hy_renderer_open (renderer, picture, NULL));
      g_autoptr (HyRenderPixels) pixels = hy_test_render_boxed (hy_render_document_draw (document, 0, 1, 0, NULL, NULL));

      check_picture (document);
      g_assert_cmpuint (count_dark (pixels), ==, 16 * 8);
    }
}

static void
check_body (HyRenderer *renderer,
            GBytes *body)
{
  g_autoptr (HyRenderDocument) document = hy_test_render_object (hy_renderer_open (renderer, body, NULL));
  g_autofree char *text = NULL;

  switch (hy_render_document_get_kind (document))
    {
    case HY_WIRE_KIND_PDF:
      ask_everything (document);
      break;
    case HY_WIRE_KIND_IMAGE:
      check_picture (document);
      break;
    default:
      g_assert_cmpint (hy_render_document_get_kind (document), ==, HY_WIRE_KIND_TEXT);
      text = hy_test_render_string (hy_render_document_dup_text (document, HY_WIRE_ALL));
      g_assert_cmpuint (strlen (text), >, 20);
    }
}

/* Each is read, and each file in it taken out and shown by a worker of its own: PDF, JPEG, RTF, plain text. */
static void
test_cda (void)
{
  static const char *const folders[] = { "cda", "cda/fr" };
  g_autoptr (HyRenderer) renderer = hy_renderer_new ();
  guint n = 0;
  guint n_bodies = 0;

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *folder = g_build_filename (g_getenv ("HY_FIXTURES"), folders[i], NULL);
      g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
      const char *name;

      while ((name = g_dir_read_name (dir)))
        {
          g_autofree char *path = g_build_filename (folders[i], name, NULL);
          g_autoptr (HyRenderDocument) document = NULL;
          g_autoptr (GBytes) bytes = NULL;
          g_autoptr (HyJson) json = NULL;
          g_autofree char *text = NULL;
          HyJsonNode bodies;

          if (!g_str_has_suffix (name, ".xml") && !g_str_has_suffix (name, ".XML"))
            continue;
          g_test_message ("%s", name);
          document = open_fixture (renderer, path, NULL);
          g_assert_cmpint (hy_render_document_get_kind (document), ==, HY_WIRE_KIND_CDA);
          bytes = hy_test_render_boxed (hy_render_document_read (document));
          text = hy_test_render_string (hy_render_document_dup_text (document, HY_WIRE_ALL));
          json = hy_json_parse (bytes, NULL);
          bodies = hy_json_member (json, hy_json_root (json), "bodies");
          for (guint j = 0; j < hy_json_count (json, bodies); j++, n_bodies++)
            {
              g_autoptr (GBytes) body = hy_test_render_boxed (hy_render_document_dup_body (document, j));

              check_body (renderer, body);
            }
          hy_test_render_fails (hy_render_document_dup_body (document, 1000), HY_RENDER_ERROR_DAMAGED);
          n++;
        }
    }
  g_assert_cmpuint (n, >=, 16);
  g_assert_cmpuint (n_bodies, >=, 4);
}

/* -- what is refused -- */

static void
refuse (const char *words,
        const char *password,
        HyRenderError error)
{
  g_autoptr (HyRenderer) renderer = hy_renderer_new ();
  g_autoptr (GBytes) bytes = g_bytes_new (words, strlen (words));

  hy_test_render_fails (hy_renderer_open (renderer, bytes, password), error);
}

static void
test_refused (void)
{
  g_autoptr (HyRenderer) renderer = hy_renderer_new ();
  g_autoptr (GBytes) locked = hy_test_render_fixture ("pdf/libreoffice-writer-password.pdf");
  g_autofree char *long_password = g_strnfill (HY_WIRE_MAX_PASSWORD, 'x');
  g_autoptr (HyRenderDocument) document = NULL;

  hy_test_render_fails (hy_renderer_open (renderer, locked, NULL), HY_RENDER_ERROR_PASSWORD);
  hy_test_render_fails (hy_renderer_open (renderer, locked, "wrong"), HY_RENDER_ERROR_PASSWORD);
  hy_test_render_fails (hy_renderer_open (renderer, locked, long_password), HY_RENDER_ERROR_PASSWORD);
  document = hy_test_render_object (hy_renderer_open (renderer, locked, "openpassword"));
  g_assert_cmpuint (hy_render_document_get_n_pages (document), ==, 1);

  refuse ("%PDF-1.7 and nothing else", NULL, HY_RENDER_ERROR_DAMAGED);
  refuse ("", NULL, HY_RENDER_ERROR_UNSUPPORTED);
  refuse ("\x01\x02\x03\x04 what is this?", NULL, HY_RENDER_ERROR_UNSUPPORTED);
  refuse ("<?xml version='1.0'?><!DOCTYPE ClinicalDocument [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
          "<ClinicalDocument xmlns='urn:hl7-org:v3'>&x;</ClinicalDocument>",
          NULL, HY_RENDER_ERROR_FORBIDDEN);
}

/* -- workers come and go -- */

/* With settings->contain FALSE these are the workers themselves. */
static void
add_descendants (int pid,
                 GArray *pids)
{
  g_autofree char *folder = g_strdup_printf ("/proc/%d/task", pid);
  g_autoptr (GDir) tasks = g_dir_open (folder, 0, NULL);
  const char *task;

  while (tasks != NULL && (task = g_dir_read_name (tasks)))
    {
      g_autofree char *path = g_build_filename (folder, task, "children", NULL);
      g_autofree char *words = NULL;
      g_auto (GStrv) numbers = NULL;

      if (!g_file_get_contents (path, &words, NULL, NULL))
        continue;
      numbers = g_strsplit (words, " ", -1);
      for (guint i = 0; numbers[i] != NULL; i++)
        if (*numbers[i] != 0)
          {
            int child = atoi (numbers[i]);

            g_array_append_val (pids, child);
            add_descendants (child, pids);
          }
    }
}

static void
wait_for_count (guint n)
{
  gint64 deadline = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  while (hy_render_process_count () != n && g_get_monotonic_time () < deadline)
    g_usleep (1000);
  g_assert_cmpuint (hy_render_process_count (), ==, n);
}

/* A spare takes its time to start, so that the page one waits for comes first. */
static void
wait_for_processes (GArray *pids,
                    guint n)
{
  gint64 deadline = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  do
    {
      g_usleep (10 * 1000);
      g_array_set_size (pids, 0);
      add_descendants (getpid (), pids);
    }
  while (pids->len != n && g_get_monotonic_time () < deadline);
  g_assert_cmpuint (pids->len, ==, n);
}

static void
test_spare (void)
{
  g_autoptr (HyRenderer) renderer = hy_renderer_new ();
  g_autoptr (HyRenderDocument) first = NULL;
  g_autoptr (HyRenderDocument) second = NULL;
  g_autoptr (GArray) pids = NULL;
  g_autoptr (GBytes) bytes = hy_test_render_fixture ("pdf/minimal-document.pdf");

  hy_render_get_settings ()->contain = FALSE;
  /* Nothing is started before it is wanted; those of other tests end. */
  hy_test_render_all_gone ();
  hy_renderer_keep_spare (renderer, TRUE);
  hy_renderer_keep_spare (renderer, TRUE);
  wait_for_count (1);
  first = open_fixture (renderer, "pdf/minimal-document.pdf", NULL);
  wait_for_count (2);

  /* The spare dies, and nobody need know. */
  pids = g_array_new (FALSE, FALSE, sizeof (int));
  wait_for_processes (pids, 2);
  for (guint i = 0; i < pids->len; i++)
    if (g_array_index (pids, int, i) != hy_render_process_get_pid (hy_render_document_get_process (first)))
      kill (g_array_index (pids, int, i), SIGKILL);
  wait_for_count (1);
  second = open_fixture (renderer, "pdf/minimal-document.pdf", NULL);
  ask_everything (second);
  ask_everything (first);
  wait_for_count (3);

  /* The documents stay; nothing new is opened. */
  hy_renderer_close (renderer);
  wait_for_count (2);
  ask_everything (first);
  hy_test_render_fails (hy_renderer_open (renderer, bytes, NULL), HY_RENDER_ERROR_STOPPED);
  hy_renderer_keep_spare (renderer, TRUE);
  wait_for_count (2);
  hy_render_document_close (first);
  wait_for_count (1);
  hy_test_render_fails (hy_render_document_dup_text (first, 0), HY_RENDER_ERROR_STOPPED);
  g_clear_object (&second);
  hy_test_render_all_gone ();
  hy_render_get_settings ()->contain = TRUE;
}

static void
test_layers (void)
{
  const guint own = HY_LAYER_NO_NEW_PRIVS | HY_LAYER_LANDLOCK | HY_LAYER_SECCOMP | HY_LAYER_LIMITS;
  g_autoptr (HyRenderer) renderer = hy_renderer_new ();

  for (guint contain = 0; contain <= 1; contain++)
    {
      g_autoptr (HyRenderDocument) document = NULL;

      hy_render_get_settings ()->contain = contain;
      document = open_fixture (renderer, "pdf/minimal-document.pdf", NULL);
      if (contain == 0)
        g_assert_cmphex (hy_render_document_get_layers (document), ==, own);
      else
        g_assert_cmphex (hy_render_document_get_layers (document) & ~HY_LAYER_NAMESPACES, ==, own);
      ask_everything (document);
    }
}

static void
test_kept_to_itself (void)
{
  g_autoptr (HyRenderer) renderer = hy_renderer_new ();
  g_autoptr (HyRenderDocument) document = NULL;
  g_autofree char *path = NULL;
  g_autofree char *environment = NULL;
  g_autoptr (GDir) fds = NULL;
  const char *fd;
  guint n = 0;
  gsize size = 0;
  int pid;

  /* What it must not see. */
  g_setenv ("HY_TEST_SECRET", "secret", TRUE);
  g_assert_cmpint (dup (0), >, 2);
  hy_render_get_settings ()->contain = FALSE;
  document = open_fixture (renderer, "pdf/minimal-document.pdf", NULL);
  pid = hy_render_process_get_pid (hy_render_document_get_process (document));
  path = g_strdup_printf ("/proc/%d/environ", pid);
  if (g_file_get_contents (path, &environment, &size, NULL))
    g_assert_null (g_strstr_len (environment, (gssize) size, "HY_TEST_SECRET"));
  g_free (path);
  path = g_strdup_printf ("/proc/%d/fd", pid);
  /* Only root may look. */
  if ((fds = g_dir_open (path, 0, NULL)))
    {
      while ((fd = g_dir_read_name (fds)))
        n++;
      g_assert_cmpuint (n, ==, 4);
    }
  hy_render_get_settings ()->contain = TRUE;
}

/* -- Hygie ends without a word -- */

/* A zombie is for its new parent to reap. */
static gboolean
runs (int pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", pid);
  g_autofree char *stat = NULL;

  return g_file_get_contents (path, &stat, NULL, NULL) && strstr (stat, ") Z ") == NULL;
}

/* The other Hygie: opens a document, says so and waits for its end. */
static int
hold_a_document (gboolean contain)
{
  g_autoptr (HyRenderer) renderer = hy_renderer_new ();
  g_autoptr (HyRenderDocument) document = NULL;

  /* A test that fails leaves nobody behind: meson waits for all that have its output. */
  if (prctl (PR_SET_PDEATHSIG, SIGKILL) != 0)
    return 1;
  hy_render_get_settings ()->contain = contain;
  hy_renderer_keep_spare (renderer, TRUE);
  document = open_fixture (renderer, "pdf/minimal-document.pdf", NULL);
  if (write (STDOUT_FILENO, "!", 1) == 1)
    for (;;)
      pause ();
  return 1;
}

static void
test_ends_with_hygie (void)
{
  for (guint contain = 0; contain <= 1; contain++)
    {
      char *const command[] = { program, (char *) (contain ? "--hold-contained" : "--hold"), NULL };
      g_autoptr (GArray) pids = g_array_new (FALSE, FALSE, sizeof (int));
      g_autoptr (GError) error = NULL;
      gint64 deadline;
      GPid pid;
      int out;
      char c;

      g_spawn_async_with_pipes (NULL, (char **) command, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL, &out, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpint (read (out, &c, 1), ==, 1);
      close (out);
      /* The new spare is started by its own thread, which a busy machine may run later. */
      deadline = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;
      while (pids->len < 2 && g_get_monotonic_time () < deadline)
        {
          g_array_set_size (pids, 0);
          add_descendants (pid, pids);
          g_usleep (1000);
        }
      g_assert_cmpuint (pids->len, >=, 2);
      g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
      g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
      deadline = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;
      for (guint i = 0; i < pids->len; i++)
        {
          while (runs (g_array_index (pids, int, i)) && g_get_monotonic_time () < deadline)
            g_usleep (1000);
          g_assert_false (runs (g_array_index (pids, int, i)));
        }
    }
}

/* -- and when it hardly began -- */

/* What was orphaned is given to this process. */
static void
all_children_end (void)
{
  gint64 deadline = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;
  int pid;

  while ((pid = waitpid (-1, NULL, WNOHANG)) >= 0 && g_get_monotonic_time () < deadline)
    g_usleep (1000);
  g_assert_cmpint (pid, ==, -1);
}

static void
wait_until_none (void)
{
  gint64 deadline = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  while (hy_render_process_count () > 0 && g_get_monotonic_time () < deadline)
    g_usleep (1000);
  g_assert_cmpuint (hy_render_process_count (), ==, 0);
}

static void
test_ends_while_starting (void)
{
  hy_test_render_all_gone ();
  g_assert_cmpint (prctl (PR_SET_CHILD_SUBREAPER, 1), ==, 0);
  for (guint i = 0; i < 60; i++)
    {
      g_autoptr (HyRenderer) renderer = hy_renderer_new ();

      hy_renderer_keep_spare (renderer, TRUE);
      g_usleep (i * 250);
      hy_renderer_close (renderer);
    }
  wait_until_none ();
  all_children_end ();

  /* A command that is done while its spare is being started. */
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *delay = g_strdup_printf ("--leave=%u", i * 500);
      char *const command[] = { program, delay, NULL };
      g_autoptr (GError) error = NULL;
      int status;

      g_spawn_sync (NULL, (char **) command, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status, &error);
      g_assert_no_error (error);
      g_assert_cmpint (status, ==, 0);
    }
  all_children_end ();
  g_assert_cmpint (prctl (PR_SET_CHILD_SUBREAPER, 0), ==, 0);
}

static int
leave_soon (guint after_us)
{
  g_autoptr (HyRenderer) renderer = hy_renderer_new ();

  hy_renderer_keep_spare (renderer, TRUE);
  g_usleep (after_us);
  return 0;
}

/* Any thread may ask. */
static DexFuture *
read_on_pool (gpointer data)
{
  HyRenderer *renderer = data;
  g_autoptr (GBytes) bytes = hy_test_render_fixture ("pdf/pdflatex-4-pages.pdf");
  g_autoptr (HyRenderDocument) document = NULL;
  GError *error = NULL;

  if (!(document = dex_await_object (hy_renderer_open (renderer, bytes, NULL), &error)))
    return dex_future_new_for_error (error);
  for (guint page = 0; page < hy_render_document_get_n_pages (document); page++)
    {
      g_autofree char *text = dex_await_string (hy_render_document_dup_text (document, page), &error);

      if (text == NULL)
        return dex_future_new_for_error (error);
    }
  return dex_future_new_true ();
}

static void
test_threads (void)
{
  g_autoptr (HyRenderer) renderer = hy_renderer_new ();
  DexFuture *all[6];

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    all[i] = hy_in_pool (read_on_pool, g_object_ref (renderer), g_object_unref);
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_autoptr (GError) error = NULL;

      hy_run_to_end (all[i], &error);
      g_assert_no_error (error);
    }
}

/* -- namespaces that cannot be had: the last, for it is remembered -- */

static void
put_bwrap (const char *folder,
           const char *script)
{
  g_autofree char *path = g_build_filename (folder, "bwrap", NULL);

  g_assert_true (g_file_set_contents_full (path, script, -1, G_FILE_SET_CONTENTS_NONE, 0755, NULL));
}

static void
test_no_namespaces (void)
{
  g_autofree char *folder = g_dir_make_tmp ("hygie-bwrap-XXXXXX", NULL);
  g_autofree char *path = g_strdup (g_getenv ("PATH"));
  g_autofree char *bwrap = g_build_filename (folder, "bwrap", NULL);
  g_autoptr (HyRenderer) renderer = hy_renderer_new ();
  g_autoptr (GBytes) bytes = hy_test_render_fixture ("pdf/minimal-document.pdf");
  g_autoptr (HyRenderDocument) document = NULL;

  g_setenv ("PATH", folder, TRUE);
  g_assert_cmpint (hy_render_spawn_choose (), ==, HY_RENDER_PLAIN);
  /* Ending in any way of its own is the worker's fault, and no reason for less. */
  put_bwrap (folder, "#!/bin/sh\nexit 2\n");
  g_assert_cmpint (hy_render_spawn_choose (), ==, HY_RENDER_BUBBLEWRAP);
  hy_test_render_fails (hy_renderer_open (renderer, bytes, NULL), HY_RENDER_ERROR_STOPPED);
  g_assert_cmpint (hy_render_spawn_choose (), ==, HY_RENDER_BUBBLEWRAP);
  /* bubblewrap's word for "no namespaces here". */
  put_bwrap (folder, "#!/bin/sh\nexit 1\n");
  document = open_fixture (renderer, "pdf/minimal-document.pdf", NULL);
  g_assert_cmphex (hy_render_document_get_layers (document) & HY_LAYER_NAMESPACES, ==, 0);
  g_assert_cmpint (hy_render_spawn_choose (), ==, HY_RENDER_PLAIN);
  ask_everything (document);
  g_setenv ("PATH", path, TRUE);
  g_unlink (bwrap);
  g_rmdir (folder);
}

/* -- measures: with -m perf -- */

static double
first_pixels_ms (HyRenderer *renderer,
                 GBytes *bytes)
{
  gint64 started = g_get_monotonic_time ();
  g_autoptr (HyRenderDocument) document = hy_test_render_object (hy_renderer_open (renderer, bytes, NULL));
  g_autoptr (HyRenderPixels) pixels = hy_test_render_boxed (hy_render_document_draw (document, 0, 1.5, 0, NULL, NULL));

  return (double) (g_get_monotonic_time () - started) / 1000;
}

static int
by_value (const void *a,
          const void *b)
{
  double difference = *(const double *) a - *(const double *) b;

  return difference < 0 ? -1 : difference > 0;
}

static void
measure_first_pixels (void)
{
  g_autoptr (GBytes) bytes = hy_test_render_fixture ("pdf/002-trivial-libre-office-writer.pdf");
  static const struct
  {
    const char *name;
    gboolean contain, spare;
  } ways[] = {
    { "cold, bubblewrap", TRUE, FALSE },
    { "cold, no namespaces", FALSE, FALSE },
    { "spare, bubblewrap", TRUE, TRUE },
    { "spare, no namespaces", FALSE, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      double times[15];

      for (guint j = 0; j < G_N_ELEMENTS (times); j++)
        {
          g_autoptr (HyRenderer) renderer = hy_renderer_new ();

          hy_render_get_settings ()->contain = ways[i].contain;
          hy_renderer_keep_spare (renderer, ways[i].spare);
          g_usleep (ways[i].spare ? 300 * 1000 : 1000);
          times[j] = first_pixels_ms (renderer, bytes);
        }
      qsort (times, G_N_ELEMENTS (times), sizeof times[0], by_value);
      g_test_minimized_result (times[7], "%s: %.1f ms to the first pixels (median of 15; %.1f to %.1f)", ways[i].name, times[7], times[0],
                               times[14]);
    }
  hy_render_get_settings ()->contain = TRUE;
}

static guint
peak_kib (HyRenderDocument *document)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/status", hy_render_process_get_pid (hy_render_document_get_process (document)));
  g_autofree char *status = NULL;

  g_assert_true (g_file_get_contents (path, &status, NULL, NULL));
  return (guint) strtoul (strstr (status, "VmHWM:") + strlen ("VmHWM:"), NULL, 10);
}

static void
measure_memory (void)
{
  g_autofree char *folder = g_build_filename (g_getenv ("HY_FIXTURES"), "pdf", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (HyRenderer) renderer = hy_renderer_new ();
  const char *name;
  guint most = 0;

  hy_render_get_settings ()->contain = FALSE;
  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename ("pdf", name, NULL);
      g_autoptr (HyRenderDocument) document = NULL;
      guint peak;

      if (!g_str_has_suffix (name, ".pdf"))
        continue;
      document = open_fixture (renderer, path, g_str_has_suffix (name, "password.pdf") ? "openpassword" : NULL);
      ask_everything (document);
      for (guint page = 0; page < MIN (hy_render_document_get_n_pages (document), 5); page++)
        hy_render_pixels_unref (hy_test_render_boxed (hy_render_document_draw (document, page, 2, 0, NULL, NULL)));
      peak = peak_kib (document);
      if (peak > most)
        g_test_message ("%s: %u KiB", name, peak);
      most = MAX (most, peak);
    }
  g_test_minimized_result (most, "most memory of a worker over the samples: %.1f MiB", most / 1024.0);
  hy_render_get_settings ()->contain = TRUE;
}

int
main (int argc,
      char *argv[])
{
  if (argc == 2 && g_str_has_prefix (argv[1], "--hold"))
    {
      dex_init ();
      return hold_a_document (strcmp (argv[1], "--hold-contained") == 0);
    }
  if (argc == 2 && g_str_has_prefix (argv[1], "--leave="))
    return leave_soon ((guint) atoi (argv[1] + strlen ("--leave=")));
  program = argv[0];
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/render/renderer/shows-all-samples", test_samples);
  g_test_add_func ("/render/renderer/reads-words", test_text);
  g_test_add_func ("/render/renderer/shows-pictures", test_pictures);
  g_test_add_func ("/render/renderer/reads-health-documents", test_cda);
  g_test_add_func ("/render/renderer/refuses-with-the-reason", test_refused);
  g_test_add_func ("/render/renderer/keeps-a-spare", test_spare);
  g_test_add_func ("/render/renderer/tells-its-layers", test_layers);
  g_test_add_func ("/render/renderer/sees-nothing-of-ours", test_kept_to_itself);
  g_test_add_func ("/render/renderer/ends-with-hygie", test_ends_with_hygie);
  g_test_add_func ("/render/renderer/ends-while-it-starts", test_ends_while_starting);
  g_test_add_func ("/render/renderer/answers-any-thread", test_threads);
  if (g_test_perf ())
    {
      g_test_add_func ("/render/renderer/first-pixels", measure_first_pixels);
      g_test_add_func ("/render/renderer/memory", measure_memory);
    }
  g_test_add_func ("/render/renderer/does-without-namespaces", test_no_namespaces);
  return g_test_run ();
}
