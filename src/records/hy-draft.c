/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An edit of one resource.  What is not touched keeps its bytes; nothing is in the vault before the commit, which
 * writes the resource and its outbox entry together. */

#include "config.h"

#include "records/hy-draft.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "fhir/hy-resource-row.h"
#include "records/hy-record-item.h"
#include "vault/hy-vault-resources.h"

#include <glib/gi18n.h>
#include <string.h>

struct _HyDraft
{
  GObject parent_instance;

  HyAccess *access;
  gint64 rowid;
  HyJson *json;    /* NULL until loaded */
  gint version;    /* of the bytes that were loaded */
  guint own_flags; /* what the vault says of it and its bytes do not: read here, about somebody else... */
};

G_DEFINE_FINAL_TYPE (HyDraft, hy_draft, G_TYPE_OBJECT)

static void
hy_draft_finalize (GObject *object)
{
  HyDraft *self = HY_DRAFT (object);

  g_clear_object (&self->access);
  g_clear_pointer (&self->json, hy_json_unref);
  G_OBJECT_CLASS (hy_draft_parent_class)->finalize (object);
}

static void
hy_draft_class_init (HyDraftClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hy_draft_finalize;
}

static void
hy_draft_init (HyDraft *self)
{
}

HyDraft *
hy_draft_new (HyAccess *access,
              gint64 rowid)
{
  HyDraft *self;

  g_return_val_if_fail (HY_IS_ACCESS (access), NULL);

  self = g_object_new (HY_TYPE_DRAFT, NULL);
  self->access = g_object_ref (access);
  self->rowid = rowid;
  return self;
}

static DexFuture *
load_fiber (gpointer user_data)
{
  HyDraft *self = user_data;
  g_auto (HyResourceRow) reading = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (HyVaultRow) row = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (HyJson) json = NULL;

  /* The version comes first: bytes that are newer than it only make the commit refuse, never overwrite. */
  if (!(row = dex_await_boxed (hy_vault_dup_row (self->access, self->rowid), &error)) ||
      !(bytes = dex_await_boxed (hy_vault_dup_resource (self->access, self->rowid), &error)) ||
      !(json = hy_json_parse (bytes, &error)) ||
      !hy_resource_row_read (json, hy_json_root (json), &reading, &error))
    return dex_future_new_for_error (g_steal_pointer (&error));

  g_clear_pointer (&self->json, hy_json_unref);
  self->json = g_steal_pointer (&json);
  self->version = row->version;
  self->own_flags = row->flags & ~reading.flags & ~(guint) HY_VAULT_KEPT_FLAGS; /* those the vault keeps by itself */
  return dex_future_new_true ();
}

/**
 * hy_draft_load:
 *
 * Reads the resource; what was changed in the draft before is given up.
 *
 * Returns: (transfer full): resolves to %TRUE
 */
DexFuture *
hy_draft_load (HyDraft *self)
{
  dex_return_error_if_fail (HY_IS_DRAFT (self));

  return hy_fiber (load_fiber, g_object_ref (self), g_object_unref);
}

HyJson *
hy_draft_get_json (HyDraft *self)
{
  g_return_val_if_fail (HY_IS_DRAFT (self), NULL);

  return self->json;
}

/**
 * hy_draft_set_json:
 * @path: as hy_json_path() takes it, from the root; all but its last part must be there
 * @json: a JSON value, put as it is
 *
 * Returns: %FALSE, with nothing changed, when the place is not there or @json is not valid
 */
gboolean
hy_draft_set_json (HyDraft *self,
                   const char *path,
                   const char *json,
                   GError **error)
{
  g_autoptr (GBytes) value = NULL, bytes = NULL;
  g_autoptr (HyJson) alone = NULL, changed = NULL;
  HyJsonNode node;

  g_return_val_if_fail (HY_IS_DRAFT (self) && self->json != NULL, FALSE);
  g_return_val_if_fail (path != NULL && json != NULL, FALSE);

  /* By itself first: text that only fits where it is put could bring members of its own. */
  value = g_bytes_new (json, strlen (json));
  if ((alone = hy_json_parse (value, error)) == NULL)
    return FALSE;

  if ((node = hy_json_path (self->json, hy_json_root (self->json), path)) != 0)
    {
      HyJsonEdit edit = { hy_json_span (self->json, node), json };

      bytes = hy_json_splice (hy_json_get_bytes (self->json), &edit, 1);
    }
  else
    {
      const char *last = strrchr (path, '.');
      g_autofree char *above = last != NULL ? g_strndup (path, last - path) : NULL;
      HyJsonNode object = hy_json_root (self->json);

      if (above != NULL)
        object = hy_json_path (self->json, object, above);
      if (hy_json_kind (self->json, object) != HY_JSON_OBJECT)
        {
          g_set_error (error, HY_ERROR, HY_ERROR_MISSING,
                       _ ("This entry has no place for “%s”. Nothing was changed."), path);
          return FALSE;
        }
      bytes = hy_json_set_member (self->json, object, last != NULL ? last + 1 : path, json);
    }

  if ((changed = hy_json_parse (bytes, error)) == NULL)
    return FALSE;
  hy_json_unref (self->json);
  self->json = g_steal_pointer (&changed);
  return TRUE;
}

gboolean
hy_draft_set_string (HyDraft *self,
                     const char *path,
                     const char *value,
                     GError **error)
{
  g_autoptr (GString) quoted = g_string_new (NULL);

  g_return_val_if_fail (value != NULL, FALSE);

  hy_json_append_quoted (quoted, value);
  return hy_draft_set_json (self, path, quoted->str, error);
}

static DexFuture *
commit_fiber (gpointer user_data)
{
  HyDraft *self = user_data;
  g_auto (HyResourceRow) reading = { 0 };
  g_autoptr (GError) error = NULL;
  HyVaultItem *item;
  gint version;

  if (!hy_resource_row_read (self->json, hy_json_root (self->json), &reading, &error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  item = hy_record_item_new (hy_json_get_bytes (self->json), &reading, NULL);
  item->row.flags |= self->own_flags;
  version = dex_await_int (hy_vault_edit (self->access, self->rowid, self->version, item), &error);
  if (error != NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  self->version = version;
  return dex_future_new_for_int (version);
}

/**
 * hy_draft_commit:
 *
 * Writes the resource and what must be sent of it in one transaction.  The draft then stands at the new version and
 * may be changed further.
 *
 * Returns: (transfer full): resolves to the new version
 * Errors: HY_ERROR_CONFLICT when the resource changed since it was loaded; the draft is kept
 */
DexFuture *
hy_draft_commit (HyDraft *self)
{
  dex_return_error_if_fail (HY_IS_DRAFT (self) && self->json != NULL);

  return hy_fiber (commit_fiber, g_object_ref (self), g_object_unref);
}
