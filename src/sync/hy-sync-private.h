/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/hy-sync.h"

G_BEGIN_DECLS

/* One run, shared by the files of this room.  Main thread; what runs in the pool gets what it needs by itself. */
typedef struct {
  gatomicrefcount refs;
  HyAccess *access;
  HyFhirClient *client;
  HyMirrorServer *server;
  HySyncTextFunc read_text;
  gpointer read_text_data;
  HySyncProgressFunc on_progress;
  gpointer progress_data;
  GCancellable *cancellable; /* never NULL */
  gint64 run;                /* 0 outside of one */
  GHashTable *cursors;       /* char * to char *: as they stand in the vault */
  HySyncProgress progress;
  gboolean changed;          /* something was added, changed or deleted */
  char *type;                /* nullable: what progress.type points to */
  gint64 told_us;
} HySync;

HySync *hy_sync_new   (const HySyncJob *job);
HySync *hy_sync_ref   (HySync *sync);
void    hy_sync_unref (gpointer sync);
void    hy_sync_tell  (HySync *sync, HySyncPhase phase, const char *type, guint done, guint total);

/* On a fiber.  FALSE only for what ends the whole run: offline, busy, 401, cancelled, the vault.  What concerns one type or one
 * resource is noted in the journal, and the rest goes on. */
gboolean hy_sync_pull        (HySync *sync, GError **error); /* hy-pull.c: resources, deletions, what they refer to */
gboolean hy_sync_fetch_files (HySync *sync, GError **error); /* hy-fetch.c */

/* HY_ERROR_REFUSED with this detail says that the sign-in is no longer accepted (401). */
#define HY_SYNC_SIGN_IN_ERROR "sign-in"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HySync, hy_sync_unref)

G_END_DECLS
