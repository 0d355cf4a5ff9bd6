/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "render/hy-render-wire.h"

G_BEGIN_DECLS

/* Bounds of the tree beside those of hy-reading-wire.h: a worker has 768 MiB of addresses and 20 s (SECURITY-DESIGN 5.1). */
#define HY_TREE_MAX_NODES 2000000    /* elements and texts: 64 bytes each */
#define HY_TREE_MAX_ATTRIBUTES 64    /* of one element: libxml2 compares each with each */
#define HY_TREE_MAX_NAMESPACES 512   /* declarations in force at once: libxml2 looks through all of them for each element */

typedef struct {
  const char *name;  /* local name */
  const char *value;
} HyTreeAttribute;

typedef struct _HyTreeNode HyTreeNode;

/* An element, or a text where name is NULL. */
struct _HyTreeNode {
  const char *name;  /* local name */
  const char *space; /* address of its namespace; NULL for none, or one that is not declared */
  HyTreeNode *parent;
  HyTreeNode *first;
  HyTreeNode *last;
  HyTreeNode *next;
  union {
    HyTreeAttribute *attributes;
    gsize text_start; /* into the tree's text */
  };
  gsize n; /* attributes, or bytes of the text */
};

typedef struct _HyTree HyTree;

HyWireStatus  hy_tree_parse        (GBytes *document, HyTree **tree);
void          hy_tree_free         (HyTree *self);
HyTreeNode   *hy_tree_get_root     (HyTree *self);
const char   *hy_tree_get_text     (HyTree *self, HyTreeNode *text, gsize *length);

gboolean      hy_tree_is           (HyTreeNode *node, const char *name);
HyTreeNode   *hy_tree_child        (HyTreeNode *node, const char *name);
HyTreeNode   *hy_tree_next         (HyTreeNode *node, const char *name);
HyTreeNode   *hy_tree_path         (HyTreeNode *node, const char *path);
HyTreeNode   *hy_tree_following    (HyTreeNode *node, HyTreeNode *top);
const char   *hy_tree_attribute    (HyTreeNode *node, const char *name);
char         *hy_tree_dup_text     (HyTree *self, HyTreeNode *node, gsize max_bytes);
char         *hy_tree_dup_utf8     (GBytes *document, gsize *length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyTree, hy_tree_free)

G_END_DECLS
