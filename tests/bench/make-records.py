#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes FHIR resources of invented people, one a line, the same ones for the same seed.

  make-records.py documents COUNT TYPES.json OUT.ndjson QUERIES.tsv    DocumentReferences, and what to search in them
  make-records.py mixed COUNT TYPES.json OUT.ndjson                    what a health record of many years holds

Sizes are those of real ones, 1 to 1.5 KB.  Words are made of syllables, frequent ones and rare ones as in a language;
a part of them is French and English as it stands in health documents, with accents, apostrophes and hyphens.
QUERIES.tsv: kind, tab, query; each finds something.
"""
import datetime
import hashlib
import json
import random
import sys

SEED = 20240601
N_QUERIES = 50
FIRST_DAY = datetime.datetime(2004, 6, 1)
N_DAYS = 20 * 365

SYLLABLES = ("ba be bi bo bu ca ce ci co cu da dé di do du fa fe fi fo ga gé gi go gu la le li lo lu ma mé mi mo mu na ne ni no nu "
             "pa pe pi po ra ré ri ro ru sa se si so su ta té ti to tu va ve vi vo œ é an en in on our eau ier tion ment ette").split()
PLAIN = ("compte rendu de consultation à la suite des examens bilan contrôle traitement résultat du patient l'évolution d'une "
         "l'examen report of visit and follow-up blood test with results for the patient left right knee heart lung").split()
SERVICES = ["Cardiologie", "Dermatologie", "Imagerie", "Laboratoire", "Médecine générale", "Ophtalmologie", "Pédiatrie",
            "Rhumatologie", "Urgences", "General practice", "Radiology", "Paediatrics"]
# In every document: who keeps it.
KEEPER = "Hôpital Sainte-Aubaine, service des archives"
COMMON = ["hôpital", "sainte", "aubaine", "service", "archives", "Hopital", "ARCHIVES"]
GIVEN = ["Anaïs", "Béatrice", "Camille", "Élodie", "Gaëtan", "Hugo", "Inès", "Jeanne", "Loïc", "Margaux", "Noé", "Zoé"]


class Words:
    """Invented words, from frequent to rare as in a language (Zipf)."""

    def __init__(self, dice, count):
        self.dice = dice
        made = {}
        while len(made) < count:
            made["".join(dice.choices(SYLLABLES, k=dice.randint(2, 4)))] = True
        self.all = [word for word in made if len(word) > 3]
        self.weights = []
        total = 0.0
        for rank in range(len(self.all)):
            total += 1 / (rank + 20)
            self.weights.append(total)

    def some(self, count):
        return self.dice.choices(self.all, cum_weights=self.weights, k=count)

    def sentence(self, count):
        words = self.some(count)
        for place in range(0, count, 3):
            words[place] = self.dice.choice(PLAIN)
        return " ".join(words)


class Maker:
    def __init__(self, types):
        self.dice = random.Random(SEED)
        self.words = Words(self.dice, 30000)
        self.doctors = [f"Dr {self.dice.choice(GIVEN)} {word.capitalize()}" for word in self.words.all[500:800]]
        self.types = [concept for concept in types if concept["system"] and concept["fr"]]
        self.number = 0

    def id(self):
        self.number += 1
        text = hashlib.md5(f"{SEED} {self.number}".encode()).hexdigest()
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[20:]}"

    def instant(self):
        when = FIRST_DAY + datetime.timedelta(days=self.dice.randrange(N_DAYS), seconds=self.dice.randrange(86400))
        return when.strftime("%Y-%m-%dT%H:%M:%S+02:00")

    def doctor(self):
        number = self.dice.randrange(len(self.doctors))
        return {"reference": f"Practitioner/{number + 1}", "display": self.doctors[number]}

    def base(self, kind):
        when = self.instant()
        return when, {"resourceType": kind, "id": self.id(), "meta": {"versionId": "1", "lastUpdated": when}}

    def document(self):
        when, resource = self.base("DocumentReference")
        concept = self.dice.choice(self.types)
        unique = self.id().replace("-", "")
        title = f"{concept['fr']} {self.words.sentence(self.dice.randint(2, 5))}"
        if self.dice.random() < 0.2:
            title += f", anti-{self.dice.choice(self.words.all[:200])}"
        resource.update({
            "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:oid:1.2.250.1.213.{int(unique, 16)}"},
            "identifier": [{"use": "official", "system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{resource['id']}"}],
            "status": "current",
            "type": {"coding": [{"system": concept["system"], "code": concept["code"], "display": concept["fr"]}]},
            "category": [{"coding": [{"system": "https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument-CISIS", "code": concept["class"] or "11"}]}],
            "subject": {"reference": "Patient/1"},
            "date": when,
            "author": [self.doctor()],
            "custodian": {"display": KEEPER},
            "description": title,
            "content": [{
                "attachment": {
                    "contentType": "application/pdf", "language": "fr-FR", "url": f"Binary/{unique}",
                    "size": self.dice.randrange(20000, 900000), "hash": hashlib.sha1(unique.encode()).hexdigest(),
                    "title": self.words.sentence(self.dice.randint(5, 14)), "creation": when,
                },
                "format": {"system": "urn:oid:1.3.6.1.4.1.19376.1.2.3", "code": "urn:ihe:iti:xds:2017:mimeTypeSufficient"},
            }],
            "context": {"period": {"start": when, "end": when},
                        "practiceSetting": {"text": self.dice.choice(SERVICES)},
                        "encounter": [{"reference": f"Encounter/{unique[:12]}"}]},
        })
        return resource

    def observation(self):
        when, resource = self.base("Observation")
        name = " ".join(self.words.some(2))
        code = f"{self.dice.randrange(1000, 99999)}-{self.dice.randrange(10)}"
        resource.update({
            "status": "final",
            "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory",
                                      "display": "Laboratory"}]}],
            "code": {"coding": [{"system": "http://loinc.org", "code": code, "display": name}], "text": name},
            "subject": {"reference": "Patient/1"},
            "encounter": {"reference": f"Encounter/{self.id()}"},
            "effectiveDateTime": when, "issued": when,
            "performer": [self.doctor()],
            "valueQuantity": {"value": self.dice.randrange(1, 90000) / 100, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"},
            "referenceRange": [{"low": {"value": 1.5, "unit": "mmol/L"}, "high": {"value": 9.25, "unit": "mmol/L"},
                                "text": self.words.sentence(6)}],
            "note": [{"text": self.words.sentence(12)}],
        })
        return resource

    def act(self, kind, field, date):
        when, resource = self.base(kind)
        name = " ".join(self.words.some(3))
        text = " ".join(self.words.sentence(20) for _ in range(2))
        resource.update({
            "text": {"status": "generated", "div": f"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>{name}</p><p>{text}</p></div>"},
            "status": "completed" if kind != "Encounter" else "finished",
            field: {"coding": [{"system": "http://snomed.info/sct", "code": str(self.dice.randrange(10**6, 10**8)), "display": name}],
                    "text": name},
            "subject" if kind != "Immunization" else "patient": {"reference": "Patient/1"},
            date: {"start": when, "end": when} if date.endswith("eriod") else when,
            "encounter": {"reference": f"Encounter/{self.id()}"},
            "identifier": [{"system": "https://sante.example/id", "value": self.id()}],
        })
        if kind == "Encounter":
            resource["class"] = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"}
            resource["type"] = [resource["type"]]
            resource["participant"] = [{"individual": self.doctor()}]
            resource["serviceProvider"] = {"display": KEEPER}
            del resource["encounter"]
        else:
            resource["performer"] = [{"actor": self.doctor()}]
        return resource

    def mixed(self):
        share = self.dice.random()
        if share < 0.62:
            return self.observation()
        if share < 0.74:
            return self.act("Encounter", "type", "period")
        if share < 0.84:
            return self.act("Procedure", "code", "performedPeriod")
        if share < 0.92:
            return self.act("Condition", "code", "onsetDateTime")
        if share < 0.96:
            return self.act("Immunization", "vaccineCode", "occurrenceDateTime")
        return self.document()


def queries(words, titles):
    """Of each kind as many as are asked; each from a document that is there."""
    dice = random.Random(SEED + 1)
    seen = {}
    for title in titles:
        for word in title.replace(",", "").split():
            seen[word] = seen.get(word, 0) + 1
    invented = set(words)
    rare = [word for word, times in seen.items() if times <= 3 and word in invented]
    frequent = [word for word in words[:400] if word in seen]
    hyphenated = [word for word in seen if word.startswith("anti-")]
    for _ in range(N_QUERIES):
        title = dice.choice(titles).replace(",", "").split()
        place = dice.randrange(len(title) - 1)
        yield "rare word", dice.choice(rare)
        yield "word in every document", dice.choice(COMMON)
        yield "two words", f"{title[0]} {title[-1]}"
        yield "first 3 letters", dice.choice(frequent)[:3]
        yield "quoted phrase", f'"{title[place]} {title[place + 1]}"'
        yield "hyphenated word", dice.choice(hyphenated)


def main(kind, count, types_path, out_path, queries_path=None):
    with open(types_path, encoding="utf-8") as file:
        maker = Maker(json.load(file)["concepts"])
    titles = []
    with open(out_path, "w", encoding="utf-8") as out:
        for _ in range(int(count)):
            resource = maker.document() if kind == "documents" else maker.mixed()
            if kind == "documents":
                titles.append(resource["description"])
            out.write(json.dumps(resource, ensure_ascii=False, separators=(",", ":")) + "\n")
    if queries_path:
        with open(queries_path, "w", encoding="utf-8") as out:
            out.writelines(f"{what}\t{query}\n" for what, query in queries(maker.words.all, titles))


if __name__ == "__main__":
    if len(sys.argv) not in (5, 6) or sys.argv[1] not in ("documents", "mixed"):
        sys.exit(__doc__)
    main(*sys.argv[1:])
