/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of documents from servers that cut, change, refuse and mislead. */

#include "sync/hy-fhir-client-private.h"
#include "sync/hy-sync-private.h"

#include "base/hy-error.h"

#include "hy-mock-server.h"
#include "hy-test-mirror.h"

#include <string.h>

#define BIG_BYTES (9 * 1024 * 1024)
#define MAX_CUTS 4

/* What the server has at one address. */
typedef struct
{
  GBytes *body;
  const char *etag;          /* nullable */
  const char *content_type;  /* nullable: text/plain */
  gboolean ranges;
  guint status;              /* 0 = 200 */
  gint64 cuts[MAX_CUTS];     /* of the first answers: bytes after which each is cut; 0 = not at all */
  guint n_partial;           /* answers with 206 so far */
  gint64 last_start;         /* of the last range that was asked for; 0 = none */
} Served;

typedef struct
{
  HyTestVault *sandbox;
  HyMockServer *server;
  HyFhirClient *client;
  HyMirrorServer known;
  GCancellable *cancellable;
  gint64 run;
  guint total;   /* files, as the progress says */
} Bench;

static void
serve (const HyMockRequest *request,
       HyMockReply *reply,
       gpointer data)
{
  Served *served = data;
  const char *range = g_hash_table_lookup (request->headers, "range");
  const char *if_range = g_hash_table_lookup (request->headers, "if-range");
  gsize size = g_bytes_get_size (served->body);
  gint64 start = range != NULL ? g_ascii_strtoll (range + strlen ("bytes="), NULL, 10) : 0;

  served->last_start = start;
  reply->status = served->status != 0 ? served->status : 200;
  g_string_append_printf (reply->headers, "Content-Type: %s\r\n", served->content_type != NULL ? served->content_type : "text/plain");
  if (served->etag != NULL)
    g_string_append_printf (reply->headers, "ETag: %s\r\n", served->etag);
  if (request->number <= MAX_CUTS && served->cuts[request->number - 1] > 0)
    reply->cut_at = served->cuts[request->number - 1];
  if (!served->ranges || range == NULL || (if_range != NULL && g_strcmp0 (if_range, served->etag) != 0))
    {
      reply->body = g_bytes_ref (served->body);
      return;
    }
  if (start >= (gint64) size)
    {
      reply->status = 416;
      return;
    }
  served->n_partial++;
  reply->status = 206;
  g_string_append_printf (reply->headers, "Content-Range: bytes %" G_GINT64_FORMAT "-%" G_GSIZE_FORMAT "/%" G_GSIZE_FORMAT "\r\n", start, size - 1, size);
  reply->body = g_bytes_new_from_bytes (served->body, (gsize) start, size - (gsize) start);
}

/* Ignores ranges, and is cut after one part and after two by turns. */
static void
serve_round (const HyMockRequest *request,
             HyMockReply *reply,
             gpointer data)
{
  Served *served = data;

  serve (request, reply, served);
  reply->cut_at = (1 + request->number % 2) * HY_FILE_PART + 1;
}

static void
bench_set_up (Bench *bench,
              gconstpointer unused G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  bench->sandbox = hy_test_vault_new ();
  bench->server = hy_mock_server_new ();
  bench->client = hy_fhir_client_new (hy_mock_server_get_base (bench->server), NULL, /* is_local= */ TRUE, &error);
  g_assert_no_error (error);
  hy_fhir_client_get_limits (bench->client)->backoff_ms = 2;
  bench->known.base = (char *) hy_mock_server_get_base (bench->server);
  bench->known.patient = (char *) "p1";
  bench->known.origin = hy_test_add_server (bench->sandbox);
  bench->cancellable = g_cancellable_new ();
  bench->run = hy_test_int64 (hy_vault_begin_run (bench->sandbox->access, bench->known.origin));
}

static void
bench_tear_down (Bench *bench,
                 gconstpointer unused G_GNUC_UNUSED)
{
  hy_test_verified (bench->sandbox);
  g_object_unref (bench->client);
  hy_mock_server_free (bench->server);
  g_object_unref (bench->cancellable);
  hy_test_vault_free (bench->sandbox);
}

static void
on_progress (const HySyncProgress *progress,
             gpointer user_data)
{
  Bench *bench = user_data;

  bench->total = progress->total;
}

static char *
read_text (GBytes *document,
           GCancellable *cancellable G_GNUC_UNUSED,
           gpointer unused G_GNUC_UNUSED)
{
  gsize size;
  const char *text = g_bytes_get_data (document, &size);

  return size < 1000 ? g_strndup (text, size) : NULL;
}

static HySyncJob
job_for (Bench *bench)
{
  return (HySyncJob) { .access = bench->sandbox->access,
                       .client = bench->client,
                       .server = &bench->known,
                       .read_text = read_text,
                       .on_progress = on_progress,
                       .progress_data = bench,
                       .cancellable = bench->cancellable };
}

static DexFuture *
fetch_fiber (gpointer data)
{
  GError *error = NULL;

  return hy_sync_fetch_files (data, &error) ? dex_future_new_true () : dex_future_new_for_error (error);
}

/* Those that wait, as a run does it.  @error: (nullable): none is expected then */
static void
fetch_files (Bench *bench,
             GError **error)
{
  HySyncJob job = job_for (bench);
  HySync *sync = hy_sync_new (&job);
  GValue *value;

  sync->run = bench->run;
  if (error == NULL)
    hy_test_done (hy_fiber (fetch_fiber, sync, hy_sync_unref));
  else
    {
      value = hy_test_await (hy_fiber (fetch_fiber, sync, hy_sync_unref), error);
      g_assert_null (value);
    }
}

static DexFuture *
fetch_one (Bench *bench,
           gint64 rowid)
{
  HySyncJob job = job_for (bench);

  return hy_sync_fetch_file (&job, rowid);
}

/* A document that names Binary/@name as its file. */
static gint64
add_document (Bench *bench,
              const char *name,
              gint day,
              gint64 size,
              const char *sha1)
{
  g_autofree char *place = g_strconcat ("DocumentReference/", name, NULL);
  g_autofree char *url = strchr (name, ':') != NULL ? g_strdup (name) : g_strconcat ("Binary/", name, NULL);
  g_autofree char *json = g_strdup_printf ("{\"n\":\"%s\"}", name);
  HyMirrorChange *change = hy_test_document_new (place, json, url, size, sha1);

  change->item->row.day = day;
  return hy_test_mirror_in_run (bench->sandbox, bench->known.origin, bench->run, 0, change).rowid;
}

static void
add_served (Bench *bench,
            const char *name,
            Served *served)
{
  g_autofree char *path = g_strconcat ("/fhir/Binary/", name, NULL);

  hy_mock_server_add (bench->server, path, serve, served);
}

static guint
count_asked (Bench *bench,
             const char *name)
{
  g_autofree char *path = g_strconcat ("/fhir/Binary/", name, NULL);

  return hy_mock_server_count (bench->server, path);
}

static GBytes *
bytes (const char *text)
{
  return g_bytes_new_static (text, strlen (text));
}

/* No two parts of it are the same. */
static GBytes *
big_bytes (guint32 seed)
{
  guint32 *words = g_malloc (BIG_BYTES);

  for (gsize i = 0; i < BIG_BYTES / sizeof *words; i++)
    words[i] = seed = seed * 1664525 + 1013904223;
  return g_bytes_new_take (words, BIG_BYTES);
}

static char *
dup_sha1 (GBytes *of)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
  guint8 raw[20];
  gsize size = sizeof raw;

  g_checksum_update (checksum, g_bytes_get_data (of, NULL), (gssize) g_bytes_get_size (of));
  g_checksum_get_digest (checksum, raw, &size);
  return g_base64_encode (raw, size);
}

static HyMirrorFile *
dup_file (Bench *bench,
          gint64 rowid)
{
  GError *error = NULL;
  HyMirrorFile *file = hy_test_await_boxed (hy_vault_dup_file (bench->sandbox->access, rowid), &error);

  g_assert_no_error (error);
  return file;
}

static void
assert_file (Bench *bench,
             gint64 rowid,
             HyFileState state,
             const char *reason)
{
  g_autoptr (HyMirrorFile) file = dup_file (bench, rowid);

  g_assert_cmpint (file->state, ==, state);
  g_assert_cmpstr (file->reason, ==, reason);
}

static void
assert_blob (Bench *bench,
             gint64 rowid,
             GBytes *expected)
{
  GError *error = NULL;
  g_autoptr (GBytes) blob = hy_test_await_boxed (hy_vault_dup_blob (bench->sandbox->access, rowid), &error);

  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (blob, expected));
}

static HyRunLine *
get_line (HyRun *run)
{
  g_assert_cmpuint (run->lines->len, ==, 1);
  return g_ptr_array_index (run->lines, 0);
}

static HyRun *
dup_run (Bench *bench)
{
  GError *error = NULL;
  HyRun *run = hy_test_await_boxed (hy_vault_dup_run (bench->sandbox->access, bench->run), &error);

  g_assert_no_error (error);
  return run;
}

static void
comes_newest_first (Bench *bench,
                    gconstpointer unused G_GNUC_UNUSED)
{
  Served served = { .body = bytes ("plain words") };
  gint64 old = add_document (bench, "old", 100, -1, NULL);
  g_autofree char *log = NULL;
  g_autofree char *found = NULL;
  g_autoptr (HyRun) run = NULL;

  add_document (bench, "new", 300, -1, NULL);
  add_document (bench, "middle", 200, 11, NULL);
  hy_mock_server_add (bench->server, "/fhir/Binary/", serve, &served);
  fetch_files (bench, NULL);
  log = hy_mock_server_dup_log (bench->server);
  g_assert_cmpstr (log, ==, "GET /fhir/Binary/new\nGET /fhir/Binary/middle\nGET /fhir/Binary/old\n");
  g_assert_cmpuint (bench->total, ==, 3);
  assert_blob (bench, old, served.body);
  assert_file (bench, old, HY_FILE_HERE, NULL);
  found = hy_test_sql (bench->sandbox, "SELECT count (*) FROM words WHERE body LIKE '%' || char (11) || 'plain words%'");
  g_assert_cmpstr (found, ==, "3");
  run = dup_run (bench);
  g_assert_cmpuint (get_line (run)->files, ==, 3);
  g_assert_cmpuint (get_line (run)->files_wrong, ==, 0);

  /* Nothing waits any more. */
  fetch_files (bench, NULL);
  g_assert_cmpuint (count_asked (bench, ""), ==, 3);
  g_bytes_unref (served.body);
}

/* Cut again and again within one sync: each try begins where the last whole part ended. */
static void
goes_on_where_it_was_cut (Bench *bench,
                          gconstpointer unused G_GNUC_UNUSED)
{
  Served served = { .body = big_bytes (1), .etag = "\"1\"", .ranges = TRUE, .cuts = { 1, HY_FILE_PART - 1, HY_FILE_PART, HY_FILE_PART + 1 } };
  g_autofree char *sha1 = dup_sha1 (served.body);
  gint64 rowid = add_document (bench, "big", 1, BIG_BYTES, sha1);

  add_served (bench, "big", &served);
  fetch_files (bench, NULL);
  g_assert_cmpuint (count_asked (bench, "big"), ==, 5);
  assert_file (bench, rowid, HY_FILE_HERE, NULL);
  assert_blob (bench, rowid, served.body);
  g_assert_cmpuint (served.n_partial, ==, 2);
  g_assert_cmpint (served.last_start, ==, 2 * HY_FILE_PART);
  g_assert_cmpuint (hy_test_count_blobs (bench->sandbox), ==, 1);
  g_bytes_unref (served.body);
}

/* The program ended in the middle, and the file goes on when it is back. */
static void
goes_on_after_the_program_ended (Bench *bench,
                                 gconstpointer data)
{
  /* Bytes of the first answer; all others come to nothing until the vault was opened again. */
  gint64 cut_at = *(const gint64 *) data;
  Served served = { .body = big_bytes (2), .etag = "\"1\"", .ranges = TRUE, .cuts = { cut_at, 1, 1, 1 } };
  g_autofree char *sha1 = dup_sha1 (served.body);
  gint64 rowid = add_document (bench, "big", 1, BIG_BYTES, sha1);
  gint64 parts = cut_at / HY_FILE_PART * HY_FILE_PART;
  g_autoptr (HyMirrorFile) file = NULL;

  add_served (bench, "big", &served);
  fetch_files (bench, NULL);
  file = dup_file (bench, rowid);
  g_assert_cmpint (file->state, ==, HY_FILE_WAITING);
  g_assert_cmpint (file->n_here, ==, parts);
  g_assert_true (hy_test_vault_reopen (bench->sandbox, NULL));

  memset (served.cuts, 0, sizeof served.cuts);
  fetch_files (bench, NULL);
  g_assert_cmpint (served.last_start, ==, parts);
  assert_file (bench, rowid, HY_FILE_HERE, NULL);
  assert_blob (bench, rowid, served.body);
  g_bytes_unref (served.body);
}

/* What came before is of no use: it begins anew, and nothing of it is mixed in. */
static void
begins_anew (Bench *bench,
             gconstpointer data)
{
  const char *how = data;
  Served served = { .body = big_bytes (3), .etag = "\"1\"", .ranges = TRUE, .cuts = { 5 * 1024 * 1024, 1, 1, 1 } };
  g_autofree char *sha1 = dup_sha1 (served.body);
  gint64 rowid = add_document (bench, "big", 1, BIG_BYTES, strcmp (how, "no-etag") == 0 ? sha1 : NULL);

  if (strcmp (how, "no-etag") == 0)
    served.etag = NULL;
  add_served (bench, "big", &served);
  fetch_files (bench, NULL);
  assert_file (bench, rowid, HY_FILE_WAITING, NULL);

  memset (served.cuts, 0, sizeof served.cuts);
  served.n_partial = 0;
  if (strcmp (how, "no-range") == 0)
    served.ranges = FALSE;
  if (strcmp (how, "other-etag") == 0 || strcmp (how, "shorter") == 0)
    {
      g_clear_pointer (&served.body, g_bytes_unref);
      served.body = strcmp (how, "shorter") == 0 ? bytes ("no more than this") : big_bytes (4);
      served.etag = "\"2\"";
    }
  fetch_files (bench, NULL);
  if (strcmp (how, "no-etag") == 0)
    g_assert_cmpint (served.last_start, ==, 0);
  g_assert_cmpuint (served.n_partial, ==, 0);
  assert_blob (bench, rowid, served.body);
  assert_file (bench, rowid, strcmp (how, "shorter") == 0 ? HY_FILE_DIFFERS : HY_FILE_HERE, NULL);
  g_bytes_unref (served.body);
}

/* An answer with nothing in it is no file, and the beginning of one is not all of it. */
static void
takes_nothing_for_no_file (Bench *bench,
                           gconstpointer data)
{
  const char *how = data;
  Served served = { .body = bytes (""), .status = strcmp (how, "no-range-is-good") == 0 ? 416 : 200, .etag = "\"1\"" };
  gint64 rowid = add_document (bench, "big", 1, -1, NULL);
  g_autoptr (GBytes) whole = big_bytes (8);
  g_autoptr (GBytes) part = g_bytes_new_from_bytes (whole, 0, HY_FILE_PART);

  if (strcmp (how, "empty") != 0)
    hy_test_int64 (hy_vault_put_part (bench->sandbox->access, rowid, "\"1\"", 0, part));
  add_served (bench, "big", &served);
  fetch_files (bench, NULL);
  if (served.status == 416)
    assert_file (bench, rowid, HY_FILE_REFUSED, "not-supported");
  else
    assert_file (bench, rowid, HY_FILE_WAITING, NULL);
  g_assert_cmpuint (hy_test_count_blobs (bench->sandbox), ==, strcmp (how, "empty-after-a-part") == 0 ? 1 : 0);
  hy_test_refused (fetch_one (bench, rowid), HY_ERROR_REFUSED);

  /* The server is well again. */
  g_clear_pointer (&served.body, g_bytes_unref);
  served = (Served) { .body = g_bytes_ref (whole), .etag = "\"1\"", .ranges = TRUE };
  g_assert_cmpint (hy_test_int64 (fetch_one (bench, rowid)), ==, rowid);
  assert_blob (bench, rowid, whole);
  g_bytes_unref (served.body);
}

/* A server that takes back what it gave, again and again: it has an end. */
static void
gives_up_on_a_server_that_goes_round (Bench *bench,
                                      gconstpointer unused G_GNUC_UNUSED)
{
  Served served = { .body = big_bytes (9), .etag = "\"1\"" };
  gint64 rowid = add_document (bench, "big", 1, BIG_BYTES, NULL);

  hy_mock_server_add (bench->server, "/fhir/Binary/big", serve_round, &served);
  fetch_files (bench, NULL);
  assert_file (bench, rowid, HY_FILE_WAITING, NULL);
  g_assert_cmpuint (count_asked (bench, "big"), <, 10);
  g_bytes_unref (served.body);
}

/* The last part came too, and the program ended before the file was stored. */
static void
needs_nothing_more_when_all_parts_are_here (Bench *bench,
                                            gconstpointer unused G_GNUC_UNUSED)
{
  Served served = { .body = big_bytes (5), .etag = "\"1\"", .ranges = TRUE };
  gint64 rowid = add_document (bench, "big", 1, BIG_BYTES, NULL);

  add_served (bench, "big", &served);
  for (gint64 at = 0; at < BIG_BYTES; at += HY_FILE_PART)
    {
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (served.body, (gsize) at, (gsize) MIN (HY_FILE_PART, BIG_BYTES - at));

      hy_test_int64 (hy_vault_put_part (bench->sandbox->access, rowid, "\"1\"", at, part));
    }
  fetch_files (bench, NULL);
  g_assert_cmpuint (served.n_partial, ==, 0);
  assert_file (bench, rowid, HY_FILE_HERE, NULL);
  assert_blob (bench, rowid, served.body);
  g_bytes_unref (served.body);
}

static void
keeps_what_is_not_as_said (Bench *bench,
                           gconstpointer unused G_GNUC_UNUSED)
{
  Served served = { .body = bytes ("plain words") };
  g_autofree char *sha1 = dup_sha1 (served.body);
  g_autofree char *hex = g_compute_checksum_for_bytes (G_CHECKSUM_SHA1, served.body);
  const struct
  {
    const char *name;
    gint64 size;
    const char *sha1;
    HyFileState state;
  } said[] = {
    { "right", 11, sha1, HY_FILE_HERE },
    { "right-in-hex", 11, hex, HY_FILE_HERE },
    { "nothing", -1, NULL, HY_FILE_HERE },
    { "wrong-size", 12, sha1, HY_FILE_DIFFERS },
    { "wrong-hash", 11, "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", HY_FILE_DIFFERS },
    { "no-hash-at-all", 11, "*", HY_FILE_DIFFERS },
  };
  gint64 rowids[G_N_ELEMENTS (said)];
  g_autoptr (HyRun) run = NULL;

  hy_mock_server_add (bench->server, "/fhir/Binary/", serve, &served);
  for (guint i = 0; i < G_N_ELEMENTS (said); i++)
    rowids[i] = add_document (bench, said[i].name, 1, said[i].size, said[i].sha1);
  fetch_files (bench, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (said); i++)
    {
      g_test_message ("%s", said[i].name);
      assert_file (bench, rowids[i], said[i].state, NULL);
      assert_blob (bench, rowids[i], served.body);
    }
  run = dup_run (bench);
  g_assert_cmpuint (get_line (run)->files, ==, G_N_ELEMENTS (said));
  g_assert_cmpuint (get_line (run)->files_wrong, ==, 3);
  g_bytes_unref (served.body);
}

/* A file that cannot be had holds up no other, is said, and is not asked for at each sync. */
static void
says_what_does_not_come (Bench *bench,
                         gconstpointer unused G_GNUC_UNUSED)
{
  static const struct
  {
    const char *name;
    guint status;
    HyFileState state;
    const char *reason;
    const char *code;  /* of the journal */
  } refused[] = {
    { "gone", 410, HY_FILE_NOWHERE, NULL, NULL },
    { "forbidden", 403, HY_FILE_REFUSED, "not-allowed", "not-allowed" },
    { "odd", 405, HY_FILE_REFUSED, "not-supported", "not-supported" },
    { "broken", 500, HY_FILE_WAITING, NULL, "server-error" },
  };
  Served served[G_N_ELEMENTS (refused)];
  Served good = { .body = bytes ("plain words") };
  gint64 rowids[G_N_ELEMENTS (refused)];
  gint64 elsewhere = add_document (bench, "https://elsewhere.example.org/fhir/Binary/1", 3, -1, NULL);
  gint64 dangling = add_document (bench, "dangling", 4, -1, NULL);
  gint64 last = add_document (bench, "last", 1, -1, NULL);
  g_autoptr (HyRun) run = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      served[i] = (Served) { .body = good.body, .status = refused[i].status };
      rowids[i] = add_document (bench, refused[i].name, 2, -1, NULL);
      add_served (bench, refused[i].name, &served[i]);
    }
  add_served (bench, "last", &good);
  fetch_files (bench, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_test_message ("%s", refused[i].name);
      assert_file (bench, rowids[i], refused[i].state, refused[i].reason);
    }
  assert_file (bench, elsewhere, HY_FILE_REFUSED, "elsewhere");
  assert_file (bench, dangling, HY_FILE_NOWHERE, NULL);
  assert_blob (bench, last, good.body);
  run = dup_run (bench);
  g_assert_cmpuint (get_line (run)->files_nowhere, ==, 2);
  g_assert_cmpuint (get_line (run)->n_refused, ==, 4);

  /* Again: only the one whose server was broken. */
  fetch_files (bench, NULL);
  g_assert_cmpuint (count_asked (bench, "forbidden"), ==, 1);
  g_assert_cmpuint (count_asked (bench, "dangling"), ==, 1);
  served[3].status = 200;
  fetch_files (bench, NULL);
  assert_blob (bench, rowids[3], good.body);

  /* The person asks. */
  hy_test_refused (fetch_one (bench, dangling), HY_ERROR_MISSING);
  hy_test_refused (fetch_one (bench, elsewhere), HY_ERROR_REFUSED);
  hy_test_refused (fetch_one (bench, rowids[1]), HY_ERROR_REFUSED);
  served[1].status = 200;
  g_assert_cmpint (hy_test_int64 (fetch_one (bench, rowids[1])), ==, rowids[1]);
  assert_blob (bench, rowids[1], good.body);
  g_bytes_unref (good.body);
}

static void
refuses_a_file_that_is_too_large (Bench *bench,
                                  gconstpointer unused G_GNUC_UNUSED)
{
  Served served = { .body = big_bytes (6), .etag = "\"1\"", .ranges = TRUE };
  gint64 rowid = add_document (bench, "big", 1, -1, NULL);
  g_autofree char *parts = NULL;

  hy_fhir_client_get_limits (bench->client)->max_file = BIG_BYTES - 1;
  add_served (bench, "big", &served);
  fetch_files (bench, NULL);
  assert_file (bench, rowid, HY_FILE_REFUSED, "too-large");
  parts = hy_test_sql (bench->sandbox, "SELECT count (*) FROM part");
  g_assert_cmpstr (parts, ==, "0");
  g_bytes_unref (served.body);
}

static void
ends_when_the_sign_in_is_refused (Bench *bench,
                                  gconstpointer unused G_GNUC_UNUSED)
{
  Served served = { .body = bytes ("{}"), .status = 401 };
  gint64 rowid = add_document (bench, "a", 2, -1, NULL);
  g_autoptr (GError) error = NULL;

  add_document (bench, "b", 1, -1, NULL);
  hy_mock_server_add (bench->server, "/fhir/Binary/", serve, &served);
  fetch_files (bench, &error);
  g_assert_error (error, HY_ERROR, HY_ERROR_REFUSED);
  g_assert_cmpstr (error->message, ==, HY_SYNC_SIGN_IN_ERROR);
  g_assert_cmpuint (count_asked (bench, ""), ==, 1);
  assert_file (bench, rowid, HY_FILE_WAITING, NULL);
  g_bytes_unref (served.body);
}

/* Two in a row do not come at all: the line is gone, and the rest is not even tried. */
static void
ends_when_the_line_is_gone (Bench *bench,
                            gconstpointer unused G_GNUC_UNUSED)
{
  Served served = { .body = bytes ("plain words"), .cuts = { 3, 3, 3, 3 } };
  Served others = served;
  gint64 rowid = add_document (bench, "a", 3, -1, NULL);
  g_autoptr (GError) error = NULL;

  add_document (bench, "b", 2, -1, NULL);
  add_document (bench, "c", 1, -1, NULL);
  add_served (bench, "a", &served);
  add_served (bench, "b", &others);
  fetch_files (bench, &error);
  g_assert_error (error, HY_ERROR, HY_ERROR_OFFLINE);
  g_assert_cmpuint (count_asked (bench, "c"), ==, 0);
  assert_file (bench, rowid, HY_FILE_WAITING, NULL);
  g_bytes_unref (served.body);
}

static void
unwraps_a_binary_as_json (Bench *bench,
                          gconstpointer unused G_GNUC_UNUSED)
{
  Served served = { .content_type = "application/fhir+json",
                    .body = bytes ("{\"resourceType\":\"Binary\",\"contentType\":\"text/plain\",\"data\":\"cGxhaW4gd29yZHM=\"}") };
  g_autoptr (GBytes) inside = bytes ("plain words");
  g_autofree char *sha1 = dup_sha1 (inside);
  gint64 rowid = add_document (bench, "a", 1, 11, sha1);

  add_served (bench, "a", &served);
  fetch_files (bench, NULL);
  assert_file (bench, rowid, HY_FILE_HERE, NULL);
  assert_blob (bench, rowid, inside);
  g_bytes_unref (served.body);
}

static void
keeps_a_binary_without_bytes_as_it_is (Bench *bench,
                                       gconstpointer unused G_GNUC_UNUSED)
{
  static const char *const bodies[] = {
    "{\"resourceType\":\"Binary\",\"data\":\"c\"}",
    "{\"resourceType\":\"Binary\",\"data\":\"\"}",
    "{\"resourceType\":\"Binary\",\"data\":[1]}",
    "{\"resourceType\":\"Binary\"}",
    "{\"resourceType\":\"OperationOutcome\",\"data\":\"cGxhaW4=\"}",
    "{\"resourceType\":\"Binary\",",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      Served served = { .content_type = "application/fhir+json", .body = bytes (bodies[i]) };
      g_autofree char *name = g_strdup_printf ("%u", i);
      gint64 rowid = add_document (bench, name, 1, 11, NULL);

      add_served (bench, name, &served);
      fetch_files (bench, NULL);
      assert_file (bench, rowid, HY_FILE_DIFFERS, NULL);
      assert_blob (bench, rowid, served.body);
      g_bytes_unref (served.body);
    }
}

static void
takes_no_page_for_a_file (Bench *bench,
                          gconstpointer unused G_GNUC_UNUSED)
{
  Served served = { .content_type = "text/html; charset=utf-8", .body = bytes ("<html>Sign in to the hotel</html>") };
  gint64 rowid = add_document (bench, "a", 1, -1, NULL);
  g_autoptr (HyRun) run = NULL;

  add_served (bench, "a", &served);
  fetch_files (bench, NULL);
  assert_file (bench, rowid, HY_FILE_WAITING, NULL);
  run = dup_run (bench);
  g_assert_cmpuint (get_line (run)->n_refused, ==, 1);
  g_assert_cmpuint (hy_test_count_blobs (bench->sandbox), ==, 0);
  g_bytes_unref (served.body);
}

/* The same document came from a file before. */
static void
becomes_one_with_a_file_that_is_here (Bench *bench,
                                      gconstpointer data)
{
  gboolean with_hash = g_strcmp0 (data, "hash") == 0;
  Served served = { .body = bytes ("plain words") };
  g_autofree char *sha1 = with_hash ? dup_sha1 (served.body) : NULL;
  gint64 twin = hy_test_put_document (bench->sandbox, "{\"from\":\"file\"}", "plain words", "same");
  HyMirrorChange *change = hy_test_document_new ("DocumentReference/a", "{\"from\":\"server\"}", "Binary/a", 11, sha1);
  gint64 rowid;

  change->item->identity = g_strdup ("same");
  rowid = hy_test_mirror_in_run (bench->sandbox, bench->known.origin, bench->run, 0, change).rowid;
  g_assert_cmpint (rowid, !=, twin);
  add_served (bench, "a", &served);
  fetch_files (bench, NULL);
  g_assert_cmpuint (count_asked (bench, "a"), ==, with_hash ? 0 : 1);
  hy_test_content (bench->sandbox, rowid, NULL);
  hy_test_content (bench->sandbox, twin, "{\"from\":\"server\"}");
  assert_blob (bench, twin, served.body);
  assert_file (bench, twin, HY_FILE_HERE, NULL);
  g_assert_cmpuint (hy_test_count_blobs (bench->sandbox), ==, 1);
  g_bytes_unref (served.body);
}

/* The same document by its identity, and yet another file: both stay as they are. */
static void
stays_apart_from_another_file (Bench *bench,
                               gconstpointer unused G_GNUC_UNUSED)
{
  Served served = { .body = bytes ("other words") };
  g_autoptr (GBytes) hers = bytes ("plain words");
  g_autofree char *sha1 = dup_sha1 (served.body);
  gint64 twin = hy_test_put_document (bench->sandbox, "{\"from\":\"file\"}", "plain words", "same");
  HyMirrorChange *change = hy_test_document_new ("DocumentReference/a", "{\"from\":\"server\"}", "Binary/a", 11, sha1);
  gint64 rowid;

  change->item->identity = g_strdup ("same");
  rowid = hy_test_mirror_in_run (bench->sandbox, bench->known.origin, bench->run, 0, change).rowid;
  add_served (bench, "a", &served);
  fetch_files (bench, NULL);
  assert_file (bench, rowid, HY_FILE_HERE, NULL);
  assert_blob (bench, rowid, served.body);
  assert_blob (bench, twin, hers);
  hy_test_content (bench->sandbox, twin, "{\"from\":\"file\"}");
  g_bytes_unref (served.body);
}

/* Of addresses, those of the server alone; nothing is sent to another. */
static void
asks_only_the_server (Bench *bench,
                      gconstpointer unused G_GNUC_UNUSED)
{
  static const char *const others[] = {
    "https://fhir.example.org/r4/Binary/1",
    "http://127.0.0.1:1/fhir/Binary/1",
    "file:///etc/hostname",
    "data:text/plain;base64,cGxhaW4gd29yZHM=",
    "urn:uuid:0c3a5e3c-0000-4000-8000-000000000000",
  };
  Served served = { .body = bytes ("plain words") };
  g_autofree char *url = g_strconcat (hy_mock_server_get_base (bench->server), "/Binary/absolute", NULL);
  HyMirrorChange *change = hy_test_document_new ("DocumentReference/absolute", "{\"n\":0}", url, -1, NULL);
  gint64 rowid = hy_test_mirror_in_run (bench->sandbox, bench->known.origin, bench->run, 0, change).rowid;
  gint64 rowids[G_N_ELEMENTS (others)];

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autofree char *place = g_strdup_printf ("DocumentReference/%u", i);
      g_autofree char *json = g_strdup_printf ("{\"n\":%u}", i + 1);

      change = hy_test_document_new (place, json, others[i], -1, NULL);
      rowids[i] = hy_test_mirror_in_run (bench->sandbox, bench->known.origin, bench->run, 0, change).rowid;
    }
  hy_mock_server_add (bench->server, "/", serve, &served);
  fetch_files (bench, NULL);
  assert_blob (bench, rowid, served.body);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    assert_file (bench, rowids[i], HY_FILE_REFUSED, "elsewhere");
  g_assert_cmpuint (hy_mock_server_count (bench->server, "/"), ==, 1);
  g_bytes_unref (served.body);
}

static void
serve_and_cancel (const HyMockRequest *request,
                  HyMockReply *reply,
                  gpointer data)
{
  Served *served = data;

  serve (request, reply, served);
  reply->piece_bytes = HY_FILE_PART + 1024;
  reply->piece_ms = 60 * 1000;
}

static DexFuture *
cancel_soon_fiber (gpointer data)
{
  Bench *bench = data;

  /* Until the first part is here; the rest would come in a minute. */
  for (;;)
    {
      g_autoptr (GPtrArray) files = dex_await_boxed (hy_vault_dup_files_waiting (bench->sandbox->access, bench->known.origin, 1), NULL);
      HyMirrorFile *file = g_ptr_array_index (files, 0);

      if (file->n_here > 0)
        break;
      dex_await (dex_timeout_new_msec (2), NULL);
    }
  g_cancellable_cancel (bench->cancellable);
  return dex_future_new_true ();
}

static void
stops_at_once_and_goes_on (Bench *bench,
                           gconstpointer unused G_GNUC_UNUSED)
{
  Served served = { .body = big_bytes (7), .etag = "\"1\"", .ranges = TRUE };
  gint64 rowid = add_document (bench, "big", 1, BIG_BYTES, NULL);
  DexFuture *cancelling;
  g_autoptr (GError) error = NULL;

  hy_mock_server_add (bench->server, "/fhir/Binary/big", serve_and_cancel, &served);
  cancelling = hy_fiber (cancel_soon_fiber, bench, NULL);
  fetch_files (bench, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  hy_test_done (cancelling);

  g_clear_object (&bench->cancellable);
  bench->cancellable = g_cancellable_new ();
  add_served (bench, "big", &served);
  fetch_files (bench, NULL);
  g_assert_cmpint (served.last_start, ==, HY_FILE_PART);
  assert_blob (bench, rowid, served.body);
  g_bytes_unref (served.body);
}

#define ADD(name, data, function) g_test_add ("/sync/fetch/" name, Bench, data, bench_set_up, function, bench_tear_down)

int
main (int argc,
      char *argv[])
{
  static const gint64 early = HY_FILE_PART - 1, between = HY_FILE_PART, late = 2 * HY_FILE_PART + 7, last = BIG_BYTES - 1;

  g_setenv ("GIO_USE_NETWORK_MONITOR", "base", TRUE);
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  ADD ("comes-newest-first", NULL, comes_newest_first);
  ADD ("goes-on-where-it-was-cut", NULL, goes_on_where_it_was_cut);
  ADD ("goes-on-after-the-program-ended/early", &early, goes_on_after_the_program_ended);
  ADD ("goes-on-after-the-program-ended/between", &between, goes_on_after_the_program_ended);
  ADD ("goes-on-after-the-program-ended/late", &late, goes_on_after_the_program_ended);
  ADD ("goes-on-after-the-program-ended/last", &last, goes_on_after_the_program_ended);
  ADD ("begins-anew/no-range", "no-range", begins_anew);
  ADD ("begins-anew/no-etag", "no-etag", begins_anew);
  ADD ("begins-anew/other-etag", "other-etag", begins_anew);
  ADD ("begins-anew/shorter", "shorter", begins_anew);
  ADD ("takes-nothing-for-no-file/empty", "empty", takes_nothing_for_no_file);
  ADD ("takes-nothing-for-no-file/empty-after-a-part", "empty-after-a-part", takes_nothing_for_no_file);
  ADD ("takes-nothing-for-no-file/no-range-is-good", "no-range-is-good", takes_nothing_for_no_file);
  ADD ("gives-up-on-a-server-that-goes-round", NULL, gives_up_on_a_server_that_goes_round);
  ADD ("needs-nothing-more-when-all-parts-are-here", NULL, needs_nothing_more_when_all_parts_are_here);
  ADD ("keeps-what-is-not-as-said", NULL, keeps_what_is_not_as_said);
  ADD ("says-what-does-not-come", NULL, says_what_does_not_come);
  ADD ("refuses-a-file-that-is-too-large", NULL, refuses_a_file_that_is_too_large);
  ADD ("ends-when-the-sign-in-is-refused", NULL, ends_when_the_sign_in_is_refused);
  ADD ("ends-when-the-line-is-gone", NULL, ends_when_the_line_is_gone);
  ADD ("unwraps-a-binary-as-json", NULL, unwraps_a_binary_as_json);
  ADD ("keeps-a-binary-without-bytes-as-it-is", NULL, keeps_a_binary_without_bytes_as_it_is);
  ADD ("takes-no-page-for-a-file", NULL, takes_no_page_for_a_file);
  ADD ("becomes-one-with-a-file-that-is-here/hash", "hash", becomes_one_with_a_file_that_is_here);
  ADD ("becomes-one-with-a-file-that-is-here/no-hash", "no-hash", becomes_one_with_a_file_that_is_here);
  ADD ("stays-apart-from-another-file", NULL, stays_apart_from_another_file);
  ADD ("asks-only-the-server", NULL, asks_only_the_server);
  ADD ("stops-at-once-and-goes-on", NULL, stops_at_once_and_goes_on);
  return g_test_run ();
}
