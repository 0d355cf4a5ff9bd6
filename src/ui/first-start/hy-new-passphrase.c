/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is typed is judged in the entry itself, and goes from there straight into a HySecret. */

#include "config.h"

#include "ui/first-start/hy-new-passphrase.h"

#include "ui/first-start/hy-passphrase-strength.h"

#include <glib/gi18n.h>
#include <string.h>

#define WORDS_PATH "/io/github/hygie/Hygie/words/"

struct _HyNewPassphrase
{
  AdwBin parent_instance;

  AdwPasswordEntryRow *passphrase;
  AdwPasswordEntryRow *again;
  GtkLevelBar *level;
  GtkWidget *strength;
  GtkImage *strength_icon;
  GtkLabel *strength_word;
  GtkLabel *missing;

  HyPassphraseJudge *judge;
  HyStrength shown;
  char *hint;
  gboolean ready;
};

G_DEFINE_FINAL_TYPE (HyNewPassphrase, hy_new_passphrase, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_HINT,
  N_PROPS
};

enum
{
  CHANGED,
  FINISHED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static GBytes *
load_words (const char *name)
{
  g_autofree char *path = g_strconcat (WORDS_PATH, name, NULL);

  return g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
}

static void
show_strength (HyNewPassphrase *self,
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

/* Shows what is missing until one may go on. */
static void
review (HyNewPassphrase *self)
{
  const char *first = gtk_editable_get_text (GTK_EDITABLE (self->passphrase));
  const char *second = gtk_editable_get_text (GTK_EDITABLE (self->again));
  const char *missing = "";
  HyStrength strength;
  HyPassphraseVerdict verdict = hy_passphrase_judge (self->judge, first, &strength);

  if (*first == '\0')
    missing = self->hint;
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
  self->ready = *missing == '\0';
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_typed (HyNewPassphrase *self)
{
  review (self);
}

static void
on_passphrase_activated (HyNewPassphrase *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->again));
}

static void
on_again_activated (HyNewPassphrase *self)
{
  if (self->ready)
    g_signal_emit (self, signals[FINISHED], 0);
  else
    gtk_accessible_announce (GTK_ACCESSIBLE (self), gtk_label_get_label (self->missing),
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static gboolean
hy_new_passphrase_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (HY_NEW_PASSPHRASE (widget)->passphrase));
}

static void
hy_new_passphrase_get_property (GObject *object,
                                guint prop_id,
                                GValue *value,
                                GParamSpec *pspec)
{
  HyNewPassphrase *self = HY_NEW_PASSPHRASE (object);

  switch (prop_id)
    {
    case PROP_TITLE:
      g_value_set_string (value, adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self->passphrase)));
      break;
    case PROP_HINT:
      g_value_set_string (value, self->hint);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hy_new_passphrase_set_property (GObject *object,
                                guint prop_id,
                                const GValue *value,
                                GParamSpec *pspec)
{
  HyNewPassphrase *self = HY_NEW_PASSPHRASE (object);

  switch (prop_id)
    {
    case PROP_TITLE:
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->passphrase), g_value_get_string (value));
      break;
    case PROP_HINT:
      g_set_str (&self->hint, g_value_get_string (value));
      review (self);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hy_new_passphrase_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), HY_TYPE_NEW_PASSPHRASE);
  G_OBJECT_CLASS (hy_new_passphrase_parent_class)->dispose (object);
}

static void
hy_new_passphrase_finalize (GObject *object)
{
  HyNewPassphrase *self = HY_NEW_PASSPHRASE (object);

  g_clear_pointer (&self->judge, hy_passphrase_judge_free);
  g_free (self->hint);
  G_OBJECT_CLASS (hy_new_passphrase_parent_class)->finalize (object);
}

static void
hy_new_passphrase_class_init (HyNewPassphraseClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hy_new_passphrase_dispose;
  object_class->finalize = hy_new_passphrase_finalize;
  object_class->get_property = hy_new_passphrase_get_property;
  object_class->set_property = hy_new_passphrase_set_property;
  widget_class->grab_focus = hy_new_passphrase_grab_focus;
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_HINT] = g_param_spec_string ("hint", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FINISHED] = g_signal_new ("finished", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hygie/Hygie/ui/hy-new-passphrase.ui");
  gtk_widget_class_bind_template_child (widget_class, HyNewPassphrase, passphrase);
  gtk_widget_class_bind_template_child (widget_class, HyNewPassphrase, again);
  gtk_widget_class_bind_template_child (widget_class, HyNewPassphrase, level);
  gtk_widget_class_bind_template_child (widget_class, HyNewPassphrase, strength);
  gtk_widget_class_bind_template_child (widget_class, HyNewPassphrase, strength_icon);
  gtk_widget_class_bind_template_child (widget_class, HyNewPassphrase, strength_word);
  gtk_widget_class_bind_template_child (widget_class, HyNewPassphrase, missing);
  gtk_widget_class_bind_template_callback (widget_class, on_typed);
  gtk_widget_class_bind_template_callback (widget_class, on_passphrase_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_again_activated);
}

static void
hy_new_passphrase_init (HyNewPassphrase *self)
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
  self->hint = g_strdup ("");
  review (self);
}

/**
 * hy_new_passphrase_is_ready:
 *
 * Returns: whether both are alike and strong enough
 */
gboolean
hy_new_passphrase_is_ready (HyNewPassphrase *self)
{
  return self->ready;
}

/**
 * hy_new_passphrase_dup_secret:
 *
 * Once it is ready.
 *
 * Returns: (transfer full): what was typed, which stays in the entries
 */
HySecret *
hy_new_passphrase_dup_secret (HyNewPassphrase *self)
{
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (self->passphrase));

  return hy_secret_new_copy (typed, strlen (typed));
}

void
hy_new_passphrase_clear (HyNewPassphrase *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->passphrase), "");
  gtk_editable_set_text (GTK_EDITABLE (self->again), "");
}

/**
 * hy_new_passphrase_take:
 *
 * Once it is ready.
 *
 * Returns: (transfer full): what was typed; the entries are empty then
 */
HySecret *
hy_new_passphrase_take (HyNewPassphrase *self)
{
  HySecret *secret = hy_new_passphrase_dup_secret (self);

  hy_new_passphrase_clear (self);
  return secret;
}

/* Not insensitive, which would take the focus out of an entry without telling it. */
void
hy_new_passphrase_set_editable (HyNewPassphrase *self,
                                gboolean editable)
{
  gtk_editable_set_editable (GTK_EDITABLE (self->passphrase), editable);
  gtk_editable_set_editable (GTK_EDITABLE (self->again), editable);
}

/**
 * hy_new_passphrase_show_error:
 *
 * Stands where what is missing stands, until something is typed.
 */
void
hy_new_passphrase_show_error (HyNewPassphrase *self,
                              const char *sentence)
{
  gtk_label_set_label (self->missing, sentence);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), sentence, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
  gtk_widget_grab_focus (GTK_WIDGET (self->passphrase));
}
