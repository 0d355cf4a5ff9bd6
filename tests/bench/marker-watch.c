/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times how long a colour takes to be on the display, from the start of a command.  Origin: this project.
 *   marker-watch RRGGBB COMMAND...
 * Prints "seen_ms N".  The command goes on; it is ended by whoever started this.  A display without a window manager. */

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* Every so many points are looked at, in both directions: the band is hundreds wide. */
#define STEP 16
#define MOST_MS 30000.0
#define BETWEEN_US 1000
/* Of a colour's 255: a dithered or blended edge is none. */
#define SAME 6

static double
now_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6;
}

static int
shows (XImage *image,
       long colour)
{
  int seen = 0;

  for (int y = 0; y < image->height; y += STEP)
    for (int x = 0; x < image->width; x += STEP)
      {
        long point = (long) XGetPixel (image, x, y);
        int same = 1;

        for (int shift = 0; shift < 24; shift += 8)
          same &= labs ((point >> shift & 255) - (colour >> shift & 255)) <= SAME;
        seen += same;
      }
  return seen >= 20;
}

int
main (int argc,
      char **argv)
{
  Display *display = XOpenDisplay (NULL);
  long colour = argc > 2 ? strtol (argv[1], NULL, 16) : -1;
  double begun_ms;

  if (display == NULL || colour < 0)
    return EXIT_FAILURE;
  begun_ms = now_ms ();
  if (fork () == 0)
    {
      /* Who reads what is printed here need not wait for the command's end. */
      if (freopen ("/dev/null", "w", stdout) == NULL)
        _exit (126);
      execvp (argv[2], argv + 2);
      _exit (127);
    }
  while (now_ms () - begun_ms < MOST_MS)
    {
      double taken_ms = now_ms ();
      XImage *image = XGetImage (display, DefaultRootWindow (display), 0, 0, (unsigned) DisplayWidth (display, DefaultScreen (display)),
                                 (unsigned) DisplayHeight (display, DefaultScreen (display)), AllPlanes, ZPixmap);
      int seen = image != NULL && shows (image, colour);

      if (image != NULL)
        XDestroyImage (image);
      if (seen)
        {
          printf ("seen_ms %.3f\n", taken_ms - begun_ms);
          return EXIT_SUCCESS;
        }
      usleep (BETWEEN_US);
    }
  fprintf (stderr, "the colour never came\n");
  return EXIT_FAILURE;
}
