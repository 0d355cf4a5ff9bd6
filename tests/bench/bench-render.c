/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first page of PDF files through the sandboxed worker, from bytes in memory to pixels in memory: with a worker that
 * has to be started ("cold") and with a spare one that waits ("warm"); and the words of all pages.
 *   bench-render SCALE FILE... */

#include "bench-support.h"

#include "render/hy-render.h"

#include <stdlib.h>

/* Longer than a spare worker takes to be ready. */
#define SPARE_US 400000

static double
draw_first (HyRenderer *renderer,
            GBytes *bytes,
            double scale)
{
  double begun_ms = bench_now_ms ();
  g_autoptr (HyRenderDocument) document = bench_await_object (hy_renderer_open (renderer, bytes, NULL));
  g_autoptr (HyRenderPixels) pixels = bench_await_boxed (hy_render_document_draw (document, 0, scale, 0, NULL, NULL));

  return bench_now_ms () - begun_ms;
}

static double
read_all (HyRenderer *renderer,
          GBytes *bytes)
{
  double begun_ms = bench_now_ms ();
  g_autoptr (HyRenderDocument) document = bench_await_object (hy_renderer_open (renderer, bytes, NULL));

  bench_await (hy_render_document_dup_text (document, HY_WIRE_ALL));
  return bench_now_ms () - begun_ms;
}

int
main (int argc,
      char **argv)
{
  g_autoptr (HyRenderer) cold = NULL;
  g_autoptr (HyRenderer) warm = NULL;
  double scale = argc > 2 ? g_ascii_strtod (argv[1], NULL) : 0;

  dex_init ();
  cold = hy_renderer_new ();
  warm = hy_renderer_new ();
  hy_renderer_keep_spare (warm, TRUE);
  for (int i = 2; i < argc; i++)
    {
      g_autofree char *contents = NULL;
      g_autofree char *cold_name = g_strdup_printf ("cold_%d", i - 2);
      g_autofree char *warm_name = g_strdup_printf ("first_%d", i - 2);
      g_autofree char *text_name = g_strdup_printf ("text_%d", i - 2);
      g_autoptr (GBytes) bytes = NULL;
      gsize size;

      if (!g_file_get_contents (argv[i], &contents, &size, NULL))
        g_error ("%s cannot be read", argv[i]);
      bytes = g_bytes_new (contents, size);
      bench_say (cold_name, draw_first (cold, bytes, scale));
      g_usleep (SPARE_US);
      bench_say (warm_name, draw_first (warm, bytes, scale));
      g_usleep (SPARE_US);
      bench_say (text_name, read_all (warm, bytes));
    }
  hy_renderer_close (warm);
  hy_renderer_close (cold);
  return EXIT_SUCCESS;
}
