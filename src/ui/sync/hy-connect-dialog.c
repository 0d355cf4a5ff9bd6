/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The token goes from the entry straight into a HySecret, and the entry is emptied before the server is asked. */

#include "config.h"

#include "ui/sync/hy-connect-dialog.h"

#include "base/hy-async.h"
#include "space/hy-space-sync.h"
#include "ui/documents/hy-badge.h"
#include "ui/sync/hy-token-dialog.h"

#include <glib/gi18n.h>

#define AVATAR_SIZE 40

struct _HyConnectDialog
{
  AdwDialog parent_instance;

  AdwNavigationView *navigation;
  AdwBanner *error_banner;
  AdwEntryRow *address_row;
  AdwPasswordEntryRow *token_row;
  GtkWidget *connect_button;
  GtkStack *connect_stack;

  AdwNavigationPage *person_page;
  AdwBanner *use_banner;
  GtkLabel *question_label;
  GtkLabel *compare_label;
  GtkListBox *patients_box;
  GtkWidget *other_group;
  AdwActionRow *other_row;
  GtkCheckButton *other_check;
  AdwEntryRow *name_row;
  AdwSwitchRow *keep_row;
  GtkWidget *use_button;

  HySpace *space;
  HySpaceSync *sync;          /* of the space */
  HySecret *token;            /* nullable: none was given */
  GCancellable *cancellable;  /* nullable: of the question under way */
  HySpaceSyncOffer *offer;    /* nullable: what answered */
  const HySpaceSyncPatient *chosen; /* nullable: of the offer */
  HyScope *scope;
  gboolean connecting;
};

G_DEFINE_FINAL_TYPE (HyConnectDialog, hy_connect_dialog, ADW_TYPE_DIALOG)

enum
{
  CONNECTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
show_error (HyConnectDialog *self,
            AdwBanner *banner,
            const char *sentence)
{
  adw_banner_set_title (banner, sentence);
  adw_banner_set_revealed (banner, TRUE);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), sentence, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

/* -- whose record -- */

/* Those of this space first, those of somebody else last. */
static int
compare_patients (gconstpointer a,
                  gconstpointer b)
{
  const HySpaceSyncPatient *left = *(const HySpaceSyncPatient *const *) a;
  const HySpaceSyncPatient *right = *(const HySpaceSyncPatient *const *) b;

  if (left->match != right->match)
    return (int) left->match - (int) right->match;
  return g_utf8_collate (left->name, right->name);
}

static char *
dup_born (HyDate birth_date)
{
  g_autofree char *date = hy_date_dup_display (birth_date);

  if (*date == '\0')
    return g_strdup (_ ("Birth date not said"));
  /* Translators: then a date, which may be only a year */
  return g_strdup_printf (_ ("Born %s"), date);
}

static const char *
get_match_words (HyPersonMatch match)
{
  switch (match)
    {
    case HY_PERSON_SAME:
      return C_ ("whose record", "Same person");
    case HY_PERSON_OTHER:
      return C_ ("whose record", "Somebody else");
    case HY_PERSON_UNSURE:
    default:
      return C_ ("whose record", "Please compare");
    }
}

static GtkWidget *
new_match_badge (HyPersonMatch match)
{
  GtkWidget *badge = hy_badge_new ();

  if (match == HY_PERSON_SAME)
    hy_badge_set (HY_BADGE (badge), "hy-check-round-symbolic", get_match_words (match), "success");
  else if (match == HY_PERSON_OTHER)
    hy_badge_set (HY_BADGE (badge), "system-users-symbolic", get_match_words (match), "warning");
  else
    hy_badge_set (HY_BADGE (badge), "dialog-question-symbolic", get_match_words (match), NULL);
  return badge;
}

static void
review_choice (HyConnectDialog *self)
{
  gboolean other = self->chosen != NULL && self->chosen->match == HY_PERSON_OTHER;

  gtk_widget_set_visible (self->other_group, other);
  gtk_widget_set_sensitive (self->use_button, self->chosen != NULL && !self->connecting &&
                                                  (!other || gtk_check_button_get_active (self->other_check)));
}

static void
choose (HyConnectDialog *self,
        const HySpaceSyncPatient *patient)
{
  self->chosen = patient;
  /* Said anew for each of them. */
  gtk_check_button_set_active (self->other_check, FALSE);
  review_choice (self);
}

static void
on_patient_toggled (HyConnectDialog *self,
                    GtkCheckButton *check)
{
  if (gtk_check_button_get_active (check))
    choose (self, g_object_get_data (G_OBJECT (check), "patient"));
}

static void
on_other_toggled (HyConnectDialog *self)
{
  review_choice (self);
}

/* One alone needs no choosing: @group is NULL then. */
static GtkWidget *
add_patient (HyConnectDialog *self,
             HySpaceSyncPatient *patient,
             GtkCheckButton **group)
{
  const char *name = *patient->name != '\0' ? patient->name : _ ("Name not said");
  g_autofree char *born = dup_born (patient->birth_date);
  g_autofree char *spoken = g_strdup_printf ("%s, %s, %s", name, born, get_match_words (patient->match));
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", name, "subtitle", born,
                                 "title-lines", 0, NULL);

  adw_action_row_add_suffix (ADW_ACTION_ROW (row), new_match_badge (patient->match));
  if (group != NULL)
    {
      GtkWidget *check = gtk_check_button_new ();

      gtk_check_button_set_group (GTK_CHECK_BUTTON (check), *group);
      if (*group == NULL)
        *group = GTK_CHECK_BUTTON (check);
      gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
      g_object_set_data (G_OBJECT (check), "patient", patient);
      g_signal_connect_swapped (check, "toggled", G_CALLBACK (on_patient_toggled), self);
      gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
      adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
      adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
    }
  else
    {
      GtkWidget *avatar = adw_avatar_new (AVATAR_SIZE, name, /* show_initials= */ TRUE);

      gtk_widget_set_valign (avatar, GTK_ALIGN_CENTER);
      adw_action_row_add_prefix (ADW_ACTION_ROW (row), avatar);
    }
  gtk_list_box_append (self->patients_box, row);
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  return row;
}

static char *
dup_question (HyConnectDialog *self,
              gboolean several)
{
  HySpaceInfo *info = hy_space_get_info (self->space);

  if (hy_space_info_get_own (info))
    return g_strdup (several ? _ ("Which record is yours?") : _ ("Is this you?"));
  /* Translators: a first name */
  return g_strdup_printf (several ? _ ("Which record is the one of %s?") : _ ("Is this %s?"), hy_space_info_get_given (info));
}

static void
show_person_page (HyConnectDialog *self)
{
  HySpaceInfo *info = hy_space_get_info (self->space);
  GPtrArray *patients = self->offer->patients;
  g_autofree char *question = dup_question (self, patients->len > 1);
  g_autofree char *born = dup_born (hy_space_info_get_birth_date (info));
  /* Translators: a name, then "Born 14 May 1961" */
  g_autofree char *compare = g_strdup_printf (_ ("This space: %s. %s."), hy_space_info_get_name (info), born);
  /* Translators: a person's name */
  g_autofree char *other = g_strdup_printf (_ ("Its birth date or number is not the one of %s. If you use it, all that comes from there "
                                               "is marked “About somebody else”. It may be better to keep it in a space of its own."),
                                            hy_space_info_get_name (info));
  GtkCheckButton *group = NULL;

  gtk_label_set_text (self->question_label, question);
  gtk_label_set_text (self->compare_label, compare);
  adw_action_row_set_subtitle (self->other_row, other);
  gtk_widget_set_visible (GTK_WIDGET (self->keep_row), self->token != NULL);
  adw_banner_set_revealed (self->use_banner, FALSE);
  gtk_list_box_remove_all (self->patients_box);
  g_ptr_array_sort (patients, compare_patients);
  for (guint i = 0; i < patients->len; i++)
    add_patient (self, g_ptr_array_index (patients, i), patients->len > 1 ? &group : NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->patients_box), GTK_ACCESSIBLE_PROPERTY_LABEL, question, -1);
  choose (self, patients->len == 1 ? g_ptr_array_index (patients, 0) : NULL);
  adw_navigation_view_push (self->navigation, self->person_page);
}

/* On the one thing that is to be done there. */
static void
on_person_shown (HyConnectDialog *self)
{
  if (self->offer->patients->len > 1)
    gtk_widget_child_focus (GTK_WIDGET (self->patients_box), GTK_DIR_TAB_FORWARD);
  else if (gtk_widget_get_sensitive (self->use_button))
    gtk_widget_grab_focus (self->use_button);
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->other_check));
}

static DexFuture *
connect_fiber (gpointer user_data)
{
  HyConnectDialog *self = user_data;
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name_row))));
  g_autoptr (GError) error = NULL;
  gboolean done;

  done = dex_await (hy_space_sync_connect (self->sync, self->offer, name, self->chosen->id,
                                           self->chosen->match == HY_PERSON_OTHER, self->token,
                                           self->token != NULL && adw_switch_row_get_active (self->keep_row)),
                    &error);
  if (hy_scope_is_cancelled (self->scope))
    return dex_future_new_true ();
  self->connecting = FALSE;
  if (!done)
    {
      show_error (self, self->use_banner, error->message);
      review_choice (self);
      return dex_future_new_true ();
    }
  g_signal_emit (self, signals[CONNECTED], 0);
  adw_dialog_force_close (ADW_DIALOG (self));
  return dex_future_new_true ();
}

static void
on_use_clicked (HyConnectDialog *self)
{
  self->connecting = TRUE;
  review_choice (self);
  adw_banner_set_revealed (self->use_banner, FALSE);
  hy_spawn ("connect", connect_fiber, g_object_ref (self), g_object_unref, self->scope);
}

/* -- the server -- */

static void
set_asking (HyConnectDialog *self,
            gboolean asking)
{
  gtk_stack_set_visible_child_name (self->connect_stack, asking ? "asking" : "ready");
  /* Not insensitive, which would take the focus out of an entry without telling it. */
  gtk_editable_set_editable (GTK_EDITABLE (self->address_row), !asking);
  gtk_editable_set_editable (GTK_EDITABLE (self->token_row), !asking);
  if (asking)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), _ ("Asking the server"), GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
stop_asking (HyConnectDialog *self)
{
  if (self->cancellable == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  set_asking (self, FALSE);
  hy_token_entry_put_back (GTK_EDITABLE (self->token_row), self->token);
  gtk_widget_grab_focus (GTK_WIDGET (self->address_row));
}

typedef struct
{
  HyConnectDialog *dialog;
  GCancellable *cancellable;
  char *address;
} Question;

static void
question_free (Question *question)
{
  g_object_unref (question->dialog);
  g_object_unref (question->cancellable);
  g_free (question->address);
  g_free (question);
}

static DexFuture *
ask_fiber (gpointer user_data)
{
  Question *question = user_data;
  HyConnectDialog *self = question->dialog;
  g_autoptr (GError) error = NULL;
  g_autoptr (HySpaceSyncOffer) offer =
      dex_await_boxed (hy_space_sync_ask (self->sync, question->address, self->token, question->cancellable), &error);

  /* Stopped, or asked again: this answer is nobody's any more. */
  if (hy_scope_is_cancelled (self->scope) || self->cancellable != question->cancellable)
    return dex_future_new_true ();
  if (offer == NULL)
    {
      stop_asking (self);
      show_error (self, self->error_banner, error->message);
      return dex_future_new_true ();
    }
  g_clear_object (&self->cancellable);
  set_asking (self, FALSE);
  g_clear_pointer (&self->offer, hy_space_sync_offer_free);
  self->offer = g_steal_pointer (&offer);
  show_person_page (self);
  return dex_future_new_true ();
}

static char *
dup_address (HyConnectDialog *self)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->address_row))));
}

static void
on_connect_clicked (HyConnectDialog *self)
{
  g_autofree char *address = dup_address (self);
  Question *question;

  if (*address == '\0' || self->cancellable != NULL)
    return;
  self->chosen = NULL;
  g_clear_pointer (&self->token, hy_secret_unref);
  self->token = hy_token_entry_take (GTK_EDITABLE (self->token_row));
  self->cancellable = g_cancellable_new ();
  adw_banner_set_revealed (self->error_banner, FALSE);
  set_asking (self, TRUE);

  question = g_new0 (Question, 1);
  question->dialog = g_object_ref (self);
  question->cancellable = g_object_ref (self->cancellable);
  question->address = g_steal_pointer (&address);
  hy_spawn ("ask a server", ask_fiber, question, (GDestroyNotify) question_free, self->scope);
}

static void
on_address_changed (HyConnectDialog *self)
{
  g_autofree char *address = dup_address (self);

  gtk_widget_set_sensitive (self->connect_button, *address != '\0');
}

static void
on_address_activated (HyConnectDialog *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->token_row));
}

static void
on_cancel_clicked (HyConnectDialog *self)
{
  if (self->cancellable != NULL)
    stop_asking (self);
  else
    adw_dialog_close (ADW_DIALOG (self));
}

static void
on_address_shown (HyConnectDialog *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->address_row));
}

/* Back from whose record it is: the address may be mended, the token need not be typed again. */
static void
on_popped (HyConnectDialog *self)
{
  hy_token_entry_put_back (GTK_EDITABLE (self->token_row), self->token);
}

/* -- the object -- */

static gboolean
on_first_frame (GtkWidget *widget,
                GdkFrameClock *clock G_GNUC_UNUSED,
                gpointer user_data G_GNUC_UNUSED)
{
  gtk_widget_grab_focus (GTK_WIDGET (HY_CONNECT_DIALOG (widget)->address_row));
  return G_SOURCE_REMOVE;
}

/* As a bottom sheet, libadwaita gives the focus to the first button once it slides in. */
static void
hy_connect_dialog_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hy_connect_dialog_parent_class)->map (widget);
  gtk_widget_add_tick_callback (widget, on_first_frame, NULL, NULL);
}

static void
hy_connect_dialog_closed (AdwDialog *dialog)
{
  HyConnectDialog *self = HY_CONNECT_DIALOG (dialog);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  hy_scope_cancel (self->scope);
}

static void
hy_connect_dialog_dispose (GObject *object)
{
  HyConnectDialog *self = HY_CONNECT_DIALOG (object);

  hy_scope_cancel (self->scope);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), HY_TYPE_CONNECT_DIALOG);
  G_OBJECT_CLASS (hy_connect_dialog_parent_class)->dispose (object);
}

static void
hy_connect_dialog_finalize (GObject *object)
{
  HyConnectDialog *self = HY_CONNECT_DIALOG (object);

  g_clear_pointer (&self->token, hy_secret_unref);
  g_clear_pointer (&self->offer, hy_space_sync_offer_free);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->space);
  g_clear_object (&self->scope);
  G_OBJECT_CLASS (hy_connect_dialog_parent_class)->finalize (object);
}

static void
hy_connect_dialog_class_init (HyConnectDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hy_connect_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = hy_connect_dialog_finalize;
  ADW_DIALOG_CLASS (klass)->closed = hy_connect_dialog_closed;
  widget_class->map = hy_connect_dialog_map;
  signals[CONNECTED] = g_signal_new ("connected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  /* A dialog keeps the window's keys to itself; this one has to work everywhere. */
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_l, GDK_CONTROL_MASK, "app.lock", NULL);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hygie/Hygie/ui/hy-connect-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HyConnectDialog, navigation);
  gtk_widget_class_bind_template_child (widget_class, HyConnectDialog, error_banner);
  gtk_widget_class_bind_template_child (widget_class, HyConnectDialog, address_row);
  gtk_widget_class_bind_template_child (widget_class, HyConnectDialog, token_row);
  gtk_widget_class_bind_template_child (widget_class, HyConnectDialog, connect_button);
  gtk_widget_class_bind_template_child (widget_class, HyConnectDialog, connect_stack);
  gtk_widget_class_bind_template_child (widget_class, HyConnectDialog, person_page);
  gtk_widget_class_bind_template_child (widget_class, HyConnectDialog, use_banner);
  gtk_widget_class_bind_template_child (widget_class, HyConnectDialog, question_label);
  gtk_widget_class_bind_template_child (widget_class, HyConnectDialog, compare_label);
  gtk_widget_class_bind_template_child (widget_class, HyConnectDialog, patients_box);
  gtk_widget_class_bind_template_child (widget_class, HyConnectDialog, other_group);
  gtk_widget_class_bind_template_child (widget_class, HyConnectDialog, other_row);
  gtk_widget_class_bind_template_child (widget_class, HyConnectDialog, other_check);
  gtk_widget_class_bind_template_child (widget_class, HyConnectDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, HyConnectDialog, keep_row);
  gtk_widget_class_bind_template_child (widget_class, HyConnectDialog, use_button);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_address_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_address_shown);
  gtk_widget_class_bind_template_callback (widget_class, on_person_shown);
  gtk_widget_class_bind_template_callback (widget_class, on_address_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_connect_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_other_toggled);
  gtk_widget_class_bind_template_callback (widget_class, on_use_clicked);
}

static void
hy_connect_dialog_init (HyConnectDialog *self)
{
  self->scope = hy_scope_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->navigation, "popped", G_CALLBACK (on_popped), self);
}

AdwDialog *
hy_connect_dialog_new (HySpace *space)
{
  HyConnectDialog *self = g_object_new (HY_TYPE_CONNECT_DIALOG, NULL);

  self->space = g_object_ref (space);
  self->sync = hy_space_get_sync (space);
  return ADW_DIALOG (self);
}
