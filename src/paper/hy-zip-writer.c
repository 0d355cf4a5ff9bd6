/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ZIP files for taking things out, written by libarchive.  Blocking: pool threads only. */

#include "config.h"

#include "paper/hy-zip-writer.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <unistd.h>

struct _HyZipWriter
{
  char *path;
  char *partial; /* the name while it is being written */
  int fd;
  struct archive *archive;
};

static gboolean
fail (int saved_errno,
      GError **error)
{
  g_set_error (error, G_IO_ERROR, saved_errno != 0 ? (gint) g_io_error_from_errno (saved_errno) : (gint) G_IO_ERROR_FAILED,
               _ ("The file could not be written (%s). Nothing was lost; choose another place, or free some space, and try again."),
               saved_errno != 0 ? g_strerror (saved_errno) : _ ("unknown reason"));
  return FALSE;
}

/**
 * hy_zip_writer_new:
 * @path: replaced by hy_zip_writer_finish if it exists
 */
HyZipWriter *
hy_zip_writer_new (const char *path,
                   GError **error)
{
  g_autoptr (HyZipWriter) self = g_new0 (HyZipWriter, 1);

  self->path = g_strdup (path);
  self->partial = g_strconcat (path, ".part", NULL);
  self->fd = open (self->partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (self->fd < 0)
    {
      fail (errno, error);
      g_clear_pointer (&self->partial, g_free);
      return NULL;
    }
  self->archive = archive_write_new ();
  if (archive_write_set_format_zip (self->archive) != ARCHIVE_OK ||
      archive_write_set_options (self->archive, "hdrcharset=UTF-8") < ARCHIVE_WARN ||
      archive_write_open_fd (self->archive, self->fd) != ARCHIVE_OK)
    {
      fail (archive_errno (self->archive), error);
      return NULL;
    }
  return g_steal_pointer (&self);
}

/**
 * hy_zip_writer_add:
 * @name: relative, UTF-8, with "/" between folders
 * @time_s: unix time shown for the entry
 */
gboolean
hy_zip_writer_add (HyZipWriter *self,
                   const char *name,
                   GBytes *bytes,
                   gint64 time_s,
                   GError **error)
{
  struct archive_entry *entry = archive_entry_new ();
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  gboolean written;

  archive_entry_set_pathname_utf8 (entry, name);
  archive_entry_set_size (entry, (gint64) size);
  archive_entry_set_filetype (entry, AE_IFREG);
  archive_entry_set_perm (entry, 0600);
  archive_entry_set_mtime (entry, (time_t) time_s, 0);
  written = archive_write_header (self->archive, entry) >= ARCHIVE_WARN;
  while (written && size > 0)
    {
      la_ssize_t n = archive_write_data (self->archive, data, size);

      written = n > 0;
      if (written)
        {
          data += n;
          size -= (gsize) n;
        }
    }
  archive_entry_free (entry);
  return written || fail (archive_errno (self->archive), error);
}

gboolean
hy_zip_writer_finish (HyZipWriter *self,
                      GError **error)
{
  if (archive_write_close (self->archive) != ARCHIVE_OK)
    return fail (archive_errno (self->archive), error);
  if (fsync (self->fd) != 0 || g_rename (self->partial, self->path) != 0)
    return fail (errno, error);
  g_clear_pointer (&self->partial, g_free);
  return TRUE;
}

/**
 * hy_zip_writer_free:
 *
 * Without hy_zip_writer_finish nothing is left behind.
 */
void
hy_zip_writer_free (HyZipWriter *self)
{
  if (self == NULL)
    return;
  if (self->archive != NULL)
    archive_write_free (self->archive);
  if (self->fd >= 0)
    close (self->fd);
  if (self->partial != NULL)
    g_unlink (self->partial);
  g_free (self->partial);
  g_free (self->path);
  g_free (self);
}
