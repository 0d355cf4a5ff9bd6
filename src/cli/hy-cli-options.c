/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the words of the command line: options may stand before or after the command, "--" ends them.
 * Every fault is a G_OPTION_ERROR, which main() answers with exit 2; nothing has been touched by then. */

#include "config.h"

#include "cli/hy-cli-options.h"

#include "cli/hy-cli-commands.h"

#include <glib/gi18n.h>
#include <limits.h>

typedef struct
{
  const char *name;
  guint mask;        /* 0 = every command takes it */
  gboolean has_value;
  goffset field;     /* of HyCliOptions: char * with a value, gboolean without */
} Option;

#define FIELD(name) G_STRUCT_OFFSET (HyCliOptions, name)

static const Option known_options[] = {
  { "help", 0, FALSE, FIELD (help) },
  { "version", 0, FALSE, FIELD (version) },
  { "json", 0, FALSE, FIELD (json) },
  { "vault", 0, TRUE, FIELD (vault) },
  { "passphrase-fd", 0, TRUE, FIELD (passphrase_fd) },
  { "kdf", HY_CLI_OPTION_KDF, TRUE, FIELD (kdf) },
  { "space", HY_CLI_OPTION_SPACE, TRUE, FIELD (space) },
  { "given", HY_CLI_OPTION_GIVEN, TRUE, FIELD (given) },
  { "family", HY_CLI_OPTION_FAMILY, TRUE, FIELD (family) },
  { "birth-date", HY_CLI_OPTION_BIRTH_DATE, TRUE, FIELD (birth_date) },
  { "sex", HY_CLI_OPTION_SEX, TRUE, FIELD (sex) },
  { "same-person", HY_CLI_OPTION_SAME_PERSON, FALSE, FIELD (same_person) },
  { "raw", HY_CLI_OPTION_RAW, FALSE, FIELD (raw) },
  { "zip", HY_CLI_OPTION_ZIP, TRUE, FIELD (zip) },
  { "page", HY_CLI_OPTION_PAGE, TRUE, FIELD (page) },
  { "scale", HY_CLI_OPTION_SCALE, TRUE, FIELD (scale) },
  { "png", HY_CLI_OPTION_PNG, TRUE, FIELD (png) },
  { "server", HY_CLI_OPTION_SERVER, TRUE, FIELD (server) },
  { "patient", HY_CLI_OPTION_PATIENT, TRUE, FIELD (patient) },
  { "token-fd", HY_CLI_OPTION_TOKEN_FD, TRUE, FIELD (token_fd) },
  { "new-passphrase-fd", HY_CLI_OPTION_NEW_PASSPHRASE_FD, TRUE, FIELD (new_passphrase_fd) },
};

G_GNUC_PRINTF (2, 3)
static gboolean
refuse (GError **error,
        const char *format,
        ...)
{
  g_autofree char *message = NULL;
  g_autofree char *shown = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  shown = g_utf8_make_valid (message, -1);
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, shown);
  return FALSE;
}

static const Option *
find_option (const char *name,
             gsize length)
{
  for (guint i = 0; i < G_N_ELEMENTS (known_options); i++)
    {
      if (strlen (known_options[i].name) == length && strncmp (known_options[i].name, name, length) == 0)
        return &known_options[i];
    }
  return NULL;
}

static gboolean
read_fd (const char *text,
         int *fd,
         GError **error)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (text, 10, 0, INT_MAX, &number, NULL))
    return refuse (error, _ ("--passphrase-fd takes the number of an open file descriptor, not “%s”."), text);
  *fd = (int) number;
  return TRUE;
}

static gboolean
take_value (HyCliOptions *options,
            const Option *option,
            const char *value,
            GError **error)
{
  char **field = G_STRUCT_MEMBER_P (options, option->field);

  if (value == NULL)
    return refuse (error, _ ("--%s needs a value after it."), option->name);
  if (option->field == FIELD (passphrase_fd))
    {
      if (options->passphrase_fd >= 0)
        return refuse (error, _ ("--%s is given twice."), option->name);
      return read_fd (value, &options->passphrase_fd, error);
    }
  if (*field != NULL)
    return refuse (error, _ ("--%s is given twice."), option->name);
  if (option->field != FIELD (vault) && option->field != FIELD (zip) && option->field != FIELD (png) && !g_utf8_validate (value, -1, NULL))
    return refuse (error, _ ("The value of --%s is not UTF-8 text."), option->name);
  *field = g_strdup (value);
  return TRUE;
}

/* @argument begins with "-" and is longer; @index is moved on when the value is the next word. */
static gboolean
take_option (HyCliOptions *options,
             guint *mask,
             int argc,
             char **argv,
             int *index,
             GError **error)
{
  const char *argument = argv[*index];
  const char *name = argument + 2;
  const char *equals = strchr (argument, '=');
  const Option *option = NULL;

  if (g_str_equal (argument, "-h"))
    option = find_option ("help", strlen ("help"));
  else if (argument[1] == '-')
    option = find_option (name, equals != NULL ? (gsize) (equals - name) : strlen (name));
  if (option == NULL)
    return refuse (error, _ ("There is no option “%s”."), argument);

  *mask |= option->mask;
  if (option->has_value)
    {
      const char *value = equals != NULL ? equals + 1 : NULL;

      if (value == NULL && *index + 1 < argc)
        value = argv[++*index];
      return take_value (options, option, value, error);
    }
  if (equals != NULL)
    return refuse (error, _ ("--%s takes no value."), option->name);
  *(gboolean *) G_STRUCT_MEMBER_P (options, option->field) = TRUE;
  return TRUE;
}

static gboolean
take_command (HyCliOptions *options,
              GError **error)
{
  const char *first = hy_cli_options_get_argument (options, 0);
  guint n_words = 0;

  if (first == NULL)
    return TRUE;
  if (!(options->command = hy_cli_command_find ((const char *const *) options->arguments->pdata, &n_words)))
    {
      if (g_str_equal (first, "space"))
        return refuse (error, _ ("“%s” is followed by add, list or remove."), first);
      if (g_str_equal (first, "passphrase"))
        return refuse (error, _ ("“%s” is followed by %s."), first, "change");
      if (g_str_equal (first, "recovery"))
        return refuse (error, _ ("“%s” is followed by %s."), first, "test");
      return refuse (error, _ ("There is no command “%s”."), first);
    }
  g_ptr_array_remove_range (options->arguments, 0, n_words);
  return TRUE;
}

static gboolean
check_command (const HyCliOptions *options,
               guint mask,
               GError **error)
{
  const HyCliCommand *command = options->command;
  guint n_arguments = options->arguments->len;

  for (guint i = 0; i < G_N_ELEMENTS (known_options); i++)
    {
      guint option = known_options[i].mask;

      if ((mask & option & ~command->options) != 0)
        return refuse (error, _ ("This command takes no --%s."), known_options[i].name);
      if (!options->help && (command->required & option & ~mask) != 0)
        return refuse (error, _ ("--%s is missing."), known_options[i].name);
    }
  if (options->help)
    return TRUE;
  if (n_arguments < command->min_arguments)
    return refuse (error, _ ("Something is missing after “%s”."), command->name);
  if (n_arguments > command->max_arguments)
    return refuse (error, _ ("“%s” is one word too many."),
                   hy_cli_options_get_argument (options, command->max_arguments));
  return TRUE;
}

/**
 * hy_cli_options_parse:
 * @options: (out caller-allocates): filled in; to be cleared in any case
 *
 * Errors: %G_OPTION_ERROR with a sentence
 */
gboolean
hy_cli_options_parse (HyCliOptions *options,
                      int argc,
                      char **argv,
                      GError **error)
{
  gboolean only_words = FALSE;
  guint mask = 0;

  *options = (HyCliOptions) { .passphrase_fd = -1 };
  options->arguments = g_ptr_array_new_null_terminated (8, g_free, TRUE);

  for (int i = 1; i < argc; i++)
    {
      if (only_words || argv[i][0] != '-' || argv[i][1] == '\0')
        g_ptr_array_add (options->arguments, g_strdup (argv[i]));
      else if (g_str_equal (argv[i], "--"))
        only_words = TRUE;
      else if (!take_option (options, &mask, argc, argv, &i, error))
        return FALSE;
    }

  if (options->version)
    return TRUE;
  if (!take_command (options, error))
    return FALSE;
  if (options->command != NULL)
    return check_command (options, mask, error);
  if (options->help)
    return TRUE;
  return refuse (error, "%s", _ ("Say what to do: a command is missing."));
}

void
hy_cli_options_clear (HyCliOptions *options)
{
  g_clear_pointer (&options->arguments, g_ptr_array_unref);
  g_clear_pointer (&options->vault, g_free);
  g_clear_pointer (&options->space, g_free);
  g_clear_pointer (&options->kdf, g_free);
  g_clear_pointer (&options->given, g_free);
  g_clear_pointer (&options->family, g_free);
  g_clear_pointer (&options->birth_date, g_free);
  g_clear_pointer (&options->sex, g_free);
  g_clear_pointer (&options->zip, g_free);
  g_clear_pointer (&options->page, g_free);
  g_clear_pointer (&options->scale, g_free);
  g_clear_pointer (&options->png, g_free);
  g_clear_pointer (&options->server, g_free);
  g_clear_pointer (&options->patient, g_free);
  g_clear_pointer (&options->token_fd, g_free);
  g_clear_pointer (&options->new_passphrase_fd, g_free);
}

/**
 * hy_cli_options_get_argument:
 *
 * Returns: (nullable): the word number @index after the command, from 0
 */
const char *
hy_cli_options_get_argument (const HyCliOptions *options,
                             guint index)
{
  return index < options->arguments->len ? g_ptr_array_index (options->arguments, index) : NULL;
}
