/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks at every event of a window and at two clocks.  CLOCK_BOOTTIME runs on while the machine sleeps, so that the
 * sleep counts as time without input; by how much it gains on CLOCK_MONOTONIC tells that there was one. */

#include "config.h"

#include "ui/window/hy-idle-watch.h"

#include <time.h>

#define LOOK_EVERY_S 5
/* The two clocks are read one after the other; a real sleep is longer than this. */
#define SLEEP_LEAST_S 3

struct _HyIdleWatch
{
  GObject parent_instance;

  guint minutes;
  gint64 last_input_s; /* CLOCK_BOOTTIME */
  gint64 slept_s;      /* how far CLOCK_BOOTTIME was ahead at the last look */
  guint source;
};

G_DEFINE_FINAL_TYPE (HyIdleWatch, hy_idle_watch, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_MINUTES,
  N_PROPS
};

enum
{
  IDLE,
  WOKEN,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static gint64
read_clock (clockid_t id)
{
  struct timespec now;

  clock_gettime (id, &now);
  return now.tv_sec;
}

static gboolean
on_look (gpointer user_data)
{
  HyIdleWatch *self = user_data;
  gint64 now = read_clock (CLOCK_BOOTTIME);
  gint64 slept = now - read_clock (CLOCK_MONOTONIC);

  if (slept - self->slept_s >= SLEEP_LEAST_S)
    {
      self->source = 0;
      g_signal_emit (self, signals[WOKEN], 0);
      return G_SOURCE_REMOVE;
    }
  if (now - self->last_input_s >= (gint64) self->minutes * 60)
    {
      self->source = 0;
      g_signal_emit (self, signals[IDLE], 0);
      return G_SOURCE_REMOVE;
    }
  return G_SOURCE_CONTINUE;
}

static gboolean
on_event (HyIdleWatch *self)
{
  self->last_input_s = read_clock (CLOCK_BOOTTIME);
  return GDK_EVENT_PROPAGATE;
}

static void
hy_idle_watch_get_property (GObject *object,
                            guint prop_id,
                            GValue *value,
                            GParamSpec *pspec)
{
  if (prop_id == PROP_MINUTES)
    g_value_set_uint (value, HY_IDLE_WATCH (object)->minutes);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
hy_idle_watch_set_property (GObject *object,
                            guint prop_id,
                            const GValue *value,
                            GParamSpec *pspec)
{
  if (prop_id == PROP_MINUTES)
    HY_IDLE_WATCH (object)->minutes = g_value_get_uint (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
hy_idle_watch_dispose (GObject *object)
{
  hy_idle_watch_stop (HY_IDLE_WATCH (object));
  G_OBJECT_CLASS (hy_idle_watch_parent_class)->dispose (object);
}

static void
hy_idle_watch_class_init (HyIdleWatchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hy_idle_watch_dispose;
  object_class->get_property = hy_idle_watch_get_property;
  object_class->set_property = hy_idle_watch_set_property;
  properties[PROP_MINUTES] = g_param_spec_uint ("minutes", NULL, NULL, 1, 60, 5, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[IDLE] = g_signal_new ("idle", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[WOKEN] = g_signal_new ("woken", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hy_idle_watch_init (HyIdleWatch *self)
{
  self->minutes = 5;
}

/**
 * hy_idle_watch_new:
 * @window: whose input counts; the watch must not outlive it
 */
HyIdleWatch *
hy_idle_watch_new (GtkWidget *window)
{
  HyIdleWatch *self = g_object_new (HY_TYPE_IDLE_WATCH, NULL);
  GtkEventController *events = gtk_event_controller_legacy_new ();

  gtk_event_controller_set_propagation_phase (events, GTK_PHASE_CAPTURE);
  g_signal_connect_object (events, "event", G_CALLBACK (on_event), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (window, events);
  return self;
}

/**
 * hy_idle_watch_start:
 *
 * Counts from now; after a signal it has stopped by itself.
 */
void
hy_idle_watch_start (HyIdleWatch *self)
{
  self->last_input_s = read_clock (CLOCK_BOOTTIME);
  self->slept_s = self->last_input_s - read_clock (CLOCK_MONOTONIC);
  if (self->source == 0)
    self->source = g_timeout_add_seconds (LOOK_EVERY_S, on_look, self);
}

/**
 * hy_idle_watch_resume:
 *
 * After "woken", when nothing was locked: goes on counting from the last input.
 */
void
hy_idle_watch_resume (HyIdleWatch *self)
{
  self->slept_s = read_clock (CLOCK_BOOTTIME) - read_clock (CLOCK_MONOTONIC);
  if (self->source == 0)
    self->source = g_timeout_add_seconds (LOOK_EVERY_S, on_look, self);
}

void
hy_idle_watch_stop (HyIdleWatch *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
}
