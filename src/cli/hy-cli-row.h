/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "records/hy-record-lookup.h"

G_BEGIN_DECLS

/* How an entry is shown: members of a JSON object, a line of a list, or a few lines of its own. */
void hy_cli_row_add_members   (GString *line, HyAccess *access, const HyVaultRow *row);
void hy_cli_row_print_line    (HyAccess *access, const HyVaultRow *row);
void hy_cli_row_print_summary (HyAccess *access, const HyVaultRow *row);

G_END_DECLS
