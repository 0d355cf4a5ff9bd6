/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 1 of the first start.  The passphrase goes from the entry straight into a HySecret, and the entries are
 * emptied before the vault is made. */

#include "config.h"

#include "ui/first-start/hy-passphrase-page.h"

#include "base/hy-async.h"
#include "base/hy-word-draw.h"
#include "space/hy-session.h"
#include "ui/first-start/hy-new-passphrase.h"

#include <glib/gi18n.h>

#define WORDS_DRAWN 5
#define WORDS_PATH "/io/github/hygie/Hygie/words/"

struct _HyPassphrasePage
{
  AdwNavigationPage parent_instance;

  AdwWrapBox *words;
  HyNewPassphrase *choice;
  GtkWidget *proceed;
  GtkStack *proceed_stack;

  char *dir;
  HySecret *secret; /* while the vault is made */
  HyScope *scope;
};

G_DEFINE_FINAL_TYPE (HyPassphrasePage, hy_passphrase_page, ADW_TYPE_NAVIGATION_PAGE)

enum
{
  CREATED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GBytes *
load_words (const char *name)
{
  g_autofree char *path = g_strconcat (WORDS_PATH, name, NULL);

  return g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
}

/* The list of the language that the window speaks; the translation says which. */
static GBytes *
load_words_of_language (void)
{
  /* Translators: the list of words that passphrases are drawn from: "fr" for French, "en" for any other language */
  const char *list = C_ ("word list", "en");

  return load_words (g_str_equal (list, "fr") ? "fr.txt" : "en.txt");
}

/* The box around all words reads them aloud, in one go. */
static GtkWidget *
new_silent_label (const char *text)
{
  return g_object_new (GTK_TYPE_LABEL, "label", text, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
}

static void
draw_words (HyPassphrasePage *self)
{
  g_autoptr (GBytes) list = load_words_of_language ();
  g_auto (GStrv) words = hy_word_draw (list, WORDS_DRAWN);
  g_autofree char *all = g_strjoinv (", ", words);
  GtkWidget *old;

  while ((old = gtk_widget_get_first_child (GTK_WIDGET (self->words))) != NULL)
    adw_wrap_box_remove (self->words, old);
  for (guint i = 0; words[i] != NULL; i++)
    {
      g_autofree char *place = g_strdup_printf ("%u", i + 1);
      GtkWidget *box = g_object_new (GTK_TYPE_BOX, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
      GtkWidget *number = new_silent_label (place);
      GtkWidget *word = new_silent_label (words[i]);

      gtk_widget_add_css_class (box, "card");
      gtk_widget_add_css_class (box, "drawn-word");
      gtk_widget_add_css_class (number, "number");
      gtk_widget_add_css_class (number, "dimmed");
      gtk_widget_add_css_class (number, "numeric");
      gtk_widget_add_css_class (word, "word");
      gtk_box_append (GTK_BOX (box), number);
      gtk_box_append (GTK_BOX (box), word);
      adw_wrap_box_append (self->words, box);
    }
  /* Translators: %s are five words with commas between them */
  g_autofree char *label = g_strdup_printf (_ ("Drawn words: %s"), all);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->words), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
on_typed (HyPassphrasePage *self)
{
  gtk_widget_set_sensitive (self->proceed, self->secret == NULL && hy_new_passphrase_is_ready (self->choice));
}

static void
set_working (HyPassphrasePage *self,
             gboolean working)
{
  gtk_stack_set_visible_child_name (self->proceed_stack, working ? "working" : "ready");
  gtk_widget_set_sensitive (self->proceed, !working);
  hy_new_passphrase_set_editable (self->choice, !working);
  if (working)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), _ ("Locking your space"),
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static DexFuture *
create_fiber (gpointer user_data)
{
  HyPassphrasePage *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HySession) session = dex_await_object (hy_session_create (self->dir, self->secret, HY_KDF_CALIBRATED), &error);

  g_clear_pointer (&self->secret, hy_secret_unref);
  if (session == NULL && g_error_matches (error, DEX_ERROR, DEX_ERROR_FIBER_CANCELLED))
    return dex_future_new_true ();
  set_working (self, FALSE);
  on_typed (self);
  if (session != NULL)
    {
      g_signal_emit (self, signals[CREATED], 0, session);
      return dex_future_new_true ();
    }
  hy_new_passphrase_show_error (self->choice, error->message);
  return dex_future_new_true ();
}

static void
on_proceed_clicked (HyPassphrasePage *self)
{
  if (self->secret != NULL || !hy_new_passphrase_is_ready (self->choice))
    return;
  self->secret = hy_new_passphrase_take (self->choice);
  set_working (self, TRUE);
  hy_spawn ("create vault", create_fiber, g_object_ref (self), g_object_unref, self->scope);
}

static void
on_other_words_clicked (HyPassphrasePage *self)
{
  draw_words (self);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), _ ("New words were drawn"),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
on_finished (HyPassphrasePage *self)
{
  on_proceed_clicked (self);
}

static gboolean
hy_passphrase_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (HY_PASSPHRASE_PAGE (widget)->choice));
}

static void
hy_passphrase_page_shown (AdwNavigationPage *page)
{
  gtk_widget_grab_focus (GTK_WIDGET (page));
}

static void
hy_passphrase_page_root (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hy_passphrase_page_parent_class)->root (widget);
  HY_PASSPHRASE_PAGE (widget)->scope = hy_scope_new ();
}

static void
hy_passphrase_page_unroot (GtkWidget *widget)
{
  HyPassphrasePage *self = HY_PASSPHRASE_PAGE (widget);

  hy_scope_cancel (self->scope);
  g_clear_object (&self->scope);
  GTK_WIDGET_CLASS (hy_passphrase_page_parent_class)->unroot (widget);
}

static void
hy_passphrase_page_dispose (GObject *object)
{
  HyPassphrasePage *self = HY_PASSPHRASE_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), HY_TYPE_PASSPHRASE_PAGE);
  g_clear_pointer (&self->secret, hy_secret_unref);
  g_clear_pointer (&self->dir, g_free);
  G_OBJECT_CLASS (hy_passphrase_page_parent_class)->dispose (object);
}

static void
hy_passphrase_page_class_init (HyPassphrasePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hy_passphrase_page_dispose;
  widget_class->root = hy_passphrase_page_root;
  widget_class->unroot = hy_passphrase_page_unroot;
  widget_class->grab_focus = hy_passphrase_page_grab_focus;
  ADW_NAVIGATION_PAGE_CLASS (klass)->shown = hy_passphrase_page_shown;

  signals[CREATED] = g_signal_new ("created", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, HY_TYPE_SESSION);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hygie/Hygie/ui/hy-passphrase-page.ui");
  gtk_widget_class_bind_template_child (widget_class, HyPassphrasePage, words);
  gtk_widget_class_bind_template_child (widget_class, HyPassphrasePage, choice);
  gtk_widget_class_bind_template_child (widget_class, HyPassphrasePage, proceed);
  gtk_widget_class_bind_template_child (widget_class, HyPassphrasePage, proceed_stack);
  gtk_widget_class_bind_template_callback (widget_class, on_typed);
  gtk_widget_class_bind_template_callback (widget_class, on_proceed_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_other_words_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_finished);
}

static void
hy_passphrase_page_init (HyPassphrasePage *self)
{
  g_type_ensure (HY_TYPE_NEW_PASSPHRASE);
  gtk_widget_init_template (GTK_WIDGET (self));
  draw_words (self);
}

/**
 * hy_passphrase_page_new:
 * @dir: where the vault will be made
 */
HyPassphrasePage *
hy_passphrase_page_new (const char *dir)
{
  HyPassphrasePage *self = g_object_new (HY_TYPE_PASSPHRASE_PAGE, NULL);

  self->dir = g_strdup (dir);
  return self;
}
