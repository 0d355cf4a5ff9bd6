/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "render/hy-render-wire.h"

#include <gio/gio.h>
#include <libdex.h>

G_BEGIN_DECLS

/* Why a document is not shown; each message is a whole sentence for a person. */
typedef enum {
  HY_RENDER_ERROR_UNSAFE,      /* the worker cannot be held on this computer: nothing is decoded */
  HY_RENDER_ERROR_STOPPED,     /* the worker ended, took too long, or answered what cannot be */
  HY_RENDER_ERROR_PASSWORD,    /* needs a password, or another */
  HY_RENDER_ERROR_DAMAGED,
  HY_RENDER_ERROR_TOO_LARGE,
  HY_RENDER_ERROR_UNSUPPORTED,
  HY_RENDER_ERROR_FORBIDDEN,   /* XML with a DOCTYPE */
} HyRenderError;

#define HY_RENDER_ERROR (hy_render_error_quark ())
GQuark hy_render_error_quark (void);

/* Pixels of a page or a part of it: CAIRO_FORMAT_RGB24, which is GDK_MEMORY_B8G8R8X8 on little endian. */
#define HY_TYPE_RENDER_PIXELS (hy_render_pixels_get_type ())
typedef struct {
  gatomicrefcount refs;
  GBytes *bytes;
  guint width, height; /* pixels */
  guint stride;        /* bytes a row */
} HyRenderPixels;
GType           hy_render_pixels_get_type (void);
HyRenderPixels *hy_render_pixels_ref      (HyRenderPixels *self);
void            hy_render_pixels_unref    (HyRenderPixels *self);

/* Pixels of the page at the scale and rotation asked for. */
typedef struct {
  guint x, y, width, height;
} HyRenderRect;

/* The characters of a page in reading order and where each stands. */
#define HY_TYPE_RENDER_LAYOUT (hy_render_layout_get_type ())
typedef struct {
  gatomicrefcount refs;
  char *text;       /* UTF-8 */
  guint n_chars;
  HyWireBox *boxes; /* n_chars of them */
} HyRenderLayout;
GType           hy_render_layout_get_type (void);
HyRenderLayout *hy_render_layout_ref      (HyRenderLayout *self);
void            hy_render_layout_unref    (HyRenderLayout *self);

typedef struct {
  HyWireBox box;
  guint page;  /* of this document, or HY_WIRE_NO_PAGE */
  char *uri;   /* nullable; "https://..." only */
} HyRenderLink;

void hy_render_link_free (HyRenderLink *link);

/* One document in a worker process of its own, which ends with the last reference or hy_render_document_close. */
#define HY_TYPE_RENDER_DOCUMENT (hy_render_document_get_type ())
G_DECLARE_FINAL_TYPE (HyRenderDocument, hy_render_document, HY, RENDER_DOCUMENT, GObject)

HyWireKind  hy_render_document_get_kind       (HyRenderDocument *self);
guint       hy_render_document_get_n_pages    (HyRenderDocument *self);
guint       hy_render_document_get_more_pages (HyRenderDocument *self); /* pages that are not shown, beyond HY_WIRE_MAX_PAGES */
guint       hy_render_document_get_layers     (HyRenderDocument *self); /* HyRenderLayers */
void        hy_render_document_close          (HyRenderDocument *self);

/* Futures; may be awaited on any thread.  Requests are answered in order, but draws of @cancellable that are still waiting
 * when it is cancelled are dropped.  All fail with a HyRenderError; after STOPPED so does every later request. */
DexFuture *hy_render_document_dup_sizes  (HyRenderDocument *self);             /* GArray boxed of HyWireSize, one a page */
DexFuture *hy_render_document_draw       (HyRenderDocument *self, guint page, double scale, guint rotation,
                                          const HyRenderRect *part, GCancellable *cancellable); /* HyRenderPixels; part NULL = the whole page */
DexFuture *hy_render_document_dup_text   (HyRenderDocument *self, guint page); /* string; HY_WIRE_ALL: form feed behind each page */
DexFuture *hy_render_document_dup_layout (HyRenderDocument *self, guint page); /* HyRenderLayout */
DexFuture *hy_render_document_dup_links  (HyRenderDocument *self, guint page); /* GPtrArray boxed of HyRenderLink */
DexFuture *hy_render_document_read       (HyRenderDocument *self);             /* GBytes: JSON, hy-reading-wire.h */
DexFuture *hy_render_document_dup_body   (HyRenderDocument *self, guint index); /* GBytes */

/* Starts workers; keeps a spare one waiting once asked to. */
#define HY_TYPE_RENDERER (hy_renderer_get_type ())
G_DECLARE_FINAL_TYPE (HyRenderer, hy_renderer, HY, RENDERER, GObject)

HyRenderer *hy_renderer_new        (void);
void        hy_renderer_keep_spare (HyRenderer *self, gboolean keep);
void        hy_renderer_close      (HyRenderer *self); /* ends the spare; documents that are open stay so */
DexFuture  *hy_renderer_open       (HyRenderer *self, GBytes *document, const char *password); /* HyRenderDocument; password nullable */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyRenderPixels, hy_render_pixels_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyRenderLayout, hy_render_layout_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyRenderLink, hy_render_link_free)

G_END_DECLS
