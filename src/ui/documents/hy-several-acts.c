/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hiding, moving, saving and removing documents, from the question to the way back.  What is undone goes by the rows in the
 * vault, so a list that was read again meanwhile changes nothing. */

#include "config.h"

#include "ui/documents/hy-several-acts.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "fhir/hy-document-types.h"
#include "records/hy-document-settings.h"
#include "records/hy-record-change.h"
#include "records/hy-record-document.h"
#include "records/hy-record-lookup.h"
#include "ui/documents/hy-document-look.h"
#include "ui/documents/hy-shelf-dialog.h"

#include <glib/gi18n.h>

/* Work that takes longer shows how far it is. */
#define PATIENCE_MS 500
#define TICK_MS 100
/* Copies with the same name in one folder; beyond this something else is wrong with it. */
#define MAX_NAMES 1000
/* Copies that could not be written and are named; of the others the number is told. */
#define MAX_TOLD 5
/* Long enough to find the way to the button with the keyboard alone. */
#define UNDO_S 10
#define UNDO_KEY "hy-undo"

typedef struct
{
  GtkWidget *over;
  AdwToastOverlay *toasts;
  HySpace *space;
  GArray *rowids;
  gboolean hidden;
} Act;

static Act *
act_new (GtkWidget *over,
         AdwToastOverlay *toasts,
         HySpace *space,
         GArray *rowids)
{
  Act *act = g_new0 (Act, 1);

  act->over = g_object_ref (over);
  act->toasts = g_object_ref (toasts);
  act->space = g_object_ref (space);
  act->rowids = g_array_copy (rowids);
  return act;
}

static void
act_free (gpointer data)
{
  Act *act = data;

  g_object_unref (act->over);
  g_object_unref (act->toasts);
  g_object_unref (act->space);
  g_array_unref (act->rowids);
  g_free (act);
}

static HyAccess *
get_access (Act *act)
{
  return hy_space_get_access (act->space);
}

/* The page may have gone, and the space with it. */
static gboolean
is_over (Act *act)
{
  return !hy_access_is_open (get_access (act)) || gtk_widget_get_root (act->over) == NULL;
}

static AdwToast *
new_toast (const char *text)
{
  AdwToast *toast = adw_toast_new (text);

  adw_toast_set_use_markup (toast, FALSE);
  return toast;
}

static void
show_text (Act *act,
           const char *text)
{
  if (!is_over (act))
    adw_toast_overlay_add_toast (act->toasts, new_toast (text));
}

static DexFuture *
fail (Act *act,
      const GError *error)
{
  if (!g_error_matches (error, HY_ERROR, HY_ERROR_LOCKED))
    show_text (act, error->message);
  return dex_future_new_for_boolean (FALSE);
}

/* -- the way back -- */

typedef struct
{
  Act *act;
  GArray *settings; /* nullable: what was set before */
  DexFuture *(*set) (HyAccess *access, GArray *settings);
  gboolean undone;
} Back;

static void
back_free (gpointer data,
           GClosure *closure G_GNUC_UNUSED)
{
  Back *back = data;

  act_free (back->act);
  g_clear_pointer (&back->settings, g_array_unref);
  g_free (back);
}

static void
back_done (gpointer data)
{
  back_free (data, NULL);
}

static Back *
back_new (Act *act)
{
  Back *back = g_new0 (Back, 1);

  back->act = act_new (act->over, act->toasts, act->space, act->rowids);
  return back;
}

static Back *
back_copy (const Back *back)
{
  Back *copy = back_new (back->act);

  copy->set = back->set;
  copy->settings = back->settings != NULL ? g_array_ref (back->settings) : NULL;
  return copy;
}

static DexFuture *
undo_fiber (gpointer data)
{
  Back *back = data;
  g_autoptr (GError) error = NULL;

  if (back->settings != NULL)
    {
      g_autoptr (GArray) undone = dex_await_boxed (back->set (get_access (back->act), back->settings), &error);

      if (undone == NULL)
        return fail (back->act, error);
    }
  else
    {
      guint n_back = dex_await_uint (hy_record_bring_back (get_access (back->act), back->act->rowids), &error);

      if (error != NULL)
        return fail (back->act, error);
      /* A server may have taken one away meanwhile. */
      if (n_back < back->act->rowids->len)
        show_text (back->act, _ ("Not all of them could be brought back: the server no longer has the others."));
    }
  return dex_future_new_true ();
}

static void
on_undo_clicked (AdwToast *toast,
                 Back *back)
{
  back->undone = TRUE;
  hy_spawn ("undo", undo_fiber, back_copy (back), back_done, NULL);
}

static DexFuture *
finish_fiber (gpointer data)
{
  Back *back = data;
  g_autoptr (GError) error = NULL;

  /* What cannot be removed now is when the space closes. */
  dex_await_uint (hy_record_remove_let_go (get_access (back->act), back->act->rowids), &error);
  return dex_future_new_true ();
}

static void
on_dismissed (AdwToast *toast,
              Back *back)
{
  if (g_object_get_data (G_OBJECT (back->act->toasts), UNDO_KEY) == toast)
    g_object_set_data (G_OBJECT (back->act->toasts), UNDO_KEY, NULL);
  if (!back->undone && back->settings == NULL && hy_access_is_open (get_access (back->act)))
    hy_spawn ("remove for good", finish_fiber, back_copy (back), back_done, NULL);
}

static void
show_undo (Back *back,
           const char *text)
{
  AdwToast *toast = new_toast (text);

  adw_toast_set_button_label (toast, _ ("_Undo"));
  adw_toast_set_timeout (toast, UNDO_S);
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (on_undo_clicked), back, NULL, 0);
  g_signal_connect_data (toast, "dismissed", G_CALLBACK (on_dismissed), back, back_free, 0);
  if (is_over (back->act))
    g_object_unref (g_object_ref_sink (toast));
  else
    {
      AdwToast *former = g_object_get_data (G_OBJECT (back->act->toasts), UNDO_KEY);

      /* A toast waits until the one before has ended; what was done last is what is undone. */
      if (former != NULL)
        adw_toast_dismiss (former);
      g_object_set_data_full (G_OBJECT (back->act->toasts), UNDO_KEY, g_object_ref (toast), g_object_unref);
      adw_toast_overlay_add_toast (back->act->toasts, toast);
    }
}

/**
 * hy_several_undo_last:
 *
 * As its button does, for the last toast that has one and still shows.
 *
 * Returns: whether there was something to undo
 */
gboolean
hy_several_undo_last (AdwToastOverlay *toasts)
{
  g_autoptr (AdwToast) toast = g_object_get_data (G_OBJECT (toasts), UNDO_KEY);

  if (toast == NULL)
    return FALSE;
  g_object_ref (toast);
  g_signal_emit_by_name (toast, "button-clicked");
  adw_toast_dismiss (toast);
  return TRUE;
}

/* -- hiding and moving -- */

static DexFuture *
set_fiber (Act *act,
           DexFuture *(*set) (HyAccess *access, GArray *settings),
           gint value,
           char *(*dup_words) (guint n, gint value))
{
  g_autoptr (GArray) settings = hy_document_settings_new (act->rowids, value);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) before = dex_await_boxed (set (get_access (act), settings), &error);
  g_autofree char *text = NULL;
  Back *back;

  if (before == NULL)
    return fail (act, error);
  if (before->len == 0)
    {
      show_text (act, _ ("Nothing had to be changed"));
      return dex_future_new_true ();
    }
  text = dup_words (before->len, value);
  back = back_new (act);
  back->settings = g_steal_pointer (&before);
  back->set = set;
  show_undo (back, text);
  return dex_future_new_true ();
}

static char *
dup_hidden_words (guint n,
                  gint hidden)
{
  return g_strdup_printf (hidden ? ngettext ("%'u document hidden from professionals", "%'u documents hidden from professionals", n)
                                 : ngettext ("%'u document shown to professionals", "%'u documents shown to professionals", n),
                          n);
}

static DexFuture *
hide_fiber (gpointer data)
{
  Act *act = data;

  return set_fiber (act, hy_document_set_hidden, act->hidden, dup_hidden_words);
}

DexFuture *
hy_several_hide (GtkWidget *over,
                 AdwToastOverlay *toasts,
                 HySpace *space,
                 GArray *rowids,
                 gboolean hidden)
{
  Act *act = act_new (over, toasts, space, rowids);

  act->hidden = hidden;
  return hy_fiber (hide_fiber, act, act_free);
}

static char *
dup_moved_words (guint n,
                 gint shelf)
{
  /* Translators: the name of a shelf. */
  return g_strdup_printf (ngettext ("%'u document moved to “%s”", "%'u documents moved to “%s”", n), n,
                          hy_document_shelf_get_label ((guint) shelf));
}

static DexFuture *
move_fiber (gpointer data)
{
  Act *act = data;
  gint shelf = dex_await_int (hy_shelf_dialog_choose (act->over, act->rowids->len), NULL);

  if (shelf < 0 || is_over (act))
    return dex_future_new_for_boolean (FALSE);
  return set_fiber (act, hy_document_set_shelves, shelf, dup_moved_words);
}

DexFuture *
hy_several_move (GtkWidget *over,
                 AdwToastOverlay *toasts,
                 HySpace *space,
                 GArray *rowids)
{
  return hy_fiber (move_fiber, act_new (over, toasts, space, rowids), act_free);
}

/* -- removing -- */

static DexFuture *
remove_fiber (gpointer data)
{
  Act *act = data;
  g_autoptr (GError) error = NULL;
  guint n_gone = dex_await_uint (hy_record_let_go (get_access (act), act->rowids), &error);
  g_autofree char *text = NULL;

  if (error != NULL)
    return fail (act, error);
  if (n_gone == 0)
    return dex_future_new_true ();
  text = g_strdup_printf (ngettext ("%'u document removed", "%'u documents removed", n_gone), n_gone);
  show_undo (back_new (act), text);
  return dex_future_new_true ();
}

/**
 * hy_several_remove:
 *
 * Asks nothing, for there is a way back as long as the toast shows.
 */
DexFuture *
hy_several_remove (GtkWidget *over,
                   AdwToastOverlay *toasts,
                   HySpace *space,
                   GArray *rowids)
{
  return hy_fiber (remove_fiber, act_new (over, toasts, space, rowids), act_free);
}

/* -- copies -- */

typedef struct
{
  gatomicrefcount refs;
  Act *act;
  GFile *folder;
  GCancellable *cancellable;
  gint n_done;         /* atomic */
  GPtrArray *failures; /* char *: a title and why; of the pool's fiber until that has ended */
  guint n_failed;
  guint n_written;

  /* Of the main thread. */
  guint tick;
  guint waited_ms;
  AdwDialog *dialog;
  GtkWidget *progress;
} Copies;

static void
copies_unref (gpointer data)
{
  Copies *copies = data;

  if (!g_atomic_ref_count_dec (&copies->refs))
    return;
  act_free (copies->act);
  g_object_unref (copies->folder);
  g_object_unref (copies->cancellable);
  g_ptr_array_unref (copies->failures);
  g_clear_object (&copies->dialog);
  g_free (copies);
}

/* Widgets are among what it holds. */
static void
copies_unref_on_main (gpointer data)
{
  g_idle_add_once (copies_unref, data);
}

static Copies *
copies_ref (Copies *copies)
{
  g_atomic_ref_count_inc (&copies->refs);
  return copies;
}

static char *
dup_nth_name (const char *name,
              guint n)
{
  const char *dot = strrchr (name, '.');

  if (n == 1)
    return g_strdup (name);
  if (dot == NULL || dot == name)
    return g_strdup_printf ("%s (%u)", name, n);
  return g_strdup_printf ("%.*s (%u)%s", (int) (dot - name), name, n, dot);
}

/* Never over what is there.  On a pool thread. */
static gboolean
write_copy (Copies *copies,
            const char *name,
            GBytes *bytes,
            GError **error)
{
  for (guint n = 1; n <= MAX_NAMES; n++)
    {
      g_autofree char *nth = dup_nth_name (name, n);
      g_autoptr (GFile) file = g_file_get_child (copies->folder, nth);
      g_autoptr (GError) failure = NULL;
      g_autoptr (GFileOutputStream) stream = g_file_create (file, G_FILE_CREATE_PRIVATE, copies->cancellable, &failure);
      gsize size;
      const void *data = g_bytes_get_data (bytes, &size);

      if (stream == NULL && g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_EXISTS))
        continue;
      if (stream != NULL && g_output_stream_write_all (G_OUTPUT_STREAM (stream), data, size, NULL, copies->cancellable, &failure) &&
          g_output_stream_close (G_OUTPUT_STREAM (stream), copies->cancellable, &failure))
        return TRUE;
      /* Half a copy is none. */
      if (stream != NULL)
        {
          g_output_stream_close (G_OUTPUT_STREAM (stream), NULL, NULL);
          g_file_delete (file, NULL, NULL);
        }
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_EXISTS, _ ("There are too many files of that name in the folder."));
  return FALSE;
}

static gboolean
copy_one (Copies *copies,
          gint64 rowid,
          char **title,
          GError **error)
{
  HyAccess *access = get_access (copies->act);
  g_autoptr (HyVaultRow) row = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *media_type = NULL;
  g_autofree char *name = NULL;

  if (!(row = dex_await_boxed (hy_record_dup_row (access, rowid), error)))
    return FALSE;
  *title = g_strdup (row->title);
  if (!(media_type = dex_await_string (hy_record_dup_media_type (access, rowid), error)) ||
      !(bytes = dex_await_boxed (hy_space_dup_document (copies->act->space, rowid), error)))
    return FALSE;
  name = hy_document_look_dup_file_name (row, media_type);
  return write_copy (copies, name, bytes, error);
}

static DexFuture *
copies_fiber (gpointer data)
{
  Copies *copies = data;

  for (guint i = 0; i < copies->act->rowids->len; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *title = NULL;

      if (g_cancellable_is_cancelled (copies->cancellable) || !hy_access_is_open (get_access (copies->act)))
        break;
      if (copy_one (copies, g_array_index (copies->act->rowids, gint64, i), &title, &error))
        copies->n_written++;
      else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          copies->n_failed++;
          if (copies->failures->len < MAX_TOLD)
            /* Translators: the title of a document, and why no copy of it could be written. */
            g_ptr_array_add (copies->failures, g_strdup_printf (_ ("“%s”: %s"), title != NULL ? title : _ ("Document"), error->message));
        }
      g_atomic_int_inc (&copies->n_done);
    }
  return dex_future_new_true ();
}

static void
on_stop_answered (AdwAlertDialog *dialog,
                  const char *response,
                  Copies *copies)
{
  g_cancellable_cancel (copies->cancellable);
}

static gboolean
on_tick (gpointer data)
{
  Copies *copies = data;
  guint total = copies->act->rowids->len;
  guint done = (guint) g_atomic_int_get (&copies->n_done);
  g_autofree char *text = NULL;

  if (is_over (copies->act))
    {
      g_cancellable_cancel (copies->cancellable);
      return G_SOURCE_CONTINUE;
    }
  copies->waited_ms += TICK_MS;
  if (copies->dialog == NULL && copies->waited_ms < PATIENCE_MS)
    return G_SOURCE_CONTINUE;
  if (copies->dialog == NULL)
    {
      copies->dialog = g_object_ref_sink (adw_alert_dialog_new (_ ("Saving copies"), NULL));
      copies->progress = gtk_progress_bar_new ();
      gtk_progress_bar_set_show_text (GTK_PROGRESS_BAR (copies->progress), TRUE);
      adw_alert_dialog_set_extra_child (ADW_ALERT_DIALOG (copies->dialog), copies->progress);
      adw_alert_dialog_add_response (ADW_ALERT_DIALOG (copies->dialog), "stop", _ ("_Stop"));
      adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (copies->dialog), "stop");
      g_signal_connect (copies->dialog, "response", G_CALLBACK (on_stop_answered), copies);
      adw_dialog_present (copies->dialog, copies->act->over);
    }
  text = g_strdup_printf (_ ("%'u of %'u"), done, total);
  gtk_progress_bar_set_text (GTK_PROGRESS_BAR (copies->progress), text);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (copies->progress), (double) done / MAX (total, 1));
  return G_SOURCE_CONTINUE;
}

static void
tell_copies (Copies *copies)
{
  Act *act = copies->act;
  g_autofree char *text = g_strdup_printf (ngettext ("%'u copy saved, in clear", "%'u copies saved, in clear", copies->n_written), copies->n_written);

  if (is_over (act))
    return;
  if (copies->n_failed > 0)
    {
      g_autoptr (GString) body = g_string_new (text);
      AdwDialog *dialog = adw_alert_dialog_new (NULL, NULL);
      g_autofree char *heading =
          g_strdup_printf (ngettext ("%'u copy could not be saved", "%'u copies could not be saved", copies->n_failed), copies->n_failed);

      adw_alert_dialog_set_heading (ADW_ALERT_DIALOG (dialog), heading);
      for (guint i = 0; i < copies->failures->len; i++)
        g_string_append_printf (body, "\n\n%s", (char *) g_ptr_array_index (copies->failures, i));
      g_string_append_printf (body, "\n\n%s", _ ("The documents themselves are safe. Try again, or choose another folder."));
      adw_alert_dialog_set_body (ADW_ALERT_DIALOG (dialog), body->str);
      adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _ ("_Close"));
      adw_dialog_present (dialog, act->over);
    }
  else
    show_text (act, text);
}

static void
on_folder_chosen (GObject *source,
                  GAsyncResult *result,
                  gpointer user_data)
{
  g_autoptr (DexPromise) chosen = user_data;
  g_autoptr (GError) error = NULL;
  GFile *folder = gtk_file_dialog_select_folder_finish (GTK_FILE_DIALOG (source), result, &error);

  if (folder != NULL)
    dex_promise_resolve_object (chosen, folder);
  else
    dex_promise_reject (chosen, g_steal_pointer (&error));
}

static void
on_answered (GObject *source,
             GAsyncResult *result,
             gpointer user_data)
{
  g_autoptr (DexPromise) answered = user_data;

  dex_promise_resolve_string (answered, g_strdup (adw_alert_dialog_choose_finish (ADW_ALERT_DIALOG (source), result)));
}

/* On a fiber: whether the person agrees that copies leave in clear. */
static gboolean
agrees (Act *act)
{
  DexPromise *answered = dex_promise_new ();
  g_autofree char *answer = NULL;
  AdwDialog *dialog = adw_alert_dialog_new (_ ("Save copies in clear?"),
                                            _ ("The copies leave your vault: whoever can open the folder you choose can read them. The documents themselves stay here, locked."));

  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("_Cancel"), "save", _ ("_Choose a folder…"), NULL);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "save");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  adw_alert_dialog_choose (ADW_ALERT_DIALOG (dialog), act->over, NULL, on_answered, dex_ref (answered));
  answer = dex_await_string (DEX_FUTURE (answered), NULL);
  return g_strcmp0 (answer, "save") == 0 && !is_over (act);
}

/* A file dialog is a window of its own: it goes when the page does. */
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
choose_folder (Act *act)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  DexPromise *chosen = dex_promise_new ();
  GtkRoot *root = gtk_widget_get_root (act->over);
  gulong handler = g_signal_connect (act->over, "notify::root", G_CALLBACK (on_root_changed), cancellable);
  GFile *folder;

  gtk_file_dialog_set_title (dialog, _ ("Save copies"));
  gtk_file_dialog_select_folder (dialog, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, cancellable, on_folder_chosen, dex_ref (chosen));
  folder = dex_await_object (DEX_FUTURE (chosen), NULL);
  g_signal_handler_disconnect (act->over, handler);
  return folder;
}

static DexFuture *
save_fiber (gpointer data)
{
  Act *act = data;
  g_autoptr (GFile) folder = NULL;
  Copies *copies;
  gboolean whole;

  if (!agrees (act) || !(folder = choose_folder (act)) || is_over (act))
    return dex_future_new_for_boolean (FALSE);
  copies = g_new0 (Copies, 1);
  g_atomic_ref_count_init (&copies->refs);
  copies->act = act_new (act->over, act->toasts, act->space, act->rowids);
  copies->folder = g_steal_pointer (&folder);
  copies->cancellable = g_cancellable_new ();
  copies->failures = g_ptr_array_new_with_free_func (g_free);
  copies->tick = g_timeout_add (TICK_MS, on_tick, copies);
  dex_await (hy_in_pool (copies_fiber, copies_ref (copies), copies_unref_on_main), NULL);
  g_source_remove (copies->tick);
  if (copies->dialog != NULL)
    {
      g_signal_handlers_disconnect_by_data (copies->dialog, copies);
      adw_dialog_force_close (copies->dialog);
    }
  tell_copies (copies);
  whole = copies->n_failed == 0 && !g_cancellable_is_cancelled (copies->cancellable);
  copies_unref (copies);
  return dex_future_new_for_boolean (whole);
}

/**
 * hy_several_save:
 *
 * Says that copies leave in clear, asks for a folder, and writes each under a name that is not taken there.
 */
DexFuture *
hy_several_save (GtkWidget *over,
                 AdwToastOverlay *toasts,
                 HySpace *space,
                 GArray *rowids)
{
  return hy_fiber (save_fiber, act_new (over, toasts, space, rowids), act_free);
}
