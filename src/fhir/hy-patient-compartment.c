/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which resources belong to a patient.  Source: HL7 FHIR R4 (4.0.1, CC0), CompartmentDefinition/patient, with the elements
 * that its search parameters name.  Device is ours: R4 has it in no compartment, but the parameter Device.patient, and
 * what somebody wears or was given is theirs.  Pure, any thread. */

#include "config.h"

#include "fhir/hy-patient-compartment.h"

#include <string.h>

static const HyCompartmentRule rules[] = {
  { "Account", "subject", "subject" },
  { "AdverseEvent", "subject", "subject" },
  { "AllergyIntolerance", "patient", "patient" },
  { "AllergyIntolerance", "recorder", "recorder" },
  { "AllergyIntolerance", "asserter", "asserter" },
  { "Appointment", "actor", "participant.actor" },
  { "AppointmentResponse", "actor", "actor" },
  { "AuditEvent", "patient", "agent.who" },
  { "AuditEvent", "patient", "entity.what" },
  { "Basic", "patient", "subject" },
  { "Basic", "author", "author" },
  { "BodyStructure", "patient", "patient" },
  { "CarePlan", "patient", "subject" },
  { "CarePlan", "performer", "activity.detail.performer" },
  { "CareTeam", "patient", "subject" },
  { "CareTeam", "participant", "participant.member" },
  { "ChargeItem", "subject", "subject" },
  { "Claim", "patient", "patient" },
  { "Claim", "payee", "payee.party" },
  { "ClaimResponse", "patient", "patient" },
  { "ClinicalImpression", "subject", "subject" },
  { "Communication", "subject", "subject" },
  { "Communication", "sender", "sender" },
  { "Communication", "recipient", "recipient" },
  { "CommunicationRequest", "subject", "subject" },
  { "CommunicationRequest", "sender", "sender" },
  { "CommunicationRequest", "recipient", "recipient" },
  { "CommunicationRequest", "requester", "requester" },
  { "Composition", "subject", "subject" },
  { "Composition", "author", "author" },
  { "Composition", "attester", "attester.party" },
  { "Condition", "patient", "subject" },
  { "Condition", "asserter", "asserter" },
  { "Consent", "patient", "patient" },
  { "Coverage", "policy-holder", "policyHolder" },
  { "Coverage", "subscriber", "subscriber" },
  { "Coverage", "beneficiary", "beneficiary" },
  { "Coverage", "payor", "payor" },
  { "CoverageEligibilityRequest", "patient", "patient" },
  { "CoverageEligibilityResponse", "patient", "patient" },
  { "DetectedIssue", "patient", "patient" },
  { "Device", "patient", "patient" },
  { "DeviceRequest", "subject", "subject" },
  { "DeviceRequest", "performer", "performer" },
  { "DeviceUseStatement", "subject", "subject" },
  { "DiagnosticReport", "subject", "subject" },
  { "DocumentManifest", "subject", "subject" },
  { "DocumentManifest", "author", "author" },
  { "DocumentManifest", "recipient", "recipient" },
  { "DocumentReference", "subject", "subject" },
  { "DocumentReference", "author", "author" },
  { "Encounter", "subject", "subject" },
  { "EnrollmentRequest", "subject", "candidate" },
  { "EpisodeOfCare", "patient", "patient" },
  { "ExplanationOfBenefit", "patient", "patient" },
  { "ExplanationOfBenefit", "payee", "payee.party" },
  { "FamilyMemberHistory", "patient", "patient" },
  { "Flag", "patient", "subject" },
  { "Goal", "patient", "subject" },
  { "Group", "member", "member.entity" },
  { "ImagingStudy", "patient", "subject" },
  { "Immunization", "patient", "patient" },
  { "ImmunizationEvaluation", "patient", "patient" },
  { "ImmunizationRecommendation", "patient", "patient" },
  { "Invoice", "subject", "subject" },
  { "Invoice", "patient", "subject" },
  { "Invoice", "recipient", "recipient" },
  { "List", "subject", "subject" },
  { "List", "source", "source" },
  { "MeasureReport", "patient", "subject" },
  { "Media", "subject", "subject" },
  { "MedicationAdministration", "patient", "subject" },
  { "MedicationAdministration", "performer", "performer.actor" },
  { "MedicationAdministration", "subject", "subject" },
  { "MedicationDispense", "subject", "subject" },
  { "MedicationDispense", "patient", "subject" },
  { "MedicationDispense", "receiver", "receiver" },
  { "MedicationRequest", "subject", "subject" },
  { "MedicationStatement", "subject", "subject" },
  { "MolecularSequence", "patient", "patient" },
  { "NutritionOrder", "patient", "patient" },
  { "Observation", "subject", "subject" },
  { "Observation", "performer", "performer" },
  { "Patient", "link", "link.other" },
  { "Person", "patient", "link.target" },
  { "Procedure", "patient", "subject" },
  { "Procedure", "performer", "performer.actor" },
  { "Provenance", "patient", "target" },
  { "QuestionnaireResponse", "subject", "subject" },
  { "QuestionnaireResponse", "author", "author" },
  { "RelatedPerson", "patient", "patient" },
  { "RequestGroup", "subject", "subject" },
  { "RequestGroup", "participant", "action.participant" },
  { "ResearchSubject", "individual", "individual" },
  { "RiskAssessment", "subject", "subject" },
  { "Schedule", "actor", "actor" },
  { "ServiceRequest", "subject", "subject" },
  { "ServiceRequest", "performer", "performer" },
  { "Specimen", "subject", "subject" },
  { "SupplyDelivery", "patient", "patient" },
  { "SupplyRequest", "subject", "deliverTo" },
  { "Task", "patient", "for" },
  { "Task", "focus", "focus" },
  { "VisionPrescription", "patient", "patient" },
};

/**
 * hy_patient_compartment_get_rules:
 * @n_rules: (out): how many
 *
 * Returns: (transfer none): sorted by type
 */
const HyCompartmentRule *
hy_patient_compartment_get_rules (guint *n_rules)
{
  *n_rules = G_N_ELEMENTS (rules);
  return rules;
}

gboolean
hy_patient_compartment_has_type (const char *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    if (strcmp (rules[i].type, type) == 0)
      return TRUE;
  return FALSE;
}

typedef struct
{
  HyJson *json;
  const char *base;
  const char *patient_id;
  gboolean about;  /* the path says who it is about, not who took part */
  gboolean found;
  gboolean others;
  gboolean about_found;
  gboolean about_others;
} Judging;

static void
note (Judging *judging,
      gboolean is_theirs)
{
  if (is_theirs)
    judging->found = TRUE;
  else
    judging->others = TRUE;
  if (is_theirs && judging->about)
    judging->about_found = TRUE;
  else if (judging->about)
    judging->about_others = TRUE;
}

static void
judge_reference (Judging *judging,
                 HyJsonNode reference)
{
  g_autofree char *text = hy_json_dup_string (judging->json, hy_json_member (judging->json, reference, "reference"));
  gsize base_length = strlen (judging->base);
  const char *id = text;
  char *history;

  if (text == NULL)
    return;
  if (g_str_has_prefix (text, judging->base) && text[base_length] == '/')
    id = text + base_length + 1;
  /* A server may write its references with another of its own names: the same id is the same person then, for what is
   * judged came from there. */
  if (!g_str_has_prefix (id, "Patient/") && (id = g_strrstr (id, "/Patient/")) != NULL)
    id++;
  if (id == NULL)
    return;
  id += strlen ("Patient/");
  if ((history = strstr (id, "/_history/")) != NULL)
    *history = 0;
  note (judging, strcmp (id, judging->patient_id) == 0);
}

/* Recursion: one level for each name of @path and its array, never for what the data nests. */
static void
judge_path (Judging *judging,
            HyJsonNode node,
            const char *path)
{
  gsize length = strcspn (path, ".");
  char name[32];
  HyJsonNode member;

  if (hy_json_kind (judging->json, node) == HY_JSON_ARRAY)
    {
      for (HyJsonNode child = hy_json_first (judging->json, node); child != 0; child = hy_json_next (judging->json, child))
        if (hy_json_kind (judging->json, child) == HY_JSON_OBJECT)
          judge_path (judging, child, path);
      return;
    }
  if (*path == 0)
    {
      judge_reference (judging, node);
      return;
    }
  g_return_if_fail (length < sizeof name);
  memcpy (name, path, length);
  name[length] = 0;
  if ((member = hy_json_member (judging->json, node, name)) != 0)
    judge_path (judging, member, path[length] == '.' ? path + length + 1 : path + length);
}

static gboolean
is_about (const HyCompartmentRule *rule)
{
  static const char *const params[] = { "patient", "subject", "beneficiary", "individual", NULL };

  return g_strv_contains (params, rule->param);
}

/**
 * hy_patient_compartment_judge:
 * @base: the server's, by which it may write references in full
 * @patient_id: of the Patient there
 *
 * Who @resource belongs to, by what it says itself.  What is about somebody else is theirs, even where the patient took part
 * in it: a measure that she took of her child is the child's.
 */
HyBelonging
hy_patient_compartment_judge (HyJson *json,
                              HyJsonNode resource,
                              const char *base,
                              const char *patient_id)
{
  Judging judging = { .json = json, .base = base, .patient_id = patient_id };
  g_autofree char *type = hy_json_dup_string (json, hy_json_member (json, resource, "resourceType"));

  if (type == NULL)
    return HY_BELONGS_NOBODY;
  if (strcmp (type, "Patient") == 0)
    return hy_json_string_equal (json, hy_json_member (json, resource, "id"), patient_id) ? HY_BELONGS : HY_BELONGS_OTHERS;
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    if (strcmp (rules[i].type, type) == 0)
      {
        judging.about = is_about (&rules[i]);
        judge_path (&judging, resource, rules[i].path);
      }
  if (judging.found && (judging.about_found || !judging.about_others))
    return HY_BELONGS;
  return judging.others || judging.found ? HY_BELONGS_OTHERS : HY_BELONGS_NOBODY;
}
