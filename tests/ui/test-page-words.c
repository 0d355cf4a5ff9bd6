/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Matches, selections and places of the words of a page. */

#include "ui/viewer/hy-page-words.h"

#include <math.h>

#define CHAR_WIDTH 10.0f
#define LINE_HEIGHT 20.0f

/* Each character 10 pt wide, each line 20 pt high, from (100, 100). */
static HyRenderLayout *
lay_out (const char *text)
{
  HyRenderLayout *layout = g_new0 (HyRenderLayout, 1);
  float x = 100, y = 100;
  guint n = 0;

  g_atomic_ref_count_init (&layout->refs);
  layout->text = g_strdup (text);
  layout->n_chars = (guint) g_utf8_strlen (text, -1);
  layout->boxes = g_new0 (HyWireBox, MAX (layout->n_chars, 1));
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at), n++)
    {
      if (*at == '\n')
        {
          layout->boxes[n] = (HyWireBox) { x, y, x, y };
          x = 100;
          y += LINE_HEIGHT;
          continue;
        }
      layout->boxes[n] = (HyWireBox) { x, y, x + CHAR_WIDTH, y + LINE_HEIGHT };
      x += CHAR_WIDTH;
    }
  return layout;
}

static void
finds_whatever_case_and_accents (void)
{
  g_autoptr (HyRenderLayout) layout = lay_out ("Cholestérol total\nHDL CHOLESTEROL\nœdème, oedeme\n");
  g_autoptr (GArray) both = hy_page_words_find (layout, "cholesterol", 100);
  g_autoptr (GArray) accents = hy_page_words_find (layout, "Œdème", 100);
  g_autoptr (GArray) first = hy_page_words_find (layout, "cholesterol", 1);
  g_autoptr (GArray) none = hy_page_words_find (layout, "glucose", 100);
  g_autofree char *words = NULL;

  g_assert_cmpuint (both->len, ==, 2);
  words = hy_page_words_dup_text (layout, g_array_index (both, HyPageSpan, 0));
  g_assert_cmpstr (words, ==, "Cholestérol");
  g_assert_cmpuint (g_array_index (both, HyPageSpan, 1).first, ==, 18 + 4);
  g_assert_cmpuint (g_array_index (both, HyPageSpan, 1).end, ==, 18 + 4 + 11);
  g_assert_cmpuint (accents->len, ==, 2);
  g_assert_cmpuint (first->len, ==, 1);
  g_assert_cmpuint (none->len, ==, 0);
}

static void
takes_words_as_they_stand (void)
{
  g_autoptr (HyRenderLayout) layout = lay_out ("total cholesterol, HDL cholesterol, total");
  g_autofree char *phrase = hy_page_words_dup_phrase ("hdl chol");
  g_autofree char *one = hy_page_words_dup_phrase ("  chol ");
  g_autofree char *quoted = hy_page_words_dup_phrase ("\"hdl cholesterol\" total");
  g_autoptr (GArray) found = hy_page_words_find (layout, phrase, 100);
  g_autofree char *words = NULL;

  g_assert_cmpuint (found->len, ==, 1);
  words = hy_page_words_dup_text (layout, g_array_index (found, HyPageSpan, 0));
  g_assert_cmpstr (words, ==, "HDL cholesterol");
  g_assert_null (one);
  g_assert_null (quoted);
}

static void
knows_a_picture (void)
{
  g_autoptr (HyRenderLayout) scan = lay_out (" \n\n ");
  g_autoptr (HyRenderLayout) letter = lay_out ("\n é");

  g_assert_false (hy_page_words_has_any (scan));
  g_assert_true (hy_page_words_has_any (letter));
}

static void
colours_line_by_line (void)
{
  g_autoptr (HyRenderLayout) layout = lay_out ("one two\nthree");
  g_autoptr (GArray) boxes = hy_page_words_boxes (layout, (HyPageSpan) { 4, 11 });
  g_autoptr (GArray) all = hy_page_words_boxes (layout, (HyPageSpan) { 0, G_MAXUINT });
  HyWireBox *box;

  g_assert_cmpuint (boxes->len, ==, 2);
  box = &g_array_index (boxes, HyWireBox, 0);
  g_assert_cmpfloat (box->x1, ==, 140);
  g_assert_cmpfloat (box->x2, ==, 170);
  box = &g_array_index (boxes, HyWireBox, 1);
  g_assert_cmpfloat (box->x1, ==, 100);
  g_assert_cmpfloat (box->x2, ==, 130);
  g_assert_cmpfloat (box->y1, ==, 120);
  g_assert_cmpuint (all->len, ==, 2);
}

static void
finds_the_caret (void)
{
  g_autoptr (HyRenderLayout) layout = lay_out ("one two\nthree");
  g_autoptr (HyRenderLayout) empty = lay_out ("");

  g_assert_cmpuint (hy_page_words_at (layout, &GRAPHENE_POINT_INIT (101, 110)), ==, 0);
  g_assert_cmpuint (hy_page_words_at (layout, &GRAPHENE_POINT_INIT (109, 110)), ==, 1);
  /* Beyond the end of a line is its end, not the line below. */
  g_assert_cmpuint (hy_page_words_at (layout, &GRAPHENE_POINT_INIT (500, 112)), ==, 7);
  g_assert_cmpuint (hy_page_words_at (layout, &GRAPHENE_POINT_INIT (0, 130)), ==, 8);
  g_assert_cmpuint (hy_page_words_at (layout, &GRAPHENE_POINT_INIT (500, 500)), ==, 13);
  g_assert_cmpuint (hy_page_words_at (empty, &GRAPHENE_POINT_INIT (0, 0)), ==, 0);
  g_assert_true (hy_page_words_is_over (layout, &GRAPHENE_POINT_INIT (105, 101)));
  g_assert_false (hy_page_words_is_over (layout, &GRAPHENE_POINT_INIT (105, 300)));
}

static void
check_around (HyRenderLayout *layout,
              guint at,
              HyPageUnit unit,
              const char *expected)
{
  g_autofree char *text = hy_page_words_dup_text (layout, hy_page_words_around (layout, at, unit));

  g_assert_cmpstr (text, ==, expected);
}

static void
takes_words_and_lines (void)
{
  g_autoptr (HyRenderLayout) layout = lay_out ("l’été, 2.48 g/L\nfin");

  check_around (layout, 0, HY_PAGE_BY_CHARACTER, "");
  check_around (layout, 0, HY_PAGE_BY_WORD, "l’été");
  check_around (layout, 4, HY_PAGE_BY_WORD, "l’été");
  check_around (layout, 8, HY_PAGE_BY_WORD, "2");
  check_around (layout, 17, HY_PAGE_BY_WORD, "fin");
  check_around (layout, 3, HY_PAGE_BY_LINE, "l’été, 2.48 g/L");
  check_around (layout, 16, HY_PAGE_BY_LINE, "fin");
  check_around (layout, 1000, HY_PAGE_BY_LINE, "fin");
}

static void
takes_any_span (void)
{
  g_autoptr (HyRenderLayout) layout = lay_out ("été");
  g_autofree char *all = hy_page_words_dup_text (layout, (HyPageSpan) { 0, G_MAXUINT });
  g_autofree char *beyond = hy_page_words_dup_text (layout, (HyPageSpan) { 7, 9 });
  g_autofree char *backwards = hy_page_words_dup_text (layout, (HyPageSpan) { 2, 1 });

  g_assert_cmpstr (all, ==, "été");
  g_assert_cmpstr (beyond, ==, "");
  g_assert_cmpstr (backwards, ==, "");
}

static void
leaves_nonsense_out (void)
{
  g_autoptr (HyRenderLayout) layout = lay_out ("abcd");
  g_autoptr (GArray) boxes = NULL;

  layout->boxes[0] = (HyWireBox) { NAN, 100, 110, 120 };
  layout->boxes[1] = (HyWireBox) { 120, 100, 110, 120 };
  layout->boxes[2] = (HyWireBox) { -INFINITY, 100, INFINITY, 120 };
  boxes = hy_page_words_boxes (layout, (HyPageSpan) { 0, 4 });
  g_assert_cmpuint (boxes->len, ==, 1);
  g_assert_cmpuint (hy_page_words_at (layout, &GRAPHENE_POINT_INIT (0, 0)), ==, 3);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/page-words/finds-whatever-case-and-accents", finds_whatever_case_and_accents);
  g_test_add_func ("/ui/page-words/takes-words-as-they-stand", takes_words_as_they_stand);
  g_test_add_func ("/ui/page-words/knows-a-picture", knows_a_picture);
  g_test_add_func ("/ui/page-words/colours-line-by-line", colours_line_by_line);
  g_test_add_func ("/ui/page-words/finds-the-caret", finds_the_caret);
  g_test_add_func ("/ui/page-words/takes-words-and-lines", takes_words_and_lines);
  g_test_add_func ("/ui/page-words/takes-any-span", takes_any_span);
  g_test_add_func ("/ui/page-words/leaves-nonsense-out", leaves_nonsense_out);
  return g_test_run ();
}
