/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where pages stand, what is drawn of them, what the zoom keeps in place. */

#include "ui/viewer/hy-page-layout.h"

#include <math.h>

#define DESK 900.0

static HyPageLayout *
new_report (guint n_pages)
{
  g_autofree HyWireSize *sizes = g_new (HyWireSize, n_pages);

  for (guint i = 0; i < n_pages; i++)
    sizes[i] = (HyWireSize) { 595, 842 };
  return hy_page_layout_new (sizes, n_pages);
}

static void
pages_follow_one_another (void)
{
  g_autoptr (HyPageLayout) layout = new_report (3);
  graphene_rect_t first, second;

  hy_page_layout_set (layout, 1.0, 0, 1.0);
  hy_page_layout_get_rect (layout, 0, DESK, &first);
  hy_page_layout_get_rect (layout, 1, DESK, &second);
  g_assert_cmpfloat (first.origin.y, ==, HY_PAGE_MARGIN);
  g_assert_cmpfloat (first.size.width, ==, 595);
  g_assert_cmpfloat (first.size.height, ==, 842);
  g_assert_cmpfloat (first.origin.x, ==, floor ((DESK - 595) / 2));
  g_assert_cmpfloat (second.origin.y, ==, HY_PAGE_MARGIN + 842 + HY_PAGE_MARGIN);
  g_assert_cmpfloat (hy_page_layout_get_height (layout), ==, 3 * 842 + 4 * HY_PAGE_MARGIN);
  g_assert_cmpfloat (hy_page_layout_get_width (layout), ==, 595 + 2 * HY_PAGE_MARGIN);
}

static void
pages_lie_on_whole_device_pixels (void)
{
  g_autoptr (HyPageLayout) layout = new_report (50);

  hy_page_layout_set (layout, 1.337, 0, 1.5);
  for (guint i = 0; i < 50; i++)
    {
      graphene_rect_t rect;
      guint width, height;

      hy_page_layout_get_rect (layout, i, DESK, &rect);
      hy_page_layout_get_pixels (layout, i, &width, &height);
      g_assert_cmpfloat (rect.origin.y, ==, floor (rect.origin.y));
      g_assert_cmpfloat_with_epsilon (rect.size.width * 1.5, width, 0.01);
      g_assert_cmpfloat_with_epsilon (rect.size.height * 1.5, height, 0.01);
    }
}

static void
finds_what_is_seen (void)
{
  g_autoptr (HyPageLayout) layout = new_report (500);
  guint first, last;

  hy_page_layout_set (layout, 1.0, 0, 1.0);
  g_assert_true (hy_page_layout_visible (layout, 0, 800, &first, &last));
  g_assert_cmpuint (first, ==, 0);
  g_assert_cmpuint (last, ==, 0);
  g_assert_true (hy_page_layout_visible (layout, 800, 900, &first, &last));
  g_assert_cmpuint (first, ==, 0);
  g_assert_cmpuint (last, ==, 1);
  /* The gap above the second page shows neither. */
  g_assert_false (hy_page_layout_visible (layout, HY_PAGE_MARGIN + 842 + 2, 10, &first, &last));
  g_assert_true (hy_page_layout_visible (layout, hy_page_layout_get_height (layout) - 100, 100, &first, &last));
  g_assert_cmpuint (last, ==, 499);
  g_assert_cmpuint (hy_page_layout_current (layout, 0, 800), ==, 0);
  g_assert_cmpuint (hy_page_layout_current (layout, 600, 800), ==, 1);
  g_assert_cmpuint (hy_page_layout_current (layout, hy_page_layout_get_height (layout) - 800, 800), ==, 499);
}

static void
none_is_no_page (void)
{
  g_autoptr (HyPageLayout) layout = hy_page_layout_new (NULL, 0);
  g_autoptr (GArray) tiles = NULL;
  graphene_point_t pt;
  guint first, last;

  g_assert_false (hy_page_layout_visible (layout, 0, 800, &first, &last));
  g_assert_cmpuint (hy_page_layout_current (layout, 0, 800), ==, 0);
  g_assert_cmpuint (hy_page_layout_locate (layout, DESK, 10, 10, &pt), ==, 0);
  g_assert_cmpfloat (hy_page_layout_fit_page (layout, 0, 800, 800), ==, 1.0);
  tiles = hy_page_layout_tiles (layout, 0, DESK, NULL);
  g_assert_cmpuint (tiles->len, ==, 0);
}

/* Whatever the turn, what was under the pointer is found there again at another zoom. */
static void
keeps_places (void)
{
  static const guint turns[] = { 0, 90, 180, 270 };
  static const double zooms[] = { 0.1, 0.5, 1.0, 1.37, 4.0 };

  for (guint t = 0; t < G_N_ELEMENTS (turns); t++)
    for (guint z = 0; z < G_N_ELEMENTS (zooms); z++)
      {
        g_autoptr (HyPageLayout) layout = new_report (4);
        graphene_point_t pt, again;
        double x, y;

        hy_page_layout_set (layout, 1.0, turns[t], 1.0);
        g_assert_cmpuint (hy_page_layout_locate (layout, DESK, 400, 1200, &pt), ==, turns[t] % 180 == 0 ? 1 : 1);
        hy_page_layout_set (layout, zooms[z], turns[t], 1.0);
        hy_page_layout_place (layout, DESK, 1, &pt, &x, &y);
        g_assert_cmpuint (hy_page_layout_locate (layout, DESK, x, y, &again), ==, 1);
        g_assert_cmpfloat_with_epsilon (again.x, pt.x, 0.01);
        g_assert_cmpfloat_with_epsilon (again.y, pt.y, 0.01);
      }
}

static void
turns_boxes (void)
{
  g_autoptr (HyPageLayout) layout = new_report (1);
  HyWireBox box = { 10, 20, 110, 40 };
  HyWireBox nonsense = { NAN, 0, INFINITY, 3 };
  HyWireBox outside = { -500, -500, 5000, 5000 };
  graphene_rect_t rect, sheet;

  hy_page_layout_set (layout, 1.0, 90, 1.0);
  hy_page_layout_get_rect (layout, 0, DESK, &sheet);
  g_assert_cmpfloat (sheet.size.width, ==, 842);
  hy_page_layout_place_box (layout, DESK, 0, &box, &rect);
  g_assert_cmpfloat (rect.origin.x, ==, sheet.origin.x + 842 - 40);
  g_assert_cmpfloat (rect.origin.y, ==, sheet.origin.y + 10);
  g_assert_cmpfloat (rect.size.width, ==, 20);
  g_assert_cmpfloat (rect.size.height, ==, 100);
  hy_page_layout_place_box (layout, DESK, 0, &nonsense, &rect);
  g_assert_cmpfloat (rect.size.width, ==, 0);
  hy_page_layout_place_box (layout, DESK, 0, &outside, &rect);
  g_assert_true (graphene_rect_equal (&rect, &sheet));
}

static void
check_tiles (HyPageLayout *layout,
             guint page,
             const graphene_rect_t *seen,
             double desk)
{
  g_autoptr (GArray) tiles = hy_page_layout_tiles (layout, page, desk, seen);

  for (guint i = 0; i < tiles->len; i++)
    {
      HyPageTile *tile = &g_array_index (tiles, HyPageTile, i);

      g_assert_cmpuint (tile->width, >, 0);
      g_assert_cmpuint (tile->height, >, 0);
      g_assert_cmpuint (tile->x + tile->width, <=, HY_WIRE_MAX_SIDE);
      g_assert_cmpuint (tile->y + tile->height, <=, HY_WIRE_MAX_SIDE);
      g_assert_cmpuint ((guint64) tile->width * tile->height, <=, HY_WIRE_MAX_PIXELS);
    }
}

static void
draws_large_pages_by_tiles (void)
{
  g_autoptr (HyPageLayout) layout = new_report (2);
  graphene_rect_t seen = GRAPHENE_RECT_INIT (100, 100, 1200, 800);
  g_autoptr (GArray) whole = NULL, parts = NULL, none = NULL;
  double covered = 0;

  hy_page_layout_set (layout, 1.5, 0, 2.0);
  whole = hy_page_layout_tiles (layout, 0, DESK, &seen);
  g_assert_cmpuint (whole->len, ==, 1);
  g_assert_true (g_array_index (whole, HyPageTile, 0).whole);

  hy_page_layout_set (layout, 6.0, 0, 2.0);
  parts = hy_page_layout_tiles (layout, 0, DESK, &seen);
  g_assert_cmpuint (parts->len, >, 0);
  g_assert_cmpuint (parts->len, <=, 4);
  for (guint i = 0; i < parts->len; i++)
    {
      graphene_rect_t rect;

      g_assert_false (g_array_index (parts, HyPageTile, i).whole);
      hy_page_layout_tile_rect (layout, &g_array_index (parts, HyPageTile, i), DESK, &rect);
      g_assert_true (graphene_rect_intersection (&rect, &seen, &rect));
      covered += rect.size.width * rect.size.height;
    }
  g_assert_cmpfloat_with_epsilon (covered, seen.size.width * seen.size.height, 1.0);
  /* Nothing is drawn ahead of a page that is not drawn at once. */
  none = hy_page_layout_tiles (layout, 1, DESK, NULL);
  g_assert_cmpuint (none->len, ==, 0);
}

/* Sizes that no page has, and all that a hand can do to them. */
static void
stays_within_the_wire (void)
{
  static const HyWireSize sizes[] = {
    { 0, 0 },
    { -5, 20 },
    { NAN, INFINITY },
    { 1e30f, 1e30f },
    { 14400, 14400 },
    { 1, 200000 },
    { 200000, 1 },
    { 16384, 16384 },
    { 595, 842 },
  };
  static const double zooms[] = { 0.0001, 0.1, 1.0, 5.0 * 96 / 72 };
  static const guint turns[] = { 0, 90, 180, 270 };
  g_autoptr (HyPageLayout) layout = hy_page_layout_new (sizes, G_N_ELEMENTS (sizes));

  for (guint z = 0; z < G_N_ELEMENTS (zooms); z++)
    for (guint t = 0; t < G_N_ELEMENTS (turns); t++)
      {
        double desk;

        hy_page_layout_set (layout, zooms[z], turns[t], 2.0);
        desk = hy_page_layout_get_width (layout);
        g_assert_true (isfinite (desk) && isfinite (hy_page_layout_get_height (layout)));
        for (guint page = 0; page < G_N_ELEMENTS (sizes); page++)
          {
            graphene_rect_t sheet;

            hy_page_layout_get_rect (layout, page, desk, &sheet);
            g_assert_cmpfloat (sheet.size.width, >, 0);
            graphene_rect_init (&sheet, sheet.origin.x, sheet.origin.y, MIN (sheet.size.width, 4000), MIN (sheet.size.height, 4000));
            check_tiles (layout, page, &sheet, desk);
            check_tiles (layout, page, NULL, desk);
          }
      }
}

static void
steps_the_zoom (void)
{
  g_assert_cmpfloat (hy_page_layout_step_zoom (1.0, 1), ==, 1.1);
  g_assert_cmpfloat (hy_page_layout_step_zoom (1.0, -1), ==, 0.9);
  g_assert_cmpfloat (hy_page_layout_step_zoom (1.16, 1), ==, 1.25);
  g_assert_cmpfloat (hy_page_layout_step_zoom (1.16, -1), ==, 1.1);
  g_assert_cmpfloat (hy_page_layout_step_zoom (HY_PAGE_MAX_ZOOM, 1), ==, HY_PAGE_MAX_ZOOM);
  g_assert_cmpfloat (hy_page_layout_step_zoom (HY_PAGE_MIN_ZOOM, -1), ==, HY_PAGE_MIN_ZOOM);
  /* A picture that fits at less than one may choose is not made larger by "smaller". */
  g_assert_cmpfloat (hy_page_layout_step_zoom (0.02, -1), ==, 0.02);
}

static void
fits (void)
{
  g_autoptr (HyPageLayout) layout = new_report (2);

  g_assert_cmpfloat_with_epsilon (hy_page_layout_fit_width (layout, 595 + 2 * HY_PAGE_MARGIN), 1.0, 0.001);
  g_assert_cmpfloat_with_epsilon (hy_page_layout_fit_page (layout, 0, 2000, 421 + 2 * HY_PAGE_MARGIN), 0.5, 0.001);
  hy_page_layout_set (layout, 1.0, 90, 1.0);
  g_assert_cmpfloat_with_epsilon (hy_page_layout_fit_width (layout, 842 + 2 * HY_PAGE_MARGIN), 1.0, 0.001);
  g_assert_cmpfloat (hy_page_layout_fit_width (layout, 0), >, 0);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/page-layout/pages-follow-one-another", pages_follow_one_another);
  g_test_add_func ("/ui/page-layout/pages-lie-on-whole-device-pixels", pages_lie_on_whole_device_pixels);
  g_test_add_func ("/ui/page-layout/finds-what-is-seen", finds_what_is_seen);
  g_test_add_func ("/ui/page-layout/none-is-no-page", none_is_no_page);
  g_test_add_func ("/ui/page-layout/keeps-places-when-zoomed", keeps_places);
  g_test_add_func ("/ui/page-layout/turns-boxes", turns_boxes);
  g_test_add_func ("/ui/page-layout/draws-large-pages-by-tiles", draws_large_pages_by_tiles);
  g_test_add_func ("/ui/page-layout/stays-within-the-wire", stays_within_the_wire);
  g_test_add_func ("/ui/page-layout/steps-the-zoom", steps_the_zoom);
  g_test_add_func ("/ui/page-layout/fits", fits);
  return g_test_run ();
}
