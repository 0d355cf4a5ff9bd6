/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fhir/hy-person.h"
#include "render/hy-render.h"
#include "vault/hy-access.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* What the switcher shows of a space; properties of the same names. */
#define HY_TYPE_SPACE_INFO (hy_space_info_get_type ())
G_DECLARE_FINAL_TYPE (HySpaceInfo, hy_space_info, HY, SPACE_INFO, GObject)

const char *hy_space_info_get_id         (HySpaceInfo *self);
const char *hy_space_info_get_given      (HySpaceInfo *self);
const char *hy_space_info_get_family     (HySpaceInfo *self);
const char *hy_space_info_get_name       (HySpaceInfo *self); /* given and family */
HyDate      hy_space_info_get_birth_date (HySpaceInfo *self);
HySex       hy_space_info_get_sex        (HySpaceInfo *self);
const char *hy_space_info_get_problem    (HySpaceInfo *self); /* nullable: why it cannot be opened; the names are empty then */
gboolean    hy_space_info_get_own        (HySpaceInfo *self); /* the keyholder's own, not someone they look after */

/* One opened space. */
#define HY_TYPE_SPACE (hy_space_get_type ())
G_DECLARE_FINAL_TYPE (HySpace, hy_space, HY, SPACE, GObject)

HySpaceInfo *hy_space_get_info     (HySpace *self);
HyAccess    *hy_space_get_access   (HySpace *self);
HyRenderer  *hy_space_get_renderer (HySpace *self); /* starts nothing by itself; whoever shows or imports may keep a spare */

/* -- import -- */

typedef enum {
  HY_IMPORT_NONE = 0,
  HY_IMPORT_REFUSE_OTHERS = 1 << 0, /* items about somebody else are refused (--same-person) */
  HY_IMPORT_HOLD_OTHERS = 1 << 1,   /* ... are left out and reported as HELD, for the window to ask */
} HyImportFlags;

typedef enum {
  HY_IMPORT_ADDED,
  HY_IMPORT_DUPLICATE,
  HY_IMPORT_REFUSED,
  HY_IMPORT_HELD,
} HyImportStatus;

/* What became of one item; valid during the callback. */
typedef struct {
  const char *file;      /* as named by the caller */
  const char *kind;      /* "fhir", "pdf", "image", "cda", "xdm" (a document of an archive, or the archive itself), "unknown" */
  guint       member;    /* of an archive: which of its documents, from 1 */
  guint       n_members; /* ... and of how many; 0 = not from an archive */
  const char *id;        /* nullable: Hygie's id (of the first one for a duplicate) */
  const char *title;     /* nullable */
  const char *type;      /* nullable: FHIR type */
  const char *type_code; /* nullable: of a document (document-types.json) */
  gint        shelf;     /* of a document; else -1 */
  gint        day;       /* hy_date_sort_key of its date; 0 = none */
  HyImportStatus status;
  const char *reason;    /* nullable: why refused, a sentence */
  const char *warning;   /* nullable, the gravest: "other-person", "not-as-sent" (size or hash are not those that the archive
                            says), "same-identifier", "kept-only" (of a kind that Hygie does not show) */
  gboolean    completed; /* a duplicate that brought what the first one did not say */
  const char *about;     /* nullable: name of the other person */
} HyImportOutcome;

/* Both on the main thread. */
typedef void (*HyImportOutcomeFunc)  (const HyImportOutcome *outcome, gpointer user_data);
typedef void (*HyImportProgressFunc) (guint file, guint n_files, double fraction, gpointer user_data);

typedef struct {
  guint added;
  guint duplicates;
  guint refused;
  guint held;
  gboolean cancelled; /* what was added before stays */
} HyImportSummary;

/* Resolves to a HyImportSummary boxed.  @files: GFile. */
#define HY_TYPE_IMPORT_SUMMARY (hy_import_summary_get_type ())
GType      hy_import_summary_get_type (void);
DexFuture *hy_space_import (HySpace             *self,
                            GPtrArray           *files,
                            HyImportFlags        flags,
                            GCancellable        *cancellable,
                            HyImportOutcomeFunc  on_outcome,
                            HyImportProgressFunc on_progress,
                            gpointer             user_data);

/* -- what a document is -- */

DexFuture *hy_space_dup_document (HySpace *self, gint64 rowid);  /* GBytes: original bytes: blob, inline data, or the Binary it names */
DexFuture *hy_space_dup_document_text (HySpace *self, gint64 rowid); /* string: its words, read in the worker; form feed behind each page */
DexFuture *hy_space_dup_page_png (HySpace *self, gint64 rowid, guint page, double scale); /* GBytes: a PNG file; page from 0, pixels a point */
DexFuture *hy_space_export_zip   (HySpace *self, GFile *file, GCancellable *cancellable); /* guint: items written, in clear */

G_END_DECLS
