/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The narrative of a clinical document: sections and their blocks, which is what the author has signed.  Elements that
 * are not known keep their text. */

#include "render/worker/hy-worker-cda.h"

#include "render/hy-reading-wire.h"

#include <stdlib.h>
#include <string.h>

/* JSON levels that a block needs at the least: itself, its list, a run. */
#define LEAF_LEVELS 3

typedef enum
{
  BOLD = 1 << 0,
  ITALIC = 1 << 1,
  UNDERLINE = 1 << 2,
  RAISED = 1 << 3,
  LOWERED = 1 << 4,
} Look;

typedef struct
{
  Look look;
  const char *href; /* nullable */
} Style;

typedef struct
{
  Style style;
  gsize start; /* into the line's text; ends where the next begins */
} Run;

/* A place where blocks are written, with the paragraph that is being filled. */
typedef struct
{
  HyCda *cda;
  HyOut *out;
  guint nesting;     /* blocks and sections around */
  gboolean plain;    /* no more lists and tables: paragraphs only */
  const char *align; /* of the cell that it is in */
  GString *text;
  GArray *runs;
  gboolean blank;    /* white space waits for a letter */
  const char *key;   /* "p" or "h": of the paragraph being filled */
} Place;

static void walk (Place *place, HyTreeNode *node, Style style);

/* --- Runs */

static void
add_text (Place *place,
          const char *text,
          gsize length,
          Style style)
{
  for (gsize i = 0; i < length; i++)
    {
      Run *last;

      if (g_ascii_isspace (text[i]))
        {
          place->blank = TRUE;
          continue;
        }
      last = place->runs->len > 0 ? &g_array_index (place->runs, Run, place->runs->len - 1) : NULL;
      if (place->blank && place->text->len > 0 && place->text->str[place->text->len - 1] != '\n')
        g_string_append_c (place->text, ' ');
      place->blank = FALSE;
      if (last == NULL || last->style.look != style.look || last->style.href != style.href)
        {
          Run run = { style, place->text->len };

          g_array_append_val (place->runs, run);
        }
      g_string_append_c (place->text, text[i]);
    }
}

static void
add_line_end (Place *place)
{
  place->blank = FALSE;
  if (place->text->len > 0)
    g_string_append_c (place->text, '\n');
}

static void
write_run (HyOut *out,
           const char *text,
           gsize length,
           const Style *style)
{
  g_autofree char *copy = g_strndup (text, length);

  hy_out_begin (out, NULL, '{');
  hy_out_string (out, "t", copy);
  hy_out_true (out, "b", (style->look & BOLD) != 0);
  hy_out_true (out, "i", (style->look & ITALIC) != 0);
  hy_out_true (out, "u", (style->look & UNDERLINE) != 0);
  hy_out_true (out, "sup", (style->look & RAISED) != 0);
  hy_out_true (out, "sub", (style->look & LOWERED) != 0);
  hy_out_string (out, "href", style->href);
  hy_out_end (out);
}

static void
write_runs (Place *place)
{
  gsize end = place->text->len;

  while (end > 0 && place->text->str[end - 1] == '\n')
    end--;
  for (guint i = 0; i < place->runs->len; i++)
    {
      Run *run = &g_array_index (place->runs, Run, i);
      gsize next = i + 1 < place->runs->len ? g_array_index (place->runs, Run, i + 1).start : end;

      write_run (place->out, place->text->str + run->start, MIN (next, end) - run->start, &run->style);
    }
}

/* Ends the paragraph, if it has anything in it. */
static void
flush (Place *place)
{
  if (place->runs->len > 0 && !place->out->full)
    {
      hy_out_begin (place->out, NULL, '{');
      hy_out_begin (place->out, place->key, '[');
      write_runs (place);
      hy_out_end (place->out);
      hy_out_end (place->out);
    }
  g_string_truncate (place->text, 0);
  g_array_set_size (place->runs, 0);
  place->blank = FALSE;
}

static void
open_place (Place *place,
            HyCda *cda,
            HyOut *out,
            guint nesting,
            const char *align)
{
  memset (place, 0, sizeof *place);
  place->cda = cda;
  place->out = out;
  place->nesting = nesting;
  place->align = align;
  place->key = "p";
  place->text = g_string_new (NULL);
  place->runs = g_array_new (FALSE, FALSE, sizeof (Run));
}

static void
close_place (Place *place)
{
  flush (place);
  g_string_free (place->text, TRUE);
  g_array_free (place->runs, TRUE);
}

/* Room for a block that puts @levels of JSON around the blocks in it. */
static gboolean
has_room (Place *place,
          guint levels)
{
  return !place->plain && place->nesting < HY_READING_MAX_NESTING && place->out->depth + levels + LEAF_LEVELS < HY_OUT_MAX_DEPTH;
}

/* --- Looks */

static gboolean
has_word (const char *words,
          const char *word)
{
  gsize length = strlen (word);

  while (words != NULL && *words != 0)
    {
      gsize n = strcspn (words, " \t\r\n");

      if (n == length && g_ascii_strncasecmp (words, word, n) == 0)
        return TRUE;
      words += n;
      words += strspn (words, " \t\r\n");
    }
  return FALSE;
}

static Style
restyled (HyTreeNode *node,
          Style style)
{
  // clang-format off
  static const struct { const char *name; Look look; } elements[] = {
    { "b", BOLD }, { "strong", BOLD }, { "i", ITALIC }, { "em", ITALIC }, { "u", UNDERLINE },
    { "sup", RAISED }, { "sub", LOWERED }, { "footnoteRef", RAISED },
  };
  static const struct { const char *word; Look look; } words[] = {
    { "Bold", BOLD }, { "Italics", ITALIC }, { "Italic", ITALIC }, { "Emphasis", ITALIC }, { "Underline", UNDERLINE },
  };
  // clang-format on
  const char *code = hy_tree_attribute (node, "styleCode");

  for (gsize i = 0; i < G_N_ELEMENTS (elements); i++)
    {
      if (hy_tree_is (node, elements[i].name))
        style.look |= elements[i].look;
    }
  for (gsize i = 0; code != NULL && i < G_N_ELEMENTS (words); i++)
    {
      if (has_word (code, words[i].word))
        style.look |= words[i].look;
    }
  return style;
}

/* --- Lists */

static void
write_item (Place *place,
            HyTreeNode *item,
            Style style)
{
  Place inner;

  hy_out_begin (place->out, NULL, '[');
  open_place (&inner, place->cda, place->out, place->nesting + 1, NULL);
  walk (&inner, item, restyled (item, style));
  close_place (&inner);
  hy_out_end_any (place->out);
}

static void
write_list (Place *place,
            HyTreeNode *list,
            Style style)
{
  const char *type = hy_tree_attribute (list, "listType");
  guint n_items = 0;

  hy_out_begin (place->out, NULL, '{');
  hy_out_begin (place->out, "list", '[');
  for (HyTreeNode *at = list->first; at != NULL && !place->out->full; at = at->next)
    {
      if (at->name != NULL && !hy_tree_is (at, "caption"))
        {
          write_item (place, at, style);
          n_items++;
        }
    }
  hy_out_end (place->out);
  hy_out_true (place->out, "ordered", n_items > 0 && ((type != NULL && g_ascii_strcasecmp (type, "ordered") == 0) || hy_tree_is (list, "ol")));
  hy_out_end (place->out);
}

/* --- Tables */

typedef struct
{
  HyTreeNode *row;
  gboolean head;
} Row;

typedef struct
{
  GArray *rows;
  const char *aligns[HY_READING_MAX_COLUMNS]; /* of columns */
  guint left[HY_READING_MAX_COLUMNS];         /* rows that a cell from above still takes */
  guint columns;
} Grid;

static const char *
align_of (HyTreeNode *node)
{
  static const char *const known[] = { "left", "center", "right" };
  const char *align = hy_tree_attribute (node, "align");

  for (gsize i = 0; align != NULL && i < G_N_ELEMENTS (known); i++)
    {
      if (g_ascii_strcasecmp (align, known[i]) == 0)
        return known[i];
    }
  return NULL;
}

static guint
span_of (HyTreeNode *node,
         const char *name,
         guint most)
{
  const char *text = hy_tree_attribute (node, name);
  guint64 span = text != NULL ? g_ascii_strtoull (text, NULL, 10) : 1;

  return (guint) CLAMP (span, 1, MAX (most, 1));
}

static void
find_columns (Grid *grid,
              HyTreeNode *parent,
              guint *n)
{
  for (HyTreeNode *at = parent->first; at != NULL; at = at->next)
    {
      if (hy_tree_is (at, "colgroup") && at->first != NULL && parent->name != NULL && !hy_tree_is (parent, "colgroup"))
        find_columns (grid, at, n);
      else if (hy_tree_is (at, "col") || hy_tree_is (at, "colgroup"))
        {
          guint span = span_of (at, "span", HY_READING_MAX_COLUMNS);

          for (guint i = 0; i < span && *n < HY_READING_MAX_COLUMNS; i++)
            grid->aligns[(*n)++] = align_of (at);
        }
    }
}

static void
find_rows (HyOut *out,
           Place *place,
           Grid *grid,
           HyTreeNode *parent,
           gboolean head)
{
  for (HyTreeNode *at = parent->first; at != NULL; at = at->next)
    {
      Row row = { at, head };

      if (!hy_tree_is (at, "tr"))
        continue;
      if (++place->cda->n_rows > HY_READING_MAX_ROWS)
        {
          out->cut = TRUE;
          return;
        }
      g_array_append_val (grid->rows, row);
    }
}

static void
write_cell (Place *place,
            HyTreeNode *cell,
            guint columns,
            guint rows,
            gboolean head,
            const char *align,
            Style style)
{
  Place inner;

  hy_out_begin (place->out, NULL, '{');
  hy_out_begin (place->out, "blocks", '[');
  open_place (&inner, place->cda, place->out, place->nesting + 1, align);
  walk (&inner, cell, restyled (cell, style));
  close_place (&inner);
  hy_out_end_any (place->out);
  if (columns > 1)
    hy_out_number (place->out, "columns", columns);
  if (rows > 1)
    hy_out_number (place->out, "rows", rows);
  hy_out_true (place->out, "head", head);
  hy_out_string (place->out, "align", align);
  hy_out_end (place->out);
}

static gboolean
all_heads (HyTreeNode *row)
{
  gboolean found = FALSE;

  for (HyTreeNode *at = row->first; at != NULL; at = at->next)
    {
      if (hy_tree_is (at, "td"))
        return FALSE;
      found = found || hy_tree_is (at, "th");
    }
  return found;
}

static void
write_row (Place *place,
           Grid *grid,
           guint index,
           Style style)
{
  Row *row = &g_array_index (grid->rows, Row, index);
  guint column = 0;

  style = restyled (row->row, style);
  hy_out_begin (place->out, NULL, '{');
  hy_out_true (place->out, "head", row->head || all_heads (row->row));
  hy_out_begin (place->out, "cells", '[');
  for (HyTreeNode *at = row->row->first; at != NULL && !place->out->full; at = at->next)
    {
      guint columns;
      guint rows;
      guint wide = 0;
      const char *align = align_of (at);

      /* Whatever element stands in a row is a cell: its text must not get lost. */
      if (at->name == NULL)
        continue;
      while (column < HY_READING_MAX_COLUMNS && grid->left[column] > 0)
        column++;
      if (column >= HY_READING_MAX_COLUMNS)
        {
          place->out->cut = TRUE;
          break;
        }
      columns = span_of (at, "colspan", HY_READING_MAX_COLUMNS - column);
      /* Not over one from above. */
      while (wide < columns && grid->left[column + wide] == 0)
        wide++;
      rows = span_of (at, "rowspan", grid->rows->len - index);
      if (align == NULL && (align = align_of (row->row)) == NULL)
        align = grid->aligns[column];
      write_cell (place, at, wide, rows, hy_tree_is (at, "th") || row->head, align, style);
      for (guint i = 0; i < wide; i++)
        grid->left[column + i] = rows;
      column += wide;
      grid->columns = MAX (grid->columns, column);
    }
  hy_out_end_any (place->out);
  hy_out_end_any (place->out);
  for (guint i = 0; i < HY_READING_MAX_COLUMNS; i++)
    {
      if (grid->left[i] > 0)
        grid->left[i]--;
    }
}

static void
write_caption (Place *place,
               const char *key,
               HyTreeNode *caption,
               Style style)
{
  Place inner;

  if (caption == NULL)
    return;
  open_place (&inner, place->cda, place->out, place->nesting, NULL);
  inner.plain = TRUE;
  hy_out_begin (place->out, key, '[');
  /* Only runs: a caption has no blocks. */
  for (HyTreeNode *at = caption; at != NULL; at = hy_tree_following (at, caption))
    {
      gsize length;
      const char *text;

      if (at->name != NULL)
        {
          inner.blank = inner.blank || hy_tree_is (at, "br") || hy_tree_is (at, "paragraph");
          continue;
        }
      text = hy_tree_get_text (place->cda->tree, at, &length);
      add_text (&inner, text, length, style);
    }
  write_runs (&inner);
  hy_out_end (place->out);
  g_string_truncate (inner.text, 0);
  g_array_set_size (inner.runs, 0);
  close_place (&inner);
}

static void
write_table (Place *place,
             HyTreeNode *table,
             Style style)
{
  g_autofree Grid *grid = g_new0 (Grid, 1);
  guint n_columns = 0;

  grid->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  find_columns (grid, table, &n_columns);
  for (HyTreeNode *at = table->first; at != NULL; at = at->next)
    {
      if (hy_tree_is (at, "thead"))
        find_rows (place->out, place, grid, at, TRUE);
    }
  find_rows (place->out, place, grid, table, FALSE);
  for (HyTreeNode *at = table->first; at != NULL; at = at->next)
    {
      if (hy_tree_is (at, "tbody"))
        find_rows (place->out, place, grid, at, FALSE);
    }
  /* Written before the body by those who follow HTML 4. */
  for (HyTreeNode *at = table->first; at != NULL; at = at->next)
    {
      if (hy_tree_is (at, "tfoot"))
        find_rows (place->out, place, grid, at, FALSE);
    }

  if (grid->rows->len == 0)
    {
      /* No table that could be shown; its words stay. */
      g_array_free (grid->rows, TRUE);
      if (place->cda->n_rows <= HY_READING_MAX_ROWS)
        {
          place->plain = TRUE;
          walk (place, table, style);
          flush (place);
          place->plain = FALSE;
        }
      return;
    }
  hy_out_begin (place->out, NULL, '{');
  hy_out_begin (place->out, "table", '[');
  for (guint i = 0; i < grid->rows->len && !place->out->full; i++)
    write_row (place, grid, i, style);
  hy_out_end (place->out);
  hy_out_number (place->out, "columns", grid->columns);
  write_caption (place, "caption", hy_tree_child (table, "caption"), style);
  hy_out_end (place->out);
  g_array_free (grid->rows, TRUE);
}

/* --- Pictures */

static void
write_image (Place *place,
             const char *reference,
             const char *alt)
{
  int index = hy_cda_find_body (place->cda, reference);

  if (index >= 0)
    {
      hy_out_begin (place->out, NULL, '{');
      hy_out_number (place->out, "image", (gsize) index);
      hy_out_string (place->out, "alt", alt);
      hy_out_end (place->out);
    }
}

/* referencedObject is a list of IDs. */
static void
write_images (Place *place,
              HyTreeNode *multimedia,
              Style style)
{
  g_autofree char *alt = hy_tree_dup_text (place->cda->tree, multimedia, HY_CDA_MAX_LINE);
  const char *references = hy_tree_attribute (multimedia, "referencedObject");
  g_auto (GStrv) list = g_strsplit_set (references != NULL ? references : "", " \t\r\n", 64);
  HyTreeNode *caption = hy_tree_child (multimedia, "caption");

  for (guint i = 0; list[i] != NULL; i++)
    {
      if (*list[i] != 0)
        write_image (place, list[i], alt);
    }
  if (caption != NULL)
    {
      hy_out_begin (place->out, NULL, '{');
      write_caption (place, "h", caption, style);
      hy_out_end (place->out);
    }
}

/* --- Mixed content */

static gboolean
is_one_of (HyTreeNode *node,
           const char *const *names)
{
  for (; *names != NULL; names++)
    {
      if (hy_tree_is (node, *names))
        return TRUE;
    }
  return FALSE;
}

static void
walk_link (Place *place,
           HyTreeNode *link,
           Style style)
{
  const char *href = hy_tree_attribute (link, "href");
  gsize before = place->text->len;

  /* Anything else is no page that a browser should be sent to. */
  if (href != NULL && g_ascii_strncasecmp (href, "https://", 8) == 0)
    style.href = href;
  walk (place, link, style);
  if (place->text->len == before && href != NULL && *href != '#')
    add_text (place, href, strlen (href), style);
}

static void
walk_element (Place *place,
              HyTreeNode *node,
              Style style)
{
  static const char *const blocks[] = { "paragraph", "p", "div", "section", "text", "title", "h1", "h2", "h3", "h4", "h5", "h6", "item", "li", "tr", NULL };
  static const char *const lists[] = { "list", "ul", "ol", NULL };
  static const char *const nothing[] = { "col", "colgroup", NULL };
  HyTreeNode *caption;

  if (is_one_of (node, nothing))
    return;
  if (hy_tree_is (node, "br"))
    add_line_end (place);
  else if (hy_tree_is (node, "linkHtml") || hy_tree_is (node, "a"))
    walk_link (place, node, style);
  else if (hy_tree_is (node, "footnote"))
    {
      add_text (place, " [", 2, style);
      place->blank = FALSE;
      walk (place, node, style);
      place->blank = FALSE;
      add_text (place, "]", 1, style);
    }
  else if (hy_tree_is (node, "caption"))
    {
      flush (place);
      place->key = "h";
      walk (place, node, restyled (node, style));
      flush (place);
      place->key = "p";
    }
  else if (hy_tree_is (node, "renderMultiMedia"))
    {
      flush (place);
      write_images (place, node, style);
    }
  else if (is_one_of (node, lists) && has_room (place, 3))
    {
      flush (place);
      if ((caption = hy_tree_child (node, "caption")) != NULL)
        walk_element (place, caption, style);
      write_list (place, node, restyled (node, style));
    }
  else if (hy_tree_is (node, "table") && has_room (place, 6))
    {
      flush (place);
      write_table (place, node, restyled (node, style));
    }
  else if (is_one_of (node, blocks))
    {
      flush (place);
      walk (place, node, restyled (node, style));
      flush (place);
    }
  else
    {
      /* A table that stands too deep becomes one paragraph a row. */
      if (hy_tree_is (node, "td") || hy_tree_is (node, "th"))
        place->blank = TRUE;
      walk (place, node, restyled (node, style));
    }
}

/* Depth: HY_READING_MAX_DEPTH elements at most. */
static void
walk (Place *place,
      HyTreeNode *node,
      Style style)
{
  for (HyTreeNode *at = node->first; at != NULL && !place->out->full; at = at->next)
    {
      gsize length;
      const char *text;

      if (at->name != NULL)
        {
          walk_element (place, at, style);
          continue;
        }
      text = hy_tree_get_text (place->cda->tree, at, &length);
      add_text (place, text, length, style);
    }
}

/**
 * hy_cda_write_blocks:
 * @text: (nullable): an element with narrative
 * @nesting: sections around it
 *
 * Writes the blocks of @text into the list that was begun.
 */
void
hy_cda_write_blocks (HyCda *self,
                     HyOut *out,
                     HyTreeNode *text,
                     guint nesting)
{
  Place place;
  Style style = { 0 };

  if (text == NULL)
    return;
  open_place (&place, self, out, nesting, NULL);
  walk (&place, text, style);
  close_place (&place);
}

/* --- Sections */

static void
write_title_block (HyCda *self,
                   HyOut *out,
                   HyTreeNode *section)
{
  g_autofree char *title = hy_tree_dup_text (self->tree, hy_tree_child (section, "title"), HY_CDA_MAX_LINE);
  Style bold = { BOLD, NULL };

  if (title == NULL)
    return;
  hy_out_begin (out, NULL, '{');
  hy_out_begin (out, "p", '[');
  write_run (out, title, strlen (title), &bold);
  hy_out_end (out);
  hy_out_end (out);
}

/* What stands too deep for sections of its own: its title in bold, and its blocks. */
static void
write_deeper (HyCda *self,
              HyOut *out,
              HyTreeNode *section,
              guint nesting)
{
  for (HyTreeNode *at = hy_tree_child (section, "component"); at != NULL && !out->full; at = hy_tree_next (at, "component"))
    {
      for (HyTreeNode *inner = hy_tree_child (at, "section"); inner != NULL; inner = hy_tree_next (inner, "section"))
        {
          write_title_block (self, out, inner);
          hy_cda_write_blocks (self, out, hy_tree_child (inner, "text"), nesting);
          write_deeper (self, out, inner, nesting);
        }
    }
}

static void
write_deeper_results (HyCda *self,
                      HyOut *out,
                      HyTreeNode *section)
{
  for (HyTreeNode *at = hy_tree_following (section, section); at != NULL && !out->full; at = hy_tree_following (at, section))
    {
      if (hy_tree_is (at, "section"))
        hy_cda_write_results (self, out, at);
    }
}

static void write_sections_in (HyCda *self, HyOut *out, HyTreeNode *parent, guint nesting);

static void
write_section (HyCda *self,
               HyOut *out,
               HyTreeNode *section,
               guint nesting)
{
  g_autofree char *title = hy_tree_dup_text (self->tree, hy_tree_child (section, "title"), HY_CDA_MAX_LINE);
  gboolean last = nesting >= HY_READING_MAX_NESTING;

  hy_out_begin (out, NULL, '{');
  hy_cda_write_code (self, out, "code", hy_tree_child (section, "code"));
  hy_out_string (out, "title", title);
  hy_out_begin (out, "blocks", '[');
  hy_cda_write_blocks (self, out, hy_tree_child (section, "text"), nesting);
  if (last)
    write_deeper (self, out, section, nesting);
  hy_out_end (out);
  hy_out_begin (out, "results", '[');
  hy_cda_write_results (self, out, section);
  if (last)
    write_deeper_results (self, out, section);
  hy_out_end (out);
  if (!last)
    {
      hy_out_begin (out, "sections", '[');
      write_sections_in (self, out, section, nesting + 1);
      hy_out_end (out);
    }
  hy_out_end_any (out);
}

static void
write_sections_in (HyCda *self,
                   HyOut *out,
                   HyTreeNode *parent,
                   guint nesting)
{
  for (HyTreeNode *at = hy_tree_child (parent, "component"); at != NULL; at = hy_tree_next (at, "component"))
    {
      for (HyTreeNode *section = hy_tree_child (at, "section"); section != NULL && !out->full; section = hy_tree_next (section, "section"))
        write_section (self, out, section, nesting);
    }
}

/**
 * hy_cda_write_sections:
 * @body: (nullable): the structuredBody
 *
 * Writes its sections into the list that was begun.
 */
void
hy_cda_write_sections (HyCda *self,
                       HyOut *out,
                       HyTreeNode *body)
{
  if (body != NULL)
    write_sections_in (self, out, body, 1);
}

/* --- Words */

static gboolean
is_narrative (HyTreeNode *node)
{
  return (hy_tree_is (node, "text") || hy_tree_is (node, "title")) && hy_tree_is (node->parent, "section");
}

/**
 * hy_cda_append_words:
 * @top: the structuredBody
 * @words: gets the titles and narratives of all sections, a line each, HY_WIRE_MAX_TEXT bytes at most
 */
void
hy_cda_append_words (HyCda *self,
                     HyTreeNode *top,
                     GString *words)
{
  for (HyTreeNode *at = top; at != NULL && words->len < HY_WIRE_MAX_TEXT; at = hy_tree_following (at, top))
    {
      if (!is_narrative (at))
        continue;
      if (words->len > 0)
        g_string_append_c (words, '\n');
      for (HyTreeNode *inner = at; inner != NULL; inner = hy_tree_following (inner, at))
        {
          gboolean inside = hy_tree_is (inner, "content") || hy_tree_is (inner, "sub") || hy_tree_is (inner, "sup");
          gsize length;
          const char *text;

          if (inner->name != NULL)
            {
              /* A word does not go on in another element, but for a change of its look. */
              if (!inside && words->len > 0 && !g_ascii_isspace (words->str[words->len - 1]))
                g_string_append_c (words, ' ');
              continue;
            }
          text = hy_tree_get_text (self->tree, inner, &length);
          g_string_append_len (words, text, (gssize) MIN (length, HY_WIRE_MAX_TEXT));
          if (words->len > HY_WIRE_MAX_TEXT)
            break;
        }
    }
  if (words->len > HY_WIRE_MAX_TEXT)
    {
      const char *end = g_utf8_find_prev_char (words->str, words->str + HY_WIRE_MAX_TEXT);

      g_string_truncate (words, end != NULL ? (gsize) (end - words->str) : 0);
    }
}
