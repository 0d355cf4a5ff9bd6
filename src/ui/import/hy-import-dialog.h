/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "space/hy-space.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Brings files into a space and says for each what became of it, and why.  Closing it lets the work go on.
 * Properties "running" and "status" (words); signal "open-document" (gint64 rowid). */
#define HY_TYPE_IMPORT_DIALOG (hy_import_dialog_get_type ())
G_DECLARE_FINAL_TYPE (HyImportDialog, hy_import_dialog, HY, IMPORT_DIALOG, AdwDialog)

AdwDialog  *hy_import_dialog_new         (HySpace *space, GPtrArray *files); /* GFile; begins at once */
gboolean    hy_import_dialog_get_running (HyImportDialog *self);
const char *hy_import_dialog_get_status  (HyImportDialog *self);
guint       hy_import_dialog_get_added   (HyImportDialog *self);
gboolean    hy_import_dialog_get_waits   (HyImportDialog *self); /* for the person to decide something */
void        hy_import_dialog_stop        (HyImportDialog *self); /* what was added stays */

G_END_DECLS
