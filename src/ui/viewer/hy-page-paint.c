/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paints pages: what is drawn of them so far, under it the old zoom stretched, over it what was found and selected, and
 * a spinner where nothing came yet. */

#include "config.h"

#include "ui/viewer/hy-page-paint.h"

#include "ui/viewer/hy-page-find.h"
#include "ui/viewer/hy-page-links.h"
#include "ui/viewer/hy-page-select.h"
#include "ui/viewer/hy-page-view-private.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* Quicker than this, a spinner would only flicker. */
#define SPINNER_DELAY_MS 200
#define SPINNER_SIZE 32

static void
paint_part (GdkTexture *texture,
            const graphene_rect_t *part,
            gpointer user_data)
{
  struct
  {
    GtkSnapshot *snapshot;
    graphene_rect_t sheet;
  } *paint = user_data;
  graphene_rect_t *sheet = &paint->sheet;

  gtk_snapshot_append_texture (paint->snapshot, texture,
                               &GRAPHENE_RECT_INIT (sheet->origin.x + part->origin.x * sheet->size.width,
                                                    sheet->origin.y + part->origin.y * sheet->size.height,
                                                    part->size.width * sheet->size.width, part->size.height * sheet->size.height));
}

static void
paint_boxes (HyPageView *self,
             GtkSnapshot *snapshot,
             guint page,
             GArray *boxes,
             const GdkRGBA *color)
{
  for (guint i = 0; i < boxes->len; i++)
    {
      graphene_rect_t rect;

      hy_page_layout_place_box (self->layout, hy_page_view_get_desk_width (self), page, &g_array_index (boxes, HyWireBox, i), &rect);
      if (rect.size.width > 0 && rect.size.height > 0)
        gtk_snapshot_append_color (snapshot, color, &rect);
    }
}

/* Ink stays ink: all this is multiplied into the page. */
static void
paint_marks (HyPageView *self,
             GtkSnapshot *snapshot,
             guint page)
{
  static const GdkRGBA yellow = { 1.0f, 0.92f, 0.44f, 1.0f };
  static const GdkRGBA orange = { 1.0f, 0.64f, 0.28f, 1.0f };
  GArray *found = hy_page_find_get_on (self, page);
  HyPageSpan span = hy_page_select_get_span (self, page);
  HyRenderLayout *text = g_hash_table_lookup (self->texts, GUINT_TO_POINTER (page));

  for (guint i = 0; found != NULL && i < found->len; i++)
    paint_boxes (self, snapshot, page, g_array_index (found, HyPageMatch, i).boxes,
                 self->has_current && page == self->found_page && i == self->found_index ? &orange : &yellow);
  if (span.first < span.end && text != NULL)
    {
      g_autoptr (GArray) boxes = hy_page_words_boxes (text, span);
      GdkRGBA *accent = adw_style_manager_get_accent_color_rgba (adw_style_manager_get_default ());
      GdkRGBA light = { 0.6f + accent->red * 0.4f, 0.6f + accent->green * 0.4f, 0.6f + accent->blue * 0.4f, 1.0f };

      paint_boxes (self, snapshot, page, boxes, &light);
      gdk_rgba_free (accent);
    }
}

/* The current match is told by more than its colour. */
static void
paint_current (HyPageView *self,
               GtkSnapshot *snapshot,
               guint page)
{
  static const GdkRGBA brown = { 0.65f, 0.16f, 0.0f, 1.0f };
  GArray *found = hy_page_find_get_on (self, page);
  GArray *boxes;

  if (!self->has_current || page != self->found_page || found == NULL)
    return;
  boxes = g_array_index (found, HyPageMatch, self->found_index).boxes;
  for (guint i = 0; i < boxes->len; i++)
    {
      graphene_rect_t rect;
      GskRoundedRect outline;

      hy_page_layout_place_box (self->layout, hy_page_view_get_desk_width (self), page, &g_array_index (boxes, HyWireBox, i), &rect);
      graphene_rect_inset (&rect, -2, -2);
      gsk_rounded_rect_init_from_rect (&outline, &rect, 2);
      gtk_snapshot_append_border (snapshot, &outline, (float[4]) { 2, 2, 2, 2 }, (GdkRGBA[4]) { brown, brown, brown, brown });
    }
}

/* Where the keyboard is. */
static void
paint_link (HyPageView *self,
            GtkSnapshot *snapshot,
            guint page)
{
  HyRenderLink *link = self->at_link && page == self->link_page ? hy_page_links_get (self, page, self->link_index) : NULL;
  graphene_rect_t rect;
  GskRoundedRect outline;
  GdkRGBA *accent;

  if (link == NULL || !gtk_widget_is_focus (GTK_WIDGET (self)))
    return;
  hy_page_layout_place_box (self->layout, hy_page_view_get_desk_width (self), page, &link->box, &rect);
  graphene_rect_inset (&rect, -3, -3);
  gsk_rounded_rect_init_from_rect (&outline, &rect, 3);
  accent = adw_style_manager_get_accent_color_rgba (adw_style_manager_get_default ());
  gtk_snapshot_append_border (snapshot, &outline, (float[4]) { 2, 2, 2, 2 }, (GdkRGBA[4]) { *accent, *accent, *accent, *accent });
  gdk_rgba_free (accent);
}

static void
paint_broken (HyPageView *self,
              GtkSnapshot *snapshot,
              const graphene_rect_t *sheet)
{
  g_autoptr (PangoLayout) words = gtk_widget_create_pango_layout (GTK_WIDGET (self), _ ("This page could not be shown. The others and the file itself are as they were."));
  static const GdkRGBA grey = { 0.3f, 0.3f, 0.3f, 1.0f };

  pango_layout_set_width (words, (int) (MAX (sheet->size.width - 2 * HY_PAGE_MARGIN, 1) * PANGO_SCALE));
  pango_layout_set_alignment (words, PANGO_ALIGN_CENTER);
  gtk_snapshot_push_clip (snapshot, sheet);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (sheet->origin.x + HY_PAGE_MARGIN, sheet->origin.y + HY_PAGE_MARGIN));
  gtk_snapshot_append_layout (snapshot, words, &grey);
  gtk_snapshot_restore (snapshot);
  gtk_snapshot_pop (snapshot);
}

static void
paint_spinner (HyPageView *self,
               GtkSnapshot *snapshot,
               const graphene_rect_t *sheet,
               const graphene_rect_t *seen)
{
  graphene_rect_t part;
  float size;

  if (!graphene_rect_intersection (sheet, seen, &part))
    return;
  size = MIN (SPINNER_SIZE, MIN (part.size.width, part.size.height));
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (part.origin.x + (part.size.width - size) / 2, part.origin.y + (part.size.height - size) / 2));
  gtk_symbolic_paintable_snapshot_symbolic (GTK_SYMBOLIC_PAINTABLE (self->spinner), snapshot, size, size,
                                            &(GdkRGBA) { 0.5f, 0.5f, 0.5f, 1.0f }, 1);
  gtk_snapshot_restore (snapshot);
}

static gboolean
is_missing (HyPageView *self,
            guint page,
            const graphene_rect_t *seen)
{
  double scale = hy_page_layout_get_scale (self->layout, page);
  g_autoptr (GArray) tiles = hy_page_layout_tiles (self->layout, page, hy_page_view_get_desk_width (self), seen);

  for (guint i = 0; i < tiles->len; i++)
    if (!hy_page_cache_has (self->cache, &g_array_index (tiles, HyPageTile, i), scale))
      return TRUE;
  return FALSE;
}

static gboolean
paint_page (HyPageView *self,
            GtkSnapshot *snapshot,
            guint page,
            const graphene_rect_t *seen)
{
  static const GdkRGBA white = { 1, 1, 1, 1 };
  static const GdkRGBA shadow = { 0, 0, 0, 0.25f };
  struct
  {
    GtkSnapshot *snapshot;
    graphene_rect_t sheet;
  } paint;
  GskRoundedRect outline;
  HyPageSpan selected = hy_page_select_get_span (self, page);
  gboolean marked = selected.first < selected.end || hy_page_find_get_on (self, page) != NULL;
  gboolean missing = is_missing (self, page, seen);

  paint.snapshot = snapshot;
  hy_page_layout_get_rect (self->layout, page, hy_page_view_get_desk_width (self), &paint.sheet);
  gsk_rounded_rect_init_from_rect (&outline, &paint.sheet, 0);
  gtk_snapshot_append_outset_shadow (snapshot, &outline, &shadow, 0, 1, 0, 4);
  if (marked)
    gtk_snapshot_push_blend (snapshot, GSK_BLEND_MODE_MULTIPLY);
  gtk_snapshot_append_color (snapshot, &white, &paint.sheet);
  gtk_snapshot_push_clip (snapshot, &paint.sheet);
  hy_page_cache_foreach (self->cache, page, hy_page_layout_get_scale (self->layout, page), paint_part, &paint);
  gtk_snapshot_pop (snapshot);
  if (marked)
    {
      gtk_snapshot_pop (snapshot);
      paint_marks (self, snapshot, page);
      gtk_snapshot_pop (snapshot);
      paint_current (self, snapshot, page);
    }
  paint_link (self, snapshot, page);
  if (g_hash_table_contains (self->broken, GUINT_TO_POINTER (page)))
    {
      paint_broken (self, snapshot, &paint.sheet);
      return FALSE;
    }
  if (missing && self->spinner != NULL)
    paint_spinner (self, snapshot, &paint.sheet, seen);
  return missing;
}

static gboolean
on_spinner_due (gpointer user_data)
{
  HyPageView *self = user_data;

  self->spinner_timeout = 0;
  self->spinner = GDK_PAINTABLE (adw_spinner_paintable_new (GTK_WIDGET (self)));
  g_signal_connect_object (self->spinner, "invalidate-contents", G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  return G_SOURCE_REMOVE;
}

void
hy_page_paint_set_waiting (HyPageView *self,
                           gboolean waiting)
{
  if (waiting && self->spinner == NULL && self->spinner_timeout == 0)
    self->spinner_timeout = g_timeout_add (SPINNER_DELAY_MS, on_spinner_due, self);
  if (!waiting)
    {
      g_clear_handle_id (&self->spinner_timeout, g_source_remove);
      g_clear_object (&self->spinner);
    }
}

void
hy_page_paint_snapshot (GtkWidget *widget,
                        GtkSnapshot *snapshot)
{
  HyPageView *self = HY_PAGE_VIEW (widget);
  gboolean missing = FALSE;
  graphene_rect_t seen;
  guint first, last;

  if (!hy_page_view_get_visible (self, &first, &last))
    return;
  hy_page_view_get_seen (self, &seen);
  hy_page_cache_next_frame (self->cache);
  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, 0, seen.size.width, seen.size.height));
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (-seen.origin.x, -seen.origin.y));
  for (guint page = first; page <= last; page++)
    missing |= paint_page (self, snapshot, page, &seen);
  gtk_snapshot_restore (snapshot);
  gtk_snapshot_pop (snapshot);
  hy_page_paint_set_waiting (self, missing && !self->failed);
}
