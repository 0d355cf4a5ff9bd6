/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/viewer/hy-page-view.h"

G_BEGIN_DECLS

/* What the decoder is asked for, and what becomes of its answers. */
void hy_page_jobs_pump   (HyPageView *self); /* asks for what is wanted now */
void hy_page_jobs_cancel (HyPageView *self); /* nothing of it is wanted any more */

G_END_DECLS
