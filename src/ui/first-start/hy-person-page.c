/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One person, one space: step 3 of the first start, or one more later.  Nothing is chosen in advance that health depends on. */

#include "config.h"

#include "ui/first-start/hy-person-page.h"

#include "base/hy-async.h"
#include "ui/hy-choice-names.h"

#include <glib/gi18n.h>
#include <string.h>

/* Nobody on record has lived longer than 122 years. */
#define OLDEST_YEARS 125

struct _HyPersonPage
{
  AdwNavigationPage parent_instance;

  GtkWidget *lead;
  AdwToggleGroup *whose;
  GtkWidget *other_hint;
  AdwAvatar *avatar;
  AdwEntryRow *given;
  AdwEntryRow *family;
  AdwEntryRow *birth;
  GtkLabel *age;
  GtkPopover *calendar_popover;
  GtkCalendar *calendar;
  AdwComboRow *sex;
  GtkLabel *missing;
  GtkWidget *open_button;
  GtkStack *open_stack;
  GtkLabel *open_label;

  HyDate birth_date; /* complete and possible, or year 0 */
  gboolean setting_calendar;
  gboolean birth_left; /* the person has been in the birth row and gone on */
  gboolean working;
  HySession *session;
  GListModel *spaces; /* nullable: HySpaceInfo of those there are */
  HyScope *scope;
};

G_DEFINE_FINAL_TYPE (HyPersonPage, hy_person_page, ADW_TYPE_NAVIGATION_PAGE)

enum
{
  OPENED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
is_own (HyPersonPage *self)
{
  return g_strcmp0 (adw_toggle_group_get_active_name (self->whose), "other") != 0;
}

static char *
dup_trimmed (AdwEntryRow *row)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));
}

/* In some languages the word before a name depends on how the name begins: "de Jeanne", "d'Alice". */
static gboolean
begins_with_vowel (const char *name)
{
  g_autofree char *apart = g_utf8_normalize (name, -1, G_NORMALIZE_NFD);

  return apart != NULL && *apart != '\0' && strchr ("aeiouyhAEIOUYH", *apart) != NULL;
}

static void
show_button_words (HyPersonPage *self)
{
  g_autofree char *given = dup_trimmed (self->given);
  g_auto (GStrv) parts = g_strsplit (given, "_", -1);
  g_autofree char *escaped = g_strjoinv ("__", parts);
  g_autofree char *words = NULL;

  if (is_own (self))
    words = g_strdup (_ ("_Open my space"));
  else if (*given == '\0')
    words = g_strdup (_ ("_Open their space"));
  else if (begins_with_vowel (given))
    /* Translators: %s is a first name that begins with a vowel or h */
    words = g_strdup_printf (C_ ("name that begins with a vowel", "_Open %s’s space"), escaped);
  else
    /* Translators: %s is a first name */
    words = g_strdup_printf (_ ("_Open %s’s space"), escaped);
  gtk_label_set_label (self->open_label, words);
}

static char *
dup_age (HyDate birth)
{
  HyDate today = hy_date_today ();
  gint years = hy_date_age_years (birth, today);
  gint months = (today.year - birth.year) * 12 + today.month - birth.month - (today.day < birth.day);

  if (years >= 2)
    return g_strdup_printf (ngettext ("%d year", "%d years", (gulong) years), years);
  if (months >= 1)
    return g_strdup_printf (ngettext ("%d month", "%d months", (gulong) months), months);
  return g_strdup (_ ("Less than a month"));
}

/* What is wrong with the birth date as typed; NULL when nothing is, and then birth_date is set. */
static const char *
read_birth (HyPersonPage *self)
{
  g_autofree char *typed = dup_trimmed (self->birth);
  HyDate date = { 0 };

  self->birth_date = (HyDate) { 0 };
  if (*typed == '\0')
    return _ ("Type the birth date.");
  if (!hy_date_parse_typed (typed, &date))
    return _ ("This date is not understood. Write it as 14 May 1961 or 14/05/1961.");
  if (date.month == 0 || date.day == 0)
    return _ ("Write the day, the month and the year.");
  if (hy_date_compare (date, hy_date_today ()) > 0)
    return _ ("This date is in the future.");
  if (hy_date_age_years (date, hy_date_today ()) > OLDEST_YEARS)
    return _ ("This date is too long ago. Check the year.");
  self->birth_date = date;
  return NULL;
}

/* Somebody may have two spaces, but hardly without knowing. */
static gboolean
has_space (HyPersonPage *self,
           const char *given,
           const char *family)
{
  for (guint i = 0; self->spaces != NULL && i < g_list_model_get_n_items (self->spaces); i++)
    {
      g_autoptr (HySpaceInfo) info = g_list_model_get_item (self->spaces, i);

      if (hy_date_compare (hy_space_info_get_birth_date (info), self->birth_date) == 0 &&
          g_utf8_collate (hy_space_info_get_given (info), given) == 0 &&
          g_utf8_collate (hy_space_info_get_family (info), family) == 0)
        return TRUE;
    }
  return FALSE;
}

/* Says what is missing, as an error only where something wrong was typed.  Returns whether all is there. */
static gboolean
review (HyPersonPage *self)
{
  g_autofree char *given = dup_trimmed (self->given);
  g_autofree char *family = dup_trimmed (self->family);
  g_autofree char *age = NULL;
  const char *missing = read_birth (self);
  gboolean birth_wrong = missing != NULL && *gtk_editable_get_text (GTK_EDITABLE (self->birth)) != '\0';
  gboolean show_wrong = birth_wrong && self->birth_left;

  age = missing == NULL ? dup_age (self->birth_date) : g_strdup ("");
  gtk_label_set_label (self->age, age);
  if (show_wrong)
    gtk_widget_add_css_class (GTK_WIDGET (self->birth), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->birth), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->birth), GTK_ACCESSIBLE_STATE_INVALID,
                               show_wrong ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
  if (!show_wrong && (*given == '\0' || *family == '\0'))
    missing = _ ("Type a first name and a family name.");
  else if (!show_wrong && birth_wrong)
    missing = _ ("Write the birth date as 14 May 1961 or 14/05/1961.");

  if (missing != NULL && show_wrong && g_strcmp0 (missing, gtk_label_get_label (self->missing)) != 0)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), missing, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  if (missing == NULL && has_space (self, given, family))
    gtk_label_set_label (self->missing, _ ("There is already a space of this person. You can still open another."));
  else
    gtk_label_set_label (self->missing, missing != NULL ? missing : "");
  gtk_widget_remove_css_class (GTK_WIDGET (self->missing), show_wrong ? "dimmed" : "error");
  gtk_widget_add_css_class (GTK_WIDGET (self->missing), show_wrong ? "error" : "dimmed");
  gtk_widget_set_sensitive (self->open_button, missing == NULL && !self->working);
  return missing == NULL;
}

static void
on_whose_changed (HyPersonPage *self)
{
  gtk_widget_set_visible (self->other_hint, !is_own (self));
  show_button_words (self);
}

static void
on_name_typed (HyPersonPage *self)
{
  g_autofree char *given = dup_trimmed (self->given);
  g_autofree char *family = dup_trimmed (self->family);
  g_autofree char *name = g_strjoin (" ", given, family, NULL);

  adw_avatar_set_text (self->avatar, g_strstrip (name));
  show_button_words (self);
  review (self);
}

static void
on_birth_typed (HyPersonPage *self)
{
  /* Somebody who corrects a date is told at once when it is right, and not told off while typing. */
  if (read_birth (self) == NULL)
    self->birth_left = FALSE;
  review (self);
}

static void
on_birth_focus_left (HyPersonPage *self)
{
  self->birth_left = TRUE;
  review (self);
}

static void
on_calendar_shown (HyPersonPage *self)
{
  g_autoptr (GDateTime) day = NULL;

  if (self->birth_date.year == 0)
    return;
  day = g_date_time_new_local (self->birth_date.year, self->birth_date.month, self->birth_date.day, 0, 0, 0);
  self->setting_calendar = TRUE;
  gtk_calendar_select_day (self->calendar, day);
  self->setting_calendar = FALSE;
}

static void
on_day_selected (HyPersonPage *self)
{
  g_autoptr (GDateTime) day = gtk_calendar_get_date (self->calendar);
  g_autofree char *text = NULL;
  HyDate date;

  if (self->setting_calendar)
    return;
  date.year = (gint16) g_date_time_get_year (day);
  date.month = (guint8) g_date_time_get_month (day);
  date.day = (guint8) g_date_time_get_day_of_month (day);
  text = hy_date_dup_display (date);
  gtk_editable_set_text (GTK_EDITABLE (self->birth), text);
  self->birth_left = TRUE;
  review (self);
  gtk_popover_popdown (self->calendar_popover);
}

static void
on_given_activated (HyPersonPage *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->family));
}

static void
on_family_activated (HyPersonPage *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->birth));
}

static void
on_birth_activated (HyPersonPage *self)
{
  self->birth_left = TRUE;
  review (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->sex));
}

static void
set_working (HyPersonPage *self,
             gboolean working)
{
  GtkWidget *dialog = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_DIALOG);

  self->working = working;
  if (dialog != NULL)
    adw_dialog_set_can_close (ADW_DIALOG (dialog), !working);
  gtk_stack_set_visible_child_name (self->open_stack, working ? "working" : "ready");
  review (self);
}

static DexFuture *
open_fiber (gpointer user_data)
{
  static const HySex sexes[] = { HY_SEX_UNKNOWN, HY_SEX_FEMALE, HY_SEX_MALE, HY_SEX_OTHER };
  HyPersonPage *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HySpace) space = NULL;
  g_autofree char *given = dup_trimmed (self->given);
  g_autofree char *family = dup_trimmed (self->family);
  guint chosen = MIN (adw_combo_row_get_selected (self->sex), G_N_ELEMENTS (sexes) - 1);

  space = dex_await_object (hy_session_add_space (self->session, given, family, self->birth_date, sexes[chosen], is_own (self)),
                            &error);
  if (space == NULL && g_error_matches (error, DEX_ERROR, DEX_ERROR_FIBER_CANCELLED))
    return dex_future_new_true ();
  set_working (self, FALSE);
  if (space != NULL)
    {
      g_signal_emit (self, signals[OPENED], 0, space);
      return dex_future_new_true ();
    }
  gtk_widget_add_css_class (GTK_WIDGET (self->missing), "error");
  gtk_label_set_label (self->missing, error->message);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), error->message, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
  return dex_future_new_true ();
}

static void
on_open_clicked (HyPersonPage *self)
{
  if (self->working || !review (self))
    return;
  set_working (self, TRUE);
  hy_spawn ("add space", open_fiber, g_object_ref (self), g_object_unref, self->scope);
}

static gboolean
hy_person_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (HY_PERSON_PAGE (widget)->given));
}

static void
hy_person_page_shown (AdwNavigationPage *page)
{
  gtk_widget_grab_focus (GTK_WIDGET (page));
}

static void
hy_person_page_root (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hy_person_page_parent_class)->root (widget);
  HY_PERSON_PAGE (widget)->scope = hy_scope_new ();
}

static void
hy_person_page_unroot (GtkWidget *widget)
{
  HyPersonPage *self = HY_PERSON_PAGE (widget);

  hy_scope_cancel (self->scope);
  g_clear_object (&self->scope);
  GTK_WIDGET_CLASS (hy_person_page_parent_class)->unroot (widget);
}

static void
hy_person_page_dispose (GObject *object)
{
  HyPersonPage *self = HY_PERSON_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), HY_TYPE_PERSON_PAGE);
  g_clear_object (&self->session);
  g_clear_object (&self->spaces);
  G_OBJECT_CLASS (hy_person_page_parent_class)->dispose (object);
}

static void
hy_person_page_class_init (HyPersonPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hy_person_page_dispose;
  widget_class->root = hy_person_page_root;
  widget_class->unroot = hy_person_page_unroot;
  widget_class->grab_focus = hy_person_page_grab_focus;
  ADW_NAVIGATION_PAGE_CLASS (klass)->shown = hy_person_page_shown;

  signals[OPENED] = g_signal_new ("opened", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, HY_TYPE_SPACE);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hygie/Hygie/ui/hy-person-page.ui");
  gtk_widget_class_bind_template_child (widget_class, HyPersonPage, lead);
  gtk_widget_class_bind_template_child (widget_class, HyPersonPage, whose);
  gtk_widget_class_bind_template_child (widget_class, HyPersonPage, other_hint);
  gtk_widget_class_bind_template_child (widget_class, HyPersonPage, avatar);
  gtk_widget_class_bind_template_child (widget_class, HyPersonPage, given);
  gtk_widget_class_bind_template_child (widget_class, HyPersonPage, family);
  gtk_widget_class_bind_template_child (widget_class, HyPersonPage, birth);
  gtk_widget_class_bind_template_child (widget_class, HyPersonPage, age);
  gtk_widget_class_bind_template_child (widget_class, HyPersonPage, calendar_popover);
  gtk_widget_class_bind_template_child (widget_class, HyPersonPage, calendar);
  gtk_widget_class_bind_template_child (widget_class, HyPersonPage, sex);
  gtk_widget_class_bind_template_child (widget_class, HyPersonPage, missing);
  gtk_widget_class_bind_template_child (widget_class, HyPersonPage, open_button);
  gtk_widget_class_bind_template_child (widget_class, HyPersonPage, open_stack);
  gtk_widget_class_bind_template_child (widget_class, HyPersonPage, open_label);
  gtk_widget_class_bind_template_callback (widget_class, on_whose_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_name_typed);
  gtk_widget_class_bind_template_callback (widget_class, on_birth_typed);
  gtk_widget_class_bind_template_callback (widget_class, on_calendar_shown);
  gtk_widget_class_bind_template_callback (widget_class, on_day_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_given_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_family_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_birth_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_open_clicked);
}

static void
collect_buttons (GtkWidget *widget,
                 GPtrArray *buttons)
{
  if (GTK_IS_BUTTON (widget))
    g_ptr_array_add (buttons, widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    collect_buttons (child, buttons);
}

/* GTK gives its calendar's arrows no name. */
static void
name_arrows (GtkCalendar *calendar)
{
  static const char *const names[] = { N_ ("Previous month"), N_ ("Next month"), N_ ("Previous year"), N_ ("Next year") };
  g_autoptr (GPtrArray) buttons = g_ptr_array_new ();

  collect_buttons (GTK_WIDGET (calendar), buttons);
  g_return_if_fail (buttons->len == G_N_ELEMENTS (names));
  for (guint i = 0; i < buttons->len; i++)
    {
      gtk_widget_set_tooltip_text (buttons->pdata[i], _ (names[i]));
      gtk_accessible_update_property (buttons->pdata[i], GTK_ACCESSIBLE_PROPERTY_LABEL, _ (names[i]), -1);
    }
}

static void
hy_person_page_init (HyPersonPage *self)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (on_birth_focus_left), self);
  gtk_widget_add_controller (GTK_WIDGET (self->birth), focus);
  hy_choice_names_add (self->sex);
  name_arrows (self->calendar);
  adw_toggle_group_set_active_name (self->whose, "own");
  show_button_words (self);
  review (self);
}

/**
 * hy_person_page_new:
 * @session: unlocked; the space is added to it
 */
HyPersonPage *
hy_person_page_new (HySession *session)
{
  HyPersonPage *self = g_object_new (HY_TYPE_PERSON_PAGE, NULL);

  self->session = g_object_ref (session);
  return self;
}

/**
 * hy_person_page_new_more:
 * @spaces: HySpaceInfo of those that @session has
 */
HyPersonPage *
hy_person_page_new_more (HySession *session,
                         GListModel *spaces)
{
  HyPersonPage *self = hy_person_page_new (session);

  self->spaces = g_object_ref (spaces);
  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self), _ ("Add a space"));
  gtk_widget_set_visible (self->lead, FALSE);
  adw_toggle_group_set_active_name (self->whose, "other");
  return self;
}
