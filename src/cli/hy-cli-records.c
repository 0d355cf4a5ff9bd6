/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list, show, get, search, export. */

#include "config.h"

#include "cli/hy-cli-records.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "cli/hy-cli-interrupt.h"
#include "cli/hy-cli-output.h"
#include "cli/hy-cli-row.h"
#include "cli/hy-cli-session.h"
#include "cli/hy-cli-space.h"
#include "fhir/hy-resource-class.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

/* Rows read at a time: few enough to keep memory small, enough that reading them is the main cost. */
#define ROWS_A_TIME 500

/**
 * hy_cli_records_print_types:
 *
 * Prints the names that "list" takes.
 */
void
hy_cli_records_print_types (void)
{
  for (guint klass = 0; klass < HY_N_CLASSES; klass++)
    hy_cli_output_format ("  %s\n", hy_resource_class_get_name (klass));
}

static gboolean
read_class (const char *name,
            guint *klass,
            GError **error)
{
  HyResourceClass named;

  if (g_str_equal (name, "all"))
    *klass = G_MAXUINT;
  else if (hy_resource_class_from_name (name, &named))
    *klass = named;
  else
    {
      g_autofree char *shown = hy_cli_output_dup_plain (name);

      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("There is no list “%s”. “hygie-cli help list” names those there are."), shown);
      return FALSE;
    }
  return TRUE;
}

static void
print_row (HyCli *cli,
           HyAccess *access,
           const HyVaultRow *row)
{
  if (cli->options.json)
    {
      GString *line = hy_cli_output_begin ();

      hy_cli_row_add_members (line, access, row);
      hy_cli_output_end (line);
    }
  else
    hy_cli_row_print_line (access, row);
}

gboolean
hy_cli_records_run_list (HyCli *cli,
                         GError **error)
{
  g_autoptr (HySpace) space = NULL;
  g_autoptr (HyVaultListing) listing = NULL;
  HyAccess *access;
  guint klass;

  if (!read_class (hy_cli_options_get_argument (&cli->options, 0), &klass, error) || !hy_cli_session_unlock (cli, error) ||
      !(space = hy_cli_space_choose (cli, error)))
    return FALSE;
  access = hy_space_get_access (space);
  if (!(listing = dex_await_boxed (hy_record_list (access, klass), error)))
    return FALSE;

  for (guint first = 0; first < listing->keys->len; first += ROWS_A_TIME)
    {
      g_autoptr (GPtrArray) rows = dex_await_boxed (hy_record_dup_rows (access, listing, first, ROWS_A_TIME), error);

      if (rows == NULL)
        return FALSE;
      for (guint i = 0; i < rows->len; i++)
        print_row (cli, access, g_ptr_array_index (rows, i));
    }
  if (listing->keys->len == 0 && !cli->options.json)
    hy_cli_output_text (_ ("Nothing is here yet. “hygie-cli import FILE” brings something in.\n"));
  return TRUE;
}

/* JSON as received, on one line: line ends stand between its words only, never inside a string. */
static char *
dup_one_line (GBytes *json)
{
  static const char bom[] = "\xef\xbb\xbf";
  gsize size;
  const char *bytes = g_bytes_get_data (json, &size);
  char *line;

  if (size >= strlen (bom) && memcmp (bytes, bom, strlen (bom)) == 0)
    {
      bytes += strlen (bom);
      size -= strlen (bom);
    }
  line = g_strndup (bytes, size);
  g_strdelimit (line, "\r\n", ' ');
  return g_strstrip (line);
}

static void
print_entry (HyCli *cli,
             HyAccess *access,
             const HyVaultRow *row,
             GBytes *json)
{
  gsize size;
  const char *bytes = g_bytes_get_data (json, &size);

  if (cli->options.json)
    {
      g_autofree char *resource = dup_one_line (json);
      GString *line = hy_cli_output_begin ();

      hy_cli_row_add_members (line, access, row);
      hy_cli_output_json (line, "resource", resource);
      hy_cli_output_end (line);
      return;
    }
  hy_cli_row_print_summary (access, row);
  hy_cli_output_text ("\n");
  hy_cli_output_bytes (bytes, size);
  if (size > 0 && bytes[size - 1] != '\n')
    hy_cli_output_text ("\n");
}

gboolean
hy_cli_records_run_show (HyCli *cli,
                         GError **error)
{
  const char *id = hy_cli_options_get_argument (&cli->options, 0);
  g_autoptr (HySpace) space = NULL;
  g_autoptr (HyVaultRow) row = NULL;
  g_autoptr (GBytes) json = NULL;
  HyAccess *access;
  gint64 rowid;

  if (!hy_cli_session_unlock (cli, error) || !(space = hy_cli_space_find_entry (cli, id, &rowid, error)))
    return FALSE;
  access = hy_space_get_access (space);
  if (!(row = dex_await_boxed (hy_record_dup_row (access, rowid), error)) ||
      !(json = dex_await_boxed (hy_record_dup_resource (access, rowid), error)))
    return FALSE;

  if (cli->options.raw)
    hy_cli_output_bytes (g_bytes_get_data (json, NULL), g_bytes_get_size (json));
  else
    print_entry (cli, access, row, json);
  return TRUE;
}

/* Text that a terminal shows as it is; anything else could move its cursor or change its settings. */
static gboolean
is_plain_text (GBytes *bytes)
{
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);

  if (!g_utf8_validate_len (text, size, NULL))
    return FALSE;
  for (const char *at = text; at < text + size; at = g_utf8_next_char (at))
    {
      gunichar ch = g_utf8_get_char (at);

      if (g_unichar_iscntrl (ch) && ch != '\n' && ch != '\r' && ch != '\t')
        return FALSE;
    }
  return TRUE;
}

gboolean
hy_cli_records_run_get (HyCli *cli,
                        GError **error)
{
  const char *id = hy_cli_options_get_argument (&cli->options, 0);
  g_autoptr (HySpace) space = NULL;
  g_autoptr (GBytes) document = NULL;
  gint64 rowid;

  if (!hy_cli_session_unlock (cli, error) || !(space = hy_cli_space_find_entry (cli, id, &rowid, error)) ||
      !(document = dex_await_boxed (hy_space_dup_document (space, rowid), error)))
    return FALSE;
  if (isatty (STDOUT_FILENO) && !is_plain_text (document))
    {
      g_set_error (error, HY_ERROR, HY_ERROR_REFUSED,
                   _ ("This document is not text, and a terminal cannot show it. Write it to a file: hygie-cli get %s > FILE"),
                   id);
      return FALSE;
    }
  hy_cli_output_bytes (g_bytes_get_data (document, NULL), g_bytes_get_size (document));
  return TRUE;
}

static void
print_hit (HyCli *cli,
           HyAccess *access,
           const HyVaultHit *hit)
{
  if (cli->options.json)
    {
      g_autofree char *id = hy_access_dup_id (access, hit->row->rowid);
      GString *line = hy_cli_output_begin ();

      hy_cli_output_string (line, "id", id);
      hy_cli_output_string (line, "type", hit->row->type);
      hy_cli_output_string (line, "title", hit->row->title);
      hy_cli_output_string (line, "snippet", hit->snippet);
      if (hit->page > 0)
        hy_cli_output_number (line, "page", hit->page);
      else
        hy_cli_output_string (line, "page", NULL);
      hy_cli_output_end (line);
    }
  else
    {
      g_autofree char *snippet = hy_cli_output_dup_plain (hit->snippet);

      hy_cli_row_print_line (access, hit->row);
      if (*snippet != '\0')
        hy_cli_output_format ("            %s\n", snippet);
    }
}

gboolean
hy_cli_records_run_search (HyCli *cli,
                           GError **error)
{
  g_autofree char *words = g_strjoinv (" ", (GStrv) cli->options.arguments->pdata);
  g_autoptr (HySpace) space = NULL;
  g_autoptr (GPtrArray) hits = NULL;
  HyAccess *access;

  if (!g_utf8_validate (words, -1, NULL))
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("The words to search are not UTF-8 text."));
      return FALSE;
    }
  if (!hy_cli_session_unlock (cli, error) || !(space = hy_cli_space_choose (cli, error)))
    return FALSE;
  access = hy_space_get_access (space);
  if (!(hits = dex_await_boxed (hy_record_search (access, words), error)))
    return FALSE;

  for (guint i = 0; i < hits->len; i++)
    print_hit (cli, access, g_ptr_array_index (hits, i));
  if (hits->len == 0 && !cli->options.json)
    hy_cli_output_text (_ ("Nothing was found with all of these words.\n"));
  return TRUE;
}

gboolean
hy_cli_records_run_export (HyCli *cli,
                           GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (cli->options.zip);
  g_autoptr (HyCliInterrupt) interrupt = NULL;
  g_autoptr (HySpace) space = NULL;
  g_autoptr (GError) problem = NULL;
  guint n_written;

  if (!hy_cli_session_unlock (cli, error) || !(space = hy_cli_space_choose (cli, error)))
    return FALSE;
  g_printerr ("%s\n",
              _ ("The archive is not encrypted: it leaves the vault’s protection. Keep it as carefully as the papers "
                 "themselves."));
  interrupt = hy_cli_interrupt_begin ();
  n_written = dex_await_uint (hy_space_export_zip (space, file, hy_cli_interrupt_get_cancellable (interrupt)), &problem);
  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (cli->options.json)
    {
      GString *line = hy_cli_output_begin ();

      hy_cli_output_string (line, "file", cli->options.zip);
      hy_cli_output_number (line, "items", n_written);
      hy_cli_output_end (line);
    }
  else
    {
      g_autofree char *shown = hy_cli_output_dup_plain (cli->options.zip);

      hy_cli_output_format (ngettext ("%u entry is in %s.\n", "%u entries are in %s.\n", n_written), n_written, shown);
    }
  return TRUE;
}
