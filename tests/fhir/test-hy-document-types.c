/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fhir/hy-document-types.h"

#define CLASSES "https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument"

static const char *
shelf_code (gint shelf)
{
  return shelf >= 0 ? hy_document_shelf_get_code ((guint) shelf) : NULL;
}

static void
shelves_keep_their_numbers (void)
{
  /* Stored in the vault: a new shelf goes to the end. */
  static const char *const codes[] = {
    "SYNTHESE",
    "ORD_SOIN",
    "RADIO_SC",
    "BIOLOGIE",
    "CPT_REND",
    "DEPISTAG",
    "CERT_MED",
    "DOC_ADM",
    "AUTR_DOC",
    "SYNTH_PML",
    "DIR_ANT",
    "QUEST_SANTE",
    "CAR_VAC",
    "VDP",
    "REMB",
  };

  g_assert_cmpuint (hy_document_shelves_count (), ==, G_N_ELEMENTS (codes));
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_assert_cmpstr (hy_document_shelf_get_code (i), ==, codes[i]);
      g_assert_cmpint (hy_document_shelf_from_code (codes[i]), ==, (gint) i);
    }
  g_assert_cmpint (hy_document_shelf_from_code (""), ==, -1);
  g_assert_cmpint (hy_document_shelf_from_code ("synthese"), ==, -1);
  g_assert_cmpstr (shelf_code ((gint) hy_document_shelf_other ()), ==, "AUTR_DOC");
}

static void
types_have_labels_and_shelves (void)
{
  static const struct
  {
    const char *code;
    const char *en;
    const char *fr;
    const char *shelf;
  } table[] = {
    { "11502-2", "Laboratory report", "CR d'examens biologiques", "BIOLOGIE" },
    { "18748-4", "Imaging report", "CR d'imagerie médicale", "RADIO_SC" },
    { "11369-6", "Immunization history", "Historique des vaccinations", "CAR_VAC" },
    { "ATTEST-ASS-COMPL", "Complementary insurance certificate", "Attestation assurance complémentaire", "DOC_ADM" },
    { "E1762", "Full document (digital signature)", "Full Document", "AUTR_DOC" },
    { "101881-1", "Implant card", "Carte d'implant", "SYNTHESE" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *words = hy_document_type_dup_words (table[i].code);
      g_autofree char *both = g_strconcat (table[i].fr, "\n", table[i].en, NULL);

      g_setenv ("LANGUAGE", "en_GB:en", TRUE);
      g_assert_cmpstr (hy_document_type_get_label (table[i].code), ==, table[i].en);
      g_setenv ("LANGUAGE", "fr_FR:fr", TRUE);
      g_assert_cmpstr (hy_document_type_get_label (table[i].code), ==, table[i].fr);
      g_assert_cmpstr (shelf_code (hy_document_type_get_shelf (table[i].code)), ==, table[i].shelf);
      g_assert_cmpstr (words, ==, both);
    }
}

static void
shelves_speak_both_languages (void)
{
  g_setenv ("LANGUAGE", "fr_FR:fr", TRUE);
  g_assert_cmpstr (hy_document_shelf_get_label (3), ==, "Résultats de biologie");
  g_setenv ("LANGUAGE", "de", TRUE);
  g_assert_cmpstr (hy_document_shelf_get_label (3), ==, "Laboratory results");
}

static void
unknown_types_have_nothing (void)
{
  static const char *const codes[] = { "", "0", "99999-9", "zzz", "11502", "11502-22" };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_assert_null (hy_document_type_get_label (codes[i]));
      g_assert_null (hy_document_type_dup_words (codes[i]));
      g_assert_cmpint (hy_document_type_get_shelf (codes[i]), ==, -1);
    }
}

static void
classes_lead_to_shelves (void)
{
  static const char *const table[][2] = {
    { "10", "CPT_REND" },
    { "11", "SYNTHESE" },
    { "31", "RADIO_SC" },
    { "42", "ORD_SOIN" },
    { "43", "ORD_SOIN" },
    { "52", "CERT_MED" },
    { "60", "REMB" },
    { "90", "AUTR_DOC" },
    { "95", "DOC_ADM" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_assert_cmpstr (shelf_code (hy_document_class_get_shelf (CLASSES, table[i][0])), ==, table[i][1]);
      g_assert_cmpstr (shelf_code (hy_document_class_get_shelf ("urn:oid:1.2.250.1.213.1.1.4.1", table[i][0])), ==, table[i][1]);
    }
  g_assert_cmpint (hy_document_class_get_shelf ("http://loinc.org", "10"), ==, -1);
  g_assert_cmpint (hy_document_class_get_shelf (NULL, "10"), ==, -1);
  g_assert_cmpint (hy_document_class_get_shelf (CLASSES, NULL), ==, -1);
  g_assert_cmpint (hy_document_class_get_shelf (CLASSES, "12"), ==, -1);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fhir/document-types/shelves-keep-their-numbers", shelves_keep_their_numbers);
  g_test_add_func ("/fhir/document-types/types-have-labels-and-shelves", types_have_labels_and_shelves);
  g_test_add_func ("/fhir/document-types/shelves-speak-both-languages", shelves_speak_both_languages);
  g_test_add_func ("/fhir/document-types/unknown-types-have-nothing", unknown_types_have_nothing);
  g_test_add_func ("/fhir/document-types/classes-lead-to-shelves", classes_lead_to_shelves);
  return g_test_run ();
}
