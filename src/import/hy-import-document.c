/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes the DocumentReference of a document that comes as a file, from the readings of it: the header of a CDA, the
 * metadata of an XDM archive, or nothing but its name.  Pure.  The readings are not trusted: every text and list is cut.
 *
 * Sources: IHE MHD 4.2.3 (XDS metadata and CDA headers as DocumentReference), PDSm 3.1.1, health-space.md 3.1 to 3.7. */

#include "config.h"

#include "import/hy-import-document.h"

#include "fhir/hy-document-types.h"
#include "fhir/hy-resource-row.h"

#include <glib/gi18n.h>
#include <string.h>

/* A title or a name is a line; an address of a code system is shorter. */
#define MAX_TEXT 1000
/* Authors, codes, names of one document: real ones have a handful. */
#define MAX_LIST 20

#define RFC_3986 "urn:ietf:rfc:3986"
#define MOS "https://mos.esante.gouv.fr/NOS/"

/* Code systems that have an address of their own in FHIR.  Source: identifiers.json, visibility.json, format-codes.json,
 * document-types.json; HL7 terminology. */
static const struct
{
  const char *oid;
  const char *url;
} systems[] = {
  { "2.16.840.1.113883.6.1", "http://loinc.org" },
  { "2.16.840.1.113883.6.96", "http://snomed.info/sct" },
  { "2.16.840.1.113883.6.3", "http://hl7.org/fhir/sid/icd-10" },
  { "2.16.840.1.113883.5.25", "http://terminology.hl7.org/CodeSystem/v3-Confidentiality" },
  { "2.16.840.1.113883.5.4", "http://terminology.hl7.org/CodeSystem/v3-ActCode" },
  { "1.2.250.1.213.1.1.4.1", MOS "TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument" },
  { "1.2.250.1.213.1.1.4.12", MOS "TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire" },
  { "1.2.250.1.213.1.1.4.13", MOS "TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument" },
  { "1.3.6.1.4.1.19376.1.2.3", "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode" },
};

/* Models of documents and their format code, the more special first.
 * Source: health-space.md 3.6, format-codes.json; IHE templates of the same documents. */
static const struct
{
  const char *template;
  const char *format;
} formats[] = {
  { "1.2.250.1.213.1.1.1.13", "urn:asip:ci-sis:vsm:2012" },
  { "1.2.250.1.213.1.1.1.51", "urn:ihe:pcc:ips:2020" },
  { "1.2.250.1.213.1.1.1.55", "urn:ihe:lab:xd-lab:2008" },
  { "1.2.250.1.213.1.1.1.37", "urn:asip:ci-sis:vac:2019" },
  { "1.2.250.1.213.1.1.1.46", "urn:asip:ci-sis:vac-note:2021" },
  { "1.2.250.1.213.1.1.1.39", "urn:ihe:pharm:pre:2010" },
  { "1.2.250.1.213.1.1.1.54", "urn:ihe:pharm:dis:2010" },
  { "1.2.250.1.213.1.1.1.45", "urn:ihe:rad:CDA:ImagingReportStructuredHeadings:2013" },
  { "1.2.250.1.213.1.1.1.47", "urn:ans:ci-sis:img-da:2022" },
  { "1.2.250.1.213.1.1.1.21", "urn:asip:ci-sis:ldl-ees:2017" },
  { "1.2.250.1.213.1.1.1.29", "urn:asip:ci-sis:ldl-ses:2017" },
  { "1.2.250.1.213.1.1.1.36", "urn:asip:ci-sis:hr:2019" },
  { "1.2.250.1.213.1.1.1.38", "urn:asip:ci-sis:tlm-da:2020" },
  { "1.2.250.1.213.1.1.1.5.1", "urn:asip:ci-sis:cse-cs8:2017" },
  { "1.2.250.1.213.1.1.1.5.2", "urn:asip:ci-sis:cse-cs9:2017" },
  { "1.2.250.1.213.1.1.1.5.3", "urn:asip:ci-sis:cse-cs24:2017" },
  { "1.2.250.1.213.1.1.1.5.4", "urn:ans:ci-sis:cse-mde:2023" },
  { "1.2.250.1.213.1.1.1.30", "urn:asip:ci-sis:sdm-mr:2017" },
  { "1.3.6.1.4.1.19376.1.3.3", "urn:ihe:lab:xd-lab:2008" },
};

/* Of documents with one body of another format (IHE XDS-SD and its French sisters). */
static const struct
{
  const char *media_type;
  const char *format;
} body_formats[] = {
  { "application/pdf", "urn:ihe:iti:xds-sd:pdf:2008" },
  { "text/plain", "urn:ihe:iti:xds-sd:text:2008" },
  { "image/jpeg", "urn:ihe:iti-fr:xds-sd:jpeg:2010" },
  { "text/rtf", "urn:ihe:iti-fr:xds-sd:rtf:2010" },
  { "image/tiff", "urn:ihe:iti-fr:xds-sd:tiff:2010" },
};

/* -- writing JSON -- */

/* Begins a member: with a comma where something stands before it. */
static void
append_name (GString *out,
             const char *name)
{
  if (out->len > 0 && strchr ("{[:", out->str[out->len - 1]) == NULL)
    g_string_append_c (out, ',');
  if (name != NULL)
    g_string_append_printf (out, "\"%s\":", name);
}

static void
append_string (GString *out,
               const char *name,
               const char *text)
{
  if (text == NULL || *text == 0)
    return;
  append_name (out, name);
  hy_json_append_quoted (out, text);
}

static void
append_open (GString *out,
             const char *name,
             char bracket)
{
  append_name (out, name);
  g_string_append_c (out, bracket);
}

/* -- reading the readings -- */

/* One line of at most MAX_TEXT bytes; %NULL when there is none. */
static char *
dup_text (HyJson *json,
          HyJsonNode node)
{
  char *text = hy_json_dup_string (json, node);

  if (text == NULL)
    return NULL;
  for (char *at = text; *at != 0; at++)
    if ((guchar) *at < ' ' || *at == 0x7f)
      *at = ' ';
  if (strlen (text) > MAX_TEXT)
    {
      gsize length = MAX_TEXT;

      while (((guchar) text[length] & 0xc0) == 0x80)
        length--;
      text[length] = 0;
    }
  g_strstrip (text);
  if (*text == 0)
    g_clear_pointer (&text, g_free);
  return text;
}

static char *
dup_member (HyJson *json,
            HyJsonNode object,
            const char *name)
{
  return json != NULL ? dup_text (json, hy_json_member (json, object, name)) : NULL;
}

/* A time of the metadata, which is UTC, as the clock here showed it: lists have the day as it is written, and what was done
 * after midnight was not done the day before. */
static char *
dup_local_time (HyJson *json,
                HyJsonNode object,
                const char *name)
{
  char *text = dup_member (json, object, name);
  g_autoptr (GDateTime) utc = text != NULL && g_str_has_suffix (text, "Z") ? g_date_time_new_from_iso8601 (text, NULL) : NULL;
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_local (utc) : NULL;

  if (local == NULL || g_date_time_get_utc_offset (local) == 0)
    return text;
  g_free (text);
  return g_date_time_format (local, "%Y-%m-%dT%H:%M:%S%:z");
}

static gboolean
is_oid (const char *text)
{
  return g_ascii_isdigit (text[0]) && strspn (text, "0123456789.") == strlen (text);
}

static const char *
find_system (const char *oid)
{
  for (guint i = 0; i < G_N_ELEMENTS (systems); i++)
    if (strcmp (systems[i].oid, oid) == 0)
      return systems[i].url;
  return NULL;
}

static char *
dup_system (const char *oid)
{
  const char *url;

  if (oid == NULL)
    return NULL;
  if ((url = find_system (oid)) != NULL)
    return g_strdup (url);
  return is_oid (oid) ? g_strconcat ("urn:oid:", oid, NULL) : g_strdup (oid);
}

static void
append_coding (GString *out,
               HyJson *json,
               HyJsonNode code)
{
  g_autofree char *value = dup_member (json, code, "code");
  g_autofree char *oid = dup_member (json, code, "system");
  g_autofree char *display = dup_member (json, code, "display");
  g_autofree char *system = dup_system (oid);

  if (value == NULL && display == NULL)
    return;
  append_open (out, NULL, '{');
  append_string (out, "system", system);
  append_string (out, "code", value);
  if (g_strcmp0 (display, value) != 0)
    append_string (out, "display", display);
  g_string_append_c (out, '}');
}

/* A CodeableConcept with the code and its translations. */
static gboolean
append_concept (GString *out,
                const char *name,
                HyJson *json,
                HyJsonNode code)
{
  HyJsonNode translation;
  guint n = 0;
  gsize begin = out->len;
  gsize filled;

  append_open (out, name, '{');
  append_open (out, "coding", '[');
  filled = out->len;
  append_coding (out, json, code);
  translation = hy_json_first (json, hy_json_member (json, code, "translations"));
  for (; translation != 0 && n < MAX_LIST; translation = hy_json_next (json, translation), n++)
    append_coding (out, json, translation);
  if (out->len == filled)
    {
      g_string_truncate (out, begin);
      return FALSE;
    }
  g_string_append (out, "]}");
  return TRUE;
}

/* An Identifier of "OID", "OID^extension" or a UUID. */
static void
append_identifier (GString *out,
                   const char *name,
                   const char *id)
{
  const char *caret = strchr (id, '^');
  g_autofree char *root = g_strndup (id, caret != NULL ? (gsize) (caret - id) : strlen (id));
  g_autofree char *address = is_oid (root)                   ? g_strconcat ("urn:oid:", root, NULL)
                             : g_uuid_string_is_valid (root) ? g_strconcat ("urn:uuid:", root, NULL)
                                                             : g_strdup (root);

  append_open (out, name, '{');
  if (caret != NULL && caret[1] != 0)
    {
      append_string (out, "system", address);
      append_string (out, "value", caret + 1);
    }
  else
    {
      append_string (out, "system", RFC_3986);
      append_string (out, "value", address);
    }
  g_string_append_c (out, '}');
}

/* -- who it is about -- */

/* "OID^extension" of an HL7 v2 CX ("extension^^^&OID&ISO^NH"), or of what is that already. */
static char *
dup_patient_id (const char *id)
{
  g_auto (GStrv) parts = NULL;
  g_auto (GStrv) authority = NULL;

  if (strchr (id, '&') == NULL)
    return g_strdup (id);
  parts = g_strsplit (id, "^", 5);
  if (g_strv_length (parts) < 4)
    return NULL;
  authority = g_strsplit (parts[3], "&", 3);
  if (g_strv_length (authority) < 2 || !is_oid (authority[1]) || *parts[0] == 0)
    return NULL;
  return g_strconcat (authority[1], "^", parts[0], NULL);
}

static void
add_patient_id (GPtrArray *ids,
                const char *text)
{
  char *id = dup_patient_id (text);

  if (id != NULL)
    g_ptr_array_add (ids, id);
}

static void
append_patient_ids (GString *out,
                    HyJson *json,
                    HyJsonNode patient,
                    const char *further)
{
  HyJsonNode id = hy_json_first (json, hy_json_member (json, patient, "ids"));
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);

  if (further != NULL)
    add_patient_id (ids, further);
  for (; id != 0 && ids->len < MAX_LIST; id = hy_json_next (json, id))
    {
      g_autofree char *text = dup_text (json, id);

      if (text != NULL)
        add_patient_id (ids, text);
    }
  append_open (out, "identifier", '[');
  for (guint i = 0; i < ids->len; i++)
    {
      guint first;

      if (strchr (ids->pdata[i], '^') != NULL && g_ptr_array_find_with_equal_func (ids, ids->pdata[i], g_str_equal, &first) && first == i)
        append_identifier (out, NULL, ids->pdata[i]);
    }
  g_string_append_c (out, ']');
}

static void
append_given (GString *out,
              HyJson *json,
              HyJsonNode patient)
{
  HyJsonNode given = hy_json_first (json, hy_json_member (json, patient, "given"));
  guint n = 0;

  if (given == 0)
    return;
  append_open (out, "given", '[');
  for (; given != 0 && n < MAX_LIST; given = hy_json_next (json, given), n++)
    {
      g_autofree char *text = dup_text (json, given);

      append_string (out, NULL, text);
    }
  g_string_append_c (out, ']');
}

/* One HumanName for each family name: the birth name is the official one, the name used the usual one. */
static void
append_patient_names (GString *out,
                      HyJson *json,
                      HyJsonNode patient)
{
  HyJsonNode family = hy_json_first (json, hy_json_member (json, patient, "families"));
  guint n = 0;

  append_open (out, "name", '[');
  do
    {
      g_autofree char *text = dup_member (json, family, "text");
      g_autofree char *use = dup_member (json, family, "use");

      append_open (out, NULL, '{');
      if (g_strcmp0 (use, "BR") == 0)
        append_string (out, "use", "official");
      else if (g_strcmp0 (use, "CL") == 0 || g_strcmp0 (use, "SP") == 0)
        append_string (out, "use", "usual");
      append_string (out, "family", text);
      append_given (out, json, patient);
      g_string_append_c (out, '}');
      family = family != 0 ? hy_json_next (json, family) : 0;
      n++;
    }
  while (family != 0 && n < MAX_LIST);
  g_string_append_c (out, ']');
}

static gboolean
append_patient (GString *out,
                HyJson *json,
                HyJsonNode patient,
                const char *further_id)
{
  g_autofree char *sex = dup_member (json, patient, "sex");
  g_autofree char *birth = dup_member (json, patient, "birthDate");

  if (patient == 0 && further_id == NULL)
    return FALSE;
  append_open (out, NULL, '{');
  append_string (out, "resourceType", "Patient");
  append_string (out, "id", "patient");
  append_patient_ids (out, json, patient, further_id);
  append_patient_names (out, json, patient);
  if (sex != NULL)
    append_string (out, "gender", strcmp (sex, "F") == 0 ? "female" : strcmp (sex, "M") == 0 ? "male"
                                                                  : strcmp (sex, "UN") == 0  ? "other"
                                                                                             : "unknown");
  if (birth != NULL && strlen (birth) > strlen ("2024-03-12"))
    birth[strlen ("2024-03-12")] = 0;
  append_string (out, "birthDate", birth);
  g_string_append_c (out, '}');
  return TRUE;
}

/* -- authors -- */

typedef struct
{
  HyJson *json;
  HyJsonNode authors; /* array of PARTY, or one */
} Authors;

/* What the document was sent with; 0 when the metadata does not say. */
static HyJsonNode
find_submission (const HyImportDocument *document)
{
  HyJson *xdm = document->xdm;
  g_autofree char *number = hy_json_dup_number (xdm, hy_json_member (xdm, document->entry, "submission"));
  guint64 index;

  if (number == NULL || !g_ascii_string_to_unsigned (number, 10, 0, G_MAXUINT, &index, NULL))
    return 0;
  return hy_json_at (xdm, hy_json_member (xdm, hy_json_root (xdm), "submissions"), (guint) index);
}

static Authors
find_authors (const HyImportDocument *document,
              HyJsonNode header)
{
  HyJsonNode authors = document->xdm != NULL ? hy_json_member (document->xdm, document->entry, "authors") : 0;

  if (document->xdm != NULL && hy_json_first (document->xdm, authors) != 0)
    return (Authors) { document->xdm, authors };
  if (document->cda != NULL && hy_json_first (document->cda, hy_json_member (document->cda, header, "authors")) != 0)
    return (Authors) { document->cda, hy_json_member (document->cda, header, "authors") };
  if (document->xdm != NULL)
    return (Authors) { document->xdm, hy_json_member (document->xdm, find_submission (document), "author") };
  return (Authors) { NULL, 0 };
}

static HyJsonNode
first_author (Authors authors)
{
  if (authors.authors == 0)
    return 0;
  return hy_json_kind (authors.json, authors.authors) == HY_JSON_ARRAY ? hy_json_first (authors.json, authors.authors) : authors.authors;
}

static HyJsonNode
next_author (Authors authors,
             HyJsonNode author)
{
  return hy_json_kind (authors.json, authors.authors) == HY_JSON_ARRAY ? hy_json_next (authors.json, author) : 0;
}

/* A contained Practitioner and a contained Organization for each author, as far as they are named. */
static void
append_author_resources (GString *out,
                         Authors authors)
{
  HyJson *json = authors.json;
  guint n = 1;

  for (HyJsonNode author = first_author (authors); author != 0 && n <= MAX_LIST; author = next_author (authors, author), n++)
    {
      g_autofree char *name = dup_member (json, author, "name");
      g_autofree char *organization = dup_member (json, author, "organization");
      g_autofree char *specialty = dup_member (json, author, "specialty");
      g_autofree char *id = dup_member (json, author, "id");
      g_autofree char *own = g_strdup_printf ("author-%u", n);
      g_autofree char *their = g_strdup_printf ("organization-%u", n);

      if (name != NULL)
        {
          append_open (out, NULL, '{');
          append_string (out, "resourceType", "Practitioner");
          append_string (out, "id", own);
          if (id != NULL)
            {
              append_open (out, "identifier", '[');
              append_identifier (out, NULL, id);
              g_string_append_c (out, ']');
            }
          append_open (out, "name", '[');
          append_open (out, NULL, '{');
          append_string (out, "text", name);
          g_string_append (out, "}]");
          if (specialty != NULL)
            {
              append_open (out, "qualification", '[');
              g_string_append (out, "{\"code\":{");
              append_string (out, "text", specialty);
              g_string_append (out, "}}]");
            }
          g_string_append_c (out, '}');
        }
      if (organization != NULL)
        {
          append_open (out, NULL, '{');
          append_string (out, "resourceType", "Organization");
          append_string (out, "id", their);
          append_string (out, "name", organization);
          g_string_append_c (out, '}');
        }
    }
}

static void
append_reference (GString *out,
                  const char *id,
                  const char *display)
{
  g_autofree char *reference = g_strconcat ("#", id, NULL);

  append_open (out, NULL, '{');
  append_string (out, "reference", reference);
  append_string (out, "display", display);
  g_string_append_c (out, '}');
}

static void
append_author_references (GString *out,
                          Authors authors)
{
  HyJson *json = authors.json;
  gsize begin = out->len;
  gsize filled;
  guint n = 1;

  append_open (out, "author", '[');
  filled = out->len;
  for (HyJsonNode author = first_author (authors); author != 0 && n <= MAX_LIST; author = next_author (authors, author), n++)
    {
      g_autofree char *name = dup_member (json, author, "name");
      g_autofree char *organization = dup_member (json, author, "organization");
      g_autofree char *own = g_strdup_printf ("author-%u", n);
      g_autofree char *their = g_strdup_printf ("organization-%u", n);

      if (name != NULL)
        append_reference (out, own, name);
      if (organization != NULL)
        append_reference (out, their, organization);
    }
  if (out->len == filled)
    g_string_truncate (out, begin);
  else
    g_string_append_c (out, ']');
}

/* -- the document itself -- */

/* "Compte_rendu  2024.pdf" -> "Compte rendu 2024" */
static char *
dup_title_of_name (const char *name)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *dot = strrchr (name, '.');
  const char *end = dot != NULL && dot != name ? dot : name + strlen (name);

  for (const char *at = name; at < end; at = g_utf8_next_char (at))
    {
      gunichar ch = g_utf8_get_char (at);

      if (ch != '_' && !g_unichar_isspace (ch) && g_unichar_isprint (ch))
        g_string_append_unichar (text, ch);
      else if (text->len > 0 && text->str[text->len - 1] != ' ')
        g_string_append_c (text, ' ');
    }
  g_strchomp (text->str);
  return *text->str != 0 ? g_strdup (text->str) : g_strdup (_ ("Document"));
}

/* The title that the document bears, else what its type is called, else its file's name. */
static char *
dup_title (const HyImportDocument *document,
           HyJsonNode header,
           HyJson *type_json,
           HyJsonNode type)
{
  g_autofree char *code = NULL;
  const char *label;
  char *title;

  if ((title = dup_member (document->xdm, document->entry, "title")) || (title = dup_member (document->cda, header, "title")) ||
      (title = dup_member (type_json, type, "display")))
    return title;
  code = dup_member (type_json, type, "code");
  if (code != NULL && (label = hy_document_type_get_label (code)) != NULL)
    return g_strdup (label);
  return dup_title_of_name (document->name);
}

static char *
dup_instant (gint64 now_us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc_usec (now_us);
  g_autoptr (GDateTime) local = g_date_time_to_local (utc);

  return g_date_time_format (local, "%Y-%m-%dT%H:%M:%S%:z");
}

static guint8 *
compute_sha1 (GBytes *bytes,
              gsize *length)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
  guint8 *digest = g_malloc (20);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  *length = 20;
  g_checksum_update (checksum, data, (gssize) size);
  g_checksum_get_digest (checksum, digest, length);
  return digest;
}

/**
 * hy_import_document_dup_sha1:
 *
 * Returns: hexadecimal, as XDS metadata has it
 */
char *
hy_import_document_dup_sha1 (GBytes *bytes)
{
  return g_compute_checksum_for_bytes (G_CHECKSUM_SHA1, bytes);
}

static const char *
find_format (HyJson *json,
             HyJsonNode header)
{
  HyJsonNode body = hy_json_first (json, hy_json_member (json, hy_json_root (json), "bodies"));

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      HyJsonNode template = hy_json_first (json, hy_json_member (json, header, "templates"));
      gsize length = strlen (formats[i].template);

      for (; template != 0; template = hy_json_next (json, template))
        {
          g_autofree char *text = dup_text (json, template);

          if (text != NULL && strncmp (text, formats[i].template, length) == 0 && (text[length] == 0 || text[length] == '^'))
            return formats[i].format;
        }
    }
  if (hy_json_is_true (json, hy_json_member (json, body, "level1")))
    for (guint i = 0; i < G_N_ELEMENTS (body_formats); i++)
      if (hy_json_string_equal (json, hy_json_member (json, body, "found"), body_formats[i].media_type))
        return body_formats[i].format;
  return NULL;
}

static void
append_format (GString *out,
               const HyImportDocument *document,
               HyJsonNode header)
{
  const char *format;

  if (document->xdm != NULL && hy_json_member (document->xdm, document->entry, "format") != 0)
    {
      HyJsonNode code = hy_json_member (document->xdm, document->entry, "format");
      gsize begin = out->len;
      gsize filled;

      append_name (out, "format");
      filled = out->len;
      append_coding (out, document->xdm, code);
      if (out->len == filled)
        g_string_truncate (out, begin);
    }
  else if (document->cda != NULL && (format = find_format (document->cda, header)) != NULL)
    {
      append_open (out, "format", '{');
      append_string (out, "system",
                     g_str_has_prefix (format, "urn:ihe:") ? MOS "TRE_A11-IheFormatCode/FHIR/TRE-A11-IheFormatCode"
                                                           : MOS "TRE_A06-FormatCodeComplementaire/FHIR/TRE-A06-FormatCodeComplementaire");
      append_string (out, "code", format);
      g_string_append_c (out, '}');
    }
}

static void
append_content (GString *out,
                const HyImportDocument *document,
                HyJsonNode header,
                const char *title)
{
  g_autofree char *language = dup_member (document->xdm, document->entry, "language");
  g_autofree char *created = dup_local_time (document->xdm, document->entry, "created");
  gsize length;
  g_autofree guint8 *digest = compute_sha1 (document->bytes, &length);
  g_autofree char *hash = g_base64_encode (digest, length);

  if (language == NULL)
    language = dup_member (document->cda, header, "language");
  if (created == NULL)
    created = dup_member (document->cda, header, "date");
  append_open (out, "content", '[');
  append_open (out, NULL, '{');
  append_open (out, "attachment", '{');
  append_string (out, "contentType", document->media_type);
  append_string (out, "language", language);
  g_string_append_printf (out, ",\"size\":%" G_GSIZE_FORMAT ",\"hash\":\"%s\"", g_bytes_get_size (document->bytes), hash);
  append_name (out, "title");
  hy_json_append_quoted (out, title);
  append_string (out, "creation", created);
  g_string_append_c (out, '}');
  append_format (out, document, header);
  g_string_append (out, "}]");
}

static void
append_category (GString *out,
                 const HyImportDocument *document,
                 const char *type)
{
  gsize begin = out->len;
  const char *klass;

  append_open (out, "category", '[');
  if (document->xdm == NULL || !append_concept (out, NULL, document->xdm, hy_json_member (document->xdm, document->entry, "class")))
    {
      if (type == NULL || (klass = hy_document_type_get_class (type)) == NULL)
        {
          g_string_truncate (out, begin);
          return;
        }
      g_string_append (out, "{\"coding\":[");
      append_open (out, NULL, '{');
      append_string (out, "system", hy_document_class_get_system ());
      append_string (out, "code", klass);
      append_string (out, "display", hy_document_class_get_official (klass));
      g_string_append (out, "}]}");
    }
  g_string_append_c (out, ']');
}

/* What either the archive or the document itself says of who may see it. */
static void
append_labels (GString *out,
               const HyImportDocument *document,
               HyJsonNode header)
{
  HyJson *json = document->xdm;
  HyJsonNode own = document->cda != NULL ? hy_json_member (document->cda, header, "confidentiality") : 0;
  g_autofree char *own_code = dup_member (document->cda, own, "code");
  HyJsonNode code = json != NULL ? hy_json_first (json, hy_json_member (json, document->entry, "confidentiality")) : 0;
  gsize begin = out->len;
  gsize filled;
  guint n = 0;

  append_open (out, "securityLabel", '[');
  filled = out->len;
  for (; code != 0 && n < MAX_LIST; code = hy_json_next (json, code), n++)
    {
      append_concept (out, NULL, json, code);
      if (own_code != NULL && hy_json_string_equal (json, hy_json_member (json, code, "code"), own_code))
        own = 0;
    }
  if (own != 0)
    append_concept (out, NULL, document->cda, own);
  if (out->len == filled)
    g_string_truncate (out, begin);
  else
    g_string_append_c (out, ']');
}

static const char *
find_relation (HyJson *json,
               HyJsonNode association)
{
  static const struct
  {
    const char *type;
    const char *code;
  } relations[] = { { "RPLC", "replaces" }, { "XFRM", "transforms" }, { "APND", "appends" }, { "XFRM_RPLC", "replaces" } };

  for (guint i = 0; i < G_N_ELEMENTS (relations); i++)
    if (hy_json_string_equal (json, hy_json_member (json, association, "type"), relations[i].type))
      return relations[i].code;
  return NULL;
}

/* The uniqueId of the entry @id of the metadata, else @id itself. */
static char *
dup_unique_id (HyJson *json,
               const char *id)
{
  HyJsonNode entry = hy_json_first (json, hy_json_member (json, hy_json_root (json), "documents"));

  for (; entry != 0; entry = hy_json_next (json, entry))
    if (hy_json_string_equal (json, hy_json_member (json, entry, "id"), id))
      return dup_member (json, entry, "uniqueId");
  return g_strdup (g_str_has_prefix (id, "urn:uuid:") ? id + strlen ("urn:uuid:") : id);
}

static void
append_relation (GString *out,
                 const char *code,
                 const char *id)
{
  if (id == NULL)
    return;
  append_open (out, NULL, '{');
  append_string (out, "code", code);
  append_open (out, "target", '{');
  append_identifier (out, "identifier", id);
  g_string_append (out, "}}");
}

static void
append_relations (GString *out,
                  const HyImportDocument *document,
                  HyJsonNode header)
{
  gsize begin = out->len;
  gsize filled;
  guint n = 0;

  append_open (out, "relatesTo", '[');
  filled = out->len;
  if (document->xdm != NULL)
    {
      HyJson *json = document->xdm;
      g_autofree char *own = dup_member (json, document->entry, "id");
      HyJsonNode association = hy_json_first (json, hy_json_member (json, hy_json_root (json), "associations"));

      for (; own != NULL && association != 0 && n < MAX_LIST; association = hy_json_next (json, association))
        {
          const char *code = find_relation (json, association);
          g_autofree char *target = NULL;
          g_autofree char *id = NULL;

          if (code == NULL || !hy_json_string_equal (json, hy_json_member (json, association, "source"), own))
            continue;
          n++;
          target = dup_member (json, association, "target");
          id = target != NULL ? dup_unique_id (json, target) : NULL;
          append_relation (out, code, id);
        }
    }
  if (document->cda != NULL && out->len == filled)
    {
      HyJsonNode replaced = hy_json_first (document->cda, hy_json_member (document->cda, header, "replaces"));

      for (; replaced != 0 && n < MAX_LIST; replaced = hy_json_next (document->cda, replaced), n++)
        {
          g_autofree char *id = dup_text (document->cda, replaced);

          append_relation (out, "replaces", id);
        }
    }
  if (out->len == filled)
    g_string_truncate (out, begin);
  else
    g_string_append_c (out, ']');
}

static void
append_codes (GString *out,
              const char *name,
              HyJson *json,
              HyJsonNode codes)
{
  gsize begin = out->len;
  gsize filled;
  guint n = 0;

  append_open (out, name, '[');
  filled = out->len;
  for (HyJsonNode code = hy_json_first (json, codes); code != 0 && n < MAX_LIST; code = hy_json_next (json, code), n++)
    append_concept (out, NULL, json, code);
  if (out->len == filled)
    g_string_truncate (out, begin);
  else
    g_string_append_c (out, ']');
}

/* When the act took place: as the metadata says, else of the act that a CDA documents, else of the stay. */
static void
append_context (GString *out,
                const HyImportDocument *document,
                HyJsonNode header,
                gboolean has_patient)
{
  g_autofree char *from = dup_local_time (document->xdm, document->entry, "from");
  g_autofree char *to = dup_local_time (document->xdm, document->entry, "to");
  gsize begin = out->len;
  gsize filled;

  if (document->cda != NULL && from == NULL && to == NULL)
    {
      HyJson *json = document->cda;
      HyJsonNode service = hy_json_first (json, hy_json_member (json, header, "services"));

      while (service != 0 && hy_json_member (json, service, "from") == 0 && hy_json_member (json, service, "to") == 0)
        service = hy_json_next (json, service);
      if (service == 0)
        service = hy_json_member (json, header, "encounter");
      from = dup_member (json, service, "from");
      to = dup_member (json, service, "to");
    }
  append_open (out, "context", '{');
  filled = out->len;
  if (document->xdm != NULL)
    append_codes (out, "event", document->xdm, hy_json_member (document->xdm, document->entry, "events"));
  if (from != NULL || to != NULL)
    {
      append_open (out, "period", '{');
      append_string (out, "start", from);
      append_string (out, "end", to);
      g_string_append_c (out, '}');
    }
  if (document->xdm != NULL)
    {
      append_concept (out, "facilityType", document->xdm, hy_json_member (document->xdm, document->entry, "facility"));
      append_concept (out, "practiceSetting", document->xdm, hy_json_member (document->xdm, document->entry, "practice"));
    }
  if (has_patient)
    {
      append_name (out, "sourcePatientInfo");
      append_reference (out, "patient", NULL);
    }
  if (out->len == filled)
    g_string_truncate (out, begin);
  else
    g_string_append_c (out, '}');
}

static void
append_named (GString *out,
              const char *name,
              const char *display)
{
  if (display == NULL)
    return;
  append_open (out, name, '{');
  append_string (out, "display", display);
  g_string_append_c (out, '}');
}

/* Of the document in the metadata, or of what it was sent with. */
static char *
dup_metadata_patient_id (const HyImportDocument *document)
{
  char *id = dup_member (document->xdm, document->entry, "patientId");

  return id != NULL || document->xdm == NULL ? id : dup_member (document->xdm, find_submission (document), "patientId");
}

/* The person of the document: a CDA's own header knows best. */
static gboolean
append_contained (GString *out,
                  const HyImportDocument *document,
                  HyJsonNode header,
                  Authors authors)
{
  HyJson *json = document->cda;
  HyJsonNode patient = json != NULL ? hy_json_member (json, header, "patient") : 0;
  g_autofree char *further = NULL;
  gboolean has_patient;
  gsize begin = out->len;
  gsize filled;

  if (patient == 0 && document->xdm != NULL)
    {
      json = document->xdm;
      patient = hy_json_member (json, document->entry, "patient");
      further = dup_metadata_patient_id (document);
    }
  append_open (out, "contained", '[');
  filled = out->len;
  has_patient = json != NULL && append_patient (out, json, patient, further);
  append_author_resources (out, authors);
  if (out->len == filled)
    g_string_truncate (out, begin);
  else
    g_string_append_c (out, ']');
  return has_patient;
}

/**
 * hy_import_document_new_json:
 *
 * What the archive's metadata says goes before the CDA's own header, which fills in; who it is about is asked of the
 * header first, and what either hides is hidden.  Without either: a title from the name, and no masterIdentifier (the hash says when it is the same).
 * Bounds: 1000 bytes a text, 20 entries a list.
 *
 * Returns: (transfer full): a DocumentReference made here: its meta.tag says "local" until a server has it
 */
GBytes *
hy_import_document_new_json (const HyImportDocument *document)
{
  GString *out = g_string_new ("{\"resourceType\":\"DocumentReference\"");
  HyJson *cda = document->cda;
  HyJson *xdm = document->xdm;
  HyJsonNode header = cda != NULL ? hy_json_member (cda, hy_json_root (cda), "header") : 0;
  HyJsonNode type = xdm != NULL ? hy_json_member (xdm, document->entry, "type") : 0;
  HyJson *type_json = type != 0 ? xdm : cda;
  Authors authors = find_authors (document, header);
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *instant = dup_instant (document->now_us);
  g_autofree char *identity = dup_member (xdm, document->entry, "uniqueId");
  g_autofree char *logical = dup_member (xdm, document->entry, "logicalId");
  g_autofree char *availability = dup_member (xdm, document->entry, "availability");
  g_autofree char *authenticator = dup_member (xdm, document->entry, "legalAuthenticator");
  g_autofree char *custodian = dup_member (cda, header, "custodian");
  g_autofree char *title = NULL;
  g_autofree char *code = NULL;
  gboolean has_patient;

  if (type == 0 && cda != NULL)
    type = hy_json_member (cda, header, "code");
  code = type_json != NULL ? dup_member (type_json, type, "code") : NULL;
  title = dup_title (document, header, type_json, type);
  if (identity == NULL)
    identity = dup_member (cda, header, "id");
  if (authenticator == NULL && cda != NULL)
    authenticator = dup_member (cda, hy_json_member (cda, header, "legalAuthenticator"), "name");

  append_string (out, "id", id);
  g_string_append (out, ",\"meta\":{\"tag\":[{\"system\":\"" HY_TAG_SYSTEM "\",\"code\":\"local\"}]}");
  has_patient = append_contained (out, document, header, authors);
  if (identity != NULL)
    append_identifier (out, "masterIdentifier", identity);
  if (logical != NULL)
    {
      append_open (out, "identifier", '[');
      append_identifier (out, NULL, g_str_has_prefix (logical, "urn:uuid:") ? logical + strlen ("urn:uuid:") : logical);
      g_string_append_c (out, ']');
    }
  append_string (out, "status",
                 document->superseded || (availability != NULL && g_str_has_suffix (availability, "Deprecated")) ? "superseded" : "current");
  if (type != 0)
    append_concept (out, "type", type_json, type);
  append_category (out, document, code);
  if (has_patient)
    {
      append_name (out, "subject");
      append_reference (out, "patient", NULL);
    }
  append_string (out, "date", instant);
  append_author_references (out, authors);
  append_named (out, "authenticator", authenticator);
  append_named (out, "custodian", custodian);
  append_relations (out, document, header);
  append_string (out, "description", title);
  append_labels (out, document, header);
  append_content (out, document, header, xdm != NULL || cda != NULL ? title : document->name);
  append_context (out, document, header, has_patient);
  g_string_append_c (out, '}');
  return g_string_free_to_bytes (out);
}

/* -- completing -- */

/* The text of a member of @object with its name before it, or %NULL. */
static char *
dup_span (HyJson *json,
          HyJsonNode object,
          const char *name)
{
  HyJsonNode member = hy_json_member (json, object, name);
  HyJsonSpan span = hy_json_span (json, member);

  return member != 0 ? g_strndup (hy_json_get_text (json, NULL) + span.start, span.end - span.start) : NULL;
}

static gboolean
has_label (HyJson *json,
           HyJsonNode labels,
           const char *code)
{
  for (HyJsonNode label = hy_json_first (json, labels); label != 0; label = hy_json_next (json, label))
    if (hy_json_string_equal (json, hy_json_path (json, label, "coding.0.code"), code))
      return TRUE;
  return FALSE;
}

/* What either says of who may see it: what is hidden stays so, whoever else sends it. */
static char *
dup_labels (HyJson *stored,
            HyJson *found)
{
  HyJsonNode labels = hy_json_member (found, hy_json_root (found), "securityLabel");
  HyJsonNode label = hy_json_first (stored, hy_json_member (stored, hy_json_root (stored), "securityLabel"));
  g_autofree char *text = dup_span (found, hy_json_root (found), "securityLabel");
  GString *all;

  if (text == NULL || label == 0)
    return NULL;
  all = g_string_new_len (text, (gssize) strlen (text) - 1);
  for (; label != 0; label = hy_json_next (stored, label))
    {
      g_autofree char *code = hy_json_dup_string (stored, hy_json_path (stored, label, "coding.0.code"));
      HyJsonSpan span = hy_json_span (stored, label);

      if (code == NULL || has_label (found, labels, code))
        continue;
      append_name (all, NULL);
      g_string_append_len (all, hy_json_get_text (stored, NULL) + span.start, (gssize) (span.end - span.start));
    }
  g_string_append_c (all, ']');
  return g_string_free (all, FALSE);
}

/* Whether @found says something of everything that is known: else taking it over would lose what it does not say. */
static gboolean
says_as_much (HyJson *stored,
              HyJson *found)
{
  for (HyJsonNode member = hy_json_first (stored, hy_json_root (stored)); member != 0; member = hy_json_next (stored, member))
    {
      g_autofree char *name = hy_json_dup_key (stored, member);

      if (name == NULL || hy_json_member (found, hy_json_root (found), name) == 0)
        return FALSE;
    }
  return TRUE;
}

/* All of @found, as the entry that is stored: with its id, tags and day of arrival, and hidden as that is. */
static GBytes *
take_over (HyJson *stored,
           HyJson *found)
{
  static const char *const kept[] = { "id", "meta", "date" };
  HyJsonEdit edits[G_N_ELEMENTS (kept) + 1];
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  char *labels = dup_labels (stored, found);

  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    {
      char *text = dup_span (stored, hy_json_root (stored), kept[i]);

      if (text == NULL)
        continue;
      edits[texts->len].span = hy_json_span (found, hy_json_member (found, hy_json_root (found), kept[i]));
      edits[texts->len].text = text;
      g_ptr_array_add (texts, text);
    }
  if (labels != NULL)
    {
      edits[texts->len].span = hy_json_span (found, hy_json_member (found, hy_json_root (found), "securityLabel"));
      edits[texts->len].text = labels;
      g_ptr_array_add (texts, labels);
    }
  return hy_json_splice (hy_json_get_bytes (found), edits, texts->len);
}

/* What is there stays, for instance what the person changed; only members that are not there come in.  Those that refer to contained resources come
 * with them or not at all. */
static GBytes *
fill_in (HyJson *stored,
         HyJson *found)
{
  static const char *const alone[] = { "masterIdentifier", "identifier", "type", "category", "authenticator", "custodian", "relatesTo", "securityLabel" };
  static const char *const together[] = { "contained", "subject", "author", "context" };
  HyJsonNode root = hy_json_root (stored);
  HyJsonNode last = 0;
  g_autoptr (GString) added = g_string_new (NULL);
  gboolean take_contained = hy_json_member (stored, root, "contained") == 0;
  HyJsonEdit edit;

  for (guint i = 0; i < G_N_ELEMENTS (alone) + G_N_ELEMENTS (together); i++)
    {
      gboolean refers = i >= G_N_ELEMENTS (alone);
      const char *name = refers ? together[i - G_N_ELEMENTS (alone)] : alone[i];
      g_autofree char *text = dup_span (found, hy_json_root (found), name);

      if (text != NULL && hy_json_member (stored, root, name) == 0 && (!refers || take_contained))
        g_string_append_printf (added, ",\"%s\":%s", name, text);
    }
  for (HyJsonNode member = hy_json_first (stored, root); member != 0; member = hy_json_next (stored, member))
    last = member;
  if (last == 0)
    return g_bytes_ref (hy_json_get_bytes (stored));
  edit.span.start = edit.span.end = hy_json_span (stored, last).end;
  edit.text = added->str;
  return hy_json_splice (hy_json_get_bytes (stored), &edit, 1);
}

/**
 * hy_import_document_complete:
 * @stored: a DocumentReference made here, of the same bytes
 * @found: one that hy_import_document_new_json made since, with more metadata
 * @edited: the stored one was changed since it came: what it says stays, and only gaps are filled
 *
 * Nothing that was known is lost: where @found is silent about something, only gaps are filled too.
 *
 * Returns: (transfer full) (nullable): @stored completed by @found; %NULL when it brings nothing new
 */
GBytes *
hy_import_document_complete (GBytes *stored,
                             GBytes *found,
                             gboolean edited)
{
  g_autoptr (HyJson) old = hy_json_parse (stored, NULL);
  g_autoptr (HyJson) new = hy_json_parse (found, NULL);
  g_autoptr (GBytes) completed = NULL;

  if (old == NULL || new == NULL || hy_json_kind (old, hy_json_root (old)) != HY_JSON_OBJECT)
    return NULL;
  completed = edited || !says_as_much (old, new) ? fill_in (old, new) : take_over (old, new);
  return g_bytes_equal (completed, stored) ? NULL : g_steal_pointer (&completed);
}
