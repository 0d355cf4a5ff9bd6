/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-json.h"
#include "render/hy-render.h"
#include "ui/viewer/hy-reading-find.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Blocks within each other that are shown as such: the worker stops at HY_READING_MAX_NESTING, each a list or a cell. */
#define HY_READING_SHOWN_DEPTH 14
/* Widgets of one unit (a paragraph, a list, a page of a table): it is made in one go, in about 50 ms. */
#define HY_READING_UNIT_WIDGETS 1500

/* What the widgets of one reading share: they may make more of themselves later, as a table turns its page. */
typedef struct {
  HyJson           *json;
  HyReadingFind    *find;
  HyRenderDocument *document; /* nullable: then there are no pictures */
  HyRenderer       *renderer; /* nullable: the same */
  GHashTable       *tables;   /* node -> HyNarrativeTable that shows it now; not owned */
  gboolean          narrow;
  guint             left;     /* widgets that may still be made in this unit */
  gboolean          said_cut; /* that it ended has been said in this unit */
} HyReadingMaker;

HyReadingMaker *hy_reading_maker_new        (HyJson *json, HyRenderDocument *document, HyRenderer *renderer);
HyReadingMaker *hy_reading_maker_ref        (HyReadingMaker *self);
void            hy_reading_maker_unref      (HyReadingMaker *self);
void            hy_reading_maker_begin      (HyReadingMaker *self);

GtkWidget      *hy_reading_block_new        (HyReadingMaker *maker, HyJsonNode block, guint depth);
GtkWidget      *hy_reading_blocks_new       (HyReadingMaker *maker, HyJsonNode blocks, guint depth);
GtkWidget      *hy_reading_paragraph_new    (HyReadingMaker *maker, HyJsonNode text);
GtkWidget      *hy_reading_heading_new      (HyReadingMaker *maker, HyJsonNode text, guint level);
GtkWidget      *hy_reading_note_new         (const char *icon_name, const char *words);
GtkWidget      *hy_reading_broken_new       (void);
GtkWidget      *hy_reading_cut_new          (HyReadingMaker *maker);
guint           hy_reading_block_add_texts  (HyReadingMaker *maker, HyJsonNode block, guint unit, guint depth);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyReadingMaker, hy_reading_maker_unref)

G_END_DECLS
