/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/hy-base32.h"

#include <string.h>

static void
known_bytes_have_known_text (void)
{
  static const struct
  {
    guint8 bytes[5];
    const char *text;
  } rows[] = {
    { { 0, 0, 0, 0, 0 }, "00000000" },
    { { 0xff, 0xff, 0xff, 0xff, 0xff }, "ZZZZZZZZ" },
    { { 0x00, 0x44, 0x32, 0x14, 0xc7 }, "01234567" },
    { { 'H', 'y', 'g', 'i', 'e' }, "91WPETB5" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      char text[9];
      guint8 bytes[5];

      hy_base32_encode (rows[i].bytes, 5, text);
      g_assert_cmpstr (text, ==, rows[i].text);
      g_assert_true (hy_base32_decode (text, bytes, 5));
      g_assert_cmpmem (bytes, 5, rows[i].bytes, 5);
    }
}

static void
every_length_comes_back (void)
{
  guint8 bytes[40];
  guint8 back[40];
  char text[65];

  for (gsize i = 0; i < sizeof bytes; i++)
    bytes[i] = (guint8) (i * 37 + 11);
  for (gsize size = 0; size <= sizeof bytes; size += 5)
    {
      hy_base32_encode (bytes, size, text);
      g_assert_cmpuint (strlen (text), ==, size * 8 / 5);
      g_assert_true (hy_base32_decode (text, back, size));
      g_assert_cmpmem (back, size, bytes, size);
    }
}

static void
misread_letters_are_taken_back (void)
{
  guint8 right[5];
  guint8 misread[5];

  g_assert_true (hy_base32_decode ("0011AZ9K", right, 5));
  g_assert_true (hy_base32_decode ("oOiLaz9k", misread, 5));
  g_assert_cmpmem (right, 5, misread, 5);
  g_assert_cmpint (hy_base32_value ('l'), ==, 1);
  g_assert_cmpint (hy_base32_value ('Z'), ==, 31);
}

static void
other_characters_are_refused (void)
{
  static const char *const texts[] = { "", "0000000", "000000000", "0000000U", "0000 000", "0000-000", "0000000é", "!0000000" };
  guint8 bytes[5];

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_false (hy_base32_decode (texts[i], bytes, 5));
  g_assert_cmpint (hy_base32_value ('u'), ==, -1);
  g_assert_cmpint (hy_base32_value (0), ==, -1);
  g_assert_cmpint (hy_base32_value (0x0660), ==, -1);
  g_assert_cmpint (hy_base32_value (0xff21), ==, -1);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/base32/known-bytes-have-known-text", known_bytes_have_known_text);
  g_test_add_func ("/base/base32/every-length-comes-back", every_length_comes_back);
  g_test_add_func ("/base/base32/misread-letters-are-taken-back", misread_letters_are_taken_back);
  g_test_add_func ("/base/base32/other-characters-are-refused", other_characters_are_refused);
  return g_test_run ();
}
