/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads single facts of a document out of its resource. */

#include "records/hy-record-document.h"

#include "base/hy-async.h"
#include "base/hy-json.h"
#include "vault/hy-vault-resources.h"

typedef struct
{
  HyAccess *access;
  gint64 rowid;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_object_unref (question->access);
  g_free (question);
}

static DexFuture *
media_type_fiber (gpointer user_data)
{
  Question *question = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HyVaultRow) row = dex_await_boxed (hy_vault_dup_row (question->access, question->rowid), &error);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (HyJson) json = NULL;
  char *media_type;

  if (row == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  if (row->media_type != NULL)
    return dex_future_new_take_string (g_strdup (row->media_type));
  if (!(bytes = dex_await_boxed (hy_vault_dup_resource (question->access, question->rowid), &error)) ||
      !(json = hy_json_parse (bytes, &error)))
    return dex_future_new_for_error (g_steal_pointer (&error));
  media_type = hy_json_dup_string (json, hy_json_path (json, hy_json_root (json), "content.0.attachment.contentType"));
  return dex_future_new_take_string (media_type != NULL ? media_type : g_strdup (""));
}

/**
 * hy_record_dup_media_type:
 *
 * The kind of the document's file, also when that is a part of the resource or another resource.
 */
DexFuture *
hy_record_dup_media_type (HyAccess *access,
                          gint64 rowid)
{
  Question *question;

  dex_return_error_if_fail (HY_IS_ACCESS (access));

  question = g_new0 (Question, 1);
  question->access = g_object_ref (access);
  question->rowid = rowid;
  return hy_fiber (media_type_fiber, question, question_free);
}
