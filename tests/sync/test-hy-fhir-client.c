/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The client against servers that are slow, cut, lie and mislead (SECURITY-DESIGN.md 6, T15). */

#include "sync/hy-fhir-client-private.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "sync/hy-fhir-address.h"

#include "hy-mock-server.h"

#include <string.h>

#define TOKEN "abc.DEF-123"
/* No message may carry it. */
#define QUERY_VALUE "Dupontel"
#define PATIENT "{\"resourceType\":\"Patient\",\"id\":\"1\"}"
#define PATH "Patient?family=" QUERY_VALUE
#define SENT_PATH "/fhir/" PATH

/* -- a resolver of invented names -- */

#define TEST_TYPE_RESOLVER (test_resolver_get_type ())
G_DECLARE_FINAL_TYPE (TestResolver, test_resolver, TEST, RESOLVER, GResolver)

struct _TestResolver
{
  GResolver parent_instance;
};

G_DEFINE_FINAL_TYPE (TestResolver, test_resolver, G_TYPE_RESOLVER)

static const struct
{
  const char *name;
  const char *address;
} invented[] = {
  { "rebound.example.org", "127.0.0.1" },
  { "mapped.example.org", "::ffff:127.0.0.1" },
};

static void
on_lookup_cancelled (GCancellable *cancellable G_GNUC_UNUSED,
                     gpointer task)
{
  g_task_return_error_if_cancelled (task);
}

static void
lookup_flags_async (GResolver *resolver,
                    const char *name,
                    GResolverNameLookupFlags flags,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);

  if (strcmp (name, "silent.example.org") == 0)
    {
      g_assert_nonnull (cancellable);
      g_cancellable_connect (cancellable, G_CALLBACK (on_lookup_cancelled), g_object_ref (task), g_object_unref);
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (invented); i++)
    if (strcmp (name, invented[i].name) == 0 && !(flags & G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY))
      {
        g_task_return_pointer (task, g_list_append (NULL, g_inet_address_new_from_string (invented[i].address)), NULL);
        return;
      }
  g_task_return_new_error (task, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "no such name");
}

static void
lookup_async (GResolver *resolver,
              const char *name,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  lookup_flags_async (resolver, name, G_RESOLVER_NAME_LOOKUP_FLAGS_DEFAULT, cancellable, callback, user_data);
}

static GList *
lookup_finish (GResolver *resolver G_GNUC_UNUSED,
               GAsyncResult *result,
               GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
test_resolver_class_init (TestResolverClass *klass)
{
  G_RESOLVER_CLASS (klass)->lookup_by_name_async = lookup_async;
  G_RESOLVER_CLASS (klass)->lookup_by_name_finish = lookup_finish;
  G_RESOLVER_CLASS (klass)->lookup_by_name_with_flags_async = lookup_flags_async;
  G_RESOLVER_CLASS (klass)->lookup_by_name_with_flags_finish = lookup_finish;
}

static void
test_resolver_init (TestResolver *self G_GNUC_UNUSED)
{
}

/* -- what the tests share -- */

typedef struct
{
  HyMockServer *server;
  HyFhirClient *client;
  HyFhirLimits *limits;
} Pair;

static HyFhirClient *
new_client (const char *base,
            gboolean is_local)
{
  /* As it was pasted. */
  g_autoptr (HySecret) token = hy_secret_new_copy (" " TOKEN "\n", strlen (TOKEN) + 2);
  g_autoptr (GError) error = NULL;
  HyFhirClient *client = hy_fhir_client_new (base, token, is_local, &error);

  g_assert_no_error (error);
  hy_fhir_client_get_limits (client)->backoff_ms = 2;
  return client;
}

static void
pair_set_up (Pair *pair,
             gconstpointer unused G_GNUC_UNUSED)
{
  pair->server = hy_mock_server_new ();
  pair->client = new_client (hy_mock_server_get_base (pair->server), /* is_local= */ TRUE);
  pair->limits = hy_fhir_client_get_limits (pair->client);
}

static void
pair_tear_down (Pair *pair,
                gconstpointer unused G_GNUC_UNUSED)
{
  g_object_add_weak_pointer (G_OBJECT (pair->client), (gpointer *) &pair->client);
  g_object_unref (pair->client);
  /* What was cancelled lets go of it in its own time. */
  while (pair->client != NULL)
    g_main_context_iteration (NULL, TRUE);
  hy_mock_server_free (pair->server);
}

/* Its certificate is nobody's. */
static HyMockServer *
new_secure_server (void)
{
  g_autofree char *pem = g_build_filename (g_getenv ("HY_FIXTURES"), "tls", "nobody-trusts.pem", NULL);

  return hy_mock_server_new_tls (pem);
}

static HyFhirReply *
run (DexFuture *future,
     GError **error)
{
  HyFhirReply *reply = NULL;
  GError *run_error = NULL;

  dex_ref (future);
  if (hy_run_to_end (future, &run_error))
    reply = hy_fhir_reply_ref (g_value_get_boxed (dex_future_get_value (future, NULL)));
  else
    {
      g_assert_null (strstr (run_error->message, TOKEN));
      g_assert_null (strstr (run_error->message, QUERY_VALUE));
      g_propagate_error (error, run_error);
    }
  dex_unref (future);
  return reply;
}

static HyFhirReply *
get (Pair *pair,
     GError **error)
{
  return run (hy_fhir_client_get (pair->client, PATH, NULL), error);
}

static void
assert_whole (Pair *pair)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HyFhirReply) reply = get (pair, &error);
  gsize size;
  const char *body;

  g_assert_no_error (error);
  g_assert_cmpuint (reply->status, ==, 200);
  body = g_bytes_get_data (reply->body, &size);
  g_assert_cmpmem (body, size, PATIENT, strlen (PATIENT));
}

static void
assert_fails (Pair *pair,
              GQuark domain,
              int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HyFhirReply) reply = get (pair, &error);

  g_assert_null (reply);
  g_assert_error (error, domain, code);
}

static GBytes *
bytes_of (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static GBytes *
repeat (char byte,
        gsize size)
{
  guint8 *bytes = g_malloc (size);

  memset (bytes, byte, size);
  return g_bytes_new_take (bytes, size);
}

static GBytes *
gzip (GBytes *plain)
{
  g_autoptr (GConverter) converter = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9));
  g_autoptr (GError) error = NULL;
  GBytes *packed = g_converter_convert_bytes (converter, plain, &error);

  g_assert_no_error (error);
  return packed;
}

/* What most handlers do, as a table's row. */
typedef struct
{
  guint status;
  const char *headers;
  const char *body;
  gint64 length; /* 0 = the body's */
  guint from;    /* before this request of the handler, and with 0 never: PATIENT with 200 instead */
} Answer;

static void
give_answer (const HyMockRequest *request,
             HyMockReply *reply,
             gpointer data)
{
  const Answer *answer = data;

  if (answer->from > 0 && request->number >= answer->from)
    {
      reply->body = bytes_of (PATIENT);
      return;
    }
  reply->status = answer->status;
  g_string_append (reply->headers, answer->headers != NULL ? answer->headers : "");
  reply->body = answer->body != NULL ? bytes_of (answer->body) : NULL;
  reply->length = answer->length != 0 ? answer->length : -1;
}

static void
answer (Pair *pair,
        const Answer *with)
{
  hy_mock_server_add (pair->server, "/fhir/Patient", give_answer, (gpointer) with);
}

/* -- plain -- */

static void
check_request (const HyMockRequest *request,
               HyMockReply *reply,
               gpointer data)
{
  const char *accept = g_hash_table_lookup (request->headers, "accept");

  g_assert_cmpstr (g_hash_table_lookup (request->headers, "authorization"), ==, "Bearer " TOKEN);
  g_assert_cmpstr (g_hash_table_lookup (request->headers, "accept-encoding"), ==, "gzip");
  g_assert_true (g_str_has_prefix (accept, "application/fhir+json"));
  g_assert_null (g_hash_table_lookup (request->headers, "cookie"));
  g_assert_null (g_hash_table_lookup (request->headers, "referer"));
  *(char **) data = g_strdup (request->body);
  g_string_append (reply->headers, "ETag: W/\"7\"\r\nDate: Thu, 01 Jan 1970 00:01:00 GMT\r\n"
                                   "Content-Type: Application/FHIR+JSON;charset=utf-8\r\nSet-Cookie: a=b\r\n");
  reply->body = bytes_of (PATIENT);
}

static void
gets_and_posts (Pair *pair,
                gconstpointer unused G_GNUC_UNUSED)
{
  g_autofree char *got = NULL;
  g_autofree char *posted = NULL;
  g_autoptr (GBytes) batch = bytes_of ("{\"resourceType\":\"Bundle\"}");
  g_autoptr (HyFhirReply) reply = NULL;
  g_autoptr (HyFhirReply) answered = NULL;
  g_autoptr (GError) error = NULL;

  hy_mock_server_add (pair->server, "/fhir/Patient", check_request, &got);
  hy_mock_server_add (pair->server, "/fhir", check_request, &posted);
  reply = get (pair, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (got, ==, "");
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpstr (reply->etag, ==, "W/\"7\"");
  g_assert_cmpstr (reply->content_type, ==, "application/fhir+json");
  g_assert_cmpint (reply->date_ms, ==, 60 * 1000);
  answered = run (hy_fhir_client_post (pair->client, "", batch, NULL), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (posted, ==, "{\"resourceType\":\"Bundle\"}");
  /* The cookie of the first answer did not come back. */
  g_assert_cmpuint (hy_fhir_client_get_n_requests (pair->client), ==, 2);
}

static void
takes_addresses_of_the_server_alone (Pair *pair,
                                     gconstpointer unused G_GNUC_UNUSED)
{
  static const char *const bad[] = { "../admin", "Patient/../../admin", "http://203.0.113.1/fhir/Patient", "Patient#a", "%2e%2e/x", "file:///etc/passwd" };
  g_autofree char *whole = g_strconcat (hy_mock_server_get_base (pair->server), "/Patient/1", NULL);
  g_autoptr (HyFhirReply) reply = NULL;
  g_autoptr (GError) error = NULL;

  hy_mock_server_add_reply (pair->server, "/fhir/Patient/1", 200, PATIENT);
  reply = run (hy_fhir_client_get (pair->client, whole, NULL), &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) refused = NULL;

      g_assert_null (run (hy_fhir_client_get (pair->client, bad[i], NULL), &refused));
      g_assert_error (refused, HY_FHIR_ERROR, HY_FHIR_ERROR_ADDRESS);
    }
  g_assert_cmpuint (hy_fhir_client_get_n_requests (pair->client), ==, 1);
}

static void
resolves_with_refusals (Pair *pair,
                        gconstpointer unused G_GNUC_UNUSED)
{
  static const guint statuses[] = { 400, 401, 403, 404, 410, 501 };

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      Answer no = { .status = statuses[i], .headers = "Content-Type: text/html\r\n", .body = "<html>no" };
      g_autoptr (GError) error = NULL;
      g_autoptr (HyFhirReply) reply = NULL;

      answer (pair, &no);
      reply = get (pair, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (reply->status, ==, statuses[i]);
      g_assert_cmpuint (g_bytes_get_size (reply->body), ==, strlen ("<html>no"));
      g_assert_cmpuint (hy_fhir_client_get_n_requests (pair->client), ==, i + 1);
    }
}

static void
give_long_refusal (const HyMockRequest *request G_GNUC_UNUSED,
                   HyMockReply *reply,
                   gpointer packed)
{
  g_autoptr (GBytes) plain = repeat ('x', 1000 * 1000);

  reply->status = 404;
  if (packed != NULL)
    g_string_append (reply->headers, "Content-Encoding: gzip\r\n");
  reply->body = packed != NULL ? gzip (plain) : g_bytes_ref (plain);
}

static void
keeps_the_beginning_of_a_refusal (Pair *pair,
                                  gconstpointer packed)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HyFhirReply) reply = NULL;

  hy_mock_server_add (pair->server, "/fhir", give_long_refusal, (gpointer) packed);
  reply = get (pair, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (reply->status, ==, 404);
  g_assert_cmpuint (g_bytes_get_size (reply->body), ==, 64 * 1024);
}

/* -- what is no FHIR -- */

static void
refuses_what_is_no_fhir (Pair *pair,
                         gconstpointer unused G_GNUC_UNUSED)
{
  static const Answer answers[] = {
    { 200, "Content-Type: text/html\r\n", "<html>Sign in", 0, 0 },
    { 200, "Content-Type: text/html\r\n", PATIENT, 0, 0 },
    { 200, "Content-Type: application/fhir+xml\r\n", "<Patient/>", 0, 0 },
    { 200, NULL, "<html>Sign in</html>", 0, 0 },
    { 200, NULL, "[]", 0, 0 },
    { 200, NULL, "   ", 0, 0 },
    { 200, NULL, "\xef\xbb\xbf", 0, 0 },
    { 200, NULL, "{\"resourceType\":", 0, 0 },
    { 200, "Content-Encoding: br\r\n", PATIENT, 0, 0 },
    { 200, "Content-Encoding: gzip, gzip\r\n", PATIENT, 0, 0 },
    /* It says less than there is. */
    { 200, NULL, PATIENT, 20, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_test_message ("answer %u", i);
      answer (pair, &answers[i]);
      assert_fails (pair, HY_FHIR_ERROR, HY_FHIR_ERROR_NOT_FHIR);
      /* It is not asked again. */
      g_assert_cmpuint (hy_fhir_client_get_n_requests (pair->client), ==, i + 1);
    }
}

static void
takes_json_by_any_of_its_names (Pair *pair,
                                gconstpointer unused G_GNUC_UNUSED)
{
  static const char *const types[] = { "application/json", "application/fhir+json; fhirVersion=4.0", "APPLICATION/JSON; charset=UTF-8" };
  static const Answer absent = { HY_MOCK_RAW, NULL, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" PATIENT, 0, 0 };
  static const Answer marked = { 200, NULL, "\xef\xbb\xbf \r\n{}\n ", 0, 0 };
  g_autoptr (HyFhirReply) reply = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *header = g_strdup_printf ("Content-Type: %s\r\n", types[i]);
      Answer named = { .status = 200, .headers = header, .body = PATIENT };

      answer (pair, &named);
      assert_whole (pair);
    }
  answer (pair, &absent);
  assert_whole (pair);
  answer (pair, &marked);
  reply = get (pair, &error);
  g_assert_no_error (error);
}

/* -- where it must not go -- */

static void
redirect (const HyMockRequest *request G_GNUC_UNUSED,
          HyMockReply *reply,
          gpointer location)
{
  reply->status = 302;
  g_string_append_printf (reply->headers, "Location: %s\r\n", (const char *) location);
}

static void
redirect_on (const HyMockRequest *request,
             HyMockReply *reply,
             gpointer unused G_GNUC_UNUSED)
{
  reply->status = 307;
  g_string_append_printf (reply->headers, "Location: /fhir/Patient?step=%u\r\n", request->number);
}

static void
follows_the_server_itself (Pair *pair,
                           gconstpointer unused G_GNUC_UNUSED)
{
  hy_mock_server_add (pair->server, "/fhir/Patient", redirect, (gpointer) "/fhir/Moved/Patient");
  hy_mock_server_add (pair->server, "/fhir/Moved", redirect, (gpointer) "/fhir/Again/Patient");
  hy_mock_server_add_reply (pair->server, "/fhir/Again", 200, PATIENT);
  assert_whole (pair);
}

static void
goes_to_no_other_server (Pair *pair,
                         gconstpointer unused G_GNUC_UNUSED)
{
  g_autoptr (HyMockServer) other = hy_mock_server_new ();
  g_autofree char *port = g_strconcat (hy_mock_server_get_base (other), "/Patient", NULL);
  g_autofree char *name = g_strdup_printf ("http://localhost%s/Patient", strrchr (hy_mock_server_get_base (pair->server), ':'));
  g_autofree char *named = g_strdup_printf ("//a:b@%s/Patient", hy_mock_server_get_base (pair->server) + strlen ("http://"));
  const char *places[] = { port, name, named, "https://127.0.0.1/fhir", "file:///etc/passwd", "data:application/json,{}", "http://" };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_test_message ("place %s", places[i]);
      hy_mock_server_add (pair->server, "/fhir/Patient", redirect, (gpointer) places[i]);
      assert_fails (pair, HY_FHIR_ERROR, HY_FHIR_ERROR_ELSEWHERE);
    }
  g_assert_cmpuint (hy_mock_server_count (other, "/"), ==, 0);
}

static void
follows_no_redirect_of_a_post (Pair *pair,
                               gconstpointer unused G_GNUC_UNUSED)
{
  g_autoptr (GBytes) batch = bytes_of ("{}");
  g_autoptr (GError) error = NULL;

  hy_mock_server_add (pair->server, "/fhir", redirect, (gpointer) "/fhir/Moved");
  g_assert_null (run (hy_fhir_client_post (pair->client, "", batch, NULL), &error));
  g_assert_error (error, HY_FHIR_ERROR, HY_FHIR_ERROR_ELSEWHERE);
  g_assert_cmpuint (hy_mock_server_count (pair->server, "/"), ==, 1);
}

static void
follows_five_redirects_at_most (Pair *pair,
                                gconstpointer unused G_GNUC_UNUSED)
{
  hy_mock_server_add (pair->server, "/fhir/Patient", redirect_on, NULL);
  assert_fails (pair, HY_FHIR_ERROR, HY_FHIR_ERROR_ELSEWHERE);
  g_assert_cmpuint (hy_mock_server_count (pair->server, "/"), ==, 1 + HY_FHIR_MAX_REDIRECTS);
}

static void
refuses_names_that_lead_home (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (invented); i++)
    {
      g_autoptr (HyMockServer) server = new_secure_server ();
      g_autofree char *base = g_strdup_printf ("https://%s%s", invented[i].name, strrchr (hy_mock_server_get_base (server), ':'));
      g_autoptr (HyFhirClient) client = new_client (base, /* is_local= */ FALSE);

      /* Twice: the connection of the first must not be there for the second. */
      for (guint j = 0; j < 2; j++)
        {
          g_autoptr (GError) error = NULL;

          g_assert_null (run (hy_fhir_client_get (client, PATH, NULL), &error));
          g_assert_error (error, HY_FHIR_ERROR, HY_FHIR_ERROR_ELSEWHERE);
        }
      g_assert_cmpuint (hy_mock_server_count (server, "/"), ==, 0);
    }
}

static void
believes_no_certificate_of_its_own (void)
{
  static const char *const hosts[] = { "127.0.0.1", "rebound.example.org" };

  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_autoptr (HyMockServer) server = new_secure_server ();
      g_autofree char *base = g_strdup_printf ("https://%s%s", hosts[i], strrchr (hy_mock_server_get_base (server), ':'));
      g_autoptr (HyFhirClient) client = new_client (base, /* is_local= */ TRUE);
      g_autoptr (GError) error = NULL;

      g_assert_null (run (hy_fhir_client_get (client, PATH, NULL), &error));
      g_assert_error (error, HY_FHIR_ERROR, HY_FHIR_ERROR_TLS);
      g_assert_cmpuint (hy_mock_server_count (server, "/"), ==, 0);
      g_assert_cmpuint (hy_fhir_client_get_n_requests (client), ==, 1);
    }
}

/* A cut, or a machine on the way that speaks something else, is no false certificate: it passes. */
static void
takes_a_failed_handshake_for_a_cut (void)
{
  g_autoptr (HyMockServer) server = hy_mock_server_new ();
  g_autofree char *base = g_strdup_printf ("https://127.0.0.1%s", strrchr (hy_mock_server_get_base (server), ':'));
  g_autoptr (HyFhirClient) client = new_client (base, /* is_local= */ TRUE);
  g_autoptr (GError) error = NULL;

  hy_fhir_client_get_limits (client)->connect_ms = 100;
  g_assert_null (run (hy_fhir_client_get (client, PATH, NULL), &error));
  g_assert_error (error, HY_ERROR, HY_ERROR_OFFLINE);
  g_assert_cmpuint (hy_mock_server_count (server, "/"), ==, 0);
}

static void
knows_addresses_of_home (void)
{
  static const char *const home[] = {
    "127.0.0.1",
    "127.9.9.9",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "100.127.255.255",
    "169.254.169.254",
    "0.0.0.0",
    "0.1.2.3",
    "224.0.0.1",
    "239.1.1.1",
    "255.255.255.255",
    "240.0.0.1",
    "::1",
    "::",
    "fe80::1",
    "fec0::1",
    "fc00::1",
    "fdff::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.1.2.3",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
  };
  static const char *const away[] = { "1.1.1.1", "172.15.0.1", "172.32.0.1", "192.169.0.1", "100.63.0.1", "100.128.0.1", "223.255.255.255", "2001:4860::8888",
                                      "::ffff:1.1.1.1", "64:ff9b::101:101", "fe00::1" };

  for (guint i = 0; i < G_N_ELEMENTS (home); i++)
    {
      g_autoptr (GInetAddress) address = g_inet_address_new_from_string (home[i]);

      g_test_message ("%s", home[i]);
      g_assert_true (hy_fhir_address_is_private (address));
    }
  for (guint i = 0; i < G_N_ELEMENTS (away); i++)
    {
      g_autoptr (GInetAddress) address = g_inet_address_new_from_string (away[i]);

      g_test_message ("%s", away[i]);
      g_assert_false (hy_fhir_address_is_private (address));
    }
}

static void
assert_probed (const char *base,
               gboolean expected)
{
  DexFuture *future = hy_fhir_client_probe_local (base);
  g_autoptr (GError) error = NULL;

  dex_ref (future);
  hy_run_to_end (future, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_value_get_boolean (dex_future_get_value (future, NULL)), ==, expected);
  dex_unref (future);
}

static void
finds_where_a_name_leads (void)
{
  g_autoptr (GError) error = NULL;

  assert_probed ("http://localhost:8085/fhir", TRUE);
  assert_probed ("https://10.0.0.7/fhir", TRUE);
  assert_probed ("https://rebound.example.org/fhir", TRUE);
  assert_probed ("https://203.0.113.7/fhir", FALSE);
  g_assert_false (hy_run_to_end (hy_fhir_client_probe_local ("https://nowhere.example.org"), &error));
  g_assert_error (error, HY_ERROR, HY_ERROR_OFFLINE);
}

/* -- how much it takes -- */

static void
give_spaces (const HyMockRequest *request G_GNUC_UNUSED,
             HyMockReply *reply,
             gpointer length)
{
  reply->body = repeat (' ', 8 * 1000 * 1000);
  reply->length = GPOINTER_TO_INT (length);
}

static void
takes_no_more_than_it_may (Pair *pair,
                           gconstpointer unused G_GNUC_UNUSED)
{
  static const int lengths[] = { -1, HY_MOCK_NO_LENGTH, G_MAXINT };

  pair->limits->max_json = 100 * 1000;
  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      hy_mock_server_add (pair->server, "/fhir/Patient", give_spaces, GINT_TO_POINTER (lengths[i]));
      assert_fails (pair, HY_FHIR_ERROR, HY_FHIR_ERROR_TOO_LARGE);
      g_assert_cmpuint (hy_fhir_client_get_n_requests (pair->client), ==, i + 1);
    }
}

static void
give_bomb (const HyMockRequest *request G_GNUC_UNUSED,
           HyMockReply *reply,
           gpointer megabytes)
{
  g_autoptr (GBytes) plain = repeat (' ', (gsize) GPOINTER_TO_INT (megabytes) * 1000 * 1000);

  g_string_append (reply->headers, "Content-Encoding: gzip\r\n");
  reply->body = gzip (plain);
}

static void
unpacks_no_bomb (Pair *pair,
                 gconstpointer unused G_GNUC_UNUSED)
{
  /* By its ratio, long before the most that is taken. */
  hy_mock_server_add (pair->server, "/fhir/Patient", give_bomb, GINT_TO_POINTER (4));
  assert_fails (pair, HY_FHIR_ERROR, HY_FHIR_ERROR_TOO_LARGE);
  /* By its size, where the ratio says nothing yet. */
  pair->limits->max_json = 100 * 1000;
  hy_mock_server_add (pair->server, "/fhir/Patient", give_bomb, GINT_TO_POINTER (1));
  assert_fails (pair, HY_FHIR_ERROR, HY_FHIR_ERROR_TOO_LARGE);
}

static void
give_packed (const HyMockRequest *request G_GNUC_UNUSED,
             HyMockReply *reply,
             gpointer members)
{
  g_autoptr (GBytes) first = g_bytes_new (PATIENT, 10);
  g_autoptr (GBytes) second = g_bytes_new (&PATIENT[10], strlen (PATIENT) - 10);
  g_autoptr (GBytes) whole = bytes_of (PATIENT);
  g_autoptr (GBytes) packed = gzip (members != NULL ? first : whole);
  g_autoptr (GBytes) more = gzip (second);
  g_autoptr (GByteArray) body = g_byte_array_new ();

  g_byte_array_append (body, g_bytes_get_data (packed, NULL), (guint) g_bytes_get_size (packed));
  if (members != NULL)
    g_byte_array_append (body, g_bytes_get_data (more, NULL), (guint) g_bytes_get_size (more));
  g_string_append (reply->headers, "Content-Encoding: GZIP\r\n");
  reply->body = g_byte_array_free_to_bytes (g_steal_pointer (&body));
  reply->piece_bytes = 7;
}

static void
unpacks (Pair *pair,
         gconstpointer members)
{
  hy_mock_server_add (pair->server, "/fhir/Patient", give_packed, (gpointer) members);
  assert_whole (pair);
}

static void
give_long_head (const HyMockRequest *request G_GNUC_UNUSED,
                HyMockReply *reply,
                gpointer kilobytes)
{
  g_autofree char *filling = g_strnfill (1000, 'x');

  for (int i = 0; i < GPOINTER_TO_INT (kilobytes); i++)
    g_string_append_printf (reply->headers, "X-%d: %s\r\n", i, filling);
  reply->body = bytes_of (PATIENT);
}

static void
takes_no_long_head (Pair *pair,
                    gconstpointer unused G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  hy_mock_server_add (pair->server, "/fhir/Patient", give_long_head, GINT_TO_POINTER (70));
  assert_fails (pair, HY_FHIR_ERROR, HY_FHIR_ERROR_TOO_LARGE);
  /* Here libsoup stops reading, and says that the answer was cut. */
  hy_mock_server_add (pair->server, "/fhir/Patient", give_long_head, GINT_TO_POINTER (2000));
  assert_fails (pair, HY_ERROR, HY_ERROR_OFFLINE);
  hy_mock_server_add (pair->server, "/fhir/Patient", give_long_head, GINT_TO_POINTER (50));
  assert_whole (pair);
}

/* -- cut -- */

static void
give_cut (const HyMockRequest *request G_GNUC_UNUSED,
          HyMockReply *reply,
          gpointer data)
{
  GBytes *whole = ((gpointer *) data)[0];

  reply->status = HY_MOCK_RAW;
  reply->body = g_bytes_ref (whole);
  reply->cut_at = GPOINTER_TO_INT (((gpointer *) data)[1]);
}

static GBytes *
raw (const char *headers,
     GBytes *body)
{
  GByteArray *bytes = g_byte_array_new ();
  g_autofree char *head = g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nConnection: close\r\n%s\r\n", headers);

  g_byte_array_append (bytes, (const guint8 *) head, (guint) strlen (head));
  g_byte_array_append (bytes, g_bytes_get_data (body, NULL), (guint) g_bytes_get_size (body));
  return g_byte_array_free_to_bytes (bytes);
}

/* At no byte is a part taken for the whole. */
static void
cut_everywhere (Pair *pair,
                const char *headers,
                GBytes *body)
{
  g_autoptr (GBytes) whole = raw (headers, body);
  gpointer data[] = { whole, NULL };

  pair->limits->max_tries = 1;
  hy_mock_server_add (pair->server, "/fhir/Patient", give_cut, data);
  for (gsize i = 0; i < g_bytes_get_size (whole); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (HyFhirReply) reply = NULL;

      data[1] = GSIZE_TO_POINTER (i);
      reply = get (pair, &error);
      if (reply == NULL)
        {
          g_test_message ("cut at %" G_GSIZE_FORMAT, i);
          g_assert_error (error, HY_ERROR, HY_ERROR_OFFLINE);
        }
      else
        g_assert_cmpmem (g_bytes_get_data (reply->body, NULL), g_bytes_get_size (reply->body), PATIENT, strlen (PATIENT));
    }
  data[1] = GINT_TO_POINTER (-1);
  assert_whole (pair);
}

static void
cut_with_a_length (Pair *pair,
                   gconstpointer unused G_GNUC_UNUSED)
{
  g_autoptr (GBytes) body = bytes_of (PATIENT);
  g_autofree char *header = g_strdup_printf ("Content-Length: %zu\r\n", strlen (PATIENT));

  cut_everywhere (pair, header, body);
}

static void
cut_without_a_length (Pair *pair,
                      gconstpointer unused G_GNUC_UNUSED)
{
  g_autoptr (GBytes) body = bytes_of (PATIENT);

  cut_everywhere (pair, "", body);
}

static void
cut_in_chunks (Pair *pair,
               gconstpointer unused G_GNUC_UNUSED)
{
  g_autofree char *text = g_strdup_printf ("a\r\n%.10s\r\n%zx\r\n%s\r\n0\r\n\r\n", PATIENT, strlen (PATIENT) - 10, &PATIENT[10]);
  g_autoptr (GBytes) body = bytes_of (text);

  cut_everywhere (pair, "Transfer-Encoding: chunked\r\n", body);
}

static void
cut_while_packed (Pair *pair,
                  gconstpointer has_length)
{
  g_autoptr (GBytes) plain = bytes_of (PATIENT);
  g_autoptr (GBytes) body = gzip (plain);
  g_autofree char *header = g_strdup_printf ("Content-Encoding: gzip\r\n%s%zu\r\n", has_length != NULL ? "Content-Length: " : "X: ", g_bytes_get_size (body));

  cut_everywhere (pair, header, body);
}

static void
cut_once (const HyMockRequest *request,
          HyMockReply *reply,
          gpointer unused G_GNUC_UNUSED)
{
  reply->body = bytes_of (PATIENT);
  if (request->number < 4)
    reply->cut_at = (request->number - 1) * 10;
}

static void
asks_again_after_a_cut (Pair *pair,
                        gconstpointer unused G_GNUC_UNUSED)
{
  hy_mock_server_add (pair->server, "/fhir/Patient", cut_once, NULL);
  assert_whole (pair);
  g_assert_cmpuint (hy_fhir_client_get_n_requests (pair->client), ==, 4);
}

/* Keeps connections open, and of four requests drops one. */
static void
keep_open_or_drop (const HyMockRequest *request,
                   HyMockReply *reply,
                   gpointer data G_GNUC_UNUSED)
{
  reply->body = bytes_of (PATIENT);
  reply->keep_alive = TRUE;
  reply->cut_at = request->number % 4 == 3 ? 0 : -1;
}

static void
goes_on_after_kept_connections_are_dropped (Pair *pair,
                                            gconstpointer unused G_GNUC_UNUSED)
{
  hy_mock_server_add (pair->server, "/fhir/Patient", keep_open_or_drop, NULL);
  for (guint i = 0; i < 200; i++)
    {
      /* Two at once, so that two connections are kept; then one alone, which is dropped while the other rests. */
      DexFuture *other = hy_fhir_client_get (pair->client, PATH, NULL);
      g_autoptr (HyFhirReply) reply = NULL;
      g_autoptr (GError) error = NULL;

      assert_whole (pair);
      reply = run (other, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (reply->status, ==, 200);
      assert_whole (pair);
    }
  /* Connections were kept: each was good for more than one. */
  g_assert_cmpuint (hy_mock_server_count_connections (pair->server), <, hy_mock_server_count (pair->server, "/fhir/Patient"));
}

static void
is_offline_after_four_tries (void)
{
  g_autofree char *base = NULL;
  g_autoptr (HyFhirClient) client = NULL;
  g_autoptr (GError) error = NULL;

  {
    g_autoptr (HyMockServer) gone = hy_mock_server_new ();

    base = g_strdup (hy_mock_server_get_base (gone));
  }
  client = new_client (base, /* is_local= */ TRUE);
  g_assert_null (run (hy_fhir_client_get (client, PATH, NULL), &error));
  g_assert_error (error, HY_ERROR, HY_ERROR_OFFLINE);
  g_assert_cmpuint (hy_fhir_client_get_n_requests (client), ==, 4);
}

static void
asks_twice_for_a_name (void)
{
  g_autoptr (HyFhirClient) client = new_client ("https://nowhere.example.org/fhir", /* is_local= */ FALSE);
  g_autoptr (GError) error = NULL;

  g_assert_null (run (hy_fhir_client_get (client, PATH, NULL), &error));
  g_assert_error (error, HY_ERROR, HY_ERROR_OFFLINE);
  g_assert_cmpuint (hy_fhir_client_get_n_requests (client), ==, 2);
}

/* -- slow -- */

typedef struct
{
  guint wait_ms;
  gsize piece_bytes;
  guint piece_ms;
  gboolean in_head;
} Slowness;

static void
give_slowly (const HyMockRequest *request G_GNUC_UNUSED,
             HyMockReply *reply,
             gpointer data)
{
  const Slowness *slowness = data;

  if (slowness->in_head)
    reply->status = HY_MOCK_RAW;
  reply->body = bytes_of (slowness->in_head ? "HTTP/1.1 200 OK\r\nX: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n\r\n" : PATIENT);
  reply->wait_ms = slowness->wait_ms;
  reply->piece_bytes = slowness->piece_bytes;
  reply->piece_ms = slowness->piece_ms;
}

static void
gives_up_when_nothing_moves (Pair *pair,
                             gconstpointer unused G_GNUC_UNUSED)
{
  Slowness silent = { .wait_ms = 60 * 1000 };
  Slowness stopping = { .piece_bytes = 5, .piece_ms = 60 * 1000 };

  pair->limits->max_tries = 1;
  pair->limits->idle_s = 1;
  hy_mock_server_add (pair->server, "/fhir/Patient", give_slowly, &silent);
  assert_fails (pair, HY_ERROR, HY_ERROR_OFFLINE);
  hy_mock_server_add (pair->server, "/fhir/Patient", give_slowly, &stopping);
  assert_fails (pair, HY_ERROR, HY_ERROR_OFFLINE);
}

static void
gives_up_on_a_trickle (Pair *pair,
                       gconstpointer unused G_GNUC_UNUSED)
{
  Slowness body = { .piece_bytes = 1, .piece_ms = 50 };
  Slowness head = { .piece_bytes = 1, .piece_ms = 50, .in_head = TRUE };

  pair->limits->max_tries = 1;
  pair->limits->slow_ms = 300;
  hy_mock_server_add (pair->server, "/fhir/Patient", give_slowly, &body);
  assert_fails (pair, HY_ERROR, HY_ERROR_OFFLINE);
  hy_mock_server_add (pair->server, "/fhir/Patient", give_slowly, &head);
  assert_fails (pair, HY_ERROR, HY_ERROR_OFFLINE);
}

static void
gives_up_on_a_connection (void)
{
  g_autoptr (HyFhirClient) client = new_client ("https://silent.example.org/fhir", /* is_local= */ FALSE);
  g_autoptr (GError) error = NULL;

  hy_fhir_client_get_limits (client)->connect_ms = 50;
  g_assert_null (run (hy_fhir_client_get (client, PATH, NULL), &error));
  g_assert_error (error, HY_ERROR, HY_ERROR_OFFLINE);
}

/* -- later -- */

typedef struct
{
  guint begun;
  guint over;
  GCancellable *cancellable; /* nullable: cancelled when a wait begins */
} Waits;

static gboolean
cancel (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return G_SOURCE_REMOVE;
}

static void
on_wait (gint64 until_ms,
         gpointer data)
{
  Waits *waits = data;

  if (until_ms == 0)
    waits->over++;
  else
    {
      g_assert_cmpint (until_ms, >=, g_get_real_time () / 1000);
      waits->begun++;
      if (waits->cancellable != NULL)
        g_idle_add (cancel, waits->cancellable);
    }
}

static void
waits_as_it_is_asked (Pair *pair,
                      gconstpointer unused G_GNUC_UNUSED)
{
  static const Answer answers[] = {
    { 429, "Retry-After: 1\r\n", "slowly", 0, 2 },
    { 503, "Retry-After: Thu, 01 Jan 1970 00:00:00 GMT\r\n", NULL, 0, 3 },
    { 503, "Retry-After: 0\r\n", NULL, 0, 6 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      Waits waits = { 0 };

      hy_fhir_client_set_wait_func (pair->client, on_wait, &waits);
      answer (pair, &answers[i]);
      assert_whole (pair);
      g_assert_cmpuint (waits.begun, ==, answers[i].from - 1);
      g_assert_cmpuint (waits.over, ==, waits.begun);
    }
}

static void
does_not_wait_for_long (Pair *pair,
                        gconstpointer unused G_GNUC_UNUSED)
{
  static const Answer answers[] = {
    { 429, "Retry-After: 3600\r\n", NULL, 0, 0 },
    { 503, "Retry-After: 3600\r\n", NULL, 0, 0 },
    { 503, "Retry-After: Fri, 31 Dec 2199 23:59:59 GMT\r\n", NULL, 0, 0 },
    { 503, "Retry-After: 99999999999999999999999\r\n", NULL, 0, 0 },
  };
  const gint64 day_ms = 24 * 3600 * 1000;

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      gint64 now = g_get_real_time () / 1000;

      answer (pair, &answers[i]);
      assert_fails (pair, HY_ERROR, HY_ERROR_BUSY);
      g_assert_cmpint (hy_fhir_client_get_busy_until (pair->client), >=, now + 3500 * 1000);
      /* Nobody is sent away for years. */
      g_assert_cmpint (hy_fhir_client_get_busy_until (pair->client), <=, g_get_real_time () / 1000 + day_ms);
      g_assert_cmpuint (hy_fhir_client_get_n_requests (pair->client), ==, i + 1);
    }
}

static void
does_not_wait_again_and_again (Pair *pair,
                               gconstpointer unused G_GNUC_UNUSED)
{
  static const Answer soon = { 503, "Retry-After: 0\r\n", NULL, 0, 0 };

  pair->limits->backoff_ms = 20;
  pair->limits->max_wait_ms = 100;
  answer (pair, &soon);
  assert_fails (pair, HY_ERROR, HY_ERROR_BUSY);
  g_assert_cmpuint (hy_fhir_client_get_n_requests (pair->client), <=, 12);
}

static void
asks_four_times (Pair *pair,
                 gconstpointer unused G_GNUC_UNUSED)
{
  static const Answer answers[] = {
    { 500, NULL, "oh", 0, 0 }, { 502, "Retry-After: soon\r\n", "<html>", 0, 0 }, { 503, NULL, NULL, 0, 0 }, { 504, "Retry-After: -1\r\n", NULL, 0, 0 }
  };
  static const Answer busy = { 429, NULL, NULL, 0, 0 };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (HyFhirReply) reply = NULL;

      answer (pair, &answers[i]);
      reply = get (pair, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (reply->status, ==, answers[i].status);
      g_assert_cmpuint (hy_fhir_client_get_n_requests (pair->client), ==, 4 * (i + 1));
    }
  answer (pair, &busy);
  assert_fails (pair, HY_ERROR, HY_ERROR_BUSY);
  g_assert_cmpint (hy_fhir_client_get_busy_until (pair->client), >, g_get_real_time () / 1000 + 30 * 1000);
}

static void
comes_back_after_errors (Pair *pair,
                         gconstpointer unused G_GNUC_UNUSED)
{
  static const Answer third = { 502, NULL, "<html>", 0, 4 };

  answer (pair, &third);
  assert_whole (pair);
}

/* -- cancelled -- */

static void
assert_cancelled (HyFhirClient *client,
                  GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (run (hy_fhir_client_get (client, PATH, cancellable), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
stops_at_once (Pair *pair,
               gconstpointer unused G_GNUC_UNUSED)
{
  Slowness in_body = { .piece_bytes = 5, .piece_ms = 60 * 1000 };
  Slowness in_head = { .wait_ms = 60 * 1000 };
  const Slowness *slow[] = { &in_body, &in_head };

  for (guint i = 0; i < G_N_ELEMENTS (slow); i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();

      hy_mock_server_add (pair->server, "/fhir/Patient", give_slowly, (gpointer) slow[i]);
      g_timeout_add (100, cancel, cancellable);
      assert_cancelled (pair->client, cancellable);
    }
}

static void
stops_in_a_wait (Pair *pair,
                 gconstpointer unused G_GNUC_UNUSED)
{
  static const Answer later = { 503, "Retry-After: 100\r\n", NULL, 0, 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Waits waits = { .cancellable = cancellable };

  hy_fhir_client_set_wait_func (pair->client, on_wait, &waits);
  answer (pair, &later);
  assert_cancelled (pair->client, cancellable);
  g_assert_cmpuint (waits.begun, ==, 1);
  g_assert_cmpuint (waits.over, ==, 1);
}

static void
stops_before_it_connects (void)
{
  g_autoptr (HyFhirClient) client = new_client ("https://silent.example.org/fhir", /* is_local= */ FALSE);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_timeout_add (50, cancel, cancellable);
  assert_cancelled (client, cancellable);
  /* And when it was cancelled before it began. */
  assert_cancelled (client, cancellable);
  g_assert_cmpuint (hy_fhir_client_get_n_requests (client), ==, 1);
}

static void
lets_go_when_nobody_waits (Pair *pair,
                           gconstpointer unused G_GNUC_UNUSED)
{
  Slowness in_body = { .piece_bytes = 5, .piece_ms = 60 * 1000 };
  g_autoptr (GError) error = NULL;

  hy_mock_server_add (pair->server, "/fhir/Patient", give_slowly, &in_body);
  /* A race that another wins discards the request: the tear-down waits until it has let go of the client. */
  hy_run_to_end (dex_future_first (hy_fhir_client_get (pair->client, PATH, NULL), dex_timeout_new_msec (100), NULL), &error);
  g_assert_error (error, DEX_ERROR, DEX_ERROR_TIMED_OUT);
}

/* -- files -- */

#define FILE_BYTES 300000
#define PART_BYTES 65536

typedef struct
{
  const char *etag;   /* what the server has now */
  gboolean no_ranges;
  gint64 shift;       /* a part begins so much later than it was asked for */
  gint64 cut_at;
  gint64 length;
  const char *headers;
  char *range;
  char *if_range;
} File;

static GBytes *
make_file (void)
{
  guint8 *bytes = g_malloc (FILE_BYTES);

  for (guint i = 0; i < FILE_BYTES; i++)
    bytes[i] = (guint8) (i * 7 + i / 251);
  return g_bytes_new_take (bytes, FILE_BYTES);
}

static void
give_file (const HyMockRequest *request,
           HyMockReply *reply,
           gpointer data)
{
  File *file = data;
  g_autoptr (GBytes) whole = make_file ();
  const char *range = g_hash_table_lookup (request->headers, "range");
  const char *if_range = g_hash_table_lookup (request->headers, "if-range");
  gint64 start;

  g_assert_cmpstr (g_hash_table_lookup (request->headers, "accept-encoding"), ==, "identity");
  g_free (file->range);
  g_free (file->if_range);
  file->range = g_strdup (range);
  file->if_range = g_strdup (if_range);
  reply->cut_at = file->cut_at;
  reply->length = file->length;
  g_string_append_printf (reply->headers, "Content-Type: application/pdf\r\nETag: %s\r\n%s", file->etag, file->headers != NULL ? file->headers : "");
  if (range == NULL || file->no_ranges || (if_range != NULL && strcmp (if_range, file->etag) != 0))
    {
      reply->body = g_steal_pointer (&whole);
      return;
    }
  start = g_ascii_strtoll (range + strlen ("bytes="), NULL, 10) + file->shift;
  if (start >= FILE_BYTES)
    {
      reply->status = 416;
      g_string_append_printf (reply->headers, "Content-Range: bytes */%d\r\n", FILE_BYTES);
      return;
    }
  reply->status = 206;
  g_string_append_printf (reply->headers, "Content-Range: bytes %" G_GINT64_FORMAT "-%d/%d\r\n", start, FILE_BYTES - 1, FILE_BYTES);
  reply->body = g_bytes_new_from_bytes (whole, (gsize) start, FILE_BYTES - (gsize) start);
}

typedef struct
{
  GByteArray *bytes;
  guint n_parts;
  gboolean taking;   /* one at a time */
  gboolean refuses;
  DexPromise *taken;
} Taking;

static gboolean
take (gpointer data)
{
  Taking *taking = data;

  taking->taking = FALSE;
  dex_promise_resolve_boolean (taking->taken, TRUE);
  dex_clear (&taking->taken);
  return G_SOURCE_REMOVE;
}

static DexFuture *
take_part (const HyFhirReply *head,
           gint64 offset,
           GBytes *part,
           gpointer data)
{
  Taking *taking = data;

  g_assert_false (taking->taking);
  g_assert_null (head->body);
  if (taking->refuses)
    return dex_future_new_reject (HY_ERROR, HY_ERROR_LOCKED, "locked");
  if (taking->n_parts == 0 && head->range_start == 0)
    g_byte_array_set_size (taking->bytes, 0);
  g_assert_cmpint (offset, ==, taking->bytes->len);
  g_assert_cmpuint (g_bytes_get_size (part), <=, PART_BYTES);
  g_byte_array_append (taking->bytes, g_bytes_get_data (part, NULL), (guint) g_bytes_get_size (part));
  taking->n_parts++;
  taking->taking = TRUE;
  taking->taken = dex_promise_new ();
  g_timeout_add (3, take, taking);
  return dex_ref (DEX_FUTURE (taking->taken));
}

static HyFhirReply *
download (Pair *pair,
          Taking *taking,
          const char *etag,
          GError **error)
{
  gint64 offset = taking->bytes->len;

  taking->n_parts = 0;
  return run (hy_fhir_client_download (pair->client, "Binary/1", offset, etag, PART_BYTES, take_part, taking, NULL, NULL), error);
}

static void
assert_file (Taking *taking)
{
  g_autoptr (GBytes) whole = make_file ();

  g_assert_cmpmem (taking->bytes->data, taking->bytes->len, g_bytes_get_data (whole, NULL), FILE_BYTES);
}

static void
downloads_in_parts (Pair *pair,
                    gconstpointer unused G_GNUC_UNUSED)
{
  File file = { .etag = "\"v1\"", .cut_at = -1, .length = -1 };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  Taking taking = { .bytes = bytes };
  g_autoptr (GError) error = NULL;
  g_autoptr (HyFhirReply) reply = NULL;

  hy_mock_server_add (pair->server, "/fhir/Binary/1", give_file, &file);
  reply = download (pair, &taking, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (taking.n_parts, ==, FILE_BYTES / PART_BYTES + 1);
  g_assert_cmpint (reply->range_size, ==, FILE_BYTES);
  g_assert_cmpstr (reply->etag, ==, "\"v1\"");
  g_assert_cmpstr (reply->content_type, ==, "application/pdf");
  g_assert_null (reply->body);
  g_assert_null (file.range);
  assert_file (&taking);
}

static void
goes_on_after_a_cut (Pair *pair,
                     gconstpointer unused G_GNUC_UNUSED)
{
  File file = { .etag = "\"v1\"", .cut_at = 200000, .length = -1 };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  Taking taking = { .bytes = bytes };
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) cut = NULL;
  g_autoptr (HyFhirReply) reply = NULL;

  hy_mock_server_add (pair->server, "/fhir/Binary/1", give_file, &file);
  g_assert_null (download (pair, &taking, NULL, &cut));
  g_assert_error (cut, HY_ERROR, HY_ERROR_OFFLINE);
  g_assert_cmpuint (bytes->len, ==, 3 * PART_BYTES);
  g_assert_cmpuint (hy_mock_server_count (pair->server, "/"), ==, 1);
  file.cut_at = -1;
  reply = download (pair, &taking, "\"v1\"", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (file.range, ==, "bytes=196608-");
  g_assert_cmpstr (file.if_range, ==, "\"v1\"");
  g_assert_cmpuint (reply->status, ==, 206);
  g_assert_cmpint (reply->range_start, ==, 3 * PART_BYTES);
  g_assert_cmpint (reply->range_size, ==, FILE_BYTES);
  assert_file (&taking);
  g_free (file.range);
  g_free (file.if_range);
}

static void
begins_again_when_the_file_changed (Pair *pair,
                                    gconstpointer unused G_GNUC_UNUSED)
{
  File files[] = {
    { .etag = "\"v2\"", .cut_at = -1, .length = -1 },
    { .etag = "\"v1\"", .cut_at = -1, .length = -1, .no_ranges = TRUE },
    { .etag = "\"v1\"", .cut_at = -1, .length = -1, .no_ranges = TRUE, .headers = "Content-Range: bytes 65536-299999/300000\r\n" },
    /* Ends with the connection. */
    { .etag = "\"v1\"", .cut_at = -1, .length = HY_MOCK_NO_LENGTH, .no_ranges = TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      Taking taking = { .bytes = bytes };
      g_autoptr (GError) error = NULL;
      g_autoptr (HyFhirReply) reply = NULL;

      g_byte_array_set_size (bytes, PART_BYTES);
      memset (bytes->data, 'x', PART_BYTES);
      hy_mock_server_add (pair->server, "/fhir/Binary/1", give_file, &files[i]);
      reply = download (pair, &taking, "\"v1\"", &error);
      g_assert_no_error (error);
      g_assert_cmpuint (reply->status, ==, 200);
      g_assert_cmpint (reply->range_start, ==, 0);
      assert_file (&taking);
      g_free (files[i].range);
      g_free (files[i].if_range);
    }
}

static void
promises_nothing_of_a_weak_tag (Pair *pair,
                                gconstpointer unused G_GNUC_UNUSED)
{
  File file = { .etag = "W/\"v1\"", .cut_at = -1, .length = -1 };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  Taking taking = { .bytes = bytes };
  g_autoptr (GError) error = NULL;
  g_autoptr (HyFhirReply) reply = NULL;

  g_byte_array_set_size (bytes, PART_BYTES);
  hy_mock_server_add (pair->server, "/fhir/Binary/1", give_file, &file);
  reply = download (pair, &taking, "W/\"v1\"", &error);
  g_assert_no_error (error);
  g_assert_null (file.if_range);
  g_free (file.range);
}

static void
takes_no_other_part (Pair *pair,
                     gconstpointer unused G_GNUC_UNUSED)
{
  static const gint64 shifts[] = { 1, -1, 1000 };

  for (guint i = 0; i < G_N_ELEMENTS (shifts); i++)
    {
      File file = { .etag = "\"v1\"", .cut_at = -1, .length = -1, .shift = shifts[i] };
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      Taking taking = { .bytes = bytes };
      g_autoptr (GError) error = NULL;

      g_byte_array_set_size (bytes, PART_BYTES);
      hy_mock_server_add (pair->server, "/fhir/Binary/1", give_file, &file);
      g_assert_null (download (pair, &taking, "\"v1\"", &error));
      g_assert_error (error, HY_FHIR_ERROR, HY_FHIR_ERROR_NOT_FHIR);
      g_assert_cmpuint (taking.n_parts, ==, 0);
      g_free (file.range);
      g_free (file.if_range);
    }
}

static void
says_that_all_is_here (Pair *pair,
                       gconstpointer unused G_GNUC_UNUSED)
{
  File file = { .etag = "\"v1\"", .cut_at = -1, .length = -1 };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  Taking taking = { .bytes = bytes };
  g_autoptr (GError) error = NULL;
  g_autoptr (HyFhirReply) reply = NULL;

  g_byte_array_set_size (bytes, FILE_BYTES);
  hy_mock_server_add (pair->server, "/fhir/Binary/1", give_file, &file);
  reply = download (pair, &taking, "\"v1\"", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (reply->status, ==, 416);
  g_assert_cmpuint (taking.n_parts, ==, 0);
  g_free (file.range);
  g_free (file.if_range);
}

static void
takes_no_file_that_is_too_large (Pair *pair,
                                 gconstpointer unused G_GNUC_UNUSED)
{
  static const gint64 lengths[] = { -1, HY_MOCK_NO_LENGTH };

  pair->limits->max_file = FILE_BYTES - 1;
  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      File file = { .etag = "\"v1\"", .cut_at = -1, .length = lengths[i] };
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      Taking taking = { .bytes = bytes };
      g_autoptr (GError) error = NULL;

      hy_mock_server_add (pair->server, "/fhir/Binary/1", give_file, &file);
      g_assert_null (download (pair, &taking, NULL, &error));
      g_assert_error (error, HY_FHIR_ERROR, HY_FHIR_ERROR_TOO_LARGE);
    }
}

static void
takes_no_file_that_is_packed (Pair *pair,
                              gconstpointer unused G_GNUC_UNUSED)
{
  File file = { .etag = "\"v1\"", .cut_at = -1, .length = -1, .headers = "Content-Encoding: gzip\r\n" };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  Taking taking = { .bytes = bytes };
  g_autoptr (GError) error = NULL;

  hy_mock_server_add (pair->server, "/fhir/Binary/1", give_file, &file);
  g_assert_null (download (pair, &taking, NULL, &error));
  g_assert_error (error, HY_FHIR_ERROR, HY_FHIR_ERROR_NOT_FHIR);
}

static void
ends_when_a_part_is_not_taken (Pair *pair,
                               gconstpointer unused G_GNUC_UNUSED)
{
  File file = { .etag = "\"v1\"", .cut_at = -1, .length = -1 };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  Taking taking = { .bytes = bytes, .refuses = TRUE };
  g_autoptr (GError) error = NULL;

  hy_mock_server_add (pair->server, "/fhir/Binary/1", give_file, &file);
  g_assert_null (download (pair, &taking, NULL, &error));
  g_assert_error (error, HY_ERROR, HY_ERROR_LOCKED);
}

static void
says_why_a_file_does_not_come (Pair *pair,
                               gconstpointer unused G_GNUC_UNUSED)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  Taking taking = { .bytes = bytes };
  g_autoptr (GError) error = NULL;
  g_autoptr (HyFhirReply) reply = download (pair, &taking, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (reply->status, ==, 404);
  g_assert_cmpuint (taking.n_parts, ==, 0);
}

/* -- addresses -- */

static void
understands_what_is_typed (void)
{
  static const struct
  {
    const char *typed;
    const char *base; /* NULL: refused */
  } rows[] = {
    { "fhir.example.org/r4/", "https://fhir.example.org/r4" },
    { "  https://fhir.example.org/r4  ", "https://fhir.example.org/r4" },
    { "https://x.example.org/fhir/metadata", "https://x.example.org/fhir" },
    { "https://x.example.org/fhir/metadata?_format=json", "https://x.example.org/fhir" },
    { "https://x.example.org/fhir/.well-known/smart-configuration", "https://x.example.org/fhir" },
    { "https://x.example.org/fhir//metadata//", "https://x.example.org/fhir" },
    { "HTTPS://FHIR.Example.ORG/R4", "https://fhir.example.org/R4" },
    { "https://fhir.example.org", "https://fhir.example.org" },
    { "https://fhir.example.org/", "https://fhir.example.org" },
    { "https://fhir.example.org///", "https://fhir.example.org" },
    { "https://fhir.example.org:8443/a/b#c", "https://fhir.example.org:8443/a/b" },
    { "https://fhir.example.org:443/a", "https://fhir.example.org/a" },
    { "fhir.example.org:8443/a", "https://fhir.example.org:8443/a" },
    { "http://localhost:8085/fhir", "http://localhost:8085/fhir" },
    { "localhost:8085/fhir", "http://localhost:8085/fhir" },
    { "LOCALHOST", "http://localhost" },
    { "127.0.0.1:80/fhir", "http://127.0.0.1/fhir" },
    { "127.8.8.8/fhir", "http://127.8.8.8/fhir" },
    { "http://[::1]:8085/fhir", "http://[::1]:8085/fhir" },
    { "https://santé.example.org/fhir", "https://xn--sant-epa.example.org/fhir" },
    { "https://x.example.org/fhir?patient=1", "https://x.example.org/fhir" },
    { "", NULL },
    { "   ", NULL },
    { "https://", NULL },
    { "https:///fhir", NULL },
    { "http://fhir.example.org/r4", NULL },
    { "http://10.0.0.1/fhir", NULL },
    { "http://127.1/fhir", NULL },
    { "http://localhost.example.org/fhir", NULL },
    { "http://127.0.0.1.example.org/fhir", NULL },
    { "http://localhost@example.org/fhir", NULL },
    { "https://me:secret@fhir.example.org/r4", NULL },
    { "me@fhir.example.org", NULL },
    { "ftp://fhir.example.org", NULL },
    { "file:///etc/passwd", NULL },
    { "javascript:alert(1)", NULL },
    { "https://fhir.example.org/../r4", "https://fhir.example.org/r4" },
    { "https://fhir.example.org/%2e%2e/r4", "https://fhir.example.org/r4" },
    { "https://fhir.example.org\\r4", NULL },
    { "https://fhir example.org/r4", NULL },
    { "https://fhir.example.org/r 4", NULL },
    { "https://fhir.example.org:99999/", NULL },
    { "https://fhir.example.org\r\nX: y/", NULL },
    { "\xff\xfe", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *base = hy_fhir_client_dup_normal_base (rows[i].typed, &error);

      g_test_message ("typed %u", i);
      g_assert_cmpstr (base, ==, rows[i].base);
      if (rows[i].base == NULL)
        g_assert_error (error, HY_FHIR_ERROR, HY_FHIR_ERROR_ADDRESS);
      else
        {
          /* What it gives it takes. */
          g_autofree char *again = hy_fhir_client_dup_normal_base (base, &error);

          g_assert_cmpstr (again, ==, base);
        }
    }
}

static void
knows_its_own_addresses (void)
{
  static const struct
  {
    const char *address;
    const char *path;     /* NULL: not of this server */
    const char *any_host; /* NULL: the same */
  } rows[] = {
    { "Binary/7", "Binary/7", NULL },
    { "?_getpages=1&x=%20", "?_getpages=1&x=%20", NULL },
    { "", "", NULL },
    { "Patient/1/$everything", "Patient/1/$everything", NULL },
    { "Observation?code=http://loinc.org|1-2", "Observation?code=http://loinc.org|1-2", NULL },
    { "https://fhir.example.org/r4/Binary/7", "Binary/7", NULL },
    { "https://FHIR.example.org:443/r4/Binary/7", "Binary/7", NULL },
    { "https://fhir.example.org/r4?_getpages=1", "?_getpages=1", NULL },
    { "/r4/Binary/7", "Binary/7", NULL },
    { "http://internal:9000/r4?_getpages=1", NULL, "?_getpages=1" },
    { "//evil.example.org/r4/Binary/7", NULL, "Binary/7" },
    { "http://fhir.example.org/r4/Binary/7", NULL, "Binary/7" },
    { "https://fhir.example.org:8443/r4/Binary/7", NULL, "Binary/7" },
    { "http://internal:9000/other?_getpages=1", NULL, NULL },
    { "http://internal:9000/r4x/Patient", NULL, NULL },
    { "https://fhir.example.org/r44/Binary/7", NULL, NULL },
    { "https://fhir.example.org/admin", NULL, NULL },
    { "/admin", NULL, NULL },
    { "https://fhir.example.org/r4/../admin", NULL, NULL },
    { "../admin", NULL, NULL },
    { "Binary/%2e%2e/%2E%2E/admin", NULL, NULL },
    { "Binary/7%2f..%2f..", NULL, NULL },
    { "Binary//7", NULL, NULL },
    { ".//Binary/7", NULL, NULL },
    { "Binary\\7", NULL, NULL },
    { "Binary/7#page", NULL, NULL },
    { "https://me@fhir.example.org/r4/Binary/7", NULL, NULL },
    { "Binary/7\r\nX: y", NULL, NULL },
    { "Binary/7?x=\ny", NULL, NULL },
    { "Binary/a b", NULL, NULL },
    { "urn:uuid:1", NULL, NULL },
    { "file:///r4/Binary/7", NULL, NULL },
    { "http%2es:/x", NULL, NULL },
    { "https://fhir.example.org/r4/a:b", NULL, NULL },
    { "javascript:alert(1)", NULL, NULL },
    { "data:text/plain,x", NULL, NULL },
    { "#contained", NULL, NULL },
  };
  g_autoptr (HyFhirClient) client = new_client ("https://fhir.example.org/r4", /* is_local= */ FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *strict = hy_fhir_client_dup_path (client, rows[i].address, /* any_host= */ FALSE);
      g_autofree char *loose = hy_fhir_client_dup_path (client, rows[i].address, /* any_host= */ TRUE);

      g_test_message ("address %u", i);
      g_assert_cmpstr (strict, ==, rows[i].path);
      g_assert_cmpstr (loose, ==, rows[i].any_host != NULL ? rows[i].any_host : rows[i].path);
    }
}

static void
names_its_errors (void)
{
  static const char *const codes[] = { "address", "elsewhere", "certificate", "too-large", "not-fhir" };

  for (int i = 0; i < (int) G_N_ELEMENTS (codes); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (HY_FHIR_ERROR, i, "");

      g_assert_cmpstr (hy_fhir_error_get_code (error), ==, codes[i]);
    }
  g_assert_null (hy_fhir_error_get_code (NULL));
}

static void
takes_no_token_that_breaks_a_line (void)
{
  static const char *const tokens[] = { "a\r\nX: y", "a\nb", "a b", "", "caf\xc3\xa9" };

  for (guint i = 0; i < G_N_ELEMENTS (tokens); i++)
    {
      g_autoptr (HySecret) token = hy_secret_new_copy (*tokens[i] != 0 ? tokens[i] : "\t", MAX (strlen (tokens[i]), 1));
      g_autoptr (GError) error = NULL;

      g_assert_null (hy_fhir_client_new ("https://fhir.example.org", token, FALSE, &error));
      g_assert_error (error, HY_ERROR, HY_ERROR_REFUSED);
    }
}

#define ADD(name, func, data) g_test_add ("/sync/fhir-client/" name, Pair, data, pair_set_up, func, pair_tear_down)

static void
add_answers (void)
{
  ADD ("gets-and-posts", gets_and_posts, NULL);
  ADD ("takes-addresses-of-the-server-alone", takes_addresses_of_the_server_alone, NULL);
  ADD ("resolves-with-refusals", resolves_with_refusals, NULL);
  ADD ("keeps-the-beginning-of-a-refusal", keeps_the_beginning_of_a_refusal, NULL);
  ADD ("keeps-the-beginning-of-a-packed-refusal", keeps_the_beginning_of_a_refusal, "packed");
  ADD ("refuses-what-is-no-fhir", refuses_what_is_no_fhir, NULL);
  ADD ("takes-json-by-any-of-its-names", takes_json_by_any_of_its_names, NULL);
  ADD ("follows-the-server-itself", follows_the_server_itself, NULL);
  ADD ("goes-to-no-other-server", goes_to_no_other_server, NULL);
  ADD ("follows-no-redirect-of-a-post", follows_no_redirect_of_a_post, NULL);
  ADD ("follows-five-redirects-at-most", follows_five_redirects_at_most, NULL);
  ADD ("takes-no-more-than-it-may", takes_no_more_than_it_may, NULL);
  ADD ("unpacks-no-bomb", unpacks_no_bomb, NULL);
  ADD ("unpacks", unpacks, NULL);
  ADD ("unpacks-in-members", unpacks, "two");
  ADD ("takes-no-long-head", takes_no_long_head, NULL);
  ADD ("cut-with-a-length-is-never-whole", cut_with_a_length, NULL);
  ADD ("cut-without-a-length-is-never-whole", cut_without_a_length, NULL);
  ADD ("cut-in-chunks-is-never-whole", cut_in_chunks, NULL);
  ADD ("cut-while-packed-is-never-whole", cut_while_packed, "length");
  ADD ("cut-while-packed-without-a-length-is-never-whole", cut_while_packed, NULL);
  ADD ("asks-again-after-a-cut", asks_again_after_a_cut, NULL);
  ADD ("goes-on-after-kept-connections-are-dropped", goes_on_after_kept_connections_are_dropped, NULL);
  ADD ("gives-up-when-nothing-moves", gives_up_when_nothing_moves, NULL);
  ADD ("gives-up-on-a-trickle", gives_up_on_a_trickle, NULL);
  ADD ("waits-as-it-is-asked", waits_as_it_is_asked, NULL);
  ADD ("does-not-wait-for-long", does_not_wait_for_long, NULL);
  ADD ("does-not-wait-again-and-again", does_not_wait_again_and_again, NULL);
  ADD ("asks-four-times", asks_four_times, NULL);
  ADD ("comes-back-after-errors", comes_back_after_errors, NULL);
  ADD ("stops-at-once", stops_at_once, NULL);
  ADD ("stops-in-a-wait", stops_in_a_wait, NULL);
  ADD ("lets-go-when-nobody-waits", lets_go_when_nobody_waits, NULL);
}

static void
add_files (void)
{
  ADD ("downloads-in-parts", downloads_in_parts, NULL);
  ADD ("goes-on-after-a-cut", goes_on_after_a_cut, NULL);
  ADD ("begins-again-when-the-file-changed", begins_again_when_the_file_changed, NULL);
  ADD ("promises-nothing-of-a-weak-tag", promises_nothing_of_a_weak_tag, NULL);
  ADD ("takes-no-other-part", takes_no_other_part, NULL);
  ADD ("says-that-all-is-here", says_that_all_is_here, NULL);
  ADD ("takes-no-file-that-is-too-large", takes_no_file_that_is_too_large, NULL);
  ADD ("takes-no-file-that-is-packed", takes_no_file_that_is_packed, NULL);
  ADD ("ends-when-a-part-is-not-taken", ends_when_a_part_is_not_taken, NULL);
  ADD ("says-why-a-file-does-not-come", says_why_a_file_does_not_come, NULL);
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GResolver) resolver = NULL;

  /* The network is there, whatever this machine has. */
  g_setenv ("GIO_USE_NETWORK_MONITOR", "base", TRUE);
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  resolver = g_object_new (TEST_TYPE_RESOLVER, NULL);
  g_resolver_set_default (resolver);
  add_answers ();
  add_files ();
  g_test_add_func ("/sync/fhir-client/refuses-names-that-lead-home", refuses_names_that_lead_home);
  g_test_add_func ("/sync/fhir-client/believes-no-certificate-of-its-own", believes_no_certificate_of_its_own);
  g_test_add_func ("/sync/fhir-client/takes-a-failed-handshake-for-a-cut", takes_a_failed_handshake_for_a_cut);
  g_test_add_func ("/sync/fhir-client/knows-addresses-of-home", knows_addresses_of_home);
  g_test_add_func ("/sync/fhir-client/finds-where-a-name-leads", finds_where_a_name_leads);
  g_test_add_func ("/sync/fhir-client/is-offline-after-four-tries", is_offline_after_four_tries);
  g_test_add_func ("/sync/fhir-client/asks-twice-for-a-name", asks_twice_for_a_name);
  g_test_add_func ("/sync/fhir-client/gives-up-on-a-connection", gives_up_on_a_connection);
  g_test_add_func ("/sync/fhir-client/stops-before-it-connects", stops_before_it_connects);
  g_test_add_func ("/sync/fhir-client/understands-what-is-typed", understands_what_is_typed);
  g_test_add_func ("/sync/fhir-client/knows-its-own-addresses", knows_its_own_addresses);
  g_test_add_func ("/sync/fhir-client/names-its-errors", names_its_errors);
  g_test_add_func ("/sync/fhir-client/takes-no-token-that-breaks-a-line", takes_no_token_that_breaks_a_line);
  return g_test_run ();
}
