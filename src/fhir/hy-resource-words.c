/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One walk over a resource, without recursion: what search may find in it, and what it refers to. */

#include "fhir/hy-resource-words.h"

#include "fhir/hy-narrative.h"

#include <string.h>

/* Enough for the longest letter as text; a resource that says more is found by what it says first. */
#define MAX_WORDS (1024 * 1024)
#define MAX_NARRATIVE (256 * 1024)
/* A List of a whole record has some hundreds; the bound keeps a made-up one from filling the link table. */
#define MAX_LINKS 1000
/* No server makes an address this long; longer ones are no references. */
#define MAX_LINK 4096
/* Longer texts are not compared with what is there already: they hardly ever come twice. */
#define MAX_COMPARED 256

typedef struct
{
  guint32 hash; /* 0 = free */
  guint32 start;
  guint32 length;
} Slot;

/* Texts in order, each once, with line ends between them. */
typedef struct
{
  GString *text;
  Slot *slots;
  guint n_slots; /* a power of two */
  guint n_used;
} Bag;

static void
bag_init (Bag *bag)
{
  bag->text = g_string_sized_new (512);
  bag->n_slots = 64;
  bag->n_used = 0;
  bag->slots = g_new0 (Slot, bag->n_slots);
}

static void
bag_grow (Bag *bag)
{
  guint n_slots = bag->n_slots * 2;
  Slot *slots = g_new0 (Slot, n_slots);

  for (guint i = 0; i < bag->n_slots; i++)
    if (bag->slots[i].hash != 0)
      {
        guint at = bag->slots[i].hash & (n_slots - 1);

        while (slots[at].hash != 0)
          at = (at + 1) & (n_slots - 1);
        slots[at] = bag->slots[i];
      }
  g_free (bag->slots);
  bag->slots = slots;
  bag->n_slots = n_slots;
}

/* Returns %FALSE when the text is there already, or there is no room for it. */
static gboolean
bag_add (Bag *bag,
         const char *text,
         gsize length)
{
  guint32 start;

  while (length > 0 && g_ascii_isspace (text[0]))
    text++, length--;
  while (length > 0 && g_ascii_isspace (text[length - 1]))
    length--;
  if (length == 0 || bag->text->len >= MAX_WORDS)
    return FALSE;
  if (bag->text->len + length > MAX_WORDS)
    {
      length = MAX_WORDS - bag->text->len;
      while (length > 0 && ((guchar) text[length] & 0xc0) == 0x80)
        length--;
    }
  start = (guint32) bag->text->len;
  if (length <= MAX_COMPARED)
    {
      guint32 hash = 2166136261u; /* FNV-1a */
      guint at;

      for (gsize i = 0; i < length; i++)
        hash = (hash ^ (guchar) text[i]) * 16777619u;
      hash = MAX (hash, 1);
      for (at = hash & (bag->n_slots - 1); bag->slots[at].hash != 0; at = (at + 1) & (bag->n_slots - 1))
        if (bag->slots[at].hash == hash && bag->slots[at].length == length &&
            memcmp (bag->text->str + bag->slots[at].start, text, length) == 0)
          return FALSE;
      bag->slots[at] = (Slot) { hash, start, (guint32) length };
      if (++bag->n_used * 2 > bag->n_slots)
        bag_grow (bag);
    }
  g_string_append_len (bag->text, text, (gssize) length);
  g_string_append_c (bag->text, '\n');
  return TRUE;
}

typedef enum
{
  TAKE_NOTHING,
  TAKE_TEXT,
  TAKE_NARRATIVE,
  TAKE_REFERENCE,
} Take;

/* By the name of the member that a string is in, at any depth. */
static Take
what_to_take (const char *key,
              gsize length)
{
  static const struct
  {
    const char *name;
    Take take;
  } names[] = {
    { "text", TAKE_TEXT },
    { "display", TAKE_TEXT },
    { "div", TAKE_NARRATIVE },
    { "reference", TAKE_REFERENCE },
    { "additionalText", TAKE_TEXT },
    { "alias", TAKE_TEXT },
    { "city", TAKE_TEXT },
    { "comment", TAKE_TEXT },
    { "conclusion", TAKE_TEXT },
    { "country", TAKE_TEXT },
    { "description", TAKE_TEXT },
    { "district", TAKE_TEXT },
    { "family", TAKE_TEXT },
    { "given", TAKE_TEXT },
    { "label", TAKE_TEXT },
    { "line", TAKE_TEXT },
    { "lotNumber", TAKE_TEXT },
    { "name", TAKE_TEXT },
    { "patientInstruction", TAKE_TEXT },
    { "purpose", TAKE_TEXT },
    { "state", TAKE_TEXT },
    { "summary", TAKE_TEXT },
    { "title", TAKE_TEXT },
    { "valueMarkdown", TAKE_TEXT },
  };

  /* valueString, contentString, onsetString and so on */
  if (length > 6 && memcmp (key + length - 6, "String", 6) == 0)
    return TAKE_TEXT;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (names[i].name[0] == key[0] && strlen (names[i].name) == length && memcmp (names[i].name, key, length) == 0)
      return names[i].take;
  return TAKE_NOTHING;
}

typedef struct
{
  HyJson *json;
  const char *data;
  Bag words;
  Bag links_seen;
  GPtrArray *links;
} Walk;

static void
take_string (Walk *walk,
             HyJsonNode node,
             Take take)
{
  HyJsonSpan span = hy_json_span (walk->json, node);
  const char *text = walk->data + span.start + 1;
  gsize length = span.end - span.start - 2;
  g_autofree char *plain = NULL;

  if (memchr (text, '\\', length) != NULL)
    {
      text = plain = hy_json_dup_string (walk->json, node);
      length = strlen (plain);
    }
  if (take == TAKE_TEXT)
    bag_add (&walk->words, text, length);
  else if (take == TAKE_NARRATIVE)
    {
      g_autoptr (GString) narrative = g_string_new (NULL);

      if (length > MAX_NARRATIVE)
        {
          length = MAX_NARRATIVE;
          while (length > 0 && ((guchar) text[length] & 0xc0) == 0x80)
            length--;
        }
      hy_narrative_append_text (narrative, text, length);
      bag_add (&walk->words, narrative->str, narrative->len);
    }
  else if (length > 0 && length <= MAX_LINK && text[0] != '#' && walk->links->len < MAX_LINKS &&
           bag_add (&walk->links_seen, text, length))
    g_ptr_array_add (walk->links, g_strndup (text, length));
}

/* A number with its unit, digits as received: "4.50 mmol/L". */
static void
take_number (Walk *walk,
             HyJsonNode node)
{
  HyJsonNode quantity = hy_json_parent (walk->json, node);
  HyJsonNode unit = hy_json_member (walk->json, quantity, "unit");
  g_autofree char *number = NULL;
  g_autofree char *unit_text = NULL;
  g_autofree char *both = NULL;

  if (unit == 0)
    unit = hy_json_member (walk->json, quantity, "code");
  number = hy_json_dup_number (walk->json, node);
  unit_text = hy_json_dup_string (walk->json, unit);
  both = g_strconcat (number, unit_text != NULL ? " " : NULL, unit_text, NULL);
  bag_add (&walk->words, both, strlen (both));
}

static void
take_value (Walk *walk,
            HyJsonNode node,
            HyJsonKind kind)
{
  HyJsonSpan key = hy_json_key_span (walk->json, node);
  const char *name;
  gsize length;

  if (key.end == 0)
    key = hy_json_key_span (walk->json, hy_json_parent (walk->json, node));
  name = walk->data + key.start;
  length = key.end - key.start;
  if (length == 0)
    return;
  if (kind == HY_JSON_STRING)
    {
      Take take = what_to_take (name, length);

      if (take != TAKE_NOTHING)
        take_string (walk, node, take);
    }
  else if ((length == 5 || length == 12) && memcmp (name, "value", 5) == 0 &&
           (length == 5 || memcmp (name, "valueInteger", 12) == 0 || memcmp (name, "valueDecimal", 12) == 0))
    take_number (walk, node);
}

/**
 * hy_resource_words_collect:
 * @subject: the reference to whom it is about, left out of the words and links; 0 when there is none
 * @title: what is found by the title need not be here too
 * @more: (nullable): texts with line ends between them, taken first
 * @links: (element-type utf8): every other literal reference is added, each once, at most 1000; none to contained ones
 *
 * Takes texts and displays of codings, names, comments, string values, numbers with their unit, and the text of the
 * narrative (its first 256 KiB); each text once.
 *
 * Returns: (transfer full): the texts with a line end behind each, at most 1 MiB; may be empty
 */
char *
hy_resource_words_collect (HyJson *json,
                           HyJsonNode resource,
                           HyJsonNode subject,
                           const char *title,
                           const char *more,
                           GPtrArray *links)
{
  Walk walk = { .json = json, .data = hy_json_get_text (json, NULL), .links = links };
  g_autofree char *subject_text = hy_json_dup_string (json, hy_json_member (json, subject, "reference"));
  HyJsonNode node = hy_json_first (json, resource);
  gsize begin;

  bag_init (&walk.words);
  bag_init (&walk.links_seen);
  bag_add (&walk.words, title, strlen (title));
  begin = walk.words.text->len;
  if (subject_text != NULL)
    bag_add (&walk.links_seen, subject_text, strlen (subject_text));
  for (const char *line = more; line != NULL && *line != 0;)
    {
      gsize length = strcspn (line, "\n");

      bag_add (&walk.words, line, length);
      line += length + (line[length] == '\n');
    }

  while (node != 0)
    {
      HyJsonKind kind = hy_json_kind (json, node);
      HyJsonNode next = 0;

      if (kind == HY_JSON_STRING || kind == HY_JSON_NUMBER)
        take_value (&walk, node, kind);
      else if (node != subject)
        next = hy_json_first (json, node);
      while (next == 0 && node != resource)
        {
          next = hy_json_next (json, node);
          node = hy_json_parent (json, node);
        }
      node = next;
    }
  g_free (walk.words.slots);
  g_free (walk.links_seen.slots);
  g_string_free (walk.links_seen.text, TRUE);
  g_string_erase (walk.words.text, 0, (gssize) begin);
  return g_string_free (walk.words.text, FALSE);
}
