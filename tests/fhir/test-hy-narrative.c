/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fhir/hy-narrative.h"

#include <string.h>

static void
says_the_words (void)
{
  static const char *const table[][2] = {
    { "", "" },
    { "  plain \n\t text ", "plain text" },
    { "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>One</p><p>two</p></div>", "One two" },
    { "<td>a</td><td>b</td>", "a b" },
    { "H<sub>2</sub>O and in<b>flam</b>mation", "H2O and inflammation" },
    { "a<br/>b<BR>c", "a b c" },
    { "l&apos;h&ocirc;pital &amp; l&#39;&#xE9;t&#233;", "l'hôpital & l'été" },
    { "c&oelig;ur&nbsp;&nbsp;&lt;5 &mu;g &euro;", "cœur <5 μg €" },
    { "&quot;&yuml;&Agrave;&times;&quot;", "\"ÿÀ×\"" },
    { "&unknown; & &; &#; &#x; &#0; &#xd800; &#x110000; &#99999999999; &amp", "&unknown; & &; &#; &#x; &#0; &#xd800; &#x110000; &#99999999999; &amp" },
    { "x<!-- no <b>word</b> of this -->y", "xy" },
    { "x<!-- never closed", "x" },
    { "x<p never closed", "x" },
    { "<style type=\"text/css\">p { color: red }</style>seen", "seen" },
    { "<script>alert (1)</script>seen<script src=\"a\"/> too", "seen too" },
    { "<script>never closed", "" },
    { "<>a</>", "a" },
    { "a &lt;b&gt; c", "a <b> c" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);

      hy_narrative_append_text (out, table[i][0], strlen (table[i][0]));
      g_assert_cmpstr (out->str, ==, table[i][1]);
    }
}

static void
appends_behind_what_is_there (void)
{
  g_autoptr (GString) out = g_string_new ("before ");

  hy_narrative_append_text (out, "<p>after</p>", 12);
  g_assert_cmpstr (out->str, ==, "before after");
}

/* Every cut of a text is taken, reads nothing behind its end, and stays within its length. */
static void
takes_any_cut (void)
{
  const char *whole = "<div a=\"&eacute;\"><!-- c --><p>caf&eacute;&#233;</p><style>x</style>&#x1F600;</div>";

  for (gsize length = 0; length <= strlen (whole); length++)
    {
      g_autofree char *cut = g_memdup2 (whole, MAX (length, 1));
      g_autoptr (GString) out = g_string_new (NULL);

      hy_narrative_append_text (out, cut, length);
      g_assert_cmpuint (out->len, <=, length + 1);
      g_assert_true (g_utf8_validate (out->str, (gssize) out->len, NULL));
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fhir/narrative/says-the-words", says_the_words);
  g_test_add_func ("/fhir/narrative/appends-behind-what-is-there", appends_behind_what_is_there);
  g_test_add_func ("/fhir/narrative/takes-any-cut", takes_any_cut);
  return g_test_run ();
}
