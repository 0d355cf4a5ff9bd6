/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An address that a document names: shown in full, and opened only after a question that shows it again. */

#include "config.h"

#include "ui/viewer/hy-reading-link.h"

#include "ui/viewer/hy-reading-text.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* Broken anywhere, without a hyphen, which would be another address. */
static GtkWidget *
new_address (const char *address)
{
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  return g_object_new (GTK_TYPE_LABEL, "label", address, "wrap", TRUE, "wrap-mode", PANGO_WRAP_CHAR, "xalign", 0.0,
                       "attributes", attributes, NULL);
}

typedef struct
{
  GtkWidget *from; /* weak */
  char *address;
} Question;

static void
question_free (gpointer data,
               GClosure *closure G_GNUC_UNUSED)
{
  Question *question = data;

  g_clear_weak_pointer (&question->from);
  g_free (question->address);
  g_free (question);
}

static void
on_launched (GObject *source,
             GAsyncResult *result,
             gpointer user_data)
{
  g_autoptr (GtkWidget) from = user_data;
  g_autoptr (GError) error = NULL;
  AdwDialog *dialog;
  GtkWidget *label;

  if (gtk_uri_launcher_launch_finish (GTK_URI_LAUNCHER (source), result, &error) ||
      g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED) || gtk_widget_get_root (from) == NULL)
    return;
  dialog = adw_alert_dialog_new (_ ("The address was not opened"),
                                 _ ("No browser took it. You can copy it from here into one."));
  label = new_address (gtk_uri_launcher_get_uri (GTK_URI_LAUNCHER (source)));
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  adw_alert_dialog_set_extra_child (ADW_ALERT_DIALOG (dialog), label);
  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _ ("_Close"));
  adw_dialog_present (dialog, from);
}

static void
on_response (AdwAlertDialog *dialog G_GNUC_UNUSED,
             const char *response,
             gpointer user_data)
{
  Question *question = user_data;
  g_autoptr (GtkUriLauncher) launcher = NULL;
  GtkRoot *root;

  if (!g_str_equal (response, "open") || question->from == NULL)
    return;
  launcher = gtk_uri_launcher_new (question->address);
  root = gtk_widget_get_root (question->from);
  gtk_uri_launcher_launch (launcher, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, NULL, on_launched,
                           g_object_ref (question->from));
}

/**
 * hy_reading_link_ask:
 * @from: in the window that asks
 * @address: one that hy_reading_text_is_address takes
 */
void
hy_reading_link_ask (GtkWidget *from,
                     const char *address)
{
  AdwDialog *dialog;
  GtkWidget *label;
  Question *question;

  g_return_if_fail (hy_reading_text_is_address (address));

  dialog = adw_alert_dialog_new (_ ("Open this address?"),
                                 _ ("It stands in the document and opens in your browser. Whoever runs that site will see the visit."));
  label = new_address (address);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "monospace");
  adw_alert_dialog_set_extra_child (ADW_ALERT_DIALOG (dialog), label);
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("_Cancel"), "open", _ ("_Open"), NULL);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "cancel");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  question = g_new0 (Question, 1);
  g_set_weak_pointer (&question->from, from);
  question->address = g_strdup (address);
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_response), question, question_free, 0);
  adw_dialog_present (dialog, from);
}

static void
on_clicked (GtkWidget *button)
{
  hy_reading_link_ask (button, gtk_label_get_text (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button)))));
}

/**
 * hy_reading_link_new:
 * @address: one that hy_reading_text_is_address takes; shown in full, for words can lie about where they lead
 */
GtkWidget *
hy_reading_link_new (const char *address)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *label = new_address (address);

  gtk_button_set_child (GTK_BUTTON (button), label);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "reading-link");
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  g_signal_connect (button, "clicked", G_CALLBACK (on_clicked), NULL);
  return button;
}
