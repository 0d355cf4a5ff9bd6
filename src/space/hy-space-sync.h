/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-secret.h"
#include "space/hy-space.h"
#include "vault/hy-vault-files.h"
#include "vault/hy-vault-journal.h"

G_BEGIN_DECLS

/* The sync of one opened space: its server, what it does now, what it did.  Main thread.
 * Signal "changed": something that the getters say is new.  Signal "journal-changed": hy_space_sync_dup_journal() says more.
 * Nothing here touches the network, nor asks about it, before a server is set. */
#define HY_TYPE_SPACE_SYNC (hy_space_sync_get_type ())
G_DECLARE_FINAL_TYPE (HySpaceSync, hy_space_sync, HY, SPACE_SYNC, GObject)

HySpaceSync *hy_space_get_sync (HySpace *self);

typedef enum {
  HY_SPACE_SYNC_ALONE,   /* no server: on this computer only */
  HY_SPACE_SYNC_NEVER,   /* a server, and no sync that went through yet */
  HY_SPACE_SYNC_DONE,    /* up to date as of checked_ms */
  HY_SPACE_SYNC_RUNNING,
  HY_SPACE_SYNC_STOPPED, /* by the person, or cut: goes on from there */
  HY_SPACE_SYNC_OFFLINE, /* no network, or no answer */
  HY_SPACE_SYNC_BUSY,    /* the server wants to be asked again at until_ms */
  HY_SPACE_SYNC_SIGN_IN, /* the server no longer takes the token, or there is none to give */
  HY_SPACE_SYNC_FAILED,  /* see the journal's last run */
} HySpaceSyncState;

typedef struct {
  HySpaceSyncState state;
  const char *server;    /* nullable: its name, or its host where it has none */
  const char *base;      /* nullable */
  const char *patient;   /* nullable: id of the Patient there */
  gint64 checked_ms;     /* 0 = never */
  gint64 ended_ms;       /* of the last run, in whatever way it ended; 0 = none */
  gint64 until_ms;       /* BUSY; RUNNING while the server asks to wait; else 0 */
  guint outbox;          /* entries that wait to be sent */
  gboolean files;        /* RUNNING: receives files of documents, done of total */
  const char *type;      /* RUNNING, nullable: FHIR type that is being received */
  guint done;
  guint total;           /* 0 = not known */
  gboolean other_person; /* the server's Patient is marked as somebody else */
  gboolean has_token;
} HySpaceSyncStatus;

/* Valid until the next "changed". */
const HySpaceSyncStatus *hy_space_sync_get_status (HySpaceSync *self);
DexFuture *hy_space_sync_load (HySpaceSync *self); /* boolean: reads what the vault says; the status is ALONE before */

/* -- a server -- */

char *hy_space_sync_dup_base (const char *typed); /* nullable: as a server is kept, for comparing */

typedef struct {
  char *id;
  char *name;            /* to show; may be empty */
  HyDate birth_date;
  HyPersonMatch match;   /* with the person of the space */
} HySpaceSyncPatient;

/* What answered at an address. */
typedef struct {
  char *base;            /* as it will be kept */
  gboolean is_local;
  GPtrArray *patients;   /* HySpaceSyncPatient */
} HySpaceSyncOffer;

#define HY_TYPE_SPACE_SYNC_OFFER (hy_space_sync_offer_get_type ())
GType             hy_space_sync_offer_get_type (void);
HySpaceSyncOffer *hy_space_sync_offer_copy     (const HySpaceSyncOffer *offer);
void              hy_space_sync_offer_free     (HySpaceSyncOffer *offer);

/* @typed: what a person typed or pasted.  Errors are sentences to show: HY_ERROR_REFUSED (address, certificate, not a health
 * server, no token where one is needed, token not taken, nobody there), HY_ERROR_OFFLINE. */
DexFuture *hy_space_sync_ask        (HySpaceSync *self, const char *typed, HySecret *token, GCancellable *cancellable);         /* HySpaceSyncOffer */
DexFuture *hy_space_sync_connect    (HySpaceSync *self, const HySpaceSyncOffer *offer, const char *name, const char *patient,
                                     gboolean other_person, HySecret *token, gboolean keep_token);                              /* boolean; keep_token FALSE: until the space is locked */
DexFuture *hy_space_sync_set_token  (HySpaceSync *self, HySecret *token, gboolean keep_token);                                  /* boolean */
void       hy_space_sync_lend_token (HySpaceSync *self, HySecret *token);                                                       /* for this opening; what is kept stays */
DexFuture *hy_space_sync_set_name   (HySpaceSync *self, const char *name);                                                      /* boolean */
DexFuture *hy_space_sync_disconnect (HySpaceSync *self);                                                                        /* boolean: what came stays */

/* -- syncing -- */

DexFuture *hy_space_sync_run        (HySpaceSync *self); /* HyRun; joins one that is under way; ends at once, journalled, without network */
void       hy_space_sync_stop       (HySpaceSync *self);
DexFuture *hy_space_sync_end        (HySpaceSync *self); /* boolean: stops and waits until the vault is no longer used; before locking */
void       hy_space_sync_follow     (HySpaceSync *self); /* from now on: a run soon, and each time the network returns (the window; the command line does not) */

DexFuture *hy_space_sync_dup_journal    (HySpaceSync *self, guint max_runs);                              /* GPtrArray of HyRun, newest first */
DexFuture *hy_space_sync_dup_titles     (HySpaceSync *self, gint64 run, const char *type, guint max);     /* GPtrArray of char * */
DexFuture *hy_space_sync_export_journal (HySpaceSync *self, GFile *file);                                 /* boolean: text without health content */

/* -- the file of a document -- */

DexFuture *hy_space_sync_dup_file   (HySpaceSync *self, gint64 rowid); /* HyMirrorFile; HY_ERROR_MISSING when no server has one for it */
DexFuture *hy_space_sync_fetch_file (HySpaceSync *self, gint64 rowid, GCancellable *cancellable); /* gint64: the row that has it now; errors are sentences to show */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HySpaceSyncOffer, hy_space_sync_offer_free)

G_END_DECLS
