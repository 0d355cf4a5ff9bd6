/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Owns the reading of JSON by byte spans: checks the whole text once (RFC 8259), notes where each value
 * stands, and never writes a value back from a tree.  Changes are splices of the bytes.
 * Pure: touches no file; a HyJson never changes after hy_json_parse. */

#include "config.h"

#include "base/hy-json.h"

#include "base/hy-error.h"

#include <glib/gi18n.h>
#include <string.h>

/* A FHIR Bundle has a value every 15 bytes at the closest, so 50 MiB of it stay well below.  The bound keeps
 * a hostile "[1,1,1,…" from turning 50 MiB into 600: 8 Mi nodes are 192 MiB. */
#define MAX_NODES (8 * 1024 * 1024)

/* Up to here comparing each key with each other is faster than sorting them. */
#define FEW_KEYS 16

enum
{
  KEY_ESCAPED = 1 << 0, /* the key's bytes hold a backslash */
  ESCAPED = 1 << 1,     /* the same for a string value */
};

/* Nodes lie in reading order, so an object's or array's first child is the node after it. */
typedef struct
{
  guint32 start;
  guint32 end; /* while a container is open: its last child so far, or 0 */
  guint32 key; /* offset of the opening quote; 0 = not a member */
  HyJsonNode next;
  HyJsonNode parent;
  guint16 key_length; /* bytes between the quotes; G_MAXUINT16 = that or longer */
  guint8 kind;
  guint8 flags;
} Node;

G_STATIC_ASSERT (sizeof (Node) == 24);
G_STATIC_ASSERT (HY_JSON_MAX_BYTES < G_MAXUINT32);

struct _HyJson
{
  gatomicrefcount refs;
  GBytes *bytes;
  const guchar *data; /* of @bytes */
  gsize size;
  Node *nodes;
  guint32 n_nodes;
};

G_DEFINE_BOXED_TYPE (HyJson, hy_json, hy_json_ref, hy_json_unref)

typedef enum
{
  FAULT_NONE,
  FAULT_SYNTAX,
  FAULT_UTF8,
  FAULT_DEPTH,
  FAULT_NODES,
  FAULT_TWICE,
} Fault;

typedef struct
{
  const guchar *data;
  const guchar *at;
  const guchar *end;
  Node *nodes;
  guint32 n_nodes;
  guint32 room; /* nodes that @nodes can hold */
  Fault fault;
  const guchar *fault_at;
} Parser;

static gboolean
fail (Parser *parser,
      Fault fault,
      const guchar *at)
{
  parser->fault = fault;
  parser->fault_at = at;
  return FALSE;
}

static void
skip_space (Parser *parser)
{
  const guchar *at = parser->at;
  const guchar *end = parser->end;

  while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
    at++;
  parser->at = at;
}

static gint
hex_value (const guchar *at)
{
  gint value = 0;

  for (guint i = 0; i < 4; i++)
    {
      gint digit = g_ascii_xdigit_value ((char) at[i]);

      if (digit < 0)
        return -1;
      value = value << 4 | digit;
    }
  return value;
}

/* Bytes of the UTF-8 sequence at @at; 0 when it is overlong, a surrogate, beyond U+10FFFF or cut. */
static guint
utf8_length (const guchar *at,
             const guchar *end)
{
  gsize left = (gsize) (end - at);
  guchar first = at[0];
  guchar low = 0x80;
  guchar high = 0xbf;
  guint length;

  if (first >= 0xc2 && first <= 0xdf)
    length = 2;
  else if ((first & 0xf0) == 0xe0)
    length = 3;
  else if (first >= 0xf0 && first <= 0xf4)
    length = 4;
  else
    return 0;
  if (left < length)
    return 0;
  if (first == 0xe0)
    low = 0xa0;
  else if (first == 0xed)
    high = 0x9f;
  else if (first == 0xf0)
    low = 0x90;
  else if (first == 0xf4)
    high = 0x8f;
  if (at[1] < low || at[1] > high)
    return 0;
  for (guint i = 2; i < length; i++)
    if ((at[i] & 0xc0) != 0x80)
      return 0;
  return length;
}

/* Not zero when one of the eight bytes is a quote, a backslash, a control character or not ASCII. */
static inline guint64
special_bytes (guint64 eight)
{
  const guint64 ones = G_GUINT64_CONSTANT (0x0101010101010101);
  const guint64 tops = G_GUINT64_CONSTANT (0x8080808080808080);
  guint64 quote = eight ^ ones * '"';
  guint64 backslash = eight ^ ones * '\\';

  return ((quote - ones) | (backslash - ones) | (eight - ones * 0x20) | eight) & tops;
}

/* Reads the escape whose backslash is at @at.  Returns its bytes, 0 when it is wrong. */
static guint
escape_length (const guchar *at,
               const guchar *end)
{
  gint unit;

  if (end - at < 2)
    return 0;
  switch (at[1])
    {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
      return 2;
    case 'u':
      break;
    default:
      return 0;
    }
  if (end - at < 6 || (unit = hex_value (at + 2)) < 0 || (unit >= 0xdc00 && unit <= 0xdfff))
    return 0;
  if (unit < 0xd800 || unit > 0xdbff)
    return 6;
  if (end - at < 12 || at[6] != '\\' || at[7] != 'u' || (unit = hex_value (at + 8)) < 0xdc00 || unit > 0xdfff)
    return 0;
  return 12;
}

/* From the opening quote to behind the closing one. */
static gboolean
read_string (Parser *parser,
             gboolean *escaped)
{
  const guchar *at = parser->at + 1;
  const guchar *end = parser->end;

  *escaped = FALSE;
  for (;;)
    {
      guint length;

      while (end - at >= 8)
        {
          guint64 eight;

          memcpy (&eight, at, 8);
          if (special_bytes (eight) != 0)
            break;
          at += 8;
        }
      while (at < end && *at >= 0x20 && *at < 0x80 && *at != '"' && *at != '\\')
        at++;
      if (at == end || *at < 0x20)
        return fail (parser, FAULT_SYNTAX, at);
      if (*at == '"')
        break;
      if (*at == '\\')
        {
          *escaped = TRUE;
          if ((length = escape_length (at, end)) == 0)
            return fail (parser, FAULT_SYNTAX, at);
        }
      else if ((length = utf8_length (at, end)) == 0)
        return fail (parser, FAULT_UTF8, at);
      at += length;
    }
  parser->at = at + 1;
  return TRUE;
}

static const guchar *
skip_digits (const guchar *at,
             const guchar *end)
{
  while (at < end && g_ascii_isdigit (*at))
    at++;
  return at;
}

static gboolean
read_number (Parser *parser)
{
  const guchar *at = parser->at;
  const guchar *end = parser->end;
  const guchar *digits;

  if (*at == '-')
    at++;
  digits = at;
  if (at < end && *at == '0')
    at++;
  else
    at = skip_digits (at, end);
  if (at == digits)
    return fail (parser, FAULT_SYNTAX, at);
  if (at < end && *at == '.')
    {
      digits = ++at;
      if ((at = skip_digits (at, end)) == digits)
        return fail (parser, FAULT_SYNTAX, at);
    }
  if (at < end && (*at == 'e' || *at == 'E'))
    {
      at++;
      if (at < end && (*at == '+' || *at == '-'))
        at++;
      digits = at;
      if ((at = skip_digits (at, end)) == digits)
        return fail (parser, FAULT_SYNTAX, at);
    }
  parser->at = at;
  return TRUE;
}

static gboolean
read_word (Parser *parser,
           const char *word)
{
  gsize length = strlen (word);

  if ((gsize) (parser->end - parser->at) < length || memcmp (parser->at, word, length) != 0)
    return fail (parser, FAULT_SYNTAX, parser->at);
  parser->at += length;
  return TRUE;
}

/* Writes @length checked bytes of a string without their escapes to @out, which has room for as many.
 * U+0000, which a C string cannot hold, becomes U+FFFD: six bytes become three. */
static gsize
unescape (const guchar *at,
          gsize length,
          char *out)
{
  const guchar *end = at + length;
  char *to = out;

  while (at < end)
    {
      const guchar *plain = memchr (at, '\\', (gsize) (end - at));
      gsize n = (gsize) ((plain != NULL ? plain : end) - at);
      gunichar ch;

      memcpy (to, at, n);
      to += n;
      at += n;
      if (at == end)
        break;
      switch (at[1])
        {
        case 'b':
          *to++ = '\b';
          break;
        case 'f':
          *to++ = '\f';
          break;
        case 'n':
          *to++ = '\n';
          break;
        case 'r':
          *to++ = '\r';
          break;
        case 't':
          *to++ = '\t';
          break;
        case 'u':
          ch = (gunichar) hex_value (at + 2);
          at += 4;
          if (ch >= 0xd800 && ch <= 0xdbff)
            {
              ch = 0x10000 + ((ch - 0xd800) << 10) + ((gunichar) hex_value (at + 4) - 0xdc00);
              at += 6;
            }
          to += g_unichar_to_utf8 (ch != 0 ? ch : 0xfffd, to);
          break;
        default:
          *to++ = (char) at[1];
        }
      at += 2;
    }
  return (gsize) (to - out);
}

/* Bytes between the quotes of the string that opens at @start. */
static gsize
string_length (const guchar *data,
               gsize start)
{
  gsize at = start + 1;

  for (; data[at] != '"'; at++)
    if (data[at] == '\\')
      at++;
  return at - start - 1;
}

static gsize
key_length (const guchar *data,
            const Node *node)
{
  return node->key_length < G_MAXUINT16 ? node->key_length : string_length (data, node->key);
}

typedef struct
{
  const char *text;
  gsize length;
  guint32 at;  /* where its quote stands */
  char *owned; /* when it had escapes */
} Key;

static void
key_clear (gpointer key)
{
  g_free (((Key *) key)->owned);
}

static gint
key_compare (gconstpointer a,
             gconstpointer b,
             gpointer unused)
{
  const Key *left = a;
  const Key *right = b;

  if (left->length != right->length)
    return left->length < right->length ? -1 : 1;
  return memcmp (left->text, right->text, left->length);
}

static gboolean
find_twice (Parser *parser,
            const Key *keys,
            gsize n_keys,
            gboolean sorted)
{
  for (gsize i = 1; i < n_keys; i++)
    for (gsize k = sorted ? i - 1 : 0; k < i; k++)
      if (key_compare (&keys[k], &keys[i], NULL) == 0)
        return fail (parser, FAULT_TWICE, parser->data + MAX (keys[k].at, keys[i].at));
  return TRUE;
}

/* Refuses an object that has one key twice.  Sorting, not hashing: no choice of keys makes it slow. */
static gboolean
check_keys (Parser *parser,
            HyJsonNode object)
{
  g_autoptr (GArray) many = NULL;
  Key few[FEW_KEYS];
  gsize n_few = 0;
  gboolean plain = TRUE;

  for (HyJsonNode child = object + 1; child != 0 && plain; child = parser->nodes[child].next)
    {
      const Node *node = &parser->nodes[child];

      if (n_few == FEW_KEYS || node->flags & KEY_ESCAPED)
        plain = FALSE;
      else
        few[n_few++] = (Key) { (const char *) parser->data + node->key + 1, key_length (parser->data, node), node->key, NULL };
    }
  if (plain)
    return find_twice (parser, few, n_few, FALSE);

  many = g_array_new (FALSE, FALSE, sizeof (Key));
  g_array_set_clear_func (many, key_clear);
  for (HyJsonNode child = object + 1; child != 0; child = parser->nodes[child].next)
    {
      const Node *node = &parser->nodes[child];
      Key key = { (const char *) parser->data + node->key + 1, key_length (parser->data, node), node->key, NULL };

      if (node->flags & KEY_ESCAPED)
        {
          key.owned = g_malloc (key.length + 1);
          key.length = unescape ((const guchar *) key.text, key.length, key.owned);
          key.text = key.owned;
        }
      g_array_append_val (many, key);
    }
  g_sort_array (many->data, many->len, sizeof (Key), key_compare, NULL);
  return find_twice (parser, (const Key *) (gpointer) many->data, many->len, TRUE);
}

/* One of 64 bits for a key.  Two keys that are equal share it; an object in which no two keys share one has
 * no key twice, and most objects end there. */
static guint64
key_bit (const guchar *key,
         gsize length,
         gboolean escaped)
{
  guint32 mixed;

  if (length == 0)
    return 1;
  mixed = (guint32) length * 31 + key[0] + (guint32) key[length / 2] * 7 + (guint32) key[length - 1] * 19;
  return escaped ? ~G_GUINT64_CONSTANT (0) : G_GUINT64_CONSTANT (1) << (mixed * 2654435769u >> 26);
}

static HyJsonNode
add_node (Parser *parser,
          HyJsonKind kind,
          HyJsonNode parent)
{
  HyJsonNode added = parser->n_nodes;
  Node *node;

  if (added == parser->room)
    {
      if (added >= MAX_NODES)
        {
          fail (parser, FAULT_NODES, parser->at);
          return 0;
        }
      parser->room = MIN (parser->room + parser->room / 2 + 16, MAX_NODES);
      parser->nodes = g_renew (Node, parser->nodes, parser->room);
    }
  node = &parser->nodes[added];
  *node = (Node) { .start = (guint32) (parser->at - parser->data), .parent = parent, .kind = (guint8) kind };
  if (parent != 0)
    {
      Node *container = &parser->nodes[parent];

      if (container->end != 0)
        parser->nodes[container->end].next = added;
      container->end = added;
    }
  parser->n_nodes++;
  return added;
}

static gboolean
parse (Parser *parser)
{
  guint64 seen[HY_JSON_MAX_DEPTH + 1]; /* key bits of each open object */
  guint64 shared = 0;                  /* open levels in which two keys share a bit; level 1 is bit 0 */
  HyJsonNode container = 0;
  guint depth = 0;

  G_STATIC_ASSERT (HY_JSON_MAX_DEPTH <= 64);
  for (;;)
    {
      HyJsonNode node;
      guint32 key = 0;
      gsize length = 0;
      gboolean escaped = FALSE;
      gboolean opened = FALSE;

      skip_space (parser);
      if (parser->at == parser->end)
        return fail (parser, FAULT_SYNTAX, parser->at);

      if (container != 0 && parser->nodes[container].kind == HY_JSON_OBJECT)
        {
          const guchar *quote = parser->at;
          guint64 bit;

          if (*quote != '"')
            return fail (parser, FAULT_SYNTAX, quote);
          if (!read_string (parser, &escaped))
            return FALSE;
          key = (guint32) (quote - parser->data);
          length = (gsize) (parser->at - quote) - 2;
          bit = key_bit (quote + 1, length, escaped);
          if (seen[depth] & bit)
            shared |= G_GUINT64_CONSTANT (1) << (depth - 1);
          seen[depth] |= bit;
          skip_space (parser);
          if (parser->at == parser->end || *parser->at != ':')
            return fail (parser, FAULT_SYNTAX, parser->at);
          parser->at++;
          skip_space (parser);
          if (parser->at == parser->end)
            return fail (parser, FAULT_SYNTAX, parser->at);
        }

      if ((node = add_node (parser, HY_JSON_NONE, container)) == 0)
        return FALSE;
      parser->nodes[node].key = key;
      parser->nodes[node].key_length = (guint16) MIN (length, G_MAXUINT16);
      parser->nodes[node].flags = escaped ? KEY_ESCAPED : 0;

      switch (*parser->at)
        {
        case '{':
        case '[':
          if (depth == HY_JSON_MAX_DEPTH)
            return fail (parser, FAULT_DEPTH, parser->at);
          parser->nodes[node].kind = *parser->at == '{' ? HY_JSON_OBJECT : HY_JSON_ARRAY;
          parser->at++;
          container = node;
          seen[++depth] = 0;
          shared &= ~(G_GUINT64_CONSTANT (1) << (depth - 1));
          opened = TRUE;
          break;
        case '"':
          parser->nodes[node].kind = HY_JSON_STRING;
          if (!read_string (parser, &escaped))
            return FALSE;
          if (escaped)
            parser->nodes[node].flags |= ESCAPED;
          break;
        case 't':
          parser->nodes[node].kind = HY_JSON_TRUE;
          if (!read_word (parser, "true"))
            return FALSE;
          break;
        case 'f':
          parser->nodes[node].kind = HY_JSON_FALSE;
          if (!read_word (parser, "false"))
            return FALSE;
          break;
        case 'n':
          parser->nodes[node].kind = HY_JSON_NULL;
          if (!read_word (parser, "null"))
            return FALSE;
          break;
        default:
          parser->nodes[node].kind = HY_JSON_NUMBER;
          if (!read_number (parser))
            return FALSE;
        }
      if (!opened)
        parser->nodes[node].end = (guint32) (parser->at - parser->data);

      /* Behind a value, or behind a bracket that may close at once. */
      for (;;)
        {
          Node *open = &parser->nodes[container];
          guchar ch;

          skip_space (parser);
          if (container == 0)
            return parser->at == parser->end || fail (parser, FAULT_SYNTAX, parser->at);
          if (parser->at == parser->end)
            return fail (parser, FAULT_SYNTAX, parser->at);
          ch = *parser->at;
          if (ch == ',' && !opened)
            {
              parser->at++;
              break;
            }
          if (ch != (open->kind == HY_JSON_OBJECT ? '}' : ']'))
            {
              if (opened)
                break;
              return fail (parser, FAULT_SYNTAX, parser->at);
            }
          parser->at++;
          open->end = (guint32) (parser->at - parser->data);
          if (shared & G_GUINT64_CONSTANT (1) << (depth - 1) && !check_keys (parser, container))
            return FALSE;
          container = open->parent;
          depth--;
          opened = FALSE;
        }
    }
}

static void
set_error (GError **error,
           const Parser *parser)
{
  guint line = 1;
  guint column = 1;
  gsize offset = (gsize) (parser->fault_at - parser->data);

  for (const guchar *at = parser->data; at < parser->fault_at; at++)
    if (*at == '\n')
      {
        line++;
        column = 1;
      }
    else if ((*at & 0xc0) != 0x80)
      column++;

  switch (parser->fault)
    {
    case FAULT_UTF8:
      g_set_error (error, HY_ERROR, HY_ERROR_REFUSED,
                   _ ("This file is not valid JSON: it holds a character that is not UTF-8 at line %u, column %u (byte %zu). "
                      "Nothing was changed. Ask its sender for a new copy."),
                   line, column, offset);
      break;
    case FAULT_DEPTH:
      g_set_error (error, HY_ERROR, HY_ERROR_REFUSED,
                   _ ("This file is nested deeper than %u levels at line %u, column %u (byte %zu), "
                      "which no health record is. Nothing was changed. Ask its sender for a new copy."),
                   HY_JSON_MAX_DEPTH, line, column, offset);
      break;
    case FAULT_NODES:
      g_set_error (error, HY_ERROR, HY_ERROR_REFUSED,
                   _ ("This file holds more than %u values. Nothing was changed. Ask its sender for it in smaller files."),
                   MAX_NODES);
      break;
    case FAULT_TWICE:
      g_set_error (error, HY_ERROR, HY_ERROR_REFUSED,
                   _ ("This file gives two values to one name at line %u, column %u (byte %zu), "
                      "and nobody can tell which one is right. Nothing was changed. Ask its sender for a new copy."),
                   line, column, offset);
      break;
    case FAULT_NONE:
    case FAULT_SYNTAX:
    default:
      g_set_error (error, HY_ERROR, HY_ERROR_REFUSED,
                   _ ("This file is not valid JSON: something is wrong at line %u, column %u (byte %zu). "
                      "Nothing was changed. Ask its sender for a new copy."),
                   line, column, offset);
    }
}

/**
 * hy_json_parse:
 * @bytes: one JSON value; a byte order mark and white space around it are allowed
 *
 * Checks every byte and notes where each value stands, in one pass without recursion.  Keeps a reference
 * to @bytes, which may be a slice of larger ones; copies nothing.
 *
 * Shape: at most HY_JSON_MAX_BYTES bytes and HY_JSON_MAX_DEPTH levels; valid UTF-8; whole surrogate pairs;
 * no key twice in one object.
 *
 * Returns: (transfer full) (nullable): the reading
 * Errors: HY_ERROR_REFUSED with line, column (in characters, from 1) and byte (from 0)
 */
HyJson *
hy_json_parse (GBytes *bytes,
               GError **error)
{
  Parser parser = { 0 };
  HyJson *self;
  gsize size;

  g_return_val_if_fail (bytes != NULL, NULL);

  parser.data = g_bytes_get_data (bytes, &size);
  if (size > HY_JSON_MAX_BYTES)
    {
      g_set_error (error, HY_ERROR, HY_ERROR_REFUSED,
                   _ ("This file is larger than %u MB. Nothing was changed. Ask its sender for it in smaller files."),
                   HY_JSON_MAX_BYTES / (1024 * 1024));
      return NULL;
    }
  if (size == 0)
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_REFUSED,
                           _ ("This file is empty. Nothing was changed. Ask its sender for a new copy."));
      return NULL;
    }
  parser.at = parser.data;
  parser.end = parser.data + size;
  /* A resource of 1 KB has about 40 values; one growth at most is the usual case. */
  parser.room = (guint32) MIN (size / 24 + 16, MAX_NODES);
  parser.nodes = g_new (Node, parser.room);
  parser.nodes[0] = (Node) { 0 };
  parser.n_nodes = 1;
  if (size >= 3 && memcmp (parser.at, "\xef\xbb\xbf", 3) == 0)
    parser.at += 3;

  if (!parse (&parser))
    {
      set_error (error, &parser);
      g_free (parser.nodes);
      return NULL;
    }
  self = g_new (HyJson, 1);
  g_atomic_ref_count_init (&self->refs);
  self->bytes = g_bytes_ref (bytes);
  self->data = parser.data;
  self->size = size;
  self->nodes = parser.nodes;
  self->n_nodes = parser.n_nodes;
  return self;
}

HyJson *
hy_json_ref (HyJson *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
hy_json_unref (HyJson *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  g_bytes_unref (self->bytes);
  g_free (self->nodes);
  g_free (self);
}

/**
 * hy_json_get_bytes:
 *
 * Returns: (transfer none): the bytes that were parsed, as they were
 */
GBytes *
hy_json_get_bytes (HyJson *self)
{
  return self->bytes;
}

/**
 * hy_json_get_text:
 * @length: (out) (optional): bytes
 *
 * Returns: the bytes that were parsed; valid UTF-8, not ended by a NUL
 */
const char *
hy_json_get_text (HyJson *self,
                  gsize *length)
{
  if (length != NULL)
    *length = self->size;
  return (const char *) self->data;
}

static const Node *
get_node (HyJson *self,
          HyJsonNode node)
{
  g_return_val_if_fail (node < self->n_nodes, &self->nodes[0]);
  return &self->nodes[node];
}

HyJsonNode
hy_json_root (HyJson *self)
{
  return 1;
}

HyJsonKind
hy_json_kind (HyJson *self,
              HyJsonNode node)
{
  return get_node (self, node)->kind;
}

/**
 * hy_json_span:
 *
 * Returns: where the value stands, with its quotes or brackets; 0, 0 for none
 */
HyJsonSpan
hy_json_span (HyJson *self,
              HyJsonNode node)
{
  const Node *found = get_node (self, node);

  return (HyJsonSpan) { found->start, found->end };
}

HyJsonNode
hy_json_parent (HyJson *self,
                HyJsonNode node)
{
  return get_node (self, node)->parent;
}

/**
 * hy_json_first:
 *
 * Returns: the first member's value of an object, the first element of an array, or 0
 */
HyJsonNode
hy_json_first (HyJson *self,
               HyJsonNode node)
{
  return node != 0 && node + 1 < self->n_nodes && self->nodes[node + 1].parent == node ? node + 1 : 0;
}

/**
 * hy_json_next:
 *
 * Returns: the value after @node in the same object or array, or 0
 */
HyJsonNode
hy_json_next (HyJson *self,
              HyJsonNode node)
{
  return get_node (self, node)->next;
}

/**
 * hy_json_count:
 *
 * Returns: how many members or elements; walks them
 */
guint
hy_json_count (HyJson *self,
               HyJsonNode node)
{
  guint count = 0;

  for (HyJsonNode child = hy_json_first (self, node); child != 0; child = self->nodes[child].next)
    count++;
  return count;
}

/* Whether the @size bytes of a string, escaped or not, say the @length bytes of @text. */
static gboolean
bytes_equal (const guchar *at,
             gsize size,
             gboolean escaped,
             const char *text,
             gsize length)
{
  g_autofree char *plain = NULL;

  if (!escaped)
    return size == length && memcmp (at, text, length) == 0;
  if (size < length)
    return FALSE;
  plain = g_malloc (size + 1);
  return unescape (at, size, plain) == length && memcmp (plain, text, length) == 0;
}

static gboolean
key_equal (HyJson *self,
           const Node *node,
           const char *name,
           gsize length)
{
  if (node->key == 0 || (node->key_length != length && !(node->flags & KEY_ESCAPED) && node->key_length < G_MAXUINT16))
    return FALSE;
  return bytes_equal (self->data + node->key + 1, key_length (self->data, node), node->flags & KEY_ESCAPED, name, length);
}

static HyJsonNode
find_member (HyJson *self,
             HyJsonNode object,
             const char *name,
             gsize length)
{
  if (hy_json_kind (self, object) != HY_JSON_OBJECT)
    return 0;
  for (HyJsonNode child = hy_json_first (self, object); child != 0; child = self->nodes[child].next)
    if (key_equal (self, &self->nodes[child], name, length))
      return child;
  return 0;
}

/**
 * hy_json_member:
 *
 * Returns: the value of @name in @object; 0 when there is none or @object is not an object
 */
HyJsonNode
hy_json_member (HyJson *self,
                HyJsonNode object,
                const char *name)
{
  return find_member (self, object, name, strlen (name));
}

/**
 * hy_json_at:
 *
 * Walks the array; use hy_json_first and hy_json_next to visit all.
 *
 * Returns: the element at @index, from 0; 0 when there is none or @array is not an array
 */
HyJsonNode
hy_json_at (HyJson *self,
            HyJsonNode array,
            guint index)
{
  HyJsonNode child;

  if (hy_json_kind (self, array) != HY_JSON_ARRAY)
    return 0;
  child = hy_json_first (self, array);
  while (child != 0 && index-- > 0)
    child = self->nodes[child].next;
  return child;
}

/**
 * hy_json_path:
 * @path: member names and array indexes with dots between them: "name.0.given.1"
 *
 * A name that holds a dot cannot be reached this way.
 *
 * Returns: the value, or 0
 */
HyJsonNode
hy_json_path (HyJson *self,
              HyJsonNode node,
              const char *path)
{
  while (node != 0)
    {
      gsize length = strcspn (path, ".");

      if (hy_json_kind (self, node) == HY_JSON_ARRAY)
        {
          char *end;
          guint64 index = g_ascii_isdigit (*path) ? g_ascii_strtoull (path, &end, 10) : G_MAXUINT64;

          node = index < G_MAXUINT32 && end == path + length ? hy_json_at (self, node, (guint) index) : 0;
        }
      else
        node = find_member (self, node, path, length);
      if (path[length] == 0)
        break;
      path += length + 1;
    }
  return node;
}

/**
 * hy_json_dup_key:
 *
 * Returns: (transfer full) (nullable): the name of a member, without escapes; %NULL when @node is no member
 */
char *
hy_json_dup_key (HyJson *self,
                 HyJsonNode node)
{
  const Node *found = get_node (self, node);
  gsize length;
  char *text;

  if (found->key == 0)
    return NULL;
  length = key_length (self->data, found);
  text = g_malloc (length + 1);
  text[unescape (self->data + found->key + 1, length, text)] = 0;
  return text;
}

/**
 * hy_json_key_span:
 *
 * For those who look at every value and have many names to compare with.
 *
 * Returns: where the name of a member stands, without its quotes and with its escapes; 0, 0 when @node is no member
 */
HyJsonSpan
hy_json_key_span (HyJson *self,
                  HyJsonNode node)
{
  const Node *found = get_node (self, node);

  if (found->key == 0)
    return (HyJsonSpan) { 0, 0 };
  return (HyJsonSpan) { found->key + 1, found->key + 1 + key_length (self->data, found) };
}

gboolean
hy_json_key_equal (HyJson *self,
                   HyJsonNode node,
                   const char *name)
{
  return key_equal (self, get_node (self, node), name, strlen (name));
}

/**
 * hy_json_dup_string:
 *
 * Returns: (transfer full) (nullable): the string without escapes, U+0000 as U+FFFD; %NULL when @node is not a string
 */
char *
hy_json_dup_string (HyJson *self,
                    HyJsonNode node)
{
  const Node *found = get_node (self, node);
  gsize length;
  char *text;

  if (found->kind != HY_JSON_STRING)
    return NULL;
  length = found->end - found->start - 2;
  if (!(found->flags & ESCAPED))
    return g_strndup ((const char *) self->data + found->start + 1, length);
  text = g_malloc (length + 1);
  text[unescape (self->data + found->start + 1, length, text)] = 0;
  return text;
}

gboolean
hy_json_string_equal (HyJson *self,
                      HyJsonNode node,
                      const char *text)
{
  const Node *found = get_node (self, node);

  return found->kind == HY_JSON_STRING && bytes_equal (self->data + found->start + 1, found->end - found->start - 2,
                                                       found->flags & ESCAPED, text, strlen (text));
}

/**
 * hy_json_dup_number:
 *
 * Returns: (transfer full) (nullable): the number's characters as received; %NULL when @node is not a number
 */
char *
hy_json_dup_number (HyJson *self,
                    HyJsonNode node)
{
  const Node *found = get_node (self, node);

  return found->kind == HY_JSON_NUMBER ? g_strndup ((const char *) self->data + found->start, found->end - found->start)
                                       : NULL;
}

gboolean
hy_json_is_true (HyJson *self,
                 HyJsonNode node)
{
  return hy_json_kind (self, node) == HY_JSON_TRUE;
}

static gint
edit_compare (gconstpointer a,
              gconstpointer b,
              gpointer unused)
{
  const HyJsonEdit *left = a;
  const HyJsonEdit *right = b;

  if (left->span.start != right->span.start)
    return left->span.start < right->span.start ? -1 : 1;
  /* An insertion goes before the replacement that begins at the same byte. */
  return left->span.end < right->span.end ? -1 : left->span.end > right->span.end;
}

/**
 * hy_json_splice:
 * @edits: in any order; several insertions at one byte keep the order given
 *
 * Copies @bytes with each edit's span replaced by its text; an empty span inserts.  All other bytes stay.
 *
 * Returns: (transfer full): the new bytes
 */
GBytes *
hy_json_splice (GBytes *bytes,
                const HyJsonEdit *edits,
                gsize n_edits)
{
  g_autofree HyJsonEdit *sorted = NULL;
  GByteArray *out;
  const guint8 *data;
  gsize size;
  gsize total;
  gsize at = 0;

  data = g_bytes_get_data (bytes, &size);
  if (n_edits == 0)
    return g_bytes_ref (bytes);
  sorted = g_memdup2 (edits, n_edits * sizeof *edits);
  g_sort_array (sorted, n_edits, sizeof *sorted, edit_compare, NULL);
  total = size;
  for (gsize i = 0; i < n_edits; i++)
    {
      g_return_val_if_fail (sorted[i].span.start <= sorted[i].span.end && sorted[i].span.end <= size, NULL);
      g_return_val_if_fail (i == 0 || sorted[i - 1].span.end <= sorted[i].span.start, NULL);
      total += strlen (sorted[i].text);
    }

  out = g_byte_array_sized_new ((guint) total);
  for (gsize i = 0; i < n_edits; i++)
    {
      g_byte_array_append (out, data + at, (guint) (sorted[i].span.start - at));
      g_byte_array_append (out, (const guint8 *) sorted[i].text, (guint) strlen (sorted[i].text));
      at = sorted[i].span.end;
    }
  g_byte_array_append (out, data + at, (guint) (size - at));
  return g_byte_array_free_to_bytes (out);
}

/**
 * hy_json_set_member:
 * @value: the member's value as JSON text
 *
 * Replaces the value of @name, or adds the member behind the last one, spaced as that one is.
 *
 * Returns: (transfer full): the whole text with that one change
 */
GBytes *
hy_json_set_member (HyJson *self,
                    HyJsonNode object,
                    const char *name,
                    const char *value)
{
  g_autoptr (GString) added = NULL;
  HyJsonNode member;
  HyJsonNode last = 0;
  HyJsonEdit edit;

  g_return_val_if_fail (hy_json_kind (self, object) == HY_JSON_OBJECT, NULL);

  if ((member = hy_json_member (self, object, name)) != 0)
    {
      edit = (HyJsonEdit) { hy_json_span (self, member), value };
      return hy_json_splice (self->bytes, &edit, 1);
    }

  for (member = hy_json_first (self, object); member != 0; member = self->nodes[member].next)
    last = member;
  added = g_string_new (NULL);
  if (last == 0)
    {
      hy_json_append_quoted (added, name);
      g_string_append_printf (added, ":%s", value);
      edit.span.start = edit.span.end = self->nodes[object].start + 1;
    }
  else
    {
      const Node *node = &self->nodes[last];
      gsize before = node->key;
      gsize behind = node->key + key_length (self->data, node) + 2;

      while (strchr (" \t\r\n", self->data[before - 1]) != NULL)
        before--;
      g_string_append_c (added, ',');
      g_string_append_len (added, (const char *) self->data + before, (gssize) (node->key - before));
      hy_json_append_quoted (added, name);
      g_string_append_len (added, (const char *) self->data + behind, (gssize) (node->start - behind));
      g_string_append (added, value);
      edit.span.start = edit.span.end = node->end;
    }
  edit.text = added->str;
  return hy_json_splice (self->bytes, &edit, 1);
}

/**
 * hy_json_append_quoted:
 * @text: valid UTF-8
 *
 * Appends @text as a JSON string with its quotes.
 */
void
hy_json_append_quoted (GString *out,
                       const char *text)
{
  const char *plain = text;

  g_return_if_fail (g_utf8_validate (text, -1, NULL));

  g_string_append_c (out, '"');
  for (const char *at = text; *at != 0; at++)
    {
      guchar ch = (guchar) *at;

      if (ch >= 0x20 && ch != '"' && ch != '\\')
        continue;
      g_string_append_len (out, plain, at - plain);
      plain = at + 1;
      switch (ch)
        {
        case '"':
        case '\\':
          g_string_append_c (out, '\\');
          g_string_append_c (out, (char) ch);
          break;
        case '\n':
          g_string_append (out, "\\n");
          break;
        case '\r':
          g_string_append (out, "\\r");
          break;
        case '\t':
          g_string_append (out, "\\t");
          break;
        default:
          g_string_append_printf (out, "\\u%04x", ch);
        }
    }
  g_string_append (out, plain);
  g_string_append_c (out, '"');
}
