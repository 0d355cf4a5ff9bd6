/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One table of the narrative.  Only a page of it is ever made into widgets; its head rows come with each page. */

#include "config.h"

#include "ui/viewer/hy-narrative-table.h"

#include "ui/viewer/hy-reading-text.h"

#include <glib/gi18n.h>

/* Characters that a column keeps when the window is narrow: most words. */
#define KEPT_CHARS 9
/* px that the columns of the narrowest window have together, and px beside the words of each. */
#define NARROW_ROOM 312
#define CELL_ROOM 24

struct _HyNarrativeTable
{
  GtkWidget parent_instance;

  HyReadingMaker *maker;
  HyJsonNode node; /* the block */
  HyTable *table;
  guint depth;
  guint page;
  guint page_rows; /* body rows of a page */
  gboolean stacked;

  GtkWidget *box;
  GtkWidget *card; /* what holds the rows of this page */
  GtkWidget *position;
  GtkWidget *previous;
  GtkWidget *next;
};

G_DEFINE_FINAL_TYPE (HyNarrativeTable, hy_narrative_table, GTK_TYPE_WIDGET)

/* The cells whose first row is @row or later begin here; cells are in the order of rows. */
static guint
find_first (const HyTable *table,
            guint row)
{
  guint low = 0, high = table->cells->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (table->cells, HyTableCell, middle).row < row)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* The words of the head cells above a column, the lowest last; NULL = none. */
static char *
dup_header (HyNarrativeTable *self,
            guint column)
{
  g_autoptr (GString) words = g_string_new (NULL);

  for (guint i = 0; i < self->table->cells->len; i++)
    {
      const HyTableCell *cell = &g_array_index (self->table->cells, HyTableCell, i);
      HyJsonNode block;

      if (cell->row >= self->table->n_head)
        break;
      if (column < cell->column || column >= cell->column + cell->width)
        continue;
      block = hy_json_first (self->maker->json, cell->blocks);
      for (; block != 0; block = hy_json_next (self->maker->json, block))
        {
          HyJsonNode runs = hy_json_member (self->maker->json, block, "p");
          g_autofree char *plain = NULL;

          if (hy_json_kind (self->maker->json, runs) != HY_JSON_ARRAY)
            continue;
          plain = hy_reading_text_dup_plain (self->maker->json, runs);
          if (*plain == '\0' || strlen (plain) > HY_READING_LABEL_BYTES || words->len > HY_READING_LABEL_BYTES)
            continue;
          if (words->len > 0)
            g_string_append (words, ", ");
          g_string_append (words, plain);
        }
    }
  return words->len > 0 ? g_string_free (g_steal_pointer (&words), FALSE) : NULL;
}

/* Aligns what the cell's labels hold. */
static void
align (GtkWidget *widget,
       HyTableAlign alignment)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_LABEL (child))
      {
        gtk_label_set_xalign (GTK_LABEL (child), alignment == HY_TABLE_RIGHT ? 1 : alignment == HY_TABLE_CENTER ? 0.5f
                                                                                                                : 0);
        gtk_label_set_justify (GTK_LABEL (child), alignment == HY_TABLE_RIGHT    ? GTK_JUSTIFY_RIGHT
                                                  : alignment == HY_TABLE_CENTER ? GTK_JUSTIFY_CENTER
                                                                                 : GTK_JUSTIFY_LEFT);
      }
    else
      align (child, alignment);
}

/* A screen reader says the column's header behind what a cell holds, for the grid has no rows to move in. */
static void
describe (GtkWidget *widget,
          const char *header)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_LABEL (child))
      gtk_accessible_update_property (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, header, -1);
    else
      describe (child, header);
}

static void
keep_words (GtkWidget *widget)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_LABEL (child))
      gtk_label_set_width_chars (GTK_LABEL (child),
                                 (int) MIN (g_utf8_strlen (gtk_label_get_text (GTK_LABEL (child)), 40), KEPT_CHARS));
}

static GtkWidget *
new_cell (HyNarrativeTable *self,
          const HyTableCell *cell)
{
  GtkWidget *widget = hy_reading_blocks_new (self->maker, cell->blocks, self->depth + 1);

  gtk_widget_add_css_class (widget, "narrative-cell");
  if (cell->head)
    gtk_widget_add_css_class (widget, "head");
  gtk_widget_set_hexpand (widget, TRUE);
  if (cell->align != HY_TABLE_LEFT)
    align (widget, cell->align);
  return widget;
}

static void
attach_cell (HyNarrativeTable *self,
             GtkWidget *grid,
             const HyTableCell *cell,
             guint top,  /* row of the grid */
             guint from, /* row of the table that stands there */
             guint end,  /* row of the table behind the last one shown */
             char **headers)
{
  guint first = MAX (cell->row, from);
  guint last = MIN (cell->row + cell->height, end);
  GtkWidget *widget;

  if (first >= last)
    return;
  widget = new_cell (self, cell);
  if (cell->width == 1)
    keep_words (widget);
  if (!cell->head && headers != NULL && headers[cell->column] != NULL)
    describe (widget, headers[cell->column]);
  if (last == end && end == self->table->n_rows)
    gtk_widget_add_css_class (widget, "last");
  gtk_grid_attach (GTK_GRID (grid), widget, (int) cell->column, (int) (top + first - from), (int) cell->width,
                   (int) (last - first));
}

/* Cells that began above the page are shown at its top, for the rows they hold on. */
static void
fill_grid (HyNarrativeTable *self,
           guint from,
           guint end,
           char **headers)
{
  const HyTable *table = self->table;
  GtkWidget *grid = g_object_new (GTK_TYPE_GRID, NULL);

  gtk_widget_add_css_class (grid, "narrative-grid");
  gtk_box_append (GTK_BOX (self->card), grid);
  for (guint i = 0; i < find_first (table, table->n_head); i++)
    attach_cell (self, grid, &g_array_index (table->cells, HyTableCell, i), 0, 0, table->n_head, NULL);
  for (guint i = find_first (table, table->n_head); i < table->cells->len && self->maker->left > 0; i++)
    {
      const HyTableCell *cell = &g_array_index (table->cells, HyTableCell, i);

      if (cell->row >= end)
        break;
      attach_cell (self, grid, cell, table->n_head, from, end, headers);
    }
}

static void
append_pair (HyNarrativeTable *self,
             GtkWidget *row,
             const HyTableCell *cell,
             const char *header)
{
  GtkWidget *pair, *value;

  if (hy_json_first (self->maker->json, cell->blocks) == 0)
    return;
  pair = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  value = new_cell (self, cell);
  gtk_widget_remove_css_class (value, "narrative-cell");
  align (value, HY_TABLE_LEFT);
  if (header != NULL)
    {
      GtkWidget *name = gtk_label_new (header);

      gtk_label_set_wrap (GTK_LABEL (name), TRUE);
      gtk_label_set_wrap_mode (GTK_LABEL (name), PANGO_WRAP_WORD_CHAR);
      gtk_label_set_xalign (GTK_LABEL (name), 0);
      gtk_widget_add_css_class (name, "caption");
      gtk_widget_add_css_class (name, "dimmed");
      gtk_box_append (GTK_BOX (pair), name);
      describe (value, header);
    }
  gtk_box_append (GTK_BOX (pair), value);
  gtk_box_append (GTK_BOX (row), pair);
}

/* Each row of the table is a row of a list; what spans several rows is said in each of them. */
static void
fill_stack (HyNarrativeTable *self,
            guint from,
            guint end,
            char **headers)
{
  const HyTable *table = self->table;
  g_autofree GtkWidget **rows = g_new0 (GtkWidget *, end - from);

  for (guint i = 0; i < end - from; i++)
    {
      rows[i] = g_object_new (GTK_TYPE_BOX, "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 6,
                              "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP, NULL);
      gtk_widget_add_css_class (rows[i], "narrative-row");
      gtk_box_append (GTK_BOX (self->card), rows[i]);
    }
  for (guint i = find_first (table, table->n_head); i < table->cells->len && self->maker->left > 0; i++)
    {
      const HyTableCell *cell = &g_array_index (table->cells, HyTableCell, i);

      if (cell->row >= end)
        break;
      for (guint row = MAX (cell->row, from); row < MIN (cell->row + cell->height, end) && self->maker->left > 0; row++)
        append_pair (self, rows[row - from], cell, headers[cell->column]);
    }
}

/* With large text two columns are as crowded as three. */
static gboolean
is_too_wide (HyNarrativeTable *self)
{
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self));
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int char_width = PANGO_PIXELS_CEIL (MAX (pango_font_metrics_get_approximate_char_width (metrics),
                                           pango_font_metrics_get_approximate_digit_width (metrics)));

  pango_font_metrics_unref (metrics);
  return self->table->n_columns * (guint) (KEPT_CHARS * char_width + CELL_ROOM) > NARROW_ROOM;
}

static guint
get_n_body (HyNarrativeTable *self)
{
  return self->table->n_rows - self->table->n_head;
}

guint
hy_narrative_table_get_n_pages (HyNarrativeTable *self)
{
  g_return_val_if_fail (HY_IS_NARRATIVE_TABLE (self), 0);

  return MAX (1, (get_n_body (self) + self->page_rows - 1) / self->page_rows);
}

static void
fill (HyNarrativeTable *self)
{
  guint from = self->table->n_head + self->page * self->page_rows;
  guint end = MIN (from + self->page_rows, self->table->n_rows);
  char **of_columns = g_newa0 (char *, self->table->n_columns + 1);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL, *child;

  if (focus != NULL && gtk_widget_is_ancestor (focus, self->card))
    gtk_root_set_focus (root, NULL);
  while ((child = gtk_widget_get_first_child (self->card)) != NULL)
    gtk_box_remove (GTK_BOX (self->card), child);
  for (guint i = 0; i < self->table->n_columns && self->table->n_head > 0; i++)
    of_columns[i] = dup_header (self, i);
  if (self->stacked)
    fill_stack (self, from, end, of_columns);
  else
    fill_grid (self, from, end, of_columns);
  for (guint i = 0; i < self->table->n_columns; i++)
    g_free (of_columns[i]);
  if (self->maker->left == 0 && (child = hy_reading_cut_new (self->maker)) != NULL)
    gtk_box_append (GTK_BOX (self->card), child);
  if (self->position == NULL)
    return;
  {
    g_autofree char *words = NULL;

    /* Translators: which rows of a long table are shown: Rows 101 to 200 of 1500. */
    words = g_strdup_printf (_ ("Rows %u to %u of %u"), from - self->table->n_head + 1, end - self->table->n_head,
                             get_n_body (self));
    gtk_label_set_text (GTK_LABEL (self->position), words);
  }
  gtk_widget_set_sensitive (self->previous, self->page > 0);
  gtk_widget_set_sensitive (self->next, self->page + 1 < hy_narrative_table_get_n_pages (self));
}

static void
turn_to (HyNarrativeTable *self,
         guint page)
{
  if (page == self->page || page >= hy_narrative_table_get_n_pages (self))
    return;
  self->page = page;
  hy_reading_maker_begin (self->maker);
  fill (self);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), gtk_label_get_text (GTK_LABEL (self->position)),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
on_previous_clicked (HyNarrativeTable *self)
{
  if (self->page > 0)
    turn_to (self, self->page - 1);
}

static void
on_next_clicked (HyNarrativeTable *self)
{
  turn_to (self, self->page + 1);
}

static GtkWidget *
new_step (HyNarrativeTable *self,
          const char *icon_name,
          const char *words,
          GCallback callback)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon_name);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  g_signal_connect_object (button, "clicked", callback, self, G_CONNECT_SWAPPED);
  return button;
}

static void
append_pager (HyNarrativeTable *self)
{
  GtkWidget *pager = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->previous = new_step (self, "go-previous-symbolic", _ ("Rows before these"), G_CALLBACK (on_previous_clicked));
  self->next = new_step (self, "go-next-symbolic", _ ("Rows after these"), G_CALLBACK (on_next_clicked));
  self->position = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->position), TRUE);
  gtk_widget_add_css_class (self->position, "caption");
  gtk_widget_add_css_class (self->position, "numeric");
  gtk_widget_set_halign (pager, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (pager), self->previous);
  gtk_box_append (GTK_BOX (pager), self->position);
  gtk_box_append (GTK_BOX (pager), self->next);
  gtk_box_append (GTK_BOX (self->box), pager);
}

/**
 * hy_narrative_table_show_row:
 * @row: of the table, head rows counted; its page is turned to
 */
void
hy_narrative_table_show_row (HyNarrativeTable *self,
                             guint row)
{
  g_return_if_fail (HY_IS_NARRATIVE_TABLE (self));

  if (row >= self->table->n_head)
    turn_to (self, (row - self->table->n_head) / self->page_rows);
}

static void
hy_narrative_table_dispose (GObject *object)
{
  HyNarrativeTable *self = HY_NARRATIVE_TABLE (object);

  if (self->maker != NULL && g_hash_table_lookup (self->maker->tables, GUINT_TO_POINTER (self->node)) == self)
    g_hash_table_remove (self->maker->tables, GUINT_TO_POINTER (self->node));
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->table, hy_table_free);
  g_clear_pointer (&self->maker, hy_reading_maker_unref);
  G_OBJECT_CLASS (hy_narrative_table_parent_class)->dispose (object);
}

static void
hy_narrative_table_class_init (HyNarrativeTableClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hy_narrative_table_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
hy_narrative_table_init (HyNarrativeTable *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

/**
 * hy_narrative_table_new:
 * @block: a BLOCK of hy-reading-wire.h with a "table"
 */
GtkWidget *
hy_narrative_table_new (HyReadingMaker *maker,
                        HyJsonNode block,
                        guint depth)
{
  HyNarrativeTable *self = g_object_new (HY_TYPE_NARRATIVE_TABLE, NULL);
  HyJsonNode caption = hy_json_member (maker->json, block, "caption");
  const HyTable *table;

  self->maker = hy_reading_maker_ref (maker);
  self->node = block;
  self->depth = depth;
  self->table = hy_table_read (maker->json, hy_json_member (maker->json, block, "table"));
  table = self->table;
  self->stacked = (maker->narrow && (table->n_columns > 2 || is_too_wide (self))) || table->n_columns > HY_NARRATIVE_TABLE_COLUMNS;
  self->page_rows = CLAMP (HY_NARRATIVE_TABLE_CELLS / MAX (table->n_columns, 1), 1, HY_NARRATIVE_TABLE_ROWS);
  if (depth == 0)
    g_hash_table_insert (maker->tables, GUINT_TO_POINTER (block), self);

  if (caption != 0)
    {
      g_autofree char *words = hy_reading_text_dup_plain (maker->json, caption);
      GtkWidget *label = hy_reading_heading_new (maker, caption, 0);

      if (strlen (words) <= HY_READING_LABEL_BYTES)
        gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
      gtk_box_append (GTK_BOX (self->box), label);
    }
  if (table->n_rows > 0 && table->n_columns > 0)
    {
      self->card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
      gtk_widget_add_css_class (self->card, "card");
      gtk_widget_set_overflow (self->card, GTK_OVERFLOW_HIDDEN);
      gtk_box_append (GTK_BOX (self->box), self->card);
      if (hy_narrative_table_get_n_pages (self) > 1)
        append_pager (self);
      fill (self);
    }
  if (table->broken)
    gtk_box_append (GTK_BOX (self->box), hy_reading_broken_new ());
  if (table->cut || hy_json_is_true (maker->json, hy_json_member (maker->json, block, "cut")))
    gtk_box_append (GTK_BOX (self->box),
                    hy_reading_note_new ("dialog-information-symbolic",
                                         _ ("This table is larger than what is shown here. The document itself is kept as it "
                                            "was received.")));
  return GTK_WIDGET (self);
}
