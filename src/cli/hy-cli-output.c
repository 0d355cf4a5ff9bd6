/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Owns standard output: text for people, one JSON object a line for programs, bytes as they are.
 * A full disk or a closed pipe is noticed here, and told once at the end. */

#include "config.h"

#include "cli/hy-cli-output.h"

#include "base/hy-json.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <stdio.h>

#define LINE_WIDTH 80 /* characters: the width that a terminal has at least */

static int first_failure; /* errno of the first write that failed; 0 = none */

void
hy_cli_output_bytes (gconstpointer bytes,
                     gsize size)
{
  if (size > 0 && fwrite (bytes, 1, size, stdout) != size && first_failure == 0)
    first_failure = errno;
}

void
hy_cli_output_text (const char *text)
{
  hy_cli_output_bytes (text, strlen (text));
}

void
hy_cli_output_format (const char *format,
                      ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  hy_cli_output_text (text);
}

/**
 * hy_cli_output_paragraph:
 *
 * Prints @text in lines that fit a terminal, broken between words.
 */
void
hy_cli_output_paragraph (const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  glong column = 0;

  for (guint i = 0; words[i] != NULL; i++)
    {
      glong length = g_utf8_strlen (words[i], -1);

      if (i > 0 && column + 1 + length > LINE_WIDTH)
        column = 0;
      if (i > 0)
        hy_cli_output_text (column == 0 ? "\n" : " ");
      hy_cli_output_text (words[i]);
      column += (column > 0 ? 1 : 0) + length;
    }
  hy_cli_output_text ("\n");
}

/**
 * hy_cli_output_flush:
 *
 * Errors: #GIOErrorEnum when anything printed so far did not get through
 */
gboolean
hy_cli_output_flush (GError **error)
{
  if (fflush (stdout) != 0 && first_failure == 0)
    first_failure = errno;
  if (first_failure == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (first_failure),
               _ ("The answer could not be written in full: %s. Nothing in the vault is lost by that."),
               g_strerror (first_failure));
  return FALSE;
}

/**
 * hy_cli_output_dup_plain:
 * @text: (nullable): from a record or a file name, so possibly hostile
 *
 * Control characters could move the cursor or rename the window of a terminal: each becomes a space.
 *
 * Returns: valid UTF-8 on one line
 */
char *
hy_cli_output_dup_plain (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  GString *plain = g_string_sized_new (strlen (valid));

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar ch = g_utf8_get_char (at);

      g_string_append_unichar (plain, g_unichar_iscntrl (ch) ? ' ' : ch);
    }
  return g_string_free_and_steal (plain);
}

/**
 * hy_cli_output_column:
 * @width: in characters; a longer text is printed whole
 *
 * Prints @text, made plain, and two spaces after it.
 */
void
hy_cli_output_column (const char *text,
                      guint width)
{
  g_autofree char *plain = hy_cli_output_dup_plain (text);
  glong length = g_utf8_strlen (plain, -1);

  hy_cli_output_format ("%s%*s", plain, (int) MAX ((glong) width - length, 0) + 2, "");
}

GString *
hy_cli_output_begin (void)
{
  return g_string_new ("{");
}

static void
append_name (GString *line,
             const char *name)
{
  if (line->len > 1)
    g_string_append_c (line, ',');
  hy_json_append_quoted (line, name);
  g_string_append_c (line, ':');
}

void
hy_cli_output_string (GString *line,
                      const char *name,
                      const char *value)
{
  append_name (line, name);
  if (value == NULL)
    {
      g_string_append (line, "null");
      return;
    }
  if (g_utf8_validate (value, -1, NULL))
    {
      hy_json_append_quoted (line, value);
      return;
    }
  /* A file name can be any bytes. */
  g_autofree char *valid = g_utf8_make_valid (value, -1);

  hy_json_append_quoted (line, valid);
}

void
hy_cli_output_flag (GString *line,
                    const char *name,
                    gboolean value)
{
  hy_cli_output_json (line, name, value ? "true" : "false");
}

void
hy_cli_output_number (GString *line,
                      const char *name,
                      gint64 value)
{
  append_name (line, name);
  g_string_append_printf (line, "%" G_GINT64_FORMAT, value);
}

/**
 * hy_cli_output_json:
 * @json: one value, on one line
 */
void
hy_cli_output_json (GString *line,
                    const char *name,
                    const char *json)
{
  append_name (line, name);
  g_string_append (line, json);
}

/**
 * hy_cli_output_end:
 * @line: (transfer full):
 */
void
hy_cli_output_end (GString *line)
{
  g_string_append (line, "}\n");
  hy_cli_output_bytes (line->str, line->len);
  g_string_free (line, TRUE);
}
