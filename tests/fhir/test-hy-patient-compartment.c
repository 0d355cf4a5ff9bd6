/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose a resource is: a table of cases. */

#include "fhir/hy-patient-compartment.h"

#include <string.h>

#define BASE "https://fhir.example.org/r4"

typedef struct
{
  const char *json;
  HyBelonging belonging;
} Case;

static const Case cases[] = {
  { "{\"resourceType\":\"Patient\",\"id\":\"p1\"}", HY_BELONGS },
  { "{\"resourceType\":\"Patient\",\"id\":\"p2\"}", HY_BELONGS_OTHERS },
  /* Linked to hers, and yet somebody else's record. */
  { "{\"resourceType\":\"Patient\",\"id\":\"p2\",\"link\":[{\"other\":{\"reference\":\"Patient/p1\"}}]}", HY_BELONGS_OTHERS },
  { "{\"resourceType\":\"Observation\",\"subject\":{\"reference\":\"Patient/p1\"}}", HY_BELONGS },
  { "{\"resourceType\":\"Observation\",\"subject\":{\"reference\":\"Patient/p10\"}}", HY_BELONGS_OTHERS },
  { "{\"resourceType\":\"Observation\",\"subject\":{\"reference\":\"" BASE "/Patient/p1\"}}", HY_BELONGS },
  /* The same server by another of its names. */
  { "{\"resourceType\":\"Observation\",\"subject\":{\"reference\":\"http://inside:8080/fhir/Patient/p1\"}}", HY_BELONGS },
  { "{\"resourceType\":\"Observation\",\"subject\":{\"reference\":\"http://inside:8080/fhir/Patient/p2\"}}", HY_BELONGS_OTHERS },
  { "{\"resourceType\":\"Observation\",\"subject\":{\"reference\":\"Patient/p1/_history/3\"}}", HY_BELONGS },
  /* A measure that she took of her child is the child's. */
  { "{\"resourceType\":\"Observation\",\"subject\":{\"reference\":\"Patient/p2\"},\"performer\":[{\"reference\":\"Patient/p1\"}]}", HY_BELONGS_OTHERS },
  { "{\"resourceType\":\"Observation\",\"performer\":[{\"reference\":\"Practitioner/d\"},{\"reference\":\"Patient/p1\"}]}", HY_BELONGS },
  { "{\"resourceType\":\"Observation\",\"subject\":{\"reference\":\"Group/g\"}}", HY_BELONGS_NOBODY },
  { "{\"resourceType\":\"Observation\"}", HY_BELONGS_NOBODY },
  { "{\"resourceType\":\"Appointment\",\"participant\":[{\"actor\":{\"reference\":\"Practitioner/d\"}},{\"actor\":{\"reference\":\"Patient/p1\"}}]}",
    HY_BELONGS },
  { "{\"resourceType\":\"AuditEvent\",\"entity\":[{\"what\":{\"reference\":\"Patient/p1\"}}]}", HY_BELONGS },
  { "{\"resourceType\":\"Procedure\",\"performer\":[{\"actor\":{\"reference\":\"Patient/p1\"}}],\"subject\":{\"reference\":\"Patient/p1\"}}", HY_BELONGS },
  { "{\"resourceType\":\"Device\",\"patient\":{\"reference\":\"Patient/p1\"}}", HY_BELONGS },
  { "{\"resourceType\":\"Practitioner\",\"id\":\"p1\"}", HY_BELONGS_NOBODY },
  /* A mention elsewhere is no belonging. */
  { "{\"resourceType\":\"Practitioner\",\"extension\":[{\"valueReference\":{\"reference\":\"Patient/p1\"}}]}", HY_BELONGS_NOBODY },
  /* Fields of the wrong kind are read past. */
  { "{\"resourceType\":\"Observation\",\"subject\":\"Patient/p1\"}", HY_BELONGS_NOBODY },
  { "{\"resourceType\":\"Observation\",\"subject\":{\"reference\":[\"Patient/p1\"]}}", HY_BELONGS_NOBODY },
  { "{\"resourceType\":7}", HY_BELONGS_NOBODY },
  { "{}", HY_BELONGS_NOBODY },
};

static void
tells_whose_a_resource_is (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (cases[i].json, strlen (cases[i].json));
      g_autoptr (HyJson) json = hy_json_parse (bytes, NULL);
      HyBelonging belonging = hy_patient_compartment_judge (json, hy_json_root (json), BASE, "p1");

      if (belonging != cases[i].belonging)
        g_error ("%s is %d", cases[i].json, belonging);
    }
}

static void
has_the_rules_of_the_standard (void)
{
  guint n_rules;
  const HyCompartmentRule *rules = hy_patient_compartment_get_rules (&n_rules);

  for (guint i = 0; i < n_rules; i++)
    {
      g_assert_true (hy_patient_compartment_has_type (rules[i].type));
      g_assert_cmpuint (strlen (rules[i].param), >, 0);
      g_assert_cmpuint (strlen (rules[i].path), >, 0);
      g_assert_null (strpbrk (rules[i].path, " ()|"));
      if (i > 0)
        g_assert_cmpint (strcmp (rules[i - 1].type, rules[i].type), <=, 0);
    }
  g_assert_true (hy_patient_compartment_has_type ("Immunization"));
  g_assert_false (hy_patient_compartment_has_type ("Practitioner"));
  g_assert_false (hy_patient_compartment_has_type ("Binary"));
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fhir/patient-compartment/tells-whose-a-resource-is", tells_whose_a_resource_is);
  g_test_add_func ("/fhir/patient-compartment/has-the-rules-of-the-standard", has_the_rules_of_the_standard);
  return g_test_run ();
}
