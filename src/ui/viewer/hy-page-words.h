/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "render/hy-render.h"

#include <graphene.h>

G_BEGIN_DECLS

/* Characters [first, end) of a page. */
typedef struct {
  guint first;
  guint end;
} HyPageSpan;

typedef enum {
  HY_PAGE_BY_CHARACTER,
  HY_PAGE_BY_WORD,
  HY_PAGE_BY_LINE,
} HyPageUnit;

char      *hy_page_words_dup_phrase (const char *typed);                                            /* nullable */
GArray    *hy_page_words_find     (HyRenderLayout *layout, const char *typed, guint most);         /* HyPageSpan */
gboolean   hy_page_words_has_any  (HyRenderLayout *layout);
guint      hy_page_words_at       (HyRenderLayout *layout, const graphene_point_t *pt);             /* where a caret would go */
gboolean   hy_page_words_is_over  (HyRenderLayout *layout, const graphene_point_t *pt);
HyPageSpan hy_page_words_around   (HyRenderLayout *layout, guint at, HyPageUnit unit);
GArray    *hy_page_words_boxes    (HyRenderLayout *layout, HyPageSpan span);                        /* HyWireBox, one a run of a line */
char      *hy_page_words_dup_text (HyRenderLayout *layout, HyPageSpan span);

G_END_DECLS
