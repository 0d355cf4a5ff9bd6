/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vault/hy-vault-mirror.h"

#include "base/hy-json.h"

G_BEGIN_DECLS

/* A page of a server's answer, and what of it goes into the vault.  Pure; on the pool. */
typedef enum {
  HY_BUNDLE_SEARCH,  /* searchset: each resource once, as it is now */
  HY_BUNDLE_HISTORY, /* history: newest first, deletions too */
} HyBundleKind;

/* More entries than this in one answer are not a page (1 000 are asked for). */
#define HY_BUNDLE_MAX_ENTRIES 10000

typedef struct {
  HyJson *json;
  HyJsonNode entries;
  guint n_entries;
  gint64 total;      /* -1 = not said */
  char *next;        /* nullable: address of the next page, as it stands there */
  gint64 newest_ms;  /* of its entries; 0 = not said */
} HyBundlePage;

HyBundlePage *hy_bundle_page_read (GBytes *body, HyBundleKind kind, GError **error); /* HY_FHIR_ERROR_NOT_FHIR, HY_FHIR_ERROR_TOO_LARGE */
void          hy_bundle_page_free (HyBundlePage *page);

/* Whose entries are taken, and how they are marked. */
typedef struct {
  const char *base;
  const char *patient;
  gboolean other_person;
  gboolean unread;          /* documents that come are news */
  const char *type;         /* nullable: the only type that was asked for; others that name no patient are read past */
  GHashTable *mirrored;     /* nullable: "Type/id" of what is here, with its level as value + 1; of a history */
} HyBundleTaking;

typedef struct {
  char *type;
  guint klass;
  char *id;                 /* nullable */
  const char *code;
} HyBundleRefusal;

/* What came of taking a page. */
typedef struct {
  GPtrArray *refusals;      /* HyBundleRefusal */
  GPtrArray *binaries;      /* char *: "Binary/7" that were written anew, each followed by its version or NULL */
  GPtrArray *keys;          /* char *: "Type/id" of all that was taken, in order */
} HyBundleTaken;

void hy_bundle_page_take   (HyBundlePage *page, HyBundleKind kind, const HyBundleTaking *taking, HyMirrorPage *into, HyBundleTaken *taken);
void hy_bundle_taken_clear (HyBundleTaken *taken);

HyMirrorChange *hy_bundle_new_change (HyJson *json, HyJsonNode resource, const HyBundleTaking *taking, HyMirrorLevel level, GError **error);
gboolean        hy_fhir_is_id        (const char *text);
gboolean        hy_fhir_is_type      (const char *text);
char           *hy_fhir_dup_diagnostics (GBytes *body); /* nullable: what an OperationOutcome says */
gint64          hy_fhir_parse_instant (const char *text); /* unix ms; 0 = none */
char           *hy_fhir_dup_instant  (gint64 ms);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyBundlePage, hy_bundle_page_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HyBundleTaken, hy_bundle_taken_clear)

G_END_DECLS
