/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks the decoder: for what is in sight at the display's own pixels, then for words and links, then for what is beside
 * it.  Few requests are under way at a time, for they are answered in order: what went out of sight or changed its size is
 * then never waited for.  Everything that comes back may be a lie, and is only looked at.
 *
 * Fibers here have no scope, for one document follows another in the same view.  They end by themselves: closing the
 * document answers all that waits, and "serial" tells them that nobody wants it any more. */

#include "config.h"

#include "ui/viewer/hy-page-jobs.h"

#include "base/hy-async.h"
#include "ui/viewer/hy-page-speech.h"
#include "ui/viewer/hy-page-view-private.h"

/* Requests under way: one that is worked on, and what keeps the decoder busy until we hear of it. */
#define MAX_JOBS 3

#define TEXT_KEEP 8 /* pages whose words are kept beside those in sight: to select over them while scrolling */

typedef enum
{
  JOB_DRAW,
  JOB_TEXT,
  JOB_LINKS,
} JobKind;

typedef struct
{
  HyPageView *view;
  JobKind kind;
  HyPageTile tile; /* its page, for all kinds */
  double scale;
  guint rotation;
  guint serial;
  graphene_rect_t part;
  GCancellable *cancellable;
  gboolean waiting;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  if (job->waiting)
    g_ptr_array_remove_fast (job->view->jobs, job);
  g_object_unref (job->view);
  g_object_unref (job->cancellable);
  g_free (job);
}

static gboolean
is_asked (HyPageView *self,
          JobKind kind,
          const HyPageTile *tile,
          double scale)
{
  for (guint i = 0; i < self->jobs->len; i++)
    {
      Job *job = g_ptr_array_index (self->jobs, i);

      if (job->kind != kind || job->tile.page != tile->page || job->serial != self->serial)
        continue;
      if (kind != JOB_DRAW ||
          (job->tile.x == tile->x && job->tile.y == tile->y && job->tile.width == tile->width && job->tile.height == tile->height &&
           job->scale == scale && job->rotation == self->rotation && !g_cancellable_is_cancelled (job->cancellable)))
        return TRUE;
    }
  return FALSE;
}

static void
take_pixels (Job *job,
             HyRenderPixels *pixels)
{
  HyPageView *self = job->view;
  g_autoptr (GArray) tiles = NULL;
  graphene_rect_t seen;

  if (self->layout == NULL || job->rotation != self->rotation || pixels->width == 0 || pixels->height == 0)
    return;
  hy_page_cache_put (self->cache, &job->tile, job->scale, &job->part, pixels);
  if (hy_page_layout_get_scale (self->layout, job->tile.page) != job->scale)
    return;
  hy_page_view_get_seen (self, &seen);
  tiles = hy_page_layout_tiles (self->layout, job->tile.page, hy_page_view_get_desk_width (self), &seen);
  for (guint i = 0; i < tiles->len; i++)
    if (!hy_page_cache_has (self->cache, &g_array_index (tiles, HyPageTile, i), job->scale))
      return;
  hy_page_cache_drop_stale (self->cache, job->tile.page, job->scale);
}

static DexFuture *
ask_fiber (gpointer user_data)
{
  Job *job = user_data;
  HyPageView *self = job->view;
  HyRenderDocument *document = self->document;
  g_autoptr (GError) error = NULL;
  g_autoptr (HyRenderPixels) pixels = NULL;
  g_autoptr (HyRenderLayout) text = NULL;
  g_autoptr (GPtrArray) links = NULL;
  HyRenderRect part = { job->tile.x, job->tile.y, job->tile.width, job->tile.height };

  if (job->serial != self->serial || g_cancellable_is_cancelled (job->cancellable))
    document = NULL;
  else if (job->kind == JOB_DRAW)
    pixels = dex_await_boxed (hy_render_document_draw (document, job->tile.page, job->scale, job->rotation, &part, job->cancellable), &error);
  else if (job->kind == JOB_TEXT)
    text = dex_await_boxed (hy_render_document_dup_layout (document, job->tile.page), &error);
  else
    links = dex_await_boxed (hy_render_document_dup_links (document, job->tile.page), &error);

  job->waiting = FALSE;
  g_ptr_array_remove_fast (self->jobs, job);
  if (job->serial != self->serial || g_error_matches (error, DEX_ERROR, DEX_ERROR_FIBER_CANCELLED))
    return dex_future_new_true ();

  if (pixels != NULL)
    {
      take_pixels (job, pixels);
    }
  else if (text != NULL)
    {
      g_hash_table_insert (self->texts, GUINT_TO_POINTER (job->tile.page), hy_render_layout_ref (text));
      if (job->tile.page == self->page)
        hy_page_speech_update (self);
    }
  else if (links != NULL)
    {
      g_hash_table_insert (self->links, GUINT_TO_POINTER (job->tile.page), g_ptr_array_ref (links));
    }
  else if (document != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      if (!hy_page_view_is_for_page (error))
        {
          hy_page_view_fail (self, error);
        }
      else if (job->kind == JOB_DRAW)
        {
          g_hash_table_add (self->broken, GUINT_TO_POINTER (job->tile.page));
        }
      else
        {
          /* A page without words or links is still a page. */
          g_hash_table_insert (job->kind == JOB_TEXT ? self->texts : self->links, GUINT_TO_POINTER (job->tile.page), NULL);
        }
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
  hy_page_jobs_pump (self);
  return dex_future_new_true ();
}

static void
ask (HyPageView *self,
     JobKind kind,
     const HyPageTile *tile)
{
  Job *job = g_new0 (Job, 1);

  job->view = g_object_ref (self);
  job->kind = kind;
  job->tile = *tile;
  job->serial = self->serial;
  job->cancellable = g_cancellable_new ();
  job->waiting = TRUE;
  if (kind == JOB_DRAW)
    {
      graphene_rect_t sheet, rect;

      job->scale = hy_page_layout_get_scale (self->layout, tile->page);
      job->rotation = self->rotation;
      hy_page_layout_get_rect (self->layout, tile->page, hy_page_view_get_desk_width (self), &sheet);
      hy_page_layout_tile_rect (self->layout, tile, hy_page_view_get_desk_width (self), &rect);
      graphene_rect_init (&job->part, (rect.origin.x - sheet.origin.x) / sheet.size.width, (rect.origin.y - sheet.origin.y) / sheet.size.height,
                          rect.size.width / sheet.size.width, rect.size.height / sheet.size.height);
    }
  g_ptr_array_add (self->jobs, job);
  hy_spawn (kind == JOB_DRAW ? "draw a page" : "read a page", ask_fiber, job, job_free, NULL);
}

static gboolean
ask_tiles (HyPageView *self,
           guint page,
           const graphene_rect_t *seen)
{
  double scale = hy_page_layout_get_scale (self->layout, page);
  g_autoptr (GArray) tiles = NULL;

  if (g_hash_table_contains (self->broken, GUINT_TO_POINTER (page)))
    return FALSE;
  tiles = hy_page_layout_tiles (self->layout, page, hy_page_view_get_desk_width (self), seen);
  for (guint i = 0; i < tiles->len; i++)
    {
      HyPageTile *tile = &g_array_index (tiles, HyPageTile, i);

      if (hy_page_cache_has (self->cache, tile, scale) || is_asked (self, JOB_DRAW, tile, scale))
        continue;
      ask (self, JOB_DRAW, tile);
      return TRUE;
    }
  return FALSE;
}

static gboolean
ask_words (HyPageView *self,
           guint page)
{
  HyPageTile tile = { .page = page };

  if (!g_hash_table_contains (self->texts, GUINT_TO_POINTER (page)) && !is_asked (self, JOB_TEXT, &tile, 0))
    {
      ask (self, JOB_TEXT, &tile);
      return TRUE;
    }
  if (!g_hash_table_contains (self->links, GUINT_TO_POINTER (page)) && !is_asked (self, JOB_LINKS, &tile, 0))
    {
      ask (self, JOB_LINKS, &tile);
      return TRUE;
    }
  return FALSE;
}

/* The next thing wanted, the most urgent first: pixels in sight, words in sight, pixels beside. */
static gboolean
ask_next (HyPageView *self,
          guint first,
          guint last)
{
  guint n_pages = hy_page_layout_get_n_pages (self->layout);
  graphene_rect_t seen;

  hy_page_view_get_seen (self, &seen);
  if (ask_tiles (self, self->page, &seen))
    return TRUE;
  for (guint page = first; page <= last; page++)
    if (ask_tiles (self, page, &seen))
      return TRUE;
  for (guint page = first; page <= last; page++)
    if (ask_words (self, page))
      return TRUE;
  if (last + 1 < n_pages && ask_tiles (self, last + 1, NULL))
    return TRUE;
  return first > 0 && ask_tiles (self, first - 1, NULL);
}

static void
forget_words (GHashTable *table,
              guint first,
              guint last)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (GPOINTER_TO_UINT (key) + TEXT_KEEP < first || GPOINTER_TO_UINT (key) > last + TEXT_KEEP)
      g_hash_table_iter_remove (&iter);
}

void
hy_page_jobs_pump (HyPageView *self)
{
  guint first, last;

  if (self->document == NULL || self->failed || !gtk_widget_get_mapped (GTK_WIDGET (self)) || !hy_page_view_get_visible (self, &first, &last))
    return;
  for (guint i = 0; i < self->jobs->len; i++)
    {
      Job *job = g_ptr_array_index (self->jobs, i);
      guint page = job->tile.page;

      if (job->kind == JOB_DRAW && (job->serial != self->serial || job->rotation != self->rotation || page + 1 < first || page > last + 1 ||
                                    job->scale != hy_page_layout_get_scale (self->layout, page)))
        g_cancellable_cancel (job->cancellable);
    }
  forget_words (self->texts, first, last);
  forget_words (self->links, first, last);
  while (self->jobs->len < MAX_JOBS && ask_next (self, first, last))
    continue;
}

void
hy_page_jobs_cancel (HyPageView *self)
{
  for (guint i = 0; i < self->jobs->len; i++)
    g_cancellable_cancel (((Job *) g_ptr_array_index (self->jobs, i))->cancellable);
}
