/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Owns the sidebar and the page beside it, and the document read over both, for one opened space; thrown away when it
 * locks. */

#include "config.h"

#include "ui/window/hy-shell.h"

#include "base/hy-async.h"
#include "space/hy-sync-words.h"
#include "ui/documents/hy-documents-page.h"
#include "ui/home/hy-home-page.h"
#include "ui/sync/hy-sync-foot.h"
#include "ui/sync/hy-sync-page.h"
#include "ui/viewer/hy-viewer-page.h"
#include "ui/window/hy-space-switcher.h"

#include <glib/gi18n.h>

struct _HyShell
{
  AdwBin parent_instance;

  AdwNavigationView *navigation;
  AdwNavigationSplitView *split_view;
  GtkMenuButton *menu_button;
  AdwBin *space_slot;
  GtkListBox *sections;
  GtkListBoxRow *home_row;
  GtkListBoxRow *documents_row;
  GtkLabel *unread_label;
  AdwBin *foot_slot;
  AdwNavigationView *pages; /* beside the sidebar; holds all of them, shows one */

  HySpace *space;
  HyHomePage *home;           /* owned by the pages, as those that follow */
  HyDocumentsPage *documents;
  HySyncPage *journal;
  HySyncFoot *foot;           /* owned by its slot */
  HySpaceSwitcher *switcher;  /* owned by its slot */
  HyScope *scope;
  gboolean by_hand;           /* a sync that the person started goes on */
  gboolean narrow;
};

G_DEFINE_FINAL_TYPE (HyShell, hy_shell, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_NARROW,
  N_PROPS
};

enum
{
  SPACE_CHOSEN,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

/* -- whose space it is -- */

static void
on_space_chosen (HyShell *self,
                 const char *space_id)
{
  g_signal_emit (self, signals[SPACE_CHOSEN], 0, space_id);
}

static void
show_whose (HyShell *self,
            GListModel *spaces)
{
  self->switcher = HY_SPACE_SWITCHER (hy_space_switcher_new (hy_space_get_info (self->space), spaces));
  g_signal_connect_object (self->switcher, "space-chosen", G_CALLBACK (on_space_chosen), self, G_CONNECT_SWAPPED);
  adw_bin_set_child (self->space_slot, GTK_WIDGET (self->switcher));
}

/* -- sections -- */

static void
on_unread_changed (HyShell *self)
{
  g_autofree char *count = NULL;
  g_autofree char *name = NULL;
  guint unread;

  g_object_get (self->documents, "unread", &unread, NULL);
  count = g_strdup_printf ("%u", unread);
  gtk_label_set_label (self->unread_label, count);
  gtk_widget_set_visible (GTK_WIDGET (self->unread_label), unread > 0);
  if (unread > 0)
    name = g_strdup_printf (ngettext ("Documents, %u new", "Documents, %u new", unread), unread);
  else
    name = g_strdup (_ ("Documents"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->documents_row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/* All pages stay where they are: what a page was doing goes on, and the eye finds it as it was left. */
static void
show_page (HyShell *self,
           AdwNavigationPage *page,
           GtkListBoxRow *section)
{
  if (adw_navigation_view_get_visible_page (self->pages) != page)
    adw_navigation_view_replace (self->pages, &page, 1);
  if (section != NULL)
    gtk_list_box_select_row (self->sections, section);
  else
    gtk_list_box_unselect_all (self->sections);
  hy_sync_foot_set_chosen (self->foot, page == ADW_NAVIGATION_PAGE (self->journal));
  adw_navigation_split_view_set_show_content (self->split_view, TRUE);
}

static void
show_documents (HyShell *self)
{
  show_page (self, ADW_NAVIGATION_PAGE (self->documents), self->documents_row);
}

static void
show_home (HyShell *self)
{
  show_page (self, ADW_NAVIGATION_PAGE (self->home), self->home_row);
}

static void
on_section_activated (HyShell *self,
                      GtkListBoxRow *row)
{
  if (row == self->home_row)
    show_home (self);
  else
    show_documents (self);
}

/* -- a document over the whole window -- */

static HyViewerPage *
get_viewer (HyShell *self)
{
  AdwNavigationPage *page = adw_navigation_view_get_visible_page (self->navigation);

  return page != NULL && HY_IS_VIEWER_PAGE (page) ? HY_VIEWER_PAGE (page) : NULL;
}

static void
leave_viewer (HyShell *self)
{
  if (get_viewer (self) != NULL)
    adw_navigation_view_pop (self->navigation);
}

static void
on_open_document (HyShell *self,
                  gint64 rowid,
                  const char *words)
{
  GtkWidget *viewer;

  /* Opened twice in a hurry, it is read once. */
  if (get_viewer (self) != NULL)
    return;
  viewer = hy_viewer_page_new (self->space, rowid, words);
  g_signal_connect_object (viewer, "search-all", G_CALLBACK (hy_shell_search_all), self, G_CONNECT_SWAPPED);
  adw_navigation_view_push (self->navigation, ADW_NAVIGATION_PAGE (viewer));
}

static gboolean
hy_shell_grab_focus (GtkWidget *widget)
{
  HyShell *self = HY_SHELL (widget);
  AdwNavigationPage *page = adw_navigation_view_get_visible_page (self->pages);

  if (page == ADW_NAVIGATION_PAGE (self->journal))
    hy_sync_page_focus_first (self->journal);
  else if (page == ADW_NAVIGATION_PAGE (self->home))
    hy_home_page_focus_first (self->home);
  if (page != ADW_NAVIGATION_PAGE (self->documents))
    return TRUE;
  return gtk_widget_child_focus (GTK_WIDGET (self->documents), GTK_DIR_TAB_FORWARD);
}

static void
hy_shell_get_property (GObject *object,
                       guint prop_id,
                       GValue *value,
                       GParamSpec *pspec)
{
  if (prop_id == PROP_NARROW)
    g_value_set_boolean (value, HY_SHELL (object)->narrow);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
hy_shell_set_property (GObject *object,
                       guint prop_id,
                       const GValue *value,
                       GParamSpec *pspec)
{
  HyShell *self = HY_SHELL (object);

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
hy_shell_dispose (GObject *object)
{
  HyShell *self = HY_SHELL (object);

  hy_scope_cancel (self->scope);
  self->home = NULL;
  self->documents = NULL;
  self->journal = NULL;
  self->foot = NULL;
  self->switcher = NULL;
  g_clear_object (&self->space);
  G_OBJECT_CLASS (hy_shell_parent_class)->dispose (object);
}

static void
hy_shell_finalize (GObject *object)
{
  g_clear_object (&HY_SHELL (object)->scope);
  G_OBJECT_CLASS (hy_shell_parent_class)->finalize (object);
}

static void
hy_shell_class_init (HyShellClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hy_shell_dispose;
  object_class->finalize = hy_shell_finalize;
  object_class->get_property = hy_shell_get_property;
  object_class->set_property = hy_shell_set_property;
  widget_class->grab_focus = hy_shell_grab_focus;
  properties[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE,
                                                  G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[SPACE_CHOSEN] = g_signal_new ("space-chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hygie/Hygie/ui/hy-shell.ui");
  gtk_widget_class_bind_template_child (widget_class, HyShell, navigation);
  gtk_widget_class_bind_template_child (widget_class, HyShell, split_view);
  gtk_widget_class_bind_template_child (widget_class, HyShell, menu_button);
  gtk_widget_class_bind_template_child (widget_class, HyShell, space_slot);
  gtk_widget_class_bind_template_child (widget_class, HyShell, sections);
  gtk_widget_class_bind_template_child (widget_class, HyShell, home_row);
  gtk_widget_class_bind_template_child (widget_class, HyShell, documents_row);
  gtk_widget_class_bind_template_child (widget_class, HyShell, unread_label);
  gtk_widget_class_bind_template_child (widget_class, HyShell, foot_slot);
  gtk_widget_class_bind_template_child (widget_class, HyShell, pages);
  gtk_widget_class_bind_template_callback (widget_class, on_section_activated);
}

static void
hy_shell_init (HyShell *self)
{
  self->scope = hy_scope_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hy_shell_new:
 * @space: opened
 * @spaces: HySpaceInfo of all spaces of the vault
 */
GtkWidget *
hy_shell_new (HySpace *space,
              GListModel *spaces)
{
  HyShell *self = g_object_new (HY_TYPE_SHELL, NULL);

  self->space = g_object_ref (space);
  /* The vault answers in the order in which it is asked, and this one is seen first. */
  self->home = HY_HOME_PAGE (hy_home_page_new (space));
  self->documents = HY_DOCUMENTS_PAGE (hy_documents_page_new (space));
  self->journal = HY_SYNC_PAGE (hy_sync_page_new (space));
  self->foot = HY_SYNC_FOOT (hy_sync_foot_new (hy_space_get_sync (space)));
  adw_bin_set_child (self->foot_slot, GTK_WIDGET (self->foot));
  show_whose (self, spaces);
  g_object_bind_property (self, "narrow", self->home, "narrow", G_BINDING_SYNC_CREATE);
  g_object_bind_property (self, "narrow", self->documents, "narrow", G_BINDING_SYNC_CREATE);
  g_object_bind_property (self, "narrow", self->journal, "narrow", G_BINDING_SYNC_CREATE);
  g_signal_connect_object (self->documents, "notify::unread", G_CALLBACK (on_unread_changed), self, G_CONNECT_SWAPPED);
  on_unread_changed (self);
  g_signal_connect_object (self->home, "open-document", G_CALLBACK (on_open_document), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->documents, "open-document", G_CALLBACK (on_open_document), self, G_CONNECT_SWAPPED);
  adw_navigation_view_add (self->pages, ADW_NAVIGATION_PAGE (self->home));
  adw_navigation_view_add (self->pages, ADW_NAVIGATION_PAGE (self->documents));
  adw_navigation_view_add (self->pages, ADW_NAVIGATION_PAGE (self->journal));
  show_home (self);
  return GTK_WIDGET (self);
}

HySpace *
hy_shell_get_space (HyShell *self)
{
  return self->space;
}

/**
 * hy_shell_stay:
 * @what_happened: a sentence
 *
 * Another space was wanted and did not open.
 */
void
hy_shell_stay (HyShell *self,
               const char *what_happened)
{
  AdwDialog *dialog = adw_alert_dialog_new (_ ("The other space could not be opened"), NULL);

  hy_space_switcher_stay (self->switcher);
  adw_alert_dialog_format_body (ADW_ALERT_DIALOG (dialog),
                                /* Translators: the first %s is a sentence that says what happened, the second a name */
                                _ ("%s\n\nThe space of %s is still open, and nothing was changed."), what_happened,
                                hy_space_info_get_name (hy_space_get_info (self->space)));
  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _ ("_Close"));
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

void
hy_shell_import (HyShell *self)
{
  leave_viewer (self);
  show_documents (self);
  hy_documents_page_import (self->documents);
}

void
hy_shell_import_files (HyShell *self,
                       GPtrArray *files)
{
  leave_viewer (self);
  show_documents (self);
  hy_documents_page_import_files (self->documents, files);
}

/**
 * hy_shell_search:
 *
 * Finds in the document that is read, or searches the list.
 */
void
hy_shell_search (HyShell *self)
{
  HyViewerPage *viewer = get_viewer (self);

  if (viewer != NULL)
    hy_viewer_page_find (viewer);
  else
    hy_shell_search_all (self);
}

void
hy_shell_search_all (HyShell *self)
{
  leave_viewer (self);
  show_documents (self);
  hy_documents_page_focus_search (self->documents);
}

/**
 * hy_shell_show_section:
 * @section: "home", "documents", or "sync" for the journal; unknown names do nothing
 */
void
hy_shell_show_section (HyShell *self,
                       const char *section)
{
  static const char *const names[] = { "home", "documents", "sync", NULL };

  if (section == NULL || !g_strv_contains (names, section))
    return;
  leave_viewer (self);
  if (g_str_equal (section, "home"))
    show_home (self);
  else if (g_str_equal (section, "documents"))
    show_documents (self);
  else
    show_page (self, ADW_NAVIGATION_PAGE (self->journal), /* section= */ NULL);
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

void
hy_shell_show_sidebar (HyShell *self)
{
  leave_viewer (self);
  adw_navigation_split_view_set_show_content (self->split_view, FALSE);
}

/**
 * hy_shell_open_menu:
 *
 * The menu is in the sidebar, which comes up first in a narrow window; a document that is read has its own.
 */
void
hy_shell_open_menu (HyShell *self)
{
  HyViewerPage *viewer = get_viewer (self);

  if (viewer != NULL)
    {
      hy_viewer_page_open_menu (viewer);
      return;
    }
  hy_shell_show_sidebar (self);
  gtk_menu_button_popup (self->menu_button);
}

/* -- the server -- */

static DexFuture *
follow_fiber (gpointer user_data)
{
  HyShell *self = user_data;
  HySpaceSync *sync = hy_space_get_sync (self->space);

  /* What the vault says comes after the list of documents: it answers in the order in which it was asked. */
  if (dex_await (hy_space_sync_load (sync), NULL) && !hy_scope_is_cancelled (self->scope))
    hy_space_sync_follow (sync);
  return dex_future_new_true ();
}

/**
 * hy_shell_follow:
 *
 * Opening waits for no network: what a server has that is new comes by and by.
 */
void
hy_shell_follow (HyShell *self)
{
  hy_spawn ("follow the server", follow_fiber, g_object_ref (self), g_object_unref, self->scope);
}

static DexFuture *
sync_fiber (gpointer user_data)
{
  HyShell *self = user_data;
  g_autoptr (HyRun) run = dex_await_boxed (hy_space_sync_run (hy_space_get_sync (self->space)), NULL);
  g_autofree char *words = NULL;

  if (hy_scope_is_cancelled (self->scope))
    return dex_future_new_true ();
  self->by_hand = FALSE;
  if (run == NULL)
    return dex_future_new_true ();
  words = hy_sync_words_dup_run (run);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), words, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  return dex_future_new_true ();
}

/**
 * hy_shell_sync_now:
 *
 * Where no server is set yet, the journal comes up, which leads to one.
 */
void
hy_shell_sync_now (HyShell *self)
{
  if (hy_space_sync_get_status (hy_space_get_sync (self->space))->state == HY_SPACE_SYNC_ALONE)
    {
      hy_shell_show_section (self, "sync");
      return;
    }
  if (self->by_hand)
    return;
  self->by_hand = TRUE;
  hy_spawn ("sync", sync_fiber, g_object_ref (self), g_object_unref, self->scope);
}

void
hy_shell_connect (HyShell *self)
{
  hy_shell_show_section (self, "sync");
  if (hy_space_sync_get_status (hy_space_get_sync (self->space))->state == HY_SPACE_SYNC_ALONE)
    hy_sync_page_connect (self->journal);
}
