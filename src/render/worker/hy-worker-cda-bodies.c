/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files inside a clinical document: the body of a level 1 document, pictures and copies in entries. */

#include "render/worker/hy-worker-cda.h"

#include "render/hy-reading-wire.h"

#include <string.h>

static void
add_body (HyCda *self,
          HyTreeNode *value,
          const char *id,
          gboolean level1)
{
  HyCdaBody body = { value, hy_tree_attribute (value, "mediaType"), id, level1 };

  if (self->bodies->len >= HY_READING_MAX_BODIES)
    {
      self->bodies_cut = TRUE;
      return;
    }
  g_array_append_val (self->bodies, body);
  /* References name the entry, a region of it, or what is around both. */
  for (HyTreeNode *at = value; at != NULL; at = at->parent)
    {
      if (!g_hash_table_contains (self->body_near, at))
        g_hash_table_insert (self->body_near, at, GUINT_TO_POINTER (self->bodies->len));
    }
}

static gboolean
has_text (HyCda *self,
          HyTreeNode *node)
{
  for (HyTreeNode *child = node->first; child != NULL; child = child->next)
    {
      gsize length;
      const char *text = child->name == NULL ? hy_tree_get_text (self->tree, child, &length) : NULL;

      for (gsize i = 0; text != NULL && i < length; i++)
        {
          if (!g_ascii_isspace (text[i]))
            return TRUE;
        }
    }
  return FALSE;
}

static gboolean
is_base64 (HyTreeNode *value)
{
  const char *representation = hy_tree_attribute (value, "representation");
  const char *media_type = hy_tree_attribute (value, "mediaType");

  if (representation != NULL)
    return g_ascii_strcasecmp (representation, "B64") == 0;
  /* What is no text can only be written so. */
  return media_type != NULL && g_ascii_strncasecmp (media_type, "text/", 5) != 0;
}

/**
 * hy_cda_find_bodies:
 *
 * Finds the embedded files once, in document order.
 */
void
hy_cda_find_bodies (HyCda *self)
{
  HyTreeNode *level1 = hy_tree_path (self->clinical, "component/nonXMLBody/text");
  HyTreeNode *structured = hy_tree_path (self->clinical, "component/structuredBody");

  if (level1 != NULL && has_text (self, level1))
    add_body (self, level1, NULL, TRUE);
  for (HyTreeNode *at = structured; at != NULL; at = hy_tree_following (at, structured))
    {
      if ((hy_tree_is (at, "value") || hy_tree_is (at, "text")) && !hy_tree_is (at->parent, "section") &&
          is_base64 (at) && has_text (self, at))
        {
          const char *id = hy_tree_attribute (at->parent, "ID");

          add_body (self, at, id != NULL ? id : hy_tree_attribute (at, "ID"), FALSE);
        }
    }
}

/**
 * hy_cda_find_body:
 * @reference: an ID, with '#' before it or without
 *
 * Returns: the index of the body that it names, or -1
 */
int
hy_cda_find_body (HyCda *self,
                  const char *reference)
{
  HyTreeNode *named = g_hash_table_lookup (self->ids, *reference == '#' ? reference + 1 : reference);

  /* A text that has the ID of a picture by mistake names none. */
  return named != NULL ? (int) GPOINTER_TO_UINT (g_hash_table_lookup (self->body_near, named)) - 1 : -1;
}

/**
 * hy_cda_dup_body:
 * @index: of a body of the reading
 *
 * Characters that base64 has not are passed over, as white space is; an end that was cut off gives what came before.
 *
 * Returns: (transfer full): its bytes
 */
GBytes *
hy_cda_dup_body (HyCda *self,
                 guint index)
{
  HyTreeNode *value = g_array_index (self->bodies, HyCdaBody, index).value;
  gboolean base64 = is_base64 (value);
  GByteArray *bytes = g_byte_array_new ();
  int state = 0;
  guint save = 0;

  for (HyTreeNode *child = value->first; child != NULL; child = child->next)
    {
      gsize length;
      const char *text;
      guint start = bytes->len;

      if (child->name != NULL)
        continue;
      text = hy_tree_get_text (self->tree, child, &length);
      if (!base64)
        {
          g_byte_array_append (bytes, (const guint8 *) text, (guint) length);
          continue;
        }
      g_byte_array_set_size (bytes, start + (guint) (length / 4 * 3 + 3));
      g_byte_array_set_size (bytes, start + (guint) g_base64_decode_step (text, length, bytes->data + start, &state, &save));
    }
  return g_byte_array_free_to_bytes (bytes);
}

static gboolean
is_text (const char *bytes,
         gsize size,
         gboolean declared)
{
  if (size == 0 || memchr (bytes, 0, size) != NULL)
    return FALSE;
  for (gsize i = 0; i < MIN (size, 4096); i++)
    {
      if ((guint8) bytes[i] < 0x20 && !g_ascii_isspace (bytes[i]))
        return FALSE;
    }
  return declared || g_utf8_validate (bytes, (gssize) size, NULL);
}

/**
 * hy_cda_body_type:
 * @body: the bytes of an embedded file
 * @declared: (nullable): what is said of them
 *
 * The declared type is not trusted: a JPEG that is a PNG was met in an official example.
 *
 * Returns: (transfer none): the type that the bytes have, one of "found" in a reading
 */
const char *
hy_cda_body_type (GBytes *body,
                  const char *declared)
{
  gsize size;
  const char *bytes = g_bytes_get_data (body, &size);

  if (size >= 4 && memmem (bytes, MIN (size, 1024), "%PDF-", 5) != NULL)
    return "application/pdf";
  if (size >= 8 && memcmp (bytes, "\x89PNG\r\n\x1a\n", 8) == 0)
    return "image/png";
  if (size >= 3 && memcmp (bytes, "\xff\xd8\xff", 3) == 0)
    return "image/jpeg";
  if (size >= 4 && (memcmp (bytes, "II*\0", 4) == 0 || memcmp (bytes, "MM\0*", 4) == 0))
    return "image/tiff";
  if (size >= 5 && memcmp (bytes, "{\\rtf", 5) == 0)
    return "text/rtf";
  if (is_text (bytes, size, declared != NULL && g_ascii_strcasecmp (declared, "text/plain") == 0))
    return "text/plain";
  return "application/octet-stream";
}

/**
 * hy_cda_write_bodies:
 *
 * Writes the list "bodies".
 */
void
hy_cda_write_bodies (HyCda *self,
                     HyOut *out)
{
  for (guint i = 0; i < self->bodies->len; i++)
    {
      HyCdaBody *body = &g_array_index (self->bodies, HyCdaBody, i);
      g_autoptr (GBytes) bytes = hy_cda_dup_body (self, i);

      hy_out_begin (out, NULL, '{');
      hy_out_string (out, "mediaType", body->media_type);
      hy_out_string (out, "found", hy_cda_body_type (bytes, body->media_type));
      hy_out_number (out, "size", g_bytes_get_size (bytes));
      hy_out_string (out, "id", body->id);
      hy_out_true (out, "level1", body->level1);
      hy_out_end (out);
    }
}
