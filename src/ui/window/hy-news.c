/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks at the journal of one opened space.  A notification lies on the lock screen for everybody to read: it holds no name,
 * no title and no kind, and goes as soon as the window is looked at or locks. */

#include "config.h"

#include "ui/window/hy-news.h"

#include "base/hy-async.h"
#include "fhir/hy-resource-class.h"
#include "space/hy-space-sync.h"

#include <glib/gi18n.h>

#define NOTIFICATION "new-documents"

struct _HyNews
{
  GObject parent_instance;

  HySpace *space;
  GSettings *settings;
  HyScope *scope;
  gboolean seen;      /* the window has the focus */
  gboolean looking;   /* the journal is being read */
  gboolean look_again;
  gboolean began;     /* last_run is known */
  gint64 last_run;    /* that was told, or that was there before */
  guint untold;       /* documents that came since somebody looked */
};

G_DEFINE_FINAL_TYPE (HyNews, hy_news, G_TYPE_OBJECT)

static void
send (HyNews *self)
{
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *title = NULL;

  if (self->seen || self->untold == 0 || !g_settings_get_boolean (self->settings, "notify-new-documents"))
    return;
  title = self->untold == 1 ? g_strdup (_ ("New document"))
                            : g_strdup_printf (ngettext ("%'u new document", "%'u new documents", self->untold), self->untold);
  notification = g_notification_new (title);
  g_application_send_notification (g_application_get_default (), NOTIFICATION, notification);
}

static guint
count_documents (HyRun *run)
{
  guint n = 0;

  for (guint i = 0; i < run->lines->len; i++)
    {
      HyRunLine *line = g_ptr_array_index (run->lines, i);

      if (line->klass == HY_CLASS_DOCUMENT)
        n += line->added;
    }
  return n;
}

static DexFuture *
look_fiber (gpointer user_data)
{
  HyNews *self = user_data;
  HySpaceSync *sync = hy_space_get_sync (self->space);

  do
    {
      g_autoptr (GPtrArray) runs = NULL;
      HyRun *run;

      self->look_again = FALSE;
      runs = dex_await_boxed (hy_space_sync_dup_journal (sync, 1), NULL);
      if (hy_scope_is_cancelled (self->scope))
        return dex_future_new_true ();
      run = runs != NULL && runs->len > 0 ? g_ptr_array_index (runs, 0) : NULL;
      if (run == NULL || run->ended_ms == 0 || run->run == self->last_run)
        continue;
      self->last_run = run->run;
      if (self->began && !self->seen)
        self->untold += count_documents (run);
      send (self);
    }
  while (self->look_again);
  self->began = TRUE;
  self->looking = FALSE;
  return dex_future_new_true ();
}

static void
look (HyNews *self)
{
  self->look_again = TRUE;
  if (self->looking)
    return;
  self->looking = TRUE;
  hy_spawn ("look for news", look_fiber, g_object_ref (self), g_object_unref, self->scope);
}

static void
hy_news_dispose (GObject *object)
{
  HyNews *self = HY_NEWS (object);

  hy_scope_cancel (self->scope);
  g_clear_object (&self->space);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (hy_news_parent_class)->dispose (object);
}

static void
hy_news_finalize (GObject *object)
{
  g_clear_object (&HY_NEWS (object)->scope);
  G_OBJECT_CLASS (hy_news_parent_class)->finalize (object);
}

static void
hy_news_class_init (HyNewsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hy_news_dispose;
  G_OBJECT_CLASS (klass)->finalize = hy_news_finalize;
}

static void
hy_news_init (HyNews *self)
{
  self->scope = hy_scope_new ();
}

HyNews *
hy_news_new (HySpace *space)
{
  HyNews *self = g_object_new (HY_TYPE_NEWS, NULL);

  self->space = g_object_ref (space);
  self->settings = g_settings_new (HY_APP_ID);
  g_signal_connect_object (hy_space_get_sync (space), "journal-changed", G_CALLBACK (look), self, G_CONNECT_SWAPPED);
  look (self);
  return self;
}

/**
 * hy_news_set_seen:
 * @seen: whether the window has the focus, so that the list itself tells what is new
 */
void
hy_news_set_seen (HyNews *self,
                  gboolean seen)
{
  self->seen = seen;
  if (!seen)
    return;
  self->untold = 0;
  g_application_withdraw_notification (g_application_get_default (), NOTIFICATION);
}

/**
 * hy_news_end:
 *
 * Before the space locks: nothing more is told, and what was told goes.
 */
void
hy_news_end (HyNews *self)
{
  hy_scope_cancel (self->scope);
  g_application_withdraw_notification (g_application_get_default (), NOTIFICATION);
}
