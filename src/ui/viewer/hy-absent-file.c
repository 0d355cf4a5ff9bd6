/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A document without its file: says why, and fetches it when a server has it. */

#include "config.h"

#include "ui/viewer/hy-absent-file.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "space/hy-sync-words.h"

#include <glib/gi18n.h>

struct _HyAbsentFile
{
  AdwBin parent_instance;

  AdwStatusPage *page;
  GtkWidget *fetch_button;
  GtkWidget *spinner;
  GtkWidget *stop_button;

  HySpace *space;
  gint64 rowid;
  HyScope *scope; /* of what is asked or fetched; nullable */
};

G_DEFINE_FINAL_TYPE (HyAbsentFile, hy_absent_file, ADW_TYPE_BIN)

enum
{
  FETCHED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
show_words (HyAbsentFile *self,
            const char *title,
            const char *description,
            gboolean may_fetch)
{
  g_autofree char *escaped = g_markup_escape_text (description, -1);

  adw_status_page_set_title (self->page, title);
  adw_status_page_set_description (self->page, escaped);
  gtk_widget_set_visible (self->fetch_button, may_fetch);
  gtk_widget_set_visible (self->spinner, FALSE);
  gtk_widget_set_visible (self->stop_button, FALSE);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), title, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static DexFuture *
ask_fiber (gpointer user_data)
{
  HyAbsentFile *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HyMirrorFile) file = dex_await_boxed (hy_space_sync_dup_file (hy_space_get_sync (self->space), self->rowid), &error);
  g_autofree char *words = NULL;

  if (g_error_matches (error, DEX_ERROR, DEX_ERROR_FIBER_CANCELLED) || g_error_matches (error, HY_ERROR, HY_ERROR_LOCKED))
    return dex_future_new_true ();
  if (file == NULL)
    {
      show_words (self, _ ("Not on this computer yet"), _ ("Only its description came. The file itself was not part of what was added."), FALSE);
      return dex_future_new_true ();
    }
  words = hy_sync_words_dup_file (file->state, file->reason);
  if (file->state == HY_FILE_WAITING)
    show_words (self, _ ("Not on this computer yet"), words, TRUE);
  else
    /* It may be there, or be given, now. */
    show_words (self, _ ("This file could not be had"), words, TRUE);
  return dex_future_new_true ();
}

static void
start (HyAbsentFile *self,
       const char *name,
       DexFiberFunc func)
{
  hy_absent_file_stop (self);
  self->scope = hy_scope_new ();
  hy_spawn (name, func, g_object_ref (self), g_object_unref, self->scope);
}

static DexFuture *
fetch_fiber (gpointer user_data)
{
  HyAbsentFile *self = user_data;
  g_autoptr (GError) error = NULL;
  gint64 rowid = dex_await_int64 (hy_space_sync_fetch_file (hy_space_get_sync (self->space), self->rowid, NULL), &error);

  if (error == NULL)
    g_signal_emit (self, signals[FETCHED], 0, rowid);
  else if (!g_error_matches (error, DEX_ERROR, DEX_ERROR_FIBER_CANCELLED) && !g_error_matches (error, HY_ERROR, HY_ERROR_LOCKED))
    show_words (self, _ ("This file could not be had"), error->message, TRUE);
  return dex_future_new_true ();
}

static void
on_fetch (HyAbsentFile *self)
{
  gtk_widget_set_visible (self->fetch_button, FALSE);
  gtk_widget_set_visible (self->spinner, TRUE);
  gtk_widget_set_visible (self->stop_button, TRUE);
  gtk_widget_grab_focus (self->stop_button);
  start (self, "fetch a file", fetch_fiber);
}

static void
on_stop (HyAbsentFile *self)
{
  /* What came of it is kept, and gone on with. */
  start (self, "ask about a file", ask_fiber);
}

static void
hy_absent_file_unroot (GtkWidget *widget)
{
  hy_absent_file_stop (HY_ABSENT_FILE (widget));
  GTK_WIDGET_CLASS (hy_absent_file_parent_class)->unroot (widget);
}

static void
hy_absent_file_dispose (GObject *object)
{
  HyAbsentFile *self = HY_ABSENT_FILE (object);

  hy_absent_file_stop (self);
  g_clear_object (&self->space);
  G_OBJECT_CLASS (hy_absent_file_parent_class)->dispose (object);
}

static void
hy_absent_file_class_init (HyAbsentFileClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hy_absent_file_dispose;
  widget_class->unroot = hy_absent_file_unroot;
  signals[FETCHED] = g_signal_new ("fetched", HY_TYPE_ABSENT_FILE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hygie/Hygie/ui/hy-absent-file.ui");
  gtk_widget_class_bind_template_child (widget_class, HyAbsentFile, page);
  gtk_widget_class_bind_template_child (widget_class, HyAbsentFile, fetch_button);
  gtk_widget_class_bind_template_child (widget_class, HyAbsentFile, spinner);
  gtk_widget_class_bind_template_child (widget_class, HyAbsentFile, stop_button);
  gtk_widget_class_bind_template_callback (widget_class, on_fetch);
  gtk_widget_class_bind_template_callback (widget_class, on_stop);
}

static void
hy_absent_file_init (HyAbsentFile *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hy_absent_file_show:
 * @rowid: a document whose file is not here
 */
void
hy_absent_file_show (HyAbsentFile *self,
                     HySpace *space,
                     gint64 rowid)
{
  g_return_if_fail (HY_IS_ABSENT_FILE (self));

  g_set_object (&self->space, space);
  self->rowid = rowid;
  start (self, "ask about a file", ask_fiber);
}

void
hy_absent_file_stop (HyAbsentFile *self)
{
  if (self->scope != NULL)
    hy_scope_cancel (self->scope);
  g_clear_object (&self->scope);
}
