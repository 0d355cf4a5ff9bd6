/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A worker that was taken over: speaks the wire, and does wrong what its name says (test-hostile.c makes the names).
 * Everything else it does right, as a PDF of three pages. */

#define _GNU_SOURCE
#include "render/hy-render-wire.h"

#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define N_PAGES 3
/* What a real one says. */
#define LAYERS (HY_LAYER_NO_NEW_PRIVS | HY_LAYER_LANDLOCK | HY_LAYER_SECCOMP | HY_LAYER_LIMITS)

static const char *act;
static guint n_draws;

static gboolean
is (const char *name)
{
  return strcmp (act, name) == 0;
}

static void
say_bytes (const void *bytes,
           gsize size)
{
  send (HY_WIRE_FD, bytes, size, MSG_NOSIGNAL);
}

static void
say_with_descriptors (const HyWireReply *reply)
{
  struct iovec part = { (gpointer) reply, sizeof *reply };
  union
  {
    char bytes[CMSG_SPACE (8 * sizeof (int))];
    struct cmsghdr header;
  } control = { 0 };
  struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes };
  struct cmsghdr *header = CMSG_FIRSTHDR (&message);
  int fds[8] = { 0, 0, 0, 0, 0, 0, 0, 0 };

  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN (sizeof fds);
  memcpy (CMSG_DATA (header), fds, sizeof fds);
  sendmsg (HY_WIRE_FD, &message, MSG_NOSIGNAL);
}

static void
hang (void)
{
  for (;;)
    pause ();
}

/* Wrong on the way, whatever is said.  @stage is "hello", "open" or "draw". */
static void
say (const HyWireReply *right,
     const char *stage)
{
  guint8 bytes[sizeof *right + 8] = { 0 };
  HyWireReply *reply = (HyWireReply *) bytes;
  gsize size = sizeof *right;
  gsize n = strlen (stage);
  const char *what = strncmp (act, stage, n) == 0 && act[n] == '-' ? act + n + 1 : "";

  memcpy (bytes, right, sizeof *right);
  if (strcmp (what, "hangs") == 0)
    hang ();
  if (strcmp (what, "dies") == 0)
    _exit (0);
  if (strcmp (what, "magic") == 0)
    reply->magic ^= 1;
  if (strcmp (what, "serial") == 0)
    reply->serial += 1;
  if (strcmp (what, "short") == 0)
    size -= 1;
  if (strcmp (what, "empty") == 0)
    size = 0;
  if (strcmp (what, "long") == 0)
    size += 8;
  if (strcmp (what, "status") == 0)
    reply->status = 77;
  if (strcmp (what, "bad-request") == 0)
    reply->status = HY_WIRE_BAD_REQUEST;
  if (strcmp (what, "password") == 0)
    reply->status = HY_WIRE_PASSWORD;
  if (strcmp (what, "damaged") == 0)
    reply->status = HY_WIRE_DAMAGED;
  if (strcmp (what, "more-room") == 0)
    {
      reply->status = HY_WIRE_MORE_ROOM;
      reply->size = 1 << 30;
    }
  if (strcmp (what, "descriptors") == 0)
    {
      say_with_descriptors (reply);
      return;
    }
  say_bytes (reply, size);
  if (strcmp (what, "twice") == 0)
    say_bytes (reply, size);
}

static void
say_hello (void)
{
  HyWireReply hello = { .magic = HY_WIRE_MAGIC, .layers = LAYERS, .landlock = 7 };

  if (is ("hello-no-seccomp"))
    hello.layers &= ~HY_LAYER_SECCOMP;
  if (is ("hello-no-limits"))
    hello.layers &= ~HY_LAYER_LIMITS;
  if (is ("hello-no-privs"))
    hello.layers &= ~HY_LAYER_NO_NEW_PRIVS;
  if (is ("hello-no-landlock"))
    hello.layers &= ~HY_LAYER_LANDLOCK;
  if (is ("hello-namespaces"))
    hello.layers |= HY_LAYER_NAMESPACES;
  say (&hello, "hello");
}

/* -- answers -- */

static void
open_document (HyWireReply *reply)
{
  reply->kind = HY_WIRE_KIND_PDF;
  reply->n_pages = N_PAGES;
  if (is ("open-pages"))
    reply->n_pages = G_MAXUINT32;
  if (is ("open-more-pages"))
    reply->more_pages = 4000000000u;
  if (is ("open-kind"))
    reply->kind = 6;
  if (is ("open-no-kind"))
    reply->kind = HY_WIRE_KIND_NONE;
  if (is ("open-text-pages"))
    reply->kind = HY_WIRE_KIND_TEXT;
  if (is ("read-not-json") || is ("read-array"))
    {
      reply->kind = HY_WIRE_KIND_CDA;
      reply->n_pages = 0;
    }
}

static gsize
put (guint8 *room,
     const void *bytes,
     gsize size)
{
  memcpy (room, bytes, size);
  return size;
}

static gsize
write_sizes (guint8 *room,
             guint count)
{
  HyWireSize *sizes = (HyWireSize *) room;

  for (guint i = 0; i < count; i++)
    sizes[i] = (HyWireSize) { 100, 200 };
  if (is ("sizes-nan"))
    sizes[0].width = NAN;
  if (is ("sizes-infinite"))
    sizes[0].height = INFINITY;
  if (is ("sizes-zero"))
    sizes[0].height = 0;
  if (is ("sizes-negative"))
    sizes[0].width = -1;
  if (is ("sizes-huge"))
    sizes[0].width = 1.0e7f;
  return count * sizeof (HyWireSize);
}

static gsize
write_text (guint8 *room)
{
  if (is ("text-utf8"))
    return put (room, "caf\xe9", 4);
  if (is ("text-cut"))
    return put (room, "\xe2\x82", 2);
  if (is ("text-nul"))
    return put (room, "a\0b", 3);
  return put (room, "three words here\f", 17);
}

static gsize
write_layout (guint8 *room)
{
  HyWireLayout header = { 2, 3 };
  HyWireBox boxes[2] = { { 1, 2, 3, 4 }, { 30, 2, 5, 4 } };
  gsize size;

  if (is ("layout-nan"))
    boxes[1].y2 = NAN;
  if (is ("layout-huge"))
    boxes[1].x1 = 1.0e30f;
  if (is ("layout-count"))
    header.n_chars = 3;
  if (is ("layout-overflow"))
    header.n_chars = 0x10000000;
  if (is ("layout-bytes"))
    header.n_bytes = G_MAXUINT32;
  size = put (room, &header, sizeof header);
  if (is ("layout-short"))
    return size - 1;
  size += put (room + size, boxes, sizeof boxes);
  return size + put (room + size, is ("layout-letters") ? "abc" : "\xc3\xa9"
                                                                  "b",
                     3);
}

static gsize
write_link (guint8 *room,
            guint page,
            const char *uri)
{
  HyWireLink link = { { 1, 2, 3, 4 }, page, (guint32) strlen (uri) };
  gsize size = put (room, &link, sizeof link);

  size += put (room + size, uri, link.n_bytes);
  while (size % 4 != 0)
    room[size++] = 0;
  return size;
}

static gsize
write_links (guint8 *room)
{
  gsize size = write_link (room, HY_WIRE_NO_PAGE, "https://example.org/a");

  size += write_link (room + size, 1, "");
  /* Left out, and no more. */
  size += write_link (room + size, HY_WIRE_NO_PAGE, "javascript:alert(1)");
  size += write_link (room + size, HY_WIRE_NO_PAGE, "file:///etc/passwd");
  size += write_link (room + size, HY_WIRE_NO_PAGE, "http://example.org/");
  size += write_link (room + size, HY_WIRE_NO_PAGE, "https://example.org@evil.example/");
  size += write_link (room + size, HY_WIRE_NO_PAGE, "https://");
  size += write_link (room + size, HY_WIRE_NO_PAGE, "https://example.org/ with blanks");
  size += write_link (room + size, HY_WIRE_NO_PAGE, "https://ex\xe2\x80\xae"
                                                    "ample.org/");
  size += write_link (room + size, HY_WIRE_NO_PAGE, "");
  if (is ("links-page"))
    size += write_link (room + size, N_PAGES, "");
  if (is ("links-both"))
    size += write_link (room + size, 0, "https://example.org/");
  if (is ("links-utf8"))
    size += write_link (room + size, HY_WIRE_NO_PAGE, "https://\xff.org/");
  if (is ("links-cut"))
    size -= 4;
  if (is ("links-odd"))
    size += put (room + size, "x", 1);
  return size;
}

static gsize
write_draw (guint8 *room,
            gsize size)
{
  /* How often it was really asked, for the test of those that are dropped. */
  memset (room, (int) ++n_draws, size);
  if (is ("slow"))
    g_usleep (100 * 1000);
  if (is ("draw-less"))
    return size - 4;
  if (is ("draw-more"))
    return size + 4;
  return size;
}

static void
answer (const HyWireRequest *request,
        int fd)
{
  HyWireReply reply = { .magic = HY_WIRE_MAGIC, .serial = request->serial };
  guint8 *room = NULL;

  if (request->verb == HY_WIRE_OPEN)
    {
      open_document (&reply);
      if (is ("slow-to-open"))
        hang ();
      /* The document is sealed: even this one cannot write to it. */
      if (pwrite (fd, "x", 1, 0) >= 0 || ftruncate (fd, 0) == 0)
        _exit (1);
      say (&reply, "open");
      if (is ("talks"))
        say_bytes (&reply, sizeof reply);
      if (is ("dies-waiting"))
        _exit (0);
      return;
    }
  /* The room keeps its size. */
  if (ftruncate (fd, 0) == 0 || ftruncate (fd, 1 << 28) == 0)
    reply.status = HY_WIRE_DAMAGED;
  room = mmap (NULL, request->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (is ("more-for-ever") || is ("more-too-much") || is ("more-less"))
    {
      reply.status = HY_WIRE_MORE_ROOM;
      reply.size = is ("more-too-much") ? HY_WIRE_MAX_TEXT + 1 : is ("more-less") ? request->size
                                                                                  : request->size + 1;
      say_bytes (&reply, sizeof reply);
      return;
    }
  switch (request->verb)
    {
    case HY_WIRE_SIZES:
      reply.size = write_sizes (room, request->count);
      break;
    case HY_WIRE_DRAW:
      reply.size = write_draw (room, request->size);
      say (&reply, "draw");
      return;
    case HY_WIRE_LAYOUT:
      reply.size = write_layout (room);
      break;
    case HY_WIRE_LINKS:
      reply.size = write_links (room);
      break;
    case HY_WIRE_READ:
      reply.size = is ("read-array") ? put (room, "[1]", 3) : put (room, "{\"kind\":", 8);
      break;
    default:
      reply.size = write_text (room);
      if (is ("text-size"))
        reply.size = request->size + 1;
      if (is ("text-huge"))
        reply.size = G_MAXUINT64;
    }
  say_bytes (&reply, sizeof reply);
}

int
main (int argc G_GNUC_UNUSED,
      char *argv[])
{
  act = strrchr (argv[0], '/') != NULL ? strrchr (argv[0], '/') + 1 : argv[0];
  say_hello ();
  for (;;)
    {
      HyWireRequest request;
      struct iovec part = { &request, sizeof request };
      union
      {
        char bytes[CMSG_SPACE (sizeof (int))];
        struct cmsghdr header;
      } control;
      struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes };
      int fd;

      if (recvmsg (HY_WIRE_FD, &message, 0) != sizeof request || CMSG_FIRSTHDR (&message) == NULL)
        return 0;
      memcpy (&fd, CMSG_DATA (CMSG_FIRSTHDR (&message)), sizeof fd);
      answer (&request, fd);
      close (fd);
    }
}
