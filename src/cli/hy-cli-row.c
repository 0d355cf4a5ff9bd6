/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One entry of a space on standard output. */

#include "config.h"

#include "cli/hy-cli-row.h"

#include "base/hy-date.h"
#include "base/hy-json.h"
#include "cli/hy-cli-output.h"
#include "fhir/hy-document-types.h"
#include "fhir/hy-resource-row.h"

#include <glib/gi18n.h>

/* The codes are part of the --json contract: append, never rename. */
static const struct
{
  HyRowFlags flag;
  const char *code;
  const char *words;
} flag_names[] = {
  { HY_ROW_LOCAL, "local", N_ ("made on this computer") },
  { HY_ROW_UNREAD, "unread", N_ ("not read yet") },
  { HY_ROW_HIDDEN_PRO, "hidden-from-professionals", N_ ("hidden from professionals") },
  { HY_ROW_HIDDEN_LEGAL, "hidden-from-representatives", N_ ("hidden from legal representatives") },
  { HY_ROW_HIDDEN_PATIENT, "hidden-from-patient", N_ ("to be told by a professional first") },
  { HY_ROW_RESTRICTED, "restricted", N_ ("restricted") },
  { HY_ROW_REPLACED | HY_ROW_REPLACED_HERE, "replaced", N_ ("replaced by a newer one") },
  { HY_ROW_NO_BYTES, "no-bytes", N_ ("the document itself is not here yet") },
  { HY_ROW_ERROR, "entered-in-error", N_ ("entered by mistake") },
  { HY_ROW_OTHER_PERSON, "other-person", N_ ("about somebody else") },
};

static void
add_flags (GString *line,
           guint flags)
{
  g_autoptr (GString) codes = g_string_new ("[");

  for (guint i = 0; i < G_N_ELEMENTS (flag_names); i++)
    {
      if ((flags & flag_names[i].flag) != 0)
        g_string_append_printf (codes, "%s\"%s\"", codes->len > 1 ? "," : "", flag_names[i].code);
    }
  g_string_append_c (codes, ']');
  hy_cli_output_json (line, "flags", codes->str);
}

/**
 * hy_cli_row_add_members:
 * @line: a JSON object that is being made
 *
 * Adds id, type, title, date, author, code, shelf (documents only) and flags.
 */
void
hy_cli_row_add_members (GString *line,
                        HyAccess *access,
                        const HyVaultRow *row)
{
  g_autofree char *id = hy_access_dup_id (access, row->rowid);

  hy_cli_output_string (line, "id", id);
  hy_cli_output_string (line, "type", row->type);
  hy_cli_output_string (line, "title", row->title);
  hy_cli_output_string (line, "date", row->date);
  hy_cli_output_string (line, "author", row->author);
  hy_cli_output_string (line, "code", row->type_code);
  if (row->shelf >= 0)
    hy_cli_output_string (line, "shelf", hy_document_shelf_get_code ((guint) row->shelf));
  add_flags (line, row->flags);
}

static char *
dup_display_date (const HyVaultRow *row)
{
  return row->day != 0 ? hy_date_dup_display (hy_date_from_sort_key (row->day)) : g_strdup (_ ("no date"));
}

/**
 * hy_cli_row_print_line:
 *
 * Prints the entry on one line: id, date, title, author.
 */
void
hy_cli_row_print_line (HyAccess *access,
                       const HyVaultRow *row)
{
  g_autofree char *id = hy_access_dup_id (access, row->rowid);
  g_autofree char *date = dup_display_date (row);
  g_autofree char *title = hy_cli_output_dup_plain (row->title);
  g_autofree char *author = hy_cli_output_dup_plain (row->author);

  hy_cli_output_column (id, 10);
  hy_cli_output_column (date, 17);
  if (*author != '\0')
    hy_cli_output_format ("%s · %s\n", title, author);
  else
    hy_cli_output_format ("%s\n", title);
}

static void
print_field (const char *label,
             const char *value)
{
  g_autofree char *plain = hy_cli_output_dup_plain (value);

  if (*plain == '\0')
    return;
  hy_cli_output_column (label, 12);
  hy_cli_output_format ("%s\n", plain);
}

/**
 * hy_cli_row_print_summary:
 *
 * Prints what is known of the entry, one thing a line; what is not known has no line.
 */
void
hy_cli_row_print_summary (HyAccess *access,
                          const HyVaultRow *row)
{
  g_autofree char *id = hy_access_dup_id (access, row->rowid);
  g_autofree char *date = dup_display_date (row);
  g_autofree char *size = g_format_size ((guint64) row->size);
  g_autofree char *title = hy_cli_output_dup_plain (row->title);

  hy_cli_output_format ("%s\n", title);
  print_field (_ ("Entry"), id);
  print_field (_ ("Type"), row->type);
  print_field (_ ("Date"), date);
  print_field (_ ("Author"), row->author);
  if (row->shelf >= 0)
    print_field (_ ("Category"), hy_document_shelf_get_label ((guint) row->shelf));
  print_field (_ ("Size"), size);
  for (guint i = 0; i < G_N_ELEMENTS (flag_names); i++)
    {
      if ((row->flags & flag_names[i].flag) != 0)
        print_field (_ ("Note"), _ (flag_names[i].words));
    }
}
