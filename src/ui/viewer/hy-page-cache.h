/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "render/hy-render.h"
#include "ui/viewer/hy-page-layout.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Bytes of pixels kept: three pages that each fill a 4K display, and what is beside them.  Scrolling back a page or two
 * is then at once, however long the document. */
#define HY_PAGE_CACHE_BYTES (128 * 1024 * 1024)

/* Tiles kept: so that a document of ten thousand specks does not become as many textures. */
#define HY_PAGE_CACHE_TILES 512

/* What was drawn of pages.  Nothing that was used since hy_page_cache_next_frame is let go, all else is once there is
 * too much, the longest unused first. */
typedef struct _HyPageCache HyPageCache;

typedef void (*HyPageCacheFunc) (GdkTexture *texture, const graphene_rect_t *part, gpointer user_data); /* part: fractions of the page */

HyPageCache *hy_page_cache_new        (void);
void         hy_page_cache_free       (HyPageCache *self);
void         hy_page_cache_clear      (HyPageCache *self);
void         hy_page_cache_next_frame (HyPageCache *self);
gboolean     hy_page_cache_has        (HyPageCache *self, const HyPageTile *tile, double scale);
void         hy_page_cache_put        (HyPageCache *self, const HyPageTile *tile, double scale, const graphene_rect_t *part, HyRenderPixels *pixels);
void         hy_page_cache_drop_stale (HyPageCache *self, guint page, double scale);
void         hy_page_cache_foreach    (HyPageCache *self, guint page, double scale, HyPageCacheFunc func, gpointer user_data);
gsize        hy_page_cache_get_bytes  (HyPageCache *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyPageCache, hy_page_cache_free)

G_END_DECLS
