/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gets the passphrase from a file descriptor, a file or the terminal, straight into locked memory. */

#include "config.h"

#include "cli/hy-cli-secret.h"

#include "base/hy-error.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <limits.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* More than anybody types or remembers; a wrong file named by mistake must not fill memory. */
#define MAX_PASSPHRASE_BYTES 1024

static const int ending_signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
static volatile sig_atomic_t caught_signal;
static int signal_pipe[2] = { -1, -1 }; /* a signal between two reads, or on another thread, wakes the reader all the same */

static void
on_signal (int number)
{
  int before = errno;
  G_GNUC_UNUSED gssize written; /* a full pipe wakes the reader as well */

  caught_signal = number;
  written = write (signal_pipe[1], "", 1);
  errno = before;
}

/* Fails with EINTR when something comes from @wake first. */
static gssize
read_byte (int fd,
           int wake,
           guint8 *byte)
{
  struct pollfd waiting[] = { { .fd = wake, .events = POLLIN }, { .fd = fd, .events = POLLIN } };
  gssize got;

  while (wake >= 0 && poll (waiting, G_N_ELEMENTS (waiting), -1) < 0 && errno == EINTR)
    ;
  if (waiting[0].revents != 0)
    {
      errno = EINTR;
      return -1;
    }
  while ((got = read (fd, byte, 1)) < 0 && errno == EINTR)
    ;
  return got;
}

/* The first line of @fd, or all when there is no line end.  Read byte by byte: what follows the line stays there for
 * whoever reads the descriptor next.
 * wake: -1, or a descriptor that ends the reading when something comes from it. */
static HySecret *
read_line (int fd,
           int wake,
           GError **error)
{
  g_autoptr (HySecret) buffer = hy_secret_new (MAX_PASSPHRASE_BYTES + 1);
  guint8 *bytes = hy_secret_open_rw (buffer);
  HySecret *line = NULL;
  gsize size = 0;
  gssize got = 0;

  while (size <= MAX_PASSPHRASE_BYTES && (got = read_byte (fd, wake, bytes + size)) == 1 && bytes[size] != '\n')
    size++;

  if (got < 0)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), _ ("The passphrase could not be read: %s."),
                   g_strerror (code));
    }
  else if (size > MAX_PASSPHRASE_BYTES)
    g_set_error (error, HY_ERROR, HY_ERROR_REFUSED, _ ("A passphrase has at most %d bytes; this one has more."),
                 MAX_PASSPHRASE_BYTES);
  else if (size == 0)
    g_set_error_literal (error, HY_ERROR, HY_ERROR_REFUSED,
                         _ ("The passphrase is empty. Nothing was changed; give it on one line."));
  else
    line = hy_secret_new_copy (bytes, size);
  hy_secret_close (buffer);
  return line;
}

static HySecret *
read_hidden (int terminal,
             const char *prompt,
             GError **error)
{
  const struct sigaction noting = { .sa_handler = on_signal };
  struct sigaction before[G_N_ELEMENTS (ending_signals)];
  struct termios visible;
  struct termios hidden;
  HySecret *line;

  if (tcgetattr (terminal, &visible) != 0)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), _ ("The terminal did not answer: %s."),
                   g_strerror (code));
      return NULL;
    }
  hidden = visible;
  hidden.c_lflag &= ~(tcflag_t) (ECHO | ECHONL);
  hidden.c_lflag |= ICANON;

  if (!g_unix_open_pipe (signal_pipe, O_CLOEXEC | O_NONBLOCK, error))
    return NULL;
  caught_signal = 0;
  for (guint i = 0; i < G_N_ELEMENTS (ending_signals); i++)
    sigaction (ending_signals[i], &noting, &before[i]);
  tcsetattr (terminal, TCSAFLUSH, &hidden);
  dprintf (terminal, "%s ", prompt);
  line = read_line (terminal, signal_pipe[0], error);
  tcsetattr (terminal, TCSAFLUSH, &visible);
  dprintf (terminal, "\n");
  for (guint i = 0; i < G_N_ELEMENTS (ending_signals); i++)
    sigaction (ending_signals[i], &before[i], NULL);
  close (signal_pipe[0]);
  close (signal_pipe[1]);

  /* The terminal shows typing again; now the signal may do what it does. */
  if (caught_signal != 0)
    raise (caught_signal);
  return line;
}

static gboolean
secrets_equal (HySecret *a,
               HySecret *b)
{
  gboolean equal = FALSE;

  if (hy_secret_get_size (a) == hy_secret_get_size (b))
    {
      equal = memcmp (hy_secret_open (a), hy_secret_open (b), hy_secret_get_size (a)) == 0;
      hy_secret_close (a);
      hy_secret_close (b);
    }
  return equal;
}

static HySecret *
ask (HyCliSecret what,
     GError **error)
{
  g_autofd int terminal = open ("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
  g_autoptr (HySecret) first = NULL;
  g_autoptr (HySecret) second = NULL;

  if (terminal < 0)
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_REFUSED,
                           _ ("There is no terminal to ask for the passphrase. Give it with --passphrase-fd, or in a file "
                              "named by HYGIE_PASSPHRASE_FILE."));
      return NULL;
    }
  if (what == HY_CLI_SECRET_PASSPHRASE)
    return read_hidden (terminal, _ ("Passphrase:"), error);
  if (what == HY_CLI_SECRET_RECOVERY_KEY)
    return read_hidden (terminal, _ ("Recovery key:"), error);
  if (!(first = read_hidden (terminal, _ ("New passphrase:"), error)) ||
      !(second = read_hidden (terminal, _ ("The same again:"), error)))
    return NULL;
  if (!secrets_equal (first, second))
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_REFUSED,
                           _ ("The two passphrases differ. Nothing was changed; please start again."));
      return NULL;
    }
  return g_steal_pointer (&first);
}

/**
 * hy_cli_secret_read:
 * @fd: where --passphrase-fd says, or -1
 *
 * Looks at @fd, then at the file named by HYGIE_PASSPHRASE_FILE, then asks on the terminal.  From a descriptor or a
 * file the passphrase is the first line without its line feed, or everything when there is no line feed.
 * Shape: 1 to 1024 bytes.
 *
 * Returns: (transfer full) (nullable): the bytes as typed
 * Errors: %HY_ERROR_REFUSED when there is none, #GIOErrorEnum when reading fails
 */
HySecret *
hy_cli_secret_read (int fd,
                    HyCliSecret what,
                    GError **error)
{
  const char *path = g_getenv ("HYGIE_PASSPHRASE_FILE");
  g_autofd int file = -1;

  if (fd >= 0)
    return read_line (fd, -1, error);
  if (path == NULL || *path == '\0')
    return ask (what, error);
  if ((file = open (path, O_RDONLY | O_CLOEXEC)) < 0)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
                   _ ("The passphrase file named by HYGIE_PASSPHRASE_FILE could not be opened: %s."), g_strerror (code));
      return NULL;
    }
  return read_line (file, -1, error);
}

/**
 * hy_cli_secret_read_new:
 * @fd_text: (nullable): of --new-passphrase-fd; without it a terminal is asked twice
 *
 * The file named by HYGIE_PASSPHRASE_FILE has the former one, so it is not read.
 *
 * Returns: (transfer full) (nullable):
 * Errors: %G_OPTION_ERROR for what is no descriptor; those of hy_cli_secret_read()
 */
HySecret *
hy_cli_secret_read_new (const char *fd_text,
                        GError **error)
{
  guint64 fd;

  if (fd_text == NULL)
    return ask (HY_CLI_SECRET_NEW_PASSPHRASE, error);
  if (!g_ascii_string_to_unsigned (fd_text, 10, 0, INT_MAX, &fd, NULL))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("--%s takes the number of an open file descriptor, not “%s”."),
                   "new-passphrase-fd", fd_text);
      return NULL;
    }
  return read_line ((int) fd, -1, error);
}
