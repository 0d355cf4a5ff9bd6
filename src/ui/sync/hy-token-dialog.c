/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A token on its way from an entry to the space: in locked memory, and in the entry only while it is typed. */

#include "config.h"

#include "ui/sync/hy-token-dialog.h"

#include "base/hy-async.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  AdwDialog *dialog;
  GtkWidget *parent;
  HySpaceSync *sync;
  GtkEditable *entry;
  AdwSwitchRow *keep;
} Asking;

static void
asking_free (gpointer data,
             GClosure *closure G_GNUC_UNUSED)
{
  Asking *asking = data;

  g_object_unref (asking->parent);
  g_object_unref (asking->sync);
  g_free (asking);
}

/**
 * hy_token_entry_take:
 *
 * Returns: (nullable): what was typed, without the spaces that come with a copied line; %NULL when there is nothing
 */
HySecret *
hy_token_entry_take (GtkEditable *entry)
{
  const char *typed = gtk_editable_get_text (entry);
  gsize length;
  HySecret *token;

  while (g_ascii_isspace (*typed))
    typed++;
  length = strlen (typed);
  while (length > 0 && g_ascii_isspace (typed[length - 1]))
    length--;
  token = length > 0 ? hy_secret_new_copy (typed, length) : NULL;
  gtk_editable_set_text (entry, "");
  return token;
}

/**
 * hy_token_entry_put_back:
 * @token: (nullable): nothing happens without one
 */
void
hy_token_entry_put_back (GtkEditable *entry,
                         HySecret *token)
{
  gsize length;
  char *text;

  if (token == NULL)
    return;
  length = hy_secret_get_size (token);
  text = g_strndup ((const char *) hy_secret_open (token), length);
  hy_secret_close (token);
  gtk_editable_set_text (entry, text);
  explicit_bzero (text, length);
  g_free (text);
}

typedef struct
{
  GtkWidget *parent;
  HySpaceSync *sync;
  HySecret *token;
  gboolean keep;
} Setting;

static void
setting_free (Setting *setting)
{
  g_object_unref (setting->parent);
  g_object_unref (setting->sync);
  hy_secret_unref (setting->token);
  g_free (setting);
}

static DexFuture *
set_token_fiber (gpointer user_data)
{
  Setting *setting = user_data;
  g_autoptr (GError) error = NULL;

  if (dex_await (hy_space_sync_set_token (setting->sync, setting->token, setting->keep), &error))
    gtk_widget_activate_action (setting->parent, "space.sync-now", NULL);
  else if (gtk_widget_get_root (setting->parent) != NULL)
    {
      AdwDialog *failed = adw_alert_dialog_new (_ ("The token was not kept"), error->message);

      adw_alert_dialog_add_response (ADW_ALERT_DIALOG (failed), "close", _ ("_Close"));
      adw_dialog_present (failed, setting->parent);
    }
  return dex_future_new_true ();
}

static void
on_response (Asking *asking,
             const char *response)
{
  g_autoptr (HySecret) token = hy_token_entry_take (asking->entry);
  Setting *setting;

  if (!g_str_equal (response, "use") || token == NULL)
    return;
  setting = g_new0 (Setting, 1);
  setting->parent = g_object_ref (asking->parent);
  setting->sync = g_object_ref (asking->sync);
  setting->token = g_steal_pointer (&token);
  setting->keep = adw_switch_row_get_active (asking->keep);
  hy_spawn ("set the token", set_token_fiber, setting, (GDestroyNotify) setting_free, NULL);
}

static void
on_typed (Asking *asking)
{
  adw_alert_dialog_set_response_enabled (ADW_ALERT_DIALOG (asking->dialog), "use", *gtk_editable_get_text (asking->entry) != '\0');
}

void
hy_token_dialog_present (GtkWidget *parent,
                         HySpaceSync *sync)
{
  Asking *asking = g_new0 (Asking, 1);
  AdwDialog *dialog = adw_alert_dialog_new (_ ("Enter a new token"), _ ("The service that gave you the former one can give you another."));
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *entry = g_object_new (ADW_TYPE_PASSWORD_ENTRY_ROW, "title", _ ("_Token"), "use-underline", TRUE,
                                   "activates-default", TRUE, NULL);
  GtkWidget *keep = g_object_new (ADW_TYPE_SWITCH_ROW, "title", _ ("_Keep the token in this space"), "use-underline", TRUE,
                                  "subtitle", _ ("Encrypted. Without it, the token is asked again after each lock."),
                                  "active", TRUE, NULL);

  asking->dialog = dialog;
  asking->parent = g_object_ref (parent);
  asking->sync = g_object_ref (sync);
  asking->entry = GTK_EDITABLE (entry);
  asking->keep = ADW_SWITCH_ROW (keep);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), entry);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), keep);
  adw_alert_dialog_set_extra_child (ADW_ALERT_DIALOG (dialog), group);
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("_Cancel"), "use", _ ("_Use it"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "use", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_response_enabled (ADW_ALERT_DIALOG (dialog), "use", FALSE);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "use");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_response), asking, asking_free, G_CONNECT_SWAPPED);
  g_signal_connect_swapped (entry, "changed", G_CALLBACK (on_typed), asking);
  adw_dialog_set_focus (dialog, entry);
  adw_dialog_present (dialog, parent);
}
