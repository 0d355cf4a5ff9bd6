/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fhir/hy-resource-class.h"

static void
names_lead_back (void)
{
  /* The words of the command line, in the order of its help (DESIGN.md 8). */
  const char *const words = "documents vaccinations measures conditions allergies treatments stays family contacts wishes "
                            "professionals appointments messages questionnaires log mandates reports devices persons bytes others";
  g_auto (GStrv) list = g_strsplit (words, " ", -1);
  guint64 seen = 0;

  g_assert_cmpuint (g_strv_length (list), ==, HY_N_CLASSES);
  for (guint i = 0; list[i] != NULL; i++)
    {
      HyResourceClass klass;

      g_assert_true (hy_resource_class_from_name (list[i], &klass));
      g_assert_cmpstr (hy_resource_class_get_name (klass), ==, list[i]);
      seen |= G_GUINT64_CONSTANT (1) << klass;
    }
  g_assert_cmpuint (seen, ==, (G_GUINT64_CONSTANT (1) << HY_N_CLASSES) - 1);
}

static void
types_have_their_rubric (void)
{
  static const struct
  {
    const char *type;
    HyResourceClass klass;
  } table[] = {
    { "Patient", HY_CLASS_PERSON },
    { "DocumentReference", HY_CLASS_DOCUMENT },
    { "Condition", HY_CLASS_CONDITION },
    { "Medication", HY_CLASS_TREATMENT },
    { "MedicationAdministration", HY_CLASS_TREATMENT },
    { "MedicationDispense", HY_CLASS_TREATMENT },
    { "MedicationRequest", HY_CLASS_TREATMENT },
    { "MedicationStatement", HY_CLASS_TREATMENT },
    { "Encounter", HY_CLASS_STAY },
    { "Procedure", HY_CLASS_STAY },
    { "Immunization", HY_CLASS_VACCINATION },
    { "AllergyIntolerance", HY_CLASS_ALLERGY },
    { "FamilyMemberHistory", HY_CLASS_FAMILY },
    { "Observation", HY_CLASS_MEASURE },
    { "RelatedPerson", HY_CLASS_CONTACT },
    { "Consent", HY_CLASS_WISH },
    { "Practitioner", HY_CLASS_PROFESSIONAL },
    { "PractitionerRole", HY_CLASS_PROFESSIONAL },
    { "Organization", HY_CLASS_PROFESSIONAL },
    { "CareTeam", HY_CLASS_PROFESSIONAL },
    { "Location", HY_CLASS_PROFESSIONAL },
    { "HealthcareService", HY_CLASS_PROFESSIONAL },
    { "Appointment", HY_CLASS_APPOINTMENT },
    { "AppointmentResponse", HY_CLASS_APPOINTMENT },
    { "Communication", HY_CLASS_MESSAGE },
    { "CommunicationRequest", HY_CLASS_MESSAGE },
    { "Questionnaire", HY_CLASS_QUESTIONNAIRE },
    { "QuestionnaireResponse", HY_CLASS_QUESTIONNAIRE },
    { "AuditEvent", HY_CLASS_LOG },
    { "DiagnosticReport", HY_CLASS_REPORT },
    { "Composition", HY_CLASS_REPORT },
    { "Device", HY_CLASS_DEVICE },
    { "DeviceUseStatement", HY_CLASS_DEVICE },
    { "Binary", HY_CLASS_BYTES },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      HyResourceClass klass;

      g_assert_cmpint (hy_resource_class_for_type (table[i].type), ==, table[i].klass);
      g_assert_true (hy_resource_class_from_name (table[i].type, &klass));
      g_assert_cmpint (klass, ==, table[i].klass);
    }
}

static void
strange_names_have_none (void)
{
  static const char *const strange[] = { "", "A", "Claim", "immunization", "Immunizations", "Documents", "vaccination", "Zzz" };

  for (guint i = 0; i < G_N_ELEMENTS (strange); i++)
    {
      HyResourceClass klass = HY_CLASS_DEVICE;

      g_assert_cmpint (hy_resource_class_for_type (strange[i]), ==, HY_CLASS_OTHER);
      g_assert_false (hy_resource_class_from_name (strange[i], &klass));
      g_assert_cmpint (klass, ==, HY_CLASS_DEVICE);
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fhir/resource-class/names-lead-back", names_lead_back);
  g_test_add_func ("/fhir/resource-class/types-have-their-rubric", types_have_their_rubric);
  g_test_add_func ("/fhir/resource-class/strange-names-have-none", strange_names_have_none);
  return g_test_run ();
}
