/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads any bytes as what a person types for a server, as an address that a server gives, and as its wish to be asked later. */

#include "sync/hy-fhir-address.h"
#include "sync/hy-fhir-reply.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_typed (const char *text)
{
  g_autofree char *base = hy_fhir_address_normalise (text, NULL);
  g_autofree char *again = base != NULL ? hy_fhir_address_normalise (base, NULL) : NULL;
  g_autoptr (GUri) uri = NULL;

  if (base == NULL)
    return;
  g_assert_cmpstr (base, ==, again);
  uri = g_uri_parse (base, G_URI_FLAGS_HAS_PASSWORD, NULL);
  g_assert_true (uri == NULL || g_uri_get_user (uri) == NULL);
  g_assert_true (g_str_has_prefix (base, "https://") || (g_str_has_prefix (base, "http://") && hy_fhir_address_is_loopback (base)));
  g_assert_null (strpbrk (base, " \t\r\n?#"));
}

static void
check_address (const char *text,
               gboolean any_host)
{
  static const char base[] = "https://fhir.example.org/r4";
  g_autofree char *path = hy_fhir_address_dup_path (base, text, any_host);
  g_autofree char *again = path != NULL ? hy_fhir_address_dup_path (base, path, /* any_host= */ FALSE) : NULL;
  g_autofree char *url = path != NULL ? hy_fhir_address_join (base, path) : NULL;
  g_autoptr (GUri) uri = NULL;

  if (path == NULL)
    return;
  g_assert_cmpstr (path, ==, again);
  g_assert_true (hy_fhir_address_same_origin (url, base));
  g_assert_null (strpbrk (url, " \t\r\n#"));
  uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  if (uri != NULL)
    g_assert_true (g_str_has_prefix (g_uri_get_path (uri), "/r4") && strstr (g_uri_get_path (uri), "/../") == NULL);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  gint64 wait_ms = hy_fhir_reply_read_retry_after (text);

  check_typed (text);
  check_address (text, /* any_host= */ FALSE);
  check_address (text, /* any_host= */ TRUE);
  g_assert_true (wait_ms >= -1 && wait_ms <= 24 * 3600 * 1000);
  return 0;
}
