/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one answer is, and how much of it is taken (SECURITY-DESIGN.md 6).  Nothing here opens or waits for anything. */

#include "config.h"

#include "sync/hy-fhir-reply.h"

#include "base/hy-error.h"

#include <string.h>

/* Of one turn of unpacking. */
#define UNPACK_BYTES (256 * 1024)
/* Body of an answer that says no: enough for an OperationOutcome. */
#define MAX_REFUSAL (64 * 1024)
#define MAX_HEADERS (64 * 1024)
/* Below this a ratio says nothing. */
#define RATIO_FROM (1024 * 1024)
/* Seconds: nobody is sent away for longer, whatever a server or a false clock says. */
#define MAX_RETRY_AFTER (24 * 3600)

G_DEFINE_QUARK (hy-fhir-error-quark, hy_fhir_error)

/**
 * hy_fhir_error_get_code:
 *
 * Returns: (nullable): the code of space/hy-sync-words.h; %NULL for an error of another domain
 */
const char *
hy_fhir_error_get_code (const GError *error)
{
  if (error == NULL || error->domain != HY_FHIR_ERROR)
    return NULL;
  switch ((HyFhirError) error->code)
    {
    case HY_FHIR_ERROR_ADDRESS:
      return "address";
    case HY_FHIR_ERROR_ELSEWHERE:
      return "elsewhere";
    case HY_FHIR_ERROR_TLS:
      return "certificate";
    case HY_FHIR_ERROR_TOO_LARGE:
      return "too-large";
    case HY_FHIR_ERROR_NOT_FHIR:
    default:
      return "not-fhir";
    }
}

typedef struct
{
  HyFhirReply reply;
  gatomicrefcount refs;
} Reply;

G_DEFINE_BOXED_TYPE (HyFhirReply, hy_fhir_reply, hy_fhir_reply_ref, hy_fhir_reply_unref)

HyFhirReply *
hy_fhir_reply_ref (HyFhirReply *reply)
{
  g_atomic_ref_count_inc (&((Reply *) reply)->refs);
  return reply;
}

void
hy_fhir_reply_unref (HyFhirReply *reply)
{
  if (reply == NULL || !g_atomic_ref_count_dec (&((Reply *) reply)->refs))
    return;
  g_clear_pointer (&reply->body, g_bytes_unref);
  g_free (reply->etag);
  g_free (reply->content_type);
  g_free (reply);
}

gboolean
hy_fhir_refuse_size (GError **error,
                     const char *what)
{
  g_set_error (error, HY_FHIR_ERROR, HY_FHIR_ERROR_TOO_LARGE, "%s is larger than is taken", what);
  return FALSE;
}

static gboolean
refuse_cut (GError **error)
{
  g_set_error_literal (error, HY_ERROR, HY_ERROR_OFFLINE, "the answer was cut");
  return FALSE;
}

/**
 * hy_fhir_reply_read_retry_after:
 * @text: (nullable): seconds, or a date of HTTP
 *
 * Returns: milliseconds from now on, at most a day; -1 when it says nothing
 */
gint64
hy_fhir_reply_read_retry_after (const char *text)
{
  g_autoptr (GDateTime) date = NULL;
  guint64 seconds;

  if (text == NULL)
    return -1;
  if (*text != 0 && strspn (text, "0123456789") == strlen (text))
    /* More than the number holds is the largest that it holds. */
    seconds = g_ascii_strtoull (text, NULL, 10);
  else if ((date = soup_date_time_new_from_http_string (text)))
    seconds = (guint64) MAX (0, g_date_time_to_unix (date) - g_get_real_time () / G_USEC_PER_SEC);
  else
    return -1;
  return (gint64) MIN (seconds, MAX_RETRY_AFTER) * 1000;
}

static gsize
measure_headers (SoupMessageHeaders *headers)
{
  SoupMessageHeadersIter iter;
  const char *name, *value;
  gsize size = 0;

  soup_message_headers_iter_init (&iter, headers);
  while (soup_message_headers_iter_next (&iter, &name, &value))
    size += strlen (name) + strlen (value) + 4;
  return size;
}

/**
 * hy_fhir_reply_new:
 *
 * Returns: (transfer full): what the head of an answer says, without a body yet
 * Errors: HY_FHIR_ERROR_TOO_LARGE
 */
HyFhirReply *
hy_fhir_reply_new (SoupMessage *message,
                   GError **error)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const char *type = soup_message_headers_get_content_type (headers, NULL);
  const char *date = soup_message_headers_get_one (headers, "Date");
  g_autoptr (GDateTime) when = date != NULL ? soup_date_time_new_from_http_string (date) : NULL;
  HyFhirReply *reply;
  goffset start, end, total;

  if (measure_headers (headers) > MAX_HEADERS)
    return hy_fhir_refuse_size (error, "the head of an answer"), NULL;
  reply = (HyFhirReply *) g_new0 (Reply, 1);
  g_atomic_ref_count_init (&((Reply *) reply)->refs);
  reply->status = soup_message_get_status (message);
  reply->etag = g_strdup (soup_message_headers_get_one (headers, "ETag"));
  reply->content_type = type != NULL ? g_ascii_strdown (type, -1) : NULL;
  reply->date_ms = when != NULL ? g_date_time_to_unix (when) * 1000 : 0;
  reply->range_size = -1;
  if (reply->status == 200 && soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH)
    reply->range_size = soup_message_headers_get_content_length (headers);
  /* Of any other answer it means nothing. */
  if (reply->status == 206 && soup_message_headers_get_content_range (headers, &start, &end, &total))
    {
      reply->range_start = start;
      reply->range_size = total;
    }
  return reply;
}

/**
 * hy_fhir_reply_is_plain:
 *
 * Errors: HY_FHIR_ERROR_NOT_FHIR for a compression that was not asked for
 */
gboolean
hy_fhir_reply_is_plain (SoupMessageHeaders *headers,
                        GError **error)
{
  const char *coding = soup_message_headers_get_one (headers, "Content-Encoding");

  if (coding == NULL || g_ascii_strcasecmp (coding, "identity") == 0)
    return TRUE;
  g_set_error_literal (error, HY_FHIR_ERROR, HY_FHIR_ERROR_NOT_FHIR, "a compression that was not asked for");
  return FALSE;
}

/* Unpacks while it counts: what comes out is bounded, whatever goes in. */
struct _HyFhirBody
{
  HyFhirReply *reply;
  SoupMessageHeaders *headers;
  GConverter *converter; /* nullable: not compressed */
  GByteArray *out;
  gsize in;
  gsize max;
  gboolean good;         /* the answer says yes */
  gboolean finished;     /* a member of the compression is whole; another may follow */
  gboolean full;         /* no more is taken */
};

static gboolean
unpack (HyFhirBody *body,
        const guint8 *bytes,
        gsize size,
        gboolean at_end,
        GError **error)
{
  body->in += size;
  if (body->converter == NULL)
    {
      gsize room = body->max - body->out->len;

      g_byte_array_append (body->out, bytes, (guint) MIN (size, room));
      return size <= room || hy_fhir_refuse_size (error, "an answer");
    }
  while (size > 0 || (at_end && !body->finished && body->in > 0))
    {
      gsize room = UNPACK_BYTES, read = 0, written = 0;
      guint start = body->out->len;
      GConverterResult result;
      g_autoptr (GError) unpack_error = NULL;

      if (body->finished)
        g_converter_reset (body->converter);
      g_byte_array_set_size (body->out, start + (guint) room);
      result = g_converter_convert (body->converter, bytes, size, body->out->data + start, room,
                                    at_end ? G_CONVERTER_INPUT_AT_END : G_CONVERTER_NO_FLAGS, &read, &written, &unpack_error);
      g_byte_array_set_size (body->out, start + (guint) written);
      if (result == G_CONVERTER_ERROR)
        {
          if (!at_end && g_error_matches (unpack_error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT))
            return TRUE;
          g_set_error_literal (error, HY_ERROR, HY_ERROR_OFFLINE, "the answer was cut, or its compression is damaged");
          return FALSE;
        }
      bytes += read;
      size -= read;
      body->finished = result == G_CONVERTER_FINISHED;
      if (body->out->len > body->max)
        {
          g_byte_array_set_size (body->out, (guint) body->max);
          return hy_fhir_refuse_size (error, "an answer");
        }
      if (body->out->len > RATIO_FROM && body->out->len / HY_FHIR_MAX_RATIO > body->in)
        return hy_fhir_refuse_size (error, "what an answer unpacks to");
      if (read == 0 && written == 0)
        break;
    }
  return TRUE;
}

static gboolean
is_json_type (const char *type)
{
  static const char *const types[] = { "application/fhir+json", "application/json", "application/json+fhir", "text/json", NULL };

  return type == NULL || g_strv_contains (types, type);
}

/* Without the white space around, and the mark before it. */
static const guint8 *
trim (GBytes *body,
      gsize *size)
{
  const guint8 *bytes = g_bytes_get_data (body, size);

  if (*size >= 3 && memcmp (bytes, "\xef\xbb\xbf", 3) == 0)
    {
      bytes += 3;
      *size -= 3;
    }
  for (; *size > 0 && g_ascii_isspace (*bytes); bytes++)
    --*size;
  while (*size > 0 && g_ascii_isspace (bytes[*size - 1]))
    --*size;
  return bytes;
}

/* From its first to its last brace; what is between is for who reads it. */
static gboolean
looks_like_json (GBytes *body)
{
  gsize size;
  const guint8 *bytes = trim (body, &size);

  return size >= 2 && *bytes == '{' && bytes[size - 1] == '}';
}

static gboolean
may_be_cut_json (GBytes *body)
{
  gsize size;
  const guint8 *bytes = trim (body, &size);

  return size == 0 || *bytes == '{';
}

/**
 * hy_fhir_reply_check_length:
 * @size: of the body as it was sent
 *
 * libsoup does not compare when the connection is closed after the answer.
 *
 * Errors: HY_ERROR_OFFLINE for a cut, HY_FHIR_ERROR_NOT_FHIR for more than was said
 */
gboolean
hy_fhir_reply_check_length (SoupMessageHeaders *headers,
                            gsize size,
                            GError **error)
{
  gsize said;

  if (soup_message_headers_get_encoding (headers) != SOUP_ENCODING_CONTENT_LENGTH)
    return TRUE;
  said = (gsize) soup_message_headers_get_content_length (headers);
  if (size < said)
    g_set_error_literal (error, HY_ERROR, HY_ERROR_OFFLINE, "the answer was cut");
  else if (size > said)
    g_set_error_literal (error, HY_FHIR_ERROR, HY_FHIR_ERROR_NOT_FHIR, "the answer is longer than it says");
  return size == said;
}

/* Of an answer that says yes, once it ended. */
static gboolean
check_body (HyFhirBody *body,
            GError **error)
{
  const HyFhirReply *reply = body->reply;
  gboolean ends_with_the_line = soup_message_headers_get_encoding (body->headers) == SOUP_ENCODING_EOF;

  if (!hy_fhir_reply_check_length (body->headers, body->in, error))
    return FALSE;
  if (body->converter != NULL && !body->finished && body->in > 0)
    return refuse_cut (error);
  if (g_bytes_get_size (reply->body) == 0 && (reply->status == 204 || !ends_with_the_line))
    return TRUE;
  if (is_json_type (reply->content_type) && looks_like_json (reply->body))
    return TRUE;
  /* Nothing but its last brace says where such an answer ends. */
  if (is_json_type (reply->content_type) && ends_with_the_line && may_be_cut_json (reply->body))
    return refuse_cut (error);
  g_set_error (error, HY_FHIR_ERROR, HY_FHIR_ERROR_NOT_FHIR, "the answer is %s, not FHIR as JSON",
               reply->content_type != NULL ? reply->content_type : "something else");
  return FALSE;
}

/**
 * hy_fhir_body_new:
 * @reply: gets the body at its end
 *
 * The JSON of one answer while it comes.  A refusal may say anything, and keeps its beginning.
 *
 * Errors: HY_FHIR_ERROR_NOT_FHIR for a compression that was not asked for
 */
HyFhirBody *
hy_fhir_body_new (HyFhirReply *reply,
                  SoupMessageHeaders *headers,
                  gsize max_json,
                  GError **error)
{
  const char *coding = soup_message_headers_get_one (headers, "Content-Encoding");
  gboolean packed = coding != NULL && (g_ascii_strcasecmp (coding, "gzip") == 0 || g_ascii_strcasecmp (coding, "x-gzip") == 0);
  HyFhirBody *body;

  if (!packed && !hy_fhir_reply_is_plain (headers, error))
    return NULL;
  body = g_new0 (HyFhirBody, 1);
  body->reply = hy_fhir_reply_ref (reply);
  body->headers = soup_message_headers_ref (headers);
  body->out = g_byte_array_new ();
  body->good = reply->status >= 200 && reply->status < 300;
  body->max = body->good ? max_json : MAX_REFUSAL;
  if (packed)
    body->converter = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  return body;
}

void
hy_fhir_body_free (HyFhirBody *body)
{
  hy_fhir_reply_unref (body->reply);
  soup_message_headers_unref (body->headers);
  g_clear_object (&body->converter);
  g_byte_array_unref (body->out);
  g_free (body);
}

/**
 * hy_fhir_body_add:
 * @bytes: as they came; none at the end
 *
 * Errors: HY_ERROR_OFFLINE for a cut, HY_FHIR_ERROR_TOO_LARGE
 */
gboolean
hy_fhir_body_add (HyFhirBody *body,
                  GBytes *bytes,
                  GError **error)
{
  g_autoptr (GError) unpack_error = NULL;
  gsize size;
  const guint8 *at = g_bytes_get_data (bytes, &size);

  body->full = size == 0;
  if (unpack (body, at, size, /* at_end= */ size == 0, &unpack_error))
    return TRUE;
  if (!body->good && g_error_matches (unpack_error, HY_FHIR_ERROR, HY_FHIR_ERROR_TOO_LARGE))
    {
      body->full = TRUE;
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&unpack_error));
  return FALSE;
}

/* Whether no more is read. */
gboolean
hy_fhir_body_is_full (HyFhirBody *body)
{
  return body->full;
}

/**
 * hy_fhir_body_finish:
 *
 * Gives the reply its body.
 *
 * Errors: HY_ERROR_OFFLINE for a cut, HY_FHIR_ERROR_NOT_FHIR
 */
gboolean
hy_fhir_body_finish (HyFhirBody *body,
                     GError **error)
{
  body->reply->body = g_byte_array_free_to_bytes (g_steal_pointer (&body->out));
  body->out = g_byte_array_new ();
  return !body->good || check_body (body, error);
}
