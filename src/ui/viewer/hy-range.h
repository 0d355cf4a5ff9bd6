/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A result and its reference, as received; each may be NULL. */
typedef struct {
  const char *type;       /* "PQ", "ST", ... */
  const char *value;
  const char *unit;
  const char *low;
  const char *high;
  const char *range_unit;
  const char *flag;       /* the laboratory's own word on it */
  gboolean    set_aside;  /* negated or cancelled: nothing is said about it */
} HyRangeResult;

typedef enum {
  HY_RANGE_UNKNOWN,
  HY_RANGE_INSIDE,
  HY_RANGE_BELOW,
  HY_RANGE_ABOVE,
} HyRangeSide;

typedef enum {
  HY_VERDICT_NONE,      /* nothing was said, and nothing can be computed */
  HY_VERDICT_IN_RANGE,
  HY_VERDICT_BELOW,
  HY_VERDICT_FAR_BELOW,
  HY_VERDICT_ABOVE,
  HY_VERDICT_FAR_ABOVE,
  HY_VERDICT_ABNORMAL,  /* the laboratory says so, and not on which side */
  HY_VERDICT_OTHER,     /* the laboratory's flag is about something else: shown as it is */
} HyVerdict;

typedef enum {
  HY_RANGE_IS,
  HY_RANGE_LESS,     /* "<5" */
  HY_RANGE_AT_MOST,  /* "≤5" */
  HY_RANGE_MORE,     /* ">5" */
  HY_RANGE_AT_LEAST, /* "≥5" */
} HyRangeRelation;

/* Parts of a track that runs from 0 to 1. */
typedef struct {
  double      band_start;
  double      band_end;
  double      mark;
  HyRangeSide side; /* of the mark */
} HyRangePlace;

gboolean    hy_range_parse_number (const char *text, HyRangeRelation *relation, double *number);
gboolean    hy_range_same_unit    (const char *a, const char *b);
HyRangeSide hy_range_compare      (const HyRangeResult *result);
HyVerdict   hy_range_judge        (const HyRangeResult *result, gboolean *computed);
gboolean    hy_range_place        (const HyRangeResult *result, HyRangePlace *place);
gboolean    hy_verdict_is_outside (HyVerdict verdict);

G_END_DECLS
