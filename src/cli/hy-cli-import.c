/* SPDX-License-Identifier: GPL-3.0-or-later */
/* import: a line for each item as soon as it is safely in the vault, so that whoever reads the lines knows what is in
 * even when the program is killed. */

#include "config.h"

#include "cli/hy-cli-import.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "cli/hy-cli-interrupt.h"
#include "cli/hy-cli-output.h"
#include "cli/hy-cli-session.h"
#include "cli/hy-cli-space.h"

#include <glib/gi18n.h>

typedef struct
{
  HyCli *cli;
  GHashTable *typed; /* absolute path -> the name as typed */
} Printing;

static const char *
get_status_code (HyImportStatus status)
{
  switch (status)
    {
    case HY_IMPORT_ADDED:
      return "added";
    case HY_IMPORT_DUPLICATE:
      return "duplicate";
    case HY_IMPORT_REFUSED:
    case HY_IMPORT_HELD:
      return "refused";
    default:
      g_return_val_if_reached ("refused");
    }
}

static void
print_outcome_json (const HyImportOutcome *outcome,
                    const char *file)
{
  GString *line = hy_cli_output_begin ();

  hy_cli_output_string (line, "file", file);
  hy_cli_output_string (line, "kind", outcome->kind);
  hy_cli_output_string (line, "id", outcome->id);
  hy_cli_output_string (line, "title", outcome->title);
  hy_cli_output_string (line, "type", outcome->type);
  hy_cli_output_string (line, "status", get_status_code (outcome->status));
  if (outcome->reason != NULL)
    hy_cli_output_string (line, "reason", outcome->reason);
  if (outcome->warning != NULL)
    hy_cli_output_string (line, "warning", outcome->warning);
  hy_cli_output_end (line);
}

static void
print_outcome_text (const HyImportOutcome *outcome,
                    const char *typed)
{
  g_autofree char *file = hy_cli_output_dup_plain (typed);
  g_autofree char *title = hy_cli_output_dup_plain (outcome->title != NULL ? outcome->title : outcome->type);
  g_autofree char *reason = hy_cli_output_dup_plain (outcome->reason);
  g_autofree char *about = hy_cli_output_dup_plain (outcome->about);
  const char *name = *title != '\0' ? title : file;

  if (outcome->status == HY_IMPORT_ADDED)
    hy_cli_output_format (_ ("Added: %s\n"), name);
  else if (outcome->status == HY_IMPORT_DUPLICATE)
    hy_cli_output_format (_ ("Already here: %s\n"), name);
  else if (name == file)
    hy_cli_output_format (_ ("Refused: %s. %s\n"), file, reason);
  else
    hy_cli_output_format (_ ("Refused: %s, in %s. %s\n"), name, file, reason);

  if (g_strcmp0 (outcome->warning, "other-person") == 0 && *about != '\0')
    hy_cli_output_format (_ ("  This is about somebody else: %s.\n"), about);
  else if (g_strcmp0 (outcome->warning, "other-person") == 0)
    hy_cli_output_text (_ ("  This is about somebody else.\n"));
  else if (g_strcmp0 (outcome->warning, "same-identifier") == 0)
    hy_cli_output_text (_ ("  Another version of this document is here already; both are kept.\n"));
  else if (g_strcmp0 (outcome->warning, "not-as-sent") == 0)
    hy_cli_output_text (_ ("  It is not quite as it was sent: its size or its fingerprint is not the one that the archive gives.\n"));
  else if (g_strcmp0 (outcome->warning, "kept-only") == 0)
    hy_cli_output_text (_ ("  Hygie cannot show this kind of file; it is kept as it came.\n"));
  if (outcome->completed)
    hy_cli_output_text (_ ("  What the archive says about it was added to the one that is here.\n"));
}

static void
on_outcome (const HyImportOutcome *outcome,
            gpointer user_data)
{
  Printing *printing = user_data;
  const char *typed = g_hash_table_lookup (printing->typed, outcome->file);
  const char *file = typed != NULL ? typed : outcome->file;

  if (printing->cli->options.json)
    print_outcome_json (outcome, file);
  else
    print_outcome_text (outcome, file);
  /* A failure stays noted and is told at the end; the items go on being added. */
  hy_cli_output_flush (NULL);
}

/* A line for a person, on standard output like the lines before it. */
static void
print_summary (const HyImportSummary *summary)
{
  hy_cli_output_format (ngettext ("%u item added.\n", "%u items added.\n", summary->added), summary->added);
  if (summary->duplicates > 0)
    hy_cli_output_format (ngettext ("%u item was already here.\n", "%u items were already here.\n", summary->duplicates),
                          summary->duplicates);
}

static gboolean
judge (const HyImportSummary *summary,
       GError **error)
{
  guint n_refused = summary->refused + summary->held;

  if (summary->cancelled)
    g_set_error (error, HY_ERROR, HY_ERROR_REFUSED,
                 ngettext ("Stopped. %u item was added before and stays; the same command adds the rest, and nothing twice.",
                           "Stopped. %u items were added before and stay; the same command adds the rest, and nothing twice.",
                           summary->added),
                 summary->added);
  else if (n_refused > 0)
    g_set_error (error, HY_ERROR, HY_ERROR_REFUSED,
                 ngettext ("%u item was refused; all others are in.", "%u items were refused; all others are in.",
                           n_refused),
                 n_refused);
  else
    return TRUE;
  return FALSE;
}

gboolean
hy_cli_import_run (HyCli *cli,
                   GError **error)
{
  const HyCliOptions *options = &cli->options;
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) typed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Printing printing = { cli, typed };
  g_autoptr (HyCliInterrupt) interrupt = NULL;
  g_autoptr (HySpace) space = NULL;
  HyImportSummary *summary;
  gboolean all_in;

  /* Paths only: a word like https://... names a file here, never something to fetch. */
  for (guint i = 0; i < options->arguments->len; i++)
    {
      const char *name = hy_cli_options_get_argument (options, i);
      GFile *file = g_file_new_for_path (name);

      g_ptr_array_add (files, file);
      g_hash_table_insert (typed, g_file_get_path (file), (gpointer) name);
    }

  if (!hy_cli_session_unlock (cli, error) || !(space = hy_cli_space_choose (cli, error)))
    return FALSE;

  interrupt = hy_cli_interrupt_begin ();
  summary = dex_await_boxed (hy_space_import (space, files,
                                              options->same_person ? HY_IMPORT_REFUSE_OTHERS : HY_IMPORT_NONE,
                                              hy_cli_interrupt_get_cancellable (interrupt), on_outcome, NULL, &printing),
                             error);
  if (summary == NULL)
    return FALSE;
  if (!options->json)
    print_summary (summary);
  all_in = judge (summary, error);
  g_boxed_free (HY_TYPE_IMPORT_SUMMARY, summary);
  return all_in;
}
