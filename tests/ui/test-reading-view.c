/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents as a person sees them; pictures of each go into HY_PICTURES. */
#include "ui/viewer/hy-narrative-table.h"
#include "ui/viewer/hy-reading-fold.h"
#include "ui/viewer/hy-reading-text.h"
#include "ui/viewer/hy-reading-units.h"
#include "ui/viewer/hy-reading-view.h"
#include "ui/viewer/hy-result-row.h"

#include "base/hy-async.h"
#include "ui/documents/hy-badge.h"
#include "ui/hy-ui-resources.h"
#include "ui/viewer/hy-range-drawing.h"

#include <string.h>

typedef struct
{
  GtkWidget *window;
  HyReadingView *view;
} Page;

static HyJson *
parse (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  HyJson *json = hy_json_parse (bytes, &error);

  g_assert_no_error (error);
  return json;
}

static HyJson *
load (const char *name)
{
  g_autofree char *path = g_build_filename (g_getenv ("HY_FIXTURES"), name, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return parse (text);
}

static gboolean
on_timeout (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
wait_ms (guint ms)
{
  gboolean over = FALSE;

  g_timeout_add (ms, on_timeout, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

static void
page_open (Page *page,
           HyJson *json,
           int width,
           int height)
{
  page->window = adw_window_new ();
  page->view = HY_READING_VIEW (hy_reading_view_new ());
  adw_window_set_content (ADW_WINDOW (page->window), GTK_WIDGET (page->view));
  gtk_window_set_default_size (GTK_WINDOW (page->window), width, height);
  if (json != NULL)
    hy_reading_view_show (page->view, json, NULL);
  gtk_window_present (GTK_WINDOW (page->window));
  while (!gtk_widget_get_mapped (GTK_WIDGET (page->view)))
    wait_ms (10);
  wait_ms (200);
}

static void
page_close (Page *page)
{
  gtk_window_destroy (GTK_WINDOW (page->window));
  wait_ms (10);
}

static void
take_picture (Page *page,
              const char *name)
{
  g_autofree char *path = NULL;
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (page->window);
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;

  if (g_getenv ("HY_PICTURES") == NULL)
    return;
  path = g_strdup_printf ("%s/reading-%s.png", g_getenv ("HY_PICTURES"), name);
  g_mkdir_with_parents (g_getenv ("HY_PICTURES"), 0755);
  /* Nothing, while the window waits for its next layout. */
  while (node == NULL)
    {
      GtkSnapshot *snapshot = gtk_snapshot_new ();

      gdk_paintable_snapshot (paintable, snapshot, gtk_widget_get_width (page->window), gtk_widget_get_height (page->window));
      if ((node = gtk_snapshot_free_to_node (snapshot)) == NULL)
        wait_ms (20);
    }
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (page->window)), node, NULL);
  g_assert_true (gdk_texture_save_to_png (texture, path));
}

typedef gboolean (*WidgetFunc) (GtkWidget *widget, gconstpointer wanted);

static guint
collect (GtkWidget *from,
         WidgetFunc matches,
         gconstpointer wanted,
         GPtrArray *into)
{
  guint n = 0;

  if (matches (from, wanted))
    {
      n++;
      if (into != NULL)
        g_ptr_array_add (into, from);
    }
  for (GtkWidget *child = gtk_widget_get_first_child (from); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_get_visible (child))
      n += collect (child, matches, wanted, into);
  return n;
}

static gboolean
has_words (GtkWidget *widget,
           gconstpointer words)
{
  return GTK_IS_LABEL (widget) && g_str_equal (gtk_label_get_text (GTK_LABEL (widget)), words);
}

static gboolean
is_a (GtkWidget *widget,
      gconstpointer type)
{
  return g_type_is_a (G_OBJECT_TYPE (widget), *(const GType *) type);
}

static guint
count_words (Page *page,
             const char *words)
{
  return collect (GTK_WIDGET (page->view), has_words, words, NULL);
}

static guint
count_of (Page *page,
          GType type)
{
  return collect (GTK_WIDGET (page->view), is_a, &type, NULL);
}

static GtkWidget *
get_words (Page *page,
           const char *words)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  g_test_message ("%s", words);
  /* Two processors may have much to do. */
  for (guint i = 0; i < 100 && collect (GTK_WIDGET (page->view), has_words, words, found) == 0; i++)
    wait_ms (30);
  g_assert_cmpuint (found->len, >, 0);
  return g_ptr_array_index (found, 0);
}

static void
assert_row (Page *page,
            const char *name,
            const char *spoken)
{
  GtkWidget *row = gtk_widget_get_ancestor (get_words (page, name), HY_TYPE_RESULT_ROW);
  g_autofree char *problem = NULL;

  g_assert_nonnull (row);
  problem = gtk_test_accessible_check_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken);
  g_assert_cmpstr (problem, ==, NULL);
  g_assert_false (gtk_list_box_row_get_activatable (GTK_LIST_BOX_ROW (row)));
}

static void
set_dark (gboolean dark)
{
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      dark ? ADW_COLOR_SCHEME_FORCE_DARK : ADW_COLOR_SCHEME_FORCE_LIGHT);
  wait_ms (100);
}

static void
shows_results (void)
{
  g_autoptr (HyJson) json = load ("reading-view/blood-test.json");
  GtkWidget *button;
  Page page;

  page_open (&page, json, 1280, 900);
  get_words (&page, "As written in the document");
  take_picture (&page, "results-1280");
  set_dark (TRUE);
  take_picture (&page, "results-1280-dark");
  set_dark (FALSE);
  g_assert_true (hy_reading_view_has_results (page.view));
  get_words (&page, "Blood test of 20 November 2026");
  get_words (&page, "Laboratoire Saint-Clair, validated by Dr Anne Guérin. Asked by Dr Karim Benali.");
  get_words (&page, "3 of 11 results are outside the laboratory's range");
  get_words (&page, "2 June 2026");
  g_assert_cmpuint (count_of (&page, HY_TYPE_RESULT_ROW), ==, 11);
  g_assert_cmpuint (count_of (&page, HY_TYPE_RANGE_DRAWING), ==, 11);
  g_assert_cmpuint (count_of (&page, HY_TYPE_BADGE), ==, 3);
  g_assert_cmpuint (count_words (&page, "In range"), ==, 8);
  g_assert_cmpuint (count_words (&page, "Above"), ==, 2);
  g_assert_cmpuint (count_words (&page, "Below"), ==, 1);
  get_words (&page, "12.0 to 16.0");
  get_words (&page, "under 2.00");
  get_words (&page, "over 0.40");
  assert_row (&page, "Ferritin", "Ferritin, 22\302\240µg/L, below the laboratory's range 30 to 300; 41 on 2 June 2026");
  assert_row (&page, "LDL cholesterol",
              "LDL cholesterol, 1.69\302\240g/L, above the laboratory's range under 1.60, compared by Hygie; 1.52 on 2 June 2026");
  /* The table that says it again is folded, the sentence beside it is not. */
  get_words (&page, "Sample taken at 08:10, fasting.");
  g_assert_cmpuint (count_of (&page, HY_TYPE_NARRATIVE_TABLE), ==, 0);
  get_words (&page, "As written in the document");

  button = gtk_widget_get_ancestor (get_words (&page, "Show only these"), GTK_TYPE_TOGGLE_BUTTON);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
  wait_ms (50);
  g_assert_cmpuint (count_of (&page, HY_TYPE_RESULT_ROW), ==, 3);
  g_assert_cmpuint (count_words (&page, "Blood count"), ==, 0);
  /* The captions have moved to the first list that is left. */
  g_assert_cmpuint (count_words (&page, "2 June 2026"), ==, 1);
  take_picture (&page, "only-outside-1280");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), FALSE);
  g_assert_cmpuint (count_of (&page, HY_TYPE_RESULT_ROW), ==, 11);
  page_close (&page);
}

/* What the view asks for, whatever it was given: beyond that, words are cut at the window's edge. */
static int
get_least_width (Page *page)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  GType type = GTK_TYPE_SCROLLED_WINDOW;
  int least;

  g_assert_cmpuint (collect (GTK_WIDGET (page->view), is_a, &type, found), >, 0);
  gtk_widget_measure (g_ptr_array_index (found, 0), GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  return least;
}

static void
fits_a_narrow_window (void)
{
  g_autoptr (HyJson) json = load ("reading-view/blood-test.json");
  g_autoptr (HyJson) two_columns = load ("readings/s05.json");
  g_autoptr (HyJson) letter = load ("reading-view/letter.json");
  g_autoptr (GPtrArray) folds = g_ptr_array_new ();
  GType fold_type = HY_TYPE_READING_FOLD;
  gboolean narrow = FALSE;
  Page page;

  page_open (&page, json, 360, 2200);
  take_picture (&page, "results-360");
  get_words (&page, "Before: 41 on 2 June 2026");
  get_words (&page, "As written in the document");
  g_object_get (page.view, "narrow", &narrow, NULL);
  g_assert_true (narrow);
  g_assert_cmpint (gtk_widget_get_width (page.window), <=, 360);
  g_assert_cmpuint (count_of (&page, HY_TYPE_RANGE_DRAWING), ==, 11);
  set_dark (TRUE);
  take_picture (&page, "results-360-dark");
  set_dark (FALSE);
  page_close (&page);

  page_open (&page, letter, 360, 2600);
  take_picture (&page, "letter-360");
  g_assert_cmpint (gtk_widget_get_width (page.window), <=, 360);
  /* The same with text twice as large. */
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", 192 * 1024, NULL);
  hy_reading_view_show (page.view, two_columns, NULL);
  wait_ms (200);
  take_picture (&page, "two-columns-360-large");
  g_assert_cmpint (get_least_width (&page), <=, 360);
  hy_reading_view_show (page.view, letter, NULL);
  wait_ms (200);
  take_picture (&page, "letter-360-large");
  g_assert_cmpint (gtk_widget_get_width (page.window), <=, 360);
  g_assert_cmpint (get_least_width (&page), <=, 360);
  hy_reading_view_show (page.view, json, NULL);
  wait_ms (200);
  take_picture (&page, "results-360-large");
  g_assert_cmpuint (collect (GTK_WIDGET (page.view), is_a, &fold_type, folds), >, 0);
  g_signal_emit_by_name (gtk_widget_get_first_child (g_ptr_array_index (folds, 0)), "clicked");
  wait_ms (200);
  take_picture (&page, "folded-360-large");
  g_assert_cmpuint (count_of (&page, HY_TYPE_NARRATIVE_TABLE), ==, 1);
  g_assert_cmpint (gtk_widget_get_request_mode (g_ptr_array_index (folds, 0)), ==, GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH);
  g_assert_cmpint (gtk_widget_get_width (page.window), <=, 360);
  g_assert_cmpint (get_least_width (&page), <=, 360);
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", 96 * 1024, NULL);
  page_close (&page);
}

static void
shows_odd_results (void)
{
  g_autoptr (HyJson) json = load ("reading-view/letter.json");
  Page page;

  page_open (&page, json, 1280, 2200);
  get_words (&page, "Empty one");
  take_picture (&page, "letter-1280");
  set_dark (TRUE);
  take_picture (&page, "letter-1280-dark");
  set_dark (FALSE);
  get_words (&page, "Clinique du Parc.");
  get_words (&page, "2 of 12 results are outside the laboratory's range");
  assert_row (&page, "C-reactive protein",
              "C-reactive protein, <5\302\240mg/L, in the laboratory's range under 10, compared by Hygie");
  assert_row (&page, "Potassium",
              "Potassium, 7.9\302\240mmol/L, far above the laboratory's range 3.5 to 5.1, Called to the doctor at 15:40.");
  assert_row (&page, "Glucose", "Glucose, 112\302\240mg/dL, the laboratory's range is 0.70 to 1.00 g/L");
  assert_row (&page, "HIV antibodies", "HIV antibodies, Négatif, Negative");
  assert_row (&page, "Sodium", "Sodium, 120\302\240mmol/L, the laboratory's range is 136 to 145, Withdrawn by the laboratory");
  assert_row (&page, "Fièvre", "Fièvre, vrai, The document says that this is not so");
  assert_row (&page, "12345-6", "12345-6, No value");
  get_words (&page, "Not final yet\nReference: 2.15 - 2.50 mmol/L, adults under 60");
  /* Two results that are none, a picture that is not there, a block that is none. */
  g_assert_cmpuint (count_words (&page, "This part could not be read."), ==, 4);
  page_close (&page);
}

static PangoAttribute *
get_attribute (GtkWidget *label,
               PangoAttrType type)
{
  g_autoptr (PangoAttrIterator) iterator = pango_attr_list_get_iterator (gtk_label_get_attributes (GTK_LABEL (label)));

  do
    if (pango_attr_iterator_get (iterator, type) != NULL)
      return pango_attr_iterator_get (iterator, type);
  while (pango_attr_iterator_next (iterator));
  return NULL;
}

static void
shows_narrative (void)
{
  g_autoptr (HyJson) json = load ("reading-view/letter.json");
  g_autoptr (GPtrArray) tables = g_ptr_array_new ();
  const GType table_type = HY_TYPE_NARRATIVE_TABLE;
  GtkWidget *label, *cell;
  GtkLayoutChild *place;
  int column, row, width, height;
  Page page;

  page_open (&page, json, 1280, 900);
  label = get_words (&page, "The patient was clearly better, with no fever; H2O at 103 & <b>not markup</b>. See the leaflet or this, that.");
  g_assert_true (gtk_label_get_selectable (GTK_LABEL (label)));
  g_assert_cmpuint (get_attribute (label, PANGO_ATTR_WEIGHT)->start_index, ==, strlen ("The patient was "));
  g_assert_nonnull (get_attribute (label, PANGO_ATTR_STYLE));
  g_assert_nonnull (get_attribute (label, PANGO_ATTR_BASELINE_SHIFT));
  /* Only what is https leads anywhere. */
  get_words (&page, "https://example.org/leaflet?a=1&b=2");
  g_assert_cmpuint (count_words (&page, "http://example.org/plain"), ==, 0);
  g_assert_cmpuint (count_words (&page, "javascript:alert(1)"), ==, 0);
  get_words (&page, "2.");
  get_words (&page, "\342\200\242");
  g_assert_true (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (get_words (&page, "Inner"))) == GTK_ACCESSIBLE_ROLE_HEADING);
  get_words (&page, "Nothing is written here.");
  get_words (&page, "Here the document holds a PDF file.");

  g_assert_cmpuint (collect (GTK_WIDGET (page.view), is_a, &table_type, tables), ==, 1);
  cell = gtk_widget_get_parent (get_words (&page, "Paracétamol"));
  place = gtk_layout_manager_get_layout_child (gtk_widget_get_layout_manager (gtk_widget_get_parent (cell)), cell);
  g_object_get (place, "column", &column, "row", &row, "column-span", &width, "row-span", &height, NULL);
  g_assert_cmpint (column, ==, 0);
  g_assert_cmpint (row, ==, 3);
  g_assert_cmpint (height, ==, 2);
  cell = gtk_widget_get_parent (get_words (&page, "if it hurts"));
  place = gtk_layout_manager_get_layout_child (gtk_widget_get_layout_manager (gtk_widget_get_parent (cell)), cell);
  g_object_get (place, "column", &column, "row", &row, "column-span", &width, "row-span", &height, NULL);
  g_assert_cmpint (column, ==, 1);
  g_assert_cmpint (width, ==, 2);
  g_assert_true (gtk_test_accessible_check_property (GTK_ACCESSIBLE (get_words (&page, "500 mg")),
                                                     GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "Dose, Morning") == NULL);
  page_close (&page);
}

static void
finds_words (void)
{
  g_autoptr (HyJson) json = load ("reading-view/blood-test.json");
  Page page;

  page_open (&page, json, 800, 500);
  g_assert_cmpuint (hy_reading_view_find (page.view, "zebra"), ==, 0);
  g_assert_cmpuint (hy_reading_view_find_step (page.view, 1), ==, 0);
  /* Two in the results, two in the table that is folded, and accents do not matter. */
  g_assert_cmpuint (hy_reading_view_find (page.view, "CRÉATININ"), ==, 2);
  g_assert_cmpuint (hy_reading_view_find_step (page.view, 1), ==, 1);
  wait_ms (120);
  g_assert_nonnull (get_attribute (get_words (&page, "Creatinine"), PANGO_ATTR_BACKGROUND));
  take_picture (&page, "find-800");
  g_assert_cmpuint (count_of (&page, HY_TYPE_NARRATIVE_TABLE), ==, 0);
  g_assert_cmpuint (hy_reading_view_find_step (page.view, 1), ==, 2);
  wait_ms (120);
  g_assert_cmpuint (count_of (&page, HY_TYPE_NARRATIVE_TABLE), ==, 1);
  take_picture (&page, "find-folded-800");
  g_assert_cmpuint (hy_reading_view_find_step (page.view, 1), ==, 1);
  g_assert_cmpuint (hy_reading_view_find_step (page.view, -1), ==, 2);
  g_assert_cmpuint (hy_reading_view_find (page.view, NULL), ==, 0);
  g_assert_null (get_attribute (get_words (&page, "Creatinine"), PANGO_ATTR_BACKGROUND));
  page_close (&page);
}

static void
shows_what_the_worker_reads (void)
{
  static const struct
  {
    const char *name, *last;
    guint n_results;
  } rows[] = {
    { "s05", "Mesure de la tension à domicile.", 0 },
    { "s06", "Copie du document", 4 },
    { "s09", "Consultation de contrôle. Informations : sante.fr", 0 },
    { "ccd", "Diastolic blood pressure", 14 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *name = g_strdup_printf ("readings/%s.json", rows[i].name);
      g_autofree char *wide = g_strdup_printf ("%s-1280", rows[i].name);
      g_autofree char *narrow = g_strdup_printf ("%s-360", rows[i].name);
      g_autoptr (HyJson) json = load (name);
      Page page;

      page_open (&page, json, 1280, 1600);
      get_words (&page, rows[i].last);
      take_picture (&page, wide);
      g_assert_cmpuint (count_of (&page, HY_TYPE_RESULT_ROW), ==, rows[i].n_results);
      g_assert_cmpuint (count_words (&page, "This part could not be read."), ==, 0);
      page_close (&page);
      page_open (&page, json, 360, 1600);
      get_words (&page, rows[i].last);
      take_picture (&page, narrow);
      g_assert_cmpint (gtk_widget_get_width (page.window), <=, 360);
      page_close (&page);
    }
}

/* Any value of a good reading may be of another kind. */
static void
bears_a_reading_with_any_part_replaced (void)
{
  static const char *const others[] = { "null", "3", "-1", "1e300", "\"x\"", "\"\"", "[]", "[[]]", "{}", "{\"p\":[{\"t\":\"y\"}]}", "true" };
  static const char *const names[] = { "reading-view/letter.json", "reading-view/blood-test.json", "readings/ccd.json" };
  guint times = g_test_thorough () ? 1500 : 40;
  Page page;

  page_open (&page, NULL, 800, 600);
  for (guint i = 0; i < times; i++)
    {
      g_autoptr (HyJson) whole = load (names[i % G_N_ELEMENTS (names)]);
      g_autoptr (HyJson) json = NULL;
      g_autoptr (GBytes) bytes = g_bytes_ref (hy_json_get_bytes (whole));
      g_autoptr (GError) error = NULL;

      for (guint change = 0; change < 3; change++)
        {
          g_autoptr (HyJson) before = hy_json_parse (bytes, &error);
          HyJsonNode node = hy_json_root (before), child;
          HyJsonEdit edit;

          g_assert_no_error (error);
          /* A walk down, which may end at any depth. */
          while ((hy_json_kind (before, node) == HY_JSON_ARRAY || hy_json_kind (before, node) == HY_JSON_OBJECT) &&
                 hy_json_count (before, node) > 0 && (node == hy_json_root (before) || g_test_rand_int_range (0, 8) > 0))
            {
              guint steps = (guint) g_test_rand_int_range (0, (gint32) hy_json_count (before, node));

              for (child = hy_json_first (before, node); steps > 0; steps--)
                child = hy_json_next (before, child);
              node = child;
            }
          edit = (HyJsonEdit) { hy_json_span (before, node), others[g_test_rand_int_range (0, G_N_ELEMENTS (others))] };
          g_bytes_unref (bytes);
          bytes = hy_json_splice (hy_json_get_bytes (before), &edit, 1);
        }
      json = hy_json_parse (bytes, &error);
      g_assert_no_error (error);
      hy_reading_view_show (page.view, json, NULL);
      g_object_set (page.view, "narrow", i % 2 == 0, NULL);
      wait_ms (15);
      hy_reading_view_find (page.view, "a");
      hy_reading_view_find_step (page.view, -1);
      wait_ms (15);
      g_assert_cmpint (gtk_widget_get_width (page.window), <=, 800);
    }
  page_close (&page);
}

static char *
nest (const char *open,
      const char *middle,
      const char *close,
      guint times)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < times; i++)
    g_string_append (text, open);
  g_string_append (text, middle);
  for (guint i = 0; i < times; i++)
    g_string_append (text, close);
  return g_string_free (text, FALSE);
}

static void
bears_hostile_readings (void)
{
  static const char *const texts[] = {
    "{}",
    "[]",
    "3",
    "{\"kind\":\"cda\",\"header\":[],\"sections\":{}}",
    "{\"header\":{\"title\":3,\"date\":\"yesterday\",\"authors\":{},\"custodian\":[]},\"sections\":[1,\"a\",null,[],{}]}",
    "{\"sections\":[{\"title\":[],\"blocks\":{},\"results\":{},\"sections\":3}]}",
    "{\"sections\":[{\"blocks\":[1,null,{},{\"p\":3},{\"p\":[1,{\"t\":2},{\"b\":true}]},{\"h\":{}},{\"list\":3},{\"list\":[3,[4]]},"
    "{\"table\":3},{\"table\":[]},{\"table\":[3]},{\"table\":[{}]},{\"table\":[{\"cells\":3}]},{\"table\":[{\"cells\":[3]}]},"
    "{\"table\":[{\"cells\":[{\"blocks\":3}]}]},{\"image\":-1},{\"image\":1e99},{\"image\":\"0\"},{\"image\":0}]}]}",
    "{\"sections\":[{\"blocks\":[{\"table\":[{\"cells\":[{\"columns\":4000000000,\"rows\":4000000000,\"blocks\":[{\"p\":[{\"t\":\"huge\"}]}]}]},"
    "{\"cells\":[{\"columns\":-5,\"rows\":-1,\"blocks\":[{\"p\":[{\"t\":\"less\"}]}]},{\"columns\":0,\"rows\":2.5},{\"columns\":\"2\"},{\"columns\":1e9}]}],"
    "\"columns\":-3,\"caption\":3}]}]}",
    "{\"sections\":[{\"results\":[1,null,{},{\"value\":3},{\"name\":\"a\",\"value\":\"1\",\"previous\":3},{\"name\":\"b\",\"previous\":[1,{\"value\":2}]},"
    "{\"name\":\"\",\"value\":\"\",\"flag\":\"\",\"unit\":\"\"},{\"name\":\"c\",\"flag\":\"a flag that is much longer than any flag\"}]}]}",
  };
  Page page;

  page_open (&page, NULL, 800, 600);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (HyJson) json = parse (texts[i]);

      g_test_message ("%u", i);
      hy_reading_view_show (page.view, json, NULL);
      wait_ms (60);
      hy_reading_view_find (page.view, "a");
      hy_reading_view_find_step (page.view, 1);
      wait_ms (30);
      g_assert_cmpint (gtk_widget_get_width (page.window), <=, 800);
      if (i == 7)
        get_words (&page, "huge");
    }
  page_close (&page);
}

static gpointer
wait_for (DexFuture *future)
{
  g_autoptr (GError) error = NULL;
  const GValue *value;
  gpointer result;

  hy_run_to_end (dex_ref (future), &error);
  g_assert_no_error (error);
  value = dex_future_get_value (future, NULL);
  result = G_VALUE_HOLDS_OBJECT (value) ? g_value_dup_object (value) : g_value_dup_boxed (value);
  dex_unref (future);
  return result;
}

/* The whole way: the worker reads the document, gives the picture's bytes, and another one decodes them. */
static void
shows_a_picture_inside_a_document (void)
{
  g_autoptr (HyRenderer) renderer = hy_renderer_new ();
  g_autoptr (HyRenderDocument) document = NULL;
  g_autoptr (GBytes) file = NULL, reading = NULL;
  g_autoptr (GPtrArray) pictures = g_ptr_array_new ();
  g_autoptr (HyJson) json = NULL;
  g_autoptr (GError) error = NULL;
  const GType picture = GTK_TYPE_PICTURE;
  GdkPaintable *paintable;
  char *text;
  gsize size;
  g_autofree char *path = g_build_filename (g_getenv ("HY_FIXTURES"), "cda", "fr", "s08-n3-ordonnance.xml", NULL);
  Page page;

  g_file_get_contents (path, &text, &size, &error);
  g_assert_no_error (error);
  file = g_bytes_new_take (text, size);
  document = wait_for (hy_renderer_open (renderer, file, NULL));
  reading = wait_for (hy_render_document_read (document));
  json = hy_json_parse (reading, &error);
  g_assert_no_error (error);

  page_open (&page, NULL, 800, 600);
  hy_reading_view_set_renderer (page.view, renderer);
  hy_reading_view_show (page.view, json, document);
  for (guint i = 0; i < 200 && collect (GTK_WIDGET (page.view), is_a, &picture, pictures) == 0; i++)
    wait_ms (30);
  g_assert_cmpuint (pictures->len, ==, 1);
  paintable = gtk_picture_get_paintable (g_ptr_array_index (pictures, 0));
  g_assert_cmpint (gdk_paintable_get_intrinsic_width (paintable), >, 0);
  g_assert_nonnull (gtk_picture_get_alternative_text (g_ptr_array_index (pictures, 0)));
  take_picture (&page, "s08-800");
  /* What is being decoded when the page goes is let go of. */
  hy_reading_view_show (page.view, json, document);
  page_close (&page);
  wait_ms (200);

  /* A worker that has ended: the sentence says so, and the rest is there. */
  hy_render_document_close (document);
  page_open (&page, NULL, 800, 600);
  hy_reading_view_set_renderer (page.view, renderer);
  hy_reading_view_show (page.view, json, document);
  get_words (&page, "Here the document holds a picture, which could not be shown.");
  page_close (&page);
  hy_renderer_close (renderer);
}

static void
asks_before_an_address_is_opened (void)
{
  static const struct
  {
    const char *address;
    gboolean taken;
  } rows[] = {
    { "https://example.org/leaflet?a=1&b=2", TRUE },
    { "https://example.org", TRUE },
    { "http://example.org", FALSE },
    { "HTTPS://example.org", FALSE },
    { "javascript:alert(1)", FALSE },
    { "file:///etc/passwd", FALSE },
    { "https://", FALSE },
    { "https:///path", FALSE },
    { "https://bank.example@evil.example/", FALSE },
    { "https://exa mple.org", FALSE },
    { "https://example.org/\n", FALSE },
    { "https://b\303\244nk.example/", FALSE },
    { "", FALSE },
  };
  g_autoptr (HyJson) json = load ("reading-view/letter.json");
  GtkWidget *button;
  AdwDialog *dialog;
  Page page;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s", rows[i].address);
      g_assert_cmpint (hy_reading_text_is_address (rows[i].address), ==, rows[i].taken);
    }
  page_open (&page, json, 800, 900);
  get_words (&page, "Empty one");
  take_picture (&page, "letter-800");
  button = gtk_widget_get_ancestor (get_words (&page, "https://example.org/leaflet?a=1&b=2"), GTK_TYPE_BUTTON);
  g_signal_emit_by_name (button, "clicked");
  wait_ms (300);
  dialog = adw_window_get_visible_dialog (ADW_WINDOW (page.window));
  g_assert_true (ADW_IS_ALERT_DIALOG (dialog));
  g_assert_cmpuint (collect (GTK_WIDGET (dialog), has_words, "https://example.org/leaflet?a=1&b=2", NULL), ==, 1);
  take_picture (&page, "address-800");
  adw_dialog_close (dialog);
  wait_ms (300);
  page_close (&page);
}

/* The longest that the main loop was away. */
static gboolean
on_beat (gpointer data)
{
  gint64 *beat = data, now = g_get_monotonic_time ();

  beat[1] = MAX (beat[1], now - beat[0]);
  beat[0] = now;
  return G_SOURCE_CONTINUE;
}

static void
bears_deep_and_wide_readings (void)
{
  g_autofree char *sections = nest ("{\"title\":\"s\",\"sections\":[", "", "]}", 28);
  g_autofree char *lists = nest ("{\"list\":[[", "{\"p\":[{\"t\":\"deep\"}]}", "]]}", 19);
  g_autofree char *tables = nest ("{\"table\":[{\"cells\":[{\"blocks\":[", "{\"p\":[{\"t\":\"deep\"}]}", "]}]}]}", 9);
  g_autoptr (GString) text = g_string_new ("{\"sections\":[");
  g_autoptr (HyJson) json = NULL;
  gint64 beat[2] = { 0, 0 };
  guint beat_id;
  Page page;

  g_string_append_printf (text, "%s,{\"title\":\"t\",\"blocks\":[%s,%s,", sections, lists, tables);
  g_string_append (text, "{\"table\":[{\"cells\":[");
  for (guint i = 0; i < 10000; i++)
    g_string_append_printf (text, "%s{\"blocks\":[{\"p\":[{\"t\":\"c%u\"}]}]}", i > 0 ? "," : "", i);
  /* A word of a million letters, and a paragraph of as many words. */
  g_string_append (text, "]}]},{\"p\":[{\"t\":\"");
  for (guint i = 0; i < 1000000; i++)
    g_string_append_c (text, 'x');
  g_string_append (text, "\"},{\"t\":\"");
  for (guint i = 0; i < 1000000; i++)
    g_string_append (text, "w ");
  g_string_append (text, "\"}]}]}]}");
  json = parse (text->str);
  page_open (&page, NULL, 800, 600);
  beat[0] = g_get_monotonic_time ();
  beat_id = g_timeout_add (1, on_beat, beat);
  hy_reading_view_show (page.view, json, NULL);
  wait_ms (1500);
  g_test_message ("the window was away for %" G_GINT64_FORMAT " ms at most", beat[1] / 1000);
  beat[1] = 0;
  g_assert_cmpint (gtk_widget_get_width (page.window), <=, 800);
  get_words (&page, "c199");
  g_assert_cmpuint (count_words (&page, "c200"), ==, 0);
  g_assert_cmpuint (hy_reading_view_find (page.view, "w "), ==, HY_READING_MAX_MATCHES);
  wait_ms (100);
  g_test_message ("finding: away for %" G_GINT64_FORMAT " ms at most", beat[1] / 1000);
  g_source_remove (beat_id);
  page_close (&page);
}

static void
shows_twenty_thousand_rows (void)
{
  g_autoptr (GString) text = g_string_new ("{\"sections\":[{\"title\":\"Big\",\"blocks\":[{\"table\":[{\"head\":true,\"cells\":["
                                           "{\"blocks\":[{\"p\":[{\"t\":\"Name\"}]}]},{\"blocks\":[{\"p\":[{\"t\":\"Value\"}]}]}]}");
  g_autoptr (HyJson) json = NULL;
  gint64 beat[2] = { 0, 0 }, start;
  guint beat_id;
  Page page;

  for (guint i = 0; i < 10000; i++)
    g_string_append_printf (text, ",{\"cells\":[{\"blocks\":[{\"p\":[{\"t\":\"row%u\"}]}]},{\"blocks\":[{\"p\":[{\"t\":\"%u\"}]}]}]}", i, i);
  g_string_append (text, "]}");
  for (guint i = 0; i < 1000; i++)
    {
      g_string_append (text, ",{\"table\":[");
      for (guint row = 0; row < 10; row++)
        g_string_append_printf (text, "%s{\"cells\":[{\"blocks\":[{\"p\":[{\"t\":\"small%u\"}]}]},{\"blocks\":[{\"p\":[{\"t\":\"x\"}]}]}]}",
                                row > 0 ? "," : "", i * 10 + row);
      g_string_append (text, "]}");
    }
  g_string_append (text, "]}]}");
  json = parse (text->str);

  page_open (&page, NULL, 1000, 700);
  beat[0] = g_get_monotonic_time ();
  beat_id = g_timeout_add (1, on_beat, beat);
  start = g_get_monotonic_time ();
  hy_reading_view_show (page.view, json, NULL);
  g_test_message ("shown after %" G_GINT64_FORMAT " ms", (g_get_monotonic_time () - start) / 1000);
  wait_ms (3000);
  g_test_message ("the window was away for %" G_GINT64_FORMAT " ms at most", beat[1] / 1000);
  get_words (&page, "row0");
  get_words (&page, "Rows 1 to 100 of 10000");
  g_assert_cmpuint (count_words (&page, "row100"), ==, 0);
  take_picture (&page, "many-1000");
  /* Far less than 20 000 rows are there at a time. */
  g_assert_cmpuint (count_of (&page, GTK_TYPE_LABEL), <, 2 * HY_READING_PART_WIDGETS);

  g_assert_cmpuint (hy_reading_view_find (page.view, "row9876"), ==, 1);
  beat[1] = 0;
  g_assert_cmpuint (hy_reading_view_find_step (page.view, 1), ==, 1);
  wait_ms (300);
  get_words (&page, "row9876");
  get_words (&page, "Rows 9801 to 9900 of 10000");
  take_picture (&page, "many-found-1000");
  g_assert_cmpuint (hy_reading_view_find (page.view, "small9999"), ==, 1);
  g_assert_cmpuint (hy_reading_view_find_step (page.view, 1), ==, 1);
  wait_ms (800);
  g_assert_true (gtk_widget_get_mapped (get_words (&page, "small9999")));
  take_picture (&page, "many-last-1000");
  g_test_message ("finding: away for %" G_GINT64_FORMAT " ms at most", beat[1] / 1000);
  g_source_remove (beat_id);
  page_close (&page);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  adw_init ();
  hy_ui_register_resource ();
  /* What AdwApplication does for the app. */
  {
    g_autoptr (GtkCssProvider) css = gtk_css_provider_new ();

    gtk_css_provider_load_from_resource (css, "/io/github/hygie/Hygie/style.css");
    gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (css),
                                                GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
    gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (gdk_display_get_default ()),
                                      "/io/github/hygie/Hygie/icons");
  }
  set_dark (FALSE);
  g_test_add_func ("/ui/reading-view/shows-results", shows_results);
  g_test_add_func ("/ui/reading-view/fits-a-narrow-window", fits_a_narrow_window);
  g_test_add_func ("/ui/reading-view/shows-odd-results", shows_odd_results);
  g_test_add_func ("/ui/reading-view/shows-narrative", shows_narrative);
  g_test_add_func ("/ui/reading-view/finds-words", finds_words);
  g_test_add_func ("/ui/reading-view/shows-what-the-worker-reads", shows_what_the_worker_reads);
  g_test_add_func ("/ui/reading-view/shows-a-picture-inside-a-document", shows_a_picture_inside_a_document);
  g_test_add_func ("/ui/reading-view/asks-before-an-address-is-opened", asks_before_an_address_is_opened);
  g_test_add_func ("/ui/reading-view/bears-hostile-readings", bears_hostile_readings);
  g_test_add_func ("/ui/reading-view/bears-a-reading-with-any-part-replaced", bears_a_reading_with_any_part_replaced);
  g_test_add_func ("/ui/reading-view/bears-deep-and-wide-readings", bears_deep_and_wide_readings);
  g_test_add_func ("/ui/reading-view/shows-twenty-thousand-rows", shows_twenty_thousand_rows);
  return g_test_run ();
}
