/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of an RTF document.  Source: Rich Text Format (RTF) Specification, version 1.9.1.
 * How it looks, its pictures and what is embedded in it are passed over. */

#include "render/worker/hy-worker-rtf.h"

#include <string.h>

/* Groups in groups.  Word writes a few dozen. */
#define MAX_DEPTH 1000
/* Letters of a control word: the specification's own bound. */
#define MAX_WORD 32
/* Digits of its number; more says nothing that is used here. */
#define MAX_DIGITS 9
/* Bytes of one character in UTF-8, and then some. */
#define ROOM 8

typedef struct
{
  gboolean skipped; /* of what is not for the reader */
  gboolean hidden;
  guint fallback; /* \ucN: characters behind \uN for readers that do not know it */
} Group;

typedef struct
{
  const guint8 *at, *end;
  GString *text;
  GArray *groups;  /* outer Groups */
  Group group;
  guint codepage;
  guint to_skip;   /* of a fallback */
  gunichar high;   /* first half of a surrogate pair, or 0 */
  gboolean begins; /* nothing but a \* since the group began */
  gboolean starred;
  gboolean ended;
} Reader;

typedef enum
{
  WORD_TEXT, /* stands for what it says */
  WORD_SKIP, /* its group is not for the reader */
  WORD_SHOW, /* its group is, even behind a \* */
} WordKind;

typedef struct
{
  const char *name;
  WordKind kind;
  const char *text;
} Word;

/* clang-format off */
static const Word words[] = {
  { "par", WORD_TEXT, "\n" }, { "line", WORD_TEXT, "\n" }, { "sect", WORD_TEXT, "\n" }, { "page", WORD_TEXT, "\n" },
  { "row", WORD_TEXT, "\n" }, { "nestrow", WORD_TEXT, "\n" }, { "column", WORD_TEXT, "\n" },
  { "tab", WORD_TEXT, "\t" }, { "cell", WORD_TEXT, "\t" }, { "nestcell", WORD_TEXT, "\t" },
  { "emdash", WORD_TEXT, "—" }, { "endash", WORD_TEXT, "–" }, { "bullet", WORD_TEXT, "•" },
  { "lquote", WORD_TEXT, "‘" }, { "rquote", WORD_TEXT, "’" }, { "ldblquote", WORD_TEXT, "“" }, { "rdblquote", WORD_TEXT, "”" },
  { "emspace", WORD_TEXT, "\u2003" }, { "enspace", WORD_TEXT, "\u2002" }, { "qmspace", WORD_TEXT, "\u2005" },
  { "fonttbl", WORD_SKIP }, { "colortbl", WORD_SKIP }, { "stylesheet", WORD_SKIP }, { "info", WORD_SKIP },
  { "pict", WORD_SKIP }, { "objdata", WORD_SKIP }, { "objclass", WORD_SKIP }, { "objname", WORD_SKIP }, { "fldinst", WORD_SKIP },
  { "filetbl", WORD_SKIP }, { "listtable", WORD_SKIP }, { "listoverridetable", WORD_SKIP }, { "revtbl", WORD_SKIP },
  { "rsidtbl", WORD_SKIP }, { "generator", WORD_SKIP }, { "xe", WORD_SKIP }, { "tc", WORD_SKIP }, { "nonesttables", WORD_SKIP },
  { "nonshppict", WORD_SKIP }, { "themedata", WORD_SKIP }, { "colorschememapping", WORD_SKIP }, { "datastore", WORD_SKIP },
  { "latentstyles", WORD_SKIP }, { "panose", WORD_SKIP }, { "falt", WORD_SKIP }, { "template", WORD_SKIP },
  { "shptxt", WORD_SHOW }, { "shpinst", WORD_SHOW }, { "footnote", WORD_SHOW }, { "annotation", WORD_SHOW },
  { "sn", WORD_SKIP }, { "sv", WORD_SKIP },
};
/* clang-format on */

static gboolean
is_shown (const Reader *self)
{
  return !self->group.skipped && !self->group.hidden;
}

static void
add_char (Reader *self,
          gunichar c)
{
  if (self->high != 0)
    {
      gunichar high = self->high;

      self->high = 0;
      if (c >= 0xdc00 && c <= 0xdfff)
        c = 0x10000 + ((high - 0xd800) << 10) + (c - 0xdc00);
      else if (is_shown (self))
        g_string_append_unichar (self->text, 0xfffd);
    }
  if (c >= 0xd800 && c <= 0xdbff)
    {
      self->high = c;
      return;
    }
  if (c >= 0xdc00 && c <= 0xdfff)
    c = 0xfffd;
  if (is_shown (self) && (c >= ' ' || c == '\n' || c == '\t'))
    g_string_append_unichar (self->text, c);
}

static void
add_byte (Reader *self,
          guint8 byte)
{
  if (self->to_skip > 0)
    {
      self->to_skip--;
      return;
    }
  self->begins = self->starred = FALSE;
  /* Such a character's bytes come one by one; what is wrong about them is mended at the end. */
  if (self->codepage == 65001 && byte >= 0x80)
    {
      if (is_shown (self))
        g_string_append_c (self->text, (char) byte);
    }
  else
    add_char (self, hy_worker_codepage_char (self->codepage, byte));
}

static HyWireStatus
open_group (Reader *self)
{
  if (self->groups->len == MAX_DEPTH)
    return HY_WIRE_TOO_LARGE;
  g_array_append_val (self->groups, self->group);
  self->begins = TRUE;
  self->starred = FALSE;
  self->to_skip = 0;
  return HY_WIRE_OK;
}

static void
close_group (Reader *self)
{
  self->begins = self->starred = FALSE;
  self->to_skip = 0;
  self->group = g_array_index (self->groups, Group, self->groups->len - 1);
  g_array_set_size (self->groups, self->groups->len - 1);
  self->ended = self->groups->len == 0;
}

static const Word *
find_word (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strcmp (words[i].name, name) == 0)
      return &words[i];
  return NULL;
}

/* Words that change how what follows is read. */
static void
set_state (Reader *self,
           const char *name,
           gboolean has_number,
           int number)
{
  if (strcmp (name, "ansicpg") == 0 && number > 0)
    self->codepage = (guint) number;
  else if (strcmp (name, "mac") == 0)
    self->codepage = 10000;
  else if (strcmp (name, "pc") == 0)
    self->codepage = 437;
  else if (strcmp (name, "pca") == 0)
    self->codepage = 850;
  else if (strcmp (name, "uc") == 0 && number >= 0)
    self->group.fallback = (guint) MIN (number, 255);
  else if (strcmp (name, "v") == 0 || strcmp (name, "deleted") == 0)
    self->group.hidden = !has_number || number != 0;
  else if (strcmp (name, "plain") == 0)
    self->group.hidden = FALSE;
}

static void
read_word (Reader *self)
{
  char name[MAX_WORD + 1];
  const Word *word;
  guint n_letters = 0, n_digits = 0;
  gboolean negative = FALSE;
  gboolean begins = self->begins, starred = self->starred;
  int number = 0;

  for (; self->at < self->end && g_ascii_isalpha (*self->at); self->at++)
    if (n_letters < MAX_WORD)
      name[n_letters++] = (char) *self->at;
  name[n_letters] = 0;
  if (self->at + 1 < self->end && *self->at == '-' && g_ascii_isdigit (self->at[1]))
    {
      negative = TRUE;
      self->at++;
    }
  for (; self->at < self->end && g_ascii_isdigit (*self->at); self->at++, n_digits++)
    if (n_digits < MAX_DIGITS)
      number = 10 * number + (*self->at - '0');
  if (negative)
    number = -number;
  if (self->at < self->end && *self->at == ' ')
    self->at++;

  if (strcmp (name, "bin") == 0)
    {
      /* Bytes as they are, which may look like anything. */
      self->at += MIN ((gsize) MAX (number, 0), (gsize) (self->end - self->at));
      self->to_skip = self->to_skip > 0 ? self->to_skip - 1 : 0;
      return;
    }
  if (self->to_skip > 0)
    {
      self->to_skip--;
      return;
    }
  self->begins = self->starred = FALSE;
  word = find_word (name);
  if (starred && (word == NULL || word->kind != WORD_SHOW))
    self->group.skipped = TRUE;
  else if (strcmp (name, "u") == 0 && n_digits > 0)
    {
      add_char (self, (gunichar) number & 0xffff);
      self->to_skip = self->group.fallback;
    }
  else if (word == NULL)
    set_state (self, name, n_digits > 0, number);
  else if (word->kind == WORD_TEXT)
    for (const char *at = word->text; *at != 0; at = g_utf8_next_char (at))
      add_char (self, g_utf8_get_char (at));
  else if (word->kind == WORD_SKIP && begins)
    self->group.skipped = TRUE;
}

static void
read_sign (Reader *self)
{
  guint8 sign = *self->at++;

  switch (sign)
    {
    case '\'':
      if (self->end - self->at >= 2 && g_ascii_isxdigit (self->at[0]) && g_ascii_isxdigit (self->at[1]))
        {
          add_byte (self, (guint8) (g_ascii_xdigit_value ((char) self->at[0]) * 16 + g_ascii_xdigit_value ((char) self->at[1])));
          self->at += 2;
        }
      break;
    case '*':
      self->starred = self->begins;
      break;
    case '\\':
    case '{':
    case '}':
      add_byte (self, sign);
      break;
    default:
      if (self->to_skip > 0)
        {
          self->to_skip--;
          break;
        }
      self->begins = self->starred = FALSE;
      if (sign == '~')
        add_char (self, 0xa0);
      else if (sign == '_')
        add_char (self, 0x2011);
      else if (sign == '\n' || sign == '\r')
        add_char (self, '\n');
      else if (sign == '\t')
        add_char (self, '\t');
    }
}

static HyWireStatus
read_next (Reader *self)
{
  guint8 byte = *self->at++;

  if (byte == '{')
    return open_group (self);
  if (byte == '}')
    close_group (self);
  else if (byte == '\\' && self->at < self->end)
    {
      if (g_ascii_isalpha (*self->at))
        read_word (self);
      else
        read_sign (self);
    }
  else if (byte != '\n' && byte != '\r' && byte != '\\')
    add_byte (self, byte);
  return HY_WIRE_OK;
}

/**
 * hy_worker_is_rtf:
 *
 * Returns: whether it begins as RTF does
 */
gboolean
hy_worker_is_rtf (const guint8 *bytes,
                  gsize size)
{
  return size >= 5 && memcmp (bytes, "{\\rtf", 5) == 0;
}

/**
 * hy_worker_rtf_read:
 * @bytes: for which hy_worker_is_rtf() is true
 * @text: gets valid UTF-8 with \n at the end of a line
 *
 * A document that ends before its groups do is read as far as it goes.
 */
HyWireStatus
hy_worker_rtf_read (const guint8 *bytes,
                    gsize size,
                    GString *text)
{
  g_autoptr (GArray) groups = g_array_new (FALSE, FALSE, sizeof (Group));
  Reader self = { .at = bytes, .end = bytes + size, .text = text, .groups = groups, .group.fallback = 1, .codepage = 1252 };
  HyWireStatus status = HY_WIRE_OK;

  while (status == HY_WIRE_OK && !self.ended && self.at < self.end)
    {
      status = read_next (&self);
      if (text->len + ROOM > HY_WIRE_MAX_TEXT)
        status = HY_WIRE_TOO_LARGE;
    }
  if (status == HY_WIRE_OK && !g_utf8_validate_len (text->str, text->len, NULL))
    {
      g_autofree char *valid = g_utf8_make_valid (text->str, (gssize) text->len);

      g_string_assign (text, valid);
      if (text->len > HY_WIRE_MAX_TEXT)
        status = HY_WIRE_TOO_LARGE;
    }
  return status;
}
