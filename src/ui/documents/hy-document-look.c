/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A document's row in words and icons: what list, details and import show alike. */

#include "config.h"

#include "ui/documents/hy-document-look.h"

#include "base/hy-date.h"
#include "fhir/hy-document-types.h"
#include "fhir/hy-resource-row.h"

#include <glib/gi18n.h>
#include <string.h>

/* File systems stop at 255 bytes a name; this leaves room for an ending and a number. */
#define FILE_NAME_BYTES 200

/**
 * hy_document_look_get_icon:
 * @shelf: index in hy_document_shelves; -1 = none
 */
const char *
hy_document_look_get_icon (gint shelf)
{
  static const struct
  {
    const char *code, *icon_name;
  } icons[] = {
    { "SYNTHESE", "hy-heart-symbolic" },
    { "ORD_SOIN", "hy-pill-symbolic" },
    { "RADIO_SC", "hy-scan-symbolic" },
    { "BIOLOGIE", "applications-science-symbolic" },
    { "CPT_REND", "x-office-document-symbolic" },
    { "DEPISTAG", "hy-shield-symbolic" },
    { "CERT_MED", "application-certificate-symbolic" },
    { "SYNTH_PML", "user-info-symbolic" },
    { "DIR_ANT", "document-edit-symbolic" },
    { "QUEST_SANTE", "hy-questionnaire-symbolic" },
    { "CAR_VAC", "hy-syringe-symbolic" },
    { "VDP", "document-edit-symbolic" },
    { "REMB", "accessories-calculator-symbolic" },
  };
  const char *code = shelf >= 0 ? hy_document_shelf_get_code ((guint) shelf) : NULL;

  for (guint i = 0; code != NULL && i < G_N_ELEMENTS (icons); i++)
    if (g_str_equal (icons[i].code, code))
      return icons[i].icon_name;
  return "text-x-generic-symbolic";
}

/* In the order of what a person should know first. */
const HyDocumentMark *
hy_document_look_get_marks (guint *n_marks)
{
  static const HyDocumentMark marks[] = {
    { HY_ROW_OTHER_PERSON, "system-users-symbolic", N_ ("About somebody else"), "warning" },
    { HY_ROW_ERROR, "action-unavailable-symbolic", N_ ("Entered by mistake"), "warning" },
    { HY_ROW_REPLACED | HY_ROW_REPLACED_HERE, "document-revert-symbolic", N_ ("Replaced by a newer one"), "warning" },
    { HY_ROW_HIDDEN_PATIENT, "dialog-information-symbolic", N_ ("To be explained to you first"), "warning" },
    { HY_ROW_RESTRICTED, "changes-prevent-symbolic", N_ ("Restricted"), NULL },
    { HY_ROW_HIDDEN_PRO, "view-conceal-symbolic", N_ ("Hidden from professionals"), NULL },
    { HY_ROW_HIDDEN_LEGAL, "view-conceal-symbolic", N_ ("Hidden from representatives"), NULL },
    { HY_ROW_NO_BYTES, "folder-download-symbolic", N_ ("File not here yet"), NULL },
  };

  *n_marks = G_N_ELEMENTS (marks);
  return marks;
}

/**
 * hy_document_look_get_type:
 *
 * Returns: what kind of document it is, in words of the locale
 */
const char *
hy_document_look_get_type (const HyVaultRow *row)
{
  const char *label = row->type_code != NULL ? hy_document_type_get_label (row->type_code) : NULL;

  if (label == NULL && row->shelf >= 0)
    label = hy_document_shelf_get_label ((guint) row->shelf);
  return label != NULL ? label : _ ("Document");
}

/**
 * hy_document_look_dup_date:
 * @with_year: %FALSE under a header that says the year
 *
 * Returns: (transfer full): the date as partial as it is; "" without one
 */
char *
hy_document_look_dup_date (const HyVaultRow *row,
                           gboolean with_year)
{
  HyDate date = row->day != 0 ? hy_date_from_sort_key (row->day) : (HyDate) { 0 };
  g_autoptr (GDateTime) time = NULL;
  const char *format;

  if (with_year || date.day == 0)
    return hy_date_dup_display (date);
  time = g_date_time_new_utc (date.year, date.month, date.day, 0, 0, 0);
  if (time == NULL)
    return g_strdup ("");
  /* Translators: a day under the header of its month and year, see g_date_time_format: 22 November. */
  format = C_ ("day in words without its year", "%-d %B");
  return g_date_time_format (time, format);
}

/**
 * hy_document_look_get_kind:
 * @media_type: (nullable):
 *
 * Returns: (nullable): what people call a file of that kind; @media_type itself when it has no better name
 */
const char *
hy_document_look_get_kind (const char *media_type)
{
  if (media_type == NULL)
    return NULL;
  if (g_str_has_prefix (media_type, "application/pdf"))
    return "PDF";
  if (g_str_has_prefix (media_type, "text/plain"))
    return _ ("Text");
  if (g_str_has_prefix (media_type, "text/xml") || g_str_has_prefix (media_type, "application/xml") ||
      strstr (media_type, "cda") != NULL)
    return _ ("Health document (XML)");
  if (g_str_has_prefix (media_type, "image/"))
    return _ ("Picture");
  if (g_str_has_prefix (media_type, "application/dicom"))
    return _ ("Medical images (DICOM)");
  return media_type;
}

static const char *
get_ending (const char *media_type)
{
  static const struct
  {
    const char *prefix, *ending;
  } endings[] = {
    { "application/pdf", ".pdf" },
    { "text/plain", ".txt" },
    { "text/xml", ".xml" },
    { "application/xml", ".xml" },
    { "image/jpeg", ".jpg" },
    { "image/png", ".png" },
    { "image/tiff", ".tiff" },
    { "application/dicom", ".dcm" },
    { "application/fhir+json", ".json" },
    { "application/json", ".json" },
    { "text/rtf", ".rtf" },
    { "application/rtf", ".rtf" },
  };

  for (guint i = 0; media_type != NULL && i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_prefix (media_type, endings[i].prefix))
      return endings[i].ending;
  return "";
}

/**
 * hy_document_look_dup_file_name:
 *
 * Returns: (transfer full): a name for a copy, that any file system takes
 */
char *
hy_document_look_dup_file_name (const HyVaultRow *row,
                                const char *media_type)
{
  const char *ending = get_ending (media_type);
  g_autoptr (GString) name = g_string_new (NULL);

  for (const char *at = row->title; *at != '\0' && name->len < FILE_NAME_BYTES; at = g_utf8_next_char (at))
    {
      gunichar ch = g_utf8_get_char (at);

      if (ch < 0x20 || ch == 0x7f || (ch < 0x80 && strchr ("/\\:*?\"<>|", (char) ch) != NULL))
        ch = '-';
      g_string_append_unichar (name, ch);
    }
  g_strstrip (name->str);
  name->len = strlen (name->str);
  /* A leading dot would hide the copy. */
  if (name->len == 0 || name->str[0] == '.')
    g_string_prepend (name, _ ("Document"));
  if (*ending != '\0' && !g_str_has_suffix (name->str, ending))
    g_string_append (name, ending);
  return g_string_free (g_steal_pointer (&name), FALSE);
}
