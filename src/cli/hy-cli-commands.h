/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/hy-cli.h"

G_BEGIN_DECLS

/* Runs on a fiber of the main loop.  Answers on standard output. */
typedef gboolean (*HyCliRun) (HyCli *cli, GError **error);

struct _HyCliCommand {
  const char *name;     /* "space add" */
  HyCliRun run;
  guint options;        /* HyCliOption that it takes */
  guint required;       /* HyCliOption that it cannot do without */
  guint min_arguments;
  guint max_arguments;
  const char *synopsis; /* what follows the name */
  const char *summary;  /* untranslated, like the next */
  const char *details;
};

const HyCliCommand *hy_cli_command_find     (const char *const *words, guint *n_words);
gboolean            hy_cli_command_run_help (HyCli *cli, GError **error);
void                hy_cli_command_print_help (const HyCliCommand *command);

G_END_DECLS
