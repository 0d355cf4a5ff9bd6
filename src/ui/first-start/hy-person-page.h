/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "space/hy-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* First start, step 3: whose space it is.
 * Signal "opened" (HySpace): the space was made. */
#define HY_TYPE_PERSON_PAGE (hy_person_page_get_type ())
G_DECLARE_FINAL_TYPE (HyPersonPage, hy_person_page, HY, PERSON_PAGE, AdwNavigationPage)

HyPersonPage *hy_person_page_new (HySession *session);

G_END_DECLS
