/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/viewer/hy-page-view.h"

G_BEGIN_DECLS

/* The words of the current page, for assistive technology. */
void  hy_page_speech_init_iface (GtkAccessibleTextInterface *iface);
void  hy_page_speech_update     (HyPageView *self); /* another page is current, or its words came */
char *hy_page_speech_dup_name   (HyPageView *self);

G_END_DECLS
