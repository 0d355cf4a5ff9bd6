/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* An element of a help page, or a run of its text (name NULL). */
typedef struct _HyHelpNode HyHelpNode;

struct _HyHelpNode
{
  char *name;
  char *text;
  char *id;
  char *xref;
  char *href;
  char *type;
  GPtrArray *children; /* of HyHelpNode */
};

void        hy_help_node_free      (HyHelpNode *node);
HyHelpNode *hy_help_text_load      (const char *page, GError **error);
GPtrArray  *hy_help_text_dup_pages (void);

const HyHelpNode *hy_help_node_find       (const HyHelpNode *node, const char *name);
char             *hy_help_node_dup_plain  (const HyHelpNode *node);
char             *hy_help_node_dup_markup (const HyHelpNode *node);
char             *hy_help_node_dup_screen (const HyHelpNode *node);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyHelpNode, hy_help_node_free)

G_END_DECLS
