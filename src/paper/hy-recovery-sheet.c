/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draws the recovery sheet: one A4 page that opens the vault.  It passes through memory only, and its bytes
 * are wiped when the last reference to them goes. */

#include "config.h"

#include "paper/hy-recovery-sheet.h"

#include <cairo-pdf.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <pango/pangocairo.h>
#include <qrencode.h>
#include <string.h>

/* Unit of all lengths: points, 1/72 inch. */
#define PAGE_WIDTH 595.276
#define PAGE_HEIGHT 841.890
#define MARGIN 62.0
#define TEXT_WIDTH (PAGE_WIDTH - 2 * MARGIN)
#define CARD_PADDING 24.0
#define CELL_WIDTH 98.0
#define CELL_HEIGHT 58.0
#define QR_SIZE 150.0
#define QUIET_MODULES 4 /* white modules around a QR code, ISO/IEC 18004 */

typedef struct
{
  guint8 *bytes;
  gsize size;
  gsize room;
} Page;

static void
page_free (gpointer user_data)
{
  Page *page = user_data;

  if (page->bytes != NULL)
    explicit_bzero (page->bytes, page->room);
  g_free (page->bytes);
  g_free (page);
}

/* Grows by copy, not realloc, which would leave the sheet behind in freed memory. */
static cairo_status_t
on_written (void *closure,
            const unsigned char *bytes,
            unsigned int size)
{
  Page *page = closure;

  if (page->room - page->size < size)
    {
      gsize room = MAX (2 * page->room, page->size + size + 32 * 1024);
      guint8 *grown = g_malloc (room);

      if (page->bytes != NULL)
        {
          memcpy (grown, page->bytes, page->size);
          explicit_bzero (page->bytes, page->room);
        }
      g_free (page->bytes);
      page->bytes = grown;
      page->room = room;
    }
  memcpy (page->bytes + page->size, bytes, size);
  page->size += size;
  return CAIRO_STATUS_SUCCESS;
}

/* Draws @text with its upper left corner at @x, @y, wrapped at @width.  Returns its height. */
static double
draw_text (cairo_t *cr,
           const char *font,
           double size,
           double x,
           double y,
           double width,
           PangoAlignment alignment,
           const char *text)
{
  PangoLayout *layout = pango_cairo_create_layout (cr);
  PangoFontDescription *description = pango_font_description_from_string (font);
  int height;

  pango_font_description_set_absolute_size (description, size * PANGO_SCALE);
  pango_layout_set_font_description (layout, description);
  pango_layout_set_width (layout, pango_units_from_double (width));
  pango_layout_set_alignment (layout, alignment);
  pango_layout_set_line_spacing (layout, 1.15f);
  pango_layout_set_text (layout, text, -1);
  pango_layout_get_size (layout, NULL, &height);
  cairo_move_to (cr, x, y);
  pango_cairo_show_layout (cr, layout);
  pango_font_description_free (description);
  g_object_unref (layout);
  return pango_units_to_double (height);
}

static void
draw_card (cairo_t *cr,
           double x,
           double y,
           double width,
           double height)
{
  const double radius = 9;

  cairo_new_sub_path (cr);
  cairo_arc (cr, x + width - radius, y + radius, radius, -G_PI / 2, 0);
  cairo_arc (cr, x + width - radius, y + height - radius, radius, 0, G_PI / 2);
  cairo_arc (cr, x + radius, y + height - radius, radius, G_PI / 2, G_PI);
  cairo_arc (cr, x + radius, y + radius, radius, G_PI, 3 * G_PI / 2);
  cairo_close_path (cr);
  cairo_set_line_width (cr, 0.8);
  cairo_set_source_rgb (cr, 0.55, 0.55, 0.58);
  cairo_stroke (cr);
  cairo_set_source_rgb (cr, 0, 0, 0);
}

static void
draw_groups (cairo_t *cr,
             const char *const groups[9],
             double x,
             double y)
{
  for (guint i = 0; i < 9; i++)
    {
      g_autofree char *number = i < 8 ? g_strdup_printf ("%u", i + 1) : NULL;
      double left = x + (i % 3) * CELL_WIDTH;
      double top = y + (i / 3) * CELL_HEIGHT;

      cairo_set_source_rgb (cr, 0.35, 0.35, 0.38);
      /* Translators: label over the ninth group of the recovery sheet, which tells about a typing mistake. */
      draw_text (cr, "Sans", 10, left, top, CELL_WIDTH, PANGO_ALIGN_LEFT, number != NULL ? number : _ ("9, check"));
      cairo_set_source_rgb (cr, 0, 0, 0);
      draw_text (cr, "Monospace Bold", 27, left, top + 12, CELL_WIDTH, PANGO_ALIGN_LEFT, groups[i]);
    }
}

static void
draw_qr (cairo_t *cr,
         const guint8 *modules,
         guint width,
         double x,
         double y)
{
  double size = QR_SIZE / (width + 2 * QUIET_MODULES);

  /* One path for all: rectangles filled one by one show hairlines between them. */
  for (guint row = 0; row < width; row++)
    for (guint column = 0; column < width; column++)
      if (modules[row * width + column])
        cairo_rectangle (cr, x + (column + QUIET_MODULES) * size, y + (row + QUIET_MODULES) * size, size, size);
  cairo_fill (cr);
}

static void
draw_page (cairo_t *cr,
           const char *const groups[9],
           const guint8 *modules,
           guint n_modules,
           HyDate made_on)
{
  const double card_height = 3 * CELL_HEIGHT + 2 * CARD_PADDING - 18;
  const char *const paragraphs[][2] = {
    { _ ("What it opens"),
      _ ("This sheet opens the health records that Hygie keeps on your computer, even when the passphrase is forgotten.") },
    { _ ("Where to keep it"), _ ("Keep it on paper, with your important papers, and away from the computer.") },
    { _ ("Who may see it"), _ ("Anyone who has this sheet can open everything. Show it only to a person you would trust with all of it.") },
    { _ ("How to use it"),
      _ ("Start Hygie, choose “Use the recovery sheet…”, and type the nine groups in their order. Small letters do as well as "
         "capitals. The letters I, L and O are never used: what looks like one of them is 1 or 0. The last group is "
         "there to notice a typing mistake.") },
  };
  g_autofree char *date = hy_date_dup_display (made_on);
  g_autofree char *made = g_strdup_printf (_ ("Hygie, made on %s"), date);
  double y = MARGIN;

  y += draw_text (cr, "Sans Bold", 28, MARGIN, y, TEXT_WIDTH, PANGO_ALIGN_LEFT, _ ("Recovery sheet")) + 4;
  y += draw_text (cr, "Sans", 12, MARGIN, y, TEXT_WIDTH, PANGO_ALIGN_LEFT, made) + 22;

  draw_card (cr, MARGIN, y, TEXT_WIDTH, card_height);
  draw_groups (cr, groups, MARGIN + CARD_PADDING, y + CARD_PADDING);
  {
    /* The white modules around the code stand in the padding. */
    double qr_x = MARGIN + TEXT_WIDTH - CARD_PADDING / 2 - QR_SIZE;
    double qr_y = y + CARD_PADDING / 2;

    draw_qr (cr, modules, n_modules, qr_x, qr_y);
    draw_text (cr, "Sans", 10, qr_x, qr_y + QR_SIZE + 4, QR_SIZE, PANGO_ALIGN_CENTER, _ ("The same, to scan"));
  }
  y += card_height + 30;

  for (guint i = 0; i < G_N_ELEMENTS (paragraphs); i++)
    {
      y += draw_text (cr, "Sans Bold", 13, MARGIN, y, TEXT_WIDTH, PANGO_ALIGN_LEFT, paragraphs[i][0]) + 3;
      y += draw_text (cr, "Sans", 13, MARGIN, y, TEXT_WIDTH, PANGO_ALIGN_LEFT, paragraphs[i][1]) + 16;
    }
}

/**
 * hy_recovery_sheet_dup_qr:
 * @text: what the code says; capitals and digits make the smallest code
 * @width: (out): modules on each side, without the white ones around
 *
 * Returns: (transfer full) (nullable): width * width bytes, row by row, 1 = dark; %NULL when @text is empty
 *   or too long for a QR code
 */
guint8 *
hy_recovery_sheet_dup_qr (const char *text,
                          guint *width)
{
  /* A quarter of the code may be worn off and it still reads. */
  QRcode *code = QRcode_encodeString (text, 0, QR_ECLEVEL_Q, QR_MODE_8, /* case_sensitive= */ 1);
  gsize size;
  guint8 *modules;

  if (code == NULL)
    return NULL;
  size = (gsize) code->width * (gsize) code->width;
  modules = g_malloc (size);
  for (gsize i = 0; i < size; i++)
    modules[i] = code->data[i] & 1;
  *width = (guint) code->width;
  explicit_bzero (code->data, size);
  QRcode_free (code);
  return modules;
}

/**
 * hy_recovery_sheet_new_pdf:
 * @groups: the nine groups as they are printed; the ninth is the check
 * @qr_text: the same in one text, for the QR code
 * @made_on: a complete date
 *
 * Returns: (transfer full) (nullable): a PDF of one A4 page; wiped from memory with its last reference
 * Errors: G_IO_ERROR_FAILED when the page cannot be drawn
 */
GBytes *
hy_recovery_sheet_new_pdf (const char *const groups[9],
                           const char *qr_text,
                           HyDate made_on,
                           GError **error)
{
  Page *page = g_new0 (Page, 1);
  guint n_modules = 0;
  guint8 *modules = hy_recovery_sheet_dup_qr (qr_text, &n_modules);
  cairo_status_t status = CAIRO_STATUS_NO_MEMORY;

  if (modules != NULL)
    {
      cairo_surface_t *surface = cairo_pdf_surface_create_for_stream (on_written, page, PAGE_WIDTH, PAGE_HEIGHT);
      cairo_t *cr = cairo_create (surface);

      cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, _ ("Recovery sheet"));
      draw_page (cr, groups, modules, n_modules, made_on);
      cairo_destroy (cr);
      cairo_surface_finish (surface);
      status = cairo_surface_status (surface);
      cairo_surface_destroy (surface);
      explicit_bzero (modules, (gsize) n_modules * n_modules);
      g_free (modules);
    }
  if (status != CAIRO_STATUS_SUCCESS)
    {
      page_free (page);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   _ ("The recovery sheet could not be drawn (%s). Nothing was lost. Copy the nine groups by hand, or try again."),
                   cairo_status_to_string (status));
      return NULL;
    }
  return g_bytes_new_with_free_func (page->bytes, page->size, page_free, page);
}
