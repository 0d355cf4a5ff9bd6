/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-json.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Bytes of text in one label: Pango lays out a longer one too slowly to scroll. */
#define HY_READING_LABEL_BYTES 2000
/* Bytes of one word: there it needs time by the square. */
#define HY_READING_WORD_BYTES 500
/* Links of one paragraph that are offered; the words of the others are there all the same. */
#define HY_READING_MAX_LINKS 20
/* Bytes of an address: what browsers take. */
#define HY_READING_MAX_ADDRESS 2000

/* The runs of a paragraph as one text. */
typedef struct {
  char          *text;
  PangoAttrList *attributes;
  GPtrArray     *links;  /* of char *: addresses, in order, each once */
  gboolean       broken; /* something in it is not what a run is */
} HyReadingText;

HyReadingText *hy_reading_text_new        (HyJson *json, HyJsonNode runs);
void           hy_reading_text_free       (HyReadingText *self);
gsize          hy_reading_text_get_cut    (const char *text);
char          *hy_reading_text_dup_plain  (HyJson *json, HyJsonNode node);
gboolean       hy_reading_text_is_address (const char *href);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyReadingText, hy_reading_text_free)

G_END_DECLS
