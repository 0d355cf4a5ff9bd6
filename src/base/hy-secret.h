/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define HY_TYPE_SECRET (hy_secret_get_type ())
typedef struct _HySecret HySecret;

GType         hy_secret_get_type    (void);
HySecret     *hy_secret_new         (gsize size);
HySecret     *hy_secret_new_random  (gsize size);
HySecret     *hy_secret_new_copy    (const void *bytes, gsize size);
HySecret     *hy_secret_ref         (HySecret *self);
void          hy_secret_unref       (HySecret *self);
gsize         hy_secret_get_size    (HySecret *self);
const guint8 *hy_secret_open        (HySecret *self);
guint8       *hy_secret_open_rw     (HySecret *self);
void          hy_secret_close       (HySecret *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HySecret, hy_secret_unref)

G_END_DECLS
