/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fhir/hy-resource-row.h"
#include "vault/hy-vault-resources.h"

G_BEGIN_DECLS

HyVaultItem *hy_record_item_new (GBytes        *json,
                                 HyResourceRow *row,
                                 const char    *full_url);

G_END_DECLS
