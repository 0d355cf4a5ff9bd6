/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a CapabilityStatement, once a day; what a pull needs of it is one line among the cursors. */

#include "config.h"

#include "sync/hy-capabilities.h"

#include "base/hy-json.h"
#include "fhir/hy-patient-compartment.h"
#include "fhir/hy-resource-class.h"
#include "sync/hy-fhir-client.h"

#include <string.h>

static HyCapabilities *
new_empty (void)
{
  HyCapabilities *self = g_new0 (HyCapabilities, 1);

  self->searches = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
hy_capabilities_free (HyCapabilities *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->searches);
  g_free (self);
}

/* A Patient that links to another is about another person. */
static gboolean
is_search (const HyCompartmentRule *rule)
{
  return strcmp (rule->type, "Patient") != 0;
}

static void
add_search (HyCapabilities *self,
            const HyCompartmentRule *rule)
{
  g_autofree char *search = g_strconcat (rule->type, "?", rule->param, NULL);

  if (!g_ptr_array_find_with_equal_func (self->searches, search, g_str_equal, NULL))
    g_ptr_array_add (self->searches, g_steal_pointer (&search));
}

/**
 * hy_capabilities_new_usual:
 *
 * For a server that does not say what it can do: searches for what has a place in a space, and nothing else.
 */
HyCapabilities *
hy_capabilities_new_usual (void)
{
  HyCapabilities *self = new_empty ();
  guint n_rules;
  const HyCompartmentRule *rules = hy_patient_compartment_get_rules (&n_rules);

  for (guint i = 0; i < n_rules; i++)
    if (is_search (&rules[i]) && hy_resource_class_for_type (rules[i].type) != HY_CLASS_OTHER)
      add_search (self, &rules[i]);
  return self;
}

/* A type that lists no parameters at all may have them all the same. */
static gboolean
declares (HyJson *json,
          HyJsonNode resource,
          const char *param)
{
  HyJsonNode params = hy_json_member (json, resource, "searchParam");

  for (HyJsonNode one = hy_json_first (json, params); one != 0; one = hy_json_next (json, one))
    if (hy_json_string_equal (json, hy_json_member (json, one, "name"), param))
      return TRUE;
  return hy_json_count (json, params) == 0;
}

static gboolean
has_code (HyJson *json,
          HyJsonNode list,
          const char *name,
          const char *code)
{
  for (HyJsonNode one = hy_json_first (json, list); one != 0; one = hy_json_next (json, one))
    if (hy_json_string_equal (json, hy_json_member (json, one, name), code))
      return TRUE;
  return FALSE;
}

/* Some declare "patient" alone for what the compartment finds by "subject" or "actor": it finds the same. */
static void
add_by_patient (HyCapabilities *self,
                HyJson *json,
                HyJsonNode type)
{
  g_autofree char *name = hy_json_dup_string (json, type);
  const HyCompartmentRule rule = { name, "patient", NULL };

  if (name != NULL && hy_patient_compartment_has_type (name) && is_search (&rule))
    add_search (self, &rule);
}

static void
read_resource (HyCapabilities *self,
               HyJson *json,
               HyJsonNode resource)
{
  HyJsonNode type = hy_json_member (json, resource, "type");
  guint n_before = self->searches->len;
  guint n_rules;
  const HyCompartmentRule *rules = hy_patient_compartment_get_rules (&n_rules);

  if (hy_json_string_equal (json, type, "Patient"))
    self->everything = has_code (json, hy_json_member (json, resource, "operation"), "name", "everything");
  for (guint i = 0; i < n_rules; i++)
    if (is_search (&rules[i]) && hy_json_string_equal (json, type, rules[i].type) && declares (json, resource, rules[i].param))
      add_search (self, &rules[i]);
  if (self->searches->len == n_before && declares (json, resource, "patient"))
    add_by_patient (self, json, type);
}

static gint
compare (gconstpointer a,
         gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/**
 * hy_capabilities_read:
 * @statement: a CapabilityStatement
 *
 * Errors: HY_FHIR_ERROR_NOT_FHIR when it is none
 */
HyCapabilities *
hy_capabilities_read (GBytes *statement,
                      GError **error)
{
  g_autoptr (HyJson) json = hy_json_parse (statement, NULL);
  g_autoptr (HyCapabilities) self = new_empty ();
  HyJsonNode rest = 0;

  if (json != NULL && hy_json_string_equal (json, hy_json_member (json, hy_json_root (json), "resourceType"), "CapabilityStatement"))
    rest = hy_json_first (json, hy_json_member (json, hy_json_root (json), "rest"));
  if (rest == 0)
    {
      g_set_error_literal (error, HY_FHIR_ERROR, HY_FHIR_ERROR_NOT_FHIR, "no CapabilityStatement");
      return NULL;
    }
  self->known = TRUE;
  self->history = has_code (json, hy_json_member (json, rest, "interaction"), "code", "history-system");
  self->batch = has_code (json, hy_json_member (json, rest, "interaction"), "code", "batch");
  for (HyJsonNode resource = hy_json_first (json, hy_json_member (json, rest, "resource")); resource != 0; resource = hy_json_next (json, resource))
    read_resource (self, json, resource);
  g_ptr_array_sort (self->searches, compare);
  return g_steal_pointer (&self);
}

char *
hy_capabilities_dup_text (const HyCapabilities *self)
{
  GString *text = g_string_new (self->known ? "known" : "usual");

  if (self->everything)
    g_string_append (text, " everything");
  if (self->history)
    g_string_append (text, " history");
  if (self->batch)
    g_string_append (text, " batch");
  for (guint i = 0; i < self->searches->len; i++)
    g_string_append_printf (text, " %s", (const char *) g_ptr_array_index (self->searches, i));
  return g_string_free (text, FALSE);
}

HyCapabilities *
hy_capabilities_new_from_text (const char *text)
{
  HyCapabilities *self = new_empty ();
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      self->known = self->known || g_str_equal (words[i], "known");
      self->everything = self->everything || g_str_equal (words[i], "everything");
      self->history = self->history || g_str_equal (words[i], "history");
      self->batch = self->batch || g_str_equal (words[i], "batch");
      if (strchr (words[i], '?') != NULL)
        g_ptr_array_add (self->searches, g_strdup (words[i]));
    }
  return self;
}
