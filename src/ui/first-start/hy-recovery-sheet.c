/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Owns what of the recovery key is on the screen.  Ink on white paper in every style, as the printed sheet. */

#include "config.h"

#include "ui/first-start/hy-recovery-sheet.h"

#include "base/hy-date.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

/* A reader needs four light modules around the code; on our white card two are drawn and two are the card. */
#define QUIET_MODULES 2

struct _HyRecoverySheet
{
  GtkBox parent_instance;

  GtkLabel *made_on;
  AdwWrapBox *groups;
  GtkStack *code_stack;
  GtkDrawingArea *code;

  GtkWidget *boxes[HY_RECOVERY_GROUPS];
  GtkLabel *numbers[HY_RECOVERY_GROUPS];
  GtkLabel *letters[HY_RECOVERY_GROUPS];
  HySecret *key;
  guint8 *modules; /* one byte each, row by row, 1 = dark */
  guint width;
};

G_DEFINE_FINAL_TYPE (HyRecoverySheet, hy_recovery_sheet, GTK_TYPE_BOX)

static void
show_group (HyRecoverySheet *self,
            guint i,
            gboolean covered)
{
  char letters[HY_RECOVERY_GROUP_SIZE + 1] = "";
  g_autofree char *number = NULL;
  g_autofree char *name = NULL;

  if (covered)
    {
      /* Translators: over a covered group of the recovery sheet, "3, covered" */
      number = g_strdup_printf (_ ("%u, covered"), i + 1);
      name = g_strdup_printf (_ ("Group %u, covered"), i + 1);
      gtk_label_set_label (self->letters[i], "••••");
      gtk_widget_add_css_class (self->boxes[i], "covered");
    }
  else
    {
      if (self->key != NULL)
        {
          memcpy (letters, hy_secret_open (self->key) + i * HY_RECOVERY_GROUP_SIZE, HY_RECOVERY_GROUP_SIZE);
          hy_secret_close (self->key);
        }
      /* Translators: over the last group of the recovery sheet, which serves to check the others */
      number = i == HY_RECOVERY_GROUPS - 1 ? g_strdup_printf (_ ("%u, check"), i + 1) : g_strdup_printf ("%u", i + 1);
      /* Translators: a group of the recovery sheet read aloud letter by letter, "Group 1: 7, K, Q, M" */
      name = g_strdup_printf (_ ("Group %u: %c, %c, %c, %c"), i + 1, letters[0], letters[1], letters[2], letters[3]);
      gtk_label_set_label (self->letters[i], letters);
      gtk_widget_remove_css_class (self->boxes[i], "covered");
    }
  gtk_label_set_label (self->numbers[i], number);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->boxes[i]), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  explicit_bzero (name, strlen (name));
  explicit_bzero (letters, sizeof letters);
}

static void
add_group (HyRecoverySheet *self,
           GtkSizeGroup *same_width,
           guint i)
{
  GtkWidget *box = g_object_new (GTK_TYPE_BOX, "orientation", GTK_ORIENTATION_VERTICAL,
                                 "accessible-role", GTK_ACCESSIBLE_ROLE_IMG, NULL);
  GtkWidget *number = g_object_new (GTK_TYPE_LABEL, "xalign", 0.f, NULL);
  GtkWidget *letters = g_object_new (GTK_TYPE_LABEL, "xalign", 0.f, NULL);

  gtk_widget_add_css_class (box, "recovery-group");
  gtk_widget_add_css_class (number, "number");
  gtk_widget_add_css_class (letters, "letters");
  gtk_box_append (GTK_BOX (box), number);
  gtk_box_append (GTK_BOX (box), letters);
  gtk_size_group_add_widget (same_width, box);
  adw_wrap_box_append (self->groups, box);
  self->boxes[i] = box;
  self->numbers[i] = GTK_LABEL (number);
  self->letters[i] = GTK_LABEL (letters);
}

static void
draw_code (GtkDrawingArea *area G_GNUC_UNUSED,
           cairo_t *cr,
           int width,
           int height,
           gpointer user_data)
{
  HyRecoverySheet *self = user_data;
  double module;

  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  if (self->modules == NULL)
    return;
  module = MIN (width, height) / (double) (self->width + 2 * QUIET_MODULES);
  cairo_set_source_rgb (cr, 0, 0, 0);
  /* Light seams between dark modules would trouble a reader. */
  cairo_set_antialias (cr, CAIRO_ANTIALIAS_NONE);
  for (guint y = 0; y < self->width; y++)
    for (guint x = 0; x < self->width; x++)
      if (self->modules[y * self->width + x])
        cairo_rectangle (cr, (x + QUIET_MODULES) * module, (y + QUIET_MODULES) * module, module, module);
  cairo_fill (cr);
}

static void
wipe_code (HyRecoverySheet *self)
{
  if (self->modules != NULL)
    explicit_bzero (self->modules, (gsize) self->width * self->width);
  g_clear_pointer (&self->modules, g_free);
  self->width = 0;
}

/**
 * hy_recovery_sheet_set_key:
 * @key: the 36 characters of the recovery key
 */
void
hy_recovery_sheet_set_key (HyRecoverySheet *self,
                           HySecret *key)
{
  g_return_if_fail (hy_secret_get_size (key) >= HY_RECOVERY_GROUPS * HY_RECOVERY_GROUP_SIZE);

  hy_secret_ref (key);
  g_clear_pointer (&self->key, hy_secret_unref);
  self->key = key;
  hy_recovery_sheet_uncover (self);
}

/**
 * hy_recovery_sheet_take_qr:
 * @modules: (transfer full) (array): width × width bytes, row by row, 1 = dark
 */
void
hy_recovery_sheet_take_qr (HyRecoverySheet *self,
                           guint8 *modules,
                           guint width)
{
  wipe_code (self);
  self->modules = modules;
  self->width = width;
  gtk_widget_queue_draw (GTK_WIDGET (self->code));
}

/**
 * hy_recovery_sheet_cover:
 * @first, @second: groups, counted from 0
 */
void
hy_recovery_sheet_cover (HyRecoverySheet *self,
                         guint first,
                         guint second)
{
  for (guint i = 0; i < HY_RECOVERY_GROUPS; i++)
    show_group (self, i, i == first || i == second);
  gtk_stack_set_visible_child_name (self->code_stack, "covered");
}

void
hy_recovery_sheet_uncover (HyRecoverySheet *self)
{
  for (guint i = 0; i < HY_RECOVERY_GROUPS; i++)
    show_group (self, i, /* covered= */ FALSE);
  gtk_stack_set_visible_child_name (self->code_stack, "shown");
}

/**
 * hy_recovery_sheet_clear:
 *
 * Takes the key off the screen and forgets it.
 */
void
hy_recovery_sheet_clear (HyRecoverySheet *self)
{
  g_clear_pointer (&self->key, hy_secret_unref);
  wipe_code (self);
  for (guint i = 0; i < HY_RECOVERY_GROUPS; i++)
    show_group (self, i, /* covered= */ TRUE);
  gtk_stack_set_visible_child_name (self->code_stack, "covered");
}

static void
hy_recovery_sheet_dispose (GObject *object)
{
  HyRecoverySheet *self = HY_RECOVERY_SHEET (object);

  g_clear_pointer (&self->key, hy_secret_unref);
  wipe_code (self);
  gtk_widget_dispose_template (GTK_WIDGET (self), HY_TYPE_RECOVERY_SHEET);
  G_OBJECT_CLASS (hy_recovery_sheet_parent_class)->dispose (object);
}

static void
hy_recovery_sheet_class_init (HyRecoverySheetClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hy_recovery_sheet_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hygie/Hygie/ui/hy-recovery-sheet.ui");
  gtk_widget_class_bind_template_child (widget_class, HyRecoverySheet, made_on);
  gtk_widget_class_bind_template_child (widget_class, HyRecoverySheet, groups);
  gtk_widget_class_bind_template_child (widget_class, HyRecoverySheet, code_stack);
  gtk_widget_class_bind_template_child (widget_class, HyRecoverySheet, code);
}

static void
hy_recovery_sheet_init (HyRecoverySheet *self)
{
  g_autoptr (GtkSizeGroup) same_width = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
  g_autofree char *today = hy_date_dup_display (hy_date_today ());
  g_autofree char *made_on = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));
  made_on = g_strdup_printf (_ ("Hygie, made on %s"), today);
  gtk_label_set_label (self->made_on, made_on);
  gtk_drawing_area_set_draw_func (self->code, draw_code, self, NULL);
  for (guint i = 0; i < HY_RECOVERY_GROUPS; i++)
    add_group (self, same_width, i);
  hy_recovery_sheet_clear (self);
}
