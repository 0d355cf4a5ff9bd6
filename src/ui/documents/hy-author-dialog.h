/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* All authors, to search through and choose one.  Signal "chosen" (string): which. */
#define HY_TYPE_AUTHOR_DIALOG (hy_author_dialog_get_type ())
G_DECLARE_FINAL_TYPE (HyAuthorDialog, hy_author_dialog, HY, AUTHOR_DIALOG, AdwDialog)

AdwDialog *hy_author_dialog_new (GPtrArray *authors); /* HyAuthor */

G_END_DECLS
