/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says the state again each minute: "2 minutes ago" does not stay true. */

#include "config.h"

#include "ui/sync/hy-sync-foot.h"

#include "ui/sync/hy-sync-look.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define SAY_AGAIN_S 60

struct _HySyncFoot
{
  GtkButton parent_instance;

  HySpaceSync *sync;
  GtkStack *lead;
  GtkImage *icon;
  GtkLabel *words;
  guint source;
};

G_DEFINE_FINAL_TYPE (HySyncFoot, hy_sync_foot, GTK_TYPE_BUTTON)

static const char *
get_icon (HySpaceSyncState state)
{
  switch (state)
    {
    case HY_SPACE_SYNC_DONE:
      return "object-select-symbolic";
    case HY_SPACE_SYNC_OFFLINE:
      return "network-offline-symbolic";
    case HY_SPACE_SYNC_ALONE:
      return "computer-symbolic";
    case HY_SPACE_SYNC_NEVER:
      return "network-server-symbolic";
    case HY_SPACE_SYNC_RUNNING:
      return "mail-send-receive-symbolic";
    case HY_SPACE_SYNC_STOPPED:
      return "media-playback-pause-symbolic";
    case HY_SPACE_SYNC_BUSY:
    case HY_SPACE_SYNC_SIGN_IN:
    case HY_SPACE_SYNC_FAILED:
    default:
      return "dialog-warning-symbolic";
    }
}

static void
show_status (HySyncFoot *self)
{
  const HySpaceSyncStatus *status = hy_space_sync_get_status (self->sync);
  g_autofree char *words = hy_sync_words_dup_status (status);
  /* Translators: of a button; then how the sync stands: "Sync: up to date, 2 minutes ago" */
  g_autofree char *name = g_strdup_printf (_ ("Sync journal: %s"), words);

  gtk_stack_set_visible_child_name (self->lead, status->state == HY_SPACE_SYNC_RUNNING ? "running" : "icon");
  gtk_image_set_from_icon_name (self->icon, get_icon (status->state));
  gtk_label_set_text (self->words, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static gboolean
on_minute (gpointer user_data)
{
  show_status (user_data);
  return G_SOURCE_CONTINUE;
}

static void
hy_sync_foot_dispose (GObject *object)
{
  HySyncFoot *self = HY_SYNC_FOOT (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_object (&self->sync);
  G_OBJECT_CLASS (hy_sync_foot_parent_class)->dispose (object);
}

static void
hy_sync_foot_class_init (HySyncFootClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hy_sync_foot_dispose;
}

static void
hy_sync_foot_init (HySyncFoot *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);

  self->lead = g_object_new (GTK_TYPE_STACK, "valign", GTK_ALIGN_CENTER, NULL);
  self->icon = g_object_new (GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  self->words = g_object_new (GTK_TYPE_LABEL, "xalign", 0.f, "wrap", TRUE, "hexpand", TRUE, NULL);
  gtk_stack_add_named (self->lead, GTK_WIDGET (self->icon), "icon");
  gtk_stack_add_named (self->lead, adw_spinner_new (), "running");
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->lead));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->words));
  gtk_button_set_child (GTK_BUTTON (self), box);
  gtk_widget_add_css_class (GTK_WIDGET (self), "flat");
  gtk_widget_add_css_class (GTK_WIDGET (self), "sidebar-foot");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self), "s", "sync");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self), "space.show-section");
  self->source = g_timeout_add_seconds (SAY_AGAIN_S, on_minute, self);
}

GtkWidget *
hy_sync_foot_new (HySpaceSync *sync)
{
  HySyncFoot *self = g_object_new (HY_TYPE_SYNC_FOOT, NULL);

  self->sync = g_object_ref (sync);
  g_signal_connect_object (sync, "changed", G_CALLBACK (show_status), self, G_CONNECT_SWAPPED);
  show_status (self);
  return GTK_WIDGET (self);
}

void
hy_sync_foot_set_chosen (HySyncFoot *self,
                         gboolean chosen)
{
  if (chosen)
    gtk_widget_add_css_class (GTK_WIDGET (self), "chosen");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "chosen");
}
