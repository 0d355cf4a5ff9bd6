/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Saving a copy and removing, from the question to the deed.  Everything is asked over a page; when that goes, as the
 * space locks, the questions go with it. */

#include "config.h"

#include "ui/documents/hy-document-acts.h"

#include "base/hy-async.h"
#include "records/hy-record-change.h"
#include "records/hy-record-document.h"
#include "records/hy-record-lookup.h"
#include "ui/documents/hy-document-look.h"

#include <adwaita.h>
#include <glib/gi18n.h>

typedef struct
{
  GtkWidget *over;
  HySpace *space;
  gint64 rowid;
} Act;

static Act *
act_new (GtkWidget *over,
         HySpace *space,
         gint64 rowid)
{
  Act *act = g_new0 (Act, 1);

  act->over = g_object_ref (over);
  act->space = g_object_ref (space);
  act->rowid = rowid;
  return act;
}

static void
act_free (gpointer data)
{
  Act *act = data;

  g_object_unref (act->over);
  g_object_unref (act->space);
  g_free (act);
}

static DexFuture *
new_words (const char *words)
{
  return dex_future_new_take_string (g_strdup (words));
}

static void
on_answered (GObject *source,
             GAsyncResult *result,
             gpointer user_data)
{
  g_autoptr (DexPromise) answered = user_data;

  dex_promise_resolve_string (answered, g_strdup (adw_alert_dialog_choose_finish (ADW_ALERT_DIALOG (source), result)));
}

/* On a fiber: whether the person chose @response, and the space is still open. */
static gboolean
agrees (Act *act,
        AdwDialog *dialog,
        const char *response)
{
  DexPromise *answered = dex_promise_new ();
  g_autofree char *answer = NULL;

  adw_alert_dialog_choose (ADW_ALERT_DIALOG (dialog), act->over, NULL, on_answered, dex_ref (answered));
  answer = dex_await_string (DEX_FUTURE (answered), NULL);
  return g_strcmp0 (answer, response) == 0 && hy_access_is_open (hy_space_get_access (act->space));
}

/* -- a copy -- */

static void
on_place_chosen (GObject *source,
                 GAsyncResult *result,
                 gpointer user_data)
{
  g_autoptr (DexPromise) chosen = user_data;
  g_autoptr (GError) error = NULL;
  GFile *file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (source), result, &error);

  if (file != NULL)
    dex_promise_resolve_object (chosen, file);
  else
    dex_promise_reject (chosen, g_steal_pointer (&error));
}

/* A file dialog is a window of its own, and bears the title of the document. */
static void
on_root_changed (GtkWidget *over,
                 GParamSpec *pspec,
                 GCancellable *cancellable)
{
  if (gtk_widget_get_root (over) == NULL)
    g_cancellable_cancel (cancellable);
}

/* On a fiber.  NULL when the person chose no place. */
static GFile *
choose_place (Act *act,
              const char *name)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  DexPromise *chosen = dex_promise_new ();
  GtkRoot *root = gtk_widget_get_root (act->over);
  gulong handler = g_signal_connect (act->over, "notify::root", G_CALLBACK (on_root_changed), cancellable);
  GFile *file;

  gtk_file_dialog_set_title (dialog, _ ("Save a copy"));
  gtk_file_dialog_set_initial_name (dialog, name);
  gtk_file_dialog_save (dialog, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, cancellable, on_place_chosen, dex_ref (chosen));
  file = dex_await_object (DEX_FUTURE (chosen), NULL);
  g_signal_handler_disconnect (act->over, handler);
  return file;
}

static void
on_copy_written (GObject *source,
                 GAsyncResult *result,
                 gpointer user_data)
{
  g_autoptr (DexPromise) written = user_data;
  g_autoptr (GError) error = NULL;

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    dex_promise_resolve_boolean (written, TRUE);
  else
    dex_promise_reject (written, g_steal_pointer (&error));
}

static DexFuture *
save_copy_fiber (gpointer user_data)
{
  Act *act = user_data;
  HyAccess *access = hy_space_get_access (act->space);
  g_autoptr (GError) error = NULL;
  g_autoptr (HyVaultRow) row = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GFile) file = NULL;
  g_autofree char *media_type = NULL;
  g_autofree char *name = NULL;
  DexPromise *written;
  AdwDialog *dialog;

  if (!(row = dex_await_boxed (hy_record_dup_row (access, act->rowid), &error)) ||
      !(media_type = dex_await_string (hy_record_dup_media_type (access, act->rowid), &error)))
    return dex_future_new_for_error (g_steal_pointer (&error));

  dialog = adw_alert_dialog_new (_ ("Save a copy in clear?"),
                                 _ ("The copy leaves your vault: whoever can open the folder you choose can read it. The document itself stays here, locked."));
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("_Cancel"), "save", _ ("_Choose a folder…"), NULL);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "save");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  if (!agrees (act, dialog, "save"))
    return new_words ("");

  name = hy_document_look_dup_file_name (row, media_type);
  if (!(file = choose_place (act, name)) || !hy_access_is_open (access))
    return new_words ("");
  if (!(bytes = dex_await_boxed (hy_space_dup_document (act->space, act->rowid), &error)))
    return dex_future_new_for_error (g_steal_pointer (&error));

  written = dex_promise_new ();
  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL, on_copy_written, dex_ref (written));
  if (dex_await (DEX_FUTURE (written), &error))
    return new_words (_ ("Copy saved, in clear"));
  g_prefix_error (&error, "%s ", _ ("The copy could not be saved there; the document itself is safe. Choose another folder."));
  return dex_future_new_for_error (g_steal_pointer (&error));
}

/**
 * hy_document_save_copy:
 * @over: the page over which questions are asked
 *
 * Says that a copy leaves in clear, asks where to, and writes it.
 */
DexFuture *
hy_document_save_copy (GtkWidget *over,
                       HySpace *space,
                       gint64 rowid)
{
  return hy_fiber (save_copy_fiber, act_new (over, space, rowid), act_free);
}

/* -- removing -- */

static DexFuture *
remove_fiber (gpointer user_data)
{
  Act *act = user_data;
  HyAccess *access = hy_space_get_access (act->space);
  g_autoptr (GError) error = NULL;
  g_autoptr (HyVaultRow) row = dex_await_boxed (hy_record_dup_row (access, act->rowid), &error);
  AdwDialog *dialog;

  if (row == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  dialog = adw_alert_dialog_new (_ ("Remove this document?"), NULL);
  adw_alert_dialog_format_body (ADW_ALERT_DIALOG (dialog),
                                _ ("“%s” is removed from this computer’s vault, and Hygie cannot bring it back. Keep a copy first if you may need it."),
                                row->title);
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("_Cancel"), "remove", _ ("_Remove"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "remove", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "cancel");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  if (!agrees (act, dialog, "remove"))
    return new_words ("");

  if (!dex_await (hy_record_remove (access, act->rowid), &error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  return new_words (_ ("Removed from this computer’s vault"));
}

/**
 * hy_document_remove:
 * @over: the page over which questions are asked
 *
 * Asks once, for there is no way back.
 */
DexFuture *
hy_document_remove (GtkWidget *over,
                    HySpace *space,
                    gint64 rowid)
{
  return hy_fiber (remove_fiber, act_new (over, space, rowid), act_free);
}
