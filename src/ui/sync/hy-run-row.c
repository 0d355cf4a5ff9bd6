/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gathers the lines of a run, one a FHIR type, into what people call kinds, and its refusals into as few rows. */

#include "config.h"

#include "ui/sync/hy-run-row.h"

#include "base/hy-async.h"
#include "ui/documents/hy-badge.h"
#include "ui/sync/hy-refusal-dialog.h"
#include "ui/sync/hy-refusals.h"
#include "ui/sync/hy-sync-look.h"
#include "ui/sync/hy-sync-row.h"

#include <glib/gi18n.h>

/* Titles of what is new that stand under the name of a kind. */
#define MAX_TITLES 3
/* As many are read: ten measures of one kind have one title. */
#define MAX_READ_TITLES 30

/* What came of one kind. */
typedef struct
{
  HyResourceClass klass;
  HyRunLine sum;
  GPtrArray *types; /* const char *, of the run */
  GtkWidget *row;   /* in the expander */
} Kind;

struct _HyRunRow
{
  AdwExpanderRow parent_instance;

  GtkImage *icon;
  const char *style;
  HySpaceSync *sync;
  HyRun *run;
  gboolean running;
  gboolean newest;
  gboolean narrow;
  GPtrArray *kinds; /* Kind; NULL until it was opened */
  GPtrArray *rows;  /* GtkWidget, of the expander */
  HyScope *scope;   /* of the fiber that looks for titles */
};

G_DEFINE_FINAL_TYPE (HyRunRow, hy_run_row, ADW_TYPE_EXPANDER_ROW)

enum
{
  PROP_0,
  PROP_NARROW,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void
kind_free (gpointer data)
{
  Kind *kind = data;

  g_ptr_array_unref (kind->types);
  g_free (kind);
}

static gboolean
is_news (const HyRunLine *line)
{
  return line->added + line->changed + line->deleted + line->known + line->kept + line->sent +
             line->files + line->files_wrong + line->files_nowhere >
         0;
}

static void
add_line (Kind *kind,
          const HyRunLine *line)
{
  kind->sum.added += line->added;
  kind->sum.changed += line->changed;
  kind->sum.deleted += line->deleted;
  kind->sum.known += line->known;
  kind->sum.kept += line->kept;
  kind->sum.sent += line->sent;
  kind->sum.files += line->files;
  kind->sum.files_wrong += line->files_wrong;
  kind->sum.files_nowhere += line->files_nowhere;
  g_ptr_array_add (kind->types, line->type);
}

/* Documents first, then in the order in which they came. */
static GPtrArray *
gather_kinds (const HyRun *run)
{
  GPtrArray *kinds = g_ptr_array_new_with_free_func (kind_free);

  for (guint i = 0; i < run->lines->len; i++)
    {
      const HyRunLine *line = g_ptr_array_index (run->lines, i);
      HyResourceClass klass = hy_refusal_get_class (line);
      Kind *kind = NULL;

      if (!is_news (line))
        continue;
      for (guint j = 0; j < kinds->len && kind == NULL; j++)
        if (((Kind *) g_ptr_array_index (kinds, j))->klass == klass)
          kind = g_ptr_array_index (kinds, j);
      if (kind == NULL)
        {
          kind = g_new0 (Kind, 1);
          kind->klass = klass;
          kind->types = g_ptr_array_new ();
          g_ptr_array_insert (kinds, klass == HY_CLASS_DOCUMENT ? 0 : -1, kind);
        }
      add_line (kind, line);
    }
  return kinds;
}

/* -- rows -- */

static GtkWidget *
add_row (HyRunRow *self,
         const char *icon_name,
         const char *style)
{
  GtkWidget *row = hy_sync_row_new (/* tile= */ FALSE);

  hy_sync_row_set_icon (HY_SYNC_ROW (row), icon_name, style);
  g_object_bind_property (self, "narrow", row, "narrow", G_BINDING_SYNC_CREATE);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), row);
  g_ptr_array_add (self->rows, row);
  return row;
}

static void
add_counts (HySyncRow *row,
            const char *counts)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", counts, "xalign", 0.f, "wrap", TRUE,
                                   "natural-wrap-mode", GTK_NATURAL_WRAP_NONE, NULL);

  gtk_widget_add_css_class (label, "dimmed");
  gtk_widget_add_css_class (label, "numeric");
  hy_sync_row_add_end (row, label);
  hy_sync_row_set_state (row, counts);
}

static void
add_kind_row (HyRunRow *self,
              Kind *kind)
{
  g_autofree char *counts = hy_sync_words_dup_counts (&kind->sum);

  kind->row = add_row (self, hy_sync_look_get_kind_icon (kind->klass), NULL);
  hy_sync_row_set_words (HY_SYNC_ROW (kind->row), hy_sync_words_get_kind (kind->klass), NULL);
  add_counts (HY_SYNC_ROW (kind->row), counts);
  if (kind->klass != HY_CLASS_DOCUMENT)
    return;
  hy_sync_row_add_end (HY_SYNC_ROW (kind->row), g_object_new (GTK_TYPE_IMAGE, "icon-name", "go-next-symbolic",
                                                              "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (kind->row), TRUE);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (kind->row), "s", "documents");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (kind->row), "space.show-section");
}

static void
add_rest_row (HyRunRow *self)
{
  GtkWidget *row = add_row (self, "view-more-horizontal-symbolic", NULL);

  hy_sync_row_set_words (HY_SYNC_ROW (row), self->kinds->len > 0 ? _ ("Everything else") : _ ("Everything"), NULL);
  if (self->running)
    add_counts (HY_SYNC_ROW (row), _ ("Being read"));
  else if (self->run->state == HY_RUN_DONE)
    add_counts (HY_SYNC_ROW (row), _ ("Nothing new"));
  else
    add_counts (HY_SYNC_ROW (row), _ ("Not read to its end"));
}

typedef struct
{
  char *sentence;
  char *code;
  char *detail;
} Advice;

static void
advice_free (gpointer data,
             GClosure *closure G_GNUC_UNUSED)
{
  Advice *advice = data;

  g_free (advice->sentence);
  g_free (advice->code);
  g_free (advice->detail);
  g_free (advice);
}

static void
on_what_to_do_clicked (GtkWidget *button,
                       Advice *advice)
{
  hy_refusal_dialog_present (button, advice->sentence, advice->code, advice->detail);
}

static void
add_advice (HySyncRow *row,
            const char *subject,
            const char *sentence,
            const char *code,
            const char *detail)
{
  GtkWidget *button = gtk_button_new_with_label (_ ("What to do"));
  /* Translators: of a button; then what it is about: "What to do: Appointments" */
  g_autofree char *name = g_strdup_printf (_ ("What to do: %s"), subject);
  Advice *advice = g_new0 (Advice, 1);

  advice->sentence = g_strdup (sentence);
  advice->code = g_strdup (code);
  advice->detail = g_strdup (detail);
  /* What stands on it names it otherwise. */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_data (button, "clicked", G_CALLBACK (on_what_to_do_clicked), advice, advice_free, 0);
  hy_sync_row_add_end (row, button);
}

static void
add_verdict (HySyncRow *row,
             const char *code)
{
  GtkWidget *badge = hy_badge_new ();
  const char *text;

  if (g_strcmp0 (code, "unconfirmed") == 0)
    hy_badge_set (HY_BADGE (badge), "object-select-symbolic", text = C_ ("what came of a sync", "Kept"), NULL);
  else if (g_strcmp0 (code, "other-person") == 0)
    hy_badge_set (HY_BADGE (badge), "system-users-symbolic", text = C_ ("what came of a sync", "Left out"), "warning");
  else
    hy_badge_set (HY_BADGE (badge), "action-unavailable-symbolic", text = C_ ("what came of a sync", "Refused"), "error");
  hy_sync_row_add_end (row, badge);
  hy_sync_row_set_state (row, text);
}

static void
add_refusal_row (HyRunRow *self,
                 const HyRefusal *refusal)
{
  const char *code = refusal->first->code;
  g_autofree char *title = hy_refusal_dup_title (refusal);
  g_autofree char *sentence = hy_sync_words_dup_refusal (code, refusal->klass, refusal->whole_type);
  GtkWidget *row = add_row (self, hy_sync_look_get_kind_icon (refusal->klass), hy_refusal_get_style (refusal));

  hy_sync_row_set_words (HY_SYNC_ROW (row), title, sentence);
  add_verdict (HY_SYNC_ROW (row), code);
  add_advice (HY_SYNC_ROW (row), hy_sync_words_get_kind (refusal->klass), sentence, code, refusal->first->detail);
}

static void
add_reason_row (HyRunRow *self)
{
  g_autofree char *sentence = hy_sync_words_dup_run (self->run);
  GtkWidget *row = add_row (self, "dialog-warning-symbolic", "error");

  hy_sync_row_set_words (HY_SYNC_ROW (row), _ ("The sync did not go through"), sentence);
  add_advice (HY_SYNC_ROW (row), _ ("The sync did not go through"), sentence, self->run->reason, self->run->detail);
}

/* -- titles of what is new -- */

static GPtrArray *
await_titles (HySpaceSync *sync,
              gint64 run,
              const Kind *kind)
{
  g_autoptr (GPtrArray) titles = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < kind->types->len && titles->len < MAX_TITLES; i++)
    {
      g_autoptr (GPtrArray) some = dex_await_boxed (hy_space_sync_dup_titles (sync, run, g_ptr_array_index (kind->types, i), MAX_READ_TITLES),
                                                    NULL);

      for (guint j = 0; some != NULL && j < some->len && titles->len < MAX_TITLES; j++)
        if (!g_ptr_array_find_with_equal_func (titles, g_ptr_array_index (some, j), g_str_equal, NULL))
          g_ptr_array_add (titles, g_strdup (g_ptr_array_index (some, j)));
    }
  return g_steal_pointer (&titles);
}

typedef struct
{
  HyRunRow *row;
  HyScope *scope;
} Search;

static void
search_free (Search *search)
{
  g_object_unref (search->row);
  g_object_unref (search->scope);
  g_free (search);
}

static DexFuture *
titles_fiber (gpointer user_data)
{
  Search *search = user_data;
  HyRunRow *self = search->row;

  for (guint i = 0; !hy_scope_is_cancelled (search->scope) && i < self->kinds->len; i++)
    {
      const Kind *kind = g_ptr_array_index (self->kinds, i);
      g_autoptr (GPtrArray) titles = NULL;
      g_autofree char *text = NULL;

      if (kind->sum.added == 0)
        continue;
      titles = await_titles (self->sync, self->run->run, kind);
      if (hy_scope_is_cancelled (search->scope))
        break;
      g_ptr_array_add (titles, NULL);
      text = g_strjoinv (" · ", (char **) titles->pdata);
      hy_sync_row_set_words (HY_SYNC_ROW (kind->row), hy_sync_words_get_kind (kind->klass), text);
    }
  return dex_future_new_true ();
}

static void
stop_search (HyRunRow *self)
{
  if (self->scope != NULL)
    hy_scope_cancel (self->scope);
  g_clear_object (&self->scope);
}

static void
start_search (HyRunRow *self)
{
  Search *search = g_new0 (Search, 1);

  self->scope = hy_scope_new ();
  search->row = g_object_ref (self);
  search->scope = g_object_ref (self->scope);
  hy_spawn ("titles of a sync", titles_fiber, search, (GDestroyNotify) search_free, self->scope);
}

/* -- filling -- */

static void
empty (HyRunRow *self)
{
  stop_search (self);
  for (guint i = 0; i < self->rows->len; i++)
    adw_expander_row_remove (ADW_EXPANDER_ROW (self), g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  g_clear_pointer (&self->kinds, g_ptr_array_unref);
}

static void
fill (HyRunRow *self)
{
  g_autoptr (GArray) refusals = hy_refusals_gather (self->run);

  self->kinds = gather_kinds (self->run);
  /* Of the newest, the page's first row says it. */
  if (!self->newest && self->run->state == HY_RUN_FAILED && self->run->reason != NULL)
    add_reason_row (self);
  for (guint i = 0; i < self->kinds->len; i++)
    add_kind_row (self, g_ptr_array_index (self->kinds, i));
  add_rest_row (self);
  for (guint i = 0; i < refusals->len; i++)
    add_refusal_row (self, &g_array_index (refusals, HyRefusal, i));
  start_search (self);
}

static void
on_expanded (HyRunRow *self)
{
  if (self->kinds == NULL && adw_expander_row_get_expanded (ADW_EXPANDER_ROW (self)))
    fill (self);
}

static void
show_head (HyRunRow *self)
{
  HySyncLook look = hy_sync_look_of_run (self->run, self->running);
  g_autofree char *title = hy_sync_look_dup_moment (self->run->began_ms);
  g_autofree char *words = self->running ? g_strdup (_ ("Under way")) : hy_sync_words_dup_run (self->run);
  g_autofree char *name = g_strdup_printf ("%s, %s", title, words);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_image_set_from_icon_name (self->icon, look.icon_name);
  if (self->style != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self->icon), self->style);
  if (look.style != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->icon), look.style);
  self->style = look.style;
}

/* -- the object -- */

static void
hy_run_row_get_property (GObject *object,
                         guint prop_id,
                         GValue *value,
                         GParamSpec *pspec)
{
  if (prop_id == PROP_NARROW)
    g_value_set_boolean (value, HY_RUN_ROW (object)->narrow);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
hy_run_row_set_property (GObject *object,
                         guint prop_id,
                         const GValue *value,
                         GParamSpec *pspec)
{
  if (prop_id == PROP_NARROW)
    HY_RUN_ROW (object)->narrow = g_value_get_boolean (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
hy_run_row_dispose (GObject *object)
{
  stop_search (HY_RUN_ROW (object));
  G_OBJECT_CLASS (hy_run_row_parent_class)->dispose (object);
}

static void
hy_run_row_finalize (GObject *object)
{
  HyRunRow *self = HY_RUN_ROW (object);

  g_clear_pointer (&self->kinds, g_ptr_array_unref);
  g_ptr_array_unref (self->rows);
  g_clear_pointer (&self->run, hy_run_free);
  g_clear_object (&self->sync);
  G_OBJECT_CLASS (hy_run_row_parent_class)->finalize (object);
}

static void
hy_run_row_class_init (HyRunRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hy_run_row_get_property;
  object_class->set_property = hy_run_row_set_property;
  object_class->dispose = hy_run_row_dispose;
  object_class->finalize = hy_run_row_finalize;
  props[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
hy_run_row_init (HyRunRow *self)
{
  self->rows = g_ptr_array_new ();
  self->icon = g_object_new (GTK_TYPE_IMAGE, "valign", GTK_ALIGN_CENTER, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  gtk_widget_add_css_class (GTK_WIDGET (self->icon), "icon-tile");
  adw_expander_row_add_prefix (ADW_EXPANDER_ROW (self), GTK_WIDGET (self->icon));
  g_object_set (self, "use-markup", FALSE, "title-lines", 0, "subtitle-lines", 0, NULL);
  g_signal_connect (self, "notify::expanded", G_CALLBACK (on_expanded), NULL);
}

/**
 * hy_run_row_new:
 * @running: whether it goes on now
 */
GtkWidget *
hy_run_row_new (HySpaceSync *sync,
                const HyRun *run,
                gboolean newest,
                gboolean running)
{
  HyRunRow *self = g_object_new (HY_TYPE_RUN_ROW, NULL);

  self->sync = g_object_ref (sync);
  self->run = hy_run_copy (run);
  self->newest = newest;
  self->running = running;
  show_head (self);
  return GTK_WIDGET (self);
}

gint64
hy_run_row_get_run (HyRunRow *self)
{
  return self->run->run;
}

void
hy_run_row_set_run (HyRunRow *self,
                    const HyRun *run,
                    gboolean running)
{
  gboolean filled = self->kinds != NULL;
  GtkWidget *focus = gtk_widget_get_focus_child (GTK_WIDGET (self));

  /* The kinds hold words of the run. */
  if (filled)
    empty (self);
  hy_run_free (self->run);
  self->run = hy_run_copy (run);
  self->running = running;
  show_head (self);
  if (filled)
    fill (self);
  if (focus != NULL && gtk_widget_get_focus_child (GTK_WIDGET (self)) == NULL)
    gtk_widget_grab_focus (GTK_WIDGET (self));
}
