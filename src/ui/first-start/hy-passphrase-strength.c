/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How hard a passphrase is to guess, said in four words.  A rough count of bits, on the low side: known words are
 * taken out first and cost what drawing them costs, runs and repetitions cost next to nothing, and the rest is
 * counted by the kinds of characters in it.  It never leaves the process and is shown as no number. */

#include "ui/first-start/hy-passphrase-strength.h"

#include <math.h>
#include <string.h>

#define MIN_CHARACTERS 12
#define MIN_WORDS 5
#define MIN_WORD_LETTERS 3

/* Bits.  The vault's key derivation, about one second a try, comes on top of these. */
#define BITS_DRAWN_WORD 11.0 /* a list of 2 048 */
#define BITS_COMMON_WORD 5.0
#define BITS_RUN 0.5 /* a character that repeats or continues the one before: aaa, 1234, azerty */
#define BITS_FAIR 36.0
#define BITS_STRONG 46.0
#define BITS_VERY_STRONG 55.0 /* five drawn words */

struct _HyPassphraseJudge
{
  GHashTable *drawn;
  GHashTable *common;
};

/* What was typed leaves no copy behind that we made. */
static void
wipe (gpointer text)
{
  explicit_bzero (text, strlen (text));
  g_free (text);
}

HyPassphraseJudge *
hy_passphrase_judge_new (void)
{
  HyPassphraseJudge *self = g_new0 (HyPassphraseJudge, 1);

  self->drawn = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->common = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
hy_passphrase_judge_free (HyPassphraseJudge *self)
{
  g_hash_table_unref (self->drawn);
  g_hash_table_unref (self->common);
  g_free (self);
}

static void
add_lines (GHashTable *set,
           GBytes *bytes)
{
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0')
      g_hash_table_add (set, g_strdup (lines[i]));
}

/**
 * hy_passphrase_judge_add_drawn:
 * @words: a list that hy_word_draw draws from
 */
void
hy_passphrase_judge_add_drawn (HyPassphraseJudge *self,
                               GBytes *words)
{
  add_lines (self->drawn, words);
}

/**
 * hy_passphrase_judge_add_common:
 * @words: what people choose again and again, lower case, one a line
 */
void
hy_passphrase_judge_add_common (HyPassphraseJudge *self,
                                GBytes *words)
{
  add_lines (self->common, words);
}

/* The length of the longest word of @set that @text begins with, in bytes; 0 for none. */
static gsize
known_prefix (GHashTable *set,
              const char *text,
              gsize longest)
{
  char word[32];

  for (gsize length = MIN (longest, sizeof word - 1); length >= MIN_WORD_LETTERS; length--)
    {
      memcpy (word, text, length);
      word[length] = '\0';
      if (g_hash_table_contains (set, word))
        {
          explicit_bzero (word, sizeof word);
          return length;
        }
    }
  explicit_bzero (word, sizeof word);
  return 0;
}

static gboolean
follows (gunichar a,
         gunichar b)
{
  static const char *const rows[] = { "azertyuiop", "qsdfghjklm", "wxcvbn", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890" };

  if (a == b || a + 1 == b || b + 1 == a)
    return TRUE;
  if (a >= 128 || b >= 128 || a == 0 || b == 0)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const char *at = strchr (rows[i], (int) a);

      if (at != NULL && (at[1] == (char) b || (at > rows[i] && at[-1] == (char) b)))
        return TRUE;
    }
  return FALSE;
}

/* Bits of what is no known word, by the kinds of characters in it. */
static double
count_rest (const char *text)
{
  gboolean lower = FALSE, digit = FALSE, other = FALSE;
  gunichar previous = 0;
  double pool = 0, bits = 0;
  guint64 seen = 0;
  guint distinct;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar ch = g_utf8_get_char (p);

      if (g_unichar_isdigit (ch))
        digit = TRUE;
      else if (g_unichar_isalpha (ch))
        lower = TRUE;
      else if (ch != ' ')
        other = TRUE;
      seen |= G_GUINT64_CONSTANT (1) << (ch % 64);
    }
  pool = (lower ? 26 : 0) + (digit ? 10 : 0) + (other ? 20 : 0);
  if (pool == 0)
    return 0;
  /* Ten characters out of three different ones are no ten characters. */
  distinct = (guint) __builtin_popcountll (seen);
  pool = MIN (pool, distinct * 3.0);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar ch = g_utf8_get_char (p);

      if (ch == ' ')
        bits += 0.3;
      else
        bits += follows (previous, ch) ? BITS_RUN : log2 (pool);
      previous = ch;
    }
  return bits;
}

/* Takes what it knows out of @text, word by word, and counts it.  A word that comes again counts little. */
static double
take_words_out (HyPassphraseJudge *self,
                const char *text,
                GString *rest)
{
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, wipe, NULL);
  gsize left = strlen (text);
  double bits = 0;

  while (left > 0)
    {
      gsize common = known_prefix (self->common, text, left);
      gsize drawn = known_prefix (self->drawn, text, left);
      gsize known = MAX (common, drawn);

      if (known == 0)
        {
          gsize step = (gsize) (g_utf8_next_char (text) - text);

          g_string_append_len (rest, text, (gssize) step);
          text += step;
          left -= step;
          continue;
        }
      if (!g_hash_table_add (taken, g_strndup (text, known)))
        bits += 1;
      else
        bits += drawn == known ? BITS_DRAWN_WORD : BITS_COMMON_WORD;
      /* The place of the word, so that what stands around it does not look like a run. */
      g_string_append_c (rest, ' ');
      text += known;
      left -= known;
    }
  return bits;
}

/* Whether it is a few common words with hardly a letter beside them, whatever digits and signs there are. */
static gboolean
is_made_of_common_words (HyPassphraseJudge *self,
                         const char *folded)
{
  gsize left = strlen (folded);
  guint words = 0, letters = 0;

  while (left > 0)
    {
      gsize known = known_prefix (self->common, folded, left);

      if (known > 0)
        words++;
      else
        {
          known = (gsize) (g_utf8_next_char (folded) - folded);
          letters += g_unichar_isalpha (g_utf8_get_char (folded));
        }
      folded += known;
      left -= known;
    }
  return words > 0 && words < MIN_WORDS && letters < 4;
}

static guint
count_words (const char *folded)
{
  g_autoptr (GHashTable) words = g_hash_table_new_full (g_str_hash, g_str_equal, wipe, NULL);

  while (*folded != '\0')
    {
      gsize length = strcspn (folded, " -_.,;'");

      if (g_utf8_strlen (folded, (gssize) length) >= MIN_WORD_LETTERS)
        g_hash_table_add (words, g_strndup (folded, length));
      folded += length + (folded[length] != '\0');
    }
  return g_hash_table_size (words);
}

/**
 * hy_passphrase_judge:
 * @passphrase: UTF-8, as typed
 * @strength: (out): what to show
 *
 * Returns: whether it may be used, or why not.  Never weak and taken.
 */
HyPassphraseVerdict
hy_passphrase_judge (HyPassphraseJudge *self,
                     const char *passphrase,
                     HyStrength *strength)
{
  char *folded = g_utf8_strdown (passphrase, -1);
  /* Large enough not to move, which would leave a copy. */
  g_autoptr (GString) rest = g_string_sized_new (strlen (folded) + 1);
  HyPassphraseVerdict verdict = HY_PASSPHRASE_TAKEN;
  double bits = take_words_out (self, folded, rest) + count_rest (rest->str);

  if (*passphrase == '\0')
    *strength = HY_STRENGTH_NONE;
  else if (bits < BITS_FAIR)
    *strength = HY_STRENGTH_WEAK;
  else if (bits < BITS_STRONG)
    *strength = HY_STRENGTH_FAIR;
  else if (bits < BITS_VERY_STRONG)
    *strength = HY_STRENGTH_STRONG;
  else
    *strength = HY_STRENGTH_VERY_STRONG;

  if (g_utf8_strlen (passphrase, -1) < MIN_CHARACTERS && count_words (folded) < MIN_WORDS)
    verdict = HY_PASSPHRASE_TOO_SHORT;
  else if (is_made_of_common_words (self, folded) || *strength == HY_STRENGTH_WEAK)
    verdict = HY_PASSPHRASE_TOO_KNOWN;
  if (verdict != HY_PASSPHRASE_TAKEN && *passphrase != '\0')
    *strength = HY_STRENGTH_WEAK;

  wipe (folded);
  explicit_bzero (rest->str, rest->len);
  return verdict;
}
