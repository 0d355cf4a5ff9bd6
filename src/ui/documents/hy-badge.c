/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one chip style for states in lists and dialogs. */

#include "ui/documents/hy-badge.h"

/* Beside words that can wrap a badge keeps its own, up to this many characters.  Counted in wide characters: three
 * quarters of a word's number of them is about its width. */
#define KEPT_CHARS 12

struct _HyBadge
{
  GtkBox parent_instance;

  GtkWidget *icon;
  GtkWidget *label;
  gboolean can_shrink;
  const char *style; /* the extra class it wears now; a constant string */
};

G_DEFINE_FINAL_TYPE (HyBadge, hy_badge, GTK_TYPE_BOX)

/* The words again, only where they did not fit. */
static gboolean
on_query_tooltip (HyBadge *self,
                  int x,
                  int y,
                  gboolean keyboard,
                  GtkTooltip *tooltip)
{
  if (!pango_layout_is_ellipsized (gtk_label_get_layout (GTK_LABEL (self->label))))
    return FALSE;
  gtk_tooltip_set_text (tooltip, gtk_label_get_text (GTK_LABEL (self->label)));
  return TRUE;
}

static void
hy_badge_class_init (HyBadgeClass *klass)
{
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
hy_badge_init (HyBadge *self)
{
  self->icon = g_object_new (GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  self->label = g_object_new (GTK_TYPE_LABEL, "ellipsize", PANGO_ELLIPSIZE_END, NULL);
  gtk_box_append (GTK_BOX (self), self->icon);
  gtk_box_append (GTK_BOX (self), self->label);
  gtk_widget_add_css_class (GTK_WIDGET (self), "badge");
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_START);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "query-tooltip", G_CALLBACK (on_query_tooltip), NULL);
}

static void
keep_width (HyBadge *self)
{
  glong n_chars = g_utf8_strlen (gtk_label_get_text (GTK_LABEL (self->label)), -1);

  gtk_label_set_width_chars (GTK_LABEL (self->label), self->can_shrink ? -1 : (int) MIN (n_chars * 3 / 4, KEPT_CHARS));
}

GtkWidget *
hy_badge_new (void)
{
  return g_object_new (HY_TYPE_BADGE, NULL);
}

/**
 * hy_badge_set:
 * @text: one or a few words; shown whole in a tooltip when there is no room
 * @style: (nullable): a constant string: "accent", "warning", "error" or "success"
 */
void
hy_badge_set (HyBadge *self,
              const char *icon_name,
              const char *text,
              const char *style)
{
  g_return_if_fail (HY_IS_BADGE (self));

  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), icon_name);
  gtk_label_set_text (GTK_LABEL (self->label), text);
  keep_width (self);
  if (self->style == style)
    return;
  if (self->style != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self), self->style);
  if (style != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self), style);
  self->style = style;
}

/**
 * hy_badge_set_can_shrink:
 * @can_shrink: whether its words may be cut to nothing but the icon and dots; they stand in the tooltip then
 */
void
hy_badge_set_can_shrink (HyBadge *self,
                         gboolean can_shrink)
{
  g_return_if_fail (HY_IS_BADGE (self));

  self->can_shrink = can_shrink;
  keep_width (self);
}
