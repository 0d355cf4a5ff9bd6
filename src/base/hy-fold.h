/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A word as search sees it, with where it stood in the text.
 * text: folded, NUL-terminated, valid during the call only.
 * start, end: byte offsets in the original text.
 * colocated: another reading of the word before it (the whole of a hyphenated word, the parts of a number). */
typedef gboolean (*HyFoldFunc) (const char *text, gsize length, gsize start, gsize end, gboolean colocated, gpointer user_data);

#define HY_FOLD_MAX_WORD 128 /* bytes of a folded word kept; longer runs are cut, so that a base64 block cannot fill the index */

gboolean  hy_fold_words     (const char *text, gssize length, HyFoldFunc func, gpointer user_data);
char     *hy_fold_dup       (const char *text);
char     *hy_fold_dup_match (const char *typed);
GArray   *hy_fold_find      (const char *text, gssize length, const char *typed);

typedef struct {
  gsize start;
  gsize end;
} HyFoldSpan;

G_END_DECLS
