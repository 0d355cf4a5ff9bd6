/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes the reading of one XML document as the worker's decoder gives it: read-document FILE >FILE.json */

#include "render/worker/hy-worker-document.h"

#include <stdio.h>
#include <stdlib.h>

int
main (int argc,
      char **argv)
{
  g_autofree char *bytes = NULL;
  g_autoptr (GBytes) document = NULL;
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  HyWorkerDocument *opened = NULL;
  HyWireStatus status;
  gsize size;

  if (argc != 2 || !g_file_get_contents (argv[1], &bytes, &size, &error))
    {
      g_printerr ("%s\n", error != NULL ? error->message : "read-document FILE");
      return EXIT_FAILURE;
    }
  document = g_bytes_new_static (bytes, size);
  status = hy_worker_xml_open (document, &opened);
  if (status == HY_WIRE_OK)
    {
      status = opened->klass->read (opened, json);
      opened->klass->free (opened);
    }
  if (status != HY_WIRE_OK)
    {
      g_printerr ("The status is %d\n", status);
      return EXIT_FAILURE;
    }
  /* Bytes, not words of this locale. */
  puts (json->str);
  return EXIT_SUCCESS;
}
