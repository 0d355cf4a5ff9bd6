/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads few rows and the last sync, not the list of documents, so that it is there as soon as the space is open. */

#include "config.h"

#include "ui/home/hy-home-page.h"

#include "base/hy-async.h"
#include "fhir/hy-resource-class.h"
#include "records/hy-record-lookup.h"
#include "ui/documents/hy-badge.h"
#include "ui/documents/hy-document-look.h"
#include "ui/sync/hy-refusals.h"
#include "ui/sync/hy-sync-foot.h"
#include "ui/sync/hy-sync-look.h"
#include "ui/window/hy-space-badge.h"

#include <glib/gi18n.h>

/* More would be a list, and there is a page for that. */
#define ROWS_OF_A_GROUP 3
/* The title in the page is out of sight by then. */
#define TITLE_SCROLLED_PX 40

struct _HyHomePage
{
  AdwNavigationPage parent_instance;

  AdwHeaderBar *header;
  AdwWindowTitle *window_title;
  GtkScrolledWindow *scroller;
  GtkWidget *heading;
  GtkLabel *date_label;
  GtkLabel *other_label;
  AdwPreferencesGroup *waiting_group;
  AdwPreferencesGroup *documents_group;
  GtkStack *rest;
  GtkWidget *documents_button;
  GtkWidget *import_button;
  AdwPreferencesGroup *sync_group;

  HySpace *space;
  HySpaceSync *sync;         /* of the space */
  HyScope *scope;
  GPtrArray *waiting_rows;   /* GtkWidget, of the group */
  GPtrArray *document_rows;
  HyVaultListing *unread;    /* nullable: not known yet */
  HyRun *last;               /* nullable: the last sync that ended */
  gboolean has_documents;
  gboolean loading;
  gboolean stale;            /* the space changed while it was read */
  gboolean focus_wanted;     /* once there is something to put it on */
  guint midnight;
  gboolean narrow;
};

G_DEFINE_FINAL_TYPE (HyHomePage, hy_home_page, ADW_TYPE_NAVIGATION_PAGE)

enum
{
  PROP_0,
  PROP_NARROW,
  N_PROPS
};

enum
{
  OPEN_DOCUMENT,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

/* -- rows -- */

/* All of a row in one sentence, where the row by itself says its title alone. */
static void
say (GtkWidget *row,
     const char *name)
{
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/* @verdict: (nullable): what a badge says where there is room, and the first words of the subtitle where there is not */
static GtkWidget *
new_row (HyHomePage *self,
         const char *icon_name,
         const char *style,
         const char *title,
         const char *subtitle,
         const char *verdict)
{
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", title, "activatable", TRUE, NULL);
  GtkWidget *tile = g_object_new (GTK_TYPE_IMAGE, "icon-name", icon_name, "valign", GTK_ALIGN_CENTER,
                                  "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  g_autofree char *whole = verdict != NULL ? g_strdup_printf ("%s. %s", verdict, subtitle) : g_strdup (subtitle);
  g_autofree char *name = g_strdup_printf ("%s, %s", title, whole);

  gtk_widget_add_css_class (tile, "icon-tile");
  if (style != NULL)
    gtk_widget_add_css_class (tile, style);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), tile);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), self->narrow ? whole : subtitle);
  if (verdict != NULL && !self->narrow)
    {
      GtkWidget *badge = hy_badge_new ();

      gtk_widget_set_valign (badge, GTK_ALIGN_CENTER);
      hy_badge_set (HY_BADGE (badge), "dialog-warning-symbolic", verdict, style);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), badge);
    }
  say (row, name);
  return row;
}

static void
add_arrow (GtkWidget *row)
{
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             g_object_new (GTK_TYPE_IMAGE, "icon-name", "go-next-symbolic",
                                           "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL));
}

/* Which of the rows has the keyboard; G_MAXUINT when none has. */
static guint
get_focused (GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    if (gtk_widget_get_state_flags (g_ptr_array_index (rows, i)) & GTK_STATE_FLAG_FOCUS_WITHIN)
      return i;
  return G_MAXUINT;
}

static void
clear_rows (AdwPreferencesGroup *group,
            GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    adw_preferences_group_remove (group, g_ptr_array_index (rows, i));
  g_ptr_array_set_size (rows, 0);
}

static void
add_row (AdwPreferencesGroup *group,
         GPtrArray *rows,
         GtkWidget *row)
{
  add_arrow (row);
  adw_preferences_group_add (group, row);
  g_ptr_array_add (rows, row);
}

/* The row that took the place of the one that had the focus, or the one before it. */
static void
give_back_focus (HyHomePage *self,
                 GPtrArray *rows,
                 guint focused)
{
  if (focused == G_MAXUINT)
    return;
  if (rows->len > 0)
    gtk_widget_grab_focus (g_ptr_array_index (rows, MIN (focused, rows->len - 1)));
  else
    hy_home_page_focus_first (self);
}

/* -- what waits -- */

static void
open_journal (GtkWidget *row)
{
  gtk_widget_activate_action (row, "space.show-section", "s", "sync");
}

static void
add_waiting (HyHomePage *self,
             GtkWidget *row)
{
  g_signal_connect (row, "activated", G_CALLBACK (open_journal), NULL);
  add_row (self->waiting_group, self->waiting_rows, row);
}

static void
add_refusals (HyHomePage *self)
{
  g_autoptr (GArray) refusals = hy_refusals_gather (self->last);
  guint left_out = 0;

  for (guint i = 0; i < refusals->len; i++)
    {
      const HyRefusal *refusal = &g_array_index (refusals, HyRefusal, i);
      g_autofree char *title = NULL;
      g_autofree char *sentence = NULL;

      /* Kept here all the same: nothing for the person to do. */
      if (hy_refusal_get_style (refusal) == NULL)
        continue;
      if (self->waiting_rows->len == ROWS_OF_A_GROUP)
        {
          left_out++;
          continue;
        }
      title = hy_refusal_dup_title (refusal);
      sentence = hy_sync_words_dup_refusal (refusal->first->code, refusal->klass, refusal->whole_type);
      add_waiting (self, new_row (self, hy_sync_look_get_kind_icon (refusal->klass), hy_refusal_get_style (refusal), title, sentence,
                                  C_ ("what came of a sync", "Refused")));
    }
  if (left_out > 0)
    {
      g_autofree char *title = g_strdup_printf (ngettext ("%u more in the sync journal", "%u more in the sync journal", left_out), left_out);

      add_waiting (self, new_row (self, "view-more-symbolic", NULL, title, "", NULL));
    }
}

static void
show_waiting (HyHomePage *self)
{
  const HySpaceSyncStatus *status = hy_space_sync_get_status (self->sync);
  guint focused = get_focused (self->waiting_rows);

  clear_rows (self->waiting_group, self->waiting_rows);
  if (status->state == HY_SPACE_SYNC_SIGN_IN)
    add_waiting (self, new_row (self, "dialog-password-symbolic", "warning", _ ("The server no longer accepts the token"),
                                _ ("Enter a new one to go on receiving. All that came is still here."), NULL));
  else if (status->state == HY_SPACE_SYNC_FAILED && self->last != NULL)
    {
      g_autofree char *sentence = hy_sync_words_dup_run (self->last);

      add_waiting (self, new_row (self, "dialog-warning-symbolic", "warning", _ ("The last sync did not go through"), sentence, NULL));
    }
  if (self->last != NULL && status->state != HY_SPACE_SYNC_ALONE)
    add_refusals (self);
  gtk_widget_set_visible (GTK_WIDGET (self->waiting_group), self->waiting_rows->len > 0);
  give_back_focus (self, self->waiting_rows, focused);
}

/* -- new documents -- */

static void
on_document_activated (HyHomePage *self,
                       GtkWidget *row)
{
  for (guint i = 0; i < self->document_rows->len; i++)
    if (g_ptr_array_index (self->document_rows, i) == row)
      {
        g_signal_emit (self, signals[OPEN_DOCUMENT], 0, g_array_index (self->unread->keys, HyVaultKey, i).rowid, NULL);
        return;
      }
}

static char *
dup_document_line (const HyVaultRow *row)
{
  g_autofree char *date = hy_document_look_dup_date (row, /* with_year= */ TRUE);
  const char *from = row->author != NULL && *row->author != 0 ? row->author : hy_document_look_get_type (row);

  /* Translators: who wrote a document, then its date */
  return *date != 0 ? g_strdup_printf (_ ("%s, %s"), from, date) : g_strdup (from);
}

static void
add_document (HyHomePage *self,
              const HyVaultRow *document)
{
  g_autofree char *line = dup_document_line (document);
  g_autofree char *name = g_strdup_printf ("%s, %s, %s", document->title, C_ ("document", "new"), line);
  GtkWidget *row = new_row (self, hy_document_look_get_icon (document->shelf), NULL, document->title, line, NULL);
  GtkWidget *dot = g_object_new (ADW_TYPE_BIN, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, "valign", GTK_ALIGN_CENTER, NULL);

  gtk_widget_add_css_class (dot, "unread-dot");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), dot);
  say (row, name);
  g_signal_connect_object (row, "activated", G_CALLBACK (on_document_activated), self, G_CONNECT_SWAPPED);
  add_row (self->documents_group, self->document_rows, row);
}

static void
show_documents (HyHomePage *self)
{
  guint focused = get_focused (self->document_rows);

  clear_rows (self->documents_group, self->document_rows);
  for (guint i = 0; i < self->unread->rows->len; i++)
    add_document (self, g_ptr_array_index (self->unread->rows, i));
  gtk_widget_set_visible (GTK_WIDGET (self->documents_group), self->document_rows->len > 0);
  give_back_focus (self, self->document_rows, focused);
}

/* -- all of it -- */

/* Before the vault has answered nothing is promised, neither work nor rest. */
static void
show_rest (HyHomePage *self)
{
  const char *page = "something";

  if (self->unread != NULL && self->waiting_rows->len == 0 && self->document_rows->len == 0)
    page = self->has_documents ? "nothing" : "first";
  gtk_stack_set_visible_child_name (self->rest, page);
}

static gboolean
same_listing (HyVaultListing *a,
              HyVaultListing *b)
{
  if (a == NULL || a->rows->len != b->rows->len)
    return FALSE;
  for (guint i = 0; i < a->rows->len; i++)
    {
      const HyVaultRow *left = g_ptr_array_index (a->rows, i), *right = g_ptr_array_index (b->rows, i);

      if (left->rowid != right->rowid || left->version != right->version || !g_str_equal (left->title, right->title))
        return FALSE;
    }
  return TRUE;
}

static void
take_unread (HyHomePage *self,
             HyVaultListing *unread,
             gboolean has_documents)
{
  gboolean same = same_listing (self->unread, unread);

  self->has_documents = has_documents;
  g_clear_pointer (&self->unread, hy_vault_listing_unref);
  self->unread = hy_vault_listing_ref (unread);
  if (!same)
    show_documents (self);
}

static void
take_last_run (HyHomePage *self,
               GPtrArray *runs)
{
  g_clear_pointer (&self->last, hy_run_free);
  for (guint i = 0; i < runs->len && self->last == NULL; i++)
    {
      const HyRun *run = g_ptr_array_index (runs, i);

      /* One without network asked for nothing, and was refused nothing. */
      if (run->ended_ms > 0 && run->state != HY_RUN_OFFLINE)
        self->last = hy_run_copy (run);
    }
  show_waiting (self);
}

static DexFuture *
load_fiber (gpointer user_data)
{
  HyHomePage *self = user_data;
  HyAccess *access = hy_space_get_access (self->space);

  do
    {
      g_autoptr (HyVaultListing) unread = NULL;
      g_autoptr (GPtrArray) runs = NULL;
      gboolean has_documents;

      self->stale = FALSE;
      /* Asked together, answered in this order; a page that cannot read says nothing, and Documents says why. */
      unread = dex_await_boxed (hy_record_list_unread (access, HY_CLASS_DOCUMENT, ROWS_OF_A_GROUP), NULL);
      has_documents = unread != NULL && dex_await_boolean (hy_record_has_any (access, HY_CLASS_DOCUMENT), NULL);
      runs = unread != NULL ? dex_await_boxed (hy_space_sync_dup_journal (self->sync, /* max_runs= */ 5), NULL) : NULL;
      if (hy_scope_is_cancelled (self->scope))
        return dex_future_new_true ();
      if (unread != NULL)
        take_unread (self, unread, has_documents);
      if (runs != NULL)
        take_last_run (self, runs);
      show_rest (self);
      if (self->focus_wanted)
        hy_home_page_focus_first (self);
    }
  while (self->stale);
  self->loading = FALSE;
  return dex_future_new_true ();
}

static void
load (HyHomePage *self)
{
  self->stale = TRUE;
  if (self->loading)
    return;
  self->loading = TRUE;
  hy_spawn ("what matters now", load_fiber, g_object_ref (self), g_object_unref, self->scope);
}

static void
on_sync_changed (HyHomePage *self)
{
  /* A sync that goes on says so often; its end is what may change this page. */
  if (hy_space_sync_get_status (self->sync)->state == HY_SPACE_SYNC_RUNNING)
    return;
  show_waiting (self);
  show_rest (self);
}

/* -- today -- */

static gboolean show_today (gpointer user_data);

static void
wait_for_midnight (HyHomePage *self,
                   GDateTime *now)
{
  g_autoptr (GDateTime) tomorrow = g_date_time_add_days (now, 1);
  g_autoptr (GDateTime) midnight = g_date_time_new_local (g_date_time_get_year (tomorrow), g_date_time_get_month (tomorrow),
                                                          g_date_time_get_day_of_month (tomorrow), 0, 0, 0);

  self->midnight = g_timeout_add_seconds ((guint) (g_date_time_difference (midnight, now) / G_TIME_SPAN_SECOND) + 1, show_today, self);
}

static gboolean
show_today (gpointer user_data)
{
  HyHomePage *self = user_data;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  /* Translators: today's date in words, see g_date_time_format: Sunday 22 November 2026 */
  g_autofree char *text = g_date_time_format (now, C_ ("today in words", "%A %-d %B %Y"));
  g_autoptr (GString) line = g_string_new (NULL);

  /* French writes its days small, but a line begins with a capital. */
  g_string_append_unichar (line, g_unichar_totitle (g_utf8_get_char (text)));
  g_string_append (line, g_utf8_next_char (text));
  gtk_label_set_text (self->date_label, line->str);
  wait_for_midnight (self, now);
  return G_SOURCE_REMOVE;
}

/* -- the page -- */

static void
hy_home_page_unmap (GtkWidget *widget)
{
  HY_HOME_PAGE (widget)->focus_wanted = FALSE;
  GTK_WIDGET_CLASS (hy_home_page_parent_class)->unmap (widget);
}

/* A clock that slept does not ring at midnight. */
static void
hy_home_page_map (GtkWidget *widget)
{
  HyHomePage *self = HY_HOME_PAGE (widget);

  g_clear_handle_id (&self->midnight, g_source_remove);
  show_today (self);
  GTK_WIDGET_CLASS (hy_home_page_parent_class)->map (widget);
}

static void
show_title (HyHomePage *self)
{
  gboolean scrolled = gtk_adjustment_get_value (gtk_scrolled_window_get_vadjustment (self->scroller)) > TITLE_SCROLLED_PX;

  adw_header_bar_set_show_title (self->header, self->narrow || scrolled);
  /* In a narrow window the header says it, and the room is for what matters. */
  gtk_widget_set_visible (self->heading, !self->narrow);
}

static void
set_narrow (HyHomePage *self,
            gboolean narrow)
{
  if (self->narrow == narrow)
    return;
  self->narrow = narrow;
  adw_window_title_set_subtitle (self->window_title, narrow ? hy_space_info_get_name (hy_space_get_info (self->space)) : "");
  show_title (self);
  show_waiting (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NARROW]);
}

static void
hy_home_page_get_property (GObject *object,
                           guint prop_id,
                           GValue *value,
                           GParamSpec *pspec)
{
  if (prop_id == PROP_NARROW)
    g_value_set_boolean (value, HY_HOME_PAGE (object)->narrow);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
hy_home_page_set_property (GObject *object,
                           guint prop_id,
                           const GValue *value,
                           GParamSpec *pspec)
{
  if (prop_id == PROP_NARROW)
    set_narrow (HY_HOME_PAGE (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
hy_home_page_dispose (GObject *object)
{
  HyHomePage *self = HY_HOME_PAGE (object);

  hy_scope_cancel (self->scope);
  g_clear_handle_id (&self->midnight, g_source_remove);
  adw_navigation_page_set_child (ADW_NAVIGATION_PAGE (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), HY_TYPE_HOME_PAGE);
  G_OBJECT_CLASS (hy_home_page_parent_class)->dispose (object);
}

static void
hy_home_page_finalize (GObject *object)
{
  HyHomePage *self = HY_HOME_PAGE (object);

  g_ptr_array_unref (self->waiting_rows);
  g_ptr_array_unref (self->document_rows);
  g_clear_pointer (&self->unread, hy_vault_listing_unref);
  g_clear_pointer (&self->last, hy_run_free);
  g_clear_object (&self->space);
  g_clear_object (&self->scope);
  G_OBJECT_CLASS (hy_home_page_parent_class)->finalize (object);
}

static void
hy_home_page_class_init (HyHomePageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hy_home_page_get_property;
  object_class->set_property = hy_home_page_set_property;
  object_class->dispose = hy_home_page_dispose;
  object_class->finalize = hy_home_page_finalize;
  widget_class->map = hy_home_page_map;
  widget_class->unmap = hy_home_page_unmap;
  props[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE,
                                             G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[OPEN_DOCUMENT] = g_signal_new ("open-document", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 2, G_TYPE_INT64, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hygie/Hygie/ui/hy-home-page.ui");
  gtk_widget_class_bind_template_child (widget_class, HyHomePage, header);
  gtk_widget_class_bind_template_child (widget_class, HyHomePage, window_title);
  gtk_widget_class_bind_template_child (widget_class, HyHomePage, scroller);
  gtk_widget_class_bind_template_child (widget_class, HyHomePage, heading);
  gtk_widget_class_bind_template_child (widget_class, HyHomePage, date_label);
  gtk_widget_class_bind_template_child (widget_class, HyHomePage, other_label);
  gtk_widget_class_bind_template_child (widget_class, HyHomePage, waiting_group);
  gtk_widget_class_bind_template_child (widget_class, HyHomePage, documents_group);
  gtk_widget_class_bind_template_child (widget_class, HyHomePage, rest);
  gtk_widget_class_bind_template_child (widget_class, HyHomePage, documents_button);
  gtk_widget_class_bind_template_child (widget_class, HyHomePage, import_button);
  gtk_widget_class_bind_template_child (widget_class, HyHomePage, sync_group);
}

static void
hy_home_page_init (HyHomePage *self)
{
  self->scope = hy_scope_new ();
  self->waiting_rows = g_ptr_array_new ();
  self->document_rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (self->scroller), "value-changed", G_CALLBACK (show_title), self,
                           G_CONNECT_SWAPPED);
}

/* Whose space it is goes without saying in one's own. */
static void
show_whose (HyHomePage *self)
{
  HySpaceInfo *info = hy_space_get_info (self->space);
  g_autofree char *text = NULL;

  if (hy_space_info_get_own (info))
    return;
  /* Translators: %s is a person's name */
  text = g_strdup_printf (_ ("You look after the space of %s."), hy_space_info_get_name (info));
  gtk_label_set_text (self->other_label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->other_label), TRUE);
}

GtkWidget *
hy_home_page_new (HySpace *space)
{
  HyHomePage *self = g_object_new (HY_TYPE_HOME_PAGE, NULL);
  GtkWidget *badge = hy_space_badge_new (hy_space_get_info (space));

  self->space = g_object_ref (space);
  self->sync = hy_space_get_sync (space);
  g_object_bind_property (self, "narrow", badge, "narrow", G_BINDING_SYNC_CREATE);
  adw_header_bar_pack_end (self->header, badge);
  adw_preferences_group_add (self->sync_group, hy_sync_foot_new (self->sync));
  g_signal_connect_object (hy_space_get_access (space), "changed", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sync, "changed", G_CALLBACK (on_sync_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sync, "journal-changed", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  show_whose (self);
  show_title (self);
  load (self);
  return GTK_WIDGET (self);
}

/**
 * hy_home_page_focus_first:
 *
 * The first thing to do.  Not by gtk_widget_grab_focus(), which Tab would call at each way in.
 */
void
hy_home_page_focus_first (HyHomePage *self)
{
  const char *rest = gtk_stack_get_visible_child_name (self->rest);
  GtkWidget *first = NULL;

  self->focus_wanted = self->unread == NULL;
  if (self->waiting_rows->len > 0)
    first = g_ptr_array_index (self->waiting_rows, 0);
  else if (self->document_rows->len > 0)
    first = g_ptr_array_index (self->document_rows, 0);
  else if (g_strcmp0 (rest, "first") == 0)
    first = self->import_button;
  else if (g_strcmp0 (rest, "nothing") == 0)
    first = self->documents_button;
  if (!self->focus_wanted && (first == NULL || !gtk_widget_grab_focus (first)))
    gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
}
