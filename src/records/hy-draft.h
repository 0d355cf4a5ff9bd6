/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-json.h"
#include "vault/hy-access.h"

G_BEGIN_DECLS

/* An edit of one resource on its way: its bytes, changed in place by splicing, and the version they were read at. */
#define HY_TYPE_DRAFT (hy_draft_get_type ())
G_DECLARE_FINAL_TYPE (HyDraft, hy_draft, HY, DRAFT, GObject)

HyDraft   *hy_draft_new        (HyAccess *access, gint64 rowid);
DexFuture *hy_draft_load       (HyDraft *self); /* boolean: the bytes are here */
HyJson    *hy_draft_get_json   (HyDraft *self); /* NULL until loaded */
gboolean   hy_draft_set_string (HyDraft *self, const char *path, const char *value, GError **error);
gboolean   hy_draft_set_json   (HyDraft *self, const char *path, const char *json, GError **error);
DexFuture *hy_draft_commit     (HyDraft *self); /* gint: the new version */

G_END_DECLS
