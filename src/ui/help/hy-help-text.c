/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The help pages that are compiled in, as trees.  They are ours: Mallard as help/ uses it, read with GMarkup, and no XML
 * library comes into the window's process. */

#include "config.h"

#include "ui/help/hy-help-text.h"

#include <gio/gio.h>
#include <string.h>

#define PAGES "/io/github/hygie/Hygie/help"

static HyHelpNode *
node_new (const char *name)
{
  HyHelpNode *node = g_new0 (HyHelpNode, 1);

  node->name = g_strdup (name);
  node->children = g_ptr_array_new_with_free_func ((GDestroyNotify) hy_help_node_free);
  return node;
}

void
hy_help_node_free (HyHelpNode *node)
{
  g_free (node->name);
  g_free (node->text);
  g_free (node->id);
  g_free (node->xref);
  g_free (node->href);
  g_free (node->type);
  g_ptr_array_unref (node->children);
  g_free (node);
}

typedef struct
{
  HyHelpNode *root;
  GPtrArray *open; /* borrowed, outermost first */
} Reading;

static void
on_start (GMarkupParseContext *context G_GNUC_UNUSED,
          const char *name,
          const char **attributes,
          const char **values,
          gpointer user_data,
          GError **error G_GNUC_UNUSED)
{
  Reading *reading = user_data;
  HyHelpNode *node = node_new (name);

  for (guint i = 0; attributes[i] != NULL; i++)
    {
      char **place = g_str_equal (attributes[i], "id")     ? &node->id
                     : g_str_equal (attributes[i], "xref") ? &node->xref
                     : g_str_equal (attributes[i], "href") ? &node->href
                     : g_str_equal (attributes[i], "type") ? &node->type
                                                           : NULL;

      if (place != NULL)
        *place = g_strdup (values[i]);
    }
  if (reading->open->len > 0)
    g_ptr_array_add (((HyHelpNode *) reading->open->pdata[reading->open->len - 1])->children, node);
  else
    reading->root = node;
  g_ptr_array_add (reading->open, node);
}

static void
on_end (GMarkupParseContext *context G_GNUC_UNUSED,
        const char *name G_GNUC_UNUSED,
        gpointer user_data,
        GError **error G_GNUC_UNUSED)
{
  g_ptr_array_set_size (((Reading *) user_data)->open, (int) ((Reading *) user_data)->open->len - 1);
}

static void
on_text (GMarkupParseContext *context G_GNUC_UNUSED,
         const char *text,
         gsize length,
         gpointer user_data,
         GError **error G_GNUC_UNUSED)
{
  Reading *reading = user_data;
  HyHelpNode *node;

  if (reading->open->len == 0)
    return;
  node = node_new (NULL);
  node->text = g_strndup (text, length);
  g_ptr_array_add (((HyHelpNode *) reading->open->pdata[reading->open->len - 1])->children, node);
}

/**
 * hy_help_text_load:
 * @page: its id, which is its file's name
 *
 * In the language of the session, else in English.
 */
HyHelpNode *
hy_help_text_load (const char *page,
                   GError **error)
{
  static const GMarkupParser parser = { on_start, on_end, on_text, NULL, NULL };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GPtrArray) open = g_ptr_array_new ();
  g_autoptr (GMarkupParseContext) context = NULL;
  Reading reading = { NULL, open };

  for (const char *const *language = g_get_language_names (); *language != NULL && bytes == NULL; language++)
    {
      g_autofree char *path = g_strdup_printf (PAGES "/%s/%s.page", *language, page);

      bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
      /* Pages in English are called C: whoever asks for English before French gets it. */
      if (bytes == NULL && g_str_equal (*language, "en"))
        break;
    }
  if (bytes == NULL)
    {
      g_autofree char *path = g_strdup_printf (PAGES "/C/%s.page", page);

      bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
    }
  if (bytes == NULL)
    return NULL;
  context = g_markup_parse_context_new (&parser, G_MARKUP_DEFAULT_FLAGS, &reading, NULL);
  if (!g_markup_parse_context_parse (context, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), error) ||
      !g_markup_parse_context_end_parse (context, error))
    {
      g_clear_pointer (&reading.root, hy_help_node_free);
      return NULL;
    }
  return reading.root;
}

static int
by_order (gconstpointer a,
          gconstpointer b)
{
  const HyHelpNode *pages[2] = { *(HyHelpNode *const *) a, *(HyHelpNode *const *) b };
  g_autofree char *orders[2] = { NULL, NULL };

  for (guint i = 0; i < 2; i++)
    {
      const HyHelpNode *info = hy_help_node_find (pages[i], "info");
      const HyHelpNode *order = info != NULL ? hy_help_node_find (info, "title") : NULL;

      orders[i] = order != NULL ? hy_help_node_dup_plain (order) : g_strdup ("");
    }
  return strcmp (orders[0], orders[1]);
}

/**
 * hy_help_text_dup_pages:
 *
 * Returns: (element-type HyHelpNode): all pages, as the index orders them
 */
GPtrArray *
hy_help_text_dup_pages (void)
{
  GPtrArray *pages = g_ptr_array_new_with_free_func ((GDestroyNotify) hy_help_node_free);
  g_auto (GStrv) names = g_resources_enumerate_children (PAGES "/C", G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *id = g_strndup (names[i], strcspn (names[i], "."));
      HyHelpNode *page = hy_help_text_load (id, NULL);

      if (page != NULL)
        g_ptr_array_add (pages, page);
    }
  g_ptr_array_sort (pages, by_order);
  return pages;
}

/* -- reading an element -- */

/**
 * hy_help_node_find:
 *
 * Returns: (nullable): its first child of that name
 */
const HyHelpNode *
hy_help_node_find (const HyHelpNode *node,
                   const char *name)
{
  for (guint i = 0; i < node->children->len; i++)
    {
      const HyHelpNode *child = node->children->pdata[i];

      if (g_strcmp0 (child->name, name) == 0)
        return child;
    }
  return NULL;
}

/* Lines are broken for whoever writes the page; the no-break space stays. */
static void
add_folded (GString *out,
            const char *text)
{
  for (; *text != '\0'; text++)
    {
      if (!strchr (" \n\t", *text))
        g_string_append_c (out, *text);
      else if (out->len > 0 && out->str[out->len - 1] != ' ')
        g_string_append_c (out, ' ');
    }
}

static void
add_markup (GString *out,
            const HyHelpNode *node,
            gboolean styled)
{
  static const struct
  {
    const char *name;
    const char *before, *after;
  } styles[] = {
    { "gui", "<b>", "</b>" },
    { "em", "<i>", "</i>" },
    { "key", "<b>", "</b>" },
    { "code", "<tt>", "</tt>" },
  };
  gboolean sequence = g_strcmp0 (node->name, "keyseq") == 0;
  gboolean first = TRUE;

  for (guint i = 0; i < node->children->len; i++)
    {
      const HyHelpNode *child = node->children->pdata[i];
      const char *after = "";

      if (child->name == NULL)
        {
          g_autofree char *text = styled ? g_markup_escape_text (child->text, -1) : g_strdup (child->text);

          if (!sequence)
            add_folded (out, text);
          continue;
        }
      if (sequence && !first)
        g_string_append (out, "+");
      first = FALSE;
      if (styled && g_str_equal (child->name, "link"))
        {
          g_autofree char *target = child->href != NULL ? g_markup_escape_text (child->href, -1)
                                                        : g_strconcat ("help:", child->xref, NULL);

          g_string_append_printf (out, "<a href=\"%s\">", target);
          after = "</a>";
        }
      for (guint s = 0; styled && s < G_N_ELEMENTS (styles); s++)
        {
          if (g_str_equal (styles[s].name, child->name))
            {
              g_string_append (out, styles[s].before);
              after = styles[s].after;
            }
        }
      add_markup (out, child, styled);
      g_string_append (out, after);
    }
}

static char *
dup_words (const HyHelpNode *node,
           gboolean styled)
{
  GString *out = g_string_new (NULL);

  add_markup (out, node, styled);
  return g_strchomp (g_string_free (out, FALSE));
}

char *
hy_help_node_dup_plain (const HyHelpNode *node)
{
  return dup_words (node, FALSE);
}

/**
 * hy_help_node_dup_markup:
 *
 * Returns: Pango's, with links to "help:PAGE" and to addresses
 */
char *
hy_help_node_dup_markup (const HyHelpNode *node)
{
  return dup_words (node, TRUE);
}

/**
 * hy_help_node_dup_screen:
 *
 * Returns: the text as it stands, its lines kept
 */
char *
hy_help_node_dup_screen (const HyHelpNode *node)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < node->children->len; i++)
    {
      const HyHelpNode *child = node->children->pdata[i];

      if (child->name == NULL)
        g_string_append (out, child->text);
    }
  return g_strstrip (g_string_free (out, FALSE));
}
