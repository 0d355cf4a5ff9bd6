/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window's program.  Before anything else it makes sure that its memory, where keys and documents will lie,
 * can be written to no core file and read by no other process of the same person. */

#include "config.h"

#include "ui/hy-application.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static void
keep_memory_private (void)
{
  const struct rlimit no_core = { 0, 0 };

  if (setrlimit (RLIMIT_CORE, &no_core) != 0 || prctl (PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
    g_warning ("memory dumps could not be switched off");
}

static void
set_language (void)
{
  const char *locale_dir = NULL;

  setlocale (LC_ALL, "");
  /* A program run from its build folder has its translations there. */
  if (g_str_has_suffix (HY_APP_ID, ".Devel"))
    locale_dir = g_getenv ("HY_LOCALE_DIR");
  bindtextdomain (GETTEXT_PACKAGE, locale_dir != NULL ? locale_dir : HY_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (HyApplication) application = NULL;

  keep_memory_private ();
  set_language ();
  g_set_prgname (HY_APP_ID);
  g_set_application_name ("Hygie");

  application = hy_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
