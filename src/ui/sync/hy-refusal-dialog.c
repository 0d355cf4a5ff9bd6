/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two or three steps for the person; and, folded, what the server said, for whoever helps her. */

#include "config.h"

#include "ui/sync/hy-refusal-dialog.h"

#include "space/hy-sync-words.h"
#include "ui/hy-clipboard.h"

#include <glib/gi18n.h>

/* An answer is scrolled beyond this, so that the dialog keeps its button on the screen. */
#define ANSWER_HEIGHT 160

static GtkWidget *
new_step (guint number,
          const char *text)
{
  GtkWidget *step = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  /* Translators: the number of a step to take, as in "1." */
  g_autofree char *place = g_strdup_printf (C_ ("number of a step", "%u."), number);
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", text, "xalign", 0.f, "wrap", TRUE,
                                   "wrap-mode", PANGO_WRAP_WORD_CHAR, "hexpand", TRUE, NULL);

  gtk_box_append (GTK_BOX (step), g_object_new (GTK_TYPE_LABEL, "label", place, "valign", GTK_ALIGN_START,
                                                "css-classes", (const char *[]) { "numeric", "dimmed", NULL }, NULL));
  gtk_box_append (GTK_BOX (step), label);
  return step;
}

static void
answer_free (gpointer answer,
             GClosure *closure G_GNUC_UNUSED)
{
  g_free (answer);
}

static void
on_copy_clicked (GtkWidget *button,
                 const char *answer)
{
  hy_clipboard_put (button, answer);
  gtk_accessible_announce (GTK_ACCESSIBLE (button), _ ("Copied. Paste it within 30 seconds."),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static GtkWidget *
new_answer (const char *code,
            const char *detail)
{
  g_autofree char *text = detail != NULL ? g_strdup_printf ("%s\n%s", code, detail) : g_strdup (code);
  GtkWidget *expander = gtk_expander_new (_ ("Technical answer"));
  GtkWidget *box = g_object_new (GTK_TYPE_BOX, "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 6, "margin-top", 6, NULL);
  GtkWidget *scroller = g_object_new (GTK_TYPE_SCROLLED_WINDOW, "hscrollbar-policy", GTK_POLICY_NEVER,
                                      "propagate-natural-height", TRUE, "max-content-height", ANSWER_HEIGHT, NULL);
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", text, "xalign", 0.f, "wrap", TRUE, "selectable", TRUE,
                                   "wrap-mode", PANGO_WRAP_WORD_CHAR, NULL);
  GtkWidget *copy = gtk_button_new_with_mnemonic (_ ("_Copy"));

  gtk_widget_add_css_class (label, "monospace");
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_set_halign (copy, GTK_ALIGN_START);
  g_signal_connect_data (copy, "clicked", G_CALLBACK (on_copy_clicked), g_steal_pointer (&text), answer_free, 0);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), label);
  gtk_box_append (GTK_BOX (box), scroller);
  gtk_box_append (GTK_BOX (box), copy);
  gtk_expander_set_child (GTK_EXPANDER (expander), box);
  return expander;
}

/**
 * hy_refusal_dialog_present:
 * @sentence: what happened
 * @code: of space/hy-sync-words.h
 * @detail: (nullable): the technical answer
 */
void
hy_refusal_dialog_present (GtkWidget *parent,
                           const char *sentence,
                           const char *code,
                           const char *detail)
{
  AdwDialog *dialog = adw_alert_dialog_new (_ ("What to do"), sentence);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  g_auto (GStrv) steps = hy_sync_words_dup_advice (code);

  for (guint i = 0; steps != NULL && steps[i] != NULL; i++)
    gtk_box_append (GTK_BOX (box), new_step (i + 1, steps[i]));
  gtk_box_append (GTK_BOX (box), new_answer (code, detail));
  adw_alert_dialog_set_extra_child (ADW_ALERT_DIALOG (dialog), box);
  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _ ("_Close"));
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "close");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "close");
  adw_dialog_present (dialog, parent);
}
