#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks a Meson build folder about its tests.

meson-tests.py select FOLDER [--long] [NAME...]  the tests whose name has NAME in it, one a line; the suite "long" only when told
meson-tests.py count TESTLOG.JSON                how many passed, failed, were skipped, and the names of the programs that
                                                 failed, one a line; a program that speaks TAP counts for each test in it
"""
import json
import re
import sys

TAP_LINE = re.compile(r"^(not )?ok\b[^#]*(#\s*(skip|todo)\b)?", re.IGNORECASE)


def select(folder, words):
    long = "--long" in words
    names = [word for word in words if word != "--long"]
    with open(f"{folder}/meson-info/intro-tests.json", encoding="utf-8") as file:
        tests = json.load(file)
    for test in tests:
        suites = [suite.split(":")[-1] for suite in test["suite"]]
        if ("long" not in suites or long) and (not names or any(name in test["name"] for name in names)):
            print(test["name"])


def count_one(test):
    """Passed, failed and skipped of one program."""
    passed = failed = skipped = 0
    for line in (test.get("stdout") or "").splitlines():
        match = TAP_LINE.match(line)
        if not match:
            continue
        if (match[3] or "").lower() == "skip":
            skipped += 1
        elif match[1]:
            failed += 1
        else:
            passed += 1
    result = test["result"]
    if result == "SKIP":
        return passed, failed, max(skipped, 1)
    if result in ("OK", "EXPECTEDFAIL"):
        return (passed, failed, skipped) if passed + failed + skipped else (1, 0, 0)
    # A crash or a time-out is a failure that no line tells of.
    return passed, max(failed, 1), skipped


def count(path):
    with open(path, encoding="utf-8") as file:
        tests = [json.loads(line) for line in file]
    results = [count_one(test) for test in tests]
    # Meson writes "project:suite / name".
    names = [test["name"].split(" / ")[-1] for test, result in zip(tests, results) if result[1]]
    print(*(sum(result[i] for result in results) for i in range(3)), *names, sep="\n")


if len(sys.argv) > 2 and sys.argv[1] == "select":
    select(sys.argv[2], sys.argv[3:])
elif len(sys.argv) == 3 and sys.argv[1] == "count":
    count(sys.argv[2])
else:
    sys.exit(__doc__)
