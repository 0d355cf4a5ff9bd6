/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slots: each wraps the master of a header under one secret (SECURITY-DESIGN 2.2; the offsets are its table).
 * A wrong secret, a damaged slot and a tampered one fail alike, with one message. */

#include "config.h"

#include "vault/hy-key-slots.h"

#include "base/hy-base32.h"
#include "base/hy-error.h"

#include <glib/gi18n.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

enum
{
  AT_STATE = 0,
  AT_TYPE = 1,
  AT_VERSION = 2,
  AT_KDF = 4,
  AT_ID = 8,
  AT_SALT = 24,
  AT_PASSES = 40,
  AT_MEMORY = 44,
  AT_LANES = 48,
  AT_NONCE = 56,
  AT_SEALED = 80,
  AT_RECIPIENT = 128,
  AT_CREATED = 160,
  AT_NOT_AFTER = 168,
};

#define KDF_NONE 0
#define KDF_ARGON2ID 1
#define HEADER_AD 32 /* bytes 0..31 of the header: format and uuid */
#define SLOT_AD 80   /* bytes 0..79 of the slot: all but the sealed key and what follows */

#define CALIBRATE_START_KIB (256 * 1024)
#define CALIBRATE_TARGET_US (1000 * 1000)

static void
put32 (guint8 *at,
       guint32 value)
{
  value = GUINT32_TO_LE (value);
  memcpy (at, &value, 4);
}

static guint32
get32 (const guint8 *at)
{
  guint32 value;

  memcpy (&value, at, 4);
  return GUINT32_FROM_LE (value);
}

static void
put64 (guint8 *at,
       guint64 value)
{
  value = GUINT64_TO_LE (value);
  memcpy (at, &value, 8);
}

static guint64
get64 (const guint8 *at)
{
  guint64 value;

  memcpy (&value, at, 8);
  return GUINT64_FROM_LE (value);
}

/* The same passphrase typed on another keyboard or system may come composed or decomposed: NFC decides. */
static HySecret *
dup_normalised (HySecret *passphrase)
{
  gsize size = hy_secret_get_size (passphrase);
  const char *bytes = (const char *) hy_secret_open (passphrase);
  HySecret *out;
  gboolean ascii = TRUE;
  char *nfc;

  for (gsize i = 0; i < size && ascii; i++)
    ascii = (guchar) bytes[i] < 0x80;
  if (ascii || !g_utf8_validate_len (bytes, size, NULL))
    {
      hy_secret_close (passphrase);
      return hy_secret_ref (passphrase);
    }
  nfc = g_utf8_normalize (bytes, (gssize) size, G_NORMALIZE_NFC);
  hy_secret_close (passphrase);
  out = hy_secret_new_copy (nfc, strlen (nfc));
  sodium_memzero (nfc, strlen (nfc));
  g_free (nfc);
  return out;
}

static HySecret *
derive_argon2 (HySecret *passphrase,
               const guint8 *salt,
               HyKdfCost cost)
{
  HySecret *kek = hy_secret_new (HY_KEY_SIZE);
  g_autoptr (HySecret) plain = dup_normalised (passphrase);
  int failed;

  failed = crypto_pwhash (hy_secret_open_rw (kek), HY_KEY_SIZE, (const char *) hy_secret_open (plain), hy_secret_get_size (plain), salt,
                          cost.passes, (gsize) cost.memory_kib * 1024, crypto_pwhash_ALG_ARGON2ID13);
  hy_secret_close (plain);
  hy_secret_close (kek);
  if (failed)
    g_clear_pointer (&kek, hy_secret_unref);
  return kek;
}

/* At 160 bits no slow function is needed; the salt keeps two vaults with one key apart. */
static HySecret *
derive_recovery (HySecret *bytes,
                 const guint8 *salt)
{
  HySecret *kek = hy_secret_new (HY_KEY_SIZE);

  crypto_generichash (hy_secret_open_rw (kek), HY_KEY_SIZE, salt, 16, hy_secret_open (bytes), HY_RECOVERY_BYTES);
  hy_secret_close (bytes);
  hy_secret_close (kek);
  return kek;
}

static HySecret *
derive_holder (HySecret *holder_key)
{
  HySecret *kek = hy_secret_new (HY_KEY_SIZE);

  crypto_kdf_derive_from_key (hy_secret_open_rw (kek), HY_KEY_SIZE, 1, "HygSpace", hy_secret_open (holder_key));
  hy_secret_close (holder_key);
  hy_secret_close (kek);
  return kek;
}

/**
 * hy_kdf_calibrate:
 *
 * Takes a few seconds: finds what costs about one second here, from 256 MiB and three passes upwards; memory first,
 * to at most a quarter of the machine's and 1 GiB, then passes.  Never below the floor.
 */
HyKdfCost
hy_kdf_calibrate (void)
{
  guint64 quarter_kib = (guint64) sysconf (_SC_PHYS_PAGES) * (guint64) sysconf (_SC_PAGESIZE) / 1024 / 4;
  guint32 most_kib = (guint32) CLAMP (quarter_kib, HY_KDF_FLOOR_KIB, HY_KDF_CAP_KIB);
  HyKdfCost cost = { HY_KDF_FLOOR_PASSES, MIN (CALIBRATE_START_KIB, most_kib) };
  static const guint8 salt[crypto_pwhash_SALTBYTES];
  g_autoptr (HySecret) sample = hy_secret_new_random (16);

  for (;;)
    {
      gint64 begun = g_get_monotonic_time ();
      g_autoptr (HySecret) kek = derive_argon2 (sample, salt, cost);
      gint64 took = g_get_monotonic_time () - begun;

      if (kek == NULL)
        {
          /* This much memory is not to be had: half of it, or the floor. */
          most_kib = MAX (cost.memory_kib / 2, HY_KDF_FLOOR_KIB);
          if (cost.memory_kib == most_kib)
            return cost;
          cost.memory_kib = most_kib;
          continue;
        }
      if (took >= CALIBRATE_TARGET_US * 3 / 4)
        {
          /* One step too far on a slow machine: come back, but not below the floor. */
          if (took > CALIBRATE_TARGET_US * 5 / 4)
            cost.memory_kib = (guint32) MAX ((guint64) cost.memory_kib * CALIBRATE_TARGET_US / (guint64) took, HY_KDF_FLOOR_KIB);
          return cost;
        }
      if (cost.memory_kib < most_kib)
        {
          guint64 wanted = (guint64) cost.memory_kib * CALIBRATE_TARGET_US / (guint64) MAX (took, 1000);

          cost.memory_kib = (guint32) MIN (MIN (wanted, (guint64) cost.memory_kib * 2), most_kib);
        }
      else if (cost.passes < HY_KDF_CAP_PASSES)
        cost.passes = MIN (MAX (cost.passes + 1, (guint32) (cost.passes * CALIBRATE_TARGET_US / MAX (took, 1000))), HY_KDF_CAP_PASSES);
      else
        return cost;
    }
}

static void
set_no_memory (GError **error)
{
  g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_NOMEM,
                       _ ("There is not enough memory to make the key. Nothing was changed; close other programs and try again."));
}

static guint8 *
begin_slot (HyHeader *header,
            HySlotType type,
            GError **error)
{
  for (guint i = 0; i < HY_HEADER_SLOTS; i++)
    {
      guint8 *slot = hy_header_get_slot (header, i);

      if (slot[AT_STATE] != 0)
        continue;
      memset (slot, 0, HY_SLOT_SIZE);
      slot[AT_STATE] = 1;
      slot[AT_TYPE] = (guint8) type;
      slot[AT_VERSION] = 1;
      randombytes_buf (slot + AT_ID, 16);
      randombytes_buf (slot + AT_SALT, 16);
      put64 (slot + AT_CREATED, (guint64) (g_get_real_time () / G_USEC_PER_SEC));
      return slot;
    }
  g_set_error_literal (error, HY_ERROR, HY_ERROR_REFUSED, _ ("This vault cannot take one more way to open it. Remove one first."));
  return NULL;
}

static void
build_ad (const HyHeader *header,
          const guint8 *slot,
          guint8 ad[HEADER_AD + SLOT_AD])
{
  memcpy (ad, header->bytes, HEADER_AD);
  memcpy (ad + HEADER_AD, slot, SLOT_AD);
}

static void
seal_slot (HyHeader *header,
           guint8 *slot,
           HySecret *kek,
           HySecret *master)
{
  guint8 ad[HEADER_AD + SLOT_AD];

  randombytes_buf (slot + AT_NONCE, 24);
  build_ad (header, slot, ad);
  crypto_aead_xchacha20poly1305_ietf_encrypt (slot + AT_SEALED, NULL, hy_secret_open (master), HY_KEY_SIZE, ad, sizeof ad, NULL,
                                              slot + AT_NONCE, hy_secret_open (kek));
  hy_secret_close (master);
  hy_secret_close (kek);
}

gboolean
hy_key_slots_add_passphrase (HyHeader *header,
                             HySecret *master,
                             HySecret *passphrase,
                             HyKdfCost cost,
                             GError **error)
{
  g_autoptr (HySecret) kek = NULL;
  guint8 *slot;

  g_return_val_if_fail (cost.memory_kib >= HY_KDF_FLOOR_KIB && cost.passes >= HY_KDF_FLOOR_PASSES, FALSE);

  if (!(slot = begin_slot (header, HY_SLOT_PASSPHRASE, error)))
    return FALSE;
  slot[AT_KDF] = KDF_ARGON2ID;
  put32 (slot + AT_PASSES, cost.passes);
  put32 (slot + AT_MEMORY, cost.memory_kib);
  put32 (slot + AT_LANES, 1);
  if (!(kek = derive_argon2 (passphrase, slot + AT_SALT, cost)))
    {
      memset (slot, 0, HY_SLOT_SIZE);
      set_no_memory (error);
      return FALSE;
    }
  seal_slot (header, slot, kek, master);
  return TRUE;
}

/**
 * hy_key_slots_add_recovery:
 * @recovery: HY_RECOVERY_BYTES random bytes
 */
gboolean
hy_key_slots_add_recovery (HyHeader *header,
                           HySecret *master,
                           HySecret *recovery,
                           GError **error)
{
  g_autoptr (HySecret) kek = NULL;
  guint8 *slot;

  if (!(slot = begin_slot (header, HY_SLOT_RECOVERY, error)))
    return FALSE;
  kek = derive_recovery (recovery, slot + AT_SALT);
  seal_slot (header, slot, kek, master);
  return TRUE;
}

gboolean
hy_key_slots_add_holder (HyHeader *header,
                         HySecret *master,
                         HySecret *holder_key,
                         const guint8 holder_uuid[16],
                         GError **error)
{
  g_autoptr (HySecret) kek = NULL;
  guint8 *slot;

  if (!(slot = begin_slot (header, HY_SLOT_HOLDER, error)))
    return FALSE;
  memcpy (slot + AT_RECIPIENT, holder_uuid, 16);
  kek = derive_holder (holder_key);
  seal_slot (header, slot, kek, master);
  return TRUE;
}

static HySecret *
derive_for (const guint8 *slot,
            HySlotType type,
            HySecret *secret,
            gboolean *no_memory)
{
  HyKdfCost cost;
  HySecret *kek;

  switch (type)
    {
    case HY_SLOT_PASSPHRASE:
      cost.passes = get32 (slot + AT_PASSES);
      cost.memory_kib = get32 (slot + AT_MEMORY);
      /* A forged header must neither weaken the key nor eat the machine. */
      if (slot[AT_KDF] != KDF_ARGON2ID || cost.passes < HY_KDF_FLOOR_PASSES || cost.passes > HY_KDF_CAP_PASSES ||
          cost.memory_kib < HY_KDF_FLOOR_KIB || cost.memory_kib > HY_KDF_CAP_KIB || get32 (slot + AT_LANES) != 1)
        return NULL;
      kek = derive_argon2 (secret, slot + AT_SALT, cost);
      *no_memory = *no_memory || kek == NULL;
      return kek;
    case HY_SLOT_RECOVERY:
      return slot[AT_KDF] == KDF_NONE && hy_secret_get_size (secret) == HY_RECOVERY_BYTES ? derive_recovery (secret, slot + AT_SALT)
                                                                                          : NULL;
    case HY_SLOT_HOLDER:
      return slot[AT_KDF] == KDF_NONE ? derive_holder (secret) : NULL;
    default:
      return NULL;
    }
}

/**
 * hy_key_slots_open:
 * @secret: passphrase, HY_RECOVERY_BYTES recovery bytes, or a holder key, by @type
 *
 * Tries every active slot of @type and checks the whole header with what comes out.
 *
 * Returns: (transfer full) (nullable): the master key
 * Errors: HY_ERROR_WRONG_SECRET, whatever the cause, but for G_FILE_ERROR_NOMEM
 */
HySecret *
hy_key_slots_open (HyHeader *header,
                   HySlotType type,
                   HySecret *secret,
                   GError **error)
{
  guint64 now = (guint64) (g_get_real_time () / G_USEC_PER_SEC);
  gboolean no_memory = FALSE;

  for (guint i = 0; i < HY_HEADER_SLOTS; i++)
    {
      const guint8 *slot = hy_header_get_slot (header, i);
      g_autoptr (HySecret) kek = NULL;
      g_autoptr (HySecret) master = NULL;
      guint8 ad[HEADER_AD + SLOT_AD];
      guint64 not_after = get64 (slot + AT_NOT_AFTER);
      int failed;

      if (slot[AT_STATE] != 1 || slot[AT_TYPE] != type || (not_after != 0 && now > not_after))
        continue;
      if (!(kek = derive_for (slot, type, secret, &no_memory)))
        continue;
      master = hy_secret_new (HY_KEY_SIZE);
      build_ad (header, slot, ad);
      failed = crypto_aead_xchacha20poly1305_ietf_decrypt (hy_secret_open_rw (master), NULL, NULL, slot + AT_SEALED, HY_KEY_SIZE + 16, ad,
                                                           sizeof ad, slot + AT_NONCE, hy_secret_open (kek));
      hy_secret_close (master);
      hy_secret_close (kek);
      if (!failed && hy_header_check (header, master))
        return g_steal_pointer (&master);
    }
  /* Not a wrong passphrase: nobody should believe that theirs is lost. */
  if (no_memory)
    {
      set_no_memory (error);
      return NULL;
    }
  g_set_error_literal (error, HY_ERROR, HY_ERROR_WRONG_SECRET,
                       _ ("This did not open it. Check what you typed and try again; nothing was changed."));
  return NULL;
}

/**
 * hy_key_slots_remove:
 *
 * Empties every slot of @type, in memory alone: the header has to be written to make it so.
 */
void
hy_key_slots_remove (HyHeader *header,
                     HySlotType type)
{
  for (guint i = 0; i < HY_HEADER_SLOTS; i++)
    {
      guint8 *slot = hy_header_get_slot (header, i);

      if (slot[AT_STATE] == 1 && slot[AT_TYPE] == type)
        memset (slot, 0, HY_SLOT_SIZE);
    }
}

/**
 * hy_key_slots_get_cost:
 *
 * Returns: what a passphrase of this header costs, within the bounds; the floor when it has none
 */
HyKdfCost
hy_key_slots_get_cost (HyHeader *header)
{
  HyKdfCost cost = { HY_KDF_FLOOR_PASSES, HY_KDF_FLOOR_KIB };

  for (guint i = 0; i < HY_HEADER_SLOTS; i++)
    {
      const guint8 *slot = hy_header_get_slot (header, i);

      if (slot[AT_STATE] != 1 || slot[AT_TYPE] != HY_SLOT_PASSPHRASE)
        continue;
      cost.passes = CLAMP (get32 (slot + AT_PASSES), HY_KDF_FLOOR_PASSES, HY_KDF_CAP_PASSES);
      cost.memory_kib = CLAMP (get32 (slot + AT_MEMORY), HY_KDF_FLOOR_KIB, HY_KDF_CAP_KIB);
      break;
    }
  return cost;
}

/**
 * hy_key_slots_get_created:
 *
 * Returns: when the newest slot of @type was made, in seconds since 1970; 0 = there is none
 */
gint64
hy_key_slots_get_created (HyHeader *header,
                          HySlotType type)
{
  gint64 newest = 0;

  for (guint i = 0; i < HY_HEADER_SLOTS; i++)
    {
      const guint8 *slot = hy_header_get_slot (header, i);

      if (slot[AT_STATE] == 1 && slot[AT_TYPE] == type)
        newest = MAX (newest, (gint64) get64 (slot + AT_CREATED));
    }
  return newest;
}

/* -- the recovery key as people see it -- */

static void
compute_check (const guint8 *bytes,
               char check[5])
{
  guint8 sum[16];
  guint8 padded[5] = { 0 };
  char text[9];

  /* 20 bits: one wrong character in about a million goes unseen, and the slot then refuses it. */
  crypto_generichash (sum, sizeof sum, bytes, HY_RECOVERY_BYTES, NULL, 0);
  memcpy (padded, sum, 3);
  hy_base32_encode (padded, 5, text);
  memcpy (check, text, 4);
  check[4] = 0;
  sodium_memzero (sum, sizeof sum);
}

/**
 * hy_recovery_new_text:
 * @bytes: HY_RECOVERY_BYTES
 *
 * Returns: (transfer full): HY_RECOVERY_CHARS characters without separators, and a final NUL
 */
HySecret *
hy_recovery_new_text (HySecret *bytes)
{
  HySecret *text = hy_secret_new (HY_RECOVERY_CHARS + 1);
  char *out = (char *) hy_secret_open_rw (text);

  hy_base32_encode (hy_secret_open (bytes), HY_RECOVERY_BYTES, out);
  compute_check (hy_secret_open (bytes), out + 32);
  hy_secret_close (bytes);
  hy_secret_close (bytes);
  hy_secret_close (text);
  return text;
}

/**
 * hy_recovery_parse:
 * @typed: what a person typed: any case, with spaces or hyphens or none
 *
 * Returns: (transfer full): HY_RECOVERY_BYTES
 * Errors: HY_ERROR_WRONG_SECRET with what is wrong: the check group tells a slip of the pen before the slot does
 */
HySecret *
hy_recovery_parse (HySecret *typed,
                   GError **error)
{
  g_autoptr (HySecret) bytes = hy_secret_new (HY_RECOVERY_BYTES);
  g_autoptr (HySecret) clean = hy_secret_new (HY_RECOVERY_CHARS + 1);
  const char *in = (const char *) hy_secret_open (typed);
  char *out = (char *) hy_secret_open_rw (clean);
  gsize n = 0;
  gboolean right = TRUE;
  char check[5];

  for (gsize i = 0; i < hy_secret_get_size (typed) && in[i] != 0; i++)
    {
      gint value = hy_base32_value ((guchar) in[i]);

      if (in[i] == ' ' || in[i] == '-' || in[i] == '\n' || in[i] == '\t')
        continue;
      if (value < 0 || n == HY_RECOVERY_CHARS)
        {
          right = FALSE;
          break;
        }
      out[n++] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[value];
    }
  if (right && n == HY_RECOVERY_CHARS)
    {
      char kept[5];

      memcpy (kept, out + 32, 5);
      out[32] = 0;
      right = hy_base32_decode (out, hy_secret_open_rw (bytes), HY_RECOVERY_BYTES);
      compute_check (hy_secret_open (bytes), check);
      hy_secret_close (bytes);
      hy_secret_close (bytes);
      right = right && sodium_memcmp (check, kept, 4) == 0;
      sodium_memzero (kept, sizeof kept);
    }
  else
    right = FALSE;
  hy_secret_close (clean);
  hy_secret_close (typed);
  if (right)
    return g_steal_pointer (&bytes);
  g_set_error_literal (error, HY_ERROR, HY_ERROR_WRONG_SECRET,
                       _ ("These are not the nine groups of a recovery sheet. Compare each with the paper and try again."));
  return NULL;
}
