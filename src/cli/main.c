/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hygie-cli: hardens the process, reads the words, runs one command on a fiber, locks the vault, answers with an exit
 * code.  No display, no network. */

#include "config.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "cli/hy-cli-commands.h"
#include "cli/hy-cli-output.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static void
harden (void)
{
  const struct rlimit none = { 0, 0 };
  int fd;

  /* No memory image with keys in it, neither by a crash nor by another program of the same user. */
  setrlimit (RLIMIT_CORE, &none);
  prctl (PR_SET_DUMPABLE, 0);

  /* A program started with a closed standard descriptor would get the database in its place, and print into it. */
  do
    fd = open ("/dev/null", O_RDONLY);
  while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd >= 0)
    close (fd);

  /* A closed pipe is a failed write with an exit code, not a sudden end. */
  signal (SIGPIPE, SIG_IGN);
  /* Files by path only: no file service on the session bus. */
  g_setenv ("GIO_USE_VFS", "local", TRUE);
}

static HyCliExit
exit_for_error (const GError *error)
{
  if (error->domain == G_OPTION_ERROR)
    return HY_CLI_USAGE;
  if (g_error_matches (error, HY_ERROR, HY_ERROR_WRONG_SECRET))
    return HY_CLI_WRONG_SECRET;
  if (g_error_matches (error, HY_ERROR, HY_ERROR_CORRUPT))
    return HY_CLI_DAMAGED;
  return HY_CLI_REFUSED;
}

static DexFuture *
run_fiber (gpointer user_data)
{
  HyCli *cli = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) unlocked = NULL;

  cli->options.command->run (cli, &error);
  if (cli->session != NULL && !dex_await (hy_session_lock (cli->session), &unlocked) && error == NULL)
    error = g_steal_pointer (&unlocked);
  if (error != NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  return dex_future_new_true ();
}

static gboolean
run (HyCli *cli,
     GError **error)
{
  if (cli->options.version)
    {
      hy_cli_output_format ("hygie-cli %s\n", HY_VERSION);
      return TRUE;
    }
  if (cli->options.help)
    {
      hy_cli_command_print_help (cli->options.command);
      return TRUE;
    }
  return hy_run_to_end (hy_fiber (run_fiber, cli, NULL), error);
}

int
main (int argc,
      char **argv)
{
  HyCli cli = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) unwritten = NULL;
  HyCliExit code = HY_CLI_DONE;

  harden ();
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, HY_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  dex_init ();

  if (!hy_cli_options_parse (&cli.options, argc, argv, &error) || !run (&cli, &error))
    {
      code = exit_for_error (error);
      g_printerr ("%s\n", error->message);
      if (code == HY_CLI_USAGE)
        g_printerr ("%s\n", _ ("“hygie-cli help” tells how it is used."));
    }
  if (!hy_cli_output_flush (&unwritten) && code == HY_CLI_DONE)
    {
      g_printerr ("%s\n", unwritten->message);
      code = HY_CLI_REFUSED;
    }

  g_clear_object (&cli.session);
  hy_cli_options_clear (&cli.options);
  return code;
}
