/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window owns the session, from unlock to lock, and shows one of five things: the first start, a vault that
 * cannot be read, the lock, an opened space, or that space's trouble.  On lock every view of the space is thrown
 * away before the keys are. */

#include "config.h"

#include "ui/window/hy-window.h"

#include "base/hy-async.h"
#include "space/hy-session.h"
#include "ui/first-start/hy-first-start.h"
#include "ui/first-start/hy-person-page.h"
#include "ui/hy-clipboard.h"
#include "ui/preferences/hy-passphrase-dialog.h"
#include "ui/preferences/hy-preferences-dialog.h"
#include "ui/unlock/hy-unlock-page.h"
#include "ui/window/hy-idle-watch.h"
#include "ui/window/hy-news.h"
#include "ui/window/hy-shell.h"
#include "ui/window/hy-sleep-watch.h"

#include <glib/gi18n.h>

struct _HyWindow
{
  AdwApplicationWindow parent_instance;

  AdwBin *slot;

  char *dir;
  GSettings *settings;
  HyIdleWatch *idle;
  HySleepWatch *sleep;
  HyNews *news;   /* nullable: of the space that shows */
  HyScope *scope; /* of the opened space; ends when it locks */
  HySession *session;
  GPtrArray *given; /* nullable: GFile, to be imported once a space is open */
  gboolean narrow;
  gboolean offered; /* a new passphrase, to somebody whom the sheet let in */
  gboolean opening; /* a space; files that are given wait for it */
  gboolean adding;  /* a space, in its dialog; so do they */
  gboolean locking;
  gboolean closing;
};

G_DEFINE_FINAL_TYPE (HyWindow, hy_window, ADW_TYPE_APPLICATION_WINDOW)

enum
{
  PROP_0,
  PROP_NARROW,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void show_start (HyWindow *self);

static HyShell *
get_shell (HyWindow *self)
{
  GtkWidget *child = adw_bin_get_child (self->slot);

  return child != NULL && HY_IS_SHELL (child) ? HY_SHELL (child) : NULL;
}

static void
enable_app_action (const char *name,
                   gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (g_application_get_default ()), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

/* The computer waits with its sleep as long as there are keys to be wiped. */
static void
hold_sleep (HyWindow *self)
{
  gboolean open = self->locking || get_shell (self) != NULL;

  hy_sleep_watch_delay (self->sleep, open && g_settings_get_boolean (self->settings, "lock-with-screen"));
}

/* Keys and menus that only an opened space answers are off elsewhere: during the first start, say, locking would
 * throw the recovery key away unseen. */
static void
show (HyWindow *self,
      GtkWidget *view)
{
  HyShell *shell;

  adw_bin_set_child (self->slot, view);
  shell = get_shell (self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "page.import", shell != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "page.search", shell != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "page.search-all", shell != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "space.add", shell != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "space.show-section", shell != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "space.show-sidebar", shell != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "space.sync-now", shell != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "space.connect", shell != NULL);
  enable_app_action ("lock", shell != NULL);
  enable_app_action ("preferences", shell != NULL);
  if (shell != NULL)
    hy_idle_watch_start (self->idle);
  else
    hy_idle_watch_stop (self->idle);
  if (shell == NULL && self->news != NULL)
    {
      hy_news_end (self->news);
      g_clear_object (&self->news);
    }
  hold_sleep (self);
  if (view != NULL)
    gtk_widget_grab_focus (view);
}

/* -- a vault that cannot be read -- */

static void
on_try_again (HyWindow *self)
{
  if (self->session != NULL)
    hy_window_lock (self, HY_LOCK_ASKED);
  else
    show_start (self);
}

static void
show_unreadable (HyWindow *self,
                 const char *what_happened)
{
  GtkWidget *status = adw_status_page_new ();
  GtkWidget *toolbar = adw_toolbar_view_new ();
  GtkWidget *again = gtk_button_new_with_mnemonic (_ ("_Try again"));
  g_autofree char *escaped = g_markup_escape_text (what_happened, -1);
  g_autofree char *place = g_markup_escape_text (self->dir, -1);
  g_autofree char *description =
    /* Translators: the first %s is a sentence that says what happened, the second is a folder */
      g_strdup_printf (_ ("%s\n\nIf the disk or the stick with the safe was not ready, try again. The safe is the folder %s"),
                       escaped, place);

  gtk_widget_add_css_class (again, "pill");
  gtk_widget_set_halign (again, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (again, "clicked", G_CALLBACK (on_try_again), self);
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (status), "dialog-warning-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (status), _ ("The safe cannot be read"));
  adw_status_page_set_description (ADW_STATUS_PAGE (status), description);
  adw_status_page_set_child (ADW_STATUS_PAGE (status), again);
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (toolbar), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (toolbar), status);
  show (self, toolbar);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), _ ("The safe cannot be read"),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

/* -- opening a space -- */

typedef struct
{
  HyWindow *window;
  HySession *session;
  char *space_id; /* nullable: the person's own, else the oldest */
} Opening;

static void
opening_free (Opening *opening)
{
  g_object_unref (opening->window);
  g_object_unref (opening->session);
  g_free (opening->space_id);
  g_free (opening);
}

static void on_space_chosen (HyWindow *self, const char *space_id);
static void on_first_space_opened (HyWindow *self, HySpace *space);
static void close_dialogs (HyWindow *self);

static HySpaceInfo *
choose_space (GListModel *spaces)
{
  for (guint i = 0; i < g_list_model_get_n_items (spaces); i++)
    {
      g_autoptr (HySpaceInfo) info = g_list_model_get_item (spaces, i);

      if (hy_space_info_get_own (info))
        return g_steal_pointer (&info);
    }
  return g_list_model_get_item (spaces, 0);
}

static void
import_given (HyWindow *self)
{
  HyShell *shell = get_shell (self);

  if (shell == NULL || self->opening || self->adding || self->given == NULL)
    return;
  hy_shell_import_files (shell, self->given);
  g_clear_pointer (&self->given, g_ptr_array_unref);
}

static void
on_active_changed (HyWindow *self)
{
  if (self->news != NULL)
    hy_news_set_seen (self->news, gtk_window_is_active (GTK_WINDOW (self)));
}

/* Whoever came in by the sheet may have no passphrase any more. */
static void
offer_passphrase (HyWindow *self)
{
  if (self->offered || !hy_session_is_recovered (self->session))
    return;
  self->offered = TRUE;
  adw_dialog_present (hy_passphrase_dialog_new (self->session), GTK_WIDGET (self));
}

static void
show_space (HyWindow *self,
            HySpace *space,
            GListModel *spaces)
{
  GtkWidget *shell = hy_shell_new (space, spaces);

  g_object_bind_property (self, "narrow", shell, "narrow", G_BINDING_SYNC_CREATE);
  /* What was asked over one space is not answered over another. */
  close_dialogs (self);
  g_signal_connect_object (shell, "space-chosen", G_CALLBACK (on_space_chosen), self, G_CONNECT_SWAPPED);
  show (self, shell);
  if (self->news != NULL)
    hy_news_end (self->news);
  g_clear_object (&self->news);
  self->news = hy_news_new (space);
  on_active_changed (self);
  self->opening = FALSE;
  import_given (self);
  hy_shell_follow (HY_SHELL (shell));
  offer_passphrase (self);
}

static void
show_last_step (HyWindow *self)
{
  GtkWidget *view = hy_first_start_new_resumed (self->session);

  g_signal_connect_object (view, "opened", G_CALLBACK (on_first_space_opened), self, G_CONNECT_SWAPPED);
  show (self, view);
}

static DexFuture *
open_fiber (gpointer user_data)
{
  Opening *opening = user_data;
  HyWindow *self = opening->window;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) spaces = dex_await_object (hy_session_list_spaces (opening->session), &error);
  g_autoptr (HySpace) space = NULL;

  if (spaces != NULL && self->session == opening->session && g_list_model_get_n_items (spaces) == 0)
    {
      self->opening = FALSE;
      show_last_step (self);
      return dex_future_new_true ();
    }
  if (spaces != NULL)
    {
      g_autoptr (HySpaceInfo) info = opening->space_id == NULL ? choose_space (spaces) : NULL;

      space = dex_await_object (hy_session_open_space (opening->session, info != NULL ? hy_space_info_get_id (info) : opening->space_id),
                                &error);
    }
  /* Locked meanwhile: whatever came of it is nobody's any more. */
  if (self->session != opening->session || g_error_matches (error, DEX_ERROR, DEX_ERROR_FIBER_CANCELLED))
    return dex_future_new_true ();
  if (space != NULL)
    {
      show_space (self, space, spaces);
      return dex_future_new_true ();
    }
  self->opening = FALSE;
  if (opening->space_id != NULL && get_shell (self) != NULL)
    {
      hy_shell_stay (get_shell (self), error->message);
      import_given (self);
    }
  else
    show_unreadable (self, error->message);
  return dex_future_new_true ();
}

static void
open_space (HyWindow *self,
            const char *space_id)
{
  Opening *opening = g_new0 (Opening, 1);

  opening->window = g_object_ref (self);
  opening->session = g_object_ref (self->session);
  opening->space_id = g_strdup (space_id);
  self->opening = TRUE;
  hy_spawn ("open space", open_fiber, opening, (GDestroyNotify) opening_free, self->scope);
}

static void
on_space_chosen (HyWindow *self,
                 const char *space_id)
{
  open_space (self, space_id);
}

static void
take_session (HyWindow *self,
              HySession *session)
{
  g_set_object (&self->session, session);
  self->offered = FALSE;
  self->scope = hy_scope_new ();
}

static void
on_unlocked (HyWindow *self,
             HySession *session)
{
  take_session (self, session);
  open_space (self, NULL);
}

static void
on_first_space_opened (HyWindow *self,
                       HySpace *space)
{
  open_space (self, hy_space_info_get_id (hy_space_get_info (space)));
}

/* -- adding a space -- */

static void
on_add_closed (HyWindow *self)
{
  self->adding = FALSE;
  import_given (self);
}

static DexFuture *
add_fiber (gpointer user_data)
{
  Opening *opening = user_data;
  HyWindow *self = opening->window;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) spaces = dex_await_object (hy_session_list_spaces (opening->session), &error);
  AdwDialog *dialog;
  GtkWidget *view;
  HyPersonPage *page;

  if (self->session != opening->session || get_shell (self) == NULL ||
      adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (self)) != NULL)
    return dex_future_new_true ();
  if (spaces == NULL)
    {
      hy_shell_stay (get_shell (self), error->message);
      return dex_future_new_true ();
    }
  page = hy_person_page_new_more (opening->session, spaces);
  g_signal_connect_object (page, "opened", G_CALLBACK (on_first_space_opened), self, G_CONNECT_SWAPPED);
  view = adw_navigation_view_new ();
  adw_navigation_view_push (ADW_NAVIGATION_VIEW (view), ADW_NAVIGATION_PAGE (page));
  dialog = adw_dialog_new ();
  adw_dialog_set_title (dialog, _ ("Add a space"));
  adw_dialog_set_content_width (dialog, 560);
  adw_dialog_set_content_height (dialog, 680);
  adw_dialog_set_child (dialog, view);
  g_signal_connect_object (dialog, "closed", G_CALLBACK (on_add_closed), self, G_CONNECT_SWAPPED);
  self->adding = TRUE;
  adw_dialog_present (dialog, GTK_WIDGET (self));
  return dex_future_new_true ();
}

static void
add_action (GtkWidget *widget,
            const char *name,
            GVariant *parameter)
{
  HyWindow *self = HY_WINDOW (widget);
  Opening *opening = g_new0 (Opening, 1);

  opening->window = g_object_ref (self);
  opening->session = g_object_ref (self->session);
  hy_spawn ("add a space", add_fiber, opening, (GDestroyNotify) opening_free, self->scope);
}

/* -- locked and first start -- */

static HyUnlockPage *
show_unlock (HyWindow *self)
{
  GtkWidget *view = hy_unlock_page_new (self->dir);

  g_signal_connect_object (view, "unlocked", G_CALLBACK (on_unlocked), self, G_CONNECT_SWAPPED);
  show (self, view);
  return HY_UNLOCK_PAGE (view);
}

static void
show_start (HyWindow *self)
{
  g_autoptr (GError) error = NULL;
  GtkWidget *view;

  switch (hy_session_probe (self->dir, &error))
    {
    case HY_VAULT_ABSENT:
      view = hy_first_start_new (self->dir);
      g_signal_connect_object (view, "created", G_CALLBACK (take_session), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (view, "opened", G_CALLBACK (on_first_space_opened), self, G_CONNECT_SWAPPED);
      show (self, view);
      break;
    case HY_VAULT_UNREADABLE:
      show_unreadable (self, error != NULL ? error->message : "");
      break;
    case HY_VAULT_PRESENT:
    default:
      show_unlock (self);
      break;
    }
}

/* -- locking -- */

typedef struct
{
  HyWindow *window;
  HySession *session;
} Locking;

static void
locking_free (Locking *locking)
{
  g_object_unref (locking->window);
  g_clear_object (&locking->session);
  g_free (locking);
}

static DexFuture *
lock_fiber (gpointer user_data)
{
  Locking *locking = user_data;
  HyWindow *self = locking->window;
  g_autoptr (GError) error = NULL;
  GtkWidget *child;

  if (!dex_await (hy_session_lock (locking->session), &error))
    g_warning ("the vault did not lock in order: %s", error->message);
  g_clear_object (&locking->session);

  self->locking = FALSE;
  hold_sleep (self);
  if (self->closing)
    {
      gtk_window_destroy (GTK_WINDOW (self));
      return dex_future_new_true ();
    }
  child = adw_bin_get_child (self->slot);
  if (child != NULL && HY_IS_UNLOCK_PAGE (child))
    hy_unlock_page_set_ready (HY_UNLOCK_PAGE (child), TRUE);
  return dex_future_new_true ();
}

/* Ours in the window, and the file and print dialogs beside it. */
static void
close_dialogs (HyWindow *self)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();
  AdwDialog *dialog;

  hy_clipboard_clear ();
  while ((dialog = adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (self))) != NULL)
    adw_dialog_force_close (dialog);
  for (GList *l = windows; l != NULL; l = l->next)
    if (GTK_IS_WINDOW (l->data) && gtk_window_get_transient_for (l->data) == GTK_WINDOW (self))
      gtk_window_close (l->data);
}

static char *
dup_lock_note (HyWindow *self,
               HyLockReason reason)
{
  guint minutes = g_settings_get_uint (self->settings, "auto-lock-minutes");

  switch (reason)
    {
    case HY_LOCK_IDLE:
      return g_strdup_printf (ngettext ("Locked after %u minute.", "Locked after %u minutes.", minutes), minutes);
    case HY_LOCK_SCREEN:
      return g_strdup (_ ("Locked together with the screen."));
    case HY_LOCK_SLEPT:
      return g_strdup (_ ("Locked because the computer slept."));
    case HY_LOCK_ASKED:
    default:
      return NULL;
    }
}

/* Views first, then keys: no widget may hold health data once the session locks. */
static void
start_locking (HyWindow *self)
{
  Locking *locking = g_new0 (Locking, 1);

  self->locking = TRUE;
  self->opening = self->adding = FALSE;
  hy_scope_cancel (self->scope);
  g_clear_object (&self->scope);
  locking->window = g_object_ref (self);
  locking->session = g_steal_pointer (&self->session);
  hy_spawn ("lock", lock_fiber, locking, (GDestroyNotify) locking_free, NULL);
}

/**
 * hy_window_lock:
 *
 * Shows the lock at once and locks the vault behind it.  Nothing to do when it is locked.
 */
void
hy_window_lock (HyWindow *self,
                HyLockReason reason)
{
  g_autofree char *note = dup_lock_note (self, reason);
  HyUnlockPage *page;

  if (self->session == NULL)
    return;
  close_dialogs (self);
  page = show_unlock (self);
  if (note != NULL)
    hy_unlock_page_set_note (page, note);
  hy_unlock_page_set_ready (page, FALSE);
  start_locking (self);
}

static void
on_idle (HyWindow *self)
{
  hy_window_lock (self, HY_LOCK_IDLE);
}

/* By itself, an opened space alone locks: during the first start the recovery key would go unseen. */
static void
lock_with_screen (HyWindow *self,
                  HyLockReason reason)
{
  if (get_shell (self) != NULL && g_settings_get_boolean (self->settings, "lock-with-screen"))
    hy_window_lock (self, reason);
}

static void
on_woken (HyWindow *self)
{
  lock_with_screen (self, HY_LOCK_SLEPT);
  /* The watch has stopped: the sleep counts as time without input, from the last one on. */
  if (get_shell (self) != NULL)
    hy_idle_watch_resume (self->idle);
}

static void
on_sleeping (HyWindow *self)
{
  lock_with_screen (self, HY_LOCK_SLEPT);
}

static void
on_screen_locked (HyWindow *self)
{
  lock_with_screen (self, HY_LOCK_SCREEN);
}

static void
on_screensaver_changed (HyWindow *self)
{
  gboolean active;

  g_object_get (gtk_window_get_application (GTK_WINDOW (self)), "screensaver-active", &active, NULL);
  if (active)
    on_screen_locked (self);
}

static void
save_size (HyWindow *self)
{
  int width, height;

  g_settings_set_boolean (self->settings, "window-maximized", gtk_window_is_maximized (GTK_WINDOW (self)));
  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  if (width > 0 && height > 0)
    {
      g_settings_set_int (self->settings, "window-width", width);
      g_settings_set_int (self->settings, "window-height", height);
    }
}

/* The window goes out of sight at once and is destroyed once the vault is locked. */
static gboolean
hy_window_close_request (GtkWindow *window)
{
  HyWindow *self = HY_WINDOW (window);

  if (!self->closing)
    save_size (self);
  if (self->session == NULL && !self->locking)
    return GTK_WINDOW_CLASS (hy_window_parent_class)->close_request (window);
  self->closing = TRUE;
  close_dialogs (self);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  show (self, NULL);
  if (self->session != NULL)
    start_locking (self);
  return GDK_EVENT_STOP;
}

/* -- actions -- */

static void
import_action (GtkWidget *widget,
               const char *name G_GNUC_UNUSED,
               GVariant *parameter G_GNUC_UNUSED)
{
  HyShell *shell = get_shell (HY_WINDOW (widget));

  if (shell != NULL)
    hy_shell_import (shell);
}

static void
search_action (GtkWidget *widget,
               const char *name G_GNUC_UNUSED,
               GVariant *parameter G_GNUC_UNUSED)
{
  HyShell *shell = get_shell (HY_WINDOW (widget));

  if (shell != NULL)
    hy_shell_search (shell);
}

static void
search_all_action (GtkWidget *widget,
                   const char *name G_GNUC_UNUSED,
                   GVariant *parameter G_GNUC_UNUSED)
{
  HyShell *shell = get_shell (HY_WINDOW (widget));

  if (shell != NULL)
    hy_shell_search_all (shell);
}

static void
menu_action (GtkWidget *widget,
             const char *name G_GNUC_UNUSED,
             GVariant *parameter G_GNUC_UNUSED)
{
  GtkWidget *child = adw_bin_get_child (HY_WINDOW (widget)->slot);

  if (HY_IS_SHELL (child))
    hy_shell_open_menu (HY_SHELL (child));
  else if (HY_IS_UNLOCK_PAGE (child))
    hy_unlock_page_open_menu (HY_UNLOCK_PAGE (child));
}

static void
show_section_action (GtkWidget *widget,
                     const char *name G_GNUC_UNUSED,
                     GVariant *parameter)
{
  HyShell *shell = get_shell (HY_WINDOW (widget));

  if (shell != NULL)
    hy_shell_show_section (shell, g_variant_get_string (parameter, NULL));
}

static void
show_sidebar_action (GtkWidget *widget,
                     const char *name G_GNUC_UNUSED,
                     GVariant *parameter G_GNUC_UNUSED)
{
  HyShell *shell = get_shell (HY_WINDOW (widget));

  if (shell != NULL)
    hy_shell_show_sidebar (shell);
}

static void
sync_now_action (GtkWidget *widget,
                 const char *name G_GNUC_UNUSED,
                 GVariant *parameter G_GNUC_UNUSED)
{
  HyShell *shell = get_shell (HY_WINDOW (widget));

  if (shell != NULL)
    hy_shell_sync_now (shell);
}

static void
connect_action (GtkWidget *widget,
                const char *name G_GNUC_UNUSED,
                GVariant *parameter G_GNUC_UNUSED)
{
  HyShell *shell = get_shell (HY_WINDOW (widget));

  if (shell != NULL)
    hy_shell_connect (shell);
}

/**
 * hy_window_show_preferences:
 *
 * Nothing happens while no space is open: what is there to prefer belongs to one.
 */
void
hy_window_show_preferences (HyWindow *self)
{
  HyShell *shell = get_shell (self);

  if (shell != NULL)
    adw_dialog_present (hy_preferences_dialog_new (self->session, hy_shell_get_space (shell)), GTK_WIDGET (self));
}

/**
 * hy_window_import_files:
 *
 * Imports them into the opened space; while there is none, once there is one.
 */
void
hy_window_import_files (HyWindow *self,
                        GPtrArray *files)
{
  if (self->given == NULL)
    self->given = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < files->len; i++)
    g_ptr_array_add (self->given, g_object_ref (g_ptr_array_index (files, i)));
  import_given (self);
}

/* -- class -- */

static void
hy_window_get_property (GObject *object,
                        guint prop_id,
                        GValue *value,
                        GParamSpec *pspec)
{
  if (prop_id == PROP_NARROW)
    g_value_set_boolean (value, HY_WINDOW (object)->narrow);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
hy_window_set_property (GObject *object,
                        guint prop_id,
                        const GValue *value,
                        GParamSpec *pspec)
{
  HyWindow *self = HY_WINDOW (object);

  if (prop_id != PROP_NARROW)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      return;
    }
  if (self->narrow == g_value_get_boolean (value))
    return;
  self->narrow = g_value_get_boolean (value);
  g_object_notify_by_pspec (object, properties[PROP_NARROW]);
}

static void
hy_window_dispose (GObject *object)
{
  HyWindow *self = HY_WINDOW (object);

  if (self->scope != NULL)
    hy_scope_cancel (self->scope);
  g_clear_object (&self->scope);
  g_clear_object (&self->idle);
  g_clear_object (&self->sleep);
  if (self->news != NULL)
    hy_news_end (self->news);
  g_clear_object (&self->news);
  g_clear_object (&self->session);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->given, g_ptr_array_unref);
  g_clear_pointer (&self->dir, g_free);
  G_OBJECT_CLASS (hy_window_parent_class)->dispose (object);
}

static void
hy_window_class_init (HyWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hy_window_dispose;
  object_class->get_property = hy_window_get_property;
  object_class->set_property = hy_window_set_property;
  GTK_WINDOW_CLASS (klass)->close_request = hy_window_close_request;
  properties[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE,
                                                  G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hygie/Hygie/ui/hy-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HyWindow, slot);
  gtk_widget_class_install_action (widget_class, "page.import", NULL, import_action);
  gtk_widget_class_install_action (widget_class, "page.search", NULL, search_action);
  gtk_widget_class_install_action (widget_class, "page.search-all", NULL, search_all_action);
  gtk_widget_class_install_action (widget_class, "page.menu", NULL, menu_action);
  gtk_widget_class_install_action (widget_class, "space.add", NULL, add_action);
  gtk_widget_class_install_action (widget_class, "space.show-section", "s", show_section_action);
  gtk_widget_class_install_action (widget_class, "space.show-sidebar", NULL, show_sidebar_action);
  gtk_widget_class_install_action (widget_class, "space.sync-now", NULL, sync_now_action);
  gtk_widget_class_install_action (widget_class, "space.connect", NULL, connect_action);
}

static void
hy_window_init (HyWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->dir = hy_session_dup_default_dir ();
  self->settings = g_settings_new (HY_APP_ID);
  gtk_window_set_default_size (GTK_WINDOW (self), g_settings_get_int (self->settings, "window-width"),
                               g_settings_get_int (self->settings, "window-height"));
  if (g_settings_get_boolean (self->settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));

  self->idle = hy_idle_watch_new (GTK_WIDGET (self));
  g_settings_bind (self->settings, "auto-lock-minutes", self->idle, "minutes", G_SETTINGS_BIND_GET);
  g_signal_connect_object (self->idle, "idle", G_CALLBACK (on_idle), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->idle, "woken", G_CALLBACK (on_woken), self, G_CONNECT_SWAPPED);
  self->sleep = hy_sleep_watch_new ();
  g_signal_connect_object (self->sleep, "sleeping", G_CALLBACK (on_sleeping), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sleep, "screen-locked", G_CALLBACK (on_screen_locked), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::lock-with-screen", G_CALLBACK (hold_sleep), self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (on_active_changed), NULL);
}

/**
 * hy_window_new:
 *
 * Begins with whatever the vault's folder calls for: first start, unlock, or that it cannot be read.
 */
GtkWidget *
hy_window_new (HyApplication *application)
{
  HyWindow *self = g_object_new (HY_TYPE_WINDOW, "application", application, NULL);

  g_signal_connect_object (application, "notify::screensaver-active", G_CALLBACK (on_screensaver_changed),
                           self, G_CONNECT_SWAPPED);
  show_start (self);
  return GTK_WIDGET (self);
}
