/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Health data on the clipboard: every program can read it there, so it does not stay. */

#include "ui/hy-clipboard.h"

typedef struct
{
  GdkClipboard *clipboard;
  GdkContentProvider *content;
} Copy;

static Copy *last; /* nullable: what may still be there */

static void
copy_free (gpointer data)
{
  Copy *copy = data;

  if (last == copy)
    last = NULL;
  g_object_unref (copy->clipboard);
  g_object_unref (copy->content);
  g_free (copy);
}

static gboolean
clear (gpointer data)
{
  Copy *copy = data;

  if (gdk_clipboard_get_content (copy->clipboard) == copy->content)
    gdk_clipboard_set_content (copy->clipboard, NULL);
  return G_SOURCE_REMOVE;
}

/**
 * hy_clipboard_put:
 *
 * Copies @text, and takes it away again after HY_CLIPBOARD_SECONDS, or when the window locks.
 */
void
hy_clipboard_put (GtkWidget *widget,
                  const char *text)
{
  Copy *copy = g_new0 (Copy, 1);

  copy->clipboard = g_object_ref (gtk_widget_get_clipboard (widget));
  copy->content = gdk_content_provider_new_typed (G_TYPE_STRING, text);
  gdk_clipboard_set_content (copy->clipboard, copy->content);
  last = copy;
  g_timeout_add_seconds_full (G_PRIORITY_DEFAULT, HY_CLIPBOARD_SECONDS, clear, copy, copy_free);
}

/**
 * hy_clipboard_clear:
 *
 * Takes away what was copied here, if it is still there; when locking.
 */
void
hy_clipboard_clear (void)
{
  if (last != NULL)
    clear (last);
}
