/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-json.h"

G_BEGIN_DECLS

/* Rows at the top that are repeated on each page of a table; more of them are body rows. */
#define HY_TABLE_HEAD_ROWS 5

typedef enum {
  HY_TABLE_LEFT,
  HY_TABLE_CENTER,
  HY_TABLE_RIGHT,
} HyTableAlign;

/* A cell at its place; spans end where the table does. */
typedef struct {
  HyJsonNode   blocks; /* 0 = empty */
  guint        column, row;
  guint        width, height;
  gboolean     head;
  HyTableAlign align;
} HyTableCell;

/* A table of a reading, its cells in reading order. */
typedef struct {
  GArray  *cells; /* of HyTableCell */
  guint    n_rows, n_columns, n_head;
  gboolean broken; /* a row or a cell of it could not be read */
  gboolean cut;
} HyTable;

HyTable *hy_table_read (HyJson *json, HyJsonNode table);
void     hy_table_free (HyTable *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyTable, hy_table_free)

G_END_DECLS
