/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the patient's own resources refer to: who treated, where, with what.  One level; what those refer to is not asked. */

#include "config.h"

#include "sync/hy-pull-private.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "fhir/hy-patient-compartment.h"

#include <string.h>

/* Ids of one search: addresses of servers have an end. */
#define MAX_IDS 50
/* Read and stored together, so that a cut costs little. */
#define READ_AT_ONCE 100

static gboolean
is_wanted (const char *place)
{
  /* Bytes come with their document, and other people are none of this space's. */
  return !g_str_has_prefix (place, "Binary/") && !g_str_has_prefix (place, "Patient/");
}

/* A page of answers.  What is not there, or not to be read, is remembered, so that it is not asked for at each sync. */
static gboolean
store_reads (HyPull *pull,
             GPtrArray *reads,
             GError **error)
{
  HyBundleTaking taking = hy_pull_taking (pull, NULL);
  HyMirrorPage *page = hy_mirror_page_new (pull->sync->server->origin, pull->sync->run, 0);
  g_autoptr (GArray) results = NULL;

  for (guint i = 0; i < reads->len; i++)
    {
      HyPullRead *read = g_ptr_array_index (reads, i);
      g_auto (GStrv) words = g_strsplit (read->place, "/", 2);
      g_autoptr (HyJson) json = read->json != NULL ? hy_json_parse (read->json, NULL) : NULL;
      HyJsonNode root = json != NULL ? hy_json_root (json) : 0;
      HyMirrorChange *change = NULL;

      if (json != NULL && hy_json_string_equal (json, hy_json_member (json, root, "resourceType"), words[0]) &&
          hy_json_string_equal (json, hy_json_member (json, root, "id"), words[1]) &&
          hy_patient_compartment_judge (json, root, taking.base, taking.patient) != HY_BELONGS_OTHERS)
        change = hy_bundle_new_change (json, root, &taking, HY_MIRROR_REFERRED, NULL);
      else if (read->status == 403 &&
               !hy_pull_refuse (pull, words[0], words[1], "not-allowed", read->detail, error))
        {
          hy_mirror_page_free (page);
          return FALSE;
        }
      /* One that could not be read now is asked for again the next time. */
      if (change == NULL && read->status != 200 && read->status != 403 && read->status != 404 && read->status != 410)
        continue;
      if (change == NULL)
        {
          change = hy_mirror_change_new (words[0], words[1]);
          change->level = HY_MIRROR_REFERRED;
        }
      g_ptr_array_add (page->changes, change);
    }
  return hy_pull_store (pull, page, &results, error);
}

static gboolean
read_new (HyPull *pull,
          GError **error)
{
  g_autoptr (GPtrArray) places = dex_await_boxed (hy_vault_dup_referred (pull->sync->access, pull->sync->server->origin), error);
  g_autoptr (GPtrArray) wanted = g_ptr_array_new ();

  if (places == NULL)
    return FALSE;
  for (guint i = 0; i < places->len; i++)
    if (is_wanted (g_ptr_array_index (places, i)))
      g_ptr_array_add (wanted, g_ptr_array_index (places, i));
  for (guint i = 0; i < wanted->len; i += READ_AT_ONCE)
    {
      g_autoptr (GPtrArray) some = g_ptr_array_new ();
      g_autoptr (GPtrArray) reads = NULL;

      for (guint k = i; k < MIN (wanted->len, i + READ_AT_ONCE); k++)
        g_ptr_array_add (some, g_ptr_array_index (wanted, k));
      if (!(reads = hy_pull_read_all (pull, some, error)) || !store_reads (pull, reads, error))
        return FALSE;
    }
  return wanted->len == 0 || dex_await (hy_vault_resolve_links (pull->sync->access, pull->sync->server->origin), error);
}

/* A server without a history is asked which of those that are here were written since. */
static gboolean
refresh_type (HyPull *pull,
              GPtrArray *ids,
              guint first,
              const char *type,
              GError **error)
{
  const char *since = hy_pull_get_cursor (pull, "since");
  g_autofree char *instant = hy_pull_escape (since != NULL ? since : "1970-01-01T00:00:00Z");
  g_autoptr (GString) path = g_string_new (type);
  g_autofree char *name = g_strdup_printf ("ids.%s", type);
  HyPullWalk walk = HY_PULL_WALK_INIT;
  gboolean done;

  g_string_append (path, "?_id=");
  for (guint i = first; i < MIN (ids->len, first + MAX_IDS); i++)
    g_string_append_printf (path, "%s%s", i > first ? "," : "", (const char *) g_ptr_array_index (ids, i));
  g_string_append_printf (path, "&_lastUpdated=ge%s&_count=%u", instant, HY_PULL_PAGE);
  walk.kind = HY_BUNDLE_SEARCH;
  walk.name = name;
  walk.path = path->str;
  /* A refusal is no loss: they stay as they are. */
  done = hy_pull_walk (pull, &walk, error);
  hy_pull_walk_clear (&walk);
  return done;
}

static gboolean
refresh_known (HyPull *pull,
               GError **error)
{
  g_autoptr (GPtrArray) places =
      dex_await_boxed (hy_vault_dup_mirrored (pull->sync->access, pull->sync->server->origin, NULL, HY_MIRROR_REFERRED), error);

  if (places == NULL)
    return FALSE;
  for (guint i = 0; i < places->len;)
    {
      const char *place = g_ptr_array_index (places, i);
      g_autofree char *type = g_strndup (place, strcspn (place, "/"));
      g_autoptr (GPtrArray) ids = g_ptr_array_new ();

      for (; i < places->len; i++)
        {
          const char *other = g_ptr_array_index (places, i);

          if (!g_str_has_prefix (other, type) || other[strlen (type)] != '/')
            break;
          g_ptr_array_add (ids, (gpointer) (other + strlen (type) + 1));
        }
      for (guint k = 0; k < ids->len; k += MAX_IDS)
        if (!refresh_type (pull, ids, k, type, error))
          return FALSE;
    }
  return TRUE;
}

/**
 * hy_pull_referred:
 * @refresh: no history tells what became of those that are here
 */
gboolean
hy_pull_referred (HyPull *pull,
                  gboolean refresh,
                  GError **error)
{
  if (refresh && !pull->first && !refresh_known (pull, error))
    return FALSE;
  if (pull->sync->changed && !dex_await (hy_vault_resolve_links (pull->sync->access, pull->sync->server->origin), error))
    return FALSE;
  return read_new (pull, error);
}
