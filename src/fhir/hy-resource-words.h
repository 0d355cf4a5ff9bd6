/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-json.h"

G_BEGIN_DECLS

char *hy_resource_words_collect (HyJson     *json,
                                 HyJsonNode  resource,
                                 HyJsonNode  subject,
                                 const char *title,
                                 const char *more,
                                 GPtrArray  *links);

G_END_DECLS
