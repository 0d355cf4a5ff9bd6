/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders hold documents and nothing else: who may edit those may arrange them. */

#include "records/hy-record-folder.h"

#include "fhir/hy-resource-class.h"

DexFuture *
hy_record_dup_folders (HyAccess *access)
{
  dex_return_error_if_fail (HY_IS_ACCESS (access));

  return hy_vault_dup_folders (access);
}

DexFuture *
hy_record_add_folder (HyAccess *access,
                      const char *title)
{
  dex_return_error_if_fail (HY_IS_ACCESS (access) && title != NULL);

  return hy_vault_add_folder (access, HY_CLASS_DOCUMENT, title);
}

DexFuture *
hy_record_rename_folder (HyAccess *access,
                         gint64 folder,
                         const char *title)
{
  dex_return_error_if_fail (HY_IS_ACCESS (access) && title != NULL);

  return hy_vault_rename_folder (access, HY_CLASS_DOCUMENT, folder, title);
}

DexFuture *
hy_record_remove_folder (HyAccess *access,
                         gint64 folder)
{
  dex_return_error_if_fail (HY_IS_ACCESS (access));

  return hy_vault_remove_folder (access, HY_CLASS_DOCUMENT, folder);
}

DexFuture *
hy_record_put_in_folder (HyAccess *access,
                         gint64 rowid,
                         gint64 folder)
{
  g_autoptr (GArray) rowids = g_array_sized_new (FALSE, FALSE, sizeof rowid, 1);

  dex_return_error_if_fail (HY_IS_ACCESS (access));

  g_array_append_val (rowids, rowid);
  return hy_vault_put_in_folder (access, rowids, folder);
}

DexFuture *
hy_record_get_folder (HyAccess *access,
                      gint64 rowid)
{
  dex_return_error_if_fail (HY_IS_ACCESS (access));

  return hy_vault_get_folder (access, rowid);
}
