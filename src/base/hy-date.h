/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A calendar date that may be partial, as FHIR has them: a year, a year and month, or a day. */
typedef struct {
  gint16 year;  /* 1 to 9999; 0 = no date */
  guint8 month; /* 1 to 12; 0 = unknown */
  guint8 day;   /* 1 to 31; 0 = unknown */
} HyDate;

gboolean hy_date_parse        (const char *text, HyDate *date);
gboolean hy_date_parse_typed  (const char *text, HyDate *date);
char    *hy_date_dup_text     (HyDate date);
char    *hy_date_dup_display  (HyDate date);
gint     hy_date_compare      (HyDate a, HyDate b);
gint     hy_date_sort_key     (HyDate date);
HyDate   hy_date_from_sort_key (gint key);
gint     hy_date_age_years    (HyDate birth, HyDate on);
HyDate   hy_date_today        (void);

G_END_DECLS
