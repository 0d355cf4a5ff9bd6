/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draws where a result stands (hy_range_place), in the colours of the style that is in use. */

#include "ui/viewer/hy-range-drawing.h"

#include <adwaita.h>

/* Pixels, as in look/viewer-cda.png. */
#define WIDTH 144
#define HEIGHT 16
#define TRACK 6
#define MARK_RADIUS 5
#define DIAMOND_RADIUS 6
#define HALO 2

struct _HyRangeDrawing
{
  GtkWidget parent_instance;

  HyRangePlace place;
};

G_DEFINE_FINAL_TYPE (HyRangeDrawing, hy_range_drawing, GTK_TYPE_WIDGET)

static void
draw_bar (GtkSnapshot *snapshot,
          float x1,
          float x2,
          float middle,
          const GdkRGBA *color)
{
  GskRoundedRect bar;

  if (x2 <= x1)
    return;
  gsk_rounded_rect_init_from_rect (&bar, &GRAPHENE_RECT_INIT (x1, middle - TRACK / 2.f, x2 - x1, TRACK), TRACK / 2.f);
  gtk_snapshot_push_rounded_clip (snapshot, &bar);
  gtk_snapshot_append_color (snapshot, color, &bar.bounds);
  gtk_snapshot_pop (snapshot);
}

static void
draw_mark (GtkSnapshot *snapshot,
           gboolean round,
           float x,
           float middle,
           float radius,
           const GdkRGBA *color)
{
  g_autoptr (GskPathBuilder) builder = gsk_path_builder_new ();
  g_autoptr (GskPath) path = NULL;

  if (round)
    gsk_path_builder_add_circle (builder, &GRAPHENE_POINT_INIT (x, middle), radius);
  else
    {
      gsk_path_builder_move_to (builder, x, middle - radius);
      gsk_path_builder_line_to (builder, x + radius, middle);
      gsk_path_builder_line_to (builder, x, middle + radius);
      gsk_path_builder_line_to (builder, x - radius, middle);
      gsk_path_builder_close (builder);
    }
  path = gsk_path_builder_to_path (builder);
  gtk_snapshot_append_fill (snapshot, path, GSK_FILL_RULE_WINDING, color);
}

/* CSS gives the mark its color, by side; the track is the ink of the row, the band the accent that the person chose. */
static void
hy_range_drawing_snapshot (GtkWidget *widget,
                           GtkSnapshot *snapshot)
{
  HyRangeDrawing *self = HY_RANGE_DRAWING (widget);
  AdwStyleManager *style = adw_style_manager_get_default ();
  gboolean dark = adw_style_manager_get_dark (style);
  gboolean contrast = adw_style_manager_get_high_contrast (style);
  gboolean inside = self->place.side == HY_RANGE_INSIDE;
  float width = (float) gtk_widget_get_width (widget), middle = (float) gtk_widget_get_height (widget) / 2;
  float radius = inside ? MARK_RADIUS : DIAMOND_RADIUS, padding = DIAMOND_RADIUS + HALO;
  float x = CLAMP ((float) self->place.mark * width, padding, MAX (width - padding, padding));
  /* A card's own color, which CSS does not tell: a ring of it keeps the mark apart from the band. */
  GdkRGBA ground = dark ? (GdkRGBA) { 0.2f, 0.2f, 0.22f, 1 } : (GdkRGBA) { 1, 1, 1, 1 };
  GdkRGBA track, band, mark;

  gtk_widget_get_color (widget, &mark);
  gtk_widget_get_color (gtk_widget_get_parent (widget), &track);
  adw_accent_color_to_standalone_rgba (adw_style_manager_get_accent_color (style), dark, &band);
  track.alpha = contrast ? 0.4f : 0.12f;
  band.alpha = contrast ? 0.8f : 0.4f;
  gtk_snapshot_save (snapshot);
  if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
    {
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (width, 0));
      gtk_snapshot_scale (snapshot, -1, 1);
    }
  draw_bar (snapshot, 0, width, middle, &track);
  draw_bar (snapshot, (float) self->place.band_start * width, (float) self->place.band_end * width, middle, &band);
  draw_mark (snapshot, inside, x, middle, radius + HALO, &ground);
  draw_mark (snapshot, inside, x, middle, radius, &mark);
  gtk_snapshot_restore (snapshot);
}

static void
hy_range_drawing_measure (GtkWidget *widget G_GNUC_UNUSED,
                          GtkOrientation orientation,
                          int for_size G_GNUC_UNUSED,
                          int *minimum,
                          int *natural,
                          int *minimum_baseline G_GNUC_UNUSED,
                          int *natural_baseline G_GNUC_UNUSED)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? WIDTH : HEIGHT;
}

static void
hy_range_drawing_class_init (HyRangeDrawingClass *klass)
{
  GTK_WIDGET_CLASS (klass)->snapshot = hy_range_drawing_snapshot;
  GTK_WIDGET_CLASS (klass)->measure = hy_range_drawing_measure;
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "rangedrawing");
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
hy_range_drawing_init (HyRangeDrawing *self)
{
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  g_signal_connect_object (adw_style_manager_get_default (), "notify", G_CALLBACK (gtk_widget_queue_draw), self,
                           G_CONNECT_SWAPPED);
}

GtkWidget *
hy_range_drawing_new (const HyRangePlace *place)
{
  HyRangeDrawing *self = g_object_new (HY_TYPE_RANGE_DRAWING, NULL);

  self->place = *place;
  gtk_widget_add_css_class (GTK_WIDGET (self), place->side == HY_RANGE_INSIDE ? "inside" : "outside");
  return GTK_WIDGET (self);
}
