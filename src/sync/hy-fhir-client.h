/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-secret.h"

#include <gio/gio.h>
#include <libdex.h>

G_BEGIN_DECLS

/* Bounds of SECURITY-DESIGN 6. */
#define HY_FHIR_MAX_JSON (50 * 1024 * 1024)
#define HY_FHIR_MAX_FILE (100 * 1024 * 1024)
#define HY_FHIR_MAX_RATIO 100        /* decompressed to compressed, over 1 MiB */
#define HY_FHIR_MAX_REDIRECTS 5

/* What a request ends with beside HY_ERROR_OFFLINE (no network, no answer, cut), HY_ERROR_BUSY and G_IO_ERROR_CANCELLED.
 * Each has a code of space/hy-sync-words.h; the message is technical, for "What to do". */
typedef enum {
  HY_FHIR_ERROR_ADDRESS,   /* "address": not https, not an address, http elsewhere than on this computer */
  HY_FHIR_ERROR_ELSEWHERE, /* "elsewhere": redirected or resolved to where it must not go */
  HY_FHIR_ERROR_TLS,       /* "certificate": final, there is no "continue" */
  HY_FHIR_ERROR_TOO_LARGE, /* "too-large": body, headers, decompression */
  HY_FHIR_ERROR_NOT_FHIR,  /* "not-fhir": not JSON where JSON was asked for (a sign-in page, a proxy's page) */
} HyFhirError;
#define HY_FHIR_ERROR (hy_fhir_error_quark ())
GQuark      hy_fhir_error_quark    (void);
const char *hy_fhir_error_get_code (const GError *error); /* nullable: the code above */

/* One server.  Main thread only; nothing blocks.  Retries by itself what may be retried (cut before an answer, 429, 500,
 * 502, 503, 504), honours Retry-After, and makes no attempt while there is no network. */
#define HY_TYPE_FHIR_CLIENT (hy_fhir_client_get_type ())
G_DECLARE_FINAL_TYPE (HyFhirClient, hy_fhir_client, HY, FHIR_CLIENT, GObject)

/* Told when a wait begins (unix ms of its end) and, with 0, when it is over. */
typedef void (*HyFhirWaitFunc) (gint64 until_ms, gpointer user_data);

HyFhirClient *hy_fhir_client_new           (const char *base, HySecret *token, gboolean is_local, GError **error); /* HY_FHIR_ERROR_ADDRESS, HY_ERROR_REFUSED for what is no token; token nullable */
void          hy_fhir_client_set_wait_func (HyFhirClient *self, HyFhirWaitFunc func, gpointer user_data);
const char   *hy_fhir_client_get_base      (HyFhirClient *self);
gint64        hy_fhir_client_get_busy_until (HyFhirClient *self); /* after HY_ERROR_BUSY: when the server wants to be asked again, unix ms */
guint         hy_fhir_client_get_n_requests (HyFhirClient *self);
char         *hy_fhir_client_dup_normal_base (const char *typed, GError **error); /* what a person typed -> base */
gboolean      hy_fhir_client_is_loopback  (const char *base);                     /* by its name: this computer */
DexFuture    *hy_fhir_client_probe_local   (const char *base);                    /* boolean: resolves to loopback or private addresses */

typedef struct {
  guint   status;         /* HTTP */
  GBytes *body;           /* JSON, decompressed, at most HY_FHIR_MAX_JSON; may be empty; of a download: NULL */
  char   *etag;           /* nullable, as received */
  char   *content_type;   /* nullable, lower case, without parameters */
  gint64  date_ms;        /* Date header; 0 without */
  gint64  range_start;    /* 206: first byte; else 0 */
  gint64  range_size;     /* size of the whole by Content-Range or Content-Length; -1 = not said */
} HyFhirReply;

#define HY_TYPE_FHIR_REPLY (hy_fhir_reply_get_type ())
GType        hy_fhir_reply_get_type (void);
HyFhirReply *hy_fhir_reply_ref      (HyFhirReply *reply);
void         hy_fhir_reply_unref    (HyFhirReply *reply);

/* @path: relative to the base ("Observation?patient=Patient/1"), or an address of the server itself; see
 * hy_fhir_client_dup_path() for addresses from outside.  Resolves with whatever status is not retried, 401, 403, 404, 410
 * too, or 5xx after the last try. */
DexFuture *hy_fhir_client_get      (HyFhirClient *self, const char *path, GCancellable *cancellable);                 /* HyFhirReply */
DexFuture *hy_fhir_client_post     (HyFhirClient *self, const char *path, GBytes *json, GCancellable *cancellable);   /* HyFhirReply; for requests that change nothing: a batch of reads */

/* Streams a file from @offset on, in parts of @part_bytes and a last shorter one.  @on_part resolves to a boolean and is
 * awaited before more is read.  @etag (nullable) goes as If-Range.  Tried once: on HY_ERROR_OFFLINE what was given stays
 * given.  After 200, where an offset was asked for, the parts begin at 0 again (the offset that on_part is told).
 * Another status than 200 and 206 resolves with its body and no part. */
typedef DexFuture *(*HyFhirPartFunc) (const HyFhirReply *head, gint64 offset, GBytes *part, gpointer user_data);
DexFuture *hy_fhir_client_download (HyFhirClient   *self,
                                    const char     *path,
                                    gint64          offset,
                                    const char     *etag,
                                    gsize           part_bytes,
                                    HyFhirPartFunc  on_part,
                                    gpointer        user_data,
                                    GDestroyNotify  destroy,
                                    GCancellable   *cancellable);                                                      /* HyFhirReply */

/* The path on this server that an address from outside means, or NULL.  Links of paging may name another host of the same
 * server: only their path and query count when @any_host. */
char *hy_fhir_client_dup_path (HyFhirClient *self, const char *address, gboolean any_host);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyFhirReply, hy_fhir_reply_unref)

G_END_DECLS
