/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The error domain of every room. */

#include "base/hy-error.h"

G_DEFINE_QUARK (hy-error-quark, hy_error)
