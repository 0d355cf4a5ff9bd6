/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose space it is, as its notes say. */

#include "config.h"

#include "space/hy-space-private.h"

#include <glib/gi18n.h>

struct _HySpaceInfo
{
  GObject parent_instance;

  char *id;
  char *given;
  char *family;
  char *name;
  char *problem;
  HyDate birth_date;
  HySex sex;
  gboolean own;
  gint64 made;
};

G_DEFINE_FINAL_TYPE (HySpaceInfo, hy_space_info, G_TYPE_OBJECT)

typedef enum
{
  PROP_ID = 1,
  PROP_GIVEN,
  PROP_FAMILY,
  PROP_NAME,
  PROP_OWN,
  N_PROPS
} Property;

static GParamSpec *properties[N_PROPS];

static void
hy_space_info_get_property (GObject *object,
                            guint id,
                            GValue *value,
                            GParamSpec *pspec)
{
  HySpaceInfo *self = HY_SPACE_INFO (object);

  switch ((Property) id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_GIVEN:
      g_value_set_string (value, self->given);
      break;
    case PROP_FAMILY:
      g_value_set_string (value, self->family);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_OWN:
      g_value_set_boolean (value, self->own);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hy_space_info_finalize (GObject *object)
{
  HySpaceInfo *self = HY_SPACE_INFO (object);

  g_free (self->id);
  g_free (self->given);
  g_free (self->family);
  g_free (self->name);
  g_free (self->problem);
  G_OBJECT_CLASS (hy_space_info_parent_class)->finalize (object);
}

static void
hy_space_info_class_init (HySpaceInfoClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hy_space_info_finalize;
  G_OBJECT_CLASS (klass)->get_property = hy_space_info_get_property;
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_GIVEN] = g_param_spec_string ("given", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_FAMILY] = g_param_spec_string ("family", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_OWN] = g_param_spec_boolean ("own", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
}

static void
hy_space_info_init (HySpaceInfo *self)
{
}

static char *
dup_note (HyVault *vault,
          const char *name)
{
  char *value = hy_vault_dup_note (vault, name);

  return value != NULL ? value : g_strdup ("");
}

HySpaceInfo *
hy_space_info_new (HyVault *vault)
{
  HySpaceInfo *self = g_object_new (HY_TYPE_SPACE_INFO, NULL);
  g_autofree char *birth = dup_note (vault, "birth-date");
  g_autofree char *sex = dup_note (vault, "sex");
  g_autofree char *own = dup_note (vault, "own");
  g_autofree char *made = dup_note (vault, "made");

  self->id = g_strdup (hy_vault_get_uuid (vault));
  self->given = dup_note (vault, "given");
  self->family = dup_note (vault, "family");
  self->name = g_strdup_printf ("%s%s%s", self->given, *self->given != 0 && *self->family != 0 ? " " : "", self->family);
  hy_date_parse (birth, &self->birth_date);
  hy_sex_parse (sex, &self->sex);
  self->own = g_str_equal (own, "yes");
  self->made = g_ascii_strtoll (made, NULL, 10);
  return self;
}

/**
 * hy_space_info_new_broken:
 * @problem: why it cannot be opened
 */
HySpaceInfo *
hy_space_info_new_broken (const char *id,
                          const char *problem)
{
  HySpaceInfo *self = g_object_new (HY_TYPE_SPACE_INFO, NULL);

  self->id = g_strdup (id);
  self->given = g_strdup ("");
  self->family = g_strdup ("");
  self->name = g_strdup (_ ("A space that cannot be read"));
  self->problem = g_strdup (problem);
  self->made = G_MAXINT64;
  return self;
}

/**
 * hy_space_info_new_notes:
 *
 * Returns: (transfer full): what hy_vault_create keeps, and hy_space_info_new reads back
 */
GHashTable *
hy_space_info_new_notes (const char *given,
                         const char *family,
                         HyDate birth_date,
                         HySex sex,
                         gboolean own)
{
  GHashTable *notes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);

  g_hash_table_insert (notes, (gpointer) "given", g_strstrip (g_strdup (given)));
  g_hash_table_insert (notes, (gpointer) "family", g_strstrip (g_strdup (family)));
  g_hash_table_insert (notes, (gpointer) "birth-date", hy_date_dup_text (birth_date));
  g_hash_table_insert (notes, (gpointer) "sex", g_strdup (hy_sex_get_code (sex)));
  g_hash_table_insert (notes, (gpointer) "own", g_strdup (own ? "yes" : "no"));
  g_hash_table_insert (notes, (gpointer) "made", g_strdup_printf ("%" G_GINT64_FORMAT, g_get_real_time ()));
  return notes;
}

const char *
hy_space_info_get_id (HySpaceInfo *self)
{
  return self->id;
}

const char *
hy_space_info_get_given (HySpaceInfo *self)
{
  return self->given;
}

const char *
hy_space_info_get_family (HySpaceInfo *self)
{
  return self->family;
}

const char *
hy_space_info_get_name (HySpaceInfo *self)
{
  return self->name;
}

const char *
hy_space_info_get_problem (HySpaceInfo *self)
{
  return self->problem;
}

HyDate
hy_space_info_get_birth_date (HySpaceInfo *self)
{
  return self->birth_date;
}

HySex
hy_space_info_get_sex (HySpaceInfo *self)
{
  return self->sex;
}

gboolean
hy_space_info_get_own (HySpaceInfo *self)
{
  return self->own;
}

/**
 * hy_space_info_get_made:
 *
 * Returns: when the space was made, in microseconds; for the order of lists
 */
gint64
hy_space_info_get_made (HySpaceInfo *self)
{
  return self->made;
}
