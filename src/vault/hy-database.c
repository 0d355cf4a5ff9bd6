/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opens and closes a space's database.  Nothing here deletes or remakes a file, whatever the error (P7). */

#include "config.h"

#include "vault/hy-database.h"

#include "base/hy-error.h"
#include "vault/hy-text-key.h"
#include "vault/hy-word-tokenizer.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE_SIZE 4096
/* SQLCipher's default of 2 MB makes bulk inserts several times slower (DESIGN 10). */
#define CACHE_KIB_TEXT "49152"
/* 16 MiB: pages that many transactions of an import change are copied into the main file once for all of them. */
#define CHECKPOINT_PAGES_TEXT "4096"

struct _HyDatabase
{
  sqlite3 *handle;
  char *wal_path;
  GHashTable *statements; /* SQL text (constant strings, by address) -> sqlite3_stmt */
};

/**
 * hy_database_fail:
 *
 * Turns the connection's last error into words.
 *
 * Returns: always %FALSE
 */
gboolean
hy_database_fail (HyDatabase *self,
                  GError **error)
{
  int code = sqlite3_extended_errcode (self->handle);

  switch (code & 0xff)
    {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      g_set_error_literal (error, HY_ERROR, HY_ERROR_CORRUPT,
                           _ ("A part of this space's file is damaged. Nothing was changed; restore a backup, "
                              "or run the check to see what is affected."));
      break;
    case SQLITE_FULL:
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                           _ ("There is no room left on the disk. Nothing was lost; free some space and try again."));
      break;
    case SQLITE_IOERR:
      /* SQLCipher reports a page whose authentication fails as an I/O error while reading. */
      if (code == SQLITE_IOERR_READ || code == SQLITE_IOERR_SHORT_READ || code == SQLITE_IOERR)
        g_set_error_literal (error, HY_ERROR, HY_ERROR_CORRUPT,
                             _ ("A part of this space's file cannot be read. Nothing was changed; restore a backup, "
                                "or run the check to see what is affected."));
      else
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("The data could not be saved on the disk (%s). Nothing was lost; try again."),
                     sqlite3_errmsg (self->handle));
      break;
    case SQLITE_NOMEM:
      g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_NOMEM,
                           _ ("There is not enough memory. Nothing was lost; close other programs and try again."));
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      g_set_error_literal (error, HY_ERROR, HY_ERROR_BUSY, _ ("Another program is using this space. Nothing was changed; try again in a moment."));
      break;
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                           _ ("Hygie may not write in its own folder. Nothing was changed; check the permissions of the folder."));
      break;
    default:
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("The space could not be used (%s). Nothing was lost; try again."), sqlite3_errmsg (self->handle));
    }
  return FALSE;
}

sqlite3 *
hy_database_get_handle (HyDatabase *self)
{
  return self->handle;
}

/**
 * hy_database_prepare:
 * @sql: a constant string: its address is the key of the cache
 *
 * Returns: (transfer none) (nullable):
 */
sqlite3_stmt *
hy_database_prepare (HyDatabase *self,
                     const char *sql,
                     GError **error)
{
  sqlite3_stmt *statement = g_hash_table_lookup (self->statements, sql);

  if (statement != NULL)
    return statement;
  if (sqlite3_prepare_v3 (self->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK)
    {
      hy_database_fail (self, error);
      return NULL;
    }
  g_hash_table_insert (self->statements, (gpointer) sql, statement);
  return statement;
}

void
hy_database_done (sqlite3_stmt *statement)
{
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
}

/**
 * hy_database_step:
 * @row: (out) (optional): whether a row is there
 *
 * On failure the statement is reset.
 */
gboolean
hy_database_step (HyDatabase *self,
                  sqlite3_stmt *statement,
                  gboolean *row,
                  GError **error)
{
  int code = sqlite3_step (statement);

  if (code == SQLITE_ROW || code == SQLITE_DONE)
    {
      if (row != NULL)
        *row = code == SQLITE_ROW;
      return TRUE;
    }
  hy_database_fail (self, error);
  hy_database_done (statement);
  return FALSE;
}

/**
 * hy_database_run:
 *
 * Runs statements that give no rows and take no values.
 */
gboolean
hy_database_run (HyDatabase *self,
                 const char *sql,
                 GError **error)
{
  return sqlite3_exec (self->handle, sql, NULL, NULL, NULL) == SQLITE_OK || hy_database_fail (self, error);
}

/**
 * hy_database_checkpoint:
 *
 * Moves everything from the WAL into the main file and empties the WAL: a bit flipped in a WAL drops
 * later commits unseen, so a space at rest has none.
 */
gboolean
hy_database_checkpoint (HyDatabase *self,
                        GError **error)
{
  return sqlite3_wal_checkpoint_v2 (self->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) == SQLITE_OK ||
         hy_database_fail (self, error);
}

static int
authorize (void *unused G_GNUC_UNUSED,
           int action,
           const char *first,
           const char *second,
           const char *database G_GNUC_UNUSED,
           const char *trigger G_GNUC_UNUSED)
{
  switch (action)
    {
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
      return SQLITE_DENY;
    case SQLITE_PRAGMA:
      /* temp_store=FILE put our text in clear into /var/tmp when it was tried. */
      return g_ascii_strcasecmp (first, "temp_store") == 0 || g_ascii_strcasecmp (first, "temp_store_directory") == 0 ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_FUNCTION:
      return g_ascii_strcasecmp (second, "load_extension") == 0 || g_ascii_strcasecmp (second, "sqlcipher_export") == 0 ? SQLITE_DENY : SQLITE_OK;
    default:
      return SQLITE_OK;
    }
}

static char *
dup_pragma (HyDatabase *self,
            const char *sql)
{
  sqlite3_stmt *statement = NULL;
  char *value = NULL;

  if (sqlite3_prepare_v2 (self->handle, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step (statement) == SQLITE_ROW)
    value = g_strdup ((const char *) sqlite3_column_text (statement, 0));
  sqlite3_finalize (statement);
  return value;
}

static gboolean
pragma_is (HyDatabase *self,
           const char *sql,
           const char *wanted)
{
  g_autofree char *value = dup_pragma (self, sql);

  return g_strcmp0 (value, wanted) == 0;
}

/* A library that merely looks like SQLCipher would take the key and write in clear. */
static gboolean
check_library (HyDatabase *self,
               GError **error)
{
  g_autofree char *version = dup_pragma (self, "PRAGMA cipher_version");

  if (version == NULL || !g_str_has_prefix (version, "4.") || !sqlite3_compileoption_used ("ENABLE_FTS5") ||
      (!sqlite3_compileoption_used ("TEMP_STORE=2") && !sqlite3_compileoption_used ("TEMP_STORE=3")))
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_REFUSED,
                           _ ("The encryption library on this computer is not the one Hygie needs, so nothing was opened. "
                              "Install Hygie again."));
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_file (const char *path,
            GError **error)
{
  char first[16] = "";
  struct stat st;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  gssize got;

  if (fd < 0 && errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                   _ ("Hygie may not read a file of this space (%s). Nothing was changed; check the permissions of the folder."),
                   g_strerror (errno));
      return FALSE;
    }
  if (fd < 0 || fstat (fd, &st) != 0 || !S_ISREG (st.st_mode))
    {
      if (fd >= 0)
        close (fd);
      g_set_error_literal (error, HY_ERROR, HY_ERROR_CORRUPT,
                           _ ("A file of this space is missing. Nothing was changed; restore a backup of the vault folder."));
      return FALSE;
    }
  got = read (fd, first, sizeof first);
  close (fd);
  if (got == sizeof first && memcmp (first, "SQLite format 3", sizeof first) == 0)
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_CORRUPT,
                           _ ("A file of this space was replaced by one that is not encrypted. It was not opened and nothing was changed; "
                              "restore a backup of the vault folder."));
      return FALSE;
    }
  if (got != sizeof first)
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_CORRUPT,
                           _ ("The file of this space is incomplete. Nothing was changed; restore a backup of the vault folder."));
      return FALSE;
    }
  return TRUE;
}

/* With an empty WAL the main file is all there is: SQLite itself notices missing pages only when it reads them. */
static gboolean
check_length (HyDatabase *self,
              const char *path,
              GError **error)
{
  g_autofree char *pages = dup_pragma (self, "PRAGMA page_count");
  struct stat st;

  /* What a short write left of the last page is in the WAL too. */
  if ((stat (self->wal_path, &st) == 0 && st.st_size > 0) || stat (path, &st) != 0 || pages == NULL)
    return TRUE;
  if (g_ascii_strtoll (pages, NULL, 10) * PAGE_SIZE == st.st_size)
    return TRUE;
  g_set_error_literal (error, HY_ERROR, HY_ERROR_CORRUPT,
                       _ ("The file of this space is incomplete. Nothing was changed; restore a backup of the vault folder."));
  return FALSE;
}

static gboolean
set_key (HyDatabase *self,
         HySecret *key)
{
  g_autoptr (HySecret) text = hy_secret_new (3 + 64 + 1);
  char *hex = (char *) hy_secret_open_rw (text);
  int code;

  memcpy (hex, "x'", 2);
  sodium_bin2hex (hex + 2, 65, hy_secret_open (key), 32);
  hex[66] = '\'';
  hy_secret_close (key);
  code = sqlite3_key_v2 (self->handle, NULL, hex, 67);
  hy_secret_close (text);
  return code == SQLITE_OK;
}

static gboolean
register_functions (HyDatabase *self,
                    GError **error)
{
  return hy_word_tokenizer_register (self->handle, error) && (hy_text_key_register (self->handle) || hy_database_fail (self, error));
}

static gboolean
configure (HyDatabase *self,
           gboolean create,
           gboolean read_only,
           GError **error)
{
  g_autofree char *pages = NULL;
  int on = 0;

  /* cipher_memory_security stays off: it costs CPU and fails at the usual mlock limit; keys are ours to protect. */
  if (sqlite3_db_config (self->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, &on) != SQLITE_OK || !on ||
      sqlite3_db_config (self->handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL) != SQLITE_OK ||
      sqlite3_db_config (self->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL) != SQLITE_OK)
    return hy_database_fail (self, error);
  if (create && !hy_database_run (self, "PRAGMA auto_vacuum = INCREMENTAL", error))
    return FALSE;
  /* The first read of the file: a wrong key or a damaged first page shows here. */
  if ((pages = dup_pragma (self, "PRAGMA page_count")) == NULL)
    return hy_database_fail (self, error);
  if (!hy_database_run (self,
                        "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA cell_size_check = ON;"
                        "PRAGMA foreign_keys = ON; PRAGMA mmap_size = 0; PRAGMA cache_size = -" CACHE_KIB_TEXT ";"
                        "PRAGMA wal_autocheckpoint = " CHECKPOINT_PAGES_TEXT ";",
                        error))
    return FALSE;
  if (!read_only && !pragma_is (self, "PRAGMA journal_mode = WAL", "wal"))
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_REFUSED,
                           _ ("This disk cannot keep a space safely (it has no shared memory for its journal). Nothing was changed; "
                              "put the vault on another disk."));
      return FALSE;
    }
  if (!pragma_is (self, "PRAGMA cipher_use_hmac", "1") || !pragma_is (self, "PRAGMA cipher_page_size", "4096") ||
      !pragma_is (self, "PRAGMA cipher_plaintext_header_size", "0") || !pragma_is (self, "PRAGMA cipher_hmac_algorithm", "HMAC_SHA512"))
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_CORRUPT,
                           _ ("The file of this space is not protected as Hygie protects it, so it was not opened. "
                              "Nothing was changed; restore a backup of the vault folder."));
      return FALSE;
    }
  return TRUE;
}

static void
free_statement (gpointer statement)
{
  sqlite3_finalize (statement);
}

static void
hy_database_free (HyDatabase *self)
{
  g_hash_table_unref (self->statements);
  sqlite3_close (self->handle);
  g_free (self->wal_path);
  g_free (self);
}

/**
 * hy_database_abandon:
 *
 * Closes a database that turned out not to be what it should be: what a crash left in its WAL stays there.
 */
void
hy_database_abandon (HyDatabase *self)
{
  struct stat st;

  if (stat (self->wal_path, &st) == 0 && st.st_size > 0)
    sqlite3_db_config (self->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  hy_database_free (self);
}

/**
 * hy_database_open:
 * @key: 32 raw bytes
 * @create: the file must not be there yet; else it must be there
 *
 * Errors: HY_ERROR_CORRUPT with what is wrong; nothing on disk is changed then
 */
HyDatabase *
hy_database_open (const char *path,
                  HySecret *key,
                  gboolean create,
                  gboolean read_only,
                  GError **error)
{
  HyDatabase *self;
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_NOFOLLOW;

  if (!create && !check_file (path, error))
    return NULL;
  /* SQLite would make it readable for the group; the WAL takes the mode of the main file. */
  if (create)
    {
      int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

      if (fd < 0)
        {
          g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _ ("The file of the space could not be made (%s). Nothing was changed."),
                       g_strerror (errno));
          return NULL;
        }
      close (fd);
    }
  flags |= read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;

  self = g_new0 (HyDatabase, 1);
  self->statements = g_hash_table_new_full (NULL, NULL, NULL, free_statement);
  self->wal_path = g_strconcat (path, "-wal", NULL);
  if (sqlite3_open_v2 (path, &self->handle, flags, NULL) != SQLITE_OK ||
      /* What goes wrong is told once, in words, by whoever calls. */
      sqlite3_exec (self->handle, "PRAGMA cipher_log_level = NONE", NULL, NULL, NULL) != SQLITE_OK || !set_key (self, key))
    {
      hy_database_fail (self, error);
      hy_database_abandon (self);
      return NULL;
    }
  if (!check_library (self, error) || !configure (self, create, read_only, error) ||
      (!create && !check_length (self, path, error)) || !register_functions (self, error))
    {
      hy_database_abandon (self);
      return NULL;
    }
  sqlite3_busy_timeout (self->handle, 2000);
  sqlite3_set_authorizer (self->handle, authorize, NULL);
  return self;
}

/**
 * hy_database_close:
 *
 * Empties the WAL first.  The connection is closed in any case.
 */
gboolean
hy_database_close (HyDatabase *self,
                   GError **error)
{
  gboolean emptied = sqlite3_db_readonly (self->handle, "main") || hy_database_checkpoint (self, error);

  hy_database_free (self);
  return emptied;
}
