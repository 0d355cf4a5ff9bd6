/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A server for the tests of sync: one thread takes connections, one more serves each of them, blocking.  Handlers run one at a
 * time, so that they may keep what they like without locks of their own. */

#include "hy-mock-server.h"

#include <string.h>

#define READ_BYTES (64 * 1024)

typedef struct
{
  char *path;
  HyMockHandler handler;
  gpointer data;
  GDestroyNotify destroy;
  guint number;
} Route;

struct _HyMockServer
{
  GSocketListener *listener;
  GTlsCertificate *certificate; /* nullable: plain */
  GThread *thread;
  GCancellable *stop;
  char *base;
  GMutex lock;          /* of what follows */
  GCond woken;          /* by stopping */
  gboolean stopped;
  GPtrArray *routes;    /* of Route */
  GPtrArray *requests;  /* of "METHOD path" */
  GPtrArray *threads;   /* of GThread: one a connection */
  GMutex turn;          /* one handler at a time */
};

typedef struct
{
  HyMockServer *server;
  GSocketConnection *connection;
} Visit;

static void
route_free (gpointer data)
{
  Route *route = data;

  if (route->destroy != NULL)
    route->destroy (route->data);
  g_free (route->path);
  g_free (route);
}

/* -- reading a request -- */

static gssize
find_end_of_head (GByteArray *bytes)
{
  const char *head = (const char *) bytes->data;
  const char *end = head != NULL ? g_strstr_len (head, bytes->len, "\r\n\r\n") : NULL;

  return end != NULL ? end - head + 4 : -1;
}

static gboolean
read_more (GInputStream *input,
           GByteArray *bytes,
           GCancellable *stop)
{
  guint start = bytes->len;
  gssize size;

  g_byte_array_set_size (bytes, start + READ_BYTES);
  size = g_input_stream_read (input, bytes->data + start, READ_BYTES, stop, NULL);
  g_byte_array_set_size (bytes, start + (guint) MAX (size, 0));
  return size > 0;
}

static GHashTable *
read_headers (char **lines)
{
  GHashTable *headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 1; lines[i] != NULL && *lines[i] != 0; i++)
    {
      char *colon = strchr (lines[i], ':');

      if (colon != NULL)
        {
          g_autofree char *name = g_strndup (lines[i], (gsize) (colon - lines[i]));

          g_hash_table_replace (headers, g_ascii_strdown (name, -1), g_strstrip (g_strdup (colon + 1)));
        }
    }
  return headers;
}

/* Whether a whole request came. */
static gboolean
read_request (GInputStream *input,
              GCancellable *stop,
              char **method,
              char **path,
              GHashTable **headers,
              char **body)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *head = NULL;
  g_auto (GStrv) lines = NULL;
  g_auto (GStrv) words = NULL;
  const char *length;
  gssize end;
  gsize size;

  while ((end = find_end_of_head (bytes)) < 0)
    if (!read_more (input, bytes, stop))
      return FALSE;
  head = g_strndup ((const char *) bytes->data, (gsize) end);
  lines = g_strsplit (head, "\r\n", -1);
  words = g_strsplit (lines[0], " ", 3);
  if (g_strv_length (words) != 3)
    return FALSE;
  *headers = read_headers (lines);
  length = g_hash_table_lookup (*headers, "content-length");
  size = length != NULL ? (gsize) g_ascii_strtoull (length, NULL, 10) : 0;
  while (bytes->len < (gsize) end + size)
    if (!read_more (input, bytes, stop))
      return FALSE;
  *method = g_strdup (words[0]);
  *path = g_strdup (words[1]);
  *body = g_strndup ((const char *) bytes->data + end, size);
  return TRUE;
}

/* -- answering -- */

/* FALSE when the server stops meanwhile. */
static gboolean
pause_for (HyMockServer *self,
           guint ms)
{
  gint64 until = g_get_monotonic_time () + (gint64) ms * 1000;
  gboolean stopped;

  g_mutex_lock (&self->lock);
  while (ms > 0 && !self->stopped && g_cond_wait_until (&self->woken, &self->lock, until))
    ;
  stopped = self->stopped;
  g_mutex_unlock (&self->lock);
  return !stopped;
}

static GString *
write_head (const HyMockReply *reply,
            gsize body_size)
{
  GString *head = g_string_new (NULL);
  g_autofree char *lower = g_ascii_strdown (reply->headers->str, -1);

  if (reply->status == HY_MOCK_RAW)
    return head;
  g_string_append_printf (head, "HTTP/1.1 %u Mock\r\nConnection: %s\r\n%s", reply->status, reply->keep_alive ? "keep-alive" : "close",
                          reply->headers->str);
  if (strstr (lower, "content-type:") == NULL)
    g_string_append (head, "Content-Type: application/fhir+json\r\n");
  if (reply->length != HY_MOCK_NO_LENGTH && strstr (lower, "transfer-encoding:") == NULL && strstr (lower, "content-length:") == NULL)
    g_string_append_printf (head, "Content-Length: %" G_GINT64_FORMAT "\r\n", reply->length >= 0 ? reply->length : (gint64) body_size);
  g_string_append (head, "\r\n");
  return head;
}

/* Whether all was sent. */
static gboolean
send_reply (HyMockServer *self,
            const HyMockReply *reply,
            GOutputStream *output)
{
  gsize size = 0;
  const guint8 *bytes = reply->body != NULL ? g_bytes_get_data (reply->body, &size) : NULL;
  g_autoptr (GString) head = write_head (reply, size);
  gsize piece = reply->piece_bytes > 0 ? reply->piece_bytes : MAX (size, 1);

  if (!pause_for (self, reply->wait_ms) || reply->cut_at == 0)
    return FALSE;
  if (reply->cut_at > 0)
    size = MIN (size, (gsize) reply->cut_at);
  if (!g_output_stream_write_all (output, head->str, head->len, NULL, self->stop, NULL))
    return FALSE;
  for (gsize at = 0; at < size; at += piece)
    if ((at > 0 && !pause_for (self, reply->piece_ms)) ||
        !g_output_stream_write_all (output, bytes + at, MIN (piece, size - at), NULL, self->stop, NULL))
      return FALSE;
  return reply->cut_at < 0;
}

/* With the lock. */
static Route *
find_route (HyMockServer *self,
            const char *path)
{
  Route *best = NULL;

  for (guint i = 0; i < self->routes->len; i++)
    {
      Route *route = g_ptr_array_index (self->routes, i);

      /* Of two that are equal the later one: a test may change its mind. */
      if (g_str_has_prefix (path, route->path) && (best == NULL || strlen (route->path) >= strlen (best->path)))
        best = route;
    }
  return best;
}

static void
answer_missing (HyMockReply *reply)
{
  static const char outcome[] = "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":\"not-found\"}]}";

  reply->status = 404;
  reply->body = g_bytes_new_static (outcome, strlen (outcome));
}

/* One request; whether another may come. */
static gboolean
serve (HyMockServer *self,
       GIOStream *stream)
{
  g_autofree char *method = NULL;
  g_autofree char *path = NULL;
  g_autofree char *body = NULL;
  g_autoptr (GHashTable) headers = NULL;
  HyMockReply reply = { .status = 200, .cut_at = -1, .length = -1 };
  HyMockHandler handler = NULL;
  gpointer data = NULL;
  HyMockRequest request;
  Route *route;
  gboolean goes_on;

  if (!read_request (g_io_stream_get_input_stream (stream), self->stop, &method, &path, &headers, &body))
    return FALSE;
  reply.headers = g_string_new (NULL);
  request = (HyMockRequest) { method, path, headers, body, 0 };
  g_mutex_lock (&self->turn);
  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->requests, g_strconcat (method, " ", path, NULL));
  if ((route = find_route (self, path)))
    {
      request.number = ++route->number;
      handler = route->handler;
      data = route->data;
    }
  g_mutex_unlock (&self->lock);
  if (handler != NULL)
    handler (&request, &reply, data);
  else
    answer_missing (&reply);
  g_mutex_unlock (&self->turn);
  goes_on = send_reply (self, &reply, g_io_stream_get_output_stream (stream)) && reply.keep_alive;
  g_string_free (reply.headers, TRUE);
  g_clear_pointer (&reply.body, g_bytes_unref);
  return goes_on;
}

static gpointer
visit_in_thread (gpointer data)
{
  Visit *visit = data;
  HyMockServer *self = visit->server;
  g_autoptr (GIOStream) stream = g_object_ref (G_IO_STREAM (visit->connection));
  GSocket *socket = g_socket_connection_get_socket (visit->connection);

  g_socket_set_option (socket, /* IPPROTO_TCP */ 6, /* TCP_NODELAY */ 1, 1, NULL);
  if (self->certificate != NULL)
    {
      g_autoptr (GIOStream) secured = g_tls_server_connection_new (stream, self->certificate, NULL);

      g_set_object (&stream, secured);
    }
  while (serve (self, stream))
    ;
  /* First the end of what is said, then what the other still says: closing at once would throw away what it has not read. */
  if (stream == G_IO_STREAM (visit->connection))
    g_socket_shutdown (socket, FALSE, TRUE, NULL);
  g_io_stream_close (stream, self->stop, NULL);
  g_object_unref (visit->connection);
  g_free (visit);
  return NULL;
}

static gpointer
accept_in_thread (gpointer data)
{
  HyMockServer *self = data;

  for (;;)
    {
      g_autoptr (GSocketConnection) connection = g_socket_listener_accept (self->listener, NULL, self->stop, NULL);
      Visit *visit;

      if (connection == NULL)
        return NULL;
      visit = g_new0 (Visit, 1);
      visit->server = self;
      visit->connection = g_steal_pointer (&connection);
      g_mutex_lock (&self->lock);
      g_ptr_array_add (self->threads, g_thread_new ("mock-visit", visit_in_thread, visit));
      g_mutex_unlock (&self->lock);
    }
}

/* -- the object -- */

static HyMockServer *
start (GTlsCertificate *certificate)
{
  HyMockServer *self = g_new0 (HyMockServer, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) got = NULL;
  g_autoptr (GError) error = NULL;

  g_mutex_init (&self->lock);
  g_mutex_init (&self->turn);
  g_cond_init (&self->woken);
  self->stop = g_cancellable_new ();
  self->certificate = certificate;
  self->routes = g_ptr_array_new_with_free_func (route_free);
  self->requests = g_ptr_array_new_with_free_func (g_free);
  self->threads = g_ptr_array_new ();
  self->listener = g_socket_listener_new ();
  g_socket_listener_add_address (self->listener, wanted, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &got, &error);
  g_assert_no_error (error);
  self->base = g_strdup_printf ("%s://127.0.0.1:%u/fhir", certificate != NULL ? "https" : "http",
                                g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (got)));
  self->thread = g_thread_new ("mock-server", accept_in_thread, self);
  return self;
}

HyMockServer *
hy_mock_server_new (void)
{
  return start (NULL);
}

/**
 * hy_mock_server_new_tls:
 * @pem: a certificate that is not of the system's trust, with its key
 */
HyMockServer *
hy_mock_server_new_tls (const char *pem)
{
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate = g_tls_certificate_new_from_file (pem, &error);

  g_assert_no_error (error);
  return start (certificate);
}

void
hy_mock_server_free (HyMockServer *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->lock);
  self->stopped = TRUE;
  g_cond_broadcast (&self->woken);
  g_mutex_unlock (&self->lock);
  g_cancellable_cancel (self->stop);
  g_thread_join (self->thread);
  for (guint i = 0; i < self->threads->len; i++)
    g_thread_join (g_ptr_array_index (self->threads, i));
  g_socket_listener_close (self->listener);
  g_object_unref (self->listener);
  g_object_unref (self->stop);
  g_clear_object (&self->certificate);
  g_ptr_array_unref (self->threads);
  g_ptr_array_unref (self->routes);
  g_ptr_array_unref (self->requests);
  g_mutex_clear (&self->lock);
  g_mutex_clear (&self->turn);
  g_cond_clear (&self->woken);
  g_free (self->base);
  g_free (self);
}

const char *
hy_mock_server_get_base (HyMockServer *self)
{
  return self->base;
}

static void
add_route (HyMockServer *self,
           const char *path,
           HyMockHandler handler,
           gpointer data,
           GDestroyNotify destroy)
{
  Route *route = g_new0 (Route, 1);

  route->path = g_strdup (path);
  route->handler = handler;
  route->data = data;
  route->destroy = destroy;
  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->routes, route);
  g_mutex_unlock (&self->lock);
}

/**
 * hy_mock_server_add:
 * @path: as it is sent: "/fhir/Patient"
 *
 * The longest that a request begins with answers it; of two equal ones the one that was added last.
 */
void
hy_mock_server_add (HyMockServer *self,
                    const char *path,
                    HyMockHandler handler,
                    gpointer user_data)
{
  add_route (self, path, handler, user_data, NULL);
}

typedef struct
{
  guint status;
  GBytes *json;
} Fixed;

static void
answer_fixed (const HyMockRequest *request G_GNUC_UNUSED,
              HyMockReply *reply,
              gpointer user_data)
{
  Fixed *fixed = user_data;

  reply->status = fixed->status;
  reply->body = g_bytes_ref (fixed->json);
}

static void
fixed_free (gpointer data)
{
  Fixed *fixed = data;

  g_bytes_unref (fixed->json);
  g_free (fixed);
}

void
hy_mock_server_add_reply (HyMockServer *self,
                          const char *path,
                          guint status,
                          const char *json)
{
  Fixed *fixed = g_new0 (Fixed, 1);

  fixed->status = status;
  fixed->json = g_bytes_new (json, strlen (json));
  add_route (self, path, answer_fixed, fixed, fixed_free);
}

guint
hy_mock_server_count_connections (HyMockServer *self)
{
  guint count;

  g_mutex_lock (&self->lock);
  count = self->threads->len;
  g_mutex_unlock (&self->lock);
  return count;
}

guint
hy_mock_server_count (HyMockServer *self,
                      const char *path)
{
  guint n = 0;

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->requests->len; i++)
    n += g_str_has_prefix (strchr (g_ptr_array_index (self->requests, i), ' ') + 1, path);
  g_mutex_unlock (&self->lock);
  return n;
}

char *
hy_mock_server_dup_log (HyMockServer *self)
{
  GString *log = g_string_new (NULL);

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->requests->len; i++)
    g_string_append_printf (log, "%s\n", (const char *) g_ptr_array_index (self->requests, i));
  g_mutex_unlock (&self->lock);
  return g_string_free (log, FALSE);
}
