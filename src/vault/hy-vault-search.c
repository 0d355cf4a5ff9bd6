/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding words: candidates from FTS5, newest first; ranked by where and how often; snippets cut from the kept text with
 * the same folding that indexed it, so that marks fall on the very letters. */

#include "config.h"

#include "vault/hy-vault-search.h"

#include "base/hy-error.h"
#include "vault/hy-vault-rows.h"

#include <string.h>

/* A snippet is a line or two. */
#define SNIPPET_BEFORE 60
#define SNIPPET_AFTER 140
/* From so many matches on the index of a whole class is read rather than the row of each. */
#define MANY_FOUND 4000
/* Where the first match lies deeper in a text, the snippet is left empty rather than the search slow; but for the first
 * hits, which are the ones that are read. */
#define SNIPPET_REACH (256 * 1024)
#define N_SEARCHED_THROUGH 20

typedef struct
{
  char *match; /* FTS5 expression */
  char *typed;
  guint klass;
  guint max_hits;
  HyVaultSort sort;
} SearchQuery;

static void
search_query_free (gpointer data)
{
  SearchQuery *query = data;

  g_free (query->match);
  g_free (query->typed);
  g_free (query);
}

void
hy_vault_hit_free (HyVaultHit *hit)
{
  if (hit == NULL)
    return;
  hy_vault_row_free (hit->row);
  g_free (hit->snippet);
  g_clear_pointer (&hit->marks, g_array_unref);
  g_clear_pointer (&hit->title_marks, g_array_unref);
  g_free (hit);
}

typedef struct
{
  gint64 rowid;
  int score;
} Candidate;

static gint
compare_candidates (gconstpointer a,
                    gconstpointer b)
{
  const Candidate *first = a;
  const Candidate *second = b;

  if (first->score != second->score)
    return second->score - first->score;
  return first->rowid < second->rowid ? 1 : -1;
}

static gboolean
collect (HyDatabase *database,
         HyAccess *access,
         SearchQuery *query,
         GArray *candidates,
         GError **error)
{
  guint64 classes = 0;
  sqlite3_stmt *statement;
  gboolean row;

  for (guint klass = 0; klass < 63; klass++)
    if (hy_access_allows (access, klass, HY_RIGHT_READ) && (query->klass == G_MAXUINT || query->klass == klass))
      classes |= (guint64) 1 << klass;
  /* The owner's search of everything needs no look at the rows; the limit comes after the classes else. */
  statement = hy_database_prepare (
      database,
      classes == G_MAXUINT64 >> 1
          ? "SELECT rowid, hygie_rank (words) FROM words WHERE words MATCH ?1 ORDER BY rowid DESC LIMIT " G_STRINGIFY (HY_SEARCH_MAX_HITS)
          : "SELECT words.rowid, hygie_rank (words) FROM words JOIN resource r ON r.id = words.rowid WHERE words MATCH ?1"
            " AND (?2 >> r.class) & 1 ORDER BY words.rowid DESC LIMIT " G_STRINGIFY (HY_SEARCH_MAX_HITS),
      error);
  if (statement == NULL)
    return FALSE;
  hy_bind_text (statement, 1, query->match);
  if (sqlite3_bind_parameter_count (statement) > 1)
    sqlite3_bind_int64 (statement, 2, (gint64) classes);
  for (;;)
    {
      Candidate candidate;

      if (!hy_database_step (database, statement, &row, error))
        return FALSE;
      if (!row)
        break;
      candidate.rowid = sqlite3_column_int64 (statement, 0);
      candidate.score = sqlite3_column_int (statement, 1);
      g_array_append_val (candidates, candidate);
    }
  hy_database_done (statement);
  g_array_sort (candidates, compare_candidates);
  return TRUE;
}

static gsize
back_to_space (const char *text,
               gsize at,
               gsize reach)
{
  gsize from = at > reach ? at - reach : 0;

  if (from == 0)
    return 0;
  for (gsize i = from; i < at; i++)
    if (g_ascii_isspace (text[i]))
      return i + 1;
  while (from < at && (text[from] & 0xc0) == 0x80)
    from++;
  return from;
}

/* One line: what stood on several comes together, byte for byte, so that the marks stay right. */
static char *
cut_snippet (const char *text,
             gsize length,
             GArray *spans,
             GArray *marks)
{
  const HyFoldSpan *first = &g_array_index (spans, HyFoldSpan, 0);
  gsize from = back_to_space (text, first->start, SNIPPET_BEFORE);
  gsize to = MIN (length, first->end + SNIPPET_AFTER);
  char *snippet;

  while (to < length && (text[to] & 0xc0) == 0x80)
    to++;
  for (guint i = 0; i < spans->len; i++)
    {
      HyFoldSpan span = g_array_index (spans, HyFoldSpan, i);

      if (span.end > to)
        break;
      span.start -= from;
      span.end -= from;
      g_array_append_val (marks, span);
    }
  snippet = g_strndup (text + from, to - from);
  for (char *at = snippet; *at != 0; at++)
    if (g_ascii_isspace (*at) || *at == HY_WORDS_TEXT)
      *at = ' ';
  return snippet;
}

/* Where the words stand: in the text of the attachment when they are there, for that is what one reads, else anywhere. */
static GArray *
find_spans (const char *text,
            gsize length,
            const char *typed)
{
  const char *begin = memchr (text, HY_WORDS_TEXT, length);
  GArray *spans;

  if (begin != NULL)
    {
      spans = hy_fold_find (begin, (gssize) (length - (gsize) (begin - text)), typed);
      for (guint i = 0; i < spans->len; i++)
        {
          g_array_index (spans, HyFoldSpan, i).start += (gsize) (begin - text);
          g_array_index (spans, HyFoldSpan, i).end += (gsize) (begin - text);
        }
      if (spans->len > 0)
        return spans;
      g_array_unref (spans);
      length = (gsize) (begin - text);
    }
  return hy_fold_find (text, (gssize) length, typed);
}

/* The page that the byte @at of the words stands on; 0 when it is not in the attachment, or that has no pages. */
static guint
find_page (const char *text,
           gsize length,
           gsize at)
{
  const char *begin = memchr (text, HY_WORDS_TEXT, length);
  guint page = 1;

  if (begin == NULL || at < (gsize) (begin - text) || memchr (begin, HY_WORDS_PAGE, length - (gsize) (begin - text)) == NULL)
    return 0;
  for (const char *next = begin; (next = memchr (next, HY_WORDS_PAGE, at - (gsize) (next - text))) != NULL; next++)
    page++;
  return page;
}

static gboolean
fill_hit (HyDatabase *database,
          SearchQuery *query,
          HyVaultHit *hit,
          gboolean through,
          GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (database, "SELECT body FROM words WHERE rowid = ?1", error);
  g_autoptr (GArray) spans = NULL;
  const char *text;
  gsize length;
  gboolean row;

  if (statement == NULL)
    return FALSE;
  hit->title_marks = hy_fold_find (hit->row->title, -1, query->typed);
  hit->marks = g_array_new (FALSE, FALSE, sizeof (HyFoldSpan));
  sqlite3_bind_int64 (statement, 1, hit->row->rowid);
  if (!hy_database_step (database, statement, &row, error))
    return FALSE;
  text = row ? (const char *) sqlite3_column_text (statement, 0) : NULL;
  if (text != NULL)
    {
      length = MIN ((gsize) sqlite3_column_bytes (statement, 0), through ? G_MAXSIZE : SNIPPET_REACH);
      /* Not through the middle of a character. */
      while (length > 0 && length < (gsize) sqlite3_column_bytes (statement, 0) && (text[length] & 0xc0) == 0x80)
        length--;
      spans = find_spans (text, length, query->typed);
      if (spans->len > 0)
        {
          hit->snippet = cut_snippet (text, length, spans, hit->marks);
          hit->page = find_page (text, (gsize) sqlite3_column_bytes (statement, 0), g_array_index (spans, HyFoldSpan, 0).start);
        }
    }
  if (hit->snippet == NULL)
    hit->snippet = g_strdup ("");
  hy_database_done (statement);
  return TRUE;
}

static gboolean
search_job (HyVault *vault,
            HyAccess *access,
            gpointer data,
            GValue *result,
            GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  SearchQuery *query = data;
  g_autoptr (GPtrArray) hits = g_ptr_array_new_with_free_func ((GDestroyNotify) hy_vault_hit_free);
  g_autoptr (GArray) candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));

  if (query->match != NULL && !collect (database, access, query, candidates, error))
    return FALSE;
  for (guint i = 0; i < candidates->len && hits->len < query->max_hits; i++)
    {
      g_autoptr (GError) row_error = NULL;
      HyVaultRow *row = hy_vault_read_row_in_thread (vault, access, g_array_index (candidates, Candidate, i).rowid, HY_RIGHT_READ, &row_error);
      HyVaultHit *hit;

      /* It is on its way out. */
      if (g_error_matches (row_error, HY_ERROR, HY_ERROR_MISSING))
        continue;
      if (row == NULL)
        {
          g_propagate_error (error, g_steal_pointer (&row_error));
          return FALSE;
        }
      hit = g_new0 (HyVaultHit, 1);
      hit->row = row;
      g_ptr_array_add (hits, hit);
      if (!fill_hit (database, query, hit, hits->len <= N_SEARCHED_THROUGH, error))
        return FALSE;
    }
  g_value_take_boxed (result, g_steal_pointer (&hits));
  return TRUE;
}

static SearchQuery *
new_query (const char *typed,
           guint klass)
{
  SearchQuery *query = g_new0 (SearchQuery, 1);

  query->typed = g_strdup (typed);
  query->match = hy_fold_dup_match (typed);
  query->klass = klass;
  return query;
}

/**
 * hy_vault_search:
 * @query: as typed
 * @max_hits: at most
 *
 * No words in @query: no hits.
 */
DexFuture *
hy_vault_search (HyAccess *access,
                 const char *query,
                 guint klass,
                 guint max_hits)
{
  SearchQuery *search = new_query (query, klass);

  search->max_hits = max_hits;
  return hy_access_submit (access, HY_JOB_READ, search_job, search, search_query_free, G_TYPE_PTR_ARRAY);
}

/* CROSS: left to itself SQLite walks the class and looks each of its rows up among the words, hundreds of times slower. */
static const char *
keys_sql (HyVaultSort sort)
{
#define KEYS \
  "SELECT r.id, r.day, r.flags, r.shelf FROM words w CROSS JOIN resource r ON r.id = w.rowid WHERE w.words MATCH ?1 AND r.class = ?2 ORDER BY "
  switch (sort)
    {
    case HY_SORT_OLDEST:
      return KEYS "r.day = 0, r.day, r.id";
    case HY_SORT_TITLE:
      return KEYS "fold (r.title), r.day DESC, r.id DESC";
    case HY_SORT_AUTHOR:
      return KEYS "r.author IS NULL, fold (r.author), r.day DESC, r.id DESC";
    case HY_SORT_NEWEST:
    default:
      return KEYS "r.day DESC, r.id DESC";
    }
#undef KEYS
}

/* The same out of the index of the lists, all of the class: it holds no texts and so has far fewer pages than the rows. */
static const char *
index_sql (HyVaultSort sort)
{
  return sort == HY_SORT_OLDEST ? "SELECT id, day, flags, shelf FROM resource WHERE class = ?1 ORDER BY day = 0, day, id"
                                : "SELECT id, day, flags, shelf FROM resource WHERE class = ?1 ORDER BY day DESC, id DESC";
}

/* One bit for each rowid up to the largest that matches. */
static GByteArray *
find_rowids (HyDatabase *database,
             const char *match,
             guint *n_found,
             GError **error)
{
  sqlite3_stmt *statement = hy_database_prepare (database, "SELECT rowid FROM words WHERE words MATCH ?1", error);
  g_autoptr (GByteArray) bits = g_byte_array_new ();
  gboolean row;

  if (statement == NULL)
    return NULL;
  hy_bind_text (statement, 1, match);
  *n_found = 0;
  for (;;)
    {
      gsize rowid, size;

      if (!hy_database_step (database, statement, &row, error))
        return NULL;
      if (!row)
        break;
      rowid = (gsize) sqlite3_column_int64 (statement, 0);
      size = bits->len;
      if (rowid / 8 >= size)
        {
          g_byte_array_set_size (bits, (guint) (rowid / 8 + 1));
          memset (bits->data + size, 0, bits->len - size);
        }
      bits->data[rowid / 8] |= (guint8) (1 << rowid % 8);
      ++*n_found;
    }
  hy_database_done (statement);
  return g_steal_pointer (&bits);
}

static gboolean
has_rowid (GByteArray *bits,
           gint64 rowid)
{
  return (guint64) rowid / 8 < bits->len && (bits->data[rowid / 8] & 1 << rowid % 8) != 0;
}

static gboolean
search_keys_job (HyVault *vault,
                 HyAccess *access,
                 gpointer data,
                 GValue *result,
                 GError **error)
{
  HyDatabase *database = hy_vault_get_database_in_thread (vault);
  SearchQuery *query = data;
  gboolean by_date = query->sort == HY_SORT_NEWEST || query->sort == HY_SORT_OLDEST;
  g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (HyVaultKey));
  g_autoptr (GByteArray) bits = NULL;
  sqlite3_stmt *statement;
  guint n_found = 0;
  gboolean many, row;

  if (!hy_access_check (access, query->klass, HY_RIGHT_READ, error))
    return FALSE;
  if (query->match != NULL && by_date && !(bits = find_rowids (database, query->match, &n_found, error)))
    return FALSE;
  if (query->match != NULL && (!by_date || n_found > 0))
    {
      many = n_found > MANY_FOUND;
      if (!(statement = hy_database_prepare (database, many ? index_sql (query->sort) : keys_sql (query->sort), error)))
        return FALSE;
      if (!many)
        hy_bind_text (statement, 1, query->match);
      sqlite3_bind_int (statement, many ? 1 : 2, (int) query->klass);
      for (;;)
        {
          HyVaultKey key;

          if (!hy_database_step (database, statement, &row, error))
            return FALSE;
          if (!row)
            break;
          if (sqlite3_column_int (statement, 2) & HY_VAULT_GOING_FLAG)
            continue;
          key = hy_vault_key_read_in_thread (statement);
          if (!many || has_rowid (bits, key.rowid))
            g_array_append_val (keys, key);
        }
      hy_database_done (statement);
    }
  g_value_take_boxed (result, g_steal_pointer (&keys));
  return TRUE;
}

/**
 * hy_vault_search_keys:
 *
 * All resources of one class that hold the words, in the order of a list.
 */
DexFuture *
hy_vault_search_keys (HyAccess *access,
                      const char *query,
                      guint klass,
                      HyVaultSort sort)
{
  SearchQuery *search = new_query (query, klass);

  search->sort = sort;
  return hy_access_submit (access, HY_JOB_READ, search_keys_job, search, search_query_free, G_TYPE_ARRAY);
}
