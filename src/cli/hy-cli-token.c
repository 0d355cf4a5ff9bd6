/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The token of a server, for one run: from a descriptor, or a file.  It is never an argument, which others could see. */

#include "config.h"

#include "cli/hy-cli-token.h"

#include "base/hy-error.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <limits.h>
#include <unistd.h>

/* Tokens that carry their claims have a few thousand bytes. */
#define MAX_TOKEN_BYTES (16 * 1024)

static HySecret *
read_first_line (int fd,
                 GError **error)
{
  g_autoptr (HySecret) buffer = hy_secret_new (MAX_TOKEN_BYTES + 1);
  guint8 *bytes = hy_secret_open_rw (buffer);
  HySecret *token = NULL;
  gsize size = 0;
  gssize got = 1;
  int code = 0;

  while (size <= MAX_TOKEN_BYTES && got > 0)
    {
      if ((got = read (fd, bytes + size, 1)) < 0 && errno == EINTR)
        got = 1;
      else if (got < 0)
        code = errno;
      else if (got == 1 && bytes[size] == '\n')
        break;
      else if (got == 1)
        size++;
    }
  if (size > 0 && bytes[size - 1] == '\r')
    size--;
  if (code != 0)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), _ ("The token could not be read: %s."), g_strerror (code));
  else if (size > MAX_TOKEN_BYTES)
    g_set_error (error, HY_ERROR, HY_ERROR_REFUSED, _ ("A token has at most %d bytes; this one has more."), MAX_TOKEN_BYTES);
  else if (size == 0)
    g_set_error_literal (error, HY_ERROR, HY_ERROR_REFUSED, _ ("The token is empty. Nothing was changed; give it on one line."));
  else
    token = hy_secret_new_copy (bytes, size);
  hy_secret_close (buffer);
  return token;
}

/**
 * hy_cli_token_read:
 * @fd_text: (nullable): of --token-fd
 * @token: (out) (nullable): %NULL when none is given
 *
 * Looks at --token-fd, then at the file named by HYGIE_TOKEN_FILE.
 *
 * Errors: G_OPTION_ERROR for what is no descriptor, HY_ERROR_REFUSED for an empty token, #GIOErrorEnum
 */
gboolean
hy_cli_token_read (const char *fd_text,
                   HySecret **token,
                   GError **error)
{
  const char *path = g_getenv ("HYGIE_TOKEN_FILE");
  g_autofd int file = -1;
  guint64 number;

  *token = NULL;
  if (fd_text != NULL)
    {
      if (!g_ascii_string_to_unsigned (fd_text, 10, 0, INT_MAX, &number, NULL))
        {
          g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _ ("--token-fd takes the number of an open file descriptor, not “%s”."), fd_text);
          return FALSE;
        }
      return (*token = read_first_line ((int) number, error)) != NULL;
    }
  if (path == NULL || *path == '\0')
    return TRUE;
  if ((file = open (path, O_RDONLY | O_CLOEXEC)) < 0)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), _ ("The file named by HYGIE_TOKEN_FILE could not be opened: %s."),
                   g_strerror (code));
      return FALSE;
    }
  return (*token = read_first_line (file, error)) != NULL;
}
