/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which of a person's names to show, and how. */

#include "fhir/hy-human-name.h"

/* How many parts of one name are shown; more is no name. */
#define MAX_PARTS 8

/* What a given name alone ("Jim") costs: it comes after every name that has a family name. */
#define NO_FAMILY 8

/* Best first; a name without a use stands between the official and the passing ones. */
static guint
rank (HyJson *json,
      HyJsonNode name)
{
  static const struct
  {
    const char *use;
    guint rank;
  } uses[] = {
    { "usual", 0 },
    { "official", 1 },
    { "nickname", 3 },
    { "temp", 3 },
    { "anonymous", 4 },
    { "maiden", 5 },
    { "old", 6 },
  };
  HyJsonNode use = hy_json_member (json, name, "use");
  guint partial = hy_json_member (json, name, "family") == 0 && hy_json_member (json, name, "text") == 0 ? NO_FAMILY : 0;

  for (guint i = 0; use != 0 && i < G_N_ELEMENTS (uses); i++)
    if (hy_json_string_equal (json, use, uses[i].use))
      return uses[i].rank + partial;
  return 2 + partial;
}

static gboolean
is_usable (HyJson *json,
           HyJsonNode name)
{
  return hy_json_member (json, name, "family") != 0 || hy_json_member (json, name, "given") != 0 ||
         hy_json_member (json, name, "text") != 0;
}

/**
 * hy_human_name_choose:
 * @names: a HumanName, or an array of them
 *
 * Returns: the name that the person goes by: usual, else official, else the first of the best kind there is, one with
 *   a family name before any without; 0 when none has a family name, a given name or a text
 */
HyJsonNode
hy_human_name_choose (HyJson *json,
                      HyJsonNode names)
{
  HyJsonNode best = 0;
  guint best_rank = G_MAXUINT;

  if (hy_json_kind (json, names) == HY_JSON_OBJECT)
    return is_usable (json, names) ? names : 0;
  if (hy_json_kind (json, names) != HY_JSON_ARRAY)
    return 0;
  for (HyJsonNode name = hy_json_first (json, names); name != 0; name = hy_json_next (json, name))
    {
      if (hy_json_kind (json, name) == HY_JSON_OBJECT && is_usable (json, name) && rank (json, name) < best_rank)
        {
          best = name;
          best_rank = rank (json, name);
        }
    }
  return best;
}

static void
append_part (GString *out,
             HyJson *json,
             HyJsonNode part)
{
  g_autofree char *text = hy_json_dup_string (json, part);

  if (text == NULL || *g_strstrip (text) == 0)
    return;
  if (out->len > 0)
    g_string_append_c (out, ' ');
  g_string_append (out, text);
}

/**
 * hy_human_name_dup_display:
 * @names: a HumanName, or an array of them
 * @with_prefix: whether "Dr" comes with it
 *
 * The first given name and the family name; where the parts are missing, the text.
 *
 * Returns: (nullable): the name, %NULL when there is none
 */
char *
hy_human_name_dup_display (HyJson *json,
                           HyJsonNode names,
                           gboolean with_prefix)
{
  g_autoptr (GString) out = g_string_new (NULL);
  HyJsonNode name = hy_human_name_choose (json, names);
  gsize bare = 0;

  if (hy_json_member (json, name, "family") != 0 || hy_json_member (json, name, "given") != 0)
    {
      HyJsonNode prefix = hy_json_first (json, hy_json_member (json, name, "prefix"));

      for (guint i = 0; with_prefix && prefix != 0 && i < MAX_PARTS; i++, prefix = hy_json_next (json, prefix))
        append_part (out, json, prefix);
      bare = out->len;
      append_part (out, json, hy_json_first (json, hy_json_member (json, name, "given")));
      append_part (out, json, hy_json_member (json, name, "family"));
    }
  if (out->len == bare)
    append_part (out, json, hy_json_member (json, name, "text"));
  return out->len > 0 ? g_string_free (g_steal_pointer (&out), FALSE) : NULL;
}
