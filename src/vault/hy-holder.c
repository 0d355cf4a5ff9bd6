/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The vault folder (SECURITY-DESIGN 2): who may sign in, which spaces stand there, one program at a time. */

#include "config.h"

#include "vault/hy-holder.h"

#include "base/hy-error.h"
#include "vault/hy-durable-file.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* At most so many people sign in to one vault: each wrong passphrase costs one Argon2id a holder. */
#define MAX_HOLDERS 4

struct _HyHolder
{
  gatomicrefcount refs;
  char *dir;
  int lock_fd;
  gboolean read_only;
  guint8 uuid[16];
  HySecret *key;
  gint64 passphrase_s; /* when each way in was made, since 1970 */
  gint64 recovery_s;
};

G_DEFINE_BOXED_TYPE (HyHolder, hy_holder, hy_holder_ref, hy_holder_unref)

static gboolean
is_uuid (const char *text,
         gsize length)
{
  if (length != 32)
    return FALSE;
  for (gsize i = 0; i < 32; i++)
    if (!g_ascii_isdigit (text[i]) && !(text[i] >= 'a' && text[i] <= 'f'))
      return FALSE;
  return TRUE;
}

/* The header files in holders/, as paths of first copies, in the order of their names.  NULL when the folder is absent. */
static GPtrArray *
list_headers (const char *dir)
{
  g_autofree char *holders = g_build_filename (dir, "holders", NULL);
  g_autoptr (GDir) listing = g_dir_open (holders, 0, NULL);
  GPtrArray *paths;
  const char *name;

  if (listing == NULL)
    return NULL;
  paths = g_ptr_array_new_with_free_func (g_free);
  while ((name = g_dir_read_name (listing)) != NULL)
    {
      const char *dot = strchr (name, '.');
      g_autofree char *stem = NULL;
      g_autofree char *first = NULL;

      if (dot == NULL || !is_uuid (name, (gsize) (dot - name)) || (strcmp (dot, ".hyg") != 0 && strcmp (dot, ".hyg.2") != 0))
        continue;
      stem = g_strndup (name, (gsize) (dot - name));
      first = g_strdup_printf ("%s/%s.hyg", holders, stem);
      if (!g_ptr_array_find_with_equal_func (paths, first, g_str_equal, NULL))
        g_ptr_array_add (paths, g_steal_pointer (&first));
    }
  g_ptr_array_sort_values (paths, (GCompareFunc) strcmp);
  return paths;
}

/**
 * hy_holder_probe:
 *
 * Looks without any secret and without changing anything.
 *
 * Errors: set for HY_HOLDER_STATE_UNREADABLE, with what a person can do
 */
HyHolderState
hy_holder_probe (const char *dir,
                 GError **error)
{
  g_autoptr (GPtrArray) paths = list_headers (dir);
  g_autofree char *spaces = g_build_filename (dir, "spaces", NULL);
  g_autoptr (GError) first = NULL;

  for (guint i = 0; paths != NULL && i < paths->len; i++)
    {
      HyHeaderPair pair;

      g_clear_error (&first);
      if (hy_header_pair_read (&pair, g_ptr_array_index (paths, i), HY_HEADER_HOLDER, &first))
        return HY_HOLDER_STATE_PRESENT;
    }
  if (first != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&first));
      return HY_HOLDER_STATE_UNREADABLE;
    }
  if (g_file_test (spaces, G_FILE_TEST_IS_DIR))
    {
      g_autoptr (GDir) listing = g_dir_open (spaces, 0, NULL);

      /* Spaces whose keys are gone: never begin anew over them. */
      if (listing == NULL || g_dir_read_name (listing) != NULL)
        {
          g_set_error_literal (error, HY_ERROR, HY_ERROR_CORRUPT,
                               _ ("The file that says how to open the vault is missing. Nothing was changed; "
                                  "restore a backup of the vault folder."));
          return HY_HOLDER_STATE_UNREADABLE;
        }
    }
  return HY_HOLDER_STATE_ABSENT;
}

static int
take_lock (const char *dir,
           GError **error)
{
  g_autofree char *path = g_build_filename (dir, "lock", NULL);
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) == 0)
    return fd;
  if (fd >= 0 && errno == EWOULDBLOCK)
    g_set_error_literal (error, HY_ERROR, HY_ERROR_BUSY, _ ("Hygie has this vault open. Close or lock it there first, then try again."));
  else
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                 _ ("Hygie may not write in its own folder (%s). Nothing was changed; check the permissions of the folder."), g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return -1;
}

/* Closing alone is not enough: a decoder that is just being started still has all that is open here, for a moment. */
static void
let_go (int lock_fd)
{
  flock (lock_fd, LOCK_UN);
  close (lock_fd);
}

static void
note_dates (HyHolder *self,
            HyHeader *header)
{
  self->passphrase_s = hy_key_slots_get_created (header, HY_SLOT_PASSPHRASE);
  self->recovery_s = hy_key_slots_get_created (header, HY_SLOT_RECOVERY);
}

static HyHolder *
new_holder (const char *dir,
            int lock_fd,
            HyHeader *header,
            HySecret *key)
{
  HyHolder *self = g_new0 (HyHolder, 1);

  g_atomic_ref_count_init (&self->refs);
  self->dir = g_strdup (dir);
  self->lock_fd = lock_fd;
  self->key = hy_secret_ref (key);
  hy_header_dup_uuid (header, self->uuid);
  note_dates (self, header);
  return self;
}

/* SQLite is told to follow no link in any part of a path, and a home folder may stand behind one. */
static char *
dup_real (const char *dir)
{
  char *real = realpath (dir, NULL);
  char *copy = g_strdup (real != NULL ? real : dir);

  free (real);
  return copy;
}

/**
 * hy_holder_create:
 * @folder: may exist, but must hold no vault
 * @recovery_text: (out): the recovery key, HY_RECOVERY_CHARS characters and a NUL; kept nowhere else
 *
 * The holder's header is written last: until then there is no vault.
 *
 * Errors: HY_ERROR_EXISTS, HY_ERROR_BUSY, disk errors
 */
HyHolder *
hy_holder_create (const char *folder,
                  HySecret *passphrase,
                  HyKdfCost cost,
                  HySecret **recovery_text,
                  GError **error)
{
  static const char *const folders[] = { "tmp", "holders", "spaces" };
  g_autofree char *dir = NULL;
  g_autoptr (HySecret) key = hy_secret_new_random (HY_KEY_SIZE);
  g_autoptr (HySecret) recovery = hy_secret_new_random (HY_RECOVERY_BYTES);
  g_autofree char *uuid = NULL;
  g_autofree char *path = NULL;
  g_autofree char *tmp = NULL;
  HyHeader header;
  HyHolder *self = NULL;
  int lock_fd;

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _ ("The folder %s could not be made (%s). Choose another one."), folder,
                   g_strerror (errno));
      return NULL;
    }
  dir = dup_real (folder);
  tmp = g_build_filename (dir, "tmp", NULL);
  if ((lock_fd = take_lock (dir, error)) < 0)
    return NULL;
  if (hy_holder_probe (dir, NULL) != HY_HOLDER_STATE_ABSENT)
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_EXISTS, _ ("There is a vault here already. It was left as it is."));
      let_go (lock_fd);
      return NULL;
    }
  g_chmod (dir, 0700);
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *inner = g_build_filename (dir, folders[i], NULL);

      if (!hy_durable_file_make_dir (inner, error))
        {
          let_go (lock_fd);
          return NULL;
        }
    }
  hy_header_init (&header, HY_HEADER_HOLDER);
  uuid = hy_header_dup_uuid_text (&header);
  path = g_strdup_printf ("%s/holders/%s.hyg", dir, uuid);
  if (hy_key_slots_add_passphrase (&header, key, passphrase, cost, error) && hy_key_slots_add_recovery (&header, key, recovery, error) &&
      hy_header_pair_write (&header, key, path, tmp, error))
    {
      self = new_holder (dir, lock_fd, &header, key);
      *recovery_text = hy_recovery_new_text (recovery);
    }
  else
    {
      g_autofree char *second = g_strconcat (path, ".2", NULL);
      g_autofree char *holders = g_path_get_dirname (path);

      /* A vault whose recovery key nobody has seen must not stay. */
      g_unlink (path);
      g_unlink (second);
      hy_durable_file_sync_dir (holders, NULL);
      let_go (lock_fd);
    }
  return self;
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) listing = NULL;
  const char *name;

  GStatBuf st;

  /* Never through a link: what it leads to is not ours. */
  if (g_unlink (path) == 0 || g_lstat (path, &st) != 0 || !S_ISDIR (st.st_mode))
    return;
  listing = g_dir_open (path, 0, NULL);
  while (listing != NULL && (name = g_dir_read_name (listing)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      remove_tree (inner);
    }
  g_rmdir (path);
}

/* What was being written or removed when the power went: nobody was told that it was there. */
static void
sweep_tmp (const char *dir)
{
  g_autofree char *tmp = g_build_filename (dir, "tmp", NULL);
  g_autoptr (GDir) listing = NULL;
  const char *name;
  GStatBuf st;

  if (g_lstat (tmp, &st) == 0 && S_ISDIR (st.st_mode))
    listing = g_dir_open (tmp, 0, NULL);
  while (listing != NULL && (name = g_dir_read_name (listing)) != NULL)
    {
      g_autofree char *path = g_build_filename (tmp, name, NULL);

      remove_tree (path);
    }
}

/**
 * hy_holder_unlock:
 * @secret: the passphrase, or what hy_recovery_parse gave
 *
 * Tries each holder in turn.  Once it is open, a damaged header copy is made good again and tmp/ is swept.
 *
 * Errors: HY_ERROR_WRONG_SECRET (whatever the cause), HY_ERROR_BUSY, HY_ERROR_CORRUPT, HY_ERROR_MISSING, HY_ERROR_NEWER
 */
HyHolder *
hy_holder_unlock (const char *folder,
                  HySlotType type,
                  HySecret *secret,
                  GError **error)
{
  g_autoptr (GPtrArray) paths = NULL;
  g_autoptr (GError) other_error = NULL;
  g_autofree char *dir = dup_real (folder);
  g_autofree char *tmp = g_build_filename (dir, "tmp", NULL);
  HyHolder *self = NULL;
  int lock_fd;

  switch (hy_holder_probe (dir, error))
    {
    case HY_HOLDER_STATE_ABSENT:
      g_set_error_literal (error, HY_ERROR, HY_ERROR_MISSING, _ ("There is no vault here yet. Make one first."));
      return NULL;
    case HY_HOLDER_STATE_UNREADABLE:
      return NULL;
    case HY_HOLDER_STATE_PRESENT:
    default:
      break;
    }
  if ((lock_fd = take_lock (dir, error)) < 0)
    return NULL;

  paths = list_headers (dir);
  for (guint i = 0; self == NULL && paths != NULL && i < MIN (paths->len, MAX_HOLDERS); i++)
    {
      const char *path = g_ptr_array_index (paths, i);
      HyHeaderPair pair;

      if (!hy_header_pair_read (&pair, path, HY_HEADER_HOLDER, NULL))
        continue;
      for (guint k = 0; self == NULL && k < pair.n_copies; k++)
        {
          g_autoptr (GError) slot_error = NULL;
          g_autoptr (HySecret) key = hy_key_slots_open (&pair.copies[k], type, secret, &slot_error);

          if (key == NULL)
            {
              if (!g_error_matches (slot_error, HY_ERROR, HY_ERROR_WRONG_SECRET) && other_error == NULL)
                other_error = g_steal_pointer (&slot_error);
              continue;
            }
          self = new_holder (dir, lock_fd, &pair.copies[k], key);
          self->read_only = pair.newer;
          if ((pair.damaged || k > 0) && !self->read_only)
            {
              g_autoptr (GError) repair_error = NULL;

              /* It opened: that the second copy could not be renewed (a full disk) must not keep the person out. */
              if (!hy_header_pair_write (&pair.copies[k], key, path, tmp, &repair_error))
                g_warning ("a header copy could not be repaired: %s", repair_error->message);
            }
        }
      sodium_memzero (&pair, sizeof pair);
    }
  if (self == NULL)
    {
      let_go (lock_fd);
      if (other_error != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&other_error));
          return NULL;
        }
      g_set_error_literal (error, HY_ERROR, HY_ERROR_WRONG_SECRET,
                           _ ("This did not open it. Check what you typed and try again; nothing was changed."));
      return NULL;
    }
  if (!self->read_only)
    sweep_tmp (dir);
  return self;
}

HyHolder *
hy_holder_ref (HyHolder *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
hy_holder_unref (HyHolder *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  hy_holder_close (self);
  g_free (self->dir);
  g_free (self);
}

/**
 * hy_holder_close:
 *
 * Wipes the key and lets go of the lock; close every space first.
 */
void
hy_holder_close (HyHolder *self)
{
  g_clear_pointer (&self->key, hy_secret_unref);
  if (self->lock_fd >= 0)
    let_go (self->lock_fd);
  self->lock_fd = -1;
}

const char *
hy_holder_get_dir (HyHolder *self)
{
  return self->dir;
}

/**
 * hy_holder_dup_path:
 * @second: (nullable):
 *
 * Returns: (transfer full): a path below the vault folder
 */
char *
hy_holder_dup_path (HyHolder *self,
                    const char *first,
                    const char *second)
{
  return g_build_filename (self->dir, first, second, NULL);
}

HySecret *
hy_holder_get_key (HyHolder *self)
{
  return self->key;
}

void
hy_holder_get_uuid (HyHolder *self,
                    guint8 uuid[16])
{
  memcpy (uuid, self->uuid, 16);
}

gboolean
hy_holder_is_read_only (HyHolder *self)
{
  return self->read_only;
}

/**
 * hy_holder_get_created:
 *
 * Returns: when the passphrase was chosen or the recovery key made, in seconds since 1970; 0 = not known
 */
gint64
hy_holder_get_created (HyHolder *self,
                       HySlotType type)
{
  return type == HY_SLOT_RECOVERY ? self->recovery_s : self->passphrase_s;
}

/* -- ways in -- */

/* The best copy of the header that this holder's key seals, and its path. */
static gboolean
read_own_header (HyHolder *self,
                 HyHeader *header,
                 char **path,
                 GError **error)
{
  HyHeaderPair pair;
  char uuid[33];
  gboolean found = FALSE;

  if (self->lock_fd < 0)
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_LOCKED, _ ("The vault is locked. Unlock it and try again."));
      return FALSE;
    }
  sodium_bin2hex (uuid, sizeof uuid, self->uuid, sizeof self->uuid);
  *path = g_strdup_printf ("%s/holders/%s.hyg", self->dir, uuid);
  if (!hy_header_pair_read (&pair, *path, HY_HEADER_HOLDER, error))
    return FALSE;
  for (guint i = 0; !found && i < pair.n_copies; i++)
    {
      found = hy_header_check (&pair.copies[i], self->key);
      if (found)
        *header = pair.copies[i];
    }
  if (!found)
    g_set_error_literal (error, HY_ERROR, HY_ERROR_CORRUPT,
                         _ ("The file that says how to open the vault is damaged, and so is its copy. "
                            "Nothing was changed; restore a backup of the vault folder."));
  return found;
}

/**
 * hy_holder_prove:
 *
 * Whether @secret opens this very holder, and so would get the person in again.  Blocks, as unlocking does.
 *
 * Errors: HY_ERROR_WRONG_SECRET (whatever the cause), HY_ERROR_LOCKED, HY_ERROR_CORRUPT
 */
gboolean
hy_holder_prove (HyHolder *self,
                 HySlotType type,
                 HySecret *secret,
                 GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (HySecret) key = NULL;
  HyHeader header;

  return read_own_header (self, &header, &path, error) && (key = hy_key_slots_open (&header, type, secret, error)) != NULL;
}

/* Neither the old nor the new is sure to be gone: put the old one back, so that an error means that nothing changed. */
static void
put_back (HyHolder *self,
          HyHeader *former,
          guint64 seq,
          const char *path,
          const char *tmp,
          GError **error)
{
  HyHeaderPair pair;

  if (!hy_header_pair_read (&pair, path, HY_HEADER_HOLDER, NULL) || hy_header_get_seq (&pair.copies[0]) < seq)
    return;
  hy_header_set_seq (former, seq);
  if (hy_header_pair_write (former, self->key, path, tmp, NULL))
    return;
  g_clear_error (error);
  g_set_error_literal (error, HY_ERROR, HY_ERROR_REFUSED,
                       _ ("The change could not be finished. Nothing was lost: the former passphrase or the new one opens Hygie. "
                          "Free some space on the disk and change it again."));
}

/**
 * hy_holder_change_passphrase:
 * @former: (nullable): %NULL only for a person whom the recovery sheet let in
 * @fresh: what opens it from now on; costs what the former one costs
 *
 * The new slot comes and the old one goes in one header, written twice: a stop between any two steps leaves a vault that
 * opens with the one or with the other.  Blocks (Argon2id twice).
 *
 * Errors: HY_ERROR_WRONG_SECRET, HY_ERROR_LOCKED, HY_ERROR_NEWER, HY_ERROR_CORRUPT, disk errors; @former opens it then
 */
gboolean
hy_holder_change_passphrase (HyHolder *self,
                             HySecret *former,
                             HySecret *fresh,
                             GError **error)
{
  g_autofree char *path = NULL;
  g_autofree char *tmp = NULL;
  g_autoptr (HySecret) key = NULL;
  HyHeader before, header;
  HyKdfCost cost;

  if (!read_own_header (self, &before, &path, error))
    return FALSE;
  if (self->read_only)
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_NEWER,
                           _ ("This vault was made by a newer Hygie, so it is only read here. Install the newer version to change it."));
      return FALSE;
    }
  if (former != NULL && !(key = hy_key_slots_open (&before, HY_SLOT_PASSPHRASE, former, error)))
    return FALSE;

  header = before;
  cost = hy_key_slots_get_cost (&before);
  hy_key_slots_remove (&header, HY_SLOT_PASSPHRASE);
  if (!hy_key_slots_add_passphrase (&header, self->key, fresh, cost, error))
    return FALSE;
  tmp = hy_holder_dup_path (self, "tmp", NULL);
  if (!hy_header_pair_write (&header, self->key, path, tmp, error))
    {
      put_back (self, &before, hy_header_get_seq (&header), path, tmp, error);
      return FALSE;
    }
  note_dates (self, &header);
  return TRUE;
}

static gboolean
has_slot (HyHolder *self,
          const char *path)
{
  HyHeaderPair pair;

  /* A space whose header cannot be read is listed too, so that opening it says what is wrong. */
  if (!hy_header_pair_read (&pair, path, HY_HEADER_SPACE, NULL))
    return TRUE;
  for (guint i = 0; i < HY_HEADER_SLOTS; i++)
    {
      const guint8 *slot = hy_header_get_slot (&pair.copies[0], i);

      if (slot[0] == 1 && slot[1] == HY_SLOT_HOLDER && memcmp (slot + 128, self->uuid, 16) == 0)
        return TRUE;
    }
  return FALSE;
}

/**
 * hy_holder_list_spaces:
 *
 * Returns: (transfer full): char *, the 32 hexadecimal digits of each space that has a slot for this holder
 */
GPtrArray *
hy_holder_list_spaces (HyHolder *self,
                       GError **error)
{
  g_autofree char *dir = hy_holder_dup_path (self, "spaces", NULL);
  g_autoptr (GDir) listing = g_dir_open (dir, 0, error);
  g_autoptr (GPtrArray) uuids = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  if (listing == NULL)
    return NULL;
  while ((name = g_dir_read_name (listing)) != NULL)
    {
      g_autofree char *header = g_build_filename (dir, name, "space.hyg", NULL);

      if (is_uuid (name, strlen (name)) && has_slot (self, header))
        g_ptr_array_add (uuids, g_strdup (name));
    }
  g_ptr_array_sort_values (uuids, (GCompareFunc) strcmp);
  return g_steal_pointer (&uuids);
}

/**
 * hy_holder_remove_space:
 *
 * One rename takes the space out of the vault; the files go after it, now or at the next unlock.
 *
 * Errors: HY_ERROR_MISSING, HY_ERROR_LOCKED, HY_ERROR_NEWER
 */
gboolean
hy_holder_remove_space (HyHolder *self,
                        const char *uuid,
                        GError **error)
{
  g_autofree char *from = NULL;
  g_autofree char *to = NULL;
  g_autofree char *spaces = NULL;
  g_autofree char *header = NULL;

  if (self->lock_fd < 0)
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_LOCKED, _ ("The vault is locked. Unlock it and try again."));
      return FALSE;
    }
  if (self->read_only)
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_NEWER,
                           _ ("This vault was made by a newer Hygie, so it is only read here. Install the newer version to change it."));
      return FALSE;
    }
  if (is_uuid (uuid, strlen (uuid)))
    {
      from = hy_holder_dup_path (self, "spaces", uuid);
      header = g_build_filename (from, "space.hyg", NULL);
    }
  /* A space of another keyholder does not exist for this one. */
  if (from == NULL || !g_file_test (from, G_FILE_TEST_IS_DIR) || !has_slot (self, header))
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_MISSING, _ ("There is no such space in this vault."));
      return FALSE;
    }
  to = hy_holder_dup_path (self, "tmp", uuid);
  spaces = hy_holder_dup_path (self, "spaces", NULL);
  if (!hy_durable_file_rename (from, to, error) || !hy_durable_file_sync_dir (spaces, error))
    return FALSE;
  remove_tree (to);
  return TRUE;
}
