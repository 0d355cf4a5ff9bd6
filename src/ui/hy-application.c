/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Owns the one instance, its actions and keys.  Knows windows, no vault. */

#include "config.h"

#include "ui/hy-application.h"

#include "ui/help/hy-help-dialog.h"
#include "ui/hy-ui-resources.h"
#include "ui/window/hy-window.h"

#include <glib/gi18n.h>

#define RESOURCE_PATH "/io/github/hygie/Hygie"

struct _HyApplication
{
  AdwApplication parent_instance;
};

G_DEFINE_FINAL_TYPE (HyApplication, hy_application, ADW_TYPE_APPLICATION)

/* The keys, said once; hy-shortcuts.ui shows them. */
static const struct
{
  const char *action;
  const char *keys[3];
} accels[] = {
  { "app.quit", { "<Control>q", NULL } },
  { "app.preferences", { "<Control>comma", NULL } },
  { "app.shortcuts", { "<Control>question", NULL } },
  { "app.help", { "F1", NULL } },
  { "app.lock", { "<Control>l", NULL } },
  { "window.close", { "<Control>w", NULL } },
  { "page.import", { "<Control>o", NULL } },
  { "page.search", { "<Control>f", NULL } },
  { "page.search-all", { "<Control><Shift>f", NULL } },
  { "page.menu", { "F10", NULL } },
  { "space.show-section::home", { "<Alt>1", NULL } },
  { "space.show-section::documents", { "<Alt>2", NULL } },
  { "space.sync-now", { "<Control>r", "F5", NULL } },
};

static HyWindow *
get_window (HyApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  return HY_IS_WINDOW (window) ? HY_WINDOW (window) : NULL;
}

/* Every window locks its vault as it closes; the last one to go ends the program. */
static void
on_quit (GSimpleAction *action G_GNUC_UNUSED,
         GVariant *parameter G_GNUC_UNUSED,
         gpointer user_data)
{
  g_autoptr (GList) windows = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (user_data)));

  for (GList *l = windows; l != NULL; l = l->next)
    gtk_window_close (l->data);
}

static void
on_lock (GSimpleAction *action G_GNUC_UNUSED,
         GVariant *parameter G_GNUC_UNUSED,
         gpointer user_data)
{
  HyWindow *window = get_window (user_data);

  if (window != NULL)
    hy_window_lock (window, HY_LOCK_ASKED);
}

static void
on_preferences (GSimpleAction *action G_GNUC_UNUSED,
                GVariant *parameter G_GNUC_UNUSED,
                gpointer user_data)
{
  HyWindow *window = get_window (user_data);

  if (window != NULL)
    hy_window_show_preferences (window);
}

static void
on_shortcuts (GSimpleAction *action G_GNUC_UNUSED,
              GVariant *parameter G_GNUC_UNUSED,
              gpointer user_data)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (RESOURCE_PATH "/ui/hy-shortcuts.ui");
  GtkWindow *shortcuts = GTK_WINDOW (gtk_builder_get_object (builder, "shortcuts"));

  gtk_window_set_transient_for (shortcuts, gtk_application_get_active_window (user_data));
  gtk_window_present (shortcuts);
}

static void
on_help (GSimpleAction *action G_GNUC_UNUSED,
         GVariant *parameter G_GNUC_UNUSED,
         gpointer user_data)
{
  HyWindow *window = get_window (user_data);

  if (window != NULL)
    hy_help_dialog_show (ADW_APPLICATION_WINDOW (window));
}

static void
on_about (GSimpleAction *action G_GNUC_UNUSED,
          GVariant *parameter G_GNUC_UNUSED,
          gpointer user_data)
{
  HyWindow *window = get_window (user_data);
  AdwDialog *about = adw_about_dialog_new ();

  g_object_set (about,
                "application-name", "Hygie",
                "application-icon", "io.github.hygie.Hygie",
                "version", HY_VERSION,
                "comments", _ ("Keeps a person’s health space on their own computer, encrypted. "
                               "It helps to find and to prepare; a professional decides."),
                "developer-name", _ ("The Hygie contributors"),
                "copyright", "© 2026 The Hygie contributors",
                "license-type", GTK_LICENSE_GPL_3_0,
                "website", "https://hygie.github.io/",
                /* Translators: your names, one a line */
                "translator-credits", _ ("translator-credits"),
                NULL);
  adw_dialog_present (about, GTK_WIDGET (window));
}

/* GTK's file dialogs note each chosen file, and so the names of health documents, in the list of recent files
 * that every program reads.  There is no setting that leaves the list of other programs alone, so this process
 * simply never writes it. */
static void
keep_nothing (GtkRecentManager *manager G_GNUC_UNUSED)
{
}

static void
leave_recent_files_alone (void)
{
  GtkRecentManagerClass *klass = g_type_class_ref (GTK_TYPE_RECENT_MANAGER);

  klass->changed = keep_nothing;
  /* The class stays referenced for good: unloading it would bring the old function back. */
}

static void
hy_application_startup (GApplication *application)
{
  static const GActionEntry actions[] = {
    { "quit", on_quit, NULL, NULL, NULL, { 0 } },
    { "lock", on_lock, NULL, NULL, NULL, { 0 } },
    { "preferences", on_preferences, NULL, NULL, NULL, { 0 } },
    { "shortcuts", on_shortcuts, NULL, NULL, NULL, { 0 } },
    { "help", on_help, NULL, NULL, NULL, { 0 } },
    { "about", on_about, NULL, NULL, NULL, { 0 } },
  };

  hy_ui_register_resource ();
  G_APPLICATION_CLASS (hy_application_parent_class)->startup (application);

  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions), application);
  for (gsize i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (application), accels[i].action, (const char *const *) accels[i].keys);
  gtk_window_set_default_icon_name (HY_APP_ID);
  leave_recent_files_alone ();
}

static void
hy_application_activate (GApplication *application)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));

  if (window == NULL)
    {
      window = GTK_WINDOW (hy_window_new (HY_APPLICATION (application)));
      hy_help_dialog_serve (ADW_APPLICATION_WINDOW (window));
    }
  gtk_window_present (window);
}

/* Files given on the command line or by the file manager: offered for import once a space is open. */
static void
hy_application_open (GApplication *application,
                     GFile **files,
                     int n_files,
                     const char *hint G_GNUC_UNUSED)
{
  g_autoptr (GPtrArray) given = g_ptr_array_new_with_free_func (g_object_unref);
  HyWindow *window;

  g_application_activate (application);
  for (int i = 0; i < n_files; i++)
    g_ptr_array_add (given, g_object_ref (files[i]));
  window = get_window (HY_APPLICATION (application));
  if (window != NULL)
    hy_window_import_files (window, given);
}

static void
hy_application_class_init (HyApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->startup = hy_application_startup;
  application_class->activate = hy_application_activate;
  application_class->open = hy_application_open;
}

static void
hy_application_init (HyApplication *self G_GNUC_UNUSED)
{
}

/**
 * hy_application_new:
 *
 * Registers with the desktop's session, which is how it hears that the screen was locked.
 */
HyApplication *
hy_application_new (void)
{
  return g_object_new (HY_TYPE_APPLICATION,
                       "application-id", HY_APP_ID,
                       "resource-base-path", RESOURCE_PATH,
                       "flags", G_APPLICATION_HANDLES_OPEN,
                       "register-session", TRUE,
                       NULL);
}
