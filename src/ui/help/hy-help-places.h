/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

const char *hy_help_places_find (AdwApplicationWindow *window);

G_END_DECLS
