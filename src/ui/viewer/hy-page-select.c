/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is selected of the pages, from one place to another: by hand, or all of it.  Copying asks the decoder for the
 * words of every page between, whatever is in sight.  A click that selects nothing follows the link under it. */

#include "config.h"

#include "ui/viewer/hy-page-select.h"

#include "base/hy-async.h"
#include "ui/hy-clipboard.h"
#include "ui/viewer/hy-page-links.h"
#include "ui/viewer/hy-page-view-private.h"

/* Bytes of text that one copy may take: a very thick file, but no runaway. */
#define MAX_COPY (16 * 1024 * 1024)

static void
order_selection (HyPageView *self,
                 HyPageCaret *from,
                 HyPageCaret *to)
{
  gboolean backwards = self->caret.page < self->anchor.page ||
                       (self->caret.page == self->anchor.page && self->caret.at < self->anchor.at);

  *from = backwards ? self->caret : self->anchor;
  *to = backwards ? self->anchor : self->caret;
}

/* What of the page is selected. */
HyPageSpan
hy_page_select_get_span (HyPageView *self,
                         guint page)
{
  HyPageCaret from, to;

  order_selection (self, &from, &to);
  if (page < from.page || page > to.page || (from.page == to.page && from.at == to.at))
    return (HyPageSpan) { 0, 0 };
  return (HyPageSpan) { page == from.page ? from.at : 0, page == to.page ? to.at : G_MAXUINT };
}

static gboolean
has_selection (HyPageView *self)
{
  return self->anchor.page != self->caret.page || self->anchor.at != self->caret.at;
}

static void
selection_changed (HyPageView *self)
{
  gtk_accessible_text_update_selection_bound (GTK_ACCESSIBLE_TEXT (self));
  gtk_accessible_text_update_caret_position (GTK_ACCESSIBLE_TEXT (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "clipboard.copy", has_selection (self));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
on_pressed (GtkGestureClick *gesture,
            int n_press,
            double x,
            double y,
            HyPageView *self)
{
  graphene_point_t pt;
  HyRenderLayout *text;
  HyPageSpan span;
  guint page;

  gtk_widget_grab_focus (GTK_WIDGET (self));
  text = hy_page_view_find_words (self, x, y, &page, &pt);
  self->select_unit = n_press == 2 ? HY_PAGE_BY_WORD : n_press >= 3 ? HY_PAGE_BY_LINE
                                                                    : HY_PAGE_BY_CHARACTER;
  span = text != NULL ? hy_page_words_around (text, hy_page_words_at (text, &pt), self->select_unit) : (HyPageSpan) { 0, 0 };
  self->anchor = (HyPageCaret) { page, span.first };
  self->caret = (HyPageCaret) { page, span.end };
  selection_changed (self);
}

static void
on_released (GtkGestureClick *gesture,
             int n_press,
             double x,
             double y,
             HyPageView *self)
{
  HyRenderLink *link = n_press == 1 && !has_selection (self) ? hy_page_links_find (self, x, y) : NULL;

  if (link != NULL)
    hy_page_links_follow (self, link);
}

static void
on_drag_begin (GtkGestureDrag *gesture,
               double x,
               double y,
               HyPageView *self)
{
  GdkDevice *device = gtk_gesture_get_device (GTK_GESTURE (gesture));

  /* A finger scrolls. */
  self->selecting = device == NULL || gdk_device_get_source (device) != GDK_SOURCE_TOUCHSCREEN;
  if (!self->selecting)
    gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
}

static void
on_drag_update (GtkGestureDrag *gesture,
                double dx,
                double dy,
                HyPageView *self)
{
  double height = gtk_widget_get_height (GTK_WIDGET (self));
  double x, y;
  graphene_point_t pt;
  HyRenderLayout *text;
  HyPageSpan span;
  guint page;

  if (!self->selecting || !gtk_gesture_drag_get_start_point (gesture, &x, &y))
    return;
  x += dx;
  y += dy;
  /* Held beyond the edge, what is selected grows with what comes into sight. */
  if (y < 0 || y > height)
    hy_page_view_scroll_to (self, GTK_ORIENTATION_VERTICAL, hy_page_view_get_scroll (self, GTK_ORIENTATION_VERTICAL) + (y < 0 ? y : y - height));
  text = hy_page_view_find_words (self, x, CLAMP (y, 0, height), &page, &pt);
  if (text == NULL)
    return;
  span = hy_page_words_around (text, hy_page_words_at (text, &pt), self->select_unit);
  if (page > self->anchor.page || (page == self->anchor.page && span.end > self->anchor.at))
    self->caret = (HyPageCaret) { page, span.end };
  else
    self->caret = (HyPageCaret) { page, span.first };
  selection_changed (self);
}

void
hy_page_view_select_all (HyPageView *self)
{
  guint n_pages = hy_page_view_get_n_pages (self);

  if (n_pages == 0)
    return;
  self->anchor = (HyPageCaret) { 0, 0 };
  self->caret = (HyPageCaret) { n_pages - 1, G_MAXUINT };
  selection_changed (self);
}

typedef struct
{
  HyPageView *view;
  HyRenderDocument *document;
  HyPageCaret from, to;
} Copy;

static void
copy_free (gpointer data)
{
  Copy *copy = data;

  g_object_unref (copy->view);
  g_object_unref (copy->document);
  g_free (copy);
}

static DexFuture *
copy_fiber (gpointer user_data)
{
  Copy *copy = user_data;
  HyPageView *self = copy->view;
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint page = copy->from.page; page <= copy->to.page && all->len < MAX_COPY; page++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (HyRenderLayout) text = dex_await_boxed (hy_render_document_dup_layout (copy->document, page), &error);
      g_autofree char *part = NULL;

      if (self->document != copy->document)
        return dex_future_new_true ();
      if (text == NULL && !hy_page_view_is_for_page (error))
        return dex_future_new_for_error (g_steal_pointer (&error));
      if (text == NULL)
        continue;
      part = hy_page_words_dup_text (text, (HyPageSpan) { page == copy->from.page ? copy->from.at : 0, page == copy->to.page ? copy->to.at : G_MAXUINT });
      if (all->len > 0 && all->str[all->len - 1] != '\n')
        g_string_append_c (all, '\n');
      g_string_append (all, part);
    }
  if (all->len == 0)
    return dex_future_new_true ();
  hy_clipboard_put (GTK_WIDGET (self), all->str);
  g_signal_emit (self, hy_page_view_signals[HY_PAGE_VIEW_COPIED], 0);
  return dex_future_new_true ();
}

void
hy_page_view_copy (HyPageView *self)
{
  Copy *copy;

  if (self->document == NULL || !has_selection (self))
    return;
  copy = g_new0 (Copy, 1);
  copy->view = g_object_ref (self);
  copy->document = g_object_ref (self->document);
  order_selection (self, &copy->from, &copy->to);
  hy_spawn ("copy words", copy_fiber, copy, copy_free, NULL);
}

void
hy_page_select_add_gestures (HyPageView *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();

  g_signal_connect (click, "pressed", G_CALLBACK (on_pressed), self);
  g_signal_connect (click, "released", G_CALLBACK (on_released), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  g_signal_connect (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (on_drag_update), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_gesture_group (click, drag);
}
