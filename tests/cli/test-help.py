# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of help on the command line names each command, and each field that --json prints: no more, no fewer."""

import http.server
import json
import pathlib
import re
import threading
import xml.etree.ElementTree as ET

from clinic import Clinic
from hycli import fixture, main, observation, pdf, test

ROOT = pathlib.Path(__file__).resolve().parents[2]
M = "{http://projectmallard.org/1.0/}"
# What takes too long to provoke here; the source still has to print it.
RARE = {"sync": {"refusedMore", "until", "warning"}}


def sections(language):
    page = ET.parse(ROOT / "help" / language / "cli.page")
    return {section.get("id"): section for section in page.iter(f"{M}section") if not section.get("id").startswith("part-")}


def documented(section):
    return {"".join(title.itertext()) for title in section.findall(f"{M}terms/{M}item/{M}title")}


def fields(lines):
    found = set()
    for line in lines:
        found |= set(line)
        for one in line["refused"] if isinstance(line.get("refused"), list) else []:
            found |= set(one)
    return found


@test
def each_command_has_its_section_and_no_other_has(box):
    overview = box.ok("help").text
    commands = {name.replace(" ", "-") for name in re.findall(r"^  (\w+(?: \w+)?)  +\S", overview, re.M)}
    assert len(commands) > 10, overview
    for language in ("C", "fr"):
        assert set(sections(language)) == commands, (language, set(sections(language)) ^ commands)


@test
def each_field_of_the_examples_is_explained(box):
    for language in ("C", "fr"):
        for name, section in sections(language).items():
            for screen in section.iter(f"{M}screen"):
                assert fields([json.loads(screen.text)]) <= documented(section), (language, name)


@test
def what_is_printed_and_what_is_explained_are_the_same(box):
    said = {name: documented(section) for name, section in sections("C").items()}
    said["show"] |= said["list"]
    printed = {}

    def run(name, *words, code=0):
        result = box.run(*words, "--json")
        assert result.code == code, result
        printed.setdefault(name, set()).update(fields(result.lines))
        return result.lines

    run("create", "create", "--kdf", "interactive")
    space = run("space-add", "space", "add", "--given", "Claire", "--family", "Fontaine", "--birth-date", "1979-05-14",
                "--sex", "female")[0]["id"]
    run("space-list", "space", "list")
    cda = run("import", "import", fixture("cda/fr/s06-n3-biologie.xml"))[0]
    assert cda["warning"] == "other-person", cda
    letter = run("import", "import", box.write("letter.pdf", pdf("Dear", padding=200_000)))[0]["id"]
    run("import", "import", box.write("broken.json", "{"), code=1)
    run("import", "import", box.write("o.json", observation(1)))
    run("list", "list", "all")
    run("show", "show", letter)
    run("text", "text", letter)
    run("render", "render", letter, "--page", "1", "--png", box.files / "page.png")
    run("search", "search", "weight")
    run("export", "export", "--zip", box.files / "all.zip")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Clinic) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        box.env["HYGIE_TOKEN_FILE"] = str(box.write("token", "good\n"))
        run("sync", "sync", "--server", f"http://127.0.0.1:{server.server_port}/fhir")
        server.shutdown()
    blob = max((path for path in box.vault.glob("spaces/*/blobs/*/*") if path.is_file()), key=lambda path: path.stat().st_size)
    bytes_of = bytearray(blob.read_bytes())
    bytes_of[1000] ^= 0x10
    blob.write_bytes(bytes_of)
    run("verify", "verify", code=4)
    run("space-remove", "space", "remove", space)

    source = (ROOT / "src" / "cli" / "hy-cli-sync.c").read_text(encoding="utf-8")
    for name in RARE["sync"]:
        assert f'"{name}"' in source, name
    for name, explained in said.items():
        got = printed.get(name, set())
        assert got - explained == set(), (name, "not explained", got - explained)
        assert explained - got <= RARE.get(name, set()), (name, "not printed", explained - got)


if __name__ == "__main__":
    main()
