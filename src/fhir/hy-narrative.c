/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of a FHIR narrative (Narrative.div, XHTML), for search: never for show.  Takes anything, however broken. */

#include "fhir/hy-narrative.h"

#include <string.h>

/* clang-format off */
/* The HTML 4 names of U+00A0 to U+00FF, in order: narratives in French use them. */
static const char *const latin1_names[] = {
  "nbsp", "iexcl", "cent", "pound", "curren", "yen", "brvbar", "sect", "uml", "copy", "ordf", "laquo",
  "not", "shy", "reg", "macr", "deg", "plusmn", "sup2", "sup3", "acute", "micro", "para", "middot",
  "cedil", "sup1", "ordm", "raquo", "frac14", "frac12", "frac34", "iquest", "Agrave", "Aacute", "Acirc", "Atilde",
  "Auml", "Aring", "AElig", "Ccedil", "Egrave", "Eacute", "Ecirc", "Euml", "Igrave", "Iacute", "Icirc", "Iuml",
  "ETH", "Ntilde", "Ograve", "Oacute", "Ocirc", "Otilde", "Ouml", "times", "Oslash", "Ugrave", "Uacute", "Ucirc",
  "Uuml", "Yacute", "THORN", "szlig", "agrave", "aacute", "acirc", "atilde", "auml", "aring", "aelig", "ccedil",
  "egrave", "eacute", "ecirc", "euml", "igrave", "iacute", "icirc", "iuml", "eth", "ntilde", "ograve", "oacute",
  "ocirc", "otilde", "ouml", "divide", "oslash", "ugrave", "uacute", "ucirc", "uuml", "yacute", "thorn", "yuml",
};
/* clang-format on */
G_STATIC_ASSERT (G_N_ELEMENTS (latin1_names) == 0x100 - 0xa0);

/* clang-format off */
static const struct
{
  const char *name;
  gunichar ch;
} other_names[] = {
  { "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' }, { "apos", '\'' }, { "OElig", 0x152 },
  { "oelig", 0x153 }, { "Yuml", 0x178 }, { "ndash", 0x2013 }, { "mdash", 0x2014 }, { "lsquo", 0x2018 }, { "rsquo", 0x2019 },
  { "ldquo", 0x201c }, { "rdquo", 0x201d }, { "bull", 0x2022 }, { "hellip", 0x2026 }, { "euro", 0x20ac }, { "le", 0x2264 },
  { "ge", 0x2265 }, { "alpha", 0x3b1 }, { "beta", 0x3b2 }, { "gamma", 0x3b3 }, { "mu", 0x3bc },
};
/* clang-format on */

/* These stand inside words: "H<sub>2</sub>O" is one word, "<td>a</td><td>b</td>" is two. */
static const char *const inline_tags[] = { "a", "b", "big", "em", "font", "i", "small",
                                           "span", "strong", "sub", "sup", "tt", "u" };

/* Longest entity of the tables, with room for "&#x0010ffff;". */
#define MAX_ENTITY 12

/* Returns the character of the entity at @text ("&...;"), 0 when it is none, and its length. */
static gunichar
read_entity (const char *text,
             gsize length,
             gsize *used)
{
  const char *end = memchr (text, ';', MIN (length, MAX_ENTITY + 2));
  const char *name = text + 1;
  gsize size;

  if (end == NULL)
    return 0;
  size = (gsize) (end - name);
  *used = size + 2;
  if (size >= 2 && name[0] == '#')
    {
      gboolean hexadecimal = name[1] == 'x' || name[1] == 'X';
      gsize first = hexadecimal ? 2 : 1;
      gunichar ch = 0;

      for (gsize i = first; i < size; i++)
        {
          gint digit = hexadecimal ? g_ascii_xdigit_value (name[i]) : g_ascii_digit_value (name[i]);

          if (digit < 0 || ch > 0x10ffff)
            return 0;
          ch = ch * (hexadecimal ? 16 : 10) + (gunichar) digit;
        }
      return size > first && ch >= ' ' && g_unichar_validate (ch) ? ch : 0;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (other_names); i++)
    if (strlen (other_names[i].name) == size && memcmp (other_names[i].name, name, size) == 0)
      return other_names[i].ch;
  for (gsize i = 0; i < G_N_ELEMENTS (latin1_names); i++)
    if (strlen (latin1_names[i]) == size && memcmp (latin1_names[i], name, size) == 0)
      return (gunichar) (0xa0 + i);
  return 0;
}

static gboolean
name_is (const char *name,
         gsize size,
         const char *other)
{
  return strlen (other) == size && g_ascii_strncasecmp (name, other, size) == 0;
}

static gboolean
is_inline (const char *name,
           gsize size)
{
  for (gsize i = 0; i < G_N_ELEMENTS (inline_tags); i++)
    if (name_is (name, size, inline_tags[i]))
      return TRUE;
  return FALSE;
}

static void
append_space (GString *out,
              gsize start)
{
  if (out->len > start && out->str[out->len - 1] != ' ')
    g_string_append_c (out, ' ');
}

/* Returns the length of the tag or comment at @text ("<..."), up to the end of the text when it is not closed. */
static gsize
skip_tag (GString *out,
          gsize start,
          const char *text,
          gsize length)
{
  const char *end;
  const char *name = text + 1;
  gsize size = 0;

  if (length >= 4 && memcmp (text, "<!--", 4) == 0)
    {
      end = g_strstr_len (text + 4, (gssize) (length - 4), "-->");
      return end != NULL ? (gsize) (end + 3 - text) : length;
    }
  end = memchr (text, '>', length);
  if (end == NULL)
    return length;
  if (*name == '/')
    name++;
  while (name + size < end && g_ascii_isalnum (name[size]))
    size++;
  if (!is_inline (name, size))
    append_space (out, start);

  /* What a style or script holds is no text.  FHIR forbids both; they come all the same. */
  if (text[1] != '/' && end[-1] != '/' && (name_is (name, size, "style") || name_is (name, size, "script")))
    {
      const char *close = g_strstr_len (end, (gssize) (text + length - end), "</");

      return close != NULL ? (gsize) (close - text) : length;
    }
  return (gsize) (end + 1 - text);
}

/**
 * hy_narrative_append_text:
 * @out: the text is appended here
 * @xhtml: UTF-8
 * @length: bytes; the caller bounds it
 *
 * Tags are dropped (those that end a word leave a space), entities decoded, runs of white space are one space.
 * Never appends more than @length bytes, plus one.
 */
void
hy_narrative_append_text (GString *out,
                          const char *xhtml,
                          gsize length)
{
  gsize start = out->len;
  gsize i = 0;

  while (i < length)
    {
      gsize used = 1;
      gunichar ch;

      if (xhtml[i] == '<')
        i += skip_tag (out, start, xhtml + i, length - i);
      else if (xhtml[i] == '&' && (ch = read_entity (xhtml + i, length - i, &used)) != 0)
        {
          if (ch == 0xa0)
            append_space (out, start);
          else
            g_string_append_unichar (out, ch);
          i += used;
        }
      else if ((guchar) xhtml[i] <= ' ')
        {
          append_space (out, start);
          i++;
        }
      else
        {
          gsize end = i + 1;

          while (end < length && xhtml[end] != '<' && xhtml[end] != '&' && (guchar) xhtml[end] > ' ')
            end++;
          g_string_append_len (out, xhtml + i, (gssize) (end - i));
          i = end;
        }
    }
  if (out->len > start && out->str[out->len - 1] == ' ')
    g_string_truncate (out, out->len - 1);
}
