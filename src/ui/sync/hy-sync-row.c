/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What AdwActionRow cannot do: go on two lines where there is little room, and show how far something is. */

#include "config.h"

#include "ui/sync/hy-sync-row.h"

struct _HySyncRow
{
  AdwPreferencesRow parent_instance;

  GtkStack *lead;
  GtkWidget *icon;
  GtkBox *body; /* words, then what can be done */
  GtkLabel *title;
  GtkLabel *subtitle;
  GtkProgressBar *progress;
  GtkBox *beside;      /* what can be done, in a wide window */
  AdwWrapBox *below;   /* and in a narrow one */
  GPtrArray *ends;     /* GtkWidget, in one of the two */
  char *state; /* nullable: what a badge says beside the words */
  const char *style;
  gboolean narrow;
};

G_DEFINE_FINAL_TYPE (HySyncRow, hy_sync_row, ADW_TYPE_PREFERENCES_ROW)

enum
{
  PROP_0,
  PROP_NARROW,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void
lay_out (HySyncRow *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->body), self->narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  for (guint i = 0; i < self->ends->len; i++)
    {
      GtkWidget *end = g_ptr_array_index (self->ends, i);

      if (gtk_widget_get_parent (end) == GTK_WIDGET (self->beside))
        gtk_box_remove (self->beside, end);
      else if (gtk_widget_get_parent (end) != NULL)
        adw_wrap_box_remove (self->below, end);
      if (self->narrow)
        adw_wrap_box_append (self->below, end);
      else
        gtk_box_append (self->beside, end);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->beside), !self->narrow && self->ends->len > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->below), self->narrow && self->ends->len > 0);
}

static void
hy_sync_row_get_property (GObject *object,
                          guint prop_id,
                          GValue *value,
                          GParamSpec *pspec)
{
  if (prop_id == PROP_NARROW)
    g_value_set_boolean (value, HY_SYNC_ROW (object)->narrow);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
hy_sync_row_set_property (GObject *object,
                          guint prop_id,
                          const GValue *value,
                          GParamSpec *pspec)
{
  HySyncRow *self = HY_SYNC_ROW (object);

  if (prop_id != PROP_NARROW)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      return;
    }
  if (self->narrow == g_value_get_boolean (value))
    return;
  self->narrow = g_value_get_boolean (value);
  lay_out (self);
}

static void
hy_sync_row_finalize (GObject *object)
{
  g_ptr_array_unref (HY_SYNC_ROW (object)->ends);
  g_free (HY_SYNC_ROW (object)->state);
  G_OBJECT_CLASS (hy_sync_row_parent_class)->finalize (object);
}

static void
hy_sync_row_class_init (HySyncRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hy_sync_row_get_property;
  object_class->set_property = hy_sync_row_set_property;
  object_class->finalize = hy_sync_row_finalize;
  props[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static GtkWidget *
new_words_box (HySyncRow *self)
{
  GtkWidget *words = g_object_new (GTK_TYPE_BOX, "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 3,
                                   "valign", GTK_ALIGN_CENTER, "hexpand", TRUE, NULL);

  self->title = g_object_new (GTK_TYPE_LABEL, "xalign", 0.f, "wrap", TRUE, "wrap-mode", PANGO_WRAP_WORD_CHAR, NULL);
  self->subtitle = g_object_new (GTK_TYPE_LABEL, "xalign", 0.f, "wrap", TRUE, "wrap-mode", PANGO_WRAP_WORD_CHAR,
                                 "visible", FALSE, NULL);
  self->progress = g_object_new (GTK_TYPE_PROGRESS_BAR, "visible", FALSE, "margin-top", 4,
                                 "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  gtk_widget_add_css_class (GTK_WIDGET (self->subtitle), "subtitle");
  gtk_box_append (GTK_BOX (words), GTK_WIDGET (self->title));
  gtk_box_append (GTK_BOX (words), GTK_WIDGET (self->subtitle));
  gtk_box_append (GTK_BOX (words), GTK_WIDGET (self->progress));
  return words;
}

static void
hy_sync_row_init (HySyncRow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  /* The spinner in it would spread otherwise. */
  self->lead = g_object_new (GTK_TYPE_STACK, "valign", GTK_ALIGN_CENTER, "hexpand", FALSE, NULL);
  self->icon = g_object_new (GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  gtk_stack_add_named (self->lead, self->icon, "icon");
  self->body = GTK_BOX (gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9));
  self->ends = g_ptr_array_new_with_free_func (g_object_unref);
  self->beside = g_object_new (GTK_TYPE_BOX, "spacing", 6, "valign", GTK_ALIGN_CENTER, NULL);
  self->below = g_object_new (ADW_TYPE_WRAP_BOX, "child-spacing", 6, "line-spacing", 6, NULL);
  gtk_widget_set_hexpand (GTK_WIDGET (self->body), TRUE);
  gtk_box_append (self->body, new_words_box (self));
  gtk_box_append (self->body, GTK_WIDGET (self->beside));
  gtk_box_append (self->body, GTK_WIDGET (self->below));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->lead));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->body));
  gtk_widget_add_css_class (box, "sync-row");
  gtk_widget_add_css_class (GTK_WIDGET (self), "sync-row");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), FALSE);
  g_object_set (self, "use-markup", FALSE, NULL);
  lay_out (self);
}

/**
 * hy_sync_row_new:
 * @tile: whether its icon stands on a tile, as where there are few rows
 */
GtkWidget *
hy_sync_row_new (gboolean tile)
{
  HySyncRow *self = g_object_new (HY_TYPE_SYNC_ROW, NULL);

  if (tile)
    {
      GtkWidget *spinner = g_object_new (ADW_TYPE_SPINNER, "halign", GTK_ALIGN_CENTER, "valign", GTK_ALIGN_CENTER,
                                         "width-request", 18, "height-request", 18, "hexpand", TRUE, NULL);
      GtkWidget *working = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

      gtk_widget_add_css_class (self->icon, "icon-tile");
      gtk_widget_add_css_class (working, "icon-tile");
      gtk_widget_add_css_class (working, "accent");
      gtk_box_append (GTK_BOX (working), spinner);
      gtk_stack_add_named (self->lead, working, "working");
    }
  return GTK_WIDGET (self);
}

/**
 * hy_sync_row_set_icon:
 * @style: (nullable): a constant string: "accent", "warning", "error" or "success"
 */
void
hy_sync_row_set_icon (HySyncRow *self,
                      const char *icon_name,
                      const char *style)
{
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), icon_name);
  if (self->style != NULL)
    gtk_widget_remove_css_class (self->icon, self->style);
  if (style != NULL)
    gtk_widget_add_css_class (self->icon, style);
  self->style = style;
}

/* Only of a row with a tile: a spinner in the place of the icon. */
void
hy_sync_row_set_working (HySyncRow *self,
                         gboolean working)
{
  gtk_stack_set_visible_child_name (self->lead, working ? "working" : "icon");
}

/* All that is to be read is in the name, for whoever goes through the rows by ear. */
static void
say_name (HySyncRow *self)
{
  g_autoptr (GString) name = g_string_new (gtk_label_get_text (self->title));

  if (self->state != NULL)
    g_string_append_printf (name, ", %s", self->state);
  if (gtk_widget_get_visible (GTK_WIDGET (self->subtitle)))
    g_string_append_printf (name, ", %s", gtk_label_get_text (self->subtitle));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name->str, -1);
}

/**
 * hy_sync_row_set_words:
 * @subtitle: (nullable):
 */
void
hy_sync_row_set_words (HySyncRow *self,
                       const char *title,
                       const char *subtitle)
{
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->subtitle, subtitle != NULL ? subtitle : "");
  gtk_widget_set_visible (GTK_WIDGET (self->subtitle), subtitle != NULL && *subtitle != '\0');
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  say_name (self);
}

/* What stands at the end of the row, in words. */
void
hy_sync_row_set_state (HySyncRow *self,
                       const char *state)
{
  g_set_str (&self->state, state);
  say_name (self);
}

/**
 * hy_sync_row_set_progress:
 * @fraction: below 0, none is shown
 */
void
hy_sync_row_set_progress (HySyncRow *self,
                          double fraction)
{
  gtk_widget_set_visible (GTK_WIDGET (self->progress), fraction >= 0);
  gtk_progress_bar_set_fraction (self->progress, CLAMP (fraction, 0, 1));
}

void
hy_sync_row_add_end (HySyncRow *self,
                     GtkWidget *end)
{
  gtk_widget_set_valign (end, GTK_ALIGN_CENTER);
  g_ptr_array_add (self->ends, g_object_ref_sink (end));
  lay_out (self);
}
