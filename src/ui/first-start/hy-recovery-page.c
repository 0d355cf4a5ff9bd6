/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 2 of the first start: the sheet is shown whole, kept on paper by one of three ways, then two groups of it
 * are covered and asked for.  The key is on the screen only while this page is. */

#include "config.h"

#include "ui/first-start/hy-recovery-page.h"

#include "base/hy-async.h"
#include "base/hy-base32.h"
#include "ui/first-start/hy-recovery-sheet.h"

#include <glib/gi18n.h>

typedef enum
{
  ANSWER_UNFINISHED,
  ANSWER_RIGHT,
  ANSWER_WRONG,
} Answer;

typedef struct
{
  AdwEntryRow *row;
  GtkWidget *state;
  GtkImage *icon;
  GtkLabel *word;
  guint group;
  Answer answer;
} Question;

struct _HyRecoveryPage
{
  AdwNavigationPage parent_instance;

  HyRecoverySheet *sheet;
  GtkWidget *copied_button;
  GtkWidget *again_button;
  GtkLabel *trouble;
  GtkWidget *confirm;
  GtkWidget *proceed;
  AdwEntryRow *first;
  GtkWidget *first_state;
  GtkImage *first_icon;
  GtkLabel *first_word;
  AdwEntryRow *second;
  GtkWidget *second_state;
  GtkImage *second_icon;
  GtkLabel *second_word;

  Question questions[2];
  gboolean asking;
  gboolean save_confirmed; /* the warning about the file is said once */
  HySession *session;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (HyRecoveryPage, hy_recovery_page, ADW_TYPE_NAVIGATION_PAGE)

enum
{
  PROVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* Takes what people write for what is on the paper: small letters, O for 0, I and L for 1, spaces anywhere. */
static Answer
check (const char *typed,
       const guint8 *group)
{
  guint n = 0;
  gboolean right = TRUE;

  for (; *typed != '\0'; typed = g_utf8_next_char (typed))
    {
      gunichar ch = g_utf8_get_char (typed);

      if (g_unichar_isspace (ch) || ch == '-')
        continue;
      if (n >= HY_RECOVERY_GROUP_SIZE || hy_base32_value (ch) != hy_base32_value (group[n]))
        right = FALSE;
      n++;
    }
  if (n < HY_RECOVERY_GROUP_SIZE)
    return ANSWER_UNFINISHED;
  return right ? ANSWER_RIGHT : ANSWER_WRONG;
}

static void
show_answer (HyRecoveryPage *self,
             Question *question,
             Answer answer)
{
  const char *word = answer == ANSWER_RIGHT ? C_ ("typed group", "Right") : _ ("Not the same as on the sheet");

  if (answer == question->answer)
    return;
  question->answer = answer;
  gtk_widget_set_visible (question->state, answer != ANSWER_UNFINISHED);
  gtk_widget_remove_css_class (question->state, "success");
  gtk_widget_remove_css_class (question->state, "warning");
  if (answer == ANSWER_UNFINISHED)
    return;
  gtk_widget_add_css_class (question->state, answer == ANSWER_RIGHT ? "success" : "warning");
  gtk_image_set_from_icon_name (question->icon, answer == ANSWER_RIGHT ? "hy-check-round-symbolic" : "dialog-warning-symbolic");
  gtk_label_set_label (question->word, word);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), word, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static gboolean
is_proved (HyRecoveryPage *self)
{
  return self->asking && self->questions[0].answer == ANSWER_RIGHT && self->questions[1].answer == ANSWER_RIGHT;
}

static void
on_typed (HyRecoveryPage *self)
{
  HySecret *key = hy_session_get_recovery (self->session);

  if (!self->asking || key == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (self->questions); i++)
    {
      Question *question = &self->questions[i];
      const guint8 *group = hy_secret_open (key) + question->group * HY_RECOVERY_GROUP_SIZE;
      Answer answer = check (gtk_editable_get_text (GTK_EDITABLE (question->row)), group);
      gboolean just_right = answer == ANSWER_RIGHT && question->answer != ANSWER_RIGHT;

      hy_secret_close (key);
      show_answer (self, question, answer);
      if (just_right && i == 0 && self->questions[1].answer != ANSWER_RIGHT)
        gtk_widget_grab_focus (GTK_WIDGET (self->questions[1].row));
    }
  gtk_widget_set_sensitive (self->proceed, is_proved (self));
}

static void
set_asking (HyRecoveryPage *self,
            gboolean asking)
{
  self->asking = asking;
  gtk_widget_set_visible (self->copied_button, !asking);
  gtk_widget_set_visible (self->again_button, asking);
  gtk_widget_set_visible (self->confirm, asking);
  for (guint i = 0; i < G_N_ELEMENTS (self->questions); i++)
    {
      gtk_editable_set_text (GTK_EDITABLE (self->questions[i].row), "");
      show_answer (self, &self->questions[i], ANSWER_UNFINISHED);
    }
  gtk_widget_set_sensitive (self->proceed, FALSE);
}

/* Once the rows that have just come up have their place, so that the view scrolls to them. */
static gboolean
focus_once (gpointer user_data)
{
  gtk_widget_grab_focus (GTK_WIDGET (HY_RECOVERY_PAGE (user_data)->first));
  return G_SOURCE_REMOVE;
}

/* Covers two groups that were not asked for just before, and asks for them. */
static void
ask (HyRecoveryPage *self)
{
  guint first, second;

  if (self->asking)
    return;
  do
    {
      first = (guint) g_random_int_range (0, HY_RECOVERY_GROUPS - 1);
      second = (guint) g_random_int_range ((gint32) first + 1, HY_RECOVERY_GROUPS);
    }
  while (first == self->questions[0].group && second == self->questions[1].group);
  self->questions[0].group = first;
  self->questions[1].group = second;
  for (guint i = 0; i < G_N_ELEMENTS (self->questions); i++)
    {
      g_autofree char *title = g_strdup_printf (_ ("Group %u"), self->questions[i].group + 1);

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->questions[i].row), title);
    }
  hy_recovery_sheet_cover (self->sheet, first, second);
  set_asking (self, TRUE);
  g_idle_add_full (GDK_PRIORITY_REDRAW + 10, focus_once, g_object_ref (self), g_object_unref);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), _ ("Type the two covered groups as they are on your paper."),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
on_copied_clicked (HyRecoveryPage *self)
{
  ask (self);
}

static void
on_again_clicked (HyRecoveryPage *self)
{
  hy_recovery_sheet_uncover (self->sheet);
  set_asking (self, FALSE);
  gtk_widget_grab_focus (self->copied_button);
}

static void
show_trouble (HyRecoveryPage *self,
              const char *sentence)
{
  gtk_label_set_label (self->trouble, sentence);
  gtk_widget_set_visible (GTK_WIDGET (self->trouble), *sentence != '\0');
  if (*sentence != '\0')
    gtk_accessible_announce (GTK_ACCESSIBLE (self), sentence, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

static gboolean
is_dismissal (GError *error)
{
  return g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED) ||
         g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_CANCELLED) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
report (HyRecoveryPage *self,
        GError *error,
        const char *sentence)
{
  g_autofree char *whole = g_strdup_printf ("%s (%s)", sentence, error->message);

  if (!is_dismissal (error))
    show_trouble (self, whole);
}

/* -- printing -- */

static void
on_paper_sent (GObject *stream,
               GAsyncResult *result,
               gpointer user_data)
{
  g_autoptr (HyRecoveryPage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (g_output_stream_splice_finish (G_OUTPUT_STREAM (stream), result, &error) < 0)
    report (self, error, _ ("The sheet could not be printed. Copy it by hand or save it."));
  else
    ask (self);
}

static void
on_print_chosen (GObject *dialog,
                 GAsyncResult *result,
                 gpointer user_data)
{
  g_autoptr (HyRecoveryPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GOutputStream) stream = gtk_print_dialog_print_finish (GTK_PRINT_DIALOG (dialog), result, &error);
  g_autoptr (GInputStream) source = NULL;
  g_autoptr (GBytes) pdf = NULL;

  if (stream == NULL)
    {
      report (self, error, _ ("No printer could be used: copy it by hand or save it."));
      return;
    }
  pdf = hy_session_new_recovery_pdf (self->session, &error);
  if (pdf == NULL)
    {
      report (self, error, _ ("The sheet could not be made. Copy it by hand."));
      return;
    }
  source = g_memory_input_stream_new_from_bytes (pdf);
  g_output_stream_splice_async (stream, source, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, G_PRIORITY_DEFAULT, self->cancellable,
                                on_paper_sent, g_object_ref (self));
}

static void
on_print_clicked (HyRecoveryPage *self)
{
  g_autoptr (GtkPrintDialog) dialog = gtk_print_dialog_new ();

  show_trouble (self, "");
  gtk_print_dialog_set_title (dialog, _ ("Print the recovery sheet"));
  gtk_print_dialog_print (dialog, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), NULL, self->cancellable,
                          on_print_chosen, g_object_ref (self));
}

/* -- saving -- */

static void
on_written (GObject *file,
            GAsyncResult *result,
            gpointer user_data)
{
  g_autoptr (HyRecoveryPage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!g_file_replace_contents_finish (G_FILE (file), result, NULL, &error))
    report (self, error, _ ("The sheet could not be saved there. Choose another place, or copy it by hand."));
  else
    ask (self);
}

static void
on_place_chosen (GObject *dialog,
                 GAsyncResult *result,
                 gpointer user_data)
{
  g_autoptr (HyRecoveryPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (dialog), result, &error);
  g_autoptr (GBytes) pdf = NULL;

  if (file == NULL)
    {
      report (self, error, _ ("The sheet could not be saved. Print it, or copy it by hand."));
      return;
    }
  pdf = hy_session_new_recovery_pdf (self->session, &error);
  if (pdf == NULL)
    {
      report (self, error, _ ("The sheet could not be made. Copy it by hand."));
      return;
    }
  g_file_replace_contents_bytes_async (file, pdf, NULL, /* make_backup= */ FALSE, G_FILE_CREATE_PRIVATE, self->cancellable,
                                       on_written, g_object_ref (self));
}

static void
choose_place (HyRecoveryPage *self)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  /* Translators: the name of a file; no spaces */
  g_autofree char *name = g_strconcat (_ ("hygie-recovery-sheet"), ".pdf", NULL);

  gtk_file_dialog_set_title (dialog, _ ("Save the recovery sheet"));
  gtk_file_dialog_set_initial_name (dialog, name);
  gtk_file_dialog_save (dialog, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), self->cancellable, on_place_chosen,
                        g_object_ref (self));
}

static void
on_save_answered (GObject *dialog,
                  GAsyncResult *result,
                  gpointer user_data)
{
  g_autoptr (HyRecoveryPage) self = user_data;

  if (g_strcmp0 (adw_alert_dialog_choose_finish (ADW_ALERT_DIALOG (dialog), result), "save") != 0)
    return;
  self->save_confirmed = TRUE;
  if (!g_cancellable_is_cancelled (self->cancellable))
    choose_place (self);
}

static void
on_save_clicked (HyRecoveryPage *self)
{
  AdwDialog *dialog;

  show_trouble (self, "");
  if (self->save_confirmed)
    {
      choose_place (self);
      return;
    }
  dialog = adw_alert_dialog_new (_ ("Save the recovery sheet?"),
                                 _ ("This file opens everything without the passphrase. Keep it away from this computer."));
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("_Cancel"), "save", _ ("_Save…"), NULL);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "cancel");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  adw_alert_dialog_choose (ADW_ALERT_DIALOG (dialog), GTK_WIDGET (self), self->cancellable, on_save_answered, g_object_ref (self));
}

/* -- going on -- */

static void
on_proceed_clicked (HyRecoveryPage *self)
{
  if (is_proved (self))
    g_signal_emit (self, signals[PROVED], 0);
}

static void
on_first_activated (HyRecoveryPage *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->second));
}

static void
on_second_activated (HyRecoveryPage *self)
{
  on_proceed_clicked (self);
}

/* The page is filled as it comes up and cleared as it goes, so that the key stands on no hidden page. */
static void
hy_recovery_page_showing (AdwNavigationPage *page)
{
  HyRecoveryPage *self = HY_RECOVERY_PAGE (page);
  HySecret *key = hy_session_get_recovery (self->session);
  guint width = 0;
  guint8 *modules = hy_session_dup_recovery_qr (self->session, &width);

  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  set_asking (self, FALSE);
  if (key == NULL || modules == NULL)
    return;
  hy_recovery_sheet_take_qr (self->sheet, modules, width);
  hy_recovery_sheet_set_key (self->sheet, key);
}

static void
hy_recovery_page_hidden (AdwNavigationPage *page)
{
  HyRecoveryPage *self = HY_RECOVERY_PAGE (page);

  g_cancellable_cancel (self->cancellable);
  hy_recovery_sheet_clear (self->sheet);
  set_asking (self, FALSE);
}

static void
hy_recovery_page_unroot (GtkWidget *widget)
{
  g_cancellable_cancel (HY_RECOVERY_PAGE (widget)->cancellable);
  GTK_WIDGET_CLASS (hy_recovery_page_parent_class)->unroot (widget);
}

static void
hy_recovery_page_dispose (GObject *object)
{
  HyRecoveryPage *self = HY_RECOVERY_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), HY_TYPE_RECOVERY_PAGE);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (hy_recovery_page_parent_class)->dispose (object);
}

static void
hy_recovery_page_class_init (HyRecoveryPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (HY_TYPE_RECOVERY_SHEET);
  G_OBJECT_CLASS (klass)->dispose = hy_recovery_page_dispose;
  widget_class->unroot = hy_recovery_page_unroot;
  ADW_NAVIGATION_PAGE_CLASS (klass)->showing = hy_recovery_page_showing;
  ADW_NAVIGATION_PAGE_CLASS (klass)->hidden = hy_recovery_page_hidden;

  signals[PROVED] = g_signal_new ("proved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hygie/Hygie/ui/hy-recovery-page.ui");
  gtk_widget_class_bind_template_child (widget_class, HyRecoveryPage, sheet);
  gtk_widget_class_bind_template_child (widget_class, HyRecoveryPage, copied_button);
  gtk_widget_class_bind_template_child (widget_class, HyRecoveryPage, again_button);
  gtk_widget_class_bind_template_child (widget_class, HyRecoveryPage, trouble);
  gtk_widget_class_bind_template_child (widget_class, HyRecoveryPage, confirm);
  gtk_widget_class_bind_template_child (widget_class, HyRecoveryPage, proceed);
  gtk_widget_class_bind_template_child (widget_class, HyRecoveryPage, first);
  gtk_widget_class_bind_template_child (widget_class, HyRecoveryPage, first_state);
  gtk_widget_class_bind_template_child (widget_class, HyRecoveryPage, first_icon);
  gtk_widget_class_bind_template_child (widget_class, HyRecoveryPage, first_word);
  gtk_widget_class_bind_template_child (widget_class, HyRecoveryPage, second);
  gtk_widget_class_bind_template_child (widget_class, HyRecoveryPage, second_state);
  gtk_widget_class_bind_template_child (widget_class, HyRecoveryPage, second_icon);
  gtk_widget_class_bind_template_child (widget_class, HyRecoveryPage, second_word);
  gtk_widget_class_bind_template_callback (widget_class, on_print_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_save_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_copied_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_again_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_typed);
  gtk_widget_class_bind_template_callback (widget_class, on_first_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_second_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_proceed_clicked);
}

static void
hy_recovery_page_init (HyRecoveryPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->questions[0] = (Question) { self->first, self->first_state, self->first_icon, self->first_word, 0, ANSWER_UNFINISHED };
  self->questions[1] = (Question) { self->second, self->second_state, self->second_icon, self->second_word, 0, ANSWER_UNFINISHED };
  self->cancellable = g_cancellable_new ();
}

/**
 * hy_recovery_page_new:
 * @session: just created, its recovery key not dropped yet
 */
HyRecoveryPage *
hy_recovery_page_new (HySession *session)
{
  HyRecoveryPage *self = g_object_new (HY_TYPE_RECOVERY_PAGE, NULL);

  self->session = g_object_ref (session);
  return self;
}
