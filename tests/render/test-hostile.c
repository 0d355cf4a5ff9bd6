/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window's side against workers that were taken over: each lie has its error, nothing hangs, crashes or stays behind. */

#include "hy-test-render.h"

#include "base/hy-async.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* Milliseconds.  Only what is to hang gets little time: these tests pass on a busy machine too. */
#define SHORT 300
#define LONG (20 * 1000)

static char *folder;

static void
become (const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  HyRenderSettings *settings = hy_render_get_settings ();

  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    g_assert_cmpint (symlink (g_getenv ("HY_HOSTILE_WORKER"), path), ==, 0);
  settings->program = g_intern_string (path);
  settings->start_ms = strcmp (name, "hello-hangs") == 0 ? SHORT : LONG;
  settings->document_ms = strcmp (name, "open-hangs") == 0 ? SHORT : LONG;
  settings->page_ms = strcmp (name, "draw-hangs") == 0 ? SHORT : LONG;
}

static DexFuture *
open_as (const char *name)
{
  g_autoptr (HyRenderer) renderer = hy_renderer_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("%PDF-1.7", 8);

  become (name);
  return hy_renderer_open (renderer, bytes, NULL);
}

static void
is_stopped (HyRenderDocument *document)
{
  hy_test_render_fails (hy_render_document_dup_text (document, HY_WIRE_ALL), HY_RENDER_ERROR_STOPPED);
  hy_test_render_fails (hy_render_document_read (document), HY_RENDER_ERROR_STOPPED);
  if (hy_render_document_get_n_pages (document) == 0)
    return;
  hy_test_render_fails (hy_render_document_dup_sizes (document), HY_RENDER_ERROR_STOPPED);
  hy_test_render_fails (hy_render_document_draw (document, 0, 1, 0, NULL, NULL), HY_RENDER_ERROR_STOPPED);
}

/* -- before a document is open -- */

static const struct
{
  const char *name;
  HyRenderError error;
} OPENINGS[] = {
  { "hello-hangs", HY_RENDER_ERROR_STOPPED },
  { "hello-dies", HY_RENDER_ERROR_STOPPED },
  { "hello-magic", HY_RENDER_ERROR_STOPPED },
  { "hello-serial", HY_RENDER_ERROR_STOPPED },
  { "hello-short", HY_RENDER_ERROR_STOPPED },
  { "hello-empty", HY_RENDER_ERROR_STOPPED },
  { "hello-long", HY_RENDER_ERROR_STOPPED },
  { "hello-status", HY_RENDER_ERROR_STOPPED },
  { "hello-descriptors", HY_RENDER_ERROR_STOPPED },
  /* What only Hygie can know. */
  { "hello-namespaces", HY_RENDER_ERROR_STOPPED },
  /* Nothing is decoded by a worker that is not held. */
  { "hello-no-seccomp", HY_RENDER_ERROR_UNSAFE },
  { "hello-no-limits", HY_RENDER_ERROR_UNSAFE },
  { "hello-no-privs", HY_RENDER_ERROR_UNSAFE },
  { "hello-no-landlock", HY_RENDER_ERROR_UNSAFE },
  { "open-hangs", HY_RENDER_ERROR_STOPPED },
  { "open-dies", HY_RENDER_ERROR_STOPPED },
  { "open-magic", HY_RENDER_ERROR_STOPPED },
  { "open-serial", HY_RENDER_ERROR_STOPPED },
  { "open-short", HY_RENDER_ERROR_STOPPED },
  { "open-empty", HY_RENDER_ERROR_STOPPED },
  { "open-long", HY_RENDER_ERROR_STOPPED },
  { "open-status", HY_RENDER_ERROR_STOPPED },
  { "open-bad-request", HY_RENDER_ERROR_STOPPED },
  { "open-more-room", HY_RENDER_ERROR_STOPPED },
  { "open-descriptors", HY_RENDER_ERROR_STOPPED },
  { "open-pages", HY_RENDER_ERROR_STOPPED },
  { "open-more-pages", HY_RENDER_ERROR_STOPPED },
  { "open-kind", HY_RENDER_ERROR_STOPPED },
  { "open-no-kind", HY_RENDER_ERROR_STOPPED },
  { "open-text-pages", HY_RENDER_ERROR_STOPPED },
  { "open-password", HY_RENDER_ERROR_PASSWORD },
  { "open-damaged", HY_RENDER_ERROR_DAMAGED },
};

static void
test_openings (void)
{
  guint n_fds;

  /* What GLib and libdex open for themselves stays. */
  hy_test_render_fails (open_as ("hello-dies"), HY_RENDER_ERROR_STOPPED);
  hy_test_render_all_gone ();
  n_fds = hy_test_render_open_fds ();
  for (guint i = 0; i < G_N_ELEMENTS (OPENINGS); i++)
    {
      gint64 started = g_get_monotonic_time ();

      g_test_message ("%s", OPENINGS[i].name);
      if (OPENINGS[i].error == HY_RENDER_ERROR_UNSAFE)
        g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "*not held*");
      hy_test_render_fails (open_as (OPENINGS[i].name), OPENINGS[i].error);
      g_test_assert_expected_messages ();
      g_assert_cmpint (g_get_monotonic_time () - started, <, LONG / 2 * 1000);
      hy_test_render_all_gone ();
    }
  g_assert_cmpuint (hy_test_render_open_fds (), ==, n_fds);
}

/* -- when one is open -- */

static DexFuture *
ask_text (HyRenderDocument *document)
{
  return hy_render_document_dup_text (document, 0);
}

static DexFuture *
ask_draw (HyRenderDocument *document)
{
  const HyRenderRect part = { 0, 0, 30, 20 };

  return hy_render_document_draw (document, 0, 1, 0, &part, NULL);
}

static DexFuture *
ask_whole (HyRenderDocument *document)
{
  return hy_render_document_draw (document, 0, 1, 90, NULL, NULL);
}

static DexFuture *
ask_layout (HyRenderDocument *document)
{
  return hy_render_document_dup_layout (document, 0);
}

static DexFuture *
ask_links (HyRenderDocument *document)
{
  return hy_render_document_dup_links (document, 0);
}

/* Each ends the worker. */
static const struct
{
  const char *name;
  DexFuture *(*ask) (HyRenderDocument *document);
} LIES[] = {
  { "dies-waiting", ask_text },
  { "talks", ask_text },
  { "text-utf8", ask_text },
  { "text-cut", ask_text },
  { "text-nul", ask_text },
  { "text-size", ask_text },
  { "text-huge", ask_text },
  { "more-for-ever", ask_text },
  { "more-less", ask_text },
  { "more-for-ever", hy_render_document_dup_sizes },
  { "more-for-ever", ask_draw },
  { "sizes-nan", hy_render_document_dup_sizes },
  { "sizes-infinite", hy_render_document_dup_sizes },
  { "sizes-zero", hy_render_document_dup_sizes },
  { "sizes-negative", hy_render_document_dup_sizes },
  { "sizes-nan", ask_whole },
  { "draw-hangs", ask_draw },
  { "draw-dies", ask_draw },
  { "draw-magic", ask_draw },
  { "draw-serial", ask_draw },
  { "draw-short", ask_draw },
  { "draw-long", ask_draw },
  { "draw-status", ask_draw },
  { "draw-bad-request", ask_draw },
  { "draw-password", ask_draw },
  { "draw-less", ask_draw },
  { "draw-more", ask_draw },
  { "draw-descriptors", ask_draw },
  { "draw-more-room", ask_whole },
  { "layout-nan", ask_layout },
  { "layout-huge", ask_layout },
  { "layout-count", ask_layout },
  { "layout-overflow", ask_layout },
  { "layout-bytes", ask_layout },
  { "layout-short", ask_layout },
  { "layout-letters", ask_layout },
  { "links-page", ask_links },
  { "links-both", ask_links },
  { "links-utf8", ask_links },
  { "links-cut", ask_links },
  { "links-odd", ask_links },
  { "read-not-json", hy_render_document_read },
  { "read-array", hy_render_document_read },
};

static void
test_lies (void)
{
  guint n_fds;

  g_clear_object (&(HyRenderDocument *) { hy_test_render_object (open_as ("honest")) });
  hy_test_render_all_gone ();
  n_fds = hy_test_render_open_fds ();
  for (guint i = 0; i < G_N_ELEMENTS (LIES); i++)
    {
      g_autoptr (HyRenderDocument) document = hy_test_render_object (open_as (LIES[i].name));
      gint64 started = g_get_monotonic_time ();

      g_test_message ("%s", LIES[i].name);
      hy_test_render_fails (LIES[i].ask (document), HY_RENDER_ERROR_STOPPED);
      g_assert_cmpint (g_get_monotonic_time () - started, <, LONG / 2 * 1000);
      is_stopped (document);
      /* It is dead though the document is still held. */
      hy_test_render_all_gone ();
      g_assert_cmpint (hy_render_process_get_pid (hy_render_document_get_process (document)), ==, 0);
    }
  g_assert_cmpuint (hy_test_render_open_fds (), ==, n_fds);
}

static void
test_honest (void)
{
  g_autoptr (HyRenderDocument) document = hy_test_render_object (open_as ("honest"));
  g_autofree char *text = hy_test_render_string (ask_text (document));
  g_autoptr (HyRenderPixels) part = hy_test_render_boxed (ask_draw (document));
  g_autoptr (HyRenderPixels) whole = hy_test_render_boxed (ask_whole (document));
  g_autoptr (HyRenderLayout) layout = hy_test_render_boxed (ask_layout (document));
  g_autoptr (GPtrArray) links = hy_test_render_boxed (ask_links (document));

  g_assert_cmpstr (text, ==, "three words here\f");
  g_assert_cmpuint (part->width, ==, 30);
  g_assert_cmpuint (part->height, ==, 20);
  g_assert_cmpuint (g_bytes_get_size (part->bytes), ==, 30 * 20 * 4);
  /* 100 by 200 points, lying. */
  g_assert_cmpuint (whole->width, ==, 200);
  g_assert_cmpuint (whole->height, ==, 100);
  g_assert_cmpstr (layout->text, ==, "éb");
  g_assert_cmpfloat (layout->boxes[1].x1, ==, 5);
  g_assert_cmpfloat (layout->boxes[1].x2, ==, 30);
  /* Of ten, two lead where one may go. */
  g_assert_cmpuint (links->len, ==, 2);
  g_assert_cmpstr (((HyRenderLink *) links->pdata[0])->uri, ==, "https://example.org/a");
  g_assert_cmpuint (((HyRenderLink *) links->pdata[1])->page, ==, 1);
  g_assert_null (((HyRenderLink *) links->pdata[1])->uri);

  /* The pixels outlive the worker. */
  g_clear_object (&document);
  hy_test_render_all_gone ();
  g_assert_cmpint (((const guint8 *) g_bytes_get_data (part->bytes, NULL))[30 * 20 * 4 - 1], ==, 1);
}

/* Too much is refused, and the worker goes on. */
static void
test_bounds (void)
{
  g_autoptr (HyRenderDocument) document = hy_test_render_object (open_as ("more-too-much"));
  g_autoptr (HyRenderDocument) wide = hy_test_render_object (open_as ("sizes-huge"));
  const HyRenderRect side = { 0, 0, HY_WIRE_MAX_SIDE + 1, 1 };
  const HyRenderRect area = { 0, 0, HY_WIRE_MAX_SIDE, HY_WIRE_MAX_PIXELS / HY_WIRE_MAX_SIDE + 1 };
  const HyRenderRect far = { G_MAXUINT, 0, 10, 10 };
  const HyRenderRect largest = { 0, 0, HY_WIRE_MAX_SIDE, HY_WIRE_MAX_PIXELS / HY_WIRE_MAX_SIDE };
  g_autoptr (HyRenderPixels) pixels = NULL;

  hy_test_render_fails (ask_text (document), HY_RENDER_ERROR_TOO_LARGE);
  hy_test_render_fails (ask_text (document), HY_RENDER_ERROR_TOO_LARGE);
  hy_test_render_fails (hy_render_document_draw (wide, 0, 1, 0, &side, NULL), HY_RENDER_ERROR_TOO_LARGE);
  hy_test_render_fails (hy_render_document_draw (wide, 0, 1, 0, &area, NULL), HY_RENDER_ERROR_TOO_LARGE);
  hy_test_render_fails (hy_render_document_draw (wide, 0, 1, 0, &far, NULL), HY_RENDER_ERROR_TOO_LARGE);
  hy_test_render_fails (hy_render_document_draw (wide, 0, 1e9, 0, NULL, NULL), HY_RENDER_ERROR_TOO_LARGE);
  hy_test_render_fails (ask_whole (wide), HY_RENDER_ERROR_TOO_LARGE);
  pixels = hy_test_render_boxed (hy_render_document_draw (wide, 0, 1, 0, &largest, NULL));
  g_assert_cmpuint (g_bytes_get_size (pixels->bytes), ==, (gsize) HY_WIRE_MAX_PIXELS * 4);
}

/* -- while it is asked -- */

static void
test_cancel (void)
{
  g_autoptr (HyRenderDocument) document = hy_test_render_object (open_as ("slow"));
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  const HyRenderRect part = { 0, 0, 4, 4 };
  DexFuture *draws[5];
  DexFuture *last;
  g_autoptr (HyRenderPixels) pixels = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (draws); i++)
    draws[i] = hy_render_document_draw (document, 0, 1, 0, &part, cancellable);
  last = hy_render_document_draw (document, 1, 1, 0, &part, NULL);
  g_cancellable_cancel (cancellable);
  pixels = hy_test_render_boxed (last);
  /* The worker was asked for the first at most, and for the last. */
  g_assert_cmpint (*(const guint8 *) g_bytes_get_data (pixels->bytes, NULL), <=, 2);
  for (guint i = 0; i < G_N_ELEMENTS (draws); i++)
    {
      g_autoptr (GError) error = NULL;

      if (!hy_run_to_end (draws[i], &error))
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      else
        g_assert_cmpuint (i, ==, 0);
    }
}

static void
test_let_go (void)
{
  g_autoptr (HyRenderDocument) document = hy_test_render_object (open_as ("slow"));
  const HyRenderRect part = { 0, 0, 4, 4 };
  DexFuture *first = hy_render_document_draw (document, 0, 1, 0, &part, NULL);
  g_autoptr (HyRenderPixels) pixels = NULL;

  /* Raced against something that is over, as hy_spawn() does with a scope. */
  for (guint i = 0; i < 5; i++)
    dex_unref (dex_future_first (hy_render_document_draw (document, 0, 1, 0, &part, NULL), dex_future_new_true (), NULL));
  pixels = hy_test_render_boxed (hy_render_document_draw (document, 0, 1, 0, &part, NULL));
  g_assert_cmpint (*(const guint8 *) g_bytes_get_data (pixels->bytes, NULL), ==, 2);
  g_assert_true (hy_run_to_end (first, NULL));
}

static void
test_closed (void)
{
  g_autoptr (HyRenderDocument) document = hy_test_render_object (open_as ("draw-hangs"));
  DexFuture *hanging;
  DexFuture *waiting;
  gint64 started = g_get_monotonic_time ();

  hy_render_get_settings ()->page_ms = LONG;
  hanging = ask_draw (document);
  waiting = ask_text (document);
  g_usleep (20 * 1000);
  hy_render_document_close (document);
  hy_test_render_fails (hanging, HY_RENDER_ERROR_STOPPED);
  hy_test_render_fails (waiting, HY_RENDER_ERROR_STOPPED);
  is_stopped (document);
  hy_test_render_all_gone ();
  g_assert_cmpint (g_get_monotonic_time () - started, <, LONG / 2 * 1000);
}

static void
test_killed (void)
{
  g_autoptr (HyRenderDocument) document = hy_test_render_object (open_as ("draw-hangs"));
  DexFuture *hanging = NULL;

  hy_render_get_settings ()->page_ms = LONG;
  hanging = ask_draw (document);
  g_usleep (20 * 1000);
  g_assert_cmpint (kill (hy_render_process_get_pid (hy_render_document_get_process (document)), SIGKILL), ==, 0);
  hy_test_render_fails (hanging, HY_RENDER_ERROR_STOPPED);
  is_stopped (document);
  hy_test_render_all_gone ();
}

/* Letting go of what is not answered yet ends it too: a page was left while its document was being opened. */
static void
test_dropped (void)
{
  gint64 started = g_get_monotonic_time ();

  dex_unref (dex_future_first (open_as ("slow-to-open"), dex_future_new_true (), NULL));
  hy_test_render_all_gone ();
  g_assert_cmpint (g_get_monotonic_time () - started, <, LONG / 2 * 1000);
  dex_unref (open_as ("open-hangs"));
  dex_unref (open_as ("honest"));
  hy_test_render_all_gone ();
}

static void
test_no_program (void)
{
  g_autoptr (HyRenderer) renderer = hy_renderer_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("%PDF", 4);

  hy_render_get_settings ()->program = "/nowhere/hygie-render";
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "*did not start*");
  hy_test_render_fails (hy_renderer_open (renderer, bytes, NULL), HY_RENDER_ERROR_STOPPED);
  g_test_assert_expected_messages ();
  hy_test_render_all_gone ();
}

/* The last, for it is remembered. */
static void
test_container_hangs (void)
{
  g_autofree char *bwrap = g_build_filename (folder, "bwrap", NULL);
  g_autofree char *path = g_strdup (g_getenv ("PATH"));
  g_autoptr (HyRenderer) renderer = hy_renderer_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("%PDF-1.7", 8);
  g_autoptr (HyRenderDocument) document = NULL;

  g_assert_true (g_file_set_contents_full (bwrap, "#!/bin/sh\nexec /bin/sleep 1000\n", -1, G_FILE_SET_CONTENTS_NONE, 0755, NULL));
  g_setenv ("PATH", folder, TRUE);
  become ("honest");
  hy_render_get_settings ()->contain = TRUE;
  hy_render_get_settings ()->start_ms = 10 * SHORT;
  g_assert_cmpint (hy_render_spawn_choose (), ==, HY_RENDER_BUBBLEWRAP);
  document = hy_test_render_object (hy_renderer_open (renderer, bytes, NULL));
  g_assert_cmphex (hy_render_document_get_layers (document) & HY_LAYER_NAMESPACES, ==, 0);
  g_assert_cmpint (hy_render_spawn_choose (), ==, HY_RENDER_PLAIN);
  g_setenv ("PATH", path, TRUE);
  hy_render_document_close (document);
  hy_test_render_all_gone ();
}

int
main (int argc,
      char *argv[])
{
  HyRenderSettings *settings = hy_render_get_settings ();
  int result;
  GDir *dir;
  const char *name;

  g_test_init (&argc, &argv, NULL);
  dex_init ();
  /* Expected warnings come from the worker's thread, but before its promise is seen here. */
  folder = g_dir_make_tmp ("hygie-hostile-XXXXXX", NULL);
  settings->contain = FALSE;

  g_test_add_func ("/render/hostile/is-not-believed-before-it-opens", test_openings);
  g_test_add_func ("/render/hostile/is-not-believed-when-open", test_lies);
  g_test_add_func ("/render/hostile/is-believed-when-right", test_honest);
  g_test_add_func ("/render/hostile/bounds-hold", test_bounds);
  g_test_add_func ("/render/hostile/cancelled-draws-are-dropped", test_cancel);
  g_test_add_func ("/render/hostile/what-nobody-waits-for-is-dropped", test_let_go);
  g_test_add_func ("/render/hostile/close-ends-what-hangs", test_closed);
  g_test_add_func ("/render/hostile/killed-while-asked", test_killed);
  g_test_add_func ("/render/hostile/dropped-before-it-answers", test_dropped);
  g_test_add_func ("/render/hostile/program-is-missing", test_no_program);
  g_test_add_func ("/render/hostile/container-hangs", test_container_hangs);
  result = g_test_run ();

  dir = g_dir_open (folder, 0, NULL);
  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_dir_close (dir);
  g_rmdir (folder);
  g_free (folder);
  return result;
}
