/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plain text, to be read, searched and copied. */

#include "config.h"

#include "ui/viewer/hy-text-sheet.h"

#include "base/hy-fold.h"
#include "ui/hy-clipboard.h"
#include "ui/viewer/hy-page-words.h"

#include <glib/gi18n.h>

/* Bytes shown.  A thousand pages; GtkTextView takes ten times its text in memory. */
#define MAX_SHOWN (4 * 1024 * 1024)

/* Characters of a line.  GtkTextView lays a line out whole, and longer ones stop the window for seconds. */
#define MAX_LINE 4000

#define MAX_FOUND 10000

struct _HyTextSheet
{
  AdwBin parent_instance;

  GtkTextView *view;
  GtkTextBuffer *buffer;
  GtkTextTag *found_tag;
  GtkTextTag *current_tag;
  char *text;    /* as shown */
  GArray *found; /* HyFoldSpan, in characters of the buffer */
  guint current; /* from 1 */
};

enum
{
  COPIED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HyTextSheet, hy_text_sheet, ADW_TYPE_BIN)

static void
on_copy (HyTextSheet *self)
{
  GtkTextIter start, end;

  g_signal_stop_emission_by_name (self->view, "copy-clipboard");
  if (gtk_text_buffer_get_selection_bounds (self->buffer, &start, &end))
    {
      g_autofree char *text = gtk_text_buffer_get_text (self->buffer, &start, &end, FALSE);

      hy_clipboard_put (GTK_WIDGET (self), text);
      g_signal_emit (self, signals[COPIED], 0);
    }
}

static void
hy_text_sheet_finalize (GObject *object)
{
  HyTextSheet *self = HY_TEXT_SHEET (object);

  g_clear_pointer (&self->found, g_array_unref);
  g_free (self->text);
  G_OBJECT_CLASS (hy_text_sheet_parent_class)->finalize (object);
}

static gboolean
hy_text_sheet_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (HY_TEXT_SHEET (widget)->view));
}

static void
hy_text_sheet_class_init (HyTextSheetClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hy_text_sheet_finalize;
  GTK_WIDGET_CLASS (klass)->grab_focus = hy_text_sheet_grab_focus;
  signals[COPIED] = g_signal_new ("copied", HY_TYPE_TEXT_SHEET, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hy_text_sheet_init (HyTextSheet *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *clamp = adw_clamp_scrollable_new ();

  self->view = GTK_TEXT_VIEW (gtk_text_view_new ());
  self->buffer = gtk_text_view_get_buffer (self->view);
  self->found_tag = gtk_text_buffer_create_tag (self->buffer, NULL, "background", "#ffeb70", "foreground", "#000000", NULL);
  self->current_tag = gtk_text_buffer_create_tag (self->buffer, NULL, "background", "#ffa348", "foreground", "#000000",
                                                  "underline", PANGO_UNDERLINE_DOUBLE, NULL);
  g_object_set (self->view, "editable", FALSE, "cursor-visible", TRUE, "wrap-mode", GTK_WRAP_WORD_CHAR,
                "top-margin", 24, "bottom-margin", 24, "left-margin", 24, "right-margin", 24, "accepts-tab", FALSE, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Text of the document"), -1);
  g_signal_connect_swapped (self->view, "copy-clipboard", G_CALLBACK (on_copy), self);
  g_object_set (clamp, "maximum-size", 820, "child", self->view, NULL);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), clamp);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  adw_bin_set_child (ADW_BIN (self), scroller);
  gtk_widget_add_css_class (GTK_WIDGET (self), "text-sheet");
}

GtkWidget *
hy_text_sheet_new (void)
{
  return g_object_new (HY_TYPE_TEXT_SHEET, NULL);
}

/**
 * hy_text_sheet_show:
 * @text: UTF-8, however long its lines
 *
 * Returns: %FALSE when only its beginning is shown
 */
gboolean
hy_text_sheet_show (HyTextSheet *self,
                    const char *text)
{
  GString *shown = g_string_new (NULL);
  guint line = 0;
  GtkTextIter start;
  const char *at = text;

  g_return_val_if_fail (HY_IS_TEXT_SHEET (self), FALSE);

  for (; *at != '\0' && shown->len < MAX_SHOWN; at = g_utf8_next_char (at))
    {
      gunichar ch = g_utf8_get_char (at);

      /* The decoder's mark between pages. */
      if (ch == '\f' || ch == '\r')
        continue;
      line = ch == '\n' ? 0 : line + 1;
      if (line > MAX_LINE)
        {
          g_string_append_c (shown, '\n');
          line = 1;
        }
      g_string_append_unichar (shown, ch);
    }
  g_free (self->text);
  self->text = g_string_free (shown, FALSE);
  g_clear_pointer (&self->found, g_array_unref);
  self->current = 0;
  gtk_text_buffer_set_text (self->buffer, self->text, -1);
  gtk_text_buffer_get_start_iter (self->buffer, &start);
  gtk_text_buffer_place_cursor (self->buffer, &start);
  return *at == '\0' || (*at == '\f' && at[1] == '\0');
}

static void
tag_current (HyTextSheet *self,
             gboolean current)
{
  HyFoldSpan *span;
  GtkTextIter start, end;

  if (self->current == 0)
    return;
  span = &g_array_index (self->found, HyFoldSpan, self->current - 1);
  gtk_text_buffer_get_iter_at_offset (self->buffer, &start, (int) span->start);
  gtk_text_buffer_get_iter_at_offset (self->buffer, &end, (int) span->end);
  if (!current)
    {
      gtk_text_buffer_remove_tag (self->buffer, self->current_tag, &start, &end);
      return;
    }
  gtk_text_buffer_apply_tag (self->buffer, self->current_tag, &start, &end);
  gtk_text_buffer_place_cursor (self->buffer, &start);
  gtk_text_view_scroll_to_mark (self->view, gtk_text_buffer_get_insert (self->buffer), 0, TRUE, 0.5, 0.3);
}

/**
 * hy_text_sheet_find:
 * @words: (nullable): as for the search of the list
 *
 * Marks all matches; none is the current one before hy_text_sheet_find_step().
 */
guint
hy_text_sheet_find (HyTextSheet *self,
                    const char *words)
{
  GtkTextIter start, end;
  g_autofree char *phrase = NULL;
  const char *at = self->text;
  gsize n = 0;

  g_return_val_if_fail (HY_IS_TEXT_SHEET (self), 0);

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  gtk_text_buffer_remove_tag (self->buffer, self->found_tag, &start, &end);
  gtk_text_buffer_remove_tag (self->buffer, self->current_tag, &start, &end);
  g_clear_pointer (&self->found, g_array_unref);
  self->current = 0;
  if (self->text == NULL || words == NULL || *words == '\0')
    return 0;

  phrase = hy_page_words_dup_phrase (words);
  self->found = hy_fold_find (self->text, -1, phrase != NULL ? phrase : words);
  if (self->found->len == 0 && phrase != NULL)
    {
      g_array_unref (self->found);
      self->found = hy_fold_find (self->text, -1, words);
    }
  if (self->found->len > MAX_FOUND)
    g_array_set_size (self->found, MAX_FOUND);
  for (guint i = 0; i < self->found->len; i++)
    {
      HyFoldSpan *span = &g_array_index (self->found, HyFoldSpan, i);
      HyFoldSpan bytes = *span;

      for (; at < self->text + bytes.start && *at != '\0'; at = g_utf8_next_char (at))
        n++;
      span->start = n;
      for (; at < self->text + bytes.end && *at != '\0'; at = g_utf8_next_char (at))
        n++;
      span->end = n;
      gtk_text_buffer_get_iter_at_offset (self->buffer, &start, (int) span->start);
      gtk_text_buffer_get_iter_at_offset (self->buffer, &end, (int) span->end);
      gtk_text_buffer_apply_tag (self->buffer, self->found_tag, &start, &end);
    }
  return self->found->len;
}

/**
 * hy_text_sheet_find_step:
 * @direction: 1 to the next match, -1 to the one before; goes round
 */
guint
hy_text_sheet_find_step (HyTextSheet *self,
                         int direction)
{
  guint n;

  g_return_val_if_fail (HY_IS_TEXT_SHEET (self), 0);

  n = self->found != NULL ? self->found->len : 0;
  if (n == 0)
    return 0;
  tag_current (self, FALSE);
  if (self->current == 0)
    self->current = direction > 0 ? 1 : n;
  else
    self->current = direction > 0 ? self->current % n + 1 : (self->current + n - 2) % n + 1;
  tag_current (self, TRUE);
  return self->current;
}
