/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Teaches FTS5 our one folding of words (base/hy-fold), and a ranking that does not read the whole index. */

#include "config.h"

#include "vault/hy-word-tokenizer.h"

#include "base/hy-error.h"
#include "base/hy-fold.h"

#include <glib/gi18n.h>

typedef struct
{
  void *context;
  int (*token) (void *context, int flags, const char *text, int length, int start, int end);
  gboolean query;
  int code;
} Pass;

static gboolean
pass_word (const char *text,
           gsize length,
           gsize start,
           gsize end,
           gboolean colocated,
           gpointer user_data)
{
  Pass *pass = user_data;

  /* In a query a second reading would be a synonym and find too much: "0,35" is not "35". */
  if (colocated && pass->query)
    return TRUE;
  pass->code = pass->token (pass->context, colocated ? FTS5_TOKEN_COLOCATED : 0, text, (int) length, (int) start, (int) end);
  return pass->code == SQLITE_OK;
}

static int
create_tokenizer (void *context G_GNUC_UNUSED,
                  const char **arguments G_GNUC_UNUSED,
                  int n_arguments G_GNUC_UNUSED,
                  Fts5Tokenizer **tokenizer)
{
  static int nothing; /* folding has no state; FTS5 wants an address */

  *tokenizer = (Fts5Tokenizer *) &nothing;
  return SQLITE_OK;
}

static void
delete_tokenizer (Fts5Tokenizer *tokenizer G_GNUC_UNUSED)
{
}

static int
tokenize (Fts5Tokenizer *tokenizer G_GNUC_UNUSED,
          void *context,
          int flags,
          const char *text,
          int length,
          int (*token) (void *, int, const char *, int, int, int))
{
  Pass pass = { context, token, (flags & FTS5_TOKENIZE_QUERY) != 0, SQLITE_OK };

  hy_fold_words (text, length, pass_word, &pass);
  return pass.code;
}

/* Title hits first, then how often, by phrase.  All words of a query stand in every hit, so their rarity, for which
 * bm25 reads the whole index, would not change the order much. */
static void
rank (const Fts5ExtensionApi *api,
      Fts5Context *fts,
      sqlite3_context *context,
      int n_values G_GNUC_UNUSED,
      sqlite3_value **values G_GNUC_UNUSED)
{
  int n_hits = 0;
  int score = 0;

  if (api->xInstCount (fts, &n_hits) != SQLITE_OK)
    n_hits = 0;
  for (int i = 0; i < MIN (n_hits, 64); i++)
    {
      int phrase, column, offset;

      if (api->xInst (fts, i, &phrase, &column, &offset) == SQLITE_OK)
        score += column == 0 ? (offset == 0 ? 60 : 40) : column == 1 ? 20
                                                     : i < 8         ? 2
                                                                     : 1;
    }
  sqlite3_result_int (context, score);
}

/* fold (text): for sorting titles as people do, whatever their case and accents. */
static void
fold (sqlite3_context *context,
      int n_values G_GNUC_UNUSED,
      sqlite3_value **values)
{
  const char *text = (const char *) sqlite3_value_text (values[0]);

  if (text != NULL)
    sqlite3_result_text (context, hy_fold_dup (text), -1, g_free);
}

static fts5_api *
get_api (sqlite3 *handle)
{
  fts5_api *api = NULL;
  sqlite3_stmt *statement = NULL;

  if (sqlite3_prepare_v2 (handle, "SELECT fts5(?1)", -1, &statement, NULL) == SQLITE_OK)
    {
      sqlite3_bind_pointer (statement, 1, &api, "fts5_api_ptr", NULL);
      sqlite3_step (statement);
    }
  sqlite3_finalize (statement);
  return api;
}

/**
 * hy_word_tokenizer_register:
 *
 * Makes the tokenizer "hygie" and the functions hygie_rank() and fold() known to this connection.
 */
gboolean
hy_word_tokenizer_register (sqlite3 *handle,
                            GError **error)
{
  static fts5_tokenizer tokenizer = { create_tokenizer, delete_tokenizer, tokenize };
  fts5_api *api = get_api (handle);

  if (api != NULL && api->xCreateTokenizer (api, "hygie", NULL, &tokenizer, NULL) == SQLITE_OK &&
      api->xCreateFunction (api, "hygie_rank", NULL, rank, NULL) == SQLITE_OK &&
      sqlite3_create_function_v2 (handle, "fold", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, NULL, fold, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  g_set_error_literal (error, HY_ERROR, HY_ERROR_REFUSED,
                       _ ("The search library on this computer is not the one Hygie needs, so nothing was opened. Install Hygie again."));
  return FALSE;
}
