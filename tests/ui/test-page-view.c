/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The widget of pages, with a real decoder behind it and a display before it: what it keeps of a long document, what it
 * asks for while hands are quick, and that it can go at any moment. */

#include "base/hy-async.h"
#include "ui/viewer/hy-page-cache.h"
#include "ui/viewer/hy-page-view.h"

#include <adwaita.h>
#include <string.h>

#define N_PAGES 500
#define WAIT_MS 20000

/* -- a report of many pages -- */

static GBytes *
make_report (guint n_pages)
{
  GString *pdf = g_string_new ("%PDF-1.4\n");
  g_autoptr (GArray) offsets = g_array_new (FALSE, FALSE, sizeof (gsize));
  gsize start;

  for (guint i = 0; i < 3 + 2 * n_pages; i++)
    {
      g_array_append_val (offsets, pdf->len);
      g_string_append_printf (pdf, "%u 0 obj\n", i + 1);
      if (i == 0)
        {
          g_string_append (pdf, "<</Type/Catalog/Pages 2 0 R>>");
        }
      else if (i == 1)
        {
          g_string_append_printf (pdf, "<</Type/Pages/Count %u/Kids[", n_pages);
          for (guint page = 0; page < n_pages; page++)
            g_string_append_printf (pdf, "%u 0 R ", 4 + 2 * page);
          g_string_append (pdf, "]>>");
        }
      else if (i == 2)
        {
          g_string_append (pdf, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>");
        }
      else if (i % 2 == 1)
        {
          g_string_append_printf (pdf, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %u 0 R"
                                       "/Resources<</Font<</F1 3 0 R>>>>>>",
                                  i + 2);
        }
      else
        {
          g_autofree char *words = g_strdup_printf ("BT /F1 24 Tf 72 720 Td (Leaf number %u) Tj ET", (i - 2) / 2);

          g_string_append_printf (pdf, "<</Length %" G_GSIZE_FORMAT ">>stream\n%s\nendstream", strlen (words), words);
        }
      g_string_append (pdf, "\nendobj\n");
    }
  start = pdf->len;
  g_string_append_printf (pdf, "xref\n0 %u\n0000000000 65535 f \n", offsets->len + 1);
  for (guint i = 0; i < offsets->len; i++)
    g_string_append_printf (pdf, "%010" G_GSIZE_FORMAT " 00000 n \n", g_array_index (offsets, gsize, i));
  g_string_append_printf (pdf, "trailer\n<</Size %u/Root 1 0 R>>\nstartxref\n%" G_GSIZE_FORMAT "\n%%%%EOF\n", offsets->len + 1, start);
  return g_string_free_to_bytes (pdf);
}

/* -- the widget in a window -- */

typedef struct
{
  HyRenderer *renderer;
  HyRenderDocument *document;
  GtkWidget *window;
  HyPageView *view;
  GtkAdjustment *vertical;
} Sandbox;

typedef gboolean (*Condition) (Sandbox *sandbox);

static gboolean
on_late (gpointer late)
{
  *(gboolean *) late = TRUE;
  return G_SOURCE_REMOVE;
}

static void
run_until (Sandbox *sandbox,
           Condition condition)
{
  gboolean late = FALSE;
  guint timeout = g_timeout_add (WAIT_MS, on_late, &late);

  while (!condition (sandbox) && !late)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (late);
  g_source_remove (timeout);
}

static void
run_for (guint ms)
{
  gboolean late = FALSE;

  g_timeout_add (ms, on_late, &late);
  while (!late)
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
has_pages (Sandbox *sandbox)
{
  return hy_page_view_get_n_pages (sandbox->view) > 0;
}

static gboolean
is_settled (Sandbox *sandbox)
{
  return hy_page_view_get_cache_bytes (sandbox->view) > 0 && hy_page_view_get_n_waiting (sandbox->view) == 0;
}

static gboolean
has_looked (Sandbox *sandbox)
{
  return !hy_page_view_get_finding (sandbox->view);
}

static void
set_up (Sandbox *sandbox,
        gconstpointer unused G_GNUC_UNUSED)
{
  g_autoptr (GBytes) bytes = make_report (N_PAGES);
  g_autoptr (GError) error = NULL;
  GtkWidget *scroller = gtk_scrolled_window_new ();
  DexFuture *opening;

  sandbox->renderer = hy_renderer_new ();
  opening = hy_renderer_open (sandbox->renderer, bytes, NULL);
  hy_run_to_end (dex_ref (opening), &error);
  g_assert_no_error (error);
  sandbox->document = g_value_dup_object (dex_future_get_value (opening, NULL));
  dex_unref (opening);

  sandbox->view = HY_PAGE_VIEW (hy_page_view_new ());
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (sandbox->view));
  sandbox->vertical = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller));
  sandbox->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (sandbox->window), 900, 700);
  gtk_window_set_child (GTK_WINDOW (sandbox->window), scroller);
  gtk_window_present (GTK_WINDOW (sandbox->window));
  hy_page_view_set_document (sandbox->view, sandbox->document);
  run_until (sandbox, has_pages);
  run_until (sandbox, is_settled);
}

static void
tear_down (Sandbox *sandbox,
           gconstpointer unused G_GNUC_UNUSED)
{
  if (sandbox->window != NULL)
    gtk_window_destroy (GTK_WINDOW (g_steal_pointer (&sandbox->window)));
  hy_render_document_close (sandbox->document);
  g_clear_object (&sandbox->document);
  hy_renderer_close (sandbox->renderer);
  g_clear_object (&sandbox->renderer);
  run_for (50);
}

static void
check_bounds (Sandbox *sandbox,
              gsize *most)
{
  gsize bytes = hy_page_view_get_cache_bytes (sandbox->view);

  *most = MAX (*most, bytes);
  g_assert_cmpuint (bytes, <=, HY_PAGE_CACHE_BYTES);
  g_assert_cmpuint (hy_page_view_get_n_waiting (sandbox->view), <=, 3);
}

/* -- the tests -- */

static void
keeps_bounded_memory (Sandbox *sandbox,
                      gconstpointer unused G_GNUC_UNUSED)
{
  double page = gtk_adjustment_get_page_size (sandbox->vertical);
  double upper = gtk_adjustment_get_upper (sandbox->vertical);
  gsize most = 0;
  guint turned = 0;

  for (double at = 0; at < upper; at += page)
    {
      gtk_adjustment_set_value (sandbox->vertical, at);
      /* Every twentieth screen is looked at until it is there, the others only flit by. */
      if (turned++ % 20 == 0)
        run_until (sandbox, is_settled);
      else
        run_for (2);
      check_bounds (sandbox, &most);
    }
  g_assert_cmpuint (hy_page_view_get_page (sandbox->view), ==, N_PAGES - 1);
  g_test_message ("%u screens of %d pages, at most %" G_GSIZE_FORMAT " MiB of pixels", turned, N_PAGES, most >> 20);

  /* Large: by tiles. */
  hy_page_view_set_zoom (sandbox->view, 5.0);
  for (guint i = 0; i < 60; i++)
    {
      gtk_adjustment_set_value (sandbox->vertical, gtk_adjustment_get_value (sandbox->vertical) - page);
      if (i % 10 == 0)
        run_until (sandbox, is_settled);
      else
        run_for (2);
      check_bounds (sandbox, &most);
    }
  g_test_message ("at five times the size at most %" G_GSIZE_FORMAT " MiB", most >> 20);
}

static void
survives_quick_hands (Sandbox *sandbox,
                      gconstpointer unused G_GNUC_UNUSED)
{
  gsize most = 0;

  for (guint i = 0; i < 1000; i++)
    {
      hy_page_view_step_zoom (sandbox->view, (i / 12) % 2 == 0 ? 1 : -1);
      if (i % 50 == 0)
        hy_page_view_rotate (sandbox->view, 90);
      if (i % 3 == 0)
        g_main_context_iteration (NULL, FALSE);
      check_bounds (sandbox, &most);
    }
  hy_page_view_set_fit (sandbox->view, HY_PAGE_FIT_AUTO);
  run_until (sandbox, is_settled);
  check_bounds (sandbox, &most);
}

static void
zoom_keeps_the_page (Sandbox *sandbox,
                     gconstpointer unused G_GNUC_UNUSED)
{
  hy_page_view_go_to (sandbox->view, 250);
  g_assert_cmpuint (hy_page_view_get_page (sandbox->view), ==, 250);
  for (guint i = 0; i < 6; i++)
    hy_page_view_step_zoom (sandbox->view, 1);
  for (guint i = 0; i < 6; i++)
    hy_page_view_step_zoom (sandbox->view, -1);
  g_assert_cmpuint (hy_page_view_get_page (sandbox->view), ==, 250);
  hy_page_view_rotate (sandbox->view, 90);
  g_assert_cmpuint (hy_page_view_get_page (sandbox->view), ==, 250);
  hy_page_view_go_to (sandbox->view, G_MAXUINT);
  g_assert_cmpuint (hy_page_view_get_page (sandbox->view), ==, N_PAGES - 1);
}

static void
finds_from_where_it_is (Sandbox *sandbox,
                        gconstpointer unused G_GNUC_UNUSED)
{
  hy_page_view_go_to (sandbox->view, 300);
  hy_page_view_find (sandbox->view, "LÉAF");
  g_assert_true (hy_page_view_get_finding (sandbox->view));
  run_until (sandbox, has_looked);
  g_assert_cmpuint (hy_page_view_get_n_found (sandbox->view), ==, N_PAGES);
  g_assert_cmpuint (hy_page_view_get_at_found (sandbox->view), ==, 301);
  hy_page_view_find_step (sandbox->view, 1);
  g_assert_cmpuint (hy_page_view_get_at_found (sandbox->view), ==, 302);
  g_assert_cmpuint (hy_page_view_get_page (sandbox->view), ==, 301);
  hy_page_view_find_step (sandbox->view, -1);
  hy_page_view_find_step (sandbox->view, -1);
  g_assert_cmpuint (hy_page_view_get_at_found (sandbox->view), ==, 300);

  /* Once round. */
  hy_page_view_find (sandbox->view, "number 499");
  run_until (sandbox, has_looked);
  g_assert_cmpuint (hy_page_view_get_n_found (sandbox->view), ==, 1);
  g_assert_cmpuint (hy_page_view_get_page (sandbox->view), ==, 498);
  hy_page_view_find_step (sandbox->view, 1);
  g_assert_cmpuint (hy_page_view_get_at_found (sandbox->view), ==, 1);

  /* Not as they stand, so each for itself. */
  hy_page_view_find (sandbox->view, "499 leaf 17");
  run_until (sandbox, has_looked);
  g_assert_cmpuint (hy_page_view_get_n_found (sandbox->view), >, N_PAGES);

  hy_page_view_find (sandbox->view, "elsewhere");
  run_until (sandbox, has_looked);
  g_assert_cmpuint (hy_page_view_get_n_found (sandbox->view), ==, 0);
  g_assert_cmpuint (hy_page_view_get_at_found (sandbox->view), ==, 0);
  g_assert_false (hy_page_view_get_wordless (sandbox->view));
  hy_page_view_find_step (sandbox->view, 1);

  hy_page_view_find (sandbox->view, "");
  g_assert_false (hy_page_view_get_finding (sandbox->view));
}

/* The window goes in the middle of a draw and of a search; what comes after has nobody to come to. */
static void
may_go_at_any_moment (Sandbox *sandbox,
                      gconstpointer unused G_GNUC_UNUSED)
{
  HyPageView *view = sandbox->view;

  g_object_add_weak_pointer (G_OBJECT (view), (gpointer *) &view);
  hy_page_view_set_zoom (sandbox->view, 4.0);
  hy_page_view_find (sandbox->view, "leaf");
  hy_page_view_select_all (sandbox->view);
  hy_page_view_copy (sandbox->view);
  g_main_context_iteration (NULL, FALSE);
  hy_page_view_set_document (sandbox->view, NULL);
  g_assert_cmpuint (hy_page_view_get_cache_bytes (sandbox->view), ==, 0);
  gtk_window_destroy (GTK_WINDOW (g_steal_pointer (&sandbox->window)));
  for (guint i = 0; i < 100 && view != NULL; i++)
    run_for (50);
  g_assert_null (view);
}

static void
tells_of_a_lost_decoder (HyPageView *view,
                         const GError *error,
                         GError **told)
{
  g_assert_null (*told);
  *told = g_error_copy (error);
}

static void
says_when_the_decoder_ended (Sandbox *sandbox,
                             gconstpointer unused G_GNUC_UNUSED)
{
  g_autoptr (GError) told = NULL;

  g_signal_connect (sandbox->view, "failed", G_CALLBACK (tells_of_a_lost_decoder), &told);
  run_until (sandbox, is_settled);
  hy_render_document_close (sandbox->document);
  hy_page_view_go_to (sandbox->view, 400);
  run_for (500);
  g_assert_error (told, HY_RENDER_ERROR, HY_RENDER_ERROR_STOPPED);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  dex_init ();
  g_test_add ("/ui/page-view/keeps-bounded-memory", Sandbox, NULL, set_up, keeps_bounded_memory, tear_down);
  g_test_add ("/ui/page-view/survives-quick-hands", Sandbox, NULL, set_up, survives_quick_hands, tear_down);
  g_test_add ("/ui/page-view/zoom-keeps-the-page", Sandbox, NULL, set_up, zoom_keeps_the_page, tear_down);
  g_test_add ("/ui/page-view/finds-from-where-it-is", Sandbox, NULL, set_up, finds_from_where_it_is, tear_down);
  g_test_add ("/ui/page-view/may-go-at-any-moment", Sandbox, NULL, set_up, may_go_at_any_moment, tear_down);
  g_test_add ("/ui/page-view/says-when-the-decoder-ended", Sandbox, NULL, set_up, says_when_the_decoder_ended, tear_down);
  return g_test_run ();
}
