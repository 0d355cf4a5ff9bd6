/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows pages: the widget itself, how its pages lie and grow, which one is current, keys and hands.  What is shared with
 * the files that ask, paint, select, find, and speak is in hy-page-view-private.h. */

#include "config.h"

#include "ui/viewer/hy-page-view.h"

#include "base/hy-async.h"
#include "ui/viewer/hy-page-find.h"
#include "ui/viewer/hy-page-jobs.h"
#include "ui/viewer/hy-page-links.h"
#include "ui/viewer/hy-page-paint.h"
#include "ui/viewer/hy-page-select.h"
#include "ui/viewer/hy-page-speech.h"
#include "ui/viewer/hy-page-view-private.h"

#include <math.h>

/* px per pt at 100 %: paper's own size as screens count it (96 px an inch).  A picture has a px for each of its own. */
#define PAPER_PX_PER_PT (96.0 / 72.0)

/* Wider than this, lines are too long for the eye on a large window. */
#define AUTO_MAX_ZOOM 1.2

/* px of a press of an arrow key, and of what stays in sight when the page turns. */
#define ARROW_STEP 48.0
#define SCREEN_STEP 0.9

#define WHEEL_FACTOR 1.12

enum
{
  PROP_0,
  PROP_HADJUSTMENT,
  PROP_VADJUSTMENT,
  PROP_HSCROLL_POLICY,
  PROP_VSCROLL_POLICY,
};

guint hy_page_view_signals[HY_PAGE_VIEW_N_SIGNALS];

G_DEFINE_FINAL_TYPE_WITH_CODE (HyPageView, hy_page_view, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL)
                                   G_IMPLEMENT_INTERFACE (GTK_TYPE_ACCESSIBLE_TEXT, hy_page_speech_init_iface))

/* -- where we are -- */

double
hy_page_view_get_scroll (HyPageView *self,
                         GtkOrientation orientation)
{
  GtkAdjustment *adjustment = self->adjustments[orientation];

  return adjustment != NULL ? floor (gtk_adjustment_get_value (adjustment)) : 0;
}

double
hy_page_view_get_desk_width (HyPageView *self)
{
  return MAX (gtk_widget_get_width (GTK_WIDGET (self)), hy_page_layout_get_width (self->layout));
}

gboolean
hy_page_view_get_visible (HyPageView *self,
                          guint *first,
                          guint *last)
{
  return self->layout != NULL &&
         hy_page_layout_visible (self->layout, hy_page_view_get_scroll (self, GTK_ORIENTATION_VERTICAL),
                                 gtk_widget_get_height (GTK_WIDGET (self)), first, last);
}

void
hy_page_view_get_seen (HyPageView *self,
                       graphene_rect_t *seen)
{
  graphene_rect_init (seen, (float) hy_page_view_get_scroll (self, GTK_ORIENTATION_HORIZONTAL), (float) hy_page_view_get_scroll (self, GTK_ORIENTATION_VERTICAL),
                      (float) gtk_widget_get_width (GTK_WIDGET (self)), (float) gtk_widget_get_height (GTK_WIDGET (self)));
}

static double
get_density (HyPageView *self)
{
  GtkNative *native = gtk_widget_get_native (GTK_WIDGET (self));
  GdkSurface *surface = native != NULL ? gtk_native_get_surface (native) : NULL;

  return surface != NULL ? gdk_surface_get_scale (surface) : 1.0;
}

/* -- scrolling -- */

static void
update_page (HyPageView *self)
{
  guint page;

  if (self->layout == NULL)
    return;
  page = hy_page_layout_current (self->layout, hy_page_view_get_scroll (self, GTK_ORIENTATION_VERTICAL), gtk_widget_get_height (GTK_WIDGET (self)));
  if (page == self->page)
    return;
  self->page = page;
  hy_page_speech_update (self);
  g_signal_emit (self, hy_page_view_signals[HY_PAGE_VIEW_PAGE_CHANGED], 0);
}

static void
on_scrolled (HyPageView *self)
{
  if (self->configuring)
    return;
  update_page (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  hy_page_jobs_pump (self);
}

static void
configure (HyPageView *self,
           double x,
           double y)
{
  double sizes[2] = { gtk_widget_get_width (GTK_WIDGET (self)), gtk_widget_get_height (GTK_WIDGET (self)) };
  double wanted[2] = { 0, 0 };
  double values[2] = { x, y };

  if (self->layout != NULL)
    {
      wanted[GTK_ORIENTATION_HORIZONTAL] = hy_page_layout_get_width (self->layout);
      wanted[GTK_ORIENTATION_VERTICAL] = hy_page_layout_get_height (self->layout);
    }
  self->configuring = TRUE;
  for (guint i = 0; i < 2; i++)
    if (self->adjustments[i] != NULL)
      {
        double upper = MAX (sizes[i], wanted[i]);

        gtk_adjustment_configure (self->adjustments[i], CLAMP (values[i], 0, upper - sizes[i]), 0, upper, ARROW_STEP,
                                  sizes[i] * SCREEN_STEP, sizes[i]);
      }
  self->configuring = FALSE;
  on_scrolled (self);
}

void
hy_page_view_scroll_to (HyPageView *self,
                        GtkOrientation orientation,
                        double value)
{
  if (self->adjustments[orientation] != NULL)
    gtk_adjustment_set_value (self->adjustments[orientation], floor (value));
}

static double
get_fit_zoom (HyPageView *self)
{
  double width = gtk_widget_get_width (GTK_WIDGET (self)), height = gtk_widget_get_height (GTK_WIDGET (self));
  double zoom;

  switch (self->fit)
    {
    case HY_PAGE_FIT_PAGE:
      zoom = hy_page_layout_fit_page (self->layout, self->page, width, height) / self->px_per_pt;
      break;
    case HY_PAGE_FIT_AUTO:
      zoom = MIN (hy_page_layout_fit_width (self->layout, width) / self->px_per_pt, self->auto_max);
      break;
    case HY_PAGE_FIT_WIDTH:
      zoom = hy_page_layout_fit_width (self->layout, width) / self->px_per_pt;
      break;
    case HY_PAGE_FIT_NONE:
    default:
      return self->zoom;
    }
  /* A picture may be so large that it fits at less than what one may choose. */
  return MIN (zoom, HY_PAGE_MAX_ZOOM);
}

/* Lays the pages out anew and keeps what is at (@x, @y) of the widget there.  Between pages that is the edge of the nearer
 * one below, as far away as it was: the room between them does not grow with them. */
static void
relayout (HyPageView *self,
          double zoom,
          guint rotation,
          double x,
          double y)
{
  gboolean zoomed = zoom != self->zoom;
  graphene_point_t pt;
  graphene_rect_t sheet;
  double at_x, at_y, beside, new_x, new_y;
  guint page;

  if (self->layout == NULL || hy_page_layout_get_n_pages (self->layout) == 0)
    return;
  at_x = hy_page_view_get_scroll (self, GTK_ORIENTATION_HORIZONTAL) + x;
  at_y = hy_page_view_get_scroll (self, GTK_ORIENTATION_VERTICAL) + y;
  page = hy_page_layout_locate (self->layout, hy_page_view_get_desk_width (self), at_x, at_y, &pt);
  hy_page_layout_get_rect (self->layout, page, hy_page_view_get_desk_width (self), &sheet);
  if (at_y > sheet.origin.y + sheet.size.height && page + 1 < hy_page_layout_get_n_pages (self->layout))
    hy_page_layout_get_rect (self->layout, page + 1, hy_page_view_get_desk_width (self), &sheet);
  beside = at_y - CLAMP (at_y, sheet.origin.y, sheet.origin.y + sheet.size.height);
  page = hy_page_layout_locate (self->layout, hy_page_view_get_desk_width (self), at_x, at_y - beside, &pt);
  self->zoom = zoom;
  self->density = get_density (self);
  if (rotation != self->rotation)
    hy_page_cache_clear (self->cache);
  self->rotation = rotation;
  hy_page_layout_set (self->layout, zoom * self->px_per_pt, rotation, self->density);
  hy_page_layout_place (self->layout, hy_page_view_get_desk_width (self), page, &pt, &new_x, &new_y);
  configure (self, round (new_x - x), round (new_y + beside - y));
  if (zoomed)
    g_signal_emit (self, hy_page_view_signals[HY_PAGE_VIEW_ZOOM_CHANGED], 0);
}

static void
zoom_at (HyPageView *self,
         double zoom,
         double x,
         double y)
{
  self->fit = HY_PAGE_FIT_NONE;
  relayout (self, CLAMP (zoom, MIN (HY_PAGE_MIN_ZOOM, self->zoom), HY_PAGE_MAX_ZOOM), self->rotation, x, y);
}

static void
zoom_in_middle (HyPageView *self,
                double zoom)
{
  zoom_at (self, zoom, gtk_widget_get_width (GTK_WIDGET (self)) / 2.0, gtk_widget_get_height (GTK_WIDGET (self)) / 2.0);
}

static void
hy_page_view_size_allocate (GtkWidget *widget,
                            int width,
                            int height,
                            int baseline)
{
  HyPageView *self = HY_PAGE_VIEW (widget);

  if (self->layout != NULL && self->fit != HY_PAGE_FIT_NONE)
    relayout (self, get_fit_zoom (self), self->rotation, width / 2.0, 0);
  else
    configure (self, hy_page_view_get_scroll (self, GTK_ORIENTATION_HORIZONTAL), hy_page_view_get_scroll (self, GTK_ORIENTATION_VERTICAL));
}

static void
hy_page_view_measure (GtkWidget *widget,
                      GtkOrientation orientation,
                      int for_size,
                      int *minimum,
                      int *natural,
                      int *minimum_baseline,
                      int *natural_baseline)
{
  *minimum = 0;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 600 : 400;
}

/* -- the document -- */

void
hy_page_view_fail (HyPageView *self,
                   const GError *error)
{
  if (self->failed)
    return;
  self->failed = TRUE;
  g_signal_emit (self, hy_page_view_signals[HY_PAGE_VIEW_FAILED], 0, error);
}

gboolean
hy_page_view_is_for_page (const GError *error)
{
  return g_error_matches (error, HY_RENDER_ERROR, HY_RENDER_ERROR_DAMAGED) ||
         g_error_matches (error, HY_RENDER_ERROR, HY_RENDER_ERROR_TOO_LARGE) ||
         g_error_matches (error, HY_RENDER_ERROR, HY_RENDER_ERROR_UNSUPPORTED);
}

static DexFuture *
open_fiber (gpointer user_data)
{
  HyPageView *self = user_data;
  guint serial = self->serial;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) sizes = NULL;

  /* Taken away before the fiber began. */
  if (self->document == NULL)
    return dex_future_new_true ();
  sizes = dex_await_boxed (hy_render_document_dup_sizes (self->document), &error);
  if (serial != self->serial || g_error_matches (error, DEX_ERROR, DEX_ERROR_FIBER_CANCELLED))
    return dex_future_new_true ();
  if (sizes == NULL)
    {
      hy_page_view_fail (self, error);
      return dex_future_new_true ();
    }
  self->layout = hy_page_layout_new ((const HyWireSize *) (gpointer) sizes->data, sizes->len);
  self->page = 0;
  self->zoom = 0;
  relayout (self, self->fit == HY_PAGE_FIT_NONE ? 1.0 : get_fit_zoom (self), self->rotation, 0, 0);
  configure (self, 0, 0);
  hy_page_speech_update (self);
  g_signal_emit (self, hy_page_view_signals[HY_PAGE_VIEW_PAGE_CHANGED], 0);
  if (self->words != NULL)
    {
      g_autofree char *words = g_steal_pointer (&self->words);

      hy_page_view_find (self, words);
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
  return dex_future_new_true ();
}

/**
 * hy_page_view_set_document:
 * @document: (nullable): with pages; stays open until it is taken away again
 */
void
hy_page_view_set_document (HyPageView *self,
                           HyRenderDocument *document)
{
  g_return_if_fail (HY_IS_PAGE_VIEW (self));

  if (self->document == document)
    return;
  self->serial++;
  self->find_serial++;
  hy_page_jobs_cancel (self);
  hy_page_cache_clear (self->cache);
  g_hash_table_remove_all (self->texts);
  g_hash_table_remove_all (self->links);
  g_hash_table_remove_all (self->broken);
  g_clear_pointer (&self->layout, hy_page_layout_free);
  g_clear_pointer (&self->found, g_ptr_array_unref);
  g_clear_pointer (&self->words, g_free);
  g_clear_pointer (&self->spoken, hy_render_layout_unref);
  self->n_found = 0;
  self->has_current = self->finding = self->failed = self->at_link = FALSE;
  self->anchor = self->caret = (HyPageCaret) { 0, 0 };
  self->rotation = 0;
  self->page = 0;
  self->fit = HY_PAGE_FIT_AUTO;
  g_set_object (&self->document, document);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (document == NULL)
    return;
  /* A picture is shown no larger than it is. */
  self->px_per_pt = hy_render_document_get_kind (document) == HY_WIRE_KIND_IMAGE ? 1.0 : PAPER_PX_PER_PT;
  self->auto_max = hy_render_document_get_kind (document) == HY_WIRE_KIND_IMAGE ? 1.0 : AUTO_MAX_ZOOM;
  hy_spawn ("sizes of the pages", open_fiber, g_object_ref (self), g_object_unref, NULL);
}

/* The page under a place of the widget, where on it, and its words once they are here. */
HyRenderLayout *
hy_page_view_find_words (HyPageView *self,
                         double x,
                         double y,
                         guint *page,
                         graphene_point_t *pt)
{
  if (self->layout == NULL)
    return NULL;
  *page = hy_page_layout_locate (self->layout, hy_page_view_get_desk_width (self), hy_page_view_get_scroll (self, GTK_ORIENTATION_HORIZONTAL) + x,
                                 hy_page_view_get_scroll (self, GTK_ORIENTATION_VERTICAL) + y, pt);
  return g_hash_table_lookup (self->texts, GUINT_TO_POINTER (*page));
}

static gboolean
hy_page_view_focus (GtkWidget *widget,
                    GtkDirectionType direction)
{
  HyPageView *self = HY_PAGE_VIEW (widget);
  gboolean taken;

  if (direction != GTK_DIR_TAB_FORWARD && direction != GTK_DIR_TAB_BACKWARD)
    return FALSE;
  if (!gtk_widget_is_focus (widget))
    {
      self->at_link = FALSE;
      return gtk_widget_grab_focus (widget);
    }
  taken = hy_page_links_step (self, direction == GTK_DIR_TAB_FORWARD ? 1 : -1);
  gtk_widget_queue_draw (widget);
  return taken;
}

static void
on_motion (GtkEventControllerMotion *controller,
           double x,
           double y,
           HyPageView *self)
{
  const char *cursor = NULL;
  graphene_point_t pt;
  HyRenderLayout *text;
  guint page;

  graphene_point_init (&self->pointer, (float) x, (float) y);
  text = hy_page_view_find_words (self, x, y, &page, &pt);
  if (hy_page_links_find (self, x, y) != NULL)
    cursor = "pointer";
  else if (text != NULL && hy_page_words_is_over (text, &pt))
    cursor = "text";
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), cursor);
}

/* -- pages and zoom -- */

guint
hy_page_view_get_n_pages (HyPageView *self)
{
  return self->layout != NULL ? hy_page_layout_get_n_pages (self->layout) : 0;
}

guint
hy_page_view_get_page (HyPageView *self)
{
  return self->page;
}

/**
 * hy_page_view_go_to:
 * @page: from 0; beyond the last is the last
 */
void
hy_page_view_go_to (HyPageView *self,
                    guint page)
{
  graphene_rect_t rect;
  g_autofree char *name = NULL;
  guint n_pages = hy_page_view_get_n_pages (self);

  if (n_pages == 0)
    return;
  page = MIN (page, n_pages - 1);
  hy_page_layout_get_rect (self->layout, page, hy_page_view_get_desk_width (self), &rect);
  hy_page_view_scroll_to (self, GTK_ORIENTATION_VERTICAL, rect.origin.y - HY_PAGE_MARGIN);
  /* Of several small ones in sight at the end of the desk, the one that was asked for. */
  if (self->page != page)
    {
      self->page = page;
      hy_page_speech_update (self);
      g_signal_emit (self, hy_page_view_signals[HY_PAGE_VIEW_PAGE_CHANGED], 0);
    }
  name = hy_page_speech_dup_name (self);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), name, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

double
hy_page_view_get_zoom (HyPageView *self)
{
  return self->zoom;
}

void
hy_page_view_set_zoom (HyPageView *self,
                       double zoom)
{
  zoom_in_middle (self, zoom);
}

void
hy_page_view_step_zoom (HyPageView *self,
                        int direction)
{
  zoom_in_middle (self, hy_page_layout_step_zoom (self->zoom, direction));
}

void
hy_page_view_set_fit (HyPageView *self,
                      HyPageFit fit)
{
  self->fit = fit;
  if (self->layout != NULL)
    relayout (self, get_fit_zoom (self), self->rotation, gtk_widget_get_width (GTK_WIDGET (self)) / 2.0, 0);
}

void
hy_page_view_rotate (HyPageView *self,
                     int degrees)
{
  guint page = self->page;

  if (self->layout == NULL)
    return;
  /* The new width first, then the zoom that fits it. */
  relayout (self, self->zoom, (self->rotation + 360 + (guint) degrees) % 360, 0, 0);
  if (self->fit != HY_PAGE_FIT_NONE)
    relayout (self, get_fit_zoom (self), self->rotation, 0, 0);
  hy_page_view_go_to (self, page);
}

gsize
hy_page_view_get_cache_bytes (HyPageView *self)
{
  return hy_page_cache_get_bytes (self->cache);
}

guint
hy_page_view_get_n_waiting (HyPageView *self)
{
  return self->jobs->len;
}

/* -- hands -- */

static gboolean
on_wheel (GtkEventControllerScroll *controller,
          double dx,
          double dy,
          HyPageView *self)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));

  if (!(state & GDK_CONTROL_MASK))
    return GDK_EVENT_PROPAGATE;
  zoom_at (self, self->zoom * pow (WHEEL_FACTOR, -CLAMP (dy, -5, 5)), self->pointer.x, self->pointer.y);
  return GDK_EVENT_STOP;
}

static void
on_pinch_begin (GtkGesture *gesture,
                GdkEventSequence *sequence,
                HyPageView *self)
{
  self->pinch_zoom = self->zoom;
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
on_pinched (GtkGestureZoom *gesture,
            double scale,
            HyPageView *self)
{
  double x, y;

  if (gtk_gesture_get_bounding_box_center (GTK_GESTURE (gesture), &x, &y))
    zoom_at (self, self->pinch_zoom * scale, x, y);
}

static void
scroll_action (GtkWidget *widget,
               const char *name G_GNUC_UNUSED,
               GVariant *parameter)
{
  HyPageView *self = HY_PAGE_VIEW (widget);
  const char *how = g_variant_get_string (parameter, NULL);
  double x = hy_page_view_get_scroll (self, GTK_ORIENTATION_HORIZONTAL), y = hy_page_view_get_scroll (self, GTK_ORIENTATION_VERTICAL);
  double screen = gtk_widget_get_height (widget) * SCREEN_STEP;

  if (g_str_equal (how, "up"))
    hy_page_view_scroll_to (self, GTK_ORIENTATION_VERTICAL, y - ARROW_STEP);
  else if (g_str_equal (how, "down"))
    hy_page_view_scroll_to (self, GTK_ORIENTATION_VERTICAL, y + ARROW_STEP);
  else if (g_str_equal (how, "left"))
    hy_page_view_scroll_to (self, GTK_ORIENTATION_HORIZONTAL, x - ARROW_STEP);
  else if (g_str_equal (how, "right"))
    hy_page_view_scroll_to (self, GTK_ORIENTATION_HORIZONTAL, x + ARROW_STEP);
  else if (g_str_equal (how, "screen-up"))
    hy_page_view_scroll_to (self, GTK_ORIENTATION_VERTICAL, y - screen);
  else if (g_str_equal (how, "screen-down"))
    hy_page_view_scroll_to (self, GTK_ORIENTATION_VERTICAL, y + screen);
  else if (g_str_equal (how, "start"))
    hy_page_view_scroll_to (self, GTK_ORIENTATION_VERTICAL, 0);
  else if (g_str_equal (how, "end"))
    hy_page_view_scroll_to (self, GTK_ORIENTATION_VERTICAL, G_MAXDOUBLE);
}

static void
follow_action (GtkWidget *widget,
               const char *name G_GNUC_UNUSED,
               GVariant *parameter G_GNUC_UNUSED)
{
  hy_page_links_follow_current (HY_PAGE_VIEW (widget));
}

static void
copy_action (GtkWidget *widget,
             const char *name G_GNUC_UNUSED,
             GVariant *parameter G_GNUC_UNUSED)
{
  hy_page_view_copy (HY_PAGE_VIEW (widget));
}

static void
select_all_action (GtkWidget *widget,
                   const char *name G_GNUC_UNUSED,
                   GVariant *parameter G_GNUC_UNUSED)
{
  hy_page_view_select_all (HY_PAGE_VIEW (widget));
}

/* -- class -- */

static void
set_adjustment (HyPageView *self,
                GtkOrientation orientation,
                GtkAdjustment *adjustment)
{
  if (self->adjustments[orientation] == adjustment)
    return;
  if (self->adjustments[orientation] != NULL)
    g_signal_handlers_disconnect_by_func (self->adjustments[orientation], on_scrolled, self);
  g_set_object (&self->adjustments[orientation], adjustment);
  if (adjustment != NULL)
    g_signal_connect_swapped (adjustment, "value-changed", G_CALLBACK (on_scrolled), self);
}

static void
hy_page_view_get_property (GObject *object,
                           guint prop_id,
                           GValue *value,
                           GParamSpec *pspec)
{
  HyPageView *self = HY_PAGE_VIEW (object);

  switch (prop_id)
    {
    case PROP_HADJUSTMENT:
      g_value_set_object (value, self->adjustments[GTK_ORIENTATION_HORIZONTAL]);
      break;
    case PROP_VADJUSTMENT:
      g_value_set_object (value, self->adjustments[GTK_ORIENTATION_VERTICAL]);
      break;
    case PROP_HSCROLL_POLICY:
      g_value_set_enum (value, self->policies[GTK_ORIENTATION_HORIZONTAL]);
      break;
    case PROP_VSCROLL_POLICY:
      g_value_set_enum (value, self->policies[GTK_ORIENTATION_VERTICAL]);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hy_page_view_set_property (GObject *object,
                           guint prop_id,
                           const GValue *value,
                           GParamSpec *pspec)
{
  HyPageView *self = HY_PAGE_VIEW (object);

  switch (prop_id)
    {
    case PROP_HADJUSTMENT:
      set_adjustment (self, GTK_ORIENTATION_HORIZONTAL, g_value_get_object (value));
      break;
    case PROP_VADJUSTMENT:
      set_adjustment (self, GTK_ORIENTATION_VERTICAL, g_value_get_object (value));
      break;
    case PROP_HSCROLL_POLICY:
      self->policies[GTK_ORIENTATION_HORIZONTAL] = g_value_get_enum (value);
      break;
    case PROP_VSCROLL_POLICY:
      self->policies[GTK_ORIENTATION_VERTICAL] = g_value_get_enum (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
on_density_changed (HyPageView *self)
{
  if (self->layout != NULL && get_density (self) != self->density)
    relayout (self, self->zoom, self->rotation, 0, 0);
}

static void
hy_page_view_realize (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hy_page_view_parent_class)->realize (widget);
  g_signal_connect_object (gtk_native_get_surface (gtk_widget_get_native (widget)), "notify::scale",
                           G_CALLBACK (on_density_changed), widget, G_CONNECT_SWAPPED);
  on_density_changed (HY_PAGE_VIEW (widget));
}

static void
hy_page_view_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hy_page_view_parent_class)->map (widget);
  hy_page_jobs_pump (HY_PAGE_VIEW (widget));
}

static void
hy_page_view_unmap (GtkWidget *widget)
{
  hy_page_paint_set_waiting (HY_PAGE_VIEW (widget), FALSE);
  GTK_WIDGET_CLASS (hy_page_view_parent_class)->unmap (widget);
}

static void
hy_page_view_dispose (GObject *object)
{
  HyPageView *self = HY_PAGE_VIEW (object);

  hy_page_view_set_document (self, NULL);
  hy_page_paint_set_waiting (self, FALSE);
  set_adjustment (self, GTK_ORIENTATION_HORIZONTAL, NULL);
  set_adjustment (self, GTK_ORIENTATION_VERTICAL, NULL);
  G_OBJECT_CLASS (hy_page_view_parent_class)->dispose (object);
}

static void
hy_page_view_finalize (GObject *object)
{
  HyPageView *self = HY_PAGE_VIEW (object);

  g_clear_pointer (&self->layout, hy_page_layout_free);
  hy_page_cache_free (self->cache);
  g_ptr_array_unref (self->jobs);
  g_hash_table_unref (self->texts);
  g_hash_table_unref (self->links);
  g_hash_table_unref (self->broken);
  G_OBJECT_CLASS (hy_page_view_parent_class)->finalize (object);
}

static void
add_scroll_key (GtkWidgetClass *klass,
                guint key,
                GdkModifierType state,
                const char *how)
{
  gtk_widget_class_add_binding_action (klass, key, state, "desk.scroll", "s", how);
}

static void
hy_page_view_class_init (HyPageViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hy_page_view_get_property;
  object_class->set_property = hy_page_view_set_property;
  object_class->dispose = hy_page_view_dispose;
  object_class->finalize = hy_page_view_finalize;
  widget_class->size_allocate = hy_page_view_size_allocate;
  widget_class->measure = hy_page_view_measure;
  widget_class->focus = hy_page_view_focus;
  widget_class->snapshot = hy_page_paint_snapshot;
  widget_class->realize = hy_page_view_realize;
  widget_class->map = hy_page_view_map;
  widget_class->unmap = hy_page_view_unmap;

  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY, "vscroll-policy");

  hy_page_view_signals[HY_PAGE_VIEW_PAGE_CHANGED] = g_signal_new ("page-changed", HY_TYPE_PAGE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  hy_page_view_signals[HY_PAGE_VIEW_ZOOM_CHANGED] = g_signal_new ("zoom-changed", HY_TYPE_PAGE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  hy_page_view_signals[HY_PAGE_VIEW_FOUND_CHANGED] = g_signal_new ("found-changed", HY_TYPE_PAGE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  hy_page_view_signals[HY_PAGE_VIEW_LINK] = g_signal_new ("link", HY_TYPE_PAGE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  hy_page_view_signals[HY_PAGE_VIEW_COPIED] = g_signal_new ("copied", HY_TYPE_PAGE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  hy_page_view_signals[HY_PAGE_VIEW_FAILED] = g_signal_new ("failed", HY_TYPE_PAGE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);

  gtk_widget_class_set_css_name (widget_class, "pagedesk");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_DOCUMENT);
  gtk_widget_class_install_action (widget_class, "desk.scroll", "s", scroll_action);
  gtk_widget_class_install_action (widget_class, "desk.follow", NULL, follow_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, 0, "desk.follow", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_KP_Enter, 0, "desk.follow", NULL);
  gtk_widget_class_install_action (widget_class, "clipboard.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "selection.select-all", NULL, select_all_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "clipboard.copy", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Insert, GDK_CONTROL_MASK, "clipboard.copy", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_a, GDK_CONTROL_MASK, "selection.select-all", NULL);
  add_scroll_key (widget_class, GDK_KEY_Up, 0, "up");
  add_scroll_key (widget_class, GDK_KEY_KP_Up, 0, "up");
  add_scroll_key (widget_class, GDK_KEY_Down, 0, "down");
  add_scroll_key (widget_class, GDK_KEY_KP_Down, 0, "down");
  add_scroll_key (widget_class, GDK_KEY_Left, 0, "left");
  add_scroll_key (widget_class, GDK_KEY_KP_Left, 0, "left");
  add_scroll_key (widget_class, GDK_KEY_Right, 0, "right");
  add_scroll_key (widget_class, GDK_KEY_KP_Right, 0, "right");
  add_scroll_key (widget_class, GDK_KEY_Page_Up, 0, "screen-up");
  add_scroll_key (widget_class, GDK_KEY_KP_Page_Up, 0, "screen-up");
  add_scroll_key (widget_class, GDK_KEY_Page_Down, 0, "screen-down");
  add_scroll_key (widget_class, GDK_KEY_KP_Page_Down, 0, "screen-down");
  add_scroll_key (widget_class, GDK_KEY_space, GDK_SHIFT_MASK, "screen-up");
  add_scroll_key (widget_class, GDK_KEY_space, 0, "screen-down");
  add_scroll_key (widget_class, GDK_KEY_Home, 0, "start");
  add_scroll_key (widget_class, GDK_KEY_KP_Home, 0, "start");
  add_scroll_key (widget_class, GDK_KEY_End, 0, "end");
  add_scroll_key (widget_class, GDK_KEY_KP_End, 0, "end");
}

static void
layout_unref (gpointer data)
{
  if (data != NULL)
    hy_render_layout_unref (data);
}

static void
links_unref (gpointer data)
{
  if (data != NULL)
    g_ptr_array_unref (data);
}

static void
hy_page_view_init (HyPageView *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *wheel = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  GtkGesture *pinch = gtk_gesture_zoom_new ();

  self->cache = hy_page_cache_new ();
  self->jobs = g_ptr_array_new ();
  self->texts = g_hash_table_new_full (NULL, NULL, NULL, layout_unref);
  self->links = g_hash_table_new_full (NULL, NULL, NULL, links_unref);
  self->broken = g_hash_table_new (NULL, NULL);
  self->px_per_pt = PAPER_PX_PER_PT;
  self->auto_max = AUTO_MAX_ZOOM;
  self->zoom = 1.0;
  self->density = 1.0;
  self->fit = HY_PAGE_FIT_AUTO;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "clipboard.copy", FALSE);

  g_signal_connect (motion, "motion", G_CALLBACK (on_motion), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  g_signal_connect (wheel, "scroll", G_CALLBACK (on_wheel), self);
  gtk_widget_add_controller (GTK_WIDGET (self), wheel);
  hy_page_select_add_gestures (self);
  g_signal_connect (pinch, "begin", G_CALLBACK (on_pinch_begin), self);
  g_signal_connect (pinch, "scale-changed", G_CALLBACK (on_pinched), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (pinch));
}

GtkWidget *
hy_page_view_new (void)
{
  return g_object_new (HY_TYPE_PAGE_VIEW, NULL);
}
