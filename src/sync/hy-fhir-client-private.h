/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/hy-fhir-client.h"

G_BEGIN_DECLS

/* The bounds of a client.  Tests make them smaller; nobody makes them larger. */
typedef struct {
  guint connect_ms;   /* until a connection is there and the request goes out */
  guint idle_s;       /* without a byte */
  guint slow_ms;      /* a body must bring slow_bytes in so long */
  gsize slow_bytes;
  guint backoff_ms;   /* before the second try; doubled from try to try */
  guint max_wait_ms;  /* that one request waits in all because the server asks it to */
  guint max_tries;
  gsize max_json;
  gsize max_file;
} HyFhirLimits;

HyFhirLimits *hy_fhir_client_get_limits (HyFhirClient *self);

G_END_DECLS
