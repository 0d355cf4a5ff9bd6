#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A page that shows all pictures of the display tests side by side: contact-sheet.py FOLDER writes FOLDER/index.html."""

import html
import pathlib
import re
import sys

# NAME-LANGUAGE-STYLE-WIDTH, as tests/ui names them; others stand under their whole name.
NAME = re.compile(r"(?P<page>.+?)-(?P<kind>(?:[a-z]{2}-)?(?:light|dark|contrast)-\d+(?:-large)?)")
HEAD = """<!DOCTYPE html>
<meta charset="utf-8">
<title>Hygie, page by page</title>
<style>
body { font-family: sans-serif; margin: 24px; background: #ddd; }
section { display: flex; flex-wrap: wrap; gap: 16px; align-items: start; margin-bottom: 32px; }
h2 { flex-basis: 100%; font-size: 16px; margin: 0; }
figure { margin: 0; } figcaption { font-size: 12px; } img { max-height: 420px; max-width: 640px; border: 1px solid #999; }
</style>
"""


def main(folder):
    folder = pathlib.Path(folder)
    pages = {}
    for path in sorted(folder.glob("*.png")):
        found = NAME.fullmatch(path.stem)
        page, kind = (found["page"], found["kind"]) if found else (path.stem, "")
        pages.setdefault(page, []).append((kind, path.name))
    out = [HEAD]
    for page, pictures in pages.items():
        out.append(f"<section><h2>{html.escape(page)}</h2>")
        for kind, name in pictures:
            name = html.escape(name)
            out.append(f'<figure><a href="{name}"><img src="{name}" alt="{html.escape(page)}, {kind}" loading="lazy"></a>'
                       f"<figcaption>{kind}</figcaption></figure>")
        out.append("</section>")
    (folder / "index.html").write_text("\n".join(out) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
