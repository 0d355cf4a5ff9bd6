/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of a space, as numbered steps.  A step that has shipped is never edited: a change is a new step. */

#include "config.h"

#include "vault/hy-schema.h"

#include "base/hy-error.h"

#include <glib/gi18n.h>

static const char *const steps[] = {
  /* 1: the first format */
  /* What the space says about itself, and the commit counter with its chain (SECURITY-DESIGN 2.3). */
  "CREATE TABLE state (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;"
  /* Where resources came from: one row a file or server; references are resolved within it first. */
  "CREATE TABLE origin (id INTEGER PRIMARY KEY AUTOINCREMENT, label TEXT NOT NULL, at_ms INTEGER NOT NULL) STRICT;"
  /* Slim rows for lists; AUTOINCREMENT because an id that a person has seen is never used again. */
  "CREATE TABLE resource ("
  " id INTEGER PRIMARY KEY AUTOINCREMENT, class INTEGER NOT NULL, type TEXT NOT NULL, origin INTEGER NOT NULL,"
  " version INTEGER NOT NULL, flags INTEGER NOT NULL, day INTEGER NOT NULL, shelf INTEGER NOT NULL,"
  " fhir_id TEXT, title TEXT NOT NULL, code TEXT, author TEXT, date TEXT, identity TEXT, identity_key INTEGER, media_type TEXT,"
  " size INTEGER NOT NULL, digest BLOB NOT NULL, digest_key INTEGER NOT NULL, added_ms INTEGER NOT NULL, blob BLOB) STRICT;"
  "CREATE INDEX resource_list ON resource (class, day, id, flags, shelf);"
  "CREATE INDEX resource_digest ON resource (digest_key);"
  "CREATE INDEX resource_identity ON resource (identity_key) WHERE identity_key IS NOT NULL;"
  "CREATE INDEX resource_origin ON resource (origin);"
  /* The bytes as received, apart from the slim rows so that lists read few pages. */
  "CREATE TABLE content (id INTEGER PRIMARY KEY, json BLOB NOT NULL) STRICT;"
  "CREATE TABLE history (id INTEGER NOT NULL, version INTEGER NOT NULL, json BLOB NOT NULL, until_ms INTEGER NOT NULL,"
  " actor BLOB NOT NULL, PRIMARY KEY (id, version)) STRICT, WITHOUT ROWID;"
  "CREATE TABLE blob (id BLOB PRIMARY KEY, wrapped BLOB NOT NULL, hash BLOB NOT NULL, size INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
  /* How others of the same origin refer to a resource: text_key() of Type/id, of fullUrl. */
  "CREATE TABLE name (key INTEGER NOT NULL, origin INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (key, origin, id)) STRICT, WITHOUT ROWID;"
  "CREATE INDEX name_id ON name (id);"
  /* References as written; target is 0 until what they mean is here. */
  "CREATE TABLE link (source INTEGER NOT NULL, reference TEXT NOT NULL, target INTEGER NOT NULL,"
  " PRIMARY KEY (source, reference)) STRICT, WITHOUT ROWID;"
  "CREATE INDEX link_target ON link (target) WHERE target != 0;"
  /* What waits to be sent, in order.  base is the version that was edited. */
  "CREATE TABLE outbox (seq INTEGER PRIMARY KEY AUTOINCREMENT, id INTEGER NOT NULL, act TEXT NOT NULL, base INTEGER NOT NULL,"
  " at_ms INTEGER NOT NULL) STRICT;"
  "CREATE INDEX outbox_id ON outbox (id);"
  /* The words that search finds; content is kept for snippets, removed text leaves no words behind.  Beginnings of two
   * letters have an index of their own; of longer ones there are so few words that a second one would only cost. */
  "CREATE VIRTUAL TABLE words USING fts5 (title, author, body, tokenize = 'hygie', prefix = '2', columnsize = 0);"
  "INSERT INTO words (words, rank) VALUES ('secure-delete', 1);",
  /* 2: what replaces what, whichever of the two comes first: text_key() of an identity, and who replaces it. */
  "CREATE TABLE replaced (key INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (key, id)) STRICT, WITHOUT ROWID;"
  "CREATE INDEX replaced_id ON replaced (id);"
  /* Identities that are an OID are written one way only since (fhir/hy-resource-row.c). */
  "UPDATE resource SET identity = 'urn:ietf:rfc:3986|' || substr (identity, 1, instr (identity, '|') - 1) || '^' ||"
  " substr (identity, instr (identity, '|') + 1) WHERE identity GLOB 'urn:oid:[0-9]*.*|*'"
  " AND substr (identity, 9, instr (identity, '|') - 9) NOT GLOB '*[^0-9.]*' AND substr (identity, 9, instr (identity, '|') - 9) GLOB '*.*';"
  "UPDATE resource SET identity = 'urn:ietf:rfc:3986' || identity WHERE identity GLOB '|urn:oid:*';"
  "UPDATE resource SET identity = 'urn:ietf:rfc:3986|urn:oid:' || substr (identity, instr (identity, '|') + 1)"
  " WHERE (identity GLOB '|[0-9]*' OR identity GLOB 'urn:ietf:rfc:3986|[0-9]*')"
  " AND substr (identity, instr (identity, '|') + 1, instr (identity || '^', '^') - instr (identity, '|') - 1) NOT GLOB '*[^0-9.]*'"
  " AND substr (identity, instr (identity, '|') + 1, instr (identity || '^', '^') - instr (identity, '|') - 1) GLOB '*.*';"
  "UPDATE resource SET identity_key = text_key (identity) WHERE identity IS NOT NULL;",
  /* 3: what servers hold, and the account of each sync */
  "CREATE TABLE server (origin INTEGER PRIMARY KEY, base TEXT NOT NULL, name TEXT NOT NULL, patient TEXT NOT NULL,"
  " other_person INTEGER NOT NULL, is_local INTEGER NOT NULL, token BLOB, checked_ms INTEGER NOT NULL) STRICT;"
  /* How far a server was read, and what is known of it. */
  "CREATE TABLE cursor (origin INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (origin, name)) STRICT, WITHOUT ROWID;"
  /* Which row holds which resource of a server.  id 0: it is known not to be there.  walk: the walk through a history that met it
   * last.  theirs: what the server has while an edit made here waits; empty = it has it no more.  The index is of all rows: one
   * of those with a row would serve only where a statement says so. */
  "CREATE TABLE mirror (origin INTEGER NOT NULL, type TEXT NOT NULL, fhir_id TEXT NOT NULL, id INTEGER NOT NULL, version TEXT,"
  " level INTEGER NOT NULL, walk INTEGER NOT NULL, theirs BLOB, PRIMARY KEY (origin, type, fhir_id)) STRICT, WITHOUT ROWID;"
  "CREATE INDEX mirror_id ON mirror (id);"
  /* The file that a document of a server names, and what has come of it. */
  "CREATE TABLE file (id INTEGER PRIMARY KEY, origin INTEGER NOT NULL, url TEXT NOT NULL, media_type TEXT, size INTEGER NOT NULL,"
  " sha1 TEXT, state INTEGER NOT NULL, reason TEXT, etag TEXT) STRICT;"
  "CREATE INDEX file_waiting ON file (origin) WHERE state = 0;"
  "CREATE TABLE part (id INTEGER NOT NULL, at INTEGER NOT NULL, blob BLOB NOT NULL, PRIMARY KEY (id, at)) STRICT, WITHOUT ROWID;"
  /* A sync, what it did to each type, and what was refused. */
  "CREATE TABLE run (id INTEGER PRIMARY KEY AUTOINCREMENT, origin INTEGER NOT NULL, server TEXT NOT NULL, began_ms INTEGER NOT NULL,"
  " ended_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL, state INTEGER NOT NULL, reason TEXT, detail TEXT, first_id INTEGER NOT NULL,"
  " last_id INTEGER NOT NULL) STRICT;"
  "CREATE TABLE run_line (run INTEGER NOT NULL, type TEXT NOT NULL, seq INTEGER NOT NULL, class INTEGER NOT NULL, added INTEGER NOT NULL,"
  " changed INTEGER NOT NULL, deleted INTEGER NOT NULL, known INTEGER NOT NULL, kept INTEGER NOT NULL, sent INTEGER NOT NULL,"
  " files INTEGER NOT NULL, files_wrong INTEGER NOT NULL, files_nowhere INTEGER NOT NULL, refused INTEGER NOT NULL,"
  " PRIMARY KEY (run, type)) STRICT, WITHOUT ROWID;"
  "CREATE TABLE refusal (id INTEGER PRIMARY KEY, run INTEGER NOT NULL, type TEXT NOT NULL, fhir_id TEXT, code TEXT NOT NULL,"
  " detail TEXT) STRICT;"
  "CREATE INDEX refusal_run ON refusal (run, type);",
  /* 4: the person's own folders.  Of this computer alone until documents are sent: there a folder is a List. */
  "CREATE TABLE folder (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL) STRICT;"
  "CREATE TABLE in_folder (id INTEGER PRIMARY KEY, folder INTEGER NOT NULL) STRICT;"
  "CREATE INDEX in_folder_folder ON in_folder (folder);",
};

static gboolean
read_version (HyDatabase *database,
              int *version,
              GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (database, "PRAGMA user_version", error);
  gboolean row;

  if (statement == NULL || !hy_database_step (database, statement, &row, error))
    return FALSE;
  *version = sqlite3_column_int (statement, 0);
  hy_database_done (statement);
  return TRUE;
}

/**
 * hy_schema_check:
 *
 * Before anything else of a database is read; changes nothing.
 *
 * Errors: HY_ERROR_NEWER for a database of a newer Hygie, HY_ERROR_CORRUPT for one without tables
 */
gboolean
hy_schema_check (HyDatabase *database,
                 GError **error)
{
  int version;

  if (!read_version (database, &version, error))
    return FALSE;
  if (version > (int) G_N_ELEMENTS (steps))
    g_set_error_literal (error, HY_ERROR, HY_ERROR_NEWER,
                         _ ("This space was last used by a newer Hygie. Nothing was changed; install the newer version to open it."));
  else if (version < 1)
    g_set_error_literal (error, HY_ERROR, HY_ERROR_CORRUPT,
                         _ ("The file of this space is empty. Nothing was changed; restore a backup of the vault folder."));
  else
    return TRUE;
  return FALSE;
}

/**
 * hy_schema_migrate:
 *
 * Brings a new database, or one that hy_schema_check let pass, to this program's version, each step in a transaction of
 * its own.
 */
gboolean
hy_schema_migrate (HyDatabase *database,
                   GError **error)
{
  int version;

  if (!read_version (database, &version, error))
    return FALSE;
  for (; version < (int) G_N_ELEMENTS (steps); version++)
    {
      g_autofree char *mark = g_strdup_printf ("PRAGMA user_version = %d", version + 1);

      if (!hy_database_run (database, "BEGIN IMMEDIATE", error))
        return FALSE;
      if (!hy_database_run (database, steps[version], error) || !hy_database_run (database, mark, error) ||
          !hy_database_run (database, "COMMIT", error))
        {
          hy_database_run (database, "ROLLBACK", NULL);
          return FALSE;
        }
    }
  return TRUE;
}
