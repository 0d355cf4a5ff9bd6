/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calendar dates that may be partial: as FHIR writes them, as a person types them, as a page shows them. */

#include "config.h"

#include "base/hy-date.h"

#include "base/hy-fold.h"

#include <glib/gi18n.h>
#include <string.h>

/* English and French, with the usual short forms; folded, so without accents. */
static const char *const month_names[12][8] = {
  { "january", "jan", "janvier", "janv" },
  { "february", "feb", "fevrier", "fevr", "fev" },
  { "march", "mar", "mars" },
  { "april", "apr", "avril", "avr" },
  { "may", "mai" },
  { "june", "jun", "juin" },
  { "july", "jul", "juillet", "juil" },
  { "august", "aug", "aout", "aou" },
  { "september", "sep", "sept", "septembre" },
  { "october", "oct", "octobre" },
  { "november", "nov", "novembre" },
  { "december", "dec", "decembre" },
};

static gboolean
set_date (HyDate *date,
          guint year,
          guint month,
          guint day)
{
  if (year < 1 || year > 9999 || month > 12 || (month == 0 && day != 0) ||
      (day != 0 && day > g_date_get_days_in_month ((GDateMonth) month, (GDateYear) year)))
    return FALSE;
  *date = (HyDate) { (gint16) year, (guint8) month, (guint8) day };
  return TRUE;
}

/* Reads exactly @n_digits digits no greater than @max. */
static gboolean
read_digits (const char **at,
             guint n_digits,
             guint max,
             guint *value)
{
  guint read = 0;

  for (guint i = 0; i < n_digits; i++)
    {
      if (!g_ascii_isdigit ((*at)[i]))
        return FALSE;
      read = read * 10 + (guint) ((*at)[i] - '0');
    }
  if (read > max)
    return FALSE;
  *at += n_digits;
  *value = read;
  return TRUE;
}

static gboolean
read_char (const char **at,
           char ch)
{
  if (**at != ch)
    return FALSE;
  (*at)++;
  return TRUE;
}

/* From behind the T to the end; the second may be 60, as FHIR has it for leap seconds. */
static gboolean
check_time (const char *at)
{
  guint unused;

  if (!read_digits (&at, 2, 23, &unused) || !read_char (&at, ':') || !read_digits (&at, 2, 59, &unused))
    return FALSE;
  if (read_char (&at, ':'))
    {
      if (!read_digits (&at, 2, 60, &unused))
        return FALSE;
      if (read_char (&at, '.'))
        {
          if (!g_ascii_isdigit (*at))
            return FALSE;
          while (g_ascii_isdigit (*at))
            at++;
        }
    }
  if (*at == '+' || *at == '-')
    {
      at++;
      if (!read_digits (&at, 2, 14, &unused) || !read_char (&at, ':') || !read_digits (&at, 2, 59, &unused))
        return FALSE;
    }
  else
    read_char (&at, 'Z');
  return *at == 0;
}

/**
 * hy_date_parse:
 * @text: (nullable): a FHIR date, dateTime or instant
 * @date: (out): the date as written; a time and its zone are checked and left out
 *
 * Returns: %FALSE when @text is none of these or names a day that does not exist
 */
gboolean
hy_date_parse (const char *text,
               HyDate *date)
{
  guint year;
  guint month = 0;
  guint day = 0;

  if (text == NULL || !read_digits (&text, 4, 9999, &year))
    return FALSE;
  if (read_char (&text, '-'))
    {
      if (!read_digits (&text, 2, 12, &month) || month == 0)
        return FALSE;
      if (read_char (&text, '-'))
        {
          if (!read_digits (&text, 2, 31, &day) || day == 0)
            return FALSE;
          if (read_char (&text, 'T') && !check_time (text))
            return FALSE;
          if (text[0] != 0 && text[-1] != 'T')
            return FALSE;
          return set_date (date, year, month, day);
        }
    }
  return *text == 0 && set_date (date, year, month, day);
}

typedef struct
{
  guint value;
  guint n_digits; /* 0 = the name of a month */
} Word;

static gboolean
read_word (const char *text,
           Word *word)
{
  char *end;

  for (guint month = 0; month < 12; month++)
    for (guint i = 0; i < G_N_ELEMENTS (month_names[month]) && month_names[month][i] != NULL; i++)
      if (g_str_equal (text, month_names[month][i]))
        {
          *word = (Word) { month + 1, 0 };
          return TRUE;
        }
  if (!g_ascii_isdigit (*text))
    return FALSE;
  word->value = (guint) g_ascii_strtoull (text, &end, 10);
  word->n_digits = (guint) (end - text);
  if (word->n_digits > 4)
    return FALSE;
  /* The day as it is said: 1er, 1st, 2nd, 3rd, 4th. */
  return *end == 0 || (word->n_digits <= 2 && (g_str_equal (end, "er") || g_str_equal (end, "st") || g_str_equal (end, "nd") ||
                                               g_str_equal (end, "rd") || g_str_equal (end, "th")));
}

static gboolean
is_year (const Word *word)
{
  return word->n_digits == 4;
}

static gboolean
is_month (const Word *word)
{
  return word->n_digits <= 2 && word->value != 0;
}

static gboolean
is_day (const Word *word)
{
  return word->n_digits != 0 && is_month (word);
}

/**
 * hy_date_parse_typed:
 * @text: what a person typed: "14 May 1961", "14/05/1961", "14.5.1961", "1961-05-14", "mai 1961", "05/1961", "1961"
 * @date: (out):
 *
 * In figures the day always comes before the month, and a year has four digits: "05/14/1961" and "14/5/61"
 * are refused rather than guessed.
 *
 * Returns: %FALSE when it is not understood or names a day that does not exist
 */
gboolean
hy_date_parse_typed (const char *text,
                     HyDate *date)
{
  g_autofree char *folded = NULL;
  g_auto (GStrv) parts = NULL;
  Word words[3];
  guint n_words;

  g_return_val_if_fail (text != NULL, FALSE);

  folded = hy_fold_dup (text);
  parts = g_strsplit_set (folded, " .", -1);
  n_words = g_strv_length (parts);
  if (n_words == 0 || n_words > 3)
    return FALSE;
  for (guint i = 0; i < n_words; i++)
    if (!read_word (parts[i], &words[i]))
      return FALSE;

  if (n_words == 1)
    return is_year (&words[0]) && set_date (date, words[0].value, 0, 0);
  if (n_words == 2)
    {
      if (is_month (&words[0]) && is_year (&words[1]))
        return set_date (date, words[1].value, words[0].value, 0);
      return is_year (&words[0]) && is_month (&words[1]) && set_date (date, words[0].value, words[1].value, 0);
    }
  if (is_day (&words[0]) && is_month (&words[1]) && is_year (&words[2]))
    return set_date (date, words[2].value, words[1].value, words[0].value);
  if (is_year (&words[0]) && is_month (&words[1]) && is_day (&words[2]))
    return set_date (date, words[0].value, words[1].value, words[2].value);
  return words[0].n_digits == 0 && is_day (&words[1]) && is_year (&words[2]) &&
         set_date (date, words[2].value, words[0].value, words[1].value);
}

/**
 * hy_date_dup_text:
 *
 * Returns: (transfer full): the date as FHIR writes it, as partial as it is; "" for no date
 */
char *
hy_date_dup_text (HyDate date)
{
  if (date.year == 0)
    return g_strdup ("");
  if (date.month == 0)
    return g_strdup_printf ("%04d", date.year);
  if (date.day == 0)
    return g_strdup_printf ("%04d-%02d", date.year, date.month);
  return g_strdup_printf ("%04d-%02d-%02d", date.year, date.month, date.day);
}

/**
 * hy_date_dup_display:
 *
 * Returns: (transfer full): the date in words of the locale, as partial as it is; "" for no date
 */
char *
hy_date_dup_display (HyDate date)
{
  g_autoptr (GDateTime) time = NULL;
  const char *format;

  if (date.year == 0)
    return g_strdup ("");
  /* Translators: how a date is written in words, see g_date_time_format: 22 November 2026. */
  format = C_ ("day in words", "%-d %B %Y");
  if (date.month == 0)
    /* Translators: a year alone: 2026. */
    format = C_ ("year in words", "%Y");
  else if (date.day == 0)
    /* Translators: a month without its day: November 2026. */
    format = C_ ("month in words", "%OB %Y");
  time = g_date_time_new_utc (date.year, MAX (date.month, 1), MAX (date.day, 1), 0, 0, 0);
  g_return_val_if_fail (time != NULL, g_strdup (""));
  return g_date_time_format (time, format);
}

/**
 * hy_date_sort_key:
 *
 * Returns: a number that orders dates; 0 for no date.  A partial date comes before the days it covers.
 */
gint
hy_date_sort_key (HyDate date)
{
  return date.year * 512 + date.month * 32 + date.day;
}

/**
 * hy_date_from_sort_key:
 * @key: from hy_date_sort_key
 */
HyDate
hy_date_from_sort_key (gint key)
{
  return (HyDate) { (gint16) (key / 512), (guint8) (key / 32 % 16), (guint8) (key % 32) };
}

/**
 * hy_date_compare:
 *
 * Returns: below 0, 0 or above 0, in the order of hy_date_sort_key
 */
gint
hy_date_compare (HyDate a,
                 HyDate b)
{
  return hy_date_sort_key (a) - hy_date_sort_key (b);
}

/**
 * hy_date_age_years:
 *
 * Unit: whole years.  An unknown month or day counts as the first one; born on 29 February, a year is full
 * on 1 March of other years.
 *
 * Returns: the age, or -1 when a date is missing or @on is before @birth
 */
gint
hy_date_age_years (HyDate birth,
                   HyDate on)
{
  gint years = on.year - birth.year;
  gint birthday = MAX (birth.month, 1) * 32 + MAX (birth.day, 1);
  gint today = MAX (on.month, 1) * 32 + MAX (on.day, 1);

  if (birth.year == 0 || on.year == 0)
    return -1;
  if (today < birthday)
    years--;
  return MAX (years, -1);
}

/**
 * hy_date_today:
 *
 * Returns: the day it is here
 */
HyDate
hy_date_today (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  gint year, month, day;

  g_date_time_get_ymd (now, &year, &month, &day);
  return (HyDate) { (gint16) year, (guint8) month, (guint8) day };
}
