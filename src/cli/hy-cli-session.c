/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the vault's folder and the passphrase to the session. */

#include "config.h"

#include "cli/hy-cli-session.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "cli/hy-cli-output.h"
#include "cli/hy-cli-secret.h"

#include <glib/gi18n.h>

#define MIN_PASSPHRASE_CHARACTERS 12 /* SECURITY-DESIGN 2.2 */

static char *
dup_vault_dir (HyCli *cli)
{
  if (cli->options.vault != NULL)
    return g_canonicalize_filename (cli->options.vault, NULL);
  return hy_session_dup_default_dir ();
}

/* Before a secret is asked for: is there something to open, or room to make something? */
static gboolean
look_at_vault (const char *dir,
               gboolean is_new,
               GError **error)
{
  g_autofree char *shown = hy_cli_output_dup_plain (dir);

  switch (hy_session_probe (dir, error))
    {
    case HY_VAULT_ABSENT:
      if (is_new)
        return TRUE;
      g_set_error (error, HY_ERROR, HY_ERROR_MISSING, _ ("There is no vault in %s. “hygie-cli create” makes one."), shown);
      return FALSE;
    case HY_VAULT_PRESENT:
      if (!is_new)
        return TRUE;
      g_set_error (error, HY_ERROR, HY_ERROR_EXISTS, _ ("There is a vault in %s already. Nothing was changed."), shown);
      return FALSE;
    case HY_VAULT_UNREADABLE:
    default:
      return FALSE;
    }
}

/* Bytes that are no text count one each, as if each were a character. */
static gboolean
check_length (HySecret *passphrase,
              GError **error)
{
  const char *text = (const char *) hy_secret_open (passphrase);
  gsize size = hy_secret_get_size (passphrase);
  gboolean is_text = g_utf8_validate_len (text, size, NULL);
  gsize n_characters = is_text ? (gsize) g_utf8_strlen (text, (gssize) size) : size;

  hy_secret_close (passphrase);
  if (n_characters >= MIN_PASSPHRASE_CHARACTERS)
    return TRUE;
  g_set_error (error, HY_ERROR, HY_ERROR_REFUSED,
               _ ("A passphrase has at least %d characters, for example five words. Nothing was changed; please choose a "
                  "longer one."),
               MIN_PASSPHRASE_CHARACTERS);
  return FALSE;
}

/**
 * hy_cli_session_create:
 *
 * Errors: %HY_ERROR_EXISTS when there is a vault, %HY_ERROR_REFUSED for a passphrase that is too short; those of hy_cli_secret_read() and hy_session_create()
 */
gboolean
hy_cli_session_create (HyCli *cli,
                       HyKdf kdf,
                       GError **error)
{
  g_autofree char *dir = dup_vault_dir (cli);
  g_autoptr (HySecret) passphrase = NULL;

  if (!look_at_vault (dir, /* is_new= */ TRUE, error) ||
      !(passphrase = hy_cli_secret_read (cli->options.passphrase_fd, HY_CLI_SECRET_NEW_PASSPHRASE, error)) ||
      !check_length (passphrase, error))
    return FALSE;
  cli->session = dex_await_object (hy_session_create (dir, passphrase, kdf), error);
  return cli->session != NULL;
}

/**
 * hy_cli_session_unlock:
 *
 * Errors: %HY_ERROR_MISSING when there is no vault; those of hy_session_probe(), hy_cli_secret_read() and
 *   hy_session_unlock()
 */
gboolean
hy_cli_session_unlock (HyCli *cli,
                       GError **error)
{
  g_autofree char *dir = dup_vault_dir (cli);
  g_autoptr (HySecret) passphrase = NULL;

  if (!look_at_vault (dir, /* is_new= */ FALSE, error) ||
      !(passphrase = hy_cli_secret_read (cli->options.passphrase_fd, HY_CLI_SECRET_PASSPHRASE, error)))
    return FALSE;
  cli->session = dex_await_object (hy_session_unlock (dir, passphrase), error);
  return cli->session != NULL;
}

/**
 * hy_cli_session_unlock_recovery:
 *
 * Errors: as hy_cli_session_unlock()
 */
gboolean
hy_cli_session_unlock_recovery (HyCli *cli,
                                GError **error)
{
  g_autofree char *dir = dup_vault_dir (cli);
  g_autoptr (HySecret) typed = NULL;

  if (!look_at_vault (dir, /* is_new= */ FALSE, error) ||
      !(typed = hy_cli_secret_read (cli->options.passphrase_fd, HY_CLI_SECRET_RECOVERY_KEY, error)))
    return FALSE;
  cli->session = dex_await_object (hy_session_unlock_recovery (dir, typed), error);
  return cli->session != NULL;
}

/**
 * hy_cli_session_change_passphrase:
 *
 * Errors: as hy_cli_session_unlock(); %HY_ERROR_REFUSED for a passphrase that is too short
 */
gboolean
hy_cli_session_change_passphrase (HyCli *cli,
                                  GError **error)
{
  g_autofree char *dir = dup_vault_dir (cli);
  g_autoptr (HySecret) former = NULL;
  g_autoptr (HySecret) fresh = NULL;

  if (!look_at_vault (dir, /* is_new= */ FALSE, error) ||
      !(former = hy_cli_secret_read (cli->options.passphrase_fd, HY_CLI_SECRET_PASSPHRASE, error)))
    return FALSE;
  /* A script's mistake shows before anything is done; a person hears first that the former one is right. */
  if (cli->options.new_passphrase_fd != NULL && !(fresh = hy_cli_secret_read_new (cli->options.new_passphrase_fd, error)))
    return FALSE;
  if (!(cli->session = dex_await_object (hy_session_unlock (dir, former), error)) ||
      (fresh == NULL && !(fresh = hy_cli_secret_read_new (NULL, error))))
    return FALSE;
  return check_length (fresh, error) && dex_await (hy_session_change_passphrase (cli->session, former, fresh), error);
}
