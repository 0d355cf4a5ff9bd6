/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-json.h"

G_BEGIN_DECLS

HyJsonNode  hy_human_name_choose      (HyJson *json, HyJsonNode names);
char       *hy_human_name_dup_display (HyJson *json, HyJsonNode names, gboolean with_prefix);

G_END_DECLS
