/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows the folders anew after each act.  Its fibers hold it, and say nothing once it is closed or the space locked. */

#include "config.h"

#include "ui/documents/hy-folder-dialog.h"

#include "base/hy-async.h"
#include "base/hy-error.h"

#include <glib/gi18n.h>

struct _HyFolderDialog
{
  AdwDialog parent_instance;

  HyAccess *access;
  gint64 rowid; /* the document; 0 = none */

  GtkListBox *folders;
  AdwEntryRow *new_row;
  GtkLabel *hint;
};

enum
{
  SIGNAL_TOLD,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HyFolderDialog, hy_folder_dialog, ADW_TYPE_DIALOG)

typedef struct
{
  HyFolderDialog *self;
  gint64 folder;
  guint count;
  char *title;
} Job;

static Job *
job_new (HyFolderDialog *self,
         gint64 folder,
         const char *title,
         guint count)
{
  Job *job = g_new0 (Job, 1);

  job->self = g_object_ref (self);
  job->folder = folder;
  job->title = g_strdup (title);
  job->count = count;
  return job;
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->self);
  g_free (job->title);
  g_free (job);
}

static void
job_free_closure (gpointer data,
                  GClosure *closure)
{
  Job *job = data;

  /* A row's: it must not keep alive the dialog that it is in. */
  g_free (job->title);
  g_free (job);
}

static gboolean
is_over (HyFolderDialog *self)
{
  return !hy_access_is_open (self->access) || gtk_widget_get_root (GTK_WIDGET (self)) == NULL;
}

static void
show_error (HyFolderDialog *self,
            const GError *error)
{
  if (is_over (self))
    return;
  gtk_label_set_label (self->hint, error->message);
  gtk_widget_remove_css_class (GTK_WIDGET (self->hint), "dimmed");
  gtk_widget_add_css_class (GTK_WIDGET (self->hint), "error");
  gtk_accessible_announce (GTK_ACCESSIBLE (self), error->message, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

static void read_folders (HyFolderDialog *self);

/* -- choosing -- */

static DexFuture *
choose_fiber (gpointer user_data)
{
  Job *job = user_data;
  HyFolderDialog *self = job->self;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  if (job->folder < 0)
    {
      job->folder = dex_await_int64 (hy_record_add_folder (self->access, job->title), &error);
      if (error != NULL)
        {
          show_error (self, error);
          return dex_future_new_true ();
        }
    }
  if (self->rowid == 0)
    {
      if (is_over (self))
        return dex_future_new_true ();
      gtk_editable_set_text (GTK_EDITABLE (self->new_row), "");
      read_folders (self);
      return dex_future_new_true ();
    }
  if (!dex_await (hy_record_put_in_folder (self->access, self->rowid, job->folder), &error))
    {
      show_error (self, error);
      return dex_future_new_true ();
    }
  if (is_over (self))
    return dex_future_new_true ();
  words = job->folder != 0 ? g_strdup_printf (_ ("Put in the folder “%s”"), job->title) : g_strdup (_ ("In no folder any more"));
  g_signal_emit (self, signals[SIGNAL_TOLD], 0, words);
  adw_dialog_close (ADW_DIALOG (self));
  return dex_future_new_true ();
}

static void
on_row_activated (Job *job)
{
  hy_spawn ("put in a folder", choose_fiber, job_new (job->self, job->folder, job->title, 0), job_free, NULL);
}

static void
on_new_folder (HyFolderDialog *self)
{
  g_autofree char *title = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->new_row))));

  hy_spawn ("new folder", choose_fiber, job_new (self, -1, title, 0), job_free, NULL);
}

/* -- renaming and removing -- */

static DexFuture *
rename_fiber (gpointer user_data)
{
  Job *job = user_data;
  g_autoptr (GError) error = NULL;

  if (!dex_await (hy_record_rename_folder (job->self->access, job->folder, job->title), &error))
    show_error (job->self, error);
  else if (!is_over (job->self))
    read_folders (job->self);
  return dex_future_new_true ();
}

static DexFuture *
remove_fiber (gpointer user_data)
{
  Job *job = user_data;
  g_autoptr (GError) error = NULL;

  if (!dex_await (hy_record_remove_folder (job->self->access, job->folder), &error))
    show_error (job->self, error);
  else if (!is_over (job->self))
    read_folders (job->self);
  return dex_future_new_true ();
}

static void
on_rename_answered (GObject *source,
                    GAsyncResult *result,
                    gpointer user_data)
{
  Job *job = user_data;
  const char *answer = adw_alert_dialog_choose_finish (ADW_ALERT_DIALOG (source), result);
  GtkWidget *entry = adw_alert_dialog_get_extra_child (ADW_ALERT_DIALOG (source));

  if (!g_str_equal (answer, "rename") || is_over (job->self))
    {
      job_free (job);
      return;
    }
  g_free (job->title);
  job->title = g_strdup (gtk_editable_get_text (GTK_EDITABLE (gtk_list_box_get_row_at_index (GTK_LIST_BOX (entry), 0))));
  hy_spawn ("rename a folder", rename_fiber, job, job_free, NULL);
}

static void
on_name_typed (AdwEntryRow *row,
               AdwAlertDialog *dialog)
{
  g_autofree char *title = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));

  adw_alert_dialog_set_response_enabled (dialog, "rename", *title != '\0');
}

static void
on_rename_clicked (Job *job)
{
  AdwDialog *dialog = adw_alert_dialog_new (_ ("Rename the folder"), NULL);
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *entry = adw_entry_row_new ();

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (entry), _ ("Name of the folder"));
  adw_entry_row_set_max_length (ADW_ENTRY_ROW (entry), HY_FOLDER_TITLE_CHARS);
  adw_entry_row_set_activates_default (ADW_ENTRY_ROW (entry), TRUE);
  gtk_editable_set_text (GTK_EDITABLE (entry), job->title);
  gtk_list_box_append (GTK_LIST_BOX (list), entry);
  adw_alert_dialog_set_extra_child (ADW_ALERT_DIALOG (dialog), list);
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("_Cancel"), "rename", _ ("_Rename"), NULL);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "rename");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_signal_connect (entry, "changed", G_CALLBACK (on_name_typed), dialog);
  adw_alert_dialog_choose (ADW_ALERT_DIALOG (dialog), GTK_WIDGET (job->self), NULL, on_rename_answered,
                           job_new (job->self, job->folder, job->title, 0));
}

static void
on_remove_answered (GObject *source,
                    GAsyncResult *result,
                    gpointer user_data)
{
  Job *job = user_data;
  const char *answer = adw_alert_dialog_choose_finish (ADW_ALERT_DIALOG (source), result);

  if (g_str_equal (answer, "remove") && !is_over (job->self))
    hy_spawn ("remove a folder", remove_fiber, job, job_free, NULL);
  else
    job_free (job);
}

static void
on_remove_clicked (Job *job)
{
  AdwDialog *dialog;

  /* Nothing is lost with an empty one. */
  if (job->count == 0)
    {
      hy_spawn ("remove a folder", remove_fiber, job_new (job->self, job->folder, job->title, 0), job_free, NULL);
      return;
    }
  dialog = adw_alert_dialog_new (_ ("Remove this folder?"), NULL);
  adw_alert_dialog_format_body (ADW_ALERT_DIALOG (dialog),
                                ngettext ("%u document is in “%s”. It stays among your documents, in no folder.",
                                          "%u documents are in “%s”. They stay among your documents, in no folder.", job->count),
                                job->count, job->title);
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("_Cancel"), "remove", _ ("_Remove the folder"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "remove", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "cancel");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  adw_alert_dialog_choose (ADW_ALERT_DIALOG (dialog), GTK_WIDGET (job->self), NULL, on_remove_answered,
                           job_new (job->self, job->folder, job->title, job->count));
}

/* -- the list -- */

static void
connect_row (HyFolderDialog *self,
             gpointer instance,
             const char *signal,
             GCallback callback,
             gint64 folder,
             const char *title,
             guint count)
{
  Job *job = g_new0 (Job, 1);

  job->self = self;
  job->folder = folder;
  job->title = g_strdup (title);
  job->count = count;
  g_signal_connect_data (instance, signal, callback, job, job_free_closure, G_CONNECT_SWAPPED);
}

static GtkWidget *
new_row_button (const char *icon_name,
                const char *name)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon_name);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return button;
}

static GtkWidget *
add_row (HyFolderDialog *self,
         const char *title,
         const char *subtitle,
         gint64 folder,
         gboolean chosen)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  if (self->rowid != 0)
    {
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      connect_row (self, row, "activated", G_CALLBACK (on_row_activated), folder, title, 0);
      if (chosen)
        {
          GtkWidget *check = gtk_image_new_from_icon_name ("object-select-symbolic");

          adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
          gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                          _ ("The document is in it"), -1);
        }
    }
  gtk_list_box_append (self->folders, row);
  return row;
}

static DexFuture *
read_fiber (gpointer user_data)
{
  HyFolderDialog *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) folders = dex_await_boxed (hy_record_dup_folders (self->access), &error);
  gint64 chosen = folders != NULL && self->rowid != 0 ? dex_await_int64 (hy_record_get_folder (self->access, self->rowid), &error) : 0;

  if (!hy_access_is_open (self->access))
    return dex_future_new_true ();
  if (error != NULL)
    {
      show_error (self, error);
      return dex_future_new_true ();
    }
  gtk_list_box_remove_all (self->folders);
  if (self->rowid != 0)
    add_row (self, _ ("No folder"), NULL, 0, chosen == 0);
  for (guint i = 0; i < folders->len; i++)
    {
      HyFolder *folder = g_ptr_array_index (folders, i);
      g_autofree char *count = g_strdup_printf (ngettext ("%'u document", "%'u documents", folder->count), folder->count);
      g_autofree char *rename = g_strdup_printf (_ ("Rename “%s”"), folder->title);
      g_autofree char *removal = g_strdup_printf (_ ("Remove the folder “%s”"), folder->title);
      GtkWidget *row = add_row (self, folder->title, count, folder->id, chosen == folder->id);
      GtkWidget *button = new_row_button ("document-edit-symbolic", rename);

      connect_row (self, button, "clicked", G_CALLBACK (on_rename_clicked), folder->id, folder->title, folder->count);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
      button = new_row_button ("user-trash-symbolic", removal);
      connect_row (self, button, "clicked", G_CALLBACK (on_remove_clicked), folder->id, folder->title, folder->count);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->folders), self->rowid != 0 || folders->len > 0);
  return dex_future_new_true ();
}

static void
read_folders (HyFolderDialog *self)
{
  hy_spawn ("folders", read_fiber, g_object_ref (self), g_object_unref, NULL);
}

static void
hy_folder_dialog_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), HY_TYPE_FOLDER_DIALOG);
  G_OBJECT_CLASS (hy_folder_dialog_parent_class)->dispose (object);
}

static void
hy_folder_dialog_finalize (GObject *object)
{
  g_clear_object (&HY_FOLDER_DIALOG (object)->access);
  G_OBJECT_CLASS (hy_folder_dialog_parent_class)->finalize (object);
}

static void
hy_folder_dialog_class_init (HyFolderDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hy_folder_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = hy_folder_dialog_finalize;

  signals[SIGNAL_TOLD] = g_signal_new ("told", HY_TYPE_FOLDER_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hygie/Hygie/ui/hy-folder-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HyFolderDialog, folders);
  gtk_widget_class_bind_template_child (widget_class, HyFolderDialog, new_row);
  gtk_widget_class_bind_template_child (widget_class, HyFolderDialog, hint);
  gtk_widget_class_bind_template_callback (widget_class, on_new_folder);
}

static void
hy_folder_dialog_init (HyFolderDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
hy_folder_dialog_new (HyAccess *access,
                      gint64 rowid)
{
  HyFolderDialog *self = g_object_new (HY_TYPE_FOLDER_DIALOG, NULL);

  self->access = g_object_ref (access);
  self->rowid = rowid;
  if (rowid != 0)
    adw_dialog_set_title (ADW_DIALOG (self), _ ("Put in a folder"));
  read_folders (self);
  return ADW_DIALOG (self);
}
