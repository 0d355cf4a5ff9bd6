/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-secret.h"
#include "vault/hy-vault-resources.h"

G_BEGIN_DECLS

/* What the vault keeps of servers: which there are, what they hold, how far each was read.  Schema step 3.
 * All futures fail with HY_ERROR_DENIED without the right on what they touch, HY_ERROR_LOCKED once the space is locked. */

/* -- servers -- */

typedef struct {
  gint64 origin;         /* the origin of all that comes from it; the vault's to set */
  char *base;            /* "https://fhir.example.org/r4": no slash, query or fragment at its end */
  char *name;            /* what people call it; may be empty */
  char *patient;         /* id of the Patient there */
  gboolean other_person; /* that Patient is not the person of the space, and the person said yes: all is marked so */
  gboolean is_local;     /* its address was loopback or private when it was added */
  gboolean has_token;
  gint64 checked_ms;     /* end of the last sync that went through, unix time; 0 = never */
} HyMirrorServer;

#define HY_TYPE_MIRROR_SERVER (hy_mirror_server_get_type ())
GType           hy_mirror_server_get_type (void);
HyMirrorServer *hy_mirror_server_copy     (const HyMirrorServer *server);
void            hy_mirror_server_free     (HyMirrorServer *server);

DexFuture *hy_vault_add_server       (HyAccess *access, const HyMirrorServer *server, HySecret *token); /* gint64: origin; HY_ERROR_EXISTS when there is one (one a space now); token nullable */
DexFuture *hy_vault_dup_servers      (HyAccess *access);                                 /* GPtrArray of HyMirrorServer */
DexFuture *hy_vault_set_server       (HyAccess *access, const HyMirrorServer *server);   /* boolean: name, patient, other_person, checked_ms */
DexFuture *hy_vault_set_server_token (HyAccess *access, gint64 origin, HySecret *token); /* boolean; NULL forgets it */
DexFuture *hy_vault_dup_server_token (HyAccess *access, gint64 origin);                  /* HySecret; HY_ERROR_MISSING without one */
DexFuture *hy_vault_remove_server    (HyAccess *access, gint64 origin);                  /* boolean: with its cursors and token; what came from it stays, its journal too */

/* -- pages of what a server holds -- */

/* The file that a document names and that is to be fetched. */
typedef enum {
  HY_FILE_WAITING = 0,
  HY_FILE_HERE = 1,
  HY_FILE_DIFFERS = 2,  /* here, and neither the size nor the hash that was said */
  HY_FILE_NOWHERE = 3,  /* the server has nothing at that address */
  HY_FILE_REFUSED = 4,  /* too large, not allowed, elsewhere than on the server: see reason */
} HyFileState;

typedef struct {
  gint64 rowid;
  gint64 origin;
  char *url;            /* as received */
  char *media_type;     /* nullable: as the document says */
  gint64 size;          /* as the document says; -1 = not said */
  char *sha1;           /* nullable: base64, as the document says */
  HyFileState state;
  char *reason;         /* nullable: code of the refusal (space/hy-sync-words.h) */
  gint64 n_here;        /* bytes of it that are here already, in parts */
  char *etag;           /* nullable: of those parts */
} HyMirrorFile;

#define HY_TYPE_MIRROR_FILE (hy_mirror_file_get_type ())
GType         hy_mirror_file_get_type (void);
HyMirrorFile *hy_mirror_file_copy     (const HyMirrorFile *file);
void          hy_mirror_file_free     (HyMirrorFile *file);

/* How near a resource is to the patient. */
typedef enum {
  HY_MIRROR_OWN = 0,        /* of the patient's compartment */
  HY_MIRROR_REFERRED = 1,   /* what those refer to: a practitioner, an organization... */
} HyMirrorLevel;

/* One resource as the server has it now. */
typedef struct {
  HyVaultItem *item;    /* nullable: NULL = it is no longer there (or, when referred, never was) */
  char *type;           /* FHIR type */
  char *fhir_id;
  char *version;        /* nullable: meta.versionId, opaque */
  HyMirrorLevel level;
  HyMirrorFile *file;   /* nullable: of a document whose bytes are elsewhere; url, media_type, size, sha1 */
} HyMirrorChange;

HyMirrorChange *hy_mirror_change_new  (const char *type, const char *fhir_id);
void            hy_mirror_change_free (HyMirrorChange *change);

typedef enum {
  HY_MIRROR_ADDED,
  HY_MIRROR_CHANGED,
  HY_MIRROR_SAME,     /* byte for byte what is here */
  HY_MIRROR_DELETED,
  HY_MIRROR_KNOWN,    /* new from there, and here already by another way (a file): one entry, of both origins */
  HY_MIRROR_KEPT,     /* the person's own edit waits to be sent: hers stays, the server's is set aside */
  HY_MIRROR_UNLINKED, /* no longer there; the entry came first by another way, and stays */
  HY_MIRROR_PASSED,   /* an older version than one seen in this walk, or nothing to delete */
} HyMirrorOutcome;

typedef struct {
  gint64 rowid;       /* 0 = none */
  HyMirrorOutcome outcome;
} HyMirrorResult;

typedef struct {
  char *name;
  char *value;        /* nullable: NULL forgets it */
} HyMirrorCursor;

/* A page, its cursors and its counts in the journal: one transaction.  Made by hy_mirror_page_new, filled by whoever reads. */
typedef struct {
  gint64 origin;
  gint64 run;         /* of the journal (hy-vault-journal.h) */
  gint64 walk;        /* number of a walk through a history, newest first: what was met once in it is not touched again
                         by what follows, even over a cut; 0 = each resource comes once */
  GPtrArray *changes; /* HyMirrorChange */
  GArray *cursors;    /* HyMirrorCursor */
} HyMirrorPage;

HyMirrorPage *hy_mirror_page_new        (gint64 origin, gint64 run, gint64 walk);
void          hy_mirror_page_set_cursor (HyMirrorPage *page, const char *name, const char *value);
void          hy_mirror_page_free       (HyMirrorPage *page);

DexFuture *hy_vault_mirror         (HyAccess *access, HyMirrorPage *page); /* GArray of HyMirrorResult, one a change; page is stolen; digests before it returns: call it on the pool */
DexFuture *hy_vault_dup_cursors    (HyAccess *access, gint64 origin);      /* GHashTable: char * to char * */
DexFuture *hy_vault_dup_mirrored   (HyAccess *access, gint64 origin, const char *type, HyMirrorLevel level); /* GPtrArray of char *: FHIR ids here that came from there; type NULL = "Type/id" of all */
DexFuture *hy_vault_dup_referred   (HyAccess *access, gint64 origin);      /* GPtrArray of char *: "Type/id" that OWN resources of the origin refer to and that is neither here nor was looked for before */
DexFuture *hy_vault_resolve_links  (HyAccess *access, gint64 origin);      /* boolean: what waited for its target, after a pull that changed something */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyMirrorServer, hy_mirror_server_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyMirrorFile, hy_mirror_file_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyMirrorChange, hy_mirror_change_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyMirrorPage, hy_mirror_page_free)

G_END_DECLS
