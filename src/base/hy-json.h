/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* Bounds of JSON from outside (SECURITY-DESIGN 5.2). */
#define HY_JSON_MAX_BYTES (50 * 1024 * 1024)
#define HY_JSON_MAX_DEPTH 64

typedef enum {
  HY_JSON_NONE, /* kind of the node 0: "no such value" */
  HY_JSON_OBJECT,
  HY_JSON_ARRAY,
  HY_JSON_STRING,
  HY_JSON_NUMBER,
  HY_JSON_TRUE,
  HY_JSON_FALSE,
  HY_JSON_NULL,
} HyJsonKind;

/* Byte offsets [start, end) into the bytes that were parsed. */
typedef struct {
  gsize start;
  gsize end;
} HyJsonSpan;

/* An immutable, ref-counted reading of JSON bytes: where each value stands.  The bytes stay as they are.
 * Safe to read from several threads at once. */
#define HY_TYPE_JSON (hy_json_get_type ())
typedef struct _HyJson HyJson;
/* A value in a HyJson; 0 is "none" and may be passed to every function below. */
typedef guint32 HyJsonNode;

GType       hy_json_get_type     (void);
HyJson     *hy_json_parse        (GBytes *bytes, GError **error);
HyJson     *hy_json_ref          (HyJson *self);
void        hy_json_unref        (HyJson *self);
GBytes     *hy_json_get_bytes    (HyJson *self);
const char *hy_json_get_text     (HyJson *self, gsize *length);

HyJsonNode  hy_json_root         (HyJson *self);
HyJsonKind  hy_json_kind         (HyJson *self, HyJsonNode node);
HyJsonSpan  hy_json_span         (HyJson *self, HyJsonNode node);
HyJsonNode  hy_json_parent       (HyJson *self, HyJsonNode node);
HyJsonNode  hy_json_first        (HyJson *self, HyJsonNode node);
HyJsonNode  hy_json_next         (HyJson *self, HyJsonNode node);
guint       hy_json_count        (HyJson *self, HyJsonNode node);
HyJsonNode  hy_json_member       (HyJson *self, HyJsonNode object, const char *name);
HyJsonNode  hy_json_at           (HyJson *self, HyJsonNode array, guint index);
HyJsonNode  hy_json_path         (HyJson *self, HyJsonNode node, const char *path);
char       *hy_json_dup_key      (HyJson *self, HyJsonNode node);
HyJsonSpan  hy_json_key_span     (HyJson *self, HyJsonNode node);
gboolean    hy_json_key_equal    (HyJson *self, HyJsonNode node, const char *name);

char       *hy_json_dup_string   (HyJson *self, HyJsonNode node);
gboolean    hy_json_string_equal (HyJson *self, HyJsonNode node, const char *text);
char       *hy_json_dup_number   (HyJson *self, HyJsonNode node);
gboolean    hy_json_is_true      (HyJson *self, HyJsonNode node);

/* One replacement; several must not overlap. */
typedef struct {
  HyJsonSpan  span;
  const char *text;
} HyJsonEdit;

GBytes     *hy_json_splice       (GBytes *bytes, const HyJsonEdit *edits, gsize n_edits);
GBytes     *hy_json_set_member   (HyJson *self, HyJsonNode object, const char *name, const char *value);
void        hy_json_append_quoted (GString *out, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyJson, hy_json_unref)

G_END_DECLS
