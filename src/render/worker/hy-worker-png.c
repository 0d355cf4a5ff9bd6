/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PNG row by row, on white where one sees through it.  Of its chunks only those that make the picture are looked at. */

#include "render/worker/hy-worker-picture.h"

#include <png.h>
#include <string.h>

/* Pixels of a picture that comes in seven passes, and so is held whole: 128 MiB. */
#define MAX_INTERLACED (32 * 1024 * 1024)

typedef struct
{
  HyWorkerRows parent;
  png_structp png;
  png_infop info;
  const guint8 *bytes;
  gsize left;
  guint8 *row;   /* red, green, blue, alpha */
  guint8 *whole; /* so, of an interlaced one; nullable */
  guint next;    /* row */
} Png;

/* What could be large when unpacked, and says nothing here. */
static const png_byte ignored[] = "iCCP\0tEXt\0zTXt\0iTXt\0eXIf\0sPLT\0hIST";

static void
on_error (png_structp png,
          png_const_charp message G_GNUC_UNUSED)
{
  png_longjmp (png, 1);
}

static void
on_warning (png_structp png G_GNUC_UNUSED,
            png_const_charp message G_GNUC_UNUSED)
{
}

static void
on_read (png_structp png,
         png_bytep into,
         size_t size)
{
  Png *self = png_get_io_ptr (png);

  if (size > self->left)
    png_error (png, "");
  memcpy (into, self->bytes, size);
  self->bytes += size;
  self->left -= size;
}

static void
png_rows_free (HyWorkerRows *rows)
{
  Png *self = (Png *) rows;

  png_destroy_read_struct (&self->png, &self->info, NULL);
  g_free (self->row);
  g_free (self->whole);
  g_free (self);
}

/* Reads the head.  NULL when it cannot. */
static Png *
png_new (const guint8 *bytes,
         gsize size)
{
  Png *self = g_new0 (Png, 1);

  self->parent.free = png_rows_free;
  self->bytes = bytes;
  self->left = size;
  self->png = png_create_read_struct (PNG_LIBPNG_VER_STRING, NULL, on_error, on_warning);
  self->info = self->png != NULL ? png_create_info_struct (self->png) : NULL;
  if (self->info == NULL || setjmp (png_jmpbuf (self->png)))
    {
      png_rows_free (&self->parent);
      return NULL;
    }
  /* The bounds are looked at by who asks, who can tell a picture that is too large from one that is damaged. */
  png_set_user_limits (self->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_keep_unknown_chunks (self->png, PNG_HANDLE_CHUNK_NEVER, ignored, sizeof ignored / 5);
  png_set_read_fn (self->png, self, on_read);
  png_read_info (self->png, self->info);
  return self;
}

/**
 * hy_worker_png_look:
 * @picture: (out): what its head says; not yet held against any bound
 */
HyWireStatus
hy_worker_png_look (const guint8 *bytes,
                    gsize size,
                    HyWorkerPicture *picture)
{
  Png *self = png_new (bytes, size);

  if (self == NULL)
    return HY_WIRE_DAMAGED;
  *picture = (HyWorkerPicture) {
    .width = png_get_image_width (self->png, self->info),
    .height = png_get_image_height (self->png, self->info),
    .orientation = 1,
    .stretch = 1,
  };
  png_rows_free (&self->parent);
  return HY_WIRE_OK;
}

static guint8
on_white (guint colour,
          guint alpha)
{
  return (guint8) ((colour * alpha + 255 * (255 - alpha) + 127) / 255);
}

static const guint8 *
next_row (Png *self)
{
  if (self->next >= self->parent.height)
    return NULL;
  if (self->whole != NULL)
    return self->whole + 4 * (gsize) self->parent.width * self->next++;
  if (setjmp (png_jmpbuf (self->png)))
    return NULL;
  png_read_row (self->png, self->row, NULL);
  self->next++;
  return self->row;
}

static gboolean
png_rows_read (HyWorkerRows *rows,
               guint8 *row)
{
  const guint8 *pixel = next_row ((Png *) rows);

  if (pixel == NULL)
    return FALSE;
  for (guint x = 0; x < rows->width; x++, pixel += 4, row += 3)
    for (guint colour = 0; colour < 3; colour++)
      row[colour] = on_white (pixel[colour], pixel[3]);
  return TRUE;
}

static gboolean
png_rows_skip (HyWorkerRows *rows,
               guint n_rows)
{
  for (; n_rows > 0; n_rows--)
    if (next_row ((Png *) rows) == NULL)
      return FALSE;
  return TRUE;
}

/* All passes; what the file lacks stays white. */
static gboolean
read_whole (Png *self,
            int n_passes)
{
  gsize stride = 4 * (gsize) self->parent.width;

  if (!(self->whole = g_try_malloc (stride * self->parent.height)))
    return FALSE;
  memset (self->whole, 0xff, stride * self->parent.height);
  if (setjmp (png_jmpbuf (self->png)))
    return TRUE;
  for (int pass = 0; pass < n_passes; pass++)
    for (guint y = 0; y < self->parent.height; y++)
      png_read_row (self->png, self->whole + stride * y, NULL);
  return TRUE;
}

/**
 * hy_worker_png_rows:
 * @rows: (out) (transfer full): set with %HY_WIRE_OK only
 */
HyWireStatus
hy_worker_png_rows (const guint8 *bytes,
                    gsize size,
                    HyWorkerRows **rows)
{
  Png *self = png_new (bytes, size);

  if (self == NULL)
    return HY_WIRE_DAMAGED;
  if (setjmp (png_jmpbuf (self->png)))
    {
      png_rows_free (&self->parent);
      return HY_WIRE_DAMAGED;
    }
  self->parent.width = png_get_image_width (self->png, self->info);
  self->parent.height = png_get_image_height (self->png, self->info);
  self->parent.read = png_rows_read;
  self->parent.skip = png_rows_skip;
  /* Whatever it is, to 8 bits of red, green, blue and alpha. */
  png_set_expand (self->png);
  png_set_scale_16 (self->png);
  png_set_gray_to_rgb (self->png);
  png_set_add_alpha (self->png, 0xff, PNG_FILLER_AFTER);
  if (png_get_interlace_type (self->png, self->info) != PNG_INTERLACE_NONE)
    {
      int n_passes = png_set_interlace_handling (self->png);

      png_read_update_info (self->png, self->info);
      if ((guint64) self->parent.width * self->parent.height > MAX_INTERLACED || !read_whole (self, n_passes))
        {
          png_rows_free (&self->parent);
          return HY_WIRE_TOO_LARGE;
        }
    }
  else
    {
      png_read_update_info (self->png, self->info);
      self->row = g_malloc (MAX (4 * (gsize) self->parent.width, png_get_rowbytes (self->png, self->info)));
    }
  *rows = &self->parent;
  return HY_WIRE_OK;
}
