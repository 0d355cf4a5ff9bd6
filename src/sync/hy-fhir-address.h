/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Where a server is, and what an address from outside means on it.  Pure; any thread. */
char    *hy_fhir_address_normalise   (const char *typed, GError **error);
gboolean hy_fhir_address_is_loopback (const char *base);         /* by its name alone: 127.0.0.0/8, ::1, localhost */
char    *hy_fhir_address_join        (const char *base, const char *path);
char    *hy_fhir_address_dup_path    (const char *base, const char *address, gboolean any_host);
gboolean hy_fhir_address_same_origin (const char *a, const char *b);
gboolean hy_fhir_address_is_private  (GInetAddress *address);

G_END_DECLS
