/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "render/hy-render-wire.h"

G_BEGIN_DECLS

/* SECURITY-DESIGN 5.2: pixels of a picture that is decoded at all, by rows, strips or reduced. */
#define HY_WORKER_MAX_PICTURE (100 * 1000 * 1000)
/* Pixels of a side, as in JPEG: rows are held whole. */
#define HY_WORKER_MAX_PICTURE_SIDE 65535

typedef struct {
  guint width, height; /* pixels, as they stand in the file */
  guint orientation;   /* 1 to 8, as in EXIF and TIFF: how they are to be turned */
  double stretch;      /* height of a pixel, its width being 1: faxes have high ones */
} HyWorkerPicture;

/* A picture that comes row by row, from the top of the file; perhaps smaller than it is there. */
typedef struct _HyWorkerRows HyWorkerRows;
struct _HyWorkerRows {
  guint width, height; /* pixels */
  /* 3 bytes a pixel: red, green, blue.  FALSE: the rest cannot be had. */
  gboolean (*read) (HyWorkerRows *self, guint8 *row);
  gboolean (*skip) (HyWorkerRows *self, guint n_rows);
  void     (*free) (HyWorkerRows *self);
};

gboolean     hy_worker_picture_fits (const HyWorkerPicture *self);
HyWireSize   hy_worker_picture_size (const HyWorkerPicture *self);
/* What of the file a draw needs is asked of @rows, which may be reduced but not below the scale. */
HyWireStatus hy_worker_picture_draw (const HyWorkerPicture *self, HyWorkerRows *rows, const HyWireRequest *request, guint8 *pixels);

/* The formats, each in a file of its own.  Bytes stay in use as long as what is made of them. */
HyWireStatus hy_worker_jpeg_look (const guint8 *bytes, gsize size, HyWorkerPicture *picture);
HyWireStatus hy_worker_jpeg_rows (const guint8 *bytes, gsize size, double scale, HyWorkerRows **rows);
HyWireStatus hy_worker_png_look  (const guint8 *bytes, gsize size, HyWorkerPicture *picture);
HyWireStatus hy_worker_png_rows  (const guint8 *bytes, gsize size, HyWorkerRows **rows);

typedef struct _HyWorkerTiff HyWorkerTiff;
HyWorkerTiff *hy_worker_tiff_open    (const guint8 *bytes, gsize size); /* nullable */
void          hy_worker_tiff_free    (HyWorkerTiff *self);
guint         hy_worker_tiff_n_pages (HyWorkerTiff *self);
HyWireStatus  hy_worker_tiff_look    (HyWorkerTiff *self, guint page, HyWorkerPicture *picture);
HyWireStatus  hy_worker_tiff_rows    (HyWorkerTiff *self, guint page, HyWorkerRows **rows);

G_END_DECLS
