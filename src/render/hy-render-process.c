/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One worker process.  A thread of ours starts it, asks it one thing after another, ends and reaps it: nothing else
 * touches the socket or the process.  Others put jobs into its queue and await their promises.
 *
 * A worker that takes too long, ends, or answers what cannot be is killed and never asked again. */

#define _GNU_SOURCE /* the calls are Linux's own */
#include "config.h"

#include "render/hy-render-private.h"

#include "base/hy-async.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* bubblewrap's own status when it could not make its namespaces; the worker's are others (worker/main.c). */
#define CONTAINER_FAILED 1

struct _HyRenderProcess
{
  gatomicrefcount refs;
  int wake; /* eventfd: there is a job, or an end */
  guint delay_ms;

  GMutex mutex;
  GQueue jobs;            /* HyRenderJob */
  gboolean closing;
  HyRenderError *stopped; /* nullable: why, for everybody who asks */
  guint layers;
  pid_t pid; /* 0: none */

  /* The thread's alone. */
  int socket;
  guint32 serial;
};

static HyRenderSettings settings = {
  .program = HY_RENDER_PROGRAM,
  .contain = TRUE,
  .start_ms = 30 * 1000,
  .page_ms = 5 * 1000,
  .document_ms = 30 * 1000,
};

static int n_processes; /* atomic */

/* Those whose threads run, so that none is left behind when Hygie leaves. */
static GMutex all_mutex;
static GPtrArray *all; /* HyRenderProcess, with a reference */

HyRenderSettings *
hy_render_get_settings (void)
{
  return &settings;
}

/* -- jobs -- */

HyRenderJob *
hy_render_job_new (HyWireVerb verb,
                   guint page,
                   guint timeout_ms)
{
  HyRenderJob *job = g_new0 (HyRenderJob, 1);

  job->asked.request.magic = HY_WIRE_MAGIC;
  job->asked.request.verb = verb;
  job->asked.request.page = page;
  job->timeout_ms = timeout_ms;
  /* Whoever lets go of the future no longer wants the answer. */
  job->promise = dex_promise_new_cancellable ();
  return job;
}

void
hy_render_job_free (HyRenderJob *job)
{
  /* The password. */
  explicit_bzero (&job->asked.request, sizeof job->asked.request);
  g_clear_pointer (&job->document, g_bytes_unref);
  g_clear_object (&job->cancellable);
  dex_unref (job->promise);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyRenderJob, hy_render_job_free)

/* Opening has its own way: nobody wants the worker any more (on_open_dropped). */
static gboolean
is_unwanted (HyRenderJob *job)
{
  return job->asked.request.verb != HY_WIRE_OPEN &&
         ((job->cancellable != NULL && g_cancellable_is_cancelled (job->cancellable)) ||
          g_cancellable_is_cancelled (dex_promise_get_cancellable (job->promise)));
}

/* -- the queue -- */

static void
wake (HyRenderProcess *self)
{
  guint64 one = 1;

  while (write (self->wake, &one, sizeof one) < 0 && errno == EINTR)
    ;
}

/* Whoever waited for the document has left: a file made to be slow must not keep a processor busy. */
static void
on_open_dropped (GCancellable *cancellable G_GNUC_UNUSED,
                 gpointer process)
{
  hy_render_process_close (process);
}

static void
watch_open (HyRenderProcess *self,
            HyRenderJob *job)
{
  job->on_dropped = g_cancellable_connect (dex_promise_get_cancellable (job->promise), G_CALLBACK (on_open_dropped),
                                           hy_render_process_ref (self), (GDestroyNotify) hy_render_process_unref);
}

static void
unwatch_open (HyRenderJob *job)
{
  if (job->on_dropped != 0)
    g_cancellable_disconnect (dex_promise_get_cancellable (job->promise), job->on_dropped);
  job->on_dropped = 0;
}

static void
reject (HyRenderJob *job,
        GError *error)
{
  unwatch_open (job);
  hy_answer (job->promise, NULL, error);
}

/**
 * hy_render_process_ask:
 * @job: (transfer full):
 */
DexFuture *
hy_render_process_ask (HyRenderProcess *self,
                       HyRenderJob *job)
{
  DexFuture *future = dex_ref (DEX_FUTURE (job->promise));
  GError *error = NULL;

  if (job->asked.request.verb == HY_WIRE_OPEN)
    watch_open (self, job);
  g_mutex_lock (&self->mutex);
  if (self->stopped != NULL)
    error = hy_render_new_error (*self->stopped);
  else
    g_queue_push_tail (&self->jobs, job);
  g_mutex_unlock (&self->mutex);
  if (error != NULL)
    {
      reject (job, error);
      hy_render_job_free (job);
    }
  else
    wake (self);
  return future;
}

/**
 * hy_render_process_close:
 *
 * Ends the worker, whatever it does, and everything that waits for it.  Does not wait for the end.
 */
void
hy_render_process_close (HyRenderProcess *self)
{
  g_mutex_lock (&self->mutex);
  self->closing = TRUE;
  g_mutex_unlock (&self->mutex);
  wake (self);
}

gboolean
hy_render_process_is_stopped (HyRenderProcess *self)
{
  gboolean stopped;

  g_mutex_lock (&self->mutex);
  stopped = self->stopped != NULL || self->closing;
  g_mutex_unlock (&self->mutex);
  return stopped;
}

guint
hy_render_process_get_layers (HyRenderProcess *self)
{
  guint layers;

  g_mutex_lock (&self->mutex);
  layers = self->layers;
  g_mutex_unlock (&self->mutex);
  return layers;
}

pid_t
hy_render_process_get_pid (HyRenderProcess *self)
{
  pid_t pid;

  g_mutex_lock (&self->mutex);
  pid = self->pid;
  g_mutex_unlock (&self->mutex);
  return pid;
}

guint
hy_render_process_count (void)
{
  return (guint) g_atomic_int_get (&n_processes);
}

static gboolean
is_closing (HyRenderProcess *self)
{
  gboolean closing;

  g_mutex_lock (&self->mutex);
  closing = self->closing;
  g_mutex_unlock (&self->mutex);
  return closing;
}

/* -- on the thread: the process -- */

static void
set_pid (HyRenderProcess *self,
         pid_t pid)
{
  g_mutex_lock (&self->mutex);
  self->pid = pid;
  g_mutex_unlock (&self->mutex);
}

/* Returns: its wait status */
static int
reap (HyRenderProcess *self)
{
  int status = 0;

  if (self->socket >= 0)
    close (self->socket);
  self->socket = -1;
  if (self->pid == 0)
    return 0;
  /* With all of its group: bubblewrap's inner half, as long as it waits for the outer one to set its namespaces up, would
   * wait for ever. */
  kill (-self->pid, SIGKILL);
  kill (self->pid, SIGKILL);
  while (waitpid (self->pid, &status, 0) < 0 && errno == EINTR)
    ;
  set_pid (self, 0);
  return status;
}

/* Everybody who waits, and everybody who asks from now on, is told @code. */
static void
stop (HyRenderProcess *self,
      HyRenderError code)
{
  GQueue jobs;
  HyRenderJob *job;

  reap (self);
  g_mutex_lock (&self->mutex);
  self->stopped = g_memdup2 (&code, sizeof code);
  jobs = self->jobs;
  g_queue_init (&self->jobs);
  g_mutex_unlock (&self->mutex);
  while ((job = g_queue_pop_head (&jobs)))
    {
      reject (job, hy_render_new_error (code));
      hy_render_job_free (job);
    }
}

/* Waits for the worker's word, the clock, or the end.  With @deadline 0 no clock, and any wake returns.
 * Returns: whether the socket can be read (it may have ended) */
static gboolean
wait_for (HyRenderProcess *self,
          gint64 deadline)
{
  struct pollfd fds[] = { { .fd = self->socket, .events = POLLIN }, { .fd = self->wake, .events = POLLIN } };

  while (!is_closing (self))
    {
      gint64 left_us = deadline - g_get_monotonic_time ();
      guint64 count;
      int n = poll (fds, G_N_ELEMENTS (fds), deadline == 0 ? -1 : (int) CLAMP (left_us / 1000 + 1, 0, G_MAXINT));

      if (n < 0 && errno != EINTR)
        return FALSE;
      if (n > 0 && fds[0].revents != 0)
        return TRUE;
      if (n > 0 && fds[1].revents != 0 && read (self->wake, &count, sizeof count) > 0 && deadline == 0)
        return FALSE;
      if (deadline != 0 && g_get_monotonic_time () >= deadline)
        return FALSE;
    }
  return FALSE;
}

/* Takes one message; descriptors that come with it are closed by the kernel, for there is no room for them.
 * Returns: its bytes, or more than a reply when it is none */
static gsize
receive (HyRenderProcess *self,
         HyWireReply *reply)
{
  struct iovec part = { reply, sizeof *reply };
  struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
  ssize_t n;

  memset (reply, 0, sizeof *reply);
  do
    n = recvmsg (self->socket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  while (n < 0 && errno == EINTR);
  return n <= 0 || (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 ? G_MAXSIZE : (gsize) n;
}

static gboolean
send_request (HyRenderProcess *self,
              const HyWireRequest *request,
              int fd)
{
  struct iovec part = { (gpointer) request, sizeof *request };
  union
  {
    char bytes[CMSG_SPACE (sizeof (int))];
    struct cmsghdr header; /* for its alignment */
  } control = { 0 };
  struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes };
  struct cmsghdr *header = CMSG_FIRSTHDR (&message);
  ssize_t n;

  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN (sizeof (int));
  memcpy (CMSG_DATA (header), &fd, sizeof fd);
  /* The queue holds one request at a time: there is always room, unless the worker plays with its buffers. */
  do
    n = sendmsg (self->socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  while (n < 0 && errno == EINTR);
  return n == sizeof *request;
}

/* @silent: (out): the time for it was over before it said or did anything */
static gboolean
start_in (HyRenderProcess *self,
          HyRenderContainer container,
          HyRenderError *why,
          gboolean *silent)
{
  g_autoptr (GError) error = NULL;
  gint64 started = g_get_monotonic_time ();
  HyWireReply hello;
  gsize received;
  pid_t pid;
  guint layers;

  *why = HY_RENDER_ERROR_STOPPED;
  *silent = FALSE;
  if (!hy_render_spawn (container, &self->socket, &pid, &error))
    {
      g_warning ("The worker did not start: %s", error->message);
      return FALSE;
    }
  set_pid (self, pid);
  if (!wait_for (self, started + settings.start_ms * (gint64) 1000))
    {
      *silent = !is_closing (self);
      return FALSE;
    }
  received = receive (self, &hello);
  if (!hy_render_check_hello (&hello, received))
    return FALSE;
  layers = hello.layers | (container != HY_RENDER_PLAIN ? HY_LAYER_NAMESPACES : 0);
  g_debug ("worker ready in %" G_GINT64_FORMAT " ms: layers 0x%x, Landlock ABI %u", (g_get_monotonic_time () - started) / 1000,
           layers, hello.landlock);
  if (!hy_render_is_held (layers))
    {
      g_warning ("The worker is not held: layers 0x%x", layers);
      *why = HY_RENDER_ERROR_UNSAFE;
      return FALSE;
    }
  g_mutex_lock (&self->mutex);
  self->layers = layers;
  g_mutex_unlock (&self->mutex);
  return TRUE;
}

static gboolean
start (HyRenderProcess *self,
       HyRenderError *why)
{
  HyRenderContainer container = hy_render_spawn_choose ();
  gboolean silent;
  int status;

  if (start_in (self, container, why, &silent))
    return TRUE;
  status = reap (self);
  if (container == HY_RENDER_PLAIN || is_closing (self) || !(silent || (WIFEXITED (status) && WEXITSTATUS (status) == CONTAINER_FAILED)))
    return FALSE;
  /* It was the namespaces that could not be made: many systems forbid them, and on some the attempt hangs, which would cost
   * that time again for each document and show none.  The worker's own layers still hold it. */
  g_info ("No namespaces for workers on this system");
  hy_render_spawn_give_up (container);
  return start_in (self, HY_RENDER_PLAIN, why, &silent);
}

/* -- on the thread: one request -- */

static gboolean
exchange (HyRenderProcess *self,
          HyRenderAsked *asked,
          int fd,
          guint timeout_ms,
          HyWireReply *reply,
          HyRenderAnswer *answer,
          GError **error)
{
  gsize received;

  asked->request.serial = ++self->serial;
  if (!send_request (self, &asked->request, fd))
    return FALSE;
  if (!wait_for (self, g_get_monotonic_time () + timeout_ms * (gint64) 1000))
    return FALSE;
  received = receive (self, reply);
  *answer = hy_render_check_reply (asked, reply, received, error);
  return *answer != HY_RENDER_ANSWER_NONSENSE;
}

/* What the worker wrote, where it can change it no more. */
static GBytes *
copy_out (int fd,
          gsize size)
{
  g_autofree guint8 *copy = g_try_malloc (MAX (size, 1));
  gsize done = 0;

  while (copy != NULL && done < size)
    {
      ssize_t n = pread (fd, copy + done, size - done, (off_t) done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return NULL;
      done += (gsize) n;
    }
  return copy != NULL ? g_bytes_new_take (g_steal_pointer (&copy), size) : NULL;
}

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

/* Pixels say nothing that is acted on, so the worker may keep its hand in them; and the size is sealed. */
static gboolean
read_pixels (const HyWireRequest *request,
             int fd,
             GValue *value)
{
  gpointer address = mmap (NULL, request->size, PROT_READ, MAP_SHARED, fd, 0);
  g_autoptr (GBytes) bytes = NULL;
  Mapping *mapping;

  if (address == MAP_FAILED)
    return FALSE;
  mapping = g_new (Mapping, 1);
  mapping->address = address;
  mapping->size = request->size;
  bytes = g_bytes_new_with_free_func (address, request->size, mapping_free, mapping);
  g_value_init (value, HY_TYPE_RENDER_PIXELS);
  g_value_take_boxed (value, hy_render_pixels_new (bytes, request->width, request->height, request->stride));
  return TRUE;
}

static gboolean
read_answer (HyRenderProcess *self,
             HyRenderJob *job,
             const HyWireReply *reply,
             int fd,
             GValue *value)
{
  g_autoptr (GBytes) copy = NULL;

  switch (job->asked.request.verb)
    {
    case HY_WIRE_OPEN:
      g_value_init (value, HY_TYPE_RENDER_DOCUMENT);
      g_value_take_object (value, hy_render_document_new (self, reply));
      return TRUE;
    case HY_WIRE_DRAW:
      return read_pixels (&job->asked.request, fd, value);
    default:
      copy = copy_out (fd, reply->size);
      return copy != NULL && hy_render_read_value (&job->asked, copy, value);
    }
}

/* Asks once, or again with as much room as is needed.
 * Returns: %FALSE when the worker is done for; else @error or @value */
static gboolean
run_job (HyRenderProcess *self,
         HyRenderJob *job,
         GValue *value,
         GError **error)
{
  HyRenderAnswer answer = HY_RENDER_ANSWER_MORE_ROOM;

  while (answer == HY_RENDER_ANSWER_MORE_ROOM)
    {
      HyWireReply reply;
      gboolean sound;
      int fd = job->document != NULL ? hy_render_memfd_document (job->document, error)
                                     : hy_render_memfd_room (job->asked.request.size, error);

      /* No memory: ours to say, and no fault of the worker's. */
      if (fd < 0)
        return TRUE;
      g_clear_pointer (&job->document, g_bytes_unref);
      sound = exchange (self, &job->asked, fd, job->timeout_ms, &reply, &answer, error);
      explicit_bzero (job->asked.request.password, sizeof job->asked.request.password);
      if (sound && answer == HY_RENDER_ANSWER_OK)
        sound = read_answer (self, job, &reply, fd, value);
      close (fd);
      if (!sound)
        return FALSE;
      if (answer == HY_RENDER_ANSWER_MORE_ROOM)
        {
          /* Once: who then wants still more is playing. */
          job->asked.request.size = reply.size;
          job->asked.max = 0;
        }
    }
  return TRUE;
}

/* Turns "the whole page" into a rectangle.  Returns: as run_job() */
static gboolean
measure (HyRenderProcess *self,
         HyRenderJob *job,
         GError **error)
{
  g_autoptr (HyRenderJob) sizes = hy_render_job_new (HY_WIRE_SIZES, job->asked.request.page, job->timeout_ms);
  HyWireRequest *draw = &job->asked.request;
  g_auto (GValue) value = G_VALUE_INIT;
  HyWireSize size;
  double width, height;

  sizes->asked.request.count = 1;
  sizes->asked.request.size = sizeof (HyWireSize);
  if (!run_job (self, sizes, &value, error))
    return FALSE;
  if (*error != NULL)
    return TRUE;
  size = g_array_index ((GArray *) g_value_get_boxed (&value), HyWireSize, 0);
  width = ceil ((double) (draw->rotation % 180 == 0 ? size.width : size.height) * draw->scale);
  height = ceil ((double) (draw->rotation % 180 == 0 ? size.height : size.width) * draw->scale);
  if (width > HY_WIRE_MAX_SIDE || height > HY_WIRE_MAX_SIDE || width * height > HY_WIRE_MAX_PIXELS)
    {
      g_propagate_error (error, hy_render_new_error (HY_RENDER_ERROR_TOO_LARGE));
      return TRUE;
    }
  draw->width = (guint32) MAX (width, 1);
  draw->height = (guint32) MAX (height, 1);
  return TRUE;
}

/* Returns: whether the worker may be asked again */
static gboolean
answer_job (HyRenderProcess *self,
            HyRenderJob *job)
{
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean opening = job->asked.request.verb == HY_WIRE_OPEN;
  GError *error = NULL;
  gboolean sound = TRUE;

  if (is_unwanted (job))
    {
      reject (job, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "no longer wanted"));
      return TRUE;
    }
  if (job->whole)
    sound = measure (self, job, &error);
  if (sound && error == NULL)
    {
      if (job->asked.request.verb == HY_WIRE_DRAW)
        {
          job->asked.request.stride = job->asked.request.width * 4;
          job->asked.request.size = (guint64) job->asked.request.stride * job->asked.request.height;
        }
      sound = run_job (self, job, &value, &error);
    }
  if (!sound)
    {
      g_clear_error (&error);
      g_debug ("worker stopped at verb %u", job->asked.request.verb);
      reap (self);
      reject (job, hy_render_new_error (HY_RENDER_ERROR_STOPPED));
    }
  else if (error != NULL)
    reject (job, error);
  else
    {
      unwatch_open (job);
      hy_answer (job->promise, &value, NULL);
    }
  /* One document a worker: after a refusal it is of no more use. */
  return sound && !(opening && error != NULL);
}

/* -- all of them, until Hygie ends -- */

/* Milliseconds that leaving may take for it: killing one takes one or two. */
#define MAX_LEAVE_MS 2000

/* Workers die with Hygie by themselves, but bubblewrap while it starts one does not do so in all of its parts. */
static void
close_all (void)
{
  gint64 deadline = g_get_monotonic_time () + MAX_LEAVE_MS * (gint64) 1000;

  g_mutex_lock (&all_mutex);
  for (guint i = 0; i < all->len; i++)
    hy_render_process_close (all->pdata[i]);
  g_mutex_unlock (&all_mutex);
  while (hy_render_process_count () > 0 && g_get_monotonic_time () < deadline)
    g_usleep (1000);
}

static void
remember (HyRenderProcess *self)
{
  g_mutex_lock (&all_mutex);
  if (all == NULL)
    {
      all = g_ptr_array_new_with_free_func ((GDestroyNotify) hy_render_process_unref);
      atexit (close_all);
    }
  g_ptr_array_add (all, hy_render_process_ref (self));
  g_mutex_unlock (&all_mutex);
}

static void
forget (HyRenderProcess *self)
{
  g_mutex_lock (&all_mutex);
  g_ptr_array_remove_fast (all, self);
  g_mutex_unlock (&all_mutex);
}

/* -- the thread -- */

/* Returns: (nullable): the next job; %NULL when there is an end */
static HyRenderJob *
next_job (HyRenderProcess *self)
{
  for (;;)
    {
      HyRenderJob *job = NULL;
      gboolean closing;

      g_mutex_lock (&self->mutex);
      closing = self->closing;
      if (!closing)
        job = g_queue_pop_head (&self->jobs);
      g_mutex_unlock (&self->mutex);
      if (closing || job != NULL)
        return job;
      /* A word that nobody asked for, or its end. */
      if (wait_for (self, 0))
        return NULL;
    }
}

/* Lets others have the processor first, but for somebody who asks already, or an end. */
static void
wait_to_start (HyRenderProcess *self)
{
  gint64 deadline = g_get_monotonic_time () + self->delay_ms * (gint64) 1000;
  gint64 left_us;
  gboolean asked = FALSE;

  while (!asked && (left_us = deadline - g_get_monotonic_time ()) > 0)
    {
      struct pollfd woken = { .fd = self->wake, .events = POLLIN };

      poll (&woken, 1, (int) (left_us / 1000 + 1));
      g_mutex_lock (&self->mutex);
      asked = self->closing || !g_queue_is_empty (&self->jobs);
      g_mutex_unlock (&self->mutex);
    }
}

static gpointer
process_thread (gpointer data)
{
  HyRenderProcess *self = data;
  HyRenderError why = HY_RENDER_ERROR_STOPPED;
  HyRenderJob *job;
  /* Without the eventfd (too many files are open) nothing could wake the thread. */
  gboolean sound = self->wake >= 0;

  if (sound && self->delay_ms > 0)
    wait_to_start (self);
  sound = sound && start (self, &why);
  while (sound && (job = next_job (self)))
    {
      sound = answer_job (self, job);
      hy_render_job_free (job);
    }
  stop (self, why);
  forget (self);
  hy_render_process_unref (self);
  g_atomic_int_add (&n_processes, -1);
  return NULL;
}

/**
 * hy_render_process_new:
 * @delay_ms: to wait before it is started, unless it is asked something before
 *
 * Starts a worker; does not wait for it.  It lives until it is closed or does something wrong, whoever has a reference.
 */
HyRenderProcess *
hy_render_process_new (guint delay_ms)
{
  HyRenderProcess *self = g_new0 (HyRenderProcess, 1);

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->mutex);
  g_queue_init (&self->jobs);
  self->socket = -1;
  self->delay_ms = delay_ms;
  self->wake = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  g_atomic_int_inc (&n_processes);
  remember (self);
  g_thread_unref (g_thread_new ("render", process_thread, hy_render_process_ref (self)));
  return self;
}

HyRenderProcess *
hy_render_process_ref (HyRenderProcess *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
hy_render_process_unref (HyRenderProcess *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  if (self->wake >= 0)
    close (self->wake);
  g_mutex_clear (&self->mutex);
  g_free (self->stopped);
  g_free (self);
}
