/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Import through the one path: real files to rows, duplicates, other people, cancel, and the bytes back out. */

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "fhir/hy-resource-row.h"
#include "space/hy-session.h"
#include "support/hy-test-space.h"
#include "vault/hy-vault-folders.h"
#include "vault/hy-vault-search.h"

#include <string.h>

typedef struct
{
  guint added;
  guint duplicates;
  guint refused;
  guint held;
  guint other_person;
  guint same_identifier;
  guint about_named;
  GCancellable *stop_after_first;
} Counts;

static void
on_outcome (const HyImportOutcome *outcome,
            gpointer user_data)
{
  Counts *counts = user_data;

  counts->added += outcome->status == HY_IMPORT_ADDED;
  counts->duplicates += outcome->status == HY_IMPORT_DUPLICATE;
  counts->refused += outcome->status == HY_IMPORT_REFUSED;
  counts->held += outcome->status == HY_IMPORT_HELD;
  counts->other_person += g_strcmp0 (outcome->warning, "other-person") == 0;
  counts->same_identifier += g_strcmp0 (outcome->warning, "same-identifier") == 0;
  counts->about_named += outcome->about != NULL && *outcome->about != 0;
  if (outcome->status == HY_IMPORT_ADDED || outcome->status == HY_IMPORT_DUPLICATE)
    {
      g_assert_nonnull (outcome->id);
      g_assert_nonnull (outcome->title);
    }
  if (outcome->status == HY_IMPORT_REFUSED)
    g_assert_nonnull (outcome->reason);
  if (counts->stop_after_first != NULL)
    g_cancellable_cancel (counts->stop_after_first);
}

static Counts
import (HyTestSpace *sandbox,
        HyImportFlags flags,
        GCancellable *cancellable,
        const char *const *paths)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree HyImportSummary *summary = NULL;
  Counts counts = { .stop_after_first = cancellable };

  for (guint i = 0; paths[i] != NULL; i++)
    {
      g_autofree char *path =
          g_path_is_absolute (paths[i]) ? g_strdup (paths[i]) : g_build_filename (g_getenv ("HY_FIXTURES"), paths[i], NULL);

      g_ptr_array_add (files, g_file_new_for_path (path));
    }
  summary = hy_test_await_boxed (hy_space_import (sandbox->space, files, flags, cancellable, on_outcome, NULL, &counts));
  g_assert_cmpuint (summary->added, ==, counts.added);
  g_assert_cmpuint (summary->duplicates, ==, counts.duplicates);
  g_assert_cmpuint (summary->refused, ==, counts.refused);
  g_assert_cmpuint (summary->held, ==, counts.held);
  return counts;
}

static void
adds_once_and_knows_it_again (void)
{
  static const char *const files[] = { "fhir/hl7-examples/observation-example.json", "pdf/minimal-document.pdf", NULL };
  g_autoptr (HyTestSpace) sandbox = hy_test_space_new ();
  Counts first = import (sandbox, HY_IMPORT_NONE, NULL, files);
  Counts second = import (sandbox, HY_IMPORT_NONE, NULL, files);

  g_assert_cmpuint (first.added, ==, 2);
  g_assert_cmpuint (second.added, ==, 0);
  g_assert_cmpuint (second.duplicates, ==, 2);
}

static void
gives_back_the_very_bytes (void)
{
  static const char *const files[] = { "pdf/pdflatex-4-pages.pdf", "fhir/hl7-examples/documentreference-example.json", NULL };
  g_autoptr (HyTestSpace) sandbox = hy_test_space_new ();
  g_autofree char *path = g_build_filename (g_getenv ("HY_FIXTURES"), files[0], NULL);
  g_autoptr (HyVaultListing) listing = NULL;
  g_autofree char *expected = NULL;
  gboolean seen = FALSE;
  gsize size;

  import (sandbox, HY_IMPORT_NONE, NULL, files);
  g_assert_true (g_file_get_contents (path, &expected, &size, NULL));
  listing = hy_test_await_boxed (hy_vault_list (sandbox->access, HY_CLASS_DOCUMENT, HY_SORT_NEWEST, 10));
  for (guint i = 0; i < listing->rows->len; i++)
    {
      HyVaultRow *row = g_ptr_array_index (listing->rows, i);

      if (row->has_blob)
        {
          g_autoptr (GBytes) bytes = hy_test_await_boxed (hy_space_dup_document (sandbox->space, row->rowid));

          g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), expected, size);
          g_assert_cmpstr (row->title, ==, "pdflatex-4-pages");
          seen = TRUE;
        }
    }
  g_assert_true (seen);
}

/* The space is Alice's: what alice.json says of Robert is never mixed in unseen. */
static HyTestSpace *
new_alice (void)
{
  HyTestSpace *sandbox = hy_test_space_new ();
  HyDate birth = { 1984, 5, 12 };
  DexFuture *future = hy_session_add_space (sandbox->session, "Alice", "Exemple-Verdier", birth, HY_SEX_FEMALE, TRUE);

  dex_ref (future);
  hy_test_await (future);
  g_set_object (&sandbox->space, g_value_get_object (dex_future_get_value (future, NULL)));
  sandbox->access = hy_space_get_access (sandbox->space);
  dex_unref (future);
  return sandbox;
}

static void
tells_other_people_apart (void)
{
  static const char *const files[] = { "fhir/space/alice.json", NULL };
  g_autoptr (HyTestSpace) added = new_alice ();
  g_autoptr (HyTestSpace) refused = new_alice ();
  g_autoptr (HyTestSpace) held = new_alice ();
  Counts all = import (added, HY_IMPORT_NONE, NULL, files);
  Counts same = import (refused, HY_IMPORT_REFUSE_OTHERS, NULL, files);
  Counts asked = import (held, HY_IMPORT_HOLD_OTHERS, NULL, files);
  Counts then = import (held, HY_IMPORT_NONE, NULL, files);

  g_assert_cmpuint (all.added, ==, 36);
  g_assert_cmpuint (all.other_person, >, 0);
  g_assert_cmpuint (all.about_named, ==, all.other_person);
  g_assert_cmpuint (same.refused, ==, all.other_person);
  g_assert_cmpuint (same.added, ==, 36 - all.other_person);
  g_assert_cmpuint (asked.held, ==, all.other_person);
  g_assert_cmpuint (asked.added, ==, 36 - all.other_person);
  /* The person said "add them all the same". */
  g_assert_cmpuint (then.added, ==, all.other_person);
  g_assert_cmpuint (then.duplicates, ==, 36 - all.other_person);
}

static void
resolves_references_of_a_bundle (void)
{
  static const char *const files[] = { "fhir/synthea/Bill_Reinger_0bfeda65-c8ac-4dd7-a46c-d69e665996d4.json", NULL };
  g_autoptr (HyTestSpace) sandbox = hy_test_space_new ();
  g_autoptr (HyVaultListing) stays = NULL;
  guint n_linked = 0;

  g_assert_cmpuint (import (sandbox, HY_IMPORT_NONE, NULL, files).refused, ==, 0);
  stays = hy_test_await_boxed (hy_vault_list (sandbox->access, HY_CLASS_STAY, HY_SORT_NEWEST, 500));
  for (guint i = 0; i < stays->keys->len; i++)
    {
      g_autoptr (GArray) sources =
          hy_test_await_boxed (hy_vault_dup_links_to (sandbox->access, g_array_index (stays->keys, HyVaultKey, i).rowid));

      n_linked += sources->len > 0;
    }
  g_assert_cmpuint (n_linked, >, 0);
}

static void
refuses_with_a_reason_and_goes_on (void)
{
  g_autoptr (HyTestSpace) sandbox = hy_test_space_new ();
  g_autofree char *broken = g_build_filename (sandbox->dir, "broken.json", NULL);
  g_autofree char *empty = g_build_filename (sandbox->dir, "empty.pdf", NULL);
  const char *files[] = { broken, "/nowhere/at-all.json", sandbox->dir, empty, "pdf/minimal-document.pdf", NULL };
  Counts counts;

  g_assert_true (g_file_set_contents (broken, "{\"resourceType\":\"Patient\",", -1, NULL));
  g_assert_true (g_file_set_contents (empty, "", 0, NULL));
  counts = import (sandbox, HY_IMPORT_NONE, NULL, files);
  g_assert_cmpuint (counts.refused, ==, 4);
  g_assert_cmpuint (counts.added, ==, 1);
}

static void
keeps_what_was_added_when_stopped (void)
{
  g_autoptr (HyTestSpace) sandbox = hy_test_space_new ();
  g_autofree char *path = g_build_filename (sandbox->dir, "many.ndjson", NULL);
  const char *files[] = { path, NULL };
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (HyVaultListing) listing = NULL;
  Counts counts;

  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (lines, "{\"resourceType\":\"Observation\",\"id\":\"o%u\",\"status\":\"final\",\"code\":{\"text\":\"Poids\"}}\n", i);
  g_assert_true (g_file_set_contents (path, lines->str, (gssize) lines->len, NULL));
  counts = import (sandbox, HY_IMPORT_NONE, cancellable, files);
  g_assert_cmpuint (counts.added, >, 0);
  g_assert_cmpuint (counts.added, <, 5000);
  listing = hy_test_await_boxed (hy_vault_list (sandbox->access, HY_CLASS_MEASURE, HY_SORT_NEWEST, 0));
  /* A batch that was on its way may be in beside those that were told; none that was told is missing. */
  g_assert_cmpuint (listing->keys->len, >=, counts.added);
}

/* All documents. */
static void
put_in_folder (HyTestSpace *sandbox,
               const char *title)
{
  g_autoptr (HyVaultListing) listing = hy_test_await_boxed (hy_vault_list (sandbox->access, HY_CLASS_DOCUMENT, HY_SORT_NEWEST, 0));
  g_autoptr (GArray) rowids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (DexFuture) added = hy_vault_add_folder (sandbox->access, HY_CLASS_DOCUMENT, title);

  hy_test_await (dex_ref (added));
  for (guint i = 0; i < listing->keys->len; i++)
    g_array_append_val (rowids, g_array_index (listing->keys, HyVaultKey, i).rowid);
  hy_test_await (hy_vault_put_in_folder (sandbox->access, rowids, g_value_get_int64 (dex_future_get_value (added, NULL))));
}

static void
exports_everything_in_clear (void)
{
  static const char *const files[] = { "fhir/space/alice.json", "pdf/minimal-document.pdf", NULL };
  g_autoptr (HyTestSpace) sandbox = new_alice ();
  g_autofree char *path = g_build_filename (sandbox->dir, "out.zip", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *zip = NULL;
  gsize size;

  import (sandbox, HY_IMPORT_NONE, NULL, files);
  put_in_folder (sandbox, "Dents");
  hy_test_await (hy_space_export_zip (sandbox->space, file, NULL));
  g_assert_true (g_file_get_contents (path, &zip, &size, NULL));
  g_assert_cmpmem (zip, 2, "PK", 2);
  g_assert_nonnull (memmem (zip, size, "README.txt", 10));
  g_assert_nonnull (memmem (zip, size, "records/Patient/", 16));
  g_assert_nonnull (memmem (zip, size, "minimal-document", 16));
  g_assert_nonnull (memmem (zip, size, "documents/Dents/", 16));
}

int
main (int argc,
      char *argv[])
{
  dex_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/space/import/adds-once-and-knows-it-again", adds_once_and_knows_it_again);
  g_test_add_func ("/space/import/gives-back-the-very-bytes", gives_back_the_very_bytes);
  g_test_add_func ("/space/import/tells-other-people-apart", tells_other_people_apart);
  g_test_add_func ("/space/import/resolves-references-of-a-bundle", resolves_references_of_a_bundle);
  g_test_add_func ("/space/import/refuses-with-a-reason-and-goes-on", refuses_with_a_reason_and_goes_on);
  g_test_add_func ("/space/import/keeps-what-was-added-when-stopped", keeps_what_was_added_when_stopped);
  g_test_add_func ("/space/export/exports-everything-in-clear", exports_everything_in_clear);
  return g_test_run ();
}
