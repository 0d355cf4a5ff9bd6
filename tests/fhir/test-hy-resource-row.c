/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fhir/hy-resource-row.h"

#include "fhir/hy-document-types.h"

#include "base/hy-date.h"
#include "base/hy-error.h"

#include <string.h>

#define CONFIDENTIALITY "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
#define VISIBILITY "https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument"
#define CLASSES "https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument"

static void
read_row (const char *text,
          HyResourceRow *row)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (HyJson) json = hy_json_parse (bytes, &error);

  g_assert_no_error (error);
  hy_resource_row_read (json, hy_json_root (json), row, &error);
  g_assert_no_error (error);
  g_assert_nonnull (row->title);
  g_assert_cmpstr (row->title, !=, "");
  g_assert_nonnull (row->words);
  g_assert_nonnull (row->links);
}

static char *
dup_flags (guint flags)
{
  static const char *const names[] = { "local", "unread", "hidden-pro", "hidden-legal", "restricted",
                                       "replaced", "no-bytes", "error", "other-person", "hidden-patient" };
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (flags & 1u << i)
      g_string_append_printf (out, "%s%s", out->len > 0 ? "," : "", names[i]);
  return g_strdup (out->len > 0 ? out->str : "-");
}

static const char *
or_dash (const char *text)
{
  return text != NULL ? text : "-";
}

static HyJsonNode
find_resource (HyJson *json,
               const char *reference)
{
  HyJsonNode entry = hy_json_first (json, hy_json_member (json, hy_json_root (json), "entry"));
  g_auto (GStrv) parts = g_strsplit (reference, "/", 2);

  if (entry == 0)
    return hy_json_root (json);
  for (; entry != 0; entry = hy_json_next (json, entry))
    {
      HyJsonNode resource = hy_json_member (json, entry, "resource");

      if (hy_json_string_equal (json, hy_json_member (json, resource, "resourceType"), parts[0]) &&
          hy_json_string_equal (json, hy_json_member (json, resource, "id"), parts[1]))
        return resource;
    }
  return 0;
}

/* Reads real resources; what comes out is in row-table.tsv for a person to judge. */
static void
reads_the_table (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("HY_FIXTURES"), "row-table.tsv", NULL);
  g_autofree char *table = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;
  guint n_checked = 0;

  g_file_get_contents (path, &table, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (table, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) cells = g_strsplit (lines[i], "\t", -1);
      g_autofree char *file = NULL;
      g_autofree char *text = NULL;
      g_autofree char *flags = NULL;
      g_autofree char *line = NULL;
      g_autofree char *reference = NULL;
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (HyJson) json = NULL;
      g_auto (HyResourceRow) row = { 0 };
      HyJsonNode resource;
      gsize length;

      if (lines[i][0] == '#' || lines[i][0] == 0)
        continue;
      file = g_build_filename (g_getenv ("HY_FIXTURES"), cells[0], NULL);
      g_file_get_contents (file, &text, &length, &error);
      g_assert_no_error (error);
      bytes = g_bytes_new_take (g_steal_pointer (&text), length);
      json = hy_json_parse (bytes, &error);
      g_assert_no_error (error);
      resource = find_resource (json, cells[1]);
      g_assert_cmpuint (resource, !=, 0);
      hy_resource_row_read (json, resource, &row, &error);
      g_assert_no_error (error);
      flags = dup_flags (row.flags);
      reference = g_strconcat (row.type, "/", row.fhir_id, NULL);
      line = g_strjoin ("\t", cells[0], reference, hy_resource_class_get_name (row.klass), row.title, or_dash (row.date),
                        or_dash (row.author), or_dash (row.type_code),
                        row.shelf >= 0 ? hy_document_shelf_get_code ((guint) row.shelf) : "-", flags, or_dash (row.identity),
                        or_dash (row.subject), NULL);
      g_assert_cmpstr (line, ==, lines[i]);
      n_checked++;
    }
  g_assert_cmpuint (n_checked, >=, 30);
}

static void
refuses_what_is_no_resource (void)
{
  static const char *const texts[] = {
    "[]",
    "\"Patient\"",
    "null",
    "{}",
    "{\"id\":\"1\"}",
    "{\"resourceType\":null}",
    "{\"resourceType\":3}",
    "{\"resourceType\":{}}",
    "{\"resourceType\":\"\"}",
    "{\"resourceType\":\"Pat ient\"}",
    "{\"resourceType\":\"Patient1\"}",
    "{\"resourceType\":\"../etc\"}",
    "{\"resourceType\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (texts[i], strlen (texts[i]));
      g_autoptr (HyJson) json = hy_json_parse (bytes, NULL);
      g_autoptr (GError) error = NULL;
      HyResourceRow row = { .day = 7 };

      g_assert_false (hy_resource_row_read (json, hy_json_root (json), &row, &error));
      g_assert_error (error, HY_ERROR, HY_ERROR_REFUSED);
      g_assert_cmpint (row.day, ==, 7);
    }
}

static void
takes_what_it_does_not_know (void)
{
  g_auto (HyResourceRow) row = { 0 };

  read_row ("{\"resourceType\":\"FutureThing\",\"id\":[],\"meta\":7,\"code\":\"x\",\"status\":{},\"subject\":[1],\"text\":\"t\"}", &row);
  g_assert_cmpstr (row.type, ==, "FutureThing");
  g_assert_cmpint (row.klass, ==, HY_CLASS_OTHER);
  g_assert_cmpstr (row.title, ==, "x");
  g_assert_null (row.fhir_id);
  g_assert_null (row.subject);
  g_assert_null (row.date);
  g_assert_cmpint (row.day, ==, 0);
  g_assert_cmpint (row.shelf, ==, -1);
  g_assert_cmpuint (row.flags, ==, 0);
  g_assert_cmpuint (row.links->len, ==, 0);
}

static void
titles (void)
{
  static const struct
  {
    const char *type;
    const char *fields;
    const char *title;
  } table[] = {
    { "DocumentReference", "\"description\":\" A\\n\\tletter \",\"content\":[{\"attachment\":{\"title\":\"B\"}}]", "A letter" },
    { "DocumentReference", "\"content\":[{\"attachment\":{}},{\"attachment\":{\"title\":\"B\"}}],\"type\":{\"text\":\"C\"}", "B" },
    { "DocumentReference", "\"description\":\"  \",\"type\":{\"coding\":[{\"code\":\"11502-2\",\"display\":\"D\"}],\"text\":\"C\"}", "C" },
    { "DocumentReference", "\"type\":{\"coding\":[{\"code\":\"11502-2\"},{\"code\":\"x\",\"display\":\"D\"}]}", "D" },
    { "DocumentReference", "\"type\":{\"coding\":[{\"code\":\"11502-2\"}]}", "Laboratory report" },
    { "DocumentReference", "\"type\":{\"coding\":[{\"code\":\"unheard-of\"}]}", "unheard-of" },
    { "DocumentReference", "\"status\":\"current\"", "DocumentReference" },
    { "Condition", "\"code\":{\"text\":\"Asthme\",\"coding\":[{\"display\":\"x\"}]}", "Asthme" },
    { "Condition", "\"code\":{\"coding\":[{\"code\":\"J45\"},{\"display\":\"Asthma\"}]}", "Asthma" },
    { "Condition", "\"code\":{\"coding\":[{\"system\":\"s\"},{\"code\":\"J45\"}]}", "J45" },
    { "Immunization", "\"vaccineCode\":{\"text\":\"DTP\"}", "DTP" },
    { "MedicationRequest", "\"medicationReference\":{\"reference\":\"Medication/1\",\"display\":\"Fer\"}", "Fer" },
    { "MedicationStatement",
      "\"medicationReference\":{\"reference\":\"#m\"},\"contained\":[{\"id\":\"n\"},{\"resourceType\":\"Medication\","
      "\"id\":\"m\",\"code\":{\"coding\":[{\"display\":\"Ferrous\"}]}}]",
      "Ferrous" },
    { "MedicationStatement", "\"medicationReference\":{\"reference\":\"#gone\"}", "MedicationStatement" },
    { "Patient", "\"name\":[{\"prefix\":[\"Mme\"],\"given\":[\"Claire\"],\"family\":\"Fontaine\"}]", "Mme Claire Fontaine" },
    { "Practitioner", "\"name\":[{\"text\":\"Dr Who\"}]", "Dr Who" },
    { "Organization", "\"name\":\"CHU\",\"type\":[{\"text\":\"x\"}]", "CHU" },
    { "Encounter", "\"class\":{\"code\":\"IMP\"},\"type\":[{\"coding\":[{\"display\":\"Stay\"}]}]", "Stay" },
    { "Encounter", "\"class\":{\"code\":\"IMP\"}", "IMP" },
    { "Questionnaire", "\"title\":\"Sleep\",\"name\":\"SLEEP\"", "Sleep" },
    { "QuestionnaireResponse", "\"questionnaire\":\"http://a/b\",\"_questionnaire\":{\"extension\":[{\"valueString\":\"Sleep\"}]}",
      "Sleep" },
    { "Communication", "\"topic\":{\"text\":\"Results\"}", "Results" },
    { "Appointment", "\"description\":\"Check\"", "Check" },
    { "Claim", "\"type\":{\"coding\":[{\"code\":\"oral\"}]}", "oral" },
    { "Bundle", "\"type\":\"searchset\"", "Bundle" },
    { "FamilyMemberHistory", "\"relationship\":{\"text\":\"Father\"},\"condition\":[{\"code\":{}},{\"code\":{\"text\":\"Stroke\"}}]", "Stroke" },
    { "Observation", "\"code\":{\"text\":\"Weight\"},\"valueQuantity\":{\"value\":63.10,\"unit\":\"kg\"}", "Weight" },
    { "Observation", "\"code\":[[{\"text\":\"too deep\"}]]", "Observation" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"resourceType\":\"%s\",%s}", table[i].type, table[i].fields);
      g_auto (HyResourceRow) row = { 0 };

      read_row (text, &row);
      g_assert_cmpstr (row.title, ==, table[i].title);
    }
}

static void
long_titles_are_cut_between_characters (void)
{
  g_autoptr (GString) text = g_string_new ("{\"resourceType\":\"Organization\",\"name\":\"a");
  g_auto (HyResourceRow) row = { 0 };

  for (guint i = 0; i < 1000; i++)
    g_string_append (text, "é");
  g_string_append (text, "\"}");
  read_row (text->str, &row);
  g_assert_true (g_utf8_validate (row.title, -1, NULL));
  g_assert_cmpuint (strlen (row.title), ==, 399);
}

static void
dates (void)
{
  static const struct
  {
    const char *type;
    const char *fields;
    const char *date;
  } table[] = {
    { "DocumentReference", "\"date\":\"2024-02-01T10:00:00Z\",\"context\":{\"period\":{\"start\":\"2024-01-31\"}}", "2024-01-31" },
    { "DocumentReference", "\"date\":\"2024-02-01T10:00:00Z\"", "2024-02-01T10:00:00Z" },
    { "Condition", "\"onsetDateTime\":\"2004\",\"recordedDate\":\"2014-10-09\"", "2004" },
    { "Condition", "\"onsetString\":\"long ago\",\"recordedDate\":\"2014-10-09\"", "2014-10-09" },
    { "Condition", "\"onsetDateTime\":\"2014-02-30\",\"recordedDate\":\"2014-10-09\"", "2014-10-09" },
    { "Observation", "\"effectivePeriod\":{\"start\":\"2014-10\"},\"issued\":\"2014-11-01T00:00:00Z\"", "2014-10" },
    { "Observation", "\"effectiveDateTime\":20141009", NULL },
    { "Immunization", "\"occurrenceDateTime\":\"1984\",\"recorded\":\"2024-01-01\"", "1984" },
    { "Encounter", "\"period\":{\"start\":\"2020-01-02\",\"end\":\"2020-01-09\"}", "2020-01-02" },
    { "Procedure", "\"performedPeriod\":{\"start\":\"2020-01-02\"}", "2020-01-02" },
    { "Patient", "\"birthDate\":\"1984-05-12\"", NULL },
    { "FutureThing", "\"authoredOn\":\"2024-01\"", "2024-01" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"resourceType\":\"%s\",%s}", table[i].type, table[i].fields);
      g_auto (HyResourceRow) row = { 0 };
      HyDate date = { 0 };

      read_row (text, &row);
      g_assert_cmpstr (row.date, ==, table[i].date);
      g_assert_true (hy_date_parse (table[i].date, &date) == (table[i].date != NULL));
      g_assert_cmpint (row.day, ==, hy_date_sort_key (date));
    }
}

static void
authors (void)
{
  static const struct
  {
    const char *type;
    const char *fields;
    const char *author;
  } table[] = {
    { "DocumentReference", "\"author\":[{\"reference\":\"Practitioner/1\"},{\"display\":\"Dr A\"}],\"custodian\":{\"display\":\"C\"}", "Dr A" },
    { "DocumentReference", "\"author\":[{\"reference\":\"Practitioner/1\"}],\"custodian\":{\"display\":\"CHU\"}", "CHU" },
    { "DocumentReference",
      "\"author\":[{\"reference\":\"#a\"}],\"contained\":[{\"resourceType\":\"Practitioner\",\"id\":\"a\",\"name\":[{\"prefix\":[\"Dr\"],"
      "\"family\":\"B\"}]}]",
      "Dr B" },
    { "DocumentReference",
      "\"author\":[{\"reference\":\"#o\"}],\"contained\":[{\"resourceType\":\"Organization\",\"id\":\"o\",\"name\":\"Labo\"}]", "Labo" },
    { "Observation", "\"performer\":[{\"display\":\"Nurse\"}]", "Nurse" },
    { "Immunization", "\"performer\":[{\"function\":{\"text\":\"gives\"},\"actor\":{\"display\":\"Dr V\"}}]", "Dr V" },
    { "Condition", "\"asserter\":{\"display\":\"As\"},\"recorder\":{\"display\":\"Re\"}", "As" },
    { "Condition", "\"recorder\":{\"display\":\"Re\"}", "Re" },
    { "MedicationRequest", "\"requester\":{\"display\":\"Dr P\"}", "Dr P" },
    { "Encounter", "\"participant\":[{\"individual\":{\"display\":\"Dr E\"}}]", "Dr E" },
    { "AuditEvent", "\"agent\":[{\"who\":{\"display\":\"Sam\"}}]", "Sam" },
    { "Appointment",
      "\"participant\":[{\"actor\":{\"reference\":\"Patient/1\",\"display\":\"Me\"}},{\"actor\":{\"display\":\"Dr R\"}}]", "Dr R" },
    { "Patient", "\"practitioner\":{\"display\":\"x\"}", NULL },
    { "PractitionerRole", "\"practitioner\":{\"display\":\"x\"}", NULL },
    { "Observation", "\"performer\":\"somebody\"", "somebody" },
    { "Observation", "\"status\":\"final\"", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"resourceType\":\"%s\",%s}", table[i].type, table[i].fields);
      g_auto (HyResourceRow) row = { 0 };

      read_row (text, &row);
      g_assert_cmpstr (row.author, ==, table[i].author);
    }
}

static void
shelves (void)
{
  static const struct
  {
    const char *fields;
    const char *shelf;
  } table[] = {
    { "\"type\":{\"coding\":[{\"code\":\"11502-2\"}]},\"category\":[{\"coding\":[{\"code\":\"DOC_ADM\"}]}]", "BIOLOGIE" },
    { "\"type\":{\"coding\":[{\"code\":\"x\"},{\"code\":\"18748-4\"}]}", "RADIO_SC" },
    { "\"type\":{\"coding\":[{\"code\":\"x\"}]},\"category\":[{\"text\":\"t\"},{\"coding\":[{\"system\":\"" CLASSES "\",\"code\":\"42\"}]}]",
      "ORD_SOIN" },
    { "\"category\":[{\"coding\":[{\"system\":\"http://other\",\"code\":\"42\"}]}]", "AUTR_DOC" },
    { "\"category\":[{\"coding\":[{\"code\":\"DOC_ADM\"}]}]", "DOC_ADM" },
    { "\"category\":[{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"11369-6\"}]}]", "CAR_VAC" },
    { "\"category\":{},\"type\":[]", "AUTR_DOC" },
    /* What the person chose comes before what it is; a code that is no shelf chooses nothing. */
    { "\"type\":{\"coding\":[{\"code\":\"11502-2\"}]},\"category\":[{\"coding\":[{\"code\":\"11\"},{\"system\":\"" HY_SHELF_SYSTEM
      "\",\"code\":\"CERT_MED\"}]}]",
      "CERT_MED" },
    { "\"type\":{\"coding\":[{\"code\":\"11502-2\"}]},\"category\":[{\"coding\":[{\"system\":\"" HY_SHELF_SYSTEM
      "\",\"code\":\"ATTIC\"}]}]",
      "BIOLOGIE" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"resourceType\":\"DocumentReference\",%s}", table[i].fields);
      g_auto (HyResourceRow) row = { 0 };

      read_row (text, &row);
      g_assert_cmpint (row.shelf, >=, 0);
      g_assert_cmpstr (hy_document_shelf_get_code ((guint) row.shelf), ==, table[i].shelf);
    }
}

static void
flags (void)
{
#define WITH_BYTES ",\"content\":[{\"attachment\":{}},{\"attachment\":{\"url\":\"Binary/1\"}}]"
  static const struct
  {
    const char *type;
    const char *fields;
    const char *flags;
  } table[] = {
    { "Observation", "\"meta\":{\"tag\":[{\"system\":\"https://hygie.github.io/fhir/CodeSystem/tag\",\"code\":\"local\"}]}", "local" },
    { "Observation", "\"meta\":{\"tag\":[{\"system\":\"http://other\",\"code\":\"local\"}]}", "-" },
    { "Observation", "\"meta\":{\"security\":[{\"system\":\"" CONFIDENTIALITY "\",\"code\":\"R\"}]}", "restricted" },
    { "Observation", "\"meta\":{\"security\":[{\"system\":\"" CONFIDENTIALITY "\",\"code\":\"N\"}]}", "-" },
    { "Observation", "\"meta\":{\"security\":[{\"system\":\"http://other\",\"code\":\"R\"}]}", "-" },
    { "Observation", "\"status\":\"entered-in-error\"", "error" },
    { "Condition", "\"verificationStatus\":{\"coding\":[{\"code\":\"entered-in-error\"}]}", "error" },
    { "Observation", "\"status\":\"superseded\"", "-" },
    { "DocumentReference", "\"status\":\"superseded\"" WITH_BYTES, "replaced" },
    { "DocumentReference", "\"status\":\"entered-in-error\"" WITH_BYTES, "error" },
    { "DocumentReference",
      "\"securityLabel\":[{\"coding\":[{\"system\":\"" CONFIDENTIALITY "\",\"code\":\"V\"}]},{\"coding\":[{\"system\":\"" VISIBILITY
      "\",\"code\":\"MASQUE_PS\"},{\"code\":\"INVISIBLE_REPRESENTANTS_LEGAUX\"}]},{\"coding\":[{\"code\":\"INVISIBLE_PATIENT\"}]}]" WITH_BYTES,
      "hidden-pro,hidden-legal,restricted,hidden-patient" },
    { "DocumentReference", "\"status\":\"current\"", "no-bytes" },
    { "DocumentReference", "\"content\":[]", "no-bytes" },
    { "DocumentReference", "\"content\":[{\"attachment\":{\"contentType\":\"application/pdf\",\"hash\":\"x\"}}]", "no-bytes" },
    { "DocumentReference", "\"content\":[{\"attachment\":{\"data\":\"JVBERg==\"}}]", "-" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"resourceType\":\"%s\",%s}", table[i].type, table[i].fields);
      g_autofree char *found = NULL;
      g_auto (HyResourceRow) row = { 0 };

      read_row (text, &row);
      found = dup_flags (row.flags);
      g_assert_cmpstr (found, ==, table[i].flags);
    }
}

static void
consents (void)
{
  static const struct
  {
    const char *fields;
    HyResourceClass klass;
  } table[] = {
    { "\"scope\":{\"coding\":[{\"code\":\"patient-privacy\"}]}", HY_CLASS_MANDATE },
    { "\"provision\":{\"actor\":[{\"reference\":{\"reference\":\"RelatedPerson/1\"}}]}", HY_CLASS_MANDATE },
    { "\"scope\":{\"coding\":[{\"code\":\"adr\"}]},\"provision\":{\"actor\":[{}]}", HY_CLASS_WISH },
    { "\"scope\":{\"coding\":[{\"code\":\"patient-privacy\"}]},\"category\":[{\"coding\":[{\"code\":\"acd\"}]}]", HY_CLASS_WISH },
    { "\"category\":[{\"text\":\"x\"},{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"42348-3\"}]}]", HY_CLASS_WISH },
    { "\"category\":[{\"text\":\"Don d'organes\"}]", HY_CLASS_WISH },
    { "\"scope\":7", HY_CLASS_WISH },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"resourceType\":\"Consent\",%s}", table[i].fields);
      g_auto (HyResourceRow) row = { 0 };

      read_row (text, &row);
      g_assert_cmpint (row.klass, ==, table[i].klass);
    }
}

static void
identities (void)
{
  static const struct
  {
    const char *type;
    const char *fields;
    const char *identity;
  } table[] = {
    { "DocumentReference", "\"masterIdentifier\":{\"system\":\"urn:ietf:rfc:3986\",\"value\":\"urn:oid:1.2\"},\"identifier\":[{\"value\":\"x\"}]",
      "urn:ietf:rfc:3986|urn:oid:1.2" },
    { "DocumentReference", "\"masterIdentifier\":{\"value\":\"1\"}", "|1" },
    { "DocumentReference", "\"masterIdentifier\":{\"system\":\"urn:oid:1.2\",\"value\":\"3\"}", "urn:ietf:rfc:3986|urn:oid:1.2^3" },
    { "DocumentReference", "\"masterIdentifier\":{\"system\":\"urn:ietf:rfc:3986\",\"value\":\"urn:oid:1.2^3\"}",
      "urn:ietf:rfc:3986|urn:oid:1.2^3" },
    { "DocumentReference", "\"masterIdentifier\":{\"value\":\"1.2^3\"}", "urn:ietf:rfc:3986|urn:oid:1.2^3" },
    { "DocumentReference", "\"masterIdentifier\":{\"value\":\"urn:oid:1.2\"}", "urn:ietf:rfc:3986|urn:oid:1.2" },
    { "DocumentReference", "\"masterIdentifier\":{\"system\":\"urn:ietf:rfc:3986\",\"value\":\"urn:uuid:a\"}",
      "urn:ietf:rfc:3986|urn:uuid:a" },
    { "DocumentReference", "\"masterIdentifier\":{\"system\":\"urn:oid:x\",\"value\":\"3\"}", "urn:oid:x|3" },
    { "DocumentReference", "\"masterIdentifier\":{\"system\":\"s\"}", NULL },
    { "Composition", "\"identifier\":{\"system\":\"s\",\"value\":\"v\"}", "s|v" },
    { "Bundle", "\"identifier\":{\"system\":\"s\",\"value\":\"v\"}", "s|v" },
    { "Observation", "\"identifier\":[{\"system\":\"s\",\"value\":\"v\"}]", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"resourceType\":\"%s\",%s}", table[i].type, table[i].fields);
      g_auto (HyResourceRow) row = { 0 };

      read_row (text, &row);
      g_assert_cmpstr (row.identity, ==, table[i].identity);
    }
}

static void
replaced_documents (void)
{
  g_auto (HyResourceRow) row = { 0 };

  read_row ("{\"resourceType\":\"DocumentReference\",\"relatesTo\":[{\"code\":\"replaces\",\"target\":{\"identifier\":{\"system\":\"urn:oid:1.2\","
            "\"value\":\"3\"}}},{\"code\":\"appends\",\"target\":{\"identifier\":{\"value\":\"x\"}}},{\"code\":\"replaces\",\"target\":"
            "{\"reference\":\"DocumentReference/1\"}}]}",
            &row);
  g_assert_cmpuint (row.replaces->len, ==, 1);
  g_assert_cmpstr (row.replaces->pdata[0], ==, "urn:ietf:rfc:3986|urn:oid:1.2^3");
}

static void
dates_of_documents (void)
{
  static const struct
  {
    const char *start;
    const char *creation;
    const char *date;
  } table[] = {
    { "2024-03-12", "2024-03-12T10:15:00+01:00", "2024-03-12T10:15:00+01:00" },
    { "2024-03-12", "2024-03-13T10:15:00+01:00", "2024-03-12" },
    { "2024-03", "2024-03-13T10:15:00+01:00", "2024-03" },
    { NULL, "2024-03-13", "2024-03-13" },
    { NULL, "soon", "2024-05-01T00:00:00Z" },
    { NULL, NULL, "2024-05-01T00:00:00Z" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_auto (HyResourceRow) row = { 0 };
      g_autofree char *context =
          table[i].start != NULL ? g_strdup_printf (",\"context\":{\"period\":{\"start\":\"%s\"}}", table[i].start) : g_strdup ("");
      g_autofree char *creation =
          table[i].creation != NULL ? g_strdup_printf (",\"content\":[{\"attachment\":{\"creation\":\"%s\"}}]", table[i].creation) : g_strdup ("");
      g_autofree char *text = g_strdup_printf ("{\"resourceType\":\"DocumentReference\",\"date\":\"2024-05-01T00:00:00Z\"%s%s}", context, creation);

      read_row (text, &row);
      g_assert_cmpstr (row.date, ==, table[i].date);
    }
}

static void
subjects (void)
{
  static const struct
  {
    const char *type;
    const char *fields;
    const char *subject;
  } table[] = {
    { "Observation", "\"subject\":{\"reference\":\"Patient/1\"}", "Patient/1" },
    { "Immunization", "\"patient\":{\"reference\":\"urn:uuid:a\"}", "urn:uuid:a" },
    { "Task", "\"for\":{\"reference\":\"Patient/1\"}", "Patient/1" },
    { "Coverage", "\"beneficiary\":{\"reference\":\"Patient/1\"}", "Patient/1" },
    { "ResearchSubject", "\"individual\":{\"reference\":\"Patient/1\"}", "Patient/1" },
    { "Observation", "\"subject\":{\"reference\":\"#p\"}", NULL },
    { "Observation", "\"subject\":{\"display\":\"Me\"}", NULL },
    { "Patient", "\"subject\":{\"reference\":\"Patient/1\"}", NULL },
    { "Appointment", "\"participant\":[{\"actor\":{\"reference\":\"Practitioner/1\"}},{\"actor\":{\"reference\":\"http://a/Patient/1\"}}]",
      "http://a/Patient/1" },
    { "Appointment", "\"participant\":[{\"actor\":{\"reference\":\"urn:uuid:a\",\"type\":\"Patient\"}}]", "urn:uuid:a" },
    { "AuditEvent", "\"entity\":[{\"what\":{\"reference\":\"Patient/1\"}}]", "Patient/1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"resourceType\":\"%s\",%s}", table[i].type, table[i].fields);
      g_auto (HyResourceRow) row = { 0 };

      read_row (text, &row);
      g_assert_cmpstr (row.subject, ==, table[i].subject);
    }
}

static void
links_are_all_there_once (void)
{
  g_auto (HyResourceRow) row = { 0 };

  read_row ("{\"resourceType\":\"Observation\",\"subject\":{\"reference\":\"Patient/1\"},"
            "\"performer\":[{\"reference\":\"Practitioner/2\"},{\"reference\":\"Patient/1\"},{\"reference\":\"#c\"}],"
            "\"extension\":[{\"valueReference\":{\"reference\":\"urn:uuid:3\"}}],"
            "\"hasMember\":[{\"reference\":\"Observation\\/4\"},{\"reference\":\"Practitioner/2\"},{\"reference\":\"\"},{\"reference\":5}],"
            "\"contained\":[{\"resourceType\":\"Device\",\"id\":\"c\",\"owner\":{\"reference\":\"Organization/5\"}}]}",
            &row);
  g_assert_cmpuint (row.links->len, ==, 4);
  g_assert_cmpstr (row.links->pdata[0], ==, "Practitioner/2");
  g_assert_cmpstr (row.links->pdata[1], ==, "urn:uuid:3");
  g_assert_cmpstr (row.links->pdata[2], ==, "Observation/4");
  g_assert_cmpstr (row.links->pdata[3], ==, "Organization/5");
}

static void
links_and_words_are_bounded (void)
{
  g_autoptr (GString) text = g_string_new ("{\"resourceType\":\"List\",\"entry\":[");
  g_auto (HyResourceRow) row = { 0 };

  for (guint i = 0; i < 50000; i++)
    g_string_append_printf (text, "%s{\"item\":{\"reference\":\"Observation/%u\",\"display\":\"%u numéro %u de cette liste\"}}",
                            i > 0 ? "," : "", i, i, i);
  g_string_append (text, "]}");
  read_row (text->str, &row);
  g_assert_cmpuint (row.links->len, ==, 1000);
  g_assert_cmpuint (strlen (row.words), <=, 1024 * 1024 + 1);
  g_assert_cmpuint (strlen (row.words), >=, 1024 * 1024 - 4);
  g_assert_true (g_utf8_validate (row.words, -1, NULL));
}

static void
narratives_are_bounded (void)
{
  g_autoptr (GString) text = g_string_new ("{\"resourceType\":\"Basic\",\"text\":{\"div\":\"<div>");
  g_auto (HyResourceRow) row = { 0 };

  for (guint i = 0; i < 100000; i++)
    g_string_append (text, "été ");
  g_string_append (text, "</div>\"},\"code\":{\"text\":\"T\",\"coding\":[{\"display\":\"last\"}]}}");
  read_row (text->str, &row);
  g_assert_cmpuint (strlen (row.words), <=, 256 * 1024 + 6);
  g_assert_true (g_str_has_suffix (row.words, "\nlast\n"));
  g_assert_true (g_utf8_validate (row.words, -1, NULL));
}

static void
words_say_it_once (void)
{
  g_auto (HyResourceRow) row = { 0 };

  read_row ("{\"resourceType\":\"Observation\",\"id\":\"o1\",\"status\":\"final\","
            "\"text\":{\"status\":\"generated\",\"div\":\"<div><p>H&eacute;moglobine</p><p>bas\\u00e9</p></div>\"},"
            "\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"718-7\",\"display\":\"Hemoglobin\"}],\"text\":\"Hémoglobine\"},"
            "\"subject\":{\"reference\":\"Patient/1\",\"display\":\"Claire Fontaine\"},"
            "\"performer\":[{\"display\":\"Dr Camille\"}],"
            "\"valueQuantity\":{\"value\":12.50,\"unit\":\"g/dL\"},"
            "\"component\":[{\"code\":{\"text\":\"Hémoglobine\"},\"valueString\":\" trace \"},{\"valueQuantity\":{\"value\":-0,\"code\":\"%\"}},"
            "{\"valueInteger\":7},{\"valueCodeableConcept\":{\"text\":\"positif\"}}],"
            "\"note\":[{\"text\":\"À jeun\"},{\"text\":\"À jeun\"}]}",
            &row);
  g_assert_cmpstr (row.title, ==, "Hémoglobine");
  g_assert_cmpstr (row.words, ==, "718-7\nHémoglobine basé\nHemoglobin\nDr Camille\n12.50 g/dL\ntrace\n-0 %\n7\npositif\nÀ jeun\n");
}

static void
documents_are_found_in_both_languages (void)
{
  g_auto (HyResourceRow) row = { 0 };

  read_row ("{\"resourceType\":\"DocumentReference\",\"type\":{\"coding\":[{\"code\":\"11502-2\"}]}}", &row);
  g_assert_cmpstr (row.title, ==, "Laboratory report");
  g_assert_cmpstr (row.words, ==, "CR d'examens biologiques\n");
}

/* Long strings and odd nesting: 64 levels, of which the path tables go a few. */
static void
nesting_does_no_harm (void)
{
  g_autoptr (GString) text = g_string_new ("{\"resourceType\":\"Observation\",\"code\":");
  g_auto (HyResourceRow) row = { 0 };

  for (guint i = 0; i < 60; i++)
    g_string_append (text, i % 2 ? "[" : "{\"coding\":");
  g_string_append (text, "\"deep\"");
  for (guint i = 60; i-- > 0;)
    g_string_append (text, i % 2 ? "]" : "}");
  g_string_append (text, ",\"performer\":[[[{\"display\":\"deep\"}]]]}");
  read_row (text->str, &row);
  g_assert_cmpstr (row.title, ==, "Observation");
  g_assert_null (row.author);
  g_assert_cmpstr (row.words, ==, "deep\n");
}

int
main (int argc,
      char **argv)
{
  g_setenv ("LANGUAGE", "en", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fhir/resource-row/reads-the-table", reads_the_table);
  g_test_add_func ("/fhir/resource-row/refuses-what-is-no-resource", refuses_what_is_no_resource);
  g_test_add_func ("/fhir/resource-row/takes-what-it-does-not-know", takes_what_it_does_not_know);
  g_test_add_func ("/fhir/resource-row/titles", titles);
  g_test_add_func ("/fhir/resource-row/long-titles-are-cut-between-characters", long_titles_are_cut_between_characters);
  g_test_add_func ("/fhir/resource-row/dates", dates);
  g_test_add_func ("/fhir/resource-row/authors", authors);
  g_test_add_func ("/fhir/resource-row/shelves", shelves);
  g_test_add_func ("/fhir/resource-row/flags", flags);
  g_test_add_func ("/fhir/resource-row/consents", consents);
  g_test_add_func ("/fhir/resource-row/identities", identities);
  g_test_add_func ("/fhir/resource-row/replaced-documents", replaced_documents);
  g_test_add_func ("/fhir/resource-row/dates-of-documents", dates_of_documents);
  g_test_add_func ("/fhir/resource-row/subjects", subjects);
  g_test_add_func ("/fhir/resource-row/links-are-all-there-once", links_are_all_there_once);
  g_test_add_func ("/fhir/resource-row/links-and-words-are-bounded", links_and_words_are_bounded);
  g_test_add_func ("/fhir/resource-row/narratives-are-bounded", narratives_are_bounded);
  g_test_add_func ("/fhir/resource-row/words-say-it-once", words_say_it_once);
  g_test_add_func ("/fhir/resource-row/documents-are-found-in-both-languages", documents_are_found_in_both_languages);
  g_test_add_func ("/fhir/resource-row/nesting-does-no-harm", nesting_does_no_harm);
  return g_test_run ();
}
