/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void hy_narrative_append_text (GString *out, const char *xhtml, gsize length);

G_END_DECLS
