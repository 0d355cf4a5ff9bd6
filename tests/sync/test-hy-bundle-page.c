/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is taken of a server's pages, and what a server says that it can do. */

#include "fhir/hy-resource-row.h"
#include "sync/hy-bundle-page.h"
#include "sync/hy-capabilities.h"
#include "sync/hy-fhir-client.h"

#include <string.h>

#define BASE "https://fhir.example.org/r4"
#define MINE "\"subject\":{\"reference\":\"Patient/p1\"}"
#define HERS "\"subject\":{\"reference\":\"Patient/p2\"}"

typedef struct
{
  HyMirrorPage *into;
  HyBundleTaken taken;
} Outcome;

static void
outcome_clear (Outcome *outcome)
{
  g_clear_pointer (&outcome->into, hy_mirror_page_free);
  hy_bundle_taken_clear (&outcome->taken);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

static GBytes *
bytes_of (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static void
take (Outcome *outcome,
      HyBundleKind kind,
      const char *type,
      GHashTable *mirrored,
      const char *entries)
{
  g_autofree char *text =
      g_strdup_printf ("{\"resourceType\":\"Bundle\",\"type\":\"%s\",\"entry\":[%s]}", kind == HY_BUNDLE_HISTORY ? "history" : "searchset", entries);
  g_autoptr (GBytes) body = bytes_of (text);
  g_autoptr (GError) error = NULL;
  g_autoptr (HyBundlePage) page = hy_bundle_page_read (body, kind, &error);
  HyBundleTaking taking = { .base = BASE, .patient = "p1", .type = type, .mirrored = mirrored, .unread = TRUE };

  g_assert_no_error (error);
  outcome->into = hy_mirror_page_new (1, 1, 0);
  hy_bundle_page_take (page, kind, &taking, outcome->into, &outcome->taken);
}

/* "Observation/1", "-Observation/2" for one that is gone, "?Practitioner/3" for one referred to, "!other-person". */
static void
assert_outcome (const Outcome *outcome,
                const char *expected)
{
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < outcome->into->changes->len; i++)
    {
      HyMirrorChange *change = g_ptr_array_index (outcome->into->changes, i);

      g_string_append_printf (found, "%s%s%s/%s", found->len > 0 ? " " : "",
                              change->item == NULL                  ? "-"
                              : change->level == HY_MIRROR_REFERRED ? "?"
                                                                    : "",
                              change->type, change->fhir_id);
    }
  for (guint i = 0; i < outcome->taken.refusals->len; i++)
    g_string_append_printf (found, "%s!%s", found->len > 0 ? " " : "", ((HyBundleRefusal *) g_ptr_array_index (outcome->taken.refusals, i))->code);
  g_assert_cmpstr (found->str, ==, expected);
}

static void
takes_what_is_the_patients (void)
{
  g_auto (Outcome) all = { 0 };

  take (&all, HY_BUNDLE_SEARCH, NULL, NULL,
        "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p1\"}},"
        "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"1\"," MINE "}},"
        "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"2\"," HERS "}},"
        "{\"resource\":{\"resourceType\":\"Practitioner\",\"id\":\"d\"}},"
        "{\"search\":{\"mode\":\"outcome\"},\"resource\":{\"resourceType\":\"OperationOutcome\",\"id\":\"o\"}},"
        "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p2\"}}");
  assert_outcome (&all, "Patient/p1 Observation/1 ?Practitioner/d !other-person !other-person");
}

static void
takes_only_the_type_that_was_asked_for (void)
{
  g_auto (Outcome) some = { 0 };

  take (&some, HY_BUNDLE_SEARCH, "Observation", NULL,
        "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"1\"," MINE "}},"
        "{\"resource\":{\"resourceType\":\"Condition\",\"id\":\"1\"," MINE "}},"
        "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"2\"}}");
  assert_outcome (&some, "Observation/1 !damaged !other-person");
}

static void
refuses_what_has_no_place (void)
{
  g_auto (Outcome) none = { 0 };

  take (&none, HY_BUNDLE_SEARCH, NULL, NULL,
        "{\"resource\":{\"resourceType\":\"Observation\"," MINE "}},"
        "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"..\"," MINE "}},"
        "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"a/b\"," MINE "}},"
        "{\"resource\":{\"resourceType\":\"Observation\",\"id\":7," MINE "}},"
        "{\"resource\":{\"resourceType\":\"observation\",\"id\":\"1\"," MINE "}},"
        "{\"resource\":{\"id\":\"1\"," MINE "}},"
        "{\"resource\":null},{}");
  assert_outcome (&none, "!damaged !damaged !damaged !damaged !damaged !damaged !damaged !damaged");
}

static GHashTable *
mirrored (const char *own,
          const char *referred)
{
  GHashTable *table = g_hash_table_new (g_str_hash, g_str_equal);

  g_hash_table_insert (table, (gpointer) own, GUINT_TO_POINTER (HY_MIRROR_OWN + 1));
  g_hash_table_insert (table, (gpointer) referred, GUINT_TO_POINTER (HY_MIRROR_REFERRED + 1));
  return table;
}

static void
follows_a_history (void)
{
  g_autoptr (GHashTable) here = mirrored ("Observation/moved", "Practitioner/known");
  g_auto (Outcome) history = { 0 };

  take (&history, HY_BUNDLE_HISTORY, NULL, here,
        "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"new\"," MINE "}},"
        "{\"request\":{\"method\":\"DELETE\",\"url\":\"Condition/gone\"}},"
        "{\"fullUrl\":\"" BASE "/Condition/full\",\"response\":{\"status\":\"204\"}},"
        /* Somebody else's now: hers here goes, and an older version of what is not here must not come. */
        "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"moved\",\"meta\":{\"versionId\":\"2\"}," HERS "}},"
        "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"was\",\"meta\":{\"versionId\":\"9\"}," HERS "}},"
        "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"never\",\"meta\":{\"versionId\":\"1\"}," HERS "}},"
        "{\"resource\":{\"resourceType\":\"Practitioner\",\"id\":\"known\"}},"
        "{\"resource\":{\"resourceType\":\"Practitioner\",\"id\":\"stranger\"}},"
        "{\"request\":{\"method\":\"DELETE\",\"url\":\"Practitioner/stranger\"}},"
        "{\"resource\":{\"resourceType\":\"Binary\",\"id\":\"b\",\"meta\":{\"versionId\":\"3\"}}}");
  assert_outcome (&history, "Observation/new -Condition/gone -Condition/full -Observation/moved -Observation/was ?Practitioner/known");
  g_assert_cmpuint (history.taken.binaries->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (history.taken.binaries, 0), ==, "Binary/b");
  g_assert_cmpstr (g_ptr_array_index (history.taken.binaries, 1), ==, "3");
}

static void
keeps_the_exact_bytes_and_what_is_to_be_fetched (void)
{
  static const char resource[] = "{ \"resourceType\": \"DocumentReference\", \"id\":\"d1\", \"meta\":{\"versionId\":\"4\"}, " MINE ",\n"
                                 " \"x\": 1.50, \"content\":[{\"attachment\":{\"url\":\"Binary/1\",\"size\":5}}] }";
  g_autofree char *entry = g_strdup_printf ("{\"resource\":%s}", resource);
  g_auto (Outcome) page = { 0 };
  HyMirrorChange *change;

  take (&page, HY_BUNDLE_SEARCH, NULL, NULL, entry);
  assert_outcome (&page, "DocumentReference/d1");
  change = g_ptr_array_index (page.into->changes, 0);
  g_assert_cmpmem (g_bytes_get_data (change->item->json, NULL), g_bytes_get_size (change->item->json), resource, strlen (resource));
  g_assert_cmpstr (change->version, ==, "4");
  g_assert_cmpstr (change->file->url, ==, "Binary/1");
  g_assert_cmpint (change->file->size, ==, 5);
  g_assert_true (change->item->row.flags & HY_ROW_UNREAD);
  g_assert_true (g_ptr_array_find_with_equal_func (change->item->names, BASE "/DocumentReference/d1", g_str_equal, NULL));
}

static void
refuses_what_is_no_such_bundle (void)
{
  static const char *const bodies[] = { "{}", "{\"resourceType\":\"Bundle\"}", "{\"resourceType\":\"Bundle\",\"type\":\"history\"}",
                                        "{\"resourceType\":\"OperationOutcome\"}", "[]", "{\"resourceType\":\"Bundle\",\"type\":\"searchset\"" };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (GBytes) body = bytes_of (bodies[i]);
      g_autoptr (GError) error = NULL;

      g_assert_null (hy_bundle_page_read (body, HY_BUNDLE_SEARCH, &error));
      g_assert_error (error, HY_FHIR_ERROR, HY_FHIR_ERROR_NOT_FHIR);
    }
}

static void
reads_links_totals_and_times (void)
{
  g_autoptr (GBytes) body = bytes_of ("{\"resourceType\":\"Bundle\",\"type\":\"history\",\"total\":12,\"link\":[{\"relation\":\"self\",\"url\":\"a\"},"
                                      "{\"relation\":\"next\",\"url\":\"?page=2\"}],\"entry\":[{\"response\":{\"lastModified\":\"2026-11-26T08:00:00+01:00\"}},"
                                      "{\"resource\":{\"meta\":{\"lastUpdated\":\"2026-11-26T06:59:59.500Z\"}}}]}");
  g_autoptr (HyBundlePage) page = hy_bundle_page_read (body, HY_BUNDLE_HISTORY, NULL);
  g_autofree char *newest = hy_fhir_dup_instant (page->newest_ms);

  g_assert_cmpstr (page->next, ==, "?page=2");
  g_assert_cmpint (page->total, ==, 12);
  g_assert_cmpuint (page->n_entries, ==, 2);
  g_assert_cmpstr (newest, ==, "2026-11-26T07:00:00.000Z");
}

/* -- what a server can do -- */

static void
assert_capabilities (const char *resources,
                     const char *expected)
{
  g_autofree char *text = g_strdup_printf ("{\"resourceType\":\"CapabilityStatement\",\"rest\":[{\"interaction\":[{\"code\":\"batch\"}],\"resource\":[%s]}]}", resources);
  g_autoptr (GBytes) body = bytes_of (text);
  g_autoptr (GError) error = NULL;
  g_autoptr (HyCapabilities) can = hy_capabilities_read (body, &error);
  g_autofree char *line = NULL;
  g_autofree char *again = NULL;
  g_autoptr (HyCapabilities) kept = NULL;

  g_assert_no_error (error);
  line = hy_capabilities_dup_text (can);
  g_assert_cmpstr (line, ==, expected);
  kept = hy_capabilities_new_from_text (line);
  again = hy_capabilities_dup_text (kept);
  g_assert_cmpstr (again, ==, line);
}

static void
asks_for_what_is_declared (void)
{
  assert_capabilities ("{\"type\":\"Observation\",\"searchParam\":[{\"name\":\"subject\"},{\"name\":\"code\"}]}", "known batch Observation?subject");
  assert_capabilities ("{\"type\":\"Observation\",\"searchParam\":[{\"name\":\"performer\"},{\"name\":\"subject\"}]}",
                       "known batch Observation?performer Observation?subject");
  /* The same by another name. */
  assert_capabilities ("{\"type\":\"Observation\",\"searchParam\":[{\"name\":\"patient\"}]}", "known batch Observation?patient");
  assert_capabilities ("{\"type\":\"Immunization\"}", "known batch Immunization?patient");
  assert_capabilities ("{\"type\":\"Observation\",\"searchParam\":[{\"name\":\"code\"}]}", "known batch");
  assert_capabilities ("{\"type\":\"Practitioner\",\"searchParam\":[{\"name\":\"patient\"}]},{\"type\":7},{}", "known batch");
  assert_capabilities ("{\"type\":\"Patient\",\"operation\":[{\"name\":\"everything\"}],\"searchParam\":[{\"name\":\"link\"}]}", "known everything batch");
}

static void
tries_what_is_usual_without_a_declaration (void)
{
  g_autoptr (HyCapabilities) can = hy_capabilities_new_usual ();
  g_autoptr (GBytes) body = bytes_of ("{\"resourceType\":\"OperationOutcome\"}");
  g_autoptr (GError) error = NULL;

  g_assert_true (g_ptr_array_find_with_equal_func (can->searches, "DocumentReference?subject", g_str_equal, NULL));
  g_assert_false (g_ptr_array_find_with_equal_func (can->searches, "Claim?patient", g_str_equal, NULL));
  g_assert_false (can->known || can->everything || can->history || can->batch);
  g_assert_null (hy_capabilities_read (body, &error));
  g_assert_error (error, HY_FHIR_ERROR, HY_FHIR_ERROR_NOT_FHIR);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/bundle-page/takes-what-is-the-patients", takes_what_is_the_patients);
  g_test_add_func ("/sync/bundle-page/takes-only-the-type-that-was-asked-for", takes_only_the_type_that_was_asked_for);
  g_test_add_func ("/sync/bundle-page/refuses-what-has-no-place", refuses_what_has_no_place);
  g_test_add_func ("/sync/bundle-page/follows-a-history", follows_a_history);
  g_test_add_func ("/sync/bundle-page/keeps-the-exact-bytes-and-what-is-to-be-fetched", keeps_the_exact_bytes_and_what_is_to_be_fetched);
  g_test_add_func ("/sync/bundle-page/refuses-what-is-no-such-bundle", refuses_what_is_no_such_bundle);
  g_test_add_func ("/sync/bundle-page/reads-links-totals-and-times", reads_links_totals_and_times);
  g_test_add_func ("/sync/capabilities/asks-for-what-is-declared", asks_for_what_is_declared);
  g_test_add_func ("/sync/capabilities/tries-what-is-usual-without-a-declaration", tries_what_is_usual_without_a_declaration);
  return g_test_run ();
}
