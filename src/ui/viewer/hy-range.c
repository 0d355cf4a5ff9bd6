/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a result stands beside the laboratory's range.  Pure.
 *
 * The laboratory's flag is the answer.  Only without one are numbers compared, and only where nothing can be read in two
 * ways: both sides are numbers in the same unit, "1,234" is no number (one, or one thousand?), a value that equals the
 * one bound of a one-sided range is on neither side ("under 2.00" may or may not hold 2.00).  In doubt nothing is said. */

#include "ui/viewer/hy-range.h"

#include <math.h>
#include <string.h>

/* Digits of a number that is compared: a double keeps 15 of them as they are. */
#define MAX_DIGITS 15

/* Where the reference lies on the track (look/viewer-cda.png); what lies outside of it is not to scale. */
#define BAND_START 0.23
#define BAND_END 0.77
/* A mark inside keeps this distance to the ends of the band, so that it is not taken for one outside. */
#define BAND_PADDING 0.05

static gboolean
is_blank (const char *text)
{
  return text == NULL || *text == '\0';
}

static const char *
skip_relation (const char *text,
               HyRangeRelation *relation)
{
  static const struct
  {
    const char *sign;
    HyRangeRelation relation;
  } signs[] = {
    /* The longer ones first. */
    { "<=", HY_RANGE_AT_MOST },
    { ">=", HY_RANGE_AT_LEAST },
    { "\342\211\244", HY_RANGE_AT_MOST },  /* ≤ */
    { "\342\211\245", HY_RANGE_AT_LEAST }, /* ≥ */
    { "<", HY_RANGE_LESS },
    { ">", HY_RANGE_MORE },
  };

  *relation = HY_RANGE_IS;
  for (guint i = 0; i < G_N_ELEMENTS (signs); i++)
    if (g_str_has_prefix (text, signs[i].sign))
      {
        *relation = signs[i].relation;
        text += strlen (signs[i].sign);
        while (*text == ' ')
          text++;
        break;
      }
  return text;
}

/**
 * hy_range_parse_number:
 * @text: (nullable): a value as received: "13.4", "13,4", "-2", "<5", "≥ 200"
 * @relation: (out):
 * @number: (out):
 *
 * Refused, for they can be read in two ways: thousands ("1 234", "1,234", "1,234.5").  A point followed by three
 * digits is a decimal point: XML knows no other, and callers compare only values of numeric types.
 *
 * Returns: %FALSE when it is not one plain number
 */
gboolean
hy_range_parse_number (const char *text,
                       HyRangeRelation *relation,
                       double *number)
{
  char plain[2 * MAX_DIGITS + 4];
  guint length = 0, n_before = 0, n_after = 0;
  HyRangeRelation found;
  gboolean comma = FALSE, leading_zero;

  if (is_blank (text))
    return FALSE;
  text = skip_relation (text, &found);
  if (*text == '-' || *text == '+')
    {
      if (*text == '-')
        plain[length++] = '-';
      text++;
    }
  leading_zero = *text == '0';
  for (; g_ascii_isdigit (*text); text++, n_before++)
    {
      if (n_before == MAX_DIGITS)
        return FALSE;
      plain[length++] = *text;
    }
  if (n_before == 0)
    return FALSE;
  if (*text == '.' || *text == ',')
    {
      comma = *text++ == ',';
      plain[length++] = '.';
      for (; g_ascii_isdigit (*text); text++, n_after++)
        {
          if (n_before + n_after == MAX_DIGITS)
            return FALSE;
          plain[length++] = *text;
        }
      if (n_after == 0)
        return FALSE;
    }
  if (*text != '\0' || (comma && n_after == 3 && n_before <= 3 && !leading_zero))
    return FALSE;
  plain[length] = '\0';
  *number = g_ascii_strtod (plain, NULL);
  *relation = found;
  return TRUE;
}

/* The two characters for micro, and UCUM's u. */
static char *
dup_plain_unit (const char *unit)
{
  g_autoptr (GString) plain = g_string_new (unit != NULL ? unit : "");

  g_string_replace (plain, "\302\265", "u", 0); /* U+00B5 */
  g_string_replace (plain, "\316\274", "u", 0); /* U+03BC */
  if (strcmp (plain->str, "1") == 0)
    g_string_truncate (plain, 0);
  return g_string_free (g_steal_pointer (&plain), FALSE);
}

/**
 * hy_range_same_unit:
 * @a: (nullable): as received; none and "1" are no unit
 * @b: (nullable):
 *
 * Nothing is converted: "mg/dL" and "g/L" are two.  Case counts, as in UCUM.
 */
gboolean
hy_range_same_unit (const char *a,
                    const char *b)
{
  g_autofree char *plain_a = dup_plain_unit (a);
  g_autofree char *plain_b = dup_plain_unit (b);

  return strcmp (plain_a, plain_b) == 0;
}

typedef struct
{
  HyRangeRelation relation;
  double value;
  double low, high;
  gboolean has_low, has_high;
} Numbers;

static gboolean
read_bound (const char *text,
            double *number,
            gboolean *has)
{
  HyRangeRelation relation;

  *has = FALSE;
  if (is_blank (text))
    return TRUE;
  *has = hy_range_parse_number (text, &relation, number) && relation == HY_RANGE_IS;
  return *has;
}

/* Text is compared too ("<5" mostly comes as such), but for a point with three digits behind it, which may be thousands
 * where a person wrote it. */
static gboolean
is_thousands (const HyRangeResult *result)
{
  static const char *const numeric[] = { "PQ", "IVL_PQ", "REAL", "INT", NULL };
  const char *point = strrchr (result->value, '.');

  return (result->type == NULL || !g_strv_contains (numeric, result->type)) && point != NULL && strlen (point) == 4;
}

static gboolean
read_numbers (const HyRangeResult *result,
              Numbers *numbers)
{
  return hy_range_parse_number (result->value, &numbers->relation, &numbers->value) &&
         !is_thousands (result) &&
         read_bound (result->low, &numbers->low, &numbers->has_low) &&
         read_bound (result->high, &numbers->high, &numbers->has_high) &&
         (numbers->has_low || numbers->has_high) &&
         !(numbers->has_low && numbers->has_high && numbers->low > numbers->high) &&
         hy_range_same_unit (result->unit, result->range_unit);
}

static HyRangeSide
compare_exact (const Numbers *n)
{
  gboolean both = n->has_low && n->has_high;

  if (n->has_low && n->value < n->low)
    return HY_RANGE_BELOW;
  if (n->has_high && n->value > n->high)
    return HY_RANGE_ABOVE;
  if (!both && n->value == (n->has_low ? n->low : n->high))
    return HY_RANGE_UNKNOWN;
  return HY_RANGE_INSIDE;
}

static HyRangeSide
compare_upper (const Numbers *n) /* the value is somewhere below n->value, or just there */
{
  gboolean or_equal = n->relation == HY_RANGE_AT_MOST;

  if (n->has_low && (or_equal ? n->value < n->low : n->value <= n->low))
    return HY_RANGE_BELOW;
  if (!n->has_low && (or_equal ? n->value < n->high : n->value <= n->high))
    return HY_RANGE_INSIDE;
  return HY_RANGE_UNKNOWN;
}

static HyRangeSide
compare_lower (const Numbers *n)
{
  gboolean or_equal = n->relation == HY_RANGE_AT_LEAST;

  if (n->has_high && (or_equal ? n->value > n->high : n->value >= n->high))
    return HY_RANGE_ABOVE;
  if (!n->has_high && (or_equal ? n->value > n->low : n->value >= n->low))
    return HY_RANGE_INSIDE;
  return HY_RANGE_UNKNOWN;
}

static HyRangeSide
compare (const Numbers *numbers)
{
  switch (numbers->relation)
    {
    case HY_RANGE_IS:
      return compare_exact (numbers);
    case HY_RANGE_LESS:
    case HY_RANGE_AT_MOST:
      return compare_upper (numbers);
    case HY_RANGE_MORE:
    case HY_RANGE_AT_LEAST:
      return compare_lower (numbers);
    default:
      g_return_val_if_reached (HY_RANGE_UNKNOWN);
    }
}

/**
 * hy_range_compare:
 *
 * By the numbers alone, whatever the flag says.
 *
 * Returns: %HY_RANGE_UNKNOWN unless value and range are numbers in the same unit that leave no doubt
 */
HyRangeSide
hy_range_compare (const HyRangeResult *result)
{
  Numbers numbers;

  return read_numbers (result, &numbers) ? compare (&numbers) : HY_RANGE_UNKNOWN;
}

/**
 * hy_range_judge:
 * @computed: (out): whether Hygie compared the numbers itself, for the laboratory said nothing
 *
 * Source: HL7 v3 ObservationInterpretation (2.16.840.1.113883.5.83), and its v2 forms.
 */
HyVerdict
hy_range_judge (const HyRangeResult *result,
                gboolean *computed)
{
  static const struct
  {
    const char *flag;
    HyVerdict verdict;
  } flags[] = {
    { "N", HY_VERDICT_IN_RANGE },
    { "H", HY_VERDICT_ABOVE },
    { "HH", HY_VERDICT_FAR_ABOVE },
    { "HU", HY_VERDICT_FAR_ABOVE },
    { "H>", HY_VERDICT_FAR_ABOVE },
    { "L", HY_VERDICT_BELOW },
    { "LL", HY_VERDICT_FAR_BELOW },
    { "LU", HY_VERDICT_FAR_BELOW },
    { "L<", HY_VERDICT_FAR_BELOW },
    { "A", HY_VERDICT_ABNORMAL },
    { "AA", HY_VERDICT_ABNORMAL },
  };

  *computed = FALSE;
  if (result->set_aside)
    return HY_VERDICT_NONE;
  if (!is_blank (result->flag))
    {
      for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
        if (strcmp (flags[i].flag, result->flag) == 0)
          return flags[i].verdict;
      return HY_VERDICT_OTHER;
    }
  switch (hy_range_compare (result))
    {
    case HY_RANGE_INSIDE:
      *computed = TRUE;
      return HY_VERDICT_IN_RANGE;
    case HY_RANGE_BELOW:
      *computed = TRUE;
      return HY_VERDICT_BELOW;
    case HY_RANGE_ABOVE:
      *computed = TRUE;
      return HY_VERDICT_ABOVE;
    case HY_RANGE_UNKNOWN:
    default:
      return HY_VERDICT_NONE;
    }
}

static HyRangeSide
side_of_verdict (HyVerdict verdict)
{
  switch (verdict)
    {
    case HY_VERDICT_IN_RANGE:
      return HY_RANGE_INSIDE;
    case HY_VERDICT_BELOW:
    case HY_VERDICT_FAR_BELOW:
      return HY_RANGE_BELOW;
    case HY_VERDICT_ABOVE:
    case HY_VERDICT_FAR_ABOVE:
      return HY_RANGE_ABOVE;
    case HY_VERDICT_NONE:
    case HY_VERDICT_ABNORMAL:
    case HY_VERDICT_OTHER:
    default:
      return HY_RANGE_UNKNOWN;
    }
}

static double
mark_inside (const Numbers *n,
             double start,
             double end)
{
  double part = 0.5;

  /* What is only known to be less, or more, than something has no place of its own. */
  if (n->relation == HY_RANGE_IS)
    {
      if (n->has_low && n->has_high)
        part = n->high > n->low ? (n->value - n->low) / (n->high - n->low) : 0.5;
      else if (n->has_high && n->high > 0 && n->value >= 0)
        part = n->value / n->high;
      else if (n->has_low && n->low > 0)
        part = 1 - n->low / n->value;
    }
  if (!isfinite (part))
    part = 0.5;
  return CLAMP (start + part * (end - start), start + BAND_PADDING, end - BAND_PADDING);
}

/**
 * hy_range_place:
 * @place: (out): where the reference and the result stand on the track
 *
 * Outside, the place tells the side and no more.  There is no drawing unless the numbers say just what the words beside
 * it say: a picture never tells more than the laboratory, or something else.
 *
 * Returns: %FALSE when there is nothing to draw
 */
gboolean
hy_range_place (const HyRangeResult *result,
                HyRangePlace *place)
{
  Numbers numbers;
  gboolean computed;
  HyRangeSide side = side_of_verdict (hy_range_judge (result, &computed));
  double start, end;

  if (side == HY_RANGE_UNKNOWN || !read_numbers (result, &numbers) || compare (&numbers) != side)
    return FALSE;
  start = numbers.has_low ? BAND_START : 0;
  end = numbers.has_high ? BAND_END : 1;
  place->band_start = start;
  place->band_end = end;
  place->side = side;
  if (side == HY_RANGE_BELOW)
    place->mark = start / 2;
  else if (side == HY_RANGE_ABOVE)
    place->mark = (1 + end) / 2;
  else
    place->mark = mark_inside (&numbers, start, end);
  return TRUE;
}

/**
 * hy_verdict_is_outside:
 *
 * Returns: whether it counts among the results that a doctor looks at first
 */
gboolean
hy_verdict_is_outside (HyVerdict verdict)
{
  switch (verdict)
    {
    case HY_VERDICT_BELOW:
    case HY_VERDICT_FAR_BELOW:
    case HY_VERDICT_ABOVE:
    case HY_VERDICT_FAR_ABOVE:
    case HY_VERDICT_ABNORMAL:
      return TRUE;
    case HY_VERDICT_NONE:
    case HY_VERDICT_IN_RANGE:
    case HY_VERDICT_OTHER:
    default:
      return FALSE;
    }
}
