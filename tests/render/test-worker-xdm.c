/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Metadata of archives as the worker reads it: the samples' expected.json, and metadata as official examples have it. */

#include "hy-test-reading.h"
#include "hy-test-worker.h"

#include "render/hy-reading-wire.h"

#include <stdlib.h>
#include <string.h>

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

static void
assert_part (HyJson *json,
             const char *path,
             const char *expected)
{
  HyJsonNode node = hy_json_path (json, hy_json_root (json), path);
  HyJsonSpan span = hy_json_span (json, node);
  g_autofree char *part = node != 0 ? g_strndup (hy_json_get_text (json, NULL) + span.start, span.end - span.start) : NULL;

  g_assert_cmpstr (part, ==, expected);
}

static HyJson *
read_fixture (const char *name)
{
  g_autoptr (GBytes) bytes = hy_test_worker_fixture (name);
  HyJson *json;

  g_assert_cmpint (hy_test_reading_try (bytes, &json), ==, HY_WIRE_OK);
  return json;
}

static HyJson *
read_text (const char *xml)
{
  g_autoptr (GBytes) bytes = g_bytes_new (xml, strlen (xml));
  HyJson *json;

  g_assert_cmpint (hy_test_reading_try (bytes, &json), ==, HY_WIRE_OK);
  return json;
}

/* --- The samples and their expected.json */

typedef struct
{
  const char *metadata;
  guint n_documents;
  const char *files[2]; /* what the entries are, beside the metadata in the archive */
} Subset;

static gboolean
is_hidden (HyJson *json,
           HyJsonNode document)
{
  HyJsonNode codes = hy_json_member (json, document, "confidentiality");

  for (HyJsonNode at = hy_json_first (json, codes); at != 0; at = hy_json_next (json, at))
    {
      if (hy_json_string_equal (json, hy_json_member (json, at, "code"), "MASQUE_PS"))
        return TRUE;
    }
  return FALSE;
}

static void
check_file (HyJson *json,
            HyJsonNode document,
            const char *name)
{
  g_autoptr (GBytes) bytes = hy_test_worker_fixture (name);
  g_autofree char *sha1 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA1, bytes);
  g_autofree char *hash = hy_json_dup_string (json, hy_json_member (json, document, "hash"));
  g_autofree char *size = hy_json_dup_string (json, hy_json_member (json, document, "size"));

  g_assert_cmpstr (hash, ==, sha1);
  g_assert_cmpint (atoi (size), ==, (int) g_bytes_get_size (bytes));
}

static void
check_entry (HyJson *json,
             HyJsonNode document,
             HyJson *expected,
             HyJsonNode says,
             const char *file)
{
  static const char *const pairs[][2] = { { "title", "title" }, { "type.code", "type" }, { "uniqueId", "uniqueId" }, { "created", "creationTime" } };
  HyJsonNode hidden = hy_json_member (expected, says, "hidden_from_professionals");

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *found = hy_json_dup_string (json, hy_json_path (json, document, pairs[i][0]));
      g_autofree char *said = hy_json_dup_string (expected, hy_json_member (expected, says, pairs[i][1]));

      if (said != NULL)
        g_assert_cmpstr (found, ==, said);
    }
  if (hidden != 0)
    g_assert_cmpint (is_hidden (json, document), ==, hy_json_is_true (expected, hidden));
  g_assert_true (hy_json_is_true (expected, hy_json_member (expected, says, "hash_ok")));
  check_file (json, document, file);
}

static void
check_archive (const char *name,
               const Subset *subsets,
               guint n_subsets)
{
  g_autoptr (GBytes) bytes = hy_test_worker_fixture ("cda/fr/expected.json");
  g_autoptr (HyJson) expected = hy_json_parse (bytes, NULL);
  /* The name has a dot: no path. */
  HyJsonNode says = hy_json_member (expected, hy_json_root (expected), name);
  HyJsonNode entry = hy_json_first (expected, hy_json_member (expected, says, "entries"));
  g_autofree char *n_documents = hy_json_dup_number (expected, hy_json_member (expected, says, "documents"));
  g_autofree char *n_said = hy_json_dup_number (expected, hy_json_member (expected, says, "subsets"));
  guint n = 0;

  g_assert_cmpint (atoi (n_said), ==, (int) n_subsets);
  for (guint i = 0; i < n_subsets; i++)
    {
      g_autoptr (HyJson) json = read_fixture (subsets[i].metadata);
      HyJsonNode documents = hy_json_member (json, hy_json_root (json), "documents");
      guint in_subset = 0;

      g_assert_cmpuint (hy_json_count (json, documents), ==, subsets[i].n_documents);
      g_assert_cmpuint (hy_json_count (json, hy_json_member (json, hy_json_root (json), "submissions")), ==, 1);
      for (HyJsonNode at = hy_json_first (json, documents); at != 0; at = hy_json_next (json, at), n++)
        {
          g_assert_true (entry != 0);
          check_entry (json, at, expected, entry, subsets[i].files[in_subset++]);
          entry = hy_json_next (expected, entry);
        }
    }
  g_assert_cmpint (atoi (n_documents), ==, (int) n);
}

static void
french_archives_are_read_as_expected (void)
{
  static const Subset one[] = { { "cda/made/xdm/s11-subset01.xml", 1, { "cda/fr/s01-n1-pdf-consultation.xml" } } };
  static const Subset two[] = {
    { "cda/made/xdm/s12-subset01.xml", 2, { "cda/fr/s01-n1-pdf-consultation.xml", "cda/fr/s06-n3-biologie.xml" } },
    { "cda/made/xdm/s12-subset02.xml", 1, { "cda/made/xdm/s12-MUTUELLE.PDF" } },
  };

  check_archive ("s11-xdm-un-document.zip", one, G_N_ELEMENTS (one));
  check_archive ("s12-xdm-deux-lots.zip", two, G_N_ELEMENTS (two));
}

static void
entry_has_all_that_is_said (void)
{
  g_autoptr (HyJson) json = read_fixture ("cda/made/xdm/s11-subset01.xml");

  assert_part (json, "submissions",
               "[{\"id\":\"SubmissionSet01\",\"uniqueId\":\"1.2.250.1.213.1.1.9.9999.501\",\"title\":\"Lot de test\",\"date\":\"2024-05-02T10:00:00Z\","
               "\"patientId\":\"1.2.250.1.213.1.4.10^280079999900117\"}]");
  assert_at (json, "documents.0.id", "Doc01");
  assert_at (json, "documents.0.uri", "DOC001.XML");
  assert_at (json, "documents.0.mediaType", "text/xml");
  assert_at (json, "documents.0.language", "fr-FR");
  assert_at (json, "documents.0.from", "2024-03-12T09:15:00Z");
  assert_part (json, "documents.0.class", "{\"code\":\"10\",\"system\":\"1.2.250.1.213.1.1.4.1\",\"display\":\"Compte rendu\"}");
  assert_part (json, "documents.0.format",
               "{\"code\":\"urn:ihe:iti:xds-sd:pdf:2008\",\"system\":\"1.3.6.1.4.1.19376.1.2.3\",\"display\":\"urn:ihe:iti:xds-sd:pdf:2008\"}");
  assert_at (json, "documents.0.facility.code", "SA07");
  assert_at (json, "documents.0.practice.display", "Ambulatoire");
  assert_part (json, "documents.0.authors",
               "[{\"name\":\"Hélène TOUBIB\",\"organization\":\"Cabinet fictif des Tilleuls\",\"id\":\"1.2.250.1.71.4.2.1^899700000012\"}]");
  assert_part (json, "documents.0.patient",
               "{\"ids\":[\"1.2.250.1.213.1.1.9.9999.1^IPP-A\"],\"given\":[\"Odette\"],\"families\":[{\"use\":\"BR\",\"text\":\"EXEMPLE-UN\"}],\"sex\":\"F\",\"birthDate\":\"1980-07-12\"}");
  assert_at (json, "documents.0.patientId", "1.2.250.1.213.1.4.10^280079999900117");
  assert_part (json, "documents.0.submission", "0");
  assert_part (json, "associations", "[{\"type\":\"HasMember\",\"source\":\"SubmissionSet01\",\"target\":\"Doc01\"}]");
}

/* As an official example has it: no declaration of namespaces, elements in another order, parts beside their object. */
static void
disorder_is_borne (void)
{
  static const char xml[] =
      "<?xml version='1.0'?><lcm:SubmitObjectsRequest><rim:RegistryObjectList>"
      "<rim:Association associationType='urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember' sourceObject='S' targetObject='D'/>"
      "<rim:Association associationType='urn:ihe:iti:2007:AssociationType:RPLC' sourceObject='D' targetObject='urn:uuid:before'/>"
      "<rim:Classification classificationScheme='urn:uuid:f0306f51-975f-434e-a61c-c59651d33983' classifiedObject='D' nodeRepresentation='T1'/>"
      "<rim:Classification classificationNode='urn:uuid:d9d542f3-6cc4-48b6-8870-ea235fbc94c2' classifiedObject='F'/>"
      "<rim:RegistryPackage id='F'/>"
      "<rim:ExtrinsicObject mimeType='application/dicom' status='urn:oasis:names:tc:ebxml-regrep:StatusType:Approved' lid='L' id='D'>"
      "<rim:ExternalIdentifier value='1.2.3' identificationScheme='urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab'/>"
      "<rim:Classification classificationScheme='urn:uuid:2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4' nodeRepresentation='E1'/>"
      "<rim:Classification classificationScheme='urn:uuid:2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4' nodeRepresentation='E2'/>"
      "<rim:VersionInfo versionName='2'/><rim:Description><rim:LocalizedString value='Un mot &amp; un autre'/></rim:Description>"
      "<rim:Name><rim:LocalizedString value='Titre'/></rim:Name>"
      "<rim:Slot name='serviceStopTime'><rim:ValueList><rim:Value> 202403 </rim:Value></rim:ValueList></rim:Slot>"
      "<rim:Slot name='uri'><rim:ValueList><rim:Value>SS000001/KOS_1_1.DCM</rim:Value></rim:ValueList></rim:Slot>"
      "<rim:Slot name='legalAuthenticator'><rim:ValueList><rim:Value>1^DOE^Jane^^^Dr</rim:Value></rim:ValueList></rim:Slot>"
      "<rim:Slot name='sourcePatientInfo'><rim:ValueList><rim:Value>PID-8|U</rim:Value><rim:Value>PID-5|NOM^Ana^Zoé^^^^D~NEE^Ana^^^^^L</rim:Value>"
      "<rim:Value>PID-3|A^^^&amp;1.2&amp;ISO^PI~B^^^&amp;1.3&amp;ISO^PI</rim:Value></rim:ValueList></rim:Slot>"
      "</rim:ExtrinsicObject>"
      "<rim:RegistryPackage id='S'><rim:Classification classificationScheme='urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d'>"
      "<rim:Slot name='authorPerson'><rim:ValueList><rim:Value>Madame Essai</rim:Value></rim:ValueList></rim:Slot>"
      "<rim:Slot name='authorSpecialty'><rim:ValueList><rim:Value>G15_10/SM26^Médecine générale^1.2</rim:Value></rim:ValueList></rim:Slot>"
      "</rim:Classification></rim:RegistryPackage>"
      "</rim:RegistryObjectList></lcm:SubmitObjectsRequest>";
  g_autoptr (HyJson) json = read_text (xml);

  assert_part (json, "submissions", "[{\"id\":\"S\",\"author\":{\"name\":\"Madame Essai\",\"specialty\":\"Médecine générale\"}}]");
  assert_part (json, "documents",
               "[{\"id\":\"D\",\"uniqueId\":\"1.2.3\",\"uri\":\"SS000001/KOS_1_1.DCM\",\"mediaType\":\"application/dicom\",\"title\":\"Titre\",\"comments\":\"Un mot & un autre\","
               "\"to\":\"2024-03\",\"type\":{\"code\":\"T1\"},\"events\":[{\"code\":\"E1\"},{\"code\":\"E2\"}],"
               "\"patient\":{\"ids\":[\"1.2^A\",\"1.3^B\"],\"given\":[\"Ana\",\"Zoé\"],\"families\":[{\"use\":\"CL\",\"text\":\"NOM\"},{\"use\":\"BR\",\"text\":\"NEE\"}]},"
               "\"legalAuthenticator\":\"Dr Jane DOE\",\"availability\":\"Approved\",\"version\":\"2\",\"logicalId\":\"L\",\"submission\":0}]");
  assert_at (json, "associations.1.type", "RPLC");
}

static void
only_the_reading_is_to_be_had (void)
{
  g_autoptr (GBytes) bytes = hy_test_worker_fixture ("cda/made/xdm/s11-subset01.xml");
  g_autoptr (HyWorkerDocument) document = hy_test_worker_open (bytes, NULL);

  g_assert_cmpint (document->kind, ==, HY_WIRE_KIND_XDM);
  g_assert_cmpuint (document->n_pages, ==, 0);
  g_assert_true (document->klass->text == NULL && document->klass->body == NULL && document->klass->draw == NULL);
}

static void
documents_are_cut_at_their_bound (void)
{
  g_autoptr (GString) xml = g_string_new ("<SubmitObjectsRequest>");
  g_autoptr (HyJson) json = NULL;

  for (guint i = 0; i < HY_READING_MAX_ENTRIES + 10; i++)
    g_string_append_printf (xml, "<ExtrinsicObject id='D%u'/>", i);
  g_string_append (xml, "</SubmitObjectsRequest>");
  json = read_text (xml->str);
  g_assert_cmpuint (hy_json_count (json, hy_json_path (json, hy_json_root (json), "documents")), ==, HY_READING_MAX_ENTRIES);
  assert_part (json, "cut", "true");
}

static void
pieces_and_doctypes_are_refused (void)
{
  g_autoptr (GBytes) bytes = hy_test_worker_fixture ("cda/made/xdm/s12-subset01.xml");
  static const char doctype[] = "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><SubmitObjectsRequest>&x;</SubmitObjectsRequest>";
  g_autoptr (GBytes) hostile = g_bytes_new_static (doctype, strlen (doctype));
  HyJson *json;

  g_assert_cmpint (hy_test_reading_try (hostile, &json), ==, HY_WIRE_FORBIDDEN);
  for (gsize n = 0; n < 50; n++)
    {
      g_autoptr (GBytes) cut = g_bytes_new (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes) * n / 50);

      g_assert_cmpint (hy_test_reading_try (cut, &json), ==, HY_WIRE_DAMAGED);
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/render/worker/xdm/french-archives-are-read-as-expected", french_archives_are_read_as_expected);
  g_test_add_func ("/render/worker/xdm/entry-has-all-that-is-said", entry_has_all_that_is_said);
  g_test_add_func ("/render/worker/xdm/disorder-is-borne", disorder_is_borne);
  g_test_add_func ("/render/worker/xdm/only-the-reading-is-to-be-had", only_the_reading_is_to_be_had);
  g_test_add_func ("/render/worker/xdm/documents-are-cut-at-their-bound", documents_are_cut_at_their_bound);
  g_test_add_func ("/render/worker/xdm/pieces-and-doctypes-are-refused", pieces_and_doctypes_are_refused);
  return g_test_run ();
}
