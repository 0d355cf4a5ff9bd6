/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The metadata of an archive of documents (IHE XDM: METADATA.XML, ebRIM 3.0).  Elements are known by their local names in
 * whatever order, and what belongs to an object may stand in it or beside it: official examples do all of that. */

#include "render/worker/hy-worker-xdm.h"

#include "render/hy-reading-wire.h"
#include "render/worker/hy-worker-json.h"

#include <string.h>

#define MAX_LINE 4000  /* bytes of a value: a comment is the longest */
#define MAX_VALUES 100 /* of one kind for one document: authors, events, confidentiality */

/* IHE ITI TF-3, tables 4.2.x; codes/xds-metadata.json. */
#define UUID "urn:uuid:"
#define FOLDER_NODE UUID "d9d542f3-6cc4-48b6-8870-ea235fbc94c2"
#define SUBMISSION_AUTHOR UUID "a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d"
#define SUBMISSION_UNIQUE_ID UUID "96fdda7c-d067-4183-912e-bf5ee74998a8"
#define SUBMISSION_PATIENT_ID UUID "6b5aea1a-874d-4603-a4bc-96a0a7b38446"
#define DOCUMENT_AUTHOR UUID "93606bcf-9494-43ec-9b4e-a7748d1a838d"
#define DOCUMENT_CLASS UUID "41a5887f-8865-4c09-adf7-e362475b143a"
#define DOCUMENT_TYPE UUID "f0306f51-975f-434e-a61c-c59651d33983"
#define DOCUMENT_FORMAT UUID "a09d5840-386c-46f2-b5ad-9c3699a4309d"
#define DOCUMENT_CONFIDENTIALITY UUID "f4f85eac-e6cb-4883-b524-f2705394840f"
#define DOCUMENT_FACILITY UUID "f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1"
#define DOCUMENT_PRACTICE UUID "cccf5598-8b07-4b77-a05e-ae952c785ead"
#define DOCUMENT_EVENT UUID "2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4"
#define DOCUMENT_UNIQUE_ID UUID "2e82c1f6-a085-4c72-9da3-8640a32e42ab"
#define DOCUMENT_PATIENT_ID UUID "58a6f841-87b3-4a3e-92fd-a8ffeff98427"

typedef struct
{
  HyWorkerDocument parent;
  HyTree *tree;
  GPtrArray *submissions;  /* RegistryPackage */
  GPtrArray *documents;    /* ExtrinsicObject */
  GPtrArray *associations; /* Association */
  GHashTable *parts;       /* object's element -> GPtrArray of its Classification and ExternalIdentifier */
  GHashTable *set_of;      /* id of a document -> index + 1 of its submission */
  gboolean cut;
} HyXdm;

static const HyWorkerDocumentClass xdm_class;

static void
xdm_free (HyWorkerDocument *document)
{
  HyXdm *self = (HyXdm *) document;

  g_ptr_array_unref (self->submissions);
  g_ptr_array_unref (self->documents);
  g_ptr_array_unref (self->associations);
  g_hash_table_unref (self->parts);
  g_hash_table_unref (self->set_of);
  hy_tree_free (self->tree);
  g_free (self);
}

/* --- Who belongs to whom */

static HyTreeNode *
owner_of (HyTreeNode *part,
          GHashTable *objects)
{
  const char *id = hy_tree_attribute (part, hy_tree_is (part, "Classification") ? "classifiedObject" : "registryObject");
  HyTreeNode *named = id != NULL ? g_hash_table_lookup (objects, id) : NULL;

  return named != NULL ? named : part->parent;
}

static void
add_object (HyXdm *self,
            GPtrArray *list,
            HyTreeNode *object)
{
  if (list->len >= HY_READING_MAX_ENTRIES)
    self->cut = TRUE;
  else
    g_ptr_array_add (list, object);
}

static gboolean
is_folder (HyXdm *self,
           HyTreeNode *package)
{
  GPtrArray *parts = g_hash_table_lookup (self->parts, package);

  for (guint i = 0; parts != NULL && i < parts->len; i++)
    {
      if (g_strcmp0 (hy_tree_attribute (g_ptr_array_index (parts, i), "classificationNode"), FOLDER_NODE) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
find_objects (HyXdm *self)
{
  HyTreeNode *root = hy_tree_get_root (self->tree);
  g_autoptr (GHashTable) objects = g_hash_table_new (g_str_hash, g_str_equal);

  for (HyTreeNode *at = root; at != NULL; at = hy_tree_following (at, root))
    {
      const char *id = hy_tree_attribute (at, "id");

      if (!hy_tree_is (at, "ExtrinsicObject") && !hy_tree_is (at, "RegistryPackage"))
        continue;
      if (id != NULL && !g_hash_table_contains (objects, id))
        g_hash_table_insert (objects, (gpointer) id, at);
    }
  for (HyTreeNode *at = root; at != NULL; at = hy_tree_following (at, root))
    {
      GPtrArray *parts;
      HyTreeNode *owner;

      if (!hy_tree_is (at, "Classification") && !hy_tree_is (at, "ExternalIdentifier"))
        continue;
      owner = owner_of (at, objects);
      parts = owner != NULL ? g_hash_table_lookup (self->parts, owner) : NULL;
      if (parts == NULL && owner != NULL)
        {
          parts = g_ptr_array_new ();
          g_hash_table_insert (self->parts, owner, parts);
        }
      if (parts != NULL)
        g_ptr_array_add (parts, at);
    }
  for (HyTreeNode *at = root; at != NULL; at = hy_tree_following (at, root))
    {
      if (hy_tree_is (at, "ExtrinsicObject"))
        add_object (self, self->documents, at);
      else if (hy_tree_is (at, "RegistryPackage") && !is_folder (self, at))
        add_object (self, self->submissions, at);
      else if (hy_tree_is (at, "Association"))
        add_object (self, self->associations, at);
    }
}

/* "urn:...:AssociationType:RPLC" -> "RPLC" */
static const char *
last_word (const char *urn)
{
  const char *colon = urn != NULL ? strrchr (urn, ':') : NULL;

  return colon != NULL ? colon + 1 : urn;
}

static void
find_members (HyXdm *self)
{
  g_autoptr (GHashTable) sets = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->submissions->len; i++)
    {
      const char *id = hy_tree_attribute (g_ptr_array_index (self->submissions, i), "id");

      if (id != NULL)
        g_hash_table_insert (sets, (gpointer) id, GUINT_TO_POINTER (i + 1));
    }
  for (guint i = 0; i < self->associations->len; i++)
    {
      HyTreeNode *association = g_ptr_array_index (self->associations, i);
      const char *source = hy_tree_attribute (association, "sourceObject");
      const char *target = hy_tree_attribute (association, "targetObject");
      gpointer set = source != NULL ? g_hash_table_lookup (sets, source) : NULL;

      if (set != NULL && target != NULL &&
          g_strcmp0 (last_word (hy_tree_attribute (association, "associationType")), "HasMember") == 0)
        g_hash_table_insert (self->set_of, (gpointer) target, set);
    }
}

/**
 * hy_xdm_open:
 * @tree: (transfer full): what was parsed
 * @opened: (out): a reader of it
 *
 * Returns: OK
 */
HyWireStatus
hy_xdm_open (HyTree *tree,
             HyWorkerDocument **opened)
{
  HyXdm *self = g_new0 (HyXdm, 1);

  self->parent.klass = &xdm_class;
  self->parent.kind = HY_WIRE_KIND_XDM;
  self->tree = tree;
  self->submissions = g_ptr_array_new ();
  self->documents = g_ptr_array_new ();
  self->associations = g_ptr_array_new ();
  self->parts = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
  self->set_of = g_hash_table_new (g_str_hash, g_str_equal);
  find_objects (self);
  find_members (self);
  *opened = &self->parent;
  return HY_WIRE_OK;
}

/* --- Slots and names */

static HyTreeNode *
find_slot (HyTreeNode *object,
           const char *name)
{
  for (HyTreeNode *at = hy_tree_child (object, "Slot"); at != NULL; at = hy_tree_next (at, "Slot"))
    {
      const char *found = hy_tree_attribute (at, "name");

      if (found != NULL && g_ascii_strcasecmp (found, name) == 0)
        return at;
    }
  return NULL;
}

static HyTreeNode *
first_value (HyTreeNode *object,
             const char *slot)
{
  return hy_tree_path (find_slot (object, slot), "ValueList/Value");
}

static char *
dup_slot (HyXdm *self,
          HyTreeNode *object,
          const char *name)
{
  return hy_tree_dup_text (self->tree, first_value (object, name), MAX_LINE);
}

static void
write_slot (HyXdm *self,
            HyOut *out,
            const char *key,
            HyTreeNode *object,
            const char *name)
{
  g_autofree char *value = dup_slot (self, object, name);

  hy_out_string (out, key, value);
}

/* XDS times are UTC and say no zone. */
static void
write_slot_time (HyXdm *self,
                 HyOut *out,
                 const char *key,
                 HyTreeNode *object,
                 const char *name)
{
  g_autofree char *value = dup_slot (self, object, name);
  g_autofree char *time = hy_hl7_dup_time (value, /* utc: */ TRUE);

  hy_out_string (out, key, time);
}

static const char *
localized (HyTreeNode *object,
           const char *name)
{
  return hy_tree_attribute (hy_tree_path (hy_tree_child (object, name), "LocalizedString"), "value");
}

static const char *
find_identifier (HyXdm *self,
                 HyTreeNode *object,
                 const char *scheme)
{
  GPtrArray *parts = g_hash_table_lookup (self->parts, object);

  for (guint i = 0; parts != NULL && i < parts->len; i++)
    {
      HyTreeNode *part = g_ptr_array_index (parts, i);

      if (hy_tree_is (part, "ExternalIdentifier") &&
          g_strcmp0 (hy_tree_attribute (part, "identificationScheme"), scheme) == 0)
        return hy_tree_attribute (part, "value");
    }
  return NULL;
}

static void
write_code (HyXdm *self,
            HyOut *out,
            const char *key,
            HyTreeNode *classification)
{
  hy_out_begin (out, key, '{');
  hy_out_string (out, "code", hy_tree_attribute (classification, "nodeRepresentation"));
  write_slot (self, out, "system", classification, "codingScheme");
  hy_out_string (out, "display", localized (classification, "Name"));
  hy_out_end (out);
}

typedef void (*WritePart) (HyXdm *self, HyOut *out, const char *key, HyTreeNode *classification);

static void
write_parts (HyXdm *self,
             HyOut *out,
             const char *key,
             HyTreeNode *object,
             const char *scheme,
             gboolean several,
             WritePart write)
{
  GPtrArray *parts = g_hash_table_lookup (self->parts, object);
  guint n = 0;

  if (several)
    hy_out_begin (out, key, '[');
  for (guint i = 0; parts != NULL && i < parts->len && n < (several ? MAX_VALUES : 1); i++)
    {
      HyTreeNode *part = g_ptr_array_index (parts, i);

      if (g_strcmp0 (hy_tree_attribute (part, "classificationScheme"), scheme) != 0)
        continue;
      write (self, out, several ? NULL : key, part);
      n++;
    }
  if (several)
    hy_out_end (out);
}

/* --- HL7 v2 forms: parts between '^', parts of parts between '&' */

static char *
dup_component (const char *value,
               guint index)
{
  for (; value != NULL && index > 1; index--)
    {
      value = strchr (value, '^');
      if (value != NULL)
        value++;
    }
  return value != NULL && strcspn (value, "^") > 0 ? g_strndup (value, strcspn (value, "^")) : NULL;
}

/* "&OID&ISO" -> "OID" */
static char *
dup_authority (const char *component)
{
  const char *oid = component != NULL ? strchr (component, '&') : NULL;

  return oid != NULL && strcspn (oid + 1, "&") > 0 ? g_strndup (oid + 1, strcspn (oid + 1, "&")) : NULL;
}

/* The identifier in component @id_at with the authority in component @authority_at: CX 1 and 4, XCN 1 and 9, XON 10 and 6. */
static char *
dup_identity (const char *value,
              guint id_at,
              guint authority_at)
{
  g_autofree char *id = dup_component (value, id_at);
  g_autofree char *component = dup_component (value, authority_at);
  g_autofree char *authority = dup_authority (component);

  return id != NULL ? hy_hl7_dup_id (authority, id) : NULL;
}

/* XCN: id^family^given^other given^suffix^prefix^...  What has no '^' is a name already. */
static char *
dup_person (const char *value)
{
  g_autofree char *family = dup_component (value, 2);
  g_autofree char *given = dup_component (value, 3);
  g_autofree char *suffix = dup_component (value, 5);
  g_autofree char *prefix = dup_component (value, 6);
  GString *name;

  if (value == NULL || strchr (value, '^') == NULL)
    return g_strdup (value);
  name = g_string_new (NULL);
  hy_hl7_append_name (name, prefix);
  hy_hl7_append_name (name, given);
  hy_hl7_append_name (name, family);
  hy_hl7_append_name (name, suffix);
  return g_string_free (name, name->len == 0);
}

/* Codes come as code^display^system. */
static char *
dup_display (const char *value)
{
  g_autofree char *display = dup_component (value, 2);

  return display != NULL ? g_steal_pointer (&display) : dup_component (value, 1);
}

static void
write_author (HyXdm *self,
              HyOut *out,
              const char *key,
              HyTreeNode *classification)
{
  g_autofree char *person = dup_slot (self, classification, "authorPerson");
  g_autofree char *institution = dup_slot (self, classification, "authorInstitution");
  g_autofree char *specialty = dup_slot (self, classification, "authorSpecialty");
  g_autofree char *role = dup_slot (self, classification, "authorRole");
  g_autofree char *name = dup_person (person);
  g_autofree char *id = person != NULL && strchr (person, '^') != NULL ? dup_identity (person, 1, 9) : NULL;
  g_autofree char *organization = dup_component (institution, 1);
  g_autofree char *specialty_label = dup_display (specialty);
  g_autofree char *role_label = dup_display (role);

  hy_out_begin (out, key, '{');
  hy_out_string (out, "name", name);
  hy_out_string (out, "organization", organization);
  hy_out_string (out, "specialty", specialty_label);
  hy_out_string (out, "id", id);
  hy_out_string (out, "role", role_label);
  hy_out_end (out);
}

/* --- The patient: slot sourcePatientInfo, a value "PID-n|..." for each field */

static void
write_families (HyOut *out,
                GPtrArray *names)
{
  hy_out_begin (out, "families", '[');
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *family = dup_component (name, 1);
      g_autofree char *type = dup_component (name, 7);

      if (family == NULL)
        continue;
      hy_out_begin (out, NULL, '{');
      /* HL7 table 0200: legal or maiden name is the birth name in France, display name the one that is used. */
      if (g_strcmp0 (type, "L") == 0 || g_strcmp0 (type, "M") == 0)
        hy_out_string (out, "use", "BR");
      else if (g_strcmp0 (type, "D") == 0)
        hy_out_string (out, "use", "CL");
      hy_out_string (out, "text", family);
      hy_out_end (out);
    }
  hy_out_end (out);
}

static void
write_given (HyOut *out,
             GPtrArray *names)
{
  g_autofree char *given = names->len > 0 ? dup_component (g_ptr_array_index (names, 0), 2) : NULL;
  g_autofree char *others = names->len > 0 ? dup_component (g_ptr_array_index (names, 0), 3) : NULL;

  hy_out_begin (out, "given", '[');
  hy_out_string (out, NULL, given);
  hy_out_string (out, NULL, others);
  hy_out_end (out);
}

static void
add_repeated (GPtrArray *list,
              const char *values)
{
  g_auto (GStrv) repeated = g_strsplit (values, "~", MAX_VALUES);

  for (guint i = 0; repeated[i] != NULL && list->len < MAX_VALUES; i++)
    {
      if (*repeated[i] != 0)
        g_ptr_array_add (list, g_strdup (repeated[i]));
    }
}

static void
write_patient (HyXdm *self,
               HyOut *out,
               HyTreeNode *document)
{
  HyTreeNode *id = first_value (document, "sourcePatientId");
  HyTreeNode *line = first_value (document, "sourcePatientInfo");
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *birth = NULL;
  g_autofree char *sex = NULL;
  guint n = 0;

  for (; id != NULL && ids->len < MAX_VALUES; id = hy_tree_next (id, "Value"))
    {
      g_autofree char *value = hy_tree_dup_text (self->tree, id, MAX_LINE);

      if (value != NULL)
        add_repeated (ids, value);
    }
  for (; line != NULL && n < MAX_VALUES; line = hy_tree_next (line, "Value"), n++)
    {
      g_autofree char *value = hy_tree_dup_text (self->tree, line, MAX_LINE);

      if (value == NULL)
        continue;
      if (g_str_has_prefix (value, "PID-3|"))
        add_repeated (ids, value + 6);
      else if (g_str_has_prefix (value, "PID-5|"))
        add_repeated (names, value + 6);
      else if (g_str_has_prefix (value, "PID-7|") && birth == NULL)
        birth = hy_hl7_dup_time (value + 6, /* utc: */ FALSE);
      else if (g_str_has_prefix (value, "PID-8|") && sex == NULL)
        sex = g_strdup (value + 6);
    }
  hy_out_begin (out, "patient", '{');
  hy_out_begin (out, "ids", '[');
  for (guint i = 0; i < ids->len; i++)
    {
      g_autofree char *identity = dup_identity (g_ptr_array_index (ids, i), 1, 4);

      hy_out_string (out, NULL, identity);
    }
  hy_out_end (out);
  write_given (out, names);
  write_families (out, names);
  if (g_strcmp0 (sex, "F") == 0 || g_strcmp0 (sex, "M") == 0 || g_strcmp0 (sex, "UN") == 0)
    hy_out_string (out, "sex", sex);
  hy_out_string (out, "birthDate", birth);
  hy_out_end (out);
}

static void
write_patient_id (HyXdm *self,
                  HyOut *out,
                  HyTreeNode *object,
                  const char *scheme)
{
  g_autofree char *id = dup_identity (find_identifier (self, object, scheme), 1, 4);

  hy_out_string (out, "patientId", id);
}

/* --- The reading */

static void
write_submission (HyXdm *self,
                  HyOut *out,
                  HyTreeNode *package)
{
  hy_out_begin (out, NULL, '{');
  hy_out_string (out, "id", hy_tree_attribute (package, "id"));
  hy_out_string (out, "uniqueId", find_identifier (self, package, SUBMISSION_UNIQUE_ID));
  hy_out_string (out, "title", localized (package, "Name"));
  write_slot_time (self, out, "date", package, "submissionTime");
  hy_out_string (out, "comments", localized (package, "Description"));
  write_parts (self, out, "author", package, SUBMISSION_AUTHOR, /* several: */ FALSE, write_author);
  write_patient_id (self, out, package, SUBMISSION_PATIENT_ID);
  /* "submission" of a document is an index: none is left out. */
  hy_out_end_any (out);
}

static void
write_document (HyXdm *self,
                HyOut *out,
                HyTreeNode *document)
{
  const char *id = hy_tree_attribute (document, "id");
  gpointer set = id != NULL ? g_hash_table_lookup (self->set_of, id) : NULL;
  g_autofree char *authenticator = dup_slot (self, document, "legalAuthenticator");
  g_autofree char *authenticator_name = dup_person (authenticator);

  hy_out_begin (out, NULL, '{');
  hy_out_string (out, "id", id);
  hy_out_string (out, "uniqueId", find_identifier (self, document, DOCUMENT_UNIQUE_ID));
  write_slot (self, out, "uri", document, "URI");
  write_slot (self, out, "hash", document, "hash");
  write_slot (self, out, "size", document, "size");
  hy_out_string (out, "mediaType", hy_tree_attribute (document, "mimeType"));
  hy_out_string (out, "title", localized (document, "Name"));
  hy_out_string (out, "comments", localized (document, "Description"));
  write_slot_time (self, out, "created", document, "creationTime");
  write_slot_time (self, out, "from", document, "serviceStartTime");
  write_slot_time (self, out, "to", document, "serviceStopTime");
  write_slot (self, out, "language", document, "languageCode");
  write_parts (self, out, "class", document, DOCUMENT_CLASS, /* several: */ FALSE, write_code);
  write_parts (self, out, "type", document, DOCUMENT_TYPE, /* several: */ FALSE, write_code);
  write_parts (self, out, "format", document, DOCUMENT_FORMAT, /* several: */ FALSE, write_code);
  write_parts (self, out, "confidentiality", document, DOCUMENT_CONFIDENTIALITY, /* several: */ TRUE, write_code);
  write_parts (self, out, "facility", document, DOCUMENT_FACILITY, /* several: */ FALSE, write_code);
  write_parts (self, out, "practice", document, DOCUMENT_PRACTICE, /* several: */ FALSE, write_code);
  write_parts (self, out, "events", document, DOCUMENT_EVENT, /* several: */ TRUE, write_code);
  write_parts (self, out, "authors", document, DOCUMENT_AUTHOR, /* several: */ TRUE, write_author);
  write_patient (self, out, document);
  write_patient_id (self, out, document, DOCUMENT_PATIENT_ID);
  hy_out_string (out, "legalAuthenticator", authenticator_name);
  hy_out_string (out, "availability", last_word (hy_tree_attribute (document, "status")));
  hy_out_string (out, "version", hy_tree_attribute (hy_tree_child (document, "VersionInfo"), "versionName"));
  hy_out_string (out, "logicalId", hy_tree_attribute (document, "lid"));
  if (set != NULL)
    hy_out_number (out, "submission", GPOINTER_TO_UINT (set) - 1);
  hy_out_end (out);
}

static void
write_association (HyOut *out,
                   HyTreeNode *association)
{
  hy_out_begin (out, NULL, '{');
  hy_out_string (out, "type", last_word (hy_tree_attribute (association, "associationType")));
  hy_out_string (out, "source", hy_tree_attribute (association, "sourceObject"));
  hy_out_string (out, "target", hy_tree_attribute (association, "targetObject"));
  hy_out_end (out);
}

static HyWireStatus
xdm_read (HyWorkerDocument *document,
          GString *json)
{
  HyXdm *self = (HyXdm *) document;
  g_autofree HyOut *out = g_new0 (HyOut, 1);

  out->out = json;
  hy_out_begin (out, NULL, '{');
  hy_out_string (out, "kind", "xdm");
  hy_out_begin (out, "submissions", '[');
  for (guint i = 0; i < self->submissions->len && !out->full; i++)
    write_submission (self, out, g_ptr_array_index (self->submissions, i));
  hy_out_end_any (out);
  hy_out_begin (out, "documents", '[');
  for (guint i = 0; i < self->documents->len && !out->full; i++)
    write_document (self, out, g_ptr_array_index (self->documents, i));
  hy_out_end_any (out);
  hy_out_begin (out, "associations", '[');
  for (guint i = 0; i < self->associations->len && !out->full; i++)
    write_association (out, g_ptr_array_index (self->associations, i));
  hy_out_end_any (out);
  hy_out_true (out, "cut", self->cut);
  hy_out_end_any (out);
  if (out->full || json->len > HY_WIRE_MAX_TEXT)
    {
      g_string_truncate (json, 0);
      return HY_WIRE_TOO_LARGE;
    }
  return HY_WIRE_OK;
}

static const HyWorkerDocumentClass xdm_class = {
  .free = xdm_free,
  .read = xdm_read,
};
