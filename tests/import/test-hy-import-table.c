/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every file of the fixtures goes through the reader; import-table.tsv says, for a person, what became of it. */

#include "import/hy-import-reader.h"

#include <string.h>

static void
list_files (const char *root,
            const char *folder,
            GPtrArray *files)
{
  g_autofree char *path = g_build_filename (root, folder, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  if (dir == NULL)
    {
      g_ptr_array_add (files, g_strdup (folder));
      return;
    }
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (folder, name, NULL);

      list_files (root, child, files);
    }
}

static gint
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/* An item's bytes are a span of the file's, behind that of the item before, and say what they are alone too.
 * Returns where the span ends. */
static gsize
check_bytes (HyImportItem *item,
             const char *file,
             gsize length,
             gsize from)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HyJson) json = NULL;
  g_auto (HyResourceRow) row = { 0 };
  gsize size;
  const char *bytes;
  const char *found = file;

  bytes = g_bytes_get_data (item->json, &size);
  if (item->attachment != NULL)
    {
      g_assert_cmpmem (g_bytes_get_data (item->attachment, NULL), g_bytes_get_size (item->attachment), file, length);
      g_assert_cmpstr (item->media_type, ==, "application/pdf");
    }
  else
    {
      found = memmem (file + from, length - from, bytes, size);
      g_assert_nonnull (found);
    }
  json = hy_json_parse (item->json, &error);
  g_assert_no_error (error);
  hy_resource_row_read (json, hy_json_root (json), &row, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (row.title, ==, item->row.title);
  g_assert_cmpstr (row.words, ==, item->row.words);
  g_assert_cmpint (row.klass, ==, item->row.klass);
  return (gsize) (found - file) + (item->attachment != NULL ? length : size);
}

static char *
dup_line (const char *root,
          const char *name)
{
  g_autofree char *path = g_build_filename (root, name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, &error);
  g_autoptr (HyImportReader) reader = NULL;
  g_autofree char *contents = NULL;
  g_autofree char *title = NULL;
  gsize length;
  guint n_taken = 0;
  guint n_refused = 0;
  gsize end = 0;

  g_assert_no_error (error);
  g_file_get_contents (path, &contents, &length, &error);
  g_assert_no_error (error);
  reader = hy_import_reader_new (G_INPUT_STREAM (stream), path, (gint64) length);
  for (;;)
    {
      g_autoptr (GPtrArray) items = hy_import_reader_next (reader, 100, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (items->len, <=, 100);
      if (items->len == 0)
        break;
      for (guint i = 0; i < items->len; i++)
        {
          HyImportItem *item = items->pdata[i];

          g_assert_true ((item->json == NULL) == (item->refused != NULL));
          if (title == NULL)
            title = g_strdup (item->refused != NULL ? item->refused->message : item->row.title);
          if (item->refused != NULL)
            n_refused++;
          else
            {
              end = check_bytes (item, contents, length, end);
              n_taken++;
            }
        }
    }
  g_assert_cmpfloat (hy_import_reader_get_fraction (reader), ==, 1);
  return g_strdup_printf ("%s\t%s\t%u\t%u\t%s", name, hy_import_reader_get_kind (reader), n_taken, n_refused, title);
}

static void
every_fixture_is_in_the_table (void)
{
  static const char *const folders[] = { "fhir", "pdf", "questionnaires" };
  const char *root = g_getenv ("HY_FIXTURES");
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *path = g_build_filename (root, "import-table.tsv", NULL);
  g_autofree char *table = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;
  guint at = 0;

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    list_files (root, folders[i], files);
  g_ptr_array_sort (files, compare_names);
  g_file_get_contents (path, &table, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (table, "\n", -1);
  while (lines[at] != NULL && lines[at][0] == '#')
    at++;
  for (guint i = 0; i < files->len; i++, at++)
    {
      g_autofree char *found = dup_line (root, files->pdata[i]);

      g_assert_cmpstr (found, ==, lines[at]);
    }
  g_assert_cmpstr (lines[at], ==, "");
  g_assert_cmpuint (files->len, >=, 190);
}

int
main (int argc,
      char **argv)
{
  g_setenv ("LANGUAGE", "en", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/import/table/every-fixture-is-in-the-table", every_fixture_is_in_the_table);
  return g_test_run ();
}
