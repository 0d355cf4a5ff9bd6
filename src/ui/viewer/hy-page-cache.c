/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Textures of pages, and how much memory they may take. */

#include "ui/viewer/hy-page-cache.h"

typedef struct
{
  HyPageTile tile;
  double scale;
  graphene_rect_t part;
  GdkTexture *texture;
  gsize bytes;
  guint64 used; /* frame */
} Entry;

struct _HyPageCache
{
  GPtrArray *entries;
  gsize bytes;
  guint64 frame;
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_object_unref (entry->texture);
  g_free (entry);
}

HyPageCache *
hy_page_cache_new (void)
{
  HyPageCache *self = g_new0 (HyPageCache, 1);

  self->entries = g_ptr_array_new_with_free_func (entry_free);
  self->frame = 1;
  return self;
}

void
hy_page_cache_free (HyPageCache *self)
{
  g_ptr_array_unref (self->entries);
  g_free (self);
}

void
hy_page_cache_clear (HyPageCache *self)
{
  g_ptr_array_set_size (self->entries, 0);
  self->bytes = 0;
}

static void
let_go (HyPageCache *self,
        guint index)
{
  self->bytes -= ((Entry *) g_ptr_array_index (self->entries, index))->bytes;
  g_ptr_array_remove_index_fast (self->entries, index);
}

static void
trim (HyPageCache *self)
{
  while (self->bytes > HY_PAGE_CACHE_BYTES || self->entries->len > HY_PAGE_CACHE_TILES)
    {
      guint oldest = 0;

      for (guint i = 1; i < self->entries->len; i++)
        if (((Entry *) g_ptr_array_index (self->entries, i))->used < ((Entry *) g_ptr_array_index (self->entries, oldest))->used)
          oldest = i;
      if (((Entry *) g_ptr_array_index (self->entries, oldest))->used >= self->frame)
        return;
      let_go (self, oldest);
    }
}

/* What is drawn from now on is in sight; what is not, no more. */
void
hy_page_cache_next_frame (HyPageCache *self)
{
  self->frame++;
}

static Entry *
find (HyPageCache *self,
      const HyPageTile *tile,
      double scale,
      guint *index)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->entries, i);

      if (entry->tile.page == tile->page && entry->tile.x == tile->x && entry->tile.y == tile->y &&
          entry->tile.width == tile->width && entry->tile.height == tile->height && entry->scale == scale)
        {
          *index = i;
          return entry;
        }
    }
  return NULL;
}

gboolean
hy_page_cache_has (HyPageCache *self,
                   const HyPageTile *tile,
                   double scale)
{
  guint index;

  return find (self, tile, scale, &index) != NULL;
}

/**
 * hy_page_cache_put:
 * @part: fractions of the page that @tile covers
 */
void
hy_page_cache_put (HyPageCache *self,
                   const HyPageTile *tile,
                   double scale,
                   const graphene_rect_t *part,
                   HyRenderPixels *pixels)
{
  Entry *entry;
  guint index;

  if (find (self, tile, scale, &index) != NULL)
    let_go (self, index);
  entry = g_new0 (Entry, 1);
  entry->tile = *tile;
  entry->scale = scale;
  entry->part = *part;
  /* CAIRO_FORMAT_RGB24 */
  entry->texture = gdk_memory_texture_new ((int) pixels->width, (int) pixels->height,
                                           G_BYTE_ORDER == G_LITTLE_ENDIAN ? GDK_MEMORY_B8G8R8X8 : GDK_MEMORY_X8R8G8B8,
                                           pixels->bytes, pixels->stride);
  entry->bytes = (gsize) pixels->stride * pixels->height;
  entry->used = self->frame;
  self->bytes += entry->bytes;
  g_ptr_array_add (self->entries, entry);
  trim (self);
}

/* Lets go of what was drawn of the page at other scales: all of it that is in sight is there at this one. */
void
hy_page_cache_drop_stale (HyPageCache *self,
                          guint page,
                          double scale)
{
  for (guint i = self->entries->len; i > 0; i--)
    {
      Entry *entry = g_ptr_array_index (self->entries, i - 1);

      if (entry->tile.page == page && entry->scale != scale)
        let_go (self, i - 1);
    }
}

/**
 * hy_page_cache_foreach:
 *
 * Calls @func for all that there is of the page, what is at @scale last, and counts it as used in this frame.
 */
void
hy_page_cache_foreach (HyPageCache *self,
                       guint page,
                       double scale,
                       HyPageCacheFunc func,
                       gpointer user_data)
{
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < self->entries->len; i++)
      {
        Entry *entry = g_ptr_array_index (self->entries, i);

        if (entry->tile.page != page || (entry->scale == scale) != (pass == 1))
          continue;
        entry->used = self->frame;
        func (entry->texture, &entry->part, user_data);
      }
}

gsize
hy_page_cache_get_bytes (HyPageCache *self)
{
  return self->bytes;
}
