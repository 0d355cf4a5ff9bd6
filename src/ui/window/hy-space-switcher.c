/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The button that says whose space it is, and the list of the others behind it.  Opens nothing itself. */

#include "config.h"

#include "ui/window/hy-space-switcher.h"

#include <glib/gi18n.h>

#define AVATAR_SIZE 40
#define ROW_AVATAR_SIZE 32

/* Some eight rows; a longer list scrolls. */
#define LIST_HEIGHT 400

/* A row of the list knows its place in the model by its index. */
struct _HySpaceSwitcher
{
  AdwBin parent_instance;

  GtkMenuButton *button;
  GtkPopover *popover;
  GtkStack *face; /* avatar, or a spinner while another space is opened */

  HySpaceInfo *present;
  GListModel *spaces;
};

G_DEFINE_FINAL_TYPE (HySpaceSwitcher, hy_space_switcher, ADW_TYPE_BIN)

enum
{
  SPACE_CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const char *
say_role (HySpaceInfo *info)
{
  if (hy_space_info_get_problem (info) != NULL)
    return hy_space_info_get_problem (info);
  return hy_space_info_get_own (info) ? _ ("Your space") : _ ("A space you look after");
}

static gboolean
is_present (HySpaceSwitcher *self,
            HySpaceInfo *info)
{
  return g_str_equal (hy_space_info_get_id (info), hy_space_info_get_id (self->present));
}

static GtkWidget *
make_words (HySpaceInfo *info)
{
  gboolean broken = hy_space_info_get_problem (info) != NULL;
  GtkWidget *words = g_object_new (GTK_TYPE_BOX, "orientation", GTK_ORIENTATION_VERTICAL,
                                   "valign", GTK_ALIGN_CENTER, "hexpand", TRUE, NULL);
  GtkWidget *name = g_object_new (GTK_TYPE_LABEL, "label", hy_space_info_get_name (info), "xalign", 0.f,
                                  "ellipsize", PANGO_ELLIPSIZE_END, "tooltip-text", hy_space_info_get_name (info), NULL);
  GtkWidget *role = g_object_new (GTK_TYPE_LABEL, "label", say_role (info), "xalign", 0.f, "wrap", broken,
                                  "max-width-chars", broken ? 32 : -1, "tooltip-text", say_role (info),
                                  "ellipsize", broken ? PANGO_ELLIPSIZE_NONE : PANGO_ELLIPSIZE_END, NULL);

  gtk_widget_add_css_class (name, "heading");
  gtk_widget_add_css_class (role, "caption");
  gtk_widget_add_css_class (role, "dimmed");
  gtk_box_append (GTK_BOX (words), name);
  gtk_box_append (GTK_BOX (words), role);
  return words;
}

static GtkWidget *
make_row (HySpaceSwitcher *self,
          HySpaceInfo *info)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *block = g_object_new (GTK_TYPE_BOX, "spacing", 12, "margin-top", 6, "margin-bottom", 6, NULL);
  GtkWidget *check = gtk_image_new_from_icon_name ("object-select-symbolic");
  g_autofree char *label = NULL;

  if (is_present (self, info))
    /* Translators: a person's name, then "Your space" or "A space you look after" */
    label = g_strdup_printf (_ ("%s, %s, open now"), hy_space_info_get_name (info), say_role (info));
  else
    label = g_strdup_printf ("%s, %s", hy_space_info_get_name (info), say_role (info));
  gtk_box_append (GTK_BOX (block), adw_avatar_new (ROW_AVATAR_SIZE, hy_space_info_get_name (info),
                                                   /* show_initials= */ hy_space_info_get_problem (info) == NULL));
  gtk_box_append (GTK_BOX (block), make_words (info));
  gtk_widget_set_opacity (check, is_present (self, info) ? 1 : 0);
  gtk_box_append (GTK_BOX (block), check);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), block);
  /* One that cannot be read stays within reach of the keyboard, so that its reason is read out. */
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), hy_space_info_get_problem (info) == NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  return row;
}

static void
set_working (HySpaceSwitcher *self,
             gboolean working)
{
  gtk_stack_set_visible_child_name (self->face, working ? "working" : "ready");
  gtk_widget_set_sensitive (GTK_WIDGET (self->button), !working);
}

static void
on_row_activated (HySpaceSwitcher *self,
                  GtkListBoxRow *row)
{
  g_autoptr (HySpaceInfo) info = g_list_model_get_item (self->spaces, (guint) gtk_list_box_row_get_index (row));

  gtk_popover_popdown (self->popover);
  if (is_present (self, info))
    return;
  set_working (self, TRUE);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), _ ("The other space is being opened."),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  g_signal_emit (self, signals[SPACE_CHOSEN], 0, hy_space_info_get_id (info));
}

static void
on_add_clicked (HySpaceSwitcher *self)
{
  gtk_popover_popdown (self->popover);
  gtk_widget_activate_action (GTK_WIDGET (self), "space.add", NULL);
}

static GtkWidget *
make_list (HySpaceSwitcher *self)
{
  GtkWidget *list = g_object_new (GTK_TYPE_LIST_BOX, "selection-mode", GTK_SELECTION_NONE, NULL);
  GtkWidget *scrolled = g_object_new (GTK_TYPE_SCROLLED_WINDOW, "hscrollbar-policy", GTK_POLICY_NEVER,
                                      "propagate-natural-height", TRUE, "max-content-height", LIST_HEIGHT,
                                      "child", list, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (self->spaces); i++)
    {
      g_autoptr (HySpaceInfo) info = g_list_model_get_item (self->spaces, i);

      gtk_list_box_append (GTK_LIST_BOX (list), make_row (self, info));
    }
  gtk_widget_add_css_class (list, "navigation-sidebar");
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Spaces"), -1);
  g_signal_connect_object (list, "row-activated", G_CALLBACK (on_row_activated), self, G_CONNECT_SWAPPED);
  return scrolled;
}

static void
fill_popover (HySpaceSwitcher *self)
{
  GtkWidget *box = g_object_new (GTK_TYPE_BOX, "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 6,
                                 "width-request", 260, NULL);
  GtkWidget *add = gtk_button_new_with_mnemonic (_ ("_Add a space…"));

  gtk_widget_add_css_class (add, "flat");
  g_signal_connect_object (add, "clicked", G_CALLBACK (on_add_clicked), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), make_list (self));
  gtk_box_append (GTK_BOX (box), gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
  gtk_box_append (GTK_BOX (box), add);
  gtk_popover_set_child (self->popover, box);
}

static void
fill_button (HySpaceSwitcher *self)
{
  GtkWidget *block = g_object_new (GTK_TYPE_BOX, "spacing", 12, NULL);
  const char *who = hy_space_info_get_name (self->present);
  g_autofree char *label = g_strdup_printf ("%s, %s", who, say_role (self->present));

  gtk_stack_add_named (self->face, adw_avatar_new (AVATAR_SIZE, who, /* show_initials= */ TRUE), "ready");
  gtk_stack_add_named (self->face, adw_spinner_new (), "working");
  gtk_box_append (GTK_BOX (block), GTK_WIDGET (self->face));
  gtk_box_append (GTK_BOX (block), make_words (self->present));
  gtk_menu_button_set_child (self->button, block);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
hy_space_switcher_dispose (GObject *object)
{
  HySpaceSwitcher *self = HY_SPACE_SWITCHER (object);

  g_clear_object (&self->present);
  g_clear_object (&self->spaces);
  G_OBJECT_CLASS (hy_space_switcher_parent_class)->dispose (object);
}

static void
hy_space_switcher_class_init (HySpaceSwitcherClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hy_space_switcher_dispose;
  signals[SPACE_CHOSEN] = g_signal_new ("space-chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
hy_space_switcher_init (HySpaceSwitcher *self)
{
  self->popover = GTK_POPOVER (gtk_popover_new ());
  self->face = GTK_STACK (gtk_stack_new ());
  self->button = g_object_new (GTK_TYPE_MENU_BUTTON, "popover", self->popover, "always-show-arrow", TRUE,
                               "tooltip-text", _ ("Spaces"), NULL);
  gtk_widget_add_css_class (GTK_WIDGET (self->button), "flat");
  gtk_widget_add_css_class (GTK_WIDGET (self->button), "space-block");
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->button));
}

/**
 * hy_space_switcher_new:
 * @present: of the opened space
 * @spaces: HySpaceInfo of all spaces of the vault
 */
GtkWidget *
hy_space_switcher_new (HySpaceInfo *present,
                       GListModel *spaces)
{
  HySpaceSwitcher *self = g_object_new (HY_TYPE_SPACE_SWITCHER, NULL);

  self->present = g_object_ref (present);
  self->spaces = g_object_ref (spaces);
  fill_button (self);
  fill_popover (self);
  return GTK_WIDGET (self);
}

/**
 * hy_space_switcher_stay:
 *
 * The other space did not open: the button is of use again.
 */
void
hy_space_switcher_stay (HySpaceSwitcher *self)
{
  set_working (self, FALSE);
}
