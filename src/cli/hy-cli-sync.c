/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sync: follows the space's server once and prints the account of it.  The first time it is told which server. */

#include "config.h"

#include "cli/hy-cli-sync.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "cli/hy-cli-interrupt.h"
#include "cli/hy-cli-output.h"
#include "cli/hy-cli-session.h"
#include "cli/hy-cli-space.h"
#include "cli/hy-cli-token.h"
#include "space/hy-space-sync.h"
#include "space/hy-sync-words.h"

#include <glib/gi18n.h>
#include <string.h>

/* -- which server -- */

static gboolean
refuse (GError **error,
        const char *words)
{
  g_set_error_literal (error, HY_ERROR, HY_ERROR_REFUSED, words);
  return FALSE;
}

static const HySpaceSyncPatient *
find_patient (const HySpaceSyncOffer *offer,
              const char *id)
{
  for (guint i = 0; i < offer->patients->len; i++)
    {
      const HySpaceSyncPatient *patient = g_ptr_array_index (offer->patients, i);

      if (strcmp (patient->id, id) == 0)
        return patient;
    }
  return NULL;
}

/* NULL with a sentence that names them. */
static const HySpaceSyncPatient *
choose_patient (const HySpaceSyncOffer *offer,
                const char *wanted,
                GError **error)
{
  g_autoptr (GString) names = g_string_new (NULL);
  const HySpaceSyncPatient *patient;

  if (wanted != NULL && (patient = find_patient (offer, wanted)) != NULL)
    return patient;
  if (wanted == NULL && offer->patients->len == 1)
    return g_ptr_array_index (offer->patients, 0);
  for (guint i = 0; i < offer->patients->len; i++)
    {
      g_autofree char *name = NULL;

      patient = g_ptr_array_index (offer->patients, i);
      name = hy_cli_output_dup_plain (patient->name);
      g_string_append_printf (names, "%s%s (%s)", i > 0 ? ", " : "", patient->id, name);
    }
  if (wanted != NULL)
    g_set_error (error, HY_ERROR, HY_ERROR_REFUSED, _ ("The server shows no record “%s”. It shows: %s."), wanted, names->str);
  else
    g_set_error (error, HY_ERROR, HY_ERROR_REFUSED, _ ("The server shows the records of several people. Say whose with --patient: %s."), names->str);
  return NULL;
}

static gboolean
connect_server (HyCli *cli,
                HySpaceSync *sync,
                HySecret *token,
                GCancellable *cancellable,
                GError **error)
{
  const HyCliOptions *options = &cli->options;
  g_autoptr (HySpaceSyncOffer) offer = dex_await_boxed (hy_space_sync_ask (sync, options->server, token, cancellable), error);
  const HySpaceSyncPatient *patient = offer != NULL ? choose_patient (offer, options->patient, error) : NULL;
  gboolean other;

  if (patient == NULL)
    return FALSE;
  other = patient->match == HY_PERSON_OTHER;
  if (other && options->same_person)
    return refuse (error, _ ("The record there is about somebody other than the person of this space. Nothing was taken."));
  return dex_await (hy_space_sync_connect (sync, offer, NULL, patient->id, other, token, /* keep_token= */ FALSE), error);
}

static gboolean
choose_server (HyCli *cli,
               HySpaceSync *sync,
               HySecret *token,
               GCancellable *cancellable,
               GError **error)
{
  const HyCliOptions *options = &cli->options;
  const HySpaceSyncStatus *status = hy_space_sync_get_status (sync);
  g_autofree char *base = NULL;

  if (status->base == NULL && options->server == NULL)
    return refuse (error, _ ("This space follows no server yet. Name it once: sync --server URL."));
  if (status->base == NULL)
    return connect_server (cli, sync, token, cancellable, error);
  if (options->server != NULL && (!(base = hy_space_sync_dup_base (options->server)) || strcmp (base, status->base) != 0))
    {
      g_set_error (error, HY_ERROR, HY_ERROR_REFUSED,
                   _ ("This space follows another server, %s. Disconnect that one in the window first; what came from it stays."), status->base);
      return FALSE;
    }
  if (options->patient != NULL && strcmp (options->patient, status->patient) != 0)
    {
      g_set_error (error, HY_ERROR, HY_ERROR_REFUSED,
                   _ ("This space follows the record “%s” of its server. Another person’s record needs a space of its own."), status->patient);
      return FALSE;
    }
  if (status->other_person && options->same_person)
    return refuse (error, _ ("The record there is about somebody other than the person of this space. Nothing was taken."));
  hy_space_sync_lend_token (sync, token);
  return TRUE;
}

/* -- the account -- */

static void
append_refusals (GString *line,
                 const HyRunLine *counts)
{
  g_autoptr (GString) list = g_string_new ("[");

  for (guint i = 0; i < counts->refusals->len; i++)
    {
      const HyRunRefusal *refusal = g_ptr_array_index (counts->refusals, i);
      g_autofree char *reason = hy_sync_words_dup_refusal (refusal->code, (HyResourceClass) counts->klass, /* whole_type= */ refusal->id == NULL);
      GString *one = hy_cli_output_begin ();

      hy_cli_output_string (one, "id", refusal->id);
      hy_cli_output_string (one, "code", refusal->code);
      hy_cli_output_string (one, "reason", reason);
      g_string_append_printf (list, "%s%s}", i > 0 ? "," : "", one->str);
      g_string_free (one, TRUE);
    }
  g_string_append_c (list, ']');
  hy_cli_output_json (line, "refused", list->str);
}

static void
print_line_json (const HyRunLine *counts)
{
  GString *line = hy_cli_output_begin ();

  hy_cli_output_string (line, "type", counts->type);
  hy_cli_output_number (line, "added", counts->added);
  hy_cli_output_number (line, "changed", counts->changed);
  hy_cli_output_number (line, "deleted", counts->deleted);
  append_refusals (line, counts);
  /* The journal keeps the first ones of many. */
  if (counts->n_refused > counts->refusals->len)
    hy_cli_output_number (line, "refusedMore", counts->n_refused - counts->refusals->len);
  hy_cli_output_number (line, "known", counts->known);
  hy_cli_output_number (line, "kept", counts->kept);
  hy_cli_output_number (line, "files", counts->files);
  hy_cli_output_number (line, "filesWrong", counts->files_wrong);
  hy_cli_output_number (line, "filesMissing", counts->files_nowhere);
  hy_cli_output_end (line);
}

static const char *
get_state_code (HyRunState state)
{
  switch (state)
    {
    case HY_RUN_DONE:
      return "done";
    case HY_RUN_OFFLINE:
      return "offline";
    case HY_RUN_BUSY:
      return "busy";
    case HY_RUN_SIGN_IN:
      return "sign-in";
    case HY_RUN_FAILED:
      return "failed";
    case HY_RUN_CUT:
    case HY_RUN_STOPPED:
    default:
      return "stopped";
    }
}

static void
print_json (const HyRun *run,
            gboolean other_person)
{
  GString *line;

  for (guint i = 0; i < run->lines->len; i++)
    print_line_json (g_ptr_array_index (run->lines, i));
  line = hy_cli_output_begin ();
  hy_cli_output_flag (line, "done", run->state == HY_RUN_DONE);
  hy_cli_output_flag (line, "resumable", run->state != HY_RUN_DONE);
  hy_cli_output_string (line, "state", get_state_code (run->state));
  if (run->state == HY_RUN_BUSY)
    hy_cli_output_number (line, "until", run->until_ms / 1000);
  if (run->reason != NULL)
    hy_cli_output_string (line, "reason", run->reason);
  if (other_person)
    hy_cli_output_string (line, "warning", "other-person");
  hy_cli_output_end (line);
}

static void
print_text (const HyRun *run,
            gboolean other_person)
{
  g_autofree char *whole = hy_sync_words_dup_run (run);

  for (guint i = 0; i < run->lines->len; i++)
    {
      const HyRunLine *line = g_ptr_array_index (run->lines, i);
      g_autofree char *counts = hy_sync_words_dup_counts (line);

      hy_cli_output_format (_ ("%s: %s\n"), hy_sync_words_get_kind ((HyResourceClass) line->klass), counts);
      for (guint k = 0; k < line->refusals->len; k++)
        {
          const HyRunRefusal *refusal = g_ptr_array_index (line->refusals, k);
          g_autofree char *reason =
              hy_sync_words_dup_refusal (refusal->code, (HyResourceClass) line->klass, /* whole_type= */ refusal->id == NULL);

          hy_cli_output_format ("  %s\n", reason);
        }
    }
  hy_cli_output_format ("%s\n", whole);
  if (other_person)
    hy_cli_output_text (_ ("The record there is about somebody other than the person of this space; all of it is marked so.\n"));
}

static gboolean
judge (const HyRun *run,
       GError **error)
{
  g_autofree char *whole = NULL;
  g_autofree char *reason = NULL;

  switch (run->state)
    {
    case HY_RUN_DONE:
      return TRUE;
    case HY_RUN_OFFLINE:
      return refuse (error, _ ("The server does not answer, or there is no network. What came stays; the same command goes on from there."));
    case HY_RUN_SIGN_IN:
      return refuse (error, _ ("The server does not take this token, or wants one. What came stays; give a token with --token-fd or HYGIE_TOKEN_FILE."));
    case HY_RUN_BUSY:
      whole = hy_sync_words_dup_run (run);
      g_set_error (error, HY_ERROR, HY_ERROR_REFUSED, _ ("%s. What came stays; the same command goes on from there."), whole);
      return FALSE;
    case HY_RUN_FAILED:
      reason = hy_sync_words_dup_refusal (run->reason, HY_CLASS_PERSON, /* whole_type= */ TRUE);
      g_set_error_literal (error, HY_ERROR, HY_ERROR_REFUSED, reason);
      return FALSE;
    case HY_RUN_CUT:
    case HY_RUN_STOPPED:
    default:
      return refuse (error, _ ("Stopped. What came stays; the same command goes on from there."));
    }
}

static void
on_interrupted (GCancellable *cancellable G_GNUC_UNUSED,
                gpointer sync)
{
  hy_space_sync_stop (sync);
}

/**
 * hy_cli_sync_run:
 *
 * A run that went through is done even when single entries or kinds were refused: they are said.
 */
gboolean
hy_cli_sync_run (HyCli *cli,
                 GError **error)
{
  g_autoptr (HyCliInterrupt) interrupt = NULL;
  g_autoptr (HySecret) token = NULL;
  g_autoptr (HySpaceSync) sync = NULL;
  g_autoptr (HySpace) space = NULL;
  g_autoptr (HyRun) run = NULL;
  GCancellable *cancellable;
  gboolean other_person;

  if (!hy_cli_token_read (cli->options.token_fd, &token, error) || !hy_cli_session_unlock (cli, error) ||
      !(space = hy_cli_space_choose (cli, error)))
    return FALSE;
  sync = g_object_ref (hy_space_get_sync (space));
  if (!dex_await (hy_space_sync_load (sync), error))
    return FALSE;
  interrupt = hy_cli_interrupt_begin ();
  cancellable = hy_cli_interrupt_get_cancellable (interrupt);
  if (!choose_server (cli, sync, token, cancellable, error))
    return FALSE;
  g_cancellable_connect (cancellable, G_CALLBACK (on_interrupted), g_object_ref (sync), g_object_unref);
  if (!(run = dex_await_boxed (hy_space_sync_run (sync), error)))
    return FALSE;
  other_person = hy_space_sync_get_status (sync)->other_person;
  if (cli->options.json)
    print_json (run, other_person);
  else
    print_text (run, other_person);
  return judge (run, error);
}
