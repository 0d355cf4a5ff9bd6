/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are either the old or the new after a crash (SECURITY-DESIGN 3): write beside, fsync,
 * rename, fsync the folder.  Everything is 0600 in folders of 0700. */

#include "config.h"

#include "vault/hy-durable-file.h"

#include "base/hy-error.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

static gboolean
fail (GError **error,
      int saved_errno)
{
  /* A person can do something about these two; the rest keeps the system's own words. */
  if (saved_errno == ENOSPC || saved_errno == EDQUOT)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                         _ ("There is no room left on the disk. Nothing was lost; free some space and try again."));
  else if (saved_errno == EROFS || saved_errno == EACCES)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                         _ ("Hygie may not write in its own folder. Nothing was changed; check the permissions of the folder."));
  else
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved_errno),
                 _ ("The data could not be saved on the disk (%s). Nothing was lost; try again."), g_strerror (saved_errno));
  return FALSE;
}

char *
hy_durable_file_dup_parent (const char *path)
{
  return g_path_get_dirname (path);
}

/**
 * hy_durable_file_sync_dir:
 *
 * Makes the names in @dir last over a power cut.
 */
gboolean
hy_durable_file_sync_dir (const char *dir,
                          GError **error)
{
  int fd = open (dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return fail (error, errno);
  if (fsync (fd) != 0)
    {
      int saved_errno = errno;

      close (fd);
      return fail (error, saved_errno);
    }
  close (fd);
  return TRUE;
}

/**
 * hy_durable_file_make_dir:
 *
 * Makes one folder of mode 0700, durably; one that is there already is fine.
 */
gboolean
hy_durable_file_make_dir (const char *dir,
                          GError **error)
{
  g_autofree char *parent = hy_durable_file_dup_parent (dir);

  /* One that is there may have been made just before a crash: its name is made to last in any case. */
  if (g_mkdir (dir, 0700) != 0 && errno != EEXIST)
    return fail (error, errno);
  return hy_durable_file_sync_dir (parent, error);
}

gboolean
hy_durable_file_rename (const char *from,
                        const char *to,
                        GError **error)
{
  g_autofree char *parent = hy_durable_file_dup_parent (to);

  if (rename (from, to) != 0)
    return fail (error, errno);
  return hy_durable_file_sync_dir (parent, error);
}

static gboolean
write_all (int fd,
           const guint8 *bytes,
           gsize size)
{
  while (size > 0)
    {
      gssize written = write (fd, bytes, size);

      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        return FALSE;
      bytes += written;
      size -= (gsize) written;
    }
  return TRUE;
}

/**
 * hy_durable_file_write:
 * @tmp_dir: a folder on the same file system
 * @path: what is to hold @bytes, wholly or not at all
 */
gboolean
hy_durable_file_write (const char *tmp_dir,
                       const char *path,
                       const void *bytes,
                       gsize size,
                       GError **error)
{
  guint32 noise = randombytes_random ();
  g_autofree char *name = g_strdup_printf ("%08x%08x", noise, randombytes_random ());
  g_autofree char *tmp = g_build_filename (tmp_dir, name, NULL);
  int fd = open (tmp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  int saved_errno;

  if (fd < 0)
    return fail (error, errno);
  if (!write_all (fd, bytes, size) || fsync (fd) != 0)
    {
      saved_errno = errno;
      close (fd);
      unlink (tmp);
      return fail (error, saved_errno);
    }
  if (close (fd) != 0)
    {
      saved_errno = errno;
      unlink (tmp);
      return fail (error, saved_errno);
    }
  if (!hy_durable_file_rename (tmp, path, error))
    {
      unlink (tmp);
      return FALSE;
    }
  return TRUE;
}
