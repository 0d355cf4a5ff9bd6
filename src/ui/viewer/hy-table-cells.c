/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the cells of a table stand, with their spans.  Pure.  Spans that leave the table are cut, and no two cells ever
 * overlap: a cell takes the next free place of its row, and is as wide as the free places beside it. */

#include "ui/viewer/hy-table-cells.h"

#include "render/hy-reading-wire.h"

#include <stdlib.h>

static guint
read_span (HyJson *json,
           HyJsonNode cell,
           const char *name,
           guint most)
{
  g_autofree char *text = hy_json_dup_number (json, hy_json_member (json, cell, name));
  guint64 span;

  /* "-3", "2.5", "1e9": none of them is a span. */
  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT32, &span, NULL))
    return 1;
  return (guint) MIN (span, most);
}

static HyTableAlign
read_align (HyJson *json,
            HyJsonNode cell)
{
  HyJsonNode align = hy_json_member (json, cell, "align");

  if (hy_json_string_equal (json, align, "right"))
    return HY_TABLE_RIGHT;
  return hy_json_string_equal (json, align, "center") ? HY_TABLE_CENTER : HY_TABLE_LEFT;
}

/* @busy: rows that each column is still taken by a cell from above. */
static void
place_row (HyTable *self,
           HyJson *json,
           HyJsonNode row,
           guint *busy,
           guint rows_left)
{
  gboolean head = hy_json_is_true (json, hy_json_member (json, row, "head"));
  HyJsonNode cells = hy_json_member (json, row, "cells");
  guint column = 0;

  if (hy_json_kind (json, cells) != HY_JSON_ARRAY)
    self->broken = TRUE;
  for (HyJsonNode node = hy_json_first (json, cells); node != 0 && !self->broken; node = hy_json_next (json, node))
    {
      HyTableCell cell = { 0 };

      if (hy_json_kind (json, node) != HY_JSON_OBJECT)
        {
          self->broken = TRUE;
          break;
        }
      while (column < HY_READING_MAX_COLUMNS && busy[column] > 0)
        column++;
      if (column == HY_READING_MAX_COLUMNS)
        {
          self->cut = TRUE;
          break;
        }
      cell.column = column;
      cell.row = self->n_rows;
      cell.height = read_span (json, node, "rows", rows_left);
      cell.width = read_span (json, node, "columns", HY_READING_MAX_COLUMNS - column);
      for (guint i = 1; i < cell.width; i++)
        if (busy[column + i] > 0)
          cell.width = i;
      for (guint i = 0; i < cell.width; i++)
        busy[column + i] = cell.height;
      cell.blocks = hy_json_member (json, node, "blocks");
      cell.head = head || hy_json_is_true (json, hy_json_member (json, node, "head"));
      cell.align = read_align (json, node);
      g_array_append_val (self->cells, cell);
      column += cell.width;
      self->n_columns = MAX (self->n_columns, column);
    }
  for (guint i = 0; i < HY_READING_MAX_COLUMNS; i++)
    if (busy[i] > 0)
      busy[i]--;
  if (head && self->n_head == self->n_rows && self->n_head < HY_TABLE_HEAD_ROWS)
    self->n_head++;
  self->n_rows++;
}

/**
 * hy_table_read:
 * @table: [ROW] of hy-reading-wire.h
 *
 * What comes behind a row that cannot be read is left out, and broken is set.
 */
HyTable *
hy_table_read (HyJson *json,
               HyJsonNode table)
{
  HyTable *self = g_new0 (HyTable, 1);
  g_autofree guint *busy = g_new0 (guint, HY_READING_MAX_COLUMNS);
  guint rows_left;

  self->cells = g_array_new (FALSE, FALSE, sizeof (HyTableCell));
  if (hy_json_kind (json, table) != HY_JSON_ARRAY)
    {
      self->broken = TRUE;
      return self;
    }
  rows_left = MIN (hy_json_count (json, table), HY_READING_MAX_ROWS);
  for (HyJsonNode row = hy_json_first (json, table); row != 0; row = hy_json_next (json, row))
    {
      if (rows_left == 0)
        {
          self->cut = TRUE;
          break;
        }
      place_row (self, json, row, busy, rows_left);
      if (self->broken)
        break;
      rows_left--;
    }
  /* A table of nothing but head rows has a body too. */
  if (self->n_head == self->n_rows)
    self->n_head = 0;
  return self;
}

void
hy_table_free (HyTable *self)
{
  g_array_unref (self->cells);
  g_free (self);
}
