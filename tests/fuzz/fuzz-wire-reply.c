/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as what a worker answers.  What is taken must keep every promise that hy-render.h makes.
 *
 * Input: the verb, how many pages the document has (2 bytes), how many sizes were asked for, the room in KiB; then a
 * HyWireReply, and what is in the memfd. */

#include "render/hy-render-private.h"

#include <math.h>
#include <string.h>

#define HEAD 5

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_box (const HyWireBox *box)
{
  g_assert_true (isfinite (box->x1) && isfinite (box->y1) && isfinite (box->x2) && isfinite (box->y2));
  g_assert_true (box->x1 <= box->x2 && box->y1 <= box->y2);
}

static void
check_layout (HyRenderLayout *layout)
{
  g_assert_true (g_utf8_validate (layout->text, -1, NULL));
  g_assert_cmpint (g_utf8_strlen (layout->text, -1), ==, layout->n_chars);
  for (guint i = 0; i < layout->n_chars; i++)
    check_box (&layout->boxes[i]);
}

static void
check_links (GPtrArray *links,
             guint n_pages)
{
  for (guint i = 0; i < links->len; i++)
    {
      HyRenderLink *link = links->pdata[i];

      check_box (&link->box);
      g_assert_true ((link->page == HY_WIRE_NO_PAGE) == (link->uri != NULL));
      if (link->uri != NULL)
        g_assert_true (g_ascii_strncasecmp (link->uri, "https://", 8) == 0 && g_uri_is_valid (link->uri, G_URI_FLAGS_NONE, NULL));
      else
        g_assert_cmpuint (link->page, <, n_pages);
    }
}

static void
check_sizes (GArray *sizes,
             guint count)
{
  g_assert_cmpuint (sizes->len, ==, count);
  for (guint i = 0; i < sizes->len; i++)
    {
      HyWireSize *page = &g_array_index (sizes, HyWireSize, i);

      g_assert_true (isfinite (page->width) && isfinite (page->height) && page->width > 0 && page->height > 0);
    }
}

static void
check_value (const HyRenderAsked *asked,
             const GValue *value)
{
  switch (asked->request.verb)
    {
    case HY_WIRE_SIZES:
      check_sizes (g_value_get_boxed (value), asked->request.count);
      break;
    case HY_WIRE_TEXT:
      g_assert_true (g_utf8_validate (g_value_get_string (value), -1, NULL));
      break;
    case HY_WIRE_LAYOUT:
      check_layout (g_value_get_boxed (value));
      break;
    case HY_WIRE_LINKS:
      check_links (g_value_get_boxed (value), asked->n_pages);
      break;
    default:
      g_assert_nonnull (g_value_get_boxed (value));
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize size)
{
  HyRenderAsked asked = { 0 };
  HyWireReply reply = { 0 };
  gsize received;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) copy = NULL;
  g_auto (GValue) value = G_VALUE_INIT;
  HyRenderAnswer answer;

  if (size < HEAD)
    return 0;
  asked.request.verb = data[0] % (HY_WIRE_BODY + 2);
  asked.request.serial = 1;
  asked.request.count = data[3];
  asked.request.size = asked.request.verb == HY_WIRE_SIZES ? asked.request.count * sizeof (HyWireSize) : data[4] * 1024u;
  asked.n_pages = data[1] | (guint) data[2] << 8;
  asked.max = data[4] & 1 ? HY_WIRE_MAX_TEXT : 0;
  data += HEAD;
  size -= HEAD;
  received = MIN (size, sizeof reply);
  memcpy (&reply, data, received);
  data += received;
  size -= received;

  if (hy_render_check_hello (&reply, received))
    g_assert_false (reply.layers & HY_LAYER_NAMESPACES);
  answer = hy_render_check_reply (&asked, &reply, received, &error);
  g_assert_true ((answer == HY_RENDER_ANSWER_REFUSED) == (error != NULL));
  if (answer == HY_RENDER_ANSWER_MORE_ROOM)
    g_assert_true (reply.size > asked.request.size && reply.size <= asked.max);
  if (answer != HY_RENDER_ANSWER_OK)
    return 0;
  if (asked.request.verb == HY_WIRE_OPEN)
    {
      g_assert_cmpuint (reply.n_pages, <=, HY_WIRE_MAX_PAGES);
      g_assert_cmpuint (reply.kind, <=, HY_WIRE_KIND_XDM);
      return 0;
    }
  g_assert_cmpuint (reply.size, <=, asked.request.size);
  if (asked.request.verb < HY_WIRE_SIZES || asked.request.verb > HY_WIRE_BODY || asked.request.verb == HY_WIRE_DRAW || reply.size > size)
    return 0;
  copy = g_bytes_new (data, reply.size);
  if (hy_render_read_value (&asked, copy, &value))
    check_value (&asked, &value);
  return 0;
}
