/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One row of results.  What is seen is for the eyes; a screen reader gets one sentence (hy_result_dup_spoken). */

#include "config.h"

#include "ui/viewer/hy-result-row.h"

#include "ui/documents/hy-badge.h"
#include "ui/viewer/hy-range-drawing.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

/* Characters before a text wraps in its column. */
#define REFERENCE_CHARS 16
#define UNIT_CHARS 10
#define TEXT_CHARS 24
#define BEFORE_CHARS 14

struct _HyResultRow
{
  GtkListBoxRow parent_instance;

  gboolean outside;
};

G_DEFINE_FINAL_TYPE (HyResultRow, hy_result_row, GTK_TYPE_LIST_BOX_ROW)

/**
 * hy_result_columns_new:
 * @results: (element-type HyResult): all of the document
 */
HyResultColumns *
hy_result_columns_new (GPtrArray *results)
{
  HyResultColumns *self = g_new0 (HyResultColumns, 1);
  gboolean same_date = TRUE;

  self->value = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
  self->unit = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
  self->measure = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
  self->reference = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
  self->verdict = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
  self->before = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
  for (guint i = 0; i < results->len; i++)
    {
      const HyResult *result = g_ptr_array_index (results, i);

      self->has_places = self->has_places || result->has_place;
      self->has_references = self->has_references || result->low != NULL || result->high != NULL || result->range != NULL;
      self->has_verdicts = self->has_verdicts || hy_result_get_verdict_word (result) != NULL;
      if (result->before == NULL)
        continue;
      if (!self->has_before)
        self->before_date = result->before_date;
      else if (hy_date_compare (self->before_date, result->before_date) != 0)
        same_date = FALSE;
      self->has_before = TRUE;
    }
  if (!same_date)
    self->before_date = (HyDate) { 0 };
  return self;
}

void
hy_result_columns_free (HyResultColumns *self)
{
  g_object_unref (self->value);
  g_object_unref (self->unit);
  g_object_unref (self->measure);
  g_object_unref (self->reference);
  g_object_unref (self->verdict);
  g_object_unref (self->before);
  g_free (self);
}

static GtkWidget *
new_label (const char *text,
           const char *css_class,
           int chars)
{
  GtkWidget *label = gtk_label_new (text);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  /* "mm-ol/L" is no unit. */
  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  gtk_label_set_attributes (GTK_LABEL (label), attributes);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  /* A column is as wide in each row: what fits does not wrap, and what does not wraps at one width.  (GTK would find the
   * least width of a long text too slowly, too.) */
  if (chars > 0 && (text == NULL || g_utf8_strlen (text, -1) <= chars))
    gtk_label_set_wrap (GTK_LABEL (label), FALSE);
  else if (chars > 0 || (text != NULL && strlen (text) > 100))
    gtk_label_set_width_chars (GTK_LABEL (label), chars > 0 ? chars : REFERENCE_CHARS);
  if (chars > 0)
    gtk_label_set_max_width_chars (GTK_LABEL (label), chars);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

/* In range is the quiet case: words without a pill. */
static GtkWidget *
new_verdict (const HyResult *result)
{
  const char *word = hy_result_get_verdict_word (result);
  GtkWidget *verdict;

  if (word == NULL)
    return new_label (NULL, NULL, 0);
  if (result->verdict == HY_VERDICT_IN_RANGE)
    {
      verdict = new_label (word, "caption", 0);
      gtk_label_set_wrap (GTK_LABEL (verdict), FALSE);
      gtk_widget_add_css_class (verdict, "quiet-verdict");
      gtk_widget_set_halign (verdict, GTK_ALIGN_START);
    }
  else
    {
      verdict = hy_badge_new ();
      hy_badge_set (HY_BADGE (verdict), hy_result_get_verdict_icon (result), word,
                    hy_verdict_is_outside (result->verdict) ? "warning" : NULL);
    }
  if (result->computed)
    gtk_widget_set_tooltip_text (verdict, _ ("The laboratory did not say. Hygie compared the result with its range."));
  return verdict;
}

static void
append_remark (GtkWidget *box,
               const HyResult *result)
{
  g_autofree char *remark = hy_result_dup_remark (result);
  GtkWidget *label;

  if (remark == NULL)
    return;
  label = new_label (remark, "caption", 0);
  gtk_widget_add_css_class (label, "dimmed");
  gtk_box_append (GTK_BOX (box), label);
}

static GtkWidget *
new_name (HyReadingMaker *maker,
          const HyResult *result)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *name = new_label (result->name, NULL, 0);

  if (result->name_node != 0)
    hy_reading_find_add_label (maker->find, result->name_node, 0, GTK_LABEL (name));
  gtk_widget_set_hexpand (box, TRUE);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), name);
  append_remark (box, result);
  return box;
}

static GtkWidget *
new_value (HyReadingMaker *maker,
           const HyResult *result,
           int text_chars)
{
  gboolean number = hy_result_is_number (result);
  GtkWidget *value = new_label (result->value != NULL ? result->value : C_ ("result", "No value"), NULL, number ? 0 : text_chars);

  if (result->value_node != 0 && result->value != NULL)
    hy_reading_find_add_label (maker->find, result->value_node, 0, GTK_LABEL (value));
  if (number)
    {
      gtk_label_set_wrap (GTK_LABEL (value), FALSE);
      gtk_label_set_xalign (GTK_LABEL (value), 1);
      gtk_widget_add_css_class (value, "numeric");
    }
  gtk_widget_add_css_class (value, result->value != NULL ? "result-value" : "dimmed");
  return value;
}

/* Value, unit and drawing; a text takes the room of all three. */
static GtkWidget *
new_measure (HyReadingMaker *maker,
             const HyResult *result,
             const HyResultColumns *columns)
{
  GtkWidget *measure = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *value = new_value (maker, result, TEXT_CHARS), *unit;

  gtk_size_group_add_widget (columns->measure, measure);
  gtk_box_append (GTK_BOX (measure), value);
  if (!hy_result_is_number (result) && result->unit == NULL)
    return measure;
  unit = new_label (result->unit, "dimmed", UNIT_CHARS);
  gtk_size_group_add_widget (columns->value, value);
  gtk_size_group_add_widget (columns->unit, unit);
  gtk_box_append (GTK_BOX (measure), unit);
  if (result->has_place)
    {
      GtkWidget *drawing = hy_range_drawing_new (&result->place);

      gtk_widget_set_margin_start (drawing, 18);
      gtk_widget_set_margin_end (drawing, 10);
      gtk_box_append (GTK_BOX (measure), drawing);
    }
  return measure;
}

static char *
dup_before_date (const HyResult *result,
                 const HyResultColumns *columns)
{
  if (result->before == NULL || result->before_date.year == 0 || columns->before_date.year != 0)
    return NULL;
  return hy_date_dup_display (result->before_date);
}

static GtkWidget *
new_before (const HyResult *result,
            const HyResultColumns *columns)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *value = new_label (result->before, "dimmed", BEFORE_CHARS);
  g_autofree char *date = dup_before_date (result, columns);

  gtk_label_set_xalign (GTK_LABEL (value), 1);
  gtk_widget_add_css_class (value, "numeric");
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), value);
  if (date != NULL)
    {
      GtkWidget *label = new_label (date, "caption", BEFORE_CHARS);

      gtk_label_set_xalign (GTK_LABEL (label), 1);
      gtk_widget_add_css_class (label, "dimmed");
      gtk_box_append (GTK_BOX (box), label);
    }
  return box;
}

static GtkWidget *
new_wide (HyReadingMaker *maker,
          const HyResult *result,
          const HyResultColumns *columns)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  g_autofree char *reference = hy_result_dup_reference (result);

  gtk_box_append (GTK_BOX (line), new_name (maker, result));
  gtk_box_append (GTK_BOX (line), new_measure (maker, result, columns));
  if (columns->has_references)
    {
      GtkWidget *label = new_label (reference, "dimmed", REFERENCE_CHARS);

      gtk_widget_add_css_class (label, "numeric");
      gtk_size_group_add_widget (columns->reference, label);
      gtk_box_append (GTK_BOX (line), label);
    }
  if (columns->has_verdicts)
    {
      GtkWidget *cell = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

      gtk_box_append (GTK_BOX (cell), new_verdict (result));
      gtk_size_group_add_widget (columns->verdict, cell);
      gtk_box_append (GTK_BOX (line), cell);
    }
  if (columns->has_before)
    {
      GtkWidget *before = new_before (result, columns);

      gtk_size_group_add_widget (columns->before, before);
      gtk_box_append (GTK_BOX (line), before);
    }
  return line;
}

/* A line that becomes two where both do not fit. */
static GtkWidget *
new_line (GtkWidget *start,
          GtkWidget *end)
{
  GtkWidget *line = adw_wrap_box_new ();

  adw_wrap_box_set_child_spacing (ADW_WRAP_BOX (line), 8);
  adw_wrap_box_set_line_spacing (ADW_WRAP_BOX (line), 2);
  adw_wrap_box_append (ADW_WRAP_BOX (line), start);
  if (end == NULL)
    return line;
  adw_wrap_box_set_justify (ADW_WRAP_BOX (line), ADW_JUSTIFY_SPREAD);
  adw_wrap_box_set_justify_last_line (ADW_WRAP_BOX (line), TRUE);
  adw_wrap_box_append (ADW_WRAP_BOX (line), end);
  return line;
}

static GtkWidget *
new_narrow (HyReadingMaker *maker,
            const HyResult *result)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *quantity = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *value = new_value (maker, result, 0), *name = new_label (result->name, NULL, 0), *label = NULL;
  g_autofree char *reference = hy_result_dup_reference (result);

  if (result->name_node != 0)
    hy_reading_find_add_label (maker->find, result->name_node, 0, GTK_LABEL (name));
  gtk_box_append (GTK_BOX (box), new_line (name, hy_result_get_verdict_word (result) != NULL ? new_verdict (result) : NULL));
  gtk_box_append (GTK_BOX (quantity), value);
  if (result->unit != NULL)
    gtk_box_append (GTK_BOX (quantity), new_label (result->unit, "dimmed", 0));
  if (reference != NULL)
    {
      label = new_label (reference, "dimmed", 0);
      gtk_widget_add_css_class (label, "numeric");
    }
  gtk_box_append (GTK_BOX (box), new_line (quantity, label));
  if (result->has_place)
    gtk_box_append (GTK_BOX (box), hy_range_drawing_new (&result->place));
  if (result->before != NULL)
    {
      g_autofree char *date = hy_date_dup_display (result->before_date);
      g_autofree char *before = result->before_date.year != 0
                                    ? g_strdup_printf (C_ ("earlier result", "Before: %s on %s"), result->before, date)
                                    : g_strdup_printf (C_ ("earlier result", "Before: %s"), result->before);

      label = new_label (before, "caption", 0);
      gtk_widget_add_css_class (label, "dimmed");
      gtk_box_append (GTK_BOX (box), label);
    }
  append_remark (box, result);
  return box;
}

/**
 * hy_result_row_is_outside:
 *
 * Returns: whether it stays when only these are shown
 */
gboolean
hy_result_row_is_outside (HyResultRow *self)
{
  g_return_val_if_fail (HY_IS_RESULT_ROW (self), FALSE);

  return self->outside;
}

static void
hy_result_row_class_init (HyResultRowClass *klass)
{
}

static void
hy_result_row_init (HyResultRow *self)
{
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), FALSE);
  gtk_list_box_row_set_selectable (GTK_LIST_BOX_ROW (self), FALSE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "result-row");
}

GtkWidget *
hy_result_row_new (HyReadingMaker *maker,
                   const HyResult *result,
                   const HyResultColumns *columns)
{
  HyResultRow *self = g_object_new (HY_TYPE_RESULT_ROW, NULL);
  g_autofree char *spoken = NULL;

  if (result->broken)
    {
      gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), hy_reading_broken_new ());
      return GTK_WIDGET (self);
    }
  spoken = hy_result_dup_spoken (result);
  self->outside = hy_verdict_is_outside (result->verdict);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self),
                              maker->narrow ? new_narrow (maker, result) : new_wide (maker, result, columns));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  return GTK_WIDGET (self);
}
