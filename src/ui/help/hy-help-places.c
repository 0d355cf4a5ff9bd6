/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which help page answers for which place of the window.  By the names of types, so that a page need know nothing of help. */

#include "config.h"

#include "ui/help/hy-help-places.h"

static const struct
{
  const char *type;
  const char *page;
} places[] = {
  { "HyFirstStart", "first-steps" },
  { "HyPassphrasePage", "passphrase" },
  { "HyRecoveryPage", "recovery-sheet" },
  { "HyPersonPage", "spaces" },
  { "HyUnlockPage", "unlock" },
  { "HyRecoveryEntryPage", "recovery-sheet" },
  { "HyHomePage", "home" },
  { "HyDocumentsPage", "documents" },
  { "HyDocumentDetails", "documents" },
  { "HyImportDialog", "import" },
  { "HyViewerPage", "read" },
  { "HySyncPage", "sync" },
  { "HyConnectDialog", "sync" },
  { "HyServerDialog", "sync" },
  { "HyTokenDialog", "sync" },
  { "HyRefusalDialog", "sync" },
  { "HyPreferencesDialog", "lock" },
  { "HyPassphraseDialog", "passphrase" },
};

/* The innermost place that shows. */
static const char *
find_below (GtkWidget *widget)
{
  const char *found = NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      const char *page = gtk_widget_get_mapped (child) ? find_below (child) : NULL;

      if (page != NULL)
        found = page;
    }
  for (guint i = 0; found == NULL && i < G_N_ELEMENTS (places); i++)
    {
      if (g_str_equal (G_OBJECT_TYPE_NAME (widget), places[i].type))
        found = places[i].page;
    }
  return found;
}

/**
 * hy_help_places_find:
 *
 * Returns: the id of the help page for the dialog, or else the page, that @window shows; static
 */
const char *
hy_help_places_find (AdwApplicationWindow *window)
{
  AdwDialog *dialog = adw_application_window_get_visible_dialog (window);
  const char *page = dialog != NULL ? find_below (GTK_WIDGET (dialog)) : NULL;

  if (page == NULL)
    page = find_below (GTK_WIDGET (window));
  return page != NULL ? page : "index";
}
