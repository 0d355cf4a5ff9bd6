/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Storing a file into a vault without what comes before and after: no process to start, no key to derive.
 *   bench-store VAULT FILE */

#include "bench-support.h"

#include "base/hy-async.h"

#include <stdlib.h>

int
main (int argc,
      char **argv)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree HyImportSummary *summary = NULL;
  BenchSpace *space;
  double begun_ms, begun_cpu_ms;

  dex_init ();
  if (argc != 3)
    return EXIT_FAILURE;
  space = bench_space_open (argv[1]);
  g_ptr_array_add (files, g_file_new_for_path (argv[2]));

  begun_ms = bench_now_ms ();
  begun_cpu_ms = bench_cpu_ms ();
  summary = bench_await_boxed (hy_space_import (space->space, files, HY_IMPORT_NONE, NULL, NULL, NULL, NULL));
  bench_say ("wall_ms", bench_now_ms () - begun_ms);
  bench_say ("cpu_ms", bench_cpu_ms () - begun_cpu_ms);
  bench_say ("added", summary->added);
  bench_space_close (space);
  return EXIT_SUCCESS;
}
