/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A help page as labels: text that can be selected, and links that take the focus. */

#include "config.h"

#include "ui/help/hy-help-blocks.h"

#include <string.h>

typedef struct
{
  GCallback on_link;
  gpointer user_data;
} Making;

static void add_blocks (GtkWidget *box, const HyHelpNode *node, const Making *making, guint depth);

static GtkWidget *
new_box (int spacing)
{
  return gtk_box_new (GTK_ORIENTATION_VERTICAL, spacing);
}

static GtkWidget *
new_paragraph (const HyHelpNode *node,
               const Making *making)
{
  g_autofree char *markup = hy_help_node_dup_markup (node);
  /* The focus selects all of a label that can be selected, and then Tab never comes to its links. */
  gboolean has_link = strstr (markup, "<a href") != NULL;
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", markup, "use-markup", TRUE, "selectable", !has_link, "wrap", TRUE,
                                   "wrap-mode", PANGO_WRAP_WORD_CHAR, "natural-wrap-mode", GTK_NATURAL_WRAP_NONE,
                                   "xalign", 0.f, "hexpand", TRUE, NULL);

  g_signal_connect (label, "activate-link", making->on_link, making->user_data);
  return label;
}

static GtkWidget *
new_heading (const HyHelpNode *node,
             const char *style)
{
  g_autofree char *text = hy_help_node_dup_plain (node);
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", text, "wrap", TRUE, "wrap-mode", PANGO_WRAP_WORD_CHAR,
                                   "natural-wrap-mode", GTK_NATURAL_WRAP_NONE,
                                   "xalign", 0.f, "accessible-role", GTK_ACCESSIBLE_ROLE_HEADING, NULL);

  gtk_widget_add_css_class (label, style);
  return label;
}

/* @steps: numbered */
static void
add_list (GtkWidget *box,
          const HyHelpNode *list,
          const Making *making,
          gboolean steps,
          guint depth)
{
  guint number = 0;

  for (guint i = 0; i < list->children->len; i++)
    {
      const HyHelpNode *item = list->children->pdata[i];
      g_autofree char *mark = NULL;
      GtkWidget *row, *sign, *content;

      if (g_strcmp0 (item->name, "item") != 0)
        continue;
      number++;
      mark = steps ? g_strdup_printf ("%u.", number) : g_strdup ("•");
      row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
      sign = g_object_new (GTK_TYPE_LABEL, "label", mark, "valign", GTK_ALIGN_START, "xalign", 1.f, NULL);
      if (steps)
        gtk_label_set_width_chars (GTK_LABEL (sign), 2);
      gtk_widget_add_css_class (sign, "numeric");
      gtk_widget_add_css_class (sign, "dimmed");
      content = new_box (6);
      gtk_widget_set_hexpand (content, TRUE);
      add_blocks (content, item, making, depth);
      gtk_box_append (GTK_BOX (row), sign);
      gtk_box_append (GTK_BOX (row), content);
      gtk_box_append (GTK_BOX (box), row);
    }
}

/* A word and what it means. */
static void
add_terms (GtkWidget *box,
           const HyHelpNode *list,
           const Making *making,
           guint depth)
{
  for (guint i = 0; i < list->children->len; i++)
    {
      const HyHelpNode *item = list->children->pdata[i];
      GtkWidget *content;

      if (g_strcmp0 (item->name, "item") != 0)
        continue;
      content = new_box (3);
      gtk_box_append (GTK_BOX (box), new_paragraph (hy_help_node_find (item, "title"), making));
      gtk_widget_set_margin_start (content, 18);
      add_blocks (content, item, making, depth);
      gtk_box_append (GTK_BOX (box), content);
    }
}

static GtkWidget *
new_screen (const HyHelpNode *node)
{
  g_autofree char *text = hy_help_node_dup_screen (node);
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", text, "selectable", TRUE, "wrap", TRUE,
                                   "wrap-mode", PANGO_WRAP_WORD_CHAR, "natural-wrap-mode", GTK_NATURAL_WRAP_NONE,
                                   "xalign", 0.f, NULL);

  gtk_widget_add_css_class (label, "monospace");
  gtk_widget_add_css_class (label, "help-screen");
  return label;
}

static void
add_blocks (GtkWidget *box,
            const HyHelpNode *node,
            const Making *making,
            guint depth)
{
  for (guint i = 0; i < node->children->len; i++)
    {
      const HyHelpNode *child = node->children->pdata[i];

      if (child->name == NULL)
        continue;
      if (g_str_equal (child->name, "p"))
        gtk_box_append (GTK_BOX (box), new_paragraph (child, making));
      else if (g_str_equal (child->name, "title") && g_strcmp0 (node->name, "item") != 0)
        gtk_box_append (GTK_BOX (box), new_heading (child, depth == 0 ? "title-2" : "title-4"));
      else if (g_str_equal (child->name, "list") || g_str_equal (child->name, "steps"))
        add_list (box, child, making, g_str_equal (child->name, "steps"), depth);
      else if (g_str_equal (child->name, "terms"))
        add_terms (box, child, making, depth);
      else if (g_str_equal (child->name, "screen"))
        gtk_box_append (GTK_BOX (box), new_screen (child));
      else if (g_str_equal (child->name, "note") || g_str_equal (child->name, "section"))
        {
          GtkWidget *inner = new_box (9);

          if (g_str_equal (child->name, "note"))
            gtk_widget_add_css_class (inner, "help-note");
          else
            gtk_widget_set_margin_top (inner, 12);
          add_blocks (inner, child, making, depth + 1);
          gtk_box_append (GTK_BOX (box), inner);
        }
      else if (!g_str_equal (child->name, "info") && !g_str_equal (child->name, "title"))
        g_warning ("help: no way to show <%s>", child->name);
    }
}

/**
 * hy_help_blocks_new:
 * @on_link: as of #GtkLabel::activate-link; gets "help:PAGE" or an address
 */
GtkWidget *
hy_help_blocks_new (const HyHelpNode *page,
                    GCallback on_link,
                    gpointer user_data)
{
  const Making making = { on_link, user_data };
  GtkWidget *box = new_box (12);

  add_blocks (box, page, &making, 0);
  return box;
}
