/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures in the worker: every pixel in its place at any scale, turn and part, in each format, and files that lie. */

#include "hy-test-worker.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>
#include <png.h>
#include <tiffio.h>

#define WIDTH 96
#define HEIGHT 64

/* Red, green, blue, black in the quarters, clockwise from the top left; a white square in the first. */
static guint32
colour_at (guint x,
           guint y)
{
  static const guint32 colours[] = { 0xff0000, 0x00ff00, 0x000000, 0x0000ff };

  if (x >= 8 && x < 16 && y >= 8 && y < 16)
    return 0xffffff;
  return colours[(y >= HEIGHT / 2 ? 2 : 0) ^ (x >= WIDTH / 2 ? (y >= HEIGHT / 2 ? 0 : 1) : (y >= HEIGHT / 2 ? 1 : 0))];
}

static void
assert_colour (guint32 colour,
               guint32 expected,
               int most)
{
  for (guint shift = 0; shift < 24; shift += 8)
    {
      int difference = (int) (colour >> shift & 0xff) - (int) (expected >> shift & 0xff);

      if (ABS (difference) > most)
        g_error ("%06x is not %06x", colour, expected);
    }
}

static void
fill_row (guint8 *row,
          guint y)
{
  for (guint x = 0; x < WIDTH; x++)
    for (guint i = 0; i < 3; i++)
      row[3 * x + i] = (guint8) (colour_at (x, y) >> (16 - 8 * i));
}

/* --- Making them */

static GBytes *
make_jpeg (guint orientation,
           gboolean cmyk,
           gboolean progressive)
{
  struct jpeg_compress_struct jpeg;
  struct jpeg_error_mgr errors;
  unsigned char *bytes = NULL;
  unsigned long size = 0;
  GBytes *made;

  jpeg.err = jpeg_std_error (&errors);
  jpeg_create_compress (&jpeg);
  jpeg_mem_dest (&jpeg, &bytes, &size);
  jpeg.image_width = WIDTH;
  jpeg.image_height = HEIGHT;
  jpeg.input_components = cmyk ? 4 : 3;
  jpeg.in_color_space = cmyk ? JCS_CMYK : JCS_RGB;
  jpeg_set_defaults (&jpeg);
  jpeg_set_quality (&jpeg, 95, TRUE);
  if (progressive)
    jpeg_simple_progression (&jpeg);
  jpeg_start_compress (&jpeg, TRUE);
  if (orientation > 0)
    {
      guint8 exif[] = "Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0";

      exif[25] = (guint8) orientation;
      jpeg_write_marker (&jpeg, JPEG_APP0 + 1, exif, sizeof exif - 1);
    }
  for (guint y = 0; y < HEIGHT; y++)
    {
      guint8 row[4 * WIDTH];
      JSAMPROW rows[] = { row };

      if (cmyk)
        for (guint x = 0; x < WIDTH; x++)
          {
            /* As Adobe has them: light, not ink. */
            for (guint i = 0; i < 3; i++)
              row[4 * x + i] = (guint8) (colour_at (x, y) >> (16 - 8 * i));
            row[4 * x + 3] = 255;
          }
      else
        fill_row (row, y);
      jpeg_write_scanlines (&jpeg, rows, 1);
    }
  jpeg_finish_compress (&jpeg);
  jpeg_destroy_compress (&jpeg);
  made = g_bytes_new (bytes, size);
  free (bytes);
  return made;
}

static void
on_png_write (png_structp png,
              png_bytep bytes,
              size_t size)
{
  g_byte_array_append (png_get_io_ptr (png), bytes, (guint) size);
}

static GBytes *
make_png (int type,
          gboolean interlaced)
{
  g_autoptr (GByteArray) made = g_byte_array_new ();
  png_structp png = png_create_write_struct (PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop info = png_create_info_struct (png);
  guint8 rows[HEIGHT][4 * WIDTH];
  png_bytep pointers[HEIGHT];

  for (guint y = 0; y < HEIGHT; y++)
    {
      pointers[y] = rows[y];
      fill_row (rows[y], y);
      /* Black is what one sees through, to white. */
      if (type == PNG_COLOR_TYPE_RGB_ALPHA)
        for (guint x = WIDTH; x-- > 0;)
          {
            memmove (rows[y] + 4 * x, rows[y] + 3 * x, 3);
            rows[y][4 * x + 3] = colour_at (x, y) == 0 ? 0 : 255;
          }
    }
  png_set_write_fn (png, made, on_png_write, NULL);
  png_set_IHDR (png, info, WIDTH, HEIGHT, 8, type, interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, 0, 0);
  png_set_rows (png, info, pointers);
  png_set_compression_level (png, 0); /* so that part of the file is part of the picture */
  png_write_png (png, info, PNG_TRANSFORM_IDENTITY, NULL);
  png_destroy_write_struct (&png, &info);
  return g_byte_array_free_to_bytes (g_steal_pointer (&made));
}

/* Nothing but the size of a square. */
static GBytes *
make_png_head (guint side)
{
  g_autoptr (GByteArray) made = g_byte_array_new ();
  png_structp png = png_create_write_struct (PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop info = png_create_info_struct (png);

  png_set_write_fn (png, made, on_png_write, NULL);
  png_set_IHDR (png, info, side, side, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, 0, 0);
  png_write_info (png, info);
  /* Where its rows would begin. */
  g_byte_array_append (made, (const guint8 *) "\0\0\x10\0IDAT\x78\x9c", 10);
  png_destroy_write_struct (&png, &info);
  return g_byte_array_free_to_bytes (g_steal_pointer (&made));
}

typedef struct
{
  GByteArray *bytes;
  gsize at;
} Written;

static tmsize_t
on_tiff_read (thandle_t handle,
              void *into,
              tmsize_t size)
{
  Written *self = handle;
  tmsize_t n_bytes = self->at < self->bytes->len ? MIN (size, (tmsize_t) (self->bytes->len - self->at)) : 0;

  memcpy (into, self->bytes->data + self->at, (size_t) n_bytes);
  self->at += (gsize) n_bytes;
  return n_bytes;
}

static tmsize_t
on_tiff_write (thandle_t handle,
               void *from,
               tmsize_t size)
{
  Written *self = handle;

  if (self->at + (gsize) size > self->bytes->len)
    g_byte_array_set_size (self->bytes, (guint) (self->at + (gsize) size));
  memcpy (self->bytes->data + self->at, from, (size_t) size);
  self->at += (gsize) size;
  return size;
}

static toff_t
on_tiff_seek (thandle_t handle,
              toff_t offset,
              int whence)
{
  Written *self = handle;

  self->at = (gsize) offset + (whence == SEEK_CUR ? self->at : whence == SEEK_END ? self->bytes->len
                                                                                  : 0);
  return self->at;
}

static int
on_tiff_close (thandle_t handle G_GNUC_UNUSED)
{
  return 0;
}

static toff_t
on_tiff_size (thandle_t handle)
{
  return ((Written *) handle)->bytes->len;
}

typedef enum
{
  PAGE_STRIPS,
  PAGE_TILES,
  PAGE_FAX, /* black and white, one strip, pixels twice as high as wide */
  PAGE_LZW_TURNED,
} PageKind;

static void
write_tiles (TIFF *tiff)
{
  TIFFSetField (tiff, TIFFTAG_TILEWIDTH, 32);
  TIFFSetField (tiff, TIFFTAG_TILELENGTH, 16);
  for (guint top = 0; top < HEIGHT; top += 16)
    for (guint left = 0; left < WIDTH; left += 32)
      {
        guint8 tile[16 * 32 * 3];

        for (guint y = 0; y < 16; y++)
          {
            guint8 row[3 * WIDTH];

            fill_row (row, top + y);
            memcpy (tile + 96 * y, row + 3 * left, 96);
          }
        TIFFWriteTile (tiff, tile, left, top, 0, 0);
      }
}

static void
write_strips (TIFF *tiff,
              guint n_rows)
{
  TIFFSetField (tiff, TIFFTAG_ROWSPERSTRIP, n_rows);
  for (guint y = 0; y < HEIGHT; y++)
    {
      guint8 row[3 * WIDTH];

      fill_row (row, y);
      TIFFWriteScanline (tiff, row, y, 0);
    }
}

static void
write_fax (TIFF *tiff)
{
  TIFFSetField (tiff, TIFFTAG_ROWSPERSTRIP, HEIGHT);
  TIFFSetField (tiff, TIFFTAG_XRESOLUTION, 204.0);
  TIFFSetField (tiff, TIFFTAG_YRESOLUTION, 102.0);
  for (guint y = 0; y < HEIGHT; y++)
    {
      guint8 row[WIDTH / 8] = { 0 };

      /* Ink in the right half. */
      memset (row + WIDTH / 16, 0xff, WIDTH / 16);
      TIFFWriteScanline (tiff, row, y, 0);
    }
}

static GBytes *
make_tiff (const PageKind *pages,
           guint n_pages)
{
  Written written = { g_byte_array_new (), 0 };
  TIFF *tiff = TIFFClientOpen ("made", "w", &written, on_tiff_read, on_tiff_write, on_tiff_seek, on_tiff_close, on_tiff_size, NULL, NULL);

  g_assert_nonnull (tiff);
  for (guint i = 0; i < n_pages; i++)
    {
      gboolean fax = pages[i] == PAGE_FAX;

      TIFFSetField (tiff, TIFFTAG_IMAGEWIDTH, WIDTH);
      TIFFSetField (tiff, TIFFTAG_IMAGELENGTH, HEIGHT);
      TIFFSetField (tiff, TIFFTAG_BITSPERSAMPLE, fax ? 1 : 8);
      TIFFSetField (tiff, TIFFTAG_SAMPLESPERPIXEL, fax ? 1 : 3);
      TIFFSetField (tiff, TIFFTAG_PHOTOMETRIC, fax ? PHOTOMETRIC_MINISWHITE : PHOTOMETRIC_RGB);
      TIFFSetField (tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
      TIFFSetField (tiff, TIFFTAG_COMPRESSION, fax ? COMPRESSION_CCITTFAX4 : pages[i] == PAGE_STRIPS ? COMPRESSION_NONE
                                                                                                     : COMPRESSION_LZW);
      TIFFSetField (tiff, TIFFTAG_ORIENTATION, pages[i] == PAGE_LZW_TURNED ? 6 : 1);
      if (pages[i] == PAGE_TILES)
        write_tiles (tiff);
      else if (fax)
        write_fax (tiff);
      else
        write_strips (tiff, 7);
      TIFFWriteDirectory (tiff);
    }
  TIFFClose (tiff);
  return g_byte_array_free_to_bytes (written.bytes);
}

/* --- Looking at them */

static void
assert_size (HyWorkerDocument *document,
             guint page,
             float width,
             float height)
{
  HyWireSize size;

  g_assert_cmpint (document->kind, ==, HY_WIRE_KIND_IMAGE);
  g_assert_cmpint (document->klass->sizes (document, page, 1, &size), ==, HY_WIRE_OK);
  g_assert_cmpfloat (size.width, ==, width);
  g_assert_cmpfloat (size.height, ==, height);
}

/* The whole page at its own size is the picture; @most is what JPEG may differ in the middle of an area. */
static void
check_pixels (HyWorkerDocument *document,
              guint page,
              gboolean exact)
{
  g_auto (HyTestPixels) pixels = hy_test_worker_draw (document, page, 1, 0, 0, 0, 0, 0);

  assert_size (document, page, WIDTH, HEIGHT);
  if (exact)
    for (guint y = 0; y < HEIGHT; y++)
      for (guint x = 0; x < WIDTH; x++)
        g_assert_cmphex (hy_test_pixels_at (&pixels, x, y), ==, colour_at (x, y));
  else
    for (guint y = 4; y < HEIGHT; y += 16)
      for (guint x = 4; x < WIDTH; x += 16)
        assert_colour (hy_test_pixels_at (&pixels, x, y), colour_at (x, y), 12);
}

/* Parts at many scales and turns are what is cut of the whole. */
static void
check_parts (HyWorkerDocument *document,
             guint page)
{
  static const float scales[] = { 0.1f, 0.37f, 0.5f, 1, 2.6f };

  for (guint i = 0; i < G_N_ELEMENTS (scales); i++)
    for (guint rotation = 0; rotation < 360; rotation += 90)
      {
        g_auto (HyTestPixels) whole = hy_test_worker_draw (document, page, scales[i], rotation, 0, 0, 0, 0);
        guint side = MAX (whole.width / 3, 2);

        for (guint top = 0; top < whole.height; top += side)
          for (guint left = 0; left < whole.width; left += side)
            {
              g_auto (HyTestPixels) part = hy_test_worker_draw (document, page, scales[i], rotation, left, top, side, side);

              for (guint y = 0; y < MIN (side, whole.height - top); y++)
                for (guint x = 0; x < MIN (side, whole.width - left); x++)
                  g_assert_cmphex (hy_test_pixels_at (&part, x, y), ==, hy_test_pixels_at (&whole, left + x, top + y));
            }
      }
}

static void
check_all (GBytes *bytes,
           gboolean exact)
{
  g_autoptr (HyWorkerDocument) document = hy_test_worker_open (bytes, NULL);

  g_assert_cmpuint (document->n_pages, ==, 1);
  check_pixels (document, 0, exact);
  check_parts (document, 0);
  g_assert_cmpint (hy_test_worker_try (bytes, NULL), ==, HY_WIRE_OK);
  hy_test_worker_cut (bytes, NULL);
}

static void
test_jpeg (void)
{
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (GBytes) bytes = make_jpeg (0, /* cmyk= */ i % 2 != 0, /* progressive= */ i >= 2);

      check_all (bytes, /* exact= */ FALSE);
    }
}

static void
test_png (void)
{
  for (guint interlaced = 0; interlaced < 2; interlaced++)
    {
      g_autoptr (GBytes) bytes = make_png (PNG_COLOR_TYPE_RGB, interlaced != 0);
      g_autoptr (GBytes) glass = make_png (PNG_COLOR_TYPE_RGB_ALPHA, interlaced != 0);
      g_autoptr (HyWorkerDocument) seen_through = hy_test_worker_open (glass, NULL);
      g_auto (HyTestPixels) pixels = hy_test_worker_draw (seen_through, 0, 1, 0, 0, 0, 0, 0);

      check_all (bytes, /* exact= */ TRUE);
      g_assert_cmphex (hy_test_pixels_at (&pixels, WIDTH - 1, HEIGHT - 1), ==, colour_at (WIDTH - 1, HEIGHT - 1) == 0 ? 0xffffff : colour_at (WIDTH - 1, HEIGHT - 1));
      for (guint y = 0; y < HEIGHT; y++)
        for (guint x = 0; x < WIDTH; x++)
          g_assert_cmphex (hy_test_pixels_at (&pixels, x, y), ==, colour_at (x, y) == 0 ? 0xffffff : colour_at (x, y));
    }
}

static void
test_tiff (void)
{
  static const PageKind pages[] = { PAGE_STRIPS, PAGE_TILES, PAGE_FAX, PAGE_LZW_TURNED };
  g_autoptr (GBytes) bytes = make_tiff (pages, G_N_ELEMENTS (pages));
  g_autoptr (HyWorkerDocument) document = hy_test_worker_open (bytes, NULL);
  g_auto (HyTestPixels) fax = { NULL };
  g_auto (HyTestPixels) turned = { NULL };

  g_assert_cmpuint (document->n_pages, ==, 4);
  for (guint i = 4; i-- > 0;)
    check_parts (document, i);
  check_pixels (document, 0, /* exact= */ TRUE);
  check_pixels (document, 1, /* exact= */ TRUE);

  assert_size (document, 2, WIDTH, 2 * HEIGHT);
  fax = hy_test_worker_draw (document, 2, 1, 0, 0, 0, 0, 0);
  for (guint y = 0; y < fax.height; y++)
    for (guint x = 0; x < WIDTH; x++)
      g_assert_cmphex (hy_test_pixels_at (&fax, x, y), ==, x < WIDTH / 2 ? 0xffffff : 0);

  assert_size (document, 3, HEIGHT, WIDTH);
  turned = hy_test_worker_draw (document, 3, 1, 0, 0, 0, 0, 0);
  for (guint y = 0; y < WIDTH; y++)
    for (guint x = 0; x < HEIGHT; x++)
      g_assert_cmphex (hy_test_pixels_at (&turned, x, y), ==, colour_at (y, HEIGHT - 1 - x));

  g_assert_cmpint (hy_test_worker_try (bytes, NULL), ==, HY_WIRE_OK);
  hy_test_worker_cut (bytes, NULL);
}

/* EXIF 2.3, 4.6.4, table 4: where the first row and the first column of the file are seen. */
static void
test_orientation (void)
{
  for (guint orientation = 1; orientation <= 8; orientation++)
    {
      gboolean right = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7; /* the file's first corner */
      gboolean bottom = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
      gboolean swapped = orientation >= 5;
      g_autoptr (GBytes) bytes = make_jpeg (orientation, /* cmyk= */ FALSE, /* progressive= */ FALSE);
      g_autoptr (HyWorkerDocument) document = hy_test_worker_open (bytes, NULL);
      g_auto (HyTestPixels) pixels = hy_test_worker_draw (document, 0, 1, 0, 0, 0, 0, 0);
      guint right_x = pixels.width - 3, bottom_y = pixels.height - 3;

      g_test_message ("%u", orientation);
      assert_size (document, 0, swapped ? HEIGHT : WIDTH, swapped ? WIDTH : HEIGHT);
      /* Red is at the file's first corner, green at the end of its first row, blue at the end of its first column. */
      assert_colour (hy_test_pixels_at (&pixels, right ? right_x : 3, bottom ? bottom_y : 3), colour_at (3, 3), 12);
      assert_colour (hy_test_pixels_at (&pixels, swapped == right ? right_x : 3, swapped == bottom ? 3 : bottom_y),
                     colour_at (WIDTH - 3, 3), 12);
      assert_colour (hy_test_pixels_at (&pixels, swapped == right ? 3 : right_x, swapped == bottom ? bottom_y : 3),
                     colour_at (3, HEIGHT - 3), 12);
    }
}

/* A pixel of the page is the mean of what falls into it. */
static void
test_mean (void)
{
  g_autoptr (GBytes) bytes = make_png (PNG_COLOR_TYPE_RGB, /* interlaced= */ FALSE);
  g_autoptr (HyWorkerDocument) document = hy_test_worker_open (bytes, NULL);
  g_auto (HyTestPixels) small = hy_test_worker_draw (document, 0, 1.0f / 64, 0, 0, 0, 0, 0);
  g_auto (HyTestPixels) medium = hy_test_worker_draw (document, 0, 1.0f / 16, 0, 0, 0, 0, 0);
  g_auto (HyTestPixels) large = hy_test_worker_draw (document, 0, 8, 0, 0, 0, 0, 0);
  guint32 mean = 0;

  g_assert_cmpuint (small.height, ==, 1);
  for (guint shift = 0; shift < 24; shift += 8)
    {
      guint sum = 0;

      for (guint y = 0; y < 64; y++)
        for (guint x = 0; x < 64; x++)
          sum += colour_at (x, y) >> shift & 0xff;
      mean |= (sum + 2048) / 4096 << shift;
    }
  assert_colour (hy_test_pixels_at (&small, 0, 0), mean, 1);
  /* A quarter of it is white. */
  assert_colour (hy_test_pixels_at (&medium, 0, 0), 0xff4040, 1);
  assert_colour (hy_test_pixels_at (&large, 8 * 12, 8 * 12), 0xffffff, 0);
  assert_colour (hy_test_pixels_at (&large, 8 * 40 + 3, 8 * 20 + 3), 0xff0000, 0);
}

static GBytes *
dup_body (const char *name,
          guint index)
{
  g_autoptr (GBytes) cda = hy_test_worker_fixture (name);
  g_autoptr (HyWorkerDocument) reading = hy_test_worker_open (cda, NULL);
  g_autoptr (GString) json = g_string_new (NULL);
  GBytes *body = NULL;

  g_assert_cmpint (reading->klass->read (reading, json), ==, HY_WIRE_OK);
  g_assert_cmpint (reading->klass->body (reading, index, &body), ==, HY_WIRE_OK);
  return body;
}

static void
test_samples (void)
{
  static const char *const names[] = { "cda/fr/s04-n1-jpeg-photo.xml", "cda/fr/s08-n3-ordonnance.xml" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GBytes) bytes = dup_body (names[i], 0);
      g_autoptr (HyWorkerDocument) document = hy_test_worker_open (bytes, NULL);
      g_auto (HyTestPixels) pixels = hy_test_worker_draw (document, 0, 1, 0, 0, 0, 0, 0);

      g_test_message ("%s: %u x %u", names[i], pixels.width, pixels.height);
      g_assert_cmpint (document->kind, ==, HY_WIRE_KIND_IMAGE);
      g_assert_cmpuint (hy_test_pixels_dark (&pixels), >, pixels.width);
      check_parts (document, 0);
      hy_test_worker_cut (bytes, NULL);
    }
}

/* Written over in a file that is otherwise whole. */
static GBytes *
patch (GBytes *bytes,
       gsize at,
       const char *with,
       gsize size)
{
  guint8 *copy = g_memdup2 (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  g_assert_cmpuint (at + size, <=, g_bytes_get_size (bytes));
  memcpy (copy + at, with, size);
  return g_bytes_new_take (copy, g_bytes_get_size (bytes));
}

/* Sizes that are claimed are looked at before anything is held. */
static void
test_claims (void)
{
  static const PageKind pages[] = { PAGE_STRIPS };
  g_autoptr (GBytes) jpeg = make_jpeg (0, /* cmyk= */ FALSE, /* progressive= */ FALSE);
  g_autoptr (GBytes) tiff = make_tiff (pages, 1);
  g_autoptr (GBytes) png_large = NULL;
  g_autoptr (GBytes) jpeg_large = NULL;
  g_autoptr (GBytes) tiff_large = NULL;
  const guint8 *bytes = g_bytes_get_data (jpeg, NULL);
  gsize size = g_bytes_get_size (jpeg);
  const guint8 *frame = memmem (bytes, size, "\xff\xc0\0\x11\x08", 5);
  const guint8 *entry;

  png_large = make_png_head (60000);
  g_assert_cmpint (hy_test_worker_try (png_large, NULL), ==, HY_WIRE_TOO_LARGE);

  g_assert_nonnull (frame);
  jpeg_large = patch (jpeg, (gsize) (frame - bytes) + 5, "\xea\x60\xea\x60", 4);
  g_assert_cmpint (hy_test_worker_try (jpeg_large, NULL), ==, HY_WIRE_TOO_LARGE);

  bytes = g_bytes_get_data (tiff, &size);
  entry = memmem (bytes, size, "\x01\x01\x03\0\x01\0\0\0", 8);
  if (entry == NULL)
    entry = memmem (bytes, size, "\x01\x01\x04\0\x01\0\0\0", 8);
  g_assert_nonnull (entry);
  tiff_large = patch (tiff, (gsize) (entry - bytes) + 2, "\x04\0\x01\0\0\0\xff\xff\xff\x7f", 10);
  /* Its strips are too few for that, too. */
  g_assert_cmpint (hy_test_worker_try (tiff_large, NULL), !=, HY_WIRE_OK);
}

static void
test_requests (void)
{
  g_autoptr (GBytes) bytes = make_png (PNG_COLOR_TYPE_RGB, /* interlaced= */ FALSE);
  g_autoptr (HyWorkerDocument) document = hy_test_worker_open (bytes, NULL);
  guint8 pixels[4 * 4 * 4] = { 0 };
  const HyWireRequest good = { .scale = 1, .width = 4, .height = 4, .stride = 16 };
  HyWireRequest bad[8] = { good, good, good, good, good, good, good, good };

  bad[0].scale = NAN;
  bad[1].scale = 0;
  bad[2].scale = 1e30f;
  bad[3].rotation = 45;
  bad[4].stride = 12;
  bad[5].width = 0;
  bad[6].x = G_MAXUINT32;
  bad[7].rotation = 360;
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_cmpint (document->klass->draw (document, &bad[i], pixels), ==, HY_WIRE_BAD_REQUEST);
  g_assert_cmpint (document->klass->draw (document, &good, pixels), ==, HY_WIRE_OK);
}

/* What is there is shown, part by part too, and the rest is paper. */
static void
test_half (void)
{
  static const guint beginnings[] = { 0, HEIGHT - 8 };
  g_autoptr (GBytes) bytes = make_png (PNG_COLOR_TYPE_RGB, /* interlaced= */ FALSE);
  g_autoptr (GBytes) half = g_bytes_new (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes) * 2 / 3);
  g_autoptr (HyWorkerDocument) document = hy_test_worker_open (half, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (beginnings); i++)
    {
      g_auto (HyTestPixels) part = hy_test_worker_draw (document, 0, 1, 0, 0, beginnings[i], WIDTH, 8);

      g_assert_cmphex (hy_test_pixels_at (&part, 0, 7), ==, i == 0 ? colour_at (0, 7) : 0xffffff);
    }
}

static void
test_nothing (void)
{
  static const char *const beginnings[] = { "", "\xff\xd8\xff", "\x89PNG\r\n\x1a\n", "II*", "MM" };
  g_autoptr (GBytes) empty = g_bytes_new (NULL, 0);
  HyWorkerDocument *document = NULL;

  g_assert_cmpint (hy_worker_image_open (empty, &document), ==, HY_WIRE_DAMAGED);
  g_assert_cmpint (hy_worker_text_open (empty, &document), ==, HY_WIRE_UNSUPPORTED);
  g_assert_cmpint (hy_test_worker_try (empty, NULL), ==, HY_WIRE_UNSUPPORTED);
  for (guint i = 0; i < G_N_ELEMENTS (beginnings); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (beginnings[i], strlen (beginnings[i]));

      g_assert_cmpint (hy_worker_image_open (bytes, &document), ==, HY_WIRE_DAMAGED);
    }
  g_assert_null (document);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/render/worker/image/jpeg", test_jpeg);
  g_test_add_func ("/render/worker/image/png-on-white", test_png);
  g_test_add_func ("/render/worker/image/tiff-of-several-pages", test_tiff);
  g_test_add_func ("/render/worker/image/cameras-that-were-turned", test_orientation);
  g_test_add_func ("/render/worker/image/smaller-is-the-mean", test_mean);
  g_test_add_func ("/render/worker/image/pictures-of-health-documents", test_samples);
  g_test_add_func ("/render/worker/image/claimed-sizes-cost-nothing", test_claims);
  g_test_add_func ("/render/worker/image/half-a-picture", test_half);
  g_test_add_func ("/render/worker/image/nothing-but-a-beginning", test_nothing);
  g_test_add_func ("/render/worker/image/impossible-requests-are-refused", test_requests);
  return g_test_run ();
}
