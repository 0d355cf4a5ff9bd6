/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hy-date.h"
#include "base/hy-json.h"

G_BEGIN_DECLS

typedef enum {
  HY_SEX_UNKNOWN,
  HY_SEX_FEMALE,
  HY_SEX_MALE,
  HY_SEX_OTHER,
} HySex;

/* Who a Patient resource is: a reading. */
typedef struct {
  char **given;       /* nullable, NULL-terminated: all given names of the first usable name */
  char **families;    /* nullable, NULL-terminated: every family name it bears */
  char *ins;          /* nullable: value of the INS identifier (any of its OIDs, identifiers.json) */
  HyDate birth_date;
  HySex sex;
  char *display;      /* never NULL: "Claire Fontaine", or an empty string */
} HyPerson;

/* SAME: linked by INS, or by birth date, sex and one family name (DESIGN 3).
 * OTHER: another INS, or another complete birth date.  UNSURE: neither. */
typedef enum {
  HY_PERSON_SAME,
  HY_PERSON_UNSURE,
  HY_PERSON_OTHER,
} HyPersonMatch;

gboolean       hy_person_read     (HyJson *json, HyJsonNode patient, HyPerson *person, GError **error);
void           hy_person_clear    (HyPerson *person);
HyPersonMatch  hy_person_compare  (const HyPerson *a, const HyPerson *b);
GBytes        *hy_person_new_patient (const char *given, const char *family, HyDate birth_date, HySex sex, const char *id);
gboolean       hy_sex_parse       (const char *text, HySex *sex);
const char    *hy_sex_get_code    (HySex sex);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HyPerson, hy_person_clear)

G_END_DECLS
