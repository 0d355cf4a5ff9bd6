/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The journal on screen.  What a sync brought is read when it is asked for; a run that goes on changes in its place. */

#include "config.h"

#include "ui/sync/hy-sync-page.h"

#include "base/hy-async.h"
#include "ui/sync/hy-connect-dialog.h"
#include "ui/sync/hy-refusal-dialog.h"
#include "ui/sync/hy-run-row.h"
#include "ui/sync/hy-server-dialog.h"
#include "ui/sync/hy-sync-look.h"
#include "ui/sync/hy-sync-row.h"
#include "ui/sync/hy-token-dialog.h"
#include "ui/window/hy-space-badge.h"

#include <glib/gi18n.h>

/* Runs that are shown at first, and how many more at each "Show more". */
#define RUNS_STEP 30

struct _HySyncPage
{
  AdwNavigationPage parent_instance;

  AdwToastOverlay *toasts;
  AdwHeaderBar *header;
  AdwWindowTitle *window_title;
  GtkMenuButton *menu_button;
  GtkStack *states;
  GtkWidget *connect_button;
  AdwPreferencesGroup *state_group;
  AdwPreferencesGroup *last_group;
  AdwPreferencesGroup *before_group;

  HySyncRow *state_row;
  HySyncRow *outbox_row;
  GtkButton *run_button;   /* "Sync now", or "Stop" */
  GtkWidget *token_button;
  GtkWidget *again_button; /* a server, where the last one was left */
  GtkWidget *advice_button;

  HySpace *space;
  HySpaceSync *sync;       /* of the space */
  GPtrArray *runs;         /* HyRun, newest first; what is shown */
  GPtrArray *rows;         /* HyRunRow, one a run */
  GtkWidget *more_row;     /* nullable */
  guint n_wanted;
  gboolean loading;
  gboolean stale;          /* the journal changed while it was read */
  HySpaceSyncState shown;
  HyScope *scope;
  gboolean narrow;
};

G_DEFINE_FINAL_TYPE (HySyncPage, hy_sync_page, ADW_TYPE_NAVIGATION_PAGE)

enum
{
  PROP_0,
  PROP_NARROW,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void load_journal (HySyncPage *self);

static gboolean
is_running (HySyncPage *self)
{
  return hy_space_sync_get_status (self->sync)->state == HY_SPACE_SYNC_RUNNING;
}

/* -- the state, in words -- */

static const HyRun *
get_last_run (HySyncPage *self)
{
  return self->runs->len > 0 ? g_ptr_array_index (self->runs, 0) : NULL;
}

static char *
dup_receiving (const HySpaceSyncStatus *status)
{
  const char *kind;

  if (status->until_ms > 0)
    {
      g_autofree char *clock = hy_sync_look_dup_clock (status->until_ms);

      return g_strdup_printf (_ ("The server asks to wait until %s"), clock);
    }
  if (status->files && status->total > 0)
    return g_strdup_printf (ngettext ("Documents: file %'u of %'u", "Documents: file %'u of %'u", status->total),
                            MIN (status->done + 1, status->total), status->total);
  if (status->type == NULL && status->done == 0)
    return g_strdup (_ ("Asking the server what is new"));
  kind = status->type != NULL ? hy_sync_words_get_kind (hy_resource_class_for_type (status->type)) : _ ("Your record");
  if (status->total > 0)
    /* Translators: a kind, as in "Measures", then how many of how many came */
    return g_strdup_printf (ngettext ("%s: %'u of %'u", "%s: %'u of %'u", status->total), kind, status->done, status->total);
  if (status->done > 0)
    return g_strdup_printf (ngettext ("%s: %'u so far", "%s: %'u so far", status->done), kind, status->done);
  return g_strdup (kind);
}

static char *
dup_state_title (const HySpaceSyncStatus *status)
{
  g_autofree char *when = NULL;

  switch (status->state)
    {
    case HY_SPACE_SYNC_NEVER:
      return g_strdup (_ ("Nothing was received yet"));
    case HY_SPACE_SYNC_DONE:
      return g_strdup (_ ("Up to date"));
    case HY_SPACE_SYNC_RUNNING:
      return g_strdup (_ ("Receiving"));
    case HY_SPACE_SYNC_STOPPED:
      when = hy_sync_words_dup_time (status->ended_ms);
      /* Translators: then "2 minutes ago", "yesterday at 18:52" */
      return g_strdup_printf (_ ("Stopped %s, goes on from there"), when);
    case HY_SPACE_SYNC_OFFLINE:
      return g_strdup (_ ("No network, or no answer"));
    case HY_SPACE_SYNC_BUSY:
      when = hy_sync_look_dup_clock (status->until_ms);
      return g_strdup_printf (_ ("The server asks to wait until %s"), when);
    case HY_SPACE_SYNC_SIGN_IN:
      return g_strdup (status->has_token ? _ ("The server no longer accepts the token") : _ ("The server needs a token"));
    case HY_SPACE_SYNC_FAILED:
      return g_strdup (_ ("The last sync did not go through"));
    case HY_SPACE_SYNC_ALONE:
    default:
      return g_strdup ("");
    }
}

static char *
dup_checked (const HySpaceSyncStatus *status)
{
  g_autofree char *when = NULL;

  if (status->checked_ms == 0)
    return g_strdup (status->server);
  when = hy_sync_words_dup_time (status->checked_ms);
  /* Translators: the name of a server, then when it was last asked: "2 minutes ago", "yesterday at 18:52" */
  return g_strdup_printf (_ ("%s, checked %s"), status->server, when);
}

static char *
dup_state_subtitle (HySyncPage *self,
                    const HySpaceSyncStatus *status)
{
  const HyRun *last = get_last_run (self);
  g_autofree char *checked = dup_checked (status);
  g_autofree char *reason = NULL;

  switch (status->state)
    {
    case HY_SPACE_SYNC_RUNNING:
      return dup_receiving (status);
    case HY_SPACE_SYNC_STOPPED:
      return g_strdup_printf (_ ("What came before is here. %s"), checked);
    case HY_SPACE_SYNC_OFFLINE:
      return g_strdup_printf (_ ("Nothing is lost: it goes on by itself once the server can be reached. %s"), checked);
    case HY_SPACE_SYNC_BUSY:
      return g_strdup_printf (_ ("It has much to do now. What came before is here. %s"), checked);
    case HY_SPACE_SYNC_SIGN_IN:
      return g_strdup_printf (_ ("All that came is here. The service that gave you a token can give you a new one. %s"), checked);
    case HY_SPACE_SYNC_FAILED:
      if (last == NULL || last->state != HY_RUN_FAILED)
        return g_steal_pointer (&checked);
      reason = hy_sync_words_dup_run (last);
      /* Translators: why, a sentence; then the name of a server and when it was last asked */
      return g_strdup_printf (C_ ("why a sync failed", "%s %s"), reason, checked);
    case HY_SPACE_SYNC_ALONE:
    case HY_SPACE_SYNC_NEVER:
    case HY_SPACE_SYNC_DONE:
    default:
      return g_steal_pointer (&checked);
    }
}

static double
get_fraction (const HySpaceSyncStatus *status)
{
  if (status->state != HY_SPACE_SYNC_RUNNING || status->total == 0 || status->until_ms > 0)
    return -1;
  return (double) status->done / status->total;
}

/* -- the state, on screen -- */

static void
show_run_button (HySyncPage *self,
                 const HySpaceSyncStatus *status)
{
  gboolean running = status->state == HY_SPACE_SYNC_RUNNING;

  gtk_button_set_label (self->run_button, running ? _ ("_Stop") : _ ("_Sync now"));
  if (running || status->state == HY_SPACE_SYNC_SIGN_IN)
    gtk_widget_remove_css_class (GTK_WIDGET (self->run_button), "suggested-action");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->run_button), "suggested-action");
}

static void
show_outbox (HySyncPage *self,
             guint n_waiting)
{
  g_autofree char *title = g_strdup_printf (ngettext ("%'u entry waits to be sent", "%'u entries wait to be sent", n_waiting),
                                            n_waiting);

  gtk_widget_set_visible (GTK_WIDGET (self->outbox_row), n_waiting > 0);
  hy_sync_row_set_words (self->outbox_row, title, _ ("Hygie receives but does not send yet. They are safe here."));
}

static void
show_status (HySyncPage *self)
{
  const HySpaceSyncStatus *status = hy_space_sync_get_status (self->sync);
  HySyncLook look = hy_sync_look_of_state (status->state);
  const HyRun *last = get_last_run (self);
  gboolean alone = status->state == HY_SPACE_SYNC_ALONE;
  g_autofree char *title = dup_state_title (status);
  g_autofree char *subtitle = dup_state_subtitle (self, status);

  gtk_stack_set_visible_child_name (self->states, alone && self->runs->len == 0 ? "alone" : "journal");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "page.server-settings", !alone);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "page.export-journal", self->runs->len > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->menu_button), !alone || self->runs->len > 0);
  if (alone)
    hy_sync_row_set_words (self->state_row, _ ("Only on this computer"), _ ("No server is set. What came before stays here."));
  else
    hy_sync_row_set_words (self->state_row, title, subtitle);
  hy_sync_row_set_icon (self->state_row, look.icon_name, look.style);
  hy_sync_row_set_working (self->state_row, status->state == HY_SPACE_SYNC_RUNNING);
  hy_sync_row_set_progress (self->state_row, get_fraction (status));
  show_run_button (self, status);
  gtk_widget_set_visible (GTK_WIDGET (self->run_button), !alone);
  gtk_widget_set_visible (self->again_button, alone);
  gtk_widget_set_visible (self->token_button, status->state == HY_SPACE_SYNC_SIGN_IN);
  gtk_widget_set_visible (self->advice_button, status->state == HY_SPACE_SYNC_FAILED && last != NULL && last->reason != NULL);
  show_outbox (self, alone ? 0 : status->outbox);

  if (status->state != self->shown)
    {
      self->shown = status->state;
      load_journal (self);
    }
}

static void
on_run_clicked (HySyncPage *self)
{
  if (is_running (self))
    hy_space_sync_stop (self->sync);
  else
    gtk_widget_activate_action (GTK_WIDGET (self), "space.sync-now", NULL);
}

static void
on_token_clicked (HySyncPage *self)
{
  hy_token_dialog_present (GTK_WIDGET (self), self->sync);
}

static void
on_advice_clicked (HySyncPage *self)
{
  const HyRun *last = get_last_run (self);
  g_autofree char *sentence = NULL;

  if (last == NULL || last->reason == NULL)
    return;
  sentence = hy_sync_words_dup_run (last);
  hy_refusal_dialog_present (GTK_WIDGET (self), sentence, last->reason, last->detail);
}

static GtkWidget *
add_button (HySyncPage *self,
            const char *label,
            GCallback on_clicked)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  g_signal_connect_swapped (button, "clicked", on_clicked, self);
  hy_sync_row_add_end (self->state_row, button);
  return button;
}

static void
add_state_rows (HySyncPage *self)
{
  self->state_row = HY_SYNC_ROW (hy_sync_row_new (/* tile= */ TRUE));
  self->token_button = add_button (self, _ ("Enter a new _token…"), G_CALLBACK (on_token_clicked));
  gtk_widget_add_css_class (self->token_button, "suggested-action");
  self->advice_button = add_button (self, _ ("_What to do"), G_CALLBACK (on_advice_clicked));
  self->again_button = add_button (self, _ ("Connect to a _server…"), G_CALLBACK (hy_sync_page_connect));
  self->run_button = GTK_BUTTON (add_button (self, _ ("_Sync now"), G_CALLBACK (on_run_clicked)));
  adw_preferences_group_add (self->state_group, GTK_WIDGET (self->state_row));

  self->outbox_row = HY_SYNC_ROW (hy_sync_row_new (/* tile= */ TRUE));
  hy_sync_row_set_icon (self->outbox_row, "document-send-symbolic", NULL);
  adw_preferences_group_add (self->state_group, GTK_WIDGET (self->outbox_row));
  g_object_bind_property (self, "narrow", self->state_row, "narrow", G_BINDING_SYNC_CREATE);
  g_object_bind_property (self, "narrow", self->outbox_row, "narrow", G_BINDING_SYNC_CREATE);
}

/* -- what each sync brought -- */

static gboolean
goes_on (HySyncPage *self,
         guint at)
{
  const HyRun *run = g_ptr_array_index (self->runs, at);

  return at == 0 && run->ended_ms == 0 && is_running (self);
}

static gboolean
are_rows_of (HySyncPage *self,
             GPtrArray *runs)
{
  if (self->rows->len != MIN (runs->len, self->n_wanted))
    return FALSE;
  for (guint i = 0; i < self->rows->len; i++)
    if (hy_run_row_get_run (g_ptr_array_index (self->rows, i)) != ((const HyRun *) g_ptr_array_index (runs, i))->run)
      return FALSE;
  return TRUE;
}

static void
on_more_activated (HySyncPage *self)
{
  self->n_wanted += RUNS_STEP;
  load_journal (self);
}

static void
remove_rows (HySyncPage *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (i == 0 ? self->last_group : self->before_group, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  if (self->more_row != NULL)
    adw_preferences_group_remove (self->before_group, self->more_row);
  self->more_row = NULL;
}

static gboolean
was_open (GArray *open,
          gint64 run)
{
  for (guint i = 0; i < open->len; i++)
    if (g_array_index (open, gint64, i) == run)
      return TRUE;
  return FALSE;
}

static GArray *
list_open (HySyncPage *self)
{
  GArray *open = g_array_new (FALSE, FALSE, sizeof (gint64));

  /* The last one is open by itself; once it is no longer the last, it folds. */
  for (guint i = 1; i < self->rows->len; i++)
    {
      gint64 run = hy_run_row_get_run (g_ptr_array_index (self->rows, i));

      if (adw_expander_row_get_expanded (g_ptr_array_index (self->rows, i)))
        g_array_append_val (open, run);
    }
  return open;
}

static void
add_rows (HySyncPage *self,
          GArray *open)
{
  for (guint i = 0; i < MIN (self->runs->len, self->n_wanted); i++)
    {
      const HyRun *run = g_ptr_array_index (self->runs, i);
      GtkWidget *row = hy_run_row_new (self->sync, run, /* newest= */ i == 0, goes_on (self, i));

      g_object_bind_property (self, "narrow", row, "narrow", G_BINDING_SYNC_CREATE);
      adw_preferences_group_add (i == 0 ? self->last_group : self->before_group, row);
      g_ptr_array_add (self->rows, row);
      if (i == 0 || was_open (open, run->run))
        adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row), TRUE);
    }
  if (self->runs->len <= self->n_wanted)
    return;
  self->more_row = g_object_new (ADW_TYPE_BUTTON_ROW, "title", _ ("Show more"), NULL);
  g_signal_connect_swapped (self->more_row, "activated", G_CALLBACK (on_more_activated), self);
  adw_preferences_group_add (self->before_group, self->more_row);
}

static void
show_runs (HySyncPage *self,
           GPtrArray *runs)
{
  g_autoptr (GArray) open = NULL;
  gboolean same = are_rows_of (self, runs);
  GtkWidget *focus = gtk_widget_get_focus_child (GTK_WIDGET (self->last_group));

  if (focus == NULL)
    focus = gtk_widget_get_focus_child (GTK_WIDGET (self->before_group));
  g_ptr_array_unref (self->runs);
  self->runs = g_ptr_array_ref (runs);
  if (same)
    {
      if (runs->len > 0)
        hy_run_row_set_run (g_ptr_array_index (self->rows, 0), g_ptr_array_index (runs, 0), goes_on (self, 0));
    }
  else
    {
      open = list_open (self);
      remove_rows (self);
      add_rows (self, open);
      if (focus != NULL)
        gtk_widget_grab_focus (GTK_WIDGET (self->run_button));
    }
  gtk_widget_set_visible (GTK_WIDGET (self->last_group), runs->len > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->before_group), runs->len > 1);
  show_status (self);
}

static DexFuture *
load_fiber (gpointer user_data)
{
  HySyncPage *self = user_data;

  do
    {
      g_autoptr (GPtrArray) runs = NULL;

      self->stale = FALSE;
      /* One more than is shown tells whether there are more. */
      runs = dex_await_boxed (hy_space_sync_dup_journal (self->sync, self->n_wanted + 1), NULL);
      if (hy_scope_is_cancelled (self->scope))
        return dex_future_new_true ();
      if (runs != NULL)
        show_runs (self, runs);
    }
  while (self->stale);
  self->loading = FALSE;
  return dex_future_new_true ();
}

/* One reading at a time, however often the journal grows. */
static void
load_journal (HySyncPage *self)
{
  self->stale = TRUE;
  if (self->loading || hy_scope_is_cancelled (self->scope))
    return;
  self->loading = TRUE;
  hy_spawn ("sync journal", load_fiber, g_object_ref (self), g_object_unref, self->scope);
}

/* -- actions -- */

typedef struct
{
  HySyncPage *page;
  GFile *file;
} Export;

static void
export_free (Export *export)
{
  g_object_unref (export->page);
  g_object_unref (export->file);
  g_free (export);
}

static DexFuture *
export_fiber (gpointer user_data)
{
  Export *export = user_data;
  HySyncPage *self = export->page;
  g_autoptr (GError) error = NULL;
  gboolean done = dex_await (hy_space_sync_export_journal (self->sync, export->file), &error);
  AdwToast *toast;

  if (hy_scope_is_cancelled (self->scope))
    return dex_future_new_true ();
  toast = adw_toast_new ("");
  g_object_set (toast, "use-markup", FALSE, "title", done ? _ ("Journal saved. Nothing about health is in it.") : error->message, NULL);
  adw_toast_overlay_add_toast (self->toasts, toast);
  return dex_future_new_true ();
}

static void
on_export_chosen (GObject *source,
                  GAsyncResult *result,
                  gpointer user_data)
{
  g_autoptr (HySyncPage) self = user_data;
  g_autoptr (GFile) file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (source), result, NULL);
  Export *export;

  if (file == NULL || hy_scope_is_cancelled (self->scope))
    return;
  export = g_new0 (Export, 1);
  export->page = g_object_ref (self);
  export->file = g_object_ref (file);
  hy_spawn ("export the journal", export_fiber, export, (GDestroyNotify) export_free, self->scope);
}

static void
export_action (GtkWidget *widget,
               const char *name G_GNUC_UNUSED,
               GVariant *parameter G_GNUC_UNUSED)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  GtkRoot *root = gtk_widget_get_root (widget);

  gtk_file_dialog_set_title (dialog, _ ("Export the journal"));
  gtk_file_dialog_set_initial_name (dialog, _ ("Sync journal.txt"));
  gtk_file_dialog_save (dialog, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, NULL, on_export_chosen, g_object_ref (widget));
}

static void
settings_action (GtkWidget *widget,
                 const char *name G_GNUC_UNUSED,
                 GVariant *parameter G_GNUC_UNUSED)
{
  adw_dialog_present (hy_server_dialog_new (HY_SYNC_PAGE (widget)->space), widget);
}

static void
on_connected (HySyncPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "space.show-section", "s", "sync");
  gtk_widget_activate_action (GTK_WIDGET (self), "space.sync-now", NULL);
}

static void
connect_action (GtkWidget *widget,
                const char *name G_GNUC_UNUSED,
                GVariant *parameter G_GNUC_UNUSED)
{
  hy_sync_page_connect (HY_SYNC_PAGE (widget));
}

/* -- the page -- */

static void
hy_sync_page_get_property (GObject *object,
                           guint prop_id,
                           GValue *value,
                           GParamSpec *pspec)
{
  if (prop_id == PROP_NARROW)
    g_value_set_boolean (value, HY_SYNC_PAGE (object)->narrow);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
hy_sync_page_set_property (GObject *object,
                           guint prop_id,
                           const GValue *value,
                           GParamSpec *pspec)
{
  HySyncPage *self = HY_SYNC_PAGE (object);

  if (prop_id != PROP_NARROW)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      return;
    }
  self->narrow = g_value_get_boolean (value);
  if (self->space != NULL)
    adw_window_title_set_subtitle (self->window_title, self->narrow ? hy_space_info_get_name (hy_space_get_info (self->space)) : "");
}

static void
hy_sync_page_dispose (GObject *object)
{
  HySyncPage *self = HY_SYNC_PAGE (object);

  hy_scope_cancel (self->scope);
  if (self->sync != NULL)
    g_signal_handlers_disconnect_by_data (self->sync, self);
  adw_navigation_page_set_child (ADW_NAVIGATION_PAGE (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), HY_TYPE_SYNC_PAGE);
  G_OBJECT_CLASS (hy_sync_page_parent_class)->dispose (object);
}

static void
hy_sync_page_finalize (GObject *object)
{
  HySyncPage *self = HY_SYNC_PAGE (object);

  g_ptr_array_unref (self->runs);
  g_ptr_array_unref (self->rows);
  g_clear_object (&self->space);
  g_clear_object (&self->scope);
  G_OBJECT_CLASS (hy_sync_page_parent_class)->finalize (object);
}

static void
hy_sync_page_class_init (HySyncPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hy_sync_page_get_property;
  object_class->set_property = hy_sync_page_set_property;
  object_class->dispose = hy_sync_page_dispose;
  object_class->finalize = hy_sync_page_finalize;
  props[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hygie/Hygie/ui/hy-sync-page.ui");
  gtk_widget_class_bind_template_child (widget_class, HySyncPage, toasts);
  gtk_widget_class_bind_template_child (widget_class, HySyncPage, header);
  gtk_widget_class_bind_template_child (widget_class, HySyncPage, window_title);
  gtk_widget_class_bind_template_child (widget_class, HySyncPage, menu_button);
  gtk_widget_class_bind_template_child (widget_class, HySyncPage, states);
  gtk_widget_class_bind_template_child (widget_class, HySyncPage, connect_button);
  gtk_widget_class_bind_template_child (widget_class, HySyncPage, state_group);
  gtk_widget_class_bind_template_child (widget_class, HySyncPage, last_group);
  gtk_widget_class_bind_template_child (widget_class, HySyncPage, before_group);
  gtk_widget_class_install_action (widget_class, "page.export-journal", NULL, export_action);
  gtk_widget_class_install_action (widget_class, "page.server-settings", NULL, settings_action);
  gtk_widget_class_install_action (widget_class, "page.connect", NULL, connect_action);
}

static void
hy_sync_page_init (HySyncPage *self)
{
  self->scope = hy_scope_new ();
  self->runs = g_ptr_array_new ();
  self->rows = g_ptr_array_new ();
  self->n_wanted = RUNS_STEP;
  gtk_widget_init_template (GTK_WIDGET (self));
  add_state_rows (self);
}

GtkWidget *
hy_sync_page_new (HySpace *space)
{
  HySyncPage *self = g_object_new (HY_TYPE_SYNC_PAGE, NULL);
  GtkWidget *badge = hy_space_badge_new (hy_space_get_info (space));

  self->space = g_object_ref (space);
  self->sync = hy_space_get_sync (space);
  g_object_bind_property (self, "narrow", badge, "narrow", G_BINDING_SYNC_CREATE);
  adw_header_bar_pack_end (self->header, badge);
  g_signal_connect_object (self->sync, "changed", G_CALLBACK (show_status), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sync, "journal-changed", G_CALLBACK (load_journal), self, G_CONNECT_SWAPPED);
  show_status (self);
  load_journal (self);
  return GTK_WIDGET (self);
}

void
hy_sync_page_connect (HySyncPage *self)
{
  AdwDialog *dialog = hy_connect_dialog_new (self->space);

  g_signal_connect_object (dialog, "connected", G_CALLBACK (on_connected), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

/**
 * hy_sync_page_focus_first:
 *
 * Puts the focus on the page's main action.  Not by gtk_widget_grab_focus(), which Tab would call at each way in.
 */
void
hy_sync_page_focus_first (HySyncPage *self)
{
  GtkWidget *first = GTK_WIDGET (self->run_button);

  if (g_str_equal (gtk_stack_get_visible_child_name (self->states), "alone"))
    first = self->connect_button;
  else if (gtk_widget_get_visible (self->token_button))
    first = self->token_button;
  if (!gtk_widget_get_visible (first) || !gtk_widget_grab_focus (first))
    gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
}
