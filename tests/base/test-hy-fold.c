/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/hy-fold.h"

#include <string.h>

static gboolean
append_word (const char *text,
             gsize length,
             gsize start,
             gsize end,
             gboolean colocated,
             gpointer out)
{
  g_assert_cmpuint (strlen (text), ==, length);
  g_assert_cmpuint (length, >, 0);
  g_assert_cmpuint (length, <=, HY_FOLD_MAX_WORD);
  g_assert_cmpuint (start, <, end);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_string_append_printf (out, "%s%s%s[%" G_GSIZE_FORMAT ",%" G_GSIZE_FORMAT "]", ((GString *) out)->len > 0 ? " " : "",
                          colocated ? "=" : "", text, start, end);
  return TRUE;
}

/* The words of @text as "word[start,end]", "=" before a colocated one. */
static char *
dup_words (const char *text,
           gssize length)
{
  GString *out = g_string_new (NULL);

  g_assert_true (hy_fold_words (text, length, append_word, out));
  return g_string_free (out, FALSE);
}

static void
words_are_folded_and_placed (void)
{
  static const struct
  {
    const char *text;
    const char *words;
  } rows[] = {
    { "", "" },
    { " \n.,-'", "" },
    { "œdème", "oedeme[0,7]" },
    { "Œdème", "oedeme[0,7]" },
    { "cœur", "coeur[0,5]" },
    { "Fœtus.", "foetus[0,6]" },
    { "l'hôpital", "l[0,1] hopital[2,10]" },
    { "l’hôpital", "l[0,1] hopital[4,12]" },
    { "lʼhôpital", "l[0,1] hopital[3,11]" },
    { "Évry", "evry[0,5]" },
    { "E\u0301vry", "evry[0,6]" },
    { "re\u0301 x", "re[0,4] x[5,6]" },
    { "anti-HBs", "anti[0,4] =antihbs[0,8] hbs[5,8]" },
    { "anti\u2010HBs", "anti[0,4] =antihbs[0,10] hbs[7,10]" },
    { "anti\u2011HBs", "anti[0,4] =antihbs[0,10] hbs[7,10]" },
    { "anti-", "anti[0,4]" },
    { "anti- HBs", "anti[0,4] hbs[6,9]" },
    { "anti--HBs", "anti[0,4] hbs[6,9]" },
    { "-anti", "anti[1,5]" },
    { "a-b-c", "a[0,1] =abc[0,5] b[2,3] c[4,5]" },
    { "β2", "β2[0,3]" },
    { "Β2-microglobuline", "β2[0,3] =β2microglobuline[0,18] microglobuline[4,18]" },
    { "0,35", "0.35[0,4] =0[0,1] =35[2,4]" },
    { "0.35", "0.35[0,4] =0[0,1] =35[2,4]" },
    { "0, 35", "0[0,1] 35[3,5]" },
    { "0,,35", "0[0,1] 35[3,5]" },
    { "12.05.2026.", "12.05.2026[0,10] =12[0,2] =05[3,5] =2026[6,10]" },
    { "E11.9", "e11.9[0,5] =e11[0,3] =9[4,5]" },
    { "fin.2026", "fin[0,3] 2026[4,8]" },
    { "2.fin", "2[0,1] fin[2,5]" },
    { "1.5-2", "1.5[0,3] =1.52[0,5] =1[0,1] =5[2,3] 2[4,5]" },
    { "ΟΔΟΣ οδος οδός", "οδοσ[0,8] οδοσ[9,17] οδοσ[18,26]" },
    { "Straße STRASSE ẞ", "strasse[0,7] strasse[8,15] ss[16,19]" },
    { "Æsop Łódź Ørsted Đakovo Þór ı", "aesop[0,5] lodz[6,13] orsted[14,21] dakovo[22,29] thor[30,35] i[36,38]" },
    { "ﬁn Ⅳ ㎎ x² ½", "fin[0,4] iv[5,8] mg[9,12] x2[13,16] ½[17,19]" },
    { "20\u00a0000\u202fmg", "20[0,2] 000[4,7] mg[10,12]" },
    { "car\u00addio\u200blogie", "cardiologie[0,16]" },
    { "cardio\u00ad logie", "cardio[0,6] logie[9,14]" },
    { "a/b_c(d)e+f", "a[0,1] b[2,3] c[4,5] d[6,7] e[8,9] f[10,11]" },
    { "«\u00a0Avis\u00a0»", "avis[4,8]" },
    { "医療b", "医[0,3] 療[3,6] b[6,7]" },
    { "a医-b", "a[0,1] 医[1,4] b[5,6]" },
    { "été\xff\xc3(\xe2\x82x", "ete[0,5] x[10,11]" },
    { "HTTP2", "http2[0,5]" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      /* In a copy of its exact size, so that a sanitizer sees a read behind it. */
      gsize length = strlen (rows[i].text);
      g_autofree char *copy = g_memdup2 (rows[i].text, length);
      g_autofree char *words = dup_words (length > 0 ? copy : "", (gssize) length);
      g_autofree char *ended = dup_words (rows[i].text, -1);

      g_assert_cmpstr (words, ==, rows[i].words);
      g_assert_cmpstr (ended, ==, rows[i].words);
    }
}

static void
a_nul_inside_separates (void)
{
  g_autofree char *words = dup_words ("ab\0cd", 5);

  g_assert_cmpstr (words, ==, "ab[0,2] cd[3,5]");
}

static gboolean
stop_at_second (const char *text,
                gsize length,
                gsize start,
                gsize end,
                gboolean colocated,
                gpointer n_seen)
{
  return ++*(guint *) n_seen < 2;
}

static void
stops_when_told (void)
{
  guint n_seen = 0;

  g_assert_false (hy_fold_words ("a-b c d", -1, stop_at_second, &n_seen));
  g_assert_cmpuint (n_seen, ==, 2);
}

static void
main_readings_are_joined_by_spaces (void)
{
  g_autofree char *folded = hy_fold_dup (" L’œdème anti-HBs : 0,35\u00a0mg ");
  g_autofree char *empty = hy_fold_dup ("…");

  g_assert_cmpstr (folded, ==, "l oedeme anti hbs 0.35 mg");
  g_assert_cmpstr (empty, ==, "");
}

static gboolean
check_folds_to_itself (const char *text,
                       gsize length,
                       gsize start,
                       gsize end,
                       gboolean colocated,
                       gpointer original)
{
  g_autofree char *again = hy_fold_dup (text);

  if (!g_str_equal (again, text))
    g_error ("U+%04X: %s folds to %s", *(gunichar *) original, text, again);
  return TRUE;
}

/* FTS5 folds the words of a query a second time. */
static void
a_folded_word_folds_to_itself (void)
{
  for (gunichar ch = 1; ch < 0x110000; ch++)
    {
      char text[16];
      gint length;

      if (!g_unichar_validate (ch))
        continue;
      length = g_unichar_to_utf8 (ch, text);
      hy_fold_words (text, length, check_folds_to_itself, &ch);
      /* Between others, joined in both ways. */
      memmove (text + 2, text, (gsize) length);
      memcpy (text, "1-", 2);
      memcpy (text + 2 + length, ",2", 2);
      hy_fold_words (text, length + 4, check_folds_to_itself, &ch);
    }
}

static void
long_runs_are_cut (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *kept = g_strnfill (HY_FOLD_MAX_WORD, 'a');
  g_autofree char *expected = g_strdup_printf ("%s[0,100000] b[100001,100002]", kept);
  g_autofree char *words = NULL;
  gunichar none = 0;

  for (guint i = 0; i < 100 * 1000; i++)
    g_string_append_c (text, 'A');
  g_string_append (text, " b");
  words = dup_words (text->str, (gssize) text->len);
  g_assert_cmpstr (words, ==, expected);

  /* Cut inside a character, and right behind a point. */
  g_string_assign (text, "a");
  for (guint i = 0; i < 1000; i++)
    g_string_append (text, "β");
  hy_fold_words (text->str, -1, check_folds_to_itself, &none);
  for (guint lead = 120; lead < 130; lead++)
    {
      g_string_truncate (text, 0);
      for (guint i = 0; i < lead; i++)
        g_string_append_c (text, '1');
      g_string_append (text, ",23,45-é7.8");
      hy_fold_words (text->str, -1, check_folds_to_itself, &none);
    }
}

static void
long_chains_are_split (void)
{
  g_autoptr (GString) text = g_string_new ("a");
  g_autofree char *folded = NULL;
  g_autofree char *words = NULL;

  for (guint i = 0; i < 50000; i++)
    g_string_append (text, i % 2 == 0 ? "-1" : ".2");
  folded = hy_fold_dup (text->str);
  g_assert_cmpint (strncmp (folded, "a 1.2 1.2 ", 10), ==, 0);
  words = dup_words (text->str, -1);
  g_assert_nonnull (strstr (words, "[100000,100001]"));
}

static void
typed_text_becomes_a_match (void)
{
  static const struct
  {
    const char *typed;
    const char *match;
  } rows[] = {
    { "", NULL },
    { "  ", NULL },
    { "'-\" \"", NULL },
    { "cardio", "\"cardio\" *" },
    { "cardio ", "\"cardio\"" },
    { "cardio\u00a0", "\"cardio\"" },
    { "Œdème pulm", "\"oedeme\" AND \"pulm\" *" },
    { "l'hôpital ", "\"l\" AND \"hopital\"" },
    { "anti-HBs ", "((\"anti\" + \"hbs\") OR \"antihbs\")" },
    { "anti-HB", "((\"anti\" + \"hb\" *) OR \"antihb\" *)" },
    { "anti-", "\"anti\" *" },
    { "antiHBs dosage ", "\"antihbs\" AND \"dosage\"" },
    { "a-b-c x ", "((\"a\" + \"b\" + \"c\") OR \"abc\") AND \"x\"" },
    { "0,35 ", "\"0.35\"" },
    { "0,35", "\"0.35\" *" },
    { "β2 ", "\"β2\"" },
    { "1.5-2 ", "((\"1.5\" + \"2\") OR \"1.52\")" },
    { "\"Infarctus du myocarde\"", "\"infarctus\" + \"du\" + \"myocarde\"" },
    { "« infarctus du » myo", "\"infarctus\" + \"du\" AND \"myo\" *" },
    { "“anti-HBs”", "\"anti\" + \"hbs\"" },
    { "bilan \"infarctus my", "\"bilan\" AND \"infarctus\" + \"my\" *" },
    { "\"a\" b", "\"a\" AND \"b\" *" },
    { "cardio \"", "\"cardio\"" },
    { "NEAR(a, b) OR x* -y ^z ", "\"near\" AND \"a\" AND \"b\" AND \"or\" AND \"x\" AND \"y\" AND \"z\"" },
    { "a:b;DROP ", "\"a\" AND \"b\" AND \"drop\"" },
    { "医療", "\"医\" AND \"療\" *" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *match = hy_fold_dup_match (rows[i].typed);

      g_test_message ("%s", rows[i].typed);
      g_assert_cmpstr (match, ==, rows[i].match);
    }
}

static void
a_pasted_page_asks_for_a_bounded_number_of_words (void)
{
  g_autoptr (GString) typed = g_string_new (NULL);
  g_autofree char *match = NULL;
  g_autofree char *phrase = NULL;

  for (guint i = 0; i < 10000; i++)
    g_string_append (typed, "mot ");
  match = hy_fold_dup_match (typed->str);
  g_string_prepend_c (typed, '"');
  phrase = hy_fold_dup_match (typed->str);
  g_assert_cmpuint (strlen (match), ==, 64 * 10 - 5);
  g_assert_cmpuint (strlen (phrase), ==, 64 * 8 - 3);
}

/* @text with each span that @typed highlights between brackets. */
static char *
dup_highlighted (const char *text,
                 const char *typed)
{
  g_autoptr (GArray) spans = hy_fold_find (text, -1, typed);
  GString *out = g_string_new (NULL);
  gsize at = 0;

  for (guint i = 0; i < spans->len; i++)
    {
      HyFoldSpan span = g_array_index (spans, HyFoldSpan, i);

      g_assert_cmpuint (span.start, >=, at);
      g_assert_cmpuint (span.end, >, span.start);
      g_string_append_len (out, text + at, (gssize) (span.start - at));
      g_string_append_c (out, '[');
      g_string_append_len (out, text + span.start, (gssize) (span.end - span.start));
      g_string_append_c (out, ']');
      at = span.end;
    }
  g_string_append (out, text + at);
  return g_string_free (out, FALSE);
}

static void
hits_are_highlighted_in_the_text_as_written (void)
{
  static const struct
  {
    const char *text;
    const char *typed;
    const char *highlighted;
  } rows[] = {
    { "Un cœur sain", "coeur ", "Un [cœur] sain" },
    { "Un coeur sain", "CŒUR ", "Un [coeur] sain" },
    { "L'œdème, les œdèmes", "oedeme ", "L'[œdème], les œdèmes" },
    { "L'œdème, les œdèmes", "oedeme", "L'[œdème], les [œdèmes]" },
    { "Le fœtus de l’hôpital d'Évry", "foetus hopital evry ", "Le [fœtus] de l’[hôpital] d'[Évry]" },
    { "dosage anti-HBs positif", "antihbs ", "dosage [anti-HBs] positif" },
    { "dosage anti-HBs positif", "anti-hbs ", "dosage [anti-HBs] positif" },
    { "dosage antiHBs positif", "anti-hbs ", "dosage [antiHBs] positif" },
    { "dosage anti HBs positif", "anti-hbs ", "dosage [anti HBs] positif" },
    { "dosage anti-HBs positif", "hbs ", "dosage anti-[HBs] positif" },
    { "anti-inflammatoire anti-HBs", "anti-hb", "anti-inflammatoire [anti-HBs]" },
    { "taux 0,35 g", "0.35 ", "taux [0,35] g" },
    { "taux 0,35 g", "35 ", "taux 0,[35] g" },
    { "le 12.05.2026", "2026", "le 12.05.[2026]" },
    { "la β2-microglobuline", "β2 ", "la [β2]-microglobuline" },
    { "infarctus du myocarde, infarctus", "\"infarctus du myocarde\"", "[infarctus du myocarde], infarctus" },
    { "infarctus du rein", "\"infarctus du myocarde\"", "infarctus du rein" },
    { "du sang du", "du ", "[du] sang [du]" },
    { "rien", "", "rien" },
    { "", "rien", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *highlighted = dup_highlighted (rows[i].text, rows[i].typed);

      g_test_message ("%s in %s", rows[i].typed, rows[i].text);
      g_assert_cmpstr (highlighted, ==, rows[i].highlighted);
    }
}

/* Whatever is in the text is found when it is typed just so, and whole. */
static void
each_spelling_finds_the_others (void)
{
  static const char *const groups[][6] = {
    { "œdème", "OEDÈME", "oedeme", "Œde\u0300me" },
    { "cœur", "coeur", "CŒUR" },
    { "fœtus", "foetus", "FOETUS" },
    { "l'hôpital", "l’hôpital", "L'HOPITAL", "lʼho\u0302pital" },
    { "Évry", "evry", "E\u0301VRY", "ÉVRY" },
    { "anti-HBs", "anti\u2011hbs", "ANTI-HBS", "antiHBs" },
    { "β2", "Β2", "β\u00ad2" },
    { "0,35", "0.35", "0．35" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    for (guint k = 0; k < G_N_ELEMENTS (groups[i]) && groups[i][k] != NULL; k++)
      for (guint j = 0; j < G_N_ELEMENTS (groups[i]) && groups[i][j] != NULL; j++)
        {
          g_autofree char *typed = g_strconcat (groups[i][j], " ", NULL);
          g_autofree char *text = g_strdup_printf ("(%s)", groups[i][k]);
          g_autoptr (GArray) spans = hy_fold_find (text, -1, typed);

          g_test_message ("%s in %s", typed, text);
          g_assert_cmpuint (spans->len, >, 0);
          g_assert_cmpuint (g_array_index (spans, HyFoldSpan, 0).start, ==, 1);
          g_assert_cmpuint (g_array_index (spans, HyFoldSpan, spans->len - 1).end, ==, strlen (text) - 1);
        }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/fold/words-are-folded-and-placed", words_are_folded_and_placed);
  g_test_add_func ("/base/fold/a-nul-inside-separates", a_nul_inside_separates);
  g_test_add_func ("/base/fold/stops-when-told", stops_when_told);
  g_test_add_func ("/base/fold/main-readings-are-joined-by-spaces", main_readings_are_joined_by_spaces);
  g_test_add_func ("/base/fold/a-folded-word-folds-to-itself", a_folded_word_folds_to_itself);
  g_test_add_func ("/base/fold/long-runs-are-cut", long_runs_are_cut);
  g_test_add_func ("/base/fold/long-chains-are-split", long_chains_are_split);
  g_test_add_func ("/base/fold/typed-text-becomes-a-match", typed_text_becomes_a_match);
  g_test_add_func ("/base/fold/a-pasted-page-asks-for-a-bounded-number-of-words", a_pasted_page_asks_for_a_bounded_number_of_words);
  g_test_add_func ("/base/fold/hits-are-highlighted-in-the-text-as-written", hits_are_highlighted_in_the_text_as_written);
  g_test_add_func ("/base/fold/each-spelling-finds-the-others", each_spelling_finds_the_others);
  return g_test_run ();
}
