# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing that a sync brings, nor the token that it shows, is in clear in any file that Hygie writes."""

import base64
import hashlib
import secrets
import time

from canary import files_below, find
from fhirserver import FhirServer, PERSON, alice
from hycli import main, note, pdf, test
from syncing import assert_same, prepare, sync

N_MARKERS = 12


def marked(markers):
    """Resources with a marker in each kind of place; the bytes of one document are larger than a part."""
    m = iter(markers)
    person = {"reference": f"Patient/{PERSON}"}
    letter = pdf(f"Letter {next(m)}", padding=1_500_000)
    text = f"Dear {next(m)}".encode() * 20
    yield {"resourceType": "Observation", "id": f"o-{next(m)}", "status": "final", "subject": person, "code": {"text": f"Weight {next(m)}"},
           "performer": [{"reference": f"Practitioner/{markers[-1]}"}], "note": [{"text": next(m)}]}
    for content, kind in ((letter, "application/pdf"), (text, "text/plain")):
        name = f"d-{next(m)}"
        yield {"resourceType": "DocumentReference", "id": name, "status": "current", "subject": person, "description": f"About {next(m)}",
               "content": [{"attachment": {"contentType": kind, "url": f"Binary/{name}", "title": next(m), "size": len(content),
                                           "hash": base64.b64encode(hashlib.sha1(content).digest()).decode()}}]}
        yield {"resourceType": "Binary", "id": name, "contentType": kind, "securityContext": person, "data": base64.b64encode(content).decode()}
    yield {"resourceType": "Practitioner", "id": next(m), "name": [{"family": "Exemple"}]}
    assert next(m, None) is None


@test
def no_marker_of_the_server_is_in_any_file(box):
    markers = ["Zq" + secrets.token_hex(8) for _ in range(N_MARKERS)]
    resources = list(marked(markers))
    with FhirServer([*alice(), *resources], AUTH=1) as server:
        server.token = server.sign_in(scope="patient/*.cruds")
        token = server.sign_in()
        (box.root / "token").write_text(token)
        box.env["HYGIE_TOKEN_FILE"] = str(box.root / "token")
        wanted = [*markers, token, server.address, server.base.partition("//")[2]]
        prepare(box)

        def clean(moment):
            found = find(wanted, box.home)
            assert not found, (moment, found)

        # While it runs, and cut in the middle of a document's bytes: parts of it are here by then.
        server.faults({"match": "Binary/", "truncate": 1_200_000, "times": 1000}, {"latencyMs": 100, "times": 1000})
        process = box.start("sync", "--json", "--server", server.base, "--patient", PERSON)
        looks = 0
        until = time.monotonic() + 60
        while process.poll() is None and not any("/Binary/" in line for line in server.log(clear=False)) and time.monotonic() < until:
            clean("during a sync")
            looks += 1
        clean("during a download")
        process.kill()
        process.communicate(timeout=60)
        clean("after a kill")
        server.faults({"status": 500, "times": 1000})
        sync(box, server, code=1)
        clean("after a sync that failed")
        server.faults()
        sync(box, server)
        clean("after a sync")
        assert_same(box, server)
        assert all(box.ok("search", "--json", marker).lines for marker in (markers[3], markers[0])), "the words are in the space"
        server.delete("Observation/" + resources[0]["id"])
        sync(box, server)
        clean("after a deletion")
        note(f"{len(wanted)} markers, {looks} looks during the sync, {sum(1 for _ in files_below(box.home))} paths, 0 found")


if __name__ == "__main__":
    main()
