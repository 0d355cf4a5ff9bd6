/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking everything out as an ordinary ZIP file: the documents as files, every record as received.  In clear: whoever
 * calls it has said so to the person. */

#include "config.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "paper/hy-zip-writer.h"
#include "space/hy-space-private.h"
#include "vault/hy-vault-folders.h"
#include "vault/hy-vault-resources.h"

#include "fhir/hy-resource-class.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  HySpace *space;
  char *path;
  GCancellable *cancellable;
  GPtrArray *folders; /* HyFolder; NULL until read */
} Export;

static void
export_free (gpointer data)
{
  Export *export = data;

  g_object_unref (export->space);
  g_free (export->path);
  g_clear_object (&export->cancellable);
  g_clear_pointer (&export->folders, g_ptr_array_unref);
  g_free (export);
}

/* A title as part of a file name on any system. */
static char *
dup_safe_name (const char *title)
{
  g_autoptr (GString) name = g_string_new (NULL);

  for (const char *at = title; *at != 0 && name->len < 80; at = g_utf8_next_char (at))
    {
      gunichar ch = g_utf8_get_char (at);

      if (g_unichar_isalnum (ch) || ch == '-' || ch == '_' || ch == ' ')
        g_string_append_unichar (name, ch);
      else if (name->len > 0 && name->str[name->len - 1] != ' ')
        g_string_append_c (name, ' ');
    }
  return g_strdup (g_strstrip (name->str));
}

static const char *
get_extension (GBytes *bytes,
               const char *media_type)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  /* By content: names and media types of received files are not always right. */
  if (size >= 5 && memcmp (data, "%PDF-", 5) == 0)
    return "pdf";
  if (size >= 3 && memcmp (data, "\xff\xd8\xff", 3) == 0)
    return "jpg";
  if (size >= 8 && memcmp (data, "\x89PNG\r\n\x1a\n", 8) == 0)
    return "png";
  if (size >= 4 && (memcmp (data, "II*\0", 4) == 0 || memcmp (data, "MM\0*", 4) == 0))
    return "tif";
  if (size >= 132 && memcmp (data + 128, "DICM", 4) == 0)
    return "dcm";
  if ((size >= 5 && memcmp (data, "<?xml", 5) == 0) || g_strcmp0 (media_type, "text/xml") == 0)
    return "xml";
  return "bin";
}

/* "Teeth/" of a document in a folder of the person, else "". */
static char *
dup_folder (Export *export,
            gint64 rowid)
{
  gint64 id = dex_await_int64 (hy_vault_get_folder (hy_space_get_access (export->space), rowid), NULL);

  for (guint i = 0; i < export->folders->len; i++)
    {
      HyFolder *folder = g_ptr_array_index (export->folders, i);
      g_autofree char *name = folder->id == id ? dup_safe_name (folder->title) : NULL;

      if (name != NULL && *name != '\0')
        return g_strconcat (name, "/", NULL);
    }
  return g_strdup ("");
}

static gboolean
add_record (Export *export,
            HyZipWriter *zip,
            HyVaultRow *row,
            guint *n_written,
            GError **error)
{
  HyAccess *access = hy_space_get_access (export->space);
  g_autofree char *id = hy_access_dup_id (access, row->rowid);
  g_autofree char *name = g_strdup_printf ("records/%s/%s.json", row->type, id);
  g_autoptr (GBytes) json = NULL;
  g_autoptr (GBytes) document = NULL;
  g_autoptr (GError) missing = NULL;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  if (!(json = dex_await_boxed (hy_vault_dup_resource (access, row->rowid), error)) || !hy_zip_writer_add (zip, name, json, now, error))
    return FALSE;
  (*n_written)++;
  if (row->klass != HY_CLASS_DOCUMENT)
    return TRUE;
  document = dex_await_boxed (hy_space_dup_document (export->space, row->rowid), &missing);
  if (document != NULL)
    {
      g_autofree char *title = dup_safe_name (row->title);
      g_autofree char *folder = dup_folder (export, row->rowid);
      g_autofree char *file = g_strdup_printf ("documents/%s%.10s%s%s (%s).%s", folder, row->date != NULL ? row->date : "", row->date != NULL ? " " : "",
                                               title, id, get_extension (document, row->media_type));

      return hy_zip_writer_add (zip, file, document, now, error);
    }
  /* A document whose bytes are not here has none to export; damage is told. */
  if (g_error_matches (missing, HY_ERROR, HY_ERROR_MISSING))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&missing));
  return FALSE;
}

static gboolean
add_read_me (HyZipWriter *zip,
             GError **error)
{
  const char *text = _ ("This archive was made by Hygie. It is not encrypted: keep it in a safe place, and delete it when you no longer "
                        "need it.\n\n"
                        "documents/  the documents, as they were received\n"
                        "records/    every entry of the health space, in the FHIR format (JSON), as it was received\n");
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return hy_zip_writer_add (zip, "README.txt", bytes, g_get_real_time () / G_USEC_PER_SEC, error);
}

static DexFuture *
export_fiber (gpointer data)
{
  Export *export = data;
  HyAccess *access = hy_space_get_access (export->space);
  g_autoptr (HyVaultListing) listing = NULL;
  g_autoptr (HyZipWriter) zip = NULL;
  GError *error = NULL;
  guint n_written = 0;

  for (guint i = 0; i < HY_N_CLASSES; i++)
    if (!hy_access_allows (access, i, HY_RIGHT_READ | HY_RIGHT_EXPORT))
      return dex_future_new_reject (HY_ERROR, HY_ERROR_DENIED, "%s", _ ("Only the owner of this space may take everything out."));
  if (!(export->folders = dex_await_boxed (hy_vault_dup_folders (access), &error)) ||
      !(listing = dex_await_boxed (hy_vault_list (access, G_MAXUINT, HY_SORT_NEWEST, 0), &error)) ||
      !(zip = hy_zip_writer_new (export->path, &error)) || !add_read_me (zip, &error))
    return dex_future_new_for_error (error);
  for (guint i = 0; i < listing->keys->len; i++)
    {
      g_autoptr (HyVaultRow) row = NULL;

      if (g_cancellable_set_error_if_cancelled (export->cancellable, &error) ||
          !(row = dex_await_boxed (hy_vault_dup_row (access, g_array_index (listing->keys, HyVaultKey, i).rowid), &error)) ||
          !add_record (export, zip, row, &n_written, &error))
        return dex_future_new_for_error (error);
    }
  if (!hy_zip_writer_finish (zip, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_for_uint (n_written);
}

/**
 * hy_space_export_zip:
 * @file: a local file; replaced when whole
 *
 * Resolves to a guint: how many records were written.
 *
 * Errors: HY_ERROR_DENIED without the right to export every class, HY_ERROR_REFUSED for a place that is no local file
 */
DexFuture *
hy_space_export_zip (HySpace *self,
                     GFile *file,
                     GCancellable *cancellable)
{
  Export *export;
  g_autofree char *path = g_file_get_path (file);

  if (path == NULL)
    return dex_future_new_reject (HY_ERROR, HY_ERROR_REFUSED, "%s", _ ("Choose a place on this computer or on a USB stick."));
  export = g_new0 (Export, 1);
  export->space = g_object_ref (self);
  export->path = g_steal_pointer (&path);
  export->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  return hy_in_pool (export_fiber, export, export_free);
}
