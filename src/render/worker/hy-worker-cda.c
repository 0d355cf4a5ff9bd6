/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A clinical document (HL7 CDA R2) that is open: its reading, its embedded files, its words.  The parts of the reading
 * are written by hy-worker-cda-header.c, -narrative.c and -results.c. */

#include "render/worker/hy-worker-cda.h"

#include "render/hy-reading-wire.h"

#include <string.h>

static const HyWorkerDocumentClass cda_class;

static void
cda_free (HyWorkerDocument *document)
{
  HyCda *self = (HyCda *) document;

  g_clear_pointer (&self->ids, g_hash_table_unref);
  g_clear_pointer (&self->bodies, g_array_unref);
  g_clear_pointer (&self->body_near, g_hash_table_unref);
  hy_tree_free (self->tree);
  g_free (self);
}

static void
find_ids (HyCda *self)
{
  for (HyTreeNode *at = self->clinical; at != NULL; at = hy_tree_following (at, self->clinical))
    {
      const char *id = hy_tree_attribute (at, "ID");

      if (id != NULL && !g_hash_table_contains (self->ids, id))
        g_hash_table_insert (self->ids, (gpointer) id, at);
    }
}

/**
 * hy_cda_open:
 * @tree: (transfer full): what was parsed
 * @clinical: (transfer none): its ClinicalDocument
 * @opened: (out): a reader of it
 *
 * Returns: OK
 */
HyWireStatus
hy_cda_open (HyTree *tree,
             HyTreeNode *clinical,
             HyWorkerDocument **opened)
{
  HyCda *self = g_new0 (HyCda, 1);

  self->parent.klass = &cda_class;
  self->parent.kind = HY_WIRE_KIND_CDA;
  self->tree = tree;
  self->clinical = clinical;
  self->ids = g_hash_table_new (g_str_hash, g_str_equal);
  self->bodies = g_array_new (FALSE, TRUE, sizeof (HyCdaBody));
  self->body_near = g_hash_table_new (NULL, NULL);
  find_ids (self);
  hy_cda_find_bodies (self);
  *opened = &self->parent;
  return HY_WIRE_OK;
}

static HyWireStatus
cda_read (HyWorkerDocument *document,
          GString *json)
{
  HyCda *self = (HyCda *) document;
  g_autofree HyOut *out = g_new0 (HyOut, 1);

  out->out = json;
  out->cut = self->bodies_cut;
  self->n_rows = 0;
  self->n_results = 0;
  hy_out_begin (out, NULL, '{');
  hy_out_string (out, "kind", "cda");
  hy_out_begin (out, "header", '{');
  hy_cda_write_header (self, out);
  hy_out_end_any (out);
  hy_out_begin (out, "bodies", '[');
  hy_cda_write_bodies (self, out);
  hy_out_end_any (out);
  hy_out_begin (out, "sections", '[');
  hy_cda_write_sections (self, out, hy_tree_path (self->clinical, "component/structuredBody"));
  hy_out_end_any (out);
  hy_out_true (out, "cut", out->cut);
  hy_out_end_any (out);
  if (out->full || json->len > HY_WIRE_MAX_TEXT)
    {
      g_string_truncate (json, 0);
      return HY_WIRE_TOO_LARGE;
    }
  return HY_WIRE_OK;
}

static HyWireStatus
cda_body (HyWorkerDocument *document,
          guint index,
          GBytes **body)
{
  HyCda *self = (HyCda *) document;

  if (index >= self->bodies->len)
    return HY_WIRE_BAD_REQUEST;
  *body = hy_cda_dup_body (self, index);
  return HY_WIRE_OK;
}

/* The words of a level 1 document are those of the file in it. */
static void
append_level1 (HyCda *self,
               GString *text)
{
  HyCdaBody *level1 = self->bodies->len > 0 ? &g_array_index (self->bodies, HyCdaBody, 0) : NULL;
  g_autoptr (GString) words = g_string_new (NULL);
  g_autoptr (GBytes) bytes = NULL;
  HyWorkerDocument *opened = NULL;
  HyWireStatus status = HY_WIRE_UNSUPPORTED;
  const char *type;

  if (level1 == NULL || !level1->level1)
    return;
  bytes = hy_cda_dup_body (self, 0);
  type = hy_cda_body_type (bytes, level1->media_type);
  /* No other kind: a clinical document in a clinical document would go on and on. */
  if (strcmp (type, "application/pdf") == 0)
    status = hy_worker_pdf_open (bytes, NULL, &opened);
  else if (g_str_has_prefix (type, "text/"))
    status = hy_worker_text_open (bytes, &opened);
  if (status != HY_WIRE_OK)
    return;
  if (opened->klass->text (opened, HY_WIRE_ALL, words) == HY_WIRE_OK && text->len + 1 + words->len <= HY_WIRE_MAX_TEXT)
    {
      if (text->len > 0)
        g_string_append_c (text, '\n');
      g_string_append_len (text, words->str, (gssize) words->len);
    }
  hy_worker_document_free (opened);
}

static HyWireStatus
cda_text (HyWorkerDocument *document,
          guint page,
          GString *text)
{
  HyCda *self = (HyCda *) document;
  HyTreeNode *body = hy_tree_path (self->clinical, "component/structuredBody");
  g_autofree char *title = hy_tree_dup_text (self->tree, hy_tree_child (self->clinical, "title"), HY_CDA_MAX_LINE);

  if (page != HY_WIRE_ALL)
    return HY_WIRE_BAD_REQUEST;
  if (title != NULL)
    g_string_append (text, title);
  if (body != NULL)
    hy_cda_append_words (self, body, text);
  append_level1 (self, text);
  return HY_WIRE_OK;
}

static const HyWorkerDocumentClass cda_class = {
  .free = cda_free,
  .text = cda_text,
  .read = cda_read,
  .body = cda_body,
};
