/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Owns the signal handlers while a long command runs. */

#include "cli/hy-cli-interrupt.h"

#include <glib-unix.h>
#include <signal.h>

static const int stopping_signals[] = { SIGINT, SIGTERM, SIGHUP };

struct _HyCliInterrupt
{
  GCancellable *cancellable;
  guint sources[G_N_ELEMENTS (stopping_signals)]; /* 0 once the signal came: its default action is back */
};

static gboolean
on_signal (gpointer user_data)
{
  HyCliInterrupt *self = user_data;

  for (guint i = 0; i < G_N_ELEMENTS (stopping_signals); i++)
    g_clear_handle_id (&self->sources[i], g_source_remove);
  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

/**
 * hy_cli_interrupt_begin:
 *
 * Cancelling waits for what is under way.  When that does not come to an end, a second signal kills the program, which
 * loses nothing that was acknowledged.
 *
 * Returns: (transfer full):
 */
HyCliInterrupt *
hy_cli_interrupt_begin (void)
{
  HyCliInterrupt *self = g_new0 (HyCliInterrupt, 1);

  self->cancellable = g_cancellable_new ();
  for (guint i = 0; i < G_N_ELEMENTS (stopping_signals); i++)
    self->sources[i] = g_unix_signal_add (stopping_signals[i], on_signal, self);
  return self;
}

GCancellable *
hy_cli_interrupt_get_cancellable (HyCliInterrupt *self)
{
  return self->cancellable;
}

void
hy_cli_interrupt_end (HyCliInterrupt *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (stopping_signals); i++)
    g_clear_handle_id (&self->sources[i], g_source_remove);
  g_object_unref (self->cancellable);
  g_free (self);
}
