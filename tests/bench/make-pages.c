/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PDF files for measuring, each with a band of one green on top of its first page, by which a picture of the screen is
 * known to show it.
 *   make-pages text N FILE          N pages of words, fonts embedded
 *   make-pages scan N FILE JPEG     N pages that are one picture each */

#include <cairo-pdf.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

/* A4, in points. */
#define WIDTH 595.0
#define HEIGHT 842.0
#define LINES 54
#define WORDS_A_LINE 11

static const char *const words[] = { "glycemie", "hemoglobine", "leucocytes", "plaquettes", "creatinine", "ordonnance", "compte-rendu",
                                     "radiographie", "patient", "resultat", "normal", "valeur", "reference", "laboratoire", "vaccin", "rappel" };

static void
draw_text (cairo_t *cr,
           GRand *rand,
           int page)
{
  g_autofree char *title = g_strdup_printf ("Page %d - Compte rendu de biologie medicale", page);

  cairo_select_font_face (cr, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size (cr, 8);
  cairo_set_source_rgb (cr, 0, 0, 0);
  cairo_move_to (cr, 50, 120);
  cairo_show_text (cr, title);
  for (int line = 0; line < LINES; line++)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      for (int i = 0; i < WORDS_A_LINE; i++)
        g_string_append_printf (text, "%s ", words[g_rand_int_range (rand, 0, G_N_ELEMENTS (words))]);
      cairo_move_to (cr, 50, 140 + 13 * line);
      cairo_show_text (cr, text->str);
    }
}

static void
draw_scan (cairo_t *cr,
           cairo_surface_t *scan)
{
  cairo_save (cr);
  cairo_scale (cr, WIDTH / cairo_image_surface_get_width (scan), HEIGHT / cairo_image_surface_get_height (scan));
  cairo_set_source_surface (cr, scan, 0, 0);
  cairo_paint (cr);
  cairo_restore (cr);
}

/* The JPEG goes into the file as it is; the surface only has its size (300 dots an inch of A4). */
static cairo_surface_t *
load_scan (const char *path)
{
  cairo_surface_t *scan = cairo_image_surface_create (CAIRO_FORMAT_RGB24, 2480, 3508);
  char *bytes;
  gsize size;

  if (!g_file_get_contents (path, &bytes, &size, NULL) ||
      cairo_surface_set_mime_data (scan, CAIRO_MIME_TYPE_JPEG, (guint8 *) bytes, size, g_free, bytes) != CAIRO_STATUS_SUCCESS)
    g_error ("%s cannot be used", path);
  return scan;
}

int
main (int argc,
      char **argv)
{
  gboolean scans = argc == 5 && strcmp (argv[1], "scan") == 0;
  cairo_surface_t *scan = scans ? load_scan (argv[4]) : NULL;
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  cairo_surface_t *file;
  cairo_t *cr;

  if (argc < 4 || (!scans && strcmp (argv[1], "text") != 0))
    return EXIT_FAILURE;
  file = cairo_pdf_surface_create (argv[3], WIDTH, HEIGHT);
  cr = cairo_create (file);
  for (int page = 1; page <= atoi (argv[2]); page++)
    {
      if (scans)
        draw_scan (cr, scan);
      else
        draw_text (cr, rand, page);
      if (page == 1)
        {
          cairo_set_source_rgb (cr, 0, 128 / 255., 64 / 255.);
          cairo_rectangle (cr, 0, 0, WIDTH, 100);
          cairo_fill (cr);
        }
      cairo_show_page (cr);
    }
  cairo_destroy (cr);
  cairo_surface_finish (file);
  if (cairo_surface_status (file) != CAIRO_STATUS_SUCCESS)
    return EXIT_FAILURE;
  cairo_surface_destroy (file);
  if (scan != NULL)
    cairo_surface_destroy (scan);
  return EXIT_SUCCESS;
}
