/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The least that a libadwaita program can be: a window with a title and a sentence.  What opening Hygie is compared
 * with.  Origin: this project. */

#include <adwaita.h>

static void
on_activate (GtkApplication *application,
             gpointer unused G_GNUC_UNUSED)
{
  GtkWidget *window = adw_application_window_new (application);
  GtkWidget *view = adw_toolbar_view_new ();
  GtkWidget *page = adw_status_page_new ();

  gtk_window_set_default_size (GTK_WINDOW (window), 900, 640);
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), adw_header_bar_new ());
  adw_status_page_set_title (ADW_STATUS_PAGE (page), "Floor");
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), page);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), view);
  gtk_window_present (GTK_WINDOW (window));
}

int
main (int argc,
      char **argv)
{
  g_autoptr (AdwApplication) application = adw_application_new ("io.github.hygie.Floor", G_APPLICATION_NON_UNIQUE);

  g_signal_connect (application, "activate", G_CALLBACK (on_activate), NULL);
  return g_application_run (G_APPLICATION (application), argc, argv);
}
