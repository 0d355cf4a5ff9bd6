/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents through the real, sandboxed worker: every sample, what expected.json says of the French ones, archives that
 * complete what came before, and what search finds inside. */

#include "base/hy-async.h"
#include "base/hy-json.h"
#include "fhir/hy-document-types.h"
#include "fhir/hy-resource-row.h"
#include "records/hy-record-change.h"
#include "space/hy-session.h"
#include "support/hy-test-space.h"
#include "vault/hy-vault-search.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

/* What became of one item. */
typedef struct
{
  char *kind;
  char *id;
  char *title;
  char *reason;
  char *warning;
  char *about;
  guint member;
  guint n_members;
  HyImportStatus status;
  gboolean completed;
} Told;

static void
told_free (gpointer data)
{
  Told *told = data;

  g_free (told->kind);
  g_free (told->id);
  g_free (told->title);
  g_free (told->reason);
  g_free (told->warning);
  g_free (told->about);
  g_free (told);
}

typedef struct
{
  GPtrArray *told;
  GCancellable *stop;
} Telling;

static void
on_outcome (const HyImportOutcome *outcome,
            gpointer user_data)
{
  Telling *telling = user_data;
  Told *told = g_new0 (Told, 1);

  told->kind = g_strdup (outcome->kind);
  told->id = g_strdup (outcome->id);
  told->title = g_strdup (outcome->title);
  told->reason = g_strdup (outcome->reason);
  told->warning = g_strdup (outcome->warning);
  told->about = g_strdup (outcome->about);
  told->member = outcome->member;
  told->n_members = outcome->n_members;
  told->status = outcome->status;
  told->completed = outcome->completed;
  g_ptr_array_add (telling->told, told);
  if (telling->stop != NULL)
    g_cancellable_cancel (telling->stop);
}

static GPtrArray *
import_path (HyTestSpace *sandbox,
             const char *path,
             GCancellable *stop)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  Telling telling = { g_ptr_array_new_with_free_func (told_free), stop };

  g_ptr_array_add (files, g_file_new_for_path (path));
  g_free (hy_test_await_boxed (hy_space_import (sandbox->space, files, HY_IMPORT_NONE, stop, on_outcome, NULL, &telling)));
  return telling.told;
}

static GPtrArray *
import_fixture (HyTestSpace *sandbox,
                const char *name)
{
  g_autofree char *path = g_build_filename (g_getenv ("HY_FIXTURES"), name, NULL);

  return import_path (sandbox, path, NULL);
}

static GPtrArray *
import_bytes (HyTestSpace *sandbox,
              const char *name,
              const char *bytes,
              gsize size)
{
  g_autofree char *path = g_build_filename (sandbox->dir, name, NULL);

  g_assert_true (g_file_set_contents (path, bytes, (gssize) size, NULL));
  return import_path (sandbox, path, NULL);
}

static char *
dup_fixture (const char *name,
             gsize *size)
{
  g_autofree char *path = g_build_filename (g_getenv ("HY_FIXTURES"), name, NULL);
  char *contents;

  g_assert_true (g_file_get_contents (path, &contents, size, NULL));
  return contents;
}

/* A space of the person that s01 and the archives are about. */
static HyTestSpace *
new_odette_born (gint16 year)
{
  HyTestSpace *sandbox = hy_test_space_new ();
  HyDate birth = { year, 7, 12 };
  DexFuture *future = hy_session_add_space (sandbox->session, "Odette", "Exemple-Un", birth, HY_SEX_FEMALE, TRUE);

  dex_ref (future);
  hy_test_await (future);
  g_set_object (&sandbox->space, g_value_get_object (dex_future_get_value (future, NULL)));
  sandbox->access = hy_space_get_access (sandbox->space);
  dex_unref (future);
  return sandbox;
}

static HyTestSpace *
new_odette (void)
{
  return new_odette_born (1980);
}

static const Told *
get_told (GPtrArray *told,
          guint index,
          HyImportStatus status)
{
  const Told *one;

  g_assert_cmpuint (index, <, told->len);
  one = told->pdata[index];
  if (one->status != status)
    g_error ("%s: status %d, not %d: %s", one->title, one->status, status, one->reason);
  return one;
}

static HyVaultRow *
dup_row (HyTestSpace *sandbox,
         const char *id)
{
  gint64 rowid = 0;

  g_assert_true (hy_access_parse_id (sandbox->access, id, &rowid));
  return hy_test_await_boxed (hy_vault_dup_row (sandbox->access, rowid));
}

static GPtrArray *
search (HyTestSpace *sandbox,
        const char *words)
{
  return hy_test_await_boxed (hy_vault_search (sandbox->access, words, HY_CLASS_DOCUMENT, 10));
}

static const char *const status_names[] = { "added", "duplicate", "refused", "held" };

static void
list_files (const char *folder,
            GPtrArray *files)
{
  g_autofree char *path = g_build_filename (g_getenv ("HY_FIXTURES"), folder, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      if (!g_file_test (file, G_FILE_TEST_IS_DIR) && !g_str_has_suffix (name, ".md") && strcmp (name, "LICENSE") != 0 &&
          !g_str_has_suffix (name, ".json"))
        g_ptr_array_add (files, g_build_filename (folder, name, NULL));
    }
}

static gint
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

static void
append_line (GString *table,
             HyTestSpace *sandbox,
             const char *file,
             const Told *told)
{
  g_autoptr (HyVaultRow) row = told->id != NULL ? dup_row (sandbox, told->id) : NULL;

  g_string_append_printf (table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", file, told->kind, status_names[told->status],
                          told->warning != NULL ? told->warning : "-", told->reason != NULL ? told->reason : told->title,
                          row != NULL && row->type_code != NULL ? row->type_code : "-",
                          row != NULL && row->shelf >= 0 ? hy_document_shelf_get_code ((guint) row->shelf) : "-",
                          /* What has no date of its own bears that of its coming. */
                          row != NULL && row->date != NULL && row->type_code != NULL ? row->date : "-",
                          row != NULL && row->author != NULL ? row->author : "-");
}

/* HY_DOCUMENT_TABLE=FILE writes there what the table should say of new samples. */
static void
every_sample_is_in_the_table (void)
{
  static const char *const folders[] = { "cda", "cda/fr", "cda/made", "pdf" };
  g_autoptr (HyTestSpace) sandbox = new_odette ();
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) table = g_string_new (NULL);
  g_autofree char *expected = NULL;
  g_auto (GStrv) found = NULL;
  g_auto (GStrv) wanted = NULL;
  const char *begin;

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    list_files (folders[i], files);
  g_ptr_array_sort (files, compare_names);
  g_assert_cmpuint (files->len, >=, 45);
  for (guint i = 0; i < files->len; i++)
    {
      g_autoptr (GPtrArray) told = import_fixture (sandbox, files->pdata[i]);

      for (guint k = 0; k < told->len; k++)
        append_line (table, sandbox, files->pdata[i], told->pdata[k]);
    }
  expected = dup_fixture ("document-table.tsv", NULL);
  for (begin = expected; *begin == '#'; begin = strchr (begin, '\n') + 1)
    ;
  if (g_getenv ("HY_DOCUMENT_TABLE") != NULL)
    g_assert_true (g_file_set_contents (g_getenv ("HY_DOCUMENT_TABLE"), table->str, (gssize) table->len, NULL));
  found = g_strsplit (table->str, "\n", -1);
  wanted = g_strsplit (begin, "\n", -1);
  for (guint i = 0; found[i] != NULL || wanted[i] != NULL; i++)
    g_assert_cmpstr (found[i], ==, wanted[i]);
}

static char *
dup_string_at (HyJson *json,
               HyJsonNode node,
               const char *path)
{
  return hy_json_dup_string (json, hy_json_path (json, node, path));
}

static HyJson *
new_expected (void)
{
  gsize size;
  char *text = dup_fixture ("cda/fr/expected.json", &size);
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, size);
  g_autoptr (GError) error = NULL;
  HyJson *json = hy_json_parse (bytes, &error);

  g_assert_no_error (error);
  return json;
}

static void
check_document (HyTestSpace *sandbox,
                HyJson *expected,
                HyJsonNode node,
                const char *file)
{
  g_autofree char *name = g_strconcat ("cda/fr/", file, NULL);
  g_autoptr (GPtrArray) told = import_fixture (sandbox, name);
  const Told *one = get_told (told, 0, HY_IMPORT_ADDED);
  g_autoptr (HyVaultRow) row = dup_row (sandbox, one->id);
  g_autoptr (GBytes) json_bytes = hy_test_await_boxed (hy_vault_dup_resource (sandbox->access, row->rowid));
  g_autoptr (GBytes) bytes = hy_test_await_boxed (hy_space_dup_document (sandbox->space, row->rowid));
  g_autoptr (HyJson) json = hy_json_parse (json_bytes, NULL);
  g_auto (HyPerson) person = { 0 };
  g_autofree char *type = dup_string_at (expected, node, "type");
  g_autofree char *title = dup_string_at (expected, node, "title");
  g_autofree char *date = dup_string_at (expected, node, "date");
  g_autofree char *sha256 = dup_string_at (expected, node, "sha256");
  g_autofree char *ins = dup_string_at (expected, node, "patient.ins");
  g_autofree char *family = dup_string_at (expected, node, "patient.birth_family");
  g_autofree char *birth = dup_string_at (expected, node, "patient.birth_date");
  g_autofree char *sex = dup_string_at (expected, node, "patient.sex");
  g_autofree char *found_sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  g_autofree char *found_birth = NULL;

  g_assert_cmpuint (told->len, ==, 1);
  g_assert_cmpstr (one->kind, ==, "cda");
  g_assert_cmpstr (row->type_code, ==, type);
  g_assert_cmpstr (row->title, ==, title);
  g_assert_cmpstr (row->date, ==, date);
  g_assert_cmpstr (row->author, ==, "Dr H\xc3\xa9l\xc3\xa8ne TOUBIB");
  g_assert_cmpstr (row->media_type, ==, "text/xml");
  g_assert_cmpstr (found_sha256, ==, sha256);
  g_assert_true (hy_person_read (json, hy_json_path (json, hy_json_root (json), "contained.0"), &person, NULL));
  found_birth = g_strdup_printf ("%04d%02d%02d", person.birth_date.year, person.birth_date.month, person.birth_date.day);
  g_assert_cmpstr (person.ins, ==, ins);
  g_assert_cmpstr (person.families[0], ==, family);
  g_assert_cmpstr (found_birth, ==, birth);
  g_assert_cmpint (person.sex, ==, strcmp (sex, "F") == 0 ? HY_SEX_FEMALE : HY_SEX_MALE);
  g_assert_cmpstr (one->warning, ==, strcmp (ins, "280079999900117") == 0 ? NULL : "other-person");
  g_assert_true ((one->about != NULL) == (one->warning != NULL));
}

static void
check_archive (HyJson *expected,
               HyJsonNode node,
               const char *file)
{
  g_autoptr (HyTestSpace) sandbox = new_odette ();
  g_autofree char *name = g_strconcat ("cda/fr/", file, NULL);
  g_autoptr (GPtrArray) told = import_fixture (sandbox, name);
  HyJsonNode entries = hy_json_member (expected, node, "entries");

  g_assert_cmpuint (told->len, ==, hy_json_count (expected, entries));
  for (guint i = 0; i < told->len; i++)
    {
      const Told *one = get_told (told, i, HY_IMPORT_ADDED);
      HyJsonNode entry = hy_json_at (expected, entries, i);
      g_autoptr (HyVaultRow) row = dup_row (sandbox, one->id);
      g_autoptr (GBytes) json_bytes = hy_test_await_boxed (hy_vault_dup_resource (sandbox->access, row->rowid));
      g_autoptr (HyJson) json = hy_json_parse (json_bytes, NULL);
      g_autofree char *type = dup_string_at (expected, entry, "type");
      g_autofree char *title = dup_string_at (expected, entry, "title");
      g_autofree char *unique = dup_string_at (expected, entry, "uniqueId");
      g_autofree char *identity = g_strconcat ("urn:oid:", unique, NULL);
      gboolean hidden = hy_json_is_true (expected, hy_json_member (expected, entry, "hidden_from_professionals"));

      g_assert_cmpstr (one->kind, ==, "xdm");
      g_assert_cmpuint (one->member, ==, i + 1);
      g_assert_cmpuint (one->n_members, ==, told->len);
      g_assert_null (one->warning);
      g_assert_cmpstr (row->type_code, ==, type);
      g_assert_cmpstr (row->title, ==, title);
      g_assert_cmpstr (row->author, ==, "H\xc3\xa9l\xc3\xa8ne TOUBIB");
      g_assert_cmpuint ((row->flags & HY_ROW_HIDDEN_PRO) != 0, ==, hidden);
      g_assert_true (hy_json_string_equal (json, hy_json_path (json, hy_json_root (json), "masterIdentifier.value"), identity));
    }
}

static void
expected_json_holds (void)
{
  g_autoptr (HyTestSpace) sandbox = new_odette ();
  g_autoptr (HyJson) expected = new_expected ();
  guint n_checked = 0;

  for (HyJsonNode node = hy_json_first (expected, hy_json_root (expected)); node != 0; node = hy_json_next (expected, node), n_checked++)
    {
      g_autofree char *file = hy_json_dup_key (expected, node);

      if (g_str_has_suffix (file, ".zip"))
        check_archive (expected, node, file);
      else
        check_document (sandbox, expected, node, file);
    }
  g_assert_cmpuint (n_checked, ==, 12);
}

/* The bytes of one file of an archive. */
static char *
dup_member_bytes (const char *fixture,
                  const char *name,
                  gsize *size)
{
  gsize zip_size;
  g_autofree char *zip = dup_fixture (fixture, &zip_size);
  struct archive *archive = archive_read_new ();
  struct archive_entry *entry;
  char *bytes = NULL;

  archive_read_support_format_zip (archive);
  g_assert_cmpint (archive_read_open_memory (archive, zip, zip_size), ==, ARCHIVE_OK);
  while (bytes == NULL && archive_read_next_header (archive, &entry) == ARCHIVE_OK)
    if (g_str_has_suffix (archive_entry_pathname (entry), name))
      {
        *size = (gsize) archive_entry_size (entry);
        bytes = g_malloc (*size);
        g_assert_cmpint (archive_read_data (archive, bytes, *size), ==, (gssize) *size);
      }
  archive_read_free (archive);
  g_assert_nonnull (bytes);
  return bytes;
}

static void
an_archive_completes_what_came_alone (void)
{
  g_autoptr (HyTestSpace) sandbox = new_odette ();
  gsize size = 0;
  g_autofree char *pdf = dup_member_bytes ("cda/fr/s12-xdm-deux-lots.zip", "MUTUELLE.PDF", &size);
  g_autoptr (GPtrArray) bare = import_bytes (sandbox, "scan_0001.pdf", pdf, size);
  g_autoptr (GPtrArray) cda = import_fixture (sandbox, "cda/fr/s06-n3-biologie.xml");
  g_autoptr (GPtrArray) told = NULL;
  g_autoptr (GPtrArray) again = NULL;
  g_autoptr (GPtrArray) bare_again = NULL;
  g_autoptr (GPtrArray) hits = NULL;
  g_autoptr (HyVaultRow) before = dup_row (sandbox, get_told (bare, 0, HY_IMPORT_ADDED)->id);
  g_autoptr (HyVaultRow) after = NULL;
  g_autoptr (HyVaultRow) biology = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) history = NULL;

  g_assert_cmpstr (before->title, ==, "scan 0001");
  told = import_fixture (sandbox, "cda/fr/s12-xdm-deux-lots.zip");
  g_assert_cmpuint (told->len, ==, 3);
  get_told (told, 0, HY_IMPORT_ADDED);
  g_assert_true (get_told (told, 1, HY_IMPORT_DUPLICATE)->completed);
  g_assert_true (get_told (told, 2, HY_IMPORT_DUPLICATE)->completed);
  g_assert_cmpstr (get_told (told, 2, HY_IMPORT_DUPLICATE)->id, ==, get_told (bare, 0, HY_IMPORT_ADDED)->id);

  after = dup_row (sandbox, get_told (bare, 0, HY_IMPORT_ADDED)->id);
  g_assert_cmpstr (after->title, ==, "Attestation de mutuelle");
  g_assert_cmpstr (after->type_code, ==, "DOCPAT09");
  g_assert_cmpint (after->version, ==, 2);
  g_assert_true (after->has_blob);
  bytes = hy_test_await_boxed (hy_space_dup_document (sandbox->space, after->rowid));
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), pdf, size);
  history = hy_test_await_boxed (hy_vault_dup_history (sandbox->access, after->rowid, 1));
  g_assert_nonnull (memmem (g_bytes_get_data (history, NULL), g_bytes_get_size (history), "scan 0001", 9));
  biology = dup_row (sandbox, get_told (cda, 0, HY_IMPORT_ADDED)->id);
  g_assert_cmpuint (biology->flags & HY_ROW_HIDDEN_PRO, !=, 0);

  /* What search found inside before, it finds after. */
  hits = search (sandbox, "document ajout\xc3\xa9");
  g_assert_cmpuint (hits->len, ==, 1);
  g_assert_cmpint (((HyVaultHit *) hits->pdata[0])->row->rowid, ==, after->rowid);
  g_assert_cmpuint (((HyVaultHit *) hits->pdata[0])->page, ==, 1);

  again = import_fixture (sandbox, "cda/fr/s12-xdm-deux-lots.zip");
  for (guint i = 0; i < 3; i++)
    g_assert_false (get_told (again, i, HY_IMPORT_DUPLICATE)->completed);
  bare_again = import_bytes (sandbox, "scan_0002.pdf", pdf, size);
  g_assert_cmpstr (get_told (bare_again, 0, HY_IMPORT_DUPLICATE)->id, ==, get_told (bare, 0, HY_IMPORT_ADDED)->id);
}

static void
the_same_identity_with_other_bytes_is_told (void)
{
  g_autoptr (HyTestSpace) sandbox = new_odette ();
  gsize size;
  g_autofree char *cda = dup_fixture ("cda/fr/s05-n3-vsm-synthese.xml", &size);
  g_autoptr (GString) changed = g_string_new_len (cda, (gssize) size);
  g_autoptr (GPtrArray) first = import_fixture (sandbox, "cda/fr/s05-n3-vsm-synthese.xml");
  g_autoptr (GPtrArray) second = NULL;
  g_autoptr (GPtrArray) third = NULL;

  g_string_replace (changed, "Amoxicilline", "Ampicilline", 0);
  second = import_bytes (sandbox, "b.xml", changed->str, changed->len);
  g_assert_null (get_told (first, 0, HY_IMPORT_ADDED)->warning);
  g_assert_cmpstr (get_told (second, 0, HY_IMPORT_ADDED)->warning, ==, "same-identifier");
  third = import_bytes (sandbox, "c.xml", changed->str, changed->len);
  g_assert_cmpstr (get_told (third, 0, HY_IMPORT_DUPLICATE)->id, ==, get_told (second, 0, HY_IMPORT_ADDED)->id);
}

/* A newer version says what it replaces; whichever comes first, the older one is marked, and no longer when the newer goes. */
static void
what_is_replaced_is_marked (void)
{
  gsize size;
  g_autofree char *older = dup_fixture ("cda/fr/s05-n3-vsm-synthese.xml", &size);
  g_autoptr (GString) newer = g_string_new_len (older, (gssize) size);

  g_assert_cmpuint (g_string_replace (newer, "<id root=\"1.2.250.1.213.1.1.9.9999.105\"/>", "<id root=\"1.2.250.1.213.1.1.9.9999.905\"/>", 1), ==, 1);
  g_assert_cmpuint (g_string_replace (newer, "<component>",
                                      "<relatedDocument typeCode=\"RPLC\"><parentDocument><id root=\"1.2.250.1.213.1.1.9.9999.105\"/>"
                                      "</parentDocument></relatedDocument><component>",
                                      1),
                    ==, 1);
  for (guint order = 0; order < 2; order++)
    {
      g_autoptr (HyTestSpace) sandbox = new_odette ();
      g_autoptr (GPtrArray) first = order == 0 ? import_bytes (sandbox, "a.xml", older, size) : import_bytes (sandbox, "b.xml", newer->str, newer->len);
      g_autoptr (GPtrArray) second = order == 0 ? import_bytes (sandbox, "b.xml", newer->str, newer->len) : import_bytes (sandbox, "a.xml", older, size);
      const char *old_id = get_told (order == 0 ? first : second, 0, HY_IMPORT_ADDED)->id;
      const char *new_id = get_told (order == 0 ? second : first, 0, HY_IMPORT_ADDED)->id;
      g_autoptr (HyVaultRow) old_row = dup_row (sandbox, old_id);
      g_autoptr (HyVaultRow) new_row = dup_row (sandbox, new_id);
      g_autoptr (HyVaultRow) alone = NULL;

      g_assert_cmpuint (old_row->flags & HY_ROW_REPLACED_HERE, !=, 0);
      g_assert_cmpuint (new_row->flags & (HY_ROW_REPLACED_HERE | HY_ROW_REPLACED), ==, 0);
      hy_test_await (hy_record_remove (sandbox->access, new_row->rowid));
      alone = dup_row (sandbox, old_id);
      g_assert_cmpuint (alone->flags & HY_ROW_REPLACED_HERE, ==, 0);
    }
}

static void
search_finds_what_stands_inside (void)
{
  static const struct
  {
    const char *file;
    const char *words;
    guint page;
  } table[] = {
    { "pdf/pdflatex-4-pages.pdf", "gefburn", 1 },
    { "pdf/multicolumn.pdf", "swedish", 3 },
    { "cda/fr/s01-n1-pdf-consultation.xml", "\"examen normal\"", 1 },
    { "cda/fr/s02-n1-text-lettre.xml", "\"pour avis\"", 0 },
    { "cda/fr/s03-n1-rtf-certificat.xml", "\"de la marche\"", 0 },
    { "cda/fr/s05-n3-vsm-synthese.xml", "Amoxicilline", 0 },
    { "cda/fr/s12-xdm-deux-lots.zip", "\"document ajout\xc3\xa9\"", 1 },
  };
  g_autoptr (HyTestSpace) sandbox = new_odette ();

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GPtrArray) told = import_fixture (sandbox, table[i].file);
      g_autoptr (GPtrArray) hits = search (sandbox, table[i].words);

      if (hits->len != 1)
        g_error ("%s: %u hits", table[i].file, hits->len);
      g_assert_cmpstr (((HyVaultHit *) hits->pdata[0])->row->title, ==, ((Told *) told->pdata[told->len - 1])->title);
      g_assert_cmpuint (((HyVaultHit *) hits->pdata[0])->page, ==, table[i].page);
    }
}

static void
pictures_are_documents (void)
{
  static const struct
  {
    const char *name;
    const char *bytes;
    gsize size;
    const char *media_type;
  } table[] = {
    { "photo_de_plaie.jpg", "\xff\xd8\xff\xe0JFIF", 8, "image/jpeg" },
    { "scan.png", "\x89PNG\r\n\x1a\n...", 11, "image/png" },
    { "fax.tif", "II*\0....", 8, "image/tiff" },
    { "fax2.tif", "MM\0*....", 8, "image/tiff" },
  };
  g_autoptr (HyTestSpace) sandbox = new_odette ();

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GPtrArray) told = import_bytes (sandbox, table[i].name, table[i].bytes, table[i].size);
      g_autoptr (HyVaultRow) row = dup_row (sandbox, get_told (told, 0, HY_IMPORT_ADDED)->id);
      g_autoptr (GBytes) bytes = hy_test_await_boxed (hy_space_dup_document (sandbox->space, row->rowid));

      g_assert_cmpstr (((Told *) told->pdata[0])->kind, ==, "image");
      g_assert_cmpstr (row->media_type, ==, table[i].media_type);
      g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), table[i].bytes, table[i].size);
    }
}

static void
hostile_xml_is_refused_with_its_reason (void)
{
  static const struct
  {
    const char *text;
    const char *kind;
    const char *part;
  } table[] = {
    { "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><ClinicalDocument xmlns=\"urn:hl7-org:v3\"><title>&x;</title>"
      "</ClinicalDocument>",
      "cda", "DOCTYPE" },
    { "<?xml version=\"1.0\"?><ClinicalDocument xmlns=\"urn:hl7-org:v3\"><title>", "cda", "damaged" },
    { "<!DOCTYPE html><html><p>Bonjour</p></html>", "unknown", "web page" },
    { "<?xml version=\"1.0\"?><SubmitObjectsRequest xmlns=\"urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0\"/>", "unknown", "list of an archive" },
  };
  g_autoptr (HyTestSpace) sandbox = new_odette ();

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GPtrArray) told = import_bytes (sandbox, "x.xml", table[i].text, strlen (table[i].text));
      const Told *one = get_told (told, 0, HY_IMPORT_REFUSED);

      g_assert_cmpstr (one->kind, ==, table[i].kind);
      if (strstr (one->reason, table[i].part) == NULL)
        g_error ("%s", one->reason);
    }
}

/* What was told is there, whole; nothing is there in part. */
static void
stopping_leaves_whole_documents (void)
{
  g_autoptr (HyTestSpace) sandbox = new_odette ();
  g_autofree char *path = g_build_filename (g_getenv ("HY_FIXTURES"), "cda/fr/s12-xdm-deux-lots.zip", NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  Telling telling = { g_ptr_array_new_with_free_func (told_free), cancellable };
  g_autoptr (GPtrArray) told = telling.told;
  g_autofree HyImportSummary *summary = NULL;
  g_autoptr (HyVaultListing) listing = NULL;
  g_autoptr (GPtrArray) damaged = NULL;

  for (guint i = 0; i < 5; i++)
    g_ptr_array_add (files, g_file_new_for_path (path));
  summary = hy_test_await_boxed (hy_space_import (sandbox->space, files, HY_IMPORT_NONE, cancellable, on_outcome, NULL, &telling));
  g_assert_true (summary->cancelled);
  g_assert_cmpuint (told->len, <=, 3);
  listing = hy_test_await_boxed (hy_vault_list (sandbox->access, HY_CLASS_DOCUMENT, HY_SORT_NEWEST, 10));
  g_assert_cmpuint (listing->rows->len, ==, told->len);
  for (guint i = 0; i < listing->rows->len; i++)
    {
      HyVaultRow *row = listing->rows->pdata[i];
      g_autoptr (GBytes) bytes = hy_test_await_boxed (hy_space_dup_document (sandbox->space, row->rowid));

      g_assert_cmpuint (g_bytes_get_size (bytes), >, 0);
    }
  damaged = hy_test_await_boxed (hy_vault_verify (sandbox->access));
  g_assert_cmpuint (damaged->len, ==, 0);
}

/* A leaflet that two people were given: what the archive of the one says of it is not said of the other's. */
static void
an_archive_about_another_completes_nothing (void)
{
  g_autoptr (HyTestSpace) sandbox = new_odette_born (1990);
  gsize size;
  g_autofree char *pdf = dup_member_bytes ("cda/fr/s12-xdm-deux-lots.zip", "MUTUELLE.PDF", &size);
  g_autoptr (GPtrArray) bare = import_bytes (sandbox, "scan_0001.pdf", pdf, size);
  g_autoptr (GPtrArray) told = import_fixture (sandbox, "cda/fr/s12-xdm-deux-lots.zip");
  g_autoptr (HyVaultRow) row = dup_row (sandbox, get_told (bare, 0, HY_IMPORT_ADDED)->id);

  g_assert_false (get_told (told, 2, HY_IMPORT_DUPLICATE)->completed);
  g_assert_cmpstr (get_told (told, 2, HY_IMPORT_DUPLICATE)->warning, ==, "other-person");
  g_assert_cmpstr (row->title, ==, "scan 0001");
  g_assert_cmpuint (row->flags & HY_ROW_OTHER_PERSON, ==, 0);
  g_assert_cmpint (row->version, ==, 1);
}

static void
lock_on_outcome (const HyImportOutcome *outcome G_GNUC_UNUSED,
                 gpointer user_data)
{
  HyTestSpace *sandbox = user_data;

  dex_unref (hy_session_lock (sandbox->session));
}

/* A lock does not wait for the documents that are still to be read, and the import comes to its end behind it. */
static void
a_lock_ends_an_import (void)
{
  g_autoptr (HyTestSpace) sandbox = new_odette ();
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree HyImportSummary *summary = NULL;
  DexFuture *import;

  list_files ("pdf", names);
  list_files ("cda/fr", names);
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *path = g_build_filename (g_getenv ("HY_FIXTURES"), names->pdata[i], NULL);

      g_ptr_array_add (files, g_file_new_for_path (path));
    }
  import = hy_space_import (sandbox->space, files, HY_IMPORT_NONE, NULL, lock_on_outcome, NULL, sandbox);
  summary = hy_test_await_boxed (import);
  hy_test_await (hy_session_lock (sandbox->session));
  g_assert_cmpuint (summary->added, >=, 1);
  g_assert_cmpuint (summary->added, <=, 4);
  g_assert_cmpuint (summary->added + summary->refused + summary->duplicates, >=, files->len);
}

int
main (int argc,
      char *argv[])
{
  g_setenv ("LANGUAGE", "en", TRUE);
  dex_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/space/documents/every-sample-is-in-the-table", every_sample_is_in_the_table);
  g_test_add_func ("/space/documents/expected-json-holds", expected_json_holds);
  g_test_add_func ("/space/documents/an-archive-about-another-completes-nothing", an_archive_about_another_completes_nothing);
  g_test_add_func ("/space/documents/an-archive-completes-what-came-alone", an_archive_completes_what_came_alone);
  g_test_add_func ("/space/documents/the-same-identity-with-other-bytes-is-told", the_same_identity_with_other_bytes_is_told);
  g_test_add_func ("/space/documents/what-is-replaced-is-marked", what_is_replaced_is_marked);
  g_test_add_func ("/space/documents/search-finds-what-stands-inside", search_finds_what_stands_inside);
  g_test_add_func ("/space/documents/pictures-are-documents", pictures_are_documents);
  g_test_add_func ("/space/documents/hostile-xml-is-refused-with-its-reason", hostile_xml_is_refused_with_its_reason);
  g_test_add_func ("/space/documents/stopping-leaves-whole-documents", stopping_leaves_whole_documents);
  g_test_add_func ("/space/documents/a-lock-ends-an-import", a_lock_ends_an_import);
  return g_test_run ();
}
