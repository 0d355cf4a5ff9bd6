/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "render/hy-render.h"

#include <sys/types.h>

G_BEGIN_DECLS

/* How workers are started and how long they may take.  Tests change it before they start the first. */
typedef struct {
  const char *program;
  gboolean    contain;     /* in namespaces of its own, where that works */
  guint       start_ms;    /* until it is ready: fontconfig may have to read all fonts once */
  guint       page_ms;     /* SECURITY-DESIGN 5.1: one page */
  guint       document_ms; /* ... opening, reading, all pages */
} HyRenderSettings;

HyRenderSettings *hy_render_get_settings (void);

/* -- what comes back, checked: hy-render-values.c -- */

typedef enum {
  HY_RENDER_ANSWER_OK,
  HY_RENDER_ANSWER_MORE_ROOM,
  HY_RENDER_ANSWER_REFUSED,  /* with an error; the worker goes on */
  HY_RENDER_ANSWER_NONSENSE, /* the worker is not to be trusted any more */
} HyRenderAnswer;

/* What one was asked, and what is known of the document. */
typedef struct {
  HyWireRequest request; /* its size is that of the memfd */
  gsize         max;     /* bytes that may be asked for with MORE_ROOM; 0: not at all */
  guint         n_pages;
} HyRenderAsked;

GError         *hy_render_new_error     (HyRenderError code);
gboolean        hy_render_check_hello   (const HyWireReply *reply, gsize received);
gboolean        hy_render_is_held       (guint layers);
HyRenderAnswer  hy_render_check_reply   (const HyRenderAsked *asked, const HyWireReply *reply, gsize received, GError **error);
gboolean        hy_render_read_value    (const HyRenderAsked *asked, GBytes *copy, GValue *value);
gboolean        hy_render_is_address    (const char *uri);
HyRenderPixels *hy_render_pixels_new    (GBytes *bytes, guint width, guint height, guint stride);

/* -- one worker: hy-render-process.c -- */

typedef struct _HyRenderProcess HyRenderProcess;

typedef struct {
  HyRenderAsked asked;
  GBytes       *document;    /* OPEN */
  guint         timeout_ms;
  gboolean      whole;       /* DRAW: the whole page, whose size is asked first */
  GCancellable *cancellable; /* nullable */
  DexPromise   *promise;
  gulong        on_dropped;  /* OPEN: of the promise's own cancellable */
} HyRenderJob;

HyRenderJob     *hy_render_job_new              (HyWireVerb verb, guint page, guint timeout_ms);
void             hy_render_job_free             (HyRenderJob *job);

HyRenderProcess *hy_render_process_new          (guint delay_ms);
HyRenderProcess *hy_render_process_ref          (HyRenderProcess *self);
void             hy_render_process_unref        (HyRenderProcess *self);
DexFuture       *hy_render_process_ask          (HyRenderProcess *self, HyRenderJob *job);
void             hy_render_process_close        (HyRenderProcess *self);
gboolean         hy_render_process_is_stopped   (HyRenderProcess *self);
guint            hy_render_process_get_layers   (HyRenderProcess *self);
pid_t            hy_render_process_get_pid      (HyRenderProcess *self); /* 0 when it has ended */
guint            hy_render_process_count        (void);                  /* of threads with a worker */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyRenderProcess, hy_render_process_unref)

/* -- starting one: hy-render-spawn.c -- */

typedef enum {
  HY_RENDER_PLAIN,      /* the worker holds itself */
  HY_RENDER_BUBBLEWRAP, /* ... inside namespaces */
  HY_RENDER_FLATPAK,    /* ... inside Flatpak's own sandbox */
} HyRenderContainer;

HyRenderContainer hy_render_spawn_choose   (void);
void              hy_render_spawn_give_up  (HyRenderContainer container); /* it does not work here */
gboolean          hy_render_spawn          (HyRenderContainer container, int *socket, pid_t *pid, GError **error);
int               hy_render_memfd_document (GBytes *document, GError **error);
int               hy_render_memfd_room     (gsize size, GError **error);

/* -- made in the worker's thread once OPEN is answered: hy-render-document.c -- */
HyRenderDocument *hy_render_document_new         (HyRenderProcess *process, const HyWireReply *reply);
HyRenderProcess  *hy_render_document_get_process (HyRenderDocument *self);

G_END_DECLS
