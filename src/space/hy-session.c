/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signing in, the spaces of a vault, signing out.  Everything slow runs on the pool. */

#include "config.h"

#include "space/hy-session.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "paper/hy-recovery-sheet.h"
#include "space/hy-space-private.h"
#include "vault/hy-holder.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

struct _HySession
{
  GObject parent_instance;

  HyHolder *holder;
  HySecret *recovery; /* only after create: HY_RECOVERY_CHARS and a NUL */
  GHashTable *spaces; /* uuid -> HySpace, the opened ones */
  DexFuture *last;    /* nullable: the end of what was asked last; each waits for the one before */
  DexFuture *locking; /* nullable: since hy_session_lock */
  gboolean locked;
  gboolean recovered; /* by the sheet, and no passphrase was chosen since */
};

G_DEFINE_FINAL_TYPE (HySession, hy_session, G_TYPE_OBJECT)

static void
hy_session_finalize (GObject *object)
{
  HySession *self = HY_SESSION (object);
  GHashTableIter iter;
  gpointer space;

  /* Whoever forgot to lock loses nothing: each vault is closed all the same. */
  g_hash_table_iter_init (&iter, self->spaces);
  while (g_hash_table_iter_next (&iter, NULL, &space))
    dex_future_disown (hy_vault_close (hy_space_get_vault (space)));
  g_hash_table_unref (self->spaces);
  dex_clear (&self->last);
  dex_clear (&self->locking);
  g_clear_pointer (&self->recovery, hy_secret_unref);
  hy_holder_unref (self->holder);
  G_OBJECT_CLASS (hy_session_parent_class)->finalize (object);
}

static void
hy_session_class_init (HySessionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hy_session_finalize;
}

static void
hy_session_init (HySession *self)
{
  self->spaces = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

/**
 * hy_session_dup_default_dir:
 *
 * Returns: (transfer full): "vault" in this application's data folder; the Devel build has a folder of its own
 */
char *
hy_session_dup_default_dir (void)
{
  return g_build_filename (g_get_user_data_dir (), HY_DATA_NAME, "vault", NULL);
}

/**
 * hy_session_probe:
 *
 * Quick and without a secret; changes nothing.
 *
 * Errors: set with HY_VAULT_UNREADABLE
 */
HyVaultState
hy_session_probe (const char *dir,
                  GError **error)
{
  switch (hy_holder_probe (dir, error))
    {
    case HY_HOLDER_STATE_PRESENT:
      return HY_VAULT_PRESENT;
    case HY_HOLDER_STATE_UNREADABLE:
      return HY_VAULT_UNREADABLE;
    case HY_HOLDER_STATE_ABSENT:
    default:
      return HY_VAULT_ABSENT;
    }
}

/* -- sign in -- */

typedef struct
{
  char *dir;
  HySecret *secret;
  HyKdf kdf;
  HySlotType type;
} SignIn;

static void
sign_in_free (gpointer data)
{
  SignIn *sign_in = data;

  g_free (sign_in->dir);
  hy_secret_unref (sign_in->secret);
  g_free (sign_in);
}

static SignIn *
sign_in_new (const char *dir,
             HySecret *secret,
             HyKdf kdf,
             HySlotType type)
{
  SignIn *sign_in = g_new0 (SignIn, 1);

  sign_in->dir = g_strdup (dir);
  sign_in->secret = hy_secret_ref (secret);
  sign_in->kdf = kdf;
  sign_in->type = type;
  return sign_in;
}

static DexFuture *
new_session_future (HyHolder *holder,
                    HySecret *recovery,
                    gboolean recovered)
{
  HySession *self = g_object_new (HY_TYPE_SESSION, NULL);

  self->holder = holder;
  self->recovery = recovery;
  self->recovered = recovered;
  return dex_future_new_take_object (self);
}

static DexFuture *
create_fiber (gpointer data)
{
  SignIn *sign_in = data;
  HyKdfCost cost = { HY_KDF_FLOOR_PASSES, HY_KDF_FLOOR_KIB };
  HySecret *recovery = NULL;
  HyHolder *holder;
  GError *error = NULL;

  if (sign_in->kdf == HY_KDF_CALIBRATED)
    cost = hy_kdf_calibrate ();
  if (!(holder = hy_holder_create (sign_in->dir, sign_in->secret, cost, &recovery, &error)))
    return dex_future_new_for_error (error);
  return new_session_future (holder, recovery, /* recovered= */ FALSE);
}

/**
 * hy_session_create:
 * @dir: a folder without a vault; made when missing
 *
 * Resolves to a HySession that still knows its recovery key, and has no space yet.
 *
 * Errors: HY_ERROR_EXISTS, HY_ERROR_BUSY
 */
DexFuture *
hy_session_create (const char *dir,
                   HySecret *passphrase,
                   HyKdf kdf)
{
  return hy_in_pool (create_fiber, sign_in_new (dir, passphrase, kdf, HY_SLOT_PASSPHRASE), sign_in_free);
}

static DexFuture *
unlock_fiber (gpointer data)
{
  SignIn *sign_in = data;
  g_autoptr (HySecret) bytes = NULL;
  HyHolder *holder;
  GError *error = NULL;

  if (sign_in->type == HY_SLOT_RECOVERY && !(bytes = hy_recovery_parse (sign_in->secret, &error)))
    return dex_future_new_for_error (error);
  if (!(holder = hy_holder_unlock (sign_in->dir, sign_in->type, bytes != NULL ? bytes : sign_in->secret, &error)))
    return dex_future_new_for_error (error);
  return new_session_future (holder, NULL, sign_in->type == HY_SLOT_RECOVERY);
}

/**
 * hy_session_unlock:
 *
 * Resolves to a HySession.
 *
 * Errors: HY_ERROR_WRONG_SECRET, HY_ERROR_BUSY, HY_ERROR_MISSING, HY_ERROR_CORRUPT, HY_ERROR_NEWER
 */
DexFuture *
hy_session_unlock (const char *dir,
                   HySecret *passphrase)
{
  return hy_in_pool (unlock_fiber, sign_in_new (dir, passphrase, HY_KDF_CALIBRATED, HY_SLOT_PASSPHRASE), sign_in_free);
}

/**
 * hy_session_unlock_recovery:
 * @recovery: the nine groups as typed
 */
DexFuture *
hy_session_unlock_recovery (const char *dir,
                            HySecret *recovery)
{
  return hy_in_pool (unlock_fiber, sign_in_new (dir, recovery, HY_KDF_CALIBRATED, HY_SLOT_RECOVERY), sign_in_free);
}

const char *
hy_session_get_dir (HySession *self)
{
  return hy_holder_get_dir (self->holder);
}

/* -- sign out -- */

/* On a fiber.  What is under way stops at once, and its end is written while the vaults are still open. */
static void
end_syncs (HySession *self)
{
  g_autoptr (GPtrArray) syncs = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer space;

  g_hash_table_iter_init (&iter, self->spaces);
  while (g_hash_table_iter_next (&iter, NULL, &space))
    if (hy_space_peek_sync (space) != NULL)
      g_ptr_array_add (syncs, g_object_ref (hy_space_peek_sync (space)));
  for (guint i = 0; i < syncs->len; i++)
    dex_await (hy_space_sync_end (g_ptr_array_index (syncs, i)), NULL);
}

static DexFuture *
lock_fiber (gpointer data)
{
  HySession *self = data;
  g_autoptr (GPtrArray) closing = g_ptr_array_new_with_free_func (dex_unref);
  g_autoptr (GError) first = NULL;
  GHashTableIter iter;
  gpointer space;

  /* What is being listed, opened or removed uses the keys: it ends first, and finds the session locked. */
  if (self->last != NULL)
    dex_await (dex_ref (self->last), NULL);
  hy_session_drop_recovery (self);
  end_syncs (self);
  g_hash_table_iter_init (&iter, self->spaces);
  while (g_hash_table_iter_next (&iter, NULL, &space))
    {
      /* In this order: an import that finds no worker any more must not put in what it could not read. */
      g_ptr_array_add (closing, hy_vault_close (hy_space_get_vault (space)));
      hy_renderer_close (hy_space_get_renderer (space));
    }
  for (guint i = 0; i < closing->len; i++)
    {
      g_autoptr (GError) error = NULL;

      if (!dex_await (dex_ref (g_ptr_array_index (closing, i)), &error) && first == NULL)
        first = g_steal_pointer (&error);
    }
  g_hash_table_remove_all (self->spaces);
  hy_holder_close (self->holder);
  return first != NULL ? dex_future_new_for_error (g_steal_pointer (&first)) : dex_future_new_true ();
}

/**
 * hy_session_lock:
 *
 * Finishes what was submitted, closes every space, wipes the keys, lets go of the vault folder.  Asked again, it gives
 * the same future.
 */
DexFuture *
hy_session_lock (HySession *self)
{
  self->locked = TRUE;
  if (self->locking == NULL)
    {
      self->locking = hy_fiber (lock_fiber, g_object_ref (self), g_object_unref);
      dex_future_disown (dex_ref (self->locking));
    }
  return dex_ref (self->locking);
}

/* -- recovery key -- */

HySecret *
hy_session_get_recovery (HySession *self)
{
  return self->recovery;
}

void
hy_session_drop_recovery (HySession *self)
{
  g_clear_pointer (&self->recovery, hy_secret_unref);
}

/* Nine groups of four, NUL-terminated, and all of them with hyphens between.  The caller wipes both. */
static gboolean
write_groups (HySession *self,
              char groups[9][5],
              char joined[9 * 5])
{
  const char *text;

  if (self->recovery == NULL)
    return FALSE;
  text = (const char *) hy_secret_open (self->recovery);
  for (guint i = 0; i < 9; i++)
    {
      memcpy (groups[i], text + 4 * i, 4);
      groups[i][4] = 0;
      memcpy (joined + 5 * i, text + 4 * i, 4);
      joined[5 * i + 4] = i == 8 ? 0 : '-';
    }
  hy_secret_close (self->recovery);
  return TRUE;
}

/**
 * hy_session_new_recovery_pdf:
 *
 * Returns: (transfer full) (nullable): the recovery sheet, one page
 * Errors: HY_ERROR_MISSING after hy_session_drop_recovery
 */
GBytes *
hy_session_new_recovery_pdf (HySession *self,
                             GError **error)
{
  char groups[9][5];
  char joined[9 * 5];
  const char *list[9];
  GBytes *pdf;

  if (!write_groups (self, groups, joined))
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_MISSING, _ ("The recovery key is shown only once, when the vault is made."));
      return NULL;
    }
  for (guint i = 0; i < 9; i++)
    list[i] = groups[i];
  pdf = hy_recovery_sheet_new_pdf (list, joined, hy_date_today (), error);
  explicit_bzero (groups, sizeof groups);
  explicit_bzero (joined, sizeof joined);
  return pdf;
}

guint8 *
hy_session_dup_recovery_qr (HySession *self,
                            guint *width)
{
  char groups[9][5];
  char joined[9 * 5];
  guint8 *modules;

  if (!write_groups (self, groups, joined))
    return NULL;
  modules = hy_recovery_sheet_dup_qr (joined, width);
  explicit_bzero (groups, sizeof groups);
  explicit_bzero (joined, sizeof joined);
  return modules;
}

/* -- spaces -- */

typedef struct
{
  HyHolder *holder;
  char *id;          /* for open, remove */
  GHashTable *notes; /* for add */
  GHashTable *open;  /* for list: uuid -> HySpaceInfo of spaces that are open */
  HySecret *former;  /* nullable, for a change of the passphrase */
  HySecret *secret;  /* the new passphrase, or the recovery key as typed */
} SpaceJob;

static void
space_job_free (gpointer data)
{
  SpaceJob *job = data;

  hy_holder_unref (job->holder);
  g_free (job->id);
  g_clear_pointer (&job->notes, g_hash_table_unref);
  g_clear_pointer (&job->open, g_hash_table_unref);
  g_clear_pointer (&job->former, hy_secret_unref);
  g_clear_pointer (&job->secret, hy_secret_unref);
  g_free (job);
}

static SpaceJob *
space_job_new (HySession *self,
               const char *id)
{
  SpaceJob *job = g_new0 (SpaceJob, 1);

  job->holder = hy_holder_ref (self->holder);
  job->id = g_strdup (id);
  return job;
}

static DexFuture *
refuse_locked (void)
{
  return dex_future_new_reject (HY_ERROR, HY_ERROR_LOCKED, "%s", _ ("The vault is locked. Unlock it and try again."));
}

/* One after the other, and to its end even when whoever asked stops waiting: two openings of one space would be two
 * writers, and a space half opened would keep its keys after a lock. */
typedef struct
{
  HySession *session;
  SpaceJob *job;
  DexFiberFunc func; /* given the Turn */
  DexFuture *before; /* nullable */
} Turn;

static void
turn_free (gpointer data)
{
  Turn *turn = data;

  g_object_unref (turn->session);
  if (turn->job != NULL)
    space_job_free (turn->job);
  dex_clear (&turn->before);
  g_free (turn);
}

static DexFuture *
turn_fiber (gpointer data)
{
  Turn *turn = data;

  if (turn->before != NULL)
    dex_await (g_steal_pointer (&turn->before), NULL);
  return turn->session->locked ? refuse_locked () : turn->func (turn);
}

static DexFuture *
take_turn (HySession *self,
           SpaceJob *job,
           DexFiberFunc func)
{
  Turn *turn = g_new0 (Turn, 1);
  DexFuture *future;

  turn->session = g_object_ref (self);
  turn->job = job;
  turn->func = func;
  turn->before = g_steal_pointer (&self->last);
  future = hy_fiber (turn_fiber, turn, turn_free);
  self->last = dex_ref (future);
  dex_future_disown (dex_ref (future));
  return future;
}

static gint
compare_made (gconstpointer a,
              gconstpointer b,
              gpointer unused)
{
  gint64 first = hy_space_info_get_made (HY_SPACE_INFO ((gpointer) a));
  gint64 second = hy_space_info_get_made (HY_SPACE_INFO ((gpointer) b));

  return first < second ? -1 : first > second;
}

static DexFuture *
list_fiber (gpointer data)
{
  SpaceJob *job = data;
  g_autoptr (GPtrArray) uuids = NULL;
  GListStore *infos;
  GError *error = NULL;

  if (!(uuids = hy_holder_list_spaces (job->holder, &error)))
    return dex_future_new_for_error (error);
  infos = g_list_store_new (HY_TYPE_SPACE_INFO);
  for (guint i = 0; i < uuids->len; i++)
    {
      const char *uuid = g_ptr_array_index (uuids, i);
      HySpaceInfo *known = g_hash_table_lookup (job->open, uuid);
      g_autoptr (HySpaceInfo) info = known != NULL ? g_object_ref (known) : NULL;
      g_autoptr (HyVault) vault = NULL;
      g_autoptr (GError) open_error = NULL;

      if (info == NULL && (vault = hy_vault_open (job->holder, uuid, &open_error)))
        {
          info = hy_space_info_new (vault);
          dex_await (hy_vault_close (vault), NULL);
        }
      if (info == NULL)
        info = hy_space_info_new_broken (uuid, open_error->message);
      g_list_store_insert_sorted (infos, info, compare_made, NULL);
    }
  return dex_future_new_take_object (infos);
}

static DexFuture *
list_spaces_fiber (gpointer data)
{
  Turn *turn = data;
  HySession *self = turn->session;
  GHashTableIter iter;
  gpointer uuid, space;

  turn->job->open = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  g_hash_table_iter_init (&iter, self->spaces);
  while (g_hash_table_iter_next (&iter, &uuid, &space))
    g_hash_table_insert (turn->job->open, g_strdup (uuid), g_object_ref (hy_space_get_info (space)));
  return hy_in_pool (list_fiber, g_steal_pointer (&turn->job), space_job_free);
}

/**
 * hy_session_list_spaces:
 *
 * Resolves to a GListModel of HySpaceInfo, oldest first.  A space that cannot be opened is in it, with its problem.
 */
DexFuture *
hy_session_list_spaces (HySession *self)
{
  return self->locked ? refuse_locked () : take_turn (self, space_job_new (self, NULL), list_spaces_fiber);
}

static DexFuture *
open_vault_fiber (gpointer data)
{
  SpaceJob *job = data;
  GError *error = NULL;
  HyVault *vault = job->notes != NULL ? hy_vault_create (job->holder, job->notes, &error) : hy_vault_open (job->holder, job->id, &error);

  return vault != NULL ? dex_future_new_take_boxed (HY_TYPE_VAULT, vault) : dex_future_new_for_error (error);
}

static DexFuture *
open_space_fiber (gpointer data)
{
  Turn *turn = data;
  HySession *self = turn->session;
  HySpace *known = turn->job->id != NULL ? g_hash_table_lookup (self->spaces, turn->job->id) : NULL;
  g_autoptr (HyVault) vault = NULL;
  g_autoptr (HySpace) space = NULL;
  g_autoptr (GError) patient_error = NULL;
  GError *error = NULL;
  guint8 actor[16];

  if (known != NULL)
    return dex_future_new_take_object (g_object_ref (known));
  if (!(vault = dex_await_boxed (hy_in_pool (open_vault_fiber, g_steal_pointer (&turn->job), space_job_free), &error)))
    return dex_future_new_for_error (error);
  /* Locked while it was being opened. */
  if (self->locked)
    {
      dex_await (hy_vault_close (vault), NULL);
      return refuse_locked ();
    }
  hy_holder_get_uuid (self->holder, actor);
  space = hy_space_new (vault, actor);
  g_hash_table_replace (self->spaces, g_strdup (hy_vault_get_uuid (vault)), g_object_ref (space));
  /* The space is there and opens; a Patient that could not be written now is made at the next opening. */
  if (!dex_await (hy_space_ensure_patient (space), &patient_error))
    g_warning ("the local Patient waits for the next opening: %s", patient_error->message);
  return dex_future_new_take_object (g_steal_pointer (&space));
}

/**
 * hy_session_add_space:
 * @birth_date: complete
 * @own: whether it is the keyholder's own space
 *
 * Makes a space with its key, database and local Patient, and opens it.
 *
 * Errors: HY_ERROR_REFUSED for a name of nothing or a birth date that is not a complete past day
 */
DexFuture *
hy_session_add_space (HySession *self,
                      const char *given,
                      const char *family,
                      HyDate birth_date,
                      HySex sex,
                      gboolean own)
{
  SpaceJob *job;
  g_autofree char *stripped_given = g_strstrip (g_strdup (given));
  g_autofree char *stripped_family = g_strstrip (g_strdup (family));

  if (self->locked)
    return refuse_locked ();
  if (*stripped_given == 0 || *stripped_family == 0)
    return dex_future_new_reject (HY_ERROR, HY_ERROR_REFUSED, "%s", _ ("A first name and a family name are needed."));
  if (birth_date.day == 0)
    return dex_future_new_reject (HY_ERROR, HY_ERROR_REFUSED, "%s", _ ("A whole birth date is needed: day, month and year."));
  if (hy_date_compare (birth_date, hy_date_today ()) > 0)
    return dex_future_new_reject (HY_ERROR, HY_ERROR_REFUSED, "%s", _ ("This birth date is in the future."));
  job = space_job_new (self, NULL);
  job->notes = hy_space_info_new_notes (stripped_given, stripped_family, birth_date, sex, own);
  return take_turn (self, job, open_space_fiber);
}

/**
 * hy_session_open_space:
 * @space_id: of hy_space_info_get_id
 *
 * Resolves to the HySpace, the same one while it is open.
 *
 * Errors: HY_ERROR_MISSING, HY_ERROR_CORRUPT, HY_ERROR_NEWER
 */
DexFuture *
hy_session_open_space (HySession *self,
                       const char *space_id)
{
  return self->locked ? refuse_locked () : take_turn (self, space_job_new (self, space_id), open_space_fiber);
}

static DexFuture *
remove_fiber (gpointer data)
{
  SpaceJob *job = data;
  GError *error = NULL;

  return hy_holder_remove_space (job->holder, job->id, &error) ? dex_future_new_true () : dex_future_new_for_error (error);
}

static DexFuture *
remove_space_fiber (gpointer data)
{
  Turn *turn = data;
  HySession *self = turn->session;
  HySpace *space = g_hash_table_lookup (self->spaces, turn->job->id);

  if (space != NULL)
    {
      g_autoptr (HySpace) held = g_object_ref (space);

      if (hy_space_peek_sync (held) != NULL)
        dex_await (hy_space_sync_end (hy_space_peek_sync (held)), NULL);
      /* An error while closing does not matter for what is going away. */
      dex_await (hy_vault_close (hy_space_get_vault (space)), NULL);
      g_hash_table_remove (self->spaces, turn->job->id);
    }
  return hy_in_pool (remove_fiber, g_steal_pointer (&turn->job), space_job_free);
}

/**
 * hy_session_remove_space:
 *
 * Takes a space out of the vault with everything in it; there is no way back but a backup.
 */
DexFuture *
hy_session_remove_space (HySession *self,
                         const char *space_id)
{
  return self->locked ? refuse_locked () : take_turn (self, space_job_new (self, space_id), remove_space_fiber);
}

/* -- ways in -- */

#define PROVED_NOTE "recovery-proved"

gint64
hy_session_get_passphrase_s (HySession *self)
{
  return hy_holder_get_created (self->holder, HY_SLOT_PASSPHRASE);
}

gint64
hy_session_get_recovery_s (HySession *self)
{
  return hy_holder_get_created (self->holder, HY_SLOT_RECOVERY);
}

/**
 * hy_session_get_proved_s:
 *
 * Returns: the latest date that an opened space knows, in seconds since 1970; 0 = never since the sheet was made
 */
gint64
hy_session_get_proved_s (HySession *self)
{
  GHashTableIter iter;
  gpointer space;
  gint64 latest = 0;

  g_hash_table_iter_init (&iter, self->spaces);
  while (g_hash_table_iter_next (&iter, NULL, &space))
    {
      g_autofree char *note = hy_vault_dup_note (hy_space_get_vault (space), PROVED_NOTE);

      if (note != NULL)
        latest = MAX (latest, g_ascii_strtoll (note, NULL, 10));
    }
  /* Of a sheet before this one it says nothing. */
  return latest >= hy_session_get_recovery_s (self) ? latest : 0;
}

gboolean
hy_session_is_recovered (HySession *self)
{
  return self->recovered;
}

static DexFuture *
change_in_pool (gpointer data)
{
  SpaceJob *job = data;
  GError *error = NULL;

  return hy_holder_change_passphrase (job->holder, job->former, job->secret, &error) ? dex_future_new_true ()
                                                                                     : dex_future_new_for_error (error);
}

static DexFuture *
change_passphrase_fiber (gpointer data)
{
  Turn *turn = data;
  GError *error = NULL;

  if (!dex_await (hy_in_pool (change_in_pool, g_steal_pointer (&turn->job), space_job_free), &error))
    return dex_future_new_for_error (error);
  turn->session->recovered = FALSE;
  return dex_future_new_true ();
}

/**
 * hy_session_change_passphrase:
 * @former: (nullable): %NULL only when hy_session_is_recovered
 *
 * A lock asked for meanwhile waits until it is done.
 *
 * Errors: HY_ERROR_WRONG_SECRET; see hy_holder_change_passphrase
 */
DexFuture *
hy_session_change_passphrase (HySession *self,
                              HySecret *former,
                              HySecret *fresh)
{
  SpaceJob *job;

  dex_return_error_if_fail (fresh != NULL);
  dex_return_error_if_fail (former != NULL || self->recovered);

  if (self->locked)
    return refuse_locked ();
  job = space_job_new (self, NULL);
  job->former = former != NULL ? hy_secret_ref (former) : NULL;
  job->secret = hy_secret_ref (fresh);
  return take_turn (self, job, change_passphrase_fiber);
}

static DexFuture *
prove_in_pool (gpointer data)
{
  SpaceJob *job = data;
  g_autoptr (HySecret) bytes = NULL;
  GError *error = NULL;

  if (!(bytes = hy_recovery_parse (job->secret, &error)) || !hy_holder_prove (job->holder, HY_SLOT_RECOVERY, bytes, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

/* A proof counts though its date could not be kept. */
static void
note_proved (HySession *self)
{
  g_autofree char *now = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_real_time () / G_USEC_PER_SEC);
  g_autoptr (GPtrArray) spaces = g_hash_table_get_values_as_ptr_array (self->spaces);

  for (guint i = 0; i < spaces->len; i++)
    {
      g_autoptr (GError) error = NULL;

      if (!dex_await (hy_vault_set_note (hy_space_get_vault (g_ptr_array_index (spaces, i)), PROVED_NOTE, now), &error))
        g_warning ("the date of the proof was not kept: %s", error->message);
    }
}

static DexFuture *
note_proved_fiber (gpointer data)
{
  note_proved (((Turn *) data)->session);
  return dex_future_new_true ();
}

/**
 * hy_session_note_proved:
 *
 * Notes that the sheet opens this; it just did.
 */
DexFuture *
hy_session_note_proved (HySession *self)
{
  return self->locked ? refuse_locked () : take_turn (self, space_job_new (self, NULL), note_proved_fiber);
}

static DexFuture *
prove_fiber (gpointer data)
{
  Turn *turn = data;
  GError *error = NULL;

  if (!dex_await (hy_in_pool (prove_in_pool, g_steal_pointer (&turn->job), space_job_free), &error))
    return dex_future_new_for_error (error);
  note_proved (turn->session);
  return dex_future_new_true ();
}

/**
 * hy_session_prove_recovery:
 * @recovery: the nine groups as typed
 *
 * Whether this sheet would let the person in.  That it does is noted, with the date, in the opened spaces.
 *
 * Errors: HY_ERROR_WRONG_SECRET
 */
DexFuture *
hy_session_prove_recovery (HySession *self,
                           HySecret *recovery)
{
  SpaceJob *job;

  if (self->locked)
    return refuse_locked ();
  job = space_job_new (self, NULL);
  job->secret = hy_secret_ref (recovery);
  return take_turn (self, job, prove_fiber);
}
