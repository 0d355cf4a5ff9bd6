/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "records/hy-record-folder.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The folders: to choose one for a document, make another, rename and remove.  Signal "told" (string): what was done. */
#define HY_TYPE_FOLDER_DIALOG (hy_folder_dialog_get_type ())
G_DECLARE_FINAL_TYPE (HyFolderDialog, hy_folder_dialog, HY, FOLDER_DIALOG, AdwDialog)

AdwDialog *hy_folder_dialog_new (HyAccess *access, gint64 rowid); /* rowid 0: only to arrange them */

G_END_DECLS
