/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a sync says to people: in the window, on the command line, in the journal.  Whole sentences, of now's language. */

#include "config.h"

#include "space/hy-sync-words.h"

#include <glib/gi18n.h>
#include <string.h>

/* -- kinds of entries -- */

typedef struct
{
  const char *name;
  const char *not_allowed;
} Kind;

static const Kind kinds[HY_N_CLASSES] = {
  [HY_CLASS_OTHER] = { N_ ("Other entries"),
                       N_ ("The server does not let this sign-in read some entries. Those already here are kept; nothing else was held up.") },
  [HY_CLASS_PERSON] = { N_ ("Identity"),
                        N_ ("The server does not let this sign-in read whose record it is. What is already here is kept.") },
  [HY_CLASS_DOCUMENT] = { N_ ("Documents"),
                          N_ ("The server does not let this sign-in read documents. Those already here are kept; nothing else was held up.") },
  [HY_CLASS_CONDITION] = { N_ ("Diseases"),
                           N_ ("The server does not let this sign-in read diseases. Those already here are kept; nothing else was held up.") },
  [HY_CLASS_TREATMENT] = { N_ ("Treatments"),
                           N_ ("The server does not let this sign-in read treatments. Those already here are kept; nothing else was held up.") },
  [HY_CLASS_STAY] = { N_ ("Hospital stays and procedures"),
                      N_ ("The server does not let this sign-in read hospital stays. Those already here are kept; nothing else was held up.") },
  [HY_CLASS_VACCINATION] = { N_ ("Vaccinations"),
                             N_ ("The server does not let this sign-in read vaccinations. Those already here are kept; nothing else was held up.") },
  [HY_CLASS_ALLERGY] = { N_ ("Allergies"),
                         N_ ("The server does not let this sign-in read allergies. Those already here are kept; nothing else was held up.") },
  [HY_CLASS_FAMILY] = { N_ ("Family history"),
                        N_ ("The server does not let this sign-in read the family history. What is already here is kept; nothing else was held up.") },
  [HY_CLASS_MEASURE] = { N_ ("Measures"),
                         N_ ("The server does not let this sign-in read measures. Those already here are kept; nothing else was held up.") },
  [HY_CLASS_CONTACT] = { N_ ("Contacts"),
                         N_ ("The server does not let this sign-in read contacts. Those already here are kept; nothing else was held up.") },
  [HY_CLASS_WISH] = { N_ ("Wishes and directives"),
                      N_ ("The server does not let this sign-in read wishes. Those already here are kept; nothing else was held up.") },
  [HY_CLASS_PROFESSIONAL] = { N_ ("Professionals"),
                              N_ ("The server does not let this sign-in read who the professionals are. Those already here are kept; nothing else was held up.") },
  [HY_CLASS_APPOINTMENT] = { N_ ("Appointments"),
                             N_ ("The server does not let this sign-in read appointments. Those already here are kept; nothing else was held up.") },
  [HY_CLASS_MESSAGE] = { N_ ("Messages"),
                         N_ ("The server does not let this sign-in read messages. Those already here are kept; nothing else was held up.") },
  [HY_CLASS_QUESTIONNAIRE] = { N_ ("Questionnaires"),
                               N_ ("The server does not let this sign-in read questionnaires. Those already here are kept; nothing else was held up.") },
  [HY_CLASS_LOG] = { N_ ("Access log"),
                     N_ ("The server does not let this sign-in read the access log. What is already here is kept; nothing else was held up.") },
  [HY_CLASS_MANDATE] = { N_ ("Mandates"),
                         N_ ("The server does not let this sign-in read mandates. Those already here are kept; nothing else was held up.") },
  [HY_CLASS_REPORT] = { N_ ("Reports"),
                        N_ ("The server does not let this sign-in read reports. Those already here are kept; nothing else was held up.") },
  [HY_CLASS_DEVICE] = { N_ ("Devices"),
                        N_ ("The server does not let this sign-in read devices. Those already here are kept; nothing else was held up.") },
  [HY_CLASS_BYTES] = { N_ ("Files"),
                       N_ ("The server does not let this sign-in read files. Those already here are kept; nothing else was held up.") },
};

static const Kind *
get_kind (HyResourceClass klass)
{
  return &kinds[(guint) klass < HY_N_CLASSES ? klass : HY_CLASS_OTHER];
}

/**
 * hy_sync_words_get_kind:
 *
 * Returns: (transfer none): "Documents"
 */
const char *
hy_sync_words_get_kind (HyResourceClass klass)
{
  return _ (get_kind (klass)->name);
}

/* -- refusals -- */

typedef struct
{
  const char *code;
  const char *whole;    /* of a type, or of the whole run */
  const char *one;      /* of one entry */
  const char *advice[4]; /* NULL-terminated */
} Refusal;

static const Refusal refusals[] = {
  { "not-allowed", NULL, N_ ("The server does not let this sign-in read one entry. If it is already here it is kept; nothing else was held up."), { N_ ("Ask the service that gave the token whether it is meant for these entries."), N_ ("If you get another token, enter it in the server settings; the next sync brings what was missing.") } },
  { "not-supported",
    N_ ("The server no longer gives entries of this kind, or gives them in a way that Hygie does not know. Those already here are kept."),
    N_ ("The server gives this entry in a way that Hygie does not know. If it is already here it is kept."),
    { N_ ("There is nothing for you to do: all other entries were received."),
      N_ ("If you miss something, tell the service; the technical answer below helps them.") } },
  { "server-error",
    N_ ("The server had a fault while it gave these entries. Those already here are kept; the next sync asks for them again."),
    N_ ("The server had a fault while it gave this entry. The next sync asks for it again."),
    { N_ ("Sync again later: such faults often mend by themselves."),
      N_ ("If it goes on for days, tell the service; the technical answer below helps them.") } },
  { "not-fhir",
    N_ ("The server answered with something that is no health record, such as a page for a browser. Nothing of it was taken."),
    N_ ("The server answered with something that is no health record. Nothing of it was taken."),
    { N_ ("If you are on a network that wants a sign-in of its own, such as a hotel’s, sign in there first."),
      N_ ("Then sync again. Otherwise check the address in the server settings.") } },
  { "too-large", N_ ("The server sent more than Hygie takes at once. Nothing of it was taken; what is here is kept."), N_ ("This entry or file is larger than Hygie takes. It is not here; nothing else was held up."), { N_ ("There is nothing for you to do: all other entries were received."), N_ ("If you need it, ask the service for it as a file and import it.") } },
  { "elsewhere", N_ ("The server sends on to another address, and Hygie does not follow. What came before that is kept."), N_ ("This leads to another address than the server’s, and Hygie does not follow. It is not here; nothing else was held up."), { N_ ("This protects you: your token and your records go nowhere but to the server that you chose."), N_ ("If the service has moved, disconnect in the server settings and connect to its new address. What is here stays.") } },
  { "certificate", N_ ("The server could not prove that it is the one it says, so Hygie did not speak to it. Nothing was sent."), N_ ("The server could not prove that it is the one it says, so Hygie did not speak to it."), { N_ ("Look whether the date and time of this computer are right."), N_ ("Try again on another network. If it stays so, ask the service; do not enter your token elsewhere.") } },
  { "address", N_ ("The address of the server is not one that Hygie may speak to."), N_ ("This address is not one that Hygie may speak to."), { N_ ("Disconnect in the server settings, and connect with the address that the service gives. What is here stays.") } },
  { "other-person", N_ ("The server sent entries about somebody else. None was put into this space."), N_ ("The server sent an entry about somebody else. It was not put into this space; nothing else was held up."), { N_ ("There is nothing for you to do: this keeps records of different people apart."), N_ ("If it goes on, tell the service: the token may show it more than it should.") } },
  { "damaged", N_ ("The server sent something that cannot be read. What is here is kept."), N_ ("The server sent an entry that cannot be read. It is not here; nothing else was held up."), { N_ ("Sync again later: it may have been mended."), N_ ("If you miss an entry, tell the service; the technical answer below helps them.") } },
  { "endless", N_ ("The server began again and again with the same pages, so Hygie stopped there. What came is kept."), N_ ("The server began again and again with the same pages, so Hygie stopped there."), { N_ ("Sync again later. If it stays so, tell the service.") } },
  { "too-many", N_ ("The server has more entries than one space takes. What came is kept."), N_ ("The server has more entries than one space takes."), { N_ ("Tell the service, and those who make Hygie.") } },
  { "unconfirmed", N_ ("Some entries seem to be gone from the server, but it does not say so. They are kept here."), N_ ("This entry seems to be gone from the server, but it does not say so. It is kept here."), { N_ ("There is nothing for you to do: nothing was removed.") } },
  { "storage", N_ ("This computer could not keep what came. Nothing that was here is lost."), N_ ("This computer could not keep this entry. Nothing that was here is lost."), { N_ ("Look whether the disk is full, and make room."), N_ ("Then sync again: it goes on from where it stopped.") } },
};

static const Refusal other_refusal = {
  "unknown", N_ ("Something went wrong with the server. What is here is kept."), N_ ("Something went wrong with this entry. What is here is kept."), { N_ ("Sync again later. If it stays so, tell the service; the technical answer below helps them.") }
};

static const Refusal *
find_refusal (const char *code)
{
  for (guint i = 0; code != NULL && i < G_N_ELEMENTS (refusals); i++)
    if (strcmp (refusals[i].code, code) == 0)
      return &refusals[i];
  return &other_refusal;
}

/**
 * hy_sync_words_dup_refusal:
 * @code: (nullable): as the journal keeps it
 * @whole_type: all entries of a kind, or the run; else one entry
 */
char *
hy_sync_words_dup_refusal (const char *code,
                           HyResourceClass klass,
                           gboolean whole_type)
{
  const Refusal *refusal = find_refusal (code);

  if (!whole_type)
    return g_strdup (_ (refusal->one));
  return g_strdup (refusal->whole != NULL ? _ (refusal->whole) : _ (get_kind (klass)->not_allowed));
}

/**
 * hy_sync_words_dup_advice:
 *
 * Returns: (transfer full): NULL-terminated sentences, one a step
 */
char **
hy_sync_words_dup_advice (const char *code)
{
  const Refusal *refusal = find_refusal (code);
  g_autoptr (GStrvBuilder) steps = g_strv_builder_new ();

  for (guint i = 0; refusal->advice[i] != NULL; i++)
    g_strv_builder_add (steps, _ (refusal->advice[i]));
  return g_strv_builder_end (steps);
}

/* -- counts -- */

/* @text: (transfer full): is kept when there is something to count */
static void
add_count (GPtrArray *words,
           guint n,
           char *text)
{
  if (n > 0)
    g_ptr_array_add (words, text);
  else
    g_free (text);
}

static void
add_counts (GPtrArray *words,
            const HyRunLine *line)
{
  add_count (words, line->added, g_strdup_printf (ngettext ("%u new", "%u new", line->added), line->added));
  add_count (words, line->changed, g_strdup_printf (ngettext ("%u changed", "%u changed", line->changed), line->changed));
  add_count (words, line->deleted, g_strdup_printf (ngettext ("%u removed", "%u removed", line->deleted), line->deleted));
  add_count (words, line->known, g_strdup_printf (ngettext ("%u already here", "%u already here", line->known), line->known));
  add_count (words, line->sent, g_strdup_printf (ngettext ("%u sent", "%u sent", line->sent), line->sent));
  add_count (words, line->kept, g_strdup_printf (ngettext ("%u kept as you wrote it", "%u kept as you wrote them", line->kept), line->kept));
  add_count (words, line->files, g_strdup_printf (ngettext ("%u file", "%u files", line->files), line->files));
  add_count (words, line->files_wrong, g_strdup_printf (ngettext ("%u file not as announced", "%u files not as announced", line->files_wrong), line->files_wrong));
  add_count (words, line->files_nowhere, g_strdup_printf (ngettext ("%u file missing there", "%u files missing there", line->files_nowhere), line->files_nowhere));
  add_count (words, line->n_refused, g_strdup_printf (ngettext ("%u refused", "%u refused", line->n_refused), line->n_refused));
}

static char *
join (GPtrArray *words)
{
  g_ptr_array_add (words, NULL);
  /* Translators: between the parts of a list such as "2 new, 1 changed" */
  return g_strjoinv (_ (", "), (char **) words->pdata);
}

char *
hy_sync_words_dup_counts (const HyRunLine *line)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);

  add_counts (words, line);
  return words->len > 0 ? join (words) : g_strdup (_ ("Nothing new"));
}

/**
 * hy_sync_words_sum:
 * @sum: (out caller-allocates): the counts of all lines; its strings and refusals are %NULL
 */
void
hy_sync_words_sum (const HyRun *run,
                   HyRunLine *sum)
{
  *sum = (HyRunLine) { 0 };
  for (guint i = 0; i < run->lines->len; i++)
    {
      const HyRunLine *line = g_ptr_array_index (run->lines, i);

      sum->added += line->added;
      sum->changed += line->changed;
      sum->deleted += line->deleted;
      sum->known += line->known;
      sum->kept += line->kept;
      sum->sent += line->sent;
      sum->files += line->files;
      sum->files_wrong += line->files_wrong;
      sum->files_nowhere += line->files_nowhere;
      sum->n_refused += line->n_refused;
    }
}

static char *
dup_clock (gint64 ms)
{
  g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (ms / 1000);

  /* Translators: a time of day */
  return g_date_time_format (when, _ ("%H:%M"));
}

static char *
dup_end (const HyRun *run)
{
  g_autofree char *clock = NULL;

  switch (run->state)
    {
    case HY_RUN_OFFLINE:
      return g_strdup (_ ("No answer; goes on from there"));
    case HY_RUN_BUSY:
      clock = dup_clock (run->until_ms);
      return g_strdup_printf (_ ("The server asked to wait until %s"), clock);
    case HY_RUN_SIGN_IN:
      return g_strdup (_ ("The server no longer takes the token"));
    case HY_RUN_FAILED:
      return hy_sync_words_dup_refusal (run->reason, HY_CLASS_PERSON, /* whole_type= */ TRUE);
    case HY_RUN_CUT:
      if (run->ended_ms == 0)
        return g_strdup (_ ("Not ended; goes on from there"));
      return g_strdup (_ ("Stopped, goes on from there"));
    case HY_RUN_STOPPED:
      return g_strdup (_ ("Stopped, goes on from there"));
    case HY_RUN_DONE:
    default:
      return NULL;
    }
}

/**
 * hy_sync_words_dup_run:
 *
 * Returns: (transfer full): "12 new, 1 refused"; "Nothing new"; how it ended, and what had come until then
 */
char *
hy_sync_words_dup_run (const HyRun *run)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *end = dup_end (run);
  g_autofree char *counts = NULL;
  HyRunLine sum;

  hy_sync_words_sum (run, &sum);
  add_counts (words, &sum);
  if (words->len == 0)
    return end != NULL ? g_steal_pointer (&end) : g_strdup (_ ("Nothing new"));
  counts = join (words);
  if (end == NULL)
    return g_steal_pointer (&counts);
  /* Translators: how a sync ended, and what had come until then: "Stopped, goes on from there (3 new)" */
  return g_strdup_printf (_ ("%s (%s)"), end, counts);
}

/* -- files -- */

/**
 * hy_sync_words_dup_file:
 *
 * Returns: (transfer full): where the file of a document is, or what is wrong with it
 */
char *
hy_sync_words_dup_file (HyFileState state,
                        const char *reason)
{
  switch (state)
    {
    case HY_FILE_WAITING:
      return g_strdup (_ ("The file of this document comes with the next sync."));
    case HY_FILE_DIFFERS:
      return g_strdup (_ ("The file is not the one that the document announces: its size or its fingerprint differs. It is kept as it came; ask whoever "
                          "wrote it if you doubt it."));
    case HY_FILE_NOWHERE:
      return g_strdup (_ ("The document names a file that the server does not have. Ask whoever wrote it; the next change there brings it."));
    case HY_FILE_REFUSED:
      if (g_strcmp0 (reason, "not-allowed") == 0)
        return g_strdup (_ ("The server does not let this sign-in read the file of this document."));
      if (g_strcmp0 (reason, "too-large") == 0)
        return g_strdup (_ ("The file of this document is larger than Hygie takes. Ask the service for it as a file, and import it."));
      if (g_strcmp0 (reason, "elsewhere") == 0)
        return g_strdup (_ ("The file of this document is somewhere else than on the server that you chose, and Hygie does not go there."));
      return g_strdup (_ ("The server did not give the file of this document."));
    case HY_FILE_HERE:
    default:
      return g_strdup (_ ("The file is here."));
    }
}

/* -- times -- */

/**
 * hy_sync_words_dup_time_at:
 * @now_ms: unix time
 *
 * Returns: (transfer full): for the middle of a sentence: "2 minutes ago", "yesterday at 18:52", "on 22 November 2026"
 */
char *
hy_sync_words_dup_time_at (gint64 ms,
                           gint64 now_ms)
{
  g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (ms / 1000);
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (now_ms / 1000);
  g_autoptr (GDateTime) yesterday = g_date_time_add_days (now, -1);
  gint64 minutes = (now_ms - ms) / 60000;

  if (minutes >= 0 && minutes < 1)
    return g_strdup (_ ("just now"));
  if (minutes >= 1 && minutes < 60)
    return g_strdup_printf (ngettext ("%d minute ago", "%d minutes ago", (gulong) minutes), (int) minutes);
  if (g_date_time_get_year (when) == g_date_time_get_year (now) && g_date_time_get_day_of_year (when) == g_date_time_get_day_of_year (now))
    return g_date_time_format (when, _ ("today at %H:%M"));
  if (g_date_time_get_year (when) == g_date_time_get_year (yesterday) &&
      g_date_time_get_day_of_year (when) == g_date_time_get_day_of_year (yesterday))
    return g_date_time_format (when, _ ("yesterday at %H:%M"));
  return g_date_time_format (when, _ ("on %-d %B %Y"));
}

char *
hy_sync_words_dup_time (gint64 ms)
{
  return hy_sync_words_dup_time_at (ms, g_get_real_time () / 1000);
}

/* -- the foot of the sidebar -- */

static char *
dup_running (const HySpaceSyncStatus *status)
{
  g_autofree char *clock = NULL;

  if (status->until_ms != 0)
    {
      clock = dup_clock (status->until_ms);
      return g_strdup_printf (_ ("The server asks to wait until %s"), clock);
    }
  if (status->files && status->total > 0)
    return g_strdup_printf (_ ("Receiving documents, %u of %u"), MIN (status->done + 1, status->total), status->total);
  if (status->done > 0 && status->total > 0)
    return g_strdup_printf (_ ("Receiving, %u of %u"), status->done, status->total);
  if (status->done > 0)
    return g_strdup_printf (_ ("Receiving, %u so far"), status->done);
  return g_strdup (_ ("Receiving…"));
}

/**
 * hy_sync_words_dup_status:
 *
 * Returns: (transfer full): one line
 */
char *
hy_sync_words_dup_status (const HySpaceSyncStatus *status)
{
  g_autofree char *time = NULL;

  switch (status->state)
    {
    case HY_SPACE_SYNC_NEVER:
      return g_strdup (_ ("Not synced yet"));
    case HY_SPACE_SYNC_DONE:
      time = hy_sync_words_dup_time (status->checked_ms);
      return g_strdup_printf (_ ("Up to date, %s"), time);
    case HY_SPACE_SYNC_RUNNING:
      return dup_running (status);
    case HY_SPACE_SYNC_STOPPED:
      return g_strdup (_ ("Stopped, goes on from there"));
    case HY_SPACE_SYNC_OFFLINE:
      return g_strdup (_ ("Offline, everything is here"));
    case HY_SPACE_SYNC_BUSY:
      time = dup_clock (status->until_ms);
      return g_strdup_printf (_ ("The server asks to wait until %s"), time);
    case HY_SPACE_SYNC_SIGN_IN:
      return g_strdup (_ ("A new token is needed"));
    case HY_SPACE_SYNC_FAILED:
      return g_strdup (_ ("The last sync did not go through"));
    case HY_SPACE_SYNC_ALONE:
    default:
      return g_strdup (_ ("On this computer only"));
    }
}
