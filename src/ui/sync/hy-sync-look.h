/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "space/hy-sync-words.h"

G_BEGIN_DECLS

/* A state as an icon tile shows it. */
typedef struct {
  const char *icon_name;
  const char *style;    /* nullable: class of the tile */
} HySyncLook;

const char *hy_sync_look_get_kind_icon (HyResourceClass klass);
HySyncLook  hy_sync_look_of_state      (HySpaceSyncState state);
HySyncLook  hy_sync_look_of_run        (const HyRun *run, gboolean running);
char       *hy_sync_look_dup_moment    (gint64 ms); /* "Today at 08:42", at the start of a line */
char       *hy_sync_look_dup_clock     (gint64 ms); /* "08:42"; with its day when that is not today */

G_END_DECLS
