/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slots and the recovery key. */

#include "base/hy-error.h"
#include "vault/hy-key-slots.h"

#include <sodium.h>
#include <string.h>

static const HyKdfCost floor_cost = { HY_KDF_FLOOR_PASSES, HY_KDF_FLOOR_KIB };

static HySecret *
secret (const char *text)
{
  return hy_secret_new_copy (text, strlen (text));
}

static gboolean
same (HySecret *a,
      HySecret *b)
{
  gboolean equal = sodium_memcmp (hy_secret_open (a), hy_secret_open (b), HY_KEY_SIZE) == 0;

  hy_secret_close (a);
  hy_secret_close (b);
  return equal;
}

static void
seal (HyHeader *header,
      HySecret *master,
      const char *passphrase)
{
  g_autoptr (HySecret) typed = secret (passphrase);
  GError *error = NULL;

  hy_header_init (header, HY_HEADER_HOLDER);
  g_assert_true (hy_key_slots_add_passphrase (header, master, typed, floor_cost, &error));
  g_assert_no_error (error);
  hy_header_seal (header, master);
}

static void
opens_with_what_sealed_it (void)
{
  g_autoptr (HySecret) master = hy_secret_new_random (HY_KEY_SIZE);
  g_autoptr (HySecret) right = secret ("lantern orchard");
  g_autoptr (HySecret) wrong = secret ("lantern orchare");
  g_autoptr (HySecret) opened = NULL;
  g_autoptr (GError) error = NULL;
  HyHeader header;

  seal (&header, master, "lantern orchard");
  opened = hy_key_slots_open (&header, HY_SLOT_PASSPHRASE, right, &error);
  g_assert_no_error (error);
  g_assert_true (same (opened, master));
  g_assert_null (hy_key_slots_open (&header, HY_SLOT_PASSPHRASE, wrong, &error));
  g_assert_error (error, HY_ERROR, HY_ERROR_WRONG_SECRET);
}

/* "é" as one character or as e and an accent: keyboards differ. */
static void
takes_composed_and_decomposed_alike (void)
{
  g_autoptr (HySecret) master = hy_secret_new_random (HY_KEY_SIZE);
  g_autoptr (HySecret) decomposed = secret ("e\xcc\x81t\xc3\xa9 dans le jardin");
  g_autoptr (HySecret) opened = NULL;
  HyHeader header;

  seal (&header, master, "\xc3\xa9t\xc3\xa9 dans le jardin");
  opened = hy_key_slots_open (&header, HY_SLOT_PASSPHRASE, decomposed, NULL);
  g_assert_nonnull (opened);
}

/* A header made to weaken the key or to eat the machine: refused before any derivation, in no time. */
static void
refuses_costs_out_of_bounds (void)
{
  static const struct
  {
    guint32 passes;
    guint32 memory_kib;
    guint32 lanes;
  } rows[] = {
    { 2, HY_KDF_FLOOR_KIB, 1 },
    { 3, HY_KDF_FLOOR_KIB - 1, 1 },
    { 21, HY_KDF_FLOOR_KIB, 1 },
    { 3, HY_KDF_CAP_KIB + 1, 1 },
    { 3, HY_KDF_FLOOR_KIB, 2 },
    { 0xffffffff, 0xffffffff, 1 },
  };
  g_autoptr (HySecret) master = hy_secret_new_random (HY_KEY_SIZE);
  g_autoptr (HySecret) right = secret ("lantern orchard");
  HyHeader header;

  seal (&header, master, "lantern orchard");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HyHeader forged = header;
      guint8 *slot = hy_header_get_slot (&forged, 0);
      g_autoptr (GError) error = NULL;
      guint32 values[3] = { GUINT32_TO_LE (rows[i].passes), GUINT32_TO_LE (rows[i].memory_kib), GUINT32_TO_LE (rows[i].lanes) };
      gint64 begun = g_get_monotonic_time ();

      memcpy (slot + 40, values, sizeof values);
      hy_header_seal (&forged, master);
      g_assert_null (hy_key_slots_open (&forged, HY_SLOT_PASSPHRASE, right, &error));
      g_assert_error (error, HY_ERROR, HY_ERROR_WRONG_SECRET);
      g_assert_cmpint (g_get_monotonic_time () - begun, <, 50 * 1000);
    }
}

static void
opens_a_space_by_its_holder_alone (void)
{
  g_autoptr (HySecret) master = hy_secret_new_random (HY_KEY_SIZE);
  g_autoptr (HySecret) holder = hy_secret_new_random (HY_KEY_SIZE);
  g_autoptr (HySecret) other = hy_secret_new_random (HY_KEY_SIZE);
  g_autoptr (HySecret) opened = NULL;
  guint8 uuid[16] = { 7 };
  HyHeader header;

  hy_header_init (&header, HY_HEADER_SPACE);
  g_assert_true (hy_key_slots_add_holder (&header, master, holder, uuid, NULL));
  hy_header_seal (&header, master);
  opened = hy_key_slots_open (&header, HY_SLOT_HOLDER, holder, NULL);
  g_assert_true (same (opened, master));
  g_assert_null (hy_key_slots_open (&header, HY_SLOT_HOLDER, other, NULL));
}

/* A slot moved into another header must not open it: the header's uuid is part of what is authenticated. */
static void
refuses_a_slot_of_another_header (void)
{
  g_autoptr (HySecret) master = hy_secret_new_random (HY_KEY_SIZE);
  g_autoptr (HySecret) holder = hy_secret_new_random (HY_KEY_SIZE);
  guint8 uuid[16] = { 7 };
  HyHeader first, second;

  hy_header_init (&first, HY_HEADER_SPACE);
  hy_header_init (&second, HY_HEADER_SPACE);
  g_assert_true (hy_key_slots_add_holder (&first, master, holder, uuid, NULL));
  memcpy (hy_header_get_slot (&second, 0), hy_header_get_slot (&first, 0), HY_SLOT_SIZE);
  hy_header_seal (&second, master);
  g_assert_null (hy_key_slots_open (&second, HY_SLOT_HOLDER, holder, NULL));
}

static void
refuses_a_slot_past_its_end (void)
{
  g_autoptr (HySecret) master = hy_secret_new_random (HY_KEY_SIZE);
  g_autoptr (HySecret) holder = hy_secret_new_random (HY_KEY_SIZE);
  guint64 yesterday = GUINT64_TO_LE ((guint64) (g_get_real_time () / G_USEC_PER_SEC) - 86400);
  guint8 uuid[16] = { 7 };
  HyHeader header;

  hy_header_init (&header, HY_HEADER_SPACE);
  g_assert_true (hy_key_slots_add_holder (&header, master, holder, uuid, NULL));
  memcpy (hy_header_get_slot (&header, 0) + 168, &yesterday, 8);
  hy_header_seal (&header, master);
  g_assert_null (hy_key_slots_open (&header, HY_SLOT_HOLDER, holder, NULL));
}

static void
holds_sixteen_slots (void)
{
  g_autoptr (HySecret) master = hy_secret_new_random (HY_KEY_SIZE);
  g_autoptr (HySecret) holder = hy_secret_new_random (HY_KEY_SIZE);
  g_autoptr (GError) error = NULL;
  guint8 uuid[16] = { 7 };
  HyHeader header;

  hy_header_init (&header, HY_HEADER_SPACE);
  for (guint i = 0; i < HY_HEADER_SLOTS; i++)
    g_assert_true (hy_key_slots_add_holder (&header, master, holder, uuid, NULL));
  g_assert_false (hy_key_slots_add_holder (&header, master, holder, uuid, &error));
  g_assert_error (error, HY_ERROR, HY_ERROR_REFUSED);
}

static void
reads_a_recovery_key_as_people_write_it (void)
{
  g_autoptr (HySecret) bytes = hy_secret_new_copy ("\x00\x44\x32\x14\xc7\x42\x54\xb6\x35\xcf\x84\x65\x3a\x56\xd7\xc6\x75\xbe\x77\xdf", 20);
  g_autoptr (HySecret) text = hy_recovery_new_text (bytes);
  const char *printed = (const char *) hy_secret_open (text);
  g_autofree char *lower = g_ascii_strdown (printed, 36);
  g_autoptr (GString) spaced = g_string_new (NULL);
  g_autoptr (GString) letters = g_string_new (NULL);
  const char *forms[4];

  g_assert_cmpuint (strlen (printed), ==, HY_RECOVERY_CHARS);
  /* Crockford's alphabet in its own order, which the bytes above spell. */
  g_assert_true (g_str_has_prefix (printed, "0123456789ABCDEFGHJKMNPQRSTVWXYZ"));
  for (guint i = 0; i < 36; i++)
    {
      g_string_append_c (spaced, printed[i]);
      if (i % 4 == 3)
        g_string_append_c (spaced, i % 8 == 3 ? ' ' : '-');
      g_string_append_c (letters, printed[i] == '0' ? 'O' : printed[i] == '1' ? 'l'
                                                                              : printed[i]);
    }
  forms[0] = printed;
  forms[1] = lower;
  forms[2] = spaced->str;
  forms[3] = letters->str;
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autoptr (HySecret) typed = secret (forms[i]);
      g_autoptr (HySecret) read = hy_recovery_parse (typed, NULL);

      g_assert_nonnull (read);
      g_assert_cmpmem (hy_secret_open (read), 20, hy_secret_open (bytes), 20);
    }
}

/* Each of the 36 characters misread: the check group notices all of them. */
static void
notices_a_wrong_character (void)
{
  g_autoptr (HySecret) bytes = hy_secret_new_random (HY_RECOVERY_BYTES);
  g_autoptr (HySecret) text = hy_recovery_new_text (bytes);

  for (guint i = 0; i < HY_RECOVERY_CHARS; i++)
    {
      g_autofree char *wrong = g_strdup ((const char *) hy_secret_open (text));
      g_autoptr (HySecret) typed = NULL;
      g_autoptr (GError) error = NULL;

      wrong[i] = wrong[i] == '7' ? '8' : '7';
      typed = secret (wrong);
      g_assert_null (hy_recovery_parse (typed, &error));
      g_assert_error (error, HY_ERROR, HY_ERROR_WRONG_SECRET);
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vault/key-slots/opens-with-what-sealed-it", opens_with_what_sealed_it);
  g_test_add_func ("/vault/key-slots/takes-composed-and-decomposed-alike", takes_composed_and_decomposed_alike);
  g_test_add_func ("/vault/key-slots/refuses-costs-out-of-bounds", refuses_costs_out_of_bounds);
  g_test_add_func ("/vault/key-slots/opens-a-space-by-its-holder-alone", opens_a_space_by_its_holder_alone);
  g_test_add_func ("/vault/key-slots/refuses-a-slot-of-another-header", refuses_a_slot_of_another_header);
  g_test_add_func ("/vault/key-slots/refuses-a-slot-past-its-end", refuses_a_slot_past_its_end);
  g_test_add_func ("/vault/key-slots/holds-sixteen-slots", holds_sixteen_slots);
  g_test_add_func ("/vault/key-slots/reads-a-recovery-key-as-people-write-it", reads_a_recovery_key_as_people_write_it);
  g_test_add_func ("/vault/key-slots/notices-a-wrong-character", notices_a_wrong_character);
  return g_test_run ();
}
