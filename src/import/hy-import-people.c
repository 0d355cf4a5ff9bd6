/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Patients of one file, so that each item can say whom it is about before anything of it is stored. */

#include "import/hy-import-people.h"

#include <string.h>

/* A file about more people than this is no health record; the others' items come without a person. */
#define MAX_PEOPLE 10000

/* Keys: the fullUrl; "Patient/ID"; and "/Patient/ID" for those that no web address names, which any server's address
 * may mean.  A value is %NULL where two people have one key: better nobody than the wrong one. */
struct _HyImportPeople
{
  GHashTable *people; /* char * -> HyPerson * in an rc box */
};

static void
clear_box (gpointer person)
{
  hy_person_clear (person);
}

void
hy_import_person_unref (HyPerson *person)
{
  if (person != NULL)
    g_atomic_rc_box_release_full (person, clear_box);
}

/**
 * hy_import_person_new:
 *
 * Returns: (transfer full): the reading of @patient, to be freed with hy_import_person_unref: one is shared by
 *   all items about the person, on whatever thread they are freed
 */
HyPerson *
hy_import_person_new (HyJson *json,
                      HyJsonNode patient)
{
  HyPerson *person = g_atomic_rc_box_new0 (HyPerson);

  if (!hy_person_read (json, patient, person, NULL))
    g_clear_pointer (&person, g_atomic_rc_box_release);
  return person;
}

HyImportPeople *
hy_import_people_new (void)
{
  HyImportPeople *self = g_new0 (HyImportPeople, 1);

  self->people = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) hy_import_person_unref);
  return self;
}

void
hy_import_people_free (HyImportPeople *self)
{
  g_hash_table_unref (self->people);
  g_free (self);
}

/* Takes @key.  The same key again is another version of the same Patient, unless it says otherwise. */
static void
add_key (HyImportPeople *self,
         char *key,
         HyPerson *person)
{
  gpointer known = NULL;

  if (!g_hash_table_lookup_extended (self->people, key, NULL, &known))
    g_hash_table_insert (self->people, key, g_atomic_rc_box_acquire (person));
  else if (known != NULL && hy_person_compare (known, person) == HY_PERSON_OTHER)
    g_hash_table_insert (self->people, key, NULL);
  else
    g_free (key);
}

static gboolean
is_web_address (const char *url)
{
  return g_str_has_prefix (url, "http://") || g_str_has_prefix (url, "https://");
}

/* "Patient/1" of "https://a.example/fhir/Patient/1/_history/2"; %NULL when it does not end so. */
static char *
dup_ending (const char *url)
{
  const char *history = strstr (url, "/_history/");
  const char *end = history != NULL ? history : url + strlen (url);
  const char *start = g_strrstr_len (url, end - url, "/Patient/");

  if (start == NULL || memchr (start + 9, '/', (gsize) (end - start - 9)) != NULL)
    return NULL;
  return g_strndup (start + 1, (gsize) (end - start - 1));
}

/**
 * hy_import_people_add:
 * @patient: a Patient of @json
 * @full_url: (nullable): of its entry in a Bundle
 */
void
hy_import_people_add (HyImportPeople *self,
                      HyJson *json,
                      HyJsonNode patient,
                      const char *full_url)
{
  g_autofree char *id = hy_json_dup_string (json, hy_json_member (json, patient, "id"));
  HyPerson *person;
  char *ending;

  if (g_hash_table_size (self->people) >= 3 * MAX_PEOPLE || (person = hy_import_person_new (json, patient)) == NULL)
    return;
  if (full_url != NULL)
    add_key (self, g_strdup (full_url), person);
  if (id != NULL && *id != 0)
    add_key (self, g_strconcat ("Patient/", id, NULL), person);
  if (full_url != NULL && is_web_address (full_url))
    {
      ending = dup_ending (full_url);
      if (ending != NULL && (id == NULL || strcmp (ending + strlen ("Patient/"), id) != 0))
        add_key (self, g_steal_pointer (&ending), person);
      g_free (ending);
    }
  else if (id != NULL && *id != 0)
    add_key (self, g_strconcat ("/Patient/", id, NULL), person);
  hy_import_person_unref (person);
}

static HyPerson *
find_contained (HyJson *json,
                HyJsonNode resource)
{
  static const char *const members[] = { "subject", "patient" };

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      HyJsonNode subject = hy_json_member (json, resource, members[i]);
      g_autofree char *reference = hy_json_dup_string (json, hy_json_member (json, subject, "reference"));
      HyJsonNode child = hy_json_first (json, hy_json_member (json, resource, "contained"));

      if (reference == NULL || reference[0] != '#')
        continue;
      for (; child != 0; child = hy_json_next (json, child))
        if (hy_json_string_equal (json, hy_json_member (json, child, "id"), reference + 1) &&
            hy_json_string_equal (json, hy_json_member (json, child, "resourceType"), "Patient"))
          return hy_import_person_new (json, child);
    }
  return NULL;
}

/**
 * hy_import_people_find:
 * @resource: a resource of @json
 * @type: its FHIR type
 * @subject: (nullable): the reference to whom it is about
 *
 * A Patient is about itself.  Else the subject is looked for as a fullUrl, then as "Patient/ID" among the Patients
 * of the file; an address of another server than the Patient's own is somebody else's.
 *
 * Returns: (transfer full) (nullable): the person, %NULL where the file does not say
 */
HyPerson *
hy_import_people_find (HyImportPeople *self,
                       HyJson *json,
                       HyJsonNode resource,
                       const char *type,
                       const char *subject)
{
  g_autofree char *ending = NULL;
  g_autofree char *key = NULL;
  HyPerson *person;

  if (strcmp (type, "Patient") == 0)
    return hy_import_person_new (json, resource);
  if (subject == NULL)
    return find_contained (json, resource);
  if ((person = g_hash_table_lookup (self->people, subject)) == NULL)
    {
      if (is_web_address (subject))
        {
          ending = dup_ending (subject);
          key = ending != NULL ? g_strconcat ("/", ending, NULL) : NULL;
        }
      else if (g_str_has_prefix (subject, "Patient/") && strstr (subject, "/_history/") != NULL)
        key = g_strndup (subject, (gsize) (strstr (subject, "/_history/") - subject));
      if (key != NULL)
        person = g_hash_table_lookup (self->people, key);
    }
  return person != NULL ? g_atomic_rc_box_acquire (person) : NULL;
}
