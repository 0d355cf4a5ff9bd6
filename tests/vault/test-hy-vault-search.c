/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Search: the folding, the words typed, the marks. */

#include "hy-test-vault.h"

#include "vault/hy-vault-search.h"

#include <string.h>

/* Every document is found by each of its queries, and the letters in brackets are what is marked. */
static const struct
{
  const char *text;
  const char *query;
  const char *marked; /* NULL: not found */
} rows[] = {
  { "Pas d'œdème des membres", "œdème", "œdème" },
  { "Pas d'œdème des membres", "oedeme", "œdème" },
  { "Pas d'œdème des membres", "OEDÈME", "œdème" },
  { "Pas d'oedeme des membres", "œdème", "oedeme" },
  { "Auscultation du cœur normale", "coeur", "cœur" },
  { "Auscultation du cœur normale", "cœu", "cœur" },
  { "Le fœtus bouge", "foetus", "fœtus" },
  { "À l'hôpital d’Évry", "hopital", "hôpital" },
  { "À l’hôpital d'Évry", "l'hôpital", "l" },
  { "À l'hôpital d’Évry", "evry", "Évry" },
  { "Anticorps anti-HBs positifs", "anti-HBs", "anti-HBs" },
  { "Anticorps anti-HBs positifs", "antihbs", "anti-HBs" },
  { "Anticorps anti-HBs positifs", "hbs", "HBs" },
  { "Anticorps antiHBs positifs", "anti-hbs", "antiHBs" },
  { "Anticorps anti\u2011HBs positifs", "antihbs", "anti\u2011HBs" },
  { "Dosage de la β2-microglobuline", "β2", "β2-microglobuline" }, /* may be unfinished: the whole word is meant too */
  { "Dosage de la β2-microglobuline", "β2 ", "β2" },
  { "Dosage de la β2-microglobuline", "microglobuline", "microglobuline" },
  { "TSH 0,35 mUI/l", "0,35", "0,35" },
  { "TSH 0,35 mUI/l", "0.35", "0,35" },
  { "TSH 0,35 mUI/l", "0,36", NULL },
  { "Straße", "strasse", "Straße" },
  { "valeur\u00a0normale", "normale", "normale" },
  { "deux mots ici", "mots deux", "deux" },
  { "deux mots ici", "\"mots deux\"", NULL },
  { "deux mots ici", "\"deux mots\"", "deux mots" },
  { "deux mots ici", "deux absent", NULL },
  { "ferritine", "\" OR * NEAR( ferr", NULL },
  { "ferritine", "ferritine\"", "ferritine" },
};

static GPtrArray *
search (HyTestVault *sandbox,
        const char *query,
        guint klass)
{
  GError *error = NULL;
  GPtrArray *hits = hy_test_await_boxed (hy_vault_search (sandbox->access, query, klass, 20), &error);

  g_assert_no_error (error);
  return hits;
}

static void
finds_what_people_type (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *json = g_strdup_printf ("{\"n\":%u}", i);
      gint64 rowid = hy_test_vault_put (sandbox, hy_test_item_new (json, "x", rows[i].text)).rowid;
      g_autoptr (GPtrArray) hits = search (sandbox, rows[i].query, 2);
      HyVaultHit *hit = NULL;

      for (guint k = 0; k < hits->len; k++)
        if (((HyVaultHit *) g_ptr_array_index (hits, k))->row->rowid == rowid)
          hit = g_ptr_array_index (hits, k);
      g_test_message ("%s in %s", rows[i].query, rows[i].text);
      if (rows[i].marked == NULL)
        g_assert_null (hit);
      else
        {
          HyFoldSpan span;

          g_assert_nonnull (hit);
          g_assert_cmpuint (hit->marks->len, >, 0);
          span = g_array_index (hit->marks, HyFoldSpan, 0);
          g_assert_cmpmem (hit->snippet + span.start, span.end - span.start, rows[i].marked, strlen (rows[i].marked));
        }
    }
}

static void
ranks_titles_first (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 title = hy_test_vault_put (sandbox, hy_test_item_new ("{\"n\":1}", "Scanner du genou", "texte")).rowid;
  g_autoptr (GPtrArray) hits = NULL;

  hy_test_vault_put (sandbox, hy_test_item_new ("{\"n\":2}", "Lettre", "le genou, encore le genou"));
  hits = search (sandbox, "genou", 2);
  g_assert_cmpuint (hits->len, ==, 2);
  g_assert_cmpint (((HyVaultHit *) g_ptr_array_index (hits, 0))->row->rowid, ==, title);
  g_assert_cmpuint (((HyVaultHit *) g_ptr_array_index (hits, 0))->title_marks->len, ==, 1);
}

static void
keeps_to_what_one_may_read (void)
{
  static const guint8 actor[16] = { 9 };
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  HyAccessMask other_class = { 1 << 3, 0, 0, 0 };
  g_autoptr (HyAccess) stranger = hy_vault_new_access (sandbox->vault, actor, other_class, 0);
  g_autoptr (GPtrArray) hits = NULL;
  GError *error = NULL;

  hy_test_vault_put (sandbox, hy_test_item_new ("{}", "Private", "secretword"));
  hits = hy_test_await_boxed (hy_vault_search (stranger, "secretword", G_MAXUINT, 10), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hits->len, ==, 0);
}

static void
forgets_what_was_removed_or_edited (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  gint64 edited = hy_test_vault_put (sandbox, hy_test_item_new ("{\"n\":1}", "Edited", "oldword")).rowid;
  gint64 removed = hy_test_vault_put (sandbox, hy_test_item_new ("{\"n\":2}", "Removed", "goneword")).rowid;
  g_autoptr (GArray) rowids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GPtrArray) old = NULL;
  g_autoptr (GPtrArray) new = NULL;
  g_autoptr (GPtrArray) gone = NULL;
  GError *error = NULL;

  hy_run_to_end (hy_vault_edit (sandbox->access, edited, 1, hy_test_item_new ("{\"n\":3}", "Edited", "newword")), &error);
  g_assert_no_error (error);
  g_array_append_val (rowids, removed);
  hy_run_to_end (hy_vault_remove (sandbox->access, rowids), &error);
  g_assert_no_error (error);
  old = search (sandbox, "oldword", 2);
  new = search (sandbox, "newword", 2);
  gone = search (sandbox, "goneword", 2);
  g_assert_cmpuint (old->len, ==, 0);
  g_assert_cmpuint (new->len, ==, 1);
  g_assert_cmpuint (gone->len, ==, 0);
}

static void
lists_all_matches_in_order (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  g_autoptr (GArray) keys = NULL;
  GError *error = NULL;

  for (guint i = 1; i <= 30; i++)
    {
      g_autofree char *json = g_strdup_printf ("{\"n\":%u}", i);
      HyVaultItem *item = hy_test_item_new (json, "Titre", i % 3 == 0 ? "cherché" : "autre");

      item->row.day = (gint) (i * 7 % 30 + 1);
      hy_test_vault_put (sandbox, item);
    }
  keys = hy_test_await_boxed (hy_vault_search_keys (sandbox->access, "cherche", 2, HY_SORT_NEWEST), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (keys->len, ==, 10);
  for (guint i = 1; i < keys->len; i++)
    g_assert_cmpint (g_array_index (keys, HyVaultKey, i - 1).day, >=, g_array_index (keys, HyVaultKey, i).day);
}

/* So many that the list comes out of an index: the same ones in the same order. */
static void
lists_very_many_matches_in_order (void)
{
  g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify) hy_vault_item_free);
  g_autoptr (GArray) stored = NULL;
  g_autoptr (GArray) newest = NULL;
  g_autoptr (GArray) oldest = NULL;
  GError *error = NULL;

  for (guint i = 0; i < 9000; i++)
    {
      g_autofree char *json = g_strdup_printf ("{\"n\":%u}", i);
      HyVaultItem *item = hy_test_item_new (json, "Titre", i % 2 == 0 ? "partout" : "autre");

      item->row.klass = i % 10 == 0 ? 3 : 2;
      item->row.day = (gint) ((i + 2) * 7 % 300);
      g_ptr_array_add (items, item);
    }
  stored = hy_test_await_boxed (hy_vault_put (sandbox->access, 1, items), &error);
  g_assert_no_error (error);

  newest = hy_test_await_boxed (hy_vault_search_keys (sandbox->access, "partout", 2, HY_SORT_NEWEST), &error);
  g_assert_no_error (error);
  oldest = hy_test_await_boxed (hy_vault_search_keys (sandbox->access, "partout", 2, HY_SORT_OLDEST), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (newest->len, ==, 3600);
  g_assert_cmpuint (oldest->len, ==, 3600);
  for (guint i = 0; i < newest->len; i++)
    {
      HyVaultKey *key = &g_array_index (newest, HyVaultKey, i);
      HyVaultKey *before = i > 0 ? &g_array_index (newest, HyVaultKey, i - 1) : NULL;
      guint n = (guint) (key->rowid - g_array_index (stored, HyPutResult, 0).rowid);

      g_assert_true (n % 2 == 0 && n % 10 != 0);
      g_assert_cmpint (key->day, ==, (gint) ((n + 2) * 7 % 300));
      g_assert_true (before == NULL || before->day > key->day || (before->day == key->day && before->rowid > key->rowid));
    }
  /* The undated ones are last both ways. */
  g_assert_cmpint (g_array_index (newest, HyVaultKey, 3599).day, ==, 0);
  g_assert_cmpint (g_array_index (oldest, HyVaultKey, 3599).day, ==, 0);
  g_assert_cmpint (g_array_index (oldest, HyVaultKey, 0).day, >, 0);
  for (guint i = 1; i < oldest->len && g_array_index (oldest, HyVaultKey, i).day != 0; i++)
    g_assert_cmpint (g_array_index (oldest, HyVaultKey, i - 1).day, <=, g_array_index (oldest, HyVaultKey, i).day);
}

static void
tells_the_page_and_keeps_the_text (void)
{
  static const struct
  {
    const char *words;
    const char *query;
    guint page;
    const char *snippet;
  } table[] = {
    { "labels\vfirst page\fsecond leaf\f", "first", 1, "labels first page second leaf " },
    { "labels\vfirst page\fsecond leaf\f", "leaf", 2, "labels first page second leaf " },
    { "labels\vfirst page\fsecond leaf\f", "labels", 0, "labels first page second leaf " },
    { "same\v...\fsame\f", "same", 2, "same ... same " },
    { "labels\vno pages", "pages", 0, "labels no pages" },
    { "\v\f\f\flast", "last", 4, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (HyTestVault) sandbox = hy_test_vault_new ();
      HyVaultItem *edited = hy_test_item_new ("{\"a\":2}", "Other", NULL);
      gint64 rowid = hy_test_vault_put (sandbox, hy_test_item_new ("{\"a\":1}", "Title", table[i].words)).rowid;
      g_autoptr (GPtrArray) hits = search (sandbox, table[i].query, G_MAXUINT);
      g_autoptr (GPtrArray) after = NULL;
      GValue *version;
      GError *error = NULL;

      g_assert_cmpuint (hits->len, ==, 1);
      g_assert_cmpuint (((HyVaultHit *) hits->pdata[0])->page, ==, table[i].page);
      if (table[i].snippet != NULL)
        g_assert_cmpstr (((HyVaultHit *) hits->pdata[0])->snippet, ==, table[i].snippet);

      /* An edit changes the labels and nothing of what is inside. */
      version = hy_test_await (hy_vault_edit (sandbox->access, rowid, 1, edited), &error);
      g_assert_no_error (error);
      g_value_unset (version);
      g_free (version);
      after = search (sandbox, table[i].query, G_MAXUINT);
      g_assert_cmpuint (after->len, ==, strcmp (table[i].query, "labels") == 0 ? 0 : 1);
      if (after->len > 0)
        g_assert_cmpuint (((HyVaultHit *) after->pdata[0])->page, ==, table[i].page);
    }
}

int
main (int argc,
      char *argv[])
{
  dex_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vault/search/finds-what-people-type", finds_what_people_type);
  g_test_add_func ("/vault/search/ranks-titles-first", ranks_titles_first);
  g_test_add_func ("/vault/search/keeps-to-what-one-may-read", keeps_to_what_one_may_read);
  g_test_add_func ("/vault/search/forgets-what-was-removed-or-edited", forgets_what_was_removed_or_edited);
  g_test_add_func ("/vault/search/lists-all-matches-in-order", lists_all_matches_in_order);
  g_test_add_func ("/vault/search/lists-very-many-matches-in-order", lists_very_many_matches_in_order);
  g_test_add_func ("/vault/search/tells-the-page-and-keeps-the-text", tells_the_page_and_keeps_the_text);
  return g_test_run ();
}
