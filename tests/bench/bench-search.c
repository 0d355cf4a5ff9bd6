/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Searching a space that was just opened, each query once, as a person would.  Prints, for each line of QUERIES
 * (kind, tab, query), a line of kind, time of the ranked hits, time of the whole list of those that match (what the
 * page of documents shows), and their number, with tabs between.
 *   bench-search VAULT QUERIES */

#include "bench-support.h"

#include "base/hy-async.h"
#include "fhir/hy-resource-class.h"
#include "vault/hy-vault-search.h"

#include <stdio.h>
#include <stdlib.h>

/* What one page of results shows. */
#define HITS 50

int
main (int argc,
      char **argv)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;
  BenchSpace *space;

  dex_init ();
  if (argc != 3)
    return EXIT_FAILURE;
  if (!g_file_get_contents (argv[2], &text, NULL, &error))
    g_error ("%s", error->message);
  lines = g_strsplit (text, "\n", -1);
  space = bench_space_open (argv[1]);
  for (guint i = 0; lines[i] != NULL && *lines[i] != 0; i++)
    {
      g_auto (GStrv) parts = g_strsplit (lines[i], "\t", 2);
      g_autoptr (GPtrArray) hits = NULL;
      g_autoptr (GArray) keys = NULL;
      double begun_ms = bench_now_ms ();
      double ranked_ms;

      hits = bench_await_boxed (hy_vault_search (space->access, parts[1], G_MAXUINT, HITS));
      ranked_ms = bench_now_ms ();
      keys = bench_await_boxed (hy_vault_search_keys (space->access, parts[1], HY_CLASS_DOCUMENT, HY_SORT_NEWEST));
      printf ("%s\t%.3f\t%.3f\t%u\n", parts[0], ranked_ms - begun_ms, bench_now_ms () - ranked_ms, keys->len);
      if (hits->len == 0 || keys->len == 0)
        g_error ("nothing was found by: %s", parts[1]);
    }
  bench_space_close (space);
  return EXIT_SUCCESS;
}
