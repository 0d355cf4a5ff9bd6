# SPDX-License-Identifier: GPL-3.0-or-later
"""hygie-cli sync against a real FHIR server, of each kind that there is: afterwards the space holds exactly what it holds."""

import base64
import copy
import hashlib
import json
import os
import zipfile

from fhirserver import FhirServer, PERSON, alice, documents
from hycli import fixture, main, note, pdf, test
from syncing import assert_same, held, prepare, sync, whole

N_DOCUMENTS = 6
SMALL_PAGES = {"PAGE_MAX": 7}


def small():
    return alice() + documents(N_DOCUMENTS)


def find(reference):
    kind, _, name = reference.partition("/")
    return copy.deepcopy(next(resource for resource in small() if resource["resourceType"] == kind and resource["id"] == name))


def document(name, content, kind="application/pdf", **more):
    """A DocumentReference and its Binary."""
    return ({"resourceType": "DocumentReference", "id": name, "status": "current", "subject": {"reference": f"Patient/{PERSON}"},
             "date": "2026-07-01T08:00:00Z", "description": f"Letter {name}",
             "content": [{"attachment": {"contentType": kind, "url": f"Binary/{name}", "size": len(content),
                                         "hash": base64.b64encode(hashlib.sha1(content).digest()).decode()}}], **more},
            {"resourceType": "Binary", "id": name, "contentType": kind, "securityContext": {"reference": f"Patient/{PERSON}"},
             "data": base64.b64encode(content).decode()})


def observation(name, text, person=PERSON):
    return {"resourceType": "Observation", "id": name, "status": "final", "code": {"text": text}, "effectiveDateTime": "2026-07-01",
            "subject": {"reference": f"Patient/{person}"}}


def change_everything(server):
    """What other people may do to a server between two syncs."""
    weight, person = find("Observation/obs-weight"), find(f"Patient/{PERSON}")
    height, practitioner = find("Observation/obs-height"), find("Practitioner/pr-camille")
    weight["note"] = [{"text": "Weighed again"}]
    person["telecom"] = []
    height["subject"] = {"reference": "Patient/p-bob"}
    practitioner["name"][0]["family"] = "EXEMPLE-NOUVEAU"
    for gone in ("Communication/msg-2", "AllergyIntolerance/alg-1", "Condition/cond-1", f"DocumentReference/{PERSON}-doc-0005"):
        server.delete(gone)
    server.seed(weight, person, height, practitioner, observation("new-1", "New"), find("Condition/cond-1"),
                *document("new-2", pdf("new")), *document(f"{PERSON}-doc-0004", pdf("changed")),
                {"resourceType": "Goal", "id": "new-3", "lifecycleStatus": "active", "description": {"text": "The first of its type"},
                 "subject": {"reference": f"Patient/{PERSON}"}})


def follows(box, most_quiet_requests, person=PERSON, **variables):
    """A first sync, one with nothing new, one after all kinds of changes: each time the space is what the server is."""
    with FhirServer(small(), **SMALL_PAGES, **variables) as server:
        if variables.get("AUTH"):
            server.token = server.sign_in(scope="patient/*.cruds")
            box.env["HYGIE_TOKEN_FILE"] = str(box.write("token", server.sign_in() + "\n"))
        prepare(box)
        first = sync(box, server)
        assert first.state == "done" and not first.refused, first
        assert first.total("filesWrong") == 1 and first.total("filesMissing") == 1, first
        assert first.total("files") == N_DOCUMENTS - 1, first
        n_first = len(server.log())
        assert_same(box, server)

        server.log()
        quiet = sync(box, server)
        n_quiet = len(server.log())
        assert quiet.is_quiet, quiet
        assert n_quiet <= most_quiet_requests, n_quiet

        change_everything(server)
        server.log()
        changed = sync(box, server)
        n_changed = len(server.log())
        assert not changed.refused, changed
        assert_same(box, server)
        assert changed.types["AllergyIntolerance"]["deleted"] == 1 and changed.types["Goal"]["added"] == 1, changed
        again = sync(box, server)
        assert again.is_quiet, again
        note(f"{variables}: {n_first} requests for {first.total('added')}, {n_quiet} for nothing new, {n_changed} for "
             f"{changed.total('added')} new, {changed.total('changed')} changed, {changed.total('deleted')} gone")


@test
def a_server_that_takes_client_ids_is_followed(box):
    follows(box, 12, CLIENT_IDS=1)


@test
def a_server_that_gives_the_ids_is_followed(box):
    follows(box, 12, CLIENT_IDS=0, VERSIONS="opaque")


@test
def a_server_without_history_is_followed(box):
    follows(box, 160, HISTORY=0)


@test
def a_server_without_history_nor_ranges_that_ignores_what_it_does_not_know_is_followed(box):
    follows(box, 160, HISTORY=0, RANGES=0, LENIENT=1, VERSIONS="opaque")


@test
def a_server_without_history_that_answers_nothing_to_what_it_does_not_know_is_followed(box):
    follows(box, 160, HISTORY=0, LENIENT="empty")


@test
def a_server_that_limits_requests_is_followed(box):
    follows(box, 20, RATE_LIMIT="15/1")


@test
def a_server_with_sign_in_is_followed(box):
    follows(box, 12, AUTH=1)


@test
def a_token_that_is_not_taken_changes_nothing(box):
    with FhirServer(small(), AUTH=1) as server:
        server.token = server.sign_in()
        token = box.write("token", server.token)
        prepare(box)
        with open(token, "rb") as opened:
            sync(box, server, "--token-fd", str(opened.fileno()), also=(opened.fileno(),))
        truth = whole(server)
        assert_same(box, server, truth=truth)
        server.log()
        for words in ("Zq-not-a-token", "", "two words", "a" * 100_000):
            token.write_text(words)
            box.env["HYGIE_TOKEN_FILE"] = str(token)
            result = box.run("sync", "--json", "--server", server.base, "--patient", PERSON)
            assert result.code == 1 and result.err.strip() and (words == "" or words not in result.err), result
            assert_same(box, server, truth=truth)
        requests = server.log()
        assert len(requests) <= 4 * 3, "a token that is refused is not tried again and again"
        # With the right one it goes on.
        token.write_text(server.token)
        assert sync(box, server).is_quiet


@test
def a_caregiver_gets_what_the_mandate_allows(box):
    """Six types by mandate, 403 for the rest."""
    with FhirServer(small() + [observation("b-1", "Hers to see", "p-bob"), {
            "resourceType": "Condition", "id": "b-2", "subject": {"reference": "Patient/p-bob"}, "code": {"text": "Not for her"}}],
            AUTH=1, HISTORY=0) as server:
        server.token = server.sign_in()
        box.env["HYGIE_TOKEN_FILE"] = str(box.write("token", server.token))
        prepare(box, "Robert", "EXEMPLE-VERDIER", "1948-07-03", "male")
        for _ in range(2):
            journal = sync(box, server, person="p-bob")
            assert not any(name == "Observation" for name, _ in journal.refused), journal
            assert_same(box, server, person="p-bob")


@test
def a_type_that_is_refused_stops_nothing_else(box):
    with FhirServer(small(), HISTORY=0) as server:
        prepare(box)
        sync(box, server)
        for fault in ({"status": 403}, {"status": 404}, {"garbage": True}):
            truth = whole(server)
            server.faults({"match": "/fhir/Condition", "times": 1000, **fault}, {"match": "$everything", "times": 1000, "status": 404})
            number = len(truth[0])
            server.seed(observation(f"new-{number}", "New"), {**find("Condition/cond-1"), "note": [{"text": f"Changed {number}"}]})
            journal = sync(box, server)
            assert ("Condition", None) in journal.refused and len(journal.refused) == 1, journal
            assert journal.types["Observation"]["added"] == 1 and journal.total("changed") == 0 and journal.total("deleted") == 0, journal
            truth[0][f"Observation/new-{number}"] = server.read(f"Observation/new-{number}")
            assert_same(box, server, truth=truth)
            server.faults()
            assert sync(box, server).types["Condition"]["changed"] == 1
            assert_same(box, server)


@test
def several_people_on_a_server_are_never_guessed(box):
    with FhirServer(small()) as server:
        prepare(box)
        result = box.run("sync", "--json", "--server", server.base)
        assert result.code == 1 and "--patient" in result.err, result
        here, files = held(box)
        assert not here and not files
        result = box.run("sync", "--json", "--server", server.base, "--patient", "nobody")
        assert result.code == 1 and result.err.strip(), result
        sync(box, server)
        # From now on the space knows its server and its person.
        assert box.ok("sync", "--json").lines[-1]["done"]
        assert_same(box, server)


@test
def a_file_that_was_imported_first_is_known_again(box):
    path = fixture("cda/fr/s06-n3-biologie.xml")
    content = path.read_bytes()
    with FhirServer(small()) as server:
        prepare(box)
        line, = box.ok("import", "--json", path).lines
        row, = box.ok("show", line["id"], "--json").lines
        server.seed(*document("same", content, "text/xml", masterIdentifier=row["resource"]["masterIdentifier"]))
        journal = sync(box, server)
        assert journal.total("known") == 1, journal
        documents_here = box.ok("list", "documents", "--json").lines
        assert len(documents_here) == N_DOCUMENTS + 1, documents_here
        assert box.ok("get", line["id"]).out == content
        # It is gone from the server: what came by hand stays.
        server.delete("DocumentReference/same")
        sync(box, server)
        assert box.ok("get", line["id"]).out == content
        assert len(box.ok("list", "documents", "--json").lines) == N_DOCUMENTS + 1
        assert box.ok("verify", "--json").out == b""


@test
def an_edit_that_waits_to_be_sent_is_not_overwritten(box):
    """A parcel completes a document that was imported, so the person's entry waits; then a server brings, changes and deletes it."""
    parcel = fixture("cda/fr/s11-xdm-un-document.zip")
    with zipfile.ZipFile(parcel) as opened:
        content = opened.read("IHE_XDM/SUBSET01/DOC001.XML")
    with FhirServer(small()) as server:
        prepare(box, "Odette", "EXEMPLE-UN", "1980-07-12")
        server.seed({**find(f"Patient/{PERSON}"), "id": "p-odette", "name": [{"family": "EXEMPLE-UN", "given": ["Odette"]}], "birthDate": "1980-07-12",
                     "identifier": [{"system": "urn:oid:1.2.250.1.213.1.4.10", "value": "280079999900117"}]})
        line, = box.ok("import", "--json", box.write("alone.xml", content)).lines
        alone = box.ok("show", line["id"], "--raw").out
        again, = box.ok("import", "--json", parcel).lines
        assert again["status"] == "duplicate" and again["id"] == line["id"], again
        mine = box.ok("show", line["id"], "--raw").out
        assert mine != alone, "the parcel completed it"

        plain = document("edited", content, "text/xml", masterIdentifier=json.loads(mine)["masterIdentifier"])
        plain[0]["subject"] = plain[1]["securityContext"] = {"reference": "Patient/p-odette"}

        def still_mine():
            journal = sync(box, server, person="p-odette")
            assert journal.total("deleted") <= 1, journal
            assert line["id"] in [entry["id"] for entry in box.ok("list", "documents", "--json").lines], journal
            assert box.ok("show", line["id"], "--raw").out == mine
            assert box.ok("get", line["id"]).out == content

        # While the edit waits, what the server has stands beside it.
        server.seed(*plain)
        still_mine()
        plain[0]["description"] = "Changed over there"
        server.seed(plain[0])
        still_mine()
        server.delete("DocumentReference/edited")
        still_mine()
        assert len(box.ok("list", "documents", "--json").lines) == 1
        assert box.ok("verify", "--json").out == b""


if __name__ == "__main__":
    main()
