/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text, render: a document as a person sees it, read by the sandboxed worker. */

#include "config.h"

#include "cli/hy-cli-document.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "cli/hy-cli-output.h"
#include "cli/hy-cli-session.h"
#include "cli/hy-cli-space.h"

#include <glib/gi18n.h>
#include <string.h>

/* Pixels a point: below, letters are dots; above, a page is larger than any screen. */
#define MIN_SCALE 0.05
#define MAX_SCALE 20.0

/* Line ends, tabs and form feeds stay; any other control character could move a terminal's cursor or change its settings. */
static char *
dup_plain_lines (const char *text)
{
  GString *plain = g_string_sized_new (strlen (text));

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar ch = g_utf8_get_char (at);

      g_string_append_unichar (plain, g_unichar_iscntrl (ch) && ch != '\n' && ch != '\t' && ch != '\f' ? ' ' : ch);
    }
  return g_string_free_and_steal (plain);
}

/* A line a page; a document without pages is one line, whose page is null. */
static void
print_pages_json (const char *text)
{
  g_auto (GStrv) pages = g_strsplit (text, "\f", -1);
  guint n_pages = g_strv_length (pages);

  /* What stands behind the last form feed is no page. */
  if (n_pages > 1)
    n_pages--;
  for (guint i = 0; i < n_pages; i++)
    {
      GString *line = hy_cli_output_begin ();

      if (strchr (text, '\f') != NULL)
        hy_cli_output_number (line, "page", i + 1);
      else
        hy_cli_output_string (line, "page", NULL);
      hy_cli_output_string (line, "text", pages[i]);
      hy_cli_output_end (line);
    }
}

gboolean
hy_cli_document_run_text (HyCli *cli,
                          GError **error)
{
  const char *id = hy_cli_options_get_argument (&cli->options, 0);
  g_autoptr (HySpace) space = NULL;
  g_autofree char *text = NULL;
  g_autofree char *plain = NULL;
  gint64 rowid;

  if (!hy_cli_session_unlock (cli, error) || !(space = hy_cli_space_find_entry (cli, id, &rowid, error)) ||
      !(text = dex_await_string (hy_space_dup_document_text (space, rowid), error)))
    return FALSE;
  if (cli->options.json)
    {
      print_pages_json (text);
      return TRUE;
    }
  if (text[strspn (text, " \t\r\n\f")] == '\0')
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_REFUSED,
                           _ ("This document is a picture: there are no words in it to print. “hygie-cli render” draws its pages."));
      return FALSE;
    }
  plain = dup_plain_lines (text);
  hy_cli_output_text (plain);
  if (!g_str_has_suffix (plain, "\n") && !g_str_has_suffix (plain, "\f"))
    hy_cli_output_text ("\n");
  return TRUE;
}

static gboolean
read_numbers (const HyCliOptions *options,
              guint *page,
              double *scale,
              GError **error)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (options->page, 10, 1, G_MAXINT, &number, NULL))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("--page takes the number of a page, from 1, not “%s”."), options->page);
      return FALSE;
    }
  *page = (guint) number - 1;
  *scale = 1;
  if (options->scale != NULL)
    {
      char *end;

      *scale = g_ascii_strtod (options->scale, &end);
      /* A number that is none is not within bounds either. */
      if (end == options->scale || *end != '\0' || !(*scale >= MIN_SCALE && *scale <= MAX_SCALE))
        {
          g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("--scale takes a number from 0.05 to 20, not “%s”."), options->scale);
          return FALSE;
        }
    }
  return TRUE;
}

gboolean
hy_cli_document_run_render (HyCli *cli,
                            GError **error)
{
  const char *id = hy_cli_options_get_argument (&cli->options, 0);
  g_autoptr (HySpace) space = NULL;
  g_autoptr (GBytes) png = NULL;
  gint64 rowid;
  guint page;
  double scale;

  if (!read_numbers (&cli->options, &page, &scale, error) || !hy_cli_session_unlock (cli, error) ||
      !(space = hy_cli_space_find_entry (cli, id, &rowid, error)) ||
      !(png = dex_await_boxed (hy_space_dup_page_png (space, rowid, page, scale), error)) ||
      /* As an export: what leaves the vault is for nobody else on this computer. */
      !g_file_set_contents_full (cli->options.png, g_bytes_get_data (png, NULL), (gssize) g_bytes_get_size (png),
                                 G_FILE_SET_CONTENTS_CONSISTENT, 0600, error))
    return FALSE;
  if (cli->options.json)
    {
      GString *line = hy_cli_output_begin ();

      hy_cli_output_string (line, "file", cli->options.png);
      hy_cli_output_number (line, "page", page + 1);
      hy_cli_output_end (line);
    }
  else
    {
      g_autofree char *shown = hy_cli_output_dup_plain (cli->options.png);

      hy_cli_output_format (_ ("Page %u is in %s. It is not encrypted.\n"), page + 1, shown);
    }
  return TRUE;
}
