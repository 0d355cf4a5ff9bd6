# SPDX-License-Identifier: GPL-3.0-or-later
"""Markers put in documents, fields, names and file names are in no file that Hygie writes, in any common form."""

import base64
import json
import os
import secrets

from canary import files_below, find, forms
from hycli import main, note, observation, pdf, test

N_MARKERS = 20


def document(marker_in_note, marker_in_bytes, marker_in_author):
    return json.dumps({
        "resourceType": "DocumentReference", "status": "current", "date": "2024-03-05T10:00:00+01:00",
        "description": f"Report {marker_in_note}", "author": [{"display": marker_in_author}],
        "content": [{"attachment": {"contentType": "text/plain", "title": marker_in_note,
                                    "data": base64.b64encode(f"Dear {marker_in_bytes}".encode()).decode()}}]})


@test
def the_search_finds_every_form(box):
    marker = "Zq" + secrets.token_hex(8)
    plain = marker.encode()
    around = [base64.b64encode(b"abc"[:length] + plain + b"xyz") for length in range(3)]
    wide = b"".join(b"%c\0" % byte for byte in plain)
    for content in (*around, wide, *(b"noise" * 7 + form + b"noise" for form in forms(marker))):
        box.write("one", content)
        assert find([marker], box.files) == {(marker, str(box.files / "one"))}, content
    box.write("one", b"nothing")
    assert not find([marker], box.files)
    box.write(f"{marker}.txt", b"nothing")
    assert find([marker], box.files)


@test
def no_marker_is_in_any_file_outside_the_exports(box):
    markers = ["Zq" + secrets.token_hex(8) for _ in range(N_MARKERS)]
    m = iter(markers)
    given, family = next(m), next(m)
    files = [box.write(f"{next(m)}.json", observation(1, f"Weight {next(m)}")),
             box.write(f"{next(m)}.pdf", pdf(f"Letter {next(m)}", padding=100_000)),
             box.write("document.json", document(next(m), next(m), next(m))),
             box.write("many.ndjson", "\n".join(observation(number, next(m)) for number in range(2, 7)) + "\n"),
             box.write("patient.json", json.dumps({
                 "resourceType": "Patient", "id": next(m), "birthDate": "1979-05-14", "gender": "female",
                 "name": [{"family": family, "given": [given]}], "address": [{"line": [next(m)], "city": next(m)}]})),
             box.write(f"refused-{next(m)}.json", '{"resourceType":"Observation","note":"%s"' % next(m))]
    searched = next(m)
    assert next(m, None) is None and len(find(markers[:-1], box.files)) >= N_MARKERS - 3

    def clean(moment):
        found = find(markers, box.home)
        assert not found, (moment, found)

    box.create(given, family)
    clean("after space add")
    result = box.run("import", "--json", *files)
    assert result.code == 1 and sum(line["status"] == "added" for line in result.lines) == 9, result
    clean("after import")

    entries = box.ok("list", "all", "--json").lines
    assert len(entries) >= 9, entries
    for entry in entries:
        box.ok("show", entry["id"])
        box.ok("show", entry["id"], "--raw")
        if entry["type"] == "DocumentReference":
            box.ok("get", entry["id"])
            box.run("text", entry["id"])
            box.run("render", entry["id"], "--page", "1", "--png", box.files / "page.png")
    for marker in (*markers, searched):
        box.run("search", marker)
    assert box.ok("search", "--json", markers[3]).lines, "the marker is in the space, so the test means something"
    box.ok("space", "list")
    box.ok("verify")
    box.ok("export", "--zip", box.files / "out.zip")
    clean("after reading and exporting")

    # While the vault is open and after a kill, with commits that stand in the write-ahead log only.
    pipe = box.files / "slow.ndjson"
    os.mkfifo(pipe)
    process = box.start("import", "--json", box.write("held.json", observation(50, markers[0])), pipe)
    with open(pipe, "wb") as writing:
        assert json.loads(process.stdout.readline())["status"] == "added"
        clean("with the vault open")
        writing.write(observation(51, markers[1]).encode())
        writing.flush()
        process.kill()
        process.communicate(timeout=60)
    clean("after a kill")
    pipe.unlink()
    box.ok("verify")
    clean("after opening again")
    assert not list(box.home.rglob("recently-used*")) and not list(box.home.rglob("core*"))
    note(f"{N_MARKERS} markers, {sum(1 for _ in files_below(box.home))} paths looked at, 0 found")


if __name__ == "__main__":
    main()
