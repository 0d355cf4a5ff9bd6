/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clinical documents as the worker reads them: each statement of the samples' expected.json, the narrative's forms, and
 * what hostile XML does. */

#include "hy-test-reading.h"
#include "hy-test-worker.h"

#include "render/hy-reading-wire.h"

#include <stdlib.h>
#include <string.h>

/* --- What the tests share */

static HyJson *
parse (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  HyJson *json = hy_json_parse (bytes, &error);

  g_assert_no_error (error);
  return json;
}

static char *
dup_at (HyJson *json,
        const char *path)
{
  return hy_json_dup_string (json, hy_json_path (json, hy_json_root (json), path));
}

static void
assert_at (HyJson *json,
           const char *path,
           const char *expected)
{
  g_autofree char *found = dup_at (json, path);

  if (g_strcmp0 (found, expected) != 0)
    g_error ("%s is “%s” and not “%s”", path, found != NULL ? found : "nothing", expected);
}

static HyJson *
read_fixture (const char *name)
{
  g_autoptr (GBytes) bytes = hy_test_worker_fixture (name);
  HyJson *json;

  g_assert_cmpint (hy_test_reading_try (bytes, &json), ==, HY_WIRE_OK);
  return json;
}

static HyWireStatus
try_text (const char *xml,
          HyJson **json)
{
  g_autoptr (GBytes) bytes = g_bytes_new (xml, strlen (xml));

  return hy_test_reading_try (bytes, json);
}

/* A document with one section of that content. */
static HyJson *
read_section (const char *content)
{
  g_autofree char *xml = g_strdup_printf ("<ClinicalDocument xmlns='urn:hl7-org:v3' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'>"
                                          "<component><structuredBody><component><section>%s</section></component></structuredBody></component>"
                                          "</ClinicalDocument>",
                                          content);
  HyJson *json;

  g_assert_cmpint (try_text (xml, &json), ==, HY_WIRE_OK);
  return json;
}

/* The JSON of a part of the reading, as it is written. */
static char *
dup_part (HyJson *json,
          const char *path)
{
  HyJsonNode node = hy_json_path (json, hy_json_root (json), path);
  HyJsonSpan span = hy_json_span (json, node);

  return node != 0 ? g_strndup (hy_json_get_text (json, NULL) + span.start, span.end - span.start) : NULL;
}

static char *
dup_whole (HyJson *json)
{
  gsize length;
  const char *text = hy_json_get_text (json, &length);

  return g_strndup (text, length);
}

static void
assert_part (HyJson *json,
             const char *path,
             const char *expected)
{
  g_autofree char *part = dup_part (json, path);

  g_assert_cmpstr (part, ==, expected);
}

static void
assert_blocks (const char *narrative,
               const char *expected)
{
  g_autofree char *content = g_strdup_printf ("<text>%s</text>", narrative);
  g_autoptr (HyJson) json = read_section (content);

  assert_part (json, "sections.0.blocks", expected);
}

static guint
count_sections (HyJson *json,
                HyJsonNode sections)
{
  guint n = 0;

  for (HyJsonNode at = hy_json_first (json, sections); at != 0; at = hy_json_next (json, at))
    n += 1 + count_sections (json, hy_json_member (json, at, "sections"));
  return n;
}

static guint
depth_of_sections (HyJson *json,
                   HyJsonNode sections)
{
  guint depth = 0;

  for (HyJsonNode at = hy_json_first (json, sections); at != 0; at = hy_json_next (json, at))
    depth = MAX (depth, 1 + depth_of_sections (json, hy_json_member (json, at, "sections")));
  return depth;
}

/* Finds the result with that code anywhere below. */
static HyJsonNode
find_result (HyJson *json,
             HyJsonNode sections,
             const char *code)
{
  for (HyJsonNode at = hy_json_first (json, sections); at != 0; at = hy_json_next (json, at))
    {
      HyJsonNode found;

      for (HyJsonNode result = hy_json_first (json, hy_json_member (json, at, "results")); result != 0; result = hy_json_next (json, result))
        {
          if (hy_json_string_equal (json, hy_json_path (json, result, "code.code"), code))
            return result;
        }
      if ((found = find_result (json, hy_json_member (json, at, "sections"), code)) != 0)
        return found;
    }
  return 0;
}

static char *
sha1_of (GBytes *bytes)
{
  return g_compute_checksum_for_bytes (G_CHECKSUM_SHA1, bytes);
}

/* --- The samples and their expected.json */

typedef struct
{
  HyJson *expected;
  HyJsonNode says; /* of this file */
  HyJson *json;
  HyWorkerDocument *document;
  char *text; /* of the reading */
} Sample;

static char *
dup_said (Sample *sample,
          const char *path)
{
  return hy_json_dup_string (sample->expected, hy_json_path (sample->expected, sample->says, path));
}

static void
assert_said (Sample *sample,
             const char *path,
             const char *at)
{
  g_autofree char *said = dup_said (sample, path);

  g_assert_nonnull (said);
  assert_at (sample->json, at, said);
}

static void
check_family (Sample *sample,
              const char *path,
              const char *use)
{
  g_autofree char *said = dup_said (sample, path);
  HyJsonNode families = hy_json_path (sample->json, hy_json_root (sample->json), "header.patient.families");
  gboolean found = FALSE;

  for (HyJsonNode at = hy_json_first (sample->json, families); at != 0; at = hy_json_next (sample->json, at))
    found = found || (hy_json_string_equal (sample->json, hy_json_member (sample->json, at, "use"), use) &&
                      hy_json_string_equal (sample->json, hy_json_member (sample->json, at, "text"), said));
  g_assert_true (found);
}

static void
check_person (Sample *sample)
{
  g_autofree char *ins = dup_said (sample, "patient.ins");
  g_autofree char *id = g_strdup_printf ("1.2.250.1.213.1.4.10^%s", ins);
  g_autofree char *birth = dup_at (sample->json, "header.patient.birthDate");
  g_auto (GStrv) parts = g_strsplit (birth, "-", -1);
  g_autofree char *digits = g_strjoinv ("", parts);
  g_autofree char *said_birth = dup_said (sample, "patient.birth_date");
  g_autofree char *guardian = dup_said (sample, "guardian");

  assert_at (sample->json, "header.patient.ids.0", id);
  check_family (sample, "patient.birth_family", "BR");
  check_family (sample, "patient.used_family", "CL");
  assert_said (sample, "patient.first_given", "header.patient.given.0");
  assert_said (sample, "patient.sex", "header.patient.sex");
  g_assert_cmpstr (digits, ==, said_birth);
  if (guardian != NULL)
    {
      g_auto (GStrv) words = g_strsplit (guardian, " ", 2);
      g_autofree char *name = g_strdup_printf ("%s %s", words[1], words[0]);

      assert_at (sample->json, "header.patient.guardians.0.name", name);
    }
}

static void
check_body (Sample *sample,
            const char *type_path,
            const char *sha1_path,
            gboolean level1)
{
  g_autofree char *type = dup_said (sample, type_path);
  g_autofree char *sha1 = dup_said (sample, sha1_path);
  g_autoptr (GBytes) body = NULL;
  g_autofree char *found = NULL;
  HyJsonNode node = hy_json_path (sample->json, hy_json_root (sample->json), "bodies.0");

  if (type == NULL || strcmp (type, "structured") == 0)
    return;
  assert_at (sample->json, "bodies.0.found", type);
  assert_at (sample->json, "bodies.0.mediaType", type);
  g_assert_cmpint (hy_json_is_true (sample->json, hy_json_member (sample->json, node, "level1")), ==, level1);
  g_assert_cmpint (sample->document->klass->body (sample->document, 0, &body), ==, HY_WIRE_OK);
  found = sha1_of (body);
  g_assert_cmpstr (found, ==, sha1);
}

static void
check_sections (Sample *sample)
{
  g_autofree char *said = hy_json_dup_number (sample->expected, hy_json_member (sample->expected, sample->says, "sections"));
  g_autofree char *nesting = hy_json_dup_number (sample->expected, hy_json_path (sample->expected, sample->says, "facts.nesting"));
  HyJsonNode sections = hy_json_path (sample->json, hy_json_root (sample->json), "sections");
  HyJsonNode titles = hy_json_member (sample->expected, sample->says, "section_titles");
  guint n = 0;

  g_assert_cmpint (count_sections (sample->json, sections), ==, atoi (said));
  if (nesting != NULL)
    g_assert_cmpint (depth_of_sections (sample->json, sections), ==, atoi (nesting));
  for (HyJsonNode at = hy_json_first (sample->expected, titles); at != 0; at = hy_json_next (sample->expected, at), n++)
    {
      g_autofree char *title = hy_json_dup_string (sample->expected, at);
      g_autofree char *path = g_strdup_printf ("sections.%u.title", n);

      assert_at (sample->json, path, title);
    }
}

static void
check_results (Sample *sample,
               const char *path)
{
  HyJsonNode said = hy_json_path (sample->expected, sample->says, path);
  HyJsonNode sections = hy_json_path (sample->json, hy_json_root (sample->json), "sections");
  static const char *const members[] = { "value", "unit", "flag" };

  for (HyJsonNode at = hy_json_first (sample->expected, said); at != 0; at = hy_json_next (sample->expected, at))
    {
      g_autofree char *loinc = hy_json_dup_string (sample->expected, hy_json_member (sample->expected, at, "loinc"));
      HyJsonNode result = find_result (sample->json, sections, loinc);

      g_assert_true (result != 0);
      for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
        {
          g_autofree char *expected = hy_json_dup_string (sample->expected, hy_json_member (sample->expected, at, members[i]));
          g_autofree char *found = hy_json_dup_string (sample->json, hy_json_member (sample->json, result, members[i]));

          g_assert_cmpstr (found, ==, expected);
        }
    }
}

/* Words that the narrative has, as the person reads them. */
static void
check_words (Sample *sample,
             const char *path)
{
  HyJsonNode said = hy_json_path (sample->expected, sample->says, path);

  for (HyJsonNode at = hy_json_first (sample->expected, said); at != 0; at = hy_json_next (sample->expected, at))
    {
      g_autofree char *words = hy_json_dup_string (sample->expected, at);

      g_assert_nonnull (strstr (sample->text, words));
    }
}

static void
check_vaccinations (Sample *sample)
{
  HyJsonNode said = hy_json_path (sample->expected, sample->says, "facts.vaccinations");
  guint row = 1;

  for (HyJsonNode at = hy_json_first (sample->expected, said); at != 0; at = hy_json_next (sample->expected, at), row++)
    {
      g_autofree char *date = hy_json_dup_string (sample->expected, hy_json_member (sample->expected, at, "date"));
      g_autofree char *lot = hy_json_dup_string (sample->expected, hy_json_member (sample->expected, at, "lot"));
      g_autofree char *path = g_strdup_printf ("sections.0.blocks.0.table.%u.cells", row);
      g_autofree char *date_path = g_strdup_printf ("%s.0.blocks.0.p.0.t", path);
      g_autofree char *lot_path = g_strdup_printf ("%s.2.blocks.0.p.0.t", path);
      g_auto (GStrv) parts = g_strsplit (date, "-", 3);
      g_autofree char *french = g_strv_length (parts) == 3 ? g_strdup_printf ("%s/%s/%s", parts[2], parts[1], parts[0]) : g_strdup (date);
      g_autofree char *found = dup_at (sample->json, lot_path);

      assert_at (sample->json, date_path, french);
      g_assert_cmpstr (found, ==, lot);
    }
}

static void
check_lines (Sample *sample)
{
  g_autofree char *lines = hy_json_dup_number (sample->expected, hy_json_path (sample->expected, sample->says, "facts.lines"));

  if (lines != NULL)
    g_assert_cmpint (hy_json_count (sample->json, hy_json_path (sample->json, hy_json_root (sample->json), "sections.0.blocks")), ==, atoi (lines));
}

static void
check_file (Sample *sample,
            GBytes *bytes)
{
  g_autofree char *size = hy_json_dup_number (sample->expected, hy_json_member (sample->expected, sample->says, "bytes"));
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  g_autofree char *said = dup_said (sample, "sha256");

  g_assert_cmpint ((int) g_bytes_get_size (bytes), ==, atoi (size));
  g_assert_cmpstr (sha256, ==, said);
}

static void
check_sample (HyJson *expected,
              HyJsonNode says,
              const char *name)
{
  g_autofree char *path = g_strconcat ("cda/fr/", name, NULL);
  g_autoptr (GBytes) bytes = hy_test_worker_fixture (path);
  g_autoptr (HyWorkerDocument) document = hy_test_worker_open (bytes, NULL);
  g_autoptr (HyJson) json = read_fixture (path);
  g_autofree char *text = dup_whole (json);
  Sample sample = { expected, says, json, document, text };

  g_assert_cmpint (document->kind, ==, HY_WIRE_KIND_CDA);
  check_file (&sample, bytes);
  check_person (&sample);
  assert_said (&sample, "type", "header.code.code");
  assert_said (&sample, "title", "header.title");
  assert_said (&sample, "date", "header.date");
  check_body (&sample, "body", "body_sha1", /* level1: */ TRUE);
  check_body (&sample, "attachment.type", "attachment.sha1", /* level1: */ FALSE);
  check_sections (&sample);
  check_results (&sample, "facts.results");
  check_results (&sample, "facts.measures");
  check_words (&sample, "facts.allergies");
  check_words (&sample, "facts.family");
  check_words (&sample, "facts.links");
  check_vaccinations (&sample);
  check_lines (&sample);
}

static void
french_samples_are_read_as_expected (void)
{
  g_autoptr (GBytes) bytes = hy_test_worker_fixture ("cda/fr/expected.json");
  g_autoptr (HyJson) expected = parse (bytes);
  guint n = 0;

  for (HyJsonNode at = hy_json_first (expected, hy_json_root (expected)); at != 0; at = hy_json_next (expected, at))
    {
      g_autofree char *name = hy_json_dup_key (expected, at);

      /* Archives: test-worker-xdm.c has their metadata. */
      if (!g_str_has_suffix (name, ".xml"))
        continue;
      g_test_message ("%s", name);
      check_sample (expected, at, name);
      n++;
    }
  g_assert_cmpuint (n, ==, 10);
}

static void
header_has_the_parties (void)
{
  g_autoptr (HyJson) json = read_fixture ("cda/fr/s06-n3-biologie.xml");

  assert_at (json, "header.id", "1.2.250.1.213.1.1.9.9999.106");
  assert_at (json, "header.setId", "1.2.250.1.213.1.1.9.9999.106.0");
  assert_at (json, "header.version", "1");
  assert_at (json, "header.templates.2", "1.2.250.1.213.1.1.1.55^2024.01");
  assert_at (json, "header.confidentiality.code", "N");
  assert_at (json, "header.authors.0.name", "Dr Hélène TOUBIB");
  assert_at (json, "header.authors.0.organization", "Laboratoire fictif du Marché");
  assert_at (json, "header.authors.0.specialty", "Médecin - Qualifié en Médecine Générale (SM)");
  assert_at (json, "header.custodian", "Laboratoire fictif du Marché");
  assert_at (json, "header.legalAuthenticator.name", "Hélène TOUBIB");
  assert_at (json, "header.services.0.from", "2024-03-05");
  assert_part (json, "header.patient.given", "[\"Odette\",\"Marie\"]");
  assert_part (json, "sections.2.blocks", "[{\"image\":0}]");
  assert_part (json, "header.wrapped", NULL);
}

/* The rest of the header, which the samples have not. */
static void
header_has_the_rest (void)
{
  static const char xml[] =
      "<ClinicalDocument xmlns='urn:hl7-org:v3' xmlns:sdtc='urn:hl7-org:sdtc'><id nullFlavor='NI'/>"
      "<code code='X-1' codeSystem='1.2.3'><originalText>Lettre  du\nservice</originalText><translation code='T' displayName='Autre'/></code>"
      "<effectiveTime value='202403'/>"
      "<recordTarget><patientRole><id root='1.2' extension='A'/><id nullFlavor='UNK'/><patient>"
      "<name><given>Jean</given><given>Marie</given><family>DE  L'EXEMPLE</family></name>"
      "<administrativeGenderCode nullFlavor='UNK'/><birthTime value='19300000'/><sdtc:birthTime value='2000'/></patient></patientRole></recordTarget>"
      "<author><time value='2024'/><assignedAuthor><id root='9.9'/><assignedAuthoringDevice><softwareName>Logiciel Essai</softwareName></assignedAuthoringDevice></assignedAuthor></author>"
      "<informant><relatedEntity classCode='ECON'><code displayName='Fille'/><telecom value='tel:+33600000000'/><relatedPerson><name>Anne Exemple</name></relatedPerson></relatedEntity></informant>"
      "<informationRecipient><intendedRecipient><informationRecipient><name><prefix>PR</prefix><given>Luc</given><family>ESSAI</family></name></informationRecipient><receivedOrganization><name>CHU fictif</name></receivedOrganization></intendedRecipient></informationRecipient>"
      "<participant typeCode='IND'><associatedEntity/></participant>"
      "<participant typeCode='REF'><time value='20240301'/><associatedEntity classCode='PROV'><associatedPerson><name><family>DEMANDEUR</family></name></associatedPerson></associatedEntity></participant>"
      "<documentationOf><serviceEvent><code code='S'/><effectiveTime><low value='20240101'/><high value='20240131235959+0100'/></effectiveTime><performer><assignedEntity><assignedPerson><name><family>EXECUTANT</family></name></assignedPerson></assignedEntity></performer></serviceEvent></documentationOf>"
      "<relatedDocument typeCode='RPLC'><parentDocument><id root='1.2' extension='avant'/></parentDocument></relatedDocument>"
      "<relatedDocument typeCode='APND'><parentDocument><id root='1.2' extension='autre'/></parentDocument></relatedDocument>"
      "<componentOf><encompassingEncounter><code code='IMP'/><effectiveTime value='20240115'/><location><healthCareFacility><location><name>Service fictif</name></location></healthCareFacility></location></encompassingEncounter></componentOf>"
      "</ClinicalDocument>";
  g_autoptr (HyJson) json = NULL;

  g_assert_cmpint (try_text (xml, &json), ==, HY_WIRE_OK);
  assert_part (json, "header.id", NULL);
  assert_part (json, "header.code", "{\"code\":\"X-1\",\"system\":\"1.2.3\",\"display\":\"Lettre du service\",\"translations\":[{\"code\":\"T\",\"display\":\"Autre\"}]}");
  assert_at (json, "header.date", "2024-03");
  assert_part (json, "header.patient", "{\"ids\":[\"1.2^A\"],\"given\":[\"Jean\",\"Marie\"],\"families\":[{\"text\":\"DE L'EXEMPLE\"}],\"birthDate\":\"1930\"}");
  assert_part (json, "header.authors", "[{\"name\":\"Logiciel Essai\",\"date\":\"2024\",\"id\":\"9.9\"}]");
  assert_part (json, "header.informants", "[{\"name\":\"Anne Exemple\",\"role\":\"Fille\",\"telecom\":[\"tel:+33600000000\"]}]");
  assert_part (json, "header.recipients", "[{\"name\":\"Pr Luc ESSAI\",\"organization\":\"CHU fictif\"}]");
  assert_at (json, "header.requester.name", "DEMANDEUR");
  assert_part (json, "header.services", "[{\"code\":{\"code\":\"S\"},\"from\":\"2024-01-01\",\"to\":\"2024-01-31T23:59:59+01:00\",\"performer\":{\"name\":\"EXECUTANT\"}}]");
  assert_part (json, "header.encounter", "{\"code\":{\"code\":\"IMP\"},\"from\":\"2024-01-15\",\"place\":\"Service fictif\"}");
  assert_part (json, "header.replaces", "[\"1.2^avant\"]");
  assert_part (json, "sections", "[]");
}

static void
date_is_as_exact_as_it_came (gconstpointer data)
{
  const char *const *pair = data;
  g_autofree char *xml = g_strdup_printf ("<ClinicalDocument xmlns='urn:hl7-org:v3'><effectiveTime value='%s'/></ClinicalDocument>", pair[0]);
  g_autoptr (HyJson) json = NULL;
  g_autofree char *found = NULL;

  g_assert_cmpint (try_text (xml, &json), ==, HY_WIRE_OK);
  found = dup_at (json, "header.date");
  g_assert_cmpstr (found, ==, pair[1]);
}

/* --- C-CDA */

static void
c_cda_files_are_read (void)
{
  static const struct
  {
    const char *name;
    guint n_sections;
    const char *first;
    const char *last;
    guint n_results;
  } files[] = {
    { "CCD_CCD_1_CCD.XML", 15, "ADVANCE DIRECTIVES", "VITAL SIGNS", 14 },
    { "Care_Plan_Care_Plan.xml", 4, "Health Concerns Section", "Health Status Evaluations/Outcomes Section", 0 },
    { "Diagnostic_Imaging_Report_Diagnostic_Imaging_Report.xml", 5, NULL, "Impressions", 0 },
    { "History_and_Physical_History_and_Physical.xml", 17, "ALLERGIES, ADVERSE REACTIONS, ALERTS", "VITAL SIGNS", 9 },
    { "Procedure_Note_Procedure_Note.xml", 16, "Assessment", "Procedure Disposition", 0 },
    { "Referral_Note_Referral_Note.xml", 19, "ADVANCE DIRECTIVES", "VITAL SIGNS", 14 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_strconcat ("cda/", files[i].name, NULL);
      g_autoptr (HyJson) json = read_fixture (path);
      HyJsonNode sections = hy_json_path (json, hy_json_root (json), "sections");
      g_autofree char *last = g_strdup_printf ("sections.%u.title", hy_json_count (json, sections) - 1);
      guint n_results = 0;

      g_test_message ("%s", files[i].name);
      g_assert_cmpuint (count_sections (json, sections), ==, files[i].n_sections);
      assert_at (json, "sections.0.title", files[i].first);
      assert_at (json, last, files[i].last);
      for (HyJsonNode at = hy_json_first (json, sections); at != 0; at = hy_json_next (json, at))
        n_results += hy_json_count (json, hy_json_member (json, at, "results"));
      g_assert_cmpuint (n_results, ==, files[i].n_results);
    }
}

static void
spans_of_an_official_table_are_kept (void)
{
  g_autoptr (HyJson) json = read_fixture ("cda/History_and_Physical_History_and_Physical.xml");
  g_autofree char *text = dup_whole (json);

  g_assert_nonnull (strstr (text, "{\"blocks\":[{\"p\":[{\"t\":\"LABORATORY INFORMATION\"}]}],\"columns\":2}"));
  g_assert_nonnull (strstr (text, "{\"blocks\":[{\"p\":[{\"t\":\"Blood Count\"}]}],\"columns\":2}"));
}

/* What was not given is told by the narrative only; no coded member says that it was. */
static void
negated_entries_give_no_result (void)
{
  g_autoptr (HyJson) json = read_fixture ("cda/CCD_CCD_1_CCD.XML");
  HyJsonNode sections = hy_json_path (json, hy_json_root (json), "sections");
  guint n = 0;

  for (HyJsonNode at = hy_json_first (json, sections); at != 0; at = hy_json_next (json, at))
    {
      if (!hy_json_string_equal (json, hy_json_path (json, at, "code.code"), "11369-6"))
        continue;
      g_assert_cmpuint (hy_json_count (json, hy_json_member (json, at, "results")), ==, 0);
      g_assert_cmpuint (hy_json_count (json, hy_json_member (json, at, "blocks")), >, 0);
      n++;
    }
  g_assert_cmpuint (n, ==, 1);
}

static void
readings_for_the_view_are_current (void)
{
  static const char *const pairs[][2] = {
    { "cda/fr/s05-n3-vsm-synthese.xml", "readings/s05.json" },
    { "cda/fr/s06-n3-biologie.xml", "readings/s06.json" },
    { "cda/fr/s09-n3-lettre-liaison-sortie.xml", "readings/s09.json" },
    { "cda/CCD_CCD_1_CCD.XML", "readings/ccd.json" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autoptr (HyJson) json = read_fixture (pairs[i][0]);
      g_autoptr (GBytes) kept = hy_test_worker_fixture (pairs[i][1]);
      g_autofree char *expected = g_strndup (g_bytes_get_data (kept, NULL), g_bytes_get_size (kept));
      g_autofree char *found = dup_whole (json);

      g_assert_cmpstr (g_strchomp (expected), ==, found);
    }
}

/* --- Narrative */

static void
paragraphs_keep_their_looks (void)
{
  assert_blocks ("Avant <paragraph>  un\n deux <content styleCode='Bold xSmall'>trois</content>,<br/> quatre</paragraph> après ",
                 "[{\"p\":[{\"t\":\"Avant\"}]},{\"p\":[{\"t\":\"un deux \"},{\"t\":\"trois\",\"b\":true},{\"t\":\",\\nquatre\"}]},{\"p\":[{\"t\":\"après\"}]}]");
  assert_blocks ("<paragraph><caption>Titre</caption>kg/m<sup>2</sup> H<sub>2</sub>O <content styleCode='italics UNDERLINE'>x</content></paragraph>",
                 "[{\"h\":[{\"t\":\"Titre\"}]},{\"p\":[{\"t\":\"kg/m\"},{\"t\":\"2 \",\"sup\":true},{\"t\":\"H\"},{\"t\":\"2\",\"sub\":true},{\"t\":\"O \"},{\"t\":\"x\",\"i\":true,\"u\":true}]}]");
  assert_blocks ("<inconnu>gardé <b>gras</b></inconnu><paragraph> </paragraph><br/>", "[{\"p\":[{\"t\":\"gardé \"},{\"t\":\"gras\",\"b\":true}]}]");
  assert_blocks ("a<footnote ID='n'>note</footnote> b", "[{\"p\":[{\"t\":\"a [note] b\"}]}]");
  assert_blocks ("<![CDATA[<b>]]>&amp;<!-- rien -->&#233;", "[{\"p\":[{\"t\":\"<b>&é\"}]}]");
}

static void
links_are_https_and_their_text_stays (void)
{
  assert_blocks ("<linkHtml href='https://www.exemple.fr/a?b=1&amp;c=2'>ici</linkHtml>", "[{\"p\":[{\"t\":\"ici\",\"href\":\"https://www.exemple.fr/a?b=1&c=2\"}]}]");
  assert_blocks ("<linkHtml href='file:///etc/passwd'>local</linkHtml>", "[{\"p\":[{\"t\":\"local\"}]}]");
  assert_blocks ("<linkHtml href='javascript:alert(1)'>script</linkHtml>", "[{\"p\":[{\"t\":\"script\"}]}]");
  assert_blocks ("<linkHtml href='http://exemple.fr/'/>", "[{\"p\":[{\"t\":\"http://exemple.fr/\"}]}]");
  assert_blocks ("<linkHtml href='#note'>note</linkHtml>", "[{\"p\":[{\"t\":\"note\"}]}]");
}

static void
lists_keep_their_items (void)
{
  assert_blocks ("<list listType='ordered'><caption>Liste</caption><item><caption>Un</caption>texte</item><item><list><item>dedans</item></list></item><item/></list>",
                 "[{\"h\":[{\"t\":\"Liste\"}]},{\"list\":[[{\"h\":[{\"t\":\"Un\"}]},{\"p\":[{\"t\":\"texte\"}]}],[{\"list\":[[{\"p\":[{\"t\":\"dedans\"}]}]]}],[]],\"ordered\":true}]");
  assert_blocks ("<list listType='ordered'/>", NULL);
}

static void
tables_keep_their_spans (void)
{
  assert_blocks ("<table><caption>Titre</caption><colgroup><col align='right'/><col/></colgroup>"
                 "<tfoot><tr><td colspan='2'>pied</td></tr></tfoot><thead><tr><th>A</th><th align='center'>B</th></tr></thead>"
                 "<tbody><tr><td rowspan='2'>1</td><td>2</td></tr><tr><td>3</td></tr></tbody></table>",
                 "[{\"table\":[{\"head\":true,\"cells\":[{\"blocks\":[{\"p\":[{\"t\":\"A\"}]}],\"head\":true,\"align\":\"right\"},{\"blocks\":[{\"p\":[{\"t\":\"B\"}]}],\"head\":true,\"align\":\"center\"}]},"
                 "{\"cells\":[{\"blocks\":[{\"p\":[{\"t\":\"1\"}]}],\"rows\":2,\"align\":\"right\"},{\"blocks\":[{\"p\":[{\"t\":\"2\"}]}]}]},"
                 "{\"cells\":[{\"blocks\":[{\"p\":[{\"t\":\"3\"}]}]}]},"
                 "{\"cells\":[{\"blocks\":[{\"p\":[{\"t\":\"pied\"}]}],\"columns\":2,\"align\":\"right\"}]}],\"columns\":2,\"caption\":[{\"t\":\"Titre\"}]}]");
  assert_blocks ("<table><caption>Titre</caption><td>sans</td><td>rangée</td></table>", "[{\"h\":[{\"t\":\"Titre\"}]},{\"p\":[{\"t\":\"sans rangée\"}]}]");
  assert_blocks ("<table><tr><content>sans cellule</content></tr></table>",
                 "[{\"table\":[{\"cells\":[{\"blocks\":[{\"p\":[{\"t\":\"sans cellule\"}]}]}]}],\"columns\":1}]");
  /* Spans that lie over others, or reach out, are cut. */
  assert_blocks ("<table><tr><td>a</td><td rowspan='9'>b</td></tr><tr><td colspan='3'>c</td><td>d</td></tr></table>",
                 "[{\"table\":[{\"cells\":[{\"blocks\":[{\"p\":[{\"t\":\"a\"}]}]},{\"blocks\":[{\"p\":[{\"t\":\"b\"}]}],\"rows\":2}]},"
                 "{\"cells\":[{\"blocks\":[{\"p\":[{\"t\":\"c\"}]}]},{\"blocks\":[{\"p\":[{\"t\":\"d\"}]}]}]}],\"columns\":3}]");
}

static void
tables_are_cut_at_their_bounds (void)
{
  g_autoptr (GString) wide = g_string_new ("<text><table><tr><td colspan='4000000000'>a</td></tr><tr>");
  g_autoptr (GString) high = g_string_new ("<text><table>");
  g_autoptr (HyJson) json = NULL;
  g_autoptr (HyJson) many = NULL;

  for (guint i = 0; i < 300; i++)
    g_string_append (wide, "<td>x</td>");
  g_string_append (wide, "</tr></table></text>");
  json = read_section (wide->str);
  assert_part (json, "sections.0.blocks.0.columns", "200");
  g_assert_cmpuint (hy_json_count (json, hy_json_path (json, hy_json_root (json), "sections.0.blocks.0.table.1.cells")), ==, 200);
  assert_part (json, "cut", "true");

  for (guint i = 0; i < HY_READING_MAX_ROWS + 5; i++)
    g_string_append (high, "<tr><td>x</td></tr>");
  g_string_append (high, "</table></text>");
  many = read_section (high->str);
  g_assert_cmpuint (hy_json_count (many, hy_json_path (many, hy_json_root (many), "sections.0.blocks.0.table")), ==, HY_READING_MAX_ROWS);
  assert_part (many, "cut", "true");
}

static char *
repeated (const char *open,
          const char *inside,
          const char *close,
          guint n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append (text, open);
  g_string_append (text, inside);
  for (guint i = 0; i < n; i++)
    g_string_append (text, close);
  return g_string_free (text, FALSE);
}

static void
deep_blocks_become_paragraphs (void)
{
  g_autofree char *lists = repeated ("<list><item>", "profond", "</item></list>", 100);
  g_autofree char *tables = repeated ("<table><tr><td>", "profonde", "</td><td>à côté</td></tr></table>", 60);
  g_autofree char *sections = repeated ("<component><section><title>Titre</title>", "<text>au fond</text>", "</section></component>", 60);
  g_autofree char *narrative = g_strdup_printf ("<text>%s%s</text>%s", lists, tables, sections);
  g_autoptr (HyJson) json = read_section (narrative);
  g_autofree char *text = dup_whole (json);

  g_assert_nonnull (strstr (text, "\"profond\""));
  g_assert_nonnull (strstr (text, "profonde à côté"));
  g_assert_nonnull (strstr (text, "\"au fond\""));
  g_assert_cmpuint (depth_of_sections (json, hy_json_path (json, hy_json_root (json), "sections")), ==, HY_READING_MAX_NESTING);
}

static void
pictures_are_found_by_their_ids (void)
{
  static const char content[] =
      "<text><renderMultiMedia referencedObject='A #B'><caption>Deux vues</caption></renderMultiMedia>"
      "<renderMultiMedia referencedObject='#R'/><renderMultiMedia referencedObject='absent'/></text>"
      "<entry><observationMedia ID='A'><value mediaType='image/png' representation='B64'>aGVs bG8=</value></observationMedia></entry>"
      "<entry><observationMedia ID='B'><value mediaType='image/jpeg' representation='b64'>iVBORw0K\nGgoAAAAN</value></observationMedia></entry>"
      "<entry><regionOfInterest ID='R'><entryRelationship><observationMedia><value mediaType='application/pdf'>JVBERi0xLjQK</value></observationMedia></entryRelationship></regionOfInterest></entry>"
      "<entry><observation><value xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:type='ED' mediaType='text/plain'>en clair</value></observation></entry>";
  g_autoptr (HyJson) json = read_section (content);

  assert_part (json, "sections.0.blocks",
               "[{\"image\":0,\"alt\":\"Deux vues\"},{\"image\":1,\"alt\":\"Deux vues\"},{\"h\":[{\"t\":\"Deux vues\"}]},{\"image\":2}]");
  assert_part (json, "bodies",
               "[{\"mediaType\":\"image/png\",\"found\":\"text/plain\",\"size\":5,\"id\":\"A\"},"
               "{\"mediaType\":\"image/jpeg\",\"found\":\"image/png\",\"size\":12,\"id\":\"B\"},"
               "{\"mediaType\":\"application/pdf\",\"found\":\"application/pdf\",\"size\":9}]");
}

/* A body of more than libxml2's bound for one text, in lines as encoders write them. */
static void
large_body_is_read_whole (void)
{
  gsize size = 12 * 1024 * 1024 + 1;
  g_autofree guint8 *plain = g_malloc (size);
  g_autofree char *base64 = NULL;
  g_autoptr (GString) xml = g_string_new ("<?xml version='1.0'?><ClinicalDocument xmlns='urn:hl7-org:v3'><component><nonXMLBody><text mediaType='application/pdf' representation='B64'>\n");
  g_autoptr (GBytes) document = NULL;
  g_autoptr (HyWorkerDocument) opened = NULL;
  g_autoptr (GBytes) body = NULL;

  for (gsize i = 0; i < size; i++)
    plain[i] = (guint8) (i * 31 + i / 257);
  base64 = g_base64_encode (plain, size);
  for (gsize i = 0; i < strlen (base64); i += 76 * 1000)
    {
      g_string_append_len (xml, base64 + i, (gssize) MIN (strlen (base64 + i), 76 * 1000));
      g_string_append (xml, "\r\n");
    }
  g_string_append (xml, "</text></nonXMLBody></component></ClinicalDocument>");
  document = g_bytes_new (xml->str, xml->len);
  opened = hy_test_worker_open (document, NULL);
  g_assert_cmpint (opened->klass->body (opened, 0, &body), ==, HY_WIRE_OK);
  g_assert_cmpmem (g_bytes_get_data (body, NULL), g_bytes_get_size (body), plain, size);
}

/* --- Results */

static void
results_have_what_a_laboratory_says (void)
{
  static const char content[] =
      "<code code='18725-2'/><text><content ID='nom'>Recherche de  streptocoque</content><content ID='com'>À contrôler</content></text>"
      "<entry><act><code code='18725-2'/><entryRelationship typeCode='COMP'><organizer classCode='BATTERY'><code displayName='Cultures'/><effectiveTime value='20240102'/>"
      "<component><observation moodCode='EVN' negationInd='true'><code code='L1'><originalText><reference value='#nom'/></originalText></code>"
      "<value xsi:type='CD' code='P' displayName='Présence'/></observation></component>"
      "<component><observation moodCode='EVN'><code nullFlavor='UNK'><originalText><reference value='nom'/></originalText></code><statusCode code='completed'/>"
      "<value xsi:type='IVL_PQ'><low value='1.50' unit='g/L' inclusive='false'/></value><interpretationCode code='HH'/>"
      "<referenceRange><observationRange><value xsi:type='IVL_PQ'><high value='9' unit='g/L'/></value><interpretationCode code='HH'/></observationRange></referenceRange>"
      "<referenceRange><observationRange><text>moins de 1,0</text><value xsi:type='IVL_PQ'><high value='1.0' unit='g/L'/></value><interpretationCode code='N'/></observationRange></referenceRange>"
      "<entryRelationship typeCode='SUBJ' inversionInd='true'><act><code code='48767-8'/><text><reference value='#com'/></text></act></entryRelationship>"
      "<entryRelationship typeCode='REFR'><observation><code code='L2'/><effectiveTime value='20230102'/><value xsi:type='PQ' value='1.20' unit='g/L'/></observation></entryRelationship>"
      "</observation></component>"
      "<component><observation moodCode='EVN'><code code='L3'/><value xsi:type='hl7:INT' value='007'/></observation></component>"
      "<component><observation moodCode='EVN'><code code='L4'/><value xsi:type='ST'> libre \n texte</value></observation></component>"
      "<component><observation moodCode='EVN'><code code='L5'/><value xsi:type='BL' value='false'/></observation></component>"
      "<component><observation moodCode='EVN'><code code='L6'/><value xsi:type='RTO_PQ_PQ'><numerator value='1'/><denominator value='80'/></value></observation></component>"
      "<component><observation moodCode='EVN'><code code='L7'/><value xsi:type='PQ' nullFlavor='ASKU'/></observation></component>"
      "<component><observation moodCode='GOL'><code code='L8'/><value xsi:type='PQ' value='5'/></observation></component>"
      "<component><observation moodCode='EVN'><subject><relatedSubject classCode='PRS'/></subject><code code='L9'/><value xsi:type='PQ' value='5'/></observation></component>"
      "</organizer></entryRelationship></act></entry>";
  g_autoptr (HyJson) json = read_section (content);

  assert_part (json, "sections.0.results.0",
               "{\"name\":\"Recherche de streptocoque\",\"code\":{\"code\":\"L1\",\"display\":\"Recherche de streptocoque\"},\"group\":\"Cultures\",\"value\":\"Présence\",\"type\":\"CD\",\"date\":\"2024-01-02\",\"negated\":true}");
  assert_part (json, "sections.0.results.1",
               "{\"name\":\"Recherche de streptocoque\",\"code\":{\"display\":\"Recherche de streptocoque\"},\"group\":\"Cultures\",\"value\":\"> 1.50\",\"unit\":\"g/L\",\"type\":\"IVL_PQ\",\"flag\":\"HH\","
               "\"high\":\"1.0\",\"rangeUnit\":\"g/L\",\"range\":\"moins de 1,0\",\"date\":\"2024-01-02\",\"status\":\"completed\",\"comment\":\"À contrôler\","
               "\"previous\":[{\"value\":\"1.20\",\"unit\":\"g/L\",\"date\":\"2023-01-02\"}]}");
  assert_at (json, "sections.0.results.2.value", "007");
  assert_at (json, "sections.0.results.2.type", "INT");
  assert_at (json, "sections.0.results.3.value", "libre texte");
  assert_at (json, "sections.0.results.4.value", "false");
  assert_at (json, "sections.0.results.5.value", "1/80");
  assert_at (json, "sections.0.results.6.name", "L7");
  assert_part (json, "sections.0.results.6.value", NULL);
  g_assert_cmpuint (hy_json_count (json, hy_json_path (json, hy_json_root (json), "sections.0.results")), ==, 7);
}

static void
other_sections_give_no_results (void)
{
  static const char content[] = "<code code='10157-6'/><entry><organizer classCode='CLUSTER'><component><observation moodCode='EVN'><code code='X'/>"
                                "<value xsi:type='CD' displayName='Diabète du père'/></observation></component></organizer></entry>";
  g_autoptr (HyJson) json = read_section (content);

  g_autoptr (HyJson) battery = read_section ("<code code='LOCAL'/><entry><organizer classCode='BATTERY'><component><observation><code code='X'/>"
                                             "<value xsi:type='PQ' value='1'/></observation></component></organizer></entry>");

  assert_part (json, "sections.0.results", NULL);
  assert_at (battery, "sections.0.results.0.value", "1");
}

static void
act_that_is_negated_negates_what_is_in_it (void)
{
  static const char content[] = "<code code='30954-2'/><entry><act negationInd='1'><entryRelationship><observation moodCode='EVN'><code code='X'/>"
                                "<value xsi:type='ST'>vu</value></observation></entryRelationship></act></entry>";
  g_autoptr (HyJson) json = read_section (content);

  assert_part (json, "sections.0.results.0.negated", "true");
}

/* --- Words */

static char *
dup_words (const char *name)
{
  g_autoptr (GBytes) bytes = hy_test_worker_fixture (name);
  g_autoptr (HyWorkerDocument) document = hy_test_worker_open (bytes, NULL);
  GString *text = g_string_new (NULL);

  g_assert_cmpint (document->klass->text (document, HY_WIRE_ALL, text), ==, HY_WIRE_OK);
  return g_string_free (text, FALSE);
}

static void
words_are_those_that_are_read (void)
{
  g_autofree char *discharge = dup_words ("cda/fr/s09-n3-lettre-liaison-sortie.xml");
  g_autofree char *laboratory = dup_words ("cda/fr/s06-n3-biologie.xml");

  g_assert_nonnull (strstr (discharge, "Lettre de liaison à la sortie"));
  g_assert_nonnull (strstr (discharge, "Traitements administrés"));
  g_assert_nonnull (strstr (discharge, "Ceftriaxone 1 g IV, 5 jours"));
  g_assert_nonnull (strstr (laboratory, "Glycémie à jeun 1,12 g/L"));
  /* Neither base64 nor codes are words. */
  g_assert_null (strstr (laboratory, "JVBER"));
  g_assert_null (strstr (laboratory, "2345-7"));
}

static void
words_of_a_level_1_document_are_its_body_s (void)
{
  g_autofree char *pdf = dup_words ("cda/fr/s01-n1-pdf-consultation.xml");
  g_autofree char *letter = dup_words ("cda/fr/s02-n1-text-lettre.xml");
  g_autofree char *rtf = dup_words ("cda/fr/s03-n1-rtf-certificat.xml");
  g_autofree char *photo = dup_words ("cda/fr/s04-n1-jpeg-photo.xml");

  g_assert_true (g_str_has_prefix (pdf, "Compte rendu de consultation\n"));
  g_assert_nonnull (strstr (pdf, "nouvelle consultation dans un mois"));
  g_assert_nonnull (strstr (letter, "Chère consœur, je vous adresse M. EXEMPLE-DEUX pour avis."));
  g_assert_true (g_str_has_prefix (rtf, "Certificat médical\n"));
  g_assert_nonnull (strstr (rtf, "Aucune contre-indication à la pratique de la marche."));
  g_assert_cmpstr (photo, ==, "Photo d'une plaie");
}

/* --- Hostile and odd XML */

static void
wrapped_document_is_found (void)
{
  g_autoptr (HyJson) plain = read_fixture ("cda/fr/s06-n3-biologie.xml");
  g_autoptr (HyJson) wrapped = read_fixture ("cda/made/s06-wrapped.xml");
  g_autofree char *sections = dup_part (plain, "sections");
  g_autofree char *bodies = dup_part (plain, "bodies");

  assert_part (wrapped, "header.wrapped", "true");
  assert_at (wrapped, "header.title", "Compte rendu d'examens biologiques");
  assert_part (wrapped, "sections", sections);
  assert_part (wrapped, "bodies", bodies);
}

static void
assert_refused (const char *xml,
                HyWireStatus expected)
{
  HyJson *json;

  g_assert_cmpint (try_text (xml, &json), ==, expected);
  g_assert_null (json);
}

#define ROOT "<ClinicalDocument xmlns='urn:hl7-org:v3'><title>&x;</title></ClinicalDocument>"

static void
doctypes_are_refused (void)
{
  assert_refused ("<!DOCTYPE ClinicalDocument>" ROOT, HY_WIRE_FORBIDDEN);
  assert_refused ("<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" ROOT, HY_WIRE_FORBIDDEN);
  assert_refused ("<!DOCTYPE a [<!ENTITY % p SYSTEM 'file:///etc/passwd'> %p;]>" ROOT, HY_WIRE_FORBIDDEN);
  assert_refused ("<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/a.dtd'>" ROOT, HY_WIRE_FORBIDDEN);
  assert_refused ("<!DOCTYPE a PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN' 'http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd'>" ROOT, HY_WIRE_FORBIDDEN);
  assert_refused ("<!DOCTYPE a [<!ENTITY a 'haha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>"
                  "<!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;'><!ENTITY e '&d;&d;&d;&d;&d;&d;&d;&d;'><!ENTITY x '&e;&e;&e;&e;&e;&e;&e;&e;'>]>" ROOT,
                  HY_WIRE_FORBIDDEN);
  assert_refused ("\n <!DOCTYPE a [<!ATTLIST ClinicalDocument a CDATA 'b'>]>" ROOT, HY_WIRE_FORBIDDEN);
  /* Without a DOCTYPE there is no entity to be had. */
  assert_refused (ROOT, HY_WIRE_DAMAGED);
}

static void
one_long_entity_is_refused (void)
{
  g_autofree char *value = g_strnfill (1024 * 1024, 'a');
  g_autofree char *uses = repeated ("&x;", "", "", 10000);
  g_autofree char *xml = g_strdup_printf ("<!DOCTYPE a [<!ENTITY x '%s'>]><ClinicalDocument xmlns='urn:hl7-org:v3'><title>%s</title></ClinicalDocument>", value, uses);

  assert_refused (xml, HY_WIRE_FORBIDDEN);
}

static void
bounds_are_kept (void)
{
  g_autofree char *fits = repeated ("<a>", "", "</a>", HY_READING_MAX_DEPTH - 1);
  g_autofree char *deep = repeated ("<a>", "", "</a>", 300);
  g_autofree char *good = g_strdup_printf ("<ClinicalDocument xmlns='urn:hl7-org:v3'>%s</ClinicalDocument>", fits);
  g_autofree char *bad = g_strdup_printf ("<ClinicalDocument xmlns='urn:hl7-org:v3'>%s</ClinicalDocument>", deep);
  g_autoptr (GString) attributes = g_string_new ("<ClinicalDocument xmlns='urn:hl7-org:v3' ");
  g_autoptr (GString) spaces = g_string_new (NULL);
  g_autoptr (GString) nodes = g_string_new ("<ClinicalDocument xmlns='urn:hl7-org:v3'>");
  g_autoptr (HyJson) json = NULL;

  g_assert_cmpint (try_text (good, &json), ==, HY_WIRE_OK);
  assert_refused (bad, HY_WIRE_TOO_LARGE);
  /* Two hundred thousand attributes would keep libxml2 for minutes. */
  for (guint i = 0; i < 200000; i++)
    g_string_append_printf (attributes, "a%u='' ", i);
  g_string_append (attributes, "/>");
  assert_refused (attributes->str, HY_WIRE_TOO_LARGE);
  for (guint i = 0; i < 20; i++)
    {
      g_string_append (spaces, "<a ");
      for (guint j = 0; j < 60; j++)
        g_string_append_printf (spaces, "xmlns:p%u_%u='urn:%u' ", i, j, i * 60 + j);
      g_string_append_c (spaces, '>');
    }
  assert_refused (spaces->str, HY_WIRE_TOO_LARGE);
  for (guint i = 0; i < 2000001; i++)
    g_string_append (nodes, "<a/>");
  g_string_append (nodes, "</ClinicalDocument>");
  assert_refused (nodes->str, HY_WIRE_TOO_LARGE);
}

static void
reading_that_would_be_too_large_is_refused (void)
{
  /* Each result names the whole narrative; what is written stays within what a line may be. */
  g_autofree char *words = g_strnfill (200000, 'm');
  g_autoptr (GString) content = g_string_new (NULL);
  g_autofree char *xml = NULL;
  HyJson *json;

  g_string_append_printf (content, "<code code='30954-2'/><text><content ID='n'>%s</content></text>", words);
  for (guint i = 0; i < 15000; i++)
    g_string_append (content, "<entry><observation moodCode='EVN'><code code='X'><originalText><reference value='#n'/></originalText></code><value/></observation></entry>");
  xml = g_strdup_printf ("<ClinicalDocument xmlns='urn:hl7-org:v3'><component><structuredBody><component><section>%s</section></component></structuredBody></component></ClinicalDocument>", content->str);
  g_assert_cmpint (try_text (xml, &json), ==, HY_WIRE_TOO_LARGE);
}

/* Words beyond the bound are left out, and no letter is halved; the reading says that it would be too large. */
static void
words_stop_at_their_bound (void)
{
  GString *xml = g_string_new ("<ClinicalDocument xmlns='urn:hl7-org:v3'><title>T</title><component><structuredBody><component><section><text>");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (HyWorkerDocument) document = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) json = g_string_new (NULL);

  for (guint i = 0; i < HY_WIRE_MAX_TEXT / 2 + 1000; i++)
    g_string_append (xml, "é");
  g_string_append (xml, "</text></section></component></structuredBody></component></ClinicalDocument>");
  bytes = g_string_free_to_bytes (xml);
  document = hy_test_worker_open (bytes, NULL);
  g_assert_cmpint (document->klass->text (document, HY_WIRE_ALL, text), ==, HY_WIRE_OK);
  g_assert_true (text->len <= HY_WIRE_MAX_TEXT && text->len > HY_WIRE_MAX_TEXT - 4);
  g_assert_true (g_str_has_suffix (text->str, "é"));
  g_assert_cmpint (document->klass->read (document, json), ==, HY_WIRE_TOO_LARGE);
}

static void
results_and_bodies_are_cut_at_their_bounds (void)
{
  g_autoptr (GString) content = g_string_new ("<code code='30954-2'/>");
  g_autoptr (HyJson) json = NULL;
  HyJsonNode root;

  for (guint i = 0; i < HY_READING_MAX_ENTRIES + 10; i++)
    g_string_append (content, "<entry><observation moodCode='EVN'><code code='X'/><value value='1'/></observation></entry>");
  for (guint i = 0; i < HY_READING_MAX_BODIES + 10; i++)
    g_string_append (content, "<entry><observationMedia><value mediaType='image/png' representation='B64'>AAAA</value></observationMedia></entry>");
  json = read_section (content->str);
  root = hy_json_root (json);
  g_assert_cmpuint (hy_json_count (json, hy_json_path (json, root, "sections.0.results")), ==, HY_READING_MAX_ENTRIES);
  g_assert_cmpuint (hy_json_count (json, hy_json_path (json, root, "bodies")), ==, HY_READING_MAX_BODIES);
  assert_part (json, "cut", "true");
}

/* UTF-8 to another encoding without iconv: the samples have only letters of Latin-1. */
static GBytes *
encoded (const char *utf8,
         const char *declared,
         guint width, /* bytes a character */
         gboolean big)
{
  GByteArray *bytes = g_byte_array_new ();
  g_autofree char *text = g_strdup_printf ("<?xml version=\"1.0\" encoding=\"%s\"?>\n%s", declared, strchr (utf8, '\n') + 1);

  if (width == 2)
    g_byte_array_append (bytes, (const guint8 *) (big ? "\xfe\xff" : "\xff\xfe"), 2);
  for (const char *at = text; *at != 0; at = g_utf8_next_char (at))
    {
      gunichar letter = g_utf8_get_char (at);
      guint8 pair[2] = { (guint8) (big ? letter >> 8 : letter), (guint8) (big ? letter : letter >> 8) };

      g_byte_array_append (bytes, width == 2 ? pair : (guint8[]) { (guint8) letter }, width);
    }
  return g_byte_array_free_to_bytes (bytes);
}

static void
encodings_are_told_by_the_bytes (void)
{
  static const struct
  {
    const char *declared;
    guint width;
    gboolean big;
  } cases[] = {
    { "ISO-8859-1", 1, FALSE },
    { "UTF-8", 1, FALSE }, /* which is wrong */
    { "windows-1252", 1, FALSE },
    { "UTF-16", 2, FALSE },
    { "UTF-16", 2, TRUE },
    { "UTF-8", 2, TRUE }, /* which is wrong */
  };
  g_autoptr (GBytes) sample = hy_test_worker_fixture ("cda/fr/s09-n3-lettre-liaison-sortie.xml");
  g_autofree char *utf8 = g_strndup (g_bytes_get_data (sample, NULL), g_bytes_get_size (sample));
  g_autoptr (HyJson) plain = read_fixture ("cda/fr/s09-n3-lettre-liaison-sortie.xml");
  g_autofree char *expected = dup_whole (plain);
  g_autofree char *wrongly = g_strdup_printf ("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n%s", strchr (utf8, '\n') + 1);
  g_autofree char *marked = g_strconcat ("\xef\xbb\xbf\n\n", utf8, NULL);
  const char *texts[] = { wrongly, marked };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = encoded (utf8, cases[i].declared, cases[i].width, cases[i].big);
      g_autoptr (HyJson) json = NULL;
      g_autofree char *found = NULL;

      g_test_message ("%s in %u bytes", cases[i].declared, cases[i].width);
      g_assert_cmpint (hy_test_reading_try (bytes, &json), ==, HY_WIRE_OK);
      found = dup_whole (json);
      g_assert_cmpstr (found, ==, expected);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (HyJson) json = NULL;
      g_autofree char *found = NULL;

      g_assert_cmpint (try_text (texts[i], &json), ==, HY_WIRE_OK);
      found = dup_whole (json);
      g_assert_cmpstr (found, ==, expected);
    }
}

/* One byte that is wrong in a text of UTF-8 spoils that letter and no other. */
static void
hurt_byte_spoils_one_letter (void)
{
  g_autoptr (HyJson) json = NULL;

  g_assert_cmpint (try_text ("<ClinicalDocument xmlns='urn:hl7-org:v3'><title>\xc3\xa9t\xc3\xa9 \xe9 \xc3\xa0</title></ClinicalDocument>", &json), ==, HY_WIRE_OK);
  assert_at (json, "header.title", "été \xef\xbf\xbd à");
}

static void
padding_is_borne (void)
{
  static const char padded[] = "\n\n<?xml version='1.0'?><ClinicalDocument xmlns='urn:hl7-org:v3'><title>Titre</title></ClinicalDocument>\n\0\0\0";
  g_autoptr (GBytes) bytes = g_bytes_new (padded, sizeof padded);
  g_autoptr (HyJson) json = NULL;

  g_assert_cmpint (hy_test_reading_try (bytes, &json), ==, HY_WIRE_OK);
  assert_at (json, "header.title", "Titre");
}

static void
other_xml_is_not_supported (void)
{
  assert_refused ("<html xmlns='http://www.w3.org/1999/xhtml'><body/></html>", HY_WIRE_UNSUPPORTED);
  assert_refused ("<a xmlns='urn:x'><ClinicalDocument xmlns='urn:other'/></a>", HY_WIRE_UNSUPPORTED);
  assert_refused ("<a", HY_WIRE_DAMAGED);
  assert_refused ("", HY_WIRE_DAMAGED);
  assert_refused ("<ClinicalDocument xmlns='urn:hl7-org:v3'><title></ClinicalDocument>", HY_WIRE_DAMAGED);
}

static void
pieces_are_refused (void)
{
  static const char *const names[] = {
    "cda/fr/s06-n3-biologie.xml", "cda/fr/s09-n3-lettre-liaison-sortie.xml", "cda/made/s06-wrapped.xml", "cda/Care_Plan_Care_Plan.xml"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GBytes) bytes = hy_test_worker_fixture (names[i]);

      for (gsize n = 0; n < 50; n++)
        {
          /* A copy of its own, so that a read behind its end is seen. */
          g_autoptr (GBytes) cut = g_bytes_new (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes) * n / 50);
          g_autoptr (HyJson) json = NULL;

          g_assert_cmpint (hy_test_reading_try (cut, &json), ==, HY_WIRE_DAMAGED);
        }
    }
}

int
main (int argc,
      char **argv)
{
  static const char *const dates[][2] = {
    { "2024", "2024" },
    { "202403", "2024-03" },
    { "20240312", "2024-03-12" },
    { "2024031210", "2024-03-12T10:00:00" },
    { "202403121015+0100", "2024-03-12T10:15:00+01:00" },
    { "20240312101530.250-0330", "2024-03-12T10:15:30.250-03:30" },
    { "20240312101530Z", "2024-03-12T10:15:30Z" },
    { "2024-03-12", "2024-03-12" },
    { "20240312+0100", "2024-03-12" },
    { "20240300", "2024-03" },
    { "20240001", "2024" },
    { "20240230", NULL },
    { "202413", NULL },
    { "0000", NULL },
    { "20240312256100", "2024-03-12" },
    { "hier", NULL },
  };

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/render/worker/cda/french-samples-are-read-as-expected", french_samples_are_read_as_expected);
  g_test_add_func ("/render/worker/cda/header-has-the-parties", header_has_the_parties);
  g_test_add_func ("/render/worker/cda/header-has-the-rest", header_has_the_rest);
  for (gsize i = 0; i < G_N_ELEMENTS (dates); i++)
    {
      g_autofree char *path = g_strdup_printf ("/render/worker/cda/date-is-as-exact-as-it-came/%s", dates[i][0]);

      g_test_add_data_func (path, dates[i], date_is_as_exact_as_it_came);
    }
  g_test_add_func ("/render/worker/cda/c-cda-files-are-read", c_cda_files_are_read);
  g_test_add_func ("/render/worker/cda/spans-of-an-official-table-are-kept", spans_of_an_official_table_are_kept);
  g_test_add_func ("/render/worker/cda/negated-entries-give-no-result", negated_entries_give_no_result);
  g_test_add_func ("/render/worker/cda/readings-for-the-view-are-current", readings_for_the_view_are_current);
  g_test_add_func ("/render/worker/cda/paragraphs-keep-their-looks", paragraphs_keep_their_looks);
  g_test_add_func ("/render/worker/cda/links-are-https-and-their-text-stays", links_are_https_and_their_text_stays);
  g_test_add_func ("/render/worker/cda/lists-keep-their-items", lists_keep_their_items);
  g_test_add_func ("/render/worker/cda/tables-keep-their-spans", tables_keep_their_spans);
  g_test_add_func ("/render/worker/cda/tables-are-cut-at-their-bounds", tables_are_cut_at_their_bounds);
  g_test_add_func ("/render/worker/cda/deep-blocks-become-paragraphs", deep_blocks_become_paragraphs);
  g_test_add_func ("/render/worker/cda/pictures-are-found-by-their-ids", pictures_are_found_by_their_ids);
  g_test_add_func ("/render/worker/cda/large-body-is-read-whole", large_body_is_read_whole);
  g_test_add_func ("/render/worker/cda/results-have-what-a-laboratory-says", results_have_what_a_laboratory_says);
  g_test_add_func ("/render/worker/cda/other-sections-give-no-results", other_sections_give_no_results);
  g_test_add_func ("/render/worker/cda/act-that-is-negated-negates-what-is-in-it", act_that_is_negated_negates_what_is_in_it);
  g_test_add_func ("/render/worker/cda/words-are-those-that-are-read", words_are_those_that_are_read);
  g_test_add_func ("/render/worker/cda/words-of-a-level-1-document-are-its-body-s", words_of_a_level_1_document_are_its_body_s);
  g_test_add_func ("/render/worker/cda/wrapped-document-is-found", wrapped_document_is_found);
  g_test_add_func ("/render/worker/cda/doctypes-are-refused", doctypes_are_refused);
  g_test_add_func ("/render/worker/cda/one-long-entity-is-refused", one_long_entity_is_refused);
  g_test_add_func ("/render/worker/cda/bounds-are-kept", bounds_are_kept);
  g_test_add_func ("/render/worker/cda/reading-that-would-be-too-large-is-refused", reading_that_would_be_too_large_is_refused);
  g_test_add_func ("/render/worker/cda/words-stop-at-their-bound", words_stop_at_their_bound);
  g_test_add_func ("/render/worker/cda/results-and-bodies-are-cut-at-their-bounds", results_and_bodies_are_cut_at_their_bounds);
  g_test_add_func ("/render/worker/cda/encodings-are-told-by-the-bytes", encodings_are_told_by_the_bytes);
  g_test_add_func ("/render/worker/cda/hurt-byte-spoils-one-letter", hurt_byte_spoils_one_letter);
  g_test_add_func ("/render/worker/cda/padding-is-borne", padding_is_borne);
  g_test_add_func ("/render/worker/cda/other-xml-is-not-supported", other_xml_is_not_supported);
  g_test_add_func ("/render/worker/cda/pieces-are-refused", pieces_are_refused);
  return g_test_run ();
}
