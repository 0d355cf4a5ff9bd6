/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PDF by poppler: pictures of pages, their words and where these stand, links that lead nowhere dangerous.
 * A page is held only while it is worked on, so that a long document costs no more than a short one.
 * Scripts are never run: poppler-glib runs none unless asked to. */

#include "render/worker/hy-worker-document.h"
#include "render/worker/hy-worker-page.h"

#include <poppler.h>
#include <string.h>

/* US letter: what poppler itself takes for a page that says no size. */
#define DEFAULT_WIDTH 612.0f
#define DEFAULT_HEIGHT 792.0f
/* Points of a side: 350 times the most that PDF allows, and a float still tells one from the next. */
#define MAX_POINTS 5000000.0
/* Links of one page: a page of references has a few hundred. */
#define MAX_LINKS 10000
/* Bytes of one address, as browsers bound it. */
#define MAX_ADDRESS 2048
/* Boxes of one page: HY_WIRE_MAX_TEXT with 16 bytes a box and one of text at least. */
#define MAX_CHARS (HY_WIRE_MAX_TEXT / 16)

/* Marks that poppler puts around words whose letters it has turned round, for the boxes stay in the order of the paper. */
#define LEFT_TO_RIGHT 0x202a
#define RIGHT_TO_LEFT 0x202b
#define END_OF_TURN 0x202c

typedef struct
{
  HyWorkerDocument parent;
  PopplerDocument *document;
} Pdf;

/* Names of our own: poppler 25.03 has no cleanup for its classes, and a later one may. */
typedef PopplerPage Page;
typedef PopplerDocument Document;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Page, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Document, g_object_unref)

static void
pdf_free (HyWorkerDocument *document)
{
  Pdf *self = (Pdf *) document;

  g_object_unref (self->document);
  g_free (self);
}

static PopplerPage *
dup_page (HyWorkerDocument *document,
          guint page)
{
  return poppler_document_get_page (((Pdf *) document)->document, (int) page);
}

static gboolean
is_side (double points)
{
  return points > 0 && points <= MAX_POINTS; /* and no NaN */
}

static HyWireSize
size_of (PopplerPage *page)
{
  HyWireSize size = { DEFAULT_WIDTH, DEFAULT_HEIGHT };
  double width, height;

  if (page == NULL)
    return size;
  poppler_page_get_size (page, &width, &height);
  if (is_side (width) && is_side (height))
    size = (HyWireSize) { (float) width, (float) height };
  return size;
}

/* A page that cannot be read has a size all the same: those before and behind it are to be seen. */
static HyWireStatus
pdf_sizes (HyWorkerDocument *document,
           guint first,
           guint count,
           HyWireSize *sizes)
{
  for (guint i = 0; i < count; i++)
    {
      g_autoptr (Page) page = dup_page (document, first + i);

      sizes[i] = size_of (page);
    }
  return HY_WIRE_OK;
}

static HyWireStatus
pdf_draw (HyWorkerDocument *document,
          const HyWireRequest *request,
          guint8 *pixels)
{
  g_autoptr (Page) page = dup_page (document, request->page);
  HyWireSize size = size_of (page);
  HyWireStatus status;
  HyWorkerPage drawn;

  if (page == NULL)
    return HY_WIRE_DAMAGED;
  if ((status = hy_worker_page_begin (&drawn, request, &size, pixels)) != HY_WIRE_OK)
    return status;
  poppler_page_render (page, drawn.cr);
  return hy_worker_page_end (&drawn);
}

/* One character of poppler's text, which need not be UTF-8 where a font names half a surrogate or worse. */
static gunichar
next_char (const char **text)
{
  gunichar c = g_utf8_get_char_validated (*text, -1);

  if (c == (gunichar) -1 || c == (gunichar) -2)
    {
      c = 0xfffd;
      /* All bytes of what cannot be, for it stands for one letter. */
      for ((*text)++; (**text & 0xc0) == 0x80; (*text)++)
        ;
      return c;
    }
  *text = g_utf8_next_char (*text);
  /* Form feeds part pages, and nothing else that is below a space says anything. */
  return c < ' ' && c != '\n' && c != '\t' ? ' ' : c;
}

static gboolean
is_mark (gunichar c)
{
  return c == LEFT_TO_RIGHT || c == RIGHT_TO_LEFT || c == END_OF_TURN;
}

/* Appends the page's text in reading order, without poppler's marks.  FALSE when it goes beyond HY_WIRE_MAX_TEXT;
 * then nothing is appended. */
static gboolean
append_text (GString *text,
             PopplerPage *page)
{
  g_autofree char *found = poppler_page_get_text (page);
  gsize before = text->len;

  for (const char *at = found; at != NULL && *at != 0;)
    {
      gunichar c = next_char (&at);

      if (text->len + 8 > HY_WIRE_MAX_TEXT)
        {
          g_string_truncate (text, before);
          return FALSE;
        }
      if (!is_mark (c))
        g_string_append_unichar (text, c);
    }
  return TRUE;
}

/* With HY_WIRE_ALL, pages that would go beyond the bound are left out, and their form feeds too. */
static HyWireStatus
pdf_text (HyWorkerDocument *document,
          guint page,
          GString *text)
{
  if (page != HY_WIRE_ALL)
    {
      g_autoptr (Page) one = dup_page (document, page);

      if (one == NULL)
        return HY_WIRE_DAMAGED;
      return append_text (text, one) ? HY_WIRE_OK : HY_WIRE_TOO_LARGE;
    }
  for (guint i = 0; i < document->n_pages; i++)
    {
      g_autoptr (Page) one = dup_page (document, i);

      if (one != NULL && !append_text (text, one))
        break;
      g_string_append_c (text, '\f');
    }
  return HY_WIRE_OK;
}

static void
turn (GArray *boxes,
      guint first,
      guint end)
{
  for (; first + 1 < end; first++, end--)
    {
      HyWireBox *one = &g_array_index (boxes, HyWireBox, first);
      HyWireBox *other = &g_array_index (boxes, HyWireBox, end - 1);
      HyWireBox kept = *one;

      *one = *other;
      *other = kept;
    }
}

static float
within (double value,
        double most)
{
  return (float) (value > 0 ? MIN (value, most) : 0); /* 0 for NaN */
}

static HyWireBox
box_within (const PopplerRectangle *rectangle,
            const HyWireSize *size)
{
  HyWireBox box = {
    within (MIN (rectangle->x1, rectangle->x2), size->width),
    within (MIN (rectangle->y1, rectangle->y2), size->height),
    within (MAX (rectangle->x1, rectangle->x2), size->width),
    within (MAX (rectangle->y1, rectangle->y2), size->height),
  };

  return box;
}

/* Poppler has one box for each letter, blank and line end.  The letters of a word that runs from right to left it writes
 * the other way round than their boxes, between two marks that have no box; inside such a word, figures and Latin letters
 * are turned back between two more.  Where a document brings such marks itself the boxes may be too many or too few. */
static HyWireStatus
pdf_layout (HyWorkerDocument *document,
            guint page_number,
            GString *text,
            GArray *boxes)
{
  g_autoptr (Page) page = dup_page (document, page_number);
  g_autoptr (GArray) inner = g_array_new (FALSE, FALSE, sizeof (guint)); /* begin and end, begin and end, ... */
  g_autofree PopplerRectangle *rectangles = NULL;
  g_autofree char *found = NULL;
  HyWireSize size = size_of (page);
  HyWireBox box = { 0 };
  guint n_rectangles = 0;
  guint outer = 0; /* where the word began */
  guint depth = 0; /* of marks */

  if (page == NULL)
    return HY_WIRE_DAMAGED;
  found = poppler_page_get_text (page);
  if (found == NULL || !poppler_page_get_text_layout (page, &rectangles, &n_rectangles))
    return HY_WIRE_OK;

  for (const char *at = found; *at != 0;)
    {
      gunichar c = next_char (&at);
      guint n_chars = boxes->len;

      if (is_mark (c))
        {
          if (c != END_OF_TURN && depth++ == 0)
            outer = n_chars;
          else if (depth == 2)
            g_array_append_val (inner, n_chars);
          if (c == END_OF_TURN && depth > 0 && --depth == 0)
            {
              turn (boxes, outer, n_chars);
              for (guint i = 0; i + 1 < inner->len; i += 2)
                turn (boxes, g_array_index (inner, guint, i), g_array_index (inner, guint, i + 1));
              g_array_set_size (inner, 0);
            }
          continue;
        }
      if (n_chars == MAX_CHARS)
        return HY_WIRE_TOO_LARGE;
      if (n_chars < n_rectangles)
        box = box_within (&rectangles[n_chars], &size);
      else
        box.x1 = box.x2; /* none is left: the place behind the last */
      g_array_append_val (boxes, box);
      g_string_append_unichar (text, c);
    }
  return HY_WIRE_OK;
}

/* Only what the viewer may offer: an address that is fetched encrypted, with nothing in it that hides where it leads. */
static const char *
https_address (const char *uri)
{
  if (uri == NULL || g_ascii_strncasecmp (uri, "https://", 8) != 0 || uri[8] == 0 || strlen (uri) > MAX_ADDRESS)
    return NULL;
  if (!g_utf8_validate (uri, -1, NULL))
    return NULL;
  for (const char *at = uri; *at != 0; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (!g_unichar_isgraph (c) || g_unichar_type (c) == G_UNICODE_FORMAT)
        return NULL;
    }
  return uri;
}

/* The page in this document that an action goes to, or HY_WIRE_NO_PAGE. */
static guint
page_of (Pdf *self,
         PopplerDest *destination)
{
  g_autoptr (PopplerDest) named = NULL;

  if (destination != NULL && destination->type == POPPLER_DEST_NAMED && destination->named_dest != NULL)
    destination = named = poppler_document_find_dest (self->document, destination->named_dest);
  if (destination == NULL || destination->type == POPPLER_DEST_NAMED)
    return HY_WIRE_NO_PAGE;
  if (destination->page_num < 1 || (guint) destination->page_num > self->parent.n_pages)
    return HY_WIRE_NO_PAGE;
  return (guint) destination->page_num - 1;
}

static void
append_link (GByteArray *links,
             const PopplerRectangle *area,
             const HyWireSize *size,
             guint page,
             const char *address)
{
  static const guint8 zeros[4] = { 0 };
  /* Poppler counts these from the bottom. */
  PopplerRectangle from_top = { .x1 = area->x1, .y1 = size->height - area->y2, .x2 = area->x2, .y2 = size->height - area->y1 };
  HyWireLink link = { .box = box_within (&from_top, size), .page = page };

  link.n_bytes = address == NULL ? 0 : (guint) strlen (address);
  g_byte_array_append (links, (const guint8 *) &link, sizeof link);
  if (address == NULL)
    return;
  g_byte_array_append (links, (const guint8 *) address, link.n_bytes);
  g_byte_array_append (links, zeros, (4 - link.n_bytes % 4) % 4);
}

static HyWireStatus
pdf_links (HyWorkerDocument *document,
           guint page_number,
           GByteArray *links)
{
  Pdf *self = (Pdf *) document;
  g_autoptr (Page) page = dup_page (document, page_number);
  HyWireSize size = size_of (page);
  GList *mappings;
  guint n_links = 0;

  if (page == NULL)
    return HY_WIRE_DAMAGED;
  /* Poppler gives the last first. */
  mappings = g_list_reverse (poppler_page_get_link_mapping (page));
  for (GList *item = mappings; item != NULL && n_links < MAX_LINKS; item = item->next)
    {
      PopplerLinkMapping *mapping = item->data;
      PopplerAction *action = mapping->action;
      const char *address = NULL;
      guint target = HY_WIRE_NO_PAGE;

      if (action == NULL)
        continue;
      if (action->type == POPPLER_ACTION_URI)
        address = https_address (action->uri.uri);
      else if (action->type == POPPLER_ACTION_GOTO_DEST)
        target = page_of (self, action->goto_dest.dest);
      if (address == NULL && target == HY_WIRE_NO_PAGE)
        continue;
      append_link (links, &mapping->area, &size, target, address);
      n_links++;
    }
  poppler_page_free_link_mapping (mappings);
  return HY_WIRE_OK;
}

static const HyWorkerDocumentClass pdf_class = {
  .free = pdf_free,
  .sizes = pdf_sizes,
  .draw = pdf_draw,
  .text = pdf_text,
  .layout = pdf_layout,
  .links = pdf_links,
};

/* Poppler 25.03 reads through NULL where a password is wrong for a document from bytes; not for one from a stream, which
 * is slower. */
static PopplerDocument *
open_document (GBytes *document,
               const char *password,
               GError **error)
{
  g_autoptr (GInputStream) stream = NULL;

  if (password == NULL || *password == 0)
    return poppler_document_new_from_bytes (document, NULL, error);
  stream = g_memory_input_stream_new_from_bytes (document);
  return poppler_document_new_from_stream (stream, (goffset) g_bytes_get_size (document), password, NULL, error);
}

/**
 * hy_worker_pdf_open:
 * @document: stays in use until the opened one is freed
 * @password: (nullable): UTF-8, the reader's or the owner's
 * @opened: (out) (transfer full): set with %HY_WIRE_OK only
 *
 * Returns: %HY_WIRE_PASSWORD when it needs one, or another one
 */
HyWireStatus
hy_worker_pdf_open (GBytes *document,
                    const char *password,
                    HyWorkerDocument **opened)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Document) poppler = NULL;
  Pdf *self;
  int n_pages;

  if (!(poppler = open_document (document, password, &error)))
    return g_error_matches (error, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED) ? HY_WIRE_PASSWORD : HY_WIRE_DAMAGED;
  n_pages = poppler_document_get_n_pages (poppler);
  if (n_pages <= 0)
    return HY_WIRE_DAMAGED;

  self = g_new0 (Pdf, 1);
  self->parent.klass = &pdf_class;
  self->parent.kind = HY_WIRE_KIND_PDF;
  self->parent.n_pages = MIN ((guint) n_pages, HY_WIRE_MAX_PAGES);
  self->parent.more_pages = (guint) n_pages - self->parent.n_pages;
  self->document = g_steal_pointer (&poppler);
  *opened = &self->parent;
  return HY_WIRE_OK;
}
