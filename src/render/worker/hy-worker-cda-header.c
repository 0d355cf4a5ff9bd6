/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The header of a clinical document: what it is, of whom, by whom.  The order and the habits are those of the French
 * volet (CI-SIS), which the health space asks for; others are read by the same rules. */

#include "render/worker/hy-worker-cda.h"

#include "render/hy-reading-wire.h"

#include <string.h>

#define MAX_TRANSLATIONS 10 /* of a code; the schema knows no bound, people no more than three */
#define MAX_PARTIES 200     /* of a kind: then cut */

static char *
dup_line (HyCda *self,
          HyTreeNode *node)
{
  return hy_tree_dup_text (self->tree, node, HY_CDA_MAX_LINE);
}

static char *
dup_id (HyTreeNode *id)
{
  if (id == NULL || hy_tree_attribute (id, "nullFlavor") != NULL)
    return NULL;
  return hy_hl7_dup_id (hy_tree_attribute (id, "root"), hy_tree_attribute (id, "extension"));
}

static void
write_id (HyOut *out,
          const char *key,
          HyTreeNode *id)
{
  g_autofree char *text = dup_id (id);

  hy_out_string (out, key, text);
}

static void
write_time (HyOut *out,
            const char *key,
            HyTreeNode *time)
{
  g_autofree char *text = hy_hl7_dup_time (hy_tree_attribute (time, "value"), /* utc: */ FALSE);

  hy_out_string (out, key, text);
}

static void
write_code_at (HyCda *self,
               HyOut *out,
               const char *key,
               HyTreeNode *code,
               guint level)
{
  g_autofree char *label = NULL;
  guint n = 0;

  if (code == NULL)
    return;
  label = hy_cda_dup_label (self, code);
  hy_out_begin (out, key, '{');
  hy_out_string (out, "code", hy_tree_attribute (code, "code"));
  hy_out_string (out, "system", hy_tree_attribute (code, "codeSystem"));
  hy_out_string (out, "display", label);
  if (level == 0)
    {
      hy_out_begin (out, "translations", '[');
      for (HyTreeNode *at = hy_tree_child (code, "translation"); at != NULL && n < MAX_TRANSLATIONS; at = hy_tree_next (at, "translation"), n++)
        write_code_at (self, out, NULL, at, level + 1);
      hy_out_end (out);
    }
  hy_out_end (out);
}

/**
 * hy_cda_write_code:
 * @key: (nullable): the member's name
 * @code: (nullable): an element of HL7's type CE or CD
 *
 * Writes a CODE; nothing when it says nothing.
 */
void
hy_cda_write_code (HyCda *self,
                   HyOut *out,
                   const char *key,
                   HyTreeNode *code)
{
  write_code_at (self, out, key, code, 0);
}

/* --- Names */

static const char *
qualifier_of (HyTreeNode *part)
{
  const char *qualifier = hy_tree_attribute (part, "qualifier");

  return qualifier != NULL ? qualifier : "";
}

/* The name that a person goes by: CL (used), SP (married), none, BR (birth). */
static char *
dup_family (HyCda *self,
            HyTreeNode *name)
{
  static const char *const order[] = { "CL", "SP", "", "BR" };

  for (gsize i = 0; i < G_N_ELEMENTS (order); i++)
    {
      for (HyTreeNode *at = hy_tree_child (name, "family"); at != NULL; at = hy_tree_next (at, "family"))
        {
          if (strcmp (qualifier_of (at), order[i]) == 0)
            {
              char *text = dup_line (self, at);

              if (text != NULL)
                return text;
            }
        }
    }
  return dup_line (self, hy_tree_child (name, "family"));
}

/* Professionals' titles as French software sends them, in capitals and behind the name. */
static const char *
title_of (const char *text)
{
  // clang-format off
  static const char *const titles[][2] = {
    { "DR", "Dr" }, { "DR.", "Dr" }, { "PR", "Pr" }, { "PR.", "Pr" }, { "MME", "Mme" }, { "MLLE", "Mlle" }, { "M", "M." }, { "M.", "M." },
  };
  // clang-format on

  for (gsize i = 0; text != NULL && i < G_N_ELEMENTS (titles); i++)
    {
      if (g_ascii_strcasecmp (text, titles[i][0]) == 0)
        return titles[i][1];
    }
  return NULL;
}

static gboolean
is_profession (const char *title)
{
  return title != NULL && (strcmp (title, "Dr") == 0 || strcmp (title, "Pr") == 0);
}

/* "Dr Anne Guérin", from the parts or from the text. */
static char *
dup_name (HyCda *self,
          HyTreeNode *name)
{
  g_autofree char *family = NULL;
  g_autofree char *prefix = NULL;
  g_autofree char *suffix = NULL;
  const char *title;
  GString *text;
  guint n = 0;

  if (name == NULL)
    return NULL;
  if (hy_tree_child (name, "family") == NULL && hy_tree_child (name, "given") == NULL)
    return dup_line (self, name);
  family = dup_family (self, name);
  prefix = dup_line (self, hy_tree_child (name, "prefix"));
  suffix = dup_line (self, hy_tree_child (name, "suffix"));
  text = g_string_new (NULL);
  title = title_of (suffix);
  if (is_profession (title))
    {
      hy_hl7_append_name (text, title);
      g_clear_pointer (&suffix, g_free);
    }
  else
    hy_hl7_append_name (text, title_of (prefix) != NULL ? title_of (prefix) : prefix);
  for (HyTreeNode *at = hy_tree_child (name, "given"); at != NULL && n < 10; at = hy_tree_next (at, "given"), n++)
    {
      g_autofree char *given = dup_line (self, at);

      if (n == 0 || *qualifier_of (at) == 0)
        hy_hl7_append_name (text, given);
    }
  hy_hl7_append_name (text, family);
  hy_hl7_append_name (text, suffix);
  return g_string_free (text, text->len == 0);
}

static gboolean
has_string (GPtrArray *list,
            const char *text)
{
  for (guint i = 0; i < list->len; i++)
    {
      if (strcmp (g_ptr_array_index (list, i), text) == 0)
        return TRUE;
    }
  return FALSE;
}

/* First names as a civil register has them: the first one, then the others.  In France "given" without a qualifier holds
 * all of them, BR the first, CL the one that is used. */
static void
write_givens (HyCda *self,
              HyOut *out,
              HyTreeNode *name)
{
  g_autoptr (GPtrArray) givens = g_ptr_array_new_with_free_func (g_free);
  static const char *const order[] = { "BR", "", "CL" };

  for (gsize i = 0; i < G_N_ELEMENTS (order); i++)
    {
      for (HyTreeNode *at = hy_tree_child (name, "given"); at != NULL && givens->len < 20; at = hy_tree_next (at, "given"))
        {
          g_autofree char *given = NULL;
          const char *first = givens->len > 0 ? g_ptr_array_index (givens, 0) : NULL;
          const char *rest;

          if (strcmp (qualifier_of (at), order[i]) != 0 || !(given = dup_line (self, at)))
            continue;
          rest = given;
          if (first != NULL && g_str_has_prefix (given, first) && given[strlen (first)] == ' ')
            rest = given + strlen (first) + 1;
          if (!has_string (givens, rest))
            g_ptr_array_add (givens, g_strdup (rest));
        }
    }
  hy_out_begin (out, "given", '[');
  for (guint i = 0; i < givens->len; i++)
    hy_out_string (out, NULL, g_ptr_array_index (givens, i));
  hy_out_end (out);
}

static void
write_families (HyCda *self,
                HyOut *out,
                HyTreeNode *patient)
{
  guint n = 0;

  hy_out_begin (out, "families", '[');
  for (HyTreeNode *name = hy_tree_child (patient, "name"); name != NULL; name = hy_tree_next (name, "name"))
    {
      for (HyTreeNode *at = hy_tree_child (name, "family"); at != NULL && n < 20; at = hy_tree_next (at, "family"), n++)
        {
          g_autofree char *text = dup_line (self, at);
          const char *use = qualifier_of (at);

          if (text == NULL)
            continue;
          hy_out_begin (out, NULL, '{');
          hy_out_string (out, "use", strcmp (use, "BR") == 0 || strcmp (use, "SP") == 0 || strcmp (use, "CL") == 0 ? use : NULL);
          hy_out_string (out, "text", text);
          hy_out_end (out);
        }
    }
  hy_out_end (out);
}

/* --- People and organizations */

/* @who: assignedAuthor, assignedEntity, intendedRecipient, relatedEntity, associatedEntity, guardian */
static void
write_party (HyCda *self,
             HyOut *out,
             const char *key,
             HyTreeNode *participation,
             HyTreeNode *who)
{
  static const char *const people[] = { "assignedPerson", "informationRecipient", "relatedPerson", "associatedPerson", "guardianPerson" };
  static const char *const organizations[] = { "representedOrganization", "receivedOrganization", "scopingOrganization", "guardianOrganization" };
  g_autofree char *name = NULL;
  g_autofree char *organization = NULL;
  g_autofree char *specialty = NULL;
  g_autofree char *role = NULL;
  gboolean related = hy_tree_is (who, "relatedEntity") || hy_tree_is (who, "associatedEntity") || hy_tree_is (who, "guardian");
  guint n = 0;

  if (who == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (people) && name == NULL; i++)
    name = dup_name (self, hy_tree_path (hy_tree_child (who, people[i]), "name"));
  for (gsize i = 0; i < G_N_ELEMENTS (organizations) && organization == NULL; i++)
    organization = dup_line (self, hy_tree_path (hy_tree_child (who, organizations[i]), "name"));
  if (name == NULL && !(name = dup_line (self, hy_tree_path (who, "assignedAuthoringDevice/manufacturerModelName"))))
    name = dup_line (self, hy_tree_path (who, "assignedAuthoringDevice/softwareName"));
  if (related)
    role = hy_cda_dup_label (self, hy_tree_child (who, "code"));
  else
    {
      specialty = hy_cda_dup_label (self, hy_tree_child (who, "code"));
      role = hy_cda_dup_label (self, hy_tree_child (participation, "functionCode"));
    }
  if (related && role == NULL)
    role = g_strdup (hy_tree_attribute (who, "classCode"));

  hy_out_begin (out, key, '{');
  hy_out_string (out, "name", name);
  hy_out_string (out, "organization", organization);
  hy_out_string (out, "specialty", specialty);
  write_time (out, "date", hy_tree_child (participation, "time"));
  write_id (out, "id", hy_tree_child (who, "id"));
  hy_out_string (out, "role", role);
  hy_out_begin (out, "telecom", '[');
  for (HyTreeNode *at = hy_tree_child (who, "telecom"); at != NULL && n < 10; at = hy_tree_next (at, "telecom"), n++)
    hy_out_string (out, NULL, hy_tree_attribute (at, "value"));
  hy_out_end (out);
  hy_out_end (out);
}

static HyTreeNode *
who_of (HyTreeNode *participation)
{
  static const char *const names[] = { "assignedAuthor", "assignedEntity", "intendedRecipient", "relatedEntity", "associatedEntity" };
  HyTreeNode *who = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (names) && who == NULL; i++)
    who = hy_tree_child (participation, names[i]);
  return who;
}

static void
write_parties (HyCda *self,
               HyOut *out,
               const char *key,
               HyTreeNode *parent,
               const char *name)
{
  guint n = 0;

  hy_out_begin (out, key, '[');
  for (HyTreeNode *at = hy_tree_child (parent, name); at != NULL; at = hy_tree_next (at, name))
    {
      if (n++ >= MAX_PARTIES)
        {
          out->cut = TRUE;
          break;
        }
      write_party (self, out, NULL, at, strcmp (name, "guardian") == 0 ? at : who_of (at));
    }
  hy_out_end (out);
}

static void
write_patient (HyCda *self,
               HyOut *out)
{
  HyTreeNode *role = hy_tree_path (self->clinical, "recordTarget/patientRole");
  HyTreeNode *patient = hy_tree_child (role, "patient");
  const char *sex = hy_tree_attribute (hy_tree_child (patient, "administrativeGenderCode"), "code");
  HyTreeNode *name = hy_tree_child (patient, "name");
  guint n = 0;

  hy_out_begin (out, "patient", '{');
  hy_out_begin (out, "ids", '[');
  for (HyTreeNode *at = hy_tree_child (role, "id"); at != NULL && n < 50; at = hy_tree_next (at, "id"), n++)
    write_id (out, NULL, at);
  hy_out_end (out);
  while (name != NULL && hy_tree_child (name, "given") == NULL && hy_tree_next (name, "name") != NULL)
    name = hy_tree_next (name, "name");
  write_givens (self, out, name);
  write_families (self, out, patient);
  if (sex != NULL && (strcmp (sex, "F") == 0 || strcmp (sex, "M") == 0 || strcmp (sex, "UN") == 0))
    hy_out_string (out, "sex", sex);
  write_time (out, "birthDate", hy_tree_child (patient, "birthTime"));
  write_parties (self, out, "guardians", patient, "guardian");
  hy_out_end (out);
}

/* A point in time or an interval, as "from" and "to". */
static void
write_period (HyOut *out,
              HyTreeNode *time)
{
  if (hy_tree_attribute (time, "value") != NULL)
    {
      write_time (out, "from", time);
      return;
    }
  write_time (out, "from", hy_tree_child (time, "low"));
  write_time (out, "to", hy_tree_child (time, "high"));
}

static void
write_services (HyCda *self,
                HyOut *out)
{
  guint n = 0;

  hy_out_begin (out, "services", '[');
  for (HyTreeNode *at = hy_tree_child (self->clinical, "documentationOf"); at != NULL && n < MAX_PARTIES;
       at = hy_tree_next (at, "documentationOf"), n++)
    {
      HyTreeNode *event = hy_tree_child (at, "serviceEvent");
      HyTreeNode *performer = hy_tree_child (event, "performer");

      hy_out_begin (out, NULL, '{');
      hy_cda_write_code (self, out, "code", hy_tree_child (event, "code"));
      write_period (out, hy_tree_child (event, "effectiveTime"));
      write_party (self, out, "performer", performer, hy_tree_child (performer, "assignedEntity"));
      hy_out_end (out);
    }
  hy_out_end (out);
}

static void
write_encounter (HyCda *self,
                 HyOut *out)
{
  HyTreeNode *encounter = hy_tree_path (self->clinical, "componentOf/encompassingEncounter");
  HyTreeNode *facility = hy_tree_path (encounter, "location/healthCareFacility");
  g_autofree char *place = dup_line (self, hy_tree_path (facility, "location/name"));

  if (place == NULL)
    place = dup_line (self, hy_tree_path (facility, "serviceProviderOrganization/name"));
  if (place == NULL)
    place = hy_cda_dup_label (self, hy_tree_child (facility, "code"));
  hy_out_begin (out, "encounter", '{');
  hy_cda_write_code (self, out, "code", hy_tree_child (encounter, "code"));
  write_period (out, hy_tree_child (encounter, "effectiveTime"));
  hy_out_string (out, "place", place);
  hy_out_end (out);
}

static void
write_requester (HyCda *self,
                 HyOut *out)
{
  for (HyTreeNode *at = hy_tree_child (self->clinical, "participant"); at != NULL; at = hy_tree_next (at, "participant"))
    {
      if (g_strcmp0 (hy_tree_attribute (at, "typeCode"), "REF") != 0)
        continue;
      /* Its class says only that it is a professional; what matters is the specialty, and that is not a role. */
      write_party (self, out, "requester", at, hy_tree_child (at, "associatedEntity"));
      return;
    }
}

static void
write_replaced (HyCda *self,
                HyOut *out)
{
  guint n = 0;

  hy_out_begin (out, "replaces", '[');
  for (HyTreeNode *at = hy_tree_child (self->clinical, "relatedDocument"); at != NULL && n < MAX_PARTIES;
       at = hy_tree_next (at, "relatedDocument"), n++)
    {
      if (g_strcmp0 (hy_tree_attribute (at, "typeCode"), "RPLC") == 0)
        write_id (out, NULL, hy_tree_path (at, "parentDocument/id"));
    }
  hy_out_end (out);
}

/**
 * hy_cda_write_header:
 *
 * Writes the members of "header".
 */
void
hy_cda_write_header (HyCda *self,
                     HyOut *out)
{
  HyTreeNode *clinical = self->clinical;
  HyTreeNode *authenticator = hy_tree_child (clinical, "legalAuthenticator");
  g_autofree char *title = dup_line (self, hy_tree_child (clinical, "title"));
  g_autofree char *custodian =
      dup_line (self, hy_tree_path (clinical, "custodian/assignedCustodian/representedCustodianOrganization/name"));
  guint n = 0;

  write_id (out, "id", hy_tree_child (clinical, "id"));
  write_id (out, "setId", hy_tree_child (clinical, "setId"));
  hy_out_string (out, "version", hy_tree_attribute (hy_tree_child (clinical, "versionNumber"), "value"));
  hy_cda_write_code (self, out, "code", hy_tree_child (clinical, "code"));
  hy_out_string (out, "title", title);
  write_time (out, "date", hy_tree_child (clinical, "effectiveTime"));
  hy_cda_write_code (self, out, "confidentiality", hy_tree_child (clinical, "confidentialityCode"));
  hy_out_string (out, "language", hy_tree_attribute (hy_tree_child (clinical, "languageCode"), "code"));
  hy_out_begin (out, "templates", '[');
  for (HyTreeNode *at = hy_tree_child (clinical, "templateId"); at != NULL && n < MAX_PARTIES; at = hy_tree_next (at, "templateId"), n++)
    write_id (out, NULL, at);
  hy_out_end (out);
  hy_out_true (out, "wrapped", clinical->parent != NULL);
  write_patient (self, out);
  write_parties (self, out, "authors", clinical, "author");
  hy_out_string (out, "custodian", custodian);
  write_party (self, out, "legalAuthenticator", authenticator, hy_tree_child (authenticator, "assignedEntity"));
  write_parties (self, out, "recipients", clinical, "informationRecipient");
  write_parties (self, out, "informants", clinical, "informant");
  write_requester (self, out);
  write_services (self, out);
  write_encounter (self, out);
  write_replaced (self, out);
}
