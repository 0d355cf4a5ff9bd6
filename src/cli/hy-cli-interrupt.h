/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Between begin and end, Ctrl+C and its like cancel; a second one ends the program at once. */
typedef struct _HyCliInterrupt HyCliInterrupt;

HyCliInterrupt *hy_cli_interrupt_begin           (void);
GCancellable   *hy_cli_interrupt_get_cancellable (HyCliInterrupt *self);
void            hy_cli_interrupt_end             (HyCliInterrupt *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyCliInterrupt, hy_cli_interrupt_end)

G_END_DECLS
