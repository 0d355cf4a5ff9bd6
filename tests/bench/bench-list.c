/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the passphrase to the first screen of documents, all but painting; then a long look through the list.
 *   bench-list VAULT */

#include "bench-support.h"

#include "base/hy-async.h"
#include "records/hy-document-list.h"
#include "vault/hy-key-slots.h"

#include <sodium.h>
#include <stdlib.h>

/* Rows of one screen, and of a person who looks through two thousand. */
#define SCREEN 20
#define LOOKED_THROUGH 2000

/* The key derivation alone, at the cost of the vault that "create --kdf interactive" makes. */
static double
derive_ms (void)
{
  static const guint8 salt[crypto_pwhash_SALTBYTES] = { 1 };
  static const char passphrase[] = "words of the right length";
  double begun_ms = bench_now_ms ();
  guint8 key[32];

  if (crypto_pwhash (key, sizeof key, passphrase, sizeof passphrase - 1, salt, HY_KDF_FLOOR_PASSES, (gsize) HY_KDF_FLOOR_KIB * 1024,
                     crypto_pwhash_ALG_ARGON2ID13) != 0)
    g_error ("there is not enough memory");
  return bench_now_ms () - begun_ms;
}

/* Holds the rows of one screen until all of them are filled in, as a view does. */
static void
look_at (GListModel *list,
         guint first)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < SCREEN; i++)
    g_ptr_array_add (rows, g_list_model_get_item (list, first + i));
  for (guint i = 0; i < rows->len; i++)
    while (!hy_document_row_get_loaded (g_ptr_array_index (rows, i)))
      g_main_context_iteration (NULL, TRUE);
}

int
main (int argc,
      char **argv)
{
  g_autoptr (HyDocumentList) list = NULL;
  BenchSpace *space;
  double derived_ms, begun_ms, opened_ms, loaded_ms, shown_ms, opened_mib, shown_mib;

  dex_init ();
  if (argc != 2 || sodium_init () < 0)
    return EXIT_FAILURE;
  derived_ms = derive_ms ();

  begun_ms = bench_now_ms ();
  space = bench_space_open (argv[1]);
  opened_ms = bench_now_ms ();
  opened_mib = bench_pss_mib ();

  loaded_ms = bench_now_ms ();
  list = hy_document_list_new (space->access);
  bench_await (hy_document_list_load (list));
  bench_say ("load_ms", bench_now_ms () - loaded_ms);
  look_at (G_LIST_MODEL (list), 0);
  shown_ms = bench_now_ms ();
  shown_mib = bench_pss_mib ();
  bench_say ("documents", g_list_model_get_n_items (G_LIST_MODEL (list)));
  bench_say ("derive_ms", derived_ms);
  bench_say ("open_ms", opened_ms - begun_ms);
  bench_say ("screen_ms", (opened_ms - begun_ms) + (shown_ms - loaded_ms));
  bench_say ("list_mib", shown_mib - opened_mib);

  shown_ms = bench_now_ms ();
  for (guint first = 0; first + SCREEN <= MIN (LOOKED_THROUGH, g_list_model_get_n_items (G_LIST_MODEL (list))); first += SCREEN)
    look_at (G_LIST_MODEL (list), first);
  bench_say ("look_through_ms", bench_now_ms () - shown_ms);
  bench_say ("looked_mib", bench_pss_mib () - opened_mib);
  g_clear_object (&list);
  bench_space_close (space);
  return EXIT_SUCCESS;
}
