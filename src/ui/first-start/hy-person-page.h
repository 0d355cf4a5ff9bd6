/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "space/hy-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Whose space it is: step 3 of the first start, and each space that is added later.
 * Signal "opened" (HySpace): the space was made. */
#define HY_TYPE_PERSON_PAGE (hy_person_page_get_type ())
G_DECLARE_FINAL_TYPE (HyPersonPage, hy_person_page, HY, PERSON_PAGE, AdwNavigationPage)

HyPersonPage *hy_person_page_new      (HySession *session);
HyPersonPage *hy_person_page_new_more (HySession *session, GListModel *spaces);

G_END_DECLS
