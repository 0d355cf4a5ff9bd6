/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hy-test-vault.h"

#include "vault/hy-vault-files.h"
#include "vault/hy-vault-journal.h"

G_BEGIN_DECLS

/* What the tests of following a server share. */
#define HY_TEST_BASE "https://fhir.example.org/r4"

gint64          hy_test_int64           (DexFuture *future);
guint           hy_test_uint            (DexFuture *future);
void            hy_test_done            (DexFuture *future);
void            hy_test_refused         (DexFuture *future, gint code); /* of HY_ERROR */

gint64          hy_test_add_server      (HyTestVault *self);
HyMirrorChange *hy_test_change_new      (const char *place, const char *json);     /* "Type/id"; json NULL = no longer there */
HyMirrorChange *hy_test_document_new    (const char *place, const char *json, const char *url, gint64 size, const char *sha1);
HyMirrorPage   *hy_test_page_new        (gint64 origin, gint64 run, gint64 walk, HyMirrorChange *change);
HyMirrorResult  hy_test_mirror          (HyTestVault *self, gint64 origin, gint64 walk, HyMirrorChange *change);
HyMirrorResult  hy_test_mirror_in_run   (HyTestVault *self, gint64 origin, gint64 run, gint64 walk, HyMirrorChange *change);
gint64          hy_test_edit            (HyTestVault *self, gint64 rowid, const char *json);
void            hy_test_remove          (HyTestVault *self, gint64 rowid);

void            hy_test_content         (HyTestVault *self, gint64 rowid, const char *json);  /* json NULL = the row is not there */
void            hy_test_blob            (HyTestVault *self, gint64 rowid, const char *text);
gint64          hy_test_put_document    (HyTestVault *self, const char *json, const char *text, const char *identity);
void            hy_test_verified        (HyTestVault *self);
char           *hy_test_sql             (HyTestVault *self, const char *sql); /* the first column of all rows, one a line */
guint           hy_test_count_blobs     (HyTestVault *self);                  /* files in the folder of blobs */

G_END_DECLS
