/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads any bytes as JSON; what is taken is walked, read out, changed at one place and must be taken again. */

#include "base/hy-json.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_text (HyJson *json,
            HyJsonNode node)
{
  g_autofree char *key = hy_json_dup_key (json, node);
  g_autofree char *text = hy_json_dup_string (json, node);
  g_autofree char *number = hy_json_dup_number (json, node);

  if (key != NULL)
    {
      g_assert_true (g_utf8_validate (key, -1, NULL));
      g_assert_true (hy_json_key_equal (json, node, key));
    }
  if (text != NULL)
    {
      g_assert_true (g_utf8_validate (text, -1, NULL));
      g_assert_true (hy_json_string_equal (json, node, text));
    }
  g_assert_true (number == NULL || (*number != 0 && hy_json_kind (json, node) == HY_JSON_NUMBER));
}

static void
check_again (GBytes *changed,
             HyJsonNode node,
             const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HyJson) again = hy_json_parse (changed, &error);

  if (again == NULL)
    /* A change may only push the text over the bounds. */
    g_assert_cmpuint (g_bytes_get_size (changed), >, HY_JSON_MAX_BYTES);
  else
    g_assert_true (hy_json_string_equal (again, node, expected));
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize size)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (HyJson) json = NULL;
  g_autoptr (GString) quoted = g_string_new (NULL);
  HyJsonNode node;
  HyJsonNode chosen = 0;
  guint n_nodes = 0;
  guint choice;

  if (size == 0)
    return 0;
  /* The first byte says which value to change, the others are the text. */
  choice = data[0];
  bytes = g_bytes_new (data + 1, size - 1);
  if (!(json = hy_json_parse (bytes, NULL)))
    return 0;

  for (node = hy_json_root (json); node != 0; n_nodes++)
    {
      HyJsonSpan span = hy_json_span (json, node);
      HyJsonNode next = hy_json_first (json, node);

      g_assert_true (span.start < span.end && span.end <= size - 1);
      check_text (json, node);
      if (n_nodes == choice || chosen == 0)
        chosen = node;
      while (next == 0 && node != 0)
        {
          next = hy_json_next (json, node);
          node = hy_json_parent (json, node);
        }
      node = next;
    }

  hy_json_append_quoted (quoted, "put \"here\"\n");
  {
    HyJsonEdit edit = { hy_json_span (json, chosen), quoted->str };
    g_autoptr (GBytes) changed = hy_json_splice (bytes, &edit, 1);

    check_again (changed, chosen, "put \"here\"\n");
  }
  if (hy_json_kind (json, chosen) == HY_JSON_OBJECT)
    {
      g_autoptr (GBytes) changed = hy_json_set_member (json, chosen, "id", quoted->str);
      g_autoptr (HyJson) again = hy_json_parse (changed, NULL);

      g_assert_true (again != NULL || g_bytes_get_size (changed) > HY_JSON_MAX_BYTES);
      g_assert_true (again == NULL || hy_json_string_equal (again, hy_json_member (again, chosen, "id"), "put \"here\"\n"));
    }
  return 0;
}
