/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One-time reading of a space for the command line, which may not name the vault.  Keeps nothing. */

#include "records/hy-record-lookup.h"

#include "fhir/hy-resource-row.h"

/**
 * hy_record_list:
 * @klass: a HyResourceClass, or %G_MAXUINT for every class that @access may read
 *
 * The listing holds keys only, so that a list of 100 000 stays small; read its rows with hy_record_dup_rows().
 *
 * Returns: (transfer full): a future of a HyVaultListing, newest first, undated entries last
 * Errors: %HY_ERROR_DENIED, %HY_ERROR_LOCKED, %HY_ERROR_CORRUPT
 */
DexFuture *
hy_record_list (HyAccess *access,
                guint klass)
{
  return hy_vault_list (access, klass, HY_SORT_NEWEST, /* first_rows= */ 0);
}

/**
 * hy_record_list_unread:
 *
 * The newest entries of @klass that nobody has looked at yet, at most @max, without reading the whole list.
 *
 * Returns: (transfer full): a future of a HyVaultListing
 * Errors: %HY_ERROR_DENIED, %HY_ERROR_LOCKED, %HY_ERROR_CORRUPT
 */
DexFuture *
hy_record_list_unread (HyAccess *access,
                       guint klass,
                       guint max)
{
  return hy_vault_list_flagged (access, klass, HY_ROW_UNREAD, max);
}

DexFuture *
hy_record_has_any (HyAccess *access,
                   guint klass)
{
  return hy_vault_has_any (access, klass);
}

/**
 * hy_record_dup_rows:
 * @first: position in @listing
 * @count: how many at most; less at the end of the list
 *
 * Returns: (transfer full): a future of a GPtrArray of HyVaultRow in the order of the listing, without those that
 *   were removed since
 * Errors: %HY_ERROR_DENIED, %HY_ERROR_LOCKED, %HY_ERROR_CORRUPT
 */
DexFuture *
hy_record_dup_rows (HyAccess *access,
                    HyVaultListing *listing,
                    guint first,
                    guint count)
{
  g_autoptr (GArray) rowids = NULL;
  guint end;

  dex_return_error_if_fail (first <= listing->keys->len);

  end = first + MIN (count, listing->keys->len - first);
  rowids = g_array_sized_new (FALSE, FALSE, sizeof (gint64), end - first);
  for (guint i = first; i < end; i++)
    g_array_append_val (rowids, g_array_index (listing->keys, HyVaultKey, i).rowid);
  return hy_vault_dup_rows (access, rowids);
}

/**
 * hy_record_dup_row:
 *
 * Returns: (transfer full): a future of a HyVaultRow
 * Errors: %HY_ERROR_MISSING when there is no such entry, %HY_ERROR_DENIED, %HY_ERROR_LOCKED
 */
DexFuture *
hy_record_dup_row (HyAccess *access,
                   gint64 rowid)
{
  return hy_vault_dup_row (access, rowid);
}

/**
 * hy_record_dup_resource:
 *
 * Returns: (transfer full): a future of a GBytes, byte for byte what was received, white space and BOM included
 * Errors: %HY_ERROR_MISSING when there is no such entry, %HY_ERROR_DENIED, %HY_ERROR_LOCKED
 */
DexFuture *
hy_record_dup_resource (HyAccess *access,
                        gint64 rowid)
{
  return hy_vault_dup_resource (access, rowid);
}

/**
 * hy_record_search:
 * @words: as typed; all must be there, the last one may be unfinished
 *
 * Searches every class that @access may read, at most %HY_SEARCH_MAX_HITS.
 *
 * Returns: (transfer full): a future of a GPtrArray of HyVaultHit, best first
 * Errors: %HY_ERROR_DENIED, %HY_ERROR_LOCKED, %HY_ERROR_CORRUPT
 */
DexFuture *
hy_record_search (HyAccess *access,
                  const char *words)
{
  return hy_vault_search (access, words, G_MAXUINT, HY_SEARCH_MAX_HITS);
}

/**
 * hy_record_verify:
 *
 * Reads everything the space keeps and checks it; changes nothing.
 *
 * Returns: (transfer full): a future of a GPtrArray of sentences, one for each thing damaged; empty = intact
 * Errors: %HY_ERROR_DENIED, %HY_ERROR_LOCKED
 */
DexFuture *
hy_record_verify (HyAccess *access)
{
  return hy_vault_verify (access);
}

DexFuture *
hy_record_dup_authors (HyAccess *access,
                       guint klass)
{
  dex_return_error_if_fail (HY_IS_ACCESS (access));

  return hy_vault_dup_authors (access, klass);
}
