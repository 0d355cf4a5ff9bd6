/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gives each document a worker of its own, and keeps one waiting so that the first page comes sooner. */

#include "config.h"

#include "render/hy-render-private.h"

#include <string.h>

/* When a spare is taken the next one is started so much later: starting takes a processor from the page that a person
 * waits for, which then comes a third later. */
#define SPARE_DELAY_MS 250

struct _HyRenderer
{
  GObject parent_instance;

  GMutex mutex;
  HyRenderProcess *spare; /* nullable; has seen no document */
  gboolean keep;
  gboolean closed;
};

G_DEFINE_FINAL_TYPE (HyRenderer, hy_renderer, G_TYPE_OBJECT)

/* Under the mutex. */
static void
drop_spare (HyRenderer *self)
{
  if (self->spare != NULL)
    hy_render_process_close (self->spare);
  g_clear_pointer (&self->spare, hy_render_process_unref);
}

static void
hy_renderer_finalize (GObject *object)
{
  HyRenderer *self = HY_RENDERER (object);

  drop_spare (self);
  g_mutex_clear (&self->mutex);
  G_OBJECT_CLASS (hy_renderer_parent_class)->finalize (object);
}

static void
hy_renderer_class_init (HyRendererClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hy_renderer_finalize;
}

static void
hy_renderer_init (HyRenderer *self)
{
  g_mutex_init (&self->mutex);
}

/**
 * hy_renderer_new:
 *
 * Starts nothing until a document is opened or a spare asked for.
 */
HyRenderer *
hy_renderer_new (void)
{
  return g_object_new (HY_TYPE_RENDERER, NULL);
}

/**
 * hy_renderer_keep_spare:
 *
 * For whoever is about to open documents, one after another or when a person says so.
 */
void
hy_renderer_keep_spare (HyRenderer *self,
                        gboolean keep)
{
  g_return_if_fail (HY_IS_RENDERER (self));

  g_mutex_lock (&self->mutex);
  self->keep = keep && !self->closed;
  if (!self->keep)
    drop_spare (self);
  else if (self->spare == NULL)
    self->spare = hy_render_process_new (0);
  g_mutex_unlock (&self->mutex);
}

/**
 * hy_renderer_close:
 *
 * Ends the spare, and opens nothing any more.  Documents that are open stay so.
 */
void
hy_renderer_close (HyRenderer *self)
{
  g_return_if_fail (HY_IS_RENDERER (self));

  g_mutex_lock (&self->mutex);
  self->closed = TRUE;
  self->keep = FALSE;
  drop_spare (self);
  g_mutex_unlock (&self->mutex);
}

/* A spare that died meanwhile is replaced, and nobody need know. */
static HyRenderProcess *
take_process (HyRenderer *self)
{
  HyRenderProcess *process = NULL;

  g_mutex_lock (&self->mutex);
  if (!self->closed)
    {
      if (self->spare != NULL && hy_render_process_is_stopped (self->spare))
        drop_spare (self);
      process = self->spare != NULL ? g_steal_pointer (&self->spare) : hy_render_process_new (0);
      if (self->keep)
        self->spare = hy_render_process_new (SPARE_DELAY_MS);
    }
  g_mutex_unlock (&self->mutex);
  return process;
}

/**
 * hy_renderer_open:
 * @password: (nullable): UTF-8; not kept
 *
 * Resolves to a HyRenderDocument.
 *
 * Errors: a HyRenderError.  With HY_RENDER_ERROR_PASSWORD ask for one and open the document again.
 */
DexFuture *
hy_renderer_open (HyRenderer *self,
                  GBytes *document,
                  const char *password)
{
  g_autoptr (HyRenderProcess) process = NULL;
  HyRenderJob *job;

  dex_return_error_if_fail (HY_IS_RENDERER (self));
  dex_return_error_if_fail (document != NULL);

  if (g_bytes_get_size (document) > HY_WIRE_MAX_DOCUMENT)
    return dex_future_new_for_error (hy_render_new_error (HY_RENDER_ERROR_TOO_LARGE));
  if (password != NULL && (strlen (password) >= HY_WIRE_MAX_PASSWORD || !g_utf8_validate (password, -1, NULL)))
    return dex_future_new_for_error (hy_render_new_error (HY_RENDER_ERROR_PASSWORD));
  if (!(process = take_process (self)))
    return dex_future_new_for_error (hy_render_new_error (HY_RENDER_ERROR_STOPPED));

  job = hy_render_job_new (HY_WIRE_OPEN, 0, hy_render_get_settings ()->document_ms);
  job->document = g_bytes_ref (document);
  job->asked.request.size = g_bytes_get_size (document);
  if (password != NULL)
    g_strlcpy (job->asked.request.password, password, HY_WIRE_MAX_PASSWORD);
  return hy_render_process_ask (process, job);
}
