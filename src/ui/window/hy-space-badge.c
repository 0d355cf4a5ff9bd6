/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says whose space it is while the sidebar is hidden, and leads back to it. */

#include "config.h"

#include "ui/window/hy-space-badge.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define AVATAR_SIZE 26

struct _HySpaceBadge
{
  GtkButton parent_instance;

  gboolean narrow;
};

G_DEFINE_FINAL_TYPE (HySpaceBadge, hy_space_badge, GTK_TYPE_BUTTON)

enum
{
  PROP_0,
  PROP_NARROW,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
hy_space_badge_get_property (GObject *object,
                             guint prop_id,
                             GValue *value,
                             GParamSpec *pspec)
{
  if (prop_id == PROP_NARROW)
    g_value_set_boolean (value, HY_SPACE_BADGE (object)->narrow);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
hy_space_badge_set_property (GObject *object,
                             guint prop_id,
                             const GValue *value,
                             GParamSpec *pspec)
{
  HySpaceBadge *self = HY_SPACE_BADGE (object);

  if (prop_id != PROP_NARROW)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      return;
    }
  self->narrow = g_value_get_boolean (value);
  gtk_widget_set_visible (GTK_WIDGET (self), self->narrow);
}

static void
hy_space_badge_class_init (HySpaceBadgeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hy_space_badge_get_property;
  object_class->set_property = hy_space_badge_set_property;
  properties[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hy_space_badge_init (HySpaceBadge *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (GTK_WIDGET (self), "flat");
  gtk_widget_add_css_class (GTK_WIDGET (self), "circular");
  gtk_widget_add_css_class (GTK_WIDGET (self), "space-badge");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self), "space.show-sidebar");
}

/**
 * hy_space_badge_new:
 * @info: of the opened space
 */
GtkWidget *
hy_space_badge_new (HySpaceInfo *info)
{
  HySpaceBadge *self = g_object_new (HY_TYPE_SPACE_BADGE, NULL);
  /* Translators: %s is a person's name */
  g_autofree char *tip = g_strdup_printf (_ ("Space of %s"), hy_space_info_get_name (info));

  gtk_button_set_child (GTK_BUTTON (self), adw_avatar_new (AVATAR_SIZE, hy_space_info_get_name (info), /* show_initials= */ TRUE));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), tip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, tip, -1);
  return GTK_WIDGET (self);
}
