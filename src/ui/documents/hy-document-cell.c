/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A row of the documents list: tile, title, type and author, badges, date.  Made once and bound often: a bind sets
 * texts, and makes a badge only when a row has more of them than any before. */

#include "config.h"

#include "ui/documents/hy-document-cell.h"

#include "fhir/hy-resource-row.h"
#include "ui/documents/hy-badge.h"
#include "ui/documents/hy-document-look.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* Enough for a title, or a type and a date, at twice the usual size of text in the narrowest window. */
#define COMPACT_LINES 4

struct _HyDocumentCell
{
  GtkWidget parent_instance;

  const HyDocumentCellStyle *style; /* the list's, which outlives its cells */
  GtkListItem *item;                /* while bound; not owned */
  HyDocumentRow *row;               /* while bound */
  gulong on_loaded_id;
  gulong on_selected_id;

  GtkWidget *check;
  GtkWidget *icon;
  GtkWidget *texts;
  GtkWidget *title;
  GtkWidget *dot;
  GtkWidget *detail;
  GtkWidget *author;
  GtkWidget *badges;
  GtkWidget *date;
  gboolean laid_compact;
};

G_DEFINE_FINAL_TYPE (HyDocumentCell, hy_document_cell, GTK_TYPE_WIDGET)

static void
place (HyDocumentCell *self,
       GtkWidget *child,
       gint column,
       gint row,
       gint row_span)
{
  GtkLayoutChild *at = gtk_layout_manager_get_layout_child (gtk_widget_get_layout_manager (GTK_WIDGET (self)), child);

  g_object_set (at, "column", column, "row", row, "row-span", row_span, NULL);
}

static void
lay_out (HyDocumentCell *self)
{
  gboolean compact = self->style->compact;

  place (self, self->check, 0, 0, compact ? 2 : 1);
  place (self, self->icon, 1, 0, compact ? 2 : 1);
  place (self, self->texts, 2, 0, 1);
  place (self, self->badges, compact ? 2 : 3, compact ? 1 : 0, 1);
  place (self, self->date, 4, 0, 1);
  gtk_widget_set_halign (self->badges, compact ? GTK_ALIGN_START : GTK_ALIGN_END);
  gtk_widget_set_margin_top (self->badges, compact ? 3 : 0);
  gtk_widget_set_visible (self->date, !compact);
  gtk_label_set_wrap (GTK_LABEL (self->title), compact);
  gtk_label_set_lines (GTK_LABEL (self->title), compact ? COMPACT_LINES : 1);
  gtk_label_set_wrap (GTK_LABEL (self->detail), compact);
  gtk_label_set_lines (GTK_LABEL (self->detail), compact ? COMPACT_LINES : 1);
  if (compact)
    gtk_widget_add_css_class (GTK_WIDGET (self), "compact");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "compact");
  self->laid_compact = compact;
}

static void
show_badges (HyDocumentCell *self,
             guint flags,
             GString *spoken)
{
  GtkWidget *badge = gtk_widget_get_first_child (self->badges);
  const HyDocumentMark *marks;
  gboolean any = FALSE;
  guint n_marks;

  marks = hy_document_look_get_marks (&n_marks);
  for (guint i = 0; i < n_marks; i++)
    {
      if (!(flags & marks[i].flag))
        continue;
      if (badge == NULL)
        {
          badge = hy_badge_new ();
          hy_badge_set_can_shrink (HY_BADGE (badge), TRUE);
          adw_wrap_box_append (ADW_WRAP_BOX (self->badges), badge);
        }
      hy_badge_set (HY_BADGE (badge), marks[i].icon_name, _ (marks[i].text), marks[i].style);
      gtk_widget_set_visible (badge, TRUE);
      badge = gtk_widget_get_next_sibling (badge);
      any = TRUE;
      g_string_append_printf (spoken, ", %s", _ (marks[i].text));
    }
  for (; badge != NULL; badge = gtk_widget_get_next_sibling (badge))
    gtk_widget_set_visible (badge, FALSE);
  gtk_widget_set_visible (self->badges, any);
}

static void
show_row (HyDocumentCell *self)
{
  const HyVaultRow *row = hy_document_row_get_row (self->row);
  g_autoptr (GString) spoken = NULL;
  g_autofree char *date = NULL;
  const char *type;
  gboolean unread, has_author;

  if (row == NULL)
    {
      gtk_label_set_text (GTK_LABEL (self->title), "");
      gtk_label_set_text (GTK_LABEL (self->detail), "");
      gtk_label_set_text (GTK_LABEL (self->author), "");
      gtk_label_set_text (GTK_LABEL (self->date), "");
      gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), NULL);
      gtk_widget_set_visible (self->dot, FALSE);
      gtk_widget_set_visible (self->badges, FALSE);
      gtk_list_item_set_accessible_label (self->item, _ ("Document being read"));
      return;
    }

  unread = (row->flags & HY_ROW_UNREAD) != 0;
  has_author = row->author != NULL && *row->author != '\0';
  type = hy_document_look_get_type (row);
  date = hy_document_look_dup_date (row, self->style->with_year || (row->flags & HY_ROW_PINNED));

  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), hy_document_look_get_icon (row->shelf));
  gtk_label_set_text (GTK_LABEL (self->title), row->title);
  gtk_widget_set_visible (self->dot, unread);
  if (unread)
    gtk_widget_add_css_class (self->title, "heading");
  else
    gtk_widget_remove_css_class (self->title, "heading");

  if (self->style->compact)
    {
      g_autofree char *detail = *date != '\0' ? g_strdup_printf ("%s, %s", type, date) : g_strdup (type);

      gtk_label_set_text (GTK_LABEL (self->detail), detail);
      gtk_label_set_text (GTK_LABEL (self->author), has_author ? row->author : "");
    }
  else
    {
      g_autofree char *detail = has_author ? g_strdup_printf ("%s  ·  %s", type, row->author) : g_strdup (type);

      gtk_label_set_text (GTK_LABEL (self->detail), detail);
      gtk_label_set_text (GTK_LABEL (self->date), date);
    }
  gtk_widget_set_visible (self->author, self->style->compact && has_author);

  spoken = g_string_new (row->title);
  if (unread)
    g_string_append_printf (spoken, ", %s", C_ ("document", "new"));
  g_string_append_printf (spoken, ", %s", type);
  if (has_author)
    g_string_append_printf (spoken, ", %s", row->author);
  if (row->day != 0)
    {
      g_autofree char *full = hy_document_look_dup_date (row, /* with_year= */ TRUE);

      g_string_append_printf (spoken, ", %s", full);
    }
  show_badges (self, row->flags, spoken);
  gtk_list_item_set_accessible_label (self->item, spoken->str);
}

static void
show_opened (HyDocumentCell *self)
{
  /* The highlight belongs to the whole row, which GTK made around the cell. */
  GtkWidget *around = gtk_widget_get_parent (GTK_WIDGET (self));

  if (around == NULL)
    return;
  if (self->row != NULL && self->style->opened == hy_document_row_get_rowid (self->row))
    gtk_widget_add_css_class (around, "opened");
  else
    gtk_widget_remove_css_class (around, "opened");
}

static void
show_chosen (HyDocumentCell *self)
{
  gtk_widget_set_visible (self->check, self->style->choosing);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (self->check), self->item != NULL && gtk_list_item_get_selected (self->item));
}

static void
hy_document_cell_dispose (GObject *object)
{
  HyDocumentCell *self = HY_DOCUMENT_CELL (object);
  GtkWidget *child;

  hy_document_cell_unbind (self);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (hy_document_cell_parent_class)->dispose (object);
}

static void
hy_document_cell_class_init (HyDocumentCellClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hy_document_cell_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_GRID_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "documentcell");
  /* The list item around it bears the name, in one sentence. */
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static GtkWidget *
new_label (const char *first_class,
           gboolean ellipsize)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL,
                                   "xalign", 0.0,
                                   "ellipsize", ellipsize ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE,
                                   "wrap-mode", PANGO_WRAP_WORD_CHAR,
                                   NULL);

  if (first_class != NULL)
    {
      gtk_widget_add_css_class (label, "caption");
      gtk_widget_add_css_class (label, first_class);
    }
  return label;
}

static void
hy_document_cell_init (HyDocumentCell *self)
{
  GtkGridLayout *grid = GTK_GRID_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self)));
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);

  gtk_grid_layout_set_column_spacing (grid, 12);

  /* The list item around it is what can be chosen, and says whether it is. */
  self->check = g_object_new (GTK_TYPE_CHECK_BUTTON,
                              "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                              "valign", GTK_ALIGN_CENTER,
                              "focusable", FALSE,
                              "can-focus", FALSE,
                              "can-target", FALSE,
                              "visible", FALSE,
                              NULL);

  self->icon = g_object_new (GTK_TYPE_IMAGE,
                             "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                             "valign", GTK_ALIGN_CENTER,
                             NULL);
  gtk_widget_add_css_class (self->icon, "icon-tile");

  self->title = new_label (NULL, /* ellipsize= */ TRUE);
  self->dot = g_object_new (ADW_TYPE_BIN,
                            "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                            "valign", GTK_ALIGN_CENTER,
                            "visible", FALSE,
                            NULL);
  gtk_widget_add_css_class (self->dot, "unread-dot");
  gtk_box_append (GTK_BOX (line), self->title);
  gtk_box_append (GTK_BOX (line), self->dot);

  self->detail = new_label ("dimmed", /* ellipsize= */ TRUE);
  self->author = new_label ("dimmed", /* ellipsize= */ TRUE);
  self->texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);
  gtk_widget_set_hexpand (self->texts, TRUE);
  gtk_widget_set_valign (self->texts, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->texts), line);
  gtk_box_append (GTK_BOX (self->texts), self->detail);
  gtk_box_append (GTK_BOX (self->texts), self->author);

  self->badges = g_object_new (ADW_TYPE_WRAP_BOX, "child-spacing", 6, "line-spacing", 3, "valign", GTK_ALIGN_CENTER, NULL);

  self->date = new_label ("dimmed", /* ellipsize= */ FALSE);
  gtk_label_set_xalign (GTK_LABEL (self->date), 1.0);
  gtk_widget_add_css_class (self->date, "numeric");

  gtk_widget_set_parent (self->check, GTK_WIDGET (self));
  gtk_widget_set_parent (self->icon, GTK_WIDGET (self));
  gtk_widget_set_parent (self->texts, GTK_WIDGET (self));
  gtk_widget_set_parent (self->badges, GTK_WIDGET (self));
  gtk_widget_set_parent (self->date, GTK_WIDGET (self));
}

GtkWidget *
hy_document_cell_new (const HyDocumentCellStyle *style)
{
  HyDocumentCell *self = g_object_new (HY_TYPE_DOCUMENT_CELL, NULL);

  self->style = style;
  lay_out (self);
  return GTK_WIDGET (self);
}

void
hy_document_cell_bind (HyDocumentCell *self,
                       GtkListItem *item)
{
  g_return_if_fail (HY_IS_DOCUMENT_CELL (self));

  hy_document_cell_unbind (self);
  self->item = item;
  self->row = g_object_ref (gtk_list_item_get_item (item));
  self->on_selected_id = g_signal_connect_swapped (item, "notify::selected", G_CALLBACK (show_chosen), self);
  self->on_loaded_id = g_signal_connect_swapped (self->row, "notify::loaded", G_CALLBACK (show_row), self);
  hy_document_cell_restyle (self);
}

void
hy_document_cell_unbind (HyDocumentCell *self)
{
  g_return_if_fail (HY_IS_DOCUMENT_CELL (self));

  if (self->row == NULL)
    return;
  g_clear_signal_handler (&self->on_loaded_id, self->row);
  g_clear_signal_handler (&self->on_selected_id, self->item);
  g_clear_object (&self->row);
  self->item = NULL;
}

/**
 * hy_document_cell_restyle:
 *
 * Follows a change of the style given to hy_document_cell_new().
 */
void
hy_document_cell_restyle (HyDocumentCell *self)
{
  g_return_if_fail (HY_IS_DOCUMENT_CELL (self));

  if (self->laid_compact != self->style->compact)
    lay_out (self);
  if (self->row == NULL)
    return;
  show_row (self);
  show_opened (self);
  show_chosen (self);
}

const HyVaultRow *
hy_document_cell_get_row (HyDocumentCell *self)
{
  g_return_val_if_fail (HY_IS_DOCUMENT_CELL (self), NULL);

  return self->row != NULL ? hy_document_row_get_row (self->row) : NULL;
}

gint64
hy_document_cell_get_rowid (HyDocumentCell *self)
{
  g_return_val_if_fail (HY_IS_DOCUMENT_CELL (self), 0);

  return self->row != NULL ? hy_document_row_get_rowid (self->row) : 0;
}

guint
hy_document_cell_get_position (HyDocumentCell *self)
{
  g_return_val_if_fail (HY_IS_DOCUMENT_CELL (self), GTK_INVALID_LIST_POSITION);

  return self->item != NULL ? gtk_list_item_get_position (self->item) : GTK_INVALID_LIST_POSITION;
}

guint
hy_document_cell_get_flags (HyDocumentCell *self)
{
  const HyVaultRow *row;

  g_return_val_if_fail (HY_IS_DOCUMENT_CELL (self), 0);

  row = self->row != NULL ? hy_document_row_get_row (self->row) : NULL;
  return row != NULL ? row->flags : 0;
}
