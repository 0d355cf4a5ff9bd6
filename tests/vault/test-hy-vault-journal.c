/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The account of each sync: true after a cut, bounded, in codes. */

#include "hy-test-mirror.h"

#include "base/hy-error.h"

#include <string.h>

static HyRun *
dup_run (HyTestVault *sandbox,
         gint64 run)
{
  GError *error = NULL;
  HyRun *account = hy_test_await_boxed (hy_vault_dup_run (sandbox->access, run), &error);

  g_assert_no_error (error);
  return account;
}

static HyRunLine *
get_line (HyRun *run,
          const char *type)
{
  for (guint i = 0; i < run->lines->len; i++)
    {
      HyRunLine *line = g_ptr_array_index (run->lines, i);

      if (strcmp (line->type, type) == 0)
        return line;
    }
  return NULL;
}

static gint64
get_checked (HyTestVault *sandbox)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) servers = hy_test_await_boxed (hy_vault_dup_servers (sandbox->access), &error);

  g_assert_no_error (error);
  return ((HyMirrorServer *) g_ptr_array_index (servers, 0))->checked_ms;
}

static void
says_how_each_run_ended (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 origin = hy_test_add_server (sandbox);
  gint64 cut = hy_test_int64 (hy_vault_begin_run (sandbox->access, origin));
  gint64 busy, done;
  g_autoptr (GPtrArray) runs = NULL;
  g_autoptr (GPtrArray) one = NULL;
  HyRun *run;
  GError *error = NULL;

  /* The program was ended in the middle. */
  g_assert_true (hy_test_vault_reopen (sandbox, NULL));
  busy = hy_test_int64 (hy_vault_begin_run (sandbox->access, origin));
  hy_test_done (hy_vault_end_run (sandbox->access, busy, HY_RUN_BUSY, 12345, "busy", "HTTP 503"));
  g_assert_cmpint (get_checked (sandbox), ==, 0);
  done = hy_test_int64 (hy_vault_begin_run (sandbox->access, origin));
  hy_test_done (hy_vault_end_run (sandbox->access, done, HY_RUN_DONE, 0, NULL, NULL));

  runs = hy_test_await_boxed (hy_vault_dup_runs (sandbox->access, 10), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (runs->len, ==, 3);
  run = g_ptr_array_index (runs, 0);
  g_assert_cmpint (run->run, ==, done);
  g_assert_cmpint (run->state, ==, HY_RUN_DONE);
  g_assert_cmpint (run->origin, ==, origin);
  g_assert_cmpstr (run->server, ==, HY_TEST_BASE);
  g_assert_cmpint (run->ended_ms, >=, run->began_ms);
  g_assert_cmpint (get_checked (sandbox), ==, run->ended_ms);
  run = g_ptr_array_index (runs, 1);
  g_assert_cmpint (run->run, ==, busy);
  g_assert_cmpint (run->state, ==, HY_RUN_BUSY);
  g_assert_cmpint (run->until_ms, ==, 12345);
  g_assert_cmpstr (run->reason, ==, "busy");
  g_assert_cmpstr (run->detail, ==, "HTTP 503");
  run = g_ptr_array_index (runs, 2);
  g_assert_cmpint (run->run, ==, cut);
  g_assert_cmpint (run->state, ==, HY_RUN_CUT);
  g_assert_cmpint (run->ended_ms, ==, 0);
  g_assert_cmpuint (run->lines->len, ==, 0);
  one = hy_test_await_boxed (hy_vault_dup_runs (sandbox->access, 1), &error);
  g_assert_cmpuint (one->len, ==, 1);
  hy_test_refused (hy_vault_dup_run (sandbox->access, done + 1), HY_ERROR_MISSING);
}

static HyMirrorChange *
entry (const char *place,
       const char *json,
       guint klass)
{
  HyMirrorChange *change = hy_test_change_new (place, json);

  if (change->item != NULL)
    change->item->row.klass = klass;
  return change;
}

/* Each kind of outcome, in the line of its type, after each cut. */
static void
counts_what_it_did (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 origin = hy_test_add_server (sandbox);
  HyMirrorChange *of_file = entry ("Observation/known", "{\"known\":1}", 3);
  g_autoptr (GBytes) text = g_bytes_new_static ("hello", 5);
  g_autoptr (HyRun) account = NULL;
  gint64 run, edited, document, wrong, nowhere;
  HyRunLine *line;

  hy_test_vault_put (sandbox, g_steal_pointer (&of_file->item));
  hy_mirror_change_free (of_file);
  hy_test_mirror (sandbox, origin, 0, entry ("Observation/changed", "{\"c\":1}", 3));
  hy_test_mirror (sandbox, origin, 0, entry ("Observation/gone", "{\"g\":1}", 3));
  edited = hy_test_mirror (sandbox, origin, 0, entry ("Observation/mine", "{\"m\":1}", 3)).rowid;
  hy_test_edit (sandbox, edited, "{\"mine\":1}");

  run = hy_test_int64 (hy_vault_begin_run (sandbox->access, origin));
  hy_test_mirror_in_run (sandbox, origin, run, 0, entry ("Observation/new", "{\"n\":1}", 3));
  hy_test_mirror_in_run (sandbox, origin, run, 0, entry ("Observation/new2", "{\"n\":2}", 4));
  document = hy_test_mirror_in_run (sandbox, origin, run, 0, hy_test_document_new ("DocumentReference/1", "{\"d\":1}", "Binary/1", 5, NULL)).rowid;
  wrong = hy_test_mirror_in_run (sandbox, origin, run, 0, hy_test_document_new ("DocumentReference/2", "{\"d\":2}", "Binary/2", 5, NULL)).rowid;
  nowhere = hy_test_mirror_in_run (sandbox, origin, run, 0, hy_test_document_new ("DocumentReference/3", "{\"d\":3}", "Binary/3", 5, NULL)).rowid;
  hy_test_mirror_in_run (sandbox, origin, run, 0, entry ("Observation/changed", "{\"c\":1}", 3));
  hy_test_mirror_in_run (sandbox, origin, run, 0, entry ("Observation/changed", "{\"c\":2}", 3));
  hy_test_mirror_in_run (sandbox, origin, run, 0, entry ("Observation/known", "{\"known\":1}", 3));
  hy_test_mirror_in_run (sandbox, origin, run, 0, entry ("Observation/mine", "{\"theirs\":1}", 3));
  hy_test_mirror_in_run (sandbox, origin, run, 0, entry ("Observation/gone", NULL, 3));
  hy_test_mirror_in_run (sandbox, origin, run, 0, entry ("Observation/gone", NULL, 3));
  g_assert_true (hy_test_vault_reopen (sandbox, NULL));
  hy_test_int64 (hy_vault_put_file (sandbox->access, run, document, text, NULL, NULL, NULL, HY_FILE_HERE));
  hy_test_int64 (hy_vault_put_file (sandbox->access, run, wrong, text, NULL, NULL, NULL, HY_FILE_DIFFERS));
  hy_test_done (hy_vault_set_file_state (sandbox->access, run, nowhere, HY_FILE_NOWHERE, NULL));

  account = dup_run (sandbox, run);
  g_assert_cmpuint (account->lines->len, ==, 2);
  line = g_ptr_array_index (account->lines, 0);
  g_assert_cmpstr (line->type, ==, "Observation");
  g_assert_cmpuint (line->klass, ==, 3);
  g_assert_cmpuint (line->added, ==, 2);
  g_assert_cmpuint (line->changed, ==, 1);
  g_assert_cmpuint (line->deleted, ==, 1);
  g_assert_cmpuint (line->known, ==, 1);
  g_assert_cmpuint (line->kept, ==, 1);
  g_assert_cmpuint (line->sent, ==, 0);
  g_assert_cmpuint (line->n_refused, ==, 0);
  line = get_line (account, "DocumentReference");
  g_assert_cmpuint (line->added, ==, 3);
  g_assert_cmpuint (line->files, ==, 2);
  g_assert_cmpuint (line->files_wrong, ==, 1);
  g_assert_cmpuint (line->files_nowhere, ==, 1);
}

/* All are counted; what is kept of them, and of what the server says, has a bound. */
static void
keeps_the_first_refusals (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 origin = hy_test_add_server (sandbox);
  gint64 run = hy_test_int64 (hy_vault_begin_run (sandbox->access, origin));
  g_autofree char *long_words = g_malloc0 (4002);
  g_autoptr (HyRun) account = NULL;
  g_autoptr (HyRun) copy = NULL;
  HyRunLine *line;
  HyRunRefusal *refusal;

  /* "é" takes two bytes: an odd first byte puts the bound in the middle of one. */
  long_words[0] = 'x';
  for (guint i = 1; i < 4001; i += 2)
    memcpy (long_words + i, "é", 2);
  for (guint i = 0; i < HY_RUN_MAX_REFUSALS + 10; i++)
    {
      g_autofree char *id = g_strdup_printf ("%u", i);

      hy_test_done (hy_vault_note_refusal (sandbox->access, run, "Observation", 3, id, "not-fhir", i == 0 ? long_words : i == 1 ? "a\xff"
                                                                                                                                : NULL));
    }
  hy_test_done (hy_vault_note_refusal (sandbox->access, run, "Coverage", 5, NULL, "not-allowed", "HTTP 403"));
  hy_test_done (hy_vault_note_refusal (sandbox->access, 0, "Coverage", 5, NULL, "not-allowed", NULL));

  copy = dup_run (sandbox, run);
  account = hy_run_copy (copy);
  line = get_line (account, "Observation");
  g_assert_cmpuint (line->klass, ==, 3);
  g_assert_cmpuint (line->n_refused, ==, HY_RUN_MAX_REFUSALS + 10);
  g_assert_cmpuint (line->refusals->len, ==, HY_RUN_MAX_REFUSALS);
  refusal = g_ptr_array_index (line->refusals, 0);
  g_assert_cmpstr (refusal->id, ==, "0");
  g_assert_cmpstr (refusal->code, ==, "not-fhir");
  g_assert_cmpuint (strlen (refusal->detail), ==, 1999);
  g_assert_true (g_utf8_validate (refusal->detail, -1, NULL));
  refusal = g_ptr_array_index (line->refusals, 1);
  g_assert_true (g_utf8_validate (refusal->detail, -1, NULL));
  refusal = g_ptr_array_index (line->refusals, HY_RUN_MAX_REFUSALS - 1);
  g_assert_cmpstr (refusal->id, ==, "49");
  g_assert_null (refusal->detail);
  line = get_line (account, "Coverage");
  g_assert_cmpuint (line->n_refused, ==, 1);
  g_assert_null (((HyRunRefusal *) g_ptr_array_index (line->refusals, 0))->id);
}

static void
forgets_the_oldest_runs (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 origin = hy_test_add_server (sandbox);
  gint64 first = 0, last = 0;
  g_autoptr (GPtrArray) runs = NULL;
  g_autofree char *left = NULL;
  GError *error = NULL;

  for (guint i = 0; i < HY_JOURNAL_MAX_RUNS + 2; i++)
    {
      last = hy_test_int64 (hy_vault_begin_run (sandbox->access, origin));
      if (i == 0)
        first = last;
      if (i < 3)
        hy_test_done (hy_vault_note_refusal (sandbox->access, last, "Observation", 3, NULL, "not-fhir", NULL));
    }
  runs = hy_test_await_boxed (hy_vault_dup_runs (sandbox->access, 1000), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (runs->len, ==, HY_JOURNAL_MAX_RUNS);
  g_assert_cmpint (((HyRun *) g_ptr_array_index (runs, 0))->run, ==, last);
  hy_test_refused (hy_vault_dup_run (sandbox->access, first), HY_ERROR_MISSING);
  left = hy_test_sql (sandbox, "SELECT count (*) FROM run_line UNION ALL SELECT count (*) FROM refusal");
  g_assert_cmpstr (left, ==, "1\n1");
}

static HyMirrorChange *
titled (const char *place,
        const char *title)
{
  g_autofree char *json = g_strdup_printf ("{\"title\":\"%s\"}", title);
  HyMirrorChange *change = hy_test_change_new (place, json);

  g_free (change->item->row.title);
  change->item->row.title = g_strdup (title);
  return change;
}

static char *
dup_titles (HyTestVault *sandbox,
            gint64 run,
            guint max)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) titles = hy_test_await_boxed (hy_vault_dup_run_titles (sandbox->access, run, "Observation", max), &error);

  g_assert_no_error (error);
  g_ptr_array_add (titles, NULL);
  return g_strjoinv (" ", (char **) titles->pdata);
}

static void
names_what_came_as_new (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 origin = hy_test_add_server (sandbox);
  HyMirrorChange *imported = titled ("Observation/file", "imported");
  gint64 first, cut, last, gone;
  g_autofree char *of_first = NULL;
  g_autofree char *one_of_first = NULL;
  g_autofree char *of_cut = NULL;
  g_autofree char *of_last = NULL;

  hy_test_mirror (sandbox, origin, 0, titled ("Observation/0", "before"));
  first = hy_test_int64 (hy_vault_begin_run (sandbox->access, origin));
  hy_test_mirror_in_run (sandbox, origin, first, 0, titled ("Observation/1", "one"));
  gone = hy_test_mirror_in_run (sandbox, origin, first, 0, titled ("Observation/2", "two")).rowid;
  hy_test_mirror_in_run (sandbox, origin, first, 0, titled ("Practitioner/3", "doctor"));
  hy_test_vault_put (sandbox, g_steal_pointer (&imported->item));
  hy_mirror_change_free (imported);
  hy_test_mirror_in_run (sandbox, origin, first, 0, titled ("Observation/3", "three"));
  hy_test_mirror_in_run (sandbox, origin, first, 0, titled ("Observation/0", "changed"));
  hy_test_done (hy_vault_end_run (sandbox->access, first, HY_RUN_DONE, 0, NULL, NULL));
  cut = hy_test_int64 (hy_vault_begin_run (sandbox->access, origin));
  hy_test_mirror_in_run (sandbox, origin, cut, 0, titled ("Observation/4", "four"));
  last = hy_test_int64 (hy_vault_begin_run (sandbox->access, origin));
  hy_test_mirror_in_run (sandbox, origin, last, 0, titled ("Observation/5", "five"));
  hy_test_remove (sandbox, gone);

  of_first = dup_titles (sandbox, first, 10);
  g_assert_cmpstr (of_first, ==, "one three");
  one_of_first = dup_titles (sandbox, first, 1);
  g_assert_cmpstr (one_of_first, ==, "one");
  of_cut = dup_titles (sandbox, cut, 10);
  g_assert_cmpstr (of_cut, ==, "four");
  of_last = dup_titles (sandbox, last, 10);
  g_assert_cmpstr (of_last, ==, "five");
}

int
main (int argc,
      char *argv[])
{
  dex_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vault/journal/says-how-each-run-ended", says_how_each_run_ended);
  g_test_add_func ("/vault/journal/counts-what-it-did", counts_what_it_did);
  g_test_add_func ("/vault/journal/keeps-the-first-refusals", keeps_the_first_refusals);
  g_test_add_func ("/vault/journal/forgets-the-oldest-runs", forgets_the_oldest_runs);
  g_test_add_func ("/vault/journal/names-what-came-as-new", names_what_came_as_new);
  return g_test_run ();
}
