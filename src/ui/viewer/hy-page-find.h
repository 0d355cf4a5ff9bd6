/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/viewer/hy-page-view.h"

G_BEGIN_DECLS

/* Words looked for on all pages; the functions for others are in hy-page-view.h. */
GArray *hy_page_find_get_on (HyPageView *self, guint page); /* HyPageMatch; nullable */

G_END_DECLS
