/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-json.h"
#include "import/hy-import-decoder.h"

G_BEGIN_DECLS

/* One document of an archive. */
typedef struct {
  guint      index;      /* in the archive's metadata, from 0 */
  char      *name;       /* what a person sees of its file's name; valid UTF-8 */
  HyJson    *xdm;        /* the metadata, and the document in it */
  HyJsonNode entry;
  gboolean   superseded; /* another document of the archive replaces it */
  gboolean   as_sent;    /* size and hash are those that the metadata says */
  GBytes    *bytes;      /* NULL when refused */
  GError    *refused;    /* non-NULL: why it is not there */
} HyImportMember;

void hy_import_member_free (HyImportMember *member);

/* An IHE_XDM.ZIP: its documents one after the other, never more than one in memory. */
typedef struct _HyImportParcel HyImportParcel;

HyImportParcel *hy_import_parcel_new           (GInputStream *stream, const HyImportDecoder *decoder,
                                                GCancellable *cancellable, GError **error);
void            hy_import_parcel_free          (HyImportParcel *self);
guint           hy_import_parcel_get_n_members (HyImportParcel *self);
gboolean        hy_import_parcel_next          (HyImportParcel *self, HyImportMember **member, GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyImportMember, hy_import_member_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyImportParcel, hy_import_parcel_free)

G_END_DECLS
