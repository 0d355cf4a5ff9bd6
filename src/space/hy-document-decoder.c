/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What import asks of documents, answered by sandboxed workers: the readings of CDA and XDM metadata, and the words. */

#include "config.h"

#include "space/hy-document-decoder.h"

#include "base/hy-async.h"
#include "base/hy-json.h"

#include <string.h>

/* Words of one document; import cuts there too, so more need not be asked for. */
#define MAX_WORDS_BYTES (2 * 1024 * 1024)
/* Microseconds for the words of one document: a thousand pages take a second.  What was read until then is kept; a file made
 * to take 5 s a page would keep an import busy for a day. */
#define MAX_WORDS_US (60 * G_USEC_PER_SEC)
/* Files inside one CDA whose words are asked for; real ones have one. */
#define MAX_BODIES 10

static HyImportDecodeStatus
get_status (const GError *error)
{
  if (g_error_matches (error, HY_RENDER_ERROR, HY_RENDER_ERROR_UNSAFE))
    return HY_IMPORT_NOT_DECODED;
  if (g_error_matches (error, HY_RENDER_ERROR, HY_RENDER_ERROR_FORBIDDEN))
    return HY_IMPORT_FORBIDDEN;
  if (g_error_matches (error, HY_RENDER_ERROR, HY_RENDER_ERROR_UNSUPPORTED))
    return HY_IMPORT_OTHER_KIND;
  return HY_IMPORT_DAMAGED;
}

/* No await here races against the cancellable: a race that ends on the main thread while this one lets go of it stops both for
 * ever (base/hy-async.c says which fault of libdex 0.10 that is).  What is cancelled ends with the page that is being read; a
 * worker has its own end. */
static gboolean
is_cancelled (GCancellable *cancellable)
{
  return cancellable != NULL && g_cancellable_is_cancelled (cancellable);
}

static void
append_words (GString *words,
              const char *text)
{
  if (text != NULL && words->len < MAX_WORDS_BYTES)
    g_string_append (words, text);
}

/* Page after page: what was read stays when the worker stops or there are enough words. */
static void
append_pages (GString *words,
              HyRenderDocument *document,
              char page_end,
              gint64 deadline,
              GCancellable *cancellable)
{
  guint n_pages = hy_render_document_get_n_pages (document);

  for (guint i = 0; i < n_pages && words->len < MAX_WORDS_BYTES && !is_cancelled (cancellable) && g_get_monotonic_time () < deadline; i++)
    {
      g_autofree char *text = dex_await_string (hy_render_document_dup_text (document, i), NULL);

      if (text == NULL)
        return;
      g_strdelimit (text, "\f", '\n');
      append_words (words, text);
      g_string_append_c (words, page_end);
    }
}

static void
append_body (GString *words,
             HyRenderer *renderer,
             GBytes *body,
             char page_end,
             gint64 deadline,
             GCancellable *cancellable)
{
  g_autoptr (HyRenderDocument) document = dex_await_object (hy_renderer_open (renderer, body, NULL), NULL);

  if (document == NULL)
    return;
  if (hy_render_document_get_kind (document) == HY_WIRE_KIND_PDF)
    append_pages (words, document, page_end, deadline, cancellable);
  else if (hy_render_document_get_kind (document) == HY_WIRE_KIND_TEXT)
    {
      g_autofree char *text = dex_await_string (hy_render_document_dup_text (document, HY_WIRE_ALL), NULL);

      append_words (words, text);
    }
  hy_render_document_close (document);
}

static gboolean
has_words (HyJson *json,
           HyJsonNode body)
{
  static const char *const kinds[] = { "application/pdf", "text/plain", "text/rtf" };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (hy_json_string_equal (json, hy_json_member (json, body, "found"), kinds[i]))
      return TRUE;
  return FALSE;
}

/* The words of the narrative, and of the files inside.  Where the document is nothing but one file, its pages are pages. */
static char *
dup_cda_words (HyRenderer *renderer,
               HyRenderDocument *document,
               GBytes *reading,
               gint64 deadline,
               GCancellable *cancellable)
{
  g_autofree char *narrative = dex_await_string (hy_render_document_dup_text (document, HY_WIRE_ALL), NULL);
  g_autoptr (HyJson) json = hy_json_parse (reading, NULL);
  GString *words = g_string_new (NULL);
  HyJsonNode body = json != NULL ? hy_json_first (json, hy_json_member (json, hy_json_root (json), "bodies")) : 0;

  if (narrative != NULL)
    g_strdelimit (narrative, "\f", '\n');
  append_words (words, narrative);
  for (guint i = 0; body != 0 && i < MAX_BODIES; body = hy_json_next (json, body), i++)
    {
      gboolean alone = hy_json_is_true (json, hy_json_member (json, body, "level1"));
      g_autoptr (GBytes) bytes = NULL;

      if (!has_words (json, body) || words->len >= MAX_WORDS_BYTES || is_cancelled (cancellable) ||
          g_get_monotonic_time () >= deadline)
        continue;
      if ((bytes = dex_await_boxed (hy_render_document_dup_body (document, i), NULL)) == NULL)
        continue;
      if (words->len > 0)
        g_string_append_c (words, '\n');
      append_body (words, renderer, bytes, alone ? '\f' : '\n', deadline, cancellable);
    }
  return g_string_free (words, FALSE);
}

HyImportDecodeStatus
hy_document_decode (GBytes *document,
                    HyImportDecoded *decoded,
                    GCancellable *cancellable,
                    gpointer user_data)
{
  HyRenderer *renderer = user_data;
  g_autoptr (HyRenderDocument) opened = NULL;
  g_autoptr (GError) error = NULL;
  gint64 deadline = g_get_monotonic_time () + MAX_WORDS_US;
  HyImportDecodeStatus status = HY_IMPORT_DECODED;
  GString *words;

  /* The next document does not wait for its worker. */
  hy_renderer_keep_spare (renderer, TRUE);
  if (!(opened = dex_await_object (hy_renderer_open (renderer, document, NULL), &error)))
    return get_status (error);
  switch (hy_render_document_get_kind (opened))
    {
    case HY_WIRE_KIND_PDF:
      words = g_string_new (NULL);
      append_pages (words, opened, '\f', deadline, cancellable);
      decoded->text = g_string_free (words, FALSE);
      break;
    case HY_WIRE_KIND_CDA:
    case HY_WIRE_KIND_XDM:
      if (!(decoded->json = dex_await_boxed (hy_render_document_read (opened), &error)))
        status = get_status (error);
      else if (hy_render_document_get_kind (opened) == HY_WIRE_KIND_CDA)
        decoded->text = dup_cda_words (renderer, opened, decoded->json, deadline, cancellable);
      break;
    case HY_WIRE_KIND_TEXT:
      if (!(decoded->text = dex_await_string (hy_render_document_dup_text (opened, HY_WIRE_ALL), &error)))
        status = get_status (error);
      else
        g_strdelimit (decoded->text, "\f", '\n');
      break;
    case HY_WIRE_KIND_NONE:
    case HY_WIRE_KIND_IMAGE:
    default:
      status = HY_IMPORT_OTHER_KIND;
    }
  hy_render_document_close (opened);
  return status;
}
