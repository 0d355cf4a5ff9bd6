/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The documents of a space as a list model.  Keeps the keys of all (16 bytes each) and the contents of those that
 * were looked at lately; asks the vault for more when a view does.  Main thread only. */

#include "records/hy-document-list.h"

#include "base/hy-async.h"
#include "base/hy-date.h"
#include "base/hy-error.h"
#include "fhir/hy-document-types.h"
#include "fhir/hy-resource-class.h"
#include "fhir/hy-resource-row.h"
#include "vault/hy-vault-authors.h"
#include "vault/hy-vault-folders.h"
#include "vault/hy-vault-search.h"

#include <string.h>

/* Rows asked of the vault at once: two screens of a tall window, so that one answer fills what is seen and some more. */
#define BATCH_ROWS 64
/* Rows kept for a view that comes back; two generations of these, about 400 bytes a row. */
#define CACHE_ROWS 512
/* While files come in, each transaction says "changed".  Reading the keys of a long list again may take at most a
 * fifth of the vault thread's time, and the screen need not change more often than a person can read it. */
#define RELOAD_REST_FACTOR 4
#define RELOAD_REST_MIN_MS 150
#define RELOAD_REST_MAX_MS 3000

/* -- one row -- */

struct _HyDocumentRow
{
  GObject parent_instance;

  gint64 rowid;
  HyVaultRow *row;   /* NULL until loaded */
  gboolean stale;    /* the space changed since it was read */
  GHashTable *alive; /* the list's table of living rows, in which this one stands */
};

enum
{
  ROW_PROP_0,
  ROW_PROP_LOADED,
  ROW_N_PROPS
};
static GParamSpec *row_props[ROW_N_PROPS];

G_DEFINE_FINAL_TYPE (HyDocumentRow, hy_document_row, G_TYPE_OBJECT)

static void
hy_document_row_get_property (GObject *object,
                              guint prop_id,
                              GValue *value,
                              GParamSpec *pspec)
{
  if (prop_id == ROW_PROP_LOADED)
    g_value_set_boolean (value, HY_DOCUMENT_ROW (object)->row != NULL);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
hy_document_row_finalize (GObject *object)
{
  HyDocumentRow *self = HY_DOCUMENT_ROW (object);

  g_hash_table_remove (self->alive, &self->rowid);
  g_hash_table_unref (self->alive);
  g_clear_pointer (&self->row, hy_vault_row_free);
  G_OBJECT_CLASS (hy_document_row_parent_class)->finalize (object);
}

static void
hy_document_row_class_init (HyDocumentRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hy_document_row_get_property;
  object_class->finalize = hy_document_row_finalize;

  /* Notified as well when the contents were read again and differ. */
  row_props[ROW_PROP_LOADED] =
      g_param_spec_boolean ("loaded", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, ROW_N_PROPS, row_props);
}

static void
hy_document_row_init (HyDocumentRow *self)
{
}

gint64
hy_document_row_get_rowid (HyDocumentRow *self)
{
  g_return_val_if_fail (HY_IS_DOCUMENT_ROW (self), 0);

  return self->rowid;
}

gboolean
hy_document_row_get_loaded (HyDocumentRow *self)
{
  g_return_val_if_fail (HY_IS_DOCUMENT_ROW (self), FALSE);

  return self->row != NULL;
}

const HyVaultRow *
hy_document_row_get_row (HyDocumentRow *self)
{
  g_return_val_if_fail (HY_IS_DOCUMENT_ROW (self), NULL);

  return self->row;
}

static gboolean
vault_row_equal (const HyVaultRow *a,
                 const HyVaultRow *b)
{
  return a->version == b->version && a->flags == b->flags && a->day == b->day && a->shelf == b->shelf &&
         a->size == b->size && a->has_blob == b->has_blob && g_strcmp0 (a->title, b->title) == 0 &&
         g_strcmp0 (a->type_code, b->type_code) == 0 && g_strcmp0 (a->author, b->author) == 0 &&
         g_strcmp0 (a->date, b->date) == 0 && g_strcmp0 (a->media_type, b->media_type) == 0;
}

static void
document_row_fill (HyDocumentRow *self,
                   const HyVaultRow *row)
{
  self->stale = FALSE;
  if (self->row != NULL && vault_row_equal (self->row, row))
    return;
  g_clear_pointer (&self->row, hy_vault_row_free);
  self->row = hy_vault_row_copy (row);
  g_object_notify_by_pspec (G_OBJECT (self), row_props[ROW_PROP_LOADED]);
}

/* -- the list -- */

struct _HyDocumentList
{
  GObject parent_instance;

  HyAccess *access;
  HyScope *scope;

  GArray *all;     /* HyVaultKey: the whole list */
  GArray *found;   /* HyVaultKey: those that match @query; NULL without a query */
  GArray *shown;   /* HyVaultKey: what the model holds; one of the two above, or their part on @shelf */
  GArray *months;  /* guint: positions in @shown where another month begins; empty when not sorted by date */
  guint n_pinned;  /* that come first in @shown, before all months */
  GArray *by_author; /* gint64, rising: what the filter's author wrote; NULL without one */
  GArray *in_folder; /* the same of its folder */
  guint *on_shelf; /* counts, hy_document_shelves_count() of them */
  guint unread;

  char *query;
  gint shelf;
  HyDocumentFilter filter;
  HyVaultSort sort;
  HyVaultSort shown_sort; /* of @shown: what months may be read from */

  guint asked;     /* grows with each question; an answer to an older one is dropped */
  guint answered;
  gboolean list_wanted; /* the keys of the whole list must be read (again) */
  gboolean asking;      /* the asking fiber runs */
  gboolean loading;
  DexPromise *loaded;   /* the first load */
  guint reload_source;  /* a reload that waits for the rest after the last one */
  gint64 reload_after_us; /* monotonic */

  GHashTable *alive;  /* &rowid -> HyDocumentRow, not owned: every row object there is */
  GHashTable *young;  /* HyDocumentRow, owned: looked at lately */
  GHashTable *old;
  GArray *wanted;     /* Wish, the newest last */
  gboolean fetching;
};

typedef struct
{
  gint64 rowid;
  guint position; /* where it stood when asked: a hint */
} Wish;

enum
{
  PROP_0,
  PROP_TOTAL,
  PROP_UNREAD,
  PROP_LOADING,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

enum
{
  SIGNAL_COUNTS_CHANGED,
  SIGNAL_FAILED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HyDocumentList, hy_document_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

/* A fiber holds its list weakly: it must not keep a closed page's list alive while the vault is busy. */
static GWeakRef *
weak_new (HyDocumentList *self)
{
  GWeakRef *weak = g_new0 (GWeakRef, 1);

  g_weak_ref_init (weak, self);
  return weak;
}

static void
weak_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

static HyVaultKey *
key_at (GArray *keys,
        guint position)
{
  return &g_array_index (keys, HyVaultKey, position);
}

/* -- rows on demand -- */

static void fetch_start (HyDocumentList *self);

static void
cache_row (HyDocumentList *self,
           HyDocumentRow *row)
{
  if (g_hash_table_contains (self->young, row))
    return;
  if (g_hash_table_size (self->young) >= CACHE_ROWS)
    {
      g_hash_table_unref (self->old);
      self->old = self->young;
      self->young = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
    }
  g_hash_table_add (self->young, g_object_ref (row));
}

static HyDocumentRow *
dup_row_for (HyDocumentList *self,
             gint64 rowid)
{
  HyDocumentRow *row = g_hash_table_lookup (self->alive, &rowid);

  if (row != NULL)
    return g_object_ref (row);
  row = g_object_new (HY_TYPE_DOCUMENT_ROW, NULL);
  row->rowid = rowid;
  row->alive = g_hash_table_ref (self->alive);
  g_hash_table_insert (self->alive, &row->rowid, row);
  return row;
}

static void
fill_rows (HyDocumentList *self,
           GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    {
      const HyVaultRow *vault_row = g_ptr_array_index (rows, i);
      g_autoptr (HyDocumentRow) row = dup_row_for (self, vault_row->rowid);

      document_row_fill (row, vault_row);
      cache_row (self, row);
    }
}

static gboolean
needs_fetch (HyDocumentList *self,
             gint64 rowid,
             gboolean even_unborn)
{
  HyDocumentRow *row = g_hash_table_lookup (self->alive, &rowid);

  return row == NULL ? even_unborn : row->row == NULL || row->stale;
}

/* The newest wishes first, as long as somebody still holds their rows, then the neighbours of the newest one. */
static GArray *
next_batch (HyDocumentList *self)
{
  g_autoptr (GArray) batch = g_array_sized_new (FALSE, FALSE, sizeof (gint64), BATCH_ROWS);
  g_autoptr (GHashTable) taken = g_hash_table_new (g_int64_hash, g_int64_equal);
  gint64 taken_ids[BATCH_ROWS];
  guint around = G_MAXUINT;

  while (self->wanted->len > 0 && batch->len < BATCH_ROWS)
    {
      Wish wish = g_array_index (self->wanted, Wish, self->wanted->len - 1);

      g_array_set_size (self->wanted, self->wanted->len - 1);
      if (!needs_fetch (self, wish.rowid, FALSE) || g_hash_table_contains (taken, &wish.rowid))
        continue;
      taken_ids[batch->len] = wish.rowid;
      g_hash_table_add (taken, &taken_ids[batch->len]);
      g_array_append_val (batch, wish.rowid);
      if (around == G_MAXUINT && wish.position < self->shown->len && key_at (self->shown, wish.position)->rowid == wish.rowid)
        around = wish.position;
    }

  for (guint step = 1; around != G_MAXUINT && step <= BATCH_ROWS && batch->len < BATCH_ROWS; step++)
    {
      guint beside[2] = { around + step, around - step };

      for (guint i = 0; i < 2 && batch->len < BATCH_ROWS; i++)
        {
          gint64 rowid;

          if (beside[i] >= self->shown->len) /* an underflow is a large number */
            continue;
          rowid = key_at (self->shown, beside[i])->rowid;
          if (!needs_fetch (self, rowid, TRUE) || g_hash_table_contains (taken, &rowid))
            continue;
          taken_ids[batch->len] = rowid;
          g_hash_table_add (taken, &taken_ids[batch->len]);
          g_array_append_val (batch, rowid);
        }
    }
  return batch->len > 0 ? g_steal_pointer (&batch) : NULL;
}

static void
fail (HyDocumentList *self,
      const GError *error)
{
  /* A locked space takes its pages away: there is nobody to tell. */
  if (g_error_matches (error, HY_ERROR, HY_ERROR_LOCKED) || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, error);
}

static DexFuture *
fetch_fiber (gpointer user_data)
{
  GWeakRef *weak = user_data;

  for (;;)
    {
      g_autoptr (HyDocumentList) self = g_weak_ref_get (weak);
      g_autoptr (HyAccess) access = NULL;
      g_autoptr (GArray) batch = NULL;
      g_autoptr (GPtrArray) rows = NULL;
      g_autoptr (GError) error = NULL;

      if (self == NULL)
        return dex_future_new_true ();
      if (!hy_access_is_open (self->access) || (batch = next_batch (self)) == NULL)
        {
          self->fetching = FALSE;
          return dex_future_new_true ();
        }
      access = g_object_ref (self->access);
      g_clear_object (&self);

      rows = dex_await_boxed (hy_vault_dup_rows (access, batch), &error);
      if ((self = g_weak_ref_get (weak)) == NULL)
        return dex_future_new_true ();
      if (rows == NULL)
        {
          self->fetching = FALSE;
          fail (self, error);
          return dex_future_new_true ();
        }
      fill_rows (self, rows);
    }
}

static void
fetch_start (HyDocumentList *self)
{
  if (self->fetching || self->wanted->len == 0)
    return;
  self->fetching = TRUE;
  hy_spawn ("document rows", fetch_fiber, weak_new (self), weak_free, self->scope);
}

/* -- what the model holds -- */

static gint
month_of (gint day)
{
  HyDate date = day == 0 ? (HyDate) { 0 } : hy_date_from_sort_key (day);

  return date.year * 100 + date.month;
}

static gboolean
sorted_by_date (HyVaultSort sort)
{
  return sort == HY_SORT_NEWEST || sort == HY_SORT_OLDEST;
}

static void
find_months (HyDocumentList *self)
{
  gint last = -1;

  g_array_set_size (self->months, 0);
  if (!sorted_by_date (self->shown_sort))
    return;
  for (guint i = self->n_pinned; i < self->shown->len; i++)
    {
      gint month = month_of (key_at (self->shown, i)->day);

      if (month != last)
        g_array_append_val (self->months, i);
      last = month;
    }
}

static gboolean
same_place (const HyVaultKey *a,
            const HyVaultKey *b)
{
  /* Another day may be another month, and so another section. */
  return a->rowid == b->rowid && a->day == b->day;
}

/* Takes @shown as what the model holds, and tells the views the least. */
static void
show_keys (HyDocumentList *self,
           GArray *shown,
           guint n_pinned)
{
  g_autoptr (GArray) before = self->shown;
  /* Another order has other sections even where the same documents come first. */
  guint shorter = self->shown_sort == self->sort ? MIN (before->len, shown->len) : 0;
  guint prefix = 0, suffix = 0;

  self->shown = g_array_ref (shown);
  self->shown_sort = self->sort;
  self->n_pinned = n_pinned;
  find_months (self);

  while (prefix < shorter && same_place (key_at (before, prefix), key_at (shown, prefix)))
    prefix++;
  while (suffix < shorter - prefix &&
         same_place (key_at (before, before->len - 1 - suffix), key_at (shown, shown->len - 1 - suffix)))
    suffix++;
  if (prefix + suffix < before->len || prefix + suffix < shown->len)
    g_list_model_items_changed (G_LIST_MODEL (self), prefix, before->len - prefix - suffix, shown->len - prefix - suffix);
}

/* The pinned part first, then the rest, or the other way round: one change across both would take all rows between from under
 * the eyes of whoever pins one far down.  What grows comes last, so that no document stands in both parts at once. */
static void
show_parts (HyDocumentList *self,
            GArray *shown,
            guint n_pinned)
{
  if (n_pinned != self->n_pinned && self->shown_sort == self->sort)
    {
      gboolean grows = n_pinned > self->n_pinned;
      GArray *pinned = grows ? self->shown : shown, *rest = grows ? shown : self->shown;
      guint n_first = grows ? self->n_pinned : n_pinned, rest_from = grows ? n_pinned : self->n_pinned;
      g_autoptr (GArray) between = g_array_sized_new (FALSE, FALSE, sizeof (HyVaultKey), n_first + rest->len - rest_from);

      if (n_first > 0)
        g_array_append_vals (between, pinned->data, n_first);
      if (rest->len > rest_from)
        g_array_append_vals (between, key_at (rest, rest_from), rest->len - rest_from);
      show_keys (self, between, n_first);
    }
  show_keys (self, shown, n_pinned);
}

static int
compare_rowids (gconstpointer a,
                gconstpointer b)
{
  gint64 left = *(const gint64 *) a, right = *(const gint64 *) b;

  return (left > right) - (left < right);
}

static gboolean
is_among (GArray *rowids,
          gint64 rowid)
{
  return rowids == NULL || g_array_binary_search (rowids, &rowid, compare_rowids, NULL);
}

static gboolean
is_shown (HyDocumentList *self,
          const HyVaultKey *key)
{
  return (self->shelf < 0 || key->shelf == self->shelf) && hy_document_filter_matches (&self->filter, key) &&
         is_among (self->by_author, key->rowid) && is_among (self->in_folder, key->rowid);
}

/* Shelf, filter and pins over what the vault gave. */
static void
show_chosen (HyDocumentList *self)
{
  GArray *from = self->found != NULL ? self->found : self->all;
  gboolean all = self->shelf < 0 && hy_document_filter_is_any (&self->filter);
  gboolean pins = self->found == NULL && sorted_by_date (self->sort);
  g_autoptr (GArray) shown = NULL, rest = NULL;
  guint n_pinned = 0;

  if (pins)
    for (guint i = 0; i < from->len; i++)
      n_pinned += (key_at (from, i)->flags & HY_ROW_PINNED) != 0;
  if (all && n_pinned == 0)
    {
      show_parts (self, from, 0);
      return;
    }
  shown = g_array_new (FALSE, FALSE, sizeof (HyVaultKey));
  rest = g_array_new (FALSE, FALSE, sizeof (HyVaultKey));
  for (guint i = 0; i < from->len; i++)
    if (all || is_shown (self, key_at (from, i)))
      g_array_append_vals (pins && (key_at (from, i)->flags & HY_ROW_PINNED) ? shown : rest, key_at (from, i), 1);
  n_pinned = shown->len;
  if (rest->len > 0)
    g_array_append_vals (shown, rest->data, rest->len);
  show_parts (self, shown, n_pinned);
}

static void
take_all (HyDocumentList *self,
          GArray *all)
{
  guint n_shelves = hy_document_shelves_count ();
  guint total = self->all->len, unread = self->unread;

  g_array_unref (self->all);
  self->all = g_array_ref (all);
  self->unread = 0;
  memset (self->on_shelf, 0, n_shelves * sizeof (guint));
  for (guint i = 0; i < all->len; i++)
    {
      const HyVaultKey *key = key_at (all, i);

      if (key->flags & HY_ROW_UNREAD)
        self->unread++;
      if (key->shelf >= 0 && (guint) key->shelf < n_shelves)
        self->on_shelf[key->shelf]++;
    }
  if (total != all->len)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TOTAL]);
  if (unread != self->unread)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UNREAD]);
  g_signal_emit (self, signals[SIGNAL_COUNTS_CHANGED], 0);
}

/* After a change any row may read differently: those that somebody looks at are asked again (their old contents stay
 * shown meanwhile), the others are forgotten. */
static void
refresh_rows (HyDocumentList *self)
{
  GHashTableIter iter;
  gpointer row;

  g_hash_table_remove_all (self->old);
  g_hash_table_remove_all (self->young);
  g_array_set_size (self->wanted, 0);
  g_hash_table_iter_init (&iter, self->alive);
  while (g_hash_table_iter_next (&iter, NULL, &row))
    {
      HyDocumentRow *document = row;
      Wish wish = { document->rowid, G_MAXUINT };

      document->stale = TRUE;
      g_array_append_val (self->wanted, wish);
    }
  fetch_start (self);
}

/* -- asking the vault -- */

static void
set_loading (HyDocumentList *self,
             gboolean loading)
{
  if (self->loading == loading)
    return;
  self->loading = loading;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LOADING]);
}

static void
settle_loaded (HyDocumentList *self,
               const GError *error)
{
  if (!dex_future_is_pending (DEX_FUTURE (self->loaded)))
    return;
  if (error != NULL)
    dex_promise_reject (self->loaded, g_error_copy (error));
  else
    dex_promise_resolve_boolean (self->loaded, TRUE);
}

static DexFuture *
ask_fiber (gpointer user_data)
{
  GWeakRef *weak = user_data;

  for (;;)
    {
      g_autoptr (HyDocumentList) self = g_weak_ref_get (weak);
      g_autoptr (HyAccess) access = NULL;
      g_autoptr (HyVaultListing) listing = NULL;
      g_autoptr (GArray) found = NULL, by_author = NULL, in_folder = NULL;
      g_auto (HyDocumentFilter) filter = { 0 };
      g_autofree char *query = NULL;
      g_autoptr (GError) error = NULL;
      gboolean list_wanted;
      gint64 begun_us = g_get_monotonic_time ();
      HyVaultSort sort;
      guint asked;

      if (self == NULL)
        return dex_future_new_true ();
      if (self->answered == self->asked)
        {
          self->asking = FALSE;
          set_loading (self, FALSE);
          return dex_future_new_true ();
        }
      asked = self->asked;
      list_wanted = self->list_wanted;
      self->list_wanted = FALSE;
      sort = self->sort;
      query = g_strdup (self->query);
      hy_document_filter_set (&filter, &self->filter);
      access = g_object_ref (self->access);
      g_clear_object (&self);

      if (list_wanted)
        listing = dex_await_boxed (hy_vault_list (access, HY_CLASS_DOCUMENT, sort, BATCH_ROWS), &error);
      if (error == NULL && query != NULL)
        found = dex_await_boxed (hy_vault_search_keys (access, query, HY_CLASS_DOCUMENT, sort), &error);
      if (error == NULL && filter.author != NULL)
        by_author = dex_await_boxed (hy_vault_dup_author_ids (access, HY_CLASS_DOCUMENT, filter.author), &error);
      if (error == NULL && filter.folder != 0)
        in_folder = dex_await_boxed (hy_vault_dup_folder_ids (access, filter.folder), &error);

      if ((self = g_weak_ref_get (weak)) == NULL)
        return dex_future_new_true ();
      if (error != NULL)
        {
          self->answered = asked;
          fail (self, error);
          settle_loaded (self, error);
          continue;
        }
      if (!hy_access_is_open (access))
        {
          g_autoptr (GError) locked = g_error_new_literal (HY_ERROR, HY_ERROR_LOCKED, "the space was locked meanwhile");

          self->answered = asked;
          settle_loaded (self, locked);
          continue;
        }
      /* Another question was put meanwhile: ask again. */
      if (sort != self->sort || g_strcmp0 (query, self->query) != 0 || filter.folder != self->filter.folder ||
          g_strcmp0 (filter.author, self->filter.author) != 0)
        {
          self->list_wanted |= list_wanted;
          continue;
        }

      self->answered = asked;
      g_clear_pointer (&self->found, g_array_unref);
      self->found = g_steal_pointer (&found);
      g_clear_pointer (&self->by_author, g_array_unref);
      self->by_author = g_steal_pointer (&by_author);
      g_clear_pointer (&self->in_folder, g_array_unref);
      self->in_folder = g_steal_pointer (&in_folder);
      if (listing != NULL)
        {
          gint64 rest_us = (g_get_monotonic_time () - begun_us) * RELOAD_REST_FACTOR;

          self->reload_after_us = g_get_monotonic_time () +
                                  CLAMP (rest_us, RELOAD_REST_MIN_MS * 1000, RELOAD_REST_MAX_MS * 1000);
          refresh_rows (self);
          fill_rows (self, listing->rows);
          take_all (self, listing->keys);
        }
      show_chosen (self);
      settle_loaded (self, NULL);
    }
}

static void
ask (HyDocumentList *self)
{
  self->asked++;
  if (self->asking)
    return;
  self->asking = TRUE;
  hy_spawn ("document list", ask_fiber, weak_new (self), weak_free, self->scope);
}

static gboolean
on_reload_due (gpointer user_data)
{
  HyDocumentList *self = user_data;

  self->reload_source = 0;
  self->list_wanted = TRUE;
  ask (self);
  return G_SOURCE_REMOVE;
}

static void
on_access_changed (HyDocumentList *self)
{
  gint64 wait_us = self->reload_after_us - g_get_monotonic_time ();

  if (self->asked == 0 || self->reload_source != 0)
    return;
  self->reload_source = g_timeout_add (wait_us > 0 ? (guint) (wait_us / 1000) + 1 : 0, on_reload_due, self);
}

/* -- GListModel -- */

static GType
get_item_type (GListModel *model)
{
  return HY_TYPE_DOCUMENT_ROW;
}

static guint
get_n_items (GListModel *model)
{
  return HY_DOCUMENT_LIST (model)->shown->len;
}

static gpointer
get_item (GListModel *model,
          guint position)
{
  HyDocumentList *self = HY_DOCUMENT_LIST (model);
  HyDocumentRow *row;

  if (position >= self->shown->len)
    return NULL;
  row = dup_row_for (self, key_at (self->shown, position)->rowid);
  if (row->row == NULL)
    {
      Wish wish = { row->rowid, position };

      g_array_append_val (self->wanted, wish);
      fetch_start (self);
    }
  else
    {
      cache_row (self, row);
    }
  return row;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* -- the object -- */

static void
hy_document_list_get_property (GObject *object,
                               guint prop_id,
                               GValue *value,
                               GParamSpec *pspec)
{
  HyDocumentList *self = HY_DOCUMENT_LIST (object);

  switch (prop_id)
    {
    case PROP_TOTAL:
      g_value_set_uint (value, self->all->len);
      break;
    case PROP_UNREAD:
      g_value_set_uint (value, self->unread);
      break;
    case PROP_LOADING:
      g_value_set_boolean (value, self->loading);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hy_document_list_dispose (GObject *object)
{
  HyDocumentList *self = HY_DOCUMENT_LIST (object);

  hy_scope_cancel (self->scope);
  g_clear_handle_id (&self->reload_source, g_source_remove);
  g_clear_object (&self->access);
  G_OBJECT_CLASS (hy_document_list_parent_class)->dispose (object);
}

static void
hy_document_list_finalize (GObject *object)
{
  HyDocumentList *self = HY_DOCUMENT_LIST (object);

  g_clear_object (&self->scope);
  g_array_unref (self->all);
  g_clear_pointer (&self->found, g_array_unref);
  g_array_unref (self->shown);
  g_array_unref (self->months);
  g_clear_pointer (&self->by_author, g_array_unref);
  g_clear_pointer (&self->in_folder, g_array_unref);
  hy_document_filter_clear (&self->filter);
  g_array_unref (self->wanted);
  g_free (self->on_shelf);
  g_free (self->query);
  g_hash_table_unref (self->young);
  g_hash_table_unref (self->old);
  g_hash_table_unref (self->alive);
  dex_clear (&self->loaded);
  G_OBJECT_CLASS (hy_document_list_parent_class)->finalize (object);
}

static void
hy_document_list_class_init (HyDocumentListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = hy_document_list_get_property;
  object_class->dispose = hy_document_list_dispose;
  object_class->finalize = hy_document_list_finalize;

  props[PROP_TOTAL] = g_param_spec_uint ("total", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_UNREAD] = g_param_spec_uint ("unread", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  /**
   * HyDocumentList::counts-changed:
   *
   * The whole list was read (again): what the shelves hold may differ.
   */
  signals[SIGNAL_COUNTS_CHANGED] = g_signal_new ("counts-changed", HY_TYPE_DOCUMENT_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                                 NULL, G_TYPE_NONE, 0);
  /**
   * HyDocumentList::failed:
   * @error: in words for a person
   *
   * The list could not be read; it keeps showing what it had.
   */
  signals[SIGNAL_FAILED] = g_signal_new ("failed", HY_TYPE_DOCUMENT_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                         1, G_TYPE_ERROR);
}

static void
hy_document_list_init (HyDocumentList *self)
{
  self->scope = hy_scope_new ();
  self->all = g_array_new (FALSE, FALSE, sizeof (HyVaultKey));
  self->shown = g_array_ref (self->all);
  self->months = g_array_new (FALSE, FALSE, sizeof (guint));
  self->wanted = g_array_new (FALSE, FALSE, sizeof (Wish));
  self->on_shelf = g_new0 (guint, hy_document_shelves_count ());
  self->shelf = -1;
  self->alive = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->young = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->old = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->loaded = dex_promise_new ();
}

/**
 * hy_document_list_new:
 *
 * An empty list; nothing is read before hy_document_list_load().
 */
HyDocumentList *
hy_document_list_new (HyAccess *access)
{
  HyDocumentList *self;

  g_return_val_if_fail (HY_IS_ACCESS (access), NULL);

  self = g_object_new (HY_TYPE_DOCUMENT_LIST, NULL);
  self->access = g_object_ref (access);
  g_signal_connect_object (access, "changed", G_CALLBACK (on_access_changed), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * hy_document_list_load:
 *
 * Reads the keys of all documents and the first rows in one go.  Called again, it gives the same future.
 *
 * Returns: (transfer full): resolves to %TRUE when the list is there; fails as hy_vault_list() does
 */
DexFuture *
hy_document_list_load (HyDocumentList *self)
{
  dex_return_error_if_fail (HY_IS_DOCUMENT_LIST (self));

  if (self->asked == 0)
    {
      self->list_wanted = TRUE;
      ask (self);
    }
  return dex_ref (DEX_FUTURE (self->loaded));
}

/**
 * hy_document_list_set_query:
 * @query: (nullable): words; blank is as NULL
 *
 * A newer query replaces an older one: whatever the order of the answers, the list shows the newest's.
 */
void
hy_document_list_set_query (HyDocumentList *self,
                            const char *query)
{
  g_autofree char *stripped = NULL;

  g_return_if_fail (HY_IS_DOCUMENT_LIST (self));

  stripped = query != NULL ? g_strstrip (g_strdup (query)) : NULL;
  if (stripped != NULL && *stripped == '\0')
    g_clear_pointer (&stripped, g_free);
  if (!g_set_str (&self->query, stripped))
    return;
  if (self->asked == 0)
    return;
  if (self->query == NULL && !self->list_wanted && !self->asking)
    {
      g_clear_pointer (&self->found, g_array_unref);
      show_chosen (self);
      return;
    }
  set_loading (self, TRUE);
  ask (self);
}

void
hy_document_list_set_shelf (HyDocumentList *self,
                            gint shelf)
{
  g_return_if_fail (HY_IS_DOCUMENT_LIST (self));

  if (self->shelf == shelf)
    return;
  self->shelf = shelf;
  /* With another order on its way, what is here goes by the old one; the answer applies the shelf too. */
  if (self->shown_sort == self->sort)
    show_chosen (self);
}

/**
 * hy_document_list_set_filter:
 *
 * Flags and year are applied at once; for another author or folder the vault is asked, and the list is "loading" meanwhile.
 */
void
hy_document_list_set_filter (HyDocumentList *self,
                             const HyDocumentFilter *filter)
{
  gboolean asks;

  g_return_if_fail (HY_IS_DOCUMENT_LIST (self));

  if (hy_document_filter_equal (&self->filter, filter))
    return;
  asks = (filter->author != NULL && g_strcmp0 (filter->author, self->filter.author) != 0) ||
         (filter->folder != 0 && filter->folder != self->filter.folder);
  hy_document_filter_set (&self->filter, filter);
  if (filter->author == NULL)
    g_clear_pointer (&self->by_author, g_array_unref);
  if (filter->folder == 0)
    g_clear_pointer (&self->in_folder, g_array_unref);
  if (self->asked == 0)
    return;
  if (asks)
    {
      set_loading (self, TRUE);
      ask (self);
    }
  /* With an answer on its way, that one applies the filter too. */
  else if (self->shown_sort == self->sort && !self->loading)
    show_chosen (self);
}

const HyDocumentFilter *
hy_document_list_get_filter (HyDocumentList *self)
{
  g_return_val_if_fail (HY_IS_DOCUMENT_LIST (self), NULL);

  return &self->filter;
}

void
hy_document_list_set_sort (HyDocumentList *self,
                           HyVaultSort sort)
{
  g_return_if_fail (HY_IS_DOCUMENT_LIST (self));

  if (self->sort == sort)
    return;
  self->sort = sort;
  if (self->asked == 0)
    return;
  self->list_wanted = TRUE;
  set_loading (self, TRUE);
  ask (self);
}

const char *
hy_document_list_get_query (HyDocumentList *self)
{
  g_return_val_if_fail (HY_IS_DOCUMENT_LIST (self), NULL);

  return self->query;
}

gint
hy_document_list_get_shelf (HyDocumentList *self)
{
  g_return_val_if_fail (HY_IS_DOCUMENT_LIST (self), -1);

  return self->shelf;
}

HyVaultSort
hy_document_list_get_sort (HyDocumentList *self)
{
  g_return_val_if_fail (HY_IS_DOCUMENT_LIST (self), HY_SORT_NEWEST);

  return self->sort;
}

guint
hy_document_list_get_total (HyDocumentList *self)
{
  g_return_val_if_fail (HY_IS_DOCUMENT_LIST (self), 0);

  return self->all->len;
}

guint
hy_document_list_get_unread (HyDocumentList *self)
{
  g_return_val_if_fail (HY_IS_DOCUMENT_LIST (self), 0);

  return self->unread;
}

guint
hy_document_list_count_shelf (HyDocumentList *self,
                              gint shelf)
{
  g_return_val_if_fail (HY_IS_DOCUMENT_LIST (self), 0);

  return shelf >= 0 && (guint) shelf < hy_document_shelves_count () ? self->on_shelf[shelf] : 0;
}

guint
hy_document_list_count_flags (HyDocumentList *self,
                              guint flags)
{
  guint count = 0;

  g_return_val_if_fail (HY_IS_DOCUMENT_LIST (self), 0);

  for (guint i = 0; i < self->all->len; i++)
    count += (key_at (self->all, i)->flags & flags) == flags;
  return count;
}

/**
 * hy_document_list_dup_flagged:
 *
 * Returns: (transfer full) (element-type gint64): of the whole list
 */
GArray *
hy_document_list_dup_flagged (HyDocumentList *self,
                              guint flags)
{
  GArray *rowids = g_array_new (FALSE, FALSE, sizeof (gint64));

  g_return_val_if_fail (HY_IS_DOCUMENT_LIST (self), rowids);

  for (guint i = 0; i < self->all->len; i++)
    if ((key_at (self->all, i)->flags & flags) == flags)
      g_array_append_val (rowids, key_at (self->all, i)->rowid);
  return rowids;
}

static int
compare_years (gconstpointer a,
               gconstpointer b)
{
  return ((const HyDocumentYear *) b)->year - ((const HyDocumentYear *) a)->year;
}

/**
 * hy_document_list_dup_years:
 *
 * Returns: (transfer full) (element-type HyDocumentYear):
 */
GArray *
hy_document_list_dup_years (HyDocumentList *self)
{
  g_autoptr (GHashTable) counts = g_hash_table_new (NULL, NULL);
  GArray *years = g_array_new (FALSE, FALSE, sizeof (HyDocumentYear));
  GHashTableIter iter;
  gpointer year, count;

  g_return_val_if_fail (HY_IS_DOCUMENT_LIST (self), years);

  for (guint i = 0; i < self->all->len; i++)
    {
      gint day = key_at (self->all, i)->day;

      if (day == 0)
        continue;
      year = GINT_TO_POINTER ((gint) hy_date_from_sort_key (day).year);
      g_hash_table_insert (counts, year, GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (counts, year)) + 1));
    }
  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &year, &count))
    {
      HyDocumentYear one = { GPOINTER_TO_INT (year), GPOINTER_TO_UINT (count) };

      g_array_append_val (years, one);
    }
  g_array_sort (years, compare_years);
  return years;
}

guint
hy_document_list_get_n_pinned (HyDocumentList *self)
{
  g_return_val_if_fail (HY_IS_DOCUMENT_LIST (self), 0);

  return self->n_pinned;
}

gboolean
hy_document_list_find (HyDocumentList *self,
                       gint64 rowid,
                       guint *position)
{
  g_return_val_if_fail (HY_IS_DOCUMENT_LIST (self), FALSE);

  for (guint i = 0; i < self->shown->len; i++)
    if (key_at (self->shown, i)->rowid == rowid)
      {
        *position = i;
        return TRUE;
      }
  return FALSE;
}

const HyVaultKey *
hy_document_list_get_key (HyDocumentList *self,
                          guint position)
{
  g_return_val_if_fail (HY_IS_DOCUMENT_LIST (self) && position < self->shown->len, NULL);

  return key_at (self->shown, position);
}

/**
 * hy_document_list_get_keys:
 *
 * Returns: (transfer none): valid until the list is read again
 */
GArray *
hy_document_list_get_keys (HyDocumentList *self)
{
  g_return_val_if_fail (HY_IS_DOCUMENT_LIST (self), NULL);

  return self->all;
}

gboolean
hy_document_list_get_loading (HyDocumentList *self)
{
  g_return_val_if_fail (HY_IS_DOCUMENT_LIST (self), FALSE);

  return self->loading;
}

/**
 * hy_document_list_get_section:
 * @start: (out): first position of the run of one month that holds @position
 * @end: (out): the position after its last
 *
 * The whole list when it is not sorted by date; beyond the end, from there to the largest number, as
 * GtkSectionModel asks.
 */
void
hy_document_list_get_section (HyDocumentList *self,
                              guint position,
                              guint *start,
                              guint *end)
{
  guint low = 0, high;

  g_return_if_fail (HY_IS_DOCUMENT_LIST (self));

  if (position >= self->shown->len)
    {
      *start = self->shown->len;
      *end = G_MAXUINT;
      return;
    }
  if (position < self->n_pinned)
    {
      *start = 0;
      *end = self->n_pinned;
      return;
    }
  high = self->months->len;
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->months, guint, middle) <= position)
        low = middle + 1;
      else
        high = middle;
    }
  *start = low == 0 ? self->n_pinned : g_array_index (self->months, guint, low - 1);
  *end = low < self->months->len ? g_array_index (self->months, guint, low) : self->shown->len;
}

/**
 * hy_document_list_get_month:
 * @month: (out): 1 to 12, or 0 when the date is a year alone
 *
 * Of the pinned ones none is said.
 */
gboolean
hy_document_list_get_month (HyDocumentList *self,
                            guint position,
                            gint *year,
                            gint *month)
{
  gint found;

  g_return_val_if_fail (HY_IS_DOCUMENT_LIST (self), FALSE);

  if (position >= self->shown->len || position < self->n_pinned || !sorted_by_date (self->shown_sort))
    return FALSE;
  found = month_of (key_at (self->shown, position)->day);
  if (found == 0)
    return FALSE;
  *year = found / 100;
  *month = found % 100;
  return TRUE;
}
