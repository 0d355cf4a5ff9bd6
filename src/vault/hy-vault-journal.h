/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vault/hy-vault-mirror.h"

G_BEGIN_DECLS

/* The account of each sync.  Counts are written in the transaction of what they count, so a cut leaves a true account.
 * Codes, not sentences: the language may change (space/hy-sync-words.h makes the sentences). */

/* How a run ended; stored: append, never renumber. */
typedef enum {
  HY_RUN_CUT = 0,       /* it has not ended: it is under way, or the program was ended in the middle */
  HY_RUN_DONE = 1,
  HY_RUN_STOPPED = 2,   /* by the person, or by locking */
  HY_RUN_OFFLINE = 3,   /* no network, or the server did not answer */
  HY_RUN_BUSY = 4,      /* the server asks to come back later: until_ms */
  HY_RUN_SIGN_IN = 5,   /* 401 */
  HY_RUN_FAILED = 6,    /* see reason */
} HyRunState;

typedef struct {
  char *id;             /* nullable: FHIR id; NULL = the whole type */
  char *code;           /* "not-allowed", ...: space/hy-sync-words.h */
  char *detail;         /* nullable: the server's technical answer, at most 2 000 bytes; may hold words about health */
} HyRunRefusal;

typedef struct {
  char *type;           /* FHIR type */
  guint klass;          /* of what came last of the type */
  guint added;
  guint changed;
  guint deleted;
  guint known;
  guint kept;
  guint sent;           /* 0 until there is sending */
  guint files;          /* files of documents that came */
  guint files_wrong;    /* of those, not as said */
  guint files_nowhere;
  guint n_refused;      /* may be more than refusals holds */
  GPtrArray *refusals;  /* HyRunRefusal, the first HY_RUN_MAX_REFUSALS */
} HyRunLine;

#define HY_RUN_MAX_REFUSALS 50 /* a type */
#define HY_JOURNAL_MAX_RUNS 200

typedef struct {
  gint64 run;
  gint64 origin;
  char *server;         /* base, as it was */
  gint64 began_ms;
  gint64 ended_ms;      /* 0 = not ended */
  gint64 until_ms;      /* HY_RUN_BUSY */
  HyRunState state;
  char *reason;         /* nullable: code */
  char *detail;         /* nullable: technical */
  GPtrArray *lines;     /* HyRunLine, in the order of their first count */
} HyRun;

#define HY_TYPE_RUN (hy_run_get_type ())
GType  hy_run_get_type (void);
HyRun *hy_run_copy     (const HyRun *run);
void   hy_run_free     (HyRun *run);

DexFuture *hy_vault_begin_run      (HyAccess *access, gint64 origin);                              /* gint64: run */
DexFuture *hy_vault_note_refusal   (HyAccess *access, gint64 run, const char *type, guint klass, const char *id, const char *code, const char *detail); /* boolean; run 0: nothing */
DexFuture *hy_vault_end_run        (HyAccess *access, gint64 run, HyRunState state, gint64 until_ms, const char *reason, const char *detail); /* boolean; DONE also sets the server's checked_ms */
DexFuture *hy_vault_dup_runs       (HyAccess *access, guint max_runs);                             /* GPtrArray of HyRun, newest first */
DexFuture *hy_vault_dup_run        (HyAccess *access, gint64 run);                                 /* HyRun */
DexFuture *hy_vault_dup_run_titles (HyAccess *access, gint64 run, const char *type, guint max_titles); /* GPtrArray of char *: titles of what was added in it and is still here */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyRun, hy_run_free)

G_END_DECLS
