/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/viewer/hy-reading-blocks.h"
#include "ui/viewer/hy-result.h"

G_BEGIN_DECLS

/* Widgets shown at once, about; a longer document has several parts, with a way to the next one. */
#define HY_READING_PART_WIDGETS 4000
/* Results that are made in one go. */
#define HY_READING_UNIT_RESULTS 60

typedef enum {
  HY_READING_HEADING, /* node: a string */
  HY_READING_RESULTS, /* node: a string above them, or 0 */
  HY_READING_BLOCK,   /* node: a BLOCK */
  HY_READING_REPEAT,  /* node: a table that says the results again; folded */
  HY_READING_EMPTY,   /* a section without content */
  HY_READING_BROKEN,
  HY_READING_CUT,     /* the worker left something out here */
} HyReadingUnitKind;

/* A piece of a document that is made into widgets in one go. */
typedef struct {
  HyReadingUnitKind kind;
  HyJsonNode        node;
  guint             level;        /* of a heading */
  guint             first_result; /* index in results */
  guint             n_results;
  guint             part;
} HyReadingUnit;

typedef struct {
  GArray    *units;   /* of HyReadingUnit, in reading order */
  GPtrArray *results; /* of HyResult, all of the document */
  guint      n_outside;
  guint      n_judged;
  guint      n_parts;
} HyReadingUnits;

HyReadingUnits *hy_reading_units_new  (HyReadingMaker *maker);
void            hy_reading_units_free (HyReadingUnits *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyReadingUnits, hy_reading_units_free)

G_END_DECLS
