/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Preferences: only what works.  The space may be locked while the dialog is open; then its answers are dropped. */

#include "config.h"

#include "ui/preferences/hy-preferences-dialog.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "records/hy-record-lookup.h"
#include "ui/documents/hy-badge.h"
#include "ui/hy-choice-names.h"
#include "ui/preferences/hy-passphrase-dialog.h"
#include "ui/unlock/hy-recovery-entry-page.h"

#include <glib/gi18n.h>

/* Damaged things that are named one by one. */
#define MAX_DAMAGED 50
/* After so many, the sheet wants to be looked for again. */
#define PROOF_MONTHS 6

struct _HyPreferencesDialog
{
  AdwPreferencesDialog parent_instance;

  HySession *session;
  HySpace *space;
  HyScope *scope;
  GSettings *settings;

  AdwComboRow *lock_row;
  AdwSwitchRow *lock_screen_row;
  AdwActionRow *passphrase_row;
  AdwActionRow *recovery_row;
  HyBadge *due_badge;
  GtkWidget *prove_button;
  AdwSwitchRow *notify_row;
  AdwPreferencesGroup *safekeeping_group;
  AdwActionRow *verify_row;
  GtkImage *verify_icon;
  GtkWidget *verify_spinner;
  GtkWidget *verify_button;
  GtkWidget *damaged_row; /* nullable: names what the last check found */
};

G_DEFINE_FINAL_TYPE (HyPreferencesDialog, hy_preferences_dialog, ADW_TYPE_PREFERENCES_DIALOG)

static const guint lock_minutes[] = { 1, 5, 15, 30, 60 };

static void
on_lock_selected (HyPreferencesDialog *self)
{
  guint selected = adw_combo_row_get_selected (self->lock_row);

  if (self->settings != NULL && selected < G_N_ELEMENTS (lock_minutes))
    g_settings_set (self->settings, "auto-lock-minutes", "u", lock_minutes[selected]);
}

static void
on_choice_setup (GtkSignalListItemFactory *factory,
                 GtkListItem *item,
                 gpointer user_data)
{
  gtk_list_item_set_child (item, gtk_label_new (NULL));
}

static void
on_choice_bind (GtkSignalListItemFactory *factory,
                GtkListItem *item,
                gpointer user_data)
{
  const char *choice = gtk_string_object_get_string (gtk_list_item_get_item (item));

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), choice);
  gtk_list_item_set_accessible_label (item, choice);
}

/* In a narrow window the title goes on a second line; libadwaita's own row would cut the choice to a few letters. */
static void
keep_choice_whole (AdwComboRow *row)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (on_choice_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_choice_bind), NULL);
  adw_combo_row_set_list_factory (row, adw_combo_row_get_factory (row));
  adw_combo_row_set_factory (row, factory);
  g_object_unref (factory);
}

static void
show_lock_minutes (HyPreferencesDialog *self)
{
  guint minutes, nearest = 0;
  g_autoptr (GtkStringList) choices = gtk_string_list_new (NULL);

  g_settings_get (self->settings, "auto-lock-minutes", "u", &minutes);
  for (guint i = 0; i < G_N_ELEMENTS (lock_minutes); i++)
    {
      g_autofree char *text =
          g_strdup_printf (ngettext ("After %u minute", "After %u minutes", lock_minutes[i]), lock_minutes[i]);

      gtk_string_list_append (choices, text);
      if (lock_minutes[i] <= minutes)
        nearest = i;
    }
  g_signal_handlers_block_by_func (self->lock_row, on_lock_selected, self);
  adw_combo_row_set_model (self->lock_row, G_LIST_MODEL (choices));
  adw_combo_row_set_selected (self->lock_row, nearest);
  g_signal_handlers_unblock_by_func (self->lock_row, on_lock_selected, self);
}

/* -- ways in -- */

/* A whole date in the person's own words; years are shown, since a passphrase may be old. */
static char *
dup_day (gint64 seconds)
{
  g_autoptr (GDateTime) at = g_date_time_new_from_unix_local (seconds);
  HyDate date = { g_date_time_get_year (at), g_date_time_get_month (at), g_date_time_get_day_of_month (at) };

  return hy_date_dup_display (date);
}

static void
show_ways_in (HyPreferencesDialog *self)
{
  gint64 passphrase_s = hy_session_get_passphrase_s (self->session);
  gint64 recovery_s = hy_session_get_recovery_s (self->session);
  gint64 proved_s = hy_session_get_proved_s (self->session);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) limit = g_date_time_add_months (now, -PROOF_MONTHS);
  gboolean due = MAX (proved_s, recovery_s) < g_date_time_to_unix (limit);
  g_autofree char *passphrase_day = dup_day (passphrase_s);
  g_autofree char *recovery_day = dup_day (proved_s > 0 ? proved_s : recovery_s);
  g_autofree char *passphrase = NULL;
  g_autofree char *recovery = NULL;

  /* Translators: %s is a date, as in "3 March 2026" */
  passphrase = g_strdup_printf (_ ("Chosen on %s"), passphrase_day);
  if (proved_s > 0)
    /* Translators: %s is a date; "proved" is that the person showed that the sheet is at hand and opens the vault */
    recovery = g_strdup_printf (_ ("Last proved on %s"), recovery_day);
  else
    /* Translators: %s is a date, of the recovery sheet */
    recovery = g_strdup_printf (_ ("Made on %s"), recovery_day);
  adw_action_row_set_subtitle (self->passphrase_row, passphrase);
  adw_action_row_set_subtitle (self->recovery_row, recovery);
  gtk_widget_set_visible (GTK_WIDGET (self->due_badge), due);
}

static void
say (HyPreferencesDialog *self,
     const char *sentence)
{
  show_ways_in (self);
  adw_preferences_dialog_add_toast (ADW_PREFERENCES_DIALOG (self), adw_toast_new (sentence));
}

static void
on_changed (HyPreferencesDialog *self)
{
  say (self, _ ("The passphrase is changed"));
}

static void
on_change_clicked (HyPreferencesDialog *self)
{
  AdwDialog *dialog = hy_passphrase_dialog_new (self->session);

  g_signal_connect_object (dialog, "changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

/* The page that had the focus is gone, and the dialog would no longer hear Escape. */
static void
on_proof_left (HyPreferencesDialog *self)
{
  gtk_widget_grab_focus (self->prove_button);
}

static void
on_proved (HyPreferencesDialog *self)
{
  adw_preferences_dialog_pop_subpage (ADW_PREFERENCES_DIALOG (self));
  say (self, _ ("This sheet opens your space"));
}

static void
on_prove_clicked (HyPreferencesDialog *self)
{
  HyRecoveryEntryPage *page = hy_recovery_entry_page_new_proof (self->session);

  g_signal_connect_object (page, "proved", G_CALLBACK (on_proved), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "hidden", G_CALLBACK (on_proof_left), self, G_CONNECT_SWAPPED);
  adw_preferences_dialog_push_subpage (ADW_PREFERENCES_DIALOG (self), ADW_NAVIGATION_PAGE (page));
}

/* -- verify -- */

/* The verdict is the first word of @text; @style, a class of the icon, says it again. */
static void
show_verdict (HyPreferencesDialog *self,
              const char *icon_name,
              const char *style,
              const char *text)
{
  gtk_image_set_from_icon_name (self->verify_icon, icon_name);
  gtk_widget_set_css_classes (GTK_WIDGET (self->verify_icon), (const char *[]) { style, NULL });
  adw_action_row_set_subtitle (self->verify_row, text);
}

static void
show_verified (HyPreferencesDialog *self,
               GPtrArray *damaged)
{
  g_autofree char *text = NULL;
  AdwExpanderRow *row;

  if (damaged->len == 0)
    {
      show_verdict (self, "hy-check-round-symbolic", "success", _ ("Intact: every entry and every file of this space was read"));
      return;
    }

  text = g_strdup_printf (ngettext ("%u damaged. All else is intact. Bring it in again from where it came.",
                                    "%u damaged. All else is intact. Bring them in again from where they came.", damaged->len),
                          damaged->len);
  show_verdict (self, "dialog-warning-symbolic", "error", text);
  row = ADW_EXPANDER_ROW (adw_expander_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Which ones"));
  for (guint i = 0; i < MIN (damaged->len, MAX_DAMAGED); i++)
    adw_expander_row_add_row (row, g_object_new (ADW_TYPE_ACTION_ROW,
                                                 "use-markup", FALSE,
                                                 "title", g_ptr_array_index (damaged, i),
                                                 NULL));
  if (damaged->len > MAX_DAMAGED)
    {
      guint more = damaged->len - MAX_DAMAGED;
      g_autofree char *title = g_strdup_printf (ngettext ("And %'u more", "And %'u more", more), more);

      adw_expander_row_add_row (row, g_object_new (ADW_TYPE_ACTION_ROW, "title", title, NULL));
    }
  self->damaged_row = GTK_WIDGET (row);
  adw_preferences_group_add (self->safekeeping_group, self->damaged_row);
}

static void
set_verifying (HyPreferencesDialog *self,
               gboolean verifying)
{
  gboolean had_focus = gtk_widget_has_focus (self->verify_button);

  gtk_widget_set_visible (self->verify_spinner, verifying);
  gtk_widget_set_sensitive (self->verify_button, !verifying);
  /* An insensitive button loses the focus, and the dialog would no longer hear Escape. */
  if (had_focus)
    gtk_widget_grab_focus (GTK_WIDGET (self->verify_row));
  else if (!verifying && gtk_widget_has_focus (GTK_WIDGET (self->verify_row)))
    gtk_widget_grab_focus (self->verify_button);
}

static DexFuture *
verify_fiber (gpointer user_data)
{
  HyPreferencesDialog *self = user_data;
  HyAccess *access = hy_space_get_access (self->space);
  g_autoptr (GPtrArray) damaged = NULL;
  g_autoptr (GError) error = NULL;

  damaged = dex_await_boxed (hy_record_verify (access), &error);
  if (hy_scope_is_cancelled (self->scope))
    return dex_future_new_true ();
  set_verifying (self, FALSE);
  if (damaged != NULL)
    show_verified (self, damaged);
  else
    show_verdict (self, "dialog-warning-symbolic", "warning", error->message);
  gtk_accessible_announce (GTK_ACCESSIBLE (self->verify_row), adw_action_row_get_subtitle (self->verify_row),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  return dex_future_new_true ();
}

static void
on_verify_clicked (HyPreferencesDialog *self)
{
  if (self->damaged_row != NULL)
    {
      adw_preferences_group_remove (self->safekeeping_group, self->damaged_row);
      self->damaged_row = NULL;
    }
  show_verdict (self, "hy-shield-symbolic", NULL, _ ("Reading every entry and every file"));
  set_verifying (self, TRUE);
  hy_spawn ("verify", verify_fiber, g_object_ref (self), g_object_unref, self->scope);
}

/* -- the object -- */

static void
hy_preferences_dialog_closed (AdwDialog *dialog)
{
  hy_scope_cancel (HY_PREFERENCES_DIALOG (dialog)->scope);
}

static void
hy_preferences_dialog_dispose (GObject *object)
{
  HyPreferencesDialog *self = HY_PREFERENCES_DIALOG (object);

  hy_scope_cancel (self->scope);
  gtk_widget_dispose_template (GTK_WIDGET (self), HY_TYPE_PREFERENCES_DIALOG);
  G_OBJECT_CLASS (hy_preferences_dialog_parent_class)->dispose (object);
}

static void
hy_preferences_dialog_finalize (GObject *object)
{
  HyPreferencesDialog *self = HY_PREFERENCES_DIALOG (object);

  g_clear_object (&self->session);
  g_clear_object (&self->space);
  g_clear_object (&self->scope);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (hy_preferences_dialog_parent_class)->finalize (object);
}

static void
hy_preferences_dialog_class_init (HyPreferencesDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hy_preferences_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = hy_preferences_dialog_finalize;
  ADW_DIALOG_CLASS (klass)->closed = hy_preferences_dialog_closed;

  /* A dialog keeps the window's keys to itself; this one has to work everywhere. */
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_l, GDK_CONTROL_MASK, "app.lock", NULL);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hygie/Hygie/ui/hy-preferences-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HyPreferencesDialog, lock_row);
  gtk_widget_class_bind_template_child (widget_class, HyPreferencesDialog, lock_screen_row);
  gtk_widget_class_bind_template_child (widget_class, HyPreferencesDialog, passphrase_row);
  gtk_widget_class_bind_template_child (widget_class, HyPreferencesDialog, recovery_row);
  gtk_widget_class_bind_template_child (widget_class, HyPreferencesDialog, due_badge);
  gtk_widget_class_bind_template_child (widget_class, HyPreferencesDialog, prove_button);
  gtk_widget_class_bind_template_child (widget_class, HyPreferencesDialog, notify_row);
  gtk_widget_class_bind_template_child (widget_class, HyPreferencesDialog, safekeeping_group);
  gtk_widget_class_bind_template_child (widget_class, HyPreferencesDialog, verify_row);
  gtk_widget_class_bind_template_child (widget_class, HyPreferencesDialog, verify_icon);
  gtk_widget_class_bind_template_child (widget_class, HyPreferencesDialog, verify_spinner);
  gtk_widget_class_bind_template_child (widget_class, HyPreferencesDialog, verify_button);
  gtk_widget_class_bind_template_callback (widget_class, on_lock_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_change_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_prove_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_verify_clicked);
}

static void
hy_preferences_dialog_init (HyPreferencesDialog *self)
{
  self->scope = hy_scope_new ();
  g_type_ensure (HY_TYPE_BADGE);
  gtk_widget_init_template (GTK_WIDGET (self));
  hy_badge_set (self->due_badge, "alarm-symbolic", C_ ("recovery sheet", "Due"), "warning");
  hy_choice_names_add (self->lock_row);
  keep_choice_whole (self->lock_row);
}

AdwDialog *
hy_preferences_dialog_new (HySession *session,
                           HySpace *space)
{
  HyPreferencesDialog *self;

  g_return_val_if_fail (HY_IS_SESSION (session), NULL);
  g_return_val_if_fail (HY_IS_SPACE (space), NULL);

  self = g_object_new (HY_TYPE_PREFERENCES_DIALOG, NULL);
  self->session = g_object_ref (session);
  self->space = g_object_ref (space);
  self->settings = g_settings_new (HY_APP_ID);
  show_lock_minutes (self);
  g_settings_bind (self->settings, "lock-with-screen", self->lock_screen_row, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "notify-new-documents", self->notify_row, "active", G_SETTINGS_BIND_DEFAULT);
  show_ways_in (self);
  return ADW_DIALOG (self);
}
