/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which rubric of a space each FHIR R4 type belongs to.  Source: profile-rubrics of the French service, DESIGN.md 3. */

#include "fhir/hy-resource-class.h"

#include <stdlib.h>
#include <string.h>

typedef struct
{
  const char *type;
  HyResourceClass klass;
} TypeClass;

/* Sorted for bsearch. */
static const TypeClass type_classes[] = {
  { "AllergyIntolerance", HY_CLASS_ALLERGY },
  { "Appointment", HY_CLASS_APPOINTMENT },
  { "AppointmentResponse", HY_CLASS_APPOINTMENT },
  { "AuditEvent", HY_CLASS_LOG },
  { "Binary", HY_CLASS_BYTES },
  { "CareTeam", HY_CLASS_PROFESSIONAL },
  { "Communication", HY_CLASS_MESSAGE },
  { "CommunicationRequest", HY_CLASS_MESSAGE },
  { "Composition", HY_CLASS_REPORT },
  { "Condition", HY_CLASS_CONDITION },
  { "Consent", HY_CLASS_WISH },
  { "Device", HY_CLASS_DEVICE },
  { "DeviceUseStatement", HY_CLASS_DEVICE },
  { "DiagnosticReport", HY_CLASS_REPORT },
  { "DocumentReference", HY_CLASS_DOCUMENT },
  { "Encounter", HY_CLASS_STAY },
  { "FamilyMemberHistory", HY_CLASS_FAMILY },
  { "HealthcareService", HY_CLASS_PROFESSIONAL },
  { "Immunization", HY_CLASS_VACCINATION },
  { "Location", HY_CLASS_PROFESSIONAL },
  { "Medication", HY_CLASS_TREATMENT },
  { "MedicationAdministration", HY_CLASS_TREATMENT },
  { "MedicationDispense", HY_CLASS_TREATMENT },
  { "MedicationRequest", HY_CLASS_TREATMENT },
  { "MedicationStatement", HY_CLASS_TREATMENT },
  { "Observation", HY_CLASS_MEASURE },
  { "Organization", HY_CLASS_PROFESSIONAL },
  { "Patient", HY_CLASS_PERSON },
  { "Practitioner", HY_CLASS_PROFESSIONAL },
  { "PractitionerRole", HY_CLASS_PROFESSIONAL },
  { "Procedure", HY_CLASS_STAY },
  { "Questionnaire", HY_CLASS_QUESTIONNAIRE },
  { "QuestionnaireResponse", HY_CLASS_QUESTIONNAIRE },
  { "RelatedPerson", HY_CLASS_CONTACT },
};

/* What the command line calls them; part of its stable contract (DESIGN.md 8). */
static const char *const names[HY_N_CLASSES] = {
  [HY_CLASS_OTHER] = "others",
  [HY_CLASS_PERSON] = "persons",
  [HY_CLASS_DOCUMENT] = "documents",
  [HY_CLASS_CONDITION] = "conditions",
  [HY_CLASS_TREATMENT] = "treatments",
  [HY_CLASS_STAY] = "stays",
  [HY_CLASS_VACCINATION] = "vaccinations",
  [HY_CLASS_ALLERGY] = "allergies",
  [HY_CLASS_FAMILY] = "family",
  [HY_CLASS_MEASURE] = "measures",
  [HY_CLASS_CONTACT] = "contacts",
  [HY_CLASS_WISH] = "wishes",
  [HY_CLASS_PROFESSIONAL] = "professionals",
  [HY_CLASS_APPOINTMENT] = "appointments",
  [HY_CLASS_MESSAGE] = "messages",
  [HY_CLASS_QUESTIONNAIRE] = "questionnaires",
  [HY_CLASS_LOG] = "log",
  [HY_CLASS_MANDATE] = "mandates",
  [HY_CLASS_REPORT] = "reports",
  [HY_CLASS_DEVICE] = "devices",
  [HY_CLASS_BYTES] = "bytes",
};

static int
compare_type (const void *key,
              const void *entry)
{
  return strcmp (key, ((const TypeClass *) entry)->type);
}

static const TypeClass *
find_type (const char *type)
{
  return bsearch (type, type_classes, G_N_ELEMENTS (type_classes), sizeof type_classes[0], compare_type);
}

/**
 * hy_resource_class_for_type:
 * @type: a FHIR type name
 *
 * A Consent is a wish here; only its content tells a mandate, which hy_resource_row_read looks at.
 *
 * Returns: the class; %HY_CLASS_OTHER for every type that has no rubric
 */
HyResourceClass
hy_resource_class_for_type (const char *type)
{
  const TypeClass *found = find_type (type);

  return found != NULL ? found->klass : HY_CLASS_OTHER;
}

/**
 * hy_resource_class_get_name:
 *
 * Returns: the word of the command line, "vaccinations"; never translated
 */
const char *
hy_resource_class_get_name (HyResourceClass klass)
{
  g_return_val_if_fail ((guint) klass < HY_N_CLASSES, NULL);

  return names[klass];
}

/**
 * hy_resource_class_from_name:
 * @name: a word of hy_resource_class_get_name, or the FHIR name of a type that has a rubric
 * @klass: (out): the class
 *
 * Returns: %FALSE when @name is neither
 */
gboolean
hy_resource_class_from_name (const char *name,
                             HyResourceClass *klass)
{
  const TypeClass *found = find_type (name);

  if (found != NULL)
    {
      *klass = found->klass;
      return TRUE;
    }
  for (guint i = 0; i < HY_N_CLASSES; i++)
    if (strcmp (names[i], name) == 0)
      {
        *klass = i;
        return TRUE;
      }
  return FALSE;
}
