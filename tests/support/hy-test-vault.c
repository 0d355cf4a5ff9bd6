/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the vault's tests share. */

#include "hy-test-vault.h"

#include "base/hy-error.h"
#include "vault/hy-key-slots.h"

#include <glib/gstdio.h>
#include <string.h>

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) listing = g_dir_open (path, 0, NULL);
  const char *name;

  while (listing != NULL && (name = g_dir_read_name (listing)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      remove_tree (inner);
    }
  g_remove (path);
}

HyTestVault *
hy_test_vault_new (void)
{
  HyTestVault *self = g_new0 (HyTestVault, 1);
  g_autoptr (HySecret) passphrase = hy_secret_new_copy (HY_TEST_PASSPHRASE, strlen (HY_TEST_PASSPHRASE));
  g_autoptr (GHashTable) notes = g_hash_table_new (g_str_hash, g_str_equal);
  HyKdfCost cost = { HY_KDF_FLOOR_PASSES, HY_KDF_FLOOR_KIB };
  guint8 actor[16];
  GError *error = NULL;

  self->dir = g_dir_make_tmp ("hygie-test-XXXXXX", &error);
  g_assert_no_error (error);
  self->holder = hy_holder_create (self->dir, passphrase, cost, &self->recovery, &error);
  g_assert_no_error (error);
  g_hash_table_insert (notes, (gpointer) "given", (gpointer) "Claire");
  self->vault = hy_vault_create (self->holder, notes, &error);
  g_assert_no_error (error);
  self->uuid = g_strdup (hy_vault_get_uuid (self->vault));
  hy_holder_get_uuid (self->holder, actor);
  self->access = hy_vault_new_access (self->vault, actor, HY_ACCESS_OWNER, 0);
  return self;
}

/* Closes space and holder, as quitting does. */
void
hy_test_vault_close (HyTestVault *self)
{
  GError *error = NULL;

  if (self->vault != NULL)
    {
      hy_run_to_end (hy_vault_close (self->vault), &error);
      g_assert_no_error (error);
    }
  g_clear_object (&self->access);
  g_clear_pointer (&self->vault, hy_vault_unref);
  if (self->holder != NULL)
    hy_holder_close (self->holder);
  g_clear_pointer (&self->holder, hy_holder_unref);
}

gboolean
hy_test_vault_reopen (HyTestVault *self,
                      GError **error)
{
  g_autoptr (HySecret) passphrase = hy_secret_new_copy (HY_TEST_PASSPHRASE, strlen (HY_TEST_PASSPHRASE));
  guint8 actor[16];

  hy_test_vault_close (self);
  if (!(self->holder = hy_holder_unlock (self->dir, HY_SLOT_PASSPHRASE, passphrase, error)) ||
      !(self->vault = hy_vault_open (self->holder, self->uuid, error)))
    return FALSE;
  hy_holder_get_uuid (self->holder, actor);
  self->access = hy_vault_new_access (self->vault, actor, HY_ACCESS_OWNER, 0);
  return TRUE;
}

void
hy_test_vault_free (HyTestVault *self)
{
  hy_test_vault_close (self);
  remove_tree (self->dir);
  g_clear_pointer (&self->recovery, hy_secret_unref);
  g_free (self->dir);
  g_free (self->uuid);
  g_free (self);
}

/* A file of the space, such as "db-1" or "space.hyg". */
char *
hy_test_vault_dup_path (HyTestVault *self,
                        const char *file)
{
  return g_build_filename (self->dir, "spaces", self->uuid, file, NULL);
}

HyVaultItem *
hy_test_item_new (const char *json,
                  const char *title,
                  const char *words)
{
  HyVaultItem *item = g_new0 (HyVaultItem, 1);

  item->json = g_bytes_new (json, strlen (json));
  item->row.type = g_strdup ("DocumentReference");
  item->row.klass = 2;
  item->row.shelf = -1;
  item->row.title = g_strdup (title);
  item->words = g_strdup (words);
  return item;
}

static DexFuture *
pass_on (DexFuture *future,
         gpointer unused G_GNUC_UNUSED)
{
  return dex_ref (future);
}

GValue *
hy_test_await (DexFuture *future,
               GError **error)
{
  GValue *copy = NULL;

  /* As in hy_run_to_end: only what depends on a promise here is woken by another thread. */
  future = dex_future_finally (future, pass_on, NULL, NULL);
  while (dex_future_is_pending (future))
    g_main_context_iteration (NULL, TRUE);
  if (dex_future_is_resolved (future))
    {
      const GValue *value = dex_future_get_value (future, NULL);

      copy = g_new0 (GValue, 1);
      g_value_init (copy, G_VALUE_TYPE (value));
      g_value_copy (value, copy);
    }
  else
    dex_future_get_value (future, error);
  dex_unref (future);
  return copy;
}

gpointer
hy_test_await_boxed (DexFuture *future,
                     GError **error)
{
  GValue *value = hy_test_await (future, error);
  gpointer boxed = NULL;

  if (value != NULL)
    {
      boxed = g_value_dup_boxed (value);
      g_value_unset (value);
      g_free (value);
    }
  return boxed;
}

HyPutResult
hy_test_vault_put (HyTestVault *self,
                   HyVaultItem *item)
{
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify) hy_vault_item_free);
  g_autoptr (GArray) results = NULL;
  GError *error = NULL;

  g_ptr_array_add (items, item);
  results = hy_test_await_boxed (hy_vault_put (self->access, 1, items), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (results->len, ==, 1);
  return g_array_index (results, HyPutResult, 0);
}

GBytes *
hy_test_fixture (const char *name)
{
  g_autofree char *path = g_build_filename (g_getenv ("HY_FIXTURES"), name, NULL);
  GError *error = NULL;
  char *text;
  gsize size;

  g_file_get_contents (path, &text, &size, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (text, size);
}

void
hy_test_flip (const char *path,
              gsize offset,
              guint8 mask)
{
  FILE *file = fopen (path, "r+b");
  int byte;

  g_assert_nonnull (file);
  g_assert_cmpint (fseek (file, (long) offset, SEEK_SET), ==, 0);
  byte = fgetc (file);
  g_assert_cmpint (byte, !=, EOF);
  g_assert_cmpint (fseek (file, (long) offset, SEEK_SET), ==, 0);
  fputc (byte ^ mask, file);
  g_assert_cmpint (fclose (file), ==, 0);
}

static void
hash_into (GChecksum *checksum,
           const char *path)
{
  g_autoptr (GDir) listing = g_dir_open (path, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = NULL;
  const char *name;
  gsize size;

  g_checksum_update (checksum, (const guchar *) path, -1);
  if (listing == NULL)
    {
      if (g_file_get_contents (path, &text, &size, NULL))
        g_checksum_update (checksum, (const guchar *) text, (gssize) size);
      return;
    }
  while ((name = g_dir_read_name (listing)) != NULL)
    g_ptr_array_add (names, g_build_filename (path, name, NULL));
  g_ptr_array_sort_values (names, (GCompareFunc) strcmp);
  for (guint i = 0; i < names->len; i++)
    hash_into (checksum, g_ptr_array_index (names, i));
}

/* Every name and byte below a folder: equal before and after means that nothing was changed. */
char *
hy_test_hash_tree (const char *dir)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  hash_into (checksum, dir);
  return g_strdup (g_checksum_get_string (checksum));
}
