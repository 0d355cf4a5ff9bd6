/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Leaving a server asks once, and removes nothing of what came from it. */

#include "config.h"

#include "ui/sync/hy-server-dialog.h"

#include "base/hy-async.h"
#include "space/hy-space-sync.h"
#include "ui/sync/hy-token-dialog.h"

#include <glib/gi18n.h>

struct _HyServerDialog
{
  AdwDialog parent_instance;

  AdwEntryRow *name_row;
  AdwActionRow *address_row;
  AdwActionRow *person_row;

  HySpace *space;
  HySpaceSync *sync; /* of the space */
  HyScope *scope;
  gboolean named; /* the name is shown: from then on it is what is typed */
};

G_DEFINE_FINAL_TYPE (HyServerDialog, hy_server_dialog, ADW_TYPE_DIALOG)

static void
show_status (HyServerDialog *self)
{
  const HySpaceSyncStatus *status = hy_space_sync_get_status (self->sync);
  const char *name = hy_space_info_get_name (hy_space_get_info (self->space));
  g_autofree char *other = NULL;

  if (status->state == HY_SPACE_SYNC_ALONE)
    {
      adw_dialog_force_close (ADW_DIALOG (self));
      return;
    }
  if (!self->named)
    gtk_editable_set_text (GTK_EDITABLE (self->name_row), status->server);
  self->named = TRUE;
  adw_action_row_set_subtitle (self->address_row, status->base);
  /* Translators: a person's name */
  other = g_strdup_printf (_ ("Somebody else’s, not the one of %s: all that comes from there is marked so"), name);
  adw_action_row_set_subtitle (self->person_row, status->other_person ? other : name);
}

static void
show_problem (HyServerDialog *self,
              const char *title,
              const GError *error)
{
  AdwDialog *failed = adw_alert_dialog_new (title, error->message);

  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (failed), "close", _ ("_Close"));
  adw_dialog_present (failed, GTK_WIDGET (self));
}

static DexFuture *
name_fiber (gpointer user_data)
{
  HyServerDialog *self = user_data;
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name_row))));
  g_autoptr (GError) error = NULL;

  if (!dex_await (hy_space_sync_set_name (self->sync, name), &error) && !hy_scope_is_cancelled (self->scope))
    show_problem (self, _ ("The name could not be kept"), error);
  return dex_future_new_true ();
}

static void
on_name_applied (HyServerDialog *self)
{
  hy_spawn ("name a server", name_fiber, g_object_ref (self), g_object_unref, self->scope);
}

static void
on_token_activated (HyServerDialog *self)
{
  hy_token_dialog_present (GTK_WIDGET (self), self->sync);
}

static DexFuture *
disconnect_fiber (gpointer user_data)
{
  HyServerDialog *self = user_data;
  g_autoptr (GError) error = NULL;

  if (dex_await (hy_space_sync_disconnect (self->sync), &error) || hy_scope_is_cancelled (self->scope))
    return dex_future_new_true ();
  show_problem (self, _ ("The server could not be left"), error);
  return dex_future_new_true ();
}

static void
on_response (HyServerDialog *self,
             const char *response)
{
  if (g_str_equal (response, "disconnect"))
    hy_spawn ("disconnect", disconnect_fiber, g_object_ref (self), g_object_unref, self->scope);
}

static void
on_disconnect_activated (HyServerDialog *self)
{
  AdwDialog *dialog = adw_alert_dialog_new (_ ("Disconnect from this server?"),
                                            _ ("All that came from it stays here, nothing is removed, and nothing changes on the "
                                               "server. The token is forgotten, and nothing new comes any more."));

  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("_Cancel"), "disconnect", _ ("_Disconnect"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "disconnect", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "cancel");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_response), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
hy_server_dialog_closed (AdwDialog *dialog)
{
  hy_scope_cancel (HY_SERVER_DIALOG (dialog)->scope);
}

static void
hy_server_dialog_dispose (GObject *object)
{
  HyServerDialog *self = HY_SERVER_DIALOG (object);

  hy_scope_cancel (self->scope);
  gtk_widget_dispose_template (GTK_WIDGET (self), HY_TYPE_SERVER_DIALOG);
  G_OBJECT_CLASS (hy_server_dialog_parent_class)->dispose (object);
}

static void
hy_server_dialog_finalize (GObject *object)
{
  HyServerDialog *self = HY_SERVER_DIALOG (object);

  g_clear_object (&self->space);
  g_clear_object (&self->scope);
  G_OBJECT_CLASS (hy_server_dialog_parent_class)->finalize (object);
}

static void
hy_server_dialog_class_init (HyServerDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hy_server_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = hy_server_dialog_finalize;
  ADW_DIALOG_CLASS (klass)->closed = hy_server_dialog_closed;

  /* A dialog keeps the window's keys to itself; this one has to work everywhere. */
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_l, GDK_CONTROL_MASK, "app.lock", NULL);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hygie/Hygie/ui/hy-server-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HyServerDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, HyServerDialog, address_row);
  gtk_widget_class_bind_template_child (widget_class, HyServerDialog, person_row);
  gtk_widget_class_bind_template_callback (widget_class, on_name_applied);
  gtk_widget_class_bind_template_callback (widget_class, on_token_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_disconnect_activated);
}

static void
hy_server_dialog_init (HyServerDialog *self)
{
  self->scope = hy_scope_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hy_server_dialog_new:
 * @space: that has a server
 */
AdwDialog *
hy_server_dialog_new (HySpace *space)
{
  HyServerDialog *self = g_object_new (HY_TYPE_SERVER_DIALOG, NULL);

  self->space = g_object_ref (space);
  self->sync = hy_space_get_sync (space);
  g_signal_connect_object (self->sync, "changed", G_CALLBACK (show_status), self, G_CONNECT_SWAPPED);
  show_status (self);
  return ADW_DIALOG (self);
}
