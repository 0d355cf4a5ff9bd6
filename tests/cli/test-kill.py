# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 during imports, at random moments: what was acknowledged is there, the vault opens, verify finds nothing.

The second argument is the number of kills.  HY_SEED repeats a run."""

import hashlib
import json
import os
import random
import sys
import time
import zipfile

from hycli import main, note, observation, pdf, test

RESOURCES = 1200  # of one import, in one NDJSON file; several transactions
DOCUMENTS = 4     # of one import, each with a blob of several chunks
MEMBERS = 3       # of one archive of documents
KILLS_A_VAULT = 25


def archive(box, number, made):
    """An archive of documents, by way of the sandboxed worker."""
    listed = ""
    path = box.files / f"kill{number}.zip"
    with zipfile.ZipFile(path, "w") as out:
        for index in range(MEMBERS):
            title = f"Kill {number} member {index}"
            made[title] = pdf(title, padding=100_000)
            out.writestr(f"IHE_XDM/SUBSET01/{index}.PDF", made[title])
            slots = {"URI": f"{index}.PDF", "size": len(made[title]), "hash": hashlib.sha1(made[title]).hexdigest()}
            listed += (f'<ExtrinsicObject id="d{index}" mimeType="application/pdf"><Name><LocalizedString value="{title}"/></Name>'
                       + "".join(f'<Slot name="{name}"><ValueList><Value>{value}</Value></ValueList></Slot>'
                                 for name, value in slots.items()) + "</ExtrinsicObject>")
        out.writestr("IHE_XDM/SUBSET01/METADATA.XML",
                     '<SubmitObjectsRequest xmlns="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0">'
                     f"<RegistryObjectList>{listed}</RegistryObjectList></SubmitObjectsRequest>")
    return path


def batch(box, number):
    """The files of import @number and what each title was made from."""
    made = {}
    lines = []
    for index in range(RESOURCES):
        title = f"Kill {number} item {index}"
        made[title] = observation(index, title).encode()
        lines.append(made[title])
    ndjson = box.write(f"kill{number}.ndjson", b"\n".join(lines) + b"\n")
    documents = []
    for index in range(DOCUMENTS):
        content = pdf(f"kill {number} document {index}", padding=150_000)
        documents.append(box.write(f"kill{number}-{index}.pdf", content))
        made[documents[-1].name] = content
    return [*documents[::2], archive(box, number, made), ndjson, *documents[1::2]], made


def acknowledged(out):
    """Whole lines only: the kill may cut the last one."""
    return [json.loads(line) for line in out.split(b"\n")[:-1]]


def whole_duration(box):
    files, _ = batch(box, 0)
    started = time.monotonic()
    lines = box.ok("import", "--json", *files).lines
    assert len(lines) == RESOURCES + DOCUMENTS + MEMBERS and all(line["status"] == "added" for line in lines)
    return time.monotonic() - started


def check_bytes(box, line, made):
    if line["type"] == "Observation":
        assert box.ok("show", line["id"], "--raw").out == made[line["title"]], line
    else:
        content = made[line["title"]] if line["kind"] == "xdm" else next(made[name] for name in made if name in line["file"])
        assert box.ok("get", line["id"]).out == content, line


def kill_once(box, number, longest, chance, held):
    """One import that is killed.  Adds what it acknowledged to @held; returns (acknowledged, whether it was cut)."""
    files, made = batch(box, number)
    process = box.start("import", "--json", *files)
    time.sleep(chance.uniform(0, longest))
    process.kill()
    out, _ = process.communicate(timeout=60)
    lines = acknowledged(out)
    for line in lines:
        assert line["status"] == "added", line
        held[line["id"]] = line["title"]

    there = {line["id"]: line["title"] for line in box.ok("list", "all", "--json").lines}
    lost = {entry: title for entry, title in held.items() if there.get(entry) != title}
    assert not lost, f"kill {number} lost {len(lost)} of {len(held)}: {list(lost.items())[:5]}"
    assert box.ok("verify", "--json").out == b""
    for line in lines[-1:] + [line for line in lines if line["type"] == "DocumentReference"][-1:]:
        check_bytes(box, line, made)
    for path in files:
        path.unlink()
    return len(lines), process.returncode != 0


@test
def no_acknowledged_item_is_lost_by_a_kill(box):
    kills = int(sys.argv[2])
    seed = os.environ.get("HY_SEED", str(random.randrange(1 << 32)))
    chance = random.Random(seed)
    total = cut = held_at_kill = 0
    started = time.monotonic()

    number = 0
    while number < kills:
        with type(box)(box.program) as fresh:
            held = {}
            fresh.create()
            longest = 1.1 * whole_duration(fresh)
            for _ in range(min(KILLS_A_VAULT, kills - number)):
                number += 1
                count, was_cut = kill_once(fresh, number, longest, chance, held)
                total += count
                cut += was_cut
                held_at_kill += 0 < count < RESOURCES + DOCUMENTS + MEMBERS
    note(f"{kills} kills (seed {seed}), {cut} before the end, {held_at_kill} in the middle of the items, "
         f"{total} items acknowledged, 0 lost, {time.monotonic() - started:.0f} s")
    assert cut > kills // 2 and total > 0, "the kills came too late to show anything"


if __name__ == "__main__":
    main()
