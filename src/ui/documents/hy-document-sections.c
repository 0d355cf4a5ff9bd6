/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Forwards a HyDocumentList and answers where its months begin and end. */

#include "ui/documents/hy-document-sections.h"

struct _HyDocumentSections
{
  GObject parent_instance;

  HyDocumentList *list;
};

static void list_model_init (GListModelInterface *iface);
static void section_model_init (GtkSectionModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HyDocumentSections, hy_document_sections, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init)
                                   G_IMPLEMENT_INTERFACE (GTK_TYPE_SECTION_MODEL, section_model_init))

static GType
get_item_type (GListModel *model)
{
  return HY_TYPE_DOCUMENT_ROW;
}

static guint
get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (HY_DOCUMENT_SECTIONS (model)->list));
}

static gpointer
get_item (GListModel *model,
          guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (HY_DOCUMENT_SECTIONS (model)->list), position);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
get_section (GtkSectionModel *model,
             guint position,
             guint *start,
             guint *end)
{
  hy_document_list_get_section (HY_DOCUMENT_SECTIONS (model)->list, position, start, end);
}

static void
section_model_init (GtkSectionModelInterface *iface)
{
  iface->get_section = get_section;
}

static void
hy_document_sections_finalize (GObject *object)
{
  g_clear_object (&HY_DOCUMENT_SECTIONS (object)->list);
  G_OBJECT_CLASS (hy_document_sections_parent_class)->finalize (object);
}

static void
hy_document_sections_class_init (HyDocumentSectionsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hy_document_sections_finalize;
}

static void
hy_document_sections_init (HyDocumentSections *self)
{
}

HyDocumentSections *
hy_document_sections_new (HyDocumentList *list)
{
  HyDocumentSections *self;

  g_return_val_if_fail (HY_IS_DOCUMENT_LIST (list), NULL);

  self = g_object_new (HY_TYPE_DOCUMENT_SECTIONS, NULL);
  self->list = g_object_ref (list);
  g_signal_connect_object (list, "items-changed", G_CALLBACK (g_list_model_items_changed), self, G_CONNECT_SWAPPED);
  return self;
}
