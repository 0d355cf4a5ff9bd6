/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "space/hy-session.h"

G_BEGIN_DECLS

/* A vault and its only space, opened with the passphrase in the file that HYGIE_PASSPHRASE_FILE names. */
typedef struct {
  HySession *session;
  HySpace *space;
  HyAccess *access; /* not owned */
} BenchSpace;

BenchSpace *bench_space_open   (const char *dir);
void        bench_space_close  (BenchSpace *self);

HySecret   *bench_dup_passphrase (void);
gpointer    bench_await_object   (DexFuture *future);
gpointer    bench_await_boxed    (DexFuture *future);
void        bench_await          (DexFuture *future);

double      bench_now_ms  (void); /* monotonic */
double      bench_cpu_ms  (void); /* user and system time of this process */
double      bench_pss_mib (void); /* its memory, what it shares counted in part */
void        bench_say     (const char *name, double value);

G_END_DECLS
