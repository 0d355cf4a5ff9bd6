/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/viewer/hy-page-view.h"
#include "ui/viewer/hy-page-words.h"

G_BEGIN_DECLS

/* Words that are selected, by the mouse or all of them, and copied. */
void       hy_page_select_add_gestures (HyPageView *self);
HyPageSpan hy_page_select_get_span     (HyPageView *self, guint page); /* what of the page is selected */

G_END_DECLS
