/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A PDF that a test writes by hand.  Objects are numbered from 1, which has to be the catalog. */
typedef struct {
  GString *bytes;
  GArray *offsets; /* guint32 */
} HyTestPdf;

void    hy_test_pdf_begin      (HyTestPdf *self);
void    hy_test_pdf_add        (HyTestPdf *self, const char *object);
void    hy_test_pdf_add_stream (HyTestPdf *self, const char *entries, const char *bytes, gsize size);
GBytes *hy_test_pdf_end        (HyTestPdf *self);
/* One page with these resources, further entries and content; @objects are numbered from 5. */
GBytes *hy_test_pdf_page       (const char *resources, const char *entries, const char *content, const char *const *objects);

G_END_DECLS
