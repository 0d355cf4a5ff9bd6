#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each page is there in each language with the same elements in the same order, no paragraph left in English; each page is
compiled in and built; each word of the window that a page names is in the window."""
import pathlib
import re
import sys
import xml.etree.ElementTree as ET

HELP = pathlib.Path(__file__).resolve().parent
ROOT = HELP.parent
MALLARD = "{http://projectmallard.org/1.0/}"
SAME = ("code", "screen", "key", "keyseq")
wrong = []


def words(element):
    return " ".join("".join(element.itertext()).split())


def shape(page):
    return [(element.tag, element.get("id"), element.get("xref"), element.get("href"), element.get("type")) for element in page.iter()]


def labels():
    """(English, French) of all strings of the window, without the mark of an access key."""
    pairs = []
    for entry in (ROOT / "po" / "fr.po").read_text(encoding="utf-8").split("\n\n"):
        found = [re.search(rf'^{key} ((?:".*"\n?)+)', entry, re.M) for key in ("msgid", "msgstr")]
        if all(found):
            pairs.append(["".join(re.findall(r'"(.*)"', text[1])).replace("_", "") for text in found])
    return pairs


english, french = zip(*labels())
names = {language: {file.name for file in (HELP / language).glob("*.page")} for language in ("C", "fr")}
if names["C"] != names["fr"]:
    wrong.append(f"pages in one language only: {sorted(names['C'] ^ names['fr'])}")
bundle = (ROOT / "src" / "ui" / "hygie.gresource.xml").read_text(encoding="utf-8")
build = (HELP / "meson.build").read_text(encoding="utf-8")
for name in sorted(names["C"] & names["fr"]):
    pages = {language: ET.parse(HELP / language / name).getroot() for language in names}
    if shape(pages["C"]) != shape(pages["fr"]):
        wrong.append(f"{name}: the languages differ in their elements")
    for one, other in zip(pages["C"].iter(), pages["fr"].iter()):
        tag = one.tag.removeprefix(MALLARD)
        if tag in ("p", "title", "desc") and " " in words(one) and words(one) == words(other) and one.get("type") != "sort" \
                and not any(child.tag.removeprefix(MALLARD) in SAME for child in one):
            # Commands are the same in every language.
            if not words(one).startswith(("space ", "passphrase ", "recovery ")):
                wrong.append(f"{name}: not in French: {words(one)}")
    for language, known in (("C", english), ("fr", french)):
        for gui in pages[language].iter(MALLARD + "gui"):
            if words(gui) not in known:
                wrong.append(f"{language}/{name}: the window has no “{words(gui)}”")
        if f"<file>{language}/{name}</file>" not in bundle:
            wrong.append(f"{language}/{name} is not in hygie.gresource.xml")
    if f"'{name}'" not in build:
        wrong.append(f"{name} is not in meson.build")
print("\n".join(wrong))
sys.exit(1 if wrong else 0)
