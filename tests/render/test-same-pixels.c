/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sandbox takes nothing from what is seen: each sample looks the same from inside it as decoded right here, fonts that
 * a document only names included. */

#include "hy-test-render.h"
#include "hy-test-worker.h"

#include <string.h>

#define SCALE 1.0f

static void
check_page (HyRenderDocument *held,
            HyWorkerDocument *free_one,
            guint page)
{
  g_autoptr (HyRenderPixels) inside = hy_test_render_boxed (hy_render_document_draw (held, page, SCALE, 0, NULL, NULL));
  g_auto (HyTestPixels) outside = hy_test_worker_draw (free_one, page, SCALE, 0, 0, 0, inside->width, inside->height);
  const guint8 *bytes = g_bytes_get_data (inside->bytes, NULL);

  g_assert_cmpuint (inside->stride, ==, inside->width * 4);
  /* The fourth byte of a pixel says nothing. */
  for (guint i = 0; i < inside->width * inside->height; i++)
    if (memcmp (bytes + 4 * i, outside.bytes + 4 * i, 3) != 0)
      g_error ("page %u differs at %u, %u", page, i % inside->width, i / inside->width);
}

static void
check_words (HyRenderDocument *held,
             HyWorkerDocument *free_one)
{
  g_autofree char *inside = hy_test_render_string (hy_render_document_dup_text (held, HY_WIRE_ALL));
  g_autoptr (GString) outside = g_string_new (NULL);

  g_assert_cmpint (free_one->klass->text (free_one, HY_WIRE_ALL, outside), ==, HY_WIRE_OK);
  g_assert_cmpstr (inside, ==, outside->str);
}

static void
test_samples (gconstpointer data)
{
  g_autofree char *folder = g_build_filename (g_getenv ("HY_FIXTURES"), "pdf", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (HyRenderer) renderer = hy_renderer_new ();
  const char *name;
  guint n = 0;

  hy_render_get_settings ()->contain = GPOINTER_TO_INT (data);
  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename ("pdf", name, NULL);
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (HyRenderDocument) held = NULL;
      g_autoptr (HyWorkerDocument) free_one = NULL;
      const char *password = g_str_has_suffix (name, "password.pdf") ? "openpassword" : NULL;

      if (!g_str_has_suffix (name, ".pdf"))
        continue;
      g_test_message ("%s", name);
      bytes = hy_test_render_fixture (path);
      held = hy_test_render_object (hy_renderer_open (renderer, bytes, password));
      free_one = hy_test_worker_open (bytes, password);
      g_assert_cmpuint (hy_render_document_get_n_pages (held), ==, free_one->n_pages);
      check_page (held, free_one, 0);
      check_page (held, free_one, free_one->n_pages - 1);
      check_words (held, free_one);
      n++;
    }
  g_assert_cmpuint (n, >=, 28);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_data_func ("/render/same-pixels/in-namespaces", GINT_TO_POINTER (TRUE), test_samples);
  g_test_add_data_func ("/render/same-pixels/without-namespaces", GINT_TO_POINTER (FALSE), test_samples);
  return g_test_run ();
}
