/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What storing is compared with: json-glib reads every line into a tree, plain SQLite keeps the bytes.  As durable as
 * the vault (WAL, synchronous FULL, 500 a transaction); not encrypted, and nothing can be searched.
 *   bench-store-reference DATABASE FILE */

#include <json-glib/json-glib.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_A_TRANSACTION 500

static void
run (sqlite3 *database,
     const char *sql)
{
  if (sqlite3_exec (database, sql, NULL, NULL, NULL) != SQLITE_OK)
    g_error ("%s: %s", sql, sqlite3_errmsg (database));
}

static void
store_line (sqlite3 *database,
            sqlite3_stmt *insert,
            const char *line,
            gsize length)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  const char *type;

  if (!json_parser_load_from_data (parser, line, (gssize) length, &error))
    g_error ("%s", error->message);
  type = json_object_get_string_member (json_node_get_object (json_parser_get_root (parser)), "resourceType");
  sqlite3_bind_text (insert, 1, type, -1, SQLITE_STATIC);
  sqlite3_bind_blob (insert, 2, line, (int) length, SQLITE_STATIC);
  if (sqlite3_step (insert) != SQLITE_DONE)
    g_error ("%s", sqlite3_errmsg (database));
  sqlite3_reset (insert);
}

int
main (int argc,
      char **argv)
{
  g_autoptr (GMappedFile) file = NULL;
  g_autoptr (GError) error = NULL;
  const char *line, *end;
  sqlite3 *database;
  sqlite3_stmt *insert;
  guint n_stored = 0;

  if (argc != 3)
    return EXIT_FAILURE;
  if ((file = g_mapped_file_new (argv[2], FALSE, &error)) == NULL)
    g_error ("%s", error->message);
  if (sqlite3_open (argv[1], &database) != SQLITE_OK)
    g_error ("%s", sqlite3_errmsg (database));
  run (database, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                 "CREATE TABLE resource (id INTEGER PRIMARY KEY, type TEXT, json BLOB)");
  if (sqlite3_prepare_v2 (database, "INSERT INTO resource (type, json) VALUES (?1, ?2)", -1, &insert, NULL) != SQLITE_OK)
    g_error ("%s", sqlite3_errmsg (database));

  line = g_mapped_file_get_contents (file);
  end = line + g_mapped_file_get_length (file);
  run (database, "BEGIN");
  while (line < end)
    {
      const char *stop = memchr (line, '\n', (gsize) (end - line));

      stop = stop != NULL ? stop : end;
      store_line (database, insert, line, (gsize) (stop - line));
      line = stop + 1;
      if (++n_stored % ROWS_A_TRANSACTION == 0)
        run (database, "COMMIT; BEGIN");
    }
  run (database, "COMMIT");
  sqlite3_finalize (insert);
  if (sqlite3_close (database) != SQLITE_OK)
    g_error ("the database did not close");
  g_print ("added %u\n", n_stored);
  return EXIT_SUCCESS;
}
