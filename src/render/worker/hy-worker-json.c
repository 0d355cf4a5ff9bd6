/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes a reading's JSON member by member, and the forms that HL7's times and identities take in it. */

#include "render/worker/hy-worker-json.h"

#include "base/hy-json.h"
#include "render/hy-render-wire.h"

#include <string.h>

static void
begin_value (HyOut *self,
             const char *key)
{
  if (self->depth > 0)
    {
      if (self->levels[self->depth].filled)
        g_string_append_c (self->out, ',');
      self->levels[self->depth].filled = TRUE;
    }
  if (key != NULL)
    {
      hy_json_append_quoted (self->out, key);
      g_string_append_c (self->out, ':');
    }
  if (self->out->len > HY_WIRE_MAX_TEXT)
    self->full = TRUE;
}

/**
 * hy_out_begin:
 * @key: (nullable): the member's name, or %NULL in a list
 * @opening: '{' or '['
 *
 * Callers keep within HY_OUT_MAX_DEPTH.
 */
void
hy_out_begin (HyOut *self,
              const char *key,
              char opening)
{
  gsize start = self->out->len;
  gboolean was_filled = self->levels[self->depth].filled;

  g_assert (self->depth < HY_OUT_MAX_DEPTH);
  begin_value (self, key);
  g_string_append_c (self->out, opening);
  /* Taken back as a whole when nothing comes in. */
  self->levels[self->depth].filled = was_filled;
  self->depth++;
  self->levels[self->depth].start = start;
  self->levels[self->depth].filled = FALSE;
  self->levels[self->depth].closing = opening == '{' ? '}' : ']';
}

/**
 * hy_out_end:
 *
 * Ends what was begun last; leaves it out with its name when it stayed empty.
 */
void
hy_out_end (HyOut *self)
{
  if (self->levels[self->depth].filled)
    {
      hy_out_end_any (self);
      return;
    }
  g_string_truncate (self->out, self->levels[self->depth].start);
  self->depth--;
}

/**
 * hy_out_end_any:
 *
 * Ends what was begun last and keeps it, empty or not.
 */
void
hy_out_end_any (HyOut *self)
{
  g_string_append_c (self->out, self->levels[self->depth].closing);
  self->depth--;
  self->levels[self->depth].filled = TRUE;
}

/**
 * hy_out_string:
 * @key: (nullable): the member's name, or %NULL in a list
 * @value: (nullable): UTF-8; nothing is written for %NULL and ""
 */
void
hy_out_string (HyOut *self,
               const char *key,
               const char *value)
{
  if (value == NULL || *value == 0)
    return;
  begin_value (self, key);
  hy_json_append_quoted (self->out, value);
}

/**
 * hy_out_number:
 * @value: written as it is, 0 too
 */
void
hy_out_number (HyOut *self,
               const char *key,
               gsize value)
{
  begin_value (self, key);
  g_string_append_printf (self->out, "%" G_GSIZE_FORMAT, value);
}

/**
 * hy_out_true:
 * @value: nothing is written for %FALSE
 */
void
hy_out_true (HyOut *self,
             const char *key,
             gboolean value)
{
  if (!value)
    return;
  begin_value (self, key);
  g_string_append (self->out, "true");
}

static guint
two_digits (const char *text)
{
  return (guint) (text[0] - '0') * 10 + (guint) (text[1] - '0');
}

/* YYYY, YYYY-MM or YYYY-MM-DD of digits. */
static gboolean
is_day (const char *text)
{
  gsize length = strlen (text);
  guint year = two_digits (text) * 100 + two_digits (text + 2);

  return year > 0 && g_date_valid_dmy (length > 7 ? (GDateDay) two_digits (text + 8) : 1,
                                       length > 4 ? (GDateMonth) two_digits (text + 5) : G_DATE_JANUARY, (GDateYear) year);
}

static gboolean
is_fhir_day (const char *text)
{
  for (guint i = 0; i < 10; i++)
    {
      if (i == 4 || i == 7 ? text[i] != '-' : !g_ascii_isdigit (text[i]))
        return FALSE;
    }
  return text[10] == 0 && is_day (text);
}

/**
 * hy_hl7_dup_time:
 * @time: (nullable): HL7 TS, YYYY[MM[DD[HH[MM[SS[.f]]]]]][+-ZZ[zz]]; a whole FHIR date is taken as it is
 * @utc: a time without zone is UTC (XDS)
 *
 * Returns: (transfer full) (nullable): the same as FHIR writes it, as exact as it came; %NULL when it is no time
 */
char *
hy_hl7_dup_time (const char *time,
                 gboolean utc)
{
  gsize n = time != NULL ? strspn (time, "0123456789") : 0;
  const char *zone = time != NULL ? time + n : NULL;
  g_autofree char *day = NULL;
  g_autofree char *offset = NULL;
  gsize n_fraction = 0;
  guint hour;
  guint minute;
  guint second;

  if (n == 4 && is_fhir_day (time))
    return g_strdup (time);
  if (n != 4 && n != 6 && n < 8)
    return NULL;
  /* Zeros stand for what is not known. */
  if (n >= 8 && strncmp (time + 6, "00", 2) == 0)
    n = 6;
  if (n >= 6 && strncmp (time + 4, "00", 2) == 0)
    n = 4;
  if (n == 4)
    day = g_strndup (time, 4);
  else if (n == 6)
    day = g_strdup_printf ("%.4s-%.2s", time, time + 4);
  else
    day = g_strdup_printf ("%.4s-%.2s-%.2s", time, time + 4, time + 6);
  if (!is_day (day))
    return NULL;
  if (n < 10)
    return g_steal_pointer (&day);

  hour = two_digits (time + 8);
  minute = n >= 12 ? two_digits (time + 10) : 0;
  second = n >= 14 ? two_digits (time + 12) : 0;
  if (hour > 23 || minute > 59 || second > 60)
    return g_steal_pointer (&day);
  if (*zone == '.')
    {
      n_fraction = 1 + strspn (zone + 1, "0123456789");
      if (n_fraction == 1 || n_fraction > 7 || n < 14)
        n_fraction = 0;
      zone += 1 + strspn (zone + 1, "0123456789");
    }
  if ((*zone == '+' || *zone == '-') && strspn (zone + 1, "0123456789") == 4)
    offset = g_strdup_printf ("%.3s:%.2s", zone, zone + 3);
  else if ((*zone == '+' || *zone == '-') && strspn (zone + 1, "0123456789") == 2)
    offset = g_strdup_printf ("%.3s:00", zone);
  else if (utc || *zone == 'Z')
    offset = g_strdup ("Z");
  if (offset != NULL && *offset != 'Z' && (two_digits (offset + 1) > 14 || two_digits (offset + 4) > 59))
    g_clear_pointer (&offset, g_free);
  return g_strdup_printf ("%sT%02u:%02u:%02u%.*s%s", day, hour, minute, second, (int) n_fraction,
                          n_fraction > 0 ? time + n : "", offset != NULL ? offset : "");
}

/**
 * hy_hl7_dup_id:
 * @root: (nullable): an OID or UUID
 * @extension: (nullable): what it is in that space
 *
 * Returns: (transfer full) (nullable): "OID" or "OID^extension"
 */
char *
hy_hl7_dup_id (const char *root,
               const char *extension)
{
  if (root == NULL && extension == NULL)
    return NULL;
  if (extension == NULL)
    return g_strdup (root);
  return g_strdup_printf ("%s^%s", root != NULL ? root : "", extension);
}

/**
 * hy_hl7_append_name:
 * @part: (nullable): of a name; nothing is added for an empty one
 *
 * Adds a part of a name behind those that are there, with a blank between.
 */
void
hy_hl7_append_name (GString *name,
                    const char *part)
{
  if (part == NULL || *part == 0)
    return;
  if (name->len > 0)
    g_string_append_c (name, ' ');
  g_string_append (name, part);
}
