/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "paper/hy-recovery-sheet.h"

#include <fontconfig/fontconfig.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <pango/pangocairo.h>
#include <string.h>

static const char *const groups[9] = { "7KQM", "2F9X", "HR4T", "W8ND", "5ZCE", "J3VA", "C6PS", "10GB", "M4KD" };
static const char whole[] = "7KQM-2F9X-HR4T-W8ND-5ZCE-J3VA-C6PS-10GB-M4KD";

/* What @program prints about @pdf, given on its standard input. */
static char *
dup_output (GBytes *pdf,
            const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GBytes) out = NULL;

  process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate (process, pdf, NULL, &out, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (process));
  return g_strndup (g_bytes_get_data (out, NULL), g_bytes_get_size (out));
}

static GBytes *
new_sheet (void)
{
  g_autoptr (GError) error = NULL;
  GBytes *pdf = hy_recovery_sheet_new_pdf (groups, whole, (HyDate) { 2026, 11, 22 }, &error);

  g_assert_no_error (error);
  g_assert_nonnull (pdf);
  return pdf;
}

static void
shows_the_nine_groups_and_what_they_open (void)
{
  g_autoptr (GBytes) pdf = new_sheet ();
  g_autofree char *text = dup_output (pdf, (const char *const[]) { "pdftotext", "-layout", "-", "-", NULL });
  static const char *const expected[] = { "Recovery sheet", "Hygie, made on 22 November 2026", "9, check", "The same, to scan",
                                          "What it opens", "away from the computer", "can open everything", "How to use it" };
  const char *behind = text;

  for (guint i = 0; i < 9; i++)
    {
      const char *found = strstr (behind, groups[i]);

      g_test_message ("%s", groups[i]);
      g_assert_nonnull (found);
      behind = found + 4;
    }
  g_strdelimit (text, "\n", ' ');
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_test_message ("%s", expected[i]);
      g_assert_nonnull (strstr (text, expected[i]));
    }
}

static void
is_one_a4_page (void)
{
  g_autoptr (GBytes) pdf = new_sheet ();
  g_autofree char *about = dup_output (pdf, (const char *const[]) { "pdfinfo", "-", NULL });

  g_assert_true (g_regex_match_simple ("^Title: +Recovery sheet$", about, G_REGEX_MULTILINE, 0));
  g_assert_true (g_regex_match_simple ("^Pages: +1$", about, G_REGEX_MULTILINE, 0));
  g_assert_true (g_regex_match_simple ("^Page size: .*\\(A4\\)$", about, G_REGEX_MULTILINE, 0));
}

static gboolean
is_finder (const guint8 *modules,
           guint width,
           guint x,
           guint y)
{
  static const char finder[7][8] = { "1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111" };

  for (guint row = 0; row < 7; row++)
    for (guint column = 0; column < 7; column++)
      if (modules[(y + row) * width + x + column] != (guint8) (finder[row][column] - '0'))
        return FALSE;
  return TRUE;
}

static void
the_qr_code_is_one (void)
{
  guint width = 0;
  guint other_width = 0;
  g_autofree guint8 *modules = hy_recovery_sheet_dup_qr (whole, &width);
  g_autofree guint8 *other = hy_recovery_sheet_dup_qr ("7KQM-2F9X-HR4T-W8ND-5ZCE-J3VA-C6PS-10GB-M4KE", &other_width);

  g_assert_nonnull (modules);
  g_assert_cmpuint (width % 4, ==, 1);
  g_assert_true (is_finder (modules, width, 0, 0));
  g_assert_true (is_finder (modules, width, width - 7, 0));
  g_assert_true (is_finder (modules, width, 0, width - 7));
  g_assert_cmpuint (other_width, ==, width);
  g_assert_cmpint (memcmp (modules, other, (gsize) width * width), !=, 0);
}

/* Renders the page and looks for each module of the code at its place. */
static void
the_page_holds_the_qr_code (void)
{
  g_autoptr (GBytes) pdf = new_sheet ();
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("hygie-sheet-XXXXXX", &error);
  g_autofree char *name = g_build_filename (folder, "page", NULL);
  g_autofree char *path = g_strconcat (name, ".pgm", NULL);
  g_autofree char *unused = NULL;
  g_autofree char *image = NULL;
  g_autofree guint8 *modules = NULL;
  const guint8 *pixels;
  guint n_modules = 0, columns = 0, rows = 0, left = 0, top = 0, right = 0;
  gsize size;
  double module;

  g_assert_no_error (error);
  unused = dup_output (pdf, (const char *const[]) { "pdftoppm", "-r", "200", "-gray", "-singlefile", "-", name, NULL });
  g_assert_true (g_file_get_contents (path, &image, &size, &error));
  g_unlink (path);
  g_rmdir (folder);
  g_assert_cmpint (sscanf (image, "P5 %u %u 255", &columns, &rows), ==, 2);
  g_assert_cmpuint (size, >, (gsize) columns * rows);
  pixels = (const guint8 *) image + size - (gsize) columns * rows;

  /* The longest dark run of the page's right half is a finder's edge, but for the frame and the text, which
   * are lighter or shorter: take the first row from above where a run is as long as seven modules can be. */
  modules = hy_recovery_sheet_dup_qr (whole, &n_modules);
  for (guint y = 0; y < rows && right == 0; y++)
    for (guint x = columns / 2, run = 0; x < columns && right == 0; x++)
      {
        run = pixels[y * columns + x] < 64 ? run + 1 : 0;
        if (run == 40)
          {
            left = x + 1 - run;
            top = y;
            for (right = x; right < columns && pixels[top * columns + right] < 64; right++)
              ;
          }
      }
  g_assert_cmpuint (right, >, left);
  module = (right - left) / 7.0;
  for (guint row = 0; row < n_modules; row++)
    for (guint column = 0; column < n_modules; column++)
      {
        guint x = (guint) (left + (column + 0.5) * module);
        guint y = (guint) (top + (row + 0.5) * module);

        g_assert_cmpint (pixels[y * columns + x] < 128, ==, modules[row * n_modules + column] == 1);
      }
}

static void
text_that_fits_no_code_is_refused (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *much = g_strnfill (5000, 'A');
  guint width = 7;

  g_assert_null (hy_recovery_sheet_dup_qr (much, &width));
  g_assert_null (hy_recovery_sheet_dup_qr ("", &width));
  g_assert_cmpuint (width, ==, 7);
  g_assert_null (hy_recovery_sheet_new_pdf (groups, much, (HyDate) { 2026, 11, 22 }, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
}

int
main (int argc,
      char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/paper/recovery-sheet/shows-the-nine-groups-and-what-they-open", shows_the_nine_groups_and_what_they_open);
  g_test_add_func ("/paper/recovery-sheet/is-one-a4-page", is_one_a4_page);
  g_test_add_func ("/paper/recovery-sheet/the-qr-code-is-one", the_qr_code_is_one);
  g_test_add_func ("/paper/recovery-sheet/the-page-holds-the-qr-code", the_page_holds_the_qr_code);
  g_test_add_func ("/paper/recovery-sheet/text-that-fits-no-code-is-refused", text_that_fits_no_code_is_refused);
  result = g_test_run ();
  /* What Pango, cairo and fontconfig keep for the next page would count as lost at the end. */
  pango_cairo_font_map_set_default (NULL);
  cairo_debug_reset_static_data ();
  FcFini ();
  return result;
}
