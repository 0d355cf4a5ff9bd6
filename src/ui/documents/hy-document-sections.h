/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "records/hy-document-list.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A HyDocumentList with its months as sections, which only GTK has a word for. */
#define HY_TYPE_DOCUMENT_SECTIONS (hy_document_sections_get_type ())
G_DECLARE_FINAL_TYPE (HyDocumentSections, hy_document_sections, HY, DOCUMENT_SECTIONS, GObject)

HyDocumentSections *hy_document_sections_new (HyDocumentList *list);

G_END_DECLS
