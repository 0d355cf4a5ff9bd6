/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "records/hy-document-list.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What a list is narrowed to beside words and shelf: a chip for each filter that is on, which takes it away, and the menu that
 * turns them on.  Its actions are "filter.NAME"; whoever holds the menu inserts them. */
#define HY_TYPE_DOCUMENT_FILTERS (hy_document_filters_get_type ())
G_DECLARE_FINAL_TYPE (HyDocumentFilters, hy_document_filters, HY, DOCUMENT_FILTERS, AdwBin)

void          hy_document_filters_set_list    (HyDocumentFilters *self, HyDocumentList *list, HyAccess *access);
GActionGroup *hy_document_filters_get_actions (HyDocumentFilters *self);
void          hy_document_filters_append      (HyDocumentFilters *self, GMenu *menu); /* their sections */
void          hy_document_filters_refresh     (HyDocumentFilters *self); /* authors and folders, as the menu opens */
void          hy_document_filters_clear       (HyDocumentFilters *self);

G_END_DECLS
