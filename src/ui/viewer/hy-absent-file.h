/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "space/hy-space-sync.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* In the place of a document whose file is not here: why, and whether it can be fetched.
 * Signal "fetched" (gint64 rowid): it is here now, as the file of that entry. */
#define HY_TYPE_ABSENT_FILE (hy_absent_file_get_type ())
G_DECLARE_FINAL_TYPE (HyAbsentFile, hy_absent_file, HY, ABSENT_FILE, AdwBin)

void hy_absent_file_show (HyAbsentFile *self, HySpace *space, gint64 rowid);
void hy_absent_file_stop (HyAbsentFile *self);

G_END_DECLS
