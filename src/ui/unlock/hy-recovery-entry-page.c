/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nine groups of four, typed one after the other or pasted whole into any field. */

#include "config.h"

#include "ui/unlock/hy-recovery-entry-page.h"

#include "base/hy-async.h"
#include "base/hy-base32.h"
#include "base/hy-error.h"
#include "space/hy-session.h"
#include "ui/first-start/hy-recovery-sheet.h"

#include <glib/gi18n.h>
#include <string.h>

struct _HyRecoveryEntryPage
{
  AdwNavigationPage parent_instance;

  AdwWrapBox *fields;
  GtkWidget *refusal;
  GtkLabel *refusal_text;
  GtkWidget *open_button;
  GtkStack *open_stack;
  GtkLabel *heading;
  GtkLabel *open_label;
  GtkLabel *working_label;

  GtkEditable *entries[HY_RECOVERY_GROUPS];
  gboolean setting; /* the text of an entry is being set by us */
  char *dir;
  HySession *session; /* nullable: whose sheet is proved, instead of opening */
  HySecret *secret; /* while it is tried */
  gboolean unlocked;
  HyScope *scope;
};

G_DEFINE_FINAL_TYPE (HyRecoveryEntryPage, hy_recovery_entry_page, ADW_TYPE_NAVIGATION_PAGE)

enum
{
  UNLOCKED,
  PROVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
is_complete (HyRecoveryEntryPage *self)
{
  for (guint i = 0; i < HY_RECOVERY_GROUPS; i++)
    if (strlen (gtk_editable_get_text (self->entries[i])) != HY_RECOVERY_GROUP_SIZE)
      return FALSE;
  return TRUE;
}

static void
show_state (HyRecoveryEntryPage *self)
{
  gboolean working = self->secret != NULL || self->unlocked;

  for (guint i = 0; i < HY_RECOVERY_GROUPS; i++)
    gtk_editable_set_editable (self->entries[i], !working);
  gtk_stack_set_visible_child_name (self->open_stack, working ? "working" : "ready");
  gtk_widget_set_sensitive (self->open_button, is_complete (self) && !working);
}

static void
set_entry (HyRecoveryEntryPage *self,
           guint i,
           const char *letters)
{
  int position = gtk_editable_get_position (self->entries[i]);

  /* Notifications may come late, after "setting" is over: no change must end the round. */
  if (strcmp (gtk_editable_get_text (self->entries[i]), letters) == 0)
    return;
  self->setting = TRUE;
  gtk_editable_set_text (self->entries[i], letters);
  gtk_editable_set_position (self->entries[i], MIN (position, (int) strlen (letters)));
  self->setting = FALSE;
}

/* Keeps what can stand on a sheet, in capitals; what is too much for one field goes on into the next ones. */
static void
on_typed (HyRecoveryEntryPage *self,
          GParamSpec *pspec G_GNUC_UNUSED,
          GtkEditable *entry)
{
  g_autofree char *typed = NULL;
  char letters[HY_RECOVERY_GROUP_SIZE + 1] = "";
  guint first = 0, field, n = 0;
  gboolean overflow = FALSE;

  if (self->setting)
    return;
  while (first < HY_RECOVERY_GROUPS - 1 && self->entries[first] != entry)
    first++;
  field = first;
  typed = g_strdup (gtk_editable_get_text (entry));
  for (const char *p = typed; *p != '\0' && field < HY_RECOVERY_GROUPS; p = g_utf8_next_char (p))
    {
      gunichar ch = g_utf8_get_char (p);

      if (hy_base32_value (ch) < 0)
        continue;
      if (n == HY_RECOVERY_GROUP_SIZE)
        {
          set_entry (self, field++, letters);
          overflow = TRUE;
          n = 0;
          if (field == HY_RECOVERY_GROUPS)
            break;
        }
      letters[n++] = (char) g_ascii_toupper ((char) ch);
      letters[n] = '\0';
    }
  if (field < HY_RECOVERY_GROUPS)
    set_entry (self, field, letters);
  explicit_bzero (letters, sizeof letters);
  explicit_bzero (typed, strlen (typed));

  show_state (self);
  if (is_complete (self))
    gtk_widget_grab_focus (self->open_button);
  else if (field < HY_RECOVERY_GROUPS - 1 && n == HY_RECOVERY_GROUP_SIZE)
    gtk_widget_grab_focus (GTK_WIDGET (self->entries[field + 1]));
  else if (overflow && field < HY_RECOVERY_GROUPS)
    {
      gtk_widget_grab_focus (GTK_WIDGET (self->entries[field]));
      gtk_editable_set_position (self->entries[field], -1);
    }
}

static void
show_refusal (HyRecoveryEntryPage *self,
              const char *sentence)
{
  gtk_label_set_label (self->refusal_text, sentence);
  gtk_widget_set_visible (self->refusal, *sentence != '\0');
  if (*sentence != '\0')
    gtk_accessible_announce (GTK_ACCESSIBLE (self), sentence, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

static void
clear_fields (HyRecoveryEntryPage *self)
{
  for (guint i = 0; i < HY_RECOVERY_GROUPS; i++)
    set_entry (self, i, "");
  show_state (self);
}

/* What was typed stays: one wrong letter in thirty-six is no reason to begin again. */
static void
show_failure (HyRecoveryEntryPage *self,
              const GError *error)
{
  if (g_error_matches (error, HY_ERROR, HY_ERROR_WRONG_SECRET))
    show_refusal (self, _ ("This did not open it. Check the groups and try again."));
  else if (g_error_matches (error, HY_ERROR, HY_ERROR_BUSY))
    show_refusal (self, _ ("Another program has this safe open. Close it there, then try again."));
  else
    show_refusal (self, error->message);
  show_state (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->entries[0]));
}

static DexFuture *
open_fiber (gpointer user_data)
{
  HyRecoveryEntryPage *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HySession) session = dex_await_object (hy_session_unlock_recovery (self->dir, self->secret), &error);

  g_clear_pointer (&self->secret, hy_secret_unref);
  if (session == NULL && g_error_matches (error, DEX_ERROR, DEX_ERROR_FIBER_CANCELLED))
    return dex_future_new_true ();
  if (session != NULL)
    {
      self->unlocked = TRUE;
      clear_fields (self);
      g_signal_emit (self, signals[UNLOCKED], 0, session);
      return dex_future_new_true ();
    }
  show_failure (self, error);
  return dex_future_new_true ();
}

static DexFuture *
prove_fiber (gpointer user_data)
{
  HyRecoveryEntryPage *self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean proved = dex_await (hy_session_prove_recovery (self->session, self->secret), &error);

  g_clear_pointer (&self->secret, hy_secret_unref);
  if (self->scope == NULL || hy_scope_is_cancelled (self->scope))
    return dex_future_new_true ();
  if (!proved)
    {
      show_failure (self, error);
      return dex_future_new_true ();
    }
  clear_fields (self);
  g_signal_emit (self, signals[PROVED], 0);
  return dex_future_new_true ();
}

static void
on_open_clicked (HyRecoveryEntryPage *self)
{
  guint8 *key;

  if (!gtk_widget_get_sensitive (self->open_button))
    return;
  self->secret = hy_secret_new (HY_RECOVERY_GROUPS * HY_RECOVERY_GROUP_SIZE);
  key = hy_secret_open_rw (self->secret);
  for (guint i = 0; i < HY_RECOVERY_GROUPS; i++)
    memcpy (key + i * HY_RECOVERY_GROUP_SIZE, gtk_editable_get_text (self->entries[i]), HY_RECOVERY_GROUP_SIZE);
  hy_secret_close (self->secret);
  show_refusal (self, "");
  show_state (self);
  if (self->session != NULL)
    hy_spawn ("prove the recovery key", prove_fiber, g_object_ref (self), g_object_unref, self->scope);
  else
    hy_spawn ("unlock with the recovery key", open_fiber, g_object_ref (self), g_object_unref, self->scope);
}

static void
add_field (HyRecoveryEntryPage *self,
           guint i)
{
  g_autofree char *place = g_strdup_printf ("%u", i + 1);
  g_autofree char *name = g_strdup_printf (_ ("Group %u"), i + 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *number = g_object_new (GTK_TYPE_LABEL, "label", place, "width-chars", 1,
                                    "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  GtkWidget *entry = g_object_new (GTK_TYPE_ENTRY,
                                   "width-chars", 5,
                                   "max-width-chars", 5,
                                   "input-hints", GTK_INPUT_HINT_NO_SPELLCHECK | GTK_INPUT_HINT_PRIVATE | GTK_INPUT_HINT_UPPERCASE_CHARS,
                                   NULL);

  gtk_widget_add_css_class (number, "dimmed");
  gtk_widget_add_css_class (number, "numeric");
  gtk_widget_add_css_class (entry, "recovery-letters");
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_swapped (entry, "notify::text", G_CALLBACK (on_typed), self);
  g_signal_connect_swapped (entry, "activate", G_CALLBACK (on_open_clicked), self);
  gtk_box_append (GTK_BOX (box), number);
  gtk_box_append (GTK_BOX (box), entry);
  adw_wrap_box_append (self->fields, box);
  self->entries[i] = GTK_EDITABLE (entry);
}

static void
hy_recovery_entry_page_shown (AdwNavigationPage *page)
{
  gtk_widget_grab_focus (GTK_WIDGET (HY_RECOVERY_ENTRY_PAGE (page)->entries[0]));
}

static void
hy_recovery_entry_page_hidden (AdwNavigationPage *page)
{
  clear_fields (HY_RECOVERY_ENTRY_PAGE (page));
}

static void
hy_recovery_entry_page_root (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hy_recovery_entry_page_parent_class)->root (widget);
  HY_RECOVERY_ENTRY_PAGE (widget)->scope = hy_scope_new ();
}

static void
hy_recovery_entry_page_unroot (GtkWidget *widget)
{
  HyRecoveryEntryPage *self = HY_RECOVERY_ENTRY_PAGE (widget);

  /* A lock takes the dialog away without hiding its page first. */
  clear_fields (self);
  hy_scope_cancel (self->scope);
  g_clear_object (&self->scope);
  GTK_WIDGET_CLASS (hy_recovery_entry_page_parent_class)->unroot (widget);
}

static void
hy_recovery_entry_page_dispose (GObject *object)
{
  HyRecoveryEntryPage *self = HY_RECOVERY_ENTRY_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), HY_TYPE_RECOVERY_ENTRY_PAGE);
  g_clear_pointer (&self->secret, hy_secret_unref);
  g_clear_pointer (&self->dir, g_free);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (hy_recovery_entry_page_parent_class)->dispose (object);
}

static void
hy_recovery_entry_page_class_init (HyRecoveryEntryPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hy_recovery_entry_page_dispose;
  widget_class->root = hy_recovery_entry_page_root;
  widget_class->unroot = hy_recovery_entry_page_unroot;
  ADW_NAVIGATION_PAGE_CLASS (klass)->shown = hy_recovery_entry_page_shown;
  ADW_NAVIGATION_PAGE_CLASS (klass)->hidden = hy_recovery_entry_page_hidden;

  signals[UNLOCKED] = g_signal_new ("unlocked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, HY_TYPE_SESSION);
  signals[PROVED] = g_signal_new ("proved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hygie/Hygie/ui/hy-recovery-entry-page.ui");
  gtk_widget_class_bind_template_child (widget_class, HyRecoveryEntryPage, fields);
  gtk_widget_class_bind_template_child (widget_class, HyRecoveryEntryPage, refusal);
  gtk_widget_class_bind_template_child (widget_class, HyRecoveryEntryPage, refusal_text);
  gtk_widget_class_bind_template_child (widget_class, HyRecoveryEntryPage, open_button);
  gtk_widget_class_bind_template_child (widget_class, HyRecoveryEntryPage, open_stack);
  gtk_widget_class_bind_template_child (widget_class, HyRecoveryEntryPage, heading);
  gtk_widget_class_bind_template_child (widget_class, HyRecoveryEntryPage, open_label);
  gtk_widget_class_bind_template_child (widget_class, HyRecoveryEntryPage, working_label);
  gtk_widget_class_bind_template_callback (widget_class, on_open_clicked);
}

static void
hy_recovery_entry_page_init (HyRecoveryEntryPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < HY_RECOVERY_GROUPS; i++)
    add_field (self, i);
  show_state (self);
}

/**
 * hy_recovery_entry_page_new:
 * @dir: the vault
 */
HyRecoveryEntryPage *
hy_recovery_entry_page_new (const char *dir)
{
  HyRecoveryEntryPage *self = g_object_new (HY_TYPE_RECOVERY_ENTRY_PAGE, NULL);

  self->dir = g_strdup (dir);
  return self;
}

/**
 * hy_recovery_entry_page_new_proof:
 *
 * Asks for the nine groups to show that the sheet is at hand and right.  The key is not kept anywhere, so that no part of
 * it can be compared: the whole of it has to open the vault.
 */
HyRecoveryEntryPage *
hy_recovery_entry_page_new_proof (HySession *session)
{
  HyRecoveryEntryPage *self = g_object_new (HY_TYPE_RECOVERY_ENTRY_PAGE, NULL);

  self->session = g_object_ref (session);
  gtk_label_set_label (self->heading, _ ("Show that you have the sheet"));
  gtk_label_set_label (self->open_label, _ ("_Prove"));
  gtk_label_set_label (self->working_label, _ ("Being checked"));
  return self;
}
