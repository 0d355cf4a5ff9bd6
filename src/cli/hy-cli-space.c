/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which space, or which entry of which space, a command is about. */

#include "config.h"

#include "cli/hy-cli-space.h"

#include "base/hy-async.h"
#include "base/hy-error.h"
#include "cli/hy-cli-output.h"
#include "records/hy-record-lookup.h"

#include <glib/gi18n.h>

/**
 * hy_cli_space_list:
 *
 * Returns: (transfer full) (nullable): a list of HySpaceInfo, oldest first
 */
GListModel *
hy_cli_space_list (HyCli *cli,
                   GError **error)
{
  return dex_await_object (hy_session_list_spaces (cli->session), error);
}

/**
 * hy_cli_space_dup_label:
 *
 * Returns: the person's name, as a terminal may see it
 */
char *
hy_cli_space_dup_label (HySpaceInfo *info)
{
  return hy_cli_output_dup_plain (hy_space_info_get_name (info));
}

static void
refuse_several (GListModel *spaces,
                GError **error)
{
  g_autoptr (GString) known = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (spaces); i++)
    {
      g_autoptr (HySpaceInfo) info = g_list_model_get_item (spaces, i);
      g_autofree char *label = hy_cli_space_dup_label (info);

      g_string_append_printf (known, "\n  %s  %s", hy_space_info_get_id (info), label);
    }
  g_set_error (error, HY_ERROR, HY_ERROR_REFUSED,
               _ ("This vault has several spaces: say which one with --space ID. They are:%s"), known->str);
}

/**
 * hy_cli_space_choose:
 *
 * The space named by --space, or the only one.
 *
 * Returns: (transfer full) (nullable): opened
 * Errors: %HY_ERROR_MISSING when there is none or none of that id, %HY_ERROR_REFUSED when there are several and none is
 *   named; those of hy_session_open_space()
 */
HySpace *
hy_cli_space_choose (HyCli *cli,
                     GError **error)
{
  g_autoptr (GListModel) spaces = hy_cli_space_list (cli, error);
  guint n_spaces;

  if (spaces == NULL)
    return NULL;
  n_spaces = g_list_model_get_n_items (spaces);
  if (n_spaces == 0)
    {
      g_set_error_literal (error, HY_ERROR, HY_ERROR_MISSING,
                           _ ("This vault has no space yet. Make one with “hygie-cli space add”."));
      return NULL;
    }
  if (cli->options.space == NULL && n_spaces > 1)
    {
      refuse_several (spaces, error);
      return NULL;
    }
  for (guint i = 0; i < n_spaces; i++)
    {
      g_autoptr (HySpaceInfo) info = g_list_model_get_item (spaces, i);
      const char *id = hy_space_info_get_id (info);

      if (cli->options.space == NULL || g_str_equal (id, cli->options.space))
        return dex_await_object (hy_session_open_space (cli->session, id), error);
    }
  g_set_error (error, HY_ERROR, HY_ERROR_MISSING,
               _ ("There is no space “%s” in this vault. “hygie-cli space list” shows those there are."),
               cli->options.space);
  return NULL;
}

/**
 * hy_cli_space_find_entry:
 * @id: Hygie's id, unique in the vault, so that no space need be named
 * @rowid: (out):
 *
 * Returns: (transfer full) (nullable): the opened space that holds the entry
 * Errors: %HY_ERROR_MISSING; when a space cannot be read and no other holds the entry, what is wrong with that one
 */
HySpace *
hy_cli_space_find_entry (HyCli *cli,
                         const char *id,
                         gint64 *rowid,
                         GError **error)
{
  g_autoptr (GListModel) spaces = hy_cli_space_list (cli, error);
  g_autoptr (GError) unreadable = NULL;

  if (spaces == NULL)
    return NULL;
  for (guint i = 0; i < g_list_model_get_n_items (spaces); i++)
    {
      g_autoptr (HySpaceInfo) info = g_list_model_get_item (spaces, i);
      g_autoptr (GError) problem = NULL;
      g_autoptr (HyVaultRow) row = NULL;
      g_autoptr (HySpace) space =
          dex_await_object (hy_session_open_space (cli->session, hy_space_info_get_id (info)), &problem);
      gint64 found;

      if (space != NULL && hy_access_parse_id (hy_space_get_access (space), id, &found) &&
          (row = dex_await_boxed (hy_record_dup_row (hy_space_get_access (space), found), &problem)))
        {
          *rowid = found;
          return g_steal_pointer (&space);
        }
      if (problem != NULL && !g_error_matches (problem, HY_ERROR, HY_ERROR_MISSING) && unreadable == NULL)
        unreadable = g_steal_pointer (&problem);
    }
  if (unreadable != NULL)
    g_propagate_error (error, g_steal_pointer (&unreadable));
  else
    {
      g_autofree char *shown = hy_cli_output_dup_plain (id);

      g_set_error (error, HY_ERROR, HY_ERROR_MISSING,
                   _ ("There is no entry “%s” in this vault. “hygie-cli list all” shows those there are."), shown);
    }
  return NULL;
}
