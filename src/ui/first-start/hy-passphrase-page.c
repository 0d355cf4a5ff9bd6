/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 1 of the first start.  The passphrase goes from the entry straight into a HySecret, and the entries are
 * emptied before the vault is made. */

#include "config.h"

#include "ui/first-start/hy-passphrase-page.h"

#include "base/hy-async.h"
#include "base/hy-word-draw.h"
#include "space/hy-session.h"
#include "ui/first-start/hy-passphrase-strength.h"

#include <glib/gi18n.h>
#include <string.h>

#define WORDS_DRAWN 5
#define WORDS_PATH "/io/github/hygie/Hygie/words/"

struct _HyPassphrasePage
{
  AdwNavigationPage parent_instance;

  AdwWrapBox *words;
  AdwPasswordEntryRow *passphrase;
  AdwPasswordEntryRow *again;
  GtkLevelBar *level;
  GtkWidget *strength;
  GtkImage *strength_icon;
  GtkLabel *strength_word;
  GtkLabel *missing;
  GtkWidget *proceed;
  GtkStack *proceed_stack;

  char *dir;
  HyPassphraseJudge *judge;
  HyStrength shown;
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
show_strength (HyPassphrasePage *self,
               HyStrength strength)
{
  static const struct
  {
    const char *word, *icon, *style;
  } shows[] = {
    [HY_STRENGTH_NONE] = { "", NULL, NULL },
    [HY_STRENGTH_WEAK] = { NC_ ("strength of a passphrase", "Weak"), "dialog-warning-symbolic", "error" },
    [HY_STRENGTH_FAIR] = { NC_ ("strength of a passphrase", "Fair"), "dialog-information-symbolic", "warning" },
    [HY_STRENGTH_STRONG] = { NC_ ("strength of a passphrase", "Strong"), "hy-check-round-symbolic", "success" },
    [HY_STRENGTH_VERY_STRONG] = { NC_ ("strength of a passphrase", "Very strong"), "hy-check-round-symbolic", "success" },
  };
  const char *word = *shows[strength].word != '\0' ? g_dpgettext2 (NULL, "strength of a passphrase", shows[strength].word) : "";

  if (strength == self->shown)
    return;
  if (shows[self->shown].style != NULL)
    gtk_widget_remove_css_class (self->strength, shows[self->shown].style);
  self->shown = strength;
  gtk_level_bar_set_value (self->level, strength);
  gtk_widget_set_visible (self->strength, strength != HY_STRENGTH_NONE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->passphrase), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, word, -1);
  if (strength == HY_STRENGTH_NONE)
    return;
  gtk_widget_add_css_class (self->strength, shows[strength].style);
  gtk_image_set_from_icon_name (self->strength_icon, shows[strength].icon);
  gtk_label_set_label (self->strength_word, word);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), word, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_LOW);
}

/* Shows what is missing until one may go on.  Returns whether one may. */
static gboolean
review (HyPassphrasePage *self)
{
  const char *first = gtk_editable_get_text (GTK_EDITABLE (self->passphrase));
  const char *second = gtk_editable_get_text (GTK_EDITABLE (self->again));
  const char *missing = "";
  HyStrength strength;
  HyPassphraseVerdict verdict = hy_passphrase_judge (self->judge, first, &strength);

  if (*first == '\0')
    missing = _ ("Type these words, or words of your own.");
  else if (verdict == HY_PASSPHRASE_TOO_SHORT)
    missing = _ ("At least 12 characters or five words");
  else if (verdict == HY_PASSPHRASE_TOO_KNOWN)
    missing = _ ("Too well known: choose less common words");
  else if (*second == '\0')
    missing = _ ("Type it once more, to be sure of it");
  else if (strcmp (first, second) != 0)
    missing = _ ("The two are not alike yet");
  show_strength (self, strength);
  gtk_label_set_label (self->missing, missing);
  gtk_widget_set_sensitive (self->proceed, *missing == '\0');
  return *missing == '\0';
}

static void
on_typed (HyPassphrasePage *self)
{
  if (self->secret == NULL)
    review (self);
}

static void
set_working (HyPassphrasePage *self,
             gboolean working)
{
  gtk_stack_set_visible_child_name (self->proceed_stack, working ? "working" : "ready");
  gtk_widget_set_sensitive (self->proceed, !working);
  /* Not insensitive, which would take the focus out of an entry without telling it. */
  gtk_editable_set_editable (GTK_EDITABLE (self->passphrase), !working);
  gtk_editable_set_editable (GTK_EDITABLE (self->again), !working);
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
  review (self);
  if (session != NULL)
    {
      g_signal_emit (self, signals[CREATED], 0, session);
      return dex_future_new_true ();
    }
  gtk_label_set_label (self->missing, error->message);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), error->message, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
  gtk_widget_grab_focus (GTK_WIDGET (self->passphrase));
  return dex_future_new_true ();
}

static void
on_proceed_clicked (HyPassphrasePage *self)
{
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (self->passphrase));

  if (self->secret != NULL || !review (self))
    return;
  self->secret = hy_secret_new_copy (typed, strlen (typed));
  gtk_editable_set_text (GTK_EDITABLE (self->passphrase), "");
  gtk_editable_set_text (GTK_EDITABLE (self->again), "");
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
on_passphrase_activated (HyPassphrasePage *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->again));
}

static void
on_again_activated (HyPassphrasePage *self)
{
  if (gtk_widget_get_sensitive (self->proceed))
    on_proceed_clicked (self);
  else
    gtk_accessible_announce (GTK_ACCESSIBLE (self), gtk_label_get_label (self->missing),
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static gboolean
hy_passphrase_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (HY_PASSPHRASE_PAGE (widget)->passphrase));
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
  g_clear_pointer (&self->judge, hy_passphrase_judge_free);
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
  gtk_widget_class_bind_template_child (widget_class, HyPassphrasePage, passphrase);
  gtk_widget_class_bind_template_child (widget_class, HyPassphrasePage, again);
  gtk_widget_class_bind_template_child (widget_class, HyPassphrasePage, level);
  gtk_widget_class_bind_template_child (widget_class, HyPassphrasePage, strength);
  gtk_widget_class_bind_template_child (widget_class, HyPassphrasePage, strength_icon);
  gtk_widget_class_bind_template_child (widget_class, HyPassphrasePage, strength_word);
  gtk_widget_class_bind_template_child (widget_class, HyPassphrasePage, missing);
  gtk_widget_class_bind_template_child (widget_class, HyPassphrasePage, proceed);
  gtk_widget_class_bind_template_child (widget_class, HyPassphrasePage, proceed_stack);
  gtk_widget_class_bind_template_callback (widget_class, on_typed);
  gtk_widget_class_bind_template_callback (widget_class, on_proceed_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_other_words_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_passphrase_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_again_activated);
}

static void
hy_passphrase_page_init (HyPassphrasePage *self)
{
  static const char *const levels[] = { GTK_LEVEL_BAR_OFFSET_LOW, GTK_LEVEL_BAR_OFFSET_HIGH, GTK_LEVEL_BAR_OFFSET_FULL };
  g_autoptr (GBytes) english = load_words ("en.txt");
  g_autoptr (GBytes) french = load_words ("fr.txt");
  g_autoptr (GBytes) common = load_words ("common-passwords.txt");

  gtk_widget_init_template (GTK_WIDGET (self));
  /* One colour whatever the level: the icon and the word beside it say what it means. */
  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    gtk_level_bar_remove_offset_value (self->level, levels[i]);

  self->judge = hy_passphrase_judge_new ();
  hy_passphrase_judge_add_drawn (self->judge, english);
  hy_passphrase_judge_add_drawn (self->judge, french);
  hy_passphrase_judge_add_common (self->judge, common);
  draw_words (self);
  review (self);
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
