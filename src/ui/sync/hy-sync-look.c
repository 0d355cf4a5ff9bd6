/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Icons, colours and times of syncs: what the sidebar's foot and the journal show alike. */

#include "config.h"

#include "ui/sync/hy-sync-look.h"

#include <glib/gi18n.h>

const char *
hy_sync_look_get_kind_icon (HyResourceClass klass)
{
  static const char *const icons[HY_N_CLASSES] = {
    [HY_CLASS_OTHER] = "view-list-bullet-symbolic",
    [HY_CLASS_PERSON] = "avatar-default-symbolic",
    [HY_CLASS_DOCUMENT] = "text-x-generic-symbolic",
    [HY_CLASS_CONDITION] = "hy-pulse-symbolic",
    [HY_CLASS_TREATMENT] = "hy-pill-symbolic",
    [HY_CLASS_STAY] = "hy-bed-symbolic",
    [HY_CLASS_VACCINATION] = "hy-syringe-symbolic",
    [HY_CLASS_ALLERGY] = "hy-flower-symbolic",
    [HY_CLASS_FAMILY] = "hy-tree-symbolic",
    [HY_CLASS_MEASURE] = "power-profile-performance-symbolic",
    [HY_CLASS_CONTACT] = "system-users-symbolic",
    [HY_CLASS_WISH] = "document-edit-symbolic",
    [HY_CLASS_PROFESSIONAL] = "hy-bag-symbolic",
    [HY_CLASS_APPOINTMENT] = "x-office-calendar-symbolic",
    [HY_CLASS_MESSAGE] = "mail-unread-symbolic",
    [HY_CLASS_QUESTIONNAIRE] = "hy-questionnaire-symbolic",
    [HY_CLASS_LOG] = "document-open-recent-symbolic",
    [HY_CLASS_MANDATE] = "system-users-symbolic",
    [HY_CLASS_REPORT] = "applications-science-symbolic",
    [HY_CLASS_DEVICE] = "hy-heart-symbolic",
    [HY_CLASS_BYTES] = "folder-download-symbolic",
  };

  return icons[klass < HY_N_CLASSES ? klass : HY_CLASS_OTHER];
}

HySyncLook
hy_sync_look_of_state (HySpaceSyncState state)
{
  switch (state)
    {
    case HY_SPACE_SYNC_DONE:
      return (HySyncLook) { "hy-check-round-symbolic", "success" };
    case HY_SPACE_SYNC_RUNNING:
      return (HySyncLook) { "mail-send-receive-symbolic", "accent" };
    case HY_SPACE_SYNC_STOPPED:
      return (HySyncLook) { "media-playback-pause-symbolic", "warning" };
    case HY_SPACE_SYNC_OFFLINE:
      return (HySyncLook) { "network-offline-symbolic", NULL };
    case HY_SPACE_SYNC_BUSY:
      return (HySyncLook) { "document-open-recent-symbolic", "warning" };
    case HY_SPACE_SYNC_SIGN_IN:
      return (HySyncLook) { "dialog-password-symbolic", "warning" };
    case HY_SPACE_SYNC_FAILED:
      return (HySyncLook) { "dialog-warning-symbolic", "error" };
    case HY_SPACE_SYNC_NEVER:
      return (HySyncLook) { "network-server-symbolic", NULL };
    case HY_SPACE_SYNC_ALONE:
    default:
      return (HySyncLook) { "computer-symbolic", NULL };
    }
}

static gboolean
has_news (const HyRun *run)
{
  for (guint i = 0; i < run->lines->len; i++)
    {
      const HyRunLine *line = g_ptr_array_index (run->lines, i);

      if (line->added + line->changed + line->deleted + line->files + line->n_refused > 0)
        return TRUE;
    }
  return FALSE;
}

/**
 * hy_sync_look_of_run:
 * @running: whether it goes on now; a run without an end was cut otherwise
 */
HySyncLook
hy_sync_look_of_run (const HyRun *run,
                     gboolean running)
{
  if (running)
    return (HySyncLook) { "mail-send-receive-symbolic", "accent" };
  switch (run->state)
    {
    case HY_RUN_DONE:
      return (HySyncLook) { has_news (run) ? "mail-send-receive-symbolic" : "hy-check-round-symbolic", NULL };
    case HY_RUN_OFFLINE:
      return (HySyncLook) { "network-offline-symbolic", NULL };
    case HY_RUN_BUSY:
      return (HySyncLook) { "document-open-recent-symbolic", NULL };
    case HY_RUN_SIGN_IN:
      return (HySyncLook) { "dialog-password-symbolic", "warning" };
    case HY_RUN_FAILED:
      return (HySyncLook) { "dialog-warning-symbolic", "error" };
    case HY_RUN_STOPPED:
    case HY_RUN_CUT:
    default:
      return (HySyncLook) { "media-playback-pause-symbolic", NULL };
    }
}

/* How many days lie between two moments, by the calendar of here. */
static int
count_days_since (GDateTime *time,
                  GDateTime *now)
{
  GDate day, today;
  int year, month, of_month;

  g_date_time_get_ymd (time, &year, &month, &of_month);
  g_date_clear (&day, 1);
  g_date_set_dmy (&day, (GDateDay) of_month, (GDateMonth) month, (GDateYear) year);
  g_date_time_get_ymd (now, &year, &month, &of_month);
  g_date_clear (&today, 1);
  g_date_set_dmy (&today, (GDateDay) of_month, (GDateMonth) month, (GDateYear) year);
  return g_date_days_between (&day, &today);
}

static char *
dup_capitalized (const char *text)
{
  g_autofree char *first = NULL;

  if (*text == '\0')
    return g_strdup ("");
  first = g_utf8_strup (text, g_utf8_next_char (text) - text);
  return g_strconcat (first, g_utf8_next_char (text), NULL);
}

char *
hy_sync_look_dup_moment (gint64 ms)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (ms / 1000);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) time = utc != NULL ? g_date_time_to_local (utc) : NULL;
  g_autofree char *text = NULL;
  int days;

  if (time == NULL)
    return g_strdup ("");
  days = count_days_since (time, now);
  if (days == 0)
    /* Translators: see g_date_time_format: Today at 08:42 */
    text = g_date_time_format (time, C_ ("moment of a sync", "Today at %H:%M"));
  else if (days == 1)
    text = g_date_time_format (time, C_ ("moment of a sync", "Yesterday at %H:%M"));
  else if (g_date_time_get_year (time) == g_date_time_get_year (now))
    /* Translators: Friday 20 November at 19:02 */
    text = g_date_time_format (time, C_ ("moment of a sync", "%A %-d %B at %H:%M"));
  else
    text = g_date_time_format (time, C_ ("moment of a sync", "%-d %B %Y at %H:%M"));
  return dup_capitalized (text != NULL ? text : "");
}

char *
hy_sync_look_dup_clock (gint64 ms)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (ms / 1000);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) time = utc != NULL ? g_date_time_to_local (utc) : NULL;

  if (time == NULL)
    return g_strdup ("");
  /* Translators: the time of a day, see g_date_time_format; then the same with its day: 20 November, 08:42 */
  return g_date_time_format (time, count_days_since (time, now) == 0 ? C_ ("time of day", "%H:%M")
                                                                     : C_ ("time of day", "%-d %B, %H:%M"));
}
