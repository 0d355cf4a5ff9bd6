/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Owns secret bytes: keys, passphrases, recovery secrets.  They live in sodium_malloc memory (locked,
 * guarded, wiped on free) that is unreadable except between hy_secret_open and hy_secret_close.
 * Safe to use from any thread. */

#include "base/hy-secret.h"

#include <sodium.h>
#include <string.h>

struct _HySecret
{
  gatomicrefcount refs;
  GMutex lock;
  guint opened; /* how many callers hold it readable */
  gsize size;
  guint8 *bytes;
};

G_DEFINE_BOXED_TYPE (HySecret, hy_secret, hy_secret_ref, hy_secret_unref)

/**
 * hy_secret_new:
 * @size: bytes, 1 to 1 MiB
 *
 * Returns: (transfer full): zeroed secret bytes
 * Errors: aborts when the machine has no memory left, as g_malloc does
 */
HySecret *
hy_secret_new (gsize size)
{
  HySecret *self;

  g_return_val_if_fail (size > 0 && size <= 1024 * 1024, NULL);

  /* Harmless after the first call; without it the guard pages are not set up. */
  if (sodium_init () < 0)
    g_error ("libsodium could not be started");
  self = g_new0 (HySecret, 1);
  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->lock);
  self->size = size;
  self->bytes = sodium_malloc (size);
  if (self->bytes == NULL)
    g_error ("no memory for a secret of %" G_GSIZE_FORMAT " bytes", size);
  memset (self->bytes, 0, size);
  sodium_mprotect_noaccess (self->bytes);
  return self;
}

HySecret *
hy_secret_new_random (gsize size)
{
  HySecret *self = hy_secret_new (size);

  randombytes_buf (hy_secret_open_rw (self), size);
  hy_secret_close (self);
  return self;
}

/**
 * hy_secret_new_copy:
 *
 * Copies; the caller still owns @bytes and wipes them.
 */
HySecret *
hy_secret_new_copy (const void *bytes,
                    gsize size)
{
  HySecret *self = hy_secret_new (size);

  memcpy (hy_secret_open_rw (self), bytes, size);
  hy_secret_close (self);
  return self;
}

HySecret *
hy_secret_ref (HySecret *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
hy_secret_unref (HySecret *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  sodium_free (self->bytes); /* makes it writable again and wipes it */
  g_mutex_clear (&self->lock);
  g_free (self);
}

gsize
hy_secret_get_size (HySecret *self)
{
  return self->size;
}

/**
 * hy_secret_open:
 *
 * Makes the bytes readable until the matching hy_secret_close; calls nest.
 *
 * Returns: (transfer none): the bytes
 */
const guint8 *
hy_secret_open (HySecret *self)
{
  return hy_secret_open_rw (self);
}

/**
 * hy_secret_open_rw:
 *
 * As hy_secret_open, for whoever fills the secret in.
 */
guint8 *
hy_secret_open_rw (HySecret *self)
{
  g_mutex_lock (&self->lock);
  if (self->opened++ == 0)
    sodium_mprotect_readwrite (self->bytes);
  g_mutex_unlock (&self->lock);
  return self->bytes;
}

void
hy_secret_close (HySecret *self)
{
  g_mutex_lock (&self->lock);
  g_assert (self->opened > 0);
  if (--self->opened == 0)
    sodium_mprotect_noaccess (self->bytes);
  g_mutex_unlock (&self->lock);
}
