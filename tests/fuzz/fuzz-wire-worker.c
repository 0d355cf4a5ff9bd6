/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as what Hygie asks, with memfds that are what they should be, or not.  The worker answers within the rules of
 * the wire whatever comes, and writes nowhere but into its room.
 *
 * Input: 2 bytes for the length of a document, the document, then requests: one byte of faults, and a HyWireRequest without
 * its magic and password. */

#define _GNU_SOURCE
#include "render/worker/hy-worker-serve.h"

#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Bytes: pictures of half a million pixels; larger ones would only be slower. */
#define MAX_ROOM (2 * 1024 * 1024)
#define MAX_REQUESTS 16

enum
{
  FAULT_NO_MEMFD = 1 << 0,
  FAULT_NO_SEALS = 1 << 1,
  FAULT_OTHER_SIZE = 1 << 2,
  FAULT_MAGIC = 1 << 3,
  FAULT_SHORT = 1 << 4,
  FAULT_LONG = 1 << 5,
};

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static int
new_memfd (const guint8 *bytes,
           gsize size,
           guint faults)
{
  int fd = memfd_create ("fuzz", MFD_CLOEXEC | MFD_ALLOW_SEALING);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (ftruncate (fd, (off_t) size), ==, 0);
  if (bytes != NULL)
    g_assert_cmpint (write (fd, bytes, size), ==, (gssize) size);
  if (!(faults & FAULT_NO_SEALS))
    g_assert_cmpint (fcntl (fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL | (bytes != NULL ? F_SEAL_WRITE : 0)), ==, 0);
  return fd;
}

static void
ask (HyWorkerServe *serve,
     const HyWireRequest *request,
     int memfd,
     guint faults)
{
  guint8 message[sizeof *request + 1] = { 0 };
  gsize size = sizeof *request;
  HyWireReply reply;

  memcpy (message, request, sizeof *request);
  if (faults & FAULT_SHORT)
    size -= 1;
  else if (faults & FAULT_LONG)
    size += 1;
  hy_worker_serve_answer (serve, message, size, memfd, &reply);
  g_assert_cmpuint (reply.magic, ==, HY_WIRE_MAGIC);
  g_assert_cmpuint (reply.status, <=, HY_WIRE_BAD_REQUEST);
  if (faults != 0)
    g_assert_cmpuint (reply.status, ==, HY_WIRE_BAD_REQUEST);
  if (reply.status == HY_WIRE_OK)
    g_assert_cmpuint (reply.size, <=, request->size);
  else if (reply.status == HY_WIRE_MORE_ROOM)
    g_assert_cmpuint (reply.size, >, request->size);
  else
    g_assert_cmpuint (reply.size, ==, 0);
  g_assert_cmpuint (reply.n_pages, <=, HY_WIRE_MAX_PAGES);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize size)
{
  /* What is behind the magic and before the password. */
  const gsize part = offsetof (HyWireRequest, password) - sizeof (guint32);
  g_autoptr (HyWorkerServe) serve = hy_worker_serve_new (hy_worker_document_open);
  HyWireRequest request = { .magic = HY_WIRE_MAGIC, .serial = 1, .verb = HY_WIRE_OPEN };
  gsize length;
  int memfd;

  if (size < 2)
    return 0;
  length = MIN (data[0] | (gsize) data[1] << 8, size - 2);
  request.size = length;
  memfd = new_memfd (data + 2, length, 0);
  ask (serve, &request, memfd, 0);
  close (memfd);
  data += 2 + length;
  size -= 2 + length;

  for (guint i = 0; i < MAX_REQUESTS && size >= 1 + part; i++)
    {
      guint faults = data[0] & 0x3f;
      gsize room;

      memset (&request, 0, sizeof request);
      request.magic = faults & FAULT_MAGIC ? 0 : HY_WIRE_MAGIC;
      memcpy ((guint8 *) &request + sizeof request.magic, data + 1, part);
      if (request.verb == HY_WIRE_OPEN)
        faults |= FAULT_NO_MEMFD;
      room = MIN (request.size, MAX_ROOM);
      if (faults & FAULT_OTHER_SIZE)
        room++;
      if (room == request.size)
        faults &= ~(guint) FAULT_OTHER_SIZE;
      else
        faults |= FAULT_OTHER_SIZE;
      memfd = faults & FAULT_NO_MEMFD ? -1 : new_memfd (NULL, room, faults);
      ask (serve, &request, memfd, faults);
      if (memfd >= 0)
        close (memfd);
      data += 1 + part;
      size -= 1 + part;
    }
  return 0;
}
