/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From what FHIR says of a resource to what the vault keeps of it: the one place where both meet. */

#include "records/hy-record-item.h"

#include <string.h>

static void
add_name (GPtrArray *names,
          char *name)
{
  if (g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
    g_free (name);
  else
    g_ptr_array_add (names, name);
}

/**
 * hy_record_item_new:
 * @json: the bytes of the resource, kept as they are
 * @row: (inout): its reading; the contents are taken, @row is left cleared
 * @full_url: (nullable): Bundle.entry.fullUrl it came with, by which others of the Bundle may refer to it
 *
 * The subject is not among the links: it is the same for nearly every entry of a space, and who an
 * entry is about is judged when it comes in.  The attachment, flags of this computer (unread, another
 * person) and the time of arrival are the caller's to set.
 *
 * Returns: (transfer full): free with hy_vault_item_free(), or give it to hy_vault_put() or hy_vault_edit()
 */
HyVaultItem *
hy_record_item_new (GBytes *json,
                    HyResourceRow *row,
                    const char *full_url)
{
  static const char special[] = { HY_WORDS_TEXT, HY_WORDS_PAGE, 0 };
  HyVaultItem *item;

  g_return_val_if_fail (json != NULL, NULL);
  g_return_val_if_fail (row != NULL && row->type != NULL, NULL);

  item = g_new0 (HyVaultItem, 1);
  item->json = g_bytes_ref (json);
  item->names = g_ptr_array_new_with_free_func (g_free);
  if (row->fhir_id != NULL)
    add_name (item->names, g_strconcat (row->type, "/", row->fhir_id, NULL));
  if (full_url != NULL && *full_url != '\0')
    add_name (item->names, g_strdup (full_url));

  item->row.klass = row->klass;
  item->row.flags = row->flags;
  item->row.day = row->day;
  item->row.shelf = row->shelf;
  item->row.type = g_steal_pointer (&row->type);
  item->row.fhir_id = g_steal_pointer (&row->fhir_id);
  item->row.title = g_steal_pointer (&row->title);
  item->row.type_code = g_steal_pointer (&row->type_code);
  item->row.author = g_steal_pointer (&row->author);
  item->row.date = g_steal_pointer (&row->date);
  item->identity = g_steal_pointer (&row->identity);
  item->words = g_steal_pointer (&row->words);
  /* Two characters have a meaning in the words of the vault, which no text of a resource is to have. */
  if (item->words != NULL && strpbrk (item->words, special) != NULL)
    g_strdelimit (item->words, special, ' ');
  item->links = g_steal_pointer (&row->links);
  item->replaces = g_steal_pointer (&row->replaces);
  hy_resource_row_clear (row);
  return item;
}
