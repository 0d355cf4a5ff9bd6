/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Levels within each other that a reading may have: HY_JSON_MAX_DEPTH with some room. */
#define HY_OUT_MAX_DEPTH 60

/* JSON being written; what stays empty is taken back. */
typedef struct {
  GString *out;
  guint depth;
  gboolean full; /* beyond HY_WIRE_MAX_TEXT */
  gboolean cut;  /* something was left out */
  struct {
    gsize start;     /* where it began, with its comma and key */
    gboolean filled;
    char closing;
  } levels[HY_OUT_MAX_DEPTH + 1];
} HyOut;

void     hy_out_begin   (HyOut *self, const char *key, char opening);
void     hy_out_end     (HyOut *self);
void     hy_out_end_any (HyOut *self);
void     hy_out_string  (HyOut *self, const char *key, const char *value);
void     hy_out_number  (HyOut *self, const char *key, gsize value);
void     hy_out_true    (HyOut *self, const char *key, gboolean value);

char    *hy_hl7_dup_time (const char *time, gboolean utc);
char    *hy_hl7_dup_id   (const char *root, const char *extension);
void     hy_hl7_append_name (GString *name, const char *part);

G_END_DECLS
