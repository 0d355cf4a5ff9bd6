/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds words on all pages, from the current one on: the decoder gives the words of each page, another thread looks
 * through them.  What was found is kept by page, for painting and for stepping through. */

#include "config.h"

#include "ui/viewer/hy-page-find.h"

#include "base/hy-async.h"
#include "ui/viewer/hy-page-view-private.h"

/* Matches kept.  Nobody steps through more; a letter typed into the find bar of a large report has tens of thousands. */
#define MAX_FOUND 10000

GArray *
hy_page_find_get_on (HyPageView *self,
                     guint page)
{
  return self->found != NULL && page < self->found->len ? g_ptr_array_index (self->found, page) : NULL;
}

typedef struct
{
  HyPageView *view;
  HyRenderDocument *document;
  char *words;
  guint start;
  guint serial;
} Search;

typedef struct
{
  HyRenderLayout *text;
  char *words;
  guint most;
  gboolean has_words;
} Look;

static void
search_free (gpointer data)
{
  Search *search = data;

  g_object_unref (search->view);
  g_object_unref (search->document);
  g_free (search->words);
  g_free (search);
}

static void
look_free (gpointer data)
{
  Look *look = data;

  hy_render_layout_unref (look->text);
  g_free (look->words);
  g_free (look);
}

static void
match_clear (gpointer data)
{
  g_array_unref (((HyPageMatch *) data)->boxes);
}

static DexFuture *
look_in_thread (gpointer user_data)
{
  Look *look = user_data;
  g_autoptr (GArray) spans = hy_page_words_find (look->text, look->words, look->most);
  GArray *matches = g_array_new (FALSE, FALSE, sizeof (HyPageMatch));

  g_array_set_clear_func (matches, match_clear);
  for (guint i = 0; i < spans->len; i++)
    {
      HyPageMatch match = { g_array_index (spans, HyPageSpan, i), NULL };

      match.boxes = hy_page_words_boxes (look->text, match.span);
      g_array_append_val (matches, match);
    }
  return dex_future_new_take_boxed (G_TYPE_ARRAY, matches);
}

static void
show_current (HyPageView *self)
{
  double height = gtk_widget_get_height (GTK_WIDGET (self)), width = gtk_widget_get_width (GTK_WIDGET (self));
  double x = hy_page_view_get_scroll (self, GTK_ORIENTATION_HORIZONTAL), y = hy_page_view_get_scroll (self, GTK_ORIENTATION_VERTICAL);
  GArray *boxes = g_array_index (hy_page_find_get_on (self, self->found_page), HyPageMatch, self->found_index).boxes;
  graphene_rect_t rect;

  if (boxes->len > 0)
    hy_page_layout_place_box (self->layout, hy_page_view_get_desk_width (self), self->found_page, &g_array_index (boxes, HyWireBox, 0), &rect);
  else
    hy_page_layout_get_rect (self->layout, self->found_page, hy_page_view_get_desk_width (self), &rect);
  /* A quarter of the height above and below is context, or lies under what floats there. */
  if (rect.origin.y < y + height / 8 || rect.origin.y + rect.size.height > y + height * 3 / 4)
    hy_page_view_scroll_to (self, GTK_ORIENTATION_VERTICAL, rect.origin.y - height / 3);
  if (rect.origin.x < x || rect.origin.x + rect.size.width > x + width)
    hy_page_view_scroll_to (self, GTK_ORIENTATION_HORIZONTAL, rect.origin.x - width / 3);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* On a fiber: all pages.  FALSE when nothing more is to be told. */
static gboolean
look_through (Search *search,
              const char *words,
              GError **error)
{
  HyPageView *self = search->view;
  guint n_pages = hy_page_view_get_n_pages (self);

  for (guint i = 0; i < n_pages && !self->found_most; i++)
    {
      guint page = (search->start + i) % n_pages;
      g_autoptr (GError) page_error = NULL;
      g_autoptr (HyRenderLayout) text = dex_await_boxed (hy_render_document_dup_layout (search->document, page), &page_error);
      g_autoptr (GArray) matches = NULL;
      Look *look;

      if (search->serial != self->find_serial)
        return FALSE;
      if (text == NULL && !hy_page_view_is_for_page (page_error))
        {
          g_propagate_error (error, g_steal_pointer (&page_error));
          return FALSE;
        }
      if (text == NULL || text->n_chars == 0)
        continue;
      look = g_new0 (Look, 1);
      look->text = hy_render_layout_ref (text);
      look->words = g_strdup (words);
      look->most = MAX_FOUND - self->n_found;
      matches = dex_await_boxed (hy_in_pool (look_in_thread, look, look_free), error);
      if (matches == NULL || search->serial != self->find_serial)
        return FALSE;
      self->has_words |= hy_page_words_has_any (text);
      if (matches->len == 0)
        continue;
      self->n_found += matches->len;
      self->found_most = self->n_found >= MAX_FOUND;
      g_ptr_array_index (self->found, page) = g_steal_pointer (&matches);
      if (!self->has_current)
        {
          self->has_current = TRUE;
          self->found_page = page;
          self->found_index = 0;
          show_current (self);
        }
      gtk_widget_queue_draw (GTK_WIDGET (self));
      g_signal_emit (self, hy_page_view_signals[HY_PAGE_VIEW_FOUND_CHANGED], 0);
    }
  return TRUE;
}

static DexFuture *
find_fiber (gpointer user_data)
{
  Search *search = user_data;
  HyPageView *self = search->view;
  g_autofree char *phrase = hy_page_words_dup_phrase (search->words);
  g_autoptr (GError) error = NULL;

  if ((phrase != NULL && !look_through (search, phrase, &error)) ||
      (self->n_found == 0 && !look_through (search, search->words, &error)))
    return error != NULL ? dex_future_new_for_error (g_steal_pointer (&error)) : dex_future_new_true ();
  self->finding = FALSE;
  g_signal_emit (self, hy_page_view_signals[HY_PAGE_VIEW_FOUND_CHANGED], 0);
  return dex_future_new_true ();
}

static void
matches_unref (gpointer data)
{
  if (data != NULL)
    g_array_unref (data);
}

/**
 * hy_page_view_find:
 * @words: (nullable): as for the search of the list
 *
 * Looks through all pages, from the current one on, and shows the first match; "found-changed" tells of each page that
 * has some.  What was looked for before is forgotten.
 */
void
hy_page_view_find (HyPageView *self,
                   const char *words)
{
  Search *search;

  g_return_if_fail (HY_IS_PAGE_VIEW (self));

  if (words != NULL && *words == '\0')
    words = NULL;
  if (g_strcmp0 (words, self->words) == 0)
    return;
  self->find_serial++;
  g_clear_pointer (&self->found, g_ptr_array_unref);
  g_free (self->words);
  self->words = g_strdup (words);
  self->n_found = 0;
  self->has_current = self->has_words = self->found_most = FALSE;
  self->finding = words != NULL;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, hy_page_view_signals[HY_PAGE_VIEW_FOUND_CHANGED], 0);
  if (words == NULL || self->layout == NULL)
    return;

  self->found = g_ptr_array_new_with_free_func (matches_unref);
  g_ptr_array_set_size (self->found, (int) hy_page_view_get_n_pages (self));
  search = g_new0 (Search, 1);
  search->view = g_object_ref (self);
  search->document = g_object_ref (self->document);
  search->words = g_strdup (words);
  search->start = self->page;
  search->serial = self->find_serial;
  hy_spawn ("find in a document", find_fiber, search, search_free, NULL);
}

/**
 * hy_page_view_find_step:
 * @direction: 1 to the next match, -1 to the one before; goes round
 */
void
hy_page_view_find_step (HyPageView *self,
                        int direction)
{
  guint n_pages = hy_page_view_get_n_pages (self);
  GArray *on_page;

  if (!self->has_current)
    return;
  on_page = hy_page_find_get_on (self, self->found_page);
  if (direction > 0 && self->found_index + 1 < on_page->len)
    {
      self->found_index++;
    }
  else if (direction < 0 && self->found_index > 0)
    {
      self->found_index--;
    }
  else
    {
      do
        self->found_page = (self->found_page + (direction > 0 ? 1 : n_pages - 1)) % n_pages;
      while ((on_page = hy_page_find_get_on (self, self->found_page)) == NULL);
      self->found_index = direction > 0 ? 0 : on_page->len - 1;
    }
  show_current (self);
  g_signal_emit (self, hy_page_view_signals[HY_PAGE_VIEW_FOUND_CHANGED], 0);
}

guint
hy_page_view_get_n_found (HyPageView *self)
{
  return self->n_found;
}

guint
hy_page_view_get_at_found (HyPageView *self)
{
  guint before = 0;

  if (!self->has_current)
    return 0;
  for (guint page = 0; page < self->found_page; page++)
    {
      GArray *on_page = hy_page_find_get_on (self, page);

      before += on_page != NULL ? on_page->len : 0;
    }
  return before + self->found_index + 1;
}

gboolean
hy_page_view_get_finding (HyPageView *self)
{
  return self->finding;
}

gboolean
hy_page_view_get_wordless (HyPageView *self)
{
  return self->words != NULL && self->layout != NULL && !self->finding && !self->has_words;
}

gboolean
hy_page_view_get_found_most (HyPageView *self)
{
  return self->found_most;
}
