/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Owns the connections to one FHIR server, and every bound of what it may send (SECURITY-DESIGN.md 6; those of one answer are
 * in hy-fhir-reply.c).  The only file that talks to the network.  Main thread; all calls of libsoup are asynchronous. */

#include "config.h"

#include "sync/hy-fhir-client-private.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "sync/hy-fhir-address.h"
#include "sync/hy-fhir-reply.h"

#include <libsoup/soup.h>
#include <string.h>

/* libsoup 3.6 tries a request again on its own when a connection that it kept open was closed; with a second one open it may then
 * count the request as ended twice, and every later request of the session waits for ever.  So a session has one connection,
 * carries one request at a time, and is not used again after one that had no answer. */

/* Of one read: large enough that a page of 1 000 resources takes few turns of the main loop. */
#define READ_BYTES (256 * 1024)
#define ACCEPT_JSON "application/fhir+json, application/json;q=0.9"

struct _HyFhirClient
{
  GObject parent_instance;

  GPtrArray *sessions; /* that carry nothing now */
  char *base;
  HySecret *token; /* nullable */
  gboolean is_local;
  gboolean is_loopback;
  HyFhirLimits limits;
  HyFhirWaitFunc wait_func;
  gpointer wait_data;
  gint64 busy_until;
  guint n_requests;
  gboolean proxied; /* the peer is a proxy: where the name leads is the proxy's affair */
  gboolean proxy_known;
};

G_DEFINE_FINAL_TYPE (HyFhirClient, hy_fhir_client, G_TYPE_OBJECT)

/* -- the object -- */

static void
hy_fhir_client_finalize (GObject *object)
{
  HyFhirClient *self = HY_FHIR_CLIENT (object);

  g_clear_pointer (&self->sessions, g_ptr_array_unref);
  g_clear_pointer (&self->token, hy_secret_unref);
  g_free (self->base);
  G_OBJECT_CLASS (hy_fhir_client_parent_class)->finalize (object);
}

static void
hy_fhir_client_class_init (HyFhirClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hy_fhir_client_finalize;
}

static void
hy_fhir_client_init (HyFhirClient *self)
{
  self->sessions = g_ptr_array_new_with_free_func (g_object_unref);
  self->limits = (HyFhirLimits) {
    .connect_ms = 20 * 1000,
    .idle_s = 60,
    .slow_ms = 60 * 1000,
    .slow_bytes = 1024,
    .backoff_ms = 500,
    .max_wait_ms = 120 * 1000,
    .max_tries = 4,
    .max_json = HY_FHIR_MAX_JSON,
    .max_file = HY_FHIR_MAX_FILE,
  };
}

HyFhirLimits *
hy_fhir_client_get_limits (HyFhirClient *self)
{
  return &self->limits;
}

static SoupSession *
take_session (HyFhirClient *self)
{
  SoupSession *session;

  if (self->sessions->len > 0)
    return g_ptr_array_steal_index_fast (self->sessions, self->sessions->len - 1);
  session = soup_session_new_with_options ("timeout", self->limits.idle_s, "user-agent", "Hygie/" HY_VERSION, "max-conns-per-host", 1, NULL);
  /* Passwords are not asked for, and what is compressed is counted while it is unpacked. */
  soup_session_remove_feature_by_type (session, SOUP_TYPE_AUTH_MANAGER);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  return session;
}

/* As it is sent, without what was pasted around it; the caller wipes it. */
static char *
dup_token (HySecret *token)
{
  char *text = g_strstrip (g_strndup ((const char *) hy_secret_open (token), hy_secret_get_size (token)));

  hy_secret_close (token);
  return text;
}

/* RFC 6750: what a bearer token may be made of; nothing else goes into a header. */
static gboolean
is_token (HySecret *token)
{
  g_autofree char *text = dup_token (token);
  gboolean good = *text != 0;

  for (gsize i = 0; good && text[i] != 0; i++)
    good = g_ascii_isgraph (text[i]);
  explicit_bzero (text, strlen (text));
  return good;
}

/**
 * hy_fhir_client_new:
 * @base: from hy_fhir_client_dup_normal_base()
 * @token: (nullable): the bearer token, which goes to @base alone
 * @is_local: the address was loopback or private when the person chose it; else it must not lead there
 *
 * Errors: HY_FHIR_ERROR_ADDRESS, HY_ERROR_REFUSED for what is no token
 */
HyFhirClient *
hy_fhir_client_new (const char *base,
                    HySecret *token,
                    gboolean is_local,
                    GError **error)
{
  g_autofree char *normal = hy_fhir_address_normalise (base, error);
  HyFhirClient *self;

  if (normal == NULL)
    return NULL;
  if (token != NULL && !is_token (token))
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_REFUSED, "the token is empty, or has characters that no token has");
      return NULL;
    }
  self = g_object_new (HY_TYPE_FHIR_CLIENT, NULL);
  self->base = g_steal_pointer (&normal);
  self->token = token != NULL ? hy_secret_ref (token) : NULL;
  self->is_local = is_local;
  self->is_loopback = hy_fhir_address_is_loopback (self->base);
  return self;
}

void
hy_fhir_client_set_wait_func (HyFhirClient *self,
                              HyFhirWaitFunc func,
                              gpointer user_data)
{
  self->wait_func = func;
  self->wait_data = user_data;
}

const char *
hy_fhir_client_get_base (HyFhirClient *self)
{
  return self->base;
}

gint64
hy_fhir_client_get_busy_until (HyFhirClient *self)
{
  return self->busy_until;
}

guint
hy_fhir_client_get_n_requests (HyFhirClient *self)
{
  return self->n_requests;
}

char *
hy_fhir_client_dup_normal_base (const char *typed,
                                GError **error)
{
  return hy_fhir_address_normalise (typed, error);
}

char *
hy_fhir_client_dup_path (HyFhirClient *self,
                         const char *address,
                         gboolean any_host)
{
  return hy_fhir_address_dup_path (self->base, address, any_host);
}

/* -- one request -- */

typedef struct
{
  HyFhirClient *client;
  char *path;        /* nullable: not of this server */
  GBytes *json;      /* nullable: what is posted */
  gboolean is_file;
  gint64 offset;
  char *etag;
  gsize part_bytes;
  HyFhirPartFunc on_part;
  gpointer part_data;
  GDestroyNotify part_destroy;
  GCancellable *cancellable; /* nullable: the caller's */

  /* Of the present try. */
  char *url;
  SoupSession *session;
  SoupMessage *message;
  GCancellable *inner; /* cancelled by the caller's, by the watch, and when the try is over */
  gulong chained;
  guint watch;
  gboolean timed_out;
  gboolean elsewhere;
  gboolean not_taken; /* whoever takes the parts failed */
  gint64 retry_after_ms; /* -1 = the server does not say */
  gint64 waited_ms;
} Request;

static void
end_try (Request *request,
         gboolean answered)
{
  if (request->cancellable != NULL && request->chained != 0)
    g_cancellable_disconnect (request->cancellable, request->chained);
  request->chained = 0;
  g_clear_handle_id (&request->watch, g_source_remove);
  if (request->message != NULL)
    g_signal_handlers_disconnect_by_data (request->message, request);
  /* What is still under way stops. */
  if (request->inner != NULL)
    g_cancellable_cancel (request->inner);
  g_clear_object (&request->inner);
  g_clear_object (&request->message);
  if (answered && request->session != NULL)
    g_ptr_array_add (request->client->sessions, g_steal_pointer (&request->session));
  g_clear_object (&request->session);
}

static void
request_free (gpointer data)
{
  Request *request = data;

  end_try (request, /* answered= */ FALSE);
  g_object_unref (request->client);
  g_free (request->path);
  g_free (request->url);
  g_clear_pointer (&request->json, g_bytes_unref);
  g_free (request->etag);
  if (request->part_destroy != NULL)
    request->part_destroy (request->part_data);
  g_clear_object (&request->cancellable);
  g_free (request);
}

static gboolean
on_too_long (gpointer data)
{
  Request *request = data;

  request->watch = 0;
  request->timed_out = TRUE;
  g_cancellable_cancel (request->inner);
  return G_SOURCE_REMOVE;
}

static void
on_caller_cancelled (GCancellable *cancellable G_GNUC_UNUSED,
                     gpointer inner)
{
  g_cancellable_cancel (inner);
}

/* The request is about to be written: it connected in time.  The whole head must come in the time of a slow body, for a
 * byte now and then keeps the line busy. */
static void
on_starting (Request *request)
{
  g_clear_handle_id (&request->watch, g_source_remove);
  request->watch = g_timeout_add (request->client->limits.slow_ms, on_too_long, request);
}

/* Before a byte goes out: a public name must not lead to this computer or its network, a name of this computer to
 * nowhere else. */
static void
on_network_event (Request *request,
                  GSocketClientEvent event,
                  GIOStream *connection)
{
  HyFhirClient *self = request->client;
  g_autoptr (GSocketAddress) peer = NULL;
  GInetAddress *address;

  if (event != G_SOCKET_CLIENT_CONNECTED || self->proxied || !G_IS_SOCKET_CONNECTION (connection))
    return;
  peer = g_socket_connection_get_remote_address (G_SOCKET_CONNECTION (connection), NULL);
  if (peer != NULL && G_IS_INET_SOCKET_ADDRESS (peer))
    {
      address = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (peer));
      if (self->is_loopback ? g_inet_address_get_is_loopback (address) : self->is_local || !hy_fhir_address_is_private (address))
        return;
    }
  request->elsewhere = TRUE;
  g_cancellable_cancel (request->inner);
}

static void
on_sent (GObject *session,
         GAsyncResult *result,
         gpointer promise)
{
  GError *error = NULL;
  GInputStream *stream = soup_session_send_finish (SOUP_SESSION (session), result, &error);

  if (stream != NULL)
    dex_promise_resolve_object (promise, stream);
  else
    dex_promise_reject (promise, error);
  dex_unref (promise);
}

static void
on_read (GObject *stream,
         GAsyncResult *result,
         gpointer promise)
{
  GError *error = NULL;
  GBytes *bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (stream), result, &error);

  if (bytes != NULL)
    dex_promise_resolve_boxed (promise, G_TYPE_BYTES, bytes);
  else
    dex_promise_reject (promise, error);
  dex_unref (promise);
}

/* A cancel ends the wait, whatever the other does of it. */
static DexFuture *
or_cancelled (DexPromise *promise,
              GCancellable *cancellable)
{
  return dex_future_first (DEX_FUTURE (promise), dex_cancellable_new_from_cancellable (cancellable), NULL);
}

static DexFuture *
send_message (Request *request)
{
  DexPromise *promise = dex_promise_new ();

  request->session = take_session (request->client);
  soup_session_send_async (request->session, request->message, G_PRIORITY_DEFAULT, request->inner, on_sent, dex_ref (promise));
  return or_cancelled (promise, request->inner);
}

static DexFuture *
read_stream (GInputStream *stream,
             GCancellable *cancellable)
{
  DexPromise *promise = dex_promise_new ();

  g_input_stream_read_bytes_async (stream, READ_BYTES, G_PRIORITY_DEFAULT, cancellable, on_read, dex_ref (promise));
  return or_cancelled (promise, cancellable);
}

static void
add_headers (Request *request)
{
  HyFhirClient *self = request->client;
  SoupMessageHeaders *headers = soup_message_get_request_headers (request->message);

  soup_message_headers_replace (headers, "Accept", request->is_file ? "*/*" : ACCEPT_JSON);
  soup_message_headers_replace (headers, "Accept-Encoding", request->is_file ? "identity" : "gzip");
  if (request->is_file && request->offset > 0)
    {
      g_autofree char *range = g_strdup_printf ("bytes=%" G_GINT64_FORMAT "-", request->offset);

      soup_message_headers_replace (headers, "Range", range);
      /* A weak one cannot promise the same bytes. */
      if (request->etag != NULL && !g_str_has_prefix (request->etag, "W/"))
        soup_message_headers_replace (headers, "If-Range", request->etag);
    }
  if (self->token != NULL && hy_fhir_address_same_origin (request->url, self->base))
    {
      g_autofree char *token = dup_token (self->token);
      g_autofree char *value = g_strconcat ("Bearer ", token, NULL);

      soup_message_headers_replace (headers, "Authorization", value);
      explicit_bzero (token, strlen (token));
      explicit_bzero (value, strlen (value));
    }
}

static gboolean
begin_try (Request *request,
           GError **error)
{
  HyFhirClient *self = request->client;

  /* After a redirect. */
  end_try (request, /* answered= */ TRUE);
  request->timed_out = request->elsewhere = FALSE;
  request->retry_after_ms = -1;
  request->message = soup_message_new (request->json != NULL ? "POST" : "GET", request->url);
  if (request->message == NULL)
    {
      g_set_error_literal (error, HY_FHIR_ERROR, HY_FHIR_ERROR_ADDRESS, "not an address that can be asked");
      return FALSE;
    }
  soup_message_add_flags (request->message, SOUP_MESSAGE_NO_REDIRECT);
  if (request->json != NULL)
    soup_message_set_request_body_from_bytes (request->message, "application/fhir+json", request->json);
  add_headers (request);
  request->inner = g_cancellable_new ();
  if (request->cancellable != NULL)
    request->chained = g_cancellable_connect (request->cancellable, G_CALLBACK (on_caller_cancelled), g_object_ref (request->inner), g_object_unref);
  request->watch = g_timeout_add (self->limits.connect_ms, on_too_long, request);
  g_signal_connect_swapped (request->message, "starting", G_CALLBACK (on_starting), request);
  g_signal_connect_swapped (request->message, "network-event", G_CALLBACK (on_network_event), request);
  self->n_requests++;
  return TRUE;
}

/* What libsoup and GIO say, as what a caller can act on. */
static GError *
translate (Request *request,
           GError *error)
{
  GQuark domain = error->domain;
  GError *result;

  if (request->not_taken || domain == HY_FHIR_ERROR || domain == HY_ERROR || g_error_matches (error, DEX_ERROR, DEX_ERROR_FIBER_CANCELLED))
    return error;
  if (request->cancellable != NULL && g_cancellable_is_cancelled (request->cancellable))
    result = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
  else if (request->elsewhere)
    result = g_error_new_literal (HY_FHIR_ERROR, HY_FHIR_ERROR_ELSEWHERE, "the name leads to an address that it must not lead to");
  else if (request->timed_out)
    result = g_error_new_literal (HY_ERROR, HY_ERROR_OFFLINE, "no answer in time");
  else if (g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE) ||
           g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_CERTIFICATE_REQUIRED))
    result = g_error_new_literal (HY_FHIR_ERROR, HY_FHIR_ERROR_TLS, error->message);
  else
    /* A handshake or a head that was cut, too, which their libraries call no TLS and no HTTP. */
    result = g_error_new_literal (HY_ERROR, HY_ERROR_OFFLINE, error->message);
  g_error_free (error);
  return result;
}

/* A body that trickles keeps the line busy for ever: so many bytes must come in so long. */
typedef struct
{
  gint64 since_us;
  gsize bytes;
} Pace;

static gboolean
keep_pace (HyFhirClient *self,
           Pace *pace,
           gsize more,
           GError **error)
{
  gint64 now = g_get_monotonic_time ();

  pace->bytes += more;
  if (now - pace->since_us < (gint64) self->limits.slow_ms * 1000)
    return TRUE;
  if (pace->bytes < self->limits.slow_bytes)
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_OFFLINE, "the answer comes too slowly");
      return FALSE;
    }
  *pace = (Pace) { now, 0 };
  return TRUE;
}

/* -- JSON -- */

/* On the fiber.  A refusal keeps the beginning of whatever it says. */
static gboolean
read_body (Request *request,
           GInputStream *stream,
           HyFhirReply *reply,
           GError **error)
{
  HyFhirClient *self = request->client;
  g_autoptr (HyFhirBody) body = hy_fhir_body_new (reply, soup_message_get_response_headers (request->message), self->limits.max_json, error);
  Pace pace = { g_get_monotonic_time (), 0 };

  if (body == NULL)
    return FALSE;
  for (;;)
    {
      g_autoptr (GBytes) bytes = dex_await_boxed (read_stream (stream, request->inner), error);

      if (bytes == NULL || !hy_fhir_body_add (body, bytes, error))
        return FALSE;
      if (hy_fhir_body_is_full (body))
        return hy_fhir_body_finish (body, error);
      if (!keep_pace (self, &pace, g_bytes_get_size (bytes), error))
        return FALSE;
    }
}

/* -- files -- */

static gboolean
give_part (Request *request,
           HyFhirReply *reply,
           GByteArray *part,
           gsize size,
           gint64 *offset,
           GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (part->data, size);

  if (!dex_await (request->on_part (reply, *offset, bytes, request->part_data), error))
    {
      request->not_taken = TRUE;
      return FALSE;
    }
  g_byte_array_remove_range (part, 0, (guint) size);
  *offset += (gint64) size;
  return TRUE;
}

/* On the fiber.  The next bytes are read once the part that is full was taken. */
static gboolean
read_file (Request *request,
           GInputStream *stream,
           HyFhirReply *reply,
           GError **error)
{
  HyFhirClient *self = request->client;
  g_autoptr (GByteArray) part = g_byte_array_new ();
  gint64 offset = reply->range_start;
  SoupMessageHeaders *headers = soup_message_get_response_headers (request->message);
  Pace pace = { g_get_monotonic_time (), 0 };

  if (reply->range_size > (gint64) self->limits.max_file)
    return hy_fhir_refuse_size (error, "the file");
  if (!hy_fhir_reply_is_plain (headers, error))
    return FALSE;
  for (;;)
    {
      g_autoptr (GBytes) bytes = dex_await_boxed (read_stream (stream, request->inner), error);
      gsize size;
      const guint8 *at;

      if (bytes == NULL)
        return FALSE;
      at = g_bytes_get_data (bytes, &size);
      if (size == 0)
        break;
      if (offset + (gint64) part->len + (gint64) size > (gint64) self->limits.max_file)
        return hy_fhir_refuse_size (error, "the file");
      g_byte_array_append (part, at, (guint) size);
      while (part->len >= request->part_bytes)
        if (!give_part (request, reply, part, request->part_bytes, &offset, error))
          return FALSE;
      if (!keep_pace (self, &pace, size, error))
        return FALSE;
    }
  if (!hy_fhir_reply_check_length (headers, (gsize) (offset - reply->range_start) + part->len, error))
    return FALSE;
  if (reply->range_size >= 0 && offset + (gint64) part->len != reply->range_size)
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_OFFLINE, "the file was cut");
      return FALSE;
    }
  return part->len == 0 || give_part (request, reply, part, part->len, &offset, error);
}

/* -- tries -- */

static gboolean
is_redirect (guint status)
{
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* Only within the server itself. */
static gboolean
follow (Request *request,
        GError **error)
{
  const char *location = soup_message_headers_get_one (soup_message_get_response_headers (request->message), "Location");
  g_autofree char *url = location != NULL && request->json == NULL ? g_uri_resolve_relative (request->url, location, G_URI_FLAGS_ENCODED, NULL) : NULL;

  if (url == NULL || !hy_fhir_address_same_origin (url, request->client->base))
    {
      g_set_error_literal (error, HY_FHIR_ERROR, HY_FHIR_ERROR_ELSEWHERE, "the server sends on to another address");
      return FALSE;
    }
  g_free (request->url);
  request->url = g_steal_pointer (&url);
  return TRUE;
}

/* On the fiber: one answer, over redirects. */
static HyFhirReply *
try_once (Request *request,
          GError **error)
{
  g_free (request->url);
  request->url = hy_fhir_address_join (request->client->base, request->path);
  for (guint i = 0; i <= HY_FHIR_MAX_REDIRECTS; i++)
    {
      g_autoptr (GInputStream) stream = NULL;
      g_autoptr (HyFhirReply) reply = NULL;
      gboolean good;

      if (!begin_try (request, error) || !(stream = dex_await_object (send_message (request), error)))
        return NULL;
      g_clear_handle_id (&request->watch, g_source_remove);
      if (!(reply = hy_fhir_reply_new (request->message, error)))
        return NULL;
      request->retry_after_ms = hy_fhir_reply_read_retry_after (soup_message_headers_get_one (soup_message_get_response_headers (request->message), "Retry-After"));
      if (is_redirect (reply->status))
        {
          if (!follow (request, error))
            return NULL;
          continue;
        }
      good = request->is_file && (reply->status == 200 || reply->status == 206);
      if (good && reply->status == 206 && reply->range_start != request->offset)
        {
          g_set_error_literal (error, HY_FHIR_ERROR, HY_FHIR_ERROR_NOT_FHIR, "another part of the file than was asked for");
          return NULL;
        }
      if (good ? !read_file (request, stream, reply, error) : !read_body (request, stream, reply, error))
        return NULL;
      return g_steal_pointer (&reply);
    }
  g_set_error_literal (error, HY_FHIR_ERROR, HY_FHIR_ERROR_ELSEWHERE, "the server sends on again and again");
  return NULL;
}

/* On the fiber. */
static gboolean
wait_for (Request *request,
          gint64 ms,
          gboolean asked,
          GError **error)
{
  HyFhirClient *self = request->client;
  g_autoptr (GError) over = NULL;
  DexFuture *wait = dex_timeout_new_msec ((int) MIN (ms, G_MAXINT));

  if (request->cancellable != NULL)
    wait = dex_future_first (wait, dex_cancellable_new_from_cancellable (request->cancellable), NULL);
  if (asked && self->wait_func != NULL)
    self->wait_func (g_get_real_time () / 1000 + ms, self->wait_data);
  dex_await (wait, &over);
  if (asked && self->wait_func != NULL)
    self->wait_func (0, self->wait_data);
  if (request->cancellable != NULL && g_cancellable_is_cancelled (request->cancellable))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
  else if (g_error_matches (over, DEX_ERROR, DEX_ERROR_TIMED_OUT))
    return TRUE;
  else
    g_propagate_error (error, g_steal_pointer (&over));
  return FALSE;
}

static gboolean
may_retry_status (guint status)
{
  return status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

static gboolean
refuse_busy (HyFhirClient *self,
             gint64 wait_ms,
             GError **error)
{
  self->busy_until = g_get_real_time () / 1000 + wait_ms;
  g_set_error_literal (error, HY_ERROR, HY_ERROR_BUSY, "the server asks to come back later");
  return FALSE;
}

/* How long until the next try; FALSE when there is none. */
static gboolean
plan_wait (Request *request,
           guint tries,
           gint64 *wait_ms,
           GError **error)
{
  HyFhirLimits *limits = &request->client->limits;

  if (request->retry_after_ms >= 0)
    {
      /* The server knows best, as long as it is bearable in all. */
      *wait_ms = MAX (request->retry_after_ms, (gint64) limits->backoff_ms / 2);
      request->waited_ms += *wait_ms;
      if (request->waited_ms > limits->max_wait_ms)
        return refuse_busy (request->client, request->retry_after_ms, error);
      return TRUE;
    }
  *wait_ms = (gint64) limits->backoff_ms << (tries - 1);
  *wait_ms = *wait_ms / 2 + g_random_int_range (0, (gint32) MAX (*wait_ms, 1));
  return TRUE;
}

/* Whether there is a proxy is found out once. */
static void
on_proxies (GObject *resolver,
            GAsyncResult *result,
            gpointer promise)
{
  GError *error = NULL;
  g_auto (GStrv) proxies = g_proxy_resolver_lookup_finish (G_PROXY_RESOLVER (resolver), result, &error);

  if (error == NULL)
    dex_promise_resolve_boolean (promise, proxies != NULL && proxies[0] != NULL && !g_str_has_prefix (proxies[0], "direct:"));
  else
    dex_promise_reject (promise, error);
  dex_unref (promise);
}

static void
learn_proxy (Request *request)
{
  HyFhirClient *self = request->client;
  g_autoptr (GError) error = NULL;
  DexPromise *promise;

  if (self->proxy_known || self->is_local || self->is_loopback)
    return;
  promise = dex_promise_new ();
  g_proxy_resolver_lookup_async (g_proxy_resolver_get_default (), self->base, request->cancellable, on_proxies, dex_ref (promise));
  self->proxied = dex_await_boolean (DEX_FUTURE (promise), &error);
  self->proxy_known = error == NULL;
}

/* No attempt without a network. */
static gboolean
has_network (HyFhirClient *self)
{
  return self->is_loopback || g_network_monitor_get_network_available (g_network_monitor_get_default ());
}

static DexFuture *
request_fiber (gpointer data)
{
  Request *request = data;
  HyFhirClient *self = request->client;
  guint max_tries = request->is_file ? 1 : self->limits.max_tries;

  if (request->path == NULL)
    return dex_future_new_reject (HY_FHIR_ERROR, HY_FHIR_ERROR_ADDRESS, "not an address of this server");
  learn_proxy (request);
  for (guint tries = 1;; tries++)
    {
      g_autoptr (HyFhirReply) reply = NULL;
      GError *error = NULL;
      gboolean asked, nameless;
      gint64 wait_ms = 0;

      if (request->cancellable != NULL && g_cancellable_is_cancelled (request->cancellable))
        return dex_future_new_reject (G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
      if (!has_network (self))
        return dex_future_new_reject (HY_ERROR, HY_ERROR_OFFLINE, "there is no network");
      reply = try_once (request, &error);
      nameless = error != NULL && error->domain == G_RESOLVER_ERROR;
      if (error != NULL)
        error = translate (request, error);
      end_try (request, /* answered= */ reply != NULL);
      if (error != NULL && (request->not_taken || !g_error_matches (error, HY_ERROR, HY_ERROR_OFFLINE)))
        return dex_future_new_for_error (error);
      if (reply != NULL && !may_retry_status (reply->status))
        return dex_future_new_take_boxed (HY_TYPE_FHIR_REPLY, g_steal_pointer (&reply));
      asked = reply != NULL && request->retry_after_ms >= 0;
      if (!asked && tries >= (nameless ? MIN (2, max_tries) : max_tries))
        {
          if (reply == NULL)
            return dex_future_new_for_error (error);
          if (reply->status != 429)
            return dex_future_new_take_boxed (HY_TYPE_FHIR_REPLY, g_steal_pointer (&reply));
          refuse_busy (self, 60 * 1000, &error);
          return dex_future_new_for_error (error);
        }
      g_clear_error (&error);
      if (reply == NULL)
        request->retry_after_ms = -1;
      if (!plan_wait (request, tries, &wait_ms, &error) || !wait_for (request, wait_ms, asked, &error))
        return dex_future_new_for_error (error);
    }
}

static Request *
request_new (HyFhirClient *self,
             const char *path,
             GCancellable *cancellable)
{
  Request *request = g_new0 (Request, 1);

  request->client = g_object_ref (self);
  request->path = hy_fhir_client_dup_path (self, path, /* any_host= */ FALSE);
  request->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  request->retry_after_ms = -1;
  return request;
}

/**
 * hy_fhir_client_get:
 *
 * Errors: HY_ERROR_OFFLINE, HY_ERROR_BUSY, HY_FHIR_ERROR, G_IO_ERROR_CANCELLED; their messages are technical
 */
DexFuture *
hy_fhir_client_get (HyFhirClient *self,
                    const char *path,
                    GCancellable *cancellable)
{
  return hy_fiber (request_fiber, request_new (self, path, cancellable), request_free);
}

DexFuture *
hy_fhir_client_post (HyFhirClient *self,
                     const char *path,
                     GBytes *json,
                     GCancellable *cancellable)
{
  Request *request = request_new (self, path, cancellable);

  request->json = g_bytes_ref (json);
  return hy_fiber (request_fiber, request, request_free);
}

DexFuture *
hy_fhir_client_download (HyFhirClient *self,
                         const char *path,
                         gint64 offset,
                         const char *etag,
                         gsize part_bytes,
                         HyFhirPartFunc on_part,
                         gpointer user_data,
                         GDestroyNotify destroy,
                         GCancellable *cancellable)
{
  Request *request = request_new (self, path, cancellable);

  request->is_file = TRUE;
  request->offset = offset;
  request->etag = g_strdup (etag);
  request->part_bytes = part_bytes;
  request->on_part = on_part;
  request->part_data = user_data;
  request->part_destroy = destroy;
  return hy_fiber (request_fiber, request, request_free);
}

/* -- where a name leads -- */

gboolean
hy_fhir_client_is_loopback (const char *base)
{
  return hy_fhir_address_is_loopback (base);
}

static void
on_resolved (GObject *resolver,
             GAsyncResult *result,
             gpointer promise)
{
  GError *error = NULL;
  GList *addresses = g_resolver_lookup_by_name_finish (G_RESOLVER (resolver), result, &error);
  gboolean is_private = FALSE;

  for (GList *at = addresses; at != NULL; at = at->next)
    is_private = is_private || hy_fhir_address_is_private (at->data);
  if (error == NULL)
    dex_promise_resolve_boolean (promise, is_private);
  else
    {
      dex_promise_reject (promise, g_error_new_literal (HY_ERROR, HY_ERROR_OFFLINE, error->message));
      g_error_free (error);
    }
  g_resolver_free_addresses (addresses);
  dex_unref (promise);
}

/**
 * hy_fhir_client_probe_local:
 *
 * Whether the person chose a server of this computer or of her own network; asked once, when it is added.
 *
 * Errors: HY_ERROR_OFFLINE when the name leads nowhere now
 */
DexFuture *
hy_fhir_client_probe_local (const char *base)
{
  g_autoptr (GUri) uri = g_uri_parse (base, G_URI_FLAGS_ENCODED, NULL);
  DexPromise *promise;

  if (uri == NULL || g_uri_get_host (uri) == NULL)
    return dex_future_new_reject (HY_FHIR_ERROR, HY_FHIR_ERROR_ADDRESS, "not an address");
  if (hy_fhir_address_is_loopback (base))
    return dex_future_new_true ();
  promise = dex_promise_new ();
  g_resolver_lookup_by_name_async (g_resolver_get_default (), g_uri_get_host (uri), NULL, on_resolved, dex_ref (promise));
  return DEX_FUTURE (promise);
}
