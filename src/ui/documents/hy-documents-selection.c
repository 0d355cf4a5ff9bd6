/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chosen documents, one bit each.  Reads keys only: no row is loaded for being chosen. */

#include "ui/documents/hy-documents-selection.h"

#include "fhir/hy-resource-row.h"
#include "records/hy-document-settings.h"
#include "ui/documents/hy-document-sections.h"

struct _HyDocumentsSelection
{
  GObject parent_instance;

  HyDocumentList *list;
  HyAccess *access;
  HyDocumentSections *sections;
  GtkBitset *chosen; /* rowids; the vault counts them up from 1, far below 32 bits */
  gboolean active;
};

enum
{
  PROP_0,
  PROP_ACTIVE,
  PROP_COUNT,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

static void list_model_init (GListModelInterface *iface);
static void section_model_init (GtkSectionModelInterface *iface);
static void selection_model_init (GtkSelectionModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HyDocumentsSelection, hy_documents_selection, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init)
                                   G_IMPLEMENT_INTERFACE (GTK_TYPE_SECTION_MODEL, section_model_init)
                                       G_IMPLEMENT_INTERFACE (GTK_TYPE_SELECTION_MODEL, selection_model_init))

/* -- the list -- */

static GType
get_item_type (GListModel *model)
{
  return HY_TYPE_DOCUMENT_ROW;
}

static guint
get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (HY_DOCUMENTS_SELECTION (model)->list));
}

static gpointer
get_item (GListModel *model,
          guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (HY_DOCUMENTS_SELECTION (model)->list), position);
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
  gtk_section_model_get_section (GTK_SECTION_MODEL (HY_DOCUMENTS_SELECTION (model)->sections), position, start, end);
}

static void
section_model_init (GtkSectionModelInterface *iface)
{
  iface->get_section = get_section;
}

/* -- choosing -- */

static guint
bit_at (HyDocumentsSelection *self,
        guint position)
{
  return (guint) hy_document_list_get_key (self->list, position)->rowid;
}

static void
tell (HyDocumentsSelection *self,
      guint position,
      guint n_items)
{
  if (n_items > 0)
    gtk_selection_model_selection_changed (GTK_SELECTION_MODEL (self), position, n_items);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_COUNT]);
}

static void
tell_all (HyDocumentsSelection *self)
{
  tell (self, 0, get_n_items (G_LIST_MODEL (self)));
}

static void
activate (HyDocumentsSelection *self)
{
  if (self->active)
    return;
  self->active = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ACTIVE]);
}

static gboolean
is_selected (GtkSelectionModel *model,
             guint position)
{
  HyDocumentsSelection *self = HY_DOCUMENTS_SELECTION (model);

  return position < get_n_items (G_LIST_MODEL (model)) && gtk_bitset_contains (self->chosen, bit_at (self, position));
}

static GtkBitset *
get_selection_in_range (GtkSelectionModel *model,
                        guint position,
                        guint n_items)
{
  GtkBitset *positions = gtk_bitset_new_empty ();

  for (guint i = position; i < position + n_items; i++)
    if (is_selected (model, i))
      gtk_bitset_add (positions, i);
  return positions;
}

static gboolean
set_range (HyDocumentsSelection *self,
           guint position,
           guint n_items,
           gboolean chosen)
{
  guint total = get_n_items (G_LIST_MODEL (self));

  if (position >= total)
    return TRUE;
  n_items = MIN (n_items, total - position);
  for (guint i = position; i < position + n_items; i++)
    if (chosen)
      gtk_bitset_add (self->chosen, bit_at (self, i));
    else
      gtk_bitset_remove (self->chosen, bit_at (self, i));
  if (chosen)
    activate (self);
  return TRUE;
}

/* Alone: the way of a plain click and of the arrows, which choose nothing here.  Answered as done all the same, so that a later
 * Shift begins from there. */
static gboolean
select_item (GtkSelectionModel *model,
             guint position,
             gboolean unselect_rest)
{
  HyDocumentsSelection *self = HY_DOCUMENTS_SELECTION (model);

  if (unselect_rest)
    return TRUE;
  set_range (self, position, 1, TRUE);
  tell (self, position, 1);
  return TRUE;
}

static gboolean
unselect_item (GtkSelectionModel *model,
               guint position)
{
  HyDocumentsSelection *self = HY_DOCUMENTS_SELECTION (model);

  set_range (self, position, 1, FALSE);
  tell (self, position, 1);
  return TRUE;
}

static gboolean
select_range (GtkSelectionModel *model,
              guint position,
              guint n_items,
              gboolean unselect_rest)
{
  HyDocumentsSelection *self = HY_DOCUMENTS_SELECTION (model);

  if (unselect_rest)
    gtk_bitset_remove_all (self->chosen);
  set_range (self, position, n_items, TRUE);
  tell_all (self);
  return TRUE;
}

static gboolean
unselect_range (GtkSelectionModel *model,
                guint position,
                guint n_items)
{
  set_range (HY_DOCUMENTS_SELECTION (model), position, n_items, FALSE);
  tell_all (HY_DOCUMENTS_SELECTION (model));
  return TRUE;
}

static gboolean
select_all (GtkSelectionModel *model)
{
  return select_range (model, 0, G_MAXUINT, FALSE);
}

static gboolean
unselect_all (GtkSelectionModel *model)
{
  gtk_bitset_remove_all (HY_DOCUMENTS_SELECTION (model)->chosen);
  tell_all (HY_DOCUMENTS_SELECTION (model));
  return TRUE;
}

static void
selection_model_init (GtkSelectionModelInterface *iface)
{
  iface->is_selected = is_selected;
  iface->get_selection_in_range = get_selection_in_range;
  iface->select_item = select_item;
  iface->unselect_item = unselect_item;
  iface->select_range = select_range;
  iface->unselect_range = unselect_range;
  iface->select_all = select_all;
  iface->unselect_all = unselect_all;
}

/* The whole list was read again: what has gone from it is no longer chosen, and what is chosen may have other flags. */
static void
on_counts_changed (HyDocumentsSelection *self)
{
  GArray *keys = hy_document_list_get_keys (self->list);
  g_autoptr (GtkBitset) here = NULL;

  if (gtk_bitset_is_empty (self->chosen))
    return;
  here = gtk_bitset_new_empty ();
  for (guint i = 0; i < keys->len; i++)
    gtk_bitset_add (here, (guint) g_array_index (keys, HyVaultKey, i).rowid);
  gtk_bitset_intersect (self->chosen, here);
  tell (self, 0, 0);
}

/* -- the object -- */

static void
hy_documents_selection_get_property (GObject *object,
                                     guint prop_id,
                                     GValue *value,
                                     GParamSpec *pspec)
{
  HyDocumentsSelection *self = HY_DOCUMENTS_SELECTION (object);

  if (prop_id == PROP_ACTIVE)
    g_value_set_boolean (value, self->active);
  else if (prop_id == PROP_COUNT)
    g_value_set_uint (value, hy_documents_selection_get_count (self));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
hy_documents_selection_finalize (GObject *object)
{
  HyDocumentsSelection *self = HY_DOCUMENTS_SELECTION (object);

  g_clear_object (&self->sections);
  g_clear_object (&self->list);
  g_clear_object (&self->access);
  gtk_bitset_unref (self->chosen);
  G_OBJECT_CLASS (hy_documents_selection_parent_class)->finalize (object);
}

static void
hy_documents_selection_class_init (HyDocumentsSelectionClass *klass)
{
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  G_OBJECT_CLASS (klass)->get_property = hy_documents_selection_get_property;
  G_OBJECT_CLASS (klass)->finalize = hy_documents_selection_finalize;

  props[PROP_ACTIVE] = g_param_spec_boolean ("active", NULL, NULL, FALSE, flags);
  props[PROP_COUNT] = g_param_spec_uint ("count", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, props);
}

static void
hy_documents_selection_init (HyDocumentsSelection *self)
{
  self->chosen = gtk_bitset_new_empty ();
}

HyDocumentsSelection *
hy_documents_selection_new (HyDocumentList *list,
                            HyAccess *access)
{
  HyDocumentsSelection *self;

  g_return_val_if_fail (HY_IS_DOCUMENT_LIST (list), NULL);

  self = g_object_new (HY_TYPE_DOCUMENTS_SELECTION, NULL);
  self->list = g_object_ref (list);
  self->access = g_object_ref (access);
  self->sections = hy_document_sections_new (list);
  g_signal_connect_object (list, "items-changed", G_CALLBACK (g_list_model_items_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (list, "counts-changed", G_CALLBACK (on_counts_changed), self, G_CONNECT_SWAPPED);
  return self;
}

gboolean
hy_documents_selection_get_active (HyDocumentsSelection *self)
{
  g_return_val_if_fail (HY_IS_DOCUMENTS_SELECTION (self), FALSE);

  return self->active;
}

void
hy_documents_selection_set_active (HyDocumentsSelection *self,
                                   gboolean active)
{
  g_return_if_fail (HY_IS_DOCUMENTS_SELECTION (self));

  if (active)
    {
      activate (self);
      return;
    }
  if (!self->active)
    return;
  self->active = FALSE;
  gtk_bitset_remove_all (self->chosen);
  tell_all (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ACTIVE]);
}

guint
hy_documents_selection_get_count (HyDocumentsSelection *self)
{
  g_return_val_if_fail (HY_IS_DOCUMENTS_SELECTION (self), 0);

  return (guint) gtk_bitset_get_size (self->chosen);
}

HySelectionFacts
hy_documents_selection_get_facts (HyDocumentsSelection *self)
{
  HySelectionFacts facts = { 0 };
  GArray *keys;

  g_return_val_if_fail (HY_IS_DOCUMENTS_SELECTION (self), facts);

  keys = hy_document_list_get_keys (self->list);
  for (guint i = 0; i < keys->len; i++)
    {
      const HyVaultKey *key = &g_array_index (keys, HyVaultKey, i);

      if (!gtk_bitset_contains (self->chosen, (guint) key->rowid))
        continue;
      facts.count++;
      facts.n_hidden += (key->flags & HY_ROW_HIDDEN_PRO) != 0;
      facts.n_not_movable += !hy_document_may_move (self->access, key->flags);
      facts.n_without_file += (key->flags & HY_ROW_NO_BYTES) != 0;
    }
  return facts;
}

GArray *
hy_documents_selection_dup_rowids (HyDocumentsSelection *self)
{
  GArray *rowids = g_array_new (FALSE, FALSE, sizeof (gint64));
  GArray *keys;

  g_return_val_if_fail (HY_IS_DOCUMENTS_SELECTION (self), rowids);

  keys = hy_document_list_get_keys (self->list);
  for (guint i = 0; i < keys->len; i++)
    {
      gint64 rowid = g_array_index (keys, HyVaultKey, i).rowid;

      if (gtk_bitset_contains (self->chosen, (guint) rowid))
        g_array_append_val (rowids, rowid);
    }
  return rowids;
}
