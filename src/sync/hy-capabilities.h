/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a server says that it can do, as far as a pull asks. */
typedef struct {
  gboolean known;       /* it says so itself; else what is usual is tried */
  gboolean everything;  /* Patient/$everything */
  gboolean history;     /* of all its resources */
  gboolean batch;
  GPtrArray *searches;  /* char *: "Observation?subject", sorted: what finds a patient's resources */
} HyCapabilities;

HyCapabilities *hy_capabilities_new_usual (void);
HyCapabilities *hy_capabilities_read      (GBytes *statement, GError **error); /* any thread */
char           *hy_capabilities_dup_text  (const HyCapabilities *self); /* one line, to keep */
HyCapabilities *hy_capabilities_new_from_text (const char *text);
void            hy_capabilities_free      (HyCapabilities *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyCapabilities, hy_capabilities_free)

G_END_DECLS
