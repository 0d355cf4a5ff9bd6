/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/hy-date.h"

#include <locale.h>

static void
fhir_dates_keep_what_is_known (void)
{
  static const struct
  {
    const char *text;
    HyDate date;
  } rows[] = {
    { "1961", { 1961, 0, 0 } },
    { "1961-05", { 1961, 5, 0 } },
    { "1961-05-14", { 1961, 5, 14 } },
    { "2024-02-29", { 2024, 2, 29 } },
    { "2000-02-29", { 2000, 2, 29 } },
    { "0001-01-01", { 1, 1, 1 } },
    { "9999-12-31", { 9999, 12, 31 } },
    { "2026-11-22T23:59:60Z", { 2026, 11, 22 } },
    { "2026-11-22T23:30:00.123456789-11:00", { 2026, 11, 22 } },
    { "2026-11-22T00:00:00+14:00", { 2026, 11, 22 } },
    { "2026-11-22T08:30", { 2026, 11, 22 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HyDate date = { 0 };

      g_test_message ("%s", rows[i].text);
      g_assert_true (hy_date_parse (rows[i].text, &date));
      g_assert_cmpint (hy_date_compare (date, rows[i].date), ==, 0);
    }
}

static void
what_is_no_fhir_date_is_refused (void)
{
  /* clang-format off */
  static const char *const texts[] = {
    "", "196", "19610", "0000", "1961-", "1961-5", "1961-13", "1961-00", "1961-05-", "1961-05-00", "1961-05-32", "1961-04-31",
    "2023-02-29", "1900-02-29", "1961-05-14T", "1961-05-14T10", "1961-05-14T24:00:00", "1961-05-14T10:60:00",
    "1961-05-14T10:00:61", "1961-05-14T10:00:00.", "1961-05-14T10:00:00+15:00", "1961-05-14T10:00:00+1:00",
    "1961-05-14T10:00:00Zx", "1961-05-14 ", " 1961-05-14", "1961/05/14", "14/05/1961", "-1961", "1961-05-14x", "1961T10:00:00",
  };
  /* clang-format on */
  HyDate date = { 1, 2, 3 };

  g_assert_false (hy_date_parse (NULL, &date));
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_test_message ("%s", texts[i]);
      g_assert_false (hy_date_parse (texts[i], &date));
    }
  g_assert_cmpint (hy_date_compare (date, (HyDate) { 1, 2, 3 }), ==, 0);
}

static void
typed_dates_are_understood (void)
{
  static const struct
  {
    const char *typed;
    const char *text;
  } rows[] = {
    { "14 May 1961", "1961-05-14" },
    { "14 mai 1961", "1961-05-14" },
    { "  14  MAI, 1961 ", "1961-05-14" },
    { "14/05/1961", "1961-05-14" },
    { "14/5/1961", "1961-05-14" },
    { "14.5.1961", "1961-05-14" },
    { "14. 5. 1961", "1961-05-14" },
    { "14-05-1961", "1961-05-14" },
    { "14\u00a0mai\u202f1961", "1961-05-14" },
    { "1961-05-14", "1961-05-14" },
    { "1961/5/14", "1961-05-14" },
    { "May 14, 1961", "1961-05-14" },
    { "1er août 1961", "1961-08-01" },
    { "1er aout 1961", "1961-08-01" },
    { "2nd January 2001", "2001-01-02" },
    { "3 févr. 2020", "2020-02-03" },
    { "3 Fév 2020", "2020-02-03" },
    { "29 février 2024", "2024-02-29" },
    { "25 déc. 1999", "1999-12-25" },
    { "25 DÉCEMBRE 1999", "1999-12-25" },
    { "7 juil. 1999", "1999-07-07" },
    { "7 juin 1999", "1999-06-07" },
    { "7 sept 1999", "1999-09-07" },
    { "7 oct. 1999", "1999-10-07" },
    { "mai 1961", "1961-05" },
    { "May 1961", "1961-05" },
    { "05/1961", "1961-05" },
    { "5.1961", "1961-05" },
    { "1961-05", "1961-05" },
    { "1961", "1961" },
    { "4/5/2006", "2006-05-04" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HyDate date = { 0 };
      g_autofree char *text = NULL;

      g_test_message ("%s", rows[i].typed);
      g_assert_true (hy_date_parse_typed (rows[i].typed, &date));
      text = hy_date_dup_text (date);
      g_assert_cmpstr (text, ==, rows[i].text);
    }
}

static void
typed_dates_are_never_guessed (void)
{
  /* clang-format off */
  static const char *const texts[] = {
    "", "   ", "hello", "05/14/1961", "14/5/61", "5/61", "61", "14 mai", "mai", "14", "31/04/2020", "29/02/2023", "30 février 2020",
    "0/5/1961", "14/0/1961", "14/13/1961", "14 mai 0000", "14 mai 19611", "14051961", "14 mai 1961 10:30", "14 mayo 1961",
    "14 14 1961", "mai mai 1961", "1961 1961", "mai 14 61", "14th mai", "14xx mai 1961", "99999999999999999999", "1961 mai mai",
  };
  /* clang-format on */
  HyDate date = { 1, 2, 3 };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_test_message ("%s", texts[i]);
      g_assert_false (hy_date_parse_typed (texts[i], &date));
    }
  g_assert_cmpint (hy_date_compare (date, (HyDate) { 1, 2, 3 }), ==, 0);
}

static void
shows_words_as_partial_as_the_date (void)
{
  static const struct
  {
    HyDate date;
    const char *text;
    const char *words;
  } rows[] = {
    { { 2026, 11, 22 }, "2026-11-22", "22 November 2026" },
    { { 2026, 11, 1 }, "2026-11-01", "1 November 2026" },
    { { 2026, 11, 0 }, "2026-11", "November 2026" },
    { { 2026, 0, 0 }, "2026", "2026" },
    { { 987, 6, 5 }, "0987-06-05", "5 June 987" },
    { { 0, 0, 0 }, "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = hy_date_dup_text (rows[i].date);
      g_autofree char *words = hy_date_dup_display (rows[i].date);

      g_assert_cmpstr (text, ==, rows[i].text);
      g_assert_cmpstr (words, ==, rows[i].words);
    }
}

static void
sort_keys_order_and_come_back (void)
{
  /* clang-format off */
  static const HyDate ordered[] = {
    { 0, 0, 0 }, { 1, 1, 1 }, { 1961, 0, 0 }, { 1961, 1, 0 }, { 1961, 1, 1 }, { 1961, 1, 31 }, { 1961, 2, 0 }, { 1961, 12, 31 }, { 1962, 0, 0 }, { 9999, 12, 31 },
  };
  /* clang-format on */

  g_assert_cmpint (hy_date_sort_key (ordered[0]), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (ordered); i++)
    {
      HyDate back = hy_date_from_sort_key (hy_date_sort_key (ordered[i]));

      g_assert_cmpint (back.year, ==, ordered[i].year);
      g_assert_cmpint (back.month, ==, ordered[i].month);
      g_assert_cmpint (back.day, ==, ordered[i].day);
      for (guint k = 0; k < i; k++)
        {
          g_assert_cmpint (hy_date_compare (ordered[k], ordered[i]), <, 0);
          g_assert_cmpint (hy_date_compare (ordered[i], ordered[k]), >, 0);
        }
    }
}

static void
age_counts_full_years (void)
{
  static const struct
  {
    HyDate birth;
    HyDate on;
    gint years;
  } rows[] = {
    { { 1961, 5, 14 }, { 2026, 5, 13 }, 64 },
    { { 1961, 5, 14 }, { 2026, 5, 14 }, 65 },
    { { 1961, 5, 14 }, { 1961, 5, 14 }, 0 },
    { { 1961, 5, 14 }, { 1961, 5, 13 }, -1 },
    { { 1961, 5, 14 }, { 1950, 1, 1 }, -1 },
    { { 2000, 2, 29 }, { 2018, 2, 28 }, 17 },
    { { 2000, 2, 29 }, { 2018, 3, 1 }, 18 },
    { { 2000, 2, 29 }, { 2020, 2, 29 }, 20 },
    { { 1961, 0, 0 }, { 2026, 1, 1 }, 65 },
    { { 1961, 5, 0 }, { 2026, 4, 30 }, 64 },
    { { 0, 0, 0 }, { 2026, 1, 1 }, -1 },
    { { 1961, 1, 1 }, { 0, 0, 0 }, -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (hy_date_age_years (rows[i].birth, rows[i].on), ==, rows[i].years);
}

static void
today_is_a_whole_date (void)
{
  HyDate today = hy_date_today ();
  HyDate read;
  g_autofree char *text = hy_date_dup_text (today);

  g_assert_true (hy_date_parse (text, &read));
  g_assert_cmpint (hy_date_compare (today, read), ==, 0);
  g_assert_cmpint (today.day, >, 0);
  g_assert_cmpint (today.year, >=, 2025);
}

int
main (int argc,
      char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/date/fhir-dates-keep-what-is-known", fhir_dates_keep_what_is_known);
  g_test_add_func ("/base/date/what-is-no-fhir-date-is-refused", what_is_no_fhir_date_is_refused);
  g_test_add_func ("/base/date/typed-dates-are-understood", typed_dates_are_understood);
  g_test_add_func ("/base/date/typed-dates-are-never-guessed", typed_dates_are_never_guessed);
  g_test_add_func ("/base/date/shows-words-as-partial-as-the-date", shows_words_as_partial_as_the_date);
  g_test_add_func ("/base/date/sort-keys-order-and-come-back", sort_keys_order_and_come_back);
  g_test_add_func ("/base/date/age-counts-full-years", age_counts_full_years);
  g_test_add_func ("/base/date/today-is-a-whole-date", today_is_a_whole_date);
  return g_test_run ();
}
