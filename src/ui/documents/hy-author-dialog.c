/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who wrote what, when they are too many for a menu. */

#include "config.h"

#include "ui/documents/hy-author-dialog.h"

#include "base/hy-fold.h"
#include "records/hy-record-lookup.h"

#include <glib/gi18n.h>
#include <string.h>

struct _HyAuthorDialog
{
  AdwDialog parent_instance;

  GtkStringList *names;
  GHashTable *counts; /* name -> number of documents */
  GtkCustomFilter *filter;
  GtkFilterListModel *shown;
  char *words; /* folded, as typed */

  GtkSearchEntry *entry;
  GtkStack *stack;
  GtkListView *list_view;
};

enum
{
  SIGNAL_CHOSEN,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HyAuthorDialog, hy_author_dialog, ADW_TYPE_DIALOG)

static gboolean
matches (gpointer item,
         gpointer user_data)
{
  HyAuthorDialog *self = user_data;
  g_autofree char *name = NULL;

  if (self->words == NULL || *self->words == '\0')
    return TRUE;
  name = hy_fold_dup (gtk_string_object_get_string (item));
  return strstr (name, self->words) != NULL;
}

static void
on_search_changed (HyAuthorDialog *self)
{
  g_free (self->words);
  self->words = hy_fold_dup (gtk_editable_get_text (GTK_EDITABLE (self->entry)));
  g_strstrip (self->words);
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  gtk_stack_set_visible_child_name (self->stack, g_list_model_get_n_items (G_LIST_MODEL (self->shown)) > 0 ? "list" : "none");
}

static void
on_search_stopped (HyAuthorDialog *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

static void
on_activated (HyAuthorDialog *self,
              guint position)
{
  g_autoptr (GtkStringObject) name = g_list_model_get_item (G_LIST_MODEL (self->shown), position);

  if (name == NULL)
    return;
  g_signal_emit (self, signals[SIGNAL_CHOSEN], 0, gtk_string_object_get_string (name));
  adw_dialog_close (ADW_DIALOG (self));
}

static void
on_setup (HyAuthorDialog *self,
          GtkListItem *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0.0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_list_item_set_child (item, label);
}

static void
on_bind (HyAuthorDialog *self,
         GtkListItem *item)
{
  const char *name = gtk_string_object_get_string (gtk_list_item_get_item (item));
  g_autofree char *text =
      g_strdup_printf (C_ ("shelf and count", "%s (%'u)"), name, GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, name)));

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), text);
  gtk_list_item_set_accessible_label (item, text);
}

static void
hy_author_dialog_dispose (GObject *object)
{
  HyAuthorDialog *self = HY_AUTHOR_DIALOG (object);

  if (self->list_view != NULL)
    gtk_list_view_set_model (self->list_view, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), HY_TYPE_AUTHOR_DIALOG);
  g_clear_object (&self->shown);
  g_clear_object (&self->names);
  G_OBJECT_CLASS (hy_author_dialog_parent_class)->dispose (object);
}

static void
hy_author_dialog_finalize (GObject *object)
{
  HyAuthorDialog *self = HY_AUTHOR_DIALOG (object);

  g_hash_table_unref (self->counts);
  g_free (self->words);
  G_OBJECT_CLASS (hy_author_dialog_parent_class)->finalize (object);
}

static void
hy_author_dialog_class_init (HyAuthorDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hy_author_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = hy_author_dialog_finalize;

  signals[SIGNAL_CHOSEN] =
      g_signal_new ("chosen", HY_TYPE_AUTHOR_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hygie/Hygie/ui/hy-author-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HyAuthorDialog, entry);
  gtk_widget_class_bind_template_child (widget_class, HyAuthorDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, HyAuthorDialog, list_view);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_search_stopped);
  gtk_widget_class_bind_template_callback (widget_class, on_activated);
}

static void
hy_author_dialog_init (HyAuthorDialog *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkNoSelection) selection = NULL;

  self->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (factory, "setup", G_CALLBACK (on_setup), self);
  g_signal_connect_swapped (factory, "bind", G_CALLBACK (on_bind), self);
  gtk_list_view_set_factory (self->list_view, factory);
  g_object_unref (factory);
  self->names = gtk_string_list_new (NULL);
  self->filter = gtk_custom_filter_new (matches, self, NULL);
  self->shown = gtk_filter_list_model_new (G_LIST_MODEL (g_object_ref (self->names)), GTK_FILTER (self->filter));
  selection = gtk_no_selection_new (G_LIST_MODEL (g_object_ref (self->shown)));
  gtk_list_view_set_model (self->list_view, GTK_SELECTION_MODEL (selection));
}

/**
 * hy_author_dialog_new:
 * @authors: (element-type HyAuthor): shown in that order
 */
AdwDialog *
hy_author_dialog_new (GPtrArray *authors)
{
  HyAuthorDialog *self = g_object_new (HY_TYPE_AUTHOR_DIALOG, NULL);

  for (guint i = 0; i < authors->len; i++)
    {
      HyAuthor *author = g_ptr_array_index (authors, i);

      g_hash_table_insert (self->counts, g_strdup (author->name), GUINT_TO_POINTER (author->count));
      gtk_string_list_append (self->names, author->name);
    }
  return ADW_DIALOG (self);
}
