/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A document of the space as a person sees it: its words and its pages, all by the sandboxed worker. */

#include "config.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "paper/hy-page-picture.h"
#include "render/hy-render.h"
#include "space/hy-space.h"

#include "base/hy-json.h"

#include <glib/gi18n.h>

typedef struct
{
  HySpace *space;
  gint64 rowid;
  guint page;
  double scale;
} Job;

static Job *
job_new (HySpace *space,
         gint64 rowid)
{
  Job *job = g_new0 (Job, 1);

  job->space = g_object_ref (space);
  job->rowid = rowid;
  return job;
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->space);
  g_free (job);
}

static HyRenderDocument *
open_document (Job *job,
               GError **error)
{
  g_autoptr (GBytes) bytes = dex_await_boxed (hy_space_dup_document (job->space, job->rowid), error);

  if (bytes == NULL)
    return NULL;
  return dex_await_object (hy_renderer_open (hy_space_get_renderer (job->space), bytes, NULL), error);
}

static DexFuture *
dup_text_fiber (gpointer data)
{
  g_autoptr (HyRenderDocument) document = NULL;
  g_autofree char *text = NULL;
  GError *error = NULL;

  if (!(document = open_document (data, &error)) ||
      !(text = dex_await_string (hy_render_document_dup_text (document, HY_WIRE_ALL), &error)))
    return dex_future_new_for_error (error);
  return dex_future_new_take_string (g_steal_pointer (&text));
}

/**
 * hy_space_dup_document_text:
 *
 * Resolves to a string: the words of the document, a form feed behind each page of those that have pages.
 *
 * Errors: those of hy_space_dup_document, and HyRenderError
 */
DexFuture *
hy_space_dup_document_text (HySpace *self,
                            gint64 rowid)
{
  return hy_fiber (dup_text_fiber, job_new (self, rowid), job_free);
}

/* The file within a clinical document that has pages: the first one that opens. */
static HyRenderDocument *
open_body (Job *job,
           HyRenderDocument *document,
           GError **error)
{
  g_autoptr (GBytes) reading = NULL;
  g_autoptr (HyJson) json = NULL;
  HyJsonNode bodies;

  if (!(reading = dex_await_boxed (hy_render_document_read (document), error)) || !(json = hy_json_parse (reading, error)))
    return NULL;
  bodies = hy_json_member (json, hy_json_root (json), "bodies");
  for (guint i = 0; i < hy_json_count (json, bodies); i++)
    {
      g_autofree char *found = hy_json_dup_string (json, hy_json_member (json, hy_json_at (json, bodies, i), "found"));
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (HyRenderDocument) body = NULL;

      if (found == NULL || !(g_str_equal (found, "application/pdf") || g_str_has_prefix (found, "image/")))
        continue;
      if (!(bytes = dex_await_boxed (hy_render_document_dup_body (document, i), error)) ||
          !(body = dex_await_object (hy_renderer_open (hy_space_get_renderer (job->space), bytes, NULL), error)))
        return NULL;
      if (hy_render_document_get_n_pages (body) > 0)
        return g_steal_pointer (&body);
    }
  g_set_error_literal (error, HY_ERROR, HY_ERROR_REFUSED, _ ("This document has no pages, only words."));
  return NULL;
}

static DexFuture *
dup_page_png_fiber (gpointer data)
{
  Job *job = data;
  g_autoptr (HyRenderDocument) document = NULL;
  g_autoptr (HyRenderPixels) pixels = NULL;
  g_autoptr (GBytes) png = NULL;
  GError *error = NULL;
  guint n_pages;

  if (!(document = open_document (job, &error)))
    return dex_future_new_for_error (error);
  if (hy_render_document_get_kind (document) == HY_WIRE_KIND_CDA)
    {
      HyRenderDocument *body = open_body (job, document, &error);

      if (body == NULL)
        return dex_future_new_for_error (error);
      g_object_unref (document);
      document = body;
    }
  n_pages = hy_render_document_get_n_pages (document);
  if (n_pages == 0)
    return dex_future_new_reject (HY_ERROR, HY_ERROR_REFUSED, "%s", _ ("This document has no pages, only words."));
  if (job->page >= n_pages)
    return dex_future_new_reject (HY_ERROR, HY_ERROR_REFUSED,
                                  ngettext ("This document has %u page.", "This document has %u pages.", n_pages), n_pages);
  if (!(pixels = dex_await_boxed (hy_render_document_draw (document, job->page, job->scale, 0, NULL, NULL), &error)) ||
      !(png = hy_page_picture_new_png (pixels->bytes, pixels->width, pixels->height, pixels->stride, &error)))
    return dex_future_new_for_error (error);
  return dex_future_new_take_boxed (G_TYPE_BYTES, g_steal_pointer (&png));
}

/**
 * hy_space_dup_page_png:
 * @page: from 0
 * @scale: pixels a point (1/72 inch)
 *
 * Resolves to GBytes: the page as a PNG file; of a clinical document, the page of the file in it.
 *
 * Errors: those of hy_space_dup_document, HyRenderError, HY_ERROR_REFUSED when there is no such page
 */
DexFuture *
hy_space_dup_page_png (HySpace *self,
                       gint64 rowid,
                       guint page,
                       double scale)
{
  Job *job = job_new (self, rowid);

  job->page = page;
  job->scale = scale;
  return hy_fiber (dup_page_png_fiber, job, job_free);
}
