/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses of servers: what a person typed, and what a server says of itself.  Nothing here opens anything. */

#include "config.h"

#include "sync/hy-fhir-address.h"

#include "sync/hy-fhir-client.h"

#include <string.h>

/* Longer ones are no address that a person would type or a server page by. */
#define MAX_ADDRESS 8192

static gboolean
refuse (GError **error,
        const char *why)
{
  g_set_error_literal (error, HY_FHIR_ERROR, HY_FHIR_ERROR_ADDRESS, why);
  return FALSE;
}

static gboolean
breaks_a_line (const char *address)
{
  for (const char *at = address; *at != 0; at++)
    if (g_ascii_isspace (*at) || g_ascii_iscntrl (*at))
      return TRUE;
  return FALSE;
}

/* Of a name in ASCII, or an address. */
static gboolean
is_host (const char *host)
{
  for (const char *at = host; *at != 0; at++)
    if (!g_ascii_isalnum (*at) && strchr ("-._:", *at) == NULL)
      return FALSE;
  return *host != 0;
}

static gboolean
is_loopback_name (const char *host)
{
  g_autoptr (GInetAddress) address = NULL;

  if (host == NULL)
    return FALSE;
  if (g_ascii_strcasecmp (host, "localhost") == 0)
    return TRUE;
  address = g_inet_address_new_from_string (host);
  return address != NULL && g_inet_address_get_is_loopback (address);
}

gboolean
hy_fhir_address_is_loopback (const char *base)
{
  g_autoptr (GUri) uri = g_uri_parse (base, G_URI_FLAGS_ENCODED, NULL);

  return uri != NULL && is_loopback_name (g_uri_get_host (uri));
}

static int
get_default_port (const char *scheme)
{
  return g_strcmp0 (scheme, "http") == 0 ? 80 : 443;
}

/* The path without its slashes at the end, nor the part that names a document of the server rather than the server. */
static char *
dup_base_path (const char *path)
{
  static const char *const pages[] = { "/metadata", "/.well-known/smart-configuration" };
  gsize length = strlen (path);
  gboolean again;

  do
    {
      again = FALSE;
      while (length > 0 && path[length - 1] == '/')
        length--;
      for (guint i = 0; !again && i < G_N_ELEMENTS (pages); i++)
        if (length >= strlen (pages[i]) && strncmp (path + length - strlen (pages[i]), pages[i], strlen (pages[i])) == 0)
          {
            length -= strlen (pages[i]);
            again = TRUE;
          }
    }
  while (again);
  return g_strndup (path, length);
}

/**
 * hy_fhir_address_normalise:
 * @typed: what a person typed or pasted: "fhir.example.org/r4/"
 *
 * Returns: (transfer full): "https://fhir.example.org/r4"; http stays only where it does not leave this computer
 * Errors: HY_FHIR_ERROR_ADDRESS
 */
char *
hy_fhir_address_normalise (const char *typed,
                           GError **error)
{
  g_autofree char *text = g_strstrip (g_strdup (typed));
  g_autofree char *whole = NULL;
  g_autofree char *host = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GUri) uri = NULL;
  const char *scheme;
  gboolean loopback;
  int port;

  if (*text == 0 || strlen (text) > MAX_ADDRESS || !g_utf8_validate (text, -1, NULL) || breaks_a_line (text))
    return refuse (error, "empty, too long, or no text"), NULL;
  if (strstr (text, "://") == NULL)
    {
      g_autofree char *guess = g_strconcat ("http://", text, NULL);
      g_autoptr (GUri) plain = g_uri_parse (guess, G_URI_FLAGS_ENCODED, NULL);

      whole = g_strconcat (plain != NULL && is_loopback_name (g_uri_get_host (plain)) ? "http://" : "https://", text, NULL);
    }
  else
    whole = g_strdup (text);
  if (!(uri = g_uri_parse (whole, G_URI_FLAGS_ENCODED, NULL)) || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == 0)
    return refuse (error, "not an address"), NULL;
  scheme = g_uri_get_scheme (uri);
  loopback = is_loopback_name (g_uri_get_host (uri));
  if (strcmp (scheme, "https") != 0 && strcmp (scheme, "http") != 0)
    return refuse (error, "neither https nor http"), NULL;
  if (strcmp (scheme, "http") == 0 && !loopback)
    return refuse (error, "http elsewhere than on this computer"), NULL;
  if (g_uri_get_userinfo (uri) != NULL)
    return refuse (error, "a name or password inside the address"), NULL;
  if (strstr (g_uri_get_path (uri), "/..") != NULL || strchr (g_uri_get_path (uri), '\\') != NULL)
    return refuse (error, "a path that goes up"), NULL;
  host = g_hostname_is_ascii_encoded (g_uri_get_host (uri)) || g_hostname_is_non_ascii (g_uri_get_host (uri))
             ? g_hostname_to_ascii (g_uri_get_host (uri))
             : g_ascii_strdown (g_uri_get_host (uri), -1);
  if (host == NULL || !is_host (host))
    return refuse (error, "not a host name"), NULL;
  path = dup_base_path (g_uri_get_path (uri));
  port = g_uri_get_port (uri);
  return g_uri_join (G_URI_FLAGS_ENCODED, scheme, NULL, host, port == get_default_port (scheme) ? -1 : port, path, NULL, NULL);
}

/**
 * hy_fhir_address_join:
 * @path: "Observation?patient=Patient/1", "?_getpages=1", or ""
 */
char *
hy_fhir_address_join (const char *base,
                      const char *path)
{
  return g_strconcat (base, *path == 0 || *path == '?' ? "" : "/", path, NULL);
}

static int
get_port (GUri *uri)
{
  int port = g_uri_get_port (uri);

  return port > 0 ? port : get_default_port (g_uri_get_scheme (uri));
}

static gboolean
is_same_origin (GUri *a,
                GUri *b)
{
  return g_strcmp0 (g_uri_get_scheme (a), g_uri_get_scheme (b)) == 0 && get_port (a) == get_port (b) && g_uri_get_host (a) != NULL &&
         g_uri_get_host (b) != NULL && g_ascii_strcasecmp (g_uri_get_host (a), g_uri_get_host (b)) == 0;
}

gboolean
hy_fhir_address_same_origin (const char *a,
                             const char *b)
{
  g_autoptr (GUri) first = g_uri_parse (a, G_URI_FLAGS_ENCODED, NULL);
  g_autoptr (GUri) second = g_uri_parse (b, G_URI_FLAGS_ENCODED, NULL);

  return first != NULL && second != NULL && is_same_origin (first, second);
}

/* No way up or out, in whatever spelling. */
static gboolean
is_plain_path (const char *path)
{
  g_autofree char *lower = g_ascii_strdown (path, -1);

  if (strchr (path, '\\') != NULL)
    return FALSE;
  return strstr (lower, "..") == NULL && strstr (lower, "%2e") == NULL && strstr (lower, "%2f%2f") == NULL && strstr (lower, "%5c") == NULL &&
         strstr (lower, "%0") == NULL && strstr (lower, "%1") == NULL && strstr (lower, "%7f") == NULL && strstr (lower, "//") == NULL;
}

/**
 * hy_fhir_address_dup_path:
 * @any_host: only the path and query of @address count: a link of paging may name another host of the same server
 *
 * Returns: (transfer full) (nullable): what hy_fhir_address_join() takes, %NULL when @address is not below @base
 */
char *
hy_fhir_address_dup_path (const char *base,
                          const char *address,
                          gboolean any_host)
{
  g_autofree char *folder = g_strconcat (base, "/", NULL);
  g_autoptr (GUri) from = g_uri_parse (folder, G_URI_FLAGS_ENCODED, NULL);
  g_autoptr (GUri) uri = NULL;
  g_autofree char *root = NULL;
  const char *path, *query, *rest;

  if (from == NULL || strlen (address) > MAX_ADDRESS || breaks_a_line (address) || !(uri = g_uri_parse_relative (from, address, G_URI_FLAGS_ENCODED, NULL)))
    return NULL;
  if (g_uri_get_userinfo (uri) != NULL || g_uri_get_fragment (uri) != NULL ||
      (g_strcmp0 (g_uri_get_scheme (uri), "http") != 0 && g_strcmp0 (g_uri_get_scheme (uri), "https") != 0) ||
      (!any_host && !is_same_origin (from, uri)))
    return NULL;
  path = g_uri_get_path (uri);
  query = g_uri_get_query (uri);
  root = g_strndup (g_uri_get_path (from), strlen (g_uri_get_path (from)) - 1);
  if (!g_str_has_prefix (path, root) || (path[strlen (root)] != '/' && path[strlen (root)] != 0))
    return NULL;
  rest = path + strlen (root);
  if (*rest == '/')
    rest++;
  /* A colon in its first part would make a scheme of it. */
  if (!is_plain_path (rest) || *rest == '/' || rest[strcspn (rest, "/:")] == ':')
    return NULL;
  return query != NULL ? g_strconcat (rest, "?", query, NULL) : g_strdup (rest);
}

static gboolean
is_in (const guint8 *bytes,
       guint8 first,
       guint8 second,
       guint8 mask)
{
  return bytes[0] == first && (bytes[1] & mask) == second;
}

/**
 * hy_fhir_address_is_private:
 *
 * Returns: whether it is this computer, its own network, or no single computer: where a name on the public network must
 * not lead.  Sources: RFC 1918, 3927, 4193, 4291, 6598, 6890.
 */
gboolean
hy_fhir_address_is_private (GInetAddress *address)
{
  const guint8 *bytes = g_inet_address_to_bytes (address);

  if (g_inet_address_get_is_loopback (address) || g_inet_address_get_is_link_local (address) || g_inet_address_get_is_site_local (address) ||
      g_inet_address_get_is_any (address) || g_inet_address_get_is_multicast (address))
    return TRUE;
  if (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV4)
    return bytes[0] == 0 || bytes[0] == 10 || bytes[0] >= 240 || is_in (bytes, 172, 16, 0xf0) || is_in (bytes, 192, 168, 0xff) ||
           is_in (bytes, 100, 64, 0xc0) || is_in (bytes, 169, 254, 0xff);
  if ((bytes[0] & 0xfe) == 0xfc)
    return TRUE;
  /* An IPv4 address written as IPv6, or behind a translator (RFC 6052). */
  if (memcmp (bytes, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12) == 0 || memcmp (bytes, "\0\0\0\0\0\0\0\0\0\0\0\0", 12) == 0 ||
      memcmp (bytes, "\0\x64\xff\x9b\0\0\0\0\0\0\0\0", 12) == 0)
    {
      g_autoptr (GInetAddress) inner = g_inet_address_new_from_bytes (bytes + 12, G_SOCKET_FAMILY_IPV4);

      return hy_fhir_address_is_private (inner);
    }
  return FALSE;
}
