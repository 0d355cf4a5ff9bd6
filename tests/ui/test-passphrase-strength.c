/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/first-start/hy-passphrase-strength.h"

#include <string.h>

static GBytes *
load (const char *name)
{
  g_autofree char *path = g_build_filename (g_getenv ("HY_WORDS"), name, NULL);
  g_autoptr (GError) error = NULL;
  char *text;
  gsize size;

  g_file_get_contents (path, &text, &size, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (text, size);
}

static HyPassphraseJudge *
new_judge (void)
{
  HyPassphraseJudge *judge = hy_passphrase_judge_new ();
  g_autoptr (GBytes) english = load ("en.txt");
  g_autoptr (GBytes) french = load ("fr.txt");
  g_autoptr (GBytes) common = load ("common-passwords.txt");

  hy_passphrase_judge_add_drawn (judge, english);
  hy_passphrase_judge_add_drawn (judge, french);
  hy_passphrase_judge_add_common (judge, common);
  return judge;
}

static void
judges_as_the_table_says (void)
{
  static const struct
  {
    const char *passphrase;
    HyPassphraseVerdict verdict;
    HyStrength strength;
  } rows[] = {
    { "", HY_PASSPHRASE_TOO_SHORT, HY_STRENGTH_NONE },
    { "k7#Pq", HY_PASSPHRASE_TOO_SHORT, HY_STRENGTH_WEAK },
    { "xK7#pQ2!vR9", HY_PASSPHRASE_TOO_SHORT, HY_STRENGTH_WEAK },
    { "xK7#pQ2!vR9w", HY_PASSPHRASE_TAKEN, HY_STRENGTH_STRONG },
    { "lantern orchard river copper meadow", HY_PASSPHRASE_TAKEN, HY_STRENGTH_VERY_STRONG },
    { "lanternorchardrivercoppermeadow", HY_PASSPHRASE_TAKEN, HY_STRENGTH_VERY_STRONG },
    { "abricot fontaine moulin tulipe rivage", HY_PASSPHRASE_TAKEN, HY_STRENGTH_VERY_STRONG },
    { "lantern orchard river copper", HY_PASSPHRASE_TAKEN, HY_STRENGTH_FAIR },
    { "lantern orchard", HY_PASSPHRASE_TOO_KNOWN, HY_STRENGTH_WEAK },
    { "lantern lantern lantern lantern lantern", HY_PASSPHRASE_TOO_KNOWN, HY_STRENGTH_WEAK },
    { "motdepasse123", HY_PASSPHRASE_TOO_KNOWN, HY_STRENGTH_WEAK },
    { "MotDePasse2026!", HY_PASSPHRASE_TOO_KNOWN, HY_STRENGTH_WEAK },
    { "password1234567890", HY_PASSPHRASE_TOO_KNOWN, HY_STRENGTH_WEAK },
    { "azertyuiopqsdfghjklm", HY_PASSPHRASE_TOO_KNOWN, HY_STRENGTH_WEAK },
    { "aaaaaaaaaaaaaaaa", HY_PASSPHRASE_TOO_KNOWN, HY_STRENGTH_WEAK },
    { "abcdefghijklmnop", HY_PASSPHRASE_TOO_KNOWN, HY_STRENGTH_WEAK },
    { "01012026010120260101", HY_PASSPHRASE_TOO_KNOWN, HY_STRENGTH_WEAK },
    { "my aunt Odette grows 14 blue tomatoes", HY_PASSPHRASE_TAKEN, HY_STRENGTH_VERY_STRONG },
    { "trois \303\251l\303\251phants mangent du \314\201chou", HY_PASSPHRASE_TAKEN, HY_STRENGTH_VERY_STRONG },
  };
  g_autoptr (HyPassphraseJudge) judge = new_judge ();

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HyStrength strength = HY_STRENGTH_NONE;
      HyPassphraseVerdict verdict = hy_passphrase_judge (judge, rows[i].passphrase, &strength);

      g_test_message ("%s: %d %d", rows[i].passphrase, verdict, strength);
      g_assert_cmpint (verdict, ==, rows[i].verdict);
      g_assert_cmpint (strength, ==, rows[i].strength);
    }
}

/* Every list is drawn from as it is, so a fault in it would be in somebody's passphrase. */
static void
lists_are_as_their_readme_says (void)
{
  static const char *const names[] = { "en.txt", "fr.txt" };

  for (guint n = 0; n < G_N_ELEMENTS (names); n++)
    {
      g_autoptr (GBytes) bytes = load (names[n]);
      g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      g_auto (GStrv) words = g_strsplit (text, "\n", -1);
      guint count = 0;

      for (; *words[count] != '\0'; count++)
        {
          gsize length = strlen (words[count]);

          g_assert_cmpuint (length, >=, 4);
          g_assert_cmpuint (length, <=, 8);
          g_assert_cmpuint (strspn (words[count], "abcdefghijklmnopqrstuvwxyz"), ==, length);
          if (count > 0)
            g_assert_cmpstr (words[count - 1], <, words[count]);
        }
      g_assert_cmpuint (count, ==, 2048);
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/passphrase-strength/judges-as-the-table-says", judges_as_the_table_says);
  g_test_add_func ("/ui/passphrase-strength/lists-are-as-their-readme-says", lists_are_as_their_readme_says);
  return g_test_run ();
}
