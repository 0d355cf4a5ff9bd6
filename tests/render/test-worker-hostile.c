/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PDF files that are made to hurt.  Each is opened in a child that has what the worker has, or less.  It may end by
 * these limits, for then the worker ends and Hygie says so; it may not read or write where it must not. */

#include "hy-test-pdf.h"
#include "hy-test-worker.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define MEMORY_BYTES (768 * 1024 * 1024)
#define CPU_S 2 /* the worker has 5 for a page; what never ends would make this test last */

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define IS_SANITIZED TRUE /* shadow memory alone is more than any limit */
#else
#define IS_SANITIZED FALSE
#endif

#define FONT "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"

static void
limit (int what,
       rlim_t most)
{
  struct rlimit limits = { most, most };

  g_assert_cmpint (setrlimit (what, &limits), ==, 0);
}

G_NORETURN static void
run_child (GBytes *bytes,
           int errors)
{
  dup2 (errors, STDERR_FILENO);
  /* What poppler complains about does not end the worker either. */
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR);
  limit (RLIMIT_CORE, 0);
  limit (RLIMIT_CPU, CPU_S);
  if (!IS_SANITIZED)
    limit (RLIMIT_AS, MEMORY_BYTES);
  _exit (hy_test_worker_try (bytes, NULL) == HY_WIRE_OK ? 0 : 1);
}

/* Whether a sanitizer found the last step in poppler. */
static gboolean
is_theirs (const char *said)
{
  const char *frame = strstr (said, "#0 ");
  const char *library = frame != NULL ? strstr (frame, "libpoppler") : NULL;

  return library != NULL && memchr (frame, '\n', (gsize) (library - frame)) == NULL;
}

/* @theirs: poppler is known to read through NULL here, and the worker ends. */
static void
check_crash (GBytes *bytes,
             gboolean theirs)
{
  g_autofree char *path = NULL;
  g_autofree char *said = NULL;
  int errors = g_file_open_tmp ("hostile-XXXXXX", &path, NULL);
  gint64 began_us = g_get_monotonic_time ();
  pid_t child;
  int status;

  g_assert_cmpint (errors, >=, 0);
  fflush (NULL);
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    run_child (bytes, errors);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  close (errors);
  g_assert_true (g_file_get_contents (path, &said, NULL, NULL));
  g_remove (path);
  g_test_message ("%s %d in %.1f s", WIFEXITED (status) ? "exit" : "signal", WIFEXITED (status) ? WEXITSTATUS (status) : WTERMSIG (status),
                  (g_get_monotonic_time () - began_us) / 1e6);
  /* An assertion of ours, or a sanitizer's finding. */
  if (theirs && is_theirs (said))
    return;
  if (strstr (said, "ERROR:") != NULL || strstr (said, "runtime error") != NULL)
    g_error ("%s", said);
  if (WIFSIGNALED (status))
    {
      int signal = WTERMSIG (status);

      if (!(theirs && signal == SIGSEGV) && signal != SIGXCPU && signal != SIGKILL && signal != SIGABRT && signal != SIGTRAP)
        g_error ("ended by signal %d: %s", signal, said);
    }
}

static void
check (GBytes *bytes)
{
  check_crash (bytes, /* theirs= */ FALSE);
}

static void
check_page (const char *resources,
            const char *entries,
            const char *content,
            const char *const *objects)
{
  g_autoptr (GBytes) bytes = hy_test_pdf_page (resources, entries, content, objects);

  check (bytes);
}

static void
test_sizes (void)
{
  static const char *const boxes[] = {
    "[0 0 1000000 1000000]",
    "[0 0 1e38 1e38]",
    "[0 0 0 0]",
    "[100 100 -100 -100]",
    "[0 0 0.0001 0.0001]",
    "[-2147483648 -2147483648 2147483647 2147483647]",
    "[0 0 200 (x)]",
    "[0 0 14400 1]",
  };
  static const char *const others[] = { "/Rotate 45", "/Rotate -2147483648", "/UserUnit 1000000", "/CropBox [1e9 1e9 2e9 2e9]" };

  for (guint i = 0; i < G_N_ELEMENTS (boxes); i++)
    {
      g_autofree char *entries = g_strdup_printf ("/MediaBox %s %s", boxes[i], others[i % G_N_ELEMENTS (others)]);
      g_autofree char *alone = g_strdup_printf ("/MediaBox %s", boxes[i]);

      check_page (FONT, entries, "BT /F 12 Tf 10 10 Td (Words) Tj ET 0 0 1000000 1000000 re f", NULL);
      check_page (FONT, alone, "BT /F 12 Tf 10 10 Td (Words) Tj ET 0 0 1000000 1000000 re f", NULL);
    }
}

static void
test_image (void)
{
  static const char *const filters[] = { "", "/Filter /FlateDecode", "/Filter /DCTDecode", "/Filter /JPXDecode", "/Filter /JBIG2Decode",
                                         "/Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 60000 /Rows 60000 >>" };

  for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
    {
      HyTestPdf pdf;
      g_autofree char *entries = g_strdup_printf ("/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 8 "
                                                  "/ColorSpace /DeviceRGB %s",
                                                  filters[i]);
      g_autoptr (GBytes) bytes = NULL;

      hy_test_pdf_begin (&pdf);
      hy_test_pdf_add (&pdf, "<< /Type /Catalog /Pages 2 0 R >>");
      hy_test_pdf_add (&pdf, "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 200 100] >>");
      hy_test_pdf_add (&pdf, "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>");
      hy_test_pdf_add_stream (&pdf, "", "200 0 0 100 0 0 cm /I Do", 24);
      hy_test_pdf_add_stream (&pdf, entries, "x\x9c\x01\0\0\xff\xff", 7);
      bytes = hy_test_pdf_end (&pdf);
      check (bytes);
    }
}

static GBytes *
deflate (GBytes *bytes)
{
  g_autoptr (GConverter) zlib = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 1));
  g_autoptr (GError) error = NULL;
  GBytes *converted = g_converter_convert_bytes (zlib, bytes, &error);

  g_assert_no_error (error);
  return converted;
}

/* 64 MiB of drawing, deflated twice to a few hundred bytes. */
static void
test_bomb (void)
{
  gsize size = 64 * 1024 * 1024;
  char *plain = g_malloc (size);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) once = NULL;
  g_autoptr (GBytes) twice = NULL;
  g_autoptr (GBytes) document = NULL;
  HyTestPdf pdf;

  for (gsize i = 0; i < size; i += 4)
    memcpy (plain + i, "q Q ", 4);
  bytes = g_bytes_new_take (plain, size);
  once = deflate (bytes);
  twice = deflate (once);
  g_clear_pointer (&bytes, g_bytes_unref);
  hy_test_pdf_begin (&pdf);
  hy_test_pdf_add (&pdf, "<< /Type /Catalog /Pages 2 0 R >>");
  hy_test_pdf_add (&pdf, "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 200 100] >>");
  hy_test_pdf_add (&pdf, "<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>");
  hy_test_pdf_add_stream (&pdf, "/Filter [/FlateDecode /FlateDecode]", g_bytes_get_data (twice, NULL), g_bytes_get_size (twice));
  document = hy_test_pdf_end (&pdf);
  g_assert_cmpuint (g_bytes_get_size (document), <, 100000);
  check (document);
}

static void
test_page_tree (void)
{
  static const char *const trees[] = {
    "<< /Type /Pages /Kids [2 0 R] /Count 1 >>",
    "<< /Type /Pages /Kids [2 0 R 2 0 R 3 0 R] /Count 3 /Parent 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 10000000 >>",
    "<< /Type /Pages /Kids [3 0 R 3 0 R 3 0 R] /Count -1 >>",
    "<< /Type /Pages /Kids 2 0 R /Count 2147483647 >>",
    "<< /Type /Pages /Kids [99 0 R 3 0 R] /Count 2 /MediaBox [0 0 10 10] >>",
  };

  for (guint i = 0; i < G_N_ELEMENTS (trees); i++)
    {
      HyTestPdf pdf;
      g_autoptr (GBytes) bytes = NULL;

      hy_test_pdf_begin (&pdf);
      hy_test_pdf_add (&pdf, "<< /Type /Catalog /Pages 2 0 R >>");
      hy_test_pdf_add (&pdf, trees[i]);
      hy_test_pdf_add (&pdf, "<< /Type /Page /Parent 2 0 R >>");
      bytes = hy_test_pdf_end (&pdf);
      check (bytes);
    }
}

static char *
repeat (const char *text,
        guint n)
{
  GString *all = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append (all, text);
  return g_string_free (all, FALSE);
}

static void
test_nesting (void)
{
  static const char *const signs[] = { "[", "<</A ", "(", "q ", "/P BMC ", "BT " };

  for (guint i = 0; i < G_N_ELEMENTS (signs); i++)
    {
      /* Those that make poppler search take the longer the more there are. */
      g_autofree char *nested = repeat (signs[i], i < 3 ? 100000 : 20000);
      g_autofree char *entries = g_strdup_printf ("/Annots %s", nested);

      check_page (FONT, "", nested, NULL);
      check_page (FONT, entries, "", NULL);
    }
}

/* Each draws the next ten times, and the last draws the first. */
static void
test_recursion (void)
{
  HyTestPdf pdf;
  g_autofree char *ten = repeat ("/X Do ", 10);
  g_autoptr (GBytes) bytes = NULL;

  hy_test_pdf_begin (&pdf);
  hy_test_pdf_add (&pdf, "<< /Type /Catalog /Pages 2 0 R >>");
  hy_test_pdf_add (&pdf, "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 200 100] >>");
  hy_test_pdf_add (&pdf, "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>");
  hy_test_pdf_add_stream (&pdf, "", ten, strlen (ten));
  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *entries = g_strdup_printf ("/Type /XObject /Subtype /Form /BBox [0 0 200 100] /Group << /S /Transparency /I true >> "
                                                  "/Resources << /XObject << /X %u 0 R >> >>",
                                                  i == 29 ? 5 : 6 + i);

      hy_test_pdf_add_stream (&pdf, entries, ten, strlen (ten));
    }
  bytes = hy_test_pdf_end (&pdf);
  check (bytes);
}

/* Patterns, masks, letters and notes that are drawn with themselves. */
static void
test_itself (void)
{
  static const char *const forms[] = {
    "/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep 0.0001 /YStep 0.0001 "
    "/Resources << /Pattern << /P 5 0 R >> >>",
    "/Type /XObject /Subtype /Form /BBox [0 0 200 100] /Group << /S /Transparency >> "
    "/Resources << /ExtGState << /G << /SMask << /S /Alpha /G 5 0 R >> >> >> >>",
  };
  static const char *const contents[] = { "/Pattern cs /P scn 0 0 200 100 re f", "/G gs 0 0 200 100 re f" };
  static const char *const resources[] = { "/Pattern << /P 5 0 R >>", "/ExtGState << /G << /SMask << /S /Alpha /G 5 0 R >> >> >>" };
  static const char *const note[] = { "<< /Type /Annot /Subtype /Stamp /Rect [0 0 200 100] /AP << /N 4 0 R >> /Parent 5 0 R /Popup 5 0 R >>", NULL };
  static const char *const letter[] = { "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [1 0 0 1 0 0] /CharProcs << /a 4 0 R >> "
                                        "/Encoding << /Differences [97 /a] >> /FirstChar 97 /LastChar 97 /Widths [1] /Resources << /Font << /F 5 0 R >> >> >>",
                                        NULL };

  g_autoptr (GBytes) drawn = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      HyTestPdf pdf;
      g_autofree char *page = g_strdup_printf ("<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << %s >> >>", resources[i]);
      g_autoptr (GBytes) bytes = NULL;

      hy_test_pdf_begin (&pdf);
      hy_test_pdf_add (&pdf, "<< /Type /Catalog /Pages 2 0 R >>");
      hy_test_pdf_add (&pdf, "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 200 100] >>");
      hy_test_pdf_add (&pdf, page);
      hy_test_pdf_add_stream (&pdf, "", contents[i], strlen (contents[i]));
      hy_test_pdf_add_stream (&pdf, forms[i], contents[i], strlen (contents[i]));
      bytes = hy_test_pdf_end (&pdf);
      check (bytes);
    }
  check_page ("", "/Annots [5 0 R 5 0 R]", "0 0 10 10 re f", note);
  drawn = hy_test_pdf_page ("/Font << /F 5 0 R >>", "", "1 0 0 0 1 1 d1 BT /F 20 Tf (aaaa) Tj ET", letter);
  check_crash (drawn, /* theirs= */ TRUE);
}

static void
test_xref (void)
{
  static const char *const ends[] = {
    "xref\n0 100000000\n0000000000 65535 f \ntrailer << /Root 1 0 R /Size 100000000 >>\nstartxref\n%u\n%%%%EOF\n",
    "xref\n2147483647 2147483647\n0000000000 65535 f \ntrailer << /Root 1 0 R /Size 2147483647 >>\nstartxref\n%u\n%%%%EOF\n",
    "xref\n0 1\n0000000000 65535 f \ntrailer << /Root 1 0 R /Size 3 /Prev %u >>\nstartxref\n%u\n%%%%EOF\n",
    "9 0 obj << /Type /XRef /Size 2147483647 /W [1 4 4] /Index [0 2147483647] /Root 1 0 R /Length 4 >>\nstream\naaaa\nendstream\nendobj\n"
    "startxref\n%u\n%%%%EOF\n",
    "trailer << /Root 1 0 R /Size 3 /Encrypt << /Filter /Standard /V 5 /R 6 /Length 2147483647 /O () /U () /P -1 >> >>\nstartxref\n%u\n%%%%EOF\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autoptr (GString) pdf = g_string_new ("%PDF-1.7\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n"
                                              "2 0 obj << /Type /Pages /Kids [] /Count 0 >> endobj\n");
      guint xref = (guint) pdf->len;
      g_auto (GStrv) parts = g_strsplit (ends[i], "%u", -1);
      g_autofree char *number = g_strdup_printf ("%u", xref);
      g_autofree char *end = g_strjoinv (number, parts);
      g_autoptr (GBytes) bytes = NULL;

      g_string_append (pdf, end);
      bytes = g_bytes_new (pdf->str, pdf->len);
      check (bytes);
    }
}

static void
test_fonts (void)
{
  static const char *const fonts[] = {
    "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /NoSuchFace >> >>",
    "/Font << /F << /Type /Font /Subtype /TrueType /BaseFont /Gone /FontDescriptor << /FontFile2 99 0 R >> >> >>",
    "/Font << /F << /Type /Font /Subtype /Type0 /BaseFont /Gone /Encoding /UniGB-UTF16-H /DescendantFonts [<< /Type /Font "
    "/Subtype /CIDFontType0 /BaseFont /Gone /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 5 >> >>] >> >>",
    "/Font << /F 3 0 R >>",
    "",
  };

  for (guint i = 0; i < G_N_ELEMENTS (fonts); i++)
    check_page (fonts[i], "", "BT /F 12 Tf 10 10 Td (Words of no face) Tj ET BT /F 1e30 Tf (x) Tj ET", NULL);
}

/* More letters than a layout may have boxes. */
static void
test_words (void)
{
  g_autofree char *line = repeat ("lettres ", 100);
  g_autoptr (GString) content = g_string_new ("BT /F 1 Tf 1 TL 10 90 Td\n");

  for (guint i = 0; i < 2000; i++)
    g_string_append_printf (content, "1 0 0 1 %u %u Tm (%s) Tj\n", i % 190, i / 190, line);
  g_string_append (content, "ET");
  check_page (FONT, "", content->str, NULL);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/render/worker/hostile/pages-of-impossible-sizes", test_sizes);
  g_test_add_func ("/render/worker/hostile/huge-pictures-are-claimed", test_image);
  g_test_add_func ("/render/worker/hostile/little-that-becomes-much", test_bomb);
  g_test_add_func ("/render/worker/hostile/pages-in-circles", test_page_tree);
  g_test_add_func ("/render/worker/hostile/deep-nesting", test_nesting);
  g_test_add_func ("/render/worker/hostile/forms-without-end", test_recursion);
  g_test_add_func ("/render/worker/hostile/drawn-with-itself", test_itself);
  g_test_add_func ("/render/worker/hostile/tables-that-lie", test_xref);
  g_test_add_func ("/render/worker/hostile/fonts-that-are-missing", test_fonts);
  g_test_add_func ("/render/worker/hostile/too-many-words", test_words);
  return g_test_run ();
}
