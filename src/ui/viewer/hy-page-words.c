/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of one page: which match, which the pointer is at, where they stand.  No widget; any thread. */

#include "ui/viewer/hy-page-words.h"

#include "base/hy-fold.h"

#include <math.h>
#include <string.h>

/* pt around a character where the pointer still counts as over it: the space to the next line. */
#define NEAR_PT 2.0f

/* Beside a line is less far than above it: dragging on past a line's end keeps to the line. */
#define VERTICAL_WEIGHT 3.0f

static gboolean
is_box (const HyWireBox *box)
{
  return isfinite (box->x1) && isfinite (box->y1) && isfinite (box->x2) && isfinite (box->y2) &&
         box->x2 > box->x1 && box->y2 > box->y1;
}

/**
 * hy_page_words_dup_phrase:
 *
 * In a document several words are looked for as they stand, one behind the other; only where that is nowhere, and in what
 * the search of the list found, each counts for itself.  A quote that is never closed says so to hy_fold_find(), and
 * leaves the last word open.
 *
 * Returns: (transfer full) (nullable): what to look for first; %NULL when that is @typed itself
 */
char *
hy_page_words_dup_phrase (const char *typed)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (typed));

  return strpbrk (trimmed, "\"«»“”") == NULL && strpbrk (trimmed, " \t") != NULL ? g_strconcat ("\"", typed, NULL) : NULL;
}

/**
 * hy_page_words_find:
 * @typed: as in the search of the list: case and accents do not matter
 * @most: matches to be had
 *
 * Returns: (transfer full) (element-type HyPageSpan): in reading order
 */
GArray *
hy_page_words_find (HyRenderLayout *layout,
                    const char *typed,
                    guint most)
{
  g_autoptr (GArray) bytes = hy_fold_find (layout->text, -1, typed);
  GArray *spans = g_array_new (FALSE, FALSE, sizeof (HyPageSpan));
  const char *at = layout->text;
  guint n = 0;

  /* One walk over the text turns all bytes into characters. */
  for (guint i = 0; i < MIN (bytes->len, most); i++)
    {
      HyFoldSpan *found = &g_array_index (bytes, HyFoldSpan, i);
      HyPageSpan span;

      for (; at < layout->text + found->start && *at != '\0'; at = g_utf8_next_char (at))
        n++;
      span.first = n;
      for (; at < layout->text + found->end && *at != '\0'; at = g_utf8_next_char (at))
        n++;
      span.end = MIN (n, layout->n_chars);
      if (span.first < span.end)
        g_array_append_val (spans, span);
    }
  return spans;
}

/* Whether there is anything to find: a scan has no words. */
gboolean
hy_page_words_has_any (HyRenderLayout *layout)
{
  for (const char *at = layout->text; *at != '\0'; at = g_utf8_next_char (at))
    if (g_unichar_isalnum (g_utf8_get_char (at)))
      return TRUE;
  return FALSE;
}

static gboolean
find_nearest (HyRenderLayout *layout,
              const graphene_point_t *pt,
              guint *nearest,
              float *distance)
{
  float best = G_MAXFLOAT;

  for (guint i = 0; i < layout->n_chars; i++)
    {
      const HyWireBox *box = &layout->boxes[i];
      float dx, dy;

      if (!is_box (box))
        continue;
      dx = MAX (MAX (box->x1 - pt->x, pt->x - box->x2), 0);
      dy = MAX (MAX (box->y1 - pt->y, pt->y - box->y2), 0);
      if (dx + VERTICAL_WEIGHT * dy < best)
        {
          best = dx + VERTICAL_WEIGHT * dy;
          *nearest = i;
          if (best == 0)
            break;
        }
    }
  *distance = best;
  return best < G_MAXFLOAT;
}

/**
 * hy_page_words_at:
 *
 * Returns: the character before which a caret at that place would stand, 0 to n_chars
 */
guint
hy_page_words_at (HyRenderLayout *layout,
                  const graphene_point_t *pt)
{
  guint nearest;
  float distance;

  if (!find_nearest (layout, pt, &nearest, &distance))
    return 0;
  return pt->x > (layout->boxes[nearest].x1 + layout->boxes[nearest].x2) / 2 ? nearest + 1 : nearest;
}

gboolean
hy_page_words_is_over (HyRenderLayout *layout,
                       const graphene_point_t *pt)
{
  guint nearest;
  float distance;

  return find_nearest (layout, pt, &nearest, &distance) && distance <= NEAR_PT * VERTICAL_WEIGHT;
}

static gboolean
is_inside (gunichar ch,
           HyPageUnit unit)
{
  if (unit == HY_PAGE_BY_WORD)
    return g_unichar_isalnum (ch) || g_unichar_ismark (ch) || ch == '_' || ch == '\'' || ch == 0x2019;
  return ch != '\n' && ch != '\r' && ch != '\f';
}

/**
 * hy_page_words_around:
 * @at: a caret
 *
 * Returns: the word or line that @at stands in or at; what is neither stands alone
 */
HyPageSpan
hy_page_words_around (HyRenderLayout *layout,
                      guint at,
                      HyPageUnit unit)
{
  HyPageSpan span = { 0, 0 };
  const char *text = layout->text;
  guint n = 0;
  gboolean inside = FALSE;

  at = MIN (at, layout->n_chars);
  if (unit == HY_PAGE_BY_CHARACTER)
    return (HyPageSpan) { at, at };
  for (; *text != '\0' && n < layout->n_chars; text = g_utf8_next_char (text), n++)
    {
      gboolean now = is_inside (g_utf8_get_char (text), unit);

      if (now && !inside)
        span.first = n;
      if (!now && inside && n >= at)
        return (HyPageSpan) { span.first, n };
      if (!now && n >= at)
        return (HyPageSpan) { n, MIN (n + 1, layout->n_chars) };
      inside = now;
    }
  return inside ? (HyPageSpan) { span.first, n } : (HyPageSpan) { at, at };
}

/* Whether the character goes on in the line that the box covers so far. */
static gboolean
is_same_line (const HyWireBox *line,
              const HyWireBox *box)
{
  float middle = (box->y1 + box->y2) / 2;
  float height = line->y2 - line->y1;

  return middle >= line->y1 && middle <= line->y2 && box->x1 >= line->x1 - height && box->x1 <= line->x2 + 3 * height;
}

/**
 * hy_page_words_boxes:
 *
 * Returns: (transfer full) (element-type HyWireBox): what to colour, one box for each line or part of one
 */
GArray *
hy_page_words_boxes (HyRenderLayout *layout,
                     HyPageSpan span)
{
  GArray *boxes = g_array_new (FALSE, FALSE, sizeof (HyWireBox));
  HyWireBox line;
  gboolean any = FALSE;

  for (guint i = span.first; i < MIN (span.end, layout->n_chars); i++)
    {
      const HyWireBox *box = &layout->boxes[i];

      if (!is_box (box))
        continue;
      if (any && is_same_line (&line, box))
        {
          line = (HyWireBox) { MIN (line.x1, box->x1), MIN (line.y1, box->y1), MAX (line.x2, box->x2), MAX (line.y2, box->y2) };
          continue;
        }
      if (any)
        g_array_append_val (boxes, line);
      line = *box;
      any = TRUE;
    }
  if (any)
    g_array_append_val (boxes, line);
  return boxes;
}

char *
hy_page_words_dup_text (HyRenderLayout *layout,
                        HyPageSpan span)
{
  guint end = MIN (span.end, layout->n_chars);

  return span.first < end ? g_utf8_substring (layout->text, span.first, end) : g_strdup ("");
}
