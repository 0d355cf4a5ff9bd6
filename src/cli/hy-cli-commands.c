/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of commands and the help made from it.  A command that is not built is not in the table: it is unknown. */

#include "config.h"

#include "cli/hy-cli-commands.h"

#include "cli/hy-cli-document.h"
#include "cli/hy-cli-import.h"
#include "cli/hy-cli-output.h"
#include "cli/hy-cli-records.h"
#include "cli/hy-cli-sync.h"
#include "cli/hy-cli-vault.h"

#include <glib/gi18n.h>

static const HyCliCommand commands[] = {
  { .name = "create",
    .run = hy_cli_vault_run_create,
    .options = HY_CLI_OPTION_KDF,
    .synopsis = "[--kdf interactive|calibrated]",
    .summary = N_ ("Make the vault and show its recovery key, once."),
    .details = N_ ("“calibrated”, the default, makes guessing the passphrase as slow as this computer allows in about one "
                   "second; “interactive” is the least that is accepted, for tests and small machines.") },
  { .name = "space add",
    .run = hy_cli_vault_run_space_add,
    .options = HY_CLI_OPTION_GIVEN | HY_CLI_OPTION_FAMILY | HY_CLI_OPTION_BIRTH_DATE | HY_CLI_OPTION_SEX,
    .required = HY_CLI_OPTION_GIVEN | HY_CLI_OPTION_FAMILY | HY_CLI_OPTION_BIRTH_DATE | HY_CLI_OPTION_SEX,
    .synopsis = "--given A --family B --birth-date D --sex female|male|other|unknown",
    .summary = N_ ("Make the space of one person."),
    .details = N_ ("D is written 1987-04-03. The first space of a vault is your own, the next ones are of people that you "
                   "look after.") },
  { .name = "space list",
    .run = hy_cli_vault_run_space_list,
    .synopsis = "",
    .summary = N_ ("List the spaces, oldest first."),
    .details = "" },
  { .name = "space remove",
    .run = hy_cli_vault_run_space_remove,
    .min_arguments = 1,
    .max_arguments = 1,
    .synopsis = "ID",
    .summary = N_ ("Remove a space and all that is in it from this computer’s vault."),
    .details = N_ ("On a terminal it asks once before; in a script it does not.") },
  { .name = "passphrase change",
    .run = hy_cli_vault_run_passphrase_change,
    .options = HY_CLI_OPTION_NEW_PASSPHRASE_FD,
    .synopsis = "[--new-passphrase-fd N]",
    .summary = N_ ("Change the passphrase."),
    .details = N_ ("The new one is the first line read from the file descriptor N, else it is asked twice on the terminal. Once it is changed, the "
                   "former one opens nothing here any more; copies of the vault made before keep theirs. The recovery sheet stays the same.") },
  { .name = "recovery test",
    .run = hy_cli_vault_run_recovery_test,
    .synopsis = "",
    .summary = N_ ("Say whether a recovery key opens this vault."),
    .details = N_ ("The key, as it stands on the sheet, is read in the passphrase’s place: from --passphrase-fd, the file, or the terminal. The "
                   "date is kept in the vault.") },
  { .name = "import",
    .run = hy_cli_import_run,
    .options = HY_CLI_OPTION_SPACE | HY_CLI_OPTION_SAME_PERSON,
    .min_arguments = 1,
    .max_arguments = G_MAXUINT,
    .synopsis = "[--space ID] [--same-person] FILE...",
    .summary = N_ ("Bring files in: PDF, CDA, IHE XDM archives, pictures, FHIR JSON and NDJSON."),
    .details = N_ ("What is already there is not added twice. What is refused is named with the reason; the rest is in all "
                   "the same. An item about somebody else is added with a warning; --same-person refuses it. Ctrl+C stops: "
                   "what was added before stays.") },
  { .name = "list",
    .run = hy_cli_records_run_list,
    .options = HY_CLI_OPTION_SPACE,
    .min_arguments = 1,
    .max_arguments = 1,
    .synopsis = "TYPE [--space ID]",
    .summary = N_ ("List entries, newest first."),
    .details = N_ ("TYPE is “all” or one of:") },
  { .name = "show",
    .run = hy_cli_records_run_show,
    .options = HY_CLI_OPTION_RAW,
    .min_arguments = 1,
    .max_arguments = 1,
    .synopsis = "ID [--raw]",
    .summary = N_ ("Show an entry and its FHIR resource."),
    .details = N_ ("--raw prints the resource alone, byte for byte as it was received.") },
  { .name = "get",
    .run = hy_cli_records_run_get,
    .min_arguments = 1,
    .max_arguments = 1,
    .synopsis = "DOCUMENT-ID > FILE",
    .summary = N_ ("Write the original bytes of a document to standard output."),
    .details = N_ ("The copy is not encrypted: it leaves the vault’s protection.") },
  { .name = "text",
    .run = hy_cli_document_run_text,
    .min_arguments = 1,
    .max_arguments = 1,
    .synopsis = "DOCUMENT-ID",
    .summary = N_ ("Print the words of a document."),
    .details = N_ ("A form feed stands behind each page. The file is read in a process that can reach nothing else.") },
  { .name = "render",
    .run = hy_cli_document_run_render,
    .options = HY_CLI_OPTION_PAGE | HY_CLI_OPTION_SCALE | HY_CLI_OPTION_PNG,
    .required = HY_CLI_OPTION_PAGE | HY_CLI_OPTION_PNG,
    .min_arguments = 1,
    .max_arguments = 1,
    .synopsis = "DOCUMENT-ID --page N [--scale S] --png FILE",
    .summary = N_ ("Draw a page of a document into a picture."),
    .details = N_ ("N counts from 1. With the scale 1, which is what is taken when none is given, a pixel is a point (1/72 inch); "
                   "2 is twice as fine. The picture is not encrypted: it leaves the vault’s protection. A FILE that exists is "
                   "replaced.") },
  { .name = "search",
    .run = hy_cli_records_run_search,
    .options = HY_CLI_OPTION_SPACE,
    .min_arguments = 1,
    .max_arguments = G_MAXUINT,
    .synopsis = "[--space ID] WORDS...",
    .summary = N_ ("Find entries by their words, best first."),
    .details = N_ ("All words must be there, the last one may be unfinished; \"words in double quotes\" stand together. "
                   "Accents and capitals do not matter.") },
  { .name = "sync",
    .run = hy_cli_sync_run,
    .options = HY_CLI_OPTION_SPACE | HY_CLI_OPTION_SERVER | HY_CLI_OPTION_PATIENT | HY_CLI_OPTION_TOKEN_FD | HY_CLI_OPTION_SAME_PERSON,
    .synopsis = "[--space ID] [--server URL] [--patient ID] [--token-fd N] [--same-person]",
    .summary = N_ ("Receive what a FHIR server has about the person, and print the account of it."),
    .details = N_ ("The first time, --server says which, and --patient whose record when it shows several; after that the space knows both. The "
                   "token is the first line read from the file descriptor N, else of the file named by HYGIE_TOKEN_FILE, else the one that was "
                   "kept in the window; a server of this computer may need none. A record about somebody else is taken with a warning; "
                   "--same-person refuses it. Ctrl+C stops at once; the same command goes on from there.") },
  { .name = "verify",
    .run = hy_cli_vault_run_verify,
    .options = HY_CLI_OPTION_SPACE,
    .synopsis = "[--space ID]",
    .summary = N_ ("Read everything again and say what is damaged; changes nothing."),
    .details = N_ ("Without --space, all spaces are read.") },
  { .name = "export",
    .run = hy_cli_records_run_export,
    .options = HY_CLI_OPTION_SPACE | HY_CLI_OPTION_ZIP,
    .required = HY_CLI_OPTION_ZIP,
    .synopsis = "[--space ID] --zip FILE",
    .summary = N_ ("Write a whole space to an archive that any computer can read."),
    .details = N_ ("The archive is not encrypted: keep it as carefully as the papers themselves. A FILE that exists is "
                   "replaced.") },
  { .name = "help",
    .run = hy_cli_command_run_help,
    .max_arguments = 2,
    .synopsis = "[COMMAND]",
    .summary = N_ ("Explain a command."),
    .details = "" },
};

/**
 * hy_cli_command_find:
 * @words: NULL-terminated, what was typed after the program's name, without options
 * @n_words: (out): how many of @words name the command, 1 or 2
 *
 * Returns: (nullable): the command, static
 */
const HyCliCommand *
hy_cli_command_find (const char *const *words,
                     guint *n_words)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_auto (GStrv) name = g_strsplit (commands[i].name, " ", 2);
      guint n = 0;

      while (name[n] != NULL && g_strcmp0 (name[n], words[n]) == 0)
        n++;
      if (name[n] == NULL)
        {
          *n_words = n;
          return &commands[i];
        }
    }
  return NULL;
}

static void
print_overview (void)
{
  hy_cli_output_paragraph (_ ("Hygie keeps a health space on this computer, encrypted."));
  hy_cli_output_text ("\n");
  hy_cli_output_format (_ ("Usage: %s\n\n"), "hygie-cli [--vault DIR] [--passphrase-fd N] [--json] COMMAND");
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    hy_cli_output_format ("  %-18s %s\n", commands[i].name, _ (commands[i].summary));
  hy_cli_output_text ("\n");
  hy_cli_output_paragraph (_ ("The vault is in DIR, or where the window of Hygie keeps it. Its passphrase is the first line read "
                              "from the file descriptor N, else the first line of the file named by HYGIE_PASSPHRASE_FILE, "
                              "else it is asked on the terminal. The line feed at its end is not part of it."));
  hy_cli_output_paragraph (_ ("--json prints one JSON object a line. Options may stand before or after the command; after “--” "
                              "there are none."));
  hy_cli_output_text ("\n");
  hy_cli_output_paragraph (_ ("Exit code: 0 done, 1 refused, 2 wrong usage, 3 wrong secret, 4 damaged."));
  hy_cli_output_paragraph (_ ("“hygie-cli help COMMAND” tells more."));
}

/**
 * hy_cli_command_print_help:
 * @command: (nullable): %NULL = the overview
 */
void
hy_cli_command_print_help (const HyCliCommand *command)
{
  g_autofree char *usage = NULL;

  if (command == NULL)
    {
      print_overview ();
      return;
    }
  usage = g_strdup_printf ("hygie-cli %s %s", command->name, command->synopsis);
  hy_cli_output_format (_ ("Usage: %s\n\n"), g_strchomp (usage));
  hy_cli_output_paragraph (_ (command->summary));
  if (*command->details != '\0')
    hy_cli_output_paragraph (_ (command->details));
  if (command->run == hy_cli_records_run_list)
    hy_cli_records_print_types ();
}

gboolean
hy_cli_command_run_help (HyCli *cli,
                         GError **error)
{
  const HyCliCommand *command = NULL;
  const char *first = hy_cli_options_get_argument (&cli->options, 0);
  guint n_words = 0;

  if (first != NULL)
    {
      const char *const *words = (const char *const *) cli->options.arguments->pdata;

      command = hy_cli_command_find (words, &n_words);
      if (command == NULL || words[n_words] != NULL)
        {
          g_autofree char *shown = g_strjoinv (" ", (GStrv) words);

          g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _ ("There is no command “%s”."), shown);
          return FALSE;
        }
    }
  hy_cli_command_print_help (command);
  return TRUE;
}
