/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Title and date of a document that the person added herself.  All else of it keeps its bytes. */

#include "config.h"

#include "records/hy-document-edit.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "fhir/hy-resource-row.h"
#include "records/hy-draft.h"

#include <glib/gi18n.h>

typedef struct
{
  HyAccess *access;
  gint64 rowid;
  char *title;
  HyDate date;
} Edit;

static void
edit_free (gpointer data)
{
  Edit *edit = data;

  g_object_unref (edit->access);
  g_free (edit->title);
  g_free (edit);
}

/**
 * hy_document_can_edit:
 *
 * A document of a professional has an author, an organisation at least; one that was added as a mere file has none.
 */
gboolean
hy_document_can_edit (const HyVaultRow *row)
{
  return row->klass == HY_CLASS_DOCUMENT && (row->flags & HY_ROW_LOCAL) && (row->author == NULL || *row->author == '\0');
}

/* The date of the act comes before all others that a document has; a dateTime, which may be a year alone. */
static gboolean
set_date (HyDraft *draft,
          HyDate date,
          GError **error)
{
  HyJson *json = hy_draft_get_json (draft);
  g_autofree char *text = hy_date_dup_text (date);
  g_autofree char *whole = NULL;

  if (hy_json_path (json, hy_json_root (json), "context.period") != 0)
    return hy_draft_set_string (draft, "context.period.start", text, error);
  if (hy_json_path (json, hy_json_root (json), "context") != 0)
    {
      whole = g_strdup_printf ("{\"start\":\"%s\"}", text);
      return hy_draft_set_json (draft, "context.period", whole, error);
    }
  whole = g_strdup_printf ("{\"period\":{\"start\":\"%s\"}}", text);
  return hy_draft_set_json (draft, "context", whole, error);
}

static DexFuture *
edit_fiber (gpointer user_data)
{
  Edit *edit = user_data;
  g_autoptr (HyDraft) draft = hy_draft_new (edit->access, edit->rowid);
  g_autoptr (HyVaultRow) row = NULL;
  g_autoptr (GError) error = NULL;

  if (!(row = dex_await_boxed (hy_vault_dup_row (edit->access, edit->rowid), &error)) || !dex_await (hy_draft_load (draft), &error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  if (!hy_document_can_edit (row))
    return dex_future_new_reject (HY_ERROR, HY_ERROR_DENIED, "%s",
                                  _ ("This document is its author’s. Its title and its date stay as they are."));
  if (g_strcmp0 (row->title, edit->title) != 0 && !hy_draft_set_string (draft, "description", edit->title, &error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  if (edit->date.year != 0 && hy_date_sort_key (edit->date) != row->day && !set_date (draft, edit->date, &error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  return hy_draft_commit (draft);
}

/**
 * hy_document_edit:
 *
 * Writes title and date; the former ones go to the history, and what is to be sent to the outbox, as with any edit.
 *
 * Errors: HY_ERROR_REFUSED for a title that is empty or too long, HY_ERROR_DENIED when hy_document_can_edit() says no
 */
DexFuture *
hy_document_edit (HyAccess *access,
                  gint64 rowid,
                  const char *title,
                  HyDate date)
{
  g_autofree char *stripped = NULL;
  Edit *edit;

  dex_return_error_if_fail (HY_IS_ACCESS (access) && title != NULL);

  stripped = g_strstrip (g_strdup (title));
  if (*stripped == '\0' || !g_utf8_validate (stripped, -1, NULL))
    return dex_future_new_reject (HY_ERROR, HY_ERROR_REFUSED, "%s", _ ("A document needs a title."));
  if (g_utf8_strlen (stripped, -1) > HY_TITLE_CHARS)
    return dex_future_new_reject (HY_ERROR, HY_ERROR_REFUSED, _ ("A title has at most %d characters."), HY_TITLE_CHARS);
  edit = g_new0 (Edit, 1);
  edit->access = g_object_ref (access);
  edit->rowid = rowid;
  edit->title = g_steal_pointer (&stripped);
  edit->date = date;
  return hy_fiber (edit_fiber, edit, edit_free);
}
