/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A wrong "Above" or "Below" is the one thing that must not happen. */
#include "ui/viewer/hy-range.h"

#define MICRO "\302\265"
#define MU "\316\274"

static void
parses_numbers_that_can_be_read_in_one_way (void)
{
  static const struct
  {
    const char *text;
    gboolean is_number;
    HyRangeRelation relation;
    double number;
  } rows[] = {
    { "13.4", TRUE, HY_RANGE_IS, 13.4 },
    { "13,4", TRUE, HY_RANGE_IS, 13.4 },
    { "6", TRUE, HY_RANGE_IS, 6 },
    { "-2", TRUE, HY_RANGE_IS, -2 },
    { "+0.5", TRUE, HY_RANGE_IS, 0.5 },
    { "-0", TRUE, HY_RANGE_IS, 0 },
    { "0,123", TRUE, HY_RANGE_IS, 0.123 },
    { "1.234", TRUE, HY_RANGE_IS, 1.234 },
    { "1234,567", TRUE, HY_RANGE_IS, 1234.567 },
    { "<5", TRUE, HY_RANGE_LESS, 5 },
    { "< 5,0", TRUE, HY_RANGE_LESS, 5 },
    { "<=5", TRUE, HY_RANGE_AT_MOST, 5 },
    { "\342\211\2445", TRUE, HY_RANGE_AT_MOST, 5 },
    { ">200", TRUE, HY_RANGE_MORE, 200 },
    { ">= 200", TRUE, HY_RANGE_AT_LEAST, 200 },
    { "\342\211\245200", TRUE, HY_RANGE_AT_LEAST, 200 },
    { "123456789012345", TRUE, HY_RANGE_IS, 123456789012345. },
    { NULL, FALSE },
    { "", FALSE },
    { "<", FALSE },
    { "-", FALSE },
    { ".5", FALSE },
    { "5.", FALSE },
    { "1,234", FALSE },
    { "12,345", FALSE },
    { "1,234.5", FALSE },
    { "1.234,5", FALSE },
    { "1 234", FALSE },
    { "1\302\240234", FALSE },
    { "1234567890123456", FALSE },
    { "0.1234567890123456", FALSE },
    { "13.4 g/dL", FALSE },
    { " 13.4", FALSE },
    { "1e3", FALSE },
    { "0x10", FALSE },
    { "nan", FALSE },
    { "inf", FALSE },
    { "1/80", FALSE },
    { "4-6", FALSE },
    { "<<5", FALSE },
    { "--5", FALSE },
    { "\331\241\331\242", FALSE }, /* digits, but not these */
    { "positif", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HyRangeRelation relation = HY_RANGE_IS;
      double number = 0;

      g_test_message ("%s", rows[i].text);
      g_assert_cmpint (hy_range_parse_number (rows[i].text, &relation, &number), ==, rows[i].is_number);
      if (!rows[i].is_number)
        continue;
      g_assert_cmpint (relation, ==, rows[i].relation);
      g_assert_cmpfloat (number, ==, rows[i].number);
    }
}

static void
judges_as_the_table_says (void)
{
  /* clang-format off */
  static const struct
  {
    HyRangeResult result; /* type, value, unit, low, high, range unit, flag, set aside */
    HyVerdict verdict;
    gboolean computed;
    gboolean drawn;
  } rows[] = {
    /* The laboratory's word. */
    { { "PQ", "112", "mg/dL", "70", "100", "mg/dL", "H" }, HY_VERDICT_ABOVE, FALSE, TRUE },
    { { "PQ", "62", "umol/L", "45", "84", "umol/L", "N" }, HY_VERDICT_IN_RANGE, FALSE, TRUE },
    { { "PQ", "22", "ug/L", "30", "300", "ug/L", "L" }, HY_VERDICT_BELOW, FALSE, TRUE },
    { { "PQ", "7.9", "mmol/L", "3.5", "5.1", "mmol/L", "HH" }, HY_VERDICT_FAR_ABOVE, FALSE, TRUE },
    { { "PQ", "2.1", "mmol/L", "3.5", "5.1", "mmol/L", "LL" }, HY_VERDICT_FAR_BELOW, FALSE, TRUE },
    { { "PQ", "7.9", "mmol/L", "3.5", "5.1", "mmol/L", "A" }, HY_VERDICT_ABNORMAL, FALSE, FALSE },
    { { "CD", "Positif", NULL, NULL, NULL, NULL, "A" }, HY_VERDICT_ABNORMAL, FALSE, FALSE },
    { { "CD", "Positif", NULL, NULL, NULL, NULL, "POS" }, HY_VERDICT_OTHER, FALSE, FALSE },
    { { "PQ", "5", "g/L", "1", "2", "g/L", "S" }, HY_VERDICT_OTHER, FALSE, FALSE },
    { { "PQ", "5", "g/L", "1", "2", "g/L", "h" }, HY_VERDICT_OTHER, FALSE, FALSE },
    /* It holds against the numbers, and then nothing is drawn. */
    { { "PQ", "80", "mg/dL", "70", "100", "mg/dL", "H" }, HY_VERDICT_ABOVE, FALSE, FALSE },
    { { "PQ", "112", "mg/dL", "70", "100", "mg/dL", "N" }, HY_VERDICT_IN_RANGE, FALSE, FALSE },
    { { "PQ", "60", "mg/dL", "70", "100", "mg/dL", "H" }, HY_VERDICT_ABOVE, FALSE, FALSE },
    { { "PQ", "112", "mg/dL", "0.70", "1.00", "g/L", "H" }, HY_VERDICT_ABOVE, FALSE, FALSE },
    /* Compared. */
    { { "PQ", "13.4", "g/dL", "12.0", "16.0", "g/dL" }, HY_VERDICT_IN_RANGE, TRUE, TRUE },
    { { "PQ", "13.4", "g/dL", "12.0", "16.0", "g/dL", "" }, HY_VERDICT_IN_RANGE, TRUE, TRUE },
    { { "PQ", "12.0", "g/dL", "12", "16", "g/dL" }, HY_VERDICT_IN_RANGE, TRUE, TRUE },
    { { "PQ", "16", "g/dL", "12.0", "16.0", "g/dL" }, HY_VERDICT_IN_RANGE, TRUE, TRUE },
    { { "PQ", "11.9", "g/dL", "12.0", "16.0", "g/dL" }, HY_VERDICT_BELOW, TRUE, TRUE },
    { { "PQ", "16.01", "g/dL", "12.0", "16.0", "g/dL" }, HY_VERDICT_ABOVE, TRUE, TRUE },
    { { "PQ", "9.5", "g/dL", "12.0", "16.0", "g/dL" }, HY_VERDICT_BELOW, TRUE, TRUE }, /* not by letters */
    { { "PQ", "100", "g/dL", "9", "16", "g/dL" }, HY_VERDICT_ABOVE, TRUE, TRUE },
    { { "PQ", "1,12", "g/L", "0,70", "1,00", "g/L" }, HY_VERDICT_ABOVE, TRUE, TRUE },
    { { "PQ", "0.90", "g/L", NULL, "1.50", "g/L" }, HY_VERDICT_IN_RANGE, TRUE, TRUE },
    { { "PQ", "1.69", "g/L", NULL, "1.60", "g/L" }, HY_VERDICT_ABOVE, TRUE, TRUE },
    { { "PQ", "0.61", "g/L", "0.40", NULL, "g/L" }, HY_VERDICT_IN_RANGE, TRUE, TRUE },
    { { "PQ", "0.39", "g/L", "0.40", NULL, "g/L" }, HY_VERDICT_BELOW, TRUE, TRUE },
    { { "PQ", "-3", "mmol/L", "-2", "2", "mmol/L" }, HY_VERDICT_BELOW, TRUE, TRUE },
    { { "PQ", "-1", "mmol/L", "-2", "2", "mmol/L" }, HY_VERDICT_IN_RANGE, TRUE, TRUE },
    { { "INT", "3", NULL, "1", "2", NULL }, HY_VERDICT_ABOVE, TRUE, TRUE },
    { { "PQ", "3", "1", "1", "2", NULL }, HY_VERDICT_ABOVE, TRUE, TRUE },
    { { "PQ", "90", MICRO "mol/L", "45", "84", "umol/L" }, HY_VERDICT_ABOVE, TRUE, TRUE },
    { { "PQ", "90", MU "mol/L", "45", "84", MICRO "mol/L" }, HY_VERDICT_ABOVE, TRUE, TRUE },
    { { "PQ", "5", "g/L", "5", "5", "g/L" }, HY_VERDICT_IN_RANGE, TRUE, TRUE },
    /* At the bound of a one-sided range: "under 2.00" may not hold it. */
    { { "PQ", "2.00", "g/L", NULL, "2.00", "g/L" }, HY_VERDICT_NONE, FALSE, FALSE },
    { { "PQ", "0.4", "g/L", "0.40", NULL, "g/L" }, HY_VERDICT_NONE, FALSE, FALSE },
    /* Less than, more than. */
    { { "PQ", "<5", "mg/L", NULL, "10", "mg/L" }, HY_VERDICT_IN_RANGE, TRUE, TRUE },
    { { "PQ", "<5", "mg/L", NULL, "5", "mg/L" }, HY_VERDICT_IN_RANGE, TRUE, TRUE },
    { { "PQ", "<=5", "mg/L", NULL, "5", "mg/L" }, HY_VERDICT_NONE, FALSE, FALSE },
    { { "PQ", "<20", "mg/L", NULL, "10", "mg/L" }, HY_VERDICT_NONE, FALSE, FALSE },
    { { "PQ", "<5", "mg/L", "2", "10", "mg/L" }, HY_VERDICT_NONE, FALSE, FALSE },
    { { "PQ", "<2", "mg/L", "2", "10", "mg/L" }, HY_VERDICT_BELOW, TRUE, TRUE },
    { { "PQ", "<=2", "mg/L", "2", "10", "mg/L" }, HY_VERDICT_NONE, FALSE, FALSE },
    { { "PQ", "<=1.9", "mg/L", "2", "10", "mg/L" }, HY_VERDICT_BELOW, TRUE, TRUE },
    { { "PQ", ">200", "mg/L", NULL, "10", "mg/L" }, HY_VERDICT_ABOVE, TRUE, TRUE },
    { { "PQ", ">10", "mg/L", NULL, "10", "mg/L" }, HY_VERDICT_ABOVE, TRUE, TRUE },
    { { "PQ", ">=10", "mg/L", NULL, "10", "mg/L" }, HY_VERDICT_NONE, FALSE, FALSE },
    { { "PQ", ">5", "mg/L", "2", "10", "mg/L" }, HY_VERDICT_NONE, FALSE, FALSE },
    { { "PQ", ">90", "mL/min", "60", NULL, "mL/min" }, HY_VERDICT_IN_RANGE, TRUE, TRUE },
    { { "PQ", ">50", "mL/min", "60", NULL, "mL/min" }, HY_VERDICT_NONE, FALSE, FALSE },
    { { "PQ", "\342\211\24590", "mL/min", "60", NULL, "mL/min" }, HY_VERDICT_IN_RANGE, TRUE, TRUE },
    /* Nothing is computed. */
    { { "PQ", "112", "mg/dL", "0.70", "1.00", "g/L" }, HY_VERDICT_NONE, FALSE, FALSE },
    { { "PQ", "112", "mg/dL", "70", "100", NULL }, HY_VERDICT_NONE, FALSE, FALSE },
    { { "PQ", "112", NULL, "70", "100", "mg/dL" }, HY_VERDICT_NONE, FALSE, FALSE },
    { { "PQ", "112", "U/L", "70", "100", "u/L" }, HY_VERDICT_NONE, FALSE, FALSE },
    { { "PQ", "112", "Mg", "70", "100", "mg" }, HY_VERDICT_NONE, FALSE, FALSE },
    { { "PQ", "112", "g/L", NULL, NULL, "g/L" }, HY_VERDICT_NONE, FALSE, FALSE },
    { { "PQ", "112", "g/L", "", "", "g/L" }, HY_VERDICT_NONE, FALSE, FALSE },
    { { "PQ", "112", "g/L", "100", "70", "g/L" }, HY_VERDICT_NONE, FALSE, FALSE },
    { { "PQ", "112", "g/L", "low", "100", "g/L" }, HY_VERDICT_NONE, FALSE, FALSE },
    { { "PQ", "112", "g/L", "70", "1,000", "g/L" }, HY_VERDICT_NONE, FALSE, FALSE },
    { { "PQ", "112", "g/L", NULL, "<100", "g/L" }, HY_VERDICT_NONE, FALSE, FALSE },
    { { "PQ", "1,112", "g/L", "2", "100", "g/L" }, HY_VERDICT_NONE, FALSE, FALSE },
    { { "PQ", NULL, "g/L", "70", "100", "g/L" }, HY_VERDICT_NONE, FALSE, FALSE },
    { { "ST", "n\303\251gatif", NULL, "0", "1", NULL }, HY_VERDICT_NONE, FALSE, FALSE },
    { { "ST", "1.250", NULL, "2", "100", NULL }, HY_VERDICT_NONE, FALSE, FALSE },
    { { NULL, "1.250", NULL, "2", "100", NULL }, HY_VERDICT_NONE, FALSE, FALSE },
    { { "PQ", "1.250", NULL, "2", "100", NULL }, HY_VERDICT_BELOW, TRUE, TRUE },
    { { "ST", "<5", NULL, NULL, "10", NULL }, HY_VERDICT_IN_RANGE, TRUE, TRUE },
    /* Denied or cancelled: not even with a flag. */
    { { "PQ", "112", "mg/dL", "70", "100", "mg/dL", "H", TRUE }, HY_VERDICT_NONE, FALSE, FALSE },
    { { "PQ", "112", "mg/dL", "70", "100", "mg/dL", NULL, TRUE }, HY_VERDICT_NONE, FALSE, FALSE },
  };
  /* clang-format on */

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gboolean computed = TRUE;
      HyRangePlace place;
      const HyRangeResult *result = &rows[i].result;

      g_test_message ("row %u: %s %s in %s to %s %s, flag %s", i, result->value, result->unit, result->low, result->high,
                      result->range_unit, result->flag);
      g_assert_cmpint (hy_range_judge (result, &computed), ==, rows[i].verdict);
      g_assert_cmpint (computed, ==, rows[i].computed);
      g_assert_cmpint (hy_range_place (result, &place), ==, rows[i].drawn);
    }
}

static void
draws_the_mark_on_its_own_side (void)
{
  static const struct
  {
    HyRangeResult result;
    HyRangeSide side;
    double start, end, mark;
  } rows[] = {
    { { "PQ", "14", "g", "12", "16", "g" }, HY_RANGE_INSIDE, 0.23, 0.77, 0.5 },
    { { "PQ", "12", "g", "12", "16", "g" }, HY_RANGE_INSIDE, 0.23, 0.77, 0.28 },
    { { "PQ", "16", "g", "12", "16", "g" }, HY_RANGE_INSIDE, 0.23, 0.77, 0.72 },
    { { "PQ", "11", "g", "12", "16", "g" }, HY_RANGE_BELOW, 0.23, 0.77, 0.115 },
    { { "PQ", "1", "g", "12", "16", "g" }, HY_RANGE_BELOW, 0.23, 0.77, 0.115 }, /* how far is not told */
    { { "PQ", "99", "g", "12", "16", "g" }, HY_RANGE_ABOVE, 0.23, 0.77, 0.885 },
    { { "PQ", "1", "g", NULL, "2", "g" }, HY_RANGE_INSIDE, 0, 0.77, 0.385 },
    { { "PQ", "3", "g", NULL, "2", "g" }, HY_RANGE_ABOVE, 0, 0.77, 0.885 },
    { { "PQ", "8", "g", "4", NULL, "g" }, HY_RANGE_INSIDE, 0.23, 1, 0.615 },
    { { "PQ", "3", "g", "4", NULL, "g" }, HY_RANGE_BELOW, 0.23, 1, 0.115 },
    { { "PQ", "5", "g", "0", NULL, "g" }, HY_RANGE_INSIDE, 0.23, 1, 0.615 },
    { { "PQ", "-5", "g", NULL, "-1", "g" }, HY_RANGE_INSIDE, 0, 0.77, 0.385 },
    { { "PQ", "<1", "g", NULL, "2", "g" }, HY_RANGE_INSIDE, 0, 0.77, 0.385 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HyRangePlace place;

      g_test_message ("row %u", i);
      g_assert_true (hy_range_place (&rows[i].result, &place));
      g_assert_cmpint (place.side, ==, rows[i].side);
      g_assert_cmpfloat_with_epsilon (place.band_start, rows[i].start, 1e-9);
      g_assert_cmpfloat_with_epsilon (place.band_end, rows[i].end, 1e-9);
      g_assert_cmpfloat_with_epsilon (place.mark, rows[i].mark, 1e-9);
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/range/parses-numbers-that-can-be-read-in-one-way", parses_numbers_that_can_be_read_in_one_way);
  g_test_add_func ("/ui/range/judges-as-the-table-says", judges_as_the_table_says);
  g_test_add_func ("/ui/range/draws-the-mark-on-its-own-side", draws_the_mark_on_its_own_side);
  return g_test_run ();
}
