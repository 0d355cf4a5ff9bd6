/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A number for a text.  Identities and names are long and come in no order, so an index of them dirties a page for
 * nearly every row of a large import; an index of these numbers has a quarter of the pages. */

#include "config.h"

#include "vault/hy-text-key.h"

#include <sodium.h>
#include <string.h>

/**
 * hy_text_key:
 *
 * Returns: 64 bits of the text's BLAKE2b.  Of a million texts two are alike once in forty million spaces: enough to
 * find a reference by; where two must never be mixed, compare the texts as well.
 */
gint64
hy_text_key (const char *text)
{
  guint8 hash[crypto_generichash_BYTES_MIN];
  gint64 key;

  crypto_generichash (hash, sizeof hash, (const guint8 *) text, strlen (text), NULL, 0);
  memcpy (&key, hash, sizeof key);
  return GINT64_FROM_LE (key);
}

static void
text_key (sqlite3_context *context,
          int n_values G_GNUC_UNUSED,
          sqlite3_value **values)
{
  const char *text = (const char *) sqlite3_value_text (values[0]);

  if (text != NULL)
    sqlite3_result_int64 (context, hy_text_key (text));
}

/**
 * hy_text_key_register:
 *
 * Makes the function text_key (text) known to this connection; NULL for NULL.
 */
gboolean
hy_text_key_register (sqlite3 *handle)
{
  return sqlite3_create_function_v2 (handle, "text_key", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, NULL, text_key, NULL,
                                     NULL, NULL) == SQLITE_OK;
}
