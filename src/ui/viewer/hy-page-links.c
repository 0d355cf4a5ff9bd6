/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The links of the pages in sight, which Tab goes through.  One to a page leads there; an address is only told to whoever
 * shows the document, who asks first. */

#include "config.h"

#include "ui/viewer/hy-page-links.h"

#include "ui/viewer/hy-page-view-private.h"

#include <glib/gi18n.h>

HyRenderLink *
hy_page_links_find (HyPageView *self,
                    double x,
                    double y)
{
  graphene_point_t pt;
  GPtrArray *links;
  guint page;

  if (self->layout == NULL)
    return NULL;
  hy_page_view_find_words (self, x, y, &page, &pt);
  links = g_hash_table_lookup (self->links, GUINT_TO_POINTER (page));
  for (guint i = 0; links != NULL && i < links->len; i++)
    {
      HyRenderLink *link = g_ptr_array_index (links, i);

      if (pt.x >= link->box.x1 && pt.x <= link->box.x2 && pt.y >= link->box.y1 && pt.y <= link->box.y2)
        return link;
    }
  return NULL;
}

void
hy_page_links_follow (HyPageView *self,
                      HyRenderLink *link)
{
  if (link->page != HY_WIRE_NO_PAGE)
    hy_page_view_go_to (self, link->page);
  else if (link->uri != NULL)
    g_signal_emit (self, hy_page_view_signals[HY_PAGE_VIEW_LINK], 0, link->uri);
}

HyRenderLink *
hy_page_links_get (HyPageView *self,
                   guint page,
                   guint index)
{
  GPtrArray *links = g_hash_table_lookup (self->links, GUINT_TO_POINTER (page));

  return links != NULL && index < links->len ? g_ptr_array_index (links, index) : NULL;
}

static gboolean
is_link_seen (HyPageView *self,
              guint page,
              const HyRenderLink *link)
{
  graphene_rect_t seen, rect;

  hy_page_view_get_seen (self, &seen);
  hy_page_layout_place_box (self->layout, hy_page_view_get_desk_width (self), page, &link->box, &rect);
  return rect.size.width > 0 && graphene_rect_intersection (&seen, &rect, NULL);
}

/* To the next link in sight, or before the first and behind the last away from all. */
gboolean
hy_page_links_step (HyPageView *self,
                    int direction)
{
  gboolean passed = !self->at_link;
  gint64 page, index;
  guint first, last;

  if (!hy_page_view_get_visible (self, &first, &last))
    return FALSE;
  for (page = direction > 0 ? first : last; page >= first && page <= last; page += direction)
    {
      GPtrArray *links = g_hash_table_lookup (self->links, GUINT_TO_POINTER ((guint) page));
      gint64 n_links = links != NULL ? links->len : 0;

      for (index = direction > 0 ? 0 : n_links - 1; index >= 0 && index < n_links; index += direction)
        {
          HyRenderLink *link = g_ptr_array_index (links, index);

          if (!passed)
            {
              passed = page == self->link_page && index == self->link_index;
              continue;
            }
          if (!is_link_seen (self, (guint) page, link))
            continue;
          self->at_link = TRUE;
          self->link_page = (guint) page;
          self->link_index = (guint) index;
          if (link->uri != NULL)
            {
              g_autofree char *text = g_strdup_printf (_ ("Link to %s"), link->uri);

              gtk_accessible_announce (GTK_ACCESSIBLE (self), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
            }
          else
            {
              g_autofree char *text = g_strdup_printf (_ ("Link to page %u"), link->page + 1);

              gtk_accessible_announce (GTK_ACCESSIBLE (self), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
            }
          return TRUE;
        }
    }
  self->at_link = FALSE;
  return FALSE;
}

void
hy_page_links_follow_current (HyPageView *self)
{
  HyRenderLink *link = self->at_link ? hy_page_links_get (self, self->link_page, self->link_index) : NULL;

  if (link != NULL)
    hy_page_links_follow (self, link);
}
