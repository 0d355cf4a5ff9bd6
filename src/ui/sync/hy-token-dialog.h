/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-secret.h"
#include "space/hy-space-sync.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Asks for another token; what is waiting for it goes on. */
void      hy_token_dialog_present (GtkWidget *parent, HySpaceSync *sync);

HySecret *hy_token_entry_take     (GtkEditable *entry);                  /* nullable: what was typed; the entry is empty then */
void      hy_token_entry_put_back (GtkEditable *entry, HySecret *token); /* token nullable */

G_END_DECLS
