/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words drawn at random, for passphrases that people keep in mind. */

#include "base/hy-word-draw.h"

#include <sodium.h>
#include <string.h>

/**
 * hy_word_draw:
 * @list: words, one a line; at least one
 * @count: how many words to draw
 *
 * Each word is drawn from the whole list, so that @count words of a list of N are count × log2 N bits; the same
 * word may come twice.
 *
 * Returns: (transfer full): @count words
 */
GStrv
hy_word_draw (GBytes *list,
              guint count)
{
  g_autoptr (GStrvBuilder) drawn = g_strv_builder_new ();
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  gsize size;
  const char *text = g_bytes_get_data (list, &size);
  const char *end = text + size;

  if (sodium_init () < 0)
    g_error ("libsodium could not be started");
  while (text < end)
    {
      const char *stop = memchr (text, '\n', (gsize) (end - text));

      if (stop == NULL)
        stop = end;
      if (stop > text)
        g_ptr_array_add (words, g_strndup (text, (gsize) (stop - text)));
      text = stop + 1;
    }
  g_return_val_if_fail (words->len > 0, NULL);

  for (guint i = 0; i < count; i++)
    g_strv_builder_add (drawn, words->pdata[randombytes_uniform (words->len)]);
  return g_strv_builder_end (drawn);
}
