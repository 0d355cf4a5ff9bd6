/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the former passphrase to a new one.  A wrong former one is answered as it is at unlock, with the same growing wait;
 * the new one stays typed until then, and every entry is emptied as the dialog closes. */

#include "config.h"

#include "ui/preferences/hy-passphrase-dialog.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "ui/first-start/hy-new-passphrase.h"
#include "ui/unlock/hy-unlock-page.h"

#include <glib/gi18n.h>
#include <string.h>

struct _HyPassphraseDialog
{
  AdwDialog parent_instance;

  GtkLabel *explanation;
  GtkWidget *former_group;
  AdwPasswordEntryRow *former;
  GtkWidget *refusal;
  GtkLabel *refusal_text;
  HyNewPassphrase *fresh;
  GtkWidget *change_button;
  GtkStack *change_stack;
  GtkLabel *wait_label;

  HySession *session;
  HySecret *former_secret; /* both while they are tried; the former one is NULL when the sheet let the person in */
  HySecret *fresh_secret;
  guint refusals;
  guint wait_s;            /* seconds left until the next try */
  guint wait_source;
  HyScope *scope;
};

G_DEFINE_FINAL_TYPE (HyPassphraseDialog, hy_passphrase_dialog, ADW_TYPE_DIALOG)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
asks_former (HyPassphraseDialog *self)
{
  return gtk_widget_get_visible (self->former_group);
}

static gboolean
is_ready (HyPassphraseDialog *self)
{
  return self->fresh_secret == NULL && self->wait_s == 0 && hy_new_passphrase_is_ready (self->fresh) &&
         (!asks_former (self) || *gtk_editable_get_text (GTK_EDITABLE (self->former)) != '\0');
}

static void
show_state (HyPassphraseDialog *self)
{
  gboolean working = self->fresh_secret != NULL;

  if (self->wait_s > 0)
    {
      g_autofree char *wait = g_strdup_printf (ngettext ("Wait %u second", "Wait %u seconds", self->wait_s), self->wait_s);

      gtk_label_set_label (self->wait_label, wait);
    }
  gtk_stack_set_visible_child_name (self->change_stack, working ? "working" : self->wait_s > 0 ? "waiting"
                                                                                               : "ready");
  gtk_editable_set_editable (GTK_EDITABLE (self->former), !working);
  hy_new_passphrase_set_editable (self->fresh, !working);
  gtk_widget_set_sensitive (self->change_button, is_ready (self));
  adw_dialog_set_can_close (ADW_DIALOG (self), !working);
}

static void
show_refusal (HyPassphraseDialog *self,
              const char *sentence)
{
  gtk_label_set_label (self->refusal_text, sentence);
  gtk_widget_set_visible (self->refusal, *sentence != '\0');
  if (*sentence != '\0')
    gtk_accessible_announce (GTK_ACCESSIBLE (self), sentence, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

static gboolean
on_second_passed (gpointer user_data)
{
  HyPassphraseDialog *self = user_data;

  self->wait_s--;
  show_state (self);
  if (self->wait_s > 0)
    return G_SOURCE_CONTINUE;
  self->wait_source = 0;
  return G_SOURCE_REMOVE;
}

static void
make_wait (HyPassphraseDialog *self)
{
  self->wait_s = hy_unlock_get_wait_s (self->refusals++);
  g_clear_handle_id (&self->wait_source, g_source_remove);
  self->wait_source = g_timeout_add_seconds (1, on_second_passed, self);
}

static DexFuture *
change_fiber (gpointer user_data)
{
  HyPassphraseDialog *self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean changed = dex_await (hy_session_change_passphrase (self->session, self->former_secret, self->fresh_secret), &error);

  g_clear_pointer (&self->former_secret, hy_secret_unref);
  g_clear_pointer (&self->fresh_secret, hy_secret_unref);
  if (hy_scope_is_cancelled (self->scope))
    return dex_future_new_true ();
  if (changed)
    {
      g_signal_emit (self, signals[CHANGED], 0);
      adw_dialog_force_close (ADW_DIALOG (self));
      return dex_future_new_true ();
    }
  if (g_error_matches (error, HY_ERROR, HY_ERROR_WRONG_SECRET))
    {
      make_wait (self);
      show_refusal (self, _ ("This did not open it. Check the passphrase and try again."));
    }
  else
    show_refusal (self, error->message);
  show_state (self);
  gtk_widget_grab_focus (asks_former (self) ? GTK_WIDGET (self->former) : GTK_WIDGET (self->fresh));
  return dex_future_new_true ();
}

static void
on_change_clicked (HyPassphraseDialog *self)
{
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (self->former));

  if (!is_ready (self))
    {
      if (asks_former (self) && *typed == '\0')
        gtk_widget_grab_focus (GTK_WIDGET (self->former));
      return;
    }
  if (asks_former (self))
    self->former_secret = hy_secret_new_copy (typed, strlen (typed));
  gtk_editable_set_text (GTK_EDITABLE (self->former), "");
  self->fresh_secret = hy_new_passphrase_dup_secret (self->fresh);
  show_refusal (self, "");
  show_state (self);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), _ ("Locking your space with it"), GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  hy_spawn ("change passphrase", change_fiber, g_object_ref (self), g_object_unref, self->scope);
}

static void
on_typed (HyPassphraseDialog *self)
{
  show_state (self);
}

static void
on_former_activated (HyPassphraseDialog *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->fresh));
}

static void
hy_passphrase_dialog_closed (AdwDialog *dialog)
{
  HyPassphraseDialog *self = HY_PASSPHRASE_DIALOG (dialog);

  /* What was typed does not wait for the widgets to be freed. */
  gtk_editable_set_text (GTK_EDITABLE (self->former), "");
  hy_new_passphrase_clear (self->fresh);
  hy_scope_cancel (self->scope);
  g_clear_handle_id (&self->wait_source, g_source_remove);
}

static void
hy_passphrase_dialog_dispose (GObject *object)
{
  HyPassphraseDialog *self = HY_PASSPHRASE_DIALOG (object);

  hy_scope_cancel (self->scope);
  g_clear_handle_id (&self->wait_source, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), HY_TYPE_PASSPHRASE_DIALOG);
  G_OBJECT_CLASS (hy_passphrase_dialog_parent_class)->dispose (object);
}

static void
hy_passphrase_dialog_finalize (GObject *object)
{
  HyPassphraseDialog *self = HY_PASSPHRASE_DIALOG (object);

  g_clear_pointer (&self->former_secret, hy_secret_unref);
  g_clear_pointer (&self->fresh_secret, hy_secret_unref);
  g_clear_object (&self->session);
  g_clear_object (&self->scope);
  G_OBJECT_CLASS (hy_passphrase_dialog_parent_class)->finalize (object);
}

static void
hy_passphrase_dialog_class_init (HyPassphraseDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hy_passphrase_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = hy_passphrase_dialog_finalize;
  ADW_DIALOG_CLASS (klass)->closed = hy_passphrase_dialog_closed;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_l, GDK_CONTROL_MASK, "app.lock", NULL);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hygie/Hygie/ui/hy-passphrase-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HyPassphraseDialog, explanation);
  gtk_widget_class_bind_template_child (widget_class, HyPassphraseDialog, former_group);
  gtk_widget_class_bind_template_child (widget_class, HyPassphraseDialog, former);
  gtk_widget_class_bind_template_child (widget_class, HyPassphraseDialog, refusal);
  gtk_widget_class_bind_template_child (widget_class, HyPassphraseDialog, refusal_text);
  gtk_widget_class_bind_template_child (widget_class, HyPassphraseDialog, fresh);
  gtk_widget_class_bind_template_child (widget_class, HyPassphraseDialog, change_button);
  gtk_widget_class_bind_template_child (widget_class, HyPassphraseDialog, change_stack);
  gtk_widget_class_bind_template_child (widget_class, HyPassphraseDialog, wait_label);
  gtk_widget_class_bind_template_callback (widget_class, on_typed);
  gtk_widget_class_bind_template_callback (widget_class, on_former_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_change_clicked);
}

static void
hy_passphrase_dialog_init (HyPassphraseDialog *self)
{
  g_type_ensure (HY_TYPE_NEW_PASSPHRASE);
  self->scope = hy_scope_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
hy_passphrase_dialog_new (HySession *session)
{
  HyPassphraseDialog *self = g_object_new (HY_TYPE_PASSPHRASE_DIALOG, NULL);

  self->session = g_object_ref (session);
  if (hy_session_is_recovered (session))
    {
      adw_dialog_set_title (ADW_DIALOG (self), _ ("Choose a new passphrase"));
      gtk_label_set_label (self->explanation, _ ("The recovery sheet let you in. If the passphrase is forgotten, choose a new one now. "
                                                 "You can also do it later, in the preferences."));
      gtk_widget_set_visible (self->former_group, FALSE);
      adw_dialog_set_content_height (ADW_DIALOG (self), -1);
    }
  adw_dialog_set_focus (ADW_DIALOG (self), asks_former (self) ? GTK_WIDGET (self->former) : GTK_WIDGET (self->fresh));
  return ADW_DIALOG (self);
}
