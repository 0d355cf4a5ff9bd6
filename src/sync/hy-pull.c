/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order of a pull (DESIGN.md 4): what the server can do, the Patient, all of it or what changed since, what is gone, and
 * what all that refers to.  Every step is journalled as it is done, so that each may be the last. */

#include "config.h"

#include "sync/hy-pull-private.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "fhir/hy-resource-class.h"

#include <string.h>

/* What a server can do changes rarely; a sync with nothing new is one request the rest of the day. */
#define CAPABILITIES_MS (24 * 60 * 60 * 1000)
/* A history tells what was written, not what a sign-in may see since; so once in a while the ids are looked through. */
#define STOCK_MS (7 * 24 * 60 * 60 * (gint64) 1000)
/* A server may show a change a little after the time that it gives it (a transaction that took long, two clocks). */
#define LAG_MS (10 * 1000)
/* Without a clock of the server, ours may be wrong by this much. */
#define CLOCK_MS (60 * 60 * 1000)

/* -- what the server can do -- */

/* What a search that was refused would have found is not found by asking for what changed since: it is asked for whole until
 * it goes through. */
static gboolean
mark_again (HyPull *pull,
            const char *search,
            const char *refused,
            GError **error)
{
  g_autofree char *again = g_strconcat ("again.", search, NULL);
  gboolean is_marked = hy_pull_get_cursor (pull, again) != NULL;
  gboolean wanted = refused != NULL && strcmp (refused, "not-supported") != 0;

  return is_marked == wanted || hy_pull_set_cursors (pull, error, again, wanted ? "1" : NULL, NULL);
}

/* What is declared only now was not asked for when all of it was. */
static gboolean
mark_new_searches (HyPull *pull,
                   const char *before,
                   GError **error)
{
  g_autoptr (HyCapabilities) former = before != NULL ? hy_capabilities_new_from_text (before) : NULL;

  for (guint i = 0; former != NULL && !pull->first && i < pull->can->searches->len; i++)
    {
      const char *search = g_ptr_array_index (pull->can->searches, i);

      if (!g_ptr_array_find_with_equal_func (former->searches, search, g_str_equal, NULL) && !mark_again (pull, search, "new", error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
ask_capabilities (HyPull *pull,
                  GError **error)
{
  g_autoptr (HyFhirReply) reply = NULL;
  g_autofree char *text = NULL;
  g_autofree char *before = g_strdup (hy_pull_get_cursor (pull, "can"));
  g_autofree char *now = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_real_time () / 1000);
  const char *code = NULL;

  if (!hy_pull_get (pull, "metadata", &reply, &code, NULL, error))
    return FALSE;
  if (reply != NULL && code == NULL)
    pull->can = hy_capabilities_read (reply->body, NULL);
  if (pull->can == NULL)
    pull->can = hy_capabilities_new_usual ();
  text = hy_capabilities_dup_text (pull->can);
  /* Whether it answers with a history is found out anew as well; one that said nothing is asked again the next time. */
  return mark_new_searches (pull, before, error) &&
         hy_pull_set_cursors (pull, error, "can", text, "can.at", pull->can->known ? now : NULL, "history", NULL, NULL);
}

static gboolean
learn_capabilities (HyPull *pull,
                    GError **error)
{
  const char *text = hy_pull_get_cursor (pull, "can");
  const char *at = hy_pull_get_cursor (pull, "can.at");
  gint64 age = at != NULL ? g_get_real_time () / 1000 - g_ascii_strtoll (at, NULL, 10) : G_MAXINT64;

  if (text == NULL || age < 0 || age > CAPABILITIES_MS)
    return ask_capabilities (pull, error);
  pull->can = hy_capabilities_new_from_text (text);
  return TRUE;
}

/* -- the time from which changes are asked for -- */

/* All that is written from now on must be found by it, and a server where nothing happens must not give the same again at
 * each sync.  The newest that it showed is the exact place; but while that is young, others of the same time may still
 * appear, so then it is a little before the server's own clock.  What comes twice is recognised by its bytes. */
char *
hy_pull_choose_since (HyPull *pull,
                      gint64 newest_ms,
                      gint64 date_ms)
{
  const char *before = hy_pull_get_cursor (pull, "since");
  gint64 now = date_ms != 0 ? date_ms : g_get_real_time () / 1000 - CLOCK_MS;
  gint64 since = now - LAG_MS;

  if (newest_ms != 0 && newest_ms < since)
    since = newest_ms;
  if (before != NULL)
    since = MAX (since, hy_fhir_parse_instant (before));
  return hy_fhir_dup_instant (since);
}

/* -- the Patient -- */

static gboolean
read_patient (HyPull *pull,
              GError **error)
{
  g_autofree char *path = g_strconcat ("Patient/", pull->sync->server->patient, NULL);
  g_autoptr (HyFhirReply) reply = NULL;
  g_autoptr (HyJson) json = NULL;
  g_autoptr (GArray) results = NULL;
  g_autofree char *detail = NULL;
  HyBundleTaking taking = hy_pull_taking (pull, NULL);
  const char *code = NULL;
  HyMirrorPage *page;
  HyMirrorChange *change;

  if (!hy_pull_get (pull, path, &reply, &code, &detail, error))
    return FALSE;
  if (reply != NULL && code == NULL && (json = hy_json_parse (reply->body, NULL)) != NULL &&
      hy_json_string_equal (json, hy_json_member (json, hy_json_root (json), "resourceType"), "Patient") &&
      hy_json_string_equal (json, hy_json_member (json, hy_json_root (json), "id"), pull->sync->server->patient) &&
      (change = hy_bundle_new_change (json, hy_json_root (json), &taking, HY_MIRROR_OWN, NULL)))
    {
      page = hy_mirror_page_new (pull->sync->server->origin, pull->sync->run, 0);
      g_ptr_array_add (page->changes, change);
      return hy_pull_store (pull, page, &results, error);
    }
  /* Without the person there is nothing of theirs to ask for; what is here stays. */
  if (!hy_pull_refuse (pull, "Patient", pull->sync->server->patient, code != NULL ? code : "damaged", detail, error))
    return FALSE;
  g_set_error (error, HY_ERROR, HY_ERROR_REFUSED, "%s", code != NULL ? code : "damaged");
  return FALSE;
}

/* -- all of it -- */

/* Of a type of which nothing is here, a server that does not know the search says nothing that a person needs. */
static gboolean
note_refused_type (HyPull *pull,
                   const char *type,
                   HyPullWalk *walk,
                   GError **error)
{
  if (strcmp (walk->refused, "not-supported") == 0)
    {
      g_autoptr (GPtrArray) here = dex_await_boxed (hy_vault_dup_mirrored (pull->sync->access, pull->sync->server->origin, type, HY_MIRROR_OWN), error);

      if (here == NULL)
        return FALSE;
      if (here->len == 0)
        return TRUE;
    }
  else if (strcmp (walk->refused, "not-allowed") == 0 && hy_resource_class_for_type (type) == HY_CLASS_OTHER)
    return TRUE;
  return hy_pull_refuse (pull, type, NULL, walk->refused, walk->detail, error);
}

/* One search; a type's refusal is noted once, after its last. */
static gboolean
search_one (HyPull *pull,
            const char *search,
            const char *since,
            HyPullWalk *walk,
            GError **error)
{
  g_autofree char *type = g_strndup (search, strcspn (search, "?"));
  g_autofree char *instant = since != NULL ? hy_pull_escape (since) : NULL;
  g_autofree char *path = g_strdup_printf ("%s=Patient/%s%s%s&_count=%u", search, pull->sync->server->patient,
                                           instant != NULL ? "&_lastUpdated=ge" : "", instant != NULL ? instant : "", HY_PULL_PAGE);

  *walk = (HyPullWalk) HY_PULL_WALK_INIT;
  walk->kind = HY_BUNDLE_SEARCH;
  walk->name = search;
  walk->path = path;
  walk->type = type;
  hy_sync_tell (pull->sync, HY_SYNC_PHASE_RECEIVING, type, pull->n_resources, 0);
  if (!hy_pull_walk (pull, walk, error))
    return FALSE;
  walk->path = walk->type = NULL;
  return TRUE;
}

/* @only_again: those alone that were refused before; a history tells of the others. */
static gboolean
pull_searches (HyPull *pull,
               const char *since,
               gboolean only_again,
               GError **error)
{
  guint n_taken = 0; /* searches of the present type that went through */

  for (guint i = 0; i < pull->can->searches->len; i++)
    {
      const char *search = g_ptr_array_index (pull->can->searches, i);
      const char *following = i + 1 < pull->can->searches->len ? g_ptr_array_index (pull->can->searches, i + 1) : "";
      gsize length = strcspn (search, "?") + 1;
      g_autofree char *type = g_strndup (search, length - 1);
      /* What was gone through before a cut is not gone through again. */
      g_autofree char *done = g_strconcat ("done.", search, NULL);
      g_autofree char *again = g_strconcat ("again.", search, NULL);
      gboolean is_again = hy_pull_get_cursor (pull, again) != NULL;
      HyPullWalk walk = HY_PULL_WALK_INIT;
      gboolean ended = FALSE, good = TRUE;

      if (hy_pull_get_cursor (pull, done) != NULL || (only_again && !is_again))
        {
          n_taken++;
          ended = TRUE;
        }
      else
        good = search_one (pull, search, is_again ? NULL : since, &walk, error) && mark_again (pull, search, walk.refused, error);
      if (good && !ended && walk.refused == NULL)
        {
          n_taken++;
          /* Only one that brought something is worth remembering. */
          if (pull->first && walk.changed)
            good = hy_pull_set_cursors (pull, error, done, "1", NULL);
        }
      if (good && !ended && walk.refused != NULL && strncmp (search, following, length) != 0 &&
          (n_taken == 0 || strcmp (walk.refused, "not-supported") != 0))
        good = note_refused_type (pull, type, &walk, error);
      if (strncmp (search, following, length) != 0)
        n_taken = 0;
      hy_pull_walk_clear (&walk);
      if (!good)
        return FALSE;
    }
  return TRUE;
}

static gboolean
forget_done (HyPull *pull,
             GError **error)
{
  HyMirrorPage *page = hy_mirror_page_new (pull->sync->server->origin, pull->sync->run, 0);
  g_autoptr (GArray) results = NULL;
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, pull->sync->cursors);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (g_str_has_prefix (name, "done."))
      {
        hy_mirror_page_set_cursor (page, name, NULL);
        g_hash_table_iter_remove (&iter);
      }
  return hy_pull_store (pull, page, &results, error);
}

/* FALSE in *done: the server declares it and does not do it. */
static gboolean
pull_everything (HyPull *pull,
                 const char *since,
                 gboolean *done,
                 GError **error)
{
  g_autofree char *instant = since != NULL ? hy_pull_escape (since) : NULL;
  g_autofree char *path = g_strdup_printf ("Patient/%s/$everything?%s%s%s_count=%u", pull->sync->server->patient, instant != NULL ? "_since=" : "",
                                           instant != NULL ? instant : "", instant != NULL ? "&" : "", HY_PULL_PAGE);
  HyPullWalk walk = HY_PULL_WALK_INIT;
  gboolean good;

  walk.kind = HY_BUNDLE_SEARCH;
  walk.name = "everything";
  walk.path = path;
  if (since == NULL)
    pull->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  good = hy_pull_walk (pull, &walk, error);
  *done = walk.refused == NULL;
  if (good && *done && pull->keys != NULL && walk.total >= 0 && (gint64) g_hash_table_size (pull->keys) < walk.total)
    pull->shifted = TRUE;
  g_clear_pointer (&pull->keys, g_hash_table_unref);
  /* A stumble is not a refusal: the searches would only stumble as well. */
  if (good && !*done && strcmp (walk.refused, "not-supported") != 0 && strcmp (walk.refused, "not-allowed") != 0 &&
      strcmp (walk.refused, "not-fhir") != 0)
    {
      g_set_error (error, HY_ERROR, HY_ERROR_REFUSED, "%s", walk.refused);
      good = FALSE;
    }
  hy_pull_walk_clear (&walk);
  return good;
}

static gboolean
pull_all (HyPull *pull,
          const char *since,
          GError **error)
{
  gboolean done = FALSE;

  if (pull->can->everything && !pull_everything (pull, since, &done, error))
    return FALSE;
  if (done)
    return since == NULL || pull_searches (pull, since, /* only_again= */ TRUE, error);
  return pull_searches (pull, since, /* only_again= */ FALSE, error) && forget_done (pull, error);
}

/* -- what changed since -- */

typedef enum
{
  HISTORY_NONE,
  HISTORY_SYSTEM,
} History;

/* Goes through what was written since.  A server that does not answer so is remembered as one that has no history. */
static gboolean
pull_history (HyPull *pull,
              const char *since,
              History *history,
              char **next_since,
              GError **error)
{
  g_autofree char *instant = hy_pull_escape (since);
  g_autofree char *path = g_strdup_printf ("_history?_since=%s&_count=%u", instant, HY_PULL_PAGE);
  const char *known = hy_pull_get_cursor (pull, "history");
  const char *number = hy_pull_get_cursor (pull, "walk");
  gboolean resumed = hy_pull_get_cursor (pull, "page.history") != NULL;
  HyPullWalk walk = HY_PULL_WALK_INIT;
  gboolean good = TRUE;

  *history = HISTORY_NONE;
  if (g_strcmp0 (known, "none") == 0)
    return TRUE;
  walk.kind = HY_BUNDLE_HISTORY;
  walk.name = "history";
  walk.path = path;
  walk.walk = number != NULL ? g_ascii_strtoll (number, NULL, 10) : 0;
  /* A walk that is gone on with keeps its number, and the time that it began with. */
  if (!resumed || walk.walk == 0)
    {
      g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, ++walk.walk);

      if (!hy_pull_set_cursors (pull, error, "walk", text, "walk.since", NULL, NULL))
        return FALSE;
    }
  good = hy_pull_walk (pull, &walk, error);
  if (good && walk.refused == NULL)
    {
      const char *begun = hy_pull_get_cursor (pull, "walk.since");

      *history = HISTORY_SYSTEM;
      /* Pages may have moved under the first pull while it went on. */
      pull->shifted = pull->shifted || (pull->first && walk.changed);
      *next_since = begun != NULL ? g_strdup (begun) : hy_pull_choose_since (pull, walk.newest_ms, walk.date_ms);
    }
  else if (good && strcmp (walk.refused, "server-error") == 0)
    {
      g_set_error (error, HY_ERROR, HY_ERROR_REFUSED, "%s", walk.refused);
      good = FALSE;
    }
  else if (good)
    good = hy_pull_set_cursors (pull, error, "history", "none", NULL);
  hy_pull_walk_clear (&walk);
  return good;
}

/* -- once in a while -- */

static gboolean
is_stock_old (HyPull *pull)
{
  const char *at = hy_pull_get_cursor (pull, "stock.at");
  gint64 age = at != NULL ? g_get_real_time () / 1000 - g_ascii_strtoll (at, NULL, 10) : G_MAXINT64;

  return age < 0 || age > STOCK_MS;
}

/* With a history: what moved under the pages, or what time may have hidden. */
static gboolean
take_stock (HyPull *pull,
            GError **error)
{
  g_autofree char *now = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_real_time () / 1000);
  gboolean old = is_stock_old (pull);

  pull->shifted = pull->shifted || old;
  if (pull->shifted && !hy_pull_deletions (pull, /* also_missing= */ TRUE, error))
    return FALSE;
  return !old || hy_pull_set_cursors (pull, error, "stock.at", now, NULL);
}

/**
 * hy_sync_pull:
 */
gboolean
hy_sync_pull (HySync *sync,
              GError **error)
{
  HyPull pull = { .sync = sync };
  g_autofree char *since = g_strdup (g_hash_table_lookup (sync->cursors, "since"));
  g_autofree char *next_since = NULL;
  History history = HISTORY_NONE;
  gboolean good;

  pull.first = since == NULL;
  hy_sync_tell (sync, HY_SYNC_PHASE_ASKING, NULL, 0, 0);
  good = learn_capabilities (&pull, error);
  if (good && pull.first)
    {
      const char *begun = hy_pull_get_cursor (&pull, "begun");

      good = read_patient (&pull, error);
      /* Gone on with after a cut, all that was written since the first beginning is still asked for. */
      if (good && begun == NULL)
        {
          g_autofree char *instant = hy_pull_choose_since (&pull, 0, pull.server_ms);

          good = hy_pull_set_cursors (&pull, error, "begun", instant, NULL);
        }
      good = good && pull_all (&pull, NULL, error);
      /* All of it is here: what follows is asked for from the beginning on, also when this is the last that is done now. */
      since = g_strdup (hy_pull_get_cursor (&pull, "begun"));
      if (good)
        {
          g_autofree char *now = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_real_time () / 1000);

          good = hy_pull_set_cursors (&pull, error, "since", since, "begun", NULL, "stock.at", now, NULL);
        }
    }
  /* Also after the first pull: what was written while it went on. */
  if (good)
    {
      sync->changed = sync->changed || pull.first;
      good = pull_history (&pull, since, &history, &next_since, error);
    }
  if (good && history == HISTORY_NONE)
    {
      next_since = hy_pull_choose_since (&pull, 0, pull.server_ms);
      if (!pull.first)
        good = read_patient (&pull, error) && pull_all (&pull, since, error);
      good = good && hy_pull_deletions (&pull, /* also_missing= */ TRUE, error);
    }
  else if (good && !pull.first)
    good = pull_searches (&pull, since, /* only_again= */ TRUE, error);
  if (good && history == HISTORY_SYSTEM)
    good = take_stock (&pull, error);
  good = good && hy_pull_referred (&pull, history == HISTORY_NONE, error);
  if (good && g_strcmp0 (next_since, hy_pull_get_cursor (&pull, "since")) != 0)
    good = hy_pull_set_cursors (&pull, error, "since", next_since, "walk.since", NULL, NULL);
  g_clear_pointer (&pull.mirrored, g_hash_table_unref);
  g_clear_pointer (&pull.can, hy_capabilities_free);
  return good;
}
