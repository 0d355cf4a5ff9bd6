/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/hy-bundle-page.h"
#include "sync/hy-capabilities.h"
#include "sync/hy-sync-private.h"

G_BEGIN_DECLS

/* A pull, shared by its files.  On a fiber of the main loop. */
typedef struct {
  HySync *sync;
  HyCapabilities *can;
  gboolean first;         /* nothing came from there yet */
  GHashTable *mirrored;   /* nullable: "Type/id" to level + 1; read when a history needs it */
  GHashTable *keys;       /* nullable: "Type/id" met in a pull of everything, to see whether pages shifted */
  gboolean shifted;       /* pages moved while they were read: the ids are looked through afterwards */
  gboolean endless;       /* its pages do not end: what it lists says nothing */
  guint n_resources;
  gint64 server_ms;       /* the server's clock at its first answer; 0 = it does not say */
} HyPull;

/* Enough of a page that its time does not count, as the usual servers give. */
#define HY_PULL_PAGE 1000

typedef struct {
  HyBundleKind kind;
  const char *name;       /* of its cursor: "page.NAME" */
  const char *path;       /* of its first page */
  const char *type;       /* nullable: of what it asks for */
  gint64 walk;            /* of a history */
  gint64 newest_ms;       /* (out): of its first page; 0 = it has no entries */
  gint64 total;           /* (out): as the first page says; -1 = not */
  gint64 date_ms;         /* (out): the server's clock at the first page */
  gboolean changed;       /* (out): something was not as it is here */
  const char *refused;    /* (out): NULL = it went to its end; else the code of why not */
  char *detail;           /* (out) nullable: technical */
} HyPullWalk;

#define HY_PULL_WALK_INIT { .total = -1 }
void hy_pull_walk_clear (HyPullWalk *walk);

/* FALSE only for what ends the whole run.  What the server refuses is in walk->refused. */
gboolean    hy_pull_walk          (HyPull *pull, HyPullWalk *walk, GError **error);

/* One answer that is no page.  FALSE for what ends the run; else *code is NULL with a reply of 2xx, or why there is none. */
gboolean    hy_pull_get           (HyPull *pull, const char *path, HyFhirReply **reply, const char **code, char **detail, GError **error);
gboolean    hy_pull_judge_reply   (HyFhirReply *reply, const char **code, char **detail, GError **error);
gboolean    hy_pull_judge_error   (GError *from, const char **code, char **detail, GError **error);
gboolean    hy_pull_refuse        (HyPull *pull, const char *type, const char *id, const char *code, const char *detail, GError **error);
gboolean    hy_pull_store         (HyPull *pull, HyMirrorPage *page, GArray **results, GError **error); /* page is stolen */
const char *hy_pull_get_cursor    (HyPull *pull, const char *name);
gboolean    hy_pull_set_cursors   (HyPull *pull, GError **error, ...) G_GNUC_NULL_TERMINATED; /* name, value (nullable), ... NULL */
char       *hy_pull_choose_since  (HyPull *pull, gint64 newest_ms, gint64 date_ms); /* hy-pull.c */
char       *hy_pull_escape        (const char *value);
HyBundleTaking hy_pull_taking     (HyPull *pull, const char *type);

/* hy-pull-read.c: single resources by "Type/id", by batch where the server takes one. */
typedef struct {
  char *place;
  guint status;           /* 0 = it was not answered */
  GBytes *json;           /* nullable: the resource */
  char *detail;           /* nullable */
} HyPullRead;

GPtrArray  *hy_pull_read_all      (HyPull *pull, GPtrArray *places, GError **error); /* HyPullRead, in the order of places */

gboolean    hy_pull_deletions     (HyPull *pull, gboolean also_missing, GError **error); /* hy-pull-inventory.c */
gboolean    hy_pull_referred      (HyPull *pull, gboolean refresh, GError **error);      /* hy-pull-referred.c */

G_END_DECLS
