/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-json.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Matches that are counted and marked; who has more of them types another letter. */
#define HY_READING_MAX_MATCHES 10000

/* Words found in a reading, and marked in the labels that show it now. */
typedef struct _HyReadingFind HyReadingFind;

typedef struct {
  HyJsonNode node; /* the text */
  gsize      start, end;
  guint      unit;  /* as given with the text */
  HyJsonNode table; /* 0 = none */
  guint      row;   /* of it */
} HyReadingMatch;

HyReadingFind *hy_reading_find_new        (HyJson *json);
void           hy_reading_find_free       (HyReadingFind *self);
void           hy_reading_find_add_text   (HyReadingFind *self, HyJsonNode node, guint unit, HyJsonNode table, guint row);
void           hy_reading_find_add_label  (HyReadingFind *self, HyJsonNode node, gsize base, GtkLabel *label);
guint          hy_reading_find_search     (HyReadingFind *self, const char *words);
guint          hy_reading_find_step       (HyReadingFind *self, int direction);
const HyReadingMatch *hy_reading_find_get_current (HyReadingFind *self);
GtkLabel      *hy_reading_find_get_label  (HyReadingFind *self, const HyReadingMatch *match, gsize *index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyReadingFind, hy_reading_find_free)

G_END_DECLS
