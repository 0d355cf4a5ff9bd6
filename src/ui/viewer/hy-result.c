/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A result read from the worker's JSON, and its words.  Digits are never touched. */

#include "config.h"

#include "ui/viewer/hy-result.h"

#include <glib/gi18n.h>
#include <string.h>

/* Earlier values looked at to find the newest. */
#define MAX_PREVIOUS 100
/* Characters of a value that stands in the column of numbers; a longer one is a text. */
#define NUMBER_CHARS 12
/* Characters of a flag that Hygie does not know, shown as it is. */
#define FLAG_CHARS 20

/* Shortened at a character; FALSE when the member is there and no string. */
static gboolean
read_text (HyJson *json,
           HyJsonNode object,
           const char *name,
           char **text)
{
  HyJsonNode node = hy_json_member (json, object, name);
  g_autofree char *whole = NULL;

  if (node == 0)
    return TRUE;
  if (hy_json_kind (json, node) != HY_JSON_STRING)
    return FALSE;
  whole = hy_json_dup_string (json, node);
  if (*whole == '\0')
    return TRUE;
  if (strlen (whole) > HY_RESULT_TEXT_BYTES)
    {
      const char *end = g_utf8_find_prev_char (whole, whole + HY_RESULT_TEXT_BYTES);

      whole[end != NULL ? end - whole : 0] = '\0';
      *text = g_strconcat (whole, "\342\200\246", NULL); /* … */
    }
  else
    *text = g_steal_pointer (&whole);
  return TRUE;
}

static void
read_name (HyResult *self,
           HyJson *json)
{
  HyJsonNode code = hy_json_member (json, self->node, "code");

  if (self->name != NULL)
    return;
  self->name_node = hy_json_member (json, code, "display");
  if (!read_text (json, code, "display", &self->name) || self->name == NULL)
    {
      self->name_node = hy_json_member (json, code, "code");
      if (!read_text (json, code, "code", &self->name) || self->name == NULL)
        {
          self->name_node = 0;
          self->name = g_strdup (_ ("Result without a name"));
        }
    }
}

/* The newest of them by date; one without a date only where none has one. */
static void
read_previous (HyResult *self,
               HyJson *json)
{
  HyJsonNode all = hy_json_member (json, self->node, "previous");
  guint left = MAX_PREVIOUS;

  if (hy_json_kind (json, all) != HY_JSON_ARRAY)
    return;
  for (HyJsonNode node = hy_json_first (json, all); node != 0 && left > 0; node = hy_json_next (json, node), left--)
    {
      g_autofree char *value = NULL, *unit = NULL, *text = NULL;
      HyDate date = { 0 };

      if (!read_text (json, node, "value", &value) || !read_text (json, node, "unit", &unit) ||
          !read_text (json, node, "date", &text) || value == NULL)
        continue;
      if (text == NULL || !hy_date_parse (text, &date))
        date = (HyDate) { 0 };
      if (self->before != NULL && hy_date_compare (date, self->before_date) <= 0)
        continue;
      g_free (self->before);
      self->before = unit != NULL && !hy_range_same_unit (unit, self->unit) ? g_strdup_printf ("%s\302\240%s", value, unit)
                                                                            : g_steal_pointer (&value);
      self->before_date = date;
    }
}

/* Source: HL7 v3 ActStatus. */
static gboolean
read_status (HyResult *self,
             HyJson *json)
{
  HyJsonNode status = hy_json_member (json, self->node, "status");
  static const char *const void_ones[] = { "aborted", "cancelled", "nullified", "obsolete", "entered-in-error" };
  static const char *const open_ones[] = { "active", "held", "new", "suspended", "registered", "preliminary" };

  for (guint i = 0; i < G_N_ELEMENTS (void_ones); i++)
    if (hy_json_string_equal (json, status, void_ones[i]))
      {
        self->state = _ ("Withdrawn by the laboratory");
        return FALSE;
      }
  for (guint i = 0; i < G_N_ELEMENTS (open_ones); i++)
    if (hy_json_string_equal (json, status, open_ones[i]))
      self->state = _ ("Not final yet");
  return TRUE;
}

static void
judge (HyResult *self,
       gboolean set_aside)
{
  HyRangeResult result = {
    self->type, self->value, self->unit, self->low, self->high, self->range_unit, self->flag, set_aside
  };

  self->verdict = hy_range_judge (&result, &self->computed);
  self->has_place = hy_range_place (&result, &self->place);
}

/**
 * hy_result_read:
 * @node: a RESULT of hy-reading-wire.h, or what is said to be one
 */
HyResult *
hy_result_read (HyJson *json,
                HyJsonNode node)
{
  HyResult *self = g_new0 (HyResult, 1);
  gboolean set_aside;

  self->node = node;
  self->name_node = hy_json_member (json, node, "name");
  self->value_node = hy_json_member (json, node, "value");
  self->comment_node = hy_json_member (json, node, "comment");
  if (hy_json_kind (json, node) != HY_JSON_OBJECT ||
      !read_text (json, node, "name", &self->name) || !read_text (json, node, "value", &self->value) ||
      !read_text (json, node, "unit", &self->unit) || !read_text (json, node, "type", &self->type) ||
      !read_text (json, node, "low", &self->low) || !read_text (json, node, "high", &self->high) ||
      !read_text (json, node, "rangeUnit", &self->range_unit) || !read_text (json, node, "range", &self->range) ||
      !read_text (json, node, "flag", &self->flag) || !read_text (json, node, "comment", &self->comment))
    {
      self->broken = TRUE;
      return self;
    }
  read_name (self, json);
  read_previous (self, json);
  set_aside = !read_status (self, json);
  if (hy_json_is_true (json, hy_json_member (json, node, "negated")))
    {
      self->state = _ ("The document says that this is not so");
      set_aside = TRUE;
    }
  judge (self, set_aside);
  return self;
}

void
hy_result_free (HyResult *self)
{
  g_free (self->name);
  g_free (self->value);
  g_free (self->unit);
  g_free (self->type);
  g_free (self->low);
  g_free (self->high);
  g_free (self->range_unit);
  g_free (self->range);
  g_free (self->flag);
  g_free (self->comment);
  g_free (self->before);
  g_free (self);
}

/**
 * hy_result_is_number:
 *
 * Returns: whether it goes into the column of numbers; else it is a text
 */
gboolean
hy_result_is_number (const HyResult *self)
{
  gboolean digit = FALSE;

  if (self->value == NULL || g_utf8_strlen (self->value, -1) > NUMBER_CHARS)
    return FALSE;
  for (const char *c = self->value; *c != '\0'; c++)
    digit = digit || g_ascii_isdigit (*c);
  return digit;
}

/**
 * hy_result_dup_reference:
 *
 * Returns: (transfer full) (nullable): the reference in words
 */
char *
hy_result_dup_reference (const HyResult *self)
{
  gboolean same = self->range_unit == NULL || hy_range_same_unit (self->unit, self->range_unit);

  if (self->low != NULL && self->high != NULL)
    return same ? g_strdup_printf (C_ ("reference of a result", "%s to %s"), self->low, self->high)
                : g_strdup_printf (C_ ("reference of a result, with its unit", "%s to %s %s"), self->low, self->high, self->range_unit);
  if (self->high != NULL)
    return same ? g_strdup_printf (C_ ("reference of a result", "under %s"), self->high)
                : g_strdup_printf (C_ ("reference of a result, with its unit", "under %s %s"), self->high, self->range_unit);
  if (self->low != NULL)
    return same ? g_strdup_printf (C_ ("reference of a result", "over %s"), self->low)
                : g_strdup_printf (C_ ("reference of a result, with its unit", "over %s %s"), self->low, self->range_unit);
  return g_strdup (self->range);
}

/* "12.0 - 16.0 g/dL" says no more than the words that Hygie makes of the bounds. */
static gboolean
range_says_more (const HyResult *self)
{
  gsize known = 12;

  if (self->range == NULL || (self->low == NULL && self->high == NULL))
    return FALSE;
  known += (self->low != NULL ? strlen (self->low) : 0) + (self->high != NULL ? strlen (self->high) : 0) +
           (self->unit != NULL ? strlen (self->unit) : 0);
  return strlen (self->range) > known ||
         (self->low != NULL && strstr (self->range, self->low) == NULL) ||
         (self->high != NULL && strstr (self->range, self->high) == NULL);
}

/**
 * hy_result_dup_remark:
 *
 * Returns: (transfer full) (nullable): what stands below it: its state, the laboratory's words, a line each
 */
char *
hy_result_dup_remark (const HyResult *self)
{
  g_autoptr (GString) remark = g_string_new (self->state);

  if (range_says_more (self))
    {
      if (remark->len > 0)
        g_string_append_c (remark, '\n');
      g_string_append_printf (remark, _ ("Reference: %s"), self->range);
    }
  if (self->comment != NULL)
    {
      if (remark->len > 0)
        g_string_append_c (remark, '\n');
      g_string_append (remark, self->comment);
    }
  return remark->len > 0 ? g_string_free (g_steal_pointer (&remark), FALSE) : NULL;
}

/* Source: HL7 v3 ObservationInterpretation. */
static const char *
get_flag_word (const char *flag)
{
  static const struct
  {
    const char *flag, *word;
  } words[] = {
    { "POS", N_ ("Positive") },
    { "NEG", N_ ("Negative") },
    { "DET", N_ ("Detected") },
    { "ND", N_ ("Not detected") },
    { "IND", N_ ("Indeterminate") },
    { "S", N_ ("Susceptible") },
    { "I", N_ ("Intermediate") },
    { "R", N_ ("Resistant") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strcmp (words[i].flag, flag) == 0)
      return _ (words[i].word);
  return g_utf8_strlen (flag, FLAG_CHARS + 1) <= FLAG_CHARS ? flag : NULL;
}

/**
 * hy_result_get_verdict_word:
 *
 * Returns: (nullable): the word of the badge; %NULL when nothing is said
 */
const char *
hy_result_get_verdict_word (const HyResult *self)
{
  switch (self->verdict)
    {
    case HY_VERDICT_IN_RANGE:
      return C_ ("result", "In range");
    case HY_VERDICT_BELOW:
      return C_ ("result", "Below");
    case HY_VERDICT_FAR_BELOW:
      return C_ ("result", "Far below");
    case HY_VERDICT_ABOVE:
      return C_ ("result", "Above");
    case HY_VERDICT_FAR_ABOVE:
      return C_ ("result", "Far above");
    case HY_VERDICT_ABNORMAL:
      return C_ ("result", "Abnormal");
    case HY_VERDICT_OTHER:
      return get_flag_word (self->flag);
    case HY_VERDICT_NONE:
    default:
      return NULL;
    }
}

const char *
hy_result_get_verdict_icon (const HyResult *self)
{
  switch (self->verdict)
    {
    case HY_VERDICT_BELOW:
    case HY_VERDICT_FAR_BELOW:
      return "hy-below-symbolic";
    case HY_VERDICT_ABOVE:
    case HY_VERDICT_FAR_ABOVE:
      return "hy-above-symbolic";
    case HY_VERDICT_ABNORMAL:
      return "dialog-warning-symbolic";
    case HY_VERDICT_IN_RANGE:
      return "hy-check-round-symbolic";
    case HY_VERDICT_OTHER:
    case HY_VERDICT_NONE:
    default:
      return "applications-science-symbolic";
    }
}

/* What is said of the reference and the verdict together; NULL = nothing. */
static char *
dup_spoken_verdict (const HyResult *self)
{
  g_autofree char *reference = hy_result_dup_reference (self);

  switch (self->verdict)
    {
    case HY_VERDICT_IN_RANGE:
      return reference != NULL ? g_strdup_printf (_ ("in the laboratory's range %s"), reference)
                               : g_strdup (_ ("in the laboratory's range"));
    case HY_VERDICT_BELOW:
      return reference != NULL ? g_strdup_printf (_ ("below the laboratory's range %s"), reference)
                               : g_strdup (_ ("below the laboratory's range"));
    case HY_VERDICT_FAR_BELOW:
      return reference != NULL ? g_strdup_printf (_ ("far below the laboratory's range %s"), reference)
                               : g_strdup (_ ("far below the laboratory's range"));
    case HY_VERDICT_ABOVE:
      return reference != NULL ? g_strdup_printf (_ ("above the laboratory's range %s"), reference)
                               : g_strdup (_ ("above the laboratory's range"));
    case HY_VERDICT_FAR_ABOVE:
      return reference != NULL ? g_strdup_printf (_ ("far above the laboratory's range %s"), reference)
                               : g_strdup (_ ("far above the laboratory's range"));
    case HY_VERDICT_ABNORMAL:
      return reference != NULL ? g_strdup_printf (_ ("abnormal, the laboratory's range is %s"), reference)
                               : g_strdup (_ ("abnormal"));
    case HY_VERDICT_OTHER:
    case HY_VERDICT_NONE:
    default:
      return reference != NULL ? g_strdup_printf (_ ("the laboratory's range is %s"), reference) : NULL;
    }
}

static void
append_part (GString *words,
             const char *part)
{
  g_autofree char *whole = NULL;

  if (part == NULL || *part == '\0')
    return;
  /* Translators: parts of a result as a screen reader says it: Ferritin, 22 µg/L, below the laboratory's range 30 to 300. */
  whole = g_strdup_printf (C_ ("spoken result", "%s, %s"), words->str, part);
  g_string_assign (words, whole);
}

/**
 * hy_result_dup_spoken:
 *
 * Returns: (transfer full): all of the row for a screen reader: "Ferritin, 22 µg/L, below the laboratory's range 30 to 300;
 *   41 on 2 June 2026"
 */
char *
hy_result_dup_spoken (const HyResult *self)
{
  g_autoptr (GString) words = g_string_new (self->name);
  g_autofree char *verdict = dup_spoken_verdict (self);
  g_autofree char *remark = hy_result_dup_remark (self);

  if (self->value != NULL && self->unit != NULL)
    {
      g_autofree char *quantity = g_strdup_printf ("%s\302\240%s", self->value, self->unit);

      append_part (words, quantity);
    }
  else
    append_part (words, self->value != NULL ? self->value : C_ ("result", "No value"));
  if (self->verdict == HY_VERDICT_OTHER)
    append_part (words, hy_result_get_verdict_word (self));
  append_part (words, verdict);
  if (self->computed)
    append_part (words, _ ("compared by Hygie"));
  append_part (words, remark);
  if (self->before != NULL)
    {
      g_autofree char *date = hy_date_dup_display (self->before_date);
      g_autofree char *before = self->before_date.year != 0
                                    ? g_strdup_printf (C_ ("earlier result", "%s on %s"), self->before, date)
                                    : g_strdup_printf (C_ ("earlier result", "%s before"), self->before);
      /* Translators: a result as a screen reader says it, then an earlier one. */
      return g_strdup_printf (C_ ("spoken result", "%s; %s"), words->str, before);
    }
  return g_string_free (g_steal_pointer (&words), FALSE);
}
