/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Document bytes, each in a file of its own, encrypted as a stream under a key of its own (SECURITY-DESIGN 2.4).
 * The file is durable before the row that names it is committed. */

#include "config.h"

#include "vault/hy-blob-file.h"

#include "base/hy-error.h"
#include "vault/hy-durable-file.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "HYGBLOB1"
#define HEAD_SIZE 48 /* magic 8, id 16, stream header 24 */
#define AD_SIZE (24 + 16)
#define CHUNK 65536

G_STATIC_ASSERT (crypto_secretstream_xchacha20poly1305_HEADERBYTES == 24);
G_STATIC_ASSERT (crypto_secretstream_xchacha20poly1305_KEYBYTES == 32);

char *
hy_blob_file_dup_path (const char *blobs_dir,
                       const guint8 id[HY_BLOB_ID_SIZE])
{
  char name[2 * HY_BLOB_ID_SIZE + 1];
  char first[3];

  sodium_bin2hex (name, sizeof name, id, HY_BLOB_ID_SIZE);
  memcpy (first, name, 2);
  first[2] = 0;
  return g_build_filename (blobs_dir, first, name, NULL);
}

/**
 * hy_blob_file_pad:
 *
 * The Padmé size: at most 12 % more, and far fewer distinct sizes to tell documents by.
 */
gint64
hy_blob_file_pad (gint64 size)
{
  guint exponent, kept;
  gint64 mask;

  if (size < 2)
    return size;
  exponent = 63 - (guint) __builtin_clzll ((guint64) size);
  kept = 1;
  while (exponent >> kept != 0)
    kept++;
  mask = ((gint64) 1 << (exponent - MIN (kept, exponent))) - 1;
  return (size + mask) & ~mask;
}

static void
wrap (HyBlob *blob,
      HySecret *wrap_key,
      HySecret *key)
{
  randombytes_buf (blob->wrapped, 24);
  crypto_aead_xchacha20poly1305_ietf_encrypt (blob->wrapped + 24, NULL, hy_secret_open (key), 32, blob->id, sizeof blob->id, NULL,
                                              blob->wrapped, hy_secret_open (wrap_key));
  hy_secret_close (key);
  hy_secret_close (wrap_key);
}

static HySecret *
unwrap (const HyBlob *blob,
        HySecret *wrap_key)
{
  HySecret *key = hy_secret_new (32);
  int failed = crypto_aead_xchacha20poly1305_ietf_decrypt (hy_secret_open_rw (key), NULL, NULL, blob->wrapped + 24, 48, blob->id,
                                                           sizeof blob->id, blob->wrapped, hy_secret_open (wrap_key));

  hy_secret_close (wrap_key);
  hy_secret_close (key);
  if (failed)
    g_clear_pointer (&key, hy_secret_unref);
  return key;
}

static void
build_ad (guint8 ad[AD_SIZE],
          const guint8 *head,
          const guint8 space_uuid[16])
{
  memcpy (ad, head, 24);
  memcpy (ad + 24, space_uuid, 16);
}

/**
 * hy_blob_file_write:
 * @blob: (out): to be kept in the database; set on success
 */
gboolean
hy_blob_file_write (const char *blobs_dir,
                    const char *tmp_dir,
                    const guint8 space_uuid[16],
                    HySecret *wrap_key,
                    GBytes *bytes,
                    HyBlob *blob,
                    GError **error)
{
  gsize size;
  const guint8 *plain = g_bytes_get_data (bytes, &size);
  gint64 padded = hy_blob_file_pad ((gint64) size);
  gsize n_chunks = MAX (1, ((gsize) padded + CHUNK - 1) / CHUNK);
  gsize file_size = HEAD_SIZE + (gsize) padded + n_chunks * crypto_secretstream_xchacha20poly1305_ABYTES;
  g_autofree guint8 *file = g_try_malloc (file_size);
  g_autofree guint8 *last = g_malloc0 (CHUNK);
  g_autoptr (HySecret) key = hy_secret_new_random (32);
  g_autofree char *path = NULL;
  g_autofree char *parent = NULL;
  crypto_secretstream_xchacha20poly1305_state stream;
  HyBlob made = { .size = (gint64) size };
  guint8 ad[AD_SIZE];
  guint8 *out;

  if (file == NULL)
    {
      g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_NOMEM,
                           _ ("There is not enough memory for this document. Nothing was lost; close other programs and try again."));
      return FALSE;
    }
  randombytes_buf (made.id, sizeof made.id);
  crypto_generichash (made.hash, sizeof made.hash, plain, size, NULL, 0);
  wrap (&made, wrap_key, key);

  memcpy (file, MAGIC, 8);
  memcpy (file + 8, made.id, HY_BLOB_ID_SIZE);
  crypto_secretstream_xchacha20poly1305_init_push (&stream, file + 24, hy_secret_open (key));
  hy_secret_close (key);
  build_ad (ad, file, space_uuid);
  out = file + HEAD_SIZE;
  for (gsize i = 0; i < n_chunks; i++)
    {
      gsize at = i * CHUNK;
      gsize length = MIN (CHUNK, (gsize) padded - at);
      const guint8 *from = plain + at;

      /* The padding begins somewhere in the last chunks: those are copied together with zeros. */
      if (at + length > size)
        {
          memset (last, 0, CHUNK);
          if (at < size)
            memcpy (last, plain + at, size - at);
          from = last;
        }
      crypto_secretstream_xchacha20poly1305_push (&stream, out, NULL, from, length, i == 0 ? ad : NULL, i == 0 ? AD_SIZE : 0,
                                                  i == n_chunks - 1 ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0);
      out += length + crypto_secretstream_xchacha20poly1305_ABYTES;
    }
  sodium_memzero (&stream, sizeof stream);
  sodium_memzero (last, CHUNK);
  g_assert (out == file + file_size);

  path = hy_blob_file_dup_path (blobs_dir, made.id);
  parent = hy_durable_file_dup_parent (path);
  if (!hy_durable_file_make_dir (parent, error) || !hy_durable_file_write (tmp_dir, path, file, file_size, error))
    return FALSE;
  *blob = made;
  return TRUE;
}

static void
set_damaged (GError **error)
{
  g_set_error_literal (error, HY_ERROR, HY_ERROR_CORRUPT,
                       _ ("The file of this document is damaged on this computer, so it is not shown. Nothing was changed; "
                          "restore a backup, or bring the document in again."));
}

static gboolean
read_file (const char *path,
           gsize wanted,
           guint8 *file,
           int *refused_errno)
{
  struct stat st;
  gsize got = 0;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

  *refused_errno = fd < 0 && errno != ENOENT && errno != ENOTDIR && errno != ELOOP ? errno : 0;
  if (fd < 0)
    return FALSE;
  if (fstat (fd, &st) == 0 && S_ISREG (st.st_mode) && (gsize) st.st_size == wanted)
    while (got < wanted)
      {
        gssize n = read (fd, file + got, wanted - got);

        if (n < 0 && errno == EINTR)
          continue;
        if (n <= 0)
          break;
        got += (gsize) n;
      }
  close (fd);
  return got == wanted && wanted != 0;
}

/**
 * hy_blob_file_read:
 *
 * Returns: (transfer full) (nullable): the plaintext, whole and checked, never a part of it
 * Errors: HY_ERROR_CORRUPT
 */
GBytes *
hy_blob_file_read (const char *blobs_dir,
                   const guint8 space_uuid[16],
                   HySecret *wrap_key,
                   const HyBlob *blob,
                   GError **error)
{
  gint64 padded = hy_blob_file_pad (blob->size);
  gsize n_chunks = MAX (1, ((gsize) padded + CHUNK - 1) / CHUNK);
  gsize file_size = HEAD_SIZE + (gsize) padded + n_chunks * crypto_secretstream_xchacha20poly1305_ABYTES;
  g_autofree char *path = hy_blob_file_dup_path (blobs_dir, blob->id);
  g_autofree guint8 *file = g_try_malloc (file_size);
  guint8 *plain = g_try_malloc (MAX ((gsize) padded, 1));
  g_autoptr (HySecret) key = unwrap (blob, wrap_key);
  crypto_secretstream_xchacha20poly1305_state stream;
  guint8 ad[AD_SIZE];
  guint8 hash[HY_BLOB_HASH_SIZE];
  const guint8 *in;
  gboolean good;
  int refused_errno = 0;

  if (file == NULL || plain == NULL)
    {
      g_free (plain);
      g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_NOMEM,
                           _ ("There is not enough memory for this document. Nothing was lost; close other programs and try again."));
      return NULL;
    }
  good = key != NULL && read_file (path, file_size, file, &refused_errno) && memcmp (file, MAGIC, 8) == 0 && memcmp (file + 8, blob->id, HY_BLOB_ID_SIZE) == 0;
  if (good)
    {
      good = crypto_secretstream_xchacha20poly1305_init_pull (&stream, file + 24, hy_secret_open (key)) == 0;
      hy_secret_close (key);
    }
  if (good)
    build_ad (ad, file, space_uuid);
  in = file + HEAD_SIZE;
  for (gsize i = 0; good && i < n_chunks; i++)
    {
      gsize length = MIN (CHUNK, (gsize) padded - i * CHUNK) + crypto_secretstream_xchacha20poly1305_ABYTES;
      guint8 tag = 0;

      good = crypto_secretstream_xchacha20poly1305_pull (&stream, plain + i * CHUNK, NULL, &tag, in, length, i == 0 ? ad : NULL,
                                                         i == 0 ? AD_SIZE : 0) == 0 &&
             (tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL) == (i == n_chunks - 1);
      in += length;
    }
  sodium_memzero (&stream, sizeof stream);
  if (good)
    {
      crypto_generichash (hash, sizeof hash, plain, (gsize) blob->size, NULL, 0);
      good = memcmp (hash, blob->hash, sizeof hash) == 0;
    }
  if (!good)
    {
      g_free (plain);
      if (refused_errno != 0)
        g_set_error (error, G_IO_ERROR, g_io_error_from_errno (refused_errno),
                     _ ("Hygie may not read the file of this document (%s). Nothing was changed; check the permissions of the folder."),
                     g_strerror (refused_errno));
      else
        set_damaged (error);
      return NULL;
    }
  return g_bytes_new_take (plain, (gsize) blob->size);
}
