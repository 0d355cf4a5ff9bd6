/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fhir/hy-person.h"
#include "sync/hy-fhir-client.h"
#include "vault/hy-vault-journal.h"

G_BEGIN_DECLS

typedef enum {
  HY_SYNC_PHASE_ASKING,    /* what the server can do */
  HY_SYNC_PHASE_RECEIVING, /* resources */
  HY_SYNC_PHASE_DELETIONS,
  HY_SYNC_PHASE_FILES,     /* bytes of documents: done of total */
} HySyncPhase;

typedef struct {
  HySyncPhase phase;
  const char *type;   /* nullable: FHIR type being received, where one is asked for at a time */
  guint done;         /* resources, or files */
  guint total;        /* 0 = the server does not say */
  gint64 wait_until_ms; /* the server asked to wait; 0 = it works */
} HySyncProgress;

/* Main thread.  Told at most a few times a second, and at each change of phase. */
typedef void (*HySyncProgressFunc) (const HySyncProgress *progress, gpointer user_data);

/* Decodes a document for its words, on a pool thread, in the sandboxed process: the room "space" lends it.
 * Returns: (transfer full) (nullable): text with HY_WORDS_PAGE behind each page */
typedef char *(*HySyncTextFunc) (GBytes *document, GCancellable *cancellable, gpointer user_data);

typedef struct {
  HyAccess *access;
  HyFhirClient *client;
  const HyMirrorServer *server;  /* copied */
  HySyncTextFunc read_text;      /* nullable */
  gpointer read_text_data;       /* kept alive by the caller until the future resolves */
  HySyncProgressFunc on_progress; /* nullable */
  gpointer progress_data;
  GCancellable *cancellable;     /* nullable */
} HySyncJob;

typedef struct {
  char *id;
  HyPerson person;
} HySyncPatient;
void hy_sync_patient_free (HySyncPatient *patient);

/* Which Patients the sign-in can see, at most 50.  Errors: those of the client; HY_ERROR_REFUSED "sign-in" when it is not taken,
 * HY_ERROR_BUSY for a server that stumbles, HY_FHIR_ERROR_NOT_FHIR for what is none. */
DexFuture *hy_sync_find_patients (HyFhirClient *client, GCancellable *cancellable); /* GPtrArray of HySyncPatient */

/* Pulls once, from where the last one stopped: resources, deletions, what they refer to, then files.  The outbox is left alone.
 * Always ends its run in the journal, in whatever way it ends, and resolves to it; rejects only when the vault fails. */
DexFuture *hy_sync_run           (const HySyncJob *job);                             /* HyRun */

/* One file, asked for by the person: HY_ERROR_OFFLINE, HY_ERROR_REFUSED with what the server said, HY_ERROR_MISSING. */
DexFuture *hy_sync_fetch_file    (const HySyncJob *job, gint64 rowid);               /* gint64: the row that has it now */

G_END_DECLS
