/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-secret.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* A new passphrase, typed twice: its strength, and what is missing until it is taken.  Property "title": of the first entry;
 * "hint": while nothing is typed.  Signal "changed"; signal "finished": Enter in the last entry, and it is ready. */
#define HY_TYPE_NEW_PASSPHRASE (hy_new_passphrase_get_type ())
G_DECLARE_FINAL_TYPE (HyNewPassphrase, hy_new_passphrase, HY, NEW_PASSPHRASE, AdwBin)

gboolean   hy_new_passphrase_is_ready     (HyNewPassphrase *self);
HySecret  *hy_new_passphrase_dup_secret   (HyNewPassphrase *self);
HySecret  *hy_new_passphrase_take         (HyNewPassphrase *self);
void       hy_new_passphrase_clear        (HyNewPassphrase *self);
void       hy_new_passphrase_set_editable (HyNewPassphrase *self, gboolean editable);
void       hy_new_passphrase_show_error   (HyNewPassphrase *self, const char *sentence);

G_END_DECLS
