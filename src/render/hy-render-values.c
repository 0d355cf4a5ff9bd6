/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that a worker answers is read here, and taken for hostile.  Pure functions on bytes that nobody else can
 * still change, so that the fuzzer and the tests call just what the window calls. */

#include "config.h"

#include "render/hy-render-private.h"

#include "base/hy-json.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* Points.  A PDF's largest page is 14 400 units of at most 100 points or so; a picture's point is a pixel. */
#define MAX_POINTS 1.0e7f
/* Of a page: more than anybody wants to follow, and few enough to look through at each movement of the pointer. */
#define MAX_LINKS 10000
/* Bytes: what browsers take. */
#define MAX_ADDRESS 8192

G_DEFINE_QUARK (hy-render-error-quark, hy_render_error)

/* -- words -- */

static const char *
message (HyRenderError code)
{
  switch (code)
    {
    case HY_RENDER_ERROR_UNSAFE:
      return _ ("Documents cannot be read safely on this computer, so this one was not opened. The file is kept as it is, and you can save a copy.");
    case HY_RENDER_ERROR_PASSWORD:
      return _ ("This document is protected by a password. Enter it to see the document.");
    case HY_RENDER_ERROR_DAMAGED:
      return _ ("This document is damaged and cannot be read. The file is kept as it is, and you can save a copy.");
    case HY_RENDER_ERROR_TOO_LARGE:
      return _ ("This document is too large to be shown safely. The file is kept as it is, and you can save a copy.");
    case HY_RENDER_ERROR_UNSUPPORTED:
      return _ ("Hygie cannot show documents of this kind. The file is kept as it is, and you can save a copy.");
    case HY_RENDER_ERROR_FORBIDDEN:
      return _ ("This document contains instructions (DOCTYPE) that could do harm, so it was not read. The file is kept as it is, and you can save a copy.");
    case HY_RENDER_ERROR_STOPPED:
    default:
      return _ ("This page could not be shown safely. The file is kept as it is: try again, or save a copy.");
    }
}

/**
 * hy_render_new_error:
 *
 * Returns: (transfer full): with the words for a person
 */
GError *
hy_render_new_error (HyRenderError code)
{
  return g_error_new_literal (HY_RENDER_ERROR, (int) code, message (code));
}

/* -- replies -- */

/**
 * hy_render_check_hello:
 *
 * Whether this can be the worker's first reply.  What layers it tells is for hy_render_is_held() to judge.
 */
gboolean
hy_render_check_hello (const HyWireReply *reply,
                       gsize received)
{
  return received == sizeof *reply && reply->magic == HY_WIRE_MAGIC && reply->serial == 0 && reply->status == HY_WIRE_OK &&
         (reply->layers & ~(guint32) (HY_LAYER_NO_NEW_PRIVS | HY_LAYER_LANDLOCK | HY_LAYER_SECCOMP | HY_LAYER_LIMITS)) == 0;
}

/**
 * hy_render_is_held:
 * @layers: HyRenderLayers
 *
 * Whether documents may be given to a worker held by these (SECURITY-DESIGN 5.1): files are kept from it twice or once,
 * everything else always.
 */
gboolean
hy_render_is_held (guint layers)
{
  const guint all = HY_LAYER_NO_NEW_PRIVS | HY_LAYER_SECCOMP | HY_LAYER_LIMITS;

  return (layers & all) == all && (layers & (HY_LAYER_LANDLOCK | HY_LAYER_NAMESPACES)) != 0;
}

static gboolean
has_pages (guint kind)
{
  return kind == HY_WIRE_KIND_PDF || kind == HY_WIRE_KIND_IMAGE;
}

static gboolean
check_opened (const HyWireReply *reply)
{
  return reply->kind > HY_WIRE_KIND_NONE && reply->kind <= HY_WIRE_KIND_XDM && reply->n_pages <= HY_WIRE_MAX_PAGES &&
         (has_pages (reply->kind) || reply->n_pages == 0) && (reply->more_pages == 0 || reply->n_pages == HY_WIRE_MAX_PAGES) &&
         reply->size == 0;
}

/* Bytes that the answer must have, or G_MAXUINT64 when it has as many as it likes. */
static guint64
exact_size (const HyWireRequest *request)
{
  switch (request->verb)
    {
    case HY_WIRE_SIZES:
      return (guint64) request->count * sizeof (HyWireSize);
    case HY_WIRE_DRAW:
      return (guint64) request->stride * request->height;
    default:
      return G_MAXUINT64;
    }
}

static HyRenderAnswer
refuse (HyRenderError code,
        GError **error)
{
  g_propagate_error (error, hy_render_new_error (code));
  return HY_RENDER_ANSWER_REFUSED;
}

/**
 * hy_render_check_reply:
 * @received: bytes of the message
 * @error: (out): set with %HY_RENDER_ANSWER_REFUSED only
 */
HyRenderAnswer
hy_render_check_reply (const HyRenderAsked *asked,
                       const HyWireReply *reply,
                       gsize received,
                       GError **error)
{
  guint64 exact;

  if (received != sizeof *reply || reply->magic != HY_WIRE_MAGIC || reply->serial != asked->request.serial)
    return HY_RENDER_ANSWER_NONSENSE;
  switch (reply->status)
    {
    case HY_WIRE_OK:
      if (asked->request.verb == HY_WIRE_OPEN)
        return check_opened (reply) ? HY_RENDER_ANSWER_OK : HY_RENDER_ANSWER_NONSENSE;
      exact = exact_size (&asked->request);
      if (reply->size > asked->request.size || (exact != G_MAXUINT64 && reply->size != exact))
        return HY_RENDER_ANSWER_NONSENSE;
      return HY_RENDER_ANSWER_OK;
    case HY_WIRE_MORE_ROOM:
      /* A size that did fit, or room where none was wanted, is a way to be asked for ever. */
      if (asked->max == 0 || reply->size <= asked->request.size)
        return HY_RENDER_ANSWER_NONSENSE;
      return reply->size <= asked->max ? HY_RENDER_ANSWER_MORE_ROOM : refuse (HY_RENDER_ERROR_TOO_LARGE, error);
    case HY_WIRE_PASSWORD:
      return asked->request.verb == HY_WIRE_OPEN ? refuse (HY_RENDER_ERROR_PASSWORD, error) : HY_RENDER_ANSWER_NONSENSE;
    case HY_WIRE_DAMAGED:
      return refuse (HY_RENDER_ERROR_DAMAGED, error);
    case HY_WIRE_UNSUPPORTED:
      return refuse (HY_RENDER_ERROR_UNSUPPORTED, error);
    case HY_WIRE_TOO_LARGE:
      return refuse (HY_RENDER_ERROR_TOO_LARGE, error);
    case HY_WIRE_FORBIDDEN:
      return refuse (HY_RENDER_ERROR_FORBIDDEN, error);
    case HY_WIRE_BAD_REQUEST:
      /* What we ask is never bad, but for the number of a body, which came from the document's reading. */
      return asked->request.verb == HY_WIRE_BODY ? refuse (HY_RENDER_ERROR_DAMAGED, error) : HY_RENDER_ANSWER_NONSENSE;
    default:
      return HY_RENDER_ANSWER_NONSENSE;
    }
}

/* -- values -- */

static gboolean
is_point (float value)
{
  return isfinite (value) && fabsf (value) <= MAX_POINTS;
}

static gboolean
is_box (const HyWireBox *box)
{
  return is_point (box->x1) && is_point (box->y1) && is_point (box->x2) && is_point (box->y2);
}

/* Corners in the order that their names say. */
static HyWireBox
straight (const HyWireBox *box)
{
  return (HyWireBox) { MIN (box->x1, box->x2), MIN (box->y1, box->y2), MAX (box->x1, box->x2), MAX (box->y1, box->y2) };
}

static gboolean
read_sizes (const guint8 *data,
            gsize size,
            guint count,
            GValue *value)
{
  g_autoptr (GArray) sizes = NULL;

  if (size != (guint64) count * sizeof (HyWireSize))
    return FALSE;
  sizes = g_array_sized_new (FALSE, FALSE, sizeof (HyWireSize), count);
  for (guint i = 0; i < count; i++)
    {
      HyWireSize page;

      memcpy (&page, data + i * sizeof page, sizeof page);
      if (!is_point (page.width) || !is_point (page.height) || page.width <= 0 || page.height <= 0)
        return FALSE;
      g_array_append_val (sizes, page);
    }
  g_value_init (value, G_TYPE_ARRAY);
  g_value_take_boxed (value, g_steal_pointer (&sizes));
  return TRUE;
}

static gboolean
read_text (const guint8 *data,
           gsize size,
           GValue *value)
{
  if (size > HY_WIRE_MAX_TEXT || !g_utf8_validate_len ((const char *) data, size, NULL))
    return FALSE;
  g_value_init (value, G_TYPE_STRING);
  g_value_take_string (value, g_strndup ((const char *) data, size));
  return TRUE;
}

static gboolean
read_layout (const guint8 *data,
             gsize size,
             GValue *value)
{
  HyWireLayout header;
  g_autoptr (HyRenderLayout) layout = NULL;
  const char *text;

  if (size < sizeof header)
    return FALSE;
  memcpy (&header, data, sizeof header);
  if ((guint64) sizeof header + (guint64) header.n_chars * sizeof (HyWireBox) + header.n_bytes != size)
    return FALSE;
  text = (const char *) data + sizeof header + (gsize) header.n_chars * sizeof (HyWireBox);
  if (!g_utf8_validate_len (text, header.n_bytes, NULL) || g_utf8_strlen (text, header.n_bytes) != (glong) header.n_chars)
    return FALSE;

  layout = g_new0 (HyRenderLayout, 1);
  g_atomic_ref_count_init (&layout->refs);
  layout->text = g_strndup (text, header.n_bytes);
  layout->n_chars = header.n_chars;
  layout->boxes = g_new (HyWireBox, header.n_chars);
  for (guint i = 0; i < header.n_chars; i++)
    {
      HyWireBox box;

      memcpy (&box, data + sizeof header + i * sizeof box, sizeof box);
      if (!is_box (&box))
        return FALSE;
      layout->boxes[i] = straight (&box);
    }
  g_value_init (value, HY_TYPE_RENDER_LAYOUT);
  g_value_take_boxed (value, g_steal_pointer (&layout));
  return TRUE;
}

/**
 * hy_render_is_address:
 *
 * Whether a link of a document may be offered to a person: "https" with a host, and nothing that hides what it is.
 */
gboolean
hy_render_is_address (const char *uri)
{
  g_autoptr (GUri) parsed = NULL;

  for (const char *c = uri; *c != 0; c++)
    if (!g_ascii_isgraph (*c))
      return FALSE;
  parsed = strlen (uri) <= MAX_ADDRESS ? g_uri_parse (uri, G_URI_FLAGS_NONE, NULL) : NULL;
  /* A name before the host ("https://bank.example@evil.example") is only there to deceive. */
  return parsed != NULL && g_strcmp0 (g_uri_get_scheme (parsed), "https") == 0 && g_uri_get_host (parsed) != NULL &&
         *g_uri_get_host (parsed) != 0 && g_uri_get_userinfo (parsed) == NULL;
}

/* Links that go nowhere good are left out; bytes that are no links make the whole answer nonsense. */
static gboolean
read_links (const guint8 *data,
            gsize size,
            guint n_pages,
            GValue *value)
{
  g_autoptr (GPtrArray) links = g_ptr_array_new_with_free_func ((GDestroyNotify) hy_render_link_free);
  gsize at = 0;

  while (at < size && links->len < MAX_LINKS)
    {
      HyWireLink link;
      g_autofree char *uri = NULL;
      HyRenderLink *kept;

      if (size - at < sizeof link)
        return FALSE;
      memcpy (&link, data + at, sizeof link);
      at += sizeof link;
      if (link.n_bytes > size - at || !is_box (&link.box) || (link.page != HY_WIRE_NO_PAGE && (link.page >= n_pages || link.n_bytes != 0)))
        return FALSE;
      if (!g_utf8_validate_len ((const char *) data + at, link.n_bytes, NULL))
        return FALSE;
      uri = g_strndup ((const char *) data + at, link.n_bytes);
      at += link.n_bytes;
      if (size - at < (4 - link.n_bytes % 4) % 4)
        return FALSE;
      at += (4 - link.n_bytes % 4) % 4;
      if (link.page == HY_WIRE_NO_PAGE && !hy_render_is_address (uri))
        continue;
      kept = g_new0 (HyRenderLink, 1);
      kept->box = straight (&link.box);
      kept->page = link.page;
      kept->uri = link.page == HY_WIRE_NO_PAGE ? g_steal_pointer (&uri) : NULL;
      g_ptr_array_add (links, kept);
    }
  g_value_init (value, G_TYPE_PTR_ARRAY);
  g_value_take_boxed (value, g_steal_pointer (&links));
  return TRUE;
}

static gboolean
read_bytes (GBytes *copy,
            GValue *value)
{
  g_value_init (value, G_TYPE_BYTES);
  g_value_set_boxed (value, copy);
  return TRUE;
}

static gboolean
read_json (GBytes *copy,
           GValue *value)
{
  g_autoptr (HyJson) json = hy_json_parse (copy, NULL);

  if (json == NULL || hy_json_kind (json, hy_json_root (json)) != HY_JSON_OBJECT)
    return FALSE;
  return read_bytes (copy, value);
}

/**
 * hy_render_read_value:
 * @copy: what the worker wrote, copied to where it cannot write any more
 * @value: zeroed; set when it can be
 *
 * Not for OPEN and DRAW.
 *
 * Returns: %FALSE for nonsense
 */
gboolean
hy_render_read_value (const HyRenderAsked *asked,
                      GBytes *copy,
                      GValue *value)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (copy, &size);

  /* No words are "", and not no string. */
  if (size == 0)
    data = (const guint8 *) "";
  switch (asked->request.verb)
    {
    case HY_WIRE_SIZES:
      return read_sizes (data, size, asked->request.count, value);
    case HY_WIRE_TEXT:
      return read_text (data, size, value);
    case HY_WIRE_LAYOUT:
      return read_layout (data, size, value);
    case HY_WIRE_LINKS:
      return read_links (data, size, asked->n_pages, value);
    case HY_WIRE_READ:
      return read_json (copy, value);
    case HY_WIRE_BODY:
      return read_bytes (copy, value);
    default:
      g_assert_not_reached ();
    }
}

/* -- boxed types -- */

G_DEFINE_BOXED_TYPE (HyRenderPixels, hy_render_pixels, hy_render_pixels_ref, hy_render_pixels_unref)
G_DEFINE_BOXED_TYPE (HyRenderLayout, hy_render_layout, hy_render_layout_ref, hy_render_layout_unref)

HyRenderPixels *
hy_render_pixels_new (GBytes *bytes,
                      guint width,
                      guint height,
                      guint stride)
{
  HyRenderPixels *self = g_new0 (HyRenderPixels, 1);

  g_atomic_ref_count_init (&self->refs);
  self->bytes = g_bytes_ref (bytes);
  self->width = width;
  self->height = height;
  self->stride = stride;
  return self;
}

HyRenderPixels *
hy_render_pixels_ref (HyRenderPixels *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
hy_render_pixels_unref (HyRenderPixels *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_bytes_unref (self->bytes);
  g_free (self);
}

HyRenderLayout *
hy_render_layout_ref (HyRenderLayout *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
hy_render_layout_unref (HyRenderLayout *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_free (self->text);
  g_free (self->boxes);
  g_free (self);
}

void
hy_render_link_free (HyRenderLink *link)
{
  g_free (link->uri);
  g_free (link);
}
