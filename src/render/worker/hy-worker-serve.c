/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes requests from the socket, checks them, lets the decoder answer, and writes what it gives into the memfd that came.
 * Decoders see only what has been checked here. */

#define _GNU_SOURCE /* the calls are Linux's own */
#include "render/worker/hy-worker-serve.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is told of a page whose size makes no sense: drawing it then gives white paper, or an error. */
#define LEAST_POINTS 1.0f
#define MOST_POINTS 5.0e6f

/* Descriptors that one message may bring; all but the first are closed. */
#define MAX_DESCRIPTORS 8

struct _HyWorkerServe
{
  HyWorkerOpenFunc open;
  HyWorkerDocument *document; /* nullable */
  GBytes *bytes;              /* nullable: a map of the document's memfd */

  /* What did not fit, for whoever asks again with more room. */
  GBytes *waiting; /* nullable */
  guint32 waiting_verb;
  guint32 waiting_page;
};

typedef struct
{
  gpointer address;
  gsize size;
} Mapping;

static void
mapping_free (gpointer data)
{
  Mapping *mapping = data;

  munmap (mapping->address, mapping->size);
  g_free (mapping);
}

HyWorkerServe *
hy_worker_serve_new (HyWorkerOpenFunc open_func)
{
  HyWorkerServe *self = g_new0 (HyWorkerServe, 1);

  self->open = open_func;
  return self;
}

void
hy_worker_serve_free (HyWorkerServe *self)
{
  g_clear_pointer (&self->document, hy_worker_document_free);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->waiting, g_bytes_unref);
  g_free (self);
}

/* Whether the memfd has the size it is said to have, and cannot lose it under our hands. */
static gboolean
check_memfd (int memfd,
             guint64 size,
             int seals)
{
  struct stat info;

  return memfd >= 0 && size <= HY_WIRE_MAX_DOCUMENT && fstat (memfd, &info) == 0 && S_ISREG (info.st_mode) &&
         (guint64) info.st_size == size && (fcntl (memfd, F_GET_SEALS) & seals) == seals;
}

/* -- opening -- */

static HyWireStatus
map_document (int memfd,
              gsize size,
              GBytes **bytes)
{
  Mapping *mapping;
  gpointer address;

  if (size == 0)
    {
      *bytes = g_bytes_new (NULL, 0);
      return HY_WIRE_OK;
    }
  address = mmap (NULL, size, PROT_READ, MAP_PRIVATE, memfd, 0);
  if (address == MAP_FAILED)
    return HY_WIRE_TOO_LARGE;
  mapping = g_new (Mapping, 1);
  mapping->address = address;
  mapping->size = size;
  *bytes = g_bytes_new_with_free_func (address, size, mapping_free, mapping);
  return HY_WIRE_OK;
}

static HyWireStatus
open_document (HyWorkerServe *self,
               const HyWireRequest *request,
               int memfd,
               HyWireReply *reply)
{
  g_autoptr (GBytes) bytes = NULL;
  HyWireStatus status;
  const char *password;

  if (self->document != NULL || !check_memfd (memfd, request->size, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW) ||
      memchr (request->password, 0, sizeof request->password) == NULL)
    return HY_WIRE_BAD_REQUEST;
  if ((status = map_document (memfd, request->size, &bytes)) != HY_WIRE_OK)
    return status;
  password = *request->password != 0 ? request->password : NULL;
  if ((status = self->open (bytes, password, &self->document)) != HY_WIRE_OK)
    return status;
  if (self->document->n_pages > HY_WIRE_MAX_PAGES)
    {
      self->document->more_pages += self->document->n_pages - HY_WIRE_MAX_PAGES;
      self->document->n_pages = HY_WIRE_MAX_PAGES;
    }
  self->bytes = g_steal_pointer (&bytes);
  reply->kind = self->document->kind;
  reply->n_pages = self->document->n_pages;
  reply->more_pages = self->document->more_pages;
  return HY_WIRE_OK;
}

/* -- answers of a known size -- */

static HyWireStatus
answer_sizes (HyWorkerDocument *document,
              const HyWireRequest *request,
              gpointer room)
{
  HyWireSize *sizes = room;
  HyWireStatus status;

  if (request->count > HY_WIRE_MAX_PAGES || request->page >= document->n_pages || request->count > document->n_pages - request->page ||
      request->size != (guint64) request->count * sizeof (HyWireSize))
    return HY_WIRE_BAD_REQUEST;
  if (document->klass->sizes == NULL)
    return HY_WIRE_UNSUPPORTED;
  if ((status = document->klass->sizes (document, request->page, request->count, sizes)) != HY_WIRE_OK)
    return status;
  for (guint i = 0; i < request->count; i++)
    {
      sizes[i].width = isfinite (sizes[i].width) ? CLAMP (sizes[i].width, LEAST_POINTS, MOST_POINTS) : LEAST_POINTS;
      sizes[i].height = isfinite (sizes[i].height) ? CLAMP (sizes[i].height, LEAST_POINTS, MOST_POINTS) : LEAST_POINTS;
    }
  return HY_WIRE_OK;
}

static HyWireStatus
answer_draw (HyWorkerDocument *document,
             const HyWireRequest *request,
             gpointer room)
{
  if (request->page >= document->n_pages || !isfinite (request->scale) || request->scale <= 0 || request->rotation >= 360 ||
      request->rotation % 90 != 0 || request->width == 0 || request->height == 0 || request->width > HY_WIRE_MAX_SIDE ||
      request->height > HY_WIRE_MAX_SIDE || (guint64) request->width * request->height > HY_WIRE_MAX_PIXELS || request->x > G_MAXINT32 / 2 ||
      request->y > G_MAXINT32 / 2 || request->stride % 4 != 0 || request->stride / 4 < request->width || request->stride / 4 > HY_WIRE_MAX_SIDE ||
      request->size != (guint64) request->stride * request->height)
    return HY_WIRE_BAD_REQUEST;
  if (document->klass->draw == NULL)
    return HY_WIRE_UNSUPPORTED;
  return document->klass->draw (document, request, room);
}

/* -- answers of any size -- */

static GBytes *
steal (GString *string)
{
  return g_string_free_to_bytes (string);
}

static HyWireStatus
answer_text (HyWorkerDocument *document,
             guint page,
             GBytes **answer)
{
  GString *text;
  HyWireStatus status;

  if (document->klass->text == NULL)
    return HY_WIRE_UNSUPPORTED;
  if (page != HY_WIRE_ALL && page >= document->n_pages)
    return HY_WIRE_BAD_REQUEST;
  text = g_string_new (NULL);
  status = document->klass->text (document, page, text);
  *answer = steal (text);
  return status;
}

static HyWireStatus
answer_layout (HyWorkerDocument *document,
               guint page,
               GBytes **answer)
{
  g_autoptr (GString) text = NULL;
  g_autoptr (GArray) boxes = NULL;
  HyWireLayout header;
  HyWireStatus status;
  GString *all;

  if (document->klass->layout == NULL)
    return HY_WIRE_UNSUPPORTED;
  if (page >= document->n_pages)
    return HY_WIRE_BAD_REQUEST;
  text = g_string_new (NULL);
  boxes = g_array_new (FALSE, FALSE, sizeof (HyWireBox));
  if ((status = document->klass->layout (document, page, text, boxes)) != HY_WIRE_OK)
    return status;
  if (text->len > HY_WIRE_MAX_TEXT || (guint64) boxes->len * sizeof (HyWireBox) > HY_WIRE_MAX_TEXT)
    return HY_WIRE_TOO_LARGE;
  header.n_chars = boxes->len;
  header.n_bytes = (guint32) text->len;
  all = g_string_sized_new (sizeof header + boxes->len * sizeof (HyWireBox) + text->len);
  g_string_append_len (all, (const char *) &header, sizeof header);
  if (boxes->len > 0)
    g_string_append_len (all, boxes->data, (gssize) (boxes->len * sizeof (HyWireBox)));
  g_string_append_len (all, text->str, (gssize) text->len);
  *answer = steal (all);
  return HY_WIRE_OK;
}

static HyWireStatus
answer_links (HyWorkerDocument *document,
              guint page,
              GBytes **answer)
{
  GByteArray *links;
  HyWireStatus status;

  if (document->klass->links == NULL)
    return HY_WIRE_UNSUPPORTED;
  if (page >= document->n_pages)
    return HY_WIRE_BAD_REQUEST;
  links = g_byte_array_new ();
  status = document->klass->links (document, page, links);
  *answer = g_byte_array_free_to_bytes (links);
  return status;
}

static HyWireStatus
answer_read (HyWorkerDocument *document,
             GBytes **answer)
{
  GString *json;
  HyWireStatus status;

  if (document->klass->read == NULL)
    return HY_WIRE_UNSUPPORTED;
  json = g_string_new (NULL);
  status = document->klass->read (document, json);
  *answer = steal (json);
  return status;
}

static HyWireStatus
make_answer (HyWorkerDocument *document,
             const HyWireRequest *request,
             GBytes **answer)
{
  HyWireStatus status;

  switch (request->verb)
    {
    case HY_WIRE_TEXT:
      status = answer_text (document, request->page, answer);
      break;
    case HY_WIRE_LAYOUT:
      status = answer_layout (document, request->page, answer);
      break;
    case HY_WIRE_LINKS:
      status = answer_links (document, request->page, answer);
      break;
    case HY_WIRE_READ:
      status = answer_read (document, answer);
      break;
    case HY_WIRE_BODY:
      status = document->klass->body != NULL ? document->klass->body (document, request->page, answer) : HY_WIRE_UNSUPPORTED;
      break;
    default:
      status = HY_WIRE_BAD_REQUEST;
    }
  if (status == HY_WIRE_OK &&
      g_bytes_get_size (*answer) > (request->verb == HY_WIRE_BODY ? (gsize) HY_WIRE_MAX_DOCUMENT : (gsize) HY_WIRE_MAX_TEXT))
    status = HY_WIRE_TOO_LARGE;
  return status;
}

/* What was too long last time need not be made again. */
static HyWireStatus
answer_variable (HyWorkerServe *self,
                 const HyWireRequest *request,
                 gpointer room,
                 HyWireReply *reply)
{
  g_autoptr (GBytes) answer = g_steal_pointer (&self->waiting);
  HyWireStatus status = HY_WIRE_OK;

  if (answer != NULL && (self->waiting_verb != request->verb || self->waiting_page != request->page))
    g_clear_pointer (&answer, g_bytes_unref);
  if (answer == NULL)
    status = make_answer (self->document, request, &answer);
  if (status != HY_WIRE_OK)
    return status;
  reply->size = g_bytes_get_size (answer);
  if (reply->size <= request->size)
    {
      if (reply->size > 0)
        memcpy (room, g_bytes_get_data (answer, NULL), reply->size);
      return HY_WIRE_OK;
    }
  self->waiting = g_steal_pointer (&answer);
  self->waiting_verb = request->verb;
  self->waiting_page = request->page;
  return HY_WIRE_MORE_ROOM;
}

/* -- any request -- */

static HyWireStatus
answer_into (HyWorkerServe *self,
             const HyWireRequest *request,
             gpointer room,
             HyWireReply *reply)
{
  HyWireStatus status;

  switch (request->verb)
    {
    case HY_WIRE_SIZES:
      status = answer_sizes (self->document, request, room);
      break;
    case HY_WIRE_DRAW:
      status = answer_draw (self->document, request, room);
      break;
    default:
      return answer_variable (self, request, room, reply);
    }
  if (status == HY_WIRE_OK)
    reply->size = request->size;
  return status;
}

static HyWireStatus
answer_request (HyWorkerServe *self,
                const HyWireRequest *request,
                int memfd,
                HyWireReply *reply)
{
  HyWireStatus status;
  gpointer room = NULL;

  if (request->verb == HY_WIRE_OPEN)
    return open_document (self, request, memfd, reply);
  if (self->document == NULL || !check_memfd (memfd, request->size, F_SEAL_SHRINK | F_SEAL_GROW))
    return HY_WIRE_BAD_REQUEST;
  if (request->size > 0)
    {
      room = mmap (NULL, request->size, PROT_READ | PROT_WRITE, MAP_SHARED, memfd, 0);
      if (room == MAP_FAILED)
        return HY_WIRE_TOO_LARGE;
    }
  status = answer_into (self, request, room, reply);
  if (room != NULL)
    munmap (room, request->size);
  return status;
}

/**
 * hy_worker_serve_answer:
 * @message: of @size bytes, any
 * @memfd: -1 when none came; stays the caller's
 * @reply: (out):
 */
void
hy_worker_serve_answer (HyWorkerServe *self,
                        const void *message,
                        gsize size,
                        int memfd,
                        HyWireReply *reply)
{
  HyWireRequest request;

  memset (reply, 0, sizeof *reply);
  reply->magic = HY_WIRE_MAGIC;
  reply->status = HY_WIRE_BAD_REQUEST;
  if (size != sizeof request)
    return;
  memcpy (&request, message, sizeof request);
  reply->serial = request.serial;
  if (request.magic == HY_WIRE_MAGIC)
    reply->status = answer_request (self, &request, memfd, reply);
  if (reply->status != HY_WIRE_OK && reply->status != HY_WIRE_MORE_ROOM)
    reply->size = 0;
  explicit_bzero (&request, sizeof request);
}

/* -- the socket -- */

static gboolean
send_reply (int fd,
            const HyWireReply *reply)
{
  struct iovec part = { (gpointer) reply, sizeof *reply };
  struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
  ssize_t n;

  do
    n = sendmsg (fd, &message, MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);
  return n == sizeof *reply;
}

/* Returns: the first descriptor of the message, or -1; any other is closed */
static int
take_descriptor (struct msghdr *message)
{
  int taken = -1;

  for (struct cmsghdr *header = CMSG_FIRSTHDR (message); header != NULL; header = CMSG_NXTHDR (message, header))
    {
      gsize n = header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS ? (header->cmsg_len - CMSG_LEN (0)) / sizeof (int) : 0;

      for (gsize i = 0; i < n; i++)
        {
          int fd;

          memcpy (&fd, CMSG_DATA (header) + i * sizeof fd, sizeof fd);
          if (taken < 0)
            taken = fd;
          else
            close (fd);
        }
    }
  return taken;
}

/**
 * hy_worker_serve_hello:
 *
 * Tells what holds the worker: always the first message.
 */
gboolean
hy_worker_serve_hello (int fd,
                       guint layers,
                       guint landlock_abi)
{
  const HyWireReply hello = {
    .magic = HY_WIRE_MAGIC,
    .layers = layers,
    .landlock = landlock_abi,
  };

  return send_reply (fd, &hello);
}

/**
 * hy_worker_serve_run:
 *
 * Answers until the other side closes the socket.
 */
void
hy_worker_serve_run (HyWorkerServe *self,
                     int fd)
{
  /* One byte more shows a message that is too long. */
  guint8 bytes[sizeof (HyWireRequest) + 1];
  gboolean open = TRUE;

  while (open)
    {
      struct iovec part = { bytes, sizeof bytes };
      union
      {
        char bytes[CMSG_SPACE (MAX_DESCRIPTORS * sizeof (int))];
        struct cmsghdr header; /* for its alignment */
      } control;
      struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes };
      HyWireReply reply;
      int memfd;
      ssize_t n = recvmsg (fd, &message, MSG_CMSG_CLOEXEC);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return;
      memfd = take_descriptor (&message);
      hy_worker_serve_answer (self, bytes, (gsize) n, memfd, &reply);
      explicit_bzero (bytes, sizeof bytes);
      if (memfd >= 0)
        close (memfd);
      open = send_reply (fd, &reply);
    }
}
