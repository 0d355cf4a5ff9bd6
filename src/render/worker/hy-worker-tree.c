/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XML from outside as a tree of names, attributes and texts, made from libxml2's SAX calls: no entity, no DTD, no other
 * file, everything bounded.  Knows no health word. */

#include "render/worker/hy-worker-tree.h"

#include "render/hy-reading-wire.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <string.h>

#define BLOCK_BYTES (64 * 1024)

typedef struct _Block Block;
struct _Block
{
  Block *next;
  gsize used;
  gsize size;
  char *bytes;
};

struct _HyTree
{
  Block *blocks;
  xmlDictPtr names; /* of elements and attributes */
  GString *text;
  HyTreeNode *root;
};

typedef struct
{
  HyTree *tree;
  xmlParserCtxtPtr parser;
  HyTreeNode *here;
  HyWireStatus status;
  guint depth;
  guint n_nodes;
  guint n_spaces;                          /* in force */
  guint8 spaces[HY_READING_MAX_DEPTH + 1]; /* declared by each element that is open */
} Building;

/* --- Memory that goes as a whole */

static gpointer
take (HyTree *self,
      gsize size)
{
  Block *block = self->blocks;
  gpointer taken;

  size = (size + 7) & ~(gsize) 7;
  if (block == NULL || block->size - block->used < size)
    {
      gsize wanted = MAX (size, BLOCK_BYTES);

      block = g_new (Block, 1);
      block->next = self->blocks;
      block->used = 0;
      block->size = wanted;
      block->bytes = g_malloc (wanted);
      self->blocks = block;
    }
  taken = block->bytes + block->used;
  block->used += size;
  return taken;
}

/**
 * hy_tree_free:
 *
 * Frees the tree with all its nodes.
 */
void
hy_tree_free (HyTree *self)
{
  if (self == NULL)
    return;
  while (self->blocks != NULL)
    {
      Block *block = self->blocks;

      self->blocks = block->next;
      g_free (block->bytes);
      g_free (block);
    }
  if (self->names != NULL)
    xmlDictFree (self->names);
  g_string_free (self->text, TRUE);
  g_free (self);
}

/* --- What the bytes are written in */

static gboolean
in_utf16 (const guint8 *bytes,
          gsize size,
          gboolean *big)
{
  if (size < 4)
    return FALSE;
  *big = (bytes[0] == 0xfe && bytes[1] == 0xff) || (bytes[0] == 0 && bytes[1] == '<' && bytes[2] == 0);
  return *big || (bytes[0] == 0xff && bytes[1] == 0xfe) || (bytes[0] == '<' && bytes[1] == 0 && bytes[3] == 0);
}

static char *
dup_from_utf16 (const guint8 *bytes,
                gsize size,
                gboolean big,
                gsize *length)
{
  GString *text = g_string_sized_new (size / 2 + 8);

  for (gsize i = 0; i + 1 < size; i += 2)
    {
      gunichar unit = big ? (gunichar) bytes[i] << 8 | bytes[i + 1] : (gunichar) bytes[i + 1] << 8 | bytes[i];

      if (unit >= 0xd800 && unit < 0xdc00 && i + 3 < size)
        {
          gunichar low = big ? (gunichar) bytes[i + 2] << 8 | bytes[i + 3] : (gunichar) bytes[i + 3] << 8 | bytes[i + 2];

          if (low >= 0xdc00 && low < 0xe000)
            {
              unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
              i += 2;
            }
        }
      if (unit == 0xfeff && i < 2)
        continue;
      g_string_append_unichar (text, unit == 0 || (unit >= 0xd800 && unit < 0xe000) ? 0xfffd : unit);
    }
  *length = text->len;
  return g_string_free (text, FALSE);
}

/* Bytes 0x80 to 0x9f of Windows-1252, which is what calls itself ISO-8859-1; 0 where there is none. */
static const guint16 windows_1252[32] = {
  0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0,
  0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178
};

static gunichar
from_latin (guint8 byte,
            gboolean latin_9)
{
  static const struct
  {
    guint8 byte;
    guint16 is;
  } changed[] = { { 0xa4, 0x20ac }, { 0xa6, 0x160 }, { 0xa8, 0x161 }, { 0xb4, 0x17d }, { 0xb8, 0x17e }, { 0xbc, 0x152 }, { 0xbd, 0x153 }, { 0xbe, 0x178 } };

  if (latin_9)
    {
      for (gsize i = 0; i < G_N_ELEMENTS (changed); i++)
        {
          if (changed[i].byte == byte)
            return changed[i].is;
        }
    }
  if (byte >= 0x80 && byte < 0xa0)
    return windows_1252[byte - 0x80] != 0 ? windows_1252[byte - 0x80] : 0xfffd;
  return byte != 0 ? byte : 0xfffd;
}

/* More letters that are right in UTF-8 than bytes that are wrong: UTF-8 with a few bytes hurt. */
static gboolean
mostly_utf8 (const char *bytes,
             gsize size)
{
  gsize right = 0;
  gsize wrong = 0;
  const char *end = bytes + size;

  for (const char *at = bytes; at < end;)
    {
      gunichar found;

      if ((guint8) *at < 0x80)
        {
          at++;
          continue;
        }
      found = g_utf8_get_char_validated (at, end - at);
      if (found == (gunichar) -1 || found == (gunichar) -2)
        {
          wrong++;
          at++;
        }
      else
        {
          right++;
          at = g_utf8_next_char (at);
        }
    }
  return right > wrong;
}

static gboolean
declares (const char *bytes,
          gsize size,
          const char *encoding)
{
  g_autofree char *head = g_ascii_strdown (bytes, (gssize) MIN (size, 200));

  return strstr (head, encoding) != NULL;
}

/**
 * hy_tree_dup_utf8:
 * @document: a text in any encoding that XML or letters come in
 * @length: (out): bytes of the answer
 *
 * What the bytes are counts, not what is declared: documents that call themselves ISO-8859-1 or UTF-16 and are UTF-8 are
 * met.  The tables are here, for iconv would open files.
 *
 * Returns: (transfer full): UTF-8 without byte order mark, NUL-terminated
 */
char *
hy_tree_dup_utf8 (GBytes *document,
                  gsize *length)
{
  gsize size;
  const char *bytes = g_bytes_get_data (document, &size);
  gboolean big;
  gboolean latin_9;
  GString *text;

  if (in_utf16 ((const guint8 *) bytes, size, &big))
    return dup_from_utf16 ((const guint8 *) bytes, size, big, length);
  if (size >= 3 && memcmp (bytes, "\xef\xbb\xbf", 3) == 0)
    {
      bytes += 3;
      size -= 3;
    }
  while (size > 0 && bytes[size - 1] == 0)
    size--;
  if (size == 0 || g_utf8_validate_len (bytes, size, NULL))
    {
      char *copy = g_malloc (size + 1);

      if (size > 0)
        memcpy (copy, bytes, size);
      copy[size] = 0;
      *length = size;
      return copy;
    }
  if (mostly_utf8 (bytes, size))
    {
      char *copy = g_utf8_make_valid (bytes, (gssize) size);

      *length = strlen (copy);
      return copy;
    }
  latin_9 = declares (bytes, size, "8859-15");
  text = g_string_sized_new (size + size / 16);
  for (gsize i = 0; i < size; i++)
    g_string_append_unichar (text, from_latin ((guint8) bytes[i], latin_9));
  *length = text->len;
  return g_string_free (text, FALSE);
}

/* --- A look over the text before libxml2 has it */

/* Not g_str_has_prefix(), which measures the whole text each time. */
static gboolean
begins (const char *at,
        const char *mark)
{
  return strncmp (at, mark, strlen (mark)) == 0;
}

static const char *
behind (const char *at,
        const char *end,
        const char *mark)
{
  const char *found = memmem (at, (gsize) (end - at), mark, strlen (mark));

  return found != NULL ? found + strlen (mark) : end;
}

/* libxml2 2.9 compares the attributes of an element each with each before it tells us of them: a start tag with a
 * million of them would keep it for hours.  What is not well-formed is left to it. */
static gboolean
has_wide_tags (const char *text,
               gsize size)
{
  const char *end = text + size;

  for (const char *at = text; (at = memchr (at, '<', (gsize) (end - at))) != NULL;)
    {
      if (begins (at, "<!--"))
        at = behind (at, end, "-->");
      else if (begins (at, "<![CDATA["))
        at = behind (at, end, "]]>");
      else if (begins (at, "<?"))
        at = behind (at, end, "?>");
      else
        {
          guint n = 0;

          for (at++; at < end && *at != '>' && *at != '<'; at++)
            {
              if (*at == '=' && ++n > HY_TREE_MAX_ATTRIBUTES)
                return TRUE;
              if (*at == '"' || *at == '\'')
                {
                  const char *close = memchr (at + 1, *at, (gsize) (end - at - 1));

                  if (close == NULL)
                    return FALSE;
                  at = close;
                }
            }
        }
      if (at >= end)
        break;
    }
  return FALSE;
}

/* --- SAX */

static void
stop (Building *building,
      HyWireStatus status)
{
  if (building->status == HY_WIRE_OK)
    building->status = status;
  xmlStopParser (building->parser);
}

static HyTreeNode *
add_node (Building *building)
{
  HyTreeNode *node;

  if (building->status != HY_WIRE_OK)
    return NULL;
  if (++building->n_nodes > HY_TREE_MAX_NODES)
    {
      stop (building, HY_WIRE_TOO_LARGE);
      return NULL;
    }
  node = take (building->tree, sizeof *node);
  memset (node, 0, sizeof *node);
  node->parent = building->here;
  if (building->here == NULL)
    building->tree->root = node;
  else
    {
      if (building->here->last != NULL)
        building->here->last->next = node;
      else
        building->here->first = node;
      building->here->last = node;
    }
  return node;
}

static void
on_doctype (void *user_data,
            const xmlChar *name,
            const xmlChar *external,
            const xmlChar *system)
{
  stop (user_data, HY_WIRE_FORBIDDEN);
}

/* libxml2 hands '&' of attributes on as "&#38;" unless it replaces entities, which it must not do here. */
static char *
take_value (HyTree *tree,
            const char *start,
            gsize length)
{
  char *value = take (tree, length + 1);
  gsize n = 0;

  for (gsize i = 0; i < length; i++)
    {
      value[n++] = start[i];
      if (length - i >= 5 && memcmp (start + i, "&#38;", 5) == 0)
        i += 4;
    }
  value[n] = 0;
  return value;
}

static void
on_start (void *user_data,
          const xmlChar *name,
          const xmlChar *prefix,
          const xmlChar *space,
          int n_spaces,
          const xmlChar **spaces,
          int n_attributes,
          int n_defaulted,
          const xmlChar **attributes)
{
  Building *building = user_data;
  HyTreeNode *node;

  if (building->depth >= HY_READING_MAX_DEPTH || n_spaces > HY_TREE_MAX_ATTRIBUTES ||
      building->n_spaces + (guint) n_spaces > HY_TREE_MAX_NAMESPACES)
    {
      stop (building, HY_WIRE_TOO_LARGE);
      return;
    }
  if ((node = add_node (building)) == NULL)
    return;
  building->spaces[building->depth++] = (guint8) n_spaces;
  building->n_spaces += (guint) n_spaces;
  building->here = node;
  node->name = (const char *) name;
  node->space = (const char *) space;
  node->n = (gsize) n_attributes;
  if (n_attributes == 0)
    return;
  node->attributes = take (building->tree, sizeof *node->attributes * node->n);
  for (gsize i = 0; i < node->n; i++)
    {
      node->attributes[i].name = (const char *) attributes[i * 5];
      node->attributes[i].value = take_value (building->tree, (const char *) attributes[i * 5 + 3],
                                              (gsize) (attributes[i * 5 + 4] - attributes[i * 5 + 3]));
    }
}

static void
on_end (void *user_data,
        const xmlChar *name,
        const xmlChar *prefix,
        const xmlChar *space)
{
  Building *building = user_data;

  if (building->status != HY_WIRE_OK || building->depth == 0)
    return;
  building->n_spaces -= building->spaces[--building->depth];
  building->here = building->here->parent;
}

static void
on_text (void *user_data,
         const xmlChar *text,
         int length)
{
  Building *building = user_data;
  HyTreeNode *node = building->here != NULL ? building->here->last : NULL;

  if (building->here == NULL || building->status != HY_WIRE_OK || length <= 0)
    return;
  /* A text comes in pieces. */
  if (node == NULL || node->name != NULL)
    {
      if ((node = add_node (building)) == NULL)
        return;
      node->text_start = building->tree->text->len;
    }
  g_string_append_len (building->tree->text, (const char *) text, length);
  node->n += (gsize) length;
}

#if LIBXML_VERSION >= 21200
typedef const xmlError *XmlError;
#else
typedef xmlErrorPtr XmlError;
#endif

static void
on_error (void *user_data,
          XmlError error)
{
  /* The status says it; nothing of the document goes to a log. */
}

static xmlParserInputPtr
refuse_entity (const char *address,
               const char *id,
               xmlParserCtxtPtr parser)
{
  return NULL;
}

/**
 * hy_tree_parse:
 * @document: XML, HY_READING_MAX_XML bytes at most
 * @tree: (out): its elements, attributes and texts; comments and processing instructions are left out
 *
 * Namespaces that are not declared are borne, for archives come with such metadata.  Blanks before the XML declaration
 * and NULs behind the end are, too.
 *
 * Returns: FORBIDDEN with a DOCTYPE, TOO_LARGE beyond a bound, DAMAGED when it is not well-formed
 */
HyWireStatus
hy_tree_parse (GBytes *document,
               HyTree **tree)
{
  Building building = { NULL };
  g_autoptr (HyTree) made = NULL;
  g_autofree char *text = NULL;
  const char *start;
  gsize length;
  xmlSAXHandler handlers = {
    .internalSubset = on_doctype,
    .externalSubset = on_doctype,
    .startElementNs = on_start,
    .endElementNs = on_end,
    .characters = on_text,
    .ignorableWhitespace = on_text,
    .cdataBlock = on_text,
    .serror = on_error,
    .initialized = XML_SAX2_MAGIC,
  };

  if (g_bytes_get_size (document) > HY_READING_MAX_XML)
    return HY_WIRE_TOO_LARGE;
  start = text = hy_tree_dup_utf8 (document, &length);
  while (length > 0 && g_ascii_isspace (*start))
    {
      start++;
      length--;
    }
  if (length == 0)
    return HY_WIRE_DAMAGED;
  /* UTF-16 may have grown. */
  if (length > HY_READING_MAX_XML || has_wide_tags (start, length))
    return HY_WIRE_TOO_LARGE;

  xmlInitParser ();
  xmlSetExternalEntityLoader (refuse_entity);
  building.parser = xmlCreateMemoryParserCtxt (start, (int) length);
  if (building.parser == NULL)
    return HY_WIRE_DAMAGED;
  g_clear_pointer (&text, g_free); /* the parser has its own copy */
  building.tree = made = g_new0 (HyTree, 1);
  made->text = g_string_new (NULL);
  made->names = building.parser->dict;
  xmlDictReference (made->names);
  *building.parser->sax = handlers;
  building.parser->userData = &building;
  /* Debian 13's 2.9.14 has no XML_PARSE_NO_XXE; the entity loader refuses all the same. */
  xmlCtxtUseOptions (building.parser, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
  /* The options set handlers of their own. */
  building.parser->sax->serror = on_error;
  xmlParseDocument (building.parser);
  if (building.status == HY_WIRE_OK && (!building.parser->wellFormed || made->root == NULL))
    building.status = HY_WIRE_DAMAGED;
  xmlFreeParserCtxt (building.parser);
  if (building.status == HY_WIRE_OK)
    *tree = g_steal_pointer (&made);
  return building.status;
}

/* --- Reading */

/**
 * hy_tree_get_root:
 *
 * Returns: (transfer none): the outermost element
 */
HyTreeNode *
hy_tree_get_root (HyTree *self)
{
  return self->root;
}

/**
 * hy_tree_get_text:
 * @text: a node that is a text
 * @length: (out): its bytes
 *
 * Returns: (transfer none): UTF-8, not NUL-terminated
 */
const char *
hy_tree_get_text (HyTree *self,
                  HyTreeNode *text,
                  gsize *length)
{
  g_return_val_if_fail (text->name == NULL, NULL);
  *length = text->n;
  return self->text->str + text->text_start;
}

/**
 * hy_tree_is:
 * @node: (nullable): a node
 * @name: a local name
 *
 * Returns: whether it is an element of that name, in whatever namespace
 */
gboolean
hy_tree_is (HyTreeNode *node,
            const char *name)
{
  return node != NULL && node->name != NULL && strcmp (node->name, name) == 0;
}

/* Extensions (sdtc:) repeat names of the standard and mean something else; what has no namespace has lost it. */
static gboolean
is_own (HyTreeNode *node,
        HyTreeNode *parent)
{
  return node->space == NULL || parent->space == NULL || strcmp (node->space, parent->space) == 0;
}

/**
 * hy_tree_child:
 * @node: (nullable): an element
 * @name: a local name
 *
 * Returns: (transfer none) (nullable): its first child of that name in its own namespace
 */
HyTreeNode *
hy_tree_child (HyTreeNode *node,
               const char *name)
{
  for (HyTreeNode *child = node != NULL ? node->first : NULL; child != NULL; child = child->next)
    {
      if (hy_tree_is (child, name) && is_own (child, node))
        return child;
    }
  return NULL;
}

/**
 * hy_tree_next:
 * @node: an element
 * @name: a local name
 *
 * Returns: (transfer none) (nullable): the next of its siblings with that name in their parent's namespace
 */
HyTreeNode *
hy_tree_next (HyTreeNode *node,
              const char *name)
{
  for (HyTreeNode *sibling = node->next; sibling != NULL; sibling = sibling->next)
    {
      if (hy_tree_is (sibling, name) && is_own (sibling, node->parent))
        return sibling;
    }
  return NULL;
}

/**
 * hy_tree_path:
 * @node: (nullable): an element
 * @path: local names with slashes between
 *
 * Returns: (transfer none) (nullable): the first child, its first child..., of those names
 */
HyTreeNode *
hy_tree_path (HyTreeNode *node,
              const char *path)
{
  while (node != NULL && *path != 0)
    {
      const char *slash = strchrnul (path, '/');
      char name[64];

      g_return_val_if_fail ((gsize) (slash - path) < sizeof name, NULL);
      memcpy (name, path, (gsize) (slash - path));
      name[slash - path] = 0;
      node = hy_tree_child (node, name);
      path = *slash == 0 ? slash : slash + 1;
    }
  return node;
}

/**
 * hy_tree_following:
 * @node: a node
 * @top: the element that is walked through
 *
 * Returns: (transfer none) (nullable): the node behind @node in document order, or %NULL at the end of @top
 */
HyTreeNode *
hy_tree_following (HyTreeNode *node,
                   HyTreeNode *top)
{
  if (node->name != NULL && node->first != NULL)
    return node->first;
  while (node != top && node->next == NULL)
    node = node->parent;
  return node == top ? NULL : node->next;
}

/**
 * hy_tree_attribute:
 * @node: (nullable): an element
 * @name: a local name
 *
 * Returns: (transfer none) (nullable): the attribute's value when it is not empty
 */
const char *
hy_tree_attribute (HyTreeNode *node,
                   const char *name)
{
  for (gsize i = 0; node != NULL && node->name != NULL && i < node->n; i++)
    {
      if (strcmp (node->attributes[i].name, name) == 0)
        return *node->attributes[i].value != 0 ? node->attributes[i].value : NULL;
    }
  return NULL;
}

/**
 * hy_tree_dup_text:
 * @node: (nullable): an element
 * @max_bytes: of the text; the rest is left out
 *
 * Returns: (transfer full) (nullable): all text below the element with its white space folded, or %NULL when there is none
 */
char *
hy_tree_dup_text (HyTree *self,
                  HyTreeNode *node,
                  gsize max_bytes)
{
  GString *text;
  guint n_nodes = 0;
  gboolean blank = FALSE;

  if (node == NULL)
    return NULL;
  text = g_string_new (NULL);
  /* Elements without text could be walked through again and again. */
  for (HyTreeNode *at = node; at != NULL && text->len < max_bytes && n_nodes < 4096; at = hy_tree_following (at, node), n_nodes++)
    {
      if (at->name != NULL)
        {
          blank = blank || (!hy_tree_is (at, "content") && !hy_tree_is (at, "sub") && !hy_tree_is (at, "sup"));
          continue;
        }
      for (gsize i = 0; i < at->n && text->len < max_bytes; i++)
        {
          char ch = self->text->str[at->text_start + i];

          if (g_ascii_isspace (ch))
            {
              blank = TRUE;
              continue;
            }
          if (blank && text->len > 0)
            g_string_append_c (text, ' ');
          blank = FALSE;
          g_string_append_c (text, ch);
        }
    }
  if (text->len >= max_bytes)
    {
      const char *valid;

      if (!g_utf8_validate (text->str, (gssize) text->len, &valid))
        g_string_truncate (text, (gsize) (valid - text->str));
    }
  if (text->len == 0)
    {
      g_string_free (text, TRUE);
      return NULL;
    }
  return g_string_free (text, FALSE);
}
