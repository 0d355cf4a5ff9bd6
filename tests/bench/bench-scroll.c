/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a frame costs while the documents are scrolled: first row by row, then by leaps as with the scroll bar.
 *   bench-scroll VAULT
 * Ours is all that the main thread computes from one frame to the next (binding, filling in, layout, snapshot) but for painting,
 * which GSK does with the snapshot and which is told apart.  Processor time, so that a busy machine tells the same. */

#include "bench-support.h"

#include "ui/documents/hy-documents-page.h"
#include "ui/hy-ui-resources.h"

#include <adwaita.h>
#include <stdlib.h>
#include <time.h>

#define FRAMES 900
#define ROWS_PX 180 /* a frame of a quick flick: three rows */
#define LEAPS 150

/* -- a box that knows how long its content takes to snapshot -- */

#define BENCH_TYPE_BOX (bench_box_get_type ())
G_DECLARE_FINAL_TYPE (BenchBox, bench_box, BENCH, BOX, GtkWidget)

struct _BenchBox
{
  GtkWidget parent_instance;

  double snapshot_ms;
};

G_DEFINE_FINAL_TYPE (BenchBox, bench_box, GTK_TYPE_WIDGET)

static double
thread_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6;
}

static void
bench_box_snapshot (GtkWidget *widget,
                    GtkSnapshot *snapshot)
{
  double begun_ms = thread_ms ();

  GTK_WIDGET_CLASS (bench_box_parent_class)->snapshot (widget, snapshot);
  BENCH_BOX (widget)->snapshot_ms += thread_ms () - begun_ms;
}

static void
bench_box_dispose (GObject *object)
{
  GtkWidget *content = gtk_widget_get_first_child (GTK_WIDGET (object));

  g_clear_pointer (&content, gtk_widget_unparent);
  G_OBJECT_CLASS (bench_box_parent_class)->dispose (object);
}

static void
bench_box_class_init (BenchBoxClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bench_box_dispose;
  GTK_WIDGET_CLASS (klass)->snapshot = bench_box_snapshot;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
bench_box_init (BenchBox *self G_GNUC_UNUSED)
{
}

/* -- frames -- */

typedef struct
{
  BenchBox *box;
  GtkAdjustment *adjustment;
  GdkFrameClock *clock;
  guint frames; /* to come */
  double step_px; /* 0 = leaps */
  double ended_ms;
  double paint_began_ms;
  GArray *ours;
  GArray *paints;
} Scroll;

static gboolean
on_tick (GtkWidget *widget G_GNUC_UNUSED,
         GdkFrameClock *clock G_GNUC_UNUSED,
         gpointer data)
{
  Scroll *scroll = data;
  double most = gtk_adjustment_get_upper (scroll->adjustment) - gtk_adjustment_get_page_size (scroll->adjustment);
  double value = gtk_adjustment_get_value (scroll->adjustment) + (scroll->step_px > 0 ? scroll->step_px : most / LEAPS);

  gtk_adjustment_set_value (scroll->adjustment, value >= most ? 0 : value);
  return G_SOURCE_CONTINUE;
}

/* The layout is done, and painting is next. */
static void
on_layout (GdkFrameClock *clock G_GNUC_UNUSED,
           Scroll *scroll)
{
  scroll->paint_began_ms = thread_ms ();
  scroll->box->snapshot_ms = 0;
}

static void
on_after_paint (GdkFrameClock *clock G_GNUC_UNUSED,
                Scroll *scroll)
{
  double now_ms = thread_ms ();
  double paint_ms = now_ms - scroll->paint_began_ms - scroll->box->snapshot_ms;
  double ours_ms = now_ms - scroll->ended_ms - paint_ms;

  /* The first frame has what came before it. */
  if (scroll->ended_ms > 0)
    {
      g_array_append_val (scroll->ours, ours_ms);
      g_array_append_val (scroll->paints, paint_ms);
      scroll->frames--;
    }
  scroll->ended_ms = now_ms;
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  double left = *(const double *) a, right = *(const double *) b;

  return left < right ? -1 : left > right;
}

static void
say_of (const char *what,
        const char *kind,
        GArray *figures)
{
  static const struct
  {
    const char *name;
    double part;
  } parts[] = { { "median", 0.5 }, { "p99", 0.99 }, { "worst", 1 } };

  g_array_sort (figures, compare);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *name = g_strdup_printf ("%s_%s_%s", what, kind, parts[i].name);

      bench_say (name, g_array_index (figures, double, MIN ((guint) (parts[i].part * figures->len), figures->len - 1)));
    }
}

static void
measure (Scroll *scroll,
         const char *what,
         double step_px)
{
  guint tick;

  scroll->frames = FRAMES;
  scroll->step_px = step_px;
  scroll->ended_ms = 0;
  scroll->ours = g_array_new (FALSE, FALSE, sizeof (double));
  scroll->paints = g_array_new (FALSE, FALSE, sizeof (double));
  gtk_adjustment_set_value (scroll->adjustment, 0);
  tick = gtk_widget_add_tick_callback (GTK_WIDGET (scroll->box), on_tick, scroll, NULL);
  while (scroll->frames > 0)
    g_main_context_iteration (NULL, TRUE);
  gtk_widget_remove_tick_callback (GTK_WIDGET (scroll->box), tick);
  say_of (what, "ours", scroll->ours);
  say_of (what, "paint", scroll->paints);
  g_array_unref (scroll->ours);
  g_array_unref (scroll->paints);
}

static GtkWidget *
find (GtkWidget *widget,
      GType type)
{
  GtkWidget *found = G_TYPE_CHECK_INSTANCE_TYPE (widget, type) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); found == NULL && child != NULL; child = gtk_widget_get_next_sibling (child))
    found = find (child, type);
  return found;
}

int
main (int argc,
      char **argv)
{
  g_autoptr (GtkCssProvider) css = NULL;
  GtkWidget *window, *pages, *view;
  BenchSpace *space;
  AdwNavigationPage *page;
  Scroll scroll = { 0 };

  if (argc != 2)
    return EXIT_FAILURE;
  dex_init ();
  adw_init ();
  hy_ui_register_resource ();
  css = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (css, "/io/github/hygie/Hygie/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (css), GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (gdk_display_get_default ()), "/io/github/hygie/Hygie/icons");
  space = bench_space_open (argv[1]);

  page = ADW_NAVIGATION_PAGE (hy_documents_page_new (space->space));
  pages = adw_navigation_view_new ();
  adw_navigation_view_add (ADW_NAVIGATION_VIEW (pages), page);
  scroll.box = g_object_new (BENCH_TYPE_BOX, NULL);
  gtk_widget_set_parent (pages, GTK_WIDGET (scroll.box));
  window = g_object_new (ADW_TYPE_WINDOW, "default-width", 1180, "default-height", 820, "content", scroll.box, NULL);
  gtk_window_present (GTK_WINDOW (window));
  view = find (GTK_WIDGET (page), GTK_TYPE_LIST_VIEW);
  scroll.adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (view));
  while (gtk_adjustment_get_upper (scroll.adjustment) <= gtk_adjustment_get_page_size (scroll.adjustment))
    g_main_context_iteration (NULL, TRUE);
  bench_say ("documents", g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (view)))));

  scroll.clock = gtk_widget_get_frame_clock (window);
  g_signal_connect_after (scroll.clock, "layout", G_CALLBACK (on_layout), &scroll);
  g_signal_connect (scroll.clock, "after-paint", G_CALLBACK (on_after_paint), &scroll);
  measure (&scroll, "rows", ROWS_PX);
  measure (&scroll, "leaps", 0);
  gtk_window_destroy (GTK_WINDOW (window));
  bench_space_close (space);
  return EXIT_SUCCESS;
}
