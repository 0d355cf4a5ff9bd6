/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Narrative of a document as native widgets: paragraphs, headings, lists, tables, pictures, links.
 * Labels get text and attributes by position, never markup, and addresses open only after a question. */

#include "config.h"

#include "ui/viewer/hy-reading-blocks.h"

#include "render/hy-reading-wire.h"
#include "ui/viewer/hy-narrative-table.h"
#include "ui/viewer/hy-reading-link.h"
#include "ui/viewer/hy-reading-picture.h"
#include "ui/viewer/hy-reading-text.h"

#include <glib/gi18n.h>
#include <string.h>

/* Bytes of text that take as long to lay out as a widget does. */
#define BYTES_OF_COST 500
/* A longer text keeps this many characters of width: GTK would else lay it out a character wide to find its least width,
 * which takes a second for a word of 2000 letters. */
#define LONG_TEXT 100
#define LONG_TEXT_CHARS 12

/* What a text with a word of that length costs. */
#define WORD_COST 8

static void
spend (HyReadingMaker *maker,
       gsize cost)
{
  maker->left -= (guint) MIN (maker->left, cost);
}

HyReadingMaker *
hy_reading_maker_new (HyJson *json,
                      HyRenderDocument *document,
                      HyRenderer *renderer)
{
  HyReadingMaker *self = g_rc_box_new0 (HyReadingMaker);

  self->json = hy_json_ref (json);
  self->find = hy_reading_find_new (json);
  g_set_object (&self->document, document);
  g_set_object (&self->renderer, renderer);
  self->tables = g_hash_table_new (NULL, NULL);
  hy_reading_maker_begin (self);
  return self;
}

HyReadingMaker *
hy_reading_maker_ref (HyReadingMaker *self)
{
  return g_rc_box_acquire (self);
}

static void
clear_maker (gpointer data)
{
  HyReadingMaker *self = data;

  g_hash_table_unref (self->tables);
  hy_reading_find_free (self->find);
  g_clear_object (&self->renderer);
  g_clear_object (&self->document);
  hy_json_unref (self->json);
}

void
hy_reading_maker_unref (HyReadingMaker *self)
{
  g_rc_box_release_full (self, clear_maker);
}

/**
 * hy_reading_maker_begin:
 *
 * A unit begins: %HY_READING_UNIT_WIDGETS may be made again.
 */
void
hy_reading_maker_begin (HyReadingMaker *self)
{
  self->left = HY_READING_UNIT_WIDGETS;
  self->said_cut = FALSE;
}

/**
 * hy_reading_note_new:
 * @words: whole sentences
 *
 * What Hygie says about the document, in the midst of what the document says.
 */
GtkWidget *
hy_reading_note_new (const char *icon_name,
                     const char *words)
{
  GtkWidget *note = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *icon = g_object_new (GTK_TYPE_IMAGE, "icon-name", icon_name, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                                  "valign", GTK_ALIGN_START, NULL);
  GtkWidget *label = gtk_label_new (words);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_box_append (GTK_BOX (note), icon);
  gtk_box_append (GTK_BOX (note), label);
  gtk_widget_add_css_class (note, "reading-note");
  return note;
}

GtkWidget *
hy_reading_broken_new (void)
{
  return hy_reading_note_new ("dialog-warning-symbolic", _ ("This part could not be read."));
}

/**
 * hy_reading_cut_new:
 *
 * Where more would be made at once than the window can bear.
 *
 * Returns: (transfer floating) (nullable): a row that says so; %NULL when it has been said in this unit
 */
GtkWidget *
hy_reading_cut_new (HyReadingMaker *maker)
{
  if (maker->said_cut)
    return NULL;
  maker->said_cut = TRUE;
  return hy_reading_note_new ("dialog-information-symbolic",
                              _ ("The rest of this part is too long to be shown here. The document itself is kept as it was received."));
}

static gboolean
has_long_word (const char *text)
{
  const char *word = text;

  for (; *text != '\0'; text++)
    if (*text == ' ' || *text == '\n')
      word = text + 1;
    else if (text - word > LONG_TEXT)
      return TRUE;
  return FALSE;
}

static GtkWidget *
new_label (HyReadingMaker *maker,
           const char *text,
           gsize length,
           PangoAttrList *attributes,
           gsize base)
{
  g_autofree char *part = g_strndup (text + base, length);
  g_autoptr (PangoAttrList) of_part = pango_attr_list_copy (attributes);
  GtkWidget *label = gtk_label_new (part);

  if (base > 0)
    pango_attr_list_update (of_part, 0, (int) base, 0);
  /* A hyphen that the document does not have could change a value or a name. */
  pango_attr_list_insert (of_part, pango_attr_insert_hyphens_new (FALSE));
  gtk_label_set_attributes (GTK_LABEL (label), of_part);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  if (length > LONG_TEXT)
    gtk_label_set_width_chars (GTK_LABEL (label), LONG_TEXT_CHARS);
  spend (maker, has_long_word (part) ? WORD_COST : 1 + length / BYTES_OF_COST);
  return label;
}

/**
 * hy_reading_paragraph_new:
 * @text: [RUN]
 *
 * Returns: (transfer floating) (nullable): one label, or a box of several and of links; %NULL when there are no words
 */
GtkWidget *
hy_reading_paragraph_new (HyReadingMaker *maker,
                          HyJsonNode text)
{
  g_autoptr (HyReadingText) words = hy_reading_text_new (maker->json, text);
  gsize length = strlen (words->text), base = 0;
  GtkWidget *box, *label;

  if (length == 0 && !words->broken)
    return NULL;
  if (maker->left == 0)
    return hy_reading_cut_new (maker);
  if (!words->broken && words->links->len == 0 && hy_reading_text_get_cut (words->text) == length)
    {
      label = new_label (maker, words->text, length, words->attributes, 0);
      hy_reading_find_add_label (maker->find, text, 0, GTK_LABEL (label));
      return label;
    }
  box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  while (base < length && maker->left > 0)
    {
      gsize cut = hy_reading_text_get_cut (words->text + base);

      label = new_label (maker, words->text, cut, words->attributes, base);
      hy_reading_find_add_label (maker->find, text, base, GTK_LABEL (label));
      gtk_box_append (GTK_BOX (box), label);
      base += cut;
    }
  if (base < length && !maker->said_cut)
    gtk_box_append (GTK_BOX (box), hy_reading_cut_new (maker));
  for (guint i = 0; i < words->links->len; i++)
    gtk_box_append (GTK_BOX (box), hy_reading_link_new (g_ptr_array_index (words->links, i)));
  if (words->broken)
    gtk_box_append (GTK_BOX (box), hy_reading_broken_new ());
  return box;
}

/**
 * hy_reading_heading_new:
 * @text: [RUN], or a string; what is longer than one label shows is cut
 * @level: 2 and up for a heading; 0 for a caption, which is none
 */
GtkWidget *
hy_reading_heading_new (HyReadingMaker *maker,
                        HyJsonNode text,
                        guint level)
{
  g_autofree char *words = hy_reading_text_dup_plain (maker->json, text);
  gboolean long_text;
  GtkWidget *label;

  words[hy_reading_text_get_cut (words)] = '\0';
  long_text = strlen (words) > LONG_TEXT;
  label = g_object_new (GTK_TYPE_LABEL,
                        "accessible-role", level > 0 ? GTK_ACCESSIBLE_ROLE_HEADING : GTK_ACCESSIBLE_ROLE_LABEL,
                        "label", words, "wrap", TRUE, "wrap-mode", PANGO_WRAP_WORD_CHAR, "xalign", 0.0,
                        "width-chars", long_text ? LONG_TEXT_CHARS : -1, NULL);
  if (level > 0)
    gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_LEVEL, (int) level, -1);
  gtk_widget_add_css_class (label, level == 2 ? "title-4" : "heading");
  spend (maker, 1);
  hy_reading_find_add_label (maker->find, text, 0, GTK_LABEL (label));
  return label;
}

static GtkWidget *
new_list (HyReadingMaker *maker,
          HyJsonNode block,
          guint depth)
{
  gboolean ordered = hy_json_is_true (maker->json, hy_json_member (maker->json, block, "ordered"));
  GtkWidget *list = g_object_new (GTK_TYPE_BOX, "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 4,
                                  "accessible-role", GTK_ACCESSIBLE_ROLE_LIST, NULL);
  HyJsonNode item = hy_json_first (maker->json, hy_json_member (maker->json, block, "list"));
  guint number = 1;

  gtk_widget_add_css_class (list, "narrative-list");
  for (; item != 0; item = hy_json_next (maker->json, item))
    {
      GtkWidget *row, *marker, *content;
      g_autofree char *mark = NULL;

      if (maker->left == 0)
        {
          GtkWidget *cut = hy_reading_cut_new (maker);

          if (cut != NULL)
            gtk_box_append (GTK_BOX (list), cut);
          break;
        }
      /* Translators: the number of an item in a numbered list of a document: 1. */
      mark = ordered ? g_strdup_printf (C_ ("numbered list", "%u."), number++) : g_strdup ("\342\200\242");
      row = g_object_new (GTK_TYPE_BOX, "spacing", 8, "accessible-role", GTK_ACCESSIBLE_ROLE_LIST_ITEM, NULL);
      marker = g_object_new (GTK_TYPE_LABEL, "label", mark, "valign", GTK_ALIGN_START, "xalign", 1.0,
                             "width-chars", ordered ? 3 : 1,
                             "accessible-role", ordered ? GTK_ACCESSIBLE_ROLE_LABEL : GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
      content = hy_reading_blocks_new (maker, item, depth + 1);
      gtk_widget_set_hexpand (content, TRUE);
      gtk_box_append (GTK_BOX (row), marker);
      gtk_box_append (GTK_BOX (row), content);
      gtk_box_append (GTK_BOX (list), row);
      spend (maker, 1);
    }
  return list;
}

static GtkWidget *
new_image (HyReadingMaker *maker,
           HyJsonNode block,
           HyJsonNode image)
{
  g_autofree char *number = hy_json_dup_number (maker->json, image);
  g_autofree char *alt = hy_json_dup_string (maker->json, hy_json_member (maker->json, block, "alt"));
  HyJsonNode body, found;
  guint64 index;

  if (number == NULL || !g_ascii_string_to_unsigned (number, 10, 0, HY_READING_MAX_BODIES - 1, &index, NULL))
    return hy_reading_broken_new ();
  body = hy_json_at (maker->json, hy_json_member (maker->json, hy_json_root (maker->json), "bodies"), (guint) index);
  found = hy_json_member (maker->json, body, "found");
  if (body == 0)
    return hy_reading_broken_new ();
  /* The first of them is what the viewer calls the original document. */
  if (hy_json_string_equal (maker->json, found, "application/pdf"))
    return hy_reading_note_new ("mail-attachment-symbolic", _ ("Here the document holds a PDF file."));
  if (!hy_json_string_equal (maker->json, found, "image/png") && !hy_json_string_equal (maker->json, found, "image/jpeg") &&
      !hy_json_string_equal (maker->json, found, "image/tiff"))
    return hy_reading_note_new ("mail-attachment-symbolic", _ ("Here the document holds a file of another kind, which is not shown."));
  if (maker->document == NULL || maker->renderer == NULL)
    return hy_reading_note_new ("image-missing-symbolic", _ ("Here the document holds a picture, which could not be shown."));
  if (alt != NULL)
    alt[hy_reading_text_get_cut (alt)] = '\0';
  spend (maker, HY_READING_PICTURE_COST);
  return hy_reading_picture_new (maker->document, maker->renderer, (guint) index, alt);
}

/**
 * hy_reading_block_new:
 * @block: a BLOCK of hy-reading-wire.h
 * @depth: how many blocks it stands in
 *
 * Returns: (transfer floating) (nullable): a widget; %NULL when there is nothing to show.  What is no block is a row that says
 *   so.
 */
GtkWidget *
hy_reading_block_new (HyReadingMaker *maker,
                      HyJsonNode block,
                      guint depth)
{
  HyJsonNode member;

  if (maker->left == 0)
    return hy_reading_cut_new (maker);
  if (depth > HY_READING_SHOWN_DEPTH)
    return hy_reading_broken_new ();
  if ((member = hy_json_member (maker->json, block, "p")) != 0)
    return hy_reading_paragraph_new (maker, member);
  if (hy_json_kind (maker->json, member = hy_json_member (maker->json, block, "h")) == HY_JSON_ARRAY)
    return hy_reading_heading_new (maker, member, depth == 0 ? 4 : 0);
  if (hy_json_kind (maker->json, hy_json_member (maker->json, block, "list")) == HY_JSON_ARRAY)
    return new_list (maker, block, depth);
  if (hy_json_member (maker->json, block, "table") != 0)
    return hy_narrative_table_new (maker, block, depth);
  if ((member = hy_json_member (maker->json, block, "image")) != 0)
    return new_image (maker, block, member);
  spend (maker, 1);
  return hy_reading_broken_new ();
}

/**
 * hy_reading_blocks_new:
 * @blocks: [BLOCK], or 0 for none
 *
 * Returns: (transfer floating): a box of them
 */
GtkWidget *
hy_reading_blocks_new (HyReadingMaker *maker,
                       HyJsonNode blocks,
                       guint depth)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  spend (maker, 1);
  if (blocks != 0 && hy_json_kind (maker->json, blocks) != HY_JSON_ARRAY)
    gtk_box_append (GTK_BOX (box), hy_reading_broken_new ());
  for (HyJsonNode block = hy_json_first (maker->json, blocks); block != 0; block = hy_json_next (maker->json, block))
    {
      GtkWidget *widget = hy_reading_block_new (maker, block, depth);

      if (widget != NULL)
        gtk_box_append (GTK_BOX (box), widget);
      if (maker->left > 0 || hy_json_next (maker->json, block) == 0)
        continue;
      if ((widget = hy_reading_cut_new (maker)) != NULL)
        gtk_box_append (GTK_BOX (box), widget);
      break;
    }
  return box;
}

typedef struct
{
  HyReadingMaker *maker;
  guint unit;
  HyJsonNode table; /* the outermost; 0 = none */
  guint row;
} Place;

static guint add_texts (const Place *place, HyJsonNode block, guint depth);

static guint
add_texts_of_blocks (const Place *place,
                     HyJsonNode blocks,
                     guint depth)
{
  HyJson *json = place->maker->json;
  guint cost = 1;

  if (hy_json_kind (json, blocks) != HY_JSON_ARRAY)
    return cost;
  for (HyJsonNode block = hy_json_first (json, blocks); block != 0; block = hy_json_next (json, block))
    cost += add_texts (place, block, depth);
  return cost;
}

static guint
add_texts_of_table (const Place *place,
                    HyJsonNode block,
                    guint depth)
{
  HyJson *json = place->maker->json;
  g_autoptr (HyTable) table = hy_table_read (json, hy_json_member (json, block, "table"));
  guint cost = 4;

  hy_reading_find_add_text (place->maker->find, hy_json_member (json, block, "caption"), place->unit, place->table, place->row);
  for (guint i = 0; i < table->cells->len; i++)
    {
      const HyTableCell *cell = &g_array_index (table->cells, HyTableCell, i);
      Place inside = *place;
      guint of_cell;

      if (inside.table == 0)
        {
          inside.table = block;
          inside.row = cell->row;
        }
      of_cell = add_texts_of_blocks (&inside, cell->blocks, depth + 1);
      if (i < HY_NARRATIVE_TABLE_CELLS)
        cost += of_cell;
    }
  return cost;
}

static guint
add_texts (const Place *place,
           HyJsonNode block,
           guint depth)
{
  HyJson *json = place->maker->json;
  HyJsonNode member;
  guint cost = 1;

  if (depth > HY_READING_SHOWN_DEPTH)
    return cost;
  if ((member = hy_json_member (json, block, "p")) != 0 || (member = hy_json_member (json, block, "h")) != 0)
    {
      HyJsonSpan span = hy_json_span (json, member);

      hy_reading_find_add_text (place->maker->find, member, place->unit, place->table, place->row);
      cost += (guint) MIN ((span.end - span.start) / BYTES_OF_COST, HY_READING_UNIT_WIDGETS);
    }
  else if ((member = hy_json_member (json, block, "list")) != 0)
    for (HyJsonNode item = hy_json_first (json, member); item != 0; item = hy_json_next (json, item))
      cost += 1 + add_texts_of_blocks (place, item, depth + 1);
  else if (hy_json_member (json, block, "table") != 0)
    cost += add_texts_of_table (place, block, depth);
  else if (hy_json_member (json, block, "image") != 0)
    cost += HY_READING_PICTURE_COST;
  return MIN (cost, HY_READING_UNIT_WIDGETS);
}

/**
 * hy_reading_block_add_texts:
 * @unit: given back with what is found
 *
 * Makes the block's texts known to the maker's find, in the order that hy_reading_block_new shows them in.
 *
 * Returns: about how many widgets it will be
 */
guint
hy_reading_block_add_texts (HyReadingMaker *maker,
                            HyJsonNode block,
                            guint unit,
                            guint depth)
{
  Place place = { maker, unit, 0, 0 };

  return add_texts (&place, block, depth);
}
