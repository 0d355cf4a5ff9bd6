/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one way to a space's rows and blobs: who, what, until when (SECURITY-DESIGN 7). */

#include "config.h"

#include "base/hy-error.h"
#include "vault/hy-access-private.h"

#include <glib/gi18n.h>
#include <string.h>

struct _HyAccess
{
  GObject parent_instance;

  HyVault *vault;
  guint8 actor[16];
  HyAccessMask mask;
  gint64 not_after;
};

G_DEFINE_FINAL_TYPE (HyAccess, hy_access, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
hy_access_finalize (GObject *object)
{
  hy_vault_unref (HY_ACCESS (object)->vault);
  G_OBJECT_CLASS (hy_access_parent_class)->finalize (object);
}

static void
hy_access_class_init (HyAccessClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hy_access_finalize;

  signals[CHANGED] = g_signal_new ("changed", HY_TYPE_ACCESS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hy_access_init (HyAccess *self)
{
}

HyAccess *
hy_access_new (HyVault *vault,
               const guint8 actor[16],
               HyAccessMask mask,
               gint64 not_after)
{
  HyAccess *self = g_object_new (HY_TYPE_ACCESS, NULL);

  self->vault = hy_vault_ref (vault);
  memcpy (self->actor, actor, sizeof self->actor);
  self->mask = mask;
  self->not_after = not_after;
  return self;
}

void
hy_access_emit_changed (HyAccess *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

const guint8 *
hy_access_get_actor (HyAccess *self)
{
  return self->actor;
}

static gboolean
has_ended (HyAccess *self)
{
  return self->not_after != 0 && g_get_real_time () / G_USEC_PER_SEC > self->not_after;
}

/**
 * hy_access_allows:
 * @klass: 0 to 63
 * @right: one or several; all must be there
 */
gboolean
hy_access_allows (HyAccess *self,
                  guint klass,
                  HyRights right)
{
  guint64 bit;

  if (klass > 63 || has_ended (self))
    return FALSE;
  bit = (guint64) 1 << klass;
  return (!(right & HY_RIGHT_READ) || (self->mask.read & bit)) && (!(right & HY_RIGHT_ADD) || (self->mask.add & bit)) &&
         (!(right & HY_RIGHT_EDIT) || (self->mask.edit & bit)) && (!(right & HY_RIGHT_EXPORT) || (self->mask.export_ & bit));
}

gboolean
hy_access_check (HyAccess *self,
                 guint klass,
                 HyRights right,
                 GError **error)
{
  if (hy_access_allows (self, klass, right))
    return TRUE;
  g_set_error_literal (error, HY_ERROR, HY_ERROR_DENIED, _ ("You may not do this in this space. Its owner decides who may."));
  return FALSE;
}

/* For what belongs to no class: @right on one of them will do. */
gboolean
hy_access_check_any (HyAccess *self,
                     HyRights right,
                     GError **error)
{
  for (guint klass = 0; klass < 64; klass++)
    if (hy_access_allows (self, klass, right))
      return TRUE;
  return hy_access_check (self, 64, right, error);
}

/* For what concerns the space as a whole. */
gboolean
hy_access_check_all (HyAccess *self,
                     HyRights right,
                     GError **error)
{
  for (guint klass = 0; klass < 64; klass++)
    if (!hy_access_check (self, klass, right, error))
      return FALSE;
  return TRUE;
}

/**
 * hy_access_is_open:
 *
 * Returns: %FALSE once the space is locked or the access has ended
 */
gboolean
hy_access_is_open (HyAccess *self)
{
  return !hy_vault_is_closed (self->vault) && !has_ended (self);
}

DexFuture *
hy_access_submit (HyAccess *self,
                  HyJobKind kind,
                  HyVaultJob job,
                  gpointer data,
                  GDestroyNotify destroy,
                  GType type)
{
  /* After its end an access does nothing, whatever the job asks for. */
  if (has_ended (self))
    {
      if (destroy != NULL)
        destroy (data);
      return dex_future_new_reject (HY_ERROR, HY_ERROR_DENIED, "%s", _ ("Your access to this space has ended. Its owner decides who may open it."));
    }
  return hy_vault_submit (self->vault, self, kind, job, data, destroy, type);
}

/* -- ids -- */

/* Six characters that mark the space, a hyphen, the row number: short enough to type, the same for ever. */
static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";

static void
write_mark (HyAccess *self,
            char mark[7])
{
  const guint8 *uuid = hy_vault_get_uuid_bytes (self->vault);
  guint32 bits = (guint32) uuid[0] << 24 | (guint32) uuid[1] << 16 | (guint32) uuid[2] << 8 | uuid[3];

  for (guint i = 0; i < 6; i++)
    mark[i] = digits[bits >> (27 - 5 * i) & 31];
  mark[6] = 0;
}

/**
 * hy_access_dup_id:
 *
 * Returns: (transfer full): such as "4kq9tz-2f"
 */
char *
hy_access_dup_id (HyAccess *self,
                  gint64 rowid)
{
  char mark[7];
  char number[16];
  guint at = sizeof number - 1;

  g_return_val_if_fail (rowid > 0, NULL);

  write_mark (self, mark);
  number[at] = 0;
  for (guint64 rest = (guint64) rowid; rest != 0; rest >>= 5)
    number[--at] = digits[rest & 31];
  return g_strdup_printf ("%s-%s", mark, number + at);
}

/**
 * hy_access_parse_id:
 * @rowid: (out): set on success
 *
 * Returns: %FALSE when @id is no id, or one of another space
 */
gboolean
hy_access_parse_id (HyAccess *self,
                    const char *id,
                    gint64 *rowid)
{
  g_autofree char *lower = g_ascii_strdown (id, -1);
  guint64 number = 0;
  char mark[7];
  const char *at;

  write_mark (self, mark);
  if (strlen (lower) < 8 || strlen (lower) > 7 + 12 || strncmp (lower, mark, 6) != 0 || lower[6] != '-' || lower[7] == '0')
    return FALSE;
  for (at = lower + 7; *at != 0; at++)
    {
      const char *digit = strchr (digits, *at);

      if (digit == NULL)
        return FALSE;
      number = number << 5 | (guint64) (digit - digits);
    }
  *rowid = (gint64) number;
  return TRUE;
}
