/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures as documents: JPEG and PNG of one page, TIFF of several.  Nothing decoded is kept from one draw to the next. */

#include "render/worker/hy-worker-document.h"
#include "render/worker/hy-worker-picture.h"

#include <string.h>

typedef struct
{
  HyWorkerDocument parent;
  GBytes *document;
  HyWorkerTiff *tiff;      /* NULL for JPEG and PNG */
  HyWorkerPicture picture; /* JPEG, PNG */
} Image;

static gboolean
is_jpeg (GBytes *document)
{
  return g_bytes_get_size (document) > 2 && memcmp (g_bytes_get_data (document, NULL), "\xff\xd8", 2) == 0;
}

static gboolean
is_png (GBytes *document)
{
  return g_bytes_get_size (document) > 8 && memcmp (g_bytes_get_data (document, NULL), "\x89PNG", 4) == 0;
}

static void
image_free (HyWorkerDocument *document)
{
  Image *self = (Image *) document;

  hy_worker_tiff_free (self->tiff);
  g_bytes_unref (self->document);
  g_free (self);
}

static HyWireStatus
check_picture (const HyWorkerPicture *picture)
{
  if (picture->width == 0 || picture->height == 0)
    return HY_WIRE_DAMAGED;
  return hy_worker_picture_fits (picture) ? HY_WIRE_OK : HY_WIRE_TOO_LARGE;
}

static HyWireStatus
look (Image *self,
      guint page,
      HyWorkerPicture *picture)
{
  HyWireStatus status;

  if (self->tiff == NULL)
    *picture = self->picture;
  else if ((status = hy_worker_tiff_look (self->tiff, page, picture)) != HY_WIRE_OK)
    return status;
  return check_picture (picture);
}

/* A page that cannot be read is a square inch: those before and behind it are to be seen. */
static HyWireStatus
image_sizes (HyWorkerDocument *document,
             guint first,
             guint count,
             HyWireSize *sizes)
{
  for (guint i = 0; i < count; i++)
    {
      HyWorkerPicture picture;

      if (look ((Image *) document, first + i, &picture) == HY_WIRE_OK)
        sizes[i] = hy_worker_picture_size (&picture);
      else
        sizes[i] = (HyWireSize) { 72, 72 };
    }
  return HY_WIRE_OK;
}

static HyWireStatus
get_rows (Image *self,
          const HyWireRequest *request,
          HyWorkerRows **rows)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (self->document, &size);

  if (self->tiff != NULL)
    return hy_worker_tiff_rows (self->tiff, request->page, rows);
  if (is_jpeg (self->document))
    return hy_worker_jpeg_rows (bytes, size, request->scale, rows);
  return hy_worker_png_rows (bytes, size, rows);
}

static HyWireStatus
image_draw (HyWorkerDocument *document,
            const HyWireRequest *request,
            guint8 *pixels)
{
  Image *self = (Image *) document;
  HyWorkerPicture picture;
  HyWorkerRows *rows = NULL;
  HyWireStatus status;

  if ((status = look (self, request->page, &picture)) != HY_WIRE_OK || (status = get_rows (self, request, &rows)) != HY_WIRE_OK)
    return status;
  status = hy_worker_picture_draw (&picture, rows, request, pixels);
  rows->free (rows);
  return status;
}

static const HyWorkerDocumentClass image_class = {
  .free = image_free,
  .sizes = image_sizes,
  .draw = image_draw,
};

/* What is known of a document of one picture; for a TIFF that its first page can be shown. */
static HyWireStatus
open_picture (Image *self)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (self->document, &size);
  HyWireStatus status;

  if (is_jpeg (self->document))
    status = hy_worker_jpeg_look (bytes, size, &self->picture);
  else if (is_png (self->document))
    status = hy_worker_png_look (bytes, size, &self->picture);
  else
    {
      if (!(self->tiff = hy_worker_tiff_open (bytes, size)))
        return HY_WIRE_DAMAGED;
      self->parent.n_pages = MIN (hy_worker_tiff_n_pages (self->tiff), HY_WIRE_MAX_PAGES);
      self->parent.more_pages = hy_worker_tiff_n_pages (self->tiff) - self->parent.n_pages;
      /* A page behind that is too large is no reason not to show this one. */
      return look (self, 0, &self->picture);
    }
  self->parent.n_pages = 1;
  return status == HY_WIRE_OK ? check_picture (&self->picture) : status;
}

/**
 * hy_worker_image_open:
 * @document: JPEG, PNG or TIFF; stays in use until the opened one is freed
 * @opened: (out) (transfer full): set with %HY_WIRE_OK only
 */
HyWireStatus
hy_worker_image_open (GBytes *document,
                      HyWorkerDocument **opened)
{
  Image *self = g_new0 (Image, 1);
  HyWireStatus status;

  self->parent.klass = &image_class;
  self->parent.kind = HY_WIRE_KIND_IMAGE;
  self->document = g_bytes_ref (document);
  if ((status = open_picture (self)) != HY_WIRE_OK)
    image_free (&self->parent);
  else
    *opened = &self->parent;
  return status;
}
