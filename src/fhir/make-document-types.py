#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns the tables of data/codes into C, so that nothing is parsed at run time.

make-document-types.py document-types.json document-shelves.json document-classes.json OUT.h
"""
import collections
import json
import sys


def quoted(text):
    """A C string literal; json.dumps escapes all that C would not take, the rest stays UTF-8."""
    return json.dumps(text, ensure_ascii=False)


def main():
    types_path, shelves_path, classes_path, out_path = sys.argv[1:]
    with open(types_path, encoding="utf-8") as file:
        types = json.load(file)["concepts"]
    with open(shelves_path, encoding="utf-8") as file:
        shelves = json.load(file)["categories"]
    with open(classes_path, encoding="utf-8") as file:
        classes = json.load(file)

    index = {shelf["code"]: i for i, shelf in enumerate(shelves)}
    other = index["AUTR_DOC"]

    # A class has no shelf of its own: it goes where most of its types are; where two shelves have as many,
    # to the one that the service lets people file under, and else to "other".
    counts = collections.defaultdict(collections.Counter)
    for kind in types:
        counts[kind["class"]][kind["shelf"]] += 1
    filterable = {shelf["code"]: shelf["filterable"] for shelf in shelves}
    class_shelves = {}
    for concept in classes["concepts"]:
        ranked = sorted(((n, filterable[code], code) for code, n in counts[concept["code"]].items()), reverse=True)
        alone = ranked and (len(ranked) == 1 or ranked[0][:2] != ranked[1][:2])
        class_shelves[concept["code"]] = index[ranked[0][2]] if alone else other

    # bsearch compares bytes as strcmp does.
    types.sort(key=lambda kind: kind["code"].encode())
    codes = [kind["code"] for kind in types]
    if len(set(codes)) != len(codes):
        sys.exit("two document types have the same code")

    lines = ["/* Made by make-document-types.py from data/codes; not to be edited. */", ""]
    lines.append(f"#define OTHER_SHELF {other}")
    lines.append(f"#define CLASS_SYSTEM {quoted(classes['meta']['fhir_url'])}")
    lines.append(f"#define CLASS_OID {quoted('urn:oid:' + classes['meta']['oid'])}")
    lines.append("static const Shelf shelves[] = {")
    lines += [f"  {{ {quoted(s['code'])}, {quoted(s['en'])}, {quoted(s['fr'])}, {int(s['filterable'])} }}," for s in shelves]
    lines.append("};")
    lines.append("static const Type types[] = {")
    lines += [f"  {{ {quoted(t['code'])}, {quoted(t['en'])}, {quoted(t['fr'])}, {index[t['shelf']]}, {quoted(t['class']) if t['class'] else 'NULL'} }}," for t in types]
    lines.append("};")
    lines.append("static const Class classes[] = {")
    lines += [f"  {{ {quoted(c['code'])}, {quoted(c['en'])}, {quoted(c['fr'])}, {class_shelves[c['code']]} }}," for c in classes["concepts"]]
    lines.append("};")
    with open(out_path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
