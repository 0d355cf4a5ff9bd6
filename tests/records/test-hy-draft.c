/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "records/hy-draft.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "records/hy-record-item.h"
#include "support/hy-test-space.h"

#include <string.h>

/* A decimal and a number that a JSON tree would change, an unknown member, and odd spacing. */
static const char observation[] =
    "{ \"resourceType\":\"Observation\",\n  \"id\":\"w1\",\"status\":\"final\",\"x-unknown\":[1.50,12345678901234567890],\n"
    "  \"code\":{\"text\":\"Poids\"},\"subject\":{\"reference\":\"Patient/1\"},\n"
    "  \"valueQuantity\":{\"value\":72.50,\"unit\":\"kg\"} }";

static gint64
put_observation (HyTestSpace *space,
                 guint own_flags)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (observation, strlen (observation));
  g_autoptr (GError) error = NULL;
  g_autoptr (HyJson) json = hy_json_parse (bytes, &error);
  g_auto (HyResourceRow) row = { 0 };
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify) hy_vault_item_free);
  g_autoptr (GArray) results = NULL;
  HyVaultItem *item;

  g_assert_no_error (error);
  g_assert_true (hy_resource_row_read (json, hy_json_root (json), &row, NULL));
  item = hy_record_item_new (bytes, &row, NULL);
  item->row.flags |= own_flags;
  g_ptr_array_add (items, item);
  results = hy_test_await_boxed (hy_vault_put (space->access, 1, items));
  return g_array_index (results, HyPutResult, 0).rowid;
}

static char *
dup_text (HyTestSpace *space,
          gint64 rowid)
{
  g_autoptr (GBytes) bytes = hy_test_await_boxed (hy_vault_dup_resource (space->access, rowid));

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static char *
dup_replaced (const char *text,
              const char *what,
              const char *by)
{
  g_auto (GStrv) parts = g_strsplit (text, what, 2);

  g_assert_cmpuint (g_strv_length (parts), ==, 2);
  return g_strjoinv (by, parts);
}

static void
test_splices (void)
{
  g_autoptr (HyTestSpace) space = hy_test_space_new ();
  gint64 rowid = put_observation (space, HY_ROW_UNREAD);
  g_autoptr (HyDraft) draft = hy_draft_new (space->access, rowid);
  g_autoptr (HyVaultRow) row = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *expected = NULL, *renamed = NULL, *stored = NULL;

  hy_test_await (hy_draft_load (draft));
  g_assert_true (hy_draft_set_json (draft, "valueQuantity.value", "71.20", &error));
  g_assert_no_error (error);
  g_assert_true (hy_draft_set_string (draft, "code.text", "Poids \"du matin\"", &error));
  g_assert_no_error (error);
  hy_test_await (hy_draft_commit (draft));

  renamed = dup_replaced (observation, "\"Poids\"", "\"Poids \\\"du matin\\\"\"");
  expected = dup_replaced (renamed, "72.50", "71.20");
  stored = dup_text (space, rowid);
  g_assert_cmpstr (stored, ==, expected);
  row = hy_test_await_boxed (hy_vault_dup_row (space->access, rowid));
  g_assert_cmpint (row->version, ==, 2);
  g_assert_cmpstr (row->title, ==, "Poids \"du matin\"");
  /* What only this computer knows of it outlives the edit. */
  g_assert_true (row->flags & HY_ROW_UNREAD);
}

static void
test_adds_member (void)
{
  g_autoptr (HyTestSpace) space = hy_test_space_new ();
  gint64 rowid = put_observation (space, 0);
  g_autoptr (HyDraft) draft = hy_draft_new (space->access, rowid);
  g_autoptr (GError) error = NULL;
  HyJson *json;

  hy_test_await (hy_draft_load (draft));
  g_assert_true (hy_draft_set_string (draft, "valueQuantity.code", "kg", &error));
  g_assert_no_error (error);
  json = hy_draft_get_json (draft);
  g_assert_true (hy_json_string_equal (json, hy_json_path (json, hy_json_root (json), "valueQuantity.code"), "kg"));
}

static void
test_refuses (void)
{
  g_autoptr (HyTestSpace) space = hy_test_space_new ();
  gint64 rowid = put_observation (space, 0);
  g_autoptr (HyDraft) draft = hy_draft_new (space->access, rowid);
  g_autoptr (GError) error = NULL;
  HyJson *json;
  gsize size;

  hy_test_await (hy_draft_load (draft));
  g_assert_false (hy_draft_set_string (draft, "component.0.text", "x", &error));
  g_assert_error (error, HY_ERROR, HY_ERROR_MISSING);
  g_clear_error (&error);
  /* A value is one value: it may not bring members along. */
  g_assert_false (hy_draft_set_json (draft, "status", "\"final\",\"note\":1", &error));
  g_assert_nonnull (error);
  json = hy_draft_get_json (draft);
  g_assert_cmpmem (g_bytes_get_data (hy_json_get_bytes (json), &size), size, observation, strlen (observation));
}

static void
test_conflict (void)
{
  g_autoptr (HyTestSpace) space = hy_test_space_new ();
  gint64 rowid = put_observation (space, 0);
  g_autoptr (HyDraft) mine = hy_draft_new (space->access, rowid);
  g_autoptr (HyDraft) other = hy_draft_new (space->access, rowid);
  g_autoptr (GError) error = NULL;
  g_autofree char *stored = NULL;

  hy_test_await (hy_draft_load (mine));
  hy_test_await (hy_draft_load (other));
  g_assert_true (hy_draft_set_json (mine, "valueQuantity.value", "70", NULL));
  g_assert_true (hy_draft_set_json (other, "valueQuantity.value", "80", NULL));
  hy_test_await (hy_draft_commit (mine));
  g_assert_false (hy_run_to_end (hy_draft_commit (other), &error));
  g_assert_error (error, HY_ERROR, HY_ERROR_CONFLICT);
  stored = dup_text (space, rowid);
  g_assert_nonnull (strstr (stored, "\"value\":70,"));
  /* A draft that was committed goes on from there. */
  g_assert_true (hy_draft_set_json (mine, "valueQuantity.value", "69", NULL));
  hy_test_await (hy_draft_commit (mine));
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/records/draft/splices-bytes", test_splices);
  g_test_add_func ("/records/draft/adds-a-member", test_adds_member);
  g_test_add_func ("/records/draft/refuses-what-has-no-place", test_refuses);
  g_test_add_func ("/records/draft/newer-edit-is-a-conflict", test_conflict);
  return g_test_run ();
}
