/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The documents page: which documents are shown (words, shelf, order), what is open, and what can be done to one. */

#include "config.h"

#include "ui/documents/hy-documents-page.h"

#include "base/hy-async.h"
#include "base/hy-date.h"
#include "base/hy-error.h"
#include "fhir/hy-resource-row.h"
#include "records/hy-document-list.h"
#include "records/hy-document-settings.h"
#include "records/hy-record-change.h"
#include "space/hy-space-sync.h"
#include "ui/documents/hy-document-acts.h"
#include "ui/documents/hy-document-cell.h"
#include "ui/documents/hy-document-details.h"
#include "ui/documents/hy-document-filters.h"
#include "ui/documents/hy-document-marks.h"
#include "ui/documents/hy-document-sections.h"
#include "ui/documents/hy-documents-selection.h"
#include "ui/documents/hy-selection-bar.h"
#include "ui/documents/hy-several-acts.h"
#include "ui/documents/hy-shelf-filter.h"
#include "ui/import/hy-import-dialog.h"
#include "ui/window/hy-space-badge.h"

#include <glib/gi18n.h>

/* Higher than the header of a month, which a list view may put just out of sight by itself. */
#define NEAR_TOP_PX 64

struct _HyDocumentsPage
{
  AdwNavigationPage parent_instance;

  HySpace *space;
  HyScope *scope;
  HyDocumentList *list;
  HyDocumentsSelection *selection;
  gboolean narrow;
  gboolean loaded;
  gboolean in_sheet; /* details come from below rather than beside */

  HyDocumentCellStyle cell_style;
  GHashTable *cells; /* HyDocumentCell that exist; not owned */
  GtkListItemFactory *header_factory;
  GWeakRef focus_before;      /* what had the focus last, as far as it is on this page */
  gint64 top_wanted_at;       /* frame after which the list goes to its top */
  guint top_tick;             /* waits for that; 0 = nothing does */
  gboolean top_on_map;        /* the list is to begin at its top once it shows */
  gint64 followed;            /* row that had the focus before it went elsewhere in the list; 0 = none */
  gint64 pinned;              /* row that will go elsewhere by what its menu was asked; 0 = none */
  gboolean touched;           /* the click that goes on chooses */
  gint64 clicked;             /* row of the last click, when nothing else was pressed since; 0 = none */
  AdwDialog *import_dialog;   /* while it runs or is open */
  gboolean import_shown;

  AdwToastOverlay *toasts;
  AdwHeaderBar *header;
  AdwWindowTitle *window_title;
  AdwWindowTitle *selection_title;
  HySelectionBar *selection_bar;
  GtkWidget *select_button;
  AdwBanner *import_banner;
  AdwBottomSheet *details_sheet;
  AdwOverlaySplitView *details_split;
  HyDocumentDetails *details;
  GtkRevealer *drop_revealer;
  GtkLabel *drop_label;
  GtkWidget *connect_button;
  GtkStack *states;
  GtkStack *results;
  GtkSearchEntry *search_entry;
  GtkWidget *sort_button;
  AdwButtonContent *sort_content;
  HyShelfFilter *shelf_filter;
  HyDocumentFilters *filters;
  GtkWidget *compact_sort_button;
  GtkScrolledWindow *scroller;
  GtkListView *list_view;
  AdwStatusPage *no_match;
  GtkButton *clear_button;
  GtkEventController *drop; /* on the window, while the page is in one */
  GtkWidget *row_menu; /* of whichever row was asked: on the page, since a row may become another document's meanwhile */
};

enum
{
  PROP_0,
  PROP_UNREAD,
  PROP_NARROW,
  PROP_SHELF,
  PROP_SORT,
  PROP_SELECTING,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

enum
{
  OPEN_DOCUMENT,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HyDocumentsPage, hy_documents_page, ADW_TYPE_NAVIGATION_PAGE)

static const struct
{
  const char *name;
  HyVaultSort sort;
  const char *label;
} sorts[] = {
  { "newest", HY_SORT_NEWEST, N_ ("Newest first") },
  { "oldest", HY_SORT_OLDEST, N_ ("Oldest first") },
  { "title", HY_SORT_TITLE, N_ ("By title") },
  { "author", HY_SORT_AUTHOR, N_ ("By author") },
};

static HyAccess *
get_access (HyDocumentsPage *self)
{
  return hy_space_get_access (self->space);
}

static void
show_toast (HyDocumentsPage *self,
            const char *text)
{
  AdwToast *toast = adw_toast_new (text);

  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/* A job of a fiber about one document. */
typedef struct
{
  HyDocumentsPage *self;
  gint64 rowid;
} Job;

static Job *
job_new (HyDocumentsPage *self,
         gint64 rowid)
{
  Job *job = g_new0 (Job, 1);

  job->self = g_object_ref (self);
  job->rowid = rowid;
  return job;
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->self);
  g_free (job);
}

/* Whether what a fiber was about to show still has a place. */
static gboolean
is_over (HyDocumentsPage *self)
{
  return hy_scope_is_cancelled (self->scope) || !hy_access_is_open (get_access (self));
}

static void
tell_failure (HyDocumentsPage *self,
              const GError *error)
{
  if (is_over (self) || g_error_matches (error, HY_ERROR, HY_ERROR_LOCKED) ||
      g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED))
    return;
  show_toast (self, error->message);
}

/* -- details -- */

static void
restyle_cells (HyDocumentsPage *self)
{
  GHashTableIter iter;
  gpointer cell;

  g_hash_table_iter_init (&iter, self->cells);
  while (g_hash_table_iter_next (&iter, &cell, NULL))
    hy_document_cell_restyle (cell);
}

static void
show_details (HyDocumentsPage *self,
              gboolean shown)
{
  if (self->in_sheet)
    adw_bottom_sheet_set_open (self->details_sheet, shown);
  else
    adw_overlay_split_view_set_show_sidebar (self->details_split, shown);
}

static void
close_details (HyDocumentsPage *self)
{
  gint64 rowid = self->cell_style.opened;
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  gboolean had_focus = focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->details));
  GHashTableIter iter;
  gpointer cell;

  if (rowid == 0)
    return;
  self->cell_style.opened = 0;
  show_details (self, FALSE);
  hy_document_details_show (self->details, 0);
  g_hash_table_iter_init (&iter, self->cells);
  while (g_hash_table_iter_next (&iter, &cell, NULL))
    {
      /* The focus goes back to the row it came from, as far as that one is still in sight. */
      if (had_focus && hy_document_cell_get_rowid (cell) == rowid)
        gtk_widget_grab_focus (gtk_widget_get_parent (cell));
      hy_document_cell_restyle (cell);
    }
}

static DexFuture *
mark_read_fiber (gpointer user_data)
{
  Job *job = user_data;

  return hy_record_mark_read (get_access (job->self), job->rowid);
}

static void
open_details (HyDocumentsPage *self,
              gint64 rowid)
{
  self->cell_style.opened = rowid;
  restyle_cells (self);
  hy_document_details_show (self->details, rowid);
  show_details (self, TRUE);
  hy_spawn ("mark as read", mark_read_fiber, job_new (self, rowid), job_free, self->scope);
}

static void
place_details (HyDocumentsPage *self,
               gboolean in_sheet)
{
  g_autoptr (GtkWidget) details = g_object_ref (GTK_WIDGET (self->details));
  gboolean open = self->cell_style.opened != 0;

  self->in_sheet = in_sheet;
  if (in_sheet)
    {
      adw_overlay_split_view_set_show_sidebar (self->details_split, FALSE);
      adw_overlay_split_view_set_sidebar (self->details_split, NULL);
      adw_bottom_sheet_set_sheet (self->details_sheet, details);
    }
  else
    {
      adw_bottom_sheet_set_open (self->details_sheet, FALSE);
      adw_bottom_sheet_set_sheet (self->details_sheet, NULL);
      adw_overlay_split_view_set_sidebar (self->details_split, details);
    }
  show_details (self, open);
}

static void
on_sheet_wanted (HyDocumentsPage *self)
{
  place_details (self, /* in_sheet= */ TRUE);
}

static void
on_pane_wanted (HyDocumentsPage *self)
{
  place_details (self, /* in_sheet= */ FALSE);
}

static void
on_sheet_open_changed (HyDocumentsPage *self)
{
  if (self->in_sheet && !adw_bottom_sheet_get_open (self->details_sheet))
    close_details (self);
}

/* Over the whole window, with the words that led to it. */
static void
open_document (HyDocumentsPage *self,
               gint64 rowid)
{
  g_signal_emit (self, signals[OPEN_DOCUMENT], 0, rowid, hy_document_list_get_query (self->list));
}

static void
choose_row (HyDocumentsPage *self,
            guint position,
            gboolean extend)
{
  if (position != GTK_INVALID_LIST_POSITION)
    gtk_widget_activate_action (GTK_WIDGET (self->list_view), "list.select-item", "(ubb)", position, !extend, extend);
}

/* By Enter.  A click shows the details, two open the document: see on_cell_clicked and on_pressed. */
static void
on_row_activated (HyDocumentsPage *self,
                  guint position)
{
  g_autoptr (HyDocumentRow) row = g_list_model_get_item (G_LIST_MODEL (self->list), position);

  if (hy_documents_selection_get_active (self->selection))
    choose_row (self, position, /* extend= */ FALSE);
  else if (row != NULL)
    open_document (self, hy_document_row_get_rowid (row));
}

/* -- what is shown -- */

static gboolean
on_laid_out (GtkWidget *list_view,
             GdkFrameClock *clock,
             gpointer user_data)
{
  HyDocumentsPage *self = user_data;

  /* The tick comes before the layout of its frame: the first one is too early. */
  if (gdk_frame_clock_get_frame_counter (clock) <= self->top_wanted_at)
    return G_SOURCE_CONTINUE;
  self->top_tick = 0;
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
  return G_SOURCE_REMOVE;
}

/* A list view whose rows are all new puts the first one at its top, and the header above that out of sight. */
static void
scroll_to_top (HyDocumentsPage *self)
{
  /* Out of sight nothing is laid out. */
  self->top_on_map = !gtk_widget_get_mapped (GTK_WIDGET (self->list_view));
  if (self->top_on_map)
    return;
  self->top_wanted_at = gdk_frame_clock_get_frame_counter (gtk_widget_get_frame_clock (GTK_WIDGET (self->list_view))) + 1;
  if (self->top_tick == 0)
    self->top_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self->list_view), on_laid_out, self, NULL);
}

static void
on_list_mapped (HyDocumentsPage *self)
{
  if (self->top_on_map)
    scroll_to_top (self);
}

static void
show_state (HyDocumentsPage *self)
{
  const char *query = hy_document_list_get_query (self->list);
  gint shelf = hy_document_list_get_shelf (self->list);
  gboolean none = g_list_model_get_n_items (G_LIST_MODEL (self->list)) == 0;
  gboolean filtered = !hy_document_filter_is_any (hy_document_list_get_filter (self->list));

  if (!self->loaded)
    return;
  if (hy_document_list_get_total (self->list) == 0)
    {
      gtk_stack_set_visible_child_name (self->states, "empty");
      hy_documents_selection_set_active (self->selection, FALSE);
      gtk_widget_set_visible (self->select_button, FALSE);
      return;
    }
  gtk_stack_set_visible_child_name (self->states, "documents");
  gtk_widget_set_visible (self->select_button, TRUE);
  if (!none || (query == NULL && shelf < 0 && !filtered))
    {
      gtk_stack_set_visible_child_name (self->results, "list");
      return;
    }
  if (hy_document_list_get_loading (self->list))
    return;

  if (query != NULL)
    {
      g_autofree char *title = g_strdup_printf (_ ("Nothing for “%s”"), query);

      adw_status_page_set_title (self->no_match, title);
      adw_status_page_set_description (self->no_match, filtered     ? _ ("Not with these filters. Take them away, or look for other words.")
                                                       : shelf >= 0 ? _ ("Not on this shelf. Look on all shelves, or for other words.")
                                                                    : _ ("Try fewer words, or only the beginning of one."));
      gtk_button_set_label (self->clear_button, filtered ? _ ("Take the filters away") : _ ("Clear the search"));
    }
  else if (filtered)
    {
      adw_status_page_set_title (self->no_match, shelf >= 0 ? _ ("Nothing on this shelf with these filters") : _ ("Nothing with these filters"));
      adw_status_page_set_description (self->no_match, NULL);
      gtk_button_set_label (self->clear_button, _ ("Take the filters away"));
    }
  else
    {
      adw_status_page_set_title (self->no_match, _ ("Nothing on this shelf"));
      adw_status_page_set_description (self->no_match, NULL);
      gtk_button_set_label (self->clear_button, _ ("Show all shelves"));
    }
  gtk_stack_set_visible_child_name (self->results, "no-match");
}

static void
show_headers (HyDocumentsPage *self)
{
  HyVaultSort sort = hy_document_list_get_sort (self->list);
  gboolean by_month = sort == HY_SORT_NEWEST || sort == HY_SORT_OLDEST;

  if ((gtk_list_view_get_header_factory (self->list_view) != NULL) == by_month)
    return;
  self->cell_style.with_year = !by_month;
  gtk_list_view_set_header_factory (self->list_view, by_month ? self->header_factory : NULL);
  restyle_cells (self);
}

static HyDocumentCell *get_focused_cell (HyDocumentsPage *self);

static gboolean
on_follow (GtkWidget *widget,
           GdkFrameClock *clock,
           gpointer user_data)
{
  HyDocumentsPage *self = user_data;
  gint64 rowid = self->followed;
  guint position;

  self->followed = 0;
  if (get_focused_cell (self) == NULL && hy_document_list_find (self->list, rowid, &position))
    gtk_list_view_scroll_to (self->list_view, position, GTK_LIST_SCROLL_FOCUS, NULL);
  return G_SOURCE_REMOVE;
}

/* A document that is pinned, or has another date, has another place: for the list view its row goes, and the focus with it. */
static void
follow_focus (HyDocumentsPage *self)
{
  HyDocumentCell *cell = get_focused_cell (self);
  gint64 rowid = self->pinned != 0 ? self->pinned : cell != NULL ? hy_document_cell_get_rowid (cell)
                                                                 : 0;

  self->pinned = 0;
  if (rowid == 0 || self->followed != 0)
    return;
  self->followed = rowid;
  gtk_widget_add_tick_callback (GTK_WIDGET (self), on_follow, self, NULL);
}

static void
on_pin (HyDocumentsPage *self,
        GVariant *rowid)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  /* Asked from the details, the focus stays there. */
  if (focus == NULL || gtk_widget_is_ancestor (focus, GTK_WIDGET (self->list_view)) || gtk_widget_is_ancestor (focus, self->row_menu))
    self->pinned = g_variant_get_int64 (rowid);
}

static void
on_items_changed (HyDocumentsPage *self)
{
  follow_focus (self);
  show_headers (self);
  show_state (self);
  /* Whoever looks at the top sees what is new there; whoever reads further down is left in peace. */
  if (self->top_on_map || self->top_tick != 0 || gtk_adjustment_get_value (gtk_scrolled_window_get_vadjustment (self->scroller)) < NEAR_TOP_PX)
    scroll_to_top (self);
}

static void
on_loading_changed (HyDocumentsPage *self)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->list));
  g_autofree char *text = NULL;

  show_state (self);
  if (hy_document_list_get_loading (self->list))
    return;
  scroll_to_top (self);
  if (hy_document_list_get_query (self->list) == NULL)
    return;
  text = n_items == 0 ? g_strdup (_ ("No document found"))
                      : g_strdup_printf (ngettext ("%'u document found", "%'u documents found", n_items), n_items);
  gtk_accessible_announce (GTK_ACCESSIBLE (self->search_entry), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_LOW);
}

static void
on_search_changed (HyDocumentsPage *self)
{
  hy_document_list_set_query (self->list, gtk_editable_get_text (GTK_EDITABLE (self->search_entry)));
}

static void
on_search_stopped (HyDocumentsPage *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
}

static void
on_filters_changed (HyDocumentsPage *self)
{
  show_state (self);
  scroll_to_top (self);
}

static void
on_clear_clicked (HyDocumentsPage *self)
{
  if (!hy_document_filter_is_any (hy_document_list_get_filter (self->list)))
    {
      hy_document_filters_clear (self->filters);
      gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
    }
  else if (hy_document_list_get_query (self->list) != NULL)
    {
      gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
      gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
    }
  else
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "page.shelf", "i", -1);
    }
}

/* -- shelf and order -- */

static void
set_shelf (HyDocumentsPage *self,
           gint shelf)
{
  if (hy_document_list_get_shelf (self->list) == shelf)
    return;
  hy_document_list_set_shelf (self->list, shelf);
  hy_shelf_filter_show_chosen (self->shelf_filter);
  show_state (self);
  scroll_to_top (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SHELF]);
}

static const char *
get_sort_name (HyDocumentsPage *self)
{
  HyVaultSort sort = self->list != NULL ? hy_document_list_get_sort (self->list) : HY_SORT_NEWEST;

  for (guint i = 0; i < G_N_ELEMENTS (sorts); i++)
    if (sorts[i].sort == sort)
      return sorts[i].name;
  return sorts[0].name;
}

static void
set_sort (HyDocumentsPage *self,
          const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (sorts); i++)
    if (g_strcmp0 (sorts[i].name, name) == 0)
      {
        adw_button_content_set_label (self->sort_content, _ (sorts[i].label));
        hy_document_list_set_sort (self->list, sorts[i].sort);
      }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SORT]);
}

/* -- rows -- */

static void
popup_row_menu (HyDocumentsPage *self,
                GtkWidget *cell,
                double x,
                double y)
{
  gint64 rowid = hy_document_cell_get_rowid (HY_DOCUMENT_CELL (cell));
  const HyVaultRow *row = hy_document_cell_get_row (HY_DOCUMENT_CELL (cell));
  guint flags = hy_document_cell_get_flags (HY_DOCUMENT_CELL (cell));
  gboolean hidden = (flags & HY_ROW_HIDDEN_PRO) != 0;
  gboolean may_edit = hy_document_may_hide (get_access (self));
  const struct
  {
    const char *label, *action;
    gboolean possible;
  } entries[] = {
    { _ ("_Open"), "page.open", TRUE },
    { _ ("_Details"), "page.show-details", TRUE },
    { hidden ? _ ("S_how to professionals") : _ ("_Hide from professionals"), hidden ? "page.show-to-professionals" : "page.hide", may_edit },
    { _ ("_Move to a shelf…"), "page.move", hy_document_may_move (get_access (self), flags) },
    { _ ("_Save a copy…"), "page.save-copy", TRUE },
    { _ ("_Remove…"), "page.remove", may_edit },
  };
  g_autoptr (GMenu) menu = g_menu_new ();
  graphene_point_t at;

  if (rowid == 0)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (entries[i].label, NULL);

      if (!entries[i].possible)
        continue;
      g_menu_item_set_action_and_target (item, entries[i].action, "x", rowid);
      g_menu_append_item (menu, item);
    }
  if (row != NULL)
    hy_document_marks_append (menu, row);
  gtk_popover_menu_set_menu_model (GTK_POPOVER_MENU (self->row_menu), G_MENU_MODEL (menu));
  if (gtk_widget_compute_point (cell, GTK_WIDGET (self), &GRAPHENE_POINT_INIT ((float) x, (float) y), &at))
    gtk_popover_set_pointing_to (GTK_POPOVER (self->row_menu), &(GdkRectangle) { (int) at.x, (int) at.y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->row_menu));
}

static void
on_cell_pressed (GtkGestureClick *gesture,
                 int n_press,
                 double x,
                 double y,
                 HyDocumentsPage *self)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  popup_row_menu (self, gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture)), x, y);
}

/* While documents are being chosen, and with the keys that choose: what follows is not a click that opens. */
static void
on_cell_touched (GtkGestureClick *gesture,
                 int n_press,
                 double x,
                 double y,
                 HyDocumentsPage *self)
{
  GtkWidget *cell = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture));
  GdkModifierType held = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  gboolean extend = (held & GDK_SHIFT_MASK) != 0;

  if (!hy_documents_selection_get_active (self->selection) && !extend && !(held & GDK_CONTROL_MASK))
    return;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_grab_focus (gtk_widget_get_parent (cell));
  choose_row (self, hy_document_cell_get_position (HY_DOCUMENT_CELL (cell)), extend);
  self->touched = TRUE;
}

/* Where the details would cover the list there is nothing to see them beside: the document itself opens. */
static void
on_cell_clicked (GtkGestureClick *gesture,
                 int n_press,
                 double x,
                 double y,
                 HyDocumentsPage *self)
{
  GtkWidget *cell = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture));
  gint64 rowid = hy_document_cell_get_rowid (HY_DOCUMENT_CELL (cell));

  if (self->touched || rowid == 0 || n_press != 1 || !gtk_widget_contains (cell, x, y))
    {
      self->touched = FALSE;
      return;
    }
  self->clicked = rowid;
  if (self->in_sheet)
    open_document (self, rowid);
  else
    open_details (self, rowid);
}

/* The details that the first click of two shows take room from the list, and the row is elsewhere at the second. */
static void
on_pressed (GtkGestureClick *gesture,
            int n_press,
            double x,
            double y,
            HyDocumentsPage *self)
{
  gint64 clicked = self->clicked;

  self->clicked = 0;
  if (n_press != 2 || clicked == 0)
    return;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  open_document (self, clicked);
}

static void
on_cell_long_pressed (GtkGestureLongPress *gesture,
                      double x,
                      double y,
                      HyDocumentsPage *self)
{
  GtkWidget *cell = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture));

  /* The press chose it already where choosing had begun. */
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  if (!hy_documents_selection_get_active (self->selection))
    choose_row (self, hy_document_cell_get_position (HY_DOCUMENT_CELL (cell)), /* extend= */ FALSE);
}

static HyDocumentCell *
get_focused_cell (HyDocumentsPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  GtkWidget *child;

  if (focus == NULL || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self->list_view)))
    return NULL;
  child = gtk_widget_get_first_child (focus);
  return HY_IS_DOCUMENT_CELL (child) ? HY_DOCUMENT_CELL (child) : NULL;
}

static gboolean
on_menu_key (GtkWidget *widget,
             GVariant *args,
             gpointer user_data)
{
  HyDocumentsPage *self = user_data;
  HyDocumentCell *cell = get_focused_cell (self);

  if (cell == NULL)
    return FALSE;
  popup_row_menu (self, GTK_WIDGET (cell), gtk_widget_get_width (GTK_WIDGET (cell)) / 2.0,
                  gtk_widget_get_height (GTK_WIDGET (cell)) / 2.0);
  return TRUE;
}

static gboolean
on_details_key (GtkWidget *widget,
                GVariant *args,
                gpointer user_data)
{
  HyDocumentsPage *self = user_data;
  HyDocumentCell *cell = get_focused_cell (self);

  if (cell == NULL)
    return FALSE;
  open_details (self, hy_document_cell_get_rowid (cell));
  return TRUE;
}

static gboolean
on_delete_key (GtkWidget *widget,
               GVariant *args,
               gpointer user_data)
{
  HyDocumentsPage *self = user_data;
  HyDocumentCell *cell = get_focused_cell (self);

  if (hy_documents_selection_get_count (self->selection) > 0)
    return gtk_widget_activate_action (GTK_WIDGET (self), "page.remove-chosen", NULL);
  if (cell == NULL)
    return FALSE;
  return gtk_widget_activate_action (GTK_WIDGET (self), "page.remove", "x", hy_document_cell_get_rowid (cell));
}

static gboolean
on_undo_key (GtkWidget *widget,
             GVariant *args,
             gpointer user_data)
{
  return hy_several_undo_last (HY_DOCUMENTS_PAGE (user_data)->toasts);
}

static gboolean
on_escape_key (GtkWidget *widget,
               GVariant *args,
               gpointer user_data)
{
  HyDocumentsPage *self = user_data;

  if (hy_documents_selection_get_active (self->selection))
    {
      hy_documents_selection_set_active (self->selection, FALSE);
      return TRUE;
    }
  if (self->cell_style.opened == 0)
    return FALSE;
  close_details (self);
  return TRUE;
}

static void
on_cell_destroyed (HyDocumentsPage *self,
                   GtkWidget *cell)
{
  g_hash_table_remove (self->cells, cell);
}

static void
on_cell_setup (HyDocumentsPage *self,
               GtkListItem *item)
{
  GtkWidget *cell = hy_document_cell_new (&self->cell_style);
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *choose = gtk_gesture_click_new ();
  GtkGesture *press = gtk_gesture_long_press_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (on_cell_pressed), self);
  gtk_widget_add_controller (cell, GTK_EVENT_CONTROLLER (click));
  g_signal_connect (choose, "pressed", G_CALLBACK (on_cell_touched), self);
  g_signal_connect (choose, "released", G_CALLBACK (on_cell_clicked), self);
  gtk_widget_add_controller (cell, GTK_EVENT_CONTROLLER (choose));
  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (press), TRUE);
  g_signal_connect (press, "pressed", G_CALLBACK (on_cell_long_pressed), self);
  gtk_widget_add_controller (cell, GTK_EVENT_CONTROLLER (press));
  gtk_list_item_set_child (item, cell);
  g_hash_table_add (self->cells, cell);
  g_signal_connect_object (cell, "destroy", G_CALLBACK (on_cell_destroyed), self, G_CONNECT_SWAPPED);
}

static void
on_cell_bind (HyDocumentsPage *self,
              GtkListItem *item)
{
  hy_document_cell_bind (HY_DOCUMENT_CELL (gtk_list_item_get_child (item)), item);
}

static void
on_cell_unbind (HyDocumentsPage *self,
                GtkListItem *item)
{
  hy_document_cell_unbind (HY_DOCUMENT_CELL (gtk_list_item_get_child (item)));
}

static void
on_header_setup (HyDocumentsPage *self,
                 GtkListHeader *header)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0.0);
  gtk_widget_add_css_class (label, "heading");
  gtk_widget_add_css_class (label, "dimmed");
  gtk_list_header_set_child (header, label);
}

static void
on_header_bind (HyDocumentsPage *self,
                GtkListHeader *header)
{
  GtkWidget *label = gtk_list_header_get_child (header);
  g_autofree char *text = NULL;
  gint year, month;

  if (gtk_list_header_get_start (header) < hy_document_list_get_n_pinned (self->list))
    text = g_strdup (C_ ("documents", "Pinned"));
  else if (hy_document_list_get_month (self->list, gtk_list_header_get_start (header), &year, &month))
    {
      text = hy_date_dup_display ((HyDate) { (gint16) year, (guint8) month, 0 });
      /* Some languages write months small, but not at the head of a list. */
      if (g_utf8_validate (text, -1, NULL))
        {
          g_autofree char *small = g_steal_pointer (&text);
          char first[7] = { 0 };

          g_unichar_to_utf8 (g_unichar_totitle (g_utf8_get_char (small)), first);
          text = g_strconcat (first, g_utf8_next_char (small), NULL);
        }
    }
  gtk_label_set_text (GTK_LABEL (label), text != NULL ? text : _ ("Without a date"));
}

/* -- acts on one document -- */

static void
tell (HyDocumentsPage *self,
      DexFuture *act)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *words = dex_await_string (act, &error);

  if (words == NULL)
    tell_failure (self, error);
  else if (*words != '\0' && !is_over (self))
    show_toast (self, words);
}

static DexFuture *
save_copy_fiber (gpointer user_data)
{
  Job *job = user_data;

  tell (job->self, hy_document_save_copy (GTK_WIDGET (job->self), job->self->space, job->rowid));
  return dex_future_new_true ();
}

static void
activate_save_copy (GtkWidget *widget,
                    const char *action,
                    GVariant *rowid)
{
  HyDocumentsPage *self = HY_DOCUMENTS_PAGE (widget);

  hy_spawn ("save a copy", save_copy_fiber, job_new (self, g_variant_get_int64 (rowid)), job_free, self->scope);
}

/* -- acts on several -- */

typedef enum
{
  ACT_HIDE,
  ACT_SHOW,
  ACT_MOVE,
  ACT_SAVE,
  ACT_REMOVE,
} SeveralAct;

typedef struct
{
  HyDocumentsPage *self;
  GArray *rowids;
  SeveralAct act;
} SeveralJob;

static void
several_job_free (gpointer data)
{
  SeveralJob *job = data;

  g_object_unref (job->self);
  g_array_unref (job->rowids);
  g_free (job);
}

static DexFuture *
start_act (SeveralJob *job)
{
  HyDocumentsPage *self = job->self;
  GtkWidget *over = GTK_WIDGET (self);

  switch (job->act)
    {
    case ACT_HIDE:
    case ACT_SHOW:
      return hy_several_hide (over, self->toasts, self->space, job->rowids, job->act == ACT_HIDE);
    case ACT_MOVE:
      return hy_several_move (over, self->toasts, self->space, job->rowids);
    case ACT_SAVE:
      return hy_several_save (over, self->toasts, self->space, job->rowids);
    case ACT_REMOVE:
    default:
      return hy_several_remove (over, self->toasts, self->space, job->rowids);
    }
}

static DexFuture *
several_fiber (gpointer user_data)
{
  SeveralJob *job = user_data;

  /* What was done is said by a toast; what was chosen for it no longer is. */
  if (dex_await_boolean (start_act (job), NULL) && !is_over (job->self))
    hy_documents_selection_set_active (job->self->selection, FALSE);
  return dex_future_new_true ();
}

/* @rowids: (transfer full) */
static void
act_on (HyDocumentsPage *self,
        GArray *rowids,
        SeveralAct act)
{
  SeveralJob *job;

  if (rowids->len == 0)
    {
      g_array_unref (rowids);
      return;
    }
  job = g_new0 (SeveralJob, 1);
  job->self = g_object_ref (self);
  job->rowids = rowids;
  job->act = act;
  hy_spawn ("act on documents", several_fiber, job, several_job_free, self->scope);
}

static void
act_on_one (GtkWidget *widget,
            GVariant *parameter,
            SeveralAct act)
{
  GArray *rowids = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 rowid = g_variant_get_int64 (parameter);

  g_array_append_val (rowids, rowid);
  act_on (HY_DOCUMENTS_PAGE (widget), rowids, act);
}

static void
act_on_chosen (GtkWidget *widget,
               SeveralAct act)
{
  HyDocumentsPage *self = HY_DOCUMENTS_PAGE (widget);

  act_on (self, hy_documents_selection_dup_rowids (self->selection), act);
}

/* Details of what is gone close by themselves. */
static void
activate_remove (GtkWidget *widget,
                 const char *action,
                 GVariant *rowid)
{
  act_on_one (widget, rowid, ACT_REMOVE);
}

static void
activate_hide (GtkWidget *widget,
               const char *action,
               GVariant *rowid)
{
  act_on_one (widget, rowid, ACT_HIDE);
}

static void
activate_show (GtkWidget *widget,
               const char *action,
               GVariant *rowid)
{
  act_on_one (widget, rowid, ACT_SHOW);
}

static void
activate_move (GtkWidget *widget,
               const char *action,
               GVariant *rowid)
{
  act_on_one (widget, rowid, ACT_MOVE);
}

static void
activate_hide_chosen (GtkWidget *widget,
                      const char *action,
                      GVariant *hides)
{
  act_on_chosen (widget, g_variant_get_boolean (hides) ? ACT_HIDE : ACT_SHOW);
}

static void
activate_move_chosen (GtkWidget *widget,
                      const char *action,
                      GVariant *unused)
{
  act_on_chosen (widget, ACT_MOVE);
}

static void
activate_save_chosen (GtkWidget *widget,
                      const char *action,
                      GVariant *unused)
{
  act_on_chosen (widget, ACT_SAVE);
}

static void
activate_remove_chosen (GtkWidget *widget,
                        const char *action,
                        GVariant *unused)
{
  act_on_chosen (widget, ACT_REMOVE);
}

static void
activate_select (GtkWidget *widget,
                 const char *action,
                 GVariant *unused)
{
  hy_documents_selection_set_active (HY_DOCUMENTS_PAGE (widget)->selection, TRUE);
}

static void
activate_stop_selecting (GtkWidget *widget,
                         const char *action,
                         GVariant *unused)
{
  hy_documents_selection_set_active (HY_DOCUMENTS_PAGE (widget)->selection, FALSE);
}

static void
on_selection_count_changed (HyDocumentsPage *self)
{
  guint count = hy_documents_selection_get_count (self->selection);
  g_autofree char *text = NULL;

  if (!hy_documents_selection_get_active (self->selection))
    return;
  text = count == 0 ? g_strdup (_ ("Select documents"))
                    : g_strdup_printf (ngettext ("%'u selected", "%'u selected", count), count);
  if (g_strcmp0 (adw_window_title_get_title (self->selection_title), text) == 0)
    return;
  adw_window_title_set_title (self->selection_title, text);
  gtk_accessible_announce (GTK_ACCESSIBLE (self->selection_title), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_LOW);
}

static void
show_selecting (gpointer user_data)
{
  g_autoptr (HyDocumentsPage) self = user_data;
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  gboolean in_list = focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->list_view));

  if (self->selection == NULL)
    return;
  self->cell_style.choosing = hy_documents_selection_get_active (self->selection);
  if (self->cell_style.choosing)
    close_details (self);
  else
    adw_window_title_set_title (self->selection_title, "");
  restyle_cells (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SELECTING]);
  on_selection_count_changed (self);
  if (gtk_adjustment_get_value (gtk_scrolled_window_get_vadjustment (self->scroller)) < NEAR_TOP_PX)
    scroll_to_top (self);
  /* The button that had the focus has gone with its header. */
  if (!in_list)
    gtk_widget_grab_focus (GTK_WIDGET (self->list_view));
}

/* Not under the hands of the list view, which may be in the middle of a move that chooses. */
static void
on_selecting_changed (HyDocumentsPage *self)
{
  g_idle_add_once (show_selecting, g_object_ref (self));
}

static void
activate_open (GtkWidget *widget,
               const char *action,
               GVariant *rowid)
{
  open_document (HY_DOCUMENTS_PAGE (widget), g_variant_get_int64 (rowid));
}

static void
activate_details (GtkWidget *widget,
                  const char *action,
                  GVariant *rowid)
{
  open_details (HY_DOCUMENTS_PAGE (widget), g_variant_get_int64 (rowid));
}

/* -- import -- */

static void
show_import_banner (HyDocumentsPage *self)
{
  HyImportDialog *dialog = HY_IMPORT_DIALOG (self->import_dialog);
  gboolean away = dialog != NULL && hy_import_dialog_get_running (dialog) && !self->import_shown;

  if (away)
    adw_banner_set_title (self->import_banner, hy_import_dialog_get_status (dialog));
  adw_banner_set_revealed (self->import_banner, away);
}

static void
present_import (HyDocumentsPage *self)
{
  self->import_shown = TRUE;
  adw_banner_set_revealed (self->import_banner, FALSE);
  adw_dialog_present (self->import_dialog, GTK_WIDGET (self));
}

static void
end_import (HyDocumentsPage *self)
{
  guint added = hy_import_dialog_get_added (HY_IMPORT_DIALOG (self->import_dialog));
  g_autofree char *text = NULL;

  g_clear_object (&self->import_dialog);
  adw_banner_set_revealed (self->import_banner, FALSE);
  if (added == 0)
    return;
  text = g_strdup_printf (ngettext ("%'u entry added", "%'u entries added", added), added);
  show_toast (self, text);
}

static void
on_import_closed (HyDocumentsPage *self)
{
  self->import_shown = FALSE;
  if (hy_import_dialog_get_running (HY_IMPORT_DIALOG (self->import_dialog)))
    show_import_banner (self);
  else
    end_import (self);
}

static void
on_import_running_changed (HyDocumentsPage *self)
{
  if (self->import_shown || hy_import_dialog_get_running (HY_IMPORT_DIALOG (self->import_dialog)))
    return;
  /* Put away, and all is done: come back with the question if something waits for a choice, else say it in a word. */
  if (hy_import_dialog_get_waits (HY_IMPORT_DIALOG (self->import_dialog)))
    {
      present_import (self);
    }
  else
    {
      end_import (self);
    }
}

static void
on_import_open_document (HyDocumentsPage *self,
                         gint64 rowid)
{
  adw_dialog_close (self->import_dialog);
  open_document (self, rowid);
}

static void
on_import_banner_clicked (HyDocumentsPage *self)
{
  present_import (self);
}

static void
on_files_chosen (GObject *source,
                 GAsyncResult *result,
                 gpointer user_data)
{
  g_autoptr (HyDocumentsPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) chosen = gtk_file_dialog_open_multiple_finish (GTK_FILE_DIALOG (source), result, &error);
  g_autoptr (GPtrArray) files = NULL;

  if (chosen == NULL)
    {
      tell_failure (self, error);
      return;
    }
  files = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < g_list_model_get_n_items (chosen); i++)
    g_ptr_array_add (files, g_list_model_get_item (chosen, i));
  if (!is_over (self))
    hy_documents_page_import_files (self, files);
}

static void
activate_import (GtkWidget *widget,
                 const char *action,
                 GVariant *unused)
{
  hy_documents_page_import (HY_DOCUMENTS_PAGE (widget));
}

static GdkDragAction
on_drop_enter (GtkDropTarget *target,
               double x,
               double y,
               HyDocumentsPage *self)
{
  gtk_revealer_set_reveal_child (self->drop_revealer, TRUE);
  return GDK_ACTION_COPY;
}

static void
on_drop_leave (GtkDropTarget *target,
               HyDocumentsPage *self)
{
  gtk_revealer_set_reveal_child (self->drop_revealer, FALSE);
}

static gboolean
on_drop (GtkDropTarget *target,
         const GValue *value,
         double x,
         double y,
         HyDocumentsPage *self)
{
  g_autoptr (GSList) dropped = gdk_file_list_get_files (g_value_get_boxed (value));
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);

  gtk_revealer_set_reveal_child (self->drop_revealer, FALSE);
  for (GSList *at = dropped; at != NULL; at = at->next)
    g_ptr_array_add (files, g_object_ref (at->data));
  hy_documents_page_import_files (self, files);
  return TRUE;
}

/* -- the page -- */

static gboolean
give_focus_back (GtkWidget *widget,
                 GdkFrameClock *clock,
                 gpointer user_data)
{
  HyDocumentsPage *self = user_data;
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *now = root != NULL ? gtk_root_get_focus (root) : NULL;
  GtkWidget *focus = g_weak_ref_get (&self->focus_before);

  if (focus != NULL && root != NULL && (now == NULL || !gtk_widget_get_mapped (now)))
    {
      /* Not shown again yet. */
      if (!gtk_widget_get_mapped (focus))
        {
          g_object_unref (focus);
          return G_SOURCE_CONTINUE;
        }
      gtk_widget_grab_focus (focus);
    }
  g_clear_object (&focus);
  return G_SOURCE_REMOVE;
}

/* AdwBreakpointBin hides what it holds for a frame when its breakpoint changes, as it does when details open beside the
 * list, and what had the focus loses it.  The keyboard would then lead nowhere. */
static void
keep_focus (HyDocumentsPage *self)
{
  gtk_widget_add_tick_callback (GTK_WIDGET (self), give_focus_back, self, NULL);
}

static void
on_focus_changed (HyDocumentsPage *self)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));

  /* Lost to nothing, or to a stopgap of libadwaita that nobody sees, is not gone elsewhere. */
  if (focus != NULL && gtk_widget_get_mapped (focus))
    g_weak_ref_set (&self->focus_before, gtk_widget_is_ancestor (focus, GTK_WIDGET (self)) ? focus : NULL);
}

static void
set_compact (HyDocumentsPage *self,
             gboolean compact_rows,
             gboolean compact)
{
  keep_focus (self);
  self->cell_style.compact = compact_rows;
  hy_shelf_filter_set_compact (self->shelf_filter, compact);
  hy_selection_bar_set_compact (self->selection_bar, compact_rows);
  gtk_widget_set_visible (self->sort_button, !compact);
  gtk_widget_set_visible (self->compact_sort_button, compact);
  if (compact)
    gtk_widget_add_css_class (GTK_WIDGET (self), "compact");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "compact");
  restyle_cells (self);
}

static void
on_compact_wanted (HyDocumentsPage *self)
{
  set_compact (self, /* compact_rows= */ TRUE, /* compact= */ TRUE);
}

/* Beside the details: room for the shelves, not for everything of a row on two lines. */
static void
on_compact_rows_wanted (HyDocumentsPage *self)
{
  set_compact (self, /* compact_rows= */ TRUE, /* compact= */ FALSE);
}

static void
on_wide_wanted (HyDocumentsPage *self)
{
  set_compact (self, /* compact_rows= */ FALSE, /* compact= */ FALSE);
}

static void
on_list_failed (HyDocumentsPage *self,
                const GError *error)
{
  tell_failure (self, error);
}

static void
show_list (HyDocumentsPage *self)
{
  gtk_list_view_set_model (self->list_view, GTK_SELECTION_MODEL (self->selection));
  scroll_to_top (self);
}

static DexFuture *
load_fiber (gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  HyDocumentsPage *self = ((Job *) user_data)->self;

  /* A failure was told by the list's own signal. */
  if (dex_await (hy_document_list_load (self->list), &error) && !is_over (self))
    {
      self->loaded = TRUE;
      show_list (self);
      show_state (self);
      /* Not before the list is there: a decoder that waits makes the first page of a document come sooner. */
      hy_renderer_keep_spare (hy_space_get_renderer (self->space), TRUE);
    }
  return dex_future_new_true ();
}

static void
set_narrow (HyDocumentsPage *self,
            gboolean narrow)
{
  if (self->narrow == narrow)
    return;
  self->narrow = narrow;
  adw_window_title_set_subtitle (self->selection_title, narrow ? hy_space_info_get_name (hy_space_get_info (self->space)) : "");
  adw_window_title_set_subtitle (self->window_title, narrow ? hy_space_info_get_name (hy_space_get_info (self->space)) : "");
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NARROW]);
}

static void
hy_documents_page_get_property (GObject *object,
                                guint prop_id,
                                GValue *value,
                                GParamSpec *pspec)
{
  HyDocumentsPage *self = HY_DOCUMENTS_PAGE (object);

  switch (prop_id)
    {
    case PROP_UNREAD:
      g_value_set_uint (value, self->list != NULL ? hy_document_list_get_unread (self->list) : 0);
      break;
    case PROP_NARROW:
      g_value_set_boolean (value, self->narrow);
      break;
    case PROP_SHELF:
      g_value_set_int (value, self->list != NULL ? hy_document_list_get_shelf (self->list) : -1);
      break;
    case PROP_SORT:
      g_value_set_string (value, get_sort_name (self));
      break;
    case PROP_SELECTING:
      g_value_set_boolean (value, self->selection != NULL && hy_documents_selection_get_active (self->selection));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hy_documents_page_set_property (GObject *object,
                                guint prop_id,
                                const GValue *value,
                                GParamSpec *pspec)
{
  HyDocumentsPage *self = HY_DOCUMENTS_PAGE (object);

  switch (prop_id)
    {
    case PROP_NARROW:
      set_narrow (self, g_value_get_boolean (value));
      break;
    case PROP_SHELF:
      set_shelf (self, g_value_get_int (value));
      break;
    case PROP_SORT:
      set_sort (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

/* One server a space. */
static void
on_sync_changed (HyDocumentsPage *self)
{
  const HySpaceSyncStatus *status = hy_space_sync_get_status (hy_space_get_sync (self->space));

  gtk_widget_set_visible (self->connect_button, status->state == HY_SPACE_SYNC_ALONE);
}

static void
notify_unread (HyDocumentsPage *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UNREAD]);
}

static void
cancel_when_gone (gpointer user_data)
{
  g_autoptr (HyDocumentsPage) self = user_data;

  /* Only moved from one place to another, as when the window grows narrow: what goes on may go on. */
  if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    hy_scope_cancel (self->scope);
}

/* Files may be dropped anywhere in the window. */
static void
add_drop_target (HyDocumentsPage *self)
{
  GtkDropTarget *drop = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  g_signal_connect (drop, "enter", G_CALLBACK (on_drop_enter), self);
  g_signal_connect (drop, "leave", G_CALLBACK (on_drop_leave), self);
  g_signal_connect (drop, "drop", G_CALLBACK (on_drop), self);
  self->drop = GTK_EVENT_CONTROLLER (drop);
  gtk_widget_add_controller (GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self))), self->drop);
}

static void
hy_documents_page_root (GtkWidget *widget)
{
  HyDocumentsPage *self = HY_DOCUMENTS_PAGE (widget);

  GTK_WIDGET_CLASS (hy_documents_page_parent_class)->root (widget);
  g_signal_connect_swapped (gtk_widget_get_root (widget), "notify::focus-widget", G_CALLBACK (on_focus_changed), self);
  add_drop_target (self);
  if (hy_scope_is_cancelled (self->scope))
    {
      g_object_unref (self->scope);
      self->scope = hy_scope_new ();
    }
}

static void
hy_documents_page_unroot (GtkWidget *widget)
{
  HyDocumentsPage *self = HY_DOCUMENTS_PAGE (widget);

  g_signal_handlers_disconnect_by_func (gtk_widget_get_root (widget), on_focus_changed, widget);
  gtk_widget_remove_controller (GTK_WIDGET (gtk_widget_get_root (widget)), self->drop);
  self->drop = NULL;
  GTK_WIDGET_CLASS (hy_documents_page_parent_class)->unroot (widget);
  g_idle_add_once (cancel_when_gone, g_object_ref (widget));
}

static void
hy_documents_page_dispose (GObject *object)
{
  HyDocumentsPage *self = HY_DOCUMENTS_PAGE (object);

  hy_scope_cancel (self->scope);
  if (self->import_dialog != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->import_dialog, self);
      hy_import_dialog_stop (HY_IMPORT_DIALOG (self->import_dialog));
      g_clear_object (&self->import_dialog);
    }
  g_clear_pointer (&self->row_menu, gtk_widget_unparent);
  if (self->list != NULL)
    g_signal_handlers_disconnect_by_data (self->list, self);
  /* The list view lets its rows go while their factory still answers. */
  if (self->list_view != NULL)
    gtk_list_view_set_model (self->list_view, NULL);
  adw_navigation_page_set_child (ADW_NAVIGATION_PAGE (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), HY_TYPE_DOCUMENTS_PAGE);
  g_clear_object (&self->details);
  g_clear_object (&self->header_factory);
  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  g_clear_object (&self->selection);
  g_clear_object (&self->list);
  G_OBJECT_CLASS (hy_documents_page_parent_class)->dispose (object);
}

static void
hy_documents_page_finalize (GObject *object)
{
  HyDocumentsPage *self = HY_DOCUMENTS_PAGE (object);

  g_clear_object (&self->space);
  g_clear_object (&self->scope);
  g_hash_table_unref (self->cells);
  g_weak_ref_clear (&self->focus_before);
  G_OBJECT_CLASS (hy_documents_page_parent_class)->finalize (object);
}

static void
hy_documents_page_class_init (HyDocumentsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hy_documents_page_get_property;
  object_class->set_property = hy_documents_page_set_property;
  object_class->dispose = hy_documents_page_dispose;
  object_class->finalize = hy_documents_page_finalize;
  widget_class->root = hy_documents_page_root;
  widget_class->unroot = hy_documents_page_unroot;

  props[PROP_UNREAD] = g_param_spec_uint ("unread", NULL, NULL, 0, G_MAXUINT, 0,
                                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  props[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE,
                                             G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  props[PROP_SHELF] = g_param_spec_int ("shelf", NULL, NULL, -1, G_MAXINT, -1,
                                        G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  props[PROP_SORT] = g_param_spec_string ("sort", NULL, NULL, "newest",
                                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  props[PROP_SELECTING] = g_param_spec_boolean ("selecting", NULL, NULL, FALSE,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[OPEN_DOCUMENT] = g_signal_new ("open-document", HY_TYPE_DOCUMENTS_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                         G_TYPE_INT64, G_TYPE_STRING);

  gtk_widget_class_install_action (widget_class, "page.import", NULL, activate_import);
  gtk_widget_class_install_action (widget_class, "page.open", "x", activate_open);
  gtk_widget_class_install_action (widget_class, "page.show-details", "x", activate_details);
  gtk_widget_class_install_action (widget_class, "page.save-copy", "x", activate_save_copy);
  gtk_widget_class_install_action (widget_class, "page.remove", "x", activate_remove);
  gtk_widget_class_install_action (widget_class, "page.hide", "x", activate_hide);
  gtk_widget_class_install_action (widget_class, "page.show-to-professionals", "x", activate_show);
  gtk_widget_class_install_action (widget_class, "page.move", "x", activate_move);
  gtk_widget_class_install_action (widget_class, "page.select", NULL, activate_select);
  gtk_widget_class_install_action (widget_class, "page.stop-selecting", NULL, activate_stop_selecting);
  gtk_widget_class_install_action (widget_class, "page.hide-chosen", "b", activate_hide_chosen);
  gtk_widget_class_install_action (widget_class, "page.move-chosen", NULL, activate_move_chosen);
  gtk_widget_class_install_action (widget_class, "page.save-chosen", NULL, activate_save_chosen);
  gtk_widget_class_install_action (widget_class, "page.remove-chosen", NULL, activate_remove_chosen);
  gtk_widget_class_install_property_action (widget_class, "page.shelf", "shelf");
  gtk_widget_class_install_property_action (widget_class, "page.sort", "sort");

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hygie/Hygie/ui/hy-documents-page.ui");
  gtk_widget_class_bind_template_child (widget_class, HyDocumentsPage, toasts);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentsPage, header);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentsPage, window_title);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentsPage, selection_title);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentsPage, selection_bar);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentsPage, select_button);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentsPage, import_banner);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentsPage, details_sheet);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentsPage, details_split);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentsPage, drop_revealer);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentsPage, drop_label);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentsPage, connect_button);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentsPage, states);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentsPage, results);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentsPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentsPage, sort_button);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentsPage, sort_content);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentsPage, shelf_filter);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentsPage, filters);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentsPage, compact_sort_button);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentsPage, scroller);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentsPage, list_view);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentsPage, no_match);
  gtk_widget_class_bind_template_child (widget_class, HyDocumentsPage, clear_button);
  gtk_widget_class_bind_template_callback (widget_class, on_sheet_wanted);
  gtk_widget_class_bind_template_callback (widget_class, on_pane_wanted);
  gtk_widget_class_bind_template_callback (widget_class, on_compact_rows_wanted);
  gtk_widget_class_bind_template_callback (widget_class, on_compact_wanted);
  gtk_widget_class_bind_template_callback (widget_class, on_wide_wanted);
  gtk_widget_class_bind_template_callback (widget_class, on_sheet_open_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_import_banner_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_search_stopped);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_clear_clicked);
}

static void
add_shortcut (GtkEventController *controller,
              const char *trigger,
              GtkShortcutFunc func,
              gpointer user_data)
{
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller),
                                        gtk_shortcut_new (gtk_shortcut_trigger_parse_string (trigger),
                                                          gtk_callback_action_new (func, user_data, NULL)));
}

static void
hy_documents_page_init (HyDocumentsPage *self)
{
  GtkEventController *keys;
  GtkGesture *presses;
  GtkListItemFactory *factory;

  self->scope = hy_scope_new ();
  self->cells = g_hash_table_new (NULL, NULL);
  g_weak_ref_init (&self->focus_before, NULL);
  g_type_ensure (HY_TYPE_DOCUMENT_FILTERS);
  g_type_ensure (HY_TYPE_SHELF_FILTER);
  g_type_ensure (HY_TYPE_SELECTION_BAR);
  gtk_widget_init_template (GTK_WIDGET (self));
  adw_button_content_set_label (self->sort_content, _ (sorts[0].label));

  factory = gtk_signal_list_item_factory_new ();
  g_signal_connect_swapped (factory, "setup", G_CALLBACK (on_cell_setup), self);
  g_signal_connect_swapped (factory, "bind", G_CALLBACK (on_cell_bind), self);
  g_signal_connect_swapped (factory, "unbind", G_CALLBACK (on_cell_unbind), self);
  gtk_list_view_set_factory (self->list_view, factory);
  g_object_unref (factory);

  self->header_factory = gtk_signal_list_item_factory_new ();
  g_signal_connect_swapped (self->header_factory, "setup", G_CALLBACK (on_header_setup), self);
  g_signal_connect_swapped (self->header_factory, "bind", G_CALLBACK (on_header_bind), self);
  gtk_list_view_set_header_factory (self->list_view, self->header_factory);

  presses = gtk_gesture_click_new ();
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (presses), GTK_PHASE_CAPTURE);
  g_signal_connect (presses, "pressed", G_CALLBACK (on_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (presses));

  keys = gtk_shortcut_controller_new ();
  add_shortcut (keys, "Menu|<Shift>F10", on_menu_key, self);
  add_shortcut (keys, "Delete|KP_Delete", on_delete_key, self);
  add_shortcut (keys, "<Alt>Return|<Alt>KP_Enter", on_details_key, self);
  gtk_widget_add_controller (GTK_WIDGET (self->list_view), keys);
  keys = gtk_shortcut_controller_new ();
  add_shortcut (keys, "Escape", on_escape_key, self);
  add_shortcut (keys, "<Control>z", on_undo_key, self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);

  self->row_menu = gtk_popover_menu_new_from_model (NULL);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->row_menu), FALSE);
  gtk_widget_set_halign (self->row_menu, GTK_ALIGN_START);
  gtk_widget_set_parent (self->row_menu, GTK_WIDGET (self));
}

GtkWidget *
hy_documents_page_new (HySpace *space)
{
  static const char *const moving[] = { "pin", "unpin" };
  g_autofree char *drop_text = NULL;
  GActionGroup *marks;
  HyDocumentsPage *self;
  GtkWidget *badge;

  g_return_val_if_fail (HY_IS_SPACE (space), NULL);

  self = g_object_new (HY_TYPE_DOCUMENTS_PAGE, NULL);
  self->space = g_object_ref (space);

  badge = hy_space_badge_new (hy_space_get_info (space));
  g_object_bind_property (self, "narrow", badge, "narrow", G_BINDING_SYNC_CREATE);
  adw_header_bar_pack_end (self->header, badge);
  /* Translators: shown while files are held over the window; a person's name. */
  drop_text = g_strdup_printf (_ ("Add to the space of %s"), hy_space_info_get_name (hy_space_get_info (space)));
  gtk_label_set_text (self->drop_label, drop_text);

  self->details = g_object_ref_sink (HY_DOCUMENT_DETAILS (hy_document_details_new (space)));
  g_signal_connect_swapped (self->details, "close", G_CALLBACK (close_details), self);
  adw_overlay_split_view_set_sidebar (self->details_split, GTK_WIDGET (self->details));

  self->list = hy_document_list_new (get_access (self));
  g_signal_connect_swapped (self->list, "notify::unread", G_CALLBACK (notify_unread), self);
  g_signal_connect_swapped (self->list, "notify::loading", G_CALLBACK (on_loading_changed), self);
  g_signal_connect_swapped (self->list, "notify::total", G_CALLBACK (show_state), self);
  g_signal_connect_object (self->list_view, "map", G_CALLBACK (on_list_mapped), self, G_CONNECT_SWAPPED);
  self->selection = hy_documents_selection_new (self->list, get_access (self));
  g_signal_connect_swapped (self->selection, "notify::active", G_CALLBACK (on_selecting_changed), self);
  g_signal_connect_swapped (self->selection, "notify::count", G_CALLBACK (on_selection_count_changed), self);
  hy_selection_bar_set_selection (self->selection_bar, self->selection, get_access (self));
  hy_document_filters_set_list (self->filters, self->list, get_access (self));
  g_signal_connect_swapped (self->filters, "changed", G_CALLBACK (on_filters_changed), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "filter", hy_document_filters_get_actions (self->filters));
  hy_shelf_filter_set_list (self->shelf_filter, self->list, self->filters);
  marks = hy_document_marks_new (GTK_WIDGET (self), space, self->list, self->toasts);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "document", marks);
  for (guint i = 0; i < G_N_ELEMENTS (moving); i++)
    g_signal_connect_swapped (g_action_map_lookup_action (G_ACTION_MAP (marks), moving[i]), "activate", G_CALLBACK (on_pin), self);
  g_object_unref (marks);
  g_signal_connect_swapped (self->list, "failed", G_CALLBACK (on_list_failed), self);
  g_signal_connect_swapped (self->list, "items-changed", G_CALLBACK (on_items_changed), self);

  g_signal_connect_object (hy_space_get_sync (space), "changed", G_CALLBACK (on_sync_changed), self, G_CONNECT_SWAPPED);
  on_sync_changed (self);

  hy_spawn ("documents", load_fiber, job_new (self, 0), job_free, self->scope);
  return GTK_WIDGET (self);
}

/**
 * hy_documents_page_import:
 *
 * Asks which files to bring in, then does so.
 */
void
hy_documents_page_import (HyDocumentsPage *self)
{
  g_autoptr (GtkFileDialog) dialog = NULL;
  g_autoptr (GListStore) filters = NULL;
  g_autoptr (GtkFileFilter) known = NULL, any = NULL;
  GtkRoot *root;

  g_return_if_fail (HY_IS_DOCUMENTS_PAGE (self));

  known = gtk_file_filter_new ();
  gtk_file_filter_set_name (known, _ ("PDF and FHIR files"));
  gtk_file_filter_add_suffix (known, "pdf");
  gtk_file_filter_add_suffix (known, "json");
  gtk_file_filter_add_suffix (known, "ndjson");
  any = gtk_file_filter_new ();
  gtk_file_filter_set_name (any, _ ("All files"));
  gtk_file_filter_add_pattern (any, "*");
  filters = g_list_store_new (GTK_TYPE_FILE_FILTER);
  g_list_store_append (filters, known);
  g_list_store_append (filters, any);

  dialog = gtk_file_dialog_new ();
  gtk_file_dialog_set_title (dialog, _ ("Import files"));
  gtk_file_dialog_set_accept_label (dialog, _ ("_Import"));
  gtk_file_dialog_set_filters (dialog, G_LIST_MODEL (filters));
  root = gtk_widget_get_root (GTK_WIDGET (self));
  gtk_file_dialog_open_multiple (dialog, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, NULL, on_files_chosen,
                                 g_object_ref (self));
}

/**
 * hy_documents_page_import_files:
 * @files: GFile; chosen, dropped, or given on the command line
 *
 * Brings the files in at once and shows what becomes of each.
 */
void
hy_documents_page_import_files (HyDocumentsPage *self,
                                GPtrArray *files)
{
  g_return_if_fail (HY_IS_DOCUMENTS_PAGE (self));

  if (files->len == 0)
    return;
  if (self->import_dialog != NULL)
    {
      if (hy_import_dialog_get_running (HY_IMPORT_DIALOG (self->import_dialog)))
        {
          show_toast (self, _ ("Files are still being read. Add the others when that is done."));
          return;
        }
      adw_dialog_force_close (self->import_dialog);
    }
  self->import_dialog = g_object_ref_sink (hy_import_dialog_new (self->space, files));
  g_signal_connect_swapped (self->import_dialog, "closed", G_CALLBACK (on_import_closed), self);
  g_signal_connect_swapped (self->import_dialog, "notify::running", G_CALLBACK (on_import_running_changed), self);
  g_signal_connect_swapped (self->import_dialog, "notify::status", G_CALLBACK (show_import_banner), self);
  g_signal_connect_swapped (self->import_dialog, "open-document", G_CALLBACK (on_import_open_document), self);
  present_import (self);
}

void
hy_documents_page_focus_search (HyDocumentsPage *self)
{
  g_return_if_fail (HY_IS_DOCUMENTS_PAGE (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}
