/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JPEG row by row, made smaller while it is decoded where that is enough for what is drawn. */

#include "render/worker/hy-worker-picture.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

/* Bytes that libjpeg may hold of a picture: a progressive one is held whole, at up to 6 bytes a pixel. */
#define MAX_MEMORY (400 * 1024 * 1024)
/* Scans of a progressive picture.  Programs write about ten; each goes over the whole picture again. */
#define MAX_SCANS 100
/* Bytes of an EXIF segment: they have no more. */
#define MAX_EXIF 65533
#define EXIF_HEADER "Exif\0"
#define TAG_ORIENTATION 0x0112

typedef struct
{
  HyWorkerRows parent;
  struct jpeg_decompress_struct jpeg;
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  jmp_buf failed;
  gboolean out_of_memory;
  gboolean inverted; /* CMYK as Adobe writes it: 255 is no ink */
  guint8 *cmyk;      /* a row */
} Jpeg;

G_NORETURN static void
on_error (j_common_ptr jpeg)
{
  Jpeg *self = jpeg->client_data;

  self->out_of_memory = jpeg->err->msg_code == JERR_OUT_OF_MEMORY || jpeg->err->msg_code == JERR_NO_BACKING_STORE;
  longjmp (self->failed, 1);
}

static void
on_message (j_common_ptr jpeg G_GNUC_UNUSED)
{
}

static void
on_warning (j_common_ptr jpeg G_GNUC_UNUSED,
            int level G_GNUC_UNUSED)
{
}

static void
on_progress (j_common_ptr jpeg)
{
  Jpeg *self = jpeg->client_data;

  if (self->jpeg.input_scan_number > MAX_SCANS)
    longjmp (self->failed, 1);
}

static void
jpeg_free (HyWorkerRows *rows)
{
  Jpeg *self = (Jpeg *) rows;

  jpeg_destroy_decompress (&self->jpeg);
  g_free (self->cmyk);
  g_free (self);
}

static HyWireStatus
status_of (Jpeg *self)
{
  return self->out_of_memory ? HY_WIRE_TOO_LARGE : HY_WIRE_DAMAGED;
}

static guint
get_number (const guint8 *bytes,
            guint n_bytes,
            gboolean big_endian)
{
  guint number = 0;

  for (guint i = 0; i < n_bytes; i++)
    number |= (guint) bytes[i] << 8 * (big_endian ? n_bytes - 1 - i : i);
  return number;
}

/* EXIF 2.3, 4.6: a TIFF header, and the first directory of 12 bytes an entry. */
static guint
find_orientation (const guint8 *exif,
                  guint size)
{
  const guint8 *tiff = exif + 6;
  gboolean big;
  guint at, n_entries;

  if (size < 6 + 8 || memcmp (exif, EXIF_HEADER, 6) != 0)
    return 1;
  size -= 6;
  big = tiff[0] == 'M';
  at = get_number (tiff + 4, 4, big);
  if (at > size - 2)
    return 1;
  n_entries = get_number (tiff + at, 2, big);
  for (at += 2; n_entries > 0 && at + 12 <= size; n_entries--, at += 12)
    if (get_number (tiff + at, 2, big) == TAG_ORIENTATION)
      {
        guint orientation = get_number (tiff + at + 8, 2, big);

        return orientation >= 1 && orientation <= 8 ? orientation : 1;
      }
  return 1;
}

/* Reads the head.  NULL when it cannot. */
static Jpeg *
jpeg_new (const guint8 *bytes,
          gsize size,
          HyWireStatus *status)
{
  Jpeg *self = g_new0 (Jpeg, 1);

  self->parent.free = jpeg_free;
  self->jpeg.err = jpeg_std_error (&self->errors);
  self->errors.error_exit = on_error;
  self->errors.output_message = on_message;
  self->errors.emit_message = on_warning;
  self->jpeg.client_data = self;
  if (setjmp (self->failed))
    {
      *status = status_of (self);
      jpeg_free (&self->parent);
      return NULL;
    }
  jpeg_create_decompress (&self->jpeg);
  self->jpeg.mem->max_memory_to_use = MAX_MEMORY;
  self->progress.progress_monitor = on_progress;
  self->jpeg.progress = &self->progress;
  jpeg_save_markers (&self->jpeg, JPEG_APP0 + 1, MAX_EXIF);
  jpeg_mem_src (&self->jpeg, bytes, size);
  jpeg_read_header (&self->jpeg, TRUE);
  return self;
}

/**
 * hy_worker_jpeg_look:
 * @picture: (out): what its head says; not yet held against any bound
 */
HyWireStatus
hy_worker_jpeg_look (const guint8 *bytes,
                     gsize size,
                     HyWorkerPicture *picture)
{
  HyWireStatus status = HY_WIRE_DAMAGED;
  Jpeg *self = jpeg_new (bytes, size, &status);

  if (self == NULL)
    return status;
  *picture = (HyWorkerPicture) { .width = self->jpeg.image_width, .height = self->jpeg.image_height, .orientation = 1, .stretch = 1 };
  for (jpeg_saved_marker_ptr marker = self->jpeg.marker_list; marker != NULL && picture->orientation == 1; marker = marker->next)
    picture->orientation = find_orientation (marker->data, marker->data_length);
  jpeg_free (&self->parent);
  return HY_WIRE_OK;
}

/* Ink to light: as if each ink let through what the paper gives. */
static void
mix_inks (const guint8 *cmyk,
          gboolean inverted,
          guint n_pixels,
          guint8 *rgb)
{
  for (guint i = 0; i < n_pixels; i++, cmyk += 4, rgb += 3)
    for (guint colour = 0; colour < 3; colour++)
      {
        guint light = inverted ? cmyk[colour] : 255u - cmyk[colour];
        guint black = inverted ? cmyk[3] : 255u - cmyk[3];

        rgb[colour] = (guint8) ((light * black + 127) / 255);
      }
}

/* Where libjpeg jumps to: apart, so that nothing of the caller's is kept in a register meanwhile. */
static gboolean
read_line (Jpeg *self,
           JSAMPROW into)
{
  if (setjmp (self->failed))
    return FALSE;
  return jpeg_read_scanlines (&self->jpeg, &into, 1) == 1;
}

static gboolean
jpeg_read (HyWorkerRows *rows,
           guint8 *row)
{
  Jpeg *self = (Jpeg *) rows;

  if (self->jpeg.output_scanline >= self->jpeg.output_height || !read_line (self, self->cmyk != NULL ? self->cmyk : row))
    return FALSE;
  if (self->cmyk != NULL)
    mix_inks (self->cmyk, self->inverted, rows->width, row);
  return TRUE;
}

static gboolean
jpeg_skip (HyWorkerRows *rows,
           guint n_rows)
{
  Jpeg *self = (Jpeg *) rows;

  if (setjmp (self->failed))
    return FALSE;
  return jpeg_skip_scanlines (&self->jpeg, n_rows) == n_rows;
}

/* How many times smaller it may be decoded. */
static guint
get_reduction (double scale)
{
  guint reduction = 8; /* libjpeg's most */

  while (reduction > 1 && reduction * scale > 1)
    reduction /= 2;
  return reduction;
}

/**
 * hy_worker_jpeg_rows:
 * @scale: that it is drawn at; its rows may be 2, 4 or 8 times smaller where this asks for no more
 * @rows: (out) (transfer full): set with %HY_WIRE_OK only
 */
HyWireStatus
hy_worker_jpeg_rows (const guint8 *bytes,
                     gsize size,
                     double scale,
                     HyWorkerRows **rows)
{
  HyWireStatus status = HY_WIRE_DAMAGED;
  Jpeg *self = jpeg_new (bytes, size, &status);

  if (self == NULL)
    return status;
  if (setjmp (self->failed))
    {
      status = status_of (self);
      jpeg_free (&self->parent);
      return status;
    }
  self->jpeg.scale_denom = get_reduction (scale);
  self->jpeg.out_color_space = JCS_RGB;
  if (self->jpeg.jpeg_color_space == JCS_CMYK || self->jpeg.jpeg_color_space == JCS_YCCK)
    self->jpeg.out_color_space = JCS_CMYK;
  jpeg_start_decompress (&self->jpeg);
  self->parent.width = self->jpeg.output_width;
  self->parent.height = self->jpeg.output_height;
  self->parent.read = jpeg_read;
  self->parent.skip = jpeg_skip;
  if (self->jpeg.out_color_space == JCS_CMYK)
    {
      self->cmyk = g_malloc (4 * (gsize) self->parent.width);
      self->inverted = self->jpeg.saw_Adobe_marker;
    }
  *rows = &self->parent;
  return HY_WIRE_OK;
}
