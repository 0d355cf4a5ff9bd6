/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order of the first start's pages.  The vault is made at the end of step 1, so there is no way back to it;
 * between steps 2 and 3 one goes both ways. */

#include "config.h"

#include "ui/first-start/hy-first-start.h"

#include "ui/first-start/hy-passphrase-page.h"
#include "ui/first-start/hy-person-page.h"
#include "ui/first-start/hy-recovery-page.h"

#include <glib/gi18n.h>

struct _HyFirstStart
{
  AdwBin parent_instance;

  AdwNavigationView *view;

  HySession *session;
};

G_DEFINE_FINAL_TYPE (HyFirstStart, hy_first_start, ADW_TYPE_BIN)

enum
{
  CREATED,
  OPENED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
on_opened (HyFirstStart *self,
           HySpace *space)
{
  hy_session_drop_recovery (self->session);
  g_signal_emit (self, signals[OPENED], 0, space);
}

static HyPersonPage *
make_person_page (HyFirstStart *self)
{
  HyPersonPage *page = hy_person_page_new (self->session);

  g_signal_connect_swapped (page, "opened", G_CALLBACK (on_opened), self);
  return page;
}

static void
on_proved (HyFirstStart *self)
{
  adw_navigation_view_push (self->view, ADW_NAVIGATION_PAGE (make_person_page (self)));
}

static void
on_created (HyFirstStart *self,
            HySession *session)
{
  AdwNavigationPage *page = ADW_NAVIGATION_PAGE (hy_recovery_page_new (session));

  g_set_object (&self->session, session);
  g_signal_emit (self, signals[CREATED], 0, session);
  g_signal_connect_swapped (page, "proved", G_CALLBACK (on_proved), self);
  adw_navigation_page_set_can_pop (page, FALSE);
  adw_navigation_view_push (self->view, page);
}

static gboolean
hy_first_start_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (adw_navigation_view_get_visible_page (HY_FIRST_START (widget)->view)));
}

static void
hy_first_start_dispose (GObject *object)
{
  HyFirstStart *self = HY_FIRST_START (object);

  g_clear_object (&self->session);
  G_OBJECT_CLASS (hy_first_start_parent_class)->dispose (object);
}

static void
hy_first_start_class_init (HyFirstStartClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hy_first_start_dispose;
  widget_class->grab_focus = hy_first_start_grab_focus;

  signals[CREATED] = g_signal_new ("created", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, HY_TYPE_SESSION);
  signals[OPENED] = g_signal_new ("opened", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, HY_TYPE_SPACE);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hygie/Hygie/ui/hy-first-start.ui");
  gtk_widget_class_bind_template_child (widget_class, HyFirstStart, view);
}

static void
hy_first_start_init (HyFirstStart *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hy_first_start_new:
 * @dir: where the vault will be made; nothing is there yet
 */
GtkWidget *
hy_first_start_new (const char *dir)
{
  HyFirstStart *self = g_object_new (HY_TYPE_FIRST_START, NULL);
  HyPassphrasePage *page = hy_passphrase_page_new (dir);

  g_signal_connect_swapped (page, "created", G_CALLBACK (on_created), self);
  adw_navigation_view_push (self->view, ADW_NAVIGATION_PAGE (page));
  return GTK_WIDGET (self);
}

/**
 * hy_first_start_new_resumed:
 * @session: of a vault that has no space yet: the person left between steps 1 and 3
 */
GtkWidget *
hy_first_start_new_resumed (HySession *session)
{
  HyFirstStart *self = g_object_new (HY_TYPE_FIRST_START, NULL);
  HyPersonPage *page;

  self->session = g_object_ref (session);
  page = make_person_page (self);
  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (page), _ ("Last step"));
  adw_navigation_view_push (self->view, ADW_NAVIGATION_PAGE (page));
  return GTK_WIDGET (self);
}
