/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "space/hy-session.h"

G_BEGIN_DECLS

/* A vault with one space in a temporary folder, unlocked; gone with the test. */
typedef struct {
  char *dir;
  HySession *session;
  HySpace *space;
  HyAccess *access; /* the owner's; not owned here */
} HyTestSpace;

HyTestSpace *hy_test_space_new        (void);
void         hy_test_space_free       (HyTestSpace *self);
HyAccess    *hy_test_space_new_reader (HyTestSpace *self); /* may read everything and change nothing */
gpointer     hy_test_await_boxed      (DexFuture *future);
void         hy_test_await            (DexFuture *future);
void         hy_test_iterate_until    (gboolean (*done) (gpointer data), gpointer data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyTestSpace, hy_test_space_free)

G_END_DECLS
