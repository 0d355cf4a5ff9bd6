/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Listens on two buses.  While the vault is open it holds one of logind's delays, so that the computer sleeps only when the
 * keys are gone (at most a few seconds later: logind decides).  In a sandbox neither name may answer: GTK's own word on the
 * screen saver and the idle watch's clocks remain. */

#include "config.h"

#include "ui/window/hy-sleep-watch.h"

#include <glib/gi18n.h>
#include <gio/gunixfdlist.h>
#include <unistd.h>

#define LOGIND "org.freedesktop.login1"
#define LOGIND_PATH "/org/freedesktop/login1"
#define LOGIND_MANAGER "org.freedesktop.login1.Manager"
#define LOGIND_SESSION "org.freedesktop.login1.Session"

static const char *const savers[] = { "org.gnome.ScreenSaver", "org.freedesktop.ScreenSaver" };

struct _HySleepWatch
{
  GObject parent_instance;

  GCancellable *cancellable;
  GDBusConnection *system;
  GDBusConnection *session;
  guint sleep_signal;
  guint lock_signal;
  guint saver_signals[G_N_ELEMENTS (savers)];
  gboolean wanted;  /* a delay */
  gboolean asking;
  int delay_fd;     /* -1 = none is held */
};

G_DEFINE_FINAL_TYPE (HySleepWatch, hy_sleep_watch, G_TYPE_OBJECT)

enum
{
  SLEEPING,
  SCREEN_LOCKED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void ask_delay (HySleepWatch *self);

static void
on_delay (GObject *source,
          GAsyncResult *result,
          gpointer user_data)
{
  g_autoptr (HySleepWatch) self = user_data;
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_with_unix_fd_list_finish (G_DBUS_CONNECTION (source), &fds, result, NULL);
  gint32 index;

  self->asking = FALSE;
  if (answer == NULL || fds == NULL)
    return;
  g_variant_get (answer, "(h)", &index);
  if (index < 0 || index >= g_unix_fd_list_get_length (fds))
    return;
  self->delay_fd = g_unix_fd_list_get (fds, index, NULL);
  /* Locked meanwhile. */
  if (!self->wanted)
    hy_sleep_watch_delay (self, FALSE);
}

static void
ask_delay (HySleepWatch *self)
{
  if (self->system == NULL || self->asking || self->delay_fd >= 0)
    return;
  self->asking = TRUE;
  g_dbus_connection_call_with_unix_fd_list (self->system, LOGIND, LOGIND_PATH, LOGIND_MANAGER, "Inhibit",
                                            g_variant_new ("(ssss)", "sleep", "Hygie", _ ("Locks itself before the computer sleeps"), "delay"),
                                            G_VARIANT_TYPE ("(h)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, self->cancellable, on_delay,
                                            g_object_ref (self));
}

/**
 * hy_sleep_watch_delay:
 * @delay: whether the computer is asked to wait with its sleep; %FALSE lets it go at once
 */
void
hy_sleep_watch_delay (HySleepWatch *self,
                      gboolean delay)
{
  self->wanted = delay;
  if (delay)
    ask_delay (self);
  else if (self->delay_fd >= 0)
    {
      close (self->delay_fd);
      self->delay_fd = -1;
    }
}

static void
on_prepare_for_sleep (GDBusConnection *connection,
                      const char *sender,
                      const char *path,
                      const char *interface,
                      const char *name,
                      GVariant *parameters,
                      gpointer user_data)
{
  gboolean begins;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    return;
  g_variant_get (parameters, "(b)", &begins);
  if (begins)
    g_signal_emit (user_data, signals[SLEEPING], 0);
}

static void
on_lock (GDBusConnection *connection,
         const char *sender,
         const char *path,
         const char *interface,
         const char *name,
         GVariant *parameters,
         gpointer user_data)
{
  g_signal_emit (user_data, signals[SCREEN_LOCKED], 0);
}

static void
on_saver (GDBusConnection *connection,
          const char *sender,
          const char *path,
          const char *interface,
          const char *name,
          GVariant *parameters,
          gpointer user_data)
{
  gboolean active;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    return;
  g_variant_get (parameters, "(b)", &active);
  if (active)
    g_signal_emit (user_data, signals[SCREEN_LOCKED], 0);
}

static void
on_session_path (GObject *source,
                 GAsyncResult *result,
                 gpointer user_data)
{
  g_autoptr (HySleepWatch) self = user_data;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  const char *path;

  /* No answer, or the watch is gone: there is no session of logind to listen to. */
  if (answer == NULL || self->system == NULL)
    return;
  g_variant_get (answer, "(&o)", &path);
  self->lock_signal = g_dbus_connection_signal_subscribe (self->system, LOGIND, LOGIND_SESSION, "Lock", path, NULL,
                                                          G_DBUS_SIGNAL_FLAGS_NONE, on_lock, self, NULL);
}

static void
on_system_bus (GObject *source,
               GAsyncResult *result,
               gpointer user_data)
{
  g_autoptr (HySleepWatch) self = user_data;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, NULL);
  const char *id = g_getenv ("XDG_SESSION_ID");

  if (bus == NULL || g_cancellable_is_cancelled (self->cancellable))
    return;
  self->system = g_steal_pointer (&bus);
  self->sleep_signal = g_dbus_connection_signal_subscribe (self->system, LOGIND, LOGIND_MANAGER, "PrepareForSleep", LOGIND_PATH, NULL,
                                                           G_DBUS_SIGNAL_FLAGS_NONE, on_prepare_for_sleep, self, NULL);
  /* A program that the session's own manager started belongs to no session by its number; its environment says which. */
  g_dbus_connection_call (self->system, LOGIND, LOGIND_PATH, LOGIND_MANAGER, id != NULL ? "GetSession" : "GetSessionByPID",
                          id != NULL ? g_variant_new ("(s)", id) : g_variant_new ("(u)", (guint32) getpid ()), G_VARIANT_TYPE ("(o)"),
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, self->cancellable, on_session_path, g_object_ref (self));
  if (self->wanted)
    ask_delay (self);
}

static void
on_session_bus (GObject *source,
                GAsyncResult *result,
                gpointer user_data)
{
  g_autoptr (HySleepWatch) self = user_data;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, NULL);

  if (bus == NULL || g_cancellable_is_cancelled (self->cancellable))
    return;
  self->session = g_steal_pointer (&bus);
  for (guint i = 0; i < G_N_ELEMENTS (savers); i++)
    self->saver_signals[i] = g_dbus_connection_signal_subscribe (self->session, savers[i], savers[i], "ActiveChanged", NULL, NULL,
                                                                 G_DBUS_SIGNAL_FLAGS_NONE, on_saver, self, NULL);
}

static void
unsubscribe (GDBusConnection *connection,
             guint *id)
{
  if (*id != 0)
    g_dbus_connection_signal_unsubscribe (connection, *id);
  *id = 0;
}

static void
hy_sleep_watch_dispose (GObject *object)
{
  HySleepWatch *self = HY_SLEEP_WATCH (object);

  g_cancellable_cancel (self->cancellable);
  unsubscribe (self->system, &self->sleep_signal);
  unsubscribe (self->system, &self->lock_signal);
  for (guint i = 0; i < G_N_ELEMENTS (savers); i++)
    unsubscribe (self->session, &self->saver_signals[i]);
  g_clear_object (&self->system);
  g_clear_object (&self->session);
  hy_sleep_watch_delay (self, FALSE);
  G_OBJECT_CLASS (hy_sleep_watch_parent_class)->dispose (object);
}

static void
hy_sleep_watch_finalize (GObject *object)
{
  g_clear_object (&HY_SLEEP_WATCH (object)->cancellable);
  G_OBJECT_CLASS (hy_sleep_watch_parent_class)->finalize (object);
}

static void
hy_sleep_watch_class_init (HySleepWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hy_sleep_watch_dispose;
  G_OBJECT_CLASS (klass)->finalize = hy_sleep_watch_finalize;
  signals[SLEEPING] = g_signal_new ("sleeping", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SCREEN_LOCKED] = g_signal_new ("screen-locked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hy_sleep_watch_init (HySleepWatch *self)
{
  self->delay_fd = -1;
  self->cancellable = g_cancellable_new ();
}

HySleepWatch *
hy_sleep_watch_new (void)
{
  HySleepWatch *self = g_object_new (HY_TYPE_SLEEP_WATCH, NULL);

  g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, on_system_bus, g_object_ref (self));
  g_bus_get (G_BUS_TYPE_SESSION, self->cancellable, on_session_bus, g_object_ref (self));
  return self;
}
