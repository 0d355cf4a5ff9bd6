/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times a window from outside, by what stands on the display.  Origin: this project.
 *   window-watch [--type FILE] COMMAND...
 * Starts the program and takes a picture of its window at each change until nothing changes any more: it was shown at
 * the first picture from which on all were like the last (a blinking caret is no difference).  With --type it then
 * types the first line of FILE and Enter, and waits for the next picture that stays, at least a tenth of the window
 * another one.  Prints lines of NAME VALUE; times are milliseconds since the start of the program, or since Enter.
 * Needs a display without a window manager, and xdotool. */

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/Xdamage.h>
#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Every so many points are compared, in both directions: letters do not slip through. */
#define STEP 3
/* Of a colour's 255; less is no difference to the eye. */
#define SAME_COLOUR 14
/* Part of the points that may differ between pictures that are the same: a caret, not a word. */
#define SAME_PICTURE 0.001
#define OTHER_PAGE 0.1
#define QUIET_MS 1200
#define MOST_MS 30000
/* A picture costs a few milliseconds of both programs' time. */
#define BETWEEN_MS 8

typedef struct
{
  double taken_ms;
  int width;
  int height;
  guint32 *points;
} Picture;

typedef struct
{
  Display *display;
  Window window;
  int damage_event;
  double last_taken_ms;
  gboolean changed;
} Watch;

static double
now_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6;
}

static void
say (const char *name,
     double value)
{
  printf ("%s %.3f\n", name, value);
}

static void
picture_clear (gpointer data)
{
  g_free (((Picture *) data)->points);
}

/* A window may go between two requests. */
static int
on_x_error (Display *display G_GNUC_UNUSED,
            XErrorEvent *event G_GNUC_UNUSED)
{
  return 0;
}

static gboolean
take_picture (Watch *watch,
              Picture *picture)
{
  XWindowAttributes look;
  XImage *image;
  gsize n = 0;

  if (!XGetWindowAttributes (watch->display, watch->window, &look) ||
      !(image = XGetImage (watch->display, watch->window, 0, 0, (unsigned) look.width, (unsigned) look.height, AllPlanes, ZPixmap)))
    return FALSE;
  picture->width = look.width;
  picture->height = look.height;
  picture->points = g_new (guint32, (gsize) (look.width / STEP + 1) * (gsize) (look.height / STEP + 1));
  for (int y = 0; y < look.height; y += STEP)
    for (int x = 0; x < look.width; x += STEP)
      picture->points[n++] = (guint32) XGetPixel (image, x, y);
  XDestroyImage (image);
  return TRUE;
}

static gboolean
is_other_colour (guint32 a,
                 guint32 b)
{
  for (int shift = 0; shift < 24; shift += 8)
    if (abs ((int) (a >> shift & 255) - (int) (b >> shift & 255)) > SAME_COLOUR)
      return TRUE;
  return FALSE;
}

/* 0 to 1. */
static double
difference (const Picture *a,
            const Picture *b)
{
  gsize count = (gsize) ((a->width + STEP - 1) / STEP) * (gsize) ((a->height + STEP - 1) / STEP);
  gsize other = 0;

  if (a->width != b->width || a->height != b->height)
    return 1;
  for (gsize i = 0; i < count; i++)
    other += is_other_colour (a->points[i], b->points[i]);
  return (double) other / (double) count;
}

static void
read_events (Watch *watch)
{
  while (XPending (watch->display))
    {
      XWindowAttributes look;
      XEvent event;

      XNextEvent (watch->display, &event);
      if (event.type == watch->damage_event + XDamageNotify)
        watch->changed = TRUE;
      /* Helper windows of the toolkit are small. */
      else if (event.type == MapNotify && watch->window == 0 && !event.xmap.override_redirect &&
               XGetWindowAttributes (watch->display, event.xmap.window, &look) && look.width > 200 && look.height > 150)
        {
          watch->window = event.xmap.window;
          XDamageCreate (watch->display, watch->window, XDamageReportRawRectangles);
          /* There is no window manager to do it. */
          XSetInputFocus (watch->display, watch->window, RevertToPointerRoot, CurrentTime);
          XSync (watch->display, False);
          watch->changed = TRUE;
        }
    }
}

/* Returns when the picture that stays was there, in milliseconds since @begun_ms. */
static double
watch_until_quiet (Watch *watch,
                   double begun_ms,
                   double least_change)
{
  g_autoptr (GArray) pictures = g_array_new (FALSE, FALSE, sizeof (Picture));
  double other_ms = begun_ms;
  guint anchor = 0;
  guint shown;

  g_array_set_clear_func (pictures, picture_clear);
  for (;;)
    {
      struct pollfd waiting = { ConnectionNumber (watch->display), POLLIN, 0 };
      Picture picture = { now_ms (), 0, 0, NULL };

      if (picture.taken_ms - begun_ms > MOST_MS)
        g_error ("the window never came to rest");
      read_events (watch);
      if (watch->window != 0 && watch->changed && picture.taken_ms - watch->last_taken_ms >= BETWEEN_MS && take_picture (watch, &picture))
        {
          watch->changed = FALSE;
          g_array_append_val (pictures, picture);
          if (pictures->len == 1 ||
              difference (&g_array_index (pictures, Picture, anchor), &g_array_index (pictures, Picture, pictures->len - 1)) > SAME_PICTURE)
            {
              anchor = pictures->len - 1;
              other_ms = picture.taken_ms;
            }
          watch->last_taken_ms = now_ms ();
        }
      if (pictures->len > 0 && picture.taken_ms - other_ms > QUIET_MS &&
          difference (&g_array_index (pictures, Picture, 0), &g_array_index (pictures, Picture, pictures->len - 1)) >= least_change)
        break;
      poll (&waiting, 1, watch->changed ? 1 : 20);
    }

  shown = pictures->len - 1;
  while (shown > 0 && difference (&g_array_index (pictures, Picture, shown - 1),
                                  &g_array_index (pictures, Picture, pictures->len - 1)) <= SAME_PICTURE)
    shown--;
  return g_array_index (pictures, Picture, shown).taken_ms - begun_ms;
}

/* The number behind "Pss:" of the process, in MiB. */
static double
pss_mib (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/smaps_rollup", pid);
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents (path, &text, NULL, NULL) || (line = strstr (text, "\nPss:")) == NULL)
    g_error ("the program has ended, or this kernel does not say how much memory it takes");
  return g_ascii_strtod (line + strlen ("\nPss:"), NULL) / 1024;
}

/* User and system time of the process: fields 14 and 15, counted from behind the name. */
static double
cpu_ms (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", pid);
  g_autofree char *text = NULL;
  g_auto (GStrv) fields = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    g_error ("the program has ended");
  fields = g_strsplit (strrchr (text, ')') + 2, " ", -1);
  return (g_ascii_strtod (fields[11], NULL) + g_ascii_strtod (fields[12], NULL)) * 1e3 / (double) sysconf (_SC_CLK_TCK);
}

static pid_t
start (char **command)
{
  pid_t pid = fork ();

  if (pid != 0)
    return pid;
  execvp (command[0], command);
  _exit (127);
}

/* The picture before Enter is the first of those that are compared. */
static double
watch_unlock (Watch *watch,
              const char *file)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  FILE *keys = popen ("xdotool -", "w");
  double begun_ms;

  if (keys == NULL || !g_file_get_contents (file, &text, NULL, &error))
    g_error ("%s", error != NULL ? error->message : "xdotool is missing");
  fprintf (keys, "type --delay 20 \"%s\"\n", g_strchomp (text));
  fflush (keys);
  watch_until_quiet (watch, now_ms (), SAME_PICTURE);

  watch->changed = TRUE;
  begun_ms = now_ms ();
  fputs ("key Return\n", keys);
  fflush (keys);
  begun_ms = watch_until_quiet (watch, begun_ms, OTHER_PAGE);
  pclose (keys);
  return begun_ms;
}

int
main (int argc,
      char **argv)
{
  const char *typed = argc > 3 && strcmp (argv[1], "--type") == 0 ? argv[2] : NULL;
  char **command = argv + (typed != NULL ? 3 : 1);
  Watch watch = { 0 };
  double begun_ms;
  pid_t pid;
  int error_event;

  if (*command == NULL || (watch.display = XOpenDisplay (NULL)) == NULL)
    g_error ("a command and a display are needed");
  XSetErrorHandler (on_x_error);
  XDamageQueryExtension (watch.display, &watch.damage_event, &error_event);
  XSelectInput (watch.display, DefaultRootWindow (watch.display), SubstructureNotifyMask);
  XSync (watch.display, False);

  begun_ms = now_ms ();
  pid = start (command);
  say ("shown_ms", watch_until_quiet (&watch, begun_ms, 0));
  say ("cpu_ms", cpu_ms (pid));
  say ("pss_mib", pss_mib (pid));
  if (typed != NULL)
    {
      double before_ms = cpu_ms (pid);

      say ("unlocked_ms", watch_unlock (&watch, typed));
      say ("unlocked_cpu_ms", cpu_ms (pid) - before_ms);
      say ("unlocked_pss_mib", pss_mib (pid));
    }
  kill (pid, SIGTERM);
  waitpid (pid, NULL, 0);
  return EXIT_SUCCESS;
}
