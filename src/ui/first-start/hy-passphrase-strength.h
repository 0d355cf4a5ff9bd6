/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  HY_STRENGTH_NONE, /* nothing typed */
  HY_STRENGTH_WEAK,
  HY_STRENGTH_FAIR,
  HY_STRENGTH_STRONG,
  HY_STRENGTH_VERY_STRONG,
} HyStrength;

/* Why a passphrase is not taken. */
typedef enum {
  HY_PASSPHRASE_TAKEN,
  HY_PASSPHRASE_TOO_SHORT,
  HY_PASSPHRASE_TOO_KNOWN, /* made of what everybody chooses, or of repetitions */
} HyPassphraseVerdict;

/* A judge of passphrases: knows the words that we draw and those that everybody chooses. */
typedef struct _HyPassphraseJudge HyPassphraseJudge;

HyPassphraseJudge  *hy_passphrase_judge_new  (void);
void                hy_passphrase_judge_add_drawn  (HyPassphraseJudge *self, GBytes *words);
void                hy_passphrase_judge_add_common (HyPassphraseJudge *self, GBytes *words);
void                hy_passphrase_judge_free (HyPassphraseJudge *self);
HyPassphraseVerdict hy_passphrase_judge      (HyPassphraseJudge *self, const char *passphrase, HyStrength *strength);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HyPassphraseJudge, hy_passphrase_judge_free)

G_END_DECLS
