/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person may change of documents without opening them: whom they are hidden from, and their shelf.
 * Source: what the service lets people edit (health-space.md, "What may be edited"): of a document of one's own its category,
 * title, date and visibility; of a professional's the visibility alone.
 * Bytes are spliced: other labels and categories, and all else, stay as they were received. */

#include "config.h"

#include "records/hy-document-settings.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "fhir/hy-document-types.h"
#include "fhir/hy-resource-class.h"
#include "fhir/hy-resource-row.h"
#include "records/hy-record-item.h"
#include "vault/hy-vault-resources.h"

#include <glib/gi18n.h>

/* Source: visibility.json, TRE_A07-StatutVisibiliteDocument. */
#define HIDDEN_SYSTEM "https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument"
#define HIDDEN_CODE "MASQUE_PS"
#define HIDDEN_LABEL "{\"coding\":[{\"system\":\"" HIDDEN_SYSTEM "\",\"code\":\"" HIDDEN_CODE "\",\"display\":\"Masqué aux professionnels de santé\"}]}"

/* One transaction, unless what it holds in memory grows beyond this. */
#define BYTES_AT_ONCE (64 * 1024 * 1024)
/* A document has one to four labels (JDV_J08). */
#define MAX_LABELS 64
/* A sync may change the same documents meanwhile; what is set does not depend on what it wrote. */
#define MAX_TRIES 5

/* NULL without an error: it is so already. */
typedef GBytes *(*Splice) (HyJson *json, gint value, gint *before, GError **error);

typedef struct
{
  HyAccess *access;
  GArray *settings; /* HyDocumentSetting */
  Splice splice;
  gboolean own_only;
} Act;

static void
act_free (gpointer data)
{
  Act *act = data;

  g_object_unref (act->access);
  g_array_unref (act->settings);
  g_free (act);
}

/* -- splicing -- */

/* Nothing empty may be left: the value goes with what holds nothing but it, and a concept with its only coding. */
static HyJsonNode
find_whole (HyJson *json,
            HyJsonNode node)
{
  HyJsonNode root = hy_json_root (json);
  HyJsonNode around;

  while (node != root && (around = hy_json_parent (json, node)) != root)
    {
      gboolean is_concept = hy_json_kind (json, around) == HY_JSON_OBJECT && hy_json_key_equal (json, node, "coding");

      if (hy_json_count (json, around) > 1 && !is_concept)
        break;
      node = around;
    }
  return node;
}

static gsize
start_of (HyJson *json,
          HyJsonNode node)
{
  return hy_json_kind (json, hy_json_parent (json, node)) == HY_JSON_OBJECT ? hy_json_key_span (json, node).start
                                                                            : hy_json_span (json, node).start;
}

/* Takes an element or a member out, with the one comma that goes with it. */
static GBytes *
take_out (HyJson *json,
          HyJsonNode node)
{
  HyJsonNode before = 0;
  HyJsonNode next = hy_json_next (json, node);
  HyJsonEdit edit = { { start_of (json, node), hy_json_span (json, node).end }, "" };

  for (HyJsonNode at = hy_json_first (json, hy_json_parent (json, node)); at != node; at = hy_json_next (json, at))
    before = at;
  if (before != 0)
    edit.span.start = hy_json_span (json, before).end;
  else if (next != 0)
    edit.span.end = start_of (json, next);
  return hy_json_splice (hy_json_get_bytes (json), &edit, 1);
}

/* Adds an element behind the others of the member @name of the resource. */
static GBytes *
append (HyJson *json,
        const char *name,
        const char *element)
{
  HyJsonNode member = hy_json_member (json, hy_json_root (json), name);
  HyJsonNode last = 0;
  g_autofree char *text = NULL;

  if (hy_json_kind (json, member) == HY_JSON_OBJECT)
    {
      /* One that should be in a list and is not: it stays, as the first of one. */
      HyJsonSpan span = hy_json_span (json, member);
      g_autofree char *end = g_strdup_printf (",%s]", element);
      HyJsonEdit edits[] = { { { span.start, span.start }, "[" }, { { span.end, span.end }, end } };

      return hy_json_splice (hy_json_get_bytes (json), edits, G_N_ELEMENTS (edits));
    }
  for (HyJsonNode at = hy_json_first (json, member); at != 0; at = hy_json_next (json, at))
    last = at;
  if (last != 0)
    {
      gsize end = hy_json_span (json, last).end;
      HyJsonEdit edit = { { end, end }, text = g_strdup_printf (",%s", element) };

      return hy_json_splice (hy_json_get_bytes (json), &edit, 1);
    }
  text = g_strdup_printf ("[%s]", element);
  return hy_json_set_member (json, hy_json_root (json), name, text);
}

/* -- hidden from professionals -- */

static HyJsonNode
find_code (HyJson *json,
           HyJsonNode codings,
           const char *system,
           const char *code)
{
  HyJsonNode coding = hy_json_first (json, codings);

  while (coding != 0 && !((system == NULL || hy_json_string_equal (json, hy_json_member (json, coding, "system"), system)) &&
                          (code == NULL || hy_json_string_equal (json, hy_json_member (json, coding, "code"), code))))
    coding = hy_json_next (json, coding);
  return coding;
}

static HyJsonNode
find_in_concepts (HyJson *json,
                  const char *name,
                  const char *system,
                  const char *code)
{
  HyJsonNode concept = hy_json_first (json, hy_json_member (json, hy_json_root (json), name));
  HyJsonNode found = 0;

  for (; concept != 0 && found == 0; concept = hy_json_next (json, concept))
    found = find_code (json, hy_json_member (json, concept, "coding"), system, code);
  return found;
}

/* Where hy-resource-row.c reads it. */
static HyJsonNode
find_hidden (HyJson *json)
{
  HyJsonNode found = find_in_concepts (json, "securityLabel", NULL, HIDDEN_CODE);

  return found != 0 ? found : find_code (json, hy_json_path (json, hy_json_root (json), "meta.security"), NULL, HIDDEN_CODE);
}

static GBytes *
splice_hidden (HyJson *json,
               gint hidden,
               gint *before,
               GError **error)
{
  g_autoptr (HyJson) now = hy_json_ref (json);
  g_autoptr (GBytes) bytes = NULL;
  HyJsonNode label = find_hidden (now);

  *before = label != 0;
  if (*before == (hidden != 0))
    return NULL;
  if (hidden)
    return append (json, "securityLabel", HIDDEN_LABEL);
  for (guint i = 0; label != 0; i++)
    {
      if (i == MAX_LABELS)
        {
          g_set_error_literal (error, HY_ERROR, HY_ERROR_REFUSED, _ ("A document says too many times who may see it. Nothing was changed."));
          return NULL;
        }
      g_clear_pointer (&bytes, g_bytes_unref);
      bytes = take_out (now, find_whole (now, label));
      hy_json_unref (now);
      if ((now = hy_json_parse (bytes, error)) == NULL)
        return NULL;
      label = find_hidden (now);
    }
  return g_steal_pointer (&bytes);
}

/* -- shelf -- */

static GBytes *
splice_shelf (HyJson *json,
              gint shelf,
              gint *before,
              GError **error)
{
  HyJsonNode coding = find_in_concepts (json, "category", HY_SHELF_SYSTEM, NULL);
  g_autofree char *chosen = hy_json_dup_string (json, hy_json_member (json, coding, "code"));
  g_autofree char *text = NULL;

  *before = chosen != NULL ? hy_document_shelf_from_code (chosen) : -1;
  if (*before == shelf)
    return NULL;
  if (shelf < 0)
    return take_out (json, find_whole (json, coding));
  if (coding != 0)
    {
      text = g_strdup_printf ("\"%s\"", hy_document_shelf_get_code ((guint) shelf));
      return hy_json_set_member (json, coding, "code", text);
    }
  text = g_strdup_printf ("{\"coding\":[{\"system\":\"" HY_SHELF_SYSTEM "\",\"code\":\"%s\"}]}", hy_document_shelf_get_code ((guint) shelf));
  return append (json, "category", text);
}

/* -- the act -- */

/* The document as it is now, changed.  NULL without an error when there is nothing to do. */
static HyVaultItem *
change (Act *act,
        const HyDocumentSetting *setting,
        gint *version,
        gint *before,
        GError **error)
{
  g_autoptr (GError) missing = NULL;
  g_autoptr (HyVaultRow) row = dex_await_boxed (hy_vault_dup_row (act->access, setting->rowid), &missing);
  g_autoptr (GBytes) bytes = NULL, changed = NULL;
  g_autoptr (HyJson) json = NULL, now = NULL;
  g_auto (HyResourceRow) was = { 0 };
  g_auto (HyResourceRow) reading = { 0 };
  HyVaultItem *item;
  guint own_flags;

  if (g_error_matches (missing, HY_ERROR, HY_ERROR_MISSING))
    return NULL;
  if (row == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&missing));
      return NULL;
    }
  if (act->own_only && !hy_document_may_move (act->access, row->flags))
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_DENIED,
                           _ ("A document that others made stays on its shelf. Nothing was changed; only what you added yourself can be moved."));
      return NULL;
    }
  /* The version comes first: bytes that are newer than it only make the commit refuse. */
  if (!(bytes = dex_await_boxed (hy_vault_dup_resource (act->access, setting->rowid), error)) || !(json = hy_json_parse (bytes, error)) ||
      !hy_resource_row_read (json, hy_json_root (json), &was, error) ||
      !(changed = act->splice (json, setting->value, before, error)) || !(now = hy_json_parse (changed, error)) ||
      !hy_resource_row_read (now, hy_json_root (now), &reading, error))
    return NULL;
  *version = row->version;
  own_flags = row->flags & ~was.flags & ~(guint) HY_VAULT_KEPT_FLAGS; /* as in hy-draft.c */
  item = hy_record_item_new (changed, &reading, NULL);
  item->row.flags |= own_flags;
  return item;
}

/* From @first on, as many as fit into one transaction.  Sets @next behind them. */
static gboolean
commit_some (Act *act,
             guint first,
             guint *next,
             GArray *changed,
             GError **error)
{
  for (guint try = 1;; try++)
    {
      g_autoptr (GArray) done = g_array_new (FALSE, FALSE, sizeof (HyDocumentSetting));
      g_autoptr (GError) failure = NULL;
      GArray *edits = hy_vault_edits_new ();
      gsize n_bytes = 0;

      for (*next = first; *next < act->settings->len && n_bytes < BYTES_AT_ONCE; (*next)++)
        {
          HyDocumentSetting setting = g_array_index (act->settings, HyDocumentSetting, *next);
          HyVaultEdit edit = { .rowid = setting.rowid };

          edit.item = change (act, &setting, &edit.version, &setting.value, &failure);
          if (failure != NULL)
            break;
          if (edit.item == NULL)
            continue;
          n_bytes += g_bytes_get_size (edit.item->json);
          g_array_append_val (edits, edit);
          g_array_append_val (done, setting);
        }
      if (failure != NULL || edits->len == 0)
        g_array_unref (edits);
      else
        dex_await (hy_vault_edit_several (act->access, edits), &failure);
      if (failure == NULL)
        {
          g_array_append_vals (changed, done->data, done->len);
          return TRUE;
        }
      if (try == MAX_TRIES || !(g_error_matches (failure, HY_ERROR, HY_ERROR_CONFLICT) || g_error_matches (failure, HY_ERROR, HY_ERROR_MISSING)))
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
    }
}

static DexFuture *
act_fiber (gpointer data)
{
  Act *act = data;
  g_autoptr (GArray) changed = g_array_new (FALSE, FALSE, sizeof (HyDocumentSetting));
  g_autoptr (GError) error = NULL;
  guint at = 0;

  while (at < act->settings->len)
    if (!commit_some (act, at, &at, changed, &error))
      return dex_future_new_for_error (g_steal_pointer (&error));
  return dex_future_new_take_boxed (G_TYPE_ARRAY, g_steal_pointer (&changed));
}

static DexFuture *
start (HyAccess *access,
       GArray *settings,
       Splice splice,
       gboolean own_only)
{
  Act *act = g_new0 (Act, 1);

  act->access = g_object_ref (access);
  act->settings = g_array_copy (settings);
  act->splice = splice;
  act->own_only = own_only;
  return hy_in_pool (act_fiber, act, act_free);
}

/**
 * hy_document_set_hidden:
 * @settings: (element-type HyDocumentSetting):
 *
 * The code MASQUE_PS among the labels of the document; the others stay.  Anyone who may edit documents may do so, whoever
 * made them.  It waits in the outbox like any edit.
 *
 * Errors: HY_ERROR_DENIED without the right to edit documents, HY_ERROR_LOCKED
 */
DexFuture *
hy_document_set_hidden (HyAccess *access,
                        GArray *settings)
{
  return start (access, settings, splice_hidden, /* own_only= */ FALSE);
}

/**
 * hy_document_set_shelves:
 * @settings: (element-type HyDocumentSetting):
 *
 * A category of Hygie's own beside those the document has: what kind of document it is stays as it was said.
 *
 * Errors: HY_ERROR_DENIED when one of them may not be moved (hy_document_may_move()): none is, then
 */
DexFuture *
hy_document_set_shelves (HyAccess *access,
                         GArray *settings)
{
  return start (access, settings, splice_shelf, /* own_only= */ TRUE);
}

GArray *
hy_document_settings_new (GArray *rowids,
                          gint value)
{
  GArray *settings = g_array_sized_new (FALSE, FALSE, sizeof (HyDocumentSetting), rowids->len);

  for (guint i = 0; i < rowids->len; i++)
    {
      HyDocumentSetting setting = { g_array_index (rowids, gint64, i), value };

      g_array_append_val (settings, setting);
    }
  return settings;
}

gboolean
hy_document_may_hide (HyAccess *access)
{
  return hy_access_allows (access, HY_CLASS_DOCUMENT, HY_RIGHT_EDIT);
}

/**
 * hy_document_may_move:
 * @flags: of its row; %HY_ROW_LOCAL is what the person added herself
 */
gboolean
hy_document_may_move (HyAccess *access,
                      guint flags)
{
  return hy_document_may_hide (access) && (flags & HY_ROW_LOCAL) != 0;
}
