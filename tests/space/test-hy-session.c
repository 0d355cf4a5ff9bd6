/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signing in and out, spaces of a vault, the recovery key. */

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "fhir/hy-resource-class.h"
#include "space/hy-session.h"
#include "support/hy-test-space.h"
#include "vault/hy-vault-resources.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static gpointer
await_object (DexFuture *future,
              GError **error)
{
  gpointer object = NULL;

  dex_ref (future);
  if (hy_run_to_end (future, error))
    object = g_value_dup_object (dex_future_get_value (future, NULL));
  dex_unref (future);
  return object;
}

static HySecret *
secret (const char *text)
{
  return hy_secret_new_copy (text, strlen (text));
}

static void
lists_spaces_oldest_first (void)
{
  g_autoptr (HyTestSpace) sandbox = hy_test_space_new ();
  g_autoptr (HySpace) jeanne = NULL;
  g_autoptr (GListModel) infos = NULL;
  g_autoptr (HySpaceInfo) first = NULL;
  g_autoptr (HySpaceInfo) second = NULL;
  HyDate birth = { 1935, 2, 1 };
  GError *error = NULL;

  jeanne = await_object (hy_session_add_space (sandbox->session, " Jeanne ", "Roussel", birth, HY_SEX_FEMALE, /* own= */ FALSE), &error);
  g_assert_no_error (error);
  infos = await_object (hy_session_list_spaces (sandbox->session), &error);
  g_assert_cmpuint (g_list_model_get_n_items (infos), ==, 2);
  first = g_list_model_get_item (infos, 0);
  second = g_list_model_get_item (infos, 1);
  g_assert_cmpstr (hy_space_info_get_name (first), ==, "Claire Fontaine");
  g_assert_true (hy_space_info_get_own (first));
  g_assert_cmpstr (hy_space_info_get_name (second), ==, "Jeanne Roussel");
  g_assert_false (hy_space_info_get_own (second));
  g_assert_cmpint (hy_space_info_get_sex (second), ==, HY_SEX_FEMALE);
  g_assert_cmpint (hy_date_compare (hy_space_info_get_birth_date (second), birth), ==, 0);
}

static void
has_one_local_patient (void)
{
  g_autoptr (HyTestSpace) sandbox = hy_test_space_new ();
  g_autofree char *id = g_strdup (hy_space_info_get_id (hy_space_get_info (sandbox->space)));
  g_autoptr (HySpace) again = NULL;
  g_autoptr (HyVaultListing) patients = NULL;
  g_autoptr (HySession) session = NULL;
  g_autofree char *dir = g_strdup (hy_session_get_dir (sandbox->session));
  g_autoptr (HySecret) passphrase = secret ("invented words for a test only");
  GError *error = NULL;

  hy_test_await (hy_session_lock (sandbox->session));
  session = await_object (hy_session_unlock (dir, passphrase), &error);
  g_assert_no_error (error);
  again = await_object (hy_session_open_space (session, id), &error);
  g_assert_no_error (error);
  patients = hy_test_await_boxed (hy_vault_list (hy_space_get_access (again), HY_CLASS_PERSON, HY_SORT_NEWEST, 5));
  g_assert_cmpuint (patients->keys->len, ==, 1);
  g_assert_cmpstr (((HyVaultRow *) g_ptr_array_index (patients->rows, 0))->title, ==, "Claire Fontaine");
  hy_test_await (hy_session_lock (session));
}

static void
refuses_impossible_people (void)
{
  static const struct
  {
    const char *given;
    const char *family;
    HyDate birth;
  } rows[] = {
    { "", "Fontaine", { 1961, 5, 14 } },
    { "Claire", "  ", { 1961, 5, 14 } },
    { "Claire", "Fontaine", { 1961, 5, 0 } },
    { "Claire", "Fontaine", { 2999, 5, 14 } },
  };
  g_autoptr (HyTestSpace) sandbox = hy_test_space_new ();

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (await_object (
          hy_session_add_space (sandbox->session, rows[i].given, rows[i].family, rows[i].birth, HY_SEX_UNKNOWN, TRUE), &error));
      g_assert_error (error, HY_ERROR, HY_ERROR_REFUSED);
    }
}

static void
opens_with_the_sheet_as_typed (void)
{
  g_autofree char *dir = g_dir_make_tmp ("hygie-test-XXXXXX", NULL);
  g_autofree char *vault = g_build_filename (dir, "vault", NULL);
  g_autoptr (HySecret) passphrase = secret ("invented words for a test only");
  g_autoptr (HySession) session = NULL;
  g_autoptr (HySession) again = NULL;
  g_autoptr (HySecret) typed = NULL;
  g_autoptr (GBytes) pdf = NULL;
  g_autofree guint8 *qr = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) gone = NULL;
  g_autoptr (GSubprocess) rm = NULL;
  guint width = 0;
  GError *error = NULL;

  g_assert_cmpint (hy_session_probe (vault, NULL), ==, HY_VAULT_ABSENT);
  session = await_object (hy_session_create (vault, passphrase, HY_KDF_INTERACTIVE), &error);
  g_assert_no_error (error);
  g_assert_cmpint (hy_session_probe (vault, NULL), ==, HY_VAULT_PRESENT);
  text = g_ascii_strdown ((const char *) hy_secret_open (hy_session_get_recovery (session)), -1);
  hy_secret_close (hy_session_get_recovery (session));
  pdf = hy_session_new_recovery_pdf (session, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (pdf, NULL), 5, "%PDF-", 5);
  qr = hy_session_dup_recovery_qr (session, &width);
  g_assert_cmpuint (width, >=, 21);
  hy_session_drop_recovery (session);
  g_assert_null (hy_session_new_recovery_pdf (session, &gone));
  g_assert_error (gone, HY_ERROR, HY_ERROR_MISSING);
  hy_test_await (hy_session_lock (session));

  typed = secret (text);
  again = await_object (hy_session_unlock_recovery (vault, typed), &error);
  g_assert_no_error (error);
  hy_test_await (hy_session_lock (again));
  rm = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, NULL, "rm", "-r", dir, NULL);
  g_subprocess_wait (rm, NULL, NULL);
}

static void
answers_locked_once_locked (void)
{
  g_autoptr (HyTestSpace) sandbox = hy_test_space_new ();
  g_autoptr (GError) list_error = NULL;
  g_autoptr (GError) read_error = NULL;
  HyDate birth = { 1961, 5, 14 };
  g_autoptr (GError) add_error = NULL;
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  hy_test_await (hy_session_lock (sandbox->session));
  g_assert_null (await_object (hy_session_list_spaces (sandbox->session), &list_error));
  g_assert_error (list_error, HY_ERROR, HY_ERROR_LOCKED);
  g_assert_null (await_object (hy_session_add_space (sandbox->session, "A", "B", birth, HY_SEX_OTHER, TRUE), &add_error));
  g_assert_error (add_error, HY_ERROR, HY_ERROR_LOCKED);
  g_assert_false (hy_run_to_end (hy_vault_outbox_count (sandbox->access), &read_error));
  g_assert_error (read_error, HY_ERROR, HY_ERROR_LOCKED);
}

/* A space that is damaged is listed with its problem, and the others open as before. */
static void
lists_a_damaged_space_too (void)
{
  g_autoptr (HyTestSpace) sandbox = hy_test_space_new ();
  g_autofree char *dir = g_strdup (hy_session_get_dir (sandbox->session));
  g_autoptr (HySecret) passphrase = secret ("invented words for a test only");
  g_autoptr (HySpace) jeanne = NULL;
  g_autoptr (HySession) session = NULL;
  g_autoptr (GListModel) infos = NULL;
  g_autoptr (HySpaceInfo) good = NULL;
  g_autoptr (HySpaceInfo) bad = NULL;
  g_autofree char *database = NULL;
  HyDate birth = { 1935, 2, 1 };
  GError *error = NULL;

  jeanne = await_object (hy_session_add_space (sandbox->session, "Jeanne", "Roussel", birth, HY_SEX_FEMALE, FALSE), &error);
  g_assert_no_error (error);
  database = g_build_filename (dir, "spaces", hy_space_info_get_id (hy_space_get_info (jeanne)), "db-1", NULL);
  hy_test_await (hy_session_lock (sandbox->session));
  g_assert_true (g_file_set_contents (database, "not a database", -1, NULL));
  session = await_object (hy_session_unlock (dir, passphrase), &error);
  g_assert_no_error (error);
  infos = await_object (hy_session_list_spaces (session), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (infos), ==, 2);
  good = g_list_model_get_item (infos, 0);
  bad = g_list_model_get_item (infos, 1);
  g_assert_null (hy_space_info_get_problem (good));
  g_assert_nonnull (hy_space_info_get_problem (bad));
  hy_test_await (hy_session_lock (session));
}

static DexFuture *
list_fiber (gpointer session)
{
  dex_await (hy_session_list_spaces (session), NULL);
  return dex_future_new_true ();
}

/* Ctrl+L right after unlocking: what was being listed and opened comes to its end, and the vault opens again. */
static void
survives_a_lock_while_opening (void)
{
  g_autoptr (HyTestSpace) sandbox = hy_test_space_new ();
  g_autofree char *dir = g_strdup (hy_session_get_dir (sandbox->session));
  g_autofree char *id = g_strdup (hy_space_info_get_id (hy_space_get_info (sandbox->space)));
  g_autoptr (HySecret) passphrase = secret ("invented words for a test only");

  hy_test_await (hy_session_lock (sandbox->session));
  for (guint round = 0; round < 6; round++)
    {
      g_autoptr (HySession) session = NULL;
      g_autoptr (HyScope) scope = hy_scope_new ();
      DexFuture *opening;
      GError *error = NULL;

      session = await_object (hy_session_unlock (dir, passphrase), &error);
      g_assert_no_error (error);
      hy_spawn ("list", list_fiber, g_object_ref (session), g_object_unref, scope);
      opening = hy_session_open_space (session, id);
      for (guint i = 0; i < round * 3; i++)
        g_main_context_iteration (NULL, FALSE);
      hy_scope_cancel (scope);
      if (round % 2 == 0)
        dex_clear (&opening);
      hy_test_await (hy_session_lock (session));
      dex_clear (&opening);
    }
}

static void
opens_a_space_once (void)
{
  g_autoptr (HyTestSpace) sandbox = hy_test_space_new ();
  g_autofree char *dir = g_strdup (hy_session_get_dir (sandbox->session));
  g_autofree char *id = g_strdup (hy_space_info_get_id (hy_space_get_info (sandbox->space)));
  g_autoptr (HySecret) passphrase = secret ("invented words for a test only");
  g_autoptr (HySession) session = NULL;
  g_autoptr (HySpace) first = NULL;
  g_autoptr (HySpace) second = NULL;
  DexFuture *one, *two;
  GError *error = NULL;

  hy_test_await (hy_session_lock (sandbox->session));
  session = await_object (hy_session_unlock (dir, passphrase), &error);
  g_assert_no_error (error);
  one = hy_session_open_space (session, id);
  two = hy_session_open_space (session, id);
  first = await_object (one, &error);
  second = await_object (two, &error);
  g_assert_no_error (error);
  g_assert_true (first == second);
  hy_test_await (hy_session_lock (session));
}

/* A home folder may stand behind a link. */
static void
works_behind_a_link (void)
{
  g_autofree char *dir = g_dir_make_tmp ("hygie-test-XXXXXX", NULL);
  g_autofree char *real = g_build_filename (dir, "real", NULL);
  g_autofree char *link = g_build_filename (dir, "link", NULL);
  g_autofree char *vault = g_build_filename (link, "vault", NULL);
  g_autoptr (HySecret) passphrase = secret ("invented words for a test only");
  g_autoptr (HySession) session = NULL;
  g_autoptr (HySpace) space = NULL;
  g_autoptr (GSubprocess) rm = NULL;
  HyDate birth = { 1961, 5, 14 };
  GError *error = NULL;

  g_assert_cmpint (g_mkdir (real, 0700), ==, 0);
  g_assert_cmpint (symlink (real, link), ==, 0);
  session = await_object (hy_session_create (vault, passphrase, HY_KDF_INTERACTIVE), &error);
  g_assert_no_error (error);
  space = await_object (hy_session_add_space (session, "Claire", "Fontaine", birth, HY_SEX_FEMALE, TRUE), &error);
  g_assert_no_error (error);
  hy_test_await (hy_session_lock (session));
  rm = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, NULL, "rm", "-r", dir, NULL);
  g_subprocess_wait (rm, NULL, NULL);
}

/* What shows documents ends with the keys, and starts no process before there is something to show. */
static void
closes_its_renderer (void)
{
  g_autoptr (HyTestSpace) sandbox = hy_test_space_new ();
  g_autoptr (HyRenderer) renderer = g_object_ref (hy_space_get_renderer (sandbox->space));
  g_autoptr (GBytes) bytes = g_bytes_new_static ("%PDF", 4);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (waitpid (-1, NULL, WNOHANG), ==, -1);
  hy_test_await (hy_session_lock (sandbox->session));
  g_assert_false (hy_run_to_end (hy_renderer_open (renderer, bytes, NULL), &error));
  g_assert_error (error, HY_RENDER_ERROR, HY_RENDER_ERROR_STOPPED);
}

static void
keeps_when_the_sheet_was_proved (void)
{
  g_autofree char *dir = g_dir_make_tmp ("hygie-test-XXXXXX", NULL);
  g_autofree char *vault = g_build_filename (dir, "vault", NULL);
  g_autofree char *id = NULL;
  g_autoptr (HySecret) passphrase = secret ("invented words for a test only");
  g_autoptr (HySecret) key = NULL;
  g_autoptr (HySecret) other = secret ("not a recovery key");
  g_autoptr (HySecret) fresh = secret ("other invented words for a test");
  g_autoptr (HySession) made = NULL;
  g_autoptr (HySession) session = NULL;
  g_autoptr (HySession) again = NULL;
  g_autoptr (HySpace) first = NULL;
  g_autoptr (HySpace) space = NULL;
  g_autoptr (GError) error = NULL;
  gint64 proved;

  made = await_object (hy_session_create (vault, passphrase, HY_KDF_INTERACTIVE), &error);
  g_assert_no_error (error);
  key = hy_secret_ref (hy_session_get_recovery (made));
  first = await_object (hy_session_add_space (made, "Claire", "Fontaine", (HyDate) { 1961, 5, 14 }, HY_SEX_FEMALE, TRUE), &error);
  g_assert_no_error (error);
  id = g_strdup (hy_space_info_get_id (hy_space_get_info (first)));
  g_assert_cmpint (hy_session_get_proved_s (made), ==, 0);
  g_assert_false (hy_run_to_end (hy_session_prove_recovery (made, other), &error));
  g_assert_error (error, HY_ERROR, HY_ERROR_WRONG_SECRET);
  g_assert_cmpint (hy_session_get_proved_s (made), ==, 0);
  hy_test_await (hy_session_prove_recovery (made, key));
  proved = hy_session_get_proved_s (made);
  g_assert_cmpint (proved, >=, hy_session_get_recovery_s (made));
  hy_test_await (hy_session_lock (made));

  /* Let in by the sheet, one chooses a passphrase without the former one. */
  g_clear_error (&error);
  session = await_object (hy_session_unlock_recovery (vault, key), &error);
  g_assert_no_error (error);
  g_assert_true (hy_session_is_recovered (session));
  space = await_object (hy_session_open_space (session, id), &error);
  g_assert_no_error (error);
  g_assert_cmpint (hy_session_get_proved_s (session), ==, proved);
  hy_test_await (hy_session_change_passphrase (session, NULL, fresh));
  g_assert_false (hy_session_is_recovered (session));
  hy_test_await (hy_session_lock (session));
  again = await_object (hy_session_unlock (vault, fresh), &error);
  g_assert_no_error (error);
  hy_test_await (hy_session_lock (again));
}

int
main (int argc,
      char *argv[])
{
  dex_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/space/session/lists-spaces-oldest-first", lists_spaces_oldest_first);
  g_test_add_func ("/space/session/has-one-local-patient", has_one_local_patient);
  g_test_add_func ("/space/session/refuses-impossible-people", refuses_impossible_people);
  g_test_add_func ("/space/session/opens-with-the-sheet-as-typed", opens_with_the_sheet_as_typed);
  g_test_add_func ("/space/session/keeps-when-the-sheet-was-proved", keeps_when_the_sheet_was_proved);
  g_test_add_func ("/space/session/answers-locked-once-locked", answers_locked_once_locked);
  g_test_add_func ("/space/session/lists-a-damaged-space-too", lists_a_damaged_space_too);
  g_test_add_func ("/space/session/survives-a-lock-while-opening", survives_a_lock_while_opening);
  g_test_add_func ("/space/session/opens-a-space-once", opens_a_space_once);
  g_test_add_func ("/space/session/closes-its-renderer", closes_its_renderer);
  g_test_add_func ("/space/session/works-behind-a-link", works_behind_a_link);
  return g_test_run ();
}
