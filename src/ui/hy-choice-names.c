/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chosen item of an AdwComboRow is a focusable list item that libadwaita gives no name; a screen reader would
 * say "list item" and no more. */

#include "config.h"

#include "ui/hy-choice-names.h"

static void
on_bind (GtkSignalListItemFactory *factory G_GNUC_UNUSED,
         GtkListItem *item,
         gpointer user_data G_GNUC_UNUSED)
{
  GtkStringObject *choice = gtk_list_item_get_item (item);

  gtk_list_item_set_accessible_label (item, gtk_string_object_get_string (choice));
}

/**
 * hy_choice_names_add:
 * @row: its model is a GtkStringList
 */
void
hy_choice_names_add (AdwComboRow *row)
{
  GtkListItemFactory *factory = adw_combo_row_get_factory (row);

  g_return_if_fail (GTK_IS_SIGNAL_LIST_ITEM_FACTORY (factory));

  g_object_ref (factory);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), NULL);
  /* Set anew, so that what is bound already is bound again. */
  adw_combo_row_set_factory (row, NULL);
  adw_combo_row_set_factory (row, factory);
  g_object_unref (factory);
}
