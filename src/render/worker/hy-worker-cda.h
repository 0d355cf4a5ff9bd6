/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "render/worker/hy-worker-document.h"
#include "render/worker/hy-worker-json.h"
#include "render/worker/hy-worker-tree.h"

G_BEGIN_DECLS

#define HY_CDA_SPACE "urn:hl7-org:v3"
#define HY_CDA_MAX_LINE 2000 /* bytes of a name, a title, a value: a reference could bring the whole narrative each time */

/* An embedded file. */
typedef struct {
  HyTreeNode *value;      /* the element with its bytes */
  const char *media_type; /* nullable; as declared */
  const char *id;         /* nullable */
  gboolean level1;
} HyCdaBody;

/* What is open: a clinical document. */
typedef struct {
  HyWorkerDocument parent;
  HyTree *tree;
  HyTreeNode *clinical;
  GHashTable *ids;       /* ID -> the element that has it */
  GArray *bodies;        /* HyCdaBody */
  GHashTable *body_near; /* element -> index + 1 of the first body in it */
  gboolean bodies_cut;
  guint n_rows;          /* of tables, and results, of the reading being written */
  guint n_results;
} HyCda;

HyWireStatus hy_cda_open           (HyTree *tree, HyTreeNode *clinical, HyWorkerDocument **opened);

void         hy_cda_find_bodies    (HyCda *self);
void         hy_cda_write_bodies   (HyCda *self, HyOut *out);
GBytes      *hy_cda_dup_body       (HyCda *self, guint index);
const char  *hy_cda_body_type      (GBytes *body, const char *declared);
int          hy_cda_find_body      (HyCda *self, const char *reference);

void         hy_cda_write_header   (HyCda *self, HyOut *out);
void         hy_cda_write_code     (HyCda *self, HyOut *out, const char *key, HyTreeNode *code);
void         hy_cda_write_sections (HyCda *self, HyOut *out, HyTreeNode *body);
void         hy_cda_write_blocks   (HyCda *self, HyOut *out, HyTreeNode *text, guint nesting);
void         hy_cda_append_words   (HyCda *self, HyTreeNode *top, GString *words);

gboolean     hy_cda_has_results    (HyCda *self, HyTreeNode *section);
void         hy_cda_write_results  (HyCda *self, HyOut *out, HyTreeNode *section);
char        *hy_cda_dup_label      (HyCda *self, HyTreeNode *code);
char        *hy_cda_dup_referred   (HyCda *self, HyTreeNode *text);

G_END_DECLS
