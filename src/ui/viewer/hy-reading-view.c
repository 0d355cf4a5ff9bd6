/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page of one clinical document.  It is made a unit at a time, in slices when nothing else waits, and only a part of it
 * (HY_READING_PART_WIDGETS) at once; a change of layout makes the part again. */

#include "config.h"

#include "ui/viewer/hy-reading-view.h"

#include "ui/viewer/hy-narrative-table.h"
#include "ui/viewer/hy-reading-blocks.h"
#include "ui/viewer/hy-reading-fold.h"
#include "ui/viewer/hy-reading-header.h"
#include "ui/viewer/hy-reading-units.h"
#include "ui/viewer/hy-results-table.h"

#include <glib/gi18n.h>

/* Of making widgets, before the window gets its turn: half of a frame. */
#define SLICE_US 8000
/* Pixels: the width of the text in a wide window. */
#define WIDEST 960
/* Scaled pixels that a row of results in one line needs. */
#define NARROW_BELOW "max-width: 760sp"

/* The page takes the focus before what is on it, so that keys scroll as it opens: a box would give it to a paragraph, which
 * would be selected then. */
#define HY_TYPE_READING_PAGE (hy_reading_page_get_type ())
G_DECLARE_FINAL_TYPE (HyReadingPage, hy_reading_page, HY, READING_PAGE, GtkBox)

struct _HyReadingPage
{
  GtkBox parent_instance;
};

G_DEFINE_FINAL_TYPE (HyReadingPage, hy_reading_page, GTK_TYPE_BOX)

static void
hy_reading_page_class_init (HyReadingPageClass *klass)
{
  g_autoptr (GTypeClass) plain = g_type_class_ref (GTK_TYPE_WIDGET);

  GTK_WIDGET_CLASS (klass)->focus = ((GtkWidgetClass *) plain)->focus;
  GTK_WIDGET_CLASS (klass)->grab_focus = ((GtkWidgetClass *) plain)->grab_focus;
}

static void
hy_reading_page_init (HyReadingPage *self)
{
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
}

struct _HyReadingView
{
  AdwBin parent_instance;

  HyRenderer *renderer;
  HyRenderDocument *document;
  HyJson *reading;
  HyReadingMaker *maker;
  HyReadingUnits *units;
  HyResultColumns *columns;
  GPtrArray *widgets; /* one a unit, for those of this part; not owned; NULL = not made */
  guint part;
  guint next; /* unit to be made */
  guint fill_id;
  guint remake_id;
  guint tick_id;
  guint ticks_left;
  double kept_place; /* from 0 to 1: where the page was scrolled to before it was made again; -1 = nowhere */
  gboolean narrow;
  gboolean only_outside;

  GtkWidget *bin;
  GtkWidget *scroller;
  GtkWidget *page;
  GtkWidget *title;
  GtkWidget *words;
  GtkWidget *note; /* how many results are outside */
  GtkWidget *note_title;
  GtkWidget *note_button;
  GtkWidget *content;
  GtkWidget *pager;
  GtkWidget *pager_label;
  GtkWidget *pager_previous;
  GtkWidget *pager_next;
};

G_DEFINE_FINAL_TYPE (HyReadingView, hy_reading_view, ADW_TYPE_BIN)

enum
{
  PROP_NARROW = 1,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static GtkAdjustment *
get_adjustment (HyReadingView *self)
{
  return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));
}

/* -- units -- */

static void
on_fill_fold (HyReadingFold *fold,
              HyReadingView *self)
{
  HyJsonNode block = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (fold), "hy-block"));
  GtkWidget *child;

  if (self->maker == NULL)
    return;
  hy_reading_maker_begin (self->maker);
  child = hy_reading_block_new (self->maker, block, 0);
  if (child != NULL)
    hy_reading_fold_set_child (fold, child);
}

static GtkWidget *
new_repeat (HyReadingView *self,
            HyJsonNode block)
{
  GtkWidget *fold = hy_reading_fold_new (_ ("As written in the document"));

  g_object_set_data (G_OBJECT (fold), "hy-block", GUINT_TO_POINTER (block));
  g_signal_connect_object (fold, "fill", G_CALLBACK (on_fill_fold), self, 0);
  return fold;
}

static GtkWidget *
new_results (HyReadingView *self,
             const HyReadingUnit *unit)
{
  GtkWidget *table = hy_results_table_new (self->maker, self->columns, unit->node, unit->level);

  for (guint i = 0; i < unit->n_results; i++)
    hy_results_table_append (HY_RESULTS_TABLE (table), g_ptr_array_index (self->units->results, unit->first_result + i));
  if (self->only_outside)
    hy_results_table_show_only_outside (HY_RESULTS_TABLE (table), TRUE);
  return table;
}

static GtkWidget *
new_quiet (const char *words)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", words, "wrap", TRUE, "xalign", 0.0, NULL);

  gtk_widget_add_css_class (label, "dimmed");
  return label;
}

static GtkWidget *
new_unit (HyReadingView *self,
          const HyReadingUnit *unit)
{
  hy_reading_maker_begin (self->maker);
  switch (unit->kind)
    {
    case HY_READING_HEADING:
      {
        GtkWidget *heading = hy_reading_heading_new (self->maker, unit->node, unit->level);

        gtk_widget_set_margin_top (heading, 6);
        return heading;
      }
    case HY_READING_RESULTS:
      return new_results (self, unit);
    case HY_READING_BLOCK:
      return hy_reading_block_new (self->maker, unit->node, 0);
    case HY_READING_REPEAT:
      return new_repeat (self, unit->node);
    case HY_READING_EMPTY:
      return new_quiet (_ ("Nothing is written here."));
    case HY_READING_CUT:
      return hy_reading_note_new ("dialog-information-symbolic",
                                  _ ("The document goes on, but is too long to be shown whole. It is kept as it was received."));
    case HY_READING_BROKEN:
    default:
      return hy_reading_broken_new ();
    }
}

static const HyReadingUnit *
get_unit (HyReadingView *self,
          guint index)
{
  return index < self->units->units->len ? &g_array_index (self->units->units, HyReadingUnit, index) : NULL;
}

/* The first list that is seen says what the columns are. */
static void
show_captions (HyReadingView *self)
{
  gboolean said = FALSE;

  for (guint i = 0; i < self->next; i++)
    {
      GtkWidget *widget = g_ptr_array_index (self->widgets, i);

      if (widget == NULL || !HY_IS_RESULTS_TABLE (widget))
        continue;
      hy_results_table_show_captions (HY_RESULTS_TABLE (widget), !said);
      said = said || gtk_widget_get_visible (widget);
    }
}

/* Makes the next unit of this part; FALSE when there is none left. */
static gboolean
make_next (HyReadingView *self)
{
  const HyReadingUnit *unit = get_unit (self, self->next);
  GtkWidget *widget;

  if (unit == NULL || unit->part != self->part)
    return FALSE;
  widget = new_unit (self, unit);
  if (widget != NULL)
    gtk_box_append (GTK_BOX (self->content), widget);
  g_ptr_array_index (self->widgets, self->next) = widget;
  self->next++;
  if (unit->kind == HY_READING_RESULTS)
    show_captions (self);
  return TRUE;
}

static gboolean
make_slice (HyReadingView *self)
{
  gint64 end = g_get_monotonic_time () + SLICE_US;

  while (make_next (self))
    if (g_get_monotonic_time () >= end)
      return TRUE;
  return FALSE;
}

static void
show_pager (HyReadingView *self)
{
  g_autofree char *words = NULL;

  gtk_widget_set_visible (self->pager, self->units->n_parts > 1);
  /* Translators: a very long document is shown in parts: Part 2 of 7. */
  words = g_strdup_printf (_ ("Part %u of %u"), self->part + 1, self->units->n_parts);
  gtk_label_set_text (GTK_LABEL (self->pager_label), words);
  gtk_widget_set_sensitive (self->pager_previous, self->part > 0);
  gtk_widget_set_sensitive (self->pager_next, self->part + 1 < self->units->n_parts);
}

/* -- going to a place, once the page has been laid out -- */

static void
scroll_to_label (HyReadingView *self,
                 GtkLabel *label,
                 gsize index)
{
  GtkAdjustment *adjustment = get_adjustment (self);
  graphene_point_t at, on_page;
  PangoRectangle place;
  int x, y;

  gtk_label_get_layout_offsets (label, &x, &y);
  pango_layout_index_to_pos (gtk_label_get_layout (label), (int) index, &place);
  graphene_point_init (&at, 0, (float) (y + PANGO_PIXELS (place.y)));
  if (gtk_widget_compute_point (GTK_WIDGET (label), self->page, &at, &on_page))
    gtk_adjustment_set_value (adjustment, on_page.y - gtk_adjustment_get_page_size (adjustment) / 3);
}

static void
scroll_to_match (HyReadingView *self)
{
  const HyReadingMatch *match = hy_reading_find_get_current (self->maker->find);
  GtkLabel *label;
  GtkWidget *widget;
  graphene_point_t on_page;
  gsize index;

  if (match == NULL)
    return;
  label = hy_reading_find_get_label (self->maker->find, match, &index);
  widget = match->unit < self->widgets->len ? g_ptr_array_index (self->widgets, match->unit) : NULL;
  if (label != NULL && gtk_widget_get_mapped (GTK_WIDGET (label)))
    scroll_to_label (self, label, index);
  else if (widget != NULL && gtk_widget_compute_point (widget, self->page, &GRAPHENE_POINT_INIT (0, 0), &on_page))
    gtk_adjustment_set_value (get_adjustment (self), on_page.y);
}

static gboolean
on_tick (GtkWidget *widget,
         GdkFrameClock *clock G_GNUC_UNUSED,
         gpointer user_data G_GNUC_UNUSED)
{
  HyReadingView *self = HY_READING_VIEW (widget);

  /* A tick comes before the layout of its frame: what was made before the first is in place at the second. */
  if (self->ticks_left-- > 1)
    return G_SOURCE_CONTINUE;
  self->tick_id = 0;
  if (self->kept_place >= 0)
    {
      GtkAdjustment *adjustment = get_adjustment (self);

      gtk_adjustment_set_value (adjustment, self->kept_place * gtk_adjustment_get_upper (adjustment));
      self->kept_place = -1;
    }
  else if (self->maker != NULL)
    scroll_to_match (self);
  return G_SOURCE_REMOVE;
}

static void
scroll_after_layout (HyReadingView *self)
{
  self->ticks_left = 2;
  if (self->tick_id == 0)
    self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_tick, NULL, NULL);
}

/* -- parts -- */

static gboolean
on_fill (gpointer user_data)
{
  HyReadingView *self = user_data;

  if (make_slice (self))
    return G_SOURCE_CONTINUE;
  self->fill_id = 0;
  show_pager (self);
  if (self->kept_place >= 0)
    scroll_after_layout (self);
  return G_SOURCE_REMOVE;
}

static void
stop_sources (HyReadingView *self)
{
  g_clear_handle_id (&self->fill_id, g_source_remove);
  g_clear_handle_id (&self->remake_id, g_source_remove);
  if (self->tick_id != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick_id);
  self->tick_id = 0;
}

/* Focus never stays in what goes: it moves to the page, from where keys scroll. */
static void
clear_content (HyReadingView *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL, *child;

  if (focus != NULL && gtk_widget_is_ancestor (focus, self->content))
    gtk_widget_grab_focus (self->page);
  while ((child = gtk_widget_get_first_child (self->content)) != NULL)
    gtk_box_remove (GTK_BOX (self->content), child);
  g_ptr_array_set_size (self->widgets, 0);
}

static void
show_part (HyReadingView *self,
           guint part)
{

  stop_sources (self);
  self->part = part;
  self->maker->narrow = self->narrow;
  clear_content (self);
  g_ptr_array_set_size (self->widgets, (int) self->units->units->len);
  gtk_widget_set_visible (self->pager, FALSE);
  self->next = 0;
  while (get_unit (self, self->next) != NULL && get_unit (self, self->next)->part < part)
    self->next++;
  /* The first page at once, so that nothing flickers; then in slices, when nothing else waits. */
  if (make_slice (self))
    self->fill_id = g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, on_fill, self, NULL);
  else
    show_pager (self);
}

static void
turn_to (HyReadingView *self,
         guint part)
{
  if (self->units == NULL || part >= self->units->n_parts)
    return;
  show_part (self, part);
  gtk_adjustment_set_value (get_adjustment (self), 0);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), gtk_label_get_text (GTK_LABEL (self->pager_label)),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
on_previous_part (HyReadingView *self)
{
  if (self->part > 0)
    turn_to (self, self->part - 1);
}

static void
on_next_part (HyReadingView *self)
{
  turn_to (self, self->part + 1);
}

/* -- width -- */

static gboolean
on_remake (gpointer user_data)
{
  HyReadingView *self = user_data;
  GtkAdjustment *adjustment = get_adjustment (self);
  double upper = gtk_adjustment_get_upper (adjustment);

  self->remake_id = 0;
  self->kept_place = upper > 0 ? gtk_adjustment_get_value (adjustment) / upper : -1;
  show_part (self, self->part);
  if (self->fill_id == 0)
    scroll_after_layout (self);
  return G_SOURCE_REMOVE;
}

static void
lay_out_note (HyReadingView *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->note), self->narrow ? GTK_ORIENTATION_VERTICAL
                                                                            : GTK_ORIENTATION_HORIZONTAL);
  gtk_widget_set_halign (self->note_button, self->narrow ? GTK_ALIGN_FILL : GTK_ALIGN_END);
}

static void
set_narrow (HyReadingView *self,
            gboolean narrow)
{
  if (self->narrow == narrow)
    return;
  self->narrow = narrow;
  lay_out_note (self);
  if (narrow)
    gtk_widget_add_css_class (GTK_WIDGET (self), "narrow");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "narrow");
  /* Not now: a breakpoint comes in the midst of a layout. */
  if (self->units != NULL && self->remake_id == 0)
    self->remake_id = g_idle_add_full (GTK_PRIORITY_RESIZE, on_remake, self, NULL);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NARROW]);
}

static void
on_breakpoint_apply (HyReadingView *self)
{
  set_narrow (self, TRUE);
}

static void
on_breakpoint_unapply (HyReadingView *self)
{
  set_narrow (self, FALSE);
}

/* -- results outside of the range -- */

static void
show_only_outside (HyReadingView *self,
                   gboolean only)
{
  self->only_outside = only;
  for (guint i = 0; i < self->widgets->len; i++)
    {
      GtkWidget *widget = g_ptr_array_index (self->widgets, i);

      if (widget != NULL && HY_IS_RESULTS_TABLE (widget))
        hy_results_table_show_only_outside (HY_RESULTS_TABLE (widget), only);
    }
  show_captions (self);
}

static void
on_only_toggled (GtkToggleButton *button,
                 HyReadingView *self)
{
  show_only_outside (self, gtk_toggle_button_get_active (button));
}

static void
show_note (HyReadingView *self)
{
  guint n_outside = self->units->n_outside, n = self->units->results->len;
  g_autofree char *words = NULL;

  gtk_widget_set_visible (self->note, n > 0);
  gtk_widget_set_visible (self->note_button, n_outside > 0);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->note_button), FALSE);
  if (n_outside > 0)
    words = g_strdup_printf (ngettext ("%u of %u results is outside the laboratory's range",
                                       "%u of %u results are outside the laboratory's range", n_outside),
                             n_outside, n);
  else if (self->units->n_judged == n && n == 1)
    words = g_strdup (_ ("The result is in the laboratory's range"));
  else if (self->units->n_judged == n)
    words = g_strdup_printf (ngettext ("All %u result is in the laboratory's range",
                                       "All %u results are in the laboratory's range", n),
                             n);
  else
    words = g_strdup (_ ("No result is marked as outside the laboratory's range"));
  gtk_label_set_text (GTK_LABEL (self->note_title), words);
}

/* -- API -- */

/**
 * hy_reading_view_show:
 * @reading: (nullable): the worker's JSON; %NULL empties the view
 * @document: (nullable): asked for the pictures of the narrative
 */
void
hy_reading_view_show (HyReadingView *self,
                      HyJson *reading,
                      HyRenderDocument *document)
{
  g_autofree char *title = NULL, *words = NULL;

  g_return_if_fail (HY_IS_READING_VIEW (self));

  stop_sources (self);
  clear_content (self);
  g_clear_pointer (&self->columns, hy_result_columns_free);
  g_clear_pointer (&self->units, hy_reading_units_free);
  g_clear_pointer (&self->maker, hy_reading_maker_unref);
  self->only_outside = FALSE;
  self->kept_place = -1;
  gtk_widget_set_visible (self->page, reading != NULL);
  if (reading == NULL)
    return;
  self->maker = hy_reading_maker_new (reading, document, self->renderer);
  self->units = hy_reading_units_new (self->maker);
  self->columns = hy_result_columns_new (self->units->results);
  title = hy_reading_header_dup_title (reading);
  words = hy_reading_header_dup_words (reading, title);
  gtk_label_set_text (GTK_LABEL (self->title), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->page), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_label_set_text (GTK_LABEL (self->words), words);
  gtk_widget_set_visible (self->words, *words != '\0');
  show_note (self);
  show_part (self, 0);
  gtk_adjustment_set_value (get_adjustment (self), 0);
}

/**
 * hy_reading_view_has_results:
 *
 * Returns: whether the document shown has coded results
 */
gboolean
hy_reading_view_has_results (HyReadingView *self)
{
  g_return_val_if_fail (HY_IS_READING_VIEW (self), FALSE);

  return self->units != NULL && self->units->results->len > 0;
}

/**
 * hy_reading_view_set_renderer:
 * @renderer: (nullable): decodes the pictures of documents shown from now on
 */
void
hy_reading_view_set_renderer (HyReadingView *self,
                              HyRenderer *renderer)
{
  g_return_if_fail (HY_IS_READING_VIEW (self));

  g_set_object (&self->renderer, renderer);
}

/**
 * hy_reading_view_find:
 * @words: (nullable): as typed; %NULL or "" marks nothing
 *
 * Returns: how many matches there are in the document, also in what is folded or on another page
 */
guint
hy_reading_view_find (HyReadingView *self,
                      const char *words)
{
  g_return_val_if_fail (HY_IS_READING_VIEW (self), 0);

  return self->maker != NULL ? hy_reading_find_search (self->maker->find, words) : 0;
}

/* Brings the match onto the page: its part, its page of a table, unfolded, not filtered away. */
static void
reveal (HyReadingView *self,
        const HyReadingMatch *match)
{
  const HyReadingUnit *unit = get_unit (self, match->unit);
  HyNarrativeTable *table;
  GtkWidget *widget;

  if (unit == NULL)
    return;
  if (unit->part != self->part)
    show_part (self, unit->part);
  while (self->next <= match->unit && make_next (self))
    ;
  widget = g_ptr_array_index (self->widgets, match->unit);
  if (widget != NULL && HY_IS_READING_FOLD (widget))
    hy_reading_fold_set_open (HY_READING_FOLD (widget), TRUE);
  if (self->only_outside && unit->kind == HY_READING_RESULTS)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->note_button), FALSE);
  if (match->table != 0 &&
      (table = g_hash_table_lookup (self->maker->tables, GUINT_TO_POINTER (match->table))) != NULL)
    hy_narrative_table_show_row (table, match->row);
}

/**
 * hy_reading_view_find_step:
 * @direction: 1 for the next match, -1 for the one before
 *
 * Goes there.
 *
 * Returns: its position, from 1; 0 when there are no matches
 */
guint
hy_reading_view_find_step (HyReadingView *self,
                           int direction)
{
  guint position;

  g_return_val_if_fail (HY_IS_READING_VIEW (self), 0);

  if (self->maker == NULL || (position = hy_reading_find_step (self->maker->find, direction)) == 0)
    return 0;
  reveal (self, hy_reading_find_get_current (self->maker->find));
  scroll_after_layout (self);
  return position;
}

GtkWidget *
hy_reading_view_new (void)
{
  return g_object_new (HY_TYPE_READING_VIEW, NULL);
}

/* -- class -- */

static void
hy_reading_view_get_property (GObject *object,
                              guint prop_id,
                              GValue *value,
                              GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_NARROW:
      g_value_set_boolean (value, HY_READING_VIEW (object)->narrow);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hy_reading_view_set_property (GObject *object,
                              guint prop_id,
                              const GValue *value,
                              GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_NARROW:
      set_narrow (HY_READING_VIEW (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hy_reading_view_dispose (GObject *object)
{
  HyReadingView *self = HY_READING_VIEW (object);

  stop_sources (self);
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_pointer (&self->widgets, g_ptr_array_unref);
  g_clear_pointer (&self->columns, hy_result_columns_free);
  g_clear_pointer (&self->units, hy_reading_units_free);
  g_clear_pointer (&self->maker, hy_reading_maker_unref);
  g_clear_object (&self->renderer);
  G_OBJECT_CLASS (hy_reading_view_parent_class)->dispose (object);
}

static void
hy_reading_view_class_init (HyReadingViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hy_reading_view_dispose;
  object_class->get_property = hy_reading_view_get_property;
  object_class->set_property = hy_reading_view_set_property;
  props[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE,
                                             G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

/* Arrows scroll while the page itself has the focus; a scrolled window knows the other keys. */
static gboolean
on_key_pressed (GtkEventControllerKey *controller G_GNUC_UNUSED,
                guint keyval,
                guint keycode G_GNUC_UNUSED,
                GdkModifierType state,
                HyReadingView *self)
{
  gboolean handled = FALSE;
  GtkScrollType scroll;

  if (!gtk_widget_is_focus (self->page) || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  if (keyval == GDK_KEY_Down || keyval == GDK_KEY_KP_Down)
    scroll = GTK_SCROLL_STEP_DOWN;
  else if (keyval == GDK_KEY_Up || keyval == GDK_KEY_KP_Up)
    scroll = GTK_SCROLL_STEP_UP;
  else if (keyval == GDK_KEY_space)
    scroll = GTK_SCROLL_PAGE_DOWN;
  else if (keyval == GDK_KEY_Home)
    scroll = GTK_SCROLL_START;
  else if (keyval == GDK_KEY_End)
    scroll = GTK_SCROLL_END;
  else
    return GDK_EVENT_PROPAGATE;
  g_signal_emit_by_name (self->scroller, "scroll-child", scroll, FALSE, &handled);
  return handled;
}

static GtkWidget *
new_wrapping_label (const char *css_class,
                    GtkAccessibleRole role)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "accessible-role", role, "wrap", TRUE, "wrap-mode", PANGO_WRAP_WORD_CHAR,
                                   "xalign", 0.0, NULL);

  gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
add_header (HyReadingView *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);

  self->title = new_wrapping_label ("title-3", GTK_ACCESSIBLE_ROLE_HEADING);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->title), GTK_ACCESSIBLE_PROPERTY_LEVEL, 1, -1);
  self->words = new_wrapping_label ("dimmed", GTK_ACCESSIBLE_ROLE_LABEL);
  gtk_box_append (GTK_BOX (box), self->title);
  gtk_box_append (GTK_BOX (box), self->words);
  gtk_box_append (GTK_BOX (self->page), box);
}

static void
add_note (HyReadingView *self)
{
  GtkWidget *start = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *icon = g_object_new (GTK_TYPE_IMAGE, "icon-name", "dialog-information-symbolic", "valign", GTK_ALIGN_CENTER,
                                  "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  GtkWidget *caution;

  self->note = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_widget_add_css_class (self->note, "card");
  gtk_widget_add_css_class (self->note, "results-note");
  gtk_widget_add_css_class (icon, "icon-tile");
  gtk_widget_add_css_class (icon, "accent");
  self->note_title = new_wrapping_label ("body", GTK_ACCESSIBLE_ROLE_LABEL);
  caution = new_wrapping_label ("caption", GTK_ACCESSIBLE_ROLE_LABEL);
  gtk_label_set_text (GTK_LABEL (caution), _ ("This is not a diagnosis. Your doctor reads them with the rest of your health."));
  gtk_widget_add_css_class (caution, "dimmed");
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (start, TRUE);
  self->note_button = gtk_toggle_button_new_with_label (_ ("Show only these"));
  gtk_label_set_wrap (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->note_button))), TRUE);
  gtk_label_set_justify (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->note_button))), GTK_JUSTIFY_CENTER);
  gtk_widget_set_valign (self->note_button, GTK_ALIGN_CENTER);
  g_signal_connect_object (self->note_button, "toggled", G_CALLBACK (on_only_toggled), self, 0);
  gtk_box_append (GTK_BOX (texts), self->note_title);
  gtk_box_append (GTK_BOX (texts), caution);
  gtk_box_append (GTK_BOX (start), icon);
  gtk_box_append (GTK_BOX (start), texts);
  gtk_box_append (GTK_BOX (self->note), start);
  gtk_box_append (GTK_BOX (self->note), self->note_button);
  gtk_box_append (GTK_BOX (self->page), self->note);
}

static GtkWidget *
new_part_button (HyReadingView *self,
                 const char *words,
                 GCallback callback)
{
  GtkWidget *button = gtk_button_new_with_label (words);

  gtk_button_set_can_shrink (GTK_BUTTON (button), TRUE);
  g_signal_connect_object (button, "clicked", callback, self, G_CONNECT_SWAPPED);
  return button;
}

static void
add_pager (HyReadingView *self)
{
  self->pager = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  self->pager_previous = new_part_button (self, _ ("Previous part"), G_CALLBACK (on_previous_part));
  self->pager_next = new_part_button (self, _ ("Next part"), G_CALLBACK (on_next_part));
  self->pager_label = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->pager_label), TRUE);
  gtk_widget_add_css_class (self->pager_label, "numeric");
  gtk_widget_set_halign (self->pager, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->pager), self->pager_previous);
  gtk_box_append (GTK_BOX (self->pager), self->pager_label);
  gtk_box_append (GTK_BOX (self->pager), self->pager_next);
  gtk_widget_set_visible (self->pager, FALSE);
  gtk_box_append (GTK_BOX (self->page), self->pager);
}

static void
hy_reading_view_init (HyReadingView *self)
{
  GtkWidget *clamp = adw_clamp_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  AdwBreakpoint *breakpoint;

  self->kept_place = -1;
  self->widgets = g_ptr_array_new ();
  self->page = g_object_new (HY_TYPE_READING_PAGE, "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 18,
                             "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP, NULL);
  gtk_widget_add_css_class (self->page, "reading-page");
  gtk_widget_set_visible (self->page, FALSE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (on_key_pressed), self, 0);
  gtk_widget_add_controller (self->page, keys);
  add_header (self);
  add_note (self);
  self->content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  gtk_box_append (GTK_BOX (self->page), self->content);
  add_pager (self);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), WIDEST);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (clamp), WIDEST);
  adw_clamp_set_child (ADW_CLAMP (clamp), self->page);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), clamp);
  self->bin = adw_breakpoint_bin_new ();
  gtk_widget_set_size_request (self->bin, 280, 160);
  adw_breakpoint_bin_set_child (ADW_BREAKPOINT_BIN (self->bin), self->scroller);
  breakpoint = adw_breakpoint_new (adw_breakpoint_condition_parse (NARROW_BELOW));
  g_signal_connect_object (breakpoint, "apply", G_CALLBACK (on_breakpoint_apply), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (breakpoint, "unapply", G_CALLBACK (on_breakpoint_unapply), self, G_CONNECT_SWAPPED);
  adw_breakpoint_bin_add_breakpoint (ADW_BREAKPOINT_BIN (self->bin), breakpoint);
  adw_bin_set_child (ADW_BIN (self), self->bin);
}
