/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/hy-json.h"

#include "base/hy-error.h"

#include <string.h>

/* A copy that ends where the text ends, so that a sanitizer sees a read behind it. */
static GBytes *
bytes_of (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static HyJson *
parse (const char *text)
{
  g_autoptr (GBytes) bytes = bytes_of (text);
  g_autoptr (GError) error = NULL;
  HyJson *json = hy_json_parse (bytes, &error);

  g_assert_no_error (error);
  g_assert_nonnull (json);
  return json;
}

static void
assert_refused (const char *text,
                gsize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, length);
  g_autoptr (GError) error = NULL;
  g_autoptr (HyJson) json = hy_json_parse (bytes, &error);

  if (json != NULL)
    g_error ("taken though malformed: %.*s", (int) MIN (length, 200), text);
  g_assert_error (error, HY_ERROR, HY_ERROR_REFUSED);
  g_assert_cmpstr (strstr (error->message, "Nothing was changed"), !=, NULL);
}

static void
assert_bytes (GBytes *bytes,
              const char *expected)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  g_assert_cmpmem (data, size, expected, strlen (expected));
}

static const char record[] =
    "{\n"
    "  \"resourceType\": \"Observation\",\n"
    "  \"zz-unknown\": {\"b\": 1, \"a\": [null, true, false]},\n"
    "  \"valueQuantity\" : { \"value\": 1.50, \"unit\": \"mg/l\" },\n"
    "  \"serial\": 12345678901234567890,\n"
    "  \"name\": [{\"given\": [\"Zo\\u00eb\", \"Anne-Marie\"]}, {}],\n"
    "  \"empty\": [ ]\n"
    "}\n";

static void
reads_every_kind (void)
{
  g_autoptr (HyJson) json = parse (record);
  HyJsonNode root = hy_json_root (json);
  HyJsonNode unknown = hy_json_member (json, root, "zz-unknown");
  HyJsonNode list = hy_json_member (json, unknown, "a");
  HyJsonNode names = hy_json_member (json, root, "name");
  g_autofree char *key = hy_json_dup_key (json, unknown);
  HyJsonSpan span;

  g_assert_cmpint (hy_json_kind (json, root), ==, HY_JSON_OBJECT);
  g_assert_cmpuint (hy_json_count (json, root), ==, 6);
  g_assert_cmpuint (hy_json_parent (json, root), ==, 0);
  g_assert_null (hy_json_dup_key (json, root));
  g_assert_cmpstr (key, ==, "zz-unknown");
  g_assert_true (hy_json_key_equal (json, unknown, "zz-unknown"));
  g_assert_false (hy_json_key_equal (json, unknown, "zz"));
  g_assert_cmpuint (hy_json_parent (json, unknown), ==, root);

  g_assert_cmpint (hy_json_kind (json, list), ==, HY_JSON_ARRAY);
  g_assert_cmpuint (hy_json_count (json, list), ==, 3);
  g_assert_cmpint (hy_json_kind (json, hy_json_at (json, list, 0)), ==, HY_JSON_NULL);
  g_assert_true (hy_json_is_true (json, hy_json_at (json, list, 1)));
  g_assert_cmpint (hy_json_kind (json, hy_json_at (json, list, 2)), ==, HY_JSON_FALSE);
  g_assert_false (hy_json_is_true (json, hy_json_at (json, list, 2)));
  g_assert_null (hy_json_dup_key (json, hy_json_at (json, list, 2)));
  g_assert_cmpuint (hy_json_next (json, hy_json_at (json, list, 2)), ==, 0);

  g_assert_cmpuint (hy_json_first (json, hy_json_member (json, root, "empty")), ==, 0);
  g_assert_cmpuint (hy_json_count (json, hy_json_at (json, names, 1)), ==, 0);
  g_assert_true (hy_json_string_equal (json, hy_json_member (json, root, "resourceType"), "Observation"));

  span = hy_json_span (json, hy_json_member (json, root, "valueQuantity"));
  g_assert_cmpmem (record + span.start, span.end - span.start, "{ \"value\": 1.50, \"unit\": \"mg/l\" }", 33);
  span = hy_json_span (json, root);
  g_assert_cmpuint (span.start, ==, 0);
  g_assert_cmpuint (span.end, ==, sizeof record - 2);
}

static void
follows_a_path (void)
{
  g_autoptr (HyJson) json = parse (record);
  HyJsonNode root = hy_json_root (json);
  g_autofree char *given = hy_json_dup_string (json, hy_json_path (json, root, "name.0.given.1"));

  g_assert_cmpstr (given, ==, "Anne-Marie");
  g_assert_cmpuint (hy_json_path (json, root, "name"), ==, hy_json_member (json, root, "name"));
  g_assert_cmpuint (hy_json_path (json, root, "name.0.given.2"), ==, 0);
  g_assert_cmpuint (hy_json_path (json, root, "name.given"), ==, 0);
  g_assert_cmpuint (hy_json_path (json, root, "name.0x"), ==, 0);
  g_assert_cmpuint (hy_json_path (json, root, "name.-1"), ==, 0);
  g_assert_cmpuint (hy_json_path (json, root, "name.99999999999999999999"), ==, 0);
  g_assert_cmpuint (hy_json_path (json, root, "resourceType.x"), ==, 0);
  g_assert_cmpuint (hy_json_path (json, root, ""), ==, 0);
}

static void
nothing_leads_to_nothing (void)
{
  g_autoptr (HyJson) json = parse (record);
  HyJsonNode text = hy_json_member (json, hy_json_root (json), "resourceType");

  g_assert_cmpint (hy_json_kind (json, 0), ==, HY_JSON_NONE);
  g_assert_cmpuint (hy_json_member (json, 0, "a"), ==, 0);
  g_assert_cmpuint (hy_json_at (json, 0, 0), ==, 0);
  g_assert_cmpuint (hy_json_path (json, 0, "a.b"), ==, 0);
  g_assert_cmpuint (hy_json_first (json, 0), ==, 0);
  g_assert_cmpuint (hy_json_next (json, 0), ==, 0);
  g_assert_cmpuint (hy_json_count (json, 0), ==, 0);
  g_assert_cmpuint (hy_json_span (json, 0).end, ==, 0);
  g_assert_null (hy_json_dup_key (json, 0));
  g_assert_null (hy_json_dup_string (json, 0));
  g_assert_null (hy_json_dup_number (json, 0));
  g_assert_false (hy_json_string_equal (json, 0, ""));
  g_assert_false (hy_json_key_equal (json, 0, ""));
  g_assert_cmpuint (hy_json_first (json, text), ==, 0);
  g_assert_cmpuint (hy_json_member (json, text, "a"), ==, 0);
  g_assert_null (hy_json_dup_number (json, text));
}

static void
numbers_keep_their_digits (void)
{
  static const char *const numbers[] = { "0", "-0", "1.50", "12345678901234567890", "0.1",
                                         "1e400", "1E-007", "-0.0e+0", "100.00000000000000000000001" };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autofree char *text = g_strdup_printf ("[%s, %s]", numbers[i], numbers[i]);
      g_autoptr (HyJson) json = parse (text);
      g_autoptr (HyJson) alone = parse (numbers[i]);
      g_autofree char *first = hy_json_dup_number (json, hy_json_at (json, hy_json_root (json), 0));
      g_autofree char *second = hy_json_dup_number (json, hy_json_at (json, hy_json_root (json), 1));
      g_autofree char *only = hy_json_dup_number (alone, hy_json_root (alone));

      g_assert_cmpstr (first, ==, numbers[i]);
      g_assert_cmpstr (second, ==, numbers[i]);
      g_assert_cmpstr (only, ==, numbers[i]);
    }
}

static void
strings_lose_their_escapes (void)
{
  static const struct
  {
    const char *json;
    const char *text;
  } rows[] = {
    { "\"\"", "" },
    { "\"a\"", "a" },
    { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t" },
    { "\"\\u0041\\u00e9\\u20AC\"", "Aé€" },
    { "\"\\ud83d\\ude00\"", "😀" },
    { "\"é€😀 long enough for eight bytes at once\"", "é€😀 long enough for eight bytes at once" },
    { "\"1234567\\n12345678\\\"\"", "1234567\n12345678\"" },
    { "\"a\\u0000b\"", "a\xef\xbf\xbd"
                       "b" },
    { "\"\x7f\"", "\x7f" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HyJson) json = parse (rows[i].json);
      g_autofree char *text = hy_json_dup_string (json, hy_json_root (json));

      g_assert_cmpstr (text, ==, rows[i].text);
      g_assert_true (hy_json_string_equal (json, hy_json_root (json), rows[i].text));
      g_assert_false (hy_json_string_equal (json, hy_json_root (json), "something else"));
    }
}

static void
keys_are_compared_without_escapes (void)
{
  g_autoptr (HyJson) json = parse ("{\"n\\u00e9\": 1, \"a\\\"b\": 2, \"\": 3, \"a\": 4}");
  HyJsonNode root = hy_json_root (json);
  g_autofree char *quoted = hy_json_dup_key (json, hy_json_member (json, root, "a\"b"));

  g_assert_cmpuint (hy_json_member (json, root, "né"), ==, hy_json_first (json, root));
  g_assert_cmpstr (quoted, ==, "a\"b");
  g_assert_cmpuint (hy_json_member (json, root, "n\\u00e9"), ==, 0);
  g_assert_cmpint (hy_json_kind (json, hy_json_member (json, root, "")), ==, HY_JSON_NUMBER);
  g_assert_cmpuint (hy_json_member (json, root, "a\": 4}"), ==, 0);
}

static void
text_around_the_value_is_allowed (void)
{
  static const char *const texts[] = { "\xef\xbb\xbf{\"a\": 1}", " \t\r\n{\"a\": 1}\n\n\t ", "\xef\xbb\xbf\n{\"a\": 1}\r\n" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (HyJson) json = parse (texts[i]);
      HyJsonSpan span = hy_json_span (json, hy_json_root (json));
      gsize length;
      const char *text = hy_json_get_text (json, &length);

      g_assert_cmpmem (text, length, texts[i], strlen (texts[i]));
      g_assert_cmpmem (text + span.start, span.end - span.start, "{\"a\": 1}", 8);
    }
}

static void
a_slice_is_read_in_place (void)
{
  g_autoptr (GBytes) whole = bytes_of ("garbage{\"a\":[1,2]}garbage");
  g_autoptr (GBytes) slice = g_bytes_new_from_bytes (whole, 7, 11);
  g_autoptr (GError) error = NULL;
  g_autoptr (HyJson) json = hy_json_parse (slice, &error);
  HyJsonSpan span;

  g_assert_no_error (error);
  span = hy_json_span (json, hy_json_path (json, hy_json_root (json), "a.1"));
  g_assert_cmpuint (span.start, ==, 8);
  g_assert_true (hy_json_get_bytes (json) == slice);
  g_assert_true (hy_json_get_text (json, NULL) == (const char *) g_bytes_get_data (whole, NULL) + 7);
}

static void
malformed_text_is_refused (void)
{
  /* clang-format off */
  static const char *const texts[] = {
    "", " ", "\n\n", "\xef\xbb\xbf", "\xef\xbb", "{", "}", "[", "]", "[1", "[1,", "[,1]", "[1,]", "[1 2]", "[1}", "{]",
    "{\"a\"}", "{\"a\":}", "{\"a\" 1}", "{\"a\":1,}", "{,\"a\":1}", "{\"a\":1 \"b\":2}", "{a:1}", "{'a':1}", "{1:2}",
    "{\"a\":1}}", "{\"a\":1} x", "[1][2]", "1 2", "nul", "nulll", "True", "tru e", "NaN", "Infinity", "-", "+1", "01", "-01",
    "1.", ".5", "1.e5", "1e", "1e+", "0x10", "1_000", "- 1", "\"", "\"a", "\"a\\", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"",
    "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\ude00\"", "\"\\ud83d\\ud83d\"", "\"\\ud83d\\ude0", "\"tab\there\"",
    "\"line\nhere\"", "\"\x1f\"", "'a'", "// note\n1", "/* note */1", "\f1", "1\v", ("\xc2\xa0" "1"), "[\"\xff\"]",
    "\"\xc0\xaf\"", "\"\xe0\x80\xaf\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xf8\x88\x80\x80\x80\"", "\"\xc3\"",
    "\"\xe2\x82\"", "\"\xf0\x9f\x98\"", "\"\x80\"", "\"abcdefgh\xc3(\"", "\"\xe2(\xa1\"", "\xff\xfe{\"",
  };
  /* clang-format on */

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_refused (texts[i], strlen (texts[i]));
  assert_refused ("1\0", 2);
  assert_refused ("\"a\0b\"", 5);
  assert_refused ("{\"a\0\":1}", 8);
  assert_refused ("\0", 1);
}

static void
every_cut_is_refused (void)
{
  for (gsize length = 0; length < sizeof record - 2; length++)
    assert_refused (record, length);
}

static void
says_where_it_is_wrong (void)
{
  static const struct
  {
    const char *text;
    const char *place;
  } rows[] = {
    { "{\n  \"a\": 1,\n  \"b\": tru\n}\n", "line 3, column 8 (byte 19)" },
    { "[\"é\", \"è\", x]", "line 1, column 12 (byte 13)" },
    { "{\"a\": 1, \"a\": 2}", "line 1, column 10 (byte 9)" },
    { "[\n\"abc\xff\"]", "line 2, column 5 (byte 6)" },
    { "[1", "line 1, column 3 (byte 2)" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) bytes = bytes_of (rows[i].text);
      g_autoptr (GError) error = NULL;

      g_assert_null (hy_json_parse (bytes, &error));
      g_assert_error (error, HY_ERROR, HY_ERROR_REFUSED);
      if (strstr (error->message, rows[i].place) == NULL)
        g_error ("expected %s in: %s", rows[i].place, error->message);
    }
}

static char *
nested (guint depth,
        char open,
        char close)
{
  char *text = g_malloc (2 * (gsize) depth + 1);

  memset (text, open, depth);
  memset (text + depth, close, depth);
  text[2 * (gsize) depth] = 0;
  return text;
}

static void
depth_is_bounded (void)
{
  g_autofree char *deepest = nested (HY_JSON_MAX_DEPTH, '[', ']');
  g_autofree char *deeper = nested (HY_JSON_MAX_DEPTH + 1, '[', ']');
  g_autofree char *bomb = nested (5 * 1000 * 1000, '[', ']');
  g_autoptr (HyJson) json = parse (deepest);
  GString *objects = g_string_new (NULL);

  g_assert_cmpuint (hy_json_count (json, hy_json_root (json)), ==, 1);
  assert_refused (deeper, strlen (deeper));
  assert_refused (bomb, strlen (bomb));
  for (guint i = 0; i < 100 * 1000; i++)
    g_string_append (objects, "{\"a\":");
  assert_refused (objects->str, objects->len);
  g_string_free (objects, TRUE);
}

static void
size_is_bounded (void)
{
  gsize size = HY_JSON_MAX_BYTES;
  char *text = g_malloc (size + 1);
  g_autoptr (GBytes) largest = NULL;
  g_autoptr (HyJson) json = NULL;
  g_autoptr (GError) error = NULL;

  memset (text, 'a', size + 1);
  text[0] = text[size - 1] = '"';
  text[size] = '\n';
  assert_refused (text, size + 1);
  largest = g_bytes_new_take (text, size);
  json = hy_json_parse (largest, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hy_json_span (json, hy_json_root (json)).end, ==, size);
}

static void
number_of_values_is_bounded (void)
{
  guint n = 9 * 1024 * 1024;
  g_autofree char *text = g_malloc (2 * (gsize) n + 1);

  for (guint i = 0; i < n; i++)
    {
      text[2 * i] = i == 0 ? '[' : ',';
      text[2 * i + 1] = '1';
    }
  text[2 * (gsize) n] = ']';
  assert_refused (text, 2 * (gsize) n + 1);
}

static void
same_key_twice_is_refused (void)
{
  static const char *const texts[] = {
    "{\"a\":1,\"a\":2}",
    "{\"a\":1,\"b\":2,\"a\":3}",
    "{\"a\":1,\"\\u0061\":2}",
    "{\"\\u0061\":1,\"a\":2}",
    "{\"\\u00e9\":1,\"é\":2}",
    "{\"\\n\":1,\"\\u000a\":2}",
    "{\"\":1,\"\":2}",
    "{\"x\":[{\"y\":{\"resourceType\":1,\"id\":2,\"resourceType\":3}}]}",
    "{\"a\":{\"b\":1},\"c\":{\"b\":1},\"a\":{}}",
    ("{\"01\":0,\"02\":0,\"03\":0,\"04\":0,\"05\":0,\"06\":0,\"07\":0,\"08\":0,\"09\":0,\"10\":0,\"11\":0,\"12\":0,"
     "\"13\":0,\"14\":0,\"15\":0,\"16\":0,\"17\":0,\"05\":0}"),
  };
  g_autoptr (HyJson) apart = parse ("[{\"a\":1},{\"a\":{\"a\":{\"b\":2,\"a\":3}}},{\"a\":1}]");
  g_autoptr (HyJson) alike = parse ("{\"\\u0061\":1,\"\\u0062\":2,\"c\":3,\"ab\":4,\"ba\":5,\"\":6}");

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_refused (texts[i], strlen (texts[i]));
  g_assert_cmpuint (hy_json_count (apart, hy_json_root (apart)), ==, 3);
  g_assert_cmpuint (hy_json_count (alike, hy_json_root (alike)), ==, 6);
}

/* The time is part of it: comparing each with each would take minutes. */
static void
hundred_thousand_keys_are_read (void)
{
  g_autoptr (GString) text = g_string_new ("{");
  g_autoptr (GTimer) timer = g_timer_new ();

  for (guint i = 0; i < 100 * 1000; i++)
    g_string_append_printf (text, "%s\"key-%06u\":%u", i > 0 ? "," : "", i, i);
  {
    g_autofree char *whole = g_strconcat (text->str, "}", NULL);
    g_autofree char *twice = g_strconcat (text->str, ",\"key-0500\\u00300\":1}", NULL);
    g_autoptr (HyJson) json = parse (whole);
    g_autofree char *last = hy_json_dup_number (json, hy_json_member (json, hy_json_root (json), "key-099999"));

    g_assert_cmpuint (hy_json_count (json, hy_json_root (json)), ==, 100 * 1000);
    g_assert_cmpstr (last, ==, "99999");
    assert_refused (twice, strlen (twice));
  }
  g_assert_cmpfloat (g_timer_elapsed (timer, NULL), <, 10.0);
}

static void
long_keys_are_told_apart (void)
{
  g_autofree char *long_key = g_strnfill (70000, 'k');
  g_autofree char *text = g_strdup_printf ("{\"%s\":1,\"%sx\":2}", long_key, long_key);
  g_autofree char *twice = g_strdup_printf ("{\"%s\":1,\"b\":0,\"%s\":2}", long_key, long_key);
  g_autofree char *longer = g_strconcat (long_key, "x", NULL);
  g_autoptr (HyJson) json = parse (text);
  HyJsonNode root = hy_json_root (json);
  g_autofree char *key = hy_json_dup_key (json, hy_json_first (json, root));

  g_assert_cmpstr (key, ==, long_key);
  g_assert_cmpuint (hy_json_member (json, root, longer), ==, hy_json_next (json, hy_json_first (json, root)));
  g_assert_cmpuint (hy_json_member (json, root, "k"), ==, 0);
  assert_refused (twice, strlen (twice));
}

static void
edit_elsewhere_keeps_every_other_byte (void)
{
  g_autoptr (HyJson) json = parse (record);
  HyJsonNode quantity = hy_json_member (json, hy_json_root (json), "valueQuantity");
  g_autoptr (GBytes) changed = hy_json_set_member (json, quantity, "unit", "\"g/l\"");
  g_autoptr (HyJson) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *value = NULL;
  g_autofree char *serial = NULL;

  assert_bytes (changed, "{\n"
                         "  \"resourceType\": \"Observation\",\n"
                         "  \"zz-unknown\": {\"b\": 1, \"a\": [null, true, false]},\n"
                         "  \"valueQuantity\" : { \"value\": 1.50, \"unit\": \"g/l\" },\n"
                         "  \"serial\": 12345678901234567890,\n"
                         "  \"name\": [{\"given\": [\"Zo\\u00eb\", \"Anne-Marie\"]}, {}],\n"
                         "  \"empty\": [ ]\n"
                         "}\n");
  again = hy_json_parse (changed, &error);
  g_assert_no_error (error);
  value = hy_json_dup_number (again, hy_json_path (again, hy_json_root (again), "valueQuantity.value"));
  serial = hy_json_dup_number (again, hy_json_path (again, hy_json_root (again), "serial"));
  g_assert_cmpstr (value, ==, "1.50");
  g_assert_cmpstr (serial, ==, "12345678901234567890");
}

static void
a_new_member_is_spaced_as_the_last_one (void)
{
  static const struct
  {
    const char *before;
    const char *after;
  } rows[] = {
    { "{}", "{\"n\\\"\":[1]}" },
    { " { } ", " {\"n\\\"\":[1] } " },
    { "{\"a\":1}", "{\"a\":1,\"n\\\"\":[1]}" },
    { "{\n  \"a\": 1,\n  \"b\": {\"c\": 2}\n}", "{\n  \"a\": 1,\n  \"b\": {\"c\": 2},\n  \"n\\\"\": [1]\n}" },
    { "{ \"a\" : \"x\" }", "{ \"a\" : \"x\", \"n\\\"\" : [1] }" },
    { "\xef\xbb\xbf{\"n\\u0022\":null}", "\xef\xbb\xbf{\"n\\u0022\":[1]}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HyJson) json = parse (rows[i].before);
      g_autoptr (GBytes) changed = hy_json_set_member (json, hy_json_root (json), "n\"", "[1]");

      assert_bytes (changed, rows[i].after);
    }
}

static void
edits_may_come_in_any_order (void)
{
  g_autoptr (GBytes) bytes = bytes_of ("0123456789");
  const HyJsonEdit edits[] = {
    { { 7, 9 }, "" },
    { { 0, 1 }, "zero" },
    { { 4, 4 }, "<" },
    { { 10, 10 }, "." },
    { { 4, 4 }, ">" },
    { { 4, 7 }, "..." },
    { { 1, 2 }, "1" },
  };
  g_autoptr (GBytes) changed = hy_json_splice (bytes, edits, G_N_ELEMENTS (edits));
  g_autoptr (GBytes) unchanged = hy_json_splice (bytes, NULL, 0);

  assert_bytes (changed, "zero123<>...9.");
  assert_bytes (unchanged, "0123456789");
}

static void
quoted_text_reads_back (void)
{
  static const char *const texts[] = { "", "plain", "a \"quote\" and \\ back", "\b\f\n\r\t\x01\x1f\x7f", "é€😀", "\\u0041" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GString) quoted = g_string_new (NULL);
      g_autoptr (HyJson) json = NULL;
      g_autofree char *text = NULL;

      hy_json_append_quoted (quoted, texts[i]);
      json = parse (quoted->str);
      text = hy_json_dup_string (json, hy_json_root (json));
      g_assert_cmpstr (text, ==, texts[i]);
    }
}

/* Puts a string at @node and checks that nothing else moved. */
static void
check_splice (HyJson *json,
              HyJsonNode node)
{
  GBytes *bytes = hy_json_get_bytes (json);
  HyJsonSpan span = hy_json_span (json, node);
  HyJsonEdit edit = { span, "\"put here\"" };
  g_autoptr (GBytes) changed = hy_json_splice (bytes, &edit, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (HyJson) again = hy_json_parse (changed, &error);
  gsize size, changed_size;
  const char *before = g_bytes_get_data (bytes, &size);
  const char *after = g_bytes_get_data (changed, &changed_size);

  g_assert_no_error (error);
  g_assert_true (hy_json_string_equal (again, node, "put here"));
  g_assert_cmpmem (before, span.start, after, span.start);
  g_assert_cmpmem (before + span.end, size - span.end, after + span.start + 10, changed_size - span.start - 10);
}

static guint
check_folder (const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  const char *name;
  guint n_files = 0;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *text = NULL;
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (HyJson) json = NULL;
      gsize size;
      HyJsonNode node, last = 0;
      guint n_nodes = 0;

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        n_files += check_folder (path);
      if (!g_str_has_suffix (name, ".json"))
        continue;
      g_file_get_contents (path, &text, &size, &error);
      g_assert_no_error (error);
      bytes = g_bytes_new_take (g_steal_pointer (&text), size);
      json = hy_json_parse (bytes, &error);
      g_assert_no_error (error);
      g_assert_nonnull (json);
      g_assert_true (hy_json_member (json, hy_json_root (json), "resourceType") != 0);

      /* Down along the first values, and up again, without recursion. */
      for (node = hy_json_root (json); node != 0; n_nodes++)
        {
          HyJsonNode next = hy_json_first (json, node);

          last = node;
          g_assert_cmpuint (hy_json_span (json, node).start, <, hy_json_span (json, node).end);
          while (next == 0 && node != 0)
            {
              next = hy_json_next (json, node);
              node = hy_json_parent (json, node);
            }
          node = next;
        }
      g_assert_cmpuint (n_nodes, >, 3);
      check_splice (json, last);
      check_splice (json, hy_json_next (json, hy_json_first (json, hy_json_root (json))));
      n_files++;
    }
  return n_files;
}

static void
every_fixture_survives_an_edit (void)
{
  g_autofree char *fhir = g_build_filename (g_getenv ("HY_FIXTURES"), "fhir", NULL);
  g_autofree char *questionnaires = g_build_filename (g_getenv ("HY_FIXTURES"), "questionnaires", NULL);

  g_assert_cmpuint (check_folder (fhir), >=, 50);
  g_assert_cmpuint (check_folder (questionnaires), >=, 100);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/json/reads-every-kind", reads_every_kind);
  g_test_add_func ("/base/json/follows-a-path", follows_a_path);
  g_test_add_func ("/base/json/nothing-leads-to-nothing", nothing_leads_to_nothing);
  g_test_add_func ("/base/json/numbers-keep-their-digits", numbers_keep_their_digits);
  g_test_add_func ("/base/json/strings-lose-their-escapes", strings_lose_their_escapes);
  g_test_add_func ("/base/json/keys-are-compared-without-escapes", keys_are_compared_without_escapes);
  g_test_add_func ("/base/json/text-around-the-value-is-allowed", text_around_the_value_is_allowed);
  g_test_add_func ("/base/json/a-slice-is-read-in-place", a_slice_is_read_in_place);
  g_test_add_func ("/base/json/malformed-text-is-refused", malformed_text_is_refused);
  g_test_add_func ("/base/json/every-cut-is-refused", every_cut_is_refused);
  g_test_add_func ("/base/json/says-where-it-is-wrong", says_where_it_is_wrong);
  g_test_add_func ("/base/json/depth-is-bounded", depth_is_bounded);
  g_test_add_func ("/base/json/size-is-bounded", size_is_bounded);
  g_test_add_func ("/base/json/number-of-values-is-bounded", number_of_values_is_bounded);
  g_test_add_func ("/base/json/same-key-twice-is-refused", same_key_twice_is_refused);
  g_test_add_func ("/base/json/hundred-thousand-keys-are-read", hundred_thousand_keys_are_read);
  g_test_add_func ("/base/json/long-keys-are-told-apart", long_keys_are_told_apart);
  g_test_add_func ("/base/json/edit-elsewhere-keeps-every-other-byte", edit_elsewhere_keeps_every_other_byte);
  g_test_add_func ("/base/json/a-new-member-is-spaced-as-the-last-one", a_new_member_is_spaced_as_the_last_one);
  g_test_add_func ("/base/json/edits-may-come-in-any-order", edits_may_come_in_any_order);
  g_test_add_func ("/base/json/quoted-text-reads-back", quoted_text_reads_back);
  g_test_add_func ("/base/json/every-fixture-survives-an-edit", every_fixture_survives_an_edit);
  return g_test_run ();
}
