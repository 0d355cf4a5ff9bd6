/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Following a server: every outcome of a change, walks through a history, pages that are all or nothing. */

#include "hy-test-mirror.h"

#include "base/hy-error.h"
#include "vault/hy-schema.h"

#include <glib/gstdio.h>
#include <string.h>

#define NEW(place, json) hy_test_change_new (place, json)
#define GONE(place) hy_test_change_new (place, NULL)

/* A macro, so that a failure says which of them it is. */
#define assert_sql(sandbox, sql, expected)               \
  G_STMT_START                                           \
  {                                                      \
    g_autofree char *text_ = hy_test_sql (sandbox, sql); \
    g_assert_cmpstr (text_, ==, expected);               \
  }                                                      \
  G_STMT_END

static void
keeps_a_server_and_its_token (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  g_autoptr (HySecret) token = hy_secret_new_copy ("s3cret", 6);
  HyMirrorServer server = { .base = (char *) HY_TEST_BASE, .patient = (char *) "p1", .is_local = TRUE };
  gint64 origin = hy_test_int64 (hy_vault_add_server (sandbox->access, &server, token));
  g_autoptr (GPtrArray) servers = NULL;
  g_autoptr (HySecret) kept = NULL;
  HyMirrorServer *read;
  GError *error = NULL;

  hy_test_refused (hy_vault_add_server (sandbox->access, &server, NULL), HY_ERROR_EXISTS);
  server.origin = origin;
  server.name = (char *) "Clinic";
  server.patient = (char *) "p2";
  server.other_person = TRUE;
  server.checked_ms = 42;
  hy_test_done (hy_vault_set_server (sandbox->access, &server));
  g_assert_true (hy_test_vault_reopen (sandbox, &error));

  servers = hy_test_await_boxed (hy_vault_dup_servers (sandbox->access), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (servers->len, ==, 1);
  read = g_ptr_array_index (servers, 0);
  g_assert_cmpint (read->origin, ==, origin);
  g_assert_cmpstr (read->base, ==, HY_TEST_BASE);
  g_assert_cmpstr (read->name, ==, "Clinic");
  g_assert_cmpstr (read->patient, ==, "p2");
  g_assert_true (read->other_person);
  g_assert_true (read->is_local);
  g_assert_true (read->has_token);
  g_assert_cmpint (read->checked_ms, ==, 42);

  kept = hy_test_await_boxed (hy_vault_dup_server_token (sandbox->access, origin), &error);
  g_assert_no_error (error);
  g_assert_cmpmem (hy_secret_open (kept), hy_secret_get_size (kept), "s3cret", 6);
  hy_secret_close (kept);
  hy_test_done (hy_vault_set_server_token (sandbox->access, origin, NULL));
  hy_test_refused (hy_vault_dup_server_token (sandbox->access, origin), HY_ERROR_MISSING);
}

static void
adds_changes_and_deletes (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 origin = hy_test_add_server (sandbox);
  HyMirrorResult added = hy_test_mirror (sandbox, origin, 0, NEW ("Observation/1", "{\"v\":1.50}"));
  HyMirrorResult result;
  g_autoptr (GBytes) before = NULL;
  GError *error = NULL;

  g_assert_cmpint (added.outcome, ==, HY_MIRROR_ADDED);
  hy_test_content (sandbox, added.rowid, "{\"v\":1.50}");
  result = hy_test_mirror (sandbox, origin, 0, NEW ("Observation/1", "{\"v\":1.50}"));
  g_assert_cmpint (result.outcome, ==, HY_MIRROR_SAME);
  g_assert_cmpint (result.rowid, ==, added.rowid);

  result = hy_test_mirror (sandbox, origin, 0, NEW ("Observation/1", "{\"v\":2}"));
  g_assert_cmpint (result.outcome, ==, HY_MIRROR_CHANGED);
  g_assert_cmpint (result.rowid, ==, added.rowid);
  hy_test_content (sandbox, added.rowid, "{\"v\":2}");
  before = hy_test_await_boxed (hy_vault_dup_history (sandbox->access, added.rowid, 1), &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (before, NULL), g_bytes_get_size (before), "{\"v\":1.50}", 10);
  assert_sql (sandbox, "SELECT count (*) FROM outbox", "0");

  result = hy_test_mirror (sandbox, origin, 0, GONE ("Observation/1"));
  g_assert_cmpint (result.outcome, ==, HY_MIRROR_DELETED);
  hy_test_content (sandbox, added.rowid, NULL);
  assert_sql (sandbox, "SELECT count (*) FROM history UNION ALL SELECT count (*) FROM name UNION ALL SELECT count (*) FROM words", "0\n0\n0");
  result = hy_test_mirror (sandbox, origin, 0, GONE ("Observation/1"));
  g_assert_cmpint (result.outcome, ==, HY_MIRROR_PASSED);
  result = hy_test_mirror (sandbox, origin, 0, GONE ("Observation/never"));
  g_assert_cmpint (result.outcome, ==, HY_MIRROR_PASSED);

  /* What was deleted there may come again. */
  result = hy_test_mirror (sandbox, origin, 0, NEW ("Observation/1", "{\"v\":3}"));
  g_assert_cmpint (result.outcome, ==, HY_MIRROR_ADDED);
  hy_test_verified (sandbox);
}

static void
keeps_the_marks_of_this_computer (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 origin = hy_test_add_server (sandbox);
  HyMirrorChange *change = NEW ("Observation/1", "{\"v\":1}");
  g_autoptr (HyVaultRow) row = NULL;
  gint64 rowid;
  GError *error = NULL;

  change->item->row.flags = 256 | HY_VAULT_READER_FLAGS;
  rowid = hy_test_mirror (sandbox, origin, 0, change).rowid;
  change = NEW ("Observation/1", "{\"v\":2}");
  change->item->row.flags = 1;
  hy_test_mirror (sandbox, origin, 0, change);
  row = hy_test_await_boxed (hy_vault_dup_row (sandbox->access, rowid), &error);
  g_assert_cmpuint (row->flags, ==, 256 | HY_VAULT_READER_FLAGS | 1);
  g_assert_cmpint (row->version, ==, 2);
}

/* An entry that came from a file is the server's too; when it goes there, it stays here. */
static void
knows_what_came_by_a_file (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  HyMirrorChange *of_file = NEW ("Observation/1", "{\"v\":1}");
  gint64 rowid = hy_test_vault_put (sandbox, g_steal_pointer (&of_file->item)).rowid;
  gint64 origin = hy_test_add_server (sandbox);
  HyMirrorResult result = hy_test_mirror (sandbox, origin, 0, NEW ("Observation/1", "{\"v\":1}"));

  hy_mirror_change_free (of_file);
  g_assert_cmpint (result.outcome, ==, HY_MIRROR_KNOWN);
  g_assert_cmpint (result.rowid, ==, rowid);
  assert_sql (sandbox, "SELECT count (*) FROM resource", "1");

  result = hy_test_mirror (sandbox, origin, 0, NEW ("Observation/1", "{\"v\":2}"));
  g_assert_cmpint (result.outcome, ==, HY_MIRROR_CHANGED);
  g_assert_cmpint (result.rowid, ==, rowid);
  result = hy_test_mirror (sandbox, origin, 0, GONE ("Observation/1"));
  g_assert_cmpint (result.outcome, ==, HY_MIRROR_UNLINKED);
  hy_test_content (sandbox, rowid, "{\"v\":2}");
  result = hy_test_mirror (sandbox, origin, 0, GONE ("Observation/1"));
  g_assert_cmpint (result.outcome, ==, HY_MIRROR_PASSED);
  hy_test_content (sandbox, rowid, "{\"v\":2}");
}

/* Two resources of one server that are alike to the byte are two. */
static void
never_makes_one_of_two_of_a_server (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 origin = hy_test_add_server (sandbox);
  HyMirrorChange *first = NEW ("Observation/1", "{}");
  HyMirrorChange *second = NEW ("Observation/2", "{}");
  HyMirrorResult one, two;

  g_clear_pointer (&first->item->names, g_ptr_array_unref);
  g_clear_pointer (&second->item->names, g_ptr_array_unref);
  one = hy_test_mirror (sandbox, origin, 0, first);
  two = hy_test_mirror (sandbox, origin, 0, second);
  g_assert_cmpint (two.outcome, ==, HY_MIRROR_ADDED);
  g_assert_cmpint (two.rowid, !=, one.rowid);
  hy_test_mirror (sandbox, origin, 0, GONE ("Observation/1"));
  hy_test_content (sandbox, two.rowid, "{}");
}

/* While an edit waits to be sent, neither a change nor a deletion there touches it or its place in the outbox. */
static void
sets_aside_what_meets_an_edit (void)
{
  static const char outbox_sql[] = "SELECT seq || ' ' || id || ' ' || act || ' ' || base || ' ' || at_ms FROM outbox ORDER BY seq";
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 origin = hy_test_add_server (sandbox);
  gint64 run = hy_test_int64 (hy_vault_begin_run (sandbox->access, origin));
  gint64 rowid = hy_test_mirror (sandbox, origin, 0, NEW ("Observation/1", "{\"v\":1}")).rowid;
  g_autofree char *outbox = NULL;
  HyMirrorResult result;

  hy_test_edit (sandbox, rowid, "{\"mine\":1}");
  outbox = hy_test_sql (sandbox, outbox_sql);
  g_assert_cmpstr (outbox, !=, "");
  for (guint i = 0; i < 2; i++)
    {
      result = hy_test_mirror_in_run (sandbox, origin, run, 0, NEW ("Observation/1", "{\"theirs\":2}"));
      g_assert_cmpint (result.outcome, ==, HY_MIRROR_KEPT);
      g_assert_cmpint (result.rowid, ==, rowid);
    }
  assert_sql (sandbox, "SELECT CAST (theirs AS TEXT) FROM mirror", "{\"theirs\":2}");
  assert_sql (sandbox, "SELECT kept FROM run_line", "1");
  hy_test_content (sandbox, rowid, "{\"mine\":1}");

  result = hy_test_mirror_in_run (sandbox, origin, run, 0, GONE ("Observation/1"));
  g_assert_cmpint (result.outcome, ==, HY_MIRROR_KEPT);
  assert_sql (sandbox, "SELECT length (theirs) FROM mirror", "0");
  hy_test_content (sandbox, rowid, "{\"mine\":1}");
  assert_sql (sandbox, outbox_sql, outbox);
  assert_sql (sandbox, "SELECT version FROM resource", "2");

  /* The server has what she wrote: nothing is aside any more. */
  result = hy_test_mirror (sandbox, origin, 0, NEW ("Observation/1", "{\"mine\":1}"));
  g_assert_cmpint (result.outcome, ==, HY_MIRROR_SAME);
  assert_sql (sandbox, "SELECT theirs IS NULL FROM mirror", "1");
  assert_sql (sandbox, outbox_sql, outbox);
  hy_test_verified (sandbox);
}

/* Newest first: after the deletion come the versions that it deleted, perhaps only when the walk is gone on with. */
static void
passes_older_versions_of_a_walk (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 origin = hy_test_add_server (sandbox);
  gint64 rowid = hy_test_mirror (sandbox, origin, 1, NEW ("Observation/1", "{\"v\":1}")).rowid;
  HyMirrorResult result;

  g_assert_cmpint (hy_test_mirror (sandbox, origin, 2, GONE ("Observation/1")).outcome, ==, HY_MIRROR_DELETED);
  g_assert_cmpint (hy_test_mirror (sandbox, origin, 2, GONE ("Observation/never")).outcome, ==, HY_MIRROR_PASSED);
  g_assert_cmpint (hy_test_mirror (sandbox, origin, 2, NEW ("Observation/2", "{\"v\":3}")).outcome, ==, HY_MIRROR_ADDED);
  g_assert_true (hy_test_vault_reopen (sandbox, NULL));

  result = hy_test_mirror (sandbox, origin, 2, NEW ("Observation/1", "{\"v\":1}"));
  g_assert_cmpint (result.outcome, ==, HY_MIRROR_PASSED);
  g_assert_cmpint (hy_test_mirror (sandbox, origin, 2, NEW ("Observation/never", "{\"v\":1}")).outcome, ==, HY_MIRROR_PASSED);
  result = hy_test_mirror (sandbox, origin, 2, NEW ("Observation/2", "{\"v\":2}"));
  g_assert_cmpint (result.outcome, ==, HY_MIRROR_PASSED);
  hy_test_content (sandbox, result.rowid, "{\"v\":3}");
  /* What was deleted and made again: the older deletion is passed over as well. */
  g_assert_cmpint (hy_test_mirror (sandbox, origin, 2, GONE ("Observation/2")).outcome, ==, HY_MIRROR_PASSED);
  hy_test_content (sandbox, rowid, NULL);

  /* The next walk tells of what has happened since. */
  g_assert_cmpint (hy_test_mirror (sandbox, origin, 3, NEW ("Observation/1", "{\"v\":4}")).outcome, ==, HY_MIRROR_ADDED);
  g_assert_cmpint (hy_test_mirror (sandbox, origin, 3, NEW ("Observation/2", "{\"v\":5}")).outcome, ==, HY_MIRROR_CHANGED);
}

/* A single read in the middle of a walk does not open the way for the older versions that are still to come in it. */
static void
remembers_a_walk_over_a_single_read (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 origin = hy_test_add_server (sandbox);
  gint64 rowid = hy_test_mirror (sandbox, origin, 7, NEW ("Practitioner/1", "{\"v\":2}")).rowid;

  hy_test_mirror (sandbox, origin, 0, NEW ("Practitioner/1", "{\"v\":3}"));
  g_assert_cmpint (hy_test_mirror (sandbox, origin, 7, NEW ("Practitioner/1", "{\"v\":1}")).outcome, ==, HY_MIRROR_PASSED);
  hy_test_content (sandbox, rowid, "{\"v\":3}");
}

/* A page that fails leaves neither rows nor cursors nor counts. */
static void
takes_a_page_whole_or_not_at_all (void)
{
  static const guint8 actor[16] = { 1 };
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 origin = hy_test_add_server (sandbox);
  gint64 run = hy_test_int64 (hy_vault_begin_run (sandbox->access, origin));
  HyAccessMask mask = HY_ACCESS_OWNER;
  g_autoptr (HyAccess) partly = NULL;
  g_autoptr (GHashTable) cursors = NULL;
  HyMirrorPage *page;
  GError *error = NULL;

  page = hy_test_page_new (origin, run, 0, NEW ("Observation/1", "{\"v\":1}"));
  hy_mirror_page_set_cursor (page, "since", "2024");
  hy_mirror_page_set_cursor (page, "page", "a?b");
  g_array_unref (hy_test_await_boxed (hy_vault_mirror (sandbox->access, page), &error));
  g_assert_no_error (error);

  mask.add = ~(G_GUINT64_CONSTANT (1) << 5);
  partly = hy_vault_new_access (sandbox->vault, actor, mask, 0);
  page = hy_test_page_new (origin, run, 0, NEW ("Observation/2", "{\"v\":2}"));
  g_ptr_array_add (page->changes, GONE ("Observation/1"));
  g_ptr_array_add (page->changes, NEW ("Observation/3", "{\"v\":3}"));
  ((HyMirrorChange *) g_ptr_array_index (page->changes, 2))->item->row.klass = 5;
  hy_mirror_page_set_cursor (page, "since", "2025");
  hy_mirror_page_set_cursor (page, "page", NULL);
  hy_test_refused (hy_vault_mirror (partly, page), HY_ERROR_DENIED);

  g_assert_true (hy_test_vault_reopen (sandbox, NULL));
  cursors = hy_test_await_boxed (hy_vault_dup_cursors (sandbox->access, origin), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_hash_table_size (cursors), ==, 2);
  g_assert_cmpstr (g_hash_table_lookup (cursors, "since"), ==, "2024");
  g_assert_cmpstr (g_hash_table_lookup (cursors, "page"), ==, "a?b");
  assert_sql (sandbox, "SELECT CAST (json AS TEXT) FROM content", "{\"v\":1}");
  assert_sql (sandbox, "SELECT added || ' ' || deleted FROM run_line", "1 0");
  assert_sql (sandbox, "SELECT fhir_id FROM mirror", "1");

  page = hy_test_page_new (origin, run, 0, NULL);
  hy_mirror_page_set_cursor (page, "page", NULL);
  g_array_unref (hy_test_await_boxed (hy_vault_mirror (sandbox->access, page), &error));
  assert_sql (sandbox, "SELECT name FROM cursor", "since");
}

static void
removing_a_server_keeps_what_came (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 origin = hy_test_add_server (sandbox);
  gint64 run = hy_test_int64 (hy_vault_begin_run (sandbox->access, origin));
  gint64 rowid = hy_test_mirror_in_run (sandbox, origin, run, 0, NEW ("Observation/1", "{\"v\":1}")).rowid;
  gint64 document = hy_test_mirror (sandbox, origin, 0, hy_test_document_new ("DocumentReference/1", "{\"d\":1}", "Binary/1", -1, NULL)).rowid;
  g_autoptr (GBytes) part = g_bytes_new_static ("part", 4);
  g_autoptr (GPtrArray) runs = NULL;
  HyMirrorResult again;
  GError *error = NULL;
  gint64 next;

  g_assert_cmpint (hy_test_int64 (hy_vault_put_part (sandbox->access, document, "e", 0, part)), ==, 4);
  hy_test_done (hy_vault_remove_server (sandbox->access, origin));
  hy_test_content (sandbox, rowid, "{\"v\":1}");
  hy_test_content (sandbox, document, "{\"d\":1}");
  assert_sql (sandbox,
              "SELECT count (*) FROM server UNION ALL SELECT count (*) FROM cursor UNION ALL SELECT count (*) FROM mirror"
              " UNION ALL SELECT count (*) FROM file UNION ALL SELECT count (*) FROM part UNION ALL SELECT count (*) FROM blob",
              "0\n0\n0\n0\n0\n0");
  g_assert_cmpuint (hy_test_count_blobs (sandbox), ==, 0);
  runs = hy_test_await_boxed (hy_vault_dup_runs (sandbox->access, 10), &error);
  g_assert_cmpuint (runs->len, ==, 1);
  g_assert_cmpstr (((HyRun *) g_ptr_array_index (runs, 0))->server, ==, HY_TEST_BASE);
  /* A page that was on its way. */
  hy_test_refused (hy_vault_mirror (sandbox->access, hy_test_page_new (origin, run, 0, NEW ("Observation/2", "{}"))), HY_ERROR_MISSING);
  hy_test_refused (hy_vault_begin_run (sandbox->access, origin), HY_ERROR_MISSING);

  /* Followed again, what is here is known, and a deletion there no longer takes it away. */
  next = hy_test_add_server (sandbox);
  g_assert_cmpint (next, !=, origin);
  again = hy_test_mirror (sandbox, next, 0, NEW ("Observation/1", "{\"v\":1}"));
  g_assert_cmpint (again.outcome, ==, HY_MIRROR_KNOWN);
  g_assert_cmpint (again.rowid, ==, rowid);
  g_assert_cmpint (hy_test_mirror (sandbox, next, 0, GONE ("Observation/1")).outcome, ==, HY_MIRROR_UNLINKED);
  hy_test_content (sandbox, rowid, "{\"v\":1}");
  hy_test_verified (sandbox);
}

/* Taken out here, it comes back with its next change there, as new. */
static void
forgets_what_is_removed_here (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 origin = hy_test_add_server (sandbox);
  gint64 rowid = hy_test_mirror (sandbox, origin, 0, NEW ("Observation/1", "{\"v\":1}")).rowid;

  hy_test_remove (sandbox, rowid);
  assert_sql (sandbox, "SELECT count (*) FROM mirror", "0");
  g_assert_cmpint (hy_test_mirror (sandbox, origin, 0, GONE ("Observation/1")).outcome, ==, HY_MIRROR_PASSED);
  g_assert_cmpint (hy_test_mirror (sandbox, origin, 0, NEW ("Observation/1", "{\"v\":2}")).outcome, ==, HY_MIRROR_ADDED);
}

static HyMirrorChange *
with_links (HyMirrorChange *change,
            const char *const *links)
{
  change->item->links = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; links[i] != NULL; i++)
    g_ptr_array_add (change->item->links, g_strdup (links[i]));
  return change;
}

static char *
dup_joined (DexFuture *future)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) strings = hy_test_await_boxed (future, &error);

  g_assert_no_error (error);
  g_ptr_array_sort_values (strings, (GCompareFunc) strcmp);
  g_ptr_array_add (strings, NULL);
  return g_strjoinv (" ", (char **) strings->pdata);
}

/* What is asked for by id: of this server, well written, not here, not looked for before; and one level. */
static void
says_what_is_referred_to (void)
{
  static const char *const links[] = {
    "Practitioner/a",
    HY_TEST_BASE "/Practitioner/a",
    "Organization/b/_history/3",
    HY_TEST_BASE "/Location/c",
    "Observation/2",
    "Practitioner/gone",
    "https://elsewhere.example/Practitioner/d",
    "#contained",
    "urn:uuid:1",
    "Practitioner/",
    "Practitioner/a?b",
    "Practitioner/../secret",
    "practitioner/e",
    "Practitioner/f/g",
    "Medication/0123456789012345678901234567890123456789012345678901234567890123",
    "Medication/01234567890123456789012345678901234567890123456789012345678901234",
    NULL,
  };
  static const char *const further[] = { "Organization/of-a", NULL };
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 origin = hy_test_add_server (sandbox);
  HyMirrorChange *gone = GONE ("Practitioner/gone");
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *own = NULL;
  g_autofree char *referred = NULL;
  HyMirrorChange *practitioner;
  gint64 from;

  gone->level = HY_MIRROR_REFERRED;
  hy_test_mirror (sandbox, origin, 0, gone);
  from = hy_test_mirror (sandbox, origin, 0, with_links (NEW ("Observation/1", "{\"v\":1}"), links)).rowid;
  hy_test_mirror (sandbox, origin, 0, NEW ("Observation/2", "{\"v\":2}"));
  hy_test_done (hy_vault_resolve_links (sandbox->access, origin));
  first = dup_joined (hy_vault_dup_referred (sandbox->access, origin));
  g_assert_cmpstr (first, ==,
                   "Location/c Medication/0123456789012345678901234567890123456789012345678901234567890123 Organization/b Practitioner/a");

  practitioner = with_links (NEW ("Practitioner/a", "{\"p\":1}"), further);
  practitioner->level = HY_MIRROR_REFERRED;
  hy_test_mirror (sandbox, origin, 0, practitioner);
  hy_test_done (hy_vault_resolve_links (sandbox->access, origin));
  second = dup_joined (hy_vault_dup_referred (sandbox->access, origin));
  g_assert_cmpstr (second, ==, "Location/c Medication/0123456789012345678901234567890123456789012345678901234567890123 Organization/b");
  g_assert_cmpint (hy_test_int64 (hy_vault_resolve (sandbox->access, from, "Practitioner/a")), !=, 0);
  g_assert_cmpint (hy_test_int64 (hy_vault_resolve (sandbox->access, from, HY_TEST_BASE "/Practitioner/a")), !=, 0);

  own = dup_joined (hy_vault_dup_mirrored (sandbox->access, origin, "Observation", HY_MIRROR_OWN));
  g_assert_cmpstr (own, ==, "1 2");
  referred = dup_joined (hy_vault_dup_mirrored (sandbox->access, origin, NULL, HY_MIRROR_REFERRED));
  g_assert_cmpstr (referred, ==, "Practitioner/a");
}

/* Nearer wins: what is the patient's own stays so, however it comes again. */
static void
keeps_the_nearer_level (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 origin = hy_test_add_server (sandbox);
  static const HyMirrorLevel levels[] = { HY_MIRROR_REFERRED, HY_MIRROR_OWN, HY_MIRROR_REFERRED };
  static const char *const expected[] = { "1", "0", "0" };

  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    {
      HyMirrorChange *change = NEW ("RelatedPerson/1", "{\"v\":1}");

      change->level = levels[i];
      hy_test_mirror (sandbox, origin, 0, change);
      assert_sql (sandbox, "SELECT level FROM mirror", expected[i]);
    }
}

static void
links_only_among_what_came_from_it (void)
{
  static const char *const links[] = { "Encounter/e", NULL };
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  HyMirrorChange *waiting = with_links (NEW ("Observation/file", "{\"of\":\"file\"}"), links);
  gint64 origin, from, to, other;

  other = hy_test_vault_put (sandbox, g_steal_pointer (&waiting->item)).rowid;
  hy_mirror_change_free (waiting);
  origin = hy_test_add_server (sandbox);
  from = hy_test_mirror (sandbox, origin, 0, with_links (NEW ("Observation/1", "{\"v\":1}"), links)).rowid;
  to = hy_test_mirror (sandbox, origin, 0, NEW ("Encounter/e", "{\"e\":1}")).rowid;
  hy_test_done (hy_vault_resolve_links (sandbox->access, origin));
  g_assert_cmpint (hy_test_int64 (hy_vault_resolve (sandbox->access, from, "Encounter/e")), ==, to);
  assert_sql (sandbox, "SELECT target FROM link ORDER BY source LIMIT 1", "0");
  g_assert_cmpint (other, <, from);

  /* Gone there, the reference waits for it again. */
  hy_test_mirror (sandbox, origin, 0, GONE ("Encounter/e"));
  assert_sql (sandbox, "SELECT target FROM link ORDER BY source DESC LIMIT 1", "0");
}

static void
asks_for_every_right (void)
{
  static const guint8 actor[16] = { 7 };
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 origin = hy_test_add_server (sandbox);
  HyMirrorServer server = { .base = (char *) "https://b.example", .patient = (char *) "p" };
  g_autoptr (HyAccess) reader = hy_vault_new_access (sandbox->vault, actor, (HyAccessMask) { .read = G_MAXUINT64 }, 0);
  g_autoptr (HyAccess) adder = hy_vault_new_access (sandbox->vault, actor, (HyAccessMask) { .read = G_MAXUINT64, .add = G_MAXUINT64 }, 0);
  g_autoptr (HyAccess) partly = hy_vault_new_access (sandbox->vault, actor, (HyAccessMask) { 4, 4, 4, 4 }, 0);
  gint64 rowid = hy_test_mirror (sandbox, origin, 0, NEW ("Observation/1", "{\"v\":1}")).rowid;

  server.origin = origin;
  hy_test_refused (hy_vault_add_server (reader, &server, NULL), HY_ERROR_DENIED);
  hy_test_refused (hy_vault_set_server (reader, &server), HY_ERROR_DENIED);
  hy_test_refused (hy_vault_set_server_token (reader, origin, NULL), HY_ERROR_DENIED);
  hy_test_refused (hy_vault_dup_server_token (reader, origin), HY_ERROR_DENIED);
  hy_test_refused (hy_vault_remove_server (reader, origin), HY_ERROR_DENIED);
  hy_test_refused (hy_vault_begin_run (reader, origin), HY_ERROR_DENIED);
  hy_test_refused (hy_vault_mirror (reader, hy_test_page_new (origin, 0, 0, NEW ("Observation/2", "{\"v\":2}"))), HY_ERROR_DENIED);
  hy_test_refused (hy_vault_mirror (adder, hy_test_page_new (origin, 0, 0, NEW ("Observation/1", "{\"v\":2}"))), HY_ERROR_DENIED);
  hy_test_refused (hy_vault_mirror (adder, hy_test_page_new (origin, 0, 0, GONE ("Observation/1"))), HY_ERROR_DENIED);
  hy_test_refused (hy_vault_dup_servers (partly), HY_ERROR_DENIED);
  hy_test_refused (hy_vault_dup_cursors (partly, origin), HY_ERROR_DENIED);
  hy_test_refused (hy_vault_dup_runs (partly, 1), HY_ERROR_DENIED);
  hy_test_refused (hy_vault_dup_mirrored (partly, origin, NULL, HY_MIRROR_OWN), HY_ERROR_DENIED);
  hy_test_content (sandbox, rowid, "{\"v\":1}");
  g_assert_cmpint (hy_test_mirror (sandbox, origin, 0, NEW ("Observation/1", "{\"v\":1}")).outcome, ==, HY_MIRROR_SAME);
}

/* A space of before sync opens with all that it holds. */
static void
brings_a_space_without_sync_up (void)
{
  g_autofree char *dir = g_dir_make_tmp ("hygie-test-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "db", NULL);
  g_autoptr (HySecret) key = hy_secret_new_random (32);
  GError *error = NULL;
  HyDatabase *database = hy_database_open (path, key, /* create= */ TRUE, /* read_only= */ FALSE, &error);

  g_assert_no_error (error);
  g_assert_true (hy_schema_migrate (database, NULL));
  hy_database_run (database,
                   "DROP TABLE server; DROP TABLE cursor; DROP TABLE mirror; DROP TABLE file; DROP TABLE part; DROP TABLE run;"
                   "DROP TABLE run_line; DROP TABLE refusal; DROP TABLE folder; DROP TABLE in_folder; PRAGMA user_version = 2;"
                   "INSERT INTO content (id, json) VALUES (1, x'7b7d'); INSERT INTO outbox (id, act, base, at_ms) VALUES (1, 'update', 1, 5)",
                   &error);
  g_assert_no_error (error);
  g_assert_true (hy_schema_check (database, NULL));
  g_assert_true (hy_schema_migrate (database, &error));
  g_assert_no_error (error);
  g_assert_true (hy_database_run (database,
                                  "INSERT INTO mirror (origin, type, fhir_id, id, level, walk) SELECT 1, 'Observation', '1', c.id, 0, 0"
                                  " FROM content c JOIN outbox o ON o.id = c.id; INSERT INTO part (id, at, blob) VALUES (1, 0, x'00')",
                                  &error));
  g_assert_true (hy_database_close (database, &error));
  g_unlink (path);
  g_rmdir (dir);
}

int
main (int argc,
      char **argv)
{
  dex_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vault/mirror/keeps-a-server-and-its-token", keeps_a_server_and_its_token);
  g_test_add_func ("/vault/mirror/adds-changes-and-deletes", adds_changes_and_deletes);
  g_test_add_func ("/vault/mirror/keeps-the-marks-of-this-computer", keeps_the_marks_of_this_computer);
  g_test_add_func ("/vault/mirror/knows-what-came-by-a-file", knows_what_came_by_a_file);
  g_test_add_func ("/vault/mirror/never-makes-one-of-two-of-a-server", never_makes_one_of_two_of_a_server);
  g_test_add_func ("/vault/mirror/sets-aside-what-meets-an-edit", sets_aside_what_meets_an_edit);
  g_test_add_func ("/vault/mirror/passes-older-versions-of-a-walk", passes_older_versions_of_a_walk);
  g_test_add_func ("/vault/mirror/remembers-a-walk-over-a-single-read", remembers_a_walk_over_a_single_read);
  g_test_add_func ("/vault/mirror/takes-a-page-whole-or-not-at-all", takes_a_page_whole_or_not_at_all);
  g_test_add_func ("/vault/mirror/removing-a-server-keeps-what-came", removing_a_server_keeps_what_came);
  g_test_add_func ("/vault/mirror/forgets-what-is-removed-here", forgets_what_is_removed_here);
  g_test_add_func ("/vault/mirror/says-what-is-referred-to", says_what_is_referred_to);
  g_test_add_func ("/vault/mirror/keeps-the-nearer-level", keeps_the_nearer_level);
  g_test_add_func ("/vault/mirror/links-only-among-what-came-from-it", links_only_among_what_came_from_it);
  g_test_add_func ("/vault/mirror/asks-for-every-right", asks_for_every_right);
  g_test_add_func ("/vault/mirror/brings-a-space-without-sync-up", brings_a_space_without_sync_up);
  return g_test_run ();
}
