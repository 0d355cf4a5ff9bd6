/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells what a file is by its first bytes; its name is not asked. */

#include "config.h"

#include "import/hy-import-sniff.h"

#include <glib/gi18n.h>
#include <string.h>

/* Some senders put a few bytes before the header; readers look this far (PDF 1.7, annex H.3.4.1). */
#define PDF_HEADER_WITHIN 1024
/* A DICOM file begins with 128 free bytes (PS3.10, 7.1). */
#define DICOM_PREAMBLE 128

static gboolean
begins_with (const guint8 *bytes,
             gsize size,
             const char *magic,
             gsize length)
{
  return size >= length && memcmp (bytes, magic, length) == 0;
}

static gboolean
contains (const guint8 *bytes,
          gsize size,
          const char *needle)
{
  return memmem (bytes, size, needle, strlen (needle)) != NULL;
}

static gboolean
is_text (const guint8 *bytes,
         gsize size)
{
  for (gsize i = 0; i < size; i++)
    if (bytes[i] < ' ' && strchr ("\t\n\r\f", bytes[i]) == NULL)
      return FALSE;
    else if (bytes[i] == 0)
      return FALSE;
  return TRUE;
}

/**
 * hy_import_sniff:
 * @bytes: the beginning of a file, HY_IMPORT_SNIFF_BYTES where it has as many
 *
 * Returns: what the file is
 */
HyImportKind
hy_import_sniff (const guint8 *bytes,
                 gsize size)
{
  gsize at = 0;

  if (size == 0)
    return HY_IMPORT_EMPTY;
  if (begins_with (bytes, size, "\xef\xbb\xbf", 3))
    at = 3;
  while (at < size && strchr (" \t\r\n", bytes[at]) != NULL && bytes[at] != 0)
    at++;
  if (at < size && (bytes[at] == '{' || bytes[at] == '['))
    return HY_IMPORT_JSON;
  if (begins_with (bytes, size, "PK\3\4", 4) || begins_with (bytes, size, "PK\5\6", 4))
    return HY_IMPORT_ZIP;
  if (begins_with (bytes, size, "\xff\xd8\xff", 3))
    return HY_IMPORT_JPEG;
  if (begins_with (bytes, size, "\x89PNG\r\n\x1a\n", 8))
    return HY_IMPORT_PNG;
  if (begins_with (bytes, size, "II*\0", 4) || begins_with (bytes, size, "MM\0*", 4))
    return HY_IMPORT_TIFF;
  /* After those that begin with their own bytes: an archive may hold a PDF right behind its first name. */
  if (contains (bytes, MIN (size, PDF_HEADER_WITHIN), "%PDF-"))
    return HY_IMPORT_PDF;
  /* XML in UTF-16. */
  if (begins_with (bytes, size, "\xff\xfe<\0", 4) || begins_with (bytes, size, "\xfe\xff\0<", 4))
    return HY_IMPORT_XML;
  if (size >= DICOM_PREAMBLE + 4 && memcmp (bytes + DICOM_PREAMBLE, "DICM", 4) == 0)
    return HY_IMPORT_DICOM;
  if (at < size && bytes[at] == '<')
    return contains (bytes, size, "ClinicalDocument") ? HY_IMPORT_CDA : HY_IMPORT_XML;
  return is_text (bytes, size) ? HY_IMPORT_TEXT : HY_IMPORT_UNKNOWN;
}

/**
 * hy_import_kind_refusal:
 *
 * Returns: the sentences for a kind that is not taken, in the language of the session
 */
const char *
hy_import_kind_refusal (HyImportKind kind)
{
  switch (kind)
    {
    case HY_IMPORT_EMPTY:
      return _ ("This file is empty, so there is nothing to add. Nothing was changed. Ask its sender for a new copy.");
    case HY_IMPORT_XML:
      return _ ("Hygie cannot read this kind of file: it is a web page or XML, and no health document. Nothing was changed. "
                "Keep the file, and ask its sender for a PDF.");
    case HY_IMPORT_DICOM:
      return _ ("Hygie cannot read this kind of file yet: it is a medical image (DICOM). Nothing was changed. "
                "Keep the file, and add the report that came with it.");
    case HY_IMPORT_TEXT:
      return _ ("Hygie cannot read this kind of file yet: it is plain text. Nothing was changed. "
                "Save it as a PDF and add that.");
    case HY_IMPORT_UNKNOWN:
    case HY_IMPORT_JSON:
    case HY_IMPORT_PDF:
    case HY_IMPORT_ZIP:
    case HY_IMPORT_CDA:
    case HY_IMPORT_JPEG:
    case HY_IMPORT_PNG:
    case HY_IMPORT_TIFF:
    default:
      return _ ("Hygie cannot read this kind of file yet: it is of no kind that Hygie knows. Nothing was changed. "
                "Keep the file, and ask its sender for a PDF.");
    }
}

/**
 * hy_import_kind_media_type:
 *
 * Returns: (nullable): what its bytes are, or %NULL for a kind that says nothing
 */
const char *
hy_import_kind_media_type (HyImportKind kind)
{
  switch (kind)
    {
    case HY_IMPORT_PDF:
      return "application/pdf";
    case HY_IMPORT_JPEG:
      return "image/jpeg";
    case HY_IMPORT_PNG:
      return "image/png";
    case HY_IMPORT_TIFF:
      return "image/tiff";
    case HY_IMPORT_CDA:
    case HY_IMPORT_XML:
      return "text/xml";
    case HY_IMPORT_DICOM:
      return "application/dicom";
    case HY_IMPORT_TEXT:
      return "text/plain";
    case HY_IMPORT_EMPTY:
    case HY_IMPORT_JSON:
    case HY_IMPORT_ZIP:
    case HY_IMPORT_UNKNOWN:
    default:
      return NULL;
    }
}
