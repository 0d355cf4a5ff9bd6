/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/hy-fhir-client.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* For hy-fhir-client.c: reading an answer within its bounds. */
HyFhirReply *hy_fhir_reply_new              (SoupMessage *message, GError **error);
gint64       hy_fhir_reply_read_retry_after (const char *text);
gboolean     hy_fhir_reply_is_plain         (SoupMessageHeaders *headers, GError **error);
gboolean     hy_fhir_reply_check_length     (SoupMessageHeaders *headers, gsize size, GError **error);
gboolean     hy_fhir_refuse_size            (GError **error, const char *what);

typedef struct _HyFhirBody HyFhirBody;

HyFhirBody *hy_fhir_body_new     (HyFhirReply *reply, SoupMessageHeaders *headers, gsize max_json, GError **error);
void        hy_fhir_body_free    (HyFhirBody *body);
gboolean    hy_fhir_body_add     (HyFhirBody *body, GBytes *bytes, GError **error);
gboolean    hy_fhir_body_is_full (HyFhirBody *body);
gboolean    hy_fhir_body_finish  (HyFhirBody *body, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyFhirBody, hy_fhir_body_free)

G_END_DECLS
