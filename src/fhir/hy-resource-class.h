/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The rubrics of a space, one bit each in an access mask (profile-rubrics.json maps rubrics to resources).
 * The numbers are stored in the vault: append, never renumber. */
typedef enum {
  HY_CLASS_OTHER = 0,
  HY_CLASS_PERSON = 1,         /* Patient */
  HY_CLASS_DOCUMENT = 2,       /* DocumentReference */
  HY_CLASS_CONDITION = 3,
  HY_CLASS_TREATMENT = 4,      /* MedicationStatement, MedicationRequest... */
  HY_CLASS_STAY = 5,           /* Encounter, Procedure */
  HY_CLASS_VACCINATION = 6,
  HY_CLASS_ALLERGY = 7,
  HY_CLASS_FAMILY = 8,
  HY_CLASS_MEASURE = 9,        /* Observation */
  HY_CLASS_CONTACT = 10,       /* RelatedPerson */
  HY_CLASS_WISH = 11,          /* Consent: directives, organ donation */
  HY_CLASS_PROFESSIONAL = 12,  /* Practitioner, PractitionerRole, Organization, CareTeam, Location */
  HY_CLASS_APPOINTMENT = 13,
  HY_CLASS_MESSAGE = 14,       /* Communication */
  HY_CLASS_QUESTIONNAIRE = 15, /* Questionnaire, QuestionnaireResponse */
  HY_CLASS_LOG = 16,           /* AuditEvent */
  HY_CLASS_MANDATE = 17,       /* Consent: patient-privacy */
  HY_CLASS_REPORT = 18,        /* DiagnosticReport, Composition */
  HY_CLASS_DEVICE = 19,
  HY_CLASS_BYTES = 20,         /* Binary */
  HY_N_CLASSES
} HyResourceClass;

HyResourceClass  hy_resource_class_for_type (const char *type);
const char      *hy_resource_class_get_name (HyResourceClass klass);
gboolean         hy_resource_class_from_name (const char *name, HyResourceClass *klass);

G_END_DECLS
