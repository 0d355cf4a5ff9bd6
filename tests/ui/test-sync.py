#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way to a server and its journal in the real window, against a small server of this test on the loopback: an address
that is wrong, one record and several, somebody else's, syncs, a refusal, stopping, a server that goes and comes back, a
token that is no longer taken, leaving it.  Leaves a picture of each state in $HY_PICTURES.

  test-sync.py PROGRAM DATA-FOLDER PO-FOLDER LANGUAGE light|dark pointer|keyboard WIDTHxHEIGHT CLI

Run it in with-display.sh, as test-window.py, whose hands it uses.
"""
import base64
import http.server
import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.parse

sys.dont_write_bytecode = True
CLI = sys.argv[8]
spec = importlib.util.spec_from_file_location("window", os.path.join(os.path.dirname(os.path.abspath(__file__)), "test-window.py"))
window = importlib.util.module_from_spec(spec)
sys.modules["window"] = window
spec.loader.exec_module(window)
from window import (_, c_, check, drive, fill, gone, home, keys, names, picture, press, reach, see, write)  # noqa: E402

PASSPHRASE = "cinq mots pour un essai"
GIVEN, FAMILY = "Alice", "Martin"
TOKEN, OTHER_TOKEN = "token-of-the-test", "another-token"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\ntrailer<</Root 1 0 R>>\n"
HELD_S = 60  # at most, of a request that waits for the test
STAMP = "2026-11-20T08:00:00Z"


def patient(ident, given, family, born):
    return {"resourceType": "Patient", "id": ident, "meta": {"versionId": "1", "lastUpdated": STAMP}, "gender": "female",
            "name": [{"given": [given], "family": family}], "birthDate": born}


def entry(kind, ident, **more):
    return dict({"resourceType": kind, "id": ident, "meta": {"versionId": "1", "lastUpdated": STAMP}}, **more)


def record(of):
    subject = {"reference": f"Patient/{of}"}
    quantity = {"unit": "kg", "value": 62, "system": "http://unitsofmeasure.org", "code": "kg"}
    weight = {"coding": [{"system": "http://loinc.org", "code": "29463-7"}], "text": "Body weight"}
    found = [entry("Observation", f"weight-{number}-{of}", status="final", subject=subject, code=weight, valueQuantity=quantity,
                   effectiveDateTime=f"2026-11-{number:02}") for number in range(1, 4)]
    found.append(entry("AllergyIntolerance", f"pollen-{of}", patient=subject, code={"text": "Pollen"}))
    found.append(entry("Immunization", f"flu-{of}", status="completed", patient=subject, vaccineCode={"text": "Flu"},
                       occurrenceDateTime="2026-10-12"))
    found.append(letter(of, "first", "Letter from the hospital"))
    return found


def letter(of, ident, title):
    return entry("DocumentReference", f"{ident}-{of}", status="current", subject={"reference": f"Patient/{of}"}, date=STAMP,
                 description=title, content=[{"attachment": {"contentType": "application/pdf", "title": title,
                                                             "data": base64.b64encode(PDF).decode()}}])


def lost_letter(of, ident, title):
    """Its file is elsewhere on the server, and not there yet."""
    found = letter(of, ident, title)
    attachment = found["content"][0]["attachment"]
    del attachment["data"]
    attachment["url"] = f"Binary/{ident}"
    return found


class Server:
    """What a FHIR server does, as little of it as there is to see; and what the test wants it to do wrong."""

    def __init__(self):
        self.token = None           # that it asks for
        self.refused = "Appointment"
        self.resources = []
        self.held = None            # an event: what asks for entries waits for it
        self.port = 0
        self.http = None

    def start(self):
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_args):
                pass

            def do_GET(self):
                self.reply(*server.answer(self.path, self.headers))

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
                self.reply(*server.answer_batch(body, self.headers))

            def reply(self, status, body):
                sent = json.dumps(body).encode()
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", "application/fhir+json; charset=utf-8")
                    self.send_header("Content-Length", str(len(sent)))
                    self.end_headers()
                    self.wfile.write(sent)
                except OSError:
                    self.close_connection = True  # the other side stopped listening

        http.server.ThreadingHTTPServer.allow_reuse_address = True
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.http.daemon_threads = True
        self.port = self.http.server_address[1]
        threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        """Nobody answers at its address any more; connections that were left open end with the next thing asked."""
        self.token = "nobody has this one"
        self.http.shutdown()
        self.http.server_close()

    @property
    def base(self):
        return f"http://127.0.0.1:{self.port}/fhir"

    def answer_batch(self, body, headers):
        answers = []
        for part in body.get("entry", []):
            status, found = self.answer("/fhir/" + part["request"]["url"].lstrip("/"), headers)
            answers.append({"response": {"status": str(status)}, "resource": found})
        return 200, {"resourceType": "Bundle", "type": "batch-response", "entry": answers}

    def answer(self, path, headers):
        where = urllib.parse.urlsplit(path)
        asked = dict(urllib.parse.parse_qsl(where.query))
        parts = [part for part in where.path.removeprefix("/fhir").split("/") if part]
        if parts == ["metadata"]:
            return 200, self.capabilities()
        if self.token and headers.get("Authorization") != f"Bearer {self.token}":
            return 401, outcome("login", "who are you")
        if not parts or parts[-1] == "_history" or parts[-1].startswith("$"):
            return 404, outcome("not-supported", "not here")
        if self.held and parts[0] != "Patient":
            self.held.wait(HELD_S)
        if parts[0] == self.refused:
            return 403, outcome("forbidden", f"{self.refused} may not be read by this sign-in")
        if len(parts) == 2:
            for resource in self.resources:
                if [resource["resourceType"], resource["id"]] == parts:
                    return 200, resource
            return 404, outcome("not-found", "no such thing")
        return 200, self.search(parts[0], asked)

    def search(self, kind, asked):
        who = asked.get("patient") or asked.get("subject") or (asked.get("_id") if kind == "Patient" else None)
        wanted = who.split("/")[-1] if who else None
        found = [resource for resource in self.resources if resource["resourceType"] == kind and
                 (wanted is None or resource["id"] == wanted or
                  wanted == (resource.get("subject") or resource.get("patient") or {}).get("reference", "").split("/")[-1])]
        return {"resourceType": "Bundle", "type": "searchset", "total": len(found),
                "entry": [{"fullUrl": f"{self.base}/{kind}/{resource['id']}", "resource": resource, "search": {"mode": "match"}}
                          for resource in found]}

    def capabilities(self):
        kinds = ("Patient", "Observation", "AllergyIntolerance", "Immunization", "DocumentReference", "Appointment", "Binary")
        return {"resourceType": "CapabilityStatement", "status": "active", "fhirVersion": "4.0.1", "kind": "instance",
                "date": STAMP, "format": ["json"], "rest": [{"mode": "server", "resource": [
                    {"type": kind, "interaction": [{"code": "read"}, {"code": "search-type"}],
                     "searchParam": [{"name": name, "type": "reference"} for name in ("patient", "subject", "actor")]}
                    for kind in kinds]}]}


def outcome(code, words):
    return {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": code, "diagnostics": words}]}


def filled(text, *values):
    """The translated text with its places filled in."""
    text = _(text)
    for value in values:
        text = re.sub(r"%'?[su]", str(value), text, count=1)
    return text


def make_vault():
    file = os.path.join(home, "passphrase")
    with open(file, "w", encoding="utf-8") as out:
        out.write(PASSPHRASE + "\n")
    made = dict(window.environment, HYGIE_PASSPHRASE_FILE=file)
    for words in (["create", "--kdf", "interactive"],
                  ["space", "add", "--given", GIVEN, "--family", FAMILY, "--birth-date", "1984-03-12", "--sex", "female"]):
        check(subprocess.run([CLI, *words], env=made, stdout=subprocess.DEVNULL).returncode == 0, f"hygie-cli {words[0]} works")
    os.unlink(file)


def unlock():
    see("button", _("_Unlock"), 20)
    window.program.fill_screen()
    time.sleep(0.3)
    write(PASSPHRASE)
    keys("Return")
    window.to_documents()
    see("*", _("No documents yet"), 20)
    time.sleep(0.3)


def show_journal():
    """By the line at the sidebar's foot."""
    if window.KEYBOARD:
        keys("alt+Left")  # the sidebar, where it is hidden
        time.sleep(0.6)
    press("button", start_of_foot())
    time.sleep(0.6)


def start_of_foot():
    return "~" + _("Sync journal: %s").split("%")[0].strip()


def see_state(words, seconds=20):
    """The first row says so."""
    see("list item", "~" + words, seconds)
    time.sleep(0.4)


def type_server(address, token):
    see("*", _("A_ddress of the server"))
    time.sleep(0.5)
    fill(_("A_ddress of the server"), address)
    if token:
        fill(_("_Token"), token)
    press("button", _("C_onnect"))


def wrong_address():
    """Nobody listens there: it says so, keeps what was typed, and can be mended."""
    press("button", _("Connect to a _server…"))
    see("*", _("A_ddress of the server"))
    time.sleep(0.6)
    picture("sync-connect")
    with socket.socket() as empty:
        empty.bind(("127.0.0.1", 0))
        wrong = f"http://127.0.0.1:{empty.getsockname()[1]}/fhir"
        type_server(wrong, None)
        time.sleep(0.5)
        gone("label", _("Asking the server"), 90)
        typed = see("text", _("A_ddress of the server"))
        check(drive.text_of(typed) == wrong, "what was typed is still there")
        time.sleep(0.5)
        picture("sync-connect-error")


def stop_asking(server):
    """Cancel ends the question at once, and leaves the words that were typed."""
    server.held = threading.Event()
    hold = server.answer
    server.answer = lambda *asked: (server.held.wait(HELD_S), hold(*asked))[1]
    type_server(server.base, TOKEN)
    see("label", _("Asking the server"))
    time.sleep(0.3)
    picture("sync-connect-asking")
    press("button", _("_Cancel"))
    gone("label", _("Asking the server"), 2)
    see("*", _("A_ddress of the server"))
    server.held.set()
    server.held = None
    server.answer = hold


def connect_one(server):
    type_server(server.base, TOKEN)
    see("*", _("Is this you?"), 20)
    see("list item", f"~{GIVEN} {FAMILY}, ")
    see("*", "~" + c_("whose record", "Same person"))
    time.sleep(0.6)
    picture("sync-person")
    press("button", _("_Use this record"))
    see_state(_("Up to date"), 40)


def first_sync():
    """What came, kind by kind, and what was refused last."""
    see("list item", "~" + _("Everything else"))
    see("*", "~" + c_("what came of a sync", "Refused"))
    see("list item", "~Letter from the hospital")
    picture("sync-done")
    if window.KEYBOARD:
        reach("~" + c_("moment of a sync", "Today at %H:%M").split("%")[0].strip()[1:])
        reach("~" + c_("what came of a sync", "Refused"), "Down")
        keys("Tab", "Return")
    else:
        press("button", "~" + _("What to do: %s").split("%")[0].strip())
    see("*", _("Technical answer"))
    time.sleep(0.4)
    picture("sync-what-to-do")
    press("*", _("Technical answer"))
    see("button", _("_Copy"))
    check(any("403" in name or "forbidden" in name for name in names("label")), "the answer of the server can be looked at")
    time.sleep(0.3)
    picture("sync-answer")
    keys("Escape")
    gone("*", _("Technical answer"))


def see_documents():
    """What came is there."""
    keys("alt+2")
    see("list item", "~Letter from the hospital")
    time.sleep(0.5)
    picture("sync-documents")
    show_journal()
    see_state(_("Up to date"))


def second_sync(server):
    """Only what is new is told, and counted in the sidebar; the former sync folds under it."""
    server.resources.append(lost_letter("alice", "second", "A second letter"))
    keys("ctrl+r")
    see("list item", "~A second letter", 30)
    see_state(_("Up to date"), 30)
    see("*", _("Before"))
    picture("sync-second")
    if window.KEYBOARD:
        keys("alt+Left")
        time.sleep(0.6)
        picture("sync-sidebar")
    see("list item", filled("Documents, %u new", 1))
    press("button", start_of_foot())
    see_state(_("Up to date"))


def open_document(name):
    """By Enter, or by a double click."""
    if window.KEYBOARD:
        window.reach_row(name)
        keys("Return")
    else:
        place = drive.Atspi.Component.get_extents(see("list item", name), drive.Atspi.CoordType.WINDOW)
        subprocess.run(["xdotool", "mousemove", str(place.x + place.width // 2), str(place.y + place.height // 2),
                        "click", "--repeat", "2", "--delay", "60", "1"], check=True)


def what_matters_now():
    """Home has the refusal and what is new, and each row leads to the very thing."""
    keys("alt+1")
    see("*", _("Waiting for you"))
    see("*", _("New documents"))
    new = "A second letter, " + c_("document", "new")
    see("list item", "~" + new)
    check(not any("Letter from the hospital" in name for name in names("list item")), "what came with the first sync is not new")
    time.sleep(0.5)
    picture("home")
    refused = next(name for name in names("list item") if c_("what came of a sync", "Refused") in name)
    press("list item", refused)
    see_state(_("Up to date"))
    keys("alt+1")
    see("list item", "~" + new)
    time.sleep(0.5)
    return "~" + new


def lost_file(server):
    """A document whose file the server did not have says so, and opens once it can be fetched."""
    press("list item", what_matters_now())
    see("*", _("This file could not be had"))
    time.sleep(0.5)
    picture("sync-absent")
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "fixtures", "pdf", "minimal-document.pdf")
    with open(path, "rb") as file:
        server.resources.append(entry("Binary", "second", contentType="application/pdf", data=base64.b64encode(file.read()).decode()))
    press("button", _("_Fetch now"))
    gone("*", _("This file could not be had"), 20)
    time.sleep(1)
    picture("sync-fetched")
    keys("alt+Left")
    # It was read.
    gone("*", _("New documents"))
    see("*", _("Waiting for you"))
    time.sleep(0.8)
    show_journal()
    see_state(_("Up to date"))


def stop_in_the_middle(server):
    server.held = threading.Event()
    keys("F5")
    see_state(_("Receiving"))
    picture("sync-running")
    press("button", _("_Stop"))
    see_state(_("Stopped %s, goes on from there").split("%")[0].strip(), 10)
    server.held.set()
    server.held = None
    picture("sync-stopped")


def go_and_come_back(server):
    server.stop()
    keys("F5")
    see_state(_("No network, or no answer"), 60)
    picture("sync-offline")
    server.token = TOKEN
    server.start()
    keys("F5")
    see_state(_("Up to date"), 60)


def end_sign_in(server):
    server.token = OTHER_TOKEN
    keys("F5")
    see_state(_("The server no longer accepts the token"), 30)
    picture("sync-sign-in")
    press("button", _("Enter a new _token…"))
    see("*", _("Enter a new token"))
    time.sleep(0.5)
    write(OTHER_TOKEN)
    picture("sync-token")
    keys("Return")
    see_state(_("Up to date"), 40)


def leave():
    """What came stays, its journal too."""
    press("toggle button", _("More"))
    time.sleep(0.4)
    picture("sync-menu", named=False)
    keys("Down", "Return")
    see("*", _("Server settings"))
    time.sleep(0.6)
    picture("sync-settings")
    press("*", _("_Disconnect…"))
    see("*", _("Disconnect from this server?"))
    time.sleep(0.4)
    picture("sync-disconnect")
    press("button", _("_Disconnect"))
    see_state(_("Only on this computer"))
    picture("sync-left")
    keys("alt+2")
    see("list item", "~A second letter")


def connect_several(server):
    """Those of this space come first; one chooses."""
    server.resources.append(patient("other", "Bob", "Durand", "1950-01-02"))
    show_journal()
    press("button", _("Connect to a _server…"))
    type_server(server.base, OTHER_TOKEN)
    see("*", _("Which record is yours?"), 20)
    time.sleep(0.6)
    shown = [name for name in names("list item") if name.startswith((GIVEN, "Bob"))]
    check(shown[0].startswith(GIVEN) and shown[-1].startswith("Bob"), f"the record of this space comes first: {shown}")
    check(not see("button", _("_Use this record")).get_state_set().contains(drive.Atspi.StateType.SENSITIVE), "one has to choose")
    press("list item", "~Bob Durand, ")
    see("*", _("This record is about somebody else"))
    time.sleep(0.4)
    picture("sync-several")
    keys("alt+Left")
    see("*", _("A_ddress of the server"))


def connect_other(server):
    """A second deliberate act, and all that comes is marked."""
    server.resources = [patient("other", "Bob", "Durand", "1950-01-02"), *record("other")]
    time.sleep(0.6)
    press("button", _("C_onnect"))
    see("*", _("This record is about somebody else"), 20)
    time.sleep(0.5)
    picture("sync-other")
    check(not see("button", _("_Use this record")).get_state_set().contains(drive.Atspi.StateType.SENSITIVE), "it needs a second word")
    if window.KEYBOARD:
        keys("space")
    else:
        press("check box", _("It is about somebody else: use it all the same"))
    press("button", _("_Use this record"))
    see_state(_("Up to date"), 40)


def main():
    server = Server()
    server.token = TOKEN
    server.resources = [patient("alice", GIVEN, FAMILY, "1984-03-12"), *record("alice")]
    server.start()
    drive.Atspi.init()
    make_vault()
    window.program = window.Program()
    try:
        unlock()
        show_journal()
        see("*", _("Only on this computer"))
        picture("sync-alone")
        wrong_address()
        stop_asking(server)
        connect_one(server)
        first_sync()
        see_documents()
        second_sync(server)
        lost_file(server)
        stop_in_the_middle(server)
        go_and_come_back(server)
        end_sign_in(server)
        leave()
        connect_several(server)
        connect_other(server)
        window.program.quit()
    finally:
        if window.program.process.poll() is None:
            window.program.process.kill()
            window.program.process.wait()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
