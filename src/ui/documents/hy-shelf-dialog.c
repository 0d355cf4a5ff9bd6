/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which shelf documents are moved to: those that the service lets people file their own under. */

#include "config.h"

#include "ui/documents/hy-shelf-dialog.h"

#include "fhir/hy-document-types.h"
#include "ui/documents/hy-document-look.h"

#include <adwaita.h>
#include <glib/gi18n.h>

typedef struct
{
  DexPromise *chosen;
  AdwDialog *dialog; /* not owned */
} Choice;

static void
choice_free (gpointer data,
             GClosure *closure G_GNUC_UNUSED)
{
  Choice *choice = data;

  dex_unref (choice->chosen);
  g_free (choice);
}

static void
on_row_activated (AdwActionRow *row,
                  Choice *choice)
{
  dex_promise_resolve_int (choice->chosen, GPOINTER_TO_INT (g_object_get_data (G_OBJECT (row), "shelf")));
  adw_dialog_close (choice->dialog);
}

static void
on_closed (AdwDialog *dialog,
           DexPromise *chosen)
{
  if (dex_future_is_pending (DEX_FUTURE (chosen)))
    dex_promise_resolve_int (chosen, -1);
}

static void
promise_unref (gpointer data,
               GClosure *closure G_GNUC_UNUSED)
{
  dex_unref (data);
}

static GtkWidget *
new_row (gint shelf,
         AdwDialog *dialog,
         DexPromise *chosen)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *icon = gtk_image_new_from_icon_name (hy_document_look_get_icon (shelf));
  Choice *choice = g_new0 (Choice, 1);

  choice->chosen = dex_ref (chosen);
  choice->dialog = dialog;
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), hy_document_shelf_get_label ((guint) shelf));
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data (G_OBJECT (row), "shelf", GINT_TO_POINTER (shelf));
  g_signal_connect_data (row, "activated", G_CALLBACK (on_row_activated), choice, choice_free, 0);
  return row;
}

/**
 * hy_shelf_dialog_choose:
 * @over: the page it comes over; it goes with it
 */
DexFuture *
hy_shelf_dialog_choose (GtkWidget *over,
                        guint n_documents)
{
  DexPromise *chosen = dex_promise_new ();
  AdwDialog *dialog = adw_dialog_new ();
  GtkWidget *view = adw_toolbar_view_new ();
  GtkWidget *page = adw_preferences_page_new ();
  GtkWidget *group = adw_preferences_group_new ();
  g_autofree char *text = g_strdup_printf (ngettext ("The document is shown on the shelf you choose. What kind of document it is does not change.",
                                                     "The %'u documents are shown on the shelf you choose. What kind of document each is does not change.",
                                                     n_documents),
                                           n_documents);

  adw_dialog_set_title (dialog, _ ("Move to a shelf"));
  adw_dialog_set_content_width (dialog, 420);
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), adw_header_bar_new ());
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (group), text);
  for (guint shelf = 0; shelf < hy_document_shelves_count (); shelf++)
    if (hy_document_shelf_takes_own (shelf))
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), new_row ((gint) shelf, dialog, chosen));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (group));
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), page);
  adw_dialog_set_child (dialog, view);
  g_signal_connect_data (dialog, "closed", G_CALLBACK (on_closed), dex_ref (chosen), promise_unref, 0);
  adw_dialog_present (dialog, over);
  return DEX_FUTURE (chosen);
}
