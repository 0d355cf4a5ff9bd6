/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What goes between Hygie and hygie-render, its sandboxed decoder (SECURITY-DESIGN 5.1).
 *
 * A SOCK_SEQPACKET socket pair; the worker's end is descriptor HY_WIRE_FD.  First the worker sends one reply with
 * serial 0: the layers that hold it.  Then each request is answered by one reply with its serial, in order.
 * A request that brings or wants bytes carries one memfd (SCM_RIGHTS), made and sealed by Hygie, for the worker can make
 * none: OPEN brings the document (sealed whole), the others an empty one of out_size bytes that the worker maps and fills
 * (sealed against shrinking and growing).  When it does not fit, the status is MORE_ROOM and reply.size what is needed.
 * Both sides take what comes for hostile.  Numbers are the machine's own; sizes are bytes unless a name says otherwise. */

#define HY_WIRE_FD 3
#define HY_WIRE_MAGIC 0x31475948u /* "HYG1" */

/* SECURITY-DESIGN 5.1 and 5.2. */
#define HY_WIRE_MAX_DOCUMENT (512 * 1024 * 1024) /* bytes: what Hygie ever hands over */
#define HY_WIRE_MAX_SIDE 16384                   /* pixels of a picture's side */
#define HY_WIRE_MAX_PIXELS (32 * 1024 * 1024)    /* pixels of one reply */
#define HY_WIRE_MAX_PAGES 20000                  /* pages; those behind are not shown, and that is said */
#define HY_WIRE_MAX_TEXT (16 * 1024 * 1024)      /* bytes of text or JSON of one reply */
#define HY_WIRE_MAX_PASSWORD 256                 /* bytes with the NUL */

typedef enum {
  HY_WIRE_OPEN = 1, /* brings the document; reply: kind, n_pages.  Once only, or again after STATUS_PASSWORD */
  HY_WIRE_SIZES,    /* page, count: out = count x HyWireSize */
  HY_WIRE_DRAW,     /* page, scale, rotation, x, y, width, height, stride: out = the pixels, CAIRO_FORMAT_RGB24 */
  HY_WIRE_TEXT,     /* page, or HY_WIRE_ALL with a form feed behind each page: out = UTF-8 */
  HY_WIRE_LAYOUT,   /* page: out = HyWireLayout, its boxes, its text */
  HY_WIRE_LINKS,    /* page: out = HyWireLink, its address; again and again */
  HY_WIRE_READ,     /* CDA, XDM metadata: out = JSON (hy-reading-wire.h) */
  HY_WIRE_BODY,     /* page = index in "bodies" of a CDA's reading: out = the decoded bytes */
} HyWireVerb;

#define HY_WIRE_ALL G_MAXUINT32

typedef enum {
  HY_WIRE_KIND_NONE,
  HY_WIRE_KIND_PDF,
  HY_WIRE_KIND_IMAGE, /* JPEG, PNG, TIFF: each picture is a page, one point a pixel */
  HY_WIRE_KIND_TEXT,  /* plain text, RTF: no pages, only HY_WIRE_TEXT */
  HY_WIRE_KIND_CDA,   /* no pages: READ, BODY, and TEXT with all words of the narrative */
  HY_WIRE_KIND_XDM,   /* METADATA.XML: READ only */
} HyWireKind;

typedef enum {
  HY_WIRE_OK,
  HY_WIRE_PASSWORD,    /* OPEN: needs one, or another */
  HY_WIRE_DAMAGED,     /* the bytes are not what they begin like */
  HY_WIRE_UNSUPPORTED, /* a kind, or a verb for this kind, that is not read */
  HY_WIRE_TOO_LARGE,   /* beyond a bound */
  HY_WIRE_FORBIDDEN,   /* XML with a DOCTYPE */
  HY_WIRE_MORE_ROOM,
  HY_WIRE_BAD_REQUEST,
} HyWireStatus;

/* What holds the worker; it sees the first four itself, Hygie adds the last. */
typedef enum {
  HY_LAYER_NO_NEW_PRIVS = 1 << 0,
  HY_LAYER_LANDLOCK = 1 << 1,
  HY_LAYER_SECCOMP = 1 << 2,
  HY_LAYER_LIMITS = 1 << 3,
  HY_LAYER_NAMESPACES = 1 << 4, /* bwrap, or Flatpak's own sandbox */
} HyRenderLayers;

typedef struct {
  guint32 magic;
  guint32 serial;     /* 1 and up */
  guint32 verb;
  guint32 page;       /* from 0 */
  guint32 count;
  float   scale;      /* pixels a point (1/72 inch) */
  guint32 rotation;   /* 0, 90, 180, 270 degrees clockwise, beside the page's own */
  guint32 x, y;       /* first pixel wanted of the page at that scale and rotation */
  guint32 width, height;
  guint32 stride;     /* bytes a row, >= 4 * width */
  guint64 size;       /* bytes of the memfd that comes with it */
  char    password[HY_WIRE_MAX_PASSWORD]; /* NUL-terminated; OPEN only */
} HyWireRequest;

typedef struct {
  guint32 magic;
  guint32 serial;
  guint32 status;     /* HyWireStatus */
  guint32 kind;       /* HyWireKind, OPEN */
  guint32 n_pages;    /* OPEN */
  guint32 more_pages; /* OPEN: pages beyond HY_WIRE_MAX_PAGES */
  guint32 layers;     /* HyRenderLayers, serial 0 */
  guint32 landlock;   /* ABI version, serial 0 */
  guint64 size;       /* bytes written, or needed with MORE_ROOM */
} HyWireReply;

/* Points, of the page with its own rotation and no other. */
typedef struct {
  float width, height;
} HyWireSize;

/* Points from the page's top left corner. */
typedef struct {
  float x1, y1, x2, y2;
} HyWireBox;

/* Then n_chars HyWireBox, then n_bytes of UTF-8 with just n_chars characters (line ends included). */
typedef struct {
  guint32 n_chars;
  guint32 n_bytes;
} HyWireLayout;

#define HY_WIRE_NO_PAGE G_MAXUINT32

/* Then n_bytes of the address (UTF-8), padded with zeros to a multiple of 4.  Only addresses and pages of the same
 * document come through: what launches a program, opens another file or sends a form is left out. */
typedef struct {
  HyWireBox box;
  guint32   page;    /* of this document, or HY_WIRE_NO_PAGE with an address */
  guint32   n_bytes;
} HyWireLink;

G_END_DECLS
