/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a caller can act on.  Messages are whole translated sentences for a person; anything that
 * nobody can act on keeps its library's own domain. */
typedef enum {
  HY_ERROR_LOCKED,       /* the space or vault is locked */
  HY_ERROR_CORRUPT,      /* damaged on disk: nothing was changed */
  HY_ERROR_CONFLICT,     /* the thing changed meanwhile */
  HY_ERROR_DENIED,       /* the actor may not do this */
  HY_ERROR_OFFLINE,      /* no network */
  HY_ERROR_BUSY,         /* another program has the vault open */
  HY_ERROR_WRONG_SECRET, /* wrong, damaged or tampered: deliberately one case */
  HY_ERROR_REFUSED,      /* input that is not taken, with the reason */
  HY_ERROR_MISSING,      /* no such thing */
  HY_ERROR_EXISTS,       /* already there */
  HY_ERROR_NEWER,        /* written by a newer Hygie */
} HyError;

#define HY_ERROR (hy_error_quark ())
GQuark hy_error_quark (void);

G_END_DECLS
