/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "records/hy-record-item.h"

#include <string.h>

static HyVaultItem *
new_item (const char *text,
          const char *full_url)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  g_autoptr (HyJson) json = hy_json_parse (bytes, &error);
  HyResourceRow row = { 0 };
  HyVaultItem *item;

  g_assert_no_error (error);
  hy_resource_row_read (json, hy_json_root (json), &row, &error);
  g_assert_no_error (error);
  item = hy_record_item_new (bytes, &row, full_url);
  /* Taken, not copied: clearing the reading again frees nothing that the item holds. */
  g_assert_null (row.title);
  hy_resource_row_clear (&row);
  g_assert_true (g_bytes_equal (item->json, bytes));
  return item;
}

static void
test_keeps_reading (void)
{
  HyVaultItem *item = new_item ("{\"resourceType\":\"Condition\",\"id\":\"c9\",\"code\":{\"text\":\"Asthme\"},"
                                "\"subject\":{\"reference\":\"Patient/p\"},\"encounter\":{\"reference\":\"Encounter/e\"},"
                                "\"recordedDate\":\"2026-11-20\"}",
                                "urn:uuid:6d1f1d5c-64a5-4b70-9bbf-5f3f2d8c7a11");

  g_assert_cmpuint (item->row.klass, ==, HY_CLASS_CONDITION);
  g_assert_cmpstr (item->row.type, ==, "Condition");
  g_assert_cmpstr (item->row.fhir_id, ==, "c9");
  g_assert_cmpstr (item->row.title, ==, "Asthme");
  g_assert_cmpint (item->row.shelf, ==, -1);
  g_assert_cmpint (item->row.day, !=, 0);
  g_assert_cmpuint (item->names->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (item->names, 0), ==, "Condition/c9");
  g_assert_cmpstr (g_ptr_array_index (item->names, 1), ==, "urn:uuid:6d1f1d5c-64a5-4b70-9bbf-5f3f2d8c7a11");
  g_assert_cmpuint (item->links->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (item->links, 0), ==, "Encounter/e");
  hy_vault_item_free (item);
}

static void
test_nameless (void)
{
  HyVaultItem *item = new_item ("{\"resourceType\":\"Condition\",\"code\":{\"text\":\"Asthme\"}}", NULL);

  g_assert_cmpuint (item->names->len, ==, 0);
  hy_vault_item_free (item);

  /* A Bundle may name an entry by the very reference that its id makes. */
  item = new_item ("{\"resourceType\":\"Condition\",\"id\":\"c9\"}", "Condition/c9");
  g_assert_cmpuint (item->names->len, ==, 1);
  hy_vault_item_free (item);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/records/record-item/keeps-the-reading", test_keeps_reading);
  g_test_add_func ("/records/record-item/goes-without-names", test_nameless);
  return g_test_run ();
}
