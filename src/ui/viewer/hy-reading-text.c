/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A paragraph of a reading as text and Pango attributes.  Nothing of a document ever becomes markup: attributes are
 * set by position, and addresses are kept apart. */

#include "ui/viewer/hy-reading-text.h"

#include <gio/gio.h>
#include <string.h>

/* Attributes of one paragraph; beyond, words stay without: Pango looks at each for each line. */
#define MAX_ATTRIBUTES 2000

/**
 * hy_reading_text_is_address:
 * @href: as received
 *
 * Returns: whether it may be offered to a browser: https, in plain ASCII, with a host and without a user's name,
 *   which would make it look like another host
 */
gboolean
hy_reading_text_is_address (const char *href)
{
  g_autoptr (GUri) uri = NULL;

  if (!g_str_has_prefix (href, "https://") || strlen (href) > HY_READING_MAX_ADDRESS)
    return FALSE;
  for (const char *c = href; *c != '\0'; c++)
    if (!g_ascii_isgraph (*c))
      return FALSE;
  uri = g_uri_parse (href, G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED, NULL);
  return uri != NULL && g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0' && g_uri_get_userinfo (uri) == NULL;
}

static void
add_attribute (HyReadingText *self,
               guint *n_attributes,
               PangoAttribute *attribute,
               gsize start,
               gsize end)
{
  if ((*n_attributes)++ >= MAX_ATTRIBUTES)
    {
      pango_attribute_destroy (attribute);
      return;
    }
  attribute->start_index = (guint) start;
  attribute->end_index = (guint) end;
  pango_attr_list_insert (self->attributes, attribute);
}

/* Returns whether it is an address that can be opened; only then do the words look like a link. */
static gboolean
add_link (HyReadingText *self,
          HyJson *json,
          HyJsonNode node)
{
  g_autofree char *href = hy_json_dup_string (json, node);

  if (href == NULL || !hy_reading_text_is_address (href))
    return FALSE;
  if (g_ptr_array_find_with_equal_func (self->links, href, g_str_equal, NULL))
    return TRUE;
  if (self->links->len == HY_READING_MAX_LINKS)
    return FALSE;
  g_ptr_array_add (self->links, g_steal_pointer (&href));
  return TRUE;
}

static void
add_run (HyReadingText *self,
         guint *n_attributes,
         GString *text,
         HyJson *json,
         HyJsonNode run)
{
  HyJsonNode words = hy_json_member (json, run, "t");
  gsize start = text->len;
  g_autofree char *string = NULL;

  if (hy_json_kind (json, words) != HY_JSON_STRING)
    {
      self->broken = TRUE;
      return;
    }
  string = hy_json_dup_string (json, words);
  g_string_append (text, string);
  if (text->len == start)
    return;
  if (hy_json_is_true (json, hy_json_member (json, run, "b")))
    add_attribute (self, n_attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD), start, text->len);
  if (hy_json_is_true (json, hy_json_member (json, run, "i")))
    add_attribute (self, n_attributes, pango_attr_style_new (PANGO_STYLE_ITALIC), start, text->len);
  if (add_link (self, json, hy_json_member (json, run, "href")) || hy_json_is_true (json, hy_json_member (json, run, "u")))
    add_attribute (self, n_attributes, pango_attr_underline_new (PANGO_UNDERLINE_SINGLE), start, text->len);
  if (hy_json_is_true (json, hy_json_member (json, run, "sup")))
    {
      add_attribute (self, n_attributes, pango_attr_baseline_shift_new (PANGO_BASELINE_SHIFT_SUPERSCRIPT), start, text->len);
      add_attribute (self, n_attributes, pango_attr_font_scale_new (PANGO_FONT_SCALE_SUPERSCRIPT), start, text->len);
    }
  else if (hy_json_is_true (json, hy_json_member (json, run, "sub")))
    {
      add_attribute (self, n_attributes, pango_attr_baseline_shift_new (PANGO_BASELINE_SHIFT_SUBSCRIPT), start, text->len);
      add_attribute (self, n_attributes, pango_attr_font_scale_new (PANGO_FONT_SCALE_SUBSCRIPT), start, text->len);
    }
}

/**
 * hy_reading_text_new:
 * @runs: [RUN] of hy-reading-wire.h; anything else gives an empty text that is broken
 */
HyReadingText *
hy_reading_text_new (HyJson *json,
                     HyJsonNode runs)
{
  HyReadingText *self = g_new0 (HyReadingText, 1);
  g_autoptr (GString) text = g_string_new (NULL);
  guint n_attributes = 0;

  self->attributes = pango_attr_list_new ();
  self->links = g_ptr_array_new_with_free_func (g_free);
  if (hy_json_kind (json, runs) == HY_JSON_ARRAY)
    for (HyJsonNode run = hy_json_first (json, runs); run != 0; run = hy_json_next (json, run))
      add_run (self, &n_attributes, text, json, run);
  else
    self->broken = TRUE;
  /* What ends in a line break has an empty line below it. */
  while (text->len > 0 && text->str[text->len - 1] == '\n')
    g_string_truncate (text, text->len - 1);
  self->text = g_string_free (g_steal_pointer (&text), FALSE);
  return self;
}

void
hy_reading_text_free (HyReadingText *self)
{
  g_free (self->text);
  pango_attr_list_unref (self->attributes);
  g_ptr_array_unref (self->links);
  g_free (self);
}

/**
 * hy_reading_text_get_cut:
 * @text: UTF-8
 *
 * Returns: how many bytes of it one label shows: all, or up to the last line break or blank in
 *   %HY_READING_LABEL_BYTES, or to the last whole character of a word of %HY_READING_WORD_BYTES
 */
gsize
hy_reading_text_get_cut (const char *text)
{
  gsize word = 0; /* where it begins */

  for (gsize i = 0; i < HY_READING_LABEL_BYTES; i++)
    {
      if (text[i] == '\0')
        return i;
      if (text[i] == ' ' || text[i] == '\n')
        word = i + 1;
      else if (i - word == HY_READING_WORD_BYTES)
        {
          const char *last = g_utf8_find_prev_char (text, text + i + 1);

          return last != NULL && last > text ? (gsize) (last - text) : i;
        }
    }
  return text[HY_READING_LABEL_BYTES] == '\0' ? HY_READING_LABEL_BYTES : word;
}

/**
 * hy_reading_text_dup_plain:
 * @node: a string, or [RUN]
 *
 * Returns: (transfer full): its words, just as a label shows them; "" for anything else
 */
char *
hy_reading_text_dup_plain (HyJson *json,
                           HyJsonNode node)
{
  g_autoptr (HyReadingText) runs = NULL;

  if (hy_json_kind (json, node) == HY_JSON_STRING)
    return hy_json_dup_string (json, node);
  runs = hy_reading_text_new (json, node);
  return g_steal_pointer (&runs->text);
}
