/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Standard output.  The first failure is kept and told by hy_cli_output_flush(). */
void     hy_cli_output_text      (const char *text);
void     hy_cli_output_format    (const char *format, ...) G_GNUC_PRINTF (1, 2);
void     hy_cli_output_paragraph (const char *text);
void     hy_cli_output_bytes     (gconstpointer bytes, gsize size);
gboolean hy_cli_output_flush     (GError **error);

/* Text of the record as a terminal may see it; columns padded by characters. */
char    *hy_cli_output_dup_plain  (const char *text);
void     hy_cli_output_column    (const char *text, guint width);

/* One JSON object on one line: begin, members, end. */
GString *hy_cli_output_begin  (void);
void     hy_cli_output_string (GString *line, const char *name, const char *value); /* NULL is null */
void     hy_cli_output_flag   (GString *line, const char *name, gboolean value);
void     hy_cli_output_number (GString *line, const char *name, gint64 value);
void     hy_cli_output_json   (GString *line, const char *name, const char *json);
void     hy_cli_output_end    (GString *line);

G_END_DECLS
