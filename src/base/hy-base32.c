/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Crockford's base 32: 0-9 A-Z without I L O U; what people misread is read back rightly. */

#include "base/hy-base32.h"

static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/**
 * hy_base32_encode:
 * @size: a multiple of 5
 * @text: (out caller-allocates): size * 8 / 5 characters and a final NUL
 */
void
hy_base32_encode (const guint8 *bytes,
                  gsize size,
                  char *text)
{
  g_return_if_fail (size % 5 == 0);

  for (gsize i = 0; i < size; i += 5)
    {
      guint64 five = 0;

      for (guint k = 0; k < 5; k++)
        five = five << 8 | bytes[i + k];
      for (guint k = 0; k < 8; k++)
        *text++ = digits[five >> (35 - 5 * k) & 31];
    }
  *text = 0;
}

/**
 * hy_base32_value:
 *
 * Takes lower case, and O for 0, I and L for 1.
 *
 * Returns: 0 to 31, or -1 for any other character
 */
gint
hy_base32_value (gunichar ch)
{
  if (ch >= 'a' && ch <= 'z')
    ch -= 'a' - 'A';
  if (ch == 'O')
    ch = '0';
  if (ch == 'I' || ch == 'L')
    ch = '1';
  for (guint i = 0; i < 32; i++)
    if ((gunichar) digits[i] == ch)
      return (gint) i;
  return -1;
}

/**
 * hy_base32_decode:
 * @text: exactly size * 8 / 5 characters, without separators
 * @size: a multiple of 5
 *
 * Returns: %FALSE when a character or the length is wrong; @bytes is then undefined
 */
gboolean
hy_base32_decode (const char *text,
                  guint8 *bytes,
                  gsize size)
{
  g_return_val_if_fail (size % 5 == 0, FALSE);

  for (gsize i = 0; i < size; i += 5)
    {
      guint64 five = 0;

      for (guint k = 0; k < 8; k++, text++)
        {
          gint value = hy_base32_value ((guchar) *text);

          if (value < 0)
            return FALSE;
          five = five << 5 | (guint64) value;
        }
      for (guint k = 0; k < 5; k++)
        bytes[i + k] = (guint8) (five >> (32 - 8 * k));
    }
  return *text == 0;
}
