/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What becomes of the readings of documents: their DocumentReference, and how a later one completes it. */

#include "import/hy-import-document.h"
#include "import/hy-import-reader.h"
#include "import/hy-test-decoder.h"

#include <string.h>

#define NOW_US 1714557600000000 /* 2024-05-01T10:00:00Z */

static GBytes *
bytes_of (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static HyJson *
parse (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  HyJson *json = hy_json_parse (bytes, &error);

  g_assert_no_error (error);
  return json;
}

static GBytes *
new_json (const char *cda,
          const char *xdm,
          const char *name)
{
  g_autoptr (GBytes) bytes = bytes_of ("the bytes");
  g_autoptr (GBytes) cda_bytes = cda != NULL ? bytes_of (cda) : NULL;
  g_autoptr (GBytes) xdm_bytes = xdm != NULL ? bytes_of (xdm) : NULL;
  g_autoptr (HyJson) cda_json = cda != NULL ? parse (cda_bytes) : NULL;
  g_autoptr (HyJson) xdm_json = xdm != NULL ? parse (xdm_bytes) : NULL;
  HyImportDocument document = { .name = name, .bytes = bytes, .media_type = "text/xml", .now_us = NOW_US, .cda = cda_json, .xdm = xdm_json };

  if (xdm != NULL)
    document.entry = hy_json_path (xdm_json, hy_json_root (xdm_json), "documents.0");
  return hy_import_document_new_json (&document);
}

/* Everything of the result but its random id. */
static char *
dup_comparable (GBytes *bytes)
{
  g_autoptr (HyJson) json = parse (bytes);
  HyJsonSpan span = hy_json_span (json, hy_json_member (json, hy_json_root (json), "id"));
  HyJsonEdit edit = { span, "\"ID\"" };
  g_autoptr (GBytes) changed = hy_json_splice (bytes, &edit, 1);

  return g_strndup (g_bytes_get_data (changed, NULL), g_bytes_get_size (changed));
}

#define TAG "\"meta\":{\"tag\":[{\"system\":\"https://hygie.github.io/fhir/CodeSystem/tag\",\"code\":\"local\"}]}"

static void
a_bare_file_has_a_name (void)
{
  g_autoptr (GBytes) json = new_json (NULL, NULL, "Compte_rendu  2024.pdf");
  g_autofree char *found = dup_comparable (json);
  g_autoptr (HyJson) parsed = parse (json);

  g_assert_true (hy_json_string_equal (parsed, hy_json_member (parsed, hy_json_root (parsed), "description"), "Compte rendu 2024"));
  g_assert_true (hy_json_string_equal (parsed, hy_json_path (parsed, hy_json_root (parsed), "content.0.attachment.title"), "Compte_rendu  2024.pdf"));
  g_assert_true (hy_json_string_equal (parsed, hy_json_member (parsed, hy_json_root (parsed), "date"), "2024-05-01T10:00:00+00:00"));
  g_assert_cmpuint (hy_json_member (parsed, hy_json_root (parsed), "masterIdentifier"), ==, 0);
  g_assert_nonnull (strstr (found, TAG));
}

static void
a_header_gives_everything (void)
{
  static const char reading[] =
      "{\"kind\":\"cda\",\"header\":{\"id\":\"1.2.3^X\",\"setId\":\"1.2.4\",\"version\":\"2\","
      "\"code\":{\"code\":\"11488-4\",\"system\":\"2.16.840.1.113883.6.1\",\"display\":\"CR\","
      "\"translations\":[{\"code\":\"CRC\",\"system\":\"1.9.9\"}]},\"title\":\"Un titre\",\"date\":\"2024-03-12T10:15:00+01:00\","
      "\"confidentiality\":{\"code\":\"R\",\"system\":\"2.16.840.1.113883.5.25\"},\"language\":\"fr-FR\","
      "\"templates\":[\"1.2.250.1.213.1.1.1.1\",\"1.2.250.1.213.1.1.1.13^1.4\"],"
      "\"patient\":{\"ids\":[\"1.2.250.1.213.1.4.8^1\",\"1.5^IPP\",\"1.5^IPP\"],\"given\":[\"Odette\",\"Marie\"],"
      "\"families\":[{\"use\":\"BR\",\"text\":\"UN\"},{\"use\":\"CL\",\"text\":\"DEUX\"}],\"sex\":\"F\",\"birthDate\":\"1980-07-12T10:00:00Z\"},"
      "\"authors\":[{\"name\":\"Dr A\",\"organization\":\"Cabinet\",\"specialty\":\"Chirurgie\",\"id\":\"1.7^8\"}],\"custodian\":\"Garde\","
      "\"legalAuthenticator\":{\"name\":\"Dr L\"},\"services\":[{\"code\":{\"code\":\"x\"}},{\"from\":\"2024-03-11\",\"to\":\"2024-03-12\"}],"
      "\"replaces\":[\"1.2.3^W\"]},\"bodies\":[],\"sections\":[]}";
  g_autoptr (GBytes) json = new_json (reading, NULL, "x.xml");
  g_autofree char *found = dup_comparable (json);

  g_assert_cmpstr (
      found, ==,
      "{\"resourceType\":\"DocumentReference\",\"id\":\"ID\"," TAG ",\"contained\":[{\"resourceType\":\"Patient\",\"id\":\"patient\","
      "\"identifier\":[{\"system\":\"urn:oid:1.2.250.1.213.1.4.8\",\"value\":\"1\"},{\"system\":\"urn:oid:1.5\",\"value\":\"IPP\"}],"
      "\"name\":[{\"use\":\"official\",\"family\":\"UN\",\"given\":[\"Odette\",\"Marie\"]},"
      "{\"use\":\"usual\",\"family\":\"DEUX\",\"given\":[\"Odette\",\"Marie\"]}],\"gender\":\"female\",\"birthDate\":\"1980-07-12\"},"
      "{\"resourceType\":\"Practitioner\",\"id\":\"author-1\",\"identifier\":[{\"system\":\"urn:oid:1.7\",\"value\":\"8\"}],"
      "\"name\":[{\"text\":\"Dr A\"}],\"qualification\":[{\"code\":{\"text\":\"Chirurgie\"}}]},"
      "{\"resourceType\":\"Organization\",\"id\":\"organization-1\",\"name\":\"Cabinet\"}],"
      "\"masterIdentifier\":{\"system\":\"urn:oid:1.2.3\",\"value\":\"X\"},\"status\":\"current\","
      "\"type\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"11488-4\",\"display\":\"CR\"},{\"system\":\"urn:oid:1.9.9\",\"code\":\"CRC\"}]},"
      "\"category\":[{\"coding\":[{\"system\":\"https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument\","
      "\"code\":\"10\",\"display\":\"Compte rendu\"}]}],\"subject\":{\"reference\":\"#patient\"},\"date\":\"2024-05-01T10:00:00+00:00\","
      "\"author\":[{\"reference\":\"#author-1\",\"display\":\"Dr A\"},{\"reference\":\"#organization-1\",\"display\":\"Cabinet\"}],"
      "\"authenticator\":{\"display\":\"Dr L\"},\"custodian\":{\"display\":\"Garde\"},"
      "\"relatesTo\":[{\"code\":\"replaces\",\"target\":{\"identifier\":{\"system\":\"urn:oid:1.2.3\",\"value\":\"W\"}}}],"
      "\"description\":\"Un titre\",\"securityLabel\":[{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-Confidentiality\","
      "\"code\":\"R\"}]}],\"content\":[{\"attachment\":{\"contentType\":\"text/xml\",\"language\":\"fr-FR\",\"size\":9,"
      "\"hash\":\"e+MmReBDe/u/oAP8UlHRW6VVlas=\",\"title\":\"Un titre\",\"creation\":\"2024-03-12T10:15:00+01:00\"},"
      "\"format\":{\"system\":\"https://mos.esante.gouv.fr/NOS/TRE_A06-FormatCodeComplementaire/FHIR/TRE-A06-FormatCodeComplementaire\","
      "\"code\":\"urn:asip:ci-sis:vsm:2012\"}}],\"context\":{\"period\":{\"start\":\"2024-03-11\",\"end\":\"2024-03-12\"},"
      "\"sourcePatientInfo\":{\"reference\":\"#patient\"}}}");
}

static void
the_title_is_the_best_there_is (void)
{
  static const struct
  {
    const char *cda;
    const char *title;
  } table[] = {
    { "{\"header\":{\"title\":\"T\",\"code\":{\"code\":\"11502-2\",\"display\":\"D\"}}}", "T" },
    { "{\"header\":{\"title\":\" \",\"code\":{\"code\":\"11502-2\",\"display\":\"D\"}}}", "D" },
    { "{\"header\":{\"code\":{\"code\":\"11502-2\"}}}", "Laboratory report" },
    { "{\"header\":{\"code\":{\"code\":\"nothing known\"}}}", "lettre du docteur" },
    { "{}", "lettre du docteur" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GBytes) bytes = new_json (table[i].cda, NULL, "lettre_du_docteur.xml");
      g_autoptr (HyJson) json = parse (bytes);
      g_autofree char *title = hy_json_dup_string (json, hy_json_member (json, hy_json_root (json), "description"));

      g_assert_cmpstr (title, ==, table[i].title);
    }
}

/* Whatever a reading says, what is made of it is a resource. */
static void
odd_readings_make_resources_too (void)
{
  static const char *const readings[] = {
    "[]",
    "1",
    "null",
    "{\"header\":[]}",
    "{\"header\":{\"id\":\"\",\"title\":\"\\u0000\\u0007a\\n b\",\"patient\":[],\"authors\":{},\"services\":[1]}}",
    "{\"header\":{\"id\":\"^\",\"code\":[],\"patient\":{\"ids\":[1,\"^\",\"a^\"],\"families\":[[]],\"given\":[{}]},\"authors\":[[],{\"name\":1}]}}",
    "{\"header\":{\"id\":\"a b^<\\\"\\\\>\",\"replaces\":[\"\",{}],\"confidentiality\":\"R\",\"templates\":{}},\"bodies\":[[]]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (readings); i++)
    for (guint k = 0; k < 2; k++)
      {
        g_autofree char *xdm = k == 1 ? g_strdup_printf ("{\"kind\":\"xdm\",\"documents\":[%s]}", readings[i]) : NULL;
        g_autoptr (GBytes) bytes = new_json (readings[i], xdm, "x");
        g_autoptr (HyJson) json = parse (bytes);
        g_auto (HyResourceRow) row = { 0 };

        g_assert_true (hy_resource_row_read (json, hy_json_root (json), &row, NULL));
        g_assert_cmpuint (row.klass, ==, HY_CLASS_DOCUMENT);
      }
}

static void
real_readings_make_rows (void)
{
  static const struct
  {
    const char *file;
    const char *title;
    const char *code;
    const char *identity;
    const char *date;
    const char *ins;
  } table[] = {
    { "s05", "Synth\xc3\xa8se m\xc3\xa9"
             "dicale",
      "SYNTH", "urn:ietf:rfc:3986|urn:oid:1.2.250.1.213.1.1.9.9999.105", "2024-01-15T18:00:00+01:00",
      "280079999900117" },
    { "s06", "Compte rendu d'examens biologiques", "11502-2", "urn:ietf:rfc:3986|urn:oid:1.2.250.1.213.1.1.9.9999.106",
      "2024-03-05T16:00:00+01:00", "280079999900117" },
    { "s09", "Lettre de liaison \xc3\xa0 la sortie", "11490-0", "urn:ietf:rfc:3986|urn:oid:1.2.250.1.213.1.1.9.9999.109",
      "2023-12-04T17:00:00+01:00", "155029999900247" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *name = g_strconcat ("readings/", table[i].file, ".json", NULL);
      g_autofree char *path = g_build_filename (g_getenv ("HY_FIXTURES"), name, NULL);
      g_autofree char *reading = NULL;
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (HyJson) json = NULL;
      g_auto (HyResourceRow) row = { 0 };
      g_auto (HyPerson) person = { 0 };

      g_assert_true (g_file_get_contents (path, &reading, NULL, NULL));
      bytes = new_json (reading, NULL, "x.xml");
      json = parse (bytes);
      g_assert_true (hy_resource_row_read (json, hy_json_root (json), &row, NULL));
      g_assert_cmpstr (row.title, ==, table[i].title);
      g_assert_cmpstr (row.type_code, ==, table[i].code);
      g_assert_cmpstr (row.identity, ==, table[i].identity);
      g_assert_cmpstr (row.date, ==, table[i].date);
      g_assert_cmpstr (row.author, ==, "Dr H\xc3\xa9l\xc3\xa8ne TOUBIB");
      g_assert_true (hy_person_read (json, hy_json_path (json, hy_json_root (json), "contained.0"), &person, NULL));
      g_assert_cmpstr (person.ins, ==, table[i].ins);
    }
}

/* What the metadata of one document lacks, what it was sent with may say. */
static void
a_submission_says_who (void)
{
  g_autoptr (GBytes) bytes = new_json (NULL,
                                       "{\"kind\":\"xdm\",\"submissions\":[{},{\"author\":{\"name\":\"Dr S\"},"
                                       "\"patientId\":\"280079999900117^^^&1.2.250.1.213.1.4.10&ISO^NH\"}],\"documents\":[{\"submission\":1}]}",
                                       "x.pdf");
  g_autoptr (HyJson) json = parse (bytes);
  g_auto (HyResourceRow) row = { 0 };
  g_auto (HyPerson) person = { 0 };

  g_assert_true (hy_resource_row_read (json, hy_json_root (json), &row, NULL));
  g_assert_cmpstr (row.author, ==, "Dr S");
  g_assert_true (hy_person_read (json, hy_json_path (json, hy_json_root (json), "contained.0"), &person, NULL));
  g_assert_cmpstr (person.ins, ==, "280079999900117");
}

static char *
dup_member_text (GBytes *bytes,
                 const char *name)
{
  g_autoptr (HyJson) json = parse (bytes);

  return hy_json_dup_string (json, hy_json_member (json, hy_json_root (json), name));
}

#define ENTRY "{\"kind\":\"xdm\",\"documents\":[{\"uniqueId\":\"1.2^3\",\"title\":\"Attestation\",\"type\":{\"code\":\"DOCPAT09\"}," \
              "\"authors\":[{\"name\":\"Dr A\"}]}]}"

static void
an_archive_completes_what_came_bare (void)
{
  g_autoptr (GBytes) bare = new_json (NULL, NULL, "scan.pdf");
  g_autoptr (GBytes) found = new_json (NULL, ENTRY, "scan.pdf");
  g_autoptr (GBytes) completed = hy_import_document_complete (bare, found, /* edited= */ FALSE);
  g_autoptr (GBytes) again = NULL;
  g_autofree char *id = dup_member_text (bare, "id");
  g_autofree char *completed_id = dup_member_text (completed, "id");
  g_autofree char *title = dup_member_text (completed, "description");

  g_assert_cmpstr (completed_id, ==, id);
  g_assert_cmpstr (title, ==, "Attestation");
  again = hy_import_document_complete (completed, found, /* edited= */ TRUE);
  g_assert_null (again);
  again = hy_import_document_complete (completed, found, /* edited= */ FALSE);
  g_assert_null (again);
}

static void
what_the_person_wrote_stays (void)
{
  g_autoptr (GBytes) bare = new_json (NULL, NULL, "scan.pdf");
  g_autoptr (HyJson) json = parse (bare);
  g_autoptr (GBytes) edited = hy_json_set_member (json, hy_json_root (json), "description", "\"Mon papier\"");
  g_autoptr (GBytes) found = new_json (NULL, ENTRY, "scan.pdf");
  g_autoptr (GBytes) completed = hy_import_document_complete (edited, found, /* edited= */ TRUE);
  g_autoptr (HyJson) after = parse (completed);
  g_auto (HyResourceRow) row = { 0 };

  g_assert_true (hy_resource_row_read (after, hy_json_root (after), &row, NULL));
  g_assert_cmpstr (row.title, ==, "Mon papier");
  g_assert_cmpstr (row.type_code, ==, "DOCPAT09");
  g_assert_cmpstr (row.author, ==, "Dr A");
  g_assert_cmpstr (row.identity, ==, "urn:ietf:rfc:3986|urn:oid:1.2^3");
}

static guint
read_flags (GBytes *bytes)
{
  g_autoptr (HyJson) json = parse (bytes);
  g_auto (HyResourceRow) row = { 0 };

  g_assert_true (hy_resource_row_read (json, hy_json_root (json), &row, NULL));
  return row.flags & (HY_ROW_HIDDEN_PRO | HY_ROW_RESTRICTED);
}

#define LABELLED(labels, more) "{\"kind\":\"xdm\",\"documents\":[{\"id\":\"urn:uuid:1\",\"uri\":\"A.PDF\"," labels more "}]}"
#define HIDDEN "\"confidentiality\":[{\"code\":\"N\"},{\"code\":\"MASQUE_PS\"}]"
#define NORMAL "\"confidentiality\":[{\"code\":\"N\"}]"

/* The same file is sent by somebody who knows less, or has not hidden it. */
static void
nothing_that_was_known_is_lost (void)
{
  static const struct
  {
    const char *stored;
    const char *found;
    gboolean edited;
  } table[] = {
    { LABELLED (HIDDEN, ",\"title\":\"A\""), LABELLED (NORMAL, ",\"title\":\"B\""), FALSE },
    { LABELLED (HIDDEN, ""), LABELLED ("\"title\":\"B\"", ""), FALSE },
    { LABELLED (HIDDEN, ""), LABELLED ("\"title\":\"B\"", ""), TRUE },
    { LABELLED (HIDDEN, ""), LABELLED (NORMAL, ""), TRUE },
    { LABELLED (NORMAL, ""), LABELLED (HIDDEN, ",\"title\":\"B\""), FALSE },
    { LABELLED ("\"title\":\"A\"", ""), LABELLED (HIDDEN, ",\"title\":\"B\""), FALSE },
    { LABELLED ("\"title\":\"A\"", ""), LABELLED (HIDDEN, ""), TRUE },
  };
  g_autoptr (GBytes) known = new_json (NULL, ENTRY, "scan.pdf");
  g_autoptr (GBytes) silent = new_json (NULL, LABELLED (NORMAL, ",\"title\":\"B\""), "scan.pdf");
  g_autoptr (GBytes) completed = hy_import_document_complete (known, silent, /* edited= */ FALSE);
  g_autoptr (HyJson) json = parse (completed);
  g_auto (HyResourceRow) row = { 0 };

  g_assert_true (hy_resource_row_read (json, hy_json_root (json), &row, NULL));
  g_assert_cmpstr (row.title, ==, "Attestation");
  g_assert_cmpstr (row.identity, ==, "urn:ietf:rfc:3986|urn:oid:1.2^3");
  g_assert_cmpstr (row.author, ==, "Dr A");

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GBytes) stored = new_json (NULL, table[i].stored, "scan.pdf");
      g_autoptr (GBytes) found = new_json (NULL, table[i].found, "scan.pdf");
      g_autoptr (GBytes) one = hy_import_document_complete (stored, found, table[i].edited);
      g_autoptr (GBytes) two = one != NULL ? hy_import_document_complete (one, found, table[i].edited) : NULL;

      g_assert_cmpuint (read_flags (one != NULL ? one : stored), ==, HY_ROW_HIDDEN_PRO);
      g_assert_null (two);
    }
}

static void
what_either_hides_is_hidden (void)
{
#define HEADER(code) "{\"kind\":\"cda\",\"header\":{\"confidentiality\":{\"code\":\"" code "\",\"system\":\"2.16.840.1.113883.5.25\"}}}"
  g_autoptr (GBytes) both = new_json (HEADER ("R"), LABELLED (HIDDEN, ""), "a.xml");
  g_autoptr (GBytes) own = new_json (HEADER ("R"), LABELLED (NORMAL, ""), "a.xml");
  g_autoptr (GBytes) alone = new_json (HEADER ("R"), NULL, "a.xml");
  g_autoptr (GBytes) same = new_json (HEADER ("N"), LABELLED (NORMAL, ""), "a.xml");
  g_autoptr (HyJson) json = parse (same);

  g_assert_cmpuint (read_flags (both), ==, HY_ROW_HIDDEN_PRO | HY_ROW_RESTRICTED);
  g_assert_cmpuint (read_flags (own), ==, HY_ROW_RESTRICTED);
  g_assert_cmpuint (read_flags (alone), ==, HY_ROW_RESTRICTED);
  g_assert_cmpuint (hy_json_count (json, hy_json_member (json, hy_json_root (json), "securityLabel")), ==, 1);
}

/* Half past midnight here is still the day before in UTC, which metadata is written in. */
static void
the_day_is_the_one_here (void)
{
  static const struct
  {
    const char *from;
    const char *date;
  } table[] = {
    { "2024-04-30T22:30:00Z", "2024-05-01T00:30:00+02:00" },
    { "2024-05-01", "2024-05-01" },
    { "2024-05", "2024-05" },
    { "2024-04-30T22:30:00+01:00", "2024-04-30T22:30:00+01:00" },
    { "Z", NULL },
  };
  g_autofree char *zone = g_strdup (g_getenv ("TZ"));

  g_setenv ("TZ", "CEST-2", TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *xdm = g_strdup_printf ("{\"kind\":\"xdm\",\"documents\":[{\"uri\":\"A.PDF\",\"from\":\"%s\"}]}", table[i].from);
      g_autoptr (GBytes) bytes = new_json (NULL, xdm, "a.pdf");
      g_autoptr (HyJson) json = parse (bytes);
      g_autofree char *start = hy_json_dup_string (json, hy_json_path (json, hy_json_root (json), "context.period.start"));

      g_assert_cmpstr (start, ==, table[i].date != NULL ? table[i].date : table[i].from);
    }
  if (zone != NULL)
    g_setenv ("TZ", zone, TRUE);
  else
    g_unsetenv ("TZ");
}

int
main (int argc,
      char **argv)
{
  g_setenv ("LANGUAGE", "en", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/import/document/a-bare-file-has-a-name", a_bare_file_has_a_name);
  g_test_add_func ("/import/document/a-header-gives-everything", a_header_gives_everything);
  g_test_add_func ("/import/document/the-title-is-the-best-there-is", the_title_is_the_best_there_is);
  g_test_add_func ("/import/document/odd-readings-make-resources-too", odd_readings_make_resources_too);
  g_test_add_func ("/import/document/real-readings-make-rows", real_readings_make_rows);
  g_test_add_func ("/import/document/a-submission-says-who", a_submission_says_who);
  g_test_add_func ("/import/document/an-archive-completes-what-came-bare", an_archive_completes_what_came_bare);
  g_test_add_func ("/import/document/what-the-person-wrote-stays", what_the_person_wrote_stays);
  g_test_add_func ("/import/document/nothing-that-was-known-is-lost", nothing_that_was_known_is_lost);
  g_test_add_func ("/import/document/what-either-hides-is-hidden", what_either_hides_is_hidden);
  g_test_add_func ("/import/document/the-day-is-the-one-here", the_day_is_the_one_here);
  return g_test_run ();
}
