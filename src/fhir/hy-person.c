/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who a Patient resource is, and whether two of them are one person (DESIGN.md 3).  Pure, safe on any thread. */

#include "config.h"

#include "fhir/hy-person.h"

#include "fhir/hy-human-name.h"
#include "fhir/hy-resource-row.h"

#include "base/hy-error.h"
#include "base/hy-fold.h"

#include <glib/gi18n.h>
#include <string.h>

/* More names than this are no names of one person. */
#define MAX_NAMES 64

/* A French INS has 15 digits, of which the last two are a key computed from the others; some files leave it out. */
#define INS_DIGITS 15
#define INS_DIGITS_WITHOUT_KEY 13

/* Best first: the number for life, its test and demonstration ranges, the number while waiting for one.
 * Source: identifiers.json. */
static const char *const ins_systems[] = {
  "urn:oid:1.2.250.1.213.1.4.8",
  "urn:oid:1.2.250.1.213.1.4.10",
  "urn:oid:1.2.250.1.213.1.4.11",
  "urn:oid:1.2.250.1.213.1.4.9",
};

static const char *const sex_codes[] = {
  [HY_SEX_UNKNOWN] = "unknown",
  [HY_SEX_FEMALE] = "female",
  [HY_SEX_MALE] = "male",
  [HY_SEX_OTHER] = "other",
};

/**
 * hy_sex_get_code:
 *
 * Returns: the FHIR code (administrative-gender)
 */
const char *
hy_sex_get_code (HySex sex)
{
  g_return_val_if_fail ((guint) sex < G_N_ELEMENTS (sex_codes), NULL);

  return sex_codes[sex];
}

/**
 * hy_sex_parse:
 * @text: (nullable): a FHIR code
 *
 * Returns: %FALSE when it is none of the four
 */
gboolean
hy_sex_parse (const char *text,
              HySex *sex)
{
  for (guint i = 0; i < G_N_ELEMENTS (sex_codes); i++)
    if (g_strcmp0 (text, sex_codes[i]) == 0)
      {
        *sex = i;
        return TRUE;
      }
  return FALSE;
}

static void
add_text (GPtrArray *list,
          HyJson *json,
          HyJsonNode node)
{
  g_autofree char *text = hy_json_dup_string (json, node);

  if (text == NULL || *g_strstrip (text) == 0 || list->len >= MAX_NAMES)
    return;
  if (!g_ptr_array_find_with_equal_func (list, text, g_str_equal, NULL))
    g_ptr_array_add (list, g_steal_pointer (&text));
}

/* Ends the list; %NULL when it is empty. */
static char **
steal_list (GPtrArray *list)
{
  if (list->len == 0)
    {
      g_ptr_array_unref (list);
      return NULL;
    }
  g_ptr_array_add (list, NULL);
  return (char **) g_ptr_array_free (list, FALSE);
}

static char *
dup_ins (HyJson *json,
         HyJsonNode patient)
{
  HyJsonNode identifiers = hy_json_member (json, patient, "identifier");
  HyJsonNode identifier;

  for (guint i = 0; i < G_N_ELEMENTS (ins_systems); i++)
    for (identifier = hy_json_first (json, identifiers); identifier != 0; identifier = hy_json_next (json, identifier))
      {
        char *value;

        if (!hy_json_string_equal (json, hy_json_member (json, identifier, "system"), ins_systems[i]) ||
            hy_json_string_equal (json, hy_json_member (json, identifier, "use"), "old"))
          continue;
        value = hy_json_dup_string (json, hy_json_member (json, identifier, "value"));
        if (value != NULL)
          {
            /* People write it in groups. */
            gsize length = 0;

            for (gsize k = 0; value[k] != 0; k++)
              if (g_ascii_isalnum (value[k]))
                value[length++] = g_ascii_toupper (value[k]);
            value[length] = 0;
            if (length > 0)
              return value;
          }
        g_free (value);
      }
  return NULL;
}

/**
 * hy_person_read:
 * @patient: a Patient, RelatedPerson, Practitioner or Person of @json
 * @person: (out caller-allocates): clear with hy_person_clear
 *
 * The given names and the display are of the name the person goes by (usual, else official, else the first);
 * the family names are of all names, old ones too, for a birth name must not make two people of one.
 *
 * Errors: HY_ERROR_REFUSED when @patient is not an object
 */
gboolean
hy_person_read (HyJson *json,
                HyJsonNode patient,
                HyPerson *person,
                GError **error)
{
  HyJsonNode names = hy_json_member (json, patient, "name");
  HyJsonNode chosen;
  HyJsonNode part;
  GPtrArray *given;
  GPtrArray *families;
  g_autofree char *birth_date = NULL;
  g_autofree char *sex = NULL;

  if (hy_json_kind (json, patient) != HY_JSON_OBJECT)
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_REFUSED,
                           _ ("This does not say who somebody is: it is not a FHIR Patient. "
                              "Nothing was changed. Ask its sender for FHIR R4 files."));
      return FALSE;
    }
  *person = (HyPerson) { 0 };
  chosen = hy_human_name_choose (json, names);
  given = g_ptr_array_new ();
  families = g_ptr_array_new ();
  for (part = hy_json_first (json, hy_json_member (json, chosen, "given")); part != 0; part = hy_json_next (json, part))
    add_text (given, json, part);
  for (part = hy_json_first (json, names); part != 0; part = hy_json_next (json, part))
    add_text (families, json, hy_json_member (json, part, "family"));
  person->given = steal_list (given);
  person->families = steal_list (families);
  person->ins = dup_ins (json, patient);
  birth_date = hy_json_dup_string (json, hy_json_member (json, patient, "birthDate"));
  if (!hy_date_parse (birth_date, &person->birth_date))
    person->birth_date = (HyDate) { 0 };
  sex = hy_json_dup_string (json, hy_json_member (json, patient, "gender"));
  if (!hy_sex_parse (sex, &person->sex))
    person->sex = HY_SEX_UNKNOWN;
  person->display = hy_human_name_dup_display (json, names, /* with_prefix= */ FALSE);
  if (person->display == NULL)
    person->display = g_strdup ("");
  return TRUE;
}

void
hy_person_clear (HyPerson *person)
{
  g_clear_pointer (&person->given, g_strfreev);
  g_clear_pointer (&person->families, g_strfreev);
  g_clear_pointer (&person->ins, g_free);
  g_clear_pointer (&person->display, g_free);
}

static gboolean
same_ins (const char *a,
          const char *b)
{
  gsize length_a = strlen (a);
  gsize length_b = strlen (b);

  if ((length_a == INS_DIGITS && length_b == INS_DIGITS_WITHOUT_KEY) ||
      (length_b == INS_DIGITS && length_a == INS_DIGITS_WITHOUT_KEY))
    return strncmp (a, b, INS_DIGITS_WITHOUT_KEY) == 0;
  return strcmp (a, b) == 0;
}

static gboolean
is_complete (HyDate date)
{
  return date.year != 0 && date.month != 0 && date.day != 0;
}

static gboolean
share_family (char **a,
              char **b)
{
  for (gsize i = 0; a != NULL && a[i] != NULL; i++)
    for (gsize k = 0; b != NULL && b[k] != NULL; k++)
      {
        g_autofree char *folded_a = hy_fold_dup (a[i]);
        g_autofree char *folded_b = hy_fold_dup (b[k]);

        if (*folded_a != 0 && strcmp (folded_a, folded_b) == 0)
          return TRUE;
      }
  return FALSE;
}

/**
 * hy_person_compare:
 *
 * The INS decides where both have one; else complete birth dates: another one is somebody else; the same one with
 * the same known sex and one family name in common (case, accents and hyphens do not count) is the same person.
 * Partial dates prove nothing.
 */
HyPersonMatch
hy_person_compare (const HyPerson *a,
                   const HyPerson *b)
{
  if (a->ins != NULL && b->ins != NULL)
    return same_ins (a->ins, b->ins) ? HY_PERSON_SAME : HY_PERSON_OTHER;
  if (!is_complete (a->birth_date) || !is_complete (b->birth_date))
    return HY_PERSON_UNSURE;
  if (hy_date_compare (a->birth_date, b->birth_date) != 0)
    return HY_PERSON_OTHER;
  if (a->sex != HY_SEX_UNKNOWN && a->sex == b->sex && share_family (a->families, b->families))
    return HY_PERSON_SAME;
  return HY_PERSON_UNSURE;
}

static void
append_member (GString *out,
               const char *name,
               const char *value)
{
  g_string_append_printf (out, ",\"%s\":", name);
  hy_json_append_quoted (out, value);
}

/**
 * hy_person_new_patient:
 * @given: valid UTF-8, may be empty
 * @family: valid UTF-8, may be empty
 * @birth_date: may be partial, or no date
 * @id: Resource.id
 *
 * Returns: (transfer full): a Patient made here: its meta.tag says "local" until a server has it
 */
GBytes *
hy_person_new_patient (const char *given,
                       const char *family,
                       HyDate birth_date,
                       HySex sex,
                       const char *id)
{
  GString *out = g_string_new ("{\"resourceType\":\"Patient\"");

  append_member (out, "id", id);
  g_string_append (out, ",\"meta\":{\"tag\":[{\"system\":\"" HY_TAG_SYSTEM "\",\"code\":\"local\"}]}");
  if (*given != 0 || *family != 0)
    {
      g_string_append (out, ",\"name\":[{\"use\":\"usual\"");
      if (*family != 0)
        append_member (out, "family", family);
      if (*given != 0)
        {
          g_string_append (out, ",\"given\":[");
          hy_json_append_quoted (out, given);
          g_string_append_c (out, ']');
        }
      g_string_append (out, "}]");
    }
  append_member (out, "gender", hy_sex_get_code (sex));
  if (birth_date.year != 0)
    {
      g_autofree char *text = hy_date_dup_text (birth_date);

      append_member (out, "birthDate", text);
    }
  g_string_append_c (out, '}');
  return g_string_free_to_bytes (out);
}
