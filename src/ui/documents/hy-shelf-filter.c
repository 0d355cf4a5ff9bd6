/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chips and the drop-down of the shelves, with their counts. */

#include "config.h"

#include "ui/documents/hy-shelf-filter.h"

#include "fhir/hy-document-types.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

/* Shelves that have a chip of their own; the others are under "More". */
#define N_CHIPS 4

struct _HyShelfFilter
{
  GtkBox parent_instance;

  HyDocumentList *list;
  AdwWrapBox *chips;
  gint chip_shelves[N_CHIPS]; /* what the chips stand for; -1 = no chip */
  GtkWidget *more_button;
  GtkMenuButton *shelf_button;
  GMenu *all_shelves_menu, *more_menu;
  GMenu *all_shelves, *other_shelves; /* sections of these */
  HyDocumentFilters *filters;         /* not owned: the page holds both */
};

G_DEFINE_FINAL_TYPE (HyShelfFilter, hy_shelf_filter, GTK_TYPE_BOX)

static char *
dup_count_label (const char *label,
                 guint count)
{
  /* Translators: a shelf or choice and how many documents it holds: Reports (61). */
  return g_strdup_printf (C_ ("shelf and count", "%s (%'u)"), label, count);
}

static void
append_shelf (GMenu *menu,
              const char *label,
              gint shelf)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, "page.shelf", "i", shelf);
  g_menu_append_item (menu, item);
}

static GtkWidget *
new_chip (const char *label,
          gint shelf)
{
  GtkWidget *chip = gtk_toggle_button_new ();
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 7);
  GtkWidget *count = gtk_label_new (NULL);

  gtk_box_append (GTK_BOX (line), gtk_label_new (label));
  gtk_box_append (GTK_BOX (line), count);
  gtk_widget_add_css_class (count, "count");
  gtk_widget_add_css_class (count, "numeric");
  gtk_button_set_child (GTK_BUTTON (chip), line);
  gtk_widget_add_css_class (chip, "chip");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (chip), "page.shelf");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (chip), "i", shelf);
  g_object_set_data (G_OBJECT (chip), "count", count);
  return chip;
}

static void
set_chip_count (GtkWidget *chip,
                const char *label,
                guint count)
{
  g_autofree char *text = g_strdup_printf ("%'u", count);
  g_autofree char *name = dup_count_label (label, count);

  gtk_label_set_text (g_object_get_data (G_OBJECT (chip), "count"), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (chip), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/* The shelves that hold most, in the order of the list of shelves so that they do not trade places at each import. */
static void
find_biggest (HyShelfFilter *self,
              gint biggest[N_CHIPS])
{
  guint n_shelves = hy_document_shelves_count ();
  guint n_chosen = 0;

  for (guint shelf = 0; shelf < n_shelves; shelf++)
    {
      guint count = hy_document_list_count_shelf (self->list, (gint) shelf);
      guint n_bigger = 0;

      if (count == 0)
        continue;
      for (guint other = 0; other < n_shelves; other++)
        {
          guint other_count = hy_document_list_count_shelf (self->list, (gint) other);

          n_bigger += other_count > count || (other_count == count && other < shelf);
        }
      if (n_bigger < N_CHIPS)
        biggest[n_chosen++] = (gint) shelf;
    }
  while (n_chosen < N_CHIPS)
    biggest[n_chosen++] = -1;
}

void
hy_shelf_filter_show_chosen (HyShelfFilter *self)
{
  gint shelf = hy_document_list_get_shelf (self->list);
  const char *label = shelf >= 0 ? hy_document_shelf_get_label ((guint) shelf) : _ ("All shelves");
  gboolean under_more = shelf >= 0;

  for (guint i = 0; i < N_CHIPS; i++)
    under_more &= self->chip_shelves[i] != shelf;
  gtk_menu_button_set_label (self->shelf_button, label);
  if (self->more_button == NULL)
    return;
  gtk_menu_button_set_label (GTK_MENU_BUTTON (self->more_button), under_more ? label : C_ ("shelves", "More"));
  if (under_more)
    gtk_widget_add_css_class (self->more_button, "chosen");
  else
    gtk_widget_remove_css_class (self->more_button, "chosen");
}

static void
on_menu_opened (HyShelfFilter *self)
{
  hy_document_filters_refresh (self->filters);
}

static void
show_shelves (HyShelfFilter *self)
{
  guint n_shelves = hy_document_shelves_count ();
  guint total = hy_document_list_get_total (self->list);
  g_autofree char *all = dup_count_label (_ ("All shelves"), total);
  gint biggest[N_CHIPS];
  GtkWidget *chip;

  find_biggest (self, biggest);
  g_menu_remove_all (self->all_shelves);
  g_menu_remove_all (self->other_shelves);
  append_shelf (self->all_shelves, all, -1);
  for (guint shelf = 0; shelf < n_shelves; shelf++)
    {
      guint count = hy_document_list_count_shelf (self->list, (gint) shelf);
      g_autofree char *label = dup_count_label (hy_document_shelf_get_label (shelf), count);
      gboolean has_chip = FALSE;

      if (count == 0)
        continue;
      append_shelf (self->all_shelves, label, (gint) shelf);
      for (guint i = 0; i < N_CHIPS; i++)
        has_chip |= biggest[i] == (gint) shelf;
      if (!has_chip)
        append_shelf (self->other_shelves, label, (gint) shelf);
    }

  /* Chips are made anew only when others are due: the one with the focus stays. */
  if (memcmp (biggest, self->chip_shelves, sizeof biggest) != 0 || self->more_button == NULL)
    {
      while ((chip = gtk_widget_get_first_child (GTK_WIDGET (self->chips))) != NULL)
        adw_wrap_box_remove (self->chips, chip);
      memcpy (self->chip_shelves, biggest, sizeof biggest);
      adw_wrap_box_append (self->chips, new_chip (C_ ("documents", "All"), -1));
      for (guint i = 0; i < N_CHIPS && biggest[i] >= 0; i++)
        adw_wrap_box_append (self->chips, new_chip (hy_document_shelf_get_label ((guint) biggest[i]), biggest[i]));
      self->more_button = gtk_menu_button_new ();
      gtk_menu_button_set_always_show_arrow (GTK_MENU_BUTTON (self->more_button), TRUE);
      gtk_widget_set_tooltip_text (self->more_button, _ ("Other shelves, and filters"));
      gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->more_button), G_MENU_MODEL (self->more_menu));
      g_signal_connect_swapped (self->more_button, "notify::active", G_CALLBACK (on_menu_opened), self);
      gtk_widget_add_css_class (self->more_button, "flat");
      gtk_widget_add_css_class (self->more_button, "more-shelves");
      adw_wrap_box_append (self->chips, self->more_button);
    }

  chip = gtk_widget_get_first_child (GTK_WIDGET (self->chips));
  set_chip_count (chip, C_ ("documents", "All"), total);
  for (guint i = 0; i < N_CHIPS && biggest[i] >= 0; i++)
    {
      chip = gtk_widget_get_next_sibling (chip);
      set_chip_count (chip, hy_document_shelf_get_label ((guint) biggest[i]), hy_document_list_count_shelf (self->list, biggest[i]));
    }
  hy_shelf_filter_show_chosen (self);
}

static void
hy_shelf_filter_dispose (GObject *object)
{
  HyShelfFilter *self = HY_SHELF_FILTER (object);

  if (self->list != NULL)
    g_signal_handlers_disconnect_by_data (self->list, self);
  g_clear_object (&self->list);
  g_clear_object (&self->all_shelves_menu);
  g_clear_object (&self->more_menu);
  g_clear_object (&self->all_shelves);
  g_clear_object (&self->other_shelves);
  G_OBJECT_CLASS (hy_shelf_filter_parent_class)->dispose (object);
}

static void
hy_shelf_filter_class_init (HyShelfFilterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hy_shelf_filter_dispose;
}

static void
hy_shelf_filter_init (HyShelfFilter *self)
{
  self->chips = ADW_WRAP_BOX (g_object_new (ADW_TYPE_WRAP_BOX, "child-spacing", 6, "line-spacing", 6, NULL));
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->chips));

  self->all_shelves_menu = g_menu_new ();
  self->more_menu = g_menu_new ();
  self->all_shelves = g_menu_new ();
  self->other_shelves = g_menu_new ();
  g_menu_append_section (self->all_shelves_menu, NULL, G_MENU_MODEL (self->all_shelves));
  g_menu_append_section (self->more_menu, NULL, G_MENU_MODEL (self->other_shelves));
  self->shelf_button = GTK_MENU_BUTTON (gtk_menu_button_new ());
  gtk_menu_button_set_always_show_arrow (self->shelf_button, TRUE);
  gtk_menu_button_set_menu_model (self->shelf_button, G_MENU_MODEL (self->all_shelves_menu));
  gtk_menu_button_set_can_shrink (self->shelf_button, TRUE);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->shelf_button), _ ("Shelf that is shown, and filters"));
  g_signal_connect_swapped (self->shelf_button, "notify::active", G_CALLBACK (on_menu_opened), self);
  gtk_widget_set_visible (GTK_WIDGET (self->shelf_button), FALSE);
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->shelf_button));
}

void
hy_shelf_filter_set_list (HyShelfFilter *self,
                          HyDocumentList *list,
                          HyDocumentFilters *filters)
{
  g_return_if_fail (HY_IS_SHELF_FILTER (self) && self->list == NULL);

  self->list = g_object_ref (list);
  self->filters = filters;
  hy_document_filters_append (filters, self->all_shelves_menu);
  hy_document_filters_append (filters, self->more_menu);
  g_signal_connect_swapped (list, "counts-changed", G_CALLBACK (show_shelves), self);
}

void
hy_shelf_filter_set_compact (HyShelfFilter *self,
                             gboolean compact)
{
  g_return_if_fail (HY_IS_SHELF_FILTER (self));

  gtk_widget_set_visible (GTK_WIDGET (self->chips), !compact);
  gtk_widget_set_visible (GTK_WIDGET (self->shelf_button), compact);
}
