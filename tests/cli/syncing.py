# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of hygie-cli sync share: a space that follows a server, and whether it holds exactly what the server holds."""

import json
import re
import shutil
import zipfile

from fhirserver import PERSON
from hycli import Sandbox

# A sync of these tests that takes longer hangs.
PATIENCE_S = 240
COUNTS = ("added", "changed", "deleted", "known", "kept", "files", "filesWrong", "filesMissing")
STATES = ("done", "stopped", "offline", "busy", "sign-in", "failed")

_prepared = {}


class Journal:
    """What one sync printed: types {type: line} and the last line's state."""

    def __init__(self, result):
        self.result = result
        *lines, last = result.lines
        assert set(last) >= {"done", "resumable", "state"} and last["state"] in STATES, result
        assert last["done"] == (last["state"] == "done"), result
        self.state = last["state"]
        self.resumable = last["resumable"]
        self.types = {line["type"]: line for line in lines}
        assert len(self.types) == len(lines), result
        for line in lines:
            assert set(line) >= {"type", "refused", *COUNTS}, line
            assert all(set(refused) >= {"id", "reason"} and refused["reason"] for refused in line["refused"]), line

    def total(self, name):
        return sum(line[name] for line in self.types.values())

    @property
    def refused(self):
        """{(type, id or None): reason}"""
        return {(line["type"], refused["id"]): refused["reason"] for line in self.types.values() for refused in line["refused"]}

    @property
    def is_quiet(self):
        return not any(self.total(name) for name in COUNTS)

    def __repr__(self):
        return repr(self.result)


def prepare(box, given="Alice", family="EXEMPLE-VERDIER", birth_date="1984-05-12", sex="female"):
    """A vault with the space of one person.  Made once for each person, then copied: the keys cost the time."""
    who = (given, family, birth_date, sex)
    if who not in _prepared:
        _prepared[who] = Sandbox(box.program)
        _prepared[who].create(*who)
    shutil.rmtree(box.vault, ignore_errors=True)
    shutil.copytree(_prepared[who].vault, box.vault)


def forget_prepared():
    for box in _prepared.values():
        box.__exit__()
    _prepared.clear()


def sync(box, server, *words, code=0, person=PERSON, timeout=PATIENCE_S, **keywords):
    """Runs hygie-cli sync against @server; returns its Journal."""
    result = box.run("sync", "--json", "--server", server.base, "--patient", person, *words, timeout=timeout, **keywords)
    assert result.code == code if code is not None else result.code in (0, 1), result
    assert result.code == 0 or result.err.strip(), result
    # Before a server is connected there is no account to print.
    return Journal(result) if result.out or code is not None else None


def held(box, made_here=0):
    """({"Type/id": bytes}, {DocumentReference id: bytes}) of the only space, but for the Patient of "space add" and @made_here
    entries of the person's own."""
    archive = box.files / "held.zip"
    own = {line["id"] for line in box.ok("list", "all", "--json").lines if "local" in line["flags"]}
    assert len(own) == 1 + made_here, own
    box.ok("export", "--zip", archive)
    records, files, names = {}, {}, {}
    with zipfile.ZipFile(archive) as opened:
        for name in opened.namelist():
            record = re.fullmatch(r"records/(\w+)/(.*)\.json", name)
            if not record or record[2] in own:
                continue
            content = opened.read(name)
            reference = f"{record[1]}/{json.loads(content)['id']}"
            assert reference not in records, f"{reference} is there twice"
            records[reference] = content
            names[record[2]] = reference
        for name in opened.namelist():
            document = re.fullmatch(r"documents/.* \(([^()]*)\)\.\w+", name)
            if document and document[1] not in own:
                files[names[document[1]].partition("/")[2]] = opened.read(name)
    archive.unlink()
    return records, files


def wanted_files(server, records):
    """{DocumentReference id: bytes} of all whose address leads somewhere."""
    files = {}
    for reference, content in records.items():
        if reference.startswith("DocumentReference/"):
            url = json.loads(content)["content"][0]["attachment"].get("url")
            found = url and server.attachment(url)
            if found is not None:
                files[reference.partition("/")[2]] = found
    return files


def differences(here, there):
    return {"missing": sorted(there.keys() - here.keys()), "too many": sorted(here.keys() - there.keys()),
            "other bytes": sorted(name for name in here.keys() & there.keys() if here[name] != there[name])}


def assert_same(box, server, person=PERSON, truth=None, made_here=0):
    """The space holds exactly what the server holds: same ids, same bytes, same files, nothing twice; and verify is clean."""
    records, files = truth or whole(server, person)
    here, files_here = held(box, made_here)
    assert here == records, differences(here, records)
    assert files_here == files, differences(files_here, files)
    assert box.ok("verify", "--json").out == b""


def whole(server, person=PERSON):
    """What assert_same() compares with; asked once where the server does not change."""
    records = server.holds(person)
    return records, wanted_files(server, records)
