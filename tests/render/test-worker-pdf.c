/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PDF in the worker: sizes, pixels, words and where they stand, links, and files that are damaged or lie. */

#include "hy-test-pdf.h"
#include "hy-test-worker.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  const char *name;
  guint n_pages;
  float width, height; /* points, first page */
  const char *word;    /* nullable */
  guint page;
  HyWireBox box; /* of the word where it first stands, by pdftotext -bbox */
} Expected;

/* clang-format off */
static const Expected table[] = {
  { "002-trivial-libre-office-writer.pdf", 1, 595.304f, 841.89f, "Lorem", 0, { 56.8f, 58.6f, 88.0f, 70.3f } },
  { "annotated_pdf.pdf", 1, 595.28f, 841.89f, "highlighted", 0, { 160.2f, 167.7f, 276.3f, 189.9f } },
  { "cmyk-image.pdf", 1, 612, 792, NULL },
  { "crazyones-pdfa.pdf", 1, 612, 792, "October", 0, { 72.0f, 93.4f, 111.3f, 104.2f } },
  { "google-doc-document.pdf", 1, 596, 842, "Example", 0, { 72.0f, 72.9f, 173.1f, 101.9f } },
  { "grayscale-image.pdf", 1, 243, 337.5f, NULL },
  { "habibi-oneline-cmap.pdf", 1, 595.276f, 841.89f, NULL },
  { "habibi-rotated.pdf", 4, 841.89f, 595.276f, NULL },
  { "habibi.pdf", 1, 595.276f, 841.89f, NULL },
  { "imagemagick-ASCII85Decode.pdf", 1, 3.84f, 3.84f, NULL },
  { "imagemagick-CCITTFaxDecode.pdf", 1, 3.84f, 3.84f, NULL },
  { "imagemagick-images.pdf", 6, 3.84f, 3.84f, NULL },
  { "imagemagick-lzw.pdf", 1, 3.84f, 3.84f, NULL },
  { "inline-image.pdf", 1, 595.276f, 841.89f, "Test", 0, { 200.0f, 733.3f, 223.3f, 744.4f } },
  { "libre-office-link.pdf", 1, 595.304f, 841.89f, "awesome", 0, { 148.9f, 57.2f, 193.5f, 70.5f } },
  { "libreoffice-form.pdf", 1, 595.304f, 841.89f, "Example", 0, { 167.1f, 69.7f, 282.2f, 100.9f } },
  { "libreoffice-writer-password.pdf", 1, 595.304f, 841.89f, "Lorem", 0, { 56.8f, 58.6f, 88.0f, 70.3f } },
  { "minimal-document.pdf", 1, 595.276f, 841.89f, "takimata", 0, { 293.6f, 168.9f, 336.4f, 178.6f } },
  { "mistitled_outlines_example.pdf", 4, 595.276f, 841.89f, "Contents", 0, { 124.8f, 125.8f, 187.9f, 138.5f } },
  { "multicolumn.pdf", 3, 595.276f, 841.89f, "Finland", 2, { 78.0f, 212.5f, 111.6f, 221.3f } },
  { "output_with_metadata_pymupdf.pdf", 1, 595.28f, 841.89f, "World!", 0, { 311.5f, 37.5f, 346.1f, 48.6f } },
  { "pdfkit.pdf", 1, 595, 842, "Header", 0, { 9.8f, 9.8f, 110.8f, 38.6f } },
  { "pdflatex-4-pages.pdf", 4, 595.276f, 841.89f, "4", 3, { 294.9f, 717.6f, 300.4f, 727.3f } },
  { "pdflatex-forms.pdf", 1, 612, 792, "Submit", 0, { 155.7f, 181.8f, 187.2f, 190.6f } },
  { "pdflatex-image.pdf", 1, 595.276f, 841.89f, "Chapter", 0, { 163.5f, 136.9f, 238.7f, 155.2f } },
  { "pdflatex-outline.pdf", 4, 595.276f, 841.89f, "Contents", 0, { 124.8f, 125.8f, 187.9f, 138.5f } },
  { "reportlab-overlay.pdf", 1, 595.276f, 841.89f, "asdfSa2123", 0, { 282.9f, 809.1f, 331.0f, 818.1f } },
  { "with-attachment.pdf", 1, 595.276f, 841.89f, "takimata", 0, { 293.6f, 168.9f, 336.4f, 178.6f } },
};
/* clang-format on */

static GBytes *
dup_fixture (const char *name)
{
  g_autofree char *path = g_build_filename ("pdf", name, NULL);

  return hy_test_worker_fixture (path);
}

static const char *
password_of (const char *name)
{
  return strstr (name, "password") != NULL ? "openpassword" : NULL;
}

static HyWorkerDocument *
open_fixture (const char *name)
{
  g_autoptr (GBytes) bytes = dup_fixture (name);

  return hy_test_worker_open (bytes, password_of (name));
}

static void
test_header (void)
{
  g_autoptr (GBytes) bytes = dup_fixture ("pdfkit.pdf");
  gsize size = g_bytes_get_size (bytes);

  for (guint before = 0; before <= 1024; before += 512)
    {
      guint8 *later = g_malloc0 (before + size);
      g_autoptr (GBytes) moved = NULL;

      memcpy (later + before, g_bytes_get_data (bytes, NULL), size);
      moved = g_bytes_new_take (later, before + size);
      g_assert_cmpint (hy_test_worker_try (moved, NULL), ==, before < 1024 ? HY_WIRE_OK : HY_WIRE_UNSUPPORTED);
    }
}

static void
assert_near (double value,
             double expected,
             double most)
{
  if (!(fabs (value - expected) <= most))
    g_error ("%g is not within %g of %g", value, most, expected);
}

/* What the layout says and what the text says are one. */
static void
dup_layout (HyWorkerDocument *document,
            guint page,
            GString **text,
            GArray **boxes)
{
  g_autoptr (GString) plain = g_string_new (NULL);

  *text = g_string_new (NULL);
  *boxes = g_array_new (FALSE, FALSE, sizeof (HyWireBox));
  g_assert_cmpint (document->klass->layout (document, page, *text, *boxes), ==, HY_WIRE_OK);
  g_assert_cmpint (document->klass->text (document, page, plain), ==, HY_WIRE_OK);
  g_assert_cmpstr ((*text)->str, ==, plain->str);
}

static HyWireBox
box_of (const GArray *boxes,
        guint first,
        guint count)
{
  HyWireBox all = g_array_index (boxes, HyWireBox, first);

  for (guint i = first; i < first + count; i++)
    {
      HyWireBox one = g_array_index (boxes, HyWireBox, i);

      all = (HyWireBox) { MIN (all.x1, one.x1), MIN (all.y1, one.y1), MAX (all.x2, one.x2), MAX (all.y2, one.y2) };
    }
  return all;
}

static void
check_word (HyWorkerDocument *document,
            const Expected *expected)
{
  g_autoptr (GString) text = NULL;
  g_autoptr (GArray) boxes = NULL;
  const char *found;
  HyWireBox box;

  dup_layout (document, expected->page, &text, &boxes);
  found = strstr (text->str, expected->word);
  g_assert_nonnull (found);
  box = box_of (boxes, (guint) g_utf8_pointer_to_offset (text->str, found), (guint) strlen (expected->word));
  assert_near (box.x1, expected->box.x1, 1);
  assert_near (box.y1, expected->box.y1, 1);
  assert_near (box.x2, expected->box.x2, 1);
  assert_near (box.y2, expected->box.y2, 1);
}

static void
check_pages_of_text (HyWorkerDocument *document)
{
  g_autoptr (GString) all = g_string_new (NULL);
  g_autoptr (GString) pages = g_string_new (NULL);

  for (guint i = 0; i < document->n_pages; i++)
    {
      g_assert_cmpint (document->klass->text (document, i, pages), ==, HY_WIRE_OK);
      g_string_append_c (pages, '\f');
    }
  g_assert_cmpint (document->klass->text (document, HY_WIRE_ALL, all), ==, HY_WIRE_OK);
  g_assert_cmpstr (all->str, ==, pages->str);
}

static void
test_table (void)
{
  g_autofree char *folder = g_build_filename (g_getenv ("HY_FIXTURES"), "pdf", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n_files = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    n_files += g_str_has_suffix (name, ".pdf");
  g_assert_cmpuint (n_files, ==, G_N_ELEMENTS (table));

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      const Expected *expected = &table[i];
      g_autoptr (GBytes) bytes = dup_fixture (expected->name);
      g_autoptr (HyWorkerDocument) document = hy_test_worker_open (bytes, password_of (expected->name));
      HyWireSize size;

      g_test_message ("%s", expected->name);
      g_assert_cmpint (document->kind, ==, HY_WIRE_KIND_PDF);
      g_assert_cmpuint (document->n_pages, ==, expected->n_pages);
      g_assert_cmpuint (document->more_pages, ==, 0);
      g_assert_cmpint (document->klass->sizes (document, 0, 1, &size), ==, HY_WIRE_OK);
      assert_near (size.width, expected->width, 0.01);
      assert_near (size.height, expected->height, 0.01);
      for (guint page = 0; page < document->n_pages; page++)
        {
          g_auto (HyTestPixels) pixels = hy_test_worker_draw (document, page, 1, 0, 0, 0, 0, 0);

          g_assert_cmpuint (hy_test_pixels_dark (&pixels), >, 0);
        }
      if (expected->word != NULL)
        check_word (document, expected);
      check_pages_of_text (document);
      g_assert_cmpint (hy_test_worker_try (bytes, password_of (expected->name)), ==, HY_WIRE_OK);
    }
}

static void
test_password (void)
{
  g_autoptr (GBytes) bytes = dup_fixture ("libreoffice-writer-password.pdf");
  g_autoptr (HyWorkerDocument) document = NULL;

  g_assert_cmpint (hy_worker_document_open (bytes, NULL, &document), ==, HY_WIRE_PASSWORD);
  g_assert_cmpint (hy_worker_document_open (bytes, "", &document), ==, HY_WIRE_PASSWORD);
  g_assert_cmpint (hy_worker_document_open (bytes, "Openpassword", &document), ==, HY_WIRE_PASSWORD);
  g_assert_null (document);
  g_assert_cmpint (hy_worker_document_open (bytes, "openpassword", &document), ==, HY_WIRE_OK);
}

/* How much the part differs where it differs most, in a colour of 0 to 255. */
static guint
compare_crop (const HyTestPixels *whole,
              const HyTestPixels *part,
              guint x0,
              guint y0)
{
  guint most = 0;

  for (guint y = 0; y < MIN (part->height, whole->height - y0); y++)
    for (guint x = 0; x < MIN (part->width, whole->width - x0); x++)
      for (guint byte = 0; byte < 3; byte++)
        {
          int one = part->bytes[4 * (y * part->width + x) + byte];
          int other = whole->bytes[4 * ((y + y0) * whole->width + x + x0) + byte];

          most = MAX (most, (guint) ABS (one - other));
        }
  return most;
}

/* What the window puts together of parts is what it would get whole. */
static void
test_tiles (void)
{
  static const char *const names[] = { "pdflatex-outline.pdf", "crazyones-pdfa.pdf", "libreoffice-form.pdf", "habibi-rotated.pdf" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (HyWorkerDocument) document = open_fixture (names[i]);
      guint rotation = 90 * (i % 4);
      guint worst = 0;
      g_auto (HyTestPixels) whole = hy_test_worker_draw (document, 0, 1.3f, rotation, 0, 0, 0, 0);

      for (guint y = 0; y < whole.height; y += 301)
        for (guint x = 0; x < whole.width; x += 257)
          {
            g_auto (HyTestPixels) part = hy_test_worker_draw (document, 0, 1.3f, rotation, x, y, 257, 301);

            worst = MAX (worst, compare_crop (&whole, &part, x, y));
          }
      g_test_message ("%s: %u", names[i], worst);
      /* A clip that ends between two pixels, as the page's own may, makes cairo draw letters in another way: in that form, the
       * grey edge of some is not the same in a part that such a clip crosses and in one that it does not. */
      g_assert_cmpuint (worst, <=, i == 2 ? 64 : 0);
    }
}

/* Dark pixels of each quarter, from the top left clockwise. */
static void
count_quarters (const HyTestPixels *pixels,
                guint dark[4])
{
  memset (dark, 0, 4 * sizeof *dark);
  for (guint y = 0; y < pixels->height; y++)
    for (guint x = 0; x < pixels->width; x++)
      {
        gboolean right = x >= pixels->width / 2;

        if (hy_test_pixels_at (pixels, x, y) < 0x808080)
          dark[y < pixels->height / 2 ? right : 3 - right]++;
      }
}

static void
test_rotation (void)
{
  g_autoptr (HyWorkerDocument) document = open_fixture ("pdfkit.pdf");
  g_auto (HyTestPixels) straight = hy_test_worker_draw (document, 0, 1, 0, 0, 0, 0, 0);
  guint dark[4];

  /* A heading at the top left, and little else. */
  count_quarters (&straight, dark);
  g_assert_true (dark[0] > dark[1] && dark[0] > dark[2] && dark[0] > dark[3]);
  for (guint turns = 1; turns < 4; turns++)
    {
      g_auto (HyTestPixels) turned = hy_test_worker_draw (document, 0, 1, 90 * turns, 0, 0, 0, 0);
      guint turned_dark[4];

      g_assert_cmpuint (turned.width, ==, turns == 2 ? straight.width : straight.height);
      count_quarters (&turned, turned_dark);
      for (guint i = 0; i < 4; i++)
        assert_near (turned_dark[(i + turns) % 4], dark[i], 3 + dark[i] * 0.1);
    }
}

/* Letters of a word that runs to the left stand each left of the one before, and Latin ones in it do not. */
static void
test_right_to_left (void)
{
  g_autoptr (HyWorkerDocument) document = open_fixture ("habibi.pdf");
  g_autoptr (GString) text = NULL;
  g_autoptr (GArray) boxes = NULL;
  const char *latin;
  guint offset;

  dup_layout (document, 0, &text, &boxes);
  g_assert_false (strstr (text->str, "\u202b") != NULL || strstr (text->str, "\u202a") != NULL || strstr (text->str, "\u202c") != NULL);
  latin = strstr (text->str, "habibi");
  g_assert_nonnull (latin);
  offset = (guint) g_utf8_pointer_to_offset (text->str, latin);
  for (guint i = offset + 1; i < offset + 6; i++)
    g_assert_cmpfloat (g_array_index (boxes, HyWireBox, i).x1, >=, g_array_index (boxes, HyWireBox, i - 1).x1);
  g_assert_cmpfloat (g_array_index (boxes, HyWireBox, offset + 5).x2, <=, 100.2f);
  g_assert_cmpfloat (g_array_index (boxes, HyWireBox, offset).x1, >=, 62.2f);
}

/* Hebrew letters on the paper from the left: alef, bet, 1, 2, gimel.  Read they are gimel, 12, bet, alef. */
static void
test_turned_figures (void)
{
  static const char map[] = "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange\n"
                            "3 beginbfchar <61> <05d0> <62> <05d1> <63> <05d2> endbfchar endcmap";
  static const char words[] = "BT /F 10 Tf 10 50 Td (ab12c) Tj ET";
  static const guint order[] = { 4, 2, 3, 1, 0 }; /* where on the paper each letter that is read stands */
  HyTestPdf pdf;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (HyWorkerDocument) document = NULL;
  g_autoptr (GString) text = NULL;
  g_autoptr (GArray) boxes = NULL;

  hy_test_pdf_begin (&pdf);
  hy_test_pdf_add (&pdf, "<< /Type /Catalog /Pages 2 0 R >>");
  hy_test_pdf_add (&pdf, "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 200 100] >>");
  hy_test_pdf_add (&pdf, "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F << /Type /Font /Subtype /Type1 "
                         "/BaseFont /Courier /ToUnicode 5 0 R >> >> >> >>");
  hy_test_pdf_add_stream (&pdf, "", words, strlen (words));
  hy_test_pdf_add_stream (&pdf, "", map, strlen (map));
  bytes = hy_test_pdf_end (&pdf);
  document = hy_test_worker_open (bytes, NULL);
  dup_layout (document, 0, &text, &boxes);
  g_assert_true (g_str_has_prefix (text->str, "\u05d212\u05d1\u05d0"));
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    assert_near (g_array_index (boxes, HyWireBox, i).x1, 10 + 6.0 * order[i], 0.1);
}

static void
test_links (void)
{
  g_autoptr (HyWorkerDocument) web = open_fixture ("libre-office-link.pdf");
  g_autoptr (HyWorkerDocument) outline = open_fixture ("pdflatex-outline.pdf");
  g_autoptr (GByteArray) links = g_byte_array_new ();
  g_autoptr (GByteArray) inner = g_byte_array_new ();
  HyWireLink link;

  g_assert_cmpint (web->klass->links (web, 0, links), ==, HY_WIRE_OK);
  g_assert_cmpuint (links->len, >, sizeof link);
  memcpy (&link, links->data, sizeof link);
  g_assert_cmpuint (link.page, ==, HY_WIRE_NO_PAGE);
  g_assert_cmpmem (links->data + sizeof link, link.n_bytes, "https://martin-thoma.com/", strlen ("https://martin-thoma.com/"));
  /* Over the words. */
  assert_near (link.box.y1, 57, 3);
  assert_near (link.box.y2, 70.5, 3);

  g_assert_cmpint (outline->klass->links (outline, 0, inner), ==, HY_WIRE_OK);
  g_assert_cmpuint (inner->len, >=, 6 * sizeof link);
  memcpy (&link, inner->data, sizeof link);
  g_assert_cmpuint (link.page, ==, 1);
}

/* Actions, and what of them may come through: an address, "0" for page 0, or nothing. */
static const char *const actions[][2] = {
  { "/A << /S /URI /URI (https://example.org/a) >>", "https://example.org/a" },
  { "/A << /S /URI /URI (HTTPS://example.org) >>", "HTTPS://example.org" },
  { "/A << /S /URI /URI (http://example.org/) >>", NULL },
  { "/A << /S /URI /URI (file:///etc/passwd) >>", NULL },
  { "/A << /S /URI /URI (javascript:alert\\(1\\)) >>", NULL },
  { "/A << /S /URI /URI (mailto:a@example.org) >>", NULL },
  { "/A << /S /URI /URI (https://) >>", NULL },
  { "/A << /S /URI /URI (https://example.org/a b) >>", NULL },
  { "/A << /S /URI /URI (https://example.org/\\n) >>", NULL },
  { "/A << /S /URI /URI (https://example.org/\342\200\256gpj.exe) >>", NULL }, /* turns what follows round */
  { "/A << /S /URI /URI (https://example.org/\377) >>", NULL },
  { "/A << /S /JavaScript /JS (app.alert\\(1\\)) >>", NULL },
  { "/A << /S /Launch /F (calc.exe) >>", NULL },
  { "/A << /S /GoToR /F (other.pdf) /D [0 /Fit] >>", NULL },
  { "/A << /S /Named /N /NextPage >>", NULL },
  { "/A << /S /SubmitForm /F (https://example.org/) >>", NULL },
  { "/A << /S /GoTo /D [3 0 R /Fit] >>", "0" },
  { "/Dest [3 0 R /XYZ 0 0 0]", "0" },
  { "/A << /S /GoTo /D [99 0 R /Fit] >>", NULL },
  { "/A << /S /GoTo /D [77 /Fit] >>", NULL },
  { "/A << /S /GoTo /D (there) >>", "0" },
  { "/A << /S /GoTo /D (nowhere) >>", NULL },
  { "/A 5 0 R", NULL },
};

static void
test_actions (void)
{
  HyTestPdf pdf;
  g_autoptr (GString) notes = g_string_new ("<< /Type /Page /Parent 2 0 R /Annots [");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (HyWorkerDocument) document = NULL;
  g_autoptr (GByteArray) links = g_byte_array_new ();
  GLogLevelFlags fatal;
  guint at = 0;

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    g_string_append_printf (notes, "<< /Type /Annot /Subtype /Link /Rect [10 %u 90 %u] %s >>\n", 2 * i, 2 * i + 2, actions[i][0]);
  g_string_append (notes, "] >>");
  hy_test_pdf_begin (&pdf);
  hy_test_pdf_add (&pdf, "<< /Type /Catalog /Pages 2 0 R "
                         "/Names << /Dests << /Names [(there) [3 0 R /Fit]] >> >> >>");
  hy_test_pdf_add (&pdf, "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 200 100] >>");
  hy_test_pdf_add (&pdf, notes->str);
  bytes = hy_test_pdf_end (&pdf);
  document = hy_test_worker_open (bytes, NULL);
  /* Poppler calls it critical that there is no page 77. */
  fatal = g_log_set_always_fatal (G_LOG_LEVEL_ERROR);
  g_assert_cmpint (document->klass->links (document, 0, links), ==, HY_WIRE_OK);
  g_log_set_always_fatal (fatal);

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      const char *expected = actions[i][1];
      HyWireLink link;

      if (expected == NULL)
        continue;
      g_test_message ("%s", actions[i][0]);
      g_assert_cmpuint (links->len - at, >=, sizeof link);
      memcpy (&link, links->data + at, sizeof link);
      at += sizeof link;
      assert_near (link.box.x1, 10, 0.01);
      assert_near (link.box.y1, 100 - (2 * i + 2.0), 0.01);
      assert_near (link.box.y2, 100 - 2.0 * i, 0.01);
      if (*expected == '0')
        {
          g_assert_cmpuint (link.page, ==, 0);
          g_assert_cmpuint (link.n_bytes, ==, 0);
          continue;
        }
      g_assert_cmpuint (link.page, ==, HY_WIRE_NO_PAGE);
      g_assert_cmpmem (links->data + at, link.n_bytes, expected, strlen (expected));
      at += (link.n_bytes + 3) / 4 * 4;
    }
  g_assert_cmpuint (at, ==, links->len);
}

/* A font that says its letters are what no text has: half a surrogate, NUL, poppler's own marks, several at once. */
static void
test_letters (void)
{
  static const char map[] = "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange\n"
                            "7 beginbfchar <61> <d83d> <62> <0000> <63> <202b> <64> <006600660069> <65> <202c> <66> <000c> <67> <d83dde00>\n"
                            "endbfchar endcmap";
  static const char words[] = "BT /F 10 Tf 10 50 Td (xaxbxcxdxexfxgx) Tj 0 -20 Td (cccxyzeeez) Tj ET";
  HyTestPdf pdf;
  g_autoptr (GBytes) bytes = NULL;

  hy_test_pdf_begin (&pdf);
  hy_test_pdf_add (&pdf, "<< /Type /Catalog /Pages 2 0 R >>");
  hy_test_pdf_add (&pdf, "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 200 100] >>");
  hy_test_pdf_add (&pdf, "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F << /Type /Font /Subtype /Type1 "
                         "/BaseFont /Helvetica /ToUnicode 5 0 R >> >> >> >>");
  hy_test_pdf_add_stream (&pdf, "", words, strlen (words));
  hy_test_pdf_add_stream (&pdf, "", map, strlen (map));
  bytes = hy_test_pdf_end (&pdf);
  g_assert_cmpint (hy_test_worker_try (bytes, NULL), ==, HY_WIRE_OK);
}

/* A page is forgotten once it was shown: 500 of them cost what few do. */
static gsize
get_resident (void)
{
  g_autofree char *statm = NULL;
  g_auto (GStrv) fields = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &statm, NULL, NULL));
  fields = g_strsplit (statm, " ", 3);
  return g_ascii_strtoull (fields[1], NULL, 10) * (gsize) sysconf (_SC_PAGESIZE);
}

static void
test_many_pages (void)
{
  HyTestPdf pdf;
  g_autoptr (GString) kids = g_string_new ("<< /Type /Pages /Count 500 /MediaBox [0 0 595 842] /Resources << /Font << /F << /Type /Font "
                                           "/Subtype /Type1 /BaseFont /Helvetica >> >> >> /Kids [");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (HyWorkerDocument) document = NULL;
  gsize after_50 = 0;

  for (guint i = 0; i < 500; i++)
    g_string_append_printf (kids, "%u 0 R ", 3 + 2 * i);
  g_string_append (kids, "] >>");
  hy_test_pdf_begin (&pdf);
  hy_test_pdf_add (&pdf, "<< /Type /Catalog /Pages 2 0 R >>");
  hy_test_pdf_add (&pdf, kids->str);
  for (guint i = 0; i < 500; i++)
    {
      g_autofree char *page = g_strdup_printf ("<< /Type /Page /Parent 2 0 R /Contents %u 0 R >>", 4 + 2 * i);
      g_autoptr (GString) content = g_string_new ("BT /F 10 Tf 12 TL 50 800 Td\n");

      for (guint line = 0; line < 60; line++)
        g_string_append_printf (content, "(Page %u, line %u: words that fill the paper from one edge to the other) Tj T*\n", i, line);
      g_string_append (content, "ET");
      hy_test_pdf_add (&pdf, page);
      hy_test_pdf_add_stream (&pdf, "", content->str, content->len);
    }
  bytes = hy_test_pdf_end (&pdf);
  document = hy_test_worker_open (bytes, NULL);
  g_assert_cmpuint (document->n_pages, ==, 500);
  for (guint i = 0; i < 500; i++)
    {
      g_auto (HyTestPixels) pixels = hy_test_worker_draw (document, i, 0.5f, 0, 0, 0, 0, 0);
      g_autoptr (GString) text = NULL;
      g_autoptr (GArray) boxes = NULL;

      dup_layout (document, i, &text, &boxes);
      g_assert_cmpuint (boxes->len, >, 3000);
      if (i == 50)
        after_50 = get_resident ();
    }
  g_test_message ("%" G_GSIZE_FORMAT " KiB after 50 pages, %" G_GSIZE_FORMAT " KiB after 500", after_50 / 1024, get_resident () / 1024);
#ifndef __SANITIZE_ADDRESS__ /* which keeps what was freed, for a while */
  g_assert_cmpuint (get_resident (), <, after_50 + 16 * 1024 * 1024);
#endif
}

static void
test_cut (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GBytes) bytes = dup_fixture (table[i].name);

      g_test_message ("%s", table[i].name);
      hy_test_worker_cut (bytes, password_of (table[i].name));
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/render/worker/pdf/each-sample-shows-its-pages-and-words", test_table);
  g_test_add_func ("/render/worker/pdf/may-begin-a-little-later", test_header);
  g_test_add_func ("/render/worker/pdf/asks-for-a-password-until-it-is-right", test_password);
  g_test_add_func ("/render/worker/pdf/parts-fit-together", test_tiles);
  g_test_add_func ("/render/worker/pdf/turns-clockwise", test_rotation);
  g_test_add_func ("/render/worker/pdf/letters-from-right-to-left-have-their-boxes", test_right_to_left);
  g_test_add_func ("/render/worker/pdf/figures-in-words-from-right-to-left", test_turned_figures);
  g_test_add_func ("/render/worker/pdf/only-safe-links", test_links);
  g_test_add_func ("/render/worker/pdf/what-links-may-do", test_actions);
  g_test_add_func ("/render/worker/pdf/letters-that-cannot-be", test_letters);
  g_test_add_func ("/render/worker/pdf/many-pages-cost-what-few-do", test_many_pages);
  g_test_add_func ("/render/worker/pdf/a-file-that-is-cut-never-crashes", test_cut);
  return g_test_run ();
}
