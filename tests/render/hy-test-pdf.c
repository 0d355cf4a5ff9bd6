/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes small PDF files, right in form and wrong in what they say. */

#include "hy-test-pdf.h"

#include <string.h>

void
hy_test_pdf_begin (HyTestPdf *self)
{
  self->bytes = g_string_new ("%PDF-1.7\n");
  self->offsets = g_array_new (FALSE, FALSE, sizeof (guint32));
}

static void
begin_object (HyTestPdf *self)
{
  guint32 offset = (guint32) self->bytes->len;

  g_array_append_val (self->offsets, offset);
  g_string_append_printf (self->bytes, "%u 0 obj\n", self->offsets->len);
}

void
hy_test_pdf_add (HyTestPdf *self,
                 const char *object)
{
  begin_object (self);
  g_string_append_printf (self->bytes, "%s\nendobj\n", object);
}

void
hy_test_pdf_add_stream (HyTestPdf *self,
                        const char *entries,
                        const char *bytes,
                        gsize size)
{
  begin_object (self);
  g_string_append_printf (self->bytes, "<< %s /Length %" G_GSIZE_FORMAT " >>\nstream\n", entries, size);
  g_string_append_len (self->bytes, bytes, (gssize) size);
  g_string_append (self->bytes, "\nendstream\nendobj\n");
}

GBytes *
hy_test_pdf_end (HyTestPdf *self)
{
  gsize xref = self->bytes->len;

  g_string_append_printf (self->bytes, "xref\n0 %u\n0000000000 65535 f \n", self->offsets->len + 1);
  for (guint i = 0; i < self->offsets->len; i++)
    g_string_append_printf (self->bytes, "%010u 00000 n \n", g_array_index (self->offsets, guint32, i));
  g_string_append_printf (self->bytes, "trailer << /Root 1 0 R /Size %u >>\nstartxref\n%" G_GSIZE_FORMAT "\n%%%%EOF\n",
                          self->offsets->len + 1, xref);
  g_array_unref (self->offsets);
  return g_string_free_to_bytes (self->bytes);
}

GBytes *
hy_test_pdf_page (const char *resources,
                  const char *entries,
                  const char *content,
                  const char *const *objects)
{
  HyTestPdf pdf;
  g_autofree char *page = g_strdup_printf ("<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << %s >> %s >>", resources, entries);

  hy_test_pdf_begin (&pdf);
  hy_test_pdf_add (&pdf, "<< /Type /Catalog /Pages 2 0 R >>");
  hy_test_pdf_add (&pdf, "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 200 100] >>");
  hy_test_pdf_add (&pdf, page);
  hy_test_pdf_add_stream (&pdf, "", content, strlen (content));
  for (; objects != NULL && *objects != NULL; objects++)
    hy_test_pdf_add (&pdf, *objects);
  return hy_test_pdf_end (&pdf);
}
