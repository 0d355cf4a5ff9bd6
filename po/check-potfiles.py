#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fails when a source file with words for people is missing in POTFILES, when POTFILES names a file that is not
there, and when the French translation is not complete.   check-potfiles.py SOURCE-ROOT"""
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(sys.argv[1])
marked = re.compile(r'\b(?:N?C?_|ngettext|g_dngettext|g_dpgettext2)\s*\(|translatable="yes"')
listed = {line.strip() for line in (root / "po/POTFILES").read_text().splitlines() if line.strip() and line[0] != "#"}
faults = []

for path in sorted((root / "src").rglob("*")):
    name = str(path.relative_to(root))
    if path.suffix in (".c", ".blp", ".ui") and name not in listed and marked.search(path.read_text()):
        faults.append(f"{name}: has words for people and is not in po/POTFILES")
for name in sorted(listed):
    if not (root / name).is_file():
        faults.append(f"{name}: is in po/POTFILES and not there")
for name in (root / "po/LINGUAS").read_text().split():
    run = subprocess.run(["msgfmt", "--check", "--statistics", "-o", "/dev/null", str(root / f"po/{name}.po")],
                         env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"}, capture_output=True, text=True)
    if run.returncode or "untranslated" in run.stderr or "fuzzy" in run.stderr:
        faults.append(f"po/{name}.po: {run.stderr.strip()}")

for fault in faults:
    print(fault, file=sys.stderr)
sys.exit(1 if faults else 0)
