/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A reading taken apart into what is made one after the other.  No widget is made here; the maker's find learns of all
 * texts. */

#include "config.h"

#include "ui/viewer/hy-reading-units.h"

#include "render/hy-reading-wire.h"
#include "ui/viewer/hy-table-cells.h"

/* Widgets of a row of results. */
#define RESULT_COST 12

typedef struct
{
  HyReadingUnits *into;
  HyReadingMaker *maker;
  HyJson *json;
  guint part_cost;
} Walk;

/* @cost is known only once the texts of the unit are: they are told the index that it will have. */
static void
add_unit (Walk *walk,
          HyReadingUnit unit,
          guint cost)
{
  if (walk->part_cost > 0 && walk->part_cost + cost > HY_READING_PART_WIDGETS)
    {
      walk->into->n_parts++;
      walk->part_cost = 0;
    }
  walk->part_cost += cost;
  unit.part = walk->into->n_parts - 1;
  g_array_append_val (walk->into->units, unit);
}

static void
add_simple (Walk *walk,
            HyReadingUnitKind kind)
{
  add_unit (walk, (HyReadingUnit) { .kind = kind }, 3);
}

static void
add_heading (Walk *walk,
             HyJsonNode title,
             guint level)
{
  if (title == 0)
    return;
  hy_reading_find_add_text (walk->maker->find, title, walk->into->units->len, 0, 0);
  add_unit (walk, (HyReadingUnit) { .kind = HY_READING_HEADING, .node = title, .level = level }, 1);
}

static HyJsonNode
get_words (HyJson *json,
           HyJsonNode node)
{
  return hy_json_kind (json, node) == HY_JSON_STRING && !hy_json_string_equal (json, node, "") ? node : 0;
}

static HyJsonNode
get_title (HyJson *json,
           HyJsonNode section)
{
  HyJsonNode title = get_words (json, hy_json_member (json, section, "title"));

  return title != 0 ? title : get_words (json, hy_json_path (json, section, "code.display"));
}

static gboolean
same_words (HyJson *json,
            HyJsonNode a,
            HyJsonNode b)
{
  g_autofree char *text_a = hy_json_dup_string (json, a), *text_b = hy_json_dup_string (json, b);
  g_autofree char *folded_a = text_a != NULL ? g_utf8_casefold (text_a, -1) : NULL;
  g_autofree char *folded_b = text_b != NULL ? g_utf8_casefold (text_b, -1) : NULL;

  return g_strcmp0 (folded_a, folded_b) == 0;
}

static void
add_result (Walk *walk,
            HyJsonNode node,
            guint unit)
{
  HyResult *result = hy_result_read (walk->json, node);

  g_ptr_array_add (walk->into->results, result);
  if (result->broken)
    return;
  if (hy_verdict_is_outside (result->verdict))
    walk->into->n_outside++;
  if (result->verdict != HY_VERDICT_NONE && result->verdict != HY_VERDICT_OTHER)
    walk->into->n_judged++;
  hy_reading_find_add_text (walk->maker->find, result->name_node, unit, 0, walk->into->results->len - 1);
  hy_reading_find_add_text (walk->maker->find, result->value_node, unit, 0, walk->into->results->len - 1);
}

/* Results with the same organizer that follow each other, from *@at on. */
static void
add_group (Walk *walk,
           HyJsonNode *at,
           HyJsonNode heading,
           guint level)
{
  HyJsonNode group = get_words (walk->json, hy_json_member (walk->json, *at, "group"));
  HyReadingUnit unit = { .kind = HY_READING_RESULTS, .node = heading, .level = level };

  unit.first_result = walk->into->results->len;
  if (heading != 0)
    hy_reading_find_add_text (walk->maker->find, heading, walk->into->units->len, 0, G_MAXUINT);
  do
    {
      add_result (walk, *at, walk->into->units->len);
      unit.n_results++;
      *at = hy_json_next (walk->json, *at);
      if (unit.n_results == HY_READING_UNIT_RESULTS)
        {
          add_unit (walk, unit, unit.n_results * RESULT_COST);
          unit = (HyReadingUnit) { .kind = HY_READING_RESULTS, .first_result = walk->into->results->len };
        }
    }
  while (*at != 0 && walk->into->results->len < HY_READING_MAX_ENTRIES &&
         same_words (walk->json, group, get_words (walk->json, hy_json_member (walk->json, *at, "group"))));
  if (unit.n_results > 0)
    add_unit (walk, unit, unit.n_results * RESULT_COST);
}

/* The section's title stands above its results, unless these have titles of their own. */
static guint
add_results (Walk *walk,
             HyJsonNode results,
             HyJsonNode title,
             guint level)
{
  HyJsonNode first = hy_json_first (walk->json, results), at = first;
  guint before = walk->into->results->len;
  gboolean own_titles = FALSE;

  for (HyJsonNode node = first; node != 0 && !own_titles; node = hy_json_next (walk->json, node))
    {
      HyJsonNode group = get_words (walk->json, hy_json_member (walk->json, node, "group"));

      own_titles = group != 0 && !same_words (walk->json, group, title);
    }
  if (own_titles)
    add_heading (walk, title, level);
  while (at != 0 && walk->into->results->len < HY_READING_MAX_ENTRIES)
    {
      HyJsonNode group = get_words (walk->json, hy_json_member (walk->json, at, "group"));

      if (own_titles)
        add_group (walk, &at, group, title != 0 ? level + 1 : level);
      else
        add_group (walk, &at, at == first ? title : 0, level);
    }
  if (at != 0)
    add_simple (walk, HY_READING_CUT);
  return walk->into->results->len - before;
}

/* Laboratories write each result twice, coded and as a table.  A table with more rows than there are results says more than
 * these, and is shown. */
static gboolean
repeats_results (Walk *walk,
                 HyJsonNode block,
                 guint n_results)
{
  HyJsonNode rows = hy_json_member (walk->json, block, "table");
  g_autoptr (HyTable) table = NULL;

  if (n_results == 0 || hy_json_kind (walk->json, rows) != HY_JSON_ARRAY)
    return FALSE;
  table = hy_table_read (walk->json, rows);
  return !table->broken && !table->cut && table->n_rows - table->n_head <= n_results;
}

static void
add_blocks (Walk *walk,
            HyJsonNode blocks,
            guint n_results)
{
  for (HyJsonNode block = hy_json_first (walk->json, blocks); block != 0; block = hy_json_next (walk->json, block))
    {
      HyReadingUnit unit = { .kind = HY_READING_BLOCK, .node = block };
      guint cost = hy_reading_block_add_texts (walk->maker, block, walk->into->units->len, 0);

      if (repeats_results (walk, block, n_results))
        unit.kind = HY_READING_REPEAT;
      add_unit (walk, unit, cost);
    }
}

static void
add_section (Walk *walk,
             HyJsonNode section,
             guint depth)
{
  HyJson *json = walk->json;
  HyJsonNode title = get_title (json, section);
  HyJsonNode blocks = hy_json_member (json, section, "blocks");
  HyJsonNode results = hy_json_member (json, section, "results");
  HyJsonNode sections = hy_json_member (json, section, "sections");
  guint level = 2 + MIN (depth, 4), n_results = 0;

  if (hy_json_kind (json, section) != HY_JSON_OBJECT || depth >= HY_READING_MAX_NESTING)
    {
      add_simple (walk, HY_READING_BROKEN);
      return;
    }
  if (hy_json_kind (json, results) == HY_JSON_ARRAY && hy_json_first (json, results) != 0)
    n_results = add_results (walk, results, title, level);
  else
    add_heading (walk, title, level);
  if (hy_json_kind (json, blocks) == HY_JSON_ARRAY)
    add_blocks (walk, blocks, n_results);
  if ((results != 0 && hy_json_kind (json, results) != HY_JSON_ARRAY) ||
      (blocks != 0 && hy_json_kind (json, blocks) != HY_JSON_ARRAY) ||
      (sections != 0 && hy_json_kind (json, sections) != HY_JSON_ARRAY))
    add_simple (walk, HY_READING_BROKEN);
  if (hy_json_is_true (json, hy_json_member (json, section, "cut")))
    add_simple (walk, HY_READING_CUT);
  if (n_results == 0 && hy_json_first (json, blocks) == 0 && hy_json_first (json, sections) == 0)
    add_simple (walk, HY_READING_EMPTY);
  if (hy_json_kind (json, sections) == HY_JSON_ARRAY)
    for (HyJsonNode node = hy_json_first (json, sections); node != 0; node = hy_json_next (json, node))
      add_section (walk, node, depth + 1);
}

/**
 * hy_reading_units_new:
 *
 * Never fails: what cannot be read is a unit that says so.
 */
HyReadingUnits *
hy_reading_units_new (HyReadingMaker *maker)
{
  HyReadingUnits *self = g_new0 (HyReadingUnits, 1);
  Walk walk = { self, maker, maker->json, 0 };
  HyJsonNode root = hy_json_root (maker->json);
  HyJsonNode sections = hy_json_member (maker->json, root, "sections");

  self->units = g_array_new (FALSE, FALSE, sizeof (HyReadingUnit));
  self->results = g_ptr_array_new_with_free_func ((GDestroyNotify) hy_result_free);
  self->n_parts = 1;
  if (sections != 0 && hy_json_kind (maker->json, sections) != HY_JSON_ARRAY)
    add_simple (&walk, HY_READING_BROKEN);
  else
    for (HyJsonNode node = hy_json_first (maker->json, sections); node != 0; node = hy_json_next (maker->json, node))
      add_section (&walk, node, 0);
  if (hy_json_is_true (maker->json, hy_json_member (maker->json, root, "cut")))
    add_simple (&walk, HY_READING_CUT);
  return self;
}

void
hy_reading_units_free (HyReadingUnits *self)
{
  g_array_unref (self->units);
  g_ptr_array_unref (self->results);
  g_free (self);
}
