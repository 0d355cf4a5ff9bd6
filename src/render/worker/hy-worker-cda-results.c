/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coded results of a clinical document: laboratory values and vital signs, with their bounds as received.  Only sections
 * that hold such are read, and batteries, for elsewhere an observation says something else (a relative's illness, a plan). */

#include "render/worker/hy-worker-cda.h"

#include "render/hy-reading-wire.h"

#include <string.h>

#define MAX_PREVIOUS 20 /* earlier values of one result; laboratories send three at most */
#define MAX_COMMENTS 20

/* What an entry hands down to the observations in it. */
typedef struct
{
  const char *group;
  HyTreeNode *time;
  gboolean negated;
  gboolean is_result; /* the section, or a battery around, says that observations are results */
} Around;

static gboolean
has_results_code (HyTreeNode *section)
{
  /* LOINC: laboratory domains (the sections of a French report, codes/cda-sections.json, and those of XD-LAB), results,
   * vital signs. */
  // clang-format off
  static const char *const codes[] = {
    "30954-2", "8716-3", "18717-9", "18718-7", "18719-5", "18720-3", "18721-1", "18722-9", "18723-7", "18724-5", "18725-2",
    "18727-8", "18728-6", "18729-4", "18767-4", "18768-2", "18769-0", "26435-8", "26436-6", "26437-4", "26438-2", "14340-4",
    "57698-3", "5767-9", "11502-2", "29274-8",
  };
  // clang-format on
  const char *code = hy_tree_attribute (hy_tree_child (section, "code"), "code");

  for (gsize i = 0; code != NULL && i < G_N_ELEMENTS (codes); i++)
    {
      if (strcmp (code, codes[i]) == 0)
        return TRUE;
    }
  return FALSE;
}

/* XD-LAB: a laboratory's specialty section and its report item section. */
static gboolean
has_laboratory_template (HyTreeNode *section)
{
  for (HyTreeNode *at = hy_tree_child (section, "templateId"); at != NULL; at = hy_tree_next (at, "templateId"))
    {
      const char *root = hy_tree_attribute (at, "root");

      if (root != NULL && (strcmp (root, "1.3.6.1.4.1.19376.1.3.3.2.1") == 0 || strcmp (root, "1.3.6.1.4.1.19376.1.3.3.2.2") == 0))
        return TRUE;
    }
  return FALSE;
}

/**
 * hy_cda_has_results:
 * @section: a section
 *
 * Returns: whether the observations in its entries are results of the patient
 */
gboolean
hy_cda_has_results (HyCda *self,
                    HyTreeNode *section)
{
  if (has_results_code (section) || has_laboratory_template (section))
    return TRUE;
  /* A report item section inside one that says what it is; titles of chapters inside a chapter. */
  section = section->parent != NULL ? section->parent->parent : NULL;
  return hy_tree_is (section, "section") && (has_results_code (section) || has_laboratory_template (section));
}

/* --- Labels */

/**
 * hy_cda_dup_referred:
 * @text: (nullable): originalText, text or the like: words, or a reference into the narrative
 *
 * Returns: (transfer full) (nullable): the words
 */
char *
hy_cda_dup_referred (HyCda *self,
                     HyTreeNode *text)
{
  const char *reference = hy_tree_attribute (hy_tree_child (text, "reference"), "value");
  HyTreeNode *referred = NULL;
  char *found;

  if ((found = hy_tree_dup_text (self->tree, text, HY_CDA_MAX_LINE)) != NULL)
    return found;
  if (reference != NULL)
    referred = g_hash_table_lookup (self->ids, *reference == '#' ? reference + 1 : reference);
  return hy_tree_dup_text (self->tree, referred, HY_CDA_MAX_LINE);
}

/**
 * hy_cda_dup_label:
 * @code: (nullable): an element of HL7's type CE or CD
 *
 * Returns: (transfer full) (nullable): its displayName, else its original text, else the displayName of a translation
 */
char *
hy_cda_dup_label (HyCda *self,
                  HyTreeNode *code)
{
  const char *display = hy_tree_attribute (code, "displayName");
  char *label;

  if (code == NULL)
    return NULL;
  if (display != NULL)
    return g_strdup (display);
  if ((label = hy_cda_dup_referred (self, hy_tree_child (code, "originalText"))) != NULL)
    return label;
  for (HyTreeNode *at = hy_tree_child (code, "translation"); at != NULL; at = hy_tree_next (at, "translation"))
    {
      if ((display = hy_tree_attribute (at, "displayName")) != NULL)
        return g_strdup (display);
    }
  return NULL;
}

/* --- Values */

static const char *
bound_of (HyTreeNode *interval,
          const char *name,
          const char **unit)
{
  HyTreeNode *bound = hy_tree_child (interval, name);
  const char *value = hy_tree_attribute (bound, "value");

  if (value != NULL && *unit == NULL)
    *unit = hy_tree_attribute (bound, "unit");
  return value;
}

static gboolean
is_open (HyTreeNode *interval,
         const char *name)
{
  return g_strcmp0 (hy_tree_attribute (hy_tree_child (interval, name), "inclusive"), "false") == 0;
}

static char *
dup_interval (HyTreeNode *value,
              const char **unit)
{
  const char *low = bound_of (value, "low", unit);
  const char *high = bound_of (value, "high", unit);

  if (low != NULL && high != NULL)
    return g_strdup_printf ("%s – %s", low, high);
  if (low != NULL)
    return g_strdup_printf ("%s %s", is_open (value, "low") ? ">" : "≥", low);
  if (high != NULL)
    return g_strdup_printf ("%s %s", is_open (value, "high") ? "<" : "≤", high);
  return g_strdup (bound_of (value, "center", unit));
}

/* The type without the prefix that it has where the whole document has one. */
static const char *
type_of (HyTreeNode *value)
{
  const char *type = hy_tree_attribute (value, "type");
  const char *colon = type != NULL ? strrchr (type, ':') : NULL;

  return colon != NULL ? colon + 1 : type;
}

/* The value as text, and its unit. */
static char *
dup_value (HyCda *self,
           HyTreeNode *value,
           const char **unit)
{
  const char *type = type_of (value);
  const char *plain = hy_tree_attribute (value, "value");
  char *text;

  *unit = hy_tree_attribute (value, "unit");
  if (value == NULL || hy_tree_attribute (value, "mediaType") != NULL)
    return NULL;
  if (type != NULL && (strcmp (type, "TS") == 0 || strcmp (type, "IVL_TS") == 0))
    return hy_hl7_dup_time (plain != NULL ? plain : hy_tree_attribute (hy_tree_child (value, "low"), "value"), /* utc: */ FALSE);
  if (plain != NULL)
    return g_strdup (plain);
  if (hy_tree_child (value, "numerator") != NULL)
    {
      const char *over = hy_tree_attribute (hy_tree_child (value, "numerator"), "value");
      const char *under = hy_tree_attribute (hy_tree_child (value, "denominator"), "value");

      *unit = hy_tree_attribute (hy_tree_child (value, "numerator"), "unit");
      return over != NULL && under != NULL ? g_strdup_printf ("%s/%s", over, under) : NULL;
    }
  if ((text = dup_interval (value, unit)) != NULL)
    return text;
  if ((text = hy_cda_dup_label (self, value)) != NULL)
    return text;
  if ((text = hy_cda_dup_referred (self, value)) != NULL)
    return text;
  return g_strdup (hy_tree_attribute (value, "code"));
}

static void
write_date (HyOut *out,
            HyTreeNode *time,
            HyTreeNode *other)
{
  static const char *const ends[] = { "low", "high", "center" };
  const char *value = hy_tree_attribute (time, "value");
  g_autofree char *date = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (ends) && value == NULL; i++)
    value = hy_tree_attribute (hy_tree_child (time, ends[i]), "value");
  date = hy_hl7_dup_time (value, /* utc: */ FALSE);
  if (date != NULL)
    hy_out_string (out, "date", date);
  else if (other != NULL)
    write_date (out, other, NULL);
}

/* The range of healthy people (N) before those that only warn. */
static HyTreeNode *
find_range (HyTreeNode *observation)
{
  HyTreeNode *chosen = NULL;

  for (HyTreeNode *at = hy_tree_child (observation, "referenceRange"); at != NULL; at = hy_tree_next (at, "referenceRange"))
    {
      HyTreeNode *range = hy_tree_child (at, "observationRange");
      const char *meaning = hy_tree_attribute (hy_tree_child (range, "interpretationCode"), "code");

      if (g_strcmp0 (meaning, "N") == 0)
        return range;
      if (chosen == NULL && meaning == NULL)
        chosen = range;
    }
  return chosen;
}

static void
write_range (HyCda *self,
             HyOut *out,
             HyTreeNode *observation)
{
  HyTreeNode *range = find_range (observation);
  HyTreeNode *value = hy_tree_child (range, "value");
  const char *unit = NULL;
  const char *low = bound_of (value, "low", &unit);
  const char *high = bound_of (value, "high", &unit);
  g_autofree char *text = hy_cda_dup_referred (self, hy_tree_child (range, "text"));

  if (range == NULL)
    return;
  if (text == NULL && low == NULL && high == NULL)
    text = dup_value (self, value, &unit);
  /* An open bound is not the same as the bound: said in words where nothing else says it. */
  if (text == NULL && ((low != NULL && is_open (value, "low")) || (high != NULL && is_open (value, "high"))))
    text = g_strdup_printf ("%s%s%s%s%s", low != NULL ? (is_open (value, "low") ? "> " : "≥ ") : "", low != NULL ? low : "",
                            low != NULL && high != NULL ? ", " : "", high != NULL ? (is_open (value, "high") ? "< " : "≤ ") : "",
                            high != NULL ? high : "");
  hy_out_string (out, "low", low);
  hy_out_string (out, "high", high);
  hy_out_string (out, "rangeUnit", unit);
  hy_out_string (out, "range", text);
}

static gboolean
has_type (HyTreeNode *relationship,
          const char *type)
{
  return g_strcmp0 (hy_tree_attribute (relationship, "typeCode"), type) == 0;
}

/* XD-LAB and the French volet: an act with code 48767-8 in a SUBJ relationship. */
static gboolean
is_comment (HyTreeNode *act)
{
  return hy_tree_is (act, "act") && g_strcmp0 (hy_tree_attribute (hy_tree_child (act, "code"), "code"), "48767-8") == 0;
}

static void
write_comments (HyCda *self,
                HyOut *out,
                HyTreeNode *observation)
{
  g_autoptr (GString) comments = g_string_new (NULL);
  guint n = 0;

  for (HyTreeNode *at = hy_tree_child (observation, "entryRelationship"); at != NULL && n < MAX_COMMENTS;
       at = hy_tree_next (at, "entryRelationship"))
    {
      HyTreeNode *act = hy_tree_child (at, "act");
      g_autofree char *text = is_comment (act) ? hy_cda_dup_referred (self, hy_tree_child (act, "text")) : NULL;

      if (text == NULL)
        continue;
      if (comments->len > 0)
        g_string_append_c (comments, '\n');
      g_string_append (comments, text);
      n++;
    }
  hy_out_string (out, "comment", comments->str);
}

static gboolean
is_negated (HyTreeNode *node)
{
  const char *negation = hy_tree_attribute (node, "negationInd");

  /* A boolean of XML Schema.  What cannot be read must not turn a denial round either. */
  return negation != NULL && strcmp (negation, "false") != 0 && strcmp (negation, "0") != 0;
}

/* Earlier values hang on the result by a reference (REFR). */
static void
write_previous (HyCda *self,
                HyOut *out,
                HyTreeNode *observation)
{
  guint n = 0;

  hy_out_begin (out, "previous", '[');
  for (HyTreeNode *at = hy_tree_child (observation, "entryRelationship"); at != NULL && n < MAX_PREVIOUS;
       at = hy_tree_next (at, "entryRelationship"))
    {
      HyTreeNode *previous = has_type (at, "REFR") ? hy_tree_child (at, "observation") : NULL;
      const char *unit;
      g_autofree char *value = dup_value (self, hy_tree_child (previous, "value"), &unit);

      if (value == NULL || is_negated (previous))
        continue;
      hy_out_begin (out, NULL, '{');
      hy_out_string (out, "value", value);
      hy_out_string (out, "unit", unit);
      write_date (out, hy_tree_child (previous, "effectiveTime"), NULL);
      hy_out_end (out);
      n++;
    }
  hy_out_end (out);
}

static const char *
flag_of (HyTreeNode *observation)
{
  const char *flag = NULL;

  for (HyTreeNode *at = hy_tree_child (observation, "interpretationCode"); at != NULL && flag == NULL;
       at = hy_tree_next (at, "interpretationCode"))
    flag = hy_tree_attribute (at, "code");
  return flag;
}

static void
write_observation (HyCda *self,
                   HyOut *out,
                   HyTreeNode *observation,
                   const Around *around)
{
  HyTreeNode *code = hy_tree_child (observation, "code");
  HyTreeNode *value = hy_tree_child (observation, "value");
  const char *mood = hy_tree_attribute (observation, "moodCode");
  const char *unit;
  g_autofree char *text = NULL;
  g_autofree char *name = NULL;

  /* What is wished or planned is no result; neither is what only groups others. */
  if ((mood != NULL && strcmp (mood, "EVN") != 0) || value == NULL || hy_tree_attribute (value, "mediaType") != NULL)
    return;
  text = dup_value (self, value, &unit);
  name = hy_cda_dup_label (self, code);
  if (name == NULL)
    name = hy_cda_dup_referred (self, hy_tree_child (observation, "text"));
  if (name == NULL)
    name = g_strdup (hy_tree_attribute (code, "code"));
  if (name == NULL)
    return;
  if (++self->n_results > HY_READING_MAX_ENTRIES)
    {
      out->cut = TRUE;
      return;
    }
  hy_out_begin (out, NULL, '{');
  hy_out_string (out, "name", name);
  hy_cda_write_code (self, out, "code", code);
  hy_out_string (out, "group", around->group);
  hy_out_string (out, "value", text);
  hy_out_string (out, "unit", unit);
  hy_out_string (out, "type", type_of (value));
  hy_out_string (out, "flag", flag_of (observation));
  write_range (self, out, observation);
  write_date (out, hy_tree_child (observation, "effectiveTime"), around->time);
  hy_out_string (out, "status", hy_tree_attribute (hy_tree_child (observation, "statusCode"), "code"));
  write_comments (self, out, observation);
  write_previous (self, out, observation);
  hy_out_true (out, "negated", around->negated || is_negated (observation));
  hy_out_end (out);
}

/* Depth: HY_READING_MAX_DEPTH elements at most. */
static void
walk_entry (HyCda *self,
            HyOut *out,
            HyTreeNode *parent,
            Around around)
{
  for (HyTreeNode *at = parent->first; at != NULL && !out->full && self->n_results <= HY_READING_MAX_ENTRIES; at = at->next)
    {
      Around inner = around;
      g_autofree char *group = NULL;

      if (at->name == NULL || has_type (at, "REFR") || hy_tree_child (at, "subject") != NULL)
        continue;
      inner.negated = around.negated || is_negated (at);
      if (hy_tree_child (at, "effectiveTime") != NULL)
        inner.time = hy_tree_child (at, "effectiveTime");
      if (hy_tree_is (at, "observation") && around.is_result)
        write_observation (self, out, at, &around);
      else if (hy_tree_is (at, "organizer"))
        {
          if ((group = hy_cda_dup_label (self, hy_tree_child (at, "code"))) != NULL)
            inner.group = group;
          inner.is_result = around.is_result || g_strcmp0 (hy_tree_attribute (at, "classCode"), "BATTERY") == 0;
        }
      else if (!hy_tree_is (at, "observation") && !hy_tree_is (at, "act") && !hy_tree_is (at, "component") && !hy_tree_is (at, "entryRelationship"))
        continue;
      walk_entry (self, out, at, inner);
    }
}

/**
 * hy_cda_write_results:
 * @section: a section
 *
 * Writes the results of its own entries into the list that was begun; those of sections in it are theirs.
 */
void
hy_cda_write_results (HyCda *self,
                      HyOut *out,
                      HyTreeNode *section)
{
  Around around = { NULL };

  /* A battery is a laboratory's, whatever its section is called. */
  around.is_result = hy_cda_has_results (self, section);
  for (HyTreeNode *entry = hy_tree_child (section, "entry"); entry != NULL; entry = hy_tree_next (entry, "entry"))
    walk_entry (self, out, entry, around);
}
