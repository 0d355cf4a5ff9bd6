/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TIFF page by page, each by bands of one strip or one row of tiles.  All from memory: no file is opened. */

#include "render/worker/hy-worker-picture.h"

#include <string.h>
#include <tiffio.h>

/* Bytes that libtiff may take at once, and together, beside the band. */
#define MAX_ONE (256 * 1024 * 1024)
#define MAX_ALL (320 * 1024 * 1024)
/* Pixels of a band, 4 bytes each: 600 dots an inch on A3 in one strip, as faxes and scans of black and white come. */
#define MAX_BAND (70 * 1024 * 1024)
/* How much higher than wide a pixel may be, or the other way round; faxes have 2 and 4. */
#define MAX_STRETCH 4.5

struct _HyWorkerTiff
{
  TIFF *tiff;
  const guint8 *bytes;
  gsize size;
  gsize at;
  guint n_pages;
};

typedef struct
{
  HyWorkerRows parent;
  TIFFRGBAImage image;
  guint32 *band;
  guint band_height; /* rows of one */
  guint first;       /* row that is in the band; meaningful when n_held > 0 */
  guint n_held;
  guint next; /* row */
} Bands;

static tmsize_t
on_read (thandle_t handle,
         void *into,
         tmsize_t size)
{
  HyWorkerTiff *self = handle;
  gsize n_bytes = self->at < self->size ? MIN ((gsize) size, self->size - self->at) : 0;

  if (n_bytes == 0)
    return 0;
  memcpy (into, self->bytes + self->at, n_bytes);
  self->at += n_bytes;
  return (tmsize_t) n_bytes;
}

static tmsize_t
on_write (thandle_t handle G_GNUC_UNUSED,
          void *from G_GNUC_UNUSED,
          tmsize_t size G_GNUC_UNUSED)
{
  return -1;
}

static toff_t
on_seek (thandle_t handle,
         toff_t offset,
         int whence)
{
  HyWorkerTiff *self = handle;
  gint64 base = 0;

  if (whence == SEEK_CUR)
    base = (gint64) self->at;
  else if (whence == SEEK_END)
    base = (gint64) self->size;
  /* Behind the end nothing is read, so that no place there needs to be told from another. */
  self->at = (gsize) CLAMP ((gint64) MIN (offset, (toff_t) G_MAXINT32) + base, 0, (gint64) self->size);
  return self->at;
}

static int
on_close (thandle_t handle G_GNUC_UNUSED)
{
  return 0;
}

static toff_t
on_size (thandle_t handle)
{
  return ((HyWorkerTiff *) handle)->size;
}

/* The bytes are there already. */
static int
on_map (thandle_t handle,
        void **bytes,
        toff_t *size)
{
  HyWorkerTiff *self = handle;

  *bytes = (void *) self->bytes;
  *size = self->size;
  return 1;
}

static void
on_unmap (thandle_t handle G_GNUC_UNUSED,
          void *bytes G_GNUC_UNUSED,
          toff_t size G_GNUC_UNUSED)
{
}

static int
on_message (TIFF *tiff G_GNUC_UNUSED,
            void *data G_GNUC_UNUSED,
            const char *module G_GNUC_UNUSED,
            const char *format G_GNUC_UNUSED,
            va_list values G_GNUC_UNUSED)
{
  return 1;
}

/**
 * hy_worker_tiff_open:
 *
 * Returns: (nullable): NULL when no page can be found
 */
HyWorkerTiff *
hy_worker_tiff_open (const guint8 *bytes,
                     gsize size)
{
  HyWorkerTiff *self = g_new0 (HyWorkerTiff, 1);
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc ();

  self->bytes = bytes;
  self->size = size;
  TIFFOpenOptionsSetMaxSingleMemAlloc (options, MAX_ONE);
  TIFFOpenOptionsSetMaxCumulatedMemAlloc (options, MAX_ALL);
  TIFFOpenOptionsSetErrorHandlerExtR (options, on_message, NULL);
  TIFFOpenOptionsSetWarningHandlerExtR (options, on_message, NULL);
  self->tiff = TIFFClientOpenExt ("document", "r", self, on_read, on_write, on_seek, on_close, on_size, on_map, on_unmap, options);
  TIFFOpenOptionsFree (options);
  if (self->tiff == NULL)
    {
      g_free (self);
      return NULL;
    }
  self->n_pages = TIFFNumberOfDirectories (self->tiff);
  return self;
}

void
hy_worker_tiff_free (HyWorkerTiff *self)
{
  if (self == NULL)
    return;
  TIFFClose (self->tiff);
  g_free (self);
}

guint
hy_worker_tiff_n_pages (HyWorkerTiff *self)
{
  return self->n_pages;
}

static double
stretch_of (TIFF *tiff)
{
  float x = 0, y = 0;

  if (TIFFGetField (tiff, TIFFTAG_XRESOLUTION, &x) && TIFFGetField (tiff, TIFFTAG_YRESOLUTION, &y) && x > 0 && y > 0)
    {
      double stretch = (double) x / (double) y;

      /* Square but for what is rounded. */
      if (stretch >= 1 / MAX_STRETCH && stretch <= MAX_STRETCH && (stretch < 0.95 || stretch > 1.05))
        return stretch;
    }
  return 1;
}

/**
 * hy_worker_tiff_look:
 * @page: from 0
 * @picture: (out): what its head says; not yet held against any bound
 */
HyWireStatus
hy_worker_tiff_look (HyWorkerTiff *self,
                     guint page,
                     HyWorkerPicture *picture)
{
  guint16 orientation = 1;

  if (!TIFFSetDirectory (self->tiff, page))
    return HY_WIRE_DAMAGED;
  *picture = (HyWorkerPicture) { .stretch = stretch_of (self->tiff) };
  TIFFGetFieldDefaulted (self->tiff, TIFFTAG_ORIENTATION, &orientation);
  picture->orientation = orientation >= 1 && orientation <= 8 ? orientation : 1;
  if (!TIFFGetField (self->tiff, TIFFTAG_IMAGEWIDTH, &picture->width) || !TIFFGetField (self->tiff, TIFFTAG_IMAGELENGTH, &picture->height))
    return HY_WIRE_DAMAGED;
  return HY_WIRE_OK;
}

static void
bands_free (HyWorkerRows *rows)
{
  Bands *self = (Bands *) rows;

  TIFFRGBAImageEnd (&self->image);
  g_free (self->band);
  g_free (self);
}

static gboolean
bands_skip (HyWorkerRows *rows,
            guint n_rows)
{
  Bands *self = (Bands *) rows;

  self->next += n_rows;
  return self->next < rows->height;
}

static gboolean
fill_band (Bands *self)
{
  guint n_rows;

  self->first = self->next - self->next % self->band_height;
  n_rows = MIN (self->band_height, self->parent.height - self->first);
  self->n_held = 0;
  /* White and opaque, for what a damaged strip lacks. */
  memset (self->band, 0xff, 4 * (gsize) self->parent.width * n_rows);
  self->image.row_offset = (int) self->first;
  self->image.col_offset = 0;
  if (!TIFFRGBAImageGet (&self->image, self->band, self->parent.width, n_rows))
    return FALSE;
  self->n_held = n_rows;
  return TRUE;
}

static gboolean
bands_read (HyWorkerRows *rows,
            guint8 *row)
{
  Bands *self = (Bands *) rows;
  const guint32 *pixel;

  if (self->next >= rows->height)
    return FALSE;
  if ((self->n_held == 0 || self->next < self->first || self->next >= self->first + self->n_held) && !fill_band (self))
    return FALSE;
  pixel = self->band + (gsize) (self->next++ - self->first) * rows->width;
  for (guint x = 0; x < rows->width; x++, pixel++, row += 3)
    {
      /* The colours are multiplied by alpha already. */
      guint paper = 255 - TIFFGetA (*pixel);

      row[0] = (guint8) MIN (TIFFGetR (*pixel) + paper, 255);
      row[1] = (guint8) MIN (TIFFGetG (*pixel) + paper, 255);
      row[2] = (guint8) MIN (TIFFGetB (*pixel) + paper, 255);
    }
  return TRUE;
}

static guint
get_band_height (TIFF *tiff,
                 guint height)
{
  guint32 n_rows = 0;

  if (TIFFIsTiled (tiff))
    TIFFGetField (tiff, TIFFTAG_TILELENGTH, &n_rows);
  else
    TIFFGetFieldDefaulted (tiff, TIFFTAG_ROWSPERSTRIP, &n_rows);
  return n_rows == 0 ? height : MIN (n_rows, height);
}

/**
 * hy_worker_tiff_rows:
 * @page: from 0; its size has been held against the bounds
 * @rows: (out) (transfer full): set with %HY_WIRE_OK only; in use until another page of @self is asked for
 */
HyWireStatus
hy_worker_tiff_rows (HyWorkerTiff *self,
                     guint page,
                     HyWorkerRows **rows)
{
  char message[1024];
  Bands *bands;

  if (!TIFFSetDirectory (self->tiff, page) || !TIFFRGBAImageOK (self->tiff, message))
    return HY_WIRE_DAMAGED;
  bands = g_new0 (Bands, 1);
  if (!TIFFRGBAImageBegin (&bands->image, self->tiff, /* stop= */ 0, message))
    {
      g_free (bands);
      return HY_WIRE_DAMAGED;
    }
  /* As they stand in the file: pictures of all kinds are turned in one place. */
  bands->image.req_orientation = bands->image.orientation;
  bands->parent.width = bands->image.width;
  bands->parent.height = bands->image.height;
  bands->parent.read = bands_read;
  bands->parent.skip = bands_skip;
  bands->parent.free = bands_free;
  bands->band_height = get_band_height (self->tiff, bands->parent.height);
  if ((guint64) bands->parent.width * bands->band_height > MAX_BAND || !(bands->band = g_try_malloc_n (bands->band_height, 4 * (gsize) bands->parent.width)))
    {
      bands_free (&bands->parent);
      return HY_WIRE_TOO_LARGE;
    }
  *rows = &bands->parent;
  return HY_WIRE_OK;
}
