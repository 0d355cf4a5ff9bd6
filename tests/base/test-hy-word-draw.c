/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/hy-word-draw.h"

#include <string.h>

static void
draws_from_the_list_alone (void)
{
  g_autoptr (GBytes) list = g_bytes_new_static ("apple\n\nriver\nstone", 18);
  g_auto (GStrv) words = hy_word_draw (list, 200);
  guint seen[3] = { 0 };

  g_assert_cmpuint (g_strv_length (words), ==, 200);
  for (guint i = 0; words[i] != NULL; i++)
    {
      seen[0] += g_str_equal (words[i], "apple");
      seen[1] += g_str_equal (words[i], "river");
      seen[2] += g_str_equal (words[i], "stone");
    }
  g_assert_cmpuint (seen[0] + seen[1] + seen[2], ==, 200);
  /* Each is expected 67 times; fewer than 20 would happen once in 10^13 runs. */
  for (guint i = 0; i < G_N_ELEMENTS (seen); i++)
    g_assert_cmpuint (seen[i], >, 20);
}

static void
draws_anew_each_time (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GBytes) list = NULL;
  g_auto (GStrv) first = NULL;
  g_auto (GStrv) second = NULL;
  g_autofree char *a = NULL;
  g_autofree char *b = NULL;

  for (guint i = 0; i < 2048; i++)
    g_string_append_printf (text, "word%u\n", i);
  list = g_bytes_new (text->str, text->len);
  first = hy_word_draw (list, 5);
  second = hy_word_draw (list, 5);
  a = g_strjoinv (" ", first);
  b = g_strjoinv (" ", second);
  g_assert_cmpstr (a, !=, b);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/word-draw/draws-from-the-list-alone", draws_from_the_list_alone);
  g_test_add_func ("/base/word-draw/draws-anew-each-time", draws_anew_each_time);
  return g_test_run ();
}
