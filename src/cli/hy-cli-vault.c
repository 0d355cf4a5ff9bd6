/* SPDX-License-Identifier: GPL-3.0-or-later */
/* create, space add, space list, space remove, passphrase change, recovery test, verify. */

#include "config.h"

#include "cli/hy-cli-vault.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "cli/hy-cli-output.h"
#include "cli/hy-cli-session.h"
#include "cli/hy-cli-space.h"
#include "records/hy-record-lookup.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GROUP_LENGTH 4 /* the recovery key is written in groups, as on its sheet */

static gboolean
read_kdf (HyCli *cli,
          HyKdf *kdf,
          GError **error)
{
  const char *name = cli->options.kdf;

  if (name == NULL || g_str_equal (name, "calibrated"))
    *kdf = HY_KDF_CALIBRATED;
  else if (g_str_equal (name, "interactive"))
    *kdf = HY_KDF_INTERACTIVE;
  else
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("--kdf takes interactive or calibrated, not “%s”."),
                   name);
      return FALSE;
    }
  return TRUE;
}

/* The text of the answer is built and wiped here, so that the key passes through no ordinary heap string. */
static void
print_recovery_key (HyCli *cli)
{
  HySecret *key = hy_session_get_recovery (cli->session);
  const char *characters = (const char *) hy_secret_open (key);
  gsize n_characters = strnlen (characters, hy_secret_get_size (key));
  char grouped[64];
  gsize length = 0;

  for (gsize i = 0; i < n_characters && length + 2 < sizeof grouped; i++)
    {
      if (i > 0 && i % GROUP_LENGTH == 0)
        grouped[length++] = '-';
      grouped[length++] = characters[i];
    }
  hy_secret_close (key);
  hy_cli_output_bytes (grouped, length);
  explicit_bzero (grouped, sizeof grouped);
}

static void
print_created (HyCli *cli)
{
  const char *dir = hy_session_get_dir (cli->session);

  if (cli->options.json)
    {
      GString *line = hy_cli_output_begin ();

      hy_cli_output_string (line, "vault", dir);
      hy_cli_output_bytes (line->str, line->len);
      hy_cli_output_text (",\"recoveryKey\":\"");
      print_recovery_key (cli);
      hy_cli_output_text ("\"}\n");
      g_string_free (line, TRUE);
    }
  else
    {
      g_autofree char *shown = hy_cli_output_dup_plain (dir);

      hy_cli_output_format (_ ("The vault is made: %s\n\n"), shown);
      hy_cli_output_paragraph (_ ("This is its recovery key. It is shown only now. Write it on paper and keep it away from "
                                  "this computer: without it, a forgotten passphrase cannot be helped."));
      hy_cli_output_text ("\n  ");
      print_recovery_key (cli);
      hy_cli_output_text (_ ("\n\nNext, make a space: “hygie-cli help space add”.\n"));
    }
}

gboolean
hy_cli_vault_run_create (HyCli *cli,
                         GError **error)
{
  HyKdf kdf;
  g_autoptr (GError) unwritten = NULL;

  if (!read_kdf (cli, &kdf, error) || !hy_cli_session_create (cli, kdf, error))
    return FALSE;

  print_created (cli);
  hy_session_drop_recovery (cli->session);
  if (!hy_cli_output_flush (&unwritten))
    {
      g_set_error (error, unwritten->domain, unwritten->code,
                   _ ("The vault is made, but its recovery key could not be shown, and it is shown only once. Remove the "
                      "folder %s and start again."),
                   hy_session_get_dir (cli->session));
      return FALSE;
    }
  return TRUE;
}

gboolean
hy_cli_vault_run_space_add (HyCli *cli,
                            GError **error)
{
  const HyCliOptions *options = &cli->options;
  g_autoptr (GListModel) spaces = NULL;
  g_autoptr (HySpace) space = NULL;
  HyDate birth_date;
  HySex sex;
  gboolean own;
  const char *id;

  if (!hy_date_parse (options->birth_date, &birth_date))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("“%s” is not a date that exists. It is written year-month-day, for example 1987-04-03."),
                   options->birth_date);
      return FALSE;
    }
  if (!hy_sex_parse (options->sex, &sex))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("--sex takes female, male, other or unknown, not “%s”."), options->sex);
      return FALSE;
    }
  if (!hy_cli_session_unlock (cli, error) || !(spaces = hy_cli_space_list (cli, error)))
    return FALSE;

  own = g_list_model_get_n_items (spaces) == 0;
  space = dex_await_object (hy_session_add_space (cli->session, options->given, options->family, birth_date, sex, own), error);
  if (space == NULL)
    return FALSE;

  id = hy_space_info_get_id (hy_space_get_info (space));
  if (options->json)
    {
      GString *line = hy_cli_output_begin ();

      hy_cli_output_string (line, "id", id);
      hy_cli_output_end (line);
    }
  else
    {
      g_autofree char *label = hy_cli_space_dup_label (hy_space_get_info (space));

      hy_cli_output_format (_ ("The space of %s is made: %s\n"), label, id);
    }
  return TRUE;
}

static void
print_space (HySpaceInfo *info,
             gboolean json)
{
  g_autofree char *birth_date = hy_date_dup_text (hy_space_info_get_birth_date (info));

  if (json)
    {
      GString *line = hy_cli_output_begin ();

      hy_cli_output_string (line, "id", hy_space_info_get_id (info));
      hy_cli_output_string (line, "given", hy_space_info_get_given (info));
      hy_cli_output_string (line, "family", hy_space_info_get_family (info));
      hy_cli_output_string (line, "birthDate", birth_date);
      hy_cli_output_string (line, "sex", hy_sex_get_code (hy_space_info_get_sex (info)));
      hy_cli_output_flag (line, "own", hy_space_info_get_own (info));
      hy_cli_output_end (line);
    }
  else
    {
      g_autofree char *shown = hy_date_dup_display (hy_space_info_get_birth_date (info));

      hy_cli_output_column (hy_space_info_get_id (info), 0);
      hy_cli_output_column (hy_space_info_get_name (info), 30);
      hy_cli_output_column (shown, 0);
      hy_cli_output_format ("%s\n", hy_space_info_get_own (info) ? _ ("yours") : _ ("looked after by you"));
    }
}

gboolean
hy_cli_vault_run_space_list (HyCli *cli,
                             GError **error)
{
  g_autoptr (GListModel) spaces = NULL;
  guint n_spaces;

  if (!hy_cli_session_unlock (cli, error) || !(spaces = hy_cli_space_list (cli, error)))
    return FALSE;
  n_spaces = g_list_model_get_n_items (spaces);
  for (guint i = 0; i < n_spaces; i++)
    {
      g_autoptr (HySpaceInfo) info = g_list_model_get_item (spaces, i);

      print_space (info, cli->options.json);
    }
  if (n_spaces == 0 && !cli->options.json)
    hy_cli_output_text (_ ("This vault has no space yet. Make one with “hygie-cli space add”.\n"));
  return TRUE;
}

/* A person at a terminal is asked once; a script has said what it wants. */
static gboolean
confirm_removal (HySpaceInfo *info,
                 GError **error)
{
  g_autofree char *label = hy_cli_space_dup_label (info);
  char *answer = NULL;
  gsize size = 0;
  gboolean agreed;

  if (!isatty (STDIN_FILENO) || !isatty (STDERR_FILENO))
    return TRUE;
  g_printerr (_ ("Remove the space of %s and everything in it from this computer’s vault? It cannot be undone. [y/N] "),
              label);
  agreed = getline (&answer, &size, stdin) > 0 && rpmatch (answer) == 1;
  free (answer);
  if (!agreed)
    g_set_error_literal (error, HY_ERROR, HY_ERROR_REFUSED, _ ("Nothing was removed."));
  return agreed;
}

gboolean
hy_cli_vault_run_space_remove (HyCli *cli,
                               GError **error)
{
  const char *id = hy_cli_options_get_argument (&cli->options, 0);
  g_autoptr (GListModel) spaces = NULL;
  g_autoptr (HySpaceInfo) info = NULL;

  if (!hy_cli_session_unlock (cli, error) || !(spaces = hy_cli_space_list (cli, error)))
    return FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (spaces) && info == NULL; i++)
    {
      info = g_list_model_get_item (spaces, i);
      if (!g_str_equal (hy_space_info_get_id (info), id))
        g_clear_object (&info);
    }
  if (info == NULL)
    {
      g_autofree char *shown = hy_cli_output_dup_plain (id);

      g_set_error (error, HY_ERROR, HY_ERROR_MISSING,
                   _ ("There is no space “%s” in this vault. “hygie-cli space list” shows those there are."), shown);
      return FALSE;
    }
  if (!confirm_removal (info, error) || !dex_await (hy_session_remove_space (cli->session, id), error))
    return FALSE;
  if (!cli->options.json)
    {
      g_autofree char *label = hy_cli_space_dup_label (info);

      hy_cli_output_format (_ ("The space of %s is removed from this computer’s vault.\n"), label);
    }
  return TRUE;
}

static void
print_problem (HyCli *cli,
               HySpaceInfo *info,
               const char *problem)
{
  if (cli->options.json)
    {
      GString *line = hy_cli_output_begin ();

      hy_cli_output_string (line, "space", hy_space_info_get_id (info));
      hy_cli_output_string (line, "problem", problem);
      hy_cli_output_end (line);
    }
  else
    {
      g_autofree char *plain = hy_cli_output_dup_plain (problem);

      hy_cli_output_format ("  %s\n", plain);
    }
}

/* Adds to @n_problems; fails only when the space could not be looked at for another reason than damage. */
static gboolean
verify_space (HyCli *cli,
              HySpaceInfo *info,
              guint *n_problems,
              GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GPtrArray) problems = NULL;
  g_autofree char *label = hy_cli_space_dup_label (info);
  g_autoptr (HySpace) space =
      dex_await_object (hy_session_open_space (cli->session, hy_space_info_get_id (info)), &problem);

  if (space != NULL)
    problems = dex_await_boxed (hy_record_verify (hy_space_get_access (space)), &problem);
  if (problem != NULL && !g_error_matches (problem, HY_ERROR, HY_ERROR_CORRUPT))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (!cli->options.json)
    {
      if (problem == NULL && problems->len == 0)
        hy_cli_output_format (_ ("The space of %s is intact.\n"), label);
      else
        hy_cli_output_format (_ ("The space of %s is damaged:\n"), label);
    }
  if (problem != NULL)
    print_problem (cli, info, problem->message);
  for (guint i = 0; problems != NULL && i < problems->len; i++)
    print_problem (cli, info, g_ptr_array_index (problems, i));
  *n_problems += problem != NULL ? 1 : problems->len;
  return TRUE;
}

gboolean
hy_cli_vault_run_verify (HyCli *cli,
                         GError **error)
{
  const char *wanted = cli->options.space;
  g_autoptr (GListModel) spaces = NULL;
  guint n_problems = 0;
  guint n_verified = 0;

  if (!hy_cli_session_unlock (cli, error) || !(spaces = hy_cli_space_list (cli, error)))
    return FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (spaces); i++)
    {
      g_autoptr (HySpaceInfo) info = g_list_model_get_item (spaces, i);

      if (wanted != NULL && !g_str_equal (wanted, hy_space_info_get_id (info)))
        continue;
      if (!verify_space (cli, info, &n_problems, error))
        return FALSE;
      n_verified++;
    }
  if (wanted != NULL && n_verified == 0)
    {
      g_set_error (error, HY_ERROR, HY_ERROR_MISSING,
                   _ ("There is no space “%s” in this vault. “hygie-cli space list” shows those there are."), wanted);
      return FALSE;
    }
  if (n_problems > 0)
    {
      g_set_error (error, HY_ERROR, HY_ERROR_CORRUPT,
                   ngettext ("%u problem was found. Nothing was changed: put the folder back from a backup, or bring the "
                             "damaged document in again.",
                             "%u problems were found. Nothing was changed: put the folder back from a backup, or bring the "
                             "damaged documents in again.",
                             n_problems),
                   n_problems);
      return FALSE;
    }
  return TRUE;
}

gboolean
hy_cli_vault_run_passphrase_change (HyCli *cli,
                                    GError **error)
{
  if (!hy_cli_session_change_passphrase (cli, error))
    return FALSE;
  if (!cli->options.json)
    hy_cli_output_text (_ ("The passphrase is changed. The recovery sheet stays the same.\n"));
  return TRUE;
}

/* The date of the proof is kept in each space that opens. */
gboolean
hy_cli_vault_run_recovery_test (HyCli *cli,
                                GError **error)
{
  g_autoptr (GListModel) spaces = NULL;
  g_autoptr (GPtrArray) opened = g_ptr_array_new_with_free_func (g_object_unref);

  if (!hy_cli_session_unlock_recovery (cli, error) || !(spaces = hy_cli_space_list (cli, error)))
    return FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (spaces); i++)
    {
      g_autoptr (HySpaceInfo) info = g_list_model_get_item (spaces, i);
      HySpace *space = dex_await_object (hy_session_open_space (cli->session, hy_space_info_get_id (info)), NULL);

      if (space != NULL)
        g_ptr_array_add (opened, space);
    }
  if (!dex_await (hy_session_note_proved (cli->session), error))
    return FALSE;
  if (!cli->options.json)
    hy_cli_output_text (_ ("This recovery key opens the vault.\n"));
  return TRUE;
}
