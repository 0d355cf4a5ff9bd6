/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hygie-render: decodes one document for Hygie, where it can do no harm.  Started by Hygie alone, with a socket as
 * descriptor 3, and ends with it. */

#define _GNU_SOURCE /* the calls are Linux's own */
#include "config.h"

#include "render/worker/hy-worker-sandbox.h"
#include "render/worker/hy-worker-serve.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* None is 1, which is bubblewrap's own when it cannot make its namespaces. */
enum
{
  EXIT_NOT_BY_HAND = 64,
  EXIT_NOT_HELD = 70,
};

static gboolean
is_wire (int fd)
{
  int type = 0;
  socklen_t size = sizeof type;

  return getsockopt (fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

int
main (int argc,
      char *argv[])
{
  /* Said by whoever made the namespaces, for they do not show from inside. */
  gboolean contained = argc > 1 && strcmp (argv[1], "--contained") == 0;
  const guint all = HY_LAYER_NO_NEW_PRIVS | HY_LAYER_LANDLOCK | HY_LAYER_SECCOMP | HY_LAYER_LIMITS;
  g_autoptr (HyWorkerServe) serve = NULL;
  guint landlock_abi;
  guint layers;

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (!is_wire (HY_WIRE_FD))
    return EXIT_NOT_BY_HAND;
  close_range (HY_WIRE_FD + 1, ~0U, 0);
  clearenv ();
  /* OpenJPEG would start threads, which the filter refuses. */
  setenv ("OPJ_NUM_THREADS", "1", TRUE);
  if (chdir ("/") != 0)
    return EXIT_NOT_HELD;

  hy_worker_sandbox_prepare ();
  layers = hy_worker_sandbox_apply (all, /* strict= */ HY_DEVEL, &landlock_abi);
  if (!hy_worker_serve_hello (HY_WIRE_FD, layers, landlock_abi) ||
      !hy_worker_sandbox_is_enough (layers | (contained ? HY_LAYER_NAMESPACES : 0)))
    return EXIT_NOT_HELD;

  serve = hy_worker_serve_new (hy_worker_document_open);
  hy_worker_serve_run (serve, HY_WIRE_FD);
  return 0;
}
