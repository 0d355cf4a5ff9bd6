/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is gone, where no history says so: which ids a server has, against those that are here.  An empty or failed answer
 * never means a deletion; each one that seems gone is asked for, and only the server's own word counts. */

#include "config.h"

#include "sync/hy-pull-private.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "fhir/hy-patient-compartment.h"

#include <string.h>

/* Of one type, that seem gone and are asked for in one sync; the others the next time. */
#define MAX_DOUBTS 2000
#define MAX_PAGES 10000

/* Collects the ids of one search.  *complete tells whether it went to its end. */
static gboolean
collect (HyPull *pull,
         const char *path,
         const char *type,
         GHashTable *ids,
         gboolean *complete,
         GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *next = g_strdup (path);

  *complete = FALSE;
  for (guint n_pages = 0; next != NULL; n_pages++)
    {
      g_autoptr (HyFhirReply) reply = NULL;
      g_autoptr (HyBundlePage) page = NULL;
      g_autofree char *link = NULL;
      const char *code = NULL;

      if (n_pages >= MAX_PAGES || !g_hash_table_add (seen, g_strdup (next)))
        return TRUE;
      if (!hy_pull_get (pull, next, &reply, &code, NULL, error))
        return FALSE;
      if (code != NULL || !(page = hy_bundle_page_read (reply->body, HY_BUNDLE_SEARCH, NULL)))
        return TRUE;
      for (HyJsonNode entry = hy_json_first (page->json, page->entries); entry != 0; entry = hy_json_next (page->json, entry))
        {
          HyJsonNode resource = hy_json_member (page->json, entry, "resource");
          g_autofree char *id = hy_json_dup_string (page->json, hy_json_member (page->json, resource, "id"));

          if (hy_json_string_equal (page->json, hy_json_member (page->json, resource, "resourceType"), type) && hy_fhir_is_id (id))
            g_hash_table_add (ids, g_steal_pointer (&id));
        }
      g_clear_pointer (&next, g_free);
      if (page->next != NULL && !(next = hy_fhir_client_dup_path (pull->sync->client, page->next, /* any_host= */ TRUE)))
        return TRUE;
    }
  *complete = TRUE;
  return TRUE;
}

/* All searches that find the type must go through, else what is in none of them may still be there. */
static gboolean
take_stock (HyPull *pull,
            const char *type,
            GHashTable *ids,
            gboolean *complete,
            GError **error)
{
  guint n_done = 0;

  *complete = FALSE;
  for (guint i = 0; i < pull->can->searches->len; i++)
    {
      const char *search = g_ptr_array_index (pull->can->searches, i);
      g_autofree char *path = NULL;
      gboolean whole;

      if (strncmp (search, type, strlen (type)) != 0 || search[strlen (type)] != '?')
        continue;
      path = g_strdup_printf ("%s=Patient/%s&_elements=id&_count=%u", search, pull->sync->server->patient, HY_PULL_PAGE);
      if (!collect (pull, path, type, ids, &whole, error))
        return FALSE;
      if (!whole)
        return TRUE;
      n_done++;
    }
  *complete = n_done > 0;
  return TRUE;
}

/* What the answer for one that seemed gone means. */
static gboolean
settle (HyPull *pull,
        HyPullRead *read,
        const char *type,
        gboolean was_empty,
        HyMirrorPage *page,
        GError **error)
{
  HyBundleTaking taking = hy_pull_taking (pull, NULL);
  const char *id = strchr (read->place, '/') + 1;
  g_autoptr (HyJson) json = read->json != NULL ? hy_json_parse (read->json, NULL) : NULL;
  HyMirrorChange *change = NULL;

  if (json != NULL && hy_json_string_equal (json, hy_json_member (json, hy_json_root (json), "id"), id) &&
      hy_json_string_equal (json, hy_json_member (json, hy_json_root (json), "resourceType"), type))
    {
      HyBelonging belonging = hy_patient_compartment_judge (json, hy_json_root (json), taking.base, taking.patient);

      if (belonging == HY_BELONGS_OTHERS)
        /* It was this patient's, and the server says that it is somebody else's now. */
        change = hy_mirror_change_new (type, id);
      else
        change = hy_bundle_new_change (json, hy_json_root (json), &taking, HY_MIRROR_OWN, NULL);
    }
  else if (read->status == 410 || (read->status == 404 && !was_empty))
    change = hy_mirror_change_new (type, id);
  if (change == NULL)
    return hy_pull_refuse (pull, type, id, "unconfirmed", read->detail, error);
  g_ptr_array_add (page->changes, change);
  return TRUE;
}

static gboolean
ask_for (HyPull *pull,
         GPtrArray *places,
         const char *type,
         gboolean was_empty,
         GError **error)
{
  g_autoptr (GPtrArray) reads = hy_pull_read_all (pull, places, error);
  HyMirrorPage *page;
  g_autoptr (GArray) results = NULL;

  if (reads == NULL)
    return FALSE;
  page = hy_mirror_page_new (pull->sync->server->origin, pull->sync->run, 0);
  for (guint i = 0; i < reads->len; i++)
    if (!settle (pull, g_ptr_array_index (reads, i), type, was_empty, page, error))
      {
        hy_mirror_page_free (page);
        return FALSE;
      }
  return hy_pull_store (pull, page, &results, error);
}

static gboolean
compare_type (HyPull *pull,
              const char *type,
              gboolean also_missing,
              GError **error)
{
  g_autoptr (GHashTable) there = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) here = NULL;
  g_autoptr (GPtrArray) doubts = g_ptr_array_new_with_free_func (g_free);
  gboolean complete, was_empty;

  hy_sync_tell (pull->sync, HY_SYNC_PHASE_DELETIONS, type, 0, 0);
  if (!take_stock (pull, type, there, &complete, error))
    return FALSE;
  if (!complete)
    return TRUE;
  if (!(here = dex_await_boxed (hy_vault_dup_mirrored (pull->sync->access, pull->sync->server->origin, type, HY_MIRROR_OWN), error)))
    return FALSE;
  was_empty = g_hash_table_size (there) == 0;
  for (guint i = 0; i < here->len; i++)
    if (!g_hash_table_remove (there, g_ptr_array_index (here, i)) && doubts->len < MAX_DOUBTS)
      g_ptr_array_add (doubts, g_strconcat (type, "/", (const char *) g_ptr_array_index (here, i), NULL));
  if (doubts->len > 0 && !ask_for (pull, doubts, type, was_empty, error))
    return FALSE;
  if (also_missing && g_hash_table_size (there) > 0)
    {
      /* There, and not here: pages moved while they were read. */
      GHashTableIter iter;
      gpointer id;

      g_ptr_array_set_size (doubts, 0);
      g_hash_table_iter_init (&iter, there);
      while (g_hash_table_iter_next (&iter, &id, NULL) && doubts->len < MAX_DOUBTS)
        g_ptr_array_add (doubts, g_strconcat (type, "/", (const char *) id, NULL));
      return ask_for (pull, doubts, type, /* was_empty= */ TRUE, error);
    }
  return TRUE;
}

/**
 * hy_pull_deletions:
 * @also_missing: what is there and not here is fetched too
 *
 * On a fiber.  Looks at the types of which something is here; at all of them when pages moved while they were read; at none
 * when pages came without end.
 */
gboolean
hy_pull_deletions (HyPull *pull,
                   gboolean also_missing,
                   GError **error)
{
  g_autoptr (GPtrArray) places =
      dex_await_boxed (hy_vault_dup_mirrored (pull->sync->access, pull->sync->server->origin, NULL, HY_MIRROR_OWN), error);
  g_autoptr (GHashTable) types = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree gpointer *names = NULL;
  guint n_names;

  if (places == NULL)
    return FALSE;
  if (pull->endless)
    return TRUE;
  for (guint i = 0; i < places->len; i++)
    {
      const char *place = g_ptr_array_index (places, i);

      g_hash_table_add (types, g_strndup (place, strcspn (place, "/")));
    }
  for (guint i = 0; pull->shifted && i < pull->can->searches->len; i++)
    {
      const char *search = g_ptr_array_index (pull->can->searches, i);

      g_hash_table_add (types, g_strndup (search, strcspn (search, "?")));
    }
  names = g_hash_table_get_keys_as_array (types, &n_names);
  for (guint i = 0; i < n_names; i++)
    if (!compare_type (pull, names[i], also_missing, error))
      return FALSE;
  return TRUE;
}
