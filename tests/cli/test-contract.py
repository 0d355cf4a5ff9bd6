# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract of hygie-cli (DESIGN.md 8): the shape of each answer and each exit code."""

import hashlib
import http.server
import json
import os
import pty
import re
import select
import signal
import subprocess
import threading
import time
import zipfile

from clinic import Clinic
from hycli import PASSPHRASE, fixture, main, observation, pdf, test

BOM = b"\xef\xbb\xbf"
RECOVERY_KEY = re.compile(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){8}")


def refused(result, code=1):
    """Exit @code, nothing on standard output, one sentence on standard error."""
    assert result.code == code, result
    assert result.out == b"", result
    assert result.err.strip(), result
    return result.err


def resource_spans(text):
    """The exact text of each Bundle.entry.resource."""
    decoder = json.JSONDecoder()
    spans = []

    def skip(at):
        while at < len(text) and text[at] in " \t\r\n":
            at += 1
        return at

    def members(at):
        """Yields (key, start of value, end of value) of the object at @at."""
        at = skip(at + 1)
        while text[at] != "}":
            key, at = decoder.raw_decode(text, at)
            start = skip(skip(at) + 1)
            _, end = decoder.raw_decode(text, start)
            yield key, start, end
            at = skip(end)
            if text[at] == ",":
                at = skip(at + 1)

    for key, start, _ in members(skip(0)):
        if key != "entry":
            continue
        at = skip(start + 1)
        while text[at] != "]":
            for name, first, last in members(at):
                if name == "resource":
                    spans.append(text[first:last])
            _, at = decoder.raw_decode(text, at)
            at = skip(at)
            if text[at] == ",":
                at = skip(at + 1)
    return spans


@test
def usage_errors_exit_2_and_touch_nothing(box):
    for words in ([], ["frobnicate"], ["render", "x", "--page", "1"], ["space"],
                  ["render", "x", "--page", "0", "--png", "y"], ["render", "x", "--page", "1", "--png", "y", "--scale", "nan"],
                  ["render", "x", "--page", "1", "--png", "y", "--scale", "21"], ["render", "x", "--png", "y"], ["text"], ["space", "frob"], ["list"],
                  ["list", "all", "more"], ["list", "nonsense"], ["list", "--raw", "all"], ["list", "--space"],
                  ["show"], ["get"], ["search"], ["import"], ["export"], ["create", "--kdf", "weak"],
                  ["--nothing", "list", "all"],
                  ["create", "--kdf", "interactive", "--kdf", "calibrated"], ["show", "--raw=yes", "x"],
                  ["space", "add", "--given", "A"],
                  ["space", "add", "--given", "A", "--family", "B", "--birth-date", "1999-02-30", "--sex", "male"],
                  ["space", "add", "--given", "A", "--family", "B", "--birth-date", "1999-02-20", "--sex", "man"],
                  ["passphrase"], ["passphrase", "forget"], ["recovery"], ["passphrase", "change", "more"],
                  ["list", "all", "--new-passphrase-fd", "3"],
                  ["help", "frobnicate"]):
        refused(box.run(*words), 2)
    refused(box.run("list", "all", "--passphrase-fd", "x"), 2)
    assert not box.vault.exists()


@test
def help_and_version_answer_without_a_vault(box):
    overview = box.ok("--help").text
    for command in ("create", "space add", "space list", "space remove", "passphrase change", "recovery test", "import", "list", "show", "get", "search",
                    "sync", "verify", "export"):
        assert f"\n  {command}" in overview, overview
        assert f"hygie-cli {command}" in box.ok("help", *command.split()).text
    assert box.ok("help").text == overview
    assert box.ok("import", "--help").text == box.ok("help", "import").text
    assert "vaccinations" in box.ok("help", "list").text
    assert re.fullmatch(r"hygie-cli [0-9.]+\n", box.ok("--version").text)
    assert not box.vault.exists()


@test
def create_prints_the_recovery_key_once(box):
    answer = box.ok("create", "--kdf", "interactive", "--json").one
    assert set(answer) == {"vault", "recoveryKey"}, answer
    assert answer["vault"] == str(box.vault)
    assert RECOVERY_KEY.fullmatch(answer["recoveryKey"]), answer
    before = sorted(box.vault.rglob("*"))
    assert "already" in refused(box.run("create", "--kdf", "interactive"))
    assert sorted(box.vault.rglob("*")) == before
    assert box.vault.stat().st_mode & 0o777 == 0o700


@test
def a_short_passphrase_is_refused(box):
    assert "12" in refused(box.run("create", "--kdf", "interactive", passphrase="éléphant bl"))
    assert not box.vault.exists()
    box.ok("create", "--kdf", "interactive", passphrase="éléphant ble")


@test
def create_without_json_shows_the_key_to_a_person(box):
    text = box.ok("create", "--kdf", "interactive").text
    assert RECOVERY_KEY.search(text) and "paper" in text, text


@test
def a_key_that_cannot_be_shown_is_said(box):
    with open("/dev/full", "wb") as full:
        result = box.run("create", "--kdf", "interactive", stdout=full)
    assert result.code == 1 and "recovery key" in result.err, result


@test
def the_default_vault_is_in_the_data_folder(box):
    secret = box.write("secret", PASSPHRASE + "\nsecond line\n")
    process = subprocess.run([box.program, "--json", "create", "--kdf", "interactive"], capture_output=True, check=True,
                             env={**box.env, "HYGIE_PASSPHRASE_FILE": str(secret)})
    vault = json.loads(process.stdout)["vault"]
    assert vault.startswith(str(box.home / "data") + "/") and os.path.isdir(vault), vault
    assert box.ok("space", "list", "--json", vault=vault).lines == []


@test
def the_passphrase_is_the_first_line_with_or_without_an_end(box):
    box.create()
    for content in (PASSPHRASE, PASSPHRASE + "\n", PASSPHRASE + "\nmore\n"):
        path = box.write("secret", content)
        done = subprocess.run(box.command("space", "list"), env={**box.env, "HYGIE_PASSPHRASE_FILE": str(path)},
                              capture_output=True)
        assert done.returncode == 0, (content, done)
        with open(path, "rb") as file:
            done = subprocess.run(box.command("space", "list", "--passphrase-fd=0"), env=box.env, stdin=file,
                                  capture_output=True)
        assert done.returncode == 0, (content, done)


@test
def a_missing_passphrase_is_refused(box):
    box.create()
    empty = subprocess.run(box.command("space", "list"), env={**box.env, "HYGIE_PASSPHRASE_FILE": str(box.write("e", ""))},
                           capture_output=True)
    assert empty.returncode == 1 and b"empty" in empty.stderr, empty
    none = subprocess.run(box.command("space", "list"), env=box.env, capture_output=True, start_new_session=True,
                          stdin=subprocess.DEVNULL)
    assert none.returncode == 1 and b"--passphrase-fd" in none.stderr, none
    gone = subprocess.run(box.command("space", "list"), env={**box.env, "HYGIE_PASSPHRASE_FILE": "/nowhere"},
                          capture_output=True)
    assert gone.returncode == 1 and b"HYGIE_PASSPHRASE_FILE" in gone.stderr, gone
    huge = subprocess.run(box.command("space", "list"), capture_output=True,
                          env={**box.env, "HYGIE_PASSPHRASE_FILE": str(box.write("h", "x" * 5000))})
    assert huge.returncode == 1 and b"1024" in huge.stderr, huge


def at_terminal(box, words, answers):
    """Runs at a pseudo-terminal; gives each (prompt, answer) in turn.  Returns (what the terminal showed, exit code)."""
    child, terminal = pty.fork()
    if child == 0:
        os.execve(box.program, box.command(*words), box.env)
    shown = b""

    def read_until(words):
        nonlocal shown
        end = time.monotonic() + 60
        while words is None or words not in shown:
            assert time.monotonic() < end, shown
            if select.select([terminal], [], [], 1)[0]:
                try:
                    got = os.read(terminal, 4096)
                except OSError:
                    got = b""
                if not got:
                    return
                shown += got

    for prompt, answer in answers:
        read_until(prompt)
        os.write(terminal, answer)
    read_until(None)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.close(terminal)
    return shown, code


@test
def a_terminal_is_asked_twice_and_shows_nothing(box):
    typed = PASSPHRASE.encode() + b"\n"
    create = ["create", "--kdf", "interactive"]
    shown, code = at_terminal(box, create, [(b"New passphrase:", typed), (b"again:", b"other words than those\n")])
    assert code == 1 and b"differ" in shown and not box.vault.exists(), shown
    shown, code = at_terminal(box, create, [(b"New passphrase:", typed), (b"again:", typed)])
    assert code == 0 and PASSPHRASE.encode() not in shown, shown
    shown, code = at_terminal(box, ["space", "list"], [(b"Passphrase:", typed)])
    assert code == 0 and PASSPHRASE.encode() not in shown, shown
    shown, code = at_terminal(box, ["space", "list"], [(b"Passphrase:", b"\x03")])
    assert code == -signal.SIGINT, (shown, code)


@test
def removing_a_space_asks_at_a_terminal(box):
    space = box.create()
    typed = PASSPHRASE.encode() + b"\n"
    shown, code = at_terminal(box, ["space", "remove", space], [(b"Passphrase:", typed), (b"[y/N]", b"n\n")])
    assert code == 1 and b"Claire Fontaine" in shown and b"Nothing was removed" in shown, shown
    assert len(box.ok("space", "list", "--json").lines) == 1
    shown, code = at_terminal(box, ["space", "remove", space], [(b"Passphrase:", typed), (b"[y/N]", b"y\n")])
    assert code == 0, shown
    assert box.ok("space", "list", "--json").lines == []


@test
def a_terminal_gets_no_binary_document(box):
    box.create()
    document = box.ok("import", "--json", box.write("a.pdf", pdf("hello", padding=300))).one["id"]
    shown, code = at_terminal(box, ["get", document], [(b"Passphrase:", PASSPHRASE.encode() + b"\n")])
    assert code == 1 and b"%PDF" not in shown and b"> FILE" in shown, shown


@test
def spaces_are_added_listed_and_removed(box):
    first = box.create()
    second = box.add_space("Hugo", "Fontaine-Léger", "2019-11-02", "male")
    assert first != second
    assert box.ok("space", "list", "--json").lines == [
        {"id": first, "given": "Claire", "family": "Fontaine", "birthDate": "1979-05-14", "sex": "female", "own": True},
        {"id": second, "given": "Hugo", "family": "Fontaine-Léger", "birthDate": "2019-11-02", "sex": "male", "own": False}]
    text = box.ok("space", "list").text
    assert "Claire Fontaine" in text and "Hugo Fontaine-Léger" in text, text
    assert box.ok("space", "remove", second, "--json").out == b""
    assert [line["id"] for line in box.ok("space", "list", "--json").lines] == [first]
    assert second in refused(box.run("space", "remove", second))
    assert not list(box.vault.glob(f"spaces/*{second}*"))


@test
def several_spaces_must_be_named(box):
    first = box.create()
    second = box.add_space("Hugo", "Fontaine", "2019-11-02", "male")
    path = box.write("o.json", observation(1))
    for words in (["list", "all"], ["search", "weight"], ["import", path], ["export", "--zip", box.files / "x.zip"]):
        message = refused(box.run(*words))
        assert first in message and second in message and "Hugo Fontaine" in message, message
    entry = box.ok("import", "--space", second, "--json", path).one["id"]
    assert "nonsense" in refused(box.run("list", "all", "--space", "nonsense"))
    assert entry not in [line["id"] for line in box.ok("list", "all", "--space", first, "--json").lines]
    assert [line["id"] for line in box.ok("list", "measures", "--space", second, "--json").lines] == [entry]
    # An id is unique in the vault: no space need be named.
    assert box.ok("show", entry, "--raw").text == observation(1)
    assert box.ok("verify", "--json").lines == []
    assert box.ok("verify", "--space", second).text.count("intact") == 1


@test
def a_vault_without_a_space_says_so(box):
    box.ok("create", "--kdf", "interactive")
    assert "space add" in refused(box.run("list", "all"))
    assert "create" in refused(box.run("list", "all", vault=box.home / "elsewhere"))


@test
def import_prints_one_object_for_each_item(box):
    box.create()
    ndjson = "\n".join(observation(number) for number in range(1, 4)) + "\n"
    files = [box.write("one.json", observation(10)), box.write("many.ndjson", ndjson), box.write("letter.pdf", pdf("Dear")),
             box.write("broken.json", '{"resourceType":"Observation"'), box.write("odd.bin", os.urandom(300)),
             box.files / "missing.json"]
    result = box.run("import", "--json", *files)
    assert result.code == 1 and "3 items" in result.err, result
    lines = result.lines
    assert len(lines) == 8, result
    for line in lines:
        assert {"file", "kind", "id", "title", "type", "status"} <= set(line) <= {"file", "kind", "id", "title", "type",
                                                                                  "status", "reason", "warning"}, line
        assert line["status"] in ("added", "duplicate", "refused")
        assert ("reason" in line) == (line["status"] == "refused"), line
        assert (line["id"] is None) == (line["status"] == "refused"), line
    assert [line["status"] for line in lines] == ["added"] * 5 + ["refused"] * 3, lines
    assert [line["kind"] for line in lines[:5]] == ["fhir"] * 4 + ["pdf"], lines
    assert lines[4]["type"] == "DocumentReference" and lines[0]["type"] == "Observation", lines
    assert len({line["id"] for line in lines if line["id"]}) == 5
    assert [line["file"] for line in lines] == [str(file) for file in (files[0], *[files[1]] * 3, *files[2:])], lines
    here = box.run("import", "--json", "one.json", "./missing.json", cwd=box.files).lines
    assert [line["file"] for line in here] == ["one.json", "./missing.json"], here
    text = box.run("import", *files).text
    assert "letter" in text and "broken.json" in text, text


@test
def what_is_already_there_is_a_duplicate(box):
    box.create()
    path = box.write("letter.pdf", pdf("Dear"))
    first = box.ok("import", "--json", path).one
    again = box.ok("import", "--json", path).one
    assert first["status"] == "added" and again["status"] == "duplicate" and again["id"] == first["id"], (first, again)
    assert len(box.ok("list", "documents", "--json").lines) == 1


@test
def documents_go_in_and_come_out(box):
    box.ok("create", "--kdf", "interactive")
    box.add_space("Odette", "Exemple-Un", "1980-07-12", "female")
    cda, archive = fixture("cda/fr/s06-n3-biologie.xml"), fixture("cda/fr/s12-xdm-deux-lots.zip")
    picture = box.write("plaie.jpg", b"\xff\xd8\xff\xe0JFIF....")
    first = box.ok("import", "--json", cda, picture).lines
    assert [(line["kind"], line["status"], line["type"]) for line in first] == [
        ("cda", "added", "DocumentReference"), ("image", "added", "DocumentReference")], first
    lines = box.ok("import", "--json", archive).lines
    assert [(line["kind"], line["status"]) for line in lines] == [("xdm", "added"), ("xdm", "duplicate"), ("xdm", "added")], lines
    assert lines[1]["id"] == first[0]["id"] and all(line["file"] == str(archive) for line in lines), lines
    rows = {line["id"]: line for line in box.ok("list", "documents", "--json").lines}
    assert len(rows) == 4, rows
    biology = rows[first[0]["id"]]
    assert biology["title"] == "Compte rendu d'examens biologiques" and biology["code"] == "11502-2", biology
    assert biology["shelf"] == "BIOLOGIE" and biology["author"] == "Hélène TOUBIB", biology
    assert biology["flags"] == ["local", "hidden-from-professionals"], biology
    assert rows[lines[2]["id"]]["title"] == "Attestation de mutuelle", rows

    with zipfile.ZipFile(archive) as opened:
        members = {name.rpartition("/")[2]: opened.read(name) for name in opened.namelist()}
    assert box.ok("get", first[0]["id"]).out == cda.read_bytes() == members["BIO.XML"]
    assert box.ok("get", lines[0]["id"]).out == members["DOC001.XML"]
    assert box.ok("get", lines[2]["id"]).out == members["MUTUELLE.PDF"]
    assert box.ok("get", first[1]["id"]).out == picture.read_bytes()
    shown = box.ok("show", "--json", lines[2]["id"]).one["resource"]
    assert shown["masterIdentifier"]["value"] == "urn:oid:1.2.250.1.213.1.1.9.9999.602", shown

    hit = box.ok("search", "--json", "ajouté", "patiente").one
    assert hit["id"] == lines[2]["id"] and hit["page"] == 1, hit
    hit = box.ok("search", "--json", "créatinine").one
    assert hit["id"] == first[0]["id"] and hit["page"] is None and "Créatinine" in hit["snippet"], hit

    again = box.ok("import", "--json", archive, cda).lines
    assert [line["status"] for line in again] == ["duplicate"] * 4, again
    assert len(box.ok("list", "documents", "--json").lines) == 4
    assert box.ok("verify", "--json").out == b""


@test
def an_archive_that_is_not_as_sent_is_told(box):
    box.ok("create", "--kdf", "interactive")
    box.add_space("Odette", "Exemple-Un", "1980-07-12", "female")
    with zipfile.ZipFile(fixture("cda/fr/s12-xdm-deux-lots.zip")) as opened:
        members = {name: opened.read(name) for name in opened.namelist()}
    path = box.files / "changed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content + b"%more" if name.endswith(".PDF") else content)
    lines = box.ok("import", "--json", path).lines
    assert [line.get("warning") for line in lines] == [None, None, "not-as-sent"], lines
    lines = box.ok("import", "--json", fixture("cda/fr/s12-xdm-deux-lots.zip")).lines
    assert [(line["status"], line.get("warning")) for line in lines] == [
        ("duplicate", None), ("duplicate", None), ("added", "same-identifier")], lines


@test
def hostile_archives_are_refused_with_a_reason(box):
    box.create()
    with zipfile.ZipFile(fixture("cda/fr/s11-xdm-un-document.zip")) as opened:
        members = {name: opened.read(name) for name in opened.namelist()}

    def archive(name, **more):
        path = box.files / (name + ".zip")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
            for member, content in {**members, **more}.items():
                out.writestr(member, content)
        return path

    metadata = "IHE_XDM/SUBSET01/METADATA.XML"
    doctype = members[metadata].replace(b"?>", b'?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>', 1)
    link = box.files / "link.zip"
    with zipfile.ZipFile(link, "w") as out:
        info = zipfile.ZipInfo("IHE_XDM/SUBSET01/LINK.PDF")
        info.external_attr = 0o120777 << 16
        out.writestr(info, "/etc/passwd")
        for member, content in members.items():
            out.writestr(member, content)
    packed = []
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        packed.append(box.files / f"packed{method}.zip")
        with zipfile.ZipFile(packed[-1], "w", method) as out:
            for member, content in members.items():
                out.writestr(member, content)
    cases = [*((path, "unusual") for path in packed), (archive("up", **{"../../up.txt": b"x"}), "outside"), (archive("root", **{"/tmp/root.txt": b"x"}), "outside"),
             (archive("nested", **{"IN.ZIP": b"x"}), "another archive"), (archive("xxe", **{metadata: doctype}), "DOCTYPE"),
             (archive("bomb", **{"BIG.TXT": bytes(4 << 20)}), "far more"), (link, "links"),
             (box.write("cut.zip", (box.files / "up.zip").read_bytes()[:900]), "cut short")]
    for path, part in cases:
        result = box.run("import", "--json", path)
        assert result.code == 1 and result.one["status"] == "refused" and part in result.one["reason"], (path, result)
    assert box.ok("list", "documents", "--json").lines == []
    assert not (box.files.parent / "up.txt").exists() and not os.path.exists("/tmp/root.txt")


def patient(given, family, birth_date, text):
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": [
        {"fullUrl": "urn:uuid:0a", "resource": {"resourceType": "Patient", "id": "p", "birthDate": birth_date,
                                                "gender": "female", "name": [{"family": family, "given": [given]}]}},
        {"fullUrl": "urn:uuid:0b", "resource": {"resourceType": "Observation", "id": "w", "status": "final",
                                                "code": {"text": text}, "subject": {"reference": "urn:uuid:0a"}}}]})


@test
def somebody_else_is_a_warning_or_refused(box):
    box.create()
    same = box.write("same.json", patient("Claire", "Fontaine", "1979-05-14", "Mine"))
    other = box.write("other.json", patient("Zoé", "Ailleurs", "1950-01-01", "Not mine"))
    assert all("warning" not in line for line in box.ok("import", "--json", same).lines)
    result = box.run("import", "--json", "--same-person", other)
    assert result.code == 1, result
    assert [line["status"] for line in result.lines] == ["refused"] * 2, result
    lines = box.ok("import", "--json", other).lines
    assert [line["status"] for line in lines] == ["added"] * 2, lines
    assert all(line["warning"] == "other-person" for line in lines), lines
    rows = {line["title"]: line for line in box.ok("list", "measures", "--json").lines}
    assert "other-person" in rows["Not mine"]["flags"] and "other-person" not in rows["Mine"]["flags"], rows


@test
def list_is_newest_first_with_the_stated_members(box):
    box.create()
    dates = ["2021-05-01", "2024-03-05", "2019", "2023-12", "2022-02-02T10:00:00+01:00"]
    for number, date in enumerate(dates):
        box.ok("import", box.write(f"{number}.json", observation(number, f"Weight {number}", date)))
    lines = box.ok("list", "measures", "--json").lines
    assert [line["date"] for line in lines] == ["2024-03-05", "2023-12", "2022-02-02T10:00:00+01:00", "2021-05-01", "2019"]
    for line in lines:
        assert set(line) == {"id", "type", "title", "date", "author", "code", "flags"}, line
        assert line["type"] == "Observation" and isinstance(line["flags"], list), line
    box.ok("import", box.write("letter.pdf", pdf("Dear")))
    document, = box.ok("list", "documents", "--json").lines
    assert set(document) == {"id", "type", "title", "date", "author", "code", "shelf", "flags"}, document
    assert len(box.ok("list", "all", "--json").lines) >= 6
    assert box.ok("list", "vaccinations", "--json").lines == []
    text = box.ok("list", "measures").text
    assert [line.split()[0] for line in text.splitlines()] == [line["id"] for line in lines], text


@test
def raw_is_byte_for_byte_what_a_file_holds(box):
    box.create()
    content = BOM + b"\r\n  " + observation(1).replace(",", ",\n\t ").encode() + b" \n\n"
    entry = box.ok("import", "--json", box.write("bom.json", content)).one["id"]
    assert box.ok("show", entry, "--raw").out == content
    assert box.ok("--json", "show", "--raw", entry).out == content
    shown = box.ok("show", entry, "--json").one
    assert shown["resource"] == json.loads(content.decode("utf-8-sig")), shown
    assert shown["id"] == entry and shown["title"] == "Weight", shown
    text = box.ok("show", entry).text
    assert text.startswith("Weight\n") and '"value":1.50' in text, text


@test
def raw_is_the_exact_span_of_a_bundle_entry(box):
    box.create()
    for name in ("fhir/ips/IPS-bundle-01.json", "fhir/ips/bundleMinimal.json"):
        path = fixture(name)
        spans = resource_spans(path.read_text(encoding="utf-8"))
        lines = box.run("import", "--json", path).lines
        assert len(lines) == len(spans) > 3, (name, len(lines), len(spans))
        for line, span in zip(lines, spans):
            assert line["status"] == "added", line
            assert box.ok("show", line["id"], "--raw").text == span, line


@test
def get_returns_the_bytes_of_the_pdf(box):
    box.create()
    for path in (fixture("pdf/crazyones-pdfa.pdf"), box.write("big.pdf", pdf("big", padding=300_000))):
        entry = box.ok("import", "--json", path).one["id"]
        digest = hashlib.sha256(box.ok("get", entry).out).hexdigest()
        assert digest == hashlib.sha256(path.read_bytes()).hexdigest()
    measure = box.ok("import", "--json", box.write("o.json", observation(1))).one["id"]
    refused(box.run("get", measure))
    refused(box.run("get", "nonsense"))
    refused(box.run("show", "nonsense"))


@test
def search_finds_words_whatever_their_accents(box):
    box.create()
    entry = box.ok("import", "--json", box.write("1.json", observation(1, "Échographie du cœur"))).one["id"]
    box.ok("import", box.write("2.json", observation(2, "Poids")))
    for words in (["coeur"], ["ECHOGRAPHIE", "cœur"], ["écho"], ["--", "échographie"]):
        hit = box.ok("search", "--json", *words).one
        assert set(hit) == {"id", "type", "title", "snippet", "page"}, hit
        assert hit["id"] == entry and hit["page"] is None and hit["title"] == "Échographie du cœur", hit
    assert box.ok("search", "--json", "échographie", "poids").lines == []
    assert entry in box.ok("search", "coeur").text
    assert "Nothing" in box.ok("search", "absent").text


@test
def hostile_titles_cannot_drive_the_terminal(box):
    box.create()
    hostile = observation(1, r"Bad\u001b]0;owned\u0007 title\u009b2J")
    entry = box.ok("import", "--json", box.write("1.json", hostile)).one["id"]
    for words in (["list", "measures"], ["search", "title"], ["show", entry]):
        summary = box.ok(*words).out.split(b"{")[0]
        assert b"\x1b" not in summary and b"\x07" not in summary and b"\xc2\x9b" not in summary, summary
        assert b"title" in summary


@test
def verify_says_that_all_is_intact(box):
    box.create()
    box.ok("import", box.write("a.pdf", pdf("a")), box.write("1.json", observation(1)))
    assert box.ok("verify", "--json").out == b""
    assert "intact" in box.ok("verify").text


@test
def export_writes_an_archive_in_clear_and_says_so(box):
    box.create()
    content = pdf("take me")
    box.ok("import", box.write("a.pdf", content), box.write("1.json", observation(1)))
    target = box.files / "space.zip"
    result = box.ok("export", "--zip", target, "--json")
    assert "not encrypted" in result.err, result
    assert result.one["file"] == str(target) and result.one["items"] >= 2, result
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        contents = [archive.read(name) for name in archive.namelist()]
    assert content in contents and observation(1).encode() in contents, archive.namelist()
    refused(box.run("export", "--zip", box.files / "no" / "such" / "folder.zip", "--json"))


@test
def wrong_passphrases_exit_3(box):
    box.create()
    for command in (["list", "all"], ["verify"], ["space", "list"], ["search", "x"]):
        refused(box.run(*command, passphrase="not the right words"), 3)


@test
def an_open_vault_is_refused_to_others(box):
    box.create()
    pipe = box.files / "slow.json"
    os.mkfifo(pipe)
    holder = box.start("import", "--json", pipe)
    # The pipe opens when the first process reads it, and it does so with the vault open.
    with open(pipe, "wb") as writing:
        assert "Hygie has this vault open" in refused(box.run("list", "all"))
        assert "Hygie has this vault open" in refused(box.run("space", "list", "--json"))
        writing.write(observation(1).encode())
    out, err = holder.communicate(timeout=60)
    assert holder.returncode == 0, (out, err)
    assert len(box.ok("list", "measures", "--json").lines) == 1


@test
def an_interrupted_import_keeps_what_it_added(box):
    box.create()
    first = box.write("first.json", observation(1))
    pipe = box.files / "slow.ndjson"
    os.mkfifo(pipe)
    process = box.start("import", "--json", first, pipe, box.write("last.json", observation(3)))
    with open(pipe, "wb") as writing:
        kept = json.loads(process.stdout.readline())
        assert kept["status"] == "added", kept
        process.send_signal(signal.SIGINT)
        time.sleep(0.2)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1 and b"Stopped. 1 item" in err, (process.returncode, out, err)
    assert [line["id"] for line in box.ok("list", "measures", "--json").lines] == [kept["id"]]
    assert box.ok("verify", "--json").lines == []


@test
def a_page_is_drawn_for_nobody_else(box):
    box.create()
    document = box.ok("import", "--json", fixture("pdf/minimal-document.pdf")).one["id"]
    picture = box.files / "page.png"
    box.ok("render", document, "--page", "1", "--png", picture)
    assert picture.read_bytes().startswith(b"\x89PNG\r\n") and picture.stat().st_mode & 0o777 == 0o600
    refused(box.run("render", document, "--page", "2", "--png", box.files / "none.png"))
    assert not (box.files / "none.png").exists()


@test
def text_gives_the_words_page_by_page(box):
    box.create()
    pages, cda, scan = (box.ok("import", "--json", fixture(name)).one["id"] for name in
                        ("pdf/pdflatex-4-pages.pdf", "cda/fr/s06-n3-biologie.xml", "pdf/grayscale-image.pdf"))
    lines = box.ok("text", "--json", pages).lines
    assert [set(line) for line in lines] == [{"page", "text"}] * 4 and [line["page"] for line in lines] == [1, 2, 3, 4], lines
    assert all("information" in line["text"] for line in lines), lines
    assert box.ok("text", pages).text.count("\f") == 4
    alone = box.ok("text", "--json", cda).one
    assert alone["page"] is None and "Hémoglobine 13,4 g/dL" in alone["text"], alone
    assert "picture" in refused(box.run("text", scan))
    refused(box.run("text", box.ok("import", "--json", box.write("o.json", observation(1))).one["id"]))


@test
def render_draws_to_scale_and_the_file_inside_a_clinical_document(box):
    box.create()

    def size(*words):
        picture = box.files / "page.png"
        box.ok("render", *words, "--png", picture)
        return tuple(int.from_bytes(picture.read_bytes()[at:at + 4], "big") for at in (16, 20))

    page = box.ok("import", "--json", fixture("pdf/minimal-document.pdf")).one["id"]
    width, height = size(page, "--page", "1")
    assert abs(width - 595) <= 1 and abs(height - 842) <= 1, (width, height)
    twice = size(page, "--page", "1", "--scale", "2")
    assert abs(twice[0] - 2 * 595) <= 2 and abs(twice[1] - 2 * 842) <= 2, twice
    inside = box.ok("import", "--json", fixture("cda/fr/s06-n3-biologie.xml")).one["id"]
    assert min(size(inside, "--page", "1")) > 100
    words = box.ok("import", "--json", fixture("cda/fr/s05-n3-vsm-synthese.xml")).one["id"]
    assert "only words" in refused(box.run("render", words, "--page", "1", "--png", box.files / "none.png"))
    locked = box.ok("import", "--json", fixture("pdf/libreoffice-writer-password.pdf")).one["id"]
    assert "password" in refused(box.run("render", locked, "--page", "1", "--png", box.files / "none.png"))
    assert not (box.files / "none.png").exists()


@test
def sync_prints_a_line_for_each_type_and_how_it_ended(box):
    """{"type","added","changed","deleted","refused":[{"id","code","reason"}],"known","kept","files","filesWrong","filesMissing"} a type, "refusedMore"
    when more were refused than are listed; at last {"done","resumable","state"}, with "until" (seconds since 1970) when the state is "busy",
    "reason" when it is "failed", and "warning":"other-person"."""
    box.create("Claire", "Fontaine", "1979-05-14", "female")
    assert "--server" in refused(box.run("sync"))
    for address in ("http://fhir.example.org/r4", "ftp://127.0.0.1/", "not an address", "https://a:b@127.0.0.1/"):
        refused(box.run("sync", "--server", address))
    refused(box.run("sync", "--server", "https://fhir.example.org/r4"))  # without a token, and so without a request
    refused(box.run("sync", "--token-fd", "x"), 2)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Clinic) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}/fhir"
        for token in ("bad", ""):
            box.env["HYGIE_TOKEN_FILE"] = str(box.write("token", token))
            refused(box.run("sync", "--server", base))
        box.env["HYGIE_TOKEN_FILE"] = str(box.write("token", "good\n"))
        *types, last = box.ok("sync", "--json", "--server", base + "/").lines
        assert last == {"done": True, "resumable": False, "state": "done"}, last
        counts = {"added": 1, "changed": 0, "deleted": 0, "known": 0, "kept": 0, "files": 0, "filesWrong": 0, "filesMissing": 0}
        by_type = {line.pop("type"): line for line in types}
        assert by_type["Patient"] == by_type["Observation"] == {**counts, "refused": []}, by_type
        no, = by_type["Appointment"].pop("refused")
        assert by_type["Appointment"] == {**counts, "added": 0} and no["id"] is None and no["code"] == "not-allowed" and no["reason"], no
        assert "Nothing new" not in box.ok("sync").text
        assert "another server" in refused(box.run("sync", "--server", "http://127.0.0.1:1/fhir"))
        refused(box.run("sync", "--patient", "p2"))
        server.shutdown()
    *_, last = box.run("sync", "--json").lines
    assert last == {"done": False, "resumable": True, "state": "offline"}, last
    # A server is set: still no other command looks for it.
    assert box.ok("list", "measures", "--json").one["title"] == "Weight"


@test
def an_answer_that_cannot_be_written_is_said(box):
    box.create()
    box.ok("import", box.write("1.json", observation(1)))
    second = box.write("2.json", observation(2))
    for words in (["list", "all"], ["space", "list", "--json"], ["--version"], ["import", second]):
        with open("/dev/full", "wb") as full:
            result = box.run(*words, stdout=full)
        assert result.code == 1 and "could not be written" in result.err, result
    assert len(box.ok("list", "measures", "--json").lines) == 2
    reading, writing = os.pipe()
    os.close(reading)
    result = box.run("list", "all", stdout=writing)
    os.close(writing)
    assert result.code == 1 and "could not be written" in result.err, result


def change_passphrase(box, former, fresh, fd=None):
    reading, writing = os.pipe()
    os.write(writing, fresh.encode() + b"\n")
    os.close(writing)
    try:
        return box.run("passphrase", "change", "--new-passphrase-fd", fd or reading, passphrase=former, also=(reading,))
    finally:
        os.close(reading)


@test
def a_changed_passphrase_takes_the_place_of_the_former_one(box):
    box.create()
    fresh = "another lantern under the river"
    assert "not-a-number" in refused(change_passphrase(box, PASSPHRASE, fresh, fd="not-a-number"), 2)
    refused(change_passphrase(box, "not this passphrase", fresh), 3)
    refused(change_passphrase(box, PASSPHRASE, "too short"), 1)
    box.ok("list", "all")
    assert "changed" in change_passphrase(box, PASSPHRASE, fresh).text
    refused(box.run("list", "all"), 3)
    assert len(box.ok("space", "list", "--json", passphrase=fresh).lines) == 1


@test
def a_recovery_key_is_tested_and_outlives_the_passphrase(box):
    key = box.ok("create", "--kdf", "interactive", "--json").one["recoveryKey"]
    box.add_space("Claire", "Fontaine", "1979-05-14", "female")
    assert box.ok("recovery", "test", passphrase=key).text
    assert box.ok("recovery", "test", passphrase=key.lower().replace("-", " ")).text
    wrong = key[:-1] + ("0" if key[-1] != "0" else "1")
    refused(box.run("recovery", "test", passphrase=wrong), 3)
    refused(box.run("recovery", "test"), 3)
    assert change_passphrase(box, PASSPHRASE, "another lantern under the river").code == 0
    box.ok("recovery", "test", passphrase=key)


if __name__ == "__main__":
    main()
