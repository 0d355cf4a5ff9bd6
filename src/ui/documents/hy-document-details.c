/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The details pane.  Reads the row again when the space changes, and the bytes once, to say whether they are intact.
 * Its fibers wait for the vault alone, and end by themselves: "shown" tells them that nobody wants the answer any more. */

#include "config.h"

#include "ui/documents/hy-document-details.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "fhir/hy-document-types.h"
#include "fhir/hy-resource-row.h"
#include "records/hy-document-edit.h"
#include "records/hy-document-settings.h"
#include "records/hy-record-document.h"
#include "records/hy-record-folder.h"
#include "records/hy-record-lookup.h"
#include "space/hy-sync-words.h"
#include "ui/documents/hy-badge.h"
#include "ui/documents/hy-document-look.h"

#include <glib/gi18n.h>

struct _HyDocumentDetails
{
  AdwBin parent_instance;

  HySpace *space;
  gint64 rowid;
  guint shown;       /* grows with each document shown: an answer about an older one is dropped */
  gboolean reading;
  gboolean read_again;
  gboolean in_viewer;
  gboolean hidden;   /* from professionals, as the row says */
  gboolean hiding;   /* the switch was turned, and the vault has not answered */
  guint n_pages;     /* 0: unknown, or it has none */
  char *kind;        /* of the file, with its size: nullable */
  gboolean absent;   /* the file was not here when the row was read */
  char *absence;     /* why the file is not here, when a server has something to do with it: nullable */

  GtkWidget *header;
  GtkWidget *body;
  GtkWidget *acts;
  GtkWidget *marks;
  GtkLabel *title;
  AdwWrapBox *badges;
  GtkWidget *type_row;
  GtkWidget *date_row;
  GtkWidget *author_row;
  GtkWidget *shelf_row;
  GtkWidget *folder_row;
  GtkWidget *visibility_row;
  AdwSwitchRow *hidden_row;
  AdwActionRow *file_row;
  GtkStack *file_state;
  GtkActionable *open_button;
  GtkActionable *save_button;
  GtkActionable *edit_button;
  GtkActionable *pin_button;
  GtkActionable *folder_button;
  GtkActionable *remove_button;
};

enum
{
  SIGNAL_CLOSE,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HyDocumentDetails, hy_document_details, ADW_TYPE_BIN)

typedef struct
{
  HyDocumentDetails *self;
  gint64 rowid;
  guint shown;
} Job;

static Job *
job_new (HyDocumentDetails *self)
{
  Job *job = g_new0 (Job, 1);

  job->self = g_object_ref (self);
  job->rowid = self->rowid;
  job->shown = self->shown;
  return job;
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->self);
  g_free (job);
}

static void
set_property_row (GtkWidget *row,
                  const char *value)
{
  gtk_widget_set_visible (row, value != NULL && *value != '\0');
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), value != NULL ? value : "");
}

static void
show_badges (HyDocumentDetails *self,
             guint flags)
{
  const HyDocumentMark *marks;
  GtkWidget *old;
  guint n_marks;

  while ((old = gtk_widget_get_first_child (GTK_WIDGET (self->badges))) != NULL)
    adw_wrap_box_remove (self->badges, old);
  marks = hy_document_look_get_marks (&n_marks);
  for (guint i = 0; i < n_marks; i++)
    if (flags & marks[i].flag)
      {
        GtkWidget *badge = hy_badge_new ();

        hy_badge_set_can_shrink (HY_BADGE (badge), TRUE);
        hy_badge_set (HY_BADGE (badge), marks[i].icon_name, _ (marks[i].text), marks[i].style);
        adw_wrap_box_append (self->badges, badge);
      }
  gtk_widget_set_visible (GTK_WIDGET (self->badges), gtk_widget_get_first_child (GTK_WIDGET (self->badges)) != NULL);
}

static const char *
visibility_of (guint flags)
{
  if ((flags & HY_ROW_HIDDEN_PRO) && (flags & HY_ROW_HIDDEN_LEGAL))
    return _ ("Hidden from professionals and from legal representatives");
  if (flags & HY_ROW_HIDDEN_PRO)
    return _ ("Hidden from professionals, but for its author");
  if (flags & HY_ROW_HIDDEN_LEGAL)
    return _ ("Hidden from legal representatives");
  if (flags & HY_ROW_HIDDEN_PATIENT)
    return _ ("A professional wished to explain it to you first");
  if (flags & HY_ROW_RESTRICTED)
    return _ ("Restricted by its author");
  return _ ("Normal");
}

/* What may be done with it, as it is. */
static void
show_marks (HyDocumentDetails *self,
            const HyVaultRow *row)
{
  gboolean pinned = (row->flags & HY_ROW_PINNED) != 0;

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->pin_button), pinned ? _ ("Unpin") : _ ("Pin on top"));
  gtk_actionable_set_action_target (self->pin_button, "x", row->rowid);
  gtk_actionable_set_action_name (self->pin_button, pinned ? "document.unpin" : "document.pin");
  gtk_widget_set_visible (GTK_WIDGET (self->edit_button), hy_document_can_edit (row));
}

/* On a fiber.  What folder it is in, for who may know. */
static char *
dup_folder_title (HyAccess *access,
                  gint64 rowid)
{
  gint64 id = dex_await_int64 (hy_record_get_folder (access, rowid), NULL);
  g_autoptr (GPtrArray) folders = id != 0 ? dex_await_boxed (hy_record_dup_folders (access), NULL) : NULL;

  for (guint i = 0; folders != NULL && i < folders->len; i++)
    if (((HyFolder *) g_ptr_array_index (folders, i))->id == id)
      return g_strdup (((HyFolder *) g_ptr_array_index (folders, i))->title);
  return NULL;
}

static void
show_hidden (HyDocumentDetails *self,
             guint flags)
{
  gboolean may_hide = hy_document_may_hide (hy_space_get_access (self->space));
  /* What the switch says needs no second row. */
  guint others = flags & (HY_ROW_HIDDEN_LEGAL | HY_ROW_HIDDEN_PATIENT | HY_ROW_RESTRICTED);

  self->hidden = (flags & HY_ROW_HIDDEN_PRO) != 0;
  gtk_widget_set_visible (GTK_WIDGET (self->hidden_row), may_hide);
  set_property_row (self->visibility_row, !may_hide     ? visibility_of (flags)
                                          : others != 0 ? visibility_of (others)
                                                        : NULL);
  if (self->hiding)
    return;
  adw_switch_row_set_active (self->hidden_row, self->hidden);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->hidden_row), self->hidden ? _ ("Its author still sees it") : "");
}

static DexFuture *check_fiber (gpointer user_data);

static void
show_row (HyDocumentDetails *self,
          const HyVaultRow *row)
{
  g_autofree char *date = hy_document_look_dup_date (row, /* with_year= */ TRUE);
  gboolean has_file = !(row->flags & HY_ROW_NO_BYTES);

  gtk_label_set_text (self->title, row->title);
  show_badges (self, row->flags);
  show_marks (self, row);
  set_property_row (self->type_row, hy_document_look_get_type (row));
  set_property_row (self->date_row, date);
  set_property_row (self->author_row, row->author);
  set_property_row (self->shelf_row, row->shelf >= 0 ? hy_document_shelf_get_label ((guint) row->shelf) : NULL);
  show_hidden (self, row->flags);

  if (!has_file)
    {
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->file_row), _ ("Not here yet"));
      adw_action_row_set_subtitle (self->file_row, self->absence != NULL ? self->absence
                                                                         : _ ("Only its description came. The file itself was not part of what was added."));
      gtk_stack_set_visible_child_name (self->file_state, "none");
    }
  else if (self->absent)
    {
      /* It came while the entry is shown. */
      hy_spawn ("document check", check_fiber, job_new (self), job_free, NULL);
    }
  self->absent = !has_file;
  gtk_widget_set_visible (GTK_WIDGET (self->save_button), has_file);
  gtk_widget_set_visible (GTK_WIDGET (self->open_button), has_file && !self->in_viewer);
}

static DexFuture *
read_fiber (gpointer user_data)
{
  Job *job = user_data;
  HyDocumentDetails *self = job->self;
  HyAccess *access = hy_space_get_access (self->space);
  g_autoptr (HyVaultRow) row = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = NULL;

  do
    {
      self->read_again = FALSE;
      g_clear_pointer (&row, hy_vault_row_free);
      g_clear_pointer (&folder, g_free);
      row = dex_await_boxed (hy_record_dup_row (access, job->rowid), &error);
      if (row != NULL)
        folder = dup_folder_title (access, job->rowid);
      if (job->shown != self->shown || !hy_access_is_open (access))
        return dex_future_new_true ();
      if (row == NULL)
        {
          self->reading = FALSE;
          g_signal_emit (self, signals[SIGNAL_CLOSE], 0);
          return dex_future_new_true ();
        }
      show_row (self, row);
      set_property_row (self->folder_row, folder);
    }
  while (self->read_again);
  self->reading = FALSE;
  return dex_future_new_true ();
}

static void
read_row (HyDocumentDetails *self)
{
  if (self->reading)
    {
      self->read_again = TRUE;
      return;
    }
  self->reading = TRUE;
  hy_spawn ("document details", read_fiber, job_new (self), job_free, NULL);
}

static void
show_kind (HyDocumentDetails *self)
{
  g_autofree char *text = NULL;

  if (self->kind == NULL)
    return;
  if (self->n_pages > 0)
    /* Translators: kind and size of a file, and its pages: PDF, 184 kB, 2 pages */
    text = g_strdup_printf (ngettext ("%s, %'u page", "%s, %'u pages", self->n_pages), self->kind, self->n_pages);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->file_row), text != NULL ? text : self->kind);
}

static void
show_file (HyDocumentDetails *self,
           const char *media_type,
           GBytes *bytes)
{
  const char *kind = media_type != NULL && *media_type != '\0' ? hy_document_look_get_kind (media_type) : _ ("File");
  g_autofree char *size = bytes != NULL ? g_format_size (g_bytes_get_size (bytes)) : NULL;
  g_autofree char *text = NULL;

  if (size != NULL)
    /* Translators: kind of file and its size: PDF, 184 kB. */
    text = g_strdup_printf (C_ ("kind and size of a file", "%s, %s"), kind, size);
  g_free (self->kind);
  self->kind = g_strdup (text != NULL ? text : kind);
  show_kind (self);
}

/* Reading the file whole is what tells that it is intact; the bytes go at once. */
static DexFuture *
check_fiber (gpointer user_data)
{
  Job *job = user_data;
  HyDocumentDetails *self = job->self;
  HyAccess *access = hy_space_get_access (self->space);
  g_autoptr (HyVaultRow) row = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *media_type = NULL;

  if (!(row = dex_await_boxed (hy_record_dup_row (access, job->rowid), NULL)))
    return dex_future_new_true ();
  if (row->flags & HY_ROW_NO_BYTES)
    {
      g_autoptr (HyMirrorFile) file = dex_await_boxed (hy_space_sync_dup_file (hy_space_get_sync (self->space), job->rowid), NULL);

      if (file == NULL || job->shown != self->shown)
        return dex_future_new_true ();
      g_free (self->absence);
      self->absence = hy_sync_words_dup_file (file->state, file->reason);
      adw_action_row_set_subtitle (self->file_row, self->absence);
      return dex_future_new_true ();
    }
  media_type = dex_await_string (hy_record_dup_media_type (access, job->rowid), NULL);
  if (job->shown != self->shown)
    return dex_future_new_true ();
  show_file (self, media_type, NULL);
  adw_action_row_set_subtitle (self->file_row, _ ("Checking that it is intact"));
  gtk_stack_set_visible_child_name (self->file_state, "checking");

  bytes = dex_await_boxed (hy_space_dup_document (self->space, job->rowid), &error);
  if (job->shown != self->shown || !hy_access_is_open (access))
    return dex_future_new_true ();
  show_file (self, media_type, bytes);
  if (bytes != NULL)
    {
      g_autoptr (HyMirrorFile) file = dex_await_boxed (hy_space_sync_dup_file (hy_space_get_sync (self->space), job->rowid), NULL);
      gboolean differs = file != NULL && file->state == HY_FILE_DIFFERS;
      g_autofree char *words = differs ? hy_sync_words_dup_file (file->state, file->reason) : NULL;

      if (job->shown != self->shown || !hy_access_is_open (access))
        return dex_future_new_true ();
      adw_action_row_set_subtitle (self->file_row, differs ? words : _ ("Intact, as it was added"));
      gtk_stack_set_visible_child_name (self->file_state, differs ? "differs" : "intact");
    }
  else
    {
      gboolean missing = g_error_matches (error, HY_ERROR, HY_ERROR_MISSING);

      adw_action_row_set_subtitle (self->file_row, error->message);
      gtk_stack_set_visible_child_name (self->file_state, missing ? "none" : "damaged");
      gtk_widget_set_visible (GTK_WIDGET (self->save_button), !missing);
    }
  return dex_future_new_true ();
}

static DexFuture *
hide_fiber (gpointer user_data)
{
  Job *job = user_data;
  HyDocumentDetails *self = job->self;
  HyAccess *access = hy_space_get_access (self->space);
  g_autoptr (GArray) rowids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) settings = NULL, before = NULL;
  g_autoptr (GError) error = NULL;
  gboolean wanted = adw_switch_row_get_active (self->hidden_row);

  g_array_append_val (rowids, job->rowid);
  settings = hy_document_settings_new (rowids, wanted);
  before = dex_await_boxed (hy_document_set_hidden (access, settings), &error);
  if (job->shown != self->shown || !hy_access_is_open (access))
    return dex_future_new_true ();
  self->hiding = FALSE;
  if (before == NULL)
    {
      adw_switch_row_set_active (self->hidden_row, self->hidden);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (self->hidden_row), error->message);
      return dex_future_new_true ();
    }
  self->hidden = wanted;
  read_row (self);
  /* Turned once more while the vault wrote. */
  if (adw_switch_row_get_active (self->hidden_row) != wanted)
    {
      self->hiding = TRUE;
      hy_spawn ("hide a document", hide_fiber, job_new (self), job_free, NULL);
    }
  return dex_future_new_true ();
}

static void
on_hidden_switched (HyDocumentDetails *self)
{
  if (self->hiding || self->rowid == 0 || adw_switch_row_get_active (self->hidden_row) == self->hidden)
    return;
  self->hiding = TRUE;
  hy_spawn ("hide a document", hide_fiber, job_new (self), job_free, NULL);
}

static void
on_access_changed (HyDocumentDetails *self)
{
  if (self->rowid != 0)
    read_row (self);
}

static void
on_close_clicked (HyDocumentDetails *self)
{
  g_signal_emit (self, signals[SIGNAL_CLOSE], 0);
}

static void
hy_document_details_dispose (GObject *object)
{
  HyDocumentDetails *self = HY_DOCUMENT_DETAILS (object);

  self->shown++;
  gtk_widget_dispose_template (GTK_WIDGET (self), HY_TYPE_DOCUMENT_DETAILS);
  G_OBJECT_CLASS (hy_document_details_parent_class)->dispose (object);
}

static void
hy_document_details_finalize (GObject *object)
{
  HyDocumentDetails *self = HY_DOCUMENT_DETAILS (object);

  g_clear_object (&self->space);
  g_free (self->kind);
  g_free (self->absence);
  G_OBJECT_CLASS (hy_document_details_parent_class)->finalize (object);
}

static void
hy_document_details_class_init (HyDocumentDetailsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hy_document_details_dispose;
  G_OBJECT_CLASS (klass)->finalize = hy_document_details_finalize;

  signals[SIGNAL_CLOSE] = g_signal_new ("close", HY_TYPE_DOCUMENT_DETAILS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hygie/Hygie/ui/hy-document-details.ui");
  gtk_widget_class_bind_template_child (widget_class, HyDocumentDetails, header);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentDetails, body);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentDetails, acts);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentDetails, marks);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentDetails, title);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentDetails, badges);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentDetails, type_row);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentDetails, date_row);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentDetails, author_row);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentDetails, shelf_row);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentDetails, visibility_row);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentDetails, folder_row);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentDetails, hidden_row);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentDetails, file_row);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentDetails, file_state);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentDetails, open_button);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentDetails, save_button);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentDetails, edit_button);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentDetails, pin_button);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentDetails, folder_button);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentDetails, remove_button);
  gtk_widget_class_bind_template_callback (widget_class, on_close_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_hidden_switched);
}

static void
hy_document_details_init (HyDocumentDetails *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* Named here, once they have something to act on: GTK warns of an action without its parameter. */
  gtk_actionable_set_action_target (self->open_button, "x", self->rowid);
  gtk_actionable_set_action_name (self->open_button, "page.open");
  gtk_actionable_set_action_target (self->save_button, "x", self->rowid);
  gtk_actionable_set_action_name (self->save_button, "page.save-copy");
  gtk_actionable_set_action_target (self->remove_button, "x", self->rowid);
  gtk_actionable_set_action_name (self->remove_button, "page.remove");
  gtk_actionable_set_action_target (self->edit_button, "x", self->rowid);
  gtk_actionable_set_action_name (self->edit_button, "document.edit");
  gtk_actionable_set_action_target (self->folder_button, "x", self->rowid);
  gtk_actionable_set_action_name (self->folder_button, "document.put-in-folder");
}

GtkWidget *
hy_document_details_new (HySpace *space)
{
  HyDocumentDetails *self;

  g_return_val_if_fail (HY_IS_SPACE (space), NULL);

  self = g_object_new (HY_TYPE_DOCUMENT_DETAILS, NULL);
  self->space = g_object_ref (space);
  g_signal_connect_object (hy_space_get_access (space), "changed", G_CALLBACK (on_access_changed), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

void
hy_document_details_show (HyDocumentDetails *self,
                          gint64 rowid)
{
  g_return_if_fail (HY_IS_DOCUMENT_DETAILS (self));

  if (self->rowid == rowid)
    return;
  self->rowid = rowid;
  self->shown++;
  self->reading = self->absent = self->hiding = FALSE;
  g_clear_pointer (&self->absence, g_free);
  if (rowid == 0)
    return;
  gtk_actionable_set_action_target (self->open_button, "x", rowid);
  gtk_actionable_set_action_target (self->save_button, "x", rowid);
  gtk_actionable_set_action_target (self->remove_button, "x", rowid);
  gtk_actionable_set_action_target (self->edit_button, "x", rowid);
  gtk_actionable_set_action_target (self->folder_button, "x", rowid);
  read_row (self);
  hy_spawn ("document check", check_fiber, job_new (self), job_free, NULL);
}

/**
 * hy_document_details_set_in_viewer:
 * @can_close: whether it comes over the document, with its title and a button to put it away
 *
 * The document is before the person's eyes: what opens it, and what the page around offers in its menu, is left out.
 */
void
hy_document_details_set_in_viewer (HyDocumentDetails *self,
                                   gboolean can_close)
{
  g_return_if_fail (HY_IS_DOCUMENT_DETAILS (self));

  self->in_viewer = TRUE;
  gtk_widget_set_visible (GTK_WIDGET (self->open_button), FALSE);
  gtk_widget_set_visible (self->acts, FALSE);
  gtk_widget_set_visible (self->marks, FALSE);
  gtk_widget_set_visible (self->header, can_close);
  gtk_widget_set_margin_top (self->body, can_close ? 6 : 18);
}

/**
 * hy_document_details_set_n_pages:
 * @n_pages: 0 where it has none
 */
void
hy_document_details_set_n_pages (HyDocumentDetails *self,
                                 guint n_pages)
{
  g_return_if_fail (HY_IS_DOCUMENT_DETAILS (self));

  self->n_pages = n_pages;
  show_kind (self);
}

gint64
hy_document_details_get_rowid (HyDocumentDetails *self)
{
  g_return_val_if_fail (HY_IS_DOCUMENT_DETAILS (self), 0);

  return self->rowid;
}
