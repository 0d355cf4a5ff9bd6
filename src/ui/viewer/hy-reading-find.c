/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding words in a reading.  All texts are looked through, also those that no label shows now (a later page of a table,
 * a folded part); labels say which text they show, and are marked when they come. */

#include "ui/viewer/hy-reading-find.h"

#include "base/hy-fold.h"
#include "ui/viewer/hy-reading-text.h"

#include <string.h>

typedef struct
{
  HyJsonNode node;
  guint unit;
  HyJsonNode table;
  guint row;
} Text;

/* A label that shows a text from @base on. */
typedef struct
{
  HyJsonNode node;
  gsize base;
  gsize length;
  GtkLabel *label; /* weak: NULL once it is gone */
  PangoAttrList *plain;
  gboolean marked;
} Shown;

struct _HyReadingFind
{
  HyJson *json;
  GArray *texts;      /* of Text, in reading order */
  GArray *matches;    /* of HyReadingMatch, in the same order */
  GHashTable *shown;  /* node -> GPtrArray of Shown */
  GHashTable *of_text; /* node -> index of its first match + 1 */
  guint current;      /* from 1; 0 = none yet */
};

static void
shown_free (gpointer data)
{
  Shown *shown = data;

  g_clear_weak_pointer (&shown->label);
  pango_attr_list_unref (shown->plain);
  g_free (shown);
}

HyReadingFind *
hy_reading_find_new (HyJson *json)
{
  HyReadingFind *self = g_new0 (HyReadingFind, 1);

  self->json = hy_json_ref (json);
  self->texts = g_array_new (FALSE, FALSE, sizeof (Text));
  self->matches = g_array_new (FALSE, FALSE, sizeof (HyReadingMatch));
  self->shown = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
  self->of_text = g_hash_table_new (NULL, NULL);
  return self;
}

void
hy_reading_find_free (HyReadingFind *self)
{
  g_hash_table_unref (self->shown);
  g_hash_table_unref (self->of_text);
  g_array_unref (self->matches);
  g_array_unref (self->texts);
  hy_json_unref (self->json);
  g_free (self);
}

/**
 * hy_reading_find_add_text:
 * @node: a string or [RUN]; texts come in the order they are read in
 * @unit: given back with a match
 * @table: the table it stands in, or 0
 * @row: of that table
 */
void
hy_reading_find_add_text (HyReadingFind *self,
                          HyJsonNode node,
                          guint unit,
                          HyJsonNode table,
                          guint row)
{
  Text text = { node, unit, table, row };

  if (node != 0)
    g_array_append_val (self->texts, text);
}

static PangoAttribute *
between (PangoAttribute *attribute,
         gsize start,
         gsize end)
{
  attribute->start_index = (guint) start;
  attribute->end_index = (guint) end;
  return attribute;
}

/* Black on yellow, the current one on orange and underlined too: the colours of a marker pen, in the dark as well. */
static void
mark (HyReadingFind *self,
      Shown *shown)
{
  guint index = GPOINTER_TO_UINT (g_hash_table_lookup (self->of_text, GUINT_TO_POINTER (shown->node)));
  g_autoptr (PangoAttrList) attributes = NULL;
  gboolean marked = FALSE;

  if (shown->label == NULL || (index == 0 && !shown->marked))
    return;
  attributes = pango_attr_list_copy (shown->plain);
  for (; index > 0 && index <= self->matches->len; index++)
    {
      const HyReadingMatch *match = &g_array_index (self->matches, HyReadingMatch, index - 1);
      gboolean current = index == self->current;
      gsize start, end;

      if (match->node != shown->node)
        break;
      if (match->end <= shown->base || match->start >= shown->base + shown->length)
        continue;
      start = MAX (match->start, shown->base) - shown->base;
      end = MIN (match->end, shown->base + shown->length) - shown->base;
      pango_attr_list_change (attributes, between (pango_attr_foreground_new (0, 0, 0), start, end));
      pango_attr_list_change (attributes, between (current ? pango_attr_background_new (0xffff, 0xa3a3, 0x4848)
                                                           : pango_attr_background_new (0xf9f9, 0xf0f0, 0x6b6b),
                                                   start, end));
      if (current)
        pango_attr_list_change (attributes, between (pango_attr_underline_new (PANGO_UNDERLINE_DOUBLE), start, end));
      marked = TRUE;
    }
  gtk_label_set_attributes (shown->label, marked ? attributes : shown->plain);
  shown->marked = marked;
}

static void
mark_text (HyReadingFind *self,
           HyJsonNode node)
{
  GPtrArray *labels = g_hash_table_lookup (self->shown, GUINT_TO_POINTER (node));

  for (guint i = 0; labels != NULL && i < labels->len; i++)
    mark (self, g_ptr_array_index (labels, i));
}

/**
 * hy_reading_find_add_label:
 * @base: byte of the text that the label begins with
 * @label: with its text and attributes set; it may go at any time
 */
void
hy_reading_find_add_label (HyReadingFind *self,
                           HyJsonNode node,
                           gsize base,
                           GtkLabel *label)
{
  GPtrArray *labels = g_hash_table_lookup (self->shown, GUINT_TO_POINTER (node));
  PangoAttrList *plain = gtk_label_get_attributes (label);
  Shown *shown = g_new0 (Shown, 1);

  if (labels == NULL)
    {
      labels = g_ptr_array_new_with_free_func (shown_free);
      g_hash_table_insert (self->shown, GUINT_TO_POINTER (node), labels);
    }
  for (guint i = labels->len; i-- > 0;)
    if (((Shown *) g_ptr_array_index (labels, i))->label == NULL)
      g_ptr_array_remove_index_fast (labels, i);
  shown->node = node;
  shown->base = base;
  shown->length = strlen (gtk_label_get_text (label));
  shown->plain = plain != NULL ? pango_attr_list_ref (plain) : pango_attr_list_new ();
  g_set_weak_pointer (&shown->label, label);
  g_ptr_array_add (labels, shown);
  mark (self, shown);
}

static void
search_text (HyReadingFind *self,
             const Text *text,
             const char *words)
{
  g_autofree char *plain = hy_reading_text_dup_plain (self->json, text->node);
  g_autoptr (GArray) spans = hy_fold_find (plain, -1, words);

  if (spans->len > 0)
    g_hash_table_insert (self->of_text, GUINT_TO_POINTER (text->node), GUINT_TO_POINTER (self->matches->len + 1));
  for (guint i = 0; i < spans->len && self->matches->len < HY_READING_MAX_MATCHES; i++)
    {
      HyFoldSpan *span = &g_array_index (spans, HyFoldSpan, i);
      HyReadingMatch match = { text->node, span->start, span->end, text->unit, text->table, text->row };

      g_array_append_val (self->matches, match);
    }
}

/**
 * hy_reading_find_search:
 * @words: (nullable): as typed; see hy_fold_find
 *
 * Marks what is found in the labels, and forgets what was found before.
 *
 * Returns: how many there are
 */
guint
hy_reading_find_search (HyReadingFind *self,
                        const char *words)
{
  GHashTableIter labels;
  gpointer value;

  g_array_set_size (self->matches, 0);
  g_hash_table_remove_all (self->of_text);
  self->current = 0;
  for (guint i = 0; words != NULL && *words != '\0' && i < self->texts->len && self->matches->len < HY_READING_MAX_MATCHES; i++)
    search_text (self, &g_array_index (self->texts, Text, i), words);
  g_hash_table_iter_init (&labels, self->shown);
  while (g_hash_table_iter_next (&labels, NULL, &value))
    for (guint i = 0; i < ((GPtrArray *) value)->len; i++)
      mark (self, g_ptr_array_index ((GPtrArray *) value, i));
  return self->matches->len;
}

/**
 * hy_reading_find_step:
 * @direction: 1 for the next, -1 for the one before; round the end
 *
 * Returns: its position, from 1; 0 when nothing was found
 */
guint
hy_reading_find_step (HyReadingFind *self,
                      int direction)
{
  HyJsonNode before = 0;

  if (self->matches->len == 0)
    return 0;
  if (self->current > 0)
    before = g_array_index (self->matches, HyReadingMatch, self->current - 1).node;
  if (direction >= 0)
    self->current = self->current % self->matches->len + 1;
  else
    self->current = self->current > 1 ? self->current - 1 : self->matches->len;
  mark_text (self, before);
  mark_text (self, g_array_index (self->matches, HyReadingMatch, self->current - 1).node);
  return self->current;
}

/**
 * hy_reading_find_get_current:
 *
 * Returns: (transfer none) (nullable): valid until the next search
 */
const HyReadingMatch *
hy_reading_find_get_current (HyReadingFind *self)
{
  return self->current > 0 ? &g_array_index (self->matches, HyReadingMatch, self->current - 1) : NULL;
}

/**
 * hy_reading_find_get_label:
 * @index: (out): byte in its text
 *
 * Returns: (transfer none) (nullable): the label that shows the match now
 */
GtkLabel *
hy_reading_find_get_label (HyReadingFind *self,
                           const HyReadingMatch *match,
                           gsize *index)
{
  GPtrArray *labels = g_hash_table_lookup (self->shown, GUINT_TO_POINTER (match->node));

  for (guint i = 0; labels != NULL && i < labels->len; i++)
    {
      const Shown *shown = g_ptr_array_index (labels, i);

      if (shown->label == NULL || match->start < shown->base || match->start >= shown->base + shown->length)
        continue;
      *index = match->start - shown->base;
      return shown->label;
    }
  return NULL;
}
