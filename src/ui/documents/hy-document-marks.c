/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The actions that mark and arrange documents.  They live as long as the page does. */

#include "config.h"

#include "ui/documents/hy-document-marks.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "fhir/hy-resource-row.h"
#include "records/hy-document-edit.h"
#include "records/hy-record-change.h"
#include "records/hy-record-lookup.h"
#include "ui/documents/hy-document-edit-dialog.h"
#include "ui/documents/hy-folder-dialog.h"

#include <glib/gi18n.h>

typedef struct
{
  GtkWidget *page; /* not owned: it owns the actions */
  HySpace *space;
  HyDocumentList *list;
  AdwToastOverlay *toasts;
} Marks;

static void
marks_free (gpointer data)
{
  Marks *marks = data;

  g_object_unref (marks->space);
  g_object_unref (marks->list);
  g_object_unref (marks->toasts);
  g_free (marks);
}

/* One act on its way; it outlives the page if it must. */
typedef struct
{
  HySpace *space;
  AdwToastOverlay *toasts;
  GtkWidget *page;
  GArray *rowids;
  guint set, clear;
  char *told;     /* nullable: words when it is done */
  gboolean undoes; /* offers the way back */
  char *title;    /* of an edit taken back */
  HyDate date;
} Act;

static Act *
act_new (HySpace *space,
         AdwToastOverlay *toasts,
         GArray *rowids)
{
  Act *act = g_new0 (Act, 1);

  act->space = g_object_ref (space);
  act->toasts = g_object_ref (toasts);
  act->rowids = g_array_ref (rowids);
  return act;
}

static void
act_free (gpointer data)
{
  Act *act = data;

  g_object_unref (act->space);
  g_object_unref (act->toasts);
  g_clear_object (&act->page);
  g_array_unref (act->rowids);
  g_free (act->told);
  g_free (act->title);
  g_free (act);
}

static void
act_free_closure (gpointer data,
                  GClosure *closure)
{
  act_free (data);
}

static AdwToast *
new_toast (const char *text)
{
  AdwToast *toast = adw_toast_new (text);

  adw_toast_set_use_markup (toast, FALSE);
  return toast;
}

static void
tell_error (Act *act,
            const GError *error)
{
  if (hy_access_is_open (hy_space_get_access (act->space)) && !g_error_matches (error, HY_ERROR, HY_ERROR_LOCKED))
    adw_toast_overlay_add_toast (act->toasts, new_toast (error->message));
}

static void on_undo_marks (Act *act);

static DexFuture *
mark_fiber (gpointer user_data)
{
  Act *act = user_data;
  g_autoptr (GError) error = NULL;
  AdwToast *toast;

  if (!dex_await (hy_record_mark (hy_space_get_access (act->space), act->rowids, act->set, act->clear), &error))
    {
      tell_error (act, error);
      return dex_future_new_true ();
    }
  if (act->told == NULL || !hy_access_is_open (hy_space_get_access (act->space)))
    return dex_future_new_true ();
  toast = new_toast (act->told);
  if (act->undoes)
    {
      Act *undo = act_new (act->space, act->toasts, act->rowids);

      undo->set = act->clear;
      undo->clear = act->set;
      adw_toast_set_button_label (toast, _ ("_Undo"));
      g_signal_connect_data (toast, "button-clicked", G_CALLBACK (on_undo_marks), undo, act_free_closure, G_CONNECT_SWAPPED);
    }
  adw_toast_overlay_add_toast (act->toasts, toast);
  return dex_future_new_true ();
}

static void
on_undo_marks (Act *act)
{
  Act *back = act_new (act->space, act->toasts, act->rowids);

  back->set = act->set;
  back->clear = act->clear;
  hy_spawn ("undo marks", mark_fiber, back, act_free, NULL);
}

static void
mark_one (Marks *marks,
          GVariant *target,
          guint set,
          guint clear,
          const char *told)
{
  g_autoptr (GArray) rowids = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 rowid = g_variant_get_int64 (target);
  Act *act;

  g_array_append_val (rowids, rowid);
  act = act_new (marks->space, marks->toasts, rowids);
  act->set = set;
  act->clear = clear;
  act->told = g_strdup (told);
  act->undoes = told != NULL;
  hy_spawn ("mark a document", mark_fiber, act, act_free, NULL);
}

static void
activate_pin (GSimpleAction *action,
              GVariant *target,
              gpointer user_data)
{
  mark_one (user_data, target, HY_ROW_PINNED, 0, _ ("Pinned: it stays on top of the documents"));
}

static void
activate_unpin (GSimpleAction *action,
                GVariant *target,
                gpointer user_data)
{
  mark_one (user_data, target, 0, HY_ROW_PINNED, _ ("No longer pinned"));
}

static void
activate_mark_read (GSimpleAction *action,
                    GVariant *target,
                    gpointer user_data)
{
  mark_one (user_data, target, 0, HY_ROW_UNREAD, NULL);
}

static void
activate_mark_unread (GSimpleAction *action,
                      GVariant *target,
                      gpointer user_data)
{
  mark_one (user_data, target, HY_ROW_UNREAD, 0, NULL);
}

static void
activate_mark_all_read (GSimpleAction *action,
                        GVariant *target,
                        gpointer user_data)
{
  Marks *marks = user_data;
  g_autoptr (GArray) rowids = hy_document_list_dup_flagged (marks->list, HY_ROW_UNREAD);
  Act *act;

  if (rowids->len == 0)
    return;
  act = act_new (marks->space, marks->toasts, rowids);
  act->clear = HY_ROW_UNREAD;
  act->undoes = TRUE;
  act->told = g_strdup_printf (ngettext ("%'u document marked as read", "%'u documents marked as read", rowids->len), rowids->len);
  hy_spawn ("mark all as read", mark_fiber, act, act_free, NULL);
}

/* -- folders -- */

static void
on_told (AdwToastOverlay *toasts,
         const char *words)
{
  adw_toast_overlay_add_toast (toasts, new_toast (words));
}

static void
show_folders (Marks *marks,
              gint64 rowid)
{
  AdwDialog *dialog = hy_folder_dialog_new (hy_space_get_access (marks->space), rowid);

  g_signal_connect_object (dialog, "told", G_CALLBACK (on_told), marks->toasts, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, marks->page);
}

static void
activate_put_in_folder (GSimpleAction *action,
                        GVariant *target,
                        gpointer user_data)
{
  show_folders (user_data, g_variant_get_int64 (target));
}

static void
activate_manage_folders (GSimpleAction *action,
                         GVariant *target,
                         gpointer user_data)
{
  show_folders (user_data, 0);
}

/* -- editing -- */

static DexFuture *
undo_edit_fiber (gpointer user_data)
{
  Act *act = user_data;
  g_autoptr (GError) error = NULL;

  if (!dex_await (hy_document_edit (hy_space_get_access (act->space), g_array_index (act->rowids, gint64, 0), act->title, act->date), &error))
    tell_error (act, error);
  return dex_future_new_true ();
}

static void
on_undo_edit (Act *act)
{
  Act *back = act_new (act->space, act->toasts, act->rowids);

  back->title = g_strdup (act->title);
  back->date = act->date;
  hy_spawn ("undo an edit", undo_edit_fiber, back, act_free, NULL);
}

static void
on_edited (HyDocumentEditDialog *dialog,
           Act *act)
{
  AdwToast *toast = new_toast (_ ("Changed. What it was is kept in its history"));
  Act *undo = act_new (act->space, act->toasts, act->rowids);

  undo->title = g_strdup (act->title);
  undo->date = act->date;
  adw_toast_set_button_label (toast, _ ("_Undo"));
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (on_undo_edit), undo, act_free_closure, G_CONNECT_SWAPPED);
  adw_toast_overlay_add_toast (act->toasts, toast);
}

static DexFuture *
show_edit_fiber (gpointer user_data)
{
  Act *act = user_data;
  HyAccess *access = hy_space_get_access (act->space);
  g_autoptr (GError) error = NULL;
  g_autoptr (HyVaultRow) row = dex_await_boxed (hy_record_dup_row (access, g_array_index (act->rowids, gint64, 0)), &error);
  AdwDialog *dialog;
  Act *edited;

  if (row == NULL)
    {
      tell_error (act, error);
      return dex_future_new_true ();
    }
  if (!hy_access_is_open (access) || gtk_widget_get_root (act->page) == NULL || !hy_document_can_edit (row))
    return dex_future_new_true ();
  dialog = hy_document_edit_dialog_new (access, row);
  edited = act_new (act->space, act->toasts, act->rowids);
  edited->title = g_strdup (row->title);
  edited->date = row->day != 0 ? hy_date_from_sort_key (row->day) : (HyDate) { 0 };
  g_signal_connect_data (dialog, "edited", G_CALLBACK (on_edited), edited, act_free_closure, 0);
  adw_dialog_present (dialog, act->page);
  return dex_future_new_true ();
}

static void
activate_edit (GSimpleAction *action,
               GVariant *target,
               gpointer user_data)
{
  Marks *marks = user_data;
  g_autoptr (GArray) rowids = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 rowid = g_variant_get_int64 (target);
  Act *act;

  g_array_append_val (rowids, rowid);
  act = act_new (marks->space, marks->toasts, rowids);
  act->page = g_object_ref (marks->page);
  hy_spawn ("edit a document", show_edit_fiber, act, act_free, NULL);
}

/* -- the group -- */

GActionGroup *
hy_document_marks_new (GtkWidget *page,
                       HySpace *space,
                       HyDocumentList *list,
                       AdwToastOverlay *toasts)
{
  static const struct
  {
    const char *name;
    gboolean of_one;
    void (*activate) (GSimpleAction *action, GVariant *target, gpointer user_data);
  } entries[] = {
    { "pin", TRUE, activate_pin },
    { "unpin", TRUE, activate_unpin },
    { "mark-read", TRUE, activate_mark_read },
    { "mark-unread", TRUE, activate_mark_unread },
    { "put-in-folder", TRUE, activate_put_in_folder },
    { "edit", TRUE, activate_edit },
    { "mark-all-read", FALSE, activate_mark_all_read },
    { "manage-folders", FALSE, activate_manage_folders },
  };
  GSimpleActionGroup *group = g_simple_action_group_new ();
  Marks *marks = g_new0 (Marks, 1);

  marks->page = page;
  marks->space = g_object_ref (space);
  marks->list = g_object_ref (list);
  marks->toasts = g_object_ref (toasts);
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      g_autoptr (GSimpleAction) action = g_simple_action_new (entries[i].name, entries[i].of_one ? G_VARIANT_TYPE_INT64 : NULL);

      g_signal_connect (action, "activate", G_CALLBACK (entries[i].activate), marks);
      g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
    }
  g_object_set_data_full (G_OBJECT (group), "marks", marks, marks_free);
  return G_ACTION_GROUP (group);
}

void
hy_document_marks_append (GMenu *menu,
                          const HyVaultRow *row)
{
  gboolean pinned = (row->flags & HY_ROW_PINNED) != 0, unread = (row->flags & HY_ROW_UNREAD) != 0;
  const struct
  {
    const char *label, *action;
  } entries[] = {
    { pinned ? _ ("Un_pin") : _ ("_Pin on top"), pinned ? "document.unpin" : "document.pin" },
    { unread ? _ ("Mar_k as read") : _ ("Mar_k as new"), unread ? "document.mark-read" : "document.mark-unread" },
    { _ ("Put in a _folder…"), "document.put-in-folder" },
    { hy_document_can_edit (row) ? _ ("_Edit title and date…") : NULL, "document.edit" },
  };
  g_autoptr (GMenu) section = g_menu_new ();

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    if (entries[i].label != NULL)
      {
        g_autoptr (GMenuItem) item = g_menu_item_new (entries[i].label, NULL);

        g_menu_item_set_action_and_target (item, entries[i].action, "x", row->rowid);
        g_menu_append_item (section, item);
      }
  g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
}
