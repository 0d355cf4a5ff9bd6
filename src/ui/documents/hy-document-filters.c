/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The filters of the documents: their menu, their actions, and a chip for each that is on. */

#include "config.h"

#include "ui/documents/hy-document-filters.h"

#include "base/hy-async.h"
#include "fhir/hy-resource-class.h"
#include "fhir/hy-resource-row.h"
#include "records/hy-record-folder.h"
#include "records/hy-record-lookup.h"
#include "ui/documents/hy-author-dialog.h"

#include <glib/gi18n.h>

/* As many as one takes in at a glance; the others are in a list that can be searched. */
#define MENU_AUTHORS 8

struct _HyDocumentFilters
{
  AdwBin parent_instance;

  HyDocumentList *list;
  HyAccess *access;
  GSimpleActionGroup *actions;
  GMenu *only, *narrow, *acts; /* sections of the menu */
  GMenu *authors_menu, *years_menu, *folders_menu;
  GPtrArray *authors; /* HyAuthor; NULL until asked */
  GPtrArray *folders; /* HyFolder; NULL until asked */
  AdwWrapBox *chips;
  gboolean stale; /* the space changed since authors and folders were asked */
  gboolean asking;
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HyDocumentFilters, hy_document_filters, ADW_TYPE_BIN)

/* Marks that a document has or has not. */
static const struct
{
  const char *action;
  guint flag;
  const char *label;
} marks[] = {
  { "new", HY_ROW_UNREAD, NC_ ("documents filter", "New") },
  { "pinned", HY_ROW_PINNED, NC_ ("documents filter", "Pinned") },
  { "hidden", HY_ROW_HIDDEN_PRO, NC_ ("documents filter", "Hidden from professionals") },
  { "local", HY_ROW_LOCAL, NC_ ("documents filter", "Only on this computer") },
};

/* An underscore would mark an access key. */
static char *
dup_menu_label (const char *label,
                guint count)
{
  g_auto (GStrv) parts = g_strsplit (label, "_", -1);
  g_autofree char *escaped = g_strjoinv ("__", parts);

  return g_strdup_printf (C_ ("shelf and count", "%s (%'u)"), escaped, count);
}

static void
append (GMenu *menu,
        const char *label,
        const char *action,
        GVariant *target)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target_value (item, action, target);
  g_menu_append_item (menu, item);
}

/* -- what is on -- */

static const char *
get_folder_title (HyDocumentFilters *self,
                  gint64 id)
{
  for (guint i = 0; self->folders != NULL && i < self->folders->len; i++)
    if (((HyFolder *) g_ptr_array_index (self->folders, i))->id == id)
      return ((HyFolder *) g_ptr_array_index (self->folders, i))->title;
  return NULL;
}

static void
add_chip (HyDocumentFilters *self,
          const char *label,
          const char *action,
          GVariant *target)
{
  GtkWidget *chip = gtk_button_new ();
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *text = gtk_label_new (label);
  /* Translators: a filter that is on: a year, an author, a folder, “New”. */
  g_autofree char *name = g_strdup_printf (_ ("Remove the filter “%s”"), label);

  gtk_label_set_ellipsize (GTK_LABEL (text), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (line), text);
  gtk_box_append (GTK_BOX (line), gtk_image_new_from_icon_name ("window-close-symbolic"));
  gtk_button_set_child (GTK_BUTTON (chip), line);
  gtk_widget_add_css_class (chip, "chip");
  gtk_widget_add_css_class (chip, "filter-chip");
  gtk_widget_set_tooltip_text (chip, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (chip), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (chip), target);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (chip), action);
  adw_wrap_box_append (self->chips, chip);
}

static void
show_chips (HyDocumentFilters *self)
{
  const HyDocumentFilter *filter = hy_document_list_get_filter (self->list);
  GtkWidget *chip;

  while ((chip = gtk_widget_get_first_child (GTK_WIDGET (self->chips))) != NULL)
    adw_wrap_box_remove (self->chips, chip);
  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    if (filter->flags & marks[i].flag)
      {
        g_autofree char *action = g_strconcat ("filter.", marks[i].action, NULL);

        add_chip (self, g_dpgettext2 (NULL, "documents filter", marks[i].label), action, NULL);
      }
  if (filter->author != NULL)
    add_chip (self, filter->author, "filter.author", g_variant_new_string (filter->author));
  if (filter->year != 0)
    {
      g_autofree char *year = g_strdup_printf ("%d", filter->year);

      add_chip (self, year, "filter.year", g_variant_new_int32 (filter->year));
    }
  if (filter->folder != 0)
    {
      const char *title = get_folder_title (self, filter->folder);

      add_chip (self, title != NULL ? title : _ ("Folder"), "filter.folder", g_variant_new_int64 (filter->folder));
    }
  gtk_widget_set_visible (GTK_WIDGET (self), !hy_document_filter_is_any (filter));
}

static void
show_action_states (HyDocumentFilters *self)
{
  const HyDocumentFilter *filter = hy_document_list_get_filter (self->list);
  GActionMap *map = G_ACTION_MAP (self->actions);

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    g_simple_action_set_state (G_SIMPLE_ACTION (g_action_map_lookup_action (map, marks[i].action)),
                               g_variant_new_boolean ((filter->flags & marks[i].flag) != 0));
  g_simple_action_set_state (G_SIMPLE_ACTION (g_action_map_lookup_action (map, "year")), g_variant_new_int32 (filter->year));
  g_simple_action_set_state (G_SIMPLE_ACTION (g_action_map_lookup_action (map, "author")),
                             g_variant_new_string (filter->author != NULL ? filter->author : ""));
  g_simple_action_set_state (G_SIMPLE_ACTION (g_action_map_lookup_action (map, "folder")), g_variant_new_int64 (filter->folder));
}

static void
set_filter (HyDocumentFilters *self,
            const HyDocumentFilter *filter)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  gboolean had_focus = focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->chips));

  hy_document_list_set_filter (self->list, filter);
  show_action_states (self);
  show_chips (self);
  /* The chip that was pressed is gone: the keyboard goes on from the next one. */
  if (had_focus)
    gtk_widget_child_focus (gtk_widget_get_visible (GTK_WIDGET (self)) ? GTK_WIDGET (self) : gtk_widget_get_parent (GTK_WIDGET (self)),
                            GTK_DIR_TAB_FORWARD);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
activate_mark (GSimpleAction *action,
               GVariant *target,
               gpointer user_data)
{
  HyDocumentFilters *self = user_data;
  HyDocumentFilter filter = *hy_document_list_get_filter (self->list);

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    if (g_str_equal (marks[i].action, g_action_get_name (G_ACTION (action))))
      filter.flags ^= marks[i].flag;
  set_filter (self, &filter);
}

/* Chosen again, what is chosen is taken away: so a chip and the menu do the same. */
static void
activate_year (GSimpleAction *action,
               GVariant *target,
               gpointer user_data)
{
  HyDocumentFilters *self = user_data;
  HyDocumentFilter filter = *hy_document_list_get_filter (self->list);
  gint year = g_variant_get_int32 (target);

  filter.year = filter.year == year ? 0 : year;
  set_filter (self, &filter);
}

static void
choose_author (HyDocumentFilters *self,
               const char *name)
{
  HyDocumentFilter filter = *hy_document_list_get_filter (self->list);
  g_autofree char *author = g_strcmp0 (filter.author, name) == 0 ? NULL : g_strdup (name);

  filter.author = author;
  set_filter (self, &filter);
}

static void
activate_author (GSimpleAction *action,
                 GVariant *target,
                 gpointer user_data)
{
  choose_author (user_data, g_variant_get_string (target, NULL));
}

static void
activate_folder (GSimpleAction *action,
                 GVariant *target,
                 gpointer user_data)
{
  HyDocumentFilters *self = user_data;
  HyDocumentFilter filter = *hy_document_list_get_filter (self->list);
  gint64 folder = g_variant_get_int64 (target);

  filter.folder = filter.folder == folder ? 0 : folder;
  set_filter (self, &filter);
}

static void
activate_choose_author (GSimpleAction *action,
                        GVariant *target,
                        gpointer user_data)
{
  HyDocumentFilters *self = user_data;
  AdwDialog *dialog;

  if (self->authors == NULL)
    return;
  dialog = hy_author_dialog_new (self->authors);
  g_signal_connect_object (dialog, "chosen", G_CALLBACK (choose_author), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, gtk_widget_get_parent (GTK_WIDGET (self)));
}

/* -- the menu -- */

static void
show_lists (HyDocumentFilters *self)
{
  g_menu_remove_all (self->authors_menu);
  g_menu_remove_all (self->folders_menu);
  for (guint i = 0; self->authors != NULL && i < MIN (self->authors->len, MENU_AUTHORS); i++)
    {
      HyAuthor *author = g_ptr_array_index (self->authors, i);
      g_autofree char *label = dup_menu_label (author->name, author->count);

      append (self->authors_menu, label, "filter.author", g_variant_new_string (author->name));
    }
  if (self->authors != NULL && self->authors->len > MENU_AUTHORS)
    append (self->authors_menu, _ ("All _authors…"), "filter.choose-author", NULL);
  for (guint i = 0; self->folders != NULL && i < self->folders->len; i++)
    {
      HyFolder *folder = g_ptr_array_index (self->folders, i);
      g_autofree char *label = dup_menu_label (folder->title, folder->count);

      append (self->folders_menu, label, "filter.folder", g_variant_new_int64 (folder->id));
    }
  append (self->folders_menu, _ ("_Manage folders…"), "document.manage-folders", NULL);
}

static void
show_counts (HyDocumentFilters *self)
{
  const HyDocumentFilter *filter = hy_document_list_get_filter (self->list);
  g_autoptr (GArray) years = hy_document_list_dup_years (self->list);

  g_menu_remove_all (self->only);
  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    {
      guint count = hy_document_list_count_flags (self->list, marks[i].flag);
      g_autofree char *label = dup_menu_label (g_dpgettext2 (NULL, "documents filter", marks[i].label), count);
      g_autofree char *action = g_strconcat ("filter.", marks[i].action, NULL);

      if (count > 0 || (filter->flags & marks[i].flag))
        append (self->only, label, action, NULL);
    }
  g_menu_remove_all (self->years_menu);
  for (guint i = 0; i < years->len; i++)
    {
      HyDocumentYear *year = &g_array_index (years, HyDocumentYear, i);
      g_autofree char *number = g_strdup_printf ("%d", year->year);
      g_autofree char *label = dup_menu_label (number, year->count);

      append (self->years_menu, label, "filter.year", g_variant_new_int32 (year->year));
    }
  g_menu_remove_all (self->acts);
  if (hy_document_list_get_unread (self->list) > 0)
    append (self->acts, _ ("Mark all as _read"), "document.mark-all-read", NULL);
}

static DexFuture *
refresh_fiber (gpointer user_data)
{
  HyDocumentFilters *self = user_data;
  HyAccess *access = self->access;
  g_autoptr (GPtrArray) authors = NULL, folders = NULL;
  HyDocumentFilter filter;

  /* What this actor may not see has no entry in the menu. */
  authors = dex_await_boxed (hy_record_dup_authors (access, HY_CLASS_DOCUMENT), NULL);
  folders = dex_await_boxed (hy_record_dup_folders (access), NULL);
  self->asking = FALSE;
  if (!hy_access_is_open (access) || self->list == NULL)
    return dex_future_new_true ();
  g_clear_pointer (&self->authors, g_ptr_array_unref);
  self->authors = g_steal_pointer (&authors);
  g_clear_pointer (&self->folders, g_ptr_array_unref);
  self->folders = g_steal_pointer (&folders);
  show_lists (self);
  filter = *hy_document_list_get_filter (self->list);
  if (filter.folder != 0 && get_folder_title (self, filter.folder) == NULL)
    {
      filter.folder = 0;
      set_filter (self, &filter);
    }
  else if (filter.folder != 0)
    {
      show_chips (self);
    }
  return dex_future_new_true ();
}

/**
 * hy_document_filters_refresh:
 *
 * Asks who wrote what and which folders there are, when the space changed since: the vault reads every row for it, so it is
 * asked as the menu opens and not after each change.
 */
void
hy_document_filters_refresh (HyDocumentFilters *self)
{
  g_return_if_fail (HY_IS_DOCUMENT_FILTERS (self));

  if (!self->stale || self->asking || !hy_access_is_open (self->access))
    return;
  self->stale = FALSE;
  self->asking = TRUE;
  hy_spawn ("document filters", refresh_fiber, g_object_ref (self), g_object_unref, NULL);
}

static void
on_access_changed (HyDocumentFilters *self)
{
  self->stale = TRUE;
  /* Its folder may be gone, or have another name. */
  if (hy_document_list_get_filter (self->list)->folder != 0)
    hy_document_filters_refresh (self);
}

/* -- the object -- */

static void
hy_document_filters_dispose (GObject *object)
{
  HyDocumentFilters *self = HY_DOCUMENT_FILTERS (object);

  if (self->list != NULL)
    g_signal_handlers_disconnect_by_data (self->list, self);
  g_clear_object (&self->list);
  g_clear_object (&self->access);
  g_clear_object (&self->actions);
  g_clear_object (&self->only);
  g_clear_object (&self->narrow);
  g_clear_object (&self->acts);
  g_clear_object (&self->authors_menu);
  g_clear_object (&self->years_menu);
  g_clear_object (&self->folders_menu);
  g_clear_pointer (&self->authors, g_ptr_array_unref);
  g_clear_pointer (&self->folders, g_ptr_array_unref);
  G_OBJECT_CLASS (hy_document_filters_parent_class)->dispose (object);
}

static void
hy_document_filters_class_init (HyDocumentFiltersClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hy_document_filters_dispose;

  /**
   * HyDocumentFilters::changed:
   *
   * The list was given another filter.
   */
  signals[SIGNAL_CHANGED] =
      g_signal_new ("changed", HY_TYPE_DOCUMENT_FILTERS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
add_action (HyDocumentFilters *self,
            const char *name,
            const GVariantType *type,
            GVariant *state,
            GCallback callback)
{
  g_autoptr (GSimpleAction) action =
      state != NULL ? g_simple_action_new_stateful (name, type, state) : g_simple_action_new (name, type);

  g_signal_connect (action, "activate", callback, self);
  g_action_map_add_action (G_ACTION_MAP (self->actions), G_ACTION (action));
}

static void
hy_document_filters_init (HyDocumentFilters *self)
{
  self->chips = ADW_WRAP_BOX (g_object_new (ADW_TYPE_WRAP_BOX, "child-spacing", 6, "line-spacing", 6, NULL));
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->chips));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);

  self->actions = g_simple_action_group_new ();
  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    add_action (self, marks[i].action, NULL, g_variant_new_boolean (FALSE), G_CALLBACK (activate_mark));
  add_action (self, "year", G_VARIANT_TYPE_INT32, g_variant_new_int32 (0), G_CALLBACK (activate_year));
  add_action (self, "author", G_VARIANT_TYPE_STRING, g_variant_new_string (""), G_CALLBACK (activate_author));
  add_action (self, "folder", G_VARIANT_TYPE_INT64, g_variant_new_int64 (0), G_CALLBACK (activate_folder));
  add_action (self, "choose-author", NULL, NULL, G_CALLBACK (activate_choose_author));

  self->only = g_menu_new ();
  self->narrow = g_menu_new ();
  self->acts = g_menu_new ();
  self->authors_menu = g_menu_new ();
  self->years_menu = g_menu_new ();
  self->folders_menu = g_menu_new ();
  g_menu_append_submenu (self->narrow, C_ ("documents filter", "Author"), G_MENU_MODEL (self->authors_menu));
  g_menu_append_submenu (self->narrow, C_ ("documents filter", "Year"), G_MENU_MODEL (self->years_menu));
  g_menu_append_submenu (self->narrow, C_ ("documents filter", "Folder"), G_MENU_MODEL (self->folders_menu));
  self->stale = TRUE;
}

void
hy_document_filters_set_list (HyDocumentFilters *self,
                              HyDocumentList *list,
                              HyAccess *access)
{
  g_return_if_fail (HY_IS_DOCUMENT_FILTERS (self) && self->list == NULL);

  self->list = g_object_ref (list);
  self->access = g_object_ref (access);
  g_signal_connect_swapped (list, "counts-changed", G_CALLBACK (show_counts), self);
  g_signal_connect_object (access, "changed", G_CALLBACK (on_access_changed), self, G_CONNECT_SWAPPED);
  show_lists (self);
}

GActionGroup *
hy_document_filters_get_actions (HyDocumentFilters *self)
{
  g_return_val_if_fail (HY_IS_DOCUMENT_FILTERS (self), NULL);

  return G_ACTION_GROUP (self->actions);
}

void
hy_document_filters_append (HyDocumentFilters *self,
                            GMenu *menu)
{
  g_return_if_fail (HY_IS_DOCUMENT_FILTERS (self));

  g_menu_append_section (menu, C_ ("documents filter", "Only"), G_MENU_MODEL (self->only));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (self->narrow));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (self->acts));
}

void
hy_document_filters_clear (HyDocumentFilters *self)
{
  g_return_if_fail (HY_IS_DOCUMENT_FILTERS (self));

  set_filter (self, &(HyDocumentFilter) { 0 });
}
