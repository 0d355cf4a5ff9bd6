/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sync of one opened space: its server and token, what it does now, when it begins by itself.  What is done to the
 * vault is the room "sync"'s; the network is asked about only once there is a server. */

#include "config.h"

#include "space/hy-space-sync.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "space/hy-document-decoder.h"
#include "space/hy-space-private.h"
#include "space/hy-sync-words.h"
#include "sync/hy-sync.h"

#include <glib/gi18n.h>
#include <string.h>

/* After opening, the first pages come before the network. */
#define FIRST_DELAY_S 5
/* A network that returns comes and goes a few times. */
#define RETURN_DELAY_S 3
/* Checked so long ago: again at opening. */
#define STALE_MS (15 * 60 * 1000)
/* A server that was busy is not asked by everybody in the same second. */
#define BUSY_JITTER_S 20

struct _HySpaceSync
{
  GObject parent_instance;

  HySpace *space;          /* owns this; NULL once it is gone */
  HyMirrorServer *server;  /* nullable */
  HySecret *token;         /* nullable: given for as long as the space is open */
  HySpaceSyncStatus status;
  char *name;              /* what status.server points to */
  char *type;              /* what status.type points to */
  gboolean loaded;
  HyRunState last_state;
  gint64 last_run;         /* 0 = none */

  DexFuture *running;      /* nullable */
  GCancellable *cancellable;
  gboolean ended;          /* the space is being locked: nothing begins any more */

  gboolean follows;
  GNetworkMonitor *monitor; /* nullable: since there is a server to follow */
  gulong monitor_handler;
  guint timer;
};

G_DEFINE_FINAL_TYPE (HySpaceSync, hy_space_sync, G_TYPE_OBJECT)

enum
{
  CHANGED,
  JOURNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void follow_server (HySpaceSync *self);

static void
stop_following (HySpaceSync *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->monitor != NULL)
    g_clear_signal_handler (&self->monitor_handler, self->monitor);
  self->monitor = NULL;
}

static void
hy_space_sync_finalize (GObject *object)
{
  HySpaceSync *self = HY_SPACE_SYNC (object);

  stop_following (self);
  g_clear_pointer (&self->server, hy_mirror_server_free);
  g_clear_pointer (&self->token, hy_secret_unref);
  g_clear_object (&self->cancellable);
  dex_clear (&self->running);
  g_free (self->name);
  g_free (self->type);
  G_OBJECT_CLASS (hy_space_sync_parent_class)->finalize (object);
}

static void
hy_space_sync_class_init (HySpaceSyncClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hy_space_sync_finalize;
  signals[CHANGED] = g_signal_new ("changed", HY_TYPE_SPACE_SYNC, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[JOURNAL_CHANGED] = g_signal_new ("journal-changed", HY_TYPE_SPACE_SYNC, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hy_space_sync_init (HySpaceSync *self)
{
}

/**
 * hy_space_sync_new:
 *
 * For hy_space_get_sync() alone, which @space owns.
 */
HySpaceSync *
hy_space_sync_new (HySpace *space)
{
  HySpaceSync *self = g_object_new (HY_TYPE_SPACE_SYNC, NULL);

  self->space = space;
  return self;
}

/**
 * hy_space_sync_let_go:
 *
 * The space goes: what is under way is cancelled, and nothing begins any more.
 */
void
hy_space_sync_let_go (HySpaceSync *self)
{
  self->ended = TRUE;
  self->space = NULL;
  stop_following (self);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}

const HySpaceSyncStatus *
hy_space_sync_get_status (HySpaceSync *self)
{
  return &self->status;
}

/* -- the status -- */

static char *
dup_server_name (const HyMirrorServer *server)
{
  g_autoptr (GUri) uri = NULL;

  if (server->name != NULL && *server->name != 0)
    return g_strdup (server->name);
  uri = g_uri_parse (server->base, G_URI_FLAGS_ENCODED, NULL);
  return g_strdup (uri != NULL ? g_uri_get_host (uri) : server->base);
}

static HySpaceSyncState
get_state_of_run (HySpaceSync *self)
{
  if (self->last_run == 0)
    return HY_SPACE_SYNC_NEVER;
  switch (self->last_state)
    {
    case HY_RUN_DONE:
      return HY_SPACE_SYNC_DONE;
    case HY_RUN_OFFLINE:
      return HY_SPACE_SYNC_OFFLINE;
    case HY_RUN_BUSY:
      return HY_SPACE_SYNC_BUSY;
    case HY_RUN_SIGN_IN:
      return HY_SPACE_SYNC_SIGN_IN;
    case HY_RUN_FAILED:
      return HY_SPACE_SYNC_FAILED;
    case HY_RUN_CUT:
    case HY_RUN_STOPPED:
    default:
      return HY_SPACE_SYNC_STOPPED;
    }
}

static void
say_changed (HySpaceSync *self)
{
  HySpaceSyncStatus *status = &self->status;

  g_clear_pointer (&self->name, g_free);
  self->name = self->server != NULL ? dup_server_name (self->server) : NULL;
  status->server = self->name;
  status->base = self->server != NULL ? self->server->base : NULL;
  status->patient = self->server != NULL ? self->server->patient : NULL;
  status->checked_ms = self->server != NULL ? self->server->checked_ms : 0;
  status->other_person = self->server != NULL && self->server->other_person;
  status->has_token = self->token != NULL || (self->server != NULL && self->server->has_token);
  status->type = self->type;
  if (self->server == NULL)
    status->state = HY_SPACE_SYNC_ALONE;
  else if (self->running != NULL)
    status->state = HY_SPACE_SYNC_RUNNING;
  else
    status->state = get_state_of_run (self);
  if (self->running == NULL && status->state != HY_SPACE_SYNC_BUSY)
    status->until_ms = 0;
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
take_run (HySpaceSync *self,
          const HyRun *run)
{
  self->last_run = run->run;
  self->last_state = run->state;
  self->status.ended_ms = run->ended_ms != 0 ? run->ended_ms : run->began_ms;
  self->status.until_ms = run->until_ms;
}

/* On a fiber: what the vault says. */
static gboolean
load (HySpaceSync *self,
      GError **error)
{
  HyAccess *access = self->space != NULL ? hy_space_get_access (self->space) : NULL;
  g_autoptr (GPtrArray) servers = NULL;
  g_autoptr (GPtrArray) runs = NULL;
  GError *count_error = NULL;
  guint outbox;

  if (access == NULL)
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_LOCKED, _ ("This space is locked. Unlock it and try again."));
      return FALSE;
    }
  if (!(servers = dex_await_boxed (hy_vault_dup_servers (access), error)) || !(runs = dex_await_boxed (hy_vault_dup_runs (access, 1), error)))
    return FALSE;
  outbox = dex_await_uint (hy_vault_outbox_count (access), &count_error);
  if (count_error != NULL)
    {
      g_propagate_error (error, count_error);
      return FALSE;
    }
  g_clear_pointer (&self->server, hy_mirror_server_free);
  if (servers->len > 0)
    self->server = hy_mirror_server_copy (g_ptr_array_index (servers, 0));
  self->last_run = 0;
  self->status.ended_ms = 0;
  if (runs->len > 0 && self->server != NULL && ((HyRun *) g_ptr_array_index (runs, 0))->origin == self->server->origin)
    take_run (self, g_ptr_array_index (runs, 0));
  self->status.outbox = outbox;
  self->loaded = TRUE;
  say_changed (self);
  return TRUE;
}

static DexFuture *
load_fiber (gpointer data)
{
  HySpaceSync *self = data;
  GError *error = NULL;

  if (!load (self, &error))
    return dex_future_new_for_error (error);
  follow_server (self);
  return dex_future_new_true ();
}

DexFuture *
hy_space_sync_load (HySpaceSync *self)
{
  return hy_fiber (load_fiber, g_object_ref (self), g_object_unref);
}

/* -- sentences -- */

/* What a person can do about an answer that is none. */
static GError *
explain (GError *error,
         gboolean has_token)
{
  const char *words = NULL;
  HyError code = HY_ERROR_REFUSED;

  if (error->domain == HY_FHIR_ERROR)
    switch ((HyFhirError) error->code)
      {
      case HY_FHIR_ERROR_ADDRESS:
        words = _ ("This is not the address of a health server. It begins with https:// and is the one that the service calls its FHIR address.");
        break;
      case HY_FHIR_ERROR_TLS:
        words = _ ("This server could not prove that it is the one it says, so Hygie did not speak to it. Nothing was sent. Check the "
                   "address, or ask the service.");
        break;
      case HY_FHIR_ERROR_ELSEWHERE:
        words = _ ("This address leads somewhere else, and Hygie does not follow. Nothing was taken from there. Check the address, or ask "
                   "the service.");
        break;
      case HY_FHIR_ERROR_TOO_LARGE:
      case HY_FHIR_ERROR_NOT_FHIR:
      default:
        words = _ ("What answers at this address is not a health server (FHIR). Check the address, or ask the service for it.");
        break;
      }
  else if (g_error_matches (error, HY_ERROR, HY_ERROR_OFFLINE))
    {
      code = HY_ERROR_OFFLINE;
      words = _ ("The server does not answer, or there is no network. Nothing was lost; try again later.");
    }
  else if (g_error_matches (error, HY_ERROR, HY_ERROR_BUSY))
    {
      code = HY_ERROR_OFFLINE;
      words = _ ("The server has too much to do now. Nothing was lost; try again in a few minutes.");
    }
  else if (g_error_matches (error, HY_ERROR, HY_ERROR_REFUSED))
    words = has_token ? _ ("The server does not take this token. It may have ended, or be that of another service; ask the service for a new one.")
                      : _ ("This server wants a token. Ask the service for one, and enter it with the address.");
  if (words == NULL)
    return error;
  g_error_free (error);
  return g_error_new_literal (HY_ERROR, code, words);
}

/* -- a server -- */

char *
hy_space_sync_dup_base (const char *typed)
{
  return hy_fhir_client_dup_normal_base (typed, NULL);
}

HySpaceSyncOffer *
hy_space_sync_offer_copy (const HySpaceSyncOffer *offer)
{
  HySpaceSyncOffer *copy = g_memdup2 (offer, sizeof *offer);

  copy->base = g_strdup (offer->base);
  copy->patients = g_ptr_array_ref (offer->patients);
  return copy;
}

void
hy_space_sync_offer_free (HySpaceSyncOffer *offer)
{
  if (offer == NULL)
    return;
  g_free (offer->base);
  g_ptr_array_unref (offer->patients);
  g_free (offer);
}

G_DEFINE_BOXED_TYPE (HySpaceSyncOffer, hy_space_sync_offer, hy_space_sync_offer_copy, hy_space_sync_offer_free)

static void
patient_free (gpointer data)
{
  HySpaceSyncPatient *patient = data;

  g_free (patient->id);
  g_free (patient->name);
  g_free (patient);
}

/* Something that a person asked for: an address, a connection, a token. */
typedef struct
{
  HySpaceSync *self;
  char *typed;
  char *name;
  char *patient;
  HySpaceSyncOffer *offer;
  HySecret *token;
  gboolean other_person;
  gboolean keep_token;
  gint64 rowid;
  GCancellable *cancellable;
  GFile *file;
} Act;

static void
act_free (gpointer data)
{
  Act *act = data;

  g_object_unref (act->self);
  g_free (act->typed);
  g_free (act->name);
  g_free (act->patient);
  hy_space_sync_offer_free (act->offer);
  g_clear_pointer (&act->token, hy_secret_unref);
  g_clear_object (&act->cancellable);
  g_clear_object (&act->file);
  g_free (act);
}

static Act *
act_new (HySpaceSync *self,
         HySecret *token)
{
  Act *act = g_new0 (Act, 1);

  act->self = g_object_ref (self);
  act->token = token != NULL ? hy_secret_ref (token) : NULL;
  return act;
}

static DexFuture *
refuse_locked (void)
{
  return dex_future_new_reject (HY_ERROR, HY_ERROR_LOCKED, "%s", _ ("This space is locked. Unlock it and try again."));
}

static DexFuture *
ask_fiber (gpointer data)
{
  Act *act = data;
  HySpaceSync *self = act->self;
  g_autoptr (HyFhirClient) client = NULL;
  g_autoptr (HySpaceSyncOffer) offer = g_new0 (HySpaceSyncOffer, 1);
  g_autoptr (GPtrArray) found = NULL;
  HyPerson *person;
  GError *error = NULL;

  offer->patients = g_ptr_array_new_with_free_func (patient_free);
  if (!(offer->base = hy_fhir_client_dup_normal_base (act->typed, &error)))
    return dex_future_new_for_error (explain (error, act->token != NULL));
  /* Without a sign-in, records are read from this computer alone: http stands for that, see hy_fhir_client_dup_normal_base(). */
  if (act->token == NULL && !hy_fhir_client_is_loopback (offer->base))
    return dex_future_new_reject (HY_ERROR, HY_ERROR_REFUSED, "%s",
                                  _ ("This server needs a token: the service that keeps the records gives one. Enter it with the address."));
  offer->is_local = dex_await_boolean (hy_fhir_client_probe_local (offer->base), &error);
  if (error != NULL || !(client = hy_fhir_client_new (offer->base, act->token, offer->is_local, &error)) ||
      !(found = dex_await_boxed (hy_sync_find_patients (client, act->cancellable), &error)))
    return dex_future_new_for_error (explain (error, act->token != NULL));
  if (self->space == NULL)
    return refuse_locked ();
  if (found->len == 0)
    return dex_future_new_reject (HY_ERROR, HY_ERROR_REFUSED, "%s",
                                  _ ("The server answers, but shows nobody’s records. Ask the service whether the token is meant for reading them."));
  person = hy_space_dup_person (self->space);
  for (guint i = 0; i < found->len; i++)
    {
      HySyncPatient *one = g_ptr_array_index (found, i);
      HySpaceSyncPatient *patient = g_new0 (HySpaceSyncPatient, 1);

      patient->id = g_strdup (one->id);
      patient->name = g_strdup (one->person.display);
      patient->birth_date = one->person.birth_date;
      patient->match = hy_person_compare (person, &one->person);
      g_ptr_array_add (offer->patients, patient);
    }
  hy_person_clear (person);
  g_free (person);
  return dex_future_new_take_boxed (HY_TYPE_SPACE_SYNC_OFFER, g_steal_pointer (&offer));
}

/**
 * hy_space_sync_ask:
 * @typed: what a person typed or pasted
 * @token: (nullable):
 *
 * Who answers there, and whose records it shows.  Nothing is kept.
 */
DexFuture *
hy_space_sync_ask (HySpaceSync *self,
                   const char *typed,
                   HySecret *token,
                   GCancellable *cancellable)
{
  Act *act;

  if (self->ended)
    return refuse_locked ();
  act = act_new (self, token);
  act->typed = g_strdup (typed);
  act->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  return hy_fiber (ask_fiber, act, act_free);
}

static void
keep_token (HySpaceSync *self,
            HySecret *token)
{
  g_clear_pointer (&self->token, hy_secret_unref);
  self->token = token != NULL ? hy_secret_ref (token) : NULL;
}

static DexFuture *
connect_fiber (gpointer data)
{
  Act *act = data;
  HySpaceSync *self = act->self;
  HyMirrorServer server = { .base = act->offer->base, .name = act->name, .patient = act->patient, .other_person = act->other_person, .is_local = act->offer->is_local };
  GError *error = NULL;

  if (self->space == NULL)
    return refuse_locked ();
  dex_await_int64 (hy_vault_add_server (hy_space_get_access (self->space), &server, act->keep_token ? act->token : NULL), &error);
  if (error != NULL)
    return dex_future_new_for_error (error);
  keep_token (self, act->token);
  if (!load (self, &error))
    return dex_future_new_for_error (error);
  follow_server (self);
  g_signal_emit (self, signals[JOURNAL_CHANGED], 0);
  return dex_future_new_true ();
}

DexFuture *
hy_space_sync_connect (HySpaceSync *self,
                       const HySpaceSyncOffer *offer,
                       const char *name,
                       const char *patient,
                       gboolean other_person,
                       HySecret *token,
                       gboolean keep)
{
  Act *act = act_new (self, token);

  act->offer = hy_space_sync_offer_copy (offer);
  act->name = g_strdup (name);
  act->patient = g_strdup (patient);
  act->other_person = other_person;
  act->keep_token = keep;
  return hy_fiber (connect_fiber, act, act_free);
}

static DexFuture *
refuse_alone (void)
{
  return dex_future_new_reject (HY_ERROR, HY_ERROR_MISSING, "%s", _ ("This space follows no server. Connect one first."));
}

static DexFuture *
set_token_fiber (gpointer data)
{
  Act *act = data;
  HySpaceSync *self = act->self;
  GError *error = NULL;

  if (self->space == NULL)
    return refuse_locked ();
  if (!self->loaded && !load (self, &error))
    return dex_future_new_for_error (error);
  if (self->server == NULL)
    return refuse_alone ();
  if ((act->keep_token || self->server->has_token) &&
      !dex_await (hy_vault_set_server_token (hy_space_get_access (self->space), self->server->origin, act->keep_token ? act->token : NULL), &error))
    return dex_future_new_for_error (error);
  keep_token (self, act->token);
  return load (self, &error) ? dex_future_new_true () : dex_future_new_for_error (error);
}

/**
 * hy_space_sync_set_token:
 * @keep: in the vault; else until the space is locked, and a former one is forgotten
 */
DexFuture *
hy_space_sync_set_token (HySpaceSync *self,
                         HySecret *token,
                         gboolean keep)
{
  Act *act = act_new (self, token);

  act->keep_token = keep;
  return hy_fiber (set_token_fiber, act, act_free);
}

/**
 * hy_space_sync_lend_token:
 *
 * For this opening alone; what the vault keeps stays.
 */
void
hy_space_sync_lend_token (HySpaceSync *self,
                          HySecret *token)
{
  keep_token (self, token);
}

static DexFuture *
set_name_fiber (gpointer data)
{
  Act *act = data;
  HySpaceSync *self = act->self;
  g_autoptr (HyMirrorServer) server = NULL;
  GError *error = NULL;

  if (self->space == NULL)
    return refuse_locked ();
  if (self->server == NULL)
    return refuse_alone ();
  server = hy_mirror_server_copy (self->server);
  g_free (server->name);
  server->name = g_strdup (act->name);
  if (!dex_await (hy_vault_set_server (hy_space_get_access (self->space), server), &error) || !load (self, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

DexFuture *
hy_space_sync_set_name (HySpaceSync *self,
                        const char *name)
{
  Act *act = act_new (self, NULL);

  act->name = g_strdup (name);
  return hy_fiber (set_name_fiber, act, act_free);
}

static DexFuture *
disconnect_fiber (gpointer data)
{
  HySpaceSync *self = data;
  GError *error = NULL;

  hy_space_sync_stop (self);
  if (self->running != NULL)
    dex_await (dex_ref (self->running), NULL);
  if (self->space == NULL)
    return refuse_locked ();
  if (self->server == NULL)
    return dex_future_new_true ();
  if (!dex_await (hy_vault_remove_server (hy_space_get_access (self->space), self->server->origin), &error))
    return dex_future_new_for_error (error);
  keep_token (self, NULL);
  stop_following (self);
  if (!load (self, &error))
    return dex_future_new_for_error (error);
  g_signal_emit (self, signals[JOURNAL_CHANGED], 0);
  return dex_future_new_true ();
}

DexFuture *
hy_space_sync_disconnect (HySpaceSync *self)
{
  return hy_fiber (disconnect_fiber, g_object_ref (self), g_object_unref);
}

/* -- a run -- */

/* One run, or the fetching of one file; keeps the space until it is over. */
typedef struct
{
  HySpaceSync *self;
  HySpace *space;
  GCancellable *cancellable;
  gint64 rowid;
} Run;

static void
run_free (gpointer data)
{
  Run *run = data;

  g_object_unref (run->self);
  g_object_unref (run->space);
  g_object_unref (run->cancellable);
  g_free (run);
}

/* On a pool thread; the document is read in the sandboxed process. */
static char *
read_text (GBytes *document,
           GCancellable *cancellable,
           gpointer space)
{
  g_auto (HyImportDecoded) decoded = { 0 };

  if (hy_document_decode (document, &decoded, cancellable, hy_space_get_renderer (space)) != HY_IMPORT_DECODED)
    return NULL;
  return g_steal_pointer (&decoded.text);
}

static void
on_progress (const HySyncProgress *progress,
             gpointer user_data)
{
  HySpaceSync *self = user_data;
  HySpaceSyncStatus *status = &self->status;

  if (g_strcmp0 (self->type, progress->type) != 0)
    {
      g_free (self->type);
      self->type = g_strdup (progress->type);
    }
  status->files = progress->phase == HY_SYNC_PHASE_FILES;
  status->done = progress->done;
  status->total = progress->total;
  status->until_ms = progress->wait_until_ms;
  say_changed (self);
}

/* The token of this opening, else the one that the vault keeps. */
static HySecret *
dup_token (HySpaceSync *self,
           HyAccess *access)
{
  if (self->token != NULL)
    return hy_secret_ref (self->token);
  return self->server->has_token ? dex_await_boxed (hy_vault_dup_server_token (access, self->server->origin), NULL) : NULL;
}

static HyFhirClient *
new_client (HySpaceSync *self,
            HyAccess *access,
            GError **error)
{
  g_autoptr (HySecret) token = dup_token (self, access);

  return hy_fhir_client_new (self->server->base, token, self->server->is_local, error);
}

/* Without a network nothing is tried, and a journal is no list of all the times that there was none. */
static gboolean
is_offline_still (HySpaceSync *self)
{
  return !hy_fhir_client_is_loopback (self->server->base) && self->last_run != 0 && self->last_state == HY_RUN_OFFLINE &&
         !g_network_monitor_get_network_available (g_network_monitor_get_default ());
}

static DexFuture *
run_fiber (gpointer data)
{
  Run *run = data;
  HySpaceSync *self = run->self;
  HyAccess *access = hy_space_get_access (run->space);
  g_autoptr (HyFhirClient) client = NULL;
  g_autoptr (HyRun) ended = NULL;
  GError *error = NULL;
  HySyncJob job;

  if (!self->loaded && !load (self, &error))
    return dex_future_new_for_error (error);
  if (self->server == NULL)
    return refuse_alone ();
  if (is_offline_still (self))
    return hy_vault_dup_run (access, self->last_run);
  if (!(client = new_client (self, access, &error)))
    return dex_future_new_for_error (explain (error, self->token != NULL));
  job = (HySyncJob) { .access = access, .client = client, .server = self->server, .read_text = read_text, .read_text_data = run->space, .on_progress = on_progress, .progress_data = self, .cancellable = run->cancellable };
  if (!(ended = dex_await_boxed (hy_sync_run (&job), &error)))
    return dex_future_new_for_error (error);
  take_run (self, ended);
  return dex_future_new_take_boxed (HY_TYPE_RUN, g_steal_pointer (&ended));
}

static void
plan (HySpaceSync *self,
      guint seconds);

/* On a fiber: the run, and what follows from it for this object. */
static DexFuture *
supervise_fiber (gpointer data)
{
  Run *run = data;
  HySpaceSync *self = run->self;
  Run *inner = g_new0 (Run, 1);
  g_autoptr (HyRun) ended = NULL;
  g_autoptr (GError) load_error = NULL;
  GError *error = NULL;

  inner->self = g_object_ref (self);
  inner->space = g_object_ref (run->space);
  inner->cancellable = g_object_ref (run->cancellable);
  say_changed (self);
  g_signal_emit (self, signals[JOURNAL_CHANGED], 0);
  ended = dex_await_boxed (hy_fiber (run_fiber, inner, run_free), &error);
  dex_clear (&self->running);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->type, g_free);
  self->status.files = FALSE;
  self->status.done = self->status.total = 0;
  self->status.until_ms = ended != NULL ? ended->until_ms : 0;
  if (self->space != NULL && !self->ended && !load (self, &load_error))
    g_warning ("what a sync left could not be read: %s", load_error->message);
  say_changed (self);
  g_signal_emit (self, signals[JOURNAL_CHANGED], 0);
  if (ended != NULL && ended->state == HY_RUN_BUSY && self->follows)
    plan (self, (guint) (MAX (0, ended->until_ms - g_get_real_time () / 1000) / 1000) + (guint) g_random_int_range (1, BUSY_JITTER_S));
  return ended != NULL ? dex_future_new_take_boxed (HY_TYPE_RUN, g_steal_pointer (&ended)) : dex_future_new_for_error (error);
}

/**
 * hy_space_sync_run:
 *
 * Goes on also when nobody waits for it; hy_space_sync_stop() ends it.
 *
 * Errors: HY_ERROR_MISSING without a server, those of the vault
 */
DexFuture *
hy_space_sync_run (HySpaceSync *self)
{
  Run *run;

  if (self->ended || self->space == NULL)
    return refuse_locked ();
  if (self->running != NULL)
    return dex_ref (self->running);
  g_clear_handle_id (&self->timer, g_source_remove);
  self->cancellable = g_cancellable_new ();
  run = g_new0 (Run, 1);
  run->self = g_object_ref (self);
  run->space = g_object_ref (self->space);
  run->cancellable = g_object_ref (self->cancellable);
  self->running = hy_fiber (supervise_fiber, run, run_free);
  dex_future_disown (dex_ref (self->running));
  return dex_ref (self->running);
}

void
hy_space_sync_stop (HySpaceSync *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}

static DexFuture *
end_fiber (gpointer data)
{
  HySpaceSync *self = data;

  if (self->running != NULL)
    dex_await (dex_ref (self->running), NULL);
  return dex_future_new_true ();
}

DexFuture *
hy_space_sync_end (HySpaceSync *self)
{
  self->ended = TRUE;
  stop_following (self);
  hy_space_sync_stop (self);
  /* A document that is being read for its words is not waited for. */
  if (self->running != NULL && self->space != NULL)
    hy_renderer_close (hy_space_get_renderer (self->space));
  return hy_fiber (end_fiber, g_object_ref (self), g_object_unref);
}

/* -- by itself -- */

static gboolean
on_time (gpointer data)
{
  HySpaceSync *self = data;

  self->timer = 0;
  /* What goes wrong is in the journal and in the status; nobody waits for it. */
  if (!self->ended && self->server != NULL && self->running == NULL)
    dex_future_disown (hy_space_sync_run (self));
  return G_SOURCE_REMOVE;
}

static void
plan (HySpaceSync *self,
      guint seconds)
{
  if (self->ended || !self->follows)
    return;
  g_clear_handle_id (&self->timer, g_source_remove);
  self->timer = g_timeout_add_seconds (seconds, on_time, self);
}

static void
on_network_changed (HySpaceSync *self,
                    gboolean available)
{
  if (available && self->status.state != HY_SPACE_SYNC_SIGN_IN)
    plan (self, RETURN_DELAY_S);
}

/* Once there is a server, and the window wants it. */
static void
follow_server (HySpaceSync *self)
{
  if (!self->follows || self->ended || self->server == NULL || self->monitor != NULL)
    return;
  self->monitor = g_network_monitor_get_default ();
  self->monitor_handler = g_signal_connect_swapped (self->monitor, "network-changed", G_CALLBACK (on_network_changed), self);
  if (self->status.state != HY_SPACE_SYNC_SIGN_IN && g_get_real_time () / 1000 - self->server->checked_ms > STALE_MS)
    plan (self, FIRST_DELAY_S);
}

void
hy_space_sync_follow (HySpaceSync *self)
{
  self->follows = TRUE;
  if (self->loaded)
    follow_server (self);
  else
    dex_future_disown (hy_space_sync_load (self));
}

/* -- the journal -- */

DexFuture *
hy_space_sync_dup_journal (HySpaceSync *self,
                           guint max_runs)
{
  return self->space != NULL ? hy_vault_dup_runs (hy_space_get_access (self->space), max_runs) : refuse_locked ();
}

DexFuture *
hy_space_sync_dup_titles (HySpaceSync *self,
                          gint64 run,
                          const char *type,
                          guint max)
{
  return self->space != NULL ? hy_vault_dup_run_titles (hy_space_get_access (self->space), run, type, max) : refuse_locked ();
}

static void
append_run (GString *text,
            const HyRun *run)
{
  g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (run->began_ms / 1000);
  g_autofree char *time = g_date_time_format (when, "%Y-%m-%d %H:%M");
  g_autoptr (GUri) uri = g_uri_parse (run->server, G_URI_FLAGS_ENCODED, NULL);
  g_autofree char *whole = hy_sync_words_dup_run (run);

  g_string_append_printf (text, "%s  %s: %s\n", time, uri != NULL ? g_uri_get_host (uri) : "", whole);
  for (guint i = 0; i < run->lines->len; i++)
    {
      HyRunLine *line = g_ptr_array_index (run->lines, i);
      g_autofree char *counts = hy_sync_words_dup_counts (line);

      g_string_append_printf (text, "    %s: %s\n", hy_sync_words_get_kind ((HyResourceClass) line->klass), counts);
      for (guint k = 0; k < line->refusals->len; k++)
        g_string_append_printf (text, "        (%s)\n", ((HyRunRefusal *) g_ptr_array_index (line->refusals, k))->code);
    }
}

static DexFuture *
export_fiber (gpointer data)
{
  Act *act = data;
  g_autoptr (GPtrArray) runs = NULL;
  g_autoptr (GString) text = NULL;
  g_autoptr (GBytes) bytes = NULL;
  GError *error = NULL;

  if (act->self->space == NULL)
    return refuse_locked ();
  if (!(runs = dex_await_boxed (hy_vault_dup_runs (hy_space_get_access (act->self->space), HY_JOURNAL_MAX_RUNS), &error)))
    return dex_future_new_for_error (error);
  text = g_string_new (_ ("Sync journal of Hygie. How many entries of each kind came, and what was refused; nothing of what they say."));
  g_string_append (text, "\n\n");
  for (guint i = 0; i < runs->len; i++)
    append_run (text, g_ptr_array_index (runs, i));
  bytes = g_string_free_to_bytes (g_steal_pointer (&text));
  return dex_file_replace_contents_bytes (act->file, bytes, NULL, FALSE, G_FILE_CREATE_PRIVATE | G_FILE_CREATE_REPLACE_DESTINATION);
}

/**
 * hy_space_sync_export_journal:
 *
 * For whoever helps on the telephone: no title, no id, no answer of the server is in it.
 */
DexFuture *
hy_space_sync_export_journal (HySpaceSync *self,
                              GFile *file)
{
  Act *act = act_new (self, NULL);

  act->file = g_object_ref (file);
  return hy_fiber (export_fiber, act, act_free);
}

/* -- the file of a document -- */

DexFuture *
hy_space_sync_dup_file (HySpaceSync *self,
                        gint64 rowid)
{
  return self->space != NULL ? hy_vault_dup_file (hy_space_get_access (self->space), rowid) : refuse_locked ();
}

static GError *
explain_file (GError *error,
              gboolean has_token)
{
  g_autofree char *words = NULL;

  if (g_error_matches (error, HY_ERROR, HY_ERROR_MISSING))
    words = hy_sync_words_dup_file (HY_FILE_NOWHERE, NULL);
  else if (g_error_matches (error, HY_ERROR, HY_ERROR_REFUSED) && strcmp (error->message, "sign-in") != 0)
    words = hy_sync_words_dup_file (HY_FILE_REFUSED, error->message);
  if (words == NULL)
    return explain (error, has_token);
  g_error_free (error);
  return g_error_new_literal (HY_ERROR, HY_ERROR_REFUSED, words);
}

static DexFuture *
fetch_file_fiber (gpointer data)
{
  Run *run = data;
  HySpaceSync *self = run->self;
  HyAccess *access = hy_space_get_access (run->space);
  g_autoptr (HyFhirClient) client = NULL;
  GError *error = NULL;
  HySyncJob job;
  gint64 rowid;

  if (!self->loaded && !load (self, &error))
    return dex_future_new_for_error (error);
  if (self->server == NULL)
    return refuse_alone ();
  if (!(client = new_client (self, access, &error)))
    return dex_future_new_for_error (explain (error, self->token != NULL));
  job = (HySyncJob) { .access = access, .client = client, .server = self->server, .read_text = read_text, .read_text_data = run->space, .cancellable = run->cancellable };
  rowid = dex_await_int64 (hy_sync_fetch_file (&job, run->rowid), &error);
  if (error != NULL)
    return dex_future_new_for_error (explain_file (error, self->token != NULL));
  return dex_future_new_for_int64 (rowid);
}

DexFuture *
hy_space_sync_fetch_file (HySpaceSync *self,
                          gint64 rowid,
                          GCancellable *cancellable)
{
  Run *run;

  if (self->ended || self->space == NULL)
    return refuse_locked ();
  run = g_new0 (Run, 1);
  run->self = g_object_ref (self);
  run->space = g_object_ref (self->space);
  run->cancellable = cancellable != NULL ? g_object_ref (cancellable) : g_cancellable_new ();
  run->rowid = rowid;
  return hy_fiber (fetch_file_fiber, run, run_free);
}
