/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The options that a command may take beside the global ones. */
typedef enum {
  HY_CLI_OPTION_KDF = 1 << 0,
  HY_CLI_OPTION_SPACE = 1 << 1,
  HY_CLI_OPTION_GIVEN = 1 << 2,
  HY_CLI_OPTION_FAMILY = 1 << 3,
  HY_CLI_OPTION_BIRTH_DATE = 1 << 4,
  HY_CLI_OPTION_SEX = 1 << 5,
  HY_CLI_OPTION_SAME_PERSON = 1 << 6,
  HY_CLI_OPTION_RAW = 1 << 7,
  HY_CLI_OPTION_ZIP = 1 << 8,
  HY_CLI_OPTION_PAGE = 1 << 9,
  HY_CLI_OPTION_SCALE = 1 << 10,
  HY_CLI_OPTION_PNG = 1 << 11,
  HY_CLI_OPTION_SERVER = 1 << 12,
  HY_CLI_OPTION_PATIENT = 1 << 13,
  HY_CLI_OPTION_TOKEN_FD = 1 << 14,
  HY_CLI_OPTION_NEW_PASSPHRASE_FD = 1 << 15,
} HyCliOption;

typedef struct _HyCliCommand HyCliCommand;

/* What was typed.  Texts are as typed; only file names may be other than UTF-8. */
typedef struct {
  const HyCliCommand *command; /* NULL with --help or --version and no command */
  GPtrArray *arguments;        /* char *: what follows the command, NULL-terminated */
  gboolean help;
  gboolean version;
  gboolean json;
  int passphrase_fd;           /* -1 when not given */
  char *vault;                 /* nullable, like all below */
  char *space;
  char *kdf;
  char *given;
  char *family;
  char *birth_date;
  char *sex;
  char *zip;
  char *page;
  char *scale;
  char *png;
  char *server;
  char *patient;
  char *token_fd;
  char *new_passphrase_fd;
  gboolean same_person;
  gboolean raw;
} HyCliOptions;

gboolean    hy_cli_options_parse     (HyCliOptions *options, int argc, char **argv, GError **error);
void        hy_cli_options_clear     (HyCliOptions *options);
const char *hy_cli_options_get_argument (const HyCliOptions *options, guint index);

G_END_DECLS
