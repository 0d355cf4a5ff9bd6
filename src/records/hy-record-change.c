/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One act of a person on one entry. */

#include "records/hy-record-change.h"

#include "base/hy-async.h"
#include "fhir/hy-resource-row.h"
#include "vault/hy-vault-resources.h"

typedef struct
{
  HyAccess *access;
  gint64 rowid;
} Act;

static void
act_free (gpointer data)
{
  Act *act = data;

  g_object_unref (act->access);
  g_free (act);
}

static GArray *
new_rowids (gint64 rowid)
{
  GArray *rowids = g_array_sized_new (FALSE, FALSE, sizeof (gint64), 1);

  return g_array_append_val (rowids, rowid);
}

static DexFuture *
mark_read_fiber (gpointer user_data)
{
  Act *act = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HyVaultRow) row = dex_await_boxed (hy_vault_dup_row (act->access, act->rowid), &error);
  g_autoptr (GArray) rowids = NULL;

  if (row == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  /* A write makes every list read its keys again: not for nothing. */
  if (!(row->flags & HY_ROW_UNREAD))
    return dex_future_new_true ();
  rowids = new_rowids (act->rowid);
  return hy_vault_set_flags (act->access, rowids, 0, HY_ROW_UNREAD);
}

/**
 * hy_record_mark_read:
 *
 * Takes the mark "new" away, if it has it.
 */
DexFuture *
hy_record_mark_read (HyAccess *access,
                     gint64 rowid)
{
  Act *act;

  dex_return_error_if_fail (HY_IS_ACCESS (access));

  act = g_new0 (Act, 1);
  act->access = g_object_ref (access);
  act->rowid = rowid;
  return hy_fiber (mark_read_fiber, act, act_free);
}

/**
 * hy_record_mark:
 * @rowids: (element-type gint64):
 * @set: among HY_ROW_UNREAD and HY_ROW_PINNED
 *
 * Marks of this computer, which no server hears of.
 */
DexFuture *
hy_record_mark (HyAccess *access,
                GArray *rowids,
                guint set,
                guint clear)
{
  dex_return_error_if_fail (HY_IS_ACCESS (access) && ((set | clear) & ~HY_VAULT_READER_FLAGS) == 0);

  return hy_vault_set_flags (access, rowids, set, clear);
}

/**
 * hy_record_remove:
 *
 * Removes the entry and its file from this computer's vault.  It cannot be brought back.
 */
DexFuture *
hy_record_remove (HyAccess *access,
                  gint64 rowid)
{
  g_autoptr (GArray) rowids = new_rowids (rowid);

  dex_return_error_if_fail (HY_IS_ACCESS (access));

  return hy_vault_remove (access, rowids);
}

/**
 * hy_record_let_go:
 * @rowids: (element-type gint64):
 *
 * Nothing shows them any more; hy_record_bring_back() undoes it with all that they were.
 */
DexFuture *
hy_record_let_go (HyAccess *access,
                  GArray *rowids)
{
  dex_return_error_if_fail (HY_IS_ACCESS (access));

  return hy_vault_mark_going (access, rowids);
}

DexFuture *
hy_record_bring_back (HyAccess *access,
                      GArray *rowids)
{
  dex_return_error_if_fail (HY_IS_ACCESS (access));

  return hy_vault_unmark_going (access, rowids);
}

/**
 * hy_record_remove_let_go:
 *
 * The way back is closed.  Those that were brought back stay.
 */
DexFuture *
hy_record_remove_let_go (HyAccess *access,
                         GArray *rowids)
{
  dex_return_error_if_fail (HY_IS_ACCESS (access));

  return hy_vault_remove_going (access, rowids);
}
