/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fhir/hy-resource-class.h"
#include "space/hy-space-sync.h"

G_BEGIN_DECLS

/* What a sync says to people, for the window and the command line.  All in the language of now; nothing of health in it.
 *
 * Codes of refusals (HyRunRefusal.code, HyRun.reason, HyMirrorFile.reason):
 * "not-allowed" 403; "not-supported" 400, 404, 405, 501 for a type or a search; "server-error" 5xx that stayed; "not-fhir"; "too-large";
 * "elsewhere" (leads away from the server); "certificate"; "address"; "other-person" (about somebody else); "damaged" (a
 * resource that is not readable); "endless" (pages that do not end or come twice); "too-many" (over a bound); "expired" (a link of
 * paging that the server forgot; read again next time); "unconfirmed" (seems gone, and the server does not say so: kept);
 * "storage" (this computer could not keep it); "unknown". */
const char *hy_sync_words_get_kind    (HyResourceClass klass);                     /* "Documents", "Measures"... never NULL */
char       *hy_sync_words_dup_counts  (const HyRunLine *line);                     /* "2 new, 1 changed", "Nothing new" */
char       *hy_sync_words_dup_run     (const HyRun *run);                          /* its whole: "12 new, 1 refused"; "Nothing new"; how it ended when not DONE */
char       *hy_sync_words_dup_refusal (const char *code, HyResourceClass klass, gboolean whole_type); /* what was refused, by whom, what is kept, that the rest went on */
char      **hy_sync_words_dup_advice  (const char *code);                          /* two or three steps */
char       *hy_sync_words_dup_file    (HyFileState state, const char *reason);     /* of a document whose file is not here, or not as said */
char       *hy_sync_words_dup_status  (const HySpaceSyncStatus *status);           /* the line at the sidebar's foot: "Up to date, 2 minutes ago" */
void        hy_sync_words_sum         (const HyRun *run, HyRunLine *sum);         /* counts of all lines */
char       *hy_sync_words_dup_time_at (gint64 ms, gint64 now_ms);
char       *hy_sync_words_dup_time    (gint64 ms);                                 /* "2 minutes ago", "today at 08:42"..., in the middle of a sentence */

G_END_DECLS
