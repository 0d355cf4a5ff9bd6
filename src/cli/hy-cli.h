/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/hy-cli-options.h"
#include "space/hy-session.h"

G_BEGIN_DECLS

/* The exit codes are a contract with scripts (DESIGN.md 8). */
typedef enum {
  HY_CLI_DONE = 0,
  HY_CLI_REFUSED = 1,
  HY_CLI_USAGE = 2,
  HY_CLI_WRONG_SECRET = 3,
  HY_CLI_DAMAGED = 4,
} HyCliExit;

/* One run of the program, from its words to its exit. */
typedef struct {
  HyCliOptions options;
  HySession *session; /* nullable: the opened vault, locked by main() at the end */
} HyCli;

G_END_DECLS
