/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* An HTTP/1.1 server on 127.0.0.1 in a thread of its own, for faults by the byte.  One behaviour per handler. */
typedef struct _HyMockServer HyMockServer;

typedef struct {
  const char *method;
  const char *path;      /* with its query, as sent */
  GHashTable *headers;   /* lower case name to value */
  const char *body;
  guint number;          /* of this request on this handler, from 1 */
} HyMockRequest;

#define HY_MOCK_RAW 0        /* as status: the body is all that is sent, the head too */
#define HY_MOCK_NO_LENGTH -2 /* as length: the body ends with the connection */

typedef struct {
  guint status;          /* 200, or HY_MOCK_RAW */
  GString *headers;      /* lines "Name: value\r\n" beside Connection, and unless they are here Content-Type of FHIR and Content-Length (also not with Transfer-Encoding) */
  GBytes *body;          /* nullable */
  gint64 cut_at;         /* -1, or: close the connection after so many bytes of the body; 0 = before anything is answered */
  gint64 length;         /* -1, or: what Content-Length says instead, or HY_MOCK_NO_LENGTH */
  guint wait_ms;         /* before the answer */
  gsize piece_bytes;     /* 0, or: the body goes in pieces ... */
  guint piece_ms;        /* ... with so long between them */
  gboolean keep_alive;   /* the next request may come on the same connection */
} HyMockReply;

typedef void (*HyMockHandler) (const HyMockRequest *request, HyMockReply *reply, gpointer user_data); /* on the server's thread */

HyMockServer *hy_mock_server_new       (void);
HyMockServer *hy_mock_server_new_tls   (const char *pem); /* https with a certificate and key that nobody trusts */
void          hy_mock_server_free      (HyMockServer *self);
const char   *hy_mock_server_get_base  (HyMockServer *self); /* "http://127.0.0.1:PORT/fhir" */
void          hy_mock_server_add       (HyMockServer *self, const char *path, HyMockHandler handler, gpointer user_data); /* path begins so; the longest wins; others are 404 with an OperationOutcome */
void          hy_mock_server_add_reply (HyMockServer *self, const char *path, guint status, const char *json);
guint         hy_mock_server_count     (HyMockServer *self, const char *path); /* requests so far whose path begins so */
guint         hy_mock_server_count_connections (HyMockServer *self);
char         *hy_mock_server_dup_log   (HyMockServer *self); /* "GET /fhir/...\n" each */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyMockServer, hy_mock_server_free)

G_END_DECLS
