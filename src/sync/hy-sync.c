/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One sync from its beginning to its end in the journal, in whatever way it ends. */

#include "config.h"

#include "sync/hy-sync-private.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "sync/hy-bundle-page.h"

#include <string.h>

/* Told to the window; more often nobody could read it. */
#define TELL_INTERVAL_US (200 * 1000)
#define MAX_PATIENTS 50

HySync *
hy_sync_new (const HySyncJob *job)
{
  HySync *sync = g_new0 (HySync, 1);

  g_atomic_ref_count_init (&sync->refs);
  sync->access = g_object_ref (job->access);
  sync->client = g_object_ref (job->client);
  sync->server = hy_mirror_server_copy (job->server);
  sync->read_text = job->read_text;
  sync->read_text_data = job->read_text_data;
  sync->on_progress = job->on_progress;
  sync->progress_data = job->progress_data;
  sync->cancellable = job->cancellable != NULL ? g_object_ref (job->cancellable) : g_cancellable_new ();
  return sync;
}

HySync *
hy_sync_ref (HySync *sync)
{
  g_atomic_ref_count_inc (&sync->refs);
  return sync;
}

void
hy_sync_unref (gpointer data)
{
  HySync *sync = data;

  if (sync == NULL || !g_atomic_ref_count_dec (&sync->refs))
    return;
  g_object_unref (sync->access);
  g_object_unref (sync->client);
  hy_mirror_server_free (sync->server);
  g_object_unref (sync->cancellable);
  g_clear_pointer (&sync->cursors, g_hash_table_unref);
  g_free (sync->type);
  g_free (sync);
}

static void
tell (HySync *sync)
{
  sync->told_us = g_get_monotonic_time ();
  if (sync->on_progress != NULL)
    sync->on_progress (&sync->progress, sync->progress_data);
}

/**
 * hy_sync_tell:
 * @type: (nullable): FHIR type that is being received
 */
void
hy_sync_tell (HySync *sync,
              HySyncPhase phase,
              const char *type,
              guint done,
              guint total)
{
  gboolean other_phase = sync->progress.phase != phase;

  if (g_strcmp0 (sync->type, type) != 0)
    {
      g_free (sync->type);
      sync->type = g_strdup (type);
    }
  sync->progress = (HySyncProgress) { phase, sync->type, done, total, sync->progress.wait_until_ms };
  if (other_phase || g_get_monotonic_time () - sync->told_us > TELL_INTERVAL_US)
    tell (sync);
}

static void
on_wait (gint64 until_ms,
         gpointer user_data)
{
  HySync *sync = user_data;

  sync->progress.wait_until_ms = until_ms;
  tell (sync);
}

/* -- how it ended -- */

typedef struct
{
  HyRunState state;
  gint64 until_ms;
  const char *reason;
  const char *detail;
} End;

static End
judge_end (HySync *sync,
           const GError *error)
{
  End end = { HY_RUN_DONE, 0, NULL, NULL };

  if (error == NULL)
    return end;
  end.detail = error->message;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || g_error_matches (error, HY_ERROR, HY_ERROR_LOCKED))
    end = (End) { HY_RUN_STOPPED, 0, NULL, NULL };
  else if (g_error_matches (error, HY_ERROR, HY_ERROR_OFFLINE))
    end.state = HY_RUN_OFFLINE;
  else if (g_error_matches (error, HY_ERROR, HY_ERROR_BUSY))
    {
      end.state = HY_RUN_BUSY;
      end.until_ms = hy_fhir_client_get_busy_until (sync->client);
    }
  else if (g_error_matches (error, HY_ERROR, HY_ERROR_REFUSED) && strcmp (error->message, HY_SYNC_SIGN_IN_ERROR) == 0)
    end = (End) { HY_RUN_SIGN_IN, 0, NULL, NULL };
  else
    {
      end.state = HY_RUN_FAILED;
      if (error->domain == HY_FHIR_ERROR)
        end.reason = hy_fhir_error_get_code (error);
      else if (g_error_matches (error, HY_ERROR, HY_ERROR_REFUSED))
        {
          /* The room's own: the message is the code. */
          end.reason = error->message;
          end.detail = NULL;
        }
      else
        end.reason = "storage";
    }
  return end;
}

static DexFuture *
run_fiber (gpointer data)
{
  HySync *sync = data;
  g_autoptr (GError) error = NULL;
  GError *end_error = NULL;
  End end;

  sync->run = dex_await_int64 (hy_vault_begin_run (sync->access, sync->server->origin), &end_error);
  if (end_error != NULL)
    return dex_future_new_for_error (end_error);
  hy_fhir_client_set_wait_func (sync->client, on_wait, sync);
  if ((sync->cursors = dex_await_boxed (hy_vault_dup_cursors (sync->access, sync->server->origin), &error)) && hy_sync_pull (sync, &error))
    hy_sync_fetch_files (sync, &error);
  hy_fhir_client_set_wait_func (sync->client, NULL, NULL);
  if (g_error_matches (error, DEX_ERROR, DEX_ERROR_FIBER_CANCELLED))
    return dex_future_new_for_error (g_steal_pointer (&error));
  end = judge_end (sync, error);
  if (!dex_await (hy_vault_end_run (sync->access, sync->run, end.state, end.until_ms, end.reason, end.detail), &end_error))
    return dex_future_new_for_error (end_error);
  return hy_vault_dup_run (sync->access, sync->run);
}

/**
 * hy_sync_run:
 *
 * Errors: those of the vault, when the end could not be written
 */
DexFuture *
hy_sync_run (const HySyncJob *job)
{
  return hy_fiber (run_fiber, hy_sync_new (job), hy_sync_unref);
}

/* -- whose records a sign-in sees -- */

void
hy_sync_patient_free (HySyncPatient *patient)
{
  g_free (patient->id);
  hy_person_clear (&patient->person);
  g_free (patient);
}

typedef struct
{
  HyFhirClient *client;
  GCancellable *cancellable;
} Finding;

static void
finding_free (gpointer data)
{
  Finding *finding = data;

  g_object_unref (finding->client);
  g_clear_object (&finding->cancellable);
  g_free (finding);
}

static DexFuture *
find_patients_fiber (gpointer data)
{
  Finding *finding = data;
  g_autofree char *path = g_strdup_printf ("Patient?_count=%d", MAX_PATIENTS);
  g_autoptr (GPtrArray) patients = g_ptr_array_new_with_free_func ((GDestroyNotify) hy_sync_patient_free);
  g_autoptr (HyFhirReply) reply = NULL;
  g_autoptr (HyBundlePage) page = NULL;
  GError *error = NULL;

  if (!(reply = dex_await_boxed (hy_fhir_client_get (finding->client, path, finding->cancellable), &error)))
    return dex_future_new_for_error (error);
  if (reply->status == 401 || reply->status == 403)
    return dex_future_new_reject (HY_ERROR, HY_ERROR_REFUSED, "%s", HY_SYNC_SIGN_IN_ERROR);
  if (reply->status >= 500)
    return dex_future_new_reject (HY_ERROR, HY_ERROR_BUSY, "HTTP %u", reply->status);
  if (reply->status != 200)
    return dex_future_new_reject (HY_FHIR_ERROR, HY_FHIR_ERROR_NOT_FHIR, "HTTP %u", reply->status);
  if (!(page = hy_bundle_page_read (reply->body, HY_BUNDLE_SEARCH, &error)))
    return dex_future_new_for_error (error);
  for (HyJsonNode entry = hy_json_first (page->json, page->entries); entry != 0; entry = hy_json_next (page->json, entry))
    {
      HyJsonNode resource = hy_json_member (page->json, entry, "resource");
      g_autofree char *id = hy_json_dup_string (page->json, hy_json_member (page->json, resource, "id"));
      HySyncPatient *patient;

      if (!hy_json_string_equal (page->json, hy_json_member (page->json, resource, "resourceType"), "Patient") || !hy_fhir_is_id (id) ||
          patients->len >= MAX_PATIENTS)
        continue;
      patient = g_new0 (HySyncPatient, 1);
      patient->id = g_steal_pointer (&id);
      if (hy_person_read (page->json, resource, &patient->person, NULL))
        g_ptr_array_add (patients, patient);
      else
        hy_sync_patient_free (patient);
    }
  return dex_future_new_take_boxed (G_TYPE_PTR_ARRAY, g_steal_pointer (&patients));
}

DexFuture *
hy_sync_find_patients (HyFhirClient *client,
                       GCancellable *cancellable)
{
  Finding *finding = g_new0 (Finding, 1);

  finding->client = g_object_ref (client);
  finding->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  return hy_fiber (find_patients_fiber, finding, finding_free);
}
