/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fhir/hy-person.h"

G_BEGIN_DECLS

typedef struct _HyImportPeople HyImportPeople;

HyImportPeople *hy_import_people_new    (void);
void            hy_import_people_free   (HyImportPeople *self);
void            hy_import_people_add    (HyImportPeople *self, HyJson *json, HyJsonNode patient, const char *full_url);
HyPerson       *hy_import_people_find   (HyImportPeople *self, HyJson *json, HyJsonNode resource, const char *type,
                                         const char *subject);

HyPerson       *hy_import_person_new    (HyJson *json, HyJsonNode patient);
void            hy_import_person_unref  (HyPerson *person);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyImportPeople, hy_import_people_free)

G_END_DECLS
