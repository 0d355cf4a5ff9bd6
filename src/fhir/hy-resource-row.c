/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The slim reading of any FHIR R4 resource: what lists show and search finds.  Lossless is the principle: an unknown
 * type or a field of the wrong kind is read past, never refused.  Pure, safe on any thread. */

#include "config.h"

#include "fhir/hy-resource-row.h"

#include "fhir/hy-document-types.h"
#include "fhir/hy-human-name.h"
#include "fhir/hy-resource-words.h"

#include "base/hy-date.h"
#include "base/hy-error.h"

#include <glib/gi18n.h>
#include <string.h>

/* A FHIR type name is at most this long ("StructureDefinition" has 19). */
#define MAX_TYPE 64
/* A title, name or code is one line; more of it is in the resource itself. */
#define MAX_LINE 400
/* A new version replaces one document, now and then a few. */
#define MAX_REPLACED 32
/* Longest path in the tables below, with its NUL. */
#define MAX_PATH 48

/* Where the title, the date of the act and the code of what it is stand, best first, with blanks between the paths.
 * Paths of titles go through arrays; the others are those of hy_json_path. */
typedef struct
{
  const char *type;
  const char *titles;
  const char *dates;
  const char *kinds;
} Rule;

static const Rule rules[] = {
  { "AllergyIntolerance", "code", "onsetDateTime onsetPeriod.start recordedDate", "code" },
  { "Appointment", "description serviceType appointmentType reasonCode",
    "start requestedPeriod.start created", "serviceType appointmentType" },
  { "AppointmentResponse", "comment", "start", "" },
  { "AuditEvent", "subtype type", "period.start recorded", "subtype type" },
  { "Binary", "", "", "" },
  { "Bundle", "", "timestamp", "" },
  { "CarePlan", "title category description", "period.start created", "category" },
  { "CareTeam", "name category", "period.start", "category" },
  { "Claim", "type", "billablePeriod.start created", "type" },
  { "Communication", "topic reasonCode category", "sent received", "topic category" },
  { "CommunicationRequest", "reasonCode category", "occurrenceDateTime authoredOn", "category" },
  { "Composition", "title type", "date", "type" },
  { "Condition", "code", "onsetDateTime onsetPeriod.start recordedDate", "code" },
  { "Consent", "category scope", "dateTime provision.period.start", "category" },
  { "Device", "deviceName.name type", "manufactureDate", "type" },
  { "DeviceUseStatement", "device", "timingDateTime timingPeriod.start recordedOn", "" },
  { "DiagnosticReport", "code", "effectiveDateTime effectivePeriod.start issued", "code" },
  { "DocumentReference", "description content.attachment.title",
    "context.period.start content.0.attachment.creation date", "type" },
  { "Encounter", "type reasonCode class", "period.start", "type class" },
  { "FamilyMemberHistory", "condition.code name relationship", "date", "condition.0.code" },
  { "Goal", "description", "startDate statusDate", "description" },
  { "ImagingStudy", "description procedureCode modality series.modality", "started", "procedureCode modality" },
  { "Immunization", "vaccineCode", "occurrenceDateTime recorded", "vaccineCode" },
  { "Medication", "code", "", "code" },
  { "MedicationAdministration", "medicationCodeableConcept medicationReference",
    "effectiveDateTime effectivePeriod.start", "medicationCodeableConcept" },
  { "MedicationDispense", "medicationCodeableConcept medicationReference",
    "whenHandedOver whenPrepared", "medicationCodeableConcept" },
  { "MedicationRequest", "medicationCodeableConcept medicationReference", "authoredOn", "medicationCodeableConcept" },
  { "MedicationStatement", "medicationCodeableConcept medicationReference",
    "effectiveDateTime effectivePeriod.start dateAsserted", "medicationCodeableConcept" },
  { "Observation", "code", "effectiveDateTime effectivePeriod.start effectiveInstant issued", "code" },
  { "Patient", "name", "", "" },
  { "Person", "name", "", "" },
  { "Practitioner", "name", "", "qualification.0.code" },
  { "PractitionerRole", "practitioner code specialty", "period.start", "code specialty" },
  { "Procedure", "code", "performedDateTime performedPeriod.start", "code" },
  { "Questionnaire", "title name description item.text", "date effectivePeriod.start", "code" },
  { "QuestionnaireResponse", "_questionnaire.extension.valueString item.text", "authored", "" },
  { "RelatedPerson", "name relationship", "period.start", "relationship" },
};

/* For every other type.  "type" is last: in some it is a bare word of the specification. */
static const Rule any_rule = {
  NULL,
  "title name code description type",
  "effectiveDateTime effectivePeriod.start occurrenceDateTime occurrencePeriod.start performedDateTime period.start "
  "start date authoredOn recorded created issued",
  "code type",
};

/* Who did it.  A name is taken where the reference shows one, or from the contained resource it refers to. */
static const char authors[] = "author performer performer.actor asserter recorder practitioner sender "
                              "participant.individual requester provider serviceProvider agent.name agent.who "
                              "informationSource custodian";

typedef struct
{
  HyJson *json;
  HyJsonNode resource;
} Reader;

/* One line of at most MAX_LINE bytes, or %NULL. */
static char *
dup_line (HyJson *json,
          HyJsonNode node)
{
  char *line = hy_json_dup_string (json, node);
  gsize length = 0;

  if (line == NULL)
    return NULL;
  for (const char *at = line; *at != 0; at++)
    {
      gboolean blank = (guchar) *at <= ' ' || *at == 0x7f;

      if (!blank)
        line[length++] = *at;
      else if (length > 0 && line[length - 1] != ' ')
        line[length++] = ' ';
    }
  if (length > MAX_LINE)
    {
      length = MAX_LINE;
      while (((guchar) line[length] & 0xc0) == 0x80)
        length--;
    }
  while (length > 0 && line[length - 1] == ' ')
    length--;
  line[length] = 0;
  if (length == 0)
    g_clear_pointer (&line, g_free);
  return line;
}

/* The contained resource of "#id", or 0. */
static HyJsonNode
find_contained (const Reader *reader,
                HyJsonNode reference)
{
  g_autofree char *text = hy_json_dup_string (reader->json, reference);
  HyJsonNode child = hy_json_first (reader->json, hy_json_member (reader->json, reader->resource, "contained"));

  if (text == NULL || text[0] != '#')
    return 0;
  while (child != 0 && !hy_json_string_equal (reader->json, hy_json_member (reader->json, child, "id"), text + 1))
    child = hy_json_next (reader->json, child);
  return child;
}

static char *
dup_coding_part (HyJson *json,
                 HyJsonNode codings,
                 const char *part)
{
  for (HyJsonNode coding = hy_json_first (json, codings); coding != 0; coding = hy_json_next (json, coding))
    {
      char *line = dup_line (json, hy_json_member (json, coding, part));

      if (line != NULL)
        return line;
    }
  return NULL;
}

static gboolean
is_human_name (HyJson *json,
               HyJsonNode node)
{
  return hy_json_member (json, node, "family") != 0 || hy_json_member (json, node, "given") != 0;
}

/* What a person would call the value: a string, CodeableConcept, Coding, HumanName or Reference, alone or the first
 * of an array.  Goes into one array and one contained resource, no deeper. */
static char *
dup_label (const Reader *reader,
           HyJsonNode node,
           gboolean may_be_code)
{
  HyJson *json = reader->json;
  HyJsonNode contained;
  char *label;

  if (hy_json_kind (json, node) == HY_JSON_ARRAY)
    {
      if (is_human_name (json, hy_json_first (json, node)))
        return hy_human_name_dup_display (json, node, /* with_prefix= */ TRUE);
      for (HyJsonNode child = hy_json_first (json, node); child != 0; child = hy_json_next (json, child))
        if (hy_json_kind (json, child) != HY_JSON_ARRAY && (label = dup_label (reader, child, may_be_code)) != NULL)
          return label;
      return NULL;
    }
  if (hy_json_kind (json, node) != HY_JSON_OBJECT)
    return dup_line (json, node);
  if (is_human_name (json, node))
    return hy_human_name_dup_display (json, node, /* with_prefix= */ TRUE);
  if ((label = dup_line (json, hy_json_member (json, node, "text"))) != NULL ||
      (label = dup_coding_part (json, hy_json_member (json, node, "coding"), "display")) != NULL ||
      (label = dup_line (json, hy_json_member (json, node, "display"))) != NULL)
    return label;
  if ((contained = find_contained (reader, hy_json_member (json, node, "reference"))) != 0)
    {
      HyJsonNode name = hy_json_member (json, contained, "name");
      HyJsonNode code = hy_json_member (json, contained, "code");

      if ((label = hy_human_name_dup_display (json, name, /* with_prefix= */ TRUE)) != NULL ||
          (label = dup_line (json, name)) != NULL || (label = dup_line (json, hy_json_member (json, code, "text"))) != NULL ||
          (label = dup_coding_part (json, hy_json_member (json, code, "coding"), "display")) != NULL)
        return label;
    }
  if (!may_be_code)
    return NULL;
  if ((label = dup_coding_part (json, hy_json_member (json, node, "coding"), "code")) != NULL)
    return label;
  return dup_line (json, hy_json_member (json, node, "code"));
}

/* The label of the first value at @path that has one.  Recursion: one level for each of the path's few names and
 * arrays, never for what the data nests. */
static char *
dup_label_at (const Reader *reader,
              HyJsonNode node,
              const char *path,
              gboolean may_be_code)
{
  gsize length = strcspn (path, ". ");
  char name[MAX_PATH];
  HyJsonNode member;

  g_return_val_if_fail (length < sizeof name, NULL);

  if (hy_json_kind (reader->json, node) == HY_JSON_ARRAY)
    {
      for (HyJsonNode child = hy_json_first (reader->json, node); child != 0; child = hy_json_next (reader->json, child))
        {
          char *label = NULL;

          if (hy_json_kind (reader->json, child) == HY_JSON_OBJECT)
            label = dup_label_at (reader, child, path, may_be_code);
          if (label != NULL)
            return label;
        }
      return NULL;
    }
  memcpy (name, path, length);
  name[length] = 0;
  if ((member = hy_json_member (reader->json, node, name)) == 0)
    return NULL;
  return path[length] == '.' ? dup_label_at (reader, member, path + length + 1, may_be_code)
                             : dup_label (reader, member, may_be_code);
}

static char *
dup_first_label (const Reader *reader,
                 const char *paths,
                 gboolean may_be_code)
{
  while (*paths != 0)
    {
      char *label = dup_label_at (reader, reader->resource, paths, may_be_code);

      if (label != NULL)
        return label;
      paths += strcspn (paths, " ");
      paths += strspn (paths, " ");
    }
  return NULL;
}

static const Rule *
find_rule (const char *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    if (strcmp (rules[i].type, type) == 0)
      return &rules[i];
  return &any_rule;
}

/* The first code of a CodeableConcept or Coding, alone or in an array. */
static char *
dup_code (HyJson *json,
          HyJsonNode concept)
{
  HyJsonNode coding;
  char *code;

  if (hy_json_kind (json, concept) == HY_JSON_ARRAY)
    concept = hy_json_first (json, concept);
  if ((coding = hy_json_member (json, concept, "coding")) != 0 && (code = dup_coding_part (json, coding, "code")) != NULL)
    return code;
  return dup_line (json, hy_json_member (json, concept, "code"));
}

static gboolean
has_coding (HyJson *json,
            HyJsonNode codings,
            const char *const *codes)
{
  for (HyJsonNode coding = hy_json_first (json, codings); coding != 0; coding = hy_json_next (json, coding))
    for (guint i = 0; codes[i] != NULL; i++)
      if (hy_json_string_equal (json, hy_json_member (json, coding, "code"), codes[i]))
        return TRUE;
  return FALSE;
}

/* A Consent gives somebody access (a mandate), or says what the person wants (a wish).  A directive may name a
 * trusted person as its actor, so what it says it is comes first.
 * Source: HL7 consentscope and consentcategorycodes; LOINC 42348-3, advance directives. */
static HyResourceClass
class_of_consent (HyJson *json,
                  HyJsonNode consent)
{
  static const char *const wish_scopes[] = { "adr", NULL };
  static const char *const wish_categories[] = { "acd", "dnr", "emrgonly", "hcd", "polst", "42348-3", NULL };
  static const char *const mandate_scopes[] = { "patient-privacy", NULL };
  HyJsonNode scope = hy_json_path (json, consent, "scope.coding");
  HyJsonNode category = hy_json_first (json, hy_json_member (json, consent, "category"));

  if (has_coding (json, scope, wish_scopes))
    return HY_CLASS_WISH;
  for (; category != 0; category = hy_json_next (json, category))
    if (has_coding (json, hy_json_member (json, category, "coding"), wish_categories))
      return HY_CLASS_WISH;
  if (has_coding (json, scope, mandate_scopes) || hy_json_path (json, consent, "provision.actor") != 0)
    return HY_CLASS_MANDATE;
  return HY_CLASS_WISH;
}

/* Source of the codes: visibility.json. */
static guint
flags_of_label (HyJson *json,
                HyJsonNode coding)
{
  HyJsonNode code = hy_json_member (json, coding, "code");
  HyJsonNode system = hy_json_member (json, coding, "system");

  if (hy_json_string_equal (json, code, "MASQUE_PS"))
    return HY_ROW_HIDDEN_PRO;
  if (hy_json_string_equal (json, code, "INVISIBLE_REPRESENTANTS_LEGAUX"))
    return HY_ROW_HIDDEN_LEGAL;
  if (hy_json_string_equal (json, code, "INVISIBLE_PATIENT"))
    return HY_ROW_HIDDEN_PATIENT;
  if ((hy_json_string_equal (json, code, "R") || hy_json_string_equal (json, code, "V")) &&
      (system == 0 || hy_json_string_equal (json, system, "http://terminology.hl7.org/CodeSystem/v3-Confidentiality") ||
       hy_json_string_equal (json, system, "http://hl7.org/fhir/v3/Confidentiality") ||
       hy_json_string_equal (json, system, "urn:oid:2.16.840.1.113883.5.25")))
    return HY_ROW_RESTRICTED;
  return 0;
}

static gboolean
has_bytes (HyJson *json,
           HyJsonNode document)
{
  HyJsonNode content = hy_json_first (json, hy_json_member (json, document, "content"));

  for (; content != 0; content = hy_json_next (json, content))
    {
      HyJsonNode attachment = hy_json_member (json, content, "attachment");

      if (hy_json_kind (json, hy_json_member (json, attachment, "data")) == HY_JSON_STRING ||
          hy_json_kind (json, hy_json_member (json, attachment, "url")) == HY_JSON_STRING)
        return TRUE;
    }
  return FALSE;
}

static guint
read_flags (HyJson *json,
            HyJsonNode resource,
            HyResourceClass klass)
{
  HyJsonNode meta = hy_json_member (json, resource, "meta");
  HyJsonNode status = hy_json_member (json, resource, "status");
  HyJsonNode child;
  guint flags = 0;

  for (child = hy_json_first (json, hy_json_member (json, meta, "tag")); child != 0; child = hy_json_next (json, child))
    if (hy_json_string_equal (json, hy_json_member (json, child, "code"), "local") &&
        hy_json_string_equal (json, hy_json_member (json, child, "system"), HY_TAG_SYSTEM))
      flags |= HY_ROW_LOCAL;
  for (child = hy_json_first (json, hy_json_member (json, meta, "security")); child != 0; child = hy_json_next (json, child))
    flags |= flags_of_label (json, child);
  for (child = hy_json_first (json, hy_json_member (json, resource, "securityLabel")); child != 0;
       child = hy_json_next (json, child))
    {
      HyJsonNode coding = hy_json_first (json, hy_json_member (json, child, "coding"));

      for (; coding != 0; coding = hy_json_next (json, coding))
        flags |= flags_of_label (json, coding);
    }

  if (hy_json_string_equal (json, status, "entered-in-error") ||
      hy_json_string_equal (json, hy_json_path (json, resource, "verificationStatus.coding.0.code"), "entered-in-error"))
    flags |= HY_ROW_ERROR;
  if (klass == HY_CLASS_DOCUMENT)
    {
      if (hy_json_string_equal (json, status, "superseded"))
        flags |= HY_ROW_REPLACED;
      if (!has_bytes (json, resource))
        flags |= HY_ROW_NO_BYTES;
    }
  return flags;
}

/* The shelf that the person chose, or -1. */
static int
read_chosen_shelf (HyJson *json,
                   HyJsonNode document)
{
  HyJsonNode category = hy_json_first (json, hy_json_member (json, document, "category"));

  for (; category != 0; category = hy_json_next (json, category))
    for (HyJsonNode coding = hy_json_first (json, hy_json_member (json, category, "coding")); coding != 0;
         coding = hy_json_next (json, coding))
      {
        g_autofree char *code = hy_json_dup_string (json, hy_json_member (json, coding, "code"));
        gint shelf = code != NULL && hy_json_string_equal (json, hy_json_member (json, coding, "system"), HY_SHELF_SYSTEM)
                         ? hy_document_shelf_from_code (code)
                         : -1;

        if (shelf >= 0)
          return shelf;
      }
  return -1;
}

/* The shelf of a document: the one the person chose, else by any code of its type, else of its category, which is a class or a
 * shelf of the service. */
static int
read_shelf (HyJson *json,
            HyJsonNode document)
{
  HyJsonNode coding = hy_json_first (json, hy_json_path (json, document, "type.coding"));
  HyJsonNode category = hy_json_first (json, hy_json_member (json, document, "category"));
  gint chosen = read_chosen_shelf (json, document);

  if (chosen >= 0)
    return chosen;
  for (; coding != 0; coding = hy_json_next (json, coding))
    {
      g_autofree char *code = hy_json_dup_string (json, hy_json_member (json, coding, "code"));
      gint shelf = code != NULL ? hy_document_type_get_shelf (code) : -1;

      if (shelf >= 0)
        return shelf;
    }
  for (; category != 0; category = hy_json_next (json, category))
    for (coding = hy_json_first (json, hy_json_member (json, category, "coding")); coding != 0;
         coding = hy_json_next (json, coding))
      {
        g_autofree char *system = hy_json_dup_string (json, hy_json_member (json, coding, "system"));
        g_autofree char *code = hy_json_dup_string (json, hy_json_member (json, coding, "code"));
        gint shelf = hy_document_class_get_shelf (system, code);

        if (shelf < 0 && code != NULL)
          shelf = hy_document_shelf_from_code (code);
        if (shelf < 0 && code != NULL)
          shelf = hy_document_type_get_shelf (code);
        if (shelf >= 0)
          return shelf;
      }
  return (int) hy_document_shelf_other ();
}

static gboolean
is_patient_reference (HyJson *json,
                      HyJsonNode reference)
{
  g_autofree char *text = hy_json_dup_string (json, hy_json_member (json, reference, "reference"));

  return text != NULL && (g_str_has_prefix (text, "Patient/") || strstr (text, "/Patient/") != NULL ||
                          hy_json_string_equal (json, hy_json_member (json, reference, "type"), "Patient"));
}

/* The Reference to whom the resource is about, or 0. */
static HyJsonNode
find_subject (HyJson *json,
              HyJsonNode resource,
              HyResourceClass klass)
{
  static const char *const members[] = { "subject", "patient", "individual", "beneficiary", "for" };
  HyJsonNode child;

  if (klass == HY_CLASS_PERSON)
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      HyJsonNode subject = hy_json_member (json, resource, members[i]);

      if (hy_json_kind (json, subject) == HY_JSON_ARRAY)
        subject = hy_json_first (json, subject);
      if (hy_json_kind (json, hy_json_member (json, subject, "reference")) == HY_JSON_STRING)
        return subject;
    }
  if (klass != HY_CLASS_APPOINTMENT && klass != HY_CLASS_LOG)
    return 0;
  child = hy_json_first (json, hy_json_member (json, resource, klass == HY_CLASS_LOG ? "entity" : "participant"));
  for (; child != 0; child = hy_json_next (json, child))
    {
      HyJsonNode subject = hy_json_member (json, child, klass == HY_CLASS_LOG ? "what" : "actor");

      if (is_patient_reference (json, subject))
        return subject;
    }
  return 0;
}

/* An appointment is with the first who takes part and is not the patient. */
static char *
dup_appointment_author (const Reader *reader)
{
  HyJson *json = reader->json;
  HyJsonNode child = hy_json_first (json, hy_json_member (json, reader->resource, "participant"));

  for (; child != 0; child = hy_json_next (json, child))
    {
      HyJsonNode actor = hy_json_member (json, child, "actor");
      char *label = is_patient_reference (json, actor) ? NULL : dup_label (reader, actor, /* may_be_code= */ FALSE);

      if (label != NULL)
        return label;
    }
  return NULL;
}

static char *
dup_author (const Reader *reader,
            HyResourceClass klass)
{
  switch ((guint) klass)
    {
    case HY_CLASS_APPOINTMENT:
      return dup_appointment_author (reader);
    case HY_CLASS_PERSON:
    case HY_CLASS_CONTACT:
    case HY_CLASS_PROFESSIONAL:
      return NULL; /* they are people, nobody's work */
    default:
      return dup_first_label (reader, authors, /* may_be_code= */ FALSE);
    }
}

/* "1.2.250.1": nothing but numbers with dots between them. */
static gboolean
is_oid (const char *text)
{
  return g_ascii_isdigit (text[0]) && strspn (text, "0123456789.") == strlen (text) && strchr (text, '.') != NULL;
}

/* The identity of an Identifier, the same however it is written: what XDS calls uniqueId ("OID^extension") is written in
 * FHIR as one address of RFC 3986, or as a system and a value (IHE MHD 4.2.3, 2:3.65.4.1.2.3), and by some bare. */
static char *
dup_identifier (HyJson *json,
                HyJsonNode identifier)
{
  static const char any[] = "urn:ietf:rfc:3986|";
  static const char oid[] = "urn:oid:";
  g_autofree char *system = hy_json_dup_string (json, hy_json_member (json, identifier, "system"));
  g_autofree char *value = hy_json_dup_string (json, hy_json_member (json, identifier, "value"));
  gboolean alone;

  if (value == NULL || *value == 0)
    return NULL;
  alone = system == NULL || *system == 0 || strcmp (system, "urn:ietf:rfc:3986") == 0;
  if (alone && g_str_has_prefix (value, oid))
    return g_strconcat (any, value, NULL);
  if (alone)
    {
      g_autofree char *root = g_strndup (value, strcspn (value, "^"));

      return is_oid (root) ? g_strconcat (any, oid, value, NULL) : g_strconcat (system != NULL ? system : "", "|", value, NULL);
    }
  if (g_str_has_prefix (system, oid) && is_oid (system + strlen (oid)))
    return g_strconcat (any, system, "^", value, NULL);
  return g_strconcat (system, "|", value, NULL);
}

static char *
dup_identity (HyJson *json,
              HyJsonNode resource,
              const char *type)
{
  const char *member = strcmp (type, "DocumentReference") == 0                             ? "masterIdentifier"
                       : strcmp (type, "Composition") == 0 || strcmp (type, "Bundle") == 0 ? "identifier"
                                                                                           : NULL;

  return member != NULL ? dup_identifier (json, hy_json_member (json, resource, member)) : NULL;
}

/* The identities of the documents that it says it replaces; %NULL when there are none. */
static GPtrArray *
read_replaced (HyJson *json,
               HyJsonNode document)
{
  GPtrArray *replaced = NULL;
  HyJsonNode relation = hy_json_first (json, hy_json_member (json, document, "relatesTo"));

  for (; relation != 0; relation = hy_json_next (json, relation))
    {
      char *identity;

      if (!hy_json_string_equal (json, hy_json_member (json, relation, "code"), "replaces") ||
          (replaced != NULL && replaced->len >= MAX_REPLACED) ||
          (identity = dup_identifier (json, hy_json_path (json, relation, "target.identifier"))) == NULL)
        continue;
      if (replaced == NULL)
        replaced = g_ptr_array_new_with_free_func (g_free);
      g_ptr_array_add (replaced, identity);
    }
  return replaced;
}

/* Copies the path at @paths to @path, cut where that ends, and returns where the next one begins. */
static const char *
next_path (const char *paths,
           char path[MAX_PATH])
{
  gsize length = strcspn (paths, " ");

  g_assert (length < MAX_PATH);
  memcpy (path, paths, length);
  path[length] = 0;
  return paths + length + strspn (paths + length, " ");
}

/* A date that does not exist is no date: the resource keeps it as it was written. */
static void
read_date (HyJson *json,
           HyJsonNode resource,
           const char *paths,
           HyResourceRow *row)
{
  while (*paths != 0 && row->date == NULL)
    {
      g_autofree char *text = NULL;
      char path[MAX_PATH];
      HyDate date;

      paths = next_path (paths, path);
      text = hy_json_dup_string (json, hy_json_path (json, resource, path));
      if (text != NULL && hy_date_parse (text, &date))
        {
          row->date = g_steal_pointer (&text);
          row->day = hy_date_sort_key (date);
        }
    }
}

/* Documents mostly say only the day of the act; where they were written that same day, the hour is known too. */
static void
refine_date (HyJson *json,
             HyJsonNode document,
             HyResourceRow *row)
{
  g_autofree char *created = hy_json_dup_string (json, hy_json_path (json, document, "content.0.attachment.creation"));
  HyDate date;

  if (row->date != NULL && strlen (row->date) == strlen ("2024-03-12") && created != NULL && g_str_has_prefix (created, row->date) &&
      hy_date_parse (created, &date))
    {
      g_free (row->date);
      row->date = g_steal_pointer (&created);
    }
}

static char *
dup_type_code (HyJson *json,
               HyJsonNode resource,
               const char *paths)
{
  char *code = NULL;

  while (*paths != 0 && code == NULL)
    {
      char path[MAX_PATH];

      paths = next_path (paths, path);
      code = dup_code (json, hy_json_path (json, resource, path));
    }
  return code;
}

static char *
dup_title (const Reader *reader,
           const HyResourceRow *row,
           const char *paths)
{
  char *title = dup_first_label (reader, paths, row->klass != HY_CLASS_DOCUMENT);

  if (title == NULL && row->klass == HY_CLASS_DOCUMENT)
    {
      HyJsonNode type = hy_json_member (reader->json, reader->resource, "type");
      const char *label;

      if ((title = dup_label (reader, type, /* may_be_code= */ FALSE)) != NULL)
        return title;
      if (row->type_code != NULL && (label = hy_document_type_get_label (row->type_code)) != NULL)
        return g_strdup (label);
      title = g_strdup (row->type_code);
    }
  return title != NULL ? title : g_strdup (row->type);
}

static char *
dup_resource_type (HyJson *json,
                   HyJsonNode resource,
                   GError **error)
{
  g_autofree char *type = hy_json_dup_string (json, hy_json_member (json, resource, "resourceType"));
  gsize length = 0;

  if (type == NULL)
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_REFUSED,
                           _ ("This is not a FHIR record: it does not say what it is (it has no resourceType). "
                              "Nothing was changed. Ask its sender for FHIR R4 files."));
      return NULL;
    }
  while (g_ascii_isalpha (type[length]))
    length++;
  if (length == 0 || length > MAX_TYPE || type[length] != 0)
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_REFUSED,
                           _ ("This is not a FHIR record: what it says it is (its resourceType) is not the name of one. "
                              "Nothing was changed. Ask its sender for FHIR R4 files."));
      return NULL;
    }
  return g_steal_pointer (&type);
}

/**
 * hy_resource_row_read:
 * @resource: a value of @json; the resource may be an entry of a Bundle, which is not copied
 * @row: (out caller-allocates): clear with hy_resource_row_clear
 *
 * The rules, in the order tried:
 * - Title: by type, see the table "rules" (DocumentReference: description, title of an attachment, text or display of
 *   its type, label of its type code in the session's language; what has a code: its text, a display, the code;
 *   people: the name they go by; else the FHIR type).  One line, at most 400 bytes.
 * - Type code: first code of what it is.
 * - Author: the name shown by author, performer, asserter, recorder, practitioner, sender, participant, requester,
 *   provider, agent, information source or custodian, or borne by the contained resource that is referred to.
 *   Appointments: with whom.  People and places have none.
 * - Date: of the act, by type (see "rules"); a date that cannot be is left out.  Documents: where the act has only a
 *   day and the document was written on it, with the hour of that.
 * - Shelf: the one the person chose (%HY_SHELF_SYSTEM), else of the type code, else of the category, else "AUTR_DOC".
 * - Subject: as written; %NULL where it is the resource itself or one that it contains.
 * - %HY_ROW_NO_BYTES: a document none of whose attachments has data or an address.
 *
 * Returns: %FALSE when it is no resource
 * Errors: HY_ERROR_REFUSED when @resource is not an object, or has no plausible resourceType
 */
gboolean
hy_resource_row_read (HyJson *json,
                      HyJsonNode resource,
                      HyResourceRow *row,
                      GError **error)
{
  Reader reader = { json, resource };
  HyResourceRow read = { .shelf = -1 };
  g_autofree char *more = NULL;
  const Rule *rule;
  HyJsonNode subject;

  if (hy_json_kind (json, resource) != HY_JSON_OBJECT)
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_REFUSED,
                           _ ("This is not a FHIR record: it is not a JSON object. "
                              "Nothing was changed. Ask its sender for FHIR R4 files."));
      return FALSE;
    }
  if ((read.type = dup_resource_type (json, resource, error)) == NULL)
    return FALSE;

  rule = find_rule (read.type);
  read.klass = strcmp (read.type, "Consent") == 0 ? class_of_consent (json, resource)
                                                  : hy_resource_class_for_type (read.type);
  read.fhir_id = dup_line (json, hy_json_member (json, resource, "id"));
  read.type_code = dup_type_code (json, resource, rule->kinds);
  read.title = dup_title (&reader, &read, rule->titles);
  read.author = dup_author (&reader, read.klass);
  read_date (json, resource, rule->dates, &read);
  read.flags = read_flags (json, resource, read.klass);
  read.identity = dup_identity (json, resource, read.type);
  read.links = g_ptr_array_new_with_free_func (g_free);
  if (read.klass == HY_CLASS_DOCUMENT)
    {
      read.shelf = read_shelf (json, resource);
      read.replaces = read_replaced (json, resource);
      refine_date (json, resource, &read);
      more = read.type_code != NULL ? hy_document_type_dup_words (read.type_code) : NULL;
    }
  else if (read.type_code != NULL)
    more = g_strdup (read.type_code);
  subject = find_subject (json, resource, read.klass);
  read.subject = hy_json_dup_string (json, hy_json_member (json, subject, "reference"));
  if (read.subject != NULL && read.subject[0] == '#')
    g_clear_pointer (&read.subject, g_free);
  read.words = hy_resource_words_collect (json, resource, subject, read.title, more, read.links);
  *row = read;
  return TRUE;
}

void
hy_resource_row_clear (HyResourceRow *row)
{
  g_clear_pointer (&row->type, g_free);
  g_clear_pointer (&row->fhir_id, g_free);
  g_clear_pointer (&row->title, g_free);
  g_clear_pointer (&row->type_code, g_free);
  g_clear_pointer (&row->author, g_free);
  g_clear_pointer (&row->date, g_free);
  g_clear_pointer (&row->identity, g_free);
  g_clear_pointer (&row->subject, g_free);
  g_clear_pointer (&row->words, g_free);
  g_clear_pointer (&row->links, g_ptr_array_unref);
  g_clear_pointer (&row->replaces, g_ptr_array_unref);
}
