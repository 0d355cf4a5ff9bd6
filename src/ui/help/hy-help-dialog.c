/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Help, read inside the program, before unlocking too: an index, and the page of the place where it was asked for. */

#include "config.h"

#include "ui/help/hy-help-dialog.h"

#include "ui/help/hy-help-blocks.h"
#include "ui/help/hy-help-places.h"
#include "ui/help/hy-help-text.h"
#include "ui/viewer/hy-reading-link.h"
#include "ui/viewer/hy-reading-text.h"

#include <glib/gi18n.h>

struct _HyHelpDialog
{
  AdwDialog parent_instance;

  AdwNavigationView *view;
  GPtrArray *ahead; /* tags of the pages that were left by going back; the next is last */
};

G_DEFINE_FINAL_TYPE (HyHelpDialog, hy_help_dialog, ADW_TYPE_DIALOG)

static AdwNavigationPage *new_page (HyHelpDialog *self, const char *id);

static void
follow (HyHelpDialog *self,
        const char *id)
{
  AdwNavigationPage *page = new_page (self, id);

  if (page == NULL)
    return;
  g_ptr_array_set_size (self->ahead, 0);
  adw_navigation_view_push (self->view, page);
}

static gboolean
on_link (GtkLabel *label,
         const char *target,
         gpointer user_data)
{
  if (g_str_has_prefix (target, "help:"))
    follow (user_data, target + strlen ("help:"));
  else if (hy_reading_text_is_address (target))
    hy_reading_link_ask (GTK_WIDGET (label), target);
  return TRUE;
}

/* -- the index -- */

static void
on_row_activated (AdwActionRow *row,
                  gpointer user_data)
{
  follow (user_data, gtk_widget_get_name (GTK_WIDGET (row)));
}

static gboolean
stands_in (const HyHelpNode *page,
           const char *place)
{
  const HyHelpNode *info = hy_help_node_find (page, "info");
  const HyHelpNode *link = info != NULL ? hy_help_node_find (info, "link") : NULL;

  return link != NULL && g_strcmp0 (link->xref, place) == 0;
}

static GtkWidget *
new_row (HyHelpDialog *self,
         const HyHelpNode *page)
{
  const HyHelpNode *info = hy_help_node_find (page, "info");
  g_autofree char *title = hy_help_node_dup_plain (hy_help_node_find (page, "title"));
  g_autofree char *desc = hy_help_node_dup_plain (hy_help_node_find (info, "desc"));
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "name", page->id, "use-markup", FALSE, "title", title, "subtitle", desc,
                                 "activatable", TRUE, NULL);

  adw_action_row_add_suffix (ADW_ACTION_ROW (row), g_object_new (GTK_TYPE_IMAGE, "icon-name", "go-next-symbolic",
                                                                 "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL));
  g_signal_connect (row, "activated", G_CALLBACK (on_row_activated), self);
  return row;
}

static GtkWidget *
new_index (HyHelpDialog *self,
           const HyHelpNode *index)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 24);
  g_autoptr (GPtrArray) pages = hy_help_text_dup_pages ();

  for (guint i = 0; i < index->children->len; i++)
    {
      const HyHelpNode *section = index->children->pdata[i];
      g_autofree char *title = NULL;
      g_autofree char *place = NULL;
      GtkWidget *group;

      if (g_strcmp0 (section->name, "section") != 0)
        continue;
      title = hy_help_node_dup_plain (hy_help_node_find (section, "title"));
      place = g_strconcat ("index#", section->id, NULL);
      group = g_object_new (ADW_TYPE_PREFERENCES_GROUP, "title", title, NULL);
      for (guint p = 0; p < pages->len; p++)
        {
          if (stands_in (pages->pdata[p], place))
            adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), new_row (self, pages->pdata[p]));
        }
      gtk_box_append (GTK_BOX (box), group);
    }
  return box;
}

/* -- pages -- */

static AdwNavigationPage *
new_page (HyHelpDialog *self,
          const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HyHelpNode) page = hy_help_text_load (id, &error);
  g_autofree char *title = NULL;
  GtkWidget *content, *clamp, *scroller, *bars, *shown;

  if (page == NULL)
    {
      g_warning ("help: %s", error->message);
      return NULL;
    }
  title = hy_help_node_dup_plain (hy_help_node_find (page, "title"));
  content = g_str_equal (id, "index") ? new_index (self, page) : hy_help_blocks_new (page, G_CALLBACK (on_link), self);
  g_object_set (content, "margin-top", 12, "margin-bottom", 24, "margin-start", 18, "margin-end", 18, NULL);
  clamp = g_object_new (ADW_TYPE_CLAMP, "maximum-size", 560, "child", content, NULL);
  scroller = g_object_new (GTK_TYPE_SCROLLED_WINDOW, "hscrollbar-policy", GTK_POLICY_NEVER, "child", clamp, NULL);
  bars = adw_toolbar_view_new ();
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (bars), scroller);
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (bars), adw_header_bar_new ());
  shown = GTK_WIDGET (adw_navigation_page_new (bars, title));
  /* Not its tag, which has to be unique: links lead round in circles. */
  gtk_widget_set_name (shown, id);
  return ADW_NAVIGATION_PAGE (shown);
}

static void
on_popped (HyHelpDialog *self,
           AdwNavigationPage *page)
{
  g_ptr_array_add (self->ahead, g_strdup (gtk_widget_get_name (GTK_WIDGET (page))));
}

static AdwNavigationPage *
on_get_next_page (HyHelpDialog *self)
{
  AdwNavigationPage *page = self->ahead->len > 0 ? new_page (self, self->ahead->pdata[self->ahead->len - 1]) : NULL;

  /* The signal hands its page over. */
  return page != NULL ? g_object_ref_sink (page) : NULL;
}

/* Forward again, for a link empties the list first. */
static void
on_pushed (HyHelpDialog *self)
{
  if (self->ahead->len > 0)
    g_ptr_array_set_size (self->ahead, (int) self->ahead->len - 1);
}

static void
hy_help_dialog_finalize (GObject *object)
{
  g_ptr_array_unref (HY_HELP_DIALOG (object)->ahead);
  G_OBJECT_CLASS (hy_help_dialog_parent_class)->finalize (object);
}

static void
hy_help_dialog_class_init (HyHelpDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hy_help_dialog_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hygie/Hygie/ui/hy-help-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HyHelpDialog, view);
  gtk_widget_class_bind_template_callback (widget_class, on_popped);
  gtk_widget_class_bind_template_callback (widget_class, on_get_next_page);
  gtk_widget_class_bind_template_callback (widget_class, on_pushed);
}

static void
hy_help_dialog_init (HyHelpDialog *self)
{
  self->ahead = g_ptr_array_new_with_free_func (g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hy_help_dialog_show:
 *
 * At the page of what @window shows, with the index behind it.  Nothing to do when help shows already.
 */
void
hy_help_dialog_show (AdwApplicationWindow *window)
{
  AdwDialog *visible = adw_application_window_get_visible_dialog (window);
  const char *place = hy_help_places_find (window);
  HyHelpDialog *self;

  if (visible != NULL && HY_IS_HELP_DIALOG (visible))
    return;
  self = g_object_new (HY_TYPE_HELP_DIALOG, NULL);
  adw_navigation_view_push (self->view, new_page (self, "index"));
  if (!g_str_equal (place, "index"))
    follow (self, place);
  adw_dialog_present (ADW_DIALOG (self), GTK_WIDGET (window));
}

/* An open dialog keeps the window's keys from working. */
static void
on_visible_dialog (AdwApplicationWindow *window)
{
  AdwDialog *dialog = adw_application_window_get_visible_dialog (window);
  GtkEventController *keys;

  if (dialog == NULL || HY_IS_HELP_DIALOG (dialog) || g_object_get_data (G_OBJECT (dialog), "hy-help") != NULL)
    return;
  g_object_set_data (G_OBJECT (dialog), "hy-help", GINT_TO_POINTER (TRUE));
  keys = gtk_shortcut_controller_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_F1, 0),
                                                          gtk_named_action_new ("app.help")));
  gtk_widget_add_controller (GTK_WIDGET (dialog), keys);
}

/**
 * hy_help_dialog_serve:
 *
 * Lets F1 work in every dialog of @window.
 */
void
hy_help_dialog_serve (AdwApplicationWindow *window)
{
  g_signal_connect (window, "notify::visible-dialog", G_CALLBACK (on_visible_dialog), NULL);
}
