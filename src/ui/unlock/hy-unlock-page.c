/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way back in.  Every refusal of a secret is the same sentence, whatever the cause, and each one makes the next
 * try wait longer: comfort against a child at the keyboard, not a defence (SECURITY-DESIGN 2.2). */

#include "config.h"

#include "ui/unlock/hy-unlock-page.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "space/hy-session.h"
#include "ui/unlock/hy-recovery-entry-page.h"

#include <glib/gi18n.h>
#include <string.h>

#define LONGEST_WAIT_S 30

struct _HyUnlockPage
{
  AdwBin parent_instance;

  AdwNavigationView *view;
  GtkMenuButton *menu_button;
  GtkLabel *note;
  AdwPasswordEntryRow *passphrase;
  GtkWidget *caps_lock;
  GtkWidget *refusal;
  GtkLabel *refusal_text;
  GtkWidget *unlock_button;
  GtkStack *unlock_stack;
  GtkLabel *wait_label;
  GtkWidget *recovery_button;

  char *dir;
  HySecret *secret;   /* while it is tried */
  GdkDevice *keyboard;
  guint refusals;
  guint wait_s;       /* seconds left until the next try */
  guint wait_source;
  gboolean not_ready; /* the vault is still being locked */
  gboolean unlocked;
  HyScope *scope;
};

G_DEFINE_FINAL_TYPE (HyUnlockPage, hy_unlock_page, ADW_TYPE_BIN)

enum
{
  UNLOCKED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
is_working (HyUnlockPage *self)
{
  return self->secret != NULL || self->unlocked;
}

static void
show_state (HyUnlockPage *self)
{
  gboolean working = is_working (self);
  gboolean typed = *gtk_editable_get_text (GTK_EDITABLE (self->passphrase)) != '\0';

  if (self->wait_s > 0)
    {
      g_autofree char *wait = g_strdup_printf (ngettext ("Wait %u second", "Wait %u seconds", self->wait_s), self->wait_s);

      gtk_label_set_label (self->wait_label, wait);
    }
  gtk_stack_set_visible_child_name (self->unlock_stack, working ? "working" : self->wait_s > 0 ? "waiting"
                                                                                               : "ready");
  gtk_widget_set_sensitive (self->unlock_button, typed && !working && !self->not_ready && self->wait_s == 0);
  gtk_editable_set_editable (GTK_EDITABLE (self->passphrase), !working);
  gtk_widget_set_sensitive (self->recovery_button, !working && !self->not_ready);
}

static void
show_refusal (HyUnlockPage *self,
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
  HyUnlockPage *self = user_data;

  self->wait_s--;
  show_state (self);
  if (self->wait_s > 0)
    return G_SOURCE_CONTINUE;
  self->wait_source = 0;
  return G_SOURCE_REMOVE;
}

/**
 * hy_unlock_get_wait_s:
 *
 * Returns: 1, 2, 4, 8, 16, then 30 seconds, after that many refusals before
 */
guint
hy_unlock_get_wait_s (guint refusals)
{
  return refusals < 5 ? 1u << refusals : LONGEST_WAIT_S;
}

static void
make_wait (HyUnlockPage *self)
{
  self->wait_s = hy_unlock_get_wait_s (self->refusals++);
  g_clear_handle_id (&self->wait_source, g_source_remove);
  self->wait_source = g_timeout_add_seconds (1, on_second_passed, self);
}

static DexFuture *
unlock_fiber (gpointer user_data)
{
  HyUnlockPage *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HySession) session = dex_await_object (hy_session_unlock (self->dir, self->secret), &error);

  g_clear_pointer (&self->secret, hy_secret_unref);
  if (session == NULL && g_error_matches (error, DEX_ERROR, DEX_ERROR_FIBER_CANCELLED))
    return dex_future_new_true ();
  if (session != NULL)
    {
      self->unlocked = TRUE;
      show_state (self);
      g_signal_emit (self, signals[UNLOCKED], 0, session);
      return dex_future_new_true ();
    }

  if (g_error_matches (error, HY_ERROR, HY_ERROR_WRONG_SECRET))
    {
      make_wait (self);
      show_refusal (self, _ ("This did not open it. Check the passphrase and try again."));
    }
  else if (g_error_matches (error, HY_ERROR, HY_ERROR_BUSY))
    show_refusal (self, _ ("Another program has this safe open. Close it there, then try again."));
  else
    show_refusal (self, error->message);
  show_state (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->passphrase));
  return dex_future_new_true ();
}

static void
on_unlock_clicked (HyUnlockPage *self)
{
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (self->passphrase));

  if (!gtk_widget_get_sensitive (self->unlock_button))
    return;
  self->secret = hy_secret_new_copy (typed, strlen (typed));
  gtk_editable_set_text (GTK_EDITABLE (self->passphrase), "");
  show_refusal (self, "");
  show_state (self);
  hy_spawn ("unlock", unlock_fiber, g_object_ref (self), g_object_unref, self->scope);
}

static void
on_typed (HyUnlockPage *self)
{
  show_state (self);
}

static void
on_recovered (HyUnlockPage *self,
              HySession *session)
{
  self->unlocked = TRUE;
  show_state (self);
  g_signal_emit (self, signals[UNLOCKED], 0, session);
}

static void
on_recovery_clicked (HyUnlockPage *self)
{
  HyRecoveryEntryPage *page = hy_recovery_entry_page_new (self->dir);

  g_signal_connect_swapped (page, "unlocked", G_CALLBACK (on_recovered), self);
  adw_navigation_view_push (self->view, ADW_NAVIGATION_PAGE (page));
}

static gboolean
hy_unlock_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (HY_UNLOCK_PAGE (widget)->passphrase));
}

static void
on_shown (HyUnlockPage *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

static void
on_caps_lock_changed (HyUnlockPage *self)
{
  gtk_widget_set_visible (self->caps_lock, gdk_device_get_caps_lock_state (self->keyboard));
}

static void
hy_unlock_page_root (GtkWidget *widget)
{
  HyUnlockPage *self = HY_UNLOCK_PAGE (widget);
  GdkSeat *seat;

  GTK_WIDGET_CLASS (hy_unlock_page_parent_class)->root (widget);
  self->scope = hy_scope_new ();
  seat = gdk_display_get_default_seat (gtk_widget_get_display (widget));
  if (seat != NULL && g_set_object (&self->keyboard, gdk_seat_get_keyboard (seat)) && self->keyboard != NULL)
    {
      g_signal_connect_object (self->keyboard, "notify::caps-lock-state", G_CALLBACK (on_caps_lock_changed),
                               self, G_CONNECT_SWAPPED);
      on_caps_lock_changed (self);
    }
}

static void
hy_unlock_page_unroot (GtkWidget *widget)
{
  HyUnlockPage *self = HY_UNLOCK_PAGE (widget);

  hy_scope_cancel (self->scope);
  g_clear_object (&self->scope);
  g_clear_handle_id (&self->wait_source, g_source_remove);
  if (self->keyboard != NULL)
    g_signal_handlers_disconnect_by_func (self->keyboard, on_caps_lock_changed, self);
  g_clear_object (&self->keyboard);
  GTK_WIDGET_CLASS (hy_unlock_page_parent_class)->unroot (widget);
}

static void
hy_unlock_page_dispose (GObject *object)
{
  HyUnlockPage *self = HY_UNLOCK_PAGE (object);

  g_clear_pointer (&self->secret, hy_secret_unref);
  g_clear_pointer (&self->dir, g_free);
  G_OBJECT_CLASS (hy_unlock_page_parent_class)->dispose (object);
}

static void
hy_unlock_page_class_init (HyUnlockPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hy_unlock_page_dispose;
  widget_class->grab_focus = hy_unlock_page_grab_focus;
  widget_class->root = hy_unlock_page_root;
  widget_class->unroot = hy_unlock_page_unroot;

  signals[UNLOCKED] = g_signal_new ("unlocked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, HY_TYPE_SESSION);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hygie/Hygie/ui/hy-unlock-page.ui");
  gtk_widget_class_bind_template_child (widget_class, HyUnlockPage, view);
  gtk_widget_class_bind_template_child (widget_class, HyUnlockPage, menu_button);
  gtk_widget_class_bind_template_child (widget_class, HyUnlockPage, note);
  gtk_widget_class_bind_template_child (widget_class, HyUnlockPage, passphrase);
  gtk_widget_class_bind_template_child (widget_class, HyUnlockPage, caps_lock);
  gtk_widget_class_bind_template_child (widget_class, HyUnlockPage, refusal);
  gtk_widget_class_bind_template_child (widget_class, HyUnlockPage, refusal_text);
  gtk_widget_class_bind_template_child (widget_class, HyUnlockPage, unlock_button);
  gtk_widget_class_bind_template_child (widget_class, HyUnlockPage, unlock_stack);
  gtk_widget_class_bind_template_child (widget_class, HyUnlockPage, wait_label);
  gtk_widget_class_bind_template_child (widget_class, HyUnlockPage, recovery_button);
  gtk_widget_class_bind_template_callback (widget_class, on_typed);
  gtk_widget_class_bind_template_callback (widget_class, on_unlock_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_recovery_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_shown);
}

static void
hy_unlock_page_init (HyUnlockPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hy_unlock_page_new:
 * @dir: the vault
 */
GtkWidget *
hy_unlock_page_new (const char *dir)
{
  HyUnlockPage *self = g_object_new (HY_TYPE_UNLOCK_PAGE, NULL);

  self->dir = g_strdup (dir);
  return GTK_WIDGET (self);
}

/**
 * hy_unlock_page_set_note:
 * @note: a sentence in place of the usual one, such as why it locked
 */
void
hy_unlock_page_set_note (HyUnlockPage *self,
                         const char *note)
{
  gtk_label_set_label (self->note, note);
}

/**
 * hy_unlock_page_set_ready:
 * @ready: %FALSE while the vault is still being locked; a passphrase can be typed meanwhile
 */
void
hy_unlock_page_set_ready (HyUnlockPage *self,
                          gboolean ready)
{
  self->not_ready = !ready;
  show_state (self);
}

void
hy_unlock_page_open_menu (HyUnlockPage *self)
{
  gtk_menu_button_popup (self->menu_button);
}
