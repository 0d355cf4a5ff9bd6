/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-secret.h"
#include "fhir/hy-person.h"
#include "space/hy-space.h"

G_BEGIN_DECLS

/* From unlock to lock: the vault directory, its lock file, one keyholder's key, and the spaces it can open. */
#define HY_TYPE_SESSION (hy_session_get_type ())
G_DECLARE_FINAL_TYPE (HySession, hy_session, HY, SESSION, GObject)

typedef enum {
  HY_KDF_CALIBRATED, /* about one second on this machine */
  HY_KDF_INTERACTIVE, /* the floor, 64 MiB and t=3: tests and small machines */
} HyKdf;

typedef enum {
  HY_VAULT_ABSENT,   /* nothing there: the first start */
  HY_VAULT_PRESENT,
  HY_VAULT_UNREADABLE, /* headers damaged in both copies, or of a newer Hygie: say so before asking a secret */
} HyVaultState;

char         *hy_session_dup_default_dir (void);
HyVaultState  hy_session_probe    (const char *dir, GError **error);

DexFuture *hy_session_create            (const char *dir, HySecret *passphrase, HyKdf kdf); /* HySession */
DexFuture *hy_session_unlock            (const char *dir, HySecret *passphrase);            /* HySession */
DexFuture *hy_session_unlock_recovery   (const char *dir, HySecret *recovery);              /* HySession; text as typed */
DexFuture *hy_session_lock              (HySession *self);                                  /* boolean */
const char *hy_session_get_dir          (HySession *self);

/* The ways in.  Dates in seconds since 1970; 0 = not known. */
gint64     hy_session_get_passphrase_s  (HySession *self); /* when it was chosen */
gint64     hy_session_get_recovery_s    (HySession *self); /* when the key of the sheet was made */
gint64     hy_session_get_proved_s      (HySession *self); /* when the sheet was last shown to open this; of the opened spaces */
gboolean   hy_session_is_recovered      (HySession *self); /* the sheet let the person in, and no passphrase was chosen since */
DexFuture *hy_session_change_passphrase (HySession *self, HySecret *former, HySecret *fresh);       /* boolean; former NULL when recovered */
DexFuture *hy_session_prove_recovery    (HySession *self, HySecret *recovery);                      /* boolean; text as typed */
DexFuture *hy_session_note_proved       (HySession *self);                                          /* boolean: the sheet just opened this */

/* Only after hy_session_create, until it is dropped: the 36 characters of the recovery key. */
HySecret  *hy_session_get_recovery      (HySession *self);
void       hy_session_drop_recovery     (HySession *self);
GBytes    *hy_session_new_recovery_pdf  (HySession *self, GError **error);
/* One byte a module, row by row, 1 = dark; NULL after hy_session_drop_recovery. */
guint8    *hy_session_dup_recovery_qr   (HySession *self, guint *width);

DexFuture *hy_session_list_spaces  (HySession *self);                         /* GListModel of HySpaceInfo, oldest first */
DexFuture *hy_session_add_space    (HySession *self, const char *given, const char *family, HyDate birth_date, HySex sex, gboolean own); /* HySpace, opened */
DexFuture *hy_session_open_space   (HySession *self, const char *space_id);   /* HySpace */
DexFuture *hy_session_remove_space (HySession *self, const char *space_id);   /* boolean */

G_END_DECLS
