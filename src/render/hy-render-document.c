/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One open document: what it is, and what may be asked of it.  The worker and its thread are hy-render-process.c's. */

#include "config.h"

#include "render/hy-render-private.h"

#include <math.h>

/* Bytes offered for an answer whose size is not known.  A memfd takes memory only where something is written. */
#define ROOM (1024 * 1024)
/* Pixels a point.  A page at 64 is seen at 4 600 dots an inch. */
#define MAX_SCALE 64.0
/* Pixels from the page's corner: what a float still tells apart. */
#define MAX_OFFSET (1 << 24)

struct _HyRenderDocument
{
  GObject parent_instance;

  HyRenderProcess *process;
  HyWireKind kind;
  guint n_pages;
  guint more_pages;
};

G_DEFINE_FINAL_TYPE (HyRenderDocument, hy_render_document, G_TYPE_OBJECT)

static void
hy_render_document_finalize (GObject *object)
{
  HyRenderDocument *self = HY_RENDER_DOCUMENT (object);

  hy_render_process_close (self->process);
  hy_render_process_unref (self->process);
  G_OBJECT_CLASS (hy_render_document_parent_class)->finalize (object);
}

static void
hy_render_document_class_init (HyRenderDocumentClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hy_render_document_finalize;
}

static void
hy_render_document_init (HyRenderDocument *self)
{
}

HyRenderDocument *
hy_render_document_new (HyRenderProcess *process,
                        const HyWireReply *reply)
{
  HyRenderDocument *self = g_object_new (HY_TYPE_RENDER_DOCUMENT, NULL);

  self->process = hy_render_process_ref (process);
  self->kind = (HyWireKind) reply->kind;
  self->n_pages = reply->n_pages;
  self->more_pages = reply->more_pages;
  return self;
}

HyRenderProcess *
hy_render_document_get_process (HyRenderDocument *self)
{
  return self->process;
}

HyWireKind
hy_render_document_get_kind (HyRenderDocument *self)
{
  return self->kind;
}

guint
hy_render_document_get_n_pages (HyRenderDocument *self)
{
  return self->n_pages;
}

guint
hy_render_document_get_more_pages (HyRenderDocument *self)
{
  return self->more_pages;
}

/**
 * hy_render_document_get_layers:
 *
 * Returns: the HyRenderLayers that hold the worker.  Without %HY_LAYER_LANDLOCK only the fonts show that the document
 *   brings itself.
 */
guint
hy_render_document_get_layers (HyRenderDocument *self)
{
  return hy_render_process_get_layers (self->process);
}

/**
 * hy_render_document_close:
 *
 * Ends the worker; does not wait for its end.  What is still asked fails.
 */
void
hy_render_document_close (HyRenderDocument *self)
{
  g_return_if_fail (HY_IS_RENDER_DOCUMENT (self));

  hy_render_process_close (self->process);
}

static HyRenderJob *
new_job (HyRenderDocument *self,
         HyWireVerb verb,
         guint page,
         guint timeout_ms,
         gsize max)
{
  HyRenderJob *job = hy_render_job_new (verb, page, timeout_ms);

  job->asked.n_pages = self->n_pages;
  job->asked.request.size = MIN (ROOM, max);
  job->asked.max = max;
  return job;
}

/**
 * hy_render_document_dup_sizes:
 *
 * Resolves to a GArray of HyWireSize, one a page, in points at the page's own rotation.
 */
DexFuture *
hy_render_document_dup_sizes (HyRenderDocument *self)
{
  HyRenderJob *job;

  dex_return_error_if_fail (HY_IS_RENDER_DOCUMENT (self));

  if (self->n_pages == 0)
    return dex_future_new_take_boxed (G_TYPE_ARRAY, g_array_new (FALSE, FALSE, sizeof (HyWireSize)));
  job = new_job (self, HY_WIRE_SIZES, 0, hy_render_get_settings ()->document_ms, 0);
  job->asked.request.count = self->n_pages;
  job->asked.request.size = self->n_pages * sizeof (HyWireSize);
  return hy_render_process_ask (self->process, job);
}

/**
 * hy_render_document_draw:
 * @scale: pixels a point
 * @rotation: 0, 90, 180 or 270, clockwise, beside the page's own
 * @part: (nullable): pixels of the page at that scale and rotation; all when %NULL
 * @cancellable: (nullable): drops the draw as long as it waits
 *
 * Resolves to HyRenderPixels.  They are the worker's as long as the document is open: it could still change what they
 * show, and nothing else.
 *
 * Errors: HY_RENDER_ERROR_TOO_LARGE beyond HY_WIRE_MAX_SIDE or HY_WIRE_MAX_PIXELS: ask for parts; G_IO_ERROR_CANCELLED
 */
DexFuture *
hy_render_document_draw (HyRenderDocument *self,
                         guint page,
                         double scale,
                         guint rotation,
                         const HyRenderRect *part,
                         GCancellable *cancellable)
{
  HyRenderJob *job;

  dex_return_error_if_fail (HY_IS_RENDER_DOCUMENT (self));
  dex_return_error_if_fail (page < self->n_pages);
  dex_return_error_if_fail (isfinite (scale) && scale > 0);
  dex_return_error_if_fail (rotation < 360 && rotation % 90 == 0);
  dex_return_error_if_fail (part == NULL || (part->width > 0 && part->height > 0));

  if (scale > MAX_SCALE || (part != NULL && (part->x > MAX_OFFSET || part->y > MAX_OFFSET || part->width > HY_WIRE_MAX_SIDE || part->height > HY_WIRE_MAX_SIDE || (guint64) part->width * part->height > HY_WIRE_MAX_PIXELS)))
    return dex_future_new_for_error (hy_render_new_error (HY_RENDER_ERROR_TOO_LARGE));

  job = new_job (self, HY_WIRE_DRAW, page, hy_render_get_settings ()->page_ms, 0);
  job->asked.request.scale = (float) scale;
  job->asked.request.rotation = rotation;
  job->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  job->whole = part == NULL;
  if (part != NULL)
    {
      job->asked.request.x = part->x;
      job->asked.request.y = part->y;
      job->asked.request.width = part->width;
      job->asked.request.height = part->height;
    }
  return hy_render_process_ask (self->process, job);
}

/**
 * hy_render_document_dup_text:
 * @page: or %HY_WIRE_ALL, the only one for documents without pages
 *
 * Resolves to a string.
 */
DexFuture *
hy_render_document_dup_text (HyRenderDocument *self,
                             guint page)
{
  const HyRenderSettings *settings = hy_render_get_settings ();

  dex_return_error_if_fail (HY_IS_RENDER_DOCUMENT (self));
  dex_return_error_if_fail (page == HY_WIRE_ALL || page < self->n_pages);

  return hy_render_process_ask (
      self->process,
      new_job (self, HY_WIRE_TEXT, page, page == HY_WIRE_ALL ? settings->document_ms : settings->page_ms, HY_WIRE_MAX_TEXT));
}

/**
 * hy_render_document_dup_layout:
 *
 * Resolves to a HyRenderLayout.
 */
DexFuture *
hy_render_document_dup_layout (HyRenderDocument *self,
                               guint page)
{
  dex_return_error_if_fail (HY_IS_RENDER_DOCUMENT (self));
  dex_return_error_if_fail (page < self->n_pages);

  return hy_render_process_ask (self->process,
                                new_job (self, HY_WIRE_LAYOUT, page, hy_render_get_settings ()->page_ms, HY_WIRE_MAX_TEXT));
}

/**
 * hy_render_document_dup_links:
 *
 * Resolves to a GPtrArray of HyRenderLink: those to pages of the document, and to "https" addresses.
 */
DexFuture *
hy_render_document_dup_links (HyRenderDocument *self,
                              guint page)
{
  dex_return_error_if_fail (HY_IS_RENDER_DOCUMENT (self));
  dex_return_error_if_fail (page < self->n_pages);

  return hy_render_process_ask (self->process,
                                new_job (self, HY_WIRE_LINKS, page, hy_render_get_settings ()->page_ms, HY_WIRE_MAX_TEXT));
}

/**
 * hy_render_document_read:
 *
 * Resolves to GBytes: a JSON object as in hy-reading-wire.h, well-formed; what it says is still the document's word.
 */
DexFuture *
hy_render_document_read (HyRenderDocument *self)
{
  dex_return_error_if_fail (HY_IS_RENDER_DOCUMENT (self));

  return hy_render_process_ask (self->process,
                                new_job (self, HY_WIRE_READ, 0, hy_render_get_settings ()->document_ms, HY_WIRE_MAX_TEXT));
}

/**
 * hy_render_document_dup_body:
 * @index: in "bodies" of the reading
 *
 * Resolves to GBytes: the decoded file, as hostile as any.
 */
DexFuture *
hy_render_document_dup_body (HyRenderDocument *self,
                             guint index)
{
  dex_return_error_if_fail (HY_IS_RENDER_DOCUMENT (self));

  return hy_render_process_ask (self->process,
                                new_job (self, HY_WIRE_BODY, index, hy_render_get_settings ()->document_ms, HY_WIRE_MAX_DOCUMENT));
}
