/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one folding of search: what is indexed, what is typed and what is highlighted pass through it, so that
 * they agree.  Pure; takes any bytes: what is not UTF-8 separates words.
 *
 * A compound is a run of pieces joined by hyphens ("anti-HBs") or, between digits, by a point or a comma
 * ("0,35").  Hyphens separate its words, points do not. */

#include "base/hy-fold.h"

#include <string.h>

/* Pieces that one compound may have; the ones behind begin a new one.  A UUID has five. */
#define MAX_PIECES 16
/* Words, phrases, and words of one phrase that are looked at in what a person typed: a pasted page is no
 * question. */
#define MAX_TYPED 64
/* Longest compatibility decomposition in Unicode (U+FDFA). */
#define MAX_DECOMPOSED 18
/* "œ" and the like give two bytes for one character; every other part at most six (UTF-8's own bound). */
#define MAX_FOLDED_CHAR (MAX_DECOMPOSED * 6)

typedef enum
{
  SEPARATOR,
  WORD,   /* part of a word, folded bytes given */
  ALONE,  /* each folded character a word by itself: scripts without spaces */
  MARK,   /* dropped, but belongs to the character before it */
  SKIP,   /* not there at all: soft hyphen, zero-width characters */
  HYPHEN, /* joins two words */
  POINT,  /* joins two digits */
} Class;

typedef struct
{
  gsize start;
  gsize end;
  guint from; /* in the buffer */
  guint to;
  gboolean hyphen; /* joined to the piece before by a hyphen, else by a point */
} Piece;

typedef struct
{
  HyFoldFunc func;
  gpointer user_data;
  gboolean going;

  Piece pieces[MAX_PIECES];
  guint n_pieces;
  gboolean open; /* the last piece may grow */
  Class joint;   /* HYPHEN or POINT seen behind the last piece, else SEPARATOR */
  /* The pieces, one behind the other, a '.' where a point joins; so all of it is the joined reading. */
  char buffer[MAX_PIECES * (HY_FOLD_MAX_WORD + 1) + 1];
  guint used;
} Fold;

/* Lower case of ASCII letters and digits, 0 for all other bytes. */
/* clang-format off */
static const guchar ascii_words[256] = {
  ['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3', ['4'] = '4', ['5'] = '5', ['6'] = '6', ['7'] = '7', ['8'] = '8',
  ['9'] = '9', ['A'] = 'a', ['B'] = 'b', ['C'] = 'c', ['D'] = 'd', ['E'] = 'e', ['F'] = 'f', ['G'] = 'g', ['H'] = 'h',
  ['I'] = 'i', ['J'] = 'j', ['K'] = 'k', ['L'] = 'l', ['M'] = 'm', ['N'] = 'n', ['O'] = 'o', ['P'] = 'p', ['Q'] = 'q',
  ['R'] = 'r', ['S'] = 's', ['T'] = 't', ['U'] = 'u', ['V'] = 'v', ['W'] = 'w', ['X'] = 'x', ['Y'] = 'y', ['Z'] = 'z',
  ['a'] = 'a', ['b'] = 'b', ['c'] = 'c', ['d'] = 'd', ['e'] = 'e', ['f'] = 'f', ['g'] = 'g', ['h'] = 'h', ['i'] = 'i',
  ['j'] = 'j', ['k'] = 'k', ['l'] = 'l', ['m'] = 'm', ['n'] = 'n', ['o'] = 'o', ['p'] = 'p', ['q'] = 'q', ['r'] = 'r',
  ['s'] = 's', ['t'] = 't', ['u'] = 'u', ['v'] = 'v', ['w'] = 'w', ['x'] = 'x', ['y'] = 'y', ['z'] = 'z',
};
/* clang-format on */

/* Scripts written without spaces: Thai, Lao, Myanmar, Khmer, kana, Han. */
static gboolean
stands_alone (gunichar ch)
{
  return (ch >= 0x0e00 && ch <= 0x0eff) || (ch >= 0x1000 && ch <= 0x109f) || (ch >= 0x1780 && ch <= 0x17ff) ||
         (ch >= 0x3040 && ch <= 0x30ff) || (ch >= 0x3400 && ch <= 0x9fff) || (ch >= 0xf900 && ch <= 0xfaff) ||
         (ch >= 0x20000 && ch <= 0x3ffff);
}

/* Letters that have no decomposition but a usual plain spelling. */
static const char *
plain_spelling (gunichar lower)
{
  switch (lower)
    {
    case 0x00e6: /* æ */
      return "ae";
    case 0x0153: /* œ */
      return "oe";
    case 0x00df: /* ß */
      return "ss";
    case 0x00f8: /* ø */
      return "o";
    case 0x0142: /* ł */
      return "l";
    case 0x0111: /* đ */
    case 0x00f0: /* ð */
      return "d";
    case 0x00fe: /* þ */
      return "th";
    case 0x0131: /* ı */
      return "i";
    case 0x03c2: /* final sigma */
      return "σ";
    default:
      return NULL;
    }
}

/* Folds one character beyond ASCII; @out gets @n_out bytes when it is WORD or ALONE. */
static Class
fold_char (gunichar ch,
           char *out,
           guint *n_out)
{
  gunichar parts[MAX_DECOMPOSED];
  gsize n_parts;
  guint used = 0;
  Class class = WORD;

  if (g_unichar_ismark (ch))
    return MARK;
  if (g_unichar_type (ch) == G_UNICODE_FORMAT)
    return SKIP;

  n_parts = g_unichar_fully_decompose (ch, TRUE, parts, MAX_DECOMPOSED);
  if (n_parts == 1 && (parts[0] == '-' || parts[0] == 0x2010))
    return HYPHEN;
  if (n_parts == 1 && (parts[0] == '.' || parts[0] == ','))
    return POINT;
  for (gsize i = 0; i < n_parts; i++)
    if (parts[i] == 0x2044) /* a fraction: "½" is not "12" */
      {
        parts[0] = ch;
        n_parts = 1;
      }
  for (gsize i = 0; i < n_parts; i++)
    {
      gunichar lower = g_unichar_tolower (parts[i]);
      const char *plain = plain_spelling (lower);

      if (plain != NULL)
        {
          memcpy (out + used, plain, 2);
          used += plain[1] != 0 ? 2 : 1;
        }
      /* U+02BC is a letter to Unicode, an apostrophe to whoever types it. */
      else if (g_unichar_isalnum (lower) && lower != 0x02bc)
        {
          used += (guint) g_unichar_to_utf8 (lower, out + used);
          if (stands_alone (lower))
            class = ALONE;
        }
    }
  *n_out = used;
  return used > 0 ? class : SEPARATOR;
}

/* The folding of a character of two bytes in UTF-8: what French, Greek and Russian are made of. */
typedef struct
{
  guint8 class;
  guint8 n_folded;
  char folded[6];
} Short;

#define FIRST_SHORT 0x80
#define LAST_SHORT 0x7ff

static const Short *
get_shorts (void)
{
  static Short shorts[LAST_SHORT + 1 - FIRST_SHORT];
  static gsize ready;

  if (g_once_init_enter (&ready))
    {
      for (gunichar ch = FIRST_SHORT; ch <= LAST_SHORT; ch++)
        {
          Short *entry = &shorts[ch - FIRST_SHORT];
          char folded[MAX_FOLDED_CHAR];
          guint n_folded = 0;

          entry->class = (guint8) fold_char (ch, folded, &n_folded);
          g_assert (n_folded <= sizeof entry->folded);
          entry->n_folded = (guint8) n_folded;
          memcpy (entry->folded, folded, n_folded);
        }
      g_once_init_leave (&ready, 1);
    }
  return shorts;
}

/* Gives out the buffer's bytes from @from to @to, cut to HY_FOLD_MAX_WORD. */
static void
emit (Fold *fold,
      guint from,
      guint to,
      gsize start,
      gsize end,
      gboolean colocated)
{
  char kept;

  if (!fold->going)
    return;
  if (to - from > HY_FOLD_MAX_WORD)
    {
      to = from + HY_FOLD_MAX_WORD;
      while (((guchar) fold->buffer[to] & 0xc0) == 0x80)
        to--;
      /* A word never ends in a point, cut or not: folding it again must give it again. */
      if (fold->buffer[to - 1] == '.')
        to--;
    }
  kept = fold->buffer[to];
  fold->buffer[to] = 0;
  fold->going = fold->func (fold->buffer + from, to - from, start, end, colocated, fold->user_data);
  fold->buffer[to] = kept;
}

/* Gives out the compound and forgets it. */
static void
flush (Fold *fold)
{
  const Piece *pieces = fold->pieces;
  guint n = fold->n_pieces;
  guint last;

  fold->n_pieces = 0;
  fold->open = FALSE;
  fold->joint = SEPARATOR;
  if (n == 1)
    {
      emit (fold, pieces[0].from, pieces[0].to, pieces[0].start, pieces[0].end, FALSE);
      fold->used = 0;
      return;
    }
  for (guint first = 0; first < n; first = last + 1)
    {
      for (last = first; last + 1 < n && !pieces[last + 1].hyphen; last++)
        ;
      emit (fold, pieces[first].from, pieces[last].to, pieces[first].start, pieces[last].end, FALSE);
      if (first == 0 && last + 1 < n)
        emit (fold, 0, fold->used, pieces[0].start, pieces[n - 1].end, TRUE);
      for (guint i = first; i <= last && first != last; i++)
        emit (fold, pieces[i].from, pieces[i].to, pieces[i].start, pieces[i].end, TRUE);
    }
  fold->used = 0;
}

/* Makes the last piece one that may grow; @next is the first folded byte to come. */
static Piece *
open_piece (Fold *fold,
            gsize start,
            char next)
{
  Piece *piece;

  if (fold->open)
    return &fold->pieces[fold->n_pieces - 1];
  if (fold->n_pieces > 0 && (fold->joint == SEPARATOR || fold->n_pieces == MAX_PIECES ||
                             (fold->joint == POINT && !g_ascii_isdigit (next))))
    flush (fold);
  piece = &fold->pieces[fold->n_pieces++];
  piece->hyphen = fold->joint == HYPHEN;
  if (fold->joint == POINT)
    fold->buffer[fold->used++] = '.';
  piece->start = start;
  piece->from = piece->to = fold->used;
  fold->open = TRUE;
  fold->joint = SEPARATOR;
  return piece;
}

/**
 * hy_fold_words:
 * @text: UTF-8; bytes that are not separate words
 * @length: bytes, or -1 when @text ends with a NUL
 * @func: gets each word; returns %FALSE to stop
 *
 * Folds: compatibility decomposition, marks dropped, lower case, œ æ ß ø ł đ ð þ spelt out.
 * "anti-HBs" gives "anti", "antihbs" (colocated, the span of the whole), "hbs"; "0,35" gives "0.35", then "0"
 * and "35" colocated.  Everything is in order of the text but for that.  A folded word folds to itself.
 *
 * Returns: %FALSE when @func stopped it
 */
gboolean
hy_fold_words (const char *text,
               gssize length,
               HyFoldFunc func,
               gpointer user_data)
{
  const guchar *bytes = (const guchar *) text;
  const Short *shorts = get_shorts ();
  gsize size = length < 0 ? strlen (text) : (gsize) length;
  gsize at = 0;
  Fold fold;

  fold.func = func;
  fold.user_data = user_data;
  fold.going = TRUE;
  fold.n_pieces = 0;
  fold.open = FALSE;
  fold.joint = SEPARATOR;
  fold.used = 0;
  while (at < size && fold.going)
    {
      char folded[MAX_FOLDED_CHAR];
      guint n_folded = 0;
      gsize next = at + 1;
      Class class = SEPARATOR;

      if (ascii_words[bytes[at]] != 0)
        {
          Piece *piece = open_piece (&fold, at, (char) ascii_words[bytes[at]]);
          guint used = fold.used;
          guint limit = piece->from + HY_FOLD_MAX_WORD;

          for (; at < size && ascii_words[bytes[at]] != 0; at++)
            if (used < limit)
              fold.buffer[used++] = (char) ascii_words[bytes[at]];
          fold.used = piece->to = used;
          piece->end = at;
          continue;
        }

      if (bytes[at] == '-')
        class = HYPHEN;
      else if (bytes[at] == '.' || bytes[at] == ',')
        class = POINT;
      else if (bytes[at] >= 0xc2 && bytes[at] <= 0xdf && at + 1 < size && (bytes[at + 1] & 0xc0) == 0x80)
        {
          const Short *entry = &shorts[((bytes[at] & 0x1fu) << 6 | (bytes[at + 1] & 0x3fu)) - FIRST_SHORT];

          next = at + 2;
          class = entry->class;
          n_folded = entry->n_folded;
          memcpy (folded, entry->folded, sizeof entry->folded);
        }
      else if (bytes[at] >= 0x80)
        {
          gunichar ch = g_utf8_get_char_validated (text + at, (gssize) (size - at));

          if (ch < 0x110000)
            {
              next = at + (gsize) g_unichar_to_utf8 (ch, NULL);
              class = fold_char (ch, folded, &n_folded);
            }
        }

      switch (class)
        {
        case WORD:
          {
            Piece *piece = open_piece (&fold, at, folded[0]);

            /* A character goes in whole or, where the word is cut, not at all. */
            if (fold.used + n_folded <= piece->from + HY_FOLD_MAX_WORD)
              {
                memcpy (fold.buffer + fold.used, folded, n_folded);
                fold.used = piece->to = fold.used + n_folded;
              }
            piece->end = next;
            break;
          }
        case ALONE:
          for (guint i = 0; i < n_folded; i = (guint) (g_utf8_next_char (folded + i) - folded))
            {
              guint end = (guint) (g_utf8_next_char (folded + i) - folded);
              Piece *piece;

              flush (&fold);
              piece = open_piece (&fold, at, folded[i]);
              memcpy (fold.buffer, folded + i, end - i);
              fold.used = piece->to = end - i;
              piece->end = next;
              /* What follows may still be marks, which belong to it, but never more letters or a joint. */
              fold.open = FALSE;
            }
          break;
        case MARK:
          if (fold.n_pieces > 0 && fold.pieces[fold.n_pieces - 1].end == at)
            fold.pieces[fold.n_pieces - 1].end = next;
          break;
        case SKIP:
          break;
        case HYPHEN:
          if (fold.open)
            {
              fold.joint = HYPHEN;
              fold.open = FALSE;
            }
          else
            flush (&fold);
          break;
        case POINT:
          if (fold.open && g_ascii_isdigit (fold.buffer[fold.used - 1]))
            {
              fold.joint = POINT;
              fold.open = FALSE;
            }
          else
            flush (&fold);
          break;
        case SEPARATOR:
        default:
          flush (&fold);
        }
      at = next;
    }
  flush (&fold);
  return fold.going;
}

static gboolean
append_main (const char *text,
             gsize length,
             gsize start,
             gsize end,
             gboolean colocated,
             gpointer out)
{
  if (!colocated)
    {
      if (((GString *) out)->len > 0)
        g_string_append_c (out, ' ');
      g_string_append_len (out, text, (gssize) length);
    }
  return TRUE;
}

/**
 * hy_fold_dup:
 *
 * Returns: (transfer full): the folded words, one space between; without the colocated readings
 */
char *
hy_fold_dup (const char *text)
{
  GString *out = g_string_new (NULL);

  hy_fold_words (text, -1, append_main, out);
  return g_string_free (out, FALSE);
}

/* What must be there: a word, the words of a hyphenated one, or those of a quoted phrase. */
typedef struct
{
  GPtrArray *words; /* folded, in order; never empty */
  char *joined;     /* (nullable): "antihbs", which may stand for all of them */
  gboolean prefix;  /* the last word, and the joined one, may go on */
  gsize end;        /* while reading: where the compound ends */
} Wanted;

static void
wanted_clear (gpointer wanted)
{
  g_ptr_array_unref (((Wanted *) wanted)->words);
  g_free (((Wanted *) wanted)->joined);
}

typedef struct
{
  GArray *all;     /* of Wanted */
  gboolean phrase; /* reading between quotes */
  gboolean fresh;  /* nothing read between these quotes yet */
  gsize end;       /* of the last word, in what is being read */
} Typed;

static gboolean
add_wanted (const char *text,
            gsize length,
            gsize start,
            gsize end,
            gboolean colocated,
            gpointer user_data)
{
  Typed *typed = user_data;
  Wanted *last = typed->all->len > 0 ? &g_array_index (typed->all, Wanted, typed->all->len - 1) : NULL;

  if (colocated)
    {
      /* The parts of a number lie inside it and say nothing new; the whole of a compound goes on behind. */
      if (!typed->phrase && end > typed->end)
        {
          last->joined = g_strndup (text, length);
          last->end = end;
        }
      return TRUE;
    }
  if (typed->fresh || (!typed->phrase && start >= last->end))
    {
      Wanted wanted = { NULL, NULL, FALSE, end };

      if (typed->all->len == MAX_TYPED)
        return FALSE;
      wanted.words = g_ptr_array_new_with_free_func (g_free);
      g_array_append_val (typed->all, wanted);
      last = &g_array_index (typed->all, Wanted, typed->all->len - 1);
      typed->fresh = FALSE;
    }
  if (last->words->len == MAX_TYPED)
    return FALSE;
  g_ptr_array_add (last->words, g_strndup (text, length));
  typed->end = end;
  return TRUE;
}

/* Bytes of the quotation mark at @at, 0 when there is none. */
static gsize
quote_length (const char *at)
{
  static const char *const quotes[] = { "\"", "“", "”", "„", "«", "»" };

  for (guint i = 0; i < G_N_ELEMENTS (quotes); i++)
    if (g_str_has_prefix (at, quotes[i]))
      return strlen (quotes[i]);
  return 0;
}

static gboolean
has_space (const char *at,
           const char *end)
{
  while (at < end)
    {
      gunichar ch = g_utf8_get_char_validated (at, end - at);

      if (ch >= 0x110000)
        at++;
      else if (g_unichar_isspace (ch))
        return TRUE;
      else
        at = g_utf8_next_char (at);
    }
  return FALSE;
}

/* Reads what a person typed.  Returns: (element-type Wanted): empty when there is no word in it */
static GArray *
read_typed (const char *typed)
{
  GArray *all = g_array_new (FALSE, FALSE, sizeof (Wanted));
  Typed reading = { all, FALSE, FALSE, 0 };
  const char *from = typed;

  g_array_set_clear_func (all, wanted_clear);
  for (;;)
    {
      const char *to = from;
      guint n_before = all->len;

      while (*to != 0 && quote_length (to) == 0)
        to++;
      reading.fresh = TRUE;
      reading.end = 0;
      hy_fold_words (from, to - from, add_wanted, &reading);
      if (*to == 0)
        {
          /* Still being typed, unless a space says that the word is done. */
          if (all->len > n_before && !has_space (from + reading.end, to))
            g_array_index (all, Wanted, all->len - 1).prefix = TRUE;
          return all;
        }
      from = to + quote_length (to);
      reading.phrase = !reading.phrase;
    }
}

/* A folded word holds letters, digits and points only, so that quotes need no doubling. */
static void
append_term (GString *out,
             const char *word,
             gboolean prefix)
{
  g_string_append_printf (out, "\"%s\"%s", word, prefix ? " *" : "");
}

/**
 * hy_fold_dup_match:
 * @typed: what a person typed; "quoted words" must stand together; the last word may be unfinished, unless a
 *   space or a closing quote follows it
 *
 * Shape: an FTS5 MATCH expression, all its terms joined by AND:
 * `"infarctus" AND (("anti" + "hbs") OR "antihbs") AND "cardio" *`.
 * FTS5 hands each quoted word to its tokenizer again; with FTS5_TOKENIZE_QUERY that must pass on no colocated
 * reading, or "0.35" would also ask for "0" or "35".
 *
 * Returns: (transfer full) (nullable): %NULL when there is no word in @typed
 */
char *
hy_fold_dup_match (const char *typed)
{
  g_autoptr (GArray) all = read_typed (typed);
  GString *out;

  if (all->len == 0)
    return NULL;
  out = g_string_new (NULL);
  for (guint i = 0; i < all->len; i++)
    {
      const Wanted *wanted = &g_array_index (all, Wanted, i);

      if (i > 0)
        g_string_append (out, " AND ");
      if (wanted->joined != NULL)
        g_string_append (out, "((");
      for (guint k = 0; k < wanted->words->len; k++)
        {
          if (k > 0)
            g_string_append (out, " + ");
          append_term (out, g_ptr_array_index (wanted->words, k), wanted->prefix && k + 1 == wanted->words->len);
        }
      if (wanted->joined != NULL)
        {
          g_string_append (out, ") OR ");
          append_term (out, wanted->joined, wanted->prefix);
          g_string_append_c (out, ')');
        }
    }
  return g_string_free (out, FALSE);
}

typedef struct
{
  gsize at; /* in Words.folded */
  gsize start;
  gsize end;
  guint next; /* index of the next main reading */
  gboolean colocated;
} Reading;

typedef struct
{
  GString *folded; /* the readings, a NUL behind each */
  GArray *readings;
  guint last_main;
} Words;

static gboolean
add_reading (const char *text,
             gsize length,
             gsize start,
             gsize end,
             gboolean colocated,
             gpointer user_data)
{
  Words *words = user_data;
  Reading reading = { words->folded->len, start, end, 0, colocated };

  if (!colocated)
    {
      for (guint i = words->last_main; i < words->readings->len; i++)
        g_array_index (words->readings, Reading, i).next = words->readings->len;
      words->last_main = words->readings->len;
    }
  g_string_append_len (words->folded, text, (gssize) length + 1);
  g_array_append_val (words->readings, reading);
  return TRUE;
}

/* The longest of the readings of the word at @main that is @wanted; NULL when none is. */
static const Reading *
match_reading (const Words *words,
               guint main,
               const char *wanted,
               gboolean prefix)
{
  const Reading *longest = NULL;

  for (guint i = main; i < words->readings->len; i++)
    {
      const Reading *reading = &g_array_index (words->readings, Reading, i);
      const char *text = words->folded->str + reading->at;

      if (i > main && !reading->colocated)
        break;
      if ((prefix ? g_str_has_prefix (text, wanted) : g_str_equal (text, wanted)) &&
          (longest == NULL || reading->end > longest->end))
        longest = reading;
    }
  return longest;
}

/* Where @wanted stands when it begins with the word at @main. */
static gboolean
match_wanted (const Words *words,
              guint main,
              const Wanted *wanted,
              HyFoldSpan *span)
{
  const Reading *first = NULL;
  const Reading *last = NULL;
  guint at = main;

  if (wanted->joined != NULL && (first = match_reading (words, main, wanted->joined, wanted->prefix)) != NULL)
    {
      *span = (HyFoldSpan) { first->start, first->end };
      return TRUE;
    }
  for (guint k = 0; k < wanted->words->len; k++)
    {
      if (k > 0)
        at = g_array_index (words->readings, Reading, at).next;
      if (k > 0 && at == 0)
        return FALSE;
      last = match_reading (words, at, g_ptr_array_index (wanted->words, k), wanted->prefix && k + 1 == wanted->words->len);
      if (last == NULL)
        return FALSE;
      if (k == 0)
        first = last;
    }
  *span = (HyFoldSpan) { first->start, MAX (first->end, last->end) };
  return TRUE;
}

/**
 * hy_fold_find:
 * @text: as for hy_fold_words
 * @typed: as for hy_fold_dup_match
 *
 * Returns: (transfer full) (element-type HyFoldSpan): what to highlight: bytes of @text, in order, not
 *   overlapping; may be empty
 */
GArray *
hy_fold_find (const char *text,
              gssize length,
              const char *typed)
{
  g_autoptr (GArray) all = read_typed (typed);
  g_autoptr (GArray) readings = g_array_new (FALSE, FALSE, sizeof (Reading));
  g_autoptr (GString) folded = g_string_new (NULL);
  GArray *spans = g_array_new (FALSE, FALSE, sizeof (HyFoldSpan));
  Words words = { folded, readings, 0 };
  gsize behind = 0;

  if (all->len == 0)
    return spans;
  hy_fold_words (text, length, add_reading, &words);
  for (guint i = 0; i < readings->len; i++)
    {
      HyFoldSpan longest = { 0, 0 };

      if (g_array_index (readings, Reading, i).colocated)
        continue;
      for (guint k = 0; k < all->len; k++)
        {
          HyFoldSpan span;

          if (match_wanted (&words, i, &g_array_index (all, Wanted, k), &span) && span.start >= behind &&
              span.end > longest.end)
            longest = span;
        }
      if (longest.end > 0)
        {
          g_array_append_val (spans, longest);
          behind = longest.end;
        }
    }
  return spans;
}
