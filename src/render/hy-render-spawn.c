/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts the worker inside the outer sandbox, with one end of a socket and nothing else of ours; makes the memfds that go
 * over it.  On the worker's thread: who starts a process with PR_SET_PDEATHSIG must live as long as it. */

#define _GNU_SOURCE /* the calls are Linux's own */
#include "config.h"

#include "render/hy-render-private.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

/* Containers that did not work are not tried again while Hygie runs. */
static int refused_containers; /* atomic; a bit each */

/* -- memfds -- */

static gpointer
fail (GError **error,
      const char *what)
{
  int code = errno;

  g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (code), "%s: %s", what, g_strerror (code));
  return NULL;
}

static int
new_memfd (GError **error)
{
  /* Older kernels know no NOEXEC. */
  int fd = memfd_create ("hygie", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);

  if (fd < 0 && errno == EINVAL)
    fd = memfd_create ("hygie", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0)
    fail (error, "memfd_create");
  return fd;
}

/* Wants @fd; closes it when it fails. */
static int
seal (int fd,
      int seals,
      GError **error)
{
  if (fcntl (fd, F_ADD_SEALS, seals) == 0)
    return fd;
  fail (error, "F_ADD_SEALS");
  close (fd);
  return -1;
}

/**
 * hy_render_memfd_document:
 *
 * Returns: a descriptor of a copy that nobody can change, not we either; -1 with an error
 */
int
hy_render_memfd_document (GBytes *document,
                          GError **error)
{
  int fd = new_memfd (error);
  gsize size;
  const guint8 *bytes = g_bytes_get_data (document, &size);
  gsize written = 0;

  if (fd < 0)
    return -1;
  while (written < size)
    {
      ssize_t n = write (fd, bytes + written, size - written);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          fail (error, "write");
          close (fd);
          return -1;
        }
      written += (gsize) n;
    }
  return seal (fd, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL, error);
}

/**
 * hy_render_memfd_room:
 *
 * Returns: a descriptor of @size zeros that can be written and keeps its size, so that reading it never faults
 */
int
hy_render_memfd_room (gsize size,
                      GError **error)
{
  int fd = new_memfd (error);

  if (fd < 0)
    return -1;
  if (ftruncate (fd, (off_t) size) != 0)
    {
      fail (error, "ftruncate");
      close (fd);
      return -1;
    }
  return seal (fd, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL, error);
}

/* -- containers -- */

static char *
find_helper (HyRenderContainer container)
{
  return container == HY_RENDER_BUBBLEWRAP ? g_find_program_in_path ("bwrap")
         : container == HY_RENDER_FLATPAK  ? g_find_program_in_path ("flatpak-spawn")
                                           : NULL;
}

/**
 * hy_render_spawn_choose:
 *
 * Flatpak's filter lets nobody make namespaces, so that bubblewrap cannot be nested there: its portal starts the worker
 * in a sandbox of its own instead (SECURITY-DESIGN 5.1).
 *
 * UNDECIDED: whether flatpak-spawn's options below are all that is needed; to be seen when Hygie is built as a Flatpak.
 */
HyRenderContainer
hy_render_spawn_choose (void)
{
  HyRenderContainer container =
      g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS) ? HY_RENDER_FLATPAK : HY_RENDER_BUBBLEWRAP;
  g_autofree char *helper = NULL;

  if (!hy_render_get_settings ()->contain || (g_atomic_int_get (&refused_containers) & (1 << container)))
    return HY_RENDER_PLAIN;
  helper = find_helper (container);
  return helper != NULL ? container : HY_RENDER_PLAIN;
}

void
hy_render_spawn_give_up (HyRenderContainer container)
{
  g_atomic_int_or (&refused_containers, 1 << container);
}

/* What the worker reads: libraries, fonts with fontconfig's list and settings, and where the processors are counted.
 * Fonts that a person has at home stay outside: documents bring their own, or name common ones. */
static const char *const READ_ONLY[] = {
  "/usr",
  "/lib",
  "/lib32",
  "/lib64",
  "/etc/ld.so.cache",
  "/etc/fonts",
  "/var/cache/fontconfig",
  "/sys/devices/system/cpu/online",
};

static void
add (GPtrArray *words,
     const char *word)
{
  g_ptr_array_add (words, g_strdup (word));
}

static GPtrArray *
new_command (HyRenderContainer container,
             const char *helper)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);
  const char *program = hy_render_get_settings ()->program;

  switch (container)
    {
    case HY_RENDER_BUBBLEWRAP:
      add (words, helper);
      add (words, "--unshare-all");
      add (words, "--die-with-parent");
      add (words, "--new-session");
      add (words, "--clearenv");
      add (words, "--cap-drop");
      add (words, "ALL");
      for (guint i = 0; i < G_N_ELEMENTS (READ_ONLY); i++)
        {
          add (words, "--ro-bind-try");
          add (words, READ_ONLY[i]);
          add (words, READ_ONLY[i]);
        }
      add (words, "--ro-bind");
      add (words, program);
      add (words, "/hygie-render");
      add (words, "--remount-ro");
      add (words, "/");
      add (words, "--chdir");
      add (words, "/");
      add (words, "/hygie-render");
      add (words, "--contained");
      break;
    case HY_RENDER_FLATPAK:
      add (words, helper);
      add (words, "--sandbox");
      add (words, "--no-network");
      add (words, "--watch-bus");
      add (words, "--clear-env");
      g_ptr_array_add (words, g_strdup_printf ("--forward-fd=%d", HY_WIRE_FD));
      add (words, program);
      add (words, "--contained");
      break;
    case HY_RENDER_PLAIN:
    default:
      add (words, program);
    }
  g_ptr_array_add (words, NULL);
  return words;
}

/* The program sees standard streams that lead nowhere, the socket, and no other descriptor.  What a decoder complains
 * about is the document's contents, which no log may have. */
static int
spawn (char *const *command,
       char *const *environment,
       int worker_end,
       pid_t *pid)
{
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none, all;
  int result;

  sigemptyset (&none);
  sigfillset (&all);
  posix_spawn_file_actions_init (&actions);
  /* With the same number on both sides this clears the close-on-exec flag. */
  posix_spawn_file_actions_adddup2 (&actions, worker_end, HY_WIRE_FD);
  posix_spawn_file_actions_addopen (&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen (&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen (&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addclosefrom_np (&actions, HY_WIRE_FD + 1);
  posix_spawnattr_init (&attributes);
  posix_spawnattr_setflags (&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
  posix_spawnattr_setsigmask (&attributes, &none);
  posix_spawnattr_setsigdefault (&attributes, &all);
  result = posix_spawn (pid, command[0], &actions, &attributes, command, environment);
  posix_spawnattr_destroy (&attributes);
  posix_spawn_file_actions_destroy (&actions);
  return result;
}

/**
 * hy_render_spawn:
 * @socket: (out): our end
 * @pid: (out): what to kill and to wait for
 *
 * On the thread that keeps the worker for its whole life.
 */
gboolean
hy_render_spawn (HyRenderContainer container,
                 int *our_end,
                 pid_t *pid,
                 GError **error)
{
  g_autofree char *helper = find_helper (container);
  g_autoptr (GPtrArray) command = new_command (container, helper);
  char *nothing[] = { NULL };
  /* The portal is found by the session's addresses; it passes none of them on. */
  g_auto (GStrv) session = container == HY_RENDER_FLATPAK ? g_get_environ () : NULL;
  int ends[2];
  int result;

  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    return fail (error, "socketpair") != NULL;
  result = spawn ((char *const *) command->pdata, session != NULL ? session : nothing, ends[1], pid);
  close (ends[1]);
  if (result != 0)
    {
      close (ends[0]);
      errno = result;
      return fail (error, "posix_spawn") != NULL;
    }
  *our_end = ends[0];
  return TRUE;
}
