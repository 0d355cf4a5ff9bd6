/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "space/hy-sync-words.h"

G_BEGIN_DECLS

/* The same refusal, met once or often in a run. */
typedef struct {
  HyResourceClass klass;
  gboolean whole_type;
  guint count;
  const HyRunRefusal *first; /* of the run */
} HyRefusal;

HyResourceClass hy_refusal_get_class (const HyRunLine *line);
GArray         *hy_refusals_gather   (const HyRun *run);            /* HyRefusal; as long as the run */
const char     *hy_refusal_get_style (const HyRefusal *refusal);    /* nullable: class of its tile */
char           *hy_refusal_dup_title (const HyRefusal *refusal);

G_END_DECLS
