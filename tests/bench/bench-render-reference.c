/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first page of PDF files by poppler alone, in this process; and the words of all pages.
 *   bench-render-reference SCALE FILE... */

#include <glib.h>
#include <poppler.h>
#include <stdlib.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PopplerDocument, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PopplerPage, g_object_unref)

static double
now_ms (void)
{
  return (double) g_get_monotonic_time () / 1e3;
}

static double
draw_first (GBytes *bytes,
            double scale)
{
  double begun_ms = now_ms ();
  g_autoptr (PopplerDocument) document = poppler_document_new_from_bytes (bytes, NULL, NULL);
  g_autoptr (PopplerPage) page = document != NULL ? poppler_document_get_page (document, 0) : NULL;
  cairo_surface_t *surface;
  double width, height;
  cairo_t *cr;

  if (page == NULL)
    g_error ("a file cannot be read");
  poppler_page_get_size (page, &width, &height);
  surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) (width * scale + 0.5), (int) (height * scale + 0.5));
  cr = cairo_create (surface);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  cairo_scale (cr, scale, scale);
  poppler_page_render (page, cr);
  cairo_surface_flush (surface);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
  return now_ms () - begun_ms;
}

static double
read_all (GBytes *bytes,
          int *n_pages)
{
  double begun_ms = now_ms ();
  g_autoptr (PopplerDocument) document = poppler_document_new_from_bytes (bytes, NULL, NULL);

  *n_pages = poppler_document_get_n_pages (document);
  for (int i = 0; i < *n_pages; i++)
    {
      g_autoptr (PopplerPage) page = poppler_document_get_page (document, i);

      g_free (poppler_page_get_text (page));
    }
  return now_ms () - begun_ms;
}

int
main (int argc,
      char **argv)
{
  double scale = argc > 2 ? g_ascii_strtod (argv[1], NULL) : 0;

  for (int i = 2; i < argc; i++)
    {
      g_autofree char *contents = NULL;
      g_autoptr (GBytes) bytes = NULL;
      double text_ms;
      int n_pages;
      gsize size;

      if (!g_file_get_contents (argv[i], &contents, &size, NULL))
        g_error ("%s cannot be read", argv[i]);
      bytes = g_bytes_new (contents, size);
      g_print ("first_%d %.3f\n", i - 2, draw_first (bytes, scale));
      text_ms = read_all (bytes, &n_pages);
      g_print ("text_%d %.3f\npages_%d %d\n", i - 2, text_ms, i - 2, n_pages);
    }
  return EXIT_SUCCESS;
}
