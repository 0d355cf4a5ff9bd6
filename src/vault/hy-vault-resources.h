/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vault/hy-access.h"

G_BEGIN_DECLS

/* The vault knows no FHIR: class, shelf and flags are numbers that others assign (fhir/hy-resource-class.h,
 * fhir/hy-resource-row.h), the texts are for lists and search. */

/* Flags of this computer alone, which an edit of the bytes keeps: unread (2), about somebody else (256), pinned (2048), going
 * (65536). */
#define HY_VAULT_KEPT_FLAGS 67842
/* Removed, and may still be brought back (hy_vault_mark_going): nothing shows it.  Beyond the 16 bits of a HyVaultKey, for no
 * list ever has it. */
#define HY_VAULT_GOING_FLAG 65536
/* Set where another resource replaces this one, beside what the bytes say. */
#define HY_VAULT_REPLACED_FLAG 1024
/* Set while the file of a document is not here. */
#define HY_VAULT_NO_BYTES_FLAG 64
/* Those of whoever reads: unread, pinned. */
#define HY_VAULT_READER_FLAGS 2050u

/* What a list shows of a resource. */
typedef struct {
  gint64 rowid;
  guint klass;
  guint flags;
  gint day;         /* sort key of the date, 0 without */
  gint shelf;       /* -1 = none */
  gint version;     /* 1 when new, +1 at each edit */
  gint64 size;      /* bytes of the attachment, or of the JSON when there is none */
  gboolean has_blob;
  char *type;
  char *fhir_id;    /* nullable */
  char *title;
  char *type_code;  /* nullable */
  char *author;     /* nullable */
  char *date;       /* nullable, as received */
  char *media_type; /* nullable, of the attachment */
} HyVaultRow;

#define HY_TYPE_VAULT_ROW (hy_vault_row_get_type ())
GType       hy_vault_row_get_type (void);
HyVaultRow *hy_vault_row_copy     (const HyVaultRow *row);
void        hy_vault_row_free     (HyVaultRow *row);

/* A resource on its way in; owned by whoever holds it. */
typedef struct {
  HyVaultRow row;       /* rowid, version, size and has_blob are the vault's to set */
  GBytes *json;
  GBytes *attachment;   /* nullable: bytes that become a blob */
  char *identity;       /* nullable: what makes it the same document elsewhere */
  char *words;          /* nullable: further text for search; may end with the text of the attachment, see HY_WORDS_TEXT */
  GPtrArray *names;     /* nullable: char *, how others of its origin refer to it */
  GPtrArray *links;     /* nullable: char *, what it refers to */
  GPtrArray *replaces;  /* nullable: char *, the identities of what it replaces */
  gint64 added_ms;      /* unix time; 0 = now */
} HyVaultItem;

void hy_vault_item_free (HyVaultItem *item);

/* Among the words of a resource, begins the text of its attachment, which an edit keeps; a form feed ends each of its
 * pages.  In front of it there is neither. */
#define HY_WORDS_TEXT '\v'
#define HY_WORDS_PAGE '\f'

typedef enum {
  HY_PUT_ADDED,
  HY_PUT_SAME_IDENTITY, /* added beside one with the same identity and other bytes */
  HY_PUT_DUPLICATE,     /* not added: rowid is the one already there, with the same identity or, for a document, one of the two without */
} HyPutOutcome;

typedef struct {
  gint64 rowid;
  HyPutOutcome outcome;
} HyPutResult;

/* One of several edits. */
typedef struct {
  gint64 rowid;
  gint version;         /* that was edited */
  HyVaultItem *item;
} HyVaultEdit;

GArray *hy_vault_edits_new (void); /* of HyVaultEdit, which it owns */

/* A place in a list: what a list of 100 000 keeps of each. */
typedef struct {
  gint64 rowid;
  gint32 day;
  guint16 flags;
  gint8 shelf;
} HyVaultKey;

typedef enum {
  HY_SORT_NEWEST,
  HY_SORT_OLDEST,
  HY_SORT_TITLE,
  HY_SORT_AUTHOR,
} HyVaultSort;

/* All return futures; the value they resolve to stands behind them.  All fail with HY_ERROR_DENIED without the
 * right, HY_ERROR_LOCKED once the space is locked. */
DexFuture *hy_vault_begin_origin  (HyAccess *access, const char *label);             /* gint64: a new origin (a file) */
DexFuture *hy_vault_put           (HyAccess *access, gint64 origin, GPtrArray *items); /* GArray of HyPutResult; one transaction; items are HyVaultItem, stolen */
DexFuture *hy_vault_end_origins   (HyAccess *access, gint64 first, gint64 last);     /* boolean: links across files of one batch */
DexFuture *hy_vault_edit          (HyAccess *access, gint64 rowid, gint version, HyVaultItem *item); /* gint: new version; bytes and outbox entry in one transaction; item is stolen */
DexFuture *hy_vault_edit_several  (HyAccess *access, GArray *edits);                 /* boolean: as hy_vault_edit, one transaction; HyVaultEdit, stolen */
DexFuture *hy_vault_set_flags     (HyAccess *access, GArray *rowids, guint set, guint clear); /* boolean: flags of this computer only (unread) */
DexFuture *hy_vault_remove        (HyAccess *access, GArray *rowids);                /* boolean */
DexFuture *hy_vault_mark_going    (HyAccess *access, GArray *rowids);                /* guint: how many; removed, but for the way back */
DexFuture *hy_vault_unmark_going  (HyAccess *access, GArray *rowids);                /* guint: how many are back, as they were */
DexFuture *hy_vault_remove_going  (HyAccess *access, GArray *rowids);                /* guint: how many of them were still going, and are gone */
DexFuture *hy_vault_dup_resource  (HyAccess *access, gint64 rowid);                  /* GBytes */
DexFuture *hy_vault_dup_history   (HyAccess *access, gint64 rowid, gint version);    /* GBytes */
DexFuture *hy_vault_dup_row       (HyAccess *access, gint64 rowid);                  /* HyVaultRow */
DexFuture *hy_vault_dup_rows      (HyAccess *access, GArray *rowids);                /* GPtrArray of HyVaultRow, those that are there, in that order */
DexFuture *hy_vault_list          (HyAccess *access, guint klass, HyVaultSort sort, guint first_rows); /* HyVaultListing; klass G_MAXUINT = all */
DexFuture *hy_vault_list_flagged  (HyAccess *access, guint klass, guint flag, guint max); /* HyVaultListing: the newest with that flag, keys and rows */
DexFuture *hy_vault_has_any       (HyAccess *access, guint klass);                   /* boolean: whether the class has an entry */
DexFuture *hy_vault_resolve       (HyAccess *access, gint64 from, const char *reference); /* gint64: rowid it means, 0 = not here */
DexFuture *hy_vault_dup_links_to  (HyAccess *access, gint64 rowid);                  /* GArray of gint64 */
DexFuture *hy_vault_dup_blob      (HyAccess *access, gint64 rowid);                  /* GBytes: the attachment, hash checked */
DexFuture *hy_vault_verify        (HyAccess *access);                                /* GPtrArray of char *: what is damaged, empty = intact */
DexFuture *hy_vault_outbox_count  (HyAccess *access);                                /* guint */

/* The keys of a whole list, and the rows of its beginning, read in one go. */
#define HY_TYPE_VAULT_LISTING (hy_vault_listing_get_type ())
typedef struct {
  gatomicrefcount refs;
  GArray *keys;    /* HyVaultKey */
  GPtrArray *rows; /* HyVaultRow: the first of them */
} HyVaultListing;
GType           hy_vault_listing_get_type (void);
HyVaultListing *hy_vault_listing_ref      (HyVaultListing *self);
void            hy_vault_listing_unref    (HyVaultListing *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyVaultRow, hy_vault_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyVaultListing, hy_vault_listing_unref)

G_END_DECLS
