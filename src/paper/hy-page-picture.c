/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A page that was drawn, as a PNG file. */

#include "config.h"

#include "paper/hy-page-picture.h"

#include "base/hy-error.h"

#include <cairo.h>
#include <glib/gi18n.h>

static cairo_status_t
append_to_array (void *closure,
                 const unsigned char *data,
                 unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

/**
 * hy_page_picture_new_png:
 * @pixels: @height rows of @stride bytes, CAIRO_FORMAT_RGB24
 *
 * Returns: (transfer full): the file
 * Errors: HY_ERROR_REFUSED for numbers that do not fit together, or a picture that cairo cannot hold
 */
GBytes *
hy_page_picture_new_png (GBytes *pixels,
                         guint width,
                         guint height,
                         guint stride,
                         GError **error)
{
  g_autoptr (GByteArray) png = g_byte_array_new ();
  cairo_status_t status = CAIRO_STATUS_INVALID_STRIDE;
  gsize size;
  const guint8 *data = g_bytes_get_data (pixels, &size);

  if (width > 0 && width <= G_MAXINT16 && height > 0 && height <= G_MAXINT16 && stride / 4 >= width && size / stride >= height)
    {
      /* Only read: cairo's type has no const for it. */
      cairo_surface_t *surface =
          cairo_image_surface_create_for_data ((guint8 *) data, CAIRO_FORMAT_RGB24, (int) width, (int) height, (int) stride);

      status = cairo_surface_write_to_png_stream (surface, append_to_array, png);
      cairo_surface_destroy (surface);
    }
  if (status != CAIRO_STATUS_SUCCESS)
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_REFUSED,
                           _ ("This page could not be made into a picture. Nothing was changed. Try a smaller scale."));
      return NULL;
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&png));
}
