/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Goes through the pages of one answer.  While one page is read and stored the next is fetched; each page is stored with
 * the place where the next begins, so that a cut at any byte goes on from there. */

#include "config.h"

#include "sync/hy-pull-private.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "fhir/hy-resource-class.h"
#include "vault/hy-vault-files.h"

#include <string.h>

/* SECURITY-DESIGN.md 6. */
#define MAX_PAGES 10000
#define MAX_RESOURCES 2000000

void
hy_pull_walk_clear (HyPullWalk *walk)
{
  g_clear_pointer (&walk->detail, g_free);
}

/* -- answers -- */

/**
 * hy_pull_judge_reply:
 *
 * Errors: HY_ERROR_REFUSED with HY_SYNC_SIGN_IN_ERROR when the sign-in is no longer taken
 */
gboolean
hy_pull_judge_reply (HyFhirReply *reply,
                     const char **code,
                     char **detail,
                     GError **error)
{
  g_autofree char *said = NULL;

  *code = NULL;
  if (reply->status >= 200 && reply->status < 300)
    return TRUE;
  if (reply->status == 401)
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_REFUSED, HY_SYNC_SIGN_IN_ERROR);
      return FALSE;
    }
  *code = reply->status == 403 ? "not-allowed" : reply->status >= 500 && reply->status != 501 ? "server-error"
                                                                                              : "not-supported";
  said = hy_fhir_dup_diagnostics (reply->body);
  if (detail != NULL)
    {
      g_free (*detail);
      *detail = g_strdup_printf ("HTTP %u%s%s", reply->status, said != NULL ? ": " : "", said != NULL ? said : "");
    }
  return TRUE;
}

/**
 * hy_pull_judge_error:
 * @from: (transfer full):
 *
 * An answer that is not taken concerns what was asked for alone; no network, a wait or a damaged vault end the run.
 */
gboolean
hy_pull_judge_error (GError *from,
                     const char **code,
                     char **detail,
                     GError **error)
{
  /* A certificate that is wrong is wrong for all that follows. */
  if (hy_fhir_error_get_code (from) == NULL || g_error_matches (from, HY_FHIR_ERROR, HY_FHIR_ERROR_TLS))
    {
      g_propagate_error (error, from);
      return FALSE;
    }
  *code = hy_fhir_error_get_code (from);
  if (detail != NULL)
    {
      g_free (*detail);
      *detail = g_strdup (from->message);
    }
  g_error_free (from);
  return TRUE;
}

static void
note_clock (HyPull *pull,
            HyFhirReply *reply)
{
  if (pull->server_ms == 0)
    pull->server_ms = reply->date_ms;
}

gboolean
hy_pull_get (HyPull *pull,
             const char *path,
             HyFhirReply **reply,
             const char **code,
             char **detail,
             GError **error)
{
  GError *get_error = NULL;

  *reply = dex_await_boxed (hy_fhir_client_get (pull->sync->client, path, pull->sync->cancellable), &get_error);
  if (*reply == NULL)
    return hy_pull_judge_error (get_error, code, detail, error);
  note_clock (pull, *reply);
  if (!hy_pull_judge_reply (*reply, code, detail, error))
    {
      g_clear_pointer (reply, hy_fhir_reply_unref);
      return FALSE;
    }
  return TRUE;
}

gboolean
hy_pull_refuse (HyPull *pull,
                const char *type,
                const char *id,
                const char *code,
                const char *detail,
                GError **error)
{
  return dex_await (hy_vault_note_refusal (pull->sync->access, pull->sync->run, type, hy_resource_class_for_type (type), id, code, detail), error);
}

/* -- cursors -- */

const char *
hy_pull_get_cursor (HyPull *pull,
                    const char *name)
{
  return g_hash_table_lookup (pull->sync->cursors, name);
}

static void
keep_cursor (HyPull *pull,
             const char *name,
             const char *value)
{
  if (value != NULL)
    g_hash_table_replace (pull->sync->cursors, g_strdup (name), g_strdup (value));
  else
    g_hash_table_remove (pull->sync->cursors, name);
}

gboolean
hy_pull_set_cursors (HyPull *pull,
                     GError **error,
                     ...)
{
  HyMirrorPage *page = hy_mirror_page_new (pull->sync->server->origin, pull->sync->run, 0);
  g_autoptr (GArray) results = NULL;
  va_list names;
  const char *name;

  va_start (names, error);
  while ((name = va_arg (names, const char *)) != NULL)
    {
      const char *value = va_arg (names, const char *);

      hy_mirror_page_set_cursor (page, name, value);
      keep_cursor (pull, name, value);
    }
  va_end (names);
  return hy_pull_store (pull, page, &results, error);
}

char *
hy_pull_escape (const char *value)
{
  return g_uri_escape_string (value, ":/", FALSE);
}

HyBundleTaking
hy_pull_taking (HyPull *pull,
                const char *type)
{
  HyMirrorServer *server = pull->sync->server;

  return (HyBundleTaking) {
    .base = hy_fhir_client_get_base (pull->sync->client),
    .patient = server->patient,
    .other_person = server->other_person,
    .unread = !pull->first,
    .type = type,
  };
}

/* -- storing -- */

typedef struct
{
  HyAccess *access;
  HyMirrorPage *page;
} Storing;

static void
storing_free (gpointer data)
{
  Storing *storing = data;

  g_object_unref (storing->access);
  hy_mirror_page_free (storing->page);
  g_free (storing);
}

static DexFuture *
store_fiber (gpointer data)
{
  Storing *storing = data;

  return hy_vault_mirror (storing->access, g_steal_pointer (&storing->page));
}

static DexFuture *
store (HyPull *pull,
       HyMirrorPage *page)
{
  Storing *storing = g_new0 (Storing, 1);

  storing->access = g_object_ref (pull->sync->access);
  storing->page = page;
  return hy_in_pool (store_fiber, storing, storing_free);
}

static void
note_results (HyPull *pull,
              GArray *results)
{
  for (guint i = 0; i < results->len; i++)
    {
      HyMirrorOutcome outcome = g_array_index (results, HyMirrorResult, i).outcome;

      if (outcome != HY_MIRROR_SAME && outcome != HY_MIRROR_PASSED)
        pull->sync->changed = TRUE;
    }
}

gboolean
hy_pull_store (HyPull *pull,
               HyMirrorPage *page,
               GArray **results,
               GError **error)
{
  *results = dex_await_boxed (store (pull, page), error);
  if (*results != NULL)
    note_results (pull, *results);
  return *results != NULL;
}

/* -- a page on the pool -- */

typedef struct
{
  GBytes *body;
  HyBundleKind kind;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_bytes_unref (reading->body);
  g_free (reading);
}

static gpointer
page_copy (gpointer page)
{
  return g_atomic_rc_box_acquire (page);
}

static void
page_clear (gpointer data)
{
  hy_bundle_page_free (*(HyBundlePage **) data);
}

static void
page_unref (gpointer page)
{
  g_atomic_rc_box_release_full (page, page_clear);
}

typedef HyBundlePage *PageBox;
static GType page_box_get_type (void);
G_DEFINE_BOXED_TYPE (PageBox, page_box, page_copy, page_unref)

static DexFuture *
read_page_fiber (gpointer data)
{
  Reading *reading = data;
  GError *error = NULL;
  HyBundlePage *page = hy_bundle_page_read (reading->body, reading->kind, &error);
  PageBox *box;

  if (page == NULL)
    return dex_future_new_for_error (error);
  box = g_atomic_rc_box_new0 (PageBox);
  *box = page;
  return dex_future_new_take_boxed (page_box_get_type (), box);
}

/* What is taken of a page, away from the main loop. */
typedef struct
{
  PageBox *box;
  HyBundleKind kind;
  HyBundleTaking taking; /* its strings are below */
  char *base;
  char *patient;
  char *type;
  GHashTable *mirrored;
  HyMirrorPage *into;
  HyBundleTaken taken;
  HyAccess *access;
} Taking;

static void
taking_clear (gpointer data)
{
  Taking *taking = data;

  page_unref (taking->box);
  g_free (taking->base);
  g_free (taking->patient);
  g_free (taking->type);
  g_clear_pointer (&taking->mirrored, g_hash_table_unref);
  hy_mirror_page_free (taking->into);
  hy_bundle_taken_clear (&taking->taken);
  g_object_unref (taking->access);
}

static void
taking_unref (gpointer taking)
{
  g_atomic_rc_box_release_full (taking, taking_clear);
}

static DexFuture *
take_page_fiber (gpointer data)
{
  Taking *taking = data;

  hy_bundle_page_take (*taking->box, taking->kind, &taking->taking, taking->into, &taking->taken);
  return hy_vault_mirror (taking->access, g_steal_pointer (&taking->into));
}

static Taking *
taking_new (HyPull *pull,
            HyPullWalk *walk,
            PageBox *box,
            const char *cursor,
            const char *next)
{
  Taking *taking = g_atomic_rc_box_new0 (Taking);
  HyBundleTaking how = hy_pull_taking (pull, walk->type);

  taking->box = page_copy (box);
  taking->kind = walk->kind;
  taking->base = g_strdup (how.base);
  taking->patient = g_strdup (how.patient);
  taking->type = g_strdup (walk->type);
  taking->mirrored = pull->mirrored != NULL ? g_hash_table_ref (pull->mirrored) : NULL;
  taking->taking = how;
  taking->taking.base = taking->base;
  taking->taking.patient = taking->patient;
  taking->taking.type = taking->type;
  taking->taking.mirrored = taking->mirrored;
  taking->access = g_object_ref (pull->sync->access);
  taking->into = hy_mirror_page_new (pull->sync->server->origin, pull->sync->run, walk->walk);
  hy_mirror_page_set_cursor (taking->into, cursor, next);
  return taking;
}

/* -- the walk -- */

/* In a history what is here decides what concerns it; read once, and only when there is something to decide. */
static gboolean
learn_mirrored (HyPull *pull,
                GError **error)
{
  static const HyMirrorLevel levels[] = { HY_MIRROR_REFERRED, HY_MIRROR_OWN };

  if (pull->mirrored != NULL)
    return TRUE;
  pull->mirrored = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    {
      g_autoptr (GPtrArray) places =
          dex_await_boxed (hy_vault_dup_mirrored (pull->sync->access, pull->sync->server->origin, NULL, levels[i]), error);

      if (places == NULL)
        return FALSE;
      for (guint k = 0; k < places->len; k++)
        g_hash_table_replace (pull->mirrored, g_strdup (g_ptr_array_index (places, k)), GUINT_TO_POINTER (levels[i] + 1));
    }
  return TRUE;
}

static void
see_keys (HyPull *pull,
          GPtrArray *keys)
{
  if (pull->keys == NULL)
    return;
  for (guint i = 0; i < keys->len; i++)
    if (!g_hash_table_add (pull->keys, g_strdup (g_ptr_array_index (keys, i))))
      pull->shifted = TRUE;
}

static gboolean
after_page (HyPull *pull,
            HyPullWalk *walk,
            HyBundleTaken *taken,
            GArray *results,
            GError **error)
{
  note_results (pull, results);
  for (guint i = 0; i < results->len; i++)
    {
      HyMirrorOutcome outcome = g_array_index (results, HyMirrorResult, i).outcome;

      walk->changed = walk->changed || (outcome != HY_MIRROR_SAME && outcome != HY_MIRROR_PASSED);
    }
  for (guint i = 0; i < taken->refusals->len; i++)
    {
      HyBundleRefusal *refusal = g_ptr_array_index (taken->refusals, i);

      if (!hy_pull_refuse (pull, refusal->type, refusal->id, refusal->code, NULL, error))
        return FALSE;
    }
  for (guint i = 0; walk->kind == HY_BUNDLE_HISTORY && i + 1 < taken->binaries->len; i += 2)
    {
      dex_await_uint (hy_vault_renew_files (pull->sync->access, pull->sync->server->origin, g_ptr_array_index (taken->binaries, i),
                                            g_ptr_array_index (taken->binaries, i + 1)),
                      error);
      if (error != NULL && *error != NULL)
        return FALSE;
    }
  see_keys (pull, taken->keys);
  pull->n_resources += taken->keys->len;
  hy_sync_tell (pull->sync, HY_SYNC_PHASE_RECEIVING, walk->type, pull->n_resources, MAX (walk->total, 0));
  return TRUE;
}

/* Stored, and waited for: @taking and @storing are taken. */
static gboolean
finish_page (HyPull *pull,
             HyPullWalk *walk,
             Taking *taking,
             DexFuture *storing,
             GError **error)
{
  g_autoptr (GArray) results = dex_await_boxed (storing, error);
  gboolean done = results != NULL && after_page (pull, walk, &taking->taken, results, error);

  taking_unref (taking);
  return done;
}

static DexFuture *
fetch (HyPull *pull,
       const char *path)
{
  return hy_fhir_client_get (pull->sync->client, path, pull->sync->cancellable);
}

/* Where the next page is; NULL with walk->refused for a link that leads nowhere good. */
static char *
choose_next (HyPull *pull,
             HyPullWalk *walk,
             HyBundlePage *page,
             GHashTable *seen,
             guint n_pages)
{
  g_autofree char *next = page->next != NULL ? hy_fhir_client_dup_path (pull->sync->client, page->next, /* any_host= */ TRUE) : NULL;

  if (page->next == NULL)
    return NULL;
  if (next == NULL)
    walk->refused = "elsewhere";
  else if (n_pages >= MAX_PAGES || !g_hash_table_add (seen, g_strdup (next)))
    walk->refused = "endless";
  else if (pull->n_resources > MAX_RESOURCES)
    walk->refused = "too-many";
  pull->endless = pull->endless || walk->refused != NULL;
  return walk->refused == NULL ? g_steal_pointer (&next) : NULL;
}

/* Answers of a first page that was kept from before: the server may have forgotten it. */
static gboolean
is_forgotten (HyFhirReply *reply)
{
  return reply->status == 400 || reply->status == 404 || reply->status == 410;
}

static gboolean
walk_from (HyPull *pull,
           HyPullWalk *walk,
           const char *start,
           gboolean resumed,
           gboolean *forgotten,
           GError **error)
{
  g_autofree char *cursor = g_strconcat ("page.", walk->name, NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (DexFuture) fetching = fetch (pull, start);
  g_autoptr (DexFuture) storing = NULL;
  Taking *stored = NULL;
  guint n_pages = 0;

  g_hash_table_add (seen, g_strdup (start));
  while (fetching != NULL)
    {
      GError *page_error = NULL;
      g_autoptr (HyFhirReply) reply = dex_await_boxed (g_steal_pointer (&fetching), &page_error);
      PageBox *box = NULL;
      g_autofree char *next = NULL;
      Taking *taking;
      Reading *reading;

      if (reply != NULL)
        {
          note_clock (pull, reply);
          if (resumed && n_pages == 0 && is_forgotten (reply))
            {
              *forgotten = TRUE;
              break;
            }
          if (!hy_pull_judge_reply (reply, &walk->refused, &walk->detail, error))
            break;
          if (walk->refused == NULL)
            {
              reading = g_new0 (Reading, 1);
              reading->body = g_bytes_ref (reply->body);
              reading->kind = walk->kind;
              box = dex_await_boxed (hy_in_pool (read_page_fiber, reading, reading_free), &page_error);
            }
        }
      if (page_error != NULL && !hy_pull_judge_error (page_error, &walk->refused, &walk->detail, error))
        break;
      if (walk->refused != NULL)
        break;
      if (n_pages++ == 0 && !resumed)
        {
          walk->newest_ms = (*box)->newest_ms;
          walk->total = (*box)->total;
          walk->date_ms = reply->date_ms;
        }
      next = choose_next (pull, walk, *box, seen, n_pages);
      if (next != NULL)
        fetching = fetch (pull, next);
      if (walk->kind == HY_BUNDLE_HISTORY && (*box)->n_entries > 0 && !learn_mirrored (pull, error))
        {
          page_unref (box);
          break;
        }
      /* The page before is in the vault before this one goes there; a link that is refused is not where to go on. */
      if (stored != NULL && !finish_page (pull, walk, g_steal_pointer (&stored), g_steal_pointer (&storing), error))
        {
          page_unref (box);
          break;
        }
      taking = taking_new (pull, walk, box, cursor, next);
      /* Gone on with after a cut, it is still known from when on the next one asks. */
      if (walk->kind == HY_BUNDLE_HISTORY && n_pages == 1 && !resumed && next != NULL)
        {
          g_autofree char *since = hy_pull_choose_since (pull, walk->newest_ms, walk->date_ms);

          hy_mirror_page_set_cursor (taking->into, "walk.since", since);
          keep_cursor (pull, "walk.since", since);
        }
      page_unref (box);
      storing = hy_in_pool (take_page_fiber, page_copy (taking), taking_unref);
      stored = taking;
      keep_cursor (pull, cursor, next);
    }
  /* What was handed to the vault is waited for, whatever ended the walk. */
  if (stored != NULL)
    {
      GError *store_error = NULL;

      if (!finish_page (pull, walk, g_steal_pointer (&stored), g_steal_pointer (&storing), &store_error))
        {
          if (*error == NULL)
            *error = g_steal_pointer (&store_error);
          g_clear_error (&store_error);
        }
    }
  return *error == NULL;
}

/**
 * hy_pull_walk:
 *
 * On a fiber.  Begins where a walk of that name was cut, else at walk->path.  One that the server refuses half-way begins
 * again the next time: what it gave is here already, and comes as the same.
 */
gboolean
hy_pull_walk (HyPull *pull,
              HyPullWalk *walk,
              GError **error)
{
  g_autofree char *cursor = g_strconcat ("page.", walk->name, NULL);
  g_autofree char *left = g_strdup (hy_pull_get_cursor (pull, cursor));
  gboolean forgotten = FALSE;
  GError *walk_error = NULL;

  if (left != NULL && !walk_from (pull, walk, left, /* resumed= */ TRUE, &forgotten, &walk_error))
    {
      g_propagate_error (error, walk_error);
      return FALSE;
    }
  if (forgotten && walk->kind == HY_BUNDLE_HISTORY)
    {
      /* What the former walk met may have changed since: it begins anew as another. */
      g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, ++walk->walk);

      if (!hy_pull_set_cursors (pull, error, "walk", number, "walk.since", NULL, NULL))
        return FALSE;
    }
  if ((left == NULL || forgotten) && !walk_from (pull, walk, walk->path, /* resumed= */ FALSE, &forgotten, &walk_error))
    {
      g_propagate_error (error, walk_error);
      return FALSE;
    }
  /* A server that stumbles is asked for the same page the next time. */
  if (walk->refused != NULL && strcmp (walk->refused, "server-error") != 0 && hy_pull_get_cursor (pull, cursor) != NULL)
    return hy_pull_set_cursors (pull, error, cursor, NULL, NULL);
  return TRUE;
}
