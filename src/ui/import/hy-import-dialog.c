/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One import on screen.  Counts what becomes of each item, and shows that a few times a second: a file of 100 000
 * items costs no more widgets than one of ten. */

#include "config.h"

#include "ui/import/hy-import-dialog.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "ui/documents/hy-badge.h"
#include "ui/documents/hy-document-look.h"

#include <glib/gi18n.h>

/* Files that get a row of their own; the others share one. */
#define MAX_ROWS 100
/* Items of a file that are shown one by one: what was refused, and the documents of an archive. */
#define MAX_ITEMS 50
/* An archive of so many documents shows them at once; a larger one on demand. */
#define MAX_OPEN_ITEMS 8
/* A screen reader names the end of each file only when there are few. */
#define MAX_SPOKEN_FILES 20
/* Names of other people that a sentence can hold. */
#define MAX_NAMES 3
#define REFRESH_MS 100

typedef struct
{
  char *title;
  char *words;  /* nullable: why it was refused, or what there is to know */
  HyImportStatus status;
  gint64 rowid; /* when it is a document here; else 0 */
} Item;

typedef enum
{
  FILE_WAITING,
  FILE_READING,
  FILE_DONE,
} FileState;

/* What became of one file, or of all that have no row of their own. */
typedef struct
{
  GFile *file;         /* NULL for the shared one */
  char *name;
  FileState state;
  guint added, duplicates, refused, held;
  GPtrArray *items;    /* Item: the first MAX_ITEMS that were refused, or of an archive */
  gboolean is_archive;
  char *title;         /* of the last item */
  char *note;          /* nullable: about the last item */
  gint64 rowid;        /* of the last item when it is a document here; else 0 */
  GtkWidget *row;      /* in the list box */
  gboolean dirty;
} Entry;

struct _HyImportDialog
{
  AdwDialog parent_instance;

  HySpace *space;
  GCancellable *cancellable;
  GPtrArray *entries;     /* Entry, one a file */
  Entry *rest;            /* counts for the files beyond MAX_ROWS; NULL without */
  GHashTable *by_name;    /* how the space may call a file -> its Entry; nothing owned but the keys */
  GPtrArray *run;         /* Entry: the files of the run that goes on, not owned */
  GPtrArray *other_names; /* char *: whom held items are about */
  gboolean again;         /* the second run: only what was held counts */
  gboolean running;
  char *status;
  guint at;               /* file of @run being read */
  double fraction;
  guint refresh_source;

  AdwWindowTitle *window_title;
  GtkWidget *stop_button;
  GtkWidget *done_button;
  GtkWidget *spinner;
  GtkImage *ended_icon;
  GtkLabel *status_label;
  GtkLabel *counts_label;
  GtkProgressBar *progress_bar;
  GtkWidget *others_group;
  AdwPreferencesRow *others_row;
  GtkListBox *files_box;
};

enum
{
  PROP_0,
  PROP_RUNNING,
  PROP_STATUS,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

enum
{
  SIGNAL_OPEN_DOCUMENT,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HyImportDialog, hy_import_dialog, ADW_TYPE_DIALOG)

static void
item_free (gpointer data)
{
  Item *item = data;

  g_free (item->title);
  g_free (item->words);
  g_free (item);
}

static void
add_item (GPtrArray *items,
          const char *title,
          const char *words,
          HyImportStatus status,
          gint64 rowid)
{
  Item *item = g_new0 (Item, 1);

  item->title = g_strdup (title);
  item->words = g_strdup (words);
  item->status = status;
  item->rowid = rowid;
  g_ptr_array_add (items, item);
}

static Entry *
entry_new (GFile *file)
{
  Entry *entry = g_new0 (Entry, 1);

  if (file != NULL)
    {
      g_autofree char *basename = g_file_get_basename (file);

      entry->file = g_object_ref (file);
      entry->name = basename != NULL ? g_filename_display_name (basename) : g_strdup ("");
    }
  entry->items = g_ptr_array_new_with_free_func (item_free);
  return entry;
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_clear_object (&entry->file);
  g_free (entry->name);
  g_ptr_array_unref (entry->items);
  g_free (entry->title);
  g_free (entry->note);
  g_free (entry);
}

/* -- words -- */

static void
append_count (GString *text,
              const char *format, /* has one %'u */
              guint count)
{
  if (count == 0)
    return;
  if (text->len > 0)
    g_string_append (text, ", ");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* translated below, with the one %'u that gettext checks */
  g_string_append_printf (text, format, count);
#pragma GCC diagnostic pop
}

/* "248 added, 3 already here, 2 refused" */
static char *
dup_counts (guint added,
            guint duplicates,
            guint refused,
            guint held)
{
  GString *text = g_string_new (NULL);

  append_count (text, ngettext ("%'u added", "%'u added", added), added);
  append_count (text, ngettext ("%'u already here", "%'u already here", duplicates), duplicates);
  append_count (text, ngettext ("%'u refused", "%'u refused", refused), refused);
  append_count (text, ngettext ("%'u left out", "%'u left out", held), held);
  return g_string_free (text, FALSE);
}

static guint
count_items (const Entry *entry)
{
  return entry->added + entry->duplicates + entry->refused + entry->held;
}

static char *
dup_entry_text (const Entry *entry)
{
  const Item *first = entry->items->len > 0 ? g_ptr_array_index (entry->items, 0) : NULL;

  if (entry->state == FILE_DONE && count_items (entry) == 0)
    return g_strdup (_ ("Nothing in it that can be kept"));
  if (entry->is_archive && count_items (entry) > 0)
    {
      g_autofree char *counts = dup_counts (entry->added, entry->duplicates, entry->refused, entry->held);

      /* Translators: then "2 added, 1 already here". */
      return g_strdup_printf (ngettext ("Archive of %'u document: %s", "Archive of %'u documents: %s", count_items (entry)),
                              count_items (entry), counts);
    }
  if (count_items (entry) != 1)
    return dup_counts (entry->added, entry->duplicates, entry->refused, entry->held);
  if (first != NULL && first->status == HY_IMPORT_REFUSED)
    return g_strdup (first->words);
  if (entry->note != NULL)
    return g_strdup (entry->note);
  return g_strdup (entry->title != NULL ? entry->title : "");
}

static char *
dup_names (HyImportDialog *self)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < MIN (self->other_names->len, MAX_NAMES); i++)
    g_ptr_array_add (names, g_ptr_array_index (self->other_names, i));
  if (names->len == 0)
    return g_strdup (_ ("somebody else"));
  if (self->other_names->len > MAX_NAMES)
    g_ptr_array_add (names, (char *) _ ("others"));
  g_ptr_array_add (names, NULL);
  return g_strjoinv (", ", (char **) names->pdata);
}

/* -- rows -- */

static const char *
get_verdict (HyImportStatus status)
{
  switch (status)
    {
    case HY_IMPORT_ADDED:
      return _ ("Added");
    case HY_IMPORT_HELD:
      return _ ("Left out");
    case HY_IMPORT_DUPLICATE:
      return _ ("Already here");
    case HY_IMPORT_REFUSED:
    default:
      return _ ("Refused");
    }
}

static GtkWidget *
new_verdict (HyImportStatus status)
{
  GtkWidget *badge = hy_badge_new ();
  const char *text = get_verdict (status);

  switch (status)
    {
    case HY_IMPORT_ADDED:
      hy_badge_set (HY_BADGE (badge), "hy-check-round-symbolic", text, "success");
      break;
    case HY_IMPORT_HELD:
      hy_badge_set (HY_BADGE (badge), "system-users-symbolic", text, "warning");
      break;
    case HY_IMPORT_DUPLICATE:
      hy_badge_set (HY_BADGE (badge), "edit-copy-symbolic", text, NULL);
      break;
    case HY_IMPORT_REFUSED:
    default:
      hy_badge_set (HY_BADGE (badge), "action-unavailable-symbolic", text, "error");
      break;
    }
  return badge;
}

/* The best that became of anything in the file. */
static HyImportStatus
judge_entry (const Entry *entry)
{
  if (entry->added > 0)
    return HY_IMPORT_ADDED;
  if (entry->held > 0)
    return HY_IMPORT_HELD;
  return entry->refused > 0 || entry->duplicates == 0 ? HY_IMPORT_REFUSED : HY_IMPORT_DUPLICATE;
}

static const char *
tile_style (const Entry *entry)
{
  HyImportStatus status = judge_entry (entry);

  if (entry->state != FILE_DONE || status == HY_IMPORT_ADDED || status == HY_IMPORT_DUPLICATE)
    return NULL;
  return status == HY_IMPORT_HELD ? "warning" : "error";
}

static GtkWidget *
new_tile (const Entry *entry)
{
  GtkWidget *tile = g_object_new (GTK_TYPE_IMAGE,
                                  "icon-name", entry->file == NULL || entry->is_archive ? "package-x-generic-symbolic" : "x-office-document-symbolic",
                                  "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                                  "valign", GTK_ALIGN_CENTER,
                                  NULL);
  const char *style = tile_style (entry);

  gtk_widget_add_css_class (tile, "icon-tile");
  if (style != NULL)
    gtk_widget_add_css_class (tile, style);
  return tile;
}

/* The verdict is said with the name: a badge of its own is passed over by whoever goes through the rows. */
static void
name_row (GtkWidget *row,
          const char *title,
          HyImportStatus status)
{
  g_autofree char *name = g_strdup_printf ("%s: %s", title, get_verdict (status));

  /* The title alone names it otherwise. */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
on_row_activated (HyImportDialog *self,
                  GtkWidget *row)
{
  g_signal_emit (self, signals[SIGNAL_OPEN_DOCUMENT], 0, *(gint64 *) g_object_get_data (G_OBJECT (row), "rowid"));
}

/* Activating @row opens the document. */
static void
make_opener (HyImportDialog *self,
             GtkWidget *row,
             gint64 rowid)
{
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), g_object_new (GTK_TYPE_IMAGE,
                                                                 "icon-name", "go-next-symbolic",
                                                                 "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                                                                 NULL));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "rowid", g_memdup2 (&rowid, sizeof rowid), g_free);
  g_signal_connect_swapped (row, "activated", G_CALLBACK (on_row_activated), self);
}

static void
add_items (HyImportDialog *self,
           const Entry *entry,
           AdwExpanderRow *row)
{
  guint n_all = entry->is_archive ? count_items (entry) : entry->refused;

  for (guint i = 0; i < entry->items->len; i++)
    {
      const Item *item = g_ptr_array_index (entry->items, i);
      GtkWidget *child = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", item->title,
                                       "subtitle", item->words != NULL ? item->words : "", NULL);

      if (entry->is_archive)
        {
          adw_action_row_add_suffix (ADW_ACTION_ROW (child), new_verdict (item->status));
          name_row (child, item->title, item->status);
        }
      if (item->rowid != 0)
        make_opener (self, child, item->rowid);
      adw_expander_row_add_row (row, child);
    }
  if (n_all > entry->items->len)
    {
      guint more = n_all - entry->items->len;
      g_autofree char *title = g_strdup_printf (ngettext ("And %'u more", "And %'u more", more), more);

      adw_expander_row_add_row (row, g_object_new (ADW_TYPE_ACTION_ROW, "title", title, NULL));
    }
}

/* The row of a file that was read: what a plain row can say, or one that opens on the documents of an archive or on the
 * reasons of what was refused. */
static GtkWidget *
new_done_row (HyImportDialog *self,
              const Entry *entry,
              const char *text)
{
  gboolean has_items = entry->items->len > 0 && (entry->is_archive || count_items (entry) > 1);
  GtkWidget *row = g_object_new (has_items ? ADW_TYPE_EXPANDER_ROW : ADW_TYPE_ACTION_ROW,
                                 "use-markup", FALSE,
                                 "title", entry->name,
                                 "subtitle", text,
                                 NULL);

  name_row (row, entry->name, judge_entry (entry));
  if (has_items)
    {
      adw_expander_row_add_prefix (ADW_EXPANDER_ROW (row), new_tile (entry));
      adw_expander_row_add_suffix (ADW_EXPANDER_ROW (row), new_verdict (judge_entry (entry)));
      add_items (self, entry, ADW_EXPANDER_ROW (row));
      adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row), entry->is_archive && entry->items->len <= MAX_OPEN_ITEMS);
      return row;
    }
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), new_tile (entry));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), new_verdict (judge_entry (entry)));
  if (entry->rowid != 0 && count_items (entry) == 1)
    make_opener (self, row, entry->rowid);
  return row;
}

static GtkWidget *
new_open_row (const Entry *entry,
              const char *text)
{
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", entry->name, "subtitle", text, NULL);

  adw_action_row_add_prefix (ADW_ACTION_ROW (row), new_tile (entry));
  if (entry->state == FILE_READING)
    {
      GtkWidget *spinner = adw_spinner_new ();

      gtk_accessible_update_property (GTK_ACCESSIBLE (spinner), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Being read"), -1);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), spinner);
    }
  else
    {
      GtkWidget *label = gtk_label_new (_ ("Waiting"));

      gtk_widget_add_css_class (label, "dimmed");
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
    }
  return row;
}

static void
show_entry (HyImportDialog *self,
            Entry *entry)
{
  g_autofree char *text = dup_entry_text (entry);
  FileState shown = entry->row != NULL ? GPOINTER_TO_INT (g_object_get_data (G_OBJECT (entry->row), "state")) : FILE_WAITING;
  int index = -1;

  entry->dirty = FALSE;
  if (entry->row != NULL && shown == entry->state && entry->state != FILE_DONE)
    {
      adw_action_row_set_subtitle (ADW_ACTION_ROW (entry->row), text);
      return;
    }
  if (entry->row != NULL)
    {
      index = gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (entry->row));
      gtk_list_box_remove (self->files_box, entry->row);
    }
  entry->row = entry->state == FILE_DONE ? new_done_row (self, entry, text) : new_open_row (entry, text);
  g_object_set_data (G_OBJECT (entry->row), "state", GINT_TO_POINTER (entry->state));
  gtk_list_box_insert (self->files_box, entry->row, index);
}

/* -- the whole -- */

static void
sum (HyImportDialog *self,
     Entry *total)
{
  *total = (Entry) { 0 };
  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = g_ptr_array_index (self->entries, i);

      total->added += entry->added;
      total->duplicates += entry->duplicates;
      total->refused += entry->refused;
      total->held += entry->held;
    }
}

static void
set_status (HyImportDialog *self,
            const char *status)
{
  if (!g_set_str (&self->status, status))
    return;
  gtk_label_set_text (self->status_label, status);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATUS]);
}

static void
show_rest (HyImportDialog *self)
{
  gboolean all_done = TRUE;

  if (self->rest == NULL)
    return;
  self->rest->added = self->rest->duplicates = self->rest->refused = self->rest->held = 0;
  g_ptr_array_set_size (self->rest->items, 0);
  for (guint i = MAX_ROWS; i < self->entries->len; i++)
    {
      const Entry *entry = g_ptr_array_index (self->entries, i);

      self->rest->added += entry->added;
      self->rest->duplicates += entry->duplicates;
      self->rest->refused += entry->refused;
      self->rest->held += entry->held;
      all_done &= entry->state == FILE_DONE;
      for (guint j = 0; j < entry->items->len && self->rest->items->len < MAX_ITEMS; j++)
        {
          const Item *from = g_ptr_array_index (entry->items, j);

          if (from->status == HY_IMPORT_REFUSED)
            add_item (self->rest->items, entry->name, from->words, from->status, 0);
        }
    }
  if (all_done)
    self->rest->state = FILE_DONE;
  else
    self->rest->state = self->at >= MAX_ROWS ? FILE_READING : FILE_WAITING;
  show_entry (self, self->rest);
}

static void
show_all (HyImportDialog *self)
{
  Entry *current = self->running ? g_ptr_array_index (self->run, self->at) : NULL;
  g_autofree char *counts = NULL;
  Entry total;

  if (current != NULL && current->state == FILE_WAITING)
    {
      current->state = FILE_READING;
      current->dirty = TRUE;
    }
  for (guint i = 0; i < MIN (self->entries->len, MAX_ROWS); i++)
    {
      Entry *entry = g_ptr_array_index (self->entries, i);

      if (entry->dirty)
        show_entry (self, entry);
    }
  show_rest (self);

  sum (self, &total);
  counts = dup_counts (total.added, total.duplicates, total.refused, total.held);
  gtk_label_set_text (self->counts_label, counts);
  if (!self->running)
    return;
  gtk_progress_bar_set_fraction (self->progress_bar, self->fraction);
  if (g_cancellable_is_cancelled (self->cancellable))
    {
      set_status (self, _ ("Stopping"));
    }
  else if (self->run->len == 1)
    {
      set_status (self, _ ("Reading the file"));
    }
  else if (self->at + 1 >= self->run->len)
    {
      g_autofree char *status =
          g_strdup_printf (ngettext ("Reading the last of %'u file", "Reading the last of %'u files", self->run->len), self->run->len);

      set_status (self, status);
    }
  else
    {
      g_autofree char *status = g_strdup_printf (_ ("Reading file %'u of %'u"), self->at + 1, self->run->len);

      set_status (self, status);
    }
}

static gboolean
on_refresh (gpointer user_data)
{
  show_all (user_data);
  return G_SOURCE_CONTINUE;
}

static void
end_file (HyImportDialog *self,
          Entry *entry)
{
  if (entry->state == FILE_DONE)
    return;
  entry->state = FILE_DONE;
  entry->dirty = TRUE;
  if (self->run->len > 1 && self->run->len <= MAX_SPOKEN_FILES)
    {
      g_autofree char *counts = dup_counts (entry->added, entry->duplicates, entry->refused, entry->held);
      g_autofree char *text = g_strdup_printf ("%s: %s", entry->name, counts);

      gtk_accessible_announce (GTK_ACCESSIBLE (self), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_LOW);
    }
}

static void
on_progress (guint file,
             guint n_files,
             double fraction,
             gpointer user_data)
{
  HyImportDialog *self = user_data;

  if (self->run == NULL || file >= self->run->len)
    return;
  for (; self->at < file; self->at++)
    end_file (self, g_ptr_array_index (self->run, self->at));
  self->fraction = (file + CLAMP (fraction, 0, 1)) / n_files;
}

/* "Laboratory report, 20 November 2026"; of a health document that is a file of its own, whose row bears the file's name,
 * its title instead.  What was made from a file's name says no more than that. */
static char *
dup_description (const HyImportOutcome *outcome)
{
  const HyVaultRow row = { .shelf = outcome->shelf, .day = outcome->day, .type_code = (char *) outcome->type_code };
  g_autofree char *date = hy_document_look_dup_date (&row, /* with_year= */ TRUE);
  const char *what = NULL;

  if (outcome->n_members > 0)
    what = hy_document_look_get_type (&row);
  else if (g_strcmp0 (outcome->kind, "cda") == 0)
    what = outcome->title;
  if (what == NULL)
    return NULL;
  /* Translators: what a document is, and its date. */
  return *date != '\0' ? g_strdup_printf (C_ ("document", "%s, %s"), what, date) : g_strdup (what);
}

static void
keep_outcome (HyImportDialog *self,
              Entry *entry,
              const HyImportOutcome *outcome)
{
  HyAccess *access = hy_space_get_access (self->space);

  g_set_str (&entry->title, outcome->title);
  g_clear_pointer (&entry->note, g_free);
  entry->rowid = 0;
  if (outcome->id != NULL && g_strcmp0 (outcome->type, "DocumentReference") == 0)
    hy_access_parse_id (access, outcome->id, &entry->rowid);
  if (g_strcmp0 (outcome->warning, "same-identifier") == 0)
    entry->note = g_strdup (_ ("Another document here has the same number but other contents. Both are kept."));
  else if (g_strcmp0 (outcome->warning, "not-as-sent") == 0)
    entry->note = g_strdup (_ ("It may have changed since it was sent: it is not quite what the archive announces. Ask its sender if in doubt."));
  else if (g_strcmp0 (outcome->warning, "kept-only") == 0)
    entry->note = g_strdup (_ ("Hygie cannot show this kind of file. It is kept as it came."));
  else if (outcome->completed)
    entry->note = g_strdup (_ ("It was here already. What the archive says about it was added."));
  else if (outcome->about != NULL && outcome->status != HY_IMPORT_REFUSED)
    entry->note = g_strdup_printf (_ ("About %s"), outcome->about);
  else if (entry->rowid != 0)
    entry->note = dup_description (outcome);
}

/* What a file's own row cannot say of one of several items. */
static void
keep_item (Entry *entry,
           const HyImportOutcome *outcome)
{
  const char *title = outcome->title != NULL ? outcome->title : entry->name;

  if (outcome->status == HY_IMPORT_REFUSED)
    add_item (entry->items, title, outcome->reason != NULL ? outcome->reason : "", outcome->status, 0);
  else if (entry->is_archive)
    add_item (entry->items, title, entry->note, outcome->status, entry->rowid);
}

static void
on_outcome (const HyImportOutcome *outcome,
            gpointer user_data)
{
  HyImportDialog *self = user_data;
  Entry *entry = g_hash_table_lookup (self->by_name, outcome->file);

  if (entry == NULL)
    entry = g_ptr_array_index (self->run, MIN (self->at, self->run->len - 1));
  entry->dirty = TRUE;
  if (self->again)
    {
      /* Read a second time: only what was held before is new, all else was counted. */
      if (outcome->status == HY_IMPORT_ADDED && entry->held > 0)
        {
          entry->held--;
          entry->added++;
          keep_outcome (self, entry, outcome);
          for (guint i = 0; i < entry->items->len; i++)
            {
              Item *item = g_ptr_array_index (entry->items, i);

              if (item->status != HY_IMPORT_HELD || g_strcmp0 (item->title, outcome->title) != 0)
                continue;
              item->status = HY_IMPORT_ADDED;
              item->rowid = entry->rowid;
              g_set_str (&item->words, entry->note);
              break;
            }
        }
      return;
    }

  switch (outcome->status)
    {
    case HY_IMPORT_ADDED:
      entry->added++;
      break;
    case HY_IMPORT_DUPLICATE:
      entry->duplicates++;
      break;
    case HY_IMPORT_REFUSED:
      entry->refused++;
      break;
    case HY_IMPORT_HELD:
      entry->held++;
      if (outcome->about != NULL && !g_ptr_array_find_with_equal_func (self->other_names, outcome->about, g_str_equal, NULL))
        g_ptr_array_add (self->other_names, g_strdup (outcome->about));
      break;
    }
  entry->is_archive |= g_strcmp0 (outcome->kind, "xdm") == 0;
  keep_outcome (self, entry, outcome);
  if (entry->items->len < MAX_ITEMS)
    keep_item (entry, outcome);
}

static void
show_others (HyImportDialog *self,
             guint held)
{
  g_autofree char *names = dup_names (self);
  g_autofree char *title = NULL;

  gtk_widget_set_visible (self->others_group, held > 0);
  if (held == 0)
    return;
  /* Translators: a number of entries, the names of other people, and the name of the person of this space. */
  title = g_strdup_printf (ngettext ("%'u entry is about %s, not %s", "%'u entries are about %s, not %s", held), held, names,
                           hy_space_info_get_name (hy_space_get_info (self->space)));
  adw_preferences_row_set_title (self->others_row, title);
}

static void
set_running (HyImportDialog *self,
             gboolean running)
{
  self->running = running;
  gtk_widget_set_visible (self->stop_button, running);
  gtk_widget_set_sensitive (self->done_button, !running);
  gtk_widget_set_visible (self->spinner, running);
  gtk_widget_set_visible (GTK_WIDGET (self->ended_icon), !running);
  gtk_widget_set_visible (GTK_WIDGET (self->progress_bar), running);
  adw_dialog_set_default_widget (ADW_DIALOG (self), running ? NULL : self->done_button);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RUNNING]);
}

static void
end_run (HyImportDialog *self,
         const HyImportSummary *summary,
         const GError *error)
{
  Entry total;
  g_autofree char *spoken = NULL;
  const char *status, *icon_name = "hy-check-round-symbolic";

  g_clear_handle_id (&self->refresh_source, g_source_remove);
  if (summary != NULL && !summary->cancelled)
    {
      for (guint i = 0; i < self->run->len; i++)
        {
          Entry *entry = g_ptr_array_index (self->run, i);

          /* What the second run did not add was here already, from a file before it. */
          if (self->again)
            {
              entry->duplicates += entry->held;
              entry->held = 0;
              for (guint j = 0; j < entry->items->len; j++)
                {
                  Item *item = g_ptr_array_index (entry->items, j);

                  if (item->status == HY_IMPORT_HELD)
                    item->status = HY_IMPORT_DUPLICATE;
                }
            }
          end_file (self, entry);
          entry->dirty = TRUE;
        }
    }
  else
    {
      for (guint i = 0; i < self->run->len; i++)
        {
          Entry *entry = g_ptr_array_index (self->run, i);

          /* Cut in the middle: what its row counts is what stays. */
          if (entry->state == FILE_READING && count_items (entry) > 0)
            end_file (self, entry);
        }
    }

  sum (self, &total);
  if (error != NULL)
    status = error->message;
  else if (summary->cancelled)
    status = total.added > 0 ? _ ("Stopped: what was added before stays") : _ ("Stopped: nothing was added");
  else if (total.added > 0)
    status = _ ("All done");
  else if (total.held > 0)
    status = _ ("Nothing added yet");
  else
    status = _ ("Nothing was added");
  if (error != NULL || (total.added == 0 && total.refused > 0))
    icon_name = "dialog-warning-symbolic";
  else if (summary->cancelled)
    icon_name = "process-stop-symbolic";
  gtk_image_set_from_icon_name (self->ended_icon, icon_name);
  set_status (self, status);
  show_others (self, total.held);
  set_running (self, FALSE);
  show_all (self);
  spoken = g_strdup_printf ("%s. %s", self->status, gtk_label_get_text (self->counts_label));
  gtk_accessible_announce (GTK_ACCESSIBLE (self), spoken, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    gtk_widget_grab_focus (self->done_button);
}

static DexFuture *
run_fiber (gpointer user_data)
{
  HyImportDialog *self = user_data;
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;
  HyImportSummary *summary;

  for (guint i = 0; i < self->run->len; i++)
    g_ptr_array_add (files, g_object_ref (((Entry *) g_ptr_array_index (self->run, i))->file));
  summary = dex_await_boxed (hy_space_import (self->space, files, self->again ? HY_IMPORT_NONE : HY_IMPORT_HOLD_OTHERS,
                                              self->cancellable, on_outcome, on_progress, self),
                             &error);
  if (!hy_access_is_open (hy_space_get_access (self->space)))
    {
      /* The space was locked under it: nothing of it may stay on the screen. */
      g_clear_handle_id (&self->refresh_source, g_source_remove);
      adw_dialog_force_close (ADW_DIALOG (self));
    }
  else
    {
      end_run (self, summary, error);
    }
  if (summary != NULL)
    g_boxed_free (HY_TYPE_IMPORT_SUMMARY, summary);
  return dex_future_new_true ();
}

/* No scope: the space calls back with the dialog until it is done, so the fiber keeps it until then, shown or not. */
static void
start_run (HyImportDialog *self)
{
  self->at = 0;
  self->fraction = 0;
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  for (guint i = 0; i < self->run->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->run, i);

      entry->state = FILE_WAITING;
      entry->dirty = TRUE;
    }
  set_running (self, TRUE);
  show_all (self);
  gtk_widget_grab_focus (self->stop_button);
  self->refresh_source = g_timeout_add (REFRESH_MS, on_refresh, self);
  hy_spawn ("import", run_fiber, g_object_ref (self), g_object_unref, NULL);
}

static void
on_stop_clicked (HyImportDialog *self)
{
  hy_import_dialog_stop (self);
}

static void
on_done_clicked (HyImportDialog *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

static void
on_leave_out (HyImportDialog *self)
{
  gtk_widget_set_visible (self->others_group, FALSE);
  gtk_widget_grab_focus (self->done_button);
}

static void
on_add_all_the_same (HyImportDialog *self)
{
  gtk_widget_set_visible (self->others_group, FALSE);
  g_ptr_array_set_size (self->run, 0);
  for (guint i = 0; i < self->entries->len; i++)
    if (((Entry *) g_ptr_array_index (self->entries, i))->held > 0)
      g_ptr_array_add (self->run, g_ptr_array_index (self->entries, i));
  self->again = TRUE;
  start_run (self);
}

/* -- the object -- */

static void
hy_import_dialog_get_property (GObject *object,
                               guint prop_id,
                               GValue *value,
                               GParamSpec *pspec)
{
  HyImportDialog *self = HY_IMPORT_DIALOG (object);

  switch (prop_id)
    {
    case PROP_RUNNING:
      g_value_set_boolean (value, self->running);
      break;
    case PROP_STATUS:
      g_value_set_string (value, self->status);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hy_import_dialog_dispose (GObject *object)
{
  HyImportDialog *self = HY_IMPORT_DIALOG (object);

  g_clear_handle_id (&self->refresh_source, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), HY_TYPE_IMPORT_DIALOG);
  G_OBJECT_CLASS (hy_import_dialog_parent_class)->dispose (object);
}

static void
hy_import_dialog_finalize (GObject *object)
{
  HyImportDialog *self = HY_IMPORT_DIALOG (object);

  g_clear_object (&self->space);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->run, g_ptr_array_unref);
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_clear_pointer (&self->rest, entry_free);
  g_clear_pointer (&self->by_name, g_hash_table_unref);
  g_clear_pointer (&self->other_names, g_ptr_array_unref);
  g_free (self->status);
  G_OBJECT_CLASS (hy_import_dialog_parent_class)->finalize (object);
}

static void
hy_import_dialog_class_init (HyImportDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = hy_import_dialog_get_property;
  object_class->dispose = hy_import_dialog_dispose;
  object_class->finalize = hy_import_dialog_finalize;

  props[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE, flags);
  props[PROP_STATUS] = g_param_spec_string ("status", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[SIGNAL_OPEN_DOCUMENT] = g_signal_new ("open-document", HY_TYPE_IMPORT_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                                NULL, G_TYPE_NONE, 1, G_TYPE_INT64);

  /* A dialog keeps the window's keys to itself; this one has to work everywhere. */
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_l, GDK_CONTROL_MASK, "app.lock", NULL);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hygie/Hygie/ui/hy-import-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HyImportDialog, window_title);
  gtk_widget_class_bind_template_child (widget_class, HyImportDialog, stop_button);
  gtk_widget_class_bind_template_child (widget_class, HyImportDialog, done_button);
  gtk_widget_class_bind_template_child (widget_class, HyImportDialog, spinner);
  gtk_widget_class_bind_template_child (widget_class, HyImportDialog, ended_icon);
  gtk_widget_class_bind_template_child (widget_class, HyImportDialog, status_label);
  gtk_widget_class_bind_template_child (widget_class, HyImportDialog, counts_label);
  gtk_widget_class_bind_template_child (widget_class, HyImportDialog, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, HyImportDialog, others_group);
  gtk_widget_class_bind_template_child (widget_class, HyImportDialog, others_row);
  gtk_widget_class_bind_template_child (widget_class, HyImportDialog, files_box);
  gtk_widget_class_bind_template_callback (widget_class, on_stop_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_done_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_leave_out);
  gtk_widget_class_bind_template_callback (widget_class, on_add_all_the_same);
}

static void
hy_import_dialog_init (HyImportDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->entries = g_ptr_array_new_with_free_func (entry_free);
  self->run = g_ptr_array_new ();
  self->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->other_names = g_ptr_array_new_with_free_func (g_free);
}

static void
add_name (HyImportDialog *self,
          char *name,
          Entry *entry)
{
  if (name != NULL && !g_hash_table_contains (self->by_name, name))
    g_hash_table_insert (self->by_name, name, entry);
  else
    g_free (name);
}

AdwDialog *
hy_import_dialog_new (HySpace *space,
                      GPtrArray *files)
{
  g_autofree char *subtitle = NULL;
  HyImportDialog *self;

  g_return_val_if_fail (HY_IS_SPACE (space), NULL);
  g_return_val_if_fail (files != NULL && files->len > 0, NULL);

  self = g_object_new (HY_TYPE_IMPORT_DIALOG, NULL);
  self->space = g_object_ref (space);
  /* Translators: a person's name. */
  subtitle = g_strdup_printf (_ ("Into the space of %s"), hy_space_info_get_name (hy_space_get_info (space)));
  adw_window_title_set_subtitle (self->window_title, subtitle);

  for (guint i = 0; i < files->len; i++)
    {
      GFile *file = g_ptr_array_index (files, i);
      Entry *entry = entry_new (file);

      g_ptr_array_add (self->entries, entry);
      g_ptr_array_add (self->run, entry);
      add_name (self, g_file_get_path (file), entry);
      add_name (self, g_file_get_uri (file), entry);
    }
  if (files->len > MAX_ROWS)
    {
      guint more = files->len - MAX_ROWS;

      self->rest = entry_new (NULL);
      self->rest->name = g_strdup_printf (ngettext ("%'u more file", "%'u more files", more), more);
    }
  start_run (self);
  return ADW_DIALOG (self);
}

gboolean
hy_import_dialog_get_running (HyImportDialog *self)
{
  g_return_val_if_fail (HY_IS_IMPORT_DIALOG (self), FALSE);

  return self->running;
}

const char *
hy_import_dialog_get_status (HyImportDialog *self)
{
  g_return_val_if_fail (HY_IS_IMPORT_DIALOG (self), NULL);

  return self->status;
}

guint
hy_import_dialog_get_added (HyImportDialog *self)
{
  Entry total;

  g_return_val_if_fail (HY_IS_IMPORT_DIALOG (self), 0);

  sum (self, &total);
  return total.added;
}

gboolean
hy_import_dialog_get_waits (HyImportDialog *self)
{
  g_return_val_if_fail (HY_IS_IMPORT_DIALOG (self), FALSE);

  return gtk_widget_get_visible (self->others_group);
}

void
hy_import_dialog_stop (HyImportDialog *self)
{
  g_return_if_fail (HY_IS_IMPORT_DIALOG (self));

  g_cancellable_cancel (self->cancellable);
  if (self->running)
    set_status (self, _ ("Stopping"));
}
