/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The frame around one document: opens it in a decoder of its own, shows what comes of that (pages, text, a reading, a
 * question for its password, or why not), and everything that can be done with it.  The decoder and the document's
 * bytes go when the page does. */

#include "config.h"

#include "ui/viewer/hy-viewer-page.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "base/hy-json.h"
#include "fhir/hy-resource-row.h"
#include "records/hy-record-change.h"
#include "records/hy-record-lookup.h"
#include "ui/documents/hy-document-acts.h"
#include "ui/documents/hy-document-details.h"
#include "ui/viewer/hy-absent-file.h"
#include "ui/viewer/hy-page-view.h"
#include "ui/viewer/hy-reading-link.h"
#include "ui/viewer/hy-reading-text.h"
#include "ui/viewer/hy-reading-view.h"
#include "ui/viewer/hy-text-sheet.h"

#include <glib/gi18n.h>
#include <math.h>

/* Quicker than this, a spinner would only flicker. */
#define LOADING_DELAY_MS 200

/* How long the pill stays when nothing moves. */
#define PILL_SECONDS 3

struct _HyViewerPage
{
  AdwNavigationPage parent_instance;

  HySpace *space;
  HyScope *scope;
  gint64 rowid;
  GBytes *bytes; /* while a password is asked for */
  HyRenderDocument *document;
  HyRenderDocument *original; /* what a CDA document carries as pages */
  gboolean closed, narrow, details_shown, has_reading, has_original, asking_row, menu_by_key, tight;
  gboolean told; /* the number of matches was announced */
  char *words; /* to be found once it is open: nullable */
  guint loading_timeout;
  guint pill_timeout;
  guint n_found, at_found; /* in text and readings */

  HyDocumentDetails *details;
  GtkWidget *reading;

  AdwToastOverlay *toasts;
  AdwBottomSheet *details_sheet;
  AdwOverlaySplitView *split;
  GtkStack *title_stack;
  AdwWindowTitle *window_title;
  AdwToggleGroup *sides;
  AdwToggle *reading_side;
  GtkWidget *sides_bar;
  GtkWidget *find_button;
  GtkWidget *whose;
  AdwAvatar *avatar;
  GtkLabel *whose_label;
  GtkMenuButton *menu_button;
  GMenuModel *pages_menu;
  GMenuModel *plain_menu;
  GtkSearchBar *find_bar;
  GtkEditable *find_entry;
  GtkLabel *find_count;
  GtkLabel *find_note;
  GtkWidget *find_previous;
  GtkWidget *find_next;
  AdwBanner *cut_banner;
  GtkStack *states;
  GtkWidget *pages_overlay;
  HyPageView *pages;
  GtkWidget *pill;
  GtkWidget *pill_separator;
  GtkStack *page_stack;
  GtkButton *page_button;
  GtkOrientable *find_line;
  GtkEditable *page_entry;
  GtkWidget *previous_page;
  GtkWidget *next_page;
  GtkMenuButton *zoom_button;
  GtkLabel *zoom_label;
  HyTextSheet *text;
  AdwBin *reading_slot;
  GtkWidget *password_page;
  GtkEditable *password_row;
  GtkLabel *password_note;
  GtkWidget *password_button;
  AdwStatusPage *failed;
  HyAbsentFile *absent;
  GtkWidget *again_button;
  GtkWidget *save_button;
};

enum
{
  PROP_0,
  PROP_DETAILS_SHOWN,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

enum
{
  SEARCH_ALL,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HyViewerPage, hy_viewer_page, ADW_TYPE_NAVIGATION_PAGE)

static void open_document (HyViewerPage *self, const char *password);
static void show_found (HyViewerPage *self);
static void start_finding (HyViewerPage *self);
static void focus_content (HyViewerPage *self);

/* -- what is shown -- */

static HyAccess *
get_access (HyViewerPage *self)
{
  return hy_space_get_access (self->space);
}

static gboolean
is_over (HyViewerPage *self)
{
  return self->closed || !hy_access_is_open (get_access (self));
}

static void
show_toast (HyViewerPage *self,
            const char *text)
{
  AdwToast *toast = adw_toast_new (text);

  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static gboolean
is_shown (HyViewerPage *self,
          const char *state)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->states), state) == 0;
}

/* Opened by its key and left again: who reads goes on reading. */
static gboolean
on_menu_left (gpointer user_data)
{
  HyViewerPage *self = user_data;
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  self->menu_by_key = FALSE;
  if (!is_over (self) && focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->menu_button)))
    focus_content (self);
  return G_SOURCE_REMOVE;
}

static void
on_menu_closed (HyViewerPage *self)
{
  /* The focus falls to the button only after this. */
  if (self->menu_by_key)
    g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, on_menu_left, g_object_ref (self), g_object_unref);
}

static void
set_menu (HyViewerPage *self,
          GMenuModel *menu)
{
  GtkPopover *popover;

  if (gtk_menu_button_get_menu_model (self->menu_button) == menu)
    return;
  gtk_menu_button_set_menu_model (self->menu_button, menu);
  popover = gtk_menu_button_get_popover (self->menu_button);
  /* Within the window, however narrow that is. */
  gtk_widget_set_halign (GTK_WIDGET (popover), GTK_ALIGN_END);
  g_signal_connect_object (popover, "closed", G_CALLBACK (on_menu_closed), self, G_CONNECT_SWAPPED);
}

/* Everything in the header follows from what is shown. */
static void
show_state (HyViewerPage *self,
            const char *state)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  gboolean content, sides = self->has_reading && self->has_original;

  g_clear_handle_id (&self->loading_timeout, g_source_remove);
  gtk_stack_set_visible_child_name (self->states, state);
  content = is_shown (self, "pages") || is_shown (self, "text") || is_shown (self, "reading");
  gtk_widget_set_visible (self->find_button, content);
  if (!content)
    gtk_search_bar_set_search_mode (self->find_bar, FALSE);
  set_menu (self, is_shown (self, "pages") ? self->pages_menu : self->plain_menu);
  gtk_stack_set_visible_child_name (self->title_stack, sides && !self->narrow ? "sides" : "title");
  gtk_widget_set_visible (self->whose, sides && !self->narrow);
  gtk_widget_set_visible (self->sides_bar, sides && self->narrow);

  /* The keyboard goes to what there is to read, unless it is busy in the header or the find bar. */
  if (focus != NULL && focus != GTK_WIDGET (root) && gtk_widget_get_mapped (focus) &&
      (gtk_widget_is_ancestor (focus, GTK_WIDGET (self->find_bar)) || gtk_widget_is_ancestor (focus, GTK_WIDGET (self->sides)) ||
       gtk_widget_is_ancestor (focus, self->sides_bar)))
    return;
  if (is_shown (self, "pages"))
    gtk_widget_grab_focus (GTK_WIDGET (self->pages));
  else if (is_shown (self, "text"))
    gtk_widget_grab_focus (GTK_WIDGET (self->text));
  else if (is_shown (self, "password"))
    gtk_widget_grab_focus (GTK_WIDGET (self->password_row));
  else if (is_shown (self, "failed") && gtk_widget_get_visible (self->again_button))
    gtk_widget_grab_focus (self->again_button);
  else if (is_shown (self, "failed") && gtk_widget_get_visible (self->save_button))
    gtk_widget_grab_focus (self->save_button);
  else
    gtk_widget_child_focus (gtk_stack_get_visible_child (self->states), GTK_DIR_TAB_FORWARD);
}

static void
on_loading_due (gpointer user_data)
{
  HyViewerPage *self = user_data;

  self->loading_timeout = 0;
  gtk_stack_set_visible_child_name (self->states, "loading");
}

static void
show_loading (HyViewerPage *self)
{
  show_state (self, "nothing");
  self->loading_timeout = g_timeout_add_once (LOADING_DELAY_MS, on_loading_due, self);
}

static void
show_failure (HyViewerPage *self,
              const char *title,
              const char *description,
              const char *icon_name,
              gboolean may_help_again,
              gboolean has_file)
{
  g_autofree char *escaped = g_markup_escape_text (description, -1);

  adw_status_page_set_title (self->failed, title);
  adw_status_page_set_description (self->failed, escaped);
  adw_status_page_set_icon_name (self->failed, icon_name);
  gtk_widget_set_visible (self->again_button, may_help_again);
  gtk_widget_set_visible (self->save_button, has_file);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "page.save-this", has_file);
  show_state (self, "failed");
  gtk_accessible_announce (GTK_ACCESSIBLE (self), title, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

static void
show_error (HyViewerPage *self,
            const GError *error)
{
  const char *title = _ ("This document could not be shown");
  gboolean may_help_again = TRUE, has_file = TRUE;

  if (is_over (self) || error == NULL || g_error_matches (error, DEX_ERROR, DEX_ERROR_FIBER_CANCELLED) || g_error_matches (error, HY_ERROR, HY_ERROR_LOCKED))
    return;
  if (error->domain == HY_RENDER_ERROR)
    {
      /* What the bytes are does not change; whether the decoder runs may. */
      may_help_again = error->code == HY_RENDER_ERROR_UNSAFE || error->code == HY_RENDER_ERROR_STOPPED;
      if (may_help_again || error->code == HY_RENDER_ERROR_FORBIDDEN)
        title = _ ("This document could not be shown safely");
    }
  else if (g_error_matches (error, HY_ERROR, HY_ERROR_CORRUPT))
    {
      title = _ ("Not the same as what was added");
      has_file = FALSE;
    }
  show_failure (self, title, error->message, "dialog-warning-symbolic", may_help_again, has_file);
}

static void
show_absent (HyViewerPage *self)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "page.save-this", FALSE);
  hy_absent_file_show (self->absent, self->space, self->rowid);
  show_state (self, "absent");
}

/* -- opening -- */

typedef struct
{
  HyViewerPage *self;
  char *password; /* nullable */
} Job;

static void
wipe (char *secret)
{
  if (secret == NULL)
    return;
  explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

static void
job_free (gpointer data)
{
  Job *job = data;

  wipe (job->password);
  g_object_unref (job->self);
  g_free (job);
}

static Job *
job_new (HyViewerPage *self,
         const char *password)
{
  Job *job = g_new0 (Job, 1);

  job->self = g_object_ref (self);
  job->password = g_strdup (password);
  return job;
}

static void
ask_password (HyViewerPage *self,
              gboolean again)
{
  gtk_label_set_text (self->password_note, again ? _ ("This is not its password. Try again.") : "");
  gtk_widget_set_visible (GTK_WIDGET (self->password_note), again);
  if (again)
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->password_row), "error");
      gtk_accessible_announce (GTK_ACCESSIBLE (self->password_row), gtk_label_get_text (self->password_note),
                               GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
    }
  gtk_widget_set_sensitive (GTK_WIDGET (self->password_row), TRUE);
  show_state (self, "password");
}

static void
show_pages (HyViewerPage *self,
            HyRenderDocument *document)
{
  guint more = hy_render_document_get_more_pages (document);

  if (more > 0)
    {
      g_autofree char *text = g_strdup_printf (ngettext ("%'u more page is not shown. A copy of the file has all of them.",
                                                         "%'u more pages are not shown. A copy of the file has all of them.", more),
                                               more);

      adw_banner_set_title (self->cut_banner, text);
      adw_banner_set_revealed (self->cut_banner, TRUE);
    }
  hy_page_view_set_document (self->pages, document);
}

/* The body that people would call the document: the one that is all there is of it, else the first with pages. */
static gint
find_original (HyJson *reading)
{
  HyJsonNode bodies = hy_json_member (reading, hy_json_root (reading), "bodies");
  gint first = -1, index = 0;

  for (HyJsonNode body = hy_json_first (reading, bodies); body != 0; body = hy_json_next (reading, body), index++)
    {
      HyJsonNode found = hy_json_member (reading, body, "found");

      if (hy_json_is_true (reading, hy_json_member (reading, body, "level1")))
        return index;
      if (first < 0 && hy_json_string_equal (reading, found, "application/pdf"))
        first = index;
    }
  return first;
}

/* What comes when the page is closed is closed as well. */
static gboolean
take_document (HyViewerPage *self,
               HyRenderDocument *document,
               HyRenderDocument **place)
{
  if (self->closed && document != NULL)
    {
      hy_render_document_close (document);
      g_object_unref (document);
      return FALSE;
    }
  *place = document;
  return document != NULL;
}

/* On a fiber. */
static gboolean
open_original (HyViewerPage *self,
               guint index,
               GError **error)
{
  g_autoptr (GBytes) body = dex_await_boxed (hy_render_document_dup_body (self->document, index), error);

  return body != NULL && !self->closed &&
         take_document (self, dex_await_object (hy_renderer_open (hy_space_get_renderer (self->space), body, NULL), error), &self->original);
}

/* On a fiber. */
static gboolean
show_text (HyViewerPage *self,
           HyRenderDocument *document,
           GError **error)
{
  g_autofree char *text = dex_await_string (hy_render_document_dup_text (document, HY_WIRE_ALL), error);

  if (text == NULL || self->closed)
    return FALSE;
  if (!hy_text_sheet_show (self->text, text))
    {
      adw_banner_set_title (self->cut_banner, _ ("Only the beginning of this long text is shown. A copy of the file has all of it."));
      adw_banner_set_revealed (self->cut_banner, TRUE);
    }
  return TRUE;
}

/* Which state shows the original of a CDA document. */
static const char *
get_original_state (HyViewerPage *self)
{
  return hy_render_document_get_n_pages (self->original) > 0 ? "pages" : "text";
}

/* On a fiber. */
static gboolean
open_reading (HyViewerPage *self,
              GError **error)
{
  g_autoptr (GBytes) bytes = dex_await_boxed (hy_render_document_read (self->document), error);
  g_autoptr (HyJson) reading = bytes != NULL ? hy_json_parse (bytes, error) : NULL;
  g_autoptr (GError) original_error = NULL;
  gint original;

  if (reading == NULL || self->closed)
    return FALSE;
  hy_reading_view_show (HY_READING_VIEW (self->reading), reading, self->document);
  self->has_reading = hy_json_count (reading, hy_json_member (reading, hy_json_root (reading), "sections")) > 0;
  original = find_original (reading);
  adw_toggle_set_label (self->reading_side, hy_reading_view_has_results (HY_READING_VIEW (self->reading)) ? _ ("Results") : _ ("Summary"));
  if (original >= 0 && open_original (self, (guint) original, &original_error))
    {
      self->has_original = TRUE;
      if (hy_render_document_get_n_pages (self->original) > 0)
        show_pages (self, self->original);
      else if (!show_text (self, self->original, error))
        return FALSE;
    }
  if (self->closed)
    return FALSE;
  if (g_error_matches (original_error, DEX_ERROR, DEX_ERROR_FIBER_CANCELLED) || (original_error != NULL && !self->has_reading))
    {
      g_propagate_error (error, g_steal_pointer (&original_error));
      return FALSE;
    }
  /* A document that says nothing at all still has a header to show. */
  show_state (self, self->has_reading || !self->has_original ? "reading" : get_original_state (self));
  return TRUE;
}

static DexFuture *
open_fiber (gpointer user_data)
{
  Job *job = user_data;
  HyViewerPage *self = job->self;
  HyAccess *access = get_access (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (HyVaultRow) row = dex_await_boxed (hy_record_dup_row (access, self->rowid), &error);
  g_autoptr (GBytes) bytes = self->bytes != NULL ? g_bytes_ref (self->bytes) : NULL;
  gboolean shown = TRUE;

  if (row == NULL || is_over (self))
    {
      if (row == NULL)
        show_error (self, error);
      return dex_future_new_true ();
    }
  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self), row->title);
  adw_window_title_set_title (self->window_title, row->title);
  if (row->flags & HY_ROW_NO_BYTES)
    {
      show_absent (self);
      return dex_future_new_true ();
    }
  if ((bytes == NULL && !(bytes = dex_await_boxed (hy_space_dup_document (self->space, self->rowid), &error))) ||
      is_over (self) ||
      !take_document (self, dex_await_object (hy_renderer_open (hy_space_get_renderer (self->space), bytes, job->password), &error), &self->document))
    {
      g_clear_pointer (&self->bytes, g_bytes_unref);
      if (is_over (self))
        return dex_future_new_true ();
      if (g_error_matches (error, HY_RENDER_ERROR, HY_RENDER_ERROR_PASSWORD))
        {
          self->bytes = g_bytes_ref (bytes);
          ask_password (self, /* again= */ job->password != NULL);
        }
      else if (g_error_matches (error, HY_ERROR, HY_ERROR_MISSING))
        {
          show_absent (self);
        }
      else
        {
          show_error (self, error);
        }
      return dex_future_new_true ();
    }
  g_clear_pointer (&self->bytes, g_bytes_unref);
  if (is_over (self))
    return dex_future_new_true ();
  gtk_editable_set_text (self->password_row, "");

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "page.save-this", TRUE);
  hy_document_details_set_n_pages (self->details, hy_render_document_get_n_pages (self->document));
  switch (hy_render_document_get_kind (self->document))
    {
    case HY_WIRE_KIND_PDF:
    case HY_WIRE_KIND_IMAGE:
      show_pages (self, self->document);
      show_state (self, "pages");
      break;
    case HY_WIRE_KIND_TEXT:
      if ((shown = show_text (self, self->document, &error)))
        show_state (self, "text");
      break;
    case HY_WIRE_KIND_CDA:
      shown = open_reading (self, &error);
      break;
    case HY_WIRE_KIND_XDM:
    case HY_WIRE_KIND_NONE:
    default:
      shown = FALSE;
      g_set_error_literal (&error, HY_RENDER_ERROR, HY_RENDER_ERROR_UNSUPPORTED,
                           _ ("Hygie cannot show documents of this kind. The file is kept as it is, and you can save a copy."));
      break;
    }
  if (self->closed)
    return dex_future_new_true ();
  if (!shown)
    {
      show_error (self, error);
    }
  else if (self->words != NULL && *self->words != '\0')
    {
      gtk_editable_set_text (self->find_entry, self->words);
      gtk_search_bar_set_search_mode (self->find_bar, TRUE);
      focus_content (self);
    }
  else if (gtk_search_bar_get_search_mode (self->find_bar))
    {
      start_finding (self);
    }
  g_clear_pointer (&self->words, g_free);
  return dex_future_new_true ();
}

static void
close_documents (HyViewerPage *self)
{
  hy_page_view_set_document (self->pages, NULL);
  if (self->original != NULL)
    hy_render_document_close (self->original);
  if (self->document != NULL)
    hy_render_document_close (self->document);
  g_clear_object (&self->original);
  g_clear_object (&self->document);
  self->has_original = self->has_reading = FALSE;
}

static void
open_document (HyViewerPage *self,
               const char *password)
{
  close_documents (self);
  show_loading (self);
  hy_spawn ("open a document", open_fiber, job_new (self, password), job_free, self->scope);
}

/* It may be the file of another entry of the same document, which is the one from now on. */
static void
on_fetched (HyViewerPage *self,
            gint64 rowid)
{
  self->rowid = rowid;
  hy_document_details_show (self->details, rowid);
  open_document (self, NULL);
}

static void
on_try_again (HyViewerPage *self)
{
  open_document (self, NULL);
}

static void
on_password_changed (HyViewerPage *self)
{
  gtk_widget_remove_css_class (GTK_WIDGET (self->password_row), "error");
  gtk_widget_set_sensitive (self->password_button, *gtk_editable_get_text (self->password_row) != '\0');
}

static void
on_password_given (HyViewerPage *self)
{
  const char *password = gtk_editable_get_text (self->password_row);

  if (*password == '\0')
    return;
  /* The decoder takes no longer one, and no document has one. */
  if (strlen (password) >= HY_WIRE_MAX_PASSWORD)
    ask_password (self, /* again= */ TRUE);
  else
    open_document (self, password);
}

static void
on_pages_failed (HyViewerPage *self,
                 const GError *error)
{
  show_error (self, error);
}

/* -- the two sides of a structured document -- */

static void
on_side_chosen (HyViewerPage *self)
{
  const char *side = adw_toggle_group_get_active_name (self->sides);

  if (!self->has_reading || !self->has_original)
    return;
  show_state (self, g_strcmp0 (side, "original") == 0 ? get_original_state (self) : "reading");
  if (gtk_search_bar_get_search_mode (self->find_bar))
    start_finding (self);
}

/* -- finding -- */

static char *
dup_found_words (HyViewerPage *self,
                 guint *n_found,
                 gboolean *finding)
{
  gboolean in_pages = is_shown (self, "pages");
  guint at = in_pages ? hy_page_view_get_at_found (self->pages) : self->at_found;

  *n_found = in_pages ? hy_page_view_get_n_found (self->pages) : self->n_found;
  *finding = in_pages && hy_page_view_get_finding (self->pages);
  if (*gtk_editable_get_text (self->find_entry) == '\0' || (*n_found == 0 && *finding))
    return g_strdup ("");
  if (in_pages && hy_page_view_get_wordless (self->pages))
    return g_strdup ("");
  if (*n_found == 0)
    return g_strdup (C_ ("matches", "None"));
  if (in_pages && hy_page_view_get_found_most (self->pages))
    return g_strdup_printf (C_ ("matches", "%u of more than %u"), at, *n_found);
  /* Translators: which of the matches in a document is the current one: 2 of 4 */
  return g_strdup_printf (C_ ("matches", "%u of %u"), at, *n_found);
}

static void
show_found (HyViewerPage *self)
{
  guint n_found;
  gboolean finding;
  g_autofree char *words = dup_found_words (self, &n_found, &finding);
  gboolean wordless = is_shown (self, "pages") && hy_page_view_get_wordless (self->pages);

  gtk_label_set_text (self->find_count, words);
  gtk_label_set_text (self->find_note, wordless ? _ ("This document is a picture: no words to find") : "");
  gtk_widget_set_visible (GTK_WIDGET (self->find_note), wordless);
  gtk_widget_set_sensitive (self->find_previous, n_found > 0);
  gtk_widget_set_sensitive (self->find_next, n_found > 0);
  if (finding || self->told || *gtk_editable_get_text (self->find_entry) == '\0')
    return;
  self->told = TRUE;
  if (wordless)
    {
      gtk_accessible_announce (GTK_ACCESSIBLE (self->find_entry), gtk_label_get_text (self->find_note), GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
    }
  else
    {
      g_autofree char *announcement = g_strdup_printf (ngettext ("%'u match", "%'u matches", n_found), n_found);

      gtk_accessible_announce (GTK_ACCESSIBLE (self->find_entry), announcement, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
    }
}

static void
start_finding (HyViewerPage *self)
{
  const char *words = gtk_search_bar_get_search_mode (self->find_bar) ? gtk_editable_get_text (self->find_entry) : "";

  self->told = FALSE;
  self->n_found = self->at_found = 0;
  if (is_shown (self, "pages"))
    {
      hy_page_view_find (self->pages, words);
    }
  else if (is_shown (self, "text"))
    {
      self->n_found = hy_text_sheet_find (self->text, words);
      self->at_found = hy_text_sheet_find_step (self->text, 1);
    }
  else if (is_shown (self, "reading"))
    {
      self->n_found = hy_reading_view_find (HY_READING_VIEW (self->reading), words);
      self->at_found = self->n_found > 0 ? hy_reading_view_find_step (HY_READING_VIEW (self->reading), 1) : 0;
    }
  show_found (self);
}

static void
step_found (HyViewerPage *self,
            int direction)
{
  g_autofree char *words = NULL;
  guint n_found;
  gboolean finding;

  if (is_shown (self, "pages"))
    hy_page_view_find_step (self->pages, direction);
  else if (is_shown (self, "text"))
    self->at_found = hy_text_sheet_find_step (self->text, direction);
  else if (is_shown (self, "reading") && self->n_found > 0)
    self->at_found = hy_reading_view_find_step (HY_READING_VIEW (self->reading), direction);
  show_found (self);
  words = dup_found_words (self, &n_found, &finding);
  if (*words != '\0')
    gtk_accessible_announce (GTK_ACCESSIBLE (self->find_entry), words, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
on_find_next (HyViewerPage *self)
{
  step_found (self, 1);
}

static void
on_find_previous (HyViewerPage *self)
{
  step_found (self, -1);
}

static void
on_find_changed (HyViewerPage *self)
{
  if (gtk_search_bar_get_search_mode (self->find_bar))
    start_finding (self);
}

static void
focus_content (HyViewerPage *self)
{
  if (is_shown (self, "pages"))
    gtk_widget_grab_focus (GTK_WIDGET (self->pages));
  else
    gtk_widget_child_focus (GTK_WIDGET (self->states), GTK_DIR_TAB_FORWARD);
}

static void
on_find_stopped (HyViewerPage *self)
{
  gtk_search_bar_set_search_mode (self->find_bar, FALSE);
}

static void
on_find_shown (HyViewerPage *self)
{
  if (gtk_search_bar_get_search_mode (self->find_bar))
    {
      gtk_widget_grab_focus (GTK_WIDGET (self->find_entry));
      gtk_editable_select_region (self->find_entry, 0, -1);
    }
  else
    {
      focus_content (self);
    }
  start_finding (self);
}

static gboolean
on_find_key (GtkEventControllerKey *keys,
             guint key,
             guint code,
             GdkModifierType state,
             HyViewerPage *self)
{
  if ((key != GDK_KEY_Return && key != GDK_KEY_KP_Enter) || !(state & GDK_SHIFT_MASK))
    return GDK_EVENT_PROPAGATE;
  step_found (self, -1);
  return GDK_EVENT_STOP;
}

/**
 * hy_viewer_page_find:
 *
 * Shows the find bar, or goes to it.
 */
void
hy_viewer_page_find (HyViewerPage *self)
{
  g_return_if_fail (HY_IS_VIEWER_PAGE (self));

  if (!gtk_widget_get_visible (self->find_button))
    return;
  if (!gtk_search_bar_get_search_mode (self->find_bar))
    {
      gtk_search_bar_set_search_mode (self->find_bar, TRUE);
      return;
    }
  gtk_widget_grab_focus (GTK_WIDGET (self->find_entry));
  gtk_editable_select_region (self->find_entry, 0, -1);
}

void
hy_viewer_page_open_menu (HyViewerPage *self)
{
  g_return_if_fail (HY_IS_VIEWER_PAGE (self));

  self->menu_by_key = TRUE;
  gtk_menu_button_popup (self->menu_button);
}

/* -- pill -- */

static gboolean
is_pill_in_use (HyViewerPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return (gtk_widget_get_state_flags (self->pill) & GTK_STATE_FLAG_PRELIGHT) ||
         (focus != NULL && gtk_widget_is_ancestor (focus, self->pill)) || gtk_menu_button_get_active (self->zoom_button);
}

static gboolean
on_pill_due (gpointer user_data)
{
  HyViewerPage *self = user_data;

  if (is_pill_in_use (self))
    return G_SOURCE_CONTINUE;
  self->pill_timeout = 0;
  gtk_widget_add_css_class (self->pill, "faded");
  return G_SOURCE_REMOVE;
}

/* Something moves: the pill comes back, for a while. */
static void
show_pill (HyViewerPage *self)
{
  gtk_widget_remove_css_class (self->pill, "faded");
  g_clear_handle_id (&self->pill_timeout, g_source_remove);
  self->pill_timeout = g_timeout_add_seconds (PILL_SECONDS, on_pill_due, self);
}

static void
show_page_number (HyViewerPage *self)
{
  guint page = hy_page_view_get_page (self->pages), n_pages = hy_page_view_get_n_pages (self->pages);
  /* Translators: where one is in a document: Page 1 of 2 */
  g_autofree char *text = g_strdup_printf (_ ("Page %u of %u"), page + 1, n_pages);
  /* Translators: the same where there is little room: 1 / 2 */
  g_autofree char *short_text = g_strdup_printf (C_ ("page", "%u / %u"), page + 1, n_pages);

  gtk_button_set_label (self->page_button, self->tight ? short_text : text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->page_button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void
on_page_changed (HyViewerPage *self)
{
  guint page = hy_page_view_get_page (self->pages), n_pages = hy_page_view_get_n_pages (self->pages);

  show_page_number (self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "page.previous-page", page > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "page.next-page", page + 1 < n_pages);
  show_pill (self);
}

static void
on_zoom_changed (HyViewerPage *self)
{
  double zoom = hy_page_view_get_zoom (self->pages);
  /* Translators: how large pages are shown, in percent of their size on paper */
  g_autofree char *text = g_strdup_printf (C_ ("zoom", "%u %%"), (guint) round (zoom * 100));

  gtk_label_set_text (self->zoom_label, text);
  show_pill (self);
}

static void
stop_typing_page (HyViewerPage *self)
{
  gtk_stack_set_visible_child_name (self->page_stack, "label");
  gtk_widget_grab_focus (GTK_WIDGET (self->pages));
}

static void
on_page_typed (HyViewerPage *self)
{
  guint64 page;

  if (g_ascii_string_to_unsigned (gtk_editable_get_text (self->page_entry), 10, 1, G_MAXUINT, &page, NULL))
    hy_page_view_go_to (self->pages, (guint) page - 1);
  stop_typing_page (self);
}

static gboolean
on_page_key (GtkEventControllerKey *keys,
             guint key,
             guint code,
             GdkModifierType state,
             HyViewerPage *self)
{
  if (key != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  stop_typing_page (self);
  return GDK_EVENT_STOP;
}

static void
on_page_entry_left (HyViewerPage *self)
{
  gtk_stack_set_visible_child_name (self->page_stack, "label");
}

static void
on_moved (HyViewerPage *self)
{
  show_pill (self);
}

static void
on_copied (HyViewerPage *self)
{
  show_toast (self, _ ("Copied. Paste it within 30 seconds."));
}

static void
on_link (HyViewerPage *self,
         const char *uri)
{
  if (hy_reading_text_is_address (uri))
    hy_reading_link_ask (GTK_WIDGET (self), uri);
}

/* -- details -- */

static void
show_details (HyViewerPage *self,
              gboolean shown)
{
  if (self->narrow)
    adw_bottom_sheet_set_open (self->details_sheet, shown);
  else
    adw_overlay_split_view_set_show_sidebar (self->split, shown);
  if (self->details_shown == shown)
    return;
  self->details_shown = shown;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DETAILS_SHOWN]);
}

static void
place_details (HyViewerPage *self,
               gboolean narrow)
{
  g_autoptr (GtkWidget) details = g_object_ref (GTK_WIDGET (self->details));

  self->narrow = narrow;
  hy_document_details_set_in_viewer (self->details, /* can_close= */ narrow);
  if (narrow)
    {
      adw_overlay_split_view_set_show_sidebar (self->split, FALSE);
      adw_overlay_split_view_set_sidebar (self->split, NULL);
      adw_bottom_sheet_set_sheet (self->details_sheet, details);
    }
  else
    {
      adw_bottom_sheet_set_open (self->details_sheet, FALSE);
      adw_bottom_sheet_set_sheet (self->details_sheet, NULL);
      adw_overlay_split_view_set_sidebar (self->split, details);
    }
  /* Beside the document there is room; over it, only when asked for. */
  show_details (self, !narrow);
  gtk_widget_set_visible (self->previous_page, !narrow);
  gtk_widget_set_visible (self->next_page, !narrow);
  gtk_widget_set_visible (self->pill_separator, !narrow);
  show_state (self, gtk_stack_get_visible_child_name (self->states));
}

static void
on_narrow (HyViewerPage *self)
{
  place_details (self, /* narrow= */ TRUE);
}

/* Only what one cannot do without stays on one line. */
static void
set_tight (HyViewerPage *self,
           gboolean tight)
{
  self->tight = tight;
  gtk_widget_set_visible (GTK_WIDGET (self->zoom_button), !tight);
  gtk_orientable_set_orientation (self->find_line, tight ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  show_page_number (self);
  if (tight)
    {
      gtk_widget_add_css_class (self->password_page, "compact");
      gtk_widget_add_css_class (GTK_WIDGET (self->failed), "compact");
    }
  else
    {
      gtk_widget_remove_css_class (self->password_page, "compact");
      gtk_widget_remove_css_class (GTK_WIDGET (self->failed), "compact");
    }
}

static void
on_tight (HyViewerPage *self)
{
  place_details (self, /* narrow= */ TRUE);
  set_tight (self, TRUE);
}

static void
on_wide (HyViewerPage *self)
{
  set_tight (self, FALSE);
  place_details (self, /* narrow= */ FALSE);
}

static void
on_sheet_open_changed (HyViewerPage *self)
{
  if (self->narrow)
    show_details (self, adw_bottom_sheet_get_open (self->details_sheet));
}

static void
on_details_closed (HyViewerPage *self)
{
  show_details (self, FALSE);
}

/* -- the document changes or goes -- */

static void
leave (HyViewerPage *self)
{
  GtkWidget *view = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_NAVIGATION_VIEW);

  if (view != NULL && adw_navigation_view_get_visible_page (ADW_NAVIGATION_VIEW (view)) == ADW_NAVIGATION_PAGE (self))
    adw_navigation_view_pop (ADW_NAVIGATION_VIEW (view));
}

static DexFuture *
still_there_fiber (gpointer user_data)
{
  HyViewerPage *self = ((Job *) user_data)->self;
  g_autoptr (GError) error = NULL;
  g_autoptr (HyVaultRow) row = dex_await_boxed (hy_record_dup_row (get_access (self), self->rowid), &error);

  self->asking_row = FALSE;
  if (row == NULL && g_error_matches (error, HY_ERROR, HY_ERROR_MISSING) && !is_over (self))
    leave (self);
  return dex_future_new_true ();
}

static void
on_access_changed (HyViewerPage *self)
{
  if (self->closed || self->asking_row || !hy_access_is_open (get_access (self)))
    return;
  self->asking_row = TRUE;
  hy_spawn ("document still there", still_there_fiber, job_new (self, NULL), job_free, self->scope);
}

static DexFuture *
mark_read_fiber (gpointer user_data)
{
  HyViewerPage *self = ((Job *) user_data)->self;

  return hy_record_mark_read (get_access (self), self->rowid);
}

static void
tell (HyViewerPage *self,
      DexFuture *act)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *words = dex_await_string (act, &error);

  if (is_over (self))
    return;
  if (words != NULL && *words != '\0')
    show_toast (self, words);
  else if (words == NULL && !g_error_matches (error, HY_ERROR, HY_ERROR_LOCKED) && !g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED) &&
           !g_error_matches (error, DEX_ERROR, DEX_ERROR_FIBER_CANCELLED))
    show_toast (self, error->message);
}

static DexFuture *
save_copy_fiber (gpointer user_data)
{
  HyViewerPage *self = ((Job *) user_data)->self;

  tell (self, hy_document_save_copy (GTK_WIDGET (self), self->space, self->rowid));
  return dex_future_new_true ();
}

static DexFuture *
remove_fiber (gpointer user_data)
{
  HyViewerPage *self = ((Job *) user_data)->self;

  /* Once it is gone, so is this page: see on_access_changed. */
  tell (self, hy_document_remove (GTK_WIDGET (self), self->space, self->rowid));
  return dex_future_new_true ();
}

/* -- actions -- */

static void
save_action (GtkWidget *widget,
             const char *name G_GNUC_UNUSED,
             GVariant *parameter G_GNUC_UNUSED)
{
  HyViewerPage *self = HY_VIEWER_PAGE (widget);

  hy_spawn ("save a copy", save_copy_fiber, job_new (self, NULL), job_free, self->scope);
}

static void
remove_action (GtkWidget *widget,
               const char *name G_GNUC_UNUSED,
               GVariant *parameter G_GNUC_UNUSED)
{
  HyViewerPage *self = HY_VIEWER_PAGE (widget);

  hy_spawn ("remove a document", remove_fiber, job_new (self, NULL), job_free, self->scope);
}

static void
find_action (GtkWidget *widget,
             const char *name G_GNUC_UNUSED,
             GVariant *parameter G_GNUC_UNUSED)
{
  hy_viewer_page_find (HY_VIEWER_PAGE (widget));
}

static void
search_all_action (GtkWidget *widget,
                   const char *name G_GNUC_UNUSED,
                   GVariant *parameter G_GNUC_UNUSED)
{
  g_signal_emit (widget, signals[SEARCH_ALL], 0);
}

static void
menu_action (GtkWidget *widget,
             const char *name G_GNUC_UNUSED,
             GVariant *parameter G_GNUC_UNUSED)
{
  hy_viewer_page_open_menu (HY_VIEWER_PAGE (widget));
}

static void
page_action (GtkWidget *widget,
             const char *name,
             GVariant *parameter G_GNUC_UNUSED)
{
  HyViewerPage *self = HY_VIEWER_PAGE (widget);
  guint page = hy_page_view_get_page (self->pages);

  if (!is_shown (self, "pages"))
    return;
  if (g_str_equal (name, "page.next-page"))
    hy_page_view_go_to (self->pages, page + 1);
  else if (g_str_equal (name, "page.previous-page") && page > 0)
    hy_page_view_go_to (self->pages, page - 1);
  else if (g_str_equal (name, "page.zoom-in"))
    hy_page_view_step_zoom (self->pages, 1);
  else if (g_str_equal (name, "page.zoom-out"))
    hy_page_view_step_zoom (self->pages, -1);
  else if (g_str_equal (name, "page.zoom-reset"))
    hy_page_view_set_fit (self->pages, HY_PAGE_FIT_AUTO);
  else if (g_str_equal (name, "page.zoom-paper"))
    hy_page_view_set_zoom (self->pages, 1.0);
  else if (g_str_equal (name, "page.fit-width"))
    hy_page_view_set_fit (self->pages, HY_PAGE_FIT_WIDTH);
  else if (g_str_equal (name, "page.fit-page"))
    hy_page_view_set_fit (self->pages, HY_PAGE_FIT_PAGE);
  else if (g_str_equal (name, "page.rotate-right"))
    hy_page_view_rotate (self->pages, 90);
  else if (g_str_equal (name, "page.rotate-left"))
    hy_page_view_rotate (self->pages, -90);
}

static void
go_to_page_action (GtkWidget *widget,
                   const char *name G_GNUC_UNUSED,
                   GVariant *parameter G_GNUC_UNUSED)
{
  HyViewerPage *self = HY_VIEWER_PAGE (widget);
  g_autofree char *page = g_strdup_printf ("%u", hy_page_view_get_page (self->pages) + 1);

  if (!is_shown (self, "pages"))
    return;
  show_pill (self);
  gtk_stack_set_visible_child_name (self->page_stack, "entry");
  gtk_editable_set_text (self->page_entry, page);
  gtk_widget_grab_focus (GTK_WIDGET (self->page_entry));
  gtk_editable_select_region (self->page_entry, 0, -1);
}

/* -- class -- */

static void
hy_viewer_page_get_property (GObject *object,
                             guint prop_id,
                             GValue *value,
                             GParamSpec *pspec)
{
  if (prop_id == PROP_DETAILS_SHOWN)
    g_value_set_boolean (value, HY_VIEWER_PAGE (object)->details_shown);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
hy_viewer_page_set_property (GObject *object,
                             guint prop_id,
                             const GValue *value,
                             GParamSpec *pspec)
{
  if (prop_id == PROP_DETAILS_SHOWN)
    show_details (HY_VIEWER_PAGE (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

/* Popped, locked, or the window goes: nothing of the document outlives that. */
static void
hy_viewer_page_unroot (GtkWidget *widget)
{
  HyViewerPage *self = HY_VIEWER_PAGE (widget);

  self->closed = TRUE;
  hy_scope_cancel (self->scope);
  g_clear_handle_id (&self->loading_timeout, g_source_remove);
  g_clear_handle_id (&self->pill_timeout, g_source_remove);
  gtk_editable_set_text (self->password_row, "");
  close_documents (self);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  GTK_WIDGET_CLASS (hy_viewer_page_parent_class)->unroot (widget);
}

static void
hy_viewer_page_dispose (GObject *object)
{
  HyViewerPage *self = HY_VIEWER_PAGE (object);

  self->closed = TRUE;
  hy_scope_cancel (self->scope);
  g_clear_handle_id (&self->loading_timeout, g_source_remove);
  g_clear_handle_id (&self->pill_timeout, g_source_remove);
  if (self->pages != NULL)
    close_documents (self);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  /* Its own child first: a page does not expect its template to take it away. */
  adw_navigation_page_set_child (ADW_NAVIGATION_PAGE (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), HY_TYPE_VIEWER_PAGE);
  g_clear_object (&self->details);
  G_OBJECT_CLASS (hy_viewer_page_parent_class)->dispose (object);
}

static void
hy_viewer_page_finalize (GObject *object)
{
  HyViewerPage *self = HY_VIEWER_PAGE (object);

  g_clear_object (&self->space);
  g_clear_object (&self->scope);
  g_free (self->words);
  G_OBJECT_CLASS (hy_viewer_page_parent_class)->finalize (object);
}

static void
hy_viewer_page_class_init (HyViewerPageClass *klass)
{
  static const char *const page_actions[] = {
    "page.next-page",
    "page.previous-page",
    "page.zoom-in",
    "page.zoom-out",
    "page.zoom-reset",
    "page.zoom-paper",
    "page.fit-width",
    "page.fit-page",
    "page.rotate-right",
    "page.rotate-left",
  };
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hy_viewer_page_get_property;
  object_class->set_property = hy_viewer_page_set_property;
  object_class->dispose = hy_viewer_page_dispose;
  object_class->finalize = hy_viewer_page_finalize;
  widget_class->unroot = hy_viewer_page_unroot;

  props[PROP_DETAILS_SHOWN] = g_param_spec_boolean ("details-shown", NULL, NULL, FALSE,
                                                    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[SEARCH_ALL] = g_signal_new ("search-all", HY_TYPE_VIEWER_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  for (guint i = 0; i < G_N_ELEMENTS (page_actions); i++)
    gtk_widget_class_install_action (widget_class, page_actions[i], NULL, page_action);
  gtk_widget_class_install_action (widget_class, "page.go-to-page", NULL, go_to_page_action);
  gtk_widget_class_install_action (widget_class, "page.save-this", NULL, save_action);
  gtk_widget_class_install_action (widget_class, "page.remove-this", NULL, remove_action);
  gtk_widget_class_install_action (widget_class, "page.search", NULL, find_action);
  gtk_widget_class_install_action (widget_class, "page.search-all", NULL, search_all_action);
  gtk_widget_class_install_action (widget_class, "page.menu", NULL, menu_action);
  gtk_widget_class_install_property_action (widget_class, "page.show-details", "details-shown");
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F9, 0, "page.show-details", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_plus, GDK_CONTROL_MASK, "page.zoom-in", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_plus, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "page.zoom-in", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_equal, GDK_CONTROL_MASK, "page.zoom-in", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_KP_Add, GDK_CONTROL_MASK, "page.zoom-in", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_minus, GDK_CONTROL_MASK, "page.zoom-out", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_KP_Subtract, GDK_CONTROL_MASK, "page.zoom-out", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_0, GDK_CONTROL_MASK, "page.zoom-reset", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_KP_0, GDK_CONTROL_MASK, "page.zoom-reset", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_g, GDK_CONTROL_MASK, "page.go-to-page", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Page_Down, GDK_CONTROL_MASK, "page.next-page", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Page_Up, GDK_CONTROL_MASK, "page.previous-page", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Right, GDK_CONTROL_MASK, "page.rotate-right", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Left, GDK_CONTROL_MASK, "page.rotate-left", NULL);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hygie/Hygie/ui/hy-viewer-page.ui");
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, toasts);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, details_sheet);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, split);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, title_stack);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, window_title);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, sides);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, reading_side);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, sides_bar);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, find_button);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, whose);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, avatar);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, whose_label);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, menu_button);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, pages_menu);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, plain_menu);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, find_bar);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, find_entry);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, find_count);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, find_note);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, find_previous);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, find_next);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, cut_banner);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, states);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, pages_overlay);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, pages);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, pill);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, pill_separator);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, page_stack);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, page_button);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, find_line);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, page_entry);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, previous_page);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, next_page);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, zoom_button);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, zoom_label);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, text);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, reading_slot);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, password_page);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, password_row);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, password_note);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, password_button);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, failed);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, again_button);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, save_button);
  gtk_widget_class_bind_template_callback (widget_class, on_narrow);
  gtk_widget_class_bind_template_callback (widget_class, on_tight);
  gtk_widget_class_bind_template_callback (widget_class, on_wide);
  gtk_widget_class_bind_template_callback (widget_class, on_sheet_open_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_find_shown);
  gtk_widget_class_bind_template_callback (widget_class, on_find_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_find_next);
  gtk_widget_class_bind_template_callback (widget_class, on_find_previous);
  gtk_widget_class_bind_template_callback (widget_class, on_find_stopped);
  gtk_widget_class_bind_template_callback (widget_class, on_page_typed);
  gtk_widget_class_bind_template_callback (widget_class, on_password_given);
  gtk_widget_class_bind_template_callback (widget_class, on_password_changed);
  gtk_widget_class_bind_template_child (widget_class, HyViewerPage, absent);
  gtk_widget_class_bind_template_callback (widget_class, on_fetched);
  gtk_widget_class_bind_template_callback (widget_class, on_try_again);
}

static void
hy_viewer_page_init (HyViewerPage *self)
{
  GtkEventController *motion, *keys, *left;

  self->scope = hy_scope_new ();
  g_type_ensure (HY_TYPE_ABSENT_FILE);
  g_type_ensure (HY_TYPE_PAGE_VIEW);
  g_type_ensure (HY_TYPE_TEXT_SHEET);
  gtk_widget_init_template (GTK_WIDGET (self));
  self->reading = hy_reading_view_new ();
  adw_bin_set_child (self->reading_slot, self->reading);

  g_signal_connect_object (self->sides, "notify::active-name", G_CALLBACK (on_side_chosen), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->pages, "page-changed", G_CALLBACK (on_page_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->pages, "zoom-changed", G_CALLBACK (on_zoom_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->pages, "found-changed", G_CALLBACK (show_found), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->pages, "link", G_CALLBACK (on_link), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->pages, "copied", G_CALLBACK (on_copied), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->pages, "failed", G_CALLBACK (on_pages_failed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->text, "copied", G_CALLBACK (on_copied), self, G_CONNECT_SWAPPED);

  motion = gtk_event_controller_motion_new ();
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (on_moved), self);
  gtk_widget_add_controller (self->pages_overlay, motion);
  left = gtk_event_controller_focus_new ();
  g_signal_connect_swapped (left, "enter", G_CALLBACK (on_moved), self);
  gtk_widget_add_controller (self->pill, left);
  left = gtk_event_controller_focus_new ();
  g_signal_connect_swapped (left, "leave", G_CALLBACK (on_page_entry_left), self);
  gtk_widget_add_controller (GTK_WIDGET (self->page_entry), left);
  keys = gtk_event_controller_key_new ();
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_page_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self->page_entry), keys);
  keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_find_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self->find_entry), keys);
  gtk_search_bar_connect_entry (self->find_bar, self->find_entry);
}

/**
 * hy_viewer_page_new:
 * @rowid: of a document, or of another entry with a file
 * @words: (nullable): what led to it, to be found in it
 */
GtkWidget *
hy_viewer_page_new (HySpace *space,
                    gint64 rowid,
                    const char *words)
{
  HyViewerPage *self;
  const char *name;

  g_return_val_if_fail (HY_IS_SPACE (space), NULL);

  self = g_object_new (HY_TYPE_VIEWER_PAGE, NULL);
  self->space = g_object_ref (space);
  self->rowid = rowid;
  hy_reading_view_set_renderer (HY_READING_VIEW (self->reading), hy_space_get_renderer (space));
  name = hy_space_info_get_name (hy_space_get_info (space));
  adw_window_title_set_subtitle (self->window_title, name);
  adw_avatar_set_text (self->avatar, name);
  gtk_label_set_text (self->whose_label, name);

  self->details = g_object_ref_sink (HY_DOCUMENT_DETAILS (hy_document_details_new (space)));
  hy_document_details_show (self->details, rowid);
  g_signal_connect_object (self->details, "close", G_CALLBACK (on_details_closed), self, G_CONNECT_SWAPPED);
  place_details (self, /* narrow= */ FALSE);

  g_signal_connect_object (get_access (self), "changed", G_CALLBACK (on_access_changed), self, G_CONNECT_SWAPPED);
  self->words = g_strdup (words);
  open_document (self, NULL);
  hy_spawn ("mark as read", mark_read_fiber, job_new (self, NULL), job_free, NULL);
  return GTK_WIDGET (self);
}
