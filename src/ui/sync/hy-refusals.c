/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run was refused, gathered into as few rows as possible. */

#include "config.h"

#include "ui/sync/hy-refusals.h"

#include <glib/gi18n.h>

/**
 * hy_refusal_get_class:
 *
 * Returns: the kind that a line of the journal is about, also where nothing of it came
 */
HyResourceClass
hy_refusal_get_class (const HyRunLine *line)
{
  return line->klass != HY_CLASS_OTHER && line->klass < HY_N_CLASSES ? line->klass : hy_resource_class_for_type (line->type);
}

static void
add (GArray *refusals,
     HyResourceClass klass,
     const HyRunRefusal *refusal)
{
  HyRefusal new = { klass, refusal->id == NULL, 1, refusal };

  for (guint i = 0; i < refusals->len; i++)
    {
      HyRefusal *other = &g_array_index (refusals, HyRefusal, i);

      if (other->klass == klass && other->whole_type == new.whole_type &&g_strcmp0 (other->first->code, refusal->code) == 0)
        {
          other->count++;
          return;
        }
    }
  g_array_append_val (refusals, new);
}

GArray *
hy_refusals_gather (const HyRun *run)
{
  GArray *refusals = g_array_new (FALSE, FALSE, sizeof (HyRefusal));

  for (guint i = 0; i < run->lines->len; i++)
    {
      const HyRunLine *line = g_ptr_array_index (run->lines, i);

      for (guint j = 0; j < line->refusals->len; j++)
        add (refusals, hy_refusal_get_class (line), g_ptr_array_index (line->refusals, j));
    }
  return refusals;
}

const char *
hy_refusal_get_style (const HyRefusal *refusal)
{
  if (g_strcmp0 (refusal->first->code, "unconfirmed") == 0)
    return NULL;
  return g_strcmp0 (refusal->first->code, "other-person") == 0 ? "warning" : "error";
}

char *
hy_refusal_dup_title (const HyRefusal *refusal)
{
  const char *kind = hy_sync_words_get_kind (refusal->klass);

  if (refusal->count == 1 || refusal->whole_type)
    return g_strdup (kind);
  /* Translators: a kind, as in "Measures", then how many of it */
  return g_strdup_printf (ngettext ("%s, %'u entry", "%s, %'u entries", refusal->count), kind, refusal->count);
}
