/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads single resources by their place, "Type/id": many in one request where the server takes a batch.  Each answer of a
 * batch is looked at by itself; what a server leaves out of it is read alone. */

#include "config.h"

#include "sync/hy-pull-private.h"

#include "base/hy-async.h"
#include "base/hy-error.h"

/* Entries of one batch: servers limit them, and each may be large. */
#define MAX_BATCH 50

static void
read_free (gpointer data)
{
  HyPullRead *read = data;

  g_free (read->place);
  g_clear_pointer (&read->json, g_bytes_unref);
  g_free (read->detail);
  g_free (read);
}

static gboolean
read_alone (HyPull *pull,
            HyPullRead *read,
            GError **error)
{
  g_autoptr (HyFhirReply) reply = NULL;
  const char *code = NULL;

  if (!hy_pull_get (pull, read->place, &reply, &code, &read->detail, error))
    return FALSE;
  if (reply == NULL)
    return TRUE;
  read->status = reply->status;
  if (code == NULL)
    read->json = g_bytes_ref (reply->body);
  return TRUE;
}

static GBytes *
new_batch (GPtrArray *reads,
           guint first,
           guint count)
{
  GString *text = g_string_new ("{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[");

  for (guint i = 0; i < count; i++)
    {
      HyPullRead *read = g_ptr_array_index (reads, first + i);

      g_string_append (text, i > 0 ? ",{\"request\":{\"method\":\"GET\",\"url\":" : "{\"request\":{\"method\":\"GET\",\"url\":");
      hy_json_append_quoted (text, read->place);
      g_string_append (text, "}}");
    }
  g_string_append (text, "]}");
  return g_string_free_to_bytes (text);
}

/* Is it what was asked for?  Entries of an answer stand in the order of the questions, but nothing is taken on trust. */
static gboolean
is_at (HyJson *json,
       HyJsonNode resource,
       const char *place)
{
  g_autofree char *type = hy_json_dup_string (json, hy_json_member (json, resource, "resourceType"));
  g_autofree char *id = hy_json_dup_string (json, hy_json_member (json, resource, "id"));
  g_autofree char *found = g_strconcat (type != NULL ? type : "", "/", id != NULL ? id : "", NULL);

  return g_str_equal (found, place);
}

static void
take_batch (GPtrArray *reads,
            guint first,
            guint count,
            GBytes *body)
{
  g_autoptr (HyJson) json = hy_json_parse (body, NULL);
  HyJsonNode entries = json != NULL ? hy_json_member (json, hy_json_root (json), "entry") : 0;

  if (json == NULL || hy_json_count (json, entries) != count)
    return;
  for (guint i = 0; i < count; i++)
    {
      HyPullRead *read = g_ptr_array_index (reads, first + i);
      HyJsonNode entry = hy_json_at (json, entries, i);
      HyJsonNode resource = hy_json_member (json, entry, "resource");
      g_autofree char *status = hy_json_dup_string (json, hy_json_path (json, entry, "response.status"));
      guint64 number = status != NULL ? g_ascii_strtoull (status, NULL, 10) : 0;

      if (number == 200 && is_at (json, resource, read->place))
        {
          HyJsonSpan span = hy_json_span (json, resource);

          read->json = g_bytes_new_from_bytes (body, span.start, span.end - span.start);
          read->status = 200;
        }
      else if (number == 404 || number == 410)
        read->status = (guint) number;
    }
}

static gboolean
read_batch (HyPull *pull,
            GPtrArray *reads,
            guint first,
            guint count,
            GError **error)
{
  g_autoptr (GBytes) batch = new_batch (reads, first, count);
  g_autoptr (HyFhirReply) reply = NULL;
  GError *post_error = NULL;
  const char *code = NULL;

  reply = dex_await_boxed (hy_fhir_client_post (pull->sync->client, "", batch, pull->sync->cancellable), &post_error);
  if (reply == NULL ? !hy_pull_judge_error (post_error, &code, NULL, error) : !hy_pull_judge_reply (reply, &code, NULL, error))
    return FALSE;
  if (reply != NULL && code == NULL)
    take_batch (reads, first, count, reply->body);
  else
    /* It declares what it does not do: from now on, one by one. */
    pull->can->batch = FALSE;
  return TRUE;
}

/**
 * hy_pull_read_all:
 * @places: (element-type utf8): "Type/id"
 *
 * On a fiber.
 *
 * Returns: (transfer full) (nullable): %NULL for what ends the run
 */
GPtrArray *
hy_pull_read_all (HyPull *pull,
                  GPtrArray *places,
                  GError **error)
{
  g_autoptr (GPtrArray) reads = g_ptr_array_new_with_free_func (read_free);

  for (guint i = 0; i < places->len; i++)
    {
      HyPullRead *read = g_new0 (HyPullRead, 1);

      read->place = g_strdup (g_ptr_array_index (places, i));
      g_ptr_array_add (reads, read);
    }
  for (guint i = 0; pull->can->batch && reads->len > 1 && i < reads->len; i += MAX_BATCH)
    if (!read_batch (pull, reads, i, MIN (MAX_BATCH, reads->len - i), error))
      return NULL;
  for (guint i = 0; i < reads->len; i++)
    {
      HyPullRead *read = g_ptr_array_index (reads, i);

      if (read->status == 0 && !read_alone (pull, read, error))
        return NULL;
    }
  return g_steal_pointer (&reads);
}
