/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "records/hy-document-filter.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* One document as a list shows it.  Items of a HyDocumentList are made when asked for and filled in a moment later:
 * "loaded" tells when.  All getters give "" or 0 before that. */
#define HY_TYPE_DOCUMENT_ROW (hy_document_row_get_type ())
G_DECLARE_FINAL_TYPE (HyDocumentRow, hy_document_row, HY, DOCUMENT_ROW, GObject)

gint64            hy_document_row_get_rowid  (HyDocumentRow *self);
gboolean          hy_document_row_get_loaded (HyDocumentRow *self); /* property "loaded", notified */
const HyVaultRow *hy_document_row_get_row    (HyDocumentRow *self); /* NULL until loaded */

typedef struct {
  gint year;
  guint count;
} HyDocumentYear;

/* GListModel of HyDocumentRow.  Keeps 16 bytes a document; rows come from the vault as they are looked at.
 * Reloads by itself when the access says "changed", keeping the order stable. */
#define HY_TYPE_DOCUMENT_LIST (hy_document_list_get_type ())
G_DECLARE_FINAL_TYPE (HyDocumentList, hy_document_list, HY, DOCUMENT_LIST, GObject)

HyDocumentList *hy_document_list_new          (HyAccess *access);
DexFuture      *hy_document_list_load         (HyDocumentList *self);                      /* boolean: the list is there */
void            hy_document_list_set_query    (HyDocumentList *self, const char *query);   /* words searched; NULL = none */
void            hy_document_list_set_shelf    (HyDocumentList *self, gint shelf);          /* -1 = all */
void            hy_document_list_set_filter   (HyDocumentList *self, const HyDocumentFilter *filter);
void            hy_document_list_set_sort     (HyDocumentList *self, HyVaultSort sort);
const char     *hy_document_list_get_query    (HyDocumentList *self);
gint            hy_document_list_get_shelf    (HyDocumentList *self);
const HyDocumentFilter *hy_document_list_get_filter (HyDocumentList *self);
HyVaultSort     hy_document_list_get_sort     (HyDocumentList *self);
guint           hy_document_list_get_total    (HyDocumentList *self);                      /* without query or shelf; property "total" */
guint           hy_document_list_get_unread   (HyDocumentList *self);                      /* property "unread" */
guint           hy_document_list_count_shelf  (HyDocumentList *self, gint shelf);          /* in the whole list; "counts-changed" signal */
guint           hy_document_list_count_flags  (HyDocumentList *self, guint flags);         /* with all of them, in the whole list */
GArray         *hy_document_list_dup_flagged  (HyDocumentList *self, guint flags);         /* gint64: their rowids */
GArray         *hy_document_list_dup_years    (HyDocumentList *self);                      /* HyDocumentYear, the latest first; undated ones left out */
/* The person's pinned documents come first when sorted by date, with no words searched: a section of its own. */
guint           hy_document_list_get_n_pinned (HyDocumentList *self);
const HyVaultKey *hy_document_list_get_key    (HyDocumentList *self, guint position);      /* of what is shown */
GArray         *hy_document_list_get_keys     (HyDocumentList *self);                      /* HyVaultKey: of the whole list; not to be changed */
gboolean        hy_document_list_get_loading  (HyDocumentList *self);                      /* property "loading": a new query is being run */
gboolean        hy_document_list_find         (HyDocumentList *self, gint64 rowid, guint *position); /* FALSE when it is not shown */
/* The run of documents of the same month around @position (the whole list when not sorted by date). */
void            hy_document_list_get_section  (HyDocumentList *self, guint position, guint *start, guint *end);
/* Year and month of a position, from its key alone; FALSE when undated or not sorted by date. */
gboolean        hy_document_list_get_month    (HyDocumentList *self, guint position, gint *year, gint *month);

G_END_DECLS
