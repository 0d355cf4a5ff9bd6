/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bar below the list while documents are being chosen. */

#include "config.h"

#include "ui/documents/hy-selection-bar.h"

#include "records/hy-document-settings.h"

#include <adwaita.h>
#include <glib/gi18n.h>

enum
{
  HIDE,
  MOVE,
  SAVE,
  REMOVE,
  N_BUTTONS
};

struct _HySelectionBar
{
  GtkWidget parent_instance;

  HyDocumentsSelection *selection;
  HyAccess *access;
  GtkWidget *bar;
  GtkWidget *buttons[N_BUTTONS];
  gboolean compact;
  gboolean hides; /* the first button hides, rather than shows */
};

G_DEFINE_FINAL_TYPE (HySelectionBar, hy_selection_bar, GTK_TYPE_WIDGET)

/* @reason: (nullable): why it can not be done */
static void
show_button (HySelectionBar *self,
             guint index,
             const char *icon_name,
             const char *label,
             const char *reason,
             gboolean possible)
{
  GtkWidget *button = self->buttons[index];
  AdwButtonContent *content = ADW_BUTTON_CONTENT (gtk_button_get_child (GTK_BUTTON (button)));

  adw_button_content_set_icon_name (content, icon_name);
  adw_button_content_set_label (content, self->compact ? "" : label);
  gtk_widget_set_sensitive (button, possible && reason == NULL);
  gtk_widget_set_tooltip_text (button, reason != NULL ? reason : self->compact ? label
                                                                               : NULL);
  /* The content lends the button its label, which may be empty. */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, reason != NULL ? reason : "", -1);
}

static void
show_facts (HySelectionBar *self)
{
  HySelectionFacts facts;
  const char *no_right = NULL;
  gboolean all_hidden, any;

  if (self->selection == NULL || !hy_documents_selection_get_active (self->selection))
    return;
  facts = hy_documents_selection_get_facts (self->selection);
  any = facts.count > 0;
  all_hidden = any && facts.n_hidden == facts.count;
  if (!hy_document_may_hide (self->access))
    no_right = _ ("You may not change documents in this space");

  self->hides = !all_hidden;
  show_button (self, HIDE, all_hidden ? "view-reveal-symbolic" : "view-conceal-symbolic",
               all_hidden ? _ ("Show to professionals") : _ ("Hide from professionals"), no_right, any);
  show_button (self, MOVE, "folder-open-symbolic", _ ("Move to a shelf…"),
               no_right != NULL          ? no_right
               : facts.n_not_movable > 0 ? _ ("Only what you added yourself can be moved; a document that others made stays on its shelf")
                                         : NULL,
               any);
  show_button (self, SAVE, "document-save-symbolic", _ ("Save copies…"),
               facts.n_without_file > 0 ? _ ("The file of one of these documents is not on this computer") : NULL, any);
  show_button (self, REMOVE, "user-trash-symbolic", _ ("Remove…"), no_right, any);
}

static void
on_hide_clicked (HySelectionBar *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "page.hide-chosen", "b", self->hides);
}

static void
on_move_clicked (HySelectionBar *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "page.move-chosen", NULL);
}

static void
on_save_clicked (HySelectionBar *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "page.save-chosen", NULL);
}

static void
on_remove_clicked (HySelectionBar *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "page.remove-chosen", NULL);
}

static void
hy_selection_bar_dispose (GObject *object)
{
  HySelectionBar *self = HY_SELECTION_BAR (object);

  g_clear_object (&self->selection);
  g_clear_object (&self->access);
  g_clear_pointer (&self->bar, gtk_widget_unparent);
  G_OBJECT_CLASS (hy_selection_bar_parent_class)->dispose (object);
}

static void
hy_selection_bar_class_init (HySelectionBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hy_selection_bar_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
hy_selection_bar_init (HySelectionBar *self)
{
  /* Not as actions of the buttons: whether those are sensitive is said here. */
  static void (*const clicked[N_BUTTONS]) (HySelectionBar *) = { on_hide_clicked, on_move_clicked, on_save_clicked, on_remove_clicked };

  self->bar = gtk_action_bar_new ();
  gtk_widget_set_parent (self->bar, GTK_WIDGET (self));
  for (guint i = 0; i < N_BUTTONS; i++)
    {
      GtkWidget *content = adw_button_content_new ();

      self->buttons[i] = gtk_button_new ();
      adw_button_content_set_can_shrink (ADW_BUTTON_CONTENT (content), TRUE);
      gtk_button_set_child (GTK_BUTTON (self->buttons[i]), content);
      gtk_widget_add_css_class (self->buttons[i], "flat");
      g_signal_connect_swapped (self->buttons[i], "clicked", G_CALLBACK (clicked[i]), self);
      if (i == REMOVE)
        gtk_action_bar_pack_end (GTK_ACTION_BAR (self->bar), self->buttons[i]);
      else
        gtk_action_bar_pack_start (GTK_ACTION_BAR (self->bar), self->buttons[i]);
    }
}

void
hy_selection_bar_set_selection (HySelectionBar *self,
                                HyDocumentsSelection *selection,
                                HyAccess *access)
{
  g_return_if_fail (HY_IS_SELECTION_BAR (self) && self->selection == NULL);

  self->selection = g_object_ref (selection);
  self->access = g_object_ref (access);
  g_signal_connect_object (selection, "notify::count", G_CALLBACK (show_facts), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (selection, "notify::active", G_CALLBACK (show_facts), self, G_CONNECT_SWAPPED);
}

void
hy_selection_bar_set_compact (HySelectionBar *self,
                              gboolean compact)
{
  g_return_if_fail (HY_IS_SELECTION_BAR (self));

  self->compact = compact;
  show_facts (self);
}
