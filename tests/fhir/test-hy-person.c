/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fhir/hy-person.h"

#include "base/hy-error.h"

#include <string.h>

#define INS "urn:oid:1.2.250.1.213.1.4.8"
#define INS_TEST "urn:oid:1.2.250.1.213.1.4.10"
#define NIA "urn:oid:1.2.250.1.213.1.4.9"

static void
read_person (const char *text,
             HyPerson *person)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (HyJson) json = hy_json_parse (bytes, &error);

  g_assert_no_error (error);
  g_assert_true (hy_person_read (json, hy_json_root (json), person, &error));
  g_assert_no_error (error);
}

static void
reads_who_it_is (void)
{
  g_auto (HyPerson) person = { 0 };

  read_person ("{\"resourceType\":\"Patient\",\"identifier\":["
               "{\"system\":\"" NIA "\",\"value\":\"999999999999999\"},"
               "{\"system\":\"" INS "\",\"use\":\"old\",\"value\":\"111111111111111\"},"
               "{\"system\":\"" INS "\",\"value\":\"2 84 05 75 999 001 49\"}],"
               "\"name\":[{\"use\":\"official\",\"family\":\"EXEMPLE-VERDIER\",\"given\":[\"Alice\",\"Marie\"]},"
               "{\"use\":\"maiden\",\"family\":\"EXEMPLE-VERDIER\"},"
               "{\"use\":\"usual\",\"family\":\" Exemple-Lenoir \",\"given\":[\" Alice \",\"\"],\"prefix\":[\"Mme\"]}],"
               "\"gender\":\"female\",\"birthDate\":\"1984-05-12\"}",
               &person);
  g_assert_cmpstr (person.display, ==, "Alice Exemple-Lenoir");
  g_assert_cmpuint (g_strv_length (person.given), ==, 1);
  g_assert_cmpstr (person.given[0], ==, "Alice");
  g_assert_cmpuint (g_strv_length (person.families), ==, 2);
  g_assert_cmpstr (person.families[0], ==, "EXEMPLE-VERDIER");
  g_assert_cmpstr (person.families[1], ==, "Exemple-Lenoir");
  g_assert_cmpstr (person.ins, ==, "284057599900149");
  g_assert_cmpint (person.birth_date.year, ==, 1984);
  g_assert_cmpint (person.birth_date.month, ==, 5);
  g_assert_cmpint (person.birth_date.day, ==, 12);
  g_assert_cmpint (person.sex, ==, HY_SEX_FEMALE);
}

static void
reads_little (void)
{
  static const char *const texts[] = {
    "{}",
    "{\"name\":[],\"identifier\":[],\"gender\":\"F\",\"birthDate\":\"1984-02-30\"}",
    "{\"name\":\"text\",\"identifier\":3,\"gender\":true,\"birthDate\":1984}",
    "{\"name\":[null,{},{\"use\":\"usual\"},{\"family\":7,\"given\":\"x\"}],\"identifier\":[{\"system\":\"" INS "\"}]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_auto (HyPerson) person = { 0 };

      read_person (texts[i], &person);
      g_assert_cmpstr (person.display, ==, "");
      g_assert_null (person.given);
      g_assert_null (person.families);
      g_assert_null (person.ins);
      g_assert_cmpint (person.birth_date.year, ==, 0);
      g_assert_cmpint (person.sex, ==, HY_SEX_UNKNOWN);
    }
}

static void
chooses_the_name (void)
{
  static const char *const table[][2] = {
    { "[{\"use\":\"usual\",\"given\":[\"Jim\"]},{\"use\":\"official\",\"family\":\"Chalmers\",\"given\":[\"Peter\"]}]",
      "Peter Chalmers" },
    { "[{\"use\":\"old\",\"family\":\"Before\"},{\"family\":\"Now\"}]", "Now" },
    { "[{\"use\":\"maiden\",\"family\":\"Born\",\"given\":[\"Ann\"]}]", "Ann Born" },
    { "[{\"text\":\"Claire Fontaine\"}]", "Claire Fontaine" },
    { "[{\"family\":\"\",\"given\":[\"\"],\"text\":\"Only Text\"}]", "Only Text" },
    { "{\"family\":\"Alone\",\"given\":[\"Not\",\"Second\"]}", "Not Alone" },
    { "[{\"use\":\"nickname\",\"family\":\"A\"},{\"use\":\"official\",\"family\":\"B\"},{\"use\":\"usual\",\"family\":\"C\"}]", "C" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"name\":%s}", table[i][0]);
      g_auto (HyPerson) person = { 0 };

      read_person (text, &person);
      g_assert_cmpstr (person.display, ==, table[i][1]);
    }
}

static void
refuses_what_is_no_object (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("[1]", 3);
  g_autoptr (HyJson) json = hy_json_parse (bytes, NULL);
  g_autoptr (GError) error = NULL;
  HyPerson person;

  g_assert_false (hy_person_read (json, hy_json_root (json), &person, &error));
  g_assert_error (error, HY_ERROR, HY_ERROR_REFUSED);
}

/* INS, birth date, sex, families of each; the answer holds both ways round. */
static void
compares (void)
{
  static const struct
  {
    const char *a;
    const char *b;
    HyPersonMatch match;
  } table[] = {
    /* by INS */
    { "284057599900149 1984-05-12 female A", "284057599900149 1984-05-12 female A", HY_PERSON_SAME },
    { "284057599900149 - - -", "284057599900149 1990-01-01 male B", HY_PERSON_SAME },
    { "284057599900149 - - -", "2840575999001 - - -", HY_PERSON_SAME },
    { "284057599900149 - - -", "2840575999002 - - -", HY_PERSON_OTHER },
    { "284057599900149 1984-05-12 female A", "184057599900152 1984-05-12 female A", HY_PERSON_OTHER },
    /* by birth date, sex and family name */
    { "- 1984-05-12 female A", "- 1984-05-12 female A", HY_PERSON_SAME },
    { "284057599900149 1984-05-12 female A", "- 1984-05-12 female A", HY_PERSON_SAME },
    { "- 1984-05-12 female A,B", "- 1984-05-12 female C,B", HY_PERSON_SAME },
    { "- 1984-05-12 female Lévêque", "- 1984-05-12 female LEVEQUE", HY_PERSON_SAME },
    { "- 1984-05-12 female Œuvrard", "- 1984-05-12 female oeuvrard", HY_PERSON_SAME },
    { "- 1984-05-12 female A", "- 1984-05-12 male A", HY_PERSON_UNSURE },
    { "- 1984-05-12 - A", "- 1984-05-12 - A", HY_PERSON_UNSURE },
    { "- 1984-05-12 female A", "- 1984-05-12 female B", HY_PERSON_UNSURE },
    { "- 1984-05-12 female -", "- 1984-05-12 female -", HY_PERSON_UNSURE },
    { "- 1984-05-12 female A", "- 1984-05-13 female A", HY_PERSON_OTHER },
    { "284057599900149 1984-05-12 female A", "- 1990-05-12 female A", HY_PERSON_OTHER },
    /* partial dates prove nothing */
    { "- 1984-05 female A", "- 1984-05 female A", HY_PERSON_UNSURE },
    { "- 1984 female A", "- 1990-05-12 female A", HY_PERSON_UNSURE },
    { "- - female A", "- - female A", HY_PERSON_UNSURE },
    { "- - - -", "- - - -", HY_PERSON_UNSURE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      HyPerson people[2] = { 0 };

      for (guint k = 0; k < 2; k++)
        {
          g_auto (GStrv) parts = g_strsplit (k == 0 ? table[i].a : table[i].b, " ", -1);

          people[k].ins = strcmp (parts[0], "-") != 0 ? g_strdup (parts[0]) : NULL;
          g_assert_true (hy_date_parse (parts[1], &people[k].birth_date) || strcmp (parts[1], "-") == 0);
          g_assert_true (hy_sex_parse (parts[2], &people[k].sex) || strcmp (parts[2], "-") == 0);
          people[k].families = strcmp (parts[3], "-") != 0 ? g_strsplit (parts[3], ",", -1) : NULL;
        }
      g_test_message ("%s / %s", table[i].a, table[i].b);
      g_assert_cmpint (hy_person_compare (&people[0], &people[1]), ==, table[i].match);
      g_assert_cmpint (hy_person_compare (&people[1], &people[0]), ==, table[i].match);
      hy_person_clear (&people[0]);
      hy_person_clear (&people[1]);
    }
}

static void
test_identities_count (void)
{
  g_auto (HyPerson) person = { 0 };

  read_person ("{\"identifier\":[{\"system\":\"" INS_TEST "\",\"value\":\"2a4057599900149\"}]}", &person);
  g_assert_cmpstr (person.ins, ==, "2A4057599900149");
}

static void
makes_a_patient (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = hy_person_new_patient ("Anne \"Nan\"", "O'Œil\\", (HyDate) { 1984, 5, 12 }, HY_SEX_FEMALE, "p1");
  g_autoptr (HyJson) json = hy_json_parse (bytes, &error);
  g_auto (HyPerson) person = { 0 };

  g_assert_no_error (error);
  g_assert_true (hy_person_read (json, hy_json_root (json), &person, &error));
  g_assert_cmpstr (person.display, ==, "Anne \"Nan\" O'Œil\\");
  g_assert_cmpstr (person.given[0], ==, "Anne \"Nan\"");
  g_assert_cmpint (person.sex, ==, HY_SEX_FEMALE);
  g_assert_cmpint (hy_date_compare (person.birth_date, (HyDate) { 1984, 5, 12 }), ==, 0);
  g_assert_true (hy_json_string_equal (json, hy_json_path (json, hy_json_root (json), "id"), "p1"));
  g_assert_true (hy_json_string_equal (json, hy_json_path (json, hy_json_root (json), "resourceType"), "Patient"));
  g_assert_true (hy_json_string_equal (json, hy_json_path (json, hy_json_root (json), "meta.tag.0.code"), "local"));
  g_assert_true (hy_json_string_equal (json, hy_json_path (json, hy_json_root (json), "meta.tag.0.system"),
                                       "https://hygie.github.io/fhir/CodeSystem/tag"));
}

static void
makes_a_patient_of_little (void)
{
  g_autoptr (GBytes) bytes = hy_person_new_patient ("", "", (HyDate) { 0 }, HY_SEX_UNKNOWN, "p2");
  g_autoptr (GBytes) partial = hy_person_new_patient ("A", "", (HyDate) { 1984, 5, 0 }, HY_SEX_OTHER, "p3");

  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                   "{\"resourceType\":\"Patient\",\"id\":\"p2\",\"meta\":{\"tag\":[{\"system\":"
                   "\"https://hygie.github.io/fhir/CodeSystem/tag\",\"code\":\"local\"}]},\"gender\":\"unknown\"}",
                   144);
  g_assert_nonnull (g_strstr_len (g_bytes_get_data (partial, NULL), (gssize) g_bytes_get_size (partial),
                                  "\"name\":[{\"use\":\"usual\",\"given\":[\"A\"]}],\"gender\":\"other\",\"birthDate\":\"1984-05\"}"));
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fhir/person/reads-who-it-is", reads_who_it_is);
  g_test_add_func ("/fhir/person/reads-little", reads_little);
  g_test_add_func ("/fhir/person/chooses-the-name", chooses_the_name);
  g_test_add_func ("/fhir/person/refuses-what-is-no-object", refuses_what_is_no_object);
  g_test_add_func ("/fhir/person/compares", compares);
  g_test_add_func ("/fhir/person/test-identities-count", test_identities_count);
  g_test_add_func ("/fhir/person/makes-a-patient", makes_a_patient);
  g_test_add_func ("/fhir/person/makes-a-patient-of-little", makes_a_patient_of_little);
  return g_test_run ();
}
