/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks for a title and a date, and writes them.  What was typed stays when that fails. */

#include "config.h"

#include "ui/documents/hy-document-edit-dialog.h"

#include "base/hy-async.h"
#include "base/hy-error.h"

#include <glib/gi18n.h>

struct _HyDocumentEditDialog
{
  AdwDialog parent_instance;

  HyAccess *access;
  gint64 rowid;
  char *shown_date; /* as the row was filled: left so, the date stays as it is */
  HyDate date;      /* as typed; year 0 = as it is */
  gboolean working;

  AdwEntryRow *title_row;
  AdwEntryRow *date_row;
  GtkLabel *hint;
  GtkWidget *save_button;
};

enum
{
  SIGNAL_EDITED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HyDocumentEditDialog, hy_document_edit_dialog, ADW_TYPE_DIALOG)

static char *
dup_trimmed (AdwEntryRow *row)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));
}

static void
set_wrong (AdwEntryRow *row,
           gboolean wrong)
{
  if (wrong)
    gtk_widget_add_css_class (GTK_WIDGET (row), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (row), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_INVALID,
                               wrong ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

/* What is wrong with the date as typed; NULL when nothing is, and then @date is set. */
static const char *
read_date (HyDocumentEditDialog *self)
{
  g_autofree char *typed = dup_trimmed (self->date_row);
  HyDate date = { 0 };

  self->date = (HyDate) { 0 };
  if (g_str_equal (typed, self->shown_date))
    return NULL;
  if (*typed == '\0')
    return _ ("Type a date: a day, a month or a year.");
  if (!hy_date_parse_typed (typed, &date))
    return _ ("This date is not understood. Write it as 14 May 2025, 14/05/2025, or 2025.");
  if (hy_date_compare (date, hy_date_today ()) > 0)
    return _ ("This date is in the future.");
  self->date = date;
  return NULL;
}

static void
show_hint (HyDocumentEditDialog *self,
           const char *words,
           gboolean wrong)
{
  if (wrong && g_strcmp0 (words, gtk_label_get_label (self->hint)) != 0)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), words, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  gtk_label_set_label (self->hint, words);
  gtk_widget_remove_css_class (GTK_WIDGET (self->hint), wrong ? "dimmed" : "error");
  gtk_widget_add_css_class (GTK_WIDGET (self->hint), wrong ? "error" : "dimmed");
}

static gboolean
review (HyDocumentEditDialog *self)
{
  g_autofree char *title = dup_trimmed (self->title_row);
  const char *no_date = read_date (self), *no_title = NULL;

  if (*title == '\0')
    no_title = _ ("Type a title.");
  else if (g_utf8_strlen (title, -1) > HY_TITLE_CHARS)
    no_title = _ ("This title is too long. Shorten it.");
  set_wrong (self->title_row, no_title != NULL);
  set_wrong (self->date_row, no_date != NULL);
  if (no_title != NULL || no_date != NULL)
    show_hint (self, no_title != NULL ? no_title : no_date, TRUE);
  else
    show_hint (self, _ ("Only its title and date change. The file stays as it was added."), FALSE);
  gtk_widget_set_sensitive (self->save_button, no_title == NULL && no_date == NULL && !self->working);
  return no_title == NULL && no_date == NULL;
}

static void
on_changed (HyDocumentEditDialog *self)
{
  if (self->access != NULL)
    review (self);
}

static DexFuture *
save_fiber (gpointer user_data)
{
  HyDocumentEditDialog *self = user_data;
  g_autofree char *title = dup_trimmed (self->title_row);
  g_autoptr (GError) error = NULL;
  gboolean done;

  dex_await_int (hy_document_edit (self->access, self->rowid, title, self->date), &error);
  done = error == NULL;
  self->working = FALSE;
  if (!hy_access_is_open (self->access) || gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return dex_future_new_true ();
  if (done)
    {
      g_signal_emit (self, signals[SIGNAL_EDITED], 0);
      adw_dialog_close (ADW_DIALOG (self));
      return dex_future_new_true ();
    }
  review (self);
  show_hint (self, error->message, TRUE);
  return dex_future_new_true ();
}

static void
on_save_clicked (HyDocumentEditDialog *self)
{
  if (self->working || !review (self))
    return;
  self->working = TRUE;
  gtk_widget_set_sensitive (self->save_button, FALSE);
  hy_spawn ("edit title and date", save_fiber, g_object_ref (self), g_object_unref, NULL);
}

static void
on_cancel_clicked (HyDocumentEditDialog *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

static void
hy_document_edit_dialog_dispose (GObject *object)
{
  HyDocumentEditDialog *self = HY_DOCUMENT_EDIT_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), HY_TYPE_DOCUMENT_EDIT_DIALOG);
  G_OBJECT_CLASS (hy_document_edit_dialog_parent_class)->dispose (object);
}

static void
hy_document_edit_dialog_finalize (GObject *object)
{
  HyDocumentEditDialog *self = HY_DOCUMENT_EDIT_DIALOG (object);

  g_clear_object (&self->access);
  g_free (self->shown_date);
  G_OBJECT_CLASS (hy_document_edit_dialog_parent_class)->finalize (object);
}

static void
hy_document_edit_dialog_class_init (HyDocumentEditDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hy_document_edit_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = hy_document_edit_dialog_finalize;

  signals[SIGNAL_EDITED] =
      g_signal_new ("edited", HY_TYPE_DOCUMENT_EDIT_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hygie/Hygie/ui/hy-document-edit-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HyDocumentEditDialog, title_row);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentEditDialog, date_row);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentEditDialog, hint);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentEditDialog, save_button);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_save_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel_clicked);
}

static void
hy_document_edit_dialog_init (HyDocumentEditDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
hy_document_edit_dialog_new (HyAccess *access,
                             const HyVaultRow *row)
{
  HyDocumentEditDialog *self = g_object_new (HY_TYPE_DOCUMENT_EDIT_DIALOG, NULL);

  self->rowid = row->rowid;
  self->shown_date = hy_date_dup_display (row->day != 0 ? hy_date_from_sort_key (row->day) : (HyDate) { 0 });
  gtk_editable_set_text (GTK_EDITABLE (self->title_row), row->title);
  gtk_editable_set_text (GTK_EDITABLE (self->date_row), self->shown_date);
  self->access = g_object_ref (access);
  review (self);
  return ADW_DIALOG (self);
}
