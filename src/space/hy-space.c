/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One opened space: its person, its documents' bytes.  Import and export have files of their own. */

#include "config.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "records/hy-record-item.h"
#include "space/hy-space-private.h"
#include "vault/hy-vault-resources.h"

#include <glib/gi18n.h>
#include <string.h>

struct _HySpace
{
  GObject parent_instance;

  HyVault *vault;
  HyAccess *access;
  HySpaceInfo *info;
  HyRenderer *renderer;
  HySpaceSync *sync; /* nullable: made when it is first asked for */
};

G_DEFINE_FINAL_TYPE (HySpace, hy_space, G_TYPE_OBJECT)

static void
hy_space_finalize (GObject *object)
{
  HySpace *self = HY_SPACE (object);

  if (self->sync != NULL)
    hy_space_sync_let_go (self->sync);
  g_clear_object (&self->sync);
  hy_renderer_close (self->renderer);
  g_clear_object (&self->renderer);
  g_clear_object (&self->access);
  g_clear_object (&self->info);
  hy_vault_unref (self->vault);
  G_OBJECT_CLASS (hy_space_parent_class)->finalize (object);
}

static void
hy_space_class_init (HySpaceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hy_space_finalize;
}

static void
hy_space_init (HySpace *self)
{
}

/**
 * hy_space_new:
 * @actor: the keyholder, who owns the space: may do everything, without an end
 */
HySpace *
hy_space_new (HyVault *vault,
              const guint8 actor[16])
{
  HySpace *self = g_object_new (HY_TYPE_SPACE, NULL);

  self->vault = hy_vault_ref (vault);
  self->access = hy_vault_new_access (vault, actor, HY_ACCESS_OWNER, 0);
  self->info = hy_space_info_new (vault);
  self->renderer = hy_renderer_new ();
  return self;
}

HyVault *
hy_space_get_vault (HySpace *self)
{
  return self->vault;
}

HySpaceInfo *
hy_space_get_info (HySpace *self)
{
  return self->info;
}

HyAccess *
hy_space_get_access (HySpace *self)
{
  return self->access;
}

/**
 * hy_space_get_renderer:
 *
 * What reads the space's documents, each in a sandboxed process.  No process is started before a document is opened, or
 * hy_renderer_keep_spare() is called; after a lock none is any more.
 */
HyRenderer *
hy_space_get_renderer (HySpace *self)
{
  return self->renderer;
}

/**
 * hy_space_get_sync:
 *
 * What follows a server.  Asking for it opens nothing.
 */
HySpaceSync *
hy_space_get_sync (HySpace *self)
{
  if (self->sync == NULL)
    self->sync = hy_space_sync_new (self);
  return self->sync;
}

HySpaceSync *
hy_space_peek_sync (HySpace *self)
{
  return self->sync;
}

/* -- the person -- */

static DexFuture *
ensure_patient_fiber (gpointer data)
{
  HySpace *self = data;
  g_autofree char *known = hy_vault_dup_note (self->vault, "patient");
  g_autofree char *fhir_id = NULL;
  g_autofree char *id = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (HyJson) json = NULL;
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GArray) results = NULL;
  g_auto (HyResourceRow) row = { 0 };
  GError *error = NULL;
  g_autoptr (HyVaultListing) patients = NULL;
  gint64 origin;

  if (known != NULL)
    return dex_future_new_true ();
  /* The Patient may have been stored and the note not: it is not made twice. */
  if (!(patients = dex_await_boxed (hy_vault_list (self->access, HY_CLASS_PERSON, HY_SORT_OLDEST, 0), &error)))
    return dex_future_new_for_error (error);
  for (guint i = 0; i < patients->keys->len; i++)
    {
      HyVaultKey *key = &g_array_index (patients->keys, HyVaultKey, i);

      if (key->flags & HY_ROW_LOCAL)
        {
          id = hy_access_dup_id (self->access, key->rowid);
          return hy_vault_set_note (self->vault, "patient", id);
        }
    }
  fhir_id = g_uuid_string_random ();
  bytes = hy_person_new_patient (hy_space_info_get_given (self->info), hy_space_info_get_family (self->info),
                                 hy_space_info_get_birth_date (self->info), hy_space_info_get_sex (self->info), fhir_id);
  items = g_ptr_array_new_with_free_func ((GDestroyNotify) hy_vault_item_free);
  if (!(json = hy_json_parse (bytes, &error)) || !hy_resource_row_read (json, hy_json_root (json), &row, &error))
    return dex_future_new_for_error (error);
  g_ptr_array_add (items, hy_record_item_new (bytes, &row, NULL));
  origin = dex_await_int64 (hy_vault_begin_origin (self->access, "local"), &error);
  if (error != NULL || !(results = dex_await_boxed (hy_vault_put (self->access, origin, g_steal_pointer (&items)), &error)))
    return dex_future_new_for_error (error);
  id = hy_access_dup_id (self->access, g_array_index (results, HyPutResult, 0).rowid);
  return hy_vault_set_note (self->vault, "patient", id);
}

/**
 * hy_space_ensure_patient:
 *
 * The Patient made with the space (DESIGN 3).  After a crash between the space and its Patient the next opening makes it.
 */
DexFuture *
hy_space_ensure_patient (HySpace *self)
{
  return hy_fiber (ensure_patient_fiber, g_object_ref (self), g_object_unref);
}

static void
add_ins (HyPerson *person,
         GBytes *bytes)
{
  g_autoptr (HyJson) json = hy_json_parse (bytes, NULL);
  g_auto (HyPerson) linked = { 0 };

  /* Only a Patient that is linked lends its INS; the local one has none. */
  if (json != NULL && hy_person_read (json, hy_json_root (json), &linked, NULL) && hy_person_compare (person, &linked) == HY_PERSON_SAME)
    person->ins = g_steal_pointer (&linked.ins);
}

/**
 * hy_space_dup_person:
 *
 * On a fiber: waits for the vault.
 *
 * Returns: (transfer full): who the space is about, for comparing with what arrives; free with hy_person_clear and g_free
 */
HyPerson *
hy_space_dup_person (HySpace *self)
{
  HyPerson *person = g_new0 (HyPerson, 1);
  g_autoptr (HyVaultListing) patients = NULL;

  person->given = g_strsplit (hy_space_info_get_given (self->info), " ", -1);
  person->families = g_new0 (char *, 2);
  person->families[0] = g_strdup (hy_space_info_get_family (self->info));
  person->birth_date = hy_space_info_get_birth_date (self->info);
  person->sex = hy_space_info_get_sex (self->info);
  person->display = g_strdup (hy_space_info_get_name (self->info));

  patients = dex_await_boxed (hy_vault_list (self->access, HY_CLASS_PERSON, HY_SORT_NEWEST, 0), NULL);
  for (guint i = 0; patients != NULL && person->ins == NULL && i < patients->keys->len; i++)
    {
      HyVaultKey *key = &g_array_index (patients->keys, HyVaultKey, i);
      g_autoptr (GBytes) bytes = NULL;

      if (!(key->flags & HY_ROW_OTHER_PERSON) && (bytes = dex_await_boxed (hy_vault_dup_resource (self->access, key->rowid), NULL)))
        add_ins (person, bytes);
    }
  return person;
}

/* -- a document's bytes -- */

typedef struct
{
  HySpace *space;
  gint64 rowid;
} Document;

static void
document_free (gpointer data)
{
  Document *document = data;

  g_object_unref (document->space);
  g_free (document);
}

static GBytes *
decode (HyJson *json,
        HyJsonNode node)
{
  g_autofree char *text = hy_json_dup_string (json, node);
  gsize size;

  if (text == NULL || *text == 0)
    return NULL;
  g_base64_decode_inplace (text, &size);
  return g_bytes_new_take (g_steal_pointer (&text), size);
}

static GBytes *
read_binary (HySpace *self,
             gint64 rowid,
             GError **error)
{
  g_autoptr (GBytes) bytes = dex_await_boxed (hy_vault_dup_resource (self->access, rowid), error);
  g_autoptr (HyJson) json = bytes != NULL ? hy_json_parse (bytes, error) : NULL;

  if (json == NULL || !hy_json_string_equal (json, hy_json_member (json, hy_json_root (json), "resourceType"), "Binary"))
    return NULL;
  return decode (json, hy_json_member (json, hy_json_root (json), "data"));
}

/* Where the resource itself or another of the space holds the bytes.  NULL without an error: nowhere here. */
static GBytes *
find_bytes (HySpace *self,
            gint64 rowid,
            HyJson *json,
            GError **error)
{
  HyJsonNode root = hy_json_root (json);
  HyJsonNode contents = hy_json_member (json, root, "content");

  if (hy_json_string_equal (json, hy_json_member (json, root, "resourceType"), "Binary"))
    return decode (json, hy_json_member (json, root, "data"));
  for (guint i = 0; i < hy_json_count (json, contents); i++)
    {
      HyJsonNode attachment = hy_json_member (json, hy_json_at (json, contents, i), "attachment");
      g_autofree char *url = hy_json_dup_string (json, hy_json_member (json, attachment, "url"));
      GBytes *bytes = decode (json, hy_json_member (json, attachment, "data"));
      g_autoptr (GError) read_error = NULL;
      gint64 target;

      if (bytes != NULL)
        return bytes;
      if (url == NULL)
        continue;
      target = dex_await_int64 (hy_vault_resolve (self->access, rowid, url), &read_error);
      if (read_error == NULL && target != 0 && (bytes = read_binary (self, target, &read_error)))
        return bytes;
      if (read_error != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&read_error));
          return NULL;
        }
    }
  return NULL;
}

static DexFuture *
dup_document_fiber (gpointer data)
{
  Document *document = data;
  HySpace *self = document->space;
  g_autoptr (HyVaultRow) row = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (HyJson) json = NULL;
  GBytes *found;
  GError *error = NULL;

  if (!(row = dex_await_boxed (hy_vault_dup_row (self->access, document->rowid), &error)))
    return dex_future_new_for_error (error);
  if (row->has_blob)
    return hy_vault_dup_blob (self->access, document->rowid);
  if (!(bytes = dex_await_boxed (hy_vault_dup_resource (self->access, document->rowid), &error)) || !(json = hy_json_parse (bytes, &error)))
    return dex_future_new_for_error (error);
  if ((found = find_bytes (self, document->rowid, json, &error)))
    return dex_future_new_take_boxed (G_TYPE_BYTES, found);
  if (error != NULL)
    return dex_future_new_for_error (error);
  return dex_future_new_reject (HY_ERROR, HY_ERROR_MISSING, "%s",
                                row->klass == HY_CLASS_DOCUMENT ? _ ("The file of this document is not on this computer.")
                                                                : _ ("This entry has no file of its own."));
}

/**
 * hy_space_dup_document:
 *
 * Resolves to GBytes: the file that came with the document, the data written in it, or the Binary that it names.
 *
 * Errors: HY_ERROR_MISSING when there are no bytes here, HY_ERROR_CORRUPT
 */
DexFuture *
hy_space_dup_document (HySpace *self,
                       gint64 rowid)
{
  Document *document = g_new0 (Document, 1);

  document->space = g_object_ref (self);
  document->rowid = rowid;
  return hy_fiber (dup_document_fiber, document, document_free);
}
