/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-secret.h"

#include <sqlcipher/sqlite3.h>

G_BEGIN_DECLS

/* One SQLCipher connection, with the options and refusals of SECURITY-DESIGN 2.3.  Used by one thread at a time. */
typedef struct _HyDatabase HyDatabase;

HyDatabase   *hy_database_open       (const char *path, HySecret *key, gboolean create, gboolean read_only, GError **error);
gboolean      hy_database_close      (HyDatabase *self, GError **error);
void          hy_database_abandon    (HyDatabase *self);
sqlite3      *hy_database_get_handle (HyDatabase *self);

/* A cached statement, reset and without bindings; NULL with the error set.  Reset it by hy_database_done. */
sqlite3_stmt *hy_database_prepare    (HyDatabase *self, const char *sql, GError **error);
void          hy_database_done       (sqlite3_stmt *statement);
gboolean      hy_database_step       (HyDatabase *self, sqlite3_stmt *statement, gboolean *row, GError **error);
gboolean      hy_database_run        (HyDatabase *self, const char *sql, GError **error);
gboolean      hy_database_checkpoint (HyDatabase *self, GError **error);
gboolean      hy_database_fail       (HyDatabase *self, GError **error);

G_END_DECLS
