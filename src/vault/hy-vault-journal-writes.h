/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vault/hy-vault-internal.h"

G_BEGIN_DECLS

/* What happens to the entries of one type; may be below 0. */
typedef struct {
  gint added;
  gint changed;
  gint deleted;
  gint known;
  gint kept;
  gint files;
  gint files_wrong;
  gint files_nowhere;
  gint refused;
} HyRunCounts;

/* In a job's transaction; a run of 0 counts nothing. */
gboolean hy_run_count_in_thread (HyDatabase *database, gint64 run, const char *type, guint klass, const HyRunCounts *counts, GError **error);

G_END_DECLS
