/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-json.h"

G_BEGIN_DECLS

char *hy_reading_header_dup_title (HyJson *reading);
char *hy_reading_header_dup_words (HyJson *reading, const char *title);

G_END_DECLS
