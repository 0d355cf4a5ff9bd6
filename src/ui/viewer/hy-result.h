/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-date.h"
#include "base/hy-json.h"
#include "ui/viewer/hy-range.h"

G_BEGIN_DECLS

/* Bytes of a value, a name or a comment in a row of results; the narrative has all of a longer one. */
#define HY_RESULT_TEXT_BYTES 2000

/* One result of a laboratory, as a person reads it. */
typedef struct {
  HyJsonNode   node, name_node, value_node, comment_node;
  gboolean     broken;         /* nothing else is set then, but node */
  char        *name;           /* never NULL */
  char        *value;          /* the rest may be */
  char        *unit;
  char        *type;
  char        *low;
  char        *high;
  char        *range_unit;
  char        *range;
  char        *flag;
  char        *comment;
  const char  *state;          /* words about its status; constant, translated */
  char        *before;         /* the newest earlier value, with its unit where that is another */
  HyDate       before_date;
  HyRangePlace place;
  gboolean     has_place;
  HyVerdict    verdict;
  gboolean     computed;
} HyResult;

HyResult   *hy_result_read              (HyJson *json, HyJsonNode node);
void        hy_result_free              (HyResult *self);
gboolean    hy_result_is_number         (const HyResult *self);
char       *hy_result_dup_reference     (const HyResult *self);
char       *hy_result_dup_remark        (const HyResult *self);
char       *hy_result_dup_spoken        (const HyResult *self);
const char *hy_result_get_verdict_word  (const HyResult *self);
const char *hy_result_get_verdict_icon  (const HyResult *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyResult, hy_result_free)

G_END_DECLS
