/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A space that follows a server: its states, its token, its files, and a lock in the middle.  Against a small server of our own. */

#include "support/hy-mock-server.h"
#include "support/hy-test-space.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "fhir/hy-resource-row.h"
#include "space/hy-space-sync.h"
#include "space/hy-sync-words.h"
#include "vault/hy-vault-resources.h"

#include <string.h>

#define PART (4 * 1024 * 1024)
/* Larger than two parts. */
#define BIG (9 * 1024 * 1024)

typedef struct
{
  HyMockServer *server;
  HyTestSpace *test;
  HySpaceSync *sync;
  GBytes *big;
  gint64 cut_at;    /* of the file's next answer; -1 = whole */
  gboolean ranges;
  gboolean strong;  /* it has an ETag */
  char *etag;
} Fixture;

static void
on_file (const HyMockRequest *request,
         HyMockReply *reply,
         gpointer user_data)
{
  Fixture *fixture = user_data;
  const char *range = g_hash_table_lookup (request->headers, "range");
  const char *if_range = g_hash_table_lookup (request->headers, "if-range");
  gint64 from = 0;

  g_string_append_printf (reply->headers, "Content-Type: application/octet-stream\r\n");
  if (fixture->strong)
    g_string_append_printf (reply->headers, "ETag: \"%s\"\r\n", fixture->etag);
  if (fixture->ranges && range != NULL && (if_range == NULL || strstr (if_range, fixture->etag) != NULL))
    {
      from = g_ascii_strtoll (range + strlen ("bytes="), NULL, 10);
      reply->status = 206;
      g_string_append_printf (reply->headers, "Content-Range: bytes %" G_GINT64_FORMAT "-%d/%d\r\n", from, BIG - 1, BIG);
    }
  reply->body = g_bytes_new_from_bytes (fixture->big, (gsize) from, BIG - (gsize) from);
  reply->cut_at = fixture->cut_at;
  fixture->cut_at = -1;
}

static void
fixture_set_up (Fixture *fixture,
                gconstpointer unused G_GNUC_UNUSED)
{
  guint8 *bytes = g_malloc (BIG);

  for (guint i = 0; i < BIG; i++)
    bytes[i] = (guint8) (i * 2654435761u >> 24);
  fixture->big = g_bytes_new_take (bytes, BIG);
  fixture->cut_at = -1;
  fixture->ranges = fixture->strong = TRUE;
  fixture->etag = g_strdup ("one");
  fixture->server = hy_mock_server_new ();
  fixture->test = hy_test_space_new ();
  fixture->sync = hy_space_get_sync (fixture->test->space);
}

static void
fixture_tear_down (Fixture *fixture,
                   gconstpointer unused G_GNUC_UNUSED)
{
  hy_test_space_free (fixture->test);
  hy_mock_server_free (fixture->server);
  g_bytes_unref (fixture->big);
  g_free (fixture->etag);
}

/* One Patient, and what @entries say of them. */
static void
serve (Fixture *fixture,
       const char *person,
       const char *entries)
{
  g_autofree char *patient = g_strdup_printf ("{\"resourceType\":\"Patient\",\"id\":\"p1\",%s}", person);
  g_autofree char *patients = g_strdup_printf ("{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"entry\":[{\"resource\":%s}]}", patient);
  g_autofree char *all = g_strdup_printf ("{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"entry\":[{\"resource\":%s}%s%s]}", patient,
                                          *entries != 0 ? "," : "", entries);

  hy_mock_server_add_reply (fixture->server, "/fhir/metadata", 200,
                            "{\"resourceType\":\"CapabilityStatement\",\"rest\":[{\"interaction\":[{\"code\":\"history-system\"}],\"resource\":["
                            "{\"type\":\"Patient\",\"operation\":[{\"name\":\"everything\"}]}]}]}");
  hy_mock_server_add_reply (fixture->server, "/fhir/Patient?", 200, patients);
  hy_mock_server_add_reply (fixture->server, "/fhir/Patient/p1", 200, patient);
  hy_mock_server_add_reply (fixture->server, "/fhir/Patient/p1/$everything", 200, all);
  hy_mock_server_add_reply (fixture->server, "/fhir/_history", 200, "{\"resourceType\":\"Bundle\",\"type\":\"history\",\"entry\":[]}");
}

static GError *
fail (DexFuture *future)
{
  GError *error = NULL;

  g_assert_false (hy_run_to_end (future, &error));
  return error;
}

static void
follow (Fixture *fixture,
        gboolean other_person)
{
  g_autoptr (HySpaceSyncOffer) offer = hy_test_await_boxed (hy_space_sync_ask (fixture->sync, hy_mock_server_get_base (fixture->server), NULL, NULL));

  g_assert_cmpuint (offer->patients->len, ==, 1);
  hy_test_await (hy_space_sync_connect (fixture->sync, offer, "Clinic", "p1", other_person, NULL, FALSE));
}

static HyRunState
run (Fixture *fixture)
{
  g_autoptr (HyRun) run = hy_test_await_boxed (hy_space_sync_run (fixture->sync));

  return run->state;
}

static HySpaceSyncState
state (Fixture *fixture)
{
  return hy_space_sync_get_status (fixture->sync)->state;
}

#define NOBODY_ELSE "\"gender\":\"unknown\""
#define OBSERVATION "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"o1\",\"subject\":{\"reference\":\"Patient/p1\"},\"code\":{\"text\":\"Weight\"}}}"

static void
goes_from_alone_to_up_to_date (Fixture *fixture,
                               gconstpointer unused G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;

  serve (fixture, NOBODY_ELSE, OBSERVATION);
  hy_test_await (hy_space_sync_load (fixture->sync));
  g_assert_cmpint (state (fixture), ==, HY_SPACE_SYNC_ALONE);
  error = fail (hy_space_sync_run (fixture->sync));
  g_assert_error (error, HY_ERROR, HY_ERROR_MISSING);

  follow (fixture, FALSE);
  g_assert_cmpint (state (fixture), ==, HY_SPACE_SYNC_NEVER);
  g_assert_cmpstr (hy_space_sync_get_status (fixture->sync)->server, ==, "Clinic");
  g_assert_cmpint (run (fixture), ==, HY_RUN_DONE);
  g_assert_cmpint (state (fixture), ==, HY_SPACE_SYNC_DONE);
  line = hy_sync_words_dup_status (hy_space_sync_get_status (fixture->sync));
  g_assert_cmpstr (line, ==, "Up to date, just now");

  hy_test_await (hy_space_sync_set_name (fixture->sync, ""));
  g_assert_cmpstr (hy_space_sync_get_status (fixture->sync)->server, ==, "127.0.0.1");
  hy_test_await (hy_space_sync_disconnect (fixture->sync));
  g_assert_cmpint (state (fixture), ==, HY_SPACE_SYNC_ALONE);
}

static void
says_what_stopped_it (Fixture *fixture,
                      gconstpointer unused G_GNUC_UNUSED)
{
  serve (fixture, NOBODY_ELSE, OBSERVATION);
  follow (fixture, FALSE);
  hy_mock_server_add_reply (fixture->server, "/fhir/Patient/p1", 401, "{}");
  g_assert_cmpint (run (fixture), ==, HY_RUN_SIGN_IN);
  g_assert_cmpint (state (fixture), ==, HY_SPACE_SYNC_SIGN_IN);
  hy_mock_server_add_reply (fixture->server, "/fhir/Patient/p1", 403, "{}");
  g_assert_cmpint (run (fixture), ==, HY_RUN_FAILED);
  g_assert_cmpint (state (fixture), ==, HY_SPACE_SYNC_FAILED);
  serve (fixture, NOBODY_ELSE, OBSERVATION);
  g_assert_cmpint (run (fixture), ==, HY_RUN_DONE);
  g_assert_cmpint (state (fixture), ==, HY_SPACE_SYNC_DONE);
}

/* A history tells what changed, not what was refused before. */
static void
brings_what_was_refused_once_it_is_given (Fixture *fixture,
                                          gconstpointer unused G_GNUC_UNUSED)
{
  g_autoptr (HyVaultListing) measures = NULL;

  serve (fixture, NOBODY_ELSE, "");
  hy_mock_server_add_reply (fixture->server, "/fhir/metadata", 200,
                            "{\"resourceType\":\"CapabilityStatement\",\"rest\":[{\"interaction\":[{\"code\":\"history-system\"}],\"resource\":["
                            "{\"type\":\"Observation\",\"searchParam\":[{\"name\":\"subject\"}]}]}]}");
  hy_mock_server_add_reply (fixture->server, "/fhir/Observation?", 403, "{}");
  follow (fixture, FALSE);
  g_assert_cmpint (run (fixture), ==, HY_RUN_DONE);
  g_assert_cmpint (run (fixture), ==, HY_RUN_DONE);
  hy_mock_server_add_reply (fixture->server, "/fhir/Observation?", 200,
                            "{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"entry\":[" OBSERVATION "]}");
  g_assert_cmpint (run (fixture), ==, HY_RUN_DONE);
  measures = hy_test_await_boxed (hy_vault_list (fixture->test->access, HY_CLASS_MEASURE, HY_SORT_NEWEST, 0));
  g_assert_cmpuint (measures->keys->len, ==, 1);
}

static void
tells_a_person_why_an_address_is_not_taken (Fixture *fixture,
                                            gconstpointer unused G_GNUC_UNUSED)
{
  static const char *const addresses[] = { "", "http://fhir.example.org/r4", "ftp://127.0.0.1/", "https://name:word@127.0.0.1/", "fhir.example.org" };

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autoptr (GError) error = fail (hy_space_sync_ask (fixture->sync, addresses[i], NULL, NULL));

      /* The last one needs a token. */
      g_assert_error (error, HY_ERROR, HY_ERROR_REFUSED);
      g_assert_cmpuint (strlen (error->message), >, 20);
    }
  for (guint status = 401; status <= 404; status += 3)
    {
      g_autoptr (GError) error = NULL;

      hy_mock_server_add_reply (fixture->server, "/fhir/Patient?", status, "{}");
      error = fail (hy_space_sync_ask (fixture->sync, hy_mock_server_get_base (fixture->server), NULL, NULL));
      g_assert_error (error, HY_ERROR, HY_ERROR_REFUSED);
    }
}

static void
marks_what_is_about_somebody_else (Fixture *fixture,
                                   gconstpointer unused G_GNUC_UNUSED)
{
  g_autoptr (HySpaceSyncOffer) offer = NULL;
  g_autoptr (HyVaultListing) measures = NULL;

  serve (fixture, "\"name\":[{\"family\":\"Other\"}],\"birthDate\":\"1901-02-03\"", OBSERVATION);
  offer = hy_test_await_boxed (hy_space_sync_ask (fixture->sync, hy_mock_server_get_base (fixture->server), NULL, NULL));
  g_assert_cmpint (((HySpaceSyncPatient *) g_ptr_array_index (offer->patients, 0))->match, ==, HY_PERSON_OTHER);
  follow (fixture, TRUE);
  g_assert_true (hy_space_sync_get_status (fixture->sync)->other_person);
  g_assert_cmpint (run (fixture), ==, HY_RUN_DONE);
  measures = hy_test_await_boxed (hy_vault_list (fixture->test->access, HY_CLASS_MEASURE, HY_SORT_NEWEST, 0));
  g_assert_cmpuint (measures->keys->len, ==, 1);
  g_assert_true (g_array_index (measures->keys, HyVaultKey, 0).flags & HY_ROW_OTHER_PERSON);
}

static void
keeps_a_token_only_when_asked (Fixture *fixture,
                               gconstpointer unused G_GNUC_UNUSED)
{
  g_autoptr (HySecret) token = hy_secret_new_copy ("s3cret-token", 12);
  g_autoptr (GPtrArray) servers = NULL;

  serve (fixture, NOBODY_ELSE, "");
  follow (fixture, FALSE);
  g_assert_false (hy_space_sync_get_status (fixture->sync)->has_token);
  hy_test_await (hy_space_sync_set_token (fixture->sync, token, /* keep_token= */ FALSE));
  g_assert_true (hy_space_sync_get_status (fixture->sync)->has_token);
  servers = hy_test_await_boxed (hy_vault_dup_servers (fixture->test->access));
  g_assert_false (((HyMirrorServer *) g_ptr_array_index (servers, 0))->has_token);
  g_clear_pointer (&servers, g_ptr_array_unref);
  hy_test_await (hy_space_sync_set_token (fixture->sync, token, /* keep_token= */ TRUE));
  servers = hy_test_await_boxed (hy_vault_dup_servers (fixture->test->access));
  g_assert_true (((HyMirrorServer *) g_ptr_array_index (servers, 0))->has_token);
}

static void
on_slow (const HyMockRequest *request G_GNUC_UNUSED,
         HyMockReply *reply,
         gpointer unused G_GNUC_UNUSED)
{
  reply->wait_ms = 20 * 1000;
}

static gboolean
is_asked (gpointer fixture)
{
  return hy_mock_server_count (((Fixture *) fixture)->server, "/fhir/Patient/p1/$everything") > 0;
}

static void
a_lock_ends_what_is_under_way (Fixture *fixture,
                               gconstpointer unused G_GNUC_UNUSED)
{
  g_autoptr (DexFuture) running = NULL;
  g_autoptr (HyRun) ended = NULL;

  serve (fixture, NOBODY_ELSE, OBSERVATION);
  follow (fixture, FALSE);
  hy_mock_server_add (fixture->server, "/fhir/Patient/p1/$everything", on_slow, NULL);
  running = hy_space_sync_run (fixture->sync);
  hy_test_iterate_until (is_asked, fixture);
  g_assert_cmpint (state (fixture), ==, HY_SPACE_SYNC_RUNNING);
  hy_test_await (hy_session_lock (fixture->test->session));
  /* It did not wait for the answer: then the sync would have gone through. */
  ended = hy_test_await_boxed (g_steal_pointer (&running));
  g_assert_cmpint (ended->state, ==, HY_RUN_STOPPED);
}

/* -- files -- */

static char *
dup_document (Fixture *fixture,
              const char *url,
              gint64 size,
              const char *hash)
{
  return g_strdup_printf ("{\"resource\":{\"resourceType\":\"DocumentReference\",\"id\":\"d1\",\"status\":\"current\",\"subject\":{\"reference\":\"Patient/p1\"},"
                          "\"content\":[{\"attachment\":{\"url\":\"%s\",\"contentType\":\"application/octet-stream\",\"size\":%" G_GINT64_FORMAT
                          ",\"hash\":\"%s\"}}]}}",
                          url, size, hash);
}

static char *
dup_hash (GBytes *bytes,
          gboolean hex)
{
  GChecksum *checksum = g_checksum_new (G_CHECKSUM_SHA1);
  guint8 digest[20];
  gsize size = sizeof digest;
  char *text;

  g_checksum_update (checksum, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));
  if (hex)
    text = g_strdup (g_checksum_get_string (checksum));
  else
    {
      g_checksum_get_digest (checksum, digest, &size);
      text = g_base64_encode (digest, size);
    }
  g_checksum_free (checksum);
  return text;
}

static gint64
find_document (Fixture *fixture)
{
  g_autoptr (HyVaultListing) documents = hy_test_await_boxed (hy_vault_list (fixture->test->access, HY_CLASS_DOCUMENT, HY_SORT_NEWEST, 0));

  g_assert_cmpuint (documents->keys->len, ==, 1);
  return g_array_index (documents->keys, HyVaultKey, 0).rowid;
}

static void
assert_file (Fixture *fixture,
             HyFileState expected)
{
  gint64 rowid = find_document (fixture);
  g_autoptr (HyMirrorFile) file = hy_test_await_boxed (hy_space_sync_dup_file (fixture->sync, rowid));

  g_assert_cmpint (file->state, ==, expected);
  if (expected == HY_FILE_HERE || expected == HY_FILE_DIFFERS)
    {
      g_autoptr (GBytes) bytes = hy_test_await_boxed (hy_space_dup_document (fixture->test->space, rowid));

      g_assert_true (g_bytes_equal (bytes, fixture->big));
    }
}

static void
serve_big (Fixture *fixture,
           const char *hash)
{
  g_autofree char *good = dup_hash (fixture->big, /* hex= */ FALSE);
  g_autofree char *document = dup_document (fixture, "Binary/b1", BIG, hash != NULL ? hash : good);

  serve (fixture, NOBODY_ELSE, document);
  hy_mock_server_add (fixture->server, "/fhir/Binary/b1", on_file, fixture);
}

static void
goes_on_with_a_file_that_was_cut (Fixture *fixture,
                                  gconstpointer unused G_GNUC_UNUSED)
{
  g_autofree char *log = NULL;

  serve_big (fixture, NULL);
  follow (fixture, FALSE);
  fixture->cut_at = PART + 1000;
  g_assert_cmpint (run (fixture), ==, HY_RUN_DONE);
  assert_file (fixture, HY_FILE_HERE);
  g_assert_cmpuint (hy_mock_server_count (fixture->server, "/fhir/Binary/b1"), ==, 2);
}

static void
begins_again_without_ranges (Fixture *fixture,
                             gconstpointer unused G_GNUC_UNUSED)
{
  fixture->ranges = fixture->strong = FALSE;
  serve_big (fixture, NULL);
  follow (fixture, FALSE);
  fixture->cut_at = 2 * PART + 5;
  g_assert_cmpint (run (fixture), ==, HY_RUN_DONE);
  assert_file (fixture, HY_FILE_HERE);
}

static void
on_changed_file (const HyMockRequest *request,
                 HyMockReply *reply,
                 gpointer user_data)
{
  Fixture *fixture = user_data;

  if (request->number == 2)
    {
      g_free (fixture->etag);
      fixture->etag = g_strdup ("two");
    }
  on_file (request, reply, user_data);
}

static void
begins_again_with_another_file (Fixture *fixture,
                                gconstpointer unused G_GNUC_UNUSED)
{
  serve_big (fixture, NULL);
  hy_mock_server_add (fixture->server, "/fhir/Binary/b1", on_changed_file, fixture);
  follow (fixture, FALSE);
  fixture->cut_at = PART + 1;
  g_assert_cmpint (run (fixture), ==, HY_RUN_DONE);
  assert_file (fixture, HY_FILE_HERE);
}

static void
keeps_and_marks_a_file_that_differs (Fixture *fixture,
                                     gconstpointer unused G_GNUC_UNUSED)
{
  g_autoptr (HyRun) ended = NULL;
  HyRunLine sum;

  serve_big (fixture, "2jmj7l5rSw0yVb/vlWAYkK/YBwk=");
  follow (fixture, FALSE);
  ended = hy_test_await_boxed (hy_space_sync_run (fixture->sync));
  hy_sync_words_sum (ended, &sum);
  g_assert_cmpuint (sum.files, ==, 1);
  g_assert_cmpuint (sum.files_wrong, ==, 1);
  assert_file (fixture, HY_FILE_DIFFERS);
}

static void
takes_a_hash_in_digits (Fixture *fixture,
                        gconstpointer unused G_GNUC_UNUSED)
{
  g_autofree char *hex = dup_hash (fixture->big, /* hex= */ TRUE);

  serve_big (fixture, hex);
  follow (fixture, FALSE);
  g_assert_cmpint (run (fixture), ==, HY_RUN_DONE);
  assert_file (fixture, HY_FILE_HERE);
}

static void
on_html (const HyMockRequest *request G_GNUC_UNUSED,
         HyMockReply *reply,
         gpointer unused G_GNUC_UNUSED)
{
  g_string_append (reply->headers, "Content-Type: text/html\r\n");
  reply->body = g_bytes_new_static ("<html>Sign in</html>", 20);
}

static void
says_what_is_wrong_with_a_file (Fixture *fixture,
                                gconstpointer unused G_GNUC_UNUSED)
{
  g_autofree char *document = dup_document (fixture, "Binary/b1", 3, "");
  g_autoptr (GError) error = NULL;
  g_autofree char *elsewhere = dup_document (fixture, "http://127.0.0.2:9/fhir/Binary/b1", 3, "");

  /* The page of a hotel in its place: it waits. */
  serve (fixture, NOBODY_ELSE, document);
  hy_mock_server_add (fixture->server, "/fhir/Binary/b1", on_html, NULL);
  follow (fixture, FALSE);
  g_assert_cmpint (run (fixture), ==, HY_RUN_DONE);
  assert_file (fixture, HY_FILE_WAITING);

  hy_mock_server_add_reply (fixture->server, "/fhir/Binary/b1", 404, "{}");
  g_assert_cmpint (run (fixture), ==, HY_RUN_DONE);
  assert_file (fixture, HY_FILE_NOWHERE);

  hy_mock_server_add_reply (fixture->server, "/fhir/Binary/b1", 403, "{}");
  error = fail (hy_space_sync_fetch_file (fixture->sync, find_document (fixture), NULL));
  g_assert_error (error, HY_ERROR, HY_ERROR_REFUSED);
  assert_file (fixture, HY_FILE_REFUSED);
}

static void
fetches_one_that_the_person_asks_for (Fixture *fixture,
                                      gconstpointer unused G_GNUC_UNUSED)
{
  gint64 rowid;

  serve_big (fixture, NULL);
  hy_mock_server_add_reply (fixture->server, "/fhir/Binary/b1", 404, "{}");
  follow (fixture, FALSE);
  g_assert_cmpint (run (fixture), ==, HY_RUN_DONE);
  assert_file (fixture, HY_FILE_NOWHERE);
  hy_mock_server_add (fixture->server, "/fhir/Binary/b1", on_file, fixture);
  rowid = find_document (fixture);
  hy_test_await (hy_space_sync_fetch_file (fixture->sync, rowid, NULL));
  assert_file (fixture, HY_FILE_HERE);
}

static void
on_binary (const HyMockRequest *request G_GNUC_UNUSED,
           HyMockReply *reply,
           gpointer user_data)
{
  Fixture *fixture = user_data;
  g_autofree char *data = g_base64_encode (g_bytes_get_data (fixture->big, NULL), BIG);
  g_autofree char *text = g_strdup_printf ("{\"resourceType\":\"Binary\",\"id\":\"b1\",\"contentType\":\"application/octet-stream\",\"data\":\"%s\"}", data);

  reply->body = g_bytes_new (text, strlen (text));
}

static void
unwraps_a_file_that_comes_as_a_resource (Fixture *fixture,
                                         gconstpointer unused G_GNUC_UNUSED)
{
  serve_big (fixture, NULL);
  hy_mock_server_add (fixture->server, "/fhir/Binary/b1", on_binary, fixture);
  follow (fixture, FALSE);
  g_assert_cmpint (run (fixture), ==, HY_RUN_DONE);
  assert_file (fixture, HY_FILE_HERE);
}

#define ADD(name, func) g_test_add ("/space/sync/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("goes-from-alone-to-up-to-date", goes_from_alone_to_up_to_date);
  ADD ("says-what-stopped-it", says_what_stopped_it);
  ADD ("brings-what-was-refused-once-it-is-given", brings_what_was_refused_once_it_is_given);
  ADD ("tells-a-person-why-an-address-is-not-taken", tells_a_person_why_an_address_is_not_taken);
  ADD ("marks-what-is-about-somebody-else", marks_what_is_about_somebody_else);
  ADD ("keeps-a-token-only-when-asked", keeps_a_token_only_when_asked);
  ADD ("a-lock-ends-what-is-under-way", a_lock_ends_what_is_under_way);
  ADD ("goes-on-with-a-file-that-was-cut", goes_on_with_a_file_that_was_cut);
  ADD ("begins-again-without-ranges", begins_again_without_ranges);
  ADD ("begins-again-with-another-file", begins_again_with_another_file);
  ADD ("keeps-and-marks-a-file-that-differs", keeps_and_marks_a_file_that_differs);
  ADD ("takes-a-hash-in-digits", takes_a_hash_in_digits);
  ADD ("says-what-is-wrong-with-a-file", says_what_is_wrong_with_a_file);
  ADD ("fetches-one-that-the-person-asks-for", fetches_one_that_the_person_asks_for);
  ADD ("unwraps-a-file-that-comes-as-a-resource", unwraps_a_file_that_comes_as_a_resource);
  return g_test_run ();
}
