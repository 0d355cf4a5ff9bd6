/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands above a document: its title, its date, and who answers for it, only from what is there. */

#include "config.h"

#include "ui/viewer/hy-reading-header.h"

#include "base/hy-date.h"

#include <glib/gi18n.h>
#include <string.h>

/* Characters of a title or a name; no real one comes near. */
#define MAX_CHARS 300

/* NULL unless it is a string with something in it. */
static char *
dup_text (HyJson *json,
          const char *path)
{
  HyJsonNode node = hy_json_path (json, hy_json_root (json), path);
  g_autofree char *text = hy_json_dup_string (json, node);

  if (text == NULL || *text == '\0')
    return NULL;
  if (g_utf8_strlen (text, -1) > MAX_CHARS)
    *g_utf8_offset_to_pointer (text, MAX_CHARS) = '\0';
  g_strdelimit (text, "\n\r\t", ' ');
  return g_steal_pointer (&text);
}

/**
 * hy_reading_header_dup_title:
 *
 * Returns: (transfer full): never empty
 */
char *
hy_reading_header_dup_title (HyJson *reading)
{
  char *title = dup_text (reading, "header.title");

  if (title == NULL)
    title = dup_text (reading, "header.code.display");
  return title != NULL ? title : g_strdup (_ ("Document without a title"));
}

static void
append (GString *words,
        char *sentence)
{
  if (sentence != NULL && words->len > 0)
    g_string_append_c (words, ' ');
  /* "Patricia Primary M.D." brings its own full stop. */
  if (sentence != NULL && g_str_has_suffix (sentence, ".."))
    sentence[strlen (sentence) - 1] = '\0';
  if (sentence != NULL)
    g_string_append (words, sentence);
  g_free (sentence);
}

/**
 * hy_reading_header_dup_words:
 * @title: what stands above; a date in it is not said again
 *
 * Returns: (transfer full): whole sentences: "5 March 2024. Laboratoire Saint-Clair, validated by Dr Anne Guérin. Asked by
 *   Dr Karim Benali."; "" when the document says nothing of it
 */
char *
hy_reading_header_dup_words (HyJson *reading,
                             const char *title)
{
  g_autoptr (GString) words = g_string_new (NULL);
  g_autofree char *date_text = dup_text (reading, "header.date");
  g_autofree char *author = dup_text (reading, "header.authors.0.name");
  g_autofree char *organization = dup_text (reading, "header.authors.0.organization");
  g_autofree char *validator = dup_text (reading, "header.legalAuthenticator.name");
  g_autofree char *author_id = dup_text (reading, "header.authors.0.id");
  g_autofree char *validator_id = dup_text (reading, "header.legalAuthenticator.id");
  g_autofree char *requester = dup_text (reading, "header.requester.name");
  HyDate date;

  if (organization == NULL)
    organization = dup_text (reading, "header.custodian");
  if (date_text != NULL && hy_date_parse (date_text, &date))
    {
      g_autofree char *shown = hy_date_dup_display (date);

      if (strstr (title, shown) == NULL)
        append (words, g_strdup_printf (C_ ("date of a document", "%s."), shown));
    }
  /* Who wrote it is told apart only from somebody else who validated it: "Dr Anne Guérin" and "Anne Guérin" with the same
   * number are one. */
  if (author != NULL && validator != NULL && author_id != NULL && g_strcmp0 (author_id, validator_id) == 0)
    {
      g_free (validator);
      validator = g_strdup (author);
    }
  if (author != NULL && validator != NULL && !g_str_equal (author, validator))
    append (words, organization != NULL ? g_strdup_printf (_ ("%s, written by %s, validated by %s."), organization, author, validator)
                                        : g_strdup_printf (_ ("Written by %s, validated by %s."), author, validator));
  else if (validator != NULL)
    append (words, organization != NULL ? g_strdup_printf (_ ("%s, validated by %s."), organization, validator)
                                        : g_strdup_printf (_ ("Validated by %s."), validator));
  else if (author != NULL)
    append (words, organization != NULL ? g_strdup_printf (_ ("%s, written by %s."), organization, author)
                                        : g_strdup_printf (_ ("Written by %s."), author));
  else if (organization != NULL)
    append (words, g_strdup_printf (C_ ("who made a document", "%s."), organization));
  if (requester != NULL)
    append (words, g_strdup_printf (_ ("Asked by %s."), requester));
  return g_string_free (g_steal_pointer (&words), FALSE);
}
