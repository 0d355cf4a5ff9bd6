/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plain text and RTF in the worker, and what is taken for text at all. */

#include "hy-test-worker.h"

#include <string.h>

typedef struct
{
  const char *bytes;
  gsize size; /* 0: strlen */
  const char *text; /* NULL: not text */
} Case;

#define BYTES(literal) (literal), sizeof (literal) - 1

static char *
dup_text (const char *bytes,
          gsize size)
{
  /* A copy without a NUL behind it, so that a read behind its end is seen. */
  g_autoptr (GBytes) document = g_bytes_new (bytes, size);
  g_autoptr (HyWorkerDocument) opened = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  if (hy_worker_document_open (document, NULL, &opened) != HY_WIRE_OK)
    return NULL;
  g_assert_cmpint (opened->kind, ==, HY_WIRE_KIND_TEXT);
  g_assert_cmpuint (opened->n_pages, ==, 0);
  g_assert_null (opened->klass->draw);
  g_assert_cmpint (opened->klass->text (opened, HY_WIRE_ALL, text), ==, HY_WIRE_OK);
  return g_strdup (text->str);
}

static void
check_cases (const Case *cases,
             guint n_cases)
{
  for (guint i = 0; i < n_cases; i++)
    {
      g_autofree char *text = dup_text (cases[i].bytes, cases[i].size > 0 ? cases[i].size : strlen (cases[i].bytes));

      g_test_message ("%u", i);
      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_plain (void)
{
  static const Case cases[] = {
    { "Bonjour", 0, "Bonjour" },
    { "été\r\nhiver\rprintemps\nautomne", 0, "été\nhiver\nprintemps\nautomne" },
    { "a\fb\tc", 0, "a\nb\tc" },
    { "\xef\xbb\xbfUn", 0, "Un" },
    { "Sant\xe9 \x93oui\x94 \x80", 0, "Santé “oui” €" },
    { BYTES ("\xff\xfe"
             "A\0\xe9\0\r\0\n\0\x3d\xd8\x00\xde"),
      "Aé\n😀" },
    { BYTES ("\xfe\xff"
             "\0A\0\xe9\xd8\x3d\0B"),
      "Aé\xef\xbf\xbd"
      "B" },
  };

  check_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_not_text (void)
{
  static const Case cases[] = {
    { BYTES ("PK\x03\x04\0\0"), NULL },
    { BYTES ("GIF89a\0\x01"), NULL },
    { BYTES ("abc\0def"), NULL },
    { BYTES ("\x7f"
             "ELF\x02\x01"),
      NULL },
    { BYTES ("un \x81 deux"), NULL }, /* no character of Windows-1252 */
  };

  check_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_rtf (void)
{
  static const Case cases[] = {
    { "{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 Arial;}}\\f0\\fs22 Je soussign\\'e9\\par Docteur}", 0, "Je soussigné\nDocteur" },
    { "{\\rtf1 a\\line b\\tab c\\~d\\emdash e\\{f\\}\\\\}", 0, "a\nb\tc\u00a0d—e{f}\\" },
    { "{\\rtf1\\uc1 \\u8217?\\u-4051x\\u55357?\\u56832?z}", 0, "’\uf02d😀z" },
    { "{\\rtf1{\\uc2\\u233\\'c3\\'a9}\\u233?!\\uc0\\u233!}", 0, "éé!é!" },
    { "{\\rtf1\\ansicpg1251 \\'cf\\'f0\\'e8}", 0, "При" },
    { "{\\rtf1\\mac \\'8e}", 0, "é" },
    { "{\\rtf1\\ansicpg65001 \xc3\xa9\\'c3\\'a9\xff}", 0, "éé\xef\xbf\xbd" },
    { "{\\rtf1{\\*\\generator Writer;}{\\info{\\author Nobody}}{\\stylesheet{\\s0 Normal;}}{\\colortbl;\\red0;}x}", 0, "x" },
    { "{\\rtf1{\\pict\\pngblip 89504e47}a{\\field{\\*\\fldinst HYPERLINK \"http://x\"}{\\fldrslt lien}}}", 0, "alien" },
    { "{\\rtf1 a{\\v secret}b\\v c\\v0 d}", 0, "abd" },
    { "{\\rtf1{\\shp{\\*\\shpinst{\\sp{\\sn x}{\\sv 1}}{\\shptxt cadre}}}}", 0, "cadre" },
    { "{\\rtf1 a\\\nb\nc\r\nd}", 0, "a\nbcd" },
    { "{\\rtf1 {\\trowd un\\cell deux\\cell\\row}}", 0, "un\tdeux\t\n" },
    { BYTES ("{\\rtf1 a\\bin5 }}{{\\b}"), "ab" },
    { "{\\rtf1 a}b", 0, "a" },
    { "{\\rtf1 a{b", 0, "ab" },
    { "{\\rtf1 a\\", 0, "a" },
    { "{\\rtf1 a\\'e", 0, "ae" },
    { "{\\rtf1 a\\u99999999999999999999 ?b}", 0, NULL },
  };

  /* The last is too long a number to be one character or another, but the rest is read. */
  check_cases (cases, G_N_ELEMENTS (cases) - 1);
  {
    g_autofree char *text = dup_text (cases[G_N_ELEMENTS (cases) - 1].bytes, strlen (cases[G_N_ELEMENTS (cases) - 1].bytes));

    g_assert_true (g_str_has_prefix (text, "a") && g_str_has_suffix (text, "b"));
  }
}

static void
test_deep (void)
{
  g_autoptr (GString) rtf = g_string_new ("{\\rtf1 ");
  g_autoptr (GBytes) document = NULL;
  g_autoptr (HyWorkerDocument) opened = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < 100000; i++)
    g_string_append_c (rtf, '{');
  document = g_string_free_to_bytes (g_steal_pointer (&rtf));
  opened = hy_test_worker_open (document, NULL);
  g_assert_cmpint (opened->klass->text (opened, HY_WIRE_ALL, text), ==, HY_WIRE_TOO_LARGE);
}

static void
test_long (void)
{
  gsize size = HY_WIRE_MAX_TEXT + 1;
  char *letters = g_malloc (size);
  g_autoptr (GBytes) document = NULL;
  g_autoptr (HyWorkerDocument) opened = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  memset (letters, 'a', size);
  document = g_bytes_new_take (letters, size);
  opened = hy_test_worker_open (document, NULL);
  g_assert_cmpint (opened->klass->text (opened, HY_WIRE_ALL, text), ==, HY_WIRE_TOO_LARGE);
}

static void
test_certificate (void)
{
  g_autoptr (GBytes) cda = hy_test_worker_fixture ("cda/fr/s03-n1-rtf-certificat.xml");
  g_autoptr (HyWorkerDocument) reading = hy_test_worker_open (cda, NULL);
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (GBytes) body = NULL;
  g_autofree char *text = NULL;

  g_assert_cmpint (reading->klass->read (reading, json), ==, HY_WIRE_OK);
  g_assert_cmpint (reading->klass->body (reading, 0, &body), ==, HY_WIRE_OK);
  text = dup_text (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  g_assert_cmpstr (text, ==, "Certificat médical\nAucune contre-indication à la pratique de la marche.\n");
  hy_test_worker_cut (body, NULL);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/render/worker/text/each-encoding-becomes-utf-8", test_plain);
  g_test_add_func ("/render/worker/text/other-bytes-are-not-text", test_not_text);
  g_test_add_func ("/render/worker/rtf/only-the-words", test_rtf);
  g_test_add_func ("/render/worker/rtf/groups-in-groups-end-somewhere", test_deep);
  g_test_add_func ("/render/worker/text/too-long-is-said", test_long);
  g_test_add_func ("/render/worker/rtf/certificate-of-a-health-document", test_certificate);
  return g_test_run ();
}
