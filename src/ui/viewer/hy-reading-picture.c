/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A picture of the narrative.  The bytes come out of the document's worker and are decoded by another one: GTK's own
 * loaders never see them. */

#include "config.h"

#include "ui/viewer/hy-reading-picture.h"

#include "base/hy-async.h"
#include "ui/viewer/hy-reading-blocks.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _HyReadingPicture
{
  GtkWidget parent_instance;

  HyRenderDocument *document;
  HyRenderer *renderer;
  guint body;
  char *alt;
  HyScope *scope;
  GtkWidget *child;
};

G_DEFINE_FINAL_TYPE (HyReadingPicture, hy_reading_picture, GTK_TYPE_WIDGET)

static void
set_child (HyReadingPicture *self,
           GtkWidget *child)
{
  g_clear_pointer (&self->child, gtk_widget_unparent);
  self->child = child;
  if (child != NULL)
    gtk_widget_set_parent (child, GTK_WIDGET (self));
}

static void
show_pixels (HyReadingPicture *self,
             HyRenderPixels *pixels)
{
  g_autoptr (GdkTexture) texture = NULL;
  GtkWidget *picture;

  texture = gdk_memory_texture_new ((int) pixels->width, (int) pixels->height,
                                    G_BYTE_ORDER == G_LITTLE_ENDIAN ? GDK_MEMORY_B8G8R8X8 : GDK_MEMORY_X8R8G8B8,
                                    pixels->bytes, pixels->stride);
  picture = gtk_picture_new_for_paintable (GDK_PAINTABLE (texture));
  gtk_picture_set_content_fit (GTK_PICTURE (picture), GTK_CONTENT_FIT_SCALE_DOWN);
  gtk_picture_set_can_shrink (GTK_PICTURE (picture), TRUE);
  gtk_picture_set_alternative_text (GTK_PICTURE (picture), self->alt != NULL && *self->alt != '\0' ? self->alt : _ ("Picture without a description"));
  gtk_widget_set_halign (picture, GTK_ALIGN_START);
  set_child (self, picture);
}

/* NULL when it fails on the way, with @error set. */
static HyRenderPixels *
decode (HyReadingPicture *self,
        GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (HyRenderDocument) picture = NULL;
  g_autoptr (GArray) sizes = NULL;
  const HyWireSize *size;
  double scale;

  if (!(bytes = dex_await_boxed (hy_render_document_dup_body (self->document, self->body), error)) ||
      !(picture = dex_await_object (hy_renderer_open (self->renderer, bytes, NULL), error)) ||
      !(sizes = dex_await_boxed (hy_render_document_dup_sizes (picture), error)))
    return NULL;
  if (hy_render_document_get_kind (picture) != HY_WIRE_KIND_IMAGE || sizes->len == 0)
    {
      g_set_error_literal (error, HY_RENDER_ERROR, HY_RENDER_ERROR_UNSUPPORTED, "not a picture");
      return NULL;
    }
  size = &g_array_index (sizes, HyWireSize, 0);
  if (!(size->width >= 1 && size->height >= 1))
    {
      g_set_error_literal (error, HY_RENDER_ERROR, HY_RENDER_ERROR_DAMAGED, "a picture without a size");
      return NULL;
    }
  /* Its pixels are points; never larger than they are. */
  scale = MIN (1, MIN (HY_READING_PICTURE_WIDTH / (double) size->width, HY_READING_PICTURE_HEIGHT / (double) size->height));
  return dex_await_boxed (hy_render_document_draw (picture, 0, scale, 0, NULL, NULL), error);
}

static DexFuture *
load_fiber (gpointer user_data)
{
  HyReadingPicture *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HyRenderPixels) pixels = decode (self, &error);

  if (self->child == NULL || hy_scope_is_cancelled (self->scope))
    return dex_future_new_true ();
  if (pixels != NULL)
    show_pixels (self, pixels);
  else
    set_child (self, hy_reading_note_new ("image-missing-symbolic",
                                          _ ("Here the document holds a picture, which could not be shown.")));
  return dex_future_new_true ();
}

static void
hy_reading_picture_dispose (GObject *object)
{
  HyReadingPicture *self = HY_READING_PICTURE (object);

  hy_scope_cancel (self->scope);
  set_child (self, NULL);
  g_clear_object (&self->document);
  g_clear_object (&self->renderer);
  G_OBJECT_CLASS (hy_reading_picture_parent_class)->dispose (object);
}

static void
hy_reading_picture_finalize (GObject *object)
{
  HyReadingPicture *self = HY_READING_PICTURE (object);

  g_clear_object (&self->scope);
  g_free (self->alt);
  G_OBJECT_CLASS (hy_reading_picture_parent_class)->finalize (object);
}

/* The fiber holds a reference: without this a picture that nobody sees any more would wait for its worker. */
static void
hy_reading_picture_unroot (GtkWidget *widget)
{
  hy_scope_cancel (HY_READING_PICTURE (widget)->scope);
  GTK_WIDGET_CLASS (hy_reading_picture_parent_class)->unroot (widget);
}

static void
hy_reading_picture_class_init (HyReadingPictureClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hy_reading_picture_dispose;
  G_OBJECT_CLASS (klass)->finalize = hy_reading_picture_finalize;
  GTK_WIDGET_CLASS (klass)->unroot = hy_reading_picture_unroot;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
hy_reading_picture_init (HyReadingPicture *self)
{
  self->scope = hy_scope_new ();
}

/**
 * hy_reading_picture_new:
 * @body: index in the "bodies" of the reading
 * @alt: (nullable): what it shows, in words
 */
GtkWidget *
hy_reading_picture_new (HyRenderDocument *document,
                        HyRenderer *renderer,
                        guint body,
                        const char *alt)
{
  HyReadingPicture *self = g_object_new (HY_TYPE_READING_PICTURE, NULL);
  GtkWidget *spinner = adw_spinner_new ();

  self->document = g_object_ref (document);
  self->renderer = g_object_ref (renderer);
  self->body = body;
  self->alt = g_strdup (alt);
  gtk_widget_set_size_request (spinner, 32, 32);
  gtk_widget_set_halign (spinner, GTK_ALIGN_START);
  set_child (self, spinner);
  hy_spawn ("decode a picture in a document", load_fiber, g_object_ref (self), g_object_unref, self->scope);
  return GTK_WIDGET (self);
}
