/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The header format, byte by byte as in SECURITY-DESIGN 2.2 (the offsets are its table).  Little endian. */

#include "config.h"

#include "vault/hy-header.h"

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

#define FORMAT_MAJOR 1
#define FORMAT_MINOR 0

enum
{
  AT_MAGIC = 0,
  AT_MAJOR = 8,
  AT_MINOR = 10,
  AT_LENGTH = 12,
  AT_UUID = 16,
  AT_SEQ = 32,
  AT_FLAGS = 40,
  AT_N_SLOTS = 44,
  AT_GENERATION = 48,
  AT_ZERO = 56,
  AT_SLOTS = 64,
  AT_COMMIT = 7232,
  AT_REST = 7280,
  AT_MAC = 8128,
  AT_SUM = 8160,
};

static const char *const magics[] = { "HYGHOLDR", "HYGSPACE" };

static void
put (guint8 *at,
     guint64 value,
     guint size)
{
  for (guint i = 0; i < size; i++)
    at[i] = (guint8) (value >> (8 * i));
}

static guint64
get (const guint8 *at,
     guint size)
{
  guint64 value = 0;

  for (guint i = 0; i < size; i++)
    value |= (guint64) at[i] << (8 * i);
  return value;
}

/**
 * hy_header_init:
 *
 * An empty header with a new random uuid, seq 0 and no slot.
 */
void
hy_header_init (HyHeader *self,
                HyHeaderKind kind)
{
  memset (self->bytes, 0, sizeof self->bytes);
  memcpy (self->bytes + AT_MAGIC, magics[kind], 8);
  put (self->bytes + AT_MAJOR, FORMAT_MAJOR, 2);
  put (self->bytes + AT_MINOR, FORMAT_MINOR, 2);
  put (self->bytes + AT_LENGTH, HY_HEADER_SIZE, 4);
  randombytes_buf (self->bytes + AT_UUID, 16);
}

guint8 *
hy_header_get_slot (HyHeader *self,
                    guint index)
{
  g_assert (index < HY_HEADER_SLOTS);
  return self->bytes + AT_SLOTS + index * HY_SLOT_SIZE;
}

void
hy_header_dup_uuid (const HyHeader *self,
                    guint8 uuid[16])
{
  memcpy (uuid, self->bytes + AT_UUID, 16);
}

/**
 * hy_header_dup_uuid_text:
 *
 * Returns: (transfer full): 32 hexadecimal digits, the name of the file or folder
 */
char *
hy_header_dup_uuid_text (const HyHeader *self)
{
  char *text = g_malloc (33);

  sodium_bin2hex (text, 33, self->bytes + AT_UUID, 16);
  return text;
}

guint64
hy_header_get_seq (const HyHeader *self)
{
  return get (self->bytes + AT_SEQ, 8);
}

void
hy_header_set_seq (HyHeader *self,
                   guint64 seq)
{
  put (self->bytes + AT_SEQ, seq, 8);
}

guint64
hy_header_get_generation (const HyHeader *self)
{
  return get (self->bytes + AT_GENERATION, 8);
}

void
hy_header_set_generation (HyHeader *self,
                          guint64 generation)
{
  put (self->bytes + AT_GENERATION, generation, 8);
}

/**
 * hy_header_get_commit:
 *
 * Returns: the number of the last commit that the database had when the space was last closed
 */
guint64
hy_header_get_commit (const HyHeader *self)
{
  return get (self->bytes + AT_COMMIT, 8);
}

void
hy_header_set_commit (HyHeader *self,
                      guint64 commit)
{
  put (self->bytes + AT_COMMIT, commit, 8);
}

/**
 * hy_header_is_newer:
 *
 * Returns: %TRUE for a minor version that this program does not know: to be read, not written
 */
gboolean
hy_header_is_newer (const HyHeader *self)
{
  return get (self->bytes + AT_MINOR, 2) > FORMAT_MINOR;
}

static void
derive_mac_key (HySecret *master,
                guint8 key[32])
{
  crypto_kdf_derive_from_key (key, 32, 4, "HygHdrMa", hy_secret_open (master));
  hy_secret_close (master);
}

static void
compute_mac (const HyHeader *self,
             HySecret *master,
             guint8 mac[32])
{
  guint8 key[32];

  derive_mac_key (master, key);
  crypto_generichash (mac, 32, self->bytes, AT_MAC, key, sizeof key);
  sodium_memzero (key, sizeof key);
}

/**
 * hy_header_seal:
 * @master: the holder key or the space's master key
 *
 * Counts the slots in use and fills in both checks; call it last.
 */
void
hy_header_seal (HyHeader *self,
                HySecret *master)
{
  guint n_slots = 0;

  for (guint i = 0; i < HY_HEADER_SLOTS; i++)
    n_slots += hy_header_get_slot (self, i)[0] == 1;
  put (self->bytes + AT_N_SLOTS, n_slots, 4);
  compute_mac (self, master, self->bytes + AT_MAC);
  crypto_generichash (self->bytes + AT_SUM, 32, self->bytes, AT_SUM, NULL, 0);
}

/**
 * hy_header_check:
 *
 * Returns: whether @master is the key of this very header, and no byte of it was changed by somebody without the key
 */
gboolean
hy_header_check (const HyHeader *self,
                 HySecret *master)
{
  guint8 mac[32];

  compute_mac (self, master, mac);
  return sodium_memcmp (mac, self->bytes + AT_MAC, sizeof mac) == 0;
}

typedef enum
{
  COPY_GOOD,
  COPY_ABSENT,
  COPY_BAD,
  COPY_UNREADABLE, /* the system does not let us read it: not damage */
  COPY_NEWER,
} CopyState;

static CopyState
read_copy (HyHeader *self,
           const char *path,
           HyHeaderKind kind)
{
  guint8 sum[32];
  struct stat st;
  gsize got = 0;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

  if (fd < 0)
    return errno == ENOENT ? COPY_ABSENT : errno == ELOOP ? COPY_BAD
                                                          : COPY_UNREADABLE;
  if (fstat (fd, &st) != 0 || !S_ISREG (st.st_mode) || st.st_size != HY_HEADER_SIZE)
    {
      close (fd);
      return COPY_BAD;
    }
  while (got < HY_HEADER_SIZE)
    {
      gssize n = read (fd, self->bytes + got, HY_HEADER_SIZE - got);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        break;
      got += (gsize) n;
    }
  close (fd);
  if (got != HY_HEADER_SIZE)
    return COPY_BAD;

  crypto_generichash (sum, sizeof sum, self->bytes, AT_SUM, NULL, 0);
  if (memcmp (sum, self->bytes + AT_SUM, sizeof sum) != 0 || memcmp (self->bytes + AT_MAGIC, magics[kind], 8) != 0)
    return COPY_BAD;
  /* Bits 0 to 15 are critical: a program that does not know them must not guess. */
  if (get (self->bytes + AT_MAJOR, 2) != FORMAT_MAJOR || (get (self->bytes + AT_FLAGS, 4) & 0xffff) != 0)
    return COPY_NEWER;
  if (get (self->bytes + AT_LENGTH, 4) != HY_HEADER_SIZE)
    return COPY_BAD;
  if (!hy_header_is_newer (self) &&
      (!sodium_is_zero (self->bytes + AT_ZERO, AT_SLOTS - AT_ZERO) || !sodium_is_zero (self->bytes + AT_REST, AT_MAC - AT_REST)))
    return COPY_BAD;
  return COPY_GOOD;
}

/**
 * hy_header_pair_read:
 * @path: of the first copy; the second has ".2" behind it
 *
 * Reads what can be read; changes nothing on disk.
 *
 * Errors: HY_ERROR_MISSING when neither file is there, HY_ERROR_NEWER when one is of a newer Hygie,
 *   G_IO_ERROR_PERMISSION_DENIED, HY_ERROR_CORRUPT when both are damaged
 */
gboolean
hy_header_pair_read (HyHeaderPair *self,
                     const char *path,
                     HyHeaderKind kind,
                     GError **error)
{
  g_autofree char *second = g_strconcat (path, ".2", NULL);
  HyHeader other;
  CopyState a, b;

  self->n_copies = 0;
  a = read_copy (&self->copies[0], path, kind);
  b = read_copy (&other, second, kind);
  self->damaged = a != COPY_GOOD || b != COPY_GOOD;
  self->newer = FALSE;

  /* A newer program that was stopped between its two copies: writing the older one over it would lose its work. */
  if (a == COPY_NEWER || b == COPY_NEWER)
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_NEWER,
                           _ ("This vault was made by a newer Hygie. Nothing was changed; install the newer version to open it."));
      return FALSE;
    }
  if (a == COPY_UNREADABLE || b == COPY_UNREADABLE)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                           _ ("Hygie may not read its own folder. Nothing was changed; check the permissions of the folder."));
      return FALSE;
    }

  if (a == COPY_GOOD)
    self->n_copies = 1;
  if (b == COPY_GOOD)
    {
      if (a == COPY_GOOD && hy_header_get_seq (&other) != hy_header_get_seq (&self->copies[0]))
        self->damaged = TRUE;
      if (a == COPY_GOOD && hy_header_get_seq (&other) > hy_header_get_seq (&self->copies[0]))
        {
          self->copies[1] = self->copies[0];
          self->copies[0] = other;
        }
      else
        self->copies[self->n_copies] = other;
      /* Two that are alike count once: a wrong passphrase costs one key derivation. */
      if (self->n_copies == 0 || memcmp (self->copies[0].bytes, self->copies[1].bytes, HY_HEADER_SIZE) != 0)
        self->n_copies++;
    }
  for (guint i = 0; i < self->n_copies; i++)
    self->newer = self->newer || hy_header_is_newer (&self->copies[i]);
  if (self->n_copies > 0)
    return TRUE;
  if (a == COPY_ABSENT && b == COPY_ABSENT)
    g_set_error_literal (error, HY_ERROR, HY_ERROR_MISSING, _ ("There is no vault here."));
  else
    g_set_error_literal (error, HY_ERROR, HY_ERROR_CORRUPT,
                         _ ("The file that says how to open the vault is damaged, and so is its copy. "
                            "Nothing was changed; restore a backup of the vault folder."));
  return FALSE;
}

/**
 * hy_header_pair_write:
 *
 * Raises seq, seals and writes both copies, one after the other, so that one is whole at any moment.
 */
gboolean
hy_header_pair_write (HyHeader *header,
                      HySecret *master,
                      const char *path,
                      const char *tmp_dir,
                      GError **error)
{
  g_autofree char *second = g_strconcat (path, ".2", NULL);

  put (header->bytes + AT_SEQ, hy_header_get_seq (header) + 1, 8);
  hy_header_seal (header, master);
  return hy_durable_file_write (tmp_dir, path, header->bytes, HY_HEADER_SIZE, error) &&
         hy_durable_file_write (tmp_dir, second, header->bytes, HY_HEADER_SIZE, error);
}
