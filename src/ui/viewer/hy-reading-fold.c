/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fold in a reading.  GtkExpander would do, but it has one height whatever its width: words that go over several lines
 * would lie on what comes under them. */

#include "config.h"

#include "ui/viewer/hy-reading-fold.h"

struct _HyReadingFold
{
  GtkBox parent_instance;

  GtkWidget *button;
  GtkImage *arrow;
  GtkLabel *label;
  GtkWidget *child; /* NULL until it was opened */
  gboolean open;
};

enum
{
  FILL,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HyReadingFold, hy_reading_fold, GTK_TYPE_BOX)

static void
on_clicked (HyReadingFold *self)
{
  hy_reading_fold_set_open (self, !self->open);
}

static void
hy_reading_fold_class_init (HyReadingFoldClass *klass)
{
  signals[FILL] = g_signal_new ("fill", HY_TYPE_READING_FOLD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hy_reading_fold_init (HyReadingFold *self)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
  self->arrow = g_object_new (GTK_TYPE_IMAGE, "icon-name", "pan-end-symbolic", "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  self->label = g_object_new (GTK_TYPE_LABEL, "wrap", TRUE, "xalign", 0.0, NULL);
  self->button = g_object_new (GTK_TYPE_BUTTON, "halign", GTK_ALIGN_START, "child", line, NULL);
  gtk_box_append (GTK_BOX (line), GTK_WIDGET (self->arrow));
  gtk_box_append (GTK_BOX (line), GTK_WIDGET (self->label));
  gtk_widget_add_css_class (self->button, "flat");
  gtk_widget_add_css_class (self->button, "body");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_STATE_EXPANDED, FALSE, -1);
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (on_clicked), self);
  gtk_box_append (GTK_BOX (self), self->button);
}

GtkWidget *
hy_reading_fold_new (const char *words)
{
  HyReadingFold *self = g_object_new (HY_TYPE_READING_FOLD, NULL);

  gtk_label_set_text (self->label, words);
  return GTK_WIDGET (self);
}

void
hy_reading_fold_set_open (HyReadingFold *self,
                          gboolean open)
{
  g_return_if_fail (HY_IS_READING_FOLD (self));

  if (self->open == open)
    return;
  self->open = open;
  gtk_image_set_from_icon_name (self->arrow, open ? "pan-down-symbolic" : "pan-end-symbolic");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_STATE_EXPANDED, open, -1);
  if (open && self->child == NULL)
    g_signal_emit (self, signals[FILL], 0);
  if (self->child != NULL)
    gtk_widget_set_visible (self->child, open);
}

/**
 * hy_reading_fold_set_child:
 * @child: what stands under the line; once, in answer to "fill"
 */
void
hy_reading_fold_set_child (HyReadingFold *self,
                           GtkWidget *child)
{
  g_return_if_fail (HY_IS_READING_FOLD (self));
  g_return_if_fail (self->child == NULL);

  self->child = child;
  gtk_box_append (GTK_BOX (self), child);
}
