/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells what an XML document is and hands it to its reader: clinical document, or metadata of an archive. */

#include "render/worker/hy-worker-cda.h"
#include "render/worker/hy-worker-xdm.h"

#include <string.h>

/* Levels in which a clinical document or metadata is looked for: a style sheet, its template, an envelope around it. */
#define TOP_LEVELS 16

static guint
level_of (HyTreeNode *node)
{
  guint level = 0;

  for (; node->parent != NULL; node = node->parent)
    level++;
  return level;
}

/* The first element near the top that @matches, by document order. */
static HyTreeNode *
find_near_top (HyTreeNode *root,
               gboolean (*matches) (HyTreeNode *))
{
  guint n_looked_at = 0;

  for (HyTreeNode *at = root; at != NULL; at = hy_tree_following (at, root))
    {
      if (at->name != NULL && matches (at))
        return level_of (at) < TOP_LEVELS ? at : NULL;
      /* A style sheet of an official example has 9000 elements before it comes to the document. */
      if (++n_looked_at > HY_TREE_MAX_NODES)
        break;
    }
  return NULL;
}

static gboolean
is_clinical (HyTreeNode *node)
{
  return hy_tree_is (node, "ClinicalDocument") &&
         (node->space != NULL ? strcmp (node->space, HY_CDA_SPACE) == 0 : node->parent == NULL);
}

static gboolean
is_registry (HyTreeNode *node)
{
  return hy_tree_is (node, "SubmitObjectsRequest") || hy_tree_is (node, "RegistryObjectList") ||
         hy_tree_is (node, "ExtrinsicObject") || hy_tree_is (node, "RegistryPackage");
}

/**
 * hy_worker_xml_open:
 * @document: bytes that look like XML
 * @opened: (out): a reader of CDA or XDM metadata; keeps nothing of @document
 *
 * Style sheets are never run: a document that presents itself is found in it.
 *
 * Returns: UNSUPPORTED for other XML, FORBIDDEN with a DOCTYPE, DAMAGED, TOO_LARGE
 */
HyWireStatus
hy_worker_xml_open (GBytes *document,
                    HyWorkerDocument **opened)
{
  g_autoptr (HyTree) tree = NULL;
  HyTreeNode *found;
  HyWireStatus status = hy_tree_parse (document, &tree);

  if (status != HY_WIRE_OK)
    return status;
  if ((found = find_near_top (hy_tree_get_root (tree), is_clinical)) != NULL)
    return hy_cda_open (g_steal_pointer (&tree), found, opened);
  if (find_near_top (hy_tree_get_root (tree), is_registry) != NULL)
    return hy_xdm_open (g_steal_pointer (&tree), opened);
  return HY_WIRE_UNSUPPORTED;
}
