/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "space/hy-space-sync.h"
#include "vault/hy-vault-private.h"

G_BEGIN_DECLS

HySpace     *hy_space_new             (HyVault *vault, const guint8 actor[16]);
HyVault     *hy_space_get_vault       (HySpace *self);
HySpaceSync *hy_space_sync_new        (HySpace *space);
void         hy_space_sync_let_go     (HySpaceSync *self);
HySpaceSync *hy_space_peek_sync       (HySpace *self); /* nullable: when it was asked for */
HySpaceInfo *hy_space_info_new        (HyVault *vault);
HySpaceInfo *hy_space_info_new_broken (const char *id, const char *problem);
gint64       hy_space_info_get_made   (HySpaceInfo *self);
GHashTable  *hy_space_info_new_notes  (const char *given, const char *family, HyDate birth_date, HySex sex, gboolean own);

/* The person of the space as import compares them: its notes, and the INS of a linked Patient. */
DexFuture   *hy_space_ensure_patient  (HySpace *self); /* boolean */
HyPerson    *hy_space_dup_person      (HySpace *self);

G_END_DECLS
