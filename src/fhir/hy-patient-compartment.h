/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-json.h"

G_BEGIN_DECLS

/* What belongs to a patient.  Source: HL7 FHIR R4, CompartmentDefinition/patient 4.0.1. */
typedef struct {
  const char *type;  /* "Observation"; the rules of one type stand together */
  const char *param; /* search parameter that finds it: "subject" */
  const char *path;  /* of the References: names with dots between, arrays gone through: "participant.actor" */
} HyCompartmentRule;

const HyCompartmentRule *hy_patient_compartment_get_rules (guint *n_rules);
gboolean                 hy_patient_compartment_has_type  (const char *type);

typedef enum {
  HY_BELONGS,        /* it is the Patient, or refers to them */
  HY_BELONGS_OTHERS, /* it is, or refers to, other Patients only */
  HY_BELONGS_NOBODY, /* it names no Patient: a practitioner, a questionnaire */
} HyBelonging;

HyBelonging hy_patient_compartment_judge (HyJson *json, HyJsonNode resource, const char *base, const char *patient_id);

G_END_DECLS
