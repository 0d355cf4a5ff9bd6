/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vault/hy-database.h"

G_BEGIN_DECLS

gboolean hy_schema_check   (HyDatabase *database, GError **error);
gboolean hy_schema_migrate (HyDatabase *database, GError **error);

G_END_DECLS
