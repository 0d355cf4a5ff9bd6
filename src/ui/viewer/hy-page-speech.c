/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What assistive technology reads of a document: the words of the current page, with where they stand, and what of them
 * is selected.  They may be a lie of whoever made the file, as all that the decoder says. */

#include "config.h"

#include "ui/viewer/hy-page-speech.h"

#include "ui/viewer/hy-page-select.h"
#include "ui/viewer/hy-page-view-private.h"

#include <glib/gi18n.h>

static void
speak (HyPageView *self,
       HyRenderLayout *layout)
{
  if (self->spoken == layout)
    return;
  if (self->spoken != NULL && self->spoken->n_chars > 0)
    gtk_accessible_text_update_contents (GTK_ACCESSIBLE_TEXT (self), GTK_ACCESSIBLE_TEXT_CONTENT_CHANGE_REMOVE, 0,
                                         self->spoken->n_chars);
  g_clear_pointer (&self->spoken, hy_render_layout_unref);
  if (layout == NULL)
    return;
  self->spoken = hy_render_layout_ref (layout);
  if (layout->n_chars > 0)
    gtk_accessible_text_update_contents (GTK_ACCESSIBLE_TEXT (self), GTK_ACCESSIBLE_TEXT_CONTENT_CHANGE_INSERT, 0, layout->n_chars);
}

char *
hy_page_speech_dup_name (HyPageView *self)
{
  /* Translators: where one is in a document: Page 1 of 2 */
  return g_strdup_printf (_ ("Page %u of %u"), self->page + 1, hy_page_view_get_n_pages (self));
}

void
hy_page_speech_update (HyPageView *self)
{
  g_autofree char *name = hy_page_speech_dup_name (self);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  speak (self, g_hash_table_lookup (self->texts, GUINT_TO_POINTER (self->page)));
}

static GBytes *
slice_spoken (HyPageView *self,
              HyPageSpan span)
{
  char *text = self->spoken != NULL ? hy_page_words_dup_text (self->spoken, span) : g_strdup ("");

  return g_bytes_new_take (text, strlen (text));
}

static GBytes *
get_contents (GtkAccessibleText *text,
              unsigned int start,
              unsigned int end)
{
  return slice_spoken (HY_PAGE_VIEW (text), (HyPageSpan) { start, end });
}

static GBytes *
get_contents_at (GtkAccessibleText *text,
                 unsigned int offset,
                 GtkAccessibleTextGranularity granularity,
                 unsigned int *start,
                 unsigned int *end)
{
  HyPageView *self = HY_PAGE_VIEW (text);
  HyPageSpan span = { 0, 0 };

  if (self->spoken != NULL && granularity == GTK_ACCESSIBLE_TEXT_GRANULARITY_CHARACTER)
    span = (HyPageSpan) { MIN (offset, self->spoken->n_chars), MIN (offset + 1, self->spoken->n_chars) };
  else if (self->spoken != NULL)
    span = hy_page_words_around (self->spoken, offset,
                                 granularity == GTK_ACCESSIBLE_TEXT_GRANULARITY_WORD ? HY_PAGE_BY_WORD : HY_PAGE_BY_LINE);
  *start = span.first;
  *end = span.end;
  return slice_spoken (self, span);
}

static unsigned int
get_caret_position (GtkAccessibleText *text)
{
  HyPageView *self = HY_PAGE_VIEW (text);

  return self->caret.page == self->page ? self->caret.at : 0;
}

static gboolean
get_selection (GtkAccessibleText *text,
               gsize *n_ranges,
               GtkAccessibleTextRange **ranges)
{
  HyPageView *self = HY_PAGE_VIEW (text);
  HyPageSpan span = hy_page_select_get_span (self, self->page);

  if (self->spoken == NULL)
    return FALSE;
  span.end = MIN (span.end, self->spoken->n_chars);
  if (span.first >= span.end)
    return FALSE;
  *n_ranges = 1;
  *ranges = g_new (GtkAccessibleTextRange, 1);
  (*ranges)[0].start = span.first;
  (*ranges)[0].length = span.end - span.first;
  return TRUE;
}

static gboolean
get_attributes (GtkAccessibleText *text G_GNUC_UNUSED,
                unsigned int offset G_GNUC_UNUSED,
                gsize *n_ranges,
                GtkAccessibleTextRange **ranges,
                char ***attribute_names,
                char ***attribute_values)
{
  *n_ranges = 0;
  *ranges = NULL;
  *attribute_names = NULL;
  *attribute_values = NULL;
  return FALSE;
}

static void
get_default_attributes (GtkAccessibleText *text G_GNUC_UNUSED,
                        char ***attribute_names,
                        char ***attribute_values)
{
  *attribute_names = g_new0 (char *, 1);
  *attribute_values = g_new0 (char *, 1);
}

static gboolean
get_extents (GtkAccessibleText *text,
             unsigned int start,
             unsigned int end,
             graphene_rect_t *extents)
{
  HyPageView *self = HY_PAGE_VIEW (text);
  g_autoptr (GArray) boxes = NULL;

  if (self->spoken == NULL || self->layout == NULL)
    return FALSE;
  boxes = hy_page_words_boxes (self->spoken, (HyPageSpan) { start, end });
  for (guint i = 0; i < boxes->len; i++)
    {
      graphene_rect_t rect;

      hy_page_layout_place_box (self->layout, hy_page_view_get_desk_width (self), self->page, &g_array_index (boxes, HyWireBox, i), &rect);
      graphene_rect_offset (&rect, (float) -hy_page_view_get_scroll (self, GTK_ORIENTATION_HORIZONTAL), (float) -hy_page_view_get_scroll (self, GTK_ORIENTATION_VERTICAL));
      if (i == 0)
        *extents = rect;
      else
        graphene_rect_union (extents, &rect, extents);
    }
  return boxes->len > 0;
}

static gboolean
get_offset (GtkAccessibleText *text,
            const graphene_point_t *point,
            unsigned int *offset)
{
  HyPageView *self = HY_PAGE_VIEW (text);
  graphene_point_t pt;

  if (self->spoken == NULL || self->layout == NULL ||
      hy_page_layout_locate (self->layout, hy_page_view_get_desk_width (self), point->x + hy_page_view_get_scroll (self, GTK_ORIENTATION_HORIZONTAL),
                             point->y + hy_page_view_get_scroll (self, GTK_ORIENTATION_VERTICAL), &pt) != self->page)
    return FALSE;
  *offset = hy_page_words_at (self->spoken, &pt);
  return TRUE;
}

void
hy_page_speech_init_iface (GtkAccessibleTextInterface *iface)
{
  iface->get_contents = get_contents;
  iface->get_contents_at = get_contents_at;
  iface->get_caret_position = get_caret_position;
  iface->get_selection = get_selection;
  iface->get_attributes = get_attributes;
  iface->get_default_attributes = get_default_attributes;
  iface->get_extents = get_extents;
  iface->get_offset = get_offset;
}
