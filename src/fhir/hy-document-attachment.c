/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a document's file is, when it is not inside.  Pure, any thread. */

#include "config.h"

#include "fhir/hy-document-attachment.h"

#include <string.h>

/* unsignedInt of FHIR, and no file that is taken is larger. */
#define MAX_DIGITS 10

static gint64
read_size (HyJson *json,
           HyJsonNode node)
{
  g_autofree char *number = hy_json_dup_number (json, node);

  if (number == NULL || strlen (number) > MAX_DIGITS || strspn (number, "0123456789") != strlen (number))
    return -1;
  return g_ascii_strtoll (number, NULL, 10);
}

/* "#id" is inside the resource, and a data: address is the file itself. */
static gboolean
is_elsewhere (const char *url)
{
  return *url != 0 && *url != '#' && g_ascii_strncasecmp (url, "data:", 5) != 0;
}

/**
 * hy_document_attachment_read:
 * @attachment: (out caller-allocates): set on success; to be cleared
 *
 * The first attachment of a DocumentReference whose bytes are elsewhere.
 *
 * Returns: %FALSE when one has its bytes inside, or none says where they are
 */
gboolean
hy_document_attachment_read (HyJson *json,
                             HyJsonNode document,
                             HyDocumentAttachment *attachment)
{
  HyJsonNode contents = hy_json_member (json, document, "content");
  HyJsonNode found = 0;

  if (!hy_json_string_equal (json, hy_json_member (json, document, "resourceType"), "DocumentReference"))
    return FALSE;
  for (HyJsonNode content = hy_json_first (json, contents); content != 0; content = hy_json_next (json, content))
    {
      HyJsonNode one = hy_json_member (json, content, "attachment");
      g_autofree char *url = hy_json_dup_string (json, hy_json_member (json, one, "url"));

      if (hy_json_kind (json, hy_json_member (json, one, "data")) == HY_JSON_STRING)
        return FALSE;
      if (found == 0 && url != NULL && is_elsewhere (url))
        found = one;
    }
  if (found == 0)
    return FALSE;
  attachment->url = hy_json_dup_string (json, hy_json_member (json, found, "url"));
  attachment->media_type = hy_json_dup_string (json, hy_json_member (json, found, "contentType"));
  attachment->size = read_size (json, hy_json_member (json, found, "size"));
  attachment->sha1 = hy_json_dup_string (json, hy_json_member (json, found, "hash"));
  return TRUE;
}

void
hy_document_attachment_clear (HyDocumentAttachment *attachment)
{
  g_clear_pointer (&attachment->url, g_free);
  g_clear_pointer (&attachment->media_type, g_free);
  g_clear_pointer (&attachment->sha1, g_free);
}
