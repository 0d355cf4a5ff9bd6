/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a sync says: tables. */

#include "space/hy-sync-words.h"

#include <string.h>

static const char *const codes[] = { "not-allowed", "not-supported", "server-error", "not-fhir", "too-large", "elsewhere", "certificate", "address",
                                     "other-person", "damaged", "endless", "too-many", "unconfirmed", "storage", "unknown", "never heard of", NULL };

static void
has_a_sentence_and_advice_for_each_refusal (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_auto (GStrv) steps = hy_sync_words_dup_advice (codes[i]);

      g_assert_cmpuint (g_strv_length (steps), >=, 1);
      for (guint klass = 0; klass < HY_N_CLASSES; klass++)
        for (guint whole = 0; whole < 2; whole++)
          {
            g_autofree char *words = hy_sync_words_dup_refusal (codes[i], (HyResourceClass) klass, whole);

            g_assert_true (g_str_has_suffix (words, "."));
          }
    }
  for (guint klass = 0; klass < HY_N_CLASSES + 3; klass++)
    g_assert_cmpuint (strlen (hy_sync_words_get_kind ((HyResourceClass) klass)), >, 2);
}

static void
counts_what_happened (void)
{
  HyRunLine line = { 0 };
  g_autofree char *nothing = hy_sync_words_dup_counts (&line);
  g_autofree char *all = NULL;

  g_assert_cmpstr (nothing, ==, "Nothing new");
  line = (HyRunLine) { .added = 2, .changed = 1, .deleted = 3, .known = 1, .kept = 1, .files = 2, .files_wrong = 1, .files_nowhere = 1, .n_refused = 4 };
  all = hy_sync_words_dup_counts (&line);
  g_assert_cmpstr (all, ==,
                   "2 new, 1 changed, 3 removed, 1 already here, 1 kept as you wrote it, 2 files, 1 file not as announced, 1 file missing there, 4 refused");
}

static void
says_how_it_ended (void)
{
  static const struct
  {
    HyRunState state;
    gint64 ended_ms;
    const char *reason;
    guint added;
    const char *words;
  } cases[] = {
    { HY_RUN_DONE, 1, NULL, 0, "Nothing new" },
    { HY_RUN_DONE, 1, NULL, 12, "12 new" },
    { HY_RUN_STOPPED, 1, NULL, 0, "Stopped, goes on from there" },
    { HY_RUN_STOPPED, 1, NULL, 3, "Stopped, goes on from there (3 new)" },
    { HY_RUN_CUT, 0, NULL, 0, "Not ended; goes on from there" },
    { HY_RUN_OFFLINE, 1, NULL, 0, "No answer; goes on from there" },
    { HY_RUN_SIGN_IN, 1, NULL, 0, "The server no longer takes the token" },
    { HY_RUN_FAILED, 1, "storage", 0, "This computer could not keep what came. Nothing that was here is lost." },
    { HY_RUN_BUSY, 1, NULL, 0, "The server asked to wait until 09:10" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) lines = g_ptr_array_new ();
      HyRunLine line = { .added = cases[i].added };
      HyRun run = { .state = cases[i].state, .ended_ms = cases[i].ended_ms, .until_ms = (9 * 60 + 10) * 60000, .reason = (char *) cases[i].reason, .lines = lines };
      g_autofree char *words = NULL;

      g_ptr_array_add (lines, &line);
      words = hy_sync_words_dup_run (&run);
      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

static void
tells_times_as_people_do (void)
{
  /* 26 November 2026, 12:00 UTC. */
  static const gint64 now = 1795694400000;
  static const struct
  {
    gint64 before_s;
    const char *words;
  } cases[] = {
    { 0, "just now" },
    { 59, "just now" },
    { 60, "1 minute ago" },
    { 59 * 60, "59 minutes ago" },
    { 3600, "today at 11:00" },
    { 12 * 3600, "today at 00:00" },
    { 12 * 3600 + 60, "yesterday at 23:59" },
    { 36 * 3600, "yesterday at 00:00" },
    { 36 * 3600 + 60, "on 24 November 2026" },
    /* A clock that was set back. */
    { -120, "today at 12:02" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = hy_sync_words_dup_time_at (now - cases[i].before_s * 1000, now);

      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

static void
has_a_line_for_each_state (void)
{
  for (guint i = 0; i <= HY_SPACE_SYNC_FAILED; i++)
    {
      HySpaceSyncStatus status = { .state = (HySpaceSyncState) i };
      g_autofree char *words = hy_sync_words_dup_status (&status);

      g_assert_cmpuint (strlen (words), >, 5);
    }
  for (guint i = 0; i <= HY_FILE_REFUSED; i++)
    {
      g_autofree char *words = hy_sync_words_dup_file ((HyFileState) i, NULL);

      g_assert_true (g_str_has_suffix (words, "."));
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/space/sync-words/has-a-sentence-and-advice-for-each-refusal", has_a_sentence_and_advice_for_each_refusal);
  g_test_add_func ("/space/sync-words/counts-what-happened", counts_what_happened);
  g_test_add_func ("/space/sync-words/says-how-it-ended", says_how_it_ended);
  g_test_add_func ("/space/sync-words/tells-times-as-people-do", tells_times_as_people_do);
  g_test_add_func ("/space/sync-words/has-a-line-for-each-state", has_a_line_for_each_state);
  return g_test_run ();
}
