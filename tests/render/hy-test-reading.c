/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests and the fuzzers of clinical documents and metadata share: readings held to what was agreed. */

#include "hy-test-reading.h"

#include "render/hy-reading-wire.h"

#include <stdlib.h>
#include <string.h>

typedef struct
{
  HyJson *json;
  guint n_bodies;
  guint n_rows;
  guint n_results;
  guint n_submissions;
} Reading;

static void check_blocks (Reading *reading, HyJsonNode blocks, guint nesting);

static guint
number_of (Reading *reading,
           HyJsonNode node,
           guint otherwise)
{
  g_autofree char *text = hy_json_dup_number (reading->json, node);

  return text != NULL ? (guint) strtoul (text, NULL, 10) : otherwise;
}

static void
check_runs (Reading *reading,
            HyJsonNode runs)
{
  g_assert_cmpuint (hy_json_count (reading->json, runs), >, 0);
  for (HyJsonNode run = hy_json_first (reading->json, runs); run != 0; run = hy_json_next (reading->json, run))
    {
      g_autofree char *text = hy_json_dup_string (reading->json, hy_json_member (reading->json, run, "t"));
      g_autofree char *href = hy_json_dup_string (reading->json, hy_json_member (reading->json, run, "href"));

      g_assert_true (text != NULL && *text != 0);
      g_assert_true (href == NULL || g_ascii_strncasecmp (href, "https://", 8) == 0);
    }
}

/* Cells fill a grid of "columns" without lying over each other. */
static void
check_table (Reading *reading,
             HyJsonNode block,
             HyJsonNode table,
             guint nesting)
{
  guint left[HY_READING_MAX_COLUMNS] = { 0 };
  guint columns = number_of (reading, hy_json_member (reading->json, block, "columns"), 0);
  guint n_rows = hy_json_count (reading->json, table);

  g_assert_cmpuint (columns, <=, HY_READING_MAX_COLUMNS);
  for (HyJsonNode row = hy_json_first (reading->json, table); row != 0; row = hy_json_next (reading->json, row), n_rows--)
    {
      guint column = 0;

      reading->n_rows++;
      for (HyJsonNode cell = hy_json_first (reading->json, hy_json_member (reading->json, row, "cells")); cell != 0;
           cell = hy_json_next (reading->json, cell))
        {
          guint wide = number_of (reading, hy_json_member (reading->json, cell, "columns"), 1);
          guint high = number_of (reading, hy_json_member (reading->json, cell, "rows"), 1);

          while (column < columns && left[column] > 0)
            column++;
          g_assert_cmpuint (wide, >=, 1);
          g_assert_cmpuint (column + wide, <=, columns);
          g_assert_true (high >= 1 && high <= n_rows);
          for (guint i = 0; i < wide; i++)
            {
              g_assert_cmpuint (left[column + i], ==, 0);
              left[column + i] = high;
            }
          column += wide;
          check_blocks (reading, hy_json_member (reading->json, cell, "blocks"), nesting + 1);
        }
      for (guint i = 0; i < columns; i++)
        left[i] -= left[i] > 0;
    }
}

static void
check_blocks (Reading *reading,
              HyJsonNode blocks,
              guint nesting)
{
  g_assert_cmpuint (nesting, <=, HY_READING_MAX_NESTING + 1);
  for (HyJsonNode block = hy_json_first (reading->json, blocks); block != 0; block = hy_json_next (reading->json, block))
    {
      HyJsonNode what;

      if ((what = hy_json_member (reading->json, block, "p")) != 0 || (what = hy_json_member (reading->json, block, "h")) != 0)
        check_runs (reading, what);
      else if ((what = hy_json_member (reading->json, block, "list")) != 0)
        {
          for (HyJsonNode item = hy_json_first (reading->json, what); item != 0; item = hy_json_next (reading->json, item))
            check_blocks (reading, item, nesting + 1);
        }
      else if ((what = hy_json_member (reading->json, block, "table")) != 0)
        check_table (reading, block, what, nesting);
      else
        {
          what = hy_json_member (reading->json, block, "image");
          g_assert_true (what != 0);
          g_assert_cmpuint (number_of (reading, what, G_MAXUINT), <, reading->n_bodies);
        }
    }
}

static void
check_sections (Reading *reading,
                HyJsonNode sections,
                guint nesting)
{
  g_assert_cmpuint (nesting, <=, HY_READING_MAX_NESTING + 1);
  for (HyJsonNode section = hy_json_first (reading->json, sections); section != 0; section = hy_json_next (reading->json, section))
    {
      HyJsonNode results = hy_json_member (reading->json, section, "results");

      check_blocks (reading, hy_json_member (reading->json, section, "blocks"), nesting);
      reading->n_results += hy_json_count (reading->json, results);
      for (HyJsonNode result = hy_json_first (reading->json, results); result != 0; result = hy_json_next (reading->json, result))
        g_assert_true (hy_json_member (reading->json, result, "name") != 0);
      check_sections (reading, hy_json_member (reading->json, section, "sections"), nesting + 1);
    }
}

static void
check_cda (Reading *reading,
           HyWorkerDocument *document)
{
  HyJsonNode root = hy_json_root (reading->json);
  HyJsonNode bodies = hy_json_member (reading->json, root, "bodies");
  guint index = 0;

  reading->n_bodies = hy_json_count (reading->json, bodies);
  g_assert_cmpuint (reading->n_bodies, <=, HY_READING_MAX_BODIES);
  for (HyJsonNode body = hy_json_first (reading->json, bodies); body != 0; body = hy_json_next (reading->json, body), index++)
    {
      g_autoptr (GBytes) bytes = NULL;

      g_assert_cmpint (document->klass->body (document, index, &bytes), ==, HY_WIRE_OK);
      g_assert_cmpuint (number_of (reading, hy_json_member (reading->json, body, "size"), G_MAXUINT), ==, g_bytes_get_size (bytes));
    }
  g_assert_true (hy_json_kind (reading->json, hy_json_member (reading->json, root, "header")) == HY_JSON_OBJECT);
  check_sections (reading, hy_json_member (reading->json, root, "sections"), 1);
  g_assert_cmpuint (reading->n_rows, <=, HY_READING_MAX_ROWS);
  g_assert_cmpuint (reading->n_results, <=, HY_READING_MAX_ENTRIES);
}

static void
check_xdm (Reading *reading)
{
  HyJsonNode root = hy_json_root (reading->json);
  HyJsonNode documents = hy_json_member (reading->json, root, "documents");

  reading->n_submissions = hy_json_count (reading->json, hy_json_member (reading->json, root, "submissions"));
  g_assert_cmpuint (hy_json_count (reading->json, documents), <=, HY_READING_MAX_ENTRIES);
  for (HyJsonNode at = hy_json_first (reading->json, documents); at != 0; at = hy_json_next (reading->json, at))
    {
      HyJsonNode submission = hy_json_member (reading->json, at, "submission");

      g_assert_true (submission == 0 || number_of (reading, submission, G_MAXUINT) < reading->n_submissions);
    }
}

static void
check_text (HyWorkerDocument *document)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_cmpint (document->klass->text (document, HY_WIRE_ALL, text), ==, HY_WIRE_OK);
  g_assert_cmpuint (text->len, <=, HY_WIRE_MAX_TEXT);
  g_assert_true (g_utf8_validate_len (text->str, text->len, NULL));
}

HyWireStatus
hy_test_reading_try (GBytes *bytes,
                     HyJson **json)
{
  Reading reading = { NULL };
  HyWorkerDocument *document = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GError) error = NULL;
  HyWireStatus status = hy_worker_xml_open (bytes, &document);

  *json = NULL;
  g_assert_true ((status == HY_WIRE_OK) == (document != NULL));
  if (status != HY_WIRE_OK)
    return status;
  if ((status = document->klass->read (document, text)) == HY_WIRE_OK)
    {
      g_assert_cmpuint (text->len, <=, HY_WIRE_MAX_TEXT);
      answer = g_bytes_new (text->str, text->len);
      reading.json = hy_json_parse (answer, &error);
      g_assert_no_error (error);
      if (document->kind == HY_WIRE_KIND_CDA)
        check_cda (&reading, document);
      else
        check_xdm (&reading);
      *json = reading.json;
    }
  if (document->klass->text != NULL)
    check_text (document);
  hy_worker_document_free (document);
  return status;
}
