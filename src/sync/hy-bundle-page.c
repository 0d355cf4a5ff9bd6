/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a server sends, judged entry by entry: whose it is, what it is, and what goes into the vault.  Everything in it is
 * from outside; a wrong entry is noted and the others are taken.  Pure, any thread. */

#include "config.h"

#include "sync/hy-bundle-page.h"

#include "fhir/hy-document-attachment.h"
#include "fhir/hy-patient-compartment.h"
#include "fhir/hy-resource-row.h"
#include "records/hy-record-item.h"
#include "sync/hy-fhir-client.h"

#include <string.h>

/* FHIR R4: [A-Za-z0-9\-\.]{1,64}. */
#define MAX_ID 64
#define MAX_TYPE 64
/* Longer answers that say no are cut; the vault keeps 2 000 bytes. */
#define MAX_DIAGNOSTICS 2000

gboolean
hy_fhir_is_id (const char *text)
{
  gsize length = text != NULL ? strlen (text) : 0;

  if (length == 0 || length > MAX_ID)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && text[i] != '-' && text[i] != '.')
      return FALSE;
  /* They are ids to FHIR, but go up when they are part of an address. */
  return strcmp (text, ".") != 0 && strstr (text, "..") == NULL;
}

gboolean
hy_fhir_is_type (const char *text)
{
  gsize length = text != NULL ? strlen (text) : 0;

  if (length == 0 || length > MAX_TYPE || !g_ascii_isupper (text[0]))
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalpha (text[i]))
      return FALSE;
  return TRUE;
}

gint64
hy_fhir_parse_instant (const char *text)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) instant = text != NULL ? g_date_time_new_from_iso8601 (text, utc) : NULL;

  return instant != NULL ? g_date_time_to_unix_usec (instant) / 1000 : 0;
}

/**
 * hy_fhir_dup_instant:
 *
 * Returns: (transfer full): "2026-11-26T08:35:19.123Z"
 */
char *
hy_fhir_dup_instant (gint64 ms)
{
  g_autoptr (GDateTime) instant = g_date_time_new_from_unix_utc (ms / 1000);
  g_autofree char *seconds = g_date_time_format (instant, "%Y-%m-%dT%H:%M:%S");

  return g_strdup_printf ("%s.%03dZ", seconds, (int) (ms % 1000));
}

char *
hy_fhir_dup_diagnostics (GBytes *body)
{
  static const char *const paths[] = { "issue.0.diagnostics", "issue.0.details.text", "issue.0.details.coding.0.display", "issue.0.code" };
  g_autoptr (HyJson) json = body != NULL ? hy_json_parse (body, NULL) : NULL;

  for (guint i = 0; json != NULL && i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *text = hy_json_dup_string (json, hy_json_path (json, hy_json_root (json), paths[i]));

      if (text != NULL && *text != 0)
        return g_strndup (text, MAX_DIAGNOSTICS);
    }
  return NULL;
}

/* -- the page -- */

static gint64
read_total (HyJson *json)
{
  g_autofree char *total = hy_json_dup_number (json, hy_json_member (json, hy_json_root (json), "total"));
  guint64 number;

  return total != NULL && g_ascii_string_to_unsigned (total, 10, 0, G_MAXUINT32, &number, NULL) ? (gint64) number : -1;
}

static char *
dup_next (HyJson *json)
{
  HyJsonNode link = hy_json_first (json, hy_json_member (json, hy_json_root (json), "link"));

  for (; link != 0; link = hy_json_next (json, link))
    if (hy_json_string_equal (json, hy_json_member (json, link, "relation"), "next"))
      return hy_json_dup_string (json, hy_json_member (json, link, "url"));
  return NULL;
}

/* When an entry was written, in the words of the server. */
static gint64
read_written (HyJson *json,
              HyJsonNode entry)
{
  g_autofree char *modified = hy_json_dup_string (json, hy_json_path (json, entry, "response.lastModified"));
  g_autofree char *updated = hy_json_dup_string (json, hy_json_path (json, entry, "resource.meta.lastUpdated"));

  return MAX (hy_fhir_parse_instant (modified), hy_fhir_parse_instant (updated));
}

/**
 * hy_bundle_page_read:
 *
 * Errors: HY_FHIR_ERROR_NOT_FHIR when it is no such Bundle, HY_FHIR_ERROR_TOO_LARGE with more entries than are taken
 */
HyBundlePage *
hy_bundle_page_read (GBytes *body,
                     HyBundleKind kind,
                     GError **error)
{
  g_autoptr (GError) parse_error = NULL;
  g_autoptr (HyJson) json = hy_json_parse (body, &parse_error);
  HyJsonNode root, type;
  HyBundlePage *page;

  if (json == NULL)
    {
      g_set_error (error, HY_FHIR_ERROR, HY_FHIR_ERROR_NOT_FHIR, "not JSON: %s", parse_error->message);
      return NULL;
    }
  root = hy_json_root (json);
  type = hy_json_member (json, root, "type");
  if (!hy_json_string_equal (json, hy_json_member (json, root, "resourceType"), "Bundle") ||
      (kind == HY_BUNDLE_HISTORY ? !hy_json_string_equal (json, type, "history")
                                 : !hy_json_string_equal (json, type, "searchset") && !hy_json_string_equal (json, type, "collection")))
    {
      g_set_error_literal (error, HY_FHIR_ERROR, HY_FHIR_ERROR_NOT_FHIR, "not the Bundle that was asked for");
      return NULL;
    }
  page = g_new0 (HyBundlePage, 1);
  page->json = g_steal_pointer (&json);
  page->entries = hy_json_member (page->json, root, "entry");
  page->n_entries = hy_json_count (page->json, page->entries);
  page->total = read_total (page->json);
  page->next = dup_next (page->json);
  if (page->n_entries > HY_BUNDLE_MAX_ENTRIES)
    {
      hy_bundle_page_free (page);
      g_set_error_literal (error, HY_FHIR_ERROR, HY_FHIR_ERROR_TOO_LARGE, "a page of too many entries");
      return NULL;
    }
  for (HyJsonNode entry = hy_json_first (page->json, page->entries); kind == HY_BUNDLE_HISTORY && entry != 0; entry = hy_json_next (page->json, entry))
    page->newest_ms = MAX (page->newest_ms, read_written (page->json, entry));
  return page;
}

void
hy_bundle_page_free (HyBundlePage *page)
{
  if (page == NULL)
    return;
  hy_json_unref (page->json);
  g_free (page->next);
  g_free (page);
}

/* -- entries -- */

static void
refusal_free (gpointer data)
{
  HyBundleRefusal *refusal = data;

  g_free (refusal->type);
  g_free (refusal->id);
  g_free (refusal);
}

static void
refuse (HyBundleTaken *taken,
        const char *type,
        const char *id,
        const char *code)
{
  HyBundleRefusal *refusal = g_new0 (HyBundleRefusal, 1);

  refusal->type = g_strdup (hy_fhir_is_type (type) ? type : "Resource");
  refusal->klass = hy_resource_class_for_type (refusal->type);
  refusal->id = hy_fhir_is_id (id) ? g_strdup (id) : NULL;
  refusal->code = code;
  g_ptr_array_add (taken->refusals, refusal);
}

static HyMirrorFile *
new_file (HyJson *json,
          HyJsonNode document)
{
  g_auto (HyDocumentAttachment) attachment = { 0 };
  HyMirrorFile *file;

  if (!hy_document_attachment_read (json, document, &attachment))
    return NULL;
  file = g_new0 (HyMirrorFile, 1);
  file->url = g_steal_pointer (&attachment.url);
  file->media_type = g_steal_pointer (&attachment.media_type);
  file->size = attachment.size;
  file->sha1 = g_steal_pointer (&attachment.sha1);
  return file;
}

/**
 * hy_bundle_new_change:
 * @resource: has a type and an id
 *
 * The resource as the vault takes it: its exact bytes, and their reading.
 */
HyMirrorChange *
hy_bundle_new_change (HyJson *json,
                      HyJsonNode resource,
                      const HyBundleTaking *taking,
                      HyMirrorLevel level,
                      GError **error)
{
  HyJsonSpan span = hy_json_span (json, resource);
  g_autoptr (GBytes) bytes = g_bytes_new_from_bytes (hy_json_get_bytes (json), span.start, span.end - span.start);
  g_auto (HyResourceRow) row = { 0 };
  g_autofree char *full_url = NULL;
  HyMirrorChange *change;

  if (!hy_resource_row_read (json, resource, &row, error))
    return NULL;
  change = hy_mirror_change_new (row.type, row.fhir_id);
  change->level = level;
  change->version = hy_json_dup_string (json, hy_json_path (json, resource, "meta.versionId"));
  change->file = new_file (json, resource);
  full_url = g_strconcat (taking->base, "/", row.type, "/", row.fhir_id, NULL);
  change->item = hy_record_item_new (bytes, &row, full_url);
  if (level == HY_MIRROR_OWN && taking->other_person)
    change->item->row.flags |= HY_ROW_OTHER_PERSON;
  if (level == HY_MIRROR_OWN && taking->unread && change->item->row.klass == HY_CLASS_DOCUMENT)
    change->item->row.flags |= HY_ROW_UNREAD;
  return change;
}

static void
take_change (HyMirrorPage *into,
             HyBundleTaken *taken,
             HyMirrorChange *change)
{
  g_ptr_array_add (taken->keys, g_strconcat (change->type, "/", change->fhir_id, NULL));
  g_ptr_array_add (into->changes, change);
}

static void
take_gone (HyMirrorPage *into,
           HyBundleTaken *taken,
           const char *type,
           const char *id,
           HyMirrorLevel level)
{
  HyMirrorChange *change = hy_mirror_change_new (type, id);

  change->level = level;
  take_change (into, taken, change);
}

/* 0 = not here; else its level + 1. */
static guint
get_mirrored (const HyBundleTaking *taking,
              const char *type,
              const char *id)
{
  g_autofree char *key = g_strconcat (type, "/", id, NULL);

  return taking->mirrored != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (taking->mirrored, key)) : 0;
}

/* Nothing older of it can follow in a history. */
static gboolean
is_first_version (HyJson *json,
                  HyJsonNode resource)
{
  HyJsonNode entry = hy_json_parent (json, resource);

  return hy_json_string_equal (json, hy_json_path (json, entry, "request.method"), "POST") ||
         hy_json_string_equal (json, hy_json_path (json, resource, "meta.versionId"), "1");
}

static void
take_resource (HyJson *json,
               HyJsonNode resource,
               HyBundleKind kind,
               const HyBundleTaking *taking,
               HyMirrorPage *into,
               HyBundleTaken *taken)
{
  g_autofree char *type = hy_json_dup_string (json, hy_json_member (json, resource, "resourceType"));
  g_autofree char *id = hy_json_dup_string (json, hy_json_member (json, resource, "id"));
  g_autoptr (GError) error = NULL;
  HyMirrorLevel level = HY_MIRROR_OWN;
  HyMirrorChange *change;
  guint here;

  if (!hy_fhir_is_type (type) || !hy_fhir_is_id (id))
    {
      /* In a history of a whole server it may be anybody's. */
      if (kind == HY_BUNDLE_SEARCH)
        refuse (taken, type, id, "damaged");
      return;
    }
  here = get_mirrored (taking, type, id);
  if (strcmp (type, "Binary") == 0)
    {
      g_ptr_array_add (taken->binaries, g_strconcat ("Binary/", id, NULL));
      g_ptr_array_add (taken->binaries, hy_json_dup_string (json, hy_json_path (json, resource, "meta.versionId")));
      return;
    }
  switch (hy_patient_compartment_judge (json, resource, taking->base, taking->patient))
    {
    case HY_BELONGS:
      break;
    case HY_BELONGS_OTHERS:
      if (kind == HY_BUNDLE_SEARCH)
        refuse (taken, type, id, "other-person");
      else if (here != 0 || (hy_patient_compartment_has_type (type) && !is_first_version (json, resource)))
        /* It was this patient's, and the server says that it is somebody else's now: an older version that follows is past. */
        take_gone (into, taken, type, id, HY_MIRROR_OWN);
      return;
    case HY_BELONGS_NOBODY:
    default:
      if (kind == HY_BUNDLE_HISTORY && here == 0)
        {
          if (hy_patient_compartment_has_type (type) && !is_first_version (json, resource))
            take_gone (into, taken, type, id, HY_MIRROR_OWN);
          return;
        }
      if (here != 1 + HY_MIRROR_OWN)
        level = HY_MIRROR_REFERRED;
      if (kind == HY_BUNDLE_SEARCH && taking->type != NULL && here == 0 && level == HY_MIRROR_REFERRED)
        {
          /* A search for the patient's own found what names no patient. */
          refuse (taken, type, id, "other-person");
          return;
        }
      break;
    }
  if (taking->type != NULL && strcmp (taking->type, type) != 0)
    {
      refuse (taken, type, id, "damaged");
      return;
    }
  if (!(change = hy_bundle_new_change (json, resource, taking, level, &error)))
    refuse (taken, type, id, "damaged");
  else
    take_change (into, taken, change);
}

/* "Observation/7" at the end of an address. */
static gboolean
split_place (const char *address,
             char **type,
             char **id)
{
  g_auto (GStrv) words = g_strsplit (address, "/", -1);
  guint n = g_strv_length (words);

  for (guint i = 0; i + 1 < n; i++)
    if (hy_fhir_is_type (words[i]) && hy_fhir_is_id (words[i + 1]) && (i + 2 == n || strcmp (words[i + 2], "_history") == 0))
      {
        *type = g_strdup (words[i]);
        *id = g_strdup (words[i + 1]);
        return TRUE;
      }
  return FALSE;
}

static void
take_deletion (HyJson *json,
               HyJsonNode entry,
               const HyBundleTaking *taking,
               HyMirrorPage *into,
               HyBundleTaken *taken)
{
  g_autofree char *request = hy_json_dup_string (json, hy_json_path (json, entry, "request.url"));
  g_autofree char *full_url = hy_json_dup_string (json, hy_json_member (json, entry, "fullUrl"));
  g_autofree char *type = NULL;
  g_autofree char *id = NULL;
  guint here;

  if (!(request != NULL && split_place (request, &type, &id)) && !(full_url != NULL && split_place (full_url, &type, &id)))
    return;
  here = get_mirrored (taking, type, id);
  /* Also what is not here: an older version of it may still follow. */
  if (here != 0 || hy_patient_compartment_has_type (type))
    take_gone (into, taken, type, id, here == 1 + HY_MIRROR_REFERRED ? HY_MIRROR_REFERRED : HY_MIRROR_OWN);
}

/**
 * hy_bundle_page_take:
 * @into: gets a change for each entry that is taken
 * @taken: (out caller-allocates): to be cleared
 */
void
hy_bundle_page_take (HyBundlePage *page,
                     HyBundleKind kind,
                     const HyBundleTaking *taking,
                     HyMirrorPage *into,
                     HyBundleTaken *taken)
{
  HyJson *json = page->json;

  taken->refusals = g_ptr_array_new_with_free_func (refusal_free);
  taken->binaries = g_ptr_array_new_with_free_func (g_free);
  taken->keys = g_ptr_array_new_with_free_func (g_free);
  for (HyJsonNode entry = hy_json_first (json, page->entries); entry != 0; entry = hy_json_next (json, entry))
    {
      HyJsonNode resource = hy_json_member (json, entry, "resource");
      gboolean deleted = hy_json_string_equal (json, hy_json_path (json, entry, "request.method"), "DELETE");

      if (kind == HY_BUNDLE_HISTORY && (deleted || resource == 0))
        take_deletion (json, entry, taking, into, taken);
      else if (hy_json_string_equal (json, hy_json_path (json, entry, "search.mode"), "outcome") ||
               hy_json_string_equal (json, hy_json_member (json, resource, "resourceType"), "OperationOutcome"))
        continue;
      else
        take_resource (json, resource, kind, taking, into, taken);
    }
}

void
hy_bundle_taken_clear (HyBundleTaken *taken)
{
  g_clear_pointer (&taken->refusals, g_ptr_array_unref);
  g_clear_pointer (&taken->binaries, g_ptr_array_unref);
  g_clear_pointer (&taken->keys, g_ptr_array_unref);
}
