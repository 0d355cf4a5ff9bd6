/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results of one section or one organizer as a boxed list.  The columns of all such lists of a document stand below each
 * other, for they share size groups; the first one says what they are. */

#include "config.h"

#include "ui/viewer/hy-results-table.h"

#include <glib/gi18n.h>

struct _HyResultsTable
{
  GtkWidget parent_instance;

  HyReadingMaker *maker;
  const HyResultColumns *columns; /* the view's, which outlives its tables */
  gboolean has_heading;
  GtkWidget *box;
  GtkWidget *line;     /* heading and captions */
  GtkWidget *captions; /* nullable: there are none in a narrow window */
  GtkWidget *list;
};

G_DEFINE_FINAL_TYPE (HyResultsTable, hy_results_table, GTK_TYPE_WIDGET)

static GtkWidget *
new_caption (const char *words,
             float xalign)
{
  GtkWidget *label = gtk_label_new (words);

  gtk_label_set_xalign (GTK_LABEL (label), xalign);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 16);
  gtk_widget_set_valign (label, GTK_ALIGN_END);
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "dimmed");
  return label;
}

static GtkWidget *
new_captions (HyResultsTable *self)
{
  const HyResultColumns *columns = self->columns;
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *measure = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6), *caption;

  caption = new_caption (C_ ("column", "Result"), 1);
  gtk_size_group_add_widget (columns->value, caption);
  gtk_size_group_add_widget (columns->measure, measure);
  gtk_box_append (GTK_BOX (measure), caption);
  gtk_box_append (GTK_BOX (line), measure);
  if (columns->has_references)
    {
      caption = new_caption (C_ ("column", "Reference"), 0);
      gtk_size_group_add_widget (columns->reference, caption);
      gtk_box_append (GTK_BOX (line), caption);
    }
  if (columns->has_verdicts)
    {
      caption = new_caption (NULL, 0);
      gtk_size_group_add_widget (columns->verdict, caption);
      gtk_box_append (GTK_BOX (line), caption);
    }
  if (columns->has_before)
    {
      g_autofree char *date = hy_date_dup_display (columns->before_date);

      caption = new_caption (columns->before_date.year != 0 ? date : C_ ("column", "Before"), 1);
      gtk_size_group_add_widget (columns->before, caption);
      gtk_box_append (GTK_BOX (line), caption);
    }
  return line;
}

void
hy_results_table_append (HyResultsTable *self,
                         const HyResult *result)
{
  g_return_if_fail (HY_IS_RESULTS_TABLE (self));

  gtk_list_box_append (GTK_LIST_BOX (self->list), hy_result_row_new (self->maker, result, self->columns));
}

/**
 * hy_results_table_show_only_outside:
 *
 * A list with nothing to show is not shown, nor is its heading.
 */
void
hy_results_table_show_only_outside (HyResultsTable *self,
                                    gboolean only)
{
  gboolean any = FALSE;

  g_return_if_fail (HY_IS_RESULTS_TABLE (self));

  for (GtkWidget *row = gtk_widget_get_first_child (self->list); row != NULL; row = gtk_widget_get_next_sibling (row))
    {
      gboolean shown = !only || (HY_IS_RESULT_ROW (row) && hy_result_row_is_outside (HY_RESULT_ROW (row)));

      gtk_widget_set_visible (row, shown);
      any = any || shown;
    }
  gtk_widget_set_visible (GTK_WIDGET (self), any);
}

/**
 * hy_results_table_show_captions:
 * @show: whether it says what the columns are, as the first list that is seen does
 */
void
hy_results_table_show_captions (HyResultsTable *self,
                                gboolean show)
{
  g_return_if_fail (HY_IS_RESULTS_TABLE (self));

  if (self->captions != NULL)
    gtk_widget_set_visible (self->captions, show);
  gtk_widget_set_visible (self->line, self->has_heading || (show && self->captions != NULL));
}

static void
hy_results_table_dispose (GObject *object)
{
  HyResultsTable *self = HY_RESULTS_TABLE (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->maker, hy_reading_maker_unref);
  G_OBJECT_CLASS (hy_results_table_parent_class)->dispose (object);
}

static void
hy_results_table_class_init (HyResultsTableClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hy_results_table_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
hy_results_table_init (HyResultsTable *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

/**
 * hy_results_table_new:
 * @columns: outlives the table
 * @heading: a string to stand above it, or 0
 * @level: of the heading
 */
GtkWidget *
hy_results_table_new (HyReadingMaker *maker,
                      const HyResultColumns *columns,
                      HyJsonNode heading,
                      guint level)
{
  HyResultsTable *self = g_object_new (HY_TYPE_RESULTS_TABLE, NULL);
  GtkWidget *name;

  self->maker = hy_reading_maker_ref (maker);
  self->columns = columns;
  self->has_heading = heading != 0;
  self->line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_widget_add_css_class (self->line, "results-heading");
  name = heading != 0 ? hy_reading_heading_new (maker, heading, level) : gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_set_hexpand (name, TRUE);
  gtk_box_append (GTK_BOX (self->line), name);
  if (!maker->narrow)
    {
      self->captions = new_captions (self);
      gtk_box_append (GTK_BOX (self->line), self->captions);
    }
  hy_results_table_show_captions (self, FALSE);
  gtk_box_append (GTK_BOX (self->box), self->line);
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "boxed-list");
  if (heading != 0)
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    gtk_label_get_text (GTK_LABEL (name)), -1);
  gtk_box_append (GTK_BOX (self->box), self->list);
  return GTK_WIDGET (self);
}
